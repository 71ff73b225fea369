/* SPDX-License-Identifier: Apache-2.0 */
/* Producers that contradict themselves: each is refused with its code and a message that names the place, and nothing is taken over. */
#include "columns_arrow.h"

#include <stddef.h>

static const char document[] =
    "{\"csuccess\": 1, \"name\": \"h@1\", \"attributes\": {"
    "\"n\": {\"type\": \"number\"}, \"s\": {\"type\": \"string\"}, \"v\": {\"type\": "
    "\"string\"},"
    "\"c\": {\"type\": \"string\"}, \"l\": {\"type\": \"list\", \"of\": \"number\"},"
    "\"b\": {\"type\": \"bool\"}},"
    "\"segments\": {\"a\": {\"when\": \"n > 1 && s == 'x' && v == 'x' && c == 'x' && 1 in "
    "l\"},"
    "\"big\": {\"when\": \"n > 1\"}}}";

enum { N, S, V, C, L, B, ID, COLUMNS };

static const char *const words[] = {"one", "two", "three"};

static struct ArrowArray views(void)
{
    static const char heap[] = "a text of more than twelve bytes";
    const int64_t size = sizeof heap - 1;
    int32_t list[3][4] = {{0}};
    struct ArrowArray array = an_array(3, 0, 4);
    for (int i = 0; i < 3; i++) {
        list[i][0] = 20;
        memcpy(&list[i][1], heap, 4);
    }
    put_buffer(&array, 1, list, sizeof list);
    put_buffer(&array, 2, heap, sizeof heap - 1);
    put_buffer(&array, 3, &size, sizeof size);
    return array;
}

/* Three rows of everything, which are taken as they are. */
static batch whole(void)
{
    static const double numbers[] = {1, 2, 3};
    static const int8_t codes[] = {0, 2, 1};
    static const int32_t ends[] = {0, 1, 1, 3};
    static const uint8_t bits[] = {5};
    batch b = a_batch(3);
    add(&b, a_schema("g", "n"), number_array(numbers, 3));
    add(&b, a_schema("u", "s"), text_array(words, 3, 4));
    add(&b, a_schema("vu", "v"), views());
    struct ArrowSchema schema = a_schema("c", "c");
    struct ArrowArray array = an_array(3, 0, 2);
    put_buffer(&array, 1, codes, sizeof codes);
    put_words(&schema, &array, a_schema("u", ""), text_array(words, 3, 4));
    add(&b, schema, array);
    schema = a_schema("+l", "l");
    array = an_array(3, 0, 2);
    put_buffer(&array, 1, ends, sizeof ends);
    put_schema(&schema, a_schema("g", "item"));
    put_array(&array, number_array(numbers, 3));
    add(&b, schema, array);
    array = an_array(3, 0, 2);
    put_buffer(&array, 1, bits, sizeof bits);
    add(&b, a_schema("b", "b"), array);
    add(&b, a_schema("u", "customer_id"), text_array(words, 3, 4));
    return b;
}

/* ---- What is wrong with it ---- */

static struct ArrowArray *array(batch *b, int column)
{
    return b->array.children[column];
}

static struct ArrowSchema *schema(batch *b, int column)
{
    return b->schema.children[column];
}

static void *values(batch *b, int column)
{
    return (void *)(uintptr_t)array(b, column)->buffers[1];
}

#define CASE(name, code, message, change) \
    static void name(batch *b) \
    { \
        change; \
    }
