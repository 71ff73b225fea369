/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates over events of a test: a compiled section, a desk, a state, and events made by hand. */
#ifndef CUSTOMER_SERIES_H
#define CUSTOMER_SERIES_H

#include "customer_fixture.h"

#include "expr/program.h"

#define DAY INT64_C(86400000)

typedef struct series_bench {
    fixture f;
    csuccess__series_desk *desk;
    csuccess__machine *machine;
    csuccess__state state;
    csuccess__value *slots;
    csuccess__series_context context;
    csuccess__text reason;
    char reason_bytes[256];
} series_bench;

static inline csuccess_result bench_start(series_bench *b, check_memory *memory,
                                          const char *document)
{
    memset(b, 0, sizeof *b);
    csuccess_result result = fixture_start(&b->f, memory, document);
    const csuccess_allocator *mem = &b->f.memory->allocator;
    csuccess__state_init(&b->state, mem);
    csuccess__text_init(&b->reason, b->reason_bytes, sizeof b->reason_bytes);
    if (result == CSUCCESS_OK && b->f.problems.count) {
        fixture_problems(&b->f, (const char *const[]){NULL});
        return CSUCCESS_ECONFIG;
    }
    if (result == CSUCCESS_OK) {
        result = csuccess__series_desk_new(&b->desk, b->f.aggregates, mem, &b->f.limits);
    }
    if (result == CSUCCESS_OK) result = csuccess__machine_new(&b->machine, mem, &b->f.limits);
    if (result < 0) return result;
    b->slots = csuccess__arena_take(&b->f.arena, b->f.schema->count, sizeof *b->slots);
    return b->slots ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

static inline void bench_finish(series_bench *b)
{
    csuccess__series_desk_free(b->desk);
    csuccess__machine_free(b->machine);
    csuccess__state_free(&b->state);
    fixture_finish(&b->f);
}

/* "2026-01-31" or a whole time, in ms. */
static inline int64_t ms(const char *text)
{
    int64_t at = 0;
    if (!csuccess__date_parse(&at, check_view(text), NULL)) {
        CHECK(csuccess__time_parse(&at, check_view(text), NULL));
    }
    return at;
}

/* A track event; up to three properties, ascending by name. */
static inline csuccess__input event_of(const char *name, const char *id, int64_t at,
                                       const csuccess__property *properties, uint32_t count)
{
    csuccess__input input = {.type = CSUCCESS__INPUT_TRACK, .at = at};
    input.id = check_view(id);
    input.name = check_view(name);
    input.customer = CSUCCESS_STR("c");
    input.properties = properties;
    input.count = count;
    return input;
}

static inline csuccess_result bench_add(series_bench *b, const char *name, const char *id,
                                        const char *at)
{
    csuccess__input input = event_of(name, id, ms(at), NULL, 0);
    return csuccess__series_add(b->desk, b->machine, &input, &b->reason);
}

/* With one property. */
static inline csuccess_result bench_add_with(series_bench *b, const char *at,
                                             const char *property, csuccess__value value)
{
    csuccess__property p = {.name = check_view(property), .value = value};
    csuccess__input input = event_of("e", at, ms(at), &p, 1);
    return csuccess__series_add(b->desk, b->machine, &input, &b->reason);
}

static inline csuccess__value bench_value(series_bench *b, const char *name, const char *now)
{
    uint32_t slot = csuccess__schema_find(b->f.schema, check_view(name), NULL);
    if (!CHECK(slot != UINT32_MAX)) return csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    CHECK_OK(csuccess__series_values(b->desk, ms(now), &b->context, b->slots));
    return b->slots[slot];
}

static inline void bench_number(series_bench *b, const char *name, const char *now, double v)
{
    csuccess__value value = bench_value(b, name, now);
    if (!CHECK(value.kind == CSUCCESS__KIND_NUMBER) || !CHECK_NUM(value.as.number, v, 0)) {
        printf("# %s at %s\n", name, now);
    }
}

static inline void bench_absent(series_bench *b, const char *name, const char *now,
                                csuccess__absence why)
{
    csuccess__value value = bench_value(b, name, now);
    if (!CHECK(csuccess__is_missing(value)) || !CHECK_INT(value.absence, why)) {
        printf("# %s at %s\n", name, now);
    }
}

static inline void bench_open(series_bench *b, bool fresh, const char *now)
{
    csuccess__series_open(b->desk, &b->state, fresh, ms(now));
}

static inline void bench_close(series_bench *b, const char *now)
{
    CHECK_OK(csuccess__series_close(b->desk, &b->state, ms(now)));
}

/* An event on every day of 2026. */
static inline void fill_a_year(series_bench *b)
{
    bench_open(b, true, "2026-01-01");
    for (int i = 0; i < 365; i++) {
        csuccess__input input = event_of("e", "x", ms("2026-01-01") + i * DAY, NULL, 0);
        CHECK_OK(csuccess__series_add(b->desk, b->machine, &input, &b->reason));
        if (i % 30) continue;
        CHECK_OK(csuccess__series_close(b->desk, &b->state, ms("2026-01-01") + i * DAY));
        csuccess__series_open(b->desk, &b->state, false, ms("2026-01-01") + i * DAY);
    }
    bench_close(b, "2026-12-31T12:00:00Z");
}

#endif
