/* SPDX-License-Identifier: Apache-2.0 */
/* The section `campaigns`, and the runs of a customer. */
#include "intervene/campaigns.h"

#include "intervene/intervene.h"

bool csuccess__campaign_may(csuccess__campaign_state from, csuccess__campaign_state to)
{
    (void)from;
    (void)to;
    return false;
}

const csuccess__campaigns *csuccess__campaigns_compile(struct csuccess__intervene_build *build,
                                                       const csuccess__json *section)
{
    (void)build;
    (void)section;
    return CSUCCESS__NEW(build->flow->with->arena, csuccess__campaigns);
}

const csuccess__campaign *csuccess__campaign_find(const csuccess__campaigns *of,
                                                  csuccess_str id)
{
    (void)of;
    (void)id;
    return NULL;
}

csuccess_result csuccess__campaign_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason)
{
    (void)t;
    (void)input;
    (void)reason;
    return CSUCCESS_OK;
}

void csuccess__campaigns_candidates(csuccess__turn *t)
{
    (void)t;
}

csuccess__campaign_run *csuccess__campaign_begin(csuccess__turn *t,
                                                 const csuccess__campaign *campaign)
{
    (void)t;
    (void)campaign;
    return NULL;
}

void csuccess__action_done(csuccess__turn *t, csuccess__candidate *c, bool left,
                           csuccess_str reason)
{
    (void)t;
    (void)c;
    (void)left;
    (void)reason;
}

bool csuccess__campaign_impact(const csuccess__campaign *campaign, double *out)
{
    (void)campaign;
    (void)out;
    return false;
}

void csuccess__campaigns_publish(csuccess__turn *t)
{
    (void)t;
}

void csuccess__campaigns_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    (void)t;
    (void)out;
}

void csuccess__campaigns_release(csuccess__turn *t)
{
    (void)t;
}

void csuccess__campaign_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
