/* SPDX-License-Identifier: Apache-2.0 */
/* Model documents: what is written says what was learned, is read back to the same predictions, and its digest is that of its canonical bytes. */
#include "check.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/str.h"
#include "churn/learn/document.h"

enum { ROWS = 6 };

static const double tenure[ROWS] = {1, 2, 40, 40, 5, (double)NAN};
static const double spend[ROWS] = {10, 20, 30, 40, 50, 60};
static const uint32_t plan[ROWS] = {0, 0, 1, 2, 0, CSUCCESS__WORD_MISSING};
static const uint32_t active[ROWS] = {0, 1, 1, 1, 0, 1};
static const uint8_t labels[ROWS] = {1, 0, 0, 0, 1, 0};
static const csuccess_str plans[] = {{"free", 4}, {"pro \"x\"", 7}, {"t\xc3\xa9", 3}};
static const csuccess_str truth[] = {{"false", 5}, {"true", 4}};
static const double bounds[] = {1.5, 12};

/* A table of numbers, one of words, a line, a grid of number and bool; a feature that nothing reads. */
static const double by_tenure[] = {0.5, 0.1, -0.25, 0.0625};
static const double sd_tenure[] = {0.1, 0.2, 0.3, 0.4};
static const double by_plan[] = {0.75, -1e-7, 0, 0.5};
static const double cells[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static const csuccess__feature features[] = {
    {.name = {"tenure", 6}, .numbers = tenure},
    {{"plan", 4}, false, NULL, plan, plans, 3, 0},
    {.name = {"unread", 6}, .numbers = tenure},
    {.name = {"spend", 5}, .numbers = spend},
    {{"active", 6}, true, NULL, active, truth, 2, 0},
};
static const csuccess__dataset data = {features, 5, ROWS, labels, NULL, NULL};
static const csuccess__term terms[] = {
    {.form = CSUCCESS__TERM_TABLE,
     .axes = {{0, 2, bounds, NULL}},
     .gives = by_tenure,
     .spread = sd_tenure},
    {.form = CSUCCESS__TERM_TABLE, .axes = {{1, 2, NULL, plans}}, .gives = by_plan},
    {.form = CSUCCESS__TERM_LINE,
     .axes = {{3, 0, NULL, NULL}},
     .slope = 0.5,
     .offset = -1,
     .low = 10,
     .high = 60,
     .missing = 0.125},
    {.form = CSUCCESS__TERM_GRID,
     .axes = {{0, 2, bounds, NULL}, {4, 2, NULL, truth}},
     .gives = cells,
     .spread = cells},
};
static const csuccess__learned model = {-1.5, terms, 4, 0.5};

static csuccess__document_head head_of(void)
{
    csuccess__document_head head = {
        .name = CSUCCESS_STR("m"),
        .kind = CSUCCESS_STR("additive"),
        .target = CSUCCESS_STR("churn"),
        .horizon = CSUCCESS_STR("P30D"),
        .dated = true,
        .calibrated = true,
        .calibration = {.form = CSUCCESS__CALIBRATION_PLATT, .slope = 1.02, .intercept = -0.01},
        .training = CSUCCESS_STR("{\"rows\": 6}")};
    return head;
}

static const char *const expected =
    "{\"csuccess_model\":1,\"name\":\"m\",\"kind\":\"additive\",\"target\":\"churn\","
    "\"horizon\":\"P30D\",\"dated\":true,\"calibrated\":true,"
    "\"metrics\":{\"tenure\":{\"type\":\"number\"},\"plan\":{\"type\":\"string\"},"
    "\"spend\":{\"type\":\"number\"},\"active\":{\"type\":\"bool\"}},"
    "\"scorecard\":{\"combine\":\"sum\",\"link\":\"logistic\",\"intercept\":-1.5,"
    "\"calibration\":{\"platt\":[1.02,-0.01]},\"of\":{"
    "\"tenure\":{\"value\":\"tenure\",\"points\":{\"upto\":[[1.5,0.5],[12,0.1]],\"else\":-0.25}"
    ","
    "\"missing\":{\"value\":0.0625}},"
    "\"plan\":{\"value\":\"plan\",\"points\":{\"map\":{\"free\":0.75,\"pro \\\"x\\\"\":-1e-7},"
    "\"else\":0},\"missing\":{\"value\":0.5}},"
    "\"spend\":{\"value\":\"spend\",\"points\":{\"linear\":[[10,4],[60,29]]},"
    "\"missing\":{\"value\":0.125}},"
    "\"tenure & active\":{\"value\":\"tenure\",\"by\":\"active\",\"points\":{\"grid\":{"
    "\"rows\":[1.5,12],\"columns\":[\"false\",\"true\"],\"gives\":"
    "[[1,2,3,4],[5,6,7,8],[9,10,11,12],[13,14,15,16]]}}}}},"
    "\"spread\":{\"scale\":0.5,\"of\":{\"tenure\":[0.1,0.2,0.3,0.4],"
    "\"tenure & active\":[[1,2,3,4],[5,6,7,8],[9,10,11,12],[13,14,15,16]]}},"
    "\"training\":{\"rows\":6},\"snapshot\":{\"rows\":6,\"of\":{";

static csuccess__json *read(csuccess__arena *arena, csuccess_str text)
{
    csuccess_limits limits;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__json *node = NULL;
    csuccess__limits_take(&limits, NULL, NULL);
    const csuccess__json_options options = {.limits = &limits};
    CHECK_OK(csuccess__json_read(&node, arena, text, &options, &err));
    return node;
}

/* A document without its lines. */
static csuccess_result write_flat(csuccess__buffer *out, const csuccess__document_head *head,
                                  const csuccess__learned *learned,
                                  const csuccess__dataset *rows, csuccess_error *err)
{
    csuccess__arena arena;
    csuccess__buffer lines;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&lines, csuccess__malloc_allocator(), 0);
    csuccess_result result = csuccess__document_write(&lines, head, learned, rows, err);
    if (result == CSUCCESS_OK)
        csuccess__json_write(out, read(&arena, csuccess__buffer_view(&lines)), false);
    csuccess__buffer_free(&lines);
    csuccess__arena_free(&arena);
    return result;
}

