/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources of interventions and executions share. */
#ifndef CSUCCESS__INTERVENE_INTERVENTIONS_INTERNAL_H
#define CSUCCESS__INTERVENE_INTERVENTIONS_INTERNAL_H

#include "intervene/executions.h"

/* Of the kind EXECUTION there are, beside executions under their digits, "asked/x" (a person's request that has not left yet) and "since/x" (when `when` began to hold, of one with a delay), each a time. */
bool csuccess__since_parse(int64_t *out, csuccess_str payload);
static inline bool csuccess__is_execution(csuccess_str name)
{
    return name.len == 16 && name.ptr[5] != '/';
}
/* Somebody asked for it: a candidate until it leaves or its validity ends. */
void csuccess__intervention_asked_for(csuccess__turn *t, csuccess_str id);
/* It left. */
void csuccess__intervention_begun(csuccess__turn *t, const csuccess__candidate *c);
/* Its executions have changed: what conditions read of it follows. */
void csuccess__intervention_changed(csuccess__turn *t, csuccess_str id);
/* Whether time alone may change its answer. */
bool csuccess__program_is_timed(const csuccess__schema *schema,
                                const csuccess__program *program);

#endif
