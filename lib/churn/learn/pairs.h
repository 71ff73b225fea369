/* SPDX-License-Identifier: Apache-2.0 */
/* Which pairs of features act together. */
#ifndef CSUCCESS__CHURN_LEARN_PAIRS_H
#define CSUCCESS__CHURN_LEARN_PAIRS_H

#include "churn/learn/additive_boost.h"

typedef struct csuccess__pair {
    uint32_t first, second; /* features, first < second */
    double strength;
} csuccess__pair;

/* The features that may pair, ascending. */
typedef struct csuccess__pairable {
    const csuccess__cut *cuts;
    uint32_t *features;
    uint32_t count;
} csuccess__pairable;

static inline double csuccess__pairs_of(uint32_t features)
{
    return (double)features * (features - 1.0) / 2;
}

/* Whether a feature may pair: it is not constant, has no monotone constraint, which a pair could break, and is not
   an earlier one again. */
bool csuccess__may_pair(const csuccess__boost *boost, const csuccess__cut *cuts,
                        uint32_t feature);

/* The strongest pairs that are no term yet, strongest first, at most `most` of them; how many. slopes: g, h of
   every row under the model so far. Uses the scratch of boost, which has room for three times the cells of a pair.
   */
uint32_t csuccess__pairs_select(const csuccess__boost *boost, const csuccess__pairable *from,
                                const float *slopes, csuccess__pair *out, uint32_t most);

#endif
