/* SPDX-License-Identifier: Apache-2.0 */
/* Features for churn models: the sixteen of the retention document, the six families of the enterprise document, the six
   risks of the supplier document; drawn from a host's storage, and learned from. */
#include "requirement.h"

static char *fragment(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/examples/features/%s.json", CHECK_SOURCE_ROOT, name);
    return check_read(path, NULL);
}

static bool open_fragment(bench *b, const char *name)
{
    char *text = fragment(name);
    bool open = CHECK(text != NULL) && bench_open(b, text);
    free(text);
    return open;
}

/* ---- 001: extractFeatures ---- */

static const char full_customer[] =
    "{`customer_id`: `f1`, `logins_90d`: 45, `usage_30d`: 60, `usage_before_30d`: 100,"
    " `features_used`: 12, `total_features`: 20, `last_login`: `2026-01-21T00:00:00Z`,"
    " `email_open_rate`: 0.35, `tickets_30d`: 3, `ticket_sentiment`: -0.2,"
    " `contract_value`: 24000, `payment_delays`: 1, `discount`: 0.15, `nps_score`: 7,"
    " `customer_since`: `2025-01-31T00:00:00Z`, `expansions`: 2, `stored_health`: 61.5,"
    " `stored_trend`: `declining`, `stored_alerts`: 2}";

static const struct {
    const char *name;
    double value; /* NAN: a text */
} features[] = {
    {"loginFrequency", 3.5},   {"usageDecline", 0.4},     {"featureAdoption", 0.6},
    {"lastActiveDays", 10},    {"emailEngagement", 0.35}, {"supportTickets", 3},
    {"ticketSentiment", -0.2}, {"contractValue", 24000},  {"paymentDelays", 1},
    {"discountLevel", 0.15},   {"npsScore", 7},           {"tenureDays", 365},
    {"expansionHistory", 2},   {"healthScore", 61.5},     {"healthTrend", NAN},
    {"healthAlerts", 2},
};
enum { FEATURES = sizeof features / sizeof features[0] };

static void extract_features(void)
{
    bench b;
    if (!open_fragment(&b, "retention") || !bench_read(&b, full_customer)) return;
    CHECK_UINT(FEATURES, 16);
    for (size_t i = 0; i < FEATURES; i++) {
        if (isnan(features[i].value)) {
            CHECK_STR(bench_eval(&b, features[i].name), "\"declining\"");
        } else {
            CHECK_NUM(bench_eval_num(&b, features[i].name), features[i].value, 1e-12);
        }
    }
    bench_close(&b);
}

/* The document's code makes a missing NPS 0, the worst there is. Here it stays missing, as everything that nobody knows. */
static void a_missing_nps_is_missing(void)
{
    bench b;
    if (!open_fragment(&b, "retention") || !bench_read(&b, "{`customer_id`: `f2`}")) return;
    for (size_t i = 0; i < FEATURES; i++) {
        CHECK_STR(bench_eval(&b, features[i].name), "missing");
    }
    bench_close(&b);
}

/* Decline ratio of the current against the baseline window: guarded for a baseline of zero, and no rise is a decline. */
static void calculate_usage_decline(void)
{
    static const struct {
        const char *row, *decline;
    } cases[] = {
        {"{`usage_30d`: 30, `usage_before_30d`: 40}", "0.25"},
        {"{`usage_30d`: 50, `usage_before_30d`: 40}", "0"},
        {"{`usage_30d`: 0, `usage_before_30d`: 40}", "1"},
        {"{`usage_30d`: 30, `usage_before_30d`: 0}", "missing"},
        {"{`usage_30d`: 30}", "missing"},
    };
    bench b;
    if (!open_fragment(&b, "retention")) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (bench_read(&b, cases[i].row)) {
            CHECK_STR(bench_eval(&b, "usageDecline"), cases[i].decline);
        }
    }
    bench_close(&b);
}

/* Customer i, whose usage is what chance says, times a factor; half of them have no NPS. */
static double set_customer(bench *b, int i, uint64_t r, double factor)
{
    char id[16];
    double now = (double)(r % 100) * factor;
    snprintf(id, sizeof id, "c%d", i);
    csuccess_facts_clear(b->facts);
    csuccess_facts_set_customer(b->facts, check_view(id));
    csuccess_facts_set_number(b->facts, CSUCCESS_STR("usage_30d"), now);
    csuccess_facts_set_number(b->facts, CSUCCESS_STR("usage_before_30d"), 100);
    if (r >> 10 & 1) csuccess_facts_set_number(b->facts, CSUCCESS_STR("nps_score"), 5);
    return now;
}

