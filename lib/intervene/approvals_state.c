/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and standing decisions in the state: their bytes, and how one walks over them. */
#include "intervene/approvals_internal.h"

#include "customer/payload.h"
#include "intervene/intervene.h"

static const char *const names[] = {
#define CSUCCESS__APPROVAL(name, number, text) text,
    CSUCCESS__APPROVAL_STATES(CSUCCESS__APPROVAL)
#undef CSUCCESS__APPROVAL
};
enum { STATES = sizeof names / sizeof names[0], ID_DIGITS = 64 };
#define COUNT_MOST (UINT64_C(1) << 53)
static const csuccess_str request_head = {"request/", 8}, standing_head = {"standing/", 9};

enum { FLAG_USED = 1, FLAG_RAISED = 2, FLAG_RUN = 4, FLAGS = 7 };

const char *csuccess__approval_state_name(csuccess__approval_state state)
{
    return names[state];
}

/* ---- Bytes ---- */

static uint64_t get_most(csuccess__wire *in, uint64_t most)
{
    uint64_t v = csuccess__wire_get_u64(in);
    if (v <= most) return v;
    in->bad = true;
    return 0;
}

/* A decision: has · amounts · not before · at · priority · texts */
static void get_decision(csuccess__wire *in, csuccess__deciding *out)
{
    int64_t *amounts[] = {&out->cap, &out->limit, &out->cost, &out->value, &out->spent};
    csuccess_str *texts[] = {&out->channel, &out->owner, &out->by, &out->reasoning};
    out->has = (uint32_t)get_most(in, CSUCCESS__DECISION_ALL);
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        *amounts[i] = (int64_t)get_most(in, COUNT_MOST);
    }
    out->not_before = csuccess__payload_time(in);
    out->at = csuccess__payload_time(in);
    out->priority = csuccess__wire_get_double(in);
    if (!(out->priority >= -1e9 && out->priority <= 1e9)) in->bad = true;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = csuccess__payload_text(in);
    }
}

static void put_decision(csuccess__buffer *out, const csuccess__deciding *of)
{
    const int64_t amounts[] = {of->cap, of->limit, of->cost, of->value, of->spent};
    const csuccess_str texts[] = {of->channel, of->owner, of->by, of->reasoning};
    csuccess__wire_u64(out, of->has);
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        csuccess__wire_u64(out, (uint64_t)amounts[i]);
    }
    csuccess__wire_i64(out, of->not_before);
    csuccess__wire_i64(out, of->at);
    csuccess__wire_double(out, of->priority);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        csuccess__wire_str(out, texts[i]);
    }
}

enum { TEXTS = 11 };
static void list_texts(csuccess__request *r, csuccess_str *out[TEXTS])
{
    csuccess_str *texts[TEXTS] = {&r->id,          &r->rule,    &r->subject, &r->programme,
                                  &r->step,        &r->run_id,  &r->contact, &r->approver,
                                  &r->escalate_to, &r->channel, &r->left};
    memcpy(out, texts, sizeof texts);
}

static void get_span(csuccess__wire *in, csuccess__duration *out)
{
    out->months = (int32_t)get_most(in, CSUCCESS__DURATION_MONTHS);
    out->days = (int32_t)get_most(in, CSUCCESS__DURATION_DAYS);
    out->ms = (int64_t)get_most(in, (uint64_t)CSUCCESS__DURATION_MS);
}

bool csuccess__request_is_open(const csuccess__request *request)
{
    return request->state == CSUCCESS__APPROVAL_PENDING ||
           request->state == CSUCCESS__APPROVAL_ESCALATED ||
           request->state == CSUCCESS__APPROVAL_MONITORED;
}

