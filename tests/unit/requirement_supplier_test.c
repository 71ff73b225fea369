/* SPDX-License-Identifier: Apache-2.0 */
/* Health scores as the supplier document has them (002: schema, code and tests), by its formulas and by hand. */
#include "requirement.h"

static const char preset[] = "{`csuccess`: 1, `extends`: `supplier`}";

#define EXTENDED(more) "{`csuccess`: 1, `extends`: `supplier`, " more "}"

/* The six weights of the document, by segment: login, features, engagement, support, billing, onboarding. */
static const struct {
    const char *segment;
    double weights[6];
} segments[] = {
    {"new_user", {0.25, 0.20, 0.15, 0.15, 0.05, 0.20}},
    {"established", {0.20, 0.25, 0.25, 0.15, 0.10, 0.05}},
    {"power_user", {0.15, 0.30, 0.30, 0.10, 0.10, 0.05}},
};
static const char *const factors[6] = {"login_frequency",   "feature_adoption",
                                       "client_engagement", "support_health",
                                       "billing_health",    "onboarding"};

/* Factors of a row: login 7 of 14 days 0.5, support 4/5, billing 0.2, onboarding 2/4; features and clients differ. */
#define REST \
    "`last_login`: `2026-01-24T00:00:00Z`, `tickets_30d`: 3, `ticket_satisfaction`: 4," \
    " `billing_status`: `past_due`, `critical_milestones`: 4, `critical_milestones_done`: 2"
#define LOW \
    "`features_adopted`: 4, `active_clients_30d`: 5, `total_clients`: 10, " /* 0.5 0.5 */
#define HIGH \
    "`features_adopted`: 6, `active_clients_30d`: 9, `total_clients`: 10, " /* 0.75 0.9 */

static void weights_by_segment(void)
{
    static const struct {
        const char *row;
        double factor[6], raw, score;
        const char *status;
    } cases[] = {
        /* .25*.5 + .2*.5 + .15*.5 + .15*.8 + .05*.2 + .2*.5 = 0.53 */
        {"{`account_age_days`: 12, " LOW REST "}",
         {0.5, 0.5, 0.5, 0.8, 0.2, 0.5},
         53,
         53,
         "at_risk"},
        /* .2*.5 + .25*.5 + .25*.5 + .15*.8 + .1*.2 + .05*.5 = 0.515 */
        {"{`account_age_days`: 90, " LOW REST "}",
         {0.5, 0.5, 0.5, 0.8, 0.2, 0.5},
         51.5,
         52,
         "at_risk"},
        /* .15*.5 + .3*.75 + .3*.9 + .1*.8 + .1*.2 + .05*.5 = 0.695 */
        {"{`account_age_days`: 90, " HIGH REST "}",
         {0.5, 0.75, 0.9, 0.8, 0.2, 0.5},
         69.5,
         70,
         "at_risk"},
    };
    bench b;
    char path[96];
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < 3; i++) {
        double sum = 0;
        if (!bench_score(&b, cases[i].row)) break;
        CHECK_CSTR(bench_text(&b, "health/profile"), segments[i].segment);
        for (int k = 0; k < 6; k++) {
            snprintf(path, sizeof path, "health/components/%s/weight", factors[k]);
            CHECK_NUM(bench_num(&b, path), segments[i].weights[k], 1e-12);
            snprintf(path, sizeof path, "health/components/%s/score", factors[k]);
            CHECK_NUM(bench_num(&b, path), cases[i].factor[k], 1e-12);
            snprintf(path, sizeof path, "health/components/%s/contribution", factors[k]);
            sum += bench_num(&b, path);
        }
        CHECK_NUM(sum, cases[i].raw, 1e-9);
        CHECK_NUM(bench_num(&b, "health/raw"), cases[i].raw, 1e-9);
        CHECK_NUM(bench_num(&b, "health/score"), cases[i].score, 0);
        CHECK_CSTR(bench_text(&b, "health/status"), cases[i].status);
    }
    bench_close(&b);
}

