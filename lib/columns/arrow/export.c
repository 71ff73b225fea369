/* SPDX-License-Identifier: Apache-2.0 */
/* Results as a record batch: scores are written where the batch has them, then words and nulls are made of the bytes. */
#include "columns/arrow/arrow.h"

#include "base/error.h"

typedef enum sort { SCORE, WORDS, FLAG } sort;

/* Which of the results a column is. */
typedef enum result_column {
    COLUMN_SCORE,
    COLUMN_RAW,
    COLUMN_COMPLETENESS,
    COLUMN_STATUS,
    COLUMN_TREND,
    COLUMN_PROFILE,
    COLUMN_PROBABILITY,
    COLUMN_CONFIDENCE,
    COLUMN_LEVEL,
    COLUMN_SOURCE,
    COLUMN_DEGRADED,
    COLUMN_COUNT
} result_column;

static const struct {
    const char *name;
    uint32_t set;
    sort sort;
    csuccess__arrow_wording wording;
} result_columns[] = {
    [COLUMN_SCORE] = {"score", CSUCCESS_ARROW_HEALTH, SCORE, CSUCCESS__ARROW_WORDING_NONE},
    [COLUMN_RAW] = {"raw", CSUCCESS_ARROW_HEALTH, SCORE, CSUCCESS__ARROW_WORDING_NONE},
    [COLUMN_COMPLETENESS] = {"completeness", CSUCCESS_ARROW_HEALTH, SCORE,
                             CSUCCESS__ARROW_WORDING_NONE},
    [COLUMN_STATUS] = {"status", CSUCCESS_ARROW_HEALTH, WORDS, CSUCCESS__ARROW_WORDING_STATUS},
    [COLUMN_TREND] = {"trend", CSUCCESS_ARROW_HEALTH, WORDS, CSUCCESS__ARROW_WORDING_TREND},
    [COLUMN_PROFILE] = {"profile", CSUCCESS_ARROW_HEALTH, WORDS,
                        CSUCCESS__ARROW_WORDING_PROFILE},
    [COLUMN_PROBABILITY] = {"churn_probability", CSUCCESS_ARROW_CHURN, SCORE,
                            CSUCCESS__ARROW_WORDING_NONE},
    [COLUMN_CONFIDENCE] = {"churn_confidence", CSUCCESS_ARROW_CHURN, SCORE,
                           CSUCCESS__ARROW_WORDING_NONE},
    [COLUMN_LEVEL] = {"churn_level", CSUCCESS_ARROW_CHURN, WORDS,
                      CSUCCESS__ARROW_WORDING_LEVEL},
    [COLUMN_SOURCE] = {"churn_source", CSUCCESS_ARROW_CHURN, WORDS,
                       CSUCCESS__ARROW_WORDING_SOURCE},
    [COLUMN_DEGRADED] = {"churn_degraded", CSUCCESS_ARROW_CHURN, FLAG,
                         CSUCCESS__ARROW_WORDING_NONE},
};

/* One batch in the making. */
typedef struct writing {
    const csuccess__arrow_results *results;
    csuccess__arena words_arena;
    csuccess__arrow_words words[COLUMN_COUNT];
    struct ArrowArray *columns[COLUMN_COUNT]; /* NULL: not wanted */
    uint8_t **segments;
    size_t segment_count, rows, bits; /* bytes of a bitmap */
    csuccess_error *err;
} writing;

