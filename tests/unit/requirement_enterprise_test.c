/* SPDX-License-Identifier: Apache-2.0 */
/* Health scores as the enterprise document has them (003 §2.2, §3.1, §3.2), by its weights and multipliers and by hand. */
#include "requirement.h"

static const char preset[] = "{`csuccess`: 1, `extends`: `enterprise`}";

/* Adoption 24 + 15 + 15, engagement 20 + 15 + 30, relationship 40 + 0 + 24, money 30 + 40 + 10, support 40 + 37.5. */
#define FULL_ROW \
    "`features_used`: 12, `total_features`: 20, `logins_30d`: 10, `active_users`: 25," \
    " `licensed_users`: 50, `touchpoints_30d`: 4, `email_open_rate`: 0.5," \
    " `webinars_attended`: 4, `champion_active`: true, `executive_access`: false," \
    " `nps_score`: 8, `arr_growth`: 0.1, `payment_delays`: 0, `contract_value`: 25000," \
    " `tickets_30d`: 2, `resolution_satisfaction`: 4"

static const struct {
    const char *component;
    double weight, score;
    const char *metrics[3];
} components[] = {
    {"adoption", 0.30, 54, {"feature_usage", "login_frequency", "seat_usage"}},
    {"engagement", 0.25, 65, {"touchpoints", "email_opens", "webinar_attendance"}},
    {"relationship", 0.15, 64, {"champion", "executives", "nps"}},
    {"financial", 0.20, 80, {"growth", "payment_history", "contract_size"}},
    {"support", 0.10, 77.5, {"ticket_volume", "resolution", NULL}},
};
enum { COMPONENTS = sizeof components / sizeof components[0] };

/* .3 * 54 + .25 * 65 + .15 * 64 + .2 * 80 + .1 * 77.5 */
#define FULL_SCORE 65.8

static void weighted_mean_of_five_components(void)
{
    bench b;
    char path[96];
    if (!bench_open(&b, preset) || !bench_score(&b, "{" FULL_ROW "}")) return;
    CHECK_NUM(bench_num(&b, "health/raw"), FULL_SCORE, 1e-9);
    CHECK_INT(bench_size(&b, "health/components"), COMPONENTS);
    for (int i = 0; i < COMPONENTS; i++) {
        snprintf(path, sizeof path, "health/components/%s/weight", components[i].component);
        CHECK_NUM(bench_num(&b, path), components[i].weight, 1e-12);
        snprintf(path, sizeof path, "health/components/%s/score", components[i].component);
        CHECK_NUM(bench_num(&b, path), components[i].score, 1e-9);
        for (int k = 0; k < 3 && components[i].metrics[k]; k++) {
            snprintf(path, sizeof path, "health/components/%s/of/%s/points",
                     components[i].component, components[i].metrics[k]);
            if (!CHECK(isfinite(bench_num(&b, path)))) printf("# %s\n", path);
        }
    }
    bench_close(&b);
}

/* Each data source of the document's table moves its component, and only its own. */
static const struct {
    const char *component, *metric, *row;
    double points;
} points[] = {
    {"adoption", "feature_usage", "{`features_used`: 5, `total_features`: 20}", 10},
    {"adoption", "feature_usage", "{`features_used`: 30, `total_features`: 20}", 40},
    {"adoption", "login_frequency", "{`logins_30d`: 0}", 0},
    {"adoption", "login_frequency", "{`logins_30d`: 12}", 18},
    {"adoption", "login_frequency", "{`logins_30d`: 45}", 30},
    {"adoption", "seat_usage", "{`active_users`: 10, `licensed_users`: 40}", 7.5},
    {"adoption", "seat_usage", "{`active_users`: 50, `licensed_users`: 40}", 30},
    {"engagement", "touchpoints", "{`touchpoints_30d`: 0}", 0},
    {"engagement", "touchpoints", "{`touchpoints_30d`: 6}", 30},
    {"engagement", "touchpoints", "{`touchpoints_30d`: 9}", 40},
    {"engagement", "email_opens", "{`email_open_rate`: 0.2}", 6},
    {"engagement", "webinar_attendance", "{`webinars_attended`: 2}", 20},
    {"relationship", "champion", "{`champion_active`: true}", 40},
    {"relationship", "champion", "{`champion_active`: false}", 0},
    {"relationship", "executives", "{`executive_access`: true}", 30},
    {"relationship", "nps", "{`nps_score`: 9}", 27},
    {"financial", "growth", "{`arr_growth`: -0.2}", 0},
    {"financial", "growth", "{`arr_growth`: 0}", 20},
    {"financial", "growth", "{`arr_growth`: 0.2}", 40},
    {"financial", "growth", "{`arr_growth`: 3}", 40},
    {"financial", "payment_history", "{`payment_delays`: 1}", 25},
    {"financial", "payment_history", "{`payment_delays`: 2}", 10},
    {"financial", "payment_history", "{`payment_delays`: 3}", 0},
    {"financial", "contract_size", "{`contract_value`: 10000}", 4},
    {"financial", "contract_size", "{`contract_value`: 80000}", 20},
    {"support", "ticket_volume", "{`tickets_30d`: 0}", 50},
    {"support", "ticket_volume", "{`tickets_30d`: 4}", 30},
    {"support", "ticket_volume", "{`tickets_30d`: 40}", 0},
    {"support", "resolution", "{`resolution_satisfaction`: 1}", 0},
    {"support", "resolution", "{`resolution_satisfaction`: 3}", 25},
    {"support", "resolution", "{`resolution_satisfaction`: 5}", 50},
};

