/* SPDX-License-Identifier: Apache-2.0 */
/* The field EXECUTION: its bytes, looking one up, its JSON. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "flow/playbooks/started.h"
#include "intervene/executions_internal.h"
#include "intervene/intervene.h"

#include <string.h>

enum {
    FLAG_ASKED = 1,
    FLAG_AGAIN = 2,
    FLAG_BACK = 4,
    FLAGS = 7,
    HAS = 7,
    SATISFACTION = 5,
    JUDGED = 3,
    TEXTS = 11,
    TIMES = 6,
    ID_DIGITS = 64,
    NAME_DIGITS = 16
};
#define COST_MOST (INT64_C(1) << 53)

static const char *const state_words[] = {
#define CSUCCESS__EXECUTION(name, number, text) text,
    CSUCCESS__EXECUTION_STATES(CSUCCESS__EXECUTION)
#undef CSUCCESS__EXECUTION
};
static const char *const outcome_words[] = {
#define CSUCCESS__EXECUTION_OUTCOME(name, number, text) text,
    CSUCCESS__EXECUTION_OUTCOMES(CSUCCESS__EXECUTION_OUTCOME)
#undef CSUCCESS__EXECUTION_OUTCOME
};
static const char *const response_words[] = {
#define CSUCCESS__RESPONSE(name, number, text) text,
    CSUCCESS__RESPONSES(CSUCCESS__RESPONSE)
#undef CSUCCESS__RESPONSE
};
static const char *const judged_words[] = {"", "reached", "missed", "undecided"};

const char *csuccess__execution_state_word(csuccess__execution_state state)
{
    return state_words[state];
}

const char *csuccess__execution_outcome_word(csuccess__execution_outcome outcome)
{
    return outcome_words[outcome];
}

const char *csuccess__response_word(csuccess__response response)
{
    return response_words[response];
}

const char *csuccess__judged_word(uint32_t judged)
{
    return judged_words[judged <= JUDGED ? judged : 0];
}

/* ---- Bytes: state · outcome · response · flags · counts · times · cost · numbers · texts ---- */

static void list_texts(csuccess__execution *e, csuccess_str *out[TEXTS])
{
    csuccess_str *texts[TEXTS] = {&e->id,      &e->intervention, &e->programme, &e->step,
                                  &e->channel, &e->contact,      &e->assigned,  &e->task,
                                  &e->cause,   &e->items,        &e->started};
    memcpy(out, texts, sizeof texts);
}

static void list_times(csuccess__execution *e, int64_t *out[TIMES])
{
    int64_t *times[TIMES] = {&e->created_at, &e->started_at, &e->due_at,
                             &e->ended_at,   &e->judge_at,   &e->follow_up_at};
    memcpy(out, times, sizeof times);
}

static uint32_t get_most(csuccess__wire *in, uint32_t most)
{
    uint64_t v = csuccess__wire_get_u64(in);
    if (v <= most) return (uint32_t)v;
    in->bad = true;
    return 0;
}

static void get_numbers(csuccess__wire *in, csuccess__execution *out)
{
    out->has = get_most(in, HAS);
    if (out->has & CSUCCESS__HAS_HEALTH) out->health = csuccess__wire_get_double(in);
    if (out->has & CSUCCESS__HAS_RISK) out->risk = csuccess__wire_get_double(in);
    if (out->has & CSUCCESS__HAS_VALUE) out->value = csuccess__wire_get_double(in);
}

