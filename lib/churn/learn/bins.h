/* SPDX-License-Identifier: Apache-2.0 */
/* Features cut into bins: numbers at quantiles, words by value, missing as a bin of its own. */
#ifndef CSUCCESS__CHURN_LEARN_BINS_H
#define CSUCCESS__CHURN_LEARN_BINS_H

#include "churn/learn/learned.h"

/* The bin of every row. One of the two is there: narrow up to 256 bins, wide beyond. */
typedef struct csuccess__bin_codes {
    uint32_t bins;
    const uint8_t *narrow;
    const uint16_t *wide;
} csuccess__bin_codes;

static inline uint32_t csuccess__bin_at(const csuccess__bin_codes *codes, uint32_t row)
{
    return codes->narrow ? codes->narrow[row] : codes->wide[row];
}

/* A feature, cut finely for its own table and coarsely for pairs. The coarse bounds and words are some of the fine
   ones. */
typedef struct csuccess__cut {
    csuccess__axis fine, coarse;
    csuccess__bin_codes codes, coarse_codes;
    bool constant; /* all rows are in one bin: nothing to learn */
} csuccess__cut;

typedef struct csuccess__cut_options {
    uint32_t bins, pair_bins; /* most bins of values; 2 to 254 */
    uint32_t rare;            /* words with fewer rows than this are pooled */
} csuccess__cut_options;

/* Cuts every feature of data. Bounds and words are in the arena of the model, the rest in `work`. ENOMEM; EINVALID:
   a number is infinite or a code has no word. */
csuccess_result csuccess__cut_features(csuccess__cut **out, csuccess__arena *model,
                                       csuccess__arena *work, const csuccess__dataset *data,
                                       const csuccess__cut_options *options);

/* The bin of x among n ascending bounds: the first i with x <= bounds[i], n beyond the last, n + 1 for NaN. */
uint32_t csuccess__bin_of(const double *bounds, uint32_t n, double x);

#endif
