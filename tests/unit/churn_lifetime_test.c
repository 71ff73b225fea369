/* SPDX-License-Identifier: Apache-2.0 */
/* Revenue from hazards and the way through stages: by hand, by the gambler's ruin, merging, errors. */
#include "check.h"

#include <csuccess/forecast.h>

#define DAY INT64_C(86400000)
#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

/* ---- Revenue ---- */

static csuccess_revenue *start(uint32_t periods)
{
    csuccess_revenue_options o = CSUCCESS_REVENUE_OPTIONS_INIT;
    csuccess_revenue *r = NULL;
    o.periods = periods;
    CHECK_OK(csuccess_revenue_new(&r, &o, NULL));
    return r;
}

static csuccess_revenue_customer customer(double value, double probability)
{
    csuccess_revenue_customer c = CSUCCESS_REVENUE_CUSTOMER_INIT;
    c.value = value;
    c.probability = probability;
    c.horizon_ms = 30 * DAY;
    c.calibrated = 1;
    return c;
}

static csuccess_revenue_point at(const csuccess_revenue *r, uint32_t period)
{
    csuccess_revenue_point p = CSUCCESS_REVENUE_POINT_INIT;
    CHECK_OK(csuccess_revenue_at(r, period, &p));
    return p;
}

/* 100 * 0.9^t + 200 * 0.5^t, and 50 that nobody can lose. */
static void nrr_forecast_from_hazards(void)
{
    csuccess_revenue *r = start(3);
    csuccess_revenue_customer c = customer(100, 0.1);
    CHECK_OK(csuccess_revenue_add(r, &c, NULL));
    c = customer(200, 0.5);
    c.calibrated = 0;
    CHECK_OK(csuccess_revenue_add(r, &c, NULL));
    c = customer(50, 0);
    CHECK_OK(csuccess_revenue_add(r, &c, NULL));
    csuccess_revenue_point p = at(r, 0);
    CHECK_NUM(p.now, 350, 0);
    CHECK_NUM(p.expected, 350, 0);
    CHECK_NUM(p.low, 350, 0);
    CHECK_UINT(p.customers, 3);
    CHECK_UINT(p.uncalibrated, 1);
    p = at(r, 2);
    CHECK_NUM(p.expected, 81 + 50 + 50, 1e-8);
    CHECK_NUM(p.net_retention, 181.0 / 350, 1e-10);
    CHECK_NUM(p.customers_left, 0.81 + 0.25 + 1, 1e-8);
    /* 90 %: 1.6448536 sqrt(100^2 * 0.81 * 0.19 + 200^2 * 0.25 * 0.75) */
    CHECK_NUM(p.high - p.expected, 1.6448536269514722 * sqrt(1539 + 7500), 1e-6);
    csuccess_revenue_free(r);
}

static void growth_shows_in_net_retention_alone(void)
{
    csuccess_revenue *r = start(2);
    csuccess_revenue_customer c = customer(100, 0.1);
    c.growth = 0.2;
    CHECK_OK(csuccess_revenue_add(r, &c, NULL));
    CHECK_NUM(at(r, 2).net_retention, 0.81 * 1.44, 1e-10);
    CHECK_NUM(at(r, 2).gross_retention, 0.81, 1e-10);
    csuccess_revenue_free(r);
}

/* A curve of its own, going on at its last hazard: 1, 0.8, 0.6, then 0.45, 0.3375. A horizon of 90 days is three periods. */
static void survival_may_be_given_as_a_curve(void)
{
    static const double curve[] = {0.8, 0.6};
    csuccess_revenue *r = start(4);
    csuccess_revenue_customer c = customer(10, 0);
    c.survival = curve;
    c.survivals = 2;
    CHECK_OK(csuccess_revenue_add(r, &c, NULL));
    CHECK_NUM(at(r, 1).expected, 8, 1e-9);
    CHECK_NUM(at(r, 2).expected, 6, 1e-9);
    CHECK_NUM(at(r, 3).expected, 4.5, 1e-9);
    CHECK_NUM(at(r, 4).expected, 3.375, 1e-9);
    csuccess_revenue_free(r);
    r = start(3);
    c = customer(10, 0.271);
    c.horizon_ms = 90 * DAY;
    CHECK_OK(csuccess_revenue_add(r, &c, NULL));
    CHECK_NUM(at(r, 1).expected, 9, 1e-9);
    CHECK_NUM(at(r, 3).expected, 7.29, 1e-9);
    csuccess_revenue_free(r);
}

