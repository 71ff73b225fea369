/* SPDX-License-Identifier: Apache-2.0 */
/* The arbiter: one order, and the guards in theirs. */
#include "intervene/arbiter.h"

#include "intervene/selection.h"

/* ---- Guards ---- */

/* In their order. `by_channel`: another channel may fare better. `team`: asked of interventions for the team as well; of messages to it that programmes send only the budget is. */
static const struct {
    csuccess__guard_asks *ask;
    bool by_channel, team;
} guards[] = {
    [CSUCCESS__GUARD_ELIGIBILITY] = {csuccess__ask_eligibility, true, true}, /* its recipient */
    [CSUCCESS__GUARD_CONSENT] = {csuccess__ask_consent, true, false},
    [CSUCCESS__GUARD_SUPPRESSION] = {csuccess__ask_suppression, true, false},
    [CSUCCESS__GUARD_LIFECYCLE] = {csuccess__ask_lifecycle, true, true}, /* who never answers */
    [CSUCCESS__GUARD_COOLDOWN] = {csuccess__ask_cooldown, false, true},
    [CSUCCESS__GUARD_CAPS] = {csuccess__ask_caps, true, false},
    [CSUCCESS__GUARD_HOURS] = {csuccess__ask_hours, true, false},
    [CSUCCESS__GUARD_CHANNEL] = {csuccess__ask_channel, true, false},
    [CSUCCESS__GUARD_BUDGET] = {csuccess__ask_budget, true, true},
    [CSUCCESS__GUARD_APPROVAL] = {csuccess__ask_approval, false, true},
    [CSUCCESS__GUARD_EXPERIMENT] = {csuccess__ask_experiment, false, true},
};

static bool is_asked(const csuccess__candidate *c, int guard)
{
    if (!c->internal) return true;
    if (!csuccess__is_written(c)) return guards[guard].team;
    bool waited = c->kind == CSUCCESS__CANDIDATE_WAITING;
    return guard == CSUCCESS__GUARD_BUDGET || (waited && guard == CSUCCESS__GUARD_CHANNEL);
}

/* A time that is no time, or is over, would have the customer looked at for ever. */
static csuccess__ruled sound(csuccess__ruled ruled, csuccess__guard_kind guard, int64_t now)
{
    ruled.guard = guard;
    if (ruled.ruling == CSUCCESS__DENY || ruled.until > CSUCCESS__TIME_MAX) {
        ruled.until = CSUCCESS__NEVER;
    } else if (ruled.until <= now) {
        ruled.until = now + 1;
    }
    return ruled;
}

/* The next time at which it could pass: not one at which the hours would hold it. An approval is looked at when it expires, whatever the hour. */
static csuccess__ruled with_hours(csuccess__turn *t, const csuccess__candidate *c,
                                  const csuccess__channel *by, csuccess__ruled ruled)
{
    bool theirs =
        ruled.guard == CSUCCESS__GUARD_HOURS || ruled.guard == CSUCCESS__GUARD_APPROVAL;
    if (ruled.ruling != CSUCCESS__DEFER || theirs) return ruled;
    ruled.until = csuccess__hours_after(t, c, by, ruled.until);
    return ruled;
}

static csuccess__ruled ask_all(csuccess__turn *t, csuccess__candidate *c,
                               const csuccess__channel *by)
{
    for (int g = 0; g < CSUCCESS__GUARD_COUNT; g++) {
        if (!is_asked(c, g)) continue;
        csuccess__ruled ruled = guards[g].ask(t, c, by);
        if (ruled.ruling == CSUCCESS__ALLOW) {
            ruled = csuccess__offer_asks(t, c, (csuccess__guard_kind)g);
        }
        if (ruled.ruling == CSUCCESS__ALLOW) continue;
        ruled = sound(ruled, (csuccess__guard_kind)g, t->m->step->now);
        return with_hours(t, c, by, ruled);
    }
    return (csuccess__ruled){.ruling = CSUCCESS__ALLOW, .reason = {"", 0}};
}