static void a_document_says_what_was_learned(void)
{
    csuccess__buffer out;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__document_head head = head_of();
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    CHECK_OK(write_flat(&out, &head, &model, &data, &err));
    csuccess_str start = {out.ptr, strlen(expected)};
    if (CHECK(out.len > start.len)) CHECK_STR(start, expected);
    CHECK_HAS(out.ptr,
              "\"plan\":{\"words\":{\"free\":0.5,\"pro \\\"x\\\"\":0.16666666666666666,"
              "\"t\xc3\xa9\":0.16666666666666666},\"else\":0,"
              "\"missing\":0.16666666666666666}");
    CHECK_HAS(out.ptr, "\"missing\":0.16666666666666666,\"mean\":17.6}"); /* of tenure */
    CHECK_HAS(out.ptr, "\"parent\":null,\"digest\":\"sha256:");
    CHECK(strstr(out.ptr, "unread") == NULL);
    csuccess__buffer_free(&out);
}

/* The canonical form by hand: members sorted, no spaces, the shortest numbers. */
static void the_digest_is_that_of_the_canonical_bytes(void)
{
    static const char text[] = "{ \"b\" : [1.50, 1e2, -0],\n\"digest\": \"sha256:00\", \"a\": "
                               "{\"z\": \"\\u00e9\", \"digest\": null}}";
    static const char canonical[] =
        "{\"a\":{\"digest\":null,\"z\":\"\xc3\xa9\"},\"b\":[1.5,100,0]}";
    csuccess__arena arena;
    csuccess__sha256 hash;
    uint8_t bytes[32];
    char hex[65];
    csuccess__model_digest digest;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__json *node = read(&arena, csuccess__str(text));
    CHECK_OK(csuccess__model_digest_of(&digest, node, csuccess__malloc_allocator()));
    csuccess__sha256_start(&hash);
    csuccess__sha256_add(&hash, canonical, strlen(canonical));
    csuccess__sha256_finish(&hash, bytes);
    csuccess__hex(hex, bytes);
    CHECK_CSTR(digest.text + 7, hex);
    CHECK(strncmp(digest.text, "sha256:", 7) == 0);
    node = read(&arena, CSUCCESS_STR("[]"));
    CHECK_RESULT(csuccess__model_digest_of(&digest, node, csuccess__malloc_allocator()),
                 CSUCCESS_EINVALID);
    csuccess__arena_free(&arena);
}

