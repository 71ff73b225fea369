/* SPDX-License-Identifier: Apache-2.0 */
/* Coding of features as columns. */
#include "churn/learn/logistic_design.h"
#include "base/number.h"

#include <string.h>

/* A feature as it is being coded, with what its rows have. */
typedef struct building {
    const csuccess__dataset *data;
    const double *weights;
    const csuccess__design_options *options;
    csuccess__arena *arena;
    csuccess__design *design;
    csuccess__coding *codings;
    uint32_t *group_size; /* of each feature: columns of its group; 0: it has none */
} building;

/* Whether a row counts and has the number. */
static bool has(const building *b, const double *numbers, uint32_t row)
{
    return b->weights[row] > 0 && numbers[row] == numbers[row];
}

static double weighted_mean(const building *b, const double *numbers, double scale)
{
    double total = 0, sum = 0;
    for (uint32_t i = 0; i < b->data->rows; i++) {
        if (has(b, numbers, i)) {
            total += b->weights[i];
            sum += b->weights[i] * (numbers[i] / scale);
        }
    }
    return sum / total;
}

static double weighted_deviation(const building *b, const double *numbers, double scale,
                                 double mean)
{
    double total = 0, squares = 0;
    for (uint32_t i = 0; i < b->data->rows; i++) {
        if (has(b, numbers, i)) {
            double away = numbers[i] / scale - mean;
            total += b->weights[i];
            squares += b->weights[i] * away * away;
        }
    }
    return sqrt(squares / total);
}

/* Mean and deviation by scaled values, so that no square overflows; of numbers that are not all the same. */
static void measure(csuccess__coding *coding, const building *b, const double *numbers)
{
    double low = fabs(coding->low), high = fabs(coding->high);
    double scale = low > high ? low : high;
    double mean = weighted_mean(b, numbers, scale);
    double deviation = weighted_deviation(b, numbers, scale, mean);
    /* Values that only differ in their last digits, or next to 0 or infinity altogether, would give no slope that can be written. */
    if (deviation > 1e-12 && deviation * scale > 1e-290 && scale < 1e300) {
        coding->mean = mean * scale;
        coding->deviation = deviation * scale;
        coding->slope = 0;
    }
}

/* Least and greatest number of the rows that count; how many there are. */
static uint32_t find_ends(csuccess__coding *coding, const building *b, const double *numbers)
{
    uint32_t present = 0;
    for (uint32_t i = 0; i < b->data->rows; i++) {
        if (has(b, numbers, i)) {
            bool first = present++ == 0;
            coding->low = first || numbers[i] < coding->low ? numbers[i] : coding->low;
            coding->high = first || numbers[i] > coding->high ? numbers[i] : coding->high;
        }
    }
    return present;
}

static csuccess_result look_at_numbers(building *b, uint32_t f)
{
    const double *numbers = b->data->features[f].numbers;
    csuccess__coding *coding = &b->codings[f];
    uint32_t rows = 0;
    for (uint32_t i = 0; i < b->data->rows; i++) {
        if (numbers[i] - numbers[i] != 0 && numbers[i] == numbers[i]) {
            return CSUCCESS_EINVALID;
        }
        rows += b->weights[i] > 0;
    }
    uint32_t present = find_ends(coding, b, numbers);
    bool indicated = present > 0 && present < rows;
    coding->mean = coding->low;
    coding->deviation = 1;
    if (coding->high > coding->low) {
        measure(coding, b, numbers);
    }
    b->group_size[f] = indicated;
    coding->missing = indicated ? 0 : CSUCCESS__NO_COLUMN;
    coding->varies = coding->slope != CSUCCESS__NO_COLUMN || indicated;
    return CSUCCESS_OK;
}

/* The least count with which a word is kept, so that no more than `most` are; words as frequent as the last are kept or not together. By
   halves, since a host's words may have thousands of different counts. */
static uint32_t least_count(const uint32_t *counts, uint32_t words, uint32_t least,
                            uint32_t most)
{
    uint32_t high = UINT32_MAX;
    while (least < high) {
        uint32_t middle = least + (high - least) / 2, kept = 0;
        for (uint32_t w = 0; w < words; w++) {
            kept += counts[w] >= middle;
        }
        if (kept <= most) {
            high = middle;
        } else {
            least = middle + 1;
        }
    }
    return least;
}

