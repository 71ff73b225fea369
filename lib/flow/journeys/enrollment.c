/* SPDX-License-Identifier: Apache-2.0 */
/* Enrollments in a step: who is enrolled, what comes to those under way, what people say of them, and when to look again. */
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

static bool open_run(csuccess__enrolled *r, csuccess__moment *m, csuccess_str name)
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
    if (!r->read) return open_run(r, m, r->name);
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

static void close_run(csuccess__enrolled *r)
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

/* Nothing is due while it is paused. What was not done because history is imported is due at once. */
static void look_again(csuccess__enrolled *r)
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
    close_run(r);
    keep_read(r);
    if (last) look_again(r);
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

/* ---- Enrolling ---- */

/* How many enrollments of this customer are live in journeys that count them. */
static uint32_t live_of_customer(const csuccess__moment *m)
{
    uint32_t count, live = 0;
    uint32_t first =
        csuccess__state_of_kind(m->step->state, CSUCCESS__STATE_ENROLLMENT, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess_str name = m->step->state->fields[first + i].name;
        uint32_t at =
            csuccess__journey_find(m->flow->journeys, csuccess__enrollment_journey(name, NULL));
        if (at != UINT32_MAX && m->flow->journeys->list[at].concurrent_customer) live++;
    }
    return live;
}

/* Why a customer who was in it may not be enrolled again now; NULL: it may. */
static const char *refusal_again(const csuccess__moment *m, const csuccess__journey *journey,
                                 const csuccess__journey_past *past)
{
    if (past->state < CSUCCESS__ENROLLMENT_COMPLETED) return "it is enrolled already";
    if (!journey->reenroll) return "it was enrolled before";
    if (journey->reenroll_most && past->times >= journey->reenroll_most) {
        return "it was enrolled as often as it may be";
    }
    if (csuccess__journey_after(m, past->ended_at, journey->reenroll_after) > m->step->now) {
        return "it was enrolled not long enough ago";
    }
    return NULL;
}

/* Why this customer may not be enrolled now; NULL: it may. */
static const char *refusal(const csuccess__moment *m, const csuccess__journey *journey,
                           const csuccess__journey_past *past)
{
    const char *why = past->times > 0 ? refusal_again(m, journey, past) : NULL;
    if (why) return why;
    if (journey->concurrent_customer && live_of_customer(m) >= journey->concurrent_customer) {
        return "it is in as many journeys as it may be at once";
    }
    return NULL;
}

static bool read_past(csuccess__moment *m, csuccess_str id, csuccess__journey_past *past)
{
    csuccess_str payload = csuccess__state_get(m->step->state, CSUCCESS__STATE_JOURNEY, id);
    *past = (csuccess__journey_past){.times = 0};
    if (!payload.ptr || csuccess__journey_past_read(past, payload)) return true;
    csuccess__step_fail(m->step, CSUCCESS_ESTATE);
    return false;
}

static void refuse(csuccess__moment *m, const csuccess__enrollment *e, csuccess_str by,
                   const char *why)
{
    const csuccess__journey_say say = {.event = "refused",
                                       .how = "enrollment",
                                       .by = by,
                                       .reason = csuccess__str(why),
                                       .in_step_ms = -1};
    csuccess__journey_entry(m, e, &say);
}

static csuccess_str field_name(csuccess__moment *m, csuccess_str id, uint64_t number)
{
    csuccess__buffer *text = &m->desk->text;
    csuccess__buffer_clear(text);
    csuccess__buffer_str(text, id);
    csuccess__buffer_char(text, '#');
    csuccess__buffer_uint(text, number);
    if (text->status < 0) csuccess__step_fail(m->step, text->status);
    return csuccess__moment_copy(m, csuccess__buffer_view(text));
}

/* Takes a place in the ledger of the journey; it is asked when the advance is committed. */
static void take_place(csuccess__enrolled *r)
{
    if (r->journey->concurrent_journey == 0) return;
    const csuccess__effect_delta delta = {.key = r->journey->name,
                                          .delta = 1,
                                          .max = r->journey->concurrent_journey,
                                          .has_max = true,
                                          .message = UINT32_MAX,
                                          .pays = r->e.id};
    csuccess__step_delta(r->m->step, &delta);
    r->e.counted = true;
}

static csuccess_str kept_of(csuccess__moment *m, const csuccess__happening *h)
{
    if (h->kept.len) return csuccess__moment_copy(m, h->kept);
    return h->input ? csuccess__kept_take(m, h) : none;
}

static void begin(csuccess__enrolled *r, csuccess__journey_past *past,
                  const csuccess__happening *h)
{
    csuccess__moment *m = r->m;
    csuccess__enrollment *e = &r->e;
    const csuccess__journey_say say = {.event = "enrolled", .by = h->detail, .in_step_ms = -1};
    *past = (csuccess__journey_past){.times = e->number, .enrolled_at = m->step->now};
    csuccess__journey_past_put(m->step, r->journey->id, past);
    r->name = field_name(m, r->journey->id, e->number);
    e->state = CSUCCESS__ENROLLMENT_ACTIVE;
    e->enrolled_at = e->entered_at = m->step->now;
    memcpy(e->definition, r->journey->hash, sizeof e->definition);
    if (r->journey->has_limit) {
        e->limit_at = csuccess__journey_after(m, m->step->now, r->journey->limit);
    }
    e->kept = kept_of(m, h);
    take_place(r);
    m->desk->live_count = 0;
    csuccess__journey_entry(m, e, &say);
    csuccess__enrolled_go(r, (csuccess__leaving){NULL, none, r->journey->start});
    close_run(r);
    look_again(r);
}

