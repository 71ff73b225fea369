/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds of cyclic gradient boosting: every round visits every term once, in every bag. Slopes are exact at the
   start of a round. Within it they follow each step by the curvature (g += h * step), which is Newton's model of
   the loss; at the learning rates in use the two differ by less than the steps that are left. This spares an
   exponential per row and term. */
#include "churn/learn/additive_boost.h"

#include "base/number.h"

#include <math.h>
#include <string.h>

/* Few bins are gathered in four tables, since an addition must wait for the one before it to the same bin. */
enum { FEW_BINS = 64, TABLES = 4 };

static void gather_narrow(csuccess__gathered *sums, uint32_t stride, const uint8_t *bins,
                          const float *slopes, uint32_t rows)
{
    csuccess__gathered *a = sums, *b = a + stride, *c = b + stride, *d = c + stride;
    uint32_t i = 0;
    for (; i + 4 <= rows; i += 4) {
        const float *s = slopes + (size_t)i * 2;
        a[bins[i]].g += s[0];
        a[bins[i]].h += s[1];
        b[bins[i + 1]].g += s[2];
        b[bins[i + 1]].h += s[3];
        c[bins[i + 2]].g += s[4];
        c[bins[i + 2]].h += s[5];
        d[bins[i + 3]].g += s[6];
        d[bins[i + 3]].h += s[7];
    }
    for (; i < rows; i++) {
        a[bins[i]].g += slopes[(size_t)i * 2];
        a[bins[i]].h += slopes[(size_t)i * 2 + 1];
    }
}

static void gather_wide(csuccess__gathered *sums, const uint16_t *bins, const float *slopes,
                        uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) {
        sums[bins[i]].g += slopes[(size_t)i * 2];
        sums[bins[i]].h += slopes[(size_t)i * 2 + 1];
    }
}

static void gather(csuccess__boost *boost, const csuccess__boosted *term, uint32_t bag)
{
    uint32_t bins = term->codes.bins, rows = boost->data->rows;
    const float *slopes = boost->bags[bag].slopes;
    bool few = bins <= FEW_BINS;
    memset(boost->sums, 0, (size_t)bins * (few ? TABLES : 1) * sizeof *boost->sums);
    if (!term->codes.narrow) {
        gather_wide(boost->sums, term->codes.wide, slopes, rows);
        return;
    }
    gather_narrow(boost->sums, few ? bins : 0, term->codes.narrow, slopes, rows);
    for (uint32_t t = 1; few && t < TABLES; t++) {
        for (uint32_t b = 0; b < bins; b++) {
            boost->sums[b].g += boost->sums[t * bins + b].g;
            boost->sums[b].h += boost->sums[t * bins + b].h;
        }
    }
}

static void advance_narrow(csuccess__bag *bag, const uint8_t *bins, const float *step,
                           uint32_t rows)
{
    float *score = bag->score, *slopes = bag->slopes;
    for (uint32_t i = 0; i < rows; i++) {
        float u = step[bins[i]];
        score[i] += u;
        slopes[(size_t)i * 2] += slopes[(size_t)i * 2 + 1] * u;
    }
}

static void advance_wide(csuccess__bag *bag, const uint16_t *bins, const float *step,
                         uint32_t rows)
{
    float *score = bag->score, *slopes = bag->slopes;
    for (uint32_t i = 0; i < rows; i++) {
        float u = step[bins[i]];
        score[i] += u;
        slopes[(size_t)i * 2] += slopes[(size_t)i * 2 + 1] * u;
    }
}

static void visit(csuccess__boost *boost, csuccess__boosted *term, uint32_t bag)
{
    gather(boost, term, bag);
    if (term->second != CSUCCESS__NO_FEATURE) {
        csuccess__fit_pair(boost, term, bag);
    } else if (term->words[0]) {
        csuccess__fit_words(boost, term, bag);
    } else {
        csuccess__fit_numbers(boost, term, bag);
    }
    uint32_t bins = term->codes.bins;
    double *table = term->table + (size_t)bag * bins;
    bool moves = false;
    for (uint32_t b = 0; b < bins; b++) {
        table[b] += (double)boost->step[b];
        moves = moves || boost->step[b] != 0;
    }
    if (!moves) return;
    if (term->codes.narrow) {
        advance_narrow(&boost->bags[bag], term->codes.narrow, boost->step, boost->data->rows);
    } else {
        advance_wide(&boost->bags[bag], term->codes.wide, boost->step, boost->data->rows);
    }
}

