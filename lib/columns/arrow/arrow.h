/* SPDX-License-Identifier: Apache-2.0 */
/* The Arrow C Data interface as this inner room reads and writes it: what is held, how a type becomes a form. */
#ifndef CSUCCESS__COLUMNS_ARROW_ARROW_H
#define CSUCCESS__COLUMNS_ARROW_ARROW_H

#include "columns/scorer.h"

#include <csuccess/arrow.h>
#include <stdatomic.h>

/* ---- What was taken over from a producer ---- */

/* Released when the last who uses it lets go: columns, and results that hand a column through; in any thread. */
typedef struct csuccess__arrow_held {
    csuccess_allocator mem;
    atomic_uint references;
    struct ArrowSchema schema; /* release NULL: none */
    struct ArrowArray array;   /* the same */
} csuccess__arrow_held;
csuccess__arrow_held *
csuccess__arrow_held_new(const csuccess_allocator *mem); /* NULL: no memory */
csuccess__arrow_held *
csuccess__arrow_held_ref(csuccess__arrow_held *held);        /* NULL gives NULL */
void csuccess__arrow_held_unref(csuccess__arrow_held *held); /* NULL does nothing */
/* Moves a struct as the interface asks: the source counts as released then. */
void csuccess__schema_move(struct ArrowSchema *to, struct ArrowSchema *from);
void csuccess__array_move(struct ArrowArray *to, struct ArrowArray *from);

/* ---- Types ---- */

/* How the memory of a type is read. */
typedef enum csuccess__arrow_how {
    CSUCCESS__ARROW_FIXED, /* values of one width, as they are */
    CSUCCESS__ARROW_BITS,
    CSUCCESS__ARROW_TEXT, /* offsets and bytes */
    CSUCCESS__ARROW_VIEW,
    CSUCCESS__ARROW_NOTHING, /* type null */
    CSUCCESS__ARROW_HALF,    /* what follows is converted */
    CSUCCESS__ARROW_DECIMAL,
    CSUCCESS__ARROW_DURATION,
    CSUCCESS__ARROW_LIST
} csuccess__arrow_how;

/* What one type is to one sort of attribute. */
typedef struct csuccess__arrow_reading {
    const char *format; /* behind a colon there are parameters */
    const char *name;
    uint32_t types; /* of attributes that take it, a bit each; 0: none does */
    csuccess__form form;
    csuccess__arrow_how how;
    uint8_t width;   /* bytes of a value, or of an offset */
    uint8_t buffers; /* of a view at least */
} csuccess__arrow_reading;

/* A type as a schema says it, for one attribute. */
typedef struct csuccess__arrow_type {
    const csuccess__arrow_reading *reading; /* NULL: of a column that is not read */
    const csuccess__arrow_reading *codes;   /* of a dictionary; else NULL */
    int32_t scale, bits;                    /* of a decimal */
    int64_t items;                          /* of a fixed-size list */
} csuccess__arrow_type;

/* What a schema says of a column, for messages too. */
typedef struct csuccess__arrow_column {
    csuccess_str name;
    const csuccess__attribute *attribute;
    bool items; /* of a list: the attribute is what one of them is */
    csuccess_error *err;
} csuccess__arrow_column;

/* The type of a schema as the attribute reads it. EINVALID, ETYPE. */
csuccess_result csuccess__arrow_take_type(csuccess__arrow_type *out,
                                          const struct ArrowSchema *schema,
                                          const csuccess__arrow_column *column);

/* ---- Batches ---- */

/* What a schema comes to for a configuration; good for every batch of a stream. */
typedef struct csuccess__arrow_plan {
    csuccess_allocator mem;
    csuccess_config *config;          /* borrowed */
    const struct ArrowSchema *schema; /* borrowed; `children` of it are what counts */
    csuccess__arrow_type *types;      /* by child */
    uint32_t *slots;                  /* by child; UINT32_MAX: not read */
    size_t count;
    size_t customer; /* SIZE_MAX: none */
} csuccess__arrow_plan;
csuccess_result csuccess__arrow_options_take(csuccess_arrow_options *out,
                                             const csuccess_arrow_options *in,
                                             csuccess_error *err);
csuccess_result csuccess__arrow_plan_make(csuccess__arrow_plan *out, csuccess_config *config,
                                          const struct ArrowSchema *schema,
                                          const csuccess_arrow_options *options,
                                          csuccess_error *err);
void csuccess__arrow_plan_free(csuccess__arrow_plan *plan);
/* The child of that name; SIZE_MAX: none. */
size_t csuccess__arrow_child(const struct ArrowSchema *schema, csuccess_str name);
/* Columns over a batch, whose struct is moved into `held` on success only. */
csuccess_result csuccess__arrow_batch(csuccess_columns **out, const csuccess__arrow_plan *plan,
                                      struct ArrowArray *array, csuccess__arrow_held *held,
                                      csuccess_error *err);
/* Whether a column can be handed through as it is: nothing nested, and array and schema agree. batch NULL: the schema
   alone. EINVALID, ETYPE. */
csuccess_result csuccess__arrow_handed(const struct ArrowSchema *schema,
                                       const struct ArrowArray *batch, size_t at,
                                       csuccess_error *err);

/* No array ends beyond it: where addresses have 64 bits, no machine has the memory for even a bit of each row. */
#define CSUCCESS__ARROW_LONGEST ((uint64_t)PTRDIFF_MAX >> (sizeof(size_t) > 4 ? 8 : 0))

/* A range of an array, as one column or as the items of a list. */
typedef struct csuccess__arrow_source {
    csuccess__arrow_column column;
    csuccess_columns *columns; /* whose arena takes what is converted */
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    size_t first, rows; /* in the array's buffers, once it was looked at */
} csuccess__arrow_source;

