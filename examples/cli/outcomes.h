/* SPDX-License-Identifier: Apache-2.0 */
/* What became of customers, from a file of dated outcomes; and folds by row. */
#ifndef CLI_OUTCOMES_H
#define CLI_OUTCOMES_H

#include <csuccess/csuccess.h>
#include <stdbool.h>

typedef struct dated_outcome {
    char *customer;
    int64_t at;
    int kind; /* CSUCCESS_OUTCOME_*, or NOTICE */
} dated_outcome;

typedef struct outcome_list {
    dated_outcome *list; /* by customer, then time */
    size_t count, cap;
} outcome_list;

/* False after telling why. */
bool outcomes_read(outcome_list *all, const char *path);
void outcomes_free(outcome_list *all);
/* What became of the customer of a dated sample, into the sample. */
void outcomes_apply(const outcome_list *all, csuccess_str customer, uint32_t target,
                    csuccess_sample *sample);

typedef struct fold_list {
    int32_t *of; /* by row from 0; -1: none */
    size_t count;
} fold_list;
bool folds_read(fold_list *all, const char *path);
void folds_free(fold_list *all);

#endif
