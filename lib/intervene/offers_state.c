/* SPDX-License-Identifier: Apache-2.0 */
/* Offers in the state: their bytes, how they are printed and reported, and the entries that tell of them. */
#include "intervene/offers_internal.h"

#include "calendar/time_json.h"
#include "customer/payload.h"
#include "intervene/intervene.h"

static const char *const names[] = {
#define CSUCCESS__OFFER_STATE(name, number, text) text,
    CSUCCESS__OFFER_STATES(CSUCCESS__OFFER_STATE)
#undef CSUCCESS__OFFER_STATE
};
enum { STATES = sizeof names / sizeof names[0], MONTHS_MOST = CSUCCESS__DURATION_MONTHS };
#define COUNT_MOST (UINT64_C(1) << 53)
static const csuccess_str prefix = {"of/", 3};

const char *csuccess__offer_state_name(csuccess__offer_state state)
{
    return names[state];
}

/* ---- Bytes: state · value · months · made at · expires at · ended at · texts ---- */

static uint64_t get_most(csuccess__wire *in, uint64_t most)
{
    uint64_t v = csuccess__wire_get_u64(in);
    if (v <= most) return v;
    in->bad = true;
    return 0;
}

enum { TEXTS = 8 };
static void list_texts(csuccess__offered *of, csuccess_str *out[TEXTS])
{
    csuccess_str *texts[TEXTS] = {&of->id,     &of->offer,      &of->group,
                                  &of->type,   &of->conditions, &of->execution,
                                  &of->ledger, &of->incentives};
    memcpy(out, texts, sizeof texts);
}

static bool is_hex(csuccess_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return false;
    }
    return true;
}

bool csuccess__offered_parse(csuccess__offered *out, csuccess_str payload)
{
    csuccess_str *texts[TEXTS];
    csuccess__wire in = csuccess__wire_open(payload);
    *out = (csuccess__offered){.state = CSUCCESS__OFFER_OPEN};
    list_texts(out, texts);
    out->state = (csuccess__offer_state)get_most(&in, STATES - 1);
    out->value = (int64_t)get_most(&in, COUNT_MOST);
    out->months = (uint32_t)get_most(&in, MONTHS_MOST);
    out->made_at = csuccess__payload_time(&in);
    out->expires_at = csuccess__payload_time(&in);
    out->ended_at = csuccess__payload_time(&in);
    for (size_t i = 0; i < TEXTS; i++) *texts[i] = csuccess__payload_text(&in);
    if (out->id.len != 64 || !is_hex(out->id) || out->offer.len == 0) in.bad = true;
    if ((out->state == CSUCCESS__OFFER_OPEN) != (out->ended_at == 0)) in.bad = true;
    return csuccess__wire_done(&in);
}

static csuccess_str written(csuccess__step *step)
{
    if (step->scratch->status < 0) csuccess__step_fail(step, step->scratch->status);
    return csuccess__buffer_view(step->scratch);
}

void csuccess__offered_write(csuccess__buffer *out, const csuccess__offered *offered)
{
    csuccess_str *texts[TEXTS];
    csuccess__offered of = *offered;
    list_texts(&of, texts);
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)offered->state);
    csuccess__wire_u64(out, (uint64_t)offered->value);
    csuccess__wire_u64(out, offered->months);
    csuccess__wire_i64(out, offered->made_at);
    csuccess__wire_i64(out, offered->expires_at);
    csuccess__wire_i64(out, offered->ended_at);
    for (size_t i = 0; i < TEXTS; i++) csuccess__wire_str(out, *texts[i]);
}

void csuccess__offered_put(csuccess__step *step, const csuccess__offered *offered)
{
    csuccess__offered_write(step->scratch, offered);
    csuccess_str payload = written(step);
    if (step->failed < 0) return;
    csuccess__step_put(step, CSUCCESS__STATE_OFFER,
                       (csuccess_str){offered->id.ptr, CSUCCESS__OFFER_DIGITS}, payload);
}

bool csuccess__offered_take(csuccess__turn *t, uint32_t at, csuccess__offered *out)
{
    csuccess__step *step = t->m->step;
    const csuccess__state_field *field = &step->state->fields[at];
    if (csuccess__str_starts(field->name, prefix)) return false;
    csuccess_str payload = csuccess__turn_copy(t, field->payload);
    if (step->failed < 0) return false;
    csuccess_str name = {payload.ptr, 0};
    bool good = csuccess__offered_parse(out, payload);
    if (good) name = (csuccess_str){out->id.ptr, CSUCCESS__OFFER_DIGITS};
    if (good && csuccess__str_eq(name, field->name)) return true;
    csuccess__step_fail(step, CSUCCESS_ESTATE);
    return false;
}

/* ---- How often ---- */

csuccess_str csuccess__offer_key(csuccess__turn *t, csuccess_str head, csuccess_str offer)
{
    csuccess__buffer *out = &t->desk->text;
    csuccess__buffer_clear(out);
    csuccess__buffer_str(out, head);
    csuccess__buffer_str(out, offer);
    if (out->status < 0) csuccess__step_fail(t->m->step, out->status);
    return csuccess__turn_copy(t, csuccess__buffer_view(out));
}

