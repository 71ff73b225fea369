/* SPDX-License-Identifier: Apache-2.0 */
/* Validation, calibrators, survival, lifetime value and drift as hosts see them. What the figures are worth
   stands in the other stats tests; here: shapes, absences, refusals, limits and refused memory. */
#include "check.h"
#include <csuccess/csuccess.h>

static const double scores[] = {0.9, 0.8, 0.8, 0.4, 0.3, 0.1};
static const uint8_t outcomes[] = {1, 1, 0, 0, 1, 0};

static csuccess_predictions six(void)
{
    csuccess_predictions p = CSUCCESS_PREDICTIONS_INIT;
    p.scores = scores;
    p.outcomes = outcomes;
    p.count = 6;
    p.is_probability = 1;
    return p;
}

static csuccess_validation *validate(const csuccess_predictions *p)
{
    csuccess_validation *v = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_validation_new(&v, p, NULL, &err))) printf("# %s\n", err.message);
    return v;
}

/* ---- Validation ---- */

static void validate_model_accuracy_gives_every_figure(void)
{
    csuccess_predictions p = six();
    csuccess_validation *v = validate(&p);
    csuccess_figures f = CSUCCESS_FIGURES_INIT;
    csuccess_decision d = CSUCCESS_DECISION_INIT;
    CHECK_OK(csuccess_validation_figures(v, &f));
    CHECK_UINT(f.present, 0x1f);
    CHECK_UINT(f.rows, 6);
    CHECK_UINT(f.events, 3);
    CHECK_NUM(f.auc, (3 + 2.5 + 1) / 9, 1e-12);
    CHECK(f.auc_low < f.auc && f.auc_high <= 1 && f.auc_deviation > 0);
    CHECK_NUM(f.brier, (0.01 + 0.04 + 0.64 + 0.16 + 0.49 + 0.01) / 6, 1e-12);
    CHECK_NUM(f.reliability - f.resolution + f.uncertainty + f.within, f.brier, 1e-12);
    CHECK_OK(csuccess_validation_decision(v, 0.5, &d));
    CHECK_UINT(d.present, 0x1f);
    CHECK_NUM(d.true_yes, 2, 0);
    CHECK_NUM(d.false_yes, 1, 0);
    CHECK_NUM(d.accuracy, 4.0 / 6, 1e-15);
    CHECK_NUM(d.precision, 2.0 / 3, 1e-15);
    CHECK_NUM(d.recall, 2.0 / 3, 1e-15);
    CHECK_NUM(d.f1, 2.0 / 3, 1e-15);
    CHECK_NUM(d.false_positive_rate, 1.0 / 3, 1e-15);
    CHECK_NUM(d.specificity, 2.0 / 3, 1e-15);
    csuccess_validation_free(v);
}

static void the_calibration_table_and_the_deciles_cover_all_rows(void)
{
    csuccess_predictions p = six();
    csuccess_validation *v = validate(&p);
    uint64_t rows = 0;
    double lift = 0;
    for (uint32_t i = 0; i < 10; i++) {
        csuccess_calibration_row bin = CSUCCESS_CALIBRATION_ROW_INIT;
        csuccess_gain_row decile = CSUCCESS_GAIN_ROW_INIT;
        CHECK_OK(csuccess_validation_calibration(v, i, &bin));
        CHECK_NUM(bin.high, (i + 1) / 10.0, 1e-15);
        rows += bin.rows;
        CHECK_OK(csuccess_validation_decile(v, i, &decile));
        CHECK_UINT(decile.present, 1);
        CHECK_NUM(decile.to, (i + 1) / 10.0, 1e-15);
        if (i == 9) CHECK_NUM(decile.gain, 1, 1e-12);
    }
    CHECK_UINT(rows, 6);
    CHECK_OK(csuccess_validation_lift(v, 1.0 / 6, &lift));
    CHECK_NUM(lift, 2, 1e-12);
    CHECK_RESULT(csuccess_validation_lift(v, 0, &lift), CSUCCESS_EINVALID);
    csuccess_gain_row row = CSUCCESS_GAIN_ROW_INIT;
    csuccess_calibration_row bin = CSUCCESS_CALIBRATION_ROW_INIT;
    CHECK_RESULT(csuccess_validation_decile(v, 10, &row), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_validation_calibration(v, 10, &bin), CSUCCESS_EINVALID);
    csuccess_validation_free(v);
}

