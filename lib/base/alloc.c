/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation through the caller's allocator, and the one over malloc. */
#include "base/alloc.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static void *malloc_alloc(void *ud, size_t bytes)
{
    (void)ud;
    return malloc(bytes);
}

static void *malloc_resize(void *ud, void *block, size_t old_bytes, size_t new_bytes)
{
    (void)ud;
    (void)old_bytes;
    return realloc(block, new_bytes);
}

static void malloc_release(void *ud, void *block, size_t bytes)
{
    (void)ud;
    (void)bytes;
    free(block);
}

const csuccess_allocator *csuccess__malloc_allocator(void)
{
    static const csuccess_allocator over_malloc = {
        .size = sizeof(csuccess_allocator),
        .alloc = malloc_alloc,
        .resize = malloc_resize,
        .release = malloc_release,
    };
    return &over_malloc;
}

csuccess_result csuccess__allocator_take(csuccess_allocator *out, const csuccess_allocator *in,
                                         csuccess_error *err)
{
    if (!in) {
        *out = *csuccess__malloc_allocator();
        return CSUCCESS_OK;
    }
    csuccess_allocator taken;
    csuccess_result r = csuccess__struct_take(&taken, sizeof taken, sizeof taken, in,
                                              "csuccess_allocator", err);
    if (r < 0) {
        return r;
    }
    if (!taken.alloc || !taken.resize || !taken.release) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "csuccess_allocator needs all of alloc, resize and release");
    }
    *out = taken;
    return CSUCCESS_OK;
}

void *csuccess__alloc(const csuccess_allocator *mem, size_t n, size_t bytes)
{
    size_t total;
    if (!csuccess__mul_size(&total, n, bytes) || total == 0) {
        return NULL;
    }
    void *block = mem->alloc(mem->ud, total);
    if (block) {
        memset(block, 0, total);
    }
    return block;
}

void *csuccess__resize(const csuccess_allocator *mem, void *block, size_t old_n, size_t new_n,
                       size_t bytes)
{
    if (!block) {
        return csuccess__alloc(mem, new_n, bytes);
    }
    size_t total;
    if (!csuccess__mul_size(&total, new_n, bytes) || total == 0) {
        return NULL;
    }
    size_t before = old_n * bytes;
    char *moved = mem->resize(mem->ud, block, before, total);
    if (moved && total > before) {
        memset(moved + before, 0, total - before);
    }
    return moved;
}

void csuccess__release(const csuccess_allocator *mem, void *block, size_t n, size_t bytes)
{
    if (block) {
        mem->release(mem->ud, block, n * bytes);
    }
}
