/* SPDX-License-Identifier: Apache-2.0 */
/* What every report has, and that of training. */
#include "report.h"

#include "slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

csuccess_str report_at(csuccess_str report, const char *path)
{
    char key[64];
    while (*path) {
        size_t len = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)len, path);
        report = slice_member(report, key);
        path += len + (path[len] == '.');
    }
    return report;
}

double report_number(csuccess_str report, const char *path, double fallback)
{
    char buf[64];
    csuccess_str value = report_at(report, path);
    if (value.len == 0 || value.len > sizeof buf - 1 || slice_is(value, "null"))
        return fallback;
    memcpy(buf, value.ptr, value.len);
    buf[value.len] = '\0';
    return strtod(buf, NULL);
}

void report_text(csuccess_str report, const char *path)
{
    char buf[1024];
    csuccess_str value = output_decode(buf, sizeof buf, report_at(report, path));
    output_column(value, (int)value.len, false);
}

/* A number of so many decimals, or "-". */
static void print_number(csuccess_str of, const char *path, int width, int decimals)
{
    double x = report_number(of, path, -1e300);
    if (x <= -1e300) {
        printf(" %*s", width, "-");
    } else {
        printf(" %*.*f", width, decimals, x);
    }
}

/* ---- Rows ---- */

static void print_left_out(csuccess_str report)
{
    static const char *const reasons[][2] = {
        {"unknown_outcome", "with an unknown outcome"},
        {"censored", "censored (the window had not closed)"},
        {"after_notice", "after notice"},
        {"after_outcome", "after the outcome"},
        {"outcome_within_gap", "with the outcome within the gap"}};
    csuccess_str left = report_at(report, "rows.left_out");
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        double n = report_number(left, reasons[i][0], 0);
        if (n > 0) printf("  left out: %.0f %s\n", n, reasons[i][1]);
    }
}

/* Whom an intervention reached, and what that does to the model. */
static void print_treatment(csuccess_str report)
{
    csuccess_str treatment = report_at(report, "treatment");
    if (treatment.len == 0 || treatment.ptr[0] != '{') return;
    printf("  %.0f rows of treated customers, %.0f of the global holdout; learned from ",
           report_number(treatment, "treated", 0), report_number(treatment, "holdout", 0));
    report_text(treatment, "learned_from");
    printf("\n");
}

static void print_rows(csuccess_str report)
{
    double rows = report_number(report, "rows.usable", 0);
    double events = report_number(report, "rows.events", 0);
    printf("%.0f rows, %.0f of them with the outcome (%.1f %%)", rows, events,
           rows > 0 ? 100 * events / rows : 0);
    if (slice_is(report_at(report, "dated"), "true")) {
        printf("; ");
        report_text(report, "period.from");
        printf(" to ");
        report_text(report, "period.to");
        printf(", horizon ");
        report_text(report, "horizon");
        printf(", gap ");
        report_text(report, "gap");
    } else {
        printf("; a cross-section: nothing can be said about lead time");
    }
    printf("\n");
    print_left_out(report);
    print_treatment(report);
}

/* ---- Figures ---- */

static void print_figures(csuccess_str of)
{
    print_number(of, "rows", 6, 0);
    print_number(of, "events", 6, 0);
    print_number(of, "auc.value", 7, 4);
    print_number(of, "pr_auc", 7, 4);
    print_number(of, "log_loss", 8, 4);
    print_number(of, "brier", 7, 4);
    print_number(of, "ece", 7, 4);
    print_number(of, "lift_at_10", 6, 2);
    printf("\n");
}

static void print_spread(csuccess_str mean, const char *name, const char *key)
{
    static const struct {
        const char *name;
        int width;
    } columns[] = {{"auc", 7},   {"pr_auc", 7}, {"log_loss", 8},
                   {"brier", 7}, {"ece", 7},    {"lift_at_10", 6}};
    printf("  %-7s %6s %6s", name, "", "");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        char path[40];
        snprintf(path, sizeof path, "%s.%s", columns[i].name, key);
        print_number(mean, path, columns[i].width, columns[i].width == 6 ? 2 : 4);
    }
    printf("\n");
}

