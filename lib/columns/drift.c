/* SPDX-License-Identifier: Apache-2.0 */
/* Drift for hosts: later customers as facts or columns, evaluated by the configuration, counted against the snapshot. */
#include "columns/drift.h"

#include "base/error.h"
#include "base/str.h"
#include "calendar/time.h"
#include "columns/pull.h"

/* ---- Making and freeing ---- */

static csuccess_result find_slot(const csuccess_config *config,
                                 const csuccess__drift_metric *metric, uint32_t *slot,
                                 csuccess_error *err)
{
    static const csuccess__kind kinds[] = {
        [CSUCCESS__METRIC_NUMBER] = CSUCCESS__KIND_NUMBER,
        [CSUCCESS__METRIC_BOOL] = CSUCCESS__KIND_BOOL,
        [CSUCCESS__METRIC_STRING] = CSUCCESS__KIND_STRING,
        [CSUCCESS__METRIC_CATEGORY] = CSUCCESS__KIND_NUMBER,
    };
    *slot = csuccess__schema_find(config->schema, metric->name, NULL);
    if (*slot == UINT32_MAX ||
        config->schema->slots[*slot].stratum > CSUCCESS__STRATUM_METRIC) {
        return csuccess__fail(err, CSUCCESS_ENAME,
                              "the model reads %q, which the configuration does not have",
                              metric->name);
    }
    if (config->schema->slots[*slot].type->kind != kinds[metric->type]) {
        return csuccess__fail(err, CSUCCESS_ETYPE,
                              "%q has another type in the configuration than in the model",
                              metric->name);
    }
    return CSUCCESS_OK;
}

static csuccess_result open_drift(csuccess_drift *d, csuccess_error *err)
{
    csuccess__arena_init(&d->core.arena, &d->mem, 0);
    csuccess_result result = csuccess__drift_open(&d->core, d->model, err);
    if (result < 0) return result;
    csuccess__drift_retrain(&d->core, d->scorer->config->churn);
    d->slots = CSUCCESS__NEW_ARRAY(&d->core.arena, uint32_t, d->core.metric_count);
    if (!d->slots) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    for (uint32_t i = 0; i < d->core.metric_count && result >= 0; i++) {
        result = find_slot(d->scorer->config, &d->core.metrics[i], &d->slots[i], err);
    }
    return result;
}

csuccess_result csuccess_drift_new(csuccess_drift **out, csuccess_config *config,
                                   csuccess_model *model, const csuccess_drift_options *options,
                                   csuccess_error *err)
{
    csuccess_drift_options o;
    csuccess_scorer *scorer;
    if (!out || !model) {
        if (out) *out = NULL;
        return csuccess__fail(err, CSUCCESS_EINVALID, "out and model are required");
    }
    *out = NULL;
    csuccess_result result = csuccess__drift_options_take(&o, options, err);
    if (result >= 0) {
        const csuccess_allocator *mem = options ? options->allocator : NULL;
        result = csuccess_scorer_new(&scorer, config, mem, err);
    }
    if (result < 0) return result;
    csuccess_allocator mem = scorer->mem;
    csuccess_drift *d = csuccess__alloc(&mem, 1, sizeof *d);
    if (!d) {
        csuccess_scorer_free(scorer);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    d->mem = mem;
    d->scorer = scorer;
    d->model = csuccess_model_ref(model);
    d->core.options = o;
    result = open_drift(d, err);
    if (result < 0) {
        csuccess_drift_free(d);
        return result;
    }
    *out = d;
    return CSUCCESS_OK;
}

void csuccess_drift_free(csuccess_drift *drift)
{
    if (!drift) return;
    csuccess_allocator mem = drift->mem;
    csuccess__arena_free(&drift->core.arena);
    csuccess_model_unref(drift->model);
    csuccess_scorer_free(drift->scorer);
    csuccess__release(&mem, drift, 1, sizeof *drift);
}

/* ---- Adding ---- */

/* What the slots hold now. */
static void count_row(csuccess_drift *d)
{
    for (uint32_t i = 0; i < d->core.metric_count; i++) {
        csuccess__drift_metric *metric = &d->core.metrics[i];
        csuccess__value v = d->scorer->slots[d->slots[i]];
        if (csuccess__is_missing(v)) {
            csuccess__drift_missing(metric);
        } else if (metric->type == CSUCCESS__METRIC_NUMBER) {
            csuccess__drift_number(metric, v.as.number);
        } else {
            bool boolean = metric->type == CSUCCESS__METRIC_BOOL;
            csuccess__drift_word(
                metric, boolean ? csuccess__str(v.as.boolean ? "true" : "false") : v.as.string);
        }
    }
    d->core.rows++;
}

csuccess_result csuccess_drift_add(csuccess_drift *drift, const csuccess_facts *facts,
                                   int64_t now_ms, csuccess_error *err)
{
    csuccess_scorer *scorer = drift ? drift->scorer : NULL;
    csuccess_result result = csuccess__scorer_check(scorer, facts, now_ms, err);
    if (result >= 0) result = csuccess__scorer_inputs(scorer, facts, now_ms, err);
    if (result >= 0) count_row(drift);
    return result;
}

static csuccess_result fill_row(csuccess_drift *d, const csuccess_drift_rows *rows, size_t row,
                                csuccess_error *err)
{
    csuccess_scorer *scorer = d->scorer;
    const csuccess__schema *schema = scorer->config->schema;
    csuccess__machine_reset(scorer->machine);
    for (uint32_t i = 0; i < schema->inputs; i++) {
        scorer->slots[i] = csuccess__column_value(&rows->columns->slots[i], row, 0);
    }
    csuccess_result result =
        csuccess__metrics_run(schema, scorer->machine, scorer->slots, rows->now_ms);
    return result < 0 ? csuccess__scorer_failed(result, err) : CSUCCESS_OK;
}

static csuccess_result check_rows(const csuccess_drift *d, const csuccess_drift_rows *rows,
                                  csuccess_error *err)
{
    if (!rows->columns || rows->columns->config != d->scorer->config) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "columns of the same configuration are required");
    }
    if (rows->first > rows->columns->rows || rows->count > rows->columns->rows - rows->first) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "rows %z to %z are wanted of %z",
                              rows->first, rows->first + rows->count, rows->columns->rows);
    }
    return csuccess__time_valid(rows->now_ms)
               ? CSUCCESS_OK
               : csuccess__fail(err, CSUCCESS_ERANGE, "now_ms is not in the years 1 to 9999");
}

