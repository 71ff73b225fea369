/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of predictions, calibrations, thresholds and correlations against scikit-learn; figures that are
   not defined; what published figures can and cannot hold together. */
#include "check.h"
#include "stats/calibrate.h"
#include "stats/correlation.h"
#include "stats/figures.h"
#include "stats/order.h"
#include "stats/threshold.h"
#include "stats_oracle.h"

#define TABLE CHECK_SOURCE_ROOT "/tests/data/figures.tsv"
enum { MOST_ROWS = 320 };

/* The data that the rows of the table are about. */
static double scores[MOST_ROWS], weights[MOST_ROWS];
static uint8_t labels[MOST_ROWS];
static csuccess__scored data;
static csuccess__ranking ranking;
static csuccess__figures figures;
static csuccess__arena arena;
static csuccess__isotonic isotonic;

static const csuccess_allocator *mem(void)
{
    return csuccess__malloc_allocator();
}

static void check_figure(csuccess__figure is, double expected)
{
    CHECK_INT(is.present, !isnan(expected));
    CHECK_NUM(is.value, isnan(expected) ? 0 : expected, 1e-9);
}

static void take_data(const oracle_row *row)
{
    uint32_t n = (uint32_t)row->f[0];
    for (uint32_t i = 0; i < n; i++) {
        scores[i] = row->f[3 + i];
        labels[i] = row->f[3 + n + i] > 0.5;
        weights[i] = row->f[2] > 0.5 ? row->f[3 + 2 * n + i] : 1;
    }
    data = (csuccess__scored){scores, labels, row->f[2] > 0.5 ? weights : NULL, n,
                              row->f[1] > 0.5};
    csuccess__figures_options options = {.threshold = 0.5};
    csuccess__ranking_free(&ranking);
    CHECK_OK(csuccess__ranking_init(&ranking, mem(), &data));
    CHECK_OK(csuccess__figures_of(&figures, mem(), &data, &options));
}

static void check_auc(const double *f)
{
    check_figure(figures.auc.value, f[0]);
}

static void check_deviation(const double *f)
{
    check_figure(figures.auc.deviation, f[0]);
    CHECK_INT(figures.auc.low.present, figures.auc.deviation.present);
}

static void check_interval(const double *f)
{
    check_figure(figures.auc.low, f[0]);
    check_figure(figures.auc.high, f[1]);
}

static void check_pr_auc(const double *f)
{
    check_figure(figures.pr_auc, f[0]);
}

static void check_lift(const double *f)
{
    check_figure(csuccess__ranking_lift(&ranking, f[0]), f[1]);
}

static void check_decile(const double *f)
{
    const csuccess__gain *decile = &figures.deciles[(size_t)f[0]];
    CHECK_NUM(decile->rate, f[1], 1e-9);
    check_figure(decile->gain, f[2]);
}

static void check_best_f1(const double *f)
{
    CHECK_NUM(figures.best_f1.f1, f[0], 1e-9);
    csuccess__decision at =
        csuccess__decision_of(csuccess__confusion_at(&data, figures.best_f1.threshold.value));
    check_figure(at.f1, f[0]);
}

static void check_log_loss(const double *f)
{
    check_figure(figures.log_loss, f[0]);
}

static void check_brier(const double *f)
{
    check_figure(figures.brier, f[0]);
}

static void check_bin(const double *f)
{
    const csuccess__calibration_bin *bin = &figures.bins[(size_t)f[0]];
    CHECK_UINT(bin->rows, (uint64_t)f[1]);
    CHECK_NUM(bin->predicted, f[2], 1e-9);
    CHECK_NUM(bin->observed, f[3], 1e-9);
}

static void check_ece(const double *f)
{
    check_figure(figures.calibration.ece, f[0]);
}

static void check_mce(const double *f)
{
    check_figure(figures.calibration.mce, f[0]);
}

static void check_reliability(const double *f)
{
    check_figure(figures.calibration.reliability, f[0]);
}

static void check_resolution(const double *f)
{
    check_figure(figures.calibration.resolution, f[0]);
}

static void check_uncertainty(const double *f)
{
    check_figure(figures.calibration.uncertainty, f[0]);
}

