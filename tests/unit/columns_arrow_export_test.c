/* SPDX-License-Identifier: Apache-2.0 */
/* Results as batches and as streams: the values of csuccess_scorer_columns, who owns what and for how long, refused memory. */
#include "columns_arrow.h"

#include <errno.h>

enum { ROWS = 1500 };

static const char document[] =
    "{\"csuccess\": 1, \"name\": \"e@1\", \"attributes\": {\"n\": {\"type\": \"number\"}, "
    "\"plan\": {\"type\": \"string\"}, \"gone\": {\"type\": \"bool\"}},"
    "\"health\": {\"profiles\": {"
    "\"paid\": {\"when\": \"plan == 'pro'\", \"score\": {\"combine\": \"weighted_mean\", "
    "\"of\": {"
    "\"n\": {\"weight\": 1, \"value\": \"n\", \"range\": [0, 100]}}},"
    "\"bands\": {\"good\": {\"from\": 60}, \"poor\": {\"from\": 20}, \"bad\": {}}, "
    "\"churned_when\": \"gone\"},"
    "\"free\": {\"when\": \"plan == 'free'\", \"score\": {\"combine\": \"weighted_mean\", "
    "\"of\": {"
    "\"n\": {\"weight\": 1, \"value\": \"n / 2\", \"range\": [0, 100]}}},"
    "\"bands\": {\"fine\": {\"from\": 40}, \"bad\": {}}}}},"
    "\"churn\": {\"model\": {\"scorecard\": {\"combine\": \"noisy_or\", \"of\": {"
    "\"h\": {\"weight\": 0.7, \"value\": \"clamp((80 - health.raw) / 80, 0, 1)\"}}}},"
    "\"levels\": {\"high\": {\"from\": 0.5}, \"low\": {}}},"
    "\"segments\": {\"rich\": {\"when\": \"n > 50\"}, \"lost\": {\"when\": \"gone\"}}}";

static double numbers[ROWS];
static int8_t plans[ROWS];
static uint8_t gone[ROWS / 8 + 1], valid[ROWS / 8 + 1];
static const char *const plan_words[] = {"pro", "free", "odd"};

static batch people(size_t first, size_t rows)
{
    char ids[512][8];
    const char *list[512];
    for (size_t i = 0; i < ROWS; i++) {
        numbers[i] = (double)(i * 37 % 101);
        plans[i] = (int8_t)(i % 3);
    }
    for (size_t i = 0; i < sizeof valid; i++) {
        valid[i] = (uint8_t)(i * 73 + 5);
        gone[i] = (uint8_t)(i * 31 & 0x29);
    }
    for (size_t i = 0; i < 500; i++) {
        snprintf(ids[i], sizeof ids[i], "c%zu", i);
        list[i] = ids[i];
    }
    batch b = a_batch((int64_t)rows);
    struct ArrowArray array = number_array(numbers, ROWS);
    put_buffer(&array, 0, valid, sizeof valid);
    array.null_count = -1;
    add(&b, a_schema("g", "n"), array);
    struct ArrowSchema schema = a_schema("c", "plan");
    array = an_array(ROWS, 0, 2);
    put_buffer(&array, 1, plans, sizeof plans);
    put_words(&schema, &array, a_schema("u", ""), text_array(plan_words, 3, 4));
    add(&b, schema, array);
    array = an_array(ROWS, 0, 2);
    put_buffer(&array, 1, gone, sizeof gone);
    add(&b, a_schema("b", "gone"), array);
    if (rows <= 300) add(&b, a_schema("u", "customer_id"), text_array(list, 500, 4));
    b.array.offset = (int64_t)first;
    return b;
}

/* ---- Values ---- */

static struct {
    double score[ROWS], raw[ROWS], completeness[ROWS], probability[ROWS], confidence[ROWS];
    uint8_t status[ROWS], trend[ROWS], profile[ROWS], level[ROWS], source[ROWS];
    uint8_t scored[ROWS / 8 + 1], predicted[ROWS / 8 + 1], degraded[ROWS / 8 + 1];
    uint8_t members[2][ROWS / 8 + 1];
} plain;