/* Those whose usage fell leave more often. */
static void add_samples(bench *b, csuccess_samples *samples)
{
    uint64_t seed = 12;
    for (int i = 0; i < 400; i++) {
        uint64_t r = check_random(&seed);
        double p = set_customer(b, i, r, 1) < 40 ? 0.7 : 0.1;
        csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
        sample.present = CSUCCESS_SAMPLE_OUTCOME;
        sample.outcome = (double)(r >> 20 & 1023) / 1024 < p;
        CHECK_OK(csuccess_samples_add(samples, b->facts, &sample, &b->err));
    }
}

/* The model's own snapshot: the rows that it was trained on are stable, those of half the usage have drifted. */
static void watch_drift(bench *b, csuccess_str document)
{
    csuccess_model *model = NULL;
    if (!CHECK_OK(csuccess_model_load(&model, document, NULL, &b->err))) return;
    for (int halved = 0; halved <= 1; halved++) {
        csuccess_drift *drift = NULL;
        csuccess_drift_verdict v = CSUCCESS_DRIFT_VERDICT_INIT;
        uint64_t seed = 12;
        if (!CHECK_OK(csuccess_drift_new(&drift, b->config, model, NULL, &b->err))) break;
        for (int i = 0; i < 400; i++) {
            set_customer(b, i, check_random(&seed), halved ? 0.5 : 1);
            CHECK_OK(csuccess_drift_add(drift, b->facts, b->now, &b->err));
        }
        CHECK_OK(csuccess_drift_judge(drift, b->now, &v));
        CHECK_UINT(v.inputs, halved ? CSUCCESS_DRIFT_DRIFT : CSUCCESS_DRIFT_STABLE);
        csuccess_drift_metric m = CSUCCESS_DRIFT_METRIC_INIT;
        CHECK_OK(csuccess_drift_metric_at(drift, 0, &m));
        if (!halved) CHECK_NUM(m.psi, 0, 1e-9);
        csuccess_drift_free(drift);
    }
    csuccess_model_unref(model);
}

static void a_model_learns_from_the_features(void)
{
    bench b;
    csuccess_str names[FEATURES];
    csuccess_samples *samples = NULL;
    csuccess_text *model = NULL, *report = NULL;
    if (!open_fragment(&b, "retention")) return;
    for (size_t i = 0; i < FEATURES; i++) names[i] = check_view(features[i].name);
    csuccess_samples_options o = CSUCCESS_SAMPLES_OPTIONS_INIT;
    o.metrics = names;
    o.metric_count = FEATURES;
    o.now_ms = REQUIREMENT_NOW;
    if (!CHECK_OK(csuccess_samples_new(&samples, b.config, &o, &b.err))) return;
    add_samples(&b, samples);
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    options.trainer = CSUCCESS_TRAINER_LOGISTIC;
    if (CHECK_OK(csuccess_train(&model, &report, samples, &options, &b.err))) {
        CHECK_HAS(csuccess_text_view(model).ptr, "usageDecline");
        watch_drift(&b, csuccess_text_view(model));
    } else {
        printf("# %s\n", b.err.message);
    }
    csuccess_text_free(model);
    csuccess_text_free(report);
    csuccess_samples_free(samples);
    bench_close(&b);
}

/* ---- 001: championLeft is a behaviour that moves the prediction ---- */

static void behaviour_signals_with_the_champion(void)
{
    bench b;
    if (!open_fragment(&b, "retention")) return;
    if (bench_score(&b, "{`customer_id`: `b1`, `champion_left`: true, `payment_delays`: 0}")) {
        CHECK(bench_lists(&b, "churn/risk_factors", "champion_risk"));
        CHECK(bench_num(&b, "churn/probability") > 0.39);
    }
    if (bench_score(&b, "{`customer_id`: `b1`, `champion_left`: false, `payment_delays`: 0}")) {
        CHECK(!bench_lists(&b, "churn/risk_factors", "champion_risk"));
    }
    bench_close(&b);
}

