/* SPDX-License-Identifier: Apache-2.0 */
/* Figures, calibrators and curves of rows that rounding, overflow or flatness could spoil. */
#include "check.h"
#include <csuccess/drift.h>
#include <csuccess/survival.h>
#include <csuccess/validation.h>

#include <float.h>

static const double scores[] = {0.1, 0.4, 0.35, 0.8};
static const uint8_t outcomes[] = {0, 0, 1, 1};

static csuccess_predictions rows_of(const double *s, const uint8_t *o, size_t n)
{
    csuccess_predictions rows = CSUCCESS_PREDICTIONS_INIT;
    rows.scores = s;
    rows.outcomes = o;
    rows.count = n;
    return rows;
}

/* ---- Validation ---- */

static void weights_that_would_vanish_in_products_are_refused(void)
{
    static const double bad[] = {0, -1, 1e-200, 5e-324, 2e15, INFINITY, NAN};
    double weights[] = {1, 1, 1, 1};
    csuccess_predictions rows = rows_of(scores, outcomes, 4);
    rows.weights = weights;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        csuccess_validation *v = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        weights[2] = bad[i];
        CHECK_RESULT(csuccess_validation_new(&v, &rows, NULL, &err), CSUCCESS_ERANGE);
        CHECK_HAS(err.message, "row 2");
        CHECK(v == NULL);
    }
}

/* Figures that are shares do not change when all weights are multiplied. */
static void the_least_weights_give_the_figures_of_equal_ones(void)
{
    static const double least[] = {1e-100, 1e-100, 1e-100, 1e-100};
    csuccess_validation *v = NULL;
    csuccess_figures f = CSUCCESS_FIGURES_INIT;
    csuccess_gain_row gain = CSUCCESS_GAIN_ROW_INIT;
    double lift = 0;
    csuccess_predictions rows = rows_of(scores, outcomes, 4);
    rows.weights = least;
    rows.is_probability = 1;
    if (!CHECK_OK(csuccess_validation_new(&v, &rows, NULL, NULL))) return;
    CHECK_OK(csuccess_validation_figures(v, &f));
    CHECK_NUM(f.auc, 0.75, 1e-12);
    CHECK_NUM(f.pr_auc, 5.0 / 6, 1e-12);
    CHECK_NUM(f.brier, 0.158125, 1e-12);
    CHECK_OK(csuccess_validation_decile(v, 9, &gain));
    CHECK_NUM(gain.rate, 0, 0);
    CHECK_OK(csuccess_validation_lift(v, 5e-324, &lift)); /* a share of no weight at all */
    CHECK_NUM(lift, 2, 1e-12);
    csuccess_validation_free(v);
}

static void a_mean_of_the_greatest_numbers_is_finite(void)
{
    double most[64];
    uint8_t came[64];
    for (uint32_t n = 2; n <= 64; n++) {
        csuccess_validation *v = NULL;
        csuccess_figures f = CSUCCESS_FIGURES_INIT;
        for (uint32_t i = 0; i < n; i++) {
            most[i] = DBL_MAX;
            came[i] = i % 2;
        }
        csuccess_predictions rows = rows_of(most, came, n);
        if (!CHECK_OK(csuccess_validation_new(&v, &rows, NULL, NULL))) return;
        CHECK_OK(csuccess_validation_figures(v, &f));
        CHECK_NUM(f.mean_score / DBL_MAX, 1, 1e-12);
        csuccess_validation_free(v);
    }
}

static void what_costs_reserve_is_zero(void)
{
    csuccess_validation *v = NULL;
    csuccess_costs costs = CSUCCESS_COSTS_INIT;
    csuccess_threshold best = CSUCCESS_THRESHOLD_INIT;
    csuccess_predictions rows = rows_of(scores, outcomes, 4);
    if (!CHECK_OK(csuccess_validation_new(&v, &rows, NULL, NULL))) return;
    costs.missed = 1;
    CHECK_OK(csuccess_validation_threshold(v, &costs, &best, NULL));
    costs.reserved = 1;
    CHECK_RESULT(csuccess_validation_threshold(v, &costs, &best, NULL), CSUCCESS_EINVALID);
    costs.reserved = 0;
    costs.has_capacity = 2;
    CHECK_RESULT(csuccess_validation_threshold(v, &costs, &best, NULL), CSUCCESS_EINVALID);
    csuccess_validation_free(v);
}

/* One alarm that comes true, or four of which two do: 2/3 both. */
static void of_equal_thresholds_the_greatest_is_best(void)
{
    static const double s[] = {0.6, 0.7, 0.8, 0.9};
    static const uint8_t o[] = {1, 0, 0, 1};
    csuccess_validation *v = NULL;
    csuccess_figures f = CSUCCESS_FIGURES_INIT;
    csuccess_predictions rows = rows_of(s, o, 4);
    if (!CHECK_OK(csuccess_validation_new(&v, &rows, NULL, NULL))) return;
    CHECK_OK(csuccess_validation_figures(v, &f));
    CHECK_NUM(f.best_f1, 2.0 / 3, 1e-15);
    CHECK_NUM(f.best_f1_threshold, 0.9, 0);
    csuccess_validation_free(v);
}

