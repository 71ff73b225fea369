/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions: inputs of type decision, about a request or standing ones. Each is done as a whole, or refused and nothing has changed. */
#include "intervene/approvals_internal.h"

#include "calendar/time_json.h"
#include "intervene/intervene.h"

#include <math.h>
#include <stddef.h>

enum { TEXT_MOST = 4096, NAME_MOST = 256 };
#define WHOLE_MOST 9007199254740991.0 /* 2^53 - 1 */
static const csuccess_str none = {"", 0};

/* Word, what becomes of a request by it, and whether it can stand for what is still to be asked. */
#define VERBS(X) \
    X(APPROVE, "approve", APPROVED, true) \
    X(REJECT, "reject", REJECTED, true) \
    X(MODIFY, "modify", MODIFIED, true) \
    X(ESCALATE, "escalate", ESCALATED, false) \
    X(MONITOR, "monitor", MONITORED, false)
typedef enum verb {
#define VERB(name, text, to, stands) VERB_##name,
    VERBS(VERB)
#undef VERB
        VERB_COUNT
} verb;
static const struct {
    const char *word;
    csuccess__approval_state to;
    bool stands;
} verbs[] = {
#define VERB(name, text, to, stands) {text, CSUCCESS__APPROVAL_##to, stands},
    VERBS(VERB)
#undef VERB
};

/* Rows are states, columns verbs: what is decided, or watched until it is asked again, is not decided a second time. */
#define DECIDES \
    { \
        true, true, true, true, true \
    }
#define REFUSES \
    { \
        false, false, false, false, false \
    }
static const bool may[][VERB_COUNT] = {
    [CSUCCESS__APPROVAL_PENDING] = DECIDES,  [CSUCCESS__APPROVAL_ESCALATED] = DECIDES,
    [CSUCCESS__APPROVAL_APPROVED] = REFUSES, [CSUCCESS__APPROVAL_MODIFIED] = REFUSES,
    [CSUCCESS__APPROVAL_REJECTED] = REFUSES, [CSUCCESS__APPROVAL_MONITORED] = REFUSES,
    [CSUCCESS__APPROVAL_EXPIRED] = REFUSES};
#undef DECIDES
#undef REFUSES

typedef struct wish {
    csuccess__turn *t;
    const csuccess__input *input;
    csuccess__text *reason;
    verb verb;
    csuccess__deciding decision;
    int64_t expires_at, until; /* 0: not said */
    csuccess_str to;
} wish;

static csuccess_result refuse(wish *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    csuccess__text_vformat(w->reason, format, args);
    va_end(args);
    return CSUCCESS_ERANGE;
}

/* ---- What it says ---- */

static bool is_whole(double x)
{
    return x >= 0 && x <= WHOLE_MOST && !(x > floor(x));
}

/* Numbers of a decision: where they are kept, or only checked, as the entry has them. */
typedef struct amount {
    const char *key;
    uint32_t bit; /* 0: it is only told */
    size_t at;
    double least, most;
    bool whole;
    const char *is;
} amount;
static const amount amounts[] = {
    {"investment_cap", CSUCCESS__DECISION_CAP, offsetof(csuccess__deciding, cap), 0, WHOLE_MOST,
     true, "whole minor units"},
    {"allocation_limit", CSUCCESS__DECISION_LIMIT, offsetof(csuccess__deciding, limit), 0,
     WHOLE_MOST, true, "whole minor units"},
    {"acceptable_churn", 0, 0, 0, 1, false, "from 0 to 1"},
    {"return_expected", 0, 0, -1e300, 1e300, false, "a number"}};
static const amount changed_amounts[] = {
    {"cost", CSUCCESS__DECISION_COST, offsetof(csuccess__deciding, cost), 0, WHOLE_MOST, true,
     "whole minor units"},
    {"value", CSUCCESS__DECISION_VALUE, offsetof(csuccess__deciding, value), 0, WHOLE_MOST,
     true, "whole minor units"}};

static csuccess_result take_amount(wish *w, const amount *of, bool number, double x)
{
    bool good = number && x >= of->least && x <= of->most && (!of->whole || is_whole(x));
    if (!good) return refuse(w, "\"%s\" is %s", of->key, of->is);
    if (!of->bit) return CSUCCESS_OK;
    *(int64_t *)(void *)((char *)&w->decision + of->at) = (int64_t)x;
    w->decision.has |= of->bit;
    return CSUCCESS_OK;
}

