/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: which byte strings are well-formed, and characters there and back. */
#include "check.h"
#include "text/utf8.h"

static bool well_formed(const unsigned char *bytes, size_t n)
{
    return csuccess__utf8_check((csuccess_str){(const char *)bytes, n}, NULL);
}

/* How many strings of n bytes are well-formed follows from how many characters take 1, 2 and 3 bytes:
   128, 1,920 and 63,488 less 2,048 surrogates. */
static void short_strings_are_counted_exactly(void)
{
    unsigned char b[3];
    size_t one = 0, two = 0, three = 0;
    for (uint32_t i = 0; i < 1u << 24; i++) {
        b[0] = (unsigned char)(i >> 16);
        b[1] = (unsigned char)(i >> 8);
        b[2] = (unsigned char)i;
        one += i % 65536 == 0 && well_formed(b, 1);
        two += i % 256 == 0 && well_formed(b, 2);
        three += well_formed(b, 3);
    }
    CHECK_UINT(one, 128);
    CHECK_UINT(two, 128 * 128 + 1920);
    CHECK_UINT(three, 128 * 128 * 128 + 2 * 128 * 1920 + 61440);
}

/* Of all strings of a lead byte from F0 on, any second byte and continuation bytes, those of U+10000 to
   U+10FFFF. */
static void characters_of_four_bytes_are_counted_exactly(void)
{
    unsigned char b[4];
    size_t count = 0;
    for (uint32_t i = 0; i < 16 * 256; i++) {
        b[0] = (unsigned char)(0xF0 + i / 256);
        b[1] = (unsigned char)i;
        for (uint32_t j = 0; j < 4096; j++) {
            b[2] = (unsigned char)(0x80 + j / 64);
            b[3] = (unsigned char)(0x80 + j % 64);
            count += well_formed(b, 4);
        }
    }
    CHECK_UINT(count, 0x110000 - 0x10000);
    const unsigned char cut[] = {0xF0, 0x9F, 0x98, 0x80};
    for (size_t n = 1; n < 4; n++) CHECK(!well_formed(cut, n));
    const unsigned char tail[] = {0xF0, 0x9F, 0x98, 0x40}, mid[] = {0xF0, 0x9F, 0x40, 0x80};
    CHECK(!well_formed(tail, 4) && !well_formed(mid, 4));
}

static void the_first_bad_byte_is_named(void)
{
    static const struct {
        const char *text;
        size_t bad;
    } rows[] = {{"abc\xFFz", 3},
                {"\xC3\xA9\xC3", 2},
                {"\x80", 0},
                {"a\xED\xA0\x80", 1},
                {"\xE2\x82\xACx\xC0\xAF", 4}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t bad = 99;
        CHECK(!csuccess__utf8_check(check_view(rows[i].text), &bad));
        CHECK_UINT(bad, rows[i].bad);
    }
    CHECK(csuccess__utf8_check((csuccess_str){NULL, 0}, NULL));
    CHECK(csuccess__utf8_check((csuccess_str){"a\0b", 3}, NULL));
}

static void every_character_survives_encoding_and_decoding(void)
{
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char out[4];
        size_t length = 0, n = csuccess__utf8_encode(out, c);
        if (c >= 0xD800 && c <= 0xDFFF) {
            if (!CHECK_UINT(n, 0)) return;
            continue;
        }
        csuccess_str text = {out, n};
        bool right = csuccess__utf8_check(text, NULL) &&
                     csuccess__utf8_decode(text, 0, &length) == c && length == n &&
                     csuccess__utf8_count(text) == 1;
        if (!CHECK(right)) return;
    }
    char out[4];
    CHECK_UINT(csuccess__utf8_encode(out, 0x110000), 0);
    CHECK_UINT(csuccess__utf8_encode(out, UINT32_MAX), 0);
}

static void characters_are_counted_not_bytes(void)
{
    CHECK_UINT(csuccess__utf8_count(CSUCCESS_STR("na\xC3\xAFve \xF0\x9F\x98\x80")), 7);
    CHECK_UINT(csuccess__utf8_count((csuccess_str){NULL, 0}), 0);
}

static void space_is_what_unicode_calls_white_space(void)
{
    static const uint32_t space[] = {0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x20,   0x85,
                                     0xA0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004,
                                     0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028,
                                     0x2029, 0x202F, 0x205F, 0x3000};
    size_t count = 0;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) count += csuccess__utf8_is_space(c);
    CHECK_UINT(count, sizeof space / sizeof space[0]);
    for (size_t i = 0; i < sizeof space / sizeof space[0]; i++) {
        CHECK(csuccess__utf8_is_space(space[i]));
    }
}

CHECK_MAIN(CHECK_TEST(short_strings_are_counted_exactly),
           CHECK_TEST(characters_of_four_bytes_are_counted_exactly),
           CHECK_TEST(the_first_bad_byte_is_named),
           CHECK_TEST(every_character_survives_encoding_and_decoding),
           CHECK_TEST(characters_are_counted_not_bytes),
           CHECK_TEST(space_is_what_unicode_calls_white_space))
