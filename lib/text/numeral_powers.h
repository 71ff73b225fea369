/* SPDX-License-Identifier: Apache-2.0 */
/* Powers of ten to 128 bits, for reading and writing of doubles. */
#ifndef CSUCCESS__TEXT_NUMERAL_POWERS_H
#define CSUCCESS__TEXT_NUMERAL_POWERS_H

#include <stdint.h>

/* floor(10^e * 2^(127 - floor(log2(10^e)))): the highest bit is always set. Exact for e from 0 to 55,
   otherwise less than one unit below the true value. */
typedef struct csuccess__power {
    uint64_t hi, lo;
} csuccess__power;

enum { CSUCCESS__POWER_MIN = -342, CSUCCESS__POWER_MAX = 324, CSUCCESS__POWER_EXACT_MAX = 55 };

/* 10^e stands at [e - CSUCCESS__POWER_MIN]. */
extern const csuccess__power csuccess__powers[CSUCCESS__POWER_MAX - CSUCCESS__POWER_MIN + 1];

#endif
