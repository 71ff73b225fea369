/* SPDX-License-Identifier: Apache-2.0 */
/* What was learned as a scorecard: metrics, terms, spread. */
#include "base/str.h"
#include "churn/learn/document.h"

static void key(csuccess__json_writer *w, const char *name)
{
    csuccess__json_key(w, csuccess__str(name));
}

static bool reads(const csuccess__term *term, uint32_t feature)
{
    return term->axes[0].feature == feature ||
           (term->form == CSUCCESS__TERM_GRID && term->axes[1].feature == feature);
}

/* Whether a term reads a feature. */
static bool is_read(const csuccess__learned *model, uint32_t feature)
{
    uint32_t t = 0;
    while (t < model->term_count && !reads(&model->terms[t], feature)) {
        t++;
    }
    return t < model->term_count;
}

void csuccess__learned_write_metrics(csuccess__json_writer *w, const csuccess__learned *model,
                                     const csuccess__dataset *data)
{
    key(w, "metrics");
    csuccess__json_open(w, '{');
    for (uint32_t f = 0; f < data->feature_count; f++) {
        const csuccess__feature *feature = &data->features[f];
        if (is_read(model, f)) {
            csuccess__json_key(w, feature->name);
            csuccess__json_open(w, '{');
            key(w, "type");
            csuccess__json_str(w, csuccess__str(feature->numbers   ? "number"
                                                : feature->boolean ? "bool"
                                                                   : "string"));
            csuccess__json_close(w, '}');
        }
    }
    csuccess__json_close(w, '}');
}

/* The id of a term: its metric, or both with " & " between. */
static void put_id(csuccess__json_writer *w, const csuccess__term *term,
                   const csuccess__dataset *data)
{
    csuccess__buffer id;
    csuccess__buffer_init(&id, w->out->mem, 0);
    csuccess__buffer_str(&id, data->features[term->axes[0].feature].name);
    if (term->form == CSUCCESS__TERM_GRID) {
        csuccess__buffer_cstr(&id, " & ");
        csuccess__buffer_str(&id, data->features[term->axes[1].feature].name);
    }
    if (id.status < 0 && w->out->status == CSUCCESS_OK) {
        w->out->status = id.status;
    }
    csuccess__json_key(w, csuccess__buffer_view(&id));
    csuccess__buffer_free(&id);
}

static void put_pair(csuccess__json_writer *w, double x, double y)
{
    csuccess__json_open(w, '[');
    csuccess__json_num(w, x);
    csuccess__json_num(w, y);
    csuccess__json_close(w, ']');
}

static void put_missing(csuccess__json_writer *w, double value)
{
    key(w, "missing");
    csuccess__json_open(w, '{');
    key(w, "value");
    csuccess__json_num(w, value);
    csuccess__json_close(w, '}');
}

static void put_line(csuccess__json_writer *w, const csuccess__term *term)
{
    key(w, "points");
    csuccess__json_open(w, '{');
    key(w, "linear");
    csuccess__json_open(w, '[');
    put_pair(w, term->low, term->offset + term->slope * term->low);
    put_pair(w, term->high, term->offset + term->slope * term->high);
    csuccess__json_close(w, ']');
    csuccess__json_close(w, '}');
    put_missing(w, term->missing);
}

/* A scorecard asks for one bound or word at least. An axis without any, which tells missing from present, is shown with one that makes no
   difference: 0, or the empty word. */
static uint32_t shown(const csuccess__axis *axis)
{
    return axis->n > 0 ? axis->n : 1;
}

/* The bin that stands in place i of an axis as it is shown, i < shown + 2. */
static uint32_t bin_at(const csuccess__axis *axis, uint32_t i)
{
    return axis->n > 0 || i == 0 ? i : i - 1;
}

static csuccess_str word_at(const csuccess__axis *axis, uint32_t i)
{
    return axis->n > 0 ? axis->words[i] : csuccess__str("");
}

static double bound_at(const csuccess__axis *axis, uint32_t i)
{
    return axis->n > 0 ? axis->bounds[i] : 0;
}

static void put_table(csuccess__json_writer *w, const csuccess__term *term, bool words)
{
    const csuccess__axis *axis = &term->axes[0];
    uint32_t n = shown(axis);
    key(w, "points");
    csuccess__json_open(w, '{');
    key(w, words ? "map" : "upto");
    csuccess__json_open(w, words ? '{' : '[');
    for (uint32_t i = 0; i < n; i++) {
        double gives = term->gives[bin_at(axis, i)];
        if (words) {
            csuccess__json_key(w, word_at(axis, i));
            csuccess__json_num(w, gives);
        } else {
            put_pair(w, bound_at(axis, i), gives);
        }
    }
    csuccess__json_close(w, words ? '}' : ']');
    key(w, "else");
    csuccess__json_num(w, term->gives[bin_at(axis, n)]);
    csuccess__json_close(w, '}');
    put_missing(w, term->gives[bin_at(axis, n + 1)]);
}

/* Rows or columns of a grid. */
static void put_axis(csuccess__json_writer *w, const char *name, const csuccess__axis *axis,
                     bool words)
{
    key(w, name);
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < shown(axis); i++) {
        if (words) {
            csuccess__json_str(w, word_at(axis, i));
        } else {
            csuccess__json_num(w, bound_at(axis, i));
        }
    }
    csuccess__json_close(w, ']');
}

