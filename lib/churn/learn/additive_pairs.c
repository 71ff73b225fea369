/* SPDX-License-Identifier: Apache-2.0 */
/* The second stage of the additive trainer: pairs in a few batches, each selected by what the ones before leave
   unexplained. */
#include "churn/learn/additive_trainer.h"

#include "base/number.h"
#include "churn/learn/pairs.h"

#include <math.h>

enum { BATCHES = 3 };
static const double least_gain =
    0.0003; /* of the loss, relative: a batch with less is the last */

typedef csuccess__additive_trainer trainer;

void csuccess__held_scores(const trainer *t, double *held)
{
    const csuccess__boost *boost = &t->boost;
    for (uint32_t i = 0; i < t->data->rows; i++) {
        double sum = 0;
        uint32_t count = 0;
        for (uint32_t b = 0; b < t->options.bags; b++) {
            if (boost->bags[b].part[i] != boost->bags[b].out) continue;
            sum += csuccess__boost_row(boost, b, i);
            count++;
        }
        held[i] = count ? sum / count : (double)NAN;
    }
}

/* Slopes of the rows from scores of bags that did not see them: what they leave unexplained is no echo of their own
   outcome. */
static void held_slopes(const trainer *t, double *held, float *slopes)
{
    csuccess__held_scores(t, held);
    for (uint32_t i = 0; i < t->data->rows; i++) {
        double p = csuccess__sigmoid(held[i]), w = csuccess__row_weight(t->data, i);
        slopes[(size_t)i * 2] = (float)(w * (t->data->labels[i] ? p - 1 : p));
        slopes[(size_t)i * 2 + 1] = (float)(w * p * (1 - p));
    }
}

static bool make_pair(trainer *t, const csuccess__pair *pair)
{
    const csuccess__cut *a = &t->cuts[pair->first], *b = &t->cuts[pair->second];
    csuccess__boosted *term = &t->boost.terms[t->boost.term_count++];
    uint32_t rows = t->data->rows;
    *term = (csuccess__boosted){
        .first = pair->first,
        .second = pair->second,
        .rows = a->coarse_codes.bins,
        .columns = b->coarse_codes.bins,
        .words = {a->fine.words != NULL, b->fine.words != NULL},
    };
    uint16_t *wide = CSUCCESS__NEW_ARRAY(&t->scratch, uint16_t, rows);
    for (uint32_t i = 0; wide && i < rows; i++) {
        wide[i] = (uint16_t)(csuccess__bin_at(&a->coarse_codes, i) * term->columns +
                             csuccess__bin_at(&b->coarse_codes, i));
    }
    term->codes = (csuccess__bin_codes){term->rows * term->columns, NULL, wide};
    return wide && csuccess__make_tables(t, term);
}

/* A batch of at most `most` pairs on top; `added` is how many. */
static csuccess_result add_batch(trainer *t, const csuccess__pairable *from, uint32_t first,
                                 uint32_t most, uint32_t *added)
{
    uint32_t rows = t->data->rows;
    double *held = CSUCCESS__NEW_ARRAY(&t->scratch, double, rows);
    float *slopes = CSUCCESS__NEW_ARRAY(&t->scratch, float, (size_t)rows * 2);
    csuccess__pair *pairs = CSUCCESS__NEW_ARRAY(&t->scratch, csuccess__pair, most);
    if (!held || !slopes || !pairs) return CSUCCESS_ENOMEM;
    held_slopes(t, held, slopes);
    *added = csuccess__pairs_select(&t->boost, from, slopes, pairs, most);
    for (uint32_t p = 0; p < *added; p++) {
        if (!make_pair(t, &pairs[p])) return CSUCCESS_ENOMEM;
    }
    return *added ? csuccess__boost_run(&t->boost, first) : CSUCCESS_OK;
}

csuccess_result csuccess__boost_pairs(trainer *t)
{
    csuccess__boost *boost = &t->boost;
    uint32_t first = boost->term_count, left = t->options.pairs;
    csuccess__pairable from = {t->cuts, NULL, 0};
    from.features = CSUCCESS__NEW_ARRAY(&t->scratch, uint32_t, t->data->feature_count);
    if (!from.features) return CSUCCESS_ENOMEM;
    for (uint32_t f = 0; f < t->data->feature_count; f++) {
        if (csuccess__may_pair(boost, t->cuts, f)) from.features[from.count++] = f;
    }
    for (uint32_t batch = 0; batch < BATCHES && from.count > 1; batch++) {
        double before = boost->loss;
        uint32_t added = 0, most = left / (BATCHES - batch);
        csuccess_result r = add_batch(t, &from, first, most ? most : 1, &added);
        if (r < 0) return r;
        left -= added;
        if (left == 0 || !(boost->loss < before * (1 - least_gain))) break;
    }
    /* The best of m pairs of noise gains about ln m nats. */
    return csuccess__try_terms(t, first, csuccess__ln(csuccess__pairs_of(from.count) + 1));
}