static void order_and_parts_of_revenue_do_not_show(void)
{
    enum { MANY = 300 };
    uint64_t seed = 6;
    csuccess_revenue *all = start(0), *a = start(0), *b = start(0);
    static csuccess_revenue_customer list[MANY];
    for (size_t i = 0; i < MANY; i++) {
        uint64_t r = check_random(&seed);
        list[i] = customer((double)(r % 100000) / 7, (double)(r >> 20 & 255) / 300);
        list[i].growth = (double)(r >> 30 & 15) / 300;
        CHECK_OK(csuccess_revenue_add(all, &list[i], NULL));
    }
    for (size_t i = MANY; i-- > 0;) {
        CHECK_OK(csuccess_revenue_add(check_random(&seed) & 1 ? a : b, &list[i], NULL));
    }
    CHECK_OK(csuccess_revenue_merge(b, a, NULL));
    for (uint32_t t = 0; t <= 12; t++) {
        csuccess_revenue_point x = at(all, t), y = at(b, t);
        CHECK(memcmp(&x, &y, sizeof x) == 0);
    }
    csuccess_revenue_free(all);
    csuccess_revenue_free(a);
    csuccess_revenue_free(b);
}

static void revenue_that_cannot_be_is_refused(void)
{
    static const double rising[] = {0.5, 0.6};
    csuccess_revenue *r = start(2), *other = start(3), *none = NULL;
    csuccess_revenue_options o = CSUCCESS_REVENUE_OPTIONS_INIT;
    csuccess_revenue_customer c = customer(-1, 0.1);
    CHECK_RESULT(csuccess_revenue_add(r, &c, NULL), CSUCCESS_ERANGE);
    c = customer(1, NAN);
    CHECK_RESULT(csuccess_revenue_add(r, &c, NULL), CSUCCESS_ERANGE);
    c = customer(1, 0.1);
    c.horizon_ms = 0;
    CHECK_RESULT(csuccess_revenue_add(r, &c, NULL), CSUCCESS_ERANGE);
    c = customer(1, 0.1);
    c.growth = -1;
    CHECK_RESULT(csuccess_revenue_add(r, &c, NULL), CSUCCESS_ERANGE);
    c = customer(1, 0.1);
    c.survival = rising;
    CHECK_RESULT(csuccess_revenue_add(r, &c, NULL), CSUCCESS_EINVALID);
    c.survivals = 2;
    CHECK_RESULT(csuccess_revenue_add(r, &c, NULL), CSUCCESS_ERANGE);
    CHECK_UINT(at(r, 1).customers, 0);
    CHECK_RESULT(csuccess_revenue_merge(r, r, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_revenue_merge(r, other, NULL), CSUCCESS_EINVALID);
    csuccess_revenue_point p = CSUCCESS_REVENUE_POINT_INIT;
    CHECK_RESULT(csuccess_revenue_at(r, 3, &p), CSUCCESS_EINVALID);
    o.periods = 241;
    CHECK_RESULT(csuccess_revenue_new(&none, &o, NULL), CSUCCESS_ERANGE);
    csuccess_revenue_free(r);
    csuccess_revenue_free(other);
    csuccess_revenue_free(NULL);
}

/* Growth of 100 % in every period, over 240 of them, does not fit any more, and nothing was added. */
static void revenue_that_overflows_is_refused_whole(void)
{
    csuccess_revenue *r = start(240);
    csuccess_revenue_customer c = customer(1e12, 0);
    c.growth = 1;
    CHECK_RESULT(csuccess_revenue_add(r, &c, NULL), CSUCCESS_ERANGE);
    CHECK_UINT(at(r, 0).customers, 0);
    CHECK_NUM(at(r, 0).now, 0, 0);
    csuccess_revenue_free(r);
}

/* ---- Stages ---- */

/* Days from START on; until < 0: not known. */
static csuccess_result walk(csuccess_stages *s, const char *names, const double *days,
                            double until)
{
    csuccess_str stage[8];
    int64_t when[8];
    csuccess_stage_path p = CSUCCESS_STAGE_PATH_INIT;
    for (p.stages = 0; names[p.stages]; p.stages++) {
        stage[p.stages] = (csuccess_str){names + p.stages, 1};
        when[p.stages] = START + (int64_t)(days[p.stages] * (double)DAY);
    }
    p.stage = stage;
    p.at = when;
    p.observed_until = START + (int64_t)(until * (double)DAY);
    return csuccess_stages_add(s, &p, NULL);
}

static csuccess_stages *chain(void)
{
    csuccess_stages *s = NULL;
    CHECK_OK(csuccess_stages_new(&s, NULL, NULL));
    return s;
}

static csuccess_stage_way way(const csuccess_stages *s, const char *from, const char *to)
{
    csuccess_stage_way w = CSUCCESS_STAGE_WAY_INIT;
    CHECK_OK(csuccess_stages_way(s, check_view(from), check_view(to), &w));
    return w;
}

/* A fair game from 1 of 4: 4 is reached with probability 1/4, and then in (4^2 - 1^2) / 3 = 5 rounds, here of two days each. */
static void the_way_is_that_of_the_gambler(void)
{
    static const char *const moves[] = {"10", "12", "21", "23", "32", "34"};
    static const double days[] = {0, 2};
    csuccess_stages *s = chain();
    for (size_t i = 0; i < 6; i++) CHECK_OK(walk(s, moves[i], days, 2));
    csuccess_stage_way w = way(s, "1", "4");
    CHECK_NUM(w.probability, 0.25, 1e-12);
    CHECK_NUM(w.steps, 5, 1e-10);
    CHECK_NUM(w.days, 10, 1e-10);
    w = way(s, "2", "0");
    CHECK_NUM(w.probability, 0.5, 1e-12);
    CHECK_NUM(w.steps, 4, 1e-10); /* (4^2 - 2^2) / 3 */
    CHECK_NUM(way(s, "0", "4").probability, 0, 0);
    CHECK_NUM(way(s, "3", "3").probability, 1, 0);
    CHECK_NUM(way(s, "3", "3").steps, 0, 0);
    csuccess_stages_free(s);
}

/* Two of three go from onboarding to adoption; the third is still there after 30 days, which counts as time. */
static void stays_that_go_on_count_as_time(void)
{
    static const double days[] = {0, 10}, late[] = {0, 20}, none[] = {0};
    csuccess_stages *s = chain();
    CHECK_OK(walk(s, "oa", days, 15));
    CHECK_OK(walk(s, "oa", late, 20));
    CHECK_OK(walk(s, "o", none, 30));
    CHECK_OK(walk(s, "o", none, -1)); /* it is not known how that went on */
    csuccess_stage o = CSUCCESS_STAGE_INIT;
    CHECK_UINT(csuccess_stages_count(s), 2);
    CHECK_OK(csuccess_stages_get(s, 1, &o));
    CHECK_STR(o.name, "o");
    CHECK_UINT(o.stays, 4);
    CHECK_UINT(o.left, 2);
    CHECK_NUM(o.days, 60, 1e-9);
    CHECK_NUM(o.mean_days, 30, 1e-9);
    csuccess_stage_move m = CSUCCESS_STAGE_MOVE_INIT;
    CHECK_OK(csuccess_stages_move(s, CSUCCESS_STR("o"), CSUCCESS_STR("a"), &m));
    CHECK_UINT(m.moves, 2);
    CHECK_NUM(m.probability, 1, 0);
    CHECK_NUM(m.low, 0.342380227506653, 1e-12); /* statsmodels' Wilson interval of 2 of 2 */
    CHECK_NUM(m.high, 1, 0);
    CHECK_OK(csuccess_stages_move(s, CSUCCESS_STR("a"), CSUCCESS_STR("o"), &m));
    CHECK_UINT(m.of, 0);
    CHECK_NUM(m.high - m.low, 1, 0);
    CHECK_NUM(way(s, "o", "a").days, 30, 1e-9);
    csuccess_stages_free(s);
}

static void the_same_stage_twice_is_one_stay(void)
{
    static const double days[] = {0, 5, 12};
    csuccess_stages *s = chain();
    CHECK_OK(walk(s, "oob", days, 12));
    csuccess_stage o = CSUCCESS_STAGE_INIT;
    CHECK_OK(csuccess_stages_get(s, 1, &o));
    CHECK_UINT(o.stays, 1);
    CHECK_NUM(o.days, 12, 1e-9);
    csuccess_stages_free(s);
}

static csuccess_result walk_random(csuccess_stages *s, uint64_t r)
{
    char names[6] = {0};
    double days[6] = {0};
    for (size_t i = 0; i < 5; i++) {
        names[i] = (char)('a' + (r >> (4 * i)) % 6);
        if (i > 0) days[i] = days[i - 1] + (double)(r >> (24 + 4 * i) & 15) / 3;
    }
    return walk(s, names, days, 30);
}

static void order_and_parts_of_stages_do_not_show(void)
{
    enum { MANY = 200 };
    uint64_t seed = 3, rows[MANY];
    csuccess_stages *all = chain(), *a = chain(), *b = chain();
    for (size_t i = 0; i < MANY; i++) {
        rows[i] = check_random(&seed);
        CHECK_OK(walk_random(all, rows[i]));
    }
    for (size_t i = MANY; i-- > 0;) CHECK_OK(walk_random(i % 3 ? a : b, rows[i]));
    CHECK_OK(csuccess_stages_merge(b, a, NULL));
    CHECK_UINT(csuccess_stages_count(b), 6);
    for (char from = 'a'; from < 'g'; from++) {
        for (char to = 'a'; to < 'g'; to++) {
            const char f[] = {from, 0}, t[] = {to, 0};
            csuccess_stage_way x = way(all, f, t), y = way(b, f, t);
            CHECK(memcmp(&x, &y, sizeof x) == 0);
            CHECK_NUM(x.probability, 1, 1e-12); /* all of them lead to one another */
        }
    }
    csuccess_stages_free(all);
    csuccess_stages_free(a);
    csuccess_stages_free(b);
}

static void paths_that_cannot_be_are_refused(void)
{
    static const double falling[] = {5, 4};
    csuccess_stages *s = chain(), *t = chain();
    csuccess_stage_path p = CSUCCESS_STAGE_PATH_INIT;
    csuccess_stage_way w = CSUCCESS_STAGE_WAY_INIT;
    CHECK_RESULT(csuccess_stages_add(s, &p, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(walk(s, "ab", falling, 9), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_stages_merge(s, s, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_stages_way(s, CSUCCESS_STR("a"), CSUCCESS_STR("b"), &w),
                 CSUCCESS_ENAME);
    for (int i = 0; i < 66; i++) {
        const char name[] = {(char)('0' + i), 0};
        static const double day[] = {0};
        CHECK_RESULT(walk(i < 40 ? s : t, name, day, 1), CSUCCESS_OK);
    }
    CHECK_RESULT(csuccess_stages_merge(s, t, NULL), CSUCCESS_ELIMIT);
    CHECK_UINT(csuccess_stages_count(s), 40);
    csuccess_stages_free(s);
    csuccess_stages_free(t);
    csuccess_stages_free(NULL);
}

/* ---- Memory ---- */

static csuccess_result scenario(check_memory *memory, void *ud)
{
    (void)ud;
    static const double days[] = {0, 2, 3};
    csuccess_revenue_options o = CSUCCESS_REVENUE_OPTIONS_INIT;
    csuccess_revenue *r = NULL;
    csuccess_stages *s = NULL, *t = NULL;
    csuccess_stage_way w = CSUCCESS_STAGE_WAY_INIT;
    o.allocator = &memory->allocator;
    csuccess_result result = csuccess_revenue_new(&r, &o, NULL);
    if (result >= 0) result = csuccess_stages_new(&s, &memory->allocator, NULL);
    if (result >= 0) result = csuccess_stages_new(&t, &memory->allocator, NULL);
    if (result >= 0) result = walk(s, "abc", days, 4);
    if (result >= 0) result = walk(t, "def", days, 4);
    if (result >= 0) {
        result = csuccess_stages_merge(s, t, NULL);
        CHECK_UINT(csuccess_stages_count(s), result >= 0 ? 6 : 3);
    }
    if (result >= 0) {
        result = csuccess_stages_way(s, CSUCCESS_STR("a"), CSUCCESS_STR("c"), &w);
    }
    csuccess_revenue_free(r);
    csuccess_stages_free(s);
    csuccess_stages_free(t);
    return result;
}

static void nothing_leaks_when_memory_fails(void)
{
    CHECK(check_faults(scenario, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(nrr_forecast_from_hazards),
           CHECK_TEST(growth_shows_in_net_retention_alone),
           CHECK_TEST(survival_may_be_given_as_a_curve),
           CHECK_TEST(order_and_parts_of_revenue_do_not_show),
           CHECK_TEST(revenue_that_cannot_be_is_refused),
           CHECK_TEST(revenue_that_overflows_is_refused_whole),
           CHECK_TEST(the_way_is_that_of_the_gambler),
           CHECK_TEST(stays_that_go_on_count_as_time),
           CHECK_TEST(the_same_stage_twice_is_one_stay),
           CHECK_TEST(order_and_parts_of_stages_do_not_show),
           CHECK_TEST(paths_that_cannot_be_are_refused),
           CHECK_TEST(nothing_leaks_when_memory_fails))
