/* SPDX-License-Identifier: Apache-2.0 */
/* Predictions of churn as a host asks for them (000 §2, §6, §8, §11, §12; 001 §2.1, §8.1): every kind of model behind one face, what
   stands in when one fails, seals, the log, and the section of the configuration. */
#include "churn_models.h"
#include "requirement.h"

/* ---- Every kind of model, by one interface ---- */

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* 0.1 for every month. */
static csuccess_result by_tenure(void *ud, const csuccess_predict_batch *batch)
{
    (void)ud;
    for (uint32_t i = 0; i < batch->rows; i++) {
        batch->probability[i] = batch->values[i] / 10;
        batch->status[i] = CSUCCESS_OK;
    }
    return CSUCCESS_OK;
}

/* One tree: above 2.5 months 0.4, else -0.4, from a base of one half. */
static const char trees[] =
    "{\"learner\": {\"attributes\": {}, \"feature_names\": [\"tenure\"], \"feature_types\": "
    "[\"float\"], \"gradient_booster\": {\"model\": {\"gbtree_model_param\": "
    "{\"num_parallel_tree\": \"1\", \"num_trees\": \"1\"}, \"iteration_indptr\": [0, 1], "
    "\"tree_info\": [0], \"trees\": [{\"base_weights\": [0, -0.4, 0.4], \"categories\": [], "
    "\"categories_nodes\": [], \"categories_segments\": [], \"categories_sizes\": [], "
    "\"default_left\": [0, 0, 0], \"id\": 0, \"left_children\": [1, -1, -1], "
    "\"loss_changes\": [1, 0, 0], \"parents\": [2147483647, 0, 0], \"right_children\": [2, "
    "-1, -1], \"split_conditions\": [2.5, -0.4, 0.4], \"split_indices\": [0, 0, 0], "
    "\"split_type\": [0, 0, 0], \"sum_hessian\": [3, 1, 2], \"tree_param\": "
    "{\"num_deleted\": \"0\", \"num_feature\": \"1\", \"num_nodes\": \"3\", "
    "\"size_leaf_vector\": \"1\"}}]}, \"name\": \"gbtree\"}, \"learner_model_param\": "
    "{\"base_score\": \"5E-1\", \"boost_from_average\": \"1\", \"num_class\": \"0\", "
    "\"num_feature\": \"1\", \"num_target\": \"1\"}, \"objective\": {\"name\": "
    "\"binary:logistic\", \"reg_loss_param\": {\"scale_pos_weight\": \"1\"}}}, \"version\": "
    "[2, 1, 4]}";

#define DOCUMENT(name, kind, more) \
    "{\"csuccess_model\": 1, \"name\": \"" name "\", \"kind\": \"" kind \
    "\", \"target\": \"churn\", " more ", \"metrics\": {\"tenure\": {\"type\": \"number\"}}, " \
    "\"scorecard\": {\"combine\": \"sum\", \"link\": \"logistic\", \"intercept\": -1, " \
    "\"of\": {\"tenure\": {\"value\": \"tenure\", \"points\": {\"upto\": [[3, 0.9]], " \
    "\"else\": -0.6}, \"missing\": {\"value\": 0}}}}}"

static models_host every_model(void)
{
    models_host host = {.count = 3};
    csuccess_model_options options = CSUCCESS_MODEL_OPTIONS_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    host.models[0] = models_load(DOCUMENT("tables", "additive", "\"horizon\": \"P30D\""));
    host.models[1] = models_load(DOCUMENT("survival", "hazard", "\"period\": \"P30D\""));
    options.name = CSUCCESS_STR("trees");
    if (!CHECK_OK(csuccess_model_load(&host.models[2], check_view(trees), &options, &err))) {
        printf("# %s: %s\n", err.pointer, err.message);
        host.count = 2;
    }
    return host;
}

