/* SPDX-License-Identifier: Apache-2.0 */
/* How a run begins, and what becomes of its actions. */
#include "flow/playbooks/task_internal.h"
#include "intervene/campaigns_internal.h"

#include <string.h>

enum { TRACK_DIGITS = 16, UNDECIDED_DAYS = 1 };
static const csuccess_str none = {"", 0};

/* ---- Beginning ---- */

/* Names of its actions, a line each, and no executions. */
static void list_actions(csuccess__turn *t, csuccess__campaign_run *run)
{
    csuccess__buffer *text = &t->desk->text;
    const csuccess__campaign *of = run->of;
    csuccess__buffer_clear(text);
    for (uint32_t i = 0; i < of->action_count; i++) {
        if (i > 0) csuccess__buffer_char(text, '\n');
        csuccess__buffer_str(text, of->actions[i].id);
    }
    if (text->status < 0) csuccess__step_fail(t->m->step, text->status);
    run->actions = csuccess__turn_copy(t, csuccess__buffer_view(text));
    csuccess__buffer_clear(text);
    for (uint32_t i = 0; i < of->action_count; i++) {
        csuccess__buffer_str(text, CSUCCESS_STR("0000000000000000"));
    }
    if (text->status < 0) csuccess__step_fail(t->m->step, text->status);
    run->tracks = csuccess__turn_copy(t, csuccess__buffer_view(text));
}

static csuccess_str ledger_of(csuccess__turn *t, const csuccess__campaign *campaign)
{
    return csuccess__turn_format(t, "participants/%S", campaign->id);
}

/* No place in the ledger: asking costs an advance that is thrown away, so it is asked for again with the next look. It is told once, until it begins. */
static void refuse(csuccess__turn *t, const csuccess__campaign_run *run)
{
    csuccess__reached reached = csuccess__reached_of(t, run->of->programme);
    bool told = reached.blocked_until != 0;
    reached.blocked_until = csuccess__turn_next_look(t);
    csuccess__reached_put(t, run->of->programme, &reached);
    csuccess__step_due(t->m->step, reached.blocked_until);
    if (told) return;
    csuccess__campaign_tell(
        t, run,
        &(csuccess__campaign_say){.change = "refused",
                                  .reason = CSUCCESS_STR("as many take part as may at once"),
                                  .until = reached.blocked_until});
}

/* The bit of an action that was denied before another one began the campaign in this turn; UINT32_MAX: it is none. */
static uint32_t denied_before(const csuccess__campaign_run *run, const csuccess__candidate *c)
{
    bool denied =
        c->action && c->action->of == run->of && !c->run && c->verdict.ruling == CSUCCESS__DENY;
    return denied ? csuccess__campaign_run_bit(run, c->action->id) : UINT32_MAX;
}

/* They are over. */
static void take_denials(csuccess__turn *t, csuccess__campaign_run *run)
{
    for (uint32_t i = 0; i < t->desk->count; i++) {
        uint32_t bit = denied_before(run, &t->desk->list[i]);
        if (bit == UINT32_MAX) continue;
        run->done |= UINT64_C(1) << bit;
        run->dropped |= UINT64_C(1) << bit;
    }
}

static void tell_denials(csuccess__turn *t, const csuccess__campaign_run *run)
{
    for (uint32_t i = 0; i < t->desk->count; i++) {
        const csuccess__candidate *c = &t->desk->list[i];
        if (denied_before(run, c) == UINT32_MAX) continue;
        csuccess__campaign_tell(t, run,
                                &(csuccess__campaign_say){.change = "action",
                                                          .action = c->action->id,
                                                          .state = CSUCCESS_STR("dropped"),
                                                          .reason = c->verdict.reason});
    }
}