/* Counts words of training rows; *missing those without one. */
static csuccess_result count_words(const building *b, uint32_t f, uint32_t *counts,
                                   uint32_t *missing)
{
    const csuccess__feature *feature = &b->data->features[f];
    for (uint32_t i = 0; i < b->data->rows; i++) {
        uint32_t code = feature->codes[i];
        if (code != CSUCCESS__WORD_MISSING && code >= feature->word_count) {
            return CSUCCESS_EINVALID;
        }
        uint32_t *count = code == CSUCCESS__WORD_MISSING ? missing : &counts[code];
        *count += b->weights[i] > 0;
    }
    return CSUCCESS_OK;
}

/* The most frequent of the words that are kept; NO_COLUMN: none is. */
static uint32_t most_frequent(const uint32_t *counts, uint32_t words, uint32_t least)
{
    uint32_t best = CSUCCESS__NO_COLUMN, most = 0;
    for (uint32_t w = 0; w < words; w++) {
        if (counts[w] >= least && counts[w] > most) {
            most = counts[w];
            best = w;
        }
    }
    return best;
}

/* Gives columns to words, from 0 within the group. */
static void give_columns(building *b, uint32_t f, const uint32_t *counts, uint32_t missing)
{
    const csuccess__feature *feature = &b->data->features[f];
    csuccess__coding *coding = &b->codings[f];
    uint32_t n = feature->word_count, size = 0, least = 1;
    bool pooled = false;
    if (!feature->boolean) {
        least = least_count(counts, n, b->options->rare_words, b->options->most_words);
    }
    if (b->options->references) {
        coding->reference = most_frequent(counts, n, least);
    }
    for (uint32_t w = 0; w < n; w++) {
        bool own = counts[w] >= least && w != coding->reference;
        pooled |= counts[w] > 0 && counts[w] < least;
        coding->column[w] = own ? size++ : CSUCCESS__NO_COLUMN;
    }
    coding->rest = pooled ? size++ : CSUCCESS__NO_COLUMN;
    coding->missing = missing ? size++ : CSUCCESS__NO_COLUMN;
    /* One value in all rows, or all of them pooled: there is nothing to tell apart. */
    coding->varies = size + (coding->reference != CSUCCESS__NO_COLUMN) > 1;
    b->group_size[f] = coding->varies ? size : 0;
}

static csuccess_result look_at_words(building *b, uint32_t f)
{
    uint32_t n = b->data->features[f].word_count, missing = 0;
    uint32_t *counts = CSUCCESS__NEW_ARRAY(b->arena, uint32_t, n);
    b->codings[f].column = CSUCCESS__NEW_ARRAY(b->arena, uint32_t, n);
    if (!counts || !b->codings[f].column) {
        return CSUCCESS_ENOMEM;
    }
    csuccess_result result = count_words(b, f, counts, &missing);
    if (result == CSUCCESS_OK) {
        give_columns(b, f, counts, missing);
    }
    return result;
}

static void shift(uint32_t *column, uint32_t by)
{
    if (*column != CSUCCESS__NO_COLUMN) {
        *column += by;
    }
}

/* Moves the columns of a feature's group to where they stand. */
static void place_group(building *b, uint32_t f, uint32_t first)
{
    csuccess__coding *coding = &b->codings[f];
    shift(&coding->missing, first);
    shift(&coding->rest, first);
    for (uint32_t w = 0; coding->column && w < b->data->features[f].word_count; w++) {
        shift(&coding->column[w], first);
    }
}

/* The feature whose group has the most columns; of none, the count of features. */
static uint32_t widest_group(const building *b)
{
    uint32_t n = b->data->feature_count, widest = n;
    for (uint32_t f = 0; f < n; f++) {
        if (b->group_size[f] > (widest == n ? 0 : b->group_size[widest])) {
            widest = f;
        }
    }
    return widest;
}

/* Numbers, then groups, the widest last. */
static void place_columns(building *b)
{
    csuccess__design *design = b->design;
    uint32_t n = b->data->feature_count, widest = widest_group(b), next = 1;
    for (uint32_t f = 0; f < n; f++) {
        if (b->codings[f].slope != CSUCCESS__NO_COLUMN) {
            b->codings[f].slope = next++;
        }
    }
    design->numbers = next - 1;
    for (uint32_t f = 0; f < n; f++) {
        design->groups += b->group_size[f] > 0;
        if (b->group_size[f] && f != widest) {
            place_group(b, f, next);
            next += b->group_size[f];
        }
    }
    design->dense = design->columns = next;
    if (widest < n) {
        place_group(b, widest, next);
        design->columns += b->group_size[widest];
    }
}

