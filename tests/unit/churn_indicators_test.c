/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators of one customer: declines, changes, trends, limits, events; what is missing or zero; order and texts. */
#include "churn_series.h"

static csuccess_indicators_totals totals(const csuccess_indicators *i)
{
    csuccess_indicators_totals t = CSUCCESS_INDICATORS_TOTALS_INIT;
    CHECK_OK(csuccess_indicators_total(i, &t));
    return t;
}

/* The mean of the last 30 days against that of the 90 days before: 20 to 12 is 40 %. */
static void calculate_usage_decline(void)
{
    days d;
    days_start(&d, 120);
    days_set(&d, 120, 20);
    days_set(&d, 30, 12);
    csuccess_signals_options o = signals_options();
    csuccess_series series = days_series(&d, "logins", CSUCCESS_SERIES_USAGE);
    csuccess_indicators *i = signals_of(&o, &series);
    csuccess_signal s = signal_of_type(i, CSUCCESS_SIGNAL_DECLINE);
    CHECK_NUM(s.magnitude, 0.4, 1e-12);
    CHECK_NUM(s.relative, -0.4, 1e-12);
    CHECK_NUM(s.before, 20, 0);
    CHECK_NUM(s.after, 12, 0);
    CHECK_UINT(s.points_before, 90);
    CHECK_UINT(s.points_after, 30);
    CHECK_INT(s.since_ms, NOW - 30 * DAY);
    CHECK_STR(s.text, "logins: the mean of the last 30 days (12) is 40 % below that of the 90 "
                      "days before (20)");
    csuccess_indicators_free(i);
}

static void nothing_declines_from_nothing(void)
{
    days d;
    days_start(&d, 120);
    csuccess_signals_options o = signals_options();
    csuccess_series series = days_series(&d, "logins", CSUCCESS_SERIES_USAGE);
    csuccess_indicators *i = signals_of(&o, &series);
    CHECK_UINT(csuccess_indicators_count(i), 0);
    CHECK_UINT(totals(i).no_base, 1);
    csuccess_indicators_free(i);
    days_set(&d, 30, 5); /* from nothing to something is no decline either */
    i = signals_of(&o, &series);
    CHECK_UINT(signal_of_type(i, CSUCCESS_SIGNAL_DECLINE).type, 0);
    csuccess_indicators_free(i);
}

/* Missing days are not days of 0: half of them missing, at the same level, is no decline. */
static void missing_is_not_zero(void)
{
    days d;
    days_start(&d, 120);
    days_set(&d, 120, 20);
    for (size_t i = 0; i < 15; i++) d.values[119 - 2 * i] = NAN;
    csuccess_signals_options o = signals_options();
    csuccess_series series = days_series(&d, "logins", CSUCCESS_SERIES_USAGE);
    csuccess_indicators *i = signals_of(&o, &series);
    CHECK_UINT(csuccess_indicators_count(i), 0);
    csuccess_indicators_free(i);
    for (size_t k = 0; k < 28; k++) d.values[119 - k] = NAN;
    i = signals_of(&o, &series);
    CHECK_UINT(csuccess_indicators_count(i), 0);
    CHECK_UINT(totals(i).too_few, 1);
    csuccess_indicators_free(i);
}

static void a_change_point_has_size_time_and_strength(void)
{
    days d;
    uint64_t seed = 3;
    days_start(&d, 200);
    days_set(&d, 200, 50);
    days_set(&d, 75, 30);
    for (size_t i = 0; i < d.count; i++) {
        d.values[i] +=
            (double)(check_random(&seed) % 7) - 3; /* noise of standard deviation 2 */
    }
    csuccess_signals_options o = signals_options();
    csuccess_series series = days_series(&d, "events", CSUCCESS_SERIES_ENGAGEMENT);
    csuccess_indicators *i = signals_of(&o, &series);
    csuccess_signal s = signal_of_type(i, CSUCCESS_SIGNAL_CHANGE);
    CHECK_INT(s.since_ms, NOW - 74 * DAY);
    CHECK_NUM(s.before, 50, 1);
    CHECK_NUM(s.after, 30, 1);
    CHECK_NUM(s.magnitude, 0.4, 0.03);
    CHECK_NUM(s.strength, 10, 4);
    CHECK_UINT(s.points_after, 75);
    CHECK_HAS(s.text.ptr ? "on 2025-11-18" : "", "2025-11-18");
    csuccess_indicators_free(i);
}