static csuccess_result no_memory(csuccess_error *err)
{
    return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

static bool is_wanted(const csuccess__arrow_results *results, size_t column)
{
    return (results->wanted & result_columns[column].set) != 0;
}

static uint32_t count_segments(const csuccess__arrow_results *results)
{
    return results->wanted & CSUCCESS_ARROW_SEGMENTS ? csuccess_config_segments(results->config)
                                                     : 0;
}

static size_t count_children(const csuccess__arrow_results *results)
{
    size_t count = results->customer != SIZE_MAX ? 1 : 0;
    for (size_t i = 0; i < COLUMN_COUNT; i++) count += is_wanted(results, i);
    return count + count_segments(results);
}

static csuccess_result make_words(csuccess__arrow_words *words, csuccess__arena *arena,
                                  const csuccess__arrow_results *results, size_t column,
                                  csuccess_error *err)
{
    if (csuccess__arrow_words_make(words, arena, results->config,
                                   result_columns[column].wording)) {
        return CSUCCESS_OK;
    }
    return words->too_many
               ? csuccess__fail(err, CSUCCESS_ELIMIT,
                                "the configuration has more than 32,767 names for %s",
                                result_columns[column].name)
               : no_memory(err);
}

/* ---- Schema ---- */

static csuccess_result column_schema(struct ArrowSchema *out,
                                     const csuccess__arrow_results *results, size_t column,
                                     csuccess_error *err)
{
    const char *name = result_columns[column].name;
    csuccess__arena arena;
    csuccess__arrow_words words;
    bool made;
    if (result_columns[column].sort != WORDS) {
        const bool score = result_columns[column].sort == SCORE;
        made = csuccess__schema_make(out, &results->mem, score ? "g" : "b", "",
                                     csuccess__str(name));
        if (made && score) out->flags = ARROW_FLAG_NULLABLE;
        return made ? CSUCCESS_OK : no_memory(err);
    }
    csuccess__arena_init(&arena, &results->mem, 0);
    csuccess_result status = make_words(&words, &arena, results, column, err);
    if (status == CSUCCESS_OK) {
        const char *format = csuccess__arrow_words_wide(&words) ? "s" : "c";
        made = csuccess__schema_words(out, &results->mem, format, name);
        if (!made) status = no_memory(err);
    }
    csuccess__arena_free(&arena);
    return status;
}

static csuccess_result segment_schema(struct ArrowSchema *out,
                                      const csuccess__arrow_results *results, uint32_t segment,
                                      csuccess_error *err)
{
    csuccess_str id;
    (void)csuccess_config_segment(results->config, segment, &id);
    return csuccess__schema_make(out, &results->mem, "b", "segment:", id) ? CSUCCESS_OK
                                                                          : no_memory(err);
}

csuccess_result csuccess__arrow_results_schema(struct ArrowSchema *out,
                                               const csuccess__arrow_results *results,
                                               csuccess_error *err)
{
    size_t at = 0;
    csuccess_result status = CSUCCESS_OK;
    if (!csuccess__schema_root(out, &results->mem, count_children(results))) {
        return no_memory(err);
    }
    if (results->customer != SIZE_MAX &&
        !csuccess__schema_hand(out->children[at++], &results->mem, results->schema,
                               results->customer)) {
        status = no_memory(err);
    }
    for (size_t i = 0; i < COLUMN_COUNT && status == CSUCCESS_OK; i++) {
        if (is_wanted(results, i)) {
            status = column_schema(out->children[at++], results, i, err);
        }
    }
    for (uint32_t i = 0; i < count_segments(results) && status == CSUCCESS_OK; i++) {
        status = segment_schema(out->children[at++], results, i, err);
    }
    if (status < 0) out->release(out);
    return status;
}

/* ---- Memory of a batch ---- */

static csuccess_result column_array(struct ArrowArray *out, writing *w, size_t column)
{
    const csuccess_allocator *mem = &w->results->mem;
    const sort kind = result_columns[column].sort;
    csuccess__arrow_shape shape = {.rows = w->rows, .buffers = 2, .dictionary = kind == WORDS};
    size_t width = sizeof(double);
    if (kind == WORDS) {
        csuccess_result status =
            make_words(&w->words[column], &w->words_arena, w->results, column, w->err);
        if (status < 0) return status;
        width = csuccess__arrow_words_wide(&w->words[column]) ? 2 : 1;
    }
    shape.bytes[0] = kind == FLAG ? 0 : w->bits + (w->bits == 0);
    shape.bytes[1] = w->bits;
    if (kind != FLAG && !csuccess__mul_size(&shape.bytes[1], w->rows, width)) {
        return no_memory(w->err);
    }
    shape.bytes[1] += shape.bytes[1] == 0; /* buffers of no rows have an address too */
    if (!csuccess__array_make(out, mem, &shape)) return no_memory(w->err);
    w->columns[column] = out;
    if (kind == WORDS &&
        !csuccess__arrow_words_array(out->dictionary, mem, &w->words[column])) {
        return no_memory(w->err);
    }
    return CSUCCESS_OK;
}

static csuccess_result segment_array(struct ArrowArray *out, writing *w, size_t segment)
{
    const csuccess__arrow_shape shape = {
        .rows = w->rows, .buffers = 2, .bytes = {0, w->bits + (w->bits == 0), 0}};
    if (!csuccess__array_make(out, &w->results->mem, &shape)) return no_memory(w->err);
    w->segments[segment] = (uint8_t *)(uintptr_t)out->buffers[1];
    /* a configuration's segments are all evaluated, so that every bit is written */
    return CSUCCESS_OK;
}

/* The batch itself, and the customers' column as its first. */
static csuccess_result make_root(struct ArrowArray *out, writing *w,
                                 const csuccess_columns *columns, size_t *at)
{
    const csuccess__arrow_results *results = w->results;
    const csuccess__arrow_shape root = {
        .rows = w->rows, .buffers = 1, .children = count_children(results)};
    if (!csuccess__array_make(out, &results->mem, &root)) return no_memory(w->err);
    w->segments = CSUCCESS__NEW_ARRAY(&w->words_arena, uint8_t *, w->segment_count + 1);
    if (!w->segments) return no_memory(w->err);
    if (results->customer == SIZE_MAX) return CSUCCESS_OK;
    return csuccess__array_hand(out->children[(*at)++], &results->mem, columns->batch,
                                results->customer)
               ? CSUCCESS_OK
               : no_memory(w->err);
}

static csuccess_result make_arrays(struct ArrowArray *out, writing *w,
                                   const csuccess_columns *columns)
{
    const csuccess__arrow_results *results = w->results;
    size_t at = 0;
    csuccess_result status = make_root(out, w, columns, &at);
    for (size_t i = 0; i < COLUMN_COUNT && status == CSUCCESS_OK; i++) {
        if (is_wanted(results, i)) status = column_array(out->children[at++], w, i);
    }
    for (size_t i = 0; i < w->segment_count && status == CSUCCESS_OK; i++) {
        status = segment_array(out->children[at++], w, i);
    }
    return status;
}

/* ---- Nulls and words ---- */

static uint8_t *buffer_of(const writing *w, size_t column, size_t index)
{
    const struct ArrowArray *array = w->columns[column];
    return array ? (uint8_t *)(uintptr_t)array->buffers[index] : NULL;
}

/* The bytes that a column of words is made of: where codes are wider, in the second half of their memory. */
static uint8_t *bytes_of(const writing *w, size_t column)
{
    uint8_t *codes = buffer_of(w, column, 1);
    return codes && csuccess__arrow_words_wide(&w->words[column]) ? codes + w->rows : codes;
}

static void set_nulls(struct ArrowArray *array, int64_t nulls)
{
    array->null_count = nulls;
    if (nulls == 0) array->buffers[0] = NULL;
}

static int64_t count_nulls(const uint8_t *bits, size_t rows)
{
    static const uint8_t ones[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
    size_t set = 0;
    for (size_t i = 0; i < (rows + 7) / 8; i++) set += ones[bits[i] & 15] + ones[bits[i] >> 4];
    return (int64_t)(rows - set);
}

/* Both columns are there in the rows of one bitmap, which stands in the first. */
static void share_nulls(const writing *w, size_t column, size_t other)
{
    uint8_t *bits = buffer_of(w, column, 0);
    if (!bits) return;
    memcpy(buffer_of(w, other, 0), bits, w->bits);
    int64_t nulls = count_nulls(bits, w->rows);
    set_nulls(w->columns[column], nulls);
    set_nulls(w->columns[other], nulls);
}

/* Completeness is there for every row that has a profile. */
static void profile_nulls(const writing *w)
{
    const uint8_t *profile = bytes_of(w, COLUMN_PROFILE);
    uint8_t *bits = buffer_of(w, COLUMN_COMPLETENESS, 0);
    if (!bits) return;
    memset(bits, 0, w->bits);
    for (size_t i = 0; i < w->rows; i++) {
        bits[i / 8] |= (uint8_t)((unsigned)(profile[i] != 255) << (i % 8));
    }
    set_nulls(w->columns[COLUMN_COMPLETENESS], count_nulls(bits, w->rows));
}

/* Bytes become codes of words in place: codes of two bytes never reach a byte that is still to be read. */
static void put_words(const writing *w, size_t column)
{
    const csuccess__arrow_words *words = &w->words[column];
    const uint8_t *profile = words->profiles ? bytes_of(w, COLUMN_PROFILE) : NULL;
    uint8_t *bits = buffer_of(w, column, 0), *bytes = bytes_of(w, column);
    uint8_t *narrow = buffer_of(w, column, 1);
    int16_t *codes = (int16_t *)(void *)narrow;
    const bool wide = csuccess__arrow_words_wide(words);
    size_t nulls = 0;
    if (!bytes) return;
    memset(bits, 0, w->bits);
    for (size_t i = 0; i < w->rows; i++) {
        size_t of = profile ? (profile[i] < words->profiles ? profile[i] : words->profiles) : 0;
        int16_t word = words->map[of * 256 + bytes[i]];
        const bool there = word >= 0;
        bits[i / 8] |= (uint8_t)((unsigned)there << (i % 8));
        nulls += !there;
        if (wide) {
            codes[i] = there ? word : 0;
        } else {
            narrow[i] = there ? (uint8_t)word : 0;
        }
    }
    set_nulls(w->columns[column], (int64_t)nulls);
}

/* A status and a completeness read the profile's bytes, so they come before its words. */
static void finish(const writing *w)
{
    share_nulls(w, COLUMN_SCORE, COLUMN_RAW);
    share_nulls(w, COLUMN_PROBABILITY, COLUMN_CONFIDENCE);
    profile_nulls(w);
    put_words(w, COLUMN_STATUS);
    put_words(w, COLUMN_TREND);
    put_words(w, COLUMN_PROFILE);
    put_words(w, COLUMN_LEVEL);
    put_words(w, COLUMN_SOURCE);
}

static csuccess_column_results targets(const writing *w)
{
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.score = (double *)(void *)buffer_of(w, COLUMN_SCORE, 1);
    out.raw = (double *)(void *)buffer_of(w, COLUMN_RAW, 1);
    out.completeness = (double *)(void *)buffer_of(w, COLUMN_COMPLETENESS, 1);
    out.probability = (double *)(void *)buffer_of(w, COLUMN_PROBABILITY, 1);
    out.confidence = (double *)(void *)buffer_of(w, COLUMN_CONFIDENCE, 1);
    out.status = bytes_of(w, COLUMN_STATUS);
    out.trend = bytes_of(w, COLUMN_TREND);
    out.profile = bytes_of(w, COLUMN_PROFILE);
    out.level = bytes_of(w, COLUMN_LEVEL);
    out.source = bytes_of(w, COLUMN_SOURCE);
    out.scored = buffer_of(w, COLUMN_SCORE, 0);
    out.predicted = buffer_of(w, COLUMN_PROBABILITY, 0);
    out.degraded = buffer_of(w, COLUMN_DEGRADED, 1);
    out.segments = w->segment_count > 0 ? w->segments : NULL;
    return out;
}

/* reason: a scorer, its columns and a time are what is scored. */
csuccess_result csuccess__arrow_results_array(struct ArrowArray *out,
                                              const csuccess__arrow_results *results,
                                              csuccess_scorer *scorer,
                                              const csuccess_columns *columns, int64_t now,
                                              csuccess_error *err)
{
    writing w = {.results = results,
                 .segment_count = count_segments(results),
                 .rows = columns->rows,
                 .bits = columns->rows / 8 + (columns->rows % 8 != 0),
                 .err = err};
    csuccess__arena_init(&w.words_arena, &results->mem, 0);
    csuccess_result status = make_arrays(out, &w, columns);
    if (status == CSUCCESS_OK) {
        csuccess_column_results to = targets(&w);
        status = csuccess_scorer_columns(scorer, columns, 0, w.rows, now, &to, err);
    }
    if (status == CSUCCESS_OK) finish(&w);
    if (status < 0 && out->release) out->release(out);
    csuccess__arena_free(&w.words_arena);
    return status;
}

/* ---- Exporting ---- */

/* The customers' column: of the options, or as it was when the columns were imported. */
static csuccess_result find_customer(csuccess__arrow_results *out,
                                     const csuccess_columns *columns, csuccess_str name,
                                     csuccess_error *err)
{
    out->schema = columns->schema;
    out->customer = columns->customer;
    if (name.len == 0) return CSUCCESS_OK;
    out->customer =
        columns->schema ? csuccess__arrow_child(&columns->schema->schema, name) : SIZE_MAX;
    if (out->customer == SIZE_MAX) {
        return csuccess__fail(err, CSUCCESS_ENAME,
                              "there is no column %q to name the customers", name);
    }
    return csuccess__arrow_handed(&columns->schema->schema, &columns->batch->array,
                                  out->customer, err);
}

/* reason: a scorer, columns and a time are scored, a schema and an array are filled. */
csuccess_result csuccess_scorer_export(csuccess_scorer *scorer, const csuccess_columns *columns,
                                       int64_t now_ms, const csuccess_arrow_options *options,
                                       struct ArrowSchema *schema, struct ArrowArray *array,
                                       csuccess_error *err)
{
    csuccess_arrow_options o;
    if (schema) *schema = (struct ArrowSchema){.release = NULL};
    if (array) *array = (struct ArrowArray){.release = NULL};
    if (!scorer || !columns || !schema || !array || columns->config != scorer->config) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "scorer and columns of one configuration, a schema and an array "
                              "are required");
    }
    csuccess__arrow_results results = {.config = scorer->config};
    csuccess_result status = csuccess__arrow_options_take(&o, options, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__config_memory(&results.mem, scorer->config, o.allocator, err);
    }
    if (status == CSUCCESS_OK) status = find_customer(&results, columns, o.customer, err);
    if (status < 0) return status;
    results.wanted = o.results;
    status = csuccess__arrow_results_schema(schema, &results, err);
    if (status < 0) return status;
    status = csuccess__arrow_results_array(array, &results, scorer, columns, now_ms, err);
    if (status < 0) schema->release(schema);
    return status;
}
