/* SPDX-License-Identifier: Apache-2.0 */
/* exp, ln and pow from IEEE additions, multiplications and small tables: the same bits
   everywhere.

   A pair (high, low) stands for the unevaluated sum of two doubles, |low| at most about an ulp
   of high. The error-free sum and product are Knuth's and Dekker's (T. J. Dekker, A
   floating-point technique for extending the available precision, 1971);
   docs/adr/0003-own-exp-ln-pow.md has the error budget. */
#include "base/elementary_table.h"
#include "base/number.h"

#include <string.h>

typedef struct pair {
    double high, low;
} pair;

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* a + b exactly. */
static pair sum(double a, double b)
{
    double s = a + b;
    double part = s - a;
    return (pair){s, (a - (s - part)) + (b - part)};
}

/* a + b exactly, where |a| >= |b| or a is 0. */
static pair ordered_sum(double a, double b)
{
    double s = a + b;
    return (pair){s, b - (s - a)};
}

/* a * b exactly, unless something over- or underflows. */
static pair product(double a, double b)
{
    const double halves = 134217729.0; /* 2^27 + 1 */
    double t = a * halves, u = b * halves;
    double a1 = t - (t - a), b1 = u - (u - b);
    double a2 = a - a1, b2 = b - b1;
    double p = a * b;
    return (pair){p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2};
}

static double power_of_two(int32_t e) /* -1022 to 1023 */
{
    return double_of((uint64_t)(e + 1023) << 52);
}

/* (high + low) * 2^e, rounded once even where the result is subnormal. high is in [1, 2), |low|
   below 0.02. */
static double scale(pair v, int32_t e)
{
    double x = v.high + v.low;
    if (e > 1023) {
        return e > 1024 ? HUGE_VAL : x * 2 * power_of_two(1023);
    }
    if (e > -1022 || (e == -1022 && x >= 1)) {
        return x * power_of_two(e);
    }
    if (e < -1075) {
        return 0;
    }
    /* `large` is so large that its ulp becomes 2^-1074 when scaled: adding it rounds where the
       result will end, and what the first addition lost decides in the second. */
    double large = power_of_two(-1074 - e + 52);
    pair s = ordered_sum(large, v.high);
    double rounded = (s.high + (s.low + v.low)) - large;
    return rounded * power_of_two(-500) * power_of_two(e + 500);
}

/* e^(x.high + x.low), |x.high| below 746. x = k ln 2 / 64 + r with |r| < 0.0055, and e^r by its
   series up to r^6, where what is left out is below 2^-62. */
static double exp_of(pair x)
{
    const double magic = 0x1.8p52; /* adding it rounds to whole */
    double k = (x.high * step_inverse + magic) - magic;
    double r = ((x.high - k * step_high) - k * step_low) + x.low;
    double r2 = r * r;
    double tail =
        (0.5 + r * (1.0 / 6)) + r2 * ((1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720));
    double p = r + r2 * tail;
    int32_t whole = (int32_t)k;
    size_t i = (size_t)(whole & (EXP_STEPS - 1));
    int32_t e = (whole - (int32_t)i) / EXP_STEPS;
    pair v = {exp_table[i].high, exp_table[i].low + exp_table[i].high * p};
    return scale(v, e);
}

double csuccess__exp(double x)
{
    if (x > 745.5 || x < -745.5) {
        return x > 0 ? HUGE_VAL : 0;
    }
    if (x != x) {
        return x;
    }
    return exp_of((pair){x, 0});
}

/* ln of a positive finite x as a pair, relative error below 2^-66. x = 2^k m and m = (1 + r) /
   c with c from the table: ln x = k ln 2 - ln c + ln(1 + r), |r| < 2^-7 (2^-7.9 but next to 1,
   where c is 1 and r exact). */
