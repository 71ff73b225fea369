/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds: the longest way through a journey, and the most messages on any. */
#include "flow/graph/bounds.h"

#include "base/heap.h"

#include <string.h>

/* Counting ends there: what sends more is as good as unbounded. */
enum { LAYERS_MOST = 20000 };
#define WORK_MOST INT64_C(20000000)

typedef struct walk {
    const csuccess__flow *flow;
    const csuccess__journey *journey;
    csuccess__arena *arena;
    csuccess__graph graph;
    uint8_t *seen, *round; /* reached from the start; in a circle */
    int64_t limit;         /* of the journey; CSUCCESS__FOREVER */
} walk;

static bool walk_open(walk *w, csuccess__arena *arena, const csuccess__flow *flow,
                      const csuccess__journey *journey)
{
    size_t n = (size_t)journey->step_count + 1;
    *w = (walk){.flow = flow, .journey = journey, .arena = arena, .limit = CSUCCESS__FOREVER};
    if (journey->has_limit) {
        w->limit = csuccess__duration_most(journey->limit, csuccess__flow_shift(flow));
    }
    w->seen = CSUCCESS__NEW_ARRAY(arena, uint8_t, n);
    w->round = CSUCCESS__NEW_ARRAY(arena, uint8_t, n);
    if (!w->seen || !w->round || !csuccess__journey_graph(&w->graph, arena, flow, journey)) {
        return false;
    }
    if (journey->step_count > 0) w->seen[journey->start] = 1;
    return csuccess__graph_reach(&w->graph, arena, w->seen, false) &&
           csuccess__graph_circles(&w->graph, arena, NULL, NULL, w->round);
}

/* ---- An order of nodes in which no edge leads forward, but within a part ---- */

typedef struct placed {
    uint32_t part, node;
} placed;

static bool is_before(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    return x->part != y->part ? x->part < y->part : x->node < y->node;
}

static placed *order_of(const walk *w)
{
    uint32_t n = w->graph.nodes;
    placed *order = CSUCCESS__NEW_ARRAY(w->arena, placed, n);
    uint32_t *part = CSUCCESS__NEW_ARRAY(w->arena, uint32_t, n);
    if (!order || !part) return NULL;
    if (!csuccess__graph_parts(&w->graph, w->arena, NULL, NULL, part)) return NULL;
    for (uint32_t i = 0; i < n; i++) order[i] = (placed){part[i], i};
    csuccess__sort(order, n, sizeof *order, is_before);
    return order;
}

/* ---- Time ---- */

/* The step that may take for ever, or go round; UINT32_MAX: none. */
static uint32_t endless(const walk *w)
{
    for (uint32_t i = 0; i < w->graph.count; i++) {
        const csuccess__edge *edge = &w->graph.edges[i];
        if (w->seen[edge->from] && edge->most == CSUCCESS__FOREVER) return edge->from;
    }
    for (uint32_t i = 0; i < w->journey->step_count; i++) {
        if (w->seen[i] && w->round[i]) return i;
    }
    return UINT32_MAX;
}

/* The longest from each node to the end; in the order of parts what comes after is known before. */
static void add_up(int64_t *time, const walk *w, const placed *order)
{
    for (uint32_t i = 0; i < w->graph.nodes; i++) {
        uint32_t at = order[i].node;
        for (uint32_t e = w->graph.first[at]; e < w->graph.first[at + 1]; e++) {
            const csuccess__edge *edge = &w->graph.edges[e];
            int64_t then = csuccess__time_sum(edge->most, time[edge->to]);
            if (w->seen[at] && then > time[at]) time[at] = then;
        }
    }
}

static bool longest(csuccess__flow_bounds *out, const walk *w)
{
    uint32_t stuck = endless(w), n = w->graph.nodes;
    out->longest_ms = w->limit;
    if (stuck != UINT32_MAX) {
        if (w->limit == CSUCCESS__FOREVER) out->why = w->journey->steps[stuck].id;
        return true;
    }
    placed *order = order_of(w);
    int64_t *time = CSUCCESS__NEW_ARRAY(w->arena, int64_t, n);
    if (!order || !time) return false;
    add_up(time, w, order);
    int64_t all = w->journey->step_count > 0 ? time[w->journey->start] : 0;
    if (all < out->longest_ms) out->longest_ms = all;
    return true;
}

