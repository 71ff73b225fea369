/* SPDX-License-Identifier: Apache-2.0 */
/* What people do with tasks: inputs of type task. An input is done for all tasks that it names, or for none. */
#include "flow/flow.h"
#include "flow/playbooks/playbook_internal.h"
#include "flow/playbooks/task_internal.h"

enum { TITLE_BYTES = 1024, NAME_BYTES = 256, MINUTES_OF_ONE = 100000 };

static const csuccess_str none = {"", 0};

#define VERBS(X) \
    X(START, "start") \
    X(BLOCK, "block") \
    X(UNBLOCK, "unblock") \
    X(COMPLETE, "complete") \
    X(CANCEL, "cancel") \
    X(REOPEN, "reopen") \
    X(SNOOZE, "snooze") \
    X(REASSIGN, "reassign") \
    X(MOVE, "move") \
    X(LOG, "log") \
    X(ATTACH, "attach")
typedef enum verb {
#define VERB(name, text) name,
    VERBS(VERB)
#undef VERB
        VERB_COUNT
} verb;
static const char *const verb_words[] = {
#define VERB(name, text) text,
    VERBS(VERB)
#undef VERB
        NULL};

/* What an input asks for. */
typedef struct wish {
    csuccess__moment *m;
    const csuccess__input *input;
    csuccess__text *reason;
    verb verb;
    csuccess__task_outcome outcome;
    csuccess_str why, to;
    int64_t time;
    uint32_t minutes;
} wish;

/* Whether a verb goes with a state: it does something, changes nothing, or must not be. */
typedef enum fit { DOES, SAME, REFUSED } fit;

/* Rows are verbs, columns states: pending, in_progress, blocked, completed, cancelled. */
static const uint8_t fits[VERB_COUNT][5] = {[START] = {DOES, SAME, REFUSED, REFUSED, REFUSED},
                                            [BLOCK] = {DOES, DOES, SAME, REFUSED, REFUSED},
                                            [UNBLOCK] = {SAME, SAME, DOES, REFUSED, REFUSED},
                                            [COMPLETE] = {DOES, DOES, REFUSED, SAME, REFUSED},
                                            [CANCEL] = {DOES, DOES, DOES, REFUSED, SAME},
                                            [REOPEN] = {SAME, SAME, SAME, DOES, DOES},
                                            [SNOOZE] = {DOES, DOES, DOES, REFUSED, REFUSED},
                                            [REASSIGN] = {DOES, DOES, DOES, REFUSED, REFUSED},
                                            [MOVE] = {DOES, DOES, DOES, REFUSED, REFUSED},
                                            [LOG] = {DOES, DOES, DOES, DOES, DOES},
                                            [ATTACH] = {DOES, DOES, DOES, DOES, REFUSED}};

/* ---- Reading the wish ---- */

static csuccess_result refuse(const wish *w, const char *what)
{
    csuccess__text_format(w->reason, "%q %s", w->input->name, what);
    return CSUCCESS_ERANGE;
}

static csuccess_result read_time(wish *w, const char *name, bool ahead)
{
    csuccess__value v = csuccess__input_value(w->input, name, CSUCCESS__KIND_TIME);
    bool fits_ = v.kind == CSUCCESS__KIND_TIME && v.as.time != 0 &&
                 (!ahead || v.as.time > w->m->step->now);
    if (!fits_) {
        return refuse(w, ahead ? "needs \"until\", a time that is to come"
                               : "needs \"due\", a time");
    }
    w->time = v.as.time;
    return CSUCCESS_OK;
}

static csuccess_result read_outcome(wish *w)
{
    csuccess_str word = csuccess__input_string(w->input, "outcome");
    w->outcome = CSUCCESS__TASK_SUCCESSFUL;
    if (word.len == 0 && !csuccess__input_property(w->input, CSUCCESS_STR("outcome"))) {
        return CSUCCESS_OK;
    }
    for (uint32_t i = CSUCCESS__TASK_SUCCESSFUL; i <= CSUCCESS__TASK_NO_RESPONSE; i++) {
        if (!csuccess__str_is(word, csuccess__task_outcome_words[i])) continue;
        w->outcome = (csuccess__task_outcome)i;
        return CSUCCESS_OK;
    }
    return refuse(w,
                  "has an \"outcome\" of successful, unsuccessful, rescheduled, no_response");
}

