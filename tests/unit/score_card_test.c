/* SPDX-License-Identifier: Apache-2.0 */
/* Scorecards: every combine, form of points and missing policy, with numbers worked out by
   hand. */
#include "score_case.h"

/* A tree, a row, and the raw score that it gives; NaN: none. */
typedef struct sum {
    const char *tree, *row;
    double raw;
} sum;

static void check_sums(const sum *sums, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        score_case c;
        if (score_open_profile(&c, sums[i].tree, "")) {
            unsigned before = check_failures;
            CHECK_NUM(score_raw(&c, sums[i].row), sums[i].raw, 1e-9);
            if (check_failures != before) printf("# %s\n# %s\n", sums[i].tree, sums[i].row);
        }
        score_close(&c);
    }
}
#define CHECK_SUMS(table) check_sums(table, sizeof(table) / sizeof(table)[0])

#define POINTS(points) "{\"value\":\"a\",\"points\":" points "}"
#define UPTO POINTS("{\"upto\":[[1,40],[7,30],[14,20],[30,10]],\"else\":0}")
#define FROM POINTS("{\"from\":[[10,5],[20,15]],\"else\":1}")
#define LINEAR POINTS("{\"linear\":[[0,10],[10,30],[20,20]]}")
#define MAP "{\"value\":\"s\",\"points\":{\"map\":{\"gold\":9,\"silver\":4},\"else\":1}}"
#define BOOL_MAP "{\"value\":\"f\",\"points\":{\"map\":{\"true\":30,\"false\":5}}}"

static void points(void)
{
    static const sum sums[] = {
        {UPTO, "{\"a\":-3}", 40},
        {UPTO, "{\"a\":1}", 40}, /* inclusive above */
        {UPTO, "{\"a\":1.0000001}", 30},
        {UPTO, "{\"a\":7}", 30},
        {UPTO, "{\"a\":30}", 10},
        {UPTO, "{\"a\":31}", 0},
        {UPTO, "{}", NAN},
        {POINTS("{\"upto\":[[1,40]]}"), "{\"a\":1}", 40},
        {POINTS("{\"upto\":[[1,40]]}"), "{\"a\":2}", NAN}, /* no else: nothing to give */
        {FROM, "{\"a\":9.999}", 1},
        {FROM, "{\"a\":10}", 5}, /* inclusive below */
        {FROM, "{\"a\":19.999}", 5},
        {FROM, "{\"a\":20}", 15},
        {FROM, "{\"a\":1000}", 15},
        {POINTS("{\"from\":[[10,5]]}"), "{\"a\":9}", NAN},
        {LINEAR, "{\"a\":-5}", 10}, /* clamped */
        {LINEAR, "{\"a\":0}", 10},
        {LINEAR, "{\"a\":5}", 20},
        {LINEAR, "{\"a\":10}", 30},
        {LINEAR, "{\"a\":17.5}", 22.5},
        {LINEAR, "{\"a\":21}", 20},
        {POINTS("{\"linear\":[[4,7]]}"), "{\"a\":100}", 7},
        {MAP, "{\"s\":\"gold\"}", 9},
        {MAP, "{\"s\":\"silver\"}", 4},
        {MAP, "{\"s\":\"tin\"}", 1},
        {MAP, "{\"s\":\"Gold\"}", 1},
        {MAP, "{}", NAN},
        {"{\"value\":\"s.lowerAscii()\",\"points\":{\"map\":{\"gold\":9}}}", "{\"s\":\"GOLD\"}",
         9},
        {"{\"value\":\"s\",\"points\":{\"map\":{\"gold\":9}}}", "{\"s\":\"tin\"}", NAN},
        {BOOL_MAP, "{\"f\":true}", 30},
        {BOOL_MAP, "{\"f\":false}", 5},
        {"{\"value\":\"f\"}", "{\"f\":true}", 1},
        {"{\"value\":\"f\"}", "{\"f\":false}", 0},
        {"{\"value\":\"f\",\"points\":{\"linear\":[[0,0],[1,30]]}}", "{\"f\":true}", 30},
        {"{\"value\":\"a * 2\"}", "{\"a\":21}", 42},
        {"{\"value\":\"a / b\"}", "{\"a\":1,\"b\":0}", NAN},
        {"{\"value\":12.5}", "{}", 12.5},
    };
    CHECK_SUMS(sums);
}