static csuccess_result read_amounts(wish *w)
{
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        const csuccess__property *p =
            csuccess__input_property(w->input, csuccess__str(amounts[i].key));
        if (!p) continue;
        bool number = p->value.kind == CSUCCESS__KIND_NUMBER;
        csuccess_result status =
            take_amount(w, &amounts[i], number, number ? p->value.as.number : 0);
        if (status < 0) return status;
    }
    return CSUCCESS_OK;
}

/* A time that lies ahead; 0 without one. */
static csuccess_result read_time(wish *w, const char *key, int64_t *out)
{
    *out = 0;
    if (!csuccess__input_property(w->input, csuccess__str(key))) return CSUCCESS_OK;
    csuccess__value v = csuccess__input_value(w->input, key, CSUCCESS__KIND_TIME);
    if (v.kind == CSUCCESS__KIND_TIME && v.as.time > w->t->m->step->now) {
        *out = v.as.time;
        return CSUCCESS_OK;
    }
    return refuse(w, "\"%s\" is a time that lies ahead, such as \"2026-12-31T12:00:00Z\"", key);
}

static csuccess_result read_not_before(wish *w, const csuccess__json *json)
{
    bool text = json->type == CSUCCESS__JSON_STRING;
    int64_t *out = &w->decision.not_before;
    if (text && (csuccess__time_parse(out, json->string, NULL) ||
                 csuccess__date_parse(out, json->string, NULL))) {
        return CSUCCESS_OK;
    }
    return refuse(w, "\"not_before\" is a time, such as \"2026-12-31T12:00:00Z\"");
}

static csuccess_result read_priority(wish *w, const csuccess__json *json)
{
    bool good = json->type == CSUCCESS__JSON_NUMBER && fabs(json->number) <= 1e9;
    if (!good) return refuse(w, "\"priority\" of \"changes\" is a number");
    w->decision.has |= CSUCCESS__DECISION_PRIORITY;
    w->decision.priority = json->number;
    return CSUCCESS_OK;
}

static csuccess_result read_channel(wish *w, const csuccess__json *json)
{
    bool text = json->type == CSUCCESS__JSON_STRING;
    if (!text || !csuccess__channel_find(w->t->of->channels, json->string)) {
        return refuse(w, "\"channel\" is the name of one in \"channels\"; %q is not",
                      text ? json->string : none);
    }
    w->decision.channel = json->string;
    return CSUCCESS_OK;
}

static csuccess_result read_owner(wish *w, const csuccess__json *json)
{
    bool good = json->type == CSUCCESS__JSON_STRING && json->string.len > 0 &&
                json->string.len <= NAME_MOST;
    if (!good) return refuse(w, "\"owner\" is a role or a member of the team");
    w->decision.owner = json->string;
    return CSUCCESS_OK;
}

static csuccess_result read_change(wish *w, const csuccess__json *json)
{
    static const struct {
        const char *key;
        csuccess_result (*read)(wish *, const csuccess__json *);
    } others[] = {{"not_before", read_not_before},
                  {"priority", read_priority},
                  {"channel", read_channel},
                  {"owner", read_owner}};
    for (size_t i = 0; i < sizeof changed_amounts / sizeof changed_amounts[0]; i++) {
        if (!csuccess__str_is(json->key, changed_amounts[i].key)) continue;
        return take_amount(w, &changed_amounts[i], json->type == CSUCCESS__JSON_NUMBER,
                           json->number);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (csuccess__str_is(json->key, others[i].key)) return others[i].read(w, json);
    }
    return refuse(w, "%q is not one of cost, value, channel, priority, owner, not_before",
                  json->key);
}

