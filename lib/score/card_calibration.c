/* SPDX-License-Identifier: Apache-2.0 */
/* Calibration of a scorecard: a row of its own, after the link. */
#include "score/card_internal.h"

#include "expr/kernels.h"

static const char *const calibration_keys[] = {"platt", "isotonic", "description", NULL};

static const double least = 1e-6;

/* ---- Reading ---- */

static bool read_platt(csuccess__card_calibration *out, csuccess__problems *problems,
                       const csuccess__json *json)
{
    const csuccess__json *slope = json->first, *intercept = json->last;
    bool fits = json->type == CSUCCESS__JSON_ARRAY && json->count == 2 &&
                slope->type == CSUCCESS__JSON_NUMBER &&
                intercept->type == CSUCCESS__JSON_NUMBER && fabs(slope->number) <= 1e9 &&
                fabs(intercept->number) <= 1e9;
    if (!fits) {
        csuccess__problem(problems, json, CSUCCESS_ECONFIG,
                          "\"platt\" is [slope, intercept], two numbers from -1e9 to 1e9");
        return false;
    }
    out->kind = CSUCCESS__CALIBRATOR_PLATT;
    out->slope = slope->number;
    out->intercept = intercept->number;
    return true;
}

static bool is_share(const csuccess__json *json)
{
    return json->type == CSUCCESS__JSON_NUMBER && json->number >= 0 && json->number <= 1;
}

static bool read_point(csuccess__problems *problems, const csuccess__json *pair, double *x,
                       double *y)
{
    bool fits = pair->type == CSUCCESS__JSON_ARRAY && pair->count == 2 &&
                is_share(pair->first) && is_share(pair->last);
    if (!fits) {
        csuccess__problem(problems, pair, CSUCCESS_ECONFIG,
                          "expected [x, y], two numbers from 0 to 1");
        return false;
    }
    *x = pair->first->number;
    *y = pair->last->number;
    return true;
}

static bool read_isotonic(csuccess__card_calibration *out, csuccess__arena *arena,
                          csuccess__problems *problems, const csuccess__json *json)
{
    if (json->type != CSUCCESS__JSON_ARRAY || json->count == 0) {
        csuccess__problem(problems, json, CSUCCESS_ECONFIG,
                          "\"isotonic\" is a list of at least one [x, y]");
        return false;
    }
    double *x = CSUCCESS__NEW_ARRAY(arena, double, json->count);
    double *y = CSUCCESS__NEW_ARRAY(arena, double, json->count);
    if (!x || !y) {
        problems->lost = true;
        return false;
    }
    uint32_t n = 0;
    for (const csuccess__json *pair = json->first; pair; pair = pair->next, n++) {
        if (!read_point(problems, pair, &x[n], &y[n])) return false;
        if (n > 0 && (!(x[n] > x[n - 1]) || y[n] < y[n - 1])) {
            csuccess__problem(problems, pair, CSUCCESS_ECONFIG,
                              "an isotonic line rises: every x is above the one before, and no "
                              "y below");
            return false;
        }
    }
    *out = (csuccess__card_calibration){CSUCCESS__CALIBRATOR_ISOTONIC, 0, 0, x, y, n};
    return true;
}

bool csuccess__calibration_read(csuccess__card_calibration *out, csuccess__arena *arena,
                                csuccess__problems *problems, const csuccess__json *json)
{
    *out = (csuccess__card_calibration){0};
    if (!csuccess__read_object(problems, json, calibration_keys)) return false;
    const csuccess__json *platt = csuccess__json_member(json, "platt");
    const csuccess__json *isotonic = csuccess__json_member(json, "isotonic");
    if (!platt == !isotonic) {
        csuccess__problem(problems, json, CSUCCESS_ECONFIG,
                          "\"calibration\" is either {\"platt\": [slope, intercept]} or "
                          "{\"isotonic\": [[x, y], ...]}");
        return false;
    }
    return platt ? read_platt(out, problems, platt)
                 : read_isotonic(out, arena, problems, isotonic);
}

/* ---- Arithmetic ---- */

static double clip(double p)
{
    double low = p < least ? least : p;
    return low > 1 - least ? 1 - least : low;
}

static double log_odds(double p)
{
    return csuccess__ln(p / (1 - p));
}

static double along(const csuccess__card_calibration *c, double p)
{
    uint32_t i = (uint32_t)csuccess__k_count(c->x, c->count, p, false);
    if (i == 0 || i == c->count) return i == 0 ? c->y[0] : c->y[c->count - 1];
    double share = (p - c->x[i - 1]) / (c->x[i] - c->x[i - 1]);
    return c->y[i - 1] + (c->y[i] - c->y[i - 1]) * share;
}

double csuccess__calibrate(const csuccess__card_calibration *c, bool logistic, double linear)
{
    switch (c->kind) {
    case CSUCCESS__CALIBRATOR_PLATT: {
        double x = logistic ? linear : log_odds(clip(linear));
        return clip(csuccess__sigmoid(c->slope * x + c->intercept));
    }
    case CSUCCESS__CALIBRATOR_ISOTONIC:
        return clip(along(c, logistic ? csuccess__sigmoid(linear) : clip(linear)));
    default:
        return logistic ? csuccess__sigmoid(linear) : linear;
    }
}

double csuccess__calibration_part(const csuccess__card_calibration *c, bool logistic,
                                  double linear)
{
    if (c->kind == CSUCCESS__CALIBRATOR_NONE) return 0;
    double p = csuccess__calibrate(c, logistic, linear);
    return (logistic ? log_odds(p) : p) - linear;
}

/* ---- Lint ---- */

/* The score that a calibration reads as a probability goes beyond 0 to 1. */
static bool leaves_probability(const csuccess__scorecard *card)
{
    csuccess__scorecard plain = *card;
    double low, high;
    plain.calibrated = false;
    return !card->logistic && csuccess__scorecard_range(&plain, NULL, &low, &high) &&
           (csuccess__round9(low) < 0 || csuccess__round9(high) > 1);
}

void csuccess__card_lint(csuccess__problems *problems, const csuccess__scorecard *card)
{
    if (!card || !card->calibrated) return;
    const csuccess__json *at = csuccess__json_member(card->nodes[0].json, "calibration");
    if (leaves_probability(card)) {
        csuccess__problem(problems, at, 0,
                          "without a logistic link the calibration reads the score as a "
                          "probability, and this one leaves 0 to 1; \"scale\" it or give it "
                          "\"link\": \"logistic\"");
    }
    if (card->calibration.kind == CSUCCESS__CALIBRATOR_PLATT && card->calibration.slope <= 0) {
        csuccess__problem(problems, at, 0,
                          "a slope that is not above 0 turns the order of customers around");
    }
}
