/* SPDX-License-Identifier: Apache-2.0 */
/* Times and durations: every row of tests/data/times.tsv, places of errors, laws of arithmetic.
   */
#include "check.h"
#include "base/str.h"
#include "calendar/time.h"

enum { FIELDS = 13 };

static int64_t whole(const char *field)
{
    return strtoll(field, NULL, 10);
}

static bool is_refused(const char *field)
{
    return strcmp(field, "-") == 0;
}

static csuccess__duration duration(int64_t months, int64_t days, int64_t ms)
{
    return (csuccess__duration){(int32_t)months, (int32_t)days, ms};
}

/* Marks what a refused call must leave alone. */
static const int64_t untouched = 424242;

static bool check_ms(bool good, int64_t ms, const char *expected)
{
    if (is_refused(expected)) {
        CHECK(!good);
        return CHECK_INT(ms, untouched);
    }
    CHECK(good);
    return CHECK_INT(ms, whole(expected));
}

static bool time_row(char **f)
{
    int64_t ms = untouched;
    csuccess__time_error err = {99, NULL};
    bool good = csuccess__time_parse(&ms, check_view(f[1]), &err);
    CHECK(good || (err.expected && err.offset <= strlen(f[1])));
    return check_ms(good, ms, f[2]);
}

static bool date_row(char **f)
{
    int64_t ms = untouched;
    bool good = csuccess__date_parse(&ms, check_view(f[1]), NULL);
    bool held = check_ms(good, ms, f[2]);
    char out[CSUCCESS__DATE_TEXT];
    if (!is_refused(f[2])) {
        CHECK_UINT(csuccess__date_format(out, ms + 86399999), 10);
        return CHECK_CSTR(out, f[1]) && held;
    }
    return held;
}

static bool format_row(char **f)
{
    char out[CSUCCESS__TIME_TEXT];
    int64_t ms = untouched;
    size_t n = csuccess__time_format(out, whole(f[1]));
    CHECK_UINT(n, strlen(f[2]));
    CHECK(csuccess__time_parse(&ms, check_view(out), NULL) && ms == whole(f[1]));
    return CHECK_CSTR(out, f[2]);
}

static bool civil_row(char **f)
{
    csuccess__civil c = {0};
    int32_t offset = (int32_t)whole(f[2]);
    bool good = csuccess__civil_from(&c, whole(f[1]), offset);
    if (is_refused(f[3])) return CHECK(!good);
    const int32_t fields[10] = {c.year,   c.month,       c.day,         c.hour,    c.minute,
                                c.second, c.millisecond, c.cel_weekday, c.weekday, c.yearday};
    bool held = CHECK(good);
    for (size_t i = 0; i < 10; i++) held = CHECK_INT(fields[i], whole(f[3 + i])) && held;
    int64_t back = untouched;
    CHECK(csuccess__civil_to(&back, &c, offset));
    return CHECK_INT(back, whole(f[1])) && held;
}

static bool add_row(char **f)
{
    int64_t ms = untouched;
    csuccess__duration d = duration(whole(f[2]), whole(f[3]), whole(f[4]));
    bool good = csuccess__time_add(&ms, whole(f[1]), d);
    return check_ms(good, ms, f[5]);
}

static bool iso_row(char **f)
{
    csuccess__duration d = duration(1, 2, untouched), again;
    csuccess__time_error err = {99, NULL};
    bool good = csuccess__duration_parse(&d, check_view(f[1]), &err);
    if (is_refused(f[2])) {
        CHECK(err.expected && err.offset <= strlen(f[1]));
        return CHECK(!good && d.months == 1 && d.days == 2 && d.ms == untouched);
    }
    CHECK(good && CHECK_INT(d.months, whole(f[2])) && CHECK_INT(d.days, whole(f[3])) &&
          CHECK_INT(d.ms, whole(f[4])));
    char out[CSUCCESS__DURATION_TEXT];
    CHECK_UINT(csuccess__duration_format(out, d), strlen(f[5]));
    CHECK(csuccess__duration_parse_any(&again, check_view(out), NULL) &&
          memcmp(&again, &d, sizeof d) == 0);
    return CHECK_CSTR(out, f[5]);
}

static bool cel_row(char **f)
{
    csuccess__duration d = duration(0, 0, untouched);
    csuccess__time_error err = {99, NULL};
    bool good = csuccess__duration_parse_cel(&d, check_view(f[1]), &err);
    CHECK(good || (err.expected && err.offset <= strlen(f[1])));
    CHECK(d.months == 0 && d.days == 0);
    return check_ms(good, d.ms, f[2]);
}

