/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `approval`: which rules ask about a candidate, what was decided, and asking. */
#include "intervene/approvals_internal.h"
#include "intervene/arbiter.h"
#include "intervene/campaigns_internal.h"
#include "intervene/intervene.h"

static const csuccess_str none = {"", 0};

/* A candidate is asked about as what it is: its campaign (for the whole run), its intervention, its offer. Of each the first rule that fits and holds asks, one rule once. */
enum { RUN, WHAT, OFFER, SUBJECTS };
typedef struct question {
    csuccess__turn *t;
    const csuccess__candidate *c;
    const csuccess__channel *by;
    const csuccess__intervention *what;
    csuccess__made_offer offer; /* of == NULL: none */
    csuccess_str subjects[SUBJECTS];
    const csuccess__approval_rule *rules[SUBJECTS]; /* NULL: none asks */
    csuccess_str run; /* of its campaign, under way; empty: it is to begin */
    int64_t run_since;
    uint64_t occurrence; /* of an action the how many-th run */
} question;

/* ---- Which rules ask ---- */

/* Its candidate may not know yet that another action has begun the run. */
static void find_run(question *q)
{
    csuccess__campaign_run run;
    const csuccess__campaign *of = q->c->action->of;
    q->occurrence = 1;
    if (!csuccess__campaign_run_take(q->t, of->id, &run)) return;
    bool running = csuccess__campaign_running(&run);
    q->occurrence = (uint64_t)run.times + !running;
    if (!running) return;
    q->run = run.id;
    q->run_since = run.started_at;
}

static void find_subjects(question *q)
{
    const csuccess__candidate *c = q->c;
    for (int i = 0; i < SUBJECTS; i++) q->subjects[i] = none;
    q->run = none;
    q->occurrence = c->occurrence;
    if (c->action) find_run(q);
    q->what = c->action ? &c->action->what : c->intervention;
    if (c->action) q->subjects[RUN] = c->action->of->programme;
    q->subjects[WHAT] = q->what ? q->what->programme : c->programme;
    if (q->what && q->what->offer) q->subjects[OFFER] = q->what->offer->programme;
}

static bool is_above(const question *q)
{
    const csuccess__offer *of = q->offer.of;
    return of && of->has_approval && q->offer.value > of->approval_above;
}

/* What is undecided asks: nothing above a limit leaves without a decision. */
static const csuccess__approval_rule *find_rule(const question *q, int subject)
{
    const csuccess__approvals *all = q->t->of->approvals;
    const csuccess__approval_rule *first = NULL;
    for (uint32_t i = 0; i < all->count; i++) {
        const csuccess__approval_rule *rule = &all->list[i];
        if (!csuccess__approval_is_for(rule, q->subjects[subject])) continue;
        if (csuccess__moment_asks(q->t->m, rule->when) != CSUCCESS__FALSE) return rule;
        if (!first) first = rule;
    }
    return subject == OFFER && is_above(q) ? first : NULL;
}

/* ---- What was decided ---- */

static csuccess__ruled rule_on(csuccess__ruling ruling, int64_t until, const char *reason)
{
    return (csuccess__ruled){.ruling = ruling,
                             .guard = CSUCCESS__GUARD_APPROVAL,
                             .until = until,
                             .reason = csuccess__str(reason)};
}

/* Of amounts from 0 on, no more than the state can hold. */
static int64_t sum(int64_t a, int64_t b)
{
    const int64_t most = INT64_C(1) << 53;
    return a >= most - b ? most : a + b;
}

static int64_t cost_of(const question *q)
{
    int64_t cost = q->c->cost > 0 ? q->c->cost : 0;
    return sum(cost, q->by ? q->by->cost : 0);
}

static int64_t amount_of(const question *q)
{
    return sum(cost_of(q), q->offer.of ? q->offer.value : 0);
}

static csuccess__ruled within(const question *q, const csuccess__deciding *d, int64_t until)
{
    int64_t amount = amount_of(q);
    if (d->has & CSUCCESS__DECISION_CAP && amount > d->cap) {
        return rule_on(CSUCCESS__DEFER, until, "it costs more than its decision lets go");
    }
    if (d->has & CSUCCESS__DECISION_LIMIT && sum(d->spent, amount) > d->limit) {
        return rule_on(CSUCCESS__DEFER, until, "what its decision allocates is used up");
    }
    if (d->not_before > q->t->m->step->now) {
        return rule_on(CSUCCESS__DEFER, d->not_before, "its decision puts it off");
    }
    return rule_on(CSUCCESS__ALLOW, 0, "");
}

