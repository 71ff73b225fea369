/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 as FIPS 180-4 defines it, and the canonical fields. */
#include "base/digest.h"

#include <string.h>

/* FIPS 180-4, 4.2.2: the fractional parts of the cube roots of the first 64 primes. */
const uint32_t csuccess__sha256_rounds[64] = {
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

/* One round, FIPS 180-4, 6.2.2, step 3. The eight variables are not moved along: the next round names them anew. */
#define ROUND(a, b, c, d, e, f, g, h, t) \
    do { \
        uint32_t t1 = (h) + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + \
                      ((g) ^ ((e) & ((f) ^ (g)))) + csuccess__sha256_rounds[t] + w[(t)&15]; \
        (d) += t1; \
        (h) = t1 + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + \
              (((a) & (b)) | ((c) & ((a) | (b)))); \
    } while (0)

static void eight_rounds(uint32_t s[8], const uint32_t w[16], size_t t)
{
    ROUND(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], t);
    ROUND(s[7], s[0], s[1], s[2], s[3], s[4], s[5], s[6], t + 1);
    ROUND(s[6], s[7], s[0], s[1], s[2], s[3], s[4], s[5], t + 2);
    ROUND(s[5], s[6], s[7], s[0], s[1], s[2], s[3], s[4], t + 3);
    ROUND(s[4], s[5], s[6], s[7], s[0], s[1], s[2], s[3], t + 4);
    ROUND(s[3], s[4], s[5], s[6], s[7], s[0], s[1], s[2], t + 5);
    ROUND(s[2], s[3], s[4], s[5], s[6], s[7], s[0], s[1], t + 6);
    ROUND(s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[0], t + 7);
}

