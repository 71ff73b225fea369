/* SPDX-License-Identifier: Apache-2.0 */
/* Directed graphs in a compact form: what is reached, which nodes go round in circles, longest and shortest ways. Nothing of it recurses. */
#ifndef CSUCCESS__FLOW_GRAPH_GRAPH_H
#define CSUCCESS__FLOW_GRAPH_GRAPH_H

#include "base/arena.h"

/* What can take for ever, and what cannot be: sums stop there. */
#define CSUCCESS__FOREVER INT64_MAX

typedef struct csuccess__edge {
    uint32_t from, to;
    int64_t least, most; /* how long it takes; most may be CSUCCESS__FOREVER */
    uint32_t way;        /* index among the ways of the step; of others 0 */
    bool waits;          /* takes time, whatever happens */
} csuccess__edge;

typedef struct csuccess__graph {
    uint32_t nodes, count, capacity;
    csuccess__edge
        *edges;      /* once it is settled: by `from`, in the order in which they were added */
    uint32_t *first; /* nodes + 1: edges[first[n] .. first[n + 1]) leave node n */
} csuccess__graph;

/* All memory is the arena's; false: there is none. */
bool csuccess__graph_start(csuccess__graph *graph, csuccess__arena *arena, uint32_t nodes,
                           uint32_t edges_most);
/* Beyond edges_most nothing is added. */
void csuccess__graph_add(csuccess__graph *graph, const csuccess__edge *edge);
bool csuccess__graph_settle(csuccess__graph *graph, csuccess__arena *arena);

/* Marks (1) in seen[nodes] all that is reached from those marked already; `back`: against the edges. */
bool csuccess__graph_reach(const csuccess__graph *graph, csuccess__arena *arena, uint8_t *seen,
                           bool back);
/* Numbers the strongly connected parts in part[nodes], so that an edge never leads to a higher number; of
   edges, only those that `keep` (may be NULL: all) takes. Tarjan, Depth-first search and linear graph algorithms, 1972. */
typedef bool csuccess__edge_keep(const csuccess__edge *edge, const void *ud);
bool csuccess__graph_parts(const csuccess__graph *graph, csuccess__arena *arena,
                           csuccess__edge_keep *keep, const void *ud, uint32_t *part);
/* Marks (1) in round[nodes] those that stand in a circle of the edges kept. */
bool csuccess__graph_circles(const csuccess__graph *graph, csuccess__arena *arena,
                             csuccess__edge_keep *keep, const void *ud, uint8_t *round);
/* a + b, which stops at CSUCCESS__FOREVER; neither is negative. */
int64_t csuccess__time_sum(int64_t a, int64_t b);
/* The least time from those nodes where time[] is not CSUCCESS__FOREVER to all others, added to it. */
bool csuccess__graph_shortest(const csuccess__graph *graph, csuccess__arena *arena,
                              int64_t *time);

#endif
