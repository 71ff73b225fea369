/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources of the arbiter share: one weighing, and what guards were answered in it. */
#ifndef CSUCCESS__INTERVENE_SELECTION_H
#define CSUCCESS__INTERVENE_SELECTION_H

#include "intervene/arbiter.h"
#include "intervene/intervene.h"

/* ---- What guards were answered: most candidates of a customer ask the same ---- */

typedef struct csuccess__consent_answer {
    csuccess_str contact, purpose, channel;
    csuccess__ruled consent, suppression;
} csuccess__consent_answer;
enum { CSUCCESS__CONSENT_ANSWERS = 16 };

struct csuccess__answers {
    csuccess__consent_answer consents[CSUCCESS__CONSENT_ANSWERS];
    uint32_t consent_count, consent_next;       /* the oldest is overwritten */
    uint8_t available[CSUCCESS__CHANNELS_MOST]; /* by channel; 0: not asked, else 1 + truth */
    struct csuccess__channel_made *made; /* channels that are used without being declared */
    bool decided;                        /* people have decided, or were asked to */
    bool reached; /* some definition has left before: without one nothing cools down */
    bool full;    /* so many executions are open that none begins; in a weighing none ends */
    struct {
        const csuccess__intervention *of; /* NULL: not asked */
        bool is;                          /* under way */
    } under_way;
    struct {              /* the last touch of a campaign, and of another than that */
        uint32_t touches; /* of how many they are; UINT32_MAX: not looked for */
        csuccess_str programme;
        int64_t at, other_at; /* 0: none */
    } campaigns;
};
/* Forgets what was answered; false: no memory (failed). Before guards are asked. */
bool csuccess__answers_open(csuccess__turn *t);
/* What consent and suppression say; NULL: the step failed. guard_consent.c. */
const csuccess__consent_answer *csuccess__consent_answered(csuccess__turn *t,
                                                           csuccess_str contact,
                                                           csuccess_str purpose,
                                                           csuccess_str channel);
/* One of that name: as declared, else free and always open. NULL: no memory (failed). */
const csuccess__channel *csuccess__channel_of_name(csuccess__turn *t, csuccess_str name);

static inline csuccess__ruled csuccess__denies(const char *reason)
{
    return (csuccess__ruled){
        .ruling = CSUCCESS__DENY, .until = CSUCCESS__NEVER, .reason = csuccess__str(reason)};
}
static inline csuccess__ruled csuccess__defers(int64_t until, const char *reason)
{
    return (csuccess__ruled){
        .ruling = CSUCCESS__DEFER, .until = until, .reason = csuccess__str(reason)};
}

/* ---- One weighing ---- */

/* What the arbiter looks at when it puts candidates in order. */
typedef struct csuccess__rank {
    double priority, expected;
    uint32_t at; /* in t->desk->list */
} csuccess__rank;

typedef struct csuccess__weighing {
    csuccess__turn *t;
    csuccess__effect_message *given; /* copies of this step's messages, as they were */
    bool *gone;                      /* by `given`: it does not leave */
    uint32_t given_count;
    csuccess__waiting *waiting;       /* as the state had them */
    uint32_t waiting_count;           /* now */
    size_t waiting_bytes, kept_bytes; /* of their texts: now, and of those that go on waiting */
    csuccess__rank *order;
    uint32_t count;
} csuccess__weighing;

/* Adds the messages of the step and those that wait to the candidates: candidates.c. False: failed. */
bool csuccess__weighing_open(csuccess__weighing *w, csuccess__turn *t);
/* Takes in what was said while others were weighed, to the team: how many there were before. */
uint32_t csuccess__weighing_extend(csuccess__weighing *w);
/* A candidate of that message, prepared; NULL: it has left, or the step failed. */
csuccess__candidate *csuccess__weighing_said(csuccess__weighing *w, uint32_t at);
/* Class, priority, channel, expected value: what those who add a candidate leave to the arbiter. */
void csuccess__candidate_prepare(csuccess__turn *t, csuccess__candidate *c);
/* "service" for programmes of journeys, playbooks, alerts, milestones and tasks; else "nurture". */
csuccess__class csuccess__class_of(csuccess_str programme);
/* The order: rank.c. False: no memory. */
bool csuccess__weighing_sort(csuccess__weighing *w);
/* Asks the guards, channel by channel: c->verdict, c->by. */
void csuccess__candidate_judge(csuccess__turn *t, csuccess__candidate *c);

/* Whether it is one that carries its text; its message. */
static inline bool csuccess__is_written(const csuccess__candidate *c)
{
    return c->kind == CSUCCESS__CANDIDATE_GIVEN || c->kind == CSUCCESS__CANDIDATE_WAITING;
}
/* What of its time is compared with what was told before. A cap that is filled by what is under way has room a span after the delivery, which is put off from look to look, as is what a ledger refused: its day is enough. */
static inline int64_t csuccess__told_until(csuccess__guard_kind guard, int64_t until)
{
    bool moves = guard == CSUCCESS__GUARD_CAPS || guard == CSUCCESS__GUARD_BUDGET;
    return moves && until != CSUCCESS__NEVER ? until / CSUCCESS__DAY_MS : until;
}
/* Whether it never will go: it is denied, or its validity ends before it may. */
bool csuccess__is_over_by_then(const csuccess__candidate *c);
/* One that carries its text and does not leave now: it waits, or is dropped; entry "held". */
void csuccess__written_hold(csuccess__weighing *w, csuccess__candidate *c);
/* csuccess__arbiter_look(), with the order. */
void csuccess__arbiter_look_at(csuccess__weighing *w, csuccess__turn *t);
/* What is said of those that do not carry their text: entry "selection". */
void csuccess__selection_tell(csuccess__weighing *w);

#endif