static void every_kind_of_model_behind_one_face(void)
{
    const double tables = sigmoid(-0.1), hazard = 1 - pow(1 - tables, 3);
    const struct {
        const char *churn, *source;
        double probability;
    } kinds[] = {
        {"\"model\": {\"scorecard\": {\"combine\": \"weighted_mean\", \"of\": {\"a\": "
         "{\"weight\": 3, \"value\": \"tenure / 4\"}, \"b\": {\"weight\": 1, \"value\": "
         "\"tenure / 6\"}}}}",
         "scorecard", 0.75 * 0.75 + 0.25 * 0.5},
        {"\"model\": {\"learned\": {\"name\": \"tables\"}}", "learned", tables},
        {"\"horizon\": \"P90D\", \"model\": {\"learned\": {\"name\": \"survival\"}}", "learned",
         hazard},
        {"\"model\": {\"xgboost\": {\"name\": \"trees\"}}", "xgboost", sigmoid(0.4)},
        {"\"model\": {\"host\": {\"name\": \"mine\", \"features\": [\"tenure\"]}}", "host",
         0.3},
    };
    models_host host = every_model();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        models_bench b;
        csuccess_prediction p = CSUCCESS_PREDICTION_INIT;
        char source[40];
        snprintf(source, sizeof source, "\"source\":\"%s\"", kinds[i].source);
        if (CHECK_OK(models_open(&b, kinds[i].churn, &host, NULL))) {
            if (strcmp(kinds[i].source, "host") == 0) {
                CHECK_OK(csuccess_scorer_set_model(b.scorer, by_tenure, NULL, NULL, NULL));
            }
            CHECK_OK(models_score(&b, "{\"tenure\": 3}"));
            CHECK_NUM(models_number(&b, "probability"), kinds[i].probability, 1e-7);
            CHECK_HAS(b.json.ptr, source);
            CHECK_HAS(b.json.ptr, "\"degraded\":false");
            CHECK_OK(csuccess_scorer_predict(b.scorer, b.facts, models_now, &p, &b.err));
            CHECK_NUM(p.probability, models_number(&b, "probability"), 0);
        } else {
            printf("# %s: %s\n", b.err.pointer, b.err.message);
        }
        models_close(&b);
    }
    models_forget(&host);
}

/* Probability, confidence, horizon, which model in which version, and the factors with the greatest first in words. */
static void predict_churn_probability(void)
{
    models_host host = {.models = {models_load(MODELS_DOCUMENT)}, .count = 1};
    models_bench b;
    csuccess_prediction p = CSUCCESS_PREDICTION_INIT;
    const double x = -1 + 0.9 + 0.4 + 0.15, sd = 0.9 * sqrt(0.01 + 0.01 + 0.0025);
    CHECK_OK(models_open(&b, "\"model\": {\"learned\": {\"name\": \"telco\"}}", &host, NULL));
    if (CHECK_OK(models_score(&b, "{\"customer_id\": \"ada\", \"tenure\": 1, \"plan\": "
                                  "\"free\"}"))) {
        CHECK_OK(csuccess_scorer_predict(b.scorer, b.facts, models_now, &p, &b.err));
        CHECK_UINT(p.flags, CSUCCESS_PREDICTION_PROBABILITY | CSUCCESS_PREDICTION_CONFIDENCE |
                                CSUCCESS_PREDICTION_CALIBRATED);
        CHECK_NUM(p.probability, sigmoid(1.1 * x + 0.05), 1e-12);
        CHECK_NUM(p.confidence, 1 - sigmoid(x + 1.645 * sd) + sigmoid(x - 1.645 * sd), 1e-12);
        CHECK_NUM(p.horizon_days, 30, 0);
        CHECK_STR(p.customer, "ada");
        CHECK_STR(p.model, "telco");
        csuccess_str digest = csuccess_model_digest(host.models[0]);
        CHECK(p.digest.len == 71 && memcmp(p.digest.ptr, digest.ptr, 71) == 0);
        CHECK_HAS(b.json.ptr, "\"horizon_days\":30,");
        CHECK_HAS(b.json.ptr, "\"contributions\":{\"tenure\":0.9,\"plan\":0.4,\"tenure & "
                              "plan\":0.15}");
        CHECK_HAS(b.json.ptr, "raised by tenure, plan, tenure & plan");
    }
    models_close(&b);
    models_forget(&host);
}

