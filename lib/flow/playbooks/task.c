/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks over time: made, told, reminded of, handed over, ended, forgotten. */
#include "flow/flow.h"
#include "flow/playbooks/playbook_internal.h"
#include "flow/playbooks/task_internal.h"
#include "flow/team_internal.h"
#include "flow/trigger_internal.h"

enum { TELL_BYTES = 512, KEPT_DAYS = 30, FEW_DIGITS = 8 };

static const csuccess_str none = {"", 0};

/* ---- Making ---- */

static csuccess_str render_title(csuccess__moment *m, const csuccess__task_make *make)
{
    csuccess__buffer *out = &m->desk->text;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    if (make->title.len) return make->title;
    if (!make->def->title) return make->def->name;
    csuccess__buffer_clear(out);
    csuccess_result result =
        csuccess__template_render(make->def->title, m->machine, &frame, out, NULL);
    if (result == CSUCCESS_ENOMEM) csuccess__step_fail(m->step, result);
    if (result < 0 || out->len == 0 || out->len > m->step->limits->string_bytes) {
        return make->def->name; /* an input is missing */
    }
    return csuccess__moment_copy(m, csuccess__buffer_view(out));
}

/* The names that have to be there, a line each. */
static csuccess_str list_wanted(csuccess__moment *m, const csuccess__task_def *def)
{
    csuccess_str lines = none;
    for (uint32_t i = 0; i < def->artifact_count; i++) {
        lines = csuccess__lines_with(m, lines, def->artifacts[i]);
    }
    return lines;
}

static int64_t due_of(const csuccess__moment *m, const csuccess__task_make *make)
{
    const csuccess__task_def *def = make->def;
    int64_t due = 0;
    if (make->due_at != 0 || !def->has_due) return make->due_at;
    if (def->business_days) {
        csuccess__business b = csuccess__moment_business(m, def->calendar);
        if (csuccess__business_add_days(&due, &b, make->starts_at, def->due.days)) return due;
    }
    return csuccess__time_add(&due, make->starts_at, def->due) ? due : 0;
}

/* Who is asked for the task; of an instance, so that records of one playbook have tasks of their own. */
static csuccess_str id_of(csuccess__moment *m, const csuccess__task_make *make)
{
    csuccess_str step = make->step;
    if (make->instance.len) {
        csuccess__buffer *out = &m->desk->text;
        csuccess__buffer_clear(out);
        csuccess__buffer_str(out, make->step);
        csuccess__buffer_char(out, '/');
        csuccess__buffer_str(out, make->instance);
        if (out->status < 0) csuccess__step_fail(m->step, out->status);
        step = csuccess__moment_copy(m, csuccess__buffer_view(out));
    }
    return csuccess__moment_id(m, "task", make->definition, step, make->occurrence);
}

static void tell_new(csuccess__moment *m, csuccess__task *task)
{
    if (task->told || task->starts_at > m->step->now || m->step->quiet) return;
    task->told = true;
    csuccess__task_tell(m, task, "New task");
}

/* Whose event the instance began with: the title may say what came with it. */
static csuccess_str contact_of(const csuccess__moment *m, const csuccess__task_make *make)
{
    const csuccess__event_names *names = m->flow->events;
    uint32_t slot = names ? names->handed[CSUCCESS__HANDED_CONTACT] : UINT32_MAX;
    bool began = make->contact.len == 0 && make->instance.len > 0 && slot != UINT32_MAX &&
                 m->slots[slot].kind == CSUCCESS__KIND_STRING;
    return began ? m->slots[slot].as.string : make->contact;
}

/* The earliest time at which something becomes of an open task. */
static void lower_due(csuccess__moment *m, const csuccess__task *task)
{
    int64_t now = m->step->now;
    const int64_t times[] = {task->starts_at, task->snoozed_until, task->due_at};
    if (!csuccess__task_is_open(task)) return;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        if (times[i] > now) csuccess__step_due(m->step, times[i]);
    }
    int64_t remind = task->remind_at > task->snoozed_until ? task->remind_at : 0;
    if (remind > now) csuccess__step_due(m->step, remind);
}

