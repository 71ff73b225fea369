/* SPDX-License-Identifier: Apache-2.0 */
/* Subscriptions: the changes of each as they take effect, and what follows from them: what is in force, its term, how the
   amount moved.

   A subscription is kept as its changes, in order of the time at which they take effect, so that one that comes late has the
   effect that it would have had. Beyond MOST_CHANGES the earliest are folded into what they come to, and nothing older is taken.

   Payload: 1 and the folded part, or 0; count; changes in order. A change: kind, bits of what it says, effective, at, tie,
   then what it says in order of the bits. */
#ifndef CSUCCESS__CUSTOMER_SUBSCRIPTIONS_H
#define CSUCCESS__CUSTOMER_SUBSCRIPTIONS_H

#include "customer/known_internal.h"

/* Name of the input, number in the format. */
#define CSUCCESS__CHANGES(X) \
    X(STARTED, 1, "started") \
    X(AMENDED, 2, "amended") \
    X(RENEWED, 3, "renewed") \
    X(CONTRACTED, 4, "contracted") \
    X(ENDED, 5, "ended")
typedef enum csuccess__change_kind {
#define CSUCCESS__CHANGE(name, number, text) CSUCCESS__CHANGE_##name = number,
    CSUCCESS__CHANGES(CSUCCESS__CHANGE)
#undef CSUCCESS__CHANGE
} csuccess__change_kind;

#define CSUCCESS__MOVEMENTS(X) \
    X(NEW, "new") \
    X(EXPANSION, "expansion") \
    X(CONTRACTION, "contraction") \
    X(CHURN, "churn") \
    X(REACTIVATION, "reactivation")
typedef enum csuccess__movement_kind {
#define CSUCCESS__MOVEMENT(name, text) CSUCCESS__MOVEMENT_##name,
    CSUCCESS__MOVEMENTS(CSUCCESS__MOVEMENT)
#undef CSUCCESS__MOVEMENT
        CSUCCESS__MOVEMENT_NONE
} csuccess__movement_kind;

/* What a change says; also its bit. */
enum {
    CSUCCESS__SAYS_PRODUCT = 1,
    CSUCCESS__SAYS_AMOUNT = 2,
    CSUCCESS__SAYS_CURRENCY = 4,
    CSUCCESS__SAYS_STARTS = 8,
    CSUCCESS__SAYS_RENEWS = 16,
    CSUCCESS__SAYS_NOTICE = 32,
    CSUCCESS__SAYS_REASON = 64,
    CSUCCESS__SAYS_TERM = 128,
    CSUCCESS__MOST_CHANGES = 16,
    CSUCCESS__MOST_SUBSCRIPTIONS = 50 /* without a collection `subscriptions` to say */
};

typedef struct csuccess__change {
    csuccess__change_kind kind;
    uint32_t says;
    int64_t effective, at;
    uint64_t tie;
    csuccess_str product, currency, reason;
    double amount; /* major units */
    int64_t starts, renews, notice_by;
    csuccess__duration term; /* whole days and months */
} csuccess__change;

/* What the changes up to some time come to. */
typedef struct csuccess__subscription {
    bool begun, running;
    bool has_amount, has_renews, has_notice, has_ended;
    bool rolls; /* a term follows a term by itself: `term` was said */
    csuccess_str product, currency, reason;
    double amount;
    int64_t starts, ended;
    int64_t term_start; /* of the term that is in force */
    bool has_turn;      /* it was renewed before its end: the next term begins at `turn` */
    int64_t turn;
    int64_t renews,
        notice_by;  /* of the last term that is agreed: its end, the last day for notice */
    int64_t anchor; /* terms end at anchor + n periods */
    csuccess__duration period;              /* zero: not known */
    int64_t moved[CSUCCESS__MOVEMENT_NONE]; /* minor units */
} csuccess__subscription;

typedef struct csuccess__movement {
    csuccess__movement_kind kind;
    bool has_money;        /* every amount it takes is known */
    bool mixed;            /* the change says another currency, so its amount was passed over */
    int64_t before, after; /* minor units */
} csuccess__movement;

typedef struct csuccess__subscription_log {
    bool has_base;
    csuccess__subscription base;
    int64_t base_effective, base_at; /* the last change that was folded */
    uint64_t base_tie;
    csuccess__change changes[CSUCCESS__MOST_CHANGES + 1];
    uint32_t count;
} csuccess__subscription_log;

/* False: damaged. */
bool csuccess__subscription_get(csuccess_str payload, csuccess__subscription_log *out);
void csuccess__subscription_put(csuccess__buffer *out, const csuccess__subscription_log *log);

#define CSUCCESS__MOST_AMOUNT 9e11 /* major units, so that minor ones are exact in JSON too */

const char *csuccess__change_name(csuccess__change_kind kind);
const char *csuccess__movement_name(csuccess__movement_kind kind); /* NULL: none */
/* By the time at which they take effect, then by when they were said, then by their ids. */
int csuccess__change_order(const csuccess__change *a, const csuccess__change *b);
/* Integer minor units of an amount, half to even on its decimal; 2 decimals but where ISO 4217 has others. */
int64_t csuccess__minor_units(double amount, csuccess_str currency);

csuccess__movement csuccess__subscription_fold(csuccess__subscription *on,
                                               const csuccess__change *change);
/* What the changes up to `now` come to but for how amounts moved, terms rolled on to then; before the first of them, the first. */
csuccess__subscription csuccess__subscription_at(const csuccess__subscription_log *log,
                                                 int64_t now);
/* Puts the first change into the base. */
void csuccess__subscription_shorten(csuccess__subscription_log *log);

/* Fills the fields of a record of `subscriptions` (values[0] is the id). ESTATE. */
csuccess_result csuccess__subscription_give(csuccess_str payload, int64_t now,
                                            const csuccess__attribute *collection,
                                            csuccess__value *values, bool *ended);

/* The next time at which one starts, renews, ends or is changed; CSUCCESS__NEVER. */
int64_t csuccess__subscriptions_next(const csuccess__state *state, int64_t now);

#endif
