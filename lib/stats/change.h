/* SPDX-License-Identifier: Apache-2.0 */
/* Where the level of a short series changed, and how far it fell below its baseline. */
#ifndef CSUCCESS__STATS_CHANGE_H
#define CSUCCESS__STATS_CHANGE_H

#include "stats/figures.h"

/* Most points of a series; the work grows with their square. */
#define CSUCCESS__CHANGE_POINTS 1000

typedef struct csuccess__change {
    uint32_t at;               /* index of the first point of the new level */
    double before, after;      /* medians of the stretches on both sides */
    double size;               /* after - before */
    csuccess__figure relative; /* size / |before|; absent when before is 0 */
    double strength; /* |size| in robust standard deviations of the noise; held at 1e6 */
} csuccess__change;

typedef struct csuccess__change_series {
    const double *values; /* of equal periods, by time; at most 1e300 in size */
    uint32_t n;
    uint32_t least; /* points of a stretch; 0: 3 */
    double penalty; /* of one more stretch, in ln n; 0: 2 */
} csuccess__change_series;

/* The stretches of constant level that fit best together with the penalty, by exact dynamic
   programming (Jackson et al., An algorithm for optimal partitioning of data on an interval,
   2005) over absolute distances from the median of a stretch, which single wild points do not
   move. Distances count in units of the noise, which the median of successive differences
   measures. With the default penalty, series of independent normal noise show a change that is
   none in about 5 of 100 with 8 points, 1 of 100 with 24 and more. Writes at most `room` changes, by time; *count is how many there are. EINVALID: a
   value that is not finite; ELIMIT; ENOMEM. */
csuccess_result csuccess__change_points(csuccess__change *out, uint32_t room, uint32_t *count,
                                        const csuccess__change_series *in,
                                        const csuccess_allocator *mem);

/* (baseline - now) / baseline: 0.3 is a decline of 30 %, below 0 a rise. Absent when the baseline
   is not above `floor` (0 or more): nothing can decline from nothing. */
csuccess__figure csuccess__relative_decline(double now, double baseline, double floor);

#endif