static void check_within(const double *f)
{
    check_figure(figures.calibration.within, f[0]);
}

/* scikit-learn leaves empty bins out: the means of the others, then their rates. */
static void check_curve(const double *f, csuccess__binning binning)
{
    csuccess__calibration_bin table[7];
    size_t there = 0, at = 0;
    CHECK(csuccess__calibration_table(table, 7, binning, &ranking));
    for (size_t i = 0; i < 7; i++) there += table[i].rows > 0;
    for (size_t i = 0; i < 7; i++) {
        if (table[i].rows == 0) continue;
        CHECK_NUM(table[i].predicted, f[at], 1e-9);
        CHECK_NUM(table[i].observed, f[there + at], 1e-9);
        at++;
    }
}

static void check_curve_uniform(const double *f)
{
    check_curve(f, CSUCCESS__BINS_WIDTH);
}

static void check_curve_quantile(const double *f)
{
    check_curve(f, CSUCCESS__BINS_ROWS);
}

static void check_decision(const double *f)
{
    csuccess__decision is = csuccess__decision_of(csuccess__confusion_at(&data, f[0]));
    check_figure(is.accuracy, f[1]);
    check_figure(is.precision, f[2]);
    check_figure(is.recall, f[3]);
    check_figure(is.f1, f[4]);
    check_figure(is.fpr, f[5]);
    check_figure(is.specificity, f[6]);
}

static void as_log_odds(double *out)
{
    for (uint32_t i = 0; i < data.rows; i++) out[i] = log(scores[i] / (1 - scores[i]));
}

static void check_platt(const double *f)
{
    double z[MOST_ROWS];
    csuccess__platt platt = {0, 0};
    csuccess__scored margins = data;
    as_log_odds(z);
    margins.scores = z;
    margins.probability = false;
    CHECK_OK(csuccess__platt_fit(&platt, &margins));
    CHECK_NUM(platt.slope, f[0], 1e-9);
    CHECK_NUM(platt.intercept, f[1], 1e-9);
}

static void check_intercept(const double *f)
{
    double z[MOST_ROWS], shift = 0;
    csuccess__scored margins = data;
    as_log_odds(z);
    margins.scores = z;
    margins.probability = false;
    CHECK_OK(csuccess__intercept_fit(&shift, &margins));
    CHECK_NUM(shift, f[0], 1e-9);
}

static void check_knots(const double *f)
{
    csuccess__arena_reset(&arena);
    CHECK_OK(csuccess__isotonic_fit(&isotonic, &arena, mem(), &data));
    CHECK_UINT(isotonic.knots, (uint64_t)f[0]);
}

static void check_isotonic(const double *f)
{
    CHECK_NUM(csuccess__isotonic_at(&isotonic, f[0]), f[1], 1e-9);
}

static void check_threshold(const double *f)
{
    csuccess__cost_point best;
    csuccess__costs costs = {f[0], f[1], f[2] < 1e8, f[2]};
    CHECK_OK(csuccess__threshold_choose(&best, &ranking, &costs));
    check_figure(best.threshold, f[3]);
    CHECK_NUM(best.acted, f[4], 1e-9);
    CHECK_NUM(best.cost, f[5], 1e-8);
}

static const struct {
    const char *name;
    void (*check)(const double *f);
} checks[] = {
    {"auc", check_auc},
    {"auc_deviation", check_deviation},
    {"auc_interval", check_interval},
    {"pr_auc", check_pr_auc},
    {"lift", check_lift},
    {"decile", check_decile},
    {"best_f1", check_best_f1},
    {"log_loss", check_log_loss},
    {"brier", check_brier},
    {"bin", check_bin},
    {"ece", check_ece},
    {"mce", check_mce},
    {"reliability", check_reliability},
    {"resolution", check_resolution},
    {"uncertainty", check_uncertainty},
    {"within", check_within},
    {"curve_uniform", check_curve_uniform},
    {"curve_quantile", check_curve_quantile},
    {"decision", check_decision},
    {"platt", check_platt},
    {"intercept", check_intercept},
    {"knots", check_knots},
    {"isotonic", check_isotonic},
    {"threshold", check_threshold},
};

