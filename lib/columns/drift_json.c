/* SPDX-License-Identifier: Apache-2.0 */
/* The report on drift, as JSON. */
#include "columns/drift.h"
#include "columns/report.h"

#include "base/error.h"
#include "base/str.h"

static const char *const verdicts[] = {"stable", "warn", "drift", "too_few"};
static const char *const advices[] = {"keep", "recalibrate", "retrain"};

static void put_figure(csuccess__json_writer *w, const char *key, bool present, double value)
{
    csuccess__report_figure(w, key, (csuccess__figure){value, present});
}

/* ---- Metrics ---- */

static void put_bins(csuccess__json_writer *w, const csuccess__drift *drift,
                     const csuccess__drift_metric *m)
{
    double now = drift->rows > 0 ? (double)drift->rows : 1;
    csuccess__report_key(w, "bins");
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < m->cuts + 2; i++) {
        csuccess__json_open(w, '{');
        if (i == m->cuts + 1) {
            csuccess__report_text(w, "is", "missing");
        } else if (i == m->cuts) {
            csuccess__report_text(w, "is", m->words ? "else" : "above");
        } else if (m->words) {
            csuccess__json_put_str(w, "word", m->words[i]);
        } else {
            csuccess__json_put_num(w, "upto", m->edges[i]);
        }
        csuccess__json_put_num(w, "then", m->then[i] / drift->rows_then);
        csuccess__json_put_num(w, "now", (double)m->now[i] / now);
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, ']');
}

static void put_metric(csuccess__json_writer *w, const csuccess__drift *drift, uint32_t index)
{
    csuccess_drift_metric m = csuccess__drift_metric_of(drift, index);
    csuccess__json_key(w, m.name);
    csuccess__json_open(w, '{');
    csuccess__report_text(w, "verdict", verdicts[m.verdict]);
    put_figure(w, "psi", m.present & CSUCCESS_DRIFT_PSI, m.psi);
    put_figure(w, "psi_p", m.present & CSUCCESS_DRIFT_PSI_P, m.psi_p);
    put_figure(w, "ks", m.present & CSUCCESS_DRIFT_KS, m.ks);
    put_figure(w, "ks_p", m.present & CSUCCESS_DRIFT_KS, m.ks_p);
    csuccess__json_put_num(w, "missing_then", m.missing_then);
    put_figure(w, "missing_now", drift->rows > 0, m.missing_now);
    put_figure(w, "mean_then", m.present & CSUCCESS_DRIFT_MEAN, m.mean_then);
    put_figure(w, "mean_now", m.present & CSUCCESS_DRIFT_MEAN, m.mean_now);
    put_bins(w, drift, &drift->metrics[index]);
    csuccess__json_close(w, '}');
}

static void put_inputs(csuccess__json_writer *w, const csuccess__drift *drift,
                       const csuccess_drift_verdict *v)
{
    csuccess__report_key(w, "inputs");
    csuccess__json_open(w, '{');
    csuccess__report_text(w, "verdict", verdicts[v->inputs]);
    csuccess__json_put_num(w, "warn", v->metrics_warn);
    csuccess__json_put_num(w, "drift", v->metrics_drift);
    csuccess__report_key(w, "metrics");
    csuccess__json_open(w, '{');
    for (uint32_t i = 0; i < drift->metric_count; i++) put_metric(w, drift, i);
    csuccess__json_close(w, '}');
    csuccess__json_close(w, '}');
}

/* ---- Calibration, retraining, reasons ---- */

static void put_calibration(csuccess__json_writer *w, const csuccess_drift_verdict *v)
{
    bool known = v->present & CSUCCESS_DRIFT_SHIFT;
    csuccess__report_key(w, "calibration");
    csuccess__json_open(w, '{');
    csuccess__report_text(w, "verdict", verdicts[v->calibration]);
    csuccess__json_put_num(w, "outcomes", (double)v->outcomes);
    put_figure(w, "expected", known, v->expected);
    put_figure(w, "observed", known, v->observed);
    put_figure(w, "shift", known, v->shift);
    put_figure(w, "shift_p", known, v->shift_p);
    put_figure(w, "lags_days", v->lag_days > 0, v->lag_days);
    csuccess__json_close(w, '}');
}

