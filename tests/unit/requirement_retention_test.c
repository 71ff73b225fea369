/* SPDX-License-Identifier: Apache-2.0 */
/* Health scores as the retention automation document has them (001 §1.1, §1.2), by its numbers and by hand. */
#include "requirement.h"

static const char preset[] = "{`csuccess`: 1, `extends`: `retention`}";

/* Usage 30 + 22.5 + 15, engagement 20 + 20 + 30, support 24 + 18 + 22.5, money 25 + 15 + 15, relationship 32 + 15 + 30. */
static const char full_row[] =
    "{`customer_id`: `r1`, `last_login`: `2026-01-28T00:00:00Z`, `features_used`: 15,"
    " `total_features`: 20, `actions_per_session`: 10, `email_open_rate`: 0.5,"
    " `webinars_attended`: 2, `resources_downloaded`: 5, `tickets_30d`: 4,"
    " `ticket_sentiment`: 0.2, `resolution_satisfaction`: 4, `payment_delays`: 1,"
    " `contract_value`: 25000, `expansion_revenue`: 2500, `nps_score`: 8,"
    " `executive_engagement`: 0.5, `champion_active`: true, `previous_score`: 60}";

/* The document's table of weights, and the categories of the row above. */
static const struct {
    const char *category;
    double weight, score;
    const char *metrics[3];
} categories[] = {
    {"product_usage", 0.25, 67.5, {"login_recency", "feature_adoption", "usage_depth"}},
    {"engagement", 0.20, 70, {"email_opens", "webinar_attendance", "resource_downloads"}},
    {"support", 0.15, 64.5, {"ticket_volume", "ticket_mood", "resolution"}},
    {"financial", 0.20, 55, {"payment_history", "contract_size", "expansion"}},
    {"relationship", 0.20, 77, {"nps", "executives", "champion"}},
};
enum { CATEGORIES = sizeof categories / sizeof categories[0] };

/* 0.25 * 67.5 + 0.20 * 70 + 0.15 * 64.5 + 0.20 * 55 + 0.20 * 77 */
#define FULL_SCORE 66.95

static void assess_customer_health(void)
{
    bench b;
    char path[128];
    if (!bench_open(&b, preset) || !bench_score(&b, full_row)) return;
    CHECK_CSTR(bench_text(&b, "customer_id"), "r1");
    CHECK_CSTR(bench_text(&b, "at"), "2026-01-31T00:00:00Z");
    CHECK_STR(csuccess_config_hash(b.config), bench_text(&b, "config"));
    CHECK_NUM(bench_num(&b, "health/raw"), FULL_SCORE, 1e-9);
    CHECK_NUM(bench_num(&b, "health/score"), FULL_SCORE, 1e-9);
    CHECK_CSTR(bench_text(&b, "health/status"), "at_risk");
    CHECK_CSTR(bench_text(&b, "health/trend"), "improving");
    CHECK_NUM(bench_num(&b, "health/change"), 6.95, 1e-9);
    CHECK_NUM(bench_num(&b, "health/completeness"), 1, 0);
    CHECK_INT(bench_size(&b, "health/alerts"), 0);
    CHECK_INT(bench_size(&b, "health/components"), CATEGORIES);
    double sum = 0;
    for (int i = 0; i < CATEGORIES; i++) {
        snprintf(path, sizeof path, "health/components/%s/score", categories[i].category);
        CHECK_NUM(bench_num(&b, path), categories[i].score, 1e-9);
        snprintf(path, sizeof path, "health/components/%s/contribution",
                 categories[i].category);
        CHECK_NUM(bench_num(&b, path), categories[i].score * categories[i].weight, 1e-9);
        sum += bench_num(&b, path);
    }
    CHECK_NUM(sum, FULL_SCORE, 1e-9);
    CHECK_NUM(b.score.raw, FULL_SCORE, 1e-9);
    CHECK_STR(b.score.status, "at_risk");
    bench_close(&b);
}

