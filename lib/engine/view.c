/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at a customer without changing it: score, explanation, state; and
 * whether a message of it may still be sent. */
#include "engine/desk.h"

#include "base/error.h"
#include "calendar/time_json.h"
#include "flow/alerts.h"
#include "flow/flow.h"
#include "flow/journeys/enrollment.h"

#include <math.h>

enum { REASON_BYTES = 256 };

const csuccess__state_printer csuccess__state_printers[] = {
    {CSUCCESS__STATE_ATTRIBUTE, csuccess__attribute_print},
    {CSUCCESS__STATE_RECORD, csuccess__record_print},
    {CSUCCESS__STATE_SERIES, csuccess__series_print},
    {CSUCCESS__STATE_SOURCE, csuccess__source_print},
    {CSUCCESS__STATE_SUBSCRIPTION, csuccess__subscription_print},
    {CSUCCESS__STATE_QUARANTINE, csuccess__quarantine_print},
    {CSUCCESS__STATE_LAST_EVENT, csuccess__last_event_print},
    {CSUCCESS__STATE_HEALTH, csuccess__health_past_print},
    {CSUCCESS__STATE_OVERRIDE, csuccess__override_print},
    {CSUCCESS__STATE_CHILD, csuccess__child_print},
    {CSUCCESS__STATE_CHURN, csuccess__churn_past_print},
    {CSUCCESS__STATE_CONSENT, csuccess__consent_print},
    {CSUCCESS__STATE_SUPPRESSION, csuccess__suppression_print},
    {CSUCCESS__STATE_ALERT, csuccess__alert_print},
    {CSUCCESS__STATE_SEGMENT, csuccess__segment_print},
    {CSUCCESS__STATE_TRIGGER, csuccess__trigger_print},
    {CSUCCESS__STATE_MILESTONE, csuccess__milestone_print},
    {CSUCCESS__STATE_FEATURE, csuccess__feature_print},
    {CSUCCESS__STATE_GOAL, csuccess__goal_print},
    {CSUCCESS__STATE_PLAYBOOK, csuccess__playbook_print},
    {CSUCCESS__STATE_TASK, csuccess__task_print},
    {CSUCCESS__STATE_JOURNEY, csuccess__journey_print},
    {CSUCCESS__STATE_ENROLLMENT, csuccess__enrollment_print},
    {CSUCCESS__STATE_OWNER, csuccess__owner_print},
    {CSUCCESS__STATE_ZONE, csuccess__zone_print},
    {CSUCCESS__STATE_NPS, csuccess__nps_print},
    {CSUCCESS__STATE_MESSAGE, csuccess__waiting_print},
    {CSUCCESS__STATE_PARENT, csuccess__parent_print},
    {CSUCCESS__STATE_SENTIMENT, csuccess__sentiment_print},
    {CSUCCESS__STATE_TOUCH, csuccess__touches_print},
    {CSUCCESS__STATE_REACHED, csuccess__reached_print},
    {CSUCCESS__STATE_AUTOMATION, csuccess__automation_print},
    {CSUCCESS__STATE_EXECUTION, csuccess__execution_print},
    {CSUCCESS__STATE_RUN, csuccess__campaign_print},
    {CSUCCESS__STATE_OFFER, csuccess__offer_print},
    {CSUCCESS__STATE_APPROVAL, csuccess__approval_print},
    {CSUCCESS__STATE_EXPOSURE, csuccess__exposure_print},
    {CSUCCESS__STATE_OPPORTUNITY, csuccess__opportunity_print},
};
const size_t csuccess__state_printer_count =
    sizeof csuccess__state_printers / sizeof *csuccess__state_printers;

static csuccess_result open_for_reading(csuccess__advance *advance,
                                        const csuccess__answer *answers, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__arena_reset(&advance->made);
    desk->effects.arena = &advance->made;
    csuccess__effects_clear(&desk->effects);
    if (answers[0].verdict != CSUCCESS__VERDICT_RECORD) {
        return csuccess__fail(err, CSUCCESS_EMISSING, "there is no customer %q",
                              advance->customer);
    }
    csuccess_result status = csuccess__advance_open(advance, answers, err);
    if (status < 0) return status;
    if (desk->state.head.flags & CSUCCESS__STATE_ERASING) {
        return csuccess__fail(err, CSUCCESS_EMISSING, "customer %q is being erased",
                              advance->customer);
    }
    return CSUCCESS_OK;
}

