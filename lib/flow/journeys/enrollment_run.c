/* SPDX-License-Identifier: Apache-2.0 */
/* An enrollment on its way: entering steps, leaving them by a way, what ends it. What a type of step does on being entered is a table. */
#include "base/digest.h"
#include "flow/journeys/enrollment_internal.h"

#include <string.h>

/* What a step answers on being entered, besides a way. */
enum { STAYS = -1, OVER = -2 };

static const csuccess_str none = {"", 0};

/* ---- Times ---- */

int64_t csuccess__journey_after(const csuccess__moment *m, int64_t ms, csuccess__duration d)
{
    int64_t at;
    csuccess__zone zone = csuccess__moment_zone(m);
    if (csuccess__zone_add(&at, &zone, ms, d)) return at;
    return csuccess__time_add(&at, ms, d) ? at : CSUCCESS__TIME_MAX; /* in UTC */
}

/* ms, or when the calendar opens after it. A zone that nobody knows is UTC. False: it never opens. */
static bool opening(const csuccess__enrolled *r, uint32_t calendar, int64_t ms, int64_t *out)
{
    *out = ms;
    if (calendar == UINT32_MAX) return true;
    csuccess__business b = csuccess__moment_business(r->m, calendar);
    if (csuccess__business_next(out, &b, ms)) return true;
    b.zone.name = none;
    return csuccess__business_next(out, &b, ms);
}

static void set_timer(csuccess__enrolled *r, int64_t at)
{
    r->e.timer = at;
    r->changed = true;
}

/* ---- Ends ---- */

void csuccess__enrolled_show(csuccess__enrolled *r)
{
    if (r->shown || r->e.kept.len == 0) return;
    csuccess__kept_show(r->m, r->e.kept);
    r->shown = true;
}

static void give_back(csuccess__enrolled *r)
{
    if (!r->e.counted) return;
    const csuccess__effect_delta delta = {
        .key = csuccess__journey_name(r->m, r->e.journey), .delta = -1, .message = UINT32_MAX};
    csuccess__step_delta(r->m->step, &delta);
}

static void keep_past(csuccess__enrolled *r, const csuccess__finish *finish)
{
    csuccess__journey_past past;
    csuccess_str payload =
        csuccess__state_get(r->m->step->state, CSUCCESS__STATE_JOURNEY, r->e.journey);
    if (!payload.ptr || !csuccess__journey_past_read(&past, payload)) {
        csuccess__step_fail(r->m->step, CSUCCESS_ESTATE);
        return;
    }
    past.state = finish->state;
    past.ended_at = r->m->step->now;
    past.step = r->e.step;
    past.by = finish->by.len ? finish->by : csuccess__str(finish->how);
    csuccess__journey_past_put(r->m->step, r->e.journey, &past);
}

void csuccess__enrolled_finish(csuccess__enrolled *r, const csuccess__finish *finish)
{
    const char *word = csuccess__enrollment_state_name(finish->state);
    csuccess__step *step = r->m->step;
    const csuccess__journey_say say = {.event = word,
                                       .from = r->e.step,
                                       .way = finish->way,
                                       .how = finish->how,
                                       .by = finish->by,
                                       .reason = finish->reason,
                                       .in_step_ms =
                                           r->e.moves ? step->now - r->e.entered_at : -1,
                                       .ends = true,
                                       .success = finish->success};
    if (r->over || step->failed < 0) return;
    csuccess__journey_entry(r->m, &r->e, &say);
    give_back(r);
    const csuccess__happening ended = {.kind = CSUCCESS__HAPPENING_JOURNEY_ENDED,
                                       .id = r->e.journey,
                                       .detail = csuccess__str(word),
                                       .instance = r->e.id};
    csuccess__moment_tell(r->m, &ended);
    keep_past(r, finish);
    r->e.state = finish->state;
    r->over = true;
}

void csuccess__enrolled_fail(csuccess__enrolled *r, csuccess_str why)
{
    const csuccess__finish failed = {
        .state = CSUCCESS__ENROLLMENT_FAILED, .how = "failed", .way = none, .reason = why};
    csuccess__enrolled_finish(r, &failed);
}

/* Whether one of the exits that are conditions holds. */
static bool left_by_exit(csuccess__enrolled *r)
{
    for (uint32_t i = 0; i < r->journey->exit_count; i++) {
        const csuccess__journey_exit *exit = &r->journey->exits[i];
        if (!exit->when || csuccess__moment_asks(r->m, exit->when) != CSUCCESS__TRUE) continue;
        const csuccess__finish left = {
            CSUCCESS__ENROLLMENT_EXITED, "condition", exit->id, none, none, false};
        csuccess__enrolled_finish(r, &left);
        return true;
    }
    return false;
}

