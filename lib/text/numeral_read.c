/* SPDX-License-Identifier: Apache-2.0 */
/* Text as doubles: the nearest double, half to even, whatever the length of the text. */
#include "text/numeral.h"

#include <string.h>

#include "text/numeral_powers.h"
#include "text/numeral_word.h"

enum {
    WORD_DIGITS = 19, /* as many decimal digits as always fit 64 bits */
    /* A number halfway between two doubles has at most 767 significant digits: of what stands
       behind the 800th only whether it is zero can matter. */
    LONG_DIGITS = 800,
    /* 800 digits take 2,658 bits; what they are compared with, 54 bits times 5^1143, takes 2,708. */
    LIMBS = 96,
    EXPONENT_CEILING = 1 << 30
};

/* A number as it stands in the text. `word` holds its first significant digits (19 at most),
   the value is word * 10^exponent, and a bit more when `more`. */
typedef struct scan {
    const char *digits; /* from the first significant one */
    const char *end;    /* of the digits; a point may stand among them */
    uint64_t word;
    int64_t exponent;
    bool negative, more;
} scan;

/* The bits of a double without its sign: doubles in order, adjacent ones adjacent. */
typedef uint64_t rank;
#define INFINITE ((rank)0x7FF << CSUCCESS__DOUBLE_FRACTION)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && is_digit(*p)) {
        p++;
    }
    return p;
}

/* Reads [e[+-]digits] at p, saturating; returns its end, p itself when there is none. */
static const char *scan_exponent(const char *p, const char *end, int64_t *exponent)
{
    if (p == end || (*p | 0x20) != 'e') return p;
    const char *sign = p + 1;
    const char *first = sign < end && (*sign == '-' || *sign == '+') ? sign + 1 : sign;
    const char *last = skip_digits(first, end);
    if (last == first) return p;
    int64_t value = 0;
    for (; first < last && value < EXPONENT_CEILING; first++) {
        value = value * 10 + (*first - '0');
    }
    *exponent += *sign == '-' ? -value : value;
    return last;
}

/* Takes the digits between s->digits and s->end into the word; `point` is where the point stands, or
   the end. */
static void take_digits(scan *s, const char *point)
{
    int taken = 0;
    const char *p = s->digits;
    for (; p < s->end && taken < WORD_DIGITS; p++) {
        if (p != point) {
            s->word = s->word * 10 + (uint64_t)(*p - '0');
            taken++;
        }
    }
    /* p is the first place not taken. Digits before the point that were left out raise the exponent,
       digits behind it that were taken lower it. */
    s->exponent += p <= point ? point - p : -(p - point - 1);
    for (; p < s->end && !s->more; p++) {
        s->more = p != point && *p != '0';
    }
}

/* Returns the length of the number at the start of text, 0 when there is none. */
static size_t scan_number(scan *s, csuccess_str text)
{
    const char *p = text.ptr, *end = text.ptr + text.len;
    *s = (scan){0};
    if (p < end && *p == '-') {
        s->negative = true;
        p++;
    }
    const char *start = p;
    p = skip_digits(p, end);
    if (p == start) {
        return 0;
    }
    const char *point = p;
    if (p + 1 < end && *p == '.' && is_digit(p[1])) {
        p = skip_digits(p + 1, end);
    }
    s->end = p;
    s->digits = start;
    while (s->digits < s->end && (*s->digits == '0' || s->digits == point)) {
        s->digits++;
    }
    take_digits(s, point);
    p = scan_exponent(p, end, &s->exponent);
    return (size_t)(p - text.ptr);
}

/* Half to even: `rest` in units of 2^-64 of the last place, a little more when `sticky`. */
static bool rounds_up(uint64_t rest, bool sticky, bool odd)
{
    uint64_t half = UINT64_C(1) << 63;
    return rest > half || (rest == half && (sticky || odd));
}

