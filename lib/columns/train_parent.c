/* SPDX-License-Identifier: Apache-2.0 */
/* Recalibration: the first answer to drift. Only what stands after the tables is fitted, on the new outcomes. */
#include "columns/train_parent.h"

#include "base/error.h"
#include "base/number.h"
#include "churn/model.h"
#include "columns/train_report.h"

typedef struct work {
    csuccess__training *t;
    const csuccess_model *parent;
    csuccess__calibration before; /* the parent's */
    double *log_odds;             /* of the parent's tables, by example */
    csuccess_error *err;
} work;

/* ---- The parent's calibration ---- */

static bool knots_read(csuccess__calibration *out, csuccess__arena *arena,
                       const csuccess__json *list)
{
    double *x = CSUCCESS__NEW_ARRAY(arena, double, list->count);
    double *y = CSUCCESS__NEW_ARRAY(arena, double, list->count);
    if (!x || !y) {
        return false;
    }
    for (const csuccess__json *item = list->first; item; item = item->next) {
        if (item->count == 2) {
            x[out->knots] = item->first->number;
            y[out->knots++] = item->last->number;
        }
    }
    out->x = x;
    out->y = y;
    out->form = CSUCCESS__CALIBRATION_ISOTONIC;
    return true;
}

static bool calibration_read(csuccess__calibration *out, csuccess__arena *arena,
                             const csuccess__json *scorecard)
{
    const csuccess__json *node = csuccess__json_member(scorecard, "calibration");
    const csuccess__json *platt = node ? csuccess__json_member(node, "platt") : NULL;
    const csuccess__json *isotonic = node ? csuccess__json_member(node, "isotonic") : NULL;
    *out = (csuccess__calibration){.form = CSUCCESS__CALIBRATION_NONE};
    if (platt && platt->count == 2) {
        out->form = CSUCCESS__CALIBRATION_PLATT;
        out->slope = platt->first->number;
        out->intercept = platt->last->number;
    }
    return !isotonic || !isotonic->count || knots_read(out, arena, isotonic);
}

/* ---- Fitting ---- */

/* The calibration moved by a number of log-odds. */
static bool shifted(csuccess__calibration *out, csuccess__arena *arena,
                    const csuccess__calibration *from, double shift)
{
    *out = *from;
    if (from->form != CSUCCESS__CALIBRATION_ISOTONIC) {
        out->form = CSUCCESS__CALIBRATION_PLATT;
        out->slope = from->form == CSUCCESS__CALIBRATION_PLATT ? from->slope : 1;
        out->intercept = from->form == CSUCCESS__CALIBRATION_PLATT ? from->intercept : 0;
        out->intercept += shift;
        return true;
    }
    double *y = CSUCCESS__NEW_ARRAY(arena, double, from->knots);
    for (uint32_t i = 0; y && i < from->knots; i++) {
        y[i] = csuccess__sigmoid(csuccess__log_odds(from->y[i]) + shift);
    }
    out->y = y;
    return y != NULL;
}

static csuccess_result fit_shift(csuccess__calibration *out, const work *w,
                                 csuccess__arena *arena, const csuccess__unseen *rows)
{
    double shift = 0;
    double *now = CSUCCESS__NEW_ARRAY(arena, double, rows->rows);
    if (!now) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < rows->rows; i++) {
        now[i] = csuccess__log_odds(csuccess__calibration_at(&w->before, rows->log_odds[i]));
    }
    const csuccess__scored data = {
        .scores = now, .labels = rows->labels, .weights = rows->weights, .rows = rows->rows};
    csuccess_result status = csuccess__intercept_fit(&shift, &data);
    return status < 0 || shifted(out, arena, &w->before, shift) ? status : CSUCCESS_ENOMEM;
}

static bool learns_from(const csuccess__training *t, uint32_t i, uint32_t without)
{
    uint32_t part = t->split.part[i];
    return without == UINT32_MAX || (part != without && part != CSUCCESS__SPLIT_UNUSED);
}

/* On the examples of all parts but one (UINT32_MAX: of all). */
static csuccess_result fit(csuccess__fitted *out, const work *w, csuccess__arena *arena,
                           uint32_t without)
{
    const csuccess__training *t = w->t;
    uint32_t most = t->examples.count;
    double *log_odds = CSUCCESS__NEW_ARRAY(arena, double, most);
    double *weights = CSUCCESS__NEW_ARRAY(arena, double, most);
    uint8_t *labels = CSUCCESS__NEW_ARRAY(arena, uint8_t, most);
    uint64_t *keys = CSUCCESS__NEW_ARRAY(arena, uint64_t, most);
    csuccess__unseen rows = {.log_odds = log_odds,
                             .labels = labels,
                             .weights = weights,
                             .keys = keys,
                             .seed = t->options.seed};
    if (!log_odds || !weights || !labels || !keys) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < most; i++) {
        if (!learns_from(t, i, without)) {
            continue;
        }
        const csuccess__sample_row *row = &t->samples->rows[t->examples.rows[i]];
        log_odds[rows.rows] = w->log_odds[i];
        weights[rows.rows] = row->given.weight;
        keys[rows.rows] = row->key;
        labels[rows.rows++] = t->examples.labels[i];
    }
    csuccess_result status =
        t->options.calibration == CSUCCESS_CALIBRATE_AUTO
            ? fit_shift(&out->calibration, w, arena, &rows)
            : csuccess__calibration_choose(&out->calibration, arena, &t->samples->mem, &rows,
                                           t->options.calibration);
    return status < 0 ? status : csuccess__training_threshold(out, t, arena, &rows);
}

