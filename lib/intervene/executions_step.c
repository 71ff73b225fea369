/* SPDX-License-Identifier: Apache-2.0 */
/* Executions over time: told of, tried by another channel, judged, followed up on, ended, forgotten. */
#include "calendar/time_json.h"
#include "intervene/campaigns_internal.h"
#include "intervene/executions_internal.h"
#include "intervene/selection.h"

static const csuccess_str none = {"", 0};

static bool has_come(const csuccess__turn *t, int64_t at)
{
    return at != 0 && at <= t->m->step->now;
}

/* ---- What became of its message ---- */

/* As if it had not left: what somebody asked for is asked for again, and a campaign does not ask twice: it comes back by itself. */
static void take_back(csuccess__turn *t, csuccess__execution *e)
{
    bool own = csuccess__str_starts(e->programme, CSUCCESS_STR("intervention/"));
    csuccess__execution_say(t, e, "taken_back", none);
    if (t->m->step->failed < 0) return;
    if (!own || e->tries > 0) {
        csuccess__execution_move(t, e, CSUCCESS__EXECUTION_EVENT_CANCEL);
        e->again = e->back = true;
        csuccess__execution_put(t, e);
        return;
    }
    csuccess__state_drop(t->m->step->state, CSUCCESS__STATE_EXECUTION,
                         csuccess__execution_name(e));
    if (e->asked) csuccess__intervention_asked_for(t, e->intervention);
    csuccess__intervention_changed(t, e->intervention);
}

bool csuccess__execution_told(csuccess__turn *t, csuccess_str id, bool arrived,
                              csuccess_str outcome)
{
    csuccess__execution e;
    if (!csuccess__execution_take(t, id, &e) || t->m->step->failed < 0) return false;
    bool scheduled = e.state == CSUCCESS__EXECUTION_SCHEDULED;
    if (scheduled && csuccess__str_is(outcome, "taken_back")) {
        take_back(t, &e);
    } else if (scheduled && arrived) {
        csuccess__execution_move(t, &e, CSUCCESS__EXECUTION_EVENT_START);
        csuccess__execution_put(t, &e);
        csuccess__execution_say(t, &e, "delivered", none);
    } else if (!arrived && csuccess__execution_is_open(&e)) {
        csuccess__execution_move(t, &e, CSUCCESS__EXECUTION_EVENT_CANCEL);
        e.again = !csuccess__str_is(outcome, "dropped");
        csuccess__execution_put(t, &e);
        csuccess__execution_say(t, &e, "not_delivered", outcome);
    }
    return true;
}

/* ---- Another channel, else a person ---- */

/* How many of its channels were tried: all up to the one that it went by. */
static uint32_t tried(const csuccess__intervention *of, const csuccess__execution *e)
{
    uint32_t at = 0;
    if (csuccess__str_eq(of->sending.channel, e->channel)) return 0;
    while (at < of->fallback_count && !csuccess__str_eq(of->fallback[at]->name, e->channel)) {
        at++;
    }
    return at + 1;
}

/* reason: what is asked of, by whom it is asked, and what is left of its channels. */
const csuccess__channel *csuccess__execution_other(const csuccess__intervention *of,
                                                   const csuccess__execution *e,
                                                   const csuccess__channel *const **rest,
                                                   uint32_t *rest_count)
{
    uint32_t at = tried(of, e), first = e->back ? at : at + 1; /* of those behind it */
    bool none_behind = first >= of->fallback_count;
    *rest = none_behind ? NULL : of->fallback + first;
    *rest_count = none_behind ? 0 : of->fallback_count - first;
    if (first > of->fallback_count) return NULL;
    return first == 0 ? of->channel : of->fallback[first - 1];
}

/* Nobody was reached: its owner is asked to. */
static void escalate(csuccess__turn *t, const csuccess__intervention *of,
                     csuccess__execution *e)
{
    csuccess__task_def def = of->task;
    csuccess_str title = csuccess__turn_format(t, "Could not be reached: %S",
                                               csuccess__intervention_title(t, of));
    const csuccess__task_make make = {.def = &def,
                                      .definition = e->programme,
                                      .step = CSUCCESS_STR("not_reached"),
                                      .instance = e->id,
                                      .occurrence = e->tries,
                                      .starts_at = t->m->step->now,
                                      .title = title,
                                      .contact = e->contact};
    def.kind = CSUCCESS__TASK_KIND_ESCALATION;
    e->again = false;
    e->state = CSUCCESS__EXECUTION_ESCALATED;
    e->ended_at = 0;
    (void)csuccess__execution_task(t, &make, e);
    csuccess__execution_put(t, e);
    csuccess__execution_say(t, e, "escalated", CSUCCESS_STR("no channel reached anybody"));
}