/* The order must never claim what some day on the calendar contradicts, and up to two years it
   must claim all that is certain. */
static bool span_row(char **f)
{
    csuccess__duration months = duration(whole(f[1]), 0, 0);
    int64_t least = whole(f[2]), most = whole(f[3]);
    csuccess__order low = csuccess__duration_compare(months, duration(0, least, 0));
    csuccess__order high = csuccess__duration_compare(months, duration(0, most, 0));
    bool held = CHECK(low.least <= 0 && low.most == (most > least));
    held = CHECK(high.most >= 0 && high.least == (most > least ? -1 : 0)) && held;
    if (months.months <= 24) {
        low = csuccess__duration_compare(months, duration(0, least, -1));
        high = csuccess__duration_compare(months, duration(0, most, 1));
        held = CHECK(low.least == 1 && low.most == 1 && high.least == -1 && high.most == -1) &&
               held;
    }
    return held;
}

static const struct {
    char kind;
    unsigned least_rows;
    bool (*check)(char **fields);
} kinds[] = {
    {'t', 400, time_row}, {'d', 10, date_row}, {'f', 500, format_row}, {'c', 500, civil_row},
    {'a', 800, add_row},  {'i', 300, iso_row}, {'g', 300, cel_row},    {'s', 90, span_row},
};

static void split(char *line, char *fields[FIELDS])
{
    for (size_t i = 0; i < FIELDS; i++) {
        fields[i] = line;
        line += strcspn(line, "\t");
        if (*line) *line++ = '\0';
    }
}

static void every_row_of_the_table_holds(void)
{
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/times.tsv", NULL);
    if (!CHECK(text != NULL)) return;
    unsigned rows[128] = {0};
    for (char *line = text, *next; *line; line = next) {
        next = strchr(line, '\n');
        *next++ = '\0';
        char *fields[FIELDS];
        split(line, fields);
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            if (kinds[k].kind != fields[0][0]) continue;
            rows[(unsigned char)kinds[k].kind]++;
            if (!kinds[k].check(fields))
                printf("# row %s %s %s\n", fields[0], fields[1], fields[2]);
        }
    }
    free(text);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        CHECK(rows[(unsigned char)kinds[k].kind] >= kinds[k].least_rows);
    }
}

static void an_error_says_where_and_what(void)
{
    static const struct {
        const char *text;
        size_t offset;
        const char *expected;
    } rows[] = {
        {"2026-13-01T00:00:00Z", 5, "month"},
        {"2026-02-30T00:00:00Z", 8, "month has"},
        {"2026-01-31 00:00:00Z", 10, "'T'"},
        {"2026-01-31", 10, "'T'"},
        {"2016-12-31T23:59:60Z", 17, "second"},
        {"2026-01-31T00:00:00", 19, "'Z'"},
        {"2026-01-31T00:00:00.Z", 20, "digit"},
        {"2026-01-31T00:00:00+2:00", 21, "hour"},
        {"2026-01-31T00:00:00Z!", 20, "end"},
        {"", 0, "year"},
        {"0001-01-01T00:00:00+01:00", 19, "1 to 9999"},
    };
    static const struct {
        const char *text;
        size_t offset;
        const char *expected;
    } lengths[] = {
        {"P", 1, "number"},
        {"7D", 0, "ISO 8601"},
        {"P1H", 2, "T before H"},
        {"P1M1Y", 4, "in this order"},
        {"P1Y1W", 3, "weeks alone"},
        {"P1W1D", 3, "weeks alone"},
        {"P1.5D", 2, "units"},
        {"PT1.5H1M", 6, "end"},
        {"P99999Y", 1, "10,000 years"},
        {"-PT1X", 4, "H, M, S"},
        {"P-7D", 1, "number"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        csuccess__time_error err = {0, ""};
        int64_t ms;
        CHECK(!csuccess__time_parse(&ms, check_view(rows[i].text), &err));
        CHECK_UINT(err.offset, rows[i].offset);
        CHECK_HAS(err.expected, rows[i].expected);
    }
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        csuccess__time_error err = {0, ""};
        csuccess__duration d;
        CHECK(!csuccess__duration_parse(&d, check_view(lengths[i].text), &err));
        if (!CHECK_UINT(err.offset, lengths[i].offset)) printf("# %s\n", lengths[i].text);
        CHECK_HAS(err.expected, lengths[i].expected);
    }
}

