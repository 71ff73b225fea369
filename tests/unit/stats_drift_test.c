/* SPDX-License-Identifier: Apache-2.0 */
/* Distributions, exact tests, drift and change points: mpmath, SciPy, statsmodels, River, and what
   a person would call a change. */
#include "check.h"
#include "stats/change.h"
#include "stats/drift.h"
#include "stats/special.h"
#include "stats_oracle.h"

static const csuccess_allocator *mem(void)
{
    return csuccess__malloc_allocator();
}

static void check_near(double is, double expected, double relative)
{
    CHECK_NUM(is, expected, fabs(expected) * relative + 1e-300);
}

static void check_figure(csuccess__figure is, double expected)
{
    CHECK_INT(is.present, !isnan(expected));
    CHECK_NUM(is.value, isnan(expected) ? 0 : expected, 1e-10 * (1 + fabs(expected)));
}

/* ---- The table ---- */

static void check_cdf(const double *f)
{
    check_near(csuccess__normal_cdf(f[0]), f[1], 1e-12);
}

static void check_quantile(const double *f)
{
    CHECK_NUM(csuccess__normal_quantile(f[0]), f[1], 1e-14 * (1 + fabs(f[1])));
}

static void check_chi_square(const double *f)
{
    check_near(csuccess__chi_square_upper(f[0], (uint32_t)f[1]), f[2], 1e-11);
}

static void check_kolmogorov(const double *f)
{
    check_near(csuccess__kolmogorov_upper(f[0]), f[1], 1e-12);
}

static void check_fisher(const double *f)
{
    csuccess__table2 table = {(uint32_t)f[0], (uint32_t)f[1], (uint32_t)f[2], (uint32_t)f[3]};
    csuccess__table2 turned = {table.second_yes, table.second, table.first_yes, table.first};
    check_near(csuccess__fisher_exact(&table), f[4], 1e-10);
    check_near(csuccess__fisher_exact(&turned), f[4], 1e-10);
}

static void check_adjusted(const double *f, bool holm)
{
    double p[64];
    uint32_t n = (uint32_t)f[0];
    memcpy(p, f + 1, n * sizeof *p);
    CHECK_OK(holm ? csuccess__adjust_holm(p, n, mem())
                  : csuccess__adjust_benjamini_hochberg(p, n, mem()));
    for (uint32_t i = 0; i < n; i++) CHECK_NUM(p[i], f[1 + n + i], 1e-14);
}

static void check_holm(const double *f)
{
    check_adjusted(f, true);
}

static void check_benjamini_hochberg(const double *f)
{
    check_adjusted(f, false);
}

static void check_psi(const double *f)
{
    uint32_t k = (uint32_t)f[0];
    csuccess__psi psi = csuccess__psi_of(f + 1, f + 1 + k, k);
    check_figure(psi.value, f[1 + 2 * k]);
    check_figure(psi.p, f[2 + 2 * k]);
}

static void check_ks(const double *f)
{
    csuccess__sample a = {f + 2, (uint32_t)f[0]}, b = {f + 2 + a.n, (uint32_t)f[1]};
    csuccess__ks ks;
    CHECK_OK(csuccess__ks_two_sample(&ks, a, b, mem()));
    check_figure(ks.statistic, f[2 + a.n + b.n]);
    check_figure(ks.p, f[3 + a.n + b.n]);
}

/* The stream that follows: both detectors have seen as much as a row asks for. */
static double stream[1000];
static csuccess__adwin adwin;
static csuccess__page_hinkley ph;
static uint64_t ph_seen;

static void take_stream(const double *f)
{
    csuccess__page_hinkley_options options = {.limit = 8};
    memcpy(stream, f + 1, (size_t)f[0] * sizeof *stream);
    csuccess__adwin_init(&adwin, 0);
    csuccess__page_hinkley_init(&ph, &options);
    ph_seen = 0;
}

