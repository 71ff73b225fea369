/* SPDX-License-Identifier: Apache-2.0 */
/* Health scores as the portfolio document has them (000 §2, §3, §6, §9, §11): the engine, its entities, its edge cases and its
   configuration; by hand, since the document gives no number. */
#include "requirement.h"

static const char preset[] = "{`csuccess`: 1, `extends`: `portfolio`}";

/* Engagement 62, adoption 48, satisfaction 4.5 of 5, business the mean of 70 and 50 + 10: 62, 48, 90, 65 at a quarter each. */
#define ACME \
    "`engagement_score`: 62, `feature_adoption_rate`: 48, `csat_score`: 4.5," \
    " `renewal_likelihood`: 0.7, `account_growth_rate`: 0.1"
#define ACME_SCORE 66.25

/* The document's own name for it. */
static void should_calculate_customer_health_scores_accurately(void)
{
    static const struct {
        const char *row;
        double raw, completeness;
        const char *status;
    } cases[] = {
        {"{" ACME "}", ACME_SCORE, 1, "at_risk"},
        {"{`engagement_score`: 100, `feature_adoption_rate`: 100, `csat_score`: 5,"
         " `renewal_likelihood`: 1, `account_growth_rate`: 0.5}",
         100, 1, "healthy"},
        {"{`engagement_score`: 0, `feature_adoption_rate`: 0, `csat_score`: 0,"
         " `renewal_likelihood`: 0, `account_growth_rate`: -0.5}",
         0, 1, "critical"},
        /* Growth beyond what the scale holds is held at its ends. */
        {"{`renewal_likelihood`: 0.5, `account_growth_rate`: 3}", 75, 0.25, "healthy"},
        {"{`renewal_likelihood`: 0.5, `account_growth_rate`: -3}", 25, 0.25, "critical"},
        /* Half of business is missing: renewal stands for all of it. (62 + 48 + 90 + 70) / 4 */
        {"{`engagement_score`: 62, `feature_adoption_rate`: 48, `csat_score`: 4.5,"
         " `renewal_likelihood`: 0.7}",
         67.5, 0.875, "at_risk"},
        /* Two of four: (30 + 90) / 2. */
        {"{`engagement_score`: 30, `csat_score`: 4.5}", 60, 0.5, "at_risk"},
    };
    bench b;
    if (!bench_open(&b, preset)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!bench_score(&b, cases[i].row)) break;
        CHECK_NUM(bench_num(&b, "health/raw"), cases[i].raw, 1e-9);
        CHECK_NUM(bench_num(&b, "health/completeness"), cases[i].completeness, 1e-12);
        CHECK_CSTR(bench_text(&b, "health/status"), cases[i].status);
    }
    /* Nothing known is no score, and not the worst one. */
    if (bench_score(&b, "{}")) {
        CHECK_CSTR(bench_text(&b, "health/score"), "null");
        CHECK_CSTR(bench_text(&b, "health/status"), "null");
        CHECK_NUM(bench_num(&b, "health/completeness"), 0, 0);
    }
    bench_close(&b);
}

/* Four categories. The document gives no weights: the preset chooses, and says that it does. */
static void four_categories_with_chosen_weights(void)
{
    static const char other[] = "{`csuccess`: 1, `extends`: `portfolio`, `health`: "
                                "{`profiles`: {`default`: {`weights`: {"
                                "`engagement`: 0.4, `feature_adoption`: 0.3, "
                                "`support_satisfaction`: 0.2, `business`: 0.1"
                                "}}}}}";
    static const char *const names[] = {"engagement", "feature_adoption",
                                        "support_satisfaction", "business"};
    bench b;
    char path[64];
    if (!bench_open(&b, preset)) return;
    if (bench_score(&b, "{" ACME "}")) {
        CHECK_INT(bench_size(&b, "health/components"), 4);
        for (int i = 0; i < 4; i++) {
            snprintf(path, sizeof path, "health/components/%s/weight", names[i]);
            CHECK_NUM(bench_num(&b, path), 0.25, 0);
        }
    }
    CHECK_HAS(csuccess_config_document(b.config).ptr, "\"description\":\"Weights chosen.\"");
    bench_close(&b);
    if (!bench_open(&b, other)) return;
    /* .4 * 62 + .3 * 48 + .2 * 90 + .1 * 65 */
    if (bench_score(&b, "{" ACME "}")) CHECK_NUM(bench_num(&b, "health/raw"), 63.7, 1e-9);
    bench_close(&b);
}

