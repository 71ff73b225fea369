/* SPDX-License-Identifier: Apache-2.0 */
/* Which examples check a model that was learned from which others. */
#ifndef CSUCCESS__COLUMNS_FOLDS_H
#define CSUCCESS__COLUMNS_FOLDS_H

#include "columns/examples.h"

/* Parts of the examples: a model that is measured on part f < parts was learned from those with `train` of another part. */
typedef struct csuccess__split {
    uint32_t parts;
    uint32_t *
        part; /* by example; SPLIT_NONE: in no part, only learned from; SPLIT_UNUSED: neither */
    const char *what;     /* "folds by hash of the customer id" … */
    uint32_t names[1000]; /* of given folds: their number; else 0, 1 … */
    /* Of a holdout of dated rows: what is measured is of customers that were not learned from and not before `since`; 0: not split by time. */
    int64_t since;
    bool holdout, given;
} csuccess__split;

#define CSUCCESS__SPLIT_NONE (UINT32_MAX - 1)
#define CSUCCESS__SPLIT_UNUSED CSUCCESS__PART_UNUSED

typedef struct csuccess__split_options {
    uint32_t evaluation; /* CSUCCESS_EVALUATE_* */
    uint32_t folds;
    double holdout;
    uint64_t seed;
    /* Of person-periods: split as the examples whose split this is; NULL: by themselves. */
    const csuccess__split *like;
} csuccess__split_options;

/* A number from 0 to 1 that depends on seed and customer alone. */
double csuccess__split_share(uint64_t key, uint64_t seed);
/* ENOMEM; EDATA: a fold without rows of both kinds, rows without a fold, given folds that part a customer's rows. */
csuccess_result csuccess__split_make(csuccess__split *out, csuccess__arena *arena,
                                     const csuccess__examples *examples,
                                     const csuccess__split_options *options,
                                     csuccess_error *err);

#endif
