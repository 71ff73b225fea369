/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3339 times and the system clock. */
#include "clock.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t clock_now(void)
{
    struct timespec now = {0, 0};
    timespec_get(&now, TIME_UTC);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void clock_format(char text[CLOCK_TEXT], int64_t ms)
{
    int64_t days = ms / 86400000, rest = ms % 86400000;
    if (rest < 0) {
        rest += 86400000;
        days--;
    }
    int64_t z = days + 719468; /* H. Hinnant's civil_from_days */
    int64_t era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t shifted = (5 * of_year + 2) / 153, day = of_year - (153 * shifted + 2) / 5 + 1;
    int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    year += era * 400 + (month <= 2);
    int64_t seconds = rest / 1000;
    int len = snprintf(text, CLOCK_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", (int)year, (int)month,
                       (int)day, (int)(seconds / 3600), (int)(seconds / 60 % 60),
                       (int)(seconds % 60));
    if (rest % 1000) {
        snprintf(text + len, CLOCK_TEXT - (size_t)len, ".%03dZ", (int)(rest % 1000));
    } else {
        snprintf(text + len, CLOCK_TEXT - (size_t)len, "Z");
    }
}

/* `count` digits at *at as a number from low to high. */
static bool take(const char **at, int count, int low, int high, int *out)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9') return false;
        value = value * 10 + (**at - '0');
    }
    *out = value;
    return value >= low && value <= high;
}

static bool take_char(const char **at, char wanted, char other)
{
    if (**at != wanted && **at != other) return false;
    (*at)++;
    return true;
}

/* Days since 1970-01-01 on the proleptic Gregorian calendar (H. Hinnant, chrono-compatible low-level date
   algorithms). */
static int64_t days_from_civil(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool take_date(const char **at, int64_t *days)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;
    if (!take(at, 4, 1, 9999, &year) || !take_char(at, '-', '-')) return false;
    if (!take(at, 2, 1, 12, &month) || !take_char(at, '-', '-')) return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int most = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
    if (!take(at, 2, 1, most, &day)) return false;
    *days = days_from_civil(year, month, day);
    return true;
}

static bool take_time(const char **at, int64_t *ms)
{
    int hour, minute, second, scale = 100;
    if (!take(at, 2, 0, 23, &hour) || !take_char(at, ':', ':')) return false;
    if (!take(at, 2, 0, 59, &minute) || !take_char(at, ':', ':')) return false;
    if (!take(at, 2, 0, 59, &second)) return false;
    *ms = ((hour * 60 + minute) * 60 + second) * INT64_C(1000);
    if (**at != '.') return true;
    const char *start = ++*at;
    for (; **at >= '0' && **at <= '9'; (*at)++, scale /= 10) *ms += (**at - '0') * scale;
    return *at != start;
}

static bool take_offset(const char **at, int64_t *ms)
{
    int hours, minutes;
    *ms = 0;
    if (take_char(at, 'Z', 'z')) return true;
    int64_t sign = **at == '-' ? -1 : 1;
    if (!take_char(at, '+', '-') || !take(at, 2, 0, 23, &hours) || !take_char(at, ':', ':')) {
        return false;
    }
    if (!take(at, 2, 0, 59, &minutes)) return false;
    *ms = sign * (hours * 60 + minutes) * INT64_C(60000);
    return true;
}

/* An offset must not lead out of the years 1 to 9999. */
static bool is_in_calendar(int64_t ms)
{
    return ms >= INT64_C(-62135596800000) && ms <= INT64_C(253402300799999);
}

bool clock_parse(const char *text, int64_t *ms)
{
    int64_t days, time = 0, offset = 0;
    if (!take_date(&text, &days)) return false;
    if (*text != '\0') {
        if (!take_char(&text, 'T', 't') || !take_time(&text, &time)) return false;
        if (!take_offset(&text, &offset)) return false;
    }
    *ms = days * INT64_C(86400000) + time - offset;
    return *text == '\0' && is_in_calendar(*ms);
}
