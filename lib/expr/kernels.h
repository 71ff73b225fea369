/* SPDX-License-Identifier: Apache-2.0 */
/* What each operation computes from scalars that are there: one definition for the row machine and the
   column machine, so that both give the same bits. Missing operands never reach a kernel. */
#ifndef CSUCCESS__EXPR_KERNELS_H
#define CSUCCESS__EXPR_KERNELS_H

#include "base/number.h"
#include "expr/program.h"

/* Answers of conditions: Kleene's three. */
typedef enum csuccess__truth {
    CSUCCESS__FALSE = 0,
    CSUCCESS__TRUE = 1,
    CSUCCESS__OPEN = 2 /* missing */
} csuccess__truth;

/* ---- Numbers. A result that is not finite is missing; csuccess__k_reason says why. ---- */

/* x / 0 is infinite and 0 / 0 is NaN, so a division by zero needs no test of its own. */
static inline double csuccess__k_add(double a, double b)
{
    return a + b;
}
static inline double csuccess__k_subtract(double a, double b)
{
    return a - b;
}
static inline double csuccess__k_multiply(double a, double b)
{
    return a * b;
}
static inline double csuccess__k_divide(double a, double b)
{
    return a / b;
}
/* The sign of a, exact; NaN for b = 0. */
static inline double csuccess__k_modulo(double a, double b)
{
    return fmod(a, b);
}
/* Relative change against the size of `before`, so that a rise from a negative amount is positive. */
static inline double csuccess__k_change(double now, double before)
{
    return (now - before) / fabs(before);
}
static inline double csuccess__k_min(double a, double b)
{
    return b < a ? b : a;
}
static inline double csuccess__k_max(double a, double b)
{
    return b > a ? b : a;
}
static inline double csuccess__k_negate(double x)
{
    return -x;
}
static inline double csuccess__k_abs(double x)
{
    return fabs(x);
}
static inline double csuccess__k_ceil(double x)
{
    return -csuccess__floor(-x);
}
static inline double csuccess__k_floor(double x)
{
    return csuccess__floor(x);
}
static inline double csuccess__k_trunc(double x)
{
    return copysign(csuccess__floor(fabs(x)), x);
}
static inline double csuccess__k_sign(double x)
{
    return (double)((x > 0) - (x < 0));
}
/* NaN below 0; IEEE asks for the exact rounding, so it is the same everywhere. */
static inline double csuccess__k_sqrt(double x)
{
    return sqrt(x);
}
/* NaN for lo > hi. */
static inline double csuccess__k_clamp(double x, double lo, double hi)
{
    double low = x < lo ? lo : x;
    double both = low > hi ? hi : low;
    return lo <= hi ? both : (double)NAN;
}

/* y of the first limit with x <= limit; otherwise when x is beyond the last. */
static inline double csuccess__k_bands(double x, const double *limits, const double *y,
                                       uint32_t count, double otherwise)
{
    uint32_t i = 0;
    while (i < count && x > limits[i]) i++;
    return i < count ? y[i] : otherwise;
}

/* Straight lines between points of ascending x, the first and last y outside. At a point it is that
   point's y to the bit. count >= 1. */
static inline double csuccess__k_linear(double x, const double *px, const double *py,
                                        uint32_t count)
{
    uint32_t i = 0;
    while (i < count && x > px[i]) i++;
    if (i == 0 || i == count) return i == 0 ? py[0] : py[count - 1];
    if (x == px[i]) return py[i];
    return py[i - 1] + (py[i] - py[i - 1]) * ((x - px[i - 1]) / (px[i] - px[i - 1]));
}

