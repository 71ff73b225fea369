/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a recurrence rule up to the end of the first line, and behind it a start and a time after it: refused with a place, or gone through, each
   occurrence later than the one before by as much as the rule says, and numbered, whether it is counted or not. */
#include <string.h>

#include "calendar/recurrence.h"
#include "fuzz.h"

enum { OCCURRENCES = 12 };
static const int64_t span_most = 40 * 366 * CSUCCESS__DAY_MS;

/* A place whose clock goes back and forth by an hour and a half every hundred days. */
static bool ask(void *ud, csuccess_str zone, int64_t at, csuccess__zone_span *out)
{
    const int64_t period = 100 * CSUCCESS__DAY_MS;
    (void)ud;
    (void)zone;
    int64_t number = (at - CSUCCESS__TIME_MIN) / period;
    out->from = CSUCCESS__TIME_MIN + number * period;
    out->until = out->from + period;
    out->offset_minutes = number % 2 ? -45 : 45;
    return true;
}

static uint64_t take(const uint8_t **data, size_t *size)
{
    uint64_t value = 0;
    for (int i = 0; i < 6 && *size > 0; i++, (*data)++, (*size)--) value = value << 8 | **data;
    return value;
}

typedef struct run {
    csuccess__recurrence rule;
    csuccess__zone zone;
    int64_t start, before, wall;
    uint32_t index;
    bool any;
} run;

static int64_t day_of(const run *r, int64_t ms)
{
    int64_t wall = 0;
    FUZZ_CHECK(csuccess__zone_wall(&wall, &r->zone, ms));
    return csuccess__days_between(0, wall);
}

static bool step(run *r, int64_t after)
{
    int64_t ms = 0, again = 0;
    uint32_t index = 0;
    const csuccess__recurrence *rule = &r->rule;
    bool good = csuccess__recurrence_next(&ms, rule, &r->zone, r->start, after, &index);
    bool same = csuccess__recurrence_next(&again, rule, &r->zone, r->start, after, NULL);
    FUZZ_CHECK(good == same && ms == again);
    if (!good) return false;
    FUZZ_CHECK(ms > after && ms >= r->start);
    FUZZ_CHECK(rule->count == 0 || index < (uint32_t)rule->count);
    if (r->any) {
        FUZZ_CHECK(index == r->index + 1);
        FUZZ_CHECK(day_of(r, ms) - day_of(r, r->before) >=
                   csuccess__recurrence_least_days(rule));
    }
    r->any = true;
    r->index = index;
    r->before = ms;
    return true;
}

static void go(run *r, const uint8_t *data, size_t size)
{
    const int64_t whole = CSUCCESS__TIME_MAX - CSUCCESS__TIME_MIN;
    FUZZ_CHECK(csuccess__recurrence_least_days(&r->rule) >= 1);
    r->start = CSUCCESS__TIME_MIN + (int64_t)(take(&data, &size) % (uint64_t)whole);
    int64_t after = r->start + (int64_t)(take(&data, &size) % (uint64_t)span_most);
    (void)step(r, r->start - 1);
    r->any = false;
    if (!step(r, after)) return;
    for (int i = 0; i < OCCURRENCES && step(r, r->before); i++) continue;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    size_t n = end ? (size_t)(end - data) : size;
    csuccess_str text = {(const char *)data, n};
    csuccess__time_error err = {SIZE_MAX, NULL};
    csuccess__zone_source source = {NULL, ask};
    run r = {.rule = {.interval = 77}};
    if (!csuccess__recurrence_parse(&r.rule, text, &err)) {
        FUZZ_CHECK(err.offset <= n && err.expected && err.expected[0] != '\0');
        FUZZ_CHECK(r.rule.interval == 77);
        return 0;
    }
    size_t rest = end ? size - n - 1 : 0;
    bool utc = rest > 0 && end[1] % 2 == 0;
    r.zone = (csuccess__zone){&source, utc ? CSUCCESS_STR("UTC") : CSUCCESS_STR("Somewhere")};
    go(&r, end ? end + 1 : data, rest);
    return 0;
}
