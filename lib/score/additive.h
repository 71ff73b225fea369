/* SPDX-License-Identifier: Apache-2.0 */
/* The additive plan: a sum of tables over metrics, as learned models are, done at once. Every
   value is evaluated and cut into bins once, whatever number of tables and grids read it; then
   each term is one look-up and one addition, in the order of the document, so that the bits are
   those of the card node by node. */
#ifndef CSUCCESS__SCORE_ADDITIVE_H
#define CSUCCESS__SCORE_ADDITIVE_H

#include "score/card_block.h"
#include "score/card_internal.h"

/* More of either and a card has no plan: their bins stand on the stack. */
enum { CSUCCESS__ADDITIVE_AXES = 512, CSUCCESS__ADDITIVE_VIEWS = 1024 };

/* A value and all that cuts it. Bins are as of csuccess__card_axis. */
typedef struct csuccess__additive_axis {
    const csuccess__program *value;
    uint32_t slot;           /* where the value is nothing but that slot; else UINT32_MAX */
    bool binned;             /* some term looks up its bin; else only its number is needed */
    csuccess__card_axis cut; /* of numbers: infinities follow, 2 * top - 1 bounds in all */
    uint32_t top; /* the largest power of two not above cut.count; 0 without bounds */
    /* of words: bins by code, for codes from first_code; others are "else" */
    const uint16_t *by_code;
    uint32_t first_code, code_count;
} csuccess__additive_axis;

/* The bins of an axis as a grid sees them, whose own cut is coarser. The first views are the
   axes themselves. */
typedef struct csuccess__additive_view {
    uint32_t axis;
    const uint16_t *map; /* by bin of the axis; NULL: bins as they are */
} csuccess__additive_view;

typedef enum csuccess__additive_form {
    CSUCCESS__ADDITIVE_TABLE, /* gives[bin] */
    CSUCCESS__ADDITIVE_GRID,  /* gives[bin of a * stride + bin of b] */
    CSUCCESS__ADDITIVE_NUMBER /* the points of the number itself */
} csuccess__additive_form;

typedef struct csuccess__additive_term {
    csuccess__additive_form form;
    uint32_t a, b; /* views; of TABLE and NUMBER a is an axis */
    uint32_t slot; /* the node's own; UINT32_MAX: none */
    uint32_t stride;
    uint32_t cells; /* of gives */
    bool defaults;  /* some input of the node has a default */
    const double *gives;
    double part; /* what it counts for completeness */
} csuccess__additive_term;

typedef struct csuccess__additive {
    const csuccess__additive_axis *axes;
    const csuccess__additive_view *views; /* axis_count of them are the axes */
    const csuccess__additive_term *terms; /* of nodes[1], nodes[2], ... */
    uint32_t axis_count, view_count, term_count;
    double parts; /* of all terms */
} csuccess__additive;

struct csuccess__card_spread {
    double scale;
    const double *const *squares; /* by node, by bin of its own table; NULL: none */
    const double *const *planned; /* by term, beside its gives; NULL: none, or no plan */
};

/* Gives card->additive where the card is such a sum. False: no memory. */
bool csuccess__additive_plan(csuccess__scorecard *card, csuccess__compiler *with);
/* Tells the plan the slots that the nodes were given. */
void csuccess__additive_slots(const csuccess__scorecard *card);
/* Lists by node and bin, laid out as the terms' gives; NULL without a plan or memory. */
const double *const *csuccess__additive_tables(const csuccess__scorecard *card,
                                               csuccess__compiler *with,
                                               const double *const *lists);
/* One customer: fills results[0], the slots of nodes, and run->variance. False, with nothing
   to be relied on, when the sum is not finite: then node by node is right. */
bool csuccess__additive_row(const csuccess__scorecard *card, csuccess__card_run *run);
/* A block. *done is false when the card must be gone through node by node after all: a node's
   own score is read by some program, or a sum is not finite. False: no memory, with
   run->failed. */
bool csuccess__additive_columns(csuccess__card_block *block, csuccess__card_view *view,
                                bool *done);

/* The number of bounds below x, which is its bin; by halves, the same number of rounds for
   every x, without a branch. */
static inline uint32_t csuccess__additive_cut(const double *bounds, uint32_t top, double x)
{
    uint32_t at = 0; /* as many bounds are known to be below x */
    for (uint32_t step = top; step > 0; step >>= 1) {
        at += step & (0u - (uint32_t)(bounds[at + step - 1] < x));
    }
    return at;
}

/* The bin of a word by its number, 0 for one that is no constant. */
static inline uint32_t csuccess__additive_word(const csuccess__additive_axis *axis,
                                               uint32_t code)
{
    uint32_t at = code - axis->first_code; /* wraps below: then it is no less than code_count */
    return at < axis->code_count ? axis->by_code[at] : axis->cut.count;
}

#endif
