/* SPDX-License-Identifier: Apache-2.0 */
/* The robust line: median of pairwise slopes, Sen's interval, forecast. */
#include "stats/trend.h"

#include "base/number.h"
#include "stats/quantiles.h"

#include <string.h>

static const struct {
    double confidence, z; /* z: quantile of the standard normal at (1 + confidence) / 2 */
} levels[] = {
    {0.80, 1.2815515655446004},
    {0.90, 1.6448536269514722},
    {0.95, 1.959963984540054},
    {0.99, 2.5758293035489004},
};

/* 0 for a confidence that is not offered. */
static double normal_quantile(double confidence)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (fabs(confidence - levels[i].confidence) < 1e-9) {
            return levels[i].z;
        }
    }
    return 0;
}

/* Everything in double: days since the earliest point. */
struct work {
    double *days, *values, *sorted, *slopes;
    size_t n, pairs;
    int64_t earliest;
};

static double days_between(int64_t from, int64_t to)
{
    return (double)(to - from) / 86400000.0;
}

static void fill(struct work *w, const csuccess__trend_input *in)
{
    w->earliest = in->points[0].time;
    for (size_t i = 1; i < w->n; i++) {
        w->earliest = in->points[i].time < w->earliest ? in->points[i].time : w->earliest;
    }
    for (size_t i = 0; i < w->n; i++) {
        w->days[i] = days_between(w->earliest, in->points[i].time);
        w->values[i] = in->points[i].value;
    }
    w->pairs = 0;
    for (size_t i = 0; i < w->n; i++) {
        for (size_t j = 0; j < i; j++) {
            double apart = w->days[i] - w->days[j];
            if (apart < 0 || apart > 0) {
                w->slopes[w->pairs++] = (w->values[i] - w->values[j]) / apart;
            }
        }
    }
    csuccess__sort_doubles(w->slopes, w->pairs);
}

/* The sum over groups of k equal numbers of k (k - 1) (2 k + 5). */
static double tie_term(const double *sorted, size_t n)
{
    double term = 0;
    for (size_t i = 0, k = 1; i < n; i += k, k = 1) {
        while (i + k < n && !(sorted[i + k] > sorted[i])) {
            k++;
        }
        term += (double)k * (double)(k - 1) * (double)(2 * k + 5);
    }
    return term;
}

static const double *sort_copy(struct work *w, const double *from)
{
    memcpy(w->sorted, from, w->n * sizeof *from);
    csuccess__sort_doubles(w->sorted, w->n);
    return w->sorted;
}

static double half_even(double x)
{
    return (x + 0x1.8p52) - 0x1.8p52;
}

static double slope_at(const struct work *w, double rank)
{
    double last = (double)(w->pairs - 1);
    return w->slopes[(size_t)(rank < 0 ? 0 : rank > last ? last : rank)];
}

/* Sen's interval: ranks (N -+ z sd(S)) / 2 of the slopes, Kendall's variance with ties in both.
   */
static void bound_slope(csuccess__trend *out, struct work *w, double z)
{
    double n = (double)w->n;
    double ties = tie_term(sort_copy(w, w->values), w->n);
    ties += tie_term(sort_copy(w, w->days), w->n);
    double variance = (n * (n - 1) * (2 * n + 5) - ties) / 18;
    double reach = variance > 0 ? z * sqrt(variance) : 0;
    double pairs = (double)w->pairs;
    out->slope_low = slope_at(w, half_even((pairs - reach) / 2) - 1);
    out->slope_high = slope_at(w, half_even((pairs + reach) / 2));
}

static void forecast(csuccess__trend *out, struct work *w, double at, double confidence)
{
    double middle = csuccess__quantile_of(sort_copy(w, w->days), w->n, 0.5);
    for (size_t i = 0; i < w->n; i++) {
        w->values[i] -= out->slope * w->days[i];
    }
    const double *levels_sorted = sort_copy(w, w->values);
    double level = csuccess__quantile_of(levels_sorted, w->n, 0.5);
    double below = csuccess__quantile_of(levels_sorted, w->n, (1 - confidence) / 2) - level;
    double above = csuccess__quantile_of(levels_sorted, w->n, (1 + confidence) / 2) - level;
    double ahead = at - middle;
    double turn_low = (out->slope_low - out->slope) * ahead;
    double turn_high = (out->slope_high - out->slope) * ahead;
    out->value = level + out->slope * at;
    out->low = out->value + below + (turn_low < turn_high ? turn_low : turn_high);
    out->high = out->value + above + (turn_low < turn_high ? turn_high : turn_low);
}

static bool is_all_finite(const csuccess__trend *t)
{
    return csuccess__is_finite(t->slope) && csuccess__is_finite(t->slope_low) &&
           csuccess__is_finite(t->slope_high) && csuccess__is_finite(t->value) &&
           csuccess__is_finite(t->low) && csuccess__is_finite(t->high);
}

static csuccess_result check(const csuccess__trend_input *in)
{
    if (in->n > CSUCCESS__TREND_POINTS) {
        return CSUCCESS_ELIMIT;
    }
    if (!(normal_quantile(in->confidence) > 0)) {
        return CSUCCESS_EINVALID;
    }
    for (size_t i = 0; i < in->n; i++) {
        if (!csuccess__is_finite(in->points[i].value)) {
            return CSUCCESS_EINVALID;
        }
    }
    return CSUCCESS_OK;
}

static void solve(csuccess__trend *out, struct work *w, const csuccess__trend_input *in)
{
    fill(w, in);
    if (w->pairs == 0 || !csuccess__is_finite(w->slopes[0]) ||
        !csuccess__is_finite(w->slopes[w->pairs - 1])) {
        return;
    }
    csuccess__trend found = {.present = true};
    found.slope = csuccess__quantile_of(w->slopes, w->pairs, 0.5);
    bound_slope(&found, w, normal_quantile(in->confidence));
    forecast(&found, w, days_between(w->earliest, in->horizon), in->confidence);
    if (is_all_finite(&found)) {
        *out = found;
    }
}

csuccess_result csuccess__trend_forecast(csuccess__trend *out, const csuccess_allocator *mem,
                                         const csuccess__trend_input *in)
{
    *out = (csuccess__trend){.present = false};
    csuccess_result r = check(in);
    if (r < 0 || in->n < 3) {
        return r;
    }
    size_t size = 3 * in->n + in->n * (in->n - 1) / 2;
    double *memory = csuccess__alloc(mem, size, sizeof *memory);
    if (!memory) {
        return CSUCCESS_ENOMEM;
    }
    struct work w = {.days = memory,
                     .values = memory + in->n,
                     .sorted = memory + 2 * in->n,
                     .slopes = memory + 3 * in->n,
                     .n = in->n};
    solve(out, &w, in);
    csuccess__release(mem, memory, size, sizeof *memory);
    return CSUCCESS_OK;
}
