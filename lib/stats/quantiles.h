/* SPDX-License-Identifier: Apache-2.0 */
/* Exact quantiles and percentile ranks: all numbers are kept, up to a limit, and sorted when
   asked.

   Adding and merging in any order gives the same answers; an empty one is the identity. */
#ifndef CSUCCESS__STATS_QUANTILES_H
#define CSUCCESS__STATS_QUANTILES_H

#include "base/alloc.h"

/* Ascending. In place, without memory, n log n whatever the order; no NaN. */
void csuccess__sort_doubles(double *values, size_t n);
/* Of ascending numbers: the share below x and half of those equal to x, in per cent, 0 to 100.
   n > 0. */
double csuccess__rank_in(const double *sorted, size_t n, double x);
/* Of ascending numbers: the p-quantile, p in 0 to 1, by linear interpolation (type 7 of Hyndman
   and Fan, Sample quantiles in statistical packages, 1996). n > 0. */
double csuccess__quantile_of(const double *sorted, size_t n, double p);

typedef struct csuccess__quantiles {
    const csuccess_allocator *mem; /* borrowed */
    double *values;
    size_t count, cap;
    size_t limit; /* most numbers to keep */
    bool sorted;
} csuccess__quantiles;

void csuccess__quantiles_init(csuccess__quantiles *q, const csuccess_allocator *mem,
                              size_t limit);
void csuccess__quantiles_free(csuccess__quantiles *q);
/* EINVALID for a number that is not finite, ELIMIT, ENOMEM; nothing is changed then. */
csuccess_result csuccess__quantiles_add(csuccess__quantiles *q, double x);
/* The same of all numbers of another; from is not changed and is not into. */
csuccess_result csuccess__quantiles_merge(csuccess__quantiles *into,
                                          const csuccess__quantiles *from);
/* False when there are no numbers, x is NaN or p is not in 0 to 1. They sort what was added
   since. */
bool csuccess__quantiles_rank(double *out, csuccess__quantiles *q, double x);
bool csuccess__quantiles_at(double *out, csuccess__quantiles *q, double p);

#endif