/* Shape, validity and values of `rows` items behind the first `skip` of an array: fills first, and *out but its fallback. */
csuccess_result csuccess__arrow_read(csuccess__column *out, csuccess__arrow_source *source,
                                     const csuccess__arrow_type *type, size_t skip);
/* One of the array's buffers, or NULL. */
const void *csuccess__arrow_buffer(const csuccess__arrow_source *source, int64_t index);
/* `count` items of `width` bytes from the first on, copied where they are not aligned. EINVALID, ERANGE, ENOMEM. */
csuccess_result csuccess__arrow_items(const void **out, const csuccess__arrow_source *source,
                                      const void *buffer, size_t count, size_t width);
/* Offsets of 4 or 8 bytes, one more than rows, checked to ascend from 0 or more to what memory can have. */
csuccess_result csuccess__arrow_offsets(const void **out, const csuccess__arrow_source *source,
                                        size_t width);
static inline int64_t csuccess__arrow_offset(const void *offsets, size_t width, size_t row)
{
    return width == 4 ? ((const int32_t *)offsets)[row] : ((const int64_t *)offsets)[row];
}
/* Texts of a column whose offsets or views stand in *out: each that is present must be there, and be UTF-8. */
csuccess_result csuccess__arrow_text(csuccess__column *out,
                                     const csuccess__arrow_source *source,
                                     const csuccess__arrow_reading *reading);
csuccess_result csuccess__arrow_views(csuccess__column *out,
                                      const csuccess__arrow_source *source);
csuccess_result csuccess__arrow_dictionary(csuccess__column *out,
                                           const csuccess__arrow_source *source,
                                           const csuccess__arrow_type *type);
/* Types that become doubles or values in memory of the columns. */
csuccess_result csuccess__arrow_convert(csuccess__column *out,
                                        const csuccess__arrow_source *source,
                                        const csuccess__arrow_type *type);
csuccess_result csuccess__arrow_lists(csuccess__column *out,
                                      const csuccess__arrow_source *source,
                                      const csuccess__arrow_type *type);

/* ---- Results ---- */

/* What is made of an array that we export: data in `bytes` (0: no such buffer), a place for a dictionary. */
typedef struct csuccess__arrow_shape {
    size_t rows, buffers, children;
    size_t bytes[3];
    bool dictionary;
} csuccess__arrow_shape;
/* Each array and schema owns one block, so that a consumer may move any of them out and release it by itself. False: no
   memory, and the struct is released. Children and dictionary are released ones until they are made. */
bool csuccess__array_make(struct ArrowArray *out, const csuccess_allocator *mem,
                          const csuccess__arrow_shape *shape);
/* `format` is static; the name is copied, `prefix` before it. */
bool csuccess__schema_make(struct ArrowSchema *out, const csuccess_allocator *mem,
                           const char *format, const char *prefix, csuccess_str name);
/* With places for children, or for a dictionary: before it, nothing may be put into *out. */
bool csuccess__schema_root(struct ArrowSchema *out, const csuccess_allocator *mem,
                           size_t children);
bool csuccess__schema_words(struct ArrowSchema *out, const csuccess_allocator *mem,
                            const char *format, const char *name);
/* The same column of the same memory, which is held for it. */
bool csuccess__array_hand(struct ArrowArray *out, const csuccess_allocator *mem,
                          csuccess__arrow_held *held, size_t at);
bool csuccess__schema_hand(struct ArrowSchema *out, const csuccess_allocator *mem,
                           csuccess__arrow_held *held, size_t at);

/* What results have: for the schema, and for every batch. */
typedef struct csuccess__arrow_results {
    csuccess_allocator mem;
    const csuccess_config *config;
    uint32_t wanted;              /* CSUCCESS_ARROW_* */
    csuccess__arrow_held *schema; /* of the customers' column */
    size_t customer;              /* SIZE_MAX: none */
} csuccess__arrow_results;
csuccess_result csuccess__arrow_results_schema(struct ArrowSchema *out,
                                               const csuccess__arrow_results *results,
                                               csuccess_error *err);
csuccess_result csuccess__arrow_results_array(struct ArrowArray *out,
                                              const csuccess__arrow_results *results,
                                              csuccess_scorer *scorer,
                                              const csuccess_columns *columns, int64_t now,
                                              csuccess_error *err);

/* The columns of results that are words. */
typedef enum csuccess__arrow_wording {
    CSUCCESS__ARROW_WORDING_NONE,
    CSUCCESS__ARROW_WORDING_STATUS,
    CSUCCESS__ARROW_WORDING_TREND,
    CSUCCESS__ARROW_WORDING_PROFILE,
    CSUCCESS__ARROW_WORDING_LEVEL,
    CSUCCESS__ARROW_WORDING_SOURCE
} csuccess__arrow_wording;
/* The words, and which of them a byte of the results is: map[256 * profile + byte], -1: none. Only a status
   depends on the profile. */
typedef struct csuccess__arrow_words {
    csuccess_str *words;
    uint32_t count, room;
    int16_t *map;
    uint32_t profiles; /* 0: map is one for all rows */
    bool too_many;     /* more than a code counts */
} csuccess__arrow_words;
/* False: no memory, or too_many. */
bool csuccess__arrow_words_make(csuccess__arrow_words *out, csuccess__arena *arena,
                                const csuccess_config *config, csuccess__arrow_wording wording);
/* More words than a signed byte counts. */
static inline bool csuccess__arrow_words_wide(const csuccess__arrow_words *words)
{
    return words->count > 127;
}
/* A dictionary of the words. */
bool csuccess__arrow_words_array(struct ArrowArray *out, const csuccess_allocator *mem,
                                 const csuccess__arrow_words *words);

#endif
