/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of playbooks over time: begun, moved on, closed, measured, ended. */
#include "flow/flow.h"
#include "flow/playbooks/playbook_internal.h"
#include "flow/playbooks/task_internal.h"
#include "base/digest.h"
#include "flow/team_internal.h"

enum {
    KEPT_DAYS = 30,
    NAME_BYTES = 1024,
    AT_ONCE = 64 /* tasks that a step which repeats makes in one step of the customer */
};

static const csuccess_str none = {"", 0};

/* ---- Success ---- */

void csuccess__run_measure(csuccess__moment *m, csuccess__run *run,
                           const csuccess__playbook *def, bool within)
{
    static const csuccess__run_success answers[] = {
        [CSUCCESS__FALSE] = CSUCCESS__SUCCESS_MISSED,
        [CSUCCESS__TRUE] = CSUCCESS__SUCCESS_MET,
        [CSUCCESS__OPEN] = CSUCCESS__SUCCESS_UNDECIDED};
    csuccess__run_success *out = within ? &run->at_within : &run->at_end;
    if (within) run->within_at = 0;
    if (!def || !def->success) return;
    csuccess__run_show(m, run, def);
    *out = answers[csuccess__moment_asks(m, def->success)];
    csuccess__run_hide(m, def);
}

/* ---- Ending ---- */

static void cancel_tasks(csuccess__moment *m, const csuccess__run *run, csuccess_str reason)
{
    csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TASK, &count);
    for (uint32_t i = 0; i < count && m->step->failed >= 0; i++) {
        csuccess__task task;
        csuccess_str id = state->fields[first + i].name;
        if (!csuccess__task_get(m->step, id, &task)) return;
        if (!csuccess__task_is_open(&task)) continue;
        if (csuccess__str_eq(task.instance, run->instance))
            csuccess__task_cancel(m, id, reason);
    }
}

/* What is not needed any more once it has ended and was measured. */
static void forget(csuccess__run *run)
{
    run->step_count = 0;
    run->next_at = 0;
    run->cancel = false;
    if (run->within_at != 0) return;
    run->value_count = 0;
    run->kept = none;
}

void csuccess__run_end(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def,
                       csuccess__run_state state)
{
    bool completed = state == CSUCCESS__RUN_COMPLETED;
    const char *word = completed ? "completed" : "cancelled";
    run->state = state;
    run->ended_at = m->step->now;
    csuccess__run_measure(m, run, def, false);
    forget(run);
    csuccess__run_put(m, run);
    csuccess__run_say(m, run, def, word);
    cancel_tasks(m, run,
                 completed         ? CSUCCESS_STR("the playbook is completed")
                 : run->reason.len ? run->reason
                                   : CSUCCESS_STR("the playbook is cancelled"));
    const csuccess__happening happening = {.kind = CSUCCESS__HAPPENING_PLAYBOOK_ENDED,
                                           .id = run->playbook,
                                           .detail = csuccess__str(word),
                                           .instance = run->instance,
                                           .record = run->record};
    csuccess__moment_tell(m, &happening);
    csuccess__playbook_publish(m, run->playbook);
    csuccess__tasks_publish(m);
    if (run->within_at > m->step->now) csuccess__step_due(m->step, run->within_at);
}

/* ---- Steps ---- */

static void make_task(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def,
                      uint32_t step)
{
    char name[NAME_BYTES];
    csuccess__text definition;
    csuccess__run_step *s = &run->steps[step];
    csuccess__text_init(&definition, name, sizeof name);
    csuccess__text_put(&definition, CSUCCESS_STR("playbook/"));
    csuccess__text_put(&definition, run->playbook);
    const csuccess__task_make make = {.def = &def->steps[step].task,
                                      .definition = {name, definition.len},
                                      .step = s->id,
                                      .instance = run->instance,
                                      .occurrence = s->made,
                                      .starts_at = s->next_at,
                                      .due_at =
                                          csuccess__step_due_at(m, def, run, step, s->next_at)};
    (void)csuccess__task_new(m, &make);
    s->made++;
    s->next_at = csuccess__step_next_at(m, def, step, s->begun_at, s->next_at);
}

/* How the tasks of a step stand. */
typedef struct tally {
    uint32_t open, completed;
    int64_t ended_at; /* of the last */
} tally;