/* The first 30 days are new, whatever the engagement; high engagement comes before the rest; an unknown age is not new. */
static void segment_of_a_supplier(void)
{
    static const struct {
        const char *row, *segment;
    } cases[] = {
        {"{`account_age_days`: 0}", "new_user"},
        {"{`account_age_days`: 29}", "new_user"},
        {"{`account_age_days`: 29.99, " HIGH REST "}", "new_user"},
        {"{`account_age_days`: 30}", "established"},
        {"{`account_age_days`: 30, " HIGH REST "}", "power_user"},
        {"{" HIGH REST "}", "power_user"},
        {"{}", "established"},
        {"{`features_adopted`: 6, `active_clients_30d`: 3, `total_clients`: 4}", "power_user"},
        {"{`features_adopted`: 5.99, `active_clients_30d`: 3, `total_clients`: 4}",
         "established"},
        {"{`features_adopted`: 6, `active_clients_30d`: 74, `total_clients`: 99}",
         "established"},
    };
    /* The cut-off is the configuration's. */
    static const char stricter[] = EXTENDED("`health`: {`profiles`: {`power_user`: {`when`: "
                                            "`feature_share >= 0.9 && client_share >= 0.9`}}}");
    bench b;
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!bench_score(&b, cases[i].row)) break;
        if (!CHECK_CSTR(bench_text(&b, "health/profile"), cases[i].segment)) {
            printf("# %s\n", cases[i].row);
        }
    }
    bench_close(&b);
    if (!bench_open(&b, stricter)) return;
    if (bench_score(&b, cases[4].row)) {
        CHECK_CSTR(bench_text(&b, "health/profile"), "established");
    }
    bench_close(&b);
}

/* Each factor by itself, on its scale of 0 to 1. */
static const struct {
    const char *factor, *row;
    double value;
} formulas[] = {
    /* clamp((14 - days) / 14, 0, 1); never logged in is the worst */
    {"login_frequency", "{`last_login`: `2026-01-31T00:00:00Z`}", 1},
    {"login_frequency", "{`last_login`: `2026-01-28T00:00:00Z`}", 11.0 / 14},
    {"login_frequency", "{`last_login`: `2026-01-27T00:00:01Z`}", 11.0 / 14},
    {"login_frequency", "{`last_login`: `2026-01-24T00:00:00Z`}", 0.5},
    {"login_frequency", "{`last_login`: `2026-01-17T00:00:00Z`}", 0},
    {"login_frequency", "{`last_login`: `2025-06-01T00:00:00Z`}", 0},
    {"login_frequency", "{}", 0},
    /* adopted / 8 */
    {"feature_adoption", "{`features_adopted`: 0}", 0},
    {"feature_adoption", "{`features_adopted`: 6}", 0.75},
    {"feature_adoption", "{`features_adopted`: 8}", 1},
    {"feature_adoption", "{`features_adopted`: 11}", 1},
    {"feature_adoption", "{}", 0},
    /* active / total; none is 0 */
    {"client_engagement", "{`active_clients_30d`: 8, `total_clients`: 10}", 0.8},
    {"client_engagement", "{`active_clients_30d`: 0, `total_clients`: 10}", 0},
    {"client_engagement", "{`active_clients_30d`: 0, `total_clients`: 0}", 0},
    {"client_engagement", "{`active_clients_30d`: 3, `total_clients`: 0}", 0},
    {"client_engagement", "{`total_clients`: 10}", 0},
    {"client_engagement", "{}", 0},
    /* 1 without tickets, else max(0.3, satisfaction / 5) */
    {"support_health", "{`tickets_30d`: 0, `ticket_satisfaction`: 1}", 1},
    {"support_health", "{}", 1},
    {"support_health", "{`tickets_30d`: 2, `ticket_satisfaction`: 5}", 1},
    {"support_health", "{`tickets_30d`: 2, `ticket_satisfaction`: 4.5}", 0.9},
    {"support_health", "{`tickets_30d`: 2, `ticket_satisfaction`: 1.6}", 0.32},
    {"support_health", "{`tickets_30d`: 2, `ticket_satisfaction`: 1.5}", 0.3},
    {"support_health", "{`tickets_30d`: 2, `ticket_satisfaction`: 1}", 0.3},
    {"support_health", "{`tickets_30d`: 2}", 0.3},
    /* active or not */
    {"billing_health", "{`billing_status`: `active`}", 1},
    {"billing_health", "{`billing_status`: `past_due`}", 0.2},
    {"billing_health", "{`billing_status`: `ACTIVE`}", 0.2},
    {"billing_health", "{}", 0.2},
    /* completed critical / critical; none is done */
    {"onboarding", "{`critical_milestones`: 4, `critical_milestones_done`: 3}", 0.75},
    {"onboarding", "{`critical_milestones`: 4}", 0},
    {"onboarding", "{`critical_milestones`: 4, `critical_milestones_done`: 4}", 1},
    {"onboarding", "{`critical_milestones`: 0}", 1},
    {"onboarding", "{}", 1},
};

