/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a snapshot, and counting later rows and outcomes against it. */
#include "churn/drift_report.h"

#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "churn/internal.h"

/* A snapshot of fewer bins is what training writes; more are nobody's. */
enum { MOST_CUTS = 1000 };

/* ---- Reading ---- */

static csuccess_result refuse(csuccess_error *err, const csuccess__json *at, const char *what)
{
    csuccess__fail(err, CSUCCESS_EMODEL, "the snapshot: expected %s", what);
    csuccess__json_place(err, at);
    return CSUCCESS_EMODEL;
}

/* A share of rows. */
static bool is_share(const csuccess__json *node)
{
    return node && node->type == CSUCCESS__JSON_NUMBER && node->number >= 0 &&
           node->number <= 1;
}

static csuccess_result take_bins(csuccess__drift *drift, csuccess__drift_metric *m,
                                 csuccess_error *err)
{
    const csuccess__json *missing = csuccess__json_member(m->at, "missing");
    if (!is_share(missing)) {
        return refuse(err, m->at, "\"missing\": a share of 0 to 1");
    }
    m->then = CSUCCESS__NEW_ARRAY(&drift->arena, double, (size_t)m->cuts + 2);
    m->now = CSUCCESS__NEW_ARRAY(&drift->arena, uint64_t, (size_t)m->cuts + 2);
    if (!m->then || !m->now) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    m->then[m->cuts + 1] = missing->number * drift->rows_then;
    return CSUCCESS_OK;
}

static csuccess_result read_edges(csuccess__drift *drift, csuccess__drift_metric *m,
                                  const csuccess__json *list, csuccess_error *err)
{
    double *edges = CSUCCESS__NEW_ARRAY(&drift->arena, double, m->cuts);
    if (!edges) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    uint32_t i = 0;
    for (const csuccess__json *e = list->first; e; e = e->next, i++) {
        bool rises = e->type == CSUCCESS__JSON_NUMBER && (i == 0 || e->number > edges[i - 1]);
        if (!rises) return refuse(err, e, "numbers that rise");
        edges[i] = e->number;
    }
    m->edges = edges;
    return CSUCCESS_OK;
}

static bool is_list(const csuccess__json *node)
{
    return node && node->type == CSUCCESS__JSON_ARRAY && node->count <= MOST_CUTS + 1;
}

static csuccess_result read_numbers(csuccess__drift *drift, csuccess__drift_metric *m,
                                    csuccess_error *err)
{
    const csuccess__json *edges = csuccess__json_member(m->at, "edges");
    const csuccess__json *share = csuccess__json_member(m->at, "share");
    const csuccess__json *mean = csuccess__json_member(m->at, "mean");
    if (!is_list(edges) || !is_list(share) || share->count != edges->count + 1) {
        return refuse(err, m->at, "\"edges\" and one more \"share\", of at most 1000 numbers");
    }
    m->cuts = edges->count;
    m->mean_then = mean && mean->type == CSUCCESS__JSON_NUMBER ? mean->number : (double)NAN;
    csuccess_result result = read_edges(drift, m, edges, err);
    if (result >= 0) result = take_bins(drift, m, err);
    uint32_t i = 0;
    for (const csuccess__json *s = share->first; s && result >= 0; s = s->next, i++) {
        if (!is_share(s)) return refuse(err, s, "a share of 0 to 1");
        m->then[i] = s->number * drift->rows_then;
    }
    return result;
}

static csuccess_result read_words(csuccess__drift *drift, csuccess__drift_metric *m,
                                  csuccess_error *err)
{
    const csuccess__json *words = csuccess__json_member(m->at, "words");
    const csuccess__json *rest = csuccess__json_member(m->at, "else");
    if (!words || words->type != CSUCCESS__JSON_OBJECT || words->count > MOST_CUTS ||
        !is_share(rest)) {
        return refuse(err, m->at, "\"words\" with their shares, at most 1000, and \"else\"");
    }
    m->cuts = words->count;
    csuccess_result result = take_bins(drift, m, err);
    csuccess_str *list = CSUCCESS__NEW_ARRAY(&drift->arena, csuccess_str, m->cuts);
    if (result < 0 || !list) return result < 0 ? result : CSUCCESS_ENOMEM;
    uint32_t i = 0;
    for (const csuccess__json *s = words->first; s; s = s->next, i++) {
        if (!is_share(s)) return refuse(err, s, "a share of 0 to 1");
        list[i] = s->key;
        m->then[i] = s->number * drift->rows_then;
    }
    m->then[m->cuts] = rest->number * drift->rows_then;
    m->words = list;
    return CSUCCESS_OK;
}

static const csuccess__model_metric *find(const csuccess_model *model, csuccess_str name)
{
    for (uint32_t i = 0; i < model->metric_count; i++) {
        if (csuccess__str_eq(model->metrics[i].name, name)) return &model->metrics[i];
    }
    return NULL;
}

static csuccess_result read_metric(csuccess__drift *drift, const csuccess__json *node,
                                   csuccess_error *err)
{
    csuccess__drift_metric *m = &drift->metrics[drift->metric_count];
    const csuccess__model_metric *metric = find(drift->model, node->key);
    if (!metric || node->type != CSUCCESS__JSON_OBJECT) {
        return refuse(err, node, "an object, of a name that stands under \"metrics\"");
    }
    m->name = metric->name;
    m->at = node;
    m->type = metric->type;
    csuccess__sum_start(&m->numbers);
    csuccess_result result = m->type == CSUCCESS__METRIC_NUMBER ? read_numbers(drift, m, err)
                                                                : read_words(drift, m, err);
    drift->metric_count += result >= 0;
    return result;
}

