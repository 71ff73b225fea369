/* SPDX-License-Identifier: Apache-2.0 */
/* Who is enrolled: the rules of re-enrollment and concurrency, the beginning, and places in the ledger of a journey. */
#include "flow/journeys/enrollment.h"

#include "flow/journeys/enrollment_internal.h"

#include <string.h>

static const csuccess_str none = {"", 0};

/* How many enrollments of this customer are live in journeys that count them. */
static uint32_t live_of_customer(const csuccess__moment *m)
{
    uint32_t count, live = 0;
    uint32_t first =
        csuccess__state_of_kind(m->step->state, CSUCCESS__STATE_ENROLLMENT, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess_str name = m->step->state->fields[first + i].name;
        uint32_t at =
            csuccess__journey_find(m->flow->journeys, csuccess__enrollment_journey(name, NULL));
        if (at != UINT32_MAX && m->flow->journeys->list[at].concurrent_customer) live++;
    }
    return live;
}

/* Why a customer who was in it may not be enrolled again now; NULL: it may. */
static const char *refusal_again(const csuccess__moment *m, const csuccess__journey *journey,
                                 const csuccess__journey_past *past)
{
    if (past->state < CSUCCESS__ENROLLMENT_COMPLETED) return "it is enrolled already";
    if (!journey->reenroll) return "it was enrolled before";
    if (journey->reenroll_most && past->times >= journey->reenroll_most) {
        return "it was enrolled as often as it may be";
    }
    if (csuccess__journey_after(m, past->ended_at, journey->reenroll_after) > m->step->now) {
        return "it was enrolled not long enough ago";
    }
    return NULL;
}

/* Why this customer may not be enrolled now; NULL: it may. */
static const char *refusal(const csuccess__moment *m, const csuccess__journey *journey,
                           const csuccess__journey_past *past)
{
    const char *why = past->times > 0 ? refusal_again(m, journey, past) : NULL;
    if (why) return why;
    if (journey->concurrent_customer && live_of_customer(m) >= journey->concurrent_customer) {
        return "it is in as many journeys as it may be at once";
    }
    return NULL;
}

static bool read_past(csuccess__moment *m, csuccess_str id, csuccess__journey_past *past)
{
    csuccess_str payload = csuccess__state_get(m->step->state, CSUCCESS__STATE_JOURNEY, id);
    *past = (csuccess__journey_past){.times = 0};
    if (!payload.ptr || csuccess__journey_past_read(past, payload)) return true;
    csuccess__step_fail(m->step, CSUCCESS_ESTATE);
    return false;
}

static void refuse(csuccess__moment *m, const csuccess__enrollment *e, csuccess_str by,
                   const char *why)
{
    const csuccess__journey_say say = {.event = "refused",
                                       .how = "enrollment",
                                       .by = by,
                                       .reason = csuccess__str(why),
                                       .in_step_ms = -1};
    csuccess__journey_entry(m, e, &say);
}

static csuccess_str field_name(csuccess__moment *m, csuccess_str id, uint64_t number)
{
    csuccess__buffer *text = &m->desk->text;
    csuccess__buffer_clear(text);
    csuccess__buffer_str(text, id);
    csuccess__buffer_char(text, '#');
    csuccess__buffer_uint(text, number);
    if (text->status < 0) csuccess__step_fail(m->step, text->status);
    return csuccess__moment_copy(m, csuccess__buffer_view(text));
}

/* Takes a place in the ledger of the journey; it is asked when the advance is committed. */
static void take_place(csuccess__enrolled *r)
{
    if (r->journey->concurrent_journey == 0) return;
    const csuccess__effect_delta delta = {.key = r->journey->name,
                                          .delta = 1,
                                          .max = r->journey->concurrent_journey,
                                          .has_max = true,
                                          .message = UINT32_MAX,
                                          .pays = r->e.id};
    csuccess__step_delta(r->m->step, &delta);
    r->e.counted = true;
}

static csuccess_str kept_of(csuccess__moment *m, const csuccess__happening *h)
{
    if (h->kept.len) return csuccess__moment_copy(m, h->kept);
    return h->input ? csuccess__kept_take(m, h) : none;
}

static void begin(csuccess__enrolled *r, csuccess__journey_past *past,
                  const csuccess__happening *h)
{
    csuccess__moment *m = r->m;
    csuccess__enrollment *e = &r->e;
    const csuccess__journey_say say = {.event = "enrolled", .by = h->detail, .in_step_ms = -1};
    *past = (csuccess__journey_past){.times = e->number, .enrolled_at = m->step->now};
    csuccess__journey_past_put(m->step, r->journey->id, past);
    r->name = field_name(m, r->journey->id, e->number);
    e->state = CSUCCESS__ENROLLMENT_ACTIVE;
    e->enrolled_at = e->entered_at = m->step->now;
    memcpy(e->definition, r->journey->hash, sizeof e->definition);
    if (r->journey->has_limit) {
        e->limit_at = csuccess__journey_after(m, m->step->now, r->journey->limit);
    }
    e->kept = kept_of(m, h);
    take_place(r);
    m->desk->live_count = 0;
    csuccess__journey_entry(m, e, &say);
    csuccess__enrolled_go(r, (csuccess__leaving){NULL, none, r->journey->start});
    csuccess__enrolled_close(r);
    csuccess__enrolled_due(r);
}

void csuccess__journey_enroll(csuccess__moment *m, const csuccess__happening *enroll)
{
    csuccess__journey_past past;
    csuccess__enrolled r = {.m = m, .changed = true};
    if (m->step->quiet || m->step->failed < 0) return;
    if (!read_past(m, enroll->id, &past)) return;
    r.today = csuccess__journey_find(m->flow->journeys, enroll->id);
    r.e = (csuccess__enrollment){.journey = enroll->id, .number = past.times + 1};
    r.e.step = r.e.waits_for = r.e.pending = r.e.ending_by = r.e.refused = r.e.kept = none;
    if (r.today == UINT32_MAX) {
        refuse(m, &r.e, enroll->detail, "there is no such journey any more");
        return;
    }
    r.journey = &m->flow->journeys->list[r.today];
    r.e.journey = r.journey->id;
    const char *why = refusal(m, r.journey, &past);
    if (!why) {
        r.e.id = csuccess__moment_id(m, "instance", r.journey->name, none, r.e.number);
        if (csuccess__moment_was_refused(m, r.e.id))
            why = "as many are in it as may be at once";
    }
    if (why) {
        refuse(m, &r.e, enroll->detail, why);
    } else {
        begin(&r, &past, enroll);
    }
}

bool csuccess__enrolled_live(csuccess__enrolled *r, csuccess__moment *m, csuccess_str id)
{
    csuccess__journey_past past;
    if (!read_past(m, id, &past) || past.times == 0) return false;
    return csuccess__enrolled_open(r, m, field_name(m, id, past.times));
}

void csuccess__journeys_release(csuccess__moment *m)
{
    uint32_t count,
        first = csuccess__state_of_kind(m->step->state, CSUCCESS__STATE_ENROLLMENT, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__enrollment e;
        const csuccess__state_field *field = &m->step->state->fields[first + i];
        if (!csuccess__enrollment_read(&e, field->name, field->payload) || !e.counted) continue;
        const csuccess__effect_delta delta = {
            .key = csuccess__journey_name(m, e.journey), .delta = -1, .message = UINT32_MAX};
        csuccess__step_delta(m->step, &delta);
    }
}
