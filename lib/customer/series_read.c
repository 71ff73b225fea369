/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the bytes of a series: every length, order and number is checked, since states may be damaged or hostile. */
#include "customer/series_code.h"

#include "text/utf8.h"

#include <string.h>

#define MOST_COUNTED (UINT64_C(1) << 50)

static int32_t get_day(csuccess__wire *in)
{
    int64_t day = csuccess__wire_get_i64(in);
    if (day >= CSUCCESS__DAY_FIRST && day <= CSUCCESS__DAY_LAST) return (int32_t)day;
    in->bad = true;
    return 0;
}

/* Eight varints of one byte each, if that is what comes. */
static inline bool get_eight(csuccess__wire *in, uint64_t *out)
{
    uint64_t word;
    if (in->end - in->at < 8) return false;
    memcpy(&word, in->at, 8);
    if (word & UINT64_C(0x8080808080808080)) return false;
    for (unsigned k = 0; k < 8; k++) out[k] = (uint8_t)in->at[k];
    in->at += 8;
    return true;
}

static void get_column(csuccess__wire *in, uint64_t *out, uint32_t n)
{
    uint32_t i = 0;
    while (i < n && !in->bad) {
        uint32_t end = n - i < 8 ? n : i + 8;
        if (end == i + 8 && get_eight(in, out + i)) {
            i = end;
            continue;
        }
        for (; i < end; i++) {
            bool one = in->at < in->end && !(*in->at & 0x80);
            out[i] = one ? (uint8_t)*in->at++ : csuccess__wire_get_u64(in);
        }
    }
}

