/* SPDX-License-Identifier: Apache-2.0 */
/* Roll-up of children's results, in any order; where a score is heading. */
#include "score_case.h"

#include "base/error.h"

typedef struct child {
    double score, weight;
    unsigned present; /* 1: score, 2: weight, 4: input_at */
    int64_t at;
    int self;
} child;

static bool open_rollup(score_case *c, csuccess_rollup **out, const char *rule)
{
    char health[1024];
    snprintf(
        health, sizeof health,
        "{\"profiles\":{\"p\":{\"score\":{\"value\":\"a\"}}},\"rollup\":{\"parent\":\"s\",%s}}",
        rule);
    *out = NULL;
    return score_open(c, health) &&
           CHECK_OK(csuccess__rollup_make(out, c->config->health, csuccess__malloc_allocator(),
                                          NULL));
}

static csuccess_rollup_result finish(csuccess_rollup *r, const child *children, size_t n)
{
    csuccess_rollup_result out = CSUCCESS_ROLLUP_RESULT_INIT;
    for (size_t i = 0; i < n; i++) {
        csuccess_rollup_member m = CSUCCESS_ROLLUP_MEMBER_INIT;
        m.present = children[i].present;
        m.score = children[i].score;
        m.weight = children[i].weight;
        m.input_at = children[i].at;
        m.is_self = (uint32_t)children[i].self;
        CHECK_OK(csuccess_rollup_add(r, &m, NULL));
    }
    CHECK_OK(csuccess_rollup_finish(r, &out, NULL));
    return out;
}

static const child family[] = {
    {80, 100, 7, 5000, 0}, {50, 300, 7, 3000, 0}, {0, 50, 2, 0, 0}, {20, 100, 3, 0, 1}};
enum { FAMILY = 4 };

