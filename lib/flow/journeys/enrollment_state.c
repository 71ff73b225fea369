/* SPDX-License-Identifier: Apache-2.0 */
/* Enrollments and what is kept of journeys: their bytes in the state, as JSON for people, and entries. */
#include "base/digest.h"
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "flow/journeys/enrollment_internal.h"

#include <string.h>

enum { KEPT_MOST = 4096, NUMBER_DIGITS = 16 };

static const char *const states[] = {
#define CSUCCESS__ENROLLMENT_STATE(name, number, text) [number] = text,
    CSUCCESS__ENROLLMENT_STATES(CSUCCESS__ENROLLMENT_STATE)
#undef CSUCCESS__ENROLLMENT_STATE
};
enum { STATES = sizeof states / sizeof states[0] };

const char *csuccess__enrollment_state_name(csuccess__enrollment_state state)
{
    return (unsigned)state < STATES ? states[state] : "";
}

/* ---- Names: "onboarding#2" ---- */

csuccess_str csuccess__enrollment_journey(csuccess_str name, uint64_t *number)
{
    const csuccess_str none = {"", 0};
    uint64_t value = 0, place = 1;
    size_t at = name.len;
    while (at > 0 && name.ptr[at - 1] >= '0' && name.ptr[at - 1] <= '9') {
        if (name.len - at >= NUMBER_DIGITS) return none;
        value += (uint64_t)(name.ptr[--at] - '0') * place;
        place *= 10;
    }
    if (at == name.len || at == 0 || name.ptr[at - 1] != '#' || name.ptr[at] == '0') {
        return none;
    }
    if (number) *number = value;
    return (csuccess_str){name.ptr, at - 1};
}

/* ---- Reading ---- */

/* A number below `limit`. */
static uint64_t get_below(csuccess__wire *in, uint64_t limit)
{
    uint64_t v = csuccess__wire_get_u64(in);
    if (v < limit) return v;
    in->bad = true;
    return 0;
}

/* 64 lower-case hex digits. Without branches, for it is read in every step of a customer. */
static csuccess_str get_id(csuccess__wire *in)
{
    csuccess_str id = csuccess__wire_get_bytes(in, CSUCCESS__JOURNEY_ID_BYTES);
    uint8_t wrong = 0;
    if (id.len != CSUCCESS__JOURNEY_ID_BYTES) return id;
    const uint8_t *c = (const uint8_t *)id.ptr;
    for (size_t i = 0; i < CSUCCESS__JOURNEY_ID_BYTES; i++) {
        uint8_t digit = (uint8_t)(c[i] - '0'), letter = (uint8_t)(c[i] - 'a');
        wrong |= (uint8_t)((digit > 9) & (letter > 5));
    }
    if (wrong) in->bad = true;
    return id;
}

static void get_hash(csuccess__wire *in, uint8_t *out, size_t n)
{
    csuccess_str bytes = csuccess__wire_get_bytes(in, n);
    if (bytes.len == n) memcpy(out, bytes.ptr, n);
}

static void get_rest(csuccess__enrollment *e, csuccess__wire *in)
{
    e->waits_for = csuccess__payload_text(in);
    e->pending = csuccess__payload_text(in);
    e->ending = (csuccess__ending)get_below(in, CSUCCESS__ENDING_EXIT + 1);
    e->ending_by = csuccess__payload_text(in);
    e->counted = get_below(in, 2) == 1;
    e->refused = csuccess__wire_get_str(in);
    e->kept = csuccess__wire_get_str(in);
    if (e->refused.len != 0 && e->refused.len != sizeof e->definition) in->bad = true;
    if (e->kept.len > KEPT_MOST) in->bad = true;
    if (e->step.len == 0 || (e->state == CSUCCESS__ENROLLMENT_PAUSED) != (e->paused_at != 0)) {
        in->bad = true;
    }
}

