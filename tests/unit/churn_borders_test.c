/* SPDX-License-Identifier: Apache-2.0 */
/* What happens exactly at a border: an amount of 0, a time that is the landmark, a rate that is the limit; parts of
   different options. */
#include "check.h"
#include <csuccess/patterns.h>
#include <csuccess/priorities.h>
#include <csuccess/signals.h>
#include <csuccess/tracking.h>

static const int64_t day = 86400000;

/* ---- Priorities ---- */

static void put_at_risk(csuccess_priorities *p, const char *id, double uplift, double value,
                        double cost)
{
    csuccess_at_risk in = CSUCCESS_AT_RISK_INIT;
    in.customer = check_view(id);
    in.present = CSUCCESS_AT_RISK_VALUE | CSUCCESS_AT_RISK_UPLIFT | CSUCCESS_AT_RISK_COST;
    in.probability = 0.5;
    in.uplift = uplift;
    in.value = value;
    in.cost = cost;
    CHECK_OK(csuccess_priorities_add(p, &in, NULL));
}

static csuccess_str customer_at(const csuccess_priorities *p, size_t index, int32_t within)
{
    csuccess_priority out = CSUCCESS_PRIORITY_INIT;
    CHECK_OK(csuccess_priorities_get(p, index, &out));
    CHECK_INT(out.within, within);
    return out.customer;
}

static void acting_for_nothing_is_left_alone(void)
{
    csuccess_priorities *p = NULL;
    csuccess_priorities_totals totals = CSUCCESS_PRIORITIES_TOTALS_INIT;
    if (!CHECK_OK(csuccess_priorities_new(&p, NULL, NULL))) return;
    put_at_risk(p, "nothing", 0.5, 10, 5); /* gains 5 for 5 */
    put_at_risk(p, "little", 0.5, 10, 4.5);
    CHECK_OK(csuccess_priorities_finish(p, NULL));
    CHECK_STR(customer_at(p, 0, 1), "little");
    CHECK_STR(customer_at(p, 1, 0), "nothing");
    CHECK_OK(csuccess_priorities_total(p, &totals));
    CHECK_UINT(totals.losing, 1);
    csuccess_priorities_free(p);
}

/* Equal amount, probability and value: 8 x 0.5 - 2 = 8 x 0.75 - 4. */
static void of_equal_ones_the_cheaper_comes_first(void)
{
    csuccess_priorities *p = NULL;
    if (!CHECK_OK(csuccess_priorities_new(&p, NULL, NULL))) return;
    put_at_risk(p, "a", 0.75, 8, 4);
    put_at_risk(p, "b", 0.5, 8, 2);
    CHECK_OK(csuccess_priorities_finish(p, NULL));
    CHECK_STR(customer_at(p, 0, 1), "b");
    csuccess_priorities_free(p);
}

static void parts_of_different_options_do_not_merge(void)
{
    csuccess_priorities_options o = CSUCCESS_PRIORITIES_OPTIONS_INIT, c = o;
    csuccess_tracking_options to = CSUCCESS_TRACKING_OPTIONS_INIT, gap = to;
    csuccess_season_options so = CSUCCESS_SEASON_OPTIONS_INIT, least = so;
    csuccess_priorities *a = NULL, *b = NULL;
    csuccess_tracking *t = NULL, *u = NULL;
    csuccess_season *s = NULL, *r = NULL;
    c.capacity = 3;
    gap.gap_ms = day;
    least.least = 6;
    CHECK_OK(csuccess_priorities_new(&a, &o, NULL));
    CHECK_OK(csuccess_priorities_new(&b, &c, NULL));
    CHECK_RESULT(csuccess_priorities_merge(a, b, NULL), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_tracking_new(&t, &to, NULL));
    CHECK_OK(csuccess_tracking_new(&u, &gap, NULL));
    CHECK_RESULT(csuccess_tracking_merge(t, u, NULL), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_season_new(&s, &so, NULL));
    CHECK_OK(csuccess_season_new(&r, &least, NULL));
    CHECK_RESULT(csuccess_season_merge(s, r, NULL), CSUCCESS_EINVALID);
    csuccess_priorities_free(a);
    csuccess_priorities_free(b);
    csuccess_tracking_free(t);
    csuccess_tracking_free(u);
    csuccess_season_free(s);
    csuccess_season_free(r);
}

