/* SPDX-License-Identifier: Apache-2.0 */
/* Terms and coefficients of a logistic fit. */
#include "churn/learn/logistic_terms.h"

#include <math.h>

typedef struct writing {
    csuccess__arena *arena;
    const csuccess__newton *newton;
    const csuccess__dataset *data;
    bool unseen_zero;
    double intercept;
} writing;

/* A coefficient, 0 of no column. */
static double of_column(const writing *w, uint32_t column)
{
    return column == CSUCCESS__NO_COLUMN ? 0 : w->newton->coefficients[column];
}

/* A line needs two ends; of numbers that are all the same one is made. */
static void set_ends(csuccess__term *term, const csuccess__coding *coding)
{
    term->low = coding->low;
    term->high = coding->high;
    if (term->low == term->high) {
        term->low = coding->low >= 1 ? coding->low / 2 : coding->low;
        term->high = coding->low <= -1 ? coding->low / 2 : coding->low + (coding->low < 1);
    }
}

static void write_line(writing *w, csuccess__term *term, uint32_t f)
{
    const csuccess__coding *coding = &w->newton->design->codings[f];
    const double *numbers = w->data->features[f].numbers;
    double total = 0, missing = 0, jump = of_column(w, coding->missing);
    term->form = CSUCCESS__TERM_LINE;
    term->slope = of_column(w, coding->slope) / coding->deviation;
    set_ends(term, coding);
    for (uint32_t i = 0; i < w->data->rows; i++) {
        total += w->newton->weights[i];
        missing += numbers[i] != numbers[i] ? w->newton->weights[i] : 0;
    }
    double middle = jump * (missing / total);
    term->offset = -term->slope * coding->mean - middle;
    term->missing = jump - middle;
    w->intercept += middle;
    double sum = 0;
    for (uint32_t i = 0; i < w->data->rows; i++) {
        sum += fabs(numbers[i] != numbers[i] ? term->missing
                                             : term->offset + term->slope * numbers[i]);
    }
    term->importance = sum / w->data->rows;
}

/* Weights of the bins over the rows. */
static void weigh_bins(const writing *w, uint32_t f, const uint32_t *bin_of, double *weights)
{
    const csuccess__feature *feature = &w->data->features[f];
    for (uint32_t i = 0; i < w->data->rows; i++) {
        weights[bin_of[feature->codes[i] == CSUCCESS__WORD_MISSING ? feature->word_count
                                                                   : feature->codes[i]]] +=
            w->newton->weights[i];
    }
}

/* Which words have a bin, and the bin of each; that of missing stands last. NULL: no memory. */
static uint32_t *bins_of_words(const writing *w, csuccess__axis *axis, csuccess_str *words)
{
    const csuccess__feature *feature = &w->data->features[axis->feature];
    const csuccess__coding *coding = &w->newton->design->codings[axis->feature];
    uint32_t *bins = CSUCCESS__NEW_ARRAY(w->arena, uint32_t, (size_t)feature->word_count + 1);
    for (uint32_t k = 0; bins && k < feature->word_count; k++) {
        if (coding->column[k] != CSUCCESS__NO_COLUMN || k == coding->reference) {
            words[axis->n] = csuccess__arena_copy(w->arena, feature->words[k]);
            if (!words[axis->n].ptr) {
                return NULL;
            }
            bins[k] = axis->n++;
        } else {
            bins[k] = UINT32_MAX;
        }
    }
    for (uint32_t k = 0; bins && k < feature->word_count; k++) {
        bins[k] = bins[k] == UINT32_MAX ? axis->n : bins[k];
    }
    if (bins) {
        bins[feature->word_count] = axis->n + 1;
    }
    axis->words = words;
    return bins;
}

/* Log-odds of the bins that have a column, and of the others what a word never seen is worth; centred. */
static void give_bins(writing *w, const csuccess__axis *axis, const uint32_t *bins,
                      double *gives, const double *weights)
{
    const csuccess__coding *coding = &w->newton->design->codings[axis->feature];
    double total = 0, sum = 0;
    for (uint32_t k = 0; k < w->data->features[axis->feature].word_count; k++) {
        if (bins[k] < axis->n) {
            gives[bins[k]] = of_column(w, coding->column[k]);
        }
    }
    gives[axis->n] = of_column(w, coding->rest);
    gives[axis->n + 1] = of_column(w, coding->missing);
    for (uint32_t k = 0; k < axis->n + 2; k++) {
        total += weights[k];
        sum += weights[k] * gives[k];
    }
    double middle = sum / total, unseen = w->unseen_zero ? 0 : middle;
    if (coding->rest == CSUCCESS__NO_COLUMN) {
        gives[axis->n] = unseen;
    }
    if (coding->missing == CSUCCESS__NO_COLUMN) {
        gives[axis->n + 1] = unseen;
    }
    for (uint32_t k = 0; k < axis->n + 2; k++) {
        gives[k] -= middle;
    }
    w->intercept += middle;
}