/* A number for each place of an axis. */
static void put_row(csuccess__json_writer *w, const csuccess__axis *axis, const double *bins)
{
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < shown(axis) + 2; i++) {
        csuccess__json_num(w, bins[bin_at(axis, i)]);
    }
    csuccess__json_close(w, ']');
}

/* One number per bin: a list, or of a grid a list of rows. */
static void put_bins(csuccess__json_writer *w, const csuccess__term *term, const double *bins)
{
    const csuccess__axis *rows = &term->axes[0], *columns = &term->axes[1];
    if (term->form != CSUCCESS__TERM_GRID) {
        put_row(w, rows, bins);
        return;
    }
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < shown(rows) + 2; i++) {
        put_row(w, columns, bins + bin_at(rows, i) * ((size_t)columns->n + 2));
    }
    csuccess__json_close(w, ']');
}

static void put_grid(csuccess__json_writer *w, const csuccess__term *term,
                     const csuccess__dataset *data)
{
    key(w, "by");
    csuccess__json_str(w, data->features[term->axes[1].feature].name);
    key(w, "points");
    csuccess__json_open(w, '{');
    key(w, "grid");
    csuccess__json_open(w, '{');
    put_axis(w, "rows", &term->axes[0], !data->features[term->axes[0].feature].numbers);
    put_axis(w, "columns", &term->axes[1], !data->features[term->axes[1].feature].numbers);
    key(w, "gives");
    put_bins(w, term, term->gives);
    csuccess__json_close(w, '}');
    csuccess__json_close(w, '}');
}

static void put_term(csuccess__json_writer *w, const csuccess__term *term,
                     const csuccess__dataset *data)
{
    const csuccess__feature *feature = &data->features[term->axes[0].feature];
    put_id(w, term, data);
    csuccess__json_open(w, '{');
    key(w, "value");
    csuccess__json_str(w, feature->name);
    if (term->form == CSUCCESS__TERM_GRID) {
        put_grid(w, term, data);
    } else if (term->form == CSUCCESS__TERM_LINE) {
        put_line(w, term);
    } else {
        put_table(w, term, feature->numbers == NULL);
    }
    csuccess__json_close(w, '}');
}

static void put_calibration(csuccess__json_writer *w, const csuccess__calibration *calibration)
{
    if (calibration->form == CSUCCESS__CALIBRATION_NONE) {
        return;
    }
    key(w, "calibration");
    csuccess__json_open(w, '{');
    if (calibration->form == CSUCCESS__CALIBRATION_PLATT) {
        key(w, "platt");
        put_pair(w, calibration->slope, calibration->intercept);
    } else {
        key(w, "isotonic");
        csuccess__json_open(w, '[');
        for (uint32_t i = 0; i < calibration->knots; i++) {
            put_pair(w, calibration->x[i], calibration->y[i]);
        }
        csuccess__json_close(w, ']');
    }
    csuccess__json_close(w, '}');
}

void csuccess__learned_write_scorecard(csuccess__json_writer *w, const csuccess__learned *model,
                                       const csuccess__dataset *data,
                                       const csuccess__calibration *calibration, bool identity)
{
    key(w, "scorecard");
    csuccess__json_open(w, '{');
    key(w, "combine");
    csuccess__json_str(w, CSUCCESS_STR("sum"));
    key(w, "link");
    csuccess__json_str(w, csuccess__str(identity ? "identity" : "logistic"));
    key(w, "intercept");
    csuccess__json_num(w, model->intercept);
    put_calibration(w, calibration);
    key(w, "of");
    csuccess__json_open(w, '{');
    for (uint32_t t = 0; t < model->term_count; t++) {
        put_term(w, &model->terms[t], data);
    }
    csuccess__json_close(w, '}');
    csuccess__json_close(w, '}');
}

void csuccess__learned_write_spread(csuccess__json_writer *w, const csuccess__learned *model,
                                    const csuccess__dataset *data)
{
    if (!(model->spread_scale > 0)) {
        return;
    }
    key(w, "spread");
    csuccess__json_open(w, '{');
    key(w, "scale");
    csuccess__json_num(w, model->spread_scale);
    key(w, "of");
    csuccess__json_open(w, '{');
    for (uint32_t t = 0; t < model->term_count; t++) {
        if (model->terms[t].spread) {
            put_id(w, &model->terms[t], data);
            put_bins(w, &model->terms[t], model->terms[t].spread);
        }
    }
    csuccess__json_close(w, '}');
    csuccess__json_close(w, '}');
}

csuccess_result csuccess__learned_write_snapshot(csuccess__json_writer *w,
                                                 const csuccess__learned *model,
                                                 const csuccess__dataset *data,
                                                 const csuccess_allocator *mem)
{
    csuccess_result result = CSUCCESS_OK;
    key(w, "snapshot");
    csuccess__json_open(w, '{');
    key(w, "rows");
    csuccess__json_num(w, data->rows);
    key(w, "of");
    csuccess__json_open(w, '{');
    for (uint32_t f = 0; f < data->feature_count && result == CSUCCESS_OK; f++) {
        if (is_read(model, f)) {
            csuccess__json_key(w, data->features[f].name);
            result = csuccess__write_distribution(w, &data->features[f], data->rows, mem);
        }
    }
    csuccess__json_close(w, '}');
    csuccess__json_close(w, '}');
    return result;
}
