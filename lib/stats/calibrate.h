/* SPDX-License-Identifier: Apache-2.0 */
/* Calibration: from what a model gives to a probability that can be taken at its word.

   Fitted on rows that the model has not seen, and never on those whose figures are reported. */
#ifndef CSUCCESS__STATS_CALIBRATE_H
#define CSUCCESS__STATS_CALIBRATE_H

#include "base/arena.h"
#include "stats/figures.h"

/* No probability that was fitted is nearer to 0 or 1. */
#define CSUCCESS__LEAST_PROBABILITY 1e-6
/* p held within [1e-6, 1 - 1e-6]. */
double csuccess__clip_probability(double p);
/* ln(p / (1 - p)), p clipped so. */
double csuccess__log_odds(double p);

/* Probability = sigmoid(slope * log-odds + intercept). */
typedef struct csuccess__platt {
    double slope, intercept;
} csuccess__platt;
/* Platt's scaling with his smoothed targets, by the Newton method of Lin, Lin, Weng, A note on
   Platt's probabilistic outputs for support vector machines (2007). scores of `data` are
   log-odds (data->probability false). Scores that are all the same give slope 0. A slope below 0
   says that the scores run the wrong way. EDATA: not both labels; EINVALID. */
csuccess_result csuccess__platt_fit(csuccess__platt *out, const csuccess__scored *data);
/* Clipped. */
double csuccess__platt_at(const csuccess__platt *platt, double log_odds);

/* The slope stays: what is added to log-odds so that as many events are expected as there were.
   The first answer to drift. Errors as csuccess__platt_fit(). */
csuccess_result csuccess__intercept_fit(double *shift, const csuccess__scored *data);

/* A rising line through (x[i], y[i]), x ascending; level beyond its ends. */
typedef struct csuccess__isotonic {
    const double *x, *y;
    uint32_t knots; /* at least 1 */
} csuccess__isotonic;
/* Isotonic regression of the labels on the scores by pooling adjacent violators (Ayer et al.
   1955), with the knots that scikit-learn's IsotonicRegression keeps; equal scores are one point.
   Scores are of any kind. The knots are in the arena. EDATA: no rows, or not both labels;
   EINVALID; ENOMEM. */
csuccess_result csuccess__isotonic_fit(csuccess__isotonic *out, csuccess__arena *arena,
                                       const csuccess_allocator *mem,
                                       const csuccess__scored *data);
/* Linear between knots; not clipped. */
double csuccess__isotonic_at(const csuccess__isotonic *isotonic, double x);

#endif
