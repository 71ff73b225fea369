/* SPDX-License-Identifier: Apache-2.0 */
/* Touches: what has reached the customer, or is under way to, as far back as caps and cooldowns look. State kind TOUCH, one field, bounded; and per definition, when it last left, how often, what came back: kind REACHED. */
#ifndef CSUCCESS__INTERVENE_TOUCHES_H
#define CSUCCESS__INTERVENE_TOUCHES_H

#include "intervene/turn.h"
#include <csuccess/store.h>

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
    int64_t before
        [2]; /* when its definition, and its intervention, had left before; 0: never. It is that again when this never arrives */
    csuccess__class class_;
    csuccess__response response;
    bool maybe;     /* under way, and may have arrived: an attempt left that open */
    bool forgotten; /* its contact was: it counts for the customer, and for no contact */
    bool
        by_person; /* a task: while it is open it counts at the time at which it was made, for nobody knows when it is done */
    csuccess_str programme, step, channel, type, contact;
    csuccess_str
        intervention; /* of an action: "intervention/x", which it counts for as well; else empty */
    int64_t
        cost; /* minor units, its channel's among them; they stay the customer's of the month in which it was decided */
    csuccess_str
        ledgers; /* what it holds of them until it is told of: key and amount of each, as csuccess__reservation_next() reads them */
} csuccess__touch;

typedef enum csuccess__blocked { /* whether a ledger refused anything that is remembered */
                                 CSUCCESS__BLOCKED_UNKNOWN,
                                 CSUCCESS__BLOCKED_NONE,
                                 CSUCCESS__BLOCKED_SOME
} csuccess__blocked;
typedef struct csuccess__touches {
    csuccess__touch *list; /* by decided, then id, ascending */
    uint32_t count, cap;
    csuccess__arena texts;
    bool changed;
    uint32_t changes; /* since it was opened: what was counted before is not so any more */
    struct csuccess__cap_memo
        *memo;     /* of guard_caps.c, in `texts`; NULL: nothing is counted yet */
    int64_t spent; /* of the month of the step; below 0: not added up yet */
    csuccess__blocked blocked;
} csuccess__touches;

/* How long a settled one is kept: as far back as anybody looks. */
/* When it counts: 0 is at any time. */
static inline int64_t csuccess__touch_counts_at(const csuccess__touch *touch)
{
    if (touch->at != 0) return touch->at;
    return touch->by_person ? touch->decided : 0;
}
struct csuccess__reach;
int64_t csuccess__touches_kept_ms(const struct csuccess__reach *reach);
/* Opens the state's into t->desk->touches; ESTATE fails the step. Those that are settled and older than caps, cooldowns and the month look are let go. */
void csuccess__touches_open(csuccess__turn *t);
void csuccess__touches_close(csuccess__turn *t); /* puts them back where they changed */

/* The name of the channel by which it goes, declared or not. */
csuccess_str csuccess__candidate_channel(const csuccess__candidate *c,
                                         const csuccess__channel *by);
/* A candidate leaves by c->by under c->id: its touch (class, channel, type, contact, cost as the candidate has them; none of an internal one), what its definition has reached, and what it reserves of budgets. `message`: its index among the effects; UINT32_MAX: it makes a task.
   This is touch_add and budget_reserve together; who leaves something calls this. */
void csuccess__touch_leave(csuccess__turn *t, const csuccess__candidate *c, uint32_t message);
/* Adds a copy, and counts it for its definition (times, last_at, before). Nothing when the state is not told of deliveries (intervene->tracks). */
void csuccess__touch_add(csuccess__turn *t, const csuccess__touch *touch);
/* Reserves what the candidate costs: deltas, which pay for the message (or, UINT32_MAX, for the execution c->id), and in the touch of c->id, where there is one, what was reserved. guard_budget.c. */
void csuccess__budget_reserve(csuccess__turn *t, const csuccess__candidate *c,
                              uint32_t message);
/* Puts a copy in its place, without counting it; NULL: no memory (failed). */
csuccess__touch *csuccess__touches_insert(csuccess__turn *t, const csuccess__touch *touch);
/* The next of touch->ledgers, which it is taken off; false: there is none, or what is left is damaged (then something is left). */
bool csuccess__reservation_next(csuccess_str *ledgers, csuccess_str *key, int64_t *amount);
csuccess__touch *csuccess__touch_find(csuccess__turn *t,
                                      csuccess_str id); /* by its first 16 digits; NULL */
/* An attempt left open whether it arrived: where it is not tried again it counts as if it had. */
void csuccess__touch_tried(csuccess__turn *t, csuccess_str id);
/* What became of it. A delivery fixes `at`, and is unanswered until a response comes; anything that never arrived takes it away and gives its reservation back (deltas), and last_at of its definition is what it was before. One that is settled stays as it is. */
void csuccess__touch_told(csuccess__turn *t, csuccess_str id, bool arrived, int64_t at);
/* A response to a message, or (id empty) to the last touch on that channel, or (that empty too) to the last of all; true: there was one. Its definition is answered then. */
bool csuccess__touch_responded(csuccess__turn *t, csuccess_str id, csuccess_str channel,
                               csuccess__response response);
/* Minor units spent and reserved for this customer in the calendar month (UTC) of `at`, by when it was decided. */
int64_t csuccess__touches_spent(const csuccess__turn *t, int64_t at);
/* Deltas that give back what is reserved and under way, but for what may have arrived: an erasure. */
void csuccess__touches_release(csuccess__turn *t);
/* Forgets who it was, and what came back; caps of the customer still count it. */
void csuccess__touches_forget(csuccess__turn *t, csuccess_str contact);
void csuccess__touches_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);
/* The guard `caps` of a claimed message as of the step's now, without itself: other ones under way count as if delivered now. ALLOW or DENY; ALLOW when it has no touch. guard_caps.c. */
csuccess__ruled csuccess__caps_at_claim(csuccess__turn *t, const csuccess_message *message);

/* Per definition ("intervention/x", "campaign/x/step", "journey/x"); absent: all zeros. */
typedef struct csuccess__reached {
    int64_t last_at; /* when it last left, but for what never arrived; 0: never */
    uint32_t
        times; /* how often it left, whether it arrived or not: no two are the same occurrence */
    uint32_t
        unanswered; /* delivered in a row without a response, those too whose time for one goes on: csuccess__touches_unanswered() */
    int64_t
        blocked_until; /* of a definition with its step: a ledger refused it; not asked again before */
} csuccess__reached;
/* The definition that a programme and its step are: of a campaign its action, of others the programme. In the turn's texts, or `programme` itself. */
csuccess_str csuccess__touch_definition(csuccess__turn *t, csuccess_str programme,
                                        csuccess_str step);
/* How many in a row were delivered without a response within reach->unanswered_ms, as of now: what `unresponsive.after` is compared with. */
uint32_t csuccess__touches_unanswered(csuccess__turn *t, csuccess_str definition);
csuccess__reached csuccess__reached_of(const csuccess__turn *t, csuccess_str definition);
void csuccess__reached_put(csuccess__turn *t, csuccess_str definition,
                           const csuccess__reached *r);
void csuccess__reached_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);

#endif
