/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a series in a state.

   part · flags · [introduced] · [folded] · [n, first day] · [scale or level] · [base] · gaps · column by column · [distinct values]

   Gaps between days are varints: 2g for a day that comes g days after the next one would, 2r + 1 for a run of r + 2 days without a gap.
   Counts and sums are of the day alone. Everything has one spelling, and every other is refused. */
#ifndef CSUCCESS__CUSTOMER_SERIES_CODE_H
#define CSUCCESS__CUSTOMER_SERIES_CODE_H

#include "customer/series_internal.h"

enum {
    CSUCCESS__SERIES_INTRODUCED = 1,
    CSUCCESS__SERIES_FOLDED = 2,
    CSUCCESS__SERIES_LOST = 4,
    CSUCCESS__SERIES_BUCKETS = 8,
    CSUCCESS__SERIES_AWAY = 16,
    CSUCCESS__SERIES_FLAGS = 31
};

#endif
