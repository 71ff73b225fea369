/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting of features into bins: numbers at quantiles, words by value with rare ones pooled. */
#include "churn/learn/bins.h"

#include "stats/quantiles.h"

#include <math.h>
#include <string.h>

enum { MOST_WORDS = 65533 };

uint32_t csuccess__bin_of(const double *bounds, uint32_t n, double x)
{
    if (x != x) return n + 1;
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (x <= bounds[middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* A bound b with low <= b < high, about the middle, with as few decimals as will do: it will be read by people. */
static double bound_between(double low, double high)
{
    double middle = low + (high - low) / 2;
    double scale = 1;
    for (int digits = 0; digits < 10; digits++) {
        double b = floor(middle * scale) / scale;
        if (b >= low && b < high) return b;
        scale *= 10;
    }
    return middle >= low && middle < high ? middle : low;
}

/* A distinct value and how many rows have it. */
typedef struct value {
    double at;
    uint32_t rows;
} value;

/* Sorted numbers to distinct values; how many. */
static uint32_t distinct(const double *sorted, uint32_t n, value *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (count == 0 || sorted[i] != out[count - 1].at) {
            out[count++] = (value){sorted[i], 0};
        }
        out[count - 1].rows++;
    }
    return count;
}

/* Bounds between `count` values into at most `most` bins of about equally many rows; how many bounds. A value with
   as many rows as a bin should have closes its bin, and the one before it. */
static uint32_t place_bounds(const value *values, uint32_t count, uint32_t most, double *bounds)
{
    uint64_t rest = 0;
    for (uint32_t i = 0; i < count; i++) rest += values[i].rows;
    uint32_t n = 0;
    uint64_t held = 0;
    for (uint32_t i = 0; i + 1 < count && n + 1 < most; i++) {
        held += values[i].rows;
        uint64_t left = most - n; /* bins to fill with what is left, this one included */
        bool full = held * left >= rest;
        bool before_heavy = values[i + 1].rows * left >= rest && held * left * 2 >= rest;
        if (count <= most || full || before_heavy) {
            bounds[n++] = bound_between(values[i].at, values[i + 1].at);
            rest -= held;
            held = 0;
        }
    }
    return n;
}

typedef struct cutter {
    csuccess__arena *model;   /* bounds and words */
    csuccess__arena *work;    /* codes */
    csuccess__arena *scratch; /* for one feature */
    const csuccess__dataset *data;
    const csuccess__cut_options *options;
    uint16_t *bins; /* of the feature at hand, a row each */
} cutter;

/* The codes of bins 0 .. count - 1, as narrow as they can be. */
static bool pack(const cutter *c, const uint16_t *bins, uint32_t count,
                 csuccess__bin_codes *out)
{
    uint32_t rows = c->data->rows;
    out->bins = count;
    if (count > 256) {
        uint16_t *wide = CSUCCESS__NEW_ARRAY(c->work, uint16_t, rows);
        if (wide) memcpy(wide, bins, rows * sizeof *wide);
        out->wide = wide;
        return wide != NULL;
    }
    uint8_t *narrow = CSUCCESS__NEW_ARRAY(c->work, uint8_t, rows);
    for (uint32_t i = 0; narrow && i < rows; i++) narrow[i] = (uint8_t)bins[i];
    out->narrow = narrow;
    return narrow != NULL;
}

/* Both packings of c->bins; `coarser` gives the coarse bin of a fine one. */
static bool pack_both(const cutter *c, csuccess__cut *cut, const uint16_t *coarser)
{
    uint32_t rows = c->data->rows;
    if (!pack(c, c->bins, cut->fine.n + 2, &cut->codes)) return false;
    cut->constant = true;
    for (uint32_t i = 1; i < rows; i++) {
        if (c->bins[i] != c->bins[0]) cut->constant = false;
    }
    for (uint32_t i = 0; i < rows; i++) c->bins[i] = coarser[c->bins[i]];
    return pack(c, c->bins, cut->coarse.n + 2, &cut->coarse_codes);
}

/* Some of the fine bounds: values grouped by the rows of the fine bins. */
static bool coarsen_numbers(const cutter *c, csuccess__cut *cut, uint16_t *coarser)
{
    uint32_t n = cut->fine.n;
    value *bins = CSUCCESS__NEW_ARRAY(c->scratch, value, (size_t)n + 1);
    double *at = CSUCCESS__NEW_ARRAY(c->scratch, double, c->options->pair_bins);
    double *bounds = CSUCCESS__NEW_ARRAY(c->model, double, c->options->pair_bins);
    if (!bins || !at || !bounds) return false;
    for (uint32_t i = 0; i <= n; i++) bins[i].at = i;
    for (uint32_t i = 0; i < c->data->rows; i++) {
        if (c->bins[i] <= n) bins[c->bins[i]].rows++;
    }
    uint32_t count = place_bounds(bins, n + 1, c->options->pair_bins, at);
    for (uint32_t i = 0; i < count; i++) bounds[i] = cut->fine.bounds[(size_t)at[i]];
    for (uint32_t i = 0; i < n; i++) {
        coarser[i] = (uint16_t)csuccess__bin_of(bounds, count, cut->fine.bounds[i]);
    }
    coarser[n] = (uint16_t)count;
    coarser[n + 1] = (uint16_t)(count + 1);
    cut->coarse.n = count;
    cut->coarse.bounds = bounds;
    return true;
}

/* The numbers that are there, ascending; EINVALID for an infinite one. */
static csuccess_result sort_present(const double *x, uint32_t rows, double *sorted,
                                    uint32_t *count)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < rows; i++) {
        if (fabs(x[i]) > 1.7976931348623157e308) return CSUCCESS_EINVALID;
        if (x[i] == x[i]) sorted[n++] = x[i];
    }
    csuccess__sort_doubles(sorted, n);
    *count = n;
    return CSUCCESS_OK;
}