static void take_place(csuccess__turn *t, csuccess__campaign_run *run)
{
    csuccess__reached reached = csuccess__reached_of(t, run->of->programme);
    if (reached.blocked_until != 0) {
        reached.blocked_until = 0;
        csuccess__reached_put(t, run->of->programme, &reached);
    }
    if (run->of->participants == 0) return;
    const csuccess__effect_delta delta = {.key = ledger_of(t, run->of),
                                          .delta = 1,
                                          .max = run->of->participants,
                                          .has_max = true,
                                          .message = UINT32_MAX,
                                          .pays = run->id};
    csuccess__step_delta(t->m->step, &delta);
    run->counted = true;
}

/* When its times come. */
static void plan(csuccess__turn *t, csuccess__campaign_run *run)
{
    csuccess__step *step = t->m->step;
    const csuccess__campaign *of = run->of;
    run->judge_at = csuccess__judging_at(t, &of->success, run->started_at);
    run->started = csuccess__judging_keep(t, &of->success);
    run->follow_up_at = csuccess__follow_up_at(t, &of->follow_up, run->started_at);
    const int64_t times[] = {run->judge_at, run->follow_up_at};
    for (size_t i = 0; i < 2; i++) {
        if (times[i] > step->now) csuccess__step_due(step, times[i]);
    }
    for (uint32_t i = 0; i < of->action_count; i++) {
        const csuccess__campaign_action *action = &of->actions[i];
        int64_t at = csuccess__turn_after(t, run->started_at, action->after);
        bool waits = csuccess__moment_asks(t->m, action->if_) != CSUCCESS__TRUE;
        /* One that is due but was no candidate is looked at by the run. */
        if (at > step->now || waits)
            csuccess__step_due(step, at > step->now ? at : step->now + 1);
    }
    for (uint32_t i = 0; i < of->rung_count; i++) {
        int64_t at = csuccess__turn_after(t, run->started_at, of->rungs[i].after);
        csuccess__step_due(step, at > step->now ? at : step->now + 1);
    }
    /* Conditions of campaigns that speak of this one are asked again, and its stops. */
    if (t->of->campaigns->index->refers) csuccess__step_due(step, step->now + 1);
}

csuccess__campaign_run *csuccess__campaign_run_begin(csuccess__turn *t,
                                                     const csuccess__campaign *campaign,
                                                     csuccess_str by)
{
    csuccess__campaign_run before,
        *run = CSUCCESS__NEW(&t->desk->texts, csuccess__campaign_run);
    bool again = csuccess__campaign_run_take(t, campaign->id, &before);
    if (!run) csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
    if (t->m->step->failed < 0) return NULL;
    if (again && before.judge_at != 0) csuccess__campaign_run_judge(t, &before);
    *run = (csuccess__campaign_run){.campaign = campaign->id,
                                    .of = campaign,
                                    .times = again ? before.times + 1 : 1,
                                    .detail = none,
                                    .escalated = none,
                                    .started_at = t->m->step->now ? t->m->step->now : 1};
    if (run->times == 0) run->times = UINT32_MAX;
    run->id = csuccess__turn_id(t, "campaign", campaign->programme, none, run->times);
    if (csuccess__moment_was_refused(t->m, run->id)) {
        refuse(t, run);
        return NULL;
    }
    list_actions(t, run);
    plan(t, run);
    take_place(t, run);
    take_denials(t, run);
    csuccess__campaign_run_put(t, run);
    csuccess__campaign_tell(t, run, &(csuccess__campaign_say){.change = "started", .by = by});
    tell_denials(t, run);
    csuccess__campaign_publish(t, campaign);
    return t->m->step->failed < 0 ? NULL : run;
}

csuccess__campaign_run *csuccess__campaign_begin(csuccess__turn *t,
                                                 const csuccess__campaign *campaign)
{
    csuccess__campaign_run *run = CSUCCESS__NEW(&t->desk->texts, csuccess__campaign_run);
    if (!run) csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
    if (t->m->step->failed < 0 || t->m->step->quiet || t->looking) return NULL;
    if (csuccess__campaign_run_take(t, campaign->id, run) && csuccess__campaign_running(run)) {
        return run; /* another action began it */
    }
    if (t->m->step->failed < 0) return NULL;
    if (csuccess__reached_of(t, campaign->programme).blocked_until > t->m->step->now) {
        return NULL;
    }
    return csuccess__campaign_run_begin(t, campaign, CSUCCESS_STR("condition"));
}

