/* SPDX-License-Identifier: Apache-2.0 */
/* Churn by scorecard: probability, level, risk factors, value at risk, urgency, actions. Learned models come to the
   same interface later. */
#ifndef CSUCCESS__CHURN_CHURN_H
#define CSUCCESS__CHURN_CHURN_H

#include "customer/open.h"
#include "expr/template.h"
#include "score/scorecard.h"

typedef struct csuccess__churn
    csuccess__churn; /* the compiled section; constant, in the arena */

/* NULL section: none. Adds the slots churn.probability, churn.level, factor('id') (nodes of the model and risk
   factors). `model_name` is the configuration's name, for results. */
const csuccess__churn *csuccess__churn_compile(csuccess__schema *schema,
                                               csuccess__compiler *with,
                                               csuccess__problems *problems,
                                               const csuccess__json *section,
                                               csuccess_str model_name);

typedef struct csuccess__churn_result {
    bool has_probability, recommended, has_recommended;
    double probability;     /* as computed; levels read it rounded to 9 decimals */
    double confidence;      /* completeness of the scorecard */
    int32_t level, urgency; /* index; -1: none */
    bool has_lifetime_value, has_value_at_risk, has_prevention_cost;
    double lifetime_value, value_at_risk, prevention_cost;
    uint32_t *
        risks; /* indices of the risk factors that hold, by impact, highest first; caller's array */
    uint32_t risk_count;
    uint32_t *actions; /* indices in the order of the document; caller's array */
    uint32_t action_count;
    csuccess__card_result *nodes;
    uint32_t node_count;
} csuccess__churn_result;

typedef struct csuccess__churn_run {
    csuccess__machine *machine;
    csuccess__value *slots; /* with health's slots filled */
    size_t slot_count;
    int64_t now;
    bool explain;
    csuccess_result failed; /* out */
} csuccess__churn_run;

/* Sizes of the caller's arrays. */
void csuccess__churn_sizes(const csuccess__churn *churn, uint32_t *risks, uint32_t *actions,
                           uint32_t *nodes);
void csuccess__churn_row(const csuccess__churn *churn, csuccess__churn_run *run,
                         csuccess__churn_result *out);

typedef struct csuccess__churn_block {
    double *probability; /* any may be NULL; 0 where `known` is 0 */
    uint8_t *level;      /* index; 255: none */
    uint64_t *known;     /* bitmap */
} csuccess__churn_block;
typedef struct csuccess__churn_columns_run {
    csuccess__column_machine *machine;
    csuccess__column_frame *frame;
    csuccess__column *slots; /* those of churn are not bound yet */
    bool amounts;            /* bind lifetime_value and value_at_risk, for segments */
    csuccess_result failed;  /* out */
} csuccess__churn_columns_run;
void csuccess__churn_columns(const csuccess__churn *churn, csuccess__churn_columns_run *run,
                             csuccess__churn_block *out);
csuccess_str csuccess__churn_level_name(const csuccess__churn *churn, int32_t level);

/* The "churn" object of a result (cli.md), whole; run renders the sentences. OK, ENOMEM, ELIMIT. */
csuccess_result csuccess__churn_write(struct csuccess__json_writer *out,
                                      const csuccess__churn *churn,
                                      const csuccess__churn_result *result,
                                      csuccess__churn_run *run);
/* Notes steps of levels and urgency that cannot be reached; NULL: nothing. */
void csuccess__churn_lint(csuccess__problems *problems, const csuccess__churn *churn);
/* Notes its conditions that a missing input left open: levels, risk factors, actions. */
void csuccess__churn_open(csuccess__open *open, const csuccess__churn *churn);

#endif
