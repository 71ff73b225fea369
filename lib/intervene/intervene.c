/* SPDX-License-Identifier: Apache-2.0 */
/* Intervene as a whole: which machine looks first. */
#include "intervene/intervene.h"
#include "intervene/ranking.h"

#include "text/reader.h"

/* ---- Compiling ---- */

static const csuccess__json *section_of(csuccess__intervene_build *build, const char *key)
{
    return csuccess__read_section(build->flow->problems, build->flow->document, key,
                                  CSUCCESS__JSON_OBJECT);
}

static uint32_t slot_of(const csuccess__intervene_build *build, const char *path)
{
    return csuccess__schema_find(build->flow->schema, csuccess__str(path), NULL);
}

/* Sections name one another: offers are named by interventions, these by campaigns, all of them by patterns. */
static bool compile_sections(csuccess__intervene_build *build)
{
    csuccess__intervene *out = build->intervene;
    const csuccess__json *policies = section_of(build, "policies");
    out->reach = csuccess__reach_compile(
        build, policies ? csuccess__read_section(build->flow->problems, policies, "reach",
                                                 CSUCCESS__JSON_OBJECT)
                        : NULL);
    if (!out->reach) return false;
    csuccess__interventions_declare(build, section_of(build, "interventions"));
    csuccess__campaigns_declare(build,
                                csuccess__json_member(build->flow->document, "campaigns"));
    out->offers = csuccess__offers_compile(build, section_of(build, "offers"));
    if (!out->offers) return false;
    out->expansion = csuccess__expansion_compile(build, section_of(build, "expansion"));
    if (!out->expansion) return false;
    out->interventions =
        csuccess__interventions_compile(build, section_of(build, "interventions"));
    if (!out->interventions) return false;
    out->campaigns = csuccess__campaigns_compile(build, section_of(build, "campaigns"));
    if (!out->campaigns) return false;
    out->approvals = csuccess__approvals_compile(build, section_of(build, "approvals"));
    if (!out->approvals) return false;
    out->experiments = csuccess__experiments_compile(build, section_of(build, "experiments"));
    return out->experiments != NULL;
}

static bool has_standing(const csuccess__intervene *of)
{
    bool standing = of->campaigns->count > 0;
    for (uint32_t i = 0; i < of->interventions->count; i++) {
        standing = standing || of->interventions->list[i].when;
    }
    return standing;
}

static bool has_budgets(const csuccess__intervene *of)
{
    const csuccess__reach *reach = of->reach;
    bool budgets =
        reach->has_customer_budget || reach->has_campaign_budget || reach->has_total_budget;
    for (uint32_t i = 0; of->channels && i < of->channels->count; i++) {
        budgets = budgets || of->channels->list[i].has_budget;
    }
    return budgets;
}

const csuccess__intervene *csuccess__intervene_compile(csuccess__intervene_build *build)
{
    csuccess__intervene *out = CSUCCESS__NEW(build->flow->with->arena, csuccess__intervene);
    build->intervene = out;
    if (!out) {
        build->flow->problems->lost = true;
        return NULL;
    }
    out->flow = build->flow->flow;
    out->channels = build->channels;
    out->policies = build->policies;
    out->privacy = build->privacy;
    out->access = build->access;
    out->churned = slot_of(build, "health.status");
    out->risk = slot_of(build, "churn.probability");
    out->at_risk = slot_of(build, "value_at_risk");
    out->time_to_churn = slot_of(build, "churn.time_to_churn_days");
    if (!compile_sections(build)) {
        build->flow->problems->lost = true;
        return NULL;
    }
    out->standing = has_standing(out);
    out->tracks = out->reach->cap_count > 0 || has_budgets(out) ||
                  out->reach->unanswered_after > 0 || out->interventions->count > 0;
    out->idle = !out->tracks && out->approvals->count == 0 && out->experiments->count == 0 &&
                out->expansion->count == 0;
    return out;
}

/* ---- The desk ---- */

