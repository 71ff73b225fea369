/* SPDX-License-Identifier: Apache-2.0 */
/* The field TASK: its bytes, its JSON, and the entries that tell of it. */
#include "flow/playbooks/task_internal.h"

#include "calendar/time_json.h"
#include "flow/flow.h"
#include "flow/team_internal.h"
#include "text/utf8.h"

#define WORD(name, number, text) text,
static const char *const state_words[] = {CSUCCESS__TASK_STATES(WORD) NULL};
const char *const csuccess__task_outcome_words[] = {CSUCCESS__TASK_OUTCOMES(WORD) NULL};
const char *const csuccess__task_kind_words[] = {CSUCCESS__TASK_KINDS(WORD) NULL};
const char *const csuccess__priority_words[] = {CSUCCESS__PRIORITIES(WORD) NULL};
#undef WORD

enum {
    FLAG_BUSINESS = 1,
    FLAG_BEGUN = 2,
    FLAG_TOLD = 4,
    FLAG_LATE = 8,
    FLAGS = 15,
    MINUTES_MOST = 100000000
};

const char *csuccess__task_state_word(csuccess__task_state state)
{
    return state_words[state];
}

const char *csuccess__task_outcome_word(csuccess__task_outcome outcome)
{
    return csuccess__task_outcome_words[outcome];
}

/* ---- Bytes: kind · state · outcome · priority · flags · times · figures · texts ---- */

/* The texts and times of a task, in the order of the payload. */
enum { TEXTS = 15, TIMES = 6 };
static void list_texts(csuccess__task *t, csuccess_str *out[TEXTS])
{
    csuccess_str *texts[TEXTS] = {
        &t->title,      &t->role,      &t->owner,   &t->definition,        &t->step,
        &t->instance,   &t->reason,    &t->wanted,  &t->artifacts,         &t->agenda,
        &t->talk_track, &t->template_, &t->counted, &t->reminders.channel, &t->contact};
    memcpy(out, texts, sizeof texts);
}

static void list_times(csuccess__task *t, int64_t *out[TIMES])
{
    int64_t *times[TIMES] = {&t->created_at, &t->starts_at,     &t->due_at,
                             &t->ended_at,   &t->snoozed_until, &t->remind_at};
    memcpy(out, times, sizeof times);
}

static uint64_t get_most(csuccess__wire *in, uint64_t most)
{
    uint64_t v = csuccess__wire_get_u64(in);
    if (v <= most) return v;
    in->bad = true;
    return 0;
}

static void get_words(csuccess__wire *in, csuccess__task *out)
{
    out->kind = (csuccess__task_kind)get_most(in, CSUCCESS__TASK_KIND_CUSTOM);
    out->state = (csuccess__task_state)get_most(in, CSUCCESS__TASK_CANCELLED);
    out->outcome = (csuccess__task_outcome)get_most(in, CSUCCESS__TASK_NO_RESPONSE);
    out->priority = (csuccess__priority)get_most(in, CSUCCESS__PRIORITY_CRITICAL);
    uint64_t flags = get_most(in, FLAGS);
    out->business = flags & FLAG_BUSINESS;
    out->begun = flags & FLAG_BEGUN;
    out->told = flags & FLAG_TOLD;
    out->late = flags & FLAG_LATE;
}

bool csuccess__task_parse(csuccess__task *out, csuccess_str payload)
{
    csuccess_str *texts[TEXTS];
    int64_t *times[TIMES];
    csuccess__wire in = csuccess__wire_open(payload);
    *out = (csuccess__task){.kind = CSUCCESS__TASK_KIND_CUSTOM};
    list_texts(out, texts);
    list_times(out, times);
    get_words(&in, out);
    for (size_t i = 0; i < TIMES; i++) {
        *times[i] = csuccess__wire_get_i64(&in);
        if (!csuccess__time_valid(*times[i])) in.bad = true;
    }
    out->minutes = (uint32_t)get_most(&in, MINUTES_MOST);
    out->reminded = (uint32_t)get_most(&in, UINT32_MAX);
    out->occurrence = get_most(&in, UINT64_C(1) << 53);
    out->reminders.before_ms = (int64_t)get_most(&in, CSUCCESS__DURATION_MS);
    out->reminders.overdue_ms = (int64_t)get_most(&in, CSUCCESS__DURATION_MS);
    out->reminders.most = (uint32_t)get_most(&in, CSUCCESS__REMINDERS_MOST);
    out->pressed = (uint32_t)get_most(&in, CSUCCESS__REMINDERS_MOST);
    for (size_t i = 0; i < TEXTS; i++) {
        *texts[i] = csuccess__wire_get_str(&in);
        if (!csuccess__utf8_check(*texts[i], NULL)) in.bad = true;
    }
    bool open = csuccess__task_is_open(out);
    if (open != (out->ended_at == 0)) in.bad = true;
    if (open && out->outcome != CSUCCESS__TASK_NONE) in.bad = true;
    return csuccess__wire_done(&in);
}

