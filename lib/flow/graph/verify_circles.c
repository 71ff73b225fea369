/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys that begin one another, by a step "enroll" or by a trigger that waits for the other's end, without any time between: all of it in one step of the customer. */
#include "flow/graph/verify_internal.h"

#define RULE(name) csuccess__flow_rule_name(CSUCCESS__FLOW_RULE_##name)

typedef struct look {
    csuccess__verifier *v;
    csuccess__graph graph; /* node i: journey i begins; an edge: it begins the other at once */
} look;

/* Marks the steps of a journey that are reached at once; the end is marked as step_count. */
static uint8_t *at_once(csuccess__verifier *v, const csuccess__journey *journey)
{
    csuccess__graph all, quick;
    uint8_t *seen = CSUCCESS__NEW_ARRAY(&v->arena, uint8_t, (size_t)journey->step_count + 1);
    if (!seen || !csuccess__journey_graph(&all, &v->arena, v->flow, journey) ||
        !csuccess__graph_start(&quick, &v->arena, all.nodes, all.count)) {
        return NULL;
    }
    for (uint32_t i = 0; i < all.count; i++) {
        if (!all.edges[i].waits) csuccess__graph_add(&quick, &all.edges[i]);
    }
    seen[journey->start] = 1;
    bool fine = csuccess__graph_settle(&quick, &v->arena) &&
                csuccess__graph_reach(&quick, &v->arena, seen, false);
    return fine ? seen : NULL;
}

static void add(look *l, uint32_t from, uint32_t to)
{
    csuccess__edge edge = {.from = from, .to = to};
    csuccess__graph_add(&l->graph, &edge);
}

static bool leads_to_end(const csuccess__journey *journey, const csuccess__journey_step *step)
{
    for (uint32_t k = 0; k < step->way_count && !step->waits; k++) {
        bool end = step->ways[k].to >= journey->step_count;
        if (end && csuccess__way_there(step, k)) return true;
    }
    return false;
}

/* Whether a journey can end at once in the way that a trigger waits for. */
static bool ends_so(const csuccess__journey *journey, const uint8_t *seen, csuccess_str ended)
{
    if (ended.len == 0) return seen[journey->step_count] != 0;
    bool completed = csuccess__str_is(ended, "completed");
    for (uint32_t i = 0; i < journey->step_count; i++) {
        const csuccess__journey_step *step = &journey->steps[i];
        if (!seen[i]) continue;
        if (step->type == CSUCCESS__STEP_EXIT) {
            bool success = step->outcome.len == 0 || csuccess__str_is(step->outcome, "success");
            if (success == completed) return true;
            continue;
        }
        if (completed && leads_to_end(journey, step)) return true;
    }
    return false;
}

/* Those whose trigger is its end. */
static void add_followers(look *l, uint32_t at, const uint8_t *seen)
{
    const csuccess__journeys *all = l->v->flow->journeys;
    const csuccess__journey *journey = &all->list[at];
    for (uint32_t to = 0; to < all->count; to++) {
        const csuccess__journey *other = &all->list[to];
        bool waits = other->has_trigger && other->trigger.kind == CSUCCESS__TRIGGER_JOURNEY &&
                     csuccess__str_eq(other->trigger.id, journey->id);
        if (waits && ends_so(journey, seen, other->trigger.ended)) add(l, at, to);
    }
}

static bool add_journey(look *l, uint32_t at)
{
    const csuccess__journeys *all = l->v->flow->journeys;
    const csuccess__journey *journey = &all->list[at];
    uint8_t *seen = at_once(l->v, journey);
    if (!seen) return false;
    for (uint32_t i = 0; i < journey->step_count; i++) {
        if (!seen[i] || journey->steps[i].type != CSUCCESS__STEP_ENROLL) continue;
        uint32_t to = csuccess__journey_find(all, journey->steps[i].target);
        if (to < all->count && l->v->journeys[to]) add(l, at, to);
    }
    add_followers(l, at, seen);
    return true;
}

static uint32_t edges_most(const csuccess__journeys *all)
{
    uint32_t most = all->count; /* each has one trigger */
    for (uint32_t i = 0; i < all->count; i++) most += all->list[i].step_count;
    return most;
}

/* Whether re-enrollment stops it: a journey that nobody enters twice, or only after some time, or so often. */
static bool stops(const csuccess__journey *journey)
{
    return !journey->reenroll || journey->reenroll_most > 0 ||
           csuccess__duration_least(journey->reenroll_after, 0) > 0;
}

static void note(look *l, const uint32_t *part, uint32_t at)
{
    const csuccess__journeys *all = l->v->flow->journeys;
    const csuccess__journey *journey = &all->list[at];
    bool stopped = false;
    csuccess_str other = journey->id;
    for (uint32_t i = 0; i < all->count; i++) {
        if (part[i] != part[at]) continue;
        stopped = stopped || stops(&all->list[i]);
        if (i != at) other = all->list[i].id;
    }
    csuccess__problem(l->v->problems, journey->at, stopped ? 0 : CSUCCESS_ECYCLE,
                      stopped ? "%s: the journeys %q and %q begin one another without a wait; "
                                "only their re-enrollment stops it"
                              : "%s: the journeys %q and %q begin one another without a wait, "
                                "round and round at once; put a \"wait\" into one of them, or "
                                "a time into \"reenroll\".\"after\"",
                      RULE(NO_WAIT), journey->id, other);
}

static bool note_all(look *l)
{
    uint32_t n = l->v->flow->journeys->count;
    uint8_t *round = CSUCCESS__NEW_ARRAY(&l->v->arena, uint8_t, n);
    uint8_t *noted = CSUCCESS__NEW_ARRAY(&l->v->arena, uint8_t, n);
    uint32_t *part = CSUCCESS__NEW_ARRAY(&l->v->arena, uint32_t, n);
    if (!round || !noted || !part || !csuccess__graph_settle(&l->graph, &l->v->arena) ||
        !csuccess__graph_circles(&l->graph, &l->v->arena, NULL, NULL, round) ||
        !csuccess__graph_parts(&l->graph, &l->v->arena, NULL, NULL, part)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!round[i] || noted[part[i]]) continue;
        noted[part[i]] = 1;
        note(l, part, i);
    }
    return true;
}

void csuccess__verify_circles(csuccess__verifier *v)
{
    const csuccess__journeys *all = v->flow->journeys;
    look l = {.v = v};
    bool fine = csuccess__graph_start(&l.graph, &v->arena, all->count, edges_most(all));
    for (uint32_t i = 0; i < all->count && fine; i++) {
        if (v->journeys[i]) fine = add_journey(&l, i);
    }
    if (!fine || !note_all(&l)) v->lost = true;
    csuccess__arena_reset(&v->arena);
}