/* In their order: limit, goal, exits. */
bool csuccess__enrolled_ends(csuccess__enrolled *r)
{
    const csuccess__journey *journey = r->journey;
    if (r->over || r->m->step->failed < 0) return true;
    if (r->e.limit_at != 0 && r->m->step->now >= r->e.limit_at) {
        const csuccess__finish limit = {
            CSUCCESS__ENROLLMENT_EXITED, "limit", none, none, none, false};
        csuccess__enrolled_finish(r, &limit);
        return true;
    }
    if (journey->goal || journey->exit_count) csuccess__enrolled_show(r);
    if (journey->goal && csuccess__moment_asks(r->m, journey->goal) == CSUCCESS__TRUE) {
        const csuccess__finish goal = {
            CSUCCESS__ENROLLMENT_COMPLETED, "goal", none, none, none, true};
        csuccess__enrolled_finish(r, &goal);
        return true;
    }
    return left_by_exit(r) || r->m->step->failed < 0;
}

/* ---- The time of a step ---- */

static uint32_t way_named(const csuccess__journey_step *step, csuccess_str name)
{
    for (uint32_t i = 0; i < step->way_count; i++) {
        if (csuccess__str_eq(step->ways[i].name, name)) return i;
    }
    return UINT32_MAX;
}

/* The way of a step whose time is over: that of an event that waited for the calendar, else the timeout, or the end of a plain wait. */
static uint32_t way_of_time(const csuccess__enrolled *r, const csuccess__journey_step *step)
{
    uint32_t way = r->e.pending.len ? way_named(step, r->e.pending) : UINT32_MAX;
    if (way != UINT32_MAX) return way;
    bool plain = step->type == CSUCCESS__STEP_WAIT && step->until_count == 0;
    return plain ? CSUCCESS__WAY_NEXT : CSUCCESS__WAY_TIMEOUT;
}

/* `at`: looked for until there is one; then it stands. */
static void find_time(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    if (step->type != CSUCCESS__STEP_WAIT || !step->until_time || r->e.timer != 0) return;
    csuccess__enrolled_show(r);
    csuccess__value at = csuccess__moment_value(r->m, step->until_time);
    if (at.kind == CSUCCESS__KIND_TIME) set_timer(r, at.as.time ? at.as.time : 1);
}

/* When the step may be left: now (true), or at the opening that the timer is set to. */
static bool is_open(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    int64_t at, now = r->m->step->now;
    if (step->type != CSUCCESS__STEP_WAIT) return true;
    if (!opening(r, step->hours, now, &at)) {
        csuccess__enrolled_fail(r, CSUCCESS_STR("the calendar of \"hours\" does not open"));
        return false;
    }
    if (at > now) set_timer(r, at);
    return at <= now;
}

/* The way of a step whose time has come and whose calendar is open; STAYS, OVER. */
static int32_t time_is_up(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    find_time(r, step);
    if (r->e.timer == 0 || r->e.timer > r->m->step->now) return STAYS;
    if (!is_open(r, step)) return r->over ? OVER : STAYS;
    return (int32_t)way_of_time(r, step);
}

/* ---- Steps: what each type does on being entered; the way it goes on by ---- */

typedef int32_t enter_step(csuccess__enrolled *r, const csuccess__journey_step *step);

static int32_t send(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    /* One that is enrolled again by the same cause sends messages of its own. */
    uint64_t again = (r->e.number - 1) << 32;
    const csuccess__want want = {.sending = &step->sending,
                                 .definition = r->journey->name,
                                 .step = step->id,
                                 .occurrence = again + r->e.moves,
                                 .instance = r->e.id,
                                 .text = r->journey->name};
    csuccess__enrolled_show(r);
    (void)csuccess__send(r->m, &want);
    return CSUCCESS__WAY_NEXT;
}

/* Waits for something of that id, as long as `timeout` says. */
static int32_t wait_for(csuccess__enrolled *r, const csuccess__journey_step *step,
                        csuccess_str id)
{
    r->e.waits_for = id;
    if (step->has_timeout) {
        set_timer(r, csuccess__journey_after(r->m, r->m->step->now, step->timeout));
    }
    return STAYS;
}

