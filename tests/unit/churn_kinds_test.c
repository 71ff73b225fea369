/* SPDX-License-Identifier: Apache-2.0 */
/* Which model runs and what stands in: learned, host, trees, the chain, the log; rows and columns alike. */
#include "churn_models.h"

#define LEARNED "\"model\": {\"learned\": {\"name\": \"telco\"}}"
#define CARD \
    "\"scorecard\": {\"combine\": \"noisy_or\", \"of\": {\"young\": {\"weight\": 0.5, " \
    "\"value\": " \
    "\"tenure < 6\"}}}"
#define LEVELS "\"levels\": {\"high\": {\"from\": 0.4}, \"low\": {}}"

/* Opens, scores one row and gives the bench; what fails is checked. */
static bool scored(models_bench *b, const char *churn, models_host *host, const char *row)
{
    bool ok = CHECK_OK(models_open(b, churn, host, NULL)) && CHECK_OK(models_score(b, row));
    if (!ok) printf("# %s: %s\n", b->err.pointer, b->err.message);
    return ok;
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static void a_learned_model_gives_what_its_tables_say(void)
{
    models_host host = {.models = {models_load(MODELS_DOCUMENT)}, .count = 1};
    models_bench b;
    /* tenure 1, free: 0.9 + 0.4 + 0.15 */
    double x = -1 + 0.9 + 0.4 + 0.15, p = sigmoid(1.1 * x + 0.05);
    double sd = 0.9 * sqrt(0.1 * 0.1 + 0.1 * 0.1 + 0.05 * 0.05);
    double sure = 1 - (sigmoid(x + 1.645 * sd) - sigmoid(x - 1.645 * sd));
    if (scored(&b, LEARNED ", " LEVELS, &host, "{\"tenure\": 1, \"plan\": \"free\"}")) {
        CHECK_NUM(models_number(&b, "probability"), p, 1e-12);
        CHECK_NUM(models_number(&b, "confidence"), sure, 1e-12);
        CHECK_NUM(models_number(&b, "base"), -1, 0);
        CHECK_NUM(models_number(&b, "total"), 1.1 * x + 0.05, 1e-12);
        CHECK_NUM(models_number(&b, "calibration"), 1.1 * x + 0.05 - x, 1e-12);
        CHECK_HAS(b.json.ptr, "\"calibrated\":true");
        CHECK_HAS(b.json.ptr,
                  "\"source\":\"learned\",\"model\":\"telco\",\"model_digest\":\"sha256:");
        CHECK_HAS(b.json.ptr, "\"degraded\":false,\"degraded_because\":null");
        CHECK_HAS(b.json.ptr,
                  "\"factors\":{\"tenure\":0.9,\"plan\":0.4,\"tenure & plan\":0.15}");
        CHECK_HAS(b.json.ptr, "\"contributions\":{\"tenure\":0.9,\"plan\":0.4,\"tenure & "
                              "plan\":0.15}");
        CHECK_HAS(b.json.ptr, "% likely to leave within 30 days, level high; raised by tenure, "
                              "plan, tenure & plan");
    }
    models_close(&b);
    /* tenure missing, another plan: 0.1 + 0, and the grid's row of missing. */
    if (scored(&b, LEARNED, &host, "{\"plan\": \"gold\"}")) {
        CHECK_NUM(models_number(&b, "probability"), sigmoid(1.1 * -0.9 + 0.05), 1e-12);
    }
    models_close(&b);
    models_forget(&host);
}

/* Rows without dates say who leaves and nothing of when. */
static void a_cross_section_tells_no_time(void)
{
    models_host host = {
        .models = {models_load("{\"csuccess_model\": 1, \"name\": \"telco\", \"kind\": "
                               "\"logistic\", \"target\": \"churn\", \"horizon\": \"P30D\", "
                               "\"calibrated\": true, " MODELS_METRICS ", " MODELS_CARD "}")},
        .count = 1};
    models_bench b;
    if (scored(&b, LEARNED, &host, "{\"tenure\": 1, \"plan\": \"free\"}")) {
        CHECK_HAS(b.json.ptr, "\"time_to_churn_days\":null");
        CHECK_HAS(b.json.ptr,
                  "% of customers like this one left (learned without dates, so not "
                  "when); raised by");
    }
    models_close(&b);
    models_forget(&host);
}

static void a_hazard_speaks_of_the_horizon_by_periods(void)
{
    models_host host = {
        .models = {models_load("{\"csuccess_model\": 1, \"name\": \"hazard\", \"kind\": "
                               "\"hazard\", \"target\": \"churn\", \"period\": \"P30D\", "
                               "\"dated\": true, " MODELS_METRICS ", " MODELS_CARD "}")},
        .count = 1};
    models_bench b;
    const char *churn =
        "\"horizon\": \"P90D\", \"model\": {\"learned\": {\"name\": \"hazard\"}}";
    double h = sigmoid(1.1 * (-1 + 0.9 + 0.4 + 0.15) + 0.05), p = 1 - pow(1 - h, 3);
    if (scored(&b, churn, &host, "{\"tenure\": 1, \"plan\": \"free\"}")) {
        CHECK_NUM(models_number(&b, "probability"), p, 1e-12);
        CHECK_NUM(models_number(&b, "horizon_days"), 90, 0);
        /* The median of the hazard itself: the same whichever horizon is asked for. */
        CHECK_NUM(models_number(&b, "time_to_churn_days"), -log(2) * 30 / log(1 - h), 1e-9);
        CHECK_HAS(b.json.ptr, "\"predicted_churn_by\":\"hazard\"");
        CHECK_HAS(b.json.ptr, "\"calibrated\":false");
        CHECK_HAS(b.json.ptr, "of 100 (not calibrated");
    }
    models_close(&b);
    models_forget(&host);
}

/* What a configuration over a model is refused for. */
static void check_refused(models_host *host, const char *churn, csuccess_result code,
                          const char *pointer, const char *message)
{
    models_bench b;
    unsigned before = check_failures;
    CHECK_RESULT(models_open(&b, churn, host, NULL), code);
    CHECK_HAS(b.err.pointer, pointer);
    CHECK_HAS(b.err.message, message);
    if (check_failures != before) printf("# %s: %s\n", b.err.pointer, b.err.message);
    models_close(&b);
}

static void models_that_do_not_fit_are_named(void)
{
    static const char other[] =
        "{" MODELS_HEAD
        ", \"metrics\": {\"tenur\": {\"type\": \"number\"}, \"flag\": {\"type\": "
        "\"number\"}}, \"scorecard\": {\"combine\": \"sum\", \"link\": \"logistic\", \"of\": "
        "{\"a\": {\"value\": \"tenur\", \"points\": {\"upto\": [[1, 1]], \"else\": 0}, "
        "\"missing\": "
        "{\"value\": 0}}, \"b\": {\"value\": \"flag\", \"points\": {\"upto\": [[1, 1]], "
        "\"else\": "
        "0}, \"missing\": {\"value\": 0}}}}}";
    models_host host = {.models = {models_load(other)}, .count = 1}, none = {.count = 0};
    models_host damaged = {.refuse = CSUCCESS_EDIGEST};
    check_refused(&host, LEARNED, CSUCCESS_ENAME, "/metrics/tenur", "did you mean \"tenure\"?");
    check_refused(&host, LEARNED, CSUCCESS_ENAME, "/metrics/tenur", "in telco, line ");
    check_refused(&none, LEARNED, CSUCCESS_ENAME, "/churn/model/learned",
                  "\"telco\" is absent");
    check_refused(NULL, LEARNED, CSUCCESS_ENAME, "/churn/model/learned", "absent");
    check_refused(&damaged, LEARNED, CSUCCESS_EDIGEST, "/churn/model/learned", "refused");
    models_forget(&host);
    host = (models_host){.models = {models_load(MODELS_DOCUMENT)}, .count = 1};
    check_refused(&host,
                  "\"model\": {\"learned\": {\"name\": \"telco\", \"digest\": \"sha256:0\"}}",
                  CSUCCESS_EDIGEST, "/churn/model/learned/digest", "another digest");
    check_refused(&host, "\"horizon\": \"P60D\", " LEARNED, CSUCCESS_ECONFIG, "/churn/horizon",
                  "another horizon");
    check_refused(&host, "\"model\": {\"xgboost\": {\"name\": \"telco\"}}", CSUCCESS_EMODEL,
                  "/churn/model/xgboost", "\"learned\"");
    check_refused(&host, "\"model\": {\"learned\": {}}", CSUCCESS_ECONFIG,
                  "/churn/model/learned", "\"name\"");
    check_refused(&host,
                  "\"model\": {\"learned\": {\"name\": \"telco\"}, \"host\": {\"name\": "
                  "\"h\", \"features\": [\"tenure\"]}}",
                  CSUCCESS_ECONFIG, "/churn/model/host", "one of");
    check_refused(&host, LEARNED ", \"fallback\": [\"model\", \"scorecard\"]", CSUCCESS_ECONFIG,
                  "/churn/fallback/1", "none beside it");
    check_refused(&host, LEARNED ", \"fallback\": [\"model\", \"model\"]", CSUCCESS_ECONFIG,
                  "/churn/fallback/1", "already");
    check_refused(&host, LEARNED ", \"fallback\": [\"modl\"]", CSUCCESS_ECONFIG,
                  "/churn/fallback/0", "\"model\", \"scorecard\" or \"last\"");
    check_refused(&host,
                  LEARNED ", \"models\": {\"nps\": {\"learned\": {\"name\": \"telco\"}}}",
                  CSUCCESS_EMODEL, "/churn/models/nps/learned", "predicts churn");
    models_forget(&host);
}

static void what_stands_in_is_told(void)
{
    models_host host = {.models = {models_load(MODELS_DOCUMENT)}, .count = 1},
                none = {.count = 0};
    models_host damaged = {.refuse = CSUCCESS_EDIGEST};
    models_bench b;
    const char *churn = "\"model\": {\"learned\": {\"name\": \"telco\"}, " CARD
                        "}, \"fallback\": [\"model\", \"scorecard\", \"last\"], " LEVELS
                        ", \"actions\": {\"call\": {\"when\": \"factor('young') > 0\"}}";
    if (scored(&b, churn, &host, "{\"tenure\": 1, \"plan\": \"free\"}")) {
        CHECK_HAS(b.json.ptr, "\"source\":\"learned\"");
        CHECK_HAS(b.json.ptr, "\"actions\":[]"); /* factor('young') is the scorecard's */
    }
    models_close(&b);
    if (scored(&b, churn, &none, "{\"tenure\": 1, \"plan\": \"free\"}")) {
        CHECK_NUM(models_number(&b, "probability"), 0.5, 0);
        CHECK_HAS(b.json.ptr,
                  "\"source\":\"scorecard\",\"model\":\"c@1\",\"model_digest\":null,"
                  "\"degraded\":true,\"degraded_because\":\"model: absent\"");
        CHECK_HAS(b.json.ptr, "\"actions\":[\"call\"]");
        CHECK_HAS(b.json.ptr, "\"calibrated\":false");
        CHECK_HAS(b.json.ptr, "not by the model itself");
    }
    models_close(&b);
    if (scored(&b, churn, &damaged, "{\"tenure\": 1}")) {
        CHECK_HAS(b.json.ptr, "\"degraded_because\":\"model: refused (");
    }
    models_close(&b);
    models_forget(&host);
}

/* A model of something else has no say in the horizon of what stands in for it. */
static void a_refused_model_sets_no_horizon(void)
{
    models_host host = {
        .models = {models_load(
            "{\"csuccess_model\": 1, \"name\": \"telco\", \"kind\": \"additive\", \"target\": "
            "\"nps\", " MODELS_METRICS ", \"scorecard\": {\"combine\": \"sum\", \"of\": "
            "{\"tenure\": {\"value\": \"tenure\", \"points\": {\"upto\": [[1, 9]], \"else\": "
            "6}, \"missing\": {\"value\": 7}}}}}")},
        .count = 1};
    models_bench b;
    if (scored(&b,
               "\"model\": {\"learned\": {\"name\": \"telco\"}, " CARD
               "}, \"fallback\": [\"model\", \"scorecard\"], " LEVELS,
               &host, "{\"tenure\": 1}")) {
        CHECK_HAS(b.json.ptr, "predicts nps, which does not belong here");
        CHECK_NUM(models_number(&b, "horizon_days"), 30, 0);
    }
    models_close(&b);
    models_forget(&host);
}

static void the_last_probability_says_how_old_it_is(void)
{
    models_bench b;
    const char *churn =
        "\"model\": {" CARD "}, \"fallback\": [\"model\", \"scorecard\", "
        "\"last\"], \"min_confidence\": 0.1, \"recommend\": {\"from\": 0}, " LEVELS;
    const char *undecided = "\"model\": {\"scorecard\": {\"combine\": \"weighted_mean\", "
                            "\"of\": {\"a\": {\"weight\": 1, "
                            "\"value\": \"tenure\"}}}}, \"fallback\": [\"model\", \"last\"], "
                            "\"min_confidence\": 0.1, "
                            "\"recommend\": {\"from\": 0}, " LEVELS;
    if (scored(&b, churn, NULL, "{\"previous_churn_probability\": 0.9}")) {
        CHECK_HAS(b.json.ptr, "\"source\":\"scorecard\""); /* noisy_or of nothing is 0 */
    }
    models_close(&b);
    if (scored(&b, undecided, NULL,
               "{\"previous_churn_probability\": 0.9, \"previous_churn_at\": "
               "\"2026-01-29T12:00:00Z\"}")) {
        CHECK_NUM(models_number(&b, "probability"), 0.9, 0);
        CHECK_NUM(models_number(&b, "age_days"), 1.5, 0);
        CHECK_HAS(b.json.ptr, "\"source\":\"last\"");
        CHECK_HAS(b.json.ptr, "\"confidence\":null");
        CHECK_HAS(b.json.ptr, "\"recommended\":false");
        CHECK_HAS(b.json.ptr, "model: undecided");
    }
    models_close(&b);
    if (scored(&b, undecided, NULL, "{\"previous_churn_probability\": 1.5, \"tenure\": 7}")) {
        CHECK_HAS(b.json.ptr, "\"probability\":null");
        CHECK_HAS(b.json.ptr, "\"source\":null");
        CHECK_HAS(b.json.ptr, "model: not within 0 and 1; last: not within 0 and 1");
        CHECK_HAS(b.json.ptr, "\"level\":null");
        CHECK_HAS(b.json.ptr, "\"summary\":\"no churn score");
    }
    models_close(&b);
}

/* ---- Hosts and logs ---- */

typedef struct answers {
    csuccess_scorer *scorer;
    uint32_t calls, rows, freed, logged;
    double sum;
    csuccess_result inner, fail_log;
    csuccess_prediction last;
    char because[200];
} answers;

static void forget(void *ud)
{
    ((answers *)ud)->freed++;
}

static bool tenure_fails(const csuccess_predict_batch *batch)
{
    return batch->rows == 1 && batch->values[0] == 100;
}

/* 0.1 for every month and what is wrong with some: tenure 7 not answered, 8 out of range, 9 not a number. */
static csuccess_result by_tenure(void *ud, const csuccess_predict_batch *batch)
{
    answers *a = ud;
    a->calls++;
    a->rows += batch->rows;
    CHECK(batch->size >= sizeof *batch && batch->features == 2 && batch->texts);
    CHECK_STR(batch->names[0], "tenure");
    a->inner = csuccess_scorer_set_log(a->scorer, NULL, NULL, NULL, NULL);
    for (uint32_t i = 0; i < batch->rows; i++) {
        double tenure = batch->values[2 * i];
        if (!batch->present[2 * i] || tenure == 7) continue;
        batch->probability[i] = tenure == 8 ? 1.5 : tenure == 9 ? NAN : tenure / 10;
        if (batch->present[2 * i + 1]) batch->confidence[i] = 0.75;
        a->sum += (double)batch->texts[2 * i + 1].len;
        batch->status[i] = CSUCCESS_OK;
    }
    return tenure_fails(batch) ? CSUCCESS_EGENERIC : CSUCCESS_OK;
}

static csuccess_result log_it(void *ud, const csuccess_prediction *list, size_t count)
{
    answers *a = ud;
    for (size_t i = 0; i < count; i++) {
        a->logged++;
        a->last = list[i];
        snprintf(a->because, sizeof a->because, "%.*s", (int)list[i].because.len,
                 list[i].because.ptr);
    }
    return a->fail_log;
}

#define HOST \
    "\"model\": {\"host\": {\"name\": \"mine\", \"features\": [\"tenure\", \"plan\"], " \
    "\"calibrated\": true}, " CARD "}, \"fallback\": [\"model\", \"scorecard\"], " LEVELS

static void the_host_is_asked_and_not_believed(void)
{
    static const struct {
        const char *row, *source, *because;
        double probability, confidence;
    } cases[] = {
        {"{\"tenure\": 3, \"plan\": \"free\"}", "host", "null", 0.3, 0.75},
        {"{\"tenure\": 3}", "host", "null", 0.3, 0.5},
        {"{\"tenure\": 7}", "scorecard", "model: the callback failed", 0, 1},
        {"{\"tenure\": 8}", "scorecard", "model: not within 0 and 1", 0, 1},
        {"{\"tenure\": 9}", "scorecard", "model: not a finite number", 0, 1},
        {"{\"tenure\": 100}", "scorecard", "model: the callback failed", 0, 1},
        {"{}", "scorecard", "model: the callback failed", 0, 0},
    };
    models_bench b;
    answers a = {0};
    if (!CHECK_OK(models_open(&b, HOST, NULL, NULL))) return;
    if (CHECK_OK(models_score(&b, "{\"tenure\": 3}"))) {
        CHECK_HAS(b.json.ptr, "model: no callback is set");
    }
    a.scorer = b.scorer;
    CHECK_OK(csuccess_scorer_set_model(b.scorer, by_tenure, &a, forget, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        csuccess_facts_clear(b.facts);
        if (!CHECK_OK(models_score(&b, cases[i].row))) continue;
        CHECK_HAS(b.json.ptr, cases[i].source);
        CHECK_HAS(b.json.ptr, cases[i].because);
        CHECK_NUM(models_number(&b, "probability"), cases[i].probability, 1e-15);
        CHECK_NUM(models_number(&b, "confidence"), cases[i].confidence, 1e-15);
    }
    CHECK_RESULT(a.inner, CSUCCESS_EBUSY);
    CHECK_UINT(a.freed, 0);
    CHECK_OK(csuccess_scorer_set_model(b.scorer, NULL, NULL, NULL, NULL));
    CHECK_UINT(a.freed, 1);
    models_close(&b);
    CHECK_OK(models_open(&b, "\"model\": {" CARD "}", NULL, NULL));
    CHECK_RESULT(csuccess_scorer_set_model(b.scorer, by_tenure, &a, forget, NULL),
                 CSUCCESS_EINVALID);
    CHECK_UINT(a.freed, 1);
    models_close(&b);
}

static void a_prediction_that_is_not_logged_is_none(void)
{
    models_bench b;
    answers a = {0};
    if (!CHECK_OK(models_open(&b, HOST, NULL, NULL))) return;
    a.scorer = b.scorer;
    CHECK_OK(csuccess_scorer_set_log(b.scorer, log_it, &a, forget, NULL));
    CHECK_OK(models_score(&b, "{\"customer_id\": \"ada\", \"tenure\": 3}"));
    CHECK_UINT(a.logged, 1);
    CHECK_STR(a.last.customer, "ada");
    CHECK_NUM(a.last.probability, 0.5, 0);
    CHECK_UINT(a.last.source, CSUCCESS_SOURCE_SCORECARD);
    CHECK_UINT(a.last.flags, CSUCCESS_PREDICTION_PROBABILITY | CSUCCESS_PREDICTION_CONFIDENCE |
                                 CSUCCESS_PREDICTION_DEGRADED);
    CHECK_CSTR(a.because, "model: no callback is set");
    CHECK_INT(a.last.at_ms, models_now);
    CHECK_UINT(a.last.config.len, 71);
    CHECK_STR(a.last.level, "high");
    a.fail_log = CSUCCESS_EGENERIC;
    csuccess_str json;
    CHECK_RESULT(csuccess_scorer_explain(b.scorer, b.facts, models_now, NULL, &b.err),
                 CSUCCESS_ECALLBACK);
    CHECK_RESULT(csuccess_scorer_json(b.scorer, &json, NULL), CSUCCESS_EINVALID);
    models_close(&b);
    CHECK_UINT(a.freed, 1);
}

/* ---- Columns ---- */

enum { ROWS = 2500 };

typedef struct table {
    double tenure[ROWS], last[ROWS];
    uint8_t plan[ROWS], there[(ROWS + 7) / 8], last_there[(ROWS + 7) / 8];
} table;

static const csuccess_str plans[] = {{"free", 4}, {"pro", 3}, {"gold", 4}};

static void fill(table *t, uint64_t seed)
{
    memset(t, 0, sizeof *t);
    for (size_t i = 0; i < ROWS; i++) {
        uint64_t r = check_random(&seed);
        t->tenure[i] = (double)(r % 15);
        t->plan[i] = (uint8_t)(r >> 8) % 3;
        t->last[i] = (double)(r >> 16 & 127) / 100;
        if (r >> 32 & 3) t->there[i / 8] |= (uint8_t)(1 << i % 8);
        if (r >> 34 & 1) t->last_there[i / 8] |= (uint8_t)(1 << i % 8);
    }
}

static bool bit(const uint8_t *bits, size_t i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

static void bind(csuccess_columns *in, const csuccess_config *config, const table *t)
{
    uint32_t slot;
    CHECK_OK(csuccess_config_slot(config, CSUCCESS_STR("tenure"), &slot));
    CHECK_OK(csuccess_columns_bind_f64(in, slot, t->tenure, t->there));
    CHECK_OK(csuccess_config_slot(config, CSUCCESS_STR("plan"), &slot));
    CHECK_OK(csuccess_columns_bind_dictionary(in, slot, t->plan, 1, plans, 3, NULL));
    if (csuccess_config_slot(config, CSUCCESS_STR("previous_churn_probability"), &slot) == 0) {
        CHECK_OK(csuccess_columns_bind_f64(in, slot, t->last, t->last_there));
    }
}

static csuccess_result put_row(models_bench *b, const table *t, size_t i)
{
    uint32_t slot;
    csuccess_facts_clear(b->facts);
    if (bit(t->there, i)) {
        csuccess_facts_set_number(b->facts, CSUCCESS_STR("tenure"), t->tenure[i]);
    }
    csuccess_facts_set_string(b->facts, CSUCCESS_STR("plan"), plans[t->plan[i]]);
    bool last = csuccess_config_slot(b->config, CSUCCESS_STR("previous_churn_probability"),
                                     &slot) == CSUCCESS_OK;
    if (last && bit(t->last_there, i)) csuccess_facts_put_number(b->facts, slot, t->last[i]);
    csuccess_result status =
        csuccess_scorer_explain(b->scorer, b->facts, models_now, NULL, &b->err);
    return status < 0 ? status : csuccess_scorer_json(b->scorer, &b->json, &b->err);
}

/* The fast way gives the same. */
static void check_brief(const models_bench *b, double p, double c)
{
    csuccess_prediction brief = CSUCCESS_PREDICTION_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(csuccess_scorer_predict(b->scorer, b->facts, models_now, &brief, &err));
    CHECK(!(brief.flags & CSUCCESS_PREDICTION_PROBABILITY) == !!isnan(p));
    CHECK_NUM(brief.probability, isnan(p) ? 0 : p, 0);
    CHECK_NUM(brief.confidence, isnan(c) ? 0 : c, 0);
}

/* Row i of the results says what the object of the same customer says. */
static void check_row(const models_bench *b, const csuccess_column_results *out, size_t i)
{
    static const char *const sources[] = {"null",     "\"learned\"",   "\"xgboost\"",
                                          "\"host\"", "\"scorecard\"", "\"last\""};
    char part[40];
    double p = models_number(b, "probability"), c = models_number(b, "confidence");
    CHECK(bit(out->predicted, i) == !isnan(p));
    CHECK_NUM(out->probability[i], isnan(p) ? 0 : p, 0);
    CHECK_NUM(out->confidence[i], isnan(c) ? 0 : c, 0);
    snprintf(part, sizeof part, "\"source\":%s", sources[out->source[i]]);
    CHECK_HAS(b->json.ptr, part);
    CHECK_HAS(b->json.ptr, bit(out->degraded, i) ? "\"degraded\":true" : "\"degraded\":false");
    snprintf(part, sizeof part, "\"level\":\"%s\"", out->level[i] == 0 ? "high" : "low");
    CHECK_HAS(b->json.ptr, out->level[i] == 255 ? "\"level\":null" : part);
    check_brief(b, p, c);
}

/* Every row of columns has the bits that the same customer has alone. */
static void rows_equal_columns(const char *churn, models_host *host, bool asks)
{
    static double probability[ROWS], confidence[ROWS];
    static uint8_t level[ROWS], source[ROWS], predicted[ROWS], degraded[ROWS], member[ROWS];
    models_bench b;
    table t;
    csuccess_columns *in = NULL;
    answers a = {0};
    uint8_t *const members[] = {member};
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.probability = probability;
    out.confidence = confidence;
    out.level = level;
    out.source = source;
    out.predicted = predicted;
    out.degraded = degraded;
    out.segments = members;
    fill(&t, 5);
    if (!CHECK_OK(models_open(&b, churn, host, NULL))) {
        printf("# %s: %s\n", b.err.pointer, b.err.message);
        return;
    }
    a.scorer = b.scorer;
    if (asks) CHECK_OK(csuccess_scorer_set_model(b.scorer, by_tenure, &a, NULL, NULL));
    CHECK_OK(csuccess_scorer_set_log(b.scorer, log_it, &a, NULL, NULL));
    CHECK_OK(csuccess_columns_new(&in, b.config, ROWS, NULL, NULL));
    bind(in, b.config, &t);
    CHECK_OK(csuccess_scorer_columns(b.scorer, in, 0, ROWS, models_now, &out, &b.err));
    CHECK_UINT(a.logged, ROWS);
    CHECK_UINT(a.last.row, ROWS - 1);
    if (asks) CHECK(a.calls < ROWS / 100);
    for (size_t i = 0; i < ROWS && check_failures < 10; i++) {
        if (!CHECK_OK(put_row(&b, &t, i))) break;
        check_row(&b, &out, i);
        CHECK(a.last.source == source[i]);
    }
    csuccess_columns_free(in);
    models_close(&b);
}

/* Rows of one block that different steps predicted have each their own factors, in segments too. */
static void factors_are_those_of_the_step_that_ran(void)
{
    static const char churn[] =
        "\"model\": {\"learned\": {\"name\": \"strict\"}, " CARD "}, \"fallback\": [\"model\", "
        "\"scorecard\"]}, \"segments\": {\"a\": {\"when\": \"factor('tenure') > 0\"}, \"b\": "
        "{\"when\": \"factor('young') > 0\"}";
    static uint8_t a[ROWS], c[ROWS], source[ROWS];
    models_host host = {
        .models = {models_load(
            "{\"csuccess_model\": 1, \"name\": \"strict\", \"kind\": \"logistic\", \"target\": "
            "\"churn\", \"horizon\": \"P30D\", " MODELS_METRICS
            ", \"scorecard\": {\"combine\": \"sum\", \"link\": \"logistic\", \"of\": "
            "{\"tenure\": "
            "{\"value\": \"tenure\", \"points\": {\"upto\": [[3, 1], [9, -1]]}, \"missing\": "
            "\"fail\"}, \"plan\": {\"value\": \"plan\", \"points\": {\"map\": {\"free\": 1}, "
            "\"else\": 0}, \"missing\": {\"value\": 0}}}}}")},
        .count = 1};
    models_bench b;
    table t;
    csuccess_columns *in = NULL;
    uint8_t *const members[] = {a, c};
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.source = source;
    out.segments = members;
    fill(&t, 11);
    CHECK_OK(models_open(&b, churn, &host, NULL));
    CHECK_OK(csuccess_columns_new(&in, b.config, ROWS, NULL, NULL));
    bind(in, b.config, &t);
    CHECK_OK(csuccess_scorer_columns(b.scorer, in, 0, ROWS, models_now, &out, &b.err));
    uint32_t learned = 0, card = 0;
    for (size_t i = 0; i < ROWS && check_failures < 10; i++) {
        uint64_t one = 0;
        learned += source[i] == CSUCCESS_SOURCE_LEARNED;
        card += source[i] == CSUCCESS_SOURCE_SCORECARD;
        CHECK_OK(put_row(&b, &t, i));
        CHECK_OK(csuccess_scorer_segments(b.scorer, b.facts, models_now, &one, NULL, 1, NULL));
        CHECK_UINT(one & 1, bit(a, i));
        CHECK_UINT(one >> 1 & 1, bit(c, i));
    }
    CHECK(learned > 100 && card > 100);
    csuccess_columns_free(in);
    models_close(&b);
    models_forget(&host);
}

static void columns_go_down_the_chain_as_rows_do(void)
{
    models_host host = {.models = {models_load(MODELS_DOCUMENT)}, .count = 1},
                none = {.count = 0};
    rows_equal_columns(LEARNED ", " LEVELS, &host, false);
    rows_equal_columns("\"model\": {\"learned\": {\"name\": \"telco\"}, " CARD
                       "}, \"fallback\": [\"model\", \"scorecard\", \"last\"], " LEVELS,
                       &none, false);
    rows_equal_columns(HOST, NULL, true);
    rows_equal_columns("\"model\": {\"host\": {\"name\": \"mine\", \"features\": [\"tenure\", "
                       "\"plan\"]}}, \"fallback\": [\"model\", \"last\"], " LEVELS,
                       NULL, true);
    rows_equal_columns("\"model\": {\"scorecard\": {\"combine\": \"weighted_mean\", \"of\": "
                       "{\"a\": {\"weight\": 1, \"value\": \"tenure / 10\"}}}}, \"fallback\": "
                       "[\"model\", \"last\"], " LEVELS,
                       NULL, false);
    models_forget(&host);
}

CHECK_MAIN(CHECK_TEST(a_learned_model_gives_what_its_tables_say),
           CHECK_TEST(a_cross_section_tells_no_time),
           CHECK_TEST(a_hazard_speaks_of_the_horizon_by_periods),
           CHECK_TEST(models_that_do_not_fit_are_named), CHECK_TEST(what_stands_in_is_told),
           CHECK_TEST(a_refused_model_sets_no_horizon),
           CHECK_TEST(the_last_probability_says_how_old_it_is),
           CHECK_TEST(the_host_is_asked_and_not_believed),
           CHECK_TEST(a_prediction_that_is_not_logged_is_none),
           CHECK_TEST(columns_go_down_the_chain_as_rows_do),
           CHECK_TEST(factors_are_those_of_the_step_that_ran))