static void offsets_are_fixed_ones(void)
{
    static const struct {
        const char *text;
        int32_t minutes;
    } good[] = {
        {"+11:00", 660}, {"-02:30", -150}, {"02:00", 120},   {"-00:00", 0},
        {"Z", 0},        {"UTC", 0},       {"+23:59", 1439}, {"-23:59", -1439},
    };
    static const char *const bad[] = {"",       "+",     "Europe/Berlin", "utc",
                                      "+24:00", "+1:00", "+01:60",        "+01:00 ",
                                      "+0100",  "UTC+1", "+-1:00"};
    int32_t minutes = 7;
    csuccess__time_error err = {0, ""};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CHECK(csuccess__offset_parse(&minutes, check_view(good[i].text), &err));
        CHECK_INT(minutes, good[i].minutes);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        minutes = 7;
        CHECK(!csuccess__offset_parse(&minutes, check_view(bad[i]), &err));
        CHECK_INT(minutes, 7);
    }
    CHECK(!csuccess__offset_parse(&minutes, CSUCCESS_STR("Europe/Berlin"), &err));
    CHECK_HAS(err.expected, "names of zones are not available");
}

static void what_is_not_on_the_calendar_is_refused(void)
{
    csuccess__civil c = {.year = 2026, .month = 1, .day = 31};
    char out[CSUCCESS__DURATION_TEXT] = "x";
    int64_t ms = untouched;
    CHECK(!csuccess__civil_from(&c, 0, 1440));
    CHECK(!csuccess__civil_from(&c, CSUCCESS__TIME_MAX + 1, 0));
    CHECK(!csuccess__civil_from(&c, INT64_MIN, -5));
    CHECK(csuccess__civil_to(&ms, &c, 0));
    c.month = 2;
    CHECK(!csuccess__civil_to(&ms, &c, 0));
    c = (csuccess__civil){.year = 2026, .month = INT32_MAX, .day = 1};
    CHECK(!csuccess__civil_to(&ms, &c, 0));
    c = (csuccess__civil){.year = 2026, .month = 1, .day = 1, .hour = 24};
    CHECK(!csuccess__civil_to(&ms, &c, 0));
    CHECK_UINT(csuccess__time_format(out, CSUCCESS__TIME_MAX + 1), 0);
    CHECK_CSTR(out, "");
    CHECK_UINT(csuccess__date_format(out, INT64_MAX), 0);
    CHECK_UINT(csuccess__duration_format(out, duration(INT32_MIN, 0, 0)), 0);
    CHECK_INT(csuccess__month_days(2024, 2), 29);
    CHECK_INT(csuccess__month_days(2024, 13), 0);
    CHECK_INT(csuccess__month_days(10000, 1), 0);
}

/* Before an instant there are whole days; a part of one counts towards the past. */
static void days_between_are_floored(void)
{
    CHECK_INT(csuccess__days_between(0, 86400000), 1);
    CHECK_INT(csuccess__days_between(0, 86399999), 0);
    CHECK_INT(csuccess__days_between(0, -1), -1);
    CHECK_INT(csuccess__days_between(1, -86399999), -1);
    CHECK_INT(csuccess__days_between(CSUCCESS__TIME_MIN, CSUCCESS__TIME_MAX), 3652058);
    CHECK_INT(csuccess__days_between(CSUCCESS__TIME_MAX, CSUCCESS__TIME_MIN), -3652059);
}

static csuccess__duration any_duration(uint64_t *state)
{
    return duration((int64_t)(check_random(state) % 240001) - 120000,
                    (int64_t)(check_random(state) % 7305001) - 3652500,
                    (int64_t)(check_random(state) % 631152000000001) - CSUCCESS__DURATION_MS);
}

static bool is_equal(csuccess__duration a, csuccess__duration b)
{
    return a.months == b.months && a.days == b.days && a.ms == b.ms;
}

