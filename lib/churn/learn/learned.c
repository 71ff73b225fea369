/* SPDX-License-Identifier: Apache-2.0 */
/* Log-odds of rows under a learned model, term by term. */
#include "churn/learn/learned.h"

#include "churn/learn/bins.h"

#include <math.h>
#include <string.h>

typedef struct predictor {
    const csuccess__dataset *data;
    csuccess__arena scratch;
    uint32_t *bins[2]; /* of the term at hand, a row each */
} predictor;

/* Words of an axis as an open hash table of bins, so that thousands of words are matched in time. */
typedef struct word_table {
    const csuccess_str *words;
    uint32_t *slots; /* bin + 1; 0: free */
    uint32_t mask;
} word_table;

static uint32_t hash_of(csuccess_str s)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < s.len; i++) h = (h ^ (uint8_t)s.ptr[i]) * 16777619u;
    return h;
}

static uint32_t *slot_of(const word_table *table, csuccess_str word)
{
    uint32_t at = hash_of(word) & table->mask;
    while (table->slots[at]) {
        csuccess_str held = table->words[table->slots[at] - 1];
        if (held.len == word.len && (!word.len || memcmp(held.ptr, word.ptr, word.len) == 0)) {
            break;
        }
        at = (at + 1) & table->mask;
    }
    return &table->slots[at];
}

/* The bin of every code of the feature; NULL: no memory. */
static uint32_t *match_words(predictor *p, const csuccess__axis *axis,
                             const csuccess__feature *feature)
{
    uint32_t size = 4;
    while (size / 2 <= axis->n) size *= 2;
    word_table table = {axis->words, CSUCCESS__NEW_ARRAY(&p->scratch, uint32_t, size),
                        size - 1};
    uint32_t *bin = CSUCCESS__NEW_ARRAY(&p->scratch, uint32_t, (size_t)feature->word_count + 1);
    if (!table.slots || !bin) return NULL;
    for (uint32_t w = 0; w < axis->n; w++) *slot_of(&table, axis->words[w]) = w + 1;
    for (uint32_t w = 0; w < feature->word_count; w++) {
        uint32_t slot = *slot_of(&table, feature->words[w]);
        bin[w] = slot ? slot - 1 : axis->n;
    }
    return bin;
}

static bool find_bins(predictor *p, const csuccess__axis *axis, uint32_t *out)
{
    const csuccess__feature *feature = &p->data->features[axis->feature];
    if (feature->numbers) {
        for (uint32_t i = 0; i < p->data->rows; i++) {
            out[i] = csuccess__bin_of(axis->bounds, axis->n, feature->numbers[i]);
        }
        return true;
    }
    const uint32_t *bin = match_words(p, axis, feature);
    for (uint32_t i = 0; bin && i < p->data->rows; i++) {
        uint32_t code = feature->codes[i];
        out[i] = code < feature->word_count ? bin[code] : axis->n + 1;
    }
    return bin != NULL;
}

static void add_line(const predictor *p, const csuccess__term *term, double *log_odds)
{
    const double *x = p->data->features[term->axes[0].feature].numbers;
    for (uint32_t i = 0; i < p->data->rows; i++) {
        double held = x[i] < term->low ? term->low : x[i] > term->high ? term->high : x[i];
        log_odds[i] += x[i] == x[i] ? term->offset + term->slope * held : term->missing;
    }
}

static bool add_term(predictor *p, const csuccess__term *term, double *log_odds)
{
    if (term->form == CSUCCESS__TERM_LINE) {
        add_line(p, term, log_odds);
        return true;
    }
    bool grid = term->form == CSUCCESS__TERM_GRID;
    if (!find_bins(p, &term->axes[0], p->bins[0])) return false;
    if (grid && !find_bins(p, &term->axes[1], p->bins[1])) return false;
    for (uint32_t i = 0; i < p->data->rows; i++) {
        size_t bin = p->bins[0][i];
        if (grid) bin = bin * ((size_t)term->axes[1].n + 2) + p->bins[1][i];
        log_odds[i] += term->gives[bin];
    }
    return true;
}

csuccess_result csuccess__learned_predict(const csuccess__learned *model,
                                          const csuccess__dataset *data,
                                          const csuccess_allocator *mem, double *log_odds)
{
    predictor p = {.data = data};
    csuccess_result r = CSUCCESS_OK;
    csuccess__arena_init(&p.scratch, mem, 0);
    for (uint32_t i = 0; i < data->rows; i++) log_odds[i] = model->intercept;
    for (uint32_t t = 0; r >= 0 && t < model->term_count; t++) {
        csuccess__arena_reset(&p.scratch);
        p.bins[0] = CSUCCESS__NEW_ARRAY(&p.scratch, uint32_t, data->rows);
        p.bins[1] = CSUCCESS__NEW_ARRAY(&p.scratch, uint32_t, data->rows);
        bool done = p.bins[0] && p.bins[1] && add_term(&p, &model->terms[t], log_odds);
        if (!done) r = CSUCCESS_ENOMEM;
    }
    csuccess__arena_free(&p.scratch);
    return r;
}
