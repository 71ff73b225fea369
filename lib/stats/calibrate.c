/* SPDX-License-Identifier: Apache-2.0 */
/* Platt's scaling, the intercept alone, and isotonic regression. */
#include "stats/calibrate.h"

#include "base/number.h"
#include "stats/ranking.h"

#include <math.h>

double csuccess__clip_probability(double p)
{
    const double least = CSUCCESS__LEAST_PROBABILITY;
    return p < least ? least : p > 1 - least ? 1 - least : p;
}

double csuccess__log_odds(double p)
{
    p = csuccess__clip_probability(p);
    return csuccess__ln(p / (1 - p));
}

/* ---- Platt ---- */

/* What is fitted: rows, and what each label counts as. */
struct fit {
    const csuccess__scored *data;
    double targets[2];
    double weights[2]; /* by label */
    double half_centre, half_scale;
};

/* The score as it is fitted: from its centre in units of its scale, or the curvature of scores that are
   large or far from 0 would have no digits. By halves, as the distance of two may overflow. */
static double place_of(const struct fit *fit, uint32_t row)
{
    return (fit->data->scores[row] / 2 - fit->half_centre) / fit->half_scale;
}

static csuccess_result start(struct fit *fit, const csuccess__scored *data, bool smooth)
{
    csuccess__scored loose = *data;
    loose.probability = false;
    csuccess_result r = csuccess__scored_check(&loose, NULL);
    if (r < 0) return r;
    *fit = (struct fit){.data = data, .targets = {0, 1}, .half_scale = 0.5};
    double *weights = fit->weights;
    for (uint32_t i = 0; i < data->rows; i++) {
        weights[data->labels[i]] += csuccess__weight_of(data, i);
    }
    if (!(weights[0] > 0 && weights[1] > 0)) return CSUCCESS_EDATA;
    if (smooth) {
        fit->targets[0] = 1 / (weights[0] + 2);
        fit->targets[1] = (weights[1] + 1) / (weights[1] + 2);
    }
    return CSUCCESS_OK;
}

/* The negative log likelihood: the sum of ln(1 + exp(z)) - target z. */
static double loss_of(const struct fit *fit, const csuccess__platt *at)
{
    double loss = 0;
    for (uint32_t i = 0; i < fit->data->rows; i++) {
        double z = at->slope * place_of(fit, i) + at->intercept;
        double soft = csuccess__ln(1 + csuccess__exp(-fabs(z))) + (z > 0 ? z : 0);
        loss +=
            csuccess__weight_of(fit->data, i) * (soft - fit->targets[fit->data->labels[i]] * z);
    }
    return loss;
}

struct newton {
    double gradient[2];                  /* by slope, by intercept */
    double curve_ss, curve_si, curve_ii; /* second derivatives */
};

static struct newton derive(const struct fit *fit, const csuccess__platt *at)
{
    struct newton n = {{0, 0}, 0, 0, 0};
    for (uint32_t i = 0; i < fit->data->rows; i++) {
        double f = place_of(fit, i), w = csuccess__weight_of(fit->data, i);
        double z = at->slope * f + at->intercept, target = fit->targets[fit->data->labels[i]];
        double p = csuccess__sigmoid(z),
               q = csuccess__sigmoid(-z); /* 1 - p has no digits near 1 */
        double off = w * ((1 - target) * p - target * q), curve = w * p * q;
        n.gradient[0] += f * off;
        n.gradient[1] += off;
        n.curve_ss += f * f * curve;
        n.curve_si += f * curve;
        n.curve_ii += curve;
    }
    return n;
}

/* Newton's step; the curvature gets a little more of itself, so that it can always be
   inverted. */
static csuccess__platt step_of(struct newton n, bool with_slope)
{
    double ii = n.curve_ii * (1 + 1e-12) + 1e-300, ss = n.curve_ss * (1 + 1e-12) + 1e-300;
    if (!with_slope) return (csuccess__platt){0, -n.gradient[1] / ii};
    double determinant = ss * ii - n.curve_si * n.curve_si;
    return (csuccess__platt){
        -(ii * n.gradient[0] - n.curve_si * n.gradient[1]) / determinant,
        -(ss * n.gradient[1] - n.curve_si * n.gradient[0]) / determinant,
    };
}