bool csuccess__task_get(csuccess__step *step, csuccess_str id, csuccess__task *out)
{
    csuccess_str payload = csuccess__state_get(step->state, CSUCCESS__STATE_TASK, id);
    if (!payload.ptr) return false;
    if (!csuccess__task_parse(out, payload)) {
        csuccess__step_fail(step, CSUCCESS_ESTATE);
        return false;
    }
    out->id = id;
    return true;
}

bool csuccess__task_take(csuccess__moment *m, csuccess_str id, csuccess__task *out)
{
    csuccess_str payload = csuccess__state_get(m->step->state, CSUCCESS__STATE_TASK, id);
    if (!payload.ptr) return false;
    payload = csuccess__moment_copy(m, payload);
    csuccess_str name = csuccess__moment_copy(m, id);
    if (m->step->failed < 0) return false;
    if (!csuccess__task_parse(out, payload)) {
        csuccess__step_fail(m->step, CSUCCESS_ESTATE);
        return false;
    }
    out->id = name;
    return true;
}

/* The load counts who has it open; nothing is counted while history is imported, but what was counted is given back. */
static void count_load(csuccess__moment *m, csuccess__task *task)
{
    csuccess_str wanted = {"", 0};
    if (m->step->quiet && csuccess__task_is_open(task)) return;
    if (csuccess__task_is_open(task) && csuccess__member_counts(m->flow->team, task->owner)) {
        wanted = task->owner;
    }
    if (csuccess__str_eq(wanted, task->counted)) return;
    csuccess__owner_load(m, task->counted, -1);
    csuccess__owner_load(m, wanted, 1);
    task->counted = wanted;
}

void csuccess__task_put(csuccess__moment *m, csuccess__task *task)
{
    csuccess_str *texts[TEXTS];
    int64_t *times[TIMES];
    csuccess__buffer *out = m->step->scratch;
    count_load(m, task);
    list_texts(task, texts);
    list_times(task, times);
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)task->kind);
    csuccess__wire_u64(out, (uint64_t)task->state);
    csuccess__wire_u64(out, (uint64_t)task->outcome);
    csuccess__wire_u64(out, (uint64_t)task->priority);
    csuccess__wire_u64(out, (task->business ? FLAG_BUSINESS : 0u) |
                                (task->begun ? FLAG_BEGUN : 0u) |
                                (task->told ? FLAG_TOLD : 0u) | (task->late ? FLAG_LATE : 0u));
    for (size_t i = 0; i < TIMES; i++) csuccess__wire_i64(out, *times[i]);
    csuccess__wire_u64(out, task->minutes);
    csuccess__wire_u64(out, task->reminded);
    csuccess__wire_u64(out, task->occurrence);
    csuccess__wire_u64(out, (uint64_t)task->reminders.before_ms);
    csuccess__wire_u64(out, (uint64_t)task->reminders.overdue_ms);
    csuccess__wire_u64(out, task->reminders.most);
    csuccess__wire_u64(out, task->pressed);
    for (size_t i = 0; i < TEXTS; i++) csuccess__wire_str(out, *texts[i]);
    if (out->status < 0) {
        csuccess__step_fail(m->step, out->status);
        return;
    }
    csuccess__step_put(m->step, CSUCCESS__STATE_TASK, task->id, csuccess__buffer_view(out));
}

/* ---- Lists of lines ---- */

bool csuccess__line_next(csuccess_str *lines, csuccess_str *line)
{
    if (lines->len == 0) return false;
    size_t end = csuccess__str_find(*lines, CSUCCESS_STR("\n"));
    if (end == SIZE_MAX) end = lines->len;
    *line = (csuccess_str){lines->ptr, end};
    size_t used = end < lines->len ? end + 1 : end;
    *lines = (csuccess_str){lines->ptr + used, lines->len - used};
    return true;
}