#define GROUP(combine, rest) \
    "{\"combine\":\"" combine "\"," rest "\"of\":{\"x\":{\"value\":\"a\",\"range\":[0,40]}," \
    "\"y\":{\"value\":\"b\",\"range\":[0,60]}}}"
#define WEIGHED(combine, x, y, rest) \
    "{\"combine\":\"" combine "\"," rest "\"of\":{\"x\":{\"weight\":" x \
    ",\"value\":\"a\"},\"y\":{\"weight\":" y ",\"value\":\"b\"}}}"
#define BOTH "{\"a\":10,\"b\":30}"

static void combines(void)
{
    static const sum sums[] = {
        {WEIGHED("weighted_mean", "0.25", "0.75", ""), BOTH, 25},
        {WEIGHED("weighted_mean", "1", "3", ""), BOTH, 25}, /* normalised */
        {WEIGHED("weighted_mean", "25", "75", ""), BOTH, 25},
        {WEIGHED("weighted_mean", "1", "3", ""), "{\"b\":30}", 30},
        {WEIGHED("weighted_mean", "1", "3", ""), "{}", NAN},
        {WEIGHED("weighted_mean", "0", "3", ""), "{\"a\":7}", NAN}, /* no weight is present */
        {WEIGHED("weighted_mean", "1", "3", "\"scale\":4,"), BOTH, 100},
        {GROUP("sum", ""), BOTH, 40},
        {GROUP("sum", "\"scale\":0.5,"), BOTH, 20},
        {GROUP("sum", "\"max\":35,"), BOTH, 35},
        {GROUP("sum", "\"min\":45,"), BOTH, 45},
        {GROUP("sum", "\"max\":35,\"scale\":2,"), BOTH, 70}, /* limits first */
        {GROUP("sum", ""), "{\"a\":10}", 25},                /* 10 * 100 / 40 */
        {GROUP("sum", ""), "{\"b\":30}", 50},                /* 30 * 100 / 60 */
        {GROUP("sum", ""), "{}", NAN},
        {GROUP("min", ""), BOTH, 10},
        {GROUP("min", ""), "{\"b\":30}", 30},
        {GROUP("min", ""), "{}", NAN},
        {GROUP("max", ""), BOTH, 30},
        {GROUP("max", ""), "{\"a\":-1}", -1},
        {GROUP("product", ""), BOTH, 300},
        {GROUP("product", ""), "{\"a\":10}", 10},
        {GROUP("product", ""), "{}", NAN},
        {WEIGHED("noisy_or", "0.5", "1", ""), "{\"a\":0.4,\"b\":0.5}", 0.6}, /* 1 - 0.8 * 0.5 */
        {WEIGHED("noisy_or", "0.5", "1", ""), "{\"a\":0.4}", 0.2}, /* weights are not shared */
        {WEIGHED("noisy_or", "0.5", "1", ""), "{}", 0},
        {WEIGHED("noisy_or", "0.5", "1", ""), "{\"a\":-7,\"b\":0.5}", 0.5}, /* terms in 0..1 */
        {WEIGHED("noisy_or", "0.5", "1", ""), "{\"a\":9,\"b\":0.5}", 1},
        {GROUP("noisy_or", ""), "{\"a\":0.5,\"b\":0.5}", 0.75}, /* weight 1 without one */
    };
    CHECK_SUMS(sums);
}

/* A sum of three with ranges 0..40, 20..50 and, worst first, 30..0. */
#define UNEVEN \
    "{\"combine\":\"sum\",\"of\":{\"x\":{\"value\":\"a\",\"range\":[0,40]}," \
    "\"y\":{\"value\":\"b\",\"range\":[20,50]},\"z\":{\"value\":\"c\",\"range\":[30,0]}}}"