/* ---- 001 ---- */

static const char leaving[] =
    "{\"tenure\": 3, \"usage_decline\": 0.34, \"last_login\": \"2026-01-01T00:00:00Z\", "
    "\"ticket_sentiment\": -0.8, \"payment_delays\": 2, \"champion_left\": true, "
    "\"contract_value\": 60000, \"mrr\": 1000}";

/* The retention preset over a model of the host's, or what its own scorecard gives. */
static csuccess_result open_retention(models_bench *b, const char *more, models_host *host)
{
    char document[1200];
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    snprintf(document, sizeof document,
             "{\"csuccess\": 1, \"name\": \"r@1\", \"extends\": \"retention\", "
             "\"attributes\": {\"tenure\": {\"type\": \"number\"}}, \"churn\": {%s}}",
             more);
    options.model = models_give;
    options.model_ud = host;
    memset(b, 0, sizeof *b);
    b->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess_result r =
        csuccess_config_compile(&b->config, check_view(document), &options, &b->err);
    if (r == CSUCCESS_OK) r = csuccess_facts_new(&b->facts, b->config, NULL, &b->err);
    if (r == CSUCCESS_OK) r = csuccess_scorer_new(&b->scorer, b->config, NULL, &b->err);
    if (r < 0) printf("# %s: %s\n", b->err.pointer, b->err.message);
    return r;
}

/* All six parts of the answer: of a calibrated model, with the preset's risk factors, severity and actions. */
static void predict_churn(void)
{
    models_host host = {
        .models = {models_load(DOCUMENT("learned", "additive",
                                        "\"horizon\": \"P30D\", \"calibrated\": true, "
                                        "\"dated\": true"))},
        .count = 1};
    models_bench b;
    const double p = sigmoid(-0.1), days = log(2) / (-log(1 - p) / 30);
    if (CHECK_OK(open_retention(&b,
                                "\"model\": {\"learned\": {\"name\": \"learned\"}}, "
                                "\"actions\": {\"executive_call\": {\"when\": "
                                "\"champion_left\"}, \"feature_training\": null, "
                                "\"csm_checkin\": null, \"support_review\": null, "
                                "\"resolve_billing\": null}",
                                &host)) &&
        CHECK_OK(models_score(&b, leaving))) {
        CHECK_NUM(models_number(&b, "probability"), p, 1e-12);
        b.json.ptr = strstr(b.json.ptr, "\"churn\":{"); /* health has a confidence too */
        CHECK_NUM(models_number(&b, "confidence"), 1, 0);
        CHECK_NUM(models_number(&b, "time_to_churn_days"), days, 1e-9);
        CHECK_HAS(b.json.ptr, "\"risk_factors\":[{\"type\":\"champion_risk\",\"severity\":"
                              "\"critical\",\"impact\":0.4,");
        CHECK_HAS(b.json.ptr, "\"say\":\"34% usage decline\"");
        CHECK_HAS(b.json.ptr, "\"level\":\"medium\"");
        CHECK_HAS(b.json.ptr, "\"severity\":\"medium\",\"factors\""); /* a large contract */
        CHECK_HAS(b.json.ptr, "\"actions\":[\"executive_call\"]");
    }
    models_close(&b);
    models_forget(&host);
}

