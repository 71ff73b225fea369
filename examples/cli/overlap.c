/* SPDX-License-Identifier: Apache-2.0 */
/* Counting of members and of pairs; memory is that of the segments, whatever the customers. */
#include "overlap.h"

#include <stdlib.h>

bool overlap_make(overlap *out, uint32_t segments)
{
    size_t n = segments, pairs = n > 0 ? n * (n - 1) / 2 : 0;
    *out = (overlap){.count = segments};
    out->sizes = calloc(n + 1, sizeof *out->sizes);
    out->undecided = calloc(n + 1, sizeof *out->undecided);
    out->pairs = calloc(pairs + 1, sizeof *out->pairs);
    out->here = calloc(n + 1, sizeof *out->here);
    return out->sizes && out->undecided && out->pairs && out->here;
}

void overlap_free(overlap *of)
{
    free(of->sizes);
    free(of->undecided);
    free(of->pairs);
    free(of->here);
}

static bool bit(const uint64_t *bits, uint32_t at)
{
    return (bits[at / 64] >> at % 64 & 1) != 0;
}

uint32_t overlap_add(overlap *to, const uint64_t *members, const uint64_t *open)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < to->count; i++) {
        to->undecided[i] += bit(open, i);
        if (!bit(members, i)) continue;
        to->sizes[i]++;
        uint64_t *row = to->pairs + (size_t)i * (i > 0 ? i - 1 : 0) / 2;
        for (uint32_t k = 0; k < n; k++) row[to->here[k]]++;
        to->here[n++] = i;
    }
    to->customers++;
    return n;
}

uint64_t overlap_of(const overlap *of, uint32_t a, uint32_t b)
{
    uint32_t low = a < b ? a : b, high = a < b ? b : a;
    if (low == high) return of->sizes[low];
    return of->pairs[(size_t)high * (high - 1) / 2 + low];
}
