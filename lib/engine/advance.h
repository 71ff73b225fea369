/* SPDX-License-Identifier: Apache-2.0 */
/* One advance of one customer: what it needs, what it does, the batch that it comes to. It asks nobody and waits for nobody; the machine and csuccess_txn move it along. */
#ifndef CSUCCESS__ENGINE_ADVANCE_H
#define CSUCCESS__ENGINE_ADVANCE_H

#include "customer/input.h"
#include "engine/batch.h"
#include "engine/reply.h"
#include "trust/access.h"
#include <csuccess/engine.h>

/* What all advances over one configuration share: limits, random bytes, and the scratch in which a state is open while it is applied. One thread at a time; an advance uses it only
   within a call, so that any number of advances may be under way. */
typedef struct csuccess__desk csuccess__desk;
typedef struct csuccess__desk_options {
    const csuccess_allocator *mem;
    csuccess_limits limits;
    csuccess_str tenant;
    csuccess_random_fn random;
    void *random_ud;
    csuccess_leads_fn leads;
    void *leads_ud;
    csuccess_zone_fn zone;
    void *zone_ud;
    csuccess_variable_fn variable; /* NULL: nothing is asked */
    void *variable_ud;
    csuccess_sentiment_fn sentiment; /* NULL: the lexicon */
    void *sentiment_ud;
    uint32_t effects, state_bytes;
} csuccess__desk_options;
csuccess_result csuccess__desk_new(csuccess__desk **out, csuccess_config *config,
                                   const csuccess__desk_options *options, csuccess_error *err);
void csuccess__desk_free(csuccess__desk *desk);
csuccess_config *csuccess__desk_config(const csuccess__desk *desk);

/* What an advance is for. */
typedef enum csuccess__purpose {
    CSUCCESS__FOR_INPUTS, /* and what is due */
    /* inputs of type source without a customer: the record of that source; one source an
     * advance */
    CSUCCESS__FOR_SOURCE,
    /* of the customer: marks the state, takes messages back; then the store's erase */
    CSUCCESS__FOR_ERASURE,
    CSUCCESS__FOR_FORGETTING /* of one contact */
} csuccess__purpose;

typedef struct csuccess__about {
    csuccess__purpose purpose;
    csuccess_str customer, contact;
    csuccess_events *events; /* NULL: none; held by whoever begins */
    const uint32_t *indices; /* of the events; NULL: all */
    uint32_t count;
    const csuccess__input *signal; /* one more input, from an inbox; NULL: none */
    const csuccess__principal *principal;
    int64_t now;
    /* preview: it is shown, so the principal must be allowed to read the customer */
    bool import, preview;
    bool publish; /* it comes under the configuration even when nothing is due */
    csuccess_str token;
} csuccess__about;

typedef struct csuccess__advance csuccess__advance;
/* Copies what it is about but for the events. EDENIED is not found here but when the state is there. */
csuccess_result csuccess__advance_new(csuccess__advance **out, csuccess__desk *desk,
                                      const csuccess__about *about, csuccess_error *err);
void csuccess__advance_free(csuccess__advance *advance);
/* What it needs; borrowed, the same until it is freed. */
const csuccess_key *csuccess__advance_keys(const csuccess__advance *advance, size_t *count);
const csuccess_input_key *csuccess__advance_inputs(const csuccess__advance *advance,
                                                   size_t *count);
/* Applies, with answers by the index of the keys and `known` by that of the inputs. What they point to is borrowed for the call. OK: there is a batch; UNCHANGED: nothing to commit; AGAIN: the customer goes by definitions of earlier configurations, which are keys from now on, so that everything has to be loaded anew;
   ECALLBACK (an answer that cannot be), ESTATE, EUNSUPPORTED, EDENIED, ELIMIT, ENOMEM: as before. May be called again, with other answers. */
csuccess_result csuccess__advance_apply(csuccess__advance *advance,
                                        const csuccess__answer *answers, const bool *known,
                                        csuccess_error *err);