csuccess_result csuccess__intervene_desk_new(csuccess__intervene_desk *desk,
                                             const csuccess_allocator *mem)
{
    *desk = (csuccess__intervene_desk){.mem = mem};
    csuccess__arena_init(&desk->texts, mem, 0);
    csuccess__buffer_init(&desk->text, mem, 0);
    desk->touches = csuccess__alloc(mem, 1, sizeof *desk->touches);
    if (!desk->touches) return CSUCCESS_ENOMEM;
    *desk->touches = (csuccess__touches){0};
    csuccess__arena_init(&desk->touches->texts, mem, 0);
    return CSUCCESS_OK;
}

void csuccess__intervene_desk_free(csuccess__intervene_desk *desk)
{
    csuccess__touches *touches = desk->touches;
    if (!desk->mem) return;
    csuccess__release(desk->mem, desk->list, desk->cap, sizeof *desk->list);
    if (touches) {
        csuccess__release(desk->mem, touches->list, touches->cap, sizeof *touches->list);
        csuccess__arena_free(&touches->texts);
        csuccess__release(desk->mem, touches, 1, sizeof *touches);
    }
    csuccess__arena_free(&desk->texts);
    csuccess__buffer_free(&desk->text);
    *desk = (csuccess__intervene_desk){0};
}

/* ---- Inputs ---- */

csuccess_result csuccess__intervene_apply(csuccess__turn *t, const csuccess__input *input,
                                          csuccess__text *reason)
{
    typedef csuccess_result application(csuccess__turn *, const csuccess__input *,
                                        csuccess__text *);
    static const struct {
        csuccess__input_type type;
        application *how;
    } words[] = {{CSUCCESS__INPUT_INTERVENTION, csuccess__execution_apply},
                 {CSUCCESS__INPUT_CAMPAIGN, csuccess__campaign_apply},
                 {CSUCCESS__INPUT_OFFER, csuccess__offer_apply},
                 {CSUCCESS__INPUT_DECISION, csuccess__decision_apply},
                 {CSUCCESS__INPUT_AUTOMATION, csuccess__automation_apply},
                 {CSUCCESS__INPUT_RESPONSE, csuccess__response_apply}};
    csuccess_result status = CSUCCESS_OK;
    csuccess__touches_open(t);
    csuccess__lifecycle_open(t);
    if (t->m->step->failed < 0) return t->m->step->failed;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].type == input->type) status = words[i].how(t, input, reason);
    }
    if (status >= 0) csuccess__touches_close(t);
    return status;
}

/* ---- What became of a message ---- */

/* "journey/x/welcome" without "journey/x". */
static csuccess_str step_in(csuccess_str definition, csuccess_str programme)
{
    size_t skip = programme.len + 1;
    bool longer = definition.len > skip && csuccess__str_starts(definition, programme);
    return longer ? (csuccess_str){definition.ptr + skip, definition.len - skip}
                  : (csuccess_str){"", 0};
}

/* One that was taken back at its claim waits again. Its cause is the message that it was, so that it leaves under another id. */
static void wait_again(csuccess__turn *t, const csuccess__input *input,
                       const csuccess__touch *touch)
{
    csuccess__step *step = t->m->step;
    csuccess__value expires = csuccess__input_value(input, "expires", CSUCCESS__KIND_TIME);
    csuccess__waiting waiting = {
        .message = {.channel = csuccess__input_string(input, "channel"),
                    .contact = csuccess__input_string(input, "contact"),
                    .purpose = csuccess__input_string(input, "purpose"),
                    .definition = touch->programme,
                    .step =
                        step_in(csuccess__input_string(input, "definition"), touch->programme),
                    .cause = csuccess__input_string(input, "message"),
                    .body = csuccess__input_string(input, "body")},
        .since = touch->decided,
        .until = step->now,
        .reason = {"", 0},
        .returns = 1};
    if (!csuccess__is_missing(expires)) waiting.message.expires_at = expires.as.time;
    waiting.message.id = csuccess__message_id(step, &waiting.message, 0);
    if (step->failed == CSUCCESS_OK) csuccess__waiting_put(step, &waiting);
}