/* What is written carries the digest of what is written; an edit breaks it, and a seal mends it. */
static void a_document_is_sealed_and_can_be_sealed_again(void)
{
    csuccess__buffer out, sealed;
    csuccess__arena arena;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__model_digest digest;
    csuccess__document_head head = head_of();
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&sealed, csuccess__malloc_allocator(), 0);
    CHECK_OK(csuccess__document_write(&out, &head, &model, &data, &err));
    csuccess__json *node = read(&arena, csuccess__buffer_view(&out));
    CHECK_OK(csuccess__model_digest_of(&digest, node, csuccess__malloc_allocator()));
    csuccess_str before = csuccess__json_member(node, "digest")->string;
    CHECK_STR(before, digest.text);

    CHECK_OK(csuccess__document_seal(&sealed, node, CSUCCESS_STR("")));
    CHECK_STR(csuccess__buffer_view(&sealed), out.ptr); /* nothing to change */

    char *edit = strstr(out.ptr, "0.75");
    if (CHECK(edit != NULL)) edit[3] = '6';
    node = read(&arena, csuccess__buffer_view(&out));
    CHECK_OK(csuccess__model_digest_of(&digest, node, csuccess__malloc_allocator()));
    CHECK(!csuccess__str_is(before, digest.text));
    csuccess__buffer_clear(&sealed);
    CHECK_OK(csuccess__document_seal(&sealed, node, before));
    node = read(&arena, csuccess__buffer_view(&sealed));
    CHECK_OK(csuccess__model_digest_of(&digest, node, csuccess__malloc_allocator()));
    CHECK_STR(csuccess__json_member(node, "digest")->string, digest.text);
    CHECK(csuccess__str_eq(csuccess__json_member(node, "parent")->string, before));
    CHECK_NUM(
        csuccess__json_at(node, CSUCCESS_STR("/scorecard/of/plan/points/map/free"))->number,
        0.76, 0);
    csuccess__buffer_free(&out);
    csuccess__buffer_free(&sealed);
    csuccess__arena_free(&arena);
}

/* Lines of a width that can be read; the same content and the same digest whatever the lines. */
static void documents_are_laid_out_in_lines(void)
{
    static const char text[] = "{\"a\":1,\"of\":{\"short\":{\"value\":\"x\"},\"none\":{},"
                               "\"long\":{\"value\":\"y\",\"upto\":[[1000000001,"
                               "0.123456789],[1000000002,0.123456789],[1000000003,0.123456789],"
                               "[1000000004,0.123456789],"
                               "[1000000005,0.123456789]]}}}";
    static const char lines[] =
        "{\n  \"a\":1,\n  \"of\":{\n    \"short\":{\"value\":\"x\"},\n    \"none\":{},\n"
        "    \"long\":{\n      \"value\":\"y\",\n      \"upto\":[\n        "
        "[1000000001,0.123456789], [1000000002,0.123456789], [1000000003,0.123456789], "
        "[1000000004,0.123456789],\n        [1000000005,0.123456789]\n      ]\n    }\n  }\n}\n";
    csuccess__arena arena;
    csuccess__buffer out;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__document_lines(&out, read(&arena, csuccess__str(text)));
    CHECK_STR(csuccess__buffer_view(&out), lines);
    csuccess__json *again = read(&arena, csuccess__buffer_view(&out));
    csuccess__buffer_clear(&out);
    csuccess__json_write(&out, again, false);
    CHECK_STR(csuccess__buffer_view(&out), text);
    csuccess__buffer_free(&out);
    csuccess__arena_free(&arena);
}

/* Axes that tell nothing but missing from present: a scorecard asks for one bound or word, so one is named that makes no difference. */
static void axes_without_bins_are_given_one(void)
{
    static const double pair[] = {0.25, -0.5}, sds[] = {0.1, 0.2};
    static const csuccess__term bare[] = {
        {.form = CSUCCESS__TERM_TABLE,
         .axes = {{0, 0, NULL, NULL}},
         .gives = pair,
         .spread = sds},
        {.form = CSUCCESS__TERM_TABLE, .axes = {{1, 0, NULL, plans}}, .gives = pair},
        {.form = CSUCCESS__TERM_GRID,
         .axes = {{3, 0, NULL, NULL}, {4, 2, NULL, truth}},
         .gives = cells},
    };
    csuccess__learned learned = {0, bare, 3, 1};
    csuccess__buffer out;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__document_head head = head_of();
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    CHECK_OK(write_flat(&out, &head, &learned, &data, &err));
    CHECK_HAS(out.ptr,
              "\"points\":{\"upto\":[[0,0.25]],\"else\":0.25},\"missing\":{\"value\":-0.5}");
    CHECK_HAS(out.ptr,
              "\"points\":{\"map\":{\"\":0.25},\"else\":0.25},\"missing\":{\"value\":-0.5}");
    CHECK_HAS(out.ptr, "\"rows\":[0],\"columns\":[\"false\",\"true\"],"
                       "\"gives\":[[1,2,3,4],[1,2,3,4],[5,6,7,8]]");
    CHECK_HAS(out.ptr, "\"of\":{\"tenure\":[0.1,0.1,0.2]}");
    csuccess__buffer_free(&out);
}

