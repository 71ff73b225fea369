/* SPDX-License-Identifier: Apache-2.0 */
/* The section `offers`: what is offered to keep a customer, and the offers that are open. State kind OFFER, by the first 16 digits of their id. */
#ifndef CSUCCESS__INTERVENE_OFFERS_H
#define CSUCCESS__INTERVENE_OFFERS_H

#include "intervene/turn.h"

struct csuccess__intervene_build;

typedef struct
    csuccess__offer_row { /* of a table: the first that holds, or of conditions all that do */
    csuccess_str id;
    const csuccess__program *when; /* NULL: holds */
    csuccess_str say;              /* of conditions */
    csuccess__duration duration;   /* of durations */
} csuccess__offer_row;
typedef struct csuccess__offer {
    csuccess_str id, programme, group; /* "offer/id"; group: "all" without one */
    const csuccess__offer_row *types, *durations, *conditions;
    uint32_t type_count, duration_count, condition_count;
    const csuccess__program *value;
    bool has_most, has_approval;
    int64_t most, approval_above; /* minor units */
    csuccess__duration valid_for;
    int64_t total, per_customer; /* redemptions; 0: any number */
    const csuccess__json *at;
} csuccess__offer;
typedef struct csuccess__offers {
    const csuccess__offer *list;
    uint32_t count;
    uint32_t type_slot, value_slot, months_slot, expires_slot, conditions_slot,
        name_slot; /* offer.x */
} csuccess__offers;

typedef struct csuccess__made_offer { /* what it would be now */
    const csuccess__offer *of;
    csuccess_str id; /* of the offer, 64 digits; what the ledger of redemptions pays for */
    csuccess_str type, conditions; /* lines */
    int64_t value;                 /* minor units */
    csuccess__duration duration;   /* whole months; zero: none */
    int64_t expires_at;
} csuccess__made_offer;

struct csuccess__flow_build;
/* The slots offer.x, for those who compile before intervene and may read them: texts of templates. Nothing without a section. */
void csuccess__offers_declare(struct csuccess__flow_build *build);
const csuccess__offers *csuccess__offers_compile(struct csuccess__intervene_build *build,
                                                 const csuccess__json *section);
const csuccess__offer *csuccess__offer_find(const csuccess__offers *of, csuccess_str id);
/* What it would be for this customer now, and its slots filled. ALLOW, or why not: no value, no type (DENY eligibility), one of its group is open (DEFER cooldown until it ends), redemptions are used up (DENY budget: the customer's own, or the ledger refused it, which is then not asked again for a day). A value that was approved is not exceeded, one that was changed by a decision is taken. */
csuccess__ruled csuccess__offer_make(csuccess__turn *t, const csuccess__candidate *c,
                                     csuccess__made_offer *out);
/* What of an offer that guard has to say: eligibility (value, type, time), cooldown (no stacking), budget (redemptions). ALLOW of what makes none. */
csuccess__ruled csuccess__offer_asks(csuccess__turn *t, const csuccess__candidate *c,
                                     csuccess__guard_kind guard);
/* Takes away what csuccess__offer_make() filled in; to be called by whoever is done with rendering or asking. */
void csuccess__offer_hide(csuccess__turn *t);
/* It left with that execution: kept, ledger of redemptions reserved, entry "offer" {"change": "made"}. Hides the slots. */
void csuccess__offer_keep(csuccess__turn *t, const csuccess__made_offer *made,
                          const csuccess__candidate *c);
csuccess_result csuccess__offer_apply(csuccess__turn *t, const csuccess__input *input,
                                      csuccess__text *reason); /* accept, decline */
/* The message of that execution never arrived, or was taken back: nobody knows of its offer, which is over. */
void csuccess__offer_undelivered(csuccess__turn *t, csuccess_str execution);
void csuccess__offers_step(csuccess__turn *t); /* expiry */
void csuccess__offers_report(csuccess__turn *t, struct csuccess__json_writer *out);
void csuccess__offers_release(csuccess__turn *t);
void csuccess__offer_print(struct csuccess__json_writer *out,
                           const csuccess__state_field *field);

#endif
