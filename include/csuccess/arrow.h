/* SPDX-License-Identifier: Apache-2.0 */
/* Columns from and to other programs without copying: the Arrow C Data and C Stream interfaces. */
#ifndef CSUCCESS_ARROW_H
#define CSUCCESS_ARROW_H

#include <csuccess/scorer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The three structs, as arrow.apache.org/docs/format/CDataInterface.html and CStreamInterface.html give them. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};
#endif

/* Bits of csuccess_arrow_options.flags. */
#define CSUCCESS_ARROW_STRICT \
    0x01u /**< a column that the configuration does not define is an error, not passed over */

/* Bits of csuccess_arrow_options.results: which columns a result has. 0: all but the segments. */
#define CSUCCESS_ARROW_HEALTH 0x01u /**< score, raw, completeness, status, trend, profile */
#define CSUCCESS_ARROW_CHURN \
    0x02u /**< churn_probability, churn_confidence, churn_level, churn_source, churn_degraded */
#define CSUCCESS_ARROW_SEGMENTS 0x04u /**< a bool for each segment, "segment:ID" */

/**
 * How a table is read and written; zero is the default of a field.
 *
 * `allocator` makes and frees results too: where they are released in another thread, it must bear that. `customer` is the column that names the customers, of any type that is not nested; it is handed through to the results as it is.
 * Bits of `flags` and `results` that this version does not know are CSUCCESS_EABI.
 * @since 0.1
 */
typedef struct csuccess_arrow_options {
    size_t size; /**< set by the caller: sizeof(csuccess_arrow_options) */
    const csuccess_allocator *allocator; /**< NULL: the configuration's */
    csuccess_str customer;               /**< empty: "customer_id", where there is one */
    uint32_t flags;                      /**< CSUCCESS_ARROW_STRICT */
    uint32_t results;                    /**< CSUCCESS_ARROW_HEALTH … */
} csuccess_arrow_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_ARROW_OPTIONS_INIT {sizeof(csuccess_arrow_options), NULL, {NULL, 0}, 0, 0}
#else
#define CSUCCESS_ARROW_OPTIONS_INIT {.size = sizeof(csuccess_arrow_options)}
#endif
/* clang-format on */

/**
 * Columns over a batch of an Arrow producer: `schema` and `array` of type struct (a record batch), a child for each column. A child whose
 * name is an input of the configuration is bound to it; the memory stays the producer's and is not copied, but for the forms marked *.
 *
 * Numbers and money take int8 to int64, uint8 to uint64, float16*, float32, float64 and decimals* (32 to 256 bits); booleans take bool and int8/uint8; strings take
 * utf8, large_utf8, utf8_view and dictionaries of these with any index; times take timestamps of any unit (a zone says how they are shown, not what they are; one
 * without a zone is UTC), date32, date64 and int64 (milliseconds); dates the same; durations take durations of any unit and int64 (milliseconds); lists take lists*, large lists* and
 * fixed-size lists* of what their items take. A column of type null is missing in every row, and its input counts as not bound. Offsets of slices are honoured in every buffer. Not finite numbers and times outside the years
 * 1 to 9999 count as missing, and so does a list with an item that is null or would. Extension types are read as the type that they are stored as.
 *
 * On success both structs are moved (their `release` is NULL afterwards) and released by csuccess_columns_free(), or with the last result that hands one of
 * their columns through. On failure they stay the caller's as they were. Producers are not trusted as far as that can be: lengths, counts, offsets, codes, views, formats and texts are checked
 * first; that a buffer is as long as its length says cannot be.
 *
 * CSUCCESS_EINVALID (a released struct, one that contradicts itself, two columns for one input, rows that are null as a whole: err names the column and what is wrong), CSUCCESS_ETYPE (no record batch, a column of a type that its input does not take: err names both, or
 * customers named by a nested column),
 * CSUCCESS_ENAME (strict: a column that is not an input, with the nearest; `customer` that is not there), CSUCCESS_ERANGE (offsets that descend, codes beyond the dictionary, an array that ends beyond what memory can have: 2 to the power of 55 items where addresses have 64 bits), CSUCCESS_EENCODING (a text or a name is not UTF-8), CSUCCESS_ELIMIT (list_items;
 * more than 65,536 columns), CSUCCESS_EABI (bits of the options that this version does not know), CSUCCESS_ENOMEM; *out is NULL then.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_columns_import(
    csuccess_columns **out, csuccess_config *config, struct ArrowSchema *schema,
    struct ArrowArray *array, const csuccess_arrow_options *options, csuccess_error *err);
/** How many rows columns have. 0 for NULL. @since 0.1 */
CSUCCESS_API size_t csuccess_columns_rows(const csuccess_columns *columns);
/**
 * Whether an input is bound: 1 or 0; 0 for a slot that is not an input. What is not bound is missing in every row.
 * @since 0.1
 */
CSUCCESS_API int32_t csuccess_columns_bound(const csuccess_columns *columns, uint32_t slot);

/**
 * Scores all rows of the columns, imported or bound, and gives the results as a record batch of the same length: the customers' column as it came (where there is one), then
 * what `results` asks for. Scores are float64, null where there is none; names (status, trend, profile, churn_level, churn_source) are dictionaries of utf8 with int8 codes (int16 for more than 127 names), null where there is none; flags and segments are bool.
 * The values are those of csuccess_scorer_columns(). *schema and *array are the caller's to release, in any thread, and independent of scorer and columns from then on; a child may be moved out and released by itself.
 * `options.customer` may name any column of the imported batch that is not nested, whether it feeds an input or not; empty: what names the customers since the import. Columns that were bound by hand have none.
 * Errors as csuccess_scorer_columns(), besides CSUCCESS_ENAME (`customer` is no column of the batch, or there is none), CSUCCESS_ETYPE and CSUCCESS_EINVALID (that column is nested, or shorter than the batch), CSUCCESS_ELIMIT (the configuration has more than 32,767 names
 * for one of the columns), CSUCCESS_EABI and CSUCCESS_ENOMEM; both structs are then released (`release` is NULL).
 * @since 0.1
 */
CSUCCESS_API csuccess_result
csuccess_scorer_export(csuccess_scorer *scorer, const csuccess_columns *columns, int64_t now_ms,
                       const csuccess_arrow_options *options, struct ArrowSchema *schema,
                       struct ArrowArray *array, csuccess_error *err);
/**
 * The same for a stream, batch by batch as it is read: memory does not grow with the length of the stream. *out takes `in` over (its `release` is NULL afterwards) and has a scorer of its own over config, so that it may be read in another thread; a
 * configuration whose model is the host's has none to ask there, and falls back as `churn.fallback` says. A batch that cannot be taken ends the stream: get_next gives EINVAL (ENOMEM for want of memory, the producer's own code for its errors), then and ever after, and get_last_error says why, with the batch's number, until the stream is released. get_schema may be called at any time, and any number of times.
 * `in` is asked for its schema once, here, and is read by whoever reads *out: one thread at a time.
 * Errors of this call as csuccess_columns_import(), besides CSUCCESS_EINVALID (CSUCCESS_ENOMEM, where that is its code) when the producer gives no schema; *out is then released and `in` stays the caller's, its schema having been asked for.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_score_stream(struct ArrowArrayStream *out,
                                                   csuccess_config *config,
                                                   struct ArrowArrayStream *in, int64_t now_ms,
                                                   const csuccess_arrow_options *options,
                                                   csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif
