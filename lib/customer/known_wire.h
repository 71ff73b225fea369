/* SPDX-License-Identifier: Apache-2.0 */
/* Reading wire that is mostly one byte long without a call for each: facts are made of every field of a state at every
   advance. The same answers as those of base/wire.h, to which the long way leads. */
#ifndef CSUCCESS__CUSTOMER_KNOWN_WIRE_H
#define CSUCCESS__CUSTOMER_KNOWN_WIRE_H

#include "base/wire.h"

#include <string.h>

static inline uint8_t csuccess__quick_byte(csuccess__wire *in)
{
    if (in->bad || in->at == in->end) {
        in->bad = true;
        return 0;
    }
    return (uint8_t)*in->at++;
}

static inline uint64_t csuccess__quick_u64(csuccess__wire *in)
{
    if (!in->bad && in->at < in->end && (uint8_t)*in->at < 0x80) return (uint8_t)*in->at++;
    return csuccess__wire_get_u64(in);
}

static inline csuccess_str csuccess__quick_str(csuccess__wire *in)
{
    uint64_t n = csuccess__quick_u64(in);
    if (in->bad || n > (uint64_t)(in->end - in->at)) {
        in->bad = true;
        return (csuccess_str){"", 0};
    }
    csuccess_str text = {in->at, (size_t)n};
    in->at += n;
    return text;
}

/* Times since 2001 are six bytes long, and until 2109. */
static inline int64_t csuccess__quick_time(csuccess__wire *in)
{
    enum { BYTES = 6 };
    if (in->bad || in->end - in->at < BYTES) return csuccess__wire_get_i64(in);
    uint64_t v = 0;
    for (int i = 0; i < BYTES - 1; i++) {
        uint8_t byte = (uint8_t)in->at[i];
        if (byte < 0x80) return csuccess__wire_get_i64(in);
        v |= (uint64_t)(byte & 0x7Fu) << 7 * i;
    }
    uint8_t last = (uint8_t)in->at[BYTES - 1];
    if (last >= 0x80 || last == 0) return csuccess__wire_get_i64(in);
    v |= (uint64_t)last << 7 * (BYTES - 1);
    in->at += BYTES;
    return v & 1 ? -(int64_t)(v >> 1) - 1 : (int64_t)(v >> 1);
}

/* Whether a comes before b by bytes. */
static inline bool csuccess__quick_before(csuccess_str a, csuccess_str b)
{
    if (a.len > 0 && b.len > 0 && a.ptr[0] != b.ptr[0]) {
        return (uint8_t)a.ptr[0] < (uint8_t)b.ptr[0];
    }
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return order < 0 || (order == 0 && a.len < b.len);
}

static inline uint64_t csuccess__quick_8(const char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

static inline uint32_t csuccess__quick_4(const char *from)
{
    uint32_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

/* Names are short: two words that may overlap hold one of 8 to 16 bytes, or of 4 to 7. */
static inline bool csuccess__quick_equal(csuccess_str a, csuccess_str b)
{
    if (a.len != b.len) return false;
    if (a.len > 16) return memcmp(a.ptr, b.ptr, a.len) == 0;
    if (a.len >= 8) {
        return csuccess__quick_8(a.ptr) == csuccess__quick_8(b.ptr) &&
               csuccess__quick_8(a.ptr + a.len - 8) == csuccess__quick_8(b.ptr + b.len - 8);
    }
    if (a.len >= 4) {
        return csuccess__quick_4(a.ptr) == csuccess__quick_4(b.ptr) &&
               csuccess__quick_4(a.ptr + a.len - 4) == csuccess__quick_4(b.ptr + b.len - 4);
    }
    size_t i = 0;
    while (i < a.len && a.ptr[i] == b.ptr[i]) i++;
    return i == a.len;
}

#endif
