/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of a series by time, freed of their season. */
#include "churn/indicators.h"

#include "base/heap.h"
#include "base/number.h"
#include "calendar/time.h"

static bool is_before(const void *one, const void *other)
{
    const csuccess__point *a = one, *b = other;
    return a->time != b->time ? a->time < b->time : a->value < b->value;
}

csuccess_result csuccess__points_clean(csuccess__points *out, const csuccess_allocator *mem,
                                       const csuccess_series *series, int64_t until)
{
    *out = (csuccess__points){.cap = series->count};
    if (series->count == 0) return CSUCCESS_OK;
    out->items = csuccess__alloc(mem, out->cap, sizeof *out->items);
    if (!out->items) {
        out->cap = 0;
        return CSUCCESS_ENOMEM;
    }
    for (size_t i = 0; i < series->count; i++) {
        double v = series->values[i];
        if (v != v || series->times[i] > until) continue;
        out->items[out->count++] = (csuccess__point){series->times[i], v + 0.0};
    }
    csuccess__sort(out->items, out->count, sizeof *out->items, is_before);
    return CSUCCESS_OK;
}

void csuccess__points_free(csuccess__points *points, const csuccess_allocator *mem)
{
    csuccess__release(mem, points->items, points->cap, sizeof *points->items);
    *points = (csuccess__points){.count = 0};
}