static int32_t make_task(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    const csuccess__task_make make = {.def = &step->task,
                                      .definition = r->journey->name,
                                      .step = step->id,
                                      .instance = r->e.id,
                                      .occurrence = r->e.moves,
                                      .starts_at = r->m->step->now};
    csuccess__enrolled_show(r);
    csuccess_str id = csuccess__task_new(r->m, &make);
    return step->waits ? wait_for(r, step, id) : CSUCCESS__WAY_NEXT;
}

static int32_t begin_wait(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    if (step->has_for) {
        set_timer(r, csuccess__journey_after(r->m, r->m->step->now, step->for_));
    } else if (step->has_timeout) {
        set_timer(r, csuccess__journey_after(r->m, r->m->step->now, step->timeout));
    }
    return time_is_up(r, step);
}

static int32_t ask(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    static const int32_t ways[] = {[CSUCCESS__FALSE] = CSUCCESS__WAY_FALSE,
                                   [CSUCCESS__TRUE] = CSUCCESS__WAY_NEXT,
                                   [CSUCCESS__OPEN] = CSUCCESS__WAY_UNDECIDED};
    csuccess__enrolled_show(r);
    return ways[csuccess__moment_asks(r->m, step->when)];
}

uint32_t csuccess__split_way(const csuccess__journey *journey,
                             const csuccess__journey_step *step, csuccess_str customer)
{
    csuccess__sha256 h;
    uint8_t digest[32];
    uint64_t bits = 0;
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, CSUCCESS_STR("split"));
    csuccess__digest_str(&h, customer);
    csuccess__digest_str(&h, journey->id);
    csuccess__digest_str(&h, step->id);
    csuccess__digest_str(&h, step->salt);
    csuccess__sha256_finish(&h, digest);
    for (size_t i = 0; i < 7; i++) bits = bits << 8 | digest[i];
    double u = (double)(bits >> 3) / 9007199254740992.0, sum = 0; /* 53 bits: [0, 1) */
    uint32_t arms = step->way_count - CSUCCESS__WAY_ARMS;
    for (uint32_t i = 0; i < arms; i++) {
        sum += step->shares[i];
        if (u < sum) return CSUCCESS__WAY_ARMS + i;
    }
    /* Beyond the arms is the holdout; where there is none, it is what rounding left of 1. */
    return csuccess__json_member(step->at, "holdout") ? CSUCCESS__WAY_HOLDOUT
                                                      : step->way_count - 1;
}

static int32_t split(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    return (int32_t)csuccess__split_way(r->journey, step, r->m->step->customer);
}

static int32_t update_segments(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    for (uint32_t i = 0; i < step->add_count; i++) {
        (void)csuccess__segment_set(r->m, step->add[i], true, r->journey->name);
    }
    for (uint32_t i = 0; i < step->remove_count; i++) {
        (void)csuccess__segment_set(r->m, step->remove[i], false, r->journey->name);
    }
    return CSUCCESS__WAY_NEXT;
}

/* What is wanted of others comes after what this step of the customer has begun. */
static void want(csuccess__enrolled *r, csuccess__happening_kind kind, csuccess_str target)
{
    const csuccess__happening wanted = {.kind = kind,
                                        .id = target,
                                        .detail = r->journey->name,
                                        .instance = r->e.id,
                                        .kept = r->e.kept};
    csuccess__moment_tell(r->m, &wanted);
}

static int32_t start_playbook(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    want(r, CSUCCESS__HAPPENING_START, step->target);
    return step->waits ? wait_for(r, step, step->target) : CSUCCESS__WAY_NEXT;
}

static int32_t enroll(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    want(r, CSUCCESS__HAPPENING_ENROLL, step->target);
    return CSUCCESS__WAY_NEXT;
}

static int32_t leave(csuccess__enrolled *r, const csuccess__journey_step *step)
{
    bool success = csuccess__str_is(step->outcome, "success");
    const csuccess__finish finish = {.state = success || step->outcome.len == 0
                                                  ? CSUCCESS__ENROLLMENT_COMPLETED
                                                  : CSUCCESS__ENROLLMENT_EXITED,
                                     .how = "step",
                                     .by = step->outcome,
                                     .reason = step->reason,
                                     .way = none,
                                     .success = success};
    csuccess__enrolled_finish(r, &finish);
    return OVER;
}

