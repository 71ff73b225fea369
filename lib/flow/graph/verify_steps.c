/* SPDX-License-Identifier: Apache-2.0 */
/* The structure of one journey: what is reached, what comes to an end, what waits, what comes too late. */
#include "flow/graph/verify_internal.h"

#define RULE(name) csuccess__flow_rule_name(CSUCCESS__FLOW_RULE_##name)

typedef struct look {
    csuccess__verifier *v;
    const csuccess__journey *journey;
    csuccess__graph graph;
    uint8_t *seen; /* reached from the start */
} look;

static uint8_t *marks(look *l)
{
    uint8_t *m = CSUCCESS__NEW_ARRAY(&l->v->arena, uint8_t, l->graph.nodes);
    if (!m) l->v->lost = true;
    return m;
}

static void reach(look *l, uint8_t *from, bool back)
{
    if (from && !csuccess__graph_reach(&l->graph, &l->v->arena, from, back)) l->v->lost = true;
}

static void unreachable(look *l)
{
    for (uint32_t i = 0; i < l->journey->step_count; i++) {
        const csuccess__journey_step *step = &l->journey->steps[i];
        if (l->seen[i]) continue;
        csuccess__problem(l->v->problems, step->at, CSUCCESS_ECONFIG,
                          "%s: no way leads to the step %q from %q, where the journey begins; "
                          "name it in the \"next\" of another step or remove it",
                          RULE(UNREACHABLE), step->id, l->journey->steps[l->journey->start].id);
    }
}

/* Where nothing leads out, a goal or an exit may still end it, which is not certain; a time limit does. */
/* reason: what is certain and what is not are one message in two words. */
static void without_end(look *l)
{
    const csuccess__journey *journey = l->journey;
    bool may_end = journey->goal || journey->goal_by_event || journey->exit_count > 0;
    uint8_t *ends = marks(l);
    if (!ends || journey->has_limit) return;
    ends[journey->step_count] = 1;
    reach(l, ends, true);
    for (uint32_t i = 0; i < journey->step_count && !l->v->lost; i++) {
        const csuccess__journey_step *step = &journey->steps[i];
        if (!l->seen[i] || ends[i]) continue;
        csuccess__problem(
            l->v->problems, step->at, may_end ? 0 : CSUCCESS_ECONFIG,
            may_end ? "%s: from the step %q no end can be reached, so that only the goal or an "
                      "exit ends it; give a way out or a \"time_limit\""
                    : "%s: from the step %q no end can be reached; give a way out, or the "
                      "journey a \"time_limit\"",
            RULE(NO_END), step->id);
    }
}

static bool does_not_wait(const csuccess__edge *edge, const void *ud)
{
    (void)ud;
    return !edge->waits;
}

/* `at`: a time that may be past, which then waits for nothing. */
static bool is_for_a_time(const csuccess__journey_step *step)
{
    return step->type == CSUCCESS__STEP_WAIT && step->until_time && !step->has_for;
}

static bool surely_does_not_wait(const csuccess__edge *edge, const void *ud)
{
    const csuccess__journey *journey = ud;
    return !edge->waits && !is_for_a_time(&journey->steps[edge->from]);
}

/* One problem for each circle, at its first step. */
/* reason: what is certain and what is not are one message in two words. */
static void note_circles(look *l, csuccess__edge_keep *keep, bool surely, uint8_t *noted)
{
    uint8_t *round = marks(l);
    uint32_t *part = CSUCCESS__NEW_ARRAY(&l->v->arena, uint32_t, l->graph.nodes);
    const csuccess__journey *journey = l->journey;
    if (!round || !part ||
        !csuccess__graph_circles(&l->graph, &l->v->arena, keep, journey, round) ||
        !csuccess__graph_parts(&l->graph, &l->v->arena, keep, journey, part)) {
        l->v->lost = true;
        return;
    }
    for (uint32_t i = 0; i < journey->step_count; i++) {
        const csuccess__journey_step *step = &journey->steps[i];
        if (!round[i] || !l->seen[i] || noted[part[i]]) continue;
        noted[part[i]] = 1;
        csuccess__problem(
            l->v->problems, step->at, surely ? CSUCCESS_ECYCLE : 0,
            surely ? "%s: the steps from %q on come back to it without a wait, round and round "
                     "at once; put a \"wait\" into the circle"
                   : "%s: the steps from %q on come back to it, and what they wait for is a "
                     "time (\"at\") that may be past; wait \"for\" some time in the circle",
            RULE(NO_WAIT), step->id);
    }
}

static void without_wait(look *l)
{
    uint8_t *noted = marks(l), *perhaps = marks(l);
    uint32_t errors = l->v->problems->errors;
    if (!noted || !perhaps) return;
    note_circles(l, surely_does_not_wait, true, noted);
    if (!l->v->lost && l->v->problems->errors == errors) {
        note_circles(l, does_not_wait, false, perhaps);
    }
}

static void without_timeout(look *l)
{
    for (uint32_t i = 0; i < l->journey->step_count; i++) {
        const csuccess__journey_step *step = &l->journey->steps[i];
        if (!l->seen[i] || !csuccess__step_without_timeout(step)) continue;
        csuccess__problem(l->v->problems, step->at, 0,
                          "%s: the step %q waits for something that may never come%s; give it "
                          "a \"timeout\"",
                          RULE(NO_TIMEOUT), step->id,
                          l->journey->has_limit ? ", until the time limit" : "");
    }
}

static void past_limit(look *l)
{
    const csuccess__journey *journey = l->journey;
    int64_t shift = csuccess__flow_shift(l->v->flow);
    int64_t *time = CSUCCESS__NEW_ARRAY(&l->v->arena, int64_t, l->graph.nodes);
    if (!journey->has_limit) return;
    for (uint32_t i = 0; time && i < l->graph.nodes; i++) time[i] = CSUCCESS__FOREVER;
    if (time) time[journey->start] = 0;
    if (!time || !csuccess__graph_shortest(&l->graph, &l->v->arena, time)) {
        l->v->lost = true;
        return;
    }
    for (uint32_t i = 0; i < journey->step_count; i++) {
        const csuccess__journey_step *step = &journey->steps[i];
        if (!l->seen[i] || time[i] < csuccess__duration_most(journey->limit, shift)) continue;
        csuccess__problem(l->v->problems, step->at, 0,
                          "%s: the step %q is not reached before the journey's \"time_limit\" "
                          "ends it: the waits on the way to it take as long",
                          RULE(LATE), step->id);
    }
}

void csuccess__verify_steps(csuccess__verifier *v, const csuccess__journey *journey)
{
    look l = {.v = v, .journey = journey};
    if (!csuccess__journey_graph(&l.graph, &v->arena, v->flow, journey)) {
        v->lost = true;
        return;
    }
    l.seen = marks(&l);
    if (!l.seen) return;
    l.seen[journey->start] = 1;
    reach(&l, l.seen, false);
    if (v->lost) return;
    unreachable(&l);
    without_end(&l);
    without_wait(&l);
    without_timeout(&l);
    past_limit(&l);
}
