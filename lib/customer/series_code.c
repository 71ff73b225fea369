/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the bytes of a series. */
#include "customer/series_code.h"

#include <string.h>

/* Varints in a small buffer of our own, since most are one byte. */
typedef struct pen {
    csuccess__buffer *out;
    size_t n;
    uint8_t bytes[240];
} pen;

static void flush(pen *p)
{
    csuccess__buffer_put(p->out, p->bytes, p->n);
    p->n = 0;
}

static inline void put_byte(pen *p, uint8_t byte)
{
    if (p->n == sizeof p->bytes) flush(p);
    p->bytes[p->n++] = byte;
}

static inline void put_u64(pen *p, uint64_t v)
{
    for (; v >= 0x80; v >>= 7) put_byte(p, (uint8_t)(v | 0x80u));
    put_byte(p, (uint8_t)v);
}

static uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static void put_i64(pen *p, int64_t v)
{
    put_u64(p, zigzag(v));
}

/* As a varint of 128 bits. */
static void put_sum(pen *p, csuccess__fixed sum)
{
    uint64_t sign = sum.hi < 0 ? UINT64_MAX : 0;
    uint64_t hi = ((uint64_t)sum.hi << 1 | sum.lo >> 63) ^ sign, lo = sum.lo << 1 ^ sign;
    for (; hi != 0; hi >>= 7) {
        put_byte(p, (uint8_t)(lo | 0x80u));
        lo = lo >> 7 | hi << 57;
    }
    put_u64(p, lo);
}

static void put_bytes(pen *p, const void *bytes, size_t n)
{
    flush(p);
    csuccess__buffer_put(p->out, bytes, n);
}

/* As csuccess__wire_double(). */
static void put_number(pen *p, double number)
{
    const double most = 9007199254740992.0; /* 2^53 */
    if (fabs(number) <= most) {
        int64_t whole = (int64_t)number;
        if (!((double)whole < number) && !((double)whole > number)) {
            put_byte(p, 0);
            put_i64(p, whole);
            return;
        }
    }
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    put_byte(p, 1);
    for (unsigned i = 0; i < 8; i++) put_byte(p, (uint8_t)(bits >> 8 * i));
}

static void put_mark(pen *p, const csuccess__series *s, csuccess__mark mark)
{
    put_u64(p, mark.len);
    put_bytes(p, s->pool + mark.at, mark.len);
}

static void put_gaps(pen *p, const csuccess__series *s)
{
    for (uint32_t i = 1; i < s->n;) {
        uint32_t run = i;
        while (run < s->n && s->days[run] == s->days[run - 1] + 1) run++;
        if (run - i >= 2) {
            put_u64(p, (uint64_t)(run - i - 2) << 1 | 1);
            i = run;
        } else {
            put_u64(p, (uint64_t)(uint32_t)(s->days[i] - s->days[i - 1] - 1) << 1);
            i++;
        }
    }
}

static void put_base(pen *p, const csuccess__series *s)
{
    const csuccess__cell *base = s->base;
    switch (s->part) {
    case CSUCCESS__PART_SUM:
        put_sum(p, base[1].sum);
        put_u64(p, base[0].count);
        break;
    case CSUCCESS__PART_COUNT:
        put_u64(p, base[0].count);
        break;
    case CSUCCESS__PART_MIN:
    case CSUCCESS__PART_MAX:
        put_number(p, base[0].number);
        break;
    case CSUCCESS__PART_FIRST:
    case CSUCCESS__PART_LAST:
        put_i64(p, base[0].mark.time);
        put_mark(p, s, base[0].mark);
        break;
    case CSUCCESS__PART_LAST_TIME:
        put_i64(p, base[0].time);
        break;
    default:
        break;
    }
}

static void put_counts(pen *p, const csuccess__series *s)
{
    const uint64_t *counts = csuccess__series_counts(s);
    uint64_t before = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        put_u64(p, counts[i] - before);
        before = counts[i];
    }
}

static void put_sums(pen *p, const csuccess__series *s)
{
    const csuccess__fixed *sums = csuccess__series_sums(s);
    csuccess__fixed before = {0, 0};
    for (uint32_t i = 0; i < s->n; i++) {
        put_sum(p, csuccess__minus(sums[i], before));
        before = sums[i];
    }
}