static void check_adwin(const double *f)
{
    double before = adwin.window.n;
    uint64_t from = adwin.seen;
    while (adwin.seen < (uint64_t)f[0]) csuccess__adwin_add(&adwin, stream[adwin.seen]);
    CHECK_NUM(adwin.window.n, f[1], 0);
    CHECK_NUM(csuccess__adwin_mean(&adwin), f[2], 1e-12);
    CHECK_INT(adwin.window.n<before + (double)(adwin.seen - from), f[3]> 0.5);
}

static void check_page_hinkley(const double *f)
{
    csuccess__drift_verdict verdict = CSUCCESS__DRIFT_STABLE;
    while (ph_seen < (uint64_t)f[0]) {
        CHECK(verdict != CSUCCESS__DRIFT_DRIFT); /* River tells none between two rows */
        verdict = csuccess__page_hinkley_add(&ph, stream[ph_seen++]);
    }
    CHECK_INT(verdict == CSUCCESS__DRIFT_DRIFT, f[1] > 0.5);
}

static void check_row(const oracle_row *row)
{
    static const struct {
        char kind;
        void (*check)(const double *f);
    } checks[] = {{'n', check_cdf},        {'i', check_quantile},
                  {'c', check_chi_square}, {'k', check_kolmogorov},
                  {'f', check_fisher},     {'h', check_holm},
                  {'p', check_psi},        {'b', check_benjamini_hochberg},
                  {'s', check_ks},         {'w', take_stream},
                  {'a', check_adwin},      {'r', check_page_hinkley}};
    size_t i = 0, count = sizeof checks / sizeof checks[0];
    while (i < count && checks[i].kind != row->kind) i++;
    if (CHECK(i < count)) checks[i].check(row->f);
}

static void figures_are_those_of_mpmath_scipy_statsmodels_and_river(void)
{
    CHECK(oracle_each(CHECK_SOURCE_ROOT "/tests/data/drift.tsv", "", check_row) > 900);
}

/* ---- Distributions at their ends ---- */

static void distributions_end_where_they_should(void)
{
    CHECK_NUM(csuccess__normal_cdf(-INFINITY), 0, 0);
    CHECK_NUM(csuccess__normal_cdf(INFINITY), 1, 0);
    CHECK(isnan(csuccess__normal_cdf(NAN)) && isnan(csuccess__normal_quantile(1.5)));
    CHECK(csuccess__normal_quantile(0) == -INFINITY &&
          csuccess__normal_quantile(1) == INFINITY);
    CHECK_NUM(csuccess__normal_two_sided(0.95), 1.959963984540054, 1e-14);
    CHECK_NUM(csuccess__chi_square_upper(-1, 3), 1, 0);
    CHECK_NUM(csuccess__chi_square_upper(INFINITY, 3), 0, 0);
    CHECK_NUM(csuccess__chi_square_upper(5, 0), 1, 0);
    CHECK_NUM(csuccess__ln_gamma(1), 0, 1e-14);
    CHECK_NUM(csuccess__ln_gamma(0.5), log(3.14159265358979323846) / 2, 1e-14);
    CHECK_NUM(csuccess__ln_gamma(171), 706.57306224578736, 1e-12);
    CHECK_NUM(csuccess__kolmogorov_upper(0), 1, 0);
    csuccess__table2 vast = {3000000000u, 4000000000u, 1000000000u, 4000000000u};
    CHECK_NUM(csuccess__fisher_exact(&vast), 0, 0);
    csuccess__table2 nobody = {0, 0, 0, 0};
    CHECK_NUM(csuccess__fisher_exact(&nobody), 1, 0);
}

/* ---- Drift ---- */

