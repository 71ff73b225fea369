/* SPDX-License-Identifier: Apache-2.0 */
/* Names by number, and in the order of their bytes. */
#include "churn/tracking_names.h"

#include "base/str.h"
#include "text/utf8.h"

#include <string.h>

void csuccess__names_init(csuccess__names *names, const csuccess_allocator *mem, uint32_t limit)
{
    *names = (csuccess__names){.mem = mem, .limit = limit};
}

csuccess_result csuccess__names_check(csuccess_str name)
{
    if (name.len > CSUCCESS__NAME_BYTES) return CSUCCESS_ELIMIT;
    if (name.len > 0 && !name.ptr) return CSUCCESS_EINVALID;
    return csuccess__utf8_check(name, NULL) ? CSUCCESS_OK : CSUCCESS_EENCODING;
}

bool csuccess__name_copy(csuccess_str *out, const csuccess_allocator *mem, csuccess_str name)
{
    *out = (csuccess_str){NULL, 0};
    if (name.len == 0) return true;
    char *copy = csuccess__alloc(mem, name.len, 1);
    if (!copy) return false;
    memcpy(copy, name.ptr, name.len);
    *out = (csuccess_str){copy, name.len};
    return true;
}

void csuccess__name_free(const csuccess_allocator *mem, csuccess_str name)
{
    union {
        const char *given;
        void *taken;
    } text = {name.ptr};
    csuccess__release(mem, text.taken, name.len, 1);
}

void csuccess__names_free(csuccess__names *names)
{
    csuccess__names_cut(names, 0);
    csuccess__release(names->mem, names->items, names->cap, sizeof *names->items);
    csuccess__release(names->mem, names->order, names->cap, sizeof *names->order);
    csuccess__names_init(names, names->mem, names->limit);
}

/* The place in `order` where the name is, or belongs. */
static uint32_t place_of(const csuccess__names *names, csuccess_str name, bool *found)
{
    uint32_t from = 0, to = names->count;
    *found = false;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int cmp = csuccess__str_cmp(names->items[names->order[middle]], name);
        if (cmp == 0) {
            *found = true;
            return middle;
        }
        if (cmp < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

uint32_t csuccess__names_find(const csuccess__names *names, csuccess_str name)
{
    bool found;
    uint32_t at = place_of(names, name, &found);
    return found ? names->order[at] : CSUCCESS__NAME_NONE;
}

/* Both arrays grow together, or neither. */
static bool reserve(csuccess__names *names)
{
    if (names->count < names->cap) return true;
    uint32_t cap = names->cap ? names->cap * 2 : 16;
    csuccess_str *items = csuccess__alloc(names->mem, cap, sizeof *items);
    uint32_t *order = csuccess__alloc(names->mem, cap, sizeof *order);
    if (!items || !order) {
        csuccess__release(names->mem, items, cap, sizeof *items);
        csuccess__release(names->mem, order, cap, sizeof *order);
        return false;
    }
    if (names->count > 0) {
        memcpy(items, names->items, names->count * sizeof *items);
        memcpy(order, names->order, names->count * sizeof *order);
    }
    csuccess__release(names->mem, names->items, names->cap, sizeof *items);
    csuccess__release(names->mem, names->order, names->cap, sizeof *order);
    names->items = items;
    names->order = order;
    names->cap = cap;
    return true;
}

csuccess_result csuccess__names_add(csuccess__names *names, csuccess_str name, uint32_t *number)
{
    csuccess_result result = csuccess__names_check(name);
    if (result < 0) return result;
    bool found;
    uint32_t at = place_of(names, name, &found);
    if (found) {
        *number = names->order[at];
        return CSUCCESS_OK;
    }
    if (names->count >= names->limit) return CSUCCESS_ELIMIT;
    csuccess_str copy;
    if (!reserve(names) || !csuccess__name_copy(&copy, names->mem, name)) {
        return CSUCCESS_ENOMEM;
    }
    memmove(names->order + at + 1, names->order + at,
            (names->count - at) * sizeof *names->order);
    names->order[at] = names->count;
    names->items[names->count] = copy;
    *number = names->count++;
    return CSUCCESS_OK;
}

void csuccess__names_cut(csuccess__names *names, uint32_t count)
{
    if (count >= names->count) return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < names->count; i++) {
        if (names->order[i] < count) names->order[kept++] = names->order[i];
    }
    for (uint32_t i = count; i < names->count; i++) {
        csuccess__name_free(names->mem, names->items[i]);
    }
    names->count = count;
}
