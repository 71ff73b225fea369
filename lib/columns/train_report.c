/* SPDX-License-Identifier: Apache-2.0 */
/* Writing what a training came to. */
#include "columns/train_report.h"

#include "columns/report.h"

const char *csuccess__trainer_name(uint32_t trainer)
{
    static const char *const names[] = {"additive", "logistic", "hazard"};
    return names[trainer];
}

const char *csuccess__target_name(uint32_t target)
{
    return target == CSUCCESS_TARGET_EXPANSION ? "expansion" : "churn";
}

const char *csuccess__calibration_name(csuccess__calibration_form form)
{
    static const char *const names[] = {"none", "platt", "isotonic"};
    return names[form];
}

/* ---- Rows ---- */

static void write_period(csuccess__json_writer *w, const csuccess__examples *examples)
{
    int64_t from = CSUCCESS__TIME_MAX, to = CSUCCESS__TIME_MIN;
    for (uint32_t i = 0; i < examples->count; i++) {
        int64_t at = examples->samples->rows[examples->rows[i]].given.as_of;
        from = at < from ? at : from;
        to = at > to ? at : to;
    }
    csuccess__report_key(w, "period");
    if (!examples->samples->dated || !examples->count) {
        csuccess__json_null(w);
        return;
    }
    csuccess__json_open(w, '{');
    csuccess__json_put_time(w, "from", from);
    csuccess__json_put_time(w, "to", to);
    csuccess__json_put_time(w, "observed_until", csuccess__samples_observed(examples->samples));
    csuccess__json_close(w, '}');
}

void csuccess__report_rows(csuccess__json_writer *w, const csuccess__examples *examples,
                           const csuccess__labelling *how)
{
    const csuccess__counts *c = &examples->counts;
    csuccess__report_key(w, "rows");
    csuccess__json_open(w, '{');
    csuccess__json_put_num(w, "given", examples->samples->count);
    csuccess__json_put_num(w, "usable", examples->count);
    csuccess__json_put_num(w, "events", examples->events);
    csuccess__report_key(w, "left_out");
    csuccess__json_open(w, '{');
    csuccess__json_put_num(w, "unknown_outcome", (double)c->unknown);
    csuccess__json_put_num(w, "censored",
                           (double)(c->by_label[CSUCCESS__LABEL_CENSORED] + c->open));
    csuccess__json_put_num(w, "after_notice", (double)c->by_label[CSUCCESS__LABEL_NOTICE]);
    csuccess__json_put_num(w, "after_outcome", (double)c->by_label[CSUCCESS__LABEL_GONE]);
    csuccess__json_put_num(w, "outcome_within_gap",
                           (double)c->by_label[CSUCCESS__LABEL_IN_GAP]);
    csuccess__json_close(w, '}');
    csuccess__json_close(w, '}');
    csuccess__json_put_bool(w, "dated", examples->samples->dated);
    write_period(w, examples);
    csuccess__report_duration(w, "horizon", how->horizon);
    csuccess__report_duration(w, "gap", how->gap);
}

/* ---- Evaluation ---- */

static void write_measured_on(csuccess__json_writer *w, const csuccess__training *t)
{
    csuccess__report_key(w, "measured_on");
    if (t->split.holdout) {
        csuccess__report_say(w, "held out: %s", t->split.what);
    } else {
        csuccess__report_say(
            w, "held out: %u %s, each measured by a model learned from the others",
            t->split.parts, t->split.what);
    }
}

#define OVER(X) \
    X(auc, f->auc.value) \
    X(pr_auc, f->pr_auc) \
    X(log_loss, f->log_loss) \
    X(brier, f->brier) \
    X(ece, f->calibration.ece) \
    X(lift_at_10, f->deciles[0].top_lift)

#define OF(name, field) \
    static csuccess__figure name##_of(const csuccess__figures *f) \
    { \
        return field; \
    }
OVER(OF)
#undef OF

static const struct {
    const char *name;
    csuccess__figure_of of;
} over[] = {
#define OF(name, field) {#name, name##_of},
    OVER(OF)
#undef OF
};

static void write_means(csuccess__json_writer *w, const csuccess__training *t,
                        const csuccess__evaluation *e)
{
    csuccess__report_key(w, "mean");
    csuccess__json_open(w, '{');
    for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
        csuccess__spread_of s = csuccess__over_parts(e->parts, t->split.parts, over[i].of);
        csuccess__report_key(w, over[i].name);
        csuccess__json_open(w, '{');
        csuccess__report_figure(w, "mean", s.mean);
        csuccess__report_figure(w, "sd", s.sd);
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, '}');
}

