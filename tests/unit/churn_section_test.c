/* SPDX-License-Identifier: Apache-2.0 */
/* Churn by scorecard: ladders, risk factors, value at risk, actions, and what the section refuses. */
#include "check.h"

#include <csuccess/csuccess.h>

static const int64_t now = 1769817600000; /* 2026-01-31T00:00:00Z */

static csuccess_str view(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

#define HEAD \
    "{\"csuccess\": 1, \"name\": \"c@1\", \"attributes\": {\"p\": {\"type\": \"number\"}, " \
    "\"q\": {\"type\": " \
    "\"number\"}, \"mrr\": {\"type\": \"number\"}, \"flag\": {\"type\": \"bool\"}, " \
    "\"champion\": {\"type\": \"string\"}}, " \
    "\"churn\": {\"model\": {\"scorecard\": {\"combine\": \"weighted_mean\", \"of\": {\"p\": " \
    "{\"weight\": 0.5, \"value\": " \
    "\"p\"}, \"q\": {\"weight\": 0.5, \"value\": \"q\"}}}}"

/* The "churn" object for a row, or the message of what failed; the caller frees. */
static char *churn_of(const char *document, const char *row)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    csuccess_facts *facts = NULL;
    csuccess_scorer *scorer = NULL;
    csuccess_str json = {"", 0};
    if (csuccess_config_compile(&config, view(document), NULL, &err) == CSUCCESS_OK) {
        CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
        CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
        CHECK_OK(csuccess_facts_read_json(facts, view(row), &err));
        CHECK_OK(csuccess_scorer_explain(scorer, facts, now, NULL, &err));
        CHECK_OK(csuccess_scorer_json(scorer, &json, &err));
    }
    char *copy = malloc(json.len + sizeof err.message + sizeof err.pointer + 8);
    if (!copy) abort();
    if (config) {
        memcpy(copy, json.ptr, json.len);
        copy[json.len] = '\0';
    } else {
        snprintf(copy, sizeof err.message + sizeof err.pointer + 8, "%s: %s", err.pointer,
                 err.message);
    }
    csuccess_scorer_free(scorer);
    csuccess_facts_free(facts);
    csuccess_config_unref(config);
    return copy;
}

static void check_part(const char *document, const char *row, const char *part)
{
    char *text = churn_of(document, row);
    CHECK_HAS(text, part);
    free(text);
}

static void bounds_are_inclusive_or_exclusive(void)
{
    static const char from[] = HEAD ", \"levels\": {\"high\": {\"from\": 0.6}, \"low\": {}}}}";
    static const char above[] =
        HEAD ", \"levels\": {\"high\": {\"above\": 0.6}, \"low\": {}}}}";
    check_part(from, "{\"p\": 0.6, \"q\": 0.6}", "\"level\":\"high\"");
    check_part(above, "{\"p\": 0.6, \"q\": 0.6}", "\"level\":\"low\"");
    check_part(above, "{\"p\": 0.6, \"q\": 0.61}", "\"level\":\"high\"");
    /* Levels read the probability rounded to 9 decimals: a sum that misses 0.6 by its last bit has it. */
    check_part(from, "{\"p\": 0.5999999999999, \"q\": 0.5999999999999}", "\"level\":\"high\"");
    check_part(above, "{\"p\": 0.6000000000001, \"q\": 0.6000000000001}", "\"level\":\"low\"");
}

static void a_missing_probability_has_no_level(void)
{
    static const char text[] = HEAD ", \"levels\": {\"high\": {\"from\": 0.6}, \"low\": {}}, "
                                    "\"recommend\": {\"from\": 0}}}";
    check_part(text, "{}", "\"probability\":null");
    check_part(text, "{}", "\"level\":null");
    check_part(text, "{}", "\"recommended\":null");
    check_part(text, "{\"p\": 0.3}", "\"probability\":0.3");
    check_part(text, "{\"p\": 0.3}", "\"confidence\":0.5");
    check_part(text, "{}", "\"calibrated\":false");
}

static void a_level_is_raised_by_its_condition(void)
{
    static const char text[] = HEAD
        ", \"levels\": {\"critical\": {\"from\": 0.8}, \"high\": {\"from\": 0.6, \"when\": "
        "\"flag\"}, \"low\": {}}}}";
    check_part(text, "{\"p\": 0.1, \"q\": 0.1, \"flag\": true}", "\"level\":\"high\"");
    check_part(text, "{\"p\": 0.1, \"q\": 0.1}", "\"level\":\"low\"");
    check_part(text, "{\"p\": 0.9, \"q\": 0.9, \"flag\": true}", "\"level\":\"critical\"");
    check_part(text, "{\"flag\": true}", "\"level\":\"high\"");
}

