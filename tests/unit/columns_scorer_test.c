/* SPDX-License-Identifier: Apache-2.0 */
/* The scorer through its public face: rows, columns, segments, expressions, overrides, misuse, refused memory. */
#include "check.h"
#include "text/numeral.h"

#include <csuccess/csuccess.h>

enum { ROWS = 2500, SEGMENTS = 6 };
static const int64_t now = 1769817600000; /* 2026-01-31T00:00:00Z */

static csuccess_str view(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

/* Every stratum, missing values, two profiles, a segment that refers to another and to health and churn. */
static const char document[] =
    "{\"csuccess\": 1, \"name\": \"test@1\","
    "\"attributes\": {\"a\": {\"type\": \"number\"}, \"b\": {\"type\": \"number\"}, \"n\": "
    "{\"type\": \"number\"},"
    "  \"flag\": {\"type\": \"bool\", \"default\": false}, \"plan\": {\"type\": \"string\"}, "
    "\"seen\": {\"type\": \"time\"},"
    "  \"subject\": {\"type\": \"string\"}},"
    "\"metrics\": {\"ratio\": \"a / n\", \"idle\": \"days_since(seen)\"},"
    "\"health\": {\"profiles\": {"
    "  \"paid\": {\"when\": \"plan in ['pro', 'max']\", \"score\": {\"combine\": "
    "\"weighted_mean\", \"of\": {"
    "     \"usage\": {\"weight\": 0.6, \"value\": \"a\", \"range\": [0, 100]},"
    "     \"depth\": {\"weight\": 0.4, \"value\": \"clamp(ratio * 10, 0, 100)\", \"range\": "
    "[0, 100]}}},"
    "   \"modifiers\": {\"flagged\": {\"when\": \"flag\", \"multiply\": 0.9}},"
    "   \"bands\": {\"good\": {\"from\": 60}, \"bad\": {}}, \"trend\": {\"against\": "
    "\"previous\", \"stable_within\": 5}},"
    "  \"free\": {\"score\": {\"combine\": \"weighted_mean\", \"of\": {"
    "     \"usage\": {\"weight\": 1, \"value\": \"b\", \"range\": [0, 100]}}},"
    "   \"bands\": {\"good\": {\"from\": 50}, \"bad\": {}}, \"rounding\": \"truncate\"}}},"
    "\"churn\": {\"model\": {\"scorecard\": {\"combine\": \"noisy_or\", \"of\": {"
    "     \"health\": {\"weight\": 0.7, \"value\": \"clamp((80 - health.raw) / 80, 0, 1)\"},"
    "     \"idle\": {\"weight\": 0.3, \"value\": \"idle > 14\"}}}},"
    "   \"levels\": {\"high\": {\"from\": 0.5}, \"medium\": {\"from\": 0.2, \"when\": "
    "\"flag\"}, \"low\": {}},"
    "   \"risk_factors\": {\"gone\": {\"when\": \"idle > 30\", \"impact\": 0.4, \"say\": "
    "\"idle {{idle}} days\"}},"
    "   \"value\": {\"lifetime\": \"n * 18\", \"prevention_cost\": \"min(value_at_risk * 0.1, "
    "500)\"},"
    "   \"recommend\": {\"from\": 0.5}, \"actions\": {\"call\": {\"when\": \"factor('gone') > "
    "0\"}}},"
    "\"segments\": {\"idle\": {\"when\": \"idle > 14\"},"
    "   \"worry\": {\"when\": \"segment('idle') && health.score < 60\"},"
    "   \"dear\": {\"when\": \"value_at_risk > 20 && lifetime_value < 100\"},"
    "   \"lost\": {\"when\": \"churn.level == 'high' || factor('gone') > 0\"},"
    "   \"named\": {\"when\": {\"subject\": {\"matches\": \"^(URGENT|help)\"}}}, \"chosen\": "
    "{\"type\": \"static\"}}}";

static csuccess_config *compile(const csuccess_allocator *mem, csuccess_result *result)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_config *config = NULL;
    options.allocator = mem;
    *result = csuccess_config_compile(&config, view(document), &options, &err);
    if (*result < 0 && *result != CSUCCESS_ENOMEM)
        printf("# %s at %s\n", err.message, err.pointer);
    return config;
}