static csuccess__figure part_threshold(const csuccess__training *t, uint32_t part)
{
    double x = t->thresholds[part];
    return x == x ? (csuccess__figure){x, true} : (csuccess__figure){0, false};
}

static uint32_t learned_from(const csuccess__training *t, uint32_t part)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->learn.count; i++) {
        n += t->learn_split.part[i] != part && t->learn_split.part[i] != CSUCCESS__SPLIT_UNUSED;
    }
    return n;
}

static void write_parts(csuccess__json_writer *w, const csuccess__training *t,
                        const csuccess__evaluation *e)
{
    csuccess__report_key(w, t->split.holdout ? "holdout" : "folds");
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < t->split.parts; i++) {
        csuccess__json_open(w, '{');
        csuccess__json_put_num(w, "fold", t->split.names[i]);
        csuccess__json_put_num(w, "learned_from", learned_from(t, i));
        csuccess__report_figures(w, &e->parts[i], true, false);
        csuccess__report_decision(w, "decision", part_threshold(t, i), &e->decisions[i]);
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, ']');
}

static void write_lead(csuccess__json_writer *w, const csuccess__training *t,
                       const csuccess__evaluation *e)
{
    csuccess__report_key(w, "lead_time");
    if (!t->samples->dated) {
        csuccess__json_str(w, CSUCCESS_STR("unknown: the rows carry no dates (a "
                                           "cross-section), so they say who had left, not "
                                           "how long before it could be told"));
        return;
    }
    csuccess__json_open(w, '{');
    csuccess__json_put_num(w, "alarms_that_came_true", e->lead.alarms);
    csuccess__report_figure(w, "mean_days",
                            (csuccess__figure){e->lead.mean, e->lead.alarms > 0});
    csuccess__report_figure(w, "median_days",
                            (csuccess__figure){e->lead.median, e->lead.alarms > 0});
    csuccess__report_figure(w, "least_days",
                            (csuccess__figure){e->lead.least, e->lead.alarms > 0});
    csuccess__json_close(w, '}');
}

static void write_evaluation(csuccess__json_writer *w, const csuccess__training *t,
                             const csuccess__evaluation *e)
{
    csuccess__figure half = {0.5, true}, none = {0, false};
    csuccess__report_key(w, "evaluation");
    csuccess__json_open(w, '{');
    csuccess__report_text(w, "how", t->split.what);
    write_measured_on(w, t);
    if (t->split.since) {
        csuccess__json_put_time(w, "since", t->split.since);
    }
    csuccess__json_put_num(w, "rows", e->rows);
    csuccess__json_put_num(w, "events", e->events);
    write_parts(w, t, e);
    write_means(w, t, e);
    csuccess__report_key(w, "pooled");
    csuccess__json_open(w, '{');
    csuccess__report_figures(w, &e->pooled, true, true);
    csuccess__report_decision(w, "decision", t->split.parts == 1 ? part_threshold(t, 0) : none,
                              &e->decision);
    csuccess__report_decision(w, "at_one_half", half, &e->half);
    csuccess__json_close(w, '}');
    write_lead(w, t, e);
    csuccess__json_close(w, '}');
}

/* What the parent gave as it was. */
static void write_before(csuccess__json_writer *w, const csuccess__training *t)
{
    if (t->before) {
        csuccess__report_key(w, "before");
        csuccess__json_open(w, '{');
        csuccess__report_text(w, "measured_on", "the same rows, by the parent as it was");
        csuccess__report_figures(w, t->before, true, true);
        csuccess__json_close(w, '}');
    }
}

/* ---- What was learned ---- */

static void write_threshold(csuccess__json_writer *w, const csuccess__training *t)
{
    const csuccess_train_options *o = &t->options;
    bool by_costs = !o->capacity && o->calibration != CSUCCESS_CALIBRATE_NONE;
    csuccess__report_key(w, "threshold");
    csuccess__json_open(w, '{');
    csuccess__report_figure(w, "probability", t->final.threshold);
    csuccess__json_put_num(w, "cost_false_alarm", o->cost_false_alarm);
    csuccess__json_put_num(w, "cost_missed", o->cost_missed);
    csuccess__report_figure(w, "capacity",
                            (csuccess__figure){(double)o->capacity, o->capacity > 0});
    csuccess__report_text(w, "chosen_by",
                          by_costs ? "the costs alone, as probabilities are calibrated"
                                   : "least cost on rows that the model had not seen");
    csuccess__json_close(w, '}');
}

