/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 as FIPS 180-4 defines it, and the canonical fields. */
#include "base/digest.h"

#include <string.h>

/* FIPS 180-4, 4.2.2: the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
};

static uint32_t rotate(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* FIPS 180-4, 6.2.2, steps 1 to 4 for one block. */
static void compress(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64], s[8];
    for (size_t t = 0; t < 16; t++) {
        w[t] = big_endian(block + 4 * t);
    }
    for (size_t t = 16; t < 64; t++) {
        uint32_t a = w[t - 15], b = w[t - 2];
        w[t] = w[t - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[t - 7] +
               (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
    memcpy(s, state, sizeof s);
    for (size_t t = 0; t < 64; t++) {
        uint32_t a = s[0], e = s[4];
        uint32_t t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                      ((e & s[5]) ^ (~e & s[6])) + round_constants[t] + w[t];
        uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
                      ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof s[0]);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (size_t i = 0; i < 8; i++) {
        state[i] += s[i];
    }
}

void csuccess__sha256_start(csuccess__sha256 *h)
{
    /* FIPS 180-4, 5.3.3: of the square roots of the first eight primes. */
    static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memset(h, 0, sizeof *h);
    memcpy(h->state, initial, sizeof initial);
}

void csuccess__sha256_add(csuccess__sha256 *h, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    size_t held = (size_t)(h->bytes % sizeof h->block);
    h->bytes += n;
    if (n >= sizeof h->block - held) {
        size_t fill = sizeof h->block - held;
        memcpy(h->block + held, p, fill);
        compress(h->state, h->block);
        p += fill;
        n -= fill;
        held = 0;
        for (; n >= sizeof h->block; n -= sizeof h->block, p += sizeof h->block) {
            compress(h->state, p);
        }
    }
    if (n) {
        memcpy(h->block + held, p, n);
    }
}

void csuccess__sha256_finish(csuccess__sha256 *h, uint8_t digest[32])
{
    uint8_t tail[72] = {0x80};
    uint64_t bits = h->bytes * 8;
    size_t pad =
        64 - (size_t)((h->bytes + 8) % 64); /* 1 to 64, to a whole block with the length */
    for (size_t i = 0; i < 8; i++) {
        tail[pad + i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    csuccess__sha256_add(h, tail, pad + 8);
    for (size_t i = 0; i < 32; i++) {
        digest[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

void csuccess__hex(char out[65], const uint8_t digest[32])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < 32; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[64] = '\0';
}

static void add_tagged(csuccess__sha256 *h, char tag, uint64_t v)
{
    uint8_t bytes[9] = {(uint8_t)tag};
    for (size_t i = 0; i < 8; i++) {
        bytes[1 + i] = (uint8_t)(v >> (8 * i));
    }
    csuccess__sha256_add(h, bytes, sizeof bytes);
}

void csuccess__digest_str(csuccess__sha256 *h, csuccess_str s)
{
    add_tagged(h, 's', s.len);
    csuccess__sha256_add(h, s.ptr, s.len);
}

void csuccess__digest_u64(csuccess__sha256 *h, uint64_t v)
{
    add_tagged(h, 'u', v);
}

void csuccess__digest_double(csuccess__sha256 *h, double v)
{
    uint64_t bits = 0;
    if (v < 0 || v > 0 || v != v) { /* both zeros are one number */
        memcpy(&bits, &v, sizeof bits);
    }
    add_tagged(h, 'd', bits);
}
