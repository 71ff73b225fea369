/* SPDX-License-Identifier: Apache-2.0 */
/* A milestone in the state: its bytes, its occurrences, how it is printed. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "flow/milestones_internal.h"
#include "text/json.h"

/* ---- Bytes: count of marks · flags · older · older first · revoked at · marks: key, bits, happened at, achieved at ---- */

enum { OVERDUE = 1 };
#define KEY_MOST 1e15 /* of a threshold; whole numbers are apart up to there */

uint32_t csuccess__milestone_marks_in(csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t count = payload.ptr ? csuccess__wire_get_u64(&in) : 0;
    return count < CSUCCESS__MILESTONE_MARKS ? (uint32_t)count : CSUCCESS__MILESTONE_MARKS;
}

/* Which bits may stand together: each of these is a sum of them that an occurrence may have. */
static bool are_bits(uint32_t bits)
{
    enum { W = CSUCCESS__MARK_WAITING, N = CSUCCESS__MARK_STANDS };
    enum { D = CSUCCESS__MARK_SETTLED, H = CSUCCESS__MARK_HELD };
    static const uint8_t sums[] = {W, W | D, N | D, D, H, H | D};
    for (size_t i = 0; i < sizeof sums; i++) {
        if (sums[i] == bits) return true;
    }
    return false;
}

/* The spelling of an occurrence is one: times only where they mean something. */
static bool is_mark(const csuccess__milestone_mark *mark)
{
    bool stands = mark->bits & CSUCCESS__MARK_STANDS;
    bool happened = stands || mark->bits & CSUCCESS__MARK_WAITING;
    if (!(mark->key >= 0 && mark->key <= KEY_MOST) || !are_bits(mark->bits)) return false;
    if (!stands && mark->achieved_at != 0) return false;
    return happened || mark->happened_at == 0;
}

static void get_mark(csuccess__wire *in, csuccess__milestone_mark *mark)
{
    mark->key = csuccess__wire_get_double(in);
    mark->bits = (uint32_t)(csuccess__wire_get_u64(in) & UINT32_MAX);
    mark->happened_at = csuccess__payload_time(in);
    mark->achieved_at = csuccess__payload_time(in);
    if (!is_mark(mark)) in->bad = true;
}

static void get_marks(csuccess__wire *in, csuccess__milestone_field *field)
{
    for (uint32_t i = 0; i < field->count && !in->bad; i++) {
        get_mark(in, &field->marks[i]);
        if (i > 0 && !(field->marks[i - 1].key < field->marks[i].key)) in->bad = true;
    }
}

/* Something is kept, and what is only counted has a time when there is any. */
static bool is_field(const csuccess__milestone_field *field)
{
    if (field->older > UINT64_C(1) << 53) return false;
    if (field->older == 0 && field->older_first != 0) return false;
    return field->count > 0 || field->overdue || field->older > 0 || field->revoked_at != 0;
}

bool csuccess__milestone_parse(csuccess__milestone_field *field, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t count = csuccess__wire_get_u64(&in), flags = csuccess__wire_get_u64(&in);
    if (count > field->cap || flags > OVERDUE) in.bad = true;
    field->overdue = flags == OVERDUE;
    field->older = csuccess__wire_get_u64(&in);
    field->older_first = csuccess__payload_time(&in);
    field->revoked_at = csuccess__payload_time(&in);
    field->count = in.bad ? 0 : (uint32_t)count;
    get_marks(&in, field);
    if (csuccess__wire_done(&in) && is_field(field)) return true;
    field->count = 0;
    return false;
}

void csuccess__milestone_put(csuccess__step *step, csuccess_str id,
                             const csuccess__milestone_field *field)
{
    csuccess__buffer *out = step->scratch;
    if (field->count == 0 && !field->overdue && field->older == 0 && field->revoked_at == 0) {
        csuccess__state_drop(step->state, CSUCCESS__STATE_MILESTONE, id);
        return;
    }
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, field->count);
    csuccess__wire_u64(out, field->overdue ? OVERDUE : 0);
    csuccess__wire_u64(out, field->older);
    csuccess__wire_i64(out, field->older_first);
    csuccess__wire_i64(out, field->revoked_at);
    for (uint32_t i = 0; i < field->count; i++) {
        const csuccess__milestone_mark *mark = &field->marks[i];
        csuccess__wire_double(out, mark->key);
        csuccess__wire_u64(out, mark->bits);
        csuccess__wire_i64(out, mark->happened_at);
        csuccess__wire_i64(out, mark->achieved_at);
    }
    if (out->status < 0) {
        csuccess__step_fail(step, out->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_MILESTONE, id, csuccess__buffer_view(out));
}

