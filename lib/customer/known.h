/* SPDX-License-Identifier: Apache-2.0 */
/* What a state knows of its customer: attributes, records of collections, subscriptions, last events, and what was quarantined; how inputs
   change it, and how it becomes facts for the scorer. */
#ifndef CSUCCESS__CUSTOMER_KNOWN_H
#define CSUCCESS__CUSTOMER_KNOWN_H

#include "customer/facts.h"
#include "customer/sources.h"
#include "customer/step.h"

/* What applying needs of a configuration. */
typedef struct csuccess__knowing {
    const csuccess__schema *schema;
    const csuccess__constants *constants;
    const csuccess_limits *limits;
    const csuccess__sources *sources;
    int64_t
        skew_ms; /* how far into the future an event may lie: policies.clock_skew, default PT10M */
} csuccess__knowing;

/* Applies an input of types group, identify, record, subscription, outcome; for every type checks its time, which may not lie further in the
   future than the skew, and remembers when an event of its name came last. Of two values for one attribute or field the one observed later holds,
   then the one whose source comes first in `sources`, then the greater first 8 bytes of the SHA-256 of the input's id, so order does not matter; an
   older one that is passed over is told as an entry "conflict" when it differs. Traits that the configuration does not define are passed
   over and counted in *unknown. Values that an attribute does not allow (type, min, max, in, currency, at_most) are noted as
   quarantined one by one, with an entry each, and the rest is applied. The first input under a configuration with `migrate` leaves the
   entries "migration". `reason` is filled with the first thing that the host should know.
   OK; UNCHANGED (nothing differs); ERANGE (refused as a whole: nothing has changed, the caller notes the quarantine); failures are the step's. */
csuccess_result csuccess__known_apply(const csuccess__knowing *with, csuccess__step *step,
                                      const csuccess__input *input, uint32_t *unknown,
                                      csuccess__text *reason);

/* Whether csuccess__known_apply() would refuse the input as a whole, for those who must know before they count it: OK, ERANGE with the
   reason, ESTATE, ENOMEM. Changes nothing. */
csuccess_result csuccess__known_check(const csuccess__knowing *with, csuccess__step *step,
                                      const csuccess__input *input, csuccess__text *reason);

/* Puts what the state knows at `now` into facts, which are cleared first: attributes with the time they were observed, records, in the
   collection `subscriptions` those that have not ended, quarantined values as such. A field whose type in the state is not the definition's
   is migrated as the definition's "migrate" says, else missing (NEVER_SET). Strings are borrowed from the state until it changes. ESTATE
   (the field is named; the facts are cleared), ENOMEM. */
csuccess_result csuccess__known_facts(const csuccess__knowing *with,
                                      const csuccess__state *state, int64_t now,
                                      csuccess_facts *facts, csuccess_error *err);

/* The term that is in force at `now`: of the subscription that renews first among those that run. False: none. */
bool csuccess__known_term(const csuccess__state *state, int64_t now, int64_t *start,
                          int64_t *end);
/* When an event of that name came last (its own time). False: never. */
bool csuccess__known_last_event(const csuccess__state *state, csuccess_str name, int64_t *at);

/* The next time at which something known changes by itself: a subscription starts, renews or ends, a value reaches its max_age. */
int64_t csuccess__known_next(const csuccess__knowing *with, const csuccess__state *state,
                             int64_t now);

/* Keeps the last 20 with their reasons, and how many there were in all; leaves no entry. */
void csuccess__quarantine_note(csuccess__step *step, const csuccess__input *input,
                               csuccess_str reason);

/* Takes out what is known of one contact: its record, values that came with it. True when anything was there. */
bool csuccess__known_forget(csuccess__state *state, csuccess_str contact);

void csuccess__attribute_print(struct csuccess__json_writer *out,
                               const csuccess__state_field *field);
void csuccess__record_print(struct csuccess__json_writer *out,
                            const csuccess__state_field *field);
void csuccess__subscription_print(struct csuccess__json_writer *out,
                                  const csuccess__state_field *field);
void csuccess__quarantine_print(struct csuccess__json_writer *out,
                                const csuccess__state_field *field);
void csuccess__last_event_print(struct csuccess__json_writer *out,
                                const csuccess__state_field *field);

#endif
