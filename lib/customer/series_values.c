/* SPDX-License-Identifier: Apache-2.0 */
/* The values of aggregates at a time: which window, whether it is known, and what the series makes of it. */
#include "customer/series_desk.h"

#include <string.h>

/* ---- What is known ---- */

/* Whether coverage begins early enough, at midnight of the window's first day. */
static bool begins_before(const csuccess__coverage *coverage, csuccess__span span)
{
    int32_t start = span.start < CSUCCESS__DAY_FIRST ? CSUCCESS__DAY_FIRST : span.start;
    if (!coverage->known) return false;
    return span.start == CSUCCESS__DAY_NONE || coverage->from <= start * CSUCCESS__DAY_MS;
}

/* A day before the window's end or before now, whichever is earlier. */
static int64_t needed_until(csuccess__span span, int64_t now)
{
    int64_t end = (span.end + INT64_C(1)) * CSUCCESS__DAY_MS;
    return (end < now ? end : now) - CSUCCESS__DAY_MS;
}

/* How far the source reaches: from the window's first day, to a day before its end or before now; fresh enough where that is asked. */
static csuccess__absence source_of(const csuccess__series_desk *desk,
                                   const csuccess__aggregate *aggregate, csuccess__span span,
                                   int64_t now, const csuccess__sources_known *known)
{
    uint32_t at = aggregate->source;
    const csuccess__coverage *coverage = known && at < known->count ? &known->list[at] : NULL;
    if (at == UINT32_MAX) return CSUCCESS__ABSENCE_PRESENT;
    if (!coverage || !begins_before(coverage, span)) return CSUCCESS__ABSENCE_NOT_COVERED;
    const csuccess__source_rule *rule = &desk->set->sources->list[at];
    int64_t stale;
    if (csuccess__source_stale_at(rule, coverage, &stale) && now > stale) {
        return CSUCCESS__ABSENCE_STALE;
    }
    if (rule->has_stale_after) return CSUCCESS__ABSENCE_PRESENT;
    return coverage->to >= needed_until(span, now) ? CSUCCESS__ABSENCE_PRESENT
                                                   : CSUCCESS__ABSENCE_NOT_COVERED;
}

/* Whether the series has kept everything that the window holds. */
static bool is_complete(const csuccess__series *s, csuccess__span span)
{
    bool always = span.start == CSUCCESS__DAY_NONE;
    /* Without a day of introduction there is none to come before. */
    if (span.start < s->introduced || (always && s->lost)) return false;
    if (s->part == CSUCCESS__PART_DISTINCT && span.end < csuccess__distinct_pruned(s))
        return false;
    if (s->folded == CSUCCESS__DAY_NONE) return true;
    bool ends = s->part == CSUCCESS__PART_LAST || s->part == CSUCCESS__PART_LAST_TIME;
    return ends || always ? span.end >= s->folded : span.start > s->folded;
}

/* ---- What it is ---- */

/* The buckets low..high - 1 of a window, and whether what lies before them belongs to it. */
typedef struct reach {
    csuccess__span span;
    uint32_t low, high;
    bool base;
} reach;

typedef csuccess__value make_value(const csuccess__series *s, const reach *r);

static csuccess__value nothing(void)
{
    return csuccess__missing(CSUCCESS__ABSENCE_EMPTY);
}

static inline csuccess__value number(double v)
{
    csuccess__value out = {.kind = CSUCCESS__KIND_NUMBER};
    out.as.number = v;
    return out;
}

static uint64_t counted(const csuccess__series *s, const reach *r)
{
    const uint64_t *counts = csuccess__series_counts(s);
    uint64_t n = r->base ? s->base[0].count : 0;
    if (r->high > r->low) n += counts[r->high - 1];
    if (r->high > r->low && r->low > 0) n -= counts[r->low - 1];
    return n;
}

static csuccess__fixed summed(const csuccess__series *s, const reach *r)
{
    const csuccess__fixed *sums = csuccess__series_sums(s);
    csuccess__fixed sum = {0, 0};
    if (r->base) sum = s->base[1].sum;
    if (r->high > r->low) sum = csuccess__plus(sum, sums[r->high - 1]);
    if (r->high > r->low && r->low > 0) sum = csuccess__minus(sum, sums[r->low - 1]);
    return sum;
}

