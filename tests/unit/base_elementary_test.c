/* SPDX-License-Identifier: Apache-2.0 */
/* exp, ln, pow: within 0.6 ulp of mpmath, special values by C11, Annex F, exact where exact. */
#include "check.h"
#include "base/number.h"

static double from_bits(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static double ulp_of(double x)
{
    int exponent;
    (void)frexp(x, &exponent);
    return ldexp(1, exponent - 53 < -1074 ? -1074 : exponent - 53);
}

static double result_of(char kind, double x, double y)
{
    return kind == 'e' ? csuccess__exp(x) : kind == 'l' ? csuccess__ln(x) : csuccess__pow(x, y);
}

/* The error of every row of one kind of tests/data/elementary.tsv; their greatest. */
static void check_table(char kind, unsigned least_rows)
{
    size_t len;
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/elementary.tsv", &len);
    if (!CHECK(text != NULL)) return;
    unsigned rows = 0;
    double worst = 0, worst_x = 0, worst_y = 0;
    for (char *line = text; *line; line = strchr(line, '\n') + 1) {
        if (line[0] != kind) continue;
        double v[4];
        char *p = line + 1;
        for (int i = 0; i < 4; i++) {
            v[i] = from_bits(strtoull(p + 1, &p, 16));
        }
        double result = result_of(kind, v[0], v[1]);
        double error =
            result == v[2] ? fabs(v[3]) : fabs((result - v[2]) / ulp_of(v[2]) - v[3]);
        if (!(error <= worst)) {
            worst = error;
            worst_x = v[0];
            worst_y = v[1];
        }
        rows++;
    }
    free(text);
    printf("# %c: %u rows, error up to %.4f ulp at %a, %a\n", kind, rows, worst, worst_x,
           worst_y);
    CHECK(rows >= least_rows);
    CHECK(worst < 0.6);
}

static void exp_is_within_its_bound(void)
{
    check_table('e', 2000);
}

static void ln_is_within_its_bound(void)
{
    check_table('l', 2000);
}

static void pow_is_within_its_bound(void)
{
    check_table('p', 2000);
}

/* Same value, same sign of zero; any NaN is one. */
static bool is_same(double a, double b)
{
    return isnan(b) ? isnan(a) : a == b && signbit(a) == signbit(b);
}

static void exp_and_ln_have_the_limits_of_annex_f(void)
{
    static const struct {
        double x, exp, ln;
    } rows[] = {
        {0.0, 1, -INFINITY},         {-0.0, 1, -INFINITY}, {INFINITY, INFINITY, INFINITY},
        {-INFINITY, 0.0, NAN},       {NAN, NAN, NAN},      {-1, 0.36787944117144233, NAN},
        {1, 2.718281828459045, 0.0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(is_same(csuccess__exp(rows[i].x), rows[i].exp));
        CHECK(is_same(csuccess__ln(rows[i].x), rows[i].ln));
    }
    CHECK(is_same(csuccess__exp(710), INFINITY));
    CHECK(is_same(csuccess__exp(-746), 0.0));
    CHECK(is_same(csuccess__exp(1e308), INFINITY));
    CHECK(is_same(csuccess__exp(-1e308), 0.0));
}

/* C11, F.10.4.4, line by line, then the ends of the range. */
static const struct {
    double x, y, result;
} annex_f[] = {
    {0.0, -3, INFINITY},
    {-0.0, -3, -INFINITY},
    {0.0, -2, INFINITY},
    {-0.0, -2, INFINITY},
    {-0.0, -2.5, INFINITY},
    {0.0, -INFINITY, INFINITY},
    {-0.0, -INFINITY, INFINITY},
    {0.0, 3, 0.0},
    {-0.0, 3, -0.0},
    {0.0, 2, 0.0},
    {-0.0, 2, 0.0},
    {-0.0, 0.5, 0.0},
    {-1, INFINITY, 1},
    {-1, -INFINITY, 1},
    {1, NAN, 1},
    {1, INFINITY, 1},
    {NAN, 0.0, 1},
    {NAN, -0.0, 1},
    {INFINITY, 0.0, 1},
    {0.0, 0.0, 1},
    {-8, 1.0 / 3, NAN},
    {-0.5, 0.5, NAN},
    {0.5, -INFINITY, INFINITY},
    {-0.5, -INFINITY, INFINITY},
    {1.5, -INFINITY, 0.0},
    {-1.5, -INFINITY, 0.0},
    {0.5, INFINITY, 0.0},
    {-0.5, INFINITY, 0.0},
    {1.5, INFINITY, INFINITY},
    {-1.5, INFINITY, INFINITY},
    {-INFINITY, -3, -0.0},
    {-INFINITY, -2, 0.0},
    {-INFINITY, -0.5, 0.0},
    {-INFINITY, 3, -INFINITY},
    {-INFINITY, 2, INFINITY},
    {-INFINITY, 0.5, INFINITY},
    {INFINITY, -1, 0.0},
    {INFINITY, 1, INFINITY},
    {NAN, 1, NAN},
    {2, NAN, NAN},
    {-2, 3, -8},
    {-2, 2, 4},
    {-2, -1, -0.5},
    {-10, 309, -INFINITY},
    {-10, -331, -0.0},
    {-1, 9007199254740991.0, -1},
    {-1, 9007199254740992.0, 1},
    {-1, 0.5, NAN},
    {2, 1e308, INFINITY},
    {2, -1e308, 0.0},
    {0.5, 1e308, 0.0},
    {0.5, -1e308, INFINITY},
    {3, 1e-300, 1},
    {1e-300, 5e-324, 1},
    {0x1.fffffffffffffp-1, 0x1p62, 0x1.44109edb2088fp-739},
};

static void pow_has_the_limits_of_annex_f(void)
{
    for (size_t i = 0; i < sizeof annex_f / sizeof annex_f[0]; i++) {
        double result = csuccess__pow(annex_f[i].x, annex_f[i].y);
        if (!CHECK(is_same(result, annex_f[i].result))) {
            printf("# pow(%g, %g) is %g\n", annex_f[i].x, annex_f[i].y, result);
        }
    }
}

static void whole_powers_that_fit_are_exact(void)
{
    for (int base = 2; base <= 12; base++) {
        double power = 1;
        for (int y = 0; power < 0x1p53; y++, power *= base) {
            CHECK_NUM(csuccess__pow(base, y), power, 0);
        }
    }
    for (int root = 1; root < 3000; root++) {
        CHECK_NUM(csuccess__pow((double)root * root, 0.5), root, 0);
    }
    for (int e = -1074; e <= 1023; e++) CHECK_NUM(csuccess__pow(2, e), ldexp(1, e), 0);
}

static void steps_do_not_go_back_where_pieces_meet(void)
{
    for (int k = -3000; k < 3000; k++) {
        double x = (k + 0.5) * 0.010830424696249145; /* ln 2 / 64 */
        CHECK(csuccess__exp(nextafter(x, -1000)) <= csuccess__exp(x));
        CHECK(csuccess__exp(x) <= csuccess__exp(nextafter(x, 1000)));
    }
    for (int i = 64; i < 512; i++) {
        double x = i / 128.0;
        CHECK(csuccess__ln(nextafter(x, 0)) <= csuccess__ln(x));
        CHECK(csuccess__ln(x) <= csuccess__ln(nextafter(x, 1000)));
    }
}

static void sigmoid_keeps_its_precision_at_both_ends(void)
{
    CHECK_NUM(csuccess__sigmoid(0), 0.5, 0);
    CHECK_NUM(csuccess__sigmoid(1), 0.7310585786300049, 2e-16);
    CHECK_NUM(csuccess__sigmoid(-40) / 4.248354255291589e-18, 1,
              4e-16); /* 1 - sigmoid(40) is 0 */
    CHECK_NUM(csuccess__sigmoid(800), 1, 0);
    CHECK_NUM(csuccess__sigmoid(-800), 0, 0);
    CHECK(isnan(csuccess__sigmoid(NAN)));
    for (double x = -30; x < 30; x += 0.37) {
        CHECK_NUM(csuccess__sigmoid(x) + csuccess__sigmoid(-x), 1, 2.3e-16);
    }
}

CHECK_MAIN(CHECK_TEST(exp_is_within_its_bound), CHECK_TEST(ln_is_within_its_bound),
           CHECK_TEST(pow_is_within_its_bound),
           CHECK_TEST(exp_and_ln_have_the_limits_of_annex_f),
           CHECK_TEST(pow_has_the_limits_of_annex_f),
           CHECK_TEST(whole_powers_that_fit_are_exact),
           CHECK_TEST(steps_do_not_go_back_where_pieces_meet),
           CHECK_TEST(sigmoid_keeps_its_precision_at_both_ends))
