/* SPDX-License-Identifier: Apache-2.0 */
/* A goal in the state: its bytes, and how it is printed. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "flow/goals_internal.h"
#include "text/json.h"
#include "text/utf8.h"

static const char *const names[] = {
#define CSUCCESS__GOAL_STATE(name, text) text,
    CSUCCESS__GOAL_STATES(CSUCCESS__GOAL_STATE)
#undef CSUCCESS__GOAL_STATE
};
enum { STATES = sizeof names / sizeof names[0] };

const char *csuccess__goal_state_name(csuccess__goal_state state)
{
    return names[state];
}

/* ---- Bytes: state told · agreed at · achieved at · whether there is a baseline, it · target · measure ---- */

bool csuccess__goal_parse(csuccess__goal_field *field, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t told = csuccess__wire_get_u64(&in);
    if (told >= STATES) in.bad = true;
    field->told = in.bad ? CSUCCESS__GOAL_PROPOSED : (csuccess__goal_state)told;
    field->agreed_at = csuccess__payload_time(&in);
    field->achieved_at = csuccess__payload_time(&in);
    uint64_t has = csuccess__wire_get_u64(&in);
    if (has > 1) in.bad = true;
    field->has_baseline = has == 1;
    field->baseline = field->has_baseline ? csuccess__wire_get_double(&in) : 0;
    field->target = csuccess__wire_get_double(&in);
    field->measure = csuccess__wire_get_str(&in);
    if (!csuccess__utf8_check(field->measure, NULL)) in.bad = true;
    return csuccess__wire_done(&in);
}

void csuccess__goal_put(csuccess__step *step, csuccess_str id,
                        const csuccess__goal_field *field)
{
    csuccess__buffer *out = step->scratch;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)field->told);
    csuccess__wire_i64(out, field->agreed_at);
    csuccess__wire_i64(out, field->achieved_at);
    csuccess__wire_u64(out, field->has_baseline);
    if (field->has_baseline) csuccess__wire_double(out, field->baseline);
    csuccess__wire_double(out, field->target);
    csuccess__wire_str(out, field->measure);
    if (out->status < 0) {
        csuccess__step_fail(step, out->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_GOAL, id, csuccess__buffer_view(out));
}

void csuccess__goal_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__goal_field f;
    if (!csuccess__goal_parse(&f, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "status", csuccess__str(names[f.told]));
    if (f.agreed_at != 0) csuccess__json_put_time(out, "agreed_at", f.agreed_at);
    if (f.achieved_at != 0) csuccess__json_put_time(out, "achieved_at", f.achieved_at);
    if (f.has_baseline) csuccess__json_put_num(out, "baseline", f.baseline);
    csuccess__json_put_num(out, "target", f.target);
    csuccess__json_put_given(out, "measure", f.measure);
    csuccess__json_close(out, '}');
}