#define CASES(X) \
    X(schema_released, EINVALID, "released", b->schema.release = NULL) \
    X(array_released, EINVALID, "released", b->array.release = NULL) \
    X(no_format, EINVALID, "format", b->schema.format = NULL) \
    X(no_struct, ETYPE, "no record batch", b->schema.format = "u") \
    X(root_dictionary, ETYPE, "no record batch", b->schema.dictionary = schema(b, S)) \
    X(fewer_than_no_columns, EINVALID, "columns", b->schema.n_children = -1) \
    X(no_columns_at_all, EINVALID, "columns", b->schema.children = NULL) \
    X(too_many_columns, ELIMIT, "65537 columns", b->schema.n_children = 65537) \
    X(column_null, EINVALID, "column 2", b->schema.children[2] = NULL) \
    X(column_released, EINVALID, "column 2", schema(b, V)->release = NULL) \
    X(name_no_utf8, EENCODING, "column 5", schema(b, B)->name = "\xC3(") \
    X(twice, EINVALID, "two columns are called \"s\"", schema(b, V)->name = "s") \
    X(format_missing, EINVALID, "\"n\" has no format", schema(b, N)->format = NULL) \
    X(format_empty, EINVALID, "none of Arrow's", schema(b, N)->format = "") \
    X(format_unknown, EINVALID, "none of Arrow's", schema(b, N)->format = "gg") \
    X(decimal_half, EINVALID, "none of Arrow's", schema(b, N)->format = "d:") \
    X(decimal_no_scale, EINVALID, "none of Arrow's", schema(b, N)->format = "d:5") \
    X(decimal_bits, EINVALID, "none of Arrow's", schema(b, N)->format = "d:5,2,12") \
    X(decimal_precision, EINVALID, "none of Arrow's", schema(b, N)->format = "d:0,2") \
    X(decimal_scale, EINVALID, "none of Arrow's", schema(b, N)->format = "d:9,9999999999") \
    X(decimal_more, EINVALID, "none of Arrow's", schema(b, N)->format = "d:9,2,128,") \
    X(list_size, EINVALID, "none of Arrow's", schema(b, L)->format = "+w:-3") \
    X(list_no_size, EINVALID, "none of Arrow's", schema(b, L)->format = "+w:") \
    X(other_type, ETYPE, "\"n\" is of type utf8", schema(b, N)->format = "u") \
    X(time_of_day, ETYPE, "\"n\" is of type time32[s]", schema(b, N)->format = "tts") \
    X(binary, ETYPE, "\"s\" is of type binary", schema(b, S)->format = "z") \
    X(other_items, ETYPE, "list of utf8", schema(b, L)->children[0]->format = "u") \
    X(lists_of_lists, ETYPE, "list of list", schema(b, L)->children[0]->format = "+l") \
    X(no_items, EINVALID, "one child", schema(b, L)->n_children = 0) \
    X(items_null, EINVALID, "one child", schema(b, L)->children[0] = NULL) \
    X(items_released, EINVALID, "one child", schema(b, L)->children[0]->release = NULL) \
    X(codes_no_integers, EINVALID, "codes of type float64", schema(b, C)->format = "g") \
    X(words_released, EINVALID, "dictionary", schema(b, C)->dictionary->release = NULL) \
    X(words_of_words, EINVALID, "dictionary", \
      schema(b, C)->dictionary->dictionary = schema(b, S)) \
    X(words_no_texts, ETYPE, "dictionary of float64", schema(b, C)->dictionary->format = "g") \
    X(words_not_for_numbers, ETYPE, "dictionary of utf8", schema(b, N)->format = "c"; \
      schema(b, N)->dictionary = schema(b, S)) \
    X(rows_negative, EINVALID, "negative", b->array.length = -1) \
    X(offset_negative, EINVALID, "negative", b->array.offset = -1) \
    X(rows_overflow, ERANGE, "memory", b->array.length = INT64_MAX; b->array.offset = 1) \
    X(nulls_below, EINVALID, "nulls", b->array.null_count = -2) \
    X(nulls_beyond, EINVALID, "nulls", b->array.null_count = 4) \
    X(null_rows, EINVALID, "null as a whole", b->array.null_count = 1) \
    X(not_one_buffer, EINVALID, "one buffer", b->array.n_buffers = 2) \
    X(other_children, EINVALID, "children", b->array.n_children = COLUMNS - 1) \
    X(children_gone, EINVALID, "children", b->array.children = NULL) \
    X(child_null, EINVALID, "child", b->array.children[S] = NULL) \
    X(child_released, EINVALID, "child", array(b, S)->release = NULL) \
    X(child_short, EINVALID, "\"n\": its array is shorter", array(b, N)->length = 2) \
    X(batch_sliced_short, EINVALID, "shorter", b->array.offset = 1) \
    X(child_negative, EINVALID, "\"n\"", array(b, N)->length = -3) \
    X(child_offset_negative, EINVALID, "\"n\"", array(b, N)->offset = INT64_MIN) \
    X(child_overflow, ERANGE, "\"n\"", array(b, N)->offset = INT64_MAX - 2) \
    X(child_too_wide, ERANGE, "\"n\"", array(b, N)->offset = INT64_MAX - 8) \
    X(child_nulls, EINVALID, "\"n\"", array(b, N)->null_count = 4) \
    X(child_nulls_below, EINVALID, "\"n\"", array(b, N)->null_count = INT64_MIN) \
    X(nulls_nowhere, EINVALID, "bitmap", array(b, N)->null_count = 1) \
    X(buffers_few, EINVALID, "buffers", array(b, N)->n_buffers = 1) \
    X(buffers_many, EINVALID, "buffers", array(b, N)->n_buffers = INT64_MAX) \
    X(buffers_none, EINVALID, "buffers", array(b, N)->buffers = NULL) \
    X(no_values, EINVALID, "no buffer of values", array(b, N)->buffers[1] = NULL) \
    X(no_bits, EINVALID, "no buffer of values", array(b, B)->buffers[1] = NULL) \
    X(no_offsets, EINVALID, "\"s\"", array(b, S)->buffers[1] = NULL) \
    X(no_bytes, EINVALID, "\"s\"", array(b, S)->buffers[2] = NULL) \
    X(children_too_many, EINVALID, "children", array(b, N)->n_children = 1) \
    X(dictionary_too_many, EINVALID, "dictionary", array(b, N)->dictionary = array(b, S)) \
    X(dictionary_missing, EINVALID, "dictionary", array(b, C)->dictionary = NULL) \
    X(offsets_negative, ERANGE, "below zero at row 0", ((int32_t *)values(b, S))[0] = -1) \
    X(offsets_descend, ERANGE, "descend at row 1", ((int32_t *)values(b, S))[2] = 2) \
    X(no_utf8, EENCODING, "row 1 is not UTF-8", \
      ((char *)(uintptr_t)array(b, S)->buffers[2])[4] = '\xFF') \
    X(cut_utf8, EENCODING, "row 0", \
      memcpy((char *)(uintptr_t)array(b, S)->buffers[2] + 2, "\xC3\xA4", 2)) \
    X(view_negative, ERANGE, "negative length at row 2", ((int32_t *)values(b, V))[8] = -1) \
    X(view_no_buffer, ERANGE, "not there at row 1", ((int32_t *)values(b, V))[6] = 1) \
    X(view_buffer_negative, ERANGE, "not there", ((int32_t *)values(b, V))[6] = -1) \
    X(view_offset_negative, ERANGE, "not there", ((int32_t *)values(b, V))[7] = -1) \
    X(view_beyond, ERANGE, "beyond the end", ((int32_t *)values(b, V))[7] = 13) \
    X(view_too_long, ERANGE, "beyond the end", ((int32_t *)values(b, V))[4] = INT32_MAX) \
    X(view_no_sizes, EINVALID, "how long", array(b, V)->buffers[3] = NULL) \
    X(view_heap_gone, ERANGE, "beyond the end", array(b, V)->buffers[2] = NULL) \
    X(view_inline_no_utf8, EENCODING, "row 0", ((int32_t *)values(b, V))[0] = 4; \
      memset((char *)values(b, V) + 4, 0xFF, 4)) \
    X(view_few_buffers, EINVALID, "buffers", array(b, V)->n_buffers = 2) \
    X(code_beyond, ERANGE, "dictionary does not have at row 2", \
      ((int8_t *)values(b, C))[2] = 3) \
    X(code_negative, ERANGE, "dictionary does not have at row 0", \
      ((int8_t *)values(b, C))[0] = -1) \
    X(words_short, ERANGE, "dictionary does not have", array(b, C)->dictionary->length = 2) \
    X(words_negative, ERANGE, "dictionary", array(b, C)->dictionary->length = -1) \
    X(words_array_released, EINVALID, "released", array(b, C)->dictionary->release = NULL) \
    X(words_no_utf8, EENCODING, "UTF-8", \
      ((char *)(uintptr_t)array(b, C)->dictionary->buffers[2])[0] = '\xFF') \
    X(items_short, EINVALID, "shorter", array(b, L)->children[0]->length = 2) \
    X(items_gone, EINVALID, "child", array(b, L)->children[0] = NULL) \
    X(items_array_released, EINVALID, "released", array(b, L)->children[0]->release = NULL) \
    X(items_descend, ERANGE, "descend", ((int32_t *)values(b, L))[1] = 2) \
    X(items_too_many, ERANGE, "descend", ((int32_t *)values(b, L))[1] = INT32_MAX) \
    X(items_without_memory, ELIMIT, "row 0 has 999999999 items", \
      schema(b, L)->format = "+w:999999999"; \
      array(b, L)->n_buffers = 1; schema(b, L)->children[0]->format = "n"; \
      array(b, L)->children[0]->length = 2999999997) \
    X(customer_nested, ETYPE, "\"customer_id\"", schema(b, ID)->format = "+l") \
    X(customer_no_format, EINVALID, "\"customer_id\"", schema(b, ID)->format = NULL) \
    X(customer_short, EINVALID, "\"customer_id\"", array(b, ID)->length = 1) \
    X(customer_no_buffers, EINVALID, "\"customer_id\"", array(b, ID)->buffers = NULL) \
    X(customer_half_dictionary, EINVALID, "\"customer_id\"", \
      array(b, ID)->dictionary = array(b, S))

