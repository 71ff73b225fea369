/* SPDX-License-Identifier: Apache-2.0 */
/* Offers and approvals without an engine and without an arbiter: one customer, one configuration, candidates of its interventions, and the state as bytes between any two steps. */
#ifndef INTERVENE_DECIDING_H
#define INTERVENE_DECIDING_H

#include "flow_journeys.h"

#include "intervene/approvals_internal.h"
#include "intervene/arbiter.h"
#include "intervene/intervene.h"
#include "intervene/offers_internal.h"

typedef struct deciding {
    trip trip;
    csuccess__intervene of; /* that of the configuration, which a test may bend */
    csuccess__intervene_desk desk;
    csuccess__moment moment;
    csuccess__zones_asked asked;
    csuccess__turn turn;
    csuccess__principal principal;
    csuccess_str roles[2];
    uint32_t entries, messages, deltas; /* of the steps before this */
    uint32_t steps;
    char causes[32], why[400];
} deciding;

/* Everything that is made is in `d`, also after a failure; deciding_close() frees it. */
static inline csuccess_result deciding_open(deciding *d, const char *document,
                                            const csuccess_allocator *mem)
{
    memset(d, 0, sizeof *d);
    csuccess_result result = trip_open(&d->trip, document, mem);
    if (result < 0) return result;
    d->trip.fresh = d->trip.redefined = false;
    d->of = *trip_now(&d->trip)->intervene;
    d->principal.host = true;
    return csuccess__intervene_desk_new(&d->desk, d->trip.mem);
}

static inline void deciding_close(deciding *d)
{
    csuccess__intervene_desk_free(&d->desk);
    trip_close(&d->trip);
}

static inline void deciding_turn(deciding *d)
{
    d->desk.count = 0;
    csuccess__arena_reset(&d->desk.texts);
    d->turn = (csuccess__turn){.m = &d->moment,
                               .of = &d->of,
                               .desk = &d->desk,
                               .principal = &d->principal,
                               .first = d->trip.effects.message_count};
    d->entries = d->trip.effects.entry_count;
    d->messages = d->trip.effects.message_count;
    d->deltas = d->trip.effects.delta_count;
}

/* Begins a step: its cause is another one each time. */
static inline csuccess__turn *deciding_begin(deciding *d, int64_t now)
{
    snprintf(d->causes, sizeof d->causes, "s%u", (unsigned)++d->steps);
    csuccess_str cause = csuccess__arena_copy(&d->trip.arena, check_view(d->causes));
    d->moment = trip_moment(&d->trip, now, cause.ptr ? cause.ptr : "", &d->asked);
    d->asked.moment = &d->moment;
    if (!cause.ptr) csuccess__step_fail(&d->trip.step, CSUCCESS_ENOMEM);
    deciding_turn(d);
    return &d->turn;
}

/* What time brings. */
static inline csuccess_result deciding_step(deciding *d, int64_t now)
{
    (void)deciding_begin(d, now);
    csuccess__offers_step(&d->turn);
    csuccess__approvals_step(&d->turn);
    return d->trip.step.failed;
}

/* Who decides from now on; NULL: the host. */
static inline void deciding_as(deciding *d, const char *role)
{
    d->roles[0] = check_view(role ? role : "");
    d->principal = (csuccess__principal){.id = CSUCCESS_STR("anna"),
                                         .roles = d->roles,
                                         .role_count = role ? 1 : 0,
                                         .host = !role};
}

/* A step of one input, `{`type`:…}` with backticks; what is said of it is in d->why. */
static inline csuccess_result deciding_input(deciding *d, int64_t now, const char *type,
                                             const char *event, const char *properties)
{
    char text[1600], time[CSUCCESS__TIME_TEXT];
    csuccess__input input;
    csuccess__text reason;
    csuccess__text_init(&reason, d->why, sizeof d->why);
    csuccess__time_format(time, now);
    snprintf(text, sizeof text,
             "{`type`:`%s`,`event`:`%s`,`messageId`:`m`,`groupId`:`c1`,`timestamp`:`%s`,"
             "`properties`:{%s}}",
             type, event, time, properties);
    (void)deciding_begin(d, now);
    csuccess_result result = trip_input(&d->trip, &input, text);
    if (result < 0) return result;
    bool offer = strcmp(type, "offer") == 0;
    result = offer ? csuccess__offer_apply(&d->turn, &input, &reason)
                   : csuccess__decision_apply(&d->turn, &input, &reason);
    return d->trip.step.failed < 0 ? d->trip.step.failed : result;
}

static inline csuccess_result deciding_word(deciding *d, int64_t now, const char *event,
                                            const char *properties)
{
    return deciding_input(d, now, "decision", event, properties);
}

static inline csuccess__candidate deciding_candidate(const deciding *d, const char *id)
{
    const csuccess__intervention *what =
        csuccess__intervention_find(d->of.interventions, check_view(id));
    csuccess__candidate c = {.kind = CSUCCESS__CANDIDATE_INTERVENTION,
                             .cause = {"", 0},
                             .id = {"", 0},
                             .step = {"", 0},
                             .contact = {"", 0}};
    if (!CHECK(what != NULL)) return c;
    c.programme = what->programme;
    c.intervention = what;
    c.channel = c.by = what->channel;
    c.cost = what->cost;
    c.class_ = what->class_;
    return c;
}

