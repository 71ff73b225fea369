/* SPDX-License-Identifier: Apache-2.0 */
/* The prediction of suppliers (002 schema, engine and tests) at its borders: the six factors are given as they are, so that only what the
   preset makes of them is asked. */
#include "requirement.h"

static const char *const attributes[] = {"health_risk",  "engagement_risk", "billing_risk",
                                         "support_risk", "competitor_risk", "season_risk"};

/* The preset's own document, in which only the value of each factor is an attribute of its own; the caller frees. */
static char *given_factors(bool calibrated)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *preset = bench_compile("{`csuccess`: 1, `extends`: `supplier`}", &err);
    csuccess_str text = csuccess_config_document(preset);
    cJSON *document = cJSON_ParseWithLength(text.ptr, text.len);
    cJSON *declared = cJSON_GetObjectItem(document, "attributes");
    cJSON *model = cJSON_GetObjectItem(cJSON_GetObjectItem(document, "churn"), "model");
    cJSON *card = cJSON_GetObjectItem(model, "scorecard"), *factor;
    int i = 0;
    cJSON_ArrayForEach(factor, cJSON_GetObjectItem(card, "of"))
    {
        cJSON *type = cJSON_AddObjectToObject(declared, attributes[i]);
        cJSON_AddStringToObject(type, "type", "number");
        cJSON_ReplaceItemInObject(factor, "value", cJSON_CreateString(attributes[i++]));
    }
    CHECK_INT(i, 6);
    if (calibrated) {
        cJSON *same = cJSON_Parse("{\"isotonic\": [[0, 0], [1, 1]]}");
        cJSON_AddItemToObject(card, "calibration", same);
    }
    char *out = cJSON_Print(document);
    cJSON_Delete(document);
    csuccess_config_unref(preset);
    return out;
}

static bool open_given(bench *b, bool calibrated)
{
    char *text = given_factors(calibrated);
    bool open = CHECK(text != NULL) && bench_open(b, text);
    free(text);
    return open;
}

/* The row of six factors, and of revenue a month. */
static bool score_factors(bench *b, const double *f, double mrr)
{
    char row[400];
    snprintf(row, sizeof row,
             "{`customer_id`: `acme`, `health_risk`: %.17g, `engagement_risk`: %.17g, "
             "`billing_risk`: %.17g, `support_risk`: %.17g, `competitor_risk`: %.17g, "
             "`season_risk`: %.17g, `mrr`: %.17g}",
             f[0], f[1], f[2], f[3], f[4], f[5], mrr);
    check_decimal_points(row);
    csuccess_facts_clear(b->facts);
    return bench_score(b, row);
}

/* All six factors the same: that is the probability. */
static bool score_all(bench *b, double p, double mrr)
{
    const double f[] = {p, p, p, p, p, p};
    return score_factors(b, f, mrr) && CHECK_NUM(bench_num(b, "churn/probability"), p, 1e-9);
}

/*
 * The document's test gives .7, .6, .3 and .4 and wants a probability above .5 and "high"; its formula gives .415, and never
 * more than .615. High needs a competitor and a season of .925 on average.
 */
static void should_predict_churn_risk_accurately(void)
{
    static const struct {
        double competitor, season, p;
        const char *level;
    } cases[] = {{0, 0, 0.415, "medium"},
                 {1, 1, 0.615, "high"},
                 {0.85, 1, 0.6, "high"},
                 {0.925, 0.925, 0.6, "high"},
                 {0.92, 0.92, 0.599, "medium"}};
    bench b;
    if (!open_given(&b, false)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const double f[] = {0.7, 0.6, 0.3, 0.4, cases[i].competitor, cases[i].season};
        if (!score_factors(&b, f, 100)) continue;
        CHECK_NUM(bench_num(&b, "churn/probability"), cases[i].p, 1e-9);
        CHECK_CSTR(bench_text(&b, "churn/level"), cases[i].level);
        CHECK(bench_size(&b, "churn/actions") > 0);
    }
    bench_close(&b);
}