/* The double nearest to (hi * 2^64 + lo) * 2^exponent, half to even; `sticky`: the true value lies a
   little above. hi is not 0. */
static rank round_bits(uint64_t hi, uint64_t lo, bool sticky, int32_t exponent)
{
    while (!(hi >> 63)) { /* once at most for products of normalised factors */
        hi = hi << 1 | lo >> 63;
        lo <<= 1;
        exponent--;
    }
    int32_t biased = exponent + 64 + 11 + CSUCCESS__DOUBLE_BIAS;
    if (biased < -52) return 0;
    if (biased >= 0x7FF) return INFINITE;
    int drop = 11; /* bits of hi beyond the significand; up to 64 for a subnormal */
    if (biased < 1) {
        drop += 1 - biased;
        biased = 1;
    }
    uint64_t kept = drop < 64 ? hi >> drop : 0;
    uint64_t rest = drop < 64 ? hi << (64 - drop) : hi;
    /* The hidden bit carries into the exponent, and so does a rounding up to the next power. */
    return ((rank)(biased - 1) << CSUCCESS__DOUBLE_FRACTION) + kept +
           rounds_up(rest, lo || sticky, kept & 1);
}

/* The double nearest to word * power * 2^scale, where power stands for 10^exponent. */
static rank round_product(uint64_t word, csuccess__power power, int32_t exponent)
{
    int shift = 0;
    while (!(word >> 63)) {
        word <<= 1;
        shift++;
    }
    uint64_t low_hi, low_lo, high_hi, high_lo;
    csuccess__product(word, power.lo, &low_hi, &low_lo);
    csuccess__product(word, power.hi, &high_hi, &high_lo);
    uint64_t mid = high_lo + low_hi;
    uint64_t top = high_hi + (mid < high_lo);
    /* The 192-bit product without its lowest word is top:mid; its unit is 2^64. */
    return round_bits(top, mid, low_lo != 0,
                      csuccess__floor_log2_ten(exponent) - 127 + 64 - shift);
}

/* A natural number, lowest limb first; the sizes above make an overflow impossible. */
typedef struct natural {
    uint32_t n;
    uint32_t limb[LIMBS];
} natural;

static void natural_muladd(natural *a, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    for (uint32_t i = 0; i < a->n; i++) {
        carry += (uint64_t)a->limb[i] * factor;
        a->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry && a->n < LIMBS) {
        a->limb[a->n++] = (uint32_t)carry;
    }
}

static void natural_times_five(natural *a, int32_t power)
{
    for (; power >= 13; power -= 13) {
        natural_muladd(a, 1220703125u, 0); /* 5^13, the largest in 32 bits */
    }
    for (; power > 0; power--) {
        natural_muladd(a, 5, 0);
    }
}

static void natural_shift(natural *a, uint32_t bits)
{
    uint32_t limbs = bits / 32;
    if (limbs && a->n && a->n + limbs <= LIMBS) {
        memmove(a->limb + limbs, a->limb, a->n * sizeof a->limb[0]);
        memset(a->limb, 0, limbs * sizeof a->limb[0]);
        a->n += limbs;
    }
    natural_muladd(a, UINT32_C(1) << bits % 32, 0);
}

static int natural_cmp(const natural *a, const natural *b)
{
    if (a->n != b->n) {
        return a->n < b->n ? -1 : 1;
    }
    for (uint32_t i = a->n; i-- > 0;) {
        if (a->limb[i] != b->limb[i]) {
            return a->limb[i] < b->limb[i] ? -1 : 1;
        }
    }
    return 0;
}

/* All digits of the text, 800 at most; *taken is their number, *more whether one that is not zero was
   left out. */
static void natural_digits(natural *a, const scan *s, int32_t *taken, bool *more)
{
    const char *p = s->digits;
    *a = (natural){0};
    *taken = 0;
    *more = false;
    for (; p < s->end && *taken < LONG_DIGITS; p++) {
        if (*p != '.') {
            natural_muladd(a, 10, (uint32_t)(*p - '0'));
            *taken += 1;
        }
    }
    for (; p < s->end && !*more; p++) {
        *more = *p != '.' && *p != '0';
    }
}

