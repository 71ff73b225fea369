/* SPDX-License-Identifier: Apache-2.0 */
/* How many different values there were: their hashes with the days on which they came, all of them up to a limit, and beyond it a
   sample (Gibbons, "Distinct sampling for highly-accurate answers to distinct values queries", VLDB 2001) that is taken by the hash alone.

   Level L keeps the hashes with at least L trailing zeros. `since[L]` is the first day d such that the hashes of level L that came on d or
   later are within the limit; a window is answered at the lowest level that is complete over it, so short windows stay exact when long
   ones are sampled. What is kept depends on what came, never on its order. */
#include "customer/series_internal.h"

#include <string.h>

/* ---- SipHash-2-4 (Aumasson, Bernstein 2012) ---- */

typedef struct sip {
    uint64_t a, b, c, d;
} sip;

static inline uint64_t turn(uint64_t x, unsigned by)
{
    return x << by | x >> (64 - by);
}

static inline void sip_round(sip *v)
{
    v->a += v->b;
    v->b = turn(v->b, 13) ^ v->a;
    v->a = turn(v->a, 32);
    v->c += v->d;
    v->d = turn(v->d, 16) ^ v->c;
    v->a += v->d;
    v->d = turn(v->d, 21) ^ v->a;
    v->c += v->b;
    v->b = turn(v->b, 17) ^ v->c;
    v->c = turn(v->c, 32);
}

static inline void sip_word(sip *v, uint64_t word)
{
    v->d ^= word;
    sip_round(v);
    sip_round(v);
    v->a ^= word;
}

static inline uint64_t little(const unsigned char *bytes, size_t n)
{
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++) word |= (uint64_t)bytes[i] << 8 * i;
    return word;
}

uint64_t csuccess__siphash(uint8_t kind, const void *bytes, size_t n)
{
    /* The key 00 01 .. 0f of the paper's vectors, as two words; the kind changes its first byte. */
    const uint64_t k0 = UINT64_C(0x0706050403020100) ^ kind;
    const uint64_t k1 = UINT64_C(0x0f0e0d0c0b0a0908);
    const unsigned char *at = bytes;
    sip v = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
             k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
    size_t left = n;
    for (; left >= 8; left -= 8, at += 8) sip_word(&v, little(at, 8));
    sip_word(&v, (uint64_t)n << 56 | little(at, left));
    v.c ^= 0xFF;
    for (int i = 0; i < 4; i++) sip_round(&v);
    return v.a ^ v.b ^ v.c ^ v.d;
}

uint64_t csuccess__value_hash(const csuccess__value *value)
{
    unsigned char bytes[8];
    uint64_t bits = 0;
    if (value->kind == CSUCCESS__KIND_BOOL) bits = value->as.boolean;
    if (value->kind == CSUCCESS__KIND_STRING) {
        return csuccess__siphash(value->kind, value->as.string.ptr, value->as.string.len);
    }
    if (value->kind == CSUCCESS__KIND_NUMBER) {
        double number = value->as.number + 0.0; /* -0 as 0 */
        memcpy(&bits, &number, sizeof bits);
    }
    for (size_t i = 0; i < 8; i++) bytes[i] = (unsigned char)(bits >> 8 * i);
    return csuccess__siphash(value->kind, bytes, sizeof bytes);
}

static uint32_t zeros(uint64_t hash)
{
    uint32_t n = 0;
    if (hash == 0) return CSUCCESS__LEVELS_MOST - 1;
    for (; !(hash & 1); hash >>= 1) n++;
    return n;
}

bool csuccess__day_kept(int32_t day, uint32_t level)
{
    if (level == 0) return true;
    uint32_t bits = (uint32_t)day;
    unsigned char bytes[4] = {(unsigned char)bits, (unsigned char)(bits >> 8),
                              (unsigned char)(bits >> 16), (unsigned char)(bits >> 24)};
    return zeros(csuccess__siphash(0, bytes, sizeof bytes)) >= level;
}

/* ---- Pairs of hash and day ---- */

/* Whether level `zeros` of this hash is complete on that day, so that the pair is kept. */
static bool is_kept(const csuccess__series *s, uint64_t hash, int32_t day)
{
    if (s->levels == 0) return true;
    uint32_t level = zeros(hash);
    return level >= s->levels || day >= s->since[level];
}

/* The first pair at or after (hash, day). Hashes are spread evenly, so the place is nearly known. */
static uint32_t pair_at(const csuccess__series *s, uint64_t hash, int32_t day)
{
    uint32_t low = 0, high = s->pairs;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint64_t there = s->hashes[middle];
        bool before = there < hash || (there == hash && s->hash_days[middle] < day);
        low = before ? middle + 1 : low;
        high = before ? high : middle;
    }
    return low;
}

void csuccess__distinct_put(csuccess__series *s, uint64_t hash, int32_t day)
{
    if (day == CSUCCESS__DAY_NONE && !s->def->lifetime) {
        s->lost = true;
        return;
    }
    if (!is_kept(s, hash, day)) return;
    uint32_t at = pair_at(s, hash, day);
    bool here = at < s->pairs && s->hashes[at] == hash;
    if (here && s->hash_days[at] == day) return;
    bool known = here || (at > 0 && s->hashes[at - 1] == hash);
    size_t behind = s->pairs - at;
    if (behind) {
        memmove(s->hashes + at + 1, s->hashes + at, behind * sizeof *s->hashes);
        memmove(s->hash_days + at + 1, s->hash_days + at, behind * sizeof *s->hash_days);
    }
    s->hashes[at] = hash;
    s->hash_days[at] = day;
    s->pairs++;
    s->values += !known;
}