static void settle(csuccess__turn *t, const csuccess__input *input, csuccess__touch was)
{
    csuccess_str id = csuccess__input_string(input, "message");
    csuccess_str outcome = csuccess__input_string(input, "outcome");
    bool taken_back = csuccess__str_is(outcome, "taken_back");
    /* One that may have arrived has not come back: the same would be there twice, and paid once. What its channel says at last is known. */
    if (was.maybe && (taken_back || csuccess__str_is(outcome, "dropped"))) {
        outcome = CSUCCESS_STR("unknown");
        taken_back = false;
    }
    bool arrived =
        csuccess__str_is(outcome, "delivered") || csuccess__str_is(outcome, "unknown");
    csuccess__touch_told(t, id, arrived, input->at);
    bool executed = csuccess__execution_told(t, id, arrived, outcome);
    if (taken_back) csuccess__approval_returned(t, id);
    if (!arrived) csuccess__offer_undelivered(t, id);
    if (taken_back && !executed) wait_again(t, input, &was);
}

csuccess_result csuccess__intervene_delivered(csuccess__turn *t, const csuccess__input *input,
                                              csuccess__text *reason)
{
    csuccess_str id = csuccess__input_string(input, "message");
    (void)reason;
    csuccess__touches_open(t);
    if (t->m->step->failed < 0) return t->m->step->failed;
    const csuccess__touch *touch = csuccess__touch_find(t, id);
    if (touch && csuccess__str_is(csuccess__input_string(input, "outcome"), "tried")) {
        csuccess__touch_tried(t, id);
    } else if (touch) {
        settle(t, input, *touch);
    }
    csuccess__touches_close(t);
    return t->m->step->failed < 0 ? t->m->step->failed : CSUCCESS_OK;
}

/* ---- A turn ---- */

void csuccess__intervene_publish(csuccess__turn *t)
{
    csuccess__touches_open(t);
    csuccess__lifecycle_open(t);
    if (t->of->idle || t->m->step->failed < 0) return;
    csuccess__expansion_publish(t);
    csuccess__interventions_publish(t);
    csuccess__campaigns_publish(t);
}

/* Of history that is imported nothing leaves, and nothing that is due is done: what waits, and what it may have brought about, is looked at once it is in. */
static void look_after_import(csuccess__turn *t)
{
    uint32_t waiting = 0;
    csuccess__step *step = t->m->step;
    (void)csuccess__state_of_kind(step->state, CSUCCESS__STATE_MESSAGE, &waiting);
    if (waiting > 0 || t->of->standing) csuccess__step_due(step, step->now + 1);
}

/* What time or the step's input brings, in an order in which each sees what it reads; then what wants to reach the customer, and the arbiter. */
void csuccess__intervene_step(csuccess__turn *t)
{
    if (t->m->step->failed < 0) return;
    csuccess__lifecycle_step(t);
    if (t->m->step->quiet) look_after_import(t);
    if (!t->of->idle) {
        csuccess__executions_step(t);
        csuccess__offers_step(t);
        csuccess__expansion_step(t);
        csuccess__approvals_step(t);
        csuccess__experiments_step(t);
        csuccess__interventions_candidates(t);
        csuccess__campaigns_candidates(t);
    }
    csuccess__arbiter_weigh(t);
    csuccess__touches_close(t);
}

static void report(csuccess__turn *t, csuccess__json_writer *out, const char *key,
                   void (*write)(csuccess__turn *, csuccess__json_writer *))
{
    csuccess__json_key(out, csuccess__str(key));
    write(t, out);
}

void csuccess__intervene_report(csuccess__turn *t, csuccess__json_writer *out)
{
    t->looking = true;
    csuccess__interventions_candidates(t);
    csuccess__campaigns_candidates(t);
    csuccess__json_open(out, '{');
    report(t, out, "automation", csuccess__automation_report);
    report(t, out, "messages", csuccess__arbiter_report);
    report(t, out, "executions", csuccess__executions_report);
    report(t, out, "campaigns", csuccess__campaigns_report);
    report(t, out, "offers", csuccess__offers_report);
    report(t, out, "approvals", csuccess__approvals_report);
    report(t, out, "experiments", csuccess__experiments_report);
    report(t, out, "opportunities", csuccess__expansion_report);
    report(t, out, "channels", csuccess__channels_report);
    csuccess__json_close(out, '}');
}
