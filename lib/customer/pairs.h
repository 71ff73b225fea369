/* SPDX-License-Identifier: Apache-2.0 */
/* A hash index from a pair of names (a path and an argument, a cohort and a metric) to a number. */
#ifndef CSUCCESS__CUSTOMER_PAIRS_H
#define CSUCCESS__CUSTOMER_PAIRS_H

#include "base/arena.h"

/* The names are borrowed. `second.ptr` NULL stands for none and differs from the empty name. */
typedef struct csuccess__pair {
    csuccess_str first, second;
    uint32_t value;
    bool taken;
} csuccess__pair;

typedef struct csuccess__pairs {
    csuccess__arena *arena;
    csuccess__pair *table; /* open addressing, at most half full */
    uint32_t size;         /* a power of two, or 0 */
    uint32_t count;
} csuccess__pairs;

/* UINT32_MAX when there is none. */
uint32_t csuccess__pairs_find(const csuccess__pairs *pairs, csuccess_str first,
                              csuccess_str second);
/* Adds a pair that is not there yet; false: no memory. */
bool csuccess__pairs_add(csuccess__pairs *pairs, csuccess_str first, csuccess_str second,
                         uint32_t value);

#endif
