/* SPDX-License-Identifier: Apache-2.0 */
/* One boosting step of a pair: one cut of one axis, and on both sides of it a cut of the other; the better of the
   two orders. An axis of numbers is cut between two values or into missing and not missing; an axis of words into
   one word and all others. */
#include "churn/learn/additive_boost.h"

#include <string.h>

static const double lambda = 1.0; /* curvature added to that of every leaf */
static const double least = 1.0;  /* curvature of a leaf, else it is not cut off */

typedef struct axis {
    uint32_t bins, stride; /* in cells */
    bool words;
} axis;

/* A cut of one axis: left are the bins up to `at`, or, when alone, only bin `at`. */
typedef struct side_cut {
    uint32_t at;
    bool alone, none;
    double gain; /* G^2 / (H + lambda) over both sides */
    csuccess__gathered left, right;
} side_cut;

typedef struct plan {
    double gain;
    bool swapped; /* the first cut is of the second axis */
    uint32_t at;
    bool alone;
    side_cut inner[2]; /* left and right of the first cut */
} plan;

static double gain_of(csuccess__gathered a)
{
    return a.g * a.g / (a.h + lambda);
}

static csuccess__gathered less(csuccess__gathered a, csuccess__gathered b)
{
    return (csuccess__gathered){a.g - b.g, a.h - b.h};
}

static csuccess__gathered plus(csuccess__gathered a, csuccess__gathered b)
{
    return (csuccess__gathered){a.g + b.g, a.h + b.h};
}

/* The number of cuts that an axis has; each is of a bin, the last of numbers being missing alone. */
static uint32_t cuts_of(const axis *a)
{
    return a->words ? a->bins : a->bins - 1;
}

static uint32_t bin_of_cut(const axis *a, uint32_t cut)
{
    return !a->words && cut + 2 == a->bins ? cut + 1 : cut;
}

static bool cut_is_alone(const axis *a, uint32_t cut)
{
    return a->words || cut + 2 == a->bins;
}

static void consider(side_cut *best, const side_cut *one)
{
    if (one->left.h < least || one->right.h < least || !(one->gain > best->gain)) return;
    *best = *one;
}

/* The best cut of the sums of one axis, bin by bin, or none. */
static side_cut cut_line(const csuccess__gathered *sums, const axis *a)
{
    csuccess__gathered all = {0, 0}, run = {0, 0};
    for (uint32_t b = 0; b < a->bins; b++) all = plus(all, sums[b]);
    side_cut best = {.none = true, .gain = gain_of(all), .left = all, .right = all};
    for (uint32_t c = 0; c < cuts_of(a); c++) {
        uint32_t b = bin_of_cut(a, c);
        side_cut one = {.at = b, .alone = cut_is_alone(a, c)};
        run = plus(run, sums[b]);
        one.left = one.alone ? sums[b] : run;
        one.right = less(all, one.left);
        if (one.left.h < least) continue;
        one.gain = gain_of(one.left) + gain_of(one.right);
        consider(&best, &one);
    }
    return best;
}

/* Tries every cut of `outer` with the best cuts of `inner` on both sides. lines has room for three lines of inner
   bins. */
static void search(const csuccess__gathered *cells, const axis axes[2],
                   csuccess__gathered *lines, plan *best)
{
    const axis *outer = &axes[best->swapped], *inner = &axes[!best->swapped];
    csuccess__gathered *all = lines, *run = all + inner->bins, *rest = run + inner->bins;
    memset(lines, 0, (size_t)inner->bins * 3 * sizeof *lines);
    for (uint32_t o = 0; o < outer->bins; o++) {
        for (uint32_t i = 0; i < inner->bins; i++) {
            all[i] = plus(all[i], cells[o * outer->stride + i * inner->stride]);
        }
    }
    for (uint32_t c = 0; c < cuts_of(outer); c++) {
        uint32_t b = bin_of_cut(outer, c);
        bool alone = cut_is_alone(outer, c);
        double curvature = 0;
        for (uint32_t i = 0; i < inner->bins; i++) {
            csuccess__gathered cell = cells[b * outer->stride + i * inner->stride];
            run[i] = alone ? cell : plus(run[i], cell);
            rest[i] = less(all[i], run[i]);
            curvature += run[i].h;
        }
        if (curvature < least) continue;
        side_cut left = cut_line(run, inner), right = cut_line(rest, inner);
        if (right.right.h >= least && left.gain + right.gain > best->gain) {
            *best = (plan){left.gain + right.gain, best->swapped, b, alone, {left, right}};
        }
    }
}

static bool is_left(bool alone, uint32_t at, uint32_t bin, const axis *a)
{
    if (alone) return bin == at;
    return bin <= at && bin + 1 < a->bins;
}

static double value_at(const plan *p, const axis axes[2], const uint32_t bins[2])
{
    bool left = is_left(p->alone, p->at, bins[p->swapped], &axes[p->swapped]);
    const side_cut *c = &p->inner[!left];
    bool low = c->none || is_left(c->alone, c->at, bins[!p->swapped], &axes[!p->swapped]);
    csuccess__gathered sum = low ? c->left : c->right;
    return -sum.g / (sum.h + lambda);
}

void csuccess__fit_pair(csuccess__boost *boost, const csuccess__boosted *term, uint32_t bag)
{
    (void)bag;
    axis axes[2] = {{term->rows, term->columns, term->words[0]},
                    {term->columns, 1, term->words[1]}};
    plan best = {.gain = -1, .swapped = false}, other = {.gain = -1, .swapped = true};
    search(boost->sums, axes, boost->prefix, &best);
    search(boost->sums, axes, boost->prefix, &other);
    if (other.gain > best.gain) best = other;
    memset(boost->step, 0, (size_t)term->codes.bins * sizeof *boost->step);
    if (best.gain < 0) return;
    for (uint32_t r = 0; r < term->rows; r++) {
        for (uint32_t c = 0; c < term->columns; c++) {
            uint32_t bins[2] = {r, c};
            double value = boost->options->learning_rate * value_at(&best, axes, bins);
            boost->step[r * term->columns + c] = (float)value;
        }
    }
}
