/* SPDX-License-Identifier: Apache-2.0 */
/* Durations as text: ISO 8601 in both directions, and CEL's form in one. */
#include "calendar/scan.h"

#include "base/number.h"

#include <string.h>

static const char too_long[] = "a duration of at most 10,000 years";

/* Digits as a number; refuses none, and what does not fit. */
static bool scan_whole(csuccess__scan *s, int64_t *out)
{
    size_t start = s->at;
    int64_t value = 0;
    if (!csuccess__scan_is_digit(s)) {
        return csuccess__scan_refuse(s, "a number");
    }
    for (; csuccess__scan_is_digit(s); s->at++) {
        if (!csuccess__mul_i64(&value, value, 10) ||
            !csuccess__add_i64(&value, value, csuccess__scan_peek(s) - '0')) {
            s->at = start;
            return csuccess__scan_refuse(s, too_long);
        }
    }
    *out = value;
    return true;
}

enum part { MONTHS, DAYS, MS };

static const int64_t part_bounds[] = {
    [MONTHS] = CSUCCESS__DURATION_MONTHS,
    [DAYS] = CSUCCESS__DURATION_DAYS,
    [MS] = CSUCCESS__DURATION_MS,
};

/* The units of ISO 8601 in the order in which they must stand. */
static const struct unit {
    char letter;
    bool behind_t;
    enum part part;
    int64_t factor;
} units[] = {
    {'Y', false, MONTHS, 12},
    {'M', false, MONTHS, 1},
    {'W', false, DAYS, 7},
    {'D', false, DAYS, 1},
    {'H', true, MS, CSUCCESS__HOUR_MS},
    {'M', true, MS, CSUCCESS__MINUTE_MS},
    {'S', true, MS, CSUCCESS__SECOND_MS},
};
enum { UNITS = sizeof units / sizeof units[0] };

struct iso {
    csuccess__scan scan;
    int64_t parts[3];
    size_t next;    /* the first unit that may still come */
    size_t numbers; /* taken so far */
    bool behind_t;
    bool weeks;
};

/* The unit here, NULL when there is none that may come. */
static const struct unit *scan_unit(struct iso *iso)
{
    csuccess__scan *s = &iso->scan;
    char letter = csuccess__scan_peek(s);
    for (size_t i = iso->next; i < UNITS; i++) {
        if (units[i].letter == letter && units[i].behind_t == iso->behind_t) {
            s->at++;
            iso->next = i + 1;
            return &units[i];
        }
    }
    (void)csuccess__scan_refuse(s, iso->behind_t
                                       ? "one of the units H, M, S, in this order"
                                       : "one of the units Y, M, W, D, in this order, "
                                         "or T before H, M, S");
    return NULL;
}

/* Digits, and behind T a fraction in units of 10^-9. */
static bool scan_number(struct iso *iso, int64_t *whole, int64_t *fraction, bool *has_fraction)
{
    csuccess__scan *s = &iso->scan;
    if (!scan_whole(s, whole)) {
        return false;
    }
    *fraction = 0;
    *has_fraction =
        iso->behind_t && (csuccess__scan_take(s, '.') || csuccess__scan_take(s, ','));
    return !*has_fraction || csuccess__scan_fraction(s, 9, fraction);
}

/* Adds to the part that the unit belongs to; false when that leaves its bounds. */
static bool add_component(struct iso *iso, const struct unit *unit, int64_t whole,
                          int64_t fraction)
{
    int64_t bound = part_bounds[unit->part];
    int64_t magnitude = whole < 0 ? -whole : whole;
    if (magnitude > bound / unit->factor) {
        return false;
    }
    int64_t *part = &iso->parts[unit->part];
    *part += whole * unit->factor + fraction * unit->factor / 1000000000;
    return *part >= -bound && *part <= bound;
}

