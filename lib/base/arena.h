/* SPDX-License-Identifier: Apache-2.0 */
/* An arena: many small pieces that live and die together. */
#ifndef CSUCCESS__BASE_ARENA_H
#define CSUCCESS__BASE_ARENA_H

#include "base/alloc.h"

typedef struct csuccess__arena {
    const csuccess_allocator *mem;   /* borrowed; lives as long as the arena */
    struct csuccess__chunk *head;    /* the first chunk to be filled after a reset */
    struct csuccess__chunk *current; /* the one being filled; those behind it are empty */
    size_t used;                     /* bytes handed out since the last reset */
    size_t ceiling;                  /* most bytes to hand out; 0: none */
} csuccess__arena;

void csuccess__arena_init(csuccess__arena *arena, const csuccess_allocator *mem,
                          size_t ceiling);
void csuccess__arena_free(csuccess__arena *arena);
/* Forgets everything handed out but keeps the chunks, in their order: a run that takes the same
   pieces again allocates nothing. */
void csuccess__arena_reset(csuccess__arena *arena);

/* n items of `bytes`, zeroed, aligned to 16; NULL when refused. n == 0 gives a non-NULL
   pointer. */
void *csuccess__arena_take(csuccess__arena *arena, size_t n, size_t bytes);
/* A copy of text, terminated behind its end; ptr NULL when refused. */
csuccess_str csuccess__arena_copy(csuccess__arena *arena, csuccess_str text);

#define CSUCCESS__NEW(arena, type) ((type *)csuccess__arena_take((arena), 1, sizeof(type)))
#define CSUCCESS__NEW_ARRAY(arena, type, n) \
    ((type *)csuccess__arena_take((arena), (n), sizeof(type)))

#endif