/* Bands begin from a score (inclusive) or above it (exclusive), as the table says. */
static void bands_with_their_boundary_rule(void)
{
    static const char exclusive[] =
        "{`csuccess`: 1, `extends`: `portfolio`, `health`: {`profiles`: {`default`: {`bands`: {"
        "`healthy`: {`from`: null, `above`: 70}, `at_risk`: {`from`: 40}}}}}}";
    static const struct {
        const char *document;
        double score;
        const char *status;
    } cases[] = {
        {preset, 75, "healthy"},      {preset, 74.999999999, "at_risk"},
        {preset, 50, "at_risk"},      {preset, 49.999999999, "critical"},
        {exclusive, 70, "at_risk"},   {exclusive, 70.000000001, "healthy"},
        {exclusive, 40, "at_risk"},   {exclusive, 39.999999999, "critical"},
        {exclusive, -20, "critical"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench b;
        if (!bench_open(&b, cases[i].document)) return;
        if (bench_override(&b, cases[i].score) &&
            !CHECK_CSTR(bench_text(&b, "health/status"), cases[i].status)) {
            printf("# %.9f\n", cases[i].score);
        }
        bench_close(&b);
    }
}

/* ---- Entities ---- */

/* The record that is kept says who, when, under which configuration and in which shape, and is the same whoever asks. */
static void a_snapshot_names_its_schema(void)
{
    static const char *const keys[] = {"customer_id", "at",     "config",
                                       "schema",      "health", "churn"};
    bench b;
    size_t len;
    char id[64];
    char *text = check_read(CHECK_SOURCE_ROOT "/docs/schemas/result.schema.json", &len);
    if (!CHECK(text != NULL)) return;
    cJSON *schema = cJSON_ParseWithLength(text, len);
    free(text);
    if (!bench_open(&b, preset) || !bench_score(&b, "{`customer_id`: `acme`, " ACME "}"))
        return;
    CHECK_NUM(bench_num(&b, "schema"), 1, 0);
    snprintf(id, sizeof id, "urn:csuccess:schema:result:%.0f", bench_num(&b, "schema"));
    CHECK_CSTR(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(schema, "$id")), id);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        CHECK(bench_at(&b, keys[i]) != NULL);
        CHECK(cJSON_GetObjectItemCaseSensitive(
                  cJSON_GetObjectItemCaseSensitive(schema, "properties"), keys[i]) != NULL);
    }
    CHECK_CSTR(bench_text(&b, "at"), "2026-01-31T00:00:00Z");
    CHECK_STR(csuccess_config_hash(b.config), bench_text(&b, "config"));
    cJSON_Delete(schema);
    bench_close(&b);
}

/* The document's entity, field by field: what the host knows as attributes and records, what is computed as results. */
static const char entity[] =
    "{`csuccess`: 1, `extends`: `portfolio`, `attributes`: {"
    "`success_id`: {`type`: `string`}, `venture_id`: {`type`: `string`},"
    "`last_login`: {`type`: `time`},"
    "`session_frequency`: {`type`: `number`, `min`: 0, `unit`: `sessions per week`},"
    "`support_ticket_count`: {`type`: `number`, `min`: 0},"
    "`time_to_value`: {`type`: `duration`},"
    "`product_mastery_level`: {`type`: `string`,"
    "  `in`: [`BEGINNER`, `INTERMEDIATE`, `ADVANCED`, `EXPERT`]},"
    "`monthly_recurring_revenue`: {`type`: `money`, `currency`: `EUR`, `min`: 0},"
    "`expansion_revenue`: {`type`: `money`, `currency`: `EUR`},"
    "`net_revenue_retention`: {`type`: `number`, `min`: 0},"
    "`net_promoter_score`: {`type`: `number`, `min`: -100, `max`: 100},"
    "`strategic_customer`: {`type`: `bool`, `default`: false},"
    "`chairman_attention_required`: {`type`: `bool`, `default`: false},"
    "`success_manager_id`: {`type`: `string`}, `created_at`: {`type`: `time`},"
    "`churned_at`: {`type`: `time`}},"
    "`records`: {`milestones`: {`of`: {`name`: {`type`: `string`}, `achieved_at`: {`type`: "
    "`time`}}},"
    "  `interventions`: {`of`: {`kind`: {`type`: `string`}, `at`: {`type`: `time`}}}},"
    "`health`: {`profiles`: {`default`: {`churned_when`: `has(churned_at)`}}},"
    "`churn`: {`value`: {`lifetime`: `monthly_recurring_revenue * 18`}}}";