/* The same customers as columns and as facts, about a fifth of every column missing. */
static struct table {
    double a[ROWS], b[ROWS], n[ROWS], previous[ROWS];
    uint8_t flag[ROWS], plan[ROWS];
    int64_t seen[ROWS];
    int32_t offsets[ROWS + 1];
    char bytes[ROWS * 16];
    uint8_t valid[8][ROWS / 8 + 1];
} t;

static bool there(int column, size_t row)
{
    return t.valid[column][row / 8] >> (row % 8) & 1;
}

static const char *const plans[] = {"free", "pro", "max", "odd"};
static const char *const subjects[] = {"URGENT: x", "help me", "URGEN", ""};

static void fill_table(void)
{
    uint64_t seed = 11;
    for (size_t i = 0; i < ROWS; i++) {
        uint64_t r = check_random(&seed);
        t.a[i] = (double)(r % 1001) / 10;
        t.b[i] = (double)(r >> 10 & 127);
        t.n[i] = (double)(r >> 17 & 7);
        t.previous[i] = (double)(r >> 20 & 127);
        t.flag[i] = r >> 27 & 1;
        t.plan[i] = r >> 28 & 3;
        t.seen[i] = now - (int64_t)(r >> 30 & 63) * 86400000;
        const char *subject = subjects[r >> 36 & 3];
        memcpy(t.bytes + t.offsets[i], subject, strlen(subject));
        t.offsets[i + 1] = t.offsets[i] + (int32_t)strlen(subject);
        for (int c = 0; c < 8; c++) {
            if (check_random(&seed) % 5) t.valid[c][i / 8] |= (uint8_t)(1u << (i % 8));
        }
    }
}

static uint32_t slot(csuccess_config *config, const char *name)
{
    uint32_t found = UINT32_MAX;
    CHECK_OK(csuccess_config_slot(config, view(name), &found));
    return found;
}

static csuccess_result bind_all(csuccess_columns *in, csuccess_config *config)
{
    csuccess_str words[4];
    for (int i = 0; i < 4; i++) words[i] = view(plans[i]);
    csuccess_columns_bind_f64(in, slot(config, "a"), t.a, t.valid[0]);
    csuccess_columns_bind_f64(in, slot(config, "b"), t.b, t.valid[1]);
    csuccess_columns_bind_f64(in, slot(config, "n"), t.n, t.valid[2]);
    csuccess_columns_bind_u8(in, slot(config, "flag"), t.flag, t.valid[3]);
    csuccess_columns_bind_i64(in, slot(config, "seen"), t.seen, t.valid[5]);
    csuccess_columns_bind_f64(in, slot(config, "previous_score"), t.previous, t.valid[7]);
    csuccess_result result =
        csuccess_columns_bind_utf8(in, slot(config, "subject"), t.offsets, t.bytes, t.valid[6]);
    if (result < 0) return result;
    return csuccess_columns_bind_dictionary(in, slot(config, "plan"), t.plan, 1, words, 4,
                                            t.valid[4]);
}

static void set_facts(csuccess_facts *facts, size_t i)
{
    csuccess_facts_clear(facts);
    if (there(0, i)) csuccess_facts_set_number(facts, view("a"), t.a[i]);
    if (there(1, i)) csuccess_facts_set_number(facts, view("b"), t.b[i]);
    if (there(2, i)) csuccess_facts_set_number(facts, view("n"), t.n[i]);
    if (there(3, i)) csuccess_facts_set_bool(facts, view("flag"), t.flag[i]);
    if (there(4, i)) csuccess_facts_set_string(facts, view("plan"), view(plans[t.plan[i]]));
    if (there(5, i)) csuccess_facts_set_time(facts, view("seen"), t.seen[i]);
    if (there(6, i)) {
        csuccess_str text = {t.bytes + t.offsets[i], (size_t)(t.offsets[i + 1] - t.offsets[i])};
        csuccess_facts_set_string(facts, view("subject"), text);
    }
    if (there(7, i)) csuccess_facts_set_number(facts, view("previous_score"), t.previous[i]);
}

