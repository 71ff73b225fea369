/* SPDX-License-Identifier: Apache-2.0 */
/* Messages without stdio, the caller's error struct, and structs that cross the boundary. */
#include "base/error.h"

#include "base/str.h"

#include <string.h>

/* Length of the UTF-8 character at s, or 0 when those bytes are none. The table of Unicode 15,
   3-7. */
static size_t character_length(const unsigned char *s, size_t n)
{
    static const struct {
        unsigned char first, last, low, high, length;
    } forms[] = {
        {0x00, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        if (s[0] < forms[f].first || s[0] > forms[f].last) {
            continue;
        }
        size_t length = forms[f].length;
        if (length > n || (length > 1 && (s[1] < forms[f].low || s[1] > forms[f].high))) {
            return 0;
        }
        for (size_t i = 2; i < length; i++) {
            if ((s[i] & 0xc0u) != 0x80u) {
                return 0;
            }
        }
        return length;
    }
    return 0;
}

void csuccess__text_init(csuccess__text *t, char *ptr, size_t cap)
{
    *t = (csuccess__text){.ptr = ptr, .cap = cap};
    if (cap) {
        ptr[0] = '\0';
    }
}

/* Takes whole characters off the end until `room` bytes are free, then says that something is
   missing. */
static void cut(csuccess__text *t)
{
    static const char dots[] = "...";
    size_t room = t->cap - 1 < 3 ? t->cap - 1 : 3;
    while (t->len + room > t->cap - 1) {
        do {
            t->len--;
        } while (t->len && ((unsigned char)t->ptr[t->len] & 0xc0u) == 0x80u);
    }
    memcpy(t->ptr + t->len, dots, room);
    t->len += room;
    t->ptr[t->len] = '\0';
    t->cut = true;
}

/* One piece that is never split: a character, an escape, a number. */
static void put_piece(csuccess__text *t, const char *bytes, size_t n)
{
    if (t->cut || t->cap == 0) {
        return;
    }
    if (n > t->cap - 1 - t->len) {
        cut(t);
        return;
    }
    memcpy(t->ptr + t->len, bytes, n);
    t->len += n;
    t->ptr[t->len] = '\0';
}

/* Bytes that are no character, and control characters, are shown as \xNN, so that a message is
   always printable UTF-8. Gives how many bytes were taken. */
static size_t put_character(csuccess__text *t, const char *s, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = character_length((const unsigned char *)s, n);
    unsigned char first = (unsigned char)s[0];
    if (length == 0 || first < 0x20 || first == 0x7f) {
        const char escape[4] = {'\\', 'x', digits[first >> 4], digits[first & 15]};
        put_piece(t, escape, sizeof escape);
        return 1;
    }
    put_piece(t, s, length);
    return length;
}

void csuccess__text_put(csuccess__text *t, csuccess_str s)
{
    for (size_t i = 0; i < s.len && !t->cut;) {
        i += put_character(t, s.ptr + i, s.len - i);
    }
}

/* In quotes, and only its beginning when it is long, so that the rest of the message stays
   readable. */
static void put_quoted(csuccess__text *t, csuccess_str s)
{
    enum { LONGEST = 100 };
    put_piece(t, "\"", 1);
    size_t i = 0;
    while (i < s.len && i < LONGEST && !t->cut) {
        i += put_character(t, s.ptr + i, s.len - i);
    }
    if (i < s.len) {
        put_piece(t, "...", 3);
    }
    put_piece(t, "\"", 1);
}

static void put_uint(csuccess__text *t, uint64_t v, bool negative)
{
    char digits[21];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    if (negative) {
        digits[--at] = '-';
    }
    put_piece(t, digits + at, sizeof digits - at);
}

static void put_int(csuccess__text *t, int64_t v)
{
    put_uint(t, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

/* reason: one line per conversion; va_arg takes its type literally, so no table can do it. */
void csuccess__text_vformat(csuccess__text *t, const char *format, va_list args)
{
    for (const char *p = format; *p; p++) {
        const char *plain = p;
        while (*p && *p != '%') {
            p++;
        }
        csuccess__text_put(t, (csuccess_str){plain, (size_t)(p - plain)});
        if (*p == '\0' || *++p == '\0') {
            return;
        }
        switch (*p) {
        case 's':
            csuccess__text_put(t, csuccess__str(va_arg(args, const char *)));
            break;
        case 'S':
            csuccess__text_put(t, va_arg(args, csuccess_str));
            break;
        case 'q':
            put_quoted(t, va_arg(args, csuccess_str));
            break;
        case 'u':
            put_uint(t, va_arg(args, uint32_t), false);
            break;
        case 'd':
            put_int(t, va_arg(args, int32_t));
            break;
        case 'z':
            put_uint(t, va_arg(args, size_t), false);
            break;
        case 'l':
            put_int(t, va_arg(args, int64_t));
            break;
        default:
            put_piece(t, p, 1);
            break;
        }
    }
}

void csuccess__text_format(csuccess__text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    csuccess__text_vformat(t, format, args);
    va_end(args);
}

/* A caller built against an older header has a smaller struct: whatever lies beyond its size is
   not ours. */
static bool is_usable(const csuccess_error *err)
{
    return err && err->size >= offsetof(csuccess_error, message);
}

static csuccess__text message_of(csuccess_error *err)
{
    size_t own = err->size < sizeof *err ? err->size : sizeof *err;
    size_t room = own - offsetof(csuccess_error, message);
    csuccess__text t;
    csuccess__text_init(&t, err->message,
                        room < sizeof err->message ? room : sizeof err->message);
    return t;
}

csuccess_result csuccess__fail(csuccess_error *err, csuccess_result code, const char *format,
                               ...)
{
    if (!is_usable(err)) {
        return code;
    }
    csuccess__error_clear(err);
    err->code = code;
    csuccess__text t = message_of(err);
    va_list args;
    va_start(args, format);
    csuccess__text_vformat(&t, format, args);
    va_end(args);
    return code;
}

void csuccess__error_clear(csuccess_error *err)
{
    if (!is_usable(err)) {
        return;
    }
    err->code = CSUCCESS_OK;
    err->line = 0;
    err->offset = 0;
    err->column = 0;
    err->reserved = 0;
    err->pointer[0] = '\0';
    (void)message_of(err);
}

void csuccess__error_at(csuccess_error *err, csuccess_str text, size_t offset)
{
    if (!is_usable(err)) {
        return;
    }
    size_t at = offset < text.len ? offset : text.len;
    size_t line = 1, start = 0;
    for (size_t i = 0; i < at; i++) {
        if (text.ptr[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    size_t column = at - start + 1;
    err->offset = at;
    err->line = line < UINT32_MAX ? (uint32_t)line : UINT32_MAX;
    err->column = column < UINT32_MAX ? (uint32_t)column : UINT32_MAX;
}

void csuccess__error_pointer(csuccess_error *err, csuccess_str pointer)
{
    if (!is_usable(err)) {
        return;
    }
    csuccess__text t;
    csuccess__text_init(&t, err->pointer, sizeof err->pointer);
    csuccess__text_put(&t, pointer);
}

/* No struct of ours is near this: a size above it is a caller that forgot to set it. */
enum { LARGEST_STRUCT = 65536 };

static csuccess_result check_size(size_t *size, const void *from, size_t minimum,
                                  const char *name, csuccess_error *err)
{
    if (!from) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "%s is NULL", name);
    }
    memcpy(size, from, sizeof *size);
    if (*size < minimum || *size < sizeof *size || *size > LARGEST_STRUCT) {
        return csuccess__fail(err, CSUCCESS_EABI,
                              "the size of %s is %z; set it to sizeof(%s), at least %z", name,
                              *size, name, minimum);
    }
    return CSUCCESS_OK;
}

/* reason: what is taken, as what, and who is told. */
csuccess_result csuccess__struct_take(void *out, size_t own, size_t minimum, const void *in,
                                      const char *name, csuccess_error *err)
{
    size_t size = 0;
    csuccess_result r = check_size(&size, in, minimum, name, err);
    if (r < 0) {
        return r;
    }
    const unsigned char *bytes = in;
    for (size_t i = own; i < size; i++) {
        if (bytes[i] != 0) {
            return csuccess__fail(
                err, CSUCCESS_EABI,
                "%s sets a field at byte %z that this version (%z bytes) does "
                "not know",
                name, i, own);
        }
    }
    memset(out, 0, own);
    memcpy(out, in, size < own ? size : own);
    memcpy(out, &own, sizeof own);
    return CSUCCESS_OK;
}

csuccess_result csuccess__struct_give(void *to, const void *from, size_t own, const char *name,
                                      csuccess_error *err)
{
    size_t size = 0;
    csuccess_result r = check_size(&size, to, sizeof size, name, err);
    if (r < 0) {
        return r;
    }
    size_t n = size < own ? size : own;
    memcpy((char *)to + sizeof size, (const char *)from + sizeof size, n - sizeof size);
    return CSUCCESS_OK;
}