#define ENTITY_ROW \
    "`customer_id`: `acme`, `success_id`: `6f1`, `venture_id`: `v1`," \
    " `last_login`: `2026-01-30T08:00:00Z`, `session_frequency`: 3.5," \
    " `support_ticket_count`: 2, `time_to_value`: `P21D`," \
    " `product_mastery_level`: `ADVANCED`," \
    " `monthly_recurring_revenue`: {`amount`: 1200, `currency`: `EUR`}," \
    " `expansion_revenue`: 300, `net_revenue_retention`: 1.12, `net_promoter_score`: null," \
    " `strategic_customer`: true, `success_manager_id`: `m7`, `created_at`: `2025-02-01`," \
    " `milestones`: {`m1`: {`name`: `first_value`, `achieved_at`: `2025-02-22`}}," \
    " `interventions`: {}, `previous_score`: 60, " ACME

static void check_fields(void)
{
    bench b;
    if (!bench_open(&b, entity) || !bench_score(&b, "{" ENTITY_ROW "}")) return;
    CHECK_UINT(csuccess_facts_quarantined(b.facts), 0);
    CHECK_NUM(bench_num(&b, "health/score"), ACME_SCORE, 1e-9);
    CHECK_CSTR(bench_text(&b, "labels/status"), "AT_RISK");
    CHECK_CSTR(bench_text(&b, "labels/trend"), "IMPROVING");
    CHECK_CSTR(bench_text(&b, "at"), "2026-01-31T00:00:00Z");
    CHECK_NUM(bench_num(&b, "health/components/engagement/score"), 62, 0);
    /* Churn: half (100 - 66.25) / 100, half 1 - 0.7. */
    CHECK_NUM(bench_num(&b, "churn/probability"), 0.31875, 1e-12);
    CHECK_NUM(bench_eval_num(&b, "1 - churn.probability"), 0.68125, 1e-12);
    CHECK_NUM(bench_eval_num(&b, "churn.probability * 100"), 31.875, 1e-12);
    CHECK_NUM(bench_num(&b, "churn/lifetime_value"), 21600, 0);
    CHECK_NUM(bench_eval_num(&b, "net_revenue_retention"), 1.12, 0);
    CHECK_NUM(bench_eval_num(&b, "session_frequency"), 3.5, 0);
    CHECK_STR(bench_eval(&b, "product_mastery_level in ['ADVANCED', 'EXPERT']"), "true");
    CHECK_STR(bench_eval(&b, "strategic_customer && !chairman_attention_required"), "true");
    CHECK_STR(bench_eval(&b, "has(net_promoter_score)"), "false");
    CHECK_STR(bench_eval(&b, "time_to_value == duration('P21D')"), "true");
    CHECK_STR(bench_eval(&b, "milestones.exists(m, m.name == 'first_value')"), "true");
    bench_close(&b);
}