static tally count_tasks(csuccess__moment *m, const csuccess__run *run, csuccess_str step)
{
    const csuccess__state *state = m->step->state;
    tally t = {0, 0, 0};
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TASK, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__task task;
        if (!csuccess__task_get(m->step, state->fields[first + i].name, &task)) return t;
        if (!csuccess__str_eq(task.instance, run->instance)) continue;
        if (!csuccess__str_eq(task.step, step)) continue;
        if (csuccess__task_is_open(&task)) t.open++;
        if (task.state == CSUCCESS__TASK_COMPLETED) t.completed++;
        if (task.ended_at > t.ended_at) t.ended_at = task.ended_at;
    }
    return t;
}

static bool begin_step(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def,
                       uint32_t step)
{
    csuccess__run_step *s = &run->steps[step];
    int64_t at = 0;
    if (!csuccess__step_begins_at(&at, m, def, run, step)) return false;
    if (at > m->step->now) {
        if (run->next_at == 0 || at < run->next_at) run->next_at = at;
        return false;
    }
    s->state = CSUCCESS__RUN_STEP_BEGUN;
    s->begun_at = at;
    s->next_at =
        def->steps[step].recurs ? csuccess__step_next_at(m, def, step, at, at - 1) : at;
    return true;
}

static bool has_come(const csuccess__moment *m, int64_t at)
{
    return at != 0 && at <= m->step->now && m->step->failed >= 0;
}

/* Whether all tasks of a step that has begun have been made and have ended. */
static bool has_ended(csuccess__moment *m, csuccess__run *run, csuccess__run_step *s)
{
    tally t = count_tasks(m, run, s->id);
    if (t.open > 0) return false;
    bool done = t.completed > 0 || s->made == 0;
    s->state = done ? CSUCCESS__RUN_STEP_DONE : CSUCCESS__RUN_STEP_SKIPPED;
    s->ended_at = t.ended_at ? t.ended_at : m->step->now;
    return true;
}

static bool go_on(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def,
                  uint32_t step)
{
    csuccess__run_step *s = &run->steps[step];
    for (uint32_t i = 0; i < AT_ONCE && has_come(m, s->next_at); i++) {
        make_task(m, run, def, step);
    }
    if (s->next_at == 0) return has_ended(m, run, s);
    if (run->next_at == 0 || s->next_at < run->next_at) run->next_at = s->next_at;
    return false;
}

/* A task that was opened again takes its step back; what came after it stays. */
static void reopen_steps(csuccess__moment *m, csuccess__run *run)
{
    for (uint32_t i = 0; i < run->step_count; i++) {
        csuccess__run_step *s = &run->steps[i];
        if (s->state < CSUCCESS__RUN_STEP_DONE || s->made == 0) continue;
        if (count_tasks(m, run, s->id).open == 0) continue;
        s->state = CSUCCESS__RUN_STEP_BEGUN;
        s->ended_at = 0;
    }
}

/* Whether it is over: all required steps are, or, where all are optional, all of them. */
static bool is_over(const csuccess__run *run, const csuccess__playbook *def,
                    csuccess__run_state *state)
{
    bool any_required = false, any_done = false;
    for (uint32_t i = 0; i < run->step_count; i++) {
        any_required = any_required || !def->steps[i].optional;
    }
    for (uint32_t i = 0; i < run->step_count; i++) {
        if (any_required && def->steps[i].optional) continue;
        if (run->steps[i].state < CSUCCESS__RUN_STEP_DONE) return false;
        any_done = any_done || run->steps[i].state == CSUCCESS__RUN_STEP_DONE;
    }
    *state = any_done ? CSUCCESS__RUN_COMPLETED : CSUCCESS__RUN_CANCELLED;
    return true;
}

/* Every step once; whether any has moved, so that others may. */
static bool pass(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def)
{
    bool changed = false;
    run->next_at = 0;
    for (uint32_t i = 0; i < run->step_count; i++) {
        const csuccess__run_step *s = &run->steps[i];
        if (s->state == CSUCCESS__RUN_STEP_WAITING && begin_step(m, run, def, i))
            changed = true;
        if (s->state == CSUCCESS__RUN_STEP_BEGUN && go_on(m, run, def, i)) changed = true;
    }
    return changed;
}

