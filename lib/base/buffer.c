/* SPDX-License-Identifier: Apache-2.0 */
/* The growable byte buffer. */
#include "base/buffer.h"

enum { FIRST_CAPACITY = 64 };

void csuccess__buffer_init(csuccess__buffer *buf, const csuccess_allocator *mem, size_t ceiling)
{
    *buf = (csuccess__buffer){.mem = mem, .ceiling = ceiling};
}

void csuccess__buffer_free(csuccess__buffer *buf)
{
    csuccess__release(buf->mem, buf->ptr, buf->cap, 1);
    buf->ptr = NULL;
    buf->len = buf->cap = 0;
}

void csuccess__buffer_clear(csuccess__buffer *buf)
{
    buf->len = 0;
    buf->status = CSUCCESS_OK;
}

/* Room for `len` bytes and the terminator; says what went wrong in the status. */
static bool reserve(csuccess__buffer *buf, size_t len)
{
    if (len < buf->cap) {
        return true;
    }
    size_t cap = buf->cap ? buf->cap : FIRST_CAPACITY;
    while (cap <= len) {
        if (cap > SIZE_MAX / 2) {
            buf->status = CSUCCESS_ENOMEM;
            return false;
        }
        cap *= 2;
    }
    char *grown = buf->ptr ? buf->mem->resize(buf->mem->ud, buf->ptr, buf->cap, cap)
                           : buf->mem->alloc(buf->mem->ud, cap);
    if (!grown) {
        buf->status = CSUCCESS_ENOMEM;
        return false;
    }
    buf->ptr = grown;
    buf->cap = cap;
    return true;
}

void csuccess__buffer_grow(csuccess__buffer *buf, const void *bytes, size_t n)
{
    if (buf->status < 0 || n == 0) {
        return;
    }
    size_t len;
    if (!csuccess__add_size(&len, buf->len, n) || (buf->ceiling && len > buf->ceiling)) {
        buf->status = CSUCCESS_ELIMIT;
        return;
    }
    if (!reserve(buf, len)) {
        return;
    }
    memcpy(buf->ptr + buf->len, bytes, n);
    buf->len = len;
    buf->ptr[len] = '\0';
}

void csuccess__buffer_uint(csuccess__buffer *buf, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    csuccess__buffer_put(buf, digits + at, sizeof digits - at);
}

csuccess_str csuccess__buffer_view(const csuccess__buffer *buf)
{
    return (csuccess_str){buf->ptr, buf->len};
}