/* The four statuses and three trends in the document's words; and values that cannot be, each kept aside. */
static void check_words_and_ranges(void)
{
    static const struct {
        double score;
        const char *status, *trend;
    } words[] = {
        {80, "HEALTHY", "IMPROVING"}, {60, "AT_RISK", "STABLE"}, {40, "CRITICAL", "DECLINING"}};
    static const char *const impossible[] = {
        "{`engagement_score`: 101}",
        "{`feature_adoption_rate`: -1}",
        "{`session_frequency`: -1}",
        "{`product_mastery_level`: `GURU`}",
        "{`csat_score`: 6}",
        "{`net_promoter_score`: 101}",
        "{`renewal_likelihood`: 2}",
        "{`monthly_recurring_revenue`: -5}",
        "{`expansion_revenue`: {`amount`: 5, `currency`: `USD`}}"};
    bench b;
    if (!bench_open(&b, entity)) return;
    if (bench_read(&b, "{`previous_score`: 60}")) {
        for (size_t i = 0; i < 3 && bench_override(&b, words[i].score); i++) {
            CHECK_CSTR(bench_text(&b, "labels/status"), words[i].status);
            CHECK_CSTR(bench_text(&b, "labels/trend"), words[i].trend);
        }
    }
    csuccess_scorer_override(b.scorer, NULL, NULL);
    if (bench_score(&b, "{`churned_at`: `2026-01-15`, " ACME "}")) {
        CHECK_CSTR(bench_text(&b, "labels/status"), "CHURNED");
    }
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
        csuccess_str attribute = {NULL, 0}, reason = {NULL, 0};
        if (!bench_read(&b, impossible[i])) break;
        if (!CHECK_UINT(csuccess_facts_quarantined(b.facts), 1))
            printf("# %s\n", impossible[i]);
        csuccess_facts_quarantine(b.facts, 0, &attribute, &reason);
        CHECK(reason.len > 0);
    }
    bench_close(&b);
}

static void the_customer_success_record(void)
{
    check_fields();
    check_words_and_ranges();
}

/* The bag of metrics of the document: numbers, yes or no, and a mood; each with the day it was measured on. */
static const struct {
    const char *name, *type, *scored, *value; /* value: what is worth 50 */
} bag[] = {
#define NUMBER(name) \
    { \
        name, "`type`: `number`", "`value`: `" name "`", "50" \
    }
#define YES(name) \
    { \
        name, "`type`: `bool`", "`value`: `" name "`, `points`: {`map`: {`true`: 50}}", "true" \
    }
    YES("daily_active_usage"),
    YES("weekly_active_usage"),
    YES("monthly_active_usage"),
    NUMBER("session_duration_avg"),
    NUMBER("features_used_count"),
    NUMBER("email_engagement_rate"),
    NUMBER("in_app_message_response_rate"),
    NUMBER("support_interaction_quality"),
    NUMBER("community_participation_score"),
    NUMBER("goals_achieved"),
    NUMBER("time_to_first_value"),
    NUMBER("feature_mastery_score"),
    NUMBER("integration_completeness"),
    NUMBER("csat_score"),
    NUMBER("nps_score"),
    {"feedback_sentiment", "`type`: `string`, `in`: [`POSITIVE`, `NEUTRAL`, `NEGATIVE`]",
     "`value`: `feedback_sentiment`, `points`: {`map`: {`POSITIVE`: 100, `NEUTRAL`: 50,"
     " `NEGATIVE`: 0}}",
     "`NEUTRAL`"},
    NUMBER("support_satisfaction_score"),
    NUMBER("account_growth_rate"),
    NUMBER("upsell_potential_score"),
    NUMBER("renewal_likelihood"),
    NUMBER("referral_activity"),
};
enum { BAG = sizeof bag / sizeof bag[0] };

static void bag_document(char *text, size_t size)
{
    size_t n = (size_t)snprintf(text, size, "{`csuccess`: 1, `attributes`: {");
    for (int i = 0; i < BAG; i++) {
        n += (size_t)snprintf(text + n, size - n, "%s`%s`: {%s, `max_age`: `P30D`}",
                              i ? ", " : "", bag[i].name, bag[i].type);
    }
    n += (size_t)snprintf(text + n, size - n,
                          "}, `health`: {`profiles`: {`p`: {`score`: {"
                          "`combine`: `weighted_mean`, `of`: {");
    for (int i = 0; i < BAG; i++) {
        n += (size_t)snprintf(text + n, size - n, "%s`of_%s`: {`weight`: 1, %s}", i ? ", " : "",
                              bag[i].name, bag[i].scored);
    }
    snprintf(text + n, size - n, "}}}}}}");
}

