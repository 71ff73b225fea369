/* SPDX-License-Identifier: Apache-2.0 */
/* Consent of a contact by purpose and channel, and suppressed addresses: kept in the state, asked when a message is decided and again when it is delivered.

   "privacy": {"purposes": {"service": {"requires": "nothing"}, "marketing": {"requires": "opt_in", "valid_for": "P2Y"}, "research": {"requires": "opt_out"}},
               "jurisdiction": "country", "jurisdictions": {"DE": {"research": "opt_in"}}}
   A purpose that is not declared requires an opt-in. `jurisdiction` names the field of `contacts` or the attribute that holds it. What is required is the
   strictest of what purpose and jurisdiction ask for; where the jurisdiction is not known, of all that are declared. */
#ifndef CSUCCESS__TRUST_CONSENT_H
#define CSUCCESS__TRUST_CONSENT_H

#include "base/error.h"
#include "customer/schema.h"
#include "customer/step.h"

typedef struct csuccess__privacy csuccess__privacy;
/* NULL section: nothing is declared. Never NULL but for memory. */
const csuccess__privacy *csuccess__privacy_compile(csuccess__schema *schema,
                                                   csuccess__compiler *with,
                                                   csuccess__problems *problems,
                                                   const csuccess__json *section);

/* Where the jurisdiction of a contact stands: in this field of its record among `contacts` (empty: none), else in this input slot of the customer
   (UINT32_MAX: none). */
typedef struct csuccess__privacy_place {
    csuccess_str field;
    uint32_t slot;
} csuccess__privacy_place;
csuccess__privacy_place csuccess__privacy_jurisdiction(const csuccess__privacy *privacy);

/* An input of type consent: `user` the contact (empty: the customer is its own contact); properties "purpose", "granted" (bool), "channel" (absent: every channel), "jurisdiction",
   "proof" (text), "until" (time, of a consent that is given). The latest (by its own time, then the greater input id) holds for a contact, purpose and channel; of one
   for the channel and one for every channel, the later. Leaves an entry "consent". A response (type response)
   named "bounced" or "complained" suppresses contact and `channel`, "restored" ends that, the latest holds: entry "suppressed". OK, UNCHANGED, ERANGE with the reason; `reason` also
   says when a purpose is not declared. ESTATE and the like are the step's. */
csuccess_result csuccess__consent_apply(const csuccess__privacy *privacy, csuccess__step *step,
                                        const csuccess__input *input, csuccess__text *reason);
/* Whether a response would be refused: OK, ERANGE with the reason. */
csuccess_result csuccess__response_check(const csuccess__input *input, csuccess__text *reason);

/* Texts may be empty: purpose: none is asked for, only whether the address is suppressed; channel: any; jurisdiction: not known. */
typedef struct csuccess__consent_question {
    csuccess_str contact, purpose, channel, jurisdiction;
    int64_t now;
} csuccess__consent_question;
/* OK: may be sent. EDENIED with the reason ("no opt-in to marketing", "withdrawn on …", "suppressed: bounced"). ESTATE. */
csuccess_result csuccess__consent_ask(const csuccess__privacy *privacy,
                                      const csuccess__state *state,
                                      const csuccess__consent_question *question,
                                      csuccess__text *reason);
/* The two halves of it: what was said of the purpose alone, and of the address alone. */
csuccess_result csuccess__consent_given(const csuccess__privacy *privacy,
                                        const csuccess__state *state,
                                        const csuccess__consent_question *question,
                                        csuccess__text *reason);
csuccess_result csuccess__suppression_ask(const csuccess__privacy *privacy,
                                          const csuccess__state *state,
                                          const csuccess__consent_question *question,
                                          csuccess__text *reason);
/* Takes out a contact's consents and suppressions. True when there were any. */
bool csuccess__consent_forget(csuccess__state *state, csuccess_str contact);

void csuccess__consent_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);
void csuccess__suppression_print(struct csuccess__json_writer *out,
                                 const csuccess__state_field *field);

#endif
