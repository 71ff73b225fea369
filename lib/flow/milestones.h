/* SPDX-License-Identifier: Apache-2.0 */
/* The section `milestones`: what a customer has reached, when, and what comes next; each celebrated once. */
#ifndef CSUCCESS__FLOW_MILESTONES_H
#define CSUCCESS__FLOW_MILESTONES_H

#include "flow/templates.h"
#include "flow/trigger.h"

typedef enum csuccess__milestone_kind {
    CSUCCESS__MILESTONE_WHEN,
    CSUCCESS__MILESTONE_EVENT,
    CSUCCESS__MILESTONE_COUNT,
    CSUCCESS__MILESTONE_ANNIVERSARY
} csuccess__milestone_kind;
typedef struct csuccess__milestone {
    csuccess_str id, label, stage;
    csuccess__milestone_kind kind;
    const csuccess__program
        *value; /* WHEN: a condition; COUNT: a number; ANNIVERSARY: a time */
    csuccess__event_match event;
    bool each;                /* of EVENT */
    const double *thresholds; /* of COUNT, ascending; NULL: never twice */
    uint32_t threshold_count;
    const csuccess__program *since; /* NULL: the customer's first advance */
    double target_days;             /* NaN: none */
    bool critical, first_value;
    double points;
    const uint32_t *after; /* indices of what must be achieved first */
    uint32_t after_count;
    const csuccess__sending *celebrate; /* NULL: none */
    uint32_t achieved_slot, achieved_at_slot,
        state_slot; /* milestone('id').achieved, .achieved_at, .state */
    const csuccess__json *at;
} csuccess__milestone;
typedef struct csuccess__milestones {
    const csuccess__milestone *list; /* in effective order */
    uint32_t count;
    const uint32_t *sorted; /* indices so that what comes first by `after` stands first */
} csuccess__milestones;
struct csuccess__flow_build;
/* Circles of `after` are ECYCLE and named. Adds the slots, and for the whole: onboarding.progress (0..1), onboarding.time_to_value (days), onboarding.state ("on_track", "behind", "stuck", "done"). */
const csuccess__milestones *csuccess__milestones_compile(struct csuccess__flow_build *build,
                                                         const csuccess__json *section);

/* How one stands at a time. */
#define CSUCCESS__MILESTONE_STATES(X) \
    X(PENDING, "pending") X(BLOCKED, "blocked") X(OVERDUE, "overdue") X(ACHIEVED, "achieved")
typedef enum csuccess__milestone_state {
#define CSUCCESS__MILESTONE_STATE(name, text) CSUCCESS__MILESTONE_##name,
    CSUCCESS__MILESTONE_STATES(CSUCCESS__MILESTONE_STATE)
#undef CSUCCESS__MILESTONE_STATE
} csuccess__milestone_state;

/* Publishes the slots from the state, as it is before anything happens in this step. */
void csuccess__milestones_publish(csuccess__moment *m);
/* Looks at conditions, counts, anniversaries and (EVENT) the step's input; notes what was achieved with entries "milestone", celebrates, tells ACHIEVED, publishes, lowers due (targets that pass, anniversaries). */
void csuccess__milestones_step(csuccess__moment *m);
/* Input of type milestone: `achieve` or `revoke`, properties.milestone, by a person. */
csuccess_result csuccess__milestone_apply(csuccess__moment *m, const csuccess__input *input,
                                          csuccess__text *reason);
/* The progress report, as a member of explain: {"percent", "points", "state", "time_to_value_days", "expected_completion", "next": [ids], "critical_path": [ids], "milestones": {"id": {"state", "achieved_at", "days_to_achieve", "overdue_by_days", "blocked_by": [ids], "times", …}}}. */
void csuccess__milestones_report(csuccess__moment *m, struct csuccess__json_writer *out);
void csuccess__milestone_print(struct csuccess__json_writer *out,
                               const csuccess__state_field *field);

#endif