uint32_t csuccess__approval_fits(csuccess_str pattern, csuccess_str programme)
{
    if (csuccess__str_eq(pattern, programme)) return UINT32_MAX;
    if (pattern.len == 0 || pattern.ptr[pattern.len - 1] != '*') return 0;
    csuccess_str head = {pattern.ptr, pattern.len - 1};
    return csuccess__str_starts(programme, head) ? (uint32_t)pattern.len : 0;
}

static bool is_line(csuccess_str lines, csuccess_str wanted)
{
    while (lines.len > 0) {
        size_t n = csuccess__str_find(lines, CSUCCESS_STR("\n"));
        size_t len = n < lines.len ? n : lines.len, skip = n < lines.len ? n + 1 : lines.len;
        if (csuccess__str_eq((csuccess_str){lines.ptr, len}, wanted)) return true;
        lines = (csuccess_str){lines.ptr + skip, lines.len - skip};
    }
    return false;
}

static bool may_decide(const csuccess__standing *s, const csuccess__approval_rule *rule)
{
    return s->any || is_line(s->approvers, rule->approver) ||
           (rule->escalate_to.len && is_line(s->approvers, rule->escalate_to));
}

/* The standing decision that fits most exactly, by somebody whom that rule asks. */
static bool find_standing(const question *q, int subject, const csuccess__approval_rule *rule,
                          csuccess__standing *out)
{
    csuccess__standing s;
    uint32_t best = 0;
    for (uint32_t at = csuccess__approvals_first(q->t);
         csuccess__standing_next(q->t, &at, &s);) {
        uint32_t fit = csuccess__approval_fits(s.pattern, q->subjects[subject]);
        bool holds = s.until > q->t->m->step->now && may_decide(&s, rule);
        if (!holds || fit <= best) continue;
        best = fit;
        *out = s;
    }
    return best > 0;
}

/* Of a campaign about its run, which has begun by now, or is to begin. */
static bool is_about_run(const question *q, const csuccess__request *r)
{
    if (q->run.len == 0) return !r->used && r->run_id.len == 0;
    if (r->run_id.len > 0) return csuccess__str_eq(r->run_id, q->run);
    return !r->used || q->run_since >= r->decision.at;
}

/* Whether the request is about this candidate. What has been used up is about nothing to come. */
static bool is_about(const question *q, int subject, const csuccess__request *r)
{
    const csuccess__candidate *c = q->c;
    if (!csuccess__str_eq(r->subject, q->subjects[subject])) return false;
    if (r->run != (subject == RUN)) return false;
    if (r->run) return is_about_run(q, r);
    bool same = r->occurrence == q->occurrence && csuccess__str_eq(r->step, c->step);
    return same && !r->used && csuccess__str_eq(r->programme, c->programme);
}

static bool find_request(const question *q, int subject, csuccess_str rule,
                         csuccess__request *out)
{
    csuccess__request r;
    for (uint32_t at = csuccess__approvals_first(q->t);
         csuccess__request_next(q->t, &at, &r);) {
        if (!csuccess__str_eq(r.rule, rule) || !is_about(q, subject, &r)) continue;
        return csuccess__request_take(q->t, at - 1, out);
    }
    return false;
}

/* What was decided about it binds while it holds, even where its rule would no longer ask: a modification may be why. */
static const csuccess__approval_rule *find_bound(const question *q, int subject)
{
    csuccess__request r;
    for (uint32_t at = csuccess__approvals_first(q->t);
         csuccess__request_next(q->t, &at, &r);) {
        if (csuccess__request_is_open(&r) || !is_about(q, subject, &r)) continue;
        const csuccess__approval_rule *rule =
            csuccess__approval_rule_find(q->t->of->approvals, r.rule);
        if (rule) return rule;
    }
    return NULL;
}

