/* SPDX-License-Identifier: Apache-2.0 */
/* What a host's survival accumulator holds. */
#ifndef CSUCCESS__STATS_SURVIVAL_HANDLE_H
#define CSUCCESS__STATS_SURVIVAL_HANDLE_H

#include "stats/survival.h"
#include <csuccess/survival.h>

struct csuccess_survival {
    csuccess_allocator mem;
    csuccess__survival kept;
    double confidence;
    bool
        walking; /* walk stands at the point that was given last, and nothing was added since */
    csuccess__survival_walk walk;
};

#endif