static csuccess_result read_changes(wish *w)
{
    const csuccess__property *p = csuccess__input_property(w->input, CSUCCESS_STR("changes"));
    bool object = p && p->json && p->json->type == CSUCCESS__JSON_OBJECT;
    if (w->verb != VERB_MODIFY) {
        return p ? refuse(w, "\"changes\" go with \"modify\"") : CSUCCESS_OK;
    }
    if (!object || p->json->count == 0) {
        return refuse(w, "\"modify\" needs \"changes\": an object of cost, value, channel, "
                         "priority, owner, not_before");
    }
    for (const csuccess__json *m = p->json->first; m; m = m->next) {
        csuccess_result status = read_change(w, m);
        if (status < 0) return status;
    }
    return CSUCCESS_OK;
}

static csuccess_result read_verb(wish *w)
{
    for (int i = 0; i < VERB_COUNT; i++) {
        if (!csuccess__str_is(w->input->name, verbs[i].word)) continue;
        w->verb = (verb)i;
        return CSUCCESS_OK;
    }
    return refuse(w, "%q is not one of approve, reject, modify, escalate, monitor",
                  w->input->name);
}

/* No override without its reasons. */
static csuccess_result read_reasoning(wish *w)
{
    csuccess__deciding *d = &w->decision;
    d->by = w->t->m->step->by;
    d->at = w->t->m->step->now;
    d->reasoning = csuccess__input_string(w->input, "reasoning");
    if (d->reasoning.len > 0 && d->reasoning.len <= TEXT_MOST) return CSUCCESS_OK;
    return refuse(w, "a decision needs \"reasoning\": why, in 1 to %u bytes",
                  (uint32_t)TEXT_MOST);
}

static csuccess_result read_times(wish *w)
{
    csuccess_result status = read_time(w, "expires_at", &w->expires_at);
    if (status >= 0) status = read_time(w, "until", &w->until);
    if (status < 0) return status;
    if (w->verb == VERB_MONITOR && w->until == 0) {
        return refuse(w, "\"monitor\" needs \"until\": when it is to be asked again");
    }
    return CSUCCESS_OK;
}

static csuccess_result read_to(wish *w)
{
    w->to = csuccess__input_string(w->input, "to");
    if (w->verb != VERB_ESCALATE) return CSUCCESS_OK;
    if (w->to.len > 0 && w->to.len <= NAME_MOST) return CSUCCESS_OK;
    return refuse(w, "\"escalate\" needs \"to\": the role that is to decide");
}

static csuccess_result read_wish(wish *w)
{
    typedef csuccess_result part(wish *);
    static part *const parts[] = {read_verb,    read_reasoning, read_amounts,
                                  read_changes, read_times,     read_to};
    csuccess_result status = CSUCCESS_OK;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && status >= 0; i++) {
        status = parts[i](w);
    }
    return status;
}

/* ---- Who decides ---- */

/* The host, and where nobody has roles whoever may bring a decision at all. */
static bool is_anybody(const csuccess__turn *t)
{
    return !t->principal || t->principal->host || t->of->approvals->any_principal;
}

static bool has_role(const csuccess__turn *t, csuccess_str role)
{
    if (is_anybody(t)) return true;
    for (size_t i = 0; i < t->principal->role_count; i++) {
        if (csuccess__str_eq(t->principal->roles[i], role)) return true;
    }
    return false;
}

static csuccess_result refuse_role(wish *w, csuccess_str role)
{
    (void)refuse(w, "it is for %q to decide, which the one who decided is not", role);
    return CSUCCESS_EDENIED;
}

/* ---- A request ---- */

static csuccess_result refuse_state(wish *w, const csuccess__request *r)
{
    char when[CSUCCESS__TIME_TEXT];
    bool watched = r->state == CSUCCESS__APPROVAL_MONITORED;
    bool open = csuccess__request_is_open(r);
    size_t len = csuccess__time_format(when, open ? r->until : r->decision.at);
    csuccess_str at = {when, len};
    const char *state = csuccess__approval_state_name(r->state);
    if (watched) return refuse(w, "it is watched, and is asked again at %S", at);
    if (open) return refuse(w, "it is too late: the time to decide was over at %S", at);
    if (r->decision.by.len == 0) return refuse(w, "it was %s at %S already", state, at);
    return refuse(w, "it was %s by %q at %S already", state, r->decision.by, at);
}

static bool is_meant(const csuccess__request *r, csuccess_str wanted)
{
    csuccess_str name = {r->id.ptr, CSUCCESS__APPROVAL_DIGITS};
    return csuccess__str_eq(r->id, wanted) || csuccess__str_eq(name, wanted);
}

