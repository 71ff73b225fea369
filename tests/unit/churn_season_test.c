/* SPDX-License-Identifier: Apache-2.0 */
/* Seasonal baselines: means by season, ISO weeks, merging; and that a December dip is no decline when it is held against
   Decembers. */
#include "churn_series.h"

static csuccess_season *start(uint32_t unit)
{
    csuccess_season_options o = CSUCCESS_SEASON_OPTIONS_INIT;
    csuccess_season *s = NULL;
    o.unit = unit;
    CHECK_OK(csuccess_season_new(&s, &o, NULL));
    return s;
}

static csuccess_season_level level(const csuccess_season *s, const char *series, int64_t at,
                                   csuccess_result expected)
{
    csuccess_season_level out = CSUCCESS_SEASON_LEVEL_INIT;
    CHECK_RESULT(csuccess_season_at(s, CSUCCESS_STR("eu"), check_view(series), at, &out),
                 expected);
    return out;
}

static csuccess_result add(csuccess_season *s, int64_t at, double value)
{
    return csuccess_season_add(s, CSUCCESS_STR("eu"), CSUCCESS_STR("logins"), at, value, NULL);
}

/* 2025-12-15 */
#define DECEMBER INT64_C(1765756800000)

/* 100 in all months of 2025 but December, which has 60: its factor is 60 / ((11 * 100 + 60) / 12). */
static void a_season_is_held_against_the_others(void)
{
    csuccess_season *s = start(CSUCCESS_SEASON_MONTH);
    for (int64_t day = 0; day < 365; day++) {
        int64_t at = INT64_C(1735689600000) + day * DAY; /* from 2025-01-01 on */
        CHECK_OK(add(s, at, day >= 334 ? 60 : 100));
    }
    csuccess_season_level got = level(s, "logins", DECEMBER, CSUCCESS_OK);
    CHECK_UINT(got.season, 12);
    CHECK_UINT(got.values, 31);
    CHECK_NUM(got.mean, 60, 1e-9);
    CHECK_NUM(got.usual, 1160.0 / 12, 1e-9);
    CHECK_NUM(got.factor, 60 / (1160.0 / 12), 1e-12);
    CHECK_NUM(got.offset, 60 - 1160.0 / 12, 1e-9);
    level(s, "clicks", DECEMBER, CSUCCESS_UNDECIDED);
    csuccess_season_level out = CSUCCESS_SEASON_LEVEL_INIT;
    CHECK_RESULT(
        csuccess_season_at(s, CSUCCESS_STR("us"), CSUCCESS_STR("logins"), DECEMBER, &out),
        CSUCCESS_UNDECIDED);
    csuccess_season_free(s);
}

static void too_few_values_are_no_season(void)
{
    csuccess_season *s = start(CSUCCESS_SEASON_MONTH);
    for (int i = 0; i < 4; i++) CHECK_OK(add(s, DECEMBER + i * DAY, 60));
    CHECK_UINT(level(s, "logins", DECEMBER, CSUCCESS_UNDECIDED).values, 4);
    CHECK_OK(add(s, DECEMBER, 60));
    level(s, "logins", DECEMBER, CSUCCESS_UNDECIDED); /* the only season says nothing */
    for (int i = 0; i < 5; i++) CHECK_OK(add(s, DECEMBER - 60 * DAY, 100));
    CHECK_NUM(level(s, "logins", DECEMBER, CSUCCESS_OK).factor, 0.75, 1e-12);
    csuccess_season_free(s);
}

/* Weeks by Python's date.isocalendar(). */
static void weeks_are_those_of_iso_8601(void)
{
    static const struct {
        int64_t at;
        uint32_t week;
    } cases[] = {
        {INT64_C(1609372800000), 53}, /* 2020-12-31 */
        {INT64_C(1609632000000), 53}, /* 2021-01-03, a Sunday */
        {INT64_C(1609718400000), 1},  /* 2021-01-04 */
        {INT64_C(1735603200000), 1},  /* 2024-12-31, of 2025 */
        {INT64_C(1672531200000), 52}, /* 2023-01-01, of 2022 */
        {INT64_C(1769817600000), 5},  /* 2026-01-31 */
    };
    csuccess_season *s = start(CSUCCESS_SEASON_WEEK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_UINT(level(s, "logins", cases[i].at, CSUCCESS_UNDECIDED).season, cases[i].week);
    }
    csuccess_season_free(s);
    s = start(CSUCCESS_SEASON_WEEKDAY);
    CHECK_UINT(level(s, "logins", NOW, CSUCCESS_UNDECIDED).season, 6); /* a Saturday */
    csuccess_season_free(s);
}