static void components_by_their_data_sources(void)
{
    bench b;
    char path[96];
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        if (!bench_score(&b, points[i].row)) break;
        snprintf(path, sizeof path, "health/components/%s/of/%s/points", points[i].component,
                 points[i].metric);
        if (!CHECK_NUM(bench_num(&b, path), points[i].points, 1e-9)) {
            printf("# %s of %s\n", points[i].metric, points[i].row);
        }
        for (int k = 0; k < COMPONENTS; k++) {
            bool own = strcmp(components[k].component, points[i].component) == 0;
            snprintf(path, sizeof path, "health/components/%s/score", components[k].component);
            CHECK(isfinite(bench_num(&b, path)) == own);
        }
    }
    bench_close(&b);
}

/* The multipliers of the document, by themselves, in pairs, all three; their bounds; and that an unknown one does not apply. */
static void multipliers_after_the_mean(void)
{
    static const struct {
        const char *more;
        double factor;
        int applied;
    } cases[] = {
        {"", 1, 0},
        {", `days_to_renewal`: 30", 1, 0},
        {", `days_to_renewal`: 29", 0.95, 1},
        {", `days_to_renewal`: -3", 0.95, 1},
        {", `open_escalations`: 0", 1, 0},
        {", `open_escalations`: 1", 0.90, 1},
        {", `open_escalations`: 7", 0.90, 1},
        {", `champion_left`: false", 1, 0},
        {", `champion_left`: true", 0.85, 1},
        {", `days_to_renewal`: 5, `open_escalations`: 1", 0.855, 2},
        {", `open_escalations`: 1, `champion_left`: true", 0.765, 2},
        {", `days_to_renewal`: 5, `open_escalations`: 1, `champion_left`: true", 0.72675, 3},
    };
    bench b;
    char row[1024];
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(row, sizeof row, "{" FULL_ROW "%s}", cases[i].more);
        if (!bench_score(&b, row)) break;
        CHECK_NUM(bench_num(&b, "health/raw"), FULL_SCORE * cases[i].factor, 1e-9);
        CHECK_INT(bench_size(&b, "health/modifiers"), cases[i].applied);
    }
    /* In the order of the document, with what each took: 65.8, 62.51, 56.259, 47.82015. */
    static const double after[] = {62.51, 56.259, 47.82015};
    const csuccess_explanation *why = csuccess_scorer_explanation(b.scorer);
    int seen = 0;
    for (uint32_t i = 0; i < csuccess_explanation_count(why); i++) {
        csuccess_explanation_row r = CSUCCESS_EXPLANATION_ROW_INIT;
        csuccess_explanation_get(why, i, &r);
        if (r.kind == CSUCCESS_ROW_MODIFIER && seen < 3) {
            CHECK_NUM(r.points, after[seen], 1e-9);
            seen++;
        }
    }
    CHECK_INT(seen, 3);
    CHECK_NUM(bench_num(&b, "health/modifiers/renewal_near"), 0.95, 0);
    CHECK_NUM(bench_num(&b, "health/modifiers/open_escalation"), 0.90, 0);
    CHECK_NUM(bench_num(&b, "health/modifiers/champion_left"), 0.85, 0);
    bench_close(&b);
}