/* ---- What becomes of its actions ---- */

/* The digits of its execution in their place. */
static void track(csuccess__turn *t, csuccess__campaign_run *run, uint32_t bit,
                  csuccess_str execution)
{
    csuccess_str tracks = csuccess__turn_copy(t, run->tracks);
    if (t->m->step->failed < 0 || execution.len < TRACK_DIGITS) return;
    char *place = csuccess__arena_take(&t->desk->texts, tracks.len + 1, 1);
    if (!place) {
        csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
        return;
    }
    memcpy(place, tracks.ptr, tracks.len);
    memcpy(place + (size_t)bit * TRACK_DIGITS, execution.ptr, TRACK_DIGITS);
    run->tracks = (csuccess_str){place, tracks.len};
}

typedef struct ending { /* of an action */
    uint32_t bit;
    const char *state; /* "left", "dropped", "skipped" */
    csuccess_str action, execution, reason;
} ending;

static void end_action(csuccess__turn *t, csuccess__campaign_run *run, const ending *e)
{
    uint64_t mask = UINT64_C(1) << e->bit;
    run->done |= mask;
    if (e->state[0] == 'l') {
        track(t, run, e->bit, e->execution);
    } else {
        run->dropped |= mask;
    }
    csuccess__campaign_run_put(t, run);
    csuccess__campaign_tell(t, run,
                            &(csuccess__campaign_say){.change = "action",
                                                      .action = e->action,
                                                      .state = csuccess__str(e->state),
                                                      .execution = e->execution,
                                                      .reason = e->reason});
    if (csuccess__campaign_run_over(run)) {
        csuccess__campaign_run_end(t, run, CSUCCESS__CAMPAIGN_RUN_COMPLETED, none);
    }
}

/* The run under way in which an action is not over yet, and its bit. */
static bool find_open(csuccess__turn *t, const csuccess__campaign_action *action,
                      csuccess__campaign_run *run, uint32_t *bit)
{
    if (!csuccess__campaign_run_take(t, action->of->id, run)) return false;
    if (!csuccess__campaign_running(run)) return false;
    *bit = csuccess__campaign_run_bit(run, action->id);
    return *bit != UINT32_MAX && !(run->done >> *bit & 1);
}

/* What it cost counts for the customer's share of the campaign. */
static void spend(csuccess__campaign_run *run, const csuccess__candidate *c)
{
    int64_t cost = c->cost + (c->by ? c->by->cost : 0);
    if (cost > 0 && run->spent <= INT64_MAX - cost) run->spent += cost;
}

void csuccess__campaign_spend(csuccess__turn *t, csuccess_str programme, int64_t decided,
                              int64_t amount)
{
    const csuccess_str prefix = CSUCCESS_STR("campaign/");
    csuccess__campaign_run run;
    if (amount == 0 || t->looking || !csuccess__str_starts(programme, prefix)) return;
    csuccess_str id = {programme.ptr + prefix.len, programme.len - prefix.len};
    if (!csuccess__campaign_run_take(t, id, &run) || run.started_at > decided) return;
    if (amount > INT64_MAX - run.spent) amount = INT64_MAX - run.spent;
    run.spent = run.spent + amount > 0 ? run.spent + amount : 0;
    csuccess__campaign_run_put(t, &run);
}

