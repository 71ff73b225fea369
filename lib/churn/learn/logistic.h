/* SPDX-License-Identifier: Apache-2.0 */
/* The logistic trainer: L2-penalised logistic regression over numbers and categories, its penalty chosen by
   cross-validation; also the discrete-time hazard, which is the same over person-periods (hazard.h).

   A number is one column, standardised by mean and standard deviation of the training rows, with the mean where it is missing and a second
   column of 1 there; a category is a column of 0 and 1 per word, one for all rare words together and one for missing. Minimised is
   sum weight * log loss + penalty / 2 * |coefficients|^2, intercept free, as scikit-learn's LogisticRegression with C = 1 / penalty. */
#ifndef CSUCCESS__CHURN_LEARN_LOGISTIC_H
#define CSUCCESS__CHURN_LEARN_LOGISTIC_H

#include "churn/learn/learned.h"
#include "text/json.h"

/* 0 in a field is its default. */
typedef struct csuccess__logistic_options {
    uint64_t seed;
    bool
        unpenalised; /* plain maximum likelihood; a column that those before it determine is left out, as by R's glm() */
    double
        penalty; /* 0: by cross-validation; else lambda of (lambda / 2) |standardised coefficients|^2 */
    uint32_t
        folds; /* of the cross-validation; 0: 10, with which the choice hardly depends on the seed */
    uint32_t rare_words; /* words with fewer rows are pooled into "else"; 0: 5 */
    uint32_t most_words; /* kept per category, the most frequent; 0: 1,000 */
    uint32_t
        direct; /* most columns, the largest category aside, for which systems are solved by Cholesky; beyond, by conjugate
                        gradients; 0: 800 */
    csuccess__progress progress;
} csuccess__logistic_options;

/* What a coefficient is of. */
typedef enum csuccess__coefficient_kind {
    CSUCCESS__COEFFICIENT_INTERCEPT,
    CSUCCESS__COEFFICIENT_SLOPE,  /* per unit of the number */
    CSUCCESS__COEFFICIENT_WORD,   /* against the reference when unpenalised, else against 0 */
    CSUCCESS__COEFFICIENT_ELSE,   /* the same of rare words together */
    CSUCCESS__COEFFICIENT_MISSING /* of a number: against its mean */
} csuccess__coefficient_kind;

typedef struct csuccess__coefficient {
    csuccess__coefficient_kind kind;
    uint32_t feature; /* UINT32_MAX: of the intercept */
    uint32_t word;    /* of WORD: into the feature's words */
    bool dropped;     /* determined by columns before it */
    double value; /* the intercept: at the mean of numbers and the references of categories */
    /* Standard error by the inverse information; with a penalty the deviation of the posterior of which it is the prior. NaN: not computed, by
       conjugate gradients. */
    double error;
} csuccess__coefficient;

typedef struct csuccess__logistic_fit {
    double penalty, deviance; /* deviance: -2 log likelihood on the training rows */
    double
        held_deviance; /* of the rows when they were held out, by the folds; NaN: not computed */
    uint32_t iterations;
    uint32_t coefficient_count;
    const csuccess__coefficient
        *coefficients; /* in the arena: intercept first, then by feature */
} csuccess__logistic_fit;

/* `held`: log-odds of each row from a fit that did not see it (by the folds), for calibration; may be NULL. The model's terms are centred: their
   mean over the training rows is 0, and so is what a word never seen gets. Errors as csuccess__additive_train(); EDATA also when, unpenalised,
   a column tells the classes apart, so that there is no finite solution: the message names it. */
csuccess_result csuccess__logistic_train(csuccess__learned *out, csuccess__logistic_fit *fit,
                                         csuccess__arena *arena, const csuccess_allocator *mem,
                                         const csuccess__dataset *data,
                                         const csuccess__logistic_options *options,
                                         double *held, csuccess_error *err);

/* Writes the coefficients but the intercept, 200 at most, as a list: [{"metric": "logins", "log_odds": per unit, "error", "low", "high"}, {"metric":
   "plan", "is": "free", …}, {"metric": "plan", "where": "rare" or "missing", …}]; low to high is the 95 % interval, left out where errors are
   not known. */
void csuccess__logistic_write(csuccess__json_writer *w, const csuccess__logistic_fit *fit,
                              const csuccess__dataset *data);

#endif
