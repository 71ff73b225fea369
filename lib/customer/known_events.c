/* SPDX-License-Identifier: Apache-2.0 */
/* When an event of a name came last: of so many names that hostile ones do no harm. */
#include "customer/known_internal.h"

/* False: damaged. */
static bool read_last(csuccess_str payload, int64_t *at)
{
    csuccess__wire in = csuccess__wire_open(payload);
    *at = csuccess__wire_get_i64(&in);
    return csuccess__wire_done(&in) && csuccess__time_valid(*at);
}

bool csuccess__known_last_event(const csuccess__state *state, csuccess_str name, int64_t *at)
{
    csuccess_str payload = csuccess__state_get(state, CSUCCESS__STATE_LAST_EVENT, name);
    return payload.ptr && read_last(payload, at);
}

/* Whether there is room for a name whose event came at `time`: the latest names stay, so which those are depends on no
   order. */
static bool make_room(csuccess__step *step, csuccess_str name, int64_t time)
{
    uint32_t count, oldest = 0;
    int64_t least = INT64_MAX;
    uint32_t first = csuccess__state_of_kind(step->state, CSUCCESS__STATE_LAST_EVENT, &count);
    if (count < CSUCCESS__KEPT_EVENTS) return true;
    for (uint32_t i = 0; i < count; i++) {
        int64_t at = INT64_MIN; /* a damaged one goes first */
        csuccess__known_last_event(step->state, step->state->fields[first + i].name, &at);
        if (at >= least) continue;
        least = at;
        oldest = first + i;
    }
    csuccess_str leaving = step->state->fields[oldest].name;
    if (time < least || (time == least && csuccess__str_cmp(name, leaving) < 0)) return false;
    csuccess__state_drop(step->state, CSUCCESS__STATE_LAST_EVENT, leaving);
    return true;
}

void csuccess__apply_event(csuccess__applying *at)
{
    char bytes[CSUCCESS__KEPT_NAME + 32];
    csuccess__text scratch;
    csuccess__text_init(&scratch, bytes, sizeof bytes);
    csuccess_str name = csuccess__input_event(at->input, &scratch);
    int64_t before, time = at->input->at;
    bool signal = (int)at->input->type >= (int)CSUCCESS__INPUT_SIGNALS;
    if (signal || name.len == 0 || name.len > CSUCCESS__KEPT_NAME) return;
    csuccess_str payload =
        csuccess__state_get(at->step->state, CSUCCESS__STATE_LAST_EVENT, name);
    if (!payload.ptr) {
        if (!make_room(at->step, name, time)) return;
    } else if (!read_last(payload, &before)) {
        csuccess__step_fail(at->step, CSUCCESS_ESTATE);
        return;
    } else if (before >= time) {
        return;
    }
    csuccess__buffer_clear(at->step->scratch);
    csuccess__wire_i64(at->step->scratch, time);
    csuccess__apply_put(at, CSUCCESS__STATE_LAST_EVENT, name);
}