static void a_steady_fall_is_a_trend(void)
{
    days d;
    days_start(&d, 180);
    for (size_t i = 0; i < d.count; i++) {
        d.values[i] = 100 - 0.4 * (double)i + (i % 2 ? 0.5 : -0.5);
    }
    csuccess_signals_options o = signals_options();
    csuccess_series series = days_series(&d, "usage", CSUCCESS_SERIES_USAGE);
    csuccess_indicators *i = signals_of(&o, &series);
    csuccess_signal s = signal_of_type(i, CSUCCESS_SIGNAL_TREND);
    CHECK_NUM(s.before, 100 - 0.4 * 179, 1);
    CHECK_NUM(s.after, s.before - 12, 0.1);
    CHECK_NUM(s.magnitude, 12 / 28.4, 0.03);
    CHECK(s.strength > 50);
    CHECK_INT(s.since_ms, NOW - 179 * DAY);
    csuccess_indicators_free(i);
}

static void a_steady_rise_of_a_risk_is_a_trend(void)
{
    days d;
    days_start(&d, 60);
    for (size_t i = 0; i < d.count; i++) d.values[i] = 0.1 + 0.005 * (double)i;
    csuccess_signals_options o = signals_options();
    csuccess_series series = days_series(&d, "probability", CSUCCESS_SERIES_RISK);
    csuccess_indicators *i = signals_of(&o, &series);
    csuccess_signal s = signal_of_type(i, CSUCCESS_SIGNAL_TREND);
    CHECK_NUM(s.after - s.before, 0.15, 1e-9);
    csuccess_indicators_free(i);
    series.kind = CSUCCESS_SERIES_USAGE; /* for usage it is good news */
    i = signals_of(&o, &series);
    CHECK_UINT(csuccess_indicators_count(i), 0);
    csuccess_indicators_free(i);
}

/* Around zero a share means nothing: with a scale the change counts in units of it. */
static void sentiment_counts_by_its_scale(void)
{
    days d;
    days_start(&d, 120);
    days_set(&d, 120, 0.3);
    days_set(&d, 30, -0.2);
    csuccess_signals_options o = signals_options();
    csuccess_series series = days_series(&d, "ticket_sentiment", CSUCCESS_SERIES_SENTIMENT);
    series.scale = 2;
    csuccess_indicators *i = signals_of(&o, &series);
    CHECK_NUM(signal_of_type(i, CSUCCESS_SIGNAL_DECLINE).magnitude, 0.25, 1e-12);
    csuccess_indicators_free(i);
}

static void a_limit_says_since_when(void)
{
    days d;
    days_start(&d, 120);
    days_set(&d, 120, 20);
    days_set(&d, 40, 17);
    csuccess_signals_options o = signals_options();
    csuccess_series series = days_series(&d, "logins", CSUCCESS_SERIES_USAGE);
    series.present = CSUCCESS_SERIES_LIMIT;
    series.limit = 18;
    csuccess_indicators *i = signals_of(&o, &series);
    csuccess_signal s = signal_of_type(i, CSUCCESS_SIGNAL_LIMIT);
    CHECK_INT(s.since_ms, NOW - 39 * DAY);
    CHECK_NUM(s.before, 18, 0);
    CHECK_NUM(s.after, 17, 0);
    CHECK_STR(s.text,
              "logins: the mean of the last 30 days (17) is below 18, since 2025-12-23");
    csuccess_indicators_free(i);
    series.limit = 17; /* at the limit is not beyond it */
    i = signals_of(&o, &series);
    CHECK_UINT(signal_of_type(i, CSUCCESS_SIGNAL_LIMIT).type, 0);
    csuccess_indicators_free(i);
}

/* reason: all of a customer's series at once.
   All of a customer's series, as the prediction record of 000 lists them: usage and engagement, feature by feature,
   escalations, payment issues; the greatest first. */
