/* SPDX-License-Identifier: Apache-2.0 */
/* Early warnings: who is warned of and who is not, order, bounded memory, merging, and that no text foretells. */
#include "churn_series.h"

static csuccess_warnings *start(uint64_t most)
{
    csuccess_warnings_options o = CSUCCESS_WARNINGS_OPTIONS_INIT;
    csuccess_warnings *w = NULL;
    o.most = most;
    CHECK_OK(csuccess_warnings_new(&w, &o, NULL));
    return w;
}

static csuccess_warning get(const csuccess_warnings *w, size_t i)
{
    csuccess_warning out = CSUCCESS_WARNING_INIT;
    CHECK_OK(csuccess_warnings_get(w, i, &out));
    return out;
}

/* A customer whose logins fell to a share of what they were, 30 days ago. */
static csuccess_result add(csuccess_warnings *w, const char *id, double share,
                           const double *probability)
{
    days d;
    csuccess_signals_options o = signals_options();
    days_start(&d, 120);
    days_set(&d, 120, 20);
    days_set(&d, 30, 20 * share);
    csuccess_series series = days_series(&d, "logins", CSUCCESS_SERIES_USAGE);
    csuccess_indicators *i = signals_of(&o, &series);
    csuccess_result result = csuccess_warnings_add(w, check_view(id), probability, i, NULL);
    csuccess_indicators_free(i);
    return result;
}

static void detect_early_churn_signals(void)
{
    static const double low = 0.2, high = 0.6;
    csuccess_warnings *w = start(0);
    CHECK_OK(add(w, "falling", 0.5, &low));
    CHECK_OK(add(w, "steady", 1, &low));
    CHECK_OK(add(w, "known_to_be_at_risk", 0.1, &high));
    CHECK_OK(add(w, "falling_more", 0.25, NULL));
    CHECK_OK(add(w, "falling_too", 0.5, &low));
    CHECK_OK(csuccess_warnings_finish(w, NULL));
    if (!CHECK_UINT(csuccess_warnings_count(w), 3)) return;
    CHECK_STR(get(w, 0).customer, "falling_more");
    CHECK_UINT(get(w, 0).present, 0);
    CHECK_STR(get(w, 1).customer, "falling");
    CHECK_STR(get(w, 2).customer, "falling_too");
    CHECK_NUM(get(w, 1).probability, 0.2, 0);
    CHECK_NUM(get(w, 1).magnitude, 0.5, 1e-12);
    CHECK(get(w, 1).since_ms <= NOW - 29 * DAY);
    csuccess_signal s = CSUCCESS_SIGNAL_INIT;
    CHECK_OK(csuccess_warnings_signal(w, 1, 0, &s));
    CHECK_STR(s.series, "logins");
    CHECK(s.since_ms != 0 && s.present & CSUCCESS_SIGNAL_RELATIVE);
    csuccess_warnings_totals t = CSUCCESS_WARNINGS_TOTALS_INIT;
    CHECK_OK(csuccess_warnings_total(w, &t));
    CHECK_UINT(t.customers, 5);
    CHECK_UINT(t.warned, 3);
    CHECK_UINT(t.quiet, 1);
    CHECK_UINT(t.at_risk, 1);
    CHECK_UINT(t.unknown, 1);
    csuccess_warnings_free(w);
}

/* The probability itself, on its way to the band: warned of before it is there. */
static void a_rising_probability_warns_before_the_band(void)
{
    days d;
    csuccess_signals_options o = signals_options();
    static const double today = 0.42;
    days_start(&d, 90);
    for (size_t i = 0; i < d.count; i++) d.values[i] = 0.15 + 0.003 * (double)i;
    csuccess_series series = days_series(&d, "churn probability", CSUCCESS_SERIES_RISK);
    csuccess_indicators *i = signals_of(&o, &series);
    csuccess_signal trend = signal_of_type(i, CSUCCESS_SIGNAL_TREND);
    CHECK_NUM(trend.after - trend.before, 0.09, 1e-9);
    csuccess_warnings *w = start(0);
    CHECK_OK(csuccess_warnings_add(w, CSUCCESS_STR("acme"), &today, i, NULL));
    CHECK_OK(csuccess_warnings_finish(w, NULL));
    CHECK_UINT(csuccess_warnings_count(w), 1);
    csuccess_warnings_free(w);
    csuccess_indicators_free(i);
}

