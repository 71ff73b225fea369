/* SPDX-License-Identifier: Apache-2.0 */
/* Rounding, fixed point with nine decimals in 128 bits, checked integers. */
#include "base/number.h"

#include <float.h>
#include <string.h>

/* Doubles are evaluated as doubles, or nothing here and in elementary.c is exact. */
_Static_assert(FLT_EVAL_METHOD == 0 && FLT_RADIX == 2 && DBL_MANT_DIG == 53,
               "needs IEEE 754 double arithmetic (on 32-bit x86: -msse2 -mfpmath=sse)");
#ifdef __FAST_MATH__
#error "-ffast-math undoes what the results promise"
#endif

double csuccess__round(double x)
{
    double whole = trunc(x);
    if (fabs(x - whole) >= 0.5) {
        whole += copysign(1.0, x);
    }
    return whole;
}

double csuccess__sigmoid(double x)
{
    if (x >= 0) {
        return 1 / (1 + csuccess__exp(-x));
    }
    double e = csuccess__exp(x);
    return e / (1 + e);
}

bool csuccess__add_i64(int64_t *out, int64_t a, int64_t b)
{
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b) {
        return false;
    }
    *out = a + b;
    return true;
}

bool csuccess__sub_i64(int64_t *out, int64_t a, int64_t b)
{
    if (b < 0 ? a > INT64_MAX + b : a < INT64_MIN + b) {
        return false;
    }
    *out = a - b;
    return true;
}

bool csuccess__mul_i64(int64_t *out, int64_t a, int64_t b)
{
    uint64_t x = a < 0 ? 0 - (uint64_t)a : (uint64_t)a;
    uint64_t y = b < 0 ? 0 - (uint64_t)b : (uint64_t)b;
    bool negative = (a < 0) != (b < 0);
    uint64_t most = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    if (y != 0 && x > most / y) {
        return false;
    }
    uint64_t product = x * y;
    *out = negative ? (int64_t)(0 - product) : (int64_t)product;
    return true;
}

/* A magnitude of 128 bits. */
struct wide {
    uint64_t hi, lo;
};

static struct wide shift_left(struct wide v, unsigned n) /* n < 128 */
{
    if (n >= 64) {
        return (struct wide){v.lo << (n - 64), 0};
    }
    return n ? (struct wide){v.hi << n | v.lo >> (64 - n), v.lo << n} : v;
}

static struct wide shift_right(struct wide v, unsigned n) /* n < 128 */
{
    if (n >= 64) {
        return (struct wide){0, v.hi >> (n - 64)};
    }
    return n ? (struct wide){v.hi >> n, v.hi << (64 - n) | v.lo >> n} : v;
}

/* v / 2^n, nearest, half to even; 0 < n < 128. */
static struct wide halve_rounded(struct wide v, unsigned n)
{
    const uint64_t half = UINT64_C(1) << 63;
    struct wide q = shift_right(v, n);
    struct wide rest = shift_left(v, 128 - n);
    if (rest.hi > half || (rest.hi == half && (rest.lo != 0 || (q.lo & 1)))) {
        q.lo++;
        q.hi += q.lo == 0;
    }
    return q;
}

bool csuccess__fixed_from(csuccess__fixed *out, double x)
{
    if (!(fabs(x) <= 9e27)) {
        return false;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint64_t m = bits & ((UINT64_C(1) << 52) - 1);
    int exponent = (int)(bits >> 52 & 0x7ff);
    csuccess__fixed v = {0, 0};
    if (exponent > 1023 - 64) { /* else below half of 1e-9 */
        /* x * 10^9 = m * 5^9 * 2^shift, exactly. */
        m |= UINT64_C(1) << 52;
        uint64_t low = (m & 0xffffffff) * 1953125;
        uint64_t high = (m >> 32) * 1953125 + (low >> 32);
        struct wide u = {high >> 32, high << 32 | (low & 0xffffffff)};
        int shift = exponent - 1075 + 9;
        u = shift >= 0 ? shift_left(u, (unsigned)shift) : halve_rounded(u, (unsigned)-shift);
        v = (csuccess__fixed){(int64_t)u.hi, u.lo};
    }
    *out = x < 0 ? csuccess__fixed_negate(v) : v;
    return true;
}

csuccess__fixed csuccess__fixed_negate(csuccess__fixed a)
{
    uint64_t lo = 0 - a.lo;
    uint64_t hi = 0 - (uint64_t)a.hi - (lo != 0);
    return (csuccess__fixed){(int64_t)hi, lo};
}

bool csuccess__fixed_add(csuccess__fixed *out, csuccess__fixed a, csuccess__fixed b)
{
    uint64_t lo = a.lo + b.lo;
    uint64_t hi = (uint64_t)a.hi + (uint64_t)b.hi + (lo < a.lo);
    bool overflow = (a.hi < 0) == (b.hi < 0) && (a.hi < 0) != (hi >> 63 != 0);
    if (overflow) {
        return false;
    }
    *out = (csuccess__fixed){(int64_t)hi, lo};
    return true;
}

int csuccess__fixed_cmp(csuccess__fixed a, csuccess__fixed b)
{
    if (a.hi != b.hi) {
        return a.hi < b.hi ? -1 : 1;
    }
    return (a.lo > b.lo) - (a.lo < b.lo);
}

/* An integer of 256 bits as 32-bit digits, lowest first. */
enum { DIGITS = 8 };

/* Divides in place; true when something remains. */
static bool divide(uint32_t v[DIGITS], uint32_t by)
{
    uint64_t rest = 0;
    for (size_t i = DIGITS; i-- > 0;) {
        uint64_t part = rest << 32 | v[i];
        v[i] = (uint32_t)(part / by);
        rest = part % by;
    }
    return rest != 0;
}

/* The nearest double to v * 2^-128, half to even; `more` says that v lacks something below its
   last bit. v has at least 65 bits, so nothing here is subnormal. */
static double nearest_double(const uint32_t v[DIGITS], bool more)
{
    size_t top = DIGITS - 1;
    while (v[top] == 0) {
        top--;
    }
    struct wide m = {(uint64_t)v[top] << 32 | v[top - 1],
                     (uint64_t)v[top - 2] << 32 | (top >= 3 ? v[top - 3] : 0)};
    for (size_t i = 0; i + 3 < top; i++) {
        more |= v[i] != 0;
    }
    unsigned width = 128;
    while (!(m.hi >> 63)) {
        m = shift_left(m, 1);
        width--;
    }
    m.lo |= more;
    struct wide rounded = halve_rounded(m, 128 - 53);
    int exponent = 32 * ((int)top - 3) + (int)width - 53 - 128;
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    return (double)(int64_t)rounded.lo * scale;
}

double csuccess__fixed_mean(csuccess__fixed a, uint64_t count)
{
    bool negative = a.hi < 0;
    csuccess__fixed size = negative ? csuccess__fixed_negate(a) : a;
    uint64_t hi = (uint64_t)size.hi;
    if (hi == 0 && size.lo == 0) {
        return 0;
    }
    if (count > UINT32_MAX) {
        return csuccess__fixed_double(a) / (double)count;
    }
    uint32_t v[DIGITS] = {0};
    v[4] = (uint32_t)size.lo;
    v[5] = (uint32_t)(size.lo >> 32);
    v[6] = (uint32_t)hi;
    v[7] = (uint32_t)(hi >> 32);
    bool more = divide(v, 1000000000);
    more |= divide(v, (uint32_t)count);
    double x = nearest_double(v, more);
    return negative ? -x : x;
}

double csuccess__fixed_double(csuccess__fixed a)
{
    return csuccess__fixed_mean(a, 1);
}
