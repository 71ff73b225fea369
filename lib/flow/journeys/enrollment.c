/* SPDX-License-Identifier: Apache-2.0 */
/* Enrollments in a step: what comes to those under way, and when to look again. */
#include "flow/journeys/enrollment.h"

#include "base/digest.h"
#include "flow/journeys/enrollment_internal.h"

#include <string.h>

static const csuccess_str none = {"", 0};

csuccess_str csuccess__journey_name(csuccess__moment *m, csuccess_str id)
{
    static const char prefix[] = "journey/";
    enum { PREFIX = sizeof prefix - 1 };
    char *text = csuccess__arena_take(&m->desk->texts, PREFIX + id.len + 1, 1);
    if (!text) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return none;
    }
    memcpy(text, prefix, PREFIX);
    memcpy(text + PREFIX, id.ptr, id.len);
    return (csuccess_str){text, PREFIX + id.len};
}

/* ---- One that is live ---- */

bool csuccess__enrolled_open(csuccess__enrolled *r, csuccess__moment *m, csuccess_str name)
{
    csuccess_str payload =
        csuccess__state_get(m->step->state, CSUCCESS__STATE_ENROLLMENT, name);
    *r = (csuccess__enrolled){.m = m, .name = name, .today = UINT32_MAX};
    if (!payload.ptr || m->step->failed < 0) return false;
    if (csuccess__enrollment_read(&r->e, name, payload)) return true;
    csuccess__step_fail(m->step, CSUCCESS_ESTATE);
    return false;
}

/* Reads one of those that the desk lists, or takes it as it was read before in this step: then it is as it was left. */
static bool open_again(csuccess__enrolled *r, csuccess__moment *m)
{
    if (!r->read) return csuccess__enrolled_open(r, m, r->name);
    r->m = m;
    return m->step->failed >= 0;
}

/* It stays as it is for those who are told something in the same step; what was changed is read again. */
static void keep_read(csuccess__enrolled *r)
{
    r->read = !r->changed && !r->over && r->journey && r->m->step->failed >= 0;
    r->shown = false;
}

/* The hash of the configuration in force, so that it need not be kept for the sake of what is defined in it all the same. */
static void note_config(csuccess__enrolled *r)
{
    static const char prefix[] = "sha256:";
    enum { PREFIX = sizeof prefix - 1, DIGITS = 64 };
    csuccess_str hash = r->m->step->config;
    bool today = r->today != UINT32_MAX && r->journey == &r->m->flow->journeys->list[r->today];
    if (!today || hash.len != PREFIX + DIGITS) return;
    hash.ptr += PREFIX;
    hash.len = DIGITS;
    (void)csuccess__hex_take(r->e.config, sizeof r->e.config, hash);
}

/* Whether somebody reads journey('id').x, as csuccess__journeys_publish() found. */
static bool is_asked(const csuccess__enrolled *r)
{
    return r->today != UINT32_MAX &&
           (r->m->desk->journeys_asked || r->m->flow->journeys->list[r->today].watched);
}

void csuccess__enrolled_close(csuccess__enrolled *r)
{
    csuccess__step *step = r->m->step;
    if (r->shown) csuccess__kept_show(r->m, none);
    if (step->failed < 0) return;
    if (r->over) {
        csuccess__state_drop(step->state, CSUCCESS__STATE_ENROLLMENT, r->name);
    } else if (r->changed) {
        note_config(r);
        csuccess__enrollment_put(step, r->name, &r->e);
    }
    if ((r->over || r->changed) && is_asked(r)) csuccess__journey_show(r->m, r->today);
}

/* ---- When to look again ---- */

/* Whether time alone may change a condition: it reads it, or what is counted, scored or computed. Plain inputs and what flow knows stay. */
static bool moves_by_time(const csuccess__schema *schema, const csuccess__program *program)
{
    if (program->reads_now) return true;
    for (uint32_t i = 0; i < program->input_count; i++) {
        const csuccess__slot *slot = &schema->slots[program->inputs[i]];
        bool plain =
            slot->stratum == CSUCCESS__STRATUM_INPUT && slot->attribute && slot->attribute->at;
        if (!plain && slot->stratum < CSUCCESS__STRATUM_SEGMENT) return true;
    }
    return false;
}

