/* SPDX-License-Identifier: Apache-2.0 */
/* Figures as JSON. */
#include "columns/report.h"

#include "base/error.h"
#include "base/str.h"

void csuccess__report_key(csuccess__json_writer *w, const char *key)
{
    csuccess__json_key(w, csuccess__str(key));
}

void csuccess__report_text(csuccess__json_writer *w, const char *key, const char *text)
{
    csuccess__json_put_str(w, key, csuccess__str(text));
}

void csuccess__report_figure(csuccess__json_writer *w, const char *key, csuccess__figure figure)
{
    csuccess__report_key(w, key);
    if (figure.present) {
        csuccess__json_num(w, figure.value);
    } else {
        csuccess__json_null(w);
    }
}

void csuccess__report_duration(csuccess__json_writer *w, const char *key,
                               csuccess__duration duration)
{
    char text[CSUCCESS__DURATION_TEXT];
    csuccess_str view = {text, csuccess__duration_format(text, duration)};
    csuccess__json_put_str(w, key, view);
}

void csuccess__report_auc(csuccess__json_writer *w, const csuccess__auc *auc)
{
    csuccess__report_key(w, "auc");
    csuccess__json_open(w, '{');
    csuccess__report_figure(w, "value", auc->value);
    csuccess__report_figure(w, "sd", auc->deviation);
    csuccess__report_figure(w, "low", auc->low);
    csuccess__report_figure(w, "high", auc->high);
    csuccess__json_close(w, '}');
}

void csuccess__report_deciles(csuccess__json_writer *w, const csuccess__gain *deciles)
{
    csuccess__report_key(w, "deciles");
    csuccess__json_open(w, '[');
    for (int i = 0; i < 10; i++) {
        const csuccess__gain *d = &deciles[i];
        csuccess__json_open(w, '{');
        csuccess__json_put_num(w, "to", d->to);
        csuccess__json_put_num(w, "least_score", d->score);
        csuccess__json_put_num(w, "rate", d->rate);
        csuccess__report_figure(w, "lift", d->lift);
        csuccess__report_figure(w, "top_lift", d->top_lift);
        csuccess__report_figure(w, "gain", d->gain);
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, ']');
}

static void write_bins(csuccess__json_writer *w, const csuccess__calibration_bin *bins)
{
    csuccess__report_key(w, "calibration");
    csuccess__json_open(w, '[');
    for (int i = 0; i < CSUCCESS__CALIBRATION_BINS; i++) {
        const csuccess__calibration_bin *b = &bins[i];
        const csuccess__figure predicted = {b->predicted, b->rows > 0};
        const csuccess__figure observed = {b->observed, b->rows > 0};
        csuccess__json_open(w, '{');
        csuccess__json_put_num(w, "from", b->low);
        csuccess__json_put_num(w, "to", b->high);
        csuccess__json_put_num(w, "rows", b->rows);
        csuccess__report_figure(w, "predicted", predicted);
        csuccess__report_figure(w, "observed", observed);
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, ']');
}

static void write_probability(csuccess__json_writer *w, const csuccess__figures *f)
{
    csuccess__report_figure(w, "log_loss", f->log_loss);
    csuccess__report_figure(w, "brier", f->brier);
    csuccess__report_key(w, "brier_parts");
    csuccess__json_open(w, '{');
    csuccess__report_figure(w, "reliability", f->calibration.reliability);
    csuccess__report_figure(w, "resolution", f->calibration.resolution);
    csuccess__report_figure(w, "uncertainty", f->calibration.uncertainty);
    csuccess__report_figure(w, "within", f->calibration.within);
    csuccess__json_close(w, '}');
    csuccess__report_figure(w, "ece", f->calibration.ece);
    csuccess__report_figure(w, "mce", f->calibration.mce);
    csuccess__report_figure(w, "mean_probability", f->mean_score);
}

void csuccess__report_figures(csuccess__json_writer *w, const csuccess__figures *figures,
                              bool probability, bool tables)
{
    csuccess__json_put_num(w, "rows", figures->rows);
    csuccess__json_put_num(w, "events", figures->events);
    csuccess__report_figure(w, "base_rate", figures->base_rate);
    csuccess__report_auc(w, &figures->auc);
    csuccess__report_figure(w, "pr_auc", figures->pr_auc);
    csuccess__report_figure(w, "lift_at_10", figures->deciles[0].top_lift);
    if (probability) {
        write_probability(w, figures);
    }
    if (tables) {
        csuccess__report_deciles(w, figures->deciles);
    }
    if (tables && probability) {
        write_bins(w, figures->bins);
    }
}

void csuccess__report_decision(csuccess__json_writer *w, const char *key,
                               csuccess__figure threshold, const csuccess__confusion *confusion)
{
    csuccess__decision d = csuccess__decision_of(*confusion);
    csuccess__report_key(w, key);
    csuccess__json_open(w, '{');
    csuccess__report_figure(w, "threshold", threshold);
    csuccess__json_put_num(w, "true_yes", confusion->true_yes);
    csuccess__json_put_num(w, "false_yes", confusion->false_yes);
    csuccess__json_put_num(w, "true_no", confusion->true_no);
    csuccess__json_put_num(w, "false_no", confusion->false_no);
    csuccess__report_figure(w, "accuracy", d.accuracy);
    csuccess__report_figure(w, "precision", d.precision);
    csuccess__report_figure(w, "recall", d.recall);
    csuccess__report_figure(w, "f1", d.f1);
    csuccess__report_figure(w, "false_positive_rate", d.fpr);
    csuccess__json_close(w, '}');
}

void csuccess__report_say(csuccess__json_writer *w, const char *format, ...)
{
    char sentence[600];
    csuccess__text text;
    va_list args;
    csuccess__text_init(&text, sentence, sizeof sentence);
    va_start(args, format);
    csuccess__text_vformat(&text, format, args);
    va_end(args);
    csuccess__json_str(w, (csuccess_str){text.ptr, text.len});
}