void csuccess__run_advance(csuccess__moment *m, csuccess__run *run,
                           const csuccess__playbook *def)
{
    csuccess__run_state state = CSUCCESS__RUN_OPEN;
    csuccess__run_show(m, run, def);
    reopen_steps(m, run);
    while (pass(m, run, def) && m->step->failed >= 0) {
    }
    csuccess__run_hide(m, def);
    if (is_over(run, def, &state)) {
        csuccess__run_end(m, run, def, state);
        return;
    }
    csuccess__run_put(m, run);
    csuccess__tasks_publish(m);
    int64_t soon = m->step->now + 1; /* what is left of a step that repeats */
    if (run->next_at != 0) {
        csuccess__step_due(m->step, run->next_at > soon ? run->next_at : soon);
    }
    if (run->within_at > m->step->now) csuccess__step_due(m->step, run->within_at);
}

/* ---- Beginning ---- */

/* Name of the field: "playbook", "playbook/record", and "#reason" where it is not the playbook's own. */
static csuccess_str name_of(csuccess__moment *m, const csuccess__playbook *def,
                            csuccess_str record, csuccess_str reason)
{
    csuccess__buffer *out = &m->desk->text;
    csuccess__buffer_clear(out);
    csuccess__buffer_str(out, def->id);
    if (def->each != UINT32_MAX) csuccess__buffer_char(out, '/');
    csuccess__buffer_str(out, record);
    if (!csuccess__str_eq(reason, def->reason)) {
        csuccess__buffer_char(out, '#');
        csuccess__buffer_str(out, reason);
    }
    if (out->status < 0) csuccess__step_fail(m->step, out->status);
    return csuccess__moment_copy(m, csuccess__buffer_view(out));
}

static void take_config_hash(const csuccess__moment *m, uint8_t out[32])
{
    csuccess_str text = m->step->config;
    const size_t prefix = sizeof "sha256:" - 1;
    memset(out, 0, 32);
    if (text.len != prefix + 64) return;
    if (!csuccess__hex_take(out, 32, (csuccess_str){text.ptr + prefix, 64})) memset(out, 0, 32);
}

/* Wanted while it is open: the open one is brought up to date. */
static void want_again(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def,
                       const csuccess__happening *start)
{
    run->again++;
    run->by = start->detail;
    csuccess__run_put(m, run);
    csuccess__run_say(m, run, def, "again");
}

static void begin_run(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def,
                      const csuccess__happening *start)
{
    char of[NAME_BYTES];
    csuccess__text text;
    csuccess__text_init(&text, of, sizeof of);
    csuccess__text_put(&text, CSUCCESS_STR("playbook/"));
    csuccess__text_put(&text, def->id);
    run->playbook = def->id;
    run->record = start->record;
    run->instance =
        csuccess__moment_id(m, "instance", (csuccess_str){of, text.len}, run->name, run->times);
    run->by = start->detail;
    run->kept = start->kept;
    run->began_at = run->started_at = m->step->now;
    memcpy(run->definition, def->hash, sizeof run->definition);
    take_config_hash(m, run->config);
    bool within = def->success && (def->success_within.months || def->success_within.days ||
                                   def->success_within.ms);
    if (within && !csuccess__time_add(&run->within_at, run->started_at, def->success_within)) {
        run->within_at = 0;
    }
    run->step_count = def->step_count;
    for (uint32_t i = 0; i < def->step_count; i++) run->steps[i].id = def->steps[i].id;
    csuccess__run_keep_values(m, run, def);
    csuccess__run_put(m, run); /* its tasks find it */
    csuccess__run_say(m, run, def, "started");
    csuccess__run_advance(m, run, def);
    csuccess__playbook_publish(m, def->id);
}

/* Without a record, one for each of the collection. */
static void start_each(csuccess__moment *m, const csuccess__playbook *def,
                       const csuccess__happening *start)
{
    const csuccess__value list = m->slots[def->each];
    if (list.kind != CSUCCESS__KIND_LIST) return;
    for (size_t i = 0; i < list.as.many.count; i++) {
        const csuccess__value *record = &list.as.many.items[i];
        if (record->kind != CSUCCESS__KIND_RECORD || record->as.many.count == 0) continue;
        if (record->as.many.items[0].kind != CSUCCESS__KIND_STRING) continue;
        csuccess__happening one = *start;
        one.record = record->as.many.items[0].as.string;
        csuccess__moment_tell(m, &one);
    }
}

/* The reason that a person gave; else the playbook's own. */
static csuccess_str reason_of(const csuccess__moment *m, const csuccess__playbook *def,
                              const csuccess__happening *start)
{
    if (!m->input || !csuccess__str_is(start->detail, "input")) return def->reason;
    csuccess_str given = csuccess__input_string(m->input, "reason");
    return given.len > 0 && given.len <= 256 ? given : def->reason;
}

