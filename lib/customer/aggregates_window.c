/* SPDX-License-Identifier: Apache-2.0 */
/* Windows of whole UTC days: reading one, which days it holds today, how far it reaches at most. */
#include "customer/aggregates_internal.h"

#include "text/reader.h"

int32_t csuccess__day_of(int64_t ms)
{
    return (int32_t)(ms / CSUCCESS__DAY_MS - (ms % CSUCCESS__DAY_MS < 0));
}

/* ---- Days ---- */

static bool is_nothing(csuccess__duration d)
{
    return d.months == 0 && d.days == 0;
}

/* The day that long before; CSUCCESS__DAY_FIRST - 1 where the calendar ends. */
static int32_t days_before(int32_t day, csuccess__duration d)
{
    int64_t ms;
    if (d.months == 0) {
        int64_t before = (int64_t)day - d.days;
        return before < CSUCCESS__DAY_FIRST ? CSUCCESS__DAY_FIRST - 1 : (int32_t)before;
    }
    if (!csuccess__time_subtract(&ms, day * CSUCCESS__DAY_MS, d)) {
        return CSUCCESS__DAY_FIRST - 1;
    }
    return csuccess__day_of(ms);
}

/* The first day of the month, or of the quarter. */
static int32_t first_of(int32_t day, bool quarter)
{
    csuccess__civil c;
    int64_t ms;
    if (!csuccess__civil_from(&c, day * CSUCCESS__DAY_MS, 0)) return day;
    c.day = 1;
    if (quarter) c.month -= (c.month - 1) % 3;
    return csuccess__civil_to(&ms, &c, 0) ? csuccess__day_of(ms) : day;
}

csuccess__span csuccess__window_span(const csuccess__window *window, int32_t today)
{
    int32_t end = is_nothing(window->offset) ? today : days_before(today, window->offset);
    csuccess__span span = {CSUCCESS__DAY_NONE, end};
    if (window->kind == CSUCCESS__WINDOW_DURATION) {
        span.start = days_before(end, window->length) + 1;
    } else if (window->kind == CSUCCESS__WINDOW_TERM) {
        span.start = end - CSUCCESS__WINDOW_DAYS + 1;
    } else if (window->kind != CSUCCESS__WINDOW_LIFETIME) {
        span.start = first_of(end, window->kind == CSUCCESS__WINDOW_QUARTER);
    }
    return span;
}

/* Most days that months and days can be: consecutive months without February, whole years with a leap day. */
static int32_t most_days(csuccess__duration d)
{
    static const int16_t months[12] = {0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337};
    int32_t years = d.months / 12;
    int64_t most = (int64_t)years * 365 + (years + 3) / 4 + months[d.months % 12] + d.days;
    return most > INT32_MAX ? INT32_MAX : (int32_t)most;
}

int32_t csuccess__window_lag(const csuccess__window *window)
{
    return most_days(window->offset);
}

int32_t csuccess__window_reach(const csuccess__window *window)
{
    static const int16_t lengths[] = {[CSUCCESS__WINDOW_DURATION] = 0,
                                      [CSUCCESS__WINDOW_MONTH] = 31,
                                      [CSUCCESS__WINDOW_QUARTER] = 92,
                                      [CSUCCESS__WINDOW_TERM] = CSUCCESS__WINDOW_DAYS,
                                      [CSUCCESS__WINDOW_LIFETIME] = 0};
    int64_t reach =
        (int64_t)lengths[window->kind] + most_days(window->length) + most_days(window->offset);
    return reach > INT32_MAX ? INT32_MAX : (int32_t)reach;
}

/* ---- Reading ---- */

static bool is_above_zero(csuccess__duration d)
{
    return d.months >= 0 && d.days >= 0 && !is_nothing(d);
}

static bool read_days(csuccess__duration *out, csuccess__problems *problems,
                      const csuccess__json *node)
{
    csuccess__duration d;
    if (!csuccess__duration_parse(&d, node->string, NULL)) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "%q is no duration (ISO 8601), such as \"P30D\"%s", node->string,
                          csuccess__str_is(node->key, "window")
                              ? ", and none of month, quarter, term, lifetime"
                              : "");
        return false;
    }
    if (d.ms != 0) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "%q is not made of whole days: events are kept by UTC day, so give "
                          "days or months, such as \"P1D\" or \"P1M\"",
                          node->string);
        return false;
    }
    if (is_above_zero(d)) {
        *out = d;
        return true;
    }
    csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                      "%q is not above zero: give at least \"P1D\"", node->string);
    return false;
}

static bool read_length(csuccess__window *out, csuccess__problems *problems,
                        const csuccess__json *at)
{
    static const char *const words[] = {"month", "quarter", "term", "lifetime", NULL};
    const csuccess__json *node = csuccess__json_member(at, "window");
    if (!node || node->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(problems, node ? node : at, CSUCCESS_ECONFIG,
                          "%s \"window\": a duration such as \"P30D\", or one of month, "
                          "quarter, term, lifetime",
                          node ? "a string is needed for" : "there is no");
        return false;
    }
    for (int i = 0; words[i]; i++) {
        if (!csuccess__str_is(node->string, words[i])) continue;
        out->kind = (csuccess__window_kind)(CSUCCESS__WINDOW_MONTH + i);
        return true;
    }
    out->kind = CSUCCESS__WINDOW_DURATION;
    return read_days(&out->length, problems, node);
}

static bool read_offset(csuccess__window *out, csuccess__problems *problems,
                        const csuccess__json *at)
{
    const csuccess__json *node = csuccess__json_member(at, "offset");
    if (!node) return true;
    csuccess__read_string(problems, at, "offset", (csuccess_str){NULL, 0});
    if (node->type != CSUCCESS__JSON_STRING) return false;
    if (out->kind == CSUCCESS__WINDOW_TERM) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "\"offset\" means nothing for a term: it begins where the current "
                          "term does");
        return false;
    }
    return read_days(&out->offset, problems, node);
}

bool csuccess__window_read(csuccess__window *out, csuccess__problems *problems,
                           const csuccess__json *at)
{
    *out = (csuccess__window){CSUCCESS__WINDOW_DURATION, {0}, {0}};
    bool ok = read_length(out, problems, at);
    ok = ok && read_offset(out, problems, at);
    if (!ok || csuccess__window_reach(out) <= CSUCCESS__WINDOW_DAYS) return ok;
    csuccess__problem(problems, csuccess__json_member(at, "window"), CSUCCESS_ECONFIG,
                      "the window and its offset reach back %d days; at most %d are kept (use "
                      "\"lifetime\" for all time)",
                      csuccess__window_reach(out), (int32_t)CSUCCESS__WINDOW_DAYS);
    return false;
}
