/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a membership: member · times entered · entered at · left at, if ever; and how it is printed. */
#include "flow/segments_internal.h"

#include "calendar/time_json.h"
#include "customer/payload.h"
#include "text/json.h"

#define TIMES_MOST (UINT64_C(1) << 53)

bool csuccess__membership_parse(csuccess__membership *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t member = csuccess__wire_get_u64(&in);
    *out = (csuccess__membership){.member = member == 1};
    out->times = csuccess__wire_get_u64(&in);
    if (member > 1 || out->times == 0 || out->times > TIMES_MOST) in.bad = true;
    out->entered_at = csuccess__payload_time(&in);
    if (csuccess__membership_left(out)) out->left_at = csuccess__payload_time(&in);
    return csuccess__wire_done(&in);
}

void csuccess__membership_write(csuccess__buffer *out, const csuccess__membership *of)
{
    csuccess__wire_u64(out, of->member);
    csuccess__wire_u64(out, of->times);
    csuccess__wire_i64(out, of->entered_at);
    if (csuccess__membership_left(of)) csuccess__wire_i64(out, of->left_at);
}

void csuccess__segment_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__membership of;
    if (!csuccess__membership_parse(&of, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_bool(out, "member", of.member);
    csuccess__json_put_num(out, "times", (double)of.times);
    csuccess__json_put_time(out, "entered_at", of.entered_at);
    csuccess__json_put_time(out, "left_at",
                            csuccess__membership_left(&of) ? of.left_at : CSUCCESS__NEVER);
    csuccess__json_close(out, '}');
}