/* What was not measured yet is, before its place is taken. */
static void make_room(csuccess__moment *m, csuccess__run *run)
{
    const csuccess__playbook *pinned = csuccess__run_definition(m, run);
    if (run->within_at == 0) return;
    csuccess__run_measure(m, run, pinned, true);
    csuccess__run_say(m, run, pinned, "measured");
}

static void start_one(csuccess__moment *m, const csuccess__playbook *def,
                      const csuccess__happening *start)
{
    csuccess__run run;
    csuccess_str reason = reason_of(m, def, start);
    csuccess_str name = name_of(m, def, start->record, reason);
    bool before = csuccess__run_take(m, name, &run);
    if (m->step->failed < 0) return;
    if (before && run.state == CSUCCESS__RUN_OPEN) {
        want_again(m, &run, def, start);
        return;
    }
    if (before) make_room(m, &run);
    uint64_t times = before ? run.times : 0;
    memset(&run, 0, sizeof run);
    run.name = name;
    run.times = times + 1;
    run.reason = reason;
    begin_run(m, &run, def, start);
}

void csuccess__playbook_start(csuccess__moment *m, const csuccess__happening *start)
{
    uint32_t at = csuccess__playbook_find(m->flow->playbooks, start->id);
    if (at == UINT32_MAX || m->step->quiet) return;
    const csuccess__playbook *def = &m->flow->playbooks->list[at];
    csuccess__happening own = *start;
    if (def->each == UINT32_MAX) own.record = none;
    if (def->each != UINT32_MAX && start->record.len == 0) {
        start_each(m, def, start);
        return;
    }
    start_one(m, def, &own);
}

/* ---- A step of the customer ---- */

static void stall(csuccess__moment *m, csuccess__run *run)
{
    csuccess__json_writer *w;
    if (run->stalled) return;
    run->stalled = true;
    csuccess__run_put(m, run);
    w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "playbook", run->playbook);
    csuccess__json_put_str(w, "instance", run->instance);
    csuccess__json_put_str(w, "reason",
                           CSUCCESS_STR("the definition that it began with is not to be had "
                                        "any more; its tasks stay, no step follows"));
    csuccess_str body = csuccess__step_body_end(m->step);
    if (body.ptr) csuccess__step_entry(m->step, "stopped", none, body);
}

/* Whether recovery has made it unnecessary; and when to ask again, as far as time decides. */
static bool is_closed(csuccess__moment *m, const csuccess__run *run,
                      const csuccess__playbook *def)
{
    if (!def->close_when) return false;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    csuccess__run_show(m, run, def);
    bool closed = csuccess__moment_asks(m, def->close_when) == CSUCCESS__TRUE;
    int64_t next =
        csuccess__schema_next(m->schema, def->close_when, m->machine, &frame, CSUCCESS__DAY_MS);
    csuccess__run_hide(m, def);
    if (next > m->step->now && csuccess__time_valid(next)) csuccess__step_due(m->step, next);
    return closed;
}

static void look_at_open(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def)
{
    int64_t now = m->step->now;
    if (run->within_at != 0 && run->within_at <= now) {
        csuccess__run_measure(m, run, def, true);
        csuccess__run_put(m, run);
        csuccess__run_say(m, run, def, "measured");
    }
    if (run->cancel) {
        csuccess__run_end(m, run, def, CSUCCESS__RUN_CANCELLED);
        return;
    }
    if (!def) {
        stall(m, run);
        return;
    }
    if (is_closed(m, run, def)) {
        run->reason = CSUCCESS_STR("recovered");
        csuccess__run_end(m, run, def, CSUCCESS__RUN_CANCELLED);
    } else if (run->next_at != 0 && run->next_at <= now) {
        csuccess__run_advance(m, run, def);
    } else {
        if (run->next_at != 0) csuccess__step_due(m->step, run->next_at);
        if (run->within_at != 0) csuccess__step_due(m->step, run->within_at);
    }
}

/* The record that it was for is there no more. */
static bool is_orphan(const csuccess__moment *m, const csuccess__run *run,
                      const csuccess__playbook *def)
{
    if (!run->record.len || !def || def->each == UINT32_MAX) return false;
    return m->slots[def->each].kind == CSUCCESS__KIND_LIST &&
           !csuccess__record_find(m, def->each, run->record);
}

