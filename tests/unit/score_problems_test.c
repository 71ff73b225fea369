/* SPDX-License-Identifier: Apache-2.0 */
/* What a health section may not say, each with its place and remedy; and what it may but
   probably does not mean. */
#include "score_case.h"

typedef struct bad {
    const char *health, *pointer, *message;
} bad;

#define PROFILE(score) "{\"profiles\":{\"p\":{\"score\":" score "}}}"
#define WITH(rest) "{\"profiles\":{\"p\":{\"score\":{\"value\":\"a\"}," rest "}}}"
#define MEAN(x) "{\"combine\":\"weighted_mean\",\"of\":{\"x\":{\"value\":\"a\"" x "}}}"
#define METRIC(rest) "{\"value\":\"a\"," rest "}"
#define AT "/health/profiles/p"

static const bad bads[] = {
    {"{}", "/health", "\"profiles\""},
    {"{\"profiles\":{}}", "/health", "at least one profile"},
    {"{\"profiles\":{\"p\":{}}}", AT, "needs \"score\""},
    {"{\"profile\":{}}", "/health/profile", "did you mean \"profiles\""},
    {PROFILE("3"), AT "/score", "a scorecard is an object"},
    {PROFILE("\"cards\""), AT "/score", "there is no scorecard \"cards\""},
    {PROFILE("{\"combin\":\"sum\"}"), AT "/score", "a metric, with \"value\""},
    {PROFILE("{\"of\":{\"x\":{\"value\":\"a\"}}}"), AT "/score", "needs \"combine\""},
    {PROFILE("{\"combine\":\"sum\"}"), AT "/score", "needs \"of\""},
    {PROFILE("{\"combine\":\"sum\",\"of\":{}}"), AT "/score/of", "at least one member"},
    {PROFILE("{\"combine\":\"mean\",\"of\":{\"x\":{\"value\":\"a\"}}}"), AT "/score/combine",
     "cannot be \"mean\""},
    {PROFILE("{\"value\":\"a\",\"of\":{}}"), AT "/score/of", "unknown key \"of\""},
    {PROFILE(MEAN("")), AT "/score/of/x", "\"x\" needs a \"weight\""},
    {PROFILE(MEAN(",\"weight\":-1")), AT "/score/of/x/weight", "must be a number from 0"},
    {PROFILE(MEAN(",\"weight\":\"1\"")), AT "/score/of/x/weight", "must be a number"},
    {PROFILE(MEAN(",\"weight\":0")), AT "/score", "add up to 0"},
    {PROFILE(METRIC("\"weight\":1")), AT "/score/weight", "unknown key \"weight\""},
    {PROFILE("{\"combine\":\"max\",\"of\":{\"x\":{\"value\":\"a\",\"weight\":1}}}"),
     AT "/score/of/x/weight", "only under \"weighted_mean\" and \"noisy_or\""},
    {PROFILE("{\"combine\":\"noisy_or\",\"of\":{\"x\":{\"value\":\"a\",\"weight\":1.5}}}"),
     AT "/score/of/x/weight", "from 0 to 1"},
    {PROFILE("{\"combine\":\"sum\",\"of\":{\"x\":{\"value\":\"a\"}}}"), AT "/score/of/x",
     "\"range\": [worst, best] is needed here"},
    {PROFILE(METRIC("\"missing\":\"worst\"")), AT "/score",
     "\"range\": [worst, best] is needed here"},
    {PROFILE(METRIC("\"missing\":\"wors\"")), AT "/score/missing", "did you mean \"worst\""},
    {PROFILE(METRIC("\"missing\":{\"valu\":1}")), AT "/score/missing/valu", "unknown key"},
    {PROFILE(METRIC("\"missing\":{}")), AT "/score/missing", "{\"value\": x}"},
    {PROFILE(METRIC("\"range\":[0]")), AT "/score/range", "[worst, best], two numbers"},
    {PROFILE(METRIC("\"range\":[0,\"1\"]")), AT "/score/range", "[worst, best], two numbers"},
    {PROFILE(METRIC("\"points\":{}")), AT "/score/points", "points need one of"},
    {PROFILE(METRIC("\"points\":{\"upto\":[[1,2]],\"from\":[[1,2]]}")), AT "/score/points/from",
     "\"upto\" stands there already"},
    {PROFILE(METRIC("\"points\":{\"upto\":[[2,1],[1,2]]}")), AT "/score/points/upto/1",
     "bounds must ascend"},
    {PROFILE(METRIC("\"points\":{\"upto\":[[2]]}")), AT "/score/points/upto/0",
     "[bound, points]"},
    {PROFILE(METRIC("\"points\":{\"upto\":[]}")), AT "/score/points/upto", "[bound, points]"},
    {PROFILE(METRIC("\"points\":{\"linear\":[[1,2]],\"else\":1}")), AT "/score/points/else",
     "no \"else\""},
    {PROFILE(METRIC("\"points\":{\"map\":{\"x\":1}}")), AT "/score/points/map",
     "for a string or a bool"},
    {PROFILE("{\"value\":\"f\",\"points\":{\"map\":{\"yes\":1}}}"), AT "/score/points/map/yes",
     "\"true\" and \"false\""},
    {PROFILE("{\"value\":\"s\",\"points\":{\"upto\":[[1,2]]}}"), AT "/score/points/upto",
     "use \"map\""},
    {PROFILE("{\"value\":\"s\",\"points\":{\"map\":{\"x\":\"1\"}}}"), AT "/score/points/map/x",
     "a number, found a string"},
    {PROFILE("{\"value\":\"s\"}"), AT "/score/value", "a string needs \"points\""},
    {PROFILE("{\"value\":\"nope\"}"), AT "/score/value", "nope"},
    {PROFILE("{\"value\":\"component('x')\"}"), AT "/score/value", "component"},
    {PROFILE("{\"value\":\"health.score\"}"), AT "/score/value", "health.score"},
    {PROFILE(METRIC("\"link\":\"logit\"")), AT "/score/link", "cannot be \"logit\""},
    {PROFILE("{\"combine\":\"sum\",\"of\":{\"x\":{\"value\":\"a\",\"range\":[0,1],\"link\":"
             "\"logistic\"}}}"),
     AT "/score/of/x/link", "unknown key \"link\""},
    {PROFILE("{\"combine\":\"max\",\"min\":1,\"of\":{\"x\":{\"value\":\"a\"}}}"),
     AT "/score/min", "belong to \"sum\""},
    {PROFILE("{\"combine\":\"sum\",\"min\":2,\"max\":1,\"of\":{\"x\":{\"value\":\"a\","
             "\"range\":[0,1]}}}"),
     AT "/score/min", "above \"max\""},
    {PROFILE("{\"combine\":\"max\",\"require\":2,\"of\":{\"x\":{\"value\":\"a\"}}}"),
     AT "/score/require", "from 0 to 1"},
    {PROFILE("{\"combine\":\"max\",\"of\":{\"x\":{\"value\":\"a\"},\"g\":{\"combine\":\"max\","
             "\"of\":{"
             "\"x\":{\"value\":\"b\"}}}}}"),
     AT "/score/of/g/of/x", "ids are unique"},
    {WITH("\"weights\":{\"x\":1}"), AT "/weights/x", "no node \"x\""},
    {"{\"profiles\":{\"p\":{\"score\":" MEAN(",\"weight\":1") ",\"weights\":{\"x\":0}}}}",
     AT "/weights", "add up to 0"},
    {"{\"profiles\":{\"p\":{\"score\":{\"combine\":\"max\",\"of\":{\"x\":{\"value\":\"a\"}}},"
     "\"weights\":{"
     "\"x\":1}}}}",
     AT "/weights/x", "has no weight"},
    {"{\"scorecards\":{\"k\":" MEAN("") "},\"profiles\":{\"p\":{\"score\":\"k\"}}}", AT,
     "\"x\" has no weight"},
    {"{\"scorecards\":{\"kard\":" MEAN(
         ",\"weight\":1") "},\"profiles\":{\"p\":{\"score\":\"card\"}}}",
     AT "/score", "did you mean \"kard\""},
    {"{\"also\":{\"k\":{}},\"profiles\":{\"p\":{\"score\":{\"value\":\"a\"}}}}",
     "/health/also/k", "no scorecard \"k\""},
    {WITH("\"when\":\"a\""), AT "/when", "bool"},
    {WITH("\"modifiers\":{\"m\":{\"multiply\":1,\"add\":1}}"), AT "/modifiers/m", "found 2"},
    {WITH("\"modifiers\":{\"m\":{\"when\":\"f\"}}"), AT "/modifiers/m", "found 0"},
    {WITH("\"modifiers\":{\"m\":{\"when\":\"health.score > 3\",\"add\":1}}"),
     AT "/modifiers/m/when", "health.score"},
    {WITH("\"rounding\":\"up\""), AT "/rounding", "cannot be \"up\""},
    {WITH("\"band_on\":\"score\""), AT "/band_on", "cannot be \"score\""},
    {WITH("\"bands\":{\"x\":{\"from\":1},\"y\":{\"from\":1}}"), AT "/bands/y",
     "begins where \"x\" begins"},
    {WITH("\"bands\":{\"x\":{},\"y\":{}}"), AT "/bands/y", "one may have none"},
    {WITH("\"bands\":{\"x\":{\"from\":1,\"above\":1}}"), AT "/bands/x/above", "not both"},
    {WITH("\"bands\":{\"churned\":{}}"), AT "/bands/churned", "name the band otherwise"},
    {WITH("\"trend\":{}"), AT "/trend", "needs \"over\""},
    {WITH("\"trend\":{\"over\":\"P1M\"}"), AT "/trend/over", "whole days"},
    {WITH("\"trend\":{\"over\":\"30\"}"), AT "/trend/over", "whole days"},
    {WITH("\"trend\":{\"over\":\"P30D\",\"against\":\"previous\"}"), AT "/trend/against",
     "not both"},
    {WITH("\"hysteresis\":-1"), AT "/hysteresis", "must be a number from 0"},
    {WITH("\"alerts\":{\"x\":{}}"), AT "/alerts/x", "needs \"when\""},
    {WITH("\"alerts\":{\"x\":{\"when\":\"f\",\"severity\":\"severe\"}}"),
     AT "/alerts/x/severity", "cannot be \"severe\""},
    {WITH("\"alerts\":{\"x\":{\"when\":\"f\",\"for\":\"two weeks\"}}"), AT "/alerts/x/for",
     "such as \"P3D\""},
    {WITH("\"alerts\":{\"x\":{\"when\":\"health.change('P7D') < 0\"}}"), AT "/alerts/x/when",
     "health.change"},
    {WITH("\"contradictions\":{\"x\":{\"when\":\"f\",\"lowers_confidence\":2}}"),
     AT "/contradictions/x/lowers_confidence", "from 0 to 1"},
    {WITH("\"review_after\":\"P-7D\""), AT "/review_after", "\"P7D\""},
    {WITH("\"provisional_below\":50"), AT "/provisional_below", "from 0 to 1"},
    {"{\"profiles\":{\"p\":{\"score\":{\"value\":\"a\"}}},\"rollup\":{\"parent\":\"x\","
     "\"combine\":\"max\"}}",
     "/health/rollup/parent", "not an attribute of type string"},
    {"{\"profiles\":{\"p\":{\"score\":{\"value\":\"a\"}}},\"rollup\":{\"parent\":\"s\"}}",
     "/health/rollup", "needs \"combine\""},
    {"{\"profiles\":{\"p\":{\"score\":{\"value\":\"a\"}}},\"rollup\":{\"parent\":\"s\","
     "\"combine\":"
     "\"weighted_mean\"}}",
     "/health/rollup", "needs \"weight\""},
    {"{\"profiles\":{\"p\":{\"score\":{\"value\":\"a\"}}},\"rollup\":{\"parent\":\"s\","
     "\"combine\":\"max\","
     "\"weight\":\"a\"}}",
     "/health/rollup/weight", "remove it"},
    {"{\"profiles\":{\"p\":{\"score\":{\"value\":\"a\"}}},\"rollup\":{\"parent\":\"s\","
     "\"combine\":"
     "\"share_below\"}}",
     "/health/rollup", "needs \"below\""},
};

