/* SPDX-License-Identifier: Apache-2.0 */
/* The strings that a configuration names, by number: open addressing, linear probing, in the arena. */
#include "expr/value.h"

#include <string.h>

typedef struct bucket {
    uint32_t code; /* 0: empty */
    uint32_t hash;
} bucket;

struct csuccess__constants {
    csuccess__arena *arena;
    csuccess_str *texts; /* by code - 1; room for half the buckets */
    bucket *buckets;
    uint32_t size; /* buckets, a power of two; 0 before the first text */
    uint32_t count;
    uint64_t marks
        [4]; /* of the lengths and the bytes at the ends: what has no mark is none of the texts */
};

enum { FIRST_SIZE = 32, LARGEST_SIZE = 1 << 28 };

csuccess__constants *csuccess__constants_new(csuccess__arena *arena)
{
    csuccess__constants *set = CSUCCESS__NEW(arena, csuccess__constants);
    if (set) set->arena = arena;
    return set;
}

static uint32_t short_hash(csuccess_str text)
{
    uint64_t hash = csuccess__str_hash(text);
    return (uint32_t)(hash ^ (hash >> 32));
}

/* Most strings of data are no constants; that is seen here without a hash of them. */
static uint32_t mark_of(csuccess_str text)
{
    if (text.len == 0) return 0;
    uint32_t first = (unsigned char)text.ptr[0], last = (unsigned char)text.ptr[text.len - 1];
    return ((uint32_t)text.len * 37 + first * 5 + last * 11) & 255;
}

static bool is_marked(const csuccess__constants *set, csuccess_str text)
{
    uint32_t mark = mark_of(text);
    return (set->marks[mark >> 6] >> (mark & 63) & 1) != 0;
}

/* The bucket that holds text, or the empty one where it belongs. */
static bucket *probe(const csuccess__constants *set, csuccess_str text, uint32_t hash)
{
    uint32_t at = hash & (set->size - 1);
    for (;;) {
        bucket *here = &set->buckets[at];
        if (here->code == 0) return here;
        if (here->hash == hash && csuccess__str_eq(set->texts[here->code - 1], text))
            return here;
        at = (at + 1) & (set->size - 1);
    }
}

/* Twice the buckets. The old ones stay behind in the arena: less than the new ones in all. */
static bool grow(csuccess__constants *set)
{
    if (set->size >= LARGEST_SIZE) return false;
    uint32_t size = set->size ? set->size * 2 : FIRST_SIZE;
    bucket *buckets = CSUCCESS__NEW_ARRAY(set->arena, bucket, size);
    csuccess_str *texts = CSUCCESS__NEW_ARRAY(set->arena, csuccess_str, size / 2);
    if (!buckets || !texts) return false;
    if (set->count > 0) memcpy(texts, set->texts, set->count * sizeof *texts);
    for (uint32_t i = 0; i < set->size; i++) {
        if (set->buckets[i].code == 0) continue;
        uint32_t at = set->buckets[i].hash & (size - 1);
        while (buckets[at].code != 0) at = (at + 1) & (size - 1);
        buckets[at] = set->buckets[i];
    }
    set->buckets = buckets;
    set->texts = texts;
    set->size = size;
    return true;
}

uint32_t csuccess__constants_add(csuccess__constants *set, csuccess_str text)
{
    uint32_t known = csuccess__constants_find(set, text);
    if (known != 0) return known;
    if (set->count == set->size / 2 && !grow(set)) return 0;
    csuccess_str copy = csuccess__arena_copy(set->arena, text);
    if (!copy.ptr) return 0;
    uint32_t hash = short_hash(text);
    bucket *here = probe(set, text, hash);
    set->texts[set->count] = copy;
    uint32_t mark = mark_of(text);
    here->hash = hash;
    here->code = ++set->count;
    set->marks[mark >> 6] |= UINT64_C(1) << (mark & 63);
    return here->code;
}

uint32_t csuccess__constants_find(const csuccess__constants *set, csuccess_str text)
{
    if (!set || set->count == 0 || !is_marked(set, text)) return 0;
    return probe(set, text, short_hash(text))->code;
}

csuccess_str csuccess__constants_text(const csuccess__constants *set, uint32_t code)
{
    if (set && code > 0 && code <= set->count) return set->texts[code - 1];
    return CSUCCESS_STR("");
}

uint32_t csuccess__constants_count(const csuccess__constants *set)
{
    return set ? set->count : 0;
}