static void sharing(void)
{
    static const sum sums[] = {
        {UNEVEN, "{\"a\":10,\"b\":30,\"c\":15}", 55},
        /* y is missing: lows 0 + 20 + 0, what x and z have above theirs, times (40 + 30 +
           30) / (40 + 30) */
        {UNEVEN, "{\"a\":10,\"c\":15}", 20 + 25 * 100.0 / 70},
        {UNEVEN, "{\"b\":50}", 20 + 30 * 100.0 / 30}, /* best of what is there: best of all */
        /* A member that cannot vary has nothing to take a share with. */
        {"{\"combine\":\"sum\",\"of\":{\"x\":{\"value\":\"a\",\"range\":[5,5]},"
         "\"y\":{\"value\":\"b\",\"range\":[0,10]}}}",
         "{\"a\":5}", 5},
        /* Ranges come from points and from groups. */
        {"{\"combine\":\"sum\",\"of\":{\"x\":{\"value\":\"a\",\"points\":{\"linear\":[[0,0],[1,"
         "25]]}},"
         "\"g\":{\"combine\":\"weighted_mean\",\"of\":{\"y\":{\"weight\":1,\"value\":\"b\","
         "\"points\":{\"upto\":[[1,75]],\"else\":0}}}}}}",
         "{\"a\":0.4}", 40},
    };
    CHECK_SUMS(sums);
}

#define POLICY(policy) \
    "{\"combine\":\"weighted_mean\",\"of\":{\"x\":{\"weight\":0.5,\"value\":\"a\",\"range\":[" \
    "10,90]," \
    "\"missing\":" policy "},\"y\":{\"weight\":0.5,\"value\":\"b\"}}}"

static void policies(void)
{
    static const sum sums[] = {
        {POLICY("\"redistribute\""), "{\"b\":50}", 50},
        {POLICY("\"worst\""), "{\"b\":50}", 30},
        {POLICY("\"best\""), "{\"b\":50}", 70},
        {POLICY("{\"value\":20}"), "{\"b\":50}", 35},
        {POLICY("\"fail\""), "{\"b\":50}", NAN},
        {POLICY("\"fail\""), "{\"a\":30,\"b\":50}", 40},
        {POLICY("\"worst\""), "{}", 10},
        /* Worst of points is the least that they give. */
        {"{\"value\":\"a\",\"points\":{\"linear\":[[0,8],[1,2]]},\"missing\":\"worst\"}", "{}",
         2},
        {"{\"value\":\"a\",\"points\":{\"upto\":[[1,8]],\"else\":-4},\"missing\":\"worst\"}",
         "{}", -4},
        {"{\"value\":\"s\",\"points\":{\"map\":{\"x\":8,\"y\":9}},\"missing\":\"best\"}", "{}",
         9},
        {"{\"value\":\"f\",\"missing\":\"best\"}", "{}", 1},
        /* Worst may be the higher end. */
        {"{\"value\":\"a\",\"range\":[100,0],\"missing\":\"worst\"}", "{}", 100},
        /* On a group: its members' ends, or its own range. */
        {"{\"combine\":\"sum\",\"missing\":\"best\",\"of\":{\"x\":{\"value\":\"a\",\"range\":["
         "0,40]},"
         "\"y\":{\"value\":\"b\",\"range\":[0,60]}}}",
         "{}", 100},
        {"{\"combine\":\"max\",\"missing\":\"worst\",\"range\":[7,8],\"of\":{\"x\":{\"value\":"
         "\"a\"}}}",
         "{}", 7},
    };
    CHECK_SUMS(sums);
}

#define REQUIRE(share) \
    "{\"combine\":\"weighted_mean\",\"require\":" share \
    ",\"of\":{\"x\":{\"weight\":0.7,\"value\":\"a\"}," \
    "\"y\":{\"weight\":0.3,\"value\":\"b\"}}}"