static void identify_churn_indicators(void)
{
    static days logins, export_use, share_use, escalations, payments;
    days *const all[] = {&logins, &export_use, &share_use, &escalations, &payments};
    static const char *const names[] = {"engagement", "feature:export", "feature:share",
                                        "escalations", "payment_issues"};
    static const uint32_t kinds[] = {CSUCCESS_SERIES_ENGAGEMENT, CSUCCESS_SERIES_FEATURE,
                                     CSUCCESS_SERIES_FEATURE, CSUCCESS_SERIES_ESCALATION,
                                     CSUCCESS_SERIES_PAYMENT};
    csuccess_signals_options o = signals_options();
    csuccess_indicators *i = signals_start(&o);
    for (size_t k = 0; k < 5; k++) {
        days_start(all[k], 120);
        days_set(all[k], 120, k < 3 ? 10 : 0);
    }
    days_set(&logins, 30, 7);
    days_set(&export_use, 30, 1);
    escalations.values[110] = 2;
    escalations.values[115] = 1;
    payments.values[5] = 1; /* long ago */
    for (size_t k = 0; k < 5; k++) {
        csuccess_series series = days_series(all[k], names[k], kinds[k]);
        CHECK_OK(csuccess_indicators_add(i, &series, NULL));
    }
    CHECK_OK(csuccess_indicators_finish(i, NULL));
    csuccess_signal s = CSUCCESS_SIGNAL_INIT;
    double last = 1e9;
    bool features[2] = {false, false}, engaged = false, paid = false;
    for (size_t k = 0; k < csuccess_indicators_count(i); k++) {
        CHECK_OK(csuccess_indicators_get(i, k, &s));
        CHECK(s.magnitude <= last);
        last = s.magnitude;
        engaged = engaged || s.kind == CSUCCESS_SERIES_ENGAGEMENT;
        paid = paid || s.kind == CSUCCESS_SERIES_PAYMENT;
        if (s.kind == CSUCCESS_SERIES_FEATURE) features[s.series.ptr[8] == 's'] = true;
    }
    CHECK(engaged && features[0] && !features[1] && !paid);
    s = signal_of_type(i, CSUCCESS_SIGNAL_OCCURRED);
    CHECK_UINT(s.kind, CSUCCESS_SERIES_ESCALATION);
    CHECK_NUM(s.after, 3, 0);
    CHECK_NUM(s.magnitude, 0.75, 0);
    CHECK_INT(s.since_ms, NOW - 9 * DAY);
    CHECK_STR(s.text, "escalations: 3 in the last 30 days, the first on 2026-01-22");
    CHECK_OK(csuccess_indicators_get(i, 0, &s));
    CHECK_STR(s.series, "feature:export");
    CHECK_NUM(s.magnitude, 0.9, 1e-12);
    csuccess_indicators_free(i);
}

/* ---- Laws and errors ---- */

static void fill_random(days *d, uint64_t *seed)
{
    size_t fall = check_random(seed) % 150;
    days_start(d, 40 + check_random(seed) % 200);
    for (size_t i = 0; i < d->count; i++) {
        uint64_t r = check_random(seed);
        d->values[i] = r % 9 == 0 ? NAN : (double)(r % 40) + (d->count - i > fall ? 30 : 0);
    }
}

static void same_signals(const csuccess_indicators *a, const csuccess_indicators *b)
{
    if (!CHECK_UINT(csuccess_indicators_count(a), csuccess_indicators_count(b))) return;
    for (size_t i = 0; i < csuccess_indicators_count(a); i++) {
        csuccess_signal x = CSUCCESS_SIGNAL_INIT, y = x;
        CHECK_OK(csuccess_indicators_get(a, i, &x));
        CHECK_OK(csuccess_indicators_get(b, i, &y));
        CHECK(x.text.len == y.text.len && memcmp(x.text.ptr, y.text.ptr, x.text.len) == 0);
        x.text = y.text;
        x.series = y.series;
        CHECK(memcmp(&x, &y, sizeof x) == 0);
    }
    csuccess_indicators_totals s = totals(a), t = totals(b);
    CHECK(memcmp(&s, &t, sizeof s) == 0);
}

/* Series in any order, numbers in any order, parts merged: the same signals. */
static void order_and_parts_do_not_show(void)
{
    static days series[12];
    char names[12][4];
    uint64_t seed = 21;
    csuccess_signals_options o = signals_options();
    csuccess_indicators *all = signals_start(&o);
    for (size_t i = 0; i < 12; i++) {
        fill_random(&series[i], &seed);
        snprintf(names[i], sizeof names[i], "s%zu", i);
        csuccess_series s = days_series(&series[i], names[i], (uint32_t)(i % 3));
        CHECK_OK(csuccess_indicators_add(all, &s, NULL));
    }
    csuccess_indicators *a = signals_start(&o), *b = signals_start(&o);
    for (size_t i = 12; i-- > 0;) {
        days *d = &series[i];
        for (size_t k = d->count; k > 1; k--) {
            size_t j = check_random(&seed) % k;
            int64_t time = d->times[k - 1];
            double value = d->values[k - 1];
            d->times[k - 1] = d->times[j];
            d->values[k - 1] = d->values[j];
            d->times[j] = time;
            d->values[j] = value;
        }
        csuccess_series s = days_series(d, names[i], (uint32_t)(i % 3));
        CHECK_OK(csuccess_indicators_add(i % 2 ? a : b, &s, NULL));
    }
    CHECK_OK(csuccess_indicators_merge(a, b, NULL));
    CHECK_OK(csuccess_indicators_finish(a, NULL));
    CHECK_OK(csuccess_indicators_finish(all, NULL));
    CHECK(csuccess_indicators_count(all) > 8);
    same_signals(all, a);
    csuccess_indicators_free(a);
    csuccess_indicators_free(b);
    csuccess_indicators_free(all);
}

/* The future is not looked at. */
static void what_comes_after_now_does_not_count(void)
{
    days d;
    csuccess_signals_options o = signals_options();
    days_start(&d, 200);
    days_set(&d, 200, 20);
    days_set(&d, 40, 1);
    o.now_ms = NOW - 40 * DAY;
    csuccess_series series = days_series(&d, "logins", CSUCCESS_SERIES_USAGE);
    csuccess_indicators *i = signals_of(&o, &series);
    CHECK_UINT(csuccess_indicators_count(i), 0);
    csuccess_indicators_free(i);
}