static csuccess_result write_table(writing *w, csuccess__term *term, uint32_t f)
{
    const csuccess__feature *feature = &w->data->features[f];
    size_t n = feature->word_count;
    term->form = CSUCCESS__TERM_TABLE;
    csuccess_str *words = CSUCCESS__NEW_ARRAY(w->arena, csuccess_str, n);
    double *gives = CSUCCESS__NEW_ARRAY(w->arena, double, n + 2);
    double *weights = CSUCCESS__NEW_ARRAY(w->arena, double, n + 2);
    uint32_t *bins = words && gives && weights ? bins_of_words(w, &term->axes[0], words) : NULL;
    if (!bins) {
        return CSUCCESS_ENOMEM;
    }
    weigh_bins(w, f, bins, weights);
    give_bins(w, &term->axes[0], bins, gives, weights);
    term->gives = gives;
    double sum = 0;
    for (uint32_t i = 0; i < w->data->rows; i++) {
        uint32_t code = feature->codes[i];
        sum += fabs(gives[bins[code == CSUCCESS__WORD_MISSING ? n : code]]);
    }
    term->importance = sum / w->data->rows;
    return CSUCCESS_OK;
}

csuccess_result csuccess__logistic_terms(csuccess__learned *out, csuccess__arena *arena,
                                         const csuccess__newton *newton,
                                         const csuccess__dataset *data, bool unseen_zero)
{
    writing w = {arena, newton, data, unseen_zero, newton->coefficients[0]};
    csuccess__term *terms = CSUCCESS__NEW_ARRAY(arena, csuccess__term, data->feature_count);
    csuccess_result result = terms ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    uint32_t count = 0;
    for (uint32_t f = 0; f < data->feature_count && result == CSUCCESS_OK; f++) {
        if (!newton->design->codings[f].varies) {
            continue;
        }
        terms[count].axes[0].feature = f;
        if (data->features[f].numbers) {
            write_line(&w, &terms[count], f);
        } else {
            result = write_table(&w, &terms[count], f);
        }
        count++;
    }
    *out = (csuccess__learned){w.intercept, terms, count, 0};
    return result;
}

/* Appends one coefficient, of a column that is there. `unit` is what one standardised unit comes to. */
static void put(csuccess__logistic_fit *fit, csuccess__coefficient *to,
                csuccess__newton *newton, uint32_t column, double unit)
{
    const csuccess__system *system = newton->system;
    if (column == CSUCCESS__NO_COLUMN) {
        return;
    }
    to += fit->coefficient_count++;
    to->value = newton->coefficients[column] / unit;
    to->dropped = system && system->dropped[column];
    if (to->error == to->error) {
        to->error = sqrt(csuccess__system_inverse_at(newton->system, column)) / unit;
    }
}

/* Sets what the next coefficient is of; `error` is NaN when none is wanted. */
static void name_next(csuccess__logistic_fit *fit, csuccess__coefficient *list,
                      csuccess__coefficient as)
{
    list[fit->coefficient_count] = as;
}

static void put_feature(csuccess__logistic_fit *fit, csuccess__coefficient *list,
                        csuccess__newton *newton, const csuccess__feature *feature,
                        csuccess__coefficient as)
{
    const csuccess__coding *coding = &newton->design->codings[as.feature];
    as.kind = CSUCCESS__COEFFICIENT_SLOPE;
    name_next(fit, list, as);
    put(fit, list, newton, feature->numbers ? coding->slope : CSUCCESS__NO_COLUMN,
        coding->deviation);
    as.kind = CSUCCESS__COEFFICIENT_WORD;
    for (uint32_t w = 0; !feature->numbers && w < feature->word_count; w++) {
        as.word = w;
        name_next(fit, list, as);
        put(fit, list, newton, coding->column[w], 1);
    }
    as.word = 0;
    as.kind = CSUCCESS__COEFFICIENT_ELSE;
    name_next(fit, list, as);
    put(fit, list, newton, coding->rest, 1);
    as.kind = CSUCCESS__COEFFICIENT_MISSING;
    name_next(fit, list, as);
    put(fit, list, newton, coding->missing, 1);
}

csuccess_result csuccess__logistic_coefficients(csuccess__logistic_fit *fit,
                                                csuccess__arena *arena,
                                                csuccess__newton *newton,
                                                const csuccess__dataset *data, bool errors)
{
    csuccess__coefficient as = {.feature = UINT32_MAX, .error = errors ? 0 : (double)NAN};
    csuccess__coefficient *list =
        CSUCCESS__NEW_ARRAY(arena, csuccess__coefficient, (size_t)newton->design->columns + 1);
    if (!list) {
        return CSUCCESS_ENOMEM;
    }
    fit->coefficient_count = 0;
    name_next(fit, list, as);
    put(fit, list, newton, 0, 1);
    for (uint32_t f = 0; f < data->feature_count; f++) {
        if (newton->design->codings[f].varies) {
            as.feature = f;
            put_feature(fit, list, newton, &data->features[f], as);
        }
    }
    fit->coefficients = list;
    return CSUCCESS_OK;
}