static void check_weights(void)
{
    bench b;
    char path[128];
    if (!bench_open(&b, preset) || !bench_score(&b, full_row)) return;
    for (int i = 0; i < CATEGORIES; i++) {
        snprintf(path, sizeof path, "health/components/%s/weight", categories[i].category);
        CHECK_NUM(bench_num(&b, path), categories[i].weight, 1e-12);
        snprintf(path, sizeof path, "health/components/%s/of", categories[i].category);
        CHECK_INT(bench_size(&b, path), 3);
        for (int k = 0; k < 3; k++) {
            snprintf(path, sizeof path, "health/components/%s/of/%s/points",
                     categories[i].category, categories[i].metrics[k]);
            if (!CHECK(isfinite(bench_num(&b, path)))) printf("# %s\n", path);
        }
    }
    /* What the document leaves open is a choice, and is called one. */
    CHECK_HAS(csuccess_config_document(b.config).ptr, "Weight given, points chosen.");
    bench_close(&b);
}

/* A metric at its worst, its best, and at points between; "" for a value that nobody ever set. */
static const struct {
    const char *metric, *row;
    double points;
} points[] = {
    {"engagement/of/email_opens", "{`email_open_rate`: 0}", 0},
    {"engagement/of/email_opens", "{`email_open_rate`: 0.3}", 12},
    {"engagement/of/email_opens", "{`email_open_rate`: 1}", 40},
    {"engagement/of/webinar_attendance", "{`webinars_attended`: 1}", 10},
    {"engagement/of/webinar_attendance", "{`webinars_attended`: 3}", 30},
    {"engagement/of/webinar_attendance", "{`webinars_attended`: 9}", 30},
    {"engagement/of/resource_downloads", "{`resources_downloaded`: 2}", 12},
    {"engagement/of/resource_downloads", "{`resources_downloaded`: 6}", 30},
    /* More tickets are worse. */
    {"support/of/ticket_volume", "{`tickets_30d`: 0}", 40},
    {"support/of/ticket_volume", "{`tickets_30d`: 5}", 20},
    {"support/of/ticket_volume", "{`tickets_30d`: 10}", 0},
    {"support/of/ticket_volume", "{`tickets_30d`: 25}", 0},
    {"support/of/ticket_mood", "{`ticket_sentiment`: -1}", 0},
    {"support/of/ticket_mood", "{`ticket_sentiment`: 0}", 15},
    {"support/of/ticket_mood", "{`ticket_sentiment`: 1}", 30},
    {"support/of/resolution", "{`resolution_satisfaction`: 1}", 0},
    {"support/of/resolution", "{`resolution_satisfaction`: 3}", 15},
    {"support/of/resolution", "{`resolution_satisfaction`: 5}", 30},
    {"financial/of/payment_history", "{`payment_delays`: 0}", 40},
    {"financial/of/payment_history", "{`payment_delays`: 1}", 25},
    {"financial/of/payment_history", "{`payment_delays`: 2}", 10},
    {"financial/of/payment_history", "{`payment_delays`: 3}", 0},
    {"financial/of/contract_size", "{`contract_value`: 0}", 0},
    {"financial/of/contract_size", "{`contract_value`: 10000}", 6},
    {"financial/of/contract_size", "{`contract_value`: 90000}", 30},
    {"financial/of/expansion", "{`contract_value`: 10000, `expansion_revenue`: 1000}", 15},
    {"financial/of/expansion", "{`contract_value`: 10000, `expansion_revenue`: 9000}", 30},
    {"relationship/of/nps", "{`nps_score`: 0}", 0},
    {"relationship/of/nps", "{`nps_score`: 7}", 28},
    {"relationship/of/executives", "{`executive_engagement`: 0.1}", 3},
    {"relationship/of/champion", "{`champion_active`: true}", 30},
    {"relationship/of/champion", "{`champion_active`: false}", 0},
};

static void check_points(void)
{
    bench b;
    char path[128];
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        if (!bench_score(&b, points[i].row)) break;
        snprintf(path, sizeof path, "health/components/%s/points", points[i].metric);
        if (!CHECK_NUM(bench_num(&b, path), points[i].points, 1e-9)) {
            printf("# %s of %s\n", points[i].metric, points[i].row);
        }
    }
    bench_close(&b);
}

