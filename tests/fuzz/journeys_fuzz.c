/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the payload of an enrollment or of what is kept of a journey: refused, or read, and then their only spelling; a customer with them is taken through steps. And any bytes as the section
   "journeys": refused with places, or compiled, and customers go through it. The first byte says which. */
#include <string.h>

#include "config/config.h"
#include "flow/flow.h"
#include "flow/journeys/enrollment_internal.h"
#include "flow/zones.h"
#include "fuzz.h"

#define NOW INT64_C(1767225600000) /* 2026-01-01 */
#define HEAD \
    "{\"csuccess\":1,\"attributes\":{\"x\":{\"type\":\"number\"}},\"channels\":{\"email\":{}}" \
    "," \
    "\"segments\":{\"s\":{\"type\":\"static\"}},\"templates\":{\"t\":{\"locales\":{\"en\":{" \
    "\"body\":\"Hi\"}}}},\"journeys\":"

static const char document[] = HEAD
    "{\"j\":{\"goal\":{\"when\":\"x > "
    "8\"},\"exit\":{\"o\":{\"event\":\"out\"}},\"reenroll\":{},"
    "\"steps\":{\"a\":{\"type\":\"wait\",\"for\":\"P1D\",\"until\":{\"e\":{\"event\":\"go\"}}},"
    "\"b\":{\"type\":\"human_touchpoint\",\"title\":\"Call\"}}}}}";

typedef struct world {
    csuccess_config *config;
    csuccess_limits limits;
    csuccess__machine *machine;
    csuccess__value *slots;
    csuccess__flow_desk desk;
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch;
    csuccess__step step;
} world;

static bool open_world(world *w, csuccess_str text)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    memset(w, 0, sizeof *w);
    if (csuccess_config_compile(&w->config, text, NULL, NULL) < 0) return false;
    csuccess__limits_take(&w->limits, NULL, NULL);
    FUZZ_CHECK(csuccess__machine_new(&w->machine, mem, &w->limits) == CSUCCESS_OK);
    w->slots = csuccess__alloc(mem, w->config->schema->count, sizeof *w->slots);
    FUZZ_CHECK(w->slots &&
               csuccess__flow_desk_new(&w->desk, w->config->flow, mem) == CSUCCESS_OK);
    csuccess__state_init(&w->state, mem);
    csuccess__arena_init(&w->arena, mem, 0);
    csuccess__effects_init(&w->effects, mem, &w->arena, 100000);
    csuccess__buffer_init(&w->scratch, mem, 0);
    return true;
}

static void close_world(world *w)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess__buffer_free(&w->scratch);
    csuccess__effects_free(&w->effects);
    csuccess__arena_free(&w->arena);
    csuccess__state_free(&w->state);
    csuccess__flow_desk_free(&w->desk, w->config->flow);
    csuccess__release(mem, w->slots, w->config->schema->count, sizeof *w->slots);
    csuccess__machine_free(w->machine);
    csuccess_config_unref(w->config);
}

/* A step goes on, or says that the state is damaged; and it is to be looked at later, if at all. */
static bool take(world *w, int64_t now, const csuccess__input *input)
{
    char bytes[256];
    csuccess__text reason;
    csuccess__zones_asked asked = {.moment = NULL};
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess__effects_clear(&w->effects);
    w->step = (csuccess__step){.state = &w->state,
                               .out = &w->effects,
                               .scratch = &w->scratch,
                               .mem = csuccess__malloc_allocator(),
                               .limits = &w->limits,
                               .customer = CSUCCESS_STR("c1"),
                               .config = w->config->hash,
                               .cause = CSUCCESS_STR("m"),
                               .now = now,
                               .due = CSUCCESS__NEVER};
    csuccess__moment m = {.flow = w->config->flow,
                          .desk = &w->desk,
                          .step = &w->step,
                          .input = input,
                          .machine = w->machine,
                          .slots = w->slots,
                          .schema = w->config->schema,
                          .constants = w->config->constants,
                          .zones = csuccess__zones_source(&asked)};
    asked.moment = &m;
    csuccess__machine_reset(w->machine);
    csuccess__flow_begin(&w->desk);
    if (input && input->type != CSUCCESS__INPUT_TRACK) {
        (void)csuccess__flow_apply(&m, input, &reason);
    }
    csuccess__flow_look(&m);
    csuccess__flow_step(&m);
    FUZZ_CHECK(w->step.failed == CSUCCESS_OK || w->step.failed == CSUCCESS_ESTATE ||
               w->step.failed == CSUCCESS_ELIMIT);
    FUZZ_CHECK(w->step.failed < 0 || w->step.due > now);
    return w->step.failed == CSUCCESS_OK;
}

static void say(csuccess__input *out, csuccess__property *named, const char *word,
                csuccess_str journey)
{
    *named = (csuccess__property){.name = CSUCCESS_STR("journey")};
    named->value = csuccess__string(journey);
    bool track = strcmp(word, "go") == 0 || strcmp(word, "out") == 0;
    *out = (csuccess__input){.type = track ? CSUCCESS__INPUT_TRACK : CSUCCESS__INPUT_JOURNEY,
                             .id = CSUCCESS_STR("m"),
                             .customer = CSUCCESS_STR("c1"),
                             .name = {word, strlen(word)},
                             .at = NOW,
                             .properties = named,
                             .count = 1};
}