static void put_time(csuccess__json_writer *w, const char *key, bool present, int64_t ms)
{
    if (present && csuccess__time_valid(ms)) {
        csuccess__json_put_time(w, key, ms);
        return;
    }
    csuccess__report_key(w, key);
    csuccess__json_null(w);
}

static void put_retraining(csuccess__json_writer *w, const csuccess_drift_verdict *v)
{
    csuccess__report_key(w, "retraining");
    csuccess__json_open(w, '{');
    put_time(w, "trained_at", v->present & CSUCCESS_DRIFT_TRAINED_AT, v->trained_at);
    put_time(w, "due_at", v->present & CSUCCESS_DRIFT_DUE_AT, v->due_at);
    csuccess__json_put_bool(w, "due_by_time", v->due_by_time);
    csuccess__json_put_bool(w, "due_by_drift", v->due_by_drift);
    csuccess__json_close(w, '}');
}

static void put_reasons(csuccess__json_writer *w, const csuccess__drift *drift,
                        const csuccess_drift_verdict *v)
{
    csuccess__report_key(w, "because");
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < drift->metric_count; i++) {
        csuccess_drift_metric m = csuccess__drift_metric_of(drift, i);
        if (m.verdict != CSUCCESS_DRIFT_WARN && m.verdict != CSUCCESS_DRIFT_DRIFT) continue;
        csuccess__report_say(w, "%q is distributed otherwise than in training: %s", m.name,
                             verdicts[m.verdict]);
    }
    if (v->calibration == CSUCCESS_DRIFT_WARN || v->calibration == CSUCCESS_DRIFT_DRIFT) {
        csuccess__report_say(w, "%s customers churned than were expected: %s",
                             v->shift > 0 ? "more" : "fewer", verdicts[v->calibration]);
    }
    if (v->needs_outcomes) {
        csuccess__report_say(w,
                             "calibration lags by the horizon: %l matured outcomes are too "
                             "few to say whether the predictions still hold",
                             (int64_t)v->outcomes);
    }
    if (v->due_by_time) csuccess__report_say(w, "the model is older than it may become");
    csuccess__json_close(w, ']');
}

static void write_report(csuccess__buffer *out, const csuccess_drift *drift, int64_t now)
{
    const csuccess__drift *core = &drift->core;
    csuccess_drift_verdict v = csuccess__drift_judge(core, now);
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, out);
    csuccess__json_open(&w, '{');
    csuccess__report_key(&w, "model");
    csuccess__json_open(&w, '{');
    csuccess__json_put_str(&w, "name", core->model->name);
    csuccess__json_put_str(&w, "digest", core->model->digest);
    csuccess__json_close(&w, '}');
    csuccess__json_put_time(&w, "at", now);
    csuccess__json_put_num(&w, "rows", (double)v.rows);
    csuccess__report_text(&w, "verdict", verdicts[v.verdict]);
    csuccess__report_text(&w, "advice", advices[v.advice]);
    put_reasons(&w, core, &v);
    put_inputs(&w, core, &v);
    put_calibration(&w, &v);
    put_retraining(&w, &v);
    csuccess__json_close(&w, '}');
}

csuccess_result csuccess_drift_json(csuccess_text **out, const csuccess_drift *drift,
                                    int64_t now_ms, csuccess_error *err)
{
    if (out) *out = NULL;
    if (!out || !drift) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out and drift are required");
    }
    if (!csuccess__time_valid(now_ms)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "now_ms is not in the years 1 to 9999");
    }
    csuccess__buffer buffer;
    csuccess__buffer_init(&buffer, &drift->mem, drift->scorer->config->limits.output_bytes);
    write_report(&buffer, drift, now_ms);
    csuccess_result result = buffer.status;
    if (result >= 0) {
        result = csuccess__text_make(out, &drift->mem, csuccess__buffer_view(&buffer));
    }
    csuccess__buffer_free(&buffer);
    return result < 0 ? csuccess__fail(err, result, "%s", csuccess_result_text(result))
                      : CSUCCESS_OK;
}