static csuccess_result read_minutes(wish *w, bool needed)
{
    const csuccess_str name = CSUCCESS_STR("minutes");
    csuccess__value v = csuccess__input_value(w->input, "minutes", CSUCCESS__KIND_NUMBER);
    if (!needed && !csuccess__input_property(w->input, name)) return CSUCCESS_OK;
    bool good = v.kind == CSUCCESS__KIND_NUMBER && v.as.number >= 0 &&
                v.as.number <= MINUTES_OF_ONE && v.as.number == (double)(uint32_t)v.as.number;
    if (!good) return refuse(w, "has \"minutes\", a whole number from 0 to 100000");
    w->minutes = (uint32_t)v.as.number;
    return CSUCCESS_OK;
}

static csuccess_result read_to(wish *w)
{
    w->to = csuccess__input_string(w->input, "to");
    if (w->to.len > 0 && w->to.len <= NAME_BYTES) return CSUCCESS_OK;
    return refuse(w, "needs \"to\", the name of a member");
}

static csuccess_result read_wish(wish *w)
{
    csuccess_result result = CSUCCESS_OK;
    w->why = csuccess__input_string(w->input, "reason");
    switch (w->verb) {
    case COMPLETE:
        result = read_outcome(w);
        return result < 0 ? result : read_minutes(w, false);
    case SNOOZE:
        return read_time(w, "until", true);
    case MOVE:
        return read_time(w, "due", false);
    case LOG:
        return read_minutes(w, true);
    case REASSIGN:
        return read_to(w);
    case ATTACH:
        if (csuccess__input_property(w->input, CSUCCESS_STR("artifacts"))) return CSUCCESS_OK;
        return refuse(w, "needs \"artifacts\", a list of names");
    default:
        return CSUCCESS_OK;
    }
}

/* ---- Artifacts ---- */

/* A name that can be a line of the list. */
static bool is_name(const csuccess__json *item)
{
    return item->type == CSUCCESS__JSON_STRING && item->string.len > 0 &&
           item->string.len <= NAME_BYTES &&
           csuccess__str_find(item->string, CSUCCESS_STR("\n")) == SIZE_MAX;
}

/* What the task has with those that the input brings; ERANGE for what are no names. */
static csuccess_result bring_artifacts(const wish *w, csuccess_str *lines)
{
    const csuccess__property *p = csuccess__input_property(w->input, CSUCCESS_STR("artifacts"));
    if (!p) return CSUCCESS_OK;
    if (!p->json || p->json->type != CSUCCESS__JSON_ARRAY) {
        return refuse(w, "has \"artifacts\", a list of names");
    }
    for (const csuccess__json *item = p->json->first; item; item = item->next) {
        if (!is_name(item))
            return refuse(w, "has \"artifacts\", names of one line, at most 256 bytes");
        *lines = csuccess__lines_with(w->m, *lines, item->string);
        if (lines->len > CSUCCESS__TASK_LIST_MOST) break;
    }
    if (lines->len > CSUCCESS__TASK_LIST_MOST) {
        return refuse(w, "would give the task more than 4096 bytes of artifacts");
    }
    return CSUCCESS_OK;
}

static csuccess_result check_artifacts(const wish *w, const csuccess__task *task)
{
    csuccess_str have = task->artifacts, wanted = task->wanted, line;
    csuccess_result result = bring_artifacts(w, &have);
    if (result < 0 || w->verb != COMPLETE) return result;
    while (csuccess__line_next(&wanted, &line)) {
        if (csuccess__lines_have(have, line)) continue;
        csuccess__text_format(w->reason,
                              "the task %q is completed only with the artifact %q; attach it",
                              task->id, line);
        return CSUCCESS_ERANGE;
    }
    return CSUCCESS_OK;
}

/* ---- Checking ---- */

static csuccess_result refuse_state(const wish *w, const csuccess__task *task)
{
    static const char *const remedies[] = {"", "", "; unblock it first", "; reopen it first",
                                           "; reopen it first"};
    csuccess__text_format(w->reason, "the task %q is %s, so %q does not go%s", task->id,
                          csuccess__task_state_word(task->state), w->input->name,
                          remedies[task->state]);
    return CSUCCESS_ERANGE;
}

/* Whether nothing would differ. */
static bool is_same(const wish *w, const csuccess__task *task)
{
    switch (w->verb) {
    case SNOOZE:
        return task->snoozed_until == w->time;
    case REASSIGN:
        return csuccess__str_eq(task->owner, w->to);
    case MOVE:
        return task->due_at == w->time;
    case LOG:
        return w->minutes == 0;
    case ATTACH: {
        csuccess_str lines = task->artifacts;
        return bring_artifacts(w, &lines) >= 0 && csuccess__str_eq(lines, task->artifacts);
    }
    default:
        return false;
    }
}