static void write_importance(csuccess__json_writer *w, const csuccess__training *t)
{
    const csuccess__learned *m = &t->final.model;
    csuccess__report_key(w, "importance");
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; t->by_importance && i < m->term_count; i++) {
        const csuccess__term *term = &m->terms[t->by_importance[i]];
        csuccess__json_open(w, '{');
        csuccess__report_key(w, "of");
        csuccess__json_open(w, '[');
        csuccess__json_str(w, t->data.features[term->axes[0].feature].name);
        if (term->form == CSUCCESS__TERM_GRID) {
            csuccess__json_str(w, t->data.features[term->axes[1].feature].name);
        }
        csuccess__json_close(w, ']');
        csuccess__json_put_num(w, "mean_log_odds", term->importance);
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, ']');
}

/* Of a regression: how sure each coefficient is. */
static void write_coefficients(csuccess__json_writer *w, const csuccess__training *t)
{
    if (t->final.fit.coefficient_count > 0) {
        csuccess__json_put_num(w, "penalty", t->final.fit.penalty);
        csuccess__report_key(w, "coefficients");
        csuccess__logistic_write(w, &t->final.fit, &t->data);
    }
}

static void write_metrics(csuccess__json_writer *w, const csuccess__training *t)
{
    const csuccess_samples *s = t->samples;
    csuccess__report_key(w, "metrics");
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < t->data.feature_count; i++) {
        csuccess__json_str(w, t->data.features[i].name);
    }
    csuccess__json_close(w, ']');
    csuccess__report_key(w, "metrics_left_out");
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < s->left_out_count; i++) {
        csuccess__json_open(w, '{');
        csuccess__json_put_str(w, "metric", s->left_out[i].name);
        csuccess__report_text(w, "why", csuccess__sample_reason_text(s->left_out[i].why));
        csuccess__json_close(w, '}');
    }
    for (uint32_t i = 0; i < s->metric_count; i++) {
        if (!t->used[i]) {
            csuccess__json_open(w, '{');
            csuccess__json_put_str(w, "metric", s->metrics[i].name);
            csuccess__report_text(w, "why", "it is a name of the row (an identifier)");
            csuccess__json_close(w, '}');
        }
    }
    csuccess__json_close(w, ']');
}

static void write_treatment(csuccess__json_writer *w, const csuccess__training *t)
{
    const csuccess__treatment *x = &t->treatment;
    csuccess__report_key(w, "treatment");
    if (!x->treated && !x->holdout) {
        csuccess__json_null(w);
        return;
    }
    csuccess__json_open(w, '{');
    csuccess__json_put_num(w, "treated", (double)x->treated);
    csuccess__json_put_num(w, "holdout", (double)x->holdout);
    csuccess__json_put_num(w, "holdout_events", (double)x->holdout_events);
    csuccess__report_text(w, "learned_from",
                          x->on_holdout
                              ? "the global holdout alone, nobody of which was treated"
                              : "all rows, treated customers among them");
    csuccess__json_close(w, '}');
}

static void write_options(csuccess__json_writer *w, const csuccess__training *t)
{
    const csuccess_train_options *o = &t->options;
    csuccess__report_key(w, "options");
    csuccess__json_open(w, '{');
    csuccess__report_text(w, "trainer", csuccess__trainer_name(o->trainer));
    csuccess__json_put_num(w, "folds", o->folds);
    csuccess__json_put_num(w, "holdout", o->holdout);
    csuccess__json_put_num(w, "min_rows", o->min_rows);
    csuccess__json_put_num(w, "min_events", o->min_events);
    if (o->parameters.len) {
        csuccess__json_put_str(w, "parameters", o->parameters);
    }
    csuccess__json_close(w, '}');
}

/* ---- Warnings ---- */

static void write_finding(csuccess__json_writer *w, const csuccess__training *t,
                          const csuccess__finding *f)
{
    csuccess_str name = t->samples->metrics[f->feature].name;
    uint32_t percent = (uint32_t)(f->figure * 100 + 0.5);
    uint32_t tenths = (uint32_t)(f->figure * 1000);
    switch (f->kind) {
    case CSUCCESS__FINDING_CONSTANT:
        csuccess__report_say(w, "%q is constant: it tells nothing", name);
        return;
    case CSUCCESS__FINDING_MISSING:
        csuccess__report_say(w, "%q is missing in %u %% of the rows", name, percent);
        return;
    case CSUCCESS__FINDING_DUPLICATE:
        csuccess__report_say(w, "%q says the same as %q", name,
                             t->samples->metrics[f->other].name);
        return;
    case CSUCCESS__FINDING_LEAK:
        csuccess__report_say(w,
                             "%q tells the outcome by itself (it ranks %u.%u %% of pairs of "
                             "rows held out rightly): is it known only "
                             "after the outcome? Then mark it as outcome, or exclude it",
                             name, tenths / 10, tenths % 10);
        return;
    case CSUCCESS__FINDING_LEAK_VALUE:
        csuccess__report_say(w,
                             "one value of %q (%q) stands for %u %% of the events and for "
                             "hardly anybody else: is it known only after the outcome?",
                             name, f->word, percent);
        return;
    default:
        csuccess__report_say(w, "%q looks like a name of the row%s", name,
                             t->used[f->feature] ? "" : "; it was left out");
    }
}

