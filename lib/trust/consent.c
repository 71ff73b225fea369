/* SPDX-License-Identifier: Apache-2.0 */
/* Consents and suppressions in the state: put by inputs, asked before a message is sent. */
#include "calendar/time_json.h"
#include "text/json.h"
#include "text/utf8.h"
#include "trust/privacy.h"

#include <string.h>

/* Also in the state: numbers are never used again for another thing. */
#define SUPPRESSIONS(X) \
    X(RESTORED, 0, "restored") X(BOUNCED, 1, "bounced") X(COMPLAINED, 2, "complained")
typedef enum suppression_kind {
#define SUPPRESSION(name, number, text) SUPPRESSION_##name = number,
    SUPPRESSIONS(SUPPRESSION)
#undef SUPPRESSION
        SUPPRESSION_COUNT
} suppression_kind;
static const char *const suppression_names[] = {
#define NAME(name, number, text) text,
    SUPPRESSIONS(NAME) NULL};
#undef NAME

enum { PROOF_BYTES = 1024, GRANTED = 1, ENDS = 2 /* flags of a consent */ };

/* When something was said, and in which input: the greater holds. */
typedef struct moment {
    int64_t at;
    csuccess_str id;
} moment;

typedef struct consent {
    moment said;
    bool granted, ends;
    int64_t until;
    csuccess_str jurisdiction, proof;
} consent;

typedef struct suppression {
    moment said;
    suppression_kind kind;
} suppression;

static bool is_later(moment a, moment b)
{
    return a.at != b.at ? a.at > b.at : csuccess__str_cmp(a.id, b.id) > 0;
}

/* ---- Names of fields: "contact/purpose/channel", in which the parts have ~ as ~0 and / as ~1 (as RFC 6901 has it) ---- */

typedef struct name {
    csuccess_str parts[3];
    uint32_t count;
} name;

/* Gives the bytes of a name one by one. */
typedef struct spelling {
    const name *name;
    uint32_t part;
    size_t at;
    char pending; /* second half of an escape */
} spelling;

static int next_byte(spelling *s)
{
    const csuccess_str *part = &s->name->parts[s->part];
    if (s->pending) {
        char c = s->pending;
        s->pending = '\0';
        return (unsigned char)c;
    }
    if (s->at == part->len) {
        s->at = 0;
        return ++s->part < s->name->count ? '/' : -1;
    }
    char c = part->ptr[s->at++];
    if (c != '~' && c != '/') return (unsigned char)c;
    s->pending = c == '~' ? '0' : '1';
    return '~';
}

static int compare_name(csuccess_str field, const name *n)
{
    spelling s = {.name = n};
    for (size_t i = 0; i < field.len; i++) {
        int byte = next_byte(&s);
        if (byte < 0) return 1;
        if ((unsigned char)field.ptr[i] != byte) {
            return (unsigned char)field.ptr[i] < byte ? -1 : 1;
        }
    }
    return next_byte(&s) < 0 ? 0 : -1;
}

/* Whether the first part of a field's name is the contact. */
static bool is_of(csuccess_str field, csuccess_str contact)
{
    const name n = {.parts = {contact}, .count = 1};
    spelling s = {.name = &n};
    for (size_t i = 0; i < field.len; i++) {
        int byte = next_byte(&s);
        if (byte < 0) return field.ptr[i] == '/';
        if ((unsigned char)field.ptr[i] != byte) return false;
    }
    return false;
}

/* The payload without a name being put together; ptr NULL without the field. */
static csuccess_str find(const csuccess__state *state, csuccess__state_kind kind, const name *n)
{
    uint32_t count, low = csuccess__state_of_kind(state, kind, &count), high = low + count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare_name(state->fields[middle].name, n);
        if (order == 0) return state->fields[middle].payload;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (csuccess_str){NULL, 0};
}

/* Puts what stands in the scratch, under the name, which is written behind it. */
static void put(csuccess__step *step, csuccess__state_kind kind, const name *n)
{
    csuccess__buffer *scratch = step->scratch;
    size_t payload = scratch->len;
    spelling s = {.name = n};
    for (int byte = next_byte(&s); byte >= 0; byte = next_byte(&s)) {
        csuccess__buffer_char(scratch, (char)byte);
    }
    if (scratch->status < 0) {
        csuccess__step_fail(step, scratch->status);
        return;
    }
    csuccess__step_put(step, kind,
                       (csuccess_str){scratch->ptr + payload, scratch->len - payload},
                       (csuccess_str){scratch->ptr, payload});
}

