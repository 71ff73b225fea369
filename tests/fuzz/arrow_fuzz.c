/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes columns over Arrow: batches whose structs say anything, and whose buffers are blocks of exactly as many bytes as what is
   said asks for. Whatever is taken is scored, read row by row and by blocks, given back and released; all is released once. */
#include "columns/scorer.h"
#include "arrow_batches.h"
#include "expr/column_kernels.h"
#include "fuzz.h"

#include <csuccess/csuccess.h>
#include <string.h>

static const char document[] =
    "{\"csuccess\": 1, \"name\": \"fuzz@1\", \"attributes\": {"
    "\"n\": {\"type\": \"number\"}, \"m\": {\"type\": \"money\", \"currency\": \"EUR\", "
    "\"default\": 7},"
    "\"b\": {\"type\": \"bool\"}, \"s\": {\"type\": \"string\"}, \"p\": {\"type\": \"string\", "
    "\"default\": \"pro\"},"
    "\"t\": {\"type\": \"time\"}, \"d\": {\"type\": \"date\"}, \"u\": {\"type\": \"duration\"},"
    "\"l\": {\"type\": \"list\", \"of\": \"number\"}, \"w\": {\"type\": \"list\", \"of\": "
    "\"string\"}},"
    "\"health\": {\"profiles\": {"
    "\"one\": {\"when\": \"p == 'pro'\", \"score\": {\"combine\": \"weighted_mean\", \"of\": {"
    "\"n\": {\"weight\": 1, \"value\": \"n\", \"range\": [0, 100]},"
    "\"t\": {\"weight\": 1, \"value\": \"hours_since(t)\", \"range\": [0, 100]}}},"
    "\"bands\": {\"good\": {\"from\": 50}, \"bad\": {}}},"
    "\"two\": {\"score\": {\"combine\": \"weighted_mean\", \"of\": {"
    "\"m\": {\"weight\": 1, \"value\": \"m\", \"range\": [0, 100]}}},"
    "\"bands\": {\"fine\": {\"from\": 50}, \"bad\": {}}}}},"
    "\"segments\": {\"a\": {\"when\": \"b && n > 3\"}, \"c\": {\"when\": \"s in ['pro', 'x'] "
    "|| has(p)\"},"
    "\"e\": {\"when\": \"d < t || u > duration('PT1H')\"}, \"f\": {\"when\": \"4 in l && 'x' "
    "in w\"}}}";

/* ---- Memory that ends, so that a claim of a million million rows is no question to the machine ---- */

enum { MOST_BYTES = 1 << 24 };

static size_t live;

static void *take(void *ud, size_t bytes)
{
    (void)ud;
    void *block = bytes <= MOST_BYTES ? malloc(bytes) : NULL;
    live += block != NULL;
    return block;
}

static void *retake(void *ud, void *block, size_t old_bytes, size_t bytes)
{
    (void)ud;
    (void)old_bytes;
    return bytes <= MOST_BYTES ? realloc(block, bytes) : NULL;
}

static void give(void *ud, void *block, size_t bytes)
{
    (void)ud;
    (void)bytes;
    live--;
    free(block);
}

static const csuccess_allocator memory = {sizeof memory, take, retake, give, NULL};

/* ---- What must hold ---- */

static bool same(csuccess__value a, csuccess__value b)
{
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case CSUCCESS__KIND_NUMBER:
        return memcmp(&a.as.number, &b.as.number, sizeof a.as.number) == 0;
    case CSUCCESS__KIND_BOOL:
        return a.as.boolean == b.as.boolean;
    case CSUCCESS__KIND_TIME:
        return a.as.time == b.as.time;
    default:
        return csuccess__value_equal(a, b);
    }
}

static csuccess__value vector_row(const csuccess__vector *v, uint32_t row)
{
    if (!csuccess__bit(v->valid, row)) return csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
    switch (v->kind) {
    case CSUCCESS__KIND_NUMBER:
        return csuccess__number(v->as.numbers[row]);
    case CSUCCESS__KIND_BOOL:
        return csuccess__boolean(csuccess__bit(v->as.bits, row));
    case CSUCCESS__KIND_TIME:
        return csuccess__time(v->as.times[row]);
    default:
        return v->as.values[row];
    }
}