/* A row in which every field is worth 50, but for one: left out (NULL), null, or too old. */
static void bag_row(char *text, size_t size, int without, const char *instead)
{
    size_t n = (size_t)snprintf(text, size, "{`customer_id`: `c`");
    for (int i = 0; i < BAG; i++) {
        if (i == without && !instead) continue;
        n += (size_t)snprintf(text + n, size - n, ", `%s`: ", bag[i].name);
        if (i == without && strcmp(instead, "null") == 0) {
            n += (size_t)snprintf(text + n, size - n, "null");
        } else {
            n += (size_t)snprintf(text + n, size - n, "{`value`: %s, `at`: `%s`}", bag[i].value,
                                  i == without ? instead : "2026-01-20T00:00:00Z");
        }
    }
    snprintf(text + n, size - n, "}");
}

static void every_metric_may_be_absent(void)
{
    static const struct {
        const char *value, *why;
    } absent[] = {
        {NULL, "never_set"}, {"null", "never_set"}, {"2025-12-31T00:00:00Z", "stale"}};
    char document[8192], row[4096], path[96];
    bench b;
    bag_document(document, sizeof document);
    if (!bench_open(&b, document)) return;
    bag_row(row, sizeof row, -1, NULL);
    if (bench_score(&b, row)) {
        CHECK_NUM(bench_num(&b, "health/completeness"), 1, 1e-12);
        CHECK_INT(bench_size(&b, "health/missing"), 0);
        CHECK_NUM(bench_num(&b, "health/raw"), 50, 1e-9);
    }
    for (int i = 0; i < BAG; i++) {
        for (size_t k = 0; k < sizeof absent / sizeof absent[0]; k++) {
            bag_row(row, sizeof row, i, absent[k].value);
            if (!bench_score(&b, row)) break;
            snprintf(path, sizeof path, "health/components/of_%s/missing", bag[i].name);
            CHECK_CSTR(bench_text(&b, path), absent[k].why);
            snprintf(path, sizeof path, "of_%s", bag[i].name);
            CHECK(bench_lists(&b, "health/missing", path));
            CHECK_INT(bench_size(&b, "health/missing"), 1);
            CHECK_NUM(bench_num(&b, "health/raw"), 50, 1e-9); /* a zero would show */
            CHECK_NUM(bench_num(&b, "health/completeness"), (BAG - 1) / (double)BAG, 1e-12);
            snprintf(path, sizeof path, "has(%s)", bag[i].name);
            CHECK_STR(bench_eval(&b, path), "false");
        }
    }
    bench_close(&b);
}

/* ---- Edge cases ---- */

/* What is known is 80. What is missing is left out, or taken as its definition says, and never as zero unless that is said. */
static void missing_data_by_policy(void)
{
    static const struct {
        const char *policy;
        double raw; /* NaN: no score */
    } cases[] = {
        {"", 80},
        {", `missing`: `redistribute`", 80},
        {", `missing`: `worst`", (80 + 10) / 2.0},
        {", `missing`: `best`", (80 + 90) / 2.0},
        {", `missing`: {`value`: 30}", (80 + 30) / 2.0},
        {", `missing`: {`value`: 0}", (80 + 0) / 2.0},
        {", `missing`: `fail`", NAN},
    };
    char document[512];
    bench b;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(
            document, sizeof document,
            "{`csuccess`: 1, `attributes`: {`a`: {`type`: `number`}, `b`: {`type`: `number`}},"
            " `health`: {`profiles`: {`p`: {`score`: {`combine`: `weighted_mean`, `of`: {"
            "`known`: {`weight`: 1, `value`: `a`}, `engagement`: {`weight`: 1, `value`: `b`,"
            " `range`: [10, 90]%s}}}}}}}",
            cases[i].policy);
        if (!bench_open(&b, document)) return;
        if (bench_score(&b, "{`a`: 80}")) {
            CHECK_NUM(bench_num(&b, "health/raw"), cases[i].raw, 1e-9);
            CHECK_NUM(bench_num(&b, "health/completeness"), 0.5, 1e-12);
            CHECK(bench_lists(&b, "health/missing", "engagement"));
            CHECK_CSTR(bench_text(&b, "health/components/engagement/missing"), "never_set");
        }
        if (bench_score(&b, "{`a`: 80, `b`: 20}")) {
            CHECK_NUM(bench_num(&b, "health/raw"), 50, 1e-9);
            CHECK_NUM(bench_num(&b, "health/completeness"), 1, 0);
        }
        bench_close(&b);
    }
}