/* Each category by itself reaches 0 and 100, so each weighs in full. */
static void check_ends(void)
{
    static const struct {
        const char *category, *worst, *best;
    } ends[] = {
        {"engagement",
         "{`email_open_rate`: 0, `webinars_attended`: 0, `resources_downloaded`: 0}",
         "{`email_open_rate`: 1, `webinars_attended`: 3, `resources_downloaded`: 5}"},
        {"support", "{`tickets_30d`: 10, `ticket_sentiment`: -1, `resolution_satisfaction`: 1}",
         "{`tickets_30d`: 0, `ticket_sentiment`: 1, `resolution_satisfaction`: 5}"},
        {"financial", "{`payment_delays`: 3, `contract_value`: 1, `expansion_revenue`: -5}",
         "{`payment_delays`: 0, `contract_value`: 50000, `expansion_revenue`: 10000}"},
        {"relationship",
         "{`nps_score`: 0, `executive_engagement`: 0, `champion_active`: false}",
         "{`nps_score`: 10, `executive_engagement`: 1, `champion_active`: true}"},
        {"product_usage", "{}",
         "{`last_login`: `2026-01-31T00:00:00Z`, `features_used`: 9, `total_features`: 9,"
         " `actions_per_session`: 20}"},
    };
    bench b;
    char path[128];
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(path, sizeof path, "health/components/%s/score", ends[i].category);
        if (bench_score(&b, ends[i].worst)) CHECK_NUM(bench_num(&b, path), 0, 1e-3);
        if (bench_score(&b, ends[i].best)) CHECK_NUM(bench_num(&b, path), 100, 1e-9);
    }
    bench_close(&b);
}

static void categories_by_weight_metrics_and_points(void)
{
    check_weights();
    check_points();
    check_ends();
}

/* The ladder of the document: up to 1 day 40, 7 days 30, 14 days 20, 30 days 10, else 0. Days are whole days that
   have passed. */
static void check_login_points(void)
{
    static const struct {
        int64_t ms;
        double points;
    } ladder[] = {
        {0, 40},
        {1 * REQUIREMENT_DAY, 40},
        {2 * REQUIREMENT_DAY - 1, 40},
        {2 * REQUIREMENT_DAY, 30},
        {8 * REQUIREMENT_DAY - 1, 30},
        {8 * REQUIREMENT_DAY, 20},
        {15 * REQUIREMENT_DAY - 1, 20},
        {15 * REQUIREMENT_DAY, 10},
        {31 * REQUIREMENT_DAY - 1, 10},
        {31 * REQUIREMENT_DAY, 0},
        {400 * REQUIREMENT_DAY, 0},
    };
    bench b;
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < sizeof ladder / sizeof ladder[0]; i++) {
        csuccess_facts_clear(b.facts);
        csuccess_facts_set_time(b.facts, CSUCCESS_STR("last_login"),
                                REQUIREMENT_NOW - ladder[i].ms);
        if (!bench_explain(&b)) break;
        CHECK_NUM(bench_num(&b, "health/components/product_usage/of/login_recency/points"),
                  ladder[i].points, 0);
        CHECK_NUM(bench_num(&b, "health/components/product_usage/score"), ladder[i].points, 0);
    }
    bench_close(&b);
}