/* ---- The December dip ---- */

/* Usage of a customer who does in December what it does every December: 60 instead of 100; NOW is 2026-01-01 less a day. */
static void december_dip(days *d, double last_december)
{
    uint64_t seed = 77;
    const int64_t end = INT64_C(1767139200000); /* 2025-12-31 */
    d->count = 760;
    for (size_t i = 0; i < d->count; i++) {
        int64_t ago = (int64_t)(d->count - 1 - i);
        d->times[i] = end - ago * DAY;
        double level = ago < 31 ? last_december : ago >= 365 && ago < 396 ? 60 : 100;
        d->values[i] = level + (double)(check_random(&seed) % 5) - 2;
    }
}

static csuccess_signals_options december(uint32_t compare, const csuccess_season *season)
{
    csuccess_signals_options o = CSUCCESS_SIGNALS_OPTIONS_INIT;
    o.now_ms = INT64_C(1767139200000);
    o.compare = compare;
    o.season = season;
    o.segment = CSUCCESS_STR("eu");
    return o;
}

static csuccess_season *two_years_of_others(void)
{
    csuccess_season *s = start(CSUCCESS_SEASON_MONTH);
    for (int64_t day = 0; day < 730; day++) {
        int64_t ago = 729 - day, of_year = ago % 365;
        CHECK_OK(add(s, INT64_C(1767139200000) - ago * DAY, of_year < 31 ? 61 : 102));
    }
    return s;
}

static size_t count_signals(const days *d, const csuccess_signals_options *o)
{
    csuccess_series series = days_series(d, "logins", CSUCCESS_SERIES_USAGE);
    csuccess_indicators *i = signals_of(o, &series);
    size_t n = csuccess_indicators_count(i);
    csuccess_indicators_free(i);
    return n;
}

static void handle_seasonality_effects(void)
{
    static days dip, fall;
    csuccess_season *season = two_years_of_others();
    csuccess_signals_options before = december(CSUCCESS_COMPARE_PREVIOUS, NULL);
    csuccess_signals_options year = december(CSUCCESS_COMPARE_YEAR, NULL);
    csuccess_signals_options seasonal = december(CSUCCESS_COMPARE_SEASON, season);
    december_dip(&dip, 60);
    CHECK(count_signals(&dip, &before) > 0); /* the dip looks like a decline */
    CHECK_UINT(count_signals(&dip, &year), 0);
    CHECK_UINT(count_signals(&dip, &seasonal), 0);
    december_dip(&fall, 30); /* half of what Decembers are: a decline by any comparison */
    CHECK(count_signals(&fall, &before) > 0);
    CHECK(count_signals(&fall, &year) > 0);
    CHECK(count_signals(&fall, &seasonal) > 0);
    csuccess_series series = days_series(&fall, "logins", CSUCCESS_SERIES_USAGE);
    csuccess_indicators *i = signals_of(&seasonal, &series);
    csuccess_signal s = signal_of_type(i, CSUCCESS_SIGNAL_DECLINE);
    CHECK_NUM(s.magnitude, 0.5, 0.03);
    CHECK_UINT(s.compare, CSUCCESS_COMPARE_SEASON);
    CHECK_HAS(s.text.ptr ? "freed of the season" : "", "season");
    csuccess_indicators_free(i);
    i = signals_of(&year, &series);
    CHECK_NUM(signal_of_type(i, CSUCCESS_SIGNAL_DECLINE).magnitude, 0.5, 0.03);
    csuccess_indicators_free(i);
    csuccess_season_free(season);
}

/* Without a season for the series there is no comparison, and that is said; nothing falls back in silence. */
static void an_unknown_season_is_told(void)
{
    static days d;
    csuccess_season *empty = start(CSUCCESS_SEASON_MONTH);
    csuccess_signals_options o = december(CSUCCESS_COMPARE_SEASON, empty);
    csuccess_indicators_totals totals = CSUCCESS_INDICATORS_TOTALS_INIT;
    december_dip(&d, 30);
    csuccess_series series = days_series(&d, "logins", CSUCCESS_SERIES_USAGE);
    csuccess_indicators *i = signals_of(&o, &series);
    CHECK_UINT(csuccess_indicators_count(i), 0);
    CHECK_OK(csuccess_indicators_total(i, &totals));
    CHECK_UINT(totals.no_season, 1);
    csuccess_indicators_free(i);
    csuccess_season_free(empty);
}

/* ---- Laws and errors ---- */

