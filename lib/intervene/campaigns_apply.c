/* SPDX-License-Identifier: Apache-2.0 */
/* What people do with campaigns: start one for a customer, cancel its run. */
#include "base/error.h"
#include "intervene/campaigns_internal.h"

enum { REASON_MOST = 256 };

static csuccess_result refuse(csuccess__text *reason, const char *format, csuccess_str name)
{
    csuccess__text_format(reason, format, name);
    return CSUCCESS_ERANGE;
}

/* Checked here; it begins once the values of its beginning are known. */
static csuccess_result start(csuccess__turn *t, csuccess_str id, csuccess__text *reason)
{
    csuccess__campaign_run run;
    const csuccess__campaign *c = csuccess__campaign_find(t->of->campaigns, id);
    if (!c) return refuse(reason, "there is no campaign %q in the section \"campaigns\"", id);
    if (!csuccess__campaign_live(c, t->m->step->now)) {
        return refuse(reason, "the campaign %q is not active now", id);
    }
    bool any = csuccess__campaign_run_take(t, id, &run);
    if (t->m->step->failed < 0) return t->m->step->failed;
    if (any && csuccess__campaign_running(&run)) {
        return refuse(reason, "the campaign %q is under way already", id);
    }
    return t->m->step->quiet ? CSUCCESS_UNCHANGED : CSUCCESS_OK;
}

static csuccess_result cancel(csuccess__turn *t, const csuccess__input *input, csuccess_str id,
                              csuccess__text *reason)
{
    csuccess__campaign_run run;
    csuccess_str why = csuccess__input_string(input, "reason");
    bool any = csuccess__campaign_run_take(t, id, &run);
    if (t->m->step->failed < 0) return t->m->step->failed;
    if (!any) return refuse(reason, "the campaign %q was never begun here", id);
    if (!csuccess__campaign_running(&run)) return CSUCCESS_UNCHANGED;
    if (why.len == 0 || why.len > REASON_MOST) why = CSUCCESS_STR("input");
    csuccess__campaign_run_end(t, &run, CSUCCESS__CAMPAIGN_RUN_CANCELLED, why);
    return t->m->step->failed < 0 ? t->m->step->failed : CSUCCESS_OK;
}

csuccess_result csuccess__campaign_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason)
{
    csuccess_str id = csuccess__input_string(input, "campaign");
    if (csuccess__str_is(input->name, "start")) return start(t, id, reason);
    if (csuccess__str_is(input->name, "cancel")) return cancel(t, input, id, reason);
    return refuse(reason, "%q is not one of start, cancel", input->name);
}
