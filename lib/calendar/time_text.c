/* SPDX-License-Identifier: Apache-2.0 */
/* Times, dates and offsets as text: RFC 3339. */
#include "calendar/scan.h"

#include "base/str.h"

#include <string.h>

bool csuccess__scan_fraction(csuccess__scan *s, int places, int64_t *out)
{
    if (!csuccess__scan_is_digit(s)) {
        return csuccess__scan_refuse(s, "a digit");
    }
    int64_t value = 0;
    int taken = 0;
    for (; csuccess__scan_is_digit(s); s->at++) {
        if (taken < places) {
            value = value * 10 + (csuccess__scan_peek(s) - '0');
            taken++;
        }
    }
    for (; taken < places; taken++) {
        value *= 10;
    }
    *out = value;
    return true;
}

/* A number of exactly so many digits within bounds; the error is at its first byte. */
struct field {
    int digits;
    int32_t least, most;
    const char *expected;
};

static bool scan_field(csuccess__scan *s, const struct field *field, int32_t *out)
{
    size_t start = s->at;
    int32_t value = 0;
    for (int i = 0; i < field->digits; i++) {
        if (!csuccess__scan_is_digit(s)) {
            return csuccess__scan_refuse(s, field->expected);
        }
        value = value * 10 + (csuccess__scan_peek(s) - '0');
        s->at++;
    }
    if (value < field->least || value > field->most) {
        s->at = start;
        return csuccess__scan_refuse(s, field->expected);
    }
    *out = value;
    return true;
}

static const struct field year_field = {4, 1, 9999, "a year from 0001 to 9999"};
static const struct field month_field = {2, 1, 12, "a month from 01 to 12"};
static const struct field day_field = {2, 1, 31, "a day from 01 to 31"};
static const struct field hour_field = {2, 0, 23, "an hour from 00 to 23"};
static const struct field minute_field = {2, 0, 59, "a minute from 00 to 59"};
static const struct field second_field = {2, 0, 59, "a second from 00 to 59"};

static bool scan_mark(csuccess__scan *s, char mark, const char *expected)
{
    return csuccess__scan_take(s, mark) || csuccess__scan_refuse(s, expected);
}

static bool scan_date(csuccess__scan *s, csuccess__civil *c)
{
    if (!scan_field(s, &year_field, &c->year) || !scan_mark(s, '-', "'-' behind the year") ||
        !scan_field(s, &month_field, &c->month) || !scan_mark(s, '-', "'-' behind the month")) {
        return false;
    }
    size_t start = s->at;
    if (!scan_field(s, &day_field, &c->day)) {
        return false;
    }
    if (c->day > csuccess__month_days(c->year, c->month)) {
        s->at = start;
        return csuccess__scan_refuse(s, "a day that this month has");
    }
    return true;
}

static bool scan_clock(csuccess__scan *s, csuccess__civil *c)
{
    if (!scan_field(s, &hour_field, &c->hour) || !scan_mark(s, ':', "':' behind the hour") ||
        !scan_field(s, &minute_field, &c->minute) ||
        !scan_mark(s, ':', "':' behind the minute") ||
        !scan_field(s, &second_field, &c->second)) {
        return false;
    }
    int64_t fraction = 0;
    if (csuccess__scan_take(s, '.') && !csuccess__scan_fraction(s, 3, &fraction)) {
        return false;
    }
    c->millisecond = (int32_t)fraction;
    return true;
}

bool csuccess__scan_offset(csuccess__scan *s, bool sign_needed, int32_t *minutes)
{
    bool west = csuccess__scan_take(s, '-');
    if (!west && !csuccess__scan_take(s, '+') && sign_needed) {
        return csuccess__scan_refuse(s, "'Z' or an offset such as +02:00");
    }
    int32_t hour, minute;
    if (!scan_field(s, &hour_field, &hour) || !scan_mark(s, ':', "':' behind the hour") ||
        !scan_field(s, &minute_field, &minute)) {
        return false;
    }
    *minutes = (hour * 60 + minute) * (west ? -1 : 1);
    return true;
}

