/* SPDX-License-Identifier: Apache-2.0 */
/* Calibration and thresholds beyond the figures of stats_figures_test.c: ends, classes, extremes, memory. */
#include "check.h"
#include "stats/calibrate.h"
#include "stats/threshold.h"

static const csuccess_allocator *mem(void)
{
    return csuccess__malloc_allocator();
}

static csuccess__scored of(const double *s, const uint8_t *y, uint32_t n)
{
    return (csuccess__scored){s, y, NULL, n, true};
}

static void random_rows(double *s, uint8_t *y, uint32_t n, uint64_t *state)
{
    for (uint32_t i = 0; i < n; i++) {
        s[i] = (double)(check_random(state) % 17) / 16;
        y[i] = check_random(state) % 3 == 0;
    }
}

static void calibration_is_clipped_and_keeps_to_its_ends(void)
{
    const double x[] = {0.2, 0.6}, y[] = {0, 1};
    csuccess__isotonic line = {x, y, 2};
    csuccess__platt steep = {1000, 0};
    CHECK_NUM(csuccess__isotonic_at(&line, 0.3), 0.25, 1e-15);
    CHECK_NUM(csuccess__isotonic_at(&line, -5), 0, 0);
    CHECK_NUM(csuccess__isotonic_at(&line, 0.6), 1, 0);
    CHECK_NUM(csuccess__isotonic_at(&line, 7), 1, 0);
    CHECK_NUM(csuccess__clip_probability(csuccess__isotonic_at(&line, 7)), 1 - 1e-6, 0);
    CHECK_NUM(csuccess__platt_at(&steep, 1), 1 - 1e-6, 0);
    CHECK_NUM(csuccess__platt_at(&steep, -1), 1e-6, 0);
    CHECK_NUM(csuccess__log_odds(0.5), 0, 0);
    CHECK_NUM(csuccess__log_odds(0), log(1e-6 / (1 - 1e-6)), 1e-9);
}

static void calibration_needs_both_classes(void)
{
    const double z[] = {-1, 0, 2};
    const uint8_t none[] = {0, 0, 0}, some[] = {0, 1, 0};
    csuccess__scored rows = {z, none, NULL, 3, false};
    csuccess__platt platt;
    csuccess__isotonic iso;
    csuccess__arena a;
    double shift;
    csuccess__arena_init(&a, mem(), 0);
    CHECK_RESULT(csuccess__platt_fit(&platt, &rows), CSUCCESS_EDATA);
    CHECK_RESULT(csuccess__intercept_fit(&shift, &rows), CSUCCESS_EDATA);
    CHECK_RESULT(csuccess__isotonic_fit(&iso, &a, mem(), &rows), CSUCCESS_EDATA);
    const double flat[] = {3, 3, 3};
    rows.scores = flat;
    rows.labels = some;
    CHECK_OK(csuccess__platt_fit(&platt, &rows));
    CHECK_NUM(platt.slope, 0, 0);
    CHECK_NUM(csuccess__platt_at(&platt, 3), (2.0 / 3 + 2 * 0.25) / 3, 1e-9); /* smoothed */
    csuccess__arena_free(&a);
}

static void a_platt_fit_of_separable_rows_is_finite(void)
{
    double z[200];
    uint8_t y[200];
    csuccess__platt platt;
    for (int i = 0; i < 200; i++) {
        z[i] = (i - 99.5) * 7;
        y[i] = i >= 100;
    }
    csuccess__scored rows = {z, y, NULL, 200, false};
    CHECK_OK(csuccess__platt_fit(&platt, &rows));
    CHECK(isfinite(platt.slope) && platt.slope > 0 && fabs(platt.intercept) < 1);
    for (int i = 0; i < 200; i++) z[i] *= 1e200; /* nothing to hold on to, but no NaN */
    CHECK_OK(csuccess__platt_fit(&platt, &rows));
    CHECK(isfinite(platt.slope) && isfinite(platt.intercept));
}

