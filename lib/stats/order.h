/* SPDX-License-Identifier: Apache-2.0 */
/* The order of rows by a number, stable, without moving them. */
#ifndef CSUCCESS__STATS_ORDER_H
#define CSUCCESS__STATS_ORDER_H

#include "base/alloc.h"

/* order[0 .. n) becomes the rows by ascending number, equal numbers by row. n log n whatever the
   order (merge sort); `scratch` has n entries too. No NaN. */
void csuccess__order_rows(uint32_t *order, uint32_t *scratch, const double *numbers,
                          uint32_t n);
/* Midranks from 1 of the numbers: equal ones share the mean of their places. ENOMEM. */
csuccess_result csuccess__midranks(double *ranks, const double *numbers, uint32_t n,
                                   const csuccess_allocator *mem);

#endif
