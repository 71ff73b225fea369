/* SPDX-License-Identifier: Apache-2.0 */
/* The loops over a block of rows. */
#include "score/block.h"

#include <string.h>

void csuccess__rows_fill(uint64_t bits[CSUCCESS__BLOCK_WORDS], uint32_t rows)
{
    for (uint32_t w = 0; w < CSUCCESS__BLOCK_WORDS; w++) {
        uint32_t from = w * 64;
        uint64_t part = rows > from ? (UINT64_C(1) << (rows - from) % 64) - 1 : 0;
        bits[w] = rows >= from + 64 ? UINT64_MAX : part;
    }
}

bool csuccess__rows_all(const uint64_t *bits, uint32_t rows)
{
    uint64_t all[CSUCCESS__BLOCK_WORDS];
    csuccess__rows_fill(all, rows);
    uint64_t lacking = 0;
    for (uint32_t w = 0; w < csuccess__words(rows); w++) lacking |= all[w] & ~bits[w];
    return lacking == 0;
}

bool csuccess__rows_none(const uint64_t *bits, uint32_t rows)
{
    uint64_t all[CSUCCESS__BLOCK_WORDS];
    csuccess__rows_fill(all, rows);
    uint64_t there = 0;
    for (uint32_t w = 0; w < csuccess__words(rows); w++) there |= all[w] & bits[w];
    return there == 0;
}

/* 0 when x is finite: the bits of +0; else those of a NaN. */
static inline uint64_t not_finite(double x)
{
    double zero = x - x;
    uint64_t bits;
    memcpy(&bits, &zero, sizeof bits);
    return bits;
}

bool csuccess__block_finite(const double *x, uint32_t rows)
{
    uint64_t bad = 0;
    for (uint32_t i = 0; i < rows; i++) bad |= not_finite(x[i]);
    return bad == 0;
}

void csuccess__block_fill(double *x, double value, uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) x[i] = value;
}

/* One body for every number of members: called with constants, so that the branches go. */
static inline bool weigh(double *restrict a, const double *const *p, const double *w,
                         const uint32_t count, const bool first,
                         uint32_t rows) /* reason: two of them are constants of the caller */
{
    const double *p0 = p[0], *p1 = p[count > 1 ? 1 : 0];
    const double *p2 = p[count > 2 ? 2 : 0], *p3 = p[count > 3 ? 3 : 0];
    const double w0 = w[0], w1 = w[count > 1 ? 1 : 0];
    const double w2 = w[count > 2 ? 2 : 0], w3 = w[count > 3 ? 3 : 0];
    uint64_t bad = 0;
    for (uint32_t i = 0; i < rows; i++) {
        double x = (first ? 0.0 : a[i]) + w0 * p0[i];
        if (count > 1) x += w1 * p1[i];
        if (count > 2) x += w2 * p2[i];
        if (count > 3) x += w3 * p3[i];
        a[i] = x;
        bad |= not_finite(x);
    }
    return bad == 0;
}

bool csuccess__block_weigh(double *a, const double *const *p, const double *w, uint32_t count,
                           bool first, uint32_t rows) /* reason: a sum of several columns */
{
    switch (count * 2 + (first ? 1 : 0)) {
    case 2:
        return weigh(a, p, w, 1, false, rows);
    case 3:
        return weigh(a, p, w, 1, true, rows);
    case 4:
        return weigh(a, p, w, 2, false, rows);
    case 5:
        return weigh(a, p, w, 2, true, rows);
    case 6:
        return weigh(a, p, w, 3, false, rows);
    case 7:
        return weigh(a, p, w, 3, true, rows);
    case 8:
        return weigh(a, p, w, 4, false, rows);
    default:
        return weigh(a, p, w, 4, true, rows);
    }
}

void csuccess__block_scale(double *x, double total, double scale, uint32_t rows)
{
    if (total != 1) {
        for (uint32_t i = 0; i < rows; i++) x[i] /= total;
    }
    if (scale != 1) {
        for (uint32_t i = 0; i < rows; i++) x[i] *= scale;
    }
}

/* Two factors for two rows, by the rows' two bits. */
typedef struct pairs {
    double of[4][2];
} pairs;

static pairs pairs_of(double by)
{
    return (pairs){{{1, 1}, {by, 1}, {1, by}, {by, by}}};
}

