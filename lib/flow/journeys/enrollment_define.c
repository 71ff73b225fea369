/* SPDX-License-Identifier: Apache-2.0 */
/* Which definition an enrollment goes by: today's, an earlier one that it is pinned to, or today's because it was moved to it. */
#include "base/digest.h"
#include "flow/journeys/enrollment_internal.h"
#include "flow/pins.h"

#include <string.h>

enum { HASH = 16 };

static const csuccess_str none = {"", 0};

/* The step that is live is called this now; UINT32_MAX: the new definition has none, nor has its map. */
static uint32_t moved_to(const csuccess__journey *today, csuccess_str step)
{
    for (uint32_t i = 0; i < today->map_count; i++) {
        if (csuccess__str_eq(today->map[i].from, step)) {
            return csuccess__journey_step_find(today, today->map[i].to);
        }
    }
    return csuccess__journey_step_find(today, step);
}

static const csuccess__journey *earlier(csuccess__enrolled *r, csuccess_str *why)
{
    csuccess__pins *pins = r->m->desk->pins;
    *why = CSUCCESS_STR("the definition that it was enrolled under is not to be had");
    if (!pins) return NULL;
    return csuccess__pins_journey(pins, r->e.journey, r->e.definition, r->e.config, why);
}

/* Said once for each definition that has no place for it. */
static void refuse(csuccess__enrolled *r, const csuccess__journey *today)
{
    const csuccess_str hash = {(const char *)today->hash, HASH};
    if (csuccess__str_eq(r->e.refused, hash)) return;
    const csuccess__journey_say say = {
        .event = "refused",
        .step = r->e.step,
        .how = "definition",
        .reason = CSUCCESS_STR("its step is neither in the new definition nor in its map"),
        .in_step_ms = -1};
    csuccess__journey_entry(r->m, &r->e, &say);
    r->e.refused = hash;
    r->changed = true;
}

/* Whether what was begun at the one step goes on at the other: then its time and what it waits for stay. */
static bool goes_on(const csuccess__enrolled *r, const csuccess__journey *before, uint32_t to)
{
    uint32_t was = before ? csuccess__journey_step_find(before, r->e.step) : UINT32_MAX;
    const csuccess__journey_step *step = &r->journey->steps[to];
    if (was == UINT32_MAX) return step->waits;
    return step->waits && before->steps[was].type == step->type;
}

/* Under today's definition from now on; a step that was not waiting for the same is entered anew. */
static void move(csuccess__enrolled *r, const csuccess__journey *today, uint32_t to)
{
    csuccess_str why;
    const csuccess__journey *before = earlier(r, &why);
    csuccess_str from = r->e.step;
    r->journey = today;
    bool same = goes_on(r, before, to);
    memcpy(r->e.definition, today->hash, HASH);
    r->e.refused = none;
    r->e.step = today->steps[to].id;
    r->at = to;
    r->changed = true;
    const csuccess__journey_say say = {.event = "moved",
                                       .from = from,
                                       .step = r->e.step,
                                       .type = csuccess__step_type_name(today->steps[to].type),
                                       .how = "definition",
                                       .in_step_ms = -1};
    csuccess__journey_entry(r->m, &r->e, &say);
    r->anew = !same;
}

/* Whether it is under today's definition now, because that has a place for it. */
static bool try_move(csuccess__enrolled *r, const csuccess__journey *today)
{
    if (!today || !today->maps) return false;
    uint32_t to = moved_to(today, r->e.step);
    if (to == UINT32_MAX) {
        refuse(r, today);
        return false;
    }
    move(r, today, to);
    return true;
}

/* Where it is in the definition that it goes by. */
static void place(csuccess__enrolled *r)
{
    r->at = csuccess__journey_step_find(r->journey, r->e.step);
    if (r->at == UINT32_MAX || !r->journey->steps[r->at].waits) {
        csuccess__step_fail(r->m->step, CSUCCESS_ESTATE);
    } else {
        r->e.step = r->journey->steps[r->at].id;
    }
}

void csuccess__enrolled_define(csuccess__enrolled *r, bool may_move)
{
    csuccess_str why;
    const csuccess__journeys *journeys = r->m->flow->journeys;
    r->today = csuccess__journey_find(journeys, r->e.journey);
    const csuccess__journey *today = r->today == UINT32_MAX ? NULL : &journeys->list[r->today];
    if (today && memcmp(today->hash, r->e.definition, HASH) == 0) {
        r->journey = today;
        place(r);
        return;
    }
    if (r->e.state ==
        CSUCCESS__ENROLLMENT_PAUSED) { /* nothing happens to it; what comes is kept */
        r->journey = earlier(r, &why);
        if (r->journey) place(r);
        return;
    }
    if (may_move && try_move(r, today)) return;
    r->journey = earlier(r, &why);
    if (r->journey) {
        place(r);
    } else {
        csuccess__enrolled_fail(r, why);
    }
}
