/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical bytes: varints, doubles, texts; and a reader that takes no other spelling. */
#include "base/wire.h"

#include "base/number.h"

enum { VARINT_BYTES = 10 };

#define LARGEST_WHOLE INT64_C(9007199254740992) /* 2^53 */

/* Bytes written. */
static size_t spell(uint8_t out[VARINT_BYTES], uint64_t v)
{
    size_t n = 0;
    for (; v >= 0x80; v >>= 7) out[n++] = (uint8_t)(v | 0x80u);
    out[n++] = (uint8_t)v;
    return n;
}

static uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

void csuccess__wire_u64(csuccess__buffer *out, uint64_t v)
{
    uint8_t bytes[VARINT_BYTES];
    if (v < 0x80) {
        csuccess__buffer_char(out, (char)v); /* most are small */
    } else {
        csuccess__buffer_put(out, bytes, spell(bytes, v));
    }
}

void csuccess__wire_i64(csuccess__buffer *out, int64_t v)
{
    csuccess__wire_u64(out, zigzag(v));
}

/* Whether a double is a whole number that the short form holds; -0 is, as 0. */
static bool is_short(double v, int64_t *whole)
{
    if (!(v >= -(double)LARGEST_WHOLE && v <= (double)LARGEST_WHOLE)) return false;
    *whole = (int64_t)v;
    return !((double)*whole < v) && !((double)*whole > v);
}

void csuccess__wire_double(csuccess__buffer *out, double v)
{
    uint8_t bytes[1 + VARINT_BYTES];
    int64_t whole;
    if (!csuccess__is_finite(v)) {
        if (out->status == CSUCCESS_OK) out->status = CSUCCESS_ERANGE;
        return;
    }
    if (is_short(v, &whole)) {
        bytes[0] = 0;
        csuccess__buffer_put(out, bytes, 1 + spell(bytes + 1, zigzag(whole)));
        return;
    }
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    bytes[0] = 1;
    for (size_t i = 0; i < 8; i++) bytes[1 + i] = (uint8_t)(bits >> 8 * i);
    csuccess__buffer_put(out, bytes, 9);
}

void csuccess__wire_str(csuccess__buffer *out, csuccess_str s)
{
    csuccess__wire_u64(out, s.len);
    csuccess__buffer_str(out, s);
}

csuccess__wire csuccess__wire_open(csuccess_str bytes)
{
    const char *at = bytes.len ? bytes.ptr : "";
    return (csuccess__wire){.at = at, .end = at + bytes.len};
}

static uint64_t get_long(csuccess__wire *in)
{
    const char *at = in->at, *end = in->bad ? in->at : in->end;
    uint64_t v = 0;
    for (unsigned shift = 0; at < end; shift += 7) {
        uint8_t byte = (uint8_t)*at++;
        v |= (uint64_t)(byte & 0x7fu) << shift;
        if (byte & 0x80u && shift < 63) continue;
        /* The tenth byte has one bit left; a last byte of 0 would be a longer spelling. */
        if ((shift == 63 && byte > 1) || (byte == 0 && shift > 0)) break;
        in->at = at;
        return v;
    }
    in->bad = true;
    return 0;
}

uint64_t csuccess__wire_get_u64(csuccess__wire *in)
{
    bool small = !in->bad && in->at < in->end && (uint8_t)*in->at < 0x80; /* as most are */
    return small ? (uint8_t)*in->at++ : get_long(in);
}

int64_t csuccess__wire_get_i64(csuccess__wire *in)
{
    uint64_t v = csuccess__wire_get_u64(in);
    uint64_t half = v >> 1;
    return v & 1 ? -(int64_t)half - 1 : (int64_t)half;
}

static double get_short(csuccess__wire *in)
{
    int64_t whole = csuccess__wire_get_i64(in);
    if (whole < -LARGEST_WHOLE || whole > LARGEST_WHOLE) {
        in->bad = true;
        return 0;
    }
    return (double)whole;
}

double csuccess__wire_get_double(csuccess__wire *in)
{
    csuccess_str form = csuccess__wire_get_bytes(in, 1);
    if (in->bad) return 0;
    if (form.ptr[0] == 0) return get_short(in);
    csuccess_str bytes = csuccess__wire_get_bytes(in, 8);
    uint64_t bits = 0;
    for (size_t i = 0; i < bytes.len; i++) bits |= (uint64_t)(uint8_t)bytes.ptr[i] << 8 * i;
    double v;
    int64_t whole;
    memcpy(&v, &bits, sizeof v);
    if (!in->bad && form.ptr[0] == 1 && csuccess__is_finite(v) && !is_short(v, &whole)) {
        return v;
    }
    in->bad = true;
    return 0;
}

csuccess_str csuccess__wire_get_str(csuccess__wire *in)
{
    uint64_t n = csuccess__wire_get_u64(in);
    if (n > SIZE_MAX) in->bad = true;
    return csuccess__wire_get_bytes(in, (size_t)n);
}

csuccess_str csuccess__wire_get_bytes(csuccess__wire *in, size_t n)
{
    if (in->bad || n > (size_t)(in->end - in->at)) {
        in->bad = true;
        return (csuccess_str){NULL, 0};
    }
    csuccess_str bytes = {in->at, n};
    in->at += n;
    return bytes;
}

bool csuccess__wire_done(const csuccess__wire *in)
{
    return !in->bad && in->at == in->end;
}
