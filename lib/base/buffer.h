/* SPDX-License-Identifier: Apache-2.0 */
/* A growable byte buffer with a ceiling; a failure sticks, so a writer checks once at the end.
   */
#ifndef CSUCCESS__BASE_BUFFER_H
#define CSUCCESS__BASE_BUFFER_H

#include "base/alloc.h"
#include <string.h>

typedef struct csuccess__buffer {
    const csuccess_allocator *mem;
    char *ptr; /* always terminated when len > 0 */
    size_t len, cap;
    size_t ceiling;         /* most bytes; 0: none */
    csuccess_result status; /* OK, ENOMEM or ELIMIT; once not OK nothing more is written */
} csuccess__buffer;

void csuccess__buffer_init(csuccess__buffer *buf, const csuccess_allocator *mem,
                           size_t ceiling);
void csuccess__buffer_free(csuccess__buffer *buf);
void csuccess__buffer_clear(csuccess__buffer *buf); /* keeps the memory, forgets a failure */
/* The same as csuccess__buffer_put(), for when the buffer must grow, fail, or has nothing to do. */
void csuccess__buffer_grow(csuccess__buffer *buf, const void *bytes, size_t n);
/* Inline, since most of what is written are a few bytes that fit. */
static inline void csuccess__buffer_put(csuccess__buffer *buf, const void *bytes, size_t n)
{
    if (n == 0 || n >= buf->cap - buf->len || buf->status < 0 ||
        (buf->ceiling && buf->len + n > buf->ceiling)) {
        csuccess__buffer_grow(buf, bytes, n);
        return;
    }
    memcpy(buf->ptr + buf->len, bytes, n);
    buf->len += n;
    buf->ptr[buf->len] = '\0';
}
static inline void csuccess__buffer_char(csuccess__buffer *buf, char c)
{
    csuccess__buffer_put(buf, &c, 1);
}
static inline void csuccess__buffer_str(csuccess__buffer *buf, csuccess_str s)
{
    csuccess__buffer_put(buf, s.ptr, s.len);
}
static inline void csuccess__buffer_cstr(csuccess__buffer *buf, const char *s)
{
    csuccess__buffer_put(buf, s, strlen(s));
}
void csuccess__buffer_uint(csuccess__buffer *buf, uint64_t v);
csuccess_str csuccess__buffer_view(const csuccess__buffer *buf);

#endif
