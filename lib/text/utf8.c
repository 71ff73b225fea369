/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: checking, decoding, encoding, counting characters. */
#include "text/utf8.h"

#include <string.h>

/* Well-formed sequences of more than one byte (Unicode 15, table 3-7): for a range of first bytes, the
   range of the second; the others are 80 to BF. */
static const struct form {
    unsigned char first, last, low, high, length;
} forms[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

/* Bytes of the well-formed sequence that starts at p with a byte above 7F, 0 when there is none. */
static size_t sequence(const unsigned char *p, size_t left)
{
    const struct form *f = forms, *end = forms + sizeof forms / sizeof forms[0];
    while (f < end && p[0] > f->last) {
        f++;
    }
    if (f == end || p[0] < f->first || left < f->length) return 0;
    if (p[1] < f->low || p[1] > f->high) return 0;
    for (size_t i = 2; i < f->length; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
    }
    return f->length;
}

/* At least one and at most `left` bytes below 80, of which the first is known to be one. */
static size_t ascii_run(const unsigned char *p, size_t left)
{
    uint64_t word;
    size_t n = 0;
    while (left - n >= sizeof word) {
        memcpy(&word, p + n, sizeof word);
        if (word & UINT64_C(0x8080808080808080)) break;
        n += sizeof word;
    }
    return n ? n : 1;
}

bool csuccess__utf8_check(csuccess_str text, size_t *bad)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    for (size_t i = 0; i < text.len;) {
        if (p[i] < 0x80) {
            i += ascii_run(p + i, text.len - i);
            continue;
        }
        size_t length = sequence(p + i, text.len - i);
        if (length == 0) {
            if (bad) {
                *bad = i;
            }
            return false;
        }
        i += length;
    }
    return true;
}

uint32_t csuccess__utf8_decode(csuccess_str text, size_t offset, size_t *length)
{
    const unsigned char *p = (const unsigned char *)text.ptr + offset;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t value = n == 1 ? p[0] : p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        value = value << 6 | (p[i] & 0x3Fu);
    }
    *length = n;
    return value;
}

size_t csuccess__utf8_encode(char out[4], uint32_t code_point)
{
    static const unsigned char lead[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        return 0;
    }
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t n = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1;) {
        out[i] = (char)(0x80u | (code_point & 0x3Fu));
        code_point >>= 6;
    }
    out[0] = (char)(lead[n] | code_point);
    return n;
}

size_t csuccess__utf8_count(csuccess_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    }
    return count;
}

bool csuccess__utf8_is_space(uint32_t c)
{
    /* Unicode property White_Space; the zero-width characters do not have it. */
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                  {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                  {0x205F, 0x205F}, {0x3000, 0x3000}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) return true;
    }
    return false;
}
