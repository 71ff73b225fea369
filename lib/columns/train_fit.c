/* SPDX-License-Identifier: Apache-2.0 */
/* Learning one model from examples, with its calibration and its threshold, and predicting with it. */
#include "columns/training.h"

#include "base/error.h"
#include "base/number.h"
#include "stats/order.h"

bool csuccess__training_dataset(csuccess__dataset *out, const csuccess__training *t,
                                csuccess__arena *arena, const csuccess__examples *examples)
{
    if (!csuccess__examples_dataset(out, arena, examples, t->monotone)) {
        return false;
    }
    csuccess__feature *used = CSUCCESS__NEW_ARRAY(arena, csuccess__feature, out->feature_count);
    uint32_t n = 0;
    for (uint32_t i = 0; used && i < out->feature_count; i++) {
        if (!t->used || t->used[i]) {
            used[n++] = out->features[i];
        }
    }
    out->features = used;
    out->feature_count = n;
    return used != NULL;
}

/* Identifiers teach nothing, and those that the host did not ask for are left out. */
static void leave_out_identifiers(csuccess__training *t)
{
    for (uint32_t i = 0; i < t->survey.count; i++) {
        const csuccess__finding *f = &t->survey.findings[i];
        if (f->kind == CSUCCESS__FINDING_IDENTIFIER && !t->samples->named) {
            t->used[f->feature] = false;
        }
    }
}

csuccess_result csuccess__training_survey(csuccess__training *t, csuccess_error *err)
{
    csuccess__dataset data;
    const csuccess__survey_options how = {t->options.min_rows, t->options.min_events};
    const uint32_t metrics = t->samples->metric_count;
    if (!t->samples->count) {
        return csuccess__fail(err, CSUCCESS_EDATA, "there are no rows to learn from");
    }
    if (!t->learn.count) {
        return csuccess__fail(err, CSUCCESS_EDATA,
                              "none of the %u rows has a known outcome: %l unknown, %l "
                              "censored, %l after notice, "
                              "%l after the outcome",
                              t->samples->count, (int64_t)t->learn.counts.unknown,
                              (int64_t)(t->learn.counts.by_label[CSUCCESS__LABEL_CENSORED] +
                                        t->learn.counts.open),
                              (int64_t)t->learn.counts.by_label[CSUCCESS__LABEL_NOTICE],
                              (int64_t)(t->learn.counts.by_label[CSUCCESS__LABEL_GONE] +
                                        t->learn.counts.by_label[CSUCCESS__LABEL_IN_GAP]));
    }
    t->used = CSUCCESS__NEW_ARRAY(&t->arena, bool, metrics);
    for (uint32_t i = 0; t->used && i < metrics; i++) {
        t->used[i] = true;
    }
    csuccess__arena scratch;
    csuccess__arena_init(&scratch, &t->samples->mem, 0);
    csuccess_result status = CSUCCESS_ENOMEM;
    uint32_t *groups = csuccess__examples_groups(&t->learn, &scratch);
    if (t->used && groups && csuccess__training_dataset(&data, t, &scratch, &t->learn)) {
        data.groups = t->repeated ? groups : NULL;
        status =
            csuccess__survey_take(&t->survey, &t->arena, &t->samples->mem, &data, &how, err);
        leave_out_identifiers(t);
    } else {
        csuccess__fail(err, status, "out of memory");
    }
    csuccess__arena_free(&scratch);
    return status;
}

/* ---- Progress ---- */

enum { STEPS = 1000 };

static int report(void *ud, uint64_t done, uint64_t total)
{
    const csuccess__training *t = ud;
    uint64_t within = total ? done * STEPS / total : 0;
    within = within > STEPS ? STEPS : within;
    return t->options.progress(t->options.progress_ud, t->fit_at * STEPS + within,
                               t->fits * STEPS);
}

static csuccess__progress progress_of(csuccess__training *t)
{
    csuccess__progress none = {NULL, NULL};
    return t->options.progress ? (csuccess__progress){report, t} : none;
}

/* ---- Learning ---- */

