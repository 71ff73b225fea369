/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrence rules as text (RFC 5545, 3.3.10): what is not of the subset, or can never hold, is refused where it stands. */
#include "calendar/recurrence.h"

#include "base/str.h"
#include "calendar/scan.h"

enum {
    INTERVAL_MOST = 1000,
    COUNT_MOST = 10000,
    WEEKS_OF_YEAR = 53,
    WEEKS_OF_MONTH = 5,
    DAYS_OF_MONTH = 31,
    DAYS_OF_YEAR = 366
};

typedef enum part_kind {
    FREQ,
    INTERVAL,
    COUNT,
    UNTIL,
    BYDAY,
    BYMONTHDAY,
    BYMONTH,
    BYSETPOS,
    WKST,
    PARTS
} part_kind;

typedef struct reading {
    csuccess__scan scan;
    csuccess__recurrence *rule;
    bool given[PARTS];
    size_t at[PARTS]; /* where the value of each begins */
} reading;

/* A letter as its upper-case one: names are alike in both (RFC 5545, 2). */
static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool take_word(csuccess__scan *s, const char *word)
{
    size_t n = strlen(word);
    if (s->text.len - s->at < n) return false;
    for (size_t i = 0; i < n; i++) {
        if (upper(s->text.ptr[s->at + i]) != word[i]) return false;
    }
    s->at += n;
    return true;
}

/* The index of the word here, which moves on; -1: none of them. */
static int take_one_of(csuccess__scan *s, const char *const *words)
{
    for (int i = 0; words[i]; i++) {
        if (take_word(s, words[i])) return i;
    }
    return -1;
}

/* What a whole number may be: from 1 on, or either that or as far below zero. */
typedef struct bounds {
    bool either;
    int32_t most;
    const char *expected;
} bounds;

/* Whether it is negative. */
static bool scan_sign(csuccess__scan *s, const bounds *b)
{
    if (!b->either || csuccess__scan_take(s, '+')) return false;
    return csuccess__scan_take(s, '-');
}

static bool scan_number(csuccess__scan *s, const bounds *b, int32_t *out)
{
    size_t start = s->at;
    int32_t value = 0;
    bool negative = scan_sign(s, b);
    size_t digits = s->at;
    for (; csuccess__scan_is_digit(s) && value <= COUNT_MOST; s->at++) {
        value = value * 10 + (csuccess__scan_peek(s) - '0');
    }
    if (s->at > digits && value > 0 && value <= b->most) {
        *out = negative ? -value : value;
        return true;
    }
    s->at = start;
    return csuccess__scan_refuse(s, b->expected);
}

/* ---- The parts ---- */