/* ---- Calibrators ---- */

static bool calibrate(double out[6], uint32_t kind, const double s[6], const uint8_t o[6])
{
    csuccess_calibrator *c = NULL;
    csuccess_predictions rows = rows_of(s, o, 6);
    bool good = CHECK_OK(csuccess_calibrator_fit(&c, kind, &rows, NULL, NULL)) &&
                CHECK_OK(csuccess_calibrator_apply(c, s, 6, out, NULL));
    csuccess_calibrator_free(c);
    return good;
}

static double sum_of(const double p[6])
{
    double sum = 0;
    for (size_t i = 0; i < 6; i++) sum += p[i];
    return sum;
}

/* By its definition as many are expected as came, wherever the log-odds are: a sum of 3. */
static void an_intercept_is_found_where_all_probabilities_are_one(void)
{
    static const uint8_t came[] = {0, 1, 0, 1, 0, 1};
    static const double all[][6] = {
        {40, 45, 50, 42, 47, 44},       {-400, -401, -402, -403, -404, -405},
        {1e6, 1e6, 1e6, 1e6, 1e6, 1e6}, {-800, 800, -800, 800, -700, 700},
        {10, 90, 50, 70, 30, 60},       {0, 100, 100, 100, 100, 100},
    };
    double p[6];
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (calibrate(p, CSUCCESS_CALIBRATOR_INTERCEPT, all[i], came)) {
            CHECK_NUM(sum_of(p), 3, 1e-5); /* each is held 1e-6 from the ends */
        }
    }
}

/* Platt's probabilities do not depend on where the scores begin, nor on their unit. */
static void platt_does_not_mind_where_scores_begin(void)
{
    static const uint8_t came[] = {0, 1, 0, 1, 0, 1};
    static const double moves[][2] = {{1, 1e8}, {1, -1e8}, {1e150, 0}, {1e-150, 0}, {1e300, 0}};
    double s[6], plain[6], moved[6];
    for (size_t i = 0; i < 6; i++) s[i] = (double)i;
    if (!calibrate(plain, CSUCCESS_CALIBRATOR_PLATT, s, came)) return;
    CHECK(plain[5] - plain[0] > 0.2);
    for (size_t k = 0; k < sizeof moves / sizeof moves[0]; k++) {
        for (size_t i = 0; i < 6; i++) s[i] = (double)i * moves[k][0] + moves[k][1];
        if (!calibrate(moved, CSUCCESS_CALIBRATOR_PLATT, s, came)) continue;
        for (size_t i = 0; i < 6; i++) CHECK_NUM(moved[i], plain[i], 1e-8);
    }
}

static void between_the_ends_of_double_isotonic_is_finite(void)
{
    static const double s[] = {-DBL_MAX, -DBL_MAX, -DBL_MAX, DBL_MAX, DBL_MAX, DBL_MAX};
    static const uint8_t o[] = {0, 0, 1, 0, 1, 1};
    const double x[] = {-DBL_MAX, -1, 0, DBL_MAX / 2, DBL_MAX};
    const double expected[] = {1.0 / 3, 0.5, 0.5, 7.0 / 12, 2.0 / 3};
    double p[5];
    csuccess_calibrator *c = NULL;
    csuccess_predictions rows = rows_of(s, o, 6);
    if (!CHECK_OK(csuccess_calibrator_fit(&c, CSUCCESS_CALIBRATOR_ISOTONIC, &rows, NULL, NULL)))
        return;
    CHECK_OK(csuccess_calibrator_apply(c, x, 5, p, NULL));
    for (size_t i = 0; i < 5; i++) CHECK_NUM(p[i], expected[i], 1e-12);
    csuccess_calibrator_free(c);
}

/* ---- Survival ---- */

/* One leaves at each of the times 1 to n: half have left at n / 2, by counting. */
static void a_median_is_not_missed_by_rounding(void)
{
    enum { MOST = 600 };
    double times[MOST];
    uint8_t left[MOST];
    for (size_t i = 0; i < MOST; i++) {
        times[i] = (double)(i + 1);
        left[i] = 1;
    }
    for (size_t n = 2; n <= MOST; n += 2) {
        csuccess_survival *s = NULL;
        csuccess_survival_median median = CSUCCESS_SURVIVAL_MEDIAN_INIT;
        csuccess_survival_point at = CSUCCESS_SURVIVAL_POINT_INIT;
        if (!CHECK_OK(csuccess_survival_new(&s, NULL, NULL))) return;
        CHECK_OK(csuccess_survival_add(s, times, left, n, NULL));
        CHECK_OK(csuccess_survival_median_of(s, &median));
        CHECK_NUM(median.median, (double)(n / 2), 0);
        CHECK_OK(csuccess_survival_at(s, (double)(n / 2), &at));
        CHECK_NUM(at.survival, 0.5, 0);
        csuccess_survival_free(s);
    }
}