csuccess_str csuccess__task_new(csuccess__moment *m, const csuccess__task_make *make)
{
    const csuccess__task_def *def = make->def;
    uint32_t count;
    csuccess_str id = id_of(m, make);
    if (m->step->failed < 0) return none;
    if (csuccess__state_get(m->step->state, CSUCCESS__STATE_TASK, id).ptr) return id;
    (void)csuccess__state_of_kind(m->step->state, CSUCCESS__STATE_TASK, &count);
    if (count >= CSUCCESS__TASKS_MOST) {
        csuccess__step_fail(m->step, CSUCCESS_ELIMIT);
        return none;
    }
    csuccess__task task = {.id = id,
                           .title = render_title(m, make),
                           .role = def->role.len ? def->role : CSUCCESS_STR("csm"),
                           .owner = make->owner,
                           .definition = make->definition,
                           .step = make->step,
                           .instance = make->instance,
                           .kind = def->kind,
                           .priority = def->priority,
                           .created_at = m->step->now,
                           .starts_at = make->starts_at,
                           .due_at = due_of(m, make),
                           .wanted = list_wanted(m, def),
                           .agenda = def->agenda,
                           .talk_track = def->talk_track,
                           .template_ = def->template_,
                           .reminders = def->reminders,
                           .occurrence = make->occurrence,
                           .contact = contact_of(m, make),
                           .business = def->business_days};
    if (task.owner.len == 0) task.owner = csuccess__owner_of(m, task.role);
    csuccess__task_plan(&task, m->step->now);
    csuccess__task_say(m, &task, "created", none);
    tell_new(m, &task);
    csuccess__task_put(m, &task);
    lower_due(m, &task);
    return m->step->failed < 0 ? none : id;
}

/* ---- Telling ---- */

/* The next time after now at which an overdue task is reminded of; 0: none. */
static int64_t next_press(const csuccess__task *task, int64_t now)
{
    const csuccess__reminders *r = &task->reminders;
    int64_t due = task->due_at;
    if (r->overdue_ms <= 0 || task->pressed >= r->most) return 0;
    int64_t times = now < due ? 0 : (now - due) / r->overdue_ms;
    bool beyond = due > CSUCCESS__TIME_MAX - (times + 1) * r->overdue_ms;
    return beyond ? 0 : due + (times + 1) * r->overdue_ms;
}

void csuccess__task_plan(csuccess__task *task, int64_t now)
{
    int64_t before = task->reminders.before_ms, due = task->due_at;
    task->remind_at = 0;
    if (due > now) task->pressed = 0; /* it was moved */
    if (due == 0 || !csuccess__task_is_open(task)) return;
    bool early = before > 0 && due - before > now;
    task->remind_at = early ? due - before : next_press(task, now);
    if (!csuccess__time_valid(task->remind_at)) task->remind_at = 0;
}

static size_t shared_digits(csuccess_str a, csuccess_str b)
{
    size_t n = 0;
    while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n]) n++;
    return n;
}

