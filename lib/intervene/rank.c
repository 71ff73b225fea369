/* SPDX-License-Identifier: Apache-2.0 */
/* The order of candidates: priority, expected value, then names; whoever added them, and when, makes no difference. */
#include "intervene/selection.h"

#include <string.h>

static int compare_names(const csuccess__candidate *a, const csuccess__candidate *b)
{
    int c = csuccess__str_cmp(a->programme, b->programme);
    if (c == 0) c = csuccess__str_cmp(a->step, b->step);
    if (c == 0) c = (a->occurrence > b->occurrence) - (a->occurrence < b->occurrence);
    if (c == 0) c = csuccess__str_cmp(a->contact, b->contact);
    return c ? c : csuccess__str_cmp(a->cause, b->cause);
}

static bool goes_after(const csuccess__candidate *list, const csuccess__rank *a,
                       const csuccess__rank *b)
{
    if (a->priority < b->priority || a->priority > b->priority)
        return a->priority < b->priority;
    if (a->expected < b->expected || a->expected > b->expected)
        return a->expected < b->expected;
    return compare_names(&list[a->at], &list[b->at]) > 0;
}

/* Where the run ends that begins at `from`. */
static uint32_t run_end(const csuccess__candidate *list, const csuccess__rank *order,
                        uint32_t from, uint32_t count)
{
    uint32_t end = from + 1;
    while (end < count && !goes_after(list, &order[end - 1], &order[end])) end++;
    return end;
}

/* Two runs that stand one behind the other, [0, middle) and [middle, count), into `out`. */
static void merge(const csuccess__candidate *list, const csuccess__rank *of,
                  const uint32_t ends[2], csuccess__rank *out)
{
    uint32_t a = 0, b = ends[0], n = 0;
    while (a < ends[0] && b < ends[1]) {
        out[n++] = goes_after(list, &of[a], &of[b]) ? of[b++] : of[a++];
    }
    memcpy(&out[n], &of[a], (ends[0] - a) * sizeof *of);
    n += ends[0] - a;
    memcpy(&out[n], &of[b], (ends[1] - b) * sizeof *of);
}

/* Merges every two neighbouring runs of `from` into `to`. Gives how many runs there were. */
static uint32_t merge_all(const csuccess__candidate *list, const csuccess__rank *from,
                          csuccess__rank *to, uint32_t count)
{
    uint32_t runs = 0;
    for (uint32_t at = 0; at < count; runs++) {
        uint32_t middle = run_end(list, from, at, count);
        uint32_t end = middle < count ? run_end(list, from, middle, count) : middle;
        merge(list, &from[at], (const uint32_t[]){middle - at, end - at}, &to[at]);
        at = end;
    }
    return runs;
}

/* Candidates mostly come in order already (campaigns of one priority, by name): runs that are found are merged until there is one. */
bool csuccess__weighing_sort(csuccess__weighing *w)
{
    csuccess__intervene_desk *desk = w->t->desk;
    uint32_t count = desk->count;
    w->order = CSUCCESS__NEW_ARRAY(&desk->texts, csuccess__rank, count);
    if (!w->order) return false;
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__candidate *c = &desk->list[i];
        w->order[i] = (csuccess__rank){c->priority, c->expected, i};
    }
    w->count = count;
    if (count < 2 || run_end(desk->list, w->order, 0, count) == count) return true;
    csuccess__rank *other = CSUCCESS__NEW_ARRAY(&desk->texts, csuccess__rank, count);
    if (!other) return false;
    uint32_t runs;
    do {
        runs = merge_all(desk->list, w->order, other, count);
        csuccess__rank *sorted = other;
        other = w->order;
        w->order = sorted;
    } while (runs > 1);
    return true;
}