/* 9/10 x 7/8 x 40/63 is a half; between the three somebody is censored each time. */
static void a_median_behind_censoring_is_not_missed_either(void)
{
    double times[190];
    uint8_t left[190];
    size_t n = 0;
    for (; n < 19; n++) times[n] = 1, left[n] = 1;  /* 171 of 190 stay: 9/10 */
    for (; n < 22; n++) times[n] = 2, left[n] = 0;  /* 168 */
    for (; n < 43; n++) times[n] = 3, left[n] = 1;  /* 147 of 168: 7/8 */
    for (; n < 64; n++) times[n] = 4, left[n] = 0;  /* 126 */
    for (; n < 110; n++) times[n] = 5, left[n] = 1; /* 80 of 126: 40/63 */
    for (; n < 190; n++) times[n] = 6, left[n] = 0;
    csuccess_survival *s = NULL;
    csuccess_survival_median median = CSUCCESS_SURVIVAL_MEDIAN_INIT;
    if (!CHECK_OK(csuccess_survival_new(&s, NULL, NULL))) return;
    CHECK_OK(csuccess_survival_add(s, times, left, n, NULL));
    CHECK_OK(csuccess_survival_median_of(s, &median));
    CHECK(median.present & CSUCCESS_MEDIAN_VALUE);
    CHECK_NUM(median.median, 5, 0);
    csuccess_survival_free(s);
}

/* What is added in the middle of a walk counts from then on: as if the walk had begun anew. */
static void a_walk_goes_on_when_customers_are_added(void)
{
    static const double times[] = {1, 2, 3, 4}, more[] = {2.5, 2.5, 3.5, 9};
    static const uint8_t left[] = {1, 1, 1, 1}, stay[] = {1, 0, 1, 0};
    for (int merge = 0; merge <= 1; merge++) {
        csuccess_survival *s = NULL, *other = NULL;
        csuccess_survival_point p = CSUCCESS_SURVIVAL_POINT_INIT;
        CHECK_OK(csuccess_survival_new(&s, NULL, NULL));
        CHECK_OK(csuccess_survival_new(&other, NULL, NULL));
        CHECK_OK(csuccess_survival_add(s, times, left, 4, NULL));
        CHECK_OK(csuccess_survival_next(s, -1, &p));
        CHECK_OK(csuccess_survival_next(s, p.time, &p));
        CHECK_NUM(p.survival, 0.5, 0);
        CHECK_OK(csuccess_survival_add(merge ? other : s, more, stay, 4, NULL));
        if (merge) CHECK_OK(csuccess_survival_merge(s, other, NULL));
        CHECK_OK(csuccess_survival_next(s, 2, &p));
        CHECK_NUM(p.time, 2.5, 0);
        CHECK_UINT(p.at_risk, 6);
        CHECK_UINT(p.left, 1);
        CHECK_NUM(p.survival, 5.0 / 8, 1e-15);
        CHECK_OK(csuccess_survival_next(s, 2.5, &p));
        CHECK_UINT(p.at_risk, 4);
        CHECK_NUM(p.survival, 5.0 / 8 * 3 / 4, 1e-15);
        csuccess_survival_free(s);
        csuccess_survival_free(other);
    }
}

/* ---- Streams ---- */

static void the_least_number_of_errors_is_enough_for_a_verdict(void)
{
    csuccess_detector_options o = CSUCCESS_DETECTOR_OPTIONS_INIT;
    csuccess_detector *detector = NULL;
    uint32_t verdict = CSUCCESS_DRIFT_DRIFT;
    o.kind = CSUCCESS_DETECTOR_PAGE_HINKLEY;
    o.least = 3;
    o.limit = 1;
    CHECK_OK(csuccess_detector_new(&detector, &o, NULL));
    CHECK_OK(csuccess_detector_add(detector, 0, &verdict, NULL));
    CHECK_OK(csuccess_detector_add(detector, 5, &verdict, NULL));
    CHECK_UINT(verdict, CSUCCESS_DRIFT_STABLE);
    CHECK_OK(csuccess_detector_add(detector, 5, &verdict, NULL));
    CHECK_UINT(verdict, CSUCCESS_DRIFT_DRIFT);
    csuccess_detector_free(detector);
}

CHECK_MAIN(CHECK_TEST(weights_that_would_vanish_in_products_are_refused),
           CHECK_TEST(the_least_weights_give_the_figures_of_equal_ones),
           CHECK_TEST(a_mean_of_the_greatest_numbers_is_finite),
           CHECK_TEST(what_costs_reserve_is_zero),
           CHECK_TEST(of_equal_thresholds_the_greatest_is_best),
           CHECK_TEST(a_walk_goes_on_when_customers_are_added),
           CHECK_TEST(the_least_number_of_errors_is_enough_for_a_verdict),
           CHECK_TEST(an_intercept_is_found_where_all_probabilities_are_one),
           CHECK_TEST(platt_does_not_mind_where_scores_begin),
           CHECK_TEST(between_the_ends_of_double_isotonic_is_finite),
           CHECK_TEST(a_median_is_not_missed_by_rounding),
           CHECK_TEST(a_median_behind_censoring_is_not_missed_either))