static csuccess_result cut_numbers(const cutter *c, uint32_t f, csuccess__cut *cut)
{
    const double *x = c->data->features[f].numbers;
    uint32_t rows = c->data->rows, n = 0;
    double *sorted = CSUCCESS__NEW_ARRAY(c->scratch, double, rows);
    value *values = CSUCCESS__NEW_ARRAY(c->scratch, value, rows);
    double *bounds = CSUCCESS__NEW_ARRAY(c->model, double, c->options->bins);
    uint16_t *coarser = CSUCCESS__NEW_ARRAY(c->scratch, uint16_t, (size_t)c->options->bins + 2);
    if (!sorted || !values || !bounds || !coarser) return CSUCCESS_ENOMEM;
    if (sort_present(x, rows, sorted, &n) < 0) return CSUCCESS_EINVALID;
    cut->fine.n = place_bounds(values, distinct(sorted, n, values), c->options->bins, bounds);
    cut->fine.bounds = bounds;
    for (uint32_t i = 0; i < rows; i++) {
        c->bins[i] = (uint16_t)csuccess__bin_of(bounds, cut->fine.n, x[i]);
    }
    return coarsen_numbers(c, cut, coarser) && pack_both(c, cut, coarser) ? CSUCCESS_OK
                                                                          : CSUCCESS_ENOMEM;
}

