/* SPDX-License-Identifier: Apache-2.0 */
/* Selection of pairs after FAST (Lou, Caruana, Gehrke, Hooker, Accurate intelligible models with pairwise interactions, KDD 2013): every pair
   of cuts gives four quadrants; what is measured here is how far the four are from adding up. */
#include "churn/learn/pairs.h"

#include <string.h>

static const double least = 1.0; /* curvature of a quadrant */

static const double least_strength = 12;

typedef struct scan {
    const csuccess__boost *boost;
    const csuccess__cut *cuts;
    const float *slopes;
    csuccess__gathered *cells, *lines;
} scan;

static void gather_cells(const scan *s, const csuccess__cut *a, const csuccess__cut *b)
{
    uint32_t columns = b->coarse_codes.bins, rows = s->boost->data->rows;
    memset(s->cells, 0, (size_t)a->coarse_codes.bins * columns * sizeof *s->cells);
    for (uint32_t i = 0; i < rows; i++) {
        csuccess__gathered *cell =
            &s->cells[a->coarse_codes.narrow[i] * columns + b->coarse_codes.narrow[i]];
        cell->g += (double)s->slopes[(size_t)i * 2];
        cell->h += (double)s->slopes[(size_t)i * 2 + 1];
    }
}

static csuccess__gathered less(csuccess__gathered a, csuccess__gathered b)
{
    return (csuccess__gathered){a.g - b.g, a.h - b.h};
}

static csuccess__gathered plus(csuccess__gathered a, csuccess__gathered b)
{
    return (csuccess__gathered){a.g + b.g, a.h + b.h};
}

/* The chi-squared of one degree of freedom of four quadrants, effects e = G / H with variance 1 / H, against effects that add up. */
static double contrast(const csuccess__gathered q[4])
{
    for (int i = 0; i < 4; i++) {
        if (q[i].h < least) return 0;
    }
    double c = q[0].g / q[0].h - q[1].g / q[1].h - q[2].g / q[2].h + q[3].g / q[3].h;
    return c * c / (1 / q[0].h + 1 / q[1].h + 1 / q[2].h + 1 / q[3].h);
}

/* The most of all cuts of the second axis, given the sums on both sides of a cut of the first. */
static double best_of_line(const csuccess__gathered *left, const csuccess__gathered *right,
                           uint32_t bins, bool words)
{
    csuccess__gathered all[2] = {{0, 0}, {0, 0}}, run[2] = {{0, 0}, {0, 0}};
    double most = 0;
    for (uint32_t b = 0; b < bins; b++) {
        all[0] = plus(all[0], left[b]);
        all[1] = plus(all[1], right[b]);
    }
    for (uint32_t b = 0; b < bins; b++) {
        bool alone = words || b + 1 == bins;
        csuccess__gathered keep[2] = {plus(run[0], left[b]), plus(run[1], right[b])};
        csuccess__gathered l = alone ? left[b] : keep[0], r = alone ? right[b] : keep[1];
        csuccess__gathered q[4] = {l, less(all[0], l), r, less(all[1], r)};
        double c = contrast(q);
        if (c > most) most = c;
        memcpy(run, keep, sizeof run);
    }
    return most;
}

/* The strongest contrast of any two cuts. */
static double strength(const scan *s, const csuccess__cut *a, const csuccess__cut *b)
{
    uint32_t rows = a->coarse_codes.bins, columns = b->coarse_codes.bins;
    csuccess__gathered *all = s->lines, *run = all + columns, *left = run + columns,
                       *right = left + columns;
    gather_cells(s, a, b);
    memset(s->lines, 0, (size_t)columns * 4 * sizeof *s->lines);
    for (uint32_t r = 0; r < rows; r++) {
        for (uint32_t c = 0; c < columns; c++) {
            all[c] = plus(all[c], s->cells[r * columns + c]);
        }
    }
    double most = 0;
    for (uint32_t r = 0; r < rows; r++) {
        bool alone = a->fine.words || r + 1 == rows;
        for (uint32_t c = 0; c < columns; c++) {
            csuccess__gathered cell = s->cells[r * columns + c];
            run[c] = plus(run[c], cell);
            left[c] = alone ? cell : run[c];
            right[c] = less(all[c], left[c]);
        }
        double c = best_of_line(left, right, columns, b->fine.words != NULL);
        if (c > most) most = c;
    }
    return most;
}

/* Puts a pair where it belongs among the `held` strongest so far. */
static void keep(csuccess__pair *out, uint32_t *held, uint32_t most, csuccess__pair pair)
{
    uint32_t at = *held;
    while (at > 0 && out[at - 1].strength < pair.strength) at--;
    if (at >= most) return;
    if (*held < most) ++*held;
    memmove(&out[at + 1], &out[at], (*held - at - 1) * sizeof *out);
    out[at] = pair;
}

static bool may_pair(const scan *s, uint32_t f)
{
    return !s->cuts[f].constant && s->boost->data->features[f].monotone == 0;
}

uint32_t csuccess__pairs_select(const csuccess__boost *boost, const csuccess__cut *cuts,
                                const float *slopes, csuccess__pair *out, uint32_t most)
{
    scan s = {boost, cuts, slopes, boost->sums, boost->prefix};
    uint32_t held = 0;
    for (uint32_t a = 0; a < boost->data->feature_count; a++) {
        for (uint32_t b = a + 1; may_pair(&s, a) && b < boost->data->feature_count; b++) {
            if (!may_pair(&s, b)) continue;
            csuccess__pair pair = {a, b, strength(&s, &cuts[a], &cuts[b])};
            if (pair.strength > least_strength) keep(out, &held, most, pair);
        }
    }
    return held;
}
