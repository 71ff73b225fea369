/* SPDX-License-Identifier: Apache-2.0 */
/* What was not applied because it cannot be: how many in all, and the last of them with their reasons.

   Payload: total, count (at most MOST), each the oldest first: when it was refused, id of the input, contact, reason. */
#include "customer/known_internal.h"

#include "text/utf8.h"

enum { MOST = 20, LONGEST_REASON = 248 };

typedef struct note {
    int64_t at;
    csuccess_str id, contact, reason;
} note;

typedef struct notes {
    uint64_t total;
    note list[MOST + 1];
    uint32_t count;
} notes;

static csuccess_str get_text(csuccess__wire *in, size_t most)
{
    csuccess_str text = csuccess__wire_get_str(in);
    if (in->bad || text.len > most || !csuccess__utf8_check(text, NULL)) {
        in->bad = true;
        return (csuccess_str){"", 0};
    }
    return text;
}

static bool get_notes(csuccess_str payload, notes *out)
{
    csuccess__wire in = csuccess__wire_open(payload);
    out->total = csuccess__wire_get_u64(&in);
    uint64_t count = csuccess__wire_get_u64(&in);
    if (in.bad || count > MOST || count > out->total) return false;
    for (out->count = 0; out->count < count; out->count++) {
        note *one = &out->list[out->count];
        one->at = csuccess__wire_get_i64(&in);
        if (!csuccess__time_valid(one->at)) in.bad = true;
        one->id = get_text(&in, CSUCCESS__KEPT_NAME);
        one->contact = get_text(&in, CSUCCESS__KEPT_NAME);
        one->reason = get_text(&in, LONGEST_REASON);
    }
    return csuccess__wire_done(&in);
}

static void put_notes(csuccess__buffer *out, const notes *all)
{
    csuccess__wire_u64(out, all->total);
    csuccess__wire_u64(out, all->count);
    for (uint32_t i = 0; i < all->count; i++) {
        csuccess__wire_i64(out, all->list[i].at);
        csuccess__wire_str(out, all->list[i].id);
        csuccess__wire_str(out, all->list[i].contact);
        csuccess__wire_str(out, all->list[i].reason);
    }
}

/* The beginning of a text that is too long, whole characters. */
static csuccess_str shorten(csuccess_str text, size_t most)
{
    if (text.len <= most) return text;
    text.len = most;
    while (text.len > 0 && ((unsigned char)text.ptr[text.len] & 0xC0) == 0x80) text.len--;
    return text;
}

void csuccess__quarantine_note(csuccess__step *step, const csuccess__input *input,
                               csuccess_str reason)
{
    static const csuccess_str none = {"", 0};
    notes all = {.total = 0};
    csuccess_str payload = csuccess__state_get(step->state, CSUCCESS__STATE_QUARANTINE, none);
    if (payload.ptr && !get_notes(payload, &all)) {
        csuccess__step_fail(step, CSUCCESS_ESTATE);
        return;
    }
    if (all.total < UINT64_MAX) all.total++;
    all.list[all.count++] =
        (note){.at = step->now,
               .id = shorten(input->id, CSUCCESS__KEPT_NAME),
               .contact = shorten(csuccess__input_subject(input), CSUCCESS__KEPT_NAME),
               .reason = shorten(reason, LONGEST_REASON)};
    if (all.count > MOST) {
        for (uint32_t i = 1; i < all.count; i++) all.list[i - 1] = all.list[i];
        all.count--;
    }
    csuccess__buffer_clear(step->scratch);
    put_notes(step->scratch, &all);
    if (step->scratch->status < 0) {
        csuccess__step_fail(step, step->scratch->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_QUARANTINE, none,
                       csuccess__buffer_view(step->scratch));
}

/* Takes out the notes on one contact's inputs; the total stays. Damaged notes go as a whole. */
bool csuccess__quarantine_forget(csuccess__state *state, csuccess_str contact)
{
    static const csuccess_str none = {"", 0};
    notes all;
    csuccess_str payload = csuccess__state_get(state, CSUCCESS__STATE_QUARANTINE, none);
    if (!payload.ptr) return false;
    if (!get_notes(payload, &all)) {
        csuccess__state_drop(state, CSUCCESS__STATE_QUARANTINE, none);
        return true;
    }
    uint32_t kept = 0;
    csuccess_str wanted = shorten(contact, CSUCCESS__KEPT_NAME);
    for (uint32_t i = 0; i < all.count; i++) {
        if (!csuccess__str_eq(all.list[i].contact, wanted)) all.list[kept++] = all.list[i];
    }
    if (kept == all.count) return false;
    all.count = kept;
    csuccess__buffer out;
    csuccess__buffer_init(&out, state->mem, 0);
    put_notes(&out, &all);
    bool put =
        out.status == CSUCCESS_OK && csuccess__state_put(state, CSUCCESS__STATE_QUARANTINE,
                                                         none, csuccess__buffer_view(&out));
    csuccess__buffer_free(&out);
    /* Personal data must go even where memory is refused. */
    if (!put) csuccess__state_drop(state, CSUCCESS__STATE_QUARANTINE, none);
    return true;
}

void csuccess__quarantine_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    notes all;
    char time[CSUCCESS__TIME_TEXT];
    if (!get_notes(field->payload, &all)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_key(out, CSUCCESS_STR("total"));
    csuccess__json_num(out, (double)all.total);
    csuccess__json_key(out, CSUCCESS_STR("last"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < all.count; i++) {
        csuccess__json_open(out, '{');
        csuccess__json_key(out, CSUCCESS_STR("input"));
        csuccess__json_str(out, all.list[i].id);
        csuccess__json_key(out, CSUCCESS_STR("at"));
        size_t len = csuccess__time_format(time, all.list[i].at);
        csuccess__json_str(out, (csuccess_str){time, len});
        csuccess__json_key(out, CSUCCESS_STR("reason"));
        csuccess__json_str(out, all.list[i].reason);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
    csuccess__json_close(out, '}');
}