bool csuccess__offer_tally_parse(csuccess__offer_tally *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t *counts[] = {&out->made, &out->accepted, &out->declined, &out->expired};
    for (size_t i = 0; i < 4; i++) *counts[i] = get_most(&in, COUNT_MOST);
    out->blocked_until = csuccess__payload_time(&in);
    return csuccess__wire_done(&in);
}

bool csuccess__offer_tally_get(csuccess__turn *t, csuccess_str offer,
                               csuccess__offer_tally *out)
{
    csuccess_str name = csuccess__offer_key(t, prefix, offer);
    csuccess_str payload = csuccess__state_get(t->m->step->state, CSUCCESS__STATE_OFFER, name);
    *out = (csuccess__offer_tally){0};
    if (!payload.ptr || csuccess__offer_tally_parse(out, payload))
        return t->m->step->failed >= 0;
    csuccess__step_fail(t->m->step, CSUCCESS_ESTATE);
    return false;
}

void csuccess__offer_tally_write(csuccess__buffer *out, const csuccess__offer_tally *tally)
{
    const uint64_t counts[] = {tally->made, tally->accepted, tally->declined, tally->expired};
    csuccess__buffer_clear(out);
    for (size_t i = 0; i < 4; i++) csuccess__wire_u64(out, counts[i]);
    csuccess__wire_i64(out, tally->blocked_until);
}

void csuccess__offer_tally_put(csuccess__turn *t, csuccess_str offer,
                               const csuccess__offer_tally *tally)
{
    csuccess_str name = csuccess__offer_key(t, prefix, offer);
    csuccess__step *step = t->m->step;
    csuccess__offer_tally_write(step->scratch, tally);
    csuccess_str payload = written(step);
    if (step->failed >= 0) csuccess__step_put(step, CSUCCESS__STATE_OFFER, name, payload);
}

/* ---- Entries, prints ---- */

/* Lines as a list of texts. */
static void put_lines(csuccess__json_writer *w, const char *key, csuccess_str lines)
{
    csuccess__json_key(w, csuccess__str(key));
    csuccess__json_open(w, '[');
    while (lines.len > 0) {
        size_t n = csuccess__str_find(lines, CSUCCESS_STR("\n"));
        bool last = n >= lines.len;
        if (last) n = lines.len;
        csuccess__json_str(w, (csuccess_str){lines.ptr, n});
        size_t skip = last ? n : n + 1;
        lines = (csuccess_str){lines.ptr + skip, lines.len - skip};
    }
    csuccess__json_close(w, ']');
}

static void put_members(csuccess__json_writer *w, const csuccess__offered *of)
{
    csuccess__json_put_str(w, "offer", of->offer);
    csuccess__json_put_str(w, "id", of->id);
    csuccess__json_put_str(w, "type", of->type);
    csuccess__json_put_num(w, "value", (double)of->value);
    if (of->months) csuccess__json_put_num(w, "months", of->months);
    csuccess__json_put_time(w, "expires", of->expires_at);
    put_lines(w, "conditions", of->conditions);
}

void csuccess__offer_tell(csuccess__turn *t, const csuccess__offered *offered,
                          const char *change)
{
    csuccess__step *step = t->m->step;
    if (step->failed < 0) return;
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "change", csuccess__str(change));
    put_members(w, offered);
    csuccess__json_put_given(w, "execution", offered->execution);
    csuccess_str body = csuccess__step_body_end(step);
    if (body.ptr) csuccess__step_entry(step, "offer", (csuccess_str){"", 0}, body);
}

static void put_offered(csuccess__json_writer *out, const csuccess__offered *of)
{
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "state", csuccess__str(names[of->state]));
    put_members(out, of);
    csuccess__json_put_time(out, "made_at", of->made_at);
    if (of->ended_at != 0) csuccess__json_put_time(out, "ended_at", of->ended_at);
    csuccess__json_put_given(out, "execution", of->execution);
    csuccess__json_close(out, '}');
}

static void put_tally(csuccess__json_writer *out, const csuccess__offer_tally *of)
{
    csuccess__json_open(out, '{');
    csuccess__json_put_num(out, "made", (double)of->made);
    csuccess__json_put_num(out, "accepted", (double)of->accepted);
    csuccess__json_put_num(out, "declined", (double)of->declined);
    csuccess__json_put_num(out, "expired", (double)of->expired);
    if (of->blocked_until) csuccess__json_put_time(out, "blocked_until", of->blocked_until);
    csuccess__json_close(out, '}');
}

void csuccess__offer_print(struct csuccess__json_writer *out,
                           const csuccess__state_field *field)
{
    csuccess__offered of;
    csuccess__offer_tally tally;
    bool counts = csuccess__str_starts(field->name, prefix);
    if (counts && csuccess__offer_tally_parse(&tally, field->payload)) {
        put_tally(out, &tally);
    } else if (!counts && csuccess__offered_parse(&of, field->payload)) {
        put_offered(out, &of);
    } else {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
    }
}

void csuccess__offers_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    uint32_t count,
        first = csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_OFFER, &count);
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        csuccess__offered of;
        if (csuccess__offered_take(t, first + i, &of)) put_offered(out, &of);
    }
    csuccess__json_close(out, ']');
}
