/* SPDX-License-Identifier: Apache-2.0 */
/* The trial of terms on rows that their bags did not see: what does not help there is dropped, and the others are
   boosted without it. */
#include "churn/learn/additive_trainer.h"

#include "base/number.h"

#include <math.h>
#include <string.h>

enum { PASSES = 3 };

typedef csuccess__additive_trainer trainer;

static double loss_of(double log_odds, bool churned)
{
    double e = csuccess__exp(-fabs(log_odds));
    return csuccess__ln(1 + e) + ((log_odds >= 0) == churned ? 0 : fabs(log_odds));
}

/* gains[t]: how much more rows held out would lose without term t, from `first` on; in nats, as if every row was
   held out once. */
static void measure_gains(const trainer *t, uint32_t first, double *gains)
{
    const csuccess__boost *boost = &t->boost;
    double weight = 0;
    for (uint32_t b = 0; b < t->options.bags; b++) {
        const csuccess__bag *bag = &boost->bags[b];
        for (uint32_t i = 0; i < t->data->rows; i++) {
            if (bag->part[i] != bag->out) continue;
            bool churned = t->data->labels[i] != 0;
            double score = csuccess__boost_row(boost, b, i), loss = loss_of(score, churned);
            double w = csuccess__row_weight(t->data, i);
            weight += w;
            for (uint32_t k = first; k < boost->term_count; k++) {
                const csuccess__boosted *term = &boost->terms[k];
                size_t at = (size_t)b * term->codes.bins + csuccess__bin_at(&term->codes, i);
                gains[k] += w * (loss_of(score - term->table[at], churned) - loss);
            }
        }
    }
    for (uint32_t k = first; k < boost->term_count; k++) gains[k] *= t->data->rows / weight;
}

/* Drops the terms that gain no more than `least`, or only the weaker half of these, since terms that say the same
   stand in for one another. */
static bool drop_terms(csuccess__boost *boost, uint32_t first, const double *gains,
                       double least, bool half)
{
    uint32_t kept = first, before = boost->term_count, failing = 0;
    for (uint32_t k = first; k < before; k++) failing += gains[k] <= least;
    uint32_t to_drop = half ? (failing + 1) / 2 : failing;
    for (uint32_t k = first; k < before; k++) {
        uint32_t weaker = 0; /* ties: the later is the weaker */
        for (uint32_t l = first; l < before; l++) {
            weaker += gains[l] < gains[k] || (l > k && gains[l] == gains[k]);
        }
        if (weaker >= to_drop) boost->terms[kept++] = boost->terms[k];
    }
    boost->term_count = kept;
    return kept < before;
}

csuccess_result csuccess__try_terms(trainer *t, uint32_t first, double least)
{
    csuccess__boost *boost = &t->boost;
    csuccess_result r = CSUCCESS_OK;
    for (uint32_t pass = 1; r >= 0 && pass <= PASSES && boost->term_count > first; pass++) {
        double *gains = CSUCCESS__NEW_ARRAY(&t->scratch, double, boost->term_count);
        if (!gains) return CSUCCESS_ENOMEM;
        measure_gains(t, first, gains);
        if (!drop_terms(boost, first, gains, least, pass < PASSES)) break;
        for (uint32_t k = first; k < boost->term_count; k++) {
            size_t n = (size_t)t->options.bags * boost->terms[k].codes.bins;
            memset(boost->terms[k].table, 0, n * sizeof *boost->terms[k].table);
        }
        csuccess__boost_rescore(boost);
        if (boost->term_count > first) r = csuccess__boost_run(boost, first);
    }
    return r;
}
