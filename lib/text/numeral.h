/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as text and back, without locale: the nearest double, the shortest text. */
#ifndef CSUCCESS__TEXT_NUMERAL_H
#define CSUCCESS__TEXT_NUMERAL_H

#include "base/buffer.h"
#include <stdbool.h>

enum { CSUCCESS__NUMERAL_MAX = 32 };

/* The shortest decimal that reads back as v, as JSON writes it: whole numbers below 1e21 without a point,
   exponents as 1e+21, 1.5e-7, -0 as 0 (the form of ECMAScript's Number::toString). Terminated; returns
   the length, 0 for NaN and the infinities. */
size_t csuccess__numeral_write(char out[CSUCCESS__NUMERAL_MAX], double v);
void csuccess__numeral_put(csuccess__buffer *out, double v);
/* A fixed number of decimals (0 to 9), half away from zero on the shortest decimal, so that 1.005 is
   1.01; never -0; for people. Terminated; returns the length, 0 when that and the end do not fit cap
   or v is not finite. */
size_t csuccess__numeral_fixed(char *out, size_t cap, double v, uint32_t decimals);

/* Reads the longest number at the start of text: digits [. digits] [e[+-]digits], an optional leading
   '-'. *used is its length, 0 when there is none. Nearest double, half to even, however many digits
   there are; overflow gives infinity. */
double csuccess__numeral_read(csuccess_str text, size_t *used);
/* The whole text must be one number, finite; otherwise false, and *out is left alone. */
bool csuccess__numeral_parse(csuccess_str text, double *out);

#endif
