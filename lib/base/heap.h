/* SPDX-License-Identifier: Apache-2.0 */
/* A heap in an array of items of any one size, with the last in order on top, and sorting by it: in place, without memory,
   n log n whatever the order. Inline, so that it is compiled for the size and the order of the items. */
#ifndef CSUCCESS__BASE_HEAP_H
#define CSUCCESS__BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Whether item a comes before item b; false of equals. */
typedef bool csuccess__before(const void *a, const void *b);

/* Most bytes of an item, which stands here while it moves. */
enum { CSUCCESS__HEAP_ITEM = 256 };
typedef struct csuccess__heap_item {
    _Alignas(max_align_t) char bytes[CSUCCESS__HEAP_ITEM];
} csuccess__heap_item;

/* Lets the item at `at` sink until none of those under it comes after it. */
static inline void csuccess__heap_sink(void *items, size_t n, size_t bytes, size_t at,
                                       csuccess__before *before)
{
    char *heap = items;
    csuccess__heap_item moving;
    memcpy(moving.bytes, heap + at * bytes, bytes);
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= n) break;
        child += child + 1 < n && before(heap + child * bytes, heap + (child + 1) * bytes);
        if (!before(moving.bytes, heap + child * bytes)) break;
        memcpy(heap + at * bytes, heap + child * bytes, bytes);
        at = child;
    }
    memcpy(heap + at * bytes, moving.bytes, bytes);
}

/* Lets the item at `at` rise until the one above it does not come before it. */
static inline void csuccess__heap_rise(void *items, size_t bytes, size_t at,
                                       csuccess__before *before)
{
    char *heap = items;
    csuccess__heap_item moving;
    memcpy(moving.bytes, heap + at * bytes, bytes);
    while (at > 0 && before(heap + (at - 1) / 2 * bytes, moving.bytes)) {
        memcpy(heap + at * bytes, heap + (at - 1) / 2 * bytes, bytes);
        at = (at - 1) / 2;
    }
    memcpy(heap + at * bytes, moving.bytes, bytes);
}

/* What is a heap becomes an array in order. */
static inline void csuccess__heap_unfold(void *items, size_t n, size_t bytes,
                                         csuccess__before *before)
{
    csuccess__heap_item last;
    while (n > 1) {
        char *end = (char *)items + --n * bytes;
        memcpy(last.bytes, items, bytes);
        memcpy(items, end, bytes);
        memcpy(end, last.bytes, bytes);
        csuccess__heap_sink(items, n, bytes, 0, before);
    }
}

/* Not stable: an order that leaves no equals makes any sort a stable one. */
static inline void csuccess__sort(void *items, size_t n, size_t bytes, csuccess__before *before)
{
    for (size_t i = n / 2; i-- > 0;) csuccess__heap_sink(items, n, bytes, i, before);
    csuccess__heap_unfold(items, n, bytes, before);
}

#endif