/* NULL without one. Lives until the next apply or free. */
const csuccess_batch *csuccess__advance_batch(const csuccess__advance *advance);
/* The ledger delta of that index was refused: the next apply leaves out what it would pay for, and says so in an entry "held". False: no memory, or no such delta. */
bool csuccess__advance_refused(csuccess__advance *advance, size_t delta);
/* Says in the events what became of each input: of the last apply when `status` is OK or UNCHANGED, else `status` with `why` for all of them. */
void csuccess__advance_settle(csuccess__advance *advance, csuccess_result status,
                              csuccess_str why);
/* How many inputs of the last apply were applied, known, quarantined, expired, failed; traits passed over; whether the time was raised to that of the state. */
typedef struct csuccess__tally {
    uint64_t applied, known, quarantined, expired, failed, unknown_traits, clock_raised;
} csuccess__tally;
csuccess__tally csuccess__advance_tally(const csuccess__advance *advance);
/* The pseudonym as 32 hex digits, after an apply. */
csuccess_str csuccess__advance_pseudonym(const csuccess__advance *advance);

/* Of a customer that is being erased (an apply FOR_ERASURE, or one that ended in EBUSY): the parent that it told of itself, which has to forget it first; empty: none. */
csuccess_str csuccess__advance_told(const csuccess__advance *advance);

/* The batch as JSON, and as lines of a trace: {"customer","at","entry"|"message"…}. */
void csuccess__advance_describe(const csuccess__advance *advance, csuccess__buffer *out);
void csuccess__batch_trace(const csuccess_batch *batch, csuccess__buffer *out);

/* ---- Reading: what is needed is the same as of an advance without inputs (csuccess__advance_new with no events gives the keys). ---- */

typedef enum csuccess__view {
    CSUCCESS__VIEW_SCORE,
    CSUCCESS__VIEW_EXPLAIN,
    CSUCCESS__VIEW_STATE
} csuccess__view;
/* Evaluates as of now, changes nothing. `history`: JSON of the last entries and messages for EXPLAIN (an object; may be empty). EMISSING: no such customer. */
csuccess_result csuccess__advance_view(csuccess__advance *advance,
                                       const csuccess__answer *answers, csuccess__view view,
                                       csuccess_str history, csuccess__buffer *out,
                                       csuccess_error *err);

/* Whether a claimed message may be sent now. */
typedef struct csuccess__guard {
    /* OK: send; AGAIN: put off until `until`; EDENIED, EEXPIRED: drop */
    csuccess_result verdict;
    bool again; /* of EDENIED: it goes back to the arbiter */
    int64_t until;
    csuccess_str reason;    /* borrowed from the advance */
    csuccess_str recipient; /* JSON object of the contact's record, or "{}" */
} csuccess__guard;
/* `advance` is about the customer of the message. Asks expiry, erasure, consent, suppression; the channel's state is the machine's. */
csuccess_result csuccess__advance_guard(csuccess__advance *advance,
                                        const csuccess__answer *answers,
                                        const csuccess_message *message, csuccess__guard *out,
                                        csuccess_error *err);
/* Reads an input that the library wrote: a message that was taken back stands in it, whatever its length. Errors as csuccess__input_read(). */
csuccess_result csuccess__written_read(csuccess__input *out, csuccess_str body,
                                       csuccess__arena *arena, const csuccess_limits *limits,
                                       csuccess_error *err);
/* Reads the body of a signal as an input into an arena. ESTATE when it is damaged. */
csuccess_result csuccess__signal_read(csuccess__input *out, const csuccess_message *message,
                                      csuccess__arena *arena, const csuccess_limits *limits,
                                      csuccess_error *err);
/* The signal that tells a customer what became of a message of its own: id from the message's id and the outcome ("delivered", "never", "bounced", "unknown", "later", "dropped", "taken_back": that one carries the message, which
   waits again). */
typedef struct csuccess__delivered {
    csuccess_str outcome, reason;
    int64_t now;
} csuccess__delivered;
csuccess_result csuccess__delivery_signal(csuccess_message *out, const csuccess_message *of,
                                          const csuccess__delivered *what,
                                          csuccess__arena *arena);
/* The word for CSUCCESS_SENT_*. */
csuccess_str csuccess__outcome_name(uint32_t outcome);

#endif
