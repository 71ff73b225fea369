/* SPDX-License-Identifier: Apache-2.0 */
/* Features as columns of a linear model: numbers standardised, categories and missing values as columns of 0 and 1. */
#ifndef CSUCCESS__CHURN_LEARN_LOGISTIC_DESIGN_H
#define CSUCCESS__CHURN_LEARN_LOGISTIC_DESIGN_H

#include "base/arena.h"
#include "churn/learn/dataset.h"

#define CSUCCESS__NO_COLUMN UINT32_MAX

/* How a feature became columns. */
typedef struct csuccess__coding {
    bool varies; /* false: it has no column */
    /* Of numbers. `slope` is NO_COLUMN when all present values are the same. */
    double mean, deviation, low, high; /* of the values present in training rows */
    uint32_t slope, missing;           /* columns; `missing` also of words; NO_COLUMN: none */
    /* Of words. */
    uint32_t *column;   /* of each word; NO_COLUMN: pooled, or the reference */
    uint32_t rest;      /* of the pooled ones; NO_COLUMN: there are none */
    uint32_t reference; /* the word without a column, of unpenalised fits; else NO_COLUMN */
} csuccess__coding;

/* Column 0 is the intercept, then come the numbers, then groups: of a group's columns a row has one at most. The group with the most columns
   stands last, from `dense` on, and its part of the normal equations is diagonal. */
typedef struct csuccess__design {
    uint32_t rows, numbers, groups, dense, columns;
    const double *x;                 /* rows x numbers */
    const uint32_t *codes;           /* rows x groups: the column, or `columns` for none */
    const csuccess__coding *codings; /* per feature */
} csuccess__design;

typedef struct csuccess__design_options {
    uint32_t rare_words, most_words;
    bool references; /* a category's most frequent word has no column */
} csuccess__design_options;

/* Means, deviations and words are those of the rows with weight above 0; all rows are coded. In the arena. ENOMEM; EINVALID: a number is infinite,
   a code has no word. */
csuccess_result csuccess__design_build(csuccess__design *out, csuccess__arena *arena,
                                       const csuccess__dataset *data, const double *weights,
                                       const csuccess__design_options *options);

/* The linear predictor of a row; coefficients[columns] is 0. */
static inline double csuccess__design_row(const csuccess__design *design,
                                          const double *coefficients, uint32_t row)
{
    const double *x = design->x + (size_t)row * design->numbers;
    const uint32_t *codes = design->codes + (size_t)row * design->groups;
    double sum = coefficients[0];
    for (uint32_t i = 0; i < design->numbers; i++) {
        sum += coefficients[1 + i] * x[i];
    }
    for (uint32_t g = 0; g < design->groups; g++) {
        sum += coefficients[codes[g]];
    }
    return sum;
}

#endif
