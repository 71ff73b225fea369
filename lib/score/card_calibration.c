/* SPDX-License-Identifier: Apache-2.0 */
/* Calibration of a scorecard: a row of its own, after the link. */
#include "score/card_internal.h"

static const char *const calibration_keys[] = {"platt", "isotonic", "description", NULL};

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
    out->platt = (csuccess__platt){slope->number, intercept->number};
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
    out->kind = CSUCCESS__CALIBRATOR_ISOTONIC;
    out->line = (csuccess__isotonic){x, y, n};
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

double csuccess__calibrate(const csuccess__card_calibration *c, bool logistic, double linear)
{
    switch (c->kind) {
    case CSUCCESS__CALIBRATOR_PLATT:
        return csuccess__platt_at(&c->platt, logistic ? linear : csuccess__log_odds(linear));
    case CSUCCESS__CALIBRATOR_ISOTONIC: {
        double p = logistic ? csuccess__sigmoid(linear) : csuccess__clip_probability(linear);
        return csuccess__clip_probability(csuccess__isotonic_at(&c->line, p));
    }
    default:
        return logistic ? csuccess__sigmoid(linear) : linear;
    }
}

double csuccess__calibration_part(const csuccess__card_calibration *c, bool logistic,
                                  double linear)
{
    if (c->kind == CSUCCESS__CALIBRATOR_NONE) return 0;
    double p = csuccess__calibrate(c, logistic, linear);
    return (logistic ? csuccess__log_odds(p) : p) - linear;
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
    if (card->calibration.kind == CSUCCESS__CALIBRATOR_PLATT &&
        card->calibration.platt.slope <= 0) {
        csuccess__problem(problems, at, 0,
                          "a slope that is not above 0 turns the order of customers around");
    }
}
