/* SPDX-License-Identifier: Apache-2.0 */
/* String views: comparison, search in linear time, hashing, nearest name. */
#include "base/str.h"

#include <string.h>

csuccess_str csuccess__str(const char *terminated)
{
    return terminated ? (csuccess_str){terminated, strlen(terminated)} : (csuccess_str){"", 0};
}

bool csuccess__str_is(csuccess_str a, const char *terminated)
{
    return csuccess__str_eq(a, csuccess__str(terminated));
}

bool csuccess__str_among(csuccess_str word, const char *const *list)
{
    while (*list && !csuccess__str_is(word, *list)) list++;
    return *list != NULL;
}

bool csuccess__str_starts(csuccess_str s, csuccess_str prefix)
{
    return prefix.len <= s.len &&
           (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool csuccess__str_ends(csuccess_str s, csuccess_str suffix)
{
    return suffix.len <= s.len && (suffix.len == 0 || memcmp(s.ptr + (s.len - suffix.len),
                                                             suffix.ptr, suffix.len) == 0);
}

/* Where the greatest suffix of s begins, bytes in ascending order or (`down`) descending, and
   its period: the two halves of a critical factorisation (Crochemore and Perrin, Two-way
   string-matching, 1991). */
static size_t greatest_suffix(csuccess_str s, bool down, size_t *period)
{
    size_t best = 0, rival = 1, matched = 0;
    *period = 1;
    while (rival + matched < s.len) {
        unsigned char a = (unsigned char)s.ptr[rival + matched];
        unsigned char b = (unsigned char)s.ptr[best + matched];
        if (a == b) {
            if (++matched == *period) {
                rival += *period;
                matched = 0;
            }
        } else if (down ? a > b : a < b) {
            rival += matched + 1;
            matched = 0;
            *period = rival - best;
        } else {
            best = rival++;
            matched = 0;
            *period = 1;
        }
    }
    return best;
}

/* The whole needle has period `period`: what matched of the left part is remembered over a
   shift. */
static size_t find_periodic(csuccess_str s, csuccess_str needle, size_t cut, size_t period)
{
    size_t at = 0, known = 0;
    while (at <= s.len - needle.len) {
        size_t i = cut > known ? cut : known;
        while (i < needle.len && needle.ptr[i] == s.ptr[at + i]) {
            i++;
        }
        if (i < needle.len) {
            at += i - cut + 1;
            known = 0;
            continue;
        }
        i = cut;
        while (i > known && needle.ptr[i - 1] == s.ptr[at + i - 1]) {
            i--;
        }
        if (i <= known) {
            return at;
        }
        at += period;
        known = needle.len - period;
    }
    return SIZE_MAX;
}

/* The needle has no short period: a mismatch on the left shifts by more than half of it. */
static size_t find_aperiodic(csuccess_str s, csuccess_str needle, size_t cut)
{
    size_t shift = (cut > needle.len - cut ? cut : needle.len - cut) + 1;
    size_t at = 0;
    while (at <= s.len - needle.len) {
        size_t i = cut;
        while (i < needle.len && needle.ptr[i] == s.ptr[at + i]) {
            i++;
        }
        if (i < needle.len) {
            at += i - cut + 1;
            continue;
        }
        i = cut;
        while (i > 0 && needle.ptr[i - 1] == s.ptr[at + i - 1]) {
            i--;
        }
        if (i == 0) {
            return at;
        }
        at += shift;
    }
    return SIZE_MAX;
}

static size_t find_two_way(csuccess_str s, csuccess_str needle)
{
    size_t up_period, down_period;
    size_t up = greatest_suffix(needle, false, &up_period);
    size_t down = greatest_suffix(needle, true, &down_period);
    size_t cut = up > down ? up : down;
    size_t period = up > down ? up_period : down_period;
    if (period + cut <= needle.len && memcmp(needle.ptr, needle.ptr + period, cut) == 0) {
        return find_periodic(s, needle, cut, period);
    }
    return find_aperiodic(s, needle, cut);
}

size_t csuccess__str_find(csuccess_str s, csuccess_str needle)
{
    enum { SHORT = 16 }; /* up to here the plain search costs at most a small factor */
    if (needle.len == 0) {
        return 0;
    }
    if (needle.len > s.len) {
        return SIZE_MAX;
    }
    if (needle.len > SHORT) {
        return find_two_way(s, needle);
    }
    const char *end = s.ptr + (s.len - needle.len) + 1;
    for (const char *p = s.ptr; p < end; p++) {
        p = memchr(p, needle.ptr[0], (size_t)(end - p));
        if (!p) {
            return SIZE_MAX;
        }
        if (memcmp(p, needle.ptr, needle.len) == 0) {
            return (size_t)(p - s.ptr);
        }
    }
    return SIZE_MAX;
}

/* FNV-1a with a final mix, so that low bits serve as a table index. */
uint64_t csuccess__str_hash(csuccess_str s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < s.len; i++) {
        h = (h ^ (unsigned char)s.ptr[i]) * UINT64_C(0x100000001b3);
    }
    h ^= h >> 32;
    h *= UINT64_C(0x9e3779b97f4a7c15);
    return h ^ (h >> 29);
}

enum { SHORTEST_PART = 4, LONGEST_NAME = 64 };

bool csuccess__nearest_may(uint64_t *compared, uint32_t names)
{
    if (*compared > CSUCCESS__NEAREST_MOST) {
        return false;
    }
    *compared += names;
    return true;
}

void csuccess__nearest_start(csuccess__nearest *near, csuccess_str wanted)
{
    *near = (csuccess__nearest){.wanted = wanted, .distance = UINT32_MAX};
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Edit distance where exchanging two neighbours costs one (optimal string alignment). Three
   rows of the matrix are enough. Both at most LONGEST_NAME bytes. */
static uint32_t edit_distance(csuccess_str a, csuccess_str b)
{
    uint32_t rows[3][LONGEST_NAME + 1];
    uint32_t *two = rows[0], *one = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.len; j++) {
        one[j] = (uint32_t)j;
        two[j] = 0;
    }
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = (uint32_t)i;
        for (size_t j = 1; j <= b.len; j++) {
            char x = a.ptr[i - 1], y = b.ptr[j - 1];
            row[j] = least(least(one[j], row[j - 1]) + 1, one[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == b.ptr[j - 2] && a.ptr[i - 2] == y) {
                row[j] = least(row[j], two[j - 2] + 1);
            }
        }
        uint32_t *spare = two;
        two = one;
        one = row;
        row = spare;
    }
    return one[b.len];
}

void csuccess__nearest_try(csuccess__nearest *near, csuccess_str name)
{
    size_t longer = near->wanted.len > name.len ? near->wanted.len : name.len;
    if (longer > LONGEST_NAME) {
        return;
    }
    uint32_t distance = edit_distance(near->wanted, name);
    /* Half a name is often all that one remembers: "logins" for "logins_30d". */
    bool part = near->wanted.len >= SHORTEST_PART && csuccess__str_starts(name, near->wanted);
    if ((part || distance <= longer / 3) && distance < near->distance) {
        near->distance = distance;
        near->best = name;
    }
}