/* A task of a playbook that has ended stays as it is. */
static bool is_of_the_past(const wish *w, const csuccess__task *task)
{
    return w->verb == REOPEN && task->instance.len &&
           csuccess__str_starts(task->definition, CSUCCESS_STR("playbook/")) &&
           csuccess__run_ended_at(w->m, task->instance) < CSUCCESS__NEVER;
}

/* OK: it can be done; UNCHANGED: it is so; ERANGE. */
static csuccess_result check(const wish *w, const csuccess__task *task)
{
    fit f = (fit)fits[w->verb][task->state];
    if (f == REFUSED) return refuse_state(w, task);
    if (f == SAME) {
        bool other = w->verb == COMPLETE && w->outcome != task->outcome;
        return other ? refuse_state(w, task) : CSUCCESS_UNCHANGED;
    }
    if (is_of_the_past(w, task)) {
        csuccess__text_format(w->reason, "the playbook of the task %q has ended; start it anew",
                              task->id);
        return CSUCCESS_ERANGE;
    }
    csuccess_result result = CSUCCESS_OK;
    if (w->verb == COMPLETE || w->verb == ATTACH) result = check_artifacts(w, task);
    if (result < 0) return result;
    return is_same(w, task) ? CSUCCESS_UNCHANGED : CSUCCESS_OK;
}

/* ---- Doing ---- */

static void move_state(const wish *w, csuccess__task *task)
{
    switch (w->verb) {
    case START:
        task->state = CSUCCESS__TASK_IN_PROGRESS;
        task->begun = true;
        break;
    case BLOCK:
        task->state = CSUCCESS__TASK_BLOCKED;
        break;
    case UNBLOCK:
        task->state = task->begun ? CSUCCESS__TASK_IN_PROGRESS : CSUCCESS__TASK_PENDING;
        break;
    case REOPEN:
        task->state = CSUCCESS__TASK_PENDING;
        task->outcome = CSUCCESS__TASK_NONE;
        task->ended_at = 0;
        task->begun = false;
        break;
    default:
        break;
    }
}

static void set_words(const wish *w, csuccess__task *task)
{
    switch (w->verb) {
    case SNOOZE:
        task->snoozed_until = w->time;
        csuccess__step_due(w->m->step, w->time);
        break;
    case REASSIGN:
        task->owner = csuccess__moment_copy(w->m, w->to);
        break;
    case MOVE:
        task->due_at = w->time;
        task->late = false;
        break;
    default:
        break;
    }
    if (w->minutes <= UINT32_MAX / 64 - task->minutes) task->minutes += w->minutes;
    if (w->verb == COMPLETE || w->verb == ATTACH) (void)bring_artifacts(w, &task->artifacts);
}

static void carry_out(const wish *w, csuccess__task *task)
{
    static const char *const events[] = {"started", "blocked",  "unblocked", "",
                                         "",        "reopened", "snoozed",   "reassigned",
                                         "moved",   "logged",   "attached"};
    set_words(w, task);
    if (w->verb == COMPLETE || w->verb == CANCEL) {
        bool completed = w->verb == COMPLETE;
        csuccess__task_ends(
            w->m, task,
            (csuccess__task_end){.state = completed ? CSUCCESS__TASK_COMPLETED
                                                    : CSUCCESS__TASK_CANCELLED,
                                 .outcome = completed ? w->outcome : CSUCCESS__TASK_NONE,
                                 .reason = w->why});
        return;
    }
    move_state(w, task);
    if (w->why.len) task->reason = w->why;
    csuccess__task_plan(task, w->m->step->now);
    csuccess__task_say(w->m, task, events[w->verb], w->why);
    if (w->verb == REASSIGN) csuccess__task_tell(w->m, task, "Task handed over");
    csuccess__task_put(w->m, task);
}

/* ---- Which ones ---- */

/* What tasks are selected by: the member of `task`, or the property beside it. */
static csuccess_str selector(const wish *w, const char *name)
{
    const csuccess__property *p = csuccess__input_property(w->input, CSUCCESS_STR("task"));
    if (!p) return csuccess__input_string(w->input, name);
    const csuccess__json *at = p->json ? csuccess__json_member(p->json, name) : NULL;
    return at && at->type == CSUCCESS__JSON_STRING ? at->string : none;
}