/* Halves the step until the loss falls; false when it never does: the bottom is reached. */
static bool walk(csuccess__platt *at, double *loss, const struct fit *fit, csuccess__platt step)
{
    double share = 1;
    for (int halvings = 0; halvings < 34; halvings++) {
        csuccess__platt next = {at->slope + share * step.slope,
                                at->intercept + share * step.intercept};
        double fell = loss_of(fit, &next);
        if (fell < *loss) {
            *at = next;
            *loss = fell;
            return true;
        }
        share /= 2;
    }
    return false;
}

static void descend(csuccess__platt *at, const struct fit *fit, bool with_slope)
{
    double loss = loss_of(fit, at);
    for (int i = 0; i < 100; i++) {
        csuccess__platt step = step_of(derive(fit, at), with_slope);
        if (!csuccess__is_finite(step.slope) || !csuccess__is_finite(step.intercept)) return;
        if (!walk(at, &loss, fit, step)) {
            /* the loss is flat to its last digit, where Newton's step still is exact */
            if (fabs(step.slope) < 1e-5 && fabs(step.intercept) < 1e-5) {
                at->slope += step.slope;
                at->intercept += step.intercept;
            }
            return;
        }
    }
}

/* The middle of the scores and the greatest distance from it; false when they are all the same, or as
   good as that. */
static bool spread(struct fit *fit)
{
    const csuccess__scored *data = fit->data;
    double low = data->scores[0] / 2, high = low;
    for (uint32_t i = 1; i < data->rows; i++) {
        double half = data->scores[i] / 2;
        low = half < low ? half : low;
        high = half > high ? half : high;
    }
    fit->half_centre = low + (high - low) / 2;
    fit->half_scale = (high - low) / 2;
    return fit->half_scale > 1e-290;
}

csuccess_result csuccess__platt_fit(csuccess__platt *out, const csuccess__scored *data)
{
    struct fit fit;
    csuccess_result r = start(&fit, data, true);
    if (r < 0) return r;
    csuccess__platt at = {0, csuccess__ln((fit.weights[1] + 1) / (fit.weights[0] + 1))};
    bool with_slope = spread(&fit);
    if (!with_slope) fit.half_scale = 0.5; /* nothing is divided by 0 */
    descend(&at, &fit, with_slope);
    *out = (csuccess__platt){at.slope / fit.half_scale / 2,
                             at.intercept - at.slope * (fit.half_centre / fit.half_scale)};
    return CSUCCESS_OK;
}

double csuccess__platt_at(const csuccess__platt *platt, double log_odds)
{
    return csuccess__clip_probability(
        csuccess__sigmoid(platt->slope * log_odds + platt->intercept));
}

/* Where the intercept must be: exp(z) is above sigmoid(z), exp(-z) above 1 - sigmoid(z). */
struct bounds {
    double from, to;
};

static struct bounds bounds_of(const struct fit *fit)
{
    const csuccess__scored *data = fit->data;
    double low = data->scores[0], high = low, all = fit->weights[0] + fit->weights[1];
    for (uint32_t i = 1; i < data->rows; i++) {
        low = data->scores[i] < low ? data->scores[i] : low;
        high = data->scores[i] > high ? data->scores[i] : high;
    }
    return (struct bounds){csuccess__ln(fit->weights[1] / all) - high,
                           -csuccess__ln(fit->weights[0] / all) - low};
}

/* Newton's step where it stays within the bounds, else half way between them: far from the answer, where
   every probability is 0 or 1, there is no curvature to go by. */
static double next_intercept(struct bounds *in, struct newton n, double at)
{
    if (n.gradient[1] > 0) {
        in->to = at;
    } else if (n.gradient[1] < 0) {
        in->from = at;
    } else {
        return at;
    }
    double next = at - n.gradient[1] / n.curve_ii;
    return next > in->from && next < in->to ? next : in->from / 2 + in->to / 2;
}

csuccess_result csuccess__intercept_fit(double *shift, const csuccess__scored *data)
{
    struct fit fit;
    csuccess_result r = start(&fit, data, false);
    if (r < 0) return r;
    struct bounds in = bounds_of(&fit);
    csuccess__platt at = {1, in.from <= 0 && in.to >= 0 ? 0 : in.from / 2 + in.to / 2};
    double step = 1;
    /* Halving alone takes some 1,100 from the ends of double; Newton's last step is below rounding. */
    for (int i = 0; i < 1200 && step > 1e-15 && step > 1e-15 * fabs(at.intercept); i++) {
        double next = next_intercept(&in, derive(&fit, &at), at.intercept);
        step = fabs(next - at.intercept);
        at.intercept = next;
    }
    *shift = at.intercept;
    return CSUCCESS_OK;
}

