/* SPDX-License-Identifier: Apache-2.0 */
/* Values of a beginning: what started('x') is for whatever keeps some, such as interventions and campaigns. (Runs of playbooks keep theirs in their own field.) */
#ifndef CSUCCESS__FLOW_PLAYBOOKS_STARTED_H
#define CSUCCESS__FLOW_PLAYBOOKS_STARTED_H

#include "flow/moment.h"

/* The values as of now that the programs read (NULL: none), at most CSUCCESS__STARTED_MOST, as canonical bytes in the desk's texts; empty: they read none, or the step has failed. */
csuccess_str csuccess__started_keep(csuccess__moment *m,
                                    const csuccess__program *const *programs, uint32_t count);
/* Whether bytes are such values. */
bool csuccess__started_check(csuccess_str bytes);
/* Puts them in the slots started('x'), the others have none; and takes all out again. Damaged bytes fail the step. */
void csuccess__started_show(csuccess__moment *m, csuccess_str bytes);
void csuccess__started_hide(csuccess__moment *m);
/* How many values of the start a program reads. */
uint32_t csuccess__started_count(const csuccess__schema *schema,
                                 const csuccess__program *program);

#endif
