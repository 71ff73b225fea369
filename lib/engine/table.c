/* SPDX-License-Identifier: Apache-2.0 */
/* The hash table: open addressing, linear probing, at most half full; what is dropped leaves no gap. */
#include "engine/table.h"

enum { FIRST_SLOTS = 16 };

void csuccess__table_free(csuccess__table *table, const csuccess_allocator *mem)
{
    csuccess__release(mem, table->slots, table->cap, sizeof *table->slots);
    *table = (csuccess__table){NULL, 0, 0};
}

static void put(csuccess__table_slot *slots, size_t cap, csuccess__table_slot slot)
{
    size_t at = (size_t)slot.hash & (cap - 1);
    while (slots[at].item) at = (at + 1) & (cap - 1);
    slots[at] = slot;
}

bool csuccess__table_room(csuccess__table *table, const csuccess_allocator *mem, size_t n)
{
    size_t wanted, cap = table->cap ? table->cap : FIRST_SLOTS;
    if (!csuccess__add_size(&wanted, table->count, n) || wanted > SIZE_MAX / 4) return false;
    if (wanted <= table->cap / 2) return true;
    while (wanted > cap / 2) cap *= 2;
    csuccess__table_slot *slots = csuccess__alloc(mem, cap, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < table->cap; i++) {
        if (table->slots[i].item) put(slots, cap, table->slots[i]);
    }
    csuccess__release(mem, table->slots, table->cap, sizeof *table->slots);
    table->slots = slots;
    table->cap = cap;
    return true;
}

void *csuccess__table_find(const csuccess__table *table, uint64_t hash, csuccess__table_is *is,
                           const void *key)
{
    if (table->cap == 0) return NULL;
    size_t at = (size_t)hash & (table->cap - 1);
    for (; table->slots[at].item; at = (at + 1) & (table->cap - 1)) {
        const csuccess__table_slot *slot = &table->slots[at];
        if (slot->hash == hash && is(slot->item, key)) return slot->item;
    }
    return NULL;
}

void csuccess__table_put(csuccess__table *table, uint64_t hash, void *item)
{
    put(table->slots, table->cap, (csuccess__table_slot){hash, item});
    table->count++;
}

/* Those behind the gap that could not stand nearer to their place move up into it (Knuth, 6.4, Algorithm R). */
void csuccess__table_drop(csuccess__table *table, uint64_t hash, const void *item)
{
    size_t mask = table->cap - 1, gap = (size_t)hash & mask;
    while (table->slots[gap].item && table->slots[gap].item != item) gap = (gap + 1) & mask;
    if (!table->slots[gap].item) return;
    for (size_t at = (gap + 1) & mask; table->slots[at].item; at = (at + 1) & mask) {
        size_t home = (size_t)table->slots[at].hash & mask;
        if (((at - home) & mask) < ((at - gap) & mask)) continue;
        table->slots[gap] = table->slots[at];
        gap = at;
    }
    table->slots[gap].item = NULL;
    table->count--;
}

/* ---- SipHash ---- */

static inline uint64_t turn(uint64_t x, unsigned by)
{
    return x << by | x >> (64 - by);
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = turn(v[1], 13) ^ v[0];
    v[0] = turn(v[0], 32);
    v[2] += v[3];
    v[3] = turn(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = turn(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = turn(v[1], 17) ^ v[2];
    v[2] = turn(v[2], 32);
}

static inline uint64_t word_of(const char *bytes, size_t n)
{
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++) word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    return word;
}

uint64_t csuccess__table_keyed(csuccess__table_key key, csuccess_str text)
{
    uint64_t v[4] = {
        key.k0 ^ UINT64_C(0x736f6d6570736575), key.k1 ^ UINT64_C(0x646f72616e646f6d),
        key.k0 ^ UINT64_C(0x6c7967656e657261), key.k1 ^ UINT64_C(0x7465646279746573)};
    size_t i = 0;
    for (; text.len - i >= 8; i += 8) {
        uint64_t word = word_of(text.ptr + i, 8);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    uint64_t last = (uint64_t)text.len << 56;
    if (i < text.len) last |= word_of(text.ptr + i, text.len - i);
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int r = 0; r < 3; r++) sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
