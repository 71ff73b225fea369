/* SPDX-License-Identifier: Apache-2.0 */
/* Churn as state: the prediction in force, for the fallback "last" and for changes of level. */
#ifndef CSUCCESS__CHURN_HISTORY_H
#define CSUCCESS__CHURN_HISTORY_H

#include "churn/churn.h"
#include "customer/step.h"

typedef struct csuccess__churn_past {
    bool there, has_probability;
    int64_t at;         /* last evaluation */
    int64_t since;      /* since when probability, level, source and model are what they are */
    double probability; /* to 9 decimals */
    bool has_given;     /* some model gave one, not itself the last */
    double given;       /* as it gave it */
    int64_t given_at;
    csuccess_str level, source, model; /* borrowed from the state */
} csuccess__churn_past;

csuccess_result csuccess__churn_past_open(csuccess__churn_past *past,
                                          const csuccess__state *state); /* ESTATE */
/* Puts the last probability that a model gave (not one that is itself the last) and its time into the slots of the fallback "last", unless they hold something. */
void csuccess__churn_past_slots(const csuccess__churn *churn, const csuccess__churn_past *past,
                                csuccess__value *slots);
/* Writes the field; leaves an entry "churn" with before and after when probability (to 9 decimals), level, source or model changed. Afterwards `past` is
   not to be read: its texts may be overwritten. */
void csuccess__churn_past_note(csuccess__step *step, const csuccess__churn *churn,
                               const csuccess__churn_past *past,
                               const csuccess__churn_result *result);
void csuccess__churn_past_print(struct csuccess__json_writer *out,
                                const csuccess__state_field *field);

#endif
