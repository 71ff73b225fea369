/* SPDX-License-Identifier: Apache-2.0 */
/* What an advance does with an input of each type: who may bring it, what can refuse it, which rooms read it. */
#include "engine/desk.h"

#include "flow/alerts.h"
#include "trust/consent.h"

/* What a room does with an input of its type, besides being counted. */
typedef csuccess_result handler(csuccess__advance *advance, csuccess__step *step,
                                const csuccess__input *input, csuccess__text *reason);

static csuccess_result known(csuccess__advance *advance, csuccess__step *step,
                             const csuccess__input *input, csuccess__text *reason)
{
    csuccess__desk *desk = advance->desk;
    uint32_t unknown = 0;
    csuccess_result status =
        csuccess__known_apply(&desk->knowing, step, input, &unknown, reason);
    advance->tally.unknown_traits += unknown;
    return status;
}

static csuccess_result consent(csuccess__advance *advance, csuccess__step *step,
                               const csuccess__input *input, csuccess__text *reason)
{
    return csuccess__consent_apply(advance->desk->config->privacy, step, input, reason);
}

static csuccess_result intervene(csuccess__advance *advance, csuccess__step *step,
                                 const csuccess__input *input, csuccess__text *reason)
{
    return csuccess__desk_apply_intervene(advance, step, input, reason);
}

/* Of an address (bounced, complained), and of whom it was sent to. */
static csuccess_result response(csuccess__advance *advance, csuccess__step *step,
                                const csuccess__input *input, csuccess__text *reason)
{
    csuccess_result of_address = consent(advance, step, input, reason);
    if (of_address < 0) return of_address;
    csuccess_result status = intervene(advance, step, input, reason);
    return status == CSUCCESS_UNCHANGED ? of_address : status;
}

static csuccess_result override(csuccess__advance *advance, csuccess__step *step,
                                const csuccess__input *input, csuccess__text *reason)
{
    return csuccess__override_apply(advance->desk->config->health, step, input, reason);
}

static csuccess_result alert(csuccess__advance *advance, csuccess__step *step,
                             const csuccess__input *input, csuccess__text *reason)
{
    return csuccess__alert_apply(advance->desk->config->alerts, step, input, reason);
}

static csuccess_result flow(csuccess__advance *advance, csuccess__step *step,
                            const csuccess__input *input, csuccess__text *reason)
{
    return csuccess__desk_apply_flow(advance, step, input, reason);
}

static csuccess_result source(csuccess__advance *advance, csuccess__step *step,
                              const csuccess__input *input, csuccess__text *reason)
{
    return csuccess__sources_apply(advance->desk->config->sources, step, input, reason);
}

static csuccess_result child(csuccess__advance *advance, csuccess__step *step,
                             const csuccess__input *input, csuccess__text *reason)
{
    (void)advance;
    return csuccess__child_apply(step, input, reason);
}

static csuccess_result survey(csuccess__advance *advance, csuccess__step *step,
                              const csuccess__input *input, csuccess__text *reason)
{
    (void)reason;
    return csuccess__nps_apply(advance->desk->config->nps, step, input);
}

static csuccess_result delivery(csuccess__advance *advance, csuccess__step *step,
                                const csuccess__input *input, csuccess__text *reason)
{
    csuccess_result status = csuccess__outbox_delivered(advance->desk, step, input, reason);
    return status < 0 ? status : csuccess__desk_apply_delivery(advance, step, input, reason);
}

typedef struct treatment {
    uint8_t type;   /* csuccess__input_type */
    bool event;     /* aggregates may listen to it, and facts may come of it */
    handler *extra; /* NULL: none */
    uint8_t resource, action;
} treatment;

#define EVENT(name) \
    { \
        CSUCCESS__INPUT_##name, true, NULL, CSUCCESS__RESOURCE_EVENT, CSUCCESS__ACTION_WRITE \
    }