static void check_correlation(const oracle_row *row)
{
    size_t n = (size_t)row->f[0];
    const double *x = row->f + 1, *y = row->f + 1 + n;
    csuccess__figure r = {0, false};
    if (strcmp(row->name, "spearman") == 0) {
        CHECK_OK(csuccess__spearman(&r, x, y, (uint32_t)n, mem()));
    } else {
        r = csuccess__pearson(x, y, (uint32_t)n);
    }
    check_figure(r, row->f[1 + 2 * n]);
}

static void check_row(const oracle_row *row)
{
    if (row->kind == 'd') take_data(row);
    if (row->kind == 'c') check_correlation(row);
    if (row->kind != 'v') return;
    size_t i = 0, count = sizeof checks / sizeof checks[0];
    while (i < count && strcmp(checks[i].name, row->name) != 0) i++;
    if (CHECK(i < count)) checks[i].check(row->f);
}

static void validation_figures_are_those_of_scikit_learn(void)
{
    csuccess__arena_init(&arena, mem(), 0);
    CHECK(oracle_each(TABLE, "vc", check_row) > 2000);
    csuccess__ranking_free(&ranking);
    csuccess__arena_free(&arena);
}

/* ---- What is not defined, and what is refused ---- */

static csuccess__scored of(const double *s, const uint8_t *y, uint32_t n)
{
    return (csuccess__scored){s, y, NULL, n, true};
}

static void figures_of_one_class_or_of_nothing_are_absent(void)
{
    const double p[] = {0.2, 0.4, 0.4};
    const uint8_t ones[] = {1, 1, 1};
    csuccess__figures f;
    csuccess__figures_options options = {.threshold = 0.5};
    csuccess__scored rows = of(p, ones, 3);
    CHECK_OK(csuccess__figures_of(&f, mem(), &rows, &options));
    CHECK(!f.auc.value.present && !f.auc.low.present && !f.pr_auc.present);
    CHECK(!f.decision.precision.present && !f.decision.fpr.present &&
          f.decision.recall.present);
    CHECK(f.log_loss.present && f.brier.present && f.base_rate.value == 1);
}

static void figures_of_no_rows_are_absent(void)
{
    csuccess__figures f;
    csuccess__figures_options options = {.threshold = 0.5};
    csuccess__scored none = {.probability = true};
    CHECK_OK(csuccess__figures_of(&f, mem(), &none, &options));
    CHECK(!f.auc.value.present && !f.brier.present && !f.decision.accuracy.present);
    CHECK(!f.base_rate.present && !f.calibration.ece.present && !f.deciles[0].gain.present);
}

static void scores_that_are_no_probabilities_have_no_probability_figures(void)
{
    const double points[] = {80, 20, 55};
    const uint8_t y[] = {0, 1, 0};
    csuccess__scored rows = {points, y, NULL, 3, false};
    csuccess__figures f;
    csuccess__figures_options options = {.threshold = 50};
    CHECK_OK(csuccess__figures_of(&f, mem(), &rows, &options));
    CHECK_NUM(f.auc.value.value, 0, 0);
    CHECK(!f.log_loss.present && !f.brier.present && !f.calibration.ece.present);
    rows.probability = true;
    CHECK_RESULT(csuccess__figures_of(&f, mem(), &rows, &options), CSUCCESS_EINVALID);
}

static void hostile_rows_are_refused_with_their_place(void)
{
    double s[] = {0.1, 0.2, 0.3}, w[] = {1, 1, 1};
    uint8_t y[] = {0, 1, 1};
    uint32_t row = 9;
    csuccess__scored rows = {s, y, w, 3, true};
    CHECK_OK(csuccess__scored_check(&rows, &row));
    static const double bad[] = {NAN, INFINITY, -INFINITY, -0.1, 1.1};
    for (size_t i = 0; i < 5; i++) {
        s[1] = bad[i];
        CHECK_RESULT(csuccess__scored_check(&rows, &row), CSUCCESS_EINVALID);
        CHECK_UINT(row, 1);
    }
    s[1] = 0.2;
    w[2] = 0;
    CHECK_RESULT(csuccess__scored_check(&rows, &row), CSUCCESS_EINVALID);
    CHECK_UINT(row, 2);
    w[2] = 1;
    y[0] = 2;
    CHECK_RESULT(csuccess__scored_check(&rows, &row), CSUCCESS_EINVALID);
    CHECK_UINT(row, 0);
    rows.labels = NULL;
    CHECK_RESULT(csuccess__scored_check(&rows, NULL), CSUCCESS_EINVALID);
}