void csuccess__candidate_judge(csuccess__turn *t, csuccess__candidate *c)
{
    c->by = c->channel;
    c->verdict = ask_all(t, c, c->by);
    csuccess__ruled ruled = c->verdict;
    for (uint32_t i = 0; i < c->fallback_count; i++) {
        if (ruled.ruling != CSUCCESS__DENY || !guards[ruled.guard].by_channel) break;
        if (c->fallback[i] == c->channel) continue;
        ruled = ask_all(t, c, c->fallback[i]);
        if (ruled.ruling == CSUCCESS__DENY) continue;
        c->by = c->fallback[i];
        c->verdict = ruled;
    }
}

/* ---- What is allowed ---- */

static void let_given(csuccess__weighing *w, csuccess__candidate *c)
{
    csuccess__turn *t = w->t;
    uint32_t index = t->first + (uint32_t)(c->message - w->given);
    csuccess__effect_message *message = &t->m->step->out->messages[index];
    message->id = csuccess__candidate_id(t, c);
    message->channel = c->by->name;
    message->purpose = c->purpose;
    if (t->m->step->failed >= 0) csuccess__touch_leave(t, c, index);
}

static void let_waiting(csuccess__weighing *w, csuccess__candidate *c)
{
    if (!csuccess__candidate_leave(w->t, c, c->message->body)) return;
    csuccess__state_drop(w->t->m->step->state, CSUCCESS__STATE_MESSAGE, c->message->id);
    w->waiting_count--;
    w->waiting_bytes -= c->message->body.len;
}

static void refuse(csuccess__candidate *c, csuccess__ruled ruled, csuccess__guard_kind guard)
{
    ruled.guard = guard;
    c->verdict = ruled;
}

static void refuse_lack(csuccess__candidate *c, csuccess_str why)
{
    csuccess__ruled lacks = csuccess__denies("");
    lacks.reason = why;
    refuse(c, lacks, CSUCCESS__GUARD_ELIGIBILITY);
}

/* A campaign begins with an action that can: one whose text lacks something begins nothing. False: it was refused, or the step failed. */
static bool begin_campaign(csuccess__turn *t, csuccess__candidate *c)
{
    csuccess_str why = {"", 0};
    if (!csuccess__execution_ready(t, c, &why)) {
        refuse_lack(c, why);
        return false;
    }
    c->run = csuccess__campaign_begin(t, c->action->of);
    if (c->run) return true;
    int64_t until = csuccess__reached_of(t, c->programme).blocked_until;
    refuse(c, csuccess__defers(until, "no further participants are taken"),
           CSUCCESS__GUARD_BUDGET);
    return false;
}

static void let_standing(csuccess__weighing *w, csuccess__candidate *c)
{
    csuccess__turn *t = w->t;
    csuccess_str why = {"", 0};
    t->desk->answers->reached = true;
    t->desk->answers->under_way.of = NULL;
    (void)csuccess__candidate_id(t, c);
    if (c->kind == CSUCCESS__CANDIDATE_ACTION && !c->run && !begin_campaign(t, c)) return;
    if (t->m->step->failed < 0 || csuccess__execution_begin(t, c, &why)) return;
    refuse_lack(c, why);
}

/* What is only looked at takes its place before the next all the same. */
static void let_go(csuccess__weighing *w, csuccess__candidate *c)
{
    if (w->t->looking) {
        (void)csuccess__candidate_id(w->t, c);
        if (w->t->m->step->failed >= 0) csuccess__touch_leave(w->t, c, UINT32_MAX);
    } else if (c->kind == CSUCCESS__CANDIDATE_GIVEN) {
        let_given(w, c);
    } else if (c->kind == CSUCCESS__CANDIDATE_WAITING) {
        let_waiting(w, c);
    } else {
        let_standing(w, c);
    }
}

/* ---- What is not ---- */

bool csuccess__is_over_by_then(const csuccess__candidate *c)
{
    if (c->verdict.ruling != CSUCCESS__DEFER) return c->verdict.ruling == CSUCCESS__DENY;
    return c->valid_until != 0 && c->verdict.until != CSUCCESS__NEVER &&
           c->verdict.until >= c->valid_until;
}

