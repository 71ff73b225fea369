/* SPDX-License-Identifier: Apache-2.0 */
/* The section `milestones`: compiling its definitions. */
#include "flow/milestones.h"

#include "flow/flow.h"
#include "flow/milestones_sort.h"
#include "text/reader.h"

#include <math.h>

static const char *const milestone_keys[] = {
    "achieved_when", "target_days", "critical_path", "points", "stage",       "after", "repeat",
    "celebrate",     "value",       "since",         "label",  "description", "order", NULL};
static const char *const event_keys[] = {"event", "properties", "where", NULL};
static const char *const count_keys[] = {"count", NULL};
static const char *const anniversary_keys[] = {"anniversary", NULL};
static const char *const celebrate_keys[] = {"template", "channel", "to", "purpose", NULL};

typedef struct build {
    struct csuccess__flow_build *flow;
    csuccess__compiler *with;
    csuccess__problems *problems;
    const csuccess__json **nodes; /* in effective order */
    csuccess__milestone *list;
    uint32_t count;
} build;

/* ---- What achieves it ---- */

static const csuccess__program *read_program(const build *b, const csuccess__json *of,
                                             const char *key, csuccess__kind kind)
{
    const csuccess__json *node = csuccess__json_member(of, key);
    return node ? csuccess__expr_read(b->with, b->problems, node, csuccess__type_of(kind))
                : NULL;
}

static bool is_text(const csuccess__json *of, const char *key)
{
    const csuccess__json *node = csuccess__json_member(of, key);
    return node && node->type == CSUCCESS__JSON_STRING;
}

static bool read_when(const build *b, const csuccess__json *when, csuccess__milestone *out)
{
    if (is_text(when, "event")) {
        out->kind = CSUCCESS__MILESTONE_EVENT;
        return csuccess__read_object(b->problems, when, event_keys) &&
               csuccess__event_match_read(&out->event, b->flow, when);
    }
    if (is_text(when, "count")) {
        out->kind = CSUCCESS__MILESTONE_COUNT;
        out->value = read_program(b, when, "count", CSUCCESS__KIND_NUMBER);
        return csuccess__read_object(b->problems, when, count_keys) && out->value;
    }
    if (is_text(when, "anniversary")) {
        out->kind = CSUCCESS__MILESTONE_ANNIVERSARY;
        out->value = read_program(b, when, "anniversary", CSUCCESS__KIND_TIME);
        return csuccess__read_object(b->problems, when, anniversary_keys) && out->value;
    }
    out->kind = CSUCCESS__MILESTONE_WHEN;
    out->value =
        csuccess__expr_read(b->with, b->problems, when, csuccess__type_of(CSUCCESS__KIND_BOOL));
    return out->value != NULL;
}

/* ---- How often ---- */

static bool is_threshold(const csuccess__json *node)
{
    return node->type == CSUCCESS__JSON_NUMBER && node->number > 0 && node->number <= 1e15;
}

static void read_thresholds(const build *b, const csuccess__json *repeat,
                            csuccess__milestone *out)
{
    double *list = CSUCCESS__NEW_ARRAY(b->with->arena, double, repeat->count);
    uint32_t n = 0;
    if (!list) {
        b->problems->lost = true;
        return;
    }
    if (repeat->count == 0 || repeat->count > CSUCCESS__MILESTONE_MARKS) {
        csuccess__problem(b->problems, repeat, CSUCCESS_ELIMIT,
                          "\"repeat\" has from 1 to %u thresholds; this has %u",
                          (uint32_t)CSUCCESS__MILESTONE_MARKS, repeat->count);
        return;
    }
    for (const csuccess__json *node = repeat->first; node; node = node->next) {
        bool ascends = is_threshold(node) && (n == 0 || list[n - 1] < node->number);
        if (!ascends) {
            csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                              "thresholds are numbers above 0 and ascend, such as [100, 1000]");
            return;
        }
        list[n++] = node->number;
    }
    out->thresholds = list;
    out->threshold_count = n;
}

static void check_repeat(const build *b, const csuccess__json *repeat, int word,
                         const csuccess__milestone *out)
{
    static const struct {
        int word;
        csuccess__milestone_kind kind;
        const char *say;
    } fits[] = {{1, CSUCCESS__MILESTONE_EVENT,
                 "\"each\" is for what an event achieves: {\"event\": \"referral_signed\"}"},
                {2, CSUCCESS__MILESTONE_ANNIVERSARY, "\"yearly\" is for {\"anniversary\": …}"},
                {3, CSUCCESS__MILESTONE_COUNT, "thresholds are for {\"count\": …}"}};
    for (size_t i = 0; i < sizeof fits / sizeof fits[0]; i++) {
        if (word != fits[i].word || out->kind == fits[i].kind) continue;
        csuccess__problem(b->problems, repeat, CSUCCESS_ECONFIG, "%s", fits[i].say);
    }
}