static void arithmetic_of_durations_keeps_its_laws(void)
{
    uint64_t state = 11;
    for (int i = 0; i < 20000; i++) {
        csuccess__duration a = any_duration(&state), b = any_duration(&state), x, y;
        bool one = csuccess__duration_add(&x, a, b), two = csuccess__duration_add(&y, b, a);
        CHECK(one == two && (!one || is_equal(x, y)));
        CHECK(csuccess__duration_negate(&x, a) && csuccess__duration_add(&y, a, x));
        CHECK(is_equal(y, duration(0, 0, 0)));
        CHECK(csuccess__duration_multiply(&y, a, -1) && is_equal(x, y));
        csuccess__order ab = csuccess__duration_compare(a, b);
        csuccess__order ba = csuccess__duration_compare(b, a);
        CHECK(ab.least <= ab.most && ab.least == -ba.most && ab.most == -ba.least);
        char out[CSUCCESS__DURATION_TEXT]; /* parts of different signs are read back too */
        CHECK(csuccess__duration_format(out, a) > 0);
        if (!CHECK(csuccess__duration_parse(&x, check_view(out), NULL) && is_equal(x, a))) {
            printf("# %s\n", out);
            return;
        }
    }
}

static void arithmetic_of_durations_has_bounds(void)
{
    csuccess__duration out = duration(1, 1, 1);
    CHECK(!csuccess__duration_add(&out, duration(120000, 0, 0), duration(1, 0, 0)));
    CHECK(!csuccess__duration_multiply(&out, duration(0, 2, 0), INT64_MAX));
    CHECK(!csuccess__duration_multiply(&out, duration(0, 0, 2), INT64_C(157788000000001)));
    CHECK(!csuccess__duration_negate(&out, duration(INT32_MIN, 0, 0)));
    CHECK(!csuccess__duration_add(&out, duration(0, 0, INT64_MIN), duration(0, 0, INT64_MIN)));
    CHECK(is_equal(out, duration(1, 1, 1)));
    CHECK(csuccess__duration_multiply(&out, duration(1, -2, 3), 4));
    CHECK(is_equal(out, duration(4, -8, 12)));
    int64_t ms = untouched;
    CHECK(csuccess__duration_exact(&ms, duration(0, 1, -1)) && ms == 86399999);
    CHECK(!csuccess__duration_exact(&ms, duration(1, 0, 0)));
    CHECK(!csuccess__time_add(&ms, 0, duration(INT32_MAX, INT32_MAX, INT64_MAX)));
    CHECK(!csuccess__time_add(&ms, INT64_MIN, duration(0, 0, 0)));
    CHECK(!csuccess__time_subtract(&ms, 0, duration(0, INT32_MIN, 0)));
    CHECK_INT(ms, 86399999);
    CHECK(csuccess__time_subtract(&ms, INT64_C(1774915200000), duration(1, 0, 0)));
    CHECK_INT(ms, INT64_C(1772236800000)); /* 31 March 2026 less a month is 28 February */
}

static void order(const char *a, const char *b, int32_t least, int32_t most)
{
    csuccess__duration x, y;
    CHECK(csuccess__duration_parse_any(&x, check_view(a), NULL));
    CHECK(csuccess__duration_parse_any(&y, check_view(b), NULL));
    csuccess__order o = csuccess__duration_compare(x, y);
    if (!CHECK(o.least == least && o.most == most)) printf("# %s against %s\n", a, b);
}

static void durations_are_ordered_where_that_is_certain(void)
{
    order("P1D", "PT24H", 0, 0);
    order("3600s", "PT1H", 0, 0);
    order("P12M", "P1Y", 0, 0);
    order("P1M", "P27D", 1, 1);
    order("P1M", "P28D", 0, 1);
    order("P1M", "P30D", -1, 1);
    order("P1M", "P31D", -1, 0);
    order("P1M", "P32D", -1, -1);
    order("P1Y", "P364D", 1, 1);
    order("P1Y", "P365D", 0, 1);
    order("P1Y", "P366D", -1, 0);
    order("P1Y1D", "P1Y", 1, 1);
    order("-P1M", "P0D", -1, -1);
    order("P1M-31D", "P0D", -1, 0);
    CHECK(csuccess__duration_is_negative(duration(0, 0, -1)));
    CHECK(csuccess__duration_is_negative(duration(1, -32, 0)));
    CHECK(!csuccess__duration_is_negative(duration(1, -31, 0))); /* not surely */
    CHECK(!csuccess__duration_is_negative(duration(0, 0, 0)));
}

CHECK_MAIN(CHECK_TEST(every_row_of_the_table_holds), CHECK_TEST(an_error_says_where_and_what),
           CHECK_TEST(offsets_are_fixed_ones),
           CHECK_TEST(what_is_not_on_the_calendar_is_refused),
           CHECK_TEST(days_between_are_floored),
           CHECK_TEST(arithmetic_of_durations_keeps_its_laws),
           CHECK_TEST(arithmetic_of_durations_has_bounds),
           CHECK_TEST(durations_are_ordered_where_that_is_certain))
