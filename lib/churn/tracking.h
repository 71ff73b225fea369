/* SPDX-License-Identifier: Apache-2.0 */
/* Predictions and their outcomes, counted: what the files of tracking share. */
#ifndef CSUCCESS__CHURN_TRACKING_H
#define CSUCCESS__CHURN_TRACKING_H

#include "churn/tracking_names.h"
#include "stats/sum.h"
#include <csuccess/tracking.h>

/* What came of a prediction. */
typedef enum csuccess__fate {
    CSUCCESS__FATE_STAYED,
    CSUCCESS__FATE_CHURNED,
    CSUCCESS__FATE_PENDING,
    CSUCCESS__FATE_LEFT_OUT
} csuccess__fate;

/* Counts by fate, and of the first two those for which something was done. */
typedef struct csuccess__fates {
    uint64_t all[4], acted[2];
} csuccess__fates;

typedef struct csuccess__dimension {
    csuccess__names names;
    csuccess__fates *fates; /* by number of the name */
    uint32_t cap;
} csuccess__dimension;

enum {
    CSUCCESS__DIMENSIONS = 3,
    CSUCCESS__THRESHOLDS = 1000, /* probabilities are counted by thousandths */
    CSUCCESS__LEAD_DAYS = 3661,  /* lead times by days; ten years and more are one */
    CSUCCESS__TRACKING_BINS = 10
};

/* One bin of calibration. */
typedef struct csuccess__tracked_bin {
    uint64_t events;
    csuccess__sum probability; /* and how many */
} csuccess__tracked_bin;

/* Of the calibrated ones: [0] those left alone, [1] those acted on. */
typedef struct csuccess__tracked_calibration {
    csuccess__tracked_bin bins[CSUCCESS__TRACKING_BINS];
    csuccess__sum brier, log_loss;
} csuccess__tracked_calibration;

typedef struct csuccess__leads {
    csuccess__sum days;
    uint64_t by_day[CSUCCESS__LEAD_DAYS];
} csuccess__leads;

struct csuccess_tracking {
    csuccess_allocator mem;
    double threshold, confidence, max_false_positive_rate, max_false_share;
    int64_t gap;
    uint64_t least;
    csuccess__fates fates;
    uint64_t alarms[2];                                  /* by fate: stayed, churned */
    uint64_t by_probability[2][2][CSUCCESS__THRESHOLDS]; /* acted; churned; thousandths */
    csuccess__tracked_calibration calibration[2];        /* acted */
    csuccess__leads leads[2];                            /* of true alarms: all; first ones */
    csuccess__dimension dimensions[CSUCCESS__DIMENSIONS];
};

/* Wilson's interval of hits / of; 0 to 1 when of is 0. */
void csuccess__wilson(uint64_t hits, uint64_t of, double confidence, double *low, double *high);
/* Whether figures of this group can be told from those that were left alone. */
bool csuccess__left_alone(const csuccess_tracking *tracking, const csuccess__fates *fates);

#endif
