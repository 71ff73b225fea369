/* SPDX-License-Identifier: Apache-2.0 */
/* The 128-bit product and the logarithm that reading and writing of doubles share. */
#ifndef CSUCCESS__TEXT_NUMERAL_WORD_H
#define CSUCCESS__TEXT_NUMERAL_WORD_H

#include <stdint.h>

enum {
    CSUCCESS__DOUBLE_FRACTION = 52, /* stored bits of the significand */
    CSUCCESS__DOUBLE_BIAS = 1075    /* of the exponent, significand read as a whole number */
};

/* *hi and *lo are the two words of a * b. */
static inline void csuccess__product(uint64_t a, uint64_t b, uint64_t *hi, uint64_t *lo)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    wide p = (wide)a * b;
    *hi = (uint64_t)(p >> 64);
    *lo = (uint64_t)p;
#else
    uint64_t a1 = a >> 32, a0 = a & 0xFFFFFFFFu, b1 = b >> 32, b0 = b & 0xFFFFFFFFu;
    uint64_t low = a0 * b0;
    uint64_t mid = a1 * b0 + (low >> 32);
    uint64_t cross = a0 * b1 + (mid & 0xFFFFFFFFu);
    *hi = a1 * b1 + (mid >> 32) + (cross >> 32);
    *lo = cross << 32 | (low & 0xFFFFFFFFu);
#endif
}

/* floor(x / 2^bits), for negative x as well. */
static inline int32_t csuccess__floor_shift(int32_t x, int bits)
{
    return x >= 0 ? x >> bits : ~(~x >> bits);
}

/* floor(log2(10^e)) for e within the table of powers; checked for each by numeral_powers.py. */
static inline int32_t csuccess__floor_log2_ten(int32_t e)
{
    return csuccess__floor_shift(e * 1741647, 19);
}

#endif