static csuccess_problems *check(const char *health)
{
    char document[8192];
    csuccess_problems *list = NULL;
    snprintf(document, sizeof document, "{\"csuccess\":1," SCORE_ATTRIBUTES ",\"health\":%s}",
             health);
    (void)csuccess_config_check(&list, check_view(document), NULL, NULL);
    return list;
}

/* Whether the list has a problem of that sign at a place, with a part of its message. */
static bool has_problem(const csuccess_problems *list, bool error, const char *pointer,
                        const char *message)
{
    for (size_t i = 0; i < csuccess_problems_count(list); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        char text[1024];
        csuccess_problems_get(list, i, &p);
        snprintf(text, sizeof text, "%.*s", (int)p.message.len, p.message.ptr);
        bool there = p.pointer.len == strlen(pointer) &&
                     memcmp(p.pointer.ptr, pointer, p.pointer.len) == 0;
        if ((p.code < 0) == error && there && strstr(text, message)) return true;
    }
    for (size_t i = 0; i < csuccess_problems_count(list); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        csuccess_problems_get(list, i, &p);
        printf("# %d %.*s: %.*s\n", p.code, (int)p.pointer.len, p.pointer.ptr,
               (int)p.message.len, p.message.ptr);
    }
    return false;
}

static void refused(void)
{
    for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
        csuccess_problems *list = check(bads[i].health);
        if (!CHECK(has_problem(list, true, bads[i].pointer, bads[i].message))) {
            printf("# %s\n# %s: %s\n", bads[i].health, bads[i].pointer, bads[i].message);
        }
        csuccess_problems_free(list);
    }
}