/* Impact .40 comes first, whatever else holds; of equal impact those that stand first in the document. */
static void champion_risk_comes_first_and_ties_keep_their_order(void)
{
    models_bench b;
    if (CHECK_OK(open_retention(&b,
                                "\"risk_factors\": {\"z\": {\"when\": \"tenure > 1\", "
                                "\"impact\": 0.4}, \"a\": {\"when\": \"tenure > 1\", "
                                "\"impact\": 0.4}, \"low\": {\"when\": \"tenure > 1\", "
                                "\"impact\": 0.01}}",
                                NULL)) &&
        CHECK_OK(models_score(&b, leaving))) {
        static const char *const order[] = {"champion_risk",      "z",        "a",
                                            "usage_decline",      "inactive", "payment_issues",
                                            "negative_sentiment", "low"};
        cJSON *json = cJSON_ParseWithLength(b.json.ptr, b.json.len);
        const cJSON *churn = cJSON_GetObjectItem(json, "churn");
        const cJSON *list = cJSON_GetObjectItem(churn, "risk_factors"), *item;
        int i = 0;
        CHECK_INT(cJSON_GetArraySize(list), 8);
        cJSON_ArrayForEach(item, list)
        {
            CHECK_CSTR(cJSON_GetObjectItem(item, "type")->valuestring, order[i++ & 7]);
        }
        CHECK_CSTR(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "severity")->valuestring,
                   "critical");
        cJSON_Delete(json);
    }
    models_close(&b);
}

/* XGBoost's file, and a callback, under the preset that is retrained every week; of a file without a date nobody knows when. */
static void a_churn_predictor_that_is_retrained_weekly(void)
{
    models_host host = every_model();
    models_bench b;
    int64_t due = 1;
    const int64_t week = 7 * REQUIREMENT_DAY, trained = INT64_C(1767225600000);
    if (CHECK_OK(
            open_retention(&b, "\"model\": {\"xgboost\": {\"name\": \"trees\"}}", &host)) &&
        CHECK_OK(models_score(&b, "{\"tenure\": 2}"))) {
        CHECK_NUM(models_number(&b, "probability"), sigmoid(-0.4), 1e-7);
        CHECK_HAS(b.json.ptr, "\"source\":\"xgboost\",\"model\":\"trees\"");
        CHECK_RESULT(csuccess_config_retrain_due(b.config, models_now, &due),
                     CSUCCESS_EMISSING);
    }
    models_close(&b);
    const char *mine =
        "\"model\": {\"host\": {\"name\": \"mine\", \"features\": [\"tenure\"]}}";
    if (CHECK_OK(open_retention(&b, mine, &host))) {
        CHECK_OK(csuccess_scorer_set_model(b.scorer, by_tenure, NULL, NULL, NULL));
        CHECK_OK(models_score(&b, "{\"tenure\": 2}"));
        CHECK_NUM(models_number(&b, "probability"), 0.2, 1e-12);
    }
    models_close(&b);
    models_forget(&host);
    host = (models_host){
        .models = {models_load(DOCUMENT("dated", "additive",
                                        "\"horizon\": \"P30D\", \"training\": {\"at\": "
                                        "\"2026-01-01T00:00:00Z\"}"))},
        .count = 1};
    if (CHECK_OK(
            open_retention(&b, "\"model\": {\"learned\": {\"name\": \"dated\"}}", &host))) {
        CHECK_RESULT(csuccess_config_retrain_due(b.config, trained + week - 1, &due),
                     CSUCCESS_UNCHANGED);
        CHECK_INT(due, trained + week);
        CHECK_RESULT(csuccess_config_retrain_due(b.config, trained + week, &due), CSUCCESS_OK);
        CHECK_OK(models_score(&b, "{\"tenure\": 2}"));
        CHECK_HAS(b.json.ptr, "\"retrain_due\":true");
    }
    models_close(&b);
    models_forget(&host);
}

/* Prediction from health and usage: who uses less has a lower score, and by that a higher risk, as the preset's formula has it. */
static void predict_churn_risk_from_health_and_usage(void)
{
    double risk[2] = {0, 0}, health[2] = {0, 0};
    bench b;
    if (!bench_open(&b, "{`csuccess`: 1, `extends`: `enterprise`}")) return;
    for (int less = 0; less <= 1; less++) {
        char row[200];
        snprintf(row, sizeof row,
                 "{`features_used`: %d, `total_features`: 20, `logins_30d`: %d, "
                 "`active_users`: %d, `licensed_users`: 40, `champion_left`: false}",
                 less ? 4 : 18, less ? 3 : 60, less ? 5 : 38);
        if (!bench_score(&b, row)) break;
        health[less] = bench_num(&b, "health/raw");
        risk[less] = bench_num(&b, "churn/probability");
        double low = health[less] < 80 ? (80 - health[less]) / 80 : 0;
        CHECK_NUM(risk[less], 0.7 * low, 1e-9);
    }
    CHECK(health[1] < health[0] - 20 && risk[1] > risk[0] + 0.1);
    bench_close(&b);
}