/* Every rule that holds, by impact, the greatest first: 0.40, 0.35, 0.30, 0.25, 0.20. */
static void identify_risk_factors(void)
{
    static const char *const order[] = {"champion_risk", "usage_decline", "inactive",
                                        "payment_issues", "negative_sentiment"};
    bench b;
    char path[64];
    if (!open_fragment(&b, "retention")) return;
    if (bench_score(&b, "{`customer_id`: `b1`, `champion_left`: true, `payment_delays`: 2,"
                        " `usage_decline`: 0.5, `ticket_sentiment`: -0.8,"
                        " `last_login`: `2026-01-01T00:00:00Z`}")) {
        CHECK_INT(bench_size(&b, "churn/risk_factors"), 5);
        for (int i = 0; i < 5; i++) {
            const char *key = bench_at(&b, "churn/risk_factors/0/id") ? "id" : "type";
            snprintf(path, sizeof path, "churn/risk_factors/%d/%s", i, key);
            CHECK_CSTR(bench_text(&b, path), order[i]);
        }
    }
    bench_close(&b);
}

/* ---- 000: the entity ChurnPrediction, from the result of the scorer, the indicators of the series and the tracked outcome ---- */

static csuccess_signal first_of_kind(const csuccess_indicators *found, uint32_t kind)
{
    csuccess_signal s = CSUCCESS_SIGNAL_INIT;
    for (size_t i = 0; i < csuccess_indicators_count(found); i++) {
        csuccess_indicators_get(found, i, &s);
        if (s.kind == kind) return s;
    }
    return (csuccess_signal)CSUCCESS_SIGNAL_INIT;
}

/* Twelve weeks of 10, then six of 4; one escalation and one failed payment last week. */
static void add_behaviour(csuccess_indicators *found)
{
    static const struct {
        const char *name;
        uint32_t kind;
    } series[] = {{"engagement", CSUCCESS_SERIES_ENGAGEMENT},
                  {"feature:export", CSUCCESS_SERIES_FEATURE},
                  {"escalations", CSUCCESS_SERIES_ESCALATION},
                  {"payments", CSUCCESS_SERIES_PAYMENT}};
    int64_t times[18];
    double values[18];
    for (size_t k = 0; k < 4; k++) {
        for (size_t i = 0; i < 18; i++) {
            times[i] = REQUIREMENT_NOW - (int64_t)(17 - i) * 7 * REQUIREMENT_DAY;
            values[i] = k >= 2 ? i == 17 : i < 12 ? 10 : 4;
        }
        csuccess_series s = CSUCCESS_SERIES_INIT;
        s.name = check_view(series[k].name);
        s.kind = series[k].kind;
        s.times = times;
        s.values = values;
        s.count = 18;
        CHECK_OK(csuccess_indicators_add(found, &s, NULL));
    }
    CHECK_OK(csuccess_indicators_finish(found, NULL));
}

static void the_churn_prediction_entity(void)
{
    bench b;
    csuccess_indicators *found = NULL;
    csuccess_signals_options o = CSUCCESS_SIGNALS_OPTIONS_INIT;
    o.now_ms = REQUIREMENT_NOW;
    if (!open_fragment(&b, "retention") || !CHECK_OK(csuccess_indicators_new(&found, &o, NULL)))
        return;
    if (bench_score(&b, "{`customer_id`: `p1`, `champion_left`: true, `payment_delays`: 2,"
                        " `usage_decline`: 0.5, `ticket_sentiment`: -0.8, `mrr`: 900,"
                        " `contract_value`: 60000, `last_login`: `2026-01-01T00:00:00Z`}")) {
        CHECK(bench_num(&b, "churn/probability") > 0.8);
        CHECK(bench_num(&b, "churn/confidence") <= 1);
        CHECK_CSTR(bench_text(&b, "churn/level"), "critical");
        CHECK_CSTR(bench_text(&b, "churn/urgency"), "immediate");
        CHECK_INT(bench_size(&b, "churn/risk_factors"), 5); /* by impact: primary first */
        CHECK(bench_size(&b, "churn/actions") == 5);
    }
    add_behaviour(found);
    csuccess_signal decline = first_of_kind(found, CSUCCESS_SERIES_ENGAGEMENT);
    CHECK(decline.type == CSUCCESS_SIGNAL_DECLINE || decline.type == CSUCCESS_SIGNAL_CHANGE);
    CHECK(decline.magnitude > 0.4);
    CHECK_STR(first_of_kind(found, CSUCCESS_SERIES_FEATURE).series, "feature:export");
    CHECK_NUM(first_of_kind(found, CSUCCESS_SERIES_ESCALATION).after, 1, 0);
    CHECK_NUM(first_of_kind(found, CSUCCESS_SERIES_PAYMENT).after, 1, 0);
    csuccess_indicators_free(found);
    bench_close(&b);
}

