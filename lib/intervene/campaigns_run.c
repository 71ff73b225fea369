/* SPDX-License-Identifier: Apache-2.0 */
/* A run over time: stops, rungs, its follow-up, its end, and whether it was a success. */
#include "flow/playbooks/task_internal.h"
#include "intervene/campaigns_internal.h"

static const csuccess_str none = {"", 0};

/* A time of a run as a time to look: nothing when it is done, or has come. */
static void due_at(csuccess__turn *t, int64_t at)
{
    if (at > t->m->step->now && csuccess__time_valid(at)) csuccess__step_due(t->m->step, at);
}

void csuccess__campaign_due(csuccess__turn *t, const csuccess__program *program,
                            const csuccess__move **moves)
{
    csuccess__moment *m = t->m;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    int64_t every = m->flow->segments_every_ms;
    int64_t soon = frame.now + (every > 0 ? every : CSUCCESS__HOUR_MS);
    if (m->step->failed < 0 || m->step->due <= soon) return;
    if (!*moves) *moves = csuccess__schema_moves(m->schema, m->machine, &frame, 1);
    if (!*moves) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return;
    }
    int64_t next = program ? csuccess__program_move(program, m->machine, &frame, 1, *moves).next
                           : csuccess__ruleset_next(t->of->campaigns->index->set, m->machine,
                                                    &frame, *moves);
    if (next != CSUCCESS__NEVER) due_at(t, next > soon ? next : soon);
}

bool csuccess__campaign_live(const csuccess__campaign *campaign, int64_t now)
{
    return campaign->status == CSUCCESS__CAMPAIGN_ACTIVE && campaign->from <= now &&
           (campaign->until == 0 || now < campaign->until);
}

bool csuccess__campaign_stopped(csuccess__turn *t, const csuccess__campaign *campaign,
                                csuccess_str *id)
{
    for (uint32_t i = 0; i < campaign->stop_count; i++) {
        const csuccess__stop *stop = &campaign->stops[i];
        if (csuccess__moment_asks(t->m, stop->when) != CSUCCESS__TRUE) continue;
        *id = stop->id;
        return true;
    }
    return false;
}

/* ---- Success ---- */

void csuccess__campaign_run_judge(csuccess__turn *t, csuccess__campaign_run *run)
{
    static const uint32_t answers[] = {
        [CSUCCESS__FALSE] = 2, [CSUCCESS__TRUE] = 1, [CSUCCESS__OPEN] = 3};
    static const char *const words[] = {"", "met", "missed", "undecided"};
    csuccess__value measures[CSUCCESS__MEASURE_COUNT];
    run->judge_at = 0;
    if (run->of && run->of->success.given) {
        run->judged = answers[csuccess__judging_ask(t, &run->of->success, run->started)];
        csuccess__judging_measure(t, &run->of->success, run->started, measures);
    }
    run->started = none;
    csuccess__campaign_run_put(t, run);
    if (run->judged == 0) return;
    csuccess__campaign_tell(
        t, run,
        &(csuccess__campaign_say){.change = "judged",
                                  .success = csuccess__str(words[run->judged]),
                                  .measures = measures});
}

/* ---- Ending ---- */

static void give_place(csuccess__turn *t, const csuccess__campaign_run *run)
{
    const csuccess__effect_delta delta = {
        .key = csuccess__turn_format(t, "participants/%S", run->campaign),
        .delta = -1,
        .message = UINT32_MAX};
    csuccess__step_delta(t->m->step, &delta);
}

/* When others may begin now that it is over: it itself, and those of its strategy. */
static void due_after(csuccess__turn *t, const csuccess__campaign_run *run)
{
    const csuccess__campaign *of = run->of;
    if (!of) return;
    if (of->repeats) due_at(t, csuccess__turn_after(t, run->ended_at, of->repeat));
    bool frees = of->place_of != UINT32_MAX && run->state != CSUCCESS__CAMPAIGN_RUN_SUPERSEDED;
    if (frees) due_at(t, t->m->step->now + 1);
}

void csuccess__campaign_run_end(csuccess__turn *t, csuccess__campaign_run *run,
                                csuccess__campaign_run_state state, csuccess_str detail)
{
    bool followed = state == CSUCCESS__CAMPAIGN_RUN_STOPPED;
    run->state = state;
    run->detail = detail;
    run->ended_at = t->m->step->now;
    if (run->counted) give_place(t, run);
    run->counted = false;
    run->done = run->dropped = 0;
    run->actions = run->tracks = run->escalated = none;
    if (!followed) run->follow_up_at = 0; /* what was stopped is still followed up on */
    if (run->judge_at == 0) run->started = none;
    csuccess__campaign_run_put(t, run);
    csuccess__campaign_tell(
        t, run,
        &(csuccess__campaign_say){.change = "ended",
                                  .state = csuccess__str(csuccess__campaign_run_word(state)),
                                  .by = detail});
    if (run->of) csuccess__campaign_publish(t, run->of);
    due_at(t, run->judge_at);
    due_at(t, run->follow_up_at);
    due_after(t, run);
}

