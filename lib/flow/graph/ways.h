/* SPDX-License-Identifier: Apache-2.0 */
/* The ways through a journey: which of a step's ways out there are, how long it takes to leave by them, and what goes out to the customer at it. */
#ifndef CSUCCESS__FLOW_GRAPH_WAYS_H
#define CSUCCESS__FLOW_GRAPH_WAYS_H

#include "flow/flow.h"
#include "flow/graph/graph.h"

/* By how much a clock that is local to the customer may differ between two moments, beyond the time that passed. No zone in use moves its clock by more than two hours (Antarctica/Troll does by two;
   tz database); that a place changes sides of the date line is left out. 0: everybody is in UTC. */
int64_t csuccess__flow_shift(const csuccess__flow *flow);
/* The least and the most that a duration comes to on a calendar that may shift so much; most of a month is 31 days, of a year 366. */
int64_t csuccess__duration_least(csuccess__duration d, int64_t shift_ms);
int64_t csuccess__duration_most(csuccess__duration d, int64_t shift_ms);

/* Whether the step can be left by way i of its ways (no timeout without its time, no holdout without a share). */
bool csuccess__way_there(const csuccess__journey_step *step, uint32_t i);
/* Whether it ends where a person, a playbook or an event says so, and nothing else does after some time. */
bool csuccess__step_without_timeout(const csuccess__journey_step *step);
/* Node i is step i, node step_count the end; a step that is an exit has an edge to the end too. False: no memory. */
bool csuccess__journey_graph(csuccess__graph *out, csuccess__arena *arena,
                             const csuccess__flow *flow, const csuccess__journey *journey);
/* How many messages go to the customer at the step, at most: one for each contact that may match. Messages to staff and webhooks are none. */
uint32_t csuccess__step_messages(const csuccess__flow *flow,
                                 const csuccess__journey_step *step);
uint32_t csuccess__sending_messages(const csuccess__flow *flow,
                                    const csuccess__sending *sending);

#endif