CASES(CASE)

static const struct {
    const char *name;
    void (*change)(batch *b);
    csuccess_result code;
    const char *message;
} cases[] = {
#define ROW(name, code, message, change) {#name, name, CSUCCESS_##code, message},
    CASES(ROW)
#undef ROW
};

static csuccess_config *config;

static csuccess_columns *import(batch *b, csuccess_result code, csuccess_error *err)
{
    csuccess_columns *columns = NULL;
    CHECK_RESULT(csuccess_columns_import(&columns, config, &b->schema, &b->array, NULL, err),
                 code);
    CHECK((columns != NULL) == (code == CSUCCESS_OK));
    return columns;
}

/* As it was made, so that releasing it is not what is tested. */
static void restore(batch *b, const batch *as)
{
    made *s = as->schema.private_data, *a = as->array.private_data;
    b->schema = as->schema;
    b->array = as->array;
    for (size_t i = 0; i < s->children; i++) s->schemas[i]->release = release_schema;
    for (size_t i = 0; i < a->children; i++) a->arrays[i]->release = release_array;
    for (size_t i = 0; i < s->children; i++) {
        made *inner = s->schemas[i]->private_data;
        for (size_t k = 0; k < inner->children; k++) {
            if (inner->schemas[k]) inner->schemas[k]->release = release_schema;
        }
        inner = a->arrays[i]->private_data;
        for (size_t k = 0; k < inner->children; k++) {
            if (inner->arrays[k]) inner->arrays[k]->release = release_array;
        }
    }
}

