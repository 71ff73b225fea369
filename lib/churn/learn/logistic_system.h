/* SPDX-License-Identifier: Apache-2.0 */
/* Symmetric systems of which a large part is diagonal, as the normal equations of categories are: that part is eliminated first (Schur
   complement), the rest solved by Cholesky. */
#ifndef CSUCCESS__CHURN_LEARN_LOGISTIC_SYSTEM_H
#define CSUCCESS__CHURN_LEARN_LOGISTIC_SYSTEM_H

#include "base/arena.h"

/* | a  b' |   a: dense x dense, of which the lower triangle counts
   | b  d  |   b: sparse x dense, d: the diagonal of a diagonal matrix */
typedef struct csuccess__system {
    uint32_t dense, sparse;
    double *a, *b, *d;
    double *original; /* the diagonal of a, before it was factored */
    double *column;   /* scratch, `dense` long */
    bool *
        dropped; /* of all columns: determined by those before it; what is solved for it is 0 */
} csuccess__system;

csuccess_result csuccess__system_new(csuccess__system *out, csuccess__arena *arena,
                                     uint32_t dense, uint32_t sparse);
void csuccess__system_clear(csuccess__system *system);
/* Factors in place. */
void csuccess__system_factor(csuccess__system *system);
/* Solves in place; `right` is dense + sparse long. */
void csuccess__system_solve(const csuccess__system *system, double *right);
/* A diagonal element of the inverse; 0 of a dropped column. */
double csuccess__system_inverse_at(csuccess__system *system, uint32_t column);

#endif
