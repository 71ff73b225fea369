/* SPDX-License-Identifier: Apache-2.0 */
/* Thresholds by cost. */
#include "stats/threshold.h"

#include "stats/ranking.h"

static bool is_amount(double x)
{
    return x >= 0 && x <= 1e15;
}

static bool is_good(const csuccess__costs *costs)
{
    return is_amount(costs->false_alarm) && is_amount(costs->missed) &&
           (!costs->has_capacity || is_amount(costs->capacity));
}

/* Acting on nobody. */
static csuccess__cost_point nobody(const csuccess__ranking *ranking,
                                   const csuccess__costs *costs)
{
    return (csuccess__cost_point){.threshold = {0, false},
                                  .cost = costs->missed * ranking->weights[1]};
}

/* Acting on the group and on all above it. */
static csuccess__cost_point acting(const csuccess__score_group *group,
                                   const csuccess__ranking *ranking,
                                   const csuccess__costs *costs)
{
    double alarms = group->above[0] + group->weights[0];
    double hits = group->above[1] + group->weights[1];
    double missed = ranking->weights[1] - hits;
    return (csuccess__cost_point){
        .threshold = csuccess__present(group->score),
        .acted = alarms + hits,
        .cost = costs->false_alarm * alarms + costs->missed * (missed > 0 ? missed : 0),
    };
}

csuccess_result csuccess__threshold_choose(csuccess__cost_point *out,
                                           const csuccess__ranking *ranking,
                                           const csuccess__costs *costs)
{
    if (!is_good(costs)) return CSUCCESS_EINVALID;
    csuccess__cost_point best = nobody(ranking, costs);
    for (csuccess__score_group group = {0}; csuccess__ranking_next(&group, ranking);) {
        csuccess__cost_point point = acting(&group, ranking, costs);
        if (costs->has_capacity && point.acted > costs->capacity) break;
        if (point.cost < best.cost) best = point;
    }
    *out = best;
    return CSUCCESS_OK;
}

csuccess_result csuccess__cost_curve(csuccess__cost_point *out, uint32_t points,
                                     const csuccess__ranking *ranking,
                                     const csuccess__costs *costs)
{
    if (!is_good(costs) || points < 2) return CSUCCESS_EINVALID;
    double all = ranking->weights[0] + ranking->weights[1];
    csuccess__cost_point now = nobody(ranking, costs);
    uint32_t at = 0;
    for (csuccess__score_group group = {0}; csuccess__ranking_next(&group, ranking);) {
        csuccess__cost_point next = acting(&group, ranking, costs);
        while (at + 1 < points && all * at / (points - 1) < next.acted) out[at++] = now;
        now = next;
    }
    while (at < points) out[at++] = now;
    return CSUCCESS_OK;
}

csuccess__figure csuccess__threshold_of_costs(const csuccess__costs *costs)
{
    if (!is_good(costs)) return (csuccess__figure){0, false};
    return csuccess__share(costs->false_alarm, costs->false_alarm + costs->missed);
}