/* reason: what is learned from, and where the model and its held-out log-odds go. */
static csuccess_result learn(csuccess__fitted *out, csuccess__training *t,
                             csuccess__arena *arena, const csuccess__examples *examples,
                             csuccess__dataset *data, double *held, csuccess_error *err)
{
    const csuccess_allocator *mem = &t->samples->mem;
    uint32_t *groups = csuccess__examples_groups(examples, arena);
    if (!groups) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    data->groups = t->repeated ? groups : NULL;
    if (t->options.trainer == CSUCCESS_TRAINER_ADDITIVE) {
        csuccess__additive_options how = t->parameters.additive;
        how.seed = t->options.seed;
        how.progress = progress_of(t);
        return csuccess__additive_train(&out->model, arena, mem, data, &how, held, err);
    }
    csuccess__logistic_options how = t->parameters.logistic;
    how.seed = t->options.seed;
    how.progress = progress_of(t);
    csuccess_result status =
        t->options.trainer == CSUCCESS_TRAINER_HAZARD
            ? csuccess__hazard_train(&out->model, &out->fit, arena, mem, data, &how, held, err)
            : csuccess__logistic_train(&out->model, &out->fit, arena, mem, data, &how, held,
                                       err);
    return status;
}

/* The rows that some model did not see, closed up. reason: examples, their features and their log-odds lie side by side. */
static bool gather_unseen(csuccess__unseen *out, const csuccess__training *t,
                          csuccess__arena *arena, const csuccess__examples *examples,
                          const csuccess__dataset *data, const double *held)
{
    double *log_odds = CSUCCESS__NEW_ARRAY(arena, double, examples->count);
    double *weights = CSUCCESS__NEW_ARRAY(arena, double, examples->count);
    uint8_t *labels = CSUCCESS__NEW_ARRAY(arena, uint8_t, examples->count);
    uint64_t *keys = CSUCCESS__NEW_ARRAY(arena, uint64_t, examples->count);
    if (!log_odds || !weights || !labels || !keys) {
        return false;
    }
    *out = (csuccess__unseen){.log_odds = log_odds,
                              .labels = labels,
                              .weights = data->weights ? weights : NULL,
                              .keys = keys,
                              .seed = t->options.seed};
    for (uint32_t i = 0; i < examples->count; i++) {
        if (!csuccess__is_finite(held[i])) {
            continue;
        }
        log_odds[out->rows] = held[i];
        weights[out->rows] = data->weights ? data->weights[i] : 1;
        labels[out->rows] = examples->labels[i];
        keys[out->rows++] = t->samples->rows[examples->rows[i]].key;
    }
    return true;
}

/* ---- The threshold ---- */

/* Rows that figures are of: those that a capacity is meant for, here and of every part's threshold. */
static double rows_measured(const csuccess__training *t)
{
    double n = 0;
    for (uint32_t i = 0; i < t->examples.count; i++) {
        n += t->split.part[i] < t->split.parts;
    }
    return n;
}

csuccess_result csuccess__training_threshold(csuccess__fitted *out, const csuccess__training *t,
                                             csuccess__arena *arena,
                                             const csuccess__unseen *unseen)
{
    const csuccess_train_options *o = &t->options;
    csuccess__costs costs = {.false_alarm = o->cost_false_alarm, .missed = o->cost_missed};
    csuccess__ranking ranking;
    csuccess__cost_point point;
    out->threshold = csuccess__threshold_of_costs(&costs);
    if ((o->calibration != CSUCCESS_CALIBRATE_NONE && !o->capacity) || !unseen->rows) {
        return CSUCCESS_OK;
    }
    double *p = CSUCCESS__NEW_ARRAY(arena, double, unseen->rows);
    if (!p) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < unseen->rows; i++) {
        p[i] = csuccess__hazard_within(
            csuccess__calibration_at(&out->calibration, unseen->log_odds[i]), t->periods);
    }
    const csuccess__scored data = {.scores = p,
                                   .labels = unseen->labels,
                                   .weights = unseen->weights,
                                   .rows = unseen->rows,
                                   .probability = true};
    if (o->capacity) { /* as much of these rows */
        costs.has_capacity = true;
        costs.capacity = (double)o->capacity * (double)unseen->rows / rows_measured(t);
    }
    csuccess_result status = csuccess__ranking_init(&ranking, &t->samples->mem, &data);
    if (status == CSUCCESS_OK) {
        status = csuccess__threshold_choose(&point, &ranking, &costs);
        out->threshold = point.threshold;
        csuccess__ranking_free(&ranking);
    }
    return status;
}

/* reason: what is learned from, and where model and features go. */
csuccess_result csuccess__training_fit(csuccess__fitted *out, csuccess__training *t,
                                       csuccess__arena *arena,
                                       const csuccess__examples *examples,
                                       csuccess__dataset *data, csuccess_error *err)
{
    *out = (csuccess__fitted){.held = 0};
    double *held = CSUCCESS__NEW_ARRAY(arena, double, examples->count);
    if (!held || !csuccess__training_dataset(data, t, arena, examples)) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    csuccess_result status = learn(out, t, arena, examples, data, held, err);
    if (status < 0) {
        return status;
    }
    csuccess__unseen unseen;
    status =
        gather_unseen(&unseen, t, arena, examples, data, held) ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    out->held = status == CSUCCESS_OK ? unseen.rows : 0;
    if (status == CSUCCESS_OK && t->options.calibration != CSUCCESS_CALIBRATE_NONE) {
        status = csuccess__calibration_choose(&out->calibration, arena, &t->samples->mem,
                                              &unseen, t->options.calibration);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__training_threshold(out, t, arena, &unseen);
    }
    t->fit_at++;
    return status < 0 ? csuccess__fail(err, status, "%s", csuccess_result_text(status))
                      : status;
}