/* ---- 003: extract_churn_features ---- */

static void extract_churn_features(void)
{
    static const struct {
        const char *metric, *value;
    } families[] = {
        {"history_tenure_days", "730"}, {"history_renewals", "1"},
        {"history_downgrades", "0"},    {"history_notices", "1"},
        {"health_change_30d", "-12"},   {"health_change_90d", "-20"},
        {"engagement_decay", "0.5"},    {"sentiment", "-0.25"},
        {"sentiment_change", "-0.75"},  {"renewal_in_days", "45"},
        {"renewal_within_90d", "true"}, {"champion_gone", "true"},
        {"champion_changes", "2"},
    };
    bench b;
    if (!open_fragment(&b, "enterprise")) return;
    bool read = bench_read(
        &b, "{`customer_id`: `e1`, `customer_since`: `2024-02-01T00:00:00Z`, `renewals`: 1,"
            " `downgrades`: 0, `notices_withdrawn`: 1, `stored_health`: 60,"
            " `stored_health_30d`: 72, `stored_health_90d`: 80, `events_30d`: 100,"
            " `events_before_30d`: 200, `ticket_sentiment`: -0.25,"
            " `ticket_sentiment_before`: 0.5, `days_to_renewal`: 45, `champion_left`: true,"
            " `champion_changes_180d`: 2}");
    for (size_t i = 0; read && i < sizeof families / sizeof families[0]; i++) {
        CHECK_STR(bench_eval(&b, families[i].metric), families[i].value);
    }
    bench_close(&b);
}

/* ---- 002: the six risks, each 0 to 1, by the supplier preset ---- */

static const char supplier[] = "{`csuccess`: 1, `extends`: `supplier`}";

typedef struct risk_case {
    const char *row;
    double risk;
} risk_case;

static void check_risks(const char *factor, const risk_case *cases, size_t count)
{
    bench b;
    char expression[64];
    if (!bench_open(&b, supplier)) return;
    snprintf(expression, sizeof expression, "factor('%s')", factor);
    for (size_t i = 0; i < count; i++) {
        if (!bench_read(&b, cases[i].row)) continue;
        if (!CHECK_NUM(bench_eval_num(&b, expression), cases[i].risk, 1e-12)) {
            printf("# %s of %s\n", expression, cases[i].row);
        }
    }
    bench_close(&b);
}

#define CHECK_RISKS(factor, cases) check_risks(factor, cases, sizeof cases / sizeof cases[0])

static void calculate_health_decline_risk(void)
{
    static const risk_case cases[] = {{"{`score_change_30d`: -20}", 0.5},
                                      {"{`score_change_30d`: -60}", 1},
                                      {"{`score_change_30d`: 10}", 0},
                                      {"{}", 0}};
    CHECK_RISKS("declining_health", cases);
}

/* One less the engagement; here the mean of the share of features and of clients that are in use. */
static void calculate_engagement_risk(void)
{
    static const risk_case cases[] = {
        {"{`features_adopted`: 8, `active_clients_30d`: 5, `total_clients`: 5}", 0},
        {"{`features_adopted`: 4, `active_clients_30d`: 1, `total_clients`: 4}", 0.625},
        {"{`features_adopted`: 0, `active_clients_30d`: 0, `total_clients`: 4}", 1}};
    CHECK_RISKS("low_engagement", cases);
}

static void calculate_billing_risk(void)
{
    static const risk_case cases[] = {
        {"{`billing_status`: `active`, `failed_payments_90d`: 0}", 0},
        {"{`billing_status`: `active`, `failed_payments_90d`: 1}", 0.4},
        {"{`billing_status`: `active`, `failed_payments_90d`: 2}", 0.7},
        {"{`billing_status`: `active`, `failed_payments_90d`: 3}", 1},
        {"{`billing_status`: `past_due`}", 1}};
    CHECK_RISKS("billing_issues", cases);
}

