/* SPDX-License-Identifier: Apache-2.0 */
/* The column machine: the same programs over blocks of rows. Input columns are the host's memory in its
   own form; results are dense vectors with a validity bitmap. Bits equal the row machine's. */
#ifndef CSUCCESS__EXPR_COLUMN_H
#define CSUCCESS__EXPR_COLUMN_H

#include "expr/program.h"

enum { CSUCCESS__BLOCK = 1024, CSUCCESS__BLOCK_WORDS = CSUCCESS__BLOCK / 64 };

/* How the memory of an input column is laid out (as Arrow does where Arrow has it). */
typedef enum csuccess__form {
    CSUCCESS__FORM_NONE, /* not bound: missing in every row */
    CSUCCESS__FORM_F64,
    CSUCCESS__FORM_I64, /* numbers, or ms since the epoch for TIME */
    CSUCCESS__FORM_I32, /* numbers, or days since the epoch for TIME */
    CSUCCESS__FORM_U8,  /* bytes: bool 0/1, or small numbers */
    CSUCCESS__FORM_I8,  /* numbers of other widths */
    CSUCCESS__FORM_I16,
    CSUCCESS__FORM_U16,
    CSUCCESS__FORM_U32,
    CSUCCESS__FORM_U64,
    CSUCCESS__FORM_F32,
    CSUCCESS__FORM_TIME_S, /* times as int64_t in seconds, microseconds, nanoseconds */
    CSUCCESS__FORM_TIME_US,
    CSUCCESS__FORM_TIME_NS,
    CSUCCESS__FORM_BITS, /* bitmap, least significant bit first: bool */
    CSUCCESS__FORM_DICT8,
    CSUCCESS__FORM_DICT16,
    CSUCCESS__FORM_DICT32, /* codes into dictionary */
    CSUCCESS__FORM_DICT64, /* of 64 bits, which count of the present rows only */
    CSUCCESS__FORM_UTF8,
    CSUCCESS__FORM_UTF8_LARGE, /* offsets (int32, int64) and bytes */
    CSUCCESS__FORM_VIEW,   /* Arrow's views: `offsets` are the buffers that they point into */
    CSUCCESS__FORM_VALUES, /* csuccess__value per row: anything, at the row machine's speed */
    CSUCCESS__FORM_VECTOR  /* a csuccess__vector of the block at hand: computed slots */
} csuccess__form;

typedef struct csuccess__column {
    csuccess__form form;
    csuccess__kind kind;
    const void *data;
    const void *offsets;
    const uint8_t *validity; /* bitmap, 1: present; NULL: all present */
    uint8_t validity_bit;    /* 0 to 7: where row 0 stands in `validity` */
    uint8_t data_bit;        /* and of BITS in `data` */
    bool whole_days;         /* of TIME: a date, which is the midnight before */
    const csuccess__value
        *dictionary; /* DICT*: strings with their codes looked up at binding */
    uint32_t dictionary_count;
    csuccess__value fallback; /* the definition's default; missing when there is none */
} csuccess__column;

/* Whether the host set the row, whatever it holds. */
static inline bool csuccess__column_set(const csuccess__column *column, size_t row)
{
    size_t bit = row + column->validity_bit;
    return !column->validity || (column->validity[bit / 8] >> (bit % 8) & 1);
}

/* A block of results. Which array is filled follows from kind. Rows that are not valid hold 0. */
typedef struct csuccess__vector {
    csuccess__kind kind;
    bool all_valid;
    uint32_t rows;
    uint64_t valid[CSUCCESS__BLOCK_WORDS];
    union {
        double *numbers; /* `rows` long; of a loaded slot perhaps the host's own memory */
        int64_t *times;
        uint64_t *bits;          /* BOOL: CSUCCESS__BLOCK_WORDS words */
        csuccess__value *values; /* every other kind */
    } as;
} csuccess__vector;

typedef struct csuccess__column_frame {
    const csuccess__column *slots;
    size_t count;
    int64_t now;
    size_t first;  /* row of the block's start in the bound columns */
    uint32_t rows; /* of this block, at most CSUCCESS__BLOCK */
} csuccess__column_frame;

typedef struct csuccess__column_machine csuccess__column_machine; /* scratch, one per thread */
csuccess_result csuccess__column_machine_new(csuccess__column_machine **out,
                                             const csuccess_allocator *mem,
                                             const csuccess_limits *limits);
void csuccess__column_machine_free(csuccess__column_machine *machine);
/* Forgets the vectors handed out; call once per block. Warm, a block of scalars allocates nothing. */
void csuccess__column_machine_reset(csuccess__column_machine *machine);
/* A vector from the machine's own memory, for callers that compute columns themselves; NULL: no memory. */
csuccess__vector *csuccess__column_machine_vector(csuccess__column_machine *machine,
                                                  csuccess__kind kind, uint32_t rows);
/* One block of one program. `mask` (may be NULL) marks the rows whose value is asked for; the others may
   come out missing. The vector lives until the next reset. */
const csuccess__vector *csuccess__program_columns(const csuccess__program *program,
                                                  csuccess__column_machine *machine,
                                                  const csuccess__column_frame *frame,
                                                  const uint64_t *mask,
                                                  csuccess_result *failed);
/* The slot's column itself as a vector (defaults applied, form converted). */
const csuccess__vector *csuccess__column_load(csuccess__column_machine *machine,
                                              const csuccess__column_frame *frame,
                                              uint32_t slot, csuccess_result *failed);
/* The value of one row of a column, as the row machine would see it. */
csuccess__value csuccess__column_value(const csuccess__column *column, size_t row,
                                       size_t in_block);

#endif
