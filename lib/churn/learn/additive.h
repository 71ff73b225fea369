/* SPDX-License-Identifier: Apache-2.0 */
/* The additive trainer: per-metric tables of log-odds and selected pairs, by cyclic gradient boosting (Lou,
   Caruana, Gehrke, Intelligible models for classification and regression, KDD 2012; Lou, Caruana, Gehrke, Hooker,
   Accurate intelligible models with pairwise interactions, KDD 2013). */
#ifndef CSUCCESS__CHURN_LEARN_ADDITIVE_H
#define CSUCCESS__CHURN_LEARN_ADDITIVE_H

#include "churn/learn/learned.h"

/* 0 in a field is its default; the defaults are meant to be left alone: 8 bags, each without another eighth of the
   rows; 254 bins, 32 in pairs; up to 40 pairs, of which those stay that help rows held out; up to 2000 rounds at a
   learning rate of 0.1, until 20 have not helped; 3 leaves of at least 10 rows; words of fewer than 5 rows are
   pooled. */
typedef struct csuccess__additive_options {
    uint64_t seed;
    uint32_t bags, bins, pair_bins, pairs, rounds, patience, leaves;
    bool no_pairs;
    double learning_rate;
    uint32_t min_leaf,
        rare_words; /* least rows of a leaf; words with fewer rows are pooled into "else" */
    csuccess__progress progress;
} csuccess__additive_options;

/* Trains on all rows of data. `held` (may be NULL; data->rows long) receives each row's log-odds from the bags that
   did not see it (NaN where every bag did): what calibration may be fitted on. The model is in the arena. EDATA:
   one class only, no rows, no feature that varies; EINVALID: an infinite number, a code beyond its words;
   ECANCELLED; ENOMEM. */
csuccess_result csuccess__additive_train(csuccess__learned *out, csuccess__arena *arena,
                                         const csuccess_allocator *mem,
                                         const csuccess__dataset *data,
                                         const csuccess__additive_options *options,
                                         double *held, csuccess_error *err);

#endif