static struct results {
    double score[ROWS], raw[ROWS], completeness[ROWS], probability[ROWS];
    uint8_t status[ROWS], trend[ROWS], profile[ROWS], level[ROWS];
    uint8_t scored[ROWS / 8 + 1], predicted[ROWS / 8 + 1], members[SEGMENTS][ROWS / 8 + 1];
    uint64_t sizes[SEGMENTS];
} got;

static csuccess_column_results want_all(uint8_t *members[SEGMENTS])
{
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.score = got.score;
    out.raw = got.raw;
    out.completeness = got.completeness;
    out.probability = got.probability;
    out.status = got.status;
    out.trend = got.trend;
    out.profile = got.profile;
    out.level = got.level;
    out.scored = got.scored;
    out.predicted = got.predicted;
    for (int i = 0; i < SEGMENTS; i++) members[i] = got.members[i];
    out.segments = members;
    out.segment_sizes = got.sizes;
    return out;
}

static bool bit(const uint8_t *bits, size_t i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool score_agrees(const csuccess_score *score, size_t i)
{
    static const char *const trends[] = {"", "improving", "stable", "declining"};
    return ((score->present & CSUCCESS_SCORE_VALUE) != 0) == bit(got.scored, i) &&
           same_bits(score->value, got.score[i]) && same_bits(score->raw, got.raw[i]) &&
           same_bits(score->completeness, got.completeness[i]) &&
           strlen(trends[got.trend[i]]) == score->trend.len;
}

static bool churn_agrees(csuccess_scorer *scorer, csuccess_facts *facts, size_t i)
{
    static const char *const levels[] = {"\"high\"", "\"medium\"", "\"low\""};
    csuccess_str value;
    csuccess_result open =
        csuccess_scorer_eval(scorer, facts, now, view("churn.probability"), &value, NULL, NULL);
    bool ok = (open == CSUCCESS_UNDECIDED) == !bit(got.predicted, i);
    if (open == CSUCCESS_OK) {
        double p = 0;
        ok = ok && csuccess__numeral_parse(value, &p) && fabs(p - got.probability[i]) < 1e-9;
    }
    csuccess_scorer_eval(scorer, facts, now, view("churn.level"), &value, NULL, NULL);
    const char *level = got.level[i] < 3 ? levels[got.level[i]] : "missing";
    return ok && value.len == strlen(level) && memcmp(value.ptr, level, value.len) == 0;
}

/* One row by the row machine against what the columns gave. */
static bool row_agrees(csuccess_scorer *scorer, csuccess_facts *facts, size_t i)
{
    csuccess_score score = CSUCCESS_SCORE_INIT;
    uint64_t members = 0;
    set_facts(facts, i);
    CHECK_OK(csuccess_scorer_run(scorer, facts, now, &score, NULL));
    CHECK_OK(csuccess_scorer_segments(scorer, facts, now, &members, NULL, 1, NULL));
    bool ok = score_agrees(&score, i);
    for (size_t s = 0; s < SEGMENTS; s++)
        ok = ok && (members >> s & 1) == bit(got.members[s], i);
    return ok && churn_agrees(scorer, facts, i);
}

static void rows_equal_columns(void)
{
    csuccess_result result;
    csuccess_config *config = compile(NULL, &result);
    csuccess_scorer *scorer = NULL;
    csuccess_columns *in = NULL;
    csuccess_facts *facts = NULL;
    uint8_t *members[SEGMENTS];
    if (!CHECK_OK(result)) return;
    fill_table();
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    CHECK_OK(csuccess_columns_new(&in, config, ROWS, NULL, NULL));
    CHECK_OK(bind_all(in, config));
    csuccess_column_results out = want_all(members);
    CHECK_OK(csuccess_scorer_columns(scorer, in, 0, ROWS, now, &out, NULL));
    size_t wrong = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if (!row_agrees(scorer, facts, i) && wrong++ == 0) printf("# row %zu differs\n", i);
    }
    CHECK_UINT(wrong, 0);
    for (size_t s = 0; s < SEGMENTS; s++) {
        uint64_t size = 0;
        for (size_t i = 0; i < ROWS; i++) size += bit(got.members[s], i);
        CHECK_UINT(got.sizes[s], size);
        if (!CHECK(s == 4 ? size == 0 : size > 20 && size < ROWS - 20)) {
            printf("# segment %zu has %u\n", s, (unsigned)size);
        }
    }
    csuccess_columns_free(in);
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
}