/* ---- Messages ---- */

typedef struct count {
    const walk *walk;
    const uint32_t *weights;
    csuccess__graph quiet; /* the edges to steps that send nothing */
    csuccess__arena scratch;
    int64_t *time, *next;
    int64_t window; /* messages at its end are not in it */
} count;

static uint32_t weight_of(const count *c, uint32_t node)
{
    return node < c->walk->journey->step_count ? c->weights[node] : 0;
}

static bool takes_no_time(const csuccess__edge *edge, const void *ud)
{
    (void)ud;
    return edge->least == 0;
}

/* A step that sends and is come back to: at once (`keep`), or ever. UINT32_MAX: none. */
static bool sending_round(const count *c, csuccess__edge_keep *keep, uint32_t *node)
{
    const walk *w = c->walk;
    uint8_t *round = CSUCCESS__NEW_ARRAY(w->arena, uint8_t, w->graph.nodes);
    *node = UINT32_MAX;
    if (!round || !csuccess__graph_circles(&w->graph, w->arena, keep, NULL, round))
        return false;
    for (uint32_t i = 0; i < w->journey->step_count && *node == UINT32_MAX; i++) {
        if (w->seen[i] && round[i] && c->weights[i]) *node = i;
    }
    return true;
}

/* The most on a way where nothing that sends is come back to. */
/* reason: memory is asked for at once, and all of it is one pass over the parts. */
static bool sum_up(const count *c, uint32_t *out)
{
    const walk *w = c->walk;
    uint32_t n = w->graph.nodes;
    placed *order = order_of(w);
    uint64_t *best = CSUCCESS__NEW_ARRAY(w->arena, uint64_t, n); /* by part */
    uint32_t *part = CSUCCESS__NEW_ARRAY(w->arena, uint32_t, n);
    if (!order || !best || !part) return false;
    for (uint32_t i = 0; i < n; i++) part[order[i].node] = order[i].part;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = order[i].node, p = order[i].part;
        for (uint32_t e = w->graph.first[at]; e < w->graph.first[at + 1]; e++) {
            uint32_t to = part[w->graph.edges[e].to];
            if (to != p && best[to] > best[p]) best[p] = best[to];
        }
        best[p] += weight_of(c, at); /* what sends is alone in its part */
    }
    uint64_t all = w->journey->step_count > 0 ? best[part[w->journey->start]] : 0;
    *out = all < UINT32_MAX ? (uint32_t)all : UINT32_MAX;
    return true;
}

static bool count_open(count *c, const walk *w, const uint32_t *weights)
{
    size_t n = w->graph.nodes;
    *c = (count){.walk = w, .weights = weights};
    csuccess__arena_init(&c->scratch, w->arena->mem, 0);
    c->time = CSUCCESS__NEW_ARRAY(w->arena, int64_t, n);
    c->next = CSUCCESS__NEW_ARRAY(w->arena, int64_t, n);
    if (!c->time || !c->next) return false;
    if (!csuccess__graph_start(&c->quiet, w->arena, w->graph.nodes, w->graph.count)) {
        return false;
    }
    for (uint32_t i = 0; i < w->graph.count; i++) {
        const csuccess__edge *edge = &w->graph.edges[i];
        if (!weight_of(c, edge->to)) csuccess__graph_add(&c->quiet, edge);
    }
    return csuccess__graph_settle(&c->quiet, w->arena);
}

