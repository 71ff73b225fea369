/* SPDX-License-Identifier: Apache-2.0 */
/* Count, sum, mean, least and greatest of numbers; exact, so that neither order nor grouping
   shows.

   Each number is taken to nine decimals (half to even) and added in 128-bit fixed point. The
   laws: adding in any order, and merging in any order and grouping, gives the same bits; an
   accumulator just started is the identity. */
#ifndef CSUCCESS__STATS_SUM_H
#define CSUCCESS__STATS_SUM_H

#include "base/number.h"

typedef struct csuccess__sum {
    csuccess__fixed total;
    uint64_t count;
    double min, max; /* of the numbers as given; 0 while count is 0; -0 counts as 0 */
} csuccess__sum;

void csuccess__sum_start(csuccess__sum *sum);
/* False, with nothing changed, when x is not finite, |x| > 9e27, or the total would not fit. */
bool csuccess__sum_add(csuccess__sum *sum, double x);
/* False, with nothing changed, when the total would not fit. from may be into. */
bool csuccess__sum_merge(csuccess__sum *into, const csuccess__sum *from);
double csuccess__sum_total(const csuccess__sum *sum);
/* Nearest double to the exact mean of the rounded numbers; false when there are none. */
bool csuccess__sum_mean(double *out, const csuccess__sum *sum);

#endif
