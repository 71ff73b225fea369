/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as the section `calendars`: each problem has words, and what has none keeps hours that agree with one another, in every zone of its table. */
#include <string.h>

#include "base/error.h"
#include "calendar/business.h"
#include "fuzz.h"

static const int64_t times[] = {CSUCCESS__TIME_MIN, 0, 1769817600000, 1774745999999,
                                CSUCCESS__TIME_MAX};
enum { TIMES = sizeof times / sizeof times[0], CALENDARS_LOOKED_AT = 5 };

static void check_next(const csuccess__business *b, int64_t ms)
{
    int64_t next = 0, open_ms = 0;
    bool open = false;
    if (!csuccess__business_next(&next, b, ms)) return;
    FUZZ_CHECK(next >= ms);
    FUZZ_CHECK(csuccess__business_open(&open, b, next) && open);
    FUZZ_CHECK(csuccess__business_elapsed(&open_ms, b, ms, next) && open_ms == 0);
    /* The clocks of a table that nobody lives by may go back by more than the day that the bound allows for. */
    int32_t minutes;
    if (!csuccess__zone_fixed(&minutes, b->zone.name)) return;
    FUZZ_CHECK(next - ms <= csuccess__business_longest_gap(b->calendar));
}

static void check_after(const csuccess__business *b, int64_t ms)
{
    const int64_t hours[] = {0, 1, 3600000, 40 * CSUCCESS__HOUR_MS, 9000 * CSUCCESS__HOUR_MS};
    for (size_t i = 0; i < sizeof hours / sizeof hours[0]; i++) {
        int64_t at = 0, open_ms = 0;
        if (!csuccess__business_after(&at, b, ms, hours[i])) continue;
        FUZZ_CHECK(at >= ms + hours[i]);
        FUZZ_CHECK(csuccess__business_elapsed(&open_ms, b, ms, at) && open_ms == hours[i]);
    }
}

static void check_days(const csuccess__business *b, int64_t ms)
{
    int64_t there = 0, back = 0;
    if (!csuccess__business_add_days(&there, b, ms, 7)) return;
    FUZZ_CHECK(there > ms);
    if (csuccess__business_add_days(&back, b, there, -7)) FUZZ_CHECK(back < there);
}

static void look(const csuccess__calendars *calendars, const csuccess__zone_source *source,
                 csuccess_str zone)
{
    for (uint32_t i = 0; i < calendars->count && i < CALENDARS_LOOKED_AT; i++) {
        csuccess__business b = {&calendars->list[i], {source, zone}};
        for (size_t t = 0; t < TIMES; t++) {
            check_next(&b, times[t]);
            check_after(&b, times[t]);
            check_days(&b, times[t]);
        }
        FUZZ_CHECK(csuccess__calendar_find(calendars, b.calendar->id) == i);
    }
}

static void compile(csuccess__arena *arena, const csuccess__json *section)
{
    csuccess__problems problems;
    csuccess__problems_init(&problems, arena, 20);
    const csuccess__calendars *calendars =
        csuccess__calendars_compile(arena, &problems, section);
    FUZZ_CHECK(calendars != NULL);
    for (const csuccess__noted *p = problems.first; p; p = p->next) {
        FUZZ_CHECK(p->message.len > 0 && p->code <= 0);
    }
    if (problems.count > 0) return;
    const csuccess__zone_source source = {(void *)(uintptr_t)calendars->zones,
                                          csuccess__zone_table_ask};
    const csuccess__json *zones = csuccess__json_member(section, "zones");
    look(calendars, &source, CSUCCESS_STR("-05:00"));
    if (zones && zones->first) look(calendars, &source, zones->first->key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess_limits limits;
    csuccess__arena arena;
    csuccess__json *json = NULL;
    csuccess__limits_take(&limits, NULL, NULL);
    const csuccess__json_options options = {.limits = &limits, .lines = true};
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess_str text = {(const char *)data, size};
    if (csuccess__json_read(&json, &arena, text, &options, NULL) == CSUCCESS_OK) {
        compile(&arena, json);
    }
    csuccess__arena_free(&arena);
    return 0;
}
