/* SPDX-License-Identifier: Apache-2.0 */
/* Drift between two samples: PSI and Kolmogorov-Smirnov. */
#include "stats/drift.h"

#include "base/number.h"
#include "stats/quantiles.h"
#include "stats/special.h"

#include <string.h>

csuccess__drift_verdict csuccess__drift_verdict_of(double value, double warn, double drift)
{
    return value >= drift  ? CSUCCESS__DRIFT_DRIFT
           : value >= warn ? CSUCCESS__DRIFT_WARN
                           : CSUCCESS__DRIFT_STABLE;
}

static double sum_of(const double *counts, uint32_t bins)
{
    double sum = 0;
    for (uint32_t i = 0; i < bins; i++) sum += counts[i];
    return sum;
}

/* The share of a bin; an empty one counts as half a row. */
static double share_of(double count, double all)
{
    return (count > 0 ? count : 0.5) / all;
}

csuccess__psi csuccess__psi_of(const double *then, const double *now, uint32_t bins)
{
    csuccess__psi out = {.value = {0, false}};
    double all_then = sum_of(then, bins), all_now = sum_of(now, bins), sum = 0;
    uint32_t there = 0;
    if (!(all_then > 0 && all_now > 0)) return out;
    for (uint32_t i = 0; i < bins; i++) {
        if (!(then[i] > 0 || now[i] > 0)) continue;
        double a = share_of(then[i], all_then), b = share_of(now[i], all_now);
        sum += (b - a) * csuccess__ln(b / a);
        there++;
    }
    if (!csuccess__is_finite(sum)) return out;
    out.value = (csuccess__figure){sum, true};
    if (there > 1) {
        double chi_square = sum / (1 / all_then + 1 / all_now);
        out.p = (csuccess__figure){csuccess__chi_square_upper(chi_square, there - 1), true};
    }
    return out;
}

void csuccess__bin_counts(double *counts, const double *bounds, uint32_t n,
                          const double *numbers, uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t from = 0, to = n;
        while (from < to) {
            uint32_t middle = from + (to - from) / 2;
            if (bounds[middle] < numbers[i]) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        counts[from] += 1;
    }
}

static double *sorted_copy(csuccess__sample sample, const csuccess_allocator *mem)
{
    double *sorted = csuccess__alloc(mem, sample.n, sizeof *sorted);
    if (!sorted) return NULL;
    memcpy(sorted, sample.values, sample.n * sizeof *sorted);
    csuccess__sort_doubles(sorted, sample.n);
    return sorted;
}

/* A bound is a value that occurs, so that the rows of a bin are those up to it; the greatest value
   bounds nothing. */
csuccess_result csuccess__bin_bounds(double *bounds, uint32_t *count, uint32_t parts,
                                     csuccess__sample sample, const csuccess_allocator *mem)
{
    *count = 0;
    if (sample.n == 0 || parts < 2) return CSUCCESS_OK;
    double *sorted = sorted_copy(sample, mem);
    if (!sorted) return CSUCCESS_ENOMEM;
    for (uint32_t i = 1; i < parts; i++) {
        uint64_t at = (uint64_t)sample.n * i / parts;
        double bound = sorted[at > 0 ? at - 1 : 0];
        bool rises = *count == 0 || bound > bounds[*count - 1];
        if (rises && bound < sorted[sample.n - 1]) bounds[(*count)++] = bound;
    }
    csuccess__release(mem, sorted, sample.n, sizeof *sorted);
    return CSUCCESS_OK;
}

/* The greatest distance of the two distribution functions, over every value that occurs. */
static double distance(csuccess__sample a, csuccess__sample b)
{
    double most = 0;
    for (uint32_t i = 0, j = 0; i < a.n && j < b.n;) {
        double x = a.values[i] < b.values[j] ? a.values[i] : b.values[j];
        while (i < a.n && !(a.values[i] > x)) i++;
        while (j < b.n && !(b.values[j] > x)) j++;
        double apart = fabs((double)i / a.n - (double)j / b.n);
        most = apart > most ? apart : most;
    }
    return most;
}

csuccess_result csuccess__ks_two_sample(csuccess__ks *out, csuccess__sample a,
                                        csuccess__sample b, const csuccess_allocator *mem)
{
    *out = (csuccess__ks){.statistic = {0, false}};
    if (a.n == 0 || b.n == 0) return CSUCCESS_OK;
    double *first = sorted_copy(a, mem), *second = sorted_copy(b, mem);
    bool good = first && second;
    if (good) {
        double d = distance((csuccess__sample){first, a.n}, (csuccess__sample){second, b.n});
        double root = sqrt((double)a.n / ((double)a.n + b.n) * b.n);
        out->statistic = (csuccess__figure){d, true};
        out->p = (csuccess__figure){csuccess__kolmogorov_upper(root * d), true};
    }
    csuccess__release(mem, first, a.n, sizeof *first);
    csuccess__release(mem, second, b.n, sizeof *second);
    return good ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}