/* The least count of rows at which no more than `most` words are left, and at least `rare`. */
static uint32_t rows_to_stay(const uint32_t *rows, uint32_t words, uint32_t rare, uint32_t most)
{
    uint32_t low = rare, high = UINT32_MAX;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, kept = 0;
        for (uint32_t w = 0; w < words; w++) kept += rows[w] >= middle;
        if (kept <= most) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* The words with at least `stay` rows, in the order of their codes, into axis; bins[w] is the bin of code w. */
static bool keep_words(const cutter *c, const csuccess__feature *feature, const uint32_t *rows,
                       uint32_t stay, csuccess__axis *axis)
{
    uint32_t kept = 0;
    for (uint32_t w = 0; w < feature->word_count; w++) kept += rows[w] >= stay;
    csuccess_str *words = CSUCCESS__NEW_ARRAY(c->model, csuccess_str, kept);
    if (!words) return false;
    for (uint32_t w = 0; w < feature->word_count; w++) {
        if (rows[w] < stay) continue;
        words[axis->n] = csuccess__arena_copy(c->model, feature->words[w]);
        if (!words[axis->n++].ptr) return false;
    }
    axis->words = words;
    return true;
}

/* How many rows have each word; EINVALID for a code without one. */
static csuccess_result count_words(const csuccess__feature *feature, uint32_t all,
                                   uint32_t *rows)
{
    for (uint32_t i = 0; i < all; i++) {
        uint32_t w = feature->codes[i];
        if (w == CSUCCESS__WORD_MISSING) continue;
        if (w >= feature->word_count) return CSUCCESS_EINVALID;
        rows[w]++;
    }
    return CSUCCESS_OK;
}

/* Rows of each word, and how many a word needs for a bin of its own, in the main term and in pairs. */
typedef struct word_rows {
    uint32_t *rows, words;
    uint32_t fine, coarse;
} word_rows;

/* The fine bin of each word, and the coarse bin of each fine one. */
static void number_words(const csuccess__cut *cut, const word_rows *of, uint16_t *bin,
                         uint16_t *coarser)
{
    uint16_t fine = 0, coarse = 0;
    for (uint32_t w = 0; w < of->words; w++) {
        bin[w] = of->rows[w] >= of->fine ? fine++ : (uint16_t)cut->fine.n;
        if (of->rows[w] < of->fine) continue;
        coarser[bin[w]] = of->rows[w] >= of->coarse ? coarse++ : (uint16_t)cut->coarse.n;
    }
    coarser[cut->fine.n] = (uint16_t)cut->coarse.n;
    coarser[cut->fine.n + 1] = (uint16_t)(cut->coarse.n + 1);
}

static void bin_rows(const cutter *c, const csuccess__feature *feature, uint32_t words,
                     const uint16_t *bin)
{
    for (uint32_t i = 0; i < c->data->rows; i++) {
        uint32_t w = feature->codes[i];
        c->bins[i] = w == CSUCCESS__WORD_MISSING ? (uint16_t)(words + 1) : bin[w];
    }
}

static csuccess_result cut_words(const cutter *c, uint32_t f, csuccess__cut *cut)
{
    const csuccess__feature *feature = &c->data->features[f];
    uint32_t words = feature->word_count;
    uint32_t *rows = CSUCCESS__NEW_ARRAY(c->scratch, uint32_t, (size_t)words + 1);
    uint16_t *bin = CSUCCESS__NEW_ARRAY(c->scratch, uint16_t, (size_t)words + 1);
    uint16_t *coarser = CSUCCESS__NEW_ARRAY(c->scratch, uint16_t, MOST_WORDS + 2);
    if (!rows || !bin || !coarser) return CSUCCESS_ENOMEM;
    if (count_words(feature, c->data->rows, rows) < 0) return CSUCCESS_EINVALID;
    uint32_t rare = feature->boolean ? 0 : c->options->rare;
    word_rows of = {rows, words, rows_to_stay(rows, words, rare, MOST_WORDS), 0};
    of.coarse = rows_to_stay(rows, words, of.fine, c->options->pair_bins);
    if (!keep_words(c, feature, rows, of.fine, &cut->fine) ||
        !keep_words(c, feature, rows, of.coarse, &cut->coarse)) {
        return CSUCCESS_ENOMEM;
    }
    number_words(cut, &of, bin, coarser);
    bin_rows(c, feature, cut->fine.n, bin);
    return pack_both(c, cut, coarser) ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

csuccess_result csuccess__cut_features(csuccess__cut **out, csuccess__arena *model,
                                       csuccess__arena *work, const csuccess__dataset *data,
                                       const csuccess__cut_options *options)
{
    csuccess__arena scratch;
    csuccess__arena_init(&scratch, work->mem, 0);
    csuccess__cut *cuts = CSUCCESS__NEW_ARRAY(work, csuccess__cut, data->feature_count);
    csuccess_result r = cuts ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    cutter c = {model, work, &scratch, data, options, NULL};
    for (uint32_t f = 0; r >= 0 && f < data->feature_count; f++) {
        csuccess__arena_reset(&scratch);
        c.bins = CSUCCESS__NEW_ARRAY(&scratch, uint16_t, data->rows);
        cuts[f].fine.feature = cuts[f].coarse.feature = f;
        r = !c.bins                     ? CSUCCESS_ENOMEM
            : data->features[f].numbers ? cut_numbers(&c, f, &cuts[f])
                                        : cut_words(&c, f, &cuts[f]);
    }
    csuccess__arena_free(&scratch);
    *out = cuts;
    return r;
}