static bool selects(const wish *w)
{
    return selector(w, "playbook").len || selector(w, "journey").len ||
           selector(w, "step").len || selector(w, "owner").len;
}

/* Whether the definition is the one of the prefix that the input names, if it names one. */
static bool is_of(const wish *w, const csuccess__task *task, const char *kind)
{
    csuccess_str id = selector(w, kind), prefix = csuccess__str(kind);
    if (id.len == 0) return true;
    if (task->definition.len != prefix.len + 1 + id.len ||
        !csuccess__str_starts(task->definition, prefix)) {
        return false;
    }
    csuccess_str of = {task->definition.ptr + prefix.len + 1, id.len};
    return task->definition.ptr[prefix.len] == '/' && csuccess__str_eq(of, id);
}

/* Whether a task is one of those that the input selects. */
static bool is_selected(const wish *w, const csuccess__task *task)
{
    csuccess_str owner = selector(w, "owner"), step = selector(w, "step");
    if (owner.len && !csuccess__str_eq(owner, task->owner)) return false;
    if (step.len && !csuccess__str_eq(step, task->step)) return false;
    return is_of(w, task, "playbook") && is_of(w, task, "journey");
}

static uint32_t take_strings(const csuccess__json *list, csuccess_str *out)
{
    uint32_t count = 0;
    for (const csuccess__json *item = list->first; item; item = item->next) {
        if (item->type == CSUCCESS__JSON_STRING) out[count++] = item->string;
    }
    return count;
}

/* Ids of the tasks, in the step's texts; NULL with the reason, or when the step fails. */
static csuccess_str *list_named(const wish *w, const csuccess__property *p, uint32_t *count)
{
    bool one = p->value.kind == CSUCCESS__KIND_STRING;
    bool list = !one && p->json && p->json->type == CSUCCESS__JSON_ARRAY && p->json->count;
    uint32_t most = list ? p->json->count : 1;
    csuccess_str *ids = CSUCCESS__NEW_ARRAY(&w->m->desk->texts, csuccess_str, most);
    if (!ids) {
        csuccess__step_fail(w->m->step, CSUCCESS_ENOMEM);
        return NULL;
    }
    if (one) ids[(*count)++] = p->value.as.string;
    if (list) *count = take_strings(p->json, ids);
    if (*count == most) return ids;
    (void)refuse(w, "needs \"task\": the id of a task, or a list of ids");
    return NULL;
}

static csuccess_str *list_selected(const wish *w, uint32_t *count)
{
    csuccess__state *state = w->m->step->state;
    uint32_t n, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TASK, &n);
    csuccess_str *ids = CSUCCESS__NEW_ARRAY(&w->m->desk->texts, csuccess_str, n + 1);
    if (!ids) {
        csuccess__step_fail(w->m->step, CSUCCESS_ENOMEM);
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++) {
        csuccess__task task;
        csuccess_str id = state->fields[first + i].name;
        if (!csuccess__task_get(w->m->step, id, &task)) return NULL;
        if (!csuccess__task_is_open(&task) || !is_selected(w, &task)) continue;
        ids[(*count)++] = csuccess__moment_copy(w->m, id);
    }
    return ids;
}

static csuccess_str *list_tasks(const wish *w, uint32_t *count)
{
    const csuccess__property *p = csuccess__input_property(w->input, CSUCCESS_STR("task"));
    *count = 0;
    if (selects(w)) return list_selected(w, count);
    if (p) return list_named(w, p, count);
    (void)refuse(w, "needs \"task\": an id, a list of them, or an object with \"playbook\", "
                    "\"journey\", \"step\" or \"owner\"");
    return NULL;
}

static csuccess_result check_id(const wish *w, csuccess_str id)
{
    csuccess__task task;
    if (csuccess__task_take(w->m, id, &task)) return check(w, &task);
    if (w->m->step->failed < 0) return w->m->step->failed;
    csuccess__text_format(w->reason, "this customer has no task %q", id);
    return CSUCCESS_ERANGE;
}

/* All are looked at before any is touched. */
static csuccess_result do_all(const wish *w, const csuccess_str *ids, uint32_t count)
{
    csuccess_result all = CSUCCESS_UNCHANGED;
    csuccess__task task;
    for (uint32_t i = 0; i < count; i++) {
        csuccess_result result = check_id(w, ids[i]);
        if (result < 0) return result;
        if (result == CSUCCESS_OK) all = CSUCCESS_OK;
    }
    for (uint32_t i = 0; i < count && all == CSUCCESS_OK; i++) {
        bool there = csuccess__task_take(w->m, ids[i], &task);
        if (there && check(w, &task) == CSUCCESS_OK) carry_out(w, &task);
        if (w->m->step->failed < 0) return w->m->step->failed;
    }
    return all;
}