/* Up to 64 rows; bits that are not asked for are 0 and multiply by 1, which changes nothing. */
static inline void multiply_word(double *restrict x, uint32_t rows, const uint64_t bits[3],
                                 const pairs by[3], const uint32_t count)
{
    for (uint32_t j = 0; j + 1 < rows; j += 2) {
        double even = x[j], odd = x[j + 1];
        for (uint32_t m = 0; m < count; m++) {
            const double *factors = by[m].of[bits[m] >> j & 3];
            even *= factors[0];
            odd *= factors[1];
        }
        x[j] = even;
        x[j + 1] = odd;
    }
    for (uint32_t m = 0; rows % 2 == 1 && m < count; m++) {
        x[rows - 1] *= by[m].of[bits[m] >> (rows - 1) & 1][0];
    }
}

void csuccess__block_multiply(double *x, const uint64_t *const *when, const double *by,
                              uint32_t count, uint32_t rows)
{
    pairs factors[3];
    for (uint32_t m = 0; m < 3; m++) factors[m] = pairs_of(by[m < count ? m : 0]);
    for (uint32_t w = 0; w < csuccess__words(rows); w++) {
        uint64_t bits[3] = {when[0][w], when[count > 1 ? 1 : 0][w], when[count > 2 ? 2 : 0][w]};
        uint32_t here = rows - w * 64 < 64 ? rows - w * 64 : 64;
        if (count == 1) {
            multiply_word(x + w * 64, here, bits, factors, 1);
        } else if (count == 2) {
            multiply_word(x + w * 64, here, bits, factors, 2);
        } else {
            multiply_word(x + w * 64, here, bits, factors, 3);
        }
    }
}

void csuccess__block_round9(double *raw, const double *x, uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) raw[i] = csuccess__round9(x[i]);
}

void csuccess__block_display(double *restrict score, const double *restrict raw,
                             csuccess__rounding rounding, uint32_t rows)
{
    if (rounding == CSUCCESS__ROUNDING_NONE) {
        memcpy(score, raw, rows * sizeof *raw);
    } else if (rounding == CSUCCESS__ROUNDING_TRUNCATE) {
        for (uint32_t i = 0; i < rows; i++) {
            score[i] = csuccess__display(CSUCCESS__ROUNDING_TRUNCATE, raw[i]);
        }
    } else {
        for (uint32_t i = 0; i < rows; i++) {
            score[i] = csuccess__display(CSUCCESS__ROUNDING_NEAREST, raw[i]);
        }
    }
}

/* Scores below two bounds at once: most profiles have three bands. */
static void count_two(uint8_t *restrict band, const double *restrict x, double high, double low,
                      uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) {
        band[i] = (uint8_t)((x[i] < high ? 1 : 0) + (x[i] < low ? 1 : 0));
    }
}

static void count_one(uint8_t *restrict band, const double *restrict x,
                      const csuccess__band *bound, uint32_t rows)
{
    double at = bound->bound;
    if (bound->exclusive) {
        for (uint32_t i = 0; i < rows; i++) band[i] = (uint8_t)(band[i] + (x[i] <= at ? 1 : 0));
    } else {
        for (uint32_t i = 0; i < rows; i++) band[i] = (uint8_t)(band[i] + (x[i] < at ? 1 : 0));
    }
}

void csuccess__block_bands(uint8_t *band, const double *x, const csuccess__band *bands,
                           uint32_t count, uint32_t rows)
{
    uint32_t i = 0;
    if (count > 1 && !bands[0].exclusive && !bands[1].exclusive) {
        count_two(band, x, bands[0].bound, bands[1].bound, rows);
        i = 2;
    } else {
        memset(band, 0, rows);
    }
    for (; i < count; i++) {
        bool always = bands[i].bound == -(double)INFINITY;
        if (!always) count_one(band, x, &bands[i], rows);
    }
}

bool csuccess__block_trend(uint8_t *restrict trend, const double *restrict x,
                           const double *restrict earlier, double low, double high,
                           uint32_t rows) /* reason: two columns and the two ends of stable */
{
    uint64_t bad = 0;
    for (uint32_t i = 0; i < rows; i++) {
        double change = x[i] - earlier[i];
        trend[i] = (uint8_t)(1 + (change <= high ? 1 : 0) + (change < low ? 1 : 0));
        bad |= not_finite(change);
    }
    return bad == 0;
}
