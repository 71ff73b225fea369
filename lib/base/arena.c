/* SPDX-License-Identifier: Apache-2.0 */
/* The arena: a list of chunks, filled one after another, in the same order after every reset.
   */
#include "base/arena.h"

#include <string.h>

enum { ALIGNMENT = 16, FIRST_CHUNK = 4096, LARGEST_STEP = 1 << 20 };

struct csuccess__chunk {
    struct csuccess__chunk *next;
    size_t size; /* bytes behind this header */
    size_t used;
    size_t reserved; /* keeps the header a multiple of the alignment on 64-bit platforms */
};

/* The header as it stands in front of the bytes. */
enum { HEADER = (sizeof(struct csuccess__chunk) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT };

static char *chunk_bytes(struct csuccess__chunk *chunk)
{
    return (char *)chunk + HEADER;
}

void csuccess__arena_init(csuccess__arena *arena, const csuccess_allocator *mem, size_t ceiling)
{
    *arena = (csuccess__arena){.mem = mem, .ceiling = ceiling};
}

void csuccess__arena_free(csuccess__arena *arena)
{
    struct csuccess__chunk *next;
    for (struct csuccess__chunk *c = arena->head; c; c = next) {
        next = c->next;
        csuccess__release(arena->mem, c, HEADER + c->size, 1);
    }
    arena->head = arena->current = NULL;
    arena->used = 0;
}

void csuccess__arena_reset(csuccess__arena *arena)
{
    for (struct csuccess__chunk *c = arena->head; c; c = c->next) {
        c->used = 0;
    }
    arena->current = arena->head;
    arena->used = 0;
}

/* Puts a chunk with room for `need` right behind the current one and makes it current: one of
   the empty chunks if any is large enough, else a new one. */
static bool advance(csuccess__arena *arena, size_t need)
{
    struct csuccess__chunk **link = arena->current ? &arena->current->next : &arena->head;
    struct csuccess__chunk **found = link;
    while (*found && (*found)->size < need) {
        found = &(*found)->next;
    }
    struct csuccess__chunk *chunk = *found;
    if (chunk) {
        *found = chunk->next;
    } else {
        size_t size = arena->current ? arena->current->size * 2 : FIRST_CHUNK;
        size = size > LARGEST_STEP ? LARGEST_STEP : size;
        size = size < need ? need : size;
        if (size > SIZE_MAX - HEADER) {
            return false;
        }
        chunk = arena->mem->alloc(arena->mem->ud, HEADER + size);
        if (!chunk) {
            return false;
        }
        *chunk = (struct csuccess__chunk){.size = size};
    }
    chunk->next = *link;
    *link = chunk;
    arena->current = chunk;
    return true;
}

/* A piece of `total` bytes, rounded up to *size, as it is. */
static char *take(csuccess__arena *arena, size_t total, size_t *size)
{
    size_t sum;
    if (total > SIZE_MAX - ALIGNMENT) {
        return NULL;
    }
    size_t need = total == 0 ? ALIGNMENT : (total + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!csuccess__add_size(&sum, arena->used, need) ||
        (arena->ceiling && sum > arena->ceiling)) {
        return NULL;
    }
    struct csuccess__chunk *chunk = arena->current;
    if (!chunk || chunk->size - chunk->used < need) {
        if (!advance(arena, need)) {
            return NULL;
        }
        chunk = arena->current;
    }
    char *piece = chunk_bytes(chunk) + chunk->used;
    chunk->used += need;
    arena->used = sum;
    *size = need;
    return piece;
}

void *csuccess__arena_take(csuccess__arena *arena, size_t n, size_t bytes)
{
    size_t total, size;
    char *piece = csuccess__mul_size(&total, n, bytes) ? take(arena, total, &size) : NULL;
    if (piece) {
        memset(piece, 0, size);
    }
    return piece;
}

csuccess_str csuccess__arena_copy(csuccess__arena *arena, csuccess_str text)
{
    if (text.len == SIZE_MAX) {
        return (csuccess_str){NULL, 0};
    }
    size_t size;
    char *copy = take(arena, text.len + 1, &size);
    if (!copy) {
        return (csuccess_str){NULL, 0};
    }
    if (text.len) {
        memcpy(copy, text.ptr, text.len);
    }
    memset(copy + text.len, 0, size - text.len);
    return (csuccess_str){copy, text.len};
}
