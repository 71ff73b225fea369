/* SPDX-License-Identifier: Apache-2.0 */
/* How executions move: which event is allowed in which state, by table, and the entry that tells of it. */
#include "calendar/time_json.h"
#include "intervene/executions_internal.h"
#include "intervene/intervene.h"

enum { NO = -1 };

/* Rows are states, columns events: start, complete, cancel, escalate. */
static const int8_t moves[][CSUCCESS__EXECUTION_EVENT_COUNT] = {
    [CSUCCESS__EXECUTION_SCHEDULED] = {CSUCCESS__EXECUTION_IN_PROGRESS,
                                       CSUCCESS__EXECUTION_COMPLETED,
                                       CSUCCESS__EXECUTION_CANCELLED,
                                       CSUCCESS__EXECUTION_ESCALATED},
    [CSUCCESS__EXECUTION_IN_PROGRESS] = {NO, CSUCCESS__EXECUTION_COMPLETED,
                                         CSUCCESS__EXECUTION_CANCELLED,
                                         CSUCCESS__EXECUTION_ESCALATED},
    [CSUCCESS__EXECUTION_COMPLETED] = {NO, NO, NO, NO},
    [CSUCCESS__EXECUTION_CANCELLED] = {NO, NO, NO, NO},
    [CSUCCESS__EXECUTION_ESCALATED] = {CSUCCESS__EXECUTION_IN_PROGRESS,
                                       CSUCCESS__EXECUTION_COMPLETED,
                                       CSUCCESS__EXECUTION_CANCELLED, NO}};

bool csuccess__execution_may(csuccess__execution_state from, csuccess__execution_event event,
                             csuccess__execution_state *to)
{
    int8_t next = moves[from][event];
    if (next == NO) return false;
    *to = (csuccess__execution_state)next;
    return true;
}

void csuccess__execution_move(csuccess__turn *t, csuccess__execution *e,
                              csuccess__execution_event event)
{
    csuccess__execution_state to;
    int64_t now = t->m->step->now;
    if (!csuccess__execution_may(e->state, event, &to)) return;
    e->state = to;
    if (to == CSUCCESS__EXECUTION_IN_PROGRESS && e->started_at == 0) e->started_at = now;
    if (!csuccess__execution_is_open(e)) e->ended_at = now;
    if (to == CSUCCESS__EXECUTION_CANCELLED) e->judge_at = e->follow_up_at = 0;
    if (e->task.len == 0 || csuccess__execution_is_open(e)) return;
    /* Nobody else tells what became of people's work. */
    csuccess__touch_told(t, e->id, to == CSUCCESS__EXECUTION_COMPLETED, now);
}

const csuccess__intervention *csuccess__execution_of(const csuccess__turn *t,
                                                     const csuccess__execution *e)
{
    const csuccess_str prefix = CSUCCESS_STR("campaign/");
    if (!csuccess__str_starts(e->programme, prefix)) {
        return csuccess__intervention_find(t->of->interventions, e->intervention);
    }
    const csuccess__campaign *campaign = csuccess__campaign_find(
        t->of->campaigns,
        (csuccess_str){e->programme.ptr + prefix.len, e->programme.len - prefix.len});
    for (uint32_t i = 0; campaign && i < campaign->action_count; i++) {
        if (csuccess__str_eq(campaign->actions[i].id, e->step)) {
            return &campaign->actions[i].what;
        }
    }
    return csuccess__intervention_find(t->of->interventions, e->intervention);
}

void csuccess__execution_tell(csuccess__turn *t, const csuccess__execution *e,
                              const csuccess__execution_change *change)
{
    csuccess__step *step = t->m->step;
    if (step->failed < 0) return;
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "change", csuccess__str(change->what));
    csuccess__execution_members(w, e);
    csuccess__json_put_given(w, "reason", change->reason);
    csuccess__json_put_given(w, "follow_up", change->follow_up);
    csuccess_str body = csuccess__step_body_end(step);
    if (body.ptr) csuccess__step_entry(step, "intervention", e->contact, body);
}

void csuccess__execution_say(csuccess__turn *t, const csuccess__execution *e,
                             const char *change, csuccess_str reason)
{
    const csuccess__execution_change said = {
        .what = change, .reason = reason, .follow_up = {"", 0}};
    csuccess__execution_tell(t, e, &said);
}
