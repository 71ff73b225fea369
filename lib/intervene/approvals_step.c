/* SPDX-License-Identifier: Apache-2.0 */
/* What time does to requests and decisions, and how they are told: entries, the approver's channel, prints, the report. */
#include "intervene/approvals_internal.h"

#include "calendar/time_json.h"
#include "intervene/intervene.h"

static const csuccess_str none = {"", 0};

int64_t csuccess__approval_after(int64_t from, csuccess__duration d)
{
    int64_t at;
    return csuccess__time_add(&at, from, d) ? at : CSUCCESS__TIME_MAX;
}

int64_t csuccess__decision_holds(const csuccess__turn *t, bool run, int64_t given)
{
    int32_t days = run ? CSUCCESS__APPROVAL_RUN_DAYS : CSUCCESS__APPROVAL_DAYS;
    if (given != 0) return given;
    return csuccess__approval_after(t->m->step->now, (csuccess__duration){0, days, 0});
}

/* ---- Entries ---- */

static void put_amounts(csuccess__json_writer *w, const csuccess__request *r)
{
    csuccess__json_put_str(w, "programme", r->programme);
    csuccess__json_put_given(w, "step", r->step);
    csuccess__json_put_num(w, "cost", (double)r->cost);
    if (r->value) csuccess__json_put_num(w, "value", (double)r->value);
    if (r->expected < 0 || r->expected > 0) {
        csuccess__json_put_num(w, "expected_value", r->expected);
    }
}

/* What an input said, as it said it: nothing of a decision is lost. */
static void put_said(csuccess__json_writer *w, const csuccess__input *input)
{
    static const char *const keys[] = {"priority",
                                       "allocation_limit",
                                       "investment_cap",
                                       "acceptable_churn",
                                       "return_expected",
                                       "monitoring",
                                       "to",
                                       "until",
                                       "expires_at",
                                       "changes",
                                       NULL};
    for (size_t i = 0; keys[i]; i++) {
        csuccess_str key = csuccess__str(keys[i]);
        const csuccess__property *p = csuccess__input_property(input, key);
        if (!p) continue;
        csuccess__json_key(w, key);
        if (p->json) {
            csuccess__json_raw(w, p->json);
        } else {
            csuccess__value_write(w, p->value,
                                  csuccess__type_of((csuccess__kind)p->value.kind));
        }
    }
}

void csuccess__approval_say(csuccess__turn *t, const csuccess__approval_said *said)
{
    csuccess__step *step = t->m->step;
    if (step->failed < 0) return;
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "change", csuccess__str(said->change));
    csuccess__json_put_str(w, "approval", said->id);
    csuccess__json_put_str(w, "for", said->subject);
    csuccess__json_put_given(w, "rule", said->rule);
    csuccess__json_put_given(w, "approver", said->approver);
    csuccess__json_put_given(w, "by", said->by);
    csuccess__json_put_given(w, "reasoning", said->reasoning);
    if (said->until != 0) csuccess__json_put_time(w, "expires", said->until);
    if (said->request) put_amounts(w, said->request);
    if (said->input) put_said(w, said->input);
    csuccess_str body = csuccess__step_body_end(step);
    csuccess_str contact = said->request ? said->request->contact : none;
    if (body.ptr) csuccess__step_entry(step, "approval", contact, body);
}

static void say(csuccess__turn *t, const csuccess__request *r, const char *change,
                const char *reasoning)
{
    const csuccess__approval_said said = {.change = change,
                                          .id = r->id,
                                          .subject = r->subject,
                                          .rule = r->rule,
                                          .approver = r->approver,
                                          .by = none,
                                          .reasoning = csuccess__str(reasoning),
                                          .until = r->until,
                                          .request = r};
    csuccess__approval_say(t, &said);
}

/* ---- Telling the approver ---- */

static csuccess_str body_of(csuccess__turn *t, const csuccess__request *r)
{
    enum { TEXT_BYTES = 1024 };
    char bytes[TEXT_BYTES], when[CSUCCESS__TIME_TEXT];
    csuccess__text text;
    const csuccess__approval_rule *rule =
        csuccess__approval_rule_find(t->of->approvals, r->rule);
    static const char *const priorities[] = {
#define CSUCCESS__PRIORITY(name, number, text) text,
        CSUCCESS__PRIORITIES(CSUCCESS__PRIORITY)
#undef CSUCCESS__PRIORITY
    };
    size_t len = csuccess__time_format(when, r->until);
    csuccess__text_init(&text, bytes, sizeof bytes);
    csuccess__text_format(&text, "%S waits for a decision of %S before %S", r->subject,
                          r->approver, (csuccess_str){when, len});
    csuccess__json_writer *w = csuccess__step_body(t->m->step);
    csuccess__json_put_str(w, "text", (csuccess_str){text.ptr, text.len});
    csuccess__json_put_str(w, "approval", r->id);
    csuccess__json_put_str(w, "for", r->subject);
    csuccess__json_put_str(w, "rule", r->rule);
    csuccess__json_put_str(w, "approver", r->approver);
    if (rule) {
        csuccess__json_put_str(w, "priority", csuccess__str(priorities[rule->priority]));
    }
    put_amounts(w, r);
    csuccess__json_put_time(w, "expires", r->until);
    return csuccess__step_body_end(t->m->step);
}