/* ---- What stands in ---- */

#define CARD \
    "\"scorecard\": {\"combine\": \"weighted_mean\", \"missing\": \"fail\", \"of\": {\"a\": " \
    "{\"weight\": 1, \"value\": \"arr / 10\"}}}"
#define CHAIN \
    "\"model\": {\"learned\": {\"name\": \"telco\"}, " CARD "}, \"fallback\": [\"model\", " \
    "\"scorecard\", \"last\"]"

/* Model, else rule score, else the last good prediction; who stands in is degraded and says so. */
static void handle_churn_prediction_failure(void)
{
    static const struct {
        bool model;
        const char *row, *source, *because;
        double probability;
    } cases[] = {
        {true,
         "{\"tenure\": 1, \"plan\": \"free\", \"arr\": 2, \"previous_churn_probability\": "
         "0.7}",
         "\"learned\"", "\"degraded\":false,\"degraded_because\":null", 0.635},
        {false, "{\"tenure\": 1, \"arr\": 2, \"previous_churn_probability\": 0.7}",
         "\"scorecard\"", "\"degraded\":true,\"degraded_because\":\"model: absent", 0.2},
        {false, "{\"tenure\": 1, \"previous_churn_probability\": 0.7}", "\"last\"",
         "\"degraded\":true,\"degraded_because\":\"model: absent; scorecard: undecided", 0.7},
        {false, "{\"tenure\": 1}", "null",
         "\"degraded\":true,\"degraded_because\":\"model: absent; scorecard: undecided, since "
         "an input is "
         "missing; last: ",
         NAN},
    };
    models_host host = {.models = {models_load(MODELS_DOCUMENT)}, .count = 1}, none = {0};
    const double p = sigmoid(1.1 * 0.45 + 0.05);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        models_bench b;
        char source[40];
        snprintf(source, sizeof source, "\"source\":%s", cases[i].source);
        if (CHECK_OK(models_open(&b, CHAIN, cases[i].model ? &host : &none, NULL)) &&
            CHECK_OK(models_score(&b, cases[i].row))) {
            CHECK_HAS(b.json.ptr, source);
            CHECK_HAS(b.json.ptr, cases[i].because);
            double expected = cases[i].model ? p : cases[i].probability;
            double got = models_number(&b, "probability");
            CHECK(isnan(expected) ? isnan(got) : fabs(got - expected) < 1e-12);
        }
        models_close(&b);
    }
    models_forget(&host);
}

/* A model that answers nonsense: not a number, beyond 1, nothing. */
static csuccess_result nonsense(void *ud, const csuccess_predict_batch *batch)
{
    (void)ud;
    for (uint32_t i = 0; i < batch->rows; i++) {
        double tenure = batch->values[i];
        batch->probability[i] = tenure == 1   ? NAN
                                : tenure == 2 ? 1.5
                                : tenure == 3 ? -0.5
                                              : 0.5;
        if (tenure != 4) batch->status[i] = CSUCCESS_OK;
    }
    return CSUCCESS_OK;
}