/* ---- What comes by time ---- */

static void escalate(csuccess__turn *t, csuccess__campaign_run *run, const csuccess__rung *rung)
{
    const csuccess__task_make make = {.def = &rung->task,
                                      .definition = run->of->programme,
                                      .step = csuccess__turn_format(t, "escalate/%S", rung->id),
                                      .instance = run->id,
                                      .starts_at = t->m->step->now};
    csuccess_str task = csuccess__task_new(t->m, &make);
    run->escalated = csuccess__lines_with(t->m, run->escalated, rung->id);
    if (t->m->step->failed < 0) return;
    csuccess__campaign_run_put(t, run);
    csuccess__campaign_tell(
        t, run,
        &(csuccess__campaign_say){.change = "escalated", .rung = rung->id, .task = task});
}

/* Rungs whose time has come, and whose condition holds; one waits until it does. */
static void climb(csuccess__turn *t, csuccess__campaign_run *run, const csuccess__move **moves)
{
    for (uint32_t i = 0; i < run->of->rung_count && t->m->step->failed >= 0; i++) {
        const csuccess__rung *rung = &run->of->rungs[i];
        if (csuccess__lines_have(run->escalated, rung->id)) continue;
        int64_t at = csuccess__turn_after(t, run->started_at, rung->after);
        if (at > t->m->step->now) {
            due_at(t, at);
        } else if (csuccess__moment_asks(t->m, rung->when) == CSUCCESS__TRUE) {
            escalate(t, run, rung);
        } else {
            csuccess__campaign_due(t, rung->when, moves);
        }
    }
}

static void follow_up(csuccess__turn *t, csuccess__campaign_run *run)
{
    if (run->follow_up_at == 0 || run->follow_up_at > t->m->step->now) return;
    run->follow_up_at = 0;
    if (!run->of->follow_up.none) {
        (void)csuccess__follow_up_make(t, &run->of->follow_up, run->of->programme, run->id);
    }
    csuccess__campaign_run_put(t, run);
}

/* One that is under way, of a campaign that is active. */
static void go_on(csuccess__turn *t, csuccess__campaign_run *run, const csuccess__move **moves)
{
    csuccess_str stop;
    if (csuccess__campaign_stopped(t, run->of, &stop)) {
        csuccess__campaign_run_end(t, run, CSUCCESS__CAMPAIGN_RUN_STOPPED, stop);
        return;
    }
    for (uint32_t i = 0; i < run->of->stop_count; i++) {
        csuccess__campaign_due(t, run->of->stops[i].when, moves);
    }
    climb(t, run, moves);
    follow_up(t, run);
    if (csuccess__campaign_run_over(run)) {
        csuccess__campaign_run_end(t, run, CSUCCESS__CAMPAIGN_RUN_COMPLETED, none);
    }
}

void csuccess__campaign_run_look(csuccess__turn *t, csuccess__campaign_run *run,
                                 const csuccess__move **moves)
{
    int64_t now = t->m->step->now;
    if (!run->of) return; /* unseen until the configuration has it again */
    csuccess__campaign_state status = run->of->status;
    if (run->judge_at != 0 && run->judge_at <= now) csuccess__campaign_run_judge(t, run);
    if (csuccess__campaign_running(run)) {
        if (status == CSUCCESS__CAMPAIGN_COMPLETED) {
            csuccess__campaign_run_end(t, run, CSUCCESS__CAMPAIGN_RUN_COMPLETED,
                                       CSUCCESS_STR("status"));
        } else if (status == CSUCCESS__CAMPAIGN_CANCELLED) {
            csuccess__campaign_run_end(t, run, CSUCCESS__CAMPAIGN_RUN_CANCELLED,
                                       CSUCCESS_STR("status"));
        } else if (status == CSUCCESS__CAMPAIGN_ACTIVE) {
            go_on(t, run, moves);
        }
    } else if (status == CSUCCESS__CAMPAIGN_ACTIVE) {
        follow_up(t, run);
    }
    due_at(t, run->judge_at);
    if (status == CSUCCESS__CAMPAIGN_ACTIVE) due_at(t, run->follow_up_at);
}

void csuccess__campaigns_release(csuccess__turn *t)
{
    uint32_t count;
    csuccess__campaign_run *runs = csuccess__campaign_runs(t, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (runs[i].counted) give_place(t, &runs[i]);
    }
}