/* An input that the section implies keeps its type even where the document declares it. */
static void implied_inputs(void)
{
    static const char document[] =
        "{\"csuccess\":1,\"attributes\":{\"a\":{\"type\":\"number\"},\"previous_score\":{"
        "\"type\":"
        "\"string\"},\"previous_status\":{\"type\":\"number\"}},\"health\":{\"profiles\":{"
        "\"p\":{"
        "\"score\":{\"value\":\"a\"},\"hysteresis\":1,\"trend\":{\"against\":\"previous\"}}}}}";
    csuccess_problems *list = NULL;
    CHECK_RESULT(csuccess_config_check(&list, check_view(document), NULL, NULL),
                 CSUCCESS_ETYPE);
    CHECK(has_problem(list, true, "/health/profiles/p/trend", "previous_score"));
    CHECK(has_problem(list, true, "/health", "previous_status"));
    csuccess_problems_free(list);
}

static void too_deep(void)
{
    char text[4096];
    size_t n = 0;
    for (int i = 0; i < 14; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "{\"combine\":\"max\",\"of\":{\"n%d\":", i);
    }
    n += (size_t)snprintf(text + n, sizeof text - n, "{\"value\":\"a\"}");
    for (int i = 0; i < 14; i++) n += (size_t)snprintf(text + n, sizeof text - n, "}}");
    char health[8192];
    snprintf(health, sizeof health, PROFILE("%s"), text);
    csuccess_problems *list = check(health);
    bool found = false;
    for (size_t i = 0; i < csuccess_problems_count(list); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        csuccess_problems_get(list, i, &p);
        found = found || p.code == CSUCCESS_ELIMIT;
    }
    CHECK(found);
    csuccess_problems_free(list);
}

