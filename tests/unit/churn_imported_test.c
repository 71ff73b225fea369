/* SPDX-License-Identifier: Apache-2.0 */
/* Imported trees in a configuration: against XGBoost's own answers, by rows and by columns, fed by expressions and categories. */
#include "churn_models.h"

enum { FEATURES = 12, ROWS = 120 };

/* Bits of XGBoost's inputs and answers (tests/oracles/xgboost_forest.py). */
typedef struct answer {
    float features[FEATURES];
    double probability, contributions[FEATURES + 1];
} answer;

static float float_of(const char *hex)
{
    uint32_t bits = (uint32_t)strtoul(hex, NULL, 16);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double double_of(const char *hex)
{
    uint64_t bits = strtoull(hex, NULL, 16);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static size_t read_answers(const char *name, answer *out)
{
    char path[200];
    size_t n = 0;
    snprintf(path, sizeof path, CHECK_SOURCE_ROOT "/tests/data/trees/%s.tsv", name);
    char *text = check_read(path, NULL);
    if (!CHECK(text != NULL)) return 0;
    for (const char *line = text; line && *line && n < ROWS; n++) {
        const char *at = line;
        for (int f = 0; f < FEATURES; f++, at = strchr(at, '\t') + 1)
            out[n].features[f] = float_of(at);
        at = strchr(at, '\t') + 1; /* the margin */
        out[n].probability = double_of(at);
        for (int f = 0; f <= FEATURES; f++) {
            at = strchr(at, '\t') + 1;
            out[n].contributions[f] = double_of(at);
        }
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    free(text);
    return n;
}

static csuccess_model *load(const char *name)
{
    char path[200];
    size_t len = 0;
    csuccess_model *model = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_model_options options = CSUCCESS_MODEL_OPTIONS_INIT;
    options.name = CSUCCESS_STR("trees");
    snprintf(path, sizeof path, CHECK_SOURCE_ROOT "/tests/data/trees/%s.json", name);
    char *text = check_read(path, &len);
    if (!CHECK_OK(csuccess_model_load(&model, (csuccess_str){text, len}, &options, &err))) {
        printf("# %s: %s\n", err.pointer, err.message);
    }
    free(text);
    return model;
}

/* A configuration over attributes f0 to f11 (f11t: its category as a text). */
static csuccess_result open_trees(models_bench *b, const char *churn, models_host *host)
{
    char document[4096];
    size_t n =
        (size_t)snprintf(document, sizeof document, "{\"csuccess\": 1, \"attributes\": {");
    for (int f = 0; f < FEATURES; f++) {
        n += (size_t)snprintf(document + n, sizeof document - n,
                              "\"f%d\": {\"type\": \"number\"}, ", f);
    }
    snprintf(document + n, sizeof document - n,
             "\"text\": {\"type\": \"string\"}}, \"churn\": {%s}}", churn);
    return models_compile(b, document, host, NULL);
}

static void put(models_bench *b, const answer *a)
{
    csuccess_facts_clear(b->facts);
    for (int f = 0; f < FEATURES; f++) {
        char name[8];
        snprintf(name, sizeof name, "f%d", f);
        if (!isnan(a->features[f])) {
            csuccess_facts_set_number(b->facts, check_view(name), (double)a->features[f]);
        }
    }
}

static csuccess_result explain(models_bench *b)
{
    csuccess_result status =
        csuccess_scorer_explain(b->scorer, b->facts, models_now, NULL, &b->err);
    return status < 0 ? status : csuccess_scorer_json(b->scorer, &b->json, &b->err);
}

static void check_contributions(const models_bench *b, const answer *a)
{
    const char *at = strstr(b->json.ptr, "\"contributions\":{");
    models_bench parts = *b;
    if (!CHECK(at != NULL)) return;
    parts.json.ptr = at;
    double sum = models_number(b, "base"), used = a->contributions[FEATURES];
    CHECK_NUM(sum, used, 1e-5);
    for (int f = 0; f < FEATURES; f++) {
        char name[8];
        snprintf(name, sizeof name, "f%d", f);
        double c = models_number(&parts, name);
        CHECK_NUM(isnan(c) ? 0 : c, a->contributions[f], 1e-5);
        sum += isnan(c) ? 0 : c;
    }
    CHECK_NUM(sum, models_number(b, "total"), 1e-9);
}

#define TREES "\"model\": {\"xgboost\": {\"name\": \"trees\"}}"

static void answers_are_those_of_xgboost(void)
{
    static const char *const names[] = {"missing-3.2.0", "categories-2.1.4", "missing-1.7.6"};
    static answer answers[ROWS];
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        models_host host = {.models = {load(names[k])}, .count = 1};
        models_bench b;
        size_t n = read_answers(names[k], answers);
        CHECK(n >= 50);
        if (!CHECK_OK(open_trees(&b, TREES, &host))) printf("# %s\n", b.err.message);
        for (size_t i = 0; i < n && b.scorer && check_failures < 10; i++) {
            put(&b, &answers[i]);
            if (!CHECK_OK(explain(&b))) break;
            CHECK_NUM(models_number(&b, "probability"), answers[i].probability, 1e-6);
            check_contributions(&b, &answers[i]);
        }
        models_close(&b);
        models_forget(&host);
    }
}

static void columns_have_the_bits_of_rows(void)
{
    static answer answers[ROWS];
    static double columns[FEATURES][ROWS], probability[ROWS], confidence[ROWS];
    static uint8_t there[FEATURES][ROWS / 8 + 1];
    uint8_t member[ROWS / 8 + 1];
    uint8_t *const members[] = {member};
    models_host host = {.models = {load("missing-3.2.0")}, .count = 1};
    models_bench b;
    csuccess_columns *in = NULL;
    size_t n = read_answers("missing-3.2.0", answers);
    const char *churn =
        "\"model\": {\"xgboost\": {\"name\": \"trees\", \"calibration\": {\"platt\": "
        "[0.9, 0.1]}}}}, \"segments\": {\"up\": {\"when\": \"factor('f1') > 0\"}";
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.probability = probability;
    out.confidence = confidence;
    out.segments = members;
    CHECK_OK(open_trees(&b, churn, &host));
    CHECK_OK(csuccess_columns_new(&in, b.config, n, NULL, NULL));
    memset(there, 0, sizeof there);
    for (uint32_t f = 0; f < FEATURES; f++) {
        for (size_t i = 0; i < n; i++) {
            columns[f][i] = isnan(answers[i].features[f]) ? 0 : (double)answers[i].features[f];
            if (!isnan(answers[i].features[f])) there[f][i / 8] |= (uint8_t)(1 << i % 8);
        }
        CHECK_OK(csuccess_columns_bind_f64(in, f, columns[f], there[f]));
    }
    CHECK_OK(csuccess_scorer_columns(b.scorer, in, 0, n, models_now, &out, &b.err));
    for (size_t i = 0; i < n && check_failures < 10; i++) {
        uint64_t one = 0;
        put(&b, &answers[i]);
        if (!CHECK_OK(explain(&b))) break;
        CHECK_NUM(probability[i], models_number(&b, "probability"), 0);
        CHECK_NUM(confidence[i], models_number(&b, "confidence"), 0);
        double margin = log(answers[i].probability / (1 - answers[i].probability));
        CHECK_NUM(probability[i], 1 / (1 + exp(-(0.9 * margin + 0.1))), 2e-6);
        CHECK_HAS(b.json.ptr, "\"calibrated\":true");
        CHECK_OK(csuccess_scorer_segments(b.scorer, b.facts, models_now, &one, NULL, 1, NULL));
        CHECK_UINT(one, member[i / 8] >> (i % 8) & 1);
    }
    csuccess_columns_free(in);
    models_close(&b);
    models_forget(&host);
}

/* An expression of the host's sees what no expression of the configuration reads. */
static void factors_are_there_to_ask_for(void)
{
    static answer answers[ROWS];
    models_host host = {.models = {load("missing-3.2.0")}, .count = 1};
    models_bench b;
    size_t n = read_answers("missing-3.2.0", answers);
    CHECK_OK(open_trees(&b, TREES, &host));
    for (size_t i = 0; i < n && i < 5; i++) {
        csuccess_str value;
        put(&b, &answers[i]);
        CHECK_OK(csuccess_scorer_eval(b.scorer, b.facts, models_now,
                                      CSUCCESS_STR("factor('f1') * 1"), &value, NULL, &b.err));
        CHECK_NUM(check_number(value.ptr), answers[i].contributions[1], 1e-5);
    }
    models_close(&b);
    models_forget(&host);
}

static void features_are_expressions_and_categories(void)
{
    static answer answers[ROWS];
    static const char *const words[] = {"\"a\"", "\"b\"", "\"c\"", "\"d\"",
                                        "\"e\"", "\"f\"", "\"g\"", "\"h\""};
    models_host host = {.models = {load("categories-3.2.0")}, .count = 1};
    models_bench b;
    const char *churn = "\"model\": {\"xgboost\": {\"name\": \"trees\", \"features\": {\"f0\": "
                        "\"f0 + 0\", \"f10\": "
                        "{\"value\": \"text\", \"categories\": [\"a\", \"b\", \"c\", \"d\", "
                        "\"e\", \"f\", \"g\", "
                        "\"h\"]}}}}";
    size_t n = read_answers("categories-3.2.0", answers), asked = 0;
    if (!CHECK_OK(open_trees(&b, churn, &host))) printf("# %s\n", b.err.message);
    for (size_t i = 0; i < n && b.scorer; i++) {
        float code = answers[i].features[10];
        bool word = code >= 0 && code < 8 && code == floorf(code);
        if (!word && !isnan(code)) continue;
        put(&b, &answers[i]);
        if (word) {
            csuccess_facts_set_string(b.facts, CSUCCESS_STR("text"),
                                      (csuccess_str){words[(int)code] + 1, 1});
        }
        CHECK_OK(explain(&b));
        CHECK_NUM(models_number(&b, "probability"), answers[i].probability, 1e-6);
        asked++;
    }
    CHECK(asked > 20);
    models_close(&b);
    models_forget(&host);
}

static void check_refused(const char *churn, const char *pointer, const char *message)
{
    models_host host = {.models = {load("categories-3.2.0")}, .count = 1};
    models_bench b;
    CHECK(open_trees(&b, churn, &host) < 0);
    CHECK_HAS(b.err.pointer, pointer);
    CHECK_HAS(b.err.message, message);
    models_close(&b);
    models_forget(&host);
}

static void features_that_do_not_fit_are_named(void)
{
    check_refused(
        "\"model\": {\"xgboost\": {\"name\": \"trees\", \"features\": {\"f99\": \"f0\"}}}",
        "/churn/model/xgboost/features/f99", "no feature \"f99\"");
    check_refused(
        "\"model\": {\"xgboost\": {\"name\": \"trees\", \"features\": {\"f0\": \"text\"}}}",
        "/churn/model/xgboost/features/f0", "\"categories\"");
    check_refused(
        "\"model\": {\"xgboost\": {\"name\": \"trees\", \"features\": {\"f0\": \"now\"}}}",
        "/churn/model/xgboost/features/f0", "a number, a bool or a category");
    check_refused("\"model\": {\"learned\": {\"name\": \"trees\"}}", "/churn/model/learned",
                  "\"xgboost\"");
    check_refused("\"model\": {\"xgboost\": {\"name\": \"trees\", \"calibration\": {}}}",
                  "/churn/model/xgboost/calibration", "platt");
}

CHECK_MAIN(CHECK_TEST(answers_are_those_of_xgboost), CHECK_TEST(columns_have_the_bits_of_rows),
           CHECK_TEST(factors_are_there_to_ask_for),
           CHECK_TEST(features_are_expressions_and_categories),
           CHECK_TEST(features_that_do_not_fit_are_named))