/* How many digits tell it from every other task: what is nearest to it in the order of ids is what it shares most with. */
static size_t telling_digits(const csuccess__moment *m, csuccess_str id)
{
    const csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TASK, &count);
    const csuccess__state_field *fields = state->fields + first;
    uint32_t low = 0, high = count;
    size_t digits = FEW_DIGITS;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (csuccess__str_cmp(fields[middle].name, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool there = low < count && csuccess__str_eq(fields[low].name, id);
    uint32_t after = low + (there ? 1u : 0u);
    size_t left = low > 0 ? shared_digits(fields[low - 1].name, id) + 1 : 0;
    size_t right = after < count ? shared_digits(fields[after].name, id) + 1 : 0;
    if (left > digits) digits = left;
    if (right > digits) digits = right;
    return digits < id.len ? digits : id.len;
}

/* "assess/3f0c91aa": the step of its maker and so much of its id that no other task of the customer is called so. */
static csuccess_str short_name(csuccess__moment *m, const csuccess__task *task)
{
    csuccess__buffer *out = &m->desk->text;
    csuccess__buffer_clear(out);
    csuccess__buffer_str(out, task->step.len ? task->step : CSUCCESS_STR("task"));
    csuccess__buffer_char(out, '/');
    csuccess__buffer_put(out, task->id.ptr, telling_digits(m, task->id));
    if (out->status < 0) csuccess__step_fail(m->step, out->status);
    return csuccess__moment_copy(m, csuccess__buffer_view(out));
}

void csuccess__task_tell(csuccess__moment *m, csuccess__task *task, const char *what)
{
    char bytes[TELL_BYTES], date[CSUCCESS__DATE_TEXT];
    csuccess__text text;
    if (task->reminders.channel.len == 0 || task->owner.len == 0 || m->step->quiet) return;
    csuccess__text_init(&text, bytes, sizeof bytes);
    csuccess__text_format(&text, "%s: %S", what, task->title);
    if (task->due_at != 0) {
        size_t len = csuccess__date_format(date, task->due_at);
        csuccess__text_format(&text, " (due %S)", (csuccess_str){date, len});
    }
    const csuccess__sending sending = {.channel = task->reminders.channel, .internal = true};
    const csuccess__want want = {.sending = &sending,
                                 .definition = task->definition.len ? task->definition
                                                                    : CSUCCESS_STR("task"),
                                 .step = short_name(m, task),
                                 .occurrence = task->reminded++,
                                 .instance = task->instance,
                                 .text = {bytes, text.len},
                                 .to_owner = task->owner};
    (void)csuccess__send(m, &want);
}

static void remind(csuccess__moment *m, csuccess__task *task)
{
    bool late = task->due_at <= m->step->now;
    if (late) task->pressed++;
    csuccess__task_say(m, task, "reminded", none);
    csuccess__task_tell(m, task, late ? "Overdue" : "Due soon");
    csuccess__task_plan(task, m->step->now);
}

/* ---- Ending ---- */

void csuccess__task_ends(csuccess__moment *m, csuccess__task *task, csuccess__task_end end)
{
    bool completed = end.state == CSUCCESS__TASK_COMPLETED;
    task->state = end.state;
    task->outcome = end.outcome;
    task->ended_at = m->step->now;
    task->snoozed_until = task->remind_at = 0;
    task->reason = end.reason;
    csuccess__task_put(m, task);
    csuccess__task_say(m, task, completed ? "completed" : "cancelled", end.reason);
    const char *detail = completed ? csuccess__task_outcome_word(end.outcome) : "cancelled";
    const csuccess__happening happening = {.kind = CSUCCESS__HAPPENING_TASK,
                                           .id = task->id,
                                           .detail = csuccess__str(detail),
                                           .instance = task->instance};
    csuccess__moment_tell(m, &happening);
}

void csuccess__task_cancel(csuccess__moment *m, csuccess_str id, csuccess_str reason)
{
    csuccess__task task;
    if (!csuccess__task_take(m, id, &task) || !csuccess__task_is_open(&task)) return;
    csuccess__task_ends(m, &task,
                        (csuccess__task_end){.state = CSUCCESS__TASK_CANCELLED,
                                             .reason = csuccess__moment_copy(m, reason)});
}

void csuccess__tasks_transfer(csuccess__moment *m, csuccess_str role, csuccess_str from,
                              csuccess_str to)
{
    csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TASK, &count);
    for (uint32_t i = 0; i < count && m->step->failed >= 0; i++) {
        csuccess__task task;
        if (!csuccess__task_take(m, state->fields[first + i].name, &task)) return;
        bool of_role = role.len == 0 || csuccess__str_eq(task.role, role);
        bool goes = csuccess__task_is_open(&task) && of_role &&
                    csuccess__str_eq(task.owner, from) && !csuccess__str_eq(from, to);
        if (!goes) continue;
        task.owner = to;
        csuccess__task_say(m, &task, "reassigned", CSUCCESS_STR("the owner has changed"));
        csuccess__task_tell(m, &task, "Task handed over");
        csuccess__task_put(m, &task);
    }
}

/* ---- Time ---- */