static inline csuccess__candidate deciding_action(const deciding *d, const char *campaign,
                                                  uint32_t action, csuccess__campaign_run *run)
{
    const csuccess__campaign *of =
        csuccess__campaign_find(d->of.campaigns, check_view(campaign));
    csuccess__candidate c = {
        .kind = CSUCCESS__CANDIDATE_ACTION, .id = {"", 0}, .contact = {"", 0}};
    if (!CHECK(of != NULL && action < of->action_count)) return c;
    c.action = &of->actions[action];
    c.programme = of->programme;
    c.step = c.action->id;
    c.intervention = &c.action->what;
    c.channel = c.by = c.action->what.channel;
    c.cost = c.action->what.cost;
    c.run = run;
    return c;
}

/* Asked in the step that is under way. */
static inline csuccess__ruled deciding_ask(deciding *d, csuccess__candidate *c)
{
    return csuccess__ask_approval(&d->turn, c, c->by);
}

/* In a step of its own: what time brings, then what the guard says. */
static inline csuccess__ruled deciding_asked(deciding *d, int64_t now, csuccess__candidate *c)
{
    (void)deciding_step(d, now);
    return deciding_ask(d, c);
}

/* It leaves in the step under way. */
static inline void deciding_leave(deciding *d, csuccess__candidate *c)
{
    csuccess__made_offer made;
    c->id = csuccess__turn_id(&d->turn, "test", c->programme, c->step, c->occurrence);
    if (c->intervention && c->intervention->offer) {
        csuccess__ruled ruled = csuccess__offer_make(&d->turn, c, &made);
        if (d->trip.step.failed >= 0) CHECK_INT(ruled.ruling, CSUCCESS__ALLOW);
        csuccess__approval_used(&d->turn, c);
        csuccess__offer_keep(&d->turn, &made, c);
    } else {
        csuccess__approval_used(&d->turn, c);
    }
}

/* The entries of this step of that kind, as `change:member…` of two members. */
static inline csuccess_str deciding_told(deciding *d, const char *kind, const char *also)
{
    static char bytes[4000];
    csuccess__text out;
    csuccess__text_init(&out, bytes, sizeof bytes);
    for (uint32_t i = d->entries; i < d->trip.effects.entry_count; i++) {
        const csuccess__effect_entry *e = &d->trip.effects.entries[i];
        if (!csuccess__str_is(e->kind, kind)) continue;
        const csuccess__json *body = trip_body(&d->trip, e);
        csuccess__text_format(&out, "%s%S", out.len ? " | " : "", trip_word(body, "change"));
        csuccess_str more = also ? trip_word(body, also) : CSUCCESS_STR("");
        if (more.len) csuccess__text_format(&out, " %S", more);
    }
    return (csuccess_str){bytes, out.len};
}

/* The body of the last entry of that kind of this step; NULL: none. */
static inline const csuccess__json *deciding_last(deciding *d, const char *kind)
{
    for (uint32_t i = d->trip.effects.entry_count; i-- > d->entries;) {
        if (csuccess__str_is(d->trip.effects.entries[i].kind, kind)) {
            return trip_body(&d->trip, &d->trip.effects.entries[i]);
        }
    }
    return NULL;
}

/* The sum of a ledger over all steps. */
static inline int64_t deciding_ledger(const deciding *d, const char *key)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < d->trip.effects.delta_count; i++) {
        const csuccess__effect_delta *delta = &d->trip.effects.deltas[i];
        if (csuccess__str_is(delta->key, key)) sum += delta->delta;
    }
    return sum;
}

static inline uint32_t deciding_count(const deciding *d, csuccess__state_kind kind)
{
    uint32_t count = 0;
    (void)csuccess__state_of_kind(&d->trip.state, kind, &count);
    return count;
}

/* The request at that place among all fields of its kind; texts are of this step. */
static inline csuccess__request deciding_request(deciding *d, uint32_t index)
{
    csuccess__request r = {.state = CSUCCESS__APPROVAL_EXPIRED, .id = {"", 0}};
    uint32_t at = csuccess__approvals_first(&d->turn), n = 0;
    while (csuccess__request_next(&d->turn, &at, &r)) {
        if (n++ != index) continue;
        (void)csuccess__request_take(&d->turn, at - 1, &r);
        return r;
    }
    CHECK(false);
    return r;
}

/* A printed report, in the arena of the batch. */
static inline csuccess_str
deciding_report(deciding *d, void (*report)(csuccess__turn *, struct csuccess__json_writer *))
{
    csuccess__buffer out;
    csuccess__json_writer writer;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&writer, &out);
    report(&d->turn, &writer);
    csuccess_str text = csuccess__arena_copy(&d->trip.arena, csuccess__buffer_view(&out));
    csuccess__buffer_free(&out);
    return text;
}

#endif
