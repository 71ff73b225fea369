/* SPDX-License-Identifier: Apache-2.0 */
/* Intervene as a whole: everything of it that is compiled, what each turn works with, and the order in which its machines look.

   A turn follows flow's step: lifecycle (holds, spirals, responses) → executions → approvals, offers, expansion, experiments (what time or an input changes) → candidates of interventions and campaigns →
   the arbiter weighs them with the messages of this step and those that wait → what was allowed leaves. */
#ifndef CSUCCESS__INTERVENE_INTERVENE_H
#define CSUCCESS__INTERVENE_INTERVENE_H

#include "flow/flow.h"
#include "intervene/approvals.h"
#include "intervene/arbiter.h"
#include "intervene/campaigns.h"
#include "intervene/executions.h"
#include "intervene/expansion.h"
#include "intervene/experiments/experiments.h"
#include "intervene/interventions.h"
#include "intervene/offers.h"
#include "intervene/policies.h"
#include "intervene/reach.h"
#include "trust/access.h"
#include "trust/consent.h"

typedef struct csuccess__intervene {
    const csuccess__flow *flow;
    const csuccess__channels *channels; /* NULL: none */
    const csuccess__policies *policies;
    const csuccess__privacy *privacy;
    const csuccess__access *access;
    const csuccess__reach *reach; /* never NULL */
    const csuccess__interventions
        *interventions; /* these never NULL either; empty without a section */
    const csuccess__campaigns *campaigns;
    const csuccess__offers *offers;
    const csuccess__approvals *approvals;
    const csuccess__experiments *experiments;
    const csuccess__expansion *expansion;
    uint32_t churned;       /* slot of health.status; UINT32_MAX: none */
    uint32_t risk, at_risk; /* slots churn.probability, value_at_risk; UINT32_MAX: none */
    uint32_t time_to_churn; /* slot, days; UINT32_MAX: none */
    bool standing;          /* there are interventions with `when`, or campaigns */
    bool idle; /* there is nothing but messages of others to weigh, and no rule for them */
    bool
        tracks; /* what becomes of messages must be told to the state (caps, budgets, executions) */
} csuccess__intervene;

typedef struct csuccess__intervene_build {
    csuccess__flow_build
        *flow; /* its schema, compiler, problems, document, channels, and what flow compiled */
    const csuccess__channels *channels;
    const csuccess__policies *policies;
    const csuccess__privacy *privacy;
    const csuccess__access *access;
    csuccess__intervene *intervene; /* being made */
} csuccess__intervene_build;
/* After everything else. NULL: memory (noted); problems are noted. */
const csuccess__intervene *csuccess__intervene_compile(csuccess__intervene_build *build);

csuccess_result csuccess__intervene_desk_new(csuccess__intervene_desk *desk,
                                             const csuccess_allocator *mem);
void csuccess__intervene_desk_free(csuccess__intervene_desk *desk);

/* An input of type intervention, campaign, offer, decision, automation or response: checked against the state; what needs no evaluation is done at once. OK, UNCHANGED, or refused with the reason, nothing changed. */
csuccess_result csuccess__intervene_apply(csuccess__turn *t, const csuccess__input *input,
                                          csuccess__text *reason);
/* What became of a message (signal delivery): outcome "delivered", "bounced", "never", "unknown", "dropped" (it was taken back at the claim). Touches, reservations, executions hear of it; one that was taken back waits again. */
csuccess_result csuccess__intervene_delivered(csuccess__turn *t, const csuccess__input *input,
                                              csuccess__text *reason);
/* The whole turn. */
void csuccess__intervene_step(csuccess__turn *t);
/* For what is only looked at: slots, nothing kept. */
void csuccess__intervene_publish(csuccess__turn *t);
/* {"automation": …, "sent": […], "waiting": [{definition, step, channel, contact, guard, reason, until, cost, expected_value, uplift, source}], "executions": …, "campaigns": …, "offers": …, "approvals": …, "experiments": …, "opportunities": …, "channels": …}; weighs as of now, and changes nothing. After csuccess__intervene_publish(). */
void csuccess__intervene_report(csuccess__turn *t, struct csuccess__json_writer *out);
/* A customer that is erased gives back what it has reserved of ledgers (budgets, redemptions, participants). */
void csuccess__intervene_release(csuccess__turn *t);
/* A contact that is forgotten: what waits for it, its touches and responses. */
void csuccess__intervene_forget(csuccess__turn *t, csuccess_str contact);

#endif
