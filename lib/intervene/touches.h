/* SPDX-License-Identifier: Apache-2.0 */
/* Touches: what has reached the customer, or is under way to, as far back as caps and cooldowns look. State kind TOUCH, one field, bounded; and per definition, when it last left, how often, what came back: kind REACHED. */
#ifndef CSUCCESS__INTERVENE_TOUCHES_H
#define CSUCCESS__INTERVENE_TOUCHES_H

#include "intervene/turn.h"

enum {
    CSUCCESS__TOUCHES_MOST = 1024
}; /* when so many are within the longest window, nothing more leaves (caps: "too many") */

#define CSUCCESS__RESPONSES(X) \
    X(NONE, 0, "none") \
    X(POSITIVE, 1, "positive") X(NEUTRAL, 2, "neutral") X(NEGATIVE, 3, "negative")
typedef enum csuccess__response {
#define CSUCCESS__RESPONSE(name, number, text) CSUCCESS__RESPONSE_##name = number,
    CSUCCESS__RESPONSES(CSUCCESS__RESPONSE)
#undef CSUCCESS__RESPONSE
} csuccess__response;

typedef struct csuccess__touch {
    char id[16];         /* the first 16 digits of the message's or execution's id */
    int64_t decided, at; /* at: delivered; 0: under way, which counts at any time */
    csuccess__class class_;
    csuccess__response response;
    csuccess_str programme, channel, type, contact;
    int64_t reserved; /* minor units of budgets that it holds until it is told of */
    csuccess_str
        ledgers; /* keys that they are reserved in, a line each, with their amounts: "budget/total/2026-11 500" */
} csuccess__touch;

typedef struct csuccess__touches {
    csuccess__touch *list; /* by decided, ascending */
    uint32_t count, cap;
    csuccess__arena texts;
    bool changed;
} csuccess__touches;

/* Opens the state's into t->desk->touches; ESTATE fails the step. Those older than reach->longest_ms (and 31 days), settled, are let go. */
void csuccess__touches_open(csuccess__turn *t);
void csuccess__touches_close(csuccess__turn *t); /* puts them back where they changed */
void csuccess__touch_add(csuccess__turn *t, const csuccess__touch *touch);
csuccess__touch *csuccess__touch_find(csuccess__turn *t,
                                      csuccess_str id); /* by its first 16 digits; NULL */
/* What became of it. A delivery fixes `at`; anything that never arrived takes it away and gives its reservation back (deltas). */
void csuccess__touch_told(csuccess__turn *t, csuccess_str id, bool arrived, int64_t at);
/* A response to a message, or (id empty) to the last touch on that channel; true: there was one. */
bool csuccess__touch_responded(csuccess__turn *t, csuccess_str id, csuccess_str channel,
                               csuccess__response response);
/* Minor units spent and reserved for this customer in the calendar month (UTC) of `at`. */
int64_t csuccess__touches_spent(const csuccess__turn *t, int64_t at);
/* Deltas that give back what is reserved and under way: an erasure. */
void csuccess__touches_release(csuccess__turn *t);
void csuccess__touches_forget(csuccess__turn *t, csuccess_str contact);
void csuccess__touches_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);

/* Per definition ("intervention/x", "campaign/x/step"); absent: all zeros. */
typedef struct csuccess__reached {
    int64_t last_at; /* when it last left */
    uint32_t times, unanswered;
    int64_t blocked_until; /* a ledger refused it: not asked again before */
} csuccess__reached;
csuccess__reached csuccess__reached_of(const csuccess__turn *t, csuccess_str definition);
void csuccess__reached_put(csuccess__turn *t, csuccess_str definition,
                           const csuccess__reached *r);
void csuccess__reached_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);

#endif