/* The nearest double of a sum over `count` numbers. One division of two whole numbers that are exact rounds once, as the long way does. */
static double quotient(const csuccess__series *s, csuccess__fixed sum, uint64_t count)
{
    const uint64_t most = UINT64_C(1) << 53;
    uint64_t by = count < most ? csuccess__tens[9 - s->scale] * count : most;
    bool whole = (sum.hi == 0 && sum.lo <= most) || (sum.hi == -1 && sum.lo >= 0 - most);
    if (whole && count < UINT64_C(1) << 22 && by <= most) {
        return (double)(int64_t)sum.lo / (double)by;
    }
    return csuccess__fixed_mean(csuccess__series_unscaled(s, sum), count);
}

static csuccess__value count(const csuccess__series *s, const reach *r)
{
    return number((double)counted(s, r));
}

static csuccess__value active_days(const csuccess__series *s, const reach *r)
{
    (void)s;
    return number(r->high > r->low ? (double)(r->high - r->low) : 0);
}

static csuccess__value sum(const csuccess__series *s, const reach *r)
{
    return number(quotient(s, summed(s, r), 1));
}

static csuccess__value mean(const csuccess__series *s, const reach *r)
{
    uint64_t n = counted(s, r);
    return n ? number(quotient(s, summed(s, r), n)) : nothing();
}

static csuccess__value least(const csuccess__series *s, const reach *r)
{
    const double *numbers = csuccess__series_numbers(s);
    if (!r->base && r->low >= r->high) return nothing();
    double v = r->base ? s->base[0].number : numbers[r->low];
    for (uint32_t i = r->low; i < r->high; i++) v = numbers[i] < v ? numbers[i] : v;
    return number(v);
}

static csuccess__value greatest(const csuccess__series *s, const reach *r)
{
    const double *numbers = csuccess__series_numbers(s);
    if (!r->base && r->low >= r->high) return nothing();
    double v = r->base ? s->base[0].number : numbers[r->low];
    for (uint32_t i = r->low; i < r->high; i++) v = numbers[i] > v ? numbers[i] : v;
    return number(v);
}

static csuccess__value mark(const csuccess__series *s, const reach *r)
{
    bool first = s->part == CSUCCESS__PART_FIRST;
    bool buckets = r->low < r->high;
    if (!buckets && !r->base) return nothing();
    const csuccess__mark *marks = csuccess__series_marks(s);
    const csuccess__mark *found = &s->base[0].mark;
    if (buckets && !(first && r->base)) found = &marks[first ? r->low : r->high - 1];
    csuccess__value v = csuccess__mark_value((csuccess_str){s->pool + found->at, found->len});
    return v.kind == (uint8_t)s->def->kind ? v : nothing();
}

static csuccess__value last_time(const csuccess__series *s, const reach *r)
{
    if (r->low < r->high) return csuccess__time(csuccess__series_times(s)[r->high - 1]);
    return r->base ? csuccess__time(s->base[0].time) : nothing();
}

/* `distinct` is done apart, since it says whether it is exact. */
static make_value *const makers[CSUCCESS__FIGURE_COUNT_OF] = {
    [CSUCCESS__FIGURE_COUNT] = count, [CSUCCESS__FIGURE_ACTIVE_DAYS] = active_days,
    [CSUCCESS__FIGURE_SUM] = sum,     [CSUCCESS__FIGURE_MEAN] = mean,
    [CSUCCESS__FIGURE_LEAST] = least, [CSUCCESS__FIGURE_GREATEST] = greatest,
    [CSUCCESS__FIGURE_MARK] = mark,   [CSUCCESS__FIGURE_TIME] = last_time,
};

/* Of `last` and `last_time` the base is one event, whose day is known. */
static bool has_base(const csuccess__series *s, csuccess__span span)
{
    if (s->folded == CSUCCESS__DAY_NONE) return false;
    if (span.start == CSUCCESS__DAY_NONE) return true;
    if (s->part == CSUCCESS__PART_LAST) {
        return csuccess__day_of(s->base[0].mark.time) >= span.start;
    }
    return s->part == CSUCCESS__PART_LAST_TIME &&
           csuccess__day_of(s->base[0].time) >= span.start;
}

static csuccess__value distinct(csuccess__series_desk *desk, const csuccess__series *s,
                                const csuccess__aggregate *aggregate, const reach *r)
{
    uint32_t level = s->level;
    double v;
    if (s->part == CSUCCESS__PART_DAYS) {
        v = r->high > r->low ? (double)(r->high - r->low) : 0;
        v *= (double)((uint64_t)1 << level);
    } else {
        v = csuccess__distinct_count(s, r->span, &level);
    }
    if (level > 0)
        desk->approximate[aggregate->slot / 64] |= UINT64_C(1) << aggregate->slot % 64;
    return number(v);
}

