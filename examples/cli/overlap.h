/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of segments and of their overlaps, counted customer by customer. */
#ifndef CLI_OVERLAP_H
#define CLI_OVERLAP_H

#include <csuccess/csuccess.h>
#include <stdbool.h>

typedef struct overlap {
    uint32_t count; /* segments */
    uint64_t customers;
    uint64_t *sizes, *undecided; /* by segment */
    uint64_t *pairs;             /* a < b: at b * (b - 1) / 2 + a */
    uint32_t *here;              /* of the customer at hand */
} overlap;

bool overlap_make(overlap *out, uint32_t segments);
void overlap_free(overlap *of);
/* Bits by segment, as csuccess_scorer_segments() gives them. How many are members of: `here` lists them. */
uint32_t overlap_add(overlap *to, const uint64_t *members, const uint64_t *open);
uint64_t overlap_of(const overlap *of, uint32_t a, uint32_t b);

#endif
