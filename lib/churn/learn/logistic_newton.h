/* SPDX-License-Identifier: Apache-2.0 */
/* Penalised maximum likelihood of a logistic model over a design, by Newton's method. */
#ifndef CSUCCESS__CHURN_LEARN_LOGISTIC_NEWTON_H
#define CSUCCESS__CHURN_LEARN_LOGISTIC_NEWTON_H

#include "churn/learn/logistic_design.h"
#include "churn/learn/logistic_system.h"

/* One problem; solved for several penalties, each starting from the one before. */
typedef struct csuccess__newton {
    const csuccess__design *design;
    const uint8_t *labels;
    const double *weights; /* 0: the row does not count */
    double *coefficients;  /* columns + 1, the last 0 */
    double *linear;        /* of each row, at the coefficients */
    double *step, *gradient;
    double *along;            /* of each row: what the step adds */
    csuccess__system *system; /* NULL: conjugate gradients */
    double *curvature;        /* of each row; of conjugate gradients, as what follows */
    double *residual, *direction, *image, *inverse;
} csuccess__newton;

typedef struct csuccess__newton_options {
    double penalty;
    double tolerance; /* of the objective: what another step would gain at most */
    uint32_t most;    /* iterations */
    int (*report)(void *ud, uint32_t iteration); /* not 0 stops */
    void *ud;
} csuccess__newton_options;

/* design, labels and weights are set; the rest is taken from the arena. Starts at the log-odds of all rows together. direct: most dense columns of a
   system. */
csuccess_result csuccess__newton_open(csuccess__newton *newton, csuccess__arena *arena,
                                      uint32_t direct);
/* *converged false: the iterations did not suffice, as where there is no finite solution. ECANCELLED. */
csuccess_result csuccess__newton_fit(csuccess__newton *newton, bool *converged,
                                     uint32_t *iterations,
                                     const csuccess__newton_options *options);
/* Factors the system at the coefficients, for inverses. Only with a system. */
void csuccess__newton_information(csuccess__newton *newton, double penalty);

/* -2 ln likelihood of one row. */
double csuccess__logistic_deviance(double linear, uint8_t label);

#endif