bool csuccess__request_parse(csuccess__request *out, csuccess_str payload)
{
    csuccess_str *texts[TEXTS];
    csuccess__wire in = csuccess__wire_open(payload);
    *out = (csuccess__request){.state = CSUCCESS__APPROVAL_PENDING};
    list_texts(out, texts);
    out->state = (csuccess__approval_state)get_most(&in, STATES - 1);
    out->on_expiry = (csuccess__on_expiry)get_most(&in, CSUCCESS__EXPIRY_ESCALATE);
    uint64_t flags = get_most(&in, FLAGS);
    out->used = flags & FLAG_USED;
    out->raised = flags & FLAG_RAISED;
    out->run = flags & FLAG_RUN;
    out->occurrence = csuccess__wire_get_u64(&in);
    out->told = (uint32_t)get_most(&in, UINT32_MAX);
    out->asked_at = csuccess__payload_time(&in);
    out->until = csuccess__payload_time(&in);
    out->cost = (int64_t)get_most(&in, COUNT_MOST);
    out->value = (int64_t)get_most(&in, COUNT_MOST);
    out->expected = csuccess__wire_get_double(&in);
    get_span(&in, &out->span);
    for (size_t i = 0; i < TEXTS; i++) *texts[i] = csuccess__payload_text(&in);
    get_decision(&in, &out->decision);
    bool named = out->id.len == ID_DIGITS && out->rule.len > 0 && out->subject.len > 0;
    if (!named || (out->used && csuccess__request_is_open(out))) in.bad = true;
    return csuccess__wire_done(&in);
}

static csuccess_str written(csuccess__step *step)
{
    if (step->scratch->status < 0) csuccess__step_fail(step, step->scratch->status);
    return csuccess__buffer_view(step->scratch);
}

typedef char name_bytes[sizeof "request/" + CSUCCESS__APPROVAL_DIGITS];
static csuccess_str name_of(const csuccess__request *r, name_bytes bytes)
{
    memcpy(bytes, request_head.ptr, request_head.len);
    memcpy(bytes + request_head.len, r->id.ptr, CSUCCESS__APPROVAL_DIGITS);
    return (csuccess_str){bytes, request_head.len + CSUCCESS__APPROVAL_DIGITS};
}

void csuccess__request_write(csuccess__buffer *out, const csuccess__request *request)
{
    csuccess_str *texts[TEXTS];
    csuccess__request r = *request;
    list_texts(&r, texts);
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)r.state);
    csuccess__wire_u64(out, (uint64_t)r.on_expiry);
    csuccess__wire_u64(out, (r.used ? FLAG_USED : 0u) | (r.raised ? FLAG_RAISED : 0u) |
                                (r.run ? FLAG_RUN : 0u));
    csuccess__wire_u64(out, r.occurrence);
    csuccess__wire_u64(out, r.told);
    csuccess__wire_i64(out, r.asked_at);
    csuccess__wire_i64(out, r.until);
    csuccess__wire_u64(out, (uint64_t)r.cost);
    csuccess__wire_u64(out, (uint64_t)r.value);
    csuccess__wire_double(out, r.expected);
    csuccess__wire_u64(out, (uint64_t)r.span.months);
    csuccess__wire_u64(out, (uint64_t)r.span.days);
    csuccess__wire_u64(out, (uint64_t)r.span.ms);
    for (size_t i = 0; i < TEXTS; i++) csuccess__wire_str(out, *texts[i]);
    put_decision(out, &r.decision);
}

void csuccess__request_put(csuccess__step *step, const csuccess__request *request)
{
    name_bytes bytes;
    if (step->failed < 0) return;
    csuccess__request_write(step->scratch, request);
    csuccess_str payload = written(step);
    if (step->failed < 0) return;
    csuccess__step_put(step, CSUCCESS__STATE_APPROVAL, name_of(request, bytes), payload);
}

void csuccess__request_drop(csuccess__step *step, const csuccess__request *request)
{
    name_bytes bytes;
    csuccess__state_drop(step->state, CSUCCESS__STATE_APPROVAL, name_of(request, bytes));
}

/* A standing decision: state · whether for all · until · texts · decision */
bool csuccess__standing_parse(csuccess__standing *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    *out = (csuccess__standing){.state = CSUCCESS__APPROVAL_REJECTED};
    out->state = (csuccess__approval_state)get_most(&in, STATES - 1);
    out->any = get_most(&in, 1) == 1;
    out->until = csuccess__payload_time(&in);
    csuccess_str *texts[] = {&out->pattern, &out->id, &out->approvers};
    for (size_t i = 0; i < 3; i++) *texts[i] = csuccess__payload_text(&in);
    get_decision(&in, &out->decision);
    bool decided = out->state == CSUCCESS__APPROVAL_APPROVED ||
                   out->state == CSUCCESS__APPROVAL_MODIFIED ||
                   out->state == CSUCCESS__APPROVAL_REJECTED;
    if (!decided || out->pattern.len == 0) in.bad = true;
    return csuccess__wire_done(&in);
}

