/* SPDX-License-Identifier: Apache-2.0 */
/* Change points by optimal partitioning over absolute distances from medians. */
#include "stats/change.h"

#include "base/number.h"
#include "stats/quantiles.h"

#include <string.h>

struct search {
    const double *values;
    uint32_t n, least;
    double scale, penalty;
    double *best;   /* cost of the first i points */
    double *sorted; /* the stretch that is being grown, ascending */
    uint32_t *from; /* where the last stretch of the best split of the first i points begins */
};

/* Puts x into the ascending sorted[0 .. count) and gives how much the sum of distances from the
   median grows: by the distance from the nearest of the old medians. */
static double grow(double *sorted, uint32_t count, double x)
{
    uint32_t at = count;
    double low = count > 0 ? sorted[(count - 1) / 2] : x;
    double high = count > 0 ? sorted[count / 2] : x;
    for (; at > 0 && sorted[at - 1] > x; at--) sorted[at] = sorted[at - 1];
    sorted[at] = x;
    return x < low ? low - x : x > high ? x - high : 0;
}

/* The noise: of successive differences the median distance from 0, as the standard deviation of
   one value that is normal; where most values repeat, their mean. */
static double noise_of(struct search *s)
{
    double sum = 0;
    for (uint32_t i = 1; i < s->n; i++) {
        s->sorted[i - 1] = fabs(s->values[i] - s->values[i - 1]);
        sum += s->sorted[i - 1] / (s->n - 1);
    }
    csuccess__sort_doubles(s->sorted, s->n - 1);
    double middle = csuccess__quantile_of(s->sorted, s->n - 1, 0.5);
    const double of_normal = 0.67448975019608171 * 1.4142135623730951;
    const double mean_of_normal = 1.1283791670955126; /* 2 / sqrt(pi) */
    return middle > 0 ? middle / of_normal : sum / mean_of_normal;
}

/* best[i] over all stretches [j, i) that leave a split of the first j points. */
static void split(struct search *s)
{
    for (uint32_t i = 0; i <= s->n; i++) s->best[i] = i > 0 ? (double)INFINITY : -s->penalty;
    for (uint32_t j = 0; j + s->least <= s->n; j++) {
        double cost = 0;
        if (!csuccess__is_finite(s->best[j])) continue;
        for (uint32_t i = j; i < s->n; i++) {
            cost += grow(s->sorted, i - j, s->values[i]) / s->scale;
            double whole = s->best[j] + cost + s->penalty;
            if (i + 1 - j >= s->least && whole < s->best[i + 1]) {
                s->best[i + 1] = whole;
                s->from[i + 1] = j;
            }
        }
    }
}

static double median_of(struct search *s, uint32_t from, uint32_t to)
{
    memcpy(s->sorted, s->values + from, (to - from) * sizeof *s->sorted);
    csuccess__sort_doubles(s->sorted, to - from);
    return csuccess__quantile_of(s->sorted, to - from, 0.5);
}

static csuccess__change change_at(struct search *s, uint32_t from, uint32_t at, uint32_t to)
{
    csuccess__change c = {
        .at = at, .before = median_of(s, from, at), .after = median_of(s, at, to)};
    c.size = c.after - c.before;
    c.strength = fabs(c.size) / s->scale;
    if (!(c.strength < 1e6)) c.strength = 1e6;
    double relative = c.size / fabs(c.before);
    if (csuccess__is_finite(relative)) c.relative = (csuccess__figure){relative, true};
    return c;
}

/* Reads the split from its end: `from` is turned round into `next`, in place. */
static uint32_t collect(struct search *s, csuccess__change *out, uint32_t room)
{
    uint32_t count = 0, to = s->n, next = s->n;
    while (to > 0) {
        uint32_t from = s->from[to];
        s->from[to] = next;
        next = to;
        to = from;
        count++;
    }
    uint32_t from = 0, at = next;
    for (uint32_t i = 0; i + 1 < count; i++) {
        uint32_t end = s->from[at];
        if (i < room) out[i] = change_at(s, from, at, end);
        from = at;
        at = end;
    }
    return count - 1;
}

static void release(struct search *s, const csuccess_allocator *mem)
{
    csuccess__release(mem, s->from, s->n + 1, sizeof *s->from);
    csuccess__release(mem, s->sorted, s->n, sizeof *s->sorted);
    csuccess__release(mem, s->best, s->n + 1, sizeof *s->best);
}

static csuccess_result check(const csuccess__change_series *in)
{
    if (in->n > CSUCCESS__CHANGE_POINTS) return CSUCCESS_ELIMIT;
    for (uint32_t i = 0; i < in->n; i++) {
        if (!(fabs(in->values[i]) <= 1e300)) return CSUCCESS_EINVALID;
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__change_points(csuccess__change *out, uint32_t room, uint32_t *count,
                                        const csuccess__change_series *in,
                                        const csuccess_allocator *mem)
{
    struct search s = {.values = in->values, .n = in->n, .least = in->least ? in->least : 3};
    *count = 0;
    csuccess_result r = check(in);
    if (r < 0 || s.n / 2 < s.least) return r;
    s.best = csuccess__alloc(mem, s.n + 1, sizeof *s.best);
    s.sorted = csuccess__alloc(mem, s.n, sizeof *s.sorted);
    s.from = csuccess__alloc(mem, s.n + 1, sizeof *s.from);
    if (s.best && s.sorted && s.from) {
        s.scale = noise_of(&s);
        s.penalty = (in->penalty > 0 ? in->penalty : 2) * csuccess__ln(s.n);
        if (s.scale > 0) { /* else nothing ever changes */
            split(&s);
            *count = collect(&s, out, room);
        }
    } else {
        r = CSUCCESS_ENOMEM;
    }
    release(&s, mem);
    return r;
}

csuccess__figure csuccess__relative_decline(double now, double baseline, double floor)
{
    double decline = (baseline - now) / baseline;
    if (!(baseline > floor && baseline > 0) || !csuccess__is_finite(decline)) {
        return (csuccess__figure){0, false};
    }
    return (csuccess__figure){decline, true};
}
