/* SPDX-License-Identifier: Apache-2.0 */
/* The mean of the bags' tables as terms, with their spread and importance. */
#include "churn/learn/additive_terms.h"

#include <math.h>

typedef struct finish {
    csuccess__arena *arena;
    const csuccess__boost *boost;
    const csuccess__cut *cuts;
    double *weight; /* of the rows of each bin of the term at hand */
    double all;     /* of all rows */
} finish;

static void weigh(finish *f, const csuccess__boosted *term)
{
    const csuccess__dataset *data = f->boost->data;
    for (uint32_t b = 0; b < term->codes.bins; b++) f->weight[b] = 0;
    for (uint32_t i = 0; i < data->rows; i++) {
        f->weight[csuccess__bin_at(&term->codes, i)] += csuccess__row_weight(data, i);
    }
}

/* Takes the mean over the training rows out of a table; the mean. */
static double centre(const finish *f, double *table, uint32_t bins)
{
    double sum = 0;
    for (uint32_t b = 0; b < bins; b++) sum += f->weight[b] * table[b];
    double mean = sum / f->all;
    for (uint32_t b = 0; b < bins; b++) table[b] -= mean;
    return mean;
}

/* Mean and standard deviation over bags. */
static bool average(finish *f, const csuccess__boosted *term, csuccess__term *out)
{
    uint32_t bins = term->codes.bins, bags = f->boost->options->bags;
    double *gives = CSUCCESS__NEW_ARRAY(f->arena, double, bins);
    double *spread = CSUCCESS__NEW_ARRAY(f->arena, double, bins);
    if (!gives || !spread) return false;
    for (uint32_t b = 0; b < bins; b++) {
        double sum = 0, square = 0;
        for (uint32_t k = 0; k < bags; k++) sum += term->table[(size_t)k * bins + b];
        gives[b] = sum / bags;
        for (uint32_t k = 0; k < bags; k++) {
            double away = term->table[(size_t)k * bins + b] - gives[b];
            square += away * away;
        }
        spread[b] = sqrt(square / bags);
        out->importance += f->weight[b] * fabs(gives[b]) / f->all;
    }
    out->gives = gives;
    out->spread = spread;
    return true;
}

static bool finish_term(finish *f, csuccess__boosted *term, csuccess__learned *out)
{
    bool pair = term->second != CSUCCESS__NO_FEATURE;
    csuccess__term *made = (csuccess__term *)&out->terms[out->term_count];
    uint32_t bags = f->boost->options->bags;
    weigh(f, term);
    for (uint32_t k = 0; k < bags; k++) {
        double *table = term->table + (size_t)k * term->codes.bins;
        out->intercept += centre(f, table, term->codes.bins) / bags;
    }
    if (!average(f, term, made)) return false;
    made->form = pair ? CSUCCESS__TERM_GRID : CSUCCESS__TERM_TABLE;
    made->axes[0] = pair ? f->cuts[term->first].coarse : f->cuts[term->first].fine;
    if (pair) made->axes[1] = f->cuts[term->second].coarse;
    if (made->importance > 0) out->term_count++;
    return true;
}

/* How much wider rows spread over bags than independent terms would make them, times what bags that share most of
   their rows understate: with K parts, each left out once, the jackknife's sqrt(K - 1) (B. Efron, The jackknife,
   the bootstrap and other resampling plans, 1982). */
static double spread_scale(const csuccess__boost *boost, uint32_t parts)
{
    double together = 0, apart = 0;
    uint32_t bags = boost->options->bags;
    for (uint32_t i = 0; i < boost->data->rows; i++) {
        double sum = 0, square = 0;
        for (uint32_t k = 0; k < bags; k++) sum += csuccess__boost_row(boost, k, i);
        for (uint32_t k = 0; k < bags; k++) {
            double away = csuccess__boost_row(boost, k, i) - sum / bags;
            square += away * away;
        }
        together += square / bags;
    }
    for (uint32_t t = 0; t < boost->term_count; t++) {
        const csuccess__boosted *term = &boost->terms[t];
        for (uint32_t i = 0; i < boost->data->rows; i++) {
            uint32_t bins = term->codes.bins, b = csuccess__bin_at(&term->codes, i);
            double sum = 0, square = 0;
            for (uint32_t k = 0; k < bags; k++) sum += term->table[(size_t)k * bins + b];
            for (uint32_t k = 0; k < bags; k++) {
                double away = term->table[(size_t)k * bins + b] - sum / bags;
                square += away * away;
            }
            apart += square / bags;
        }
    }
    return apart > 0 ? sqrt(together / apart * (parts - 1)) : 0;
}

csuccess_result csuccess__boost_finish(csuccess__learned *out, csuccess__arena *arena,
                                       const csuccess__boost *boost, const csuccess__cut *cuts)
{
    uint32_t most = 1;
    for (uint32_t t = 0; t < boost->term_count; t++) {
        if (boost->terms[t].codes.bins > most) most = boost->terms[t].codes.bins;
    }
    finish f = {arena, boost, cuts, CSUCCESS__NEW_ARRAY(arena, double, most), 0};
    out->terms = CSUCCESS__NEW_ARRAY(arena, csuccess__term, (size_t)boost->term_count + 1);
    if (!f.weight || !out->terms) return CSUCCESS_ENOMEM;
    for (uint32_t i = 0; i < boost->data->rows; i++)
        f.all += csuccess__row_weight(boost->data, i);
    out->intercept = boost->intercept;
    for (uint32_t t = 0; t < boost->term_count; t++) {
        if (!finish_term(&f, &boost->terms[t], out)) return CSUCCESS_ENOMEM;
    }
    out->spread_scale = spread_scale(boost, boost->parts);
    return CSUCCESS_OK;
}
