/* SPDX-License-Identifier: Apache-2.0 */
/* The first n, in an order of their own, of items that come one by one. */
#ifndef CSUCCESS__BASE_FIRSTS_H
#define CSUCCESS__BASE_FIRSTS_H

#include "base/alloc.h"
#include "base/heap.h"

typedef struct csuccess__firsts_item {
    size_t bytes; /* at most CSUCCESS__HEAP_ITEM */
    csuccess__before *before;
    /* *to becomes a copy that owns what it points to. False: no memory, and nothing is owned. */
    bool (*copy)(void *to, const void *from, const csuccess_allocator *mem);
    void (*drop)(void *item, const csuccess_allocator *mem);
} csuccess__firsts_item;

typedef struct csuccess__firsts {
    const csuccess__firsts_item *of;
    const csuccess_allocator *mem; /* borrowed */
    void *items;                   /* a heap; in order once they are put in order */
    size_t count, cap;
    uint64_t most; /* 0: all are kept */
} csuccess__firsts;

void csuccess__firsts_free(csuccess__firsts *firsts);
/* Keeps a copy, in the place of the last one when there are `most`. OK, ENOMEM: nothing is changed then. */
csuccess_result csuccess__firsts_keep(csuccess__firsts *firsts, const void *item);
/* Keeps what `from` has too; both have the same `of` and `most`. OK, ENOMEM: nothing is changed then. */
csuccess_result csuccess__firsts_merge(csuccess__firsts *into, const csuccess__firsts *from);
/* Puts them in order; nothing is kept or merged from then on. */
void csuccess__firsts_order(csuccess__firsts *firsts);

#endif
