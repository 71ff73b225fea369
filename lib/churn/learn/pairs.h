/* SPDX-License-Identifier: Apache-2.0 */
/* Which pairs of features act together. */
#ifndef CSUCCESS__CHURN_LEARN_PAIRS_H
#define CSUCCESS__CHURN_LEARN_PAIRS_H

#include "churn/learn/additive_boost.h"

typedef struct csuccess__pair {
    uint32_t first, second; /* features, first < second */
    double strength;
} csuccess__pair;

/* The strongest pairs of features that may pair, strongest first, at most `most` of them; how many. slopes: g, h of every row under a model
   without pairs. Uses the scratch of boost. */
uint32_t csuccess__pairs_select(const csuccess__boost *boost, const csuccess__cut *cuts,
                                const float *slopes, csuccess__pair *out, uint32_t most);

#endif
