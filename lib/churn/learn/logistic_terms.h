/* SPDX-License-Identifier: Apache-2.0 */
/* From coefficients over columns to terms over features. */
#ifndef CSUCCESS__CHURN_LEARN_LOGISTIC_TERMS_H
#define CSUCCESS__CHURN_LEARN_LOGISTIC_TERMS_H

#include "churn/learn/logistic.h"
#include "churn/learn/logistic_newton.h"

/* The centred terms of a fit, in the arena. `unseen_zero`: a word that no column has is worth 0 before centring (of penalised fits, the mean of the words'
   prior), else the mean of all. ENOMEM. */
csuccess_result csuccess__logistic_terms(csuccess__learned *out, csuccess__arena *arena,
                                         const csuccess__newton *newton,
                                         const csuccess__dataset *data, bool unseen_zero);

/* Coefficients in natural units, in the arena; with standard errors from the system as it was factored by csuccess__newton_information(), when
   `errors`. ENOMEM. */
csuccess_result csuccess__logistic_coefficients(csuccess__logistic_fit *fit,
                                                csuccess__arena *arena,
                                                csuccess__newton *newton,
                                                const csuccess__dataset *data, bool errors);

#endif