/* ---- Patterns ---- */

static csuccess_patterns *patterns_of(double alpha)
{
    csuccess_patterns_options o = CSUCCESS_PATTERNS_OPTIONS_INIT;
    csuccess_patterns *p = NULL;
    o.landmark_ms = 30 * day;
    o.horizon_ms = 60 * day;
    o.least = 1;
    o.alpha = alpha;
    CHECK_OK(csuccess_patterns_new(&p, &o, NULL));
    return p;
}

static csuccess_result put_history(csuccess_patterns *p, int64_t left, int64_t until,
                                   csuccess_str item)
{
    static const int64_t at[] = {0};
    csuccess_history h = CSUCCESS_HISTORY_INIT;
    h.present = left > 0 ? CSUCCESS_HISTORY_LEFT : 0;
    h.left_at = left * day;
    h.observed_until = until * day;
    h.item = &item;
    h.at = at;
    h.items = item.ptr ? 1 : 0;
    return csuccess_patterns_add(p, &h, NULL);
}

static void a_customer_who_is_seen_at_the_landmark_has_reached_it(void)
{
    const csuccess_str none = {NULL, 0};
    csuccess_patterns *p = patterns_of(0);
    csuccess_patterns_totals totals = CSUCCESS_PATTERNS_TOTALS_INIT;
    CHECK_OK(put_history(p, 0, 29, none));
    CHECK_OK(put_history(p, 0, 30, none));
    CHECK_OK(put_history(p, 0, 90, none));
    CHECK_OK(csuccess_patterns_total(p, &totals));
    CHECK_UINT(totals.not_reached, 1);
    CHECK_UINT(totals.censored, 1);
    CHECK_UINT(totals.stayed, 1);
    csuccess_patterns_free(p);
}

static void an_item_has_a_name(void)
{
    csuccess_patterns *p = patterns_of(0);
    csuccess_patterns_totals totals = CSUCCESS_PATTERNS_TOTALS_INIT;
    CHECK_RESULT(put_history(p, 0, 90, check_view("")), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_patterns_total(p, &totals));
    CHECK_UINT(totals.customers, 0);
    csuccess_patterns_free(p);
}

/* What a landmark would be is nothing to a comparison without one, not even where it would overflow. */
static void without_a_landmark_its_length_is_nothing(void)
{
    csuccess_patterns_options o = CSUCCESS_PATTERNS_OPTIONS_INIT;
    csuccess_patterns *p = NULL;
    o.naive = 1;
    o.landmark_ms = o.horizon_ms = INT64_MIN;
    csuccess_result result = csuccess_patterns_new(&p, &o, NULL);
    CHECK(result == CSUCCESS_OK || result == CSUCCESS_ERANGE);
    if (p) CHECK_OK(put_history(p, 0, 90, check_view("a")));
    csuccess_patterns_free(p);
}

static csuccess_pattern compare_some(double alpha)
{
    csuccess_patterns *p = patterns_of(alpha);
    csuccess_pattern found = CSUCCESS_PATTERN_INIT;
    for (int i = 0; i < 12; i++) {
        CHECK_OK(put_history(p, i < 5 ? 40 : 0, 90, i < 6 ? check_view("a") : check_view("b")));
    }
    CHECK_OK(csuccess_patterns_finish(p, NULL));
    CHECK_OK(csuccess_patterns_get(p, 0, &found));
    csuccess_patterns_free(p);
    return found;
}

static void a_p_value_up_to_alpha_is_significant(void)
{
    double p = compare_some(0).corrected;
    CHECK_INT(compare_some(p).significant, 1);
    CHECK_INT(compare_some(p * (1 - 1e-9)).significant, 0);
}

static void a_merge_that_fails_leaves_no_names(void)
{
    csuccess_patterns *a = patterns_of(0), *b = patterns_of(0);
    csuccess_patterns_totals totals = CSUCCESS_PATTERNS_TOTALS_INIT;
    char name[16];
    for (int i = 0; i < 4096; i++) {
        snprintf(name, sizeof name, "b%d", i);
        CHECK_OK(put_history(b, i == 0 ? 40 : 0, 90, check_view(name)));
    }
    CHECK_OK(put_history(a, 40, 90, check_view("a")));
    CHECK_OK(put_history(a, 0, 90, check_view("a2")));
    CHECK_RESULT(csuccess_patterns_merge(a, b, NULL), CSUCCESS_ELIMIT);
    CHECK_OK(csuccess_patterns_finish(a, NULL));
    CHECK_OK(csuccess_patterns_total(a, &totals));
    CHECK_UINT(totals.compared + totals.too_rare, 2);
    csuccess_patterns_free(a);
    csuccess_patterns_free(b);
}