static void log_loss_of_a_certain_mistake_is_finite(void)
{
    const double p[] = {1, 0};
    const uint8_t y[] = {0, 1};
    csuccess__scored rows = of(p, y, 2);
    CHECK_NUM(csuccess__log_loss(&rows).value, 52 * log(2), 1e-9);
}

/* ---- Laws ---- */

static void random_rows(double *s, uint8_t *y, uint32_t n, uint64_t *state)
{
    for (uint32_t i = 0; i < n; i++) {
        s[i] = (double)(check_random(state) % 17) / 16;
        y[i] = check_random(state) % 3 == 0;
    }
}

static void order_is_stable_and_whole(void)
{
    static double x[3000];
    static uint32_t order[3000], scratch[3000];
    uint64_t state = 3;
    for (uint32_t n = 0; n <= 3000; n = n < 30 ? n + 1 : 2 * n + 7) {
        for (uint32_t i = 0; i < n; i++) x[i] = (double)(check_random(&state) % (n / 3 + 2));
        csuccess__order_rows(order, scratch, x, n);
        for (uint32_t i = 1; i < n; i++) {
            if (!CHECK(x[order[i - 1]] < x[order[i]] ||
                       (x[order[i - 1]] == x[order[i]] && order[i - 1] < order[i]))) {
                return;
            }
        }
    }
}

static void the_order_of_rows_does_not_matter(void)
{
    double s[300], t[300];
    uint8_t y[300], u[300];
    uint64_t state = 11;
    csuccess__figures a, b;
    csuccess__figures_options options = {.threshold = 0.5};
    random_rows(s, y, 300, &state);
    for (uint32_t i = 0; i < 300; i++) {
        t[i] = s[(i * 7 + 5) % 300];
        u[i] = y[(i * 7 + 5) % 300];
    }
    csuccess__scored one = of(s, y, 300), other = of(t, u, 300);
    CHECK_OK(csuccess__figures_of(&a, mem(), &one, &options));
    CHECK_OK(csuccess__figures_of(&b, mem(), &other, &options));
    CHECK_NUM(a.auc.value.value, b.auc.value.value, 0);
    CHECK_NUM(a.auc.deviation.value, b.auc.deviation.value, 1e-15);
    CHECK_NUM(a.pr_auc.value, b.pr_auc.value, 0);
    CHECK_NUM(a.log_loss.value, b.log_loss.value, 1e-13);
    CHECK(memcmp(&a.decision, &b.decision, sizeof a.decision) == 0);
    for (int i = 0; i < 10; i++) CHECK_NUM(a.deciles[i].rate, b.deciles[i].rate, 1e-12);
}

static void a_perfect_ranking_has_area_one_and_no_spread(void)
{
    const double s[] = {0.1, 0.2, 0.7, 0.9};
    const uint8_t y[] = {0, 0, 1, 1};
    csuccess__ranking r;
    csuccess__scored rows = of(s, y, 4);
    CHECK_OK(csuccess__ranking_init(&r, mem(), &rows));
    csuccess__auc auc = csuccess__ranking_auc(&r, 0.95);
    CHECK_NUM(auc.value.value, 1, 0);
    CHECK_NUM(auc.deviation.value, 0, 0);
    CHECK_NUM(auc.low.value, 1, 0);
    CHECK_NUM(csuccess__ranking_lift(&r, 0.5).value, 2, 0);
    CHECK(!csuccess__ranking_lift(&r, 0).present && !csuccess__ranking_lift(&r, 1.1).present);
    csuccess__ranking_free(&r);
}