/* The next 16 words of the message schedule in the place of the last. */
static void schedule(uint32_t w[16])
{
    for (size_t t = 0; t < 16; t++) {
        uint32_t a = w[(t + 1) & 15], b = w[(t + 14) & 15];
        w[t] += (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[(t + 9) & 15] +
                (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
}

/* FIPS 180-4, 6.2.2, steps 1 to 4 for each block. */
static void compress(uint32_t state[8], const uint8_t *bytes, size_t blocks)
{
    for (; blocks; blocks--, bytes += 64) {
        uint32_t w[16], s[8];
        for (size_t t = 0; t < 16; t++) {
            w[t] = big_endian(bytes + 4 * t);
        }
        memcpy(s, state, sizeof s);
        for (size_t t = 0; t < 64; t += 16) {
            if (t) schedule(w);
            eight_rounds(s, w, t);
            eight_rounds(s, w, t + 8);
        }
        for (size_t i = 0; i < 8; i++) {
            state[i] += s[i];
        }
    }
}

static void take_blocks(csuccess__sha256 *h, const uint8_t *bytes, size_t blocks)
{
    if (h->fast) {
        csuccess__sha256_blocks(h->state, bytes, blocks);
    } else {
        compress(h->state, bytes, blocks);
    }
}

void csuccess__sha256_start_as(csuccess__sha256 *h, bool fast)
{
    /* FIPS 180-4, 5.3.3: of the square roots of the first eight primes. */
    static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memset(h, 0, sizeof *h);
    memcpy(h->state, initial, sizeof initial);
    h->fast = fast;
}

void csuccess__sha256_start(csuccess__sha256 *h)
{
    csuccess__sha256_start_as(h, false);
}

void csuccess__sha256_add(csuccess__sha256 *h, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    size_t held = (size_t)(h->bytes % sizeof h->block);
    h->bytes += n;
    if (n == 0) return; /* p may be NULL */
    if (n >= sizeof h->block - held) {
        size_t fill = sizeof h->block - held;
        memcpy(h->block + held, p, fill);
        take_blocks(h, h->block, 1);
        p += fill;
        n -= fill;
        held = 0;
        size_t whole = n / sizeof h->block;
        take_blocks(h, p, whole);
        p += whole * sizeof h->block;
        n -= whole * sizeof h->block;
    }
    if (n) {
        memcpy(h->block + held, p, n);
    }
}

enum { LENGTH_AT = 56 };

static void put_length(uint8_t at[8], uint64_t bytes)
{
    for (size_t i = 0; i < 8; i++) {
        at[i] = (uint8_t)(bytes * 8 >> (56 - 8 * i));
    }
}

static void put_digest(uint8_t digest[32], const uint32_t state[8])
{
    for (size_t i = 0; i < 8; i++) {
        digest[4 * i] = (uint8_t)(state[i] >> 24);
        digest[4 * i + 1] = (uint8_t)(state[i] >> 16);
        digest[4 * i + 2] = (uint8_t)(state[i] >> 8);
        digest[4 * i + 3] = (uint8_t)state[i];
    }
}

void csuccess__sha256_finish(csuccess__sha256 *h, uint8_t digest[32])
{
    size_t held = (size_t)(h->bytes % sizeof h->block);
    h->block[held++] = 0x80;
    if (held > LENGTH_AT) {
        memset(h->block + held, 0, sizeof h->block - held);
        take_blocks(h, h->block, 1);
        held = 0;
    }
    memset(h->block + held, 0, LENGTH_AT - held);
    put_length(h->block + LENGTH_AT, h->bytes);
    take_blocks(h, h->block, 1);
    put_digest(digest, h->state);
}

/* ---- Two at once ---- */

/* A message on its way: whole blocks where they lie, then one or two with its end. */
typedef struct lane {
    uint32_t state[8];
    const uint8_t *bytes, *end; /* `end`: the next block of the tail */
    size_t whole, tails;
    uint8_t tail[128];
} lane;

static void open_lane(lane *l, const csuccess__sha256_rest *rest)
{
    size_t left = rest->bytes.len % 64;
    memcpy(l->state, rest->h->state, sizeof l->state);
    l->bytes = (const uint8_t *)rest->bytes.ptr;
    l->end = l->tail;
    l->whole = rest->bytes.len / 64;
    l->tails = left < LENGTH_AT ? 1 : 2;
    if (left) memcpy(l->tail, l->bytes + 64 * l->whole, left);
    l->tail[left] = 0x80;
    memset(l->tail + left + 1, 0, 64 * l->tails - left - 1);
    put_length(l->tail + 64 * l->tails - 8, rest->h->bytes + rest->bytes.len);
}

/* The blocks that lie one behind the other next, and how many. */
static const uint8_t *next_blocks(const lane *l, size_t *count)
{
    *count = l->whole ? l->whole : l->tails;
    return l->whole ? l->bytes : l->end;
}

static void pass(lane *l, size_t count)
{
    if (l->whole) {
        l->whole -= count;
        l->bytes += 64 * count;
    } else {
        l->tails -= count;
        l->end += 64 * count;
    }
}

void csuccess__sha256_two(const csuccess__sha256_rest *a, const csuccess__sha256_rest *b)
{
    lane x, y;
    open_lane(&x, a);
    open_lane(&y, b);
    while (a->h->fast && x.tails && y.tails) {
        size_t of_x, of_y;
        const uint8_t *p = next_blocks(&x, &of_x), *q = next_blocks(&y, &of_y);
        size_t both = of_x < of_y ? of_x : of_y;
        csuccess__sha256_two_blocks(x.state, p, y.state, q, both);
        pass(&x, both);
        pass(&y, both);
    }
    for (lane *l = &x; l; l = l == &x ? &y : NULL) {
        while (l->tails) {
            size_t count;
            const uint8_t *p = next_blocks(l, &count);
            if (a->h->fast) {
                csuccess__sha256_blocks(l->state, p, count);
            } else {
                compress(l->state, p, count);
            }
            pass(l, count);
        }
    }
    put_digest(a->digest, x.state);
    put_digest(b->digest, y.state);
}

void csuccess__hex_put(char *out, const uint8_t *bytes, size_t n)
{
    /* Both digits in a nibble each, then both at once: 0 to 9 are '0' and on, 10 to 15 'a' and on. */
    for (size_t i = 0; i < n; i++) {
        unsigned two = (unsigned)bytes[i] >> 4 | ((unsigned)bytes[i] & 15) << 8;
        unsigned letters = ((two + 0x0606) >> 4) & 0x0101;
        two += 0x3030 + letters * 39;
        out[2 * i] = (char)(two & 255);
        out[2 * i + 1] = (char)(two >> 8);
    }
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool csuccess__hex_take(uint8_t *out, size_t n, csuccess_str text)
{
    if (text.len != 2 * n || !text.ptr) return false;
    for (size_t i = 0; i < n; i++) {
        int high = digit_of(text.ptr[2 * i]), low = digit_of(text.ptr[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void csuccess__hex(char out[65], const uint8_t digest[32])
{
    csuccess__hex_put(out, digest, 32);
    out[64] = '\0';
}

static void add_tagged(csuccess__sha256 *h, char tag, uint64_t v)
{
    enum { BYTES = 9 };
    size_t held = (size_t)(h->bytes % sizeof h->block);
    uint8_t apart[BYTES];
    bool fits = held + BYTES < sizeof h->block; /* most do, and are written where they belong */
    uint8_t *bytes = fits ? h->block + held : apart;
    bytes[0] = (uint8_t)tag;
    for (size_t i = 0; i < 8; i++) {
        bytes[1 + i] = (uint8_t)(v >> (8 * i));
    }
    if (fits) {
        h->bytes += BYTES;
    } else {
        csuccess__sha256_add(h, apart, BYTES);
    }
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