/* Places that a case may have set to NULL in the producer's own lists. */
typedef struct lists {
    made top_schema, top_array, list_schema, list_array;
} lists;

static void try_case(size_t i)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    unsigned before = check_failures;
    batch b = whole();
    const batch as = b;
    made *of[] = {b.schema.private_data, b.array.private_data, schema(&b, L)->private_data,
                  array(&b, L)->private_data};
    lists kept = {*of[0], *of[1], *of[2], *of[3]};
    int released = counted.released;
    cases[i].change(&b);
    batch given = b;
    csuccess_columns_free(import(&b, cases[i].code, &err));
    CHECK_HAS(err.message, cases[i].message);
    CHECK(memcmp(&given, &b, sizeof b) == 0);
    CHECK_INT(counted.released, released);
    *of[0] = kept.top_schema;
    *of[1] = kept.top_array;
    *of[2] = kept.list_schema;
    *of[3] = kept.list_array;
    restore(&b, &as);
    drop(&b);
    CHECK_RELEASED();
    if (check_failures != before) printf("# %s: %s\n", cases[i].name, err.message);
}

static void every_case_is_refused(void)
{
    config = compile(document);
    if (!config) return;
    batch b = whole();
    csuccess_columns_free(import(&b, CSUCCESS_OK, NULL));
    CHECK(!b.schema.release && !b.array.release);
    CHECK_RELEASED();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) try_case(i);
    csuccess_config_unref(config);
}