/* Slopes of every row of the bag from its score; the summed loss of the rows that it holds out. */
static double refresh(const csuccess__boost *boost, csuccess__bag *bag)
{
    const csuccess__dataset *data = boost->data;
    double loss = 0;
    for (uint32_t i = 0; i < data->rows; i++) {
        double s = (double)bag->score[i], w = csuccess__row_weight(data, i);
        double e = csuccess__exp(-fabs(s));
        double small = e / (1 + e); /* probability of the less likely class */
        bool likely = (s >= 0) == (data->labels[i] != 0);
        if (bag->part[i] == bag->out) {
            loss += w * (csuccess__ln(1 + e) + (likely ? 0 : fabs(s)));
            continue;
        }
        double g = likely ? small : 1 - small;
        bag->slopes[(size_t)i * 2] = (float)(data->labels[i] ? -w * g : w * g);
        bag->slopes[(size_t)i * 2 + 1] = (float)(w * small * (1 - small));
    }
    return loss;
}

static double total_weight(const csuccess__dataset *data)
{
    double sum = 0;
    for (uint32_t i = 0; i < data->rows; i++) sum += csuccess__row_weight(data, i);
    return sum;
}

static void copy_tables(csuccess__boost *boost, uint32_t first, bool back)
{
    for (uint32_t t = first; t < boost->term_count; t++) {
        csuccess__boosted *term = &boost->terms[t];
        size_t bytes = (size_t)boost->options->bags * term->codes.bins * sizeof *term->table;
        if (back) {
            memcpy(term->table, term->best, bytes);
        } else {
            memcpy(term->best, term->table, bytes);
        }
    }
}

double csuccess__boost_row(const csuccess__boost *boost, uint32_t bag, uint32_t row)
{
    double sum = boost->intercept;
    for (uint32_t t = 0; t < boost->term_count; t++) {
        const csuccess__boosted *term = &boost->terms[t];
        sum +=
            term->table[(size_t)bag * term->codes.bins + csuccess__bin_at(&term->codes, row)];
    }
    return sum;
}

void csuccess__boost_rescore(csuccess__boost *boost)
{
    for (uint32_t b = 0; b < boost->options->bags; b++) {
        for (uint32_t i = 0; i < boost->data->rows; i++) {
            boost->bags[b].score[i] = (float)csuccess__boost_row(boost, b, i);
        }
    }
}

static int report(csuccess__boost *boost)
{
    const csuccess__progress *progress = &boost->options->progress;
    return progress->report ? progress->report(progress->ud, boost->done, boost->total) : 0;
}

csuccess_result csuccess__boost_run(csuccess__boost *boost, uint32_t first)
{
    const csuccess__additive_options *options = boost->options;
    uint32_t best = 0, round = 0;
    double weight = total_weight(boost->data);
    uint64_t until = boost->done + options->rounds;
    boost->loss = HUGE_VAL;
    for (;; round++) {
        double loss = 0;
        for (uint32_t b = 0; b < options->bags; b++) loss += refresh(boost, &boost->bags[b]);
        if (loss / weight < boost->loss) {
            best = round;
            boost->loss = loss / weight;
            copy_tables(boost, first, false);
        }
        if (round >= options->rounds || round - best >= options->patience) break;
        boost->done++;
        if (report(boost)) return CSUCCESS_ECANCELLED;
        for (uint32_t b = 0; b < options->bags; b++) {
            for (uint32_t t = first; t < boost->term_count; t++) {
                visit(boost, &boost->terms[t], b);
            }
        }
    }
    boost->done = until;
    copy_tables(boost, first, true);
    csuccess__boost_rescore(boost);
    return CSUCCESS_OK;
}
