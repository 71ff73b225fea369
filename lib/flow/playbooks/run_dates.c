/* SPDX-License-Identifier: Apache-2.0 */
/* When the steps of a run begin, repeat and are due; and what another start does to them. */
#include "flow/flow.h"
#include "flow/playbooks/playbook_internal.h"
#include "flow/playbooks/task_internal.h"

/* Days of the calendar, or of the clock where the customer is. */
static int64_t add_days(csuccess__moment *m, const csuccess__playbook_step *step, int64_t from,
                        int32_t days)
{
    csuccess__business b = csuccess__moment_business(m, step->task.calendar);
    int64_t out = from;
    if (step->task.business_days && csuccess__business_add_days(&out, &b, from, days)) {
        return out;
    }
    const csuccess__duration d = {.days = days};
    if (days == 0 || csuccess__zone_add(&out, &b.zone, from, d)) return out;
    return csuccess__time_add(&out, from, d) ? out : CSUCCESS__TIME_MAX;
}

bool csuccess__step_begins_at(int64_t *out, csuccess__moment *m, const csuccess__playbook *def,
                              const csuccess__run *run, uint32_t step)
{
    const csuccess__playbook_step *s = &def->steps[step];
    int64_t base = run->started_at;
    if (s->after != UINT32_MAX) {
        const csuccess__run_step *before = &run->steps[s->after];
        if (before->state < CSUCCESS__RUN_STEP_DONE) return false;
        base = before->ended_at;
    }
    *out = s->from_start.days > 0 || s->task.business_days
               ? add_days(m, s, base, s->from_start.days)
               : base;
    return true;
}

/* Due days count from the start of the run for the first task of a step without `after`, else from when the task is made. */
int64_t csuccess__step_due_at(csuccess__moment *m, const csuccess__playbook *def,
                              const csuccess__run *run, uint32_t step, int64_t at)
{
    const csuccess__playbook_step *s = &def->steps[step];
    bool first = at == run->steps[step].begun_at;
    int64_t base = s->after == UINT32_MAX && first ? run->started_at : at;
    return s->task.has_due ? add_days(m, s, base, s->task.due.days) : 0;
}

int64_t csuccess__step_next_at(csuccess__moment *m, const csuccess__playbook *def,
                               uint32_t step, int64_t begun, int64_t after)
{
    const csuccess__playbook_step *s = &def->steps[step];
    csuccess__business b = csuccess__moment_business(m, s->task.calendar);
    int64_t out = 0;
    if (!s->recurs) return 0;
    return csuccess__recurrence_next(&out, &s->every, &b.zone, begun, after, NULL) ? out : 0;
}

/* ---- Another start ---- */

typedef struct move {
    csuccess__run *run;
    const csuccess__playbook *def;
    const csuccess__run *before; /* as it was */
} move;

/* An open task: its dates are as the definition has them from the new start; what a person has changed keeps its distance. */
static void move_task(csuccess__moment *m, const move *v, uint32_t step, csuccess__task *task)
{
    const csuccess__run_step *was = &v->before->steps[step], *is = &v->run->steps[step];
    int64_t shift = is->begun_at - was->begun_at, start = task->starts_at;
    int64_t planned = csuccess__step_due_at(m, v->def, v->before, step, start);
    task->starts_at = start + shift;
    if (task->due_at != 0 && task->due_at == planned) {
        task->due_at = csuccess__step_due_at(m, v->def, v->run, step, task->starts_at);
    } else if (task->due_at != 0) {
        task->due_at += v->run->started_at - v->before->started_at;
    }
    if (!csuccess__time_valid(task->due_at)) task->due_at = 0;
    if (!csuccess__time_valid(task->starts_at)) task->starts_at = start;
    task->late = task->late && task->due_at <= m->step->now;
    csuccess__task_plan(task, m->step->now);
    csuccess__task_put(m, task);
    csuccess__task_say(m, task, "moved", CSUCCESS_STR("the playbook's start has moved"));
}

static void move_tasks(csuccess__moment *m, const move *v)
{
    csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TASK, &count);
    for (uint32_t i = 0; i < count && m->step->failed >= 0; i++) {
        csuccess__task task;
        if (!csuccess__task_take(m, state->fields[first + i].name, &task)) return;
        bool goes =
            csuccess__task_is_open(&task) && csuccess__str_eq(task.instance, v->run->instance);
        for (uint32_t s = 0; goes && s < v->def->step_count; s++) {
            if (v->def->steps[s].after != UINT32_MAX) continue;
            if (csuccess__str_eq(v->def->steps[s].id, task.step)) move_task(m, v, s, &task);
        }
    }
}

void csuccess__run_move(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def,
                        int64_t start)
{
    const csuccess__run before = *run;
    const move v = {run, def, &before};
    run->started_at = start;
    run->next_at = m->step->now; /* looked at once everything is computed */
    if (run->within_at != 0 &&
        !csuccess__time_add(&run->within_at, start, def->success_within)) {
        run->within_at = 0;
    }
    for (uint32_t i = 0; i < run->step_count; i++) {
        csuccess__run_step *s = &run->steps[i];
        bool moves = s->state == CSUCCESS__RUN_STEP_BEGUN && def->steps[i].after == UINT32_MAX;
        if (!moves) continue;
        int64_t shift = -s->begun_at;
        if (!csuccess__step_begins_at(&s->begun_at, m, def, run, i)) continue;
        shift += s->begun_at;
        if (s->next_at != 0) s->next_at += shift;
        if (!csuccess__time_valid(s->next_at)) s->next_at = 0;
    }
    move_tasks(m, &v);
}
