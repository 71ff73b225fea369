/* SPDX-License-Identifier: Apache-2.0 */
/* What is told of campaigns: entries, reports, and the values that expressions read. */
#include "calendar/time_json.h"
#include "flow/playbooks/task_internal.h"
#include "intervene/campaigns_internal.h"

static const csuccess_str none = {"", 0};
enum { TRACK_DIGITS = 16 };

/* ---- Entries ---- */

/* The probability of churn as of now; false: not known. */
static bool probability_of(const csuccess__turn *t, double *out)
{
    uint32_t slot = t->of->risk;
    if (slot == UINT32_MAX || t->m->slots[slot].kind != CSUCCESS__KIND_NUMBER) return false;
    *out = t->m->slots[slot].as.number;
    return true;
}

/* What its actions together are expected to take off the probability of churn, by their priors. */
static void put_impact(csuccess__turn *t, csuccess__json_writer *w,
                       const csuccess__campaign *campaign)
{
    double share, risk = 0;
    bool known = probability_of(t, &risk);
    if (known) csuccess__json_put_num(w, "probability", risk);
    if (!campaign || !csuccess__campaign_impact(campaign, &share) || !known) return;
    csuccess__json_put_num(w, "impact", share * risk);
    csuccess__json_put_str(w, "of", CSUCCESS_STR("priors"));
}

/* Whether the customer has left: by the status, else as outcomes say. False: nobody knows. */
static bool has_left(const csuccess__turn *t, bool *out)
{
    const csuccess__value *slots = t->m->slots;
    uint32_t status = t->of->churned;
    if (status != UINT32_MAX && slots[status].kind == CSUCCESS__KIND_STRING) {
        *out = csuccess__str_is(slots[status].as.string, "churned");
        return true;
    }
    uint32_t at = csuccess__schema_find(t->m->schema, CSUCCESS_STR("churned_at"), NULL);
    if (at >= t->m->schema->inputs) return false;
    *out = !csuccess__is_missing(slots[at]);
    return true;
}

/* Whether the customer has stayed, and what it came to. */
static void put_judged(const csuccess__turn *t, csuccess__json_writer *w,
                       const csuccess__value *measures)
{
    static const char *const words[] = {
#define CSUCCESS__MEASURE(name, text) text,
        CSUCCESS__MEASURES(CSUCCESS__MEASURE)
#undef CSUCCESS__MEASURE
    };
    bool left;
    if (has_left(t, &left)) csuccess__json_put_bool(w, "retained", !left);
    for (int i = 0; i < CSUCCESS__MEASURE_COUNT; i++) {
        if (measures[i].kind != CSUCCESS__KIND_NUMBER) continue;
        csuccess__json_put_num(w, words[i], measures[i].as.number);
    }
}

void csuccess__campaign_tell(csuccess__turn *t, const csuccess__campaign_run *run,
                             const csuccess__campaign_say *say)
{
    csuccess__json_writer *w = csuccess__step_body(t->m->step);
    csuccess__json_put_str(w, "change", csuccess__str(say->change));
    csuccess__json_put_str(w, "campaign", run->campaign);
    csuccess__json_put_given(w, "run", run->id);
    csuccess__json_put_num(w, "times", run->times);
    csuccess__json_put_given(w, "action", say->action);
    csuccess__json_put_given(w, "state", say->state);
    csuccess__json_put_given(w, "by", say->by);
    csuccess__json_put_given(w, "reason", say->reason);
    csuccess__json_put_given(w, "rung", say->rung);
    csuccess__json_put_given(w, "task", say->task);
    csuccess__json_put_given(w, "execution", say->execution);
    csuccess__json_put_given(w, "success", say->success);
    if (say->measures) put_judged(t, w, say->measures);
    if (say->until) csuccess__json_put_time(w, "until", say->until);
    if (csuccess__str_is(csuccess__str(say->change), "started")) put_impact(t, w, run->of);
    csuccess_str body = csuccess__step_body_end(t->m->step);
    if (body.ptr) csuccess__step_entry(t->m->step, "campaign", none, body);
}

/* ---- Values ---- */

void csuccess__campaign_publish(csuccess__turn *t, const csuccess__campaign *campaign)
{
    csuccess__campaign_run run;
    csuccess__value *slots = t->m->slots;
    const csuccess__value never = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (campaign->state_slot == UINT32_MAX) return;
    bool any = csuccess__campaign_run_take(t, campaign->id, &run);
    slots[campaign->times_slot] = csuccess__number(any ? run.times : 0);
    slots[campaign->state_slot] =
        any ? csuccess__moment_string(t->m,
                                      csuccess__str(csuccess__campaign_run_word(run.state)))
            : never;
    slots[campaign->started_slot] = any ? csuccess__time(run.started_at) : never;
}

