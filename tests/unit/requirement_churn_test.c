/* SPDX-License-Identifier: Apache-2.0 */
/* Churn as the requirement documents have it (000 §2, 001 §2.1, 002 engine and tests, 003 §3.3), by their numbers and by hand. */
#include "requirement.h"

static const char retention[] = "{`csuccess`: 1, `extends`: `retention`}";
static const char supplier[] = "{`csuccess`: 1, `extends`: `supplier`}";
static const char enterprise[] = "{`csuccess`: 1, `extends`: `enterprise`}";

/* ---- 001 ---- */

/* Every risk factor of the document, with a row on either side of its bound. */
static void identify_risk_factors(void)
{
    static const struct {
        const char *type, *severity, *holds, *holds_not;
        double impact;
    } rules[] = {
        {"usage_decline", "high", "{`usage_decline`: 0.31}", "{`usage_decline`: 0.3}", 0.35},
        {"inactive", "high", "{`last_login`: `2026-01-16T00:00:00Z`}",
         "{`last_login`: `2026-01-16T00:00:01Z`}", 0.30},
        {"negative_sentiment", "medium", "{`ticket_sentiment`: -0.51}",
         "{`ticket_sentiment`: -0.5}", 0.20},
        {"payment_issues", "high", "{`payment_delays`: 1}", "{`payment_delays`: 0}", 0.25},
        {"champion_risk", "critical", "{`champion_left`: true}", "{`champion_left`: false}",
         0.40},
    };
    bench b;
    if (!bench_open(&b, retention)) return;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        csuccess_facts_clear(b.facts);
        if (!bench_score(&b, rules[i].holds)) continue;
        CHECK_INT(bench_size(&b, "churn/risk_factors"), 1);
        CHECK_CSTR(bench_text(&b, "churn/risk_factors/0/type"), rules[i].type);
        CHECK_CSTR(bench_text(&b, "churn/risk_factors/0/severity"), rules[i].severity);
        CHECK_NUM(bench_num(&b, "churn/risk_factors/0/impact"), rules[i].impact, 0);
        CHECK_NUM(bench_num(&b, "churn/probability"), rules[i].impact, 1e-12);
        csuccess_facts_clear(b.facts);
        if (!bench_score(&b, rules[i].holds_not)) continue;
        CHECK_INT(bench_size(&b, "churn/risk_factors"), 0);
    }
    bench_close(&b);
}

#define EVERYTHING \
    "{`usage_decline`: 0.34, `last_login`: `2026-01-01T00:00:00Z`, `ticket_sentiment`: -0.8," \
    " `payment_delays`: 2, `champion_left`: true, `contract_value`: 60000, `mrr`: 1000}"

static void predict_churn(void)
{
    static const char *const by_impact[] = {"champion_risk", "usage_decline", "inactive",
                                            "payment_issues", "negative_sentiment"};
    const double p = 1 - 0.65 * 0.7 * 0.8 * 0.75 * 0.6;
    char path[64];
    bench b;
    if (!bench_open(&b, retention) || !bench_score(&b, EVERYTHING)) return;
    CHECK_NUM(bench_num(&b, "churn/probability"), p, 1e-12);
    CHECK_NUM(bench_num(&b, "churn/confidence"), 1, 0);
    for (int i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "churn/risk_factors/%d/type", i);
        CHECK_CSTR(bench_text(&b, path), by_impact[i]);
    }
    CHECK_CSTR(bench_text(&b, "churn/risk_factors/1/say"), "34% usage decline");
    CHECK_CSTR(bench_text(&b, "churn/level"), "critical");
    CHECK_CSTR(bench_text(&b, "churn/severity"), "critical");
    CHECK_CSTR(bench_text(&b, "churn/source"), "scorecard");
    /* Nobody has calibrated it: no time to churn, and no word of likelihood. */
    CHECK_CSTR(bench_text(&b, "churn/predicted_churn_date"), "null");
    CHECK_HAS(bench_text(&b, "churn/summary"), "risk score");
    bench_close(&b);
}

