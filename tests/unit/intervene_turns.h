/* SPDX-License-Identifier: Apache-2.0 */
/* Turns of the arbiter without an engine: messages as flow would leave them, one customer, one configuration, and the state as bytes between any two steps. */
#ifndef INTERVENE_TURNS_H
#define INTERVENE_TURNS_H

#include "flow_journeys.h"

#include "intervene/selection.h"

typedef struct turns {
    trip trip;
    csuccess__intervene_desk desk;
    csuccess__moment moment;
    csuccess__zones_asked asked;
    csuccess__turn turn;
    uint32_t entries, deltas; /* of the steps before this */
} turns;

/* Everything that is made is in `s`, also after a failure; turns_close() frees it. */
static inline csuccess_result turns_open(turns *s, const char *document,
                                         const csuccess_allocator *mem)
{
    memset(s, 0, sizeof *s);
    csuccess_result result = trip_open(&s->trip, document, mem);
    if (result < 0) return result;
    s->trip.fresh = s->trip.redefined = false;
    return csuccess__intervene_desk_new(&s->desk, s->trip.mem);
}

static inline void turns_close(turns *s)
{
    csuccess__intervene_desk_free(&s->desk);
    trip_close(&s->trip);
}

/* Begins a step: its messages come next. */
static inline csuccess__step *turns_begin(turns *s, int64_t now, const char *cause)
{
    s->moment = trip_moment(&s->trip, now, cause, &s->asked);
    s->asked.moment = &s->moment;
    s->desk.count = 0;
    csuccess__arena_reset(&s->desk.texts);
    s->turn = (csuccess__turn){.m = &s->moment,
                               .of = trip_now(&s->trip)->intervene,
                               .desk = &s->desk,
                               .first = s->trip.effects.message_count};
    s->entries = s->trip.effects.entry_count;
    s->deltas = s->trip.effects.delta_count;
    return &s->trip.step;
}

typedef struct said {
    const char *definition, *step, *contact, *channel, *purpose;
    int64_t expires_at;
    bool internal;
} said;

/* A message, as flow leaves one. */
static inline void turns_say(turns *s, const said *what)
{
    csuccess__step *step = &s->trip.step;
    const csuccess__effect_message message = {
        .channel = check_view(what->channel ? what->channel : "email"),
        .contact = check_view(what->contact ? what->contact : ""),
        .purpose = check_view(what->purpose ? what->purpose : ""),
        .definition = check_view(what->definition),
        .step = check_view(what->step ? what->step : ""),
        .occurrence = 1,
        .cause = step->cause,
        .body = CSUCCESS_STR("{\"text\":\"Hello\"}"),
        .expires_at = what->expires_at,
        .internal = what->internal};
    (void)csuccess__step_message(step, &message);
}

static inline csuccess_result turns_weigh(turns *s)
{
    csuccess__touches_open(&s->turn);
    csuccess__lifecycle_open(&s->turn);
    csuccess__arbiter_weigh(&s->turn);
    csuccess__touches_close(&s->turn);
    return s->trip.step.failed;
}

/* A step of time, or of one whose messages were said. */
static inline csuccess_result turns_step(turns *s, int64_t now, const char *cause)
{
    (void)turns_begin(s, now, cause);
    return turns_weigh(s);
}

/* Its delivery, in a step of its own. */
static inline csuccess_result turns_told(turns *s, int64_t now, csuccess_str id, bool arrived)
{
    (void)turns_begin(s, now, "told");
    csuccess__touches_open(&s->turn);
    csuccess__touch_told(&s->turn, id, arrived, now);
    csuccess__arbiter_weigh(&s->turn);
    csuccess__touches_close(&s->turn);
    return s->trip.step.failed;
}

/* The messages of this step as `definition>channel`, in their order. */
static inline void turns_left(const turns *s, csuccess__text *out)
{
    const csuccess__effects *effects = &s->trip.effects;
    for (uint32_t i = s->turn.first; i < effects->message_count; i++) {
        const csuccess__effect_message *m = &effects->messages[i];
        csuccess__text_format(out, "%s%S>%S", out->len ? " " : "", m->definition, m->channel);
    }
}

/* Days and hours since the beginning: 0, 1d, 1d12h. */
static inline void turns_time(csuccess__text *out, csuccess_str time)
{
    int64_t at = 0;
    if (!csuccess__time_parse(&at, time, NULL)) return;
    int64_t hours = (at - TRIP_START) / TRIP_HOUR;
    if (hours / 24) csuccess__text_format(out, "%ud", (uint32_t)(hours / 24));
    if (hours % 24 || hours == 0) csuccess__text_format(out, "%uh", (uint32_t)(hours % 24));
}

/* Entries "held" of this step as `definition guard [until] [dropped]`. */
static inline void turns_held(turns *s, csuccess__text *out)
{
    const csuccess__effects *effects = &s->trip.effects;
    for (uint32_t i = s->entries; i < effects->entry_count; i++) {
        const csuccess__effect_entry *e = &effects->entries[i];
        if (!csuccess__str_is(e->kind, "held")) continue;
        const csuccess__json *body = trip_body(&s->trip, e);
        csuccess_str until = trip_word(body, "until");
        csuccess__text_format(out, "%s%S %S", out->len ? " | " : "",
                              trip_word(body, "definition"), trip_word(body, "guard"));
        if (until.len) csuccess__text_format(out, " ");
        turns_time(out, until);
        const csuccess__json *dropped = csuccess__json_member(body, "dropped");
        if (dropped && dropped->boolean) csuccess__text_format(out, " dropped");
        if (trip_word(body, "reason").len == 0) csuccess__text_format(out, " (no reason)");
    }
}

static inline uint32_t turns_waiting(const turns *s)
{
    uint32_t count = 0;
    (void)csuccess__state_of_kind(&s->trip.state, CSUCCESS__STATE_MESSAGE, &count);
    return count;
}

/* What left and what was held in this step: `left / held`. */
static inline bool turns_are(turns *s, const char *expected)
{
    char bytes[2048];
    csuccess__text out, held;
    char more[1024];
    csuccess__text_init(&out, bytes, sizeof bytes);
    csuccess__text_init(&held, more, sizeof more);
    turns_left(s, &out);
    turns_held(s, &held);
    csuccess__text_format(&out, "%s/%s%S", out.len ? " " : "", held.len ? " " : "",
                          (csuccess_str){held.ptr, held.len});
    return CHECK_STR(((csuccess_str){out.ptr, out.len}), expected);
}

#endif
