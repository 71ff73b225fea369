/* SPDX-License-Identifier: Apache-2.0 */
/* Discrete-time hazards: the probability of leaving within one period, given that one is still there when it begins. */
#ifndef CSUCCESS__CHURN_LEARN_HAZARD_H
#define CSUCCESS__CHURN_LEARN_HAZARD_H

#include "churn/learn/logistic.h"

/* Learns the hazard: a row of data is a person-period (label.h), its label whether the event came in it; the likelihood of a sequence of
   person-periods is that of independent Bernoulli trials (Allison, Discrete-time methods for the analysis of event histories,
   1982), so it is the logistic trainer. The baseline is a feature (the period, or tenure). Rows of one customer share a number in data->groups, and are
   never split between fitting and checking. Everything else as csuccess__logistic_train(). */
csuccess_result csuccess__hazard_train(csuccess__learned *out, csuccess__logistic_fit *fit,
                                       csuccess__arena *arena, const csuccess_allocator *mem,
                                       const csuccess__dataset *data,
                                       const csuccess__logistic_options *options, double *held,
                                       csuccess_error *err);

/* Probability of the event within `periods` (any number from 0) at a constant hazard 0 to 1: 1 - (1 - h)^periods. */
double csuccess__hazard_within(double hazard, double periods);
/* The hazard per period that gives probability p within `periods` > 0; its inverse. */
double csuccess__hazard_from(double p, double periods);

/* survival[k] = P(no event in periods 0 .. k) = the product of 1 - hazards[0 .. k]. In place if both are the same. */
void csuccess__hazard_survival(double *survival, const double *hazards, uint32_t n);
/* P(event within the first `periods`) by a sequence of n > 0 hazards, of which the last goes on; within a period the hazard is constant. */
double csuccess__hazard_by(const double *hazards, uint32_t n, double periods);

typedef struct csuccess__hazard_times {
    bool has_median, has_mean; /* false: never, when the last hazard is 0 */
    double median;             /* periods until survival is one half */
    double mean; /* expected periods until the event: the area below the survival curve */
    double restricted_mean; /* the same within the n periods alone */
} csuccess__hazard_times;
/* Of a sequence of n > 0 hazards, of which the last goes on for ever. The event comes within a period at constant continuous hazard. */
csuccess__hazard_times csuccess__hazard_times_of(const double *hazards, uint32_t n);

#endif