/* Written out, so that compilers see one load. */
static inline uint64_t get_word(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
           (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
           (uint64_t)b[7] << 56;
}

/* As csuccess__wire_get_double(), without a call for what is no whole number. */
static inline double get_number(csuccess__wire *in)
{
    if (in->end - in->at < 9 || *in->at != 1) return csuccess__wire_get_double(in);
    uint64_t bits = get_word(in->at + 1);
    double v;
    memcpy(&v, &bits, sizeof v);
    /* Beyond 2^53 everything is whole, and so are infinities as far as this goes. */
    if (!(fabs(v) < 9007199254740992.0)) return csuccess__wire_get_double(in);
    double whole = (double)(int64_t)v;
    if (!(whole < v) && !(whole > v)) in->bad = true;
    in->at += 9;
    return v;
}

/* A sum of more than 62 bits, from the front again. reason: the bits of two words, and what is no spelling of them. */
static csuccess__fixed get_long_sum(csuccess__wire *in)
{
    uint64_t lo = 0, hi = 0, byte = 0x80;
    unsigned shift = 0;
    for (; in->at < in->end && shift < 133 && (byte & 0x80); shift += 7) {
        byte = (uint8_t)*in->at++;
        uint64_t bits = byte & 0x7f;
        if (shift < 64) lo |= bits << shift;
        if (shift == 63) hi |= bits >> 1;
        if (shift >= 64) hi |= bits << (shift - 64);
    }
    /* A last byte of 0 is a longer spelling; the 19th has two bits left. */
    if ((byte & 0x80) || byte == 0 || (shift == 133 && byte > 3)) {
        in->bad = true;
        return (csuccess__fixed){0, 0};
    }
    uint64_t sign = lo & 1 ? UINT64_MAX : 0;
    lo = lo >> 1 | hi << 63;
    return (csuccess__fixed){(int64_t)((hi >> 1) ^ sign), lo ^ sign};
}

/* Nearly all sums have fewer bits. */
static inline csuccess__fixed get_sum(csuccess__wire *in)
{
    const char *at = in->at;
    uint64_t lo = 0, byte = 0x80;
    unsigned shift = 0;
    for (; at < in->end && shift < 63 && (byte & 0x80); shift += 7) {
        byte = (uint8_t)*at++;
        lo |= (byte & 0x7f) << shift;
    }
    if ((byte & 0x80) || (byte == 0 && shift > 7)) return get_long_sum(in);
    in->at = at;
    uint64_t sign = lo & 1 ? UINT64_MAX : 0;
    return (csuccess__fixed){(int64_t)sign, lo >> 1 ^ sign};
}

static int64_t get_time_of_day(csuccess__wire *in, int32_t day)
{
    uint64_t ms = csuccess__wire_get_u64(in);
    if (ms >= (uint64_t)CSUCCESS__DAY_MS) in->bad = true;
    return in->bad ? 0 : day * CSUCCESS__DAY_MS + (int64_t)ms;
}

/* A time that lies in the base. */
static int64_t get_base_time(csuccess__wire *in, const csuccess__series *s)
{
    int64_t time = csuccess__wire_get_i64(in);
    if (in->bad || !csuccess__time_valid(time) || csuccess__day_of(time) > s->folded) {
        in->bad = true;
        return 0;
    }
    return time;
}

/* A number, time or bool as its mark has it. */
static csuccess__value scalar_value(csuccess__kind kind, csuccess_str bytes)
{
    csuccess__value v = csuccess__missing(CSUCCESS__ABSENCE_EMPTY);
    csuccess__wire in = csuccess__wire_open(bytes);
    if (kind == CSUCCESS__KIND_NUMBER) {
        v = csuccess__number(csuccess__wire_get_double(&in));
    } else if (kind == CSUCCESS__KIND_TIME) {
        v = csuccess__time(csuccess__wire_get_i64(&in));
        if (!csuccess__time_valid(v.as.time)) in.bad = true;
    } else if (kind == CSUCCESS__KIND_BOOL) {
        uint64_t truth = csuccess__wire_get_u64(&in);
        v = csuccess__boolean(truth == 1);
        if (truth > 1) in.bad = true;
    }
    return csuccess__wire_done(&in) ? v : csuccess__missing(CSUCCESS__ABSENCE_EMPTY);
}

csuccess__value csuccess__mark_value(csuccess_str bytes)
{
    csuccess__value bad = csuccess__missing(CSUCCESS__ABSENCE_EMPTY);
    if (bytes.len < 2) return bad;
    size_t id = (uint8_t)bytes.ptr[0];
    if (id > CSUCCESS__MARK_ID || bytes.len < id + 2) return bad;
    csuccess_str rest = {bytes.ptr + id + 2, bytes.len - id - 2};
    csuccess__kind kind = (csuccess__kind)(uint8_t)bytes.ptr[id + 1];
    if (kind != CSUCCESS__KIND_STRING) return scalar_value(kind, rest);
    return rest.len <= CSUCCESS__MARK_TEXT ? csuccess__string(rest) : bad;
}

/* Whether a mark's bytes are a value and its texts are UTF-8. */
static bool is_mark(csuccess_str bytes)
{
    csuccess__value v = csuccess__mark_value(bytes);
    if (csuccess__is_missing(v)) return false;
    csuccess_str id = {bytes.ptr + 1, (uint8_t)bytes.ptr[0]};
    return csuccess__utf8_check(id, NULL) &&
           (v.kind != CSUCCESS__KIND_STRING || csuccess__utf8_check(v.as.string, NULL));
}

/* There is room for all marks in the pool already. */
static void get_mark(csuccess__wire *in, csuccess__series *s, csuccess__mark *mark)
{
    csuccess_str bytes = csuccess__wire_get_str(in);
    if (!in->bad && !is_mark(bytes)) in->bad = true;
    if (in->bad) return;
    mark->at = s->pool_len;
    mark->len = (uint32_t)bytes.len;
    memcpy(s->pool + s->pool_len, bytes.ptr, bytes.len);
    s->pool_len += mark->len;
}

static void get_base(csuccess__wire *in, csuccess__series *s)
{
    csuccess__cell *base = s->base;
    switch (s->part) {
    case CSUCCESS__PART_SUM:
        base[1].sum = get_sum(in);
        base[0].count = csuccess__wire_get_u64(in);
        break;
    case CSUCCESS__PART_COUNT:
        base[0].count = csuccess__wire_get_u64(in);
        break;
    case CSUCCESS__PART_MIN:
    case CSUCCESS__PART_MAX:
        base[0].number = csuccess__wire_get_double(in);
        return;
    case CSUCCESS__PART_FIRST:
    case CSUCCESS__PART_LAST:
        base[0].mark.time = get_base_time(in, s);
        get_mark(in, s, &base[0].mark);
        return;
    case CSUCCESS__PART_LAST_TIME:
        base[0].time = get_base_time(in, s);
        return;
    default:
        return;
    }
    if (base[0].count == 0 || base[0].count > MOST_COUNTED) in->bad = true;
}

/* What one token says: `count` days, each `gap` days after the next one would come. */
typedef struct gaps {
    uint64_t count, gap;
} gaps;

static gaps gaps_of(uint64_t token)
{
    if (token & 1) return (gaps){(token >> 1) + 2, 0};
    return (gaps){1, token >> 1};
}

static void get_gaps(csuccess__wire *in, csuccess__series *s)
{
    int64_t day = s->n ? s->days[0] : 0;
    bool adjoined = false;
    for (uint32_t i = 1; i < s->n && !in->bad;) {
        gaps token = gaps_of(csuccess__wire_get_u64(in));
        /* Days without a gap are one run. */
        bool twice = token.gap == 0 && adjoined;
        if (twice || token.count > s->n - i || token.gap > CSUCCESS__DAY_LAST * 2u) {
            in->bad = true;
            return;
        }
        for (uint64_t k = 0; k < token.count; k++) {
            day += 1 + (int64_t)token.gap;
            s->days[i++] = (int32_t)day;
        }
        if (day > CSUCCESS__DAY_LAST) in->bad = true;
        adjoined = token.gap == 0;
    }
}

static void get_counts(csuccess__wire *in, csuccess__series *s)
{
    uint64_t *counts = csuccess__series_counts(s), sum = 0, zero = 0;
    get_column(in, counts, s->n);
    for (uint32_t i = 0; i < s->n && !in->bad; i++) {
        zero |= counts[i] == 0 || counts[i] > MOST_COUNTED;
        counts[i] = sum += counts[i];
    }
    if (zero) in->bad = true;
}

static void get_sums(csuccess__wire *in, csuccess__series *s)
{
    csuccess__fixed *sums = csuccess__series_sums(s), sum = {0, 0};
    for (uint32_t i = 0; i < s->n && !in->bad; i++) {
        sums[i] = sum = csuccess__plus(sum, get_sum(in));
    }
    if (!in->bad && csuccess__series_rescale(s)) in->bad = true;
}

/* One cell of a column that is not cumulative. */
static void get_cell(csuccess__wire *in, csuccess__series *s, uint32_t i)
{
    if (s->part == CSUCCESS__PART_LAST_TIME) {
        csuccess__series_times(s)[i] = get_time_of_day(in, s->days[i]);
    } else if (s->part == CSUCCESS__PART_MIN || s->part == CSUCCESS__PART_MAX) {
        csuccess__series_numbers(s)[i] = get_number(in);
    } else {
        csuccess__mark *mark = &csuccess__series_marks(s)[i];
        mark->time = get_time_of_day(in, s->days[i]);
        get_mark(in, s, mark);
    }
}

static void get_columns(csuccess__wire *in, csuccess__series *s)
{
    bool counted = s->part == CSUCCESS__PART_COUNT || s->part == CSUCCESS__PART_SUM;
    if (counted) get_counts(in, s);
    if (s->part == CSUCCESS__PART_SUM) get_sums(in, s);
    if (counted || s->columns[0].width == 0) return;
    for (uint32_t i = 0; i < s->n && !in->bad; i++) get_cell(in, s, i);
}

static void get_levels(csuccess__wire *in, csuccess__series *s)
{
    uint64_t levels = csuccess__wire_get_u64(in);
    if (levels > CSUCCESS__LEVELS_MOST) in->bad = true;
    for (uint32_t i = 0; i < levels && !in->bad; i++) {
        s->since[i] = get_day(in);
        if (i > 0 && s->since[i] > s->since[i - 1]) in->bad = true;
    }
    s->levels = in->bad ? 0 : (uint32_t)levels;
}

/* Days from the last bucket back to the first that may have been passed over. */
static void get_sifted(csuccess__wire *in, csuccess__series *s)
{
    if (s->n == 0 || in->bad) return;
    uint64_t back = csuccess__wire_get_u64(in);
    if (back == 0 || back > CSUCCESS__BUCKETS_MOST) {
        in->bad = true;
    } else {
        s->sifted = s->days[s->n - 1] - (int32_t)back;
    }
}

/* Fills `count` days of a hash behind the pairs that stand, from the latest back to `first`. */
static void get_days_back(csuccess__wire *in, csuccess__series *s, uint32_t first,
                          uint32_t count)
{
    int64_t day = s->n ? (int64_t)s->days[s->n - 1] + 1 : 0;
    /* What is folded is not told apart by day. */
    int64_t least = s->folded < CSUCCESS__DAY_FIRST ? CSUCCESS__DAY_FIRST : s->folded + 1;
    for (uint32_t i = first + count; i-- > first && !in->bad;) {
        uint64_t back = csuccess__wire_get_u64(in);
        if (back > CSUCCESS__DAY_LAST * 2u) in->bad = true;
        day -= in->bad ? 1 : (int64_t)back + 1;
        if (day < least) in->bad = true;
        s->hash_days[i] = (int32_t)day;
    }
}

static csuccess_result get_days_of(csuccess__wire *in, csuccess__series *s,
                                   const csuccess_allocator *mem, uint64_t hash)
{
    uint64_t token = csuccess__wire_get_u64(in), days = token >> 1;
    uint32_t before = token & 1, count = before + (uint32_t)days;
    bool unfolded = before && s->folded == CSUCCESS__DAY_NONE;
    if (token == 0 || days > s->n || unfolded) in->bad = true;
    if (in->bad) return CSUCCESS_OK;
    csuccess_result result = csuccess__series_reserve_pairs(s, mem, s->pairs + count);
    if (result < 0) return result;
    for (uint32_t i = 0; i < count; i++) s->hashes[s->pairs + i] = hash;
    if (before) s->hash_days[s->pairs] = CSUCCESS__DAY_NONE;
    get_days_back(in, s, s->pairs + before, (uint32_t)days);
    s->pairs += count;
    return CSUCCESS_OK;
}

static csuccess_result get_distinct(csuccess__wire *in, csuccess__series *s,
                                    const csuccess_allocator *mem)
{
    get_levels(in, s);
    get_sifted(in, s);
    uint64_t values = csuccess__wire_get_u64(in), last = 0;
    csuccess_result result = CSUCCESS_OK;
    for (uint64_t i = 0; i < values && !in->bad && result == CSUCCESS_OK; i++) {
        csuccess_str bytes = csuccess__wire_get_bytes(in, 8);
        uint64_t hash = bytes.len ? get_word(bytes.ptr) : 0;
        if (i > 0 && hash <= last) in->bad = true;
        last = hash;
        if (!in->bad) result = get_days_of(in, s, mem, hash);
        s->values++;
    }
    return result;
}

static void get_flags(csuccess__wire *in, csuccess__series *s, uint64_t flags)
{
    s->lost = (flags & CSUCCESS__SERIES_LOST) != 0;
    s->away = (flags & CSUCCESS__SERIES_AWAY) != 0;
    if (flags > CSUCCESS__SERIES_FLAGS) in->bad = true;
    if (s->lost && s->part != CSUCCESS__PART_DISTINCT) in->bad = true;
    if (flags & CSUCCESS__SERIES_INTRODUCED) s->introduced = get_day(in);
    if (flags & CSUCCESS__SERIES_FOLDED) s->folded = get_day(in);
}

/* Part, flags and days; the number of buckets. */
static uint32_t get_head(csuccess__wire *in, csuccess__series *s, int32_t *first)
{
    uint64_t part = csuccess__wire_get_u64(in), flags = csuccess__wire_get_u64(in), n = 0;
    if (part != s->part) in->bad = true;
    get_flags(in, s, flags);
    if (flags & CSUCCESS__SERIES_BUCKETS) {
        n = csuccess__wire_get_u64(in);
        *first = get_day(in);
        if (n == 0 || n > CSUCCESS__BUCKETS_MOST || *first <= s->folded) in->bad = true;
    }
    return in->bad ? 0 : (uint32_t)n;
}

/* Room for n buckets, and for all marks that can come. */
static csuccess_result make_room(const csuccess__wire *in, csuccess__series *s,
                                 const csuccess_allocator *mem, uint32_t n)
{
    bool marks = s->part == CSUCCESS__PART_FIRST || s->part == CSUCCESS__PART_LAST;
    csuccess_result result = csuccess__series_reserve(s, mem, n);
    if (result < 0 || !marks) return result;
    return csuccess__series_reserve_pool(s, mem, (size_t)(in->end - in->at));
}

static void get_unit(csuccess__wire *in, csuccess__series *s)
{
    bool sum = s->part == CSUCCESS__PART_SUM;
    if (!sum && s->part != CSUCCESS__PART_DAYS) return;
    uint64_t unit = csuccess__wire_get_u64(in);
    if (unit > (sum ? 9u : CSUCCESS__LEVELS_MOST - 1u)) {
        in->bad = true;
    } else if (sum) {
        s->scale = (uint32_t)unit;
    } else {
        s->level = (uint32_t)unit;
    }
}

static csuccess_result decode(csuccess__wire *in, csuccess__series *s,
                              const csuccess_allocator *mem)
{
    int32_t first = 0;
    uint32_t n = get_head(in, s, &first);
    if (in->bad) return CSUCCESS_OK;
    csuccess_result result = make_room(in, s, mem, n);
    if (result < 0) return result;
    get_unit(in, s);
    if (s->folded != CSUCCESS__DAY_NONE && !in->bad) get_base(in, s);
    if (in->bad) return CSUCCESS_OK;
    s->n = n;
    if (n) s->days[0] = first;
    get_gaps(in, s);
    if (!in->bad) get_columns(in, s);
    if (in->bad || s->part != CSUCCESS__PART_DISTINCT) return CSUCCESS_OK;
    return get_distinct(in, s, mem);
}

csuccess_result csuccess__series_decode(csuccess__series *s, const csuccess_allocator *mem,
                                        csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    csuccess__series_clear(s);
    csuccess_result result = decode(&in, s, mem);
    if (result == CSUCCESS_OK && !csuccess__wire_done(&in)) result = CSUCCESS_ESTATE;
    if (result < 0) csuccess__series_clear(s);
    return result;
}

bool csuccess__series_is_away(csuccess_str payload)
{
    return payload.len > 1 && ((unsigned char)payload.ptr[1] & CSUCCESS__SERIES_AWAY);
}

bool csuccess__series_oldest(csuccess_str payload, int32_t *day)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t part = csuccess__wire_get_u64(&in), flags = csuccess__wire_get_u64(&in);
    (void)part;
    if (flags & CSUCCESS__SERIES_INTRODUCED) (void)csuccess__wire_get_i64(&in);
    if (flags & CSUCCESS__SERIES_FOLDED) (void)csuccess__wire_get_i64(&in);
    if (!(flags & CSUCCESS__SERIES_BUCKETS)) return false;
    (void)csuccess__wire_get_u64(&in);
    *day = get_day(&in);
    return !in.bad;
}