static void tell_channel(csuccess__turn *t, const csuccess__request *r)
{
    enum { NAME_BYTES = 512 };
    char bytes[NAME_BYTES];
    csuccess__text definition;
    csuccess__step *step = t->m->step;
    if (r->channel.len == 0 || step->failed < 0) return;
    csuccess_str body = body_of(t, r);
    if (!body.ptr) return;
    csuccess__text_init(&definition, bytes, sizeof bytes);
    csuccess__text_format(&definition, "approval/%S", r->rule);
    const csuccess__effect_message message = {.customer = none,
                                              .channel = r->channel,
                                              .contact = none,
                                              .purpose = none,
                                              .definition = {bytes, definition.len},
                                              .step = {r->id.ptr, CSUCCESS__APPROVAL_DIGITS},
                                              .occurrence = r->told,
                                              .cause = step->cause,
                                              .body = body,
                                              .expires_at = r->until,
                                              .internal = true};
    (void)csuccess__step_message(step, &message);
}

void csuccess__request_tell(csuccess__turn *t, csuccess__request *request)
{
    request->told++;
    csuccess__request_put(t->m->step, request);
    csuccess__step_due(t->m->step, request->until);
    tell_channel(t, request);
}

/* ---- Time ---- */

/* What becomes of a request when its time is over. True: it goes. */
typedef bool ending(csuccess__turn *t, csuccess__request *r);

static void decide(csuccess__turn *t, csuccess__request *r, csuccess__approval_state to)
{
    const char *why = "nobody decided in time";
    r->state = to;
    r->decision.at = t->m->step->now;
    r->decision.by = none;
    r->decision.reasoning = csuccess__str(why);
    r->until = csuccess__decision_holds(t, r->run && to != CSUCCESS__APPROVAL_EXPIRED, 0);
    csuccess__request_put(t->m->step, r);
    csuccess__step_due(t->m->step, r->until);
    say(t, r, "expired",
        to == CSUCCESS__APPROVAL_APPROVED ? "nobody decided in time: approved"
                                          : "nobody decided in time: rejected");
}

static bool run_out(csuccess__turn *t, csuccess__request *r)
{
    bool further = r->on_expiry == CSUCCESS__EXPIRY_ESCALATE && !r->raised &&
                   !csuccess__str_eq(r->approver, r->escalate_to);
    if (r->on_expiry == CSUCCESS__EXPIRY_APPROVE) {
        decide(t, r, CSUCCESS__APPROVAL_APPROVED);
    } else if (!further) {
        decide(t, r, CSUCCESS__APPROVAL_EXPIRED);
    } else {
        r->state = CSUCCESS__APPROVAL_ESCALATED;
        r->raised = true;
        r->approver = r->escalate_to;
        r->until = csuccess__approval_after(t->m->step->now, r->span);
        csuccess__request_tell(t, r);
        say(t, r, "escalated", "nobody decided in time");
    }
    return false;
}

static bool ask_again(csuccess__turn *t, csuccess__request *r)
{
    r->state = CSUCCESS__APPROVAL_PENDING;
    r->until = csuccess__approval_after(t->m->step->now, r->span);
    csuccess__request_tell(t, r);
    say(t, r, "requested", "the time of watching is over");
    return false;
}

static bool lapse(csuccess__turn *t, csuccess__request *r)
{
    csuccess__request_drop(t->m->step, r);
    return true;
}

static ending *const endings[] = {
    [CSUCCESS__APPROVAL_PENDING] = run_out,     [CSUCCESS__APPROVAL_ESCALATED] = run_out,
    [CSUCCESS__APPROVAL_MONITORED] = ask_again, [CSUCCESS__APPROVAL_APPROVED] = lapse,
    [CSUCCESS__APPROVAL_MODIFIED] = lapse,      [CSUCCESS__APPROVAL_REJECTED] = lapse,
    [CSUCCESS__APPROVAL_EXPIRED] = lapse};

static void look_at_requests(csuccess__turn *t)
{
    csuccess__step *step = t->m->step;
    csuccess__request r;
    uint32_t at = csuccess__approvals_first(t);
    while (csuccess__request_next(t, &at, &r)) {
        if (r.until > step->now) {
            csuccess__step_due(step, r.until);
        } else if (csuccess__request_take(t, at - 1, &r) && endings[r.state](t, &r)) {
            at--;
        }
    }
}

