/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations as rows, for whoever scores. */
#ifndef CSUCCESS__SCORE_EXPLAIN_H
#define CSUCCESS__SCORE_EXPLAIN_H

#include "base/buffer.h"
#include "score/health.h"

/* One that is filled anew for every result and lent out: csuccess_explanation_free leaves it
   alone. */
csuccess_result csuccess__explanation_new(csuccess_explanation **out,
                                          const csuccess_allocator *mem);
void csuccess__explanation_free(csuccess_explanation *explanation);
/* The definition that results come from, by its content hash; copied. Compared by
   csuccess_explanation_difference. */
csuccess_result csuccess__explanation_define(csuccess_explanation *explanation,
                                             csuccess_str hash);
/* From a result that was run with explain. ENOMEM: it is empty then. */
csuccess_result csuccess__explanation_fill(csuccess_explanation *explanation,
                                           const csuccess__health *health,
                                           const csuccess__schema *schema,
                                           const csuccess__health_result *result);

/* ---- For this room ---- */

typedef struct csuccess__row {
    csuccess_explanation_row row;
    double slope; /* what a point of its score is worth in the root's score */
} csuccess__row;

/* Texts of rows are kept in one buffer; while it grows, they are offsets. */
struct csuccess_explanation {
    csuccess_allocator mem;
    csuccess__row *rows;
    uint32_t count, capacity;
    csuccess__buffer text, hash;
    csuccess_str profile;
    bool lent, has_score;
    bool curved; /* a link or a calibration stands between `linear` and `unmodified` */
    double raw;
    double linear;     /* the root's score and the intercept, before the link */
    double unmodified; /* after link and calibration */
};

#endif
