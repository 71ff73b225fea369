/* SPDX-License-Identifier: Apache-2.0 */
/* Doubles as text: the shortest decimal that reads back, and fixed decimals for people. */
#include "text/numeral.h"

#include <string.h>

#include "text/numeral_powers.h"
#include "text/numeral_word.h"

/* value = digits * 10^exponent */
typedef struct decimal {
    uint64_t digits;
    int32_t exponent;
} decimal;

/* The most digits that a decimal holds: 17 of a shortest form. */
enum { DIGITS = 20 };

/* floor(log10(2^q)), or of 3/4 of it; checked for every q by numeral_powers.py. */
static int32_t floor_log10_two(int32_t q, bool closer)
{
    return csuccess__floor_shift(q * 1262611 - (closer ? 524031 : 0), 22);
}

/* The power of ten rounded up to 128 bits. */
static csuccess__power power_above(int32_t e)
{
    csuccess__power p = csuccess__powers[e - CSUCCESS__POWER_MIN];
    if (e < 0 || e > CSUCCESS__POWER_EXACT_MAX) {
        p.lo += 1;
        p.hi += p.lo == 0;
    }
    return p;
}

/* floor(g * x / 2^128) with the lowest bit set when anything was cut ("round to odd"), which keeps
   every later comparison with a whole or half number right. */
static uint64_t scale(csuccess__power g, uint64_t x)
{
    uint64_t low_hi, low_lo, high_hi, high_lo;
    csuccess__product(g.lo, x, &low_hi, &low_lo);
    csuccess__product(g.hi, x, &high_hi, &high_lo);
    uint64_t mid = high_lo + low_hi;
    uint64_t top = high_hi + (mid < high_lo);
    /* g errs upwards by less than 1, so that mid is 1 too large at most: 1 counts as nothing. */
    return top | (mid > 1);
}

/* The decimal of fewest digits in the interval that rounds to c * 2^q, the nearest to it of these, by
   R. Giulietti, "The Schubfach way to render doubles" (2020), section 9. `closer`: the double below is
   half as far away as the one above. */
static decimal shortest_in_interval(uint64_t c, int32_t q, bool closer)
{
    int32_t k = floor_log10_two(q, closer);
    csuccess__power g = power_above(-k);
    int h = q + csuccess__floor_log2_ten(-k) + 1;
    uint64_t odd = c & 1; /* an even significand owns the ends of its interval */
    /* Four times the value and its bounds, in units of 10^k. */
    uint64_t low = scale(g, (4 * c - (closer ? 1 : 2)) << h) + odd;
    uint64_t value = scale(g, (4 * c) << h);
    uint64_t high = scale(g, (4 * c + 2) << h) - odd;
    uint64_t s = value / 4;
    if (s >= 10) {
        uint64_t tens = s / 10;
        bool down = low <= 40 * tens;
        bool up = 40 * tens + 40 <= high;
        if (down != up) {
            return (decimal){tens + up, k + 1};
        }
    }
    bool down = low <= 4 * s;
    bool up = 4 * s + 4 <= high;
    if (down == up) {
        uint64_t middle = 4 * s + 2;
        up = value > middle || (value == middle && (s & 1));
    }
    return (decimal){s + up, k};
}

/* The shortest decimal of a positive, finite double given by its bits; no trailing zeros. */
static decimal shortest(uint64_t bits)
{
    uint64_t fraction = bits & ((UINT64_C(1) << CSUCCESS__DOUBLE_FRACTION) - 1);
    int32_t biased = (int32_t)(bits >> CSUCCESS__DOUBLE_FRACTION);
    uint64_t c = biased ? fraction | UINT64_C(1) << CSUCCESS__DOUBLE_FRACTION : fraction;
    int32_t q = (biased ? biased : 1) - CSUCCESS__DOUBLE_BIAS;
    decimal d;
    if (q <= 0 && q > -53 && (c & ((UINT64_C(1) << -q) - 1)) == 0) {
        d = (decimal){c >> -q, 0}; /* a whole number below 2^53 is its own shortest form */
    } else {
        d = shortest_in_interval(c, q, fraction == 0 && biased > 1);
    }
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
    }
    return d;
}

