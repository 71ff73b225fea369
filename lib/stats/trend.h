/* SPDX-License-Identifier: Apache-2.0 */
/* Where a score is heading: a robust line through its past, and the line further on.

   The slope is the median of the slopes of all pairs of points (Theil 1950; P. K. Sen,
   Estimates of the regression coefficient based on Kendall's tau, 1968), so that up to 29 % of
   wild points do not move it far. The interval of the slope is Sen's, from the variance of
   Kendall's S, without an assumption on the distribution. */
#ifndef CSUCCESS__STATS_TREND_H
#define CSUCCESS__STATS_TREND_H

#include "base/alloc.h"

typedef struct csuccess__trend_point {
    int64_t time; /* ms since the epoch, years 1 to 9999 */
    double value;
} csuccess__trend_point;

typedef struct csuccess__trend {
    bool present; /* false: fewer than 3 points, or fewer than 2 times */
    double slope; /* per day */
    double slope_low, slope_high;
    double value; /* at the horizon */
    double low, high;
} csuccess__trend;

/* Most points; the work grows with their square. */
#define CSUCCESS__TREND_POINTS 400

typedef struct csuccess__trend_input {
    const csuccess__trend_point *points; /* in any order */
    size_t n;
    int64_t horizon;   /* the time to forecast */
    double confidence; /* 0.8, 0.9, 0.95 or 0.99 */
} csuccess__trend_input;

/* The interval of the value carries that of the slope from the median time to the horizon and
   adds the matching quantiles of the distances of the points from the line: it is about a new
   observation, not about the line. Two points of one time count for the level, not for the
   slope. ELIMIT beyond CSUCCESS__TREND_POINTS, EINVALID for a value that is not finite or
   another confidence, ENOMEM; *out is not present then, nor when a result overflows. */
csuccess_result csuccess__trend_forecast(csuccess__trend *out, const csuccess_allocator *mem,
                                         const csuccess__trend_input *in);

#endif
