/* SPDX-License-Identifier: Apache-2.0 */
/* Severity, priority, time to churn, retraining, expansion and NPS; and that refused memory leaves nothing behind. */
#include "churn_models.h"

#define BY_TENURE \
    "\"model\": {\"scorecard\": {\"combine\": \"weighted_mean\", \"of\": {\"a\": " \
    "{\"weight\": 1, " \
    "\"value\": \"tenure\"}}}}, \"levels\": {\"critical\": {\"from\": 0.8}, \"high\": " \
    "{\"from\": 0.6}, " \
    "\"low\": {}}"
#define CALIBRATED \
    "\"model\": {\"scorecard\": {\"combine\": \"weighted_mean\", \"of\": {\"a\": " \
    "{\"weight\": 1, " \
    "\"value\": \"tenure\"}}, \"calibration\": {\"isotonic\": [[0, 0], [1, 1]]}}}"
#define SEVERITY \
    "\"severity\": {\"value\": \"arr\", \"tiers\": {\"large\": {\"from\": 100000}, " \
    "\"small\": {}}, " \
    "\"table\": {\"critical\": {\"large\": \"critical\", \"small\": \"high\"}, \"high\": " \
    "{\"large\": " \
    "\"high\", \"small\": \"medium\"}, \"low\": {\"large\": \"low\", \"small\": \"low\"}}"
#define PRIORITY \
    "\"priority\": {\"value\": \"value_at_risk\", \"tiers\": {\"much\": {\"above\": 500}, " \
    "\"some\": " \
    "{}}, \"table\": {\"critical\": {\"much\": 1, \"some\": 2}, \"high\": {\"much\": 2, " \
    "\"some\": 3}, " \
    "\"low\": {\"much\": 4, \"some\": 5}}}"

static void check_part(const char *churn, const char *row, const char *part)
{
    models_bench b;
    if (!CHECK_OK(models_open(&b, churn, NULL, NULL)) || !CHECK_OK(models_score(&b, row))) {
        printf("# %s: %s\n", b.err.pointer, b.err.message);
    } else {
        CHECK_HAS(b.json.ptr, part);
    }
    models_close(&b);
}

static void severity_is_a_table_of_level_and_value(void)
{
    static const char with[] = BY_TENURE ", " SEVERITY "}";
    static const char missing[] = BY_TENURE ", " SEVERITY ", \"missing\": \"small\"}";
    check_part(with, "{\"tenure\": 0.9, \"arr\": 100000}", "\"severity\":\"critical\"");
    check_part(with, "{\"tenure\": 0.9, \"arr\": 99999.99}", "\"severity\":\"high\"");
    check_part(with, "{\"tenure\": 0.7, \"arr\": 1}", "\"severity\":\"medium\"");
    check_part(with, "{\"tenure\": 0.1, \"arr\": 200000}", "\"severity\":\"low\"");
    check_part(with, "{\"tenure\": 0.9}", "\"severity\":null");
    check_part(with, "{\"arr\": 5}", "\"severity\":null");
    check_part(missing, "{\"tenure\": 0.9}", "\"severity\":\"high\"");
    check_part(BY_TENURE, "{\"tenure\": 0.9}", "\"severity\":null");
}

static void priority_is_by_level_or_by_its_table(void)
{
    static const char with[] = BY_TENURE ", \"value\": {\"lifetime\": \"arr\"}, " PRIORITY;
    check_part(BY_TENURE, "{\"tenure\": 0.9}", "\"priority\":1");
    check_part(BY_TENURE, "{\"tenure\": 0.7}", "\"priority\":2");
    check_part(BY_TENURE, "{\"tenure\": 0.1}", "\"priority\":3");
    check_part(BY_TENURE, "{}", "\"priority\":null");
    check_part(with, "{\"tenure\": 0.9, \"arr\": 1000}", "\"priority\":1");
    check_part(with, "{\"tenure\": 0.8, \"arr\": 625}", "\"priority\":2"); /* 500: not above */
    check_part(with, "{\"tenure\": 0.1, \"arr\": 100}", "\"priority\":5");
    check_part(with, "{\"tenure\": 0.1}", "\"priority\":null");
}

static void check_refused(const char *churn, const char *pointer, const char *message)
{
    models_bench b;
    CHECK(models_open(&b, churn, NULL, NULL) < 0);
    CHECK_HAS(b.err.pointer, pointer);
    CHECK_HAS(b.err.message, message);
    models_close(&b);
}

