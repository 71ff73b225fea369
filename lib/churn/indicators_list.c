/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of signals, which own their strings, and their order. */
#include "churn/indicators.h"

#include "base/heap.h"
#include "base/str.h"
#include "churn/tracking_names.h"

void csuccess__signals_cut(csuccess__signals *signals, size_t count)
{
    while (signals->count > count) {
        csuccess_signal *last = &signals->items[--signals->count];
        csuccess__name_free(signals->mem, last->series);
        csuccess__name_free(signals->mem, last->text);
    }
}

void csuccess__signals_free(csuccess__signals *signals)
{
    csuccess__signals_cut(signals, 0);
    csuccess__release(signals->mem, signals->items, signals->cap, sizeof *signals->items);
    signals->items = NULL;
    signals->cap = 0;
}

csuccess_result csuccess__signals_add(csuccess__signals *signals, const csuccess_signal *from)
{
    csuccess_signal copy = *from;
    if (signals->count == signals->cap) {
        size_t cap = signals->cap ? signals->cap * 2 : 8;
        csuccess_signal *items =
            csuccess__resize(signals->mem, signals->items, signals->cap, cap, sizeof *items);
        if (!items) return CSUCCESS_ENOMEM;
        signals->items = items;
        signals->cap = cap;
    }
    if (!csuccess__name_copy(&copy.series, signals->mem, from->series)) return CSUCCESS_ENOMEM;
    if (!csuccess__name_copy(&copy.text, signals->mem, from->text)) {
        csuccess__name_free(signals->mem, copy.series);
        return CSUCCESS_ENOMEM;
    }
    signals->items[signals->count++] = copy;
    return CSUCCESS_OK;
}

static int compare_numbers(double a, double b)
{
    return a < b ? -1 : a > b;
}

static bool comes_before(const void *one, const void *other)
{
    const csuccess_signal *a = one, *b = other;
    int order = compare_numbers(b->magnitude, a->magnitude);
    if (order == 0) order = compare_numbers(b->strength, a->strength);
    if (order == 0) order = (int)a->type - (int)b->type;
    if (order == 0) order = csuccess__str_cmp(a->series, b->series);
    if (order == 0) order = a->since_ms < b->since_ms ? -1 : a->since_ms > b->since_ms;
    return order != 0 ? order < 0 : csuccess__str_cmp(a->text, b->text) < 0;
}

_Static_assert(sizeof(csuccess_signal) <= CSUCCESS__HEAP_ITEM, "a signal moves within a heap");

void csuccess__signals_sort(csuccess__signals *signals)
{
    csuccess__sort(signals->items, signals->count, sizeof *signals->items, comes_before);
}