void csuccess__campaigns_publish(csuccess__turn *t)
{
    const csuccess__campaigns *of = t->of->campaigns;
    for (uint32_t i = 0; i < of->index->shown_count && t->m->step->failed >= 0; i++) {
        csuccess__campaign_publish(t, &of->list[of->index->shown[i]]);
    }
}

/* ---- The report ---- */

static const char *state_of(const csuccess__campaign_run *run, uint32_t bit, bool due)
{
    if (run->dropped >> bit & 1) return "dropped";
    if (run->done >> bit & 1) return "left";
    return due ? "due" : "planned";
}

static const csuccess__campaign_action *action_of(const csuccess__campaign *of, csuccess_str id)
{
    for (uint32_t i = 0; of && i < of->action_count; i++) {
        if (csuccess__str_eq(of->actions[i].id, id)) return &of->actions[i];
    }
    return NULL;
}

static void put_actions(csuccess__turn *t, csuccess__json_writer *out,
                        const csuccess__campaign_run *run)
{
    csuccess_str lines = run->actions, line;
    if (run->actions.len == 0) return;
    csuccess__json_key(out, CSUCCESS_STR("actions"));
    csuccess__json_open(out, '[');
    for (uint32_t bit = 0; csuccess__line_next(&lines, &line); bit++) {
        const csuccess__campaign_action *action = action_of(run->of, line);
        int64_t at =
            action ? csuccess__turn_after(t, run->started_at, action->after) : INT64_MAX;
        const char *state = state_of(run, bit, at <= t->m->step->now);
        csuccess__json_open(out, '{');
        csuccess__json_put_str(out, "action", line);
        csuccess__json_put_str(out, "state", csuccess__str(state));
        if (action) csuccess__json_put_str(out, "intervention", action->what.id);
        if (action) csuccess__json_put_time(out, "at", at);
        if (csuccess__str_is(csuccess__str(state), "left")) {
            csuccess__json_put_str(
                out, "execution",
                (csuccess_str){run->tracks.ptr + (size_t)bit * TRACK_DIGITS, TRACK_DIGITS});
        }
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
}

/* When it is planned to be over, and how long that is. */
static void put_plan(csuccess__turn *t, csuccess__json_writer *out,
                     const csuccess__campaign_run *run)
{
    char text[CSUCCESS__DURATION_TEXT];
    if (!run->of) return;
    int64_t until = csuccess__campaign_planned(t, run->of, run->started_at);
    int64_t ms = until - run->started_at;
    csuccess__duration whole = {.days = (int32_t)(ms / CSUCCESS__DAY_MS),
                                .ms = ms % CSUCCESS__DAY_MS};
    size_t len = csuccess__duration_format(text, whole);
    csuccess__json_put_time(out, "planned_until", until);
    if (len) csuccess__json_put_str(out, "duration", (csuccess_str){text, len});
}

static void put_run(csuccess__turn *t, csuccess__json_writer *out,
                    const csuccess__campaign_run *run)
{
    static const char *const judged[] = {"", "met", "missed", "undecided"};
    bool running = csuccess__campaign_running(run);
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "campaign", run->campaign);
    csuccess__json_put_str(out, "state",
                           csuccess__str(csuccess__campaign_run_word(run->state)));
    if (run->of) {
        csuccess__json_put_str(out, "status",
                               csuccess__str(csuccess__campaign_word(run->of->status)));
        csuccess__json_put_given(out, "strategy", run->of->strategy);
    }
    csuccess__json_put_str(out, "run", run->id);
    csuccess__json_put_num(out, "times", run->times);
    csuccess__json_put_given(out, "by", run->detail);
    csuccess__json_put_time(out, "started_at", run->started_at);
    if (run->ended_at) csuccess__json_put_time(out, "ended_at", run->ended_at);
    if (running) put_plan(t, out, run);
    if (running) put_impact(t, out, run->of);
    if (run->follow_up_at) csuccess__json_put_time(out, "follow_up_at", run->follow_up_at);
    if (run->judge_at) csuccess__json_put_time(out, "judge_at", run->judge_at);
    csuccess__json_put_given(out, "success", csuccess__str(judged[run->judged]));
    put_actions(t, out, run);
    csuccess__json_close(out, '}');
}

void csuccess__campaigns_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    uint32_t count;
    csuccess__campaign_run *runs = csuccess__campaign_runs(t, &count);
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < count; i++) put_run(t, out, &runs[i]);
    csuccess__json_close(out, ']');
}