/* Critical from .8, high from .6, medium from .4; immediate from .8, urgent from .6; recommended from .6. */
static void determine_churn_risk_level(void)
{
    static const struct {
        double p;
        const char *level, *urgency;
        bool recommended;
    } cases[] = {{1, "critical", "immediate", true},     {0.8, "critical", "immediate", true},
                 {0.799999, "high", "urgent", true},     {0.6, "high", "urgent", true},
                 {0.599999, "medium", "monitor", false}, {0.4, "medium", "monitor", false},
                 {0.399999, "low", "monitor", false},    {0, "low", "monitor", false}};
    bench b;
    if (!open_given(&b, false)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!score_all(&b, cases[i].p, 100)) continue;
        CHECK_CSTR(bench_text(&b, "churn/level"), cases[i].level);
        CHECK_CSTR(bench_text(&b, "churn/urgency"), cases[i].urgency);
        CHECK_INT(bench_true(&b, "churn/recommended"), cases[i].recommended);
    }
    bench_close(&b);
}

/* p of 18 months' revenue is at risk; a tenth of it, at most 500, may be spent. */
static void value_at_risk(void)
{
    bench b;
    if (!open_given(&b, false)) return;
    if (score_all(&b, 0.5, 100)) {
        CHECK_NUM(bench_num(&b, "churn/lifetime_value"), 1800, 0);
        CHECK_NUM(bench_num(&b, "churn/value_at_risk"), 900, 1e-6);
        CHECK_NUM(bench_num(&b, "churn/prevention_cost"), 90, 1e-6);
    }
    if (score_all(&b, 0.5, 600)) CHECK_NUM(bench_num(&b, "churn/prevention_cost"), 500, 0);
    if (score_all(&b, 0.5, 550)) CHECK_NUM(bench_num(&b, "churn/prevention_cost"), 495, 1e-6);
    bench_close(&b);
}

/* 1 to 5 by level and by what is at risk: from 5,000 much, from 500 some, below little. */
static void calculate_intervention_priority(void)
{
    static const double level[] = {0.9, 0.7, 0.5, 0.2}, at_risk[] = {5000, 500, 499.9};
    static const double priority[4][3] = {{1, 1, 2}, {1, 2, 3}, {2, 3, 4}, {4, 5, 5}};
    bench b;
    if (!open_given(&b, false)) return;
    for (size_t l = 0; l < 4; l++) {
        for (size_t v = 0; v < 3; v++) {
            /* A little more than at the border, where p is not exact. */
            double mrr = at_risk[v] / level[l] / 18 + 1e-6;
            if (!score_all(&b, level[l], mrr)) continue;
            CHECK_NUM(bench_num(&b, "churn/priority"), priority[l][v], 0);
        }
    }
    bench_close(&b);
}

/* Four factors bring two actions each, from above .6, .5, .3 and .4 on: all together in one order, and none twice. */
static void should_recommend_appropriate_preventive_actions(void)
{
    static const double above[] = {0.6, 0.5, 0.3, 0.4};
    static const char *const actions[] = {
        "success_call",    "onboarding_session", "feature_discovery", "setup_consultation",
        "resolve_billing", "payment_plan",       "dedicated_csm",     "priority_support"};
    bench b;
    char path[40];
    if (!open_given(&b, false)) return;
    for (int factor = 0; factor < 4; factor++) {
        double f[6] = {0, 0, 0, 0, 1, 1};
        f[factor] = above[factor];
        if (score_factors(&b, f, 100)) CHECK_INT(bench_size(&b, "churn/actions"), 0);
        f[factor] += 1e-6;
        if (!score_factors(&b, f, 100)) continue;
        CHECK_INT(bench_size(&b, "churn/actions"), 2);
        CHECK_CSTR(bench_text(&b, "churn/actions/0"), actions[2 * factor]);
        CHECK_CSTR(bench_text(&b, "churn/actions/1"), actions[2 * factor + 1]);
    }
    if (score_all(&b, 0.9, 100)) {
        CHECK_INT(bench_size(&b, "churn/actions"), 8);
        for (int i = 0; i < 8; i++) {
            snprintf(path, sizeof path, "churn/actions/%d", i);
            CHECK_CSTR(bench_text(&b, path), actions[i]);
        }
    }
    bench_close(&b);
}

