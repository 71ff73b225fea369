/* SPDX-License-Identifier: Apache-2.0 */
/* Selection of pairs after FAST (Lou, Caruana, Gehrke, Hooker, Accurate intelligible models with pairwise
   interactions, KDD 2013): every two cuts make four quadrants; measured here is how far the effects of the four are
   from adding up. Of hundreds of pairs some look strong by chance, and the more so the more cuts each was offered:
   therefore the cuts found in one half of the rows must hold in the other. */
#include "churn/learn/pairs.h"

#include "base/number.h"

#include <math.h>
#include <string.h>

static const double least = 1.0;       /* curvature of a quadrant in which a cut is sought */
static const double least_told = 0.05; /* and in which it is told */
static const double alike = 0.98; /* share of rows from which on a column repeats another */

typedef struct scan {
    const csuccess__boost *boost;
    const csuccess__cut *a, *b; /* the pair */
    const float *slopes;
    const uint8_t *part;
    csuccess__gathered *cells; /* of even parts, odd parts, both */
    csuccess__gathered *lines; /* four of them */
} scan;

/* Two cuts and their contrast: the chi-squared of one degree of freedom, and its sign. */
typedef struct crossing {
    uint32_t row, column;
    double chi, sign;
} crossing;

static csuccess__gathered less(csuccess__gathered a, csuccess__gathered b)
{
    return (csuccess__gathered){a.g - b.g, a.h - b.h};
}

static csuccess__gathered plus(csuccess__gathered a, csuccess__gathered b)
{
    return (csuccess__gathered){a.g + b.g, a.h + b.h};
}

static uint32_t cell_count(const scan *s)
{
    return s->a->coarse_codes.bins * s->b->coarse_codes.bins;
}

static void gather_cells(const scan *s)
{
    uint32_t columns = s->b->coarse_codes.bins, cells = cell_count(s);
    const uint8_t *a = s->a->coarse_codes.narrow, *b = s->b->coarse_codes.narrow;
    csuccess__gathered *both = s->cells + (size_t)cells * 2;
    memset(s->cells, 0, (size_t)cells * 2 * sizeof *s->cells);
    for (uint32_t i = 0; i < s->boost->data->rows; i++) {
        csuccess__gathered *cell =
            &s->cells[(s->part[i] & 1u) * cells + (uint32_t)a[i] * columns + b[i]];
        cell->g += (double)s->slopes[(size_t)i * 2];
        cell->h += (double)s->slopes[(size_t)i * 2 + 1];
    }
    for (uint32_t c = 0; c < cells; c++) both[c] = plus(s->cells[c], s->cells[cells + c]);
}

/* By how much four quadrants, effects e = G / H with variance 1 / H, do not add up; its variance, 0 where one has
   too few rows. */
static double contrast(const csuccess__gathered q[4], double enough, double *variance)
{
    *variance = 0;
    for (int i = 0; i < 4; i++) {
        if (q[i].h < enough) return 0;
    }
    *variance = 1 / q[0].h + 1 / q[1].h + 1 / q[2].h + 1 / q[3].h;
    return q[0].g / q[0].h - q[1].g / q[1].h - q[2].g / q[2].h + q[3].g / q[3].h;
}

/* A cut at a bin is between it and the next; of words, and at missing, between it and all others. */
static bool stands_alone(const csuccess__cut *cut, uint32_t bin)
{
    return cut->fine.words || bin + 1 == cut->coarse_codes.bins;
}

/* Crosses a cut of rows, whose sums on both sides are given, with every cut of columns. */
static void cross_columns(const scan *s, const csuccess__gathered *sides[2], uint32_t row,
                          crossing *best)
{
    csuccess__gathered all[2] = {{0, 0}, {0, 0}}, run[2] = {{0, 0}, {0, 0}};
    uint32_t columns = s->b->coarse_codes.bins;
    for (uint32_t c = 0; c < columns; c++) {
        all[0] = plus(all[0], sides[0][c]);
        all[1] = plus(all[1], sides[1][c]);
    }
    for (uint32_t c = 0; c < columns; c++) {
        run[0] = plus(run[0], sides[0][c]);
        run[1] = plus(run[1], sides[1][c]);
        bool alone = stands_alone(s->b, c);
        csuccess__gathered l = alone ? sides[0][c] : run[0], r = alone ? sides[1][c] : run[1];
        csuccess__gathered q[4] = {l, less(all[0], l), r, less(all[1], r)};
        double variance, away = contrast(q, least, &variance);
        if (variance > 0 && away * away / variance > best->chi) {
            *best = (crossing){row, c, away * away / variance, away > 0 ? 1 : -1};
        }
    }
}