/* ---- Tracking ---- */

static void track(csuccess_tracking *t, double probability, bool churned, int32_t calibrated)
{
    csuccess_tracked in = CSUCCESS_TRACKED_INIT;
    csuccess_tracked_outcome came = CSUCCESS_TRACKED_OUTCOME_INIT;
    in.horizon_ms = 30 * day;
    in.probability = probability;
    in.calibrated = calibrated;
    in.level = check_view("high");
    came.present = churned ? CSUCCESS_TRACKED_OUTCOME_CHURNED : 0;
    came.churned_at = 5 * day;
    came.observed_until = 40 * day;
    CHECK_OK(csuccess_tracking_add(t, &in, &came, NULL));
}

/* 16 of 30 false: more than half, but not surely. 30 of 30: surely, and the interval ends at 1. */
static void only_what_is_surely_above_the_policy_gets_a_lower_priority(void)
{
    csuccess_tracking *t = NULL, *u = NULL;
    csuccess_tracking_group g = CSUCCESS_TRACKING_GROUP_INIT;
    csuccess_tracking_figures f = CSUCCESS_TRACKING_FIGURES_INIT;
    CHECK_OK(csuccess_tracking_new(&t, NULL, NULL));
    CHECK_OK(csuccess_tracking_new(&u, NULL, NULL));
    for (int i = 0; i < 30; i++) {
        track(t, 0.9, i >= 16, 0);
        track(u, 0.9, false, 1);
    }
    CHECK_OK(csuccess_tracking_group_at(t, CSUCCESS_BY_LEVEL, 0, &g));
    CHECK_UINT(g.advice, CSUCCESS_ADVICE_KEEP);
    CHECK_UINT(g.basis, CSUCCESS_TRACKING_ALL); /* nobody acted: all were left alone */
    CHECK_OK(csuccess_tracking_group_at(u, CSUCCESS_BY_LEVEL, 0, &g));
    CHECK_UINT(g.advice, CSUCCESS_ADVICE_LOWER_PRIORITY);
    CHECK_NUM(g.false_high, 1, 0);
    CHECK_OK(csuccess_tracking_total(t, &f));
    CHECK(!(f.present & CSUCCESS_TRACKING_CALIBRATION)); /* none of them claimed to be */
    CHECK_OK(csuccess_tracking_total(u, &f));
    CHECK_UINT(f.calibration_rows, 30);
    csuccess_tracking_free(t);
    csuccess_tracking_free(u);
}

static void a_record_that_is_not_there_is_refused(void)
{
    csuccess_tracking *t = NULL;
    CHECK_OK(csuccess_tracking_new(&t, NULL, NULL));
    CHECK_RESULT(csuccess_tracking_add_json(t, (csuccess_str){NULL, 5}, NULL),
                 CSUCCESS_EINVALID);
    csuccess_tracking_free(t);
}

/* ---- Signals ---- */

static csuccess_indicators *look(uint32_t kind, const int64_t *days, const double *values,
                                 size_t n)
{
    int64_t times[64];
    csuccess_indicators *found = NULL;
    csuccess_signals_options o = CSUCCESS_SIGNALS_OPTIONS_INIT;
    csuccess_series s = CSUCCESS_SERIES_INIT;
    for (size_t i = 0; i < n; i++) times[i] = (1000 + days[i]) * day;
    o.now_ms = 1000 * day;
    CHECK_OK(csuccess_indicators_new(&found, &o, NULL));
    s.name = check_view("series");
    s.kind = kind;
    s.times = times;
    s.values = values;
    s.count = n;
    CHECK_OK(csuccess_indicators_add(found, &s, NULL));
    CHECK_OK(csuccess_indicators_finish(found, NULL));
    return found;
}