/* An action that several factors ask for is named once, and where its `order` puts it. */
static void recommend_preventive_actions(void)
{
    static const char document[] =
        "{`csuccess`: 1, `attributes`: {`quiet`: {`type`: `bool`}, `late`: {`type`: `bool`}}, "
        "`churn`: {`model`: {`scorecard`: {`combine`: `noisy_or`, `of`: {`quiet`: {`weight`: "
        "0.4, `value`: `quiet`}, `late`: {`weight`: 0.3, `value`: `late`}}}}, `actions`: {"
        "`mail`: {`when`: `factor('quiet') > 0`}, "
        "`call`: {`when`: `factor('quiet') > 0 || factor('late') > 0`, `order`: -1}, "
        "`plan`: {`when`: `factor('late') > 0`}}}}";
    static const struct {
        const char *row, *actions[4];
    } cases[] = {
        {"{`quiet`: true, `late`: true}", {"call", "mail", "plan", NULL}},
        {"{`quiet`: true, `late`: false}", {"call", "mail", NULL}},
        {"{`quiet`: false, `late`: true}", {"call", "plan", NULL}},
        {"{`quiet`: false, `late`: false}", {NULL}},
    };
    bench b;
    char path[40];
    if (!bench_open(&b, document)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!bench_score(&b, cases[i].row)) continue;
        int n = 0;
        for (; cases[i].actions[n]; n++) {
            snprintf(path, sizeof path, "churn/actions/%d", n);
            CHECK_CSTR(bench_text(&b, path), cases[i].actions[n]);
        }
        CHECK_INT(bench_size(&b, "churn/actions"), n);
    }
    bench_close(&b);
}

/* ---- The table of predictions ---- */

typedef struct table {
    int64_t day[8];
    double probability[8];
    int rows;
} table;

/* What a host does: a row a supplier and day, the later one in its place. */
static csuccess_result keep(void *ud, const csuccess_prediction *list, size_t count)
{
    table *t = ud;
    for (size_t i = 0; i < count; i++) {
        int at = 0;
        CHECK_STR(list[i].customer, "acme");
        while (at < t->rows && t->day[at] != list[i].at_ms / REQUIREMENT_DAY) at++;
        if (at == 8) return CSUCCESS_EGENERIC;
        t->day[at] = list[i].at_ms / REQUIREMENT_DAY;
        t->probability[at] = list[i].probability;
        if (at == t->rows) t->rows++;
    }
    return CSUCCESS_OK;
}

/* Everything that a row holds is in the result; of a probability that was calibrated the date too. */
static void a_row_of_the_table_of_predictions(void)
{
    static const double f[] = {1, 1, 0.5, 1, 0.5, 0.5};
    const double p = 0.25 + 0.2 + 0.1 + 0.15 + 0.05 + 0.05;
    bench b;
    table t = {.rows = 0};
    if (!open_given(&b, true)) return;
    CHECK_OK(csuccess_scorer_set_log(b.scorer, keep, &t, NULL, NULL));
    for (int hour = 0; hour < 30; hour += 6) {
        b.now = REQUIREMENT_NOW + hour * REQUIREMENT_DAY / 24;
        score_factors(&b, f, 100);
    }
    CHECK_INT(t.rows, 2); /* 0, 6, 12 and 18 o'clock, and the next day */
    CHECK_NUM(t.probability[0], p, 1e-9);
    b.now = REQUIREMENT_NOW;
    if (score_factors(&b, f, 100)) {
        CHECK_CSTR(bench_text(&b, "churn/level"), "critical");
        CHECK_INT(bench_size(&b, "churn/factors"), 6);
        CHECK_NUM(bench_num(&b, "churn/factors/support_dissatisfaction"), 1, 0);
        CHECK_CSTR(bench_text(&b, "churn/model"), "supplier@1");
        CHECK_NUM(bench_num(&b, "churn/confidence"), 1, 0);
        CHECK(bench_true(&b, "churn/recommended"));
        CHECK_NUM(bench_num(&b, "churn/priority"), 1, 0); /* critical, 1,440 at risk */
        CHECK_NUM(bench_num(&b, "churn/value_at_risk"), 1800 * p, 1e-6);
        CHECK_NUM(bench_num(&b, "churn/prevention_cost"), 180 * p, 1e-6);
        /* ln 2 / (-ln 0.2 / 30) = 12.92 days after 2026-01-31 */
        CHECK_CSTR(bench_text(&b, "churn/predicted_churn_date"), "2026-02-12");
    }
    bench_close(&b);
}

CHECK_MAIN(CHECK_TEST(should_predict_churn_risk_accurately),
           CHECK_TEST(determine_churn_risk_level), CHECK_TEST(value_at_risk),
           CHECK_TEST(calculate_intervention_priority),
           CHECK_TEST(should_recommend_appropriate_preventive_actions),
           CHECK_TEST(recommend_preventive_actions),
           CHECK_TEST(a_row_of_the_table_of_predictions))