static void print_folds(csuccess_str evaluation)
{
    csuccess_str folds = report_at(evaluation, "folds");
    bool several = folds.len > 0;
    if (!several) folds = report_at(evaluation, "holdout");
    printf("\nFigures, ");
    report_text(evaluation, "measured_on");
    printf(":\n\n  %-7s %6s %6s %7s %7s %8s %7s %7s %6s\n", several ? "fold" : "", "rows",
           "events", "AUC", "PR-AUC", "log loss", "Brier", "ECE", "lift10");
    for (csuccess_str f = slice_first(folds); f.len > 0; f = slice_next(folds, f)) {
        if (several) {
            printf("  %-7.0f", report_number(f, "fold", 0));
        } else {
            printf("  %-7s", "held");
        }
        print_figures(f);
    }
    if (!several) return;
    print_spread(report_at(evaluation, "mean"), "mean", "mean");
    print_spread(report_at(evaluation, "mean"), "+- sd", "sd");
    printf("  %-7s", "pooled");
    print_figures(report_at(evaluation, "pooled"));
}

/* Predicted (|) against observed (#) of each bin. */
static void print_bar(double predicted, double observed)
{
    enum { WIDTH = 50 };
    int p = (int)(predicted * WIDTH + 0.5), o = (int)(observed * WIDTH + 0.5);
    for (int i = 0; i <= WIDTH; i++) {
        putchar(i == p ? '|' : i < o ? '#' : ' ');
    }
}

static void print_calibration(csuccess_str pooled)
{
    csuccess_str bins = report_at(pooled, "calibration");
    printf("\nCalibration (# observed, | predicted):\n\n");
    for (csuccess_str b = slice_first(bins); b.len > 0; b = slice_next(bins, b)) {
        double rows = report_number(b, "rows", 0);
        printf("  %.1f-%.1f %6.0f rows ", report_number(b, "from", 0),
               report_number(b, "to", 0), rows);
        if (rows > 0) {
            double predicted = report_number(b, "predicted", 0);
            double observed = report_number(b, "observed", 0);
            printf("%6.3f %6.3f ", predicted, observed);
            print_bar(predicted, observed);
        }
        printf("\n");
    }
}

static void print_deciles(csuccess_str pooled)
{
    csuccess_str deciles = report_at(pooled, "deciles");
    printf("\n  %-24s %8s %6s %10s\n", "tenth, likeliest first", "left", "lift",
           "found so far");
    int tenth = 1;
    for (csuccess_str d = slice_first(deciles); d.len > 0; d = slice_next(deciles, d)) {
        printf("  %-24d %6.1f %%", tenth++, 100 * report_number(d, "rate", 0));
        print_number(d, "lift", 6, 2);
        printf(" %9.1f %%\n", 100 * report_number(d, "gain", 0));
    }
}

static void print_decision(csuccess_str report)
{
    csuccess_str d = report_at(report, "evaluation.pooled.decision");
    csuccess_str threshold = report_at(report, "threshold");
    printf("\nAct from");
    print_number(threshold, "probability", 1, 3);
    printf(" on (a false alarm costs %g, a missed one %g; by ",
           report_number(threshold, "cost_false_alarm", 0),
           report_number(threshold, "cost_missed", 0));
    report_text(threshold, "chosen_by");
    printf(").\nThen, on the rows held out: accuracy");
    print_number(d, "accuracy", 1, 3);
    printf(", precision");
    print_number(d, "precision", 1, 3);
    printf(", recall");
    print_number(d, "recall", 1, 3);
    printf(", F1");
    print_number(d, "f1", 1, 3);
    printf(", false positive rate");
    print_number(d, "false_positive_rate", 1, 3);
    printf(".\n");
}

static void print_lead(csuccess_str report)
{
    csuccess_str lead = report_at(report, "evaluation.lead_time");
    if (lead.len == 0 || lead.ptr[0] != '{') return;
    printf("Alarms that came true came");
    print_number(lead, "median_days", 1, 0);
    printf(" days (median) before the outcome, at least");
    print_number(lead, "least_days", 1, 0);
    printf(".\n");
}