static void required(void)
{
    static const sum sums[] = {
        {REQUIRE("0.7"), "{\"a\":10}", 10},
        {REQUIRE("0.7"), "{\"b\":10}", NAN},
        {REQUIRE("1"), "{\"a\":10}", NAN},
        {REQUIRE("1"), BOTH, 16},
        /* Of a sum, the share of points. */
        {GROUP("sum", "\"require\":0.6,"), "{\"b\":30}", 50},
        {GROUP("sum", "\"require\":0.6,"), "{\"a\":10}", NAN},
        /* Elsewhere, members. */
        {GROUP("min", "\"require\":0.5,"), "{\"a\":10}", 10},
        {GROUP("min", "\"require\":0.6,"), "{\"a\":10}", NAN},
        /* A value that a policy gave, or that is a default, is not present. */
        {"{\"combine\":\"max\",\"require\":0.5,\"of\":{\"x\":{\"value\":\"a\",\"missing\":{"
         "\"value\":1}}}}",
         "{}", NAN},
        {"{\"combine\":\"max\",\"require\":0.5,\"of\":{\"x\":{\"value\":\"d\"}}}", "{}", NAN},
        {"{\"combine\":\"max\",\"require\":0.5,\"of\":{\"x\":{\"value\":\"d\"}}}", "{\"d\":3}",
         3},
    };
    CHECK_SUMS(sums);
}

static void links(void)
{
    static const sum sums[] = {
        /* 1 / (1 + exp(-(0.5 + 2 * 0.25 - 1))) */
        {"{\"combine\":\"sum\",\"link\":\"logistic\",\"intercept\":-1,\"of\":{"
         "\"x\":{\"value\":\"a\",\"range\":[0,1]},\"y\":{\"value\":\"2 * "
         "b\",\"range\":[0,1]}}}",
         "{\"a\":0.5,\"b\":0.25}", 0.5},
        /* ln 3: three to one */
        {"{\"value\":\"a\",\"link\":\"logistic\"}", "{\"a\":1.0986122886681098}", 0.75},
        {"{\"value\":\"a\",\"link\":\"logistic\"}", "{\"a\":-700}", 0},
        {"{\"value\":\"a\",\"link\":\"identity\",\"intercept\":5}", "{\"a\":2}", 7},
        {"{\"value\":\"a\",\"link\":\"logistic\",\"intercept\":5}", "{}", NAN},
    };
    CHECK_SUMS(sums);
}

/* A score beyond the doubles is missing, with the reason, and never infinite. */
static void overflow(void)
{
    static const sum sums[] = {
        {GROUP("sum", ""), "{\"a\":1.7e308,\"b\":1.7e308}", NAN},
        {GROUP("product", ""), "{\"a\":1e200,\"b\":1e200}", NAN},
        {WEIGHED("weighted_mean", "1e9", "1e9", ""), "{\"a\":1e305,\"b\":0}", NAN},
        {GROUP("max", "\"scale\":1e9,"), "{\"a\":1e305}", NAN},
    };
    CHECK_SUMS(sums);
    score_case c;
    if (score_open_profile(
            &c,
            "{\"combine\":\"max\",\"of\":{\"g\":" GROUP("sum", "") ",\"z\":{"
                                                                   "\"value\":\"c\"}}}",
            "")) {
        CHECK_NUM(score_raw(&c, "{\"a\":1.7e308,\"b\":1.7e308,\"c\":2}"), 2, 0);
        CHECK_STR(score_text(&c, "/components/g/missing"), "overflow");
    }
    score_close(&c);
}

#define DEEP \
    "{\"combine\":\"weighted_mean\",\"of\":{\"use\":{\"weight\":0.6,\"combine\":\"sum\"," \
    "\"of\":{" \
    "\"x\":{\"value\":\"a\",\"points\":{\"linear\":[[0,0],[10,40]]}}," \
    "\"y\":{\"value\":\"d\",\"points\":{\"linear\":[[0,0],[6,60]]}}}}," \
    "\"calm\":{\"weight\":0.4,\"value\":\"b\",\"range\":[0,100],\"missing\":\"worst\"}}}"

