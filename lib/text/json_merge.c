/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of JSON trees, and one document merged over another (RFC 7396). */
#include "base/str.h"
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

csuccess__json *csuccess__json_copy(csuccess__arena *arena, const csuccess__json *node)
{
    csuccess__json *root = copy_node(arena, node), *at = root;
    const csuccess__json *from = node;
    while (at) {
        bool down = from->first != NULL;
        if (!down) {
            while (from != node && !from->next) {
                from = from->parent;
                at = at->parent;
            }
            if (from == node) return root;
        }
        csuccess__json *parent = down ? at : at->parent;
        from = down ? from->first : from->next;
        at = copy_node(arena, from);
        if (at) {
            csuccess__json_append(parent, at);
        }
    }
    return NULL;
}

typedef struct merging {
    csuccess__arena *arena;
    csuccess__json_whole *whole;
} merging;

/* Look-up in an object that may be large: sorted then. */
typedef struct members {
    const csuccess__json *object; /* NULL: none */
    const csuccess__json **sorted;
} members;

static bool members_open(members *m, const merging *work, const csuccess__json *object)
{
    enum { SMALL = 16 };
    bool has_members = object && object->type == CSUCCESS__JSON_OBJECT;
    *m = (members){.object = has_members ? object : NULL};
    if (!has_members || object->count <= SMALL) return true;
    m->sorted = csuccess__json_sorted(work->arena->mem, object);
    return m->sorted != NULL;
}

static void members_close(members *m, const merging *work)
{
    csuccess__release(work->arena->mem, m->sorted, m->sorted ? m->object->count : 0,
                      sizeof *m->sorted);
}

static const csuccess__json *members_find(const members *m, csuccess_str key)
{
    if (m->sorted) return csuccess__json_find(m->sorted, m->object->count, key);
    return csuccess__json_get(m->object, key);
}

static csuccess__json *merge_node(const merging *work, const csuccess__json *base,
                                  const csuccess__json *patch, uint32_t depth);

/* Appends what becomes of one member, of which base or patch may be absent; false when memory is
   refused. */
static bool merge_member(const merging *work, csuccess__json *result,
                         const csuccess__json *base, const csuccess__json *patch,
                         uint32_t depth)
{
    csuccess__json *member;
    if (!patch) {
        member = csuccess__json_copy(work->arena, base);
    } else if (patch->type == CSUCCESS__JSON_NULL) {
        return true;
    } else if (work->whole && work->whole(patch)) {
        member = csuccess__json_copy(work->arena, patch);
    } else {
        member = merge_node(work, base, patch, depth);
    }
    if (member) {
        csuccess__json_append(result, member);
    }
    return member != NULL;
}

/* The members of base, changed, in their order; then the new ones of patch, in theirs. */
static bool merge_members(const merging *work, csuccess__json *result, const members *base,
                          const members *patch, uint32_t depth)
{
    const csuccess__json *m = base->object ? base->object->first : NULL;
    for (; m; m = m->next) {
        if (!merge_member(work, result, m, members_find(patch, m->key), depth)) return false;
    }
    for (m = patch->object->first; m; m = m->next) {
        if (!members_find(base, m->key) && !merge_member(work, result, NULL, m, depth)) {
            return false;
        }
    }
    return true;
}

/* Recursion is as deep as the patch, which was read within the limit on nesting. */
static csuccess__json *merge_node(const merging *work, const csuccess__json *base,
                                  const csuccess__json *patch, uint32_t depth)
{
    if (patch->type != CSUCCESS__JSON_OBJECT) return csuccess__json_copy(work->arena, patch);
    if (depth > CSUCCESS__JSON_NESTING) return NULL;
    csuccess__json *result = copy_node(work->arena, patch);
    members of_base = {NULL, NULL}, of_patch = {NULL, NULL};
    bool done = result && members_open(&of_base, work, base) &&
                members_open(&of_patch, work, patch) &&
                merge_members(work, result, &of_base, &of_patch, depth + 1);
    members_close(&of_base, work);
    members_close(&of_patch, work);
    return done ? result : NULL;
}

csuccess__json *csuccess__json_merge(csuccess__arena *arena, const csuccess__json *base,
                                     const csuccess__json *patch, csuccess__json_whole *whole)
{
    merging work = {arena, whole};
    return merge_node(&work, base, patch, 0);
}