static pair ln_of(double x)
{
    int32_t k = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        k = -54;
    }
    uint64_t bits = bits_of(x);
    size_t i = (size_t)(bits >> 45 & (LN_BINS - 1));
    bool halved = i >= LN_TURN;
    k += (int32_t)(bits >> 52) - 1023 + halved;
    const uint64_t fraction = (UINT64_C(1) << 52) - 1;
    double m = double_of((bits & fraction) | (uint64_t)(1023 - halved) << 52);

    /* m is cut into 32 and 21 bits, so that both products with the 11 bits of c are exact. */
    double m1 = double_of(bits_of(m) & ~((UINT64_C(1) << 21) - 1));
    double c = ln_table[i].reciprocal;
    pair r = sum(m1 * c - 1, (m - m1) * c);

    /* The high parts are multiples of 2^-42 below 2^10: their sum is exact. */
    pair v = sum(k * ln2_high + ln_table[i].high, r.high);
    double low = v.low + (r.low + (k * ln2_low + ln_table[i].low));

    /* ln(1 + r) = r - r^2 / 2 + r^3 (1/3 - r / 4 + ...): the square as a pair, the rest in
       double. */
    pair square = product(r.high, r.high);
    double square_low = square.low + 2 * r.high * r.low;
    double z = r.high, z2 = square.high;
    double tail = 1.0 / 7 - z * (1.0 / 8) + z2 * (1.0 / 9 - z * (1.0 / 10));
    tail = (1.0 / 3 - z * (1.0 / 4)) + z2 * ((1.0 / 5 - z * (1.0 / 6)) + z2 * tail);
    pair w = ordered_sum(v.high, -0.5 * square.high);
    low += w.low + (z * z2 * tail - 0.5 * square_low);
    return ordered_sum(w.high, low);
}

double csuccess__ln(double x)
{
    if (x > 0 && x <= 0x1.fffffffffffffp1023) {
        return ln_of(x).high;
    }
    if (x == 0) {
        return -HUGE_VAL;
    }
    return x < 0 ? NAN : x; /* +inf and NaN */
}

/* Whether y is a whole number, and whether an odd one. */
static bool is_whole(double y)
{
    return trunc(y) == y; /* infinities too; they are even */
}

static bool is_odd(double y)
{
    return fabs(y) < 0x1p53 && is_whole(y) && trunc(y / 2) != y / 2;
}

/* |x|^y, x positive and finite, not 1; y finite, not 0. */
static double positive_power(double x, double y)
{
    double size = fabs(y);
    if (size < 0x1p-70) {
        return 1; /* |ln x| < 2^10 */
    }
    bool grows = (x > 1) == (y > 0);
    if (size > 0x1p70) {
        return grows ? HUGE_VAL : 0; /* |ln x| > 2^-54 */
    }
    pair l = ln_of(x);
    if (fabs(y * l.high) > 746) {
        return grows ? HUGE_VAL : 0;
    }
    pair p = product(y, l.high);
    return exp_of(ordered_sum(p.high, p.low + y * l.low));
}

/* C11, F.10.4.4, where |x| is 0 or infinite or y infinite; the sign is not its concern. */
static double limit_power(double size, double y)
{
    if (size == 1) {
        return 1;
    }
    return (size > 1) == (y > 0) ? HUGE_VAL : 0;
}

/* |x|^y, and the cases where 0 or an infinity takes part. */
static double any_power(double x, double y)
{
    double size = fabs(x);
    if (size == 0 || size == HUGE_VAL || fabs(y) == HUGE_VAL) {
        return limit_power(size, y);
    }
    return size == 1 ? 1 : positive_power(size, y);
}

double csuccess__pow(double x, double y)
{
    if (x == 1 || y == 0) {
        return 1; /* even of NaN */
    }
    if (x != x || y != y) {
        return x + y;
    }
    if (!signbit(x)) {
        return any_power(x, y);
    }
    if (x < 0 && fabs(x) != HUGE_VAL && !is_whole(y)) {
        return NAN;
    }
    return is_odd(y) ? -any_power(x, y) : any_power(x, y);
}