/* Absent is a typed error where nothing can take over, else the fallback; nonsense is the fallback, and never a probability. */
static void model_prediction_failure(void)
{
    static const struct {
        const char *row, *because;
    } cases[] = {
        {"{\"tenure\": 1, \"arr\": 2}", "\"degraded_because\":\"model: not a finite number\""},
        {"{\"tenure\": 2, \"arr\": 2}", "\"degraded_because\":\"model: not within 0 and 1\""},
        {"{\"tenure\": 3, \"arr\": 2}", "\"degraded_because\":\"model: not within 0 and 1\""},
        {"{\"tenure\": 4, \"arr\": 2}", "\"degraded_because\":\"model: the callback failed\""},
    };
    models_bench b;
    models_host none = {0};
    CHECK_RESULT(
        models_open(&b, "\"model\": {\"learned\": {\"name\": \"telco\"}}", &none, NULL),
        CSUCCESS_ENAME);
    CHECK_CSTR(b.err.pointer, "/churn/model/learned");
    CHECK_HAS(b.err.message, "absent");
    models_close(&b);
    if (CHECK_OK(models_open(&b, CHAIN, &none, NULL)) &&
        CHECK_OK(models_score(&b, "{\"arr\": 2}"))) {
        CHECK_NUM(models_number(&b, "probability"), 0.2, 1e-12);
        CHECK_HAS(b.json.ptr, "\"degraded_because\":\"model: absent\"");
    }
    models_close(&b);
    CHECK_OK(models_open(&b,
                         "\"model\": {\"host\": {\"name\": \"mine\", \"features\": "
                         "[\"tenure\"]}, " CARD "}, \"fallback\": [\"model\", \"scorecard\"]",
                         NULL, NULL));
    CHECK_OK(csuccess_scorer_set_model(b.scorer, nonsense, NULL, NULL, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!CHECK_OK(models_score(&b, cases[i].row))) continue;
        CHECK_HAS(b.json.ptr, cases[i].because);
        CHECK_NUM(models_number(&b, "probability"), 0.2, 1e-12);
    }
    models_close(&b);
}

/* ---- Seals ---- */

/* A copy with the first `from` replaced by `to`; the caller frees. */
static char *edited(csuccess_str text, const char *from, const char *to)
{
    char *out = malloc(text.len + strlen(to) + 1);
    const char *at = strstr(text.ptr, from);
    if (!out) abort();
    if (!CHECK(at != NULL)) at = text.ptr;
    snprintf(out, text.len + strlen(to) + 1, "%.*s%s%s", (int)(at - text.ptr), text.ptr, to,
             at + strlen(from));
    return out;
}

/* The digest is of the canonical bytes: other white space and another order of keys are the same model, another number is not. */
static void validate_model_integrity(void)
{
    csuccess_text *sealed = models_seal(MODELS_DOCUMENT);
    csuccess_str text = csuccess_text_view(sealed);
    csuccess_model *first = NULL, *again = NULL, *changed = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(csuccess_model_load(&first, text, NULL, &err));
    cJSON *json = cJSON_ParseWithLength(text.ptr, text.len), *name;
    name = cJSON_DetachItemFromObject(json, "name");
    cJSON_AddItemToObject(json, "name", name); /* now the last */
    char *spaced = cJSON_Print(json);
    if (CHECK_OK(csuccess_model_load(&again, check_view(spaced), NULL, &err))) {
        csuccess_str a = csuccess_model_digest(first), b = csuccess_model_digest(again);
        CHECK(a.len == 71 && b.len == 71 && memcmp(a.ptr, b.ptr, 71) == 0);
    } else {
        printf("# %s: %s\n", err.pointer, err.message);
    }
    char *worse = edited(text, "0.9", "0.8");
    CHECK_RESULT(csuccess_model_load(&changed, check_view(worse), NULL, &err),
                 CSUCCESS_EDIGEST);
    CHECK_CSTR(err.pointer, "/digest");
    CHECK(changed == NULL);
    cJSON_free(spaced);
    cJSON_Delete(json);
    free(worse);
    csuccess_model_unref(first);
    csuccess_model_unref(again);
    csuccess_text_free(sealed);
}

typedef struct audit {
    uint32_t entries, calls;
    char because[200];
    csuccess_result fail;
} audit;

static csuccess_result write_down(void *ud, const csuccess_prediction *list, size_t count)
{
    audit *a = ud;
    a->calls++;
    for (size_t i = 0; i < count && a->fail >= 0; i++, a->entries++) {
        snprintf(a->because, sizeof a->because, "%.*s", (int)list[i].because.len,
                 list[i].because.ptr);
    }
    return a->fail;
}

