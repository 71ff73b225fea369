/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic and order of durations of months, days and milliseconds. */
#include "calendar/time.h"

#include "base/number.h"

static bool is_within(int64_t x, int64_t bound)
{
    return x >= -bound && x <= bound;
}

/* The duration of three parts, if each is within its bounds. */
static bool make(csuccess__duration *out, int64_t months, int64_t days, int64_t ms)
{
    if (!is_within(months, CSUCCESS__DURATION_MONTHS) ||
        !is_within(days, CSUCCESS__DURATION_DAYS) || !is_within(ms, CSUCCESS__DURATION_MS)) {
        return false;
    }
    *out = (csuccess__duration){(int32_t)months, (int32_t)days, ms};
    return true;
}

bool csuccess__duration_valid(csuccess__duration d)
{
    csuccess__duration same;
    return make(&same, d.months, d.days, d.ms);
}

bool csuccess__duration_add(csuccess__duration *out, csuccess__duration a, csuccess__duration b)
{
    return csuccess__duration_valid(a) && csuccess__duration_valid(b) &&
           make(out, (int64_t)a.months + b.months, (int64_t)a.days + b.days, a.ms + b.ms);
}

bool csuccess__duration_negate(csuccess__duration *out, csuccess__duration d)
{
    return csuccess__duration_valid(d) &&
           make(out, -(int64_t)d.months, -(int64_t)d.days, -d.ms);
}

bool csuccess__duration_multiply(csuccess__duration *out, csuccess__duration d, int64_t by)
{
    int64_t months, days, ms;
    return csuccess__mul_i64(&months, d.months, by) && csuccess__mul_i64(&days, d.days, by) &&
           csuccess__mul_i64(&ms, d.ms, by) && make(out, months, days, ms);
}

bool csuccess__duration_exact(int64_t *ms, csuccess__duration d)
{
    if (d.months != 0 || !csuccess__duration_valid(d)) {
        return false;
    }
    *ms = d.days * CSUCCESS__DAY_MS + d.ms;
    return true;
}

csuccess__duration csuccess__duration_from_ms(int64_t ms)
{
    return (csuccess__duration){0, 0, ms};
}

static int32_t sign(int64_t x)
{
    return (x > 0) - (x < 0);
}

/* Fewest and most days that 0 to 11 months can span, from any day of any year, with the day
   clamped to the end of its month. tests/oracles/times.py finds the same by trying all. */
static const int16_t fewest_days[12] = {0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334};
static const int16_t most_days[12] = {0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337};

csuccess__order csuccess__duration_compare(csuccess__duration a, csuccess__duration b)
{
    int32_t months = a.months - b.months;
    int64_t exact = ((int64_t)a.days - b.days) * CSUCCESS__DAY_MS + (a.ms - b.ms);
    if (months < 0) {
        csuccess__order turned = csuccess__duration_compare(b, a);
        return (csuccess__order){-turned.most, -turned.least};
    }
    /* Among y years in a row there are y / 4 leap days, up to one more, and, where a century
       without one is among them, up to one less for each hundred begun. */
    int32_t years = months / 12, rest = months % 12;
    int32_t leap_most = (years + 3) / 4;
    int32_t leap_least = years / 4 - (years + 99) / 100;
    leap_least = leap_least > 0 ? leap_least : 0;
    int64_t fewest = 365 * (int64_t)years + leap_least + fewest_days[rest];
    int64_t most = 365 * (int64_t)years + leap_most + most_days[rest];
    return (csuccess__order){sign(fewest * CSUCCESS__DAY_MS + exact),
                             sign(most * CSUCCESS__DAY_MS + exact)};
}

bool csuccess__duration_is_negative(csuccess__duration d)
{
    return csuccess__duration_compare(d, (csuccess__duration){0, 0, 0}).most < 0;
}
