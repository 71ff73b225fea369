/* SPDX-License-Identifier: Apache-2.0 */
/* What trainers make: an intercept and terms over metrics that add up to the log-odds. It is written as a scorecard
   (docs/model-document.md), by which it can be read, edited and run; here it also predicts for rows held out. */
#ifndef CSUCCESS__CHURN_LEARN_LEARNED_H
#define CSUCCESS__CHURN_LEARN_LEARNED_H

#include "base/arena.h"
#include "churn/learn/dataset.h"

/* How a term cuts one feature. Numbers with n bounds, ascending: bin i < n holds x <= bounds[i] (and above the one before), bin n
   the rest. Words: bin i < n holds words[i], bin n every other word. Bin n + 1: missing. */
typedef struct csuccess__axis {
    uint32_t feature;
    uint32_t n;
    const double *bounds;      /* of numbers */
    const csuccess_str *words; /* of words; bool: "false", "true" */
} csuccess__axis;

typedef enum csuccess__term_form {
    CSUCCESS__TERM_TABLE, /* gives[bin] */
    CSUCCESS__TERM_GRID,  /* gives[bin of axes[0] * (axes[1].n + 2) + bin of axes[1]] */
    CSUCCESS__TERM_LINE /* offset + slope * (x held within low .. high), `missing` when missing: the logistic trainer's numbers */
} csuccess__term_form;

typedef struct csuccess__term {
    csuccess__term_form form;
    csuccess__axis axes[2];
    const double *gives;  /* log-odds per bin */
    const double *spread; /* standard deviation over bags, beside gives; NULL: none */
    double slope, offset, low, high, missing; /* LINE */
    double importance;                        /* mean |contribution| over the training rows */
} csuccess__term;

typedef struct csuccess__learned {
    double intercept;
    const csuccess__term *terms;
    uint32_t term_count;
    double spread_scale; /* see docs/model-document.md; 0: no spread */
} csuccess__learned;     /* in the caller's arena, strings and bounds copied */

/* Log-odds of every row of `data`, whose features have the names and kinds that the model was trained on and the same order; words are
   matched by text. ENOMEM. */
csuccess_result csuccess__learned_predict(const csuccess__learned *model,
                                          const csuccess__dataset *data,
                                          const csuccess_allocator *mem, double *log_odds);

#endif
