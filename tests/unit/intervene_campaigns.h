/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns of one customer, step by step, with an arbiter that does what the test says: what a step left is told in short, as "save:started | save.call left | T escalate/lead | save:ended stopped recovered". */
#ifndef INTERVENE_CAMPAIGNS_H
#define INTERVENE_CAMPAIGNS_H

#include "flow_journeys.h"

#include "intervene/campaigns_internal.h"

enum { CAMP_TOLD = 16384 };

/* ---- Documents ---- */

#define START TRIP_START
#define HOUR TRIP_HOUR
#define DAY TRIP_DAY

#define HEAD \
    "{`csuccess`: 1, `attributes`: {`risk`: {`type`: `number`}, `quiet`: {`type`: `bool`}, " \
    "`wanted`: {`type`: `bool`}, `calm`: {`type`: `bool`}, `last_login`: {`type`: `time`}, " \
    "`score`: {`type`: `number`}}, "
#define INTERVENTIONS \
    "`interventions`: {`call`: {`type`: `phone_call`, `effect`: {`prior`: {`successes`: 30, " \
    "`of`: " \
    "100}}}, `meet`: {`type`: `meeting`, `priority`: 70, `owner`: `manager`, `effect`: " \
    "{`prior`: " \
    "{`successes`: 20, `of`: 100}}}, `note`: {`type`: `internal_task`}}"
#define BODY HEAD INTERVENTIONS ", `campaigns`: "

/* The four bands of 001, as actions of people. */
static const char bands[] =
    BODY "{`critical_save`: {`type`: `reactive`, `status`: `active`, `strategy`: `retention`, "
         "`when`: "
         "`risk > 0.8`, `follow_up`: null, `repeat`: `P30D`, `actions`: {`executive_call`: "
         "{`intervention`: `call`}, "
         "`training`: {`intervention`: `meet`, `after`: `PT24H`}, `review`: {`intervention`: "
         "`note`, "
         "`after`: `PT48H`}}}, "
         "`proactive_engagement`: {`status`: `active`, `strategy`: `retention`, `when`: `risk "
         "> 0.6`, "
         "`follow_up`: null, `repeat`: `P30D`, `actions`: {`checkin`: {`intervention`: `meet`, "
         "`after`: `PT24H`}, "
         "`recommendation`: {`intervention`: `note`}, `webinar`: {`intervention`: `call`, "
         "`after`: `P7D`}}}, "
         "`nurture`: {`status`: `active`, `strategy`: `retention`, `when`: `risk > 0.4`, "
         "`follow_up`: "
         "null, `repeat`: `P30D`, `actions`: {`mail`: {`intervention`: `note`}}}, "
         "`standard`: {`status`: `active`, `strategy`: `retention`, `when`: `true`, "
         "`follow_up`: null, "
         "`repeat`: `P7D`, `actions`: {`newsletter`: {`intervention`: `note`}}}}}";

static const char saving[] = BODY
    "{`save`: {`status`: `active`, `when`: `risk > 0.8`, `actions`: {`call`: {`intervention`: "
    "`call`}}, "
    "`stop`: {`recovered`: {`when`: `risk < 0.4`}, `calm`: {`when`: `calm`}}, "
    "`escalate`: {`lead`: {`after`: `P3D`, `owner`: `manager`, `when`: `risk > 0.8`}, `top`: "
    "{`after`: `P7D`, `owner`: `executive`}}, "
    "`success`: {`within`: `P10D`, `when`: `score < started('score')`}, "
    "`follow_up`: {`after`: `P14D`, `title`: `Look again`}}}}";

/* ---- A customer ---- */

typedef struct camp {
    trip t;
    csuccess__intervene_desk desk;
    bool desk_open;
    /* What the arbiter says of an action: by its campaign and its name; NULL: it lets all go. */
    csuccess__ruling (*rules)(void *ud, csuccess_str campaign, csuccess_str action);
    void *ud;
    char told[CAMP_TOLD], reason[512];
    unsigned inputs;
    csuccess_result applied;
    int64_t due;
    int64_t places; /* what the deltas of participants come to */
    uint32_t candidates;
} camp;

static inline csuccess_result camp_under(camp *c)
{
    if (c->desk_open) csuccess__intervene_desk_free(&c->desk);
    c->desk_open = true;
    return csuccess__intervene_desk_new(&c->desk, c->t.mem);
}

static inline csuccess_result camp_open(camp *c, const char *document,
                                        const csuccess_allocator *mem)
{
    memset(c, 0, sizeof *c);
    csuccess_result result = trip_open(&c->t, document, mem);
    return result < 0 ? result : camp_under(c);
}

/* Another configuration for the same customer. */
static inline csuccess_result camp_config(camp *c, const char *document)
{
    csuccess_result result = trip_config(&c->t, document);
    return result < 0 ? result : camp_under(c);
}

static inline void camp_close(camp *c)
{
    if (c->desk_open) csuccess__intervene_desk_free(&c->desk);
    trip_close(&c->t);
}

static inline void camp_number(camp *c, const char *name, double value)
{
    trip_set(&c->t, name, csuccess__number(value));
}

static inline void camp_bool(camp *c, const char *name, bool value)
{
    trip_set(&c->t, name, csuccess__boolean(value));
}

static inline void camp_missing(camp *c, const char *name)
{
    trip_set(&c->t, name, csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET));
}

/* ---- The arbiter of tests ---- */

static inline void camp_let(csuccess__turn *t, csuccess__candidate *c)
{
    if (!c->run) c->run = csuccess__campaign_begin(t, c->action->of);
    if (!c->run) return;
    c->id = csuccess__turn_id(t, "execution", c->programme, c->step, c->occurrence);
    if (t->m->step->failed >= 0) csuccess__action_done(t, c, true, CSUCCESS_STR(""));
}