/* The two cuts of the greatest contrast. */
static crossing find(const scan *s, const csuccess__gathered *cells)
{
    uint32_t rows = s->a->coarse_codes.bins, columns = s->b->coarse_codes.bins;
    csuccess__gathered *all = s->lines, *run = all + columns, *left = run + columns;
    csuccess__gathered *right = left + columns;
    const csuccess__gathered *sides[2] = {left, right};
    crossing best = {0, 0, 0, 0};
    memset(s->lines, 0, (size_t)columns * 2 * sizeof *s->lines);
    for (uint32_t r = 0; r < rows; r++) {
        for (uint32_t c = 0; c < columns; c++) all[c] = plus(all[c], cells[r * columns + c]);
    }
    for (uint32_t r = 0; r < rows; r++) {
        bool alone = stands_alone(s->a, r);
        for (uint32_t c = 0; c < columns; c++) {
            csuccess__gathered cell = cells[r * columns + c];
            run[c] = plus(run[c], cell);
            left[c] = alone ? cell : run[c];
            right[c] = less(all[c], left[c]);
        }
        cross_columns(s, sides, r, &best);
    }
    return best;
}

static bool is_left(const csuccess__cut *cut, uint32_t at, uint32_t bin)
{
    return stands_alone(cut, at) ? bin == at : bin <= at;
}

/* The contrast of two cuts in other rows than they were found in, in standard deviations; positive when it goes the
   same way. */
static double tell(const scan *s, const csuccess__gathered *cells, const crossing *found)
{
    csuccess__gathered q[4] = {{0, 0}, {0, 0}, {0, 0}, {0, 0}};
    uint32_t rows = s->a->coarse_codes.bins, columns = s->b->coarse_codes.bins;
    for (uint32_t r = 0; r < rows; r++) {
        for (uint32_t c = 0; c < columns; c++) {
            int side = (is_left(s->a, found->row, r) ? 0 : 2) +
                       (is_left(s->b, found->column, c) ? 0 : 1);
            q[side] = plus(q[side], cells[r * columns + c]);
        }
    }
    double variance, away = contrast(q, least_told, &variance);
    return variance > 0 ? found->sign * away / sqrt(variance) : 0;
}

/* How strongly the pair at hand acts together; 0 when its cuts do not hold in the other half by `deviations`. */
static double strength(const scan *s, double deviations)
{
    gather_cells(s);
    const csuccess__gathered *even = s->cells, *odd = even + cell_count(s);
    crossing in_even = find(s, even), in_odd = find(s, odd);
    double z = (tell(s, odd, &in_even) + tell(s, even, &in_odd)) / sqrt(2);
    return z > deviations ? find(s, odd + cell_count(s)).chi : 0;
}

/* Whether a column is, in all but a few rows, an earlier one again, or that upside down. */
static bool repeats(const csuccess__boost *boost, const csuccess__cut *cuts, uint32_t f)
{
    uint32_t rows = boost->data->rows;
    for (uint32_t e = 0; e < f; e++) {
        const csuccess__bin_codes *x = &cuts[e].coarse_codes, *y = &cuts[f].coarse_codes;
        if (cuts[e].constant || x->bins != y->bins) continue;
        uint32_t same = 0, reverse = 0;
        for (uint32_t i = 0; i < rows; i++) {
            same += x->narrow[i] == y->narrow[i];
            reverse += x->narrow[i] + y->narrow[i] + 2u == x->bins;
        }
        if (same > alike * rows || reverse > alike * rows) return true;
    }
    return false;
}

bool csuccess__may_pair(const csuccess__boost *boost, const csuccess__cut *cuts,
                        uint32_t feature)
{
    return !cuts[feature].constant && boost->data->features[feature].monotone == 0 &&
           !repeats(boost, cuts, feature);
}

static bool has_pair(const csuccess__boost *boost, uint32_t first, uint32_t second)
{
    for (uint32_t t = 0; t < boost->term_count; t++) {
        const csuccess__boosted *term = &boost->terms[t];
        if (term->first == first && term->second == second) return true;
    }
    return false;
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

/* The z that one of `count` normal deviates is expected to exceed (M. Abramowitz, I. Stegun, Handbook of
   mathematical functions, 26.2.22). */
static double deviations_of(double count)
{
    if (count < 2) count = 2;
    double t = sqrt(2 * csuccess__ln(count));
    return t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t));
}

uint32_t csuccess__pairs_select(const csuccess__boost *boost, const csuccess__pairable *from,
                                const float *slopes, csuccess__pair *out, uint32_t most)
{
    uint32_t held = 0;
    double deviations = deviations_of(csuccess__pairs_of(from->count));
    scan s = {.boost = boost,
              .slopes = slopes,
              .part = boost->bags[0].part,
              .cells = boost->sums,
              .lines = boost->prefix};
    for (uint32_t i = 0; i < from->count; i++) {
        for (uint32_t j = i + 1; j < from->count; j++) {
            csuccess__pair pair = {from->features[i], from->features[j], 0};
            if (has_pair(boost, pair.first, pair.second)) continue;
            s.a = &from->cuts[pair.first];
            s.b = &from->cuts[pair.second];
            pair.strength = strength(&s, deviations);
            if (pair.strength > 0) keep(out, &held, most, pair);
        }
    }
    return held;
}