static void find_rules(question *q)
{
    for (int i = 0; i < SUBJECTS; i++) {
        q->rules[i] = q->subjects[i].len ? find_rule(q, i) : NULL;
        if (q->subjects[i].len && !q->rules[i]) q->rules[i] = find_bound(q, i);
        for (int k = 0; k < i; k++) {
            if (q->rules[i] == q->rules[k]) q->rules[i] = NULL;
        }
    }
}

/* ---- Asking ---- */

/* Room for one more: of those that are used up or over the one that was asked for first goes. False: all are open. */
static bool make_room(csuccess__turn *t)
{
    csuccess__request r, oldest = {.asked_at = INT64_MAX};
    uint32_t count = 0;
    for (uint32_t at = csuccess__approvals_first(t); csuccess__request_next(t, &at, &r);) {
        count++;
        if (r.used && r.asked_at < oldest.asked_at) oldest = r;
    }
    if (count < CSUCCESS__APPROVALS_KEPT) return true;
    if (oldest.asked_at == INT64_MAX) return false;
    csuccess__request_drop(t->m->step, &oldest);
    return true;
}

static csuccess__request request_of(const question *q, int subject)
{
    static const char *const domains[SUBJECTS] = {"approval/run", "approval", "approval/offer"};
    const csuccess__approval_rule *rule = q->rules[subject];
    const csuccess__candidate *c = q->c;
    csuccess__turn *t = q->t;
    int64_t now = t->m->step->now;
    bool run = subject == RUN;
    return (csuccess__request){
        .state = CSUCCESS__APPROVAL_PENDING,
        .on_expiry = rule->on_expiry,
        .run = run,
        .occurrence = run ? 0 : q->occurrence,
        .asked_at = now,
        .until = csuccess__approval_after(now, rule->expires),
        .cost = cost_of(q),
        .value = q->offer.of ? q->offer.value : 0,
        .expected = c->expected,
        .span = rule->expires,
        .id = csuccess__turn_id(t, domains[subject], c->programme, c->step, q->occurrence),
        .rule = rule->id,
        .subject = q->subjects[subject],
        .programme = c->programme,
        .step = run ? none : c->step,
        .run_id = run ? q->run : none,
        .contact = c->contact,
        .approver = rule->approver,
        .escalate_to = rule->escalate_to,
        .channel = rule->channel,
        .left = none,
        .decision = {.channel = none, .owner = none, .by = none, .reasoning = none}};
}

static csuccess__ruled ask(const question *q, int subject)
{
    csuccess__turn *t = q->t;
    const char *waits = "it waits for a decision";
    if (t->looking) return rule_on(CSUCCESS__DEFER, CSUCCESS__NEVER, waits);
    if (!make_room(t)) {
        return rule_on(CSUCCESS__DEFER, CSUCCESS__NEVER, "too much waits for a decision");
    }
    csuccess__request r = request_of(q, subject);
    if (t->m->step->failed < 0) return rule_on(CSUCCESS__DEFER, CSUCCESS__NEVER, waits);
    csuccess__request_tell(t, &r);
    const csuccess__approval_said said = {.change = "requested",
                                          .id = r.id,
                                          .subject = r.subject,
                                          .rule = r.rule,
                                          .approver = r.approver,
                                          .by = none,
                                          .reasoning = none,
                                          .until = r.until,
                                          .request = &r};
    csuccess__approval_say(t, &said);
    return rule_on(CSUCCESS__DEFER, r.until, waits);
}

/* More than was asked for is another question. Of a run what was asked for was its first action. */
static bool is_more(const question *q, const csuccess__request *r)
{
    const csuccess__deciding *d = &r->decision;
    if (r->run || d->channel.len > 0) return false;
    if (q->offer.of && !(d->has & CSUCCESS__DECISION_VALUE) && q->offer.value > r->value) {
        return true;
    }
    return !(d->has & CSUCCESS__DECISION_COST) && cost_of(q) > r->cost;
}

