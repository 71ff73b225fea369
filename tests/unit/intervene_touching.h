/* SPDX-License-Identifier: Apache-2.0 */
/* A customer's turns without an engine: one state, what policies.reach comes to, and steps at times. */
#ifndef INTERVENE_TOUCHING_H
#define INTERVENE_TOUCHING_H

#include "calendar_places.h"

#include "intervene/intervene.h"

#define TOUCHING_HOUR INT64_C(3600000)
#define TOUCHING_DAY (24 * TOUCHING_HOUR)
#define TOUCHING_NEW_YEAR INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

typedef struct touching {
    const csuccess_allocator *mem;
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch;
    csuccess_limits limits;
    csuccess__flow flow;
    csuccess__arena schema_arena; /* not of the memory that fails */
    csuccess__reach reach;
    csuccess__intervene intervene;
    csuccess__flow_desk flow_desk;
    csuccess__intervene_desk desk;
    csuccess__step step;
    csuccess__moment moment;
    csuccess__turn turn;
} touching;

/* Everything that is made is in `w`, also after a failure; touching_close() frees it. `zones` may be NULL. */
static inline csuccess_result touching_open(touching *w, const csuccess_allocator *mem,
                                            const csuccess__zone_source *zones,
                                            const char *zone)
{
    memset(w, 0, sizeof *w);
    w->mem = mem;
    csuccess__limits_take(&w->limits, NULL, NULL);
    csuccess__state_init(&w->state, mem);
    csuccess__arena_init(&w->arena, mem, 0);
    csuccess__effects_init(&w->effects, mem, &w->arena, 100000);
    csuccess__buffer_init(&w->scratch, mem, 0);
    csuccess__arena_init(&w->schema_arena, csuccess__malloc_allocator(), 0);
    w->flow.tenant.zone = check_view(zone);
    w->reach.frequency_ms = 7 * TOUCHING_DAY;
    w->intervene.flow = &w->flow;
    w->intervene.reach = &w->reach;
    w->intervene.tracks = true;
    w->step = (csuccess__step){.state = &w->state,
                               .out = &w->effects,
                               .scratch = &w->scratch,
                               .mem = mem,
                               .limits = &w->limits,
                               .customer = CSUCCESS_STR("c1"),
                               .due = CSUCCESS__NEVER};
    w->moment = (csuccess__moment){.flow = &w->flow,
                                   .desk = &w->flow_desk,
                                   .step = &w->step,
                                   .schema = csuccess__schema_new(&w->schema_arena)};
    if (zones) w->moment.zones = *zones;
    w->turn = (csuccess__turn){.m = &w->moment, .of = &w->intervene, .desk = &w->desk};
    return csuccess__intervene_desk_new(&w->desk, mem);
}

static inline void touching_close(touching *w)
{
    csuccess__intervene_desk_free(&w->desk);
    csuccess__buffer_free(&w->scratch);
    csuccess__effects_free(&w->effects);
    csuccess__arena_free(&w->arena);
    csuccess__arena_free(&w->schema_arena);
    csuccess__state_free(&w->state);
}

/* A turn at `now`; touching_end() keeps what came of it. */
static inline csuccess__turn *touching_begin(touching *w, int64_t now)
{
    w->step.now = now;
    w->step.cause = CSUCCESS_STR("cause");
    w->step.due = CSUCCESS__NEVER;
    csuccess__effects_clear(&w->effects);
    csuccess__arena_reset(&w->arena);
    csuccess__arena_reset(&w->desk.texts);
    csuccess__touches_open(&w->turn);
    return &w->turn;
}

static inline csuccess_result touching_end(touching *w)
{
    csuccess__touches_close(&w->turn);
    return w->step.failed;
}

/* An id of its own for each number: 64 digits. */
static inline csuccess_str touching_id(char out[65], uint64_t number)
{
    snprintf(out, 65, "%016llx%048d", (unsigned long long)number, 0);
    return (csuccess_str){out, 64};
}

#endif
