/* SPDX-License-Identifier: Apache-2.0 */
/* Rounding, floor without a branch, fixed point and checked integers. */
#include "check.h"
#include "base/number.h"

static double any_double(uint64_t *state)
{
    for (;;) {
        uint64_t bits = check_random(state);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x)) return x;
    }
}

/* A number of a size that scores and amounts have. */
static double usual(uint64_t *state)
{
    return ldexp((double)(int64_t)check_random(state), -(int)(check_random(state) % 63) - 1);
}

static bool is_same(double a, double b)
{
    return isnan(b) ? isnan(a) : a == b && signbit(a) == signbit(b);
}

static void floor_is_floor_to_the_bit(void)
{
    static const double edges[] = {
        0.0,
        0.5,
        1,
        0.49999999999999994,
        0x1p51,
        0x1p51 + 0.5,
        0x1p52 - 0.5,
        0x1p52,
        0x1p52 + 1,
        0x1p53,
        1e300,
        5e-324,
        INFINITY,
        NAN,
    };
    uint64_t state = 1;
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        CHECK(is_same(csuccess__floor(edges[i]), floor(edges[i])));
        CHECK(is_same(csuccess__floor(-edges[i]), floor(-edges[i])));
    }
    for (int i = 0; i < 200000; i++) {
        double x = i % 2 ? any_double(&state) : usual(&state);
        if (!is_same(csuccess__floor(x), floor(x))) {
            CHECK_NUM(csuccess__floor(x), floor(x), 0);
            return;
        }
    }
}

static void a_score_is_rounded_to_nine_decimals(void)
{
    uint64_t state = 2;
    CHECK_NUM(csuccess__round9(99.99999999999999), 100, 0);
    CHECK_NUM(csuccess__round9(80.0000000004), 80, 0);
    CHECK_NUM(csuccess__round9(79.9999999996), 80, 0);
    CHECK_NUM(csuccess__round9(-0.0000000006), -1e-9, 0);
    CHECK_NUM(csuccess__round9(1e300), 1e300, 0);
    CHECK_NUM(csuccess__round9(-5e15 - 1), -5e15 - 1, 0);
    CHECK(isnan(csuccess__round9(NAN)));
    CHECK_NUM(csuccess__round9(INFINITY), INFINITY, 0);
    for (int i = 0; i < 100000;
         i++) { /* the formula of the specification, with the real floor */
        double x = usual(&state);
        double expected = fabs(x) > 0x1p52 / 1e9 ? x : floor(x * 1e9 + 0.5) / 1e9;
        if (!is_same(csuccess__round9(x), expected)) {
            CHECK_NUM(csuccess__round9(x), expected, 0);
            return;
        }
    }
}

