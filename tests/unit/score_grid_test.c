/* SPDX-License-Identifier: Apache-2.0 */
/* Grids, calibration and spread, with numbers worked out by hand; and what may not stand in
   them. */
#include "score_case.h"

#include "columns/scorer.h"
#include "score/additive.h"
#include "score/health_internal.h"

/* By a (bounds 1, 5) and s (words x, y); cells count up from 0 by rows. */
#define CELLS "\"gives\":[[0,1,2,3],[10,11,12,13],[20,21,22,23],[30,31,32,33]]"
#define GRID \
    "\"value\":\"a\",\"by\":\"s\",\"points\":{\"grid\":{\"rows\":[1,5],\"columns\":[\"x\"," \
    "\"y\"]," CELLS "}}"

static void cells(void)
{
    static const struct {
        const char *row;
        double gives;
    } rows[] = {
        {"{\"a\":-7,\"s\":\"x\"}", 0},
        {"{\"a\":1,\"s\":\"x\"}", 0}, /* a bound is inclusive above */
        {"{\"a\":1.5,\"s\":\"x\"}", 10},
        {"{\"a\":5,\"s\":\"y\"}", 11},
        {"{\"a\":5.1,\"s\":\"y\"}", 21},
        {"{\"a\":5.1,\"s\":\"Y\"}", 22},
        {"{\"a\":5.1}", 23},
        {"{\"s\":\"y\"}", 31},
        {"{\"s\":\"other\"}", 32},
        {"{}", 33},
    };
    score_case c;
    if (!score_open_profile(&c, "{" GRID "}", "")) goto done;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_NUM(score_raw(&c, rows[i].row), rows[i].gives, 0);
    }
done:
    score_close(&c);
}

/* A bool has the words false and true, in either order, or one of them alone. */
static void bools(void)
{
    score_case c;
    if (score_open_profile(&c,
                           "{\"value\":\"f\",\"by\":\"a > 3\",\"points\":{\"grid\":{\"rows\":"
                           "[\"false\",\"true\"],\"columns\":[\"true\"],"
                           "\"gives\":[[0,1,2],[10,11,12],[20,21,22],[30,31,32]]}}}",
                           "")) {
        CHECK_NUM(score_raw(&c, "{\"f\":false,\"a\":4}"), 0, 0);
        CHECK_NUM(score_raw(&c, "{\"f\":true,\"a\":4}"), 10, 0);
        CHECK_NUM(score_raw(&c, "{\"f\":true,\"a\":1}"), 11, 0);
        CHECK_NUM(score_raw(&c, "{\"f\":true}"), 12, 0);
        CHECK_NUM(score_raw(&c, "{\"a\":1}"), 31, 0);
    }
    score_close(&c);
}

/* Both values are told; a grid does not count for completeness beside members that do, and its
   value alone is what may be missing. */
static void told(void)
{
    score_case c;
    if (!score_open_profile(
            &c,
            "{\"combine\":\"sum\",\"of\":{\"m\":{\"value\":\"a\",\"points\":{\"upto\":[[1,4]],"
            "\"else\":6},\"missing\":{\"value\":5}},\"g\":{" GRID "}}}",
            "")) {
        goto done;
    }
    CHECK_NUM(score_raw(&c, "{\"a\":2,\"s\":\"y\"}"), 6 + 11, 0);
    CHECK_NUM(score_number(&c, "/components/g/value"), 2, 0);
    CHECK_STR(score_text(&c, "/components/g/by"), "y");
    CHECK_NUM(score_number(&c, "/components/g/contribution"), 11, 0);
    CHECK_NUM(c.score.completeness, 1, 0);
    CHECK(score_at(&c, "/components/m/by") == NULL);
    CHECK_NUM(score_raw(&c, "{\"a\":2}"), 6 + 13, 0);
    CHECK_INT(score_at(&c, "/components/g/by")->type, CSUCCESS__JSON_NULL);
    CHECK_STR(score_text(&c, "/components/g/missing"), "");
    CHECK_NUM(c.score.completeness, 1, 0);
    CHECK_NUM(score_raw(&c, "{\"s\":\"x\"}"), 5 + 30, 0);
    CHECK_STR(score_text(&c, "/components/g/missing"), "never_set");
    CHECK_NUM(score_number(&c, "/components/g/points"), 30, 0);
    CHECK_NUM(c.score.completeness, 0, 0);
    CHECK_NUM(score_raw(&c, "{\"a\":2,\"s\":\"y\"}"), 17, 0);
    csuccess_explanation_row row = CSUCCESS_EXPLANATION_ROW_INIT;
    CHECK_OK(csuccess_explanation_get(csuccess_scorer_explanation(c.scorer), 1, &row));
    CHECK_STR(row.value, "2");
    CHECK_STR(row.by, "\"y\"");
done:
    score_close(&c);
}

