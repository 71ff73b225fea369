/* SPDX-License-Identifier: Apache-2.0 */
/* Counts by a small whole number (a status, a level, a slot); exact and mergeable in any order.
   */
#ifndef CSUCCESS__STATS_TALLY_H
#define CSUCCESS__STATS_TALLY_H

#include "base/alloc.h"

typedef struct csuccess__tally {
    const csuccess_allocator *mem; /* borrowed */
    uint64_t *counts;
    uint32_t size;  /* counts[0 .. size) are there; beyond, all are 0 */
    uint32_t limit; /* keys are below this */
    uint64_t total;
} csuccess__tally;

void csuccess__tally_init(csuccess__tally *tally, const csuccess_allocator *mem,
                          uint32_t limit);
void csuccess__tally_free(csuccess__tally *tally);
/* ELIMIT for a key beyond the limit or a total beyond 2^64, ENOMEM; nothing is changed then. */
csuccess_result csuccess__tally_add(csuccess__tally *tally, uint32_t key, uint64_t n);
/* from is not changed and may be into. */
csuccess_result csuccess__tally_merge(csuccess__tally *into, const csuccess__tally *from);
uint64_t csuccess__tally_get(const csuccess__tally *tally, uint32_t key);

#endif
