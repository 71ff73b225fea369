/* SPDX-License-Identifier: Apache-2.0 */
/* Counts by key. */
#include "stats/tally.h"

void csuccess__tally_init(csuccess__tally *tally, const csuccess_allocator *mem, uint32_t limit)
{
    *tally = (csuccess__tally){.mem = mem, .limit = limit};
}

void csuccess__tally_free(csuccess__tally *tally)
{
    csuccess__release(tally->mem, tally->counts, tally->size, sizeof *tally->counts);
    csuccess__tally_init(tally, tally->mem, tally->limit);
}

/* Room for keys below `size`, and a total that `more` can be added to. */
static csuccess_result reserve(csuccess__tally *tally, uint32_t size, uint64_t more)
{
    if (size > tally->limit || more > UINT64_MAX - tally->total) {
        return CSUCCESS_ELIMIT;
    }
    if (size <= tally->size) {
        return CSUCCESS_OK;
    }
    uint64_t *counts =
        csuccess__resize(tally->mem, tally->counts, tally->size, size, sizeof *counts);
    if (!counts) {
        return CSUCCESS_ENOMEM;
    }
    tally->counts = counts;
    tally->size = size;
    return CSUCCESS_OK;
}

csuccess_result csuccess__tally_add(csuccess__tally *tally, uint32_t key, uint64_t n)
{
    if (key == UINT32_MAX) {
        return CSUCCESS_ELIMIT;
    }
    csuccess_result r = reserve(tally, key + 1, n);
    if (r >= 0) {
        tally->counts[key] += n;
        tally->total += n;
    }
    return r;
}

csuccess_result csuccess__tally_merge(csuccess__tally *into, const csuccess__tally *from)
{
    csuccess_result r = reserve(into, from->size, from->total);
    if (r < 0) {
        return r;
    }
    into->total += from->total;
    for (uint32_t i = 0; i < from->size; i++) {
        into->counts[i] += from->counts[i];
    }
    return CSUCCESS_OK;
}

uint64_t csuccess__tally_get(const csuccess__tally *tally, uint32_t key)
{
    return key < tally->size ? tally->counts[key] : 0;
}
