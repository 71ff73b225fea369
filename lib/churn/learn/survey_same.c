/* SPDX-License-Identifier: Apache-2.0 */
/* Features that say the same: numbers up to scale and offset, values up to their names. */
#include "churn/learn/survey_looks.h"
#include "stats/quantiles.h"

#include <math.h>

/* Numbers of more values than this are compared as numbers alone. */
enum { FEW = 1000 };
/* The |correlation| from which numbers say the same: one may have been rounded. */
static const double alike = 0.99999;

/* The directions along which shadows fall: -1 to 1 at random. */
static double direction(uint32_t row, uint64_t which)
{
    csuccess__random random = {row ^ which << 40};
    return (double)(csuccess__random_next(&random) >> 11) / 4503599627370496.0 - 1;
}

static double standardised(const csuccess__print *print, double x)
{
    return (x - print->mean) / print->spread;
}

/* `present`: the n numbers that are not missing, ascending. */
static void measure(csuccess__print *print, const double *present, uint32_t n)
{
    double scale =
        fabs(present[0]) > fabs(present[n - 1]) ? fabs(present[0]) : fabs(present[n - 1]);
    double mean = 0, squares = 0;
    print->distinct = 1;
    for (uint32_t i = 1; i < n; i++) {
        print->distinct += present[i] > present[i - 1];
    }
    if (print->distinct == 1 || !(scale < 1e300)) {
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        mean += present[i] / scale / n;
    }
    for (uint32_t i = 0; i < n; i++) {
        double away = present[i] / scale - mean;
        squares += away * away / n;
    }
    print->mean = mean * scale;
    print->spread = sqrt(squares) > 1e-12 ? sqrt(squares) * scale : 0;
}

static void cast_shadows(csuccess__print *print, const double *numbers, uint32_t rows)
{
    for (uint32_t i = 0; i < rows && print->spread > 0; i++) {
        if (numbers[i] == numbers[i]) {
            double away = standardised(print, numbers[i]);
            print->shadow[0] += away * direction(i, 0);
            print->shadow[1] += away * direction(i, 1);
        }
    }
    print->shadow[0] = fabs(print->shadow[0]);
    print->shadow[1] = fabs(print->shadow[1]);
}

/* Place of x among the distinct numbers. */
static uint32_t place_of(const double *distinct, uint32_t n, double x)
{
    uint32_t low = 0, high = n;
    while (low + 1 < high) {
        uint32_t middle = (low + high) / 2;
        *(x < distinct[middle] ? &high : &low) = middle;
    }
    return low;
}

/* A hash of the rows' values, each called by when it came first: the same for features whose values match one to one. codes[i] <= values, which is
   missing. */
static csuccess_result hash_codes(csuccess__print *print, csuccess__arena *scratch,
                                  const uint32_t *codes, uint32_t rows, uint32_t values)
{
    uint32_t *called = CSUCCESS__NEW_ARRAY(scratch, uint32_t, (size_t)values + 1);
    uint32_t next = 1;
    if (!called) {
        return CSUCCESS_ENOMEM;
    }
    csuccess__random random = {0};
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t code = codes[i] < values ? codes[i] : values;
        if (code < values && called[code] == 0) {
            called[code] = next++;
        }
        random.state ^= called[code]; /* 0: missing */
        random.state = csuccess__random_next(&random);
    }
    print->code = random.state;
    print->coded = true;
    print->distinct = next - 1;
    return CSUCCESS_OK;
}

/* By the places of numbers among the distinct ones; `present`, ascending, is overwritten. */
static csuccess_result hash_numbers(csuccess__print *out, csuccess__arena *scratch,
                                    const double *numbers, uint32_t rows, double *present)
{
    uint32_t distinct = 0;
    uint32_t *codes = CSUCCESS__NEW_ARRAY(scratch, uint32_t, rows);
    if (!codes) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < rows - out->missing; i++) {
        if (i == 0 || present[i] > present[distinct - 1]) {
            present[distinct++] = present[i];
        }
    }
    for (uint32_t i = 0; i < rows; i++) {
        bool missing = numbers[i] != numbers[i];
        codes[i] = missing ? distinct : place_of(present, distinct, numbers[i]);
    }
    return hash_codes(out, scratch, codes, rows, distinct);
}

static csuccess_result print_numbers(csuccess__print *out, csuccess__arena *scratch,
                                     const double *numbers, uint32_t rows)
{
    uint32_t n = 0;
    double *present = CSUCCESS__NEW_ARRAY(scratch, double, rows);
    if (!present) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < rows; i++) {
        if (numbers[i] == numbers[i]) {
            present[n++] = numbers[i];
        }
    }
    out->missing = rows - n;
    if (n == 0) {
        return CSUCCESS_OK;
    }
    csuccess__sort_doubles(present, n);
    measure(out, present, n);
    cast_shadows(out, numbers, rows);
    return out->distinct > FEW ? CSUCCESS_OK
                               : hash_numbers(out, scratch, numbers, rows, present);
}

csuccess_result csuccess__print_of(csuccess__print *out, csuccess__arena *scratch,
                                   const csuccess__feature *feature, uint32_t rows)
{
    *out = (csuccess__print){.missing = 0};
    if (feature->numbers) {
        return print_numbers(out, scratch, feature->numbers, rows);
    }
    for (uint32_t i = 0; i < rows; i++) {
        out->missing += feature->codes[i] >= feature->word_count;
    }
    return hash_codes(out, scratch, feature->codes, rows, feature->word_count);
}

/* Whether numbers that correlate as required can have these shadows: the standardised ones differ by 2 (1 - correlation) in the square on average, of which
   a third falls along a direction; five deviations. */
static bool may_correlate(const csuccess__print *p, const csuccess__print *q, uint32_t rows)
{
    double most = 5 * sqrt(2 * (1 - alike) / 3 * rows);
    return p->spread > 0 && q->spread > 0 && fabs(p->shadow[0] - q->shadow[0]) <= most &&
           fabs(p->shadow[1] - q->shadow[1]) <= most;
}

/* |correlation|; 0 when they are not missing in the same rows. */
static double correlation(const csuccess__dataset *data, const csuccess__print *prints,
                          uint32_t a, uint32_t b)
{
    const double *x = data->features[a].numbers, *y = data->features[b].numbers;
    double sum = 0;
    for (uint32_t i = 0; i < data->rows; i++) {
        bool missing = x[i] != x[i];
        if (missing != (y[i] != y[i])) {
            return 0;
        }
        if (!missing) {
            sum += standardised(&prints[a], x[i]) * standardised(&prints[b], y[i]);
        }
    }
    return fabs(sum) / (data->rows - prints[a].missing);
}

static double sameness_of_numbers(const csuccess__dataset *data, const csuccess__print *prints,
                                  uint32_t a, uint32_t b)
{
    if (!may_correlate(&prints[a], &prints[b], data->rows)) {
        return 0;
    }
    double same = correlation(data, prints, a, b);
    same = same < 1 ? same : 1;
    return same < alike ? 0 : same;
}

double csuccess__sameness(const csuccess__dataset *data, const csuccess__print *prints,
                          uint32_t a, uint32_t b)
{
    const csuccess__print *p = &prints[a], *q = &prints[b];
    if (p->missing != q->missing || p->distinct < 2 || q->distinct < 2) {
        return 0;
    }
    if (data->features[a].numbers && data->features[b].numbers) {
        return sameness_of_numbers(data, prints, a, b);
    }
    return p->coded && q->coded && p->code == q->code ? 1 : 0;
}
