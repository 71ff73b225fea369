/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping the first n: a heap with the last of them on top, where the next one is held against it. */
#include "base/firsts.h"

static char *item_at(const csuccess__firsts *firsts, size_t i)
{
    return (char *)firsts->items + i * firsts->of->bytes;
}

void csuccess__firsts_free(csuccess__firsts *firsts)
{
    for (size_t i = 0; i < firsts->count; i++) {
        firsts->of->drop(item_at(firsts, i), firsts->mem);
    }
    csuccess__release(firsts->mem, firsts->items, firsts->cap, firsts->of->bytes);
    firsts->items = NULL;
    firsts->count = firsts->cap = 0;
}

/* Room for one more, unless the heap is full and stays as large as it is. */
static bool reserve(csuccess__firsts *f, bool full)
{
    if (full || f->count < f->cap) return true;
    size_t cap = f->cap ? f->cap * 2 : 16;
    if (f->most > 0 && cap > f->most) cap = (size_t)f->most;
    void *items =
        cap > f->cap ? csuccess__resize(f->mem, f->items, f->cap, cap, f->of->bytes) : NULL;
    if (!items) return false;
    f->items = items;
    f->cap = cap;
    return true;
}

csuccess_result csuccess__firsts_keep(csuccess__firsts *firsts, const void *item)
{
    const csuccess__firsts_item *of = firsts->of;
    bool full = firsts->most > 0 && firsts->count >= firsts->most;
    csuccess__heap_item copy;
    if (full && !of->before(item, firsts->items)) return CSUCCESS_OK;
    if (!reserve(firsts, full) || !of->copy(copy.bytes, item, firsts->mem)) {
        return CSUCCESS_ENOMEM;
    }
    if (full) of->drop(firsts->items, firsts->mem);
    size_t at = full ? 0 : firsts->count++;
    memcpy(item_at(firsts, at), copy.bytes, of->bytes);
    if (full) {
        csuccess__heap_sink(firsts->items, firsts->count, of->bytes, 0, of->before);
    } else {
        csuccess__heap_rise(firsts->items, of->bytes, at, of->before);
    }
    return CSUCCESS_OK;
}

static csuccess_result keep_all(csuccess__firsts *firsts, const csuccess__firsts *from)
{
    csuccess_result result = CSUCCESS_OK;
    for (size_t i = 0; i < from->count && result >= 0; i++) {
        result = csuccess__firsts_keep(firsts, item_at(from, i));
    }
    return result;
}

/* Into a second heap, so that a failure leaves the first one alone. */
csuccess_result csuccess__firsts_merge(csuccess__firsts *into, const csuccess__firsts *from)
{
    csuccess__firsts both = {.of = into->of, .mem = into->mem, .most = into->most};
    csuccess_result result = keep_all(&both, into);
    if (result >= 0) result = keep_all(&both, from);
    csuccess__firsts old = *into;
    if (result >= 0) *into = both;
    csuccess__firsts_free(result >= 0 ? &old : &both);
    return result;
}

void csuccess__firsts_order(csuccess__firsts *firsts)
{
    const csuccess__firsts_item *of = firsts->of;
    csuccess__heap_unfold(firsts->items, firsts->count, of->bytes, of->before);
}
