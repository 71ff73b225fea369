/* SPDX-License-Identifier: Apache-2.0 */
/* Filling a caller's csuccess_error, and checking structs that cross the boundary. */
#ifndef CSUCCESS__BASE_ERROR_H
#define CSUCCESS__BASE_ERROR_H

#include <csuccess/base.h>
#include <stdarg.h>
#include <stdbool.h>

/* A fixed text that cuts itself at a character and ends in "..." when full; for messages. */
typedef struct csuccess__text {
    char *ptr;
    size_t cap, len;
    bool cut;
} csuccess__text;
void csuccess__text_init(csuccess__text *t, char *ptr, size_t cap);
void csuccess__text_put(csuccess__text *t, csuccess_str s);
/* What is put in is made printable: bytes that are not UTF-8 and control characters show as
   \xNN. */
/* %s C string, %S csuccess_str, %q csuccess_str in double quotes (its first 100 bytes), %u
   uint32_t, %d int32_t, %z size_t, %l int64_t, %% */
void csuccess__text_format(csuccess__text *t, const char *format, ...);
void csuccess__text_vformat(csuccess__text *t, const char *format, va_list args);

/* Fills err (may be NULL) and returns code. Clears place; sets it with _at afterwards. err with
   an impossible size (smaller than up to `message`) is left alone. */
csuccess_result csuccess__fail(csuccess_error *err, csuccess_result code, const char *format,
                               ...);
/* Sets the place: byte offset into text, from which line and column are counted. */
void csuccess__error_at(csuccess_error *err, csuccess_str text, size_t offset);
void csuccess__error_pointer(csuccess_error *err, csuccess_str pointer);
void csuccess__error_clear(csuccess_error *err);

/* A struct that a caller hands in: `size` is its first member. Copies min(size, own) bytes into
   out (own bytes, zeroed beyond, out's size set to own) and refuses size < minimum or beyond 64
   KiB and non-zero unknown trailing bytes: EABI; NULL: EINVALID. */
csuccess_result csuccess__struct_take(void *out, size_t own, size_t minimum, const void *in,
                                      const char *name, csuccess_error *err);
/* A struct that a caller receives: writes min(caller's size, own) bytes after `size`, keeps the
   tail. */
csuccess_result csuccess__struct_give(void *to, const void *from, size_t own, const char *name,
                                      csuccess_error *err);

/* The limits of a caller (NULL: defaults) with every zero replaced by its default. EABI; ERANGE
   for one beyond what the library can hold (limits.c), such as a depth of a million. */
csuccess_result csuccess__limits_take(csuccess_limits *out, const csuccess_limits *in,
                                      csuccess_error *err);

#endif