/* Grids alone are counted as one each, whole when both values are there. */
static void grids_alone(void)
{
    score_case c;
    if (score_open_profile(
            &c, "{\"combine\":\"min\",\"of\":{\"g\":{" GRID "},\"h\":{" GRID "}}}", "")) {
        CHECK_NUM(score_raw(&c, "{\"a\":2,\"s\":\"y\"}"), 11, 0);
        CHECK_NUM(c.score.completeness, 1, 0);
        CHECK_NUM(score_raw(&c, "{\"a\":2}"), 13, 0);
        CHECK_NUM(c.score.completeness, 0, 0);
    }
    score_close(&c);
}

/* A weighted mean in which nothing but a grid has weight, under a profile's weights. */
static void nothing_counts(void)
{
    score_case c;
    if (score_open_profile(&c,
                           "{\"combine\":\"weighted_mean\",\"of\":{\"m\":{\"weight\":1,"
                           "\"value\":\"a\"},\"g\":{\"weight\":1," GRID "}}}",
                           ",\"weights\":{\"m\":0}")) {
        CHECK_NUM(score_raw(&c, "{\"a\":2,\"s\":\"y\"}"), 11, 0);
        CHECK_NUM(c.score.completeness, 1, 0);
    }
    score_close(&c);
}

/* ---- Calibration ---- */

static double logit(double p)
{
    return log(p / (1 - p));
}

#define ISOTONIC "\"calibration\":{\"isotonic\":[[0.2,0.1],[0.4,0.5],[0.5,0.5],[0.8,0.9]]}"