bool csuccess__lines_have(csuccess_str lines, csuccess_str name)
{
    csuccess_str line;
    while (csuccess__line_next(&lines, &line)) {
        if (csuccess__str_eq(line, name)) return true;
    }
    return false;
}

csuccess_str csuccess__lines_with(csuccess__moment *m, csuccess_str lines, csuccess_str name)
{
    csuccess__buffer *out = &m->desk->text;
    if (csuccess__lines_have(lines, name)) return lines;
    csuccess__buffer_clear(out);
    csuccess__buffer_str(out, lines);
    if (lines.len) csuccess__buffer_char(out, '\n');
    csuccess__buffer_str(out, name);
    if (out->status < 0) {
        csuccess__step_fail(m->step, out->status);
        return lines;
    }
    return csuccess__moment_copy(m, csuccess__buffer_view(out));
}

/* ---- JSON ---- */

static void put_lines(csuccess__json_writer *w, const char *key, csuccess_str lines)
{
    csuccess_str line;
    if (lines.len == 0) return;
    csuccess__json_key(w, csuccess__str(key));
    csuccess__json_open(w, '[');
    while (csuccess__line_next(&lines, &line)) csuccess__json_str(w, line);
    csuccess__json_close(w, ']');
}

static void put_time(csuccess__json_writer *w, const char *key, int64_t at)
{
    if (at != 0) csuccess__json_put_time(w, key, at);
}

static void put_task(csuccess__json_writer *w, const csuccess__task *t)
{
    csuccess__json_put_str(w, "state", csuccess__str(state_words[t->state]));
    csuccess__json_put_given(w, "outcome",
                             csuccess__str(csuccess__task_outcome_words[t->outcome]));
    csuccess__json_put_str(w, "kind", csuccess__str(csuccess__task_kind_words[t->kind]));
    csuccess__json_put_str(w, "title", t->title);
    csuccess__json_put_str(w, "priority", csuccess__str(csuccess__priority_words[t->priority]));
    csuccess__json_put_given(w, "role", t->role);
    csuccess__json_put_or_null(w, "owner", t->owner);
    csuccess__json_put_given(w, "definition", t->definition);
    csuccess__json_put_given(w, "step", t->step);
    csuccess__json_put_given(w, "instance", t->instance);
    if (t->occurrence) csuccess__json_put_num(w, "occurrence", (double)t->occurrence);
    put_time(w, "starts_at", t->starts_at);
    put_time(w, "due_at", t->due_at);
    put_time(w, "ended_at", t->ended_at);
    put_time(w, "snoozed_until", t->snoozed_until);
    if (t->minutes) csuccess__json_put_num(w, "minutes", (double)t->minutes);
    put_lines(w, "wanted", t->wanted);
    put_lines(w, "artifacts", t->artifacts);
}

/* What its owner works with: told when it is made, and shown with the state. */
static void put_help(csuccess__json_writer *w, const csuccess__task *t)
{
    put_lines(w, "agenda", t->agenda);
    put_lines(w, "talk_track", t->talk_track);
    csuccess__json_put_given(w, "template", t->template_);
}

void csuccess__task_say(csuccess__moment *m, const csuccess__task *task, const char *event,
                        csuccess_str reason)
{
    csuccess__json_writer *w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "task", task->id);
    csuccess__json_put_str(w, "event", csuccess__str(event));
    put_task(w, task);
    if (csuccess__str_is(csuccess__str(event), "created")) put_help(w, task);
    csuccess__json_put_given(w, "reason", reason);
    csuccess_str body = csuccess__step_body_end(m->step);
    if (body.ptr) csuccess__step_entry(m->step, "task", task->contact, body);
}

void csuccess__task_print(struct csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__task task;
    if (!csuccess__task_parse(&task, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    put_task(out, &task);
    put_help(out, &task);
    csuccess__json_put_given(out, "reason", task.reason);
    put_time(out, "created_at", task.created_at);
    put_time(out, "remind_at", task.remind_at);
    if (task.reminded) csuccess__json_put_num(out, "told", (double)task.reminded);
    csuccess__json_close(out, '}');
}