#define CRITICAL_FACTORS \
    "`champion_left`: true, `usage_decline`: 0.5, `payment_delays`: 1, `last_login`: " \
    "`2026-01-01T00:00:00Z`, `ticket_sentiment`: -0.8"
#define HIGH_FACTORS "`champion_left`: true, `usage_decline`: 0.5"
#define MEDIUM_FACTORS "`usage_decline`: 0.5, `last_login`: `2026-01-01T00:00:00Z`"

/* By the table: the level (0.836, 0.61, 0.545 and 0.35), and whether the contract is worth 50,000; an unknown one is small. */
static void calculate_severity(void)
{
    static const struct {
        const char *row, *level, *severity;
    } cases[] = {{"{" CRITICAL_FACTORS ", `contract_value`: 50000}", "critical", "critical"},
                 {"{" CRITICAL_FACTORS ", `contract_value`: 49999}", "critical", "high"},
                 {"{" HIGH_FACTORS ", `contract_value`: 50000}", "high", "high"},
                 {"{" HIGH_FACTORS ", `contract_value`: 49999}", "high", "medium"},
                 {"{" HIGH_FACTORS "}", "high", "medium"},
                 {"{" MEDIUM_FACTORS ", `contract_value`: 50000}", "medium", "medium"},
                 {"{" MEDIUM_FACTORS ", `contract_value`: 49999}", "medium", "low"},
                 {"{`usage_decline`: 0.5, `contract_value`: 90000}", "low", "low"},
                 {"{`usage_decline`: 0.5, `contract_value`: 1}", "low", "low"}};
    bench b;
    if (!bench_open(&b, retention)) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        csuccess_facts_clear(b.facts);
        if (!bench_score(&b, cases[i].row)) continue;
        CHECK_CSTR(bench_text(&b, "churn/level"), cases[i].level);
        CHECK_CSTR(bench_text(&b, "churn/severity"), cases[i].severity);
    }
    bench_close(&b);
}

/* Each factor brings the action that is mapped to it, and no other; all together bring all. */
static void generate_recommendations(void)
{
    static const struct {
        const char *row, *action;
    } map[] = {{"{`usage_decline`: 0.34}", "feature_training"},
               {"{`last_login`: `2026-01-01T00:00:00Z`}", "csm_checkin"},
               {"{`ticket_sentiment`: -0.8}", "support_review"},
               {"{`payment_delays`: 3}", "resolve_billing"},
               {"{`champion_left`: true}", "executive_call"}};
    bench b;
    if (!bench_open(&b, retention) || !bench_score(&b, EVERYTHING)) return;
    CHECK_INT(bench_size(&b, "churn/actions"), 5);
    for (size_t i = 0; i < sizeof map / sizeof *map; i++) {
        CHECK(bench_lists(&b, "churn/actions", map[i].action));
    }
    for (size_t i = 0; i < sizeof map / sizeof *map; i++) {
        csuccess_facts_clear(b.facts);
        if (!bench_score(&b, map[i].row)) continue;
        CHECK_INT(bench_size(&b, "churn/actions"), 1);
        CHECK_CSTR(bench_text(&b, "churn/actions/0"), map[i].action);
    }
    bench_close(&b);
}

/* ---- 002 ---- */

#define SUPPLIER_ROW(more) \
    "{`features_adopted`: 4, `total_clients`: 10, `active_clients_30d`: 5," \
    " `billing_status`: `active`, `tickets_30d`: 2, `mrr`: 100" more "}"

