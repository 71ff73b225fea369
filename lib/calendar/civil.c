/* SPDX-License-Identifier: Apache-2.0 */
/* Days and their names on the proleptic Gregorian calendar; adding a duration to a time. */
#include "calendar/time.h"

enum { DAYS_400 = 146097, DAYS_100 = 36524, DAYS_4 = 1461, DAYS_1 = 365, EPOCH_DAY = 719162 };

static const int16_t days_before_month[13] = {0,   31,  59,  90,  120, 151, 181,
                                              212, 243, 273, 304, 334, 365};

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days of the year before a month; month 13 gives the length of the year. */
static int32_t days_before(int32_t year, int32_t month)
{
    return days_before_month[month - 1] + (month > 2 && is_leap(year));
}

int32_t csuccess__month_days(int32_t year, int32_t month)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12) {
        return 0;
    }
    return days_before(year, month + 1) - days_before(year, month);
}

/* Days from 1970-01-01 to a day that exists. */
static int64_t day_number(int32_t year, int32_t month, int32_t day)
{
    int32_t y = year - 1;
    return y * DAYS_1 + y / 4 - y / 100 + y / 400 + days_before(year, month) + day - 1 -
           EPOCH_DAY;
}

static int32_t at_most(int32_t x, int32_t most)
{
    return x < most ? x : most;
}

/* The date of a day within years 1 to 9999. A cycle of 400 years is four centuries, the last a
   day longer; a century is 25 times four years, the last a day shorter; the last of four years
   is a day longer. */
static void date_of(csuccess__civil *out, int64_t day)
{
    int32_t n = (int32_t)(day + EPOCH_DAY);
    out->cel_weekday = (n + 1) % 7; /* 0001-01-01 was a Monday */
    out->weekday = out->cel_weekday == 0 ? 7 : out->cel_weekday;
    int32_t cycles = n / DAYS_400;
    n %= DAYS_400;
    int32_t centuries = at_most(n / DAYS_100, 3);
    n -= centuries * DAYS_100;
    int32_t fours = n / DAYS_4;
    n %= DAYS_4;
    int32_t years = at_most(n / DAYS_1, 3);
    n -= years * DAYS_1;
    out->year = cycles * 400 + centuries * 100 + fours * 4 + years + 1;
    out->yearday = n + 1;
    int32_t month = n / 31 + 1; /* never too large, and at most one too small */
    month += n >= days_before(out->year, month + 1);
    out->month = month;
    out->day = n - days_before(out->year, month) + 1;
}

/* floor(a / b), b > 0. */
static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

bool csuccess__civil_from(csuccess__civil *out, int64_t ms, int32_t offset_minutes)
{
    if (!csuccess__time_valid(ms) || offset_minutes < -1439 || offset_minutes > 1439) {
        return false;
    }
    int64_t local = ms + offset_minutes * CSUCCESS__MINUTE_MS;
    if (!csuccess__time_valid(local)) {
        return false;
    }
    int64_t day = floor_divide(local, CSUCCESS__DAY_MS);
    int32_t rest = (int32_t)(local - day * CSUCCESS__DAY_MS);
    date_of(out, day);
    out->millisecond = rest % 1000;
    out->second = rest / 1000 % 60;
    out->minute = rest / 60000 % 60;
    out->hour = rest / 3600000;
    return true;
}

static bool is_within(int32_t x, int32_t least, int32_t most)
{
    return x >= least && x <= most;
}

bool csuccess__civil_to(int64_t *ms, const csuccess__civil *civil, int32_t offset_minutes)
{
    const csuccess__civil *c = civil;
    bool clock = is_within(c->hour, 0, 23) && is_within(c->minute, 0, 59) &&
                 is_within(c->second, 0, 59) && is_within(c->millisecond, 0, 999);
    if (!clock || !is_within(c->day, 1, csuccess__month_days(c->year, c->month)) ||
        !is_within(offset_minutes, -1439, 1439)) {
        return false;
    }
    int64_t t = day_number(c->year, c->month, c->day) * CSUCCESS__DAY_MS +
                c->hour * CSUCCESS__HOUR_MS +
                (c->minute - offset_minutes) * CSUCCESS__MINUTE_MS +
                c->second * CSUCCESS__SECOND_MS + c->millisecond;
    if (!csuccess__time_valid(t)) {
        return false;
    }
    *ms = t;
    return true;
}

bool csuccess__time_add(int64_t *out, int64_t ms, csuccess__duration d)
{
    if (!csuccess__time_valid(ms) || !csuccess__duration_valid(d)) {
        return false;
    }
    int64_t t = ms;
    if (d.months != 0) {
        csuccess__civil c;
        if (!csuccess__civil_from(&c, t, 0)) {
            return false;
        }
        int64_t month = (int64_t)c.year * 12 + c.month - 1 + d.months;
        c.year = (int32_t)floor_divide(month, 12);
        c.month = (int32_t)(month - (int64_t)c.year * 12) + 1;
        c.day = at_most(c.day, csuccess__month_days(c.year, c.month));
        if (!csuccess__civil_to(&t, &c, 0)) {
            return false;
        }
    }
    t += d.days * CSUCCESS__DAY_MS;
    if (!csuccess__time_valid(t) || !csuccess__time_valid(t + d.ms)) {
        return false;
    }
    *out = t + d.ms;
    return true;
}

bool csuccess__time_subtract(int64_t *out, int64_t ms, csuccess__duration d)
{
    csuccess__duration back;
    return csuccess__duration_negate(&back, d) && csuccess__time_add(out, ms, back);
}

int64_t csuccess__days_between(int64_t from, int64_t to)
{
    return floor_divide(to - from, CSUCCESS__DAY_MS);
}
