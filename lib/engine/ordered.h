/* SPDX-License-Identifier: Apache-2.0 */
/* Ordered trees of nodes that stand in the things they order: putting and dropping take no memory and cannot fail. */
#ifndef CSUCCESS__ENGINE_ORDERED_H
#define CSUCCESS__ENGINE_ORDERED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct csuccess__ordered_node {
    struct csuccess__ordered_node *left, *right, *parent;
    uint32_t priority; /* 0: stands in no tree */
} csuccess__ordered_node;

/* Below 0 when a comes before b; 0 only of a thing and itself. */
typedef int csuccess__ordered_by(const csuccess__ordered_node *a,
                                 const csuccess__ordered_node *b);

/* A treap (Seidel and Aragon, Randomized search trees, 1996): a search tree that is a heap of priorities. */
typedef struct csuccess__ordered {
    csuccess__ordered_node *root;
    csuccess__ordered_by *order;
    uint32_t made; /* nodes put so far; priorities are drawn from it */
} csuccess__ordered;

/* The thing that a node stands in. */
#define CSUCCESS__ITEM(type, member, node) \
    ((type *)(void *)((char *)(node)-offsetof(type, member)))

void csuccess__ordered_put(csuccess__ordered *tree,
                           csuccess__ordered_node *node); /* stands in none yet */
void csuccess__ordered_drop(csuccess__ordered *tree,
                            csuccess__ordered_node *node); /* in none: nothing */
csuccess__ordered_node *csuccess__ordered_first(const csuccess__ordered *tree);
csuccess__ordered_node *csuccess__ordered_next(const csuccess__ordered_node *node);
/* The first that comes after the probe, which need not stand in the tree, or is equal to it. */
csuccess__ordered_node *csuccess__ordered_after(const csuccess__ordered *tree,
                                                const csuccess__ordered_node *probe,
                                                bool or_equal);

#endif
