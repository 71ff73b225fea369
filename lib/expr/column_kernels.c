/* SPDX-License-Identifier: Apache-2.0 */
/* Comparisons of columns into bitmaps, 64 rows a word. */
#include "expr/column_kernels.h"

#include <float.h>
#include <math.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* 64 bytes, each 0 or 1, as 64 bits. */
static inline uint64_t pack_bytes(const uint8_t *bytes)
{
    uint64_t word = 0;
#if defined(__SSE2__)
    for (size_t q = 0; q < 4; q++) {
        __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * q));
        unsigned bits = (unsigned)_mm_movemask_epi8(_mm_slli_epi16(part, 7));
        word |= (uint64_t)bits << (16 * q);
    }
#else
    for (size_t q = 0; q < 8; q++) {
        uint64_t part =
            0; /* byte k times 2^(7(8-k)) gathers the eight low bits in the top byte */
        for (size_t k = 0; k < 8; k++) part |= (uint64_t)bytes[8 * q + k] << (8 * k);
        word |= ((part * UINT64_C(0x0102040810204080)) >> 56) << (8 * q);
    }
#endif
    return word;
}

/* Whole words by `word`, the rows that are left one by one. */
#define BY_WORDS(out, rows, word_at, bit_at) \
    do { \
        size_t whole = (rows) / 64; \
        for (size_t w = 0; w < whole; w++) (out)[w] = (word_at); \
        if ((rows) % 64 != 0) { \
            uint64_t last = 0; \
            for (size_t j = 64 * whole; j < (rows); j++) \
                last |= (uint64_t)((bit_at) ? 1 : 0) << (j % 64); \
            (out)[whole] = last; \
        } \
    } while (0)

/* A word of a comparison that the compiler turns into vector code by itself. */
#define PLAIN_WORD(name, type, other, condition) \
    static inline uint64_t name(const type *restrict x, other y) \
    { \
        uint8_t bytes[64]; \
        for (size_t j = 0; j < 64; j++) bytes[j] = (condition) ? 1 : 0; \
        return pack_bytes(bytes); \
    }

#if defined(__SSE2__)

/* Two pairs of 64-bit masks as four of 32. */
static inline __m128i narrow(__m128d low, __m128d high)
{
    return _mm_castps_si128(_mm_shuffle_ps(_mm_castpd_ps(low), _mm_castpd_ps(high), 0x88));
}

static inline uint64_t gather(__m128i a, __m128i b, __m128i c, __m128i d)
{
    __m128i bytes = _mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d));
    return (uint64_t)(unsigned)_mm_movemask_epi8(bytes);
}

/* Written out, so that it does not hang on the compiler's leave to unroll. TEST(at) compares rows at, at + 1. */
#define F64_SIXTEEN(TEST, at) \
    gather(narrow(TEST((at) + 0), TEST((at) + 2)), narrow(TEST((at) + 4), TEST((at) + 6)), \
           narrow(TEST((at) + 8), TEST((at) + 10)), narrow(TEST((at) + 12), TEST((at) + 14)))
#define F64_WORD(TEST) \
    (F64_SIXTEEN(TEST, 0) | F64_SIXTEEN(TEST, 16) << 16 | F64_SIXTEEN(TEST, 32) << 32 | \
     F64_SIXTEEN(TEST, 48) << 48)

static inline uint64_t word_ge_f64(const double *x, double y)
{
    __m128d bound = _mm_set1_pd(y);
#define TEST(at) _mm_cmpge_pd(_mm_loadu_pd(x + (at)), bound)
    return F64_WORD(TEST);
#undef TEST
}
static inline uint64_t word_gt_f64(const double *x, double y)
{
    __m128d bound = _mm_set1_pd(y);
#define TEST(at) _mm_cmpgt_pd(_mm_loadu_pd(x + (at)), bound)
    return F64_WORD(TEST);
#undef TEST
}
static inline uint64_t word_size_f64(const double *x, double y)
{
    __m128d bound = _mm_set1_pd(y), sign = _mm_set1_pd(-0.0);
#define TEST(at) _mm_cmple_pd(_mm_andnot_pd(sign, _mm_loadu_pd(x + (at))), bound)
    return F64_WORD(TEST);
#undef TEST
}
static inline uint64_t word_lt_f64(const double *x, const double *y)
{
#define TEST(at) _mm_cmplt_pd(_mm_loadu_pd(x + (at)), _mm_loadu_pd(y + (at)))
    return F64_WORD(TEST);
#undef TEST
}
static inline uint64_t word_le_f64(const double *x, const double *y)
{
#define TEST(at) _mm_cmple_pd(_mm_loadu_pd(x + (at)), _mm_loadu_pd(y + (at)))
    return F64_WORD(TEST);
#undef TEST
}
static inline uint64_t word_eq_f64(const double *x, const double *y)
{
#define TEST(at) _mm_cmpeq_pd(_mm_loadu_pd(x + (at)), _mm_loadu_pd(y + (at)))
    return F64_WORD(TEST);
#undef TEST
}