static bool find(wish *w, csuccess_str wanted, csuccess__request *out)
{
    csuccess__request r;
    for (uint32_t at = csuccess__approvals_first(w->t);
         csuccess__request_next(w->t, &at, &r);) {
        if (is_meant(&r, wanted)) return csuccess__request_take(w->t, at - 1, out);
    }
    return false;
}

static void say(wish *w, const csuccess__request *r, const char *change)
{
    csuccess__approval_said said = {.change = change,
                                    .id = r->id,
                                    .subject = r->subject,
                                    .rule = r->rule,
                                    .approver = r->approver,
                                    .by = w->decision.by,
                                    .reasoning = w->decision.reasoning,
                                    .until = r->until,
                                    .request = r,
                                    .input = w->input};
    csuccess__approval_say(w->t, &said);
}

static void move(wish *w, csuccess__request *r)
{
    csuccess__step *step = w->t->m->step;
    r->state = verbs[w->verb].to;
    r->decision = w->decision;
    if (w->verb == VERB_ESCALATE) {
        r->approver = w->to;
        r->until = csuccess__approval_after(step->now, r->span);
        csuccess__request_tell(w->t, r);
    } else {
        bool lets_go = r->run && w->verb != VERB_REJECT;
        r->until = csuccess__decision_holds(w->t, lets_go, w->expires_at);
        if (w->verb == VERB_MONITOR) r->until = w->until;
        csuccess__request_put(step, r);
        csuccess__step_due(step, r->until);
    }
    say(w, r, csuccess__approval_state_name(r->state));
}

static csuccess_result decide_request(wish *w, csuccess_str wanted)
{
    csuccess__request r;
    csuccess__step *step = w->t->m->step;
    bool found = find(w, wanted, &r);
    if (step->failed < 0) return step->failed;
    if (!found) {
        return refuse(w, "nothing is asked under %q: \"approval\" is the id of a request",
                      wanted);
    }
    if (!may[r.state][w->verb]) return refuse_state(w, &r);
    if (r.until <= step->now) return refuse_state(w, &r);
    if (!has_role(w->t, r.approver)) return refuse_role(w, r.approver);
    if (w->verb == VERB_ESCALATE && csuccess__str_eq(w->to, r.approver)) {
        return refuse(w, "%q decides it already; \"to\" is another role", w->to);
    }
    move(w, &r);
    return step->failed < 0 ? step->failed : CSUCCESS_OK;
}

/* ---- A standing decision ---- */

/* "offer/save", "offer/" and an asterisk, or an asterisk alone. */
static bool is_pattern(csuccess_str text)
{
    size_t star = csuccess__str_find(text, CSUCCESS_STR("*"));
    size_t slash = csuccess__str_find(text, CSUCCESS_STR("/"));
    if (text.len == 0 || text.len > NAME_MOST) return false;
    if (text.len == 1) return star == 0;
    if (slash == 0 || slash >= text.len - 1) return false;
    return star == SIZE_MAX || (star == text.len - 1 && slash == text.len - 2);
}

/* Whether a rule can ask about something that the pattern fits. */
static bool meets(const csuccess__approval_rule *rule, csuccess_str pattern)
{
    for (uint32_t i = 0; i < rule->for_count; i++) {
        const csuccess__pattern *p = &rule->for_[i];
        bool fits =
            csuccess__pattern_fits(p, pattern) || csuccess__approval_fits(pattern, p->text) > 0;
        if (fits) return true;
    }
    return false;
}

/* The roles of the one who decides that rules ask, a line each, in the buffer. */
static csuccess_str roles_of(wish *w, csuccess_str pattern)
{
    const csuccess__approvals *all = w->t->of->approvals;
    csuccess__buffer *lines = &w->t->desk->text;
    csuccess__buffer_clear(lines);
    for (uint32_t i = 0; i < all->count; i++) {
        const csuccess_str roles[] = {all->list[i].approver, all->list[i].escalate_to};
        for (size_t k = 0; k < 2 && meets(&all->list[i], pattern); k++) {
            if (roles[k].len == 0 || !has_role(w->t, roles[k])) continue;
            csuccess__buffer_str(lines, roles[k]);
            csuccess__buffer_char(lines, '\n');
        }
    }
    if (lines->status < 0) csuccess__step_fail(w->t->m->step, lines->status);
    return csuccess__turn_copy(w->t, csuccess__buffer_view(lines));
}