static void due_of(csuccess__moment *m, const csuccess__program *when,
                   const csuccess__move **moves)
{
    const csuccess__frame frame = {
        .slots = m->slots, .count = m->schema->count, .now = m->step->now};
    int64_t grain =
        m->flow->segments_every_ms > 0 ? m->flow->segments_every_ms : CSUCCESS__HOUR_MS;
    if (!when || !moves_by_time(m->schema, when)) return;
    if (!*moves) *moves = csuccess__schema_moves(m->schema, m->machine, &frame, grain);
    if (!*moves) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return;
    }
    csuccess__step_due(m->step,
                       csuccess__program_move(when, m->machine, &frame, grain, *moves).next);
}

/* Goal and exits that may come to hold by time alone. */
static void due_of_conditions(csuccess__enrolled *r)
{
    const csuccess__move *moves = NULL;
    due_of(r->m, r->journey->goal, &moves);
    for (uint32_t i = 0; i < r->journey->exit_count; i++) {
        due_of(r->m, r->journey->exits[i].when, &moves);
    }
}

static void due_at(csuccess__step *step, int64_t at)
{
    if (at != 0) csuccess__step_due(step, at > step->now ? at : step->now + 1);
}

void csuccess__enrolled_due(csuccess__enrolled *r)
{
    if (r->over || r->e.state == CSUCCESS__ENROLLMENT_PAUSED || r->m->step->failed < 0) return;
    due_at(r->m->step, r->e.timer);
    due_at(r->m->step, r->e.limit_at);
    if (r->journey) due_of_conditions(r);
}

/* ---- What comes to it ---- */

/* By an event, at once or, in a pause, when that is over. */
static void end_by(csuccess__enrolled *r, csuccess__ending ending, csuccess_str exit)
{
    const csuccess__finish goal = {
        CSUCCESS__ENROLLMENT_COMPLETED, "goal", none, none, none, true};
    const csuccess__finish left = {
        CSUCCESS__ENROLLMENT_EXITED, "event", exit, none, none, false};
    if (r->e.state != CSUCCESS__ENROLLMENT_PAUSED) {
        csuccess__enrolled_finish(r, ending == CSUCCESS__ENDING_GOAL ? &goal : &left);
    } else if (r->e.ending == CSUCCESS__ENDING_NONE) {
        r->e.ending = ending;
        r->e.ending_by = exit;
        r->changed = true;
    }
}

static bool matches(csuccess__enrolled *r, const csuccess__event_match *match,
                    const csuccess__happening *h)
{
    if (!csuccess__str_eq(match->event, h->id)) return false;
    if (match->where) csuccess__enrolled_show(r);
    return csuccess__event_matches(r->m, match, h) == CSUCCESS__TRUE;
}

static bool correlates(csuccess__enrolled *r, const csuccess__until *until)
{
    if (until->correlate_count) csuccess__enrolled_show(r);
    for (uint32_t i = 0; i < until->correlate_count; i++) {
        if (csuccess__moment_asks(r->m, until->correlate[i]) != CSUCCESS__TRUE) return false;
    }
    return true;
}

/* Whether it ends by this event. */
static bool ended_by_event(csuccess__enrolled *r, const csuccess__happening *h)
{
    const csuccess__journey *journey = r->journey;
    if (journey->goal_by_event && matches(r, &journey->goal_event, h)) {
        end_by(r, CSUCCESS__ENDING_GOAL, none);
        return true;
    }
    for (uint32_t i = 0; i < journey->exit_count; i++) {
        const csuccess__journey_exit *exit = &journey->exits[i];
        if (exit->when || !matches(r, &exit->event, h)) continue;
        end_by(r, CSUCCESS__ENDING_EXIT, exit->id);
        return true;
    }
    return false;
}

/* Whether this step of the customer enrolled it: what brought that about is not what it waits for. */
static bool is_just_enrolled(const csuccess__enrolled *r)
{
    if (r->e.enrolled_at != r->m->step->now) return false;
    csuccess_str id =
        csuccess__moment_id(r->m, "instance", r->journey->name, none, r->e.number);
    return csuccess__str_eq(id, r->e.id);
}

static void event_came(csuccess__enrolled *r, const csuccess__happening *h)
{
    if (is_just_enrolled(r) || ended_by_event(r, h)) return;
    const csuccess__journey_step *step = &r->journey->steps[r->at];
    for (uint32_t i = 0; i < step->until_count; i++) {
        const csuccess__until *until = &step->until[i];
        if (!matches(r, &until->match, h) || !correlates(r, until)) continue;
        csuccess__enrolled_take(r, CSUCCESS__WAY_EVENTS + i);
        return;
    }
}