/* The same for a principal, who must be allowed to read. */
static csuccess_result open_for_principal(csuccess__advance *advance,
                                          const csuccess__answer *answers,
                                          csuccess__resource resource, csuccess_error *err)
{
    char bytes[REASON_BYTES];
    csuccess__text rule;
    csuccess__text_init(&rule, bytes, sizeof bytes);
    csuccess_result status = open_for_reading(advance, answers, err);
    if (status < 0) return status;
    status = csuccess__advance_may(advance, resource, CSUCCESS__ACTION_READ, &rule);
    return status < 0 ? csuccess__fail(err, status, "not allowed: %S",
                                       (csuccess_str){rule.ptr, rule.len})
                      : CSUCCESS_OK;
}

/* The result object as of now. */
static csuccess_result result_of(csuccess__advance *advance, csuccess_str *out,
                                 csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__pasts pasts;
    int64_t now = advance->now > desk->state.head.at ? advance->now : desk->state.head.at;
    csuccess__step step = csuccess__advance_step(advance, now, CSUCCESS_STR("view"));
    if (desk->series) csuccess__series_open(desk->series, &desk->state, false, now);
    csuccess_result status = csuccess__desk_walk(desk, &step, &pasts, true, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__scorer_explained(desk->scorer, advance->customer, now, err);
    }
    return status < 0 ? status : csuccess_scorer_json(desk->scorer, out, err);
}

/* The slots as of now, where there is no score. */
static csuccess_result walk_for_flow(csuccess__advance *advance, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__pasts pasts;
    int64_t now = advance->now > desk->state.head.at ? advance->now : desk->state.head.at;
    csuccess__step step = csuccess__advance_step(advance, now, CSUCCESS_STR("view"));
    if (desk->series) csuccess__series_open(desk->series, &desk->state, false, now);
    return csuccess__desk_walk(desk, &step, &pasts, false, err);
}

static void put_state(csuccess__buffer *out, const csuccess__state *state)
{
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, out);
    csuccess__state_print(&w, state, csuccess__state_printers, csuccess__state_printer_count);
}

/* What the children that signalled come to, with the customer's own score; null without children. */
static csuccess_result put_rollup(csuccess__advance *advance, csuccess__buffer *out,
                                  csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__rolled rolled = {0};
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, out);
    csuccess__step step = csuccess__advance_step(advance, advance->now, CSUCCESS_STR("view"));
    csuccess_result status = CSUCCESS_UNCHANGED;
    if (desk->config->health && desk->parent != UINT32_MAX) {
        status = csuccess__children_roll(desk->config->health, &step, &desk->scorer->health,
                                         &rolled);
    }
    if (status < 0) {
        return csuccess__fail(err, status, "the children of customer %q: %s", advance->customer,
                              csuccess_result_text(status));
    }
    if (status == CSUCCESS_UNCHANGED) {
        csuccess__json_null(&w);
        return CSUCCESS_OK;
    }
    csuccess__json_open(&w, '{');
    csuccess__json_put_num(&w, "score", rolled.has_score ? rolled.score : NAN);
    csuccess__json_put_num(&w, "children", rolled.children);
    csuccess__json_put_num(&w, "counted", rolled.counted);
    csuccess__json_put_time(&w, "oldest", rolled.oldest);
    csuccess__json_close(&w, '}');
    return CSUCCESS_OK;
}

/* How far the customer is with milestones, features and goals; null without flow. */
static csuccess_result put_flow(csuccess__advance *advance, csuccess__buffer *out,
                                csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__zones_asked asked;
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, out);
    int64_t now = advance->now > desk->state.head.at ? advance->now : desk->state.head.at;
    csuccess__step step = csuccess__advance_step(advance, now, CSUCCESS_STR("view"));
    csuccess__moment m = csuccess__desk_moment(advance, &step, NULL, &asked);
    asked.moment = &m;
    csuccess__flow_publish(&m);
    csuccess__flow_report(&m, &w);
    return step.failed < 0
               ? csuccess__fail(err, step.failed, "the programmes of customer %q: %s",
                                advance->customer, csuccess_result_text(step.failed))
               : CSUCCESS_OK;
}

