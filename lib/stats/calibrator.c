/* SPDX-License-Identifier: Apache-2.0 */
/* Calibrators for hosts. */
#include "base/arena.h"
#include "base/number.h"
#include "base/owned.h"
#include "stats/calibrate.h"
#include "stats/predictions.h"
#include "text/numeral.h"

struct csuccess_calibrator {
    csuccess_allocator mem;
    csuccess__arena arena; /* of the knots */
    csuccess__platt platt; /* unless isotonic */
    csuccess__isotonic isotonic;
    bool is_isotonic;
    bool probability; /* of what it was fitted on */
};

/* ---- Fitting ---- */

/* Platt's and the intercept work on log-odds. */
static csuccess_result fit_line(csuccess_calibrator *c, bool slope, const csuccess__scored *in)
{
    csuccess__scored data = *in;
    double *log_odds = NULL;
    csuccess_result r = CSUCCESS_OK;
    if (in->probability && in->rows > 0) {
        log_odds = csuccess__alloc(&c->mem, in->rows, sizeof *log_odds);
        if (!log_odds) return CSUCCESS_ENOMEM;
        for (uint32_t i = 0; i < in->rows; i++) {
            log_odds[i] = csuccess__log_odds(in->scores[i]);
        }
        data.scores = log_odds;
    }
    data.probability = false;
    c->platt.slope = 1;
    r = slope ? csuccess__platt_fit(&c->platt, &data)
              : csuccess__intercept_fit(&c->platt.intercept, &data);
    csuccess__release(&c->mem, log_odds, in->rows, sizeof *log_odds);
    return r;
}

static csuccess_result fit(csuccess_calibrator *c, uint32_t kind, const csuccess__scored *in)
{
    if (kind == CSUCCESS_CALIBRATOR_ISOTONIC) {
        c->is_isotonic = true;
        return csuccess__isotonic_fit(&c->isotonic, &c->arena, &c->mem, in);
    }
    return fit_line(c, kind == CSUCCESS_CALIBRATOR_PLATT, in);
}

csuccess_result csuccess_calibrator_fit(csuccess_calibrator **out, uint32_t kind,
                                        const csuccess_predictions *predictions,
                                        const csuccess_allocator *allocator,
                                        csuccess_error *err)
{
    csuccess_allocator mem;
    csuccess__scored in;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    if (kind < CSUCCESS_CALIBRATOR_PLATT || kind > CSUCCESS_CALIBRATOR_INTERCEPT) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "kind is one of CSUCCESS_CALIBRATOR_*");
    }
    csuccess_result r = csuccess__allocator_take(&mem, allocator, err);
    if (r >= 0) r = csuccess__predictions_take(&in, predictions, err);
    if (r < 0) return r;
    csuccess_calibrator *c = csuccess__alloc(&mem, 1, sizeof *c);
    if (!c) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    *c = (csuccess_calibrator){.mem = mem, .probability = in.probability};
    csuccess__arena_init(&c->arena, &c->mem, 0);
    r = fit(c, kind, &in);
    if (r >= 0) {
        *out = c;
        return CSUCCESS_OK;
    }
    csuccess_calibrator_free(c);
    return csuccess__fail(err, r,
                          r == CSUCCESS_EDATA
                              ? "a calibration needs rows of outcome 0 and of outcome 1"
                              : "out of memory");
}

void csuccess_calibrator_free(csuccess_calibrator *c)
{
    if (!c) return;
    csuccess_allocator mem = c->mem;
    csuccess__arena_free(&c->arena);
    csuccess__release(&mem, c, 1, sizeof *c);
}

/* ---- Applying ---- */

static double apply(const csuccess_calibrator *c, double score)
{
    if (c->is_isotonic) {
        return csuccess__clip_probability(csuccess__isotonic_at(&c->isotonic, score));
    }
    return csuccess__platt_at(&c->platt, c->probability ? csuccess__log_odds(score) : score);
}

static bool is_good(const csuccess_calibrator *c, double score)
{
    return c->probability ? score >= 0 && score <= 1 : csuccess__is_finite(score);
}

csuccess_result csuccess_calibrator_apply(const csuccess_calibrator *c, const double *scores,
                                          size_t count, double *out, csuccess_error *err)
{
    if (!c || (count > 0 && (!scores || !out))) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "calibrator, scores and out are required");
    }
    for (size_t i = 0; i < count; i++) {
        if (is_good(c, scores[i])) continue;
        return csuccess__fail(err, CSUCCESS_ERANGE, "score %z is not %s", i,
                              c->probability ? "a probability, 0 to 1" : "finite");
    }
    for (size_t i = 0; i < count; i++) out[i] = apply(c, scores[i]);
    return CSUCCESS_OK;
}

/* ---- Writing ---- */

static void put_pair(csuccess__buffer *buf, double a, double b)
{
    csuccess__buffer_char(buf, '[');
    csuccess__numeral_put(buf, a);
    csuccess__buffer_char(buf, ',');
    csuccess__numeral_put(buf, b);
    csuccess__buffer_char(buf, ']');
}

static void put_calibrator(csuccess__buffer *buf, const csuccess_calibrator *c)
{
    if (!c->is_isotonic) {
        csuccess__buffer_cstr(buf, "{\"platt\":");
        put_pair(buf, c->platt.slope, c->platt.intercept);
        csuccess__buffer_char(buf, '}');
        return;
    }
    csuccess__buffer_cstr(buf, "{\"isotonic\":[");
    for (uint32_t i = 0; i < c->isotonic.knots; i++) {
        if (i > 0) csuccess__buffer_char(buf, ',');
        put_pair(buf, c->isotonic.x[i], c->isotonic.y[i]);
    }
    csuccess__buffer_cstr(buf, "]}");
}

csuccess_result csuccess_calibrator_json(csuccess_text **out, const csuccess_calibrator *c,
                                         csuccess_error *err)
{
    csuccess__buffer buf;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    if (!c) return csuccess__fail(err, CSUCCESS_EINVALID, "calibrator is required");
    csuccess__buffer_init(&buf, &c->mem, 0);
    put_calibrator(&buf, c);
    csuccess_result r = buf.status;
    if (r >= 0) r = csuccess__text_make(out, &c->mem, csuccess__buffer_view(&buf));
    csuccess__buffer_free(&buf);
    return r < 0 ? csuccess__fail(err, r, "out of memory") : r;
}