void csuccess__journey_enroll(csuccess__moment *m, const csuccess__happening *enroll)
{
    csuccess__journey_past past;
    csuccess__enrolled r = {.m = m, .changed = true};
    if (m->step->quiet || m->step->failed < 0) return;
    if (!read_past(m, enroll->id, &past)) return;
    r.today = csuccess__journey_find(m->flow->journeys, enroll->id);
    r.e = (csuccess__enrollment){.journey = enroll->id, .number = past.times + 1};
    r.e.step = r.e.waits_for = r.e.pending = r.e.ending_by = r.e.refused = r.e.kept = none;
    if (r.today == UINT32_MAX) {
        refuse(m, &r.e, enroll->detail, "there is no such journey any more");
        return;
    }
    r.journey = &m->flow->journeys->list[r.today];
    r.e.journey = r.journey->id;
    const char *why = refusal(m, r.journey, &past);
    if (!why) {
        r.e.id = csuccess__moment_id(m, "instance", r.journey->name, none, r.e.number);
        if (csuccess__moment_was_refused(m, r.e.id))
            why = "as many are in it as may be at once";
    }
    if (why) {
        refuse(m, &r.e, enroll->detail, why);
    } else {
        begin(&r, &past, enroll);
    }
}

/* ---- People ---- */

static csuccess_result pause(csuccess__moment *m, csuccess__enrolled *r, csuccess_str reason)
{
    if (r->e.state == CSUCCESS__ENROLLMENT_PAUSED) return CSUCCESS_UNCHANGED;
    const csuccess__journey_say say = {.event = "paused",
                                       .step = r->e.step,
                                       .how = "person",
                                       .reason = reason,
                                       .in_step_ms = -1};
    r->e.state = CSUCCESS__ENROLLMENT_PAUSED;
    r->e.paused_at = m->step->now;
    csuccess__journey_entry(m, &r->e, &say);
    csuccess__enrollment_put(m->step, r->name, &r->e);
    return CSUCCESS_OK;
}

static csuccess_result tell(csuccess__moment *m, csuccess__happening_kind kind,
                            const csuccess__enrollment *e, csuccess_str detail)
{
    const csuccess__happening h = {
        .kind = kind, .id = e->journey, .detail = detail, .instance = e->id};
    csuccess__moment_tell(m, &h);
    return CSUCCESS_OK;
}

/* What is said of one that is live. */
static csuccess_result apply_to(csuccess__moment *m, csuccess__enrolled *r,
                                const csuccess__input *input)
{
    csuccess__value said = csuccess__input_value(input, "reason", CSUCCESS__KIND_STRING);
    csuccess_str reason = said.kind == CSUCCESS__KIND_STRING ? said.as.string : none;
    if (csuccess__str_is(input->name, "pause")) return pause(m, r, reason);
    if (csuccess__str_is(input->name, "exit")) {
        return tell(m, CSUCCESS__HAPPENING_EXIT, &r->e, reason);
    }
    if (r->e.state != CSUCCESS__ENROLLMENT_PAUSED) return CSUCCESS_UNCHANGED;
    return tell(m, CSUCCESS__HAPPENING_RESUME, &r->e, reason);
}

static csuccess_result enroll_by(csuccess__moment *m, const csuccess__input *input,
                                 csuccess_str id)
{
    const csuccess__happening h = {.kind = CSUCCESS__HAPPENING_ENROLL,
                                   .id = id,
                                   .detail = CSUCCESS_STR("input"),
                                   .input = input};
    csuccess__moment_tell(m, &h);
    return CSUCCESS_OK;
}

/* The live one of a journey. */
static bool open_live(csuccess__enrolled *r, csuccess__moment *m, csuccess_str id)
{
    csuccess__journey_past past;
    if (!read_past(m, id, &past) || past.times == 0) return false;
    return open_run(r, m, field_name(m, id, past.times));
}

csuccess_result csuccess__journey_apply(csuccess__moment *m, const csuccess__input *input,
                                        csuccess__text *reason)
{
    static const char *const words[] = {"enroll", "exit", "pause", "resume", NULL};
    csuccess__enrolled r;
    csuccess__value named = csuccess__input_value(input, "journey", CSUCCESS__KIND_STRING);
    csuccess_str id = named.kind == CSUCCESS__KIND_STRING ? named.as.string : none;
    bool enrolls = csuccess__str_is(input->name, "enroll");
    bool known = csuccess__journey_find(m->flow->journeys, id) != UINT32_MAX;
    if (!csuccess__str_among(input->name, words)) {
        csuccess__text_format(reason, "%q is not enroll, exit, pause or resume", input->name);
        return CSUCCESS_ERANGE;
    }
    if (id.len == 0 || (enrolls && !known)) {
        csuccess__text_format(reason, "the property \"journey\" must name a journey%s",
                              id.len ? ", which there is not" : "");
        return CSUCCESS_ERANGE;
    }
    if (m->step->quiet) return CSUCCESS_UNCHANGED; /* history: nobody is enrolled by it */
    if (enrolls) return enroll_by(m, input, id);
    if (open_live(&r, m, id)) return apply_to(m, &r, input);
    csuccess__text_format(reason, "the customer is not in the journey %q", id);
    return CSUCCESS_ERANGE;
}

void csuccess__journeys_release(csuccess__moment *m)
{
    uint32_t count,
        first = csuccess__state_of_kind(m->step->state, CSUCCESS__STATE_ENROLLMENT, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__enrollment e;
        const csuccess__state_field *field = &m->step->state->fields[first + i];
        if (!csuccess__enrollment_read(&e, field->name, field->payload) || !e.counted) continue;
        const csuccess__effect_delta delta = {
            .key = csuccess__journey_name(m, e.journey), .delta = -1, .message = UINT32_MAX};
        csuccess__step_delta(m->step, &delta);
    }
}