/* ---- Payloads ---- */

static bool take_moment(csuccess__wire *in, moment *out)
{
    out->at = csuccess__wire_get_i64(in);
    out->id = csuccess__wire_get_str(in);
    return !in->bad && csuccess__time_valid(out->at) && csuccess__utf8_check(out->id, NULL);
}

static bool take_consent(consent *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    *out = (consent){.granted = false};
    uint64_t flags = csuccess__wire_get_u64(&in);
    out->granted = (flags & GRANTED) != 0;
    out->ends = (flags & ENDS) != 0;
    if (flags > (GRANTED | ENDS) || flags == ENDS || !take_moment(&in, &out->said)) {
        return false;
    }
    out->jurisdiction = csuccess__wire_get_str(&in);
    out->proof = csuccess__wire_get_str(&in);
    out->until = out->ends ? csuccess__wire_get_i64(&in) : 0;
    if (out->ends && (out->until <= out->said.at || !csuccess__time_valid(out->until))) {
        return false;
    }
    return csuccess__wire_done(&in) && csuccess__utf8_check(out->jurisdiction, NULL) &&
           csuccess__utf8_check(out->proof, NULL);
}

static void write_consent(csuccess__buffer *out, const consent *c)
{
    csuccess__wire_u64(out, (c->granted ? GRANTED : 0) | (c->ends ? ENDS : 0));
    csuccess__wire_i64(out, c->said.at);
    csuccess__wire_str(out, c->said.id);
    csuccess__wire_str(out, c->jurisdiction);
    csuccess__wire_str(out, c->proof);
    if (c->ends) csuccess__wire_i64(out, c->until);
}

static bool take_suppression(suppression *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t kind = csuccess__wire_get_u64(&in);
    if (kind >= SUPPRESSION_COUNT || !take_moment(&in, &out->said)) return false;
    out->kind = (suppression_kind)kind;
    return csuccess__wire_done(&in);
}

static void write_suppression(csuccess__buffer *out, const suppression *s)
{
    csuccess__wire_u64(out, (uint64_t)s->kind);
    csuccess__wire_i64(out, s->said.at);
    csuccess__wire_str(out, s->said.id);
}

/* ---- As JSON ---- */

static void print_said(csuccess__json_writer *out, const consent *c)
{
    csuccess__json_key(out, CSUCCESS_STR("granted"));
    csuccess__json_bool(out, c->granted);
    csuccess__json_put_time(out, "at", c->said.at);
    if (c->ends) csuccess__json_put_time(out, "until", c->until);
    csuccess__json_put_given(out, "jurisdiction", c->jurisdiction);
    csuccess__json_put_given(out, "proof", c->proof);
    csuccess__json_put_given(out, "input", c->said.id);
}