/* ---- Occurrences ---- */

csuccess__milestone_mark *csuccess__milestone_mark_of(csuccess__milestone_field *field,
                                                      double key)
{
    for (uint32_t i = 0; i < field->count; i++) {
        if (field->marks[i].key >= key && field->marks[i].key <= key) return &field->marks[i];
    }
    return NULL;
}

static void remove_mark(csuccess__milestone_field *field, uint32_t at)
{
    field->count--;
    for (uint32_t i = at; i < field->count; i++) field->marks[i] = field->marks[i + 1];
}

/* The oldest is only counted from now on, if it stands. */
static void fold(csuccess__milestone_field *field)
{
    const csuccess__milestone_mark *mark = &field->marks[0];
    if (mark->bits & CSUCCESS__MARK_STANDS) {
        if (field->older == 0 || mark->achieved_at < field->older_first) {
            field->older_first = mark->achieved_at;
        }
        field->older++;
    }
    remove_mark(field, 0);
}

csuccess__milestone_mark *csuccess__milestone_mark_add(csuccess__milestone_field *field,
                                                       double key)
{
    if (field->count == field->cap) fold(field);
    uint32_t at = field->count++;
    for (; at > 0 && field->marks[at - 1].key > key; at--)
        field->marks[at] = field->marks[at - 1];
    field->marks[at] = (csuccess__milestone_mark){.key = key};
    return &field->marks[at];
}

void csuccess__milestone_tidy(csuccess__milestone_field *field)
{
    for (uint32_t i = field->count; i-- > 0;) {
        if (field->marks[i].bits == 0) remove_mark(field, i);
    }
}

uint64_t csuccess__milestone_times(const csuccess__milestone_field *field)
{
    uint64_t times = field->older;
    for (uint32_t i = 0; i < field->count; i++) {
        times += (field->marks[i].bits & CSUCCESS__MARK_STANDS) != 0;
    }
    return times;
}

bool csuccess__milestone_span(const csuccess__milestone_field *field, int64_t *first,
                              int64_t *last)
{
    bool any = field->older > 0;
    *first = *last = field->older_first;
    for (uint32_t i = 0; i < field->count; i++) {
        const csuccess__milestone_mark *mark = &field->marks[i];
        if (!(mark->bits & CSUCCESS__MARK_STANDS)) continue;
        if (!any || mark->achieved_at < *first) *first = mark->achieved_at;
        if (!any || mark->achieved_at > *last) *last = mark->achieved_at;
        any = true;
    }
    return any;
}

/* ---- Printing ---- */

static void print_mark(csuccess__json_writer *out, const csuccess__milestone_mark *mark)
{
    csuccess__json_open(out, '{');
    csuccess__json_put_num(out, "occurrence", mark->key);
    csuccess__json_put_str(out, "state",
                           mark->bits & CSUCCESS__MARK_STANDS    ? CSUCCESS_STR("achieved")
                           : mark->bits & CSUCCESS__MARK_WAITING ? CSUCCESS_STR("waiting")
                                                                 : CSUCCESS_STR("revoked"));
    if (mark->bits & (CSUCCESS__MARK_STANDS | CSUCCESS__MARK_WAITING)) {
        csuccess__json_put_time(out, "happened_at", mark->happened_at);
    }
    if (mark->bits & CSUCCESS__MARK_STANDS) {
        csuccess__json_put_time(out, "achieved_at", mark->achieved_at);
    }
    csuccess__json_put_bool(out, "celebration_settled", mark->bits & CSUCCESS__MARK_SETTLED);
    csuccess__json_close(out, '}');
}

void csuccess__milestone_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__milestone_mark marks[CSUCCESS__MILESTONE_MARKS];
    csuccess__milestone_field f = {.cap = CSUCCESS__MILESTONE_MARKS, .marks = marks};
    int64_t first, last;
    if (!csuccess__milestone_parse(&f, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_num(out, "times", (double)csuccess__milestone_times(&f));
    if (csuccess__milestone_span(&f, &first, &last)) {
        csuccess__json_put_time(out, "achieved_at", first);
        csuccess__json_put_time(out, "last_at", last);
    }
    if (f.overdue) csuccess__json_put_bool(out, "overdue", true);
    if (f.revoked_at != 0) csuccess__json_put_time(out, "revoked_at", f.revoked_at);
    csuccess__json_key(out, CSUCCESS_STR("occurrences"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < f.count; i++) print_mark(out, &marks[i]);
    csuccess__json_close(out, ']');
    csuccess__json_close(out, '}');
}