static inline __m128i load(const void *at)
{
    return _mm_loadu_si128((const __m128i *)at);
}

static inline uint64_t word_gt_i32(const int32_t *x, int32_t y)
{
    __m128i bound = _mm_set1_epi32(y);
    uint64_t word = 0;
    for (size_t q = 0; q < 64; q += 16) {
        word |=
            gather(_mm_cmpgt_epi32(load(x + q), bound), _mm_cmpgt_epi32(load(x + q + 4), bound),
                   _mm_cmpgt_epi32(load(x + q + 8), bound),
                   _mm_cmpgt_epi32(load(x + q + 12), bound))
            << q;
    }
    return word;
}

static inline uint64_t word_eq_u8(const uint8_t *x, uint8_t y)
{
    __m128i wanted = _mm_set1_epi8((char)y);
    uint64_t word = 0;
    for (size_t q = 0; q < 64; q += 16) {
        unsigned bits = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(load(x + q), wanted));
        word |= (uint64_t)bits << q;
    }
    return word;
}

#else
PLAIN_WORD(word_ge_f64, double, double, x[j] >= y)
PLAIN_WORD(word_gt_f64, double, double, x[j] > y)
PLAIN_WORD(word_size_f64, double, double, fabs(x[j]) <= y)
PLAIN_WORD(word_lt_f64, double, const double *, x[j] < y[j])
PLAIN_WORD(word_le_f64, double, const double *, x[j] <= y[j])
PLAIN_WORD(word_eq_f64, double, const double *, x[j] == y[j])
PLAIN_WORD(word_gt_i32, int32_t, int32_t, x[j] > y)
PLAIN_WORD(word_eq_u8, uint8_t, uint8_t, x[j] == y)
#endif

PLAIN_WORD(word_ge_i64, int64_t, double, (double)x[j] >= y)
PLAIN_WORD(word_gt_i64, int64_t, double, (double)x[j] > y)
PLAIN_WORD(word_lt_i64, int64_t, const int64_t *, x[j] < y[j])
PLAIN_WORD(word_eq_i64, int64_t, const int64_t *, x[j] == y[j])
PLAIN_WORD(word_gt_u8, uint8_t, uint8_t, x[j] > y)
PLAIN_WORD(word_eq_u16, uint16_t, uint16_t, x[j] == y)
PLAIN_WORD(word_eq_u32, uint32_t, uint32_t, x[j] == y)

void csuccess__bits_fill(uint64_t *out, bool value, size_t rows)
{
    BY_WORDS(out, rows, value ? UINT64_MAX : 0, value);
}

bool csuccess__bits_all(const uint64_t *bits, size_t rows)
{
    uint64_t all = UINT64_MAX;
    for (size_t w = 0; w < rows / 64; w++) all &= bits[w];
    if (rows % 64 != 0) all &= bits[rows / 64] | (UINT64_MAX << (rows % 64));
    return all == UINT64_MAX;
}

void csuccess__bits_ge_f64(uint64_t *out, const double *x, double cut, size_t rows)
{
    BY_WORDS(out, rows, word_ge_f64(x + 64 * w, cut), x[j] >= cut);
}

void csuccess__bits_finite_f64(uint64_t *out, const double *x, size_t rows)
{
    BY_WORDS(out, rows, word_size_f64(x + 64 * w, DBL_MAX), fabs(x[j]) <= DBL_MAX);
}

void csuccess__bits_gt_f64(uint64_t *out, const double *x, double cut, size_t rows)
{
    BY_WORDS(out, rows, word_gt_f64(x + 64 * w, cut), x[j] > cut);
}

/* The least whole number that passes; x passes when it is greater than the one below. */
static double least_that_passes(double cut, bool strict)
{
    double least = ceil(cut);
    return strict && least == cut ? least + 1 : least;
}

void csuccess__bits_cut_i32(uint64_t *out, const int32_t *x, double cut, bool strict,
                            size_t rows)
{
    double least = least_that_passes(cut, strict);
    if (least > (double)INT32_MAX || least <= (double)INT32_MIN) {
        csuccess__bits_fill(out, least < 0, rows);
        return;
    }
    int32_t below = (int32_t)(least - 1);
    BY_WORDS(out, rows, word_gt_i32(x + 64 * w, below), x[j] > below);
}

void csuccess__bits_cut_i64(uint64_t *out, const int64_t *x, double cut, bool strict,
                            size_t rows)
{
    if (strict) {
        BY_WORDS(out, rows, word_gt_i64(x + 64 * w, cut), (double)x[j] > cut);
    } else {
        BY_WORDS(out, rows, word_ge_i64(x + 64 * w, cut), (double)x[j] >= cut);
    }
}

