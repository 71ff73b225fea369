/* SPDX-License-Identifier: Apache-2.0 */
/* The section `interventions`: what can be done for a customer; and those of them that are candidates by their own `when`. */
#ifndef CSUCCESS__INTERVENE_INTERVENTIONS_H
#define CSUCCESS__INTERVENE_INTERVENTIONS_H

#include "flow/playbooks/task.h"
#include "intervene/turn.h"

struct csuccess__intervene_build;
struct csuccess__offer;

typedef struct csuccess__intervention_type {
    csuccess_str name, channel;
    bool task; /* else a message */
    csuccess__task_kind kind;
} csuccess__intervention_type;

/* `success`, of an intervention or a campaign. */
typedef struct csuccess__judging {
    bool given;
    csuccess__duration within;
    const csuccess__program *when; /* with started('x') */
} csuccess__judging;
/* `follow_up`; a task. */
typedef struct csuccess__follow_up {
    bool none;                /* null */
    csuccess__duration after; /* P7D */
    csuccess__task_def task;
} csuccess__follow_up;

typedef struct csuccess__intervention {
    csuccess_str id, programme; /* "intervention/id" */
    const csuccess__intervention_type *type;
    csuccess__sending sending; /* template, to, purpose, channel */
    const csuccess__channel *channel;
    const csuccess__channel *const *fallback;
    uint32_t fallback_count;
    csuccess__task_def task; /* of one that does a task: title, owner, due, priority */
    const csuccess__program *when, *audience, *value;
    int64_t delay_ms, frequency_ms;
    csuccess__duration valid_for;
    bool has_validity, has_priority;
    csuccess__class class_;
    double priority;
    int64_t cost;
    csuccess__effect effect;
    double prior_a, prior_b; /* counts of the Beta prior; 0, 0: none */
    csuccess__judging success;
    csuccess__follow_up follow_up;
    const struct csuccess__offer *offer;
    uint32_t last_at_slot, times_slot, state_slot,
        outcome_slot; /* UINT32_MAX: nothing reads it */
    const csuccess__json *at;
} csuccess__intervention;
typedef struct csuccess__interventions {
    const csuccess__intervention *list; /* in effective order */
    uint32_t count;
    const csuccess__intervention_type *types;
    uint32_t type_count;
} csuccess__interventions;

const csuccess__interventions *
csuccess__interventions_compile(struct csuccess__intervene_build *build,
                                const csuccess__json *section);
const csuccess__intervention *csuccess__intervention_find(const csuccess__interventions *of,
                                                          csuccess_str id);
/* The member `follow_up` or `success` of an object. */
void csuccess__follow_up_read(csuccess__follow_up *out, struct csuccess__intervene_build *build,
                              const csuccess__json *object);
void csuccess__judging_read(csuccess__judging *out, struct csuccess__intervene_build *build,
                            const csuccess__json *object);
/* Adds those whose `when` and audience hold, or that somebody asked for (input intervention, request); lowers the step's due to when time may change them. */
void csuccess__interventions_candidates(csuccess__turn *t);
void csuccess__interventions_publish(csuccess__turn *t);

#endif
