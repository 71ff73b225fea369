/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a series of a state: refused as damaged, or a series that has values, prints, takes an event, and is written so that it
   reads again. The first byte says which part it is put in for. */
#include <string.h>

#include "customer/series_internal.h"
#include "expr/program.h"
#include "fuzz.h"
#include "text/json.h"

static const char definitions[] =
    "{\"a\": {\"event\": \"e\", \"count\": true, \"window\": \"P90D\"},"
    "\"b\": {\"event\": \"e\", \"sum\": \"x\", \"window\": \"P90D\"},"
    "\"bb\": {\"event\": \"e\", \"mean\": \"x\", \"window\": \"lifetime\"},"
    "\"c\": {\"event\": \"e\", \"min\": \"x\", \"window\": \"P90D\"},"
    "\"d\": {\"event\": \"e\", \"max\": \"x\", \"window\": \"lifetime\"},"
    "\"f\": {\"event\": \"e\", \"first\": \"x\", \"window\": \"P90D\"},"
    "\"g\": {\"event\": \"e\", \"last\": \"w\", \"type\": \"string\", \"window\": \"P90D\"},"
    "\"h\": {\"event\": \"e\", \"last_time\": true, \"window\": \"lifetime\"},"
    "\"i\": {\"event\": \"e\", \"distinct\": \"w\", \"window\": \"P90D\", \"offset\": "
    "\"P30D\", \"limit\": 16},"
    "\"ii\": {\"event\": \"e\", \"distinct\": \"x\", \"window\": \"lifetime\", \"limit\": 16},"
    "\"j\": {\"event\": \"e\", \"distinct\": \"day\", \"window\": \"lifetime\"}}";

typedef struct subject {
    csuccess__arena arena;
    csuccess_limits limits;
    csuccess__schema *schema;
    const csuccess__aggregates *aggregates;
    csuccess__series_desk *desk;
    csuccess__machine *machine;
    csuccess__value *slots;
} subject;

static void start(subject *s, const csuccess_allocator *mem)
{
    csuccess__json *section;
    csuccess__problems problems;
    csuccess__limits_take(&s->limits, NULL, NULL);
    csuccess__arena_init(&s->arena, mem, 0);
    csuccess__problems_init(&problems, &s->arena, 100);
    s->schema = csuccess__schema_new(&s->arena);
    csuccess__scope scope = csuccess__schema_scope(s->schema);
    csuccess__compiler with = {.arena = &s->arena,
                               .mem = mem,
                               .limits = &s->limits,
                               .scope = &scope,
                               .constants = csuccess__constants_new(&s->arena)};
    csuccess__json_options options = {.limits = &s->limits};
    csuccess_str text = {definitions, sizeof definitions - 1};
    FUZZ_CHECK(csuccess__json_read(&section, &s->arena, text, &options, NULL) == CSUCCESS_OK);
    s->aggregates = csuccess__aggregates_compile(s->schema, &with, &problems, NULL, section);
    FUZZ_CHECK(s->aggregates && problems.count == 0);
    FUZZ_CHECK(csuccess__series_desk_new(&s->desk, s->aggregates, mem, &s->limits) ==
               CSUCCESS_OK);
    FUZZ_CHECK(csuccess__machine_new(&s->machine, mem, &s->limits) == CSUCCESS_OK);
    s->slots = CSUCCESS__NEW_ARRAY(&s->arena, csuccess__value, s->schema->count);
}

static void finish(subject *s)
{
    csuccess__series_desk_free(s->desk);
    csuccess__machine_free(s->machine);
    csuccess__arena_free(&s->arena);
}

static void check_print(const csuccess__state_field *field, const csuccess_allocator *mem)
{
    csuccess__buffer text;
    csuccess__json_writer writer;
    csuccess__buffer_init(&text, mem, 0);
    csuccess__json_writer_init(&writer, &text);
    csuccess__series_print(&writer, field);
    FUZZ_CHECK(text.status == CSUCCESS_OK && text.len > 0);
    csuccess__buffer_free(&text);
}

/* Values, an event, values again; OK or ESTATE. */
static csuccess_result work(subject *s, csuccess__state *state, int64_t now)
{
    char bytes[100];
    csuccess__text reason;
    const csuccess__series_context context = {.has_term = false};
    const csuccess__property properties[] = {
        {CSUCCESS_STR("w"), csuccess__string(CSUCCESS_STR("word")), NULL},
        {CSUCCESS_STR("x"), csuccess__number(2.5), NULL}};
    csuccess__input input = {.type = CSUCCESS__INPUT_TRACK,
                             .id = CSUCCESS_STR("1"),
                             .customer = CSUCCESS_STR("c"),
                             .name = CSUCCESS_STR("e"),
                             .at = now,
                             .properties = properties,
                             .count = 2};
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess__series_open(s->desk, state, false, now);
    csuccess_result result = csuccess__series_values(s->desk, now, &context, s->slots);
    if (result == CSUCCESS_OK)
        result = csuccess__series_add(s->desk, s->machine, &input, &reason);
    if (result == CSUCCESS_OK)
        result = csuccess__series_values(s->desk, now, &context, s->slots);
    if (result == CSUCCESS_OK) result = csuccess__series_close(s->desk, state, now);
    (void)csuccess__series_next(s->desk, now);
    return result;
}

static void check_values(const subject *s)
{
    for (uint32_t i = 0; i < s->schema->count; i++) {
        const csuccess__value *v = &s->slots[i];
        FUZZ_CHECK(v->kind != CSUCCESS__KIND_NUMBER || csuccess__is_finite(v->as.number));
        FUZZ_CHECK(v->kind != CSUCCESS__KIND_TIME || csuccess__time_valid(v->as.time));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    subject s;
    csuccess__state state;
    if (size < 2) return 0;
    start(&s, mem);
    csuccess__state_init(&state, mem);
    csuccess_str name = s.aggregates->series[data[0] % s.aggregates->series_count].name;
    csuccess_str payload = {(const char *)data + 1, size - 1};
    FUZZ_CHECK(csuccess__state_put(&state, CSUCCESS__STATE_SERIES, name, payload));
    check_print(&state.fields[0], mem);
    /* 2026-02-01, and a day on which nothing but limits is reached. */
    for (int turn = 0; turn < 2; turn++) {
        csuccess_result result =
            work(&s, &state, turn == 0 ? INT64_C(1769904000000) : CSUCCESS__TIME_MAX);
        FUZZ_CHECK(result == CSUCCESS_OK || result == CSUCCESS_ESTATE ||
                   result == CSUCCESS_ELIMIT);
        /* What was written is never damaged. */
        FUZZ_CHECK(turn == 0 || result != CSUCCESS_ESTATE);
        if (result != CSUCCESS_OK) break;
        check_values(&s);
    }
    csuccess__state_free(&state);
    finish(&s);
    return 0;
}