/* What published targets speak of: an accuracy, a false positive rate. Accuracy alone says little: the same
   rows, never alarmed, have the accuracy of the base rate. */
static void accuracy_and_false_positive_rate_are_measured_against_targets(void)
{
    static double told[1000];
    static uint8_t came[1000];
    csuccess_predictions p = CSUCCESS_PREDICTIONS_INIT;
    csuccess_decision alarmed = CSUCCESS_DECISION_INIT, never = CSUCCESS_DECISION_INIT;
    for (int i = 0; i < 1000; i++) {
        came[i] = i < 100;
        told[i] = i < 80 || (i >= 100 && i < 145) ? 0.7 : 0.1; /* 80 of 100, 45 of 900 */
    }
    p.scores = told;
    p.outcomes = came;
    p.count = 1000;
    p.is_probability = 1;
    csuccess_validation *v = validate(&p);
    CHECK_OK(csuccess_validation_decision(v, 0.5, &alarmed));
    CHECK_NUM(alarmed.accuracy, 0.935, 1e-12);
    CHECK(alarmed.accuracy > 0.92 && alarmed.false_positive_rate < 0.10);
    CHECK_NUM(alarmed.false_positive_rate, 0.05, 1e-12);
    CHECK_OK(csuccess_validation_decision(v, 0.95, &never));
    CHECK_NUM(never.accuracy, 0.9, 1e-12); /* above 85 %, and nobody found */
    CHECK(!(never.present & CSUCCESS_DECISION_PRECISION));
    CHECK_NUM(never.recall, 0, 0);
    csuccess_validation_free(v);
}

static void what_rows_do_not_define_is_absent(void)
{
    csuccess_predictions p = six();
    csuccess_figures f = CSUCCESS_FIGURES_INIT;
    csuccess_gain_row decile = CSUCCESS_GAIN_ROW_INIT;
    csuccess_calibration_row bin = CSUCCESS_CALIBRATION_ROW_INIT;
    double lift = 0;
    p.count = 0;
    csuccess_validation *v = validate(&p);
    CHECK_OK(csuccess_validation_figures(v, &f));
    CHECK_UINT(f.present, 0);
    CHECK_RESULT(csuccess_validation_decile(v, 0, &decile), CSUCCESS_EMISSING);
    CHECK_RESULT(csuccess_validation_calibration(v, 0, &bin), CSUCCESS_EMISSING);
    CHECK_RESULT(csuccess_validation_lift(v, 0.1, &lift), CSUCCESS_EMISSING);
    csuccess_validation_free(v);
    p = six();
    p.is_probability = 0;
    v = validate(&p);
    CHECK_OK(csuccess_validation_figures(v, &f));
    CHECK(!(f.present & CSUCCESS_FIGURES_PROBABILITY) && (f.present & CSUCCESS_FIGURES_AUC));
    CHECK_RESULT(csuccess_validation_calibration(v, 0, &bin), CSUCCESS_EMISSING);
    csuccess_validation_free(v);
}

