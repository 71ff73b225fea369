/* SPDX-License-Identifier: Apache-2.0 */
/* What a state keeps of triggers: payloads of the kind TRIGGER, so that each fires once for one cause. */
#include "flow/trigger_internal.h"

#include "calendar/time_json.h"

enum { FLAG_WAS = 1, FLAG_LOCKED = 2, FLAG_PENDING = 4, FLAGS = 7 };

static void get_edge(csuccess__wire *in, csuccess__trigger_field *out)
{
    uint64_t flags = csuccess__wire_get_u64(in);
    out->was = flags & FLAG_WAS;
    out->locked = flags & FLAG_LOCKED;
    out->pending = flags & FLAG_PENDING;
    if (out->pending) out->since = csuccess__wire_get_i64(in);
    /* What is pending holds and is not locked; what keeps nothing is not there. */
    if (flags == 0 || flags > FLAGS || (out->pending && flags != (FLAG_WAS | FLAG_PENDING)) ||
        !csuccess__time_valid(out->since)) {
        in->bad = true;
    }
}

static void get_dates(csuccess__wire *in, csuccess__trigger_field *out)
{
    uint64_t count = csuccess__wire_get_u64(in);
    if (count == 0 || count > CSUCCESS__TRIGGER_DATES) in->bad = true;
    for (uint64_t i = 0; i < count && !in->bad; i++) {
        int64_t at = csuccess__wire_get_i64(in);
        bool after = i == 0 || at > out->dates[i - 1];
        if (!after || !csuccess__time_valid(at)) in->bad = true;
        out->dates[i] = at;
    }
    out->date_count = in->bad ? 0 : (uint32_t)count;
}

bool csuccess__trigger_parse(csuccess__trigger_field *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    *out = (csuccess__trigger_field){.form = CSUCCESS__TRIGGER_FORM_NONE};
    switch (csuccess__wire_get_u64(&in)) {
    case CSUCCESS__TRIGGER_FORM_EDGE:
        out->form = CSUCCESS__TRIGGER_FORM_EDGE;
        get_edge(&in, out);
        break;
    case CSUCCESS__TRIGGER_FORM_DATES:
        out->form = CSUCCESS__TRIGGER_FORM_DATES;
        get_dates(&in, out);
        break;
    case CSUCCESS__TRIGGER_FORM_RULE:
        out->form = CSUCCESS__TRIGGER_FORM_RULE;
        out->last = csuccess__wire_get_i64(&in);
        if (!csuccess__time_valid(out->last)) in.bad = true;
        break;
    default:
        return false;
    }
    return csuccess__wire_done(&in);
}

csuccess__trigger_field csuccess__trigger_get(csuccess__step *step, csuccess_str name,
                                              csuccess__trigger_form form)
{
    const csuccess__trigger_field none = {.form = CSUCCESS__TRIGGER_FORM_NONE};
    csuccess__trigger_field field;
    csuccess_str payload = csuccess__state_get(step->state, CSUCCESS__STATE_TRIGGER, name);
    if (!payload.ptr) return none;
    if (!csuccess__trigger_parse(&field, payload)) {
        csuccess__step_fail(step, CSUCCESS_ESTATE);
        return none;
    }
    return field.form == form ? field : none;
}

static void put_edge(csuccess__buffer *out, const csuccess__trigger_field *field)
{
    uint64_t flags = (field->was ? FLAG_WAS : 0u) | (field->locked ? FLAG_LOCKED : 0u) |
                     (field->pending ? FLAG_PENDING : 0u);
    csuccess__wire_u64(out, flags);
    if (field->pending) csuccess__wire_i64(out, field->since);
}

static bool is_empty(const csuccess__trigger_field *field)
{
    if (field->form == CSUCCESS__TRIGGER_FORM_EDGE) {
        return !field->was && !field->locked && !field->pending;
    }
    if (field->form == CSUCCESS__TRIGGER_FORM_DATES) return field->date_count == 0;
    return field->form == CSUCCESS__TRIGGER_FORM_NONE;
}

void csuccess__trigger_put(csuccess__step *step, csuccess_str name,
                           const csuccess__trigger_field *field)
{
    csuccess__buffer *out = step->scratch;
    if (step->failed < 0) return;
    if (is_empty(field)) {
        csuccess__state_drop(step->state, CSUCCESS__STATE_TRIGGER, name);
        return;
    }
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)field->form);
    if (field->form == CSUCCESS__TRIGGER_FORM_EDGE) put_edge(out, field);
    if (field->form == CSUCCESS__TRIGGER_FORM_RULE) csuccess__wire_i64(out, field->last);
    if (field->form == CSUCCESS__TRIGGER_FORM_DATES) {
        csuccess__wire_u64(out, field->date_count);
        for (uint32_t i = 0; i < field->date_count; i++) {
            csuccess__wire_i64(out, field->dates[i]);
        }
    }
    csuccess__step_put(step, CSUCCESS__STATE_TRIGGER, name, csuccess__buffer_view(out));
}

static void put_time_item(csuccess__json_writer *out, int64_t ms)
{
    char text[CSUCCESS__TIME_TEXT];
    csuccess__json_str(out, (csuccess_str){text, csuccess__time_format(text, ms)});
}

void csuccess__trigger_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__trigger_field f;
    if (!csuccess__trigger_parse(&f, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    if (f.form == CSUCCESS__TRIGGER_FORM_EDGE) {
        csuccess__json_put_bool(out, "holds", f.was);
        csuccess__json_put_bool(out, "until_leave", f.locked);
        if (f.pending) csuccess__json_put_time(out, "since", f.since);
    } else if (f.form == CSUCCESS__TRIGGER_FORM_DATES) {
        csuccess__json_key(out, CSUCCESS_STR("fired_for"));
        csuccess__json_open(out, '[');
        for (uint32_t i = 0; i < f.date_count; i++) put_time_item(out, f.dates[i]);
        csuccess__json_close(out, ']');
    } else {
        csuccess__json_put_time(out, "last", f.last);
    }
    csuccess__json_close(out, '}');
}