static inline void camp_weigh(camp *o, csuccess__turn *t)
{
    o->candidates = t->desk->count;
    for (uint32_t i = 0; i < t->desk->count && t->m->step->failed >= 0; i++) {
        csuccess__candidate *c = &t->desk->list[i];
        if (!c->action) continue;
        c->verdict.ruling =
            o->rules ? o->rules(o->ud, c->action->of->id, c->action->id) : CSUCCESS__ALLOW;
        if (c->verdict.ruling == CSUCCESS__ALLOW) {
            camp_let(t, c);
        } else if (c->verdict.ruling == CSUCCESS__DENY) {
            csuccess__action_done(t, c, false, CSUCCESS_STR("denied"));
        }
    }
}

/* ---- What was told ---- */

static inline void camp_put(csuccess__text *out, const char *before, csuccess_str text)
{
    if (text.len) csuccess__text_format(out, "%s%S", before, text);
}

static inline bool camp_entry(camp *c, csuccess__text *out, const csuccess__effect_entry *entry)
{
    const csuccess__json *body = trip_body(&c->t, entry);
    if (!body) return false;
    bool task = csuccess__str_is(entry->kind, "task");
    bool made = csuccess__str_is(trip_word(body, "event"), "created");
    if (task ? !made : !csuccess__str_is(entry->kind, "campaign")) return true;
    if (out->len) csuccess__text_format(out, " | ");
    if (task) {
        csuccess__text_format(out, "T %S", trip_word(body, "step"));
        return true;
    }
    csuccess_str change = trip_word(body, "change");
    csuccess__text_format(out, "%S", trip_word(body, "campaign"));
    if (csuccess__str_is(change, "action")) {
        csuccess__text_format(out, ".%S", trip_word(body, "action"));
    } else {
        csuccess__text_format(out, ":%S", change);
    }
    camp_put(out, " ", trip_word(body, "state"));
    camp_put(out, " ", trip_word(body, "by"));
    camp_put(out, " ", trip_word(body, "rung"));
    camp_put(out, " ", trip_word(body, "success"));
    return true;
}

static inline const char *camp_tell(camp *c, uint32_t from)
{
    csuccess__text out;
    csuccess__text_init(&out, c->told, sizeof c->told);
    c->told[0] = '\0';
    for (uint32_t i = from; i < c->t.effects.entry_count; i++) {
        if (!camp_entry(c, &out, &c->t.effects.entries[i])) return NULL;
    }
    return c->told;
}

static inline void camp_count(camp *c, uint32_t from)
{
    for (uint32_t i = from; i < c->t.effects.delta_count; i++) {
        const csuccess__effect_delta *d = &c->t.effects.deltas[i];
        if (csuccess__str_starts(d->key, CSUCCESS_STR("participants/"))) c->places += d->delta;
    }
}

/* ---- A step ---- */

static inline csuccess__turn camp_turn(camp *c, csuccess__moment *m)
{
    csuccess__arena_reset(&c->desk.texts);
    c->desk.count = 0;
    return (csuccess__turn){.m = m,
                            .of = trip_now(&c->t)->intervene,
                            .desk = &c->desk,
                            .first = c->t.effects.message_count};
}

/* A step at `now`; `input` an object with backticks, or NULL. What it told; NULL: it failed. */
static inline const char *camp_step(camp *c, int64_t now, const char *input)
{
    char cause[32];
    csuccess__input in;
    csuccess__zones_asked asked;
    csuccess__text reason;
    uint32_t entries = c->t.effects.entry_count, deltas = c->t.effects.delta_count;
    csuccess__text_init(&reason, c->reason, sizeof c->reason);
    c->reason[0] = '\0';
    snprintf(cause, sizeof cause, "i%u", ++c->inputs);
    csuccess_str kept = csuccess__arena_copy(&c->t.arena, check_view(cause));
    if (!kept.ptr || (input && trip_input(&c->t, &in, input) < 0)) return NULL;
    csuccess__moment m = trip_moment(&c->t, now, "", &asked);
    c->t.step.cause = kept;
    asked.moment = &m;
    m.input = input ? &in : NULL;
    csuccess__turn t = camp_turn(c, &m);
    c->applied = input ? csuccess__campaign_apply(&t, &in, &reason) : CSUCCESS_OK;
    if (c->applied < 0) m.input = NULL;
    csuccess__flow_look(&m);
    csuccess__flow_step(&m);
    csuccess__campaigns_publish(&t);
    csuccess__campaigns_candidates(&t);
    camp_weigh(c, &t);
    c->t.fresh = c->t.redefined = false;
    c->due = c->t.step.due;
    if (c->t.step.failed < 0 || c->t.effects.failed < 0) return NULL;
    camp_count(c, deltas);
    return camp_tell(c, entries);
}

/* A person's word. */
static inline const char *camp_say(camp *c, int64_t now, const char *event,
                                   const char *campaign, const char *reason)
{
    char text[1024], time[CSUCCESS__TIME_TEXT];
    csuccess__time_format(time, now);
    snprintf(
        text, sizeof text,
        "{`type`:`campaign`,`event`:`%s`,`messageId`:`m%u`,`groupId`:`c1`,`timestamp`:`%s`,"
        "`properties`:{`campaign`:`%s`,`reason`:`%s`}}",
        event, c->inputs, time, campaign, reason);
    return camp_step(c, now, text);
}

#define TOLD(step, expected) \
    do { \
        const char *told_ = (step); \
        if (CHECK(told_ != NULL)) CHECK_CSTR(told_, (expected)); \
    } while (0)

#endif
