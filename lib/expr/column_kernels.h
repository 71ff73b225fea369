/* SPDX-License-Identifier: Apache-2.0 */
/* Loops over 64 rows at a time that turn comparisons into bitmaps. SSE2 where the compiler has it, plain C
   elsewhere; the same bits either way. */
#ifndef CSUCCESS__EXPR_COLUMN_KERNELS_H
#define CSUCCESS__EXPR_COLUMN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory may be unaligned and is read for `rows` rows only. out has (rows + 63) / 64 words; bits beyond
   the last row are 0. */
void csuccess__bits_ge_f64(uint64_t *out, const double *x, double cut, size_t rows);
void csuccess__bits_gt_f64(uint64_t *out, const double *x, double cut, size_t rows);
void csuccess__bits_finite_f64(uint64_t *out, const double *x, size_t rows);
/* x >= cut (strict: x > cut) as if each x were turned into a double first. */
void csuccess__bits_cut_i32(uint64_t *out, const int32_t *x, double cut, bool strict,
                            size_t rows);
void csuccess__bits_cut_i64(uint64_t *out, const int64_t *x, double cut, bool strict,
                            size_t rows);
void csuccess__bits_cut_u8(uint64_t *out, const uint8_t *x, double cut, bool strict,
                           size_t rows);
void csuccess__bits_eq_u8(uint64_t *out, const uint8_t *x, uint32_t code, size_t rows);
void csuccess__bits_eq_u16(uint64_t *out, const uint16_t *x, uint32_t code, size_t rows);
void csuccess__bits_eq_u32(uint64_t *out, const uint32_t *x, uint32_t code, size_t rows);
void csuccess__bits_set_u8(uint64_t *out, const uint8_t *x, size_t rows); /* x != 0 */
/* `rows` bits of a bitmap from bit `first` on. */
void csuccess__bits_copy(uint64_t *out, const uint8_t *bitmap, size_t first, size_t rows);
void csuccess__bits_fill(uint64_t *out, bool value, size_t rows);
bool csuccess__bits_all(const uint64_t *bits, size_t rows);

/* Two columns of doubles without NaN. */
void csuccess__bits_lt(uint64_t *out, const double *a, const double *b, size_t rows);
void csuccess__bits_le(uint64_t *out, const double *a, const double *b, size_t rows);
void csuccess__bits_eq(uint64_t *out, const double *a, const double *b, size_t rows);
/* Two columns of whole numbers. */
void csuccess__bits_lt_i64(uint64_t *out, const int64_t *a, const int64_t *b, size_t rows);
void csuccess__bits_eq_i64(uint64_t *out, const int64_t *a, const int64_t *b, size_t rows);

/* How many cuts x reaches (strict: exceeds). */
uint32_t csuccess__cuts_passed(const double *cuts, uint32_t n, double x, bool strict);

static inline size_t csuccess__bits_words(size_t rows)
{
    return (rows + 63) / 64;
}

static inline bool csuccess__bit(const uint64_t *bits, size_t row)
{
    return bits[row / 64] >> (row % 64) & 1;
}

/* Index of the lowest bit that is set; x != 0. */
static inline uint32_t csuccess__bits_lowest(uint64_t x)
{
#if defined(__GNUC__)
    return (uint32_t)__builtin_ctzll(x);
#else
    uint32_t n = 0;
    while (!(x & 1)) {
        x >>= 1;
        n++;
    }
    return n;
#endif
}

#endif