static void score_plainly(csuccess_scorer *scorer, const csuccess_columns *columns)
{
    uint8_t *const members[] = {plain.members[0], plain.members[1]};
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.score = plain.score;
    out.raw = plain.raw;
    out.completeness = plain.completeness;
    out.probability = plain.probability;
    out.confidence = plain.confidence;
    out.status = plain.status;
    out.trend = plain.trend;
    out.profile = plain.profile;
    out.level = plain.level;
    out.source = plain.source;
    out.scored = plain.scored;
    out.predicted = plain.predicted;
    out.degraded = plain.degraded;
    out.segments = members;
    CHECK_OK(csuccess_scorer_columns(scorer, columns, 0, csuccess_columns_rows(columns), now,
                                     &out, NULL));
}

static const char *given(csuccess_result result, csuccess_str name)
{
    static char text[64];
    snprintf(text, sizeof text, "%.*s", result == CSUCCESS_OK ? (int)name.len : 0, name.ptr);
    return text;
}

static const char *name_of(csuccess_config *config, int what, size_t i)
{
    static const char *const trends[] = {"", "improving", "stable", "declining"};
    static const char *const sources[] = {"",     "learned",   "xgboost",
                                          "host", "scorecard", "last"};
    csuccess_str name = {"", 0};
    switch (what) {
    case 0:
        if (plain.status[i] == 254) return "churned";
        return given(csuccess_config_band(config, plain.profile[i], plain.status[i], &name),
                     name);
    case 1:
        return trends[plain.trend[i]];
    case 2:
        return given(csuccess_config_profile(config, plain.profile[i], &name), name);
    case 3:
        return given(csuccess_config_level(config, plain.level[i], &name), name);
    default:
        return sources[plain.source[i]];
    }
}

static void words_agree(csuccess_config *config, const batch *got, int64_t rows)
{
    static const char *const names[] = {"status", "trend", "profile", "churn_level",
                                        "churn_source"};
    for (int what = 0; what < 5; what++) {
        const struct ArrowArray *array = column(&got->schema, &got->array, names[what]);
        int64_t nulls = 0;
        for (int64_t i = 0; i < rows; i++) {
            nulls += is_null(array, i);
            if (!CHECK_STR(word_at(array, i), name_of(config, what, (size_t)i))) return;
        }
        CHECK_INT(array->null_count, nulls);
    }
}

static void numbers_agree(const batch *got, int64_t rows)
{
    const struct {
        const char *name;
        const double *values;
        const uint8_t *there;
    } all[] = {{"score", plain.score, plain.scored},
               {"raw", plain.raw, plain.scored},
               {"completeness", plain.completeness, NULL},
               {"churn_probability", plain.probability, plain.predicted},
               {"churn_confidence", plain.confidence, plain.predicted}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const struct ArrowArray *array = column(&got->schema, &got->array, all[k].name);
        const double *values = array->buffers[1];
        int64_t nulls = 0, wrong = 0;
        CHECK((uintptr_t)values % 64 == 0);
        for (int64_t i = 0; i < rows; i++) {
            bool there = all[k].there ? bit_at(all[k].there, i) : plain.profile[i] != 255;
            nulls += !there;
            wrong += is_null(array, i) == there;
            wrong += there && memcmp(&values[i], &all[k].values[i], sizeof *values) != 0;
        }
        CHECK_INT(wrong, 0);
        CHECK_INT(array->null_count, nulls);
        CHECK(nulls < rows && (k > 2 || nulls > 0));
    }
}

static void flags_agree(const batch *got, int64_t rows)
{
    static const char *const names[] = {"churn_degraded", "segment:rich", "segment:lost"};
    const uint8_t *const bits[] = {plain.degraded, plain.members[0], plain.members[1]};
    for (size_t k = 0; k < 3; k++) {
        const struct ArrowArray *array = column(&got->schema, &got->array, names[k]);
        for (int64_t i = 0; i < rows; i++) {
            if (!CHECK(bit_at(array->buffers[1], i) == bit_at(bits[k], i))) return;
        }
        CHECK_INT(array->null_count, 0);
    }
}