static csuccess__value value_of(csuccess__series_desk *desk,
                                const csuccess__aggregate *aggregate, csuccess__span span)
{
    csuccess__series *s = &desk->series[aggregate->series];
    if (!aggregate->keep && !is_complete(s, span)) {
        return csuccess__missing(CSUCCESS__ABSENCE_NOT_COVERED);
    }
    reach r = {span, 0, 0, has_base(s, span)};
    r.low = span.start == CSUCCESS__DAY_NONE ? 0 : csuccess__series_at(s, span.start);
    r.high = csuccess__series_at(s, span.end + 1);
    if (aggregate->figure == CSUCCESS__FIGURE_DISTINCT) return distinct(desk, s, aggregate, &r);
    csuccess__value v = makers[aggregate->figure](s, &r);
    if (v.kind == CSUCCESS__KIND_STRING) {
        v.code = csuccess__constants_find(desk->set->constants, v.as.string);
    }
    return v;
}

static csuccess_result give(csuccess__series_desk *desk, const csuccess__aggregate *aggregate,
                            int64_t now, const csuccess__series_context *context,
                            csuccess__value *out)
{
    csuccess__span span = desk->spans[aggregate->window];
    if (desk->set->windows[aggregate->window].kind == CSUCCESS__WINDOW_TERM) {
        if (!context->has_term) {
            *out = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
            return CSUCCESS_OK;
        }
        int32_t start = csuccess__day_of(context->term_start);
        /* A term that began longer ago than is kept is not covered. */
        if (start < span.start) {
            *out = csuccess__missing(CSUCCESS__ABSENCE_NOT_COVERED);
            return CSUCCESS_OK;
        }
        span.start = start;
    }
    csuccess__absence why = source_of(desk, aggregate, span, now, context->sources);
    if (why != CSUCCESS__ABSENCE_PRESENT) {
        *out = csuccess__missing(why);
        return CSUCCESS_OK;
    }
    csuccess_result result = csuccess__desk_load(desk, aggregate->series);
    if (result == CSUCCESS_OK) *out = value_of(desk, aggregate, span);
    return result;
}

csuccess_result csuccess__series_values(csuccess__series_desk *desk, int64_t now,
                                        const csuccess__series_context *context,
                                        csuccess__value *slots)
{
    const csuccess__aggregates *set = desk->set;
    csuccess__desk_spans(desk, csuccess__day_of(now));
    memset(desk->approximate, 0, (set->slots / 64 + 1) * sizeof *desk->approximate);
    for (uint32_t i = 0; i < set->count; i++) {
        const csuccess__aggregate *aggregate = &set->list[i];
        uint32_t slot = aggregate->slot;
        if (context->given && context->given[slot / 64] >> slot % 64 & 1) continue;
        csuccess_result result = give(desk, aggregate, now, context, &slots[slot]);
        if (result < 0) return result;
    }
    return CSUCCESS_OK;
}

bool csuccess__series_approximate(csuccess__series_desk *desk, uint32_t slot)
{
    return slot < desk->set->slots && (desk->approximate[slot / 64] >> slot % 64 & 1) != 0;
}

/* ---- What changes by itself ---- */

/* Whether the value over this window can be another one tomorrow though nothing happens. */
static bool moves(const csuccess__series *s, csuccess__span span)
{
    uint32_t from = span.start == CSUCCESS__DAY_NONE ? csuccess__series_at(s, span.end + 1)
                                                     : csuccess__series_at(s, span.start);
    if (from < s->n) return true;
    if (span.start == CSUCCESS__DAY_NONE) return false;
    /* `last` may leave the window; what was never complete may become so. */
    return has_base(s, span) || !is_complete(s, span);
}

int64_t csuccess__series_next(csuccess__series_desk *desk, int64_t now)
{
    const csuccess__aggregates *set = desk->set;
    int32_t today = csuccess__day_of(now);
    csuccess__desk_spans(desk, today);
    for (uint32_t i = 0; i < set->count; i++) {
        const csuccess__aggregate *aggregate = &set->list[i];
        if (csuccess__desk_load(desk, aggregate->series) < 0) continue;
        const csuccess__series *s = &desk->series[aggregate->series];
        if (!moves(s, desk->spans[aggregate->window])) continue;
        int64_t midnight = (today + INT64_C(1)) * CSUCCESS__DAY_MS;
        return csuccess__time_valid(midnight) ? midnight : CSUCCESS__NEVER;
    }
    return CSUCCESS__NEVER;
}