/* Whether the campaign that it is of was ended before its time: then nobody is to be reached any more. */
static bool is_over(csuccess__turn *t, const csuccess__execution *e)
{
    const csuccess_str prefix = CSUCCESS_STR("campaign/");
    csuccess__campaign_run run;
    if (!csuccess__str_starts(e->programme, prefix)) return false;
    csuccess_str id = {e->programme.ptr + prefix.len, e->programme.len - prefix.len};
    return csuccess__campaign_run_take(t, id, &run) &&
           (run.state == CSUCCESS__CAMPAIGN_RUN_STOPPED ||
            run.state == CSUCCESS__CAMPAIGN_RUN_SUPERSEDED ||
            run.state == CSUCCESS__CAMPAIGN_RUN_CANCELLED);
}

static void look_again(csuccess__turn *t, const csuccess__intervention *of,
                       csuccess__execution *e)
{
    const csuccess__channel *const *rest;
    uint32_t count;
    if (is_over(t, e)) of = NULL;
    int64_t until = of ? csuccess__execution_until(t, of, e) : 0;
    bool more = of && csuccess__execution_other(of, e, &rest, &count) != NULL;
    if (more && until > t->m->step->now) {
        csuccess__step_due(t->m->step, until);
    } else if (of && !e->back) {
        escalate(t, of, e);
    } else {
        e->again = false;
        csuccess__execution_put(t, e);
    }
}

/* ---- Tasks ---- */

static csuccess__execution_outcome outcome_of_task(csuccess__task_outcome outcome)
{
    static const csuccess__execution_outcome words[] = {
        [CSUCCESS__TASK_NONE] = CSUCCESS__EXECUTION_OUTCOME_SUCCESSFUL,
        [CSUCCESS__TASK_SUCCESSFUL] = CSUCCESS__EXECUTION_OUTCOME_SUCCESSFUL,
        [CSUCCESS__TASK_UNSUCCESSFUL] = CSUCCESS__EXECUTION_OUTCOME_UNSUCCESSFUL,
        [CSUCCESS__TASK_RESCHEDULED] = CSUCCESS__EXECUTION_OUTCOME_FOLLOW_UP,
        [CSUCCESS__TASK_NO_RESPONSE] = CSUCCESS__EXECUTION_OUTCOME_UNSUCCESSFUL};
    return words[outcome];
}

/* Its task has begun, or ended: so has it. */
static void follow_task(csuccess__turn *t, csuccess__execution *e)
{
    csuccess__task task;
    csuccess__execution_event event = CSUCCESS__EXECUTION_EVENT_START;
    if (!csuccess__task_get(t->m->step, e->task, &task)) return;
    bool started =
        task.state == CSUCCESS__TASK_IN_PROGRESS && e->state == CSUCCESS__EXECUTION_SCHEDULED;
    if (task.state == CSUCCESS__TASK_COMPLETED) {
        event = CSUCCESS__EXECUTION_EVENT_COMPLETE;
        e->outcome = outcome_of_task(task.outcome);
    } else if (task.state == CSUCCESS__TASK_CANCELLED) {
        event = CSUCCESS__EXECUTION_EVENT_CANCEL;
    } else if (!started) {
        return;
    }
    static const char *const words[] = {"started", "completed", "cancelled"};
    if (task.minutes) e->minutes = task.minutes;
    csuccess_str reason = csuccess__turn_copy(t, task.reason.len ? task.reason : none);
    csuccess__execution_move(t, e, event);
    csuccess__execution_put(t, e);
    csuccess__execution_say(t, e, words[event], reason);
}

/* ---- Judging ---- */

static void say_judged(csuccess__turn *t, const csuccess__execution *e)
{
    csuccess__step *step = t->m->step;
    double health;
    if (step->failed < 0) return;
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "change", CSUCCESS_STR("judged"));
    csuccess__execution_members(w, e);
    if (e->has & CSUCCESS__HAS_HEALTH) csuccess__json_put_num(w, "health_before", e->health);
    if (csuccess__execution_health(t, &health)) {
        csuccess__json_put_num(w, "health_after", health);
    }
    csuccess_str body = csuccess__step_body_end(step);
    if (body.ptr) csuccess__step_entry(step, "intervention", e->contact, body);
}