bool csuccess__enrollment_read(csuccess__enrollment *e, csuccess_str name, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    *e = (csuccess__enrollment){.number = 0};
    e->journey = csuccess__enrollment_journey(name, &e->number);
    e->state = (csuccess__enrollment_state)get_below(&in, CSUCCESS__ENROLLMENT_COMPLETED);
    e->id = get_id(&in);
    get_hash(&in, e->definition, sizeof e->definition);
    get_hash(&in, e->config, sizeof e->config);
    e->step = csuccess__payload_text(&in);
    e->enrolled_at = csuccess__payload_time(&in);
    e->entered_at = csuccess__payload_time(&in);
    e->timer = csuccess__payload_time(&in);
    e->limit_at = csuccess__payload_time(&in);
    e->paused_at = csuccess__payload_time(&in);
    e->moves = get_below(&in, UINT64_C(1) << 53);
    get_rest(e, &in);
    return csuccess__wire_done(&in) && e->journey.len > 0;
}

csuccess_str csuccess__enrollment_definition(csuccess_str payload)
{
    enum {
        AT = 1 + CSUCCESS__JOURNEY_ID_BYTES,
        BYTES = 16
    }; /* behind the state, which is small */
    if (payload.len < AT + BYTES) return (csuccess_str){"", 0};
    return (csuccess_str){payload.ptr + AT, BYTES};
}

bool csuccess__journey_past_read(csuccess__journey_past *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    out->times = get_below(&in, UINT64_C(1) << 53);
    out->state = (csuccess__enrollment_state)get_below(&in, STATES);
    out->enrolled_at = csuccess__payload_time(&in);
    out->ended_at = csuccess__payload_time(&in);
    out->step = csuccess__payload_text(&in);
    out->by = csuccess__payload_text(&in);
    if (out->times == 0) in.bad = true;
    return csuccess__wire_done(&in);
}

/* ---- Writing ---- */

static void put(csuccess__step *step, csuccess__state_kind kind, csuccess_str name)
{
    if (step->scratch->status < 0) {
        csuccess__step_fail(step, step->scratch->status);
    } else {
        csuccess__step_put(step, kind, name, csuccess__buffer_view(step->scratch));
    }
}

void csuccess__enrollment_put(csuccess__step *step, csuccess_str name,
                              const csuccess__enrollment *e)
{
    csuccess__buffer *out = step->scratch;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)e->state);
    csuccess__buffer_str(out, e->id);
    csuccess__buffer_put(out, e->definition, sizeof e->definition);
    csuccess__buffer_put(out, e->config, sizeof e->config);
    csuccess__wire_str(out, e->step);
    csuccess__wire_i64(out, e->enrolled_at);
    csuccess__wire_i64(out, e->entered_at);
    csuccess__wire_i64(out, e->timer);
    csuccess__wire_i64(out, e->limit_at);
    csuccess__wire_i64(out, e->paused_at);
    csuccess__wire_u64(out, e->moves);
    csuccess__wire_str(out, e->waits_for);
    csuccess__wire_str(out, e->pending);
    csuccess__wire_u64(out, (uint64_t)e->ending);
    csuccess__wire_str(out, e->ending_by);
    csuccess__wire_u64(out, e->counted);
    csuccess__wire_str(out, e->refused);
    csuccess__wire_str(out, e->kept);
    put(step, CSUCCESS__STATE_ENROLLMENT, name);
}

void csuccess__journey_past_put(csuccess__step *step, csuccess_str journey,
                                const csuccess__journey_past *past)
{
    csuccess__buffer *out = step->scratch;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, past->times);
    csuccess__wire_u64(out, (uint64_t)past->state);
    csuccess__wire_i64(out, past->enrolled_at);
    csuccess__wire_i64(out, past->ended_at);
    csuccess__wire_str(out, past->step);
    csuccess__wire_str(out, past->by);
    put(step, CSUCCESS__STATE_JOURNEY, journey);
}

/* ---- JSON ---- */

/* 0: there is none. */
static void put_time(csuccess__json_writer *w, const char *key, int64_t ms)
{
    if (ms != 0) csuccess__json_put_time(w, key, ms);
}