static void results_are_those_of_the_scorer(void)
{
    csuccess_config *config = compile(document);
    csuccess_scorer *scorer = NULL;
    csuccess_columns *columns = NULL;
    csuccess_arrow_options options = CSUCCESS_ARROW_OPTIONS_INIT;
    batch b = people(3, ROWS - 7), got;
    if (!config || !CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL))) return;
    options.results = 7;
    CHECK_OK(csuccess_columns_import(&columns, config, &b.schema, &b.array, NULL, NULL));
    score_plainly(scorer, columns);
    CHECK_OK(
        csuccess_scorer_export(scorer, columns, now, &options, &got.schema, &got.array, NULL));
    CHECK_INT(got.schema.n_children, 13);
    CHECK_CSTR(got.schema.format, "+s");
    words_agree(config, &got, ROWS - 7);
    numbers_agree(&got, ROWS - 7);
    flags_agree(&got, ROWS - 7);
    drop(&got);
    CHECK_OK(csuccess_scorer_export(scorer, columns, now, NULL, &got.schema, &got.array, NULL));
    CHECK_INT(got.schema.n_children, 11);
    drop(&got);
    csuccess_columns_free(columns);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
    CHECK_RELEASED();
}

/* More names than a signed byte counts, and columns that were bound by hand. */
static void many_names_have_wider_codes(void)
{
    static char text[16384];
    static const char *const whens[] = {"\"when\": \"n < 50\",", "\"when\": \"n < 100\",", ""};
    double values[200];
    size_t n = (size_t)snprintf(
        text, sizeof text,
        "{\"csuccess\": 1, \"name\": \"m@1\", \"attributes\": {\"n\": {\"type\": \"number\"}},"
        "\"health\": {\"profiles\": {");
    for (int p = 0; p < 3; p++) { /* fifty rows each, the last what is left too */
        n += (size_t)snprintf(
            text + n, sizeof text - n,
            "%s\"p%d\": {%s \"score\": {\"combine\": \"weighted_mean\", \"of\": "
            "{\"n\": {\"weight\": 1, \"value\": \"n / 2\", \"range\": [0, 100]}}}, "
            "\"bands\": {",
            p ? ", " : "", p, whens[p]);
        for (int i = 49; i > 0; i--) {
            n += (size_t)snprintf(text + n, sizeof text - n, "\"b%d\": {\"from\": %d.%d}, ",
                                  50 * p + i, (50 * p + i) / 2, i % 2 * 5);
        }
        n += (size_t)snprintf(text + n, sizeof text - n, "\"b%d\": {}}}", 50 * p);
    }
    snprintf(text + n, sizeof text - n, "}}}");
    csuccess_config *config = compile(text);
    csuccess_scorer *scorer = NULL;
    csuccess_columns *columns = NULL;
    batch got;
    if (!config || !CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL))) return;
    for (int i = 0; i < 200; i++) values[i] = i;
    CHECK_OK(csuccess_columns_new(&columns, config, 200, NULL, NULL));
    CHECK_OK(csuccess_columns_bind_f64(columns, 0, values, NULL));
    CHECK_OK(csuccess_scorer_export(scorer, columns, now, NULL, &got.schema, &got.array, NULL));
    csuccess_columns_free(columns);
    const struct ArrowArray *status = column(&got.schema, &got.array, "status");
    const int16_t *codes = status->buffers[1];
    const int32_t *offsets = status->dictionary->buffers[1];
    for (int i = 0; i < 200; i++) {
        char name[16];
        snprintf(name, sizeof name, "b%d", i < 149 ? i : 149);
        csuccess_str word = {(const char *)status->dictionary->buffers[2] + offsets[codes[i]],
                             (size_t)(offsets[codes[i] + 1] - offsets[codes[i]])};
        if (!CHECK_STR(word, name)) break;
    }
    CHECK_CSTR(got.schema.children[3]->format, "s");
    CHECK_INT(got.schema.n_children, 11);
    drop(&got);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
}

/* ---- Ownership ---- */

static bool is_id(const struct ArrowArray *ids, int64_t row, const char *expected)
{
    const int32_t *offsets = ids->buffers[1];
    int64_t at = row + ids->offset;
    csuccess_str id = {(const char *)ids->buffers[2] + offsets[at],
                       (size_t)(offsets[at + 1] - offsets[at])};
    return CHECK_STR(id, expected);
}

