/* SPDX-License-Identifier: Apache-2.0 */
/* The state of cyclic gradient boosting over binned terms, all bags side by side. */
#ifndef CSUCCESS__CHURN_LEARN_ADDITIVE_BOOST_H
#define CSUCCESS__CHURN_LEARN_ADDITIVE_BOOST_H

#include "churn/learn/additive.h"
#include "churn/learn/bins.h"

/* Sums over the rows of one bin: of the slope of the loss and of its curvature. */
typedef struct csuccess__gathered {
    double g, h;
} csuccess__gathered;

/* A term while it is boosted: a table over bins, or over the cells of a pair (bin of `first` * bins of `second` +
   bin of `second`). Tables are bags x bins. */
typedef struct csuccess__boosted {
    csuccess__bin_codes codes;
    uint32_t first, second; /* features; second is CSUCCESS__NO_FEATURE for a table of one */
    uint32_t rows, columns; /* bins of each; columns is 1 for one */
    bool words[2];
    int32_t monotone;
    double *table, *best; /* now, and at the round with the least loss on rows held out */
    uint32_t *counts;     /* rows in the bag */
} csuccess__boosted;
#define CSUCCESS__NO_FEATURE UINT32_MAX

/* One bag's rows: score is the log-odds so far; slopes are g, h of each row, both 0 for rows held out. */
typedef struct csuccess__bag {
    float *score;
    float *slopes;
    const uint8_t *part; /* of every row; the bag holds out the rows of part `out` */
    uint32_t out;
} csuccess__bag;

typedef struct csuccess__boost {
    const csuccess__dataset *data;
    const csuccess__additive_options *options; /* without zeros */
    csuccess__bag *bags;
    uint32_t parts; /* that rows are dealt into; a bag holds out one */
    csuccess__boosted *terms;
    uint32_t term_count;
    double intercept;
    csuccess__gathered *sums;   /* scratch: of the bins of any term, four times for few bins */
    csuccess__gathered *prefix; /* scratch */
    float *step;                /* scratch: what is added to a table */
    uint64_t done, total;       /* for progress */
    double loss;                /* the least mean loss on rows held out */
} csuccess__boost;

static inline double csuccess__row_weight(const csuccess__dataset *data, uint32_t row)
{
    return data->weights ? data->weights[row] : 1;
}

/* The step of one table in one bag from what was gathered: boost->step, the learning rate included. */
void csuccess__fit_numbers(csuccess__boost *boost, const csuccess__boosted *term, uint32_t bag);
void csuccess__fit_words(csuccess__boost *boost, const csuccess__boosted *term, uint32_t bag);
void csuccess__fit_pair(csuccess__boost *boost, const csuccess__boosted *term, uint32_t bag);

/* Boosts the terms from `first` on until the loss on rows held out has not fallen for `patience` rounds, and leaves
   every table at the round where it was least. ECANCELLED. */
csuccess_result csuccess__boost_run(csuccess__boost *boost, uint32_t first);

/* Log-odds of a row from the tables of one bag. */
double csuccess__boost_row(const csuccess__boost *boost, uint32_t bag, uint32_t row);

/* Scores of all bags from their tables. */
void csuccess__boost_rescore(csuccess__boost *boost);

#endif
