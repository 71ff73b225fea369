/* SPDX-License-Identifier: Apache-2.0 */
/* Executions: what left, and what became of it. */
#include "intervene/executions.h"

#include "intervene/intervene.h"

bool csuccess__execution_begin(csuccess__turn *t, csuccess__candidate *c, csuccess_str *why)
{
    (void)t;
    (void)c;
    (void)why;
    return false;
}

bool csuccess__execution_told(csuccess__turn *t, csuccess_str id, bool arrived,
                              csuccess_str outcome)
{
    (void)t;
    (void)id;
    (void)arrived;
    (void)outcome;
    return false;
}

csuccess_result csuccess__execution_apply(csuccess__turn *t, const csuccess__input *input,
                                          csuccess__text *reason)
{
    (void)t;
    (void)input;
    (void)reason;
    return CSUCCESS_OK;
}

csuccess_result csuccess__response_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason)
{
    (void)t;
    (void)input;
    (void)reason;
    return CSUCCESS_OK;
}

void csuccess__executions_step(csuccess__turn *t)
{
    (void)t;
}

bool csuccess__execution_last(csuccess__turn *t, csuccess_str intervention,
                              csuccess__execution *out)
{
    (void)t;
    (void)intervention;
    (void)out;
    return false;
}

void csuccess__executions_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    (void)t;
    (void)out;
}

void csuccess__executions_forget(csuccess__turn *t, csuccess_str contact)
{
    (void)t;
    (void)contact;
}

void csuccess__execution_print(struct csuccess__json_writer *out,
                               const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
