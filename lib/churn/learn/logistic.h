/* SPDX-License-Identifier: Apache-2.0 */
/* The logistic trainer: L2-penalised logistic regression over numbers and categories, its penalty chosen by
   cross-validation; also the discrete-time hazard, which is the same over person-periods. */
#ifndef CSUCCESS__CHURN_LEARN_LOGISTIC_H
#define CSUCCESS__CHURN_LEARN_LOGISTIC_H

#include "churn/learn/learned.h"

typedef struct csuccess__logistic_options {
    uint64_t seed;
    bool
        unpenalised; /* plain maximum likelihood; collinear columns get the least-norm solution */
    double
        penalty; /* 0: by cross-validation; else lambda of (lambda / 2) |standardised coefficients|^2 */
    uint32_t folds;      /* of the cross-validation; 0: 5 */
    uint32_t rare_words; /* as of the additive trainer */
    csuccess__progress progress;
} csuccess__logistic_options;

typedef struct csuccess__logistic_fit {
    double penalty, deviance; /* deviance: -2 log likelihood on the training rows */
    uint32_t iterations;
} csuccess__logistic_fit;

/* `held`: log-odds of each row from a fit that did not see it (by the folds), for calibration; may be NULL. Errors as
   csuccess__additive_train(). */
csuccess_result csuccess__logistic_train(csuccess__learned *out, csuccess__logistic_fit *fit,
                                         csuccess__arena *arena, const csuccess_allocator *mem,
                                         const csuccess__dataset *data,
                                         const csuccess__logistic_options *options,
                                         double *held, csuccess_error *err);

#endif