static bool is_id(csuccess_str id)
{
    bool good = id.len == ID_DIGITS;
    for (size_t i = 0; good && i < id.len; i++) {
        char c = id.ptr[i];
        good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    return good;
}

/* What cannot be of an execution that the library wrote. */
static bool is_sane(const csuccess__execution *e)
{
    bool ended = e->ended_at != 0;
    return is_id(e->id) && e->intervention.len > 0 && e->programme.len > 0 &&
           e->created_at != 0 && ended == !csuccess__execution_is_open(e) && e->cost >= 0 &&
           e->cost <= COST_MOST && csuccess__started_check(e->started);
}

bool csuccess__execution_parse(csuccess__execution *out, csuccess_str payload)
{
    csuccess_str *texts[TEXTS];
    int64_t *times[TIMES];
    csuccess__wire in = csuccess__wire_open(payload);
    memset(out, 0, sizeof *out);
    list_texts(out, texts);
    list_times(out, times);
    out->state = (csuccess__execution_state)get_most(&in, CSUCCESS__EXECUTION_ESCALATED);
    out->outcome =
        (csuccess__execution_outcome)get_most(&in, CSUCCESS__EXECUTION_OUTCOME_UPGRADED);
    out->response = (csuccess__response)get_most(&in, CSUCCESS__RESPONSE_NEGATIVE);
    uint32_t flags = get_most(&in, FLAGS);
    out->asked = flags & FLAG_ASKED;
    out->again = flags & FLAG_AGAIN;
    out->back = flags & FLAG_BACK;
    out->tries = get_most(&in, UINT32_MAX);
    out->satisfaction = get_most(&in, SATISFACTION);
    out->minutes = get_most(&in, UINT32_MAX);
    out->judged = get_most(&in, JUDGED);
    for (size_t i = 0; i < TIMES; i++) *times[i] = csuccess__payload_time(&in);
    out->cost = csuccess__wire_get_i64(&in);
    get_numbers(&in, out);
    for (size_t i = 0; i < TEXTS; i++) {
        bool bytes = texts[i] == &out->started;
        *texts[i] = bytes ? csuccess__wire_get_str(&in) : csuccess__payload_text(&in);
    }
    return csuccess__wire_done(&in) && is_sane(out);
}

static void put_numbers(csuccess__buffer *out, const csuccess__execution *e)
{
    csuccess__wire_u64(out, e->has);
    if (e->has & CSUCCESS__HAS_HEALTH) csuccess__wire_double(out, e->health);
    if (e->has & CSUCCESS__HAS_RISK) csuccess__wire_double(out, e->risk);
    if (e->has & CSUCCESS__HAS_VALUE) csuccess__wire_double(out, e->value);
}

static uint64_t flags_of(const csuccess__execution *e)
{
    return (e->asked ? FLAG_ASKED : 0u) | (e->again ? FLAG_AGAIN : 0u) |
           (e->back ? FLAG_BACK : 0u);
}

csuccess_str csuccess__execution_name(const csuccess__execution *e)
{
    return (csuccess_str){e->id.ptr, e->id.len < NAME_DIGITS ? e->id.len : NAME_DIGITS};
}

void csuccess__execution_put(csuccess__turn *t, const csuccess__execution *of)
{
    csuccess__buffer *out = t->m->step->scratch;
    csuccess__execution e = *of; /* the lists take what they may change */
    csuccess_str *texts[TEXTS];
    int64_t *times[TIMES];
    list_texts(&e, texts);
    list_times(&e, times);
    const uint64_t counts[] = {(uint64_t)e.state,
                               (uint64_t)e.outcome,
                               (uint64_t)e.response,
                               flags_of(&e),
                               e.tries,
                               e.satisfaction,
                               e.minutes,
                               e.judged};
    csuccess__buffer_clear(out);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        csuccess__wire_u64(out, counts[i]);
    }
    for (size_t i = 0; i < TIMES; i++) csuccess__wire_i64(out, *times[i]);
    csuccess__wire_i64(out, e.cost);
    put_numbers(out, &e);
    for (size_t i = 0; i < TEXTS; i++) csuccess__wire_str(out, *texts[i]);
    if (out->status < 0) {
        csuccess__step_fail(t->m->step, out->status);
        return;
    }
    csuccess__step_put(t->m->step, CSUCCESS__STATE_EXECUTION, csuccess__execution_name(of),
                       csuccess__buffer_view(out));
    csuccess__intervention_changed(t, of->intervention);
}

/* ---- Looking one up ---- */

/* One of the fields; false: it is no execution, or damaged, which fails the step. */
static bool read_field(csuccess__turn *t, uint32_t at, csuccess__execution *out)
{
    const csuccess__state_field *field = &t->m->step->state->fields[at];
    if (!csuccess__is_execution(field->name)) return false;
    bool good = csuccess__execution_parse(out, field->payload);
    if (good && csuccess__str_eq(csuccess__execution_name(out), field->name)) return true;
    csuccess__step_fail(t->m->step, CSUCCESS_ESTATE);
    return false;
}

bool csuccess__execution_at(csuccess__turn *t, uint32_t index, csuccess__execution *out)
{
    uint32_t count,
        first = csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_EXECUTION, &count);
    return index < count && t->m->step->failed >= 0 && read_field(t, first + index, out);
}

uint32_t csuccess__executions_count(const csuccess__turn *t)
{
    uint32_t count;
    (void)csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_EXECUTION, &count);
    return count;
}

bool csuccess__execution_take(csuccess__turn *t, csuccess_str id, csuccess__execution *out)
{
    csuccess_str name = {id.ptr, id.len < NAME_DIGITS ? id.len : NAME_DIGITS};
    if (name.len < NAME_DIGITS || !csuccess__is_execution(name)) return false;
    csuccess_str payload =
        csuccess__state_get(t->m->step->state, CSUCCESS__STATE_EXECUTION, name);
    if (!payload.ptr || t->m->step->failed < 0) return false;
    payload = csuccess__turn_copy(t, payload);
    if (t->m->step->failed < 0) return false;
    if (!csuccess__execution_parse(out, payload) ||
        !csuccess__str_eq(csuccess__execution_name(out), name)) {
        csuccess__step_fail(t->m->step, CSUCCESS_ESTATE);
        return false;
    }
    return id.len == NAME_DIGITS || csuccess__str_eq(out->id, id);
}