/* Completeness is the share of weight that was really set; what a node says of itself. */
static void reported(void)
{
    score_case c;
    if (!score_open_profile(&c, DEEP, "")) goto done;
    CHECK_NUM(score_raw(&c, "{\"a\":5,\"b\":50,\"d\":6}"), 0.6 * 80 + 0.4 * 50, 1e-9);
    CHECK_NUM(c.score.completeness, 1, 1e-12);
    CHECK_NUM(score_number(&c, "/components/use/of/x/value"), 5, 0);
    CHECK_NUM(score_number(&c, "/components/use/of/x/points"), 20, 1e-12);
    CHECK_NUM(score_number(&c, "/components/use/weight"), 0.6, 1e-12);
    CHECK_NUM(score_number(&c, "/components/use/contribution"), 48, 1e-9);
    CHECK_NUM(score_number(&c, "/components/use/of/x/contribution"), 12, 1e-9);
    /* d is 3 by default: it counts, but as absent; b is worst. 0.6 * 40 / 100 of the weight
       is there. */
    CHECK_NUM(score_raw(&c, "{\"a\":5}"), 0.6 * (20 + 30), 1e-9);
    CHECK_NUM(c.score.completeness, 0.24, 1e-12);
    CHECK(score_at(&c, "/components/use/of/y/defaulted")->boolean);
    CHECK_STR(score_text(&c, "/components/calm/missing"), "never_set");
    CHECK_NUM(score_number(&c, "/components/calm/score"), 0, 0);
    CHECK_NUM(score_number(&c, "/components/calm/points"), NAN, 0);
    CHECK_STR(score_text(&c, "/missing/0"), "calm");
    CHECK_INT(score_at(&c, "/missing")->count, 1);
    /* x is missing: y has its points too. */
    CHECK_NUM(score_raw(&c, "{\"b\":50,\"d\":6}"), 0.6 * 100 + 0.4 * 50, 1e-9);
    CHECK_NUM(score_number(&c, "/components/use/of/y/weight"), 100.0 / 60, 1e-12);
    CHECK_NUM(score_number(&c, "/components/use/of/x/contribution"), 0, 0);
done:
    score_close(&c);
}

/* A default behind a metric of the document counts as one too. */
static void defaults_through_metrics(void)
{
    score_case c;
    if (score_open_text(
            &c, "{\"csuccess\":1," SCORE_ATTRIBUTES
                ",\"metrics\":{\"twice\":\"2 * d\",\"more\":\"twice + 1\"},"
                "\"health\":{\"profiles\":{\"p\":{\"score\":{\"value\":\"more\"}}}}}")) {
        CHECK_NUM(score_raw(&c, "{}"), 7, 0);
        CHECK_NUM(c.score.completeness, 0, 0);
        CHECK_NUM(score_raw(&c, "{\"d\":3}"), 7, 0);
        CHECK_NUM(c.score.completeness, 1, 0);
    }
    score_close(&c);
}

/* `fail` names the node and leaves everything else as it is. */
static void failing(void)
{
    score_case c;
    if (score_open_profile(&c, POLICY("\"fail\""), ",\"bands\":{\"all\":{}}")) {
        CHECK_NUM(score_raw(&c, "{\"b\":50}"), NAN, 0);
        CHECK_STR(score_text(&c, "/failed"), "x");
        CHECK_STR(score_text(&c, "/status"), "");
        CHECK_NUM(score_raw(&c, "{\"a\":50,\"b\":50}"), 50, 0);
        CHECK_STR(score_text(&c, "/failed"), "");
    }
    score_close(&c);
}

/* Members are taken in the order that `order` gives: the first of equals is the one that
   decides. */
static void ordered(void)
{
    score_case c;
    if (score_open_profile(&c,
                           "{\"combine\":\"max\",\"of\":{\"x\":{\"order\":2,\"value\":\"a\"},"
                           "\"y\":{\"order\":1,\"value\":\"b\"}}}",
                           "")) {
        CHECK_NUM(score_raw(&c, "{\"a\":4,\"b\":4}"), 4, 0);
        CHECK_NUM(score_number(&c, "/components/y/contribution"), 4, 0);
        CHECK_NUM(score_number(&c, "/components/x/contribution"), 0, 0);
    }
    score_close(&c);
}

CHECK_MAIN(CHECK_TEST(points), CHECK_TEST(combines), CHECK_TEST(sharing), CHECK_TEST(policies),
           CHECK_TEST(required), CHECK_TEST(links), CHECK_TEST(overflow), CHECK_TEST(reported),
           CHECK_TEST(defaults_through_metrics), CHECK_TEST(failing), CHECK_TEST(ordered))