static void calibrations(void)
{
    static const struct {
        const char *card, *row;
        double gives;
    } cases[] = {
        {"\"link\":\"logistic\",\"intercept\":0.5,\"calibration\":{\"platt\":[2,-1]}",
         "{\"a\":1}", 0.880797077977882444}, /* 1 / (1 + e^-2) */
        {"\"link\":\"logistic\",\"calibration\":{\"platt\":[1,0]}", "{\"a\":800}", 1 - 1e-6},
        {"\"link\":\"logistic\",\"calibration\":{\"platt\":[1e9,0]}", "{\"a\":-1e300}", 1e-6},
        {"\"link\":\"logistic\",\"calibration\":{\"platt\":[-1,0]}", "{\"a\":0}", 0.5},
        /* read as a probability: its log-odds are 0 */
        {"\"calibration\":{\"platt\":[3,1]}", "{\"a\":0.5}", 0.731058578630004879},
        {"\"calibration\":{\"platt\":[1,0]}", "{\"a\":7}", 1 - 1e-6},
        {"\"calibration\":{\"platt\":[1,0]}", "{\"a\":-7}", 1e-6},
        {ISOTONIC, "{\"a\":0.1}", 0.1},
        {ISOTONIC, "{\"a\":0.3}", 0.3},
        {ISOTONIC, "{\"a\":0.35}", 0.4},
        {ISOTONIC, "{\"a\":0.4}", 0.5},
        {ISOTONIC, "{\"a\":0.45}", 0.5},
        {ISOTONIC, "{\"a\":0.65}", 0.7},
        {ISOTONIC, "{\"a\":0.99}", 0.9},
        {"\"link\":\"logistic\"," ISOTONIC, "{\"a\":0}", 0.5},
        {"\"calibration\":{\"isotonic\":[[0.5,0]]}", "{\"a\":0.7}", 1e-6},
        {"\"calibration\":{\"isotonic\":[[0,1]]}", "{\"a\":0.7}", 1 - 1e-6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char tree[512];
        score_case c;
        snprintf(tree, sizeof tree, "{\"value\":\"a\",%s}", cases[i].card);
        if (score_open_profile(&c, tree, "")) {
            unsigned before = check_failures;
            CHECK_NUM(score_raw(&c, cases[i].row), cases[i].gives, 6e-10);
            if (check_failures != before) printf("# %s %s\n", tree, cases[i].row);
        }
        score_close(&c);
    }
}

/* The row of the calibration is what is left to the final log-odds, or to the score. */
static void calibration_row(void)
{
    score_case c;
    if (score_open_profile(
            &c, "{\"value\":\"a\",\"link\":\"logistic\",\"intercept\":-1," ISOTONIC "}", "")) {
        double p = score_raw(&c, "{\"a\":1.25}");
        CHECK_NUM(score_number(&c, "/calibration"), logit(p) - 0.25, 1e-8);
        const csuccess_explanation *e = csuccess_scorer_explanation(c.scorer);
        csuccess_explanation_row row = CSUCCESS_EXPLANATION_ROW_INIT;
        CHECK_INT(csuccess_explanation_count(e), 3);
        CHECK_OK(csuccess_explanation_get(e, 2, &row));
        CHECK_INT(row.kind, CSUCCESS_ROW_CALIBRATION);
        CHECK_STR(row.id, "calibration");
        CHECK_NUM(row.contribution, logit(p) - 0.25, 1e-8);
    }
    score_close(&c);
    if (score_open_profile(&c, "{\"value\":\"a\"," ISOTONIC "}", "")) {
        (void)score_raw(&c, "{\"a\":0.35}");
        CHECK_NUM(score_number(&c, "/calibration"), 0.05, 1e-12);
        CHECK_NUM(score_raw(&c, "{}"), NAN, 0);
        CHECK_INT(score_at(&c, "/calibration")->type, CSUCCESS__JSON_NULL);
    }
    score_close(&c);
}

/* The change of a calibrated score is that of its metrics; the calibration is no cause. */
static void calibrated_difference(void)
{
    score_case c;
    csuccess_explanation *before = NULL;
    csuccess_difference *difference = NULL;
    if (!score_open_profile(&c, "{\"value\":\"a\",\"label\":\"A\"," ISOTONIC "}", "")) {
        goto done;
    }
    double was = score_raw(&c, "{\"a\":0.25}");
    CHECK_OK(
        csuccess_explanation_copy(&before, csuccess_scorer_explanation(c.scorer), NULL, NULL));
    double is = score_raw(&c, "{\"a\":0.35}");
    CHECK_OK(csuccess_explanation_difference(
        &difference, before, csuccess_scorer_explanation(c.scorer), NULL, NULL));
    csuccess_cause cause = CSUCCESS_CAUSE_INIT;
    CHECK_INT(csuccess_difference_count(difference), 1);
    CHECK_OK(csuccess_difference_get(difference, 0, &cause));
    CHECK_STR(cause.label, "A");
    CHECK_NUM(cause.change, is - was, 1e-9);
done:
    csuccess_difference_free(difference);
    csuccess_explanation_free(before);
    score_close(&c);
}

/* ---- Spread ---- */

#define SPREAD_CARD \
    "{\"combine\":\"sum\",\"link\":\"logistic\",\"intercept\":-1,\"of\":{\"m\":{\"value\":" \
    "\"a\"," \
    "\"points\":{\"upto\":[[1,4]],\"else\":6},\"missing\":{\"value\":5}},\"w\":{\"value\":" \
    "\"s\"," \
    "\"points\":{\"map\":{\"y\":1,\"x\":2},\"else\":3},\"missing\":{\"value\":0}},\"l\":{" \
    "\"value\":\"b\",\"range\":[0,1],\"missing\":{\"value\":0}},\"g\":{" GRID "}}}"

typedef struct spread_case {
    score_case c;
    csuccess__problems problems;
    const csuccess__card_spread *spread;
} spread_case;

static bool open_spread(spread_case *s, const char *card, const char *text)
{
    csuccess__json *json = NULL;
    s->spread = NULL;
    if (!score_open_profile(&s->c, card, "")) return false;
    csuccess__json_options options = {.limits = &s->c.config->limits, .lines = true};
    CHECK_OK(csuccess__json_read(&json, &s->c.arena, check_view(text), &options, NULL));
    csuccess__compiler with = {.arena = &s->c.arena, .constants = s->c.config->constants};
    csuccess__problems_init(&s->problems, &s->c.arena, 10);
    s->spread = csuccess__card_spread_read(s->c.config->health->profiles[0].card, &with,
                                           &s->problems, json);
    return true;
}

#define SPREADS \
    "{\"scale\":0.5,\"of\":{\"m\":[0.1,0.2,0.3],\"w\":[1,2,3,4],\"g\":[[0,0,0,0],[0,9,0,0]," \
    "[0,0,0,0],[0,0,0,7]]}}"

static void spreads(void)
{
    static const struct {
        double a;
        const char *s; /* NULL: missing */
        double variance;
    } rows[] = {
        {2, "y", 0.04 + 1 + 81}, {1, "x", 0.01 + 4},          {9, "z", 0.04 + 9},
        {2, NULL, 0.04 + 16},    {NAN, NULL, 0.09 + 16 + 49},
    };
    spread_case s;
    if (!open_spread(&s, SPREAD_CARD, SPREADS) || !CHECK(s.spread)) goto done;
    csuccess__card_result results[8];
    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
        csuccess_facts_clear(s.c.facts);
        double a = rows[i / 2].a;
        if (!isnan(a)) csuccess_facts_set_number(s.c.facts, CSUCCESS_STR("a"), a);
        if (rows[i / 2].s) {
            csuccess_facts_set_string(s.c.facts, CSUCCESS_STR("s"), check_view(rows[i / 2].s));
        }
        CHECK_OK(csuccess__scorer_inputs(s.c.scorer, s.c.facts, SCORE_NOW, NULL));
        csuccess__card_run run = {.machine = s.c.scorer->machine,
                                  .slots = s.c.scorer->slots,
                                  .slot_count = s.c.config->schema->count,
                                  .now = SCORE_NOW,
                                  .results = results,
                                  .contributions = i % 2 == 0,
                                  .spread = s.spread};
        (void)csuccess__scorecard_run(s.c.config->health->profiles[0].card, &run);
        CHECK_NUM(run.variance, rows[i / 2].variance, 1e-12);
        double reach = 1.645 * 0.5 * sqrt(rows[i / 2].variance);
        double high = 1 / (1 + exp(-(run.linear + reach)));
        double low = 1 / (1 + exp(-(run.linear - reach)));
        CHECK_NUM(run.confidence, 1 - (high - low), 1e-12);
    }
done:
    score_close(&s.c);
}

