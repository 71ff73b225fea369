/* SPDX-License-Identifier: Apache-2.0 */
/* What people and time do with offers: accepted, declined, expired; what they had reserved is given back. */
#include "intervene/offers_internal.h"

#include "calendar/time_json.h"
#include "intervene/intervene.h"

/* What can happen to one. */
typedef enum event { ACCEPT, DECLINE, EXPIRE, EVENTS } event;
static const char *const verbs[] = {"accept", "decline", NULL};

/* Rows are states, columns events. */
typedef struct move {
    uint8_t to;
    bool may, frees; /* what it has reserved */
} move;
#define ENDED \
    { \
        {0}, {0}, \
        { \
            0 \
        } \
    }
static const move moves[][EVENTS] = {
    [CSUCCESS__OFFER_OPEN] = {{CSUCCESS__OFFER_ACCEPTED, true, false},
                              {CSUCCESS__OFFER_DECLINED, true, true},
                              {CSUCCESS__OFFER_EXPIRED, true, true}},
    [CSUCCESS__OFFER_ACCEPTED] = ENDED,
    [CSUCCESS__OFFER_DECLINED] = ENDED,
    [CSUCCESS__OFFER_EXPIRED] = ENDED};
#undef ENDED

static void give_back(csuccess__turn *t, csuccess__offered *of)
{
    csuccess__step *step = t->m->step;
    bool quiet = step->quiet;
    const csuccess__effect_delta back[] = {
        {.key = of->ledger, .delta = -1, .message = UINT32_MAX},
        {.key = of->incentives, .delta = -of->value, .message = UINT32_MAX}};
    step->quiet = false; /* what is given back is, also while history is imported */
    for (size_t i = 0; i < sizeof back / sizeof back[0]; i++) {
        if (back[i].key.len > 0) csuccess__step_delta(step, &back[i]);
    }
    step->quiet = quiet;
    of->ledger = of->incentives = (csuccess_str){"", 0};
}

static void count(csuccess__turn *t, const csuccess__offered *of)
{
    csuccess__offer_tally tally;
    if (!csuccess__offer_tally_get(t, of->offer, &tally)) return;
    tally.accepted += of->state == CSUCCESS__OFFER_ACCEPTED;
    tally.declined += of->state == CSUCCESS__OFFER_DECLINED;
    tally.expired += of->state == CSUCCESS__OFFER_EXPIRED;
    csuccess__offer_tally_put(t, of->offer, &tally);
}

static void happen(csuccess__turn *t, csuccess__offered *of, event what, int64_t at)
{
    const move *m = &moves[of->state][what];
    of->state = (csuccess__offer_state)m->to;
    of->ended_at = at;
    if (m->frees) give_back(t, of);
    count(t, of);
    csuccess__offered_put(t->m->step, of);
    csuccess__offer_tell(t, of, csuccess__offer_state_name(of->state));
}

/* ---- Time ---- */

/* Which of those that have ended goes: one whose time is over, or, of too many, the one that ended first. UINT32_MAX: none. */
static uint32_t find_old(csuccess__turn *t)
{
    csuccess__step *step = t->m->step;
    int64_t least = INT64_MAX;
    uint32_t ended = 0, oldest = UINT32_MAX, count,
             first = csuccess__state_of_kind(step->state, CSUCCESS__STATE_OFFER, &count);
    for (uint32_t i = first; i < first + count; i++) {
        csuccess__offered of;
        if (!csuccess__offered_take(t, i, &of) || of.state == CSUCCESS__OFFER_OPEN) continue;
        ended++;
        if (of.ended_at >= least) continue;
        least = of.ended_at;
        oldest = i;
    }
    if (ended == 0 || step->failed < 0) return UINT32_MAX;
    bool over = step->now - least >= CSUCCESS__OFFER_KEPT_DAYS * CSUCCESS__DAY_MS;
    return over || ended > CSUCCESS__OFFERS_KEPT ? oldest : UINT32_MAX;
}

static void let_old_go(csuccess__turn *t)
{
    csuccess__step *step = t->m->step;
    for (uint32_t at = find_old(t); at != UINT32_MAX; at = find_old(t)) {
        csuccess__state_drop(step->state, CSUCCESS__STATE_OFFER, step->state->fields[at].name);
    }
}