/* Adoption and depth: 30 points each; nothing to divide by is no adoption, and not a crash or an infinity. */
static void check_adoption_and_depth(void)
{
    static const struct {
        const char *row;
        double adoption, depth;
    } rows[] = {
        {"{`features_used`: 15, `total_features`: 20, `actions_per_session`: 10}", 22.5, 15},
        {"{`features_used`: 20, `total_features`: 20, `actions_per_session`: 20}", 30, 30},
        {"{`features_used`: 25, `total_features`: 20, `actions_per_session`: 200}", 30, 30},
        {"{`features_used`: 5, `total_features`: 0, `actions_per_session`: 1}", 0, 1.5},
        {"{`features_used`: 5, `actions_per_session`: 0}", 0, 0},
    };
    bench b;
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!bench_score(&b, rows[i].row)) break;
        CHECK_NUM(bench_num(&b, "health/components/product_usage/of/feature_adoption/score"),
                  rows[i].adoption, 1e-9);
        CHECK_NUM(bench_num(&b, "health/components/product_usage/of/usage_depth/score"),
                  rows[i].depth, 1e-9);
        CHECK_NUM(bench_num(&b, "health/components/product_usage/score"),
                  rows[i].adoption + rows[i].depth, 1e-9);
    }
    if (bench_score(&b, rows[3].row)) {
        CHECK_CSTR(
            bench_text(&b, "health/components/product_usage/of/feature_adoption/missing"),
            "division_by_zero");
    }
    bench_close(&b);
}

static void usage_points(void)
{
    check_login_points();
    check_adoption_and_depth();
}

/* The sum of weight times score over the sum of weights of what is there. */
static void weighted_score_over_what_is_there(void)
{
    bench b;
    if (!bench_open(&b, preset)) return;
    /* Product usage is never missing in this preset: 40 points. Relationship alone beside it: 28 of the 40 of NPS, so 70. */
    if (bench_score(&b, "{`last_login`: `2026-01-31T00:00:00Z`, `nps_score`: 7}")) {
        CHECK_NUM(b.score.raw, (0.25 * 40 + 0.20 * 70) / 0.45, 1e-9);
        CHECK_NUM(bench_num(&b, "health/components/product_usage/weight"), 0.25 / 0.45, 1e-12);
        CHECK_NUM(bench_num(&b, "health/components/relationship/weight"), 0.20 / 0.45, 1e-12);
        CHECK_NUM(bench_num(&b, "health/components/support/weight"), 0, 0);
        CHECK_CSTR(bench_text(&b, "health/components/support/score"), "null");
        /* 0.25 of usage, of which a 40/100 share is set, and 0.20 of relationship, 40/100 set. */
        CHECK_NUM(b.score.completeness, 0.25 * 0.4 + 0.20 * 0.4, 1e-9);
    }
    bench_close(&b);
}

/* Window and method are the configuration's: the previous score or one of days ago, raw or rounded, any dead band. */
static void trend_is_configurable(void)
{
    static const char monthly[] =
        "{`csuccess`: 1, `extends`: `retention`, `health`: {`profiles`: {`default`: {"
        "`trend`: {`against`: null, `over`: `P30D`, `stable_within`: 2}}}}}";
    static const char whole[] =
        "{`csuccess`: 1, `extends`: `retention`, `health`: {`profiles`: {`default`: {"
        "`rounding`: `nearest`, `trend`: {`on`: `rounded`, `stable_within`: 0}}}}}";
    static const struct {
        const char *document, *earlier;
        double before, score;
        const char *trend;
    } cases[] = {
        {preset, "previous_score", 60, 65, "stable"},
        {preset, "previous_score", 60, 65.000001, "improving"},
        {preset, "previous_score", 60, 55, "stable"},
        {preset, "previous_score", 60, 54.999999, "declining"},
        {monthly, "score_30d_ago", 60, 62, "stable"},
        {monthly, "score_30d_ago", 60, 62.5, "improving"},
        {monthly, "score_30d_ago", 60, 57.5, "declining"},
        {whole, "previous_score", 60, 60.4, "stable"},
        {whole, "previous_score", 60, 60.5, "improving"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench b;
        if (!bench_open(&b, cases[i].document)) return;
        csuccess_facts_set_number(b.facts, check_view(cases[i].earlier), cases[i].before);
        if (bench_override(&b, cases[i].score) &&
            !CHECK_CSTR(bench_text(&b, "health/trend"), cases[i].trend)) {
            printf("# case %zu\n", i);
        }
        csuccess_facts_unset(b.facts, check_view(cases[i].earlier));
        if (bench_override(&b, cases[i].score)) {
            CHECK_CSTR(bench_text(&b, "health/trend"), "null");
            CHECK_CSTR(bench_text(&b, "health/trend_missing"), "never_set");
        }
        bench_close(&b);
    }
}

static void status_by_band(void)
{
    static const struct {
        double score;
        const char *status;
    } bands[] = {
        {100, "healthy"},           {75, "healthy"},
        {74.999999999, "at_risk"},  {50, "at_risk"},
        {49.999999999, "critical"}, {0, "critical"},
        {74.9999999999, "healthy"}, /* 75 but for the last bits */
    };
    bench b;
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < sizeof bands / sizeof bands[0]; i++) {
        if (!bench_override(&b, bands[i].score)) break;
        CHECK_CSTR(bench_text(&b, "health/status"), bands[i].status);
    }
    bench_close(&b);
}