/* The status is of the score as it is; what is stored is cut off. Both are kept. A bound between two whole numbers tells. */
static void status_before_truncation(void)
{
    static const char between[] =
        "{`csuccess`: 1, `extends`: `enterprise`, `health`: {`profiles`: {`default`: {"
        "`bands`: {`healthy`: {`from`: 79.5}}}}}}";
    static const struct {
        const char *document;
        double raw, score;
        const char *status;
    } cases[] = {
        {preset, 100, 100, "healthy"},      {preset, 80, 80, "healthy"},
        {preset, 79.999999, 79, "at_risk"}, {preset, 79.2, 79, "at_risk"},
        {preset, 60, 60, "at_risk"},        {preset, 59.999999, 59, "critical"},
        {preset, 0.9, 0, "critical"},       {between, 79.6, 79, "healthy"},
        {between, 79.4, 79, "at_risk"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench b;
        if (!bench_open(&b, cases[i].document)) return;
        if (bench_override(&b, cases[i].raw)) {
            CHECK_NUM(bench_num(&b, "health/raw"), cases[i].raw, 1e-9);
            CHECK_NUM(bench_num(&b, "health/score"), cases[i].score, 0);
            CHECK_CSTR(bench_text(&b, "health/status"), cases[i].status);
        }
        bench_close(&b);
    }
}

/* The whole way: components, mean, multipliers, status, whole number. 0.95 * 65.8 = 62.51. */
static void calculate_health_score(void)
{
    bench b;
    if (!bench_open(&b, preset)) return;
    if (bench_score(&b,
                    "{`customer_id`: `42`, " FULL_ROW
                    ", `days_to_renewal`: 20, `open_escalations`: 0, `champion_left`: false,"
                    " `score_30d_ago`: 70}")) {
        CHECK_CSTR(bench_text(&b, "customer_id"), "42");
        CHECK_NUM(bench_num(&b, "health/raw"), 62.51, 1e-9);
        CHECK_NUM(bench_num(&b, "health/score"), 62, 0);
        CHECK_CSTR(bench_text(&b, "health/status"), "at_risk");
        CHECK_CSTR(bench_text(&b, "health/trend"), "declining");
        CHECK_NUM(bench_num(&b, "health/components/adoption/contribution"), 16.2, 1e-9);
        CHECK_NUM(b.score.value, 62, 0);
        CHECK_NUM(b.score.raw, 62.51, 1e-9);
        CHECK_STR(b.score.status, "at_risk");
    }
    if (bench_score(&b, "{`churned_at`: `2026-01-02T00:00:00Z`, " FULL_ROW "}")) {
        CHECK_CSTR(bench_text(&b, "health/status"), "churned");
        CHECK_NUM(bench_num(&b, "health/score"), 65, 0);
    }
    bench_close(&b);
}

/*
 * A row of cs_health_scores out of one record: overall and five components as whole numbers, the probabilities of churn and of
 * expansion, the NPS to be expected, days to renewal, trend and change in 30 days. What the document leaves to a model is a
 * scorecard beside the score: expansion sigmoid(-4 + 4 * 0.5 + 10 * 0.1), NPS 10 * (4 - 1) / 4 rounded.
 */
static void a_row_of_the_table_of_scores(void)
{
    static const char document[] =
        "{`csuccess`: 1, `extends`: `enterprise`, `health`: {`scorecards`: {"
        "`expansion`: {`combine`: `sum`, `link`: `logistic`, `intercept`: -4, `of`: {"
        "  `seats`: {`value`: `4 * active_users / licensed_users`, `missing`: {`value`: 0}},"
        "  `growth`: {`value`: `10 * arr_growth`, `missing`: {`value`: 0}}}},"
        "`nps`: {`value`: `resolution_satisfaction`, `points`: {`linear`: [[1, 0], [5, 10]]}}},"
        "`also`: {`expansion`: {}, `nps`: {`rounding`: `nearest`}}}}";
    static const struct {
        const char *column;
        double value;
    } columns[] = {
        {"health.score", 65},
        {"floor(component('adoption'))", 54},
        {"floor(component('engagement'))", 65},
        {"floor(component('relationship'))", 64},
        {"floor(component('financial'))", 80},
        {"floor(component('support'))", 77},
        /* 1 - (1 - 0.7 * (80 - 65.8) / 80)(1 - 0.1): low health, and a renewal in less than 60 days */
        {"churn.probability", 1 - (1 - 0.7 * 14.2 / 80) * 0.9},
        {"scorecard('expansion')", 0.268941421},
        {"round(scorecard('nps'))", 8},
        {"days_to_renewal", 45},
        {"trunc(health.change('P30D'))", -4},
    };
    bench b;
    if (!bench_open(&b, document)) return;
    if (bench_score(&b, "{`customer_id`: `42`, " FULL_ROW
                        ", `days_to_renewal`: 45, `score_30d_ago`: 70}")) {
        CHECK_NUM(bench_num(&b, "health/score"), 65, 0);
        CHECK_CSTR(bench_text(&b, "health/status"), "at_risk");
        CHECK_CSTR(bench_text(&b, "health/trend"), "stable");
        CHECK_NUM(bench_num(&b, "health/change"), -4.2, 1e-9);
        CHECK_NUM(bench_num(&b, "health/scores/expansion/score"), 0.268941421, 1e-9);
        CHECK_NUM(bench_num(&b, "health/scores/nps/score"), 8, 0);
        CHECK_NUM(bench_num(&b, "churn/probability"), 1 - (1 - 0.7 * 14.2 / 80) * 0.9, 1e-9);
        for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
            double x = bench_eval_num(&b, columns[i].column);
            if (!CHECK_NUM(x, columns[i].value, 1e-9)) printf("# %s\n", columns[i].column);
        }
    }
    bench_close(&b);
}

CHECK_MAIN(CHECK_TEST(weighted_mean_of_five_components),
           CHECK_TEST(components_by_their_data_sources), CHECK_TEST(multipliers_after_the_mean),
           CHECK_TEST(status_before_truncation), CHECK_TEST(calculate_health_score),
           CHECK_TEST(a_row_of_the_table_of_scores))