static void hostile_predictions_are_refused_with_the_row(void)
{
    double bad[] = {0.5, NAN};
    csuccess_predictions p = six();
    csuccess_validation *v = (csuccess_validation *)&p;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    p.scores = bad;
    p.count = 2;
    CHECK_RESULT(csuccess_validation_new(&v, &p, NULL, &err), CSUCCESS_ERANGE);
    CHECK(v == NULL);
    CHECK_HAS(err.message, "row 1:");
    p.count = SIZE_MAX;
    CHECK_RESULT(csuccess_validation_new(&v, &p, NULL, &err), CSUCCESS_ELIMIT);
    p.scores = NULL;
    CHECK_RESULT(csuccess_validation_new(&v, &p, NULL, &err), CSUCCESS_EINVALID);
    p = six();
    p.is_probability = 2;
    CHECK_RESULT(csuccess_validation_new(&v, &p, NULL, &err), CSUCCESS_EINVALID);
    p = six();
    csuccess_validation_options o = CSUCCESS_VALIDATION_OPTIONS_INIT;
    o.confidence = 1;
    CHECK_RESULT(csuccess_validation_new(&v, &p, &o, &err), CSUCCESS_ERANGE);
    o.confidence = 0;
    o.bins = 100000;
    CHECK_RESULT(csuccess_validation_new(&v, &p, &o, &err), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_validation_new(&v, NULL, NULL, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_validation_new(NULL, &p, NULL, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_validation_figures(NULL, NULL), CSUCCESS_EINVALID);
    csuccess_validation_free(NULL);
}

static void a_threshold_is_chosen_by_cost_and_capacity(void)
{
    csuccess_predictions p = six();
    csuccess_validation *v = validate(&p);
    csuccess_costs costs = CSUCCESS_COSTS_INIT;
    csuccess_threshold t = CSUCCESS_THRESHOLD_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    costs.false_alarm = 1;
    costs.missed = 5;
    CHECK_OK(csuccess_validation_threshold(v, &costs, &t, &err));
    CHECK_UINT(t.present, 1);
    CHECK_NUM(t.threshold, 0.3, 0);
    CHECK_NUM(t.acted, 5, 0);
    CHECK_NUM(t.cost, 2, 0);
    costs.has_capacity = 1;
    costs.capacity = 3;
    CHECK_OK(csuccess_validation_threshold(v, &costs, &t, &err));
    CHECK_NUM(t.threshold, 0.8, 0);
    costs.capacity = 0;
    CHECK_OK(csuccess_validation_threshold(v, &costs, &t, &err));
    CHECK_UINT(t.present, 0);
    CHECK_NUM(t.cost, 15, 0);
    costs.missed = -1;
    CHECK_RESULT(csuccess_validation_threshold(v, &costs, &t, &err), CSUCCESS_ERANGE);
    csuccess_validation_free(v);
}

/* ---- Calibrators ---- */

static void calibrators_give_probabilities_and_their_part_of_a_scorecard(void)
{
    static const char *const heads[] = {"{\"platt\":[", "{\"isotonic\":[[", "{\"platt\":[1,"};
    for (uint32_t kind = 1; kind <= 3; kind++) {
        csuccess_predictions p = six();
        csuccess_calibrator *c = NULL;
        csuccess_text *json = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        double out[6], sum = 0;
        CHECK_OK(csuccess_calibrator_fit(&c, kind, &p, NULL, &err));
        CHECK_OK(csuccess_calibrator_apply(c, scores, 6, out, &err));
        for (int i = 0; i < 6; i++) {
            CHECK(out[i] >= 1e-6 && out[i] <= 1 - 1e-6);
            CHECK(i == 0 || out[i] <= out[i - 1]);
            sum += out[i];
        }
        CHECK_NUM(sum, 3, 1e-5);
        CHECK_OK(csuccess_calibrator_json(&json, c, &err));
        CHECK_HAS(csuccess_text_view(json).ptr, heads[kind - 1]);
        double bad = 1.5;
        CHECK_RESULT(csuccess_calibrator_apply(c, &bad, 1, out, &err), CSUCCESS_ERANGE);
        csuccess_text_free(json);
        csuccess_calibrator_free(c);
    }
}

static void calibrators_take_log_odds_too(void)
{
    double z[6], a[6], b[6];
    csuccess_predictions p = six();
    csuccess_calibrator *c = NULL, *d = NULL;
    for (int i = 0; i < 6; i++) z[i] = log(scores[i] / (1 - scores[i]));
    CHECK_OK(csuccess_calibrator_fit(&c, CSUCCESS_CALIBRATOR_PLATT, &p, NULL, NULL));
    p.scores = z;
    p.is_probability = 0;
    CHECK_OK(csuccess_calibrator_fit(&d, CSUCCESS_CALIBRATOR_PLATT, &p, NULL, NULL));
    CHECK_OK(csuccess_calibrator_apply(c, scores, 6, a, NULL));
    CHECK_OK(csuccess_calibrator_apply(d, z, 6, b, NULL));
    for (int i = 0; i < 6; i++) CHECK_NUM(a[i], b[i], 1e-9);
    csuccess_calibrator_free(c);
    csuccess_calibrator_free(d);
}

static void calibration_of_one_outcome_is_refused(void)
{
    static const uint8_t never[6] = {0};
    csuccess_predictions p = six();
    csuccess_calibrator *c = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    p.outcomes = never;
    CHECK_RESULT(csuccess_calibrator_fit(&c, CSUCCESS_CALIBRATOR_PLATT, &p, NULL, &err),
                 CSUCCESS_EDATA);
    CHECK(c == NULL);
    CHECK_HAS(err.message, "outcome 1");
    CHECK_RESULT(csuccess_calibrator_fit(&c, 4, &p, NULL, &err), CSUCCESS_EINVALID);
    csuccess_calibrator_free(NULL);
}

/* ---- Survival ---- */

static csuccess_survival *customers(const double *durations, const uint8_t *left, size_t n)
{
    csuccess_survival *s = NULL;
    CHECK_OK(csuccess_survival_new(&s, NULL, NULL));
    CHECK_OK(csuccess_survival_add(s, durations, left, n, NULL));
    return s;
}

/* Six customers: 1 leaves at 2, one is lost at 3, two leave at 4, the others are there at 6. */
static const double durations[] = {2, 3, 4, 4, 6, 6};
static const uint8_t left[] = {1, 0, 1, 1, 0, 0};

static void a_survival_curve_is_walked_point_by_point(void)
{
    csuccess_survival *s = customers(durations, left, 6);
    csuccess_survival_point p = CSUCCESS_SURVIVAL_POINT_INIT;
    uint64_t all = 0, gone = 0;
    csuccess_survival_count(s, &all, &gone);
    CHECK(all == 6 && gone == 3);
    CHECK_OK(csuccess_survival_next(s, -1, &p));
    CHECK(p.time == 2 && p.at_risk == 6 && p.left == 1);
    CHECK_NUM(p.survival, 5.0 / 6, 1e-15);
    CHECK_UINT(p.present, CSUCCESS_SURVIVAL_INTERVAL);
    CHECK_OK(csuccess_survival_next(s, p.time, &p));
    CHECK(p.time == 4 && p.at_risk == 4 && p.left == 2);
    CHECK_NUM(p.survival, 5.0 / 12, 1e-15);
    CHECK_NUM(p.hazard, 1.0 / 6 + 0.5, 1e-15);
    CHECK_RESULT(csuccess_survival_next(s, p.time, &p), CSUCCESS_EMISSING);
    CHECK_OK(csuccess_survival_next(s, 3, &p)); /* and again, from anywhere */
    CHECK_NUM(p.time, 4, 0);
    CHECK_OK(csuccess_survival_at(s, 0, &p));
    CHECK(p.survival == 1 && p.present == 0 && p.at_risk == 6);
    CHECK_OK(csuccess_survival_at(s, 6, &p));
    CHECK_RESULT(csuccess_survival_at(s, 6.5, &p), CSUCCESS_EMISSING);
    CHECK_RESULT(csuccess_survival_at(s, -1, &p), CSUCCESS_EINVALID);
    csuccess_survival_median median = CSUCCESS_SURVIVAL_MEDIAN_INIT;
    CHECK_OK(csuccess_survival_median_of(s, &median));
    CHECK(median.present & CSUCCESS_MEDIAN_VALUE);
    CHECK_NUM(median.median, 4, 0);
    csuccess_survival_free(s);
}

static void survival_parts_merge_and_groups_compare(void)
{
    csuccess_survival *whole = customers(durations, left, 6);
    csuccess_survival *first = customers(durations + 3, left + 3, 3);
    csuccess_survival *rest = customers(durations, left, 3), *pair[2] = {whole, first};
    csuccess_survival_point a = CSUCCESS_SURVIVAL_POINT_INIT, b = CSUCCESS_SURVIVAL_POINT_INIT;
    csuccess_log_rank test = CSUCCESS_LOG_RANK_INIT;
    CHECK_OK(csuccess_survival_merge(first, rest, NULL));
    CHECK_OK(csuccess_survival_at(whole, 5, &a));
    CHECK_OK(csuccess_survival_at(first, 5, &b));
    CHECK(memcmp(&a, &b, sizeof a) == 0);
    CHECK_OK(csuccess_survival_log_rank(&test, pair, 2, NULL));
    CHECK(test.present && test.df == 1 && test.chi_square < 1e-12);
    pair[1] = whole;
    CHECK_RESULT(csuccess_survival_log_rank(&test, pair, 2, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_survival_log_rank(&test, pair, 1, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_survival_log_rank(&test, NULL, 65, NULL), CSUCCESS_ELIMIT);
    CHECK_RESULT(csuccess_survival_merge(whole, whole, NULL), CSUCCESS_EINVALID);
    csuccess_survival_free(whole);
    csuccess_survival_free(first);
    csuccess_survival_free(rest);
}

static void hostile_durations_add_nobody(void)
{
    csuccess_survival_options o = CSUCCESS_SURVIVAL_OPTIONS_INIT;
    csuccess_survival *s = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const double bad[] = {1, -1};
    const uint8_t gone[] = {1, 1}, odd[] = {1, 7};
    uint64_t all = 9;
    o.most = 5;
    CHECK_OK(csuccess_survival_new(&s, &o, &err));
    CHECK_RESULT(csuccess_survival_add(s, bad, gone, 2, &err), CSUCCESS_ERANGE);
    CHECK_HAS(err.message, "customer 1");
    CHECK_RESULT(csuccess_survival_add(s, durations, odd, 2, &err), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_survival_add(s, durations, left, 6, &err), CSUCCESS_ELIMIT);
    CHECK_RESULT(csuccess_survival_add(s, NULL, left, 6, &err), CSUCCESS_EINVALID);
    csuccess_survival_count(s, &all, NULL);
    CHECK_UINT(all, 0);
    csuccess_survival_free(s);
    o.confidence = 2;
    CHECK_RESULT(csuccess_survival_new(&s, &o, &err), CSUCCESS_ERANGE);
    csuccess_survival_free(NULL);
}

static void lifetime_value_is_margin_times_survival_discounted(void)
{
    csuccess_lifetime_input in = CSUCCESS_LIFETIME_INPUT_INIT;
    csuccess_lifetime_value out = CSUCCESS_LIFETIME_VALUE_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    in.churn = 0.2;
    in.margin = 100;
    in.discount = 0.1;
    in.periods = 1000;
    CHECK_OK(csuccess_lifetime_estimate(&out, &in, NULL, &err));
    CHECK_NUM(out.value, 100 * 1.1 / (1.1 - 0.8), 1e-9);
    CHECK_NUM(out.expected, 5, 1e-9);
    in.survival = customers(durations, left, 6);
    in.discount = 0;
    in.period = 1;
    CHECK_OK(csuccess_lifetime_estimate(&out, &in, NULL, &err));
    CHECK_UINT(out.periods, 7); /* 0 to 6: beyond nobody knows */
    CHECK_NUM(out.expected, 2 + 2 * 5.0 / 6 + 3 * 5.0 / 12, 1e-12);
    in.tenure = 4; /* whoever has stayed so long is not asked about before */
    CHECK_OK(csuccess_lifetime_estimate(&out, &in, NULL, &err));
    CHECK_NUM(out.value, 300, 1e-9);
    in.tenure = 7;
    CHECK_RESULT(csuccess_lifetime_estimate(&out, &in, NULL, &err), CSUCCESS_EMISSING);
    in.period = 0;
    CHECK_RESULT(csuccess_lifetime_estimate(&out, &in, NULL, &err), CSUCCESS_ERANGE);
    csuccess_survival_free(in.survival);
    in.survival = NULL;
    in.churn = NAN;
    CHECK_RESULT(csuccess_lifetime_estimate(&out, &in, NULL, &err), CSUCCESS_ERANGE);
}

/* ---- Drift ---- */

static void drift_between_samples_gets_a_verdict(void)
{
    static double then[1000], now[1000];
    csuccess_distributions in = CSUCCESS_DISTRIBUTIONS_INIT;
    csuccess_distribution_shift d = CSUCCESS_DISTRIBUTION_SHIFT_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    for (int i = 0; i < 1000; i++) then[i] = now[i] = (i * 37) % 1000;
    in.then = then;
    in.now = now;
    in.then_count = in.now_count = 1000;
    CHECK_OK(csuccess_distributions_compare(&d, &in, NULL, &err));
    CHECK_UINT(d.present, 7);
    CHECK_UINT(d.bins, 10);
    CHECK(d.verdict == CSUCCESS_DRIFT_STABLE && d.psi == 0 && d.ks == 0 && d.ks_p == 1);
    for (int i = 0; i < 1000; i++) now[i] += 120;
    CHECK_OK(csuccess_distributions_compare(&d, &in, NULL, &err));
    CHECK_UINT(d.verdict, CSUCCESS_DRIFT_DRIFT);
    CHECK_NUM(d.ks, 0.12, 1e-12);
    CHECK(d.ks_p < 1e-5 && d.psi_p < 1e-5);
    memcpy(now, then, sizeof now);
    in.now_missing = 100; /* that values are no longer known is drift too */
    CHECK_OK(csuccess_distributions_compare(&d, &in, NULL, &err));
    CHECK_UINT(d.verdict, CSUCCESS_DRIFT_DRIFT);
    CHECK_UINT(d.bins, 11);
    in.warn = 0.9;
    in.drift = 2;
    CHECK_OK(csuccess_distributions_compare(&d, &in, NULL, &err));
    CHECK_UINT(d.verdict, CSUCCESS_DRIFT_STABLE);
}

static void drift_of_nothing_is_absent_and_hostile_values_are_refused(void)
{
    static const double bad[] = {1, INFINITY};
    csuccess_distributions in = CSUCCESS_DISTRIBUTIONS_INIT;
    csuccess_distribution_shift d = CSUCCESS_DISTRIBUTION_SHIFT_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(csuccess_distributions_compare(&d, &in, NULL, &err));
    CHECK(d.present == 0 && d.verdict == CSUCCESS_DRIFT_STABLE);
    in.then = in.now = bad;
    in.then_count = 1;
    in.now_count = 2;
    CHECK_RESULT(csuccess_distributions_compare(&d, &in, NULL, &err), CSUCCESS_ERANGE);
    in.now_count = 1;
    in.warn = 0.5; /* above drift's default */
    CHECK_RESULT(csuccess_distributions_compare(&d, &in, NULL, &err), CSUCCESS_ERANGE);
    in.warn = 0;
    in.now = NULL;
    CHECK_RESULT(csuccess_distributions_compare(&d, &in, NULL, &err), CSUCCESS_EINVALID);
}

static void a_stream_of_errors_tells_drift_once(void)
{
    for (uint32_t kind = 1; kind <= 2; kind++) {
        csuccess_detector_options o = CSUCCESS_DETECTOR_OPTIONS_INIT;
        csuccess_detector *stream = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        uint32_t verdict = 9;
        uint64_t state = 3, count = 0;
        double mean = 0;
        unsigned told = 0;
        o.kind = kind;
        CHECK_OK(csuccess_detector_new(&stream, &o, &err));
        for (int i = 0; i < 3000; i++) {
            double wrong = check_random(&state) % 10 < (i < 1500 ? 1 : 5);
            CHECK_OK(csuccess_detector_add(stream, wrong, &verdict, &err));
            told += verdict == CSUCCESS_DRIFT_DRIFT;
            CHECK(i >= 1500 || told == 0);
        }
        CHECK(told >= 1 && told <= 4);
        csuccess_detector_window(stream, &count, &mean);
        CHECK(count <= 1600 && count > 1000);
        CHECK_NUM(mean, 0.5, 0.06);
        CHECK_RESULT(csuccess_detector_add(stream, NAN, &verdict, &err), CSUCCESS_ERANGE);
        csuccess_detector_free(stream);
        o.delta = 1;
        CHECK_RESULT(csuccess_detector_new(&stream, &o, &err), CSUCCESS_ERANGE);
    }
    csuccess_detector_free(NULL);
}

/* ---- Memory ---- */

static csuccess_result validation_scenario(check_memory *memory, void *ud)
{
    (void)ud;
    static const double weights[] = {1, 2, 1, 1, 1, 1};
    csuccess_validation_options o = CSUCCESS_VALIDATION_OPTIONS_INIT;
    csuccess_validation *v = NULL;
    csuccess_predictions p = six();
    csuccess_error err = CSUCCESS_ERROR_INIT;
    o.allocator = &memory->allocator;
    p.weights = weights;
    csuccess_result r = csuccess_validation_new(&v, &p, &o, &err);
    CHECK(r >= 0 ? v != NULL : v == NULL && err.code == r);
    csuccess_validation_free(v);
    return r;
}

static csuccess_result calibrator_scenario(check_memory *memory, void *ud)
{
    csuccess_calibrator *c = NULL;
    csuccess_text *json = NULL;
    csuccess_predictions p = six();
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result r =
        csuccess_calibrator_fit(&c, *(const uint32_t *)ud, &p, &memory->allocator, &err);
    if (r >= 0) r = csuccess_calibrator_json(&json, c, &err);
    CHECK((r >= 0) == (json != NULL));
    csuccess_text_free(json);
    csuccess_calibrator_free(c);
    return r;
}

static csuccess_result survival_scenario(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess_survival_options o = CSUCCESS_SURVIVAL_OPTIONS_INIT;
    csuccess_survival *s = NULL, *t = NULL;
    csuccess_log_rank test = CSUCCESS_LOG_RANK_INIT;
    csuccess_lifetime_input in = CSUCCESS_LIFETIME_INPUT_INIT;
    csuccess_lifetime_value value = CSUCCESS_LIFETIME_VALUE_INIT;
    uint64_t all = 0;
    o.allocator = &memory->allocator;
    csuccess_result r = csuccess_survival_new(&s, &o, NULL);
    if (r >= 0) r = csuccess_survival_new(&t, &o, NULL);
    if (r >= 0) r = csuccess_survival_add(s, durations, left, 6, NULL);
    csuccess_survival_count(s, &all, NULL);
    if (r < 0) CHECK_UINT(all, 0);
    if (r >= 0) r = csuccess_survival_merge(t, s, NULL);
    csuccess_survival *pair[2] = {s, t};
    if (r >= 0) r = csuccess_survival_log_rank(&test, pair, 2, NULL);
    in.survival = s;
    in.period = 1;
    in.periods = 3;
    if (r >= 0) r = csuccess_lifetime_estimate(&value, &in, &memory->allocator, NULL);
    csuccess_survival_free(s);
    csuccess_survival_free(t);
    return r;
}

static csuccess_result drift_scenario(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess_distributions in = CSUCCESS_DISTRIBUTIONS_INIT;
    csuccess_distribution_shift d = CSUCCESS_DISTRIBUTION_SHIFT_INIT;
    csuccess_detector_options o = CSUCCESS_DETECTOR_OPTIONS_INIT;
    csuccess_detector *stream = NULL;
    in.then = in.now = durations;
    in.then_count = in.now_count = 6;
    o.allocator = &memory->allocator;
    csuccess_result r = csuccess_distributions_compare(&d, &in, &memory->allocator, NULL);
    CHECK(r >= 0 || d.present == 0);
    if (r >= 0) r = csuccess_detector_new(&stream, &o, NULL);
    csuccess_detector_free(stream);
    return r;
}

static void refused_memory_changes_nothing(void)
{
    CHECK(check_faults(validation_scenario, NULL) >= 8);
    for (uint32_t kind = 1; kind <= 3; kind++)
        CHECK(check_faults(calibrator_scenario, &kind) >= 3);
    CHECK(check_faults(survival_scenario, NULL) >= 8);
    CHECK(check_faults(drift_scenario, NULL) >= 5);
}

CHECK_MAIN(CHECK_TEST(validate_model_accuracy_gives_every_figure),
           CHECK_TEST(the_calibration_table_and_the_deciles_cover_all_rows),
           CHECK_TEST(accuracy_and_false_positive_rate_are_measured_against_targets),
           CHECK_TEST(what_rows_do_not_define_is_absent),
           CHECK_TEST(hostile_predictions_are_refused_with_the_row),
           CHECK_TEST(a_threshold_is_chosen_by_cost_and_capacity),
           CHECK_TEST(calibrators_give_probabilities_and_their_part_of_a_scorecard),
           CHECK_TEST(calibrators_take_log_odds_too),
           CHECK_TEST(calibration_of_one_outcome_is_refused),
           CHECK_TEST(a_survival_curve_is_walked_point_by_point),
           CHECK_TEST(survival_parts_merge_and_groups_compare),
           CHECK_TEST(hostile_durations_add_nobody),
           CHECK_TEST(lifetime_value_is_margin_times_survival_discounted),
           CHECK_TEST(drift_between_samples_gets_a_verdict),
           CHECK_TEST(drift_of_nothing_is_absent_and_hostile_values_are_refused),
           CHECK_TEST(a_stream_of_errors_tells_drift_once),
           CHECK_TEST(refused_memory_changes_nothing))
