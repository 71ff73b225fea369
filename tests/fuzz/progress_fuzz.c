/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as what a state keeps of milestones, features and goals, and steps upon them: damage is told, what is read has one spelling, nothing is due in the past, and what is left can be read again. */
#include <csuccess/csuccess.h>

#include "config/config.h"
#include "engine/scorer.h"
#include "flow/features_internal.h"
#include "flow/flow.h"
#include "flow/goals_internal.h"
#include "flow/milestones_internal.h"
#include "fuzz.h"

#define NOW INT64_C(1767225600000) /* 2026-01-01 */

static const char document[] =
    "{\"csuccess\": 1, \"attributes\": {\"x\": {\"type\": \"number\"}, \"begun\": {\"type\": "
    "\"time\"}}, \"records\": {\"goals\": {\"max\": 3, \"of\": {\"due\": {\"type\": \"date\"}, "
    "\"measure\": {\"type\": \"string\"}, \"target\": {\"type\": \"number\"}, \"agreed\": "
    "{\"type\": \"bool\"}}}},"
    "\"channels\": {\"email\": {}},"
    "\"features\": {\"f\": {\"event\": \"e\"}, \"g\": {\"event\": \"d\", \"trial\": {\"days\": "
    "2}}},"
    "\"milestones\": {\"w\": {\"achieved_when\": \"x > 1\", \"target_days\": 2},"
    "\"o\": {\"achieved_when\": {\"event\": \"e\"}, \"after\": [\"w\"], \"celebrate\": {}},"
    "\"m\": {\"achieved_when\": {\"event\": \"d\"}, \"repeat\": \"each\"},"
    "\"c\": {\"achieved_when\": {\"count\": \"x\"}, \"repeat\": [1, 2, 50]},"
    "\"y\": {\"achieved_when\": {\"anniversary\": \"begun\"}, \"repeat\": \"yearly\"}}}";

static const char row[] =
    "{\"x\": 3, \"begun\": \"2020-02-29T00:00:00Z\", \"goals\": {\"k\": {\"due\": "
    "\"2026-02-01\", \"measure\": \"x\", \"target\": 9, \"agreed\": true}}}";

static const struct {
    csuccess__state_kind kind;
    const char *name;
} places[] = {{CSUCCESS__STATE_MILESTONE, "w"}, {CSUCCESS__STATE_MILESTONE, "o"},
              {CSUCCESS__STATE_MILESTONE, "m"}, {CSUCCESS__STATE_MILESTONE, "c"},
              {CSUCCESS__STATE_MILESTONE, "y"}, {CSUCCESS__STATE_FEATURE, "f"},
              {CSUCCESS__STATE_FEATURE, "g"},   {CSUCCESS__STATE_FEATURE, "mastery"},
              {CSUCCESS__STATE_GOAL, "k"},      {CSUCCESS__STATE_GOAL, "gone"}};
enum { PLACES = sizeof places / sizeof *places };

typedef struct run {
    csuccess_config *config;
    csuccess_scorer *scorer;
    csuccess_facts *facts;
    csuccess__flow_desk desk;
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch;
    csuccess_limits limits;
    csuccess__step step;
    csuccess__moment moment;
} run;

/* ---- Spelling ---- */

static bool spell(run *r, csuccess__state_kind kind, csuccess_str name, csuccess_str payload)
{
    csuccess__milestone_mark marks[CSUCCESS__MILESTONE_MARKS];
    csuccess__milestone_field milestone = {.cap = CSUCCESS__MILESTONE_MARKS, .marks = marks};
    csuccess__feature_field feature;
    csuccess__goal_field goal;
    if (kind == CSUCCESS__STATE_MILESTONE && csuccess__milestone_parse(&milestone, payload)) {
        csuccess__milestone_put(&r->step, name, &milestone);
        return true;
    }
    if (kind == CSUCCESS__STATE_FEATURE && csuccess__feature_parse(&feature, payload)) {
        csuccess__feature_put(&r->step, name, &feature);
        return true;
    }
    if (kind == CSUCCESS__STATE_GOAL && csuccess__goal_parse(&goal, payload)) {
        csuccess__goal_put(&r->step, name, &goal);
        return true;
    }
    return false;
}

/* What a reader takes is what the writer writes. */
static void check_spelling(run *r, csuccess__state_kind kind, csuccess_str name,
                           csuccess_str payload)
{
    if (!spell(r, kind, name, payload)) return;
    csuccess_str written = csuccess__state_get(&r->state, kind, name);
    FUZZ_CHECK(r->step.failed == CSUCCESS_OK && csuccess__str_eq(written, payload));
}

static void check_print(run *r)
{
    static const csuccess__state_printer printers[] = {
        {CSUCCESS__STATE_MILESTONE, csuccess__milestone_print},
        {CSUCCESS__STATE_FEATURE, csuccess__feature_print},
        {CSUCCESS__STATE_GOAL, csuccess__goal_print}};
    csuccess__buffer text;
    csuccess__json_writer writer;
    csuccess__json *json;
    csuccess__json_options options = {.limits = &r->limits};
    csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&writer, &text);
    csuccess__state_print(&writer, &r->state, printers, sizeof printers / sizeof *printers);
    FUZZ_CHECK(csuccess__json_read(&json, &r->arena, csuccess__buffer_view(&text), &options,
                                   NULL) == CSUCCESS_OK);
    csuccess__buffer_free(&text);
}

/* ---- Steps ---- */