void csuccess__offers_step(csuccess__turn *t)
{
    csuccess__step *step = t->m->step;
    uint32_t count, first = csuccess__state_of_kind(step->state, CSUCCESS__STATE_OFFER, &count);
    csuccess__offer_hide(t);
    /* Names stay while they change, so places do. */
    for (uint32_t i = first; i < first + count && step->failed >= 0; i++) {
        csuccess__offered of;
        if (!csuccess__offered_take(t, i, &of) || of.state != CSUCCESS__OFFER_OPEN) continue;
        if (of.expires_at <= step->now) {
            happen(t, &of, EXPIRE, step->now);
        } else {
            csuccess__step_due(step, of.expires_at);
        }
    }
    if (count > 0) let_old_go(t);
}

void csuccess__offer_undelivered(csuccess__turn *t, csuccess_str execution)
{
    csuccess__step *step = t->m->step;
    uint32_t count, first = csuccess__state_of_kind(step->state, CSUCCESS__STATE_OFFER, &count);
    for (uint32_t i = first; i < first + count && step->failed >= 0; i++) {
        csuccess__offered of;
        if (!csuccess__offered_take(t, i, &of) || of.state != CSUCCESS__OFFER_OPEN) continue;
        if (csuccess__str_eq(of.execution, execution)) happen(t, &of, EXPIRE, step->now);
    }
}

void csuccess__offers_release(csuccess__turn *t)
{
    uint32_t count,
        first = csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_OFFER, &count);
    for (uint32_t i = first; i < first + count; i++) {
        csuccess__offered of;
        const csuccess__state_field *field = &t->m->step->state->fields[i];
        if (!csuccess__offered_parse(&of, field->payload)) continue; /* it goes anyway */
        if (of.state == CSUCCESS__OFFER_OPEN) give_back(t, &of);
    }
}

/* ---- Inputs ---- */

static bool is_meant(const csuccess__offered *of, csuccess_str wanted)
{
    if (csuccess__str_eq(of->offer, wanted) || csuccess__str_eq(of->id, wanted)) return true;
    csuccess_str name = {of->id.ptr, CSUCCESS__OFFER_DIGITS};
    return csuccess__str_eq(name, wanted);
}

/* The open one that is meant, else that which ended last. */
static bool find(csuccess__turn *t, csuccess_str wanted, csuccess__offered *out)
{
    bool found = false;
    uint32_t count,
        first = csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_OFFER, &count);
    for (uint32_t i = first; i < first + count; i++) {
        csuccess__offered of;
        if (!csuccess__offered_take(t, i, &of) || !is_meant(&of, wanted)) continue;
        bool open = of.state == CSUCCESS__OFFER_OPEN;
        if (found && !open && of.ended_at <= out->ended_at) continue;
        *out = of;
        found = true;
        if (open) break;
    }
    return found;
}

static csuccess_result refuse(const csuccess__offered *of, csuccess__text *reason)
{
    char when[CSUCCESS__TIME_TEXT];
    bool open = of->state == CSUCCESS__OFFER_OPEN;
    size_t len = csuccess__time_format(when, open ? of->expires_at : of->ended_at);
    const char *how = open ? "expired" : csuccess__offer_state_name(of->state);
    csuccess__text_format(reason, "the offer %q was %s at %S", of->offer, how,
                          (csuccess_str){when, len});
    return CSUCCESS_ERANGE;
}

static bool read_verb(const csuccess__input *input, event *out, csuccess__text *reason)
{
    for (size_t i = 0; verbs[i]; i++) {
        if (!csuccess__str_is(input->name, verbs[i])) continue;
        *out = (event)i;
        return true;
    }
    csuccess__text_format(reason, "%q is not one of accept, decline", input->name);
    return false;
}

csuccess_result csuccess__offer_apply(csuccess__turn *t, const csuccess__input *input,
                                      csuccess__text *reason)
{
    csuccess__step *step = t->m->step;
    csuccess_str wanted = csuccess__input_string(input, "offer");
    csuccess__offered of;
    event what;
    if (!read_verb(input, &what, reason)) return CSUCCESS_ERANGE;
    bool found = wanted.len > 0 && find(t, wanted, &of);
    if (step->failed < 0) return step->failed;
    if (!found) {
        csuccess__text_format(
            reason,
            "no offer %q was made to the customer: \"offer\" is the id or the "
            "name of one",
            wanted);
        return CSUCCESS_ERANGE;
    }
    bool late = of.state == CSUCCESS__OFFER_OPEN && of.expires_at <= step->now;
    if (late || !moves[of.state][what].may) return refuse(&of, reason);
    happen(t, &of, what, step->now);
    return step->failed < 0 ? step->failed : CSUCCESS_OK;
}