/* Any cut of the rows into calls gives the same results. */
static void slices_equal_the_whole(void)
{
    static struct results whole;
    csuccess_result result;
    csuccess_config *config = compile(NULL, &result);
    csuccess_scorer *scorer = NULL;
    csuccess_columns *in = NULL;
    uint8_t *members[SEGMENTS];
    if (!CHECK_OK(result)) return;
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_columns_new(&in, config, ROWS, NULL, NULL));
    CHECK_OK(bind_all(in, config));
    memset(&got, 0, sizeof got);
    csuccess_column_results out = want_all(members);
    CHECK_OK(csuccess_scorer_columns(scorer, in, 0, ROWS, now, &out, NULL));
    whole = got;
    static const size_t cuts[] = {0, 1, 64, 65, 1088, 2112, 2119, ROWS};
    for (size_t k = 0; k + 1 < sizeof cuts / sizeof *cuts; k++) {
        memset(&got, 0, sizeof got);
        out = want_all(members);
        size_t n = cuts[k + 1] - cuts[k];
        CHECK_OK(csuccess_scorer_columns(scorer, in, cuts[k], n, now, &out, NULL));
        CHECK(memcmp(got.raw, whole.raw + cuts[k], n * sizeof(double)) == 0);
        CHECK(memcmp(got.probability, whole.probability + cuts[k], n * sizeof(double)) == 0);
        CHECK(memcmp(got.status, whole.status + cuts[k], n) == 0);
        for (size_t i = 0; i < n; i++) {
            if (!CHECK(bit(got.members[SEGMENTS - 1], i) ==
                       bit(whole.members[SEGMENTS - 1], cuts[k] + i)))
                break;
        }
    }
    CHECK_RESULT(csuccess_scorer_columns(scorer, in, 1, ROWS, now, &out, NULL),
                 CSUCCESS_ERANGE);
    csuccess_columns_free(in);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
}

static void expressions_name_what_left_them_open(void)
{
    csuccess_result result;
    csuccess_config *config = compile(NULL, &result);
    csuccess_scorer *scorer = NULL;
    csuccess_facts *facts = NULL;
    csuccess_str value, open;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(result)) return;
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    csuccess_facts_set_number(facts, view("a"), 30);
    csuccess_facts_set_string(facts, view("plan"), view("only here"));
    CHECK_RESULT(csuccess_scorer_eval(scorer, facts, now,
                                      view("a > 10 && (b > 1 || seen < now)"), &value, &open,
                                      &err),
                 CSUCCESS_UNDECIDED);
    CHECK_STR(value, "missing");
    CHECK_STR(open, "b, seen");
    CHECK_OK(
        csuccess_scorer_eval(scorer, facts, now, view("a > 50 && b > 1"), &value, &open, &err));
    CHECK_STR(value, "false");
    CHECK_STR(open, "");
    /* A word that the configuration does not know is still equal to itself. */
    CHECK_OK(csuccess_scorer_eval(scorer, facts, now,
                                  view("plan == 'only here' && plan in ['x', 'only here']"),
                                  &value, &open, &err));
    CHECK_STR(value, "true");
    CHECK_RESULT(
        csuccess_scorer_eval(scorer, facts, now, view("a + plam"), &value, &open, &err),
        CSUCCESS_ENAME);
    CHECK_UINT(err.offset, 4);
    CHECK_HAS(err.message, "plan");
    CHECK_STR(value, "a + plam\n    ^\n");
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
}

