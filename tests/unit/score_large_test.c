/* SPDX-License-Identifier: Apache-2.0 */
/* Tables as large as models have them: compiled in time, and right. */
#include "score_case.h"

#include "score/health_internal.h"

typedef struct text {
    char *ptr;
    size_t len, cap;
} text;

static void add(text *t, const char *part, size_t number)
{
    if (t->cap - t->len < 256) {
        t->cap = t->cap ? t->cap * 2 : 4096;
        t->ptr = realloc(t->ptr, t->cap);
        if (!t->ptr) abort();
    }
    t->len += (size_t)snprintf(t->ptr + t->len, t->cap - t->len, part, number);
}

static void add_list(text *t, const char *open, const char *item, size_t count)
{
    add(t, open, 0);
    for (size_t i = 0; i < count; i++) {
        add(t, i ? "," : "", 0);
        add(t, item, i);
    }
    add(t, "]", 0);
}

/* 256 by 256 bounds have more cells than 16 bits have numbers; 10,000 words are found by
   number. */
static void large(void)
{
    text t = {0};
    add(&t, "{\"combine\":\"sum\",\"of\":{\"g\":{\"value\":\"a\",\"by\":\"b\",\"points\":{", 0);
    add_list(&t, "\"grid\":{\"rows\":[", "%zu", 256);
    add_list(&t, ",\"columns\":[", "%zu", 256);
    for (size_t i = 0; i < 258; i++) {
        add_list(&t, i ? ",[" : ",\"gives\":[[", i == 257 ? "%zu.25" : "%zu", 258);
    }
    add(&t, "]}}},\"w\":{\"value\":\"s\",\"points\":{\"map\":{\"word 0\":0", 0);
    for (size_t i = 1; i < 10000; i++) {
        add(&t, ",\"word %zu\"", 9999 - i);
        add(&t, ":%zu", (9999 - i) * 1000);
        if (i == 9998) break;
    }
    add(&t, "},\"else\":7},\"missing\":{\"value\":8}}}}", 0);
    text whole = {0};
    add(&whole,
        "{\"csuccess\":1," SCORE_ATTRIBUTES ",\"health\":{\"profiles\":{\"p\":{\"score\":", 0);
    whole.ptr = realloc(whole.ptr, whole.len + t.len + 8);
    if (!whole.ptr) abort();
    memcpy(whole.ptr + whole.len, t.ptr, t.len);
    memcpy(whole.ptr + whole.len + t.len, "}}}}", sizeof "}}}}");
    score_case c;
    if (score_open_text(&c, whole.ptr)) {
        CHECK(c.config->health->profiles[0].card->additive != NULL);
        CHECK_NUM(score_raw(&c, "{\"a\":255,\"b\":254.5,\"s\":\"word 4321\"}"), 255 + 4321000,
                  0);
        CHECK_NUM(score_raw(&c, "{\"b\":300,\"s\":\"word\"}"), 256.25 + 7, 0);
        csuccess_score score = CSUCCESS_SCORE_INIT; /* at once */
        CHECK_OK(csuccess_scorer_run(c.scorer, c.facts, SCORE_NOW, &score, NULL));
        CHECK_NUM(score.raw, 256.25 + 7, 0);
    }
    score_close(&c);
    free(whole.ptr);
    free(t.ptr);
}

enum { COUNT = 3000, WIDE = 300 };

/* A grid whose cells count their columns, a half more in every second row. */
static text grid_document(void)
{
    text t = {0};
    add(&t,
        "{\"csuccess\":1,\"attributes\":{\"a\":{\"type\":\"number\"},\"s\":{\"type\":"
        "\"string\"}}"
        ",\"health\":{\"profiles\":{\"p\":{\"score\":{\"combine\":\"sum\",\"of\":{\"g\":{"
        "\"value\":"
        "\"a\",\"by\":\"s\",\"points\":{",
        0);
    add_list(&t, "\"grid\":{\"rows\":[", "%zu", WIDE);
    add_list(&t, ",\"columns\":[", "\"w%zu\"", WIDE);
    for (size_t i = 0; i < WIDE + 2; i++) {
        add_list(&t, i ? ",[" : ",\"gives\":[[", i % 2 ? "%zu.5" : "%zu", WIDE + 2);
    }
    add(&t, "]}}}}}}}}}", 0);
    return t;
}

/* Words of a host's dictionary that is larger than a block, and a grid of many cells. */
static void large_columns(void)
{
    static char names[COUNT][12];
    static csuccess_str dictionary[COUNT];
    static uint16_t codes[COUNT];
    static double a[COUNT], raw[COUNT];
    text t = grid_document();
    score_case c;
    csuccess_columns *in = NULL;
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof names[i], "w%zu", i);
        dictionary[i] = check_view(names[i]);
        codes[i] = (uint16_t)(COUNT - 1 - i);
        a[i] = (double)(i % 320);
    }
    if (!score_open_text(&c, t.ptr)) goto done;
    uint32_t slot = 0;
    CHECK_OK(csuccess_columns_new(&in, c.config, COUNT, NULL, NULL));
    CHECK_OK(csuccess_config_slot(c.config, CSUCCESS_STR("a"), &slot));
    CHECK_OK(csuccess_columns_bind_f64(in, slot, a, NULL));
    CHECK_OK(csuccess_config_slot(c.config, CSUCCESS_STR("s"), &slot));
    CHECK_OK(csuccess_columns_bind_dictionary(in, slot, codes, 2, dictionary, COUNT, NULL));
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.raw = raw;
    CHECK_OK(csuccess_scorer_columns(c.scorer, in, 0, COUNT, SCORE_NOW, &out, NULL));
    for (size_t i = 0; i < COUNT && check_failures == 0; i++) {
        size_t row = a[i] < WIDE ? (size_t)a[i] : WIDE;
        size_t column = codes[i] < WIDE ? codes[i] : WIDE;
        CHECK_NUM(raw[i], (double)column + (row % 2 ? 0.5 : 0), 0);
    }
done:
    csuccess_columns_free(in);
    score_close(&c);
    free(t.ptr);
}

CHECK_MAIN(CHECK_TEST(large), CHECK_TEST(large_columns))