static void combines(void)
{
    static const struct {
        const char *rule;
        double score, completeness;
        unsigned members, missing;
    } cases[] = {
        {"\"combine\":\"weighted_mean\",\"weight\":\"b\"", 57.5, 400.0 / 450, 3, 1},
        {"\"combine\":\"weighted_mean\",\"weight\":\"b\",\"include_self\":true", 50,
         500.0 / 550, 4, 1},
        {"\"combine\":\"weighted_mean\",\"weight\":\"b\",\"missing\":{\"value\":9}",
         23450.0 / 450, 400.0 / 450, 3, 1},
        {"\"combine\":\"weighted_mean\",\"weight\":\"b\",\"missing\":\"fail\"", NAN,
         400.0 / 450, 3, 1},
        {"\"combine\":\"weighted_mean\",\"weight\":\"b\",\"require\":0.9", NAN, 400.0 / 450, 3,
         1},
        {"\"combine\":\"weighted_mean\",\"weight\":\"b\",\"require\":0.8", 57.5, 400.0 / 450, 3,
         1},
        {"\"combine\":\"min\"", 50, 2.0 / 3, 3, 1},
        {"\"combine\":\"max\"", 80, 2.0 / 3, 3, 1},
        {"\"combine\":\"sum\"", 130, 2.0 / 3, 3, 1},
        {"\"combine\":\"share_below\",\"below\":60", 0.5, 2.0 / 3, 3, 1},
        {"\"combine\":\"share_below\",\"below\":50", 0, 2.0 / 3, 3, 1}, /* 50 is not below 50 */
        {"\"combine\":\"share_below\",\"below\":60,\"by\":\"weight\",\"weight\":\"b\"", 0.75,
         400.0 / 450, 3, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        score_case c;
        csuccess_rollup *r;
        if (open_rollup(&c, &r, cases[i].rule)) {
            csuccess_rollup_result out = finish(r, family, FAMILY);
            bool there = out.present & CSUCCESS_ROLLUP_SCORE;
            CHECK_NUM(there ? out.score : (double)NAN, cases[i].score, 1e-9);
            CHECK_NUM(out.completeness, cases[i].completeness, 1e-12);
            CHECK_UINT(out.members, cases[i].members);
            CHECK_UINT(out.missing, cases[i].missing);
            CHECK(out.present & CSUCCESS_ROLLUP_INPUT_AT);
            CHECK_INT(out.input_at, 3000); /* the oldest */
            if (check_failures) printf("# %s\n", cases[i].rule);
        }
        csuccess_rollup_free(r);
        score_close(&c);
    }
}

/* The last bit does not depend on who reported first. */
static void any_order(void)
{
    uint64_t state = 5;
    score_case c;
    csuccess_rollup *r;
    csuccess_rollup_free(NULL);
    double first = 0;
    for (int round = 0; round < 20; round++) {
        child children[50];
        uint64_t same = 9;
        for (int i = 0; i < 50; i++) {
            children[i] = (child){(double)(check_random(&same) % 100000) / 977.0,
                                  (double)(check_random(&same) % 100000) / 31.0, 3, 0, 0};
        }
        for (int i = 49; round > 0 && i > 0; i--) {
            size_t k = check_random(&state) % (uint64_t)(i + 1);
            child swap = children[i];
            children[i] = children[k];
            children[k] = swap;
        }
        if (open_rollup(&c, &r, "\"combine\":\"noisy_or\",\"weight\":\"b\"")) {
            for (int i = 0; i < 50; i++) children[i].score /= 1e6, children[i].weight /= 1e4;
            double score = finish(r, children, 50).score;
            if (round == 0) first = score;
            CHECK_NUM(score, first, 0);
        }
        csuccess_rollup_free(r);
        score_close(&c);
    }
    CHECK(first > 0 && first < 1);
}

static void nothing_and_nonsense(void)
{
    score_case c;
    csuccess_rollup *r;
    csuccess_rollup_result out = CSUCCESS_ROLLUP_RESULT_INIT;
    if (open_rollup(&c, &r, "\"combine\":\"weighted_mean\",\"weight\":\"b\"")) {
        csuccess_rollup_member m = CSUCCESS_ROLLUP_MEMBER_INIT;
        m.present = CSUCCESS_ROLLUP_SCORE | CSUCCESS_ROLLUP_WEIGHT;
        m.score = NAN;
        CHECK_RESULT(csuccess_rollup_add(r, &m, NULL), CSUCCESS_ERANGE);
        m.score = 1;
        m.weight = -1;
        CHECK_RESULT(csuccess_rollup_add(r, &m, NULL), CSUCCESS_ERANGE);
        m.weight = 0;
        CHECK_OK(csuccess_rollup_add(r, &m, NULL));
        CHECK_OK(csuccess_rollup_finish(r, &out, NULL));
        CHECK_UINT(out.present, 0); /* no weight at all */
        CHECK_UINT(out.members, 1);
        CHECK_RESULT(csuccess_rollup_add(r, &m, NULL), CSUCCESS_EINVALID);
        CHECK_OK(csuccess_rollup_finish(r, &out, NULL));
    }
    csuccess_rollup_free(r);
    score_close(&c);
    if (open_rollup(&c, &r, "\"combine\":\"max\"")) {
        CHECK_UINT(finish(r, NULL, 0).present, 0);
    }
    csuccess_rollup_free(r);
    score_close(&c);
    if (score_open_profile(&c, "{\"value\":1}", "")) {
        CHECK_RESULT(
            csuccess__rollup_make(&r, c.config->health, csuccess__malloc_allocator(), NULL),
            CSUCCESS_EINVALID);
    }
    score_close(&c);
}

/* What a child weighs is part of its own result. */
static void weight_of_a_child(void)
{
    score_case c;
    if (score_open(
            &c,
            "{\"profiles\":{\"p\":{\"score\":{\"value\":\"a\"}}},\"rollup\":{\"parent\":\"s\","
            "\"combine\":\"weighted_mean\",\"weight\":\"b * 12\"}}")) {
        CHECK_NUM(score_raw(&c, "{\"a\":1,\"b\":100}"), 1, 0);
        CHECK(c.score.present & CSUCCESS_SCORE_WEIGHT);
        CHECK_NUM(c.score.weight, 1200, 0);
        CHECK_NUM(score_raw(&c, "{\"a\":1}"), 1, 0);
        CHECK(!(c.score.present & CSUCCESS_SCORE_WEIGHT));
        CHECK_NUM(score_raw(&c, "{\"a\":1,\"b\":-1}"), 1, 0);
        CHECK(!(c.score.present & CSUCCESS_SCORE_WEIGHT)); /* no weight is below 0 */
    }
    score_close(&c);
}

static void trajectory(void)
{
    static const int64_t day = 86400000;
    const int64_t times[] = {0, day, 2 * day, 3 * day, 4 * day};
    const double scores[] = {50, 52, 54, 99, 58}; /* two a day and one wild one */
    csuccess_trajectory_input in = CSUCCESS_TRAJECTORY_INPUT_INIT;
    csuccess_trajectory out = CSUCCESS_TRAJECTORY_INIT;
    in.times = times;
    in.scores = scores;
    in.count = 5;
    in.horizon = 14 * day;
    CHECK_OK(csuccess_trajectory_forecast(&out, &in, NULL, NULL));
    CHECK_UINT(out.present, 1);
    CHECK_NUM(out.slope, 2, 1e-9);
    CHECK_NUM(out.score, 78, 1e-9);
    CHECK(out.low <= 78 && out.high >= 78);
    in.count = 2;
    CHECK_OK(csuccess_trajectory_forecast(&out, &in, NULL, NULL));
    CHECK_UINT(out.present, 0);
    in.count = 401;
    CHECK_RESULT(csuccess_trajectory_forecast(&out, &in, NULL, NULL), CSUCCESS_ELIMIT);
    in.count = 5;
    in.confidence = 0.5;
    CHECK_RESULT(csuccess_trajectory_forecast(&out, &in, NULL, NULL), CSUCCESS_EINVALID);
    in.times = NULL;
    CHECK_RESULT(csuccess_trajectory_forecast(&out, &in, NULL, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_trajectory_forecast(&out, NULL, NULL, NULL), CSUCCESS_EINVALID);
}

CHECK_MAIN(CHECK_TEST(combines), CHECK_TEST(any_order), CHECK_TEST(nothing_and_nonsense),
           CHECK_TEST(weight_of_a_child), CHECK_TEST(trajectory))