static void heads_of_every_kind(void)
{
    static const double x[] = {0.1, 0.9}, y[] = {0.25, 0.5};
    csuccess__buffer out;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__document_head head = head_of();
    csuccess__learned plain = {0, terms, 1, 0};
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    head.kind = CSUCCESS_STR("hazard");
    head.period = CSUCCESS_STR("P1M");
    head.parent = CSUCCESS_STR("sha256:ab");
    head.training = CSUCCESS_STR("");
    head.calibration = (csuccess__calibration){CSUCCESS__CALIBRATION_ISOTONIC, 0, 0, x, y, 2};
    CHECK_OK(write_flat(&out, &head, &plain, &data, &err));
    CHECK_HAS(out.ptr, "\"horizon\":\"P30D\",\"period\":\"P1M\",\"dated\"");
    CHECK_HAS(out.ptr, "\"calibration\":{\"isotonic\":[[0.1,0.25],[0.9,0.5]]},\"of\"");
    CHECK_HAS(out.ptr, "\"parent\":\"sha256:ab\"");
    CHECK_HAS(out.ptr, "\"training\":{}");
    CHECK(strstr(out.ptr, "spread") == NULL);
    csuccess__buffer_clear(&out);
    head.target = CSUCCESS_STR("nps");
    head.horizon = head.period = CSUCCESS_STR("");
    head.calibration = (csuccess__calibration){.form = CSUCCESS__CALIBRATION_NONE};
    CHECK_OK(write_flat(&out, &head, &plain, &data, &err));
    CHECK_HAS(out.ptr, "\"target\":\"nps\",\"dated\"");
    CHECK_HAS(out.ptr, "\"link\":\"identity\",\"intercept\":0,\"of\"");
    csuccess__buffer_free(&out);
}

static void what_no_document_can_hold_is_refused(void)
{
    static const csuccess_str bad[] = {{"a\0b", 3}, {"\xff", 1}, {"ok", 2}};
    csuccess__feature wrong[] = {{{"w", 1}, false, NULL, plan, bad, 3, 0}};
    csuccess__dataset rows = {wrong, 1, ROWS, labels, NULL, NULL};
    csuccess__learned none = {0, terms, 0, 0};
    csuccess__buffer out;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__document_head head = head_of();
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    CHECK_RESULT(csuccess__document_write(&out, &head, &none, &rows, &err), CSUCCESS_EDATA);
    CHECK_HAS(err.message, "the word \"a\\x00b\"");
    wrong[0].words = bad + 1;
    wrong[0].word_count = 2;
    CHECK_RESULT(csuccess__document_write(&out, &head, &none, &rows, &err), CSUCCESS_EDATA);
    CHECK_HAS(err.message, "not UTF-8");
    wrong[0].words = bad + 2;
    wrong[0].word_count = 1;
    CHECK_OK(csuccess__document_write(&out, &head, &none, &rows, &err));
    csuccess__buffer_clear(&out);
    head.training = CSUCCESS_STR("[1]");
    CHECK_RESULT(csuccess__document_write(&out, &head, &none, &rows, &err), CSUCCESS_EJSON);
    csuccess__buffer_clear(&out);
    head.training = CSUCCESS_STR("{\"rows\":");
    CHECK_RESULT(csuccess__document_write(&out, &head, &none, &rows, &err), CSUCCESS_EJSON);
    csuccess__buffer_free(&out);
}