static void isotonic_calibration_rises_and_keeps_the_mean(void)
{
    double s[300];
    uint8_t y[300];
    uint64_t state = 21;
    csuccess__arena a;
    csuccess__arena_init(&a, mem(), 0);
    for (int round = 0; round < 20; round++) {
        csuccess__isotonic iso;
        double sum = 0, events = 0;
        random_rows(s, y, 300, &state);
        csuccess__scored rows = of(s, y, 300);
        CHECK_OK(csuccess__isotonic_fit(&iso, &a, mem(), &rows));
        for (uint32_t i = 1; i < iso.knots; i++) {
            CHECK(iso.x[i - 1] < iso.x[i] && iso.y[i - 1] <= iso.y[i]);
        }
        for (int i = 0; i < 300; i++) {
            sum += csuccess__isotonic_at(&iso, s[i]);
            events += y[i];
        }
        CHECK_NUM(sum, events, 1e-9);
    }
    csuccess__arena_free(&a);
}

static void thresholds_follow_costs_and_capacity(void)
{
    const double s[] = {0.9, 0.8, 0.8, 0.4, 0.1};
    const uint8_t y[] = {1, 1, 0, 0, 1};
    csuccess__ranking r;
    csuccess__scored rows = of(s, y, 5);
    csuccess__cost_point best, curve[6];
    CHECK_OK(csuccess__ranking_init(&r, mem(), &rows));
    csuccess__costs costs = {.false_alarm = 1, .missed = 1};
    CHECK_OK(csuccess__threshold_choose(&best, &r, &costs));
    CHECK_NUM(best.threshold.value, 0.9, 0); /* as cheap as 0.8, and treats fewer */
    CHECK_NUM(best.cost, 2, 0);
    costs.missed = 10;
    CHECK_OK(csuccess__threshold_choose(&best, &r, &costs));
    CHECK_NUM(best.threshold.value, 0.1, 0);
    costs.has_capacity = true;
    costs.capacity = 2; /* two of the three from 0.8 on would need a choice among equals */
    CHECK_OK(csuccess__threshold_choose(&best, &r, &costs));
    CHECK_NUM(best.threshold.value, 0.9, 0);
    CHECK_NUM(best.acted, 1, 0);
    costs.capacity = 0;
    CHECK_OK(csuccess__threshold_choose(&best, &r, &costs));
    CHECK(!best.threshold.present && best.acted == 0 && best.cost == 30);
    CHECK_OK(csuccess__cost_curve(curve, 6, &r, &costs));
    CHECK(!curve[0].threshold.present && curve[0].cost == 30 && curve[5].cost == 2);
    CHECK(curve[1].acted == 1 && curve[2].acted == 1 && curve[3].acted == 3);
    costs.missed = NAN;
    CHECK_RESULT(csuccess__threshold_choose(&best, &r, &costs), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess__cost_curve(curve, 6, &r, &costs), CSUCCESS_EINVALID);
    csuccess__costs elkan = {.false_alarm = 10, .missed = 90};
    CHECK_NUM(csuccess__threshold_of_costs(&elkan).value, 0.1, 1e-15);
    csuccess__ranking_free(&r);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    (void)ud;
    const double s[] = {0.9, 0.8, 0.8, 0.4, 0.1};
    const uint8_t y[] = {1, 1, 0, 0, 1};
    csuccess__scored rows = of(s, y, 5);
    csuccess__isotonic iso = {NULL, NULL, 0};
    csuccess__arena a;
    csuccess__arena_init(&a, &memory->allocator, 0);
    csuccess_result r = csuccess__isotonic_fit(&iso, &a, &memory->allocator, &rows);
    CHECK(r < 0 || iso.knots > 0);
    csuccess__arena_free(&a);
    return r;
}

static void refused_memory_changes_nothing(void)
{
    CHECK(check_faults(scenario, NULL) >= 5);
}

CHECK_MAIN(CHECK_TEST(calibration_is_clipped_and_keeps_to_its_ends),
           CHECK_TEST(calibration_needs_both_classes),
           CHECK_TEST(a_platt_fit_of_separable_rows_is_finite),
           CHECK_TEST(isotonic_calibration_rises_and_keeps_the_mean),
           CHECK_TEST(thresholds_follow_costs_and_capacity),
           CHECK_TEST(refused_memory_changes_nothing))