/* What has come due of an open task. */
static void look_at_open(csuccess__moment *m, csuccess__task *task)
{
    int64_t now = m->step->now;
    if (task->snoozed_until != 0 && task->snoozed_until <= now) {
        task->snoozed_until = 0;
        csuccess__task_say(m, task, "woke", none);
    }
    tell_new(m, task);
    if (task->snoozed_until != 0) return;
    if (!task->late && task->due_at != 0 && task->due_at <= now) {
        task->late = true;
        csuccess__task_say(m, task, "overdue", none);
    }
    if (task->remind_at != 0 && task->remind_at <= now && !m->step->quiet) remind(m, task);
}

static bool has_come(int64_t at, int64_t now)
{
    return at != 0 && at <= now;
}

/* Whether nothing is due, without making a copy of it. */
static bool is_at_rest(const csuccess__moment *m, const csuccess__task *task)
{
    int64_t now = m->step->now;
    bool counts = csuccess__str_eq(task->counted, task->owner) || m->step->quiet ||
                  !csuccess__member_counts(m->flow->team, task->owner);
    bool untold = !task->told && task->starts_at <= now;
    bool late = !task->late && has_come(task->due_at, now);
    return counts && !untold && !late && !has_come(task->snoozed_until, now) &&
           !has_come(task->remind_at, now);
}

/* Whether what has ended may be forgotten: it, and what it was of, ended 30 days ago. */
static bool is_over(csuccess__moment *m, const csuccess__task *task)
{
    int64_t ended = task->ended_at, until = 0;
    if (task->instance.len) {
        int64_t run = csuccess__run_ended_at(m, task->instance);
        if (run == CSUCCESS__NEVER) return false; /* it goes on */
        if (run > ended) ended = run;
    }
    until = ended + KEPT_DAYS * CSUCCESS__DAY_MS;
    if (until > m->step->now) csuccess__step_due(m->step, until);
    return until <= m->step->now;
}

/* True: it is gone, and the next stands in its place. */
static bool look_at(csuccess__moment *m, csuccess_str id)
{
    csuccess__task task;
    if (!csuccess__task_get(m->step, id, &task)) return false;
    if (!csuccess__task_is_open(&task)) {
        if (!is_over(m, &task)) return false;
        csuccess__state_drop(m->step->state, CSUCCESS__STATE_TASK, id);
        return true;
    }
    if (!is_at_rest(m, &task) && csuccess__task_take(m, id, &task)) {
        look_at_open(m, &task);
        csuccess__task_put(m, &task);
    }
    lower_due(m, &task);
    return false;
}

void csuccess__tasks_step(csuccess__moment *m)
{
    csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TASK, &count);
    for (uint32_t i = 0; i < count && m->step->failed >= 0;) {
        if (look_at(m, state->fields[first + i].name)) {
            count--;
        } else {
            i++;
        }
    }
    csuccess__tasks_publish(m);
}

void csuccess__tasks_publish(csuccess__moment *m)
{
    const csuccess__playbooks *playbooks = m->flow->playbooks;
    csuccess__state *state = m->step->state;
    double open = 0, overdue = 0;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TASK, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__task task;
        if (!csuccess__task_get(m->step, state->fields[first + i].name, &task)) return;
        if (!csuccess__task_is_open(&task)) continue;
        open++;
        bool late = task.due_at != 0 && task.due_at <= m->step->now && task.snoozed_until == 0;
        if (late) overdue++;
    }
    m->slots[playbooks->open_slot] = csuccess__number(open);
    m->slots[playbooks->overdue_slot] = csuccess__number(overdue);
}

void csuccess__tasks_forget(csuccess__moment *m, csuccess_str contact)
{
    csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TASK, &count);
    for (uint32_t i = 0; i < count && m->step->failed >= 0; i++) {
        csuccess__task task;
        if (!csuccess__task_take(m, state->fields[first + i].name, &task)) return;
        if (!csuccess__str_eq(task.contact, contact)) continue;
        task.title = task.step.len ? task.step : CSUCCESS_STR("task");
        task.reason = task.contact = task.artifacts = none;
        csuccess__task_put(m, &task);
    }
}

void csuccess__tasks_release(csuccess__moment *m)
{
    csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TASK, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__task task;
        if (!csuccess__task_parse(&task, state->fields[first + i].payload)) continue;
        if (task.counted.len) csuccess__owner_load(m, task.counted, -1);
    }
}