static void round_goes_away_from_zero_at_a_half(void)
{
    static const double rows[][2] = {
        {0.5, 1},
        {1.5, 2},
        {2.5, 3},
        {0.49999999999999994, 0},
        {79.5, 80},
        {0x1p52 + 1, 0x1p52 + 1},
        {0x1p51 + 0.5, 0x1p51 + 1},
        {1e300, 1e300},
        {0, 0},
        {INFINITY, INFINITY},
        {2.4, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_NUM(csuccess__round(rows[i][0]), rows[i][1], 0);
        CHECK_NUM(csuccess__round(-rows[i][0]), -rows[i][1], 0);
    }
    CHECK(isnan(csuccess__round(NAN)));
}

static csuccess__fixed fixed(double x)
{
    csuccess__fixed v = {0, 0};
    CHECK(csuccess__fixed_from(&v, x));
    return v;
}

static void fixed_point_has_nine_decimals(void)
{
    csuccess__fixed v = fixed(1.5);
    CHECK_INT(v.hi, 0);
    CHECK_UINT(v.lo, 1500000000);
    v = fixed(-0.000000001);
    CHECK_INT(v.hi, -1);
    CHECK_UINT(v.lo, UINT64_MAX);
    CHECK_UINT(fixed(0x1p-10 * 1e-6).lo, 1);            /* 0.98 of the last place */
    CHECK_UINT(fixed(ldexp(1.0, -10)).lo, 976562);      /* 976562.5: half to even */
    CHECK_UINT(fixed(3 * ldexp(1.0, -10)).lo, 2929688); /* 2929687.5 */
    CHECK_UINT(fixed(5e-324).lo, 0);
    v = fixed(9e27); /* int(9e27) * 10**9 of Python, by 2^64 */
    CHECK_INT(v.hi, INT64_C(487890977618476986));
    CHECK_UINT(v.lo, UINT64_C(16326674549124890624));
    CHECK_NUM(csuccess__fixed_double(v), 9e27, 0);
    csuccess__fixed out = {5, 5};
    CHECK(!csuccess__fixed_from(&out, 9.1e27));
    CHECK(!csuccess__fixed_from(&out, -INFINITY));
    CHECK(!csuccess__fixed_from(&out, NAN));
    CHECK_INT(out.hi, 5);
}

static void fixed_point_gives_back_what_it_took(void)
{
    uint64_t state = 3;
    for (int i = 0; i < 50000; i++) {
        double nano = (double)(int64_t)(check_random(&state) >> 11); /* below 2^53 */
        double x = nano / 1e9;
        if (csuccess__fixed_double(fixed(x)) != x || fixed(x).lo != (uint64_t)nano) {
            CHECK_NUM(csuccess__fixed_double(fixed(x)), x, 0);
            return;
        }
    }
}

static void a_mean_is_the_nearest_double(void)
{
    CHECK_NUM(csuccess__fixed_mean(fixed(1), 3), 1.0 / 3, 0);
    CHECK_NUM(csuccess__fixed_mean(fixed(-2), 3), -2.0 / 3, 0);
    CHECK_NUM(csuccess__fixed_mean(fixed(0.3), 3), 0.1, 0); /* 0.3 / 3 in double is not 0.1 */
    CHECK_NUM(csuccess__fixed_mean(fixed(1e-9), UINT32_MAX), 1e-9 / 4294967295.0, 1e-34);
    CHECK_NUM(csuccess__fixed_mean(fixed(1e12), UINT64_C(1) << 40), 0.9094947017729282, 0);
    CHECK_NUM(csuccess__fixed_mean(fixed(0), 7), 0, 0);
}

static void fixed_point_addition_refuses_what_does_not_fit(void)
{
    csuccess__fixed most = {INT64_MAX, UINT64_MAX}, least = {INT64_MIN, 0}, out = {7, 7};
    CHECK(!csuccess__fixed_add(&out, most, fixed(1e-9)));
    CHECK(!csuccess__fixed_add(&out, least, fixed(-1e-9)));
    CHECK_INT(out.hi, 7);
    CHECK(csuccess__fixed_add(&out, most, fixed(-1e-9)));
    CHECK_UINT(out.lo, UINT64_MAX - 1);
    CHECK(csuccess__fixed_add(&out, fixed(-1), fixed(1)));
    CHECK_INT(csuccess__fixed_cmp(out, fixed(0)), 0);
    CHECK_INT(csuccess__fixed_cmp(fixed(-1), fixed(1)), -1);
    CHECK_INT(csuccess__fixed_cmp(fixed(2), fixed(1)), 1);
    CHECK_INT(csuccess__fixed_cmp(fixed(1e25), fixed(1)), 1);
}

static void checked_integers_know_their_ends(void)
{
    int64_t out = 1;
    CHECK(csuccess__add_i64(&out, INT64_MAX, -1) && out == INT64_MAX - 1);
    CHECK(!csuccess__add_i64(&out, INT64_MAX, 1));
    CHECK(!csuccess__add_i64(&out, INT64_MIN, -1));
    CHECK(csuccess__sub_i64(&out, INT64_MIN, INT64_MIN) && out == 0);
    CHECK(!csuccess__sub_i64(&out, 0, INT64_MIN));
    CHECK(!csuccess__sub_i64(&out, -2, INT64_MAX));
    CHECK(csuccess__sub_i64(&out, -1, INT64_MAX) && out == INT64_MIN);
    CHECK(csuccess__mul_i64(&out, INT64_MIN, 1) && out == INT64_MIN);
    CHECK(csuccess__mul_i64(&out, -3, -5) && out == 15);
    CHECK(csuccess__mul_i64(&out, INT64_MIN, 0) && out == 0);
    CHECK(csuccess__mul_i64(&out, INT64_C(3037000500), -3) && out == INT64_C(-9111001500));
    CHECK(!csuccess__mul_i64(&out, INT64_MIN, -1));
    CHECK(!csuccess__mul_i64(&out, INT64_C(3037000500), INT64_C(3037000500)));
    CHECK_INT(out, INT64_C(-9111001500));
}

CHECK_MAIN(CHECK_TEST(floor_is_floor_to_the_bit),
           CHECK_TEST(a_score_is_rounded_to_nine_decimals),
           CHECK_TEST(round_goes_away_from_zero_at_a_half),
           CHECK_TEST(fixed_point_has_nine_decimals),
           CHECK_TEST(fixed_point_gives_back_what_it_took),
           CHECK_TEST(a_mean_is_the_nearest_double),
           CHECK_TEST(fixed_point_addition_refuses_what_does_not_fit),
           CHECK_TEST(checked_integers_know_their_ends))
