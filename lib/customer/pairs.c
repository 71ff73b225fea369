/* SPDX-License-Identifier: Apache-2.0 */
/* The index of pairs of names: open addressing in an arena. */
#include "customer/pairs.h"

#include "base/str.h"

enum { FIRST_SIZE = 32, MOST_SIZE = 1 << 30 };

static uint64_t hash_of(csuccess_str first, csuccess_str second)
{
    uint64_t h = csuccess__str_hash(first);
    if (second.ptr) h = (h ^ csuccess__str_hash(second)) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

static bool same(const csuccess__pair *pair, csuccess_str first, csuccess_str second)
{
    if ((pair->second.ptr == NULL) != (second.ptr == NULL)) return false;
    return csuccess__str_eq(pair->first, first) && csuccess__str_eq(pair->second, second);
}

/* The place of a pair, or the free place where it belongs; the table is never full. */
static csuccess__pair *place(csuccess__pair *table, uint32_t size, csuccess_str first,
                             csuccess_str second)
{
    uint32_t mask = size - 1;
    uint32_t at = (uint32_t)hash_of(first, second) & mask;
    while (table[at].taken && !same(&table[at], first, second)) at = (at + 1) & mask;
    return &table[at];
}

uint32_t csuccess__pairs_find(const csuccess__pairs *pairs, csuccess_str first,
                              csuccess_str second)
{
    if (pairs->size == 0) return UINT32_MAX;
    const csuccess__pair *pair = place(pairs->table, pairs->size, first, second);
    return pair->taken ? pair->value : UINT32_MAX;
}

static bool grow(csuccess__pairs *pairs)
{
    if (pairs->size >= MOST_SIZE) return false;
    uint32_t size = pairs->size ? pairs->size * 2 : FIRST_SIZE;
    csuccess__pair *table = CSUCCESS__NEW_ARRAY(pairs->arena, csuccess__pair, size);
    if (!table) return false;
    for (uint32_t i = 0; i < pairs->size; i++) {
        const csuccess__pair *pair = &pairs->table[i];
        if (pair->taken) *place(table, size, pair->first, pair->second) = *pair;
    }
    pairs->table = table;
    pairs->size = size;
    return true;
}

bool csuccess__pairs_add(csuccess__pairs *pairs, csuccess_str first, csuccess_str second,
                         uint32_t value)
{
    if (pairs->count >= pairs->size / 2 && !grow(pairs)) return false;
    csuccess__pair *pair = place(pairs->table, pairs->size, first, second);
    *pair = (csuccess__pair){first, second, value, true};
    pairs->count++;
    return true;
}
