/* SPDX-License-Identifier: Apache-2.0 */
/* The section `milestones`: what a customer has reached, when, and what comes next; each celebrated once.

   An occurrence is one time that a milestone is reached: the only one, one of its thresholds, one of its years, or (`each`) one event. What has happened is kept with its own time, the event's or the
   anniversary's, else that of the look that saw it; it is achieved once all of `after` are, at the later of its own time and theirs. An event that comes late and happened earlier moves `achieved_at` to
   the earlier time, so that the order in which events come makes no difference. A condition that held once while the milestone was blocked has happened.

   A person's `achieve` counts at once, blocked or not. `revoke` takes back the last occurrence that stands (or the one of property `threshold`); it comes again by a person, by an event that happened after the
   revocation, or when its condition, having been false, holds again. The celebration of an occurrence is settled when it is achieved first: it is never sent again. An anniversary that is found more than
   30 days late is noted, but neither celebrated nor told. */
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
    bool yearly;              /* of ANNIVERSARY; else the first one only */
    const double *thresholds; /* of COUNT, ascending; without `repeat` it is 1 */
    uint32_t threshold_count;
    const csuccess__program *since; /* NULL: the customer's first advance */
    double target_days;             /* NaN: none */
    bool critical, first_value;
    bool onboarding; /* `stage` is "onboarding", which is the default of those without repeat */
    double points;
    const uint32_t *after; /* indices of what must be achieved first */
    uint32_t after_count;
    const csuccess__sending *celebrate; /* NULL: none */
    /* milestone('id').achieved, .achieved_at (the first time), .last_at, .times, .state */
    uint32_t achieved_slot, achieved_at_slot, last_at_slot, times_slot, state_slot;
    const csuccess__json *at;
} csuccess__milestone;
typedef struct csuccess__milestones {
    const csuccess__milestone *list; /* in effective order */
    uint32_t count;
    const uint32_t *sorted; /* indices so that what comes first by `after` stands first */
    bool circular; /* a condition reads milestones: asked until nothing more is achieved */
    uint32_t progress_slot, critical_slot, value_slot, overall_slot;
} csuccess__milestones;
struct csuccess__flow_build;
enum {
    CSUCCESS__MILESTONES_MOST = 1024,
    CSUCCESS__MILESTONE_MARKS = 64 /* thresholds; and occurrences that are kept one by one */
};
/* Declares the slots of every milestone, so that texts and conditions of whatever is compiled before may read them. */
void csuccess__milestones_declare(struct csuccess__flow_build *flow,
                                  const csuccess__json *section);
/* Circles of `after` are ECYCLE and named. Adds the slots, and for the whole: onboarding.progress (0..1), onboarding.critical (share of the critical ones that are achieved, 1 of none), onboarding.time_to_value (days),
   onboarding.state ("on_track", "behind", "stuck", "done"). Without milestones none of these. */
const csuccess__milestones *csuccess__milestones_compile(struct csuccess__flow_build *flow,
                                                         const csuccess__json *section);

/* How one stands at a time. What is blocked is that also beyond its target. */
#define CSUCCESS__MILESTONE_STATES(X) \
    X(PENDING, "pending") X(BLOCKED, "blocked") X(OVERDUE, "overdue") X(ACHIEVED, "achieved")
typedef enum csuccess__milestone_state {
#define CSUCCESS__MILESTONE_STATE(name, text) CSUCCESS__MILESTONE_##name,
    CSUCCESS__MILESTONE_STATES(CSUCCESS__MILESTONE_STATE)
#undef CSUCCESS__MILESTONE_STATE
} csuccess__milestone_state;

/* The whole, over the milestones of the stage "onboarding".
   progress: points of the achieved / points of all (by number when there are no points).
   time to value: days from `since` to the first time that one with `value` was achieved, the earliest of them.
   expected completion: now + points left / pace, the pace being points achieved a day since the beginning (the earliest `since`; at least one day). Before anything is achieved, when there
   are no points, or all left have none: the last of the targets of what is left, if that is to come. Else, and beyond year 9999, unknown. Once all are achieved: when the last was.
   state: done: all achieved. on_track: none is beyond its target. stuck: one is, and nothing was achieved for 14 days (since the beginning, if nothing was). behind: one is. */
#define CSUCCESS__ONBOARDING_STATES(X) \
    X(ON_TRACK, "on_track") X(BEHIND, "behind") X(STUCK, "stuck") X(DONE, "done")
typedef enum csuccess__onboarding_state {
#define CSUCCESS__ONBOARDING_STATE(name, text) CSUCCESS__ONBOARDING_##name,
    CSUCCESS__ONBOARDING_STATES(CSUCCESS__ONBOARDING_STATE)
#undef CSUCCESS__ONBOARDING_STATE
} csuccess__onboarding_state;
#define CSUCCESS__STUCK_MS (14 * CSUCCESS__DAY_MS)
#define CSUCCESS__ANNIVERSARY_LATE_MS (30 * CSUCCESS__DAY_MS)

/* Publishes the slots from the state, as it is before anything happens in this step. */
void csuccess__milestones_publish(csuccess__moment *m);
/* Looks at conditions, counts, anniversaries, (EVENT) the step's input and a person's word; notes what was achieved with entries "milestone", celebrates, tells ACHIEVED (detail: the threshold or year), publishes,
   lowers due (targets that pass, anniversaries, conditions that read the time). */
void csuccess__milestones_step(csuccess__moment *m);
/* Input of type milestone: `achieve` or `revoke`, properties.milestone, by a person (and `threshold`, `reason`). Only checks it: csuccess__milestones_step() of the same step does it. */
csuccess_result csuccess__milestone_apply(csuccess__moment *m, const csuccess__input *input,
                                          csuccess__text *reason);
/* The progress report, as a member of explain: {"percent", "points", "points_of", "state", "time_to_value_days", "expected_completion", "next": [ids, the most urgent first], "critical_path": [ids that are left], "milestones": {"id":
   {"state", "label", "critical", "points", "achieved_at", "last_at", "days_to_achieve", "target_at", "overdue_by_days", "blocked_by": [ids], "times", "celebrated", "next_threshold"}}}. What does not apply is left out. */
void csuccess__milestones_report(csuccess__moment *m, struct csuccess__json_writer *out);
void csuccess__milestone_print(struct csuccess__json_writer *out,
                               const csuccess__state_field *field);

#endif