static csuccess__ruled by_request(const question *q, int subject, const csuccess__request *r)
{
    switch (r->state) {
    case CSUCCESS__APPROVAL_PENDING:
    case CSUCCESS__APPROVAL_ESCALATED:
        return rule_on(CSUCCESS__DEFER, r->until, "it waits for a decision");
    case CSUCCESS__APPROVAL_MONITORED:
        return rule_on(CSUCCESS__DEFER, r->until, "it is watched before it is decided");
    case CSUCCESS__APPROVAL_REJECTED:
        return rule_on(CSUCCESS__DENY, CSUCCESS__NEVER, "it was rejected");
    case CSUCCESS__APPROVAL_EXPIRED:
        return rule_on(CSUCCESS__DENY, CSUCCESS__NEVER, "nobody approved it in time");
    default:
        break;
    }
    if (!is_more(q, r)) return within(q, &r->decision, r->until);
    if (!q->t->looking) csuccess__request_drop(q->t->m->step, r);
    return ask(q, subject);
}

/* One rule about one of what it is. */
static csuccess__ruled settle(const question *q, int subject, uint32_t *let_go)
{
    csuccess__standing s;
    csuccess__request r;
    if (find_standing(q, subject, q->rules[subject], &s)) {
        if (s.state == CSUCCESS__APPROVAL_REJECTED) {
            return rule_on(CSUCCESS__DENY, CSUCCESS__NEVER, "it was rejected");
        }
        *let_go |= 1u << subject;
        return within(q, &s.decision, s.until);
    }
    if (find_request(q, subject, q->rules[subject]->id, &r)) return by_request(q, subject, &r);
    return ask(q, subject);
}

/* What programmes tell the team; an intervention that the team does asks as any other. */
static bool is_word_to_team(const csuccess__candidate *c)
{
    return c->internal && c->message;
}

csuccess__ruled csuccess__ask_approval(csuccess__turn *t, csuccess__candidate *c,
                                       const csuccess__channel *by)
{
    question q = {.t = t, .c = c, .by = by};
    csuccess__ruled ruled = rule_on(CSUCCESS__ALLOW, 0, "");
    c->let_go = 0;
    c->let_cost = 0;
    if (t->of->approvals->count == 0 || is_word_to_team(c)) return ruled;
    find_subjects(&q);
    csuccess__offer_hide(t);
    if (q.subjects[OFFER].len) {
        ruled = csuccess__offer_make(t, c, &q.offer);
        if (ruled.ruling != CSUCCESS__ALLOW) return ruled;
    }
    find_rules(&q);
    for (int i = 0; i < SUBJECTS && ruled.ruling == CSUCCESS__ALLOW; i++) {
        if (q.rules[i]) ruled = settle(&q, i, &c->let_go);
    }
    if (q.subjects[OFFER].len) csuccess__offer_hide(t);
    c->let_cost = amount_of(&q);
    if (t->m->step->failed < 0) {
        return rule_on(CSUCCESS__DEFER, CSUCCESS__NEVER, "it waits for a decision");
    }
    return ruled;
}

/* ---- What comes of it ---- */

static void change(csuccess__turn *t, csuccess__approved *out, const csuccess__deciding *d)
{
    if (d->has & CSUCCESS__DECISION_COST) {
        out->cost = true;
        out->cost_is = d->cost;
    }
    if (d->has & CSUCCESS__DECISION_VALUE) {
        out->value = true;
        out->value_caps = false;
        out->value_is = d->value;
    }
    if (d->has & CSUCCESS__DECISION_PRIORITY) {
        out->priority_given = true;
        out->priority = d->priority;
    }
    if (d->not_before > out->not_before) out->not_before = d->not_before;
    if (d->channel.len) out->channel = csuccess__turn_copy(t, d->channel);
    if (d->owner.len) out->owner = csuccess__turn_copy(t, d->owner);
}

static bool is_decided(const csuccess__request *r)
{
    return r->state == CSUCCESS__APPROVAL_APPROVED || r->state == CSUCCESS__APPROVAL_MODIFIED;
}

/* No more than what was approved. */
static void cap_value(csuccess__approved *out, const csuccess__request *r)
{
    if (r->value == 0 || out->value) return;
    out->value = out->value_caps = true;
    out->value_is = r->value;
}

