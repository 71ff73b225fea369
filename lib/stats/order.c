/* SPDX-License-Identifier: Apache-2.0 */
/* The order of rows by a number, by merge sort from the bottom up; midranks. */
#include "stats/order.h"

#include <string.h>

/* from[a .. b) and from[b .. c) are in order; to[a .. c) becomes both. */
static void merge(uint32_t *to, const uint32_t *from, const double *numbers,
                  const uint32_t ends[3])
{
    uint32_t a = ends[0], b = ends[1];
    for (uint32_t i = ends[0]; i < ends[2]; i++) {
        bool left = a < ends[1] && (b >= ends[2] || !(numbers[from[b]] < numbers[from[a]]));
        to[i] = from[left ? a++ : b++];
    }
}

static uint32_t end_of(uint32_t at, uint32_t width, uint32_t n)
{
    return width < n - at ? at + width : n;
}

/* Puts the few rows of order[from .. to) in order, before they are merged with others. */
static void insert(uint32_t *order, const double *numbers, uint32_t from, uint32_t to)
{
    for (uint32_t i = from + 1; i < to; i++) {
        uint32_t row = order[i], at = i;
        for (; at > from && numbers[row] < numbers[order[at - 1]]; at--) {
            order[at] = order[at - 1];
        }
        order[at] = row;
    }
}

void csuccess__order_rows(uint32_t *order, uint32_t *scratch, const double *numbers, uint32_t n)
{
    enum { FEW = 12 };
    uint32_t *from = order, *to = scratch;
    for (uint32_t i = 0; i < n; i++) order[i] = i;
    for (uint32_t at = 0; at < n; at = end_of(at, FEW, n)) {
        insert(order, numbers, at, end_of(at, FEW, n));
    }
    for (uint32_t width = FEW; width < n; width = width <= n / 2 ? 2 * width : n) {
        for (uint32_t at = 0; at < n;) {
            uint32_t middle = end_of(at, width, n), end = end_of(middle, width, n);
            merge(to, from, numbers, (uint32_t[3]){at, middle, end});
            at = end;
        }
        uint32_t *other = from;
        from = to;
        to = other;
    }
    if (from != order && n > 0) memcpy(order, from, n * sizeof *order);
}

csuccess_result csuccess__midranks(double *ranks, const double *numbers, uint32_t n,
                                   const csuccess_allocator *mem)
{
    if (n == 0) return CSUCCESS_OK;
    uint32_t *order = csuccess__alloc(mem, n, 2 * sizeof *order);
    if (!order) return CSUCCESS_ENOMEM;
    csuccess__order_rows(order, order + n, numbers, n);
    for (uint32_t i = 0, k = 1; i < n; i += k, k = 1) {
        while (k < n - i && !(numbers[order[i + k]] > numbers[order[i]])) k++;
        for (uint32_t j = i; j < i + k; j++) ranks[order[j]] = i + (k + 1) / 2.0;
    }
    csuccess__release(mem, order, n, 2 * sizeof *order);
    return CSUCCESS_OK;
}
