/* SPDX-License-Identifier: Apache-2.0 */
/* An evaluation that exceeds its budget is told wherever it stands, whatever is evaluated after it; by rows and columns. */
#include "requirement.h"

/* Forty-eight comparisons: beyond a budget of 40 steps, within one of 4000. */
#define COSTLY \
    "[1,2,3,4,5,6,7,8,9,10,11,12,1,2,3,4,5,6,7,8,9,10,11,12,1,2,3,4,5,6,7,8,9,10,11,12," \
    "1,2,3,4,5,6,7,8,9,10,11,12].all(x, x < n)"
#define NUMBER "{`weight`: 1, `value`: `n`, `range`: [0, 100]}"
#define NUMBER_ALONE "{`value`: `n`, `range`: [0, 100]}"
#define SHARE "{`weight`: 1, `value`: `n / 100`}"
#define COSTLY_NODE "{`weight`: 1, `value`: `" COSTLY " ? 1 : 0`, `range`: [0, 1]}"
#define CARD(first, second) \
    "{`combine`: `weighted_mean`, `of`: {`first`: " first ", `second`: " second "}}"
#define PROFILE(card, more) "`health`: {`profiles`: {`p`: {`score`: " card more "}}}"

static const struct {
    const char *where, *sections;
    bool columns; /* columns are asked for it too */
} places[] = {
    {"the first metric of a card", PROFILE(CARD(COSTLY_NODE, NUMBER), ""), true},
    {"the last metric of a card", PROFILE(CARD(NUMBER, COSTLY_NODE), ""), true},
    {"a metric",
     "`metrics`: {`m`: `" COSTLY "`, `z`: `n`}, " PROFILE(
         CARD("{`weight`: 1, `value`: `m`, `points`: {`map`: {`true`: 1, `false`: 0}}}",
              NUMBER),
         ""),
     true},
    {"a modifier",
     PROFILE(CARD(NUMBER, NUMBER),
             ", `modifiers`: {"
             "`a`: {`when`: `" COSTLY "`, `add`: 1}, `b`: {`when`: `n > 0`, `add`: 1}}"),
     true},
    {"a profile's condition",
     "`health`: {`profiles`: {`a`: {`when`: `" COSTLY "`, `score`: " NUMBER_ALONE
     "}, `b`: {`score`: " NUMBER_ALONE "}}}",
     true},
    {"an alert",
     PROFILE(CARD(NUMBER, NUMBER), ", `alerts`: {`a`: {`when`: `" COSTLY "`},"
                                   " `b`: {`when`: `n > 0`}}"),
     false},
    {"a contradiction",
     PROFILE(CARD(NUMBER, NUMBER), ", `contradictions`: {"
                                   "`a`: {`when`: `" COSTLY "`}, `b`: {`when`: `n > 0`}}"),
     false},
    {"churned_when", PROFILE(CARD(NUMBER, NUMBER), ", `churned_when`: `" COSTLY "`"), true},
    {"a scorecard beside",
     "`health`: {`scorecards`: {`side`: " CARD(
         COSTLY_NODE, NUMBER) "},"
                              " `also`: {`side`: {}}, `profiles`: {`p`: {`score`: " CARD(
                                  NUMBER, NUMBER) ","
                                                  " `modifiers`: {`m`: {`when`: "
                                                  "`scorecard('side') > 0`, `add`: 1}}}}}",
     true},
    {"a factor of churn",
     PROFILE(CARD(NUMBER, NUMBER), "") ", `churn`: {`model`: {`scorecard`: " CARD(COSTLY_NODE,
                                                                                  SHARE) "}}",
     true},
    {"a churn level",
     PROFILE(CARD(NUMBER, NUMBER), "") ", `churn`: {`model`: {`scorecard`: " CARD(
         SHARE, SHARE) "}, `levels`: {`high`: {`from`: 0.9, `when`: `" COSTLY "`},"
                       " `low`: {}}}",
     true},
};

static csuccess_config *compile(const char *sections, uint32_t steps)
{
    static char document[8192];
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    snprintf(document, sizeof document,
             "{`csuccess`: 1, `attributes`: {`n`: {`type`: `number`}}, %s}", sections);
    char *text = quoted(document);
    limits.evaluation_steps = steps;
    options.limits = &limits;
    if (!CHECK_OK(csuccess_config_compile(&config, check_view(text), &options, &err))) {
        printf("# %s: %s\n", err.pointer, err.message);
    }
    free(text);
    return config;
}

static csuccess_result by_row(csuccess_config *config, csuccess_error *err)
{
    csuccess_scorer *scorer = NULL;
    csuccess_facts *facts = NULL;
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    csuccess_facts_set_number(facts, CSUCCESS_STR("n"), 50);
    csuccess_result r = csuccess_scorer_explain(scorer, facts, REQUIREMENT_NOW, NULL, err);
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    return r;
}

static csuccess_result by_columns(csuccess_config *config, csuccess_error *err)
{
    static const double numbers[] = {50, 50, 50};
    double raw[3], probability[3];
    uint8_t level[3], status[3];
    csuccess_scorer *scorer = NULL;
    csuccess_columns *in = NULL;
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.raw = raw;
    out.status = status;
    out.probability = probability;
    out.level = level;
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_columns_new(&in, config, 3, NULL, NULL));
    CHECK_OK(csuccess_columns_bind_f64(in, 0, numbers, NULL));
    csuccess_result r = csuccess_scorer_columns(scorer, in, 0, 3, REQUIREMENT_NOW, &out, err);
    csuccess_columns_free(in);
    csuccess_scorer_free(scorer);
    return r;
}

static bool budget_decides(size_t i, bool enough)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = compile(places[i].sections, enough ? 4000 : 40);
    if (!config) return false;
    csuccess_result wanted = enough ? CSUCCESS_OK : CSUCCESS_ELIMIT;
    bool good = CHECK_RESULT(by_row(config, &err), wanted);
    if (!enough) good = CHECK_HAS(err.message, "evaluation_steps") && good;
    if (places[i].columns) good = CHECK_RESULT(by_columns(config, &err), wanted) && good;
    csuccess_config_unref(config);
    return good;
}

static void a_spent_budget_is_told(void)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (!budget_decides(i, true) || !budget_decides(i, false)) {
            printf("# %s\n", places[i].where);
        }
    }
}

CHECK_MAIN(CHECK_TEST(a_spent_budget_is_told))