/* A row is the same whether it is looked at alone or in its block. */
static void check_views(const csuccess_columns *columns, const csuccess_config *config)
{
    csuccess__column_machine *machine = NULL;
    csuccess_result failed = CSUCCESS_OK;
    FUZZ_CHECK(csuccess__column_machine_new(&machine, &memory, &config->limits) == CSUCCESS_OK);
    for (size_t at = 0; at < columns->rows; at += CSUCCESS__BLOCK) {
        size_t left = columns->rows - at;
        csuccess__column_frame frame = {columns->slots, config->schema->inputs, 0, at,
                                        left < CSUCCESS__BLOCK ? (uint32_t)left
                                                               : CSUCCESS__BLOCK};
        csuccess__column_machine_reset(machine);
        for (uint32_t slot = 0; slot < config->schema->inputs; slot++) {
            const csuccess__vector *v = csuccess__column_load(machine, &frame, slot, &failed);
            FUZZ_CHECK(v && failed == CSUCCESS_OK);
            for (uint32_t j = 0; j < frame.rows; j++) {
                csuccess__value row = csuccess__column_value(&columns->slots[slot], at + j, j);
                FUZZ_CHECK(same(vector_row(v, j), row));
            }
        }
    }
    csuccess__column_machine_free(machine);
}

static bool bit(const uint8_t *bits, size_t i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

/* Codes of a result are within its dictionary, and as many are null as it says. */
static void check_codes(const struct ArrowArray *array)
{
    int64_t nulls = 0;
    for (size_t i = 0; i < (size_t)array->length; i++) {
        bool null = array->buffers[0] && !bit(array->buffers[0], i);
        nulls += null;
        int8_t code = ((const int8_t *)array->buffers[1])[i];
        FUZZ_CHECK(null || (code >= 0 && code < array->dictionary->length));
    }
    FUZZ_CHECK(nulls == array->null_count);
}

static void check_results(const struct ArrowSchema *schema, const struct ArrowArray *array,
                          size_t rows)
{
    FUZZ_CHECK(schema->n_children == array->n_children && (size_t)array->length == rows);
    for (int64_t i = 0; i < array->n_children; i++) {
        const struct ArrowArray *child = array->children[i];
        FUZZ_CHECK(child->length == array->length && schema->children[i]->release);
        bool ours = strcmp(schema->children[i]->name, "status") == 0 ||
                    strcmp(schema->children[i]->name, "profile") == 0;
        if (ours) check_codes(child);
    }
}

static void export_it(csuccess_scorer *scorer, csuccess_columns *columns,
                      const csuccess_arrow_options *options)
{
    struct ArrowSchema schema;
    struct ArrowArray array, moved = {.release = NULL};
    size_t rows = csuccess_columns_rows(columns);
    csuccess_result result = csuccess_scorer_export(scorer, columns, INT64_C(1769817600000),
                                                    options, &schema, &array, NULL);
    FUZZ_CHECK((result == CSUCCESS_OK) == (schema.release != NULL) &&
               (result == CSUCCESS_OK) == (array.release != NULL));
    csuccess_columns_free(columns);
    if (result < 0) return;
    check_results(&schema, &array, rows);
    if (array.n_children > 0) { /* one that is moved out lives on */
        moved = *array.children[0];
        array.children[0]->release = NULL;
    }
    schema.release(&schema);
    array.release(&array);
    if (moved.release) moved.release(&moved);
}

static csuccess_config *config;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source s = {data, size, 1};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_arrow_options options = CSUCCESS_ARROW_OPTIONS_INIT;
    csuccess_columns *columns = NULL;
    csuccess_scorer *scorer = NULL;
    if (!config) {
        csuccess_str text = {document, sizeof document - 1};
        FUZZ_CHECK(csuccess_config_compile(&config, text, NULL, NULL) == CSUCCESS_OK);
    }
    uint8_t what = next(&s);
    options.allocator = &memory;
    options.flags = what & 1 ? CSUCCESS_ARROW_STRICT : 0;
    options.results = what >> 1 & 7;
    if (what >= 192) options.customer = CSUCCESS_STR("other");
    pair p = batch(&s);
    struct ArrowSchema schema = p.schema;
    struct ArrowArray array = p.array;
    csuccess_result result =
        csuccess_columns_import(&columns, config, &p.schema, &p.array, &options, &err);
    FUZZ_CHECK((result == CSUCCESS_OK) == (columns != NULL));
    if (result == CSUCCESS_OK) {
        FUZZ_CHECK(!p.schema.release && !p.array.release);
        FUZZ_CHECK(csuccess_scorer_new(&scorer, config, &memory, NULL) == CSUCCESS_OK);
        if (columns->rows <= MOST_ITEMS) {
            check_views(columns, config);
            export_it(scorer, columns, &options);
        } else {
            csuccess_columns_free(columns);
        }
        csuccess_scorer_free(scorer);
    } else {
        FUZZ_CHECK(err.message[0] != '\0');
        FUZZ_CHECK(memcmp(&schema, &p.schema, sizeof schema) == 0 &&
                   memcmp(&array, &p.array, sizeof array) == 0);
        release_schema(&p.schema);
        release_array(&p.array);
    }
    FUZZ_CHECK(standing == 0 && live == 0);
    return 0;
}
