/* SPDX-License-Identifier: Apache-2.0 */
/* One run of training: what is learned from, how it is checked, what came out. */
#ifndef CSUCCESS__COLUMNS_TRAINING_H
#define CSUCCESS__COLUMNS_TRAINING_H

#include "churn/learn/additive.h"
#include "churn/learn/document.h"
#include "churn/learn/hazard.h"
#include "churn/learn/survey.h"
#include "columns/folds.h"
#include "stats/calibrate.h"
#include "stats/figures.h"
#include "stats/threshold.h"

/* Parameters of the trainers, by name. */
typedef struct csuccess__parameters {
    csuccess__additive_options additive;
    csuccess__logistic_options logistic;
} csuccess__parameters;
/* Sets one; false: the trainer has none of that name, or not with that value. */
bool csuccess__parameter_set(csuccess__parameters *out, uint32_t trainer, csuccess_str name,
                             double value);
/* The names that a trainer has, for messages. */
const char *csuccess__parameter_names(uint32_t trainer);
/* A JSON object of numbers. EINVALID, EJSON … */
csuccess_result csuccess__parameters_read(csuccess__parameters *out, uint32_t trainer,
                                          csuccess_str json, csuccess__arena *arena,
                                          csuccess_error *err);

/* A model with what makes a decision of it. */
typedef struct csuccess__fitted {
    csuccess__learned model;
    csuccess__calibration calibration;
    uint32_t held; /* rows whose held-out log-odds calibration and threshold were chosen on */
    csuccess__figure threshold; /* act at a probability >= it; absent: on nobody */
    csuccess__logistic_fit fit; /* of logistic and hazard */
} csuccess__fitted;

/* Which rows are learned from when some were treated. */
typedef struct csuccess__treatment {
    uint64_t treated, holdout, holdout_events;
    bool on_holdout; /* only the global holdout is learned from and measured on */
} csuccess__treatment;

typedef struct csuccess__training {
    csuccess_samples *samples;
    csuccess_train_options options; /* complete */
    csuccess__parameters parameters;
    csuccess__labelling labelling;
    csuccess__duration period; /* of a hazard */
    double periods;            /* horizon in periods; 1 but for a hazard */
    csuccess__arena arena;
    csuccess__examples examples; /* with a label at the horizon */
    csuccess__examples learn;    /* what is learned from: the same, or person-periods */
    bool repeated;               /* some customer has several rows */
    csuccess__treatment treatment;
    const int32_t *monotone; /* by metric */
    bool *used;              /* by metric: not left out as an identifier */
    csuccess__survey survey;
    csuccess__split split, learn_split;
    double *predicted;  /* by example: when it was held out; NaN: it was not */
    double *thresholds; /* by part; NaN: act on nobody */
    csuccess__fitted final;
    csuccess__dataset data;          /* of the final fit: all of `learn` */
    uint32_t *by_importance;         /* terms of the final model, the most important first */
    const csuccess__figures *before; /* of a recalibration: the parent's, on the same rows */
    uint64_t fit_at, fits;           /* for progress */
} csuccess__training;

/* A month counts as a twelfth of 365.25 days. */
double csuccess__training_days(csuccess__duration d);
/* Features of the metrics that are used. False: no memory. */
bool csuccess__training_dataset(csuccess__dataset *out, const csuccess__training *t,
                                csuccess__arena *arena, const csuccess__examples *examples);
/* Learns from examples, with calibration and threshold. */
csuccess_result csuccess__training_fit(csuccess__fitted *out, csuccess__training *t,
                                       csuccess__arena *arena,
                                       const csuccess__examples *examples,
                                       csuccess__dataset *data, csuccess_error *err);
/* Probabilities at the horizon. */
csuccess_result csuccess__training_predict(double *out, const csuccess__training *t,
                                           const csuccess__fitted *fitted,
                                           csuccess__arena *arena,
                                           const csuccess__examples *examples);
/* One probability from log-odds: calibration, then periods of a hazard. */
double csuccess__calibration_at(const csuccess__calibration *calibration, double log_odds);

/* What calibration may be chosen on: log-odds of rows that the model had not seen. */
typedef struct csuccess__unseen {
    const double *log_odds;
    const uint8_t *labels;
    const double *weights; /* NULL: 1 each */
    const uint64_t *keys;  /* of customers */
    uint32_t rows;
    uint64_t seed;
} csuccess__unseen;
/* The candidate with the least log loss on rows of other customers than it was fitted on; among equals the simplest. `wanted`:
   CSUCCESS_CALIBRATE_*. ENOMEM. */
csuccess_result csuccess__calibration_choose(csuccess__calibration *out, csuccess__arena *arena,
                                             const csuccess_allocator *mem,
                                             const csuccess__unseen *held, uint32_t wanted);

/* From which probability on it pays to act: by the costs alone where probabilities are calibrated and the team can act on everybody,
   else by unseen rows. ENOMEM. */
csuccess_result csuccess__training_threshold(csuccess__fitted *out, const csuccess__training *t,
                                             csuccess__arena *arena,
                                             const csuccess__unseen *unseen);

/* Fills everything but what is learned: options, examples, split. */
csuccess_result csuccess__training_begin(csuccess__training *t, csuccess_samples *samples,
                                         const csuccess_train_options *options,
                                         csuccess_error *err);
/* Looks at what is to be learned from: EDATA when it is too little. */
csuccess_result csuccess__training_survey(csuccess__training *t, csuccess_error *err);
/* Learns without each part and predicts it; then learns from all. */
csuccess_result csuccess__training_check(csuccess__training *t, csuccess_error *err);
csuccess_result csuccess__training_finish(csuccess__training *t, csuccess_error *err);
void csuccess__training_end(csuccess__training *t);

#endif
