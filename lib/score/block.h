/* SPDX-License-Identifier: Apache-2.0 */
/* Loops over a block of rows that the compiler turns into vector code: weighted sums,
   modifiers, rounding, bands, trend. Each does per row exactly what the row side does. */
#ifndef CSUCCESS__SCORE_BLOCK_H
#define CSUCCESS__SCORE_BLOCK_H

#include "expr/column.h"
#include "score/health_internal.h"

/* Bitmaps of a block, least significant bit first; bits beyond `rows` are 0. */
static inline uint32_t csuccess__words(uint32_t rows)
{
    return (rows + 63) / 64;
}
static inline bool csuccess__row_bit(const uint64_t *bits, uint32_t row)
{
    return bits[row / 64] >> (row % 64) & 1;
}
static inline void csuccess__row_set(uint64_t *bits, uint32_t row)
{
    bits[row / 64] |= UINT64_C(1) << (row % 64);
}
/* Every row of the block; zeroes the other words. */
void csuccess__rows_fill(uint64_t bits[CSUCCESS__BLOCK_WORDS], uint32_t rows);
bool csuccess__rows_all(const uint64_t *bits, uint32_t rows);
bool csuccess__rows_none(const uint64_t *bits, uint32_t rows);

enum { CSUCCESS__WEIGH_MOST = 5 };
/* a = (first ? 0 : a) + w[0] * p[0] + ... in that order, count 1 to CSUCCESS__WEIGH_MOST.
   True when every result is finite. */
bool csuccess__block_weigh(double *a, const double *const *p, const double *w, uint32_t count,
                           bool first, uint32_t rows);
bool csuccess__block_finite(const double *x, uint32_t rows);
void csuccess__block_fill(double *x, double value, uint32_t rows);
/* x * scale / total; skips what is 1. */
void csuccess__block_scale(double *x, double total, double scale, uint32_t rows);

/* x * by in the rows of each bitmap, one modifier after the other; count 1 to 3. */
void csuccess__block_multiply(double *x, const uint64_t *const *when, const double *by,
                              uint32_t count, uint32_t rows);

/* raw = x to 9 decimals; raw may be x. */
void csuccess__block_round9(double *raw, const double *x, uint32_t rows);
/* raw = x to 9 decimals, and the displayed score of that (may be NULL); all apart from each
   other. True when every raw score is finite. */
bool csuccess__block_finish(double *raw, double *score, const double *x,
                            csuccess__rounding rounding, uint32_t rows);
/* How many of the ascending-rank bounds a score does not reach: its band. */
void csuccess__block_bands(uint8_t *band, const double *x, const csuccess__band *bands,
                           uint32_t count, uint32_t rows);
/* csuccess__trend of x - earlier. False when some earlier value is not finite: then nothing
   is said. */
bool csuccess__block_trend(uint8_t *trend, const double *x, const double *earlier, double low,
                           double high, uint32_t rows);

#endif