/* The column of a row in its feature's group. */
static uint32_t code_of(const building *b, uint32_t f, uint32_t row)
{
    const csuccess__feature *feature = &b->data->features[f];
    const csuccess__coding *coding = &b->codings[f];
    uint32_t column = CSUCCESS__NO_COLUMN;
    if (feature->numbers) {
        column = feature->numbers[row] != feature->numbers[row] ? coding->missing
                                                                : CSUCCESS__NO_COLUMN;
    } else if (feature->codes[row] == CSUCCESS__WORD_MISSING) {
        column = coding->missing;
    } else if (feature->codes[row] != coding->reference) {
        column = coding->column[feature->codes[row]];
        column = column == CSUCCESS__NO_COLUMN ? coding->rest : column;
    }
    return column == CSUCCESS__NO_COLUMN ? b->design->columns : column;
}

/* Held within what training rows have; missing is the mean. */
static double standardised(const csuccess__coding *coding, double number)
{
    if (number != number) {
        return 0;
    }
    double held = number < coding->low ? coding->low : number;
    held = held > coding->high ? coding->high : held;
    return (held - coding->mean) / coding->deviation;
}

static csuccess_result fill_numbers(building *b)
{
    csuccess__design *design = b->design;
    size_t width = design->numbers, cells;
    if (!csuccess__mul_size(&cells, width, design->rows)) {
        return CSUCCESS_ENOMEM;
    }
    double *x = CSUCCESS__NEW_ARRAY(b->arena, double, cells);
    if (!x) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t f = 0; f < b->data->feature_count; f++) {
        const double *numbers = b->data->features[f].numbers;
        const csuccess__coding *coding = &b->codings[f];
        if (!numbers || coding->slope == CSUCCESS__NO_COLUMN) {
            continue;
        }
        for (uint32_t i = 0; i < design->rows; i++) {
            x[i * width + coding->slope - 1] = standardised(coding, numbers[i]);
        }
    }
    design->x = x;
    return CSUCCESS_OK;
}

static csuccess_result fill_codes(building *b)
{
    csuccess__design *design = b->design;
    size_t width = design->groups, cells;
    if (!csuccess__mul_size(&cells, width, design->rows)) {
        return CSUCCESS_ENOMEM;
    }
    uint32_t *codes = CSUCCESS__NEW_ARRAY(b->arena, uint32_t, cells);
    if (!codes) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t f = 0, g = 0; f < b->data->feature_count; f++) {
        if (b->group_size[f] == 0) {
            continue;
        }
        for (uint32_t i = 0; i < design->rows; i++) {
            codes[i * width + g] = code_of(b, f, i);
        }
        g++;
    }
    design->codes = codes;
    return CSUCCESS_OK;
}

csuccess_result csuccess__design_build(csuccess__design *out, csuccess__arena *arena,
                                       const csuccess__dataset *data, const double *weights,
                                       const csuccess__design_options *options)
{
    uint32_t n = data->feature_count;
    building b = {data, weights, options, arena, out, NULL, NULL};
    csuccess_result result = CSUCCESS_OK;
    *out = (csuccess__design){.rows = data->rows};
    b.codings = CSUCCESS__NEW_ARRAY(arena, csuccess__coding, n);
    b.group_size = CSUCCESS__NEW_ARRAY(arena, uint32_t, n);
    if (!b.codings || !b.group_size) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t f = 0; f < n && result == CSUCCESS_OK; f++) {
        csuccess__coding *coding = &b.codings[f];
        coding->slope = coding->missing = coding->rest = coding->reference =
            CSUCCESS__NO_COLUMN;
        result = data->features[f].numbers ? look_at_numbers(&b, f) : look_at_words(&b, f);
    }
    if (result != CSUCCESS_OK) {
        return result;
    }
    place_columns(&b);
    out->codings = b.codings;
    result = fill_numbers(&b);
    return result == CSUCCESS_OK ? fill_codes(&b) : result;
}