/* The customers' column outlives columns, scorer and its own batch, and is the producer's memory. */
static void customers_are_handed_through(void)
{
    csuccess_config *config = compile(document);
    csuccess_scorer *scorer = NULL;
    csuccess_columns *columns = NULL;
    batch b = people(10, 200), got;
    if (!config || !CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL))) return;
    const void *bytes = b.array.children[3]->buffers[2];
    const int before = counted.released;
    CHECK_OK(csuccess_columns_import(&columns, config, &b.schema, &b.array, NULL, NULL));
    CHECK_OK(csuccess_scorer_export(scorer, columns, now, NULL, &got.schema, &got.array, NULL));
    csuccess_columns_free(columns);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
    CHECK_INT(counted.released, before);
    struct ArrowArray ids = *got.array.children[0], score = *got.array.children[1];
    struct ArrowArray words = *got.array.children[4]->dictionary;
    struct ArrowSchema id_schema = *got.schema.children[0];
    got.array.children[0]->release = got.array.children[1]->release = NULL;
    got.array.children[4]->dictionary->release = NULL;
    got.schema.children[0]->release = NULL;
    drop(&got);
    CHECK_CSTR(id_schema.name, "customer_id");
    CHECK_CSTR(id_schema.format, "u");
    CHECK(ids.buffers[2] == bytes);
    CHECK_INT(ids.length, 200);
    is_id(&ids, 0, "c10");
    is_id(&ids, 199, "c209");
    score.release(&score);
    words.release(&words);
    CHECK_INT(counted.released, before);
    ids.release(&ids);
    CHECK(!ids.release && counted.released < counted.made);
    id_schema.release(&id_schema);
    CHECK_RELEASED();
}

static csuccess_result import_and_export(check_memory *memory, void *ud)
{
    csuccess_config *config = ud;
    csuccess_scorer *scorer = NULL;
    csuccess_columns *columns = NULL;
    csuccess_arrow_options options = CSUCCESS_ARROW_OPTIONS_INIT;
    batch b = people(1, 200), got = {{.release = NULL}, {.release = NULL}};
    options.allocator = &memory->allocator;
    options.results = 7;
    csuccess_result result =
        csuccess_columns_import(&columns, config, &b.schema, &b.array, &options, NULL);
    CHECK((result == CSUCCESS_OK) == (b.schema.release == NULL));
    CHECK((result == CSUCCESS_OK) == (b.array.release == NULL));
    if (result == CSUCCESS_OK) {
        result = csuccess_scorer_new(&scorer, config, &memory->allocator, NULL);
    }
    if (result == CSUCCESS_OK) {
        result = csuccess_scorer_export(scorer, columns, now, &options, &got.schema, &got.array,
                                        NULL);
        CHECK((result == CSUCCESS_OK) == (got.schema.release != NULL));
        CHECK((result == CSUCCESS_OK) == (got.array.release != NULL));
    }
    csuccess_columns_free(columns);
    csuccess_scorer_free(scorer);
    drop(&got);
    drop(&b);
    CHECK_RELEASED();
    return result;
}

/* ---- Streams ---- */

/* A producer of batches; behind the last it ends, or fails. */
typedef struct producer {
    int batches, at, fail_at, bad_at, empty_at;
    int live;
} producer;

static producer *of(struct ArrowArrayStream *stream)
{
    return stream->private_data;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    (void)stream;
    batch b = people(0, 200);
    *out = b.schema;
    b.array.release(&b.array);
    return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    producer *p = of(stream);
    *out = (struct ArrowArray){.release = NULL};
    p->at++;
    if (p->at == p->fail_at) return EIO;
    if (p->at > p->batches) return 0;
    batch b = people((size_t)p->at, p->at == p->empty_at ? 0 : 100);
    if (p->at == p->bad_at) b.array.children[0]->length = 1;
    *out = b.array;
    b.schema.release(&b.schema);
    return 0;
}

static const char *last_error(struct ArrowArrayStream *stream)
{
    return of(stream)->at >= 0 ? "the disk is gone" : NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    of(stream)->live--;
    stream->release = NULL;
}

static struct ArrowArrayStream stream_of(producer *p)
{
    p->live = 1;
    return (struct ArrowArrayStream){get_schema, get_next, last_error, release_stream, p};
}

/* Batches until the end or an error; the rows. */
static int64_t read_all(struct ArrowArrayStream *stream, int *code)
{
    int64_t rows = 0;
    for (;;) {
        struct ArrowArray array;
        *code = stream->get_next(stream, &array);
        if (*code != 0 || !array.release) return rows;
        CHECK_INT(array.n_children, 12);
        rows += array.length;
        array.release(&array);
    }
}

