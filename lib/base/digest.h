/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4) and the canonical, unambiguous byte stream that is hashed. */
#ifndef CSUCCESS__BASE_DIGEST_H
#define CSUCCESS__BASE_DIGEST_H

#include <csuccess/base.h>

typedef struct csuccess__sha256 {
    uint32_t state[8];
    uint64_t bytes;
    uint8_t block[64];
} csuccess__sha256;

void csuccess__sha256_start(csuccess__sha256 *h);
void csuccess__sha256_add(csuccess__sha256 *h, const void *bytes, size_t n);
void csuccess__sha256_finish(csuccess__sha256 *h, uint8_t digest[32]);
void csuccess__hex(char out[65], const uint8_t digest[32]); /* lower case, terminated */

/* Canonical fields: each is a tag byte and, for text, an 8-byte little-endian length, so that
   no two sequences of fields share bytes. */
void csuccess__digest_str(csuccess__sha256 *h, csuccess_str s);
void csuccess__digest_u64(csuccess__sha256 *h, uint64_t v);
void csuccess__digest_double(csuccess__sha256 *h, double v); /* by its bits; -0 as 0 */

#endif