static void what_cannot_be_is_refused(void)
{
    days d;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_signals_options o = signals_options();
    csuccess_indicators *i = signals_start(&o), *none = NULL;
    days_start(&d, 50);
    csuccess_series good = days_series(&d, "logins", CSUCCESS_SERIES_USAGE), s = good;
    s.name = CSUCCESS_STR("");
    CHECK_RESULT(csuccess_indicators_add(i, &s, NULL), CSUCCESS_EINVALID);
    s = good;
    s.kind = 8;
    CHECK_RESULT(csuccess_indicators_add(i, &s, NULL), CSUCCESS_ERANGE);
    s = good;
    s.scale = -1;
    CHECK_RESULT(csuccess_indicators_add(i, &s, NULL), CSUCCESS_ERANGE);
    s = good;
    s.count = 100001;
    CHECK_RESULT(csuccess_indicators_add(i, &s, NULL), CSUCCESS_ELIMIT);
    s = good;
    s.times = NULL;
    CHECK_RESULT(csuccess_indicators_add(i, &s, NULL), CSUCCESS_EINVALID);
    d.values[7] = INFINITY;
    CHECK_RESULT(csuccess_indicators_add(i, &good, &err), CSUCCESS_ERANGE);
    CHECK_HAS(err.message, "number 7");
    CHECK_UINT(totals(i).series, 0);
    o.compare = CSUCCESS_COMPARE_SEASON;
    CHECK_RESULT(csuccess_indicators_new(&none, &o, NULL), CSUCCESS_EINVALID);
    o = signals_options();
    o.now_ms = INT64_MIN;
    CHECK_RESULT(csuccess_indicators_new(&none, &o, NULL), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_indicators_merge(i, i, NULL), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_indicators_finish(i, NULL));
    d.values[7] = 0;
    CHECK_RESULT(csuccess_indicators_add(i, &good, NULL), CSUCCESS_EINVALID);
    csuccess_indicators_clear(i);
    CHECK_OK(csuccess_indicators_add(i, &good, NULL));
    csuccess_indicators_free(i);
    csuccess_indicators_free(NULL);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    const days *d = ud;
    csuccess_signals_options o = signals_options();
    csuccess_indicators *a = NULL, *b = NULL;
    o.allocator = &memory->allocator;
    o.compare = CSUCCESS_COMPARE_YEAR;
    o.segment = CSUCCESS_STR("tenant");
    csuccess_result result = csuccess_indicators_new(&a, &o, NULL);
    o.compare = CSUCCESS_COMPARE_PREVIOUS;
    if (result >= 0) result = csuccess_indicators_new(&b, &o, NULL);
    for (int k = 0; k < 4 && result >= 0; k++) {
        csuccess_indicators *to = k % 2 ? a : b;
        csuccess_series s = days_series(d, "logins", CSUCCESS_SERIES_USAGE);
        uint64_t before = totals(to).signals;
        result = csuccess_indicators_add(to, &s, NULL);
        if (result < 0) CHECK_UINT(totals(to).signals, before);
    }
    if (result >= 0) {
        uint64_t before = totals(b).signals;
        result = csuccess_indicators_merge(b, a, NULL);
        if (result < 0) CHECK_UINT(totals(b).signals, before);
    }
    if (result >= 0) result = csuccess_indicators_finish(b, NULL);
    if (result >= 0) CHECK(csuccess_indicators_count(b) > 3);
    csuccess_indicators_free(a);
    csuccess_indicators_free(b);
    return result;
}

static void nothing_leaks_when_memory_fails(void)
{
    static days d;
    days_start(&d, 500);
    days_set(&d, 500, 40);
    days_set(&d, 100, 20);
    days_set(&d, 20, 10);
    CHECK(check_faults(scenario, &d) > 20);
}

CHECK_MAIN(CHECK_TEST(calculate_usage_decline), CHECK_TEST(nothing_declines_from_nothing),
           CHECK_TEST(missing_is_not_zero),
           CHECK_TEST(a_change_point_has_size_time_and_strength),
           CHECK_TEST(a_steady_fall_is_a_trend), CHECK_TEST(a_steady_rise_of_a_risk_is_a_trend),
           CHECK_TEST(sentiment_counts_by_its_scale), CHECK_TEST(a_limit_says_since_when),
           CHECK_TEST(identify_churn_indicators), CHECK_TEST(order_and_parts_do_not_show),
           CHECK_TEST(what_comes_after_now_does_not_count),
           CHECK_TEST(what_cannot_be_is_refused), CHECK_TEST(nothing_leaks_when_memory_fails))
