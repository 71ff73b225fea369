/* SPDX-License-Identifier: Apache-2.0 */
/* Graphs: reached nodes, strongly connected parts, shortest ways. */
#include "flow/graph/graph.h"

#include "base/heap.h"

#include <string.h>

bool csuccess__graph_start(csuccess__graph *graph, csuccess__arena *arena, uint32_t nodes,
                           uint32_t edges_most)
{
    *graph = (csuccess__graph){.nodes = nodes, .capacity = edges_most};
    graph->edges = CSUCCESS__NEW_ARRAY(arena, csuccess__edge, edges_most);
    graph->first = CSUCCESS__NEW_ARRAY(arena, uint32_t, (size_t)nodes + 1);
    return graph->edges && graph->first;
}

void csuccess__graph_add(csuccess__graph *graph, const csuccess__edge *edge)
{
    if (graph->count < graph->capacity) graph->edges[graph->count++] = *edge;
}

/* A stable sort by counting. */
bool csuccess__graph_settle(csuccess__graph *graph, csuccess__arena *arena)
{
    csuccess__edge *sorted = CSUCCESS__NEW_ARRAY(arena, csuccess__edge, graph->count);
    uint32_t *at = CSUCCESS__NEW_ARRAY(arena, uint32_t, (size_t)graph->nodes + 1);
    if (!sorted || !at) return false;
    for (uint32_t i = 0; i < graph->count; i++) graph->first[graph->edges[i].from + 1]++;
    for (uint32_t n = 0; n < graph->nodes; n++) graph->first[n + 1] += graph->first[n];
    memcpy(at, graph->first, ((size_t)graph->nodes + 1) * sizeof *at);
    for (uint32_t i = 0; i < graph->count; i++) {
        sorted[at[graph->edges[i].from]++] = graph->edges[i];
    }
    graph->edges = sorted;
    return true;
}

/* The same edges the other way round. */
static bool turn(csuccess__graph *out, const csuccess__graph *graph, csuccess__arena *arena)
{
    if (!csuccess__graph_start(out, arena, graph->nodes, graph->count)) return false;
    for (uint32_t i = 0; i < graph->count; i++) {
        csuccess__edge edge = graph->edges[i];
        uint32_t from = edge.from;
        edge.from = edge.to;
        edge.to = from;
        csuccess__graph_add(out, &edge);
    }
    return csuccess__graph_settle(out, arena);
}

bool csuccess__graph_reach(const csuccess__graph *graph, csuccess__arena *arena, uint8_t *seen,
                           bool back)
{
    csuccess__graph turned;
    uint32_t *stack = CSUCCESS__NEW_ARRAY(arena, uint32_t, (size_t)graph->nodes + 1);
    uint32_t depth = 0;
    if (!stack || (back && !turn(&turned, graph, arena))) return false;
    if (back) graph = &turned;
    for (uint32_t n = 0; n < graph->nodes; n++) {
        if (seen[n]) stack[depth++] = n;
    }
    while (depth > 0) {
        uint32_t n = stack[--depth];
        for (uint32_t i = graph->first[n]; i < graph->first[n + 1]; i++) {
            uint32_t to = graph->edges[i].to;
            if (seen[to]) continue;
            seen[to] = 1;
            stack[depth++] = to;
        }
    }
    return true;
}

/* ---- Strongly connected parts ---- */

typedef struct search {
    const csuccess__graph *graph;
    csuccess__edge_keep *keep;
    const void *ud;
    uint32_t *part;
    uint32_t *index, *low; /* from 1; 0: not seen yet */
    uint32_t *open;        /* seen, in no part yet */
    uint32_t *path,
        *next; /* the way to where it is, and the edge to look at next of each node */
    uint8_t *is_open;
    uint32_t open_count, depth, seen, parts;
} search;

static void enter(search *s, uint32_t n)
{
    s->index[n] = s->low[n] = ++s->seen;
    s->open[s->open_count++] = n;
    s->is_open[n] = 1;
    s->next[n] = s->graph->first[n];
    s->path[s->depth++] = n;
}