static void task_ended(csuccess__enrolled *r, const csuccess__happening *h)
{
    static const struct {
        const char *outcome;
        uint32_t way;
    } ways[] = {{"unsuccessful", CSUCCESS__WAY_UNSUCCESSFUL},
                {"no_response", CSUCCESS__WAY_NO_RESPONSE},
                {"rescheduled", CSUCCESS__WAY_RESCHEDULED},
                {"cancelled", CSUCCESS__WAY_CANCELLED}};
    csuccess__step_type type = r->journey->steps[r->at].type;
    uint32_t way = CSUCCESS__WAY_NEXT;
    if (type != CSUCCESS__STEP_TASK && type != CSUCCESS__STEP_HUMAN) return;
    if (!csuccess__str_eq(r->e.waits_for, h->id)) return; /* an earlier one: it is too late */
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (csuccess__str_is(h->detail, ways[i].outcome)) way = ways[i].way;
    }
    csuccess__enrolled_take(r, way);
}

/* Whether what it wants to be started is still to come, so that a run that ended is an earlier one. */
static bool is_to_come(const csuccess__enrolled *r)
{
    const csuccess__flow_desk *desk = r->m->desk;
    for (uint32_t i = desk->queue_at; i < desk->queue_count; i++) {
        const csuccess__happening *h = &desk->queue[i];
        if (h->kind == CSUCCESS__HAPPENING_START && csuccess__str_eq(h->instance, r->e.id)) {
            return true;
        }
    }
    return false;
}

static void playbook_ended(csuccess__enrolled *r, const csuccess__happening *h)
{
    const csuccess__journey_step *step = &r->journey->steps[r->at];
    if (step->type != CSUCCESS__STEP_START_PLAYBOOK || is_to_come(r)) return;
    if (!csuccess__str_eq(r->e.waits_for, h->id)) return;
    csuccess__enrolled_take(r, csuccess__str_is(h->detail, "cancelled")
                                   ? CSUCCESS__WAY_CANCELLED
                                   : CSUCCESS__WAY_NEXT);
}

static void move_time(int64_t *at, int64_t by)
{
    if (*at != 0) *at = *at + by < CSUCCESS__TIME_MAX ? *at + by : CSUCCESS__TIME_MAX;
}

/* What came first while it was paused, if its step still has that way. */
static void take_pending(csuccess__enrolled *r, csuccess_str pending)
{
    const csuccess__journey_step *step = &r->journey->steps[r->at];
    for (uint32_t i = 0; i < step->way_count; i++) {
        if (!csuccess__str_eq(step->ways[i].name, pending)) continue;
        if (!csuccess__enrolled_ends(r)) csuccess__enrolled_take(r, i);
        return;
    }
}

/* The pause is over: times move by its length, then what came meanwhile takes effect. */
static void resume(csuccess__enrolled *r)
{
    int64_t now = r->m->step->now, pause = now > r->e.paused_at ? now - r->e.paused_at : 0;
    csuccess_str pending = r->e.pending;
    const csuccess__journey_say say = {
        .event = "resumed", .step = r->e.step, .how = "person", .in_step_ms = -1};
    move_time(&r->e.timer, pause);
    move_time(&r->e.limit_at, pause);
    r->e.paused_at = 0;
    r->e.state = CSUCCESS__ENROLLMENT_WAITING;
    r->e.pending = none;
    r->changed = true;
    csuccess__journey_entry(r->m, &r->e, &say);
    csuccess__enrolled_define(r, true);
    if (r->over || !r->journey || r->m->step->failed < 0) return;
    if (r->e.ending != CSUCCESS__ENDING_NONE) {
        end_by(r, r->e.ending, r->e.ending_by);
    } else if (pending.len && !r->anew) {
        take_pending(r, pending);
    }
}

/* Whether a person wants this one to end; for that no definition is needed. */
static bool left_by_person(csuccess__enrolled *r, const csuccess__happening *h)
{
    if (!h || h->kind != CSUCCESS__HAPPENING_EXIT || !csuccess__str_eq(h->instance, r->e.id)) {
        return false;
    }
    const csuccess__finish left = {
        CSUCCESS__ENROLLMENT_EXITED, "person", none, h->detail, none, false};
    r->today = csuccess__journey_find(r->m->flow->journeys, r->e.journey);
    csuccess__enrolled_finish(r, &left);
    return true;
}

/* ---- Visits ---- */

/* What time and conditions say; with a step that it was moved to. */
static void go_on(csuccess__enrolled *r)
{
    if (r->e.state == CSUCCESS__ENROLLMENT_PAUSED || r->over || !r->journey) return;
    if (r->anew) {
        r->anew = false;
        csuccess__enrolled_go(r, (csuccess__leaving){NULL, none, r->at});
    } else if (!csuccess__enrolled_ends(r)) {
        csuccess__enrolled_time(r);
    }
}