/* Every kind of signal, in words: what was measured, never what is to come. */
static void no_text_foretells(void)
{
    static days d;
    static const char *const forbidden[] = {"will", "churn", "expect", "predict", "likely"};
    csuccess_signals_options o = signals_options();
    csuccess_indicators *i = signals_start(&o);
    days_start(&d, 200);
    for (size_t k = 0; k < d.count; k++) d.values[k] = 100 - 0.4 * (double)k;
    days_set(&d, 45, 5);
    for (uint32_t kind = 0; kind <= CSUCCESS_SERIES_RISK; kind++) {
        csuccess_series s = days_series(&d, "series", kind);
        s.present = CSUCCESS_SERIES_LIMIT;
        s.limit = kind < CSUCCESS_SERIES_ESCALATION ? 50 : 2;
        CHECK_OK(csuccess_indicators_add(i, &s, NULL));
    }
    CHECK_OK(csuccess_indicators_finish(i, NULL));
    unsigned types = 0;
    for (size_t k = 0; k < csuccess_indicators_count(i); k++) {
        csuccess_signal s = CSUCCESS_SIGNAL_INIT;
        char text[512];
        CHECK_OK(csuccess_indicators_get(i, k, &s));
        snprintf(text, sizeof text, "%.*s", (int)s.text.len, s.text.ptr);
        types |= 1u << s.type;
        for (size_t f = 0; f < sizeof forbidden / sizeof forbidden[0]; f++) {
            if (!CHECK(strstr(text, forbidden[f]) == NULL)) printf("# %s\n", text);
        }
    }
    CHECK_UINT(types, 0x3e); /* all five */
    csuccess_indicators_free(i);
}

enum { MANY = 60 };

static double share_of(size_t i)
{
    return 1 - (double)(i * 7 % 10) / 12;
}

static void add_some(csuccess_warnings *w, size_t from, size_t step)
{
    char id[8];
    for (size_t i = from; i < MANY; i += step) {
        double p = (double)(i % 8) / 10;
        snprintf(id, sizeof id, "c%02zu", i);
        CHECK_OK(add(w, id, share_of(i), i % 5 ? &p : NULL));
    }
}

static void order_and_parts_do_not_show(void)
{
    csuccess_warnings *all = start(0);
    add_some(all, 0, 1);
    CHECK_OK(csuccess_warnings_finish(all, NULL));
    CHECK(csuccess_warnings_count(all) > 20);
    for (uint64_t most = 0; most <= 12; most += 4) {
        csuccess_warnings *a = start(most), *b = start(most), *c = start(most);
        add_some(c, 2, 3);
        add_some(b, 1, 3);
        add_some(a, 0, 3);
        CHECK_OK(csuccess_warnings_merge(b, c, NULL));
        CHECK_OK(csuccess_warnings_merge(a, b, NULL));
        CHECK_OK(csuccess_warnings_finish(a, NULL));
        CHECK_UINT(csuccess_warnings_count(a), most ? most : csuccess_warnings_count(all));
        for (size_t i = 0; i < csuccess_warnings_count(a); i++) {
            csuccess_warning x = get(all, i), y = get(a, i);
            CHECK(x.customer.len == y.customer.len &&
                  memcmp(x.customer.ptr, y.customer.ptr, x.customer.len) == 0);
            CHECK(x.signals == y.signals && x.since_ms == y.since_ms);
        }
        csuccess_warnings_totals s = CSUCCESS_WARNINGS_TOTALS_INIT, t = s;
        CHECK_OK(csuccess_warnings_total(all, &s));
        CHECK_OK(csuccess_warnings_total(a, &t));
        CHECK(memcmp(&s, &t, sizeof s) == 0);
        csuccess_warnings_free(a);
        csuccess_warnings_free(b);
        csuccess_warnings_free(c);
    }
    csuccess_warnings_free(all);
}

