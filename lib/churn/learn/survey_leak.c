/* SPDX-License-Identifier: Apache-2.0 */
/* Features that tell the outcome alone. */
#include "churn/learn/survey_looks.h"
#include "stats/drift.h"
#include "stats/order.h"

/* Bins of numbers: fine, so that little is mixed where a range begins or ends, with eight rows of each half on average. */
enum { MOST_QUANTILES = 256, LEAST_QUANTILES = 16, ROWS_OF_QUANTILE = 16 };

static uint32_t bin_of(const csuccess__cut_rows *cut, double x)
{
    uint32_t low = 0, high = cut->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (x <= cut->bounds[middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static uint32_t quantiles_of(uint32_t rows)
{
    uint32_t parts = rows / ROWS_OF_QUANTILE;
    parts = parts < LEAST_QUANTILES ? LEAST_QUANTILES : parts;
    return parts > MOST_QUANTILES ? MOST_QUANTILES : parts;
}

static csuccess_result cut_numbers(csuccess__cut_rows *cut, csuccess__arena *arena,
                                   const double *numbers, uint32_t rows)
{
    uint32_t n = 0;
    double *present = CSUCCESS__NEW_ARRAY(arena, double, rows);
    cut->bounds = CSUCCESS__NEW_ARRAY(arena, double, MOST_QUANTILES);
    if (!present || !cut->bounds) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < rows; i++) {
        if (numbers[i] == numbers[i]) {
            present[n++] = numbers[i];
        }
    }
    csuccess_result result = CSUCCESS_OK;
    if (n > 0) {
        result = csuccess__bin_bounds(cut->bounds, &cut->count, quantiles_of(n),
                                      (csuccess__sample){present, n}, arena->mem);
    }
    cut->bins = cut->count + 2;
    for (uint32_t i = 0; i < rows && result == CSUCCESS_OK; i++) {
        cut->codes[i] = numbers[i] == numbers[i] ? bin_of(cut, numbers[i]) : cut->bins - 1;
    }
    return result;
}

csuccess_result csuccess__survey_cut(csuccess__cut_rows *out, csuccess__arena *arena,
                                     const csuccess__feature *feature, uint32_t rows)
{
    *out = (csuccess__cut_rows){.codes = CSUCCESS__NEW_ARRAY(arena, uint32_t, rows)};
    if (!out->codes) {
        return CSUCCESS_ENOMEM;
    }
    if (feature->numbers) {
        return cut_numbers(out, arena, feature->numbers, rows);
    }
    out->bins = feature->word_count + 1;
    for (uint32_t i = 0; i < rows; i++) {
        out->codes[i] =
            feature->codes[i] < feature->word_count ? feature->codes[i] : out->bins - 1;
    }
    return CSUCCESS_OK;
}

/* Rows of both labels by bin. */
typedef struct counts {
    double *yes, *no;
    double all_yes, all_no;
} counts;

/* Which half a row is in: by a hash, since rows may be sorted; all rows of a customer in one, since a name of the customer tells the outcome of
   its other rows. */
static bool is_first(const csuccess__dataset *data, uint32_t row)
{
    csuccess__random random = {data->groups ? data->groups[row] : row};
    return csuccess__random_next(&random) & 1;
}

/* half: 0 or 1, 2 for all rows. */
static csuccess_result count_half(counts *out, csuccess__arena *arena,
                                  const csuccess__cut_rows *cut, const csuccess__dataset *data,
                                  int half)
{
    *out = (counts){CSUCCESS__NEW_ARRAY(arena, double, cut->bins),
                    CSUCCESS__NEW_ARRAY(arena, double, cut->bins), 0, 0};
    if (!out->yes || !out->no) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < data->rows; i++) {
        if (half < 2 && is_first(data, i) != (half == 0)) {
            continue;
        }
        (data->labels[i] ? out->yes : out->no)[cut->codes[i]]++;
        *(data->labels[i] ? &out->all_yes : &out->all_no) += 1;
    }
    return CSUCCESS_OK;
}

/* How well the rates of one half rank the other. */
static csuccess_result rank_other(double *auc, csuccess__arena *arena, uint32_t bins,
                                  const counts *from, const counts *to)
{
    double *rates = CSUCCESS__NEW_ARRAY(arena, double, bins);
    uint32_t *order = CSUCCESS__NEW_ARRAY(arena, uint32_t, bins);
    uint32_t *scratch = CSUCCESS__NEW_ARRAY(arena, uint32_t, bins);
    if (!rates || !order || !scratch) {
        return CSUCCESS_ENOMEM;
    }
    double usual = from->all_yes / (from->all_yes + from->all_no), above = 0, below = 0;
    for (uint32_t b = 0; b < bins; b++) {
        rates[b] = (from->yes[b] + usual) / (from->yes[b] + from->no[b] + 1);
    }
    csuccess__order_rows(order, scratch, rates, bins);
    for (uint32_t k = 0, next; k < bins; k = next) {
        double yes = 0, no = 0;
        for (next = k; next < bins && rates[order[next]] == rates[order[k]]; next++) {
            yes += to->yes[order[next]];
            no += to->no[order[next]];
        }
        above += yes * (below + no / 2);
        below += no;
    }
    *auc = above / (to->all_yes * to->all_no);
    return CSUCCESS_OK;
}

csuccess_result csuccess__survey_auc(double *auc, csuccess__arena *arena,
                                     const csuccess__cut_rows *cut,
                                     const csuccess__dataset *data)
{
    counts halves[2];
    double ways[2] = {0, 0};
    *auc = 0.5;
    for (int half = 0; half < 2; half++) {
        csuccess_result result = count_half(&halves[half], arena, cut, data, half);
        if (result != CSUCCESS_OK) {
            return result;
        }
        if (halves[half].all_yes == 0 || halves[half].all_no == 0) {
            return CSUCCESS_OK;
        }
    }
    for (int way = 0; way < 2; way++) {
        csuccess_result result =
            rank_other(&ways[way], arena, cut->bins, &halves[way], &halves[1 - way]);
        if (result != CSUCCESS_OK) {
            return result;
        }
    }
    *auc = ways[0] < ways[1] ? ways[0] : ways[1];
    return CSUCCESS_OK;
}

/* At least 20 rows, all but one in a hundred events, and half of all events; where events are not the rule. */
static bool is_telling(const counts *all, uint32_t bin)
{
    double events = all->yes[bin];
    return all->all_yes <= all->all_no && events >= 20 &&
           events >= 0.99 * (events + all->no[bin]) && events >= 0.5 * all->all_yes;
}

csuccess_result csuccess__survey_telling_bin(csuccess__telling_bin *out, csuccess__arena *arena,
                                             const csuccess__cut_rows *cut,
                                             const csuccess__dataset *data)
{
    counts all;
    csuccess_result result = count_half(&all, arena, cut, data, 2);
    *out = (csuccess__telling_bin){.found = false};
    for (uint32_t b = 0; result == CSUCCESS_OK && b < cut->bins && !out->found; b++) {
        if (is_telling(&all, b)) {
            *out = (csuccess__telling_bin){true, b, all.yes[b] / all.all_yes};
        }
    }
    return result;
}