static void tables_that_do_not_fit_are_named(void)
{
    check_refused(BY_TENURE ", \"severity\": {\"value\": \"arr\", \"tiers\": {\"a\": {}}}",
                  "/churn/severity", "\"table\"");
    check_refused(BY_TENURE ", \"severity\": {\"value\": \"arr\", \"table\": {}}",
                  "/churn/severity", "\"tiers\"");
    check_refused(BY_TENURE ", \"severity\": {\"tiers\": {\"a\": {}}, \"table\": {}}",
                  "/churn/severity", "\"value\" is missing");
    check_refused(BY_TENURE ", \"severity\": {\"value\": \"arr\", \"tiers\": {\"small\": {}}, "
                            "\"table\": {\"hihg\": {}}}",
                  "/churn/severity/table/hihg", "did you mean \"high\"?");
    check_refused(BY_TENURE ", \"severity\": {\"value\": \"arr\", \"tiers\": {\"small\": {}}, "
                            "\"table\": {\"high\": {\"smal\": \"low\"}}}",
                  "/churn/severity/table/high/smal", "did you mean \"small\"?");
    check_refused(BY_TENURE ", \"severity\": {\"value\": \"arr\", \"tiers\": {\"small\": {}}, "
                            "\"table\": {\"high\": {\"small\": 3}}}",
                  "/churn/severity/table/high/small", "a severity is");
    check_refused(BY_TENURE ", \"priority\": {\"value\": \"arr\", \"tiers\": {\"small\": {}}, "
                            "\"table\": {\"high\": {\"small\": 6}}}",
                  "/churn/priority/table/high/small", "1, the first, to 5");
    check_refused(BY_TENURE ", \"priority\": {\"value\": \"arr\", \"tiers\": {\"small\": {}}, "
                            "\"missing\": \"x\", \"table\": {}}",
                  "/churn/priority/missing", "no tier \"x\"");
    check_refused(BY_TENURE ", \"time_to_churn\": {\"at\": {\"r\": \"flag\"}}",
                  "/churn/time_to_churn/at/r", "a date to leave on");
    check_refused(BY_TENURE ", \"retrain_every\": \"monthly\"", "/churn/retrain_every",
                  "ISO 8601");
    check_refused(BY_TENURE ", \"horizon\": \"PT0S\"", "/churn/horizon", "above 0");
}

/* What lint says of a section; empty: nothing. */
static void check_lint(const char *churn, const char *message)
{
    char document[4096], told[2048] = "";
    snprintf(document, sizeof document,
             "{\"csuccess\": 1, \"attributes\": {\"tenure\": {\"type\": \"number\"}, \"arr\": "
             "{\"type\": \"money\"}}, \"churn\": {%s}}",
             churn);
    csuccess_problems *problems = NULL;
    CHECK_OK(csuccess_config_check(&problems, check_view(document), NULL, NULL));
    for (size_t i = 0; i < csuccess_problems_count(problems); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        csuccess_problems_get(problems, i, &p);
        if (strstr(p.message.ptr, "nothing reads")) continue;
        size_t at = strlen(told);
        snprintf(told + at, sizeof told - at, "%.*s\n", (int)p.message.len, p.message.ptr);
    }
    if (message[0]) {
        CHECK_HAS(told, message);
    } else {
        CHECK_CSTR(told, "");
    }
    csuccess_problems_free(problems);
}

static void odd_tables_are_told(void)
{
    check_lint(BY_TENURE ", " SEVERITY "}", "");
    check_lint(BY_TENURE
               ", \"severity\": {\"value\": \"arr\", \"tiers\": {\"a\": {}, \"b\": {\"from\": "
               "1}}, \"table\": {\"critical\": {\"a\": \"low\", \"b\": \"low\"}, \"high\": "
               "{\"a\": \"low\", \"b\": \"low\"}, \"low\": {\"a\": \"low\", \"b\": "
               "\"low\"}}}",
               "\"b\" cannot be reached");
    check_lint(BY_TENURE
               ", \"severity\": {\"value\": \"arr\", \"tiers\": {\"a\": {}}, \"table\": "
               "{\"critical\": {\"a\": \"low\"}, \"low\": {\"a\": \"low\"}}}",
               "nothing for the level \"high\" and the tier \"a\"");
    check_lint(BY_TENURE
               ", \"severity\": {\"value\": \"arr\", \"tiers\": {\"a\": {}}, \"table\": "
               "{\"critical\": {\"a\": \"low\"}, \"high\": {\"a\": \"high\"}, \"low\": "
               "{\"a\": \"low\"}}}",
               "the level \"high\" stands before \"critical\"");
    check_lint(BY_TENURE
               ", \"priority\": {\"value\": \"arr\", \"tiers\": {\"a\": {}}, \"table\": "
               "{\"critical\": {\"a\": 3}, \"high\": {\"a\": 2}, \"low\": {\"a\": 5}}}",
               "the level \"high\" stands before \"critical\"");
    check_lint(
        "\"model\": {\"host\": {\"name\": \"h\", \"features\": [\"arr\"]}, \"scorecard\": "
        "{\"combine\": \"noisy_or\", \"of\": {\"a\": {\"value\": \"tenure > 1\"}}}}",
        "\"fallback\" does not name it");
}