static void brier_is_reliability_less_resolution_plus_uncertainty(void)
{
    double s[500];
    uint8_t y[500];
    uint64_t state = 5;
    for (int round = 0; round < 20; round++) {
        csuccess__figures f;
        csuccess__figures_options options = {.threshold = 0.5};
        random_rows(s, y, 500, &state);
        for (int i = 0; i < 500; i++) s[i] = floor(s[i] * 9) / 10 + 0.05; /* one a bin */
        csuccess__scored rows = of(s, y, 500);
        CHECK_OK(csuccess__figures_of(&f, mem(), &rows, &options));
        CHECK_NUM(f.calibration.within.value, 0, 1e-12);
        CHECK_NUM(f.calibration.reliability.value - f.calibration.resolution.value +
                      f.calibration.uncertainty.value,
                  f.brier.value, 1e-12);
    }
}

/* ---- Published figures ---- */

/* Every confusion of so many rows in all that fits accuracy, precision and recall has one false
   positive rate: with yes = rows * base, tp = recall * yes and fp = tp (1 / precision - 1), the
   base follows from the accuracy. */
static csuccess__confusion confusion_of(double precision, double recall, double no)
{
    double hits = recall, false_yes = recall * (1 / precision - 1);
    return (csuccess__confusion){.true_yes = hits,
                                 .false_yes = false_yes,
                                 .true_no = no - false_yes,
                                 .false_no = 1 - hits};
}

static void published_accuracy_and_false_positive_rate_cannot_both_hold(void)
{
    const double precision = 0.821, recall = 0.794;
    double false_yes = recall * (1 / precision - 1), false_no = 1 - recall;
    /* accuracy 0.873 needs (false_yes + false_no) / (1 + no) = 0.127 */
    csuccess__confusion by_accuracy =
        confusion_of(precision, recall, (false_yes + false_no) / 0.127 - 1);
    csuccess__decision a = csuccess__decision_of(by_accuracy);
    CHECK_NUM(a.f1.value, 0.807, 0.0005);
    CHECK_NUM(a.accuracy.value, 0.873, 1e-12);
    CHECK_NUM(a.fpr.value, 0.087, 0.0008); /* not 0.123 */
    csuccess__decision b =
        csuccess__decision_of(confusion_of(precision, recall, false_yes / 0.123));
    CHECK_NUM(b.fpr.value, 0.123, 1e-12);
    CHECK_NUM(b.f1.value, 0.807, 0.0005);
    CHECK_NUM(b.accuracy.value, 0.843, 0.0008); /* not 0.873 */
}

/* ---- Memory ---- */

static csuccess_result scenario(check_memory *memory, void *ud)
{
    (void)ud;
    const double s[] = {0.9, 0.8, 0.8, 0.4, 0.1}, other[] = {1, 2, 3, 4, 6};
    const uint8_t y[] = {1, 1, 0, 0, 1};
    csuccess__scored rows = of(s, y, 5);
    csuccess__figures f;
    csuccess__figures_options options = {.threshold = 0.5};
    csuccess__figure rank;
    csuccess_result r = csuccess__figures_of(&f, &memory->allocator, &rows, &options);
    CHECK(r >= 0 || !f.auc.value.present);
    if (r >= 0) r = csuccess__spearman(&rank, s, other, 5, &memory->allocator);
    return r;
}

static void refused_memory_changes_nothing(void)
{
    CHECK(check_faults(scenario, NULL) >= 6);
}

CHECK_MAIN(CHECK_TEST(validation_figures_are_those_of_scikit_learn),
           CHECK_TEST(figures_of_one_class_or_of_nothing_are_absent),
           CHECK_TEST(figures_of_no_rows_are_absent),
           CHECK_TEST(scores_that_are_no_probabilities_have_no_probability_figures),
           CHECK_TEST(hostile_rows_are_refused_with_their_place),
           CHECK_TEST(log_loss_of_a_certain_mistake_is_finite),
           CHECK_TEST(order_is_stable_and_whole), CHECK_TEST(the_order_of_rows_does_not_matter),
           CHECK_TEST(a_perfect_ranking_has_area_one_and_no_spread),
           CHECK_TEST(brier_is_reliability_less_resolution_plus_uncertainty),
           CHECK_TEST(published_accuracy_and_false_positive_rate_cannot_both_hold),
           CHECK_TEST(refused_memory_changes_nothing))