/* One number and its unit. */
static bool scan_component(struct iso *iso)
{
    csuccess__scan *s = &iso->scan;
    int sign = iso->numbers > 0 && csuccess__scan_take(s, '-') ? -1 : 1;
    size_t start = s->at;
    int64_t whole, fraction;
    bool has_fraction;
    if (!scan_number(iso, &whole, &fraction, &has_fraction)) {
        return false;
    }
    const struct unit *unit = scan_unit(iso);
    if (!unit) {
        return false;
    }
    if (has_fraction && !csuccess__scan_is_end(s)) {
        return csuccess__scan_refuse(s, "the end behind a fraction");
    }
    if (!add_component(iso, unit, sign * whole, sign * fraction)) {
        s->at = start;
        return csuccess__scan_refuse(s, too_long);
    }
    iso->numbers++;
    iso->weeks = iso->weeks || unit->letter == 'W';
    return true;
}

/* What stands behind P. */
static bool scan_components(struct iso *iso)
{
    csuccess__scan *s = &iso->scan;
    do {
        if (!iso->behind_t && csuccess__scan_take(s, 'T')) {
            iso->behind_t = true;
        }
        size_t start = s->at;
        if (!scan_component(iso)) {
            return false;
        }
        if (iso->weeks && iso->numbers > 1) {
            s->at = start;
            return csuccess__scan_refuse(s, "weeks alone, as in P2W; write days instead");
        }
    } while (!csuccess__scan_is_end(s));
    return true;
}

bool csuccess__duration_parse(csuccess__duration *out, csuccess_str text,
                              csuccess__time_error *err)
{
    struct iso iso = {.scan = {text, 0, err}};
    int sign = csuccess__scan_take(&iso.scan, '-') ? -1 : 1;
    if (!csuccess__scan_take(&iso.scan, 'P')) {
        return csuccess__scan_refuse(&iso.scan, "an ISO 8601 duration such as P7D or PT24H");
    }
    if (!scan_components(&iso)) {
        return false;
    }
    out->months = (int32_t)iso.parts[MONTHS] * sign;
    out->days = (int32_t)iso.parts[DAYS] * sign;
    out->ms = iso.parts[MS] * sign;
    return true;
}

/* The units of CEL; a longer one stands before its beginning. A whole one is ms / per_ms
   milliseconds, and 10^-15 of one is fine / fine_per nanoseconds. */
static const struct cel_unit {
    const char *name;
    int64_t ms, per_ms, fine, fine_per;
} cel_units[] = {
    {"ms", 1, 1, 1, 1000000000},
    {"us", 1, 1000, 1, 1000000000000},
    {"\xc2\xb5s", 1, 1000, 1, 1000000000000}, /* U+00B5, as Go prints it */
    {"\xce\xbcs", 1, 1000, 1, 1000000000000}, /* U+03BC */
    {"ns", 1, 1000000, 1, 1000000000000000},
    {"h", 3600000, 1, 3600, 1000000},
    {"m", 60000, 1, 60, 1000000},
    {"s", 1000, 1, 1, 1000000},
};

static bool scan_cel_unit(csuccess__scan *s, const struct cel_unit **out)
{
    for (size_t i = 0; i < sizeof cel_units / sizeof cel_units[0]; i++) {
        size_t n = strlen(cel_units[i].name);
        if (s->text.len - s->at >= n &&
            memcmp(s->text.ptr + s->at, cel_units[i].name, n) == 0) {
            s->at += n;
            *out = &cel_units[i];
            return true;
        }
    }
    return csuccess__scan_refuse(s, "one of the units h, m, s, ms, us, ns");
}

/* One number and its unit, added to milliseconds and nanoseconds, which stay below a million.
   */
static bool scan_cel_component(csuccess__scan *s, int64_t *ms, int64_t *ns)
{
    size_t start = s->at;
    int64_t whole = 0, fraction = 0;
    if (csuccess__scan_peek(s) != '.' && !scan_whole(s, &whole)) {
        return false;
    }
    if (csuccess__scan_take(s, '.') && !csuccess__scan_fraction(s, 15, &fraction)) {
        return false;
    }
    const struct cel_unit *unit;
    if (!scan_cel_unit(s, &unit)) {
        return false;
    }
    int64_t whole_ms;
    bool fits = csuccess__mul_i64(&whole_ms, whole / unit->per_ms, unit->ms) &&
                whole_ms <= CSUCCESS__DURATION_MS;
    *ns += whole % unit->per_ms * (1000000 / unit->per_ms) +
           fraction * unit->fine / unit->fine_per;
    if (fits) {
        *ms += whole_ms + *ns / 1000000;
        *ns %= 1000000;
    }
    if (!fits || *ms > CSUCCESS__DURATION_MS) {
        s->at = start;
        return csuccess__scan_refuse(s, too_long);
    }
    return true;
}

