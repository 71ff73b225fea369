/* SPDX-License-Identifier: Apache-2.0 */
/* Reports about a configuration's own scores: backtest and tuning. */
#include "report.h"

#include "slice.h"

#include <stdio.h>

/* A decoded name in a column. */
static void print_name(csuccess_str of, const char *key, int width)
{
    char buf[256];
    output_column(output_decode(buf, sizeof buf, slice_member(of, key)), width, false);
}

static bool is_there(csuccess_str value)
{
    return value.len > 0 && !slice_is(value, "null");
}

/* ---- Backtest ---- */

static void print_ranking(csuccess_str of)
{
    printf("    area under the ROC curve %.4f (%.4f to %.4f), correlation %.3f\n",
           report_number(of, "auc.value", 0), report_number(of, "auc.low", 0),
           report_number(of, "auc.high", 0), report_number(of, "correlation.pearson", 0));
    printf("    the tenth likeliest to leave leaves %.2f times as often as all\n",
           report_number(of, "lift_at_10", 0));
}

static void print_accuracy(csuccess_str of, const char *decision)
{
    csuccess_str a = slice_member(of, "accuracy"), d = slice_member(of, decision);
    printf("    accuracy %.3f, asked %.2f: %s (%.3f by saying that nobody leaves); precision "
           "%.3f, "
           "recall %.3f\n",
           report_number(a, "reached", 0), report_number(a, "asked", 0),
           slice_is(slice_member(a, "met"), "true") ? "met" : "not met",
           report_number(a, "by_saying_that_nobody_leaves", 0),
           report_number(d, "precision", 0), report_number(d, "recall", 0));
}

static void print_rates(csuccess_str list)
{
    for (csuccess_str x = slice_first(list); x.len > 0; x = slice_next(list, x)) {
        printf("      ");
        if (slice_member(x, "profile").len > 0) print_name(x, "profile", 12);
        print_name(x, "name", 14);
        printf(" %8.0f rows", report_number(x, "rows", 0));
        if (is_there(slice_member(x, "rate"))) {
            printf("  %5.1f %% left", 100 * report_number(x, "rate", 0));
        }
        printf("\n");
    }
}

static void print_churn(csuccess_str churn)
{
    bool calibrated = slice_is(slice_member(churn, "calibrated"), "true");
    if (!is_there(churn)) return;
    printf("\n  %s:\n",
           calibrated ? "Churn probability" : "Churn score (not calibrated: it ranks)");
    print_ranking(churn);
    if (calibrated) {
        printf("    log loss %.4f, Brier %.4f, ECE %.4f\n", report_number(churn, "log_loss", 0),
               report_number(churn, "brier", 0), report_number(churn, "ece", 0));
    }
    print_accuracy(churn, "decision");
    print_rates(slice_member(churn, "levels"));
    printf("    measured on ");
    report_text(churn, "measured_on");
    printf("\n");
}

static void print_window(csuccess_str window)
{
    csuccess_str health = slice_member(window, "health");
    bool dated = slice_is(slice_member(window, "dated"), "true");
    if (dated) {
        printf("Outcomes from ");
        report_text(window, "gap");
        printf(" on, within ");
        report_text(window, "horizon");
        printf(": ");
    }
    printf("%.0f rows, %.0f left\n", report_number(window, "rows.usable", 0),
           report_number(window, "rows.events", 0));
    if (is_there(health)) {
        printf("\n  Health score, reversed:\n");
        print_ranking(health);
        print_accuracy(health, "decision_by_band");
        print_rates(slice_member(health, "bands"));
    }
    print_churn(slice_member(window, "churn"));
    printf("\n");
}

void report_backtest(csuccess_str report)
{
    csuccess_str windows = slice_member(report, "windows");
    for (csuccess_str w = slice_first(windows); w.len > 0; w = slice_next(windows, w)) {
        print_window(w);
    }
    printf("Lead time: ");
    report_text(report, "lead_time");
    printf("\n");
}

/* ---- Tuning ---- */

static void print_weights(csuccess_str report)
{
    csuccess_str list = slice_member(report, "weights");
    printf("\n  %-24s %8s %8s\n", "weight", "today", "fitted");
    for (csuccess_str x = slice_first(list); x.len > 0; x = slice_next(list, x)) {
        printf("  ");
        print_name(x, "node", 24);
        printf(" %8.4f %8.4f\n", report_number(x, "today", 0), report_number(x, "fitted", 0));
    }
}

static void print_tried(csuccess_str report)
{
    csuccess_str list = slice_member(report, "tried");
    printf("  %9s %9s  parameters\n", "log loss", "AUC");
    for (csuccess_str x = slice_first(list); x.len > 0; x = slice_next(list, x)) {
        csuccess_str parameters = slice_member(x, "parameters");
        bool none = slice_is(parameters, "{}");
        printf("  %9.5f %9.5f  %.*s\n", report_number(x, "log_loss", 0),
               report_number(x, "auc", 0), none ? 12 : (int)parameters.len,
               none ? "the defaults" : parameters.ptr);
    }
}

void report_tune(csuccess_str report)
{
    if (slice_member(report, "tried").len > 0) {
        print_tried(report);
    } else {
        printf("Area under the ROC curve %.4f, after %.4f (gain %+.4f), of profile ",
               report_number(report, "auc_before", 0), report_number(report, "auc_after", 0),
               report_number(report, "gain", 0));
        report_text(report, "profile");
        printf(".\n");
        print_weights(report);
    }
    printf("\n");
    report_text(report, "says");
    printf("\nMeasured on rows ");
    report_text(report, "measured_on");
    printf(".\n");
}
