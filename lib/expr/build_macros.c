/* SPDX-License-Identifier: Apache-2.0 */
/* Macros over lists: the scope of the bound variable, the range of nodes that is the body,
   and equal macros made once. */
#include "expr/build.h"

#include "base/str.h"

#include <string.h>

bool csuccess__build_macro_enter(csuccess__builder *b, csuccess__term *list,
                                 csuccess_str variable, size_t at, csuccess__bound *bound)
{
    csuccess__kind kind = list->type->kind;
    if (kind != CSUCCESS__KIND_LIST && kind != CSUCCESS__KIND_ANY) {
        return csuccess__build_fail(b, CSUCCESS_ETYPE, list->at,
                                    "this goes over a list, not over %s",
                                    csuccess__type_words(b, list->type));
    }
    if (csuccess__str_is(variable, "now")) {
        return csuccess__build_fail(b, CSUCCESS_ENAME, at,
                                    "now is the time; choose another name");
    }
    csuccess_str *kept = CSUCCESS__NEW(b->with->arena, csuccess_str);
    if (!kept || !csuccess__build_settle(b, list)) return csuccess__build_no_memory(b);
    *kept = csuccess__arena_copy(b->with->arena, variable);
    if (!kept->ptr) return csuccess__build_no_memory(b);
    *bound =
        (csuccess__bound){.name = *kept,
                          .kept = kept,
                          .type = kind == CSUCCESS__KIND_LIST ? list->type->item : list->type,
                          .number = b->bound_count++,
                          .first = b->count,
                          .first_arg = b->arg_count,
                          .outer = b->bound};
    b->bound = bound;
    if (b->variables < b->bound_count) b->variables = b->bound_count;
    return true;
}

/* What was made since `first` is the body's own: nobody outside may use it. */
static void hide(csuccess__builder *b, uint32_t first)
{
    for (uint32_t i = b->count; i > first; i--) {
        const csuccess__made *made = &b->nodes[i - 1];
        if (b->buckets[made->bucket] == i) b->buckets[made->bucket] = made->next;
    }
}

/* The index that a part of the later body has in the earlier one. */
static uint32_t moved(uint32_t index, uint32_t from, uint32_t to)
{
    return index >= from ? index - from + to : index;
}

static bool same_in_body(const csuccess__builder *b, uint32_t later, uint32_t from, uint32_t to)
{
    csuccess__node copy = b->nodes[later].node;
    const csuccess__node *made = &b->nodes[moved(later, from, to)].node;
    if (copy.argc != made->argc) return false;
    for (uint32_t i = 0; i < copy.argc; i++) {
        if (moved(b->args[copy.args + i], from, to) != b->args[made->args + i]) return false;
    }
    if (csuccess__op_info_of((csuccess__op)copy.op)->style == CSUCCESS__STYLE_MACRO) {
        copy.as.each.first = moved(copy.as.each.first, from, to);
        copy.as.each.body = moved(copy.as.each.body, from, to);
    }
    return csuccess__node_alike(&copy, made);
}

static bool same_body(const csuccess__builder *b, const csuccess__node *macro,
                      const csuccess__node *proto)
{
    uint32_t from = proto->as.each.first, to = macro->as.each.first;
    if (macro->as.each.variable != proto->as.each.variable ||
        moved(proto->as.each.body, from, to) != macro->as.each.body) {
        return false;
    }
    for (uint32_t i = from; i < b->count; i++) {
        if (!same_in_body(b, i, from, to)) return false;
    }
    return true;
}

/* An equal macro that was made before and may be used here, or NULL. */
static const csuccess__node *find_macro(const csuccess__builder *b, const csuccess__node *proto,
                                        uint32_t list, uint32_t *index)
{
    csuccess__node whole = *proto;
    whole.argc = 1;
    uint32_t bucket = csuccess__node_bucket(&whole, &list);
    for (uint32_t i = b->buckets[bucket]; i != 0; i = b->nodes[i - 1].next) {
        const csuccess__node *node = &b->nodes[i - 1].node;
        if (node->op == proto->op && b->args[node->args] == list && same_body(b, node, proto)) {
            *index = i - 1;
            return node;
        }
    }
    return NULL;
}

static const csuccess__type *macro_type(csuccess__builder *b, csuccess__op op,
                                        const csuccess__term *list, const csuccess__term *body)
{
    csuccess__kind kind = body->type->kind;
    if (op == CSUCCESS__OP_MAP) return csuccess__list_type(b, body->type);
    if (kind != CSUCCESS__KIND_BOOL && kind != CSUCCESS__KIND_ANY) {
        csuccess__build_fail(b, CSUCCESS_ETYPE, body->at, "%S() asks a condition, not %s",
                             csuccess__op_name(op), csuccess__type_words(b, body->type));
        return NULL;
    }
    if (op != CSUCCESS__OP_FILTER) return csuccess__type_of(CSUCCESS__KIND_BOOL);
    return list->type->kind == CSUCCESS__KIND_LIST ? list->type
                                                   : csuccess__list_type(b, list->type);
}

bool csuccess__build_macro_leave(csuccess__builder *b, csuccess__op op, csuccess__term *list,
                                 csuccess__term *body, csuccess__term *out)
{
    csuccess__bound *bound = b->bound;
    const csuccess__type *type = macro_type(b, op, list, body);
    if (!type || !csuccess__build_settle(b, body)) return false;
    hide(b, bound->first);
    b->bound = bound->outer;
    b->bound_count--;
    csuccess__node proto = {.op = (uint16_t)op, .type = type, .at = (uint32_t)list->at};
    proto.as.each.variable = bound->number;
    proto.as.each.first = bound->first;
    proto.as.each.body = body->node;
    proto.as.each.name = bound->kept;
    uint32_t index;
    size_t at = list->at;
    const csuccess__node *made = find_macro(b, &proto, list->node, &index);
    if (made) {
        b->count = bound->first;
        b->arg_count = bound->first_arg;
        b->asked++;
        *out = (csuccess__term){.kind = CSUCCESS__TERM_NODE, .node = index, .type = made->type};
    } else if (!csuccess__build_node(b, proto, list, 1, out)) {
        return false;
    }
    out->at = at;
    return true;
}
