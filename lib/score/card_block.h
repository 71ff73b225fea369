/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of a scorecard over a block of rows. */
#ifndef CSUCCESS__SCORE_CARD_BLOCK_H
#define CSUCCESS__SCORE_CARD_BLOCK_H

#include "score/block.h"
#include "score/card_internal.h"

typedef struct csuccess__card_block {
    const csuccess__scorecard *card;
    csuccess__card_columns *run;
    bool complete; /* completeness is asked for */
    bool checked;  /* the host's numbers are looked at before they are used */
    uint64_t failed[CSUCCESS__BLOCK_WORDS]; /* rows without a score by the policy `fail` */
    double *variance; /* by row, once it is known; see csuccess__card_run */
} csuccess__card_block;

/* The scores of one node. Borrowed from vectors of the machine or from the host. */
typedef struct csuccess__card_view {
    const double *numbers;
    const uint64_t *valid;          /* NULL: every row */
    const double *complete;         /* NULL: 1 in every row */
    const csuccess__vector *vector; /* that holds numbers; NULL: the host's column does */
    const csuccess__column *column; /* the host's, not looked at for NaN */
    csuccess__vector *own;          /* the same vector, when it may be written */
} csuccess__card_view;

/* A group on its way through its members. While all rows of all members are there, weights
   and sizes are the same in every row; the first member that lacks a row makes them columns. */
typedef struct csuccess__card_gather {
    csuccess__card_block *block;
    const csuccess__card_node *group;
    csuccess__vector *a, *b, *c;
    csuccess__gather totals; /* b and c, while they are the same in every row */
    uint64_t any[CSUCCESS__BLOCK_WORDS], all[CSUCCESS__BLOCK_WORDS];
    bool uniform, started; /* started: a holds something */
    bool unread;           /* out: some member was taken without looking for NaN */
    bool finite;           /* out: every row that is there came out finite */
    const double *waiting[CSUCCESS__WEIGH_MOST]; /* members of a mean that are added together */
    double weights[CSUCCESS__WEIGH_MOST];
    uint32_t wait_count, members;
    csuccess__vector *complete; /* NULL: 1 in every row so far */
    double parts, present;
} csuccess__card_gather;

/* view->complete becomes 1 where a metric, there as view->valid says, reads no default, else 0;
   it stays NULL where that is 1 in every row, and when nobody asks. False: no memory. */
bool csuccess__card_metric_complete(csuccess__card_block *block, uint32_t at,
                                    csuccess__card_view *view);

/* csuccess__scorecard_columns; the vector is the caller's to write. */
csuccess__vector *csuccess__card_block_run(const csuccess__scorecard *card,
                                           csuccess__card_columns *run);

/* Each false when memory ran out. */
bool csuccess__card_gather_start(csuccess__card_gather *g, csuccess__card_block *block,
                                 uint32_t at);
bool csuccess__card_gather_add(csuccess__card_gather *g, const csuccess__card_node *member,
                               double weight, const csuccess__card_view *view);
bool csuccess__card_gather_finish(csuccess__card_gather *g, csuccess__card_view *view);

#endif