csuccess_result csuccess__training_predict(double *out, const csuccess__training *t,
                                           const csuccess__fitted *fitted,
                                           csuccess__arena *arena,
                                           const csuccess__examples *examples)
{
    csuccess__dataset data;
    if (!csuccess__training_dataset(&data, t, arena, examples)) {
        return CSUCCESS_ENOMEM;
    }
    csuccess_result status =
        csuccess__learned_predict(&fitted->model, &data, &t->samples->mem, out);
    for (uint32_t i = 0; i < examples->count && status == CSUCCESS_OK; i++) {
        double p = csuccess__calibration_at(&fitted->calibration, out[i]);
        out[i] = t->options.trainer == CSUCCESS_TRAINER_HAZARD
                     ? csuccess__hazard_within(p, t->periods)
                     : p;
    }
    return status;
}

/* ---- Checking ---- */

/* Learns without one part of the split and predicts it. */
static csuccess_result check_part(csuccess__training *t, uint32_t part, csuccess__arena *arena,
                                  csuccess_error *err)
{
    csuccess__examples rest, here;
    csuccess__fitted fitted;
    csuccess__dataset data;
    csuccess_result status =
        csuccess__examples_part(&rest, arena, &t->learn, t->learn_split.part, part, true);
    if (status == CSUCCESS_OK) {
        status =
            csuccess__examples_part(&here, arena, &t->examples, t->split.part, part, false);
    }
    double *p = status < 0 ? NULL : CSUCCESS__NEW_ARRAY(arena, double, here.count);
    if (!p) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    status = csuccess__training_fit(&fitted, t, arena, &rest, &data, err);
    if (status < 0) {
        return status;
    }
    status = csuccess__training_predict(p, t, &fitted, arena, &here);
    for (uint32_t i = 0, k = 0; i < t->examples.count && status == CSUCCESS_OK; i++) {
        if (t->split.part[i] == part) {
            t->predicted[i] = p[k++];
        }
    }
    t->thresholds[part] = fitted.threshold.present ? fitted.threshold.value : (double)NAN;
    return status < 0 ? csuccess__fail(err, status, "out of memory") : status;
}

csuccess_result csuccess__training_check(csuccess__training *t, csuccess_error *err)
{
    csuccess_result status = CSUCCESS_OK;
    t->fits = t->split.parts + 1;
    t->predicted = CSUCCESS__NEW_ARRAY(&t->arena, double, t->examples.count);
    t->thresholds = CSUCCESS__NEW_ARRAY(&t->arena, double, t->split.parts);
    if (!t->predicted || !t->thresholds) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    for (uint32_t i = 0; i < t->examples.count; i++) {
        t->predicted[i] = (double)NAN;
    }
    for (uint32_t part = 0; part < t->split.parts && status == CSUCCESS_OK; part++) {
        csuccess__arena arena;
        csuccess__arena_init(&arena, &t->samples->mem, 0);
        status = check_part(t, part, &arena, err);
        csuccess__arena_free(&arena);
    }
    return status;
}

/* The terms by what they move the log-odds on average. */
static csuccess_result sort_terms(csuccess__training *t)
{
    const csuccess__learned *m = &t->final.model;
    double *less = CSUCCESS__NEW_ARRAY(&t->arena, double, m->term_count);
    uint32_t *scratch = CSUCCESS__NEW_ARRAY(&t->arena, uint32_t, m->term_count);
    t->by_importance = CSUCCESS__NEW_ARRAY(&t->arena, uint32_t, m->term_count);
    if (!less || !scratch || !t->by_importance) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < m->term_count; i++) {
        less[i] = -m->terms[i].importance;
    }
    csuccess__order_rows(t->by_importance, scratch, less, m->term_count);
    return CSUCCESS_OK;
}

csuccess_result csuccess__training_finish(csuccess__training *t, csuccess_error *err)
{
    csuccess_result status =
        csuccess__training_fit(&t->final, t, &t->arena, &t->learn, &t->data, err);
    if (status == CSUCCESS_OK && sort_terms(t) < 0) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    return status;
}