/* A host whose file was tampered with, loaded when the configuration asks for it. */
static csuccess_result give_tampered(void *ud, csuccess_str name, csuccess_model **out)
{
    (void)name;
    return csuccess_model_load(out, check_view(ud), NULL, NULL);
}

/* It is refused: the configuration does not compile, or what stands in is used, and every prediction that is logged says why. */
static void detect_model_tampering(void)
{
    csuccess_text *sealed = models_seal(MODELS_DOCUMENT);
    char *worse = edited(csuccess_text_view(sealed), "0.9", "0.8");
    static const char head[] = "{\"csuccess\": 1, " MODELS_ATTRIBUTES ", \"churn\": {";
    char document[2000];
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    models_bench b = {0};
    audit a = {0};
    options.model = give_tampered;
    options.model_ud = worse;
    snprintf(document, sizeof document, "%s\"model\": {\"learned\": {\"name\": \"telco\"}}}}",
             head);
    CHECK_RESULT(csuccess_config_compile(&b.config, check_view(document), &options, &err),
                 CSUCCESS_EDIGEST);
    CHECK(b.config == NULL);
    CHECK_CSTR(err.pointer, "/churn/model/learned");
    snprintf(document, sizeof document, "%s" CHAIN "}}", head);
    CHECK_OK(csuccess_config_compile(&b.config, check_view(document), &options, &err));
    CHECK_OK(csuccess_facts_new(&b.facts, b.config, NULL, NULL));
    CHECK_OK(csuccess_scorer_new(&b.scorer, b.config, NULL, NULL));
    CHECK_OK(csuccess_scorer_set_log(b.scorer, write_down, &a, NULL, NULL));
    if (CHECK_OK(models_score(&b, "{\"tenure\": 1, \"arr\": 2}"))) {
        CHECK_NUM(models_number(&b, "probability"), 0.2, 1e-12);
        CHECK_HAS(b.json.ptr, "\"degraded_because\":\"model: refused (");
    }
    CHECK_UINT(a.entries, 1);
    CHECK_HAS(a.because, "model: refused (");
    CHECK_HAS(a.because, "digest");
    models_close(&b);
    csuccess_text_free(sealed);
    free(worse);
}

/* ---- The log, and the section of the configuration ---- */

/* Each way to predict tells the log of every prediction, and gives none when that fails. */
static void every_prediction_is_logged(void)
{
    static const double tenure[] = {1, 2, 3};
    double probability[3];
    models_bench b;
    audit a = {0};
    csuccess_columns *in = NULL;
    csuccess_prediction p = CSUCCESS_PREDICTION_INIT;
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    csuccess_str json;
    uint32_t slot = 0;
    out.probability = probability;
    CHECK_OK(models_open(&b,
                         "\"model\": {\"scorecard\": {\"combine\": \"weighted_mean\", "
                         "\"of\": {\"a\": {\"weight\": 1, \"value\": \"tenure / 10\"}}}}",
                         NULL, NULL));
    CHECK_OK(csuccess_scorer_set_log(b.scorer, write_down, &a, NULL, NULL));
    CHECK_OK(csuccess_columns_new(&in, b.config, 3, NULL, NULL));
    CHECK_OK(csuccess_config_slot(b.config, CSUCCESS_STR("tenure"), &slot));
    CHECK_OK(csuccess_columns_bind_f64(in, slot, tenure, NULL));
    CHECK_OK(models_score(&b, "{\"tenure\": 3}"));
    CHECK_UINT(a.entries, 1);
    CHECK_OK(csuccess_scorer_predict(b.scorer, b.facts, models_now, &p, &b.err));
    CHECK_UINT(a.entries, 2);
    CHECK_OK(csuccess_scorer_columns(b.scorer, in, 0, 3, models_now, &out, &b.err));
    CHECK_UINT(a.entries, 5);
    a.fail = CSUCCESS_EGENERIC;
    CHECK_RESULT(csuccess_scorer_explain(b.scorer, b.facts, models_now, NULL, &b.err),
                 CSUCCESS_ECALLBACK);
    CHECK_RESULT(csuccess_scorer_json(b.scorer, &json, NULL), CSUCCESS_EINVALID);
    p.probability = 0;
    CHECK_RESULT(csuccess_scorer_predict(b.scorer, b.facts, models_now, &p, &b.err),
                 CSUCCESS_ECALLBACK);
    CHECK_NUM(p.probability, 0, 0);
    CHECK_RESULT(csuccess_scorer_columns(b.scorer, in, 0, 3, models_now, &out, &b.err),
                 CSUCCESS_ECALLBACK);
    csuccess_columns_free(in);
    models_close(&b);
}

