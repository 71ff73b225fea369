/* SPDX-License-Identifier: Apache-2.0 */
/* Fisher's exact test, and p-values adjusted for many tests. */
#include "stats/special.h"

#include "base/number.h"
#include "stats/order.h"

/* The hypergeometric distribution of first_yes, the margins given. */
struct hypergeometric {
    double yes, first, second; /* margins */
    double least, most;        /* values of first_yes */
};

/* P(k + 1) / P(k). */
static double ratio_up(const struct hypergeometric *h, double k)
{
    return (h->yes - k) / (k + 1) * ((h->first - k) / (h->second - h->yes + k + 1));
}

/* Weights below this are nothing; a subnormal one would not fall any further by rounding. */
#define VANISHED 1e-290

/* P(to) / P(from), to >= from; where that leaves VANISHED to 1 / VANISHED it is what lies beyond. */
static double climb(const struct hypergeometric *h, double from, double to)
{
    double weight = 1, k = from;
    while (k < to && weight > VANISHED && weight < 1 / VANISHED) {
        weight *= ratio_up(h, k);
        k += 1;
    }
    return weight;
}

/* Sums over the values from `start` on in one direction, as multiples of the likeliest one's
   probability: of all, and of those not likelier than `bar`. They fall, so it ends where they
   vanish. */
static void sum_side(const struct hypergeometric *h, double start, double direction,
                     double sums[3])
{
    double weight = 1, bar = sums[2] * (1 + 1e-7), k = start;
    for (;;) {
        if (direction > 0 ? !(k < h->most) : !(k > h->least)) return;
        weight = direction > 0 ? weight * ratio_up(h, k) : weight / ratio_up(h, k - 1);
        k += direction;
        if (!(weight > VANISHED)) return;
        sums[0] += weight;
        sums[1] += weight <= bar ? weight : 0;
    }
}

double csuccess__fisher_exact(const csuccess__table2 *t)
{
    struct hypergeometric h = {(double)t->first_yes + t->second_yes, t->first, t->second, 0, 0};
    double k = t->first_yes;
    h.least = h.yes > h.second ? h.yes - h.second : 0;
    h.most = h.yes < h.first ? h.yes : h.first;
    if (!(h.least < h.most)) return 1;
    double mode = csuccess__floor((h.first + 1) * (h.yes + 1) / (h.first + h.second + 2));
    mode = mode < h.least ? h.least : mode > h.most ? h.most : mode;
    double observed = k < mode ? 1 / climb(&h, k, mode) : climb(&h, mode, k);
    double sums[3] = {1, observed * (1 + 1e-7) < 1 ? 0 : 1, observed};
    if (!(observed > VANISHED)) return 0;
    sum_side(&h, mode, 1, sums);
    sum_side(&h, mode, -1, sums);
    return sums[1] < sums[0] ? sums[1] / sums[0] : 1;
}

/* p by ascending order, then bounded by their neighbour from one end. */
static csuccess_result adjust(double *p, uint32_t n, const csuccess_allocator *mem, bool holm)
{
    if (n == 0) return CSUCCESS_OK;
    uint32_t *order = csuccess__alloc(mem, n, 2 * sizeof *order);
    if (!order) return CSUCCESS_ENOMEM;
    csuccess__order_rows(order, order + n, p, n);
    double bound = holm ? 0 : 1;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t rank = holm ? i : n - 1 - i; /* from 0, ascending p */
        double *at = &p[order[rank]];
        double adjusted = *at * (holm ? (double)(n - rank) : (double)n / (rank + 1.0));
        bound = holm == (adjusted > bound) ? adjusted : bound;
        bound = bound > 1 ? 1 : bound;
        *at = bound;
    }
    csuccess__release(mem, order, n, 2 * sizeof *order);
    return CSUCCESS_OK;
}

csuccess_result csuccess__adjust_holm(double *p, uint32_t n, const csuccess_allocator *mem)
{
    return adjust(p, n, mem, true);
}

csuccess_result csuccess__adjust_benjamini_hochberg(double *p, uint32_t n,
                                                    const csuccess_allocator *mem)
{
    return adjust(p, n, mem, false);
}