static void try_stream(csuccess_config *config, producer p, int64_t rows, int code,
                       const char *message)
{
    struct ArrowArrayStream in = stream_of(&p), out;
    struct ArrowSchema schema;
    struct ArrowArray again;
    int got;
    if (!CHECK_OK(csuccess_score_stream(&out, config, &in, now, NULL, NULL))) return;
    CHECK(!in.release && p.live == 1);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(out.get_schema(&out, &schema), 0);
        CHECK_INT(schema.n_children, 12);
        CHECK_CSTR(schema.children[0]->name, "customer_id");
        schema.release(&schema);
    }
    CHECK(out.get_last_error(&out) == NULL);
    CHECK_INT(read_all(&out, &got), rows);
    CHECK_INT(got, code);
    if (message) CHECK_HAS(out.get_last_error(&out), message);
    CHECK_INT(out.get_next(&out, &again), code);
    CHECK(!again.release);
    out.release(&out);
    CHECK(!out.release && p.live == 0);
    CHECK_RELEASED();
}

static void streams(void)
{
    csuccess_config *config = compile(document);
    if (!config) return;
    try_stream(config, (producer){.batches = 0}, 0, 0, NULL);
    try_stream(config, (producer){.batches = 3}, 300, 0, NULL);
    try_stream(config, (producer){.batches = 3, .empty_at = 2}, 200, 0, NULL);
    try_stream(config, (producer){.batches = 3, .fail_at = 2}, 100, EIO,
               "batch 2: the producer failed: the disk is gone");
    try_stream(config, (producer){.batches = 3, .bad_at = 3}, 200, EINVAL,
               "batch 3: column \"n\"");
    csuccess_config_unref(config);
}

/* Released in the middle, with a batch still in use. */
static void streams_may_be_left(void)
{
    csuccess_config *config = compile(document);
    producer p = {.batches = 3};
    struct ArrowArrayStream in = stream_of(&p), out;
    struct ArrowArray array;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_arrow_options options = CSUCCESS_ARROW_OPTIONS_INIT;
    if (!config) return;
    options.customer = view("nobody");
    CHECK_RESULT(csuccess_score_stream(&out, config, &in, now, &options, &err), CSUCCESS_ENAME);
    CHECK(!out.release && in.release && p.live == 1);
    CHECK_RESULT(csuccess_score_stream(&out, config, NULL, now, NULL, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_score_stream(&out, config, &in, INT64_MAX, NULL, &err),
                 CSUCCESS_EINVALID);
    CHECK_OK(csuccess_score_stream(&out, config, &in, now, NULL, &err));
    csuccess_config_unref(config);
    CHECK_INT(out.get_next(&out, &array), 0);
    out.release(&out);
    CHECK_INT(p.live, 0);
    is_id(array.children[0], 99, "c100");
    array.release(&array);
    CHECK_RELEASED();
}

static csuccess_result read_stream(check_memory *memory, void *ud)
{
    producer p = {.batches = 2};
    struct ArrowArrayStream in = stream_of(&p), out;
    struct ArrowSchema schema;
    csuccess_arrow_options options = CSUCCESS_ARROW_OPTIONS_INIT;
    int code = 0;
    options.allocator = &memory->allocator;
    csuccess_result result = csuccess_score_stream(&out, ud, &in, now, &options, NULL);
    CHECK((result == CSUCCESS_OK) == (in.release == NULL));
    if (in.release) in.release(&in);
    if (result < 0) return result;
    code = out.get_schema(&out, &schema);
    if (code == 0) {
        schema.release(&schema);
        (void)read_all(&out, &code);
    }
    out.release(&out);
    CHECK_INT(p.live, 0);
    CHECK_RELEASED();
    CHECK(code == 0 || code == ENOMEM);
    return code == 0 ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

static void refused_memory(void)
{
    csuccess_config *config = compile(document);
    if (!config) return;
    CHECK(check_faults(import_and_export, config) > 40);
    CHECK(check_faults(read_stream, config) > 40);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(results_are_those_of_the_scorer), CHECK_TEST(many_names_have_wider_codes),
           CHECK_TEST(customers_are_handed_through), CHECK_TEST(streams),
           CHECK_TEST(streams_may_be_left), CHECK_TEST(refused_memory))