/* A thousand numbers 1 to 1000: bins of fifty; and a hundred words, of which the twenty most frequent are named. */
static void the_snapshot_is_the_distribution(void)
{
    enum { N = 1000 };
    double x[N];
    uint32_t codes[N];
    char names[100][4];
    csuccess_str words[100];
    csuccess__feature both[] = {{.name = CSUCCESS_STR("x"), .numbers = x},
                                {CSUCCESS_STR("w"), false, NULL, codes, words, 100, 0}};
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess__arena arena;
    for (uint32_t i = 0; i < 100; i++) {
        snprintf(names[i], sizeof names[i], "%02u", i);
        words[i] = csuccess__str(names[i]);
    }
    for (uint32_t i = 0; i < N; i++) {
        x[i] = i * 7 % N + 1;                    /* 7 and 1000 have no common factor */
        codes[i] = i < 910 ? i % 91 + 9 : i % 9; /* ten of each, or of the last nine words */
        if (codes[i] == 50) codes[i] = CSUCCESS__WORD_MISSING;
        if (codes[i] >= 60 && codes[i] < 70) codes[i] = 3;
    }
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&w, &out);
    CHECK_OK(csuccess__write_distribution(&w, &both[0], N, csuccess__malloc_allocator()));
    csuccess__json *node = read(&arena, csuccess__buffer_view(&out));
    const csuccess__json *edges = csuccess__json_member(node, "edges");
    const csuccess__json *share = csuccess__json_member(node, "share");
    CHECK_UINT(edges->count, 19);
    CHECK_UINT(share->count, 20);
    double sum = 0;
    for (const csuccess__json *s = share->first; s; s = s->next) {
        CHECK_NUM(s->number, 0.05, 0.0011);
        sum += s->number;
    }
    CHECK_NUM(sum, 1, 1e-12);
    CHECK_NUM(csuccess__json_member(node, "mean")->number, 500.5, 1e-9);
    csuccess__buffer_clear(&out);
    csuccess__json_writer_init(&w, &out);
    CHECK_OK(csuccess__write_distribution(&w, &both[1], N, csuccess__malloc_allocator()));
    node = read(&arena, csuccess__buffer_view(&out));
    const csuccess__json *named = csuccess__json_member(node, "words");
    CHECK_UINT(named->count, 20);
    CHECK_STR(named->first->key, "03");
    CHECK_NUM(named->first->number, 0.11, 1e-12);
    CHECK_NUM(csuccess__json_member(node, "missing")->number, 0.01, 1e-12);
    sum = csuccess__json_member(node, "else")->number + 0.01;
    for (const csuccess__json *s = named->first; s; s = s->next) sum += s->number;
    CHECK_NUM(sum, 1, 1e-12);
    csuccess__buffer_free(&out);
    csuccess__arena_free(&arena);
}

static csuccess_result write_and_seal(check_memory *memory, void *ud)
{
    csuccess__buffer out, sealed;
    csuccess__arena arena;
    csuccess_limits limits;
    csuccess__json *node;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__document_head head = head_of();
    (void)ud;
    csuccess__limits_take(&limits, NULL, NULL);
    const csuccess__json_options options = {.limits = &limits};
    csuccess__arena_init(&arena, &memory->allocator, 0);
    csuccess__buffer_init(&out, &memory->allocator, 0);
    csuccess__buffer_init(&sealed, &memory->allocator, 0);
    csuccess_result result = csuccess__document_write(&out, &head, &model, &data, &err);
    if (result == CSUCCESS_OK)
        result =
            csuccess__json_read(&node, &arena, csuccess__buffer_view(&out), &options, &err);
    if (result == CSUCCESS_OK)
        result = csuccess__document_seal(&sealed, node, CSUCCESS_STR("sha256:0"));
    csuccess__buffer_free(&out);
    csuccess__buffer_free(&sealed);
    csuccess__arena_free(&arena);
    return result;
}

static void it_survives_refused_memory(void)
{
    CHECK(check_faults(write_and_seal, NULL) > 20);
}

CHECK_MAIN(CHECK_TEST(a_document_says_what_was_learned),
           CHECK_TEST(the_digest_is_that_of_the_canonical_bytes),
           CHECK_TEST(a_document_is_sealed_and_can_be_sealed_again),
           CHECK_TEST(documents_are_laid_out_in_lines),
           CHECK_TEST(axes_without_bins_are_given_one), CHECK_TEST(heads_of_every_kind),
           CHECK_TEST(what_no_document_can_hold_is_refused),
           CHECK_TEST(the_snapshot_is_the_distribution), CHECK_TEST(it_survives_refused_memory))