/* The present is (now - 30 days, now]: what came exactly 30 days ago is not in it. */
static void what_came_when_the_window_begins_is_not_in_it(void)
{
    static const int64_t before[] = {-30}, in[] = {-29};
    static const double one[] = {1};
    csuccess_indicators *none = look(CSUCCESS_SERIES_ESCALATION, before, one, 1);
    csuccess_indicators *some = look(CSUCCESS_SERIES_ESCALATION, in, one, 1);
    CHECK_UINT(csuccess_indicators_count(none), 0);
    CHECK_UINT(csuccess_indicators_count(some), 1);
    csuccess_indicators_free(none);
    csuccess_indicators_free(some);
}

/* From 12.5 to 10 is a fall of exactly a fifth; 10 and 15 thrice each are off by 2.5: 5 x sqrt(6 / 4 / 5). */
static void a_decline_of_exactly_the_least_magnitude_is_a_signal(void)
{
    static const int64_t days[] = {-60, -59, -58, -57, -56, -55, -3, -2, -1};
    static const double values[] = {10, 15, 10, 15, 10, 15, 10, 10, 10};
    csuccess_indicators *found = look(CSUCCESS_SERIES_USAGE, days, values, 9);
    csuccess_signal s = CSUCCESS_SIGNAL_INIT;
    if (CHECK_UINT(csuccess_indicators_count(found), 1)) {
        CHECK_OK(csuccess_indicators_get(found, 0, &s));
        CHECK_UINT(s.type, CSUCCESS_SIGNAL_DECLINE);
        CHECK_NUM(s.magnitude, 0.2, 1e-15);
        CHECK_NUM(s.strength, 2.5 / sqrt(6 * 6.25 / 5), 1e-12);
    }
    csuccess_indicators_free(found);
}

/* The median slope of these is below 0, its interval is not. */
static void a_trend_that_is_not_sure_is_no_signal(void)
{
    static const int64_t days[] = {-42, -35, -28, -21, -14, -7};
    static const double values[] = {20, 25, 10, 22, 8, 18};
    csuccess_indicators *found = look(CSUCCESS_SERIES_USAGE, days, values, 6);
    CHECK_UINT(csuccess_indicators_count(found), 0);
    csuccess_indicators_free(found);
}

/* Both fall by a fifth; 11 and 14 are nearer to their mean than 10 and 15. Added with the weaker first. */
static void of_equal_falls_the_less_usual_comes_first(void)
{
    static const int64_t days[] = {-60, -59, -58, -57, -56, -55, -3, -2, -1};
    static const double wide[] = {10, 15, 10, 15, 10, 15, 10, 10, 10};
    static const double narrow[] = {11, 14, 11, 14, 11, 14, 10, 10, 10};
    csuccess_indicators *weak = look(CSUCCESS_SERIES_USAGE, days, wide, 9);
    csuccess_indicators *strong = look(CSUCCESS_SERIES_USAGE, days, narrow, 9);
    csuccess_warnings *w = NULL;
    csuccess_warning first = CSUCCESS_WARNING_INIT;
    CHECK_OK(csuccess_warnings_new(&w, NULL, NULL));
    CHECK_OK(csuccess_warnings_add(w, check_view("a"), NULL, weak, NULL));
    CHECK_OK(csuccess_warnings_add(w, check_view("b"), NULL, strong, NULL));
    CHECK_OK(csuccess_warnings_finish(w, NULL));
    CHECK_OK(csuccess_warnings_get(w, 0, &first));
    CHECK_NUM(first.magnitude, 0.2, 1e-15);
    CHECK_STR(first.customer, "b");
    CHECK_UINT(first.signals, csuccess_indicators_count(weak)); /* else that would tell */
    csuccess_warnings_free(w);
    csuccess_indicators_free(weak);
    csuccess_indicators_free(strong);
}

static void indicators_of_different_days_do_not_merge(void)
{
    csuccess_signals_options o = CSUCCESS_SIGNALS_OPTIONS_INIT;
    csuccess_indicators *a = NULL, *same = NULL, *later = NULL;
    CHECK_OK(csuccess_indicators_new(&a, &o, NULL));
    o.compare = CSUCCESS_COMPARE_YEAR;
    CHECK_OK(csuccess_indicators_new(&same, &o, NULL));
    CHECK_OK(csuccess_indicators_merge(a, same, NULL));
    o.now_ms = day;
    CHECK_OK(csuccess_indicators_new(&later, &o, NULL));
    CHECK_RESULT(csuccess_indicators_merge(a, later, NULL), CSUCCESS_EINVALID);
    csuccess_indicators_free(a);
    csuccess_indicators_free(same);
    csuccess_indicators_free(later);
}

