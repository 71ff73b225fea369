/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic with the same bits everywhere: own exp, ln, pow; rounding; fixed point; checked
   ints. */
#ifndef CSUCCESS__BASE_NUMBER_H
#define CSUCCESS__BASE_NUMBER_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* From IEEE basic operations only, error below 0.6 ulp, round to nearest assumed. Overflow
   gives infinity, as IEEE would; callers turn that into missing. Special values as in C11,
   Annex F. */
double csuccess__exp(double x);
double csuccess__ln(double x); /* NaN below 0, -inf at 0 */
double csuccess__pow(double x, double y);
double csuccess__sigmoid(double x); /* 1 / (1 + exp(-x)), without cancellation at either end */

static inline bool csuccess__is_finite(double x)
{
    return fabs(x) <= 1.7976931348623157e308;
}
/* Round half away from zero, to whole. */
double csuccess__round(double x);

/* floor() to the bit where |x| <= 2^52, by additions and signs alone: no call, no branch and no
   comparison, so that loops over columns vectorise. */
static inline double csuccess__floor_small(double x)
{
    const double whole = 4503599627370496.0; /* 2^52: from here on every double is whole */
    double near = copysign((fabs(x) + whole) - whole, x); /* the nearest, half to even */
    double below = copysign(0.5, x - near) - 0.5;         /* -1 where that is above x, else 0 */
    return copysign(near + below, x);
}

/* `small` where |x| < bound, else x: by the sign of a difference, since compilers turn a comparison
   into a branch where traps could tell, and then do not vectorise. */
static inline double csuccess__if_below(double x, double bound, double small)
{
    double room = fabs(x) - bound;
    uint64_t mask, a, b;
    memcpy(&mask, &room, sizeof mask);
    memcpy(&a, &small, sizeof a);
    memcpy(&b, &x, sizeof b);
    mask = 0 - (mask >> 63);
    a = (a & mask) | (b & ~mask);
    memcpy(&small, &a, sizeof small);
    return small;
}

/* floor() to the bit for every double. */
static inline double csuccess__floor(double x)
{
    return csuccess__if_below(x, 4503599627370496.0, csuccess__floor_small(x));
}

/* floor(x * 1e9 + 0.5) / 1e9: the one rounding of a score. Values beyond 2^52 / 1e9 come back as
   they are. */
static inline double csuccess__round9(double x)
{
    return csuccess__if_below(x, 4503599.627370496, csuccess__floor_small(x * 1e9 + 0.5) / 1e9);
}

/* Fixed point with 9 decimals in 128 bits (two's complement, as two words), for sums that must
   not depend on order. */
typedef struct csuccess__fixed {
    int64_t hi;
    uint64_t lo;
} csuccess__fixed;
/* Nearest, half to even. False when x is not finite or |x| > 9e27. */
bool csuccess__fixed_from(csuccess__fixed *out, double x);
bool csuccess__fixed_add(csuccess__fixed *out, csuccess__fixed a, csuccess__fixed b);
csuccess__fixed csuccess__fixed_negate(csuccess__fixed a);
int csuccess__fixed_cmp(csuccess__fixed a, csuccess__fixed b);
double csuccess__fixed_double(csuccess__fixed a); /* nearest double, half to even */
/* The same of a / count, count > 0; from 2^32 on it is rounded twice. */
double csuccess__fixed_mean(csuccess__fixed a, uint64_t count);

bool csuccess__add_i64(int64_t *out, int64_t a, int64_t b);
bool csuccess__sub_i64(int64_t *out, int64_t a, int64_t b);
bool csuccess__mul_i64(int64_t *out, int64_t a, int64_t b);

#endif