/* Too little known: there is a score, and it is provisional. */
static void incomplete_data_is_provisional(void)
{
    static const char document[] =
        "{`csuccess`: 1, `extends`: `portfolio`,"
        " `health`: {`profiles`: {`default`: {`provisional_below`: 0.5}}}}";
    static const struct {
        const char *row;
        bool scored, provisional;
    } cases[] = {
        {"{" ACME "}", true, false},
        {"{`engagement_score`: 62, `csat_score`: 4}", true, false},
        {"{`engagement_score`: 62, `renewal_likelihood`: 1}", true, true},
        {"{`engagement_score`: 62}", true, true},
        {"{}", false, false},
    };
    bench b;
    if (!bench_open(&b, document)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!bench_score(&b, cases[i].row)) break;
        CHECK(isfinite(bench_num(&b, "health/score")) == cases[i].scored);
        if (!CHECK(bench_true(&b, "health/provisional") == cases[i].provisional)) {
            printf("# %s\n", cases[i].row);
        }
        CHECK(((b.score.flags & CSUCCESS_SCORE_PROVISIONAL) != 0) == cases[i].provisional);
    }
    bench_close(&b);
}

/* High usage beside anger, or beside bills that are not paid: an alert, and less confidence. The score itself stays. */
static void contradictory_signals(void)
{
    static const char document[] =
        "{`csuccess`: 1, `extends`: `portfolio`, `attributes`: {"
        "`ticket_sentiment`: {`type`: `number`}, `days_overdue`: {`type`: `number`}},"
        "`health`: {`profiles`: {`default`: {`contradictions`: {"
        "`busy_and_angry`: {`when`: `component('engagement') > 60 && ticket_sentiment < -0.5`,"
        "  `severity`: `high`, `lowers_confidence`: 0.3, `message`: `Busy, and angry.`},"
        "`busy_and_unpaid`: {`when`: `component('engagement') > 60 && days_overdue > 30`,"
        "  `lowers_confidence`: 0.4}}}}}}";
    static const struct {
        const char *more;
        int contradictions;
        double confidence;
    } cases[] = {
        {"", 0, 1},
        {", `ticket_sentiment`: -0.5, `days_overdue`: 30", 0, 1},
        {", `ticket_sentiment`: -0.6", 1, 0.7},
        {", `days_overdue`: 31", 1, 0.6},
        {", `ticket_sentiment`: -1, `days_overdue`: 90", 2, 0.3},
    };
    bench b;
    char row[512];
    if (!bench_open(&b, document)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(row, sizeof row, "{" ACME "%s}", cases[i].more);
        if (!bench_score(&b, row)) break;
        CHECK_INT(bench_size(&b, "health/contradictions"), cases[i].contradictions);
        CHECK_INT(bench_size(&b, "health/alerts"), cases[i].contradictions);
        CHECK_NUM(bench_num(&b, "health/confidence"), cases[i].confidence, 1e-12);
        CHECK_NUM(b.score.confidence, cases[i].confidence, 1e-12);
        CHECK_NUM(bench_num(&b, "health/raw"), ACME_SCORE, 1e-9);
        CHECK(((b.score.flags & CSUCCESS_SCORE_CONTRADICTORY) != 0) ==
              (cases[i].contradictions > 0));
    }
    CHECK(bench_lists(&b, "health/alerts", "busy_and_angry"));
    CHECK_CSTR(bench_text(&b, "health/alerts/0/severity"), "high");
    CHECK_CSTR(bench_text(&b, "health/alerts/0/message"), "Busy, and angry.");
    bench_close(&b);
}

/* ---- Configuration ---- */

