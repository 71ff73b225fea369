/* SPDX-License-Identifier: Apache-2.0 */
/* String views: comparison, hashing, nearest name for suggestions. */
#ifndef CSUCCESS__BASE_STR_H
#define CSUCCESS__BASE_STR_H

#include <csuccess/base.h>
#include <stdbool.h>
#include <string.h>

csuccess_str csuccess__str(const char *terminated); /* NULL gives the empty string */
/* Inline, since most that are compared differ in length. What has a length has bytes. */
static inline bool csuccess__str_eq(csuccess_str a, csuccess_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0); /* NOLINT */
}
bool csuccess__str_is(csuccess_str a, const char *terminated);
/* Whether word is one of a list that ends in NULL. */
bool csuccess__str_among(csuccess_str word, const char *const *list);
/* By bytes, then by length. Inline, since most differ in their first byte. */
static inline int csuccess__str_cmp(csuccess_str a, csuccess_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = 0;
    if (n)
        c = *a.ptr == *b.ptr ? memcmp(a.ptr, b.ptr, n)
                             : (unsigned char)*a.ptr - (unsigned char)*b.ptr;
    if (c != 0) return c < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}
bool csuccess__str_starts(csuccess_str s, csuccess_str prefix);
bool csuccess__str_ends(csuccess_str s, csuccess_str suffix);
/* Offset of the first `needle` in s, or SIZE_MAX. The empty needle is at 0. */
size_t csuccess__str_find(csuccess_str s, csuccess_str needle);
uint64_t csuccess__str_hash(csuccess_str s);

/* Keeps the nearest of many names to `wanted`: edit distance with transpositions, at most a
   third of the length. Feed each with _try; `best.ptr` stays NULL when none is near. */
typedef struct csuccess__nearest {
    csuccess_str wanted;
    csuccess_str best;
    uint32_t distance;
} csuccess__nearest;
/* How many names are compared over one document at most: hostile ones misspell everything. */
enum { CSUCCESS__NEAREST_MOST = 1000000 };
/* Whether `names` more may be compared, which are then counted in *compared. */
bool csuccess__nearest_may(uint64_t *compared, uint32_t names);
void csuccess__nearest_start(csuccess__nearest *near, csuccess_str wanted);
void csuccess__nearest_try(csuccess__nearest *near, csuccess_str name);

#endif
