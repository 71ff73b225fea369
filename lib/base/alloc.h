/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation through the caller's allocator, with checked sizes. */
#ifndef CSUCCESS__BASE_ALLOC_H
#define CSUCCESS__BASE_ALLOC_H

#include <csuccess/base.h>
#include <stdbool.h>

/* The allocator over malloc; static and constant. */
const csuccess_allocator *csuccess__malloc_allocator(void);

/* Checks a caller's allocator (NULL: malloc) and copies it into *out. EABI, EINVALID. */
csuccess_result csuccess__allocator_take(csuccess_allocator *out, const csuccess_allocator *in,
                                         csuccess_error *err);

/* n items of `bytes` each, zeroed; NULL on overflow, on 0 bytes in all, or when refused. */
void *csuccess__alloc(const csuccess_allocator *mem, size_t n, size_t bytes);
/* Resizes an array from old_n to new_n items; new items zeroed. block may be NULL with old_n 0.
   */
void *csuccess__resize(const csuccess_allocator *mem, void *block, size_t old_n, size_t new_n,
                       size_t bytes);
/* NULL does nothing. */
void csuccess__release(const csuccess_allocator *mem, void *block, size_t n, size_t bytes);

/* *out = a + b or a * b; false when that does not fit. */
static inline bool csuccess__add_size(size_t *out, size_t a, size_t b)
{
    if (a > SIZE_MAX - b) return false;
    *out = a + b;
    return true;
}
static inline bool csuccess__mul_size(size_t *out, size_t a, size_t b)
{
    const size_t half = (size_t)1
                        << sizeof(size_t) *
                               4; /* below it no product is too large, and nothing is divided */
    if ((a >= half || b >= half) && b != 0 && a > SIZE_MAX / b) return false;
    *out = a * b;
    return true;
}

#endif