static bool scan_end(csuccess__scan *s)
{
    return csuccess__scan_is_end(s) || csuccess__scan_refuse(s, "the end");
}

bool csuccess__time_parse(int64_t *ms, csuccess_str text, csuccess__time_error *err)
{
    csuccess__scan s = {text, 0, err};
    csuccess__civil c = {0};
    int32_t offset = 0;
    if (!scan_date(&s, &c)) {
        return false;
    }
    if (!csuccess__scan_take(&s, 'T') && !csuccess__scan_take(&s, 't')) {
        return csuccess__scan_refuse(&s, "'T' and a time of day");
    }
    if (!scan_clock(&s, &c)) {
        return false;
    }
    size_t zone = s.at;
    if (!csuccess__scan_take(&s, 'Z') && !csuccess__scan_take(&s, 'z') &&
        !csuccess__scan_offset(&s, true, &offset)) {
        return false;
    }
    if (!scan_end(&s)) {
        return false;
    }
    s.at = zone;
    return csuccess__civil_to(ms, &c, offset) ||
           csuccess__scan_refuse(&s, "a time in the years 1 to 9999 of UTC");
}

bool csuccess__date_parse(int64_t *ms, csuccess_str text, csuccess__time_error *err)
{
    csuccess__scan s = {text, 0, err};
    csuccess__civil c = {0};
    return scan_date(&s, &c) && scan_end(&s) && csuccess__civil_to(ms, &c, 0);
}

bool csuccess__offset_parse(int32_t *offset_minutes, csuccess_str text,
                            csuccess__time_error *err)
{
    if (csuccess__str_is(text, "Z") || csuccess__str_is(text, "UTC") ||
        csuccess__str_is(text, "GMT")) {
        *offset_minutes = 0;
        return true;
    }
    csuccess__scan s = {text, 0, err};
    char first = csuccess__scan_peek(&s);
    if (first != '+' && first != '-' && !csuccess__scan_is_digit(&s)) {
        return csuccess__scan_refuse(&s, "an offset such as +02:00, or UTC; names of zones are "
                                         "not available");
    }
    int32_t minutes;
    if (!csuccess__scan_offset(&s, false, &minutes) || !scan_end(&s)) {
        return false;
    }
    *offset_minutes = minutes;
    return true;
}

static char *put_digits(char *out, int32_t value, int digits)
{
    for (int i = digits; i-- > 0; value /= 10) {
        out[i] = (char)('0' + value % 10);
    }
    return out + digits;
}

static char *put_date(char *out, const csuccess__civil *c)
{
    out = put_digits(out, c->year, 4);
    *out++ = '-';
    out = put_digits(out, c->month, 2);
    *out++ = '-';
    return put_digits(out, c->day, 2);
}

size_t csuccess__time_format(char out[CSUCCESS__TIME_TEXT], int64_t ms)
{
    csuccess__civil c;
    out[0] = '\0';
    if (!csuccess__civil_from(&c, ms, 0)) {
        return 0;
    }
    char *p = put_date(out, &c);
    *p++ = 'T';
    p = put_digits(p, c.hour, 2);
    *p++ = ':';
    p = put_digits(p, c.minute, 2);
    *p++ = ':';
    p = put_digits(p, c.second, 2);
    if (c.millisecond) {
        *p++ = '.';
        p = put_digits(p, c.millisecond, 3);
    }
    *p++ = 'Z';
    *p = '\0';
    return (size_t)(p - out);
}

size_t csuccess__date_format(char out[CSUCCESS__DATE_TEXT], int64_t ms)
{
    csuccess__civil c;
    out[0] = '\0';
    if (!csuccess__civil_from(&c, ms, 0)) {
        return 0;
    }
    char *p = put_date(out, &c);
    *p = '\0';
    return (size_t)(p - out);
}