/* Those of one factor. */
static void check_formulas(const char *factor)
{
    bench b;
    char path[96];
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < sizeof formulas / sizeof formulas[0]; i++) {
        if (strcmp(formulas[i].factor, factor) != 0) continue;
        if (!bench_score(&b, formulas[i].row)) break;
        snprintf(path, sizeof path, "health/components/%s/score", factor);
        if (!CHECK_NUM(bench_num(&b, path), formulas[i].value, 1e-12)) {
            printf("# %s of %s\n", factor, formulas[i].row);
        }
    }
    bench_close(&b);
}

static void login_factor(void)
{
    check_formulas("login_frequency");
}

/* Eight core features are the document's; another product has another number of them. */
static void feature_factor(void)
{
    bench b;
    check_formulas("feature_adoption");
    if (!bench_open(&b, EXTENDED("`metrics`: {"
                                 "`feature_share`: `clamp(features_adopted / 12, 0, 1)`}")))
        return;
    if (bench_score(&b, "{`features_adopted`: 6}")) {
        CHECK_NUM(bench_num(&b, "health/components/feature_adoption/score"), 0.5, 1e-12);
    }
    bench_close(&b);
}

static void engagement_factor(void)
{
    check_formulas("client_engagement");
}

static void billing_factor(void)
{
    check_formulas("billing_health");
}

static void onboarding_factor(void)
{
    check_formulas("onboarding");
}

/* Satisfaction is over rated tickets; the document's code divides what was rated by all tickets. Who needs its figures says so. */
static void check_satisfaction_modes(void)
{
    static const char seed_compat[] = EXTENDED(
        "`attributes`: {`rated_tickets_30d`: {`type`: `number`, `default`: 0}},"
        "`metrics`: {`satisfaction`: `ticket_satisfaction * rated_tickets_30d / tickets_30d`}");
    static const struct {
        const char *row;
        double rated_only, seed_compat;
    } cases[] = {
        {"`tickets_30d`: 2, `ticket_satisfaction`: 4.5", 0.9, 0.45},
        {"`tickets_30d`: 1, `ticket_satisfaction`: 4.5", 0.9, 0.9},
        {"`tickets_30d`: 9, `ticket_satisfaction`: 5", 1, 0.3},
        {"`tickets_30d`: 0, `ticket_satisfaction`: 5", 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int compat = 0; compat < 2; compat++) {
            char row[128];
            bench b;
            snprintf(row, sizeof row, "{%s%s}", cases[i].row,
                     compat ? ", `rated_tickets_30d`: 1" : "");
            if (!bench_open(&b, compat ? seed_compat : preset)) return;
            if (bench_score(&b, row)) {
                CHECK_NUM(bench_num(&b, "health/components/support_health/score"),
                          compat ? cases[i].seed_compat : cases[i].rated_only, 1e-12);
            }
            bench_close(&b);
        }
    }
}

static void support_factor(void)
{
    check_formulas("support_health");
    check_satisfaction_modes();
}

/* What the three segments have in common is asked of each: rows that choose one. */
static const char *const of_each_segment[3] = {
    "{`account_age_days`: 3}", "{`account_age_days`: 300}",
    ("{`account_age_days`: 300, `features_adopted`: 8, `active_clients_30d`: 1, "
     "`total_clients`: 1}")};