static void write_warnings(csuccess__json_writer *w, const csuccess__training *t)
{
    csuccess__report_key(w, "warnings");
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < t->survey.count; i++) {
        write_finding(w, t, &t->survey.findings[i]);
    }
    if (t->treatment.treated && !t->treatment.on_holdout) {
        csuccess__report_say(
            w,
            "%l rows are of treated customers, and the global holdout is too small to learn "
            "from: "
            "the model knows who stays after treatment, and makes light of whom treatment kept",
            (int64_t)t->treatment.treated);
    }
    if (t->samples->dated && t->split.holdout && !t->split.since) {
        csuccess__report_say(
            w, "the rows are too few, or of one time, to measure on a later period: "
               "figures are of other customers of the same period");
    }
    if (t->options.calibration == CSUCCESS_CALIBRATE_NONE) {
        csuccess__report_say(
            w, "the model is not calibrated, as was asked: it ranks, and its numbers "
               "are not to be taken at their word");
    }
    csuccess__json_close(w, ']');
}

/* ---- Whole ---- */

static void write_learned(csuccess__json_writer *w, const csuccess__training *t)
{
    csuccess__report_key(w, "learned_from");
    csuccess__json_open(w, '{');
    csuccess__json_put_num(w, "rows", t->learn.count);
    csuccess__json_put_num(w, "events", t->learn.events);
    csuccess__report_text(w, "what",
                          t->options.trainer == CSUCCESS_TRAINER_HAZARD
                              ? "person-periods of all usable and censored rows"
                              : "all usable rows");
    csuccess__json_close(w, '}');
    csuccess__report_text(w, "calibration",
                          csuccess__calibration_name(t->final.calibration.form));
    csuccess__json_put_num(w, "calibrated_on", t->final.held);
}

void csuccess__training_summary(csuccess__buffer *out, const csuccess__training *t,
                                const csuccess__evaluation *e)
{
    csuccess__json_writer w;
    int64_t at = t->samples->dated ? csuccess__samples_observed(t->samples) : t->samples->now;
    csuccess__json_writer_init(&w, out);
    csuccess__json_open(&w, '{');
    if (at != 0) { /* a host that did not say when: nobody knows when to train again */
        csuccess__json_put_time(&w, "at", at);
    }
    csuccess__report_text(&w, "trainer", csuccess__trainer_name(t->options.trainer));
    csuccess__json_put_num(&w, "seed", (double)t->options.seed);
    csuccess__report_rows(&w, &t->examples, &t->labelling);
    write_learned(&w, t);
    write_treatment(&w, t);
    csuccess__report_key(&w, "figures");
    csuccess__json_open(&w, '{');
    write_measured_on(&w, t);
    write_means(&w, t, e);
    csuccess__report_key(&w, "pooled");
    csuccess__json_open(&w, '{');
    csuccess__report_figures(&w, &e->pooled, true, false);
    csuccess__json_close(&w, '}');
    write_lead(&w, t, e);
    csuccess__json_close(&w, '}');
    write_threshold(&w, t);
    write_importance(&w, t);
    write_coefficients(&w, t);
    write_options(&w, t);
    csuccess__json_close(&w, '}');
}

void csuccess__training_report(csuccess__buffer *out, const csuccess__training *t,
                               const csuccess__evaluation *e, csuccess_str digest)
{
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, out);
    csuccess__json_open(&w, '{');
    csuccess__report_text(&w, "report", t->before ? "recalibrate" : "train");
    csuccess__report_key(&w, "model");
    csuccess__json_open(&w, '{');
    csuccess__json_put_str(&w, "name", t->options.name);
    csuccess__report_text(&w, "kind", csuccess__trainer_name(t->options.trainer));
    csuccess__report_text(&w, "target", csuccess__target_name(t->options.target));
    csuccess__json_put_str(&w, "digest", digest);
    csuccess__json_close(&w, '}');
    csuccess__json_put_num(&w, "seed", (double)t->options.seed);
    csuccess__report_rows(&w, &t->examples, &t->labelling);
    write_learned(&w, t);
    write_treatment(&w, t);
    write_metrics(&w, t);
    write_evaluation(&w, t, e);
    write_before(&w, t);
    write_threshold(&w, t);
    write_importance(&w, t);
    write_coefficients(&w, t);
    write_warnings(&w, t);
    write_options(&w, t);
    csuccess__json_close(&w, '}');
}
