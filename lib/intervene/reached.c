/* SPDX-License-Identifier: Apache-2.0 */
/* What each definition has reached: when it last left, how often, what came back, and until when a ledger holds it. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "intervene/touches.h"

csuccess_str csuccess__touch_definition(csuccess__turn *t, csuccess_str programme,
                                        csuccess_str step)
{
    bool action = step.len && csuccess__str_starts(programme, CSUCCESS_STR("campaign/"));
    return action ? csuccess__turn_format(t, "%S/%S", programme, step) : programme;
}

/* False: damaged. */
static bool get(csuccess_str payload, csuccess__reached *out)
{
    csuccess__wire in = csuccess__wire_open(payload);
    out->last_at = csuccess__wire_get_i64(&in);
    uint64_t times = csuccess__wire_get_u64(&in), unanswered = csuccess__wire_get_u64(&in);
    out->blocked_until = csuccess__wire_get_i64(&in);
    out->times = (uint32_t)times;
    out->unanswered = (uint32_t)unanswered;
    return csuccess__wire_done(&in) && times <= UINT32_MAX && unanswered <= UINT32_MAX &&
           csuccess__time_valid(out->last_at) && csuccess__time_valid(out->blocked_until);
}

csuccess__reached csuccess__reached_of(const csuccess__turn *t, csuccess_str definition)
{
    csuccess__step *step = t->m->step;
    csuccess__reached r = {0};
    csuccess_str payload =
        csuccess__state_get(step->state, CSUCCESS__STATE_REACHED, definition);
    if (!payload.ptr || get(payload, &r)) return r;
    csuccess__step_fail(step, CSUCCESS_ESTATE);
    return (csuccess__reached){0};
}

void csuccess__reached_put(csuccess__turn *t, csuccess_str definition,
                           const csuccess__reached *r)
{
    csuccess__step *step = t->m->step;
    csuccess__buffer *out = step->scratch;
    if (t->looking || step->failed < 0) return;
    if (r->last_at == 0 && r->times == 0 && r->unanswered == 0 && r->blocked_until == 0) {
        csuccess__state_drop(step->state, CSUCCESS__STATE_REACHED, definition);
        return;
    }
    csuccess__buffer_clear(out);
    csuccess__wire_i64(out, r->last_at);
    csuccess__wire_u64(out, r->times);
    csuccess__wire_u64(out, r->unanswered);
    csuccess__wire_i64(out, r->blocked_until);
    if (out->status < 0) csuccess__step_fail(step, out->status);
    csuccess__step_put(step, CSUCCESS__STATE_REACHED, definition, csuccess__buffer_view(out));
}

void csuccess__reached_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__reached r;
    if (!get(field->payload, &r)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    if (r.last_at) csuccess__json_put_time(out, "last_at", r.last_at);
    csuccess__json_put_num(out, "times", r.times);
    csuccess__json_put_num(out, "unanswered", r.unanswered);
    if (r.blocked_until) csuccess__json_put_time(out, "blocked_until", r.blocked_until);
    csuccess__json_close(out, '}');
}
