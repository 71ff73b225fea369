/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4) and the canonical, unambiguous byte stream that is hashed. */
#ifndef CSUCCESS__BASE_DIGEST_H
#define CSUCCESS__BASE_DIGEST_H

#include <csuccess/base.h>
#include <stdbool.h>

typedef struct csuccess__sha256 {
    uint32_t state[8];
    uint64_t bytes;
    bool fast; /* with the processor's own instructions */
    uint8_t block[64];
} csuccess__sha256;

/* Whether this processor has instructions for SHA-256 that this build can use. The question may trap into a
   hypervisor (microseconds), and there is no global to keep the answer: ask once per engine. */
bool csuccess__sha256_fast(void);

void csuccess__sha256_start(csuccess__sha256 *h); /* in portable C; for documents */
/* `fast` as csuccess__sha256_fast() answered; the digests are the same. */
void csuccess__sha256_start_as(csuccess__sha256 *h, bool fast);
void csuccess__sha256_add(csuccess__sha256 *h, const void *bytes, size_t n);
void csuccess__sha256_finish(csuccess__sha256 *h, uint8_t digest[32]);
/* The rest of a message and its digest: `h` stands at the end of a block. */
typedef struct csuccess__sha256_rest {
    const csuccess__sha256 *h;
    csuccess_str bytes;
    uint8_t *digest; /* 32 bytes, written last */
} csuccess__sha256_rest;
/* Two messages at once, of which neither needs the other: by the processor's instructions that takes little longer than one. */
void csuccess__sha256_two(const csuccess__sha256_rest *a, const csuccess__sha256_rest *b);
void csuccess__hex(char out[65], const uint8_t digest[32]); /* lower case, terminated */
/* n bytes as 2 n lower-case hex digits, not terminated; and back: false when it is anything else. */
void csuccess__hex_put(char *out, const uint8_t *bytes, size_t n);
bool csuccess__hex_take(uint8_t *out, size_t n, csuccess_str text);

/* Canonical fields: each is a tag byte and, for text, an 8-byte little-endian length, so that
   no two sequences of fields share bytes. */
void csuccess__digest_str(csuccess__sha256 *h, csuccess_str s);
void csuccess__digest_u64(csuccess__sha256 *h, uint64_t v);
void csuccess__digest_double(csuccess__sha256 *h, double v); /* by its bits; -0 as 0 */

/* Inside: the rounds' constants, and whole blocks by the processor's instructions; where this build has none,
   csuccess__sha256_fast() is false and the blocks are never asked for. */
extern const uint32_t csuccess__sha256_rounds[64];
void csuccess__sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks);
void csuccess__sha256_two_blocks(uint32_t a[8], const uint8_t *of_a, uint32_t b[8],
                                 const uint8_t *of_b, size_t blocks);

#endif
