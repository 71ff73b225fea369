/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of JSON trees, and one document merged over another (RFC 7396). */
#include "text/json_check.h"
#include "text/json_tree.h"

/* A copy of one node without its children; key and string are copied, the source is shared. */
static csuccess__json *copy_node(csuccess__arena *arena, const csuccess__json *node)
{
    csuccess__json *copy = CSUCCESS__NEW(arena, csuccess__json);
    if (!copy) return NULL;
    copy->type = node->type;
    copy->boolean = node->boolean;
    copy->offset = node->offset;
    copy->number = node->number;
    copy->source = node->source;
    if (node->key.ptr) {
        copy->key = csuccess__arena_copy(arena, node->key);
        if (!copy->key.ptr) return NULL;
    }
    if (node->string.ptr) {
        copy->string = csuccess__arena_copy(arena, node->string);
        if (!copy->string.ptr) return NULL;
    }
    return copy;
}

/* The copy of the node after `from`, where `at` is the copy of that one; NULL when memory is refused. */
static csuccess__json *copy_next(csuccess__arena *arena, const csuccess__json **from,
                                 csuccess__json *at, const csuccess__json *root)
{
    csuccess__json *parent = at;
    const csuccess__json *next = (*from)->first;
    while (!next) {
        if (!csuccess__json_index(arena, parent)) return NULL;
        if (*from == root) break;
        next = (*from)->next;
        *from = (*from)->parent;
        parent = parent->parent;
    }
    *from = next;
    if (!next) return parent;
    csuccess__json *copy = copy_node(arena, next);
    if (copy) {
        csuccess__json_append(parent, copy);
    }
    return copy;
}

csuccess__json *csuccess__json_copy(csuccess__arena *arena, const csuccess__json *node)
{
    const csuccess__json *from = node;
    csuccess__json *at = copy_node(arena, node);
    while (at && from) {
        at = copy_next(arena, &from, at, node);
    }
    return at;
}

typedef struct merging {
    csuccess__arena *arena;
    csuccess__json_whole *whole;
} merging;

static csuccess__json *merge_node(const merging *work, const csuccess__json *base,
                                  const csuccess__json *patch, uint32_t depth);

static bool append(csuccess__json *parent, csuccess__json *child)
{
    if (child) {
        csuccess__json_append(parent, child);
    }
    return child != NULL;
}

/* Appends what a member of patch makes of the one of base, which may be absent; false when memory is
   refused. */
static bool merge_member(const merging *work, csuccess__json *result,
                         const csuccess__json *base, const csuccess__json *patch,
                         uint32_t depth)
{
    if (patch->type == CSUCCESS__JSON_NULL) return true;
    if (work->whole && work->whole(patch)) {
        return append(result, csuccess__json_copy(work->arena, patch));
    }
    return append(result, merge_node(work, base, patch, depth));
}

/* The members of base, changed, in their order; then the new ones of patch, in theirs. */
static bool merge_members(const merging *work, csuccess__json *result,
                          const csuccess__json *base, const csuccess__json *patch,
                          uint32_t depth)
{
    const csuccess__json *m = base ? base->first : NULL;
    for (; m; m = m->next) {
        const csuccess__json *change = csuccess__json_get(patch, m->key);
        bool done = change ? merge_member(work, result, m, change, depth)
                           : append(result, csuccess__json_copy(work->arena, m));
        if (!done) return false;
    }
    for (m = patch->first; m; m = m->next) {
        if (csuccess__json_get(base, m->key)) continue;
        if (!merge_member(work, result, NULL, m, depth)) return false;
    }
    return csuccess__json_index(work->arena, result);
}

/* Recursion is as deep as the patch, which was read within the limit on nesting. */
static csuccess__json *merge_node(const merging *work, const csuccess__json *base,
                                  const csuccess__json *patch, uint32_t depth)
{
    if (patch->type != CSUCCESS__JSON_OBJECT) return csuccess__json_copy(work->arena, patch);
    if (depth > CSUCCESS__JSON_NESTING) return NULL;
    if (base && base->type != CSUCCESS__JSON_OBJECT) {
        base = NULL;
    }
    csuccess__json *result = copy_node(work->arena, patch);
    bool done = result && merge_members(work, result, base, patch, depth + 1);
    return done ? result : NULL;
}

csuccess__json *csuccess__json_merge(csuccess__arena *arena, const csuccess__json *base,
                                     const csuccess__json *patch, csuccess__json_whole *whole)
{
    merging work = {arena, whole};
    return merge_node(&work, base, patch, 0);
}