static void risk_factors_stand_by_impact_and_say_why(void)
{
    static const char text[] =
        HEAD ", \"risk_factors\": {\"small\": {\"when\": \"p > 0\", \"impact\": 0.1, "
             "\"severity\": \"low\"}, \"first\": "
             "{\"when\": \"p > 0\", \"impact\": 0.3, \"say\": \"{{percent(p)}} of "
             "{{champion}}\"}, \"second\": {\"when\": "
             "\"p > 0\", \"impact\": 0.3, \"severity\": \"critical\"}, \"not\": {\"when\": \"q "
             "> 0\", \"impact\": 0.9}}}}";
    check_part(text, "{\"p\": 0.25}",
               "\"risk_factors\":[{\"type\":\"first\",\"severity\":\"medium\",\"impact\":0.3,"
               "\"say\":null},{\"type\":"
               "\"second\",\"severity\":\"critical\",\"impact\":0.3,\"say\":null},{\"type\":"
               "\"small\",\"severity\":\"low\","
               "\"impact\":0.1,\"say\":null}]");
    check_part(text, "{\"p\": 0.25, \"champion\": \"Ada\"}", "\"say\":\"25% of Ada\"");
}

static void value_at_risk_needs_all_of_its_parts(void)
{
    static const char text[] = HEAD
        ", \"value\": {\"lifetime\": \"mrr * 18\", \"prevention_cost\": \"min(value_at_risk * "
        "0.1, 500)\"}}}";
    check_part(text, "{\"p\": 0.5, \"q\": 0.5, \"mrr\": 100}",
               "\"lifetime_value\":1800,\"value_at_risk\":900,\"prevention_cost\":90");
    check_part(text, "{\"p\": 0.5, \"q\": 0.5, \"mrr\": 10000}", "\"prevention_cost\":500");
    check_part(text, "{\"p\": 0.5, \"q\": 0.5}",
               "\"lifetime_value\":null,\"value_at_risk\":null,\"prevention_cost\":null");
    check_part(text, "{\"mrr\": 100}",
               "\"lifetime_value\":1800,\"value_at_risk\":null,\"prevention_cost\":null");
}

static void nothing_is_recommended_below_the_confidence(void)
{
    static const char text[] = HEAD
        ", \"min_confidence\": 0.6, \"recommend\": {\"from\": 0.5}, \"urgency\": {\"now\": "
        "{\"from\": 0.7}, \"later\": {}}, \"actions\": {\"call\": {\"when\": \"factor('p') > "
        "0.5\"}, \"mail\": {\"when\": \"churn.level == 'x' || p > 0\"}}}}";
    check_part(text, "{\"p\": 0.9, \"q\": 0.6}",
               "\"recommended\":true,\"urgency\":\"now\",\"actions\":[\"call\",\"mail\"]");
    check_part(text, "{\"p\": 0.9}",
               "\"recommended\":false,\"urgency\":\"now\",\"actions\":[]");
    check_part(text, "{\"p\": 0.3, \"q\": 0.4}",
               "\"recommended\":false,\"urgency\":\"later\",\"actions\":[\"mail\"]");
}

