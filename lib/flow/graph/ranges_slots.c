/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of slots before any condition asks: declared ranges, metrics, segments, and what flow computes. */
#include "flow/graph/intervals.h"

#include <math.h>

/* What flow and the rooms before it compute, within bounds of its own. */
static const struct {
    const char *path;
    double low, high;
    bool there; /* never missing */
} computed[] = {{"churn.probability", 0, 1, false},
                {"churn.confidence", 0, 1, false},
                {"health.completeness", 0, 1, false},
                {"health.confidence", 0, 1, false},
                {"onboarding.progress", 0, 1, true},
                {"features.breadth", 0, 1, false},
                {"features.depth", 0, 1, false},
                {"feature.risk", 0, 1, false},
                {"feature.days", 0, 28, true},
                {"tasks.open", 0, HUGE_VAL, true},
                {"tasks.overdue", 0, HUGE_VAL, true},
                {"goals.open", 0, HUGE_VAL, true},
                {"goals.achieved", 0, HUGE_VAL, true},
                {"goals.behind", 0, HUGE_VAL, true},
                {"milestone.achieved", 0, 1, true},
                {"journey.times", 0, HUGE_VAL, true},
                {"playbook.times", 0, HUGE_VAL, true},
                {"nps.score", -100, 100, false},
                {"nps.mean", 0, 10, false},
                {"nps.n", 0, 500, false},
                {"nps.promoters", 0, 100, false},
                {"nps.detractors", 0, 100, false}};

static void open_slot(csuccess__ranges *ranges, uint32_t i)
{
    const csuccess__slot *slot = &ranges->schema->slots[i];
    csuccess__interval r = csuccess__interval_any();
    const csuccess__attribute *a = slot->attribute;
    ranges->missing[i] = !a || csuccess__is_missing(a->fallback);
    if (a && a->has_min) r.low = a->min;
    if (a && a->has_max) r.high = a->max;
    for (size_t k = 0; !a && k < sizeof computed / sizeof computed[0]; k++) {
        if (!csuccess__str_is(slot->path, computed[k].path)) continue;
        r = csuccess__interval_of(computed[k].low, computed[k].high);
        ranges->missing[i] = !computed[k].there;
    }
    ranges->slots[i] = r;
}

/* Metrics stand in the order in which they are computed. */
static bool open_metric(csuccess__ranges *ranges, const csuccess__metric *metric)
{
    const csuccess__program *p = metric->program;
    if (!p || p->count == 0) return true;
    csuccess__arena_reset(&ranges->scratch);
    csuccess__interval *r = csuccess__arena_take(&ranges->scratch, p->count, sizeof *r);
    bool *missing = csuccess__arena_take(&ranges->scratch, p->count, sizeof *missing);
    if (!r || !missing) return false;
    csuccess__intervals_fill(r, ranges, p);
    ranges->slots[metric->slot] = r[p->count - 1];
    ranges->missing[metric->slot] = csuccess__missing_fill(missing, ranges, p);
    return true;
}

/* Those that are added by hand are always decided; the others are where their conditions are. */
static bool open_segment(csuccess__ranges *ranges, const csuccess__segment *segment)
{
    ranges->missing[segment->slot] = csuccess__ranges_may_miss(ranges, segment->when);
    return !ranges->lost;
}

bool csuccess__ranges_open(csuccess__ranges *ranges, const csuccess__schema *schema,
                           const csuccess__segments *segments, csuccess__arena *arena)
{
    *ranges = (csuccess__ranges){.schema = schema, .arena = arena};
    csuccess__arena_init(&ranges->scratch, arena->mem, 0);
    ranges->slots = CSUCCESS__NEW_ARRAY(arena, csuccess__interval, (size_t)schema->count + 1);
    ranges->missing = CSUCCESS__NEW_ARRAY(arena, bool, (size_t)schema->count + 1);
    ranges->lost = !ranges->slots || !ranges->missing;
    for (uint32_t i = 0; !ranges->lost && i < schema->count; i++) open_slot(ranges, i);
    for (uint32_t i = 0; !ranges->lost && i < schema->metric_count; i++) {
        ranges->lost = !open_metric(ranges, &schema->metrics[i]);
    }
    for (uint32_t i = 0; !ranges->lost && segments && i < segments->count; i++) {
        ranges->lost = !open_segment(ranges, &segments->list[i]);
    }
    return !ranges->lost;
}

void csuccess__ranges_close(csuccess__ranges *ranges)
{
    csuccess__arena_free(&ranges->scratch);
}
