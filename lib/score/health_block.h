/* SPDX-License-Identifier: Apache-2.0 */
/* Health over a block of rows: what the steps share. */
#ifndef CSUCCESS__SCORE_HEALTH_BLOCK_H
#define CSUCCESS__SCORE_HEALTH_BLOCK_H

#include "score/block.h"
#include "score/card_block.h"

/* Where results go. What is NULL is neither wanted nor needed; raw is always there. */
typedef struct csuccess__health_target {
    double *raw, *score, *completeness;
    uint8_t *status, *trend;
    uint64_t scored[CSUCCESS__BLOCK_WORDS];
} csuccess__health_target;

typedef struct csuccess__health_work {
    const csuccess__health *health;
    csuccess__health_columns_run *run;
    uint32_t rows;
} csuccess__health_work;

/* One profile over the rows of a mask (NULL: all); what stands in the other rows means
   nothing. False: run->failed. */
bool csuccess__health_profile_block(csuccess__health_work *w, const csuccess__profile *profile,
                                    const uint64_t *mask, csuccess__health_target *to);
/* The rows in which a condition holds, into bits. False: run->failed. */
bool csuccess__health_holds(csuccess__health_work *w, const csuccess__program *when,
                            const uint64_t *mask, uint64_t bits[CSUCCESS__BLOCK_WORDS]);

#endif
