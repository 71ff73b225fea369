/* SPDX-License-Identifier: Apache-2.0 */
/* Hash tables of things that know their own key. Room is made first, so that putting cannot fail; nothing depends on their order. */
#ifndef CSUCCESS__ENGINE_TABLE_H
#define CSUCCESS__ENGINE_TABLE_H

#include "base/alloc.h"

#include <string.h>

typedef struct csuccess__table_slot {
    uint64_t hash;
    void *item; /* NULL: empty */
} csuccess__table_slot;

typedef struct csuccess__table {
    csuccess__table_slot *slots;
    size_t cap, count; /* cap: a power of 2, or 0 */
} csuccess__table;

/* Whether an item has this key. */
typedef bool csuccess__table_is(const void *item, const void *key);

void csuccess__table_free(csuccess__table *table, const csuccess_allocator *mem);
/* Room for n more; false when memory is refused. */
bool csuccess__table_room(csuccess__table *table, const csuccess_allocator *mem, size_t n);
void *csuccess__table_find(const csuccess__table *table, uint64_t hash, csuccess__table_is *is,
                           const void *key);
void csuccess__table_put(csuccess__table *table, uint64_t hash, void *item);
void csuccess__table_drop(csuccess__table *table, uint64_t hash, const void *item);

/* Of a table whose keys hosts' customers choose: SipHash-1-3 (Aumasson and Bernstein, SipHash, 2012), whose collisions nobody finds without the key. */
typedef struct csuccess__table_key {
    uint64_t k0, k1;
} csuccess__table_key;
uint64_t csuccess__table_keyed(csuccess__table_key key, csuccess_str text);

/* Eight bytes at a time; for tables only, since it differs with the order of bytes. */
static inline uint64_t csuccess__table_hash(csuccess_str text, uint64_t seed)
{
    const uint64_t k = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = (seed ^ text.len) * k, word;
    size_t i = 0;
    for (; i + sizeof word <= text.len; i += sizeof word) {
        memcpy(&word, text.ptr + i, sizeof word);
        hash = (hash ^ (hash >> 32) ^ word) * k;
    }
    word = 0;
    if (i < text.len) memcpy(&word, text.ptr + i, text.len - i);
    hash = (hash ^ (hash >> 32) ^ word) * k;
    return hash ^ (hash >> 29);
}

#endif