static void what_cannot_be_is_refused(void)
{
    static const double bad = 1.5;
    csuccess_signals_options o = signals_options();
    csuccess_indicators *i = signals_start(&o);
    csuccess_warnings *w = start(0), *none = NULL;
    csuccess_warnings_options options = CSUCCESS_WARNINGS_OPTIONS_INIT;
    csuccess_str id = CSUCCESS_STR("a");
    CHECK_RESULT(csuccess_warnings_add(w, id, NULL, i, NULL), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_indicators_finish(i, NULL));
    CHECK_RESULT(csuccess_warnings_add(w, id, &bad, i, NULL), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_warnings_add(w, CSUCCESS_STR(""), NULL, i, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_warnings_add(w, CSUCCESS_STR("\xff"), NULL, i, NULL),
                 CSUCCESS_EENCODING);
    CHECK_RESULT(csuccess_warnings_merge(w, w, NULL), CSUCCESS_EINVALID);
    options.band = -1;
    CHECK_RESULT(csuccess_warnings_new(&none, &options, NULL), CSUCCESS_ERANGE);
    CHECK_OK(csuccess_warnings_finish(w, NULL));
    CHECK_RESULT(csuccess_warnings_add(w, id, NULL, i, NULL), CSUCCESS_EINVALID);
    csuccess_warnings_free(w);
    csuccess_warnings_free(NULL);
    csuccess_indicators_free(i);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    const csuccess_indicators *i = ud;
    csuccess_warnings_options o = CSUCCESS_WARNINGS_OPTIONS_INIT;
    csuccess_warnings_totals t = CSUCCESS_WARNINGS_TOTALS_INIT;
    csuccess_warnings *a = NULL, *b = NULL;
    o.allocator = &memory->allocator;
    o.most = 4;
    csuccess_result result = csuccess_warnings_new(&a, &o, NULL);
    if (result >= 0) result = csuccess_warnings_new(&b, &o, NULL);
    for (int k = 0; k < 10 && result >= 0; k++) {
        char id[8];
        snprintf(id, sizeof id, "c%d", 9 - k);
        result = csuccess_warnings_add(k % 2 ? a : b, check_view(id), NULL, i, NULL);
    }
    if (result >= 0) {
        result = csuccess_warnings_merge(a, b, NULL);
        CHECK_OK(csuccess_warnings_total(a, &t));
        CHECK_UINT(t.customers, result >= 0 ? 10 : 5);
    }
    if (result >= 0) result = csuccess_warnings_finish(a, NULL);
    if (result >= 0) CHECK_STR(get(a, 0).customer, "c0");
    csuccess_warnings_free(a);
    csuccess_warnings_free(b);
    return result;
}

static void nothing_leaks_when_memory_fails(void)
{
    days d;
    csuccess_signals_options o = signals_options();
    days_start(&d, 120);
    days_set(&d, 120, 20);
    days_set(&d, 30, 5);
    csuccess_series series = days_series(&d, "logins", CSUCCESS_SERIES_USAGE);
    csuccess_indicators *i = signals_of(&o, &series);
    CHECK(check_faults(scenario, i) > 20);
    csuccess_indicators_free(i);
}

CHECK_MAIN(CHECK_TEST(detect_early_churn_signals),
           CHECK_TEST(a_rising_probability_warns_before_the_band),
           CHECK_TEST(no_text_foretells), CHECK_TEST(order_and_parts_do_not_show),
           CHECK_TEST(what_cannot_be_is_refused), CHECK_TEST(nothing_leaks_when_memory_fails))
