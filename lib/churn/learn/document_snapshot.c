/* SPDX-License-Identifier: Apache-2.0 */
/* How the values of a feature are distributed, for the snapshot of a model document. */
#include "base/str.h"
#include "churn/learn/document.h"
#include "stats/drift.h"

#include <math.h>

enum { BINS = 20, WORDS = 20 };

static void key(csuccess__json_writer *w, const char *name)
{
    csuccess__json_key(w, csuccess__str(name));
}

static void put_list(csuccess__json_writer *w, const char *name, const double *values,
                     uint32_t n)
{
    key(w, name);
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < n; i++) {
        csuccess__json_num(w, values[i]);
    }
    csuccess__json_close(w, ']');
}

/* Scaled, so that the sum does not overflow. NaN of nothing, which is written as null. */
static double mean_of(const double *numbers, uint32_t n)
{
    double scale = 0, sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        scale = fabs(numbers[i]) > scale ? fabs(numbers[i]) : scale;
    }
    for (uint32_t i = 0; i < n && scale > 0; i++) {
        sum += numbers[i] / scale;
    }
    return n > 0 ? sum / n * scale : (double)NAN;
}

/* `numbers`: the n that are not missing. */
static csuccess_result put_numbers(csuccess__json_writer *w, const double *numbers, uint32_t n,
                                   uint32_t rows, const csuccess_allocator *mem)
{
    double edges[BINS], share[BINS + 1] = {0};
    uint32_t count = 0;
    csuccess_result result =
        n > 0 ? csuccess__bin_bounds(edges, &count, BINS, (csuccess__sample){numbers, n}, mem)
              : CSUCCESS_OK;
    if (result != CSUCCESS_OK) {
        return result;
    }
    csuccess__bin_counts(share, edges, count, numbers, n);
    for (uint32_t i = 0; i <= count && rows > 0; i++) {
        share[i] /= rows;
    }
    csuccess__json_open(w, '{');
    put_list(w, "edges", edges, count);
    put_list(w, "share", share, count + 1);
    csuccess__json_put_num(w, "missing", rows > 0 ? (double)(rows - n) / rows : 0);
    csuccess__json_put_num(w, "mean", mean_of(numbers, n));
    csuccess__json_close(w, '}');
    return CSUCCESS_OK;
}

static csuccess_result distribute_numbers(csuccess__json_writer *w,
                                          const csuccess__feature *feature, uint32_t rows,
                                          const csuccess_allocator *mem)
{
    uint32_t n = 0;
    double *present = csuccess__alloc(mem, (size_t)rows + 1, sizeof *present);
    if (!present) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < rows; i++) {
        if (feature->numbers[i] == feature->numbers[i]) {
            present[n++] = feature->numbers[i];
        }
    }
    csuccess_result result = put_numbers(w, present, n, rows, mem);
    csuccess__release(mem, present, (size_t)rows + 1, sizeof *present);
    return result;
}

/* The most frequent words into top, of equals the first; how many. */
static uint32_t find_top(uint32_t top[WORDS], const uint32_t *counts, uint32_t words)
{
    uint32_t n = 0;
    for (uint32_t w = 0; w < words; w++) {
        if (counts[w] == 0 || (n == WORDS && counts[w] <= counts[top[n - 1]])) {
            continue;
        }
        uint32_t at = n < WORDS ? n++ : n - 1;
        for (; at > 0 && counts[top[at - 1]] < counts[w]; at--) {
            top[at] = top[at - 1];
        }
        top[at] = w;
    }
    return n;
}

static csuccess_result distribute_words(csuccess__json_writer *w,
                                        const csuccess__feature *feature, uint32_t rows,
                                        const csuccess_allocator *mem)
{
    uint32_t missing = 0, rest, top[WORDS];
    size_t words = feature->word_count;
    uint32_t *counts = csuccess__alloc(mem, words + 1, sizeof *counts);
    if (!counts) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t code = feature->codes[i];
        ++*(code < words ? &counts[code] : &missing);
    }
    uint32_t n = find_top(top, counts, feature->word_count);
    double whole = rows > 0 ? rows : 1;
    rest = rows - missing;
    csuccess__json_open(w, '{');
    key(w, "words");
    csuccess__json_open(w, '{');
    for (uint32_t k = 0; k < n; k++) {
        csuccess__json_key(w, feature->words[top[k]]);
        csuccess__json_num(w, counts[top[k]] / whole);
        rest -= counts[top[k]];
    }
    csuccess__json_close(w, '}');
    csuccess__json_put_num(w, "else", rest / whole);
    csuccess__json_put_num(w, "missing", missing / whole);
    csuccess__json_close(w, '}');
    csuccess__release(mem, counts, words + 1, sizeof *counts);
    return CSUCCESS_OK;
}

csuccess_result csuccess__write_distribution(csuccess__json_writer *w,
                                             const csuccess__feature *feature, uint32_t rows,
                                             const csuccess_allocator *mem)
{
    return feature->numbers ? distribute_numbers(w, feature, rows, mem)
                            : distribute_words(w, feature, rows, mem);
}
