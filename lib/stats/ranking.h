/* SPDX-License-Identifier: Apache-2.0 */
/* Walking over a ranking by groups of equal score, for the files that figure on it. */
#ifndef CSUCCESS__STATS_RANKING_H
#define CSUCCESS__STATS_RANKING_H

#include "stats/figures.h"

/* Start from one that is all zero. */
typedef struct csuccess__score_group {
    uint32_t from, to; /* in ranking->order */
    double score;
    double weights[2]; /* of the group by label */
    double above[2];   /* of all rows of greater score by label */
} csuccess__score_group;

/* The next group, by descending score; false when there is none. */
bool csuccess__ranking_next(csuccess__score_group *group, const csuccess__ranking *ranking);

static inline csuccess__figure csuccess__present(double value)
{
    return (csuccess__figure){value, true};
}
/* above / below; absent when below is not above 0. */
static inline csuccess__figure csuccess__share(double above, double below)
{
    return below > 0 ? csuccess__present(above / below) : (csuccess__figure){0, false};
}

static inline double csuccess__weight_of(const csuccess__scored *data, uint32_t row)
{
    return data->weights ? data->weights[row] : 1;
}

#endif