/* How many ascending values are below x, or not above it. */
static inline size_t csuccess__k_count(const double *values, size_t count, double x, bool equal)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (values[middle] < x || (equal && values[middle] == x)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
/* The percentile rank among ascending values, 0 to 100: the share below x and half of those equal to it,
   so that one who is like all others stands in the middle. NaN for none. */
static inline double csuccess__k_percentile(double x, const double *values, size_t count)
{
    size_t below = csuccess__k_count(values, count, x, false);
    size_t equal = csuccess__k_count(values, count, x, true) - below;
    return ((double)below + (double)equal / 2) / (double)count * 100;
}

/* Why a number's operation gave a result that is not finite. b: the second operand, if any. */
static inline csuccess__absence csuccess__k_reason(unsigned op, double b, double result)
{
    bool divides = op == CSUCCESS__OP_DIV_NUMBER || op == CSUCCESS__OP_MOD_NUMBER ||
                   op == CSUCCESS__OP_CHANGE;
    if (divides && b == 0) return CSUCCESS__ABSENCE_DIVISION;
    if (op == CSUCCESS__OP_PERCENTILE) return CSUCCESS__ABSENCE_EMPTY;
    bool overflow = !isnan(result) && op != CSUCCESS__OP_LN;
    return overflow ? CSUCCESS__ABSENCE_OVERFLOWED : CSUCCESS__ABSENCE_UNDECIDED;
}

/* ---- Order. A relation is the set of signs of a - b for which it holds. ---- */

enum {
    CSUCCESS__SIGN_LESS = 1,
    CSUCCESS__SIGN_EQUAL = 2,
    CSUCCESS__SIGN_GREATER = 4,
    CSUCCESS__REL_EQ = CSUCCESS__SIGN_EQUAL,
    CSUCCESS__REL_NE = CSUCCESS__SIGN_LESS | CSUCCESS__SIGN_GREATER,
    CSUCCESS__REL_LT = CSUCCESS__SIGN_LESS,
    CSUCCESS__REL_LE = CSUCCESS__SIGN_LESS | CSUCCESS__SIGN_EQUAL,
    CSUCCESS__REL_GT = CSUCCESS__SIGN_GREATER,
    CSUCCESS__REL_GE = CSUCCESS__SIGN_GREATER | CSUCCESS__SIGN_EQUAL
};

/* The relation of a comparison, EQ_NUMBER to GE_DURATION; 0 for any other operation. */
static inline unsigned csuccess__k_relation(unsigned op)
{
    if (op < CSUCCESS__OP_EQ_NUMBER || op > CSUCCESS__OP_GE_DURATION) return 0;
    if (op <= CSUCCESS__OP_EQ_ANY) return CSUCCESS__REL_EQ;
    if (op <= CSUCCESS__OP_NE_ANY) return CSUCCESS__REL_NE;
    static const unsigned char ordered[] = {CSUCCESS__REL_LT, CSUCCESS__REL_LE,
                                            CSUCCESS__REL_GT, CSUCCESS__REL_GE};
    return ordered[(op - CSUCCESS__OP_LT_NUMBER) / 5];
}

static inline bool csuccess__k_holds(unsigned relation, int sign)
{
    return (relation >> (sign + 1) & 1u) != 0;
}
static inline int csuccess__k_order_number(double a, double b)
{
    return (a > b) - (a < b);
}
static inline int csuccess__k_order_time(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}
static inline int csuccess__k_order_bool(bool a, bool b)
{
    return (int)a - (int)b;
}
/* By bytes, which for UTF-8 is by code points. */
static inline int csuccess__k_order_string(const csuccess__value *a, const csuccess__value *b)
{
    if (a->code != 0 && a->code == b->code) return 0;
    int by = csuccess__str_cmp(a->as.string, b->as.string);
    return (by > 0) - (by < 0);
}
/* Equality of strings: by number where both are constants of the configuration, else by bytes. */
static inline bool csuccess__k_same_string(const csuccess__value *a, const csuccess__value *b)
{
    if (a->code != 0 && b->code != 0) return a->code == b->code;
    return a->as.string.len == b->as.string.len && csuccess__str_eq(a->as.string, b->as.string);
}
/* Months have 28 to 31 days, so the order of durations can be open. */
static inline csuccess__truth csuccess__k_duration(unsigned relation, csuccess__duration a,
                                                   csuccess__duration b)
{
    csuccess__order order = csuccess__duration_compare(a, b);
    unsigned possible = 0;
    for (int sign = order.least; sign <= order.most; sign++) possible |= 1u << (sign + 1);
    if ((possible & relation) == 0) return CSUCCESS__FALSE;
    return (possible & ~relation) == 0 ? CSUCCESS__TRUE : CSUCCESS__OPEN;
}

/* a == b of any one type by Kleene: lists and records by their parts, and missing parts leave it open unless
   another differs; open too beyond 64 levels. Missing operands: open. Each pair of parts takes one of
   *steps; at 0 the answer is worth nothing. */
csuccess__truth csuccess__k_equal(const csuccess__value *a, const csuccess__value *b,
                                  uint32_t *steps);

/* needle in list: found, else open when an item is missing (or equal only perhaps). A missing
   needle is open, but nothing is in the empty list. */
csuccess__truth csuccess__k_in_steps(const csuccess__value *needle, const csuccess__value *list,
                                     uint32_t *steps);
/* The same where the items are scalars, so that the work is no more than the list is long. */
static inline csuccess__truth csuccess__k_in(const csuccess__value *needle,
                                             const csuccess__value *list)
{
    uint32_t steps = UINT32_MAX;
    return csuccess__k_in_steps(needle, list, &steps);
}

/* ---- Time. Functions of bool: false means missing, beyond the years or bounds (OVERFLOWED). ---- */

static inline int64_t csuccess__k_floor_divide(int64_t a, int64_t b) /* b > 0 */
{
    int64_t q = a / b;
    return q - (a % b < 0);
}
/* Whole units from `from` to `to`, towards the past. Both within the years 1 to 9999. */
static inline double csuccess__k_elapsed(int64_t from, int64_t to, int64_t unit)
{
    return (double)csuccess__k_floor_divide(to - from, unit);
}
/* Whole days (86,400,000 ms) since t, never below 0. */
static inline double csuccess__k_days_since(int64_t now, int64_t t)
{
    return t > now ? 0.0 : csuccess__k_elapsed(t, now, CSUCCESS__DAY_MS);
}
static inline double csuccess__k_hours_since(int64_t now, int64_t t)
{
    return t > now ? 0.0 : csuccess__k_elapsed(t, now, CSUCCESS__HOUR_MS);
}
/* Whole days until t; negative once it is past: a millisecond late is -1. */
static inline double csuccess__k_days_until(int64_t now, int64_t t)
{
    return csuccess__k_elapsed(now, t, CSUCCESS__DAY_MS);
}

static inline bool csuccess__k_add_time(int64_t *out, int64_t t, csuccess__duration d)
{
    return csuccess__time_add(out, t, d);
}
static inline bool csuccess__k_subtract_duration(int64_t *out, int64_t t, csuccess__duration d)
{
    return csuccess__time_subtract(out, t, d);
}
static inline csuccess__duration csuccess__k_subtract_time(int64_t a, int64_t b)
{
    return csuccess__duration_from_ms(a - b);
}
static inline bool csuccess__k_add_duration(csuccess__duration *out, csuccess__duration a,
                                            csuccess__duration b)
{
    return csuccess__duration_add(out, a, b);
}
static inline bool csuccess__k_subtract_durations(csuccess__duration *out, csuccess__duration a,
                                                  csuccess__duration b)
{
    csuccess__duration negative;
    return csuccess__duration_negate(&negative, b) && csuccess__duration_add(out, a, negative);
}
static inline bool csuccess__k_negate_duration(csuccess__duration *out, csuccess__duration d)
{
    return csuccess__duration_negate(out, d);
}

/* A field of a time, op GET_FULL_YEAR to GET_MILLISECONDS or YEAR to WEEKDAY. */
bool csuccess__k_time_field(double *out, unsigned op, int64_t t, int32_t offset_minutes);
/* op DURATION_HOURS to DURATION_MILLISECONDS; false (UNDECIDED) with months. */
bool csuccess__k_duration_field(double *out, unsigned op, csuccess__duration d);
/* Seconds since 1970 to a time, cut to milliseconds towards the past; and back to whole seconds. */
bool csuccess__k_time_from_seconds(int64_t *out, double seconds);
static inline double csuccess__k_seconds(int64_t t)
{
    return (double)csuccess__k_floor_divide(t, CSUCCESS__SECOND_MS);
}

#endif
