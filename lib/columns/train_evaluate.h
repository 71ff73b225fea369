/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a training: part by part, and of all parts together. */
#ifndef CSUCCESS__COLUMNS_TRAIN_EVALUATE_H
#define CSUCCESS__COLUMNS_TRAIN_EVALUATE_H

#include "columns/training.h"

typedef struct csuccess__lead_time {
    uint32_t alarms;            /* that came true */
    double mean, median, least; /* days from the row to the outcome; 0 without alarms */
} csuccess__lead_time;

typedef struct csuccess__evaluation {
    csuccess__figures *parts;       /* by part */
    csuccess__confusion *decisions; /* by part, at its own threshold */
    csuccess__figures pooled;
    csuccess__confusion decision, half; /* pooled: at the thresholds of the parts; at 0.5 */
    csuccess__lead_time lead;           /* of dated rows */
    uint32_t rows, events;              /* measured */
} csuccess__evaluation;

/* Of what csuccess__training_check() predicted. ENOMEM. */
csuccess_result csuccess__evaluate(csuccess__evaluation *out, csuccess__training *t,
                                   csuccess_error *err);

/* Mean and standard deviation (of a sample) over parts. */
typedef struct csuccess__spread_of {
    csuccess__figure mean, sd;
} csuccess__spread_of;
typedef csuccess__figure (*csuccess__figure_of)(const csuccess__figures *figures);
csuccess__spread_of csuccess__over_parts(const csuccess__figures *parts, uint32_t count,
                                         csuccess__figure_of of);

#endif
