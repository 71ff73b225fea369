/* SPDX-License-Identifier: Apache-2.0 */
/* Fitting of parameters to outcomes: weights of a health profile, parameters of a trainer. */
#ifndef CSUCCESS__COLUMNS_TUNING_H
#define CSUCCESS__COLUMNS_TUNING_H

#include "base/buffer.h"
#include "base/error.h"
#include "columns/training.h"

typedef struct csuccess__tuning {
    csuccess_samples *samples;
    csuccess_tune_options options; /* complete */
    csuccess__arena arena;
    csuccess__buffer *patch, *report;
    csuccess_error *err;
} csuccess__tuning;

/* OK; UNCHANGED: nothing is gained. */
csuccess_result csuccess__tune_weights(csuccess__tuning *t);
csuccess_result csuccess__tune_trainer(csuccess__tuning *t);
/* Whether to stop: ECANCELLED. */
static inline csuccess_result csuccess__tune_progress(const csuccess__tuning *t, uint64_t done,
                                                      uint64_t total)
{
    const csuccess_tune_options *o = &t->options;
    if (o->progress && o->progress(o->progress_ud, done, total)) {
        return csuccess__fail(t->err, CSUCCESS_ECANCELLED, "tuning was stopped");
    }
    return CSUCCESS_OK;
}

#endif