static const treatment treatments[] = {
    EVENT(TRACK),
    EVENT(IDENTIFY),
    EVENT(GROUP),
    EVENT(TOUCHPOINT),
    EVENT(TICKET),
    EVENT(PAYMENT),
    EVENT(OUTCOME),
    EVENT(SUBSCRIPTION),
    {CSUCCESS__INPUT_SURVEY, true, survey, CSUCCESS__RESOURCE_EVENT, CSUCCESS__ACTION_WRITE},
    EVENT(RECORD),
    {CSUCCESS__INPUT_SOURCE, false, source, CSUCCESS__RESOURCE_EVENT, CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_TASK, true, flow, CSUCCESS__RESOURCE_TASK, CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_JOURNEY, false, flow, CSUCCESS__RESOURCE_PROGRAM, CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_PLAYBOOK, false, flow, CSUCCESS__RESOURCE_PROGRAM, CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_SEGMENT, false, flow, CSUCCESS__RESOURCE_PROGRAM, CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_MILESTONE, false, flow, CSUCCESS__RESOURCE_PROGRAM,
     CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_OWNER, false, flow, CSUCCESS__RESOURCE_TASK, CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_RESPONSE, true, response, CSUCCESS__RESOURCE_EVENT,
     CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_DECISION, true, intervene, CSUCCESS__RESOURCE_APPROVAL,
     CSUCCESS__ACTION_APPROVE},
    {CSUCCESS__INPUT_INTERVENTION, false, intervene, CSUCCESS__RESOURCE_PROGRAM,
     CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_CAMPAIGN, false, intervene, CSUCCESS__RESOURCE_PROGRAM,
     CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_OFFER, false, intervene, CSUCCESS__RESOURCE_PROGRAM,
     CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_AUTOMATION, false, intervene, CSUCCESS__RESOURCE_PROGRAM,
     CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_CONSENT, false, consent, CSUCCESS__RESOURCE_CONSENT,
     CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_OVERRIDE, false, override, CSUCCESS__RESOURCE_OVERRIDE,
     CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_ALERT, false, alert, CSUCCESS__RESOURCE_ALERT, CSUCCESS__ACTION_WRITE},
    {CSUCCESS__INPUT_CHILD, false, child, CSUCCESS__RESOURCE_ENGINE, CSUCCESS__ACTION_RUN},
    {CSUCCESS__INPUT_DELIVERY, false, delivery, CSUCCESS__RESOURCE_ENGINE,
     CSUCCESS__ACTION_RUN},
};
#undef EVENT

static const treatment *treatment_of(csuccess__input_type type)
{
    for (size_t i = 0; i < sizeof treatments / sizeof *treatments; i++) {
        if (treatments[i].type == (uint8_t)type) return &treatments[i];
    }
    return NULL;
}

/* Inputs that are there for what they say of the customer. */
static bool brings_facts(csuccess__input_type type)
{
    return type == CSUCCESS__INPUT_GROUP || type == CSUCCESS__INPUT_IDENTIFY ||
           type == CSUCCESS__INPUT_RECORD || type == CSUCCESS__INPUT_SUBSCRIPTION;
}

csuccess_result csuccess__desk_check_time(const csuccess__desk *desk,
                                          const csuccess__input *input, int64_t now,
                                          csuccess__text *reason)
{
    const csuccess__knowing *knowing = &desk->knowing;
    if (input->at <= now + knowing->skew_ms) return CSUCCESS_OK;
    csuccess__text_format(reason, "its time lies more than %l seconds in the future",
                          knowing->skew_ms / CSUCCESS__SECOND_MS);
    return CSUCCESS_ERANGE;
}