static void read_repeat(const build *b, const csuccess__json *json, csuccess__milestone *out)
{
    static const char *const words[] = {"never", "each", "yearly", NULL};
    static const double one[] = {1};
    const csuccess__json *repeat = csuccess__json_member(json, "repeat");
    int word = 3;
    if (repeat && repeat->type == CSUCCESS__JSON_ARRAY) {
        read_thresholds(b, repeat, out);
    } else {
        word = csuccess__read_word(b->problems, json, "repeat", words, 0);
    }
    if (repeat) check_repeat(b, repeat, word, out);
    out->each = word == 1;
    out->yearly = word == 2;
    if (out->kind == CSUCCESS__MILESTONE_COUNT && !out->thresholds) {
        out->thresholds = one;
        out->threshold_count = 1;
    }
    csuccess_str stage = word == 0 ? CSUCCESS_STR("onboarding") : CSUCCESS_STR("");
    out->stage = csuccess__read_string(b->problems, json, "stage", stage);
    out->onboarding = csuccess__str_is(out->stage, "onboarding");
}

/* ---- What comes first ---- */

static uint32_t find(const build *b, csuccess_str id)
{
    for (uint32_t i = 0; i < b->count; i++) {
        if (csuccess__str_eq(b->list[i].id, id)) return i;
    }
    return UINT32_MAX;
}

static void say_unknown(const build *b, const csuccess__json *at)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, at->string);
    bool may = csuccess__nearest_may(&b->problems->compared, b->count);
    for (uint32_t i = 0; may && i < b->count; i++) csuccess__nearest_try(&near, b->list[i].id);
    if (near.best.ptr) {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "there is no milestone %q (did you mean %q?)", at->string, near.best);
    } else {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "there is no milestone %q in the section \"milestones\"", at->string);
    }
}

static void read_after(const build *b, const csuccess__json *json, csuccess__milestone *out)
{
    const csuccess__json *after =
        csuccess__read_section(b->problems, json, "after", CSUCCESS__JSON_ARRAY);
    if (!after) return;
    uint32_t *list = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, after->count);
    if (!list) {
        b->problems->lost = true;
        return;
    }
    for (const csuccess__json *node = after->first; node; node = node->next) {
        uint32_t other =
            node->type == CSUCCESS__JSON_STRING ? find(b, node->string) : UINT32_MAX;
        if (node->type != CSUCCESS__JSON_STRING) {
            csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                              "\"after\" names milestones, such as [\"account_setup\"]");
        } else if (other == UINT32_MAX) {
            say_unknown(b, node);
        } else {
            list[out->after_count++] = other;
        }
    }
    out->after = list;
}

/* ---- One of them ---- */

static void read_celebration(const build *b, const csuccess__json *json,
                             csuccess__milestone *out)
{
    const csuccess__json *celebrate =
        csuccess__read_section(b->problems, json, "celebrate", CSUCCESS__JSON_OBJECT);
    if (!celebrate || !csuccess__read_object(b->problems, celebrate, celebrate_keys)) return;
    csuccess__sending *sending = CSUCCESS__NEW(b->with->arena, csuccess__sending);
    if (!sending) {
        b->problems->lost = true;
        return;
    }
    if (csuccess__sending_read(sending, b->flow, celebrate, "email")) out->celebrate = sending;
}

static void read_target(const build *b, const csuccess__json *json, csuccess__milestone *out)
{
    const csuccess__json *at = csuccess__json_member(json, "target_days");
    out->target_days = (double)NAN;
    if (!at) return;
    out->target_days =
        csuccess__read_number(b->problems, json, "target_days", out->target_days, 0, 36500);
    if (out->kind == CSUCCESS__MILESTONE_ANNIVERSARY) {
        csuccess__problem(b->problems, at, CSUCCESS_ECONFIG,
                          "an anniversary comes at its own time; remove \"target_days\"");
    }
}

static void read_one(const build *b, const csuccess__json *json, csuccess__milestone *out)
{
    if (!csuccess__read_object(b->problems, json, milestone_keys)) return;
    const csuccess__json *when = csuccess__json_member(json, "achieved_when");
    out->label = csuccess__read_string(b->problems, json, "label", out->id);
    out->critical = csuccess__read_bool(b->problems, json, "critical_path", false);
    out->first_value = csuccess__read_bool(b->problems, json, "value", false);
    out->points = csuccess__read_number(b->problems, json, "points", 10, 0, 1e6);
    out->since = read_program(b, json, "since", CSUCCESS__KIND_TIME);
    if (!when) {
        csuccess__problem(b->problems, json, CSUCCESS_ECONFIG,
                          "the milestone %q needs \"achieved_when\": a condition, or "
                          "{\"event\": …}, {\"count\": …}, {\"anniversary\": …}",
                          out->id);
    } else {
        (void)read_when(b, when, out); /* what is wrong has been noted */
    }
    read_repeat(b, json, out);
    read_target(b, json, out);
    read_after(b, json, out);
    read_celebration(b, json, out);
}

/* ---- Slots ---- */