/* The metrics of a snapshot that says of how many rows it is; else NULL. */
static const csuccess__json *metrics_of(const csuccess__json *snapshot, double *rows_then)
{
    const csuccess__json *rows = csuccess__json_member(snapshot, "rows");
    const csuccess__json *of = csuccess__json_member(snapshot, "of");
    if (!rows || rows->type != CSUCCESS__JSON_NUMBER || !of) return NULL;
    *rows_then = rows->number;
    bool counted = rows->number >= 1 && rows->number <= 1e15;
    return counted && of->type == CSUCCESS__JSON_OBJECT ? of : NULL;
}

csuccess_result csuccess__drift_open(csuccess__drift *out, const csuccess_model *model,
                                     csuccess_error *err)
{
    if (!model->snapshot || model->snapshot->count == 0) {
        return csuccess__fail(
            err, CSUCCESS_EDATA,
            "the model %q has no snapshot of the rows that it was trained on, "
            "which drift is measured against",
            model->name);
    }
    const csuccess__json *of = metrics_of(model->snapshot, &out->rows_then);
    if (!of) {
        return refuse(err, model->snapshot,
                      "\"rows\", at least 1, and \"of\", an object of metrics");
    }
    out->model = model;
    out->metrics = CSUCCESS__NEW_ARRAY(&out->arena, csuccess__drift_metric, of->count);
    out->parts = CSUCCESS__NEW_ARRAY(&out->arena, csuccess__drift_part, CSUCCESS__DRIFT_PARTS);
    if (!out->metrics || !out->parts) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    csuccess_result result = CSUCCESS_OK;
    for (const csuccess__json *m = of->first; m && result >= 0; m = m->next) {
        result = read_metric(out, m, err);
    }
    return result;
}

csuccess_result csuccess__drift_options_take(csuccess_drift_options *out,
                                             const csuccess_drift_options *in,
                                             csuccess_error *err)
{
    *out = (csuccess_drift_options)CSUCCESS_DRIFT_OPTIONS_INIT;
    if (in) {
        csuccess_result result = csuccess__struct_take(out, sizeof *out, sizeof(size_t), in,
                                                       "csuccess_drift_options", err);
        if (result < 0) return result;
    }
    static const double usual[] = {0.1, 0.25, 0.2, 0.5, 0.01};
    double *const limits[] = {&out->psi_warn, &out->psi_drift, &out->shift_warn,
                              &out->shift_drift, &out->alpha};
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        if (!(*limits[i] >= 0 && *limits[i] <= 100)) {
            return csuccess__fail(err, CSUCCESS_ERANGE,
                                  "limits of drift are 0 (the default) to 100");
        }
        if (!(*limits[i] > 0)) *limits[i] = usual[i];
    }
    if (out->retrain_every_ms < 0) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "retrain_every_ms is 0 or more");
    }
    if (out->least == 0) out->least = 100;
    out->allocator = NULL;
    return CSUCCESS_OK;
}

void csuccess__drift_retrain(csuccess__drift *drift, const csuccess__churn *churn)
{
    const csuccess_model *model = drift->model;
    int64_t due;
    if (drift->options.retrain_every_ms > 0 || !churn || !churn->has_retrain_every ||
        !model->has_trained_at) {
        return;
    }
    if (csuccess__time_add(&due, model->trained_at, churn->retrain_every)) {
        drift->options.retrain_every_ms = due - model->trained_at;
    }
}

/* ---- Counting ---- */

void csuccess__drift_number(csuccess__drift_metric *metric, double x)
{
    uint32_t from = 0, to = metric->cuts;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (x <= metric->edges[middle]) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    metric->now[from]++;
    csuccess__sum_add(&metric->numbers,
                      x); /* one that is beyond 9e27 has no part in the mean */
}

void csuccess__drift_word(csuccess__drift_metric *metric, csuccess_str word)
{
    uint32_t i = 0;
    while (i < metric->cuts && !csuccess__str_eq(metric->words[i], word)) i++;
    metric->now[i]++;
}

void csuccess__drift_missing(csuccess__drift_metric *metric)
{
    metric->now[metric->cuts + 1]++;
}

void csuccess__drift_outcome(csuccess__drift *drift, double probability, bool churned)
{
    uint32_t part = (uint32_t)(probability * CSUCCESS__DRIFT_PARTS);
    csuccess__drift_part *to =
        &drift->parts[part < CSUCCESS__DRIFT_PARTS ? part : CSUCCESS__DRIFT_PARTS - 1];
    to->events += churned;
    csuccess__sum_add(&to->probability, probability);
}

void csuccess__drift_add_all(csuccess__drift *into, const csuccess__drift *from)
{
    for (uint32_t i = 0; i < into->metric_count; i++) {
        csuccess__drift_metric *to = &into->metrics[i];
        for (uint32_t k = 0; k < to->cuts + 2; k++) to->now[k] += from->metrics[i].now[k];
        csuccess__sum_merge(&to->numbers, &from->metrics[i].numbers);
    }
    for (uint32_t i = 0; i < CSUCCESS__DRIFT_PARTS; i++) {
        into->parts[i].events += from->parts[i].events;
        csuccess__sum_merge(&into->parts[i].probability, &from->parts[i].probability);
    }
    into->rows += from->rows;
}