/* From the least times at which one may stand somewhere having sent k messages to those for k + 1. *any: it is possible. */
static bool next_layer(count *c, bool *any)
{
    const csuccess__graph *graph = &c->walk->graph;
    *any = false;
    csuccess__arena_reset(&c->scratch);
    if (!csuccess__graph_shortest(&c->quiet, &c->scratch, c->time)) return false;
    for (uint32_t i = 0; i < graph->nodes; i++) c->next[i] = CSUCCESS__FOREVER;
    for (uint32_t i = 0; i < graph->count; i++) {
        const csuccess__edge *edge = &graph->edges[i];
        if (!weight_of(c, edge->to)) continue;
        int64_t then = csuccess__time_sum(c->time[edge->from], edge->least);
        if (then >= c->window || then >= c->next[edge->to]) continue;
        c->next[edge->to] = then;
        *any = true;
    }
    int64_t *time = c->time;
    c->time = c->next;
    c->next = time;
    return true;
}

/* How many steps that send can be taken within the window, from the start or (day) from any of them. */
/* reason: a loop with the two limits of its work. */
static bool count_layers(count *c, bool day, uint32_t *out)
{
    const walk *w = c->walk;
    uint32_t k = 0, start = w->journey->start;
    bool any = true;
    for (uint32_t i = 0; i < w->graph.nodes; i++) {
        bool from = day ? w->seen[i] && weight_of(c, i) : i == start;
        c->time[i] = from ? 0 : CSUCCESS__FOREVER;
        if (from && weight_of(c, i)) k = 1;
    }
    while (any && k < LAYERS_MOST && (int64_t)k * w->graph.count < WORK_MOST) {
        if (!next_layer(c, &any)) return false;
        k += any;
    }
    *out = any ? UINT32_MAX : k;
    return true;
}

static uint32_t times(uint32_t n, uint32_t by)
{
    uint64_t all = (uint64_t)n * by;
    return n == UINT32_MAX || all >= UINT32_MAX ? UINT32_MAX : (uint32_t)all;
}

static bool within(count *c, bool day, uint32_t heaviest, uint32_t *out)
{
    uint32_t layers = 0;
    c->window = day ? CSUCCESS__DAY_MS : c->walk->limit;
    if (!count_layers(c, day, &layers)) return false;
    *out = times(layers, heaviest);
    return true;
}

/* In all: by adding up, and where something is come back to, by what fits into the limit. */
static bool in_all(count *c, uint32_t heaviest, uint32_t *out, uint32_t *node)
{
    uint32_t at_once = UINT32_MAX;
    if (!sending_round(c, NULL, node) || !sending_round(c, takes_no_time, &at_once)) {
        return false;
    }
    if (*node == UINT32_MAX) return sum_up(c, out);
    *out = UINT32_MAX;
    if (c->walk->limit == CSUCCESS__FOREVER || at_once != UINT32_MAX) return true;
    return within(c, false, heaviest, out);
}

static bool in_a_day(count *c, uint32_t heaviest, uint32_t *out, uint32_t *node)
{
    uint32_t all = UINT32_MAX, of_all = UINT32_MAX;
    if (!in_all(c, heaviest, &all, &of_all)) return false;
    if (!sending_round(c, takes_no_time, node)) return false;
    *out = all;
    if (*node != UINT32_MAX) return true;
    if (!within(c, true, heaviest, out)) return false;
    if (all < *out) *out = all;
    return true;
}

/* The most that one step sends; *node: the first of those. */
static uint32_t heaviest_of(const walk *w, const uint32_t *weights, uint32_t *node)
{
    uint32_t heaviest = 0;
    *node = UINT32_MAX;
    for (uint32_t i = 0; i < w->journey->step_count; i++) {
        if (!w->seen[i] || weights[i] <= heaviest) continue;
        heaviest = weights[i];
        *node = i;
    }
    return heaviest;
}

static bool count_messages(uint32_t *out, uint32_t *node, const walk *w,
                           const uint32_t *weights, bool day)
{
    count c;
    uint32_t heaviest = heaviest_of(w, weights, node);
    *out = heaviest == UINT32_MAX ? UINT32_MAX : 0;
    if (heaviest == 0) *node = UINT32_MAX;
    if (heaviest == 0 || heaviest == UINT32_MAX) return true;
    bool fine = count_open(&c, w, weights) &&
                (day ? in_a_day(&c, heaviest, out, node) : in_all(&c, heaviest, out, node));
    csuccess__arena_free(&c.scratch);
    if (*out != UINT32_MAX) *node = UINT32_MAX;
    return fine;
}