/* What reached the customer and what was held back, what runs, what is asked for; null without anything of intervene. */
static csuccess_result put_intervene(csuccess__advance *advance, csuccess__buffer *out,
                                     csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__zones_asked asked;
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, out);
    if (!desk->intervenes) {
        csuccess__json_null(&w);
        return CSUCCESS_OK;
    }
    int64_t now = advance->now > desk->state.head.at ? advance->now : desk->state.head.at;
    csuccess__step step = csuccess__advance_step(advance, now, CSUCCESS_STR("view"));
    csuccess__moment m = csuccess__desk_moment(advance, &step, NULL, &asked);
    asked.moment = &m;
    csuccess__flow_publish(&m);
    csuccess__turn t = csuccess__desk_turn(advance, &m);
    t.looking = true;
    csuccess__intervene_publish(&t);
    csuccess__intervene_report(&t, &w);
    return step.failed < 0
               ? csuccess__fail(err, step.failed, "what reaches customer %q: %s",
                                advance->customer, csuccess_result_text(step.failed))
               : CSUCCESS_OK;
}

static csuccess_result put_sentiment(csuccess__advance *advance, csuccess__buffer *out)
{
    csuccess__desk *desk = advance->desk;
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, out);
    int64_t now = advance->now > desk->state.head.at ? advance->now : desk->state.head.at;
    if (desk->config->sentiment) {
        csuccess__sentiment_report(desk->config->sentiment, &desk->state, now, &w);
    } else {
        csuccess__json_null(&w);
    }
    return out->status;
}

/* Everything that explains a customer; the printed state is in the desk's text. */
static csuccess_result put_explanation(csuccess__advance *advance, csuccess_str result,
                                       csuccess_str history, csuccess__buffer *out,
                                       csuccess_error *err)
{
    const csuccess__buffer *state = &advance->desk->text;
    csuccess__buffer_cstr(out, "{\"customer\":");
    csuccess__json_quote(out, advance->customer);
    csuccess__buffer_cstr(out, ",\"result\":");
    csuccess__buffer_str(out, result);
    csuccess__buffer_cstr(out, ",\"rollup\":");
    csuccess_result status = put_rollup(advance, out, err);
    if (status < 0) return status;
    csuccess__buffer_cstr(out, ",\"progress\":");
    status = put_flow(advance, out, err);
    if (status < 0) return status;
    csuccess__buffer_cstr(out, ",\"interventions\":");
    status = put_intervene(advance, out, err);
    if (status < 0) return status;
    csuccess__buffer_cstr(out, ",\"sentiment\":");
    status = put_sentiment(advance, out);
    if (status < 0) return status;
    csuccess__buffer_cstr(out, ",\"state\":");
    csuccess__buffer_str(out, csuccess__buffer_view(state));
    csuccess__buffer_cstr(out, ",\"history\":");
    csuccess__buffer_str(out, history.len ? history : CSUCCESS_STR("{}"));
    csuccess__buffer_char(out, '}');
    return out->status < 0 ? out->status : state->status;
}

/* reason: of whom, as the store answered, which view, and where to. */
csuccess_result csuccess__advance_view(csuccess__advance *advance,
                                       const csuccess__answer *answers, csuccess__view view,
                                       csuccess_str history, csuccess__buffer *out,
                                       csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess_str result = {"null", 4};
    csuccess__resource resource =
        view == CSUCCESS__VIEW_SCORE ? CSUCCESS__RESOURCE_HEALTH : CSUCCESS__RESOURCE_CUSTOMER;
    csuccess_result status = open_for_principal(advance, answers, resource, err);
    if (status < 0) return status;
    if (view == CSUCCESS__VIEW_STATE) {
        put_state(out, &desk->state);
        return out->status;
    }
    /* As it is stored, before the walk looks at overrides. */
    csuccess__buffer_clear(&desk->text);
    put_state(&desk->text, &desk->state);
    if (desk->evaluates) {
        status = result_of(advance, &result, err);
    } else if (desk->flows || desk->intervenes) {
        status = walk_for_flow(advance, err);
    }
    if (status < 0) return status;
    if (view == CSUCCESS__VIEW_SCORE) {
        csuccess__buffer_str(out, result);
        return out->status;
    }
    return put_explanation(advance, result, history, out, err);
}

/* ---- Guards ---- */

/* A contact among the facts, and the type of its record; NULL without one. */
static const csuccess__value *find_contact(csuccess__advance *advance, csuccess_str contact,
                                           const csuccess__type **type)
{
    csuccess__desk *desk = advance->desk;
    const csuccess__schema *schema = desk->config->schema;
    uint32_t slot = csuccess__schema_find(schema, CSUCCESS_STR("contacts"), NULL);
    if (contact.len == 0 || slot >= schema->inputs) return NULL;
    *type = schema->slots[slot].type->item;
    const csuccess__value *list = &desk->scorer->slots[slot];
    if (!*type || (*type)->kind != CSUCCESS__KIND_RECORD || csuccess__is_missing(*list))
        return NULL;
    for (size_t i = 0; i < list->as.many.count; i++) {
        const csuccess__value *record = &list->as.many.items[i];
        if (csuccess__str_eq(record->as.many.items[0].as.string, contact)) return record;
    }
    return NULL;
}