static bool has_churned(const csuccess__turn *t)
{
    uint32_t slot = t->of->churned;
    return slot != UINT32_MAX && t->m->slots[slot].kind == CSUCCESS__KIND_STRING &&
           csuccess__str_is(t->m->slots[slot].as.string, "churned");
}

/* What it came to, where no person said so. */
static csuccess__execution_outcome outcome_of(const csuccess__turn *t,
                                              const csuccess__execution *e)
{
    static const csuccess__execution_outcome of_response[] = {
        [CSUCCESS__RESPONSE_NONE] = CSUCCESS__EXECUTION_OUTCOME_NONE,
        [CSUCCESS__RESPONSE_POSITIVE] = CSUCCESS__EXECUTION_OUTCOME_SUCCESSFUL,
        [CSUCCESS__RESPONSE_NEUTRAL] = CSUCCESS__EXECUTION_OUTCOME_NONE,
        [CSUCCESS__RESPONSE_NEGATIVE] = CSUCCESS__EXECUTION_OUTCOME_UNSUCCESSFUL};
    bool positive = e->response == CSUCCESS__RESPONSE_POSITIVE;
    if (has_churned(t)) return CSUCCESS__EXECUTION_OUTCOME_CHURNED;
    switch (e->judged) {
    case 1:
        return CSUCCESS__EXECUTION_OUTCOME_SUCCESSFUL;
    case 2:
        return positive ? CSUCCESS__EXECUTION_OUTCOME_PARTIALLY
                        : CSUCCESS__EXECUTION_OUTCOME_UNSUCCESSFUL;
    case 3:
        return CSUCCESS__EXECUTION_OUTCOME_FOLLOW_UP;
    default:
        return of_response[e->response];
    }
}

static void judge(csuccess__turn *t, const csuccess__intervention *of, csuccess__execution *e)
{
    static const uint32_t answers[] = {
        [CSUCCESS__FALSE] = 2, [CSUCCESS__TRUE] = 1, [CSUCCESS__OPEN] = 3};
    e->judge_at = 0;
    if (of && of->success.given) {
        e->judged = answers[csuccess__judging_ask(t, &of->success, e->started)];
    }
    e->started = none;
    bool own = e->outcome == CSUCCESS__EXECUTION_OUTCOME_NONE && e->task.len == 0;
    if (own) e->outcome = outcome_of(t, e);
    csuccess__execution_put(t, e);
    if (e->judged) say_judged(t, e);
}

/* ---- Following up ---- */

static void follow_up(csuccess__turn *t, const csuccess__intervention *of,
                      csuccess__execution *e)
{
    e->follow_up_at = 0;
    csuccess__execution_put(t, e);
    if (!of || of->follow_up.none) return;
    csuccess_str task = csuccess__follow_up_make(t, &of->follow_up, e->programme, e->id);
    if (task.len == 0) return;
    const csuccess__execution_change change = {
        .what = "followed_up", .reason = none, .follow_up = task};
    csuccess__execution_tell(t, e, &change);
}

/* ---- Ends ---- */

/* A message that arrived is done with once nothing is to come of it. */
static void finish(csuccess__turn *t, csuccess__execution *e)
{
    bool message = e->task.len == 0 && e->judge_at == 0 && e->follow_up_at == 0;
    if (!message || e->state != CSUCCESS__EXECUTION_IN_PROGRESS) return;
    if (e->outcome == CSUCCESS__EXECUTION_OUTCOME_NONE) e->outcome = outcome_of(t, e);
    csuccess__execution_move(t, e, CSUCCESS__EXECUTION_EVENT_COMPLETE);
    csuccess__execution_put(t, e);
    csuccess__execution_say(t, e, "completed", none);
}

static int64_t forgotten_at(const csuccess__execution *e)
{
    bool over = !csuccess__execution_is_open(e) && e->judge_at == 0 && e->follow_up_at == 0 &&
                !e->again;
    return over ? e->ended_at + CSUCCESS__EXECUTION_DAYS * CSUCCESS__DAY_MS : 0;
}

void csuccess__execution_due(csuccess__turn *t, const csuccess__execution *e)
{
    const int64_t times[] = {e->judge_at, e->follow_up_at, forgotten_at(e)};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        if (times[i] > t->m->step->now) csuccess__step_due(t->m->step, times[i]);
    }
}

