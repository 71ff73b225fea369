/* SPDX-License-Identifier: Apache-2.0 */
/* From boosted tables in bags to the terms of one model. */
#ifndef CSUCCESS__CHURN_LEARN_ADDITIVE_TERMS_H
#define CSUCCESS__CHURN_LEARN_ADDITIVE_TERMS_H

#include "churn/learn/additive_boost.h"

/* Averages the bags, centres every term over the training rows, and measures spread and importance. Everything is
   in the arena. ENOMEM. */
csuccess_result csuccess__boost_finish(csuccess__learned *out, csuccess__arena *arena,
                                       const csuccess__boost *boost, const csuccess__cut *cuts);

#endif
