/* SPDX-License-Identifier: Apache-2.0 */
/* The section `team`, and who owns what of a customer: kept as dated intervals. */
#ifndef CSUCCESS__FLOW_TEAM_H
#define CSUCCESS__FLOW_TEAM_H

#include "flow/moment.h"

struct csuccess__flow_build;
typedef struct csuccess__team csuccess__team;

const csuccess__team *csuccess__team_compile(struct csuccess__flow_build *with,
                                             const csuccess__json *section);
/* Whether a role is declared (by a member or under `owners`); csm, manager, executive, renewals and sales always are. */
bool csuccess__team_has_role(const csuccess__team *team, csuccess_str role);
/* Ledgers that assignments read: "load/ann", "revenue/ann", "turn/renewals". */
const csuccess_str *csuccess__team_ledgers(const csuccess__team *team, uint32_t *count);
/* Who does the work of a role for this customer now: a member's name (any text that the attribute gives), empty when nobody does. An assignment is kept (an entry "owner", an interval). Who is away is replaced, which is not kept. */
csuccess_str csuccess__owner_of(csuccess__moment *m, csuccess_str role);
/* Open work of a member changes by so much: deltas to the ledgers of load. */
void csuccess__owner_load(csuccess__moment *m, csuccess_str member, int64_t tasks);
/* The attribute of a role has changed since the last look: the interval ends and another begins, and open tasks are dealt with as `on_change` says. In every step. */
void csuccess__owners_look(csuccess__moment *m);
/* An input of type owner: `assign` (role, to, from: a time, default now) or `release` (role). */
csuccess_result csuccess__owner_apply(csuccess__moment *m, const csuccess__input *input,
                                      csuccess__text *reason);
/* A customer that is erased gives back the revenue that it counts for. */
void csuccess__owners_release(csuccess__moment *m);
void csuccess__owner_print(struct csuccess__json_writer *out,
                           const csuccess__state_field *field);

#endif