#define FLOOR_ALERT(category) \
    "`" category "_low`: {`when`: `component('" category "') < 40`, `severity`: `high`}, "

/* A floor for every category, and a fall of one of them against what the host kept of it. */
static void alerts_by_floor_and_delta(void)
{
    static const char document[] =
        "{`csuccess`: 1, `extends`: `retention`, `attributes`: {"
        "`support_before`: {`type`: `number`}}, `health`: {`profiles`: {`default`: {`alerts`: "
        "{" FLOOR_ALERT("product_usage") FLOOR_ALERT("engagement") FLOOR_ALERT("support")
            FLOOR_ALERT("financial")
                FLOOR_ALERT("relationship") "`support_fell`: {`when`: `support_before - "
                                            "component('support') > 15`,"
                                            "  `severity`: `medium`, `message`: `Support fell "
                                            "by more than 15 points.`},"
                                            "`score_fell`: {`when`: `health.change('previous') "
                                            "< -10`, `severity`: `critical`}"
                                            "}}}}}";
    static const struct {
        const char *row, *alerts[3];
    } cases[] = {
        {"{`last_login`: `2026-01-31T00:00:00Z`}", {NULL}},
        {"{`last_login`: `2026-01-29T00:00:00Z`}", {"product_usage_low"}},
        {"{`last_login`: `2026-01-31T00:00:00Z`, `email_open_rate`: 0.3}", {"engagement_low"}},
        {"{`last_login`: `2026-01-31T00:00:00Z`, `tickets_30d`: 7}", {"support_low"}},
        {"{`last_login`: `2026-01-31T00:00:00Z`, `payment_delays`: 2}", {"financial_low"}},
        {"{`last_login`: `2026-01-31T00:00:00Z`, `nps_score`: 3}", {"relationship_low"}},
        /* 60 from 75 is not more than 15; 50 is. */
        {"{`last_login`: `2026-01-31T00:00:00Z`, `tickets_30d`: 4, `support_before`: 75}",
         {NULL}},
        {"{`last_login`: `2026-01-31T00:00:00Z`, `tickets_30d`: 5, `support_before`: 75}",
         {"support_fell"}},
        {"{`last_login`: `2026-01-31T00:00:00Z`, `tickets_30d`: 8, `support_before`: 75,"
         " `previous_score`: 60}",
         {"support_low", "support_fell", "score_fell"}},
    };
    bench b;
    if (!bench_open(&b, document)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int n = 0;
        if (!bench_score(&b, cases[i].row)) break;
        for (; n < 3 && cases[i].alerts[n]; n++) {
            CHECK(bench_lists(&b, "health/alerts", cases[i].alerts[n]));
        }
        if (!CHECK_INT(bench_size(&b, "health/alerts"), n)) printf("# %s\n", cases[i].row);
    }
    CHECK_CSTR(bench_text(&b, "health/alerts/0/severity"), "high");
    CHECK_CSTR(bench_text(&b, "health/alerts/1/message"),
               "Support fell by more than 15 points.");
    bench_close(&b);
}

CHECK_MAIN(CHECK_TEST(assess_customer_health),
           CHECK_TEST(categories_by_weight_metrics_and_points), CHECK_TEST(usage_points),
           CHECK_TEST(weighted_score_over_what_is_there), CHECK_TEST(trend_is_configurable),
           CHECK_TEST(status_by_band), CHECK_TEST(alerts_by_floor_and_delta))