void csuccess__standing_write(csuccess__buffer *out, const csuccess__standing *standing)
{
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)standing->state);
    csuccess__wire_u64(out, standing->any);
    csuccess__wire_i64(out, standing->until);
    csuccess__wire_str(out, standing->pattern);
    csuccess__wire_str(out, standing->id);
    csuccess__wire_str(out, standing->approvers);
    put_decision(out, &standing->decision);
}

void csuccess__standing_put(csuccess__turn *t, const csuccess__standing *standing)
{
    csuccess__step *step = t->m->step;
    csuccess__buffer *name = &t->desk->text;
    csuccess__buffer_clear(name);
    csuccess__buffer_str(name, standing_head);
    csuccess__buffer_str(name, standing->pattern);
    csuccess__standing_write(step->scratch, standing);
    csuccess_str payload = written(step);
    if (name->status < 0) csuccess__step_fail(step, name->status);
    if (step->failed < 0) return;
    csuccess__step_put(step, CSUCCESS__STATE_APPROVAL, csuccess__buffer_view(name), payload);
}

/* ---- Walking ---- */

/* What stands behind the head in the field's name. False: it has another head. */
static bool take_head(const csuccess__state_field *field, csuccess_str head, csuccess_str *name)
{
    if (!csuccess__str_starts(field->name, head)) return false;
    *name = (csuccess_str){field->name.ptr + head.len, field->name.len - head.len};
    return true;
}

static bool read_request(csuccess__turn *t, uint32_t at, csuccess_str payload,
                         csuccess__request *out)
{
    csuccess_str name;
    if (!take_head(&t->m->step->state->fields[at], request_head, &name)) return false;
    bool good = csuccess__request_parse(out, payload) &&
                csuccess__str_eq(name, (csuccess_str){out->id.ptr, CSUCCESS__APPROVAL_DIGITS});
    if (!good) csuccess__step_fail(t->m->step, CSUCCESS_ESTATE);
    return good;
}

static bool read_standing(csuccess__turn *t, uint32_t at, csuccess__standing *out)
{
    csuccess_str name;
    const csuccess__state_field *field = &t->m->step->state->fields[at];
    if (!take_head(field, standing_head, &name)) return false;
    bool good =
        csuccess__standing_parse(out, field->payload) && csuccess__str_eq(name, out->pattern);
    if (!good) csuccess__step_fail(t->m->step, CSUCCESS_ESTATE);
    return good;
}

bool csuccess__request_take(csuccess__turn *t, uint32_t at, csuccess__request *out)
{
    csuccess_str payload = csuccess__turn_copy(t, t->m->step->state->fields[at].payload);
    return t->m->step->failed >= 0 && read_request(t, at, payload, out);
}

uint32_t csuccess__approvals_first(const csuccess__turn *t)
{
    uint32_t count;
    return csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_APPROVAL, &count);
}

static uint32_t end_of(const csuccess__turn *t)
{
    uint32_t count,
        first = csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_APPROVAL, &count);
    return first + count;
}

bool csuccess__request_next(csuccess__turn *t, uint32_t *at, csuccess__request *out)
{
    uint32_t end = end_of(t);
    while (*at < end && t->m->step->failed >= 0) {
        uint32_t i = (*at)++;
        if (read_request(t, i, t->m->step->state->fields[i].payload, out)) return true;
    }
    return false;
}

bool csuccess__standing_next(csuccess__turn *t, uint32_t *at, csuccess__standing *out)
{
    uint32_t end = end_of(t);
    while (*at < end && t->m->step->failed >= 0) {
        if (read_standing(t, (*at)++, out)) return true;
    }
    return false;
}