static void verdicts_are_stable_warn_and_drift(void)
{
    const double then[] = {100, 100, 100, 100}, little[] = {105, 95, 100, 100},
                 some[] = {140, 60, 100, 100}, much[] = {10, 10, 180, 200};
    csuccess__drift_verdict is[3] = {
        csuccess__drift_verdict_of(csuccess__psi_of(then, little, 4).value.value,
                                   CSUCCESS__PSI_WARN, CSUCCESS__PSI_DRIFT),
        csuccess__drift_verdict_of(csuccess__psi_of(then, some, 4).value.value,
                                   CSUCCESS__PSI_WARN - 0.02, CSUCCESS__PSI_DRIFT),
        csuccess__drift_verdict_of(csuccess__psi_of(then, much, 4).value.value,
                                   CSUCCESS__PSI_WARN, CSUCCESS__PSI_DRIFT)};
    CHECK_INT(is[0], CSUCCESS__DRIFT_STABLE);
    CHECK_INT(is[1], CSUCCESS__DRIFT_WARN);
    CHECK_INT(is[2], CSUCCESS__DRIFT_DRIFT);
    CHECK_INT(csuccess__drift_verdict_of(0.25, 0.1, 0.25), CSUCCESS__DRIFT_DRIFT);
    CHECK_INT(csuccess__drift_verdict_of(0.1, 0.1, 0.25), CSUCCESS__DRIFT_WARN);
}

static void drift_of_nothing_is_absent(void)
{
    const double none[] = {0, 0}, some[] = {3, 4};
    csuccess__sample empty = {NULL, 0}, one = {some, 2};
    csuccess__ks ks;
    double bounds[9];
    uint32_t count = 7;
    CHECK(!csuccess__psi_of(none, some, 2).value.present);
    CHECK(!csuccess__psi_of(some, none, 2).value.present);
    CHECK(!csuccess__psi_of(NULL, NULL, 0).value.present);
    CHECK_OK(csuccess__ks_two_sample(&ks, empty, one, mem()));
    CHECK(!ks.statistic.present && !ks.p.present);
    CHECK_OK(csuccess__bin_bounds(bounds, &count, 10, empty, mem()));
    CHECK_UINT(count, 0);
}

static void bins_hold_about_as_many_rows_each(void)
{
    double values[1000], bounds[9], counts[10] = {0};
    uint32_t count = 0;
    for (int i = 0; i < 1000; i++) values[i] = (i * 37) % 1000;
    csuccess__sample sample = {values, 1000};
    CHECK_OK(csuccess__bin_bounds(bounds, &count, 10, sample, mem()));
    CHECK_UINT(count, 9);
    csuccess__bin_counts(counts, bounds, count, values, 1000);
    for (int i = 0; i < 10; i++) CHECK_NUM(counts[i], 100, 0);
    for (int i = 0; i < 1000; i++) values[i] = i < 700 ? 0 : i < 900 ? 1 : 2;
    CHECK_OK(csuccess__bin_bounds(bounds, &count, 10, sample, mem()));
    CHECK_UINT(count, 2); /* no bound twice, none at the greatest value */
    CHECK_NUM(bounds[0], 0, 0);
    CHECK_NUM(bounds[1], 1, 0);
}

/* Chance alone stays below its bound, more errors are told, fewer are not. */
static void adwin_tells_when_errors_become_more(void)
{
    uint64_t state = 1;
    for (int way = 0; way < 3; way++) {
        unsigned told = 0, warned = 0;
        csuccess__adwin_init(&adwin, 0);
        for (int i = 0; i < 4000; i++) {
            unsigned rate = i < 2000 ? 20 : way == 0 ? 20 : way == 1 ? 45 : 2;
            double x = check_random(&state) % 100 < rate;
            csuccess__drift_verdict verdict = csuccess__adwin_add(&adwin, x);
            told += verdict == CSUCCESS__DRIFT_DRIFT;
            warned += verdict == CSUCCESS__DRIFT_WARN;
            if (told) CHECK(i >= 2000);
        }
        CHECK_INT(told > 0, way == 1);
        CHECK(way == 1 || warned == 0);
        CHECK_NUM(csuccess__adwin_mean(&adwin), way == 0 ? 0.2 : way == 1 ? 0.45 : 0.02, 0.05);
    }
}

