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

static inline uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* 0 when x is finite: the bits of +0; else those of a NaN. */
static inline uint64_t not_finite(double x)
{
    return bits_of(x - x);
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

/* reason: one body for every number of members, called with constants, so that the branches and
   two of the parameters go. */
static inline bool weigh(double *restrict a, const double *const *p, const double *w,
                         const uint32_t count, const bool first, uint32_t rows)
{
    const double *p0 = p[0], *p1 = p[count > 1 ? 1 : 0], *p2 = p[count > 2 ? 2 : 0];
    const double *p3 = p[count > 3 ? 3 : 0], *p4 = p[count > 4 ? 4 : 0];
    const double w0 = w[0], w1 = w[count > 1 ? 1 : 0], w2 = w[count > 2 ? 2 : 0];
    const double w3 = w[count > 3 ? 3 : 0], w4 = w[count > 4 ? 4 : 0];
    uint64_t bad = 0;
    for (uint32_t i = 0; i < rows; i++) {
        double x = (first ? 0.0 : a[i]) + w0 * p0[i];
        if (count > 1) x += w1 * p1[i];
        if (count > 2) x += w2 * p2[i];
        if (count > 3) x += w3 * p3[i];
        if (count > 4) x += w4 * p4[i];
        a[i] = x;
        bad |= not_finite(x);
    }
    return bad == 0;
}

static bool weigh_first(double *a, const double *const *p, const double *w, uint32_t count,
                        uint32_t rows)
{
    switch (count) {
    case 1:
        return weigh(a, p, w, 1, true, rows);
    case 2:
        return weigh(a, p, w, 2, true, rows);
    case 3:
        return weigh(a, p, w, 3, true, rows);
    case 4:
        return weigh(a, p, w, 4, true, rows);
    default:
        return weigh(a, p, w, 5, true, rows);
    }
}

static bool weigh_more(double *a, const double *const *p, const double *w, uint32_t count,
                       uint32_t rows)
{
    switch (count) {
    case 1:
        return weigh(a, p, w, 1, false, rows);
    case 2:
        return weigh(a, p, w, 2, false, rows);
    case 3:
        return weigh(a, p, w, 3, false, rows);
    case 4:
        return weigh(a, p, w, 4, false, rows);
    default:
        return weigh(a, p, w, 5, false, rows);
    }
}

/* reason: a sum of several columns has several columns. */
bool csuccess__block_weigh(double *a, const double *const *p, const double *w, uint32_t count,
                           bool first, uint32_t rows)
{
    return first ? weigh_first(a, p, w, count, rows) : weigh_more(a, p, w, count, rows);
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

/* Two rows at a time where the compiler knows such vectors; the same operations one by one
   elsewhere. */
#if defined(__GNUC__)
enum { LANES = 2 };
typedef double lanes __attribute__((vector_size(16)));
typedef int64_t mask __attribute__((vector_size(16)));
static inline lanes all_lanes(double x)
{
    return (lanes){x, x};
}
static inline lanes pick(mask where, lanes x)
{
    return (lanes)(where & (mask)x);
}
static inline bool is_all(mask where)
{
    return (where[0] & where[1]) != 0;
}
#else
enum { LANES = 1 };
typedef double lanes;
typedef bool mask;
static inline lanes all_lanes(double x)
{
    return x;
}
static inline lanes pick(mask where, lanes x)
{
    return where ? x : 0.0;
}
static inline bool is_all(mask where)
{
    return where;
}
#endif

/* What csuccess__floor does to numbers from 0 up to 2^52. */
static inline lanes floor_small(lanes x)
{
    lanes whole = all_lanes(4503599627370496.0);
    lanes near = (x + whole) - whole;
    return near - pick(near > x, all_lanes(1.0));
}

/* csuccess__round9 and csuccess__display of scores from 0 to 4,503,599, where their special
   cases are not. Rows up to the last whole group of lanes; the number of them, or 0 when
   some score is not such. */
static inline uint32_t finish_small(double *raw, double *score, const double *x, double half,
                                    uint32_t rows)
{
    const lanes zero = all_lanes(0.0), most = all_lanes(4503599.0), halves = all_lanes(half);
    mask inside = zero == zero;
    uint32_t i = 0;
    for (; i + LANES <= rows; i += LANES) {
        lanes v;
        memcpy(&v, x + i, sizeof v);
        inside &= (v >= zero) & (v <= most);
        lanes rounded = floor_small(v * 1e9 + 0.5) / 1e9;
        memcpy(raw + i, &rounded, sizeof rounded);
        if (!score) continue;
        lanes shown = floor_small(rounded + halves);
        memcpy(score + i, &shown, sizeof shown);
    }
    return is_all(inside) ? i : 0;
}

static bool finish_any(double *raw, double *score, const double *x, csuccess__rounding rounding,
                       uint32_t rows)
{
    uint64_t bad = 0;
    for (uint32_t i = 0; i < rows; i++) {
        double rounded = csuccess__round9(x[i]);
        raw[i] = rounded;
        if (score) score[i] = csuccess__display(rounding, rounded);
        bad |= not_finite(rounded);
    }
    return bad == 0;
}

bool csuccess__block_finish(double *raw, double *score, const double *x,
                            csuccess__rounding rounding, uint32_t rows)
{
    uint32_t done;
    if (!score || rounding == CSUCCESS__ROUNDING_NONE) {
        done = finish_small(raw, NULL, x, 0, rows);
        if (score) memcpy(score, raw, done * sizeof *raw);
    } else {
        bool cut = rounding == CSUCCESS__ROUNDING_TRUNCATE;
        done = finish_small(raw, score, x, cut ? 0.0 : 0.5, rows);
    }
    return finish_any(raw + done, score ? score + done : NULL, x + done, rounding, rows - done);
}

/* 1 when x < bound, of numbers that are no NaN: the sign of the difference, which is never
   -0. Compilers make vector code of this and branches of a comparison. */
static inline uint64_t below(double x, double bound)
{
    return bits_of(x - bound) >> 63;
}

/* Two bounds at once: most profiles have three bands. */
static void count_two(uint8_t *restrict band, const double *restrict x, double high, double low,
                      uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) {
        band[i] = (uint8_t)(below(x[i], high) + below(x[i], low));
    }
}

static void count_one(uint8_t *restrict band, const double *restrict x,
                      const csuccess__band *bound, uint32_t rows)
{
    double at = bound->bound;
    if (bound->exclusive) {
        for (uint32_t i = 0; i < rows; i++) band[i] = (uint8_t)(band[i] + 1 - below(at, x[i]));
    } else {
        for (uint32_t i = 0; i < rows; i++) band[i] = (uint8_t)(band[i] + below(x[i], at));
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

/* reason: two columns in, one out, and the two ends of stable. */
bool csuccess__block_trend(uint8_t *restrict trend, const double *restrict x,
                           const double *restrict earlier, double low, double high,
                           uint32_t rows)
{
    uint64_t bad = 0;
    for (uint32_t i = 0; i < rows; i++) {
        double change = x[i] - earlier[i];
        trend[i] = (uint8_t)(2 - below(high, change) + below(change, low));
        bad |= not_finite(change);
    }
    return bad == 0;
}