/* ---- Making one ---- */

static csuccess_result read_kind(const wish *w, csuccess__task_def *def)
{
    csuccess_str kind = csuccess__input_string(w->input, "kind");
    uint32_t at = 0;
    if (kind.len == 0) return CSUCCESS_OK;
    while (csuccess__task_kind_words[at] &&
           !csuccess__str_is(kind, csuccess__task_kind_words[at])) {
        at++;
    }
    if (!csuccess__task_kind_words[at]) {
        return refuse(w,
                      "has a \"kind\" of call, email, meeting, internal, review, escalation, "
                      "follow_up, custom or a type of a playbook's step");
    }
    def->kind = (csuccess__task_kind)at;
    return CSUCCESS_OK;
}

static csuccess_result read_people(const wish *w, csuccess__task_def *def,
                                   csuccess__task_make *make)
{
    csuccess_str role = csuccess__input_string(w->input, "role");
    make->owner = csuccess__input_string(w->input, "owner");
    if (make->owner.len > NAME_BYTES) return refuse(w, "has an \"owner\" of at most 256 bytes");
    if (role.len == 0) return CSUCCESS_OK;
    if (!csuccess__team_has_role(w->m->flow->team, role)) {
        return refuse(w, "has a \"role\" that nobody declares");
    }
    def->role = role;
    return CSUCCESS_OK;
}

static csuccess_result read_create(wish *w, csuccess__task_def *def, csuccess__task_make *make)
{
    csuccess_result result = read_kind(w, def);
    uint32_t count;
    (void)csuccess__state_of_kind(w->m->step->state, CSUCCESS__STATE_TASK, &count);
    make->title = csuccess__input_string(w->input, "title");
    if (count >= CSUCCESS__TASKS_BY_INPUT) {
        return refuse(w, "finds 1000 tasks of this customer; end some of them first");
    }
    if (make->title.len == 0 || make->title.len > TITLE_BYTES) {
        return refuse(w, "needs \"title\", a text of at most 1024 bytes");
    }
    if (result >= 0) result = read_people(w, def, make);
    if (result >= 0 && csuccess__input_property(w->input, CSUCCESS_STR("due"))) {
        result = read_time(w, "due", false);
        make->due_at = w->time;
    }
    return result;
}

static csuccess_result create(wish *w)
{
    csuccess__task_def def = {.kind = CSUCCESS__TASK_KIND_CUSTOM,
                              .priority = CSUCCESS__PRIORITY_MEDIUM,
                              .role = CSUCCESS_STR("csm"),
                              .calendar = UINT32_MAX};
    csuccess__task_make make = {.def = &def,
                                .definition = CSUCCESS_STR("task"),
                                .starts_at = w->m->step->now,
                                .contact = csuccess__input_subject(w->input)};
    uint32_t before, after;
    csuccess_result result = read_create(w, &def, &make);
    if (result < 0) return result;
    (void)csuccess__state_of_kind(w->m->step->state, CSUCCESS__STATE_TASK, &before);
    (void)csuccess__task_new(w->m, &make);
    (void)csuccess__state_of_kind(w->m->step->state, CSUCCESS__STATE_TASK, &after);
    if (w->m->step->failed < 0) return w->m->step->failed;
    return before == after ? CSUCCESS_UNCHANGED : CSUCCESS_OK;
}

csuccess_result csuccess__task_apply(csuccess__moment *m, const csuccess__input *input,
                                     csuccess__text *reason)
{
    wish w = {.m = m, .input = input, .reason = reason};
    uint32_t at = 0, count = 0;
    if (csuccess__str_is(input->name, "create")) return create(&w);
    while (verb_words[at] && !csuccess__str_is(input->name, verb_words[at])) at++;
    if (!verb_words[at]) {
        return refuse(&w, "is not one of create, start, block, unblock, complete, cancel, "
                          "reopen, snooze, reassign, move, log, attach");
    }
    w.verb = (verb)at;
    csuccess_result result = read_wish(&w);
    if (result < 0) return result;
    csuccess_str *ids = list_tasks(&w, &count);
    if (!ids) return m->step->failed < 0 ? m->step->failed : CSUCCESS_ERANGE;
    result = do_all(&w, ids, count);
    return m->step->failed < 0 ? m->step->failed : result;
}
