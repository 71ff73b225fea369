/* SPDX-License-Identifier: Apache-2.0 */
/* The NPS of an account: the latest answer of each contact, weighted by role and age.

   "policies": {"nps": {"half_life": "P180D", "expires": "P365D", "role": "role", "weights": {"champion": 2}}}

   Field NPS, by contact: time, score. An answer weighs its role's weight (1 without one) times 0.5^(age / half_life). Since every answer ages alike, what they come to
   changes by answers, roles and expiry only, and never because time goes on. */
#ifndef CSUCCESS__CUSTOMER_NPS_H
#define CSUCCESS__CUSTOMER_NPS_H

#include "customer/input.h"
#include "customer/schema.h"
#include "customer/step.h"

enum {
    CSUCCESS__NPS_CONTACTS = 500, /* whose answers are kept: the latest */
    CSUCCESS__NPS_WEIGHT_MOST = 1000
};

typedef struct csuccess__nps_weight {
    csuccess_str role;
    double weight; /* 0: does not count */
} csuccess__nps_weight;

typedef struct csuccess__nps_rule {
    int64_t half_life_ms, expires_ms;    /* 0: none */
    csuccess_str role;                   /* field of contacts */
    const csuccess__nps_weight *weights; /* as they stand; others weigh 1 */
    uint32_t weight_count;
} csuccess__nps_rule;

/* What the answers come to. */
typedef struct csuccess__nps {
    uint32_t n; /* answers that count; without one the rest means nothing */
    double score, mean, promoters, detractors; /* -100..100; 0..10; per cent of the weight */
} csuccess__nps;

/* The values that expressions read: nps.score … */
#define CSUCCESS__NPS_SLOTS(X) X(score) X(mean) X(n) X(promoters) X(detractors)
enum {
#define CSUCCESS__NPS_SLOT(name) CSUCCESS__NPS_##name,
    CSUCCESS__NPS_SLOTS(CSUCCESS__NPS_SLOT)
#undef CSUCCESS__NPS_SLOT
        CSUCCESS__NPS_SLOT_COUNT
};
/* Which of them a path is, else CSUCCESS__NPS_SLOT_COUNT. */
int csuccess__nps_slot(csuccess_str path);
csuccess__value csuccess__nps_value(const csuccess__nps *nps, int slot);

/* Reads `policies.nps`, which may be NULL: the defaults. Problems are noted. NULL: no memory (noted). */
const csuccess__nps_rule *csuccess__nps_compile(const csuccess__schema *schema,
                                                csuccess__compiler *with,
                                                csuccess__problems *problems,
                                                const csuccess__json *section);

/* Whether a survey_response would be refused: OK, or ERANGE with the reason. */
csuccess_result csuccess__nps_check(const csuccess__input *input, csuccess__text *reason);
/* Keeps the answer of a survey_response, and leaves an entry "nps" where the score moves. OK; UNCHANGED (another survey, an answer that is older than the one there); failures are the
   step's. */
csuccess_result csuccess__nps_apply(const csuccess__nps_rule *rule, csuccess__step *step,
                                    const csuccess__input *input);
/* Drops what has expired, and lowers due to when the next does. */
void csuccess__nps_step(const csuccess__nps_rule *rule, csuccess__step *step);
/* What the answers come to at `now`. False: one is damaged, or the record of its contact. */
bool csuccess__nps_read(const csuccess__nps_rule *rule, const csuccess__state *state,
                        int64_t now, csuccess__nps *out);
/* Takes out the answer of a contact. True when there was one. */
bool csuccess__nps_forget(csuccess__state *state, csuccess_str contact);
void csuccess__nps_print(struct csuccess__json_writer *out, const csuccess__state_field *field);

#endif
