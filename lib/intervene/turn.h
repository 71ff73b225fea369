/* SPDX-License-Identifier: Apache-2.0 */
/* A turn: one look of this room at one customer, after flow's, in the same step. What its machines share, and candidates: everything that wants to reach the customer (docs/reference/intervene.md "One arbiter"). */
#ifndef CSUCCESS__INTERVENE_TURN_H
#define CSUCCESS__INTERVENE_TURN_H

#include "flow/templates.h"
#include "intervene/channels.h"

struct csuccess__intervene;
struct csuccess__touches;
struct csuccess__intervention;
struct csuccess__campaign_action;
struct csuccess__campaign_run;
struct csuccess__principal;

/* In the order in which they are asked. */
#define CSUCCESS__GUARDS(X) \
    X(ELIGIBILITY, "eligibility") \
    X(CONSENT, "consent") \
    X(SUPPRESSION, "suppression") \
    X(LIFECYCLE, "lifecycle") \
    X(COOLDOWN, "cooldown") \
    X(CAPS, "caps") \
    X(HOURS, "quiet_hours") \
    X(CHANNEL, "channel") \
    X(BUDGET, "budget") X(APPROVAL, "approval") X(EXPERIMENT, "experiment")
typedef enum csuccess__guard_kind {
#define CSUCCESS__GUARD(name, text) CSUCCESS__GUARD_##name,
    CSUCCESS__GUARDS(CSUCCESS__GUARD)
#undef CSUCCESS__GUARD
        CSUCCESS__GUARD_COUNT
} csuccess__guard_kind;
const char *csuccess__guard_name(csuccess__guard_kind guard);

#define CSUCCESS__CLASSES(X) \
    X(TRANSACTIONAL, "transactional", 90) X(SERVICE, "service", 60) X(NURTURE, "nurture", 30)
typedef enum csuccess__class {
#define CSUCCESS__CLASS(name, text, priority) CSUCCESS__CLASS_##name,
    CSUCCESS__CLASSES(CSUCCESS__CLASS)
#undef CSUCCESS__CLASS
        CSUCCESS__CLASS_COUNT
} csuccess__class;
extern const char *const csuccess__class_words[]; /* ended by NULL */
extern const double csuccess__class_priorities[];

typedef enum csuccess__ruling { /* what a guard says */
                                CSUCCESS__ALLOW,
                                CSUCCESS__DEFER, /* until a time */
                                CSUCCESS__DENY
} csuccess__ruling;
typedef struct csuccess__ruled {
    csuccess__ruling ruling;
    csuccess__guard_kind guard; /* that decided; of ALLOW none */
    int64_t
        until; /* of DEFER: NEVER when no time lets it pass by itself (a decision, a resumption); of DENY NEVER */
    csuccess_str
        reason; /* plain words, static or in the turn's texts; equal texts may be the same pointer */
} csuccess__ruled;

/* Uplift = P(churn without) - P(churn with), with an interval. */
typedef enum csuccess__effect_source {
    CSUCCESS__EFFECT_UNKNOWN,
    CSUCCESS__EFFECT_PRIOR,
    CSUCCESS__EFFECT_EXPERIMENT
} csuccess__effect_source;
typedef struct csuccess__effect {
    csuccess__effect_source source;
    double uplift, low, high;
} csuccess__effect;

typedef enum csuccess__candidate_kind {
    CSUCCESS__CANDIDATE_GIVEN, /* a message that this step left: rendered, with its recipient */
    CSUCCESS__CANDIDATE_WAITING,      /* one that was held, from the state */
    CSUCCESS__CANDIDATE_INTERVENTION, /* by its own `when`, or as somebody asked */
    CSUCCESS__CANDIDATE_ACTION        /* of a campaign; run NULL: the campaign begins with it */
} csuccess__candidate_kind;
typedef struct csuccess__candidate {
    csuccess__candidate_kind kind;
    csuccess_str programme; /* "journey/x", "campaign/x", "intervention/x", "alert/x" */
    csuccess_str step;      /* of it; may be empty */
    uint64_t occurrence;
    csuccess_str cause,
        id; /* id: of the message or execution that it would be, 64 hex digits; empty until it is needed */
    csuccess__class class_;
    double priority;
    double expected; /* value of it, major units; 0: not known */
    csuccess__effect effect;
    csuccess_str type;                /* of the intervention, "email"; of others empty */
    const csuccess__channel *channel; /* the first to be tried; NULL: it is not declared */
    const csuccess__channel *const *fallback;
    uint32_t fallback_count;
    csuccess_str contact, purpose;
    const csuccess__program
        *to; /* of those that choose their recipient now; NULL: the customer, or `contact` */
    int64_t cost;               /* minor units, beside the channel's */
    int64_t since, valid_until; /* 0: for ever */
    int64_t not_before;         /* a delay; 0 */
    bool internal;
    const csuccess__effect_message *message; /* of GIVEN and WAITING */
    const struct csuccess__intervention *intervention;
    const struct csuccess__campaign_action *action;
    struct csuccess__campaign_run *run;
    bool asked;     /* by a person: `when` and cooldown are not asked */
    uint32_t tries; /* channels by which it reached nobody before */
    /* What came of it: */
    csuccess__ruled verdict;     /* of all channels denied, that of the first */
    const csuccess__channel *by; /* it goes by, or would; never NULL once it is weighed */
    uint32_t let_go;             /* bits by what it asked for: a standing decision lets it go */
    int64_t let_cost;            /* minor units that the guard `approval` has let go */
} csuccess__candidate;

typedef struct csuccess__intervene_desk {
    const csuccess_allocator *mem;
    csuccess__candidate *list;
    uint32_t count, cap;
    csuccess__arena texts;             /* of a turn; reset before each */
    struct csuccess__touches *touches; /* kept from turn to turn with its memory */
    csuccess__buffer text;
    struct csuccess__answers *answers; /* of guards, in this turn: selection.h; in `texts` */
} csuccess__intervene_desk;

typedef struct csuccess__turn {
    csuccess__moment *m; /* m->step is the step */
    const struct csuccess__intervene *of;
    csuccess__intervene_desk *desk;
    const struct csuccess__principal *principal; /* who acts; NULL: the host, who may */
    uint32_t first; /* index of this step's first message among the effects */
    bool looking;   /* nothing is kept: a report; guards neither request nor assign */
    bool halted; /* automation is stopped for the customer; set by csuccess__lifecycle_open() */
    struct csuccess__hours_memo *hours; /* of guard_hours.c, in `texts`; NULL: none yet */
} csuccess__turn;

/* Adds a copy. Fails the step without memory. */
void csuccess__candidate_add(csuccess__turn *t, const csuccess__candidate *candidate);
/* Text of the turn; fails the step without memory (then empty). */
csuccess_str csuccess__turn_copy(csuccess__turn *t, csuccess_str text);
csuccess_str csuccess__turn_format(csuccess__turn *t, const char *format, ...);
/* Id of an execution, a request, an offer: SHA-256 of the step's cause, 64 hex digits in the turn's texts. */
csuccess_str csuccess__turn_id(csuccess__turn *t, const char *domain, csuccess_str definition,
                               csuccess_str step, uint64_t occurrence);
/* When what a ledger refused is asked for again: with the next look of schedule.segments. */
int64_t csuccess__turn_next_look(const csuccess__turn *t);
/* Slots of the stratum INTERVENE, as csuccess__flow_slot(). */
struct csuccess__intervene_build;
uint32_t csuccess__intervene_slot(const struct csuccess__intervene_build *build,
                                  csuccess_str path, csuccess_str argument,
                                  const csuccess__type *type);

#endif
