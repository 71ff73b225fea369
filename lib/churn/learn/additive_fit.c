/* SPDX-License-Identifier: Apache-2.0 */
/* One boosting step of one table: a small tree over the bins of numbers or the cells of a pair, shrunken effects
   over words.  Leaf values are Newton's, -G / (H + lambda), and the gain of a split is G^2 / (H + lambda) summed
   over its sides less that of the whole (J. H. Friedman, Greedy function approximation: a gradient boosting
   machine, 2001; T. Chen, C. Guestrin, XGBoost, 2016). */
#include "churn/learn/additive_boost.h"

#include <math.h>
#include <string.h>

static const double lambda = 1.0; /* curvature added to that of every leaf */

static double gain_of(csuccess__gathered a)
{
    return a.g * a.g / (a.h + lambda);
}

static double leaf_of(csuccess__gathered a)
{
    return -a.g / (a.h + lambda);
}

static csuccess__gathered less(csuccess__gathered a, csuccess__gathered b)
{
    return (csuccess__gathered){a.g - b.g, a.h - b.h};
}

/* Bins from .. to - 1 of the values, and how well they split. */
typedef struct leaf {
    uint32_t from, to, cut; /* cut: the first bin of the right side */
    double gain;            /* of the cut; 0: none */
} leaf;

enum { MOST_LEAVES = 16 };

/* prefix[b] is the sum of the bins before b; prefix of counts likewise. */
typedef struct numbers {
    const csuccess__gathered *prefix;
    const uint32_t *rows;
    uint32_t least; /* rows of a leaf */
    int32_t monotone;
} numbers;

static bool ordered(const numbers *n, csuccess__gathered left, csuccess__gathered right)
{
    if (n->monotone == 0) return true;
    double rise = leaf_of(right) - leaf_of(left);
    return n->monotone > 0 ? rise >= 0 : rise <= 0;
}

static void find_cut(const numbers *n, leaf *l)
{
    csuccess__gathered start = n->prefix[l->from], all = less(n->prefix[l->to], start);
    double base = gain_of(all);
    uint32_t rows = 0, in_leaf = 0;
    for (uint32_t b = l->from; b < l->to; b++) in_leaf += n->rows[b];
    l->gain = 0;
    for (uint32_t b = l->from + 1; b < l->to; b++) {
        rows += n->rows[b - 1];
        if (rows < n->least || n->rows[b - 1] == 0) continue;
        if (in_leaf - rows < n->least) break;
        csuccess__gathered left = less(n->prefix[b], start), right = less(all, left);
        double gain = gain_of(left) + gain_of(right) - base;
        if (gain > l->gain && ordered(n, left, right)) {
            l->gain = gain;
            l->cut = b;
        }
    }
}

/* Grows the best leaf first. Gives the number of leaves, in the order of their bins. */
static uint32_t grow(const numbers *n, uint32_t bins, uint32_t most, leaf *leaves)
{
    uint32_t count = 1;
    leaves[0] = (leaf){0, bins, 0, 0};
    find_cut(n, &leaves[0]);
    while (count < most) {
        uint32_t best = 0;
        for (uint32_t i = 1; i < count; i++) {
            if (leaves[i].gain > leaves[best].gain) best = i;
        }
        if (!(leaves[best].gain > 1e-12)) break;
        leaf right = {leaves[best].cut, leaves[best].to, 0, 0};
        leaves[best].to = leaves[best].cut;
        memmove(&leaves[best + 2], &leaves[best + 1], (count - best - 1) * sizeof *leaves);
        leaves[best + 1] = right;
        count++;
        if (count == most) break;
        find_cut(n, &leaves[best]);
        find_cut(n, &leaves[best + 1]);
    }
    return count;
}

/* Pools neighbouring leaves whose values go against the constraint. */
static uint32_t pool(const numbers *n, leaf *leaves, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        leaves[kept++] = leaves[i];
        while (kept > 1) {
            leaf *a = &leaves[kept - 2], *b = &leaves[kept - 1];
            csuccess__gathered left = less(n->prefix[a->to], n->prefix[a->from]);
            csuccess__gathered right = less(n->prefix[b->to], n->prefix[b->from]);
            if (ordered(n, left, right)) break;
            a->to = b->to;
            kept--;
        }
    }
    return kept;
}

void csuccess__fit_numbers(csuccess__boost *boost, const csuccess__boosted *term, uint32_t bag)
{
    uint32_t bins = term->rows - 1; /* without missing */
    const uint32_t *rows = term->counts + (size_t)bag * term->codes.bins;
    double rate = boost->options->learning_rate;
    csuccess__gathered *prefix = boost->prefix;
    prefix[0] = (csuccess__gathered){0, 0};
    for (uint32_t b = 0; b < bins; b++) {
        prefix[b + 1].g = prefix[b].g + boost->sums[b].g;
        prefix[b + 1].h = prefix[b].h + boost->sums[b].h;
    }
    numbers n = {prefix, rows, boost->options->min_leaf, term->monotone};
    leaf leaves[MOST_LEAVES + 1];
    uint32_t count = grow(&n, bins, boost->options->leaves, leaves);
    if (term->monotone) count = pool(&n, leaves, count);
    for (uint32_t l = 0; l < count; l++) {
        double value = leaf_of(less(prefix[leaves[l].to], prefix[leaves[l].from]));
        for (uint32_t b = leaves[l].from; b < leaves[l].to; b++) {
            boost->step[b] = (float)(rate * value);
        }
    }
    bool enough = rows[bins] >= boost->options->min_leaf;
    boost->step[bins] = enough ? (float)(rate * leaf_of(boost->sums[bins])) : 0;
}

/* What the effects of words vary around, and how much. */
typedef struct variation {
    double mean, variance;
} variation;

/* Each word's effect as far as it can be told, e = table - G / H with variance 1 / H, and how much of their scatter
   is not chance (R. DerSimonian, N. Laird, Meta-analysis in clinical trials, 1986). */
static variation vary(const csuccess__gathered *sums, const double *table, uint32_t bins)
{
    double h = 0, h2 = 0, he = 0, q = 0;
    uint32_t count = 0;
    for (uint32_t b = 0; b < bins; b++) {
        h += sums[b].h;
        h2 += sums[b].h * sums[b].h;
        he += sums[b].h * table[b] - sums[b].g;
        count += sums[b].h > 0;
    }
    if (count < 2) return (variation){0, 0};
    double mean = he / h;
    for (uint32_t b = 0; b < bins; b++) {
        if (!(sums[b].h > 0)) continue;
        double away = table[b] - mean - sums[b].g / sums[b].h;
        q += sums[b].h * away * away;
    }
    double variance = (q - (count - 1)) / (h - h2 / h);
    return (variation){mean, variance > 0 ? (variance < 10 ? variance : 10) : 0};
}

/* A step of every word's effect towards its posterior mean: rare words stay near the mean of all, and a column of
   noise near 0. */
void csuccess__fit_words(csuccess__boost *boost, const csuccess__boosted *term, uint32_t bag)
{
    uint32_t bins = term->codes.bins;
    const double *table = term->table + (size_t)bag * bins;
    double rate = boost->options->learning_rate;
    variation v = vary(boost->sums, table, bins);
    for (uint32_t b = 0; b < bins; b++) {
        double h = boost->sums[b].h, he = h * table[b] - boost->sums[b].g;
        double target = (v.variance * he + v.mean) / (v.variance * h + 1);
        boost->step[b] = (float)(rate * (target - table[b]));
    }
}