/* All problems at once, each with its place. */
static void validate(void)
{
    static const char broken[] =
        "{`csuccess`: 1, `extends`: `portfolio`, `health`: {`profiles`: {`default`: {"
        "`weights`: {`busines`: 0.5}, `bands`: {`healthy`: {`from`: `80`}}, `roundin`: "
        "`none`}}}}";
    static const char *const places[] = {"/health/profiles/default/weights/busines",
                                         "/health/profiles/default/bands/healthy/from",
                                         "/health/profiles/default/roundin"};
    csuccess_problems *problems;
    char *text = quoted(broken);
    CHECK(csuccess_config_check(&problems, check_view(text), NULL, NULL) < 0);
    for (size_t k = 0; k < 3; k++) {
        bool told = false;
        for (size_t i = 0; i < csuccess_problems_count(problems); i++) {
            csuccess_problem p = CSUCCESS_PROBLEM_INIT;
            csuccess_problems_get(problems, i, &p);
            bool here = p.pointer.len == strlen(places[k]) &&
                        memcmp(p.pointer.ptr, places[k], p.pointer.len) == 0;
            told = told || (here && p.code < 0 && p.line == 1);
        }
        if (!CHECK(told)) printf("# %s\n", places[k]);
    }
    csuccess_problems_free(problems);
    free(text);
}

static void compare(const csuccess_config *before)
{
    static const char second[] =
        "{`csuccess`: 1, `extends`: `portfolio`, `health`: {`profiles`: {`default`: {"
        "`weights`: {`business`: 0.5}, `bands`: {`healthy`: {`from`: 80}}}}}}";
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *changes;
    csuccess_config *next = bench_compile(second, &err);
    if (!CHECK_RESULT(csuccess_config_diff(&changes, before, next, &err), CSUCCESS_OK)) return;
    const char *text = csuccess_text_view(changes).ptr;
    cJSON *list = cJSON_Parse(text);
    CHECK_INT(cJSON_GetArraySize(list), 2);
    CHECK_HAS(text, "\"path\":\"/health/profiles/default/weights\"");
    CHECK_HAS(text, "\"path\":\"/health/profiles/default/bands/healthy/from\","
                    "\"before\":75,\"after\":80");
    cJSON_Delete(list);
    csuccess_text_free(changes);
    csuccess_config_unref(next);
}

/* Its JSON Schema is shipped and knows the sections that are scored by; tests/schema holds it to the compiler. */
static void find_schema(void)
{
    static const char *const sections[] = {"attributes", "health", "churn", "segments"};
    size_t len;
    char *text = check_read(CHECK_SOURCE_ROOT "/docs/schemas/configuration.schema.json", &len);
    if (!CHECK(text != NULL)) return;
    cJSON *schema = cJSON_ParseWithLength(text, len);
    CHECK_HAS(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(schema, "$schema")),
              "2020-12");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        CHECK(cJSON_GetObjectItemCaseSensitive(
                  cJSON_GetObjectItemCaseSensitive(schema, "properties"), sections[i]) != NULL);
    }
    cJSON_Delete(schema);
    free(text);
}

/* One document with a schema: judged as a whole, loaded, compared with another, and gone back to by what a host keeps of it, which
   is the same configuration by its hash and by what it decides. */
static void one_document_to_load_validate_compare_and_restore(void)
{
    bench b;
    char hash[80];
    find_schema();
    validate();
    if (!bench_open(&b, preset)) return;
    compare(b.config);
    csuccess_str document = csuccess_config_document(b.config);
    char *kept = malloc(document.len + 1);
    if (!kept) abort();
    memcpy(kept, document.ptr, document.len);
    kept[document.len] = '\0';
    snprintf(hash, sizeof hash, "%s", csuccess_config_hash(b.config).ptr);
    bench_close(&b);
    if (bench_open(&b, kept) && bench_score(&b, "{" ACME "}")) {
        CHECK_STR(csuccess_config_hash(b.config), hash);
        CHECK_NUM(bench_num(&b, "health/raw"), ACME_SCORE, 1e-9);
    }
    bench_close(&b);
    free(kept);
}

CHECK_MAIN(CHECK_TEST(should_calculate_customer_health_scores_accurately),
           CHECK_TEST(four_categories_with_chosen_weights),
           CHECK_TEST(bands_with_their_boundary_rule), CHECK_TEST(a_snapshot_names_its_schema),
           CHECK_TEST(the_customer_success_record), CHECK_TEST(every_metric_may_be_absent),
           CHECK_TEST(missing_data_by_policy), CHECK_TEST(incomplete_data_is_provisional),
           CHECK_TEST(contradictory_signals),
           CHECK_TEST(one_document_to_load_validate_compare_and_restore))
