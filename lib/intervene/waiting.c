/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that wait, in the state: kind MESSAGE, by their id. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "intervene/arbiter.h"

/* ---- Bytes: since · until (NEVER: 0 stands behind a 1) · guard · returns · reason · not before · expires · occurrence · internal · channel · contact · purpose · definition · step · cause · body ---- */

static int64_t read_until(csuccess__wire *in)
{
    uint64_t never = csuccess__wire_get_u64(in);
    if (never > 1) in->bad = true;
    int64_t until = csuccess__payload_time(in);
    if (never == 0) return until;
    if (until != 0) in->bad = true;
    return CSUCCESS__NEVER;
}

static uint64_t read_below(csuccess__wire *in, uint64_t bound)
{
    uint64_t n = csuccess__wire_get_u64(in);
    if (n >= bound) in->bad = true;
    return in->bad ? 0 : n;
}

bool csuccess__waiting_read(csuccess__waiting *out, const csuccess__state_field *field)
{
    csuccess__wire in = csuccess__wire_open(field->payload);
    csuccess__effect_message *m = &out->message;
    *out = (csuccess__waiting){.message = {.id = field->name, .customer = {"", 0}}};
    out->since = csuccess__payload_time(&in);
    out->until = read_until(&in);
    out->guard = (csuccess__guard_kind)read_below(&in, CSUCCESS__GUARD_COUNT);
    out->returns = (uint32_t)read_below(&in, UINT32_MAX);
    out->reason = csuccess__payload_text(&in);
    m->not_before = csuccess__payload_time(&in);
    m->expires_at = csuccess__payload_time(&in);
    m->occurrence = csuccess__wire_get_u64(&in);
    m->internal = read_below(&in, 2) == 1;
    m->channel = csuccess__payload_text(&in);
    m->contact = csuccess__payload_text(&in);
    m->purpose = csuccess__payload_text(&in);
    m->definition = csuccess__payload_text(&in);
    m->step = csuccess__payload_text(&in);
    m->cause = csuccess__payload_text(&in);
    m->body = csuccess__payload_text(&in);
    return csuccess__wire_done(&in);
}

void csuccess__waiting_put(csuccess__step *step, const csuccess__waiting *held)
{
    const csuccess__effect_message *m = &held->message;
    csuccess__buffer *out = step->scratch;
    bool never = held->until == CSUCCESS__NEVER;
    csuccess__buffer_clear(out);
    csuccess__wire_i64(out, held->since);
    csuccess__wire_u64(out, never);
    csuccess__wire_i64(out, never ? 0 : held->until);
    csuccess__wire_u64(out, (uint64_t)held->guard);
    csuccess__wire_u64(out, held->returns);
    csuccess__wire_str(out, held->reason);
    csuccess__wire_i64(out, m->not_before);
    csuccess__wire_i64(out, m->expires_at);
    csuccess__wire_u64(out, m->occurrence);
    csuccess__wire_u64(out, m->internal);
    csuccess__wire_str(out, m->channel);
    csuccess__wire_str(out, m->contact);
    csuccess__wire_str(out, m->purpose);
    csuccess__wire_str(out, m->definition);
    csuccess__wire_str(out, m->step);
    csuccess__wire_str(out, m->cause);
    csuccess__wire_str(out, m->body);
    if (out->status < 0) {
        csuccess__step_fail(step, out->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_MESSAGE, m->id, csuccess__buffer_view(out));
}

/* One that is damaged goes too: nobody knows whom it was for. */
void csuccess__waiting_forget(csuccess__state *state, csuccess_str contact)
{
    uint32_t count = 0;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_MESSAGE, &count);
    for (uint32_t i = first + count; i-- > first;) {
        csuccess__waiting held;
        if (csuccess__waiting_read(&held, &state->fields[i]) &&
            !csuccess__str_eq(held.message.contact, contact)) {
            continue;
        }
        csuccess__state_drop(state, CSUCCESS__STATE_MESSAGE, state->fields[i].name);
    }
}

void csuccess__waiting_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__waiting held;
    if (!csuccess__waiting_read(&held, field)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "channel", held.message.channel);
    csuccess__json_put_given(out, "contact", held.message.contact);
    csuccess__json_put_str(out, "definition", held.message.definition);
    csuccess__json_put_given(out, "step", held.message.step);
    csuccess__json_put_given(out, "purpose", held.message.purpose);
    csuccess__json_put_str(out, "guard", csuccess__str(csuccess__guard_name(held.guard)));
    csuccess__json_put_given(out, "reason", held.reason);
    csuccess__json_put_time(out, "since", held.since);
    if (held.until != CSUCCESS__NEVER) csuccess__json_put_time(out, "until", held.until);
    if (held.message.expires_at != 0) {
        csuccess__json_put_time(out, "expires", held.message.expires_at);
    }
    csuccess__json_close(out, '}');
}