/* ---- Isotonic ---- */

/* A run of scores that get one value: from the score `low` to the score `high`. */
struct block {
    double low, high, mean, weight;
};

/* Puts a block behind the others and pools those that do not rise; gives how many there are. */
static uint32_t pool(struct block *blocks, uint32_t count, struct block next)
{
    while (count > 0 && !(blocks[count - 1].mean < next.mean)) {
        const struct block *before = &blocks[--count];
        double weight = before->weight + next.weight;
        next.mean = (before->weight * before->mean + next.weight * next.mean) / weight;
        next.weight = weight;
        next.low = before->low;
    }
    blocks[count] = next;
    return count + 1;
}

/* In ascending order of scores: the groups of the ranking, written from the end. */
static void read_groups(struct block *groups, uint32_t count, const csuccess__ranking *ranking)
{
    for (csuccess__score_group g = {0}; csuccess__ranking_next(&g, ranking);) {
        double weight = g.weights[0] + g.weights[1];
        groups[--count] = (struct block){g.score, g.score, g.weights[1] / weight, weight};
    }
}

static uint32_t count_groups(const csuccess__ranking *ranking)
{
    uint32_t count = 0;
    for (csuccess__score_group g = {0}; csuccess__ranking_next(&g, ranking);) count++;
    return count;
}

/* The ends of every block; a block of one score is one knot. */
static csuccess_result keep(csuccess__isotonic *out, csuccess__arena *arena,
                            const struct block *blocks, uint32_t count)
{
    uint32_t knots = 0;
    for (uint32_t i = 0; i < count; i++) knots += blocks[i].low < blocks[i].high ? 2 : 1;
    double *x = CSUCCESS__NEW_ARRAY(arena, double, knots);
    double *y = CSUCCESS__NEW_ARRAY(arena, double, knots);
    if (!x || !y) return CSUCCESS_ENOMEM;
    *out = (csuccess__isotonic){x, y, knots};
    for (uint32_t i = 0; i < count; i++) {
        *x++ = blocks[i].low;
        *y++ = blocks[i].mean;
        if (!(blocks[i].low < blocks[i].high)) continue;
        *x++ = blocks[i].high;
        *y++ = blocks[i].mean;
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__isotonic_fit(csuccess__isotonic *out, csuccess__arena *arena,
                                       const csuccess_allocator *mem,
                                       const csuccess__scored *data)
{
    csuccess__ranking ranking;
    *out = (csuccess__isotonic){NULL, NULL, 0};
    csuccess_result r = csuccess__ranking_init(&ranking, mem, data);
    if (r < 0) return r;
    uint32_t groups = count_groups(&ranking), count = 0;
    struct block *blocks = NULL;
    if (ranking.counts[0] == 0 || ranking.counts[1] == 0) {
        r = CSUCCESS_EDATA;
    } else {
        blocks = csuccess__alloc(mem, groups, sizeof *blocks);
        r = blocks ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    }
    if (r >= 0) {
        read_groups(blocks, groups, &ranking);
        for (uint32_t i = 0; i < groups; i++) count = pool(blocks, count, blocks[i]);
        r = keep(out, arena, blocks, count);
    }
    csuccess__release(mem, blocks, groups, sizeof *blocks);
    csuccess__ranking_free(&ranking);
    return r;
}

double csuccess__isotonic_at(const csuccess__isotonic *isotonic, double x)
{
    uint32_t from = 0, to = isotonic->knots; /* knots before `from` are below x */
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (isotonic->x[middle] < x) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    if (from == 0) return isotonic->y[0];
    if (from == isotonic->knots) return isotonic->y[from - 1];
    double x0 = isotonic->x[from - 1], x1 = isotonic->x[from], y0 = isotonic->y[from - 1];
    double share = (x - x0) / (x1 - x0);
    if (!csuccess__is_finite(x1 - x0)) share = (x / 2 - x0 / 2) / (x1 / 2 - x0 / 2);
    return y0 + share * (isotonic->y[from] - y0);
}
