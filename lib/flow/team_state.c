/* SPDX-License-Identifier: Apache-2.0 */
/* The field OWNER: the dated intervals of one role, and how they print. */
#include "flow/team_internal.h"

#include "calendar/time_json.h"
#include "customer/payload.h"
#include "text/utf8.h"

/* Payload: count, and of each: owner · from · until · how · weight. */

static csuccess__interval get_interval(csuccess__wire *in)
{
    csuccess__interval v = {.owner = csuccess__wire_get_str(in)};
    v.from = csuccess__payload_time(in);
    v.until = csuccess__payload_time(in);
    uint64_t how = csuccess__wire_get_u64(in);
    v.weight = csuccess__wire_get_i64(in);
    if (how > CSUCCESS__OWNER_ASSIGNED || v.owner.len == 0) in->bad = true;
    if (!csuccess__utf8_check(v.owner, NULL)) in->bad = true;
    if (v.until != 0 && v.until < v.from) in->bad = true;
    if (v.weight > INT64_C(1) << 53 || v.weight < -(INT64_C(1) << 53)) in->bad = true;
    if (!in->bad) v.how = (csuccess__owner_how)how;
    return v;
}

bool csuccess__ownership_parse(csuccess__ownership *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t count = csuccess__wire_get_u64(&in);
    out->count = 0;
    if (count == 0 || count > CSUCCESS__INTERVALS_MOST) return false;
    for (uint64_t i = 0; i < count && !in.bad; i++) {
        csuccess__interval v = get_interval(&in);
        bool last = i + 1 == count;
        if (v.until == 0 && !last) in.bad = true;
        if (i > 0 && v.from < out->list[i - 1].until) in.bad = true;
        out->list[out->count++] = v;
    }
    return csuccess__wire_done(&in);
}

bool csuccess__ownership_take(csuccess__moment *m, csuccess_str role, csuccess__ownership *out)
{
    csuccess_str payload = csuccess__state_get(m->step->state, CSUCCESS__STATE_OWNER, role);
    out->count = 0;
    if (!payload.ptr) return true;
    payload = csuccess__moment_copy(m, payload);
    if (m->step->failed < 0) return false;
    if (csuccess__ownership_parse(out, payload)) return true;
    out->count = 0;
    csuccess__step_fail(m->step, CSUCCESS_ESTATE);
    return false;
}

void csuccess__ownership_put(csuccess__moment *m, csuccess_str role,
                             const csuccess__ownership *o)
{
    csuccess__buffer *out = m->step->scratch;
    uint32_t first = o->count > CSUCCESS__INTERVALS_MOST ? 1 : 0;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, o->count - first);
    for (uint32_t i = first; i < o->count; i++) {
        const csuccess__interval *v = &o->list[i];
        csuccess__wire_str(out, v->owner);
        csuccess__wire_i64(out, v->from);
        csuccess__wire_i64(out, v->until);
        csuccess__wire_u64(out, (uint64_t)v->how);
        csuccess__wire_i64(out, v->weight);
    }
    if (out->status < 0) {
        csuccess__step_fail(m->step, out->status);
        return;
    }
    csuccess__step_put(m->step, CSUCCESS__STATE_OWNER, role, csuccess__buffer_view(out));
}

csuccess__interval *csuccess__ownership_open(csuccess__ownership *o)
{
    if (o->count == 0 || o->list[o->count - 1].until != 0) return NULL;
    return &o->list[o->count - 1];
}

void csuccess__owner_print(struct csuccess__json_writer *out,
                           const csuccess__state_field *field)
{
    static const char *const words[] = {"input", "rule", "assigned"};
    csuccess__ownership o;
    if (!csuccess__ownership_parse(&o, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < o.count; i++) {
        csuccess__json_open(out, '{');
        csuccess__json_put_str(out, "owner", o.list[i].owner);
        csuccess__json_put_time(out, "from", o.list[i].from);
        csuccess__json_put_time(out, "until",
                                o.list[i].until ? o.list[i].until : CSUCCESS__NEVER);
        csuccess__json_put_str(out, "by", csuccess__str(words[o.list[i].how]));
        if (o.list[i].weight) csuccess__json_put_num(out, "revenue", (double)o.list[i].weight);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
}