void csuccess__consent_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field)
{
    consent c;
    if (!take_consent(&c, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    print_said(out, &c);
    csuccess__json_close(out, '}');
}

void csuccess__suppression_print(struct csuccess__json_writer *out,
                                 const csuccess__state_field *field)
{
    suppression s;
    if (!take_suppression(&s, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_given(out, "reason", csuccess__str(suppression_names[s.kind]));
    csuccess__json_put_time(out, "at", s.said.at);
    csuccess__json_put_given(out, "input", s.said.id);
    csuccess__json_close(out, '}');
}

/* ---- Reading an input ---- */

static csuccess_result refuse(csuccess__text *reason, const char *why)
{
    csuccess__text_put(reason, csuccess__str(why));
    return CSUCCESS_ERANGE;
}

/* Absent: empty. */
static bool read_text(csuccess_str *out, const csuccess__input *input, const char *key,
                      csuccess__text *reason)
{
    const csuccess__property *p = csuccess__input_property(input, csuccess__str(key));
    *out = (csuccess_str){"", 0};
    if (!p) return true;
    if (p->value.kind != CSUCCESS__KIND_STRING) {
        csuccess__text_format(reason, "\"%s\" must be text", key);
        return false;
    }
    *out = p->value.as.string;
    return true;
}

static csuccess_result read_until(consent *out, const csuccess__input *input,
                                  csuccess__text *reason)
{
    if (!csuccess__input_property(input, CSUCCESS_STR("until"))) return CSUCCESS_OK;
    if (!out->granted) {
        return refuse(
            reason,
            "what is withdrawn has no \"until\": it stays so until consent is given again");
    }
    csuccess__value until = csuccess__input_value(input, "until", CSUCCESS__KIND_TIME);
    if (csuccess__is_missing(until)) {
        return refuse(reason, "\"until\" is a time such as \"2026-01-31T08:00:00Z\"");
    }
    if (until.as.time <= out->said.at) {
        return refuse(reason, "\"until\" lies before the consent");
    }
    out->until = until.as.time;
    out->ends = true;
    return CSUCCESS_OK;
}

/* The name's texts and the consent are borrowed from the input. */
static csuccess_result read_consent(consent *out, name *n, const csuccess__input *input,
                                    csuccess__text *reason)
{
    const csuccess__property *granted =
        csuccess__input_property(input, CSUCCESS_STR("granted"));
    *n = (name){.parts = {input->user}, .count = 3};
    *out = (consent){.said = {input->at, input->id}};
    if (!read_text(&n->parts[1], input, "purpose", reason) ||
        !read_text(&n->parts[2], input, "channel", reason) ||
        !read_text(&out->jurisdiction, input, "jurisdiction", reason) ||
        !read_text(&out->proof, input, "proof", reason)) {
        return CSUCCESS_ERANGE;
    }
    if (n->parts[1].len == 0) return refuse(reason, "a consent names its \"purpose\"");
    if (!granted || granted->value.kind != CSUCCESS__KIND_BOOL) {
        return refuse(reason, "a consent has \"granted\", true or false");
    }
    if (out->proof.len > PROOF_BYTES) {
        return refuse(
            reason, "a \"proof\" has at most 1,024 bytes; keep the document and name it here");
    }
    out->granted = granted->value.as.boolean;
    return read_until(out, input, reason);
}

/* ---- Applying ---- */

static csuccess_result damaged(csuccess__step *step)
{
    csuccess__step_fail(step, CSUCCESS_ESTATE);
    return CSUCCESS_ESTATE;
}

static void note_consent(csuccess__step *step, const name *n, const consent *now,
                         const consent *before)
{
    csuccess__json_writer *body = csuccess__step_body(step);
    csuccess__json_put_given(body, "contact", n->parts[0]);
    csuccess__json_put_given(body, "purpose", n->parts[1]);
    csuccess__json_put_given(body, "channel", n->parts[2]);
    print_said(body, now);
    if (before) {
        csuccess__json_key(body, CSUCCESS_STR("before"));
        csuccess__json_open(body, '{');
        print_said(body, before);
        csuccess__json_close(body, '}');
    }
    csuccess__step_entry(step, "consent", n->parts[0], csuccess__step_body_end(step));
}

static csuccess_result apply_consent(const csuccess__privacy *privacy, csuccess__step *step,
                                     const csuccess__input *input, csuccess__text *reason)
{
    name n;
    consent now, before;
    csuccess_result result = read_consent(&now, &n, input, reason);
    if (result < 0) return result;
    csuccess_str there = find(step->state, CSUCCESS__STATE_CONSENT, &n);
    if (there.ptr && !take_consent(&before, there)) return damaged(step);
    if (there.ptr && !is_later(now.said, before.said)) return CSUCCESS_UNCHANGED;
    if (!csuccess__privacy_purpose(privacy, n.parts[1])) {
        csuccess__text_format(reason, "the purpose %q is not declared; it requires an opt-in",
                              n.parts[1]);
    }
    note_consent(step, &n, &now, there.ptr ? &before : NULL);
    csuccess__buffer_clear(step->scratch);
    write_consent(step->scratch, &now);
    put(step, CSUCCESS__STATE_CONSENT, &n);
    return step->failed < 0 ? step->failed : CSUCCESS_OK;
}

static void note_suppression(csuccess__step *step, const name *n, const suppression *now)
{
    csuccess__json_writer *body = csuccess__step_body(step);
    csuccess__json_put_given(body, "contact", n->parts[0]);
    csuccess__json_put_given(body, "channel", n->parts[1]);
    csuccess__json_put_given(body, "reason", csuccess__str(suppression_names[now->kind]));
    csuccess__json_put_time(body, "at", now->said.at);
    csuccess__json_put_given(body, "input", now->said.id);
    csuccess__step_entry(step, "suppressed", n->parts[0], csuccess__step_body_end(step));
}

/* UNCHANGED: another response. */
static csuccess_result read_response(suppression *out, name *n, const csuccess__input *input,
                                     csuccess__text *reason)
{
    uint32_t kind = 0;
    *n = (name){.parts = {input->user}, .count = 2};
    while (kind < SUPPRESSION_COUNT &&
           !csuccess__str_is(input->name, suppression_names[kind])) {
        kind++;
    }
    if (kind == SUPPRESSION_COUNT) return CSUCCESS_UNCHANGED;
    *out = (suppression){{input->at, input->id}, (suppression_kind)kind};
    if (!read_text(&n->parts[1], input, "channel", reason)) return CSUCCESS_ERANGE;
    if (n->parts[1].len > 0) return CSUCCESS_OK;
    return refuse(reason, "the response names no \"channel\"");
}

static csuccess_result apply_response(csuccess__step *step, const csuccess__input *input,
                                      csuccess__text *reason)
{
    name n;
    suppression now, before;
    csuccess_result result = read_response(&now, &n, input, reason);
    if (result != CSUCCESS_OK) return result;
    csuccess_str there = find(step->state, CSUCCESS__STATE_SUPPRESSION, &n);
    if (there.ptr && !take_suppression(&before, there)) return damaged(step);
    if (there.ptr && !is_later(now.said, before.said)) return CSUCCESS_UNCHANGED;
    note_suppression(step, &n, &now);
    csuccess__buffer_clear(step->scratch);
    write_suppression(step->scratch, &now);
    put(step, CSUCCESS__STATE_SUPPRESSION, &n);
    return step->failed < 0 ? step->failed : CSUCCESS_OK;
}

csuccess_result csuccess__response_check(const csuccess__input *input, csuccess__text *reason)
{
    suppression now;
    name n;
    csuccess_result result = read_response(&now, &n, input, reason);
    return result < 0 ? result : CSUCCESS_OK;
}

csuccess_result csuccess__consent_apply(const csuccess__privacy *privacy, csuccess__step *step,
                                        const csuccess__input *input, csuccess__text *reason)
{
    return input->type == CSUCCESS__INPUT_RESPONSE
               ? apply_response(step, input, reason)
               : apply_consent(privacy, step, input, reason);
}

/* ---- Asking ---- */

static csuccess_str date_of(char out[CSUCCESS__DATE_TEXT], int64_t ms)
{
    return (csuccess_str){out, csuccess__date_format(out, ms)};
}

static csuccess_result ask_suppressed(const csuccess__state *state,
                                      const csuccess__consent_question *q,
                                      csuccess__text *reason)
{
    suppression s;
    char date[CSUCCESS__DATE_TEXT];
    const name n = {.parts = {q->contact, q->channel}, .count = 2};
    csuccess_str payload = find(state, CSUCCESS__STATE_SUPPRESSION, &n);
    if (!payload.ptr) return CSUCCESS_OK;
    if (!take_suppression(&s, payload)) return CSUCCESS_ESTATE;
    if (s.kind == SUPPRESSION_RESTORED) return CSUCCESS_OK;
    csuccess__text_format(reason, "suppressed: %s on %S", suppression_names[s.kind],
                          date_of(date, s.said.at));
    return CSUCCESS_EDENIED;
}

/* What was said last for the channel or for every channel. False in *any: nothing. */
static csuccess_result last_said(consent *out, bool *any, const csuccess__state *state,
                                 const csuccess__consent_question *q)
{
    consent c;
    *any = false;
    for (uint32_t i = 0; i < 2; i++) {
        const name n = {
            .parts = {q->contact, q->purpose, i ? q->channel : (csuccess_str){"", 0}},
            .count = 3};
        csuccess_str payload = find(state, CSUCCESS__STATE_CONSENT, &n);
        if (!payload.ptr) continue;
        if (!take_consent(&c, payload)) return CSUCCESS_ESTATE;
        if (!*any || is_later(c.said, out->said)) *out = c;
        *any = true;
    }
    return CSUCCESS_OK;
}

/* When an opt-in is over, by its own end and by the purpose's; TIME_MAX + 1: never. */
static int64_t end_of(const consent *c, const csuccess__purpose *purpose)
{
    int64_t end = c->ends ? c->until : CSUCCESS__TIME_MAX + 1, valid_to;
    if (purpose && purpose->expires &&
        csuccess__time_add(&valid_to, c->said.at, purpose->valid_for) && valid_to < end) {
        end = valid_to;
    }
    return end;
}

static csuccess_result deny(csuccess__text *reason, const char *format, csuccess_str purpose,
                            int64_t at)
{
    char date[CSUCCESS__DATE_TEXT];
    csuccess__text_format(reason, format, purpose, date_of(date, at));
    return CSUCCESS_EDENIED;
}

static csuccess_result judge(const csuccess__privacy *privacy, const consent *last,
                             const csuccess__consent_question *q, csuccess__text *reason)
{
    csuccess_str place = q->jurisdiction.len || !last ? q->jurisdiction : last->jurisdiction;
    csuccess__requirement requires = csuccess__privacy_requires(privacy, q->purpose, place);
    if (requires == CSUCCESS__REQUIREMENT_NOTHING) return CSUCCESS_OK;
    if (last && !last->granted) {
        return deny(reason, "%S was withdrawn on %S", q->purpose, last->said.at);
    }
    if (requires == CSUCCESS__REQUIREMENT_OPT_OUT) return CSUCCESS_OK;
    if (!last) {
        csuccess__text_format(reason, "no opt-in to %S", q->purpose);
        return CSUCCESS_EDENIED;
    }
    int64_t end = end_of(last, csuccess__privacy_purpose(privacy, q->purpose));
    if (q->now < end) return CSUCCESS_OK;
    return deny(reason, "the opt-in to %S ended on %S", q->purpose, end);
}

csuccess_result csuccess__suppression_ask(const csuccess__privacy *privacy,
                                          const csuccess__state *state,
                                          const csuccess__consent_question *question,
                                          csuccess__text *reason)
{
    (void)privacy; /* asked as csuccess__consent_given() is */
    return ask_suppressed(state, question, reason);
}

csuccess_result csuccess__consent_given(const csuccess__privacy *privacy,
                                        const csuccess__state *state,
                                        const csuccess__consent_question *question,
                                        csuccess__text *reason)
{
    consent last;
    bool any;
    csuccess_result result = last_said(&last, &any, state, question);
    if (result < 0) return result;
    return judge(privacy, any ? &last : NULL, question, reason);
}

csuccess_result csuccess__consent_ask(const csuccess__privacy *privacy,
                                      const csuccess__state *state,
                                      const csuccess__consent_question *question,
                                      csuccess__text *reason)
{
    csuccess_result result = ask_suppressed(state, question, reason);
    return result < 0 ? result : csuccess__consent_given(privacy, state, question, reason);
}

/* ---- Forgetting ---- */

/* Closes the gaps once, however many fields go. */
static bool forget(csuccess__state *state, csuccess__state_kind kind, csuccess_str contact)
{
    uint32_t count, kept = csuccess__state_of_kind(state, kind, &count), behind = kept + count;
    for (uint32_t i = kept; i < behind; i++) {
        if (!is_of(state->fields[i].name, contact)) state->fields[kept++] = state->fields[i];
    }
    if (kept == behind) return false;
    memmove(&state->fields[kept], &state->fields[behind],
            (state->count - behind) * sizeof *state->fields);
    state->count -= behind - kept;
    return true;
}

bool csuccess__consent_forget(csuccess__state *state, csuccess_str contact)
{
    bool consents = forget(state, CSUCCESS__STATE_CONSENT, contact);
    bool suppressions = forget(state, CSUCCESS__STATE_SUPPRESSION, contact);
    return consents || suppressions;
}
