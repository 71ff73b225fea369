/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: checking, decoding, encoding, counting characters. */
#include "text/utf8.h"

/* Bytes of the well-formed sequence that starts at p, 0 when there is none (Unicode 15, table 3-7:
   only the second byte's range depends on the first). */
static size_t sequence(const unsigned char *p, size_t left)
{
    unsigned char lead = p[0];
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return 0;
    }
    size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (left < length) {
        return 0;
    }
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool csuccess__utf8_check(csuccess_str text, size_t *bad)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    for (size_t i = 0; i < text.len;) {
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
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}