/* 30,000 numbers that all have the same 30,000 a year before: 9e8 additions one by one, some seconds under
   a sanitizer; what is added once takes none. The numbers now and then differ by 2, thus so do the levels. */
static void a_crowded_year_before_is_added_up_once(void)
{
    enum { EACH = 30000 };
    int64_t *times = malloc(2 * EACH * sizeof *times);
    double *values = malloc(2 * EACH * sizeof *values);
    csuccess_signals_options o = CSUCCESS_SIGNALS_OPTIONS_INIT;
    csuccess_indicators *found = NULL;
    csuccess_series s = CSUCCESS_SERIES_INIT;
    csuccess_signal first = CSUCCESS_SIGNAL_INIT;
    if (!times || !values) abort();
    for (size_t i = 0; i < 2 * EACH; i++) {
        times[i] = (i < EACH ? 636 : 1000) * day - (int64_t)(i % EACH);
        values[i] = (i < EACH ? 6 : 4) + (double)(i % 2);
    }
    o.now_ms = 1000 * day;
    o.window_ms = 2 * day;
    o.compare = CSUCCESS_COMPARE_YEAR;
    CHECK_OK(csuccess_indicators_new(&found, &o, NULL));
    s.name = check_view("crowded");
    s.times = times;
    s.values = values;
    s.count = 2 * EACH;
    CHECK_OK(csuccess_indicators_add(found, &s, NULL));
    CHECK_OK(csuccess_indicators_finish(found, NULL));
    if (csuccess_indicators_count(found) > 0) {
        CHECK_OK(csuccess_indicators_get(found, 0, &first));
        CHECK(first.magnitude >= 0.2);
    }
    csuccess_indicators_free(found);
    free(times);
    free(values);
}

/* 1e15 against 1e-290 a year before is more than can be told; that is no error. */
static void a_year_before_of_nearly_nothing_is_left_out(void)
{
    int64_t times[80];
    double values[80];
    csuccess_signals_options o = CSUCCESS_SIGNALS_OPTIONS_INIT;
    csuccess_indicators *found = NULL;
    csuccess_series s = CSUCCESS_SERIES_INIT;
    for (size_t i = 0; i < 80; i++) {
        times[i] = (1000 - (int64_t)(i / 2) - (i % 2 ? 364 : 0)) * day;
        values[i] = i % 2 == 0 ? 1e15 : i % 4 == 1 ? 1e-290 : 1e15;
    }
    o.now_ms = 1000 * day;
    o.compare = CSUCCESS_COMPARE_YEAR;
    CHECK_OK(csuccess_indicators_new(&found, &o, NULL));
    s.name = check_view("nearly nothing");
    s.times = times;
    s.values = values;
    s.count = 80;
    CHECK_OK(csuccess_indicators_add(found, &s, NULL));
    csuccess_indicators_free(found);
}

CHECK_MAIN(CHECK_TEST(acting_for_nothing_is_left_alone),
           CHECK_TEST(of_equal_ones_the_cheaper_comes_first),
           CHECK_TEST(parts_of_different_options_do_not_merge),
           CHECK_TEST(a_customer_who_is_seen_at_the_landmark_has_reached_it),
           CHECK_TEST(an_item_has_a_name), CHECK_TEST(without_a_landmark_its_length_is_nothing),
           CHECK_TEST(a_p_value_up_to_alpha_is_significant),
           CHECK_TEST(a_merge_that_fails_leaves_no_names),
           CHECK_TEST(only_what_is_surely_above_the_policy_gets_a_lower_priority),
           CHECK_TEST(a_record_that_is_not_there_is_refused),
           CHECK_TEST(what_came_when_the_window_begins_is_not_in_it),
           CHECK_TEST(a_decline_of_exactly_the_least_magnitude_is_a_signal),
           CHECK_TEST(a_trend_that_is_not_sure_is_no_signal),
           CHECK_TEST(of_equal_falls_the_less_usual_comes_first),
           CHECK_TEST(indicators_of_different_days_do_not_merge),
           CHECK_TEST(a_crowded_year_before_is_added_up_once),
           CHECK_TEST(a_year_before_of_nearly_nothing_is_left_out))
