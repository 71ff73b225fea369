/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 by the SHA extensions of x86-64 processors (Intel SDM, volume 2, SHA256RNDS2 and its kin), chosen at run time. */
#include "base/digest.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <cpuid.h>
#include <immintrin.h>

/* Registers xmm alone are used, which every system for x86-64 saves, so the processor is all that is to be asked. */
bool csuccess__sha256_fast(void)
{
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) {
        return false;
    }
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

/* Rounds 4k to 4k + 3, from the words `w`. */
#define ROUNDS_OF(abef, cdgh, k, w) \
    do { \
        __m128i sum = _mm_add_epi32(w, _mm_loadu_si128(rounds + (k))); \
        (cdgh) = _mm_sha256rnds2_epu32(cdgh, abef, sum); \
        (abef) = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e)); \
    } while (0)
#define ROUNDS(k, w) ROUNDS_OF(abef, cdgh, k, w)

/* The next four words of the schedule, in the place of the oldest: a, of a to d in order. */
#define SCHEDULE(a, b, c, d) \
    (a) = _mm_sha256msg2_epu32( \
        _mm_add_epi32(_mm_sha256msg1_epu32(a, b), _mm_alignr_epi8(d, c, 4)), d)

#define SIXTEEN(k) \
    do { \
        SCHEDULE(w0, w1, w2, w3); \
        ROUNDS(k, w0); \
        SCHEDULE(w1, w2, w3, w0); \
        ROUNDS((k) + 1, w1); \
        SCHEDULE(w2, w3, w0, w1); \
        ROUNDS((k) + 2, w2); \
        SCHEDULE(w3, w0, w1, w2); \
        ROUNDS((k) + 3, w3); \
    } while (0)

__attribute__((target("sha,sse4.1,ssse3"))) void
csuccess__sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks)
{
    const __m128i big_endian =
        _mm_set_epi64x(INT64_C(0x0c0d0e0f08090a0b), INT64_C(0x0405060700010203));
    const __m128i *rounds = (const __m128i *)(const void *)csuccess__sha256_rounds;
    __m128i *words = (__m128i *)(void *)state;
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xb1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1b);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
    __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
    for (; blocks; blocks--, bytes += 64) {
        const __m128i *in = (const __m128i *)(const void *)bytes;
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w0 = _mm_shuffle_epi8(_mm_loadu_si128(in), big_endian);
        __m128i w1 = _mm_shuffle_epi8(_mm_loadu_si128(in + 1), big_endian);
        __m128i w2 = _mm_shuffle_epi8(_mm_loadu_si128(in + 2), big_endian);
        __m128i w3 = _mm_shuffle_epi8(_mm_loadu_si128(in + 3), big_endian);
        ROUNDS(0, w0);
        ROUNDS(1, w1);
        ROUNDS(2, w2);
        ROUNDS(3, w3);
        SIXTEEN(4);
        SIXTEEN(8);
        SIXTEEN(12);
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
    __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

/* A state in the registers' order of words: abef, cdgh; and back. */
__attribute__((target("sha,sse4.1,ssse3"))) static inline void unpack(__m128i out[2],
                                                                      const uint32_t state[8])
{
    const __m128i *words = (const __m128i *)(const void *)state;
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xb1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1b);
    out[0] = _mm_alignr_epi8(badc, hgfe, 8);
    out[1] = _mm_blend_epi16(hgfe, badc, 0xf0);
}

__attribute__((target("sha,sse4.1,ssse3"))) static inline void pack(uint32_t state[8],
                                                                    const __m128i in[2])
{
    __m128i *words = (__m128i *)(void *)state;
    __m128i feba = _mm_shuffle_epi32(in[0], 0x1b);
    __m128i dchg = _mm_shuffle_epi32(in[1], 0xb1);
    _mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

/* Four rounds of each; what one waits for, the other computes. */
#define BOTH_ROUNDS(k, i) \
    do { \
        ROUNDS_OF(s[0], s[1], k, v[i]); \
        ROUNDS_OF(t[0], t[1], k, w[i]); \
    } while (0)
#define BOTH_NEXT(k, i, j, l, m) \
    do { \
        SCHEDULE(v[i], v[j], v[l], v[m]); \
        SCHEDULE(w[i], w[j], w[l], w[m]); \
        BOTH_ROUNDS(k, i); \
    } while (0)
#define BOTH_SIXTEEN(k) \
    do { \
        BOTH_NEXT(k, 0, 1, 2, 3); \
        BOTH_NEXT((k) + 1, 1, 2, 3, 0); \
        BOTH_NEXT((k) + 2, 2, 3, 0, 1); \
        BOTH_NEXT((k) + 3, 3, 0, 1, 2); \
    } while (0)

__attribute__((target("sha,sse4.1,ssse3"))) void
csuccess__sha256_two_blocks(uint32_t a[8], const uint8_t *of_a, uint32_t b[8],
                            const uint8_t *of_b, size_t blocks)
{
    const __m128i big_endian =
        _mm_set_epi64x(INT64_C(0x0c0d0e0f08090a0b), INT64_C(0x0405060700010203));
    const __m128i *rounds = (const __m128i *)(const void *)csuccess__sha256_rounds;
    __m128i s[2], t[2];
    unpack(s, a);
    unpack(t, b);
    for (; blocks; blocks--, of_a += 64, of_b += 64) {
        const __m128i before[4] = {s[0], s[1], t[0], t[1]};
        __m128i v[4], w[4];
        for (int i = 0; i < 4; i++) {
            v[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)of_a + i),
                                    big_endian);
            w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)of_b + i),
                                    big_endian);
        }
        BOTH_ROUNDS(0, 0);
        BOTH_ROUNDS(1, 1);
        BOTH_ROUNDS(2, 2);
        BOTH_ROUNDS(3, 3);
        BOTH_SIXTEEN(4);
        BOTH_SIXTEEN(8);
        BOTH_SIXTEEN(12);
        s[0] = _mm_add_epi32(s[0], before[0]);
        s[1] = _mm_add_epi32(s[1], before[1]);
        t[0] = _mm_add_epi32(t[0], before[2]);
        t[1] = _mm_add_epi32(t[1], before[3]);
    }
    pack(a, s);
    pack(b, t);
}

#else

bool csuccess__sha256_fast(void)
{
    return false;
}

void csuccess__sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks)
{
    (void)state;
    (void)bytes;
    (void)blocks;
}

void csuccess__sha256_two_blocks(uint32_t a[8], const uint8_t *of_a, uint32_t b[8],
                                 const uint8_t *of_b, size_t blocks)
{
    (void)a;
    (void)of_a;
    (void)b;
    (void)of_b;
    (void)blocks;
}

#endif
