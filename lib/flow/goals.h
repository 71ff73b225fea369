/* SPDX-License-Identifier: Apache-2.0 */
/* Success-plan goals: the records of the collection `goals` with fields among title, owner, due, measure, baseline, target, agreed, status; how far each is, and what changes.

   "records": {"goals": {"max": 20, "of": {"title": {"type": "string"}, "owner": {"type": "string"}, "due": {"type": "date"}, "measure": {"type": "string"},
                                            "baseline": {"type": "number"}, "target": {"type": "number"}, "agreed": {"type": "bool"}, "status": {"type": "string"}}}}
   `measure` names an attribute, aggregate or metric that is a number, or health.score. Without a `baseline` it is the first value that was seen.

   progress, 0 to 1: (value - baseline) / (target - baseline); with a target that is the baseline 1 from there on up, else 0; unknown without value, baseline or target.
   abandoned: a person's `status` says so. proposed: `agreed` is not true. achieved: progress was 1 once; it stays so while measure and target do. missed: the due date is over (a date ends with its
   day, UTC). behind: progress is more than 0.1 below the share that has passed of the time from the agreement (when it was seen) to the due date. on_track: else. */
#ifndef CSUCCESS__FLOW_GOALS_H
#define CSUCCESS__FLOW_GOALS_H

#include "flow/moment.h"

#define CSUCCESS__GOAL_STATES(X) \
    X(PROPOSED, "proposed") \
    X(ON_TRACK, "on_track") \
    X(BEHIND, "behind") X(ACHIEVED, "achieved") X(MISSED, "missed") X(ABANDONED, "abandoned")
typedef enum csuccess__goal_state {
#define CSUCCESS__GOAL_STATE(name, text) CSUCCESS__GOAL_##name,
    CSUCCESS__GOAL_STATES(CSUCCESS__GOAL_STATE)
#undef CSUCCESS__GOAL_STATE
} csuccess__goal_state;

typedef struct csuccess__goals csuccess__goals;
struct csuccess__flow_build;
/* NULL: there is no such collection, or it lacks `measure` or `target`. Adds the slots goals.open (proposed, on_track, behind), goals.achieved, goals.behind (counts). */
const csuccess__goals *csuccess__goals_compile(struct csuccess__flow_build *build);
/* Publishes the slots, keeps nothing. */
void csuccess__goals_publish(csuccess__moment *m);
/* Entries "goal" when one's status changes; publishes, lowers due (dues that pass, times from which one is behind). */
void csuccess__goals_step(csuccess__moment *m);
/* {"goals": {"id": {"status", "title", "owner", "measure", "value", "baseline", "target", "progress", "due", "achieved_at"}}} */
void csuccess__goals_report(csuccess__moment *m, struct csuccess__json_writer *out);
void csuccess__goal_print(struct csuccess__json_writer *out,
                          const csuccess__state_field *field);

#endif