/* Whatever can refuse the input, asked before anything counts it. */
static csuccess_result check(csuccess__desk *desk, csuccess__step *step,
                             const csuccess__input *input, bool event, csuccess__text *reason)
{
    csuccess_result status = csuccess__desk_check_time(desk, input, step->now, reason);
    if (status >= 0 && event) {
        status = csuccess__known_check(&desk->knowing, step, input, reason);
    }
    if (status >= 0 && input->type == CSUCCESS__INPUT_RESPONSE) {
        status = csuccess__response_check(input, reason);
    }
    if (status >= 0 && input->type == CSUCCESS__INPUT_SURVEY) {
        status = csuccess__nps_check(input, reason);
    }
    return status;
}

/* An event, into what is counted and what is known. */
static csuccess_result take_event(csuccess__advance *advance, csuccess__step *step,
                                  const csuccess__input *input, csuccess__text *reason)
{
    csuccess__desk *desk = advance->desk;
    csuccess_result status = CSUCCESS_OK;
    if (desk->series) {
        status = csuccess__series_add(desk->series, desk->scorer->machine, input, reason);
    }
    if (status < 0) return status;
    status = csuccess__desk_feel(desk, step, input);
    if (status < 0) return status;
    status = known(advance, step, input, reason);
    desk->facts_stale = desk->facts_stale || status == CSUCCESS_OK;
    /* What happened has happened, even where it says nothing new of the customer. */
    return status == CSUCCESS_UNCHANGED && !brings_facts(input->type) ? CSUCCESS_OK : status;
}

/* What is refused was no event; what cannot be counted changes nothing else. */
static csuccess_result treat_first(csuccess__advance *advance, csuccess__step *step,
                                   const csuccess__input *input, csuccess__text *reason)
{
    csuccess__desk *desk = advance->desk;
    const treatment *how = treatment_of(input->type);
    bool event = how->event;
    csuccess_result status = CSUCCESS_OK;
    if (event && desk->series) {
        status = csuccess__series_check(desk->series, desk->scorer->machine, input, reason);
    }
    if (status >= 0) status = how->extra(advance, step, input, reason);
    bool counts = status >= 0 && event;
    return counts ? take_event(advance, step, input, reason) : status;
}

/* The event, then what else comes of it. `status` is what came of it so far. */
static csuccess_result treat_then(csuccess__advance *advance, csuccess__step *step,
                                  const csuccess__input *input, csuccess_result status,
                                  csuccess__text *reason)
{
    const treatment *how = treatment_of(input->type);
    if (how->event) status = take_event(advance, step, input, reason);
    if (status < 0 || !how->extra) return status;
    csuccess_result extra = how->extra(advance, step, input, reason);
    return extra != CSUCCESS_UNCHANGED || !how->event ? extra : status;
}

csuccess_result csuccess__advance_treat(csuccess__advance *advance, csuccess__step *step,
                                        const csuccess__input *input, csuccess__text *reason)
{
    const treatment *how = treatment_of(input->type);
    if (!how) return CSUCCESS_EUNSUPPORTED;
    csuccess_result status = check(advance->desk, step, input, how->event, reason);
    if (status >= 0) status = csuccess__desk_hear(advance->desk, step, input, reason);
    if (status < 0) return status;
    bool first = how->extra == flow || how->extra == intervene;
    return first ? treat_first(advance, step, input, reason)
                 : treat_then(advance, step, input, status, reason);
}

csuccess_result csuccess__advance_admit(csuccess__advance *advance,
                                        const csuccess__input *input, int64_t now,
                                        csuccess__text *reason)
{
    if (input->expires_at && now >= input->expires_at) {
        csuccess__text_format(reason, "its time to be applied is over");
        return CSUCCESS_EEXPIRED;
    }
    const treatment *how = treatment_of(input->type);
    if (!how || (uint32_t)input->type >= CSUCCESS__INPUT_SIGNALS) return CSUCCESS_OK;
    csuccess_result status = csuccess__advance_may(advance, (csuccess__resource)how->resource,
                                                   (csuccess__action)how->action, reason);
    if (status >= 0)
        csuccess__text_init(reason, reason->ptr, reason->cap); /* the rule that allows */
    return status;
}