static void print_importance(csuccess_str report)
{
    enum { MOST = 12 };
    char buf[200];
    csuccess_str list = report_at(report, "importance");
    int n = 0;
    printf("\nWhat moves it most (mean |log-odds|):\n\n");
    for (csuccess_str i = slice_first(list); i.len > 0 && n < MOST; i = slice_next(list, i)) {
        csuccess_str names = slice_member(i, "of");
        printf("  %6.3f  ", report_number(i, "mean_log_odds", 0));
        for (csuccess_str x = slice_first(names); x.len > 0; x = slice_next(names, x)) {
            csuccess_str name = output_decode(buf, sizeof buf, x);
            if (x.ptr != slice_first(names).ptr) printf(" & ");
            output_column(name, (int)name.len, false);
        }
        printf("\n");
        n++;
    }
}

static void print_warnings(csuccess_str report)
{
    char buf[1024];
    csuccess_str list = report_at(report, "warnings");
    for (csuccess_str x = slice_first(list); x.len > 0; x = slice_next(list, x)) {
        csuccess_str text = output_decode(buf, sizeof buf, x);
        printf("%s  ! ", x.ptr == slice_first(list).ptr ? "\n" : "");
        output_column(text, (int)text.len, false);
        printf("\n");
    }
}

static void print_learned(csuccess_str report)
{
    printf("The model \"");
    report_text(report, "model.name");
    printf("\" (");
    report_text(report, "model.kind");
    printf(", ");
    report_text(report, "model.target");
    printf("): ");
}

void report_train(csuccess_str report)
{
    csuccess_str before = report_at(report, "before");
    print_learned(report);
    print_rows(report);
    print_folds(report_at(report, "evaluation"));
    if (before.len > 0) {
        printf("  %-7s", "before");
        print_figures(before);
    }
    print_calibration(report_at(report, "evaluation.pooled"));
    print_deciles(report_at(report, "evaluation.pooled"));
    print_decision(report);
    print_lead(report);
    if (before.len == 0) print_importance(report);
    print_warnings(report);
}

/* ---- In other formats ---- */

/* A cell: numbers, texts; of what is nested nothing. */
static void print_cell(csuccess_str value)
{
    char buf[1024];
    if (value.len == 0 || value.ptr[0] == '{' || value.ptr[0] == '[') return;
    output_cell(output_decode(buf, sizeof buf, value));
}

static bool is_flat(csuccess_str value)
{
    return value.len > 0 && value.ptr[0] != '{' && value.ptr[0] != '[';
}

static void print_csv_field(csuccess_str name, csuccess_str inner, csuccess_str value,
                            bool *first, bool header)
{
    if (!*first) putchar(',');
    *first = false;
    if (header) {
        output_plain(name);
        if (inner.len > 0) putchar('_');
        output_plain(inner);
    } else {
        print_cell(value);
    }
}

static void print_csv_object(csuccess_str name, csuccess_str object, bool *first, bool header)
{
    const char *key;
    size_t len, at = 0;
    csuccess_str value;
    while (slice_each(object, &at, &key, &len, &value)) {
        if (!is_flat(value)) continue;
        print_csv_field(name, (csuccess_str){key, len}, value, first, header);
    }
}

/* A row per item, a column per member; of an object in it a column per member of that. */
static void print_csv_row(csuccess_str item, bool header)
{
    const char *key;
    size_t len, at = 0;
    csuccess_str value;
    bool first = true;
    while (slice_each(item, &at, &key, &len, &value)) {
        csuccess_str name = {key, len};
        if (is_flat(value)) {
            print_csv_field(name, (csuccess_str){"", 0}, value, &first, header);
        } else if (value.ptr[0] == '{') {
            print_csv_object(name, value, &first, header);
        }
    }
    printf("\n");
}

void report_print(csuccess_str report, output_format format, void (*table)(csuccess_str),
                  const char *rows)
{
    if (format == OUTPUT_TABLE) {
        table(report);
    } else if (format == OUTPUT_CSV) {
        csuccess_str list = report_at(report, rows);
        csuccess_str first = slice_first(list);
        if (first.len > 0) print_csv_row(first, true);
        for (csuccess_str x = first; x.len > 0; x = slice_next(list, x))
            print_csv_row(x, false);
    } else {
        output_plain(report);
        putchar('\n');
    }
}