/* All edges of n are done: it may be the root of a part; its parent is told. */
static void leave(search *s, uint32_t n)
{
    s->depth--;
    if (s->low[n] == s->index[n]) {
        uint32_t m;
        do {
            m = s->open[--s->open_count];
            s->is_open[m] = 0;
            s->part[m] = s->parts;
        } while (m != n);
        s->parts++;
    }
    if (s->depth == 0) return;
    uint32_t above = s->path[s->depth - 1];
    if (s->low[n] < s->low[above]) s->low[above] = s->low[n];
}

static void search_from(search *s, uint32_t root)
{
    enter(s, root);
    while (s->depth > 0) {
        uint32_t n = s->path[s->depth - 1];
        if (s->next[n] == s->graph->first[n + 1]) {
            leave(s, n);
            continue;
        }
        const csuccess__edge *edge = &s->graph->edges[s->next[n]++];
        if (s->keep && !s->keep(edge, s->ud)) continue;
        if (!s->index[edge->to]) {
            enter(s, edge->to);
        } else if (s->is_open[edge->to] && s->index[edge->to] < s->low[n]) {
            s->low[n] = s->index[edge->to];
        }
    }
}

bool csuccess__graph_parts(const csuccess__graph *graph, csuccess__arena *arena,
                           csuccess__edge_keep *keep, const void *ud, uint32_t *part)
{
    size_t n = (size_t)graph->nodes + 1;
    uint32_t *room = CSUCCESS__NEW_ARRAY(arena, uint32_t, 5 * n);
    search s = {.graph = graph, .keep = keep, .ud = ud, .part = part};
    s.is_open = CSUCCESS__NEW_ARRAY(arena, uint8_t, n);
    if (!room || !s.is_open) return false;
    s.index = room;
    s.low = room + n;
    s.open = room + 2 * n;
    s.path = room + 3 * n;
    s.next = room + 4 * n;
    for (uint32_t i = 0; i < graph->nodes; i++) {
        if (!s.index[i]) search_from(&s, i);
    }
    return true;
}

bool csuccess__graph_circles(const csuccess__graph *graph, csuccess__arena *arena,
                             csuccess__edge_keep *keep, const void *ud, uint8_t *round)
{
    uint32_t *part = CSUCCESS__NEW_ARRAY(arena, uint32_t, (size_t)graph->nodes + 1);
    if (!part || !csuccess__graph_parts(graph, arena, keep, ud, part)) return false;
    for (uint32_t i = 0; i < graph->count; i++) {
        const csuccess__edge *edge = &graph->edges[i];
        bool kept = !keep || keep(edge, ud);
        if (kept && part[edge->from] == part[edge->to]) round[edge->from] = round[edge->to] = 1;
    }
    return true;
}

/* ---- Times ---- */

int64_t csuccess__time_sum(int64_t a, int64_t b)
{
    return a > CSUCCESS__FOREVER - b ? CSUCCESS__FOREVER : a + b;
}

typedef struct stop {
    int64_t time;
    uint32_t node;
} stop;

/* The earliest is on top. */
static bool is_later(const void *a, const void *b)
{
    const stop *x = a, *y = b;
    return x->time != y->time ? x->time > y->time : x->node > y->node;
}

/* Dijkstra's, with old stops left in the heap: there is one for each edge at most. */
bool csuccess__graph_shortest(const csuccess__graph *graph, csuccess__arena *arena,
                              int64_t *time)
{
    size_t most = (size_t)graph->nodes + graph->count + 1, n = 0;
    stop *heap = CSUCCESS__NEW_ARRAY(arena, stop, most);
    if (!heap) return false;
    for (uint32_t i = 0; i < graph->nodes; i++) {
        if (time[i] == CSUCCESS__FOREVER) continue;
        heap[n] = (stop){time[i], i};
        csuccess__heap_rise(heap, sizeof *heap, n++, is_later);
    }
    while (n > 0) {
        stop here = heap[0];
        heap[0] = heap[--n];
        if (n > 0) csuccess__heap_sink(heap, n, sizeof *heap, 0, is_later);
        if (here.time > time[here.node]) continue;
        for (uint32_t i = graph->first[here.node]; i < graph->first[here.node + 1]; i++) {
            const csuccess__edge *edge = &graph->edges[i];
            int64_t then = csuccess__time_sum(here.time, edge->least);
            if (then >= time[edge->to]) continue;
            time[edge->to] = then;
            heap[n] = (stop){then, edge->to};
            csuccess__heap_rise(heap, sizeof *heap, n++, is_later);
        }
    }
    return true;
}
