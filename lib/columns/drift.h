/* SPDX-License-Identifier: Apache-2.0 */
/* The handle of drift: the counts of the churn room, fed by a scorer. */
#ifndef CSUCCESS__COLUMNS_DRIFT_H
#define CSUCCESS__COLUMNS_DRIFT_H

#include "churn/drift_report.h"
#include "columns/scorer.h"

struct csuccess_drift {
    csuccess_allocator mem;
    csuccess_scorer
        *scorer; /* brings rows to the slots; owns the reference to the configuration */
    csuccess_model *model;
    csuccess__drift core;
    uint32_t *slots; /* by metric; in core's arena */
};

#endif
