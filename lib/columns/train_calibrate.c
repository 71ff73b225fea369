/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing a calibration by rows that neither model nor calibration has seen. */
#include "columns/training.h"

#include "base/number.h"

#include <string.h>

enum { INNER_PARTS = 5, ISOTONIC_EVENTS = 200 };

/* A candidate must lower the log loss by so much of it to be preferred over a simpler one. */
static const double gain_needed = 0.0005;
static const double lean = 0.001;

double csuccess__calibration_at(const csuccess__calibration *calibration, double log_odds)
{
    const csuccess__platt platt = {calibration->slope, calibration->intercept};
    const csuccess__isotonic isotonic = {calibration->x, calibration->y, calibration->knots};
    switch (calibration->form) {
    case CSUCCESS__CALIBRATION_PLATT:
        return csuccess__platt_at(&platt, log_odds);
    case CSUCCESS__CALIBRATION_ISOTONIC:
        return csuccess__clip_probability(
            csuccess__isotonic_at(&isotonic, csuccess__sigmoid(log_odds)));
    default:
        return csuccess__sigmoid(log_odds);
    }
}

/* Rows in hand: log-odds or linked scores beside labels. */
typedef struct rows {
    double *log_odds, *linked, *weights;
    uint8_t *labels;
    uint32_t count, events;
    bool weighted;
} rows;

static bool rows_make(rows *r, csuccess__arena *arena, uint32_t most)
{
    *r = (rows){.log_odds = CSUCCESS__NEW_ARRAY(arena, double, most),
                .linked = CSUCCESS__NEW_ARRAY(arena, double, most),
                .weights = CSUCCESS__NEW_ARRAY(arena, double, most),
                .labels = CSUCCESS__NEW_ARRAY(arena, uint8_t, most)};
    return r->log_odds && r->linked && r->weights && r->labels;
}

static void rows_add(rows *r, const csuccess__unseen *held, uint32_t i)
{
    r->log_odds[r->count] = held->log_odds[i];
    r->linked[r->count] = csuccess__sigmoid(held->log_odds[i]);
    r->weights[r->count] = held->weights ? held->weights[i] : 1;
    r->labels[r->count++] = held->labels[i];
    r->events += held->labels[i];
    r->weighted = held->weights != NULL;
}

/* The steps, which put many rows on one level, lean by a thousandth of the score: the order of rows stays. */
static bool take_knots(csuccess__calibration *out, csuccess__arena *arena,
                       const csuccess__isotonic *isotonic)
{
    double *y = CSUCCESS__NEW_ARRAY(arena, double, isotonic->knots);
    for (uint32_t i = 0; y && i < isotonic->knots; i++) {
        y[i] = isotonic->y[i] + (isotonic->x[i] - isotonic->y[i]) * lean;
    }
    out->x = isotonic->x;
    out->y = y;
    out->knots = isotonic->knots;
    return y != NULL;
}

static csuccess_result fit(csuccess__calibration *out, csuccess__arena *arena,
                           const csuccess_allocator *mem, const rows *r,
                           csuccess__calibration_form form)
{
    csuccess__platt platt = {1, 0};
    csuccess__isotonic isotonic;
    csuccess_result status = CSUCCESS_OK;
    const csuccess__scored data = {
        .scores = form == CSUCCESS__CALIBRATION_ISOTONIC ? r->linked : r->log_odds,
        .labels = r->labels,
        .weights = r->weighted ? r->weights : NULL,
        .rows = r->count};
    *out = (csuccess__calibration){.form = form};
    if (form == CSUCCESS__CALIBRATION_PLATT) {
        status = csuccess__platt_fit(&platt, &data);
        out->slope = platt.slope;
        out->intercept = platt.intercept;
    } else if (form == CSUCCESS__CALIBRATION_ISOTONIC) {
        status = csuccess__isotonic_fit(&isotonic, arena, mem, &data);
        if (status == CSUCCESS_OK && !take_knots(out, arena, &isotonic)) {
            status = CSUCCESS_ENOMEM;
        }
    }
    if (status == CSUCCESS_EDATA || status == CSUCCESS_EINVALID) { /* nothing to fit it on */
        *out = (csuccess__calibration){.form = CSUCCESS__CALIBRATION_NONE};
        return CSUCCESS_OK;
    }
    return status;
}