void csuccess__bits_cut_u8(uint64_t *out, const uint8_t *x, double cut, bool strict,
                           size_t rows)
{
    double least = least_that_passes(cut, strict);
    if (least > 255 || least <= 0) {
        csuccess__bits_fill(out, least <= 0, rows);
        return;
    }
    uint8_t below = (uint8_t)(least - 1);
    BY_WORDS(out, rows, word_gt_u8(x + 64 * w, below), x[j] > below);
}

void csuccess__bits_eq_u8(uint64_t *out, const uint8_t *x, uint32_t code, size_t rows)
{
    if (code > UINT8_MAX) {
        csuccess__bits_fill(out, false, rows);
        return;
    }
    BY_WORDS(out, rows, word_eq_u8(x + 64 * w, (uint8_t)code), x[j] == code);
}

void csuccess__bits_eq_u16(uint64_t *out, const uint16_t *x, uint32_t code, size_t rows)
{
    if (code > UINT16_MAX) {
        csuccess__bits_fill(out, false, rows);
        return;
    }
    BY_WORDS(out, rows, word_eq_u16(x + 64 * w, (uint16_t)code), x[j] == code);
}

void csuccess__bits_eq_u32(uint64_t *out, const uint32_t *x, uint32_t code, size_t rows)
{
    BY_WORDS(out, rows, word_eq_u32(x + 64 * w, code), x[j] == code);
}

void csuccess__bits_set_u8(uint64_t *out, const uint8_t *x, size_t rows)
{
    BY_WORDS(out, rows, word_gt_u8(x + 64 * w, 0), x[j] != 0);
}

void csuccess__bits_lt(uint64_t *out, const double *a, const double *b, size_t rows)
{
    BY_WORDS(out, rows, word_lt_f64(a + 64 * w, b + 64 * w), a[j] < b[j]);
}

void csuccess__bits_le(uint64_t *out, const double *a, const double *b, size_t rows)
{
    BY_WORDS(out, rows, word_le_f64(a + 64 * w, b + 64 * w), a[j] <= b[j]);
}

void csuccess__bits_eq(uint64_t *out, const double *a, const double *b, size_t rows)
{
    BY_WORDS(out, rows, word_eq_f64(a + 64 * w, b + 64 * w), a[j] == b[j]);
}

void csuccess__bits_lt_i64(uint64_t *out, const int64_t *a, const int64_t *b, size_t rows)
{
    BY_WORDS(out, rows, word_lt_i64(a + 64 * w, b + 64 * w), a[j] < b[j]);
}

void csuccess__bits_eq_i64(uint64_t *out, const int64_t *a, const int64_t *b, size_t rows)
{
    BY_WORDS(out, rows, word_eq_i64(a + 64 * w, b + 64 * w), a[j] == b[j]);
}

/* 64 bits from bit `first` of a bitmap; reads no byte that holds none of them. */
static uint64_t read_word(const uint8_t *bitmap, size_t first)
{
    const uint8_t *at = bitmap + first / 8;
    unsigned shift = (unsigned)(first % 8);
    uint64_t word = 0;
    for (size_t k = 0; k < 8; k++) word |= (uint64_t)at[k] << (8 * k);
    if (shift == 0) return word;
    return (word >> shift) | (uint64_t)at[8] << (64 - shift);
}

void csuccess__bits_copy(uint64_t *out, const uint8_t *bitmap, size_t first, size_t rows)
{
    BY_WORDS(out, rows, read_word(bitmap, first + 64 * w),
             bitmap[(first + j) / 8] >> ((first + j) % 8) & 1);
}

#if defined(__SSE2__)
uint32_t csuccess__cuts_passed(const double *cuts, uint32_t n, double x, bool strict)
{
    uint32_t i = 0;
    __m128d value = _mm_set1_pd(x);
    __m128i passed = _mm_setzero_si128();
    if (strict) {
        for (; i + 2 <= n; i += 2) {
            __m128d some = _mm_cmpgt_pd(value, _mm_loadu_pd(cuts + i));
            passed = _mm_sub_epi32(passed, _mm_castpd_si128(some));
        }
    } else {
        for (; i + 2 <= n; i += 2) {
            __m128d some = _mm_cmpge_pd(value, _mm_loadu_pd(cuts + i));
            passed = _mm_sub_epi32(passed, _mm_castpd_si128(some));
        }
    }
    bool last = i < n && (strict ? x > cuts[i] : x >= cuts[i]);
    passed = _mm_add_epi32(passed, _mm_unpackhi_epi64(passed, passed));
    return (uint32_t)_mm_cvtsi128_si32(passed) + last;
}
#else
uint32_t csuccess__cuts_passed(const double *cuts, uint32_t n, double x, bool strict)
{
    uint32_t passed = 0;
    for (uint32_t i = 0; i < n; i++) passed += strict ? x > cuts[i] : x >= cuts[i];
    return passed;
}
#endif