static bool read_frequency(reading *r)
{
    static const char *const words[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY", NULL};
    int i = take_one_of(&r->scan, words);
    if (i < 0) {
        return csuccess__scan_refuse(&r->scan, "DAILY, WEEKLY, MONTHLY or YEARLY");
    }
    r->rule->frequency = (csuccess__frequency)i;
    return true;
}

static bool read_interval(reading *r)
{
    static const bounds b = {false, INTERVAL_MOST, "a whole number from 1 to 1000"};
    return scan_number(&r->scan, &b, &r->rule->interval);
}

static bool read_count(reading *r)
{
    static const bounds b = {false, COUNT_MOST, "a whole number from 1 to 10000"};
    return scan_number(&r->scan, &b, &r->rule->count);
}

/* Digits as a number; false when there are not so many. */
static bool take_digits(csuccess__scan *s, int n, int32_t *out)
{
    *out = 0;
    for (int i = 0; i < n; i++, s->at++) {
        if (!csuccess__scan_is_digit(s)) return false;
        *out = *out * 10 + (csuccess__scan_peek(s) - '0');
    }
    return true;
}

static bool take_clock(csuccess__scan *s, csuccess__civil *c)
{
    return (csuccess__scan_take(s, 'T') || csuccess__scan_take(s, 't')) &&
           take_digits(s, 2, &c->hour) && take_digits(s, 2, &c->minute) &&
           take_digits(s, 2, &c->second) &&
           (csuccess__scan_take(s, 'Z') || csuccess__scan_take(s, 'z'));
}

static bool read_until(reading *r)
{
    csuccess__scan *s = &r->scan;
    csuccess__civil c = {0};
    size_t start = s->at;
    bool date =
        take_digits(s, 4, &c.year) && take_digits(s, 2, &c.month) && take_digits(s, 2, &c.day);
    r->rule->has_until = true;
    r->rule->until_is_date = csuccess__scan_is_end(s) || csuccess__scan_peek(s) == ';';
    if (date && (r->rule->until_is_date || take_clock(s, &c)) &&
        csuccess__civil_to(&r->rule->until, &c, 0)) {
        return true;
    }
    s->at = start;
    return csuccess__scan_refuse(
        s, "a date such as 20261231 or a time of UTC such as 20261231T170000Z");
}

static const char *const weekdays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU", NULL};

static bool scan_weekday(csuccess__scan *s, int32_t *out)
{
    int i = take_one_of(s, weekdays);
    if (i < 0) return csuccess__scan_refuse(s, "MO, TU, WE, TH, FR, SA or SU");
    *out = i + 1;
    return true;
}

static bool read_week_start(reading *r)
{
    return scan_weekday(&r->scan, &r->rule->week_start);
}

static bool read_weekday(reading *r)
{
    static const bounds b = {true, WEEKS_OF_YEAR,
                             "a weekday, or one with a number from 1 to 53 or -53 to -1 in "
                             "front of it"};
    csuccess__recurrence *rule = r->rule;
    int32_t ordinal = 0, weekday;
    char c = csuccess__scan_peek(&r->scan);
    bool number = c == '+' || c == '-' || csuccess__scan_is_digit(&r->scan);
    if (rule->by_day_count == CSUCCESS__BYDAY_MOST) {
        return csuccess__scan_refuse(&r->scan, "at most 64 weekdays");
    }
    if ((number && !scan_number(&r->scan, &b, &ordinal)) || !scan_weekday(&r->scan, &weekday)) {
        return false;
    }
    rule->by_day[rule->by_day_count].weekday = (int16_t)weekday;
    rule->by_day[rule->by_day_count++].ordinal = (int16_t)ordinal;
    return true;
}

static bool read_month_day(reading *r)
{
    static const bounds b = {true, DAYS_OF_MONTH,
                             "a day from 1 to 31, or -31 to -1 from the end"};
    int32_t day;
    if (!scan_number(&r->scan, &b, &day)) return false;
    uint32_t bit = UINT32_C(1) << ((day > 0 ? day : -day) - 1);
    *(day > 0 ? &r->rule->month_days_front : &r->rule->month_days_back) |= bit;
    return true;
}

static bool read_month(reading *r)
{
    static const bounds b = {false, 12, "a month from 1 to 12"};
    int32_t month;
    if (!scan_number(&r->scan, &b, &month)) return false;
    r->rule->months = (uint16_t)(r->rule->months | 1u << (month - 1));
    return true;
}

static bool read_position(reading *r)
{
    static const bounds b = {true, DAYS_OF_YEAR,
                             "a position from 1 to 366, or -366 to -1 from the end"};
    csuccess__recurrence *rule = r->rule;
    int32_t position;
    if (rule->set_position_count == CSUCCESS__BYSETPOS_MOST) {
        return csuccess__scan_refuse(&r->scan, "at most 16 positions");
    }
    if (!scan_number(&r->scan, &b, &position)) return false;
    rule->set_positions[rule->set_position_count++] = (int16_t)position;
    return true;
}

/* ---- All of them ---- */

static const struct part {
    const char *name;
    bool (*read)(reading *r); /* one value */
    bool list;                /* of values, with commas */
} parts[PARTS] = {
    [FREQ] = {"FREQ=", read_frequency, false},
    [INTERVAL] = {"INTERVAL=", read_interval, false},
    [COUNT] = {"COUNT=", read_count, false},
    [UNTIL] = {"UNTIL=", read_until, false},
    [BYDAY] = {"BYDAY=", read_weekday, true},
    [BYMONTHDAY] = {"BYMONTHDAY=", read_month_day, true},
    [BYMONTH] = {"BYMONTH=", read_month, true},
    [BYSETPOS] = {"BYSETPOS=", read_position, true},
    [WKST] = {"WKST=", read_week_start, false},
};

/* Parts that rules elsewhere have. */
static const struct {
    const char *name, *expected;
} refused[] = {
    {"BYSECOND=", "a rule without BYSECOND: occurrences have the time of day of the start"},
    {"BYMINUTE=", "a rule without BYMINUTE: occurrences have the time of day of the start"},
    {"BYHOUR=", "a rule without BYHOUR: occurrences have the time of day of the start"},
    {"BYYEARDAY=", "a rule without BYYEARDAY; BYMONTH with BYMONTHDAY names days of a year"},
    {"BYWEEKNO=", "a rule without BYWEEKNO; FREQ=WEEKLY with INTERVAL counts weeks"},
    {"BYEASTER=", "a rule without BYEASTER, which RFC 5545 does not have"},
    {"RSCALE=", "a rule without RSCALE: the calendar is the Gregorian one"},
    {"SKIP=", "a rule without SKIP: days that a month does not have are left out"},
};

static bool refuse_part(csuccess__scan *s)
{
    size_t start = s->at;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (!take_word(s, refused[i].name)) continue;
        s->at = start;
        return csuccess__scan_refuse(s, refused[i].expected);
    }
    return csuccess__scan_refuse(
        s, "one of FREQ=, INTERVAL=, COUNT=, UNTIL=, BYDAY=, BYMONTHDAY=, BYMONTH=, BYSETPOS= "
           "and WKST=");
}

static bool read_values(reading *r, const struct part *part)
{
    do {
        if (!part->read(r)) return false;
    } while (part->list && csuccess__scan_take(&r->scan, ','));
    return true;
}

