/* SPDX-License-Identifier: Apache-2.0 */
/* The order of milestones by what comes first, and the circles that have none. */
#include "flow/milestones_sort.h"

enum { CIRCLE_BYTES = 480 };

typedef struct sorting {
    const csuccess__milestones *all;
    uint32_t *sorted, *seen; /* seen: by index, the step of a walk that came here, from 1 */
    bool *placed;
    uint32_t count; /* placed */
} sorting;

/* One that it waits for and that has no place yet; UINT32_MAX: none. */
static uint32_t waits_for(const sorting *s, uint32_t index)
{
    const csuccess__milestone *one = &s->all->list[index];
    for (uint32_t i = 0; i < one->after_count; i++) {
        if (!s->placed[one->after[i]]) return one->after[i];
    }
    return UINT32_MAX;
}

static void place(sorting *s, uint32_t index)
{
    s->placed[index] = true;
    s->sorted[s->count++] = index;
}

static bool place_some(sorting *s)
{
    bool any = false;
    for (uint32_t i = 0; i < s->all->count; i++) {
        if (s->placed[i] || waits_for(s, i) != UINT32_MAX) continue;
        place(s, i);
        any = true;
    }
    return any;
}

/* Nothing more can be placed: whoever is left leads into a circle. */
static void note_circle(sorting *s, csuccess__problems *problems)
{
    char bytes[CIRCLE_BYTES];
    csuccess__text text;
    uint32_t at = 0, step = 0;
    while (s->placed[at]) at++;
    for (; !s->seen[at]; at = waits_for(s, at)) s->seen[at] = ++step;
    csuccess__text_init(&text, bytes, sizeof bytes);
    uint32_t first = at;
    do {
        csuccess__text_format(&text, "%q waits for ", s->all->list[at].id);
        at = waits_for(s, at);
    } while (at != first);
    csuccess__problem(problems, s->all->list[first].at, CSUCCESS_ECYCLE,
                      "milestones wait for one another in a circle: %s%q", bytes,
                      s->all->list[first].id);
}

bool csuccess__milestones_sort(csuccess__milestones *all, csuccess__arena *arena,
                               csuccess__problems *problems)
{
    sorting s = {.all = all};
    s.sorted = CSUCCESS__NEW_ARRAY(arena, uint32_t, all->count);
    s.seen = CSUCCESS__NEW_ARRAY(arena, uint32_t, all->count);
    s.placed = CSUCCESS__NEW_ARRAY(arena, bool, all->count);
    if (!s.sorted || !s.seen || !s.placed) return false;
    while (s.count < all->count && place_some(&s)) continue;
    if (s.count < all->count) note_circle(&s, problems);
    for (uint32_t i = 0; i < all->count; i++) {
        if (!s.placed[i]) place(&s, i);
    }
    all->sorted = s.sorted;
    return true;
}
