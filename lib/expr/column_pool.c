/* SPDX-License-Identifier: Apache-2.0 */
/* The column machine's memory: vectors that are recycled from block to block. */
#include "expr/column_internal.h"

#include <string.h>

static csuccess__storage storage_of(csuccess__kind kind)
{
    switch (kind) {
    case CSUCCESS__KIND_NUMBER:
    case CSUCCESS__KIND_TIME:
        return CSUCCESS__STORAGE_WIDE;
    case CSUCCESS__KIND_BOOL:
        return CSUCCESS__STORAGE_BITS;
    default:
        return CSUCCESS__STORAGE_VALUES;
    }
}

static const struct {
    size_t n, bytes;
} storages[] = {
    [CSUCCESS__STORAGE_WIDE] = {CSUCCESS__BLOCK, sizeof(double)},
    [CSUCCESS__STORAGE_BITS] = {CSUCCESS__BLOCK_WORDS, sizeof(uint64_t)},
    [CSUCCESS__STORAGE_VALUES] = {CSUCCESS__BLOCK, sizeof(csuccess__value)},
};

static csuccess__pooled *make(csuccess__column_machine *machine, csuccess__storage storage)
{
    csuccess__pooled *item = csuccess__alloc(&machine->mem, 1, sizeof *item);
    if (!item) return NULL;
    item->memory = csuccess__alloc(&machine->mem, storages[storage].n, storages[storage].bytes);
    if (!item->memory) {
        csuccess__release(&machine->mem, item, 1, sizeof *item);
        return NULL;
    }
    item->storage = storage;
    item->next_made = machine->made;
    machine->made = item;
    return item;
}

csuccess__vector *csuccess__pool_take(csuccess__column_machine *machine, csuccess__kind kind,
                                      uint32_t rows)
{
    csuccess__storage storage = storage_of(kind);
    csuccess__pooled *item = machine->free[storage];
    if (item) {
        machine->free[storage] = item->next_free;
    } else {
        item = make(machine, storage);
        if (!item) return NULL;
    }
    item->kept = false;
    item->next_free = NULL;
    csuccess__vector *vector = &item->vector;
    vector->kind = kind;
    vector->rows = rows;
    vector->all_valid = false;
    vector->as.values = NULL;
    switch (storage) {
    case CSUCCESS__STORAGE_WIDE:
        if (kind == CSUCCESS__KIND_TIME)
            vector->as.times = item->memory;
        else
            vector->as.numbers = item->memory;
        break;
    case CSUCCESS__STORAGE_BITS:
        vector->as.bits = item->memory;
        break;
    default:
        vector->as.values = item->memory;
        break;
    }
    return vector;
}

static csuccess__pooled *pooled_of(const csuccess__vector *vector)
{
    return (csuccess__pooled *)(uintptr_t)vector;
}

void csuccess__pool_keep(const csuccess__vector *vector)
{
    pooled_of(vector)->kept = true;
}

void csuccess__pool_give(csuccess__column_machine *machine, const csuccess__vector *vector)
{
    csuccess__pooled *item = pooled_of(vector);
    if (item->kept) return;
    item->kept = true; /* a second give does nothing */
    item->next_free = machine->free[item->storage];
    machine->free[item->storage] = item;
}

void csuccess__column_machine_reset(csuccess__column_machine *machine)
{
    for (size_t s = 0; s < CSUCCESS__STORAGE_COUNT; s++) machine->free[s] = NULL;
    for (csuccess__pooled *item = machine->made; item; item = item->next_made) {
        item->kept = true;
        item->next_free = machine->free[item->storage];
        machine->free[item->storage] = item;
    }
    machine->stamp++;
    csuccess__machine_reset(machine->row);
}

csuccess__vector *csuccess__column_machine_vector(csuccess__column_machine *machine,
                                                  csuccess__kind kind, uint32_t rows)
{
    csuccess__vector *vector = csuccess__pool_take(machine, kind, rows);
    if (vector) csuccess__pool_keep(vector);
    return vector;
}

csuccess_result csuccess__column_machine_new(csuccess__column_machine **out,
                                             const csuccess_allocator *mem,
                                             const csuccess_limits *limits)
{
    *out = NULL;
    csuccess__column_machine *machine = csuccess__alloc(mem, 1, sizeof *machine);
    if (!machine) return CSUCCESS_ENOMEM;
    machine->mem = *mem;
    machine->stamp = 1;
    csuccess_result result = csuccess__machine_new(&machine->row, &machine->mem, limits);
    if (result < 0) {
        csuccess__release(mem, machine, 1, sizeof *machine);
        return result;
    }
    *out = machine;
    return CSUCCESS_OK;
}

void csuccess__column_machine_free(csuccess__column_machine *machine)
{
    if (!machine) return;
    csuccess_allocator mem = machine->mem;
    for (csuccess__pooled *item = machine->made; item;) {
        csuccess__pooled *next = item->next_made;
        csuccess__release(&mem, item->memory, storages[item->storage].n,
                          storages[item->storage].bytes);
        csuccess__release(&mem, item, 1, sizeof *item);
        item = next;
    }
    csuccess__release(&mem, machine->states, machine->state_count, sizeof *machine->states);
    csuccess__release(&mem, machine->values, machine->value_count, sizeof *machine->values);
    csuccess__release(&mem, machine->results, machine->node_count, sizeof *machine->results);
    csuccess__release(&mem, machine->last_use, machine->node_count, sizeof *machine->last_use);
    csuccess__release(&mem, machine->mini, machine->mini_count, sizeof *machine->mini);
    csuccess__release(&mem, machine->mini_args, machine->mini_count,
                      sizeof *machine->mini_args);
    csuccess__release(&mem, machine->set_bits, machine->set_bit_room,
                      sizeof *machine->set_bits);
    csuccess__release(&mem, machine->set_views, machine->set_view_room,
                      sizeof *machine->set_views);
    csuccess__release(&mem, machine->key_views, machine->key_view_room,
                      sizeof *machine->key_views);
    csuccess__regex_scratch_free(machine->scratch);
    csuccess__machine_free(machine->row);
    csuccess__release(&mem, machine, 1, sizeof *machine);
}

bool csuccess__column_scratch(csuccess__column_machine *machine, size_t n)
{
    if (n <= machine->value_count) return true;
    csuccess__value *grown = csuccess__resize(&machine->mem, machine->values,
                                              machine->value_count, n, sizeof *grown);
    if (!grown) return false;
    machine->values = grown;
    machine->value_count = n;
    return true;
}