/* model_update_frequency, prediction_horizon, confidence_threshold. */
static void the_section_of_predictions(void)
{
    models_host host = {
        .models = {models_load(DOCUMENT("monthly", "hazard",
                                        "\"period\": \"P30D\", \"training\": {\"at\": "
                                        "\"2026-01-01T00:00:00Z\"}"))},
        .count = 1};
    models_bench b;
    int64_t due = 0;
    if (CHECK_OK(models_open(&b,
                             "\"retrain_every\": \"P14D\", \"horizon\": \"P60D\", "
                             "\"model\": {\"learned\": {\"name\": \"monthly\"}}",
                             &host, NULL))) {
        CHECK_RESULT(csuccess_config_retrain_due(b.config, models_now, &due), CSUCCESS_OK);
        CHECK_INT(due, INT64_C(1768435200000)); /* 2026-01-15 */
        CHECK_OK(models_score(&b, "{\"tenure\": 3}"));
        CHECK_HAS(b.json.ptr, "\"retrain_due\":true");
        CHECK_NUM(models_number(&b, "horizon_days"), 60, 0);
        CHECK_NUM(models_number(&b, "probability"), 1 - pow(1 - sigmoid(-0.1), 2), 1e-12);
    }
    models_close(&b);
    models_forget(&host);
    /* Half of what the score is made of is known: enough for a half, too little for more. */
    for (int sure = 0; sure <= 1; sure++) {
        char churn[400];
        snprintf(churn, sizeof churn,
                 "\"min_confidence\": %s, \"recommend\": {\"from\": 0.3}, \"actions\": "
                 "{\"call\": {\"when\": \"tenure > 0\"}}, \"model\": {\"scorecard\": "
                 "{\"combine\": \"weighted_mean\", \"of\": {\"a\": {\"weight\": 1, \"value\": "
                 "\"tenure / 10\"}, \"b\": {\"weight\": 1, \"value\": \"arr / 10\"}}}}",
                 sure ? "0.51" : "0.5");
        if (CHECK_OK(models_open(&b, churn, NULL, NULL)) &&
            CHECK_OK(models_score(&b, "{\"tenure\": 4}"))) {
            CHECK_NUM(models_number(&b, "confidence"), 0.5, 0);
            CHECK_HAS(b.json.ptr, sure ? "\"recommended\":false" : "\"recommended\":true");
            CHECK_HAS(b.json.ptr, sure ? "\"actions\":[]" : "\"actions\":[\"call\"]");
        }
        models_close(&b);
    }
}

CHECK_MAIN(CHECK_TEST(every_kind_of_model_behind_one_face),
           CHECK_TEST(predict_churn_probability), CHECK_TEST(predict_churn),
           CHECK_TEST(champion_risk_comes_first_and_ties_keep_their_order),
           CHECK_TEST(a_churn_predictor_that_is_retrained_weekly),
           CHECK_TEST(predict_churn_risk_from_health_and_usage),
           CHECK_TEST(handle_churn_prediction_failure), CHECK_TEST(model_prediction_failure),
           CHECK_TEST(validate_model_integrity), CHECK_TEST(detect_model_tampering),
           CHECK_TEST(every_prediction_is_logged), CHECK_TEST(the_section_of_predictions))