/* Writes the digits of v, returns how many. */
static int put_digits(char *out, uint64_t v)
{
    char reversed[DIGITS];
    int n = 0;
    do {
        reversed[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    for (int i = 0; i < n; i++) {
        out[i] = reversed[n - 1 - i];
    }
    return n;
}

static char *put_exponent(char *p, int32_t exponent)
{
    *p++ = 'e';
    *p++ = exponent < 0 ? '-' : '+';
    return p + put_digits(p, (uint64_t)(exponent < 0 ? -exponent : exponent));
}

/* ECMA-262, Number::toString, steps 6 to 12: k digits, the point behind the n-th. */
static char *put_decimal(char *p, decimal d)
{
    char digits[DIGITS];
    int k = put_digits(digits, d.digits);
    int n = k + d.exponent;
    if (n > 21 || n < -5) {
        *p++ = digits[0];
        if (k > 1) {
            *p++ = '.';
            memcpy(p, digits + 1, (size_t)(k - 1));
            p += k - 1;
        }
        return put_exponent(p, n - 1);
    }
    if (n <= 0) {
        memcpy(p, "0.00000", (size_t)(2 - n));
        memcpy(p + 2 - n, digits, (size_t)k);
        return p + 2 - n + k;
    }
    int whole = k < n ? k : n;
    memcpy(p, digits, (size_t)whole);
    memset(p + whole, '0', (size_t)(n - whole));
    p += n;
    if (k > n) {
        *p++ = '.';
        memcpy(p, digits + n, (size_t)(k - n));
        p += k - n;
    }
    return p;
}

/* The bits without sign; false for NaN and the infinities. */
static bool magnitude(double v, uint64_t *bits, bool *negative)
{
    memcpy(bits, &v, sizeof *bits);
    *negative = *bits >> 63;
    *bits &= INT64_MAX;
    return *bits >> CSUCCESS__DOUBLE_FRACTION != 0x7FF;
}

size_t csuccess__numeral_write(char out[CSUCCESS__NUMERAL_MAX], double v)
{
    uint64_t bits;
    bool negative;
    char *p = out;
    if (magnitude(v, &bits, &negative)) {
        if (bits == 0) {
            *p++ = '0';
        } else {
            if (negative) {
                *p++ = '-';
            }
            p = put_decimal(p, shortest(bits));
        }
    }
    *p = '\0';
    return (size_t)(p - out);
}

void csuccess__numeral_put(csuccess__buffer *out, double v)
{
    char text[CSUCCESS__NUMERAL_MAX];
    csuccess__buffer_put(out, text, csuccess__numeral_write(text, v));
}

/* Rounds to `decimals` behind the point, half away from zero; a result of 0 has no digits. */
static decimal round_decimal(decimal d, int32_t decimals)
{
    int32_t cut = -decimals - d.exponent;
    if (cut <= 0) {
        return d;
    }
    uint64_t last = 0;
    for (; cut > 0 && (d.digits || last); cut--) {
        last = d.digits % 10;
        d.digits /= 10;
    }
    d.digits += cut == 0 && last >= 5;
    d.exponent = -decimals;
    return d;
}

/* A double other than NaN and the infinities, rounded to `decimals`. */
static decimal fixed_decimal(uint64_t bits, uint32_t decimals)
{
    return bits ? round_decimal(shortest(bits), (int32_t)decimals) : (decimal){0, 0};
}

/* The digit of d that stands for 10^place. */
static char digit_at(const char *digits, int k, int32_t exponent, int32_t place)
{
    int32_t i = k - 1 + exponent - place;
    return i >= 0 && i < k ? digits[i] : '0';
}

static int32_t at_least_0(int32_t x)
{
    return x > 0 ? x : 0;
}

size_t csuccess__numeral_fixed(char *out, size_t cap, double v, uint32_t decimals)
{
    uint64_t bits;
    bool negative;
    if (cap == 0) {
        return 0;
    }
    out[0] = '\0';
    if (!magnitude(v, &bits, &negative) || decimals > 9) {
        return 0;
    }
    decimal d = fixed_decimal(bits, decimals);
    char digits[DIGITS];
    int k = put_digits(digits, d.digits);
    negative = negative && d.digits;
    int32_t top = at_least_0(k - 1 + d.exponent);
    size_t length = negative + (size_t)top + 1 + (decimals ? decimals + 1 : 0);
    if (length >= cap) return 0;
    char *p = out;
    if (negative) {
        *p++ = '-';
    }
    for (int32_t place = top; place >= -(int32_t)decimals; place--) {
        if (place == -1) {
            *p++ = '.';
        }
        *p++ = digit_at(digits, k, d.exponent, place);
    }
    *p = '\0';
    return length;
}