static void page_hinkley_warns_before_it_tells(void)
{
    csuccess__page_hinkley_options options = {.limit = 0};
    csuccess__drift_verdict last = CSUCCESS__DRIFT_STABLE;
    int warned = 0, told = 0;
    csuccess__page_hinkley_init(&ph, &options);
    CHECK_NUM(ph.options.limit, 50, 0);
    for (int i = 0; i < 600 && !told; i++) {
        csuccess__drift_verdict verdict = csuccess__page_hinkley_add(&ph, i < 300 ? 0.1 : 0.9);
        if (verdict == CSUCCESS__DRIFT_WARN) warned = i;
        if (verdict == CSUCCESS__DRIFT_DRIFT) told = i;
        CHECK(verdict != CSUCCESS__DRIFT_DRIFT || last == CSUCCESS__DRIFT_WARN);
        last = verdict;
    }
    CHECK(warned > 300 && told == warned + 1);
    CHECK_UINT(ph.count, 0); /* anew */
}

/* ---- Change points ---- */

static uint32_t changes_in(csuccess__change out[8], const double *values, uint32_t n)
{
    uint32_t count = 0;
    csuccess__change_series series = {.values = values, .n = n};
    CHECK_OK(csuccess__change_points(out, 8, &count, &series, mem()));
    return count;
}

static double noise(uint64_t *state)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += (double)(check_random(state) >> 11) * 0x1p-53;
    return sum;
}

static void a_fall_of_usage_is_found_with_its_time_and_size(void)
{
    double weeks[40];
    uint64_t state = 4;
    csuccess__change found[8];
    for (int i = 0; i < 40; i++) weeks[i] = (i < 25 ? 100 : 60) + 5 * noise(&state);
    CHECK_UINT(changes_in(found, weeks, 40), 1);
    CHECK_UINT(found[0].at, 25);
    CHECK_NUM(found[0].before, 100, 3);
    CHECK_NUM(found[0].after, 60, 3);
    CHECK_NUM(found[0].relative.value, -0.4, 0.05);
    CHECK_NUM(found[0].size, found[0].after - found[0].before, 0);
    CHECK_NUM(found[0].strength, 8, 3);
}

static void several_changes_come_by_time_and_room_is_kept(void)
{
    double values[90];
    uint64_t state = 9;
    csuccess__change found[8] = {{.at = 0}};
    uint32_t count = 0;
    for (int i = 0; i < 90; i++) values[i] = (i / 30 == 1 ? 20 : 0) + noise(&state);
    CHECK_UINT(changes_in(found, values, 90), 2);
    CHECK_UINT(found[0].at, 30);
    CHECK_UINT(found[1].at, 60);
    csuccess__change one[2] = {{.at = 0}, {.at = 77}};
    csuccess__change_series series = {.values = values, .n = 90};
    CHECK_OK(csuccess__change_points(one, 1, &count, &series, mem()));
    CHECK_UINT(count, 2);
    CHECK(one[0].at == 30 && one[1].at == 77);
}

static void wild_points_and_calm_series_are_no_change(void)
{
    double values[30];
    uint64_t state = 2;
    csuccess__change found[8];
    for (int i = 0; i < 30; i++) values[i] = 50 + noise(&state);
    values[12] = 900;
    values[13] = -400;
    CHECK_UINT(changes_in(found, values, 30), 0);
    for (int i = 0; i < 30; i++) values[i] = 7;
    CHECK_UINT(changes_in(found, values, 30), 0);
    for (int i = 15; i < 30; i++) values[i] = 0; /* no noise at all, and still a change */
    CHECK_UINT(changes_in(found, values, 30), 1);
    CHECK_UINT(found[0].at, 15);
    CHECK_NUM(found[0].relative.value, -1, 0);
    CHECK_UINT(changes_in(found, values, 5), 0);
    CHECK_UINT(changes_in(found, values, 0), 0);
}

