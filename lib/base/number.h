/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic with the same bits everywhere: own exp, ln, pow; rounding; fixed point; checked ints. */
#ifndef CSUCCESS__BASE_NUMBER_H
#define CSUCCESS__BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* From IEEE basic operations only, error below 1 ulp. Overflow gives infinity, as IEEE would; callers
   turn that into missing. */
double csuccess__exp(double x);
double csuccess__ln(double x); /* NaN below 0, -inf at 0 */
double csuccess__pow(double x, double y);
double csuccess__sigmoid(double x); /* 1 / (1 + exp(-x)), without cancellation at either end */

bool csuccess__is_finite(double x);
/* Round half away from zero, to whole. */
double csuccess__round(double x);
/* floor(x * 1e9 + 0.5) / 1e9: the one rounding of a score. Values beyond 2^53 / 1e9 come back as they are. */
double csuccess__round9(double x);

/* Fixed point with 9 decimals in 128 bits (as two words), for sums that must not depend on order. */
typedef struct csuccess__fixed {
    int64_t hi;
    uint64_t lo;
} csuccess__fixed;
/* Nearest, half to even. False when |x| >= 2^53 * 1e9 / 1e9 ... i.e. the value does not fit 9e27. */
bool csuccess__fixed_from(csuccess__fixed *out, double x);
bool csuccess__fixed_add(csuccess__fixed *out, csuccess__fixed a, csuccess__fixed b);
csuccess__fixed csuccess__fixed_negate(csuccess__fixed a);
int csuccess__fixed_cmp(csuccess__fixed a, csuccess__fixed b);
double csuccess__fixed_double(csuccess__fixed a); /* nearest double */

bool csuccess__add_i64(int64_t *out, int64_t a, int64_t b);
bool csuccess__sub_i64(int64_t *out, int64_t a, int64_t b);
bool csuccess__mul_i64(int64_t *out, int64_t a, int64_t b);

#endif