static bool open_segment(bench *b, const char *document, size_t segment)
{
    return bench_open(b, document) && bench_score(b, of_each_segment[segment]) &&
           CHECK_CSTR(bench_text(b, "health/profile"), segments[segment].segment);
}

/* Rounded half up, then banded: 75 and 50 are the document's. */
static void rounding_and_levels(void)
{
    static const struct {
        double raw, score;
        const char *level;
    } cases[] = {
        {100, 100, "healthy"},         {75, 75, "healthy"},  {74.5, 75, "healthy"},
        {74.499999, 74, "at_risk"},    {50, 50, "at_risk"},  {49.5, 50, "at_risk"},
        {49.499999, 49, "critical"},   {0.5, 1, "critical"}, {0.499999, 0, "critical"},
        {82.285714286, 82, "healthy"},
    };
    for (size_t k = 0; k < 3; k++) {
        bench b;
        if (!open_segment(&b, preset, k)) return;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            if (!bench_override(&b, cases[i].raw)) break;
            CHECK_NUM(bench_num(&b, "health/score"), cases[i].score, 0);
            CHECK_NUM(bench_num(&b, "health/raw"), cases[i].raw, 1e-9);
            CHECK_CSTR(bench_text(&b, "health/status"), cases[i].level);
        }
        bench_close(&b);
    }
}

/* A change of up to 5 of the displayed score is none. */
static void trend_against_the_last_record(void)
{
    static const struct {
        double previous, now;
        const char *trend;
    } cases[] = {
        {60, 60, "stable"},      {60, 65, "stable"},      {60, 65.4, "stable"},
        {60, 65.5, "improving"}, {60, 66, "improving"},   {60, 55, "stable"},
        {60, 54.5, "stable"},    {60, 54.4, "declining"}, {60, 54, "declining"},
    };
    for (size_t k = 0; k < 3; k++) {
        bench b;
        if (!open_segment(&b, preset, k)) return;
        CHECK_CSTR(bench_text(&b, "health/trend"), "null");
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            csuccess_facts_set_number(b.facts, CSUCCESS_STR("previous_score"),
                                      cases[i].previous);
            if (!bench_override(&b, cases[i].now)) break;
            if (!CHECK_CSTR(bench_text(&b, "health/trend"), cases[i].trend)) {
                printf("# %g after %g\n", cases[i].now, cases[i].previous);
            }
        }
        bench_close(&b);
    }
}

/* Seven days for everybody; or a cadence for each level, which the profile's stands behind. */
static void review_cadence(void)
{
    static const char by_level[] =
        EXTENDED("`health`: {`profiles`: {`established`: {`bands`: {"
                 "`healthy`: {`review_after`: `P1M`}, `critical`: {`review_after`: `PT36H`}},"
                 " `churned_when`: `billing_status == 'closed'`}}}");
    static const struct {
        const char *document;
        size_t segment;
        double score;
        const char *review_at;
    } cases[] = {
        {preset, 0, 90, "2026-02-07T00:00:00Z"},   {preset, 1, 90, "2026-02-07T00:00:00Z"},
        {preset, 2, 90, "2026-02-07T00:00:00Z"},   {preset, 1, 10, "2026-02-07T00:00:00Z"},
        {by_level, 1, 75, "2026-02-28T00:00:00Z"}, {by_level, 1, 74, "2026-02-07T00:00:00Z"},
        {by_level, 1, 50, "2026-02-07T00:00:00Z"}, {by_level, 1, 49, "2026-02-01T12:00:00Z"},
    };
    bench b;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!open_segment(&b, cases[i].document, cases[i].segment)) return;
        if (bench_override(&b, cases[i].score)) {
            CHECK_CSTR(bench_text(&b, "health/review_at"), cases[i].review_at);
            CHECK(b.score.present & CSUCCESS_SCORE_REVIEW);
        }
        bench_close(&b);
    }
    /* Who has churned has no level, and is reviewed as the profile says. */
    if (!bench_open(&b, by_level)) return;
    csuccess_facts_set_string(b.facts, CSUCCESS_STR("billing_status"), CSUCCESS_STR("closed"));
    if (bench_override(&b, 90)) {
        CHECK_CSTR(bench_text(&b, "health/status"), "churned");
        CHECK_CSTR(bench_text(&b, "health/review_at"), "2026-02-07T00:00:00Z");
    }
    bench_close(&b);
}

