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