/* Only the step budget of an expression can fail a row: rows are evaluated once to see, then once more to count. */
csuccess_result csuccess_drift_add_columns(csuccess_drift *drift,
                                           const csuccess_drift_rows *rows, csuccess_error *err)
{
    csuccess_drift_rows in;
    if (!drift) return csuccess__fail(err, CSUCCESS_EINVALID, "drift is required");
    csuccess_result result =
        csuccess__struct_take(&in, sizeof in, sizeof(size_t), rows, "csuccess_drift_rows", err);
    if (result >= 0) result = check_rows(drift, &in, err);
    for (int count = 0; count <= 1 && result >= 0; count++) {
        for (size_t i = 0; i < in.count && result >= 0; i++) {
            result = fill_row(drift, &in, in.first + i, err);
            if (result >= 0 && count) count_row(drift);
        }
    }
    return result;
}

csuccess_result csuccess_drift_add_outcome(csuccess_drift *drift, double probability,
                                           int32_t churned, csuccess_error *err)
{
    if (!drift) return csuccess__fail(err, CSUCCESS_EINVALID, "drift is required");
    if (!(probability >= 0 && probability <= 1)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "a probability is within 0 to 1");
    }
    csuccess__drift_outcome(&drift->core, probability, churned != 0);
    return CSUCCESS_OK;
}

static bool is_same(double a, double b)
{
    return !(a < b) && !(a > b);
}

static bool is_alike(const csuccess_drift *a, const csuccess_drift *b)
{
    const csuccess_drift_options *x = &a->core.options, *y = &b->core.options;
    return csuccess__str_eq(a->model->digest, b->model->digest) &&
           is_same(x->psi_warn, y->psi_warn) && is_same(x->psi_drift, y->psi_drift) &&
           is_same(x->shift_warn, y->shift_warn) && is_same(x->shift_drift, y->shift_drift) &&
           is_same(x->alpha, y->alpha) && x->least == y->least &&
           x->retrain_every_ms == y->retrain_every_ms && x->recalibrated == y->recalibrated;
}

csuccess_result csuccess_drift_merge(csuccess_drift *into, const csuccess_drift *from,
                                     csuccess_error *err)
{
    if (!into || !from || into == from || !is_alike(into, from)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two different drifts of one model with the same options are "
                              "required");
    }
    csuccess__drift_add_all(&into->core, &from->core);
    return CSUCCESS_OK;
}

/* ---- Reading ---- */

csuccess_result csuccess_drift_judge(const csuccess_drift *drift, int64_t now_ms,
                                     csuccess_drift_verdict *out)
{
    if (!drift) return CSUCCESS_EINVALID;
    if (!csuccess__time_valid(now_ms)) return CSUCCESS_ERANGE;
    csuccess_drift_verdict give = csuccess__drift_judge(&drift->core, now_ms);
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_drift_verdict", NULL);
}

uint32_t csuccess_drift_metrics(const csuccess_drift *drift)
{
    return drift ? drift->core.metric_count : 0;
}

csuccess_result csuccess_drift_metric_at(const csuccess_drift *drift, uint32_t index,
                                         csuccess_drift_metric *out)
{
    if (index >= csuccess_drift_metrics(drift)) return CSUCCESS_EINVALID;
    csuccess_drift_metric give = csuccess__drift_metric_of(&drift->core, index);
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_drift_metric", NULL);
}
