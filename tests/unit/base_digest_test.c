/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 by the examples of FIPS 180-4, and the unambiguous fields. */
#include "check.h"
#include "base/digest.h"
#include "base/str.h"

static void finish(csuccess__sha256 *h, char out[65])
{
    uint8_t digest[32];
    csuccess__sha256_finish(h, digest);
    csuccess__hex(out, digest);
}

/* NIST, Examples with intermediate values, SHA256.pdf, and the empty text and a million a's. */
static void the_examples_of_fips_180_4(void)
{
    static const struct {
        const char *text;
        unsigned times;
        const char *digest;
    } rows[] = {
        {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmno"
         "pqr"
         "lmnopqrsmnopqrstnopqrstu",
         1, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
        {"aaaaaaaaaa", 100000,
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (size_t i = 0; i < 2 * (sizeof rows / sizeof rows[0]); i++) {
        csuccess__sha256 h;
        char hex[65];
        csuccess__sha256_start_as(&h, i % 2 && csuccess__sha256_fast());
        for (unsigned n = 0; n < rows[i / 2].times; n++) {
            csuccess__sha256_add(&h, rows[i / 2].text, strlen(rows[i / 2].text));
        }
        finish(&h, hex);
        CHECK_CSTR(hex, rows[i / 2].digest);
    }
}

/* Every length and every place to cut it in two, by both ways of reckoning. The digest over all digests of the lengths is
   python3's: h = hashlib.sha256(); for n in range(301): h.update(hashlib.sha256(text[:n]).digest()). */
static void pieces_make_the_same_digest_as_the_whole(void)
{
    char text[300];
    bool fast = csuccess__sha256_fast();
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(i * 7);
    csuccess__sha256 all;
    csuccess__sha256_start(&all);
    for (size_t len = 0; len <= sizeof text; len++) {
        uint8_t whole[32], pieces[32];
        csuccess__sha256 h;
        csuccess__sha256_start(&h);
        csuccess__sha256_add(&h, text, len);
        csuccess__sha256_finish(&h, whole);
        csuccess__sha256_add(&all, whole, sizeof whole);
        unsigned wrong = 0;
        for (size_t at = 0; at <= 2 * len + 1; at++) {
            csuccess__sha256_start_as(&h, at % 2 && fast);
            csuccess__sha256_add(&h, text, at / 2);
            csuccess__sha256_add(&h, text + at / 2, len - at / 2);
            csuccess__sha256_finish(&h, pieces);
            wrong += memcmp(whole, pieces, sizeof whole) != 0;
        }
        if (!CHECK_UINT(wrong, 0)) printf("# at length %zu\n", len);
    }
    char hex[65];
    finish(&all, hex);
    CHECK_CSTR(hex, "3b05b530351f50663ba5ac734c246d169eafec6b57c70dc6dc94cad39d04aad8");
}

/* Many small pieces, as fields make them, and pieces of several blocks. */
static void blocks_in_any_pieces_are_the_same(void)
{
    static char text[5000];
    uint64_t seed = 7;
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)check_random(&seed);
    for (unsigned run = 0; run < 200; run++) {
        csuccess__sha256 h[2];
        char hex[2][65];
        size_t len = (size_t)(check_random(&seed) % sizeof text);
        for (size_t way = 0; way < 2; way++) {
            csuccess__sha256_start_as(&h[way], way && csuccess__sha256_fast());
            for (size_t at = 0, step; at < len; at += step) {
                step = (size_t)(check_random(&seed) % (way ? 700 : 70));
                step = step < len - at ? step : len - at;
                csuccess__sha256_add(&h[way], text + at, step);
            }
            finish(&h[way], hex[way]);
        }
        CHECK_CSTR(hex[1], hex[0]);
    }
}

static void fields_of(char out[65], const char *const *fields)
{
    csuccess__sha256 h;
    csuccess__sha256_start(&h);
    for (; *fields; fields++) csuccess__digest_str(&h, csuccess__str(*fields));
    finish(&h, out);
}

static void no_two_sequences_of_fields_share_bytes(void)
{
    static const char *const sequences[][4] = {
        {"ab", "c", NULL}, {"a", "bc", NULL}, {"abc", NULL},
        {"abc", "", NULL}, {"", "abc", NULL}, {NULL},
        {"", NULL},
    };
    char digests[7][65];
    for (size_t i = 0; i < 7; i++) {
        fields_of(digests[i], sequences[i]);
        for (size_t j = 0; j < i; j++) CHECK(strcmp(digests[i], digests[j]) != 0);
    }
}

/* The bytes are part of stored hashes: tag, then eight bytes, lowest first. */
static void fields_have_the_bytes_that_are_documented(void)
{
    csuccess__sha256 fields, bytes;
    char a[65], b[65];
    csuccess__sha256_start(&fields);
    csuccess__digest_u64(&fields, 258);
    csuccess__digest_double(&fields, 1);
    csuccess__digest_double(&fields, -0.0);
    csuccess__digest_str(&fields, CSUCCESS_STR("hi"));
    csuccess__sha256_start(&bytes);
    csuccess__sha256_add(&bytes, "u\2\1\0\0\0\0\0\0d\0\0\0\0\0\0\xf0\x3f", 18);
    csuccess__sha256_add(&bytes, "d\0\0\0\0\0\0\0\0s\2\0\0\0\0\0\0\0hi", 20);
    finish(&fields, a);
    finish(&bytes, b);
    CHECK_CSTR(a, b);
}

CHECK_MAIN(CHECK_TEST(the_examples_of_fips_180_4),
           CHECK_TEST(pieces_make_the_same_digest_as_the_whole),
           CHECK_TEST(blocks_in_any_pieces_are_the_same),
           CHECK_TEST(no_two_sequences_of_fields_share_bytes),
           CHECK_TEST(fields_have_the_bytes_that_are_documented))
