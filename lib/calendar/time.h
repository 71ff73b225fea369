/* SPDX-License-Identifier: Apache-2.0 */
/* Civil time, RFC 3339 times and ISO 8601 durations, from year 1 to 9999, without zones' names.

   A time is int64_t milliseconds since 1970-01-01T00:00:00Z on the proleptic Gregorian
   calendar, without leap seconds, as in POSIX. Only years 1 to 9999 (in UTC, and at the offset
   asked for) exist; whatever would lie outside is refused with false and leaves the output
   alone. */
#ifndef CSUCCESS__CALENDAR_TIME_H
#define CSUCCESS__CALENDAR_TIME_H

#include <csuccess/base.h>
#include <stdbool.h>

#define CSUCCESS__SECOND_MS INT64_C(1000)
#define CSUCCESS__MINUTE_MS INT64_C(60000)
#define CSUCCESS__HOUR_MS INT64_C(3600000)
#define CSUCCESS__DAY_MS INT64_C(86400000)
#define CSUCCESS__TIME_MIN INT64_C(-62135596800000) /* 0001-01-01T00:00:00.000Z */
#define CSUCCESS__TIME_MAX INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

static inline bool csuccess__time_valid(int64_t ms)
{
    return ms >= CSUCCESS__TIME_MIN && ms <= CSUCCESS__TIME_MAX;
}

/* Why a text was refused: the byte where it went wrong and what belongs there, such as "a month
   from 01 to 12": a static text that reads after "expected ". */
typedef struct csuccess__time_error {
    size_t offset;
    const char *expected;
} csuccess__time_error;

/* RFC 3339 date-time: `2026-01-31T08:00:00Z`, `2026-01-31t08:00:00.123456+11:00`. `t` and `z`
   may be lower case (RFC 3339, 5.6); a blank instead of T, hour 24 and second 60 (a leap second
   has no millisecond of its own) are refused. Digits beyond milliseconds are cut off, towards
   the past. `-00:00` is UTC. err may be NULL. */
bool csuccess__time_parse(int64_t *ms, csuccess_str text, csuccess__time_error *err);
/* `2026-01-31`: midnight UTC of that day. */
bool csuccess__date_parse(int64_t *ms, csuccess_str text, csuccess__time_error *err);

/* Texts handed out are terminated; the result is the length without the terminator, 0 (and an
   empty text) for a time outside the years 1 to 9999. */
#define CSUCCESS__TIME_TEXT 25 /* "2026-01-31T00:00:00.000Z" and the terminator */
#define CSUCCESS__DATE_TEXT 11
/* UTC: `2026-01-31T00:00:00Z`, with `.mmm` only when the milliseconds are not 0. */
size_t csuccess__time_format(char out[CSUCCESS__TIME_TEXT], int64_t ms);
/* The UTC day of ms: `2026-01-31`. */
size_t csuccess__date_format(char out[CSUCCESS__DATE_TEXT], int64_t ms);

/* The fields of a time on a calendar and a clock. */
typedef struct csuccess__civil {
    int32_t year;        /* 1 to 9999 */
    int32_t month;       /* 1 to 12 */
    int32_t day;         /* 1 to 31 */
    int32_t hour;        /* 0 to 23 */
    int32_t minute;      /* 0 to 59 */
    int32_t second;      /* 0 to 59 */
    int32_t millisecond; /* 0 to 999 */
    int32_t cel_weekday; /* 0 Sunday to 6 Saturday, as CEL's getDayOfWeek */
    int32_t weekday;     /* 1 Monday to 7 Sunday, as ISO 8601 */
    int32_t yearday;     /* 1 to 366 */
} csuccess__civil;

/* Offsets are minutes east of UTC, -1439 to 1439. False when ms, the offset or the year there
   is out of range. */
bool csuccess__civil_from(csuccess__civil *out, int64_t ms, int32_t offset_minutes);
/* Back; reads year to millisecond, not weekdays or yearday. False when a field is out of range
   (no 29 February in a common year). */
bool csuccess__civil_to(int64_t *ms, const csuccess__civil *civil, int32_t offset_minutes);
/* 28 to 31; year 1 to 9999, month 1 to 12, else 0. */
int32_t csuccess__month_days(int32_t year, int32_t month);