static uint64_t time_of_day(int64_t time, int32_t day)
{
    return (uint64_t)(time - day * CSUCCESS__DAY_MS);
}

static void put_columns(pen *p, const csuccess__series *s)
{
    bool counted = s->part == CSUCCESS__PART_COUNT || s->part == CSUCCESS__PART_SUM;
    if (counted) put_counts(p, s);
    if (s->part == CSUCCESS__PART_SUM) put_sums(p, s);
    if (counted || s->columns[0].width == 0) return;
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->part == CSUCCESS__PART_LAST_TIME) {
            put_u64(p, time_of_day(csuccess__series_times(s)[i], s->days[i]));
        } else if (s->part == CSUCCESS__PART_MIN || s->part == CSUCCESS__PART_MAX) {
            put_number(p, csuccess__series_numbers(s)[i]);
        } else {
            csuccess__mark mark = csuccess__series_marks(s)[i];
            put_u64(p, time_of_day(mark.time, s->days[i]));
            put_mark(p, s, mark);
        }
    }
}

/* Levels, how far back all days are kept, and each hash with its days from the latest back: how many, whether it came before the buckets too, distances. */
static void put_distinct(pen *p, const csuccess__series *s)
{
    put_u64(p, s->levels);
    for (uint32_t i = 0; i < s->levels; i++) put_i64(p, s->since[i]);
    if (s->n) put_u64(p, (uint64_t)(uint32_t)(s->days[s->n - 1] - s->sifted));
    put_u64(p, s->values);
    for (uint32_t at = 0; at < s->pairs;) {
        uint32_t end = at + 1;
        while (end < s->pairs && s->hashes[end] == s->hashes[at]) end++;
        for (unsigned i = 0; i < 8; i++) put_byte(p, (uint8_t)(s->hashes[at] >> 8 * i));
        bool before = s->hash_days[at] == CSUCCESS__DAY_NONE;
        uint32_t days = end - at - before;
        put_u64(p, (uint64_t)days << 1 | before);
        int32_t after = s->n ? s->days[s->n - 1] + 1 : 0;
        for (uint32_t i = end; i-- > end - days;) {
            put_u64(p, (uint64_t)(uint32_t)(after - s->hash_days[i] - 1));
            after = s->hash_days[i];
        }
        at = end;
    }
}

static void put_head(pen *p, const csuccess__series *s)
{
    uint8_t flags =
        (uint8_t)((s->introduced != CSUCCESS__DAY_NONE ? CSUCCESS__SERIES_INTRODUCED : 0) |
                  (s->folded != CSUCCESS__DAY_NONE ? CSUCCESS__SERIES_FOLDED : 0) |
                  (s->lost ? CSUCCESS__SERIES_LOST : 0) |
                  (s->away ? CSUCCESS__SERIES_AWAY : 0) |
                  (s->n ? CSUCCESS__SERIES_BUCKETS : 0));
    put_byte(p, (uint8_t)s->part);
    put_byte(p, flags);
    if (flags & CSUCCESS__SERIES_INTRODUCED) put_i64(p, s->introduced);
    if (flags & CSUCCESS__SERIES_FOLDED) put_i64(p, s->folded);
    if (flags & CSUCCESS__SERIES_BUCKETS) {
        put_u64(p, s->n);
        put_i64(p, s->days[0]);
    }
}

void csuccess__series_encode(csuccess__buffer *out, const csuccess__series *s)
{
    pen p;
    p.out = out;
    p.n = 0;
    put_head(&p, s);
    if (s->part == CSUCCESS__PART_SUM) put_byte(&p, (uint8_t)s->scale);
    if (s->part == CSUCCESS__PART_DAYS) put_byte(&p, (uint8_t)s->level);
    if (s->folded != CSUCCESS__DAY_NONE) put_base(&p, s);
    put_gaps(&p, s);
    put_columns(&p, s);
    if (s->part == CSUCCESS__PART_DISTINCT) put_distinct(&p, s);
    flush(&p);
}