static void the_section_refuses_what_it_cannot_read(void)
{
    static const struct {
        const char *section, *pointer, *message;
    } cases[] = {
        {"\"churn\": {}", "/churn", "\"model\""},
        {"\"churn\": {\"model\": {\"learned\": \"x\"}}", "/churn/model/learned", "an object"},
        {"\"churn\": {\"model\": {}}", "/churn/model", "\"scorecard\""},
        {"\"churn\": {\"modle\": {}, \"model\": {\"scorecard\": {\"combine\": \"noisy_or\", "
         "\"of\": {\"a\": {\"weight\": 1, "
         "\"value\": \"true\"}}}}}",
         "/churn/modle", "did you mean \"model\"?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char document[512];
        snprintf(document, sizeof document, "{\"csuccess\": 1, %s}", cases[i].section);
        char *text = churn_of(document, "{}");
        CHECK_HAS(text, cases[i].pointer);
        CHECK_HAS(text, cases[i].message);
        free(text);
    }
    check_part(HEAD ", \"levels\": {\"high\": {\"from\": 0.5, \"above\": 0.5}}}}", "{}",
               "/churn/levels/high/above");
    check_part(HEAD ", \"levels\": {\"high\": {\"from\": 1.5}}}}", "{}",
               "/churn/levels/high/from");
    check_part(HEAD ", \"levels\": {\"high\": {\"when\": \"p\"}}}}", "{}",
               "/churn/levels/high/when");
    check_part(HEAD ", \"horizon\": \"30 days\"}}", "{}", "\"P30D\"");
    check_part(HEAD ", \"risk_factors\": {\"r\": {\"impact\": 1}}}}", "{}",
               "\"when\" is missing");
    check_part(HEAD
               ", \"risk_factors\": {\"r\": {\"when\": \"p > 0\", \"severity\": \"hihg\"}}}}",
               "{}", "high");
    check_part(HEAD ", \"value\": {\"prevention_cost\": \"1\"}}}", "{}",
               "\"lifetime\" is missing");
    check_part(HEAD ", \"fallback\": [\"last\"]}}", "{}", "begins with");
}

static void what_is_left_open_is_named(void)
{
    const char *document =
        HEAD ", \"levels\": {\"high\": {\"from\": 0.8, \"when\": \"mrr < 5\"}, "
             "\"low\": {}}, \"risk_factors\": {\"big\": {\"when\": \"mrr > 5 && flag\", "
             "\"severity\": \"low\", \"impact\": 0.1}}}}";
    check_part(document, "{\"p\": 0.1, \"q\": 0.1, \"flag\": true}",
               "\"undecided\":[{\"what\":\"level\",\"id\":\"high\",\"inputs\":[\"mrr\"]},"
               "{\"what\":\"risk_factor\",\"id\":\"big\",\"inputs\":[\"mrr\"]}]");
    check_part(
        document, "{\"p\": 0.1, \"q\": 0.1, \"mrr\": 9}",
        "\"undecided\":[{\"what\":\"risk_factor\",\"id\":\"big\",\"inputs\":[\"flag\"]}]");
    check_part(document, "{\"p\": 0.1, \"q\": 0.1, \"mrr\": 1}", "\"undecided\":[]");
}

/* The places of steps that lint calls out of reach, each behind a blank. */
static void check_unreachable(const char *part, const char *places)
{
    char document[1024], told[512] = "";
    snprintf(document, sizeof document, "%s, %s}}", HEAD, part);
    csuccess_problems *problems = NULL;
    CHECK_OK(csuccess_config_check(&problems, view(document), NULL, NULL));
    for (size_t i = 0; i < csuccess_problems_count(problems); i++) {
        csuccess_problem problem = CSUCCESS_PROBLEM_INIT;
        csuccess_problems_get(problems, i, &problem);
        if (!strstr(problem.message.ptr, "cannot be reached")) continue;
        size_t at = strlen(told);
        snprintf(told + at, sizeof told - at, " %.*s", (int)problem.pointer.len,
                 problem.pointer.ptr);
    }
    CHECK_CSTR(told, places);
    csuccess_problems_free(problems);
}

static void steps_out_of_reach_are_told(void)
{
    check_unreachable("\"levels\": {\"high\": {\"from\": 0.8}, \"low\": {}}", "");
    check_unreachable("\"levels\": {\"low\": {}, \"high\": {\"from\": 0.8}}",
                      " /churn/levels/high");
    check_unreachable("\"levels\": {\"low\": {\"order\": 2}, \"high\": {\"order\": 1, "
                      "\"from\": 0.8}}",
                      "");
    check_unreachable("\"levels\": {\"a\": {\"above\": 0.5}, \"b\": {\"from\": 0.5}, \"c\": "
                      "{\"above\": 0.5}, \"d\": {\"from\": 0.7, \"when\": \"flag\"}}",
                      " /churn/levels/c");
    check_unreachable("\"urgency\": {\"later\": {\"from\": 0.2}, \"now\": {\"from\": 0.9}}",
                      " /churn/urgency/now");
}

CHECK_MAIN(CHECK_TEST(what_is_left_open_is_named), CHECK_TEST(steps_out_of_reach_are_told),
           CHECK_TEST(bounds_are_inclusive_or_exclusive),
           CHECK_TEST(a_missing_probability_has_no_level),
           CHECK_TEST(a_level_is_raised_by_its_condition),
           CHECK_TEST(risk_factors_stand_by_impact_and_say_why),
           CHECK_TEST(value_at_risk_needs_all_of_its_parts),
           CHECK_TEST(nothing_is_recommended_below_the_confidence),
           CHECK_TEST(the_section_refuses_what_it_cannot_read))