bool csuccess__duration_parse_cel(csuccess__duration *out, csuccess_str text,
                                  csuccess__time_error *err)
{
    csuccess__scan s = {text, 0, err};
    int64_t ms = 0, ns = 0;
    bool negative = csuccess__scan_take(&s, '-');
    if (!negative) {
        (void)csuccess__scan_take(&s, '+');
    }
    bool zero =
        text.len - s.at == 1 && text.ptr[s.at] == '0'; /* the one number without a unit */
    if (!zero) {
        do {
            if (!scan_cel_component(&s, &ms, &ns)) {
                return false;
            }
        } while (!csuccess__scan_is_end(&s));
    }
    ms += ns >= 500000;
    if (ms > CSUCCESS__DURATION_MS) {
        s.at = 0;
        return csuccess__scan_refuse(&s, too_long);
    }
    *out = csuccess__duration_from_ms(negative ? -ms : ms);
    return true;
}

bool csuccess__duration_parse_any(csuccess__duration *out, csuccess_str text,
                                  csuccess__time_error *err)
{
    size_t at = text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+') ? 1 : 0;
    bool iso = text.len > at && text.ptr[at] == 'P';
    return iso ? csuccess__duration_parse(out, text, err)
               : csuccess__duration_parse_cel(out, text, err);
}

/* Writes the number, which may be negative where the whole is positive, and its unit, but not a
   zero. */
static char *put_component(char *out, int64_t value, char unit)
{
    if (value == 0) {
        return out;
    }
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0) {
        *out++ = '-';
    }
    memcpy(out, digits + at, sizeof digits - at);
    out += sizeof digits - at;
    *out++ = unit;
    return out;
}

/* Seconds with up to three decimals, none of them a trailing zero. */
static char *put_seconds(char *out, int64_t ms)
{
    int64_t fraction = ms % 1000;
    if (fraction == 0) {
        return put_component(out, ms / 1000, 'S');
    }
    if (ms < 0) {
        *out++ = '-';
        ms = -ms;
        fraction = -fraction;
    }
    if (ms >= 1000) {
        out = put_component(out, ms / 1000, '.');
    } else {
        *out++ = '0';
        *out++ = '.';
    }
    for (int64_t place = 100; fraction; place /= 10) {
        *out++ = (char)('0' + fraction / place);
        fraction %= place;
    }
    *out++ = 'S';
    return out;
}

size_t csuccess__duration_format(char out[CSUCCESS__DURATION_TEXT], csuccess__duration d)
{
    out[0] = '\0';
    if (!csuccess__duration_valid(d)) {
        return 0;
    }
    char *p = out;
    int64_t first = d.months ? d.months : d.days ? d.days : d.ms;
    if (first < 0) {
        (void)csuccess__duration_negate(&d, d);
        *p++ = '-';
    }
    *p++ = 'P';
    p = put_component(p, d.months / 12, 'Y');
    p = put_component(p, d.months % 12, 'M');
    p = put_component(p, d.days, 'D');
    if (d.ms || first == 0) {
        *p++ = 'T';
    }
    p = put_component(p, d.ms / CSUCCESS__HOUR_MS, 'H');
    p = put_component(p, d.ms / CSUCCESS__MINUTE_MS % 60, 'M');
    p = put_seconds(p, d.ms % CSUCCESS__MINUTE_MS);
    if (first == 0) {
        *p++ = '0';
        *p++ = 'S';
    }
    *p = '\0';
    return (size_t)(p - out);
}