int32_t csuccess__distinct_pruned(const csuccess__series *s)
{
    if (s->n == 0) return CSUCCESS__DAY_NONE;
    int32_t pruned = s->days[s->n - 1] - s->def->lag - 1;
    /* A shorter offset, once, has passed over more. */
    return pruned > s->sifted ? pruned : s->sifted;
}

/* Where the pairs of the hash at `at` end. */
static uint32_t run_end(const csuccess__series *s, uint32_t at)
{
    uint32_t end = at + 1;
    while (end < s->pairs && s->hashes[end] == s->hashes[at]) end++;
    return end;
}

/* Goes over all pairs, keeps those that are asked for, in place. Of days up to `pruned` the last one stays. */
static void sift(csuccess__series *s, int32_t pruned)
{
    uint32_t kept = 0;
    s->values = 0;
    for (uint32_t at = 0; at < s->pairs;) {
        uint32_t end = run_end(s, at), first = kept;
        for (; at < end; at++) {
            int32_t day = s->hash_days[at];
            bool old = day == CSUCCESS__DAY_NONE && !s->def->lifetime;
            s->lost = s->lost || old;
            bool covered = at + 1 < end && s->hash_days[at + 1] <= pruned;
            if (old || covered || !is_kept(s, s->hashes[at], day)) continue;
            s->hashes[kept] = s->hashes[at];
            s->hash_days[kept++] = day;
        }
        s->values += kept > first;
    }
    s->pairs = kept;
}

/* How many hashes of a level came last on each bucket's day or later; counts[0] are those from before, counts[i + 1] those of bucket i. */
static uint32_t count_level(const csuccess__series *s, uint32_t level, uint32_t *counts)
{
    int32_t from = level < s->levels ? s->since[level] : CSUCCESS__DAY_NONE;
    uint32_t all = 0;
    memset(counts, 0, ((size_t)s->n + 1) * sizeof *counts);
    for (uint32_t at = 0; at < s->pairs;) {
        uint32_t end = run_end(s, at);
        int32_t last = s->hash_days[end - 1];
        if (last >= from && zeros(s->hashes[at]) >= level) {
            uint32_t bucket = last == CSUCCESS__DAY_NONE ? 0 : csuccess__series_at(s, last) + 1;
            counts[bucket <= s->n ? bucket : s->n]++;
            all++;
        }
        at = end;
    }
    return all;
}

/* The first day from which on a level is within the limit. */
static int32_t first_within(const csuccess__series *s, const uint32_t *counts)
{
    uint32_t sum = 0, at = s->n;
    for (; at > 0 && sum + counts[at] <= s->def->limit; at--) sum += counts[at];
    /* Bucket `at - 1` is the last that does not fit; before all buckets lies what was folded. */
    return at > 0 ? s->days[at - 1] + 1 : s->folded + 1;
}

void csuccess__distinct_trim(csuccess__series *s)
{
    uint32_t counts[CSUCCESS__BUCKETS_MOST + 1];
    for (uint32_t level = 0; s->values > s->def->limit && level < CSUCCESS__LEVELS_MOST;
         level++) {
        uint32_t all = count_level(s, level, counts);
        if (all <= s->def->limit && level >= s->levels) break;
        if (all <= s->def->limit) continue;
        s->since[level] = first_within(s, counts);
        if (level >= s->levels) s->levels = level + 1;
    }
    s->sifted = csuccess__distinct_pruned(s);
    sift(s, s->sifted);
}

/* Levels that are complete from the folded days on: over what is left of them. */
static void fold_levels(csuccess__series *s)
{
    for (uint32_t i = 0; i < s->levels; i++) {
        if (s->since[i] > s->folded + 1) continue;
        s->since[i] = s->def->lifetime ? s->folded + 1 : CSUCCESS__DAY_NONE;
    }
    while (s->levels > 0 && s->since[s->levels - 1] == CSUCCESS__DAY_NONE) s->levels--;
}

void csuccess__distinct_fold(csuccess__series *s)
{
    uint32_t kept = 0;
    s->values = 0;
    s->lost = s->lost || !s->def->lifetime;
    for (uint32_t at = 0; at < s->pairs; at++) {
        int32_t day = s->hash_days[at];
        if (day <= s->folded) day = CSUCCESS__DAY_NONE;
        bool before = day == CSUCCESS__DAY_NONE;
        bool again = kept > 0 && s->hashes[kept - 1] == s->hashes[at];
        /* Several days of one value become the same; without a lifetime they are forgotten. */
        if (before && (again || !s->def->lifetime)) continue;
        s->hashes[kept] = s->hashes[at];
        s->hash_days[kept++] = day;
        s->values += !again;
    }
    s->pairs = kept;
    fold_levels(s);
}

double csuccess__distinct_count(const csuccess__series *s, csuccess__span span, uint32_t *level)
{
    uint32_t l = 0, count = 0;
    while (l < s->levels && s->since[l] > span.start) l++;
    bool counted = false;
    uint64_t last = 0;
    for (uint32_t i = 0; i < s->pairs; i++) {
        int32_t day = s->hash_days[i];
        bool in = day >= span.start && day <= span.end;
        bool again = counted && s->hashes[i] == last;
        counted = in || again;
        last = s->hashes[i];
        count += in && !again && (l == 0 || zeros(s->hashes[i]) >= l);
    }
    *level = l;
    double scale = (double)((uint64_t)1 << l);
    return (double)count * scale;
}
