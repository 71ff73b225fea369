/* SPDX-License-Identifier: Apache-2.0 */
/* Types of terms: which of two is the more precise, lists of them, their words in messages. */
#include "base/buffer.h"
#include "expr/build.h"

/* Lists of lists may nest as deep as a hostile text says; whoever walks them recursively
   relies on this, and so does whoever prints a value: a writer of JSON holds 63 levels, and the
   innermost may be a record with a list. */
enum { LIST_DEPTH = 60 };

const csuccess__type *csuccess__list_type(csuccess__builder *b, const csuccess__type *item)
{
    const csuccess__type *known =
        item->kind == CSUCCESS__KIND_LIST || item->kind == CSUCCESS__KIND_RECORD
            ? NULL
            : csuccess__type_list_of(item->kind);
    if (known) return known;
    uint32_t depth = 0;
    for (const csuccess__type *t = item; t->kind == CSUCCESS__KIND_LIST; t = t->item) depth++;
    if (depth >= LIST_DEPTH) {
        csuccess__build_fail(b, CSUCCESS_ELIMIT, 0, "lists of lists nest deeper than %u levels",
                             (uint32_t)LIST_DEPTH);
        return NULL;
    }
    csuccess__type *type = CSUCCESS__NEW(b->with->arena, csuccess__type);
    if (!type) {
        csuccess__build_no_memory(b);
        return NULL;
    }
    type->kind = CSUCCESS__KIND_LIST;
    type->item = item;
    return type;
}

/* Recursion, by way of csuccess__types_unify, is bounded by LIST_DEPTH. */
static const csuccess__type *unify_lists(csuccess__builder *b, const csuccess__type *x,
                                         const csuccess__type *y)
{
    const csuccess__type *item = csuccess__types_unify(b, x->item, y->item);
    if (!item) return NULL;
    if (item == x->item) return x;
    return item == y->item ? y : csuccess__list_type(b, item);
}

const csuccess__type *csuccess__types_unify(csuccess__builder *b, const csuccess__type *x,
                                            const csuccess__type *y)
{
    if (x == y || y->kind == CSUCCESS__KIND_ANY) return x;
    if (x->kind == CSUCCESS__KIND_ANY) return y;
    if (x->kind != y->kind) return NULL;
    if (x->kind == CSUCCESS__KIND_LIST) return unify_lists(b, x, y);
    if (x->kind == CSUCCESS__KIND_RECORD) return csuccess__type_equal(x, y) ? x : NULL;
    return x;
}

const char *csuccess__type_words(csuccess__builder *b, const csuccess__type *type)
{
    enum { LONGEST = 120 };
    csuccess__buffer words;
    csuccess__buffer_init(&words, b->with->mem, 0);
    csuccess__type_print(&words, type);
    csuccess_str text = csuccess__buffer_view(&words);
    if (text.len > LONGEST)
        text = csuccess__str(type->kind == CSUCCESS__KIND_LIST ? "list" : "record");
    csuccess_str kept = csuccess__arena_copy(&b->scratch, text);
    bool lost = words.status != CSUCCESS_OK || !kept.ptr;
    csuccess__buffer_free(&words);
    if (lost) csuccess__build_no_memory(b);
    return lost ? "another type" : kept.ptr;
}