static void overrides_revert_by_themselves(void)
{
    csuccess_result result;
    csuccess_config *config = compile(NULL, &result);
    csuccess_scorer *scorer = NULL;
    csuccess_facts *facts = NULL;
    csuccess_score score = CSUCCESS_SCORE_INIT;
    csuccess_override set = CSUCCESS_OVERRIDE_INIT;
    if (!CHECK_OK(result)) return;
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    csuccess_facts_set_number(facts, view("b"), 80);
    set.has_score = 1;
    set.score = 20;
    CHECK_RESULT(csuccess_scorer_override(scorer, &set, NULL), CSUCCESS_EINVALID);
    set.reason = view("call with the customer");
    CHECK_RESULT(csuccess_scorer_override(scorer, &set, NULL), CSUCCESS_EINVALID);
    set.expires_at = now + 1000;
    set.status = view("gooood");
    CHECK_RESULT(csuccess_scorer_override(scorer, &set, NULL), CSUCCESS_ENAME);
    set.status = view("");
    CHECK_OK(csuccess_scorer_override(scorer, &set, NULL));
    CHECK_OK(csuccess_scorer_run(scorer, facts, now, &score, NULL));
    CHECK_NUM(score.value, 20, 0);
    CHECK_STR(score.status, "bad");
    CHECK(score.flags & CSUCCESS_SCORE_OVERRIDDEN);
    CHECK_OK(csuccess_scorer_run(scorer, facts, now + 1000, &score, NULL));
    CHECK_NUM(score.value, 80, 0);
    CHECK(!(score.flags & CSUCCESS_SCORE_OVERRIDDEN));
    /* A result speaks of the override that was in force; it does not outlive it. */
    csuccess_str json;
    CHECK_OK(csuccess_scorer_explain(scorer, facts, now, &score, NULL));
    CHECK_OK(csuccess_scorer_json(scorer, &json, NULL));
    CHECK_HAS(json.ptr, "call with the customer");
    CHECK_OK(csuccess_scorer_override(scorer, &set, NULL));
    CHECK_RESULT(csuccess_scorer_json(scorer, &json, NULL), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_scorer_override(scorer, NULL, NULL));
    CHECK_OK(csuccess_scorer_run(scorer, facts, now, &score, NULL));
    CHECK_STR(score.status, "good");
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
}