static double loss_of(const csuccess__calibration *c, const csuccess__unseen *held, uint32_t i)
{
    double p = csuccess__clip_probability(csuccess__calibration_at(c, held->log_odds[i]));
    return -csuccess__ln(held->labels[i] ? p : 1 - p) * (held->weights ? held->weights[i] : 1);
}

static uint32_t inner_part(const csuccess__unseen *held, uint32_t i)
{
    return (uint32_t)(csuccess__split_share(held->keys[i], held->seed + 0x51ED) * INNER_PARTS);
}

/* Sum of log losses of rows of every part by a calibration fitted on the others. */
static csuccess_result loss_held_out(double *loss, csuccess__arena *arena,
                                     const csuccess_allocator *mem,
                                     const csuccess__unseen *held,
                                     csuccess__calibration_form form)
{
    csuccess_result status = CSUCCESS_OK;
    rows r;
    *loss = 0;
    if (!rows_make(&r, arena, held->rows)) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t part = 0; part < INNER_PARTS && status == CSUCCESS_OK; part++) {
        csuccess__calibration c;
        r.count = r.events = 0;
        for (uint32_t i = 0; i < held->rows; i++) {
            if (inner_part(held, i) != part) {
                rows_add(&r, held, i);
            }
        }
        status = fit(&c, arena, mem, &r, form);
        for (uint32_t i = 0; i < held->rows && status == CSUCCESS_OK; i++) {
            *loss += inner_part(held, i) == part ? loss_of(&c, held, i) : 0;
        }
    }
    return status;
}

static csuccess_result choose_form(csuccess__calibration_form *out, csuccess__arena *arena,
                                   const csuccess_allocator *mem, const csuccess__unseen *held,
                                   uint32_t events)
{
    static const csuccess__calibration_form forms[] = {CSUCCESS__CALIBRATION_NONE,
                                                       CSUCCESS__CALIBRATION_PLATT,
                                                       CSUCCESS__CALIBRATION_ISOTONIC};
    double best = 0;
    csuccess_result status = CSUCCESS_OK;
    bool few = events < ISOTONIC_EVENTS || held->rows - events < ISOTONIC_EVENTS;
    for (uint32_t k = 0; k < (few ? 2u : 3u) && status == CSUCCESS_OK; k++) {
        double loss = 0;
        status = loss_held_out(&loss, arena, mem, held, forms[k]);
        if (k == 0 || loss < best * (1 - gain_needed)) {
            best = loss;
            *out = forms[k];
        }
    }
    return status;
}

csuccess_result csuccess__calibration_choose(csuccess__calibration *out, csuccess__arena *arena,
                                             const csuccess_allocator *mem,
                                             const csuccess__unseen *held, uint32_t wanted)
{
    rows all;
    csuccess__calibration_form form =
        wanted == CSUCCESS_CALIBRATE_ISOTONIC ? CSUCCESS__CALIBRATION_ISOTONIC
        : wanted == CSUCCESS_CALIBRATE_PLATT  ? CSUCCESS__CALIBRATION_PLATT
                                              : CSUCCESS__CALIBRATION_NONE;
    *out = (csuccess__calibration){.form = CSUCCESS__CALIBRATION_NONE};
    if (!rows_make(&all, arena, held->rows)) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < held->rows; i++) {
        rows_add(&all, held, i);
    }
    if (wanted == CSUCCESS_CALIBRATE_AUTO) {
        csuccess_result status = choose_form(&form, arena, mem, held, all.events);
        if (status < 0) {
            return status;
        }
    }
    return fit(out, arena, mem, &all, form);
}