static void refused_spreads(void)
{
    static const struct {
        const char *spread, *pointer, *message;
    } bad[] = {
        {"{\"of\":{\"n\":[1]}}", "/of/n", "no node \"n\""},
        {"{\"of\":{\"l\":[1]}}", "/of/l", "has no bins"},
        {"{\"of\":{\"m\":[1,2]}}", "/of/m", "a list of 3 numbers"},
        {"{\"of\":{\"m\":[1,2,-1]}}", "/of/m/2", "from 0 to 1e9"},
        {"{\"of\":{\"m\":[1,2,\"3\"]}}", "/of/m/2", "from 0 to 1e9"},
        {"{\"of\":{\"g\":[1,2]}}", "/of/g", "4 rows"},
        {"{\"of\":{\"g\":[[0,0,0,0],[0,0,0],[0,0,0,0],[0,0,0,0]]}}", "/of/g/1",
         "a list of 4 numbers"},
        {"{\"scale\":-1}", "/scale", "from 0"},
        {"{\"scal\":1}", "/scal", "did you mean \"scale\""},
        {"[]", "", "object"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        spread_case s;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        if (open_spread(&s, SPREAD_CARD, bad[i].spread)) {
            CHECK(s.spread == NULL);
            CHECK(csuccess__problems_result(&s.problems, &err) < 0);
            CHECK_HAS(err.message, bad[i].message);
            CHECK_CSTR(err.pointer, bad[i].pointer);
        }
        score_close(&s.c);
    }
    spread_case s;
    if (open_spread(&s, "{" GRID "}", "{\"of\":{}}")) CHECK(s.spread == NULL);
    score_close(&s.c);
}

/* ---- What may not stand there ---- */

#define AT "/health/profiles/p/score"
#define SIDES(rows, columns) \
    "\"value\":\"a\",\"by\":\"s\",\"points\":{\"grid\":{\"rows\":" rows \
    ",\"columns\":" columns "," CELLS "}}"

static const struct bad {
    const char *score, *pointer, *message;
} bads[] = {
    {GRID ",\"missing\":{\"value\":1}", AT "/missing", "remove \"missing\""},
    {"\"value\":\"a\",\"by\":\"s\"", AT "/by", "second value of a grid"},
    {"\"value\":\"a\",\"by\":\"s\",\"points\":{\"upto\":[[1,2]]}", AT "/by",
     "second value of a grid"},
    {"\"value\":\"a\",\"points\":{\"grid\":{\"rows\":[1,5],\"columns\":[1,2]," CELLS "}}", AT,
     "need \"by\""},
    {"\"value\":\"a\",\"by\":\"s\",\"points\":{\"grid\":{\"rows\":[1,5],\"columns\":[\"x\","
     "\"y\"]," CELLS "},\"else\":1}",
     AT "/points/else", "remove \"else\""},
    {"\"value\":\"a\",\"by\":\"s\",\"points\":{\"grid\":{\"row\":[1]}}", AT "/points/grid/row",
     "did you mean \"rows\""},
    {"\"value\":\"a\",\"by\":\"s\",\"points\":{\"grid\":[]}", AT "/points/grid", "object"},
    {"\"value\":\"a\",\"by\":\"s\",\"points\":{\"grid\":{\"rows\":[1],\"columns\":[\"x\"]}"
     "}",
     AT "/points/grid", "3 rows"},
    {SIDES("[5,1]", "[\"x\",\"y\"]"), AT "/points/grid/rows/1", "must ascend"},
    {SIDES("[1,1]", "[\"x\",\"y\"]"), AT "/points/grid/rows/1", "must ascend"},
    {SIDES("[1,\"x\"]", "[\"x\",\"y\"]"), AT "/points/grid/rows/1", "is a number"},
    {SIDES("[]", "[\"x\",\"y\"]"), AT "/points/grid/rows", "needs \"rows\""},
    {SIDES("{}", "[\"x\",\"y\"]"), AT "/points/grid/rows", "array"},
    {SIDES("[1,5]", "[\"x\",\"x\"]"), AT "/points/grid/columns", "twice"},
    {SIDES("[1,5]", "[\"x\",2]"), AT "/points/grid/columns/1", "is a string"},
    {SIDES("[1,5,6]", "[\"x\",\"y\"]"), AT "/points/grid/gives", "5 rows"},
    {SIDES("[1,5]", "[\"x\",\"y\",\"z\"]"), AT "/points/grid/gives/0", "5 numbers"},
    {"\"value\":\"t\",\"by\":\"s\",\"points\":{\"grid\":{\"rows\":[1,5],\"columns\":[\"x\","
     "\"y\"]," CELLS "}}",
     AT "/points/grid/rows", "cut by a number, a string or a bool"},
    {"\"value\":\"f\",\"by\":\"s\",\"points\":{\"grid\":{\"rows\":[\"yes\"],\"columns\":["
     "\"x\"],\"gives\":[[1,2,3],[1,2,3],[1,2,3]]}}",
     AT "/points/grid/rows/0", "\"false\" and \"true\""},
    {"\"value\":\"a\",\"by\":\"s\",\"points\":{\"grid\":{\"rows\":[1],\"columns\":[\"x\"],"
     "\"gives\":[[1,2,3],[1,true,3],[1,2,3]]}}",
     AT "/points/grid/gives/1/1", "a cell of a grid is a number"},
    {"\"value\":\"a\",\"calibration\":{}", AT "/calibration", "either"},
    {"\"value\":\"a\",\"calibration\":{\"plat\":[1,0]}", AT "/calibration/plat",
     "did you mean \"platt\""},
    {"\"value\":\"a\",\"calibration\":{\"platt\":[1,0],\"isotonic\":[[0,0]]}",
     AT "/calibration", "either"},
    {"\"value\":\"a\",\"calibration\":{\"platt\":[1]}", AT "/calibration/platt",
     "[slope, intercept]"},
    {"\"value\":\"a\",\"calibration\":{\"platt\":[1,\"0\"]}", AT "/calibration/platt",
     "[slope, intercept]"},
    {"\"value\":\"a\",\"calibration\":{\"platt\":[1e10,0]}", AT "/calibration/platt",
     "-1e9 to 1e9"},
    {"\"value\":\"a\",\"calibration\":{\"isotonic\":[]}", AT "/calibration/isotonic",
     "at least one"},
    {"\"value\":\"a\",\"calibration\":{\"isotonic\":[[0,0.5],[0.5,0.4]]}",
     AT "/calibration/isotonic/1", "rises"},
    {"\"value\":\"a\",\"calibration\":{\"isotonic\":[[0.5,0.5],[0.5,0.6]]}",
     AT "/calibration/isotonic/1", "rises"},
    {"\"value\":\"a\",\"calibration\":{\"isotonic\":[[0,1.5]]}", AT "/calibration/isotonic/0",
     "from 0 to 1"},
    {"\"combine\":\"max\",\"of\":{\"x\":{\"value\":\"a\",\"calibration\":{\"platt\":[1,0]}}"
     "}",
     AT "/of/x/calibration", "unknown key"},
};

static void refused(void)
{
    for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
        char document[4096];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(document, sizeof document,
                 "{\"csuccess\":1," SCORE_ATTRIBUTES
                 ",\"health\":{\"profiles\":{\"p\":{\"score\":{%s}}}}}",
                 bads[i].score);
        CHECK(csuccess_config_compile(&config, check_view(document), NULL, &err) < 0);
        unsigned before = check_failures;
        CHECK_CSTR(err.pointer, bads[i].pointer);
        CHECK_HAS(err.message, bads[i].message);
        if (check_failures != before) printf("# %s\n# %s\n", bads[i].score, err.message);
        csuccess_config_unref(config);
    }
}