static void tell_run(csuccess__enrolled *r, const csuccess__happening *h)
{
    typedef void told(csuccess__enrolled *, const csuccess__happening *);
    static told *const tells[CSUCCESS__HAPPENING_COUNT] = {
        [CSUCCESS__HAPPENING_EVENT] = event_came,
        [CSUCCESS__HAPPENING_TASK] = task_ended,
        [CSUCCESS__HAPPENING_PLAYBOOK_ENDED] = playbook_ended};
    if (tells[h->kind]) tells[h->kind](r, h);
    /* What others came to may be the goal, or an exit; an event's facts were looked at before it was told. */
    if (h->kind != CSUCCESS__HAPPENING_EVENT) go_on(r);
}

static bool resumes(const csuccess__enrolled *r, const csuccess__happening *h)
{
    return h && h->kind == CSUCCESS__HAPPENING_RESUME &&
           csuccess__str_eq(h->instance, r->e.id) && r->e.state == CSUCCESS__ENROLLMENT_PAUSED;
}

/* What it goes by now. */
static void open_definition(csuccess__enrolled *r, const csuccess__happening *h)
{
    if (resumes(r, h)) {
        resume(r);
    } else if (!r->read) {
        csuccess__enrolled_define(r, h == NULL);
    }
}

/* `h` is NULL when the customer is looked at, before anything is told. */
static void look_at(csuccess__enrolled *r, const csuccess__happening *h)
{
    if (left_by_person(r, h)) return;
    open_definition(r, h);
    if (!r->journey || r->over || r->m->step->failed < 0) return;
    if (!h || r->anew) go_on(r);
    if (h && !r->over) tell_run(r, h);
}

/* One live enrollment, where the desk has it. While history is imported nothing happens to it. */
static void visit(csuccess__moment *m, csuccess__enrolled *r, const csuccess__happening *h,
                  bool last)
{
    if (!open_again(r, m)) return;
    if (!m->step->quiet) look_at(r, h);
    csuccess__enrolled_close(r);
    keep_read(r);
    if (last) csuccess__enrolled_due(r);
}

/* The names of all that are live: the fields move, the bytes of their names do not. NULL: none, or no memory. */
static csuccess__enrolled *list_live(csuccess__moment *m, uint32_t *count)
{
    uint32_t first = csuccess__state_of_kind(m->step->state, CSUCCESS__STATE_ENROLLMENT, count);
    if (*count == 0) return NULL;
    csuccess__enrolled *list = CSUCCESS__NEW_ARRAY(&m->desk->texts, csuccess__enrolled, *count);
    if (!list) csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
    for (uint32_t i = 0; list && i < *count; i++) {
        list[i].name = m->step->state->fields[first + i].name;
    }
    return list;
}

/* The desk lists those that are live; whoever is enrolled makes it list them anew. */
static void visit_all(csuccess__moment *m, const csuccess__happening *h, bool last)
{
    csuccess__flow_desk *desk = m->desk;
    uint32_t count;
    if (!h || desk->live_count == 0) {
        desk->live = list_live(m, &count);
        desk->live_count = desk->live ? count : 0;
    }
    for (uint32_t i = 0; i < desk->live_count && m->step->failed >= 0; i++) {
        visit(m, &desk->live[i], h, last);
    }
}

/* What enrollments under way are told of. */
static bool is_told(csuccess__happening_kind kind)
{
    static const bool told[CSUCCESS__HAPPENING_COUNT] = {
        [CSUCCESS__HAPPENING_EVENT] = true,          [CSUCCESS__HAPPENING_TASK] = true,
        [CSUCCESS__HAPPENING_PLAYBOOK_ENDED] = true, [CSUCCESS__HAPPENING_JOURNEY_ENDED] = true,
        [CSUCCESS__HAPPENING_RESUME] = true,         [CSUCCESS__HAPPENING_EXIT] = true};
    return told[kind];
}

/* Whether nothing more will come to those under way, as far as is known, so that their times stand. */
static bool is_last(const csuccess__moment *m)
{
    const csuccess__flow_desk *desk = m->desk;
    for (uint32_t i = desk->queue_at; i < desk->queue_count; i++) {
        if (is_told(desk->queue[i].kind)) return false;
    }
    return true;
}

void csuccess__journeys_step(csuccess__moment *m)
{
    visit_all(m, NULL, is_last(m));
}

void csuccess__journeys_happened(csuccess__moment *m, const csuccess__happening *happening)
{
    if (is_told(happening->kind)) visit_all(m, happening, is_last(m));
}
