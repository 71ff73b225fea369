/* SPDX-License-Identifier: Apache-2.0 */
/* An offer as the state keeps it, and how often each definition was made. */
#ifndef CSUCCESS__INTERVENE_OFFERS_INTERNAL_H
#define CSUCCESS__INTERVENE_OFFERS_INTERNAL_H

#include "intervene/offers.h"

/* Numbers are those of the state's format. */
#define CSUCCESS__OFFER_STATES(X) \
    X(OPEN, 0, "open") \
    X(ACCEPTED, 1, "accepted") X(DECLINED, 2, "declined") X(EXPIRED, 3, "expired")
typedef enum csuccess__offer_state {
#define CSUCCESS__OFFER_STATE(name, number, text) CSUCCESS__OFFER_##name = number,
    CSUCCESS__OFFER_STATES(CSUCCESS__OFFER_STATE)
#undef CSUCCESS__OFFER_STATE
} csuccess__offer_state;
const char *csuccess__offer_state_name(csuccess__offer_state state);

enum {
    CSUCCESS__OFFER_DIGITS = 16, /* of its id: its name in the state */
    CSUCCESS__OFFERS_KEPT = 20,  /* that have ended; the latest */
    CSUCCESS__OFFER_KEPT_DAYS = 90
};

/* Name: 16 digits of the id. Texts are borrowed from the payload. */
typedef struct csuccess__offered {
    csuccess__offer_state state;
    int64_t value; /* minor units */
    uint32_t months;
    int64_t made_at, expires_at, ended_at; /* ended_at 0: open */
    csuccess_str id, offer, group, type, conditions, execution;
    csuccess_str ledger; /* that it has reserved one of; empty: none */
    csuccess_str
        incentives; /* of its campaign, that it has reserved its value of; empty: none */
} csuccess__offered;
/* Name: "of/ID". */
typedef struct csuccess__offer_tally {
    uint64_t made, accepted, declined, expired;
    int64_t blocked_until; /* the ledger refused it; 0: not */
} csuccess__offer_tally;

bool csuccess__offered_parse(csuccess__offered *out, csuccess_str payload);
bool csuccess__offer_tally_parse(csuccess__offer_tally *out, csuccess_str payload);
/* The payload, in place of what the buffer holds. */
void csuccess__offered_write(csuccess__buffer *out, const csuccess__offered *offered);
void csuccess__offer_tally_write(csuccess__buffer *out, const csuccess__offer_tally *tally);
void csuccess__offered_put(csuccess__step *step, const csuccess__offered *offered);
/* The field at that place in the state, in texts of the turn; false: it is a tally, or the step has failed (a damaged one fails it). */
bool csuccess__offered_take(csuccess__turn *t, uint32_t at, csuccess__offered *out);
/* "of/save", "redemptions/save", in texts of the turn. */
csuccess_str csuccess__offer_key(csuccess__turn *t, csuccess_str head, csuccess_str offer);
/* All zeros when there is none. False: damaged, the step has failed. */
bool csuccess__offer_tally_get(csuccess__turn *t, csuccess_str offer,
                               csuccess__offer_tally *out);
void csuccess__offer_tally_put(csuccess__turn *t, csuccess_str offer,
                               const csuccess__offer_tally *tally);
/* Entry "offer". */
void csuccess__offer_tell(csuccess__turn *t, const csuccess__offered *offered,
                          const char *change);

#endif