void csuccess__action_done(csuccess__turn *t, csuccess__candidate *c, bool left,
                           csuccess_str reason)
{
    csuccess__campaign_run run;
    ending e = {.state = left ? "left" : "dropped", .execution = none, .reason = none};
    if (!c->action || t->looking || t->m->step->failed < 0) return;
    if (!find_open(t, c->action, &run, &e.bit)) return;
    e.action = c->action->id;
    if (left) {
        spend(&run, c);
        e.execution = c->id;
    } else {
        e.reason = reason;
    }
    end_action(t, &run, &e);
    if (c->run) *c->run = run; /* the other candidates of the run see it */
}

/* ---- Actions that are due ---- */

static const csuccess__campaign_action *action_of(const csuccess__campaign *of, csuccess_str id)
{
    for (uint32_t i = 0; i < of->action_count; i++) {
        if (csuccess__str_eq(of->actions[i].id, id)) return &of->actions[i];
    }
    return NULL;
}

void csuccess__action_candidate(csuccess__turn *t, const csuccess__campaign_action *action,
                                csuccess__campaign_run *run, int64_t since)
{
    csuccess__candidate c = {0};
    const csuccess__intervention *what = &action->what;
    csuccess__intervention_candidate(t, what, &c);
    c.kind = CSUCCESS__CANDIDATE_ACTION;
    c.programme = action->of->programme;
    c.step = action->id;
    c.action = action;
    c.run = run;
    c.since = since;
    c.not_before = 0;
    c.valid_until =
        run && what->has_validity ? csuccess__turn_after(t, since, what->valid_for) : 0;
    csuccess__campaign_run before;
    if (run) {
        c.occurrence = run->times;
    } else {
        bool again = csuccess__campaign_run_take(t, action->of->id, &before);
        c.occurrence = again ? (uint64_t)before.times + 1 : 1;
    }
    csuccess__candidate_add(t, &c);
}

/* Why an action that is due is not wanted; NULL: it is, or nobody knows yet (*waits). */
static const char *unwanted(csuccess__turn *t, const csuccess__campaign_action *action,
                            int64_t since, bool *waits)
{
    *waits = false;
    if (!action) return "the campaign has it no more";
    csuccess__truth is = csuccess__moment_asks(t->m, action->if_);
    if (is == CSUCCESS__TRUE) return NULL;
    if (is == CSUCCESS__FALSE) return "its condition does not hold";
    int64_t last = since + UNDECIDED_DAYS * CSUCCESS__DAY_MS;
    if (last <= t->m->step->now) return "nobody could say for a day whether it is wanted";
    csuccess__step_due(t->m->step, last);
    *waits = true;
    return NULL;
}

/* One that is not over. */
static void look_at(csuccess__turn *t, csuccess__campaign_run *run, const ending *named,
                    const csuccess__move **moves)
{
    bool waits;
    int64_t now = t->m->step->now;
    const csuccess__campaign_action *action = action_of(run->of, named->action);
    int64_t since =
        action ? csuccess__turn_after(t, run->started_at, action->after) : run->started_at;
    if (since > now) {
        csuccess__step_due(t->m->step, since);
        return;
    }
    const char *why = unwanted(t, action, since, &waits);
    if (why) {
        ending e = *named;
        e.state = "skipped";
        e.reason = csuccess__str(why);
        if (!t->looking) end_action(t, run, &e);
        return;
    }
    if (action->if_) csuccess__campaign_due(t, action->if_, moves);
    if (!waits) csuccess__action_candidate(t, action, run, since);
}

void csuccess__campaign_run_candidates(csuccess__turn *t, csuccess__campaign_run *run,
                                       const csuccess__move **moves)
{
    csuccess_str lines = run->actions, line;
    if (!run->of || run->of->status != CSUCCESS__CAMPAIGN_ACTIVE) return;
    for (uint32_t bit = 0; csuccess__line_next(&lines, &line); bit++) {
        if (!csuccess__campaign_running(run) || t->m->step->failed < 0) return;
        if (run->done >> bit & 1) continue;
        const ending named = {.bit = bit, .action = line, .execution = none, .reason = none};
        look_at(t, run, &named, moves);
    }
}
