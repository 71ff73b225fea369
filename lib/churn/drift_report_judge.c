/* SPDX-License-Identifier: Apache-2.0 */
/* What counts of later rows and outcomes come to: verdicts by metric, calibration, what is called for. */
#include "churn/drift_report.h"

#include "base/number.h"
#include "calendar/time.h"
#include "stats/special.h"

/* From this distance on Kolmogorov and Smirnov's test raises a stable metric to warn. */
static const double ks_warn = 0.1;

/* ---- Metrics ---- */

/* At the snapshot's bounds, of values that are there. */
static void compare_distributions(const csuccess__drift_metric *m, csuccess_drift_metric *out)
{
    double then = 0, now = 0, then_below = 0, now_below = 0;
    for (uint32_t i = 0; i <= m->cuts; i++) {
        then += m->then[i];
        now += (double)m->now[i];
    }
    if (!(then > 0 && now > 0)) return;
    for (uint32_t i = 0; i < m->cuts; i++) {
        then_below += m->then[i] / then;
        now_below += (double)m->now[i] / now;
        double apart = fabs(then_below - now_below);
        if (apart > out->ks) out->ks = apart;
    }
    out->ks_p = csuccess__kolmogorov_upper(sqrt(then / (then + now) * now) * out->ks);
    out->present |= CSUCCESS_DRIFT_KS;
}

static void fill_psi(const csuccess__drift *drift, const csuccess__drift_metric *m,
                     csuccess_drift_metric *out)
{
    double now[1002]; /* cuts are at most 1000 */
    for (uint32_t i = 0; i < m->cuts + 2; i++) now[i] = (double)m->now[i];
    csuccess__psi psi = csuccess__psi_of(m->then, now, m->cuts + 2);
    if (psi.value.present) {
        out->psi = psi.value.value;
        out->present |= CSUCCESS_DRIFT_PSI;
    }
    if (psi.p.present) {
        out->psi_p = psi.p.value;
        out->present |= CSUCCESS_DRIFT_PSI_P;
    }
    out->missing_then = m->then[m->cuts + 1] / drift->rows_then;
    if (drift->rows > 0) out->missing_now = now[m->cuts + 1] / (double)drift->rows;
}

/* Of one bin only nothing can be told, and nothing can drift. */
static uint32_t judge_metric(const csuccess__drift *drift, const csuccess_drift_metric *m)
{
    const csuccess_drift_options *o = &drift->options;
    double alpha = o->alpha / drift->metric_count;
    if (drift->rows < o->least) return CSUCCESS_DRIFT_TOO_FEW;
    if (m->present & CSUCCESS_DRIFT_PSI_P && m->psi_p <= alpha) {
        csuccess__drift_verdict v =
            csuccess__drift_verdict_of(m->psi, o->psi_warn, o->psi_drift);
        if (v == CSUCCESS__DRIFT_DRIFT) return CSUCCESS_DRIFT_DRIFT;
        if (v == CSUCCESS__DRIFT_WARN) return CSUCCESS_DRIFT_WARN;
    }
    bool apart = m->present & CSUCCESS_DRIFT_KS && m->ks >= ks_warn && m->ks_p <= alpha;
    return apart ? CSUCCESS_DRIFT_WARN : CSUCCESS_DRIFT_STABLE;
}

csuccess_drift_metric csuccess__drift_metric_of(const csuccess__drift *drift, uint32_t index)
{
    const csuccess__drift_metric *m = &drift->metrics[index];
    csuccess_drift_metric out = CSUCCESS_DRIFT_METRIC_INIT;
    out.name = m->name;
    fill_psi(drift, m, &out);
    if (m->type == CSUCCESS__METRIC_NUMBER) {
        compare_distributions(m, &out);
        if (csuccess__is_finite(m->mean_then) &&
            csuccess__sum_mean(&out.mean_now, &m->numbers)) {
            out.mean_then = m->mean_then;
            out.present |= CSUCCESS_DRIFT_MEAN;
        }
    }
    out.verdict = judge_metric(drift, &out);
    return out;
}

/* ---- Calibration ---- */

typedef struct balance {
    double rows, events, expected, variance;
} balance;

static double mean_of(const csuccess__drift_part *part)
{
    double mean = 0;
    csuccess__sum_mean(&mean, &part->probability);
    return mean < 1e-6 ? 1e-6 : mean > 1 - 1e-6 ? 1 - 1e-6 : mean;
}

/* Over all outcomes, when their log-odds are shifted. */
static balance balance_at(const csuccess__drift *drift, double shift)
{
    balance b = {0, 0, 0, 0};
    for (uint32_t i = 0; i < CSUCCESS__DRIFT_PARTS; i++) {
        const csuccess__drift_part *part = &drift->parts[i];
        if (part->probability.count == 0) continue;
        double n = (double)part->probability.count, p = mean_of(part);
        p = csuccess__sigmoid(csuccess__ln(p / (1 - p)) + shift);
        b.rows += n;
        b.events += (double)part->events;
        b.expected += n * p;
        b.variance += n * p * (1 - p);
    }
    return b;
}