/* Below 60, or critical. */
static void trigger_of_an_intervention(void)
{
    static const struct {
        double score;
        bool due;
    } cases[] = {{100, false}, {60, false}, {59.5, false},
                 {59.4, true}, {50, true},  {12, true}};
    for (size_t k = 0; k < 3; k++) {
        bench b;
        if (!open_segment(&b, preset, k)) return;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            if (!bench_override(&b, cases[i].score)) break;
            CHECK(bench_lists(&b, "health/alerts", "intervention_due") == cases[i].due);
        }
        /* Critical with a good score, as a person has set it. */
        csuccess_override set = CSUCCESS_OVERRIDE_INIT;
        set.has_score = 1;
        set.score = 90;
        set.status = CSUCCESS_STR("critical");
        set.reason = CSUCCESS_STR("they have given notice by telephone");
        set.expires_at = b.now + 1;
        CHECK_OK(csuccess_scorer_override(b.scorer, &set, NULL));
        if (bench_explain(&b)) CHECK(bench_lists(&b, "health/alerts", "intervention_due"));
        bench_close(&b);
    }
}

/* The document's own healthy customer: 3 days, 6 of 8, 8 of 10, 4.5. It expects above 70 and healthy, and a login factor above
   80, for which its formula gives 79: the formula wins. */
static void should_calculate_accurate_health_scores_based_on_user_activity(void)
{
    static const char row[] = "{`customer_id`: `test-user-id`, `account_age_days`: 200,"
                              " `last_login`: `2026-01-28T00:00:00Z`, `features_adopted`: 6,"
                              " `active_clients_30d`: 8, `total_clients`: 10, `tickets_30d`: 2,"
                              " `ticket_satisfaction`: 4.5, `billing_status`: `active`}";
    bench b;
    if (!bench_open(&b, preset)) return;
    if (bench_score(&b, row)) {
        double login = bench_num(&b, "health/components/login_frequency/score");
        CHECK_NUM(floor(login * 100 + 0.5), 79, 0);
        /* 0.75 and 0.8 are a power user: .15 * 11/14 + .3 * .75 + .3 * .8 + .1 * .9 + .1 + .05 */
        CHECK_CSTR(bench_text(&b, "health/profile"), "power_user");
        CHECK_NUM(bench_num(&b, "health/raw"), 15 * 11.0 / 14 + 22.5 + 24 + 9 + 10 + 5, 1e-9);
        CHECK_NUM(bench_num(&b, "health/score"), 82, 0);
        CHECK_CSTR(bench_text(&b, "health/status"), "healthy");
        CHECK_INT(bench_size(&b, "health/alerts"), 0);
    }
    bench_close(&b);
}

/* Six factors; a weight for what is none of them is refused, with its place. */
static void the_profile_has_six_factors(void)
{
    static const char wrong[] =
        EXTENDED("`health`: {`profiles`: {`new_user`: {`weights`: {`logins`: 0.25}}}}");
    bench b;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!bench_open(&b, preset)) return;
    cJSON *document = cJSON_ParseWithLength(csuccess_config_document(b.config).ptr,
                                            csuccess_config_document(b.config).len);
    const cJSON *health = cJSON_GetObjectItemCaseSensitive(document, "health");
    const cJSON *card = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(health, "scorecards"), "six_factors");
    const cJSON *of = cJSON_GetObjectItemCaseSensitive(card, "of");
    CHECK_INT(cJSON_GetArraySize(of), 6);
    for (int k = 0; k < 6; k++) CHECK(cJSON_GetObjectItemCaseSensitive(of, factors[k]) != NULL);
    cJSON_Delete(document);
    bench_close(&b);
    csuccess_config *config = bench_compile(wrong, &err);
    CHECK(config == NULL);
    CHECK_RESULT(err.code, CSUCCESS_ENAME);
    CHECK_CSTR(err.pointer, "/health/profiles/new_user/weights/logins");
    csuccess_config_unref(config);
}

