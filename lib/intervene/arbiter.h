/* SPDX-License-Identifier: Apache-2.0 */
/* The arbiter: all candidates of a customer in one order, asked the guards in theirs. Pure: reads the state, touches and the configuration; keeps what waits, and leaves what may go. */
#ifndef CSUCCESS__INTERVENE_ARBITER_H
#define CSUCCESS__INTERVENE_ARBITER_H

#include "intervene/turn.h"
#include <csuccess/store.h>

/* Makes candidates of the messages of this step (from t->first on; signals are left alone) and of those that wait (state kind MESSAGE), sorts them with those that were added, asks the guards, and: what is allowed leaves (a message of the effects with its id, deltas of budgets,
   a touch; or csuccess__execution_begin()); what carries its text and is deferred waits in the state; entries "held" and "selection"; the step's due is lowered to the earliest time at which something may pass.
   Messages to the team are asked for their channel's budget only. A quiet step (import) leaves nothing. */
void csuccess__arbiter_weigh(csuccess__turn *t);
/* The same without leaving or keeping anything: t->desk->list has the verdicts after. */
void csuccess__arbiter_look(csuccess__turn *t);

/* {"sent": [touches], "waiting": [candidates that do not leave as of now, in the arbiter's order]}: csuccess__arbiter_look() over the candidates that were added. */
void csuccess__arbiter_report(csuccess__turn *t, struct csuccess__json_writer *out);

/* ---- For who lets a candidate go (csuccess__execution_begin()) ---- */

/* The id of its message, and of its execution: made when it is first asked for (c->id). Empty: no memory (failed). */
csuccess_str csuccess__candidate_id(csuccess__turn *t, csuccess__candidate *c);
/* The one door: a message with that body leaves by c->by to c->contact under csuccess__candidate_id(), with the candidate's purpose, validity and `internal`; body.ptr NULL: none does, since people reach the customer (a task). Either way its touch is kept, its budgets are reserved, and its intervention's csuccess__reached is noted. False: the step failed. Bodies: csuccess__send_body(). */
bool csuccess__candidate_leave(csuccess__turn *t, csuccess__candidate *c, csuccess_str body);

/* A claimed message asked again (consent, suppression, lifecycle, caps, quiet hours) at m->step->now: ALLOW, DEFER (quiet hours: put it off), DENY (take it back). Opens lifecycle and touches by itself. */
csuccess__ruled csuccess__arbiter_claim(csuccess__turn *t, const csuccess_message *message);

/* A held message, as the state keeps it: waiting.c. */
typedef struct csuccess__waiting {
    csuccess__effect_message
        message; /* first, as candidates point to it; id and texts borrowed from the state */
    int64_t since, until; /* NEVER: not by itself */
    csuccess__guard_kind guard;
    csuccess_str reason;
    uint32_t returns; /* not 0: it was let go before, and taken back at its claim */
} csuccess__waiting;
enum { CSUCCESS__WAITING_MOST = 256 /* of a customer */ };
bool csuccess__waiting_read(csuccess__waiting *out, const csuccess__state_field *field);
void csuccess__waiting_put(csuccess__step *step, const csuccess__waiting *held);
void csuccess__waiting_forget(csuccess__state *state, csuccess_str contact);
void csuccess__waiting_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);
/* Id of a message: SHA-256(…); `returns` > 0 makes it another. In the step's arena; empty: no memory (failed). */
csuccess_str csuccess__message_id(csuccess__step *step, const csuccess__effect_message *message,
                                  uint32_t returns);

/* The first moment from then on at which the hours let it go: what another guard holds until then would only be held by them. */
int64_t csuccess__hours_after(csuccess__turn *t, const csuccess__candidate *c,
                              const csuccess__channel *by, int64_t from);
/* One guard each, in their files; `by` is the channel that is tried, never NULL (one that is not declared is free and always open). They are asked in the order of CSUCCESS__GUARDS, and most of what they are asked for will not get through: no memory, no text, no state is touched for a candidate that another like it has been asked for. */
typedef csuccess__ruled csuccess__guard_asks(csuccess__turn *t, csuccess__candidate *c,
                                             const csuccess__channel *by);
csuccess__guard_asks csuccess__ask_eligibility, csuccess__ask_consent,
    csuccess__ask_suppression, csuccess__ask_lifecycle, csuccess__ask_cooldown,
    csuccess__ask_caps, csuccess__ask_hours, csuccess__ask_channel, csuccess__ask_budget,
    csuccess__ask_approval, csuccess__ask_experiment;

#endif