static csuccess_result check_parts(const work *w)
{
    csuccess__training *t = w->t;
    csuccess_result status = CSUCCESS_OK;
    for (uint32_t part = 0; part < t->split.parts && status == CSUCCESS_OK; part++) {
        csuccess__fitted fitted = {.held = 0};
        csuccess__arena arena;
        csuccess__arena_init(&arena, &t->samples->mem, 0);
        status = fit(&fitted, w, &arena, part);
        for (uint32_t i = 0; i < t->examples.count && status == CSUCCESS_OK; i++) {
            if (t->split.part[i] == part) {
                t->predicted[i] = csuccess__calibration_at(&fitted.calibration, w->log_odds[i]);
            }
        }
        t->thresholds[part] = fitted.threshold.present ? fitted.threshold.value : (double)NAN;
        csuccess__arena_free(&arena);
    }
    return status;
}

/* ---- The whole ---- */

static csuccess_result prepare(work *w)
{
    csuccess__training *t = w->t;
    uint32_t n = t->examples.count;
    t->predicted = CSUCCESS__NEW_ARRAY(&t->arena, double, n);
    t->thresholds = CSUCCESS__NEW_ARRAY(&t->arena, double, t->split.parts);
    w->log_odds = CSUCCESS__NEW_ARRAY(&t->arena, double, n);
    for (uint32_t i = 0; t->used && i < t->samples->metric_count; i++) {
        t->used[i] = true; /* what the parent reads is not ours to leave out */
    }
    if (!t->predicted || !t->thresholds || !w->log_odds ||
        !csuccess__training_dataset(&t->data, t, &t->arena, &t->examples) ||
        !calibration_read(&w->before, &t->arena, w->parent->scorecard)) {
        return csuccess__fail(w->err, CSUCCESS_ENOMEM, "out of memory");
    }
    csuccess_result status =
        csuccess__parent_read(&t->final.model, t, &t->data, w->parent->scorecard, w->err);
    if (status == CSUCCESS_OK) {
        status =
            csuccess__learned_predict(&t->final.model, &t->data, &t->samples->mem, w->log_odds);
        csuccess__fail(status < 0 ? w->err : NULL, status, "out of memory");
    }
    return status;
}

static csuccess_result check_parent(const work *w)
{
    const csuccess_model *p = w->parent;
    bool target = (p->target == CSUCCESS__TARGET_EXPANSION) ==
                  (w->t->options.target == CSUCCESS_TARGET_EXPANSION);
    if (p->kind == CSUCCESS__MODEL_HAZARD || p->kind == CSUCCESS__MODEL_XGBOOST ||
        p->target == CSUCCESS__TARGET_NPS) {
        return csuccess__fail(w->err, CSUCCESS_EUNSUPPORTED,
                              "only additive and logistic models of churn or expansion are "
                              "recalibrated; this one is learned anew");
    }
    if (!target) {
        return csuccess__fail(w->err, CSUCCESS_EINVALID, "the parent has another target");
    }
    if (fabs(p->horizon_days - csuccess__training_days(w->t->samples->horizon)) > 1e-9) {
        return csuccess__fail(w->err, CSUCCESS_EINVALID,
                              "the parent was trained for another horizon than that of the "
                              "samples; label them by the parent's, or learn anew (refit)");
    }
    if (w->t->options.calibration == CSUCCESS_CALIBRATE_NONE) {
        return csuccess__fail(w->err, CSUCCESS_EINVALID,
                              "to recalibrate without a calibration changes nothing");
    }
    return CSUCCESS_OK;
}

static csuccess_result measure_before(csuccess__figures *out, const work *w)
{
    csuccess__training *t = w->t;
    double *after = t->predicted;
    csuccess__evaluation e;
    t->predicted = CSUCCESS__NEW_ARRAY(&t->arena, double, t->examples.count);
    csuccess_result status = t->predicted ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    for (uint32_t i = 0; i < t->examples.count && status == CSUCCESS_OK; i++) {
        t->predicted[i] = csuccess__calibration_at(&w->before, w->log_odds[i]);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__evaluate(&e, t, w->err);
        *out = e.pooled;
    }
    t->predicted = after;
    return status;
}