static enter_step *const enters[CSUCCESS__STEP_TYPE_COUNT] = {
    [CSUCCESS__STEP_EMAIL] = send,
    [CSUCCESS__STEP_IN_APP] = send,
    [CSUCCESS__STEP_WEBHOOK] = send,
    [CSUCCESS__STEP_TASK] = make_task,
    [CSUCCESS__STEP_HUMAN] = make_task,
    [CSUCCESS__STEP_WAIT] = begin_wait,
    [CSUCCESS__STEP_CONDITION] = ask,
    [CSUCCESS__STEP_SPLIT] = split,
    [CSUCCESS__STEP_SEGMENT_UPDATE] = update_segments,
    [CSUCCESS__STEP_HEALTH_CHECK] = ask,
    [CSUCCESS__STEP_START_PLAYBOOK] = start_playbook,
    [CSUCCESS__STEP_ENROLL] = enroll,
    [CSUCCESS__STEP_EXIT] = leave,
};

/* ---- Going on ---- */

static const csuccess__value *slot_of(const csuccess__moment *m, const char *path)
{
    uint32_t slot = csuccess__schema_find(m->schema, csuccess__str(path), NULL);
    return slot < m->schema->count ? &m->slots[slot] : NULL;
}

/* The entry of a step that is entered; what the check of a customer's health finds stands in it. */
static void say_entered(csuccess__enrolled *r, csuccess__leaving leaving, int64_t in_step_ms)
{
    const csuccess__journey_step *step = &r->journey->steps[r->at];
    csuccess__journey_say say = {.event = "step",
                                 .from = leaving.from ? leaving.from->id : none,
                                 .way = leaving.way,
                                 .step = step->id,
                                 .type = csuccess__step_type_name(step->type),
                                 .in_step_ms = in_step_ms};
    if (step->type == CSUCCESS__STEP_HEALTH_CHECK) {
        say.score = slot_of(r->m, "health.score");
        say.status = slot_of(r->m, "health.status");
    }
    csuccess__journey_entry(r->m, &r->e, &say);
}

static void enter(csuccess__enrolled *r, csuccess__leaving leaving)
{
    int64_t now = r->m->step->now;
    int64_t in_step_ms = leaving.from ? now - r->e.entered_at : -1;
    r->at = leaving.to;
    r->e.step = r->journey->steps[leaving.to].id;
    r->e.state = CSUCCESS__ENROLLMENT_WAITING;
    r->e.entered_at = now;
    r->e.timer = 0;
    r->e.waits_for = r->e.pending = none;
    r->e.moves++;
    r->entered++;
    r->changed = true;
    say_entered(r, leaving, in_step_ms);
}

static void end(csuccess__enrolled *r, csuccess__leaving leaving)
{
    const csuccess__finish finish = {CSUCCESS__ENROLLMENT_COMPLETED,
                                     "end",
                                     none,
                                     none,
                                     leaving.way,
                                     r->journey->goal == NULL && !r->journey->goal_by_event};
    csuccess__enrolled_finish(r, &finish);
}

void csuccess__enrolled_go(csuccess__enrolled *r, csuccess__leaving leaving)
{
    while (!csuccess__enrolled_ends(r)) {
        if (leaving.to == CSUCCESS__JOURNEY_END) {
            end(r, leaving);
            return;
        }
        if (r->entered == CSUCCESS__JOURNEY_MOVES_MOST) {
            csuccess__enrolled_fail(r, CSUCCESS_STR("more than 200 steps at once: its steps go "
                                                    "round without a wait"));
            return;
        }
        enter(r, leaving);
        const csuccess__journey_step *step = &r->journey->steps[r->at];
        int32_t way = enters[step->type](r, step);
        if (way < 0) return;
        leaving = (csuccess__leaving){step, step->ways[way].name, step->ways[way].to};
    }
}

void csuccess__enrolled_leave(csuccess__enrolled *r, uint32_t way)
{
    const csuccess__journey_step *step = &r->journey->steps[r->at];
    csuccess__enrolled_go(r,
                          (csuccess__leaving){step, step->ways[way].name, step->ways[way].to});
}

void csuccess__enrolled_time(csuccess__enrolled *r)
{
    int32_t way = time_is_up(r, &r->journey->steps[r->at]);
    if (way >= 0) csuccess__enrolled_leave(r, (uint32_t)way);
}

void csuccess__enrolled_take(csuccess__enrolled *r, uint32_t way)
{
    const csuccess__journey_step *step = &r->journey->steps[r->at];
    if (r->e.pending.len) return; /* the first one counts */
    if (r->e.state != CSUCCESS__ENROLLMENT_PAUSED && is_open(r, step)) {
        csuccess__enrolled_leave(r, way);
    } else if (!r->over) {
        r->e.pending = step->ways[way].name;
        r->changed = true;
    }
}