static void noise_alone_is_seldom_called_a_change(void)
{
    double values[24];
    uint64_t state = 77;
    csuccess__change found[8];
    unsigned wrong = 0;
    for (int round = 0; round < 1000; round++) {
        for (int i = 0; i < 24; i++) values[i] = noise(&state);
        wrong += changes_in(found, values, 24) > 0;
    }
    CHECK(wrong <= 20);
}

static void hostile_series_are_refused(void)
{
    static double values[CSUCCESS__CHANGE_POINTS + 1];
    csuccess__change found[8];
    uint32_t count = 3;
    csuccess__change_series series = {.values = values, .n = CSUCCESS__CHANGE_POINTS + 1};
    CHECK_RESULT(csuccess__change_points(found, 8, &count, &series, mem()), CSUCCESS_ELIMIT);
    series.n = 10;
    values[4] = NAN;
    CHECK_RESULT(csuccess__change_points(found, 8, &count, &series, mem()), CSUCCESS_EINVALID);
    CHECK_UINT(count, 0);
    values[4] = 1e300;
    values[5] = -1e300;
    CHECK_OK(csuccess__change_points(found, 8, &count, &series, mem()));
    for (uint32_t i = 0; i < count; i++) CHECK(isfinite(found[i].size));
}

static void nothing_declines_from_nothing(void)
{
    CHECK_NUM(csuccess__relative_decline(60, 100, 0).value, 0.4, 1e-15);
    CHECK_NUM(csuccess__relative_decline(150, 100, 0).value, -0.5, 1e-15);
    CHECK(!csuccess__relative_decline(5, 0, 0).present);
    CHECK(!csuccess__relative_decline(5, -3, 0).present);
    CHECK(!csuccess__relative_decline(5, 4, 10).present);
    CHECK(!csuccess__relative_decline(NAN, 4, 0).present);
}

/* ---- Memory ---- */

static csuccess_result scenario(check_memory *memory, void *ud)
{
    (void)ud;
    const csuccess_allocator *from = &memory->allocator;
    double values[] = {1, 1, 2, 1, 9, 9, 8, 9}, p[] = {0.1, 0.2}, bounds[4];
    csuccess__sample sample = {values, 8};
    csuccess__change_series series = {.values = values, .n = 8};
    csuccess__change found[2];
    csuccess__ks ks;
    uint32_t count = 0;
    csuccess_result r = csuccess__change_points(found, 2, &count, &series, from);
    if (r >= 0) r = csuccess__ks_two_sample(&ks, sample, sample, from);
    if (r >= 0) r = csuccess__bin_bounds(bounds, &count, 5, sample, from);
    if (r >= 0) r = csuccess__adjust_holm(p, 2, from);
    if (r < 0) CHECK_NUM(p[0], 0.1, 0);
    return r;
}

static void refused_memory_changes_nothing(void)
{
    CHECK(check_faults(scenario, NULL) >= 7);
}

CHECK_MAIN(CHECK_TEST(figures_are_those_of_mpmath_scipy_statsmodels_and_river),
           CHECK_TEST(distributions_end_where_they_should),
           CHECK_TEST(verdicts_are_stable_warn_and_drift),
           CHECK_TEST(drift_of_nothing_is_absent),
           CHECK_TEST(bins_hold_about_as_many_rows_each),
           CHECK_TEST(adwin_tells_when_errors_become_more),
           CHECK_TEST(page_hinkley_warns_before_it_tells),
           CHECK_TEST(a_fall_of_usage_is_found_with_its_time_and_size),
           CHECK_TEST(several_changes_come_by_time_and_room_is_kept),
           CHECK_TEST(wild_points_and_calm_series_are_no_change),
           CHECK_TEST(noise_alone_is_seldom_called_a_change),
           CHECK_TEST(hostile_series_are_refused), CHECK_TEST(nothing_declines_from_nothing),
           CHECK_TEST(refused_memory_changes_nothing))
