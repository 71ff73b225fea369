/* SPDX-License-Identifier: Apache-2.0 */
/* Later rows against the snapshot of a model document: counts by bin, and what they come to. */
#ifndef CSUCCESS__CHURN_DRIFT_REPORT_H
#define CSUCCESS__CHURN_DRIFT_REPORT_H

#include "churn/model.h"
#include "stats/drift.h"
#include "stats/sum.h"
#include <csuccess/model_drift.h>

/* Probabilities of outcomes are kept by thousandths, each with its exact mean. */
enum { CSUCCESS__DRIFT_PARTS = 1000 };

typedef struct csuccess__drift_metric {
    csuccess_str name;
    const csuccess__json *at; /* in the snapshot */
    csuccess__metric_type type;
    uint32_t cuts;             /* bounds, or words */
    const double *edges;       /* of numbers, ascending */
    const csuccess_str *words; /* else */
    double *
        then; /* rows by bin: cuts + 1 of values, the last of them beyond or other, then the missing */
    uint64_t *now; /* the same of later rows */
    double mean_then;
    csuccess__sum numbers; /* of later rows */
} csuccess__drift_metric;

typedef struct csuccess__drift_part {
    uint64_t events;
    csuccess__sum probability;
} csuccess__drift_part;

typedef struct csuccess__drift {
    csuccess__arena arena; /* everything below */
    const csuccess_model *model;
    csuccess_drift_options options; /* with defaults */
    csuccess__drift_metric *metrics;
    uint32_t metric_count;
    double rows_then; /* of training */
    uint64_t rows;
    csuccess__drift_part *parts; /* CSUCCESS__DRIFT_PARTS */
} csuccess__drift;

/* Reads the snapshot into `out`, whose arena is ready; *out borrows the model. EDATA, EMODEL, ENOMEM. */
csuccess_result csuccess__drift_open(csuccess__drift *out, const csuccess_model *model,
                                     csuccess_error *err);
/* Defaults and checks. ERANGE, EABI. */
csuccess_result csuccess__drift_options_take(csuccess_drift_options *out,
                                             const csuccess_drift_options *in,
                                             csuccess_error *err);
struct csuccess__churn;
/* Where the host does not say: how old the model may become by the section's `retrain_every` (churn NULL: there is none). */
void csuccess__drift_retrain(csuccess__drift *drift, const struct csuccess__churn *churn);
/* Counting one value. */
void csuccess__drift_number(csuccess__drift_metric *metric, double x);
void csuccess__drift_word(csuccess__drift_metric *metric, csuccess_str word);
void csuccess__drift_missing(csuccess__drift_metric *metric);
void csuccess__drift_outcome(csuccess__drift *drift, double probability, bool churned);
/* `from` is of the same model; the sums cannot overflow. */
void csuccess__drift_add_all(csuccess__drift *into, const csuccess__drift *from);

csuccess_drift_metric csuccess__drift_metric_of(const csuccess__drift *drift, uint32_t index);
csuccess_drift_verdict csuccess__drift_judge(const csuccess__drift *drift, int64_t now);

#endif