/* Half an event more or fewer at the ends, where no shift would do. */
static double shift_of(const csuccess__drift *drift, const balance *b)
{
    double low = -20, high = 20;
    double wanted = b->events < 0.5             ? 0.5
                    : b->events > b->rows - 0.5 ? b->rows - 0.5
                                                : b->events;
    for (int i = 0; i < 60; i++) { /* until the halves are doubles next to each other */
        double middle = (low + high) / 2;
        if (balance_at(drift, middle).expected < wanted) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

static void judge_calibration(const csuccess__drift *drift, csuccess_drift_verdict *out)
{
    const csuccess_drift_options *o = &drift->options;
    balance b = balance_at(drift, 0);
    out->outcomes = (uint64_t)b.rows;
    out->calibration = CSUCCESS_DRIFT_TOO_FEW;
    if (b.rows < 1 || !(b.variance > 0)) return;
    out->expected = b.expected / b.rows;
    out->observed = b.events / b.rows;
    out->shift = shift_of(drift, &b);
    out->shift_p = 2 * csuccess__normal_cdf(-fabs(b.events - b.expected) / sqrt(b.variance));
    out->present |= CSUCCESS_DRIFT_SHIFT;
    if (out->outcomes < o->least) return;
    csuccess__drift_verdict v =
        csuccess__drift_verdict_of(fabs(out->shift), o->shift_warn, o->shift_drift);
    bool chance = out->shift_p > o->alpha;
    out->calibration = chance || v == CSUCCESS__DRIFT_STABLE ? CSUCCESS_DRIFT_STABLE
                       : v == CSUCCESS__DRIFT_WARN           ? CSUCCESS_DRIFT_WARN
                                                             : CSUCCESS_DRIFT_DRIFT;
}

/* ---- What is called for ---- */

static uint32_t worse_of(uint32_t a, uint32_t b)
{
    if (a == CSUCCESS_DRIFT_TOO_FEW) return b;
    if (b == CSUCCESS_DRIFT_TOO_FEW) return a;
    return a > b ? a : b;
}

static void judge_inputs(const csuccess__drift *drift, csuccess_drift_verdict *out)
{
    out->metrics = drift->metric_count;
    out->inputs = CSUCCESS_DRIFT_TOO_FEW;
    for (uint32_t i = 0; i < drift->metric_count; i++) {
        uint32_t verdict = csuccess__drift_metric_of(drift, i).verdict;
        out->metrics_warn += verdict == CSUCCESS_DRIFT_WARN;
        out->metrics_drift += verdict == CSUCCESS_DRIFT_DRIFT;
        out->inputs = worse_of(out->inputs, verdict);
    }
}

static void judge_time(const csuccess__drift *drift, int64_t now, csuccess_drift_verdict *out)
{
    const csuccess_model *model = drift->model;
    out->lag_days = model->horizon_days;
    if (!model->has_trained_at) return;
    out->trained_at = model->trained_at;
    out->present |= CSUCCESS_DRIFT_TRAINED_AT;
    if (drift->options.retrain_every_ms > 0 &&
        csuccess__add_i64(&out->due_at, model->trained_at, drift->options.retrain_every_ms)) {
        out->present |= CSUCCESS_DRIFT_DUE_AT;
        out->due_by_time = now >= out->due_at;
    }
}

csuccess_drift_verdict csuccess__drift_judge(const csuccess__drift *drift, int64_t now)
{
    csuccess_drift_verdict out = CSUCCESS_DRIFT_VERDICT_INIT;
    out.rows = drift->rows;
    judge_inputs(drift, &out);
    judge_calibration(drift, &out);
    judge_time(drift, now, &out);
    out.verdict = worse_of(out.inputs, out.calibration);
    out.due_by_drift = out.verdict == CSUCCESS_DRIFT_DRIFT;
    out.needs_outcomes = out.calibration == CSUCCESS_DRIFT_TOO_FEW;
    /* A calibration that has begun to move is put right at once: that costs little. */
    bool moved = out.due_by_drift || out.calibration == CSUCCESS_DRIFT_WARN;
    out.advice = out.due_by_time                                   ? CSUCCESS_DRIFT_RETRAIN
                 : !moved                                          ? CSUCCESS_DRIFT_KEEP
                 : out.due_by_drift && drift->options.recalibrated ? CSUCCESS_DRIFT_RETRAIN
                                                                   : CSUCCESS_DRIFT_RECALIBRATE;
    return out;
}