/* What is known as of now, in the slots; with health and churn, where there are any. */
static csuccess_result fill_slots(csuccess__advance *advance, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    if (desk->evaluates) return walk_for_flow(advance, err);
    csuccess_result status = csuccess__desk_facts(desk, advance->now, err);
    if (status == CSUCCESS_OK) {
        csuccess__facts_fill(desk->facts, advance->now, desk->scorer->slots);
    }
    return status;
}

/* The contact's record as JSON; "{}" without one. ptr NULL: no memory. */
static csuccess_str recipient(csuccess__advance *advance, csuccess_str contact)
{
    csuccess__buffer *text = &advance->desk->text;
    const csuccess__type *type = NULL;
    const csuccess__value *record = find_contact(advance, contact, &type);
    csuccess__json_writer w;
    csuccess__buffer_clear(text);
    csuccess__json_writer_init(&w, text);
    if (record) {
        csuccess__value_write(&w, *record, type);
    } else {
        csuccess__json_open(&w, '{');
        csuccess__json_close(&w, '}');
    }
    if (text->status < 0) return (csuccess_str){NULL, 0};
    return csuccess__arena_copy(&advance->made, csuccess__buffer_view(text));
}

/* What the arbiter says of it as of now. Where the life of the customer matters the whole customer is looked at, else what is known of it is enough. */
static csuccess_result ask_arbiter(csuccess__advance *advance, const csuccess_message *message,
                                   csuccess__guard *out, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__zones_asked asked;
    if (message->flags & CSUCCESS_MESSAGE_INTERNAL) return CSUCCESS_OK;
    int64_t now = advance->now > desk->state.head.at ? advance->now : desk->state.head.at;
    csuccess__step step = csuccess__advance_step(advance, now, CSUCCESS_STR("claim"));
    csuccess__moment m = csuccess__desk_moment(advance, &step, NULL, &asked);
    asked.moment = &m;
    csuccess__turn t = csuccess__desk_turn(advance, &m);
    t.looking = true;
    csuccess__ruled ruled = csuccess__arbiter_claim(&t, message);
    if (step.failed < 0) {
        return csuccess__fail(err, step.failed, "the message %q of customer %q: %s",
                              message->id, advance->customer,
                              csuccess_result_text(step.failed));
    }
    out->verdict = ruled.ruling == CSUCCESS__ALLOW
                       ? CSUCCESS_OK
                       : (ruled.ruling == CSUCCESS__DEFER ? CSUCCESS_AGAIN : CSUCCESS_EDENIED);
    out->again = ruled.ruling == CSUCCESS__DENY;
    out->until = ruled.until;
    out->reason = csuccess__arena_copy(&advance->made, ruled.reason);
    return out->reason.ptr ? CSUCCESS_OK
                           : csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

static csuccess_result drop(csuccess__guard *out, csuccess_result verdict, const char *reason)
{
    out->verdict = verdict;
    out->reason = csuccess__str(reason);
    return CSUCCESS_OK;
}

csuccess_result csuccess__advance_guard(csuccess__advance *advance,
                                        const csuccess__answer *answers,
                                        const csuccess_message *message, csuccess__guard *out,
                                        csuccess_error *err)
{
    *out = (csuccess__guard){.verdict = CSUCCESS_OK, .reason = {"", 0}, .recipient = {"{}", 2}};
    /* Whoever may run the engine has it look; it is the engine that looks. */
    csuccess_result status = open_for_reading(advance, answers, err);
    if (status == CSUCCESS_EMISSING) {
        return drop(out, CSUCCESS_EDENIED, "the customer was erased");
    }
    if (status == CSUCCESS_OK) status = fill_slots(advance, err);
    if (status < 0) return status;
    if (message->expires_ms <= advance->now) {
        return drop(out, CSUCCESS_EEXPIRED, "its validity is over");
    }
    status = ask_arbiter(advance, message, out, err);
    if (status < 0) return status;
    out->recipient = recipient(advance, message->contact);
    return out->reason.ptr && out->recipient.ptr
               ? CSUCCESS_OK
               : csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}