static void predict_churn_risk_by_six_weights(void)
{
    bench b;
    if (!bench_open(&b, supplier)) return;
    if (bench_score(&b, SUPPLIER_ROW(", `score_change_30d`: -28, `failed_payments_90d`: 1, "
                                     "`ticket_satisfaction`: 2, `competitor_signal`: 0.5, "
                                     "`seasonal_risk`: 0.2"))) {
        CHECK_NUM(bench_num(&b, "churn/factors/declining_health"), 0.7, 1e-12);
        CHECK_NUM(bench_num(&b, "churn/factors/low_engagement"), 0.5, 1e-12);
        CHECK_NUM(bench_num(&b, "churn/factors/billing_issues"), 0.4, 1e-12);
        CHECK_NUM(bench_num(&b, "churn/factors/support_dissatisfaction"), 0.6, 1e-12);
        CHECK_NUM(bench_num(&b, "churn/factors/competitor_activity"), 0.5, 0);
        CHECK_NUM(bench_num(&b, "churn/factors/seasonal"), 0.2, 0);
        const double p =
            0.25 * 0.7 + 0.2 * 0.5 + 0.2 * 0.4 + 0.15 * 0.6 + 0.1 * 0.5 + 0.1 * 0.2;
        CHECK_NUM(bench_num(&b, "churn/probability"), p, 1e-12);
        CHECK_NUM(bench_num(&b, "churn/risk_score"), p * 100, 1e-9);
        CHECK_CSTR(bench_text(&b, "churn/level"), "medium");
        double sum = bench_num(&b, "churn/explanation/base");
        const cJSON *part;
        cJSON_ArrayForEach(part, bench_at(&b, "churn/explanation/contributions"))
        {
            sum += part->valuedouble;
        }
        CHECK_NUM(sum, p, 1e-9);
    }
    bench_close(&b);
}

/* Without signals the last two are 0, as the preset says. */
static void signals_that_nobody_sends_are_zero(void)
{
    bench b;
    if (bench_open(&b, supplier) && bench_score(&b, SUPPLIER_ROW(""))) {
        CHECK_NUM(bench_num(&b, "churn/factors/competitor_activity"), 0, 0);
        CHECK_NUM(bench_num(&b, "churn/factors/seasonal"), 0, 0);
        CHECK_NUM(bench_num(&b, "churn/factors/declining_health"), 0, 0);
    }
    bench_close(&b);
}

/* The document's own test gives .7 .6 .3 .4 and expects "high": its formula gives .415. With a competitor and the season it is. */
static void the_formula_wins_over_the_example(void)
{
    bench b;
    if (!bench_open(&b, supplier)) return;
    /* low engagement .6: features 2 of 8, clients 55 of 100; billing cannot be .3: .4 */
    const char *row = "{`score_change_30d`: -28, `features_adopted`: 2, `total_clients`: 100, "
                      "`active_clients_30d`: 55, `billing_status`: `active`, "
                      "`failed_payments_90d`: 1, `tickets_30d`: 1, `ticket_satisfaction`: 3%s}";
    char with[400], without[400];
    snprintf(without, sizeof without, row, "");
    snprintf(with, sizeof with, row, ", `competitor_signal`: 0.85, `seasonal_risk`: 0.85");
    if (bench_score(&b, without)) {
        CHECK_NUM(bench_num(&b, "churn/probability"), 0.175 + 0.12 + 0.08 + 0.06, 1e-12);
        CHECK_CSTR(bench_text(&b, "churn/level"), "medium");
    }
    csuccess_facts_clear(b.facts);
    if (bench_score(&b, with)) CHECK_CSTR(bench_text(&b, "churn/level"), "high");
    bench_close(&b);
}

