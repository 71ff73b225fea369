/* SPDX-License-Identifier: Apache-2.0 */
/* From which score on it pays to act. */
#ifndef CSUCCESS__STATS_THRESHOLD_H
#define CSUCCESS__STATS_THRESHOLD_H

#include "stats/figures.h"

typedef struct csuccess__costs {
    double false_alarm; /* of acting on a row of label 0; 0 to 1e15 */
    double missed;      /* of not acting on a row of label 1; 0 to 1e15 */
    bool has_capacity;
    double capacity; /* most rows (weight, when there are weights) that can be acted on */
} csuccess__costs;

typedef struct csuccess__cost_point {
    csuccess__figure threshold; /* act at score >= threshold; absent: on nobody */
    double acted;               /* rows (weight) acted on */
    double cost;                /* false_alarm * false alarms + missed * missed ones */
} csuccess__cost_point;

/* The threshold of least cost on these rows, among all that split no rows of equal score and
   keep to the capacity; of equal costs the one that acts on fewest. EINVALID for a cost or a
   capacity out of range. */
csuccess_result csuccess__threshold_choose(csuccess__cost_point *out,
                                           const csuccess__ranking *ranking,
                                           const csuccess__costs *costs);
/* The curve at `points` >= 2 shares 0, 1 / (points - 1), ..., 1 of the rows acted on, each taken
   down to where it splits no rows of equal score; the capacity is not looked at. EINVALID. */
csuccess_result csuccess__cost_curve(csuccess__cost_point *out, uint32_t points,
                                     const csuccess__ranking *ranking,
                                     const csuccess__costs *costs);
/* The threshold for calibrated probabilities, without any rows: false_alarm / (false_alarm +
   missed) (Elkan, The foundations of cost-sensitive learning, 2001). Absent when both are 0. */
csuccess__figure csuccess__threshold_of_costs(const csuccess__costs *costs);

#endif