#define SCORE100 "{\"value\":\"a\",\"range\":[0,100]}"
static const bad doubtful[] = {
    {PROFILE(
         "{\"combine\":\"weighted_mean\",\"of\":{\"x\":{\"weight\":0.5,\"value\":\"a\"},\"y\":{"
         "\"weight\":0.4,\"value\":\"b\"}}}"),
     AT "/score/of", "add up to 0.9, neither 1 nor 100"},
    {"{\"profiles\":{\"p\":{\"score\":" MEAN(",\"weight\":1") ",\"weights\":{\"x\":0.7}}}}",
     AT "/weights", "add up to 0.7"},
    {"{\"profiles\":{\"p\":{\"score\":" SCORE100
     ",\"bands\":{\"top\":{\"above\":100},\"rest\":{}}}}}",
     AT "/bands/top", "no score is that high"},
    {"{\"profiles\":{\"p\":{\"score\":" SCORE100
     ",\"bands\":{\"top\":{\"from\":0},\"rest\":{}}}}}",
     AT "/bands/rest", "every score reaches \"top\""},
    {"{\"profiles\":{\"p\":{\"score\":" SCORE100
     ",\"modifiers\":{\"m\":{\"cap\":50}},\"bands\":{"
     "\"top\":{\"from\":60},\"rest\":{}}}}}",
     AT "/bands/top", "no score is that high"},
    {"{\"profiles\":{\"p\":{\"score\":{\"value\":\"a\"}},\"q\":{\"score\":{\"value\":\"a\"}}}}",
     "/health/profiles/q", "can never be chosen"},
    {"{\"profiles\":{\"p\":{\"when\":\"true\",\"score\":{\"value\":\"a\"}},\"q\":{\"score\":{"
     "\"value\":\"a\"}}}}",
     "/health/profiles/q", "can never be chosen"},
    {"{\"profiles\":{\"p\":{\"when\":\"false\",\"score\":{\"value\":\"a\"}},\"q\":{\"score\":{"
     "\"value\":\"a\"}}}}",
     "/health/profiles/p", "its condition never holds"},
};
static const char *const fine[] = {
    PROFILE(
        "{\"combine\":\"weighted_mean\",\"of\":{\"x\":{\"weight\":60,\"value\":\"a\"},\"y\":{"
        "\"weight\":40,\"value\":\"b\"}}}"),
    "{\"profiles\":{\"p\":{\"score\":" SCORE100
    ",\"bands\":{\"top\":{\"from\":100},\"rest\":{\"above\":0}"
    ",\"none\":{}}}}}",
    "{\"profiles\":{\"p\":{\"score\":" SCORE100
    ",\"modifiers\":{\"m\":{\"when\":\"f\",\"cap\":50}},"
    "\"bands\":{\"top\":{\"from\":60},\"rest\":{}}}}}",
    /* Without the second factor the product comes to 80. */
    "{\"profiles\":{\"p\":{\"score\":{\"combine\":\"product\",\"scale\":100,\"of\":{\"x\":{"
    "\"value\":\"a\","
    "\"range\":[0,0.8]},\"y\":{\"value\":\"b\",\"range\":[0,0.5]}}},"
    "\"bands\":{\"top\":{\"from\":60},\"rest\":{}}}}}",
};

static size_t score_lint(const csuccess_problems *list)
{
    size_t n = 0;
    for (size_t i = 0; i < csuccess_problems_count(list); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        csuccess_problems_get(list, i, &p);
        bool ours = p.pointer.len > 7 && memcmp(p.pointer.ptr, "/health", 7) == 0;
        if (ours) {
            printf("# %.*s: %.*s\n", (int)p.pointer.len, p.pointer.ptr, (int)p.message.len,
                   p.message.ptr);
        }
        n += ours ? 1 : 0;
    }
    return n;
}

static void lint(void)
{
    for (size_t i = 0; i < sizeof doubtful / sizeof doubtful[0]; i++) {
        csuccess_problems *list = check(doubtful[i].health);
        if (!CHECK(has_problem(list, false, doubtful[i].pointer, doubtful[i].message))) {
            printf("# %s\n", doubtful[i].health);
        }
        csuccess_problems_free(list);
    }
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        csuccess_problems *list = check(fine[i]);
        CHECK_UINT(score_lint(list), 0);
        csuccess_problems_free(list);
    }
}

CHECK_MAIN(CHECK_TEST(refused), CHECK_TEST(implied_inputs), CHECK_TEST(too_deep),
           CHECK_TEST(lint))