/* The first point with a time above `after`. */
static size_t first_after(const csuccess__points *points, int64_t after)
{
    size_t from = 0, to = points->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (points->items[middle].time <= after) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

csuccess__stretch csuccess__points_between(const csuccess__points *points, int64_t after,
                                           int64_t to)
{
    csuccess__stretch s = {.count = 0};
    size_t from = first_after(points, after), end = first_after(points, to);
    double sum = 0, squares = 0;
    if (end <= from) return s;
    for (size_t i = from; i < end; i++) sum += points->items[i].value;
    s.count = end - from;
    s.mean = sum / (double)s.count;
    for (size_t i = from; i < end; i++) {
        double off = points->items[i].value - s.mean;
        squares += off * off;
    }
    if (s.count > 1) s.deviation = sqrt(squares / (double)(s.count - 1));
    return s;
}

/* Freed of a season that is nearly nothing, a number may be beyond what can be summed. */
static bool is_usable(double value)
{
    return fabs(value) <= 1e100;
}

void csuccess__points_unseason(csuccess__points *points, const csuccess_signals_options *o,
                               const csuccess_series *series)
{
    size_t kept = 0;
    for (size_t i = 0; i < points->count; i++) {
        csuccess__point p = points->items[i];
        csuccess_season_level level = CSUCCESS_SEASON_LEVEL_INIT;
        if (csuccess_season_at(o->season, o->segment, series->name, p.time, &level) !=
            CSUCCESS_OK) {
            continue;
        }
        bool by_factor = !(series->scale > 0);
        if (by_factor && !(level.present & CSUCCESS_SEASON_FACTOR)) continue;
        p.value = by_factor ? p.value / level.factor : p.value - level.offset;
        if (is_usable(p.value)) points->items[kept++] = p;
    }
    points->count = kept;
}

/* The time between two numbers, on the average. */
static int64_t step_of(const csuccess__points *points)
{
    size_t n = points->count;
    if (n < 2) return CSUCCESS__DAY_MS;
    int64_t step = (points->items[n - 1].time - points->items[0].time) / (int64_t)(n - 1);
    return step > 0 ? step : 1;
}

/* Sums of so many points each, so that a year before that many points share is not added up for each of
   them anew. */
enum { BLOCK = 256 };

typedef struct past {
    const csuccess__points *points;
    double *sums;
    size_t blocks;
    int64_t step;
} past;

static bool start_past(past *p, const csuccess__points *points, const csuccess_allocator *mem)
{
    *p = (past){points, NULL, points->count / BLOCK + 1, step_of(points)};
    p->sums = csuccess__alloc(mem, p->blocks, sizeof *p->sums);
    if (!p->sums) return false;
    for (size_t i = 0; i < points->count; i++) p->sums[i / BLOCK] += points->items[i].value;
    return true;
}

static double sum_between(const past *p, size_t from, size_t end)
{
    double sum = 0;
    while (from < end) {
        bool whole = from % BLOCK == 0 && end - from >= BLOCK;
        sum += whole ? p->sums[from / BLOCK] : p->points->items[from].value;
        from += whole ? BLOCK : 1;
    }
    return sum;
}

/* The customer's number of the same moment a year before. Of days the same day of the week: 52 weeks. */
static bool year_before(const past *p, int64_t time, double *out)
{
    const csuccess__duration year = {.months = 12}, weeks = {.days = 364};
    int64_t then;
    bool by_day = p->step < 7 * CSUCCESS__DAY_MS;
    if (!csuccess__time_subtract(&then, time, by_day ? weeks : year)) return false;
    size_t from = first_after(p->points, then - (p->step + 1) / 2);
    size_t end = first_after(p->points, then + p->step / 2);
    if (end <= from) return false;
    *out = sum_between(p, from, end) / (double)(end - from);
    return true;
}

/* Back in the units of the series, at the mean of what was compared with. */
static void rescale(csuccess__points *points, double mean, bool by_factor)
{
    size_t kept = 0;
    for (size_t i = 0; i < points->count; i++) {
        csuccess__point p = points->items[i];
        p.value = by_factor ? p.value * mean : p.value + mean;
        if (is_usable(p.value)) points->items[kept++] = p;
    }
    points->count = kept;
}

static void compare_with_year(csuccess__points *out, const past *from, bool by_factor)
{
    double sum = 0, then;
    for (size_t i = 0; i < from->points->count; i++) {
        csuccess__point p = from->points->items[i];
        bool known = year_before(from, p.time, &then);
        if (!known || (by_factor && !(then > 0))) continue;
        p.value = by_factor ? p.value / then : p.value - then;
        if (!is_usable(p.value)) continue;
        out->items[out->count++] = p;
        sum += then;
    }
    if (out->count > 0) rescale(out, sum / (double)out->count, by_factor);
}

csuccess_result csuccess__points_unyear(csuccess__points *points, const csuccess_allocator *mem,
                                        const csuccess_series *series)
{
    csuccess__points out = {.cap = points->count};
    past from;
    if (points->count == 0) return CSUCCESS_OK;
    out.items = csuccess__alloc(mem, out.cap, sizeof *out.items);
    bool good = start_past(&from, points, mem) && out.items;
    if (good) {
        compare_with_year(&out, &from, !(series->scale > 0));
        csuccess__points_free(points, mem);
        *points = out;
    } else {
        csuccess__release(mem, out.items, out.cap, sizeof *out.items);
    }
    csuccess__release(mem, from.sums, from.blocks, sizeof *from.sums);
    return good ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

csuccess_result csuccess__points_thin(csuccess__thinned *out, const csuccess_allocator *mem,
                                      const csuccess__points *points, int64_t after)
{
    size_t from = first_after(points, after), n = points->count - from;
    *out = (csuccess__thinned){.whole_count = n, .by = 1};
    if (n == 0) return CSUCCESS_OK;
    out->whole = points->items + from;
    out->by = (n + CSUCCESS__SIGNAL_POINTS - 1) / CSUCCESS__SIGNAL_POINTS;
    out->cap = (n + out->by - 1) / out->by;
    out->items = csuccess__alloc(mem, out->cap, sizeof *out->items);
    if (!out->items) {
        out->cap = 0;
        return CSUCCESS_ENOMEM;
    }
    for (size_t i = 0; i < n; i += out->by) {
        size_t end = n - i < out->by ? n : i + out->by;
        double sum = 0;
        for (size_t k = i; k < end; k++) sum += out->whole[k].value;
        int64_t first = out->whole[i].time, last = out->whole[end - 1].time;
        out->items[out->count++] =
            (csuccess__point){first + (last - first) / 2, sum / (double)(end - i)};
    }
    return CSUCCESS_OK;
}

void csuccess__thinned_free(csuccess__thinned *thinned, const csuccess_allocator *mem)
{
    csuccess__release(mem, thinned->items, thinned->cap, sizeof *thinned->items);
    *thinned = (csuccess__thinned){.count = 0};
}