/* reason: a journey in its flow, what each step weighs, and the two answers. */
bool csuccess__journey_messages(uint32_t *out, uint32_t *node, csuccess__arena *arena,
                                const csuccess__flow *flow, const csuccess__journey *journey,
                                const uint32_t *weights, bool day)
{
    walk w;
    return walk_open(&w, arena, flow, journey) && count_messages(out, node, &w, weights, day);
}

/* ---- Journeys ---- */

/* Of one recipient each sending is one message. */
static bool bound_messages(csuccess__flow_bounds *out, const walk *w, uint32_t *weights)
{
    uint32_t node, none;
    if (!count_messages(&out->messages, &node, w, weights, false)) return false;
    if (node != UINT32_MAX) out->why_messages = w->journey->steps[node].id;
    if (!count_messages(&out->messages_a_day, &none, w, weights, true)) return false;
    for (uint32_t i = 0; i < w->journey->step_count; i++) weights[i] = weights[i] > 0;
    return count_messages(&out->to_one, &none, w, weights, false) &&
           count_messages(&out->to_one_a_day, &none, w, weights, true);
}

static bool bound_journey(csuccess__flow_bounds *out, const walk *w)
{
    uint32_t n = w->journey->step_count;
    uint32_t *weights = CSUCCESS__NEW_ARRAY(w->arena, uint32_t, n);
    if (!weights || !longest(out, w)) return false;
    for (uint32_t i = 0; i < n; i++) {
        weights[i] = csuccess__step_messages(w->flow, &w->journey->steps[i]);
    }
    return bound_messages(out, w, weights);
}

csuccess_result csuccess__journey_bounds(csuccess__flow_bounds *out, const csuccess__flow *flow,
                                         const csuccess__journey *journey,
                                         const csuccess_allocator *mem)
{
    walk w;
    csuccess__arena arena;
    csuccess_str none = {"", 0};
    *out = (csuccess__flow_bounds){.why = none, .why_messages = none};
    csuccess__arena_init(&arena, mem, 0);
    bool fine = walk_open(&w, &arena, flow, journey) && bound_journey(out, &w);
    csuccess__arena_free(&arena);
    return fine ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

/* ---- Playbooks ---- */

static uint32_t plus(uint32_t a, uint32_t b)
{
    return a < UINT32_MAX - b ? a + b : UINT32_MAX;
}

static void add_sending(csuccess__flow_bounds *out, const csuccess__flow *flow,
                        const csuccess__playbook_step *step)
{
    uint32_t each = csuccess__sending_messages(flow, step->sending);
    uint32_t often = step->recurs ? (uint32_t)step->every.count : 1;
    if (each == 0) return;
    if (often == 0) often = UINT32_MAX; /* until a day */
    out->messages = plus(out->messages, times(often, each));
    out->to_one = plus(out->to_one, often);
    if (out->messages == UINT32_MAX && out->why_messages.len == 0) {
        out->why_messages = step->id;
    }
}

/* Its steps end when people say so; what goes out may all go out on one day, at their end. */
csuccess_result csuccess__playbook_bounds(csuccess__flow_bounds *out,
                                          const csuccess__flow *flow,
                                          const csuccess__playbook *playbook,
                                          const csuccess_allocator *mem)
{
    csuccess_str none = {"", 0};
    (void)mem;
    *out = (csuccess__flow_bounds){.why = none, .why_messages = none};
    for (uint32_t i = 0; i < playbook->step_count; i++) {
        const csuccess__playbook_step *step = &playbook->steps[i];
        if (!step->optional && out->why.len == 0) out->why = step->id;
        if (step->sending) add_sending(out, flow, step);
    }
    if (playbook->step_count > 0) out->longest_ms = CSUCCESS__FOREVER;
    if (playbook->step_count > 0 && out->why.len == 0) out->why = playbook->steps[0].id;
    out->messages_a_day = out->messages;
    out->to_one_a_day = out->to_one;
    return CSUCCESS_OK;
}