/* What is asked already is decided with it: it is asked no more, since the standing decision answers. */
static void decide_open(wish *w, csuccess_str pattern)
{
    csuccess__request r;
    uint32_t at = csuccess__approvals_first(w->t);
    while (csuccess__request_next(w->t, &at, &r)) {
        bool fits = csuccess__approval_fits(pattern, r.subject) > 0;
        bool decides = csuccess__request_is_open(&r) && fits && has_role(w->t, r.approver);
        if (!decides || !csuccess__request_take(w->t, at - 1, &r)) continue;
        r.until = w->expires_at;
        say(w, &r, csuccess__approval_state_name(verbs[w->verb].to));
        csuccess__request_drop(w->t->m->step, &r);
        at--;
    }
}

static bool has_room(wish *w, csuccess_str pattern)
{
    csuccess__standing s;
    uint32_t count = 0;
    bool there = false;
    for (uint32_t at = csuccess__approvals_first(w->t);
         csuccess__standing_next(w->t, &at, &s);) {
        count++;
        there = there || csuccess__str_eq(s.pattern, pattern);
    }
    return there || count < CSUCCESS__STANDING_KEPT;
}

static csuccess_result check_standing(wish *w, csuccess_str pattern)
{
    if (!verbs[w->verb].stands) {
        return refuse(w, "%q needs \"approval\": the id of a request", w->input->name);
    }
    if (!is_pattern(pattern)) {
        return refuse(w,
                      "a decision needs \"approval\", the id of a request, or \"for\", such "
                      "as \"offer/save\" or \"offer/*\"; %q is neither",
                      pattern);
    }
    if (w->expires_at == 0) {
        return refuse(w, "a standing decision needs \"expires_at\": until when it holds");
    }
    if (!has_room(w, pattern)) {
        return refuse(w, "%u decisions stand for this customer already",
                      (uint32_t)CSUCCESS__STANDING_KEPT);
    }
    return CSUCCESS_OK;
}

static csuccess_result decide_standing(wish *w, csuccess_str pattern)
{
    csuccess__step *step = w->t->m->step;
    csuccess_result status = check_standing(w, pattern);
    if (step->failed < 0) return step->failed;
    if (status < 0) return status;
    bool any = is_anybody(w->t);
    csuccess__standing s = {.state = verbs[w->verb].to,
                            .any = any,
                            .until = w->expires_at,
                            .pattern = pattern,
                            .approvers = any ? none : roles_of(w, pattern),
                            .decision = w->decision};
    if (!any && s.approvers.len == 0) {
        (void)refuse(w, "no rule of \"approvals\" asks the one who decided about %q", pattern);
        return step->failed < 0 ? step->failed : CSUCCESS_EDENIED;
    }
    s.id = csuccess__turn_id(w->t, "approval/standing", pattern, none, 0);
    csuccess__standing_put(w->t, &s);
    csuccess__step_due(step, s.until);
    decide_open(w, pattern);
    const csuccess__approval_said said = {.change = csuccess__approval_state_name(s.state),
                                          .id = s.id,
                                          .subject = pattern,
                                          .rule = none,
                                          .approver = none,
                                          .by = s.decision.by,
                                          .reasoning = s.decision.reasoning,
                                          .until = s.until,
                                          .input = w->input};
    csuccess__approval_say(w->t, &said);
    return step->failed < 0 ? step->failed : CSUCCESS_OK;
}

csuccess_result csuccess__decision_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason)
{
    wish w = {.t = t,
              .input = input,
              .reason = reason,
              .decision = {.channel = none, .owner = none, .by = none, .reasoning = none}};
    csuccess_str wanted = csuccess__input_string(input, "approval");
    csuccess_result status = read_wish(&w);
    if (status < 0) return status;
    if (wanted.len > 0) return decide_request(&w, wanted);
    return decide_standing(&w, csuccess__input_string(input, "for"));
}