/* p = 0.3 within 30 days: ln 2 / (-ln 0.7 / 30) days, by hand 58.30. */
static void time_to_churn_needs_a_probability_that_is_one(void)
{
    models_bench b;
    if (CHECK_OK(models_open(&b, CALIBRATED, NULL, NULL)) &&
        CHECK_OK(models_score(&b, "{\"tenure\": 0.3}"))) {
        CHECK_NUM(models_number(&b, "time_to_churn_days"), 58.300746, 1e-5);
        CHECK_HAS(b.json.ptr, "\"predicted_churn_date\":\"2026-03-30\"");
        CHECK_HAS(b.json.ptr, "\"predicted_churn_by\":\"hazard\"");
        CHECK_HAS(b.json.ptr, "\"summary\":\"30% likely to leave within 30 days");
    }
    models_close(&b);
    check_part(BY_TENURE, "{\"tenure\": 0.3}",
               "\"time_to_churn_days\":null,\"predicted_churn_date\":null,"
               "\"predicted_churn_by\":null,\"retrain_due\":null");
    check_part(
        BY_TENURE, "{\"tenure\": 0.3}",
        "\"summary\":\"risk score 30 of 100 (not calibrated, so no share of customers) for "
        "30 days, level low");
}

static void contracts_end_on_their_dates(void)
{
    static const char churn[] = CALIBRATED
        ", \"time_to_churn\": {\"at\": {\"renewal\": \"renews\", \"notice\": \"renews - "
        "duration('P60D')\"}}";
    check_part(churn, "{\"tenure\": 0.3, \"renews\": \"2026-06-30\"}",
               "\"predicted_churn_date\":\"2026-05-01\",\"predicted_churn_by\":\"notice\"");
    check_part(churn, "{\"tenure\": 0.3, \"renews\": \"2026-06-30\"}",
               "\"time_to_churn_days\":90,");
    check_part(churn, "{\"tenure\": 0.3, \"renews\": \"2026-02-10\"}",
               "\"time_to_churn_days\":10,\"predicted_churn_date\":\"2026-02-10\","
               "\"predicted_churn_by\":\"renewal\"");
    check_part(churn, "{\"tenure\": 0.3, \"renews\": \"2025-02-10\"}",
               "\"predicted_churn_by\":\"hazard\"");
    check_part(CALIBRATED ", \"time_to_churn\": {\"at\": {\"renewal\": \"arr\"}}",
               "{\"tenure\": 0.3, \"arr\": 12.5}",
               "\"time_to_churn_days\":12.5,\"predicted_churn_date\":\"2026-02-12\"");
}

static void retraining_is_due_by_time(void)
{
    models_host host = {.models = {models_load(MODELS_DOCUMENT)}, .count = 1};
    models_bench b;
    int64_t due = 1;
    const int64_t february =
        1769904000000; /* 2026-02-01T00:00:00Z: a month after the training */
    if (CHECK_OK(models_open(&b,
                             "\"retrain_every\": \"P1M\", \"model\": {\"learned\": {\"name\": "
                             "\"telco\"}}",
                             &host, NULL))) {
        CHECK_RESULT(csuccess_config_retrain_due(b.config, models_now, &due),
                     CSUCCESS_UNCHANGED);
        CHECK_INT(due, february);
        CHECK_RESULT(csuccess_config_retrain_due(b.config, february, &due), CSUCCESS_OK);
        CHECK_OK(models_score(&b, "{\"tenure\": 3}"));
        CHECK_HAS(b.json.ptr, "\"retrain_due\":false");
    }
    models_close(&b);
    CHECK_OK(models_open(&b, "\"retrain_every\": \"P1M\", " BY_TENURE, &host, NULL));
    CHECK_RESULT(csuccess_config_retrain_due(b.config, models_now, &due), CSUCCESS_EMISSING);
    CHECK_INT(due, 0);
    models_close(&b);
    CHECK_RESULT(csuccess_config_retrain_due(NULL, models_now, &due), CSUCCESS_EINVALID);
    models_forget(&host);
}