/* Everything that may come to it; times go on by what the bytes say. */
static void go_through(world *w, csuccess_str journey, int64_t now)
{
    static const char *const words[] = {"enroll", "go",  "pause",  "go",
                                        "resume", "out", "enroll", "exit"};
    bool good = true;
    for (size_t i = 0; i < sizeof words / sizeof words[0] && good; i++) {
        csuccess__input input;
        csuccess__property named;
        say(&input, &named, words[i], journey);
        good = take(w, now, &input);
        now += 1;
        if (good && w->step.due < now + 400 * CSUCCESS__DAY_MS) {
            now = w->step.due;
            good = take(w, now, NULL);
        }
    }
}

static void check_print(void (*print)(struct csuccess__json_writer *,
                                      const csuccess__state_field *),
                        const csuccess__state_field *field, bool good)
{
    csuccess__buffer out;
    csuccess__json_writer writer;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&writer, &out);
    print(&writer, field);
    FUZZ_CHECK(out.len > 0 && good == (out.ptr[0] == '{'));
    csuccess__buffer_free(&out);
}

/* Its only spelling; then under the definition in force, so that it goes on. */
static void put_enrollment(world *w, csuccess_str payload, csuccess__enrollment *e)
{
    const csuccess_str name = CSUCCESS_STR("j#1");
    csuccess__journey_past past = {.times = 1};
    csuccess__enrollment_put(&w->step, name, e);
    FUZZ_CHECK(csuccess__str_eq(
        csuccess__state_get(&w->state, CSUCCESS__STATE_ENROLLMENT, name), payload));
    FUZZ_CHECK(csuccess__enrollment_read(
        e, name, csuccess__state_get(&w->state, CSUCCESS__STATE_ENROLLMENT, name)));
    memcpy(e->definition, w->config->flow->journeys->list[0].hash, sizeof e->definition);
    csuccess__enrollment_put(&w->step, name, e);
    past.step = past.by = CSUCCESS_STR("");
    csuccess__journey_past_put(&w->step, CSUCCESS_STR("j"), &past);
}

static void try_enrollment(csuccess_str payload)
{
    world w;
    csuccess__enrollment e;
    const csuccess__state_field field = {
        .kind = CSUCCESS__STATE_ENROLLMENT, .name = CSUCCESS_STR("j#1"), .payload = payload};
    FUZZ_CHECK(open_world(&w, (csuccess_str){document, sizeof document - 1}));
    (void)take(&w, NOW, NULL);
    bool good = csuccess__enrollment_read(&e, field.name, payload);
    check_print(csuccess__enrollment_print, &field, good);
    FUZZ_CHECK(csuccess__state_put(&w.state, CSUCCESS__STATE_ENROLLMENT, field.name, payload));
    if (good) put_enrollment(&w, payload, &e);
    go_through(&w, CSUCCESS_STR("j"), NOW);
    close_world(&w);
}

static void try_past(csuccess_str payload)
{
    world w;
    csuccess__journey_past past;
    const csuccess__state_field field = {
        .kind = CSUCCESS__STATE_JOURNEY, .name = CSUCCESS_STR("j"), .payload = payload};
    FUZZ_CHECK(open_world(&w, (csuccess_str){document, sizeof document - 1}));
    (void)take(&w, NOW, NULL);
    bool good = csuccess__journey_past_read(&past, payload);
    check_print(csuccess__journey_print, &field, good);
    FUZZ_CHECK(csuccess__state_put(&w.state, CSUCCESS__STATE_JOURNEY, field.name, payload));
    if (good) {
        csuccess__journey_past_put(&w.step, field.name, &past);
        FUZZ_CHECK(csuccess__str_eq(
            csuccess__state_get(&w.state, CSUCCESS__STATE_JOURNEY, field.name), payload));
    }
    go_through(&w, CSUCCESS_STR("j"), NOW);
    close_world(&w);
}

static void try_section(csuccess_str section)
{
    world w;
    size_t len = sizeof HEAD - 1 + section.len + 1;
    char *text = malloc(len);
    FUZZ_CHECK(text);
    memcpy(text, HEAD, sizeof HEAD - 1);
    memcpy(text + sizeof HEAD - 1, section.ptr, section.len);
    text[len - 1] = '}';
    if (open_world(&w, (csuccess_str){text, len})) {
        const csuccess__journeys *journeys = w.config->flow->journeys;
        for (uint32_t i = 0; i < journeys->count && i < 4; i++) {
            csuccess__state_clear(&w.state);
            go_through(&w, journeys->list[i].id, NOW);
        }
        close_world(&w);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    csuccess_str rest = {(const char *)data + 1, size - 1};
    switch (data[0] % 3) {
    case 0:
        try_enrollment(rest);
        break;
    case 1:
        try_past(rest);
        break;
    default:
        try_section(rest);
        break;
    }
    return 0;
}