/* What is odd and yet not wrong. */
static void odd_batches_are_taken(void)
{
    config = compile(document);
    if (!config) return;
    batch b = whole();
    schema(&b, B)->name = NULL;  /* of no name: passed over */
    schema(&b, N)->format = "n"; /* what its buffers are does not matter then */
    csuccess_columns *columns = import(&b, CSUCCESS_OK, NULL);
    CHECK_INT(csuccess_columns_bound(columns, 0), 0);
    csuccess_columns_free(columns);
    b = whole();
    b.array.length = 0; /* no rows: buffers may be NULL */
    array(&b, N)->buffers[1] = NULL;
    array(&b, S)->buffers[1] = NULL;
    columns = import(&b, CSUCCESS_OK, NULL);
    CHECK_UINT(csuccess_columns_rows(columns), 0);
    csuccess_columns_free(columns);
    b = whole(); /* nulls without memory: as many as one likes, and they take none of ours */
    schema(&b, C)->dictionary->format = "n";
    array(&b, C)->dictionary->length = 4000000000;
    schema(&b, L)->children[0]->format = "n";
    array(&b, L)->children[0]->length = INT32_MAX;
    ((int32_t *)values(&b, L))[3] = INT32_MAX;
    array(&b, L)->null_count = 1;
    *(uint8_t *)put_buffer(array(&b, L), 0, NULL, 1) = 3;
    columns = import(&b, CSUCCESS_OK, NULL);
    CHECK_INT(csuccess_columns_bound(columns, C), 0);
    CHECK_INT(csuccess_columns_bound(columns, L), 1);
    csuccess_columns_free(columns);
    batch empty = a_batch(5); /* rows without a column */
    columns = import(&empty, CSUCCESS_OK, NULL);
    CHECK_UINT(csuccess_columns_rows(columns), 5);
    csuccess_columns_free(columns);
    CHECK_UINT(csuccess_columns_rows(NULL), 0);
    CHECK_INT(csuccess_columns_bound(NULL, 0), 0);
    CHECK_RELEASED();
    csuccess_config_unref(config);
}

/* Buffers that are not aligned are copied, and read the same. */
static void misaligned_buffers_are_copied(void)
{
    static const double numbers[] = {0, 7, 0.5};
    config = compile(document);
    csuccess_scorer *scorer = NULL;
    struct ArrowSchema got;
    struct ArrowArray results;
    csuccess_arrow_options options = CSUCCESS_ARROW_OPTIONS_INIT;
    if (!config || !CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL))) return;
    batch b = a_batch(3);
    struct ArrowArray array = an_array(3, 0, 2);
    char *block = put_buffer(&array, 1, NULL, sizeof numbers + 1);
    memcpy(block + 1, numbers, sizeof numbers);
    array.buffers[1] = block + 1;
    add(&b, a_schema("g", "n"), array);
    csuccess_columns *columns = import(&b, CSUCCESS_OK, NULL);
    options.results = CSUCCESS_ARROW_SEGMENTS;
    CHECK_OK(csuccess_scorer_export(scorer, columns, now, &options, &got, &results, NULL));
    csuccess_columns_free(columns);
    CHECK_INT(*(const uint8_t *)column(&got, &results, "segment:big")->buffers[1], 2);
    results.release(&results);
    got.release(&got);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
    CHECK_RELEASED();
}

static void wrong_calls(void)
{
    config = compile(document);
    csuccess_columns *columns = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_arrow_options options = CSUCCESS_ARROW_OPTIONS_INIT;
    if (!config) return;
    batch b = whole();
    CHECK_RESULT(csuccess_columns_import(NULL, config, &b.schema, &b.array, NULL, &err),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_columns_import(&columns, NULL, &b.schema, &b.array, NULL, &err),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_columns_import(&columns, config, NULL, &b.array, NULL, &err),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_columns_import(&columns, config, &b.schema, NULL, NULL, &err),
                 CSUCCESS_EINVALID);
    options.flags = 2;
    CHECK_RESULT(csuccess_columns_import(&columns, config, &b.schema, &b.array, &options, &err),
                 CSUCCESS_EABI);
    options.flags = CSUCCESS_ARROW_STRICT;
    schema(&b, N)->name = "sx";
    CHECK_RESULT(csuccess_columns_import(&columns, config, &b.schema, &b.array, &options, &err),
                 CSUCCESS_ENAME);
    CHECK_HAS(err.message, "\"sx\"");
    options.flags = 0;
    options.customer = view("who");
    CHECK_RESULT(csuccess_columns_import(&columns, config, &b.schema, &b.array, &options, &err),
                 CSUCCESS_ENAME);
    CHECK_HAS(err.message, "\"who\"");
    options.size = 4;
    CHECK_RESULT(csuccess_columns_import(&columns, config, &b.schema, &b.array, &options, &err),
                 CSUCCESS_EABI);
    CHECK(columns == NULL);
    drop(&b);
    CHECK_RELEASED();
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(every_case_is_refused), CHECK_TEST(odd_batches_are_taken),
           CHECK_TEST(misaligned_buffers_are_copied), CHECK_TEST(wrong_calls))