/* Lifetime value 18 months, at risk p of it, prevention a tenth of that and at most 500. */
static void money_at_risk(void)
{
    bench b;
    if (!bench_open(&b, supplier)) return;
    if (bench_score(&b, "{`billing_status`: `late`, `features_adopted`: 0, `total_clients`: 0, "
                        "`score_change_30d`: -40, `competitor_signal`: 1, `mrr`: 100}")) {
        double p = bench_num(&b, "churn/probability");
        CHECK_NUM(p, 0.25 + 0.2 + 0.2 + 0.1, 1e-12);
        CHECK_NUM(bench_num(&b, "churn/lifetime_value"), 1800, 0);
        CHECK_NUM(bench_num(&b, "churn/value_at_risk"), 1800 * p, 1e-9);
        CHECK_NUM(bench_num(&b, "churn/prevention_cost"), 180 * p, 1e-9);
        CHECK(bench_true(&b, "churn/recommended"));
        CHECK_CSTR(bench_text(&b, "churn/urgency"), "urgent");
        CHECK_NUM(bench_num(&b, "churn/priority"), 2, 0); /* high, 1350 at risk */
        CHECK(bench_lists(&b, "churn/actions", "success_call"));
        CHECK(bench_lists(&b, "churn/actions", "onboarding_session"));
        CHECK(bench_lists(&b, "churn/actions", "feature_discovery"));
        CHECK(bench_lists(&b, "churn/actions", "setup_consultation"));
        CHECK(bench_lists(&b, "churn/actions", "resolve_billing"));
        CHECK(bench_lists(&b, "churn/actions", "payment_plan"));
        CHECK_INT(bench_size(&b, "churn/actions"), 6);
    }
    csuccess_facts_clear(b.facts);
    if (bench_score(&b, "{`billing_status`: `late`, `score_change_30d`: -40, `mrr`: 9000}")) {
        CHECK_NUM(bench_num(&b, "churn/prevention_cost"), 500, 0);
    }
    bench_close(&b);
}

/* 1 first: a level, and how much is at risk. */
static void intervention_priority_of_one_to_five(void)
{
    static const struct {
        const char *row;
        double priority;
    } cases[] = {
        {SUPPLIER_ROW(""), 5},                         /* .175: low; a few hundred */
        {"{`billing_status`: `late`, `mrr`: 0}", 4},   /* .4: medium; nothing */
        {"{`billing_status`: `late`, `mrr`: 100}", 3}, /* medium; 720 */
        {"{`billing_status`: `late`}", 3},             /* medium; not known: as some */
        {"{`billing_status`: `late`, `score_change_30d`: -40, `mrr`: 100}", 2}, /* .65: high */
        {"{`billing_status`: `late`, `score_change_30d`: -40, `competitor_signal`: 1, "
         "`seasonal_risk`: 1, `mrr`: 1000}",
         1}, /* .85: critical; 15,300 */
    };
    bench b;
    if (!bench_open(&b, supplier)) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        csuccess_facts_clear(b.facts);
        if (bench_score(&b, cases[i].row)) {
            CHECK_NUM(bench_num(&b, "churn/priority"), cases[i].priority, 0);
        }
    }
    bench_close(&b);
}

/* ---- 003 ---- */

static void predict_churn_of_an_enterprise(void)
{
    bench b;
    if (!bench_open(&b, enterprise)) return;
    if (bench_score(&b, "{`champion_left`: true, `open_escalations`: 2, `days_to_renewal`: 20, "
                        "`ticket_sentiment`: -0.9, `mrr`: 100}")) {
        /* No component, no score: health is left out. */
        double p = 1 - 0.75 * 0.85 * 0.9 * 0.9;
        if (isnan(bench_num(&b, "health/raw"))) {
            CHECK_NUM(bench_num(&b, "churn/probability"), p, 1e-12);
        }
        CHECK_NUM(bench_num(&b, "churn/horizon_days"), 30, 0);
        CHECK_CSTR(bench_text(&b, "churn/model"), "enterprise@1");
        CHECK(bench_lists(&b, "churn/risk_factors", "champion_left"));
    }
    bench_close(&b);
}

CHECK_MAIN(CHECK_TEST(identify_risk_factors), CHECK_TEST(predict_churn),
           CHECK_TEST(calculate_severity), CHECK_TEST(generate_recommendations),
           CHECK_TEST(predict_churn_risk_by_six_weights),
           CHECK_TEST(signals_that_nobody_sends_are_zero),
           CHECK_TEST(the_formula_wins_over_the_example), CHECK_TEST(money_at_risk),
           CHECK_TEST(intervention_priority_of_one_to_five),
           CHECK_TEST(predict_churn_of_an_enterprise))