void csuccess__journey_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__journey_past past;
    if (!csuccess__journey_past_read(&past, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_num(out, "times", (double)past.times);
    csuccess__json_put_str(out, "state",
                           csuccess__str(csuccess__enrollment_state_name(past.state)));
    put_time(out, "enrolled_at", past.enrolled_at);
    put_time(out, "ended_at", past.ended_at);
    csuccess__json_put_given(out, "step", past.step);
    csuccess__json_put_given(out, "by", past.by);
    csuccess__json_close(out, '}');
}

static void put_hex(csuccess__json_writer *out, const char *key, const uint8_t *bytes, size_t n)
{
    char hex[64];
    csuccess__hex_put(hex, bytes, n);
    csuccess__json_put_str(out, key, (csuccess_str){hex, 2 * n});
}

static void print_kept(csuccess__json_writer *out, const csuccess__enrollment *e)
{
    static const char *const endings[] = {"", "goal", "exit"};
    csuccess__json_put_given(out, "waits_for", e->waits_for);
    csuccess__json_put_given(out, "pending", e->pending);
    csuccess__json_put_given(out, "ending", csuccess__str(endings[e->ending]));
    csuccess__json_put_given(out, "ending_by", e->ending_by);
    if (e->counted) csuccess__json_put_bool(out, "counted", true);
    if (e->refused.len) {
        put_hex(out, "refused", (const uint8_t *)e->refused.ptr, e->refused.len);
    }
    if (e->kept.len) csuccess__json_put_num(out, "kept_bytes", (double)e->kept.len);
}

void csuccess__enrollment_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__enrollment e;
    if (!csuccess__enrollment_read(&e, field->name, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "id", e.id);
    csuccess__json_put_str(out, "state",
                           csuccess__str(csuccess__enrollment_state_name(e.state)));
    csuccess__json_put_str(out, "step", e.step);
    put_time(out, "enrolled_at", e.enrolled_at);
    put_time(out, "entered_at", e.entered_at);
    put_time(out, "timer", e.timer);
    put_time(out, "limit_at", e.limit_at);
    put_time(out, "paused_at", e.paused_at);
    csuccess__json_put_num(out, "moves", (double)e.moves);
    print_kept(out, &e);
    put_hex(out, "definition", e.definition, sizeof e.definition);
    put_hex(out, "config", e.config, sizeof e.config);
    csuccess__json_close(out, '}');
}

/* ---- Entries ---- */

static void put_check(csuccess__json_writer *w, const csuccess__journey_say *say)
{
    if (say->score && say->score->kind == CSUCCESS__KIND_NUMBER) {
        csuccess__json_put_num(w, "score", say->score->as.number);
    }
    if (say->status && say->status->kind == CSUCCESS__KIND_STRING) {
        csuccess__json_put_str(w, "status", say->status->as.string);
    }
}

void csuccess__journey_entry(csuccess__moment *m, const csuccess__enrollment *e,
                             const csuccess__journey_say *say)
{
    csuccess__json_writer *w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "journey", e->journey);
    csuccess__json_put_given(w, "instance", e->id);
    csuccess__json_put_num(w, "number", (double)e->number);
    csuccess__json_put_str(w, "event", csuccess__str(say->event));
    csuccess__json_put_given(w, "from", say->from);
    csuccess__json_put_given(w, "way", say->way);
    csuccess__json_put_given(w, "step", say->step);
    csuccess__json_put_given(w, "type", csuccess__str(say->type));
    if (say->in_step_ms >= 0) {
        csuccess__json_put_num(w, "in_step_ms", (double)say->in_step_ms);
    }
    csuccess__json_put_given(w, "how", csuccess__str(say->how));
    csuccess__json_put_given(w, "by", say->by);
    csuccess__json_put_given(w, "reason", say->reason);
    put_time(w, "until", say->until);
    if (say->ends) {
        csuccess__json_put_num(
            w, "steps", (double)e->moves); /* so that results know when they have seen all */
        csuccess__json_put_bool(w, "success", say->success);
    }
    put_check(w, say);
    csuccess_str body = csuccess__step_body_end(m->step), subject = {"", 0};
    if (say->reason.len && m->input)
        subject = csuccess__input_subject(m->input); /* its words */
    if (body.ptr) csuccess__step_entry(m->step, "journey", subject, body);
}