bool csuccess__execution_is_cancelled(csuccess__turn *t, csuccess_str id)
{
    csuccess__execution e;
    csuccess_str name = {id.ptr, id.len < NAME_DIGITS ? id.len : NAME_DIGITS};
    csuccess_str payload =
        csuccess__state_get(t->m->step->state, CSUCCESS__STATE_EXECUTION, name);
    if (!payload.ptr || !csuccess__is_execution(name)) return false;
    if (!csuccess__execution_parse(&e, payload)) {
        csuccess__step_fail(t->m->step, CSUCCESS_ESTATE);
        return false;
    }
    return e.state == CSUCCESS__EXECUTION_CANCELLED;
}

static bool is_later(const csuccess__execution *a, const csuccess__execution *b)
{
    if (a->created_at != b->created_at) return a->created_at > b->created_at;
    if (a->tries != b->tries) return a->tries > b->tries;
    return csuccess__str_cmp(a->id, b->id) > 0;
}

bool csuccess__execution_last_that(csuccess__turn *t, csuccess__execution_fits *fits,
                                   csuccess_str what, csuccess__execution *out)
{
    uint32_t count = csuccess__executions_count(t);
    bool found = false;
    for (uint32_t i = 0; i < count; i++) {
        csuccess__execution e;
        if (!csuccess__execution_at(t, i, &e) || !fits(&e, what)) continue;
        if (found && !is_later(&e, out)) continue;
        *out = e;
        found = true;
    }
    return found && t->m->step->failed >= 0;
}

static bool is_of(const csuccess__execution *e, csuccess_str intervention)
{
    return csuccess__str_eq(e->intervention, intervention);
}

bool csuccess__execution_last(csuccess__turn *t, csuccess_str intervention,
                              csuccess__execution *out)
{
    return csuccess__execution_last_that(t, is_of, intervention, out);
}

/* ---- JSON ---- */

static void put_time(csuccess__json_writer *w, const char *key, int64_t at)
{
    if (at != 0) csuccess__json_put_time(w, key, at);
}

static void put_count(csuccess__json_writer *w, const char *key, uint32_t count)
{
    if (count > 0) csuccess__json_put_num(w, key, count);
}

static void put_beginning(csuccess__json_writer *w, const csuccess__execution *e)
{
    if (e->has & CSUCCESS__HAS_HEALTH) csuccess__json_put_num(w, "health", e->health);
    if (e->has & CSUCCESS__HAS_RISK) csuccess__json_put_num(w, "probability", e->risk);
    if (e->has & CSUCCESS__HAS_VALUE) csuccess__json_put_num(w, "value_at_stake", e->value);
}

static void put_items(csuccess__json_writer *w, csuccess_str items)
{
    csuccess_str line;
    if (items.len == 0) return;
    csuccess__json_key(w, CSUCCESS_STR("items"));
    csuccess__json_open(w, '[');
    while (csuccess__line_next(&items, &line)) csuccess__json_str(w, line);
    csuccess__json_close(w, ']');
}

void csuccess__execution_members(csuccess__json_writer *w, const csuccess__execution *e)
{
    csuccess__json_put_str(w, "execution", e->id);
    csuccess__json_put_str(w, "intervention", e->intervention);
    csuccess__json_put_str(w, "programme", e->programme);
    csuccess__json_put_given(w, "step", e->step);
    csuccess__json_put_str(w, "channel", e->channel);
    csuccess__json_put_given(w, "contact", e->contact);
    csuccess__json_put_given(w, "owner", e->assigned);
    csuccess__json_put_given(w, "task", e->task);
    csuccess__json_put_str(w, "state", csuccess__str(state_words[e->state]));
    csuccess__json_put_given(w, "outcome", csuccess__str(outcome_words[e->outcome]));
    if (e->response != CSUCCESS__RESPONSE_NONE) {
        csuccess__json_put_str(w, "response", csuccess__str(response_words[e->response]));
    }
    put_beginning(w, e);
    csuccess__json_put_num(w, "cost", (double)e->cost);
    if (e->asked) csuccess__json_put_bool(w, "asked", true);
    put_count(w, "tries", e->tries);
    put_time(w, "created_at", e->created_at);
    put_time(w, "started_at", e->started_at);
    put_time(w, "due_at", e->due_at);
    put_time(w, "ended_at", e->ended_at);
    put_time(w, "judge_at", e->judge_at);
    put_time(w, "follow_up_at", e->follow_up_at);
    put_count(w, "satisfaction", e->satisfaction);
    put_count(w, "minutes", e->minutes);
    csuccess__json_put_given(w, "success", csuccess__str(judged_words[e->judged]));
    put_items(w, e->items);
}

void csuccess__execution_print(struct csuccess__json_writer *out,
                               const csuccess__state_field *field)
{
    csuccess__execution e;
    int64_t at;
    bool known = csuccess__is_execution(field->name);
    if (!known && csuccess__since_parse(&at, field->payload)) {
        csuccess__json_open(out, '{');
        csuccess__json_put_time(out, "at", at);
        csuccess__json_close(out, '}');
    } else if (known && csuccess__execution_parse(&e, field->payload)) {
        csuccess__json_open(out, '{');
        csuccess__execution_members(out, &e);
        csuccess__json_close(out, '}');
    } else {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
    }
}
