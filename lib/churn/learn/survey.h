/* SPDX-License-Identifier: Apache-2.0 */
/* What is looked at before training: whether there is enough to learn from, and features that are not what they seem. */
#ifndef CSUCCESS__CHURN_LEARN_SURVEY_H
#define CSUCCESS__CHURN_LEARN_SURVEY_H

#include "base/arena.h"
#include "churn/learn/dataset.h"

/* What may be wrong with a feature; what `figure` of the finding is. */
#define CSUCCESS__FINDINGS(X) \
    X(CONSTANT, \
      "constant") /* one value in every row, or none in any; share of rows without a value */ \
    X(MISSING, \
      "missing") /* missing in 95 % of the rows or more; share of rows without a value */ \
    X(DUPLICATE, \
      "duplicate") /* says the same as `other`: numbers that are one line of it, to |correlation| 0.99999, the figure; else values one to one, 1 */ \
    X(LEAK, \
      "leak") /* tells the outcome by itself; area under the ROC curve, of rows held out */ \
    X(LEAK_VALUE, \
      "leak_value") /* so does one of its values; share of the events that have it */ \
    X(IDENTIFIER, \
      "identifier") /* names the row: words of which 90 % or more stand once, whole numbers that run through; distinct values per row that has one */

typedef enum csuccess__finding_kind {
#define CSUCCESS__FINDING_KIND(name, text) CSUCCESS__FINDING_##name,
    CSUCCESS__FINDINGS(CSUCCESS__FINDING_KIND)
#undef CSUCCESS__FINDING_KIND
        CSUCCESS__FINDING_KINDS
} csuccess__finding_kind;
const char *csuccess__finding_name(csuccess__finding_kind kind);

#define CSUCCESS__NO_OTHER UINT32_MAX

typedef struct csuccess__finding {
    csuccess__finding_kind kind;
    uint32_t feature;
    uint32_t other; /* the earlier one, of DUPLICATE; else CSUCCESS__NO_OTHER */
    double figure;
    /* Of LEAK_VALUE. Of a feature of words: the word, empty when missing is the value. Of numbers: low < x <= high, infinite at the ends, both NaN when missing
       is the value. */
    csuccess_str word;
    double low, high;
} csuccess__finding;

/* 0 in a field is its default. */
typedef struct csuccess__survey_options {
    uint32_t min_rows; /* 200 */
    uint32_t
        min_events; /* of rows with the event, and of rows without; 20: below, a fold of five has fewer than four */
} csuccess__survey_options;

typedef struct csuccess__survey {
    uint32_t rows, events;
    const csuccess__finding *findings; /* in the arena; by feature, then kind */
    uint32_t count;
} csuccess__survey;

/* Looks at all of data. EDATA when there are too few rows, too few of either class, one class only, or no feature that varies: the message
   says what is missing. ENOMEM.

   A feature is a LEAK when it alone ranks rows almost perfectly: cut into bins (quantiles, or words), the share of events per bin of one half
   of the rows ranks the other half with an area under the ROC curve of 0.995 or more, in both directions. Honest single metrics of churn
   reach 0.6 to 0.8; rates are taken from the other half since a metric with many words would rank the rows it was made from perfectly. It is a
   LEAK_VALUE when one bin holds half of all events, at least 20 rows, and 99 % of its rows are events where all rows have at most
   half: what is known of half of those who leave and of nobody who stays is known because they left. */
csuccess_result csuccess__survey_take(csuccess__survey *out, csuccess__arena *arena,
                                      const csuccess_allocator *mem,
                                      const csuccess__dataset *data,
                                      const csuccess__survey_options *options,
                                      csuccess_error *err);

#endif