/* `+11:00`, `-02:30`, `02:00` (as CEL allows), `Z`, `UTC`, `GMT`; up to 23:59. Names of zones
   are refused. */
bool csuccess__offset_parse(int32_t *offset_minutes, csuccess_str text,
                            csuccess__time_error *err);

/* A duration in three parts that do not mix: months have 28 to 31 days. Days and milliseconds
   are kept apart so that `P1D` and `PT24H` print as they were written; all arithmetic here is
   in UTC, where a day is 24 hours. Each part is within the bounds below (about 10,000 years),
   so negation and difference cannot overflow. Parts may have different signs, after an
   addition. */
typedef struct csuccess__duration {
    int32_t months;
    int32_t days;
    int64_t ms;
} csuccess__duration;

#define CSUCCESS__DURATION_MONTHS 120000
#define CSUCCESS__DURATION_DAYS 3652500
#define CSUCCESS__DURATION_MS INT64_C(315576000000000) /* CEL's bound: 315,576,000,000 s */

bool csuccess__duration_valid(csuccess__duration d);

/* ISO 8601: `P7D`, `PT24H`, `P1M`, `P1Y2M3DT4H5M6.5S`, `P2W` (weeks alone; they become days),
   `-P1D`. Letters in upper case and in order, at least one number, a fraction (`.` or `,`) only
   on the last number and only behind T; beyond milliseconds it is cut off towards zero. A part
   with another sign than the whole, as csuccess__duration_format writes it (`P1M-1D`), is taken
   after the first. */
bool csuccess__duration_parse(csuccess__duration *out, csuccess_str text,
                              csuccess__time_error *err);
/* CEL's (Go's): `3600s`, `1h30m`, `1.5h`, `-100ms`, units h m s ms us ns, `0`; to the nearest
   millisecond once, at the end (half away from zero), so that CEL's sums in nanoseconds come out. Only `ms` of the result is set. */
bool csuccess__duration_parse_cel(csuccess__duration *out, csuccess_str text,
                                  csuccess__time_error *err);
/* Whichever of the two it is: with a P behind an optional sign it is ISO 8601. */
bool csuccess__duration_parse_any(csuccess__duration *out, csuccess_str text,
                                  csuccess__time_error *err);

#define CSUCCESS__DURATION_TEXT 64
/* ISO 8601, canonical: months as years and months, days as days, milliseconds as hours,
   minutes, seconds; zero is `PT0S`; `-` in front when the first part that is not zero is
   negative. Terminated; gives the length, 0 for a duration that is not valid. */
size_t csuccess__duration_format(char out[CSUCCESS__DURATION_TEXT], csuccess__duration d);

/* Each is false, with *out left alone, when a part leaves its bounds. */
bool csuccess__duration_add(csuccess__duration *out, csuccess__duration a,
                            csuccess__duration b);
bool csuccess__duration_negate(csuccess__duration *out, csuccess__duration d);
bool csuccess__duration_multiply(csuccess__duration *out, csuccess__duration d, int64_t by);

/* In whole milliseconds, a day being 24 hours; false when there are months. */
bool csuccess__duration_exact(int64_t *ms, csuccess__duration d);
csuccess__duration csuccess__duration_from_ms(int64_t ms); /* ms within CSUCCESS__DURATION_MS */
bool csuccess__duration_is_negative(csuccess__duration d); /* surely below zero */

/* What the sign of a - b can be, whatever day they start on: from `least` to `most`, each -1, 0
   or 1. A month is 28 to 31 days, twelve are 365 or 366. Decided when both are equal; `P1M`
   against `P31D` is -1 to 0, so `<=` holds while `<` and `==` are undecided. */
typedef struct csuccess__order {
    int32_t least, most;
} csuccess__order;
csuccess__order csuccess__duration_compare(csuccess__duration a, csuccess__duration b);

/* Months first, the day clamped to the end of its month (31 January + P1M is 28 or 29
   February), then days, then milliseconds. False outside the years 1 to 9999, at the end or on
   the way. */
bool csuccess__time_add(int64_t *out, int64_t ms, csuccess__duration d);
bool csuccess__time_subtract(int64_t *out, int64_t ms, csuccess__duration d);

/* Whole days of 24 hours from `from` to `to`, towards the past: -1 ms is -1 day. Both valid
   times. */
int64_t csuccess__days_between(int64_t from, int64_t to);

#endif
