/* SPDX-License-Identifier: Apache-2.0 */
/* The section `approvals`; requests and decisions. */
#include "intervene/approvals.h"

#include "intervene/intervene.h"

const csuccess__approvals *csuccess__approvals_compile(struct csuccess__intervene_build *build,
                                                       const csuccess__json *section)
{
    (void)build;
    (void)section;
    return CSUCCESS__NEW(build->flow->with->arena, csuccess__approvals);
}

csuccess_result csuccess__decision_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason)
{
    (void)t;
    (void)input;
    (void)reason;
    return CSUCCESS_OK;
}

void csuccess__approvals_step(csuccess__turn *t)
{
    (void)t;
}

bool csuccess__approval_changes(csuccess__turn *t, const csuccess__candidate *c,
                                csuccess__approved *out)
{
    (void)t;
    (void)c;
    (void)out;
    return false;
}

void csuccess__approvals_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    (void)t;
    (void)out;
}

void csuccess__approval_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
