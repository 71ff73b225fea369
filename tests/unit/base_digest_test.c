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
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        csuccess__sha256 h;
        char hex[65];
        csuccess__sha256_start(&h);
        for (unsigned n = 0; n < rows[i].times; n++) {
            csuccess__sha256_add(&h, rows[i].text, strlen(rows[i].text));
        }
        finish(&h, hex);
        CHECK_CSTR(hex, rows[i].digest);
    }
}

static void pieces_make_the_same_digest_as_the_whole(void)
{
    char text[300];
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(i * 7);
    for (size_t len = 0; len <= sizeof text; len++) {
        csuccess__sha256 whole, pieces;
        char a[65], b[65];
        csuccess__sha256_start(&whole);
        csuccess__sha256_add(&whole, text, len);
        csuccess__sha256_start(&pieces);
        for (size_t at = 0, step = 1; at < len; at += step, step = step * 3 % 67 + 1) {
            step = step < len - at ? step : len - at;
            csuccess__sha256_add(&pieces, text + at, step);
        }
        finish(&whole, a);
        finish(&pieces, b);
        CHECK_CSTR(a, b);
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
           CHECK_TEST(no_two_sequences_of_fields_share_bytes),
           CHECK_TEST(fields_have_the_bytes_that_are_documented))