/* Segment, weights, factors, score; the record is stored, the trigger fires, and the next run compares with what was stored. */
static void score_store_and_trigger(void)
{
    char row[512];
    bench b;
    if (!bench_open(&b, preset)) return;
    if (!bench_score(&b, "{`customer_id`: `s7`, `account_age_days`: 90, " LOW REST "}")) return;
    CHECK_NUM(bench_num(&b, "health/score"), 52, 0);
    CHECK_CSTR(bench_text(&b, "health/status"), "at_risk");
    CHECK_CSTR(bench_text(&b, "health/trend"), "null");
    CHECK(bench_lists(&b, "health/alerts", "intervention_due"));
    CHECK_CSTR(bench_text(&b, "health/review_at"), "2026-02-07T00:00:00Z");
    double stored = bench_num(&b, "health/score");
    /* A week later all clients are active and billing is settled. */
    b.now += 7 * REQUIREMENT_DAY;
    snprintf(
        row, sizeof row,
        "{`customer_id`: `s7`, `account_age_days`: 97, `last_login`: `2026-02-06T09:00:00Z`,"
        " `features_adopted`: 4, `active_clients_30d`: 10, `total_clients`: 10,"
        " `tickets_30d`: 3, `ticket_satisfaction`: 4, `billing_status`: `active`,"
        " `critical_milestones`: 4, `critical_milestones_done`: 2, `previous_score`: %g}",
        stored);
    if (bench_score(&b, row)) {
        /* .2 + .125 + .25 + .12 + .1 + .025 */
        CHECK_NUM(bench_num(&b, "health/score"), 82, 0);
        CHECK_NUM(bench_num(&b, "health/previous"), 52, 0);
        CHECK_NUM(bench_num(&b, "health/change"), 30, 0);
        CHECK_CSTR(bench_text(&b, "health/trend"), "improving");
        CHECK_CSTR(bench_text(&b, "health/status"), "healthy");
        CHECK_INT(bench_size(&b, "health/alerts"), 0);
    }
    bench_close(&b);
}

/* Among 100 suppliers of a segment who have adopted 0 to 99 %, who has 80 % stands above 80 of them. */
static void benchmarks_of_a_cohort(void)
{
    static const char document[] =
        EXTENDED("`attributes`: {`tier`: {`type`: `string`}},"
                 "`metrics`: {`adoption`: `features_adopted / 8 * 100`},"
                 "`benchmarks`: {`gold`: {`when`: `tier == 'gold'`, `of`: {`adoption`: {`n`: "
                 "0, `values`: []}}}}");
    bench b, with;
    csuccess_cohorts *cohorts;
    csuccess_text *text;
    if (!bench_open(&b, document)) return;
    CHECK_OK(csuccess_cohorts_new(&cohorts, b.config, NULL, NULL));
    for (int i = 0; i < 200; i++) {
        csuccess_facts_clear(b.facts);
        csuccess_facts_set_number(b.facts, CSUCCESS_STR("features_adopted"), i % 100 * 0.08);
        csuccess_facts_set_string(b.facts, CSUCCESS_STR("tier"),
                                  i < 100 ? CSUCCESS_STR("gold") : CSUCCESS_STR("free"));
        CHECK_OK(csuccess_cohorts_add(cohorts, b.facts, b.now, NULL));
    }
    CHECK_OK(csuccess_cohorts_json(&text, cohorts, NULL));
    char snapshot[16384];
    snprintf(
        snapshot, sizeof snapshot,
        "{`csuccess`: 1, `extends`: `supplier`, `attributes`: {`tier`: {`type`: `string`}},"
        " `metrics`: {`adoption`: `features_adopted / 8 * 100`}, `benchmarks`: %.*s}",
        (int)csuccess_text_view(text).len, csuccess_text_view(text).ptr);
    csuccess_text_free(text);
    csuccess_cohorts_free(cohorts);
    bench_close(&b);
    if (!bench_open(&with, snapshot)) return;
    static const double adopted[][2] = {{6.4, 80}, {4, 50}, {0.8, 10}};
    for (size_t i = 0; i < 3; i++) {
        csuccess_facts_set_number(with.facts, CSUCCESS_STR("features_adopted"), adopted[i][0]);
        CHECK_NUM(bench_eval_num(&with, "percentile(adoption, 'gold')"), adopted[i][1], 1);
    }
    csuccess_facts_set_number(with.facts, CSUCCESS_STR("features_adopted"), 80);
    CHECK_NUM(bench_eval_num(&with, "percentile(adoption, 'gold')"), 100, 0);
    csuccess_facts_clear(with.facts);
    CHECK_STR(bench_eval(&with, "percentile(adoption, 'gold')"), "missing");
    bench_close(&with);
}

