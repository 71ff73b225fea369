/* SPDX-License-Identifier: Apache-2.0 */
/* Success-plan goals: the records of the collection `goals` with fields among owner, due, measure, baseline, target, agreed; how far each is, and what changes.

   "records": {"goals": {"max": 20, "of": {"title": {"type": "string"}, "owner": {"type": "string"}, "due": {"type": "date"}, "measure": {"type": "string"},
                                            "baseline": {"type": "number"}, "target": {"type": "number"}, "agreed": {"type": "bool"}, "status": {"type": "string"}}}}
   `measure` names an attribute, aggregate or metric that is a number. A goal is proposed (not agreed), on_track, behind, achieved, missed; a `status` of "abandoned" that a person set stays. */
#ifndef CSUCCESS__FLOW_GOALS_H
#define CSUCCESS__FLOW_GOALS_H

#include "flow/moment.h"

typedef struct csuccess__goals csuccess__goals;
struct csuccess__flow_build;
/* NULL: there is no such collection, or it lacks `measure` or `target`. Adds the slots goals.open, goals.achieved, goals.behind (counts). */
const csuccess__goals *csuccess__goals_compile(struct csuccess__flow_build *build);
/* Entries "goal" when one's status changes; lowers due (dues that pass). */
void csuccess__goals_step(csuccess__moment *m);
void csuccess__goals_report(csuccess__moment *m, struct csuccess__json_writer *out);
void csuccess__goal_print(struct csuccess__json_writer *out,
                          const csuccess__state_field *field);

#endif