/* Compares the text with the middle between the double `below` and the next one: the sign of
   text - middle. Exact. */
static int compare_middle(const scan *s, rank below)
{
    natural text, middle = {.n = 2};
    int32_t taken;
    bool more;
    natural_digits(&text, s, &taken, &more);
    int32_t first = taken < WORD_DIGITS ? taken : WORD_DIGITS;
    int32_t ten = (int32_t)s->exponent - (taken - first);

    int32_t biased = (int32_t)(below >> CSUCCESS__DOUBLE_FRACTION);
    uint64_t c = below & ((UINT64_C(1) << CSUCCESS__DOUBLE_FRACTION) - 1);
    if (biased) {
        c |= UINT64_C(1) << CSUCCESS__DOUBLE_FRACTION;
    }
    int32_t two = (biased ? biased : 1) - CSUCCESS__DOUBLE_BIAS - 1;
    c = 2 * c + 1;
    middle.limb[0] = (uint32_t)c;
    middle.limb[1] = (uint32_t)(c >> 32);
    middle.n = middle.limb[1] ? 2 : 1;

    /* text * 10^ten against middle * 2^two, with whole numbers on both sides. */
    natural_times_five(ten > 0 ? &text : &middle, ten > 0 ? ten : -ten);
    int32_t shift = ten - two;
    natural_shift(shift > 0 ? &text : &middle, (uint32_t)(shift > 0 ? shift : -shift));
    int order = natural_cmp(&text, &middle);
    return order ? order : more;
}

/* The nearest double of a number that is not 0 and whose exponent lies within the table. Bounds from
   the first 19 digits and a power cut to 128 bits decide all but one in some 10^4 to 10^18 texts. */
static rank nearest(const scan *s)
{
    int32_t exponent = (int32_t)s->exponent;
    csuccess__power power = csuccess__powers[exponent - CSUCCESS__POWER_MIN];
    rank low = round_product(s->word, power, exponent);
    bool exact = exponent >= 0 && exponent <= CSUCCESS__POWER_EXACT_MAX;
    if (exact && !s->more) {
        return low;
    }
    if (!exact) {
        power.lo++;
        power.hi += power.lo == 0;
    }
    rank high = round_product(s->word + s->more, power, exponent);
    if (low == high) {
        return low;
    }
    int order = compare_middle(s, low);
    return low + (order > 0 || (order == 0 && (low & 1)));
}

/* Fifteen digits and a power of ten that are both exact as doubles need one rounding (Clinger, "How
   to read floating point numbers accurately", 1990). */
static bool read_fast(const scan *s, double *out)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (s->more || s->word >> 53 || s->exponent < -22 || s->exponent > 22) {
        return false;
    }
    double word = (double)s->word;
    *out = s->exponent < 0 ? word / tens[-s->exponent] : word * tens[s->exponent];
    return true;
}

double csuccess__numeral_read(csuccess_str text, size_t *used)
{
    scan s;
    double value = 0;
    *used = text.len ? scan_number(&s, text) : 0;
    if (*used == 0) return 0;
    if (!read_fast(&s, &value)) {
        rank r = 0;
        if (s.word != 0 && s.exponent > 308) {
            r = INFINITE;
        } else if (s.word != 0 && s.exponent >= CSUCCESS__POWER_MIN) {
            r = nearest(&s);
        }
        memcpy(&value, &r, sizeof value);
    }
    return s.negative ? -value : value;
}

bool csuccess__numeral_parse(csuccess_str text, double *out)
{
    size_t used;
    double value = csuccess__numeral_read(text, &used);
    if (used == 0 || used != text.len || value - value != 0) {
        return false;
    }
    *out = value;
    return true;
}