static bool foresee(csuccess_trajectory *out, const double *scores, size_t count, int days,
                    double confidence)
{
    int64_t times[10];
    csuccess_trajectory_input in = CSUCCESS_TRAJECTORY_INPUT_INIT;
    for (int i = 0; i < 10; i++) times[i] = REQUIREMENT_NOW - (9 - i) * 7 * REQUIREMENT_DAY;
    in.times = times;
    in.scores = scores;
    in.count = count;
    in.horizon = REQUIREMENT_NOW + days * REQUIREMENT_DAY;
    in.confidence = confidence;
    out->size = sizeof *out;
    return CHECK_OK(csuccess_trajectory_forecast(out, &in, NULL, NULL));
}

/* Noise opens the interval around the line, the wider the surer it is to be. */
static void interval_of_noise(const double *noisy)
{
    csuccess_trajectory out, sure;
    if (!foresee(&out, noisy, 10, 28, 0.8) || !foresee(&sure, noisy, 10, 28, 0.99)) return;
    CHECK_NUM(out.score, 54, 1.5);
    CHECK(out.low < 54 && out.high > 54);
    CHECK(out.low < out.score && out.score < out.high);
    CHECK(sure.low < out.low && out.high < sure.high);
    CHECK(out.slope_low < -2.0 / 7 && out.slope_high > -2.0 / 7);
}

/* Ten weeks that lose 2 points each: the line goes on for four more. One wild week does not move it. */
static void trajectory_with_an_interval(void)
{
    static const double noise[10] = {0.5, -1, 1.5, -0.5, 1, -1.5, 0.5, 1, -1, -0.5};
    double line[10], noisy[10];
    csuccess_trajectory out;
    for (int i = 0; i < 10; i++) line[i] = 80 - 2 * i;
    for (int i = 0; i < 10; i++) noisy[i] = line[i] + noise[i];
    if (foresee(&out, line, 10, 28, 0)) {
        CHECK(out.present);
        CHECK_NUM(out.score, 62 - 8, 1e-9);
        CHECK_NUM(out.slope, -2.0 / 7, 1e-12);
        CHECK_NUM(out.low, 54, 1e-9);
        CHECK_NUM(out.high, 54, 1e-9);
    }
    line[4] = 5;
    if (foresee(&out, line, 10, 28, 0)) CHECK_NUM(out.score, 54, 1e-9);
    interval_of_noise(noisy);
    if (foresee(&out, noisy, 2, 28, 0)) CHECK(!out.present);
}

CHECK_MAIN(CHECK_TEST(weights_by_segment), CHECK_TEST(segment_of_a_supplier),
           CHECK_TEST(login_factor), CHECK_TEST(feature_factor), CHECK_TEST(engagement_factor),
           CHECK_TEST(support_factor), CHECK_TEST(billing_factor),
           CHECK_TEST(onboarding_factor), CHECK_TEST(rounding_and_levels),
           CHECK_TEST(trend_against_the_last_record), CHECK_TEST(review_cadence),
           CHECK_TEST(trigger_of_an_intervention),
           CHECK_TEST(should_calculate_accurate_health_scores_based_on_user_activity),
           CHECK_TEST(the_profile_has_six_factors), CHECK_TEST(score_store_and_trigger),
           CHECK_TEST(benchmarks_of_a_cohort), CHECK_TEST(trajectory_with_an_interval))