/* True: it is gone. */
static bool look_at_ended(csuccess__moment *m, csuccess__run *run,
                          const csuccess__playbook *def)
{
    if (run->within_at != 0 && run->within_at <= m->step->now) {
        csuccess__run_measure(m, run, def, true);
        forget(run);
        csuccess__run_put(m, run);
        csuccess__run_say(m, run, def, "measured");
    }
    if (run->within_at != 0) csuccess__step_due(m->step, run->within_at);
    int64_t until = run->ended_at + KEPT_DAYS * CSUCCESS__DAY_MS;
    if (run->within_at != 0 || !is_orphan(m, run, def)) return false;
    if (until > m->step->now) {
        csuccess__step_due(m->step, until);
        return false;
    }
    csuccess__state_drop(m->step->state, CSUCCESS__STATE_PLAYBOOK, run->name);
    csuccess__playbook_publish(m, run->playbook);
    return true;
}

static bool look_at(csuccess__moment *m, csuccess_str name)
{
    csuccess__run run;
    if (!csuccess__run_take(m, name, &run)) return false;
    const csuccess__playbook *def = csuccess__run_definition(m, &run);
    if (run.state != CSUCCESS__RUN_OPEN) return look_at_ended(m, &run, def);
    look_at_open(m, &run, def);
    return false;
}

void csuccess__playbooks_step(csuccess__moment *m)
{
    csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_PLAYBOOK, &count);
    for (uint32_t i = 0; i < count && m->step->failed >= 0;) {
        if (look_at(m, state->fields[first + i].name)) {
            count--;
        } else {
            i++;
        }
    }
}

/* ---- A task has ended ---- */

/* Step of a message: of each record and reason its own, for tasks of several may be done at once. */
static csuccess_str message_step(csuccess__moment *m, const csuccess__run *run,
                                 csuccess_str step)
{
    csuccess__buffer *out = &m->desk->text;
    csuccess__buffer_clear(out);
    csuccess__buffer_str(out, step);
    csuccess__buffer_str(out, (csuccess_str){run->name.ptr + run->playbook.len,
                                             run->name.len - run->playbook.len});
    if (out->status < 0) csuccess__step_fail(m->step, out->status);
    return csuccess__moment_copy(m, csuccess__buffer_view(out));
}

/* What an email step sends once its task is done. */
static void send_email(csuccess__moment *m, const csuccess__run *run,
                       const csuccess__playbook *def, const csuccess__task *task)
{
    for (uint32_t i = 0; i < def->step_count; i++) {
        const csuccess__playbook_step *step = &def->steps[i];
        if (!step->sending || !csuccess__str_eq(step->id, task->step)) continue;
        const csuccess__want want = {.sending = step->sending,
                                     .definition = task->definition,
                                     .step = message_step(m, run, task->step),
                                     .occurrence = task->occurrence,
                                     .instance = run->instance};
        csuccess__run_show(m, run, def);
        (void)csuccess__send(m, &want);
        csuccess__run_hide(m, def);
    }
}

static csuccess_str find_run(csuccess__moment *m, csuccess_str instance)
{
    const csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_PLAYBOOK, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__run run;
        const csuccess__state_field *field = &state->fields[first + i];
        if (!csuccess__run_parse(&run, field->payload)) {
            csuccess__step_fail(m->step, CSUCCESS_ESTATE);
            return none;
        }
        if (csuccess__str_eq(run.instance, instance)) return field->name;
    }
    return none;
}

void csuccess__playbooks_happened(csuccess__moment *m, const csuccess__happening *happening)
{
    csuccess__run run;
    csuccess__task task;
    if (happening->kind != CSUCCESS__HAPPENING_TASK || m->step->failed < 0) return;
    if (!csuccess__task_take(m, happening->id, &task)) return;
    csuccess__owner_asked(m, happening->id);
    csuccess__tasks_publish(m);
    csuccess_str name = find_run(m, happening->instance);
    if (name.len == 0 || !csuccess__run_take(m, name, &run)) return;
    const csuccess__playbook *def = csuccess__run_definition(m, &run);
    if (run.state != CSUCCESS__RUN_OPEN || !def) return;
    if (csuccess__str_is(happening->detail, "successful")) send_email(m, &run, def, &task);
    csuccess__run_advance(m, &run, def);
}