static void settle(csuccess__weighing *w, csuccess__candidate *c)
{
    csuccess__turn *t = w->t;
    bool left = c->verdict.ruling == CSUCCESS__ALLOW;
    if (csuccess__is_written(c)) {
        if (!left) csuccess__written_hold(w, c);
        return;
    }
    if (c->verdict.ruling == CSUCCESS__DEFER) csuccess__step_due(t->m->step, c->verdict.until);
    if (c->kind != CSUCCESS__CANDIDATE_ACTION)
        return; /* its campaign may have begun with another */
    if (left || csuccess__is_over_by_then(c))
        csuccess__action_done(t, c, left, c->verdict.reason);
}

/* ---- Weighing ---- */

/* Closes the gaps of those that do not leave; what pays for the others follows them. */
static void close_gaps(const csuccess__weighing *w)
{
    csuccess__turn *t = w->t;
    csuccess__effects *out = t->m->step->out;
    uint32_t kept = t->first, count = out->message_count - t->first;
    uint32_t *to = CSUCCESS__NEW_ARRAY(&t->desk->texts, uint32_t, count);
    if (!to) {
        csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        to[i] = kept;
        if (i < w->given_count && w->gone[i]) continue;
        out->messages[kept++] = out->messages[t->first + i];
    }
    out->message_count = kept;
    for (uint32_t i = 0; i < out->delta_count; i++) {
        uint32_t *pays = &out->deltas[i].message;
        if (*pays != UINT32_MAX && *pays >= t->first) *pays = to[*pays - t->first];
    }
}

static void weigh(csuccess__weighing *w)
{
    csuccess__turn *t = w->t;
    for (uint32_t i = 0; i < w->count && t->m->step->failed >= 0; i++) {
        csuccess__candidate *c = &t->desk->list[w->order[i].at];
        csuccess__candidate_judge(t, c);
        if (t->m->step->failed < 0) return;
        if (c->verdict.ruling == CSUCCESS__ALLOW) let_go(w, c);
        if (t->m->step->failed < 0 || t->looking) continue;
        settle(w, c);
    }
}

/* Tasks that were made and approvals that were asked for tell the team: that is weighed as if it had been there from the beginning. */
static void weigh_said(csuccess__weighing *w)
{
    csuccess__turn *t = w->t;
    for (uint32_t i = csuccess__weighing_extend(w); i < w->given_count; i++) {
        csuccess__candidate *c = csuccess__weighing_said(w, i);
        if (t->m->step->failed < 0) return;
        if (!c) continue;
        csuccess__candidate_judge(t, c);
        if (c->verdict.ruling == CSUCCESS__ALLOW) let_go(w, c);
        if (t->m->step->failed < 0) return;
        settle(w, c);
    }
}

/* Most steps have nothing to weigh. */
static bool is_idle(const csuccess__turn *t)
{
    const csuccess__state *state = t->m->step->state;
    uint32_t waiting = 0, said = 0;
    if (t->desk->count > 0 || t->m->step->out->message_count > t->first) return false;
    (void)csuccess__state_of_kind(state, CSUCCESS__STATE_MESSAGE, &waiting);
    (void)csuccess__state_of_kind(state, CSUCCESS__STATE_SELECTION, &said);
    return waiting == 0 && said == 0;
}

void csuccess__arbiter_weigh(csuccess__turn *t)
{
    csuccess__weighing w;
    if (t->m->step->failed < 0 || t->m->step->quiet || is_idle(t)) return;
    if (!csuccess__weighing_open(&w, t)) return;
    weigh(&w);
    if (t->m->step->failed >= 0) weigh_said(&w);
    if (t->m->step->failed < 0) return;
    if (w.given_count > 0) close_gaps(&w);
    csuccess__selection_tell(&w);
}

void csuccess__arbiter_look_at(csuccess__weighing *w, csuccess__turn *t)
{
    uint32_t deltas = t->m->step->out->delta_count;
    *w = (csuccess__weighing){.t = t};
    t->looking = true;
    if (t->m->step->failed < 0) return;
    if (csuccess__weighing_open(w, t)) weigh(w);
    t->m->step->out->delta_count = deltas;
}

void csuccess__arbiter_look(csuccess__turn *t)
{
    csuccess__weighing w;
    csuccess__arbiter_look_at(&w, t);
}