#define NPS \
    "{\"csuccess_model\": 1, \"name\": \"nps\", \"kind\": \"additive\", \"target\": \"nps\", " \
    "\"metrics\": {\"tenure\": {\"type\": \"number\"}}, \"scorecard\": {\"combine\": " \
    "\"sum\", " \
    "\"intercept\": 7, \"min\": -3, \"max\": 3, \"of\": {\"t\": {\"value\": \"tenure\", " \
    "\"points\": " \
    "{\"upto\": [[1, -2.5], [12, 0.5]], \"else\": 1}, \"missing\": {\"value\": 0}}}}}"

static void nps_and_expansion_where_models_are(void)
{
    models_host host = {.models = {models_load(NPS)}, .count = 1};
    models_bench b;
    const char *churn = BY_TENURE
        ", \"models\": {\"nps\": {\"learned\": {\"name\": \"nps\"}}, \"expansion\": "
        "{\"scorecard\": {\"combine\": \"sum\", \"link\": \"logistic\", \"of\": {\"x\": "
        "{\"value\": \"arr\", \"range\": [0, 1]}}}}}";
    if (CHECK_OK(models_open(&b, churn, &host, NULL)) &&
        CHECK_OK(models_score(&b, "{\"tenure\": 0.5, \"arr\": 1}"))) {
        CHECK_NUM(models_number(&b, "nps_predicted"), 4.5, 1e-12);
        CHECK_NUM(models_number(&b, "expansion_probability"), 1 / (1 + exp(-1)), 1e-12);
    } else {
        printf("# %s: %s\n", b.err.pointer, b.err.message);
    }
    models_close(&b);
    check_part(BY_TENURE, "{\"tenure\": 0.5}",
               "\"nps_predicted\":null,\"expansion_probability\":null");
    models_forget(&host);
}

/* A configuration with models, scored by row and by columns, over an allocator that refuses. */
static csuccess_result whole_life(check_memory *memory, void *ud)
{
    models_host *host = ud;
    models_bench b;
    csuccess_columns *in = NULL;
    csuccess_str json;
    double probability[3], confidence[3];
    const char *churn =
        "\"model\": {\"learned\": {\"name\": \"telco\"}, \"scorecard\": {\"combine\": "
        "\"noisy_or\", "
        "\"of\": {\"a\": {\"weight\": 0.5, \"value\": \"tenure < 6\"}}}}, \"fallback\": "
        "[\"model\", "
        "\"scorecard\", \"last\"], \"levels\": {\"high\": {\"from\": 0.5}, \"low\": {}}, "
        "\"severity\": {\"value\": \"arr\", \"tiers\": {\"all\": {}}, \"table\": {\"high\": "
        "{\"all\": "
        "\"high\"}, \"low\": {\"all\": \"low\"}}}, \"time_to_churn\": {\"at\": {\"r\": "
        "\"renews\"}}, "
        "\"actions\": {\"call\": {\"when\": \"factor('a') > 0\"}}";
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.probability = probability;
    out.confidence = confidence;
    csuccess_result status = models_open(&b, churn, host, &memory->allocator);
    if (status == CSUCCESS_OK) {
        csuccess_facts_set_number(b.facts, CSUCCESS_STR("tenure"), 3);
        status = csuccess_scorer_explain(b.scorer, b.facts, models_now, NULL, NULL);
    }
    if (status == CSUCCESS_OK) status = csuccess_scorer_json(b.scorer, &json, NULL);
    if (status == CSUCCESS_OK) status = csuccess_columns_new(&in, b.config, 3, NULL, NULL);
    if (status == CSUCCESS_OK) {
        status = csuccess_scorer_columns(b.scorer, in, 0, 3, models_now, &out, NULL);
    }
    csuccess_columns_free(in);
    models_close(&b);
    return status;
}

static void refused_memory_leaves_nothing_behind(void)
{
    models_host host = {.models = {models_load(MODELS_DOCUMENT)}, .count = 1},
                none = {.count = 0};
    CHECK(check_faults(whole_life, &host) > 20);
    CHECK(check_faults(whole_life, &none) > 20);
    models_forget(&host);
}

CHECK_MAIN(CHECK_TEST(severity_is_a_table_of_level_and_value),
           CHECK_TEST(priority_is_by_level_or_by_its_table),
           CHECK_TEST(tables_that_do_not_fit_are_named), CHECK_TEST(odd_tables_are_told),
           CHECK_TEST(time_to_churn_needs_a_probability_that_is_one),
           CHECK_TEST(contracts_end_on_their_dates), CHECK_TEST(retraining_is_due_by_time),
           CHECK_TEST(nps_and_expansion_where_models_are),
           CHECK_TEST(refused_memory_leaves_nothing_behind))