static void calculate_support_risk(void)
{
    static const risk_case cases[] = {{"{`tickets_30d`: 4, `ticket_satisfaction`: 2}", 0.6},
                                      {"{`tickets_30d`: 4, `ticket_satisfaction`: 5}", 0},
                                      {"{`tickets_30d`: 0}", 0}};
    CHECK_RISKS("support_dissatisfaction", cases);
}

static void calculate_competitor_risk(void)
{
    static const risk_case cases[] = {{"{`competitor_signal`: 0.8}", 0.8}, {"{}", 0}};
    CHECK_RISKS("competitor_activity", cases);
}

static void calculate_seasonal_risk(void)
{
    static const risk_case cases[] = {{"{`seasonal_risk`: 0.3}", 0.3}, {"{}", 0}};
    CHECK_RISKS("seasonal", cases);
}

/* ---- 002: gatherChurnPredictionData ---- */

typedef struct storage {
    unsigned asked;
} storage;

/* A host's tables: health history, usage, billing, support, each read when it is asked for one customer. */
static csuccess_result load(void *ud, csuccess_str customer, csuccess_facts *facts,
                            uint32_t *given)
{
    storage *s = ud;
    s->asked++;
    if (customer.len != 4 || memcmp(customer.ptr, "acme", 4) != 0) {
        *given = CSUCCESS_GIVEN_NONE;
        return CSUCCESS_OK;
    }
    csuccess_facts_set_number(facts, CSUCCESS_STR("score_change_30d"), -20);
    csuccess_facts_set_number(facts, CSUCCESS_STR("features_adopted"), 2);
    csuccess_facts_set_number(facts, CSUCCESS_STR("failed_payments_90d"), 1);
    csuccess_facts_set_string(facts, CSUCCESS_STR("billing_status"), CSUCCESS_STR("active"));
    csuccess_facts_set_number(facts, CSUCCESS_STR("tickets_30d"), 2);
    csuccess_facts_set_number(facts, CSUCCESS_STR("ticket_satisfaction"), 3);
    csuccess_facts_set_money(facts, CSUCCESS_STR("mrr"), 100, CSUCCESS_STR(""));
    *given = CSUCCESS_GIVEN_CUSTOMER;
    return CSUCCESS_OK;
}

/* 0.25 * 0.5 + 0.20 * (1 - 0.25 / 2) + 0.20 * 0.4 + 0.15 * 0.4 */
static void gather_churn_prediction_data(void)
{
    bench b;
    storage s = {0};
    csuccess_customer_ops ops = CSUCCESS_CUSTOMER_OPS_INIT;
    csuccess_str json;
    if (!bench_open(&b, supplier)) return;
    ops.ud = &s;
    ops.load = load;
    CHECK_OK(csuccess_scorer_pull(b.scorer, &ops, CSUCCESS_STR("acme"), b.now, NULL, &b.err));
    CHECK_OK(csuccess_scorer_json(b.scorer, &json, &b.err));
    b.json = cJSON_ParseWithLength(json.ptr, json.len);
    CHECK_CSTR(bench_text(&b, "customer_id"), "acme");
    CHECK_NUM(bench_num(&b, "churn/probability"), 0.125 + 0.175 + 0.08 + 0.06, 1e-9);
    CHECK_UINT(s.asked, 1);
    CHECK_RESULT(
        csuccess_scorer_pull(b.scorer, &ops, CSUCCESS_STR("none"), b.now, NULL, &b.err),
        CSUCCESS_ENAME);
    bench_close(&b);
}

CHECK_MAIN(CHECK_TEST(extract_features), CHECK_TEST(a_missing_nps_is_missing),
           CHECK_TEST(calculate_usage_decline), CHECK_TEST(a_model_learns_from_the_features),
           CHECK_TEST(behaviour_signals_with_the_champion), CHECK_TEST(identify_risk_factors),
           CHECK_TEST(the_churn_prediction_entity), CHECK_TEST(extract_churn_features),
           CHECK_TEST(calculate_health_decline_risk), CHECK_TEST(calculate_engagement_risk),
           CHECK_TEST(calculate_billing_risk), CHECK_TEST(calculate_support_risk),
           CHECK_TEST(calculate_competitor_risk), CHECK_TEST(calculate_seasonal_risk),
           CHECK_TEST(gather_churn_prediction_data))