static uint32_t add_slot(const build *b, const char *path, csuccess_str argument,
                         csuccess__kind kind)
{
    return csuccess__flow_slot(b->flow, csuccess__str(path), argument, csuccess__type_of(kind));
}

static void add_slots(const build *b, csuccess__milestone *out)
{
    out->achieved_slot = add_slot(b, "milestone.achieved", out->id, CSUCCESS__KIND_BOOL);
    out->achieved_at_slot = add_slot(b, "milestone.achieved_at", out->id, CSUCCESS__KIND_TIME);
    out->last_at_slot = add_slot(b, "milestone.last_at", out->id, CSUCCESS__KIND_TIME);
    out->times_slot = add_slot(b, "milestone.times", out->id, CSUCCESS__KIND_NUMBER);
    out->state_slot = add_slot(b, "milestone.state", out->id, CSUCCESS__KIND_STRING);
}

static void add_whole(const build *b, csuccess__milestones *out)
{
    csuccess_str none = {NULL, 0};
    out->progress_slot = add_slot(b, "onboarding.progress", none, CSUCCESS__KIND_NUMBER);
    out->critical_slot = add_slot(b, "onboarding.critical", none, CSUCCESS__KIND_NUMBER);
    out->value_slot = add_slot(b, "onboarding.time_to_value", none, CSUCCESS__KIND_NUMBER);
    out->overall_slot = add_slot(b, "onboarding.state", none, CSUCCESS__KIND_STRING);
}

void csuccess__milestones_declare(struct csuccess__flow_build *flow,
                                  const csuccess__json *section)
{
    build b = {.flow = flow, .with = flow->with, .problems = flow->problems};
    csuccess__milestones whole;
    if (!section || section->count == 0 || section->count > CSUCCESS__MILESTONES_MOST) return;
    flow->schema->stratum = CSUCCESS__STRATUM_FLOW;
    add_whole(&b, &whole);
    for (const csuccess__json *m = section->first; m; m = m->next) {
        csuccess__milestone one = {.id = m->key};
        add_slots(&b, &one);
    }
}

/* Whether what a program reads is written by the look at milestones itself. */
static bool reads_milestones(const build *b, const csuccess__program *program)
{
    for (uint32_t i = 0; program && i < program->input_count; i++) {
        csuccess_str path = b->flow->schema->slots[program->inputs[i]].path;
        if (csuccess__str_starts(path, CSUCCESS_STR("milestone.")) ||
            csuccess__str_starts(path, CSUCCESS_STR("onboarding."))) {
            return true;
        }
    }
    return false;
}

/* ---- All of them ---- */

static bool name_all(build *b, const csuccess__json *section)
{
    b->count = section->count;
    b->nodes = CSUCCESS__NEW_ARRAY(b->with->arena, const csuccess__json *, b->count);
    b->list = CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__milestone, b->count);
    if (!b->nodes || !b->list) return false;
    csuccess__read_order(section, b->nodes);
    for (uint32_t i = 0; i < b->count; i++) {
        b->list[i].id = b->list[i].label = b->nodes[i]->key;
        b->list[i].at = b->nodes[i];
        b->list[i].target_days = (double)NAN;
        if (csuccess__str_is(b->list[i].id, "mastery")) {
            csuccess__problem(b->problems, b->nodes[i], CSUCCESS_ECONFIG,
                              "\"mastery\" is no milestone; product mastery stands in the "
                              "section \"features\"");
        }
        add_slots(b, &b->list[i]);
    }
    return !b->problems->lost;
}

static bool compile_all(build *b, const csuccess__json *section, csuccess__milestones *out)
{
    if (!name_all(b, section)) return false;
    add_whole(b, out);
    if (b->problems->lost) return false;
    for (uint32_t i = 0; i < b->count; i++) {
        read_one(b, b->nodes[i], &b->list[i]);
        out->circular = out->circular || reads_milestones(b, b->list[i].value) ||
                        reads_milestones(b, b->list[i].since);
    }
    out->list = b->list;
    out->count = b->count;
    return csuccess__milestones_sort(out, b->with->arena, b->problems) && !b->problems->lost;
}

const csuccess__milestones *csuccess__milestones_compile(struct csuccess__flow_build *flow,
                                                         const csuccess__json *section)
{
    build b = {.flow = flow, .with = flow->with, .problems = flow->problems};
    csuccess__milestones *out = CSUCCESS__NEW(b.with->arena, csuccess__milestones);
    if (!out) {
        b.problems->lost = true;
        return NULL;
    }
    if (!section || section->count == 0) return out;
    if (section->count > CSUCCESS__MILESTONES_MOST) {
        csuccess__problem(b.problems, section, CSUCCESS_ELIMIT,
                          "there are at most %u milestones; this has %u",
                          (uint32_t)CSUCCESS__MILESTONES_MOST, section->count);
        return out;
    }
    flow->schema->stratum = CSUCCESS__STRATUM_FLOW;
    if (compile_all(&b, section, out)) return out;
    b.problems->lost = true;
    return NULL;
}
