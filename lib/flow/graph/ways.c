/* SPDX-License-Identifier: Apache-2.0 */
/* Ways through journeys as edges with times. */
#include "flow/graph/ways.h"

#include "base/number.h"

static const int64_t most_shift = 2 * CSUCCESS__HOUR_MS;
/* Shares of a split add to 1 but for the last bits. */
static const double no_share = 1e-9;

/* ---- Durations ---- */

int64_t csuccess__flow_shift(const csuccess__flow *flow)
{
    csuccess_str zone = flow->tenant.zone;
    bool utc = zone.len == 0 || csuccess__str_is(zone, "UTC") || csuccess__str_is(zone, "Z");
    uint32_t slot = csuccess__schema_find(flow->schema, CSUCCESS_STR("zone"), NULL);
    return utc && slot == UINT32_MAX ? 0 : most_shift;
}

int64_t csuccess__duration_least(csuccess__duration d, int64_t shift_ms)
{
    int64_t years = d.months / 12, months = d.months % 12;
    int64_t days = years * 365 + months * 28 + d.days;
    int64_t ms = days * CSUCCESS__DAY_MS + d.ms;
    if (d.months || d.days) ms -= shift_ms;
    return ms > 0 ? ms : 0;
}

int64_t csuccess__duration_most(csuccess__duration d, int64_t shift_ms)
{
    int64_t years = d.months / 12, months = d.months % 12;
    int64_t days = years * 366 + months * 31 + d.days;
    int64_t ms = days * CSUCCESS__DAY_MS + d.ms;
    if (d.months || d.days) ms += shift_ms;
    return ms > 0 ? ms : 0;
}

/* ---- Ways ---- */

/* A plain wait goes on by NEXT; one for events by them or, when its time is over, by TIMEOUT. */
static bool wait_way(const csuccess__journey_step *step, uint32_t i)
{
    bool timed = step->has_for || step->until_time || step->has_timeout;
    if (i >= CSUCCESS__WAY_EVENTS) return i < CSUCCESS__WAY_EVENTS + step->until_count;
    return timed && i == (step->until_count ? (uint32_t)CSUCCESS__WAY_TIMEOUT
                                            : (uint32_t)CSUCCESS__WAY_NEXT);
}

static bool split_way(const csuccess__journey_step *step, uint32_t i)
{
    double left = 1;
    if (i == CSUCCESS__WAY_NEXT) return false;
    uint32_t arms = step->way_count - CSUCCESS__WAY_ARMS;
    if (i >= CSUCCESS__WAY_ARMS) return step->shares[i - CSUCCESS__WAY_ARMS] > 0;
    for (uint32_t k = 0; k < arms; k++) left -= step->shares[k];
    return left > no_share;
}

/* A task has an end of each kind, a playbook's run two. */
static bool waiting_way(const csuccess__journey_step *step, uint32_t i)
{
    if (i == CSUCCESS__WAY_TIMEOUT) return step->has_timeout;
    bool task = step->type != CSUCCESS__STEP_START_PLAYBOOK;
    return task || i == CSUCCESS__WAY_NEXT || i == CSUCCESS__WAY_CANCELLED;
}

bool csuccess__way_there(const csuccess__journey_step *step, uint32_t i)
{
    if (i >= step->way_count || step->type == CSUCCESS__STEP_EXIT) return false;
    switch (step->type) {
    case CSUCCESS__STEP_WAIT:
        return wait_way(step, i);
    case CSUCCESS__STEP_SPLIT:
        return split_way(step, i);
    case CSUCCESS__STEP_CONDITION:
    case CSUCCESS__STEP_HEALTH_CHECK:
        return i <= CSUCCESS__WAY_UNDECIDED;
    default:
        return step->waits ? waiting_way(step, i) : i == CSUCCESS__WAY_NEXT;
    }
}

bool csuccess__step_without_timeout(const csuccess__journey_step *step)
{
    bool timed = step->type == CSUCCESS__STEP_WAIT && (step->has_for || step->until_time);
    return step->waits && !timed && !step->has_timeout;
}

/* ---- How long ---- */

/* What a step that waits has a timer for; NULL: nothing, or a time that may be any. */
static const csuccess__duration *timer_of(const csuccess__journey_step *step)
{
    if (step->type == CSUCCESS__STEP_WAIT && step->has_for) return &step->for_;
    return step->has_timeout ? &step->timeout : NULL;
}

/* The least and most of a step that waits, by one of its ways. */
static void set_times(csuccess__edge *edge, const csuccess__flow *flow,
                      const csuccess__journey_step *step)
{
    int64_t shift = csuccess__flow_shift(flow);
    bool wait = step->type == CSUCCESS__STEP_WAIT;
    bool elapses = edge->way == CSUCCESS__WAY_TIMEOUT || (wait && edge->way < 2);
    const csuccess__duration *timer = timer_of(step);
    edge->most = timer ? csuccess__duration_most(*timer, shift) : CSUCCESS__FOREVER;
    edge->least = timer && elapses ? csuccess__duration_least(*timer, shift) : 0;
    edge->waits = edge->least > 0 || !elapses;
    if (!wait || step->hours == UINT32_MAX) return;
    const csuccess__calendar *hours = &flow->calendars->list[step->hours];
    int64_t gap = csuccess__business_longest_gap(hours);
    edge->most = csuccess__time_sum(edge->most, csuccess__time_sum(gap, most_shift));
}

static void add_step(csuccess__graph *out, const csuccess__flow *flow,
                     const csuccess__journey *journey, uint32_t at)
{
    const csuccess__journey_step *step = &journey->steps[at];
    csuccess__edge edge = {.from = at, .to = journey->step_count};
    if (step->type == CSUCCESS__STEP_EXIT) {
        csuccess__graph_add(out, &edge);
        return;
    }
    for (uint32_t i = 0; i < step->way_count; i++) {
        if (!csuccess__way_there(step, i)) continue;
        uint32_t to = step->ways[i].to;
        edge.way = i;
        edge.to = to < journey->step_count ? to : journey->step_count;
        if (step->waits) set_times(&edge, flow, step);
        csuccess__graph_add(out, &edge);
    }
}

bool csuccess__journey_graph(csuccess__graph *out, csuccess__arena *arena,
                             const csuccess__flow *flow, const csuccess__journey *journey)
{
    uint32_t edges = 0;
    for (uint32_t i = 0; i < journey->step_count; i++) {
        edges += journey->steps[i].way_count + 1;
    }
    if (!csuccess__graph_start(out, arena, journey->step_count + 1, edges)) return false;
    for (uint32_t i = 0; i < journey->step_count; i++) add_step(out, flow, journey, i);
    return csuccess__graph_settle(out, arena);
}

/* ---- Messages ---- */

uint32_t csuccess__sending_messages(const csuccess__flow *flow,
                                    const csuccess__sending *sending)
{
    if (sending->internal) return 0;
    if (!sending->to) return 1;
    uint32_t slot = csuccess__schema_find(flow->schema, CSUCCESS_STR("contacts"), NULL);
    const csuccess__attribute *contacts =
        slot < flow->schema->inputs ? flow->schema->slots[slot].attribute : NULL;
    return contacts && contacts->max_records ? contacts->max_records : UINT32_MAX;
}

uint32_t csuccess__step_messages(const csuccess__flow *flow, const csuccess__journey_step *step)
{
    bool sends = step->type == CSUCCESS__STEP_EMAIL || step->type == CSUCCESS__STEP_IN_APP;
    return sends ? csuccess__sending_messages(flow, &step->sending) : 0;
}