static void look(run *r, const csuccess__input *input, int64_t now)
{
    csuccess__moment *m = &r->moment;
    r->step.now = now;
    r->step.due = CSUCCESS__NEVER;
    csuccess_str facts = {row, sizeof row - 1};
    FUZZ_CHECK(csuccess_facts_read_json(r->facts, facts, NULL) >= 0);
    FUZZ_CHECK(csuccess__scorer_inputs(r->scorer, r->facts, now, NULL) >= 0);
    *m = (csuccess__moment){.flow = r->config->flow,
                            .desk = &r->desk,
                            .step = &r->step,
                            .input = input,
                            .machine = r->scorer->machine,
                            .slots = r->scorer->slots,
                            .schema = r->config->schema,
                            .constants = r->config->constants};
    csuccess__flow_begin(&r->desk);
    csuccess__event_slots(m);
    csuccess__milestones_publish(m);
    csuccess__features_publish(m);
    csuccess__features_step(m);
    csuccess__goals_step(m);
    csuccess__milestones_step(m);
    FUZZ_CHECK(r->step.failed == CSUCCESS_OK || r->step.failed == CSUCCESS_ESTATE);
    FUZZ_CHECK(r->step.due > now);
}

/* What a step leaves can be read, and has its spelling. */
static void check_left(run *r)
{
    for (uint32_t i = 0; i < r->state.count && r->step.failed >= 0; i++) {
        const csuccess__state_field field = r->state.fields[i];
        csuccess__state_kind kind = (csuccess__state_kind)field.kind;
        if (csuccess__str_is(field.name, "mastery")) continue;
        FUZZ_CHECK(spell(r, kind, field.name, field.payload));
    }
}

/* An event, a person's word or time, at hours that the bytes say. */
static void go(run *r, uint8_t what, uint8_t hours, int64_t *now)
{
    static const char *const names[] = {"e", "d", "achieve", "revoke"};
    static const csuccess__property of[] = {
        {{"milestone", 9}, {.kind = CSUCCESS__KIND_STRING, .as.string = {"w", 1}}, NULL},
        {{"milestone", 9}, {.kind = CSUCCESS__KIND_STRING, .as.string = {"m", 1}}, NULL},
        {{"milestone", 9}, {.kind = CSUCCESS__KIND_STRING, .as.string = {"c", 1}}, NULL},
        {{"milestone", 9}, {.kind = CSUCCESS__KIND_STRING, .as.string = {"y", 1}}, NULL}};
    csuccess__input input = {.id = CSUCCESS_STR("i"), .customer = CSUCCESS_STR("c1")};
    *now += (int64_t)(1 + hours / 16) * CSUCCESS__DAY_MS / 4;
    input.type = what & 2 ? CSUCCESS__INPUT_MILESTONE : CSUCCESS__INPUT_TRACK;
    input.name = csuccess__str(names[what & 3]);
    input.at = *now - (int64_t)(hours % 16) * CSUCCESS__DAY_MS;
    input.properties = &of[what >> 2 & 3];
    input.count = 1;
    look(r, what & 16 ? NULL : &input, *now);
    check_left(r);
}

/* place, length, payload; again and again; from a place that is none on two bytes a step. */
static void feed(run *r, const uint8_t *data, size_t size)
{
    int64_t now = NOW;
    while (size >= 2 && data[0] < PLACES) {
        csuccess_str name = csuccess__str(places[data[0]].name);
        size_t len = data[1] < size - 2 ? data[1] : size - 2;
        csuccess_str payload = {(const char *)data + 2, len};
        FUZZ_CHECK(csuccess__state_put(&r->state, places[data[0]].kind, name, payload));
        check_spelling(r, places[data[0]].kind, name, payload);
        data += 2 + len;
        size -= 2 + len;
    }
    check_print(r);
    for (size_t i = 0; i + 1 < size && i < 64 && r->step.failed >= 0; i += 2) {
        go(r, data[i], data[i + 1], &now);
    }
    check_print(r);
}

static csuccess_config *compiled(void)
{
    static csuccess_config *config;
    csuccess_str text = {document, sizeof document - 1};
    if (!config) FUZZ_CHECK(csuccess_config_compile(&config, text, NULL, NULL) >= 0);
    return config;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    run r = {.config = compiled()};
    csuccess__limits_take(&r.limits, NULL, NULL);
    FUZZ_CHECK(csuccess_scorer_new(&r.scorer, r.config, NULL, NULL) >= 0);
    FUZZ_CHECK(csuccess_facts_new(&r.facts, r.config, NULL, NULL) >= 0);
    FUZZ_CHECK(csuccess__flow_desk_new(&r.desk, r.config->flow, mem) >= 0);
    csuccess__state_init(&r.state, mem);
    csuccess__arena_init(&r.arena, mem, 0);
    csuccess__effects_init(&r.effects, mem, &r.arena, 100000);
    csuccess__buffer_init(&r.scratch, mem, 0);
    r.state.head.created_at = NOW - 40 * CSUCCESS__DAY_MS;
    r.step = (csuccess__step){.state = &r.state,
                              .out = &r.effects,
                              .scratch = &r.scratch,
                              .mem = mem,
                              .limits = &r.limits,
                              .customer = CSUCCESS_STR("c1"),
                              .cause = CSUCCESS_STR("i"),
                              .now = NOW,
                              .due = CSUCCESS__NEVER};
    feed(&r, data, size);
    csuccess__buffer_free(&r.scratch);
    csuccess__effects_free(&r.effects);
    csuccess__arena_free(&r.arena);
    csuccess__state_free(&r.state);
    csuccess__flow_desk_free(&r.desk, r.config->flow);
    csuccess_facts_free(r.facts);
    csuccess_scorer_free(r.scorer);
    return 0;
}
