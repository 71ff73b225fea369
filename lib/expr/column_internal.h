/* SPDX-License-Identifier: Apache-2.0 */
/* What the column machine's sources share: its scratch, and how a slot of a block is looked at. */
#ifndef CSUCCESS__EXPR_COLUMN_INTERNAL_H
#define CSUCCESS__EXPR_COLUMN_INTERNAL_H

#include "expr/column.h"
#include "expr/column_kernels.h"

/* A vector and the memory behind it; recycled by class of memory. */
typedef enum csuccess__storage {
    CSUCCESS__STORAGE_WIDE,   /* BLOCK doubles or int64_t */
    CSUCCESS__STORAGE_BITS,   /* BLOCK_WORDS words */
    CSUCCESS__STORAGE_VALUES, /* BLOCK csuccess__value */
    CSUCCESS__STORAGE_COUNT
} csuccess__storage;

typedef struct csuccess__pooled csuccess__pooled;
struct csuccess__pooled {
    csuccess__vector vector; /* first, so that a vector's address is its pooled's */
    void *memory;
    csuccess__storage storage;
    bool kept; /* not given back before the reset: slots, results */
    csuccess__pooled *next_free;
    csuccess__pooled *next_made;
};

/* What is known of a slot in the block at hand. */
typedef struct csuccess__slot_state {
    uint64_t stamp; /* of the block */
    const void *data;
    bool all_present, all_valid;
    uint64_t present[CSUCCESS__BLOCK_WORDS]; /* the host set it, and it is possible */
    uint64_t valid[CSUCCESS__BLOCK_WORDS];   /* or never set, and there is a default */
    const csuccess__vector *loaded;
} csuccess__slot_state;

/* A node of a set of conditions over a block: where it is true, and where it is not false. The two are one
   where nothing is missing. */
typedef struct csuccess__set_view {
    const uint64_t *holds, *possible;
} csuccess__set_view;

/* A key of a set over a block. */
typedef struct csuccess__key_view {
    const uint64_t *valid;
    const uint64_t *flag; /* of a bool */
    bool all_valid;
} csuccess__key_view;

struct csuccess__column_machine {
    csuccess_allocator mem;
    csuccess__machine *row;
    csuccess__pooled *made;
    csuccess__pooled *free[CSUCCESS__STORAGE_COUNT];
    uint64_t stamp;
    csuccess__slot_state *states; /* by slot */
    size_t state_count;
    csuccess__value *values; /* a row's slots, for the row machine */
    size_t value_count;
    const csuccess__vector **results; /* by node of the program that runs */
    uint32_t *last_use;               /* by node */
    size_t node_count;
    csuccess__node *mini; /* a program of one operation, for csuccess__column_by_rows */
    uint32_t *mini_args;
    size_t mini_count;
    csuccess__regex_scratch *scratch; /* made when first needed */
    uint64_t *set_bits; /* of sets of conditions: bitmaps, views of nodes and of keys */
    size_t set_bit_room;
    csuccess__set_view *set_views;
    size_t set_view_room;
    csuccess__key_view *key_views;
    size_t key_view_room;
};

csuccess__vector *csuccess__pool_take(csuccess__column_machine *machine, csuccess__kind kind,
                                      uint32_t rows);
/* Unless it is kept. */
void csuccess__pool_give(csuccess__column_machine *machine, const csuccess__vector *vector);
void csuccess__pool_keep(const csuccess__vector *vector);
/* Makes `values` at least n long. */
bool csuccess__column_scratch(csuccess__column_machine *machine, size_t n);

/* Presence and validity of a slot in this block; NULL: no memory. */
const csuccess__slot_state *csuccess__slot_look(csuccess__column_machine *machine,
                                                const csuccess__column_frame *frame,
                                                uint32_t slot);

/* Valid rows are those given; sets all_valid, and zeroes the numbers of the others. */
void csuccess__vector_validity(csuccess__vector *vector, const uint64_t *valid);

/* One node over a block. */
typedef struct csuccess__column_call {
    csuccess__column_machine *machine;
    const csuccess__column_frame *frame;
    const csuccess__program *program;
    const csuccess__node *node;
    const uint64_t *mask; /* NULL: all rows */
    csuccess_result failed;
} csuccess__column_call;
typedef void (*csuccess__column_op)(csuccess__column_call *call, csuccess__vector *out);
/* The kernel of a node; the row machine per row where there is none of its own. */
csuccess__column_op csuccess__column_op_of(const csuccess__node *node);
/* Whether a program is dear enough to be asked only for the rows where it can matter. */
bool csuccess__column_costly(const csuccess__program *program);
/* Node by the row machine, and a whole program by the row machine, row by row. */
void csuccess__column_by_rows(csuccess__column_call *call, csuccess__vector *out);
void csuccess__column_program_by_rows(csuccess__column_call *call, csuccess__vector *out);

static inline uint32_t csuccess__operand_index(const csuccess__column_call *call, uint32_t k)
{
    return call->program->args[call->node->args + k];
}
/* NULL for a constant that is no number, bool or time: those are not spread over rows. */
static inline const csuccess__vector *csuccess__operand(const csuccess__column_call *call,
                                                        uint32_t k)
{
    return call->machine->results[csuccess__operand_index(call, k)];
}
/* The value of one row of an operand; missing where it is not valid. */
csuccess__value csuccess__operand_value(const csuccess__column_call *call, uint32_t k,
                                        uint32_t row);
csuccess__value csuccess__vector_value(const csuccess__vector *vector, size_t row);

#endif