static void misuse_is_refused(void)
{
    csuccess_result result;
    csuccess_config *config = compile(NULL, &result), *other = compile(NULL, &result);
    csuccess_scorer *scorer = NULL;
    csuccess_facts *foreign = NULL, *facts = NULL;
    csuccess_score score = CSUCCESS_SCORE_INIT, small = {.size = 4};
    csuccess_str json;
    if (!CHECK_OK(result)) return;
    CHECK_RESULT(csuccess_scorer_new(&scorer, NULL, NULL, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_scorer_new(NULL, config, NULL, NULL), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_facts_new(&foreign, other, NULL, NULL));
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    CHECK_RESULT(csuccess_scorer_run(scorer, foreign, now, &score, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_scorer_run(scorer, facts, INT64_MAX, &score, NULL),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_scorer_run(scorer, facts, now, &small, NULL), CSUCCESS_EABI);
    CHECK_RESULT(csuccess_scorer_json(scorer, &json, NULL), CSUCCESS_EINVALID);
    CHECK(csuccess_scorer_explanation(scorer) == NULL);
    csuccess_columns *in = NULL;
    CHECK_OK(csuccess_columns_new(&in, config, 4, NULL, NULL));
    static const double numbers[4];
    static const uint8_t codes[4] = {0, 1, 2, 9};
    static const int32_t down[5] = {0, 4, 2, 4, 4};
    csuccess_str words[3] = {{"x", 1}, {"y", 1}, {"\xFF", 1}};
    CHECK_RESULT(csuccess_columns_bind_f64(in, 999, numbers, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_columns_bind_f64(in, slot(config, "plan"), numbers, NULL),
                 CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_columns_bind_f64(in, slot(config, "a"), NULL, NULL),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(
        csuccess_columns_bind_dictionary(in, slot(config, "plan"), codes, 1, words, 3, NULL),
        CSUCCESS_ERANGE);
    CHECK_RESULT(
        csuccess_columns_bind_dictionary(in, slot(config, "plan"), codes, 3, words, 3, NULL),
        CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_columns_bind_dictionary(in, slot(config, "plan"),
                                                  (const char *)(const void *)numbers + 1, 2,
                                                  words, 2, NULL),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_columns_bind_utf8(in, slot(config, "plan"), down, "abcd", NULL),
                 CSUCCESS_ERANGE);
    csuccess_columns_free(in);
    csuccess_columns_free(NULL);
    csuccess_facts_free(foreign);
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    csuccess_scorer_free(NULL);
    csuccess_config_unref(config);
    csuccess_config_unref(other);
}

/* reason: a chain of calls, each asked only while all went well.
   A whole life; after every refusal the same call must succeed again or the life ends. */
static csuccess_result life(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess_scorer *scorer = NULL;
    csuccess_facts *facts = NULL;
    csuccess_columns *in = NULL;
    csuccess_str json = {NULL, 0}, open;
    uint64_t members;
    uint8_t *bitmaps[SEGMENTS];
    csuccess_column_results out = want_all(bitmaps);
    csuccess_result r;
    csuccess_config *config = compile(&memory->allocator, &r);
    if (r == 0) r = csuccess_scorer_new(&scorer, config, NULL, NULL);
    if (r == 0) r = csuccess_facts_new(&facts, config, NULL, NULL);
    if (r == 0)
        r = csuccess_facts_read_json(
            facts,
            view("{\"customer_id\": \"c\", \"b\": 70, \"n\": 2, \"plan\": \"free\", "
                 "\"subject\": \"help\", \"seen\": \"2025-12-01\"}"),
            NULL);
    if (r == 0) r = csuccess_scorer_explain(scorer, facts, now, NULL, NULL);
    if (r == 0) r = csuccess_scorer_json(scorer, &json, NULL);
    if (r == 0) CHECK(strstr(json.ptr, "\"say\":\"idle 61 days\"") != NULL);
    if (r == 0) r = csuccess_scorer_segments(scorer, facts, now, &members, NULL, 1, NULL);
    if (r == 0)
        r = csuccess_scorer_eval(scorer, facts, now, view("plan + '!' == 'free!'"), &json,
                                 &open, NULL);
    if (r == 0) r = csuccess_columns_new(&in, config, ROWS, NULL, NULL);
    if (r == 0) r = bind_all(in, config);
    if (r == 0) r = csuccess_scorer_columns(scorer, in, 0, ROWS, now, &out, NULL);
    csuccess_columns_free(in);
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
    return r > 0 ? CSUCCESS_OK : r;
}

static void refused_memory_leaves_nothing(void)
{
    fill_table();
    CHECK(check_faults(life, NULL) > 50);
}

static void warm_scoring_allocates_nothing(void)
{
    check_memory memory;
    check_memory_start(&memory);
    csuccess_result r;
    csuccess_config *config = compile(&memory.allocator, &r);
    csuccess_scorer *scorer = NULL;
    csuccess_facts *facts = NULL;
    csuccess_score score = CSUCCESS_SCORE_INIT;
    uint64_t members;
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    size_t warm = 0;
    for (size_t i = 0; i < 400; i++) {
        if (i == 200) warm = memory.calls;
        set_facts(facts, i);
        CHECK_OK(csuccess_scorer_run(scorer, facts, now, &score, NULL));
        CHECK_OK(csuccess_scorer_segments(scorer, facts, now, &members, NULL, 1, NULL));
    }
    CHECK_UINT(memory.calls - warm, 0);
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
    CHECK_MEMORY_EMPTY(&memory);
}

CHECK_MAIN(CHECK_TEST(rows_equal_columns), CHECK_TEST(slices_equal_the_whole),
           CHECK_TEST(expressions_name_what_left_them_open),
           CHECK_TEST(overrides_revert_by_themselves), CHECK_TEST(misuse_is_refused),
           CHECK_TEST(refused_memory_leaves_nothing),
           CHECK_TEST(warm_scoring_allocates_nothing))