void csuccess__approvals_step(csuccess__turn *t)
{
    csuccess__step *step = t->m->step;
    csuccess__standing s;
    look_at_requests(t);
    uint32_t at = csuccess__approvals_first(t);
    while (csuccess__standing_next(t, &at, &s)) {
        if (s.until > step->now) {
            csuccess__step_due(step, s.until);
            continue;
        }
        csuccess_str name = csuccess__turn_copy(t, step->state->fields[--at].name);
        if (step->failed < 0) return;
        csuccess__state_drop(step->state, CSUCCESS__STATE_APPROVAL, name);
    }
}

void csuccess__approvals_forget(csuccess__turn *t, csuccess_str contact)
{
    csuccess__request r;
    uint32_t at = csuccess__approvals_first(t);
    while (csuccess__request_next(t, &at, &r)) {
        if (!csuccess__str_eq(r.contact, contact)) continue;
        csuccess__request_drop(t->m->step, &r);
        at--;
    }
}

/* ---- Prints ---- */

static void put_decision(csuccess__json_writer *out, const csuccess__deciding *d)
{
    const struct {
        uint32_t bit;
        const char *key;
        int64_t amount;
    } amounts[] = {{CSUCCESS__DECISION_CAP, "investment_cap", d->cap},
                   {CSUCCESS__DECISION_LIMIT, "allocation_limit", d->limit},
                   {CSUCCESS__DECISION_COST, "new_cost", d->cost},
                   {CSUCCESS__DECISION_VALUE, "new_value", d->value}};
    if (d->at == 0) return;
    csuccess__json_put_time(out, "decided_at", d->at);
    csuccess__json_put_given(out, "by", d->by);
    csuccess__json_put_str(out, "reasoning", d->reasoning);
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        if (!(d->has & amounts[i].bit)) continue;
        csuccess__json_put_num(out, amounts[i].key, (double)amounts[i].amount);
    }
    if (d->has & CSUCCESS__DECISION_PRIORITY) {
        csuccess__json_put_num(out, "new_priority", d->priority);
    }
    csuccess__json_put_given(out, "new_channel", d->channel);
    csuccess__json_put_given(out, "new_owner", d->owner);
    if (d->not_before) csuccess__json_put_time(out, "not_before", d->not_before);
    if (d->spent) csuccess__json_put_num(out, "spent", (double)d->spent);
}

static void put_request(csuccess__json_writer *out, const csuccess__request *r)
{
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "approval", r->id);
    csuccess__json_put_str(out, "for", r->subject);
    csuccess__json_put_str(out, "rule", r->rule);
    csuccess__json_put_str(out, "state",
                           csuccess__str(csuccess__approval_state_name(r->state)));
    csuccess__json_put_str(out, "approver", r->approver);
    csuccess__json_put_time(out, "asked_at", r->asked_at);
    csuccess__json_put_time(out, "until", r->until);
    put_amounts(out, r);
    csuccess__json_put_given(out, "contact", r->contact);
    csuccess__json_put_given(out, "run", r->run_id);
    if (r->used) csuccess__json_put_bool(out, "used", true);
    put_decision(out, &r->decision);
    csuccess__json_close(out, '}');
}

static void put_standing(csuccess__json_writer *out, const csuccess__standing *s)
{
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "approval", s->id);
    csuccess__json_put_str(out, "for", s->pattern);
    csuccess__json_put_bool(out, "standing", true);
    csuccess__json_put_str(out, "state",
                           csuccess__str(csuccess__approval_state_name(s->state)));
    csuccess__json_put_time(out, "until", s->until);
    put_decision(out, &s->decision);
    csuccess__json_close(out, '}');
}

void csuccess__approval_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field)
{
    csuccess__request r;
    csuccess__standing s;
    bool request = csuccess__str_starts(field->name, CSUCCESS_STR("request/"));
    if (request && csuccess__request_parse(&r, field->payload)) {
        put_request(out, &r);
    } else if (!request && csuccess__standing_parse(&s, field->payload)) {
        put_standing(out, &s);
    } else {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
    }
}

void csuccess__approvals_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    csuccess__request r;
    csuccess__standing s;
    csuccess__json_open(out, '[');
    for (uint32_t at = csuccess__approvals_first(t); csuccess__request_next(t, &at, &r);) {
        put_request(out, &r);
    }
    for (uint32_t at = csuccess__approvals_first(t); csuccess__standing_next(t, &at, &s);) {
        put_standing(out, &s);
    }
    csuccess__json_close(out, ']');
}
