/* SPDX-License-Identifier: Apache-2.0 */
/* What the survey computes of one feature. */
#ifndef CSUCCESS__CHURN_LEARN_SURVEY_LOOKS_H
#define CSUCCESS__CHURN_LEARN_SURVEY_LOOKS_H

#include "churn/learn/survey.h"

/* The rows cut by one feature: bin `bins - 1` is missing. Of numbers bin i < count holds what is up to bounds[i] and above the bound before. */
typedef struct csuccess__cut_rows {
    uint32_t *codes;
    uint32_t bins;
    double *bounds;
    uint32_t count;
} csuccess__cut_rows;

/* Numbers at up to 256 quantiles, words as they are. In the arena. ENOMEM. */
csuccess_result csuccess__survey_cut(csuccess__cut_rows *out, csuccess__arena *arena,
                                     const csuccess__feature *feature, uint32_t rows);

/* The area under the ROC curve of rates that the other half of the rows has, the lesser of both ways. ENOMEM. */
csuccess_result csuccess__survey_auc(double *auc, csuccess__arena *arena,
                                     const csuccess__cut_rows *cut,
                                     const csuccess__dataset *data);
/* The bin that gives itself away, if one does: see LEAK_VALUE. ENOMEM. */
typedef struct csuccess__telling_bin {
    bool found;
    uint32_t bin;
    double share; /* of all events */
} csuccess__telling_bin;
csuccess_result csuccess__survey_telling_bin(csuccess__telling_bin *out, csuccess__arena *arena,
                                             const csuccess__cut_rows *cut,
                                             const csuccess__dataset *data);

/* What two features that say the same have in common. */
typedef struct csuccess__print {
    uint32_t missing, distinct;
    bool coded;          /* `code` is there: words, and numbers of few values */
    uint64_t code;       /* of which rows are alike, whatever their values are called */
    double mean, spread; /* of numbers; spread 0: they are all the same */
    double shadow[2];    /* of numbers: lengths along directions that are the same for all */
} csuccess__print;
csuccess_result csuccess__print_of(csuccess__print *out, csuccess__arena *scratch,
                                   const csuccess__feature *feature, uint32_t rows);
/* The figure of a DUPLICATE when b says what a says, else 0. */
double csuccess__sameness(const csuccess__dataset *data, const csuccess__print *prints,
                          uint32_t a, uint32_t b);

#endif