static bool by_standing(const question *q, csuccess__approved *out)
{
    const csuccess__approvals *all = q->t->of->approvals;
    bool any = false;
    for (int i = 0; i < SUBJECTS; i++) {
        for (uint32_t k = 0; k < all->count && q->subjects[i].len; k++) {
            csuccess__standing s;
            bool asks = csuccess__approval_is_for(&all->list[k], q->subjects[i]);
            if (!asks || !find_standing(q, i, &all->list[k], &s)) continue;
            if (s.state != CSUCCESS__APPROVAL_MODIFIED) continue;
            change(q->t, out, &s.decision);
            any = true;
        }
    }
    return any;
}

bool csuccess__approval_changes(csuccess__turn *t, const csuccess__candidate *c,
                                csuccess__approved *out)
{
    uint32_t count;
    csuccess__request r;
    question q = {.t = t, .c = c};
    *out = (csuccess__approved){.channel = none, .owner = none};
    (void)csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_APPROVAL, &count);
    if (count == 0 || t->of->approvals->count == 0) return false;
    find_subjects(&q);
    bool any = by_standing(&q, out);
    for (uint32_t at = csuccess__approvals_first(t); csuccess__request_next(t, &at, &r);) {
        for (int i = 0; i < SUBJECTS; i++) {
            if (!is_decided(&r) || !is_about(&q, i, &r)) continue;
            change(t, out, &r.decision);
            if (i == OFFER) cap_value(out, &r);
            any = true;
        }
    }
    return any;
}

/* Which of what it asked for the standing decision lets go; of each it counts once. */
static void spend_standing(const question *q, int subject)
{
    const csuccess__approvals *all = q->t->of->approvals;
    for (uint32_t k = 0; k < all->count; k++) {
        csuccess__standing s;
        bool asks = csuccess__approval_is_for(&all->list[k], q->subjects[subject]);
        if (!asks || !find_standing(q, subject, &all->list[k], &s)) continue;
        s.decision.spent = sum(s.decision.spent, q->c->let_cost);
        csuccess__standing_put(q->t, &s);
        return;
    }
}

static bool is_about_any(const question *q, const csuccess__request *r)
{
    return is_about(q, RUN, r) || is_about(q, WHAT, r) || is_about(q, OFFER, r);
}

static void use(const question *q, csuccess__request *r)
{
    const csuccess__candidate *c = q->c;
    r->used = true;
    r->left = c->id.ptr ? c->id : none;
    if (r->run) r->run_id = q->run;
    r->decision.spent = sum(r->decision.spent, c->let_cost);
    csuccess__request_put(q->t->m->step, r);
}

/* Its rule held when it was asked, and did no more when it left: there is nothing left to decide. */
static void no_longer(csuccess__turn *t, const csuccess__request *r)
{
    const csuccess__approval_said said = {.change = "expired",
                                          .id = r->id,
                                          .subject = r->subject,
                                          .rule = r->rule,
                                          .approver = r->approver,
                                          .by = none,
                                          .reasoning = CSUCCESS_STR("it needs no decision now"),
                                          .request = r};
    csuccess__approval_say(t, &said);
    csuccess__request_drop(t->m->step, r);
}

void csuccess__approval_used(csuccess__turn *t, const csuccess__candidate *c)
{
    uint32_t count;
    csuccess__request r;
    question q = {.t = t, .c = c, .by = c->by};
    (void)csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_APPROVAL, &count);
    if (count == 0 || is_word_to_team(c)) return;
    find_subjects(&q);
    for (int i = 0; i < SUBJECTS; i++) {
        if (c->let_go & 1u << i) spend_standing(&q, i);
    }
    for (uint32_t at = csuccess__approvals_first(t); csuccess__request_next(t, &at, &r);) {
        if (!is_about_any(&q, &r) || !csuccess__request_take(t, at - 1, &r)) continue;
        if (is_decided(&r)) use(&q, &r);
        if (csuccess__request_is_open(&r)) {
            no_longer(t, &r);
            at--;
        }
    }
}

void csuccess__approval_returned(csuccess__turn *t, csuccess_str id)
{
    csuccess__request r;
    for (uint32_t at = csuccess__approvals_first(t); csuccess__request_next(t, &at, &r);) {
        bool left = r.used && !r.run && csuccess__str_eq(r.left, id);
        if (!left || !csuccess__request_take(t, at - 1, &r)) continue;
        r.used = false;
        r.left = none;
        r.decision.spent = 0;
        csuccess__request_put(t->m->step, &r);
    }
}