/* Legal, and probably not meant. */
static void linted(void)
{
    static const struct {
        const char *score, *message;
    } cases[] = {
        {"\"value\":\"a\",\"range\":[0,100],\"calibration\":{\"platt\":[1,0]}",
         "leaves 0 to 1"},
        {"\"value\":\"a\",\"range\":[0,1],\"calibration\":{\"platt\":[-1,0]}",
         "order of customers"},
        {"\"value\":\"a\",\"range\":[0,1],\"calibration\":{\"platt\":[1,0]}", NULL},
        {"\"value\":\"a\",\"range\":[0,100],\"link\":\"logistic\",\"calibration\":{"
         "\"isotonic\":[["
         "0,0]]}",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char document[2048];
        csuccess_problems *list = NULL;
        bool found = false;
        snprintf(document, sizeof document,
                 "{\"csuccess\":1,\"attributes\":{\"a\":{\"type\":\"number\"}},\"health\":{"
                 "\"profiles\":{\"p\":{\"score\":{%s}}}}}",
                 cases[i].score);
        CHECK_OK(csuccess_config_check(&list, check_view(document), NULL, NULL));
        for (size_t k = 0; k < csuccess_problems_count(list); k++) {
            csuccess_problem p = CSUCCESS_PROBLEM_INIT;
            csuccess_problems_get(list, k, &p);
            char text[512];
            snprintf(text, sizeof text, "%.*s", (int)p.message.len, p.message.ptr);
            CHECK_STR(p.pointer, AT "/calibration");
            found = found || (cases[i].message && strstr(text, cases[i].message));
        }
        CHECK_INT(csuccess_problems_count(list), cases[i].message ? 1 : 0);
        CHECK(found == (cases[i].message != NULL));
        csuccess_problems_free(list);
    }
}

/* Of churn's scorecard too. */
static void linted_churn(void)
{
    static const char document[] =
        "{\"csuccess\":1,\"attributes\":{\"a\":{\"type\":\"number\"}},\"churn\":{\"model\":{"
        "\"scorecard\":{\"value\":\"a\",\"range\":[0,1],\"calibration\":{\"platt\":[-1,0]}}}}}";
    csuccess_problems *list = NULL;
    csuccess_problem p = CSUCCESS_PROBLEM_INIT;
    CHECK_OK(csuccess_config_check(&list, check_view(document), NULL, NULL));
    if (CHECK_INT(csuccess_problems_count(list), 1)) {
        csuccess_problems_get(list, 0, &p);
        CHECK_STR(p.pointer, "/churn/model/scorecard/calibration");
    }
    csuccess_problems_free(list);
}

static csuccess_result base_of(void *ud, csuccess_str name, csuccess_str *document)
{
    (void)ud;
    (void)name;
    *document = CSUCCESS_STR(
        "{\"csuccess\":1,\"attributes\":{\"a\":{\"type\":\"number\"}},\"health\":{\"profiles\":"
        "{"
        "\"p\":{\"score\":{\"value\":\"a\",\"calibration\":{\"platt\":[1,0]}}}}}}");
    return CSUCCESS_OK;
}

/* A patch changes the kind of a calibration, not half of it. */
static void patched(void)
{
    static const char patch[] =
        "{\"csuccess\":1,\"extends\":\"base\",\"health\":{\"profiles\":{\"p\":{"
        "\"score\":{\"calibration\":{\"isotonic\":[[0,0.25]]}}}}}}";
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.resolve = base_of;
    if (CHECK_OK(csuccess_config_compile(&config, check_view(patch), &options, &err))) {
        CHECK_INT(config->health->profiles[0].card->calibration.kind,
                  CSUCCESS__CALIBRATOR_ISOTONIC);
    } else {
        printf("# %s %s\n", err.pointer, err.message);
    }
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(cells), CHECK_TEST(bools), CHECK_TEST(told), CHECK_TEST(grids_alone),
           CHECK_TEST(nothing_counts), CHECK_TEST(calibrations), CHECK_TEST(calibration_row),
           CHECK_TEST(calibrated_difference), CHECK_TEST(spreads), CHECK_TEST(refused_spreads),
           CHECK_TEST(refused), CHECK_TEST(linted), CHECK_TEST(linted_churn),
           CHECK_TEST(patched))