static csuccess_result add_random(csuccess_season *s, uint64_t r)
{
    static const csuccess_str segments[] = {{"eu", 2}, {"us", 2}, {NULL, 0}};
    static const csuccess_str series[] = {{"logins", 6}, {"calls", 5}};
    int64_t at = NOW - (int64_t)(r % 900) * DAY;
    return csuccess_season_add(s, segments[r >> 10 & 1], series[r >> 12 & 1], at,
                               (double)(r >> 20 & 1023) / 7, NULL);
}

static void order_and_parts_do_not_show(void)
{
    enum { MANY = 1500 };
    uint64_t seed = 4, rows[MANY];
    csuccess_season *all = start(CSUCCESS_SEASON_WEEK);
    csuccess_season *parts[2] = {start(CSUCCESS_SEASON_WEEK), start(CSUCCESS_SEASON_WEEK)};
    for (size_t i = 0; i < MANY; i++) {
        rows[i] = check_random(&seed);
        CHECK_OK(add_random(all, rows[i]));
    }
    for (size_t i = MANY; i-- > 0;) CHECK_OK(add_random(parts[i % 2], rows[i]));
    CHECK_OK(csuccess_season_merge(parts[0], parts[1], NULL));
    for (int64_t day = 0; day < 400; day++) {
        csuccess_season_level a = CSUCCESS_SEASON_LEVEL_INIT, b = a;
        csuccess_result r = csuccess_season_at(all, CSUCCESS_STR("us"), CSUCCESS_STR("calls"),
                                               NOW - day * DAY, &a);
        CHECK_RESULT(csuccess_season_at(parts[0], CSUCCESS_STR("us"), CSUCCESS_STR("calls"),
                                        NOW - day * DAY, &b),
                     r);
        CHECK(memcmp(&a, &b, sizeof a) == 0);
    }
    csuccess_season_free(all);
    csuccess_season_free(parts[0]);
    csuccess_season_free(parts[1]);
}

static void what_cannot_be_is_refused(void)
{
    csuccess_season *s = start(CSUCCESS_SEASON_MONTH), *t = start(CSUCCESS_SEASON_WEEK);
    csuccess_season *none = NULL;
    csuccess_season_options o = CSUCCESS_SEASON_OPTIONS_INIT;
    static char long_name[501];
    memset(long_name, 'a', sizeof long_name);
    csuccess_str name = CSUCCESS_STR("logins"), nul = {"e\0u", 3}, too_long = {long_name, 501};
    CHECK_RESULT(add(s, NOW, NAN), CSUCCESS_ERANGE);
    CHECK_RESULT(add(s, INT64_MAX, 1), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_season_add(s, nul, name, NOW, 1, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_season_add(s, too_long, name, NOW, 1, NULL), CSUCCESS_ELIMIT);
    CHECK_RESULT(csuccess_season_add(s, CSUCCESS_STR("\xff"), name, NOW, 1, NULL),
                 CSUCCESS_EENCODING);
    CHECK_RESULT(csuccess_season_merge(s, t, NULL), CSUCCESS_EINVALID);
    o.unit = 3;
    CHECK_RESULT(csuccess_season_new(&none, &o, NULL), CSUCCESS_ERANGE);
    csuccess_season_free(s);
    csuccess_season_free(t);
    csuccess_season_free(NULL);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess_season_options o = CSUCCESS_SEASON_OPTIONS_INIT;
    csuccess_season *a = NULL, *b = NULL;
    o.allocator = &memory->allocator;
    uint64_t seed = 1;
    csuccess_result result = csuccess_season_new(&a, &o, NULL);
    if (result >= 0) result = csuccess_season_new(&b, &o, NULL);
    for (int i = 0; i < 20 && result >= 0; i++) {
        result = add_random(i % 2 ? a : b, check_random(&seed));
    }
    for (int i = 0; i < 10 && result >= 0; i++) {
        char name[8];
        snprintf(name, sizeof name, "s%d", i);
        result = csuccess_season_add(b, CSUCCESS_STR("x"), check_view(name), NOW, 1, NULL);
    }
    if (result >= 0) result = csuccess_season_merge(a, b, NULL);
    csuccess_season_free(a);
    csuccess_season_free(b);
    return result;
}

static void nothing_leaks_when_memory_fails(void)
{
    CHECK(check_faults(scenario, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(a_season_is_held_against_the_others),
           CHECK_TEST(too_few_values_are_no_season), CHECK_TEST(weeks_are_those_of_iso_8601),
           CHECK_TEST(handle_seasonality_effects), CHECK_TEST(an_unknown_season_is_told),
           CHECK_TEST(order_and_parts_do_not_show), CHECK_TEST(what_cannot_be_is_refused),
           CHECK_TEST(nothing_leaks_when_memory_fails))