static bool read_part(reading *r)
{
    csuccess__scan *s = &r->scan;
    size_t start = s->at;
    size_t i = 0;
    while (i < PARTS && !take_word(s, parts[i].name)) i++;
    if (i == PARTS) return refuse_part(s);
    if (r->given[i]) {
        s->at = start;
        return csuccess__scan_refuse(s, "each part once");
    }
    r->given[i] = true;
    r->at[i] = s->at;
    return read_values(r, &parts[i]);
}

static bool read_parts(reading *r)
{
    csuccess__scan *s = &r->scan;
    (void)take_word(s, "RRULE:");
    do {
        if (!read_part(r)) return false;
    } while (csuccess__scan_take(s, ';'));
    return csuccess__scan_is_end(s) ||
           csuccess__scan_refuse(s, "';' and another part, or the end");
}

/* ---- What does not go together ---- */

static bool refuse_at(reading *r, part_kind part, const char *expected)
{
    r->scan.at = r->at[part];
    return csuccess__scan_refuse(&r->scan, expected);
}

static bool check_together(reading *r)
{
    const csuccess__recurrence *rule = r->rule;
    if (!r->given[FREQ]) return csuccess__scan_refuse(&r->scan, "FREQ= somewhere in the rule");
    if (r->given[COUNT] && r->given[UNTIL]) {
        part_kind later = r->at[COUNT] > r->at[UNTIL] ? COUNT : UNTIL;
        return refuse_at(r, later, "either COUNT or UNTIL, not both");
    }
    if (r->given[BYMONTHDAY] && rule->frequency == CSUCCESS__WEEKLY) {
        return refuse_at(r, BYMONTHDAY,
                         "no BYMONTHDAY with FREQ=WEEKLY (RFC 5545); FREQ=DAILY "
                         "with BYDAY and BYMONTHDAY says it");
    }
    return true;
}

static bool check_ordinals(reading *r)
{
    const csuccess__recurrence *rule = r->rule;
    bool monthly = rule->frequency == CSUCCESS__MONTHLY ||
                   (rule->frequency == CSUCCESS__YEARLY && rule->months != 0);
    for (uint32_t i = 0; i < rule->by_day_count; i++) {
        int32_t ordinal = rule->by_day[i].ordinal;
        if (ordinal != 0 && rule->frequency < CSUCCESS__MONTHLY) {
            return refuse_at(r, BYDAY,
                             "weekdays without a number, unless FREQ is MONTHLY or "
                             "YEARLY");
        }
        if (monthly && (ordinal > WEEKS_OF_MONTH || ordinal < -WEEKS_OF_MONTH)) {
            return refuse_at(r, BYDAY,
                             "numbers from 1 to 5 or -5 to -1: a month has no more "
                             "of a weekday");
        }
    }
    return true;
}

/* Whether one of the days is in one of the months, of a leap year. */
static bool month_has_a_day(const csuccess__recurrence *rule)
{
    uint32_t days = rule->month_days_front | rule->month_days_back;
    for (int32_t month = 1; month <= 12; month++) {
        uint32_t had = UINT32_MAX >> (32 - csuccess__month_days(2000, month));
        if ((rule->months >> (month - 1) & 1) && (days & had)) return true;
    }
    return false;
}

static bool check_days(reading *r)
{
    if (!r->given[BYMONTHDAY] || !r->given[BYMONTH] || month_has_a_day(r->rule)) return true;
    return refuse_at(r, BYMONTHDAY, "a day that one of the months of BYMONTH has");
}

/* How many days a period can have at most. */
static int32_t days_of_period(const csuccess__recurrence *rule)
{
    static const int32_t most[] = {1, 7, DAYS_OF_MONTH, DAYS_OF_YEAR};
    int32_t days = most[rule->frequency];
    bool fewer = rule->frequency == CSUCCESS__WEEKLY && rule->by_day_count < 7;
    if (!fewer) return days;
    return rule->by_day_count ? (int32_t)rule->by_day_count : 1;
}

static bool check_positions(reading *r)
{
    const csuccess__recurrence *rule = r->rule;
    int32_t most = days_of_period(rule);
    if (!r->given[BYSETPOS]) return true;
    if (!r->given[BYDAY] && !r->given[BYMONTHDAY] && !r->given[BYMONTH]) {
        return refuse_at(r, BYSETPOS, "BYSETPOS only with BYDAY, BYMONTHDAY or BYMONTH");
    }
    for (uint32_t i = 0; i < rule->set_position_count; i++) {
        int32_t position = rule->set_positions[i];
        if (position <= most && position >= -most) return true;
    }
    return refuse_at(r, BYSETPOS, "a position that a day, week, month or year of the rule has");
}

bool csuccess__recurrence_parse(csuccess__recurrence *out, csuccess_str text,
                                csuccess__time_error *err)
{
    csuccess__recurrence rule = {.interval = 1, .week_start = 1};
    reading r = {.scan = {text, 0, err}, .rule = &rule};
    if (!read_parts(&r) || !check_together(&r) || !check_ordinals(&r) || !check_days(&r) ||
        !check_positions(&r)) {
        return false;
    }
    *out = rule;
    return true;
}
