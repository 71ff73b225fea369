/* SPDX-License-Identifier: Apache-2.0 */
/* Every type that an input takes, with and without nulls, whole and sliced: the batch against the same rows set one by one. */
#include "columns_arrow_types.h"

/* What the row side says of each value, and of a row that has none. */
typedef struct answer {
    bool scored;
    double raw;
    uint64_t members;
} answer;

static void ask(answer *out, csuccess_scorer *scorer, csuccess_facts *facts)
{
    csuccess_score score = CSUCCESS_SCORE_INIT;
    CHECK_OK(csuccess_scorer_run(scorer, facts, now, &score, NULL));
    CHECK_OK(csuccess_scorer_segments(scorer, facts, now, &out->members, NULL, 1, NULL));
    out->scored = (score.present & CSUCCESS_SCORE_VALUE) != 0;
    out->raw = score.raw;
}

static void ask_all(answer out[ANSWERS], const type *t, csuccess_config *config,
                    csuccess_scorer *scorer)
{
    csuccess_facts *facts = NULL;
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    for (int v = 0; v < ANSWERS; v++) {
        csuccess_facts_clear(facts);
        if (v != NOBODY) CHECK_OK(set_fact(facts, t, v));
        ask(&out[v], scorer, facts);
    }
    csuccess_facts_free(facts);
}

static csuccess_config *config_of(const type *t)
{
    char document[2048];
    snprintf(
        document, sizeof document,
        "{\"csuccess\": 1, \"name\": \"t@1\", \"attributes\": {\"x\": %s},"
        "\"health\": {\"profiles\": {\"all\": {\"score\": {\"combine\": \"weighted_mean\", "
        "\"of\": {\"x\": {\"weight\": 1, \"value\": \"%s\", \"range\": [-2000, 6000]}}}, "
        "\"bands\": {\"good\": {\"from\": 50}, \"bad\": {}}}}},"
        "\"segments\": {\"a\": {\"when\": \"%s\"}, \"b\": {\"when\": \"%s\"}, "
        "\"c\": {\"when\": \"has(x)\"}}}",
        kinds[t->kind].type, kinds[t->kind].number, kinds[t->kind].first,
        kinds[t->kind].second);
    return compile(document);
}

static bool row_agrees(const batch *got, int64_t row, const answer *expected)
{
    const struct ArrowArray *raw = column(&got->schema, &got->array, "raw");
    static const char *const segments[] = {"segment:a", "segment:b", "segment:c"};
    double value = ((const double *)raw->buffers[1])[row];
    bool same = is_null(raw, row) != expected->scored &&
                (!expected->scored || memcmp(&value, &expected->raw, sizeof value) == 0);
    for (int i = 0; i < 3; i++) {
        const struct ArrowArray *bits = column(&got->schema, &got->array, segments[i]);
        same = same && bit_at(bits->buffers[1], row) == (expected->members >> i & 1);
    }
    return same;
}

static void compare(const batch *got, const answer expected[ANSWERS], size_t start, bool nulls)
{
    size_t wrong = 0;
    CHECK_INT(got->array.length, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        int v = nulls && null_at(start + i) ? NOBODY : value_at(start + i);
        if (row_agrees(got, (int64_t)i, &expected[v])) continue;
        if (wrong++ == 0) printf("# row %zu, value %d\n", i, v);
    }
    CHECK_UINT(wrong, 0);
}

/* One array: `offset` its own, `outer` that of the batch. */
/* reason: what is tried, and everything that was made for its type. */
static void try_slice(const type *t, csuccess_scorer *scorer, csuccess_config *config,
                      const answer *expected, int64_t offset, int64_t outer, bool nulls)
{
    const rows r = {ROWS + (size_t)(offset + outer) + 3, nulls, false};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_arrow_options options = CSUCCESS_ARROW_OPTIONS_INIT;
    csuccess_columns *columns = NULL;
    batch b = a_batch(ROWS), got;
    options.flags = CSUCCESS_ARROW_STRICT;
    options.results = CSUCCESS_ARROW_HEALTH | CSUCCESS_ARROW_SEGMENTS;
    add_column(&b, t, &r, offset);
    b.array.offset = outer;
    if (CHECK_OK(
            csuccess_columns_import(&columns, config, &b.schema, &b.array, &options, &err))) {
        CHECK_INT(csuccess_columns_bound(columns, 0), 1);
        CHECK_UINT(csuccess_columns_rows(columns), ROWS);
        CHECK_OK(csuccess_scorer_export(scorer, columns, now, &options, &got.schema, &got.array,
                                        &err));
        compare(&got, expected, (size_t)(offset + outer), nulls);
        drop(&got);
    } else {
        printf("# %s\n", err.message);
    }
    csuccess_columns_free(columns);
    drop(&b);
}

static void try_type(const type *t)
{
    static const int64_t offsets[] = {0, 1, 7, 8, 13};
    answer expected[ANSWERS];
    csuccess_config *config = config_of(t);
    csuccess_scorer *scorer = NULL;
    unsigned before = check_failures;
    if (!config || !CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL))) return;
    ask_all(expected, t, config, scorer);
    for (size_t i = 0; i < 10; i++) {
        int64_t offset = offsets[i % 5];
        try_slice(t, scorer, config, expected, offset, offset % 3 * 5, i >= 5);
    }
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
    CHECK_RELEASED();
    if (check_failures != before) {
        printf("# %s%s%s\n", t->format, t->dictionary ? " of " : "",
               t->dictionary ? t->dictionary : "");
    }
}

static void try_all(kind least, kind most)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].kind >= least && types[i].kind <= most) try_type(&types[i]);
    }
}

static void numbers(void)
{
    try_all(NUMBER, NUMBER);
}
static void bools(void)
{
    try_all(BOOL, BOOL);
}
static void strings(void)
{
    try_all(STRING, STRING);
}
static void times(void)
{
    try_all(TIME, DATE);
}
static void durations(void)
{
    try_all(DURATION, DURATION);
}
static void lists(void)
{
    try_all(NUMBERS, STRINGS);
}

CHECK_MAIN(CHECK_TEST(numbers), CHECK_TEST(bools), CHECK_TEST(strings), CHECK_TEST(times),
           CHECK_TEST(durations), CHECK_TEST(lists))
