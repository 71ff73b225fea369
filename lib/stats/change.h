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

/* 0 in a field is its default. */
typedef struct csuccess__change_options {
    uint32_t least; /* points of a stretch; 3 */
    double penalty; /* of one more stretch, in ln of the number of points; 3 */
} csuccess__change_options;

/* The stretches of constant level that together with the penalty fit best, by exact dynamic
   programming (Jackson et al. 2005, optimal partitioning) over absolute distances from the median of a stretch, which
   single wild points do not move; the noise is measured by the median absolute deviation of successive
   differences. Writes at most `room` changes, by time; *count is how many there are. EINVALID:
   a value that is not finite; ELIMIT; ENOMEM. */
csuccess_result csuccess__change_points(csuccess__change *out, uint32_t room, uint32_t *count,
                                        const double *values, uint32_t n,
                                        const csuccess__change_options *options,
                                        const csuccess_allocator *mem);

/* (baseline - now) / baseline: 0.3 is a decline of 30 %, below 0 a rise. Absent when the baseline
   is not above `floor` (0 or more): nothing can decline from nothing. */
csuccess__figure csuccess__relative_decline(double now, double baseline, double floor);

#endif
