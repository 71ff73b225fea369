/* SPDX-License-Identifier: Apache-2.0 */
/* One customer and turns of intervene, without an engine: a configuration, a state, and what was looked at in a step. */
#ifndef INTERVENE_REACH_H
#define INTERVENE_REACH_H

#include "flow_journeys.h"

#include "intervene/automation.h"
#include "intervene/intervene.h"

typedef struct reacher {
    trip t;
    csuccess__zones_asked asked;
    csuccess__moment m;
    csuccess__intervene_desk desk;
    csuccess__turn turn;
    char cause[32]; /* of the step: another for each time */
    bool desk_open;
} reacher;

/* Everything that is made is in `r`, also after a failure; reacher_close() frees it. */
static inline csuccess_result reacher_open(reacher *r, const char *document,
                                           const csuccess_allocator *mem)
{
    memset(r, 0, sizeof *r);
    csuccess_result result = trip_open(&r->t, document, mem);
    if (result < 0) return result;
    r->desk_open = true;
    return csuccess__intervene_desk_new(&r->desk, r->t.mem);
}

static inline void reacher_close(reacher *r)
{
    if (r->desk_open) csuccess__intervene_desk_free(&r->desk);
    trip_close(&r->t);
}

static inline const csuccess__reach *reacher_policy(const reacher *r)
{
    return trip_now(&r->t)->intervene->reach;
}

/* Begins a step at `now`, with its turn. */
static inline csuccess__turn *reacher_at(reacher *r, int64_t now)
{
    snprintf(r->cause, sizeof r->cause, "at %lld", (long long)now);
    r->m = trip_moment(&r->t, now, r->cause, &r->asked);
    r->asked.moment = &r->m;
    csuccess__flow_begin(&r->t.desk);
    csuccess__arena_reset(&r->desk.texts);
    r->turn = (csuccess__turn){
        .m = &r->m, .of = trip_now(&r->t)->intervene, .desk = &r->desk, .first = 0};
    return &r->turn;
}

/* The same with touches and automation as they are. */
static inline csuccess__turn *reacher_open_at(reacher *r, int64_t now)
{
    csuccess__turn *turn = reacher_at(r, now);
    csuccess__touches_open(turn);
    csuccess__lifecycle_open(turn);
    return turn;
}

static inline csuccess__zone reacher_zone(reacher *r, const char *name)
{
    return (csuccess__zone){&r->m.zones, check_view(name)};
}

static inline const csuccess__channel *reacher_channel(const reacher *r, const char *name)
{
    return csuccess__channel_find(trip_now(&r->t)->channels, check_view(name));
}

#endif