/* The calibration as the document has it. */
static csuccess__json *calibration_json(csuccess__arena *arena, const csuccess__calibration *c,
                                        const csuccess_limits *limits)
{
    csuccess__json *read = NULL;
    csuccess__buffer text;
    csuccess__json_writer w;
    csuccess__json_options options = {.limits = limits};
    csuccess__buffer_init(&text, arena->mem, 0);
    csuccess__json_writer_init(&w, &text);
    csuccess__json_open(&w, '{');
    csuccess__json_key(&w, csuccess__str(csuccess__calibration_name(c->form)));
    csuccess__json_open(&w, '[');
    if (c->form == CSUCCESS__CALIBRATION_PLATT) {
        csuccess__json_num(&w, c->slope);
        csuccess__json_num(&w, c->intercept);
    }
    for (uint32_t i = 0; i < c->knots; i++) {
        csuccess__json_open(&w, '[');
        csuccess__json_num(&w, c->x[i]);
        csuccess__json_num(&w, c->y[i]);
        csuccess__json_close(&w, ']');
    }
    csuccess__json_close(&w, ']');
    csuccess__json_close(&w, '}');
    if (text.status == CSUCCESS_OK) {
        csuccess__json_read(&read, arena, csuccess__buffer_view(&text), &options, NULL);
    }
    csuccess__buffer_free(&text);
    return read;
}

/* The parent's document with the new calibration and training. */
static csuccess_result write_document(csuccess__buffer *out, const work *w,
                                      const csuccess__evaluation *e)
{
    csuccess__arena *arena = &w->t->arena;
    csuccess_limits limits;
    csuccess__buffer summary;
    csuccess__json *training = NULL;
    csuccess__json_options options = {.limits = &limits};
    csuccess__json *root = csuccess__json_copy(arena, w->parent->root);
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__buffer_init(&summary, arena->mem, 0);
    csuccess__training_summary(&summary, w->t, e);
    if (summary.status == CSUCCESS_OK) {
        csuccess__json_read(&training, arena, csuccess__buffer_view(&summary), &options, NULL);
    }
    csuccess__buffer_free(&summary);
    csuccess__json *calibration = calibration_json(arena, &w->t->final.calibration, &limits);
    csuccess__json *yes = csuccess__json_new(arena, CSUCCESS__JSON_BOOL);
    if (!root || !training || !calibration || !yes) {
        return CSUCCESS_ENOMEM;
    }
    yes->boolean = true;
    csuccess__json *card =
        (csuccess__json *)(uintptr_t)csuccess__json_member(root, "scorecard");
    bool ok = csuccess__json_put(arena, card, csuccess__str("calibration"), calibration) &&
              csuccess__json_put(arena, root, csuccess__str("calibrated"), yes) &&
              csuccess__json_put(arena, root, csuccess__str("training"), training);
    return ok ? csuccess__document_seal(out, root, w->parent->digest) : CSUCCESS_ENOMEM;
}

static csuccess_result write_both(csuccess__buffer *model, csuccess__buffer *report,
                                  const work *w, const csuccess__evaluation *e)
{
    csuccess__arena arena;
    csuccess__json *document;
    csuccess_limits limits;
    csuccess__model_digest digest;
    csuccess__limits_take(&limits, NULL, NULL);
    limits.document_bytes = 64u * 1024 * 1024;
    limits.document_nodes = 1000000;
    csuccess__json_options options = {.limits = &limits};
    csuccess_result status = write_document(model, w, e);
    if (status == CSUCCESS_OK) {
        status = model->status;
    }
    if (status < 0) {
        return status;
    }
    csuccess__arena_init(&arena, &w->t->samples->mem, 0);
    status =
        csuccess__json_read(&document, &arena, csuccess__buffer_view(model), &options, w->err);
    if (status == CSUCCESS_OK) {
        status = csuccess__model_digest_of(&digest, document, &w->t->samples->mem);
    }
    if (status == CSUCCESS_OK) {
        csuccess__training_report(report, w->t, e, csuccess__str(digest.text));
        status = report->status;
    }
    csuccess__arena_free(&arena);
    return status;
}

csuccess_result csuccess__recalibrate(csuccess__buffer *model, csuccess__buffer *report,
                                      csuccess__training *t, csuccess_error *err)
{
    work w = {.t = t, .parent = t->options.parent, .err = err};
    csuccess__evaluation evaluation;
    csuccess__figures before;
    csuccess_result status = check_parent(&w);
    if (status == CSUCCESS_OK) {
        status = prepare(&w);
    }
    if (status < 0) {
        return status;
    }
    t->options.name = w.parent->name;
    t->options.trainer = w.parent->kind == CSUCCESS__MODEL_LOGISTIC ? CSUCCESS_TRAINER_LOGISTIC
                                                                    : CSUCCESS_TRAINER_ADDITIVE;
    t->learn = t->examples; /* whatever trainer the options name */
    t->periods = 1;
    status = check_parts(&w);
    if (status == CSUCCESS_OK) {
        status = fit(&t->final, &w, &t->arena, UINT32_MAX);
        t->final.held = t->examples.count;
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__evaluate(&evaluation, t, err);
    }
    if (status == CSUCCESS_OK) {
        status = measure_before(&before, &w);
        t->before = &before;
    }
    if (status == CSUCCESS_OK) {
        status = write_both(model, report, &w, &evaluation);
    }
    t->before = NULL;
    return status < 0 ? csuccess__fail(err, status, "%s", csuccess_result_text(status))
                      : status;
}