void csuccess__executions_trim(csuccess__turn *t)
{
    uint32_t count = csuccess__executions_count(t), executions = 0;
    csuccess__execution oldest = {.created_at = 0};
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        csuccess__execution e;
        if (!csuccess__execution_at(t, i, &e)) continue;
        executions++;
        if (csuccess__execution_is_open(&e)) continue;
        if (any && e.created_at >= oldest.created_at) continue;
        oldest = e;
        any = true;
    }
    if (executions <= CSUCCESS__EXECUTIONS_MOST || !any || t->m->step->failed < 0) return;
    csuccess__state_drop(t->m->step->state, CSUCCESS__STATE_EXECUTION,
                         csuccess__execution_name(&oldest));
}

bool csuccess__executions_full(csuccess__turn *t)
{
    struct csuccess__answers *answers = t->desk->answers;
    uint32_t count = csuccess__executions_count(t), open = 0;
    if (answers && answers->full) return true;
    for (uint32_t i = 0; i < count && count >= CSUCCESS__EXECUTIONS_MOST; i++) {
        csuccess__execution e;
        if (csuccess__execution_at(t, i, &e) && csuccess__execution_is_open(&e)) open++;
    }
    bool full = open >= CSUCCESS__EXECUTIONS_MOST;
    if (answers) answers->full = full;
    return full;
}

/* ---- A step ---- */

/* Whether it is left alone, without making a copy of it. */
static bool is_at_rest(const csuccess__turn *t, const csuccess__execution *e)
{
    bool open = csuccess__execution_is_open(e);
    bool message = e->task.len == 0 && e->state == CSUCCESS__EXECUTION_IN_PROGRESS &&
                   e->judge_at == 0 && e->follow_up_at == 0;
    return !e->again && !message && !(open && e->task.len) && !has_come(t, e->judge_at) &&
           !has_come(t, e->follow_up_at) && !has_come(t, forgotten_at(e));
}

static void look_at(csuccess__turn *t, csuccess_str id)
{
    csuccess__execution e;
    if (!csuccess__execution_take(t, id, &e)) return;
    const csuccess__intervention *of = csuccess__execution_of(t, &e);
    if (e.again) look_again(t, of, &e);
    if (e.task.len && csuccess__execution_is_open(&e)) follow_task(t, &e);
    if (has_come(t, e.judge_at)) judge(t, of, &e);
    if (has_come(t, e.follow_up_at)) follow_up(t, of, &e);
    finish(t, &e);
    csuccess__execution_due(t, &e);
    if (!has_come(t, forgotten_at(&e)) || t->m->step->failed < 0) return;
    csuccess__state_drop(t->m->step->state, CSUCCESS__STATE_EXECUTION,
                         csuccess__execution_name(&e));
    csuccess__intervention_changed(t, e.intervention);
}

/* While history is imported nothing is done; what had come, or comes, is looked at once it is in. */
static void rest(csuccess__turn *t)
{
    uint32_t count = csuccess__executions_count(t);
    for (uint32_t i = 0; i < count && t->m->step->failed >= 0; i++) {
        csuccess__execution e;
        if (!csuccess__execution_at(t, i, &e)) continue;
        csuccess__execution_due(t, &e);
        if (!is_at_rest(t, &e)) csuccess__step_due(t->m->step, t->m->step->now + 1);
    }
}

void csuccess__executions_step(csuccess__turn *t)
{
    if (t->m->step->quiet) {
        rest(t);
        return;
    }
    for (uint32_t i = 0; i < csuccess__executions_count(t) && t->m->step->failed >= 0;) {
        uint32_t before = csuccess__executions_count(t);
        csuccess__execution e;
        if (csuccess__execution_at(t, i, &e)) {
            if (is_at_rest(t, &e)) {
                csuccess__execution_due(t, &e);
            } else {
                look_at(t, e.id);
            }
        }
        if (csuccess__executions_count(t) == before) i++;
    }
}

void csuccess__executions_forget(csuccess__turn *t, csuccess_str contact)
{
    for (uint32_t i = 0; i < csuccess__executions_count(t) && t->m->step->failed >= 0; i++) {
        csuccess__execution e;
        if (!csuccess__execution_at(t, i, &e) || contact.len == 0) continue;
        if (!csuccess__str_eq(e.contact, contact)) continue;
        if (!csuccess__execution_take(t, e.id, &e)) return;
        e.contact = e.items = none;
        csuccess__execution_put(t, &e);
    }
}
