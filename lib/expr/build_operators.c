/* SPDX-License-Identifier: Apache-2.0 */
/* Names, fields, operators and conditions as nodes. */
#include "expr/build.h"

#include "base/str.h"

bool csuccess__build_slot(csuccess__builder *b, const csuccess__symbol *symbol,
                          csuccess_str path, size_t at, csuccess__term *out)
{
    csuccess__slot_name *name = b->names;
    while (name && name->slot != symbol->slot) name = name->next;
    if (!name) {
        name = CSUCCESS__NEW(&b->scratch, csuccess__slot_name);
        if (!name) return csuccess__build_no_memory(b);
        *name = (csuccess__slot_name){.slot = symbol->slot, .path = path, .next = b->names};
        b->names = name;
    }
    csuccess__node proto = {.op = CSUCCESS__OP_SLOT, .type = symbol->type, .at = (uint32_t)at};
    proto.as.slot = symbol->slot;
    if (!csuccess__build_node(b, proto, NULL, 0, out)) return false;
    out->path = path;
    return true;
}

bool csuccess__build_now(csuccess__builder *b, size_t at, csuccess__term *out)
{
    csuccess__node proto = {.op = CSUCCESS__OP_NOW, .at = (uint32_t)at};
    proto.type = csuccess__type_of(CSUCCESS__KIND_TIME);
    return csuccess__build_node(b, proto, NULL, 0, out);
}

bool csuccess__build_has(csuccess__builder *b, csuccess__term *name, size_t at,
                         csuccess__term *out)
{
    csuccess__op op = name->kind == CSUCCESS__TERM_NODE
                          ? (csuccess__op)b->nodes[name->node].node.op
                          : CSUCCESS__OP_END;
    if (op != CSUCCESS__OP_SLOT && op != CSUCCESS__OP_FIELD) {
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, name->at,
                                    "has() takes a name, a field of a record or a look-up");
    }
    csuccess__node proto = {.op = CSUCCESS__OP_HAS, .at = (uint32_t)at};
    proto.type = csuccess__type_of(CSUCCESS__KIND_BOOL);
    return csuccess__build_node(b, proto, name, 1, out);
}

bool csuccess__build_field(csuccess__builder *b, csuccess__term *record, csuccess_str name,
                           size_t at, csuccess__term *out)
{
    const csuccess__type *type = record->type;
    csuccess__nearest near;
    csuccess__nearest_start(&near, name);
    for (uint32_t i = 0; type->kind == CSUCCESS__KIND_RECORD && i < type->field_count; i++) {
        if (csuccess__str_eq(type->fields[i].name, name)) {
            csuccess__node proto = {.op = CSUCCESS__OP_FIELD, .at = (uint32_t)at};
            proto.type = type->fields[i].type;
            proto.as.field = i;
            return csuccess__build_node(b, proto, record, 1, out);
        }
        csuccess__nearest_try(&near, type->fields[i].name);
    }
    if (type->kind != CSUCCESS__KIND_RECORD) {
        return csuccess__build_fail(b, CSUCCESS_ETYPE, at, "%s has no fields, so no %q",
                                    csuccess__type_words(b, type), name);
    }
    if (near.best.ptr) {
        return csuccess__build_fail(b, CSUCCESS_ENAME, at,
                                    "the record has no field %q (did you mean %q?)", name,
                                    near.best);
    }
    return csuccess__build_fail(b, CSUCCESS_ENAME, at, "the record has no field %q", name);
}

bool csuccess__build_index(csuccess__builder *b, csuccess__term *operands, size_t at,
                           csuccess__term *out)
{
    const csuccess__type *list = operands[0].type, *index = operands[1].type;
    if (list->kind != CSUCCESS__KIND_LIST) {
        return csuccess__build_fail(b, CSUCCESS_ETYPE, at,
                                    "[...] takes an item of a list, not of %s",
                                    csuccess__type_words(b, list));
    }
    if (list->item->kind == CSUCCESS__KIND_ANY) {
        return csuccess__build_fail(b, CSUCCESS_ETYPE, at,
                                    "the empty list has no item to take");
    }
    if (index->kind != CSUCCESS__KIND_NUMBER && index->kind != CSUCCESS__KIND_ANY) {
        return csuccess__build_fail(b, CSUCCESS_ETYPE, operands[1].at,
                                    "items are counted by a number from 0, not by %s",
                                    csuccess__type_words(b, index));
    }
    csuccess__node proto = {.op = CSUCCESS__OP_INDEX, .type = list->item, .at = (uint32_t)at};
    return csuccess__build_node(b, proto, operands, 2, out);
}

static bool chosen(csuccess__builder *b, const csuccess__overload_query *query,
                   csuccess__term *operands, csuccess__term *out)
{
    csuccess__overload overload;
    if (!csuccess__overload_find(b, query, &overload)) return false;
    csuccess__node proto = {.op = (uint16_t)overload.op, .type = overload.type};
    proto.at = (uint32_t)query->at;
    return csuccess__build_node(b, proto, operands, query->count, out);
}

/* reason: an operator, its place and its two operands. */
bool csuccess__build_infix(csuccess__builder *b, const char *name, size_t at,
                           csuccess__term *left, csuccess__term *right, csuccess__term *out)
{
    csuccess__term operands[] = {*left, *right};
    csuccess__overload_query query = {.name = csuccess__str(name),
                                      .styles = 1u << CSUCCESS__STYLE_INFIX,
                                      .at = at,
                                      .terms = operands,
                                      .count = 2};
    return chosen(b, &query, operands, out);
}

bool csuccess__build_prefix(csuccess__builder *b, const char *name, size_t at,
                            csuccess__term *operand, csuccess__term *out)
{
    csuccess__value *value = &operand->as.constant;
    bool negated = operand->kind == CSUCCESS__TERM_CONSTANT && name[0] == '-';
    if (negated && value->kind == CSUCCESS__KIND_NUMBER) {
        value->as.number = -value->as.number;
        *out = *operand;
        out->at = at;
        return true;
    }
    if (negated && value->kind == CSUCCESS__KIND_DURATION &&
        csuccess__duration_negate(&value->as.duration, value->as.duration)) {
        *out = *operand;
        out->at = at;
        return true;
    }
    csuccess__overload_query query = {.name = csuccess__str(name),
                                      .styles = 1u << CSUCCESS__STYLE_PREFIX,
                                      .at = at,
                                      .terms = operand,
                                      .count = 1};
    if (!chosen(b, &query, operand, out)) return false;
    out->at = at;
    return true;
}

bool csuccess__build_condition(csuccess__builder *b, csuccess__term *operands, size_t at,
                               csuccess__term *out)
{
    csuccess__kind kind = operands[0].type->kind;
    if (kind != CSUCCESS__KIND_BOOL && kind != CSUCCESS__KIND_ANY) {
        return csuccess__build_fail(b, CSUCCESS_ETYPE, operands[0].at,
                                    "the condition before ? must be bool, not %s",
                                    csuccess__type_words(b, operands[0].type));
    }
    const csuccess__type *type = csuccess__types_unify(b, operands[1].type, operands[2].type);
    if (!type) {
        return csuccess__build_fail(
            b, CSUCCESS_ETYPE, operands[2].at,
            "both branches of ?: need one type: this is %s, the other %s",
            csuccess__type_words(b, operands[2].type),
            csuccess__type_words(b, operands[1].type));
    }
    csuccess__node proto = {.op = CSUCCESS__OP_COND, .type = type, .at = (uint32_t)at};
    return csuccess__build_node(b, proto, operands, 3, out);
}

/* The items' one type; NULL (failed) when they differ. */
static const csuccess__type *item_type(csuccess__builder *b, const csuccess__terms *items)
{
    const csuccess__type *type = csuccess__type_of(CSUCCESS__KIND_ANY);
    for (uint32_t i = 0; i < items->count; i++) {
        const csuccess__type *both = csuccess__types_unify(b, type, items->items[i].type);
        if (!both) {
            csuccess__build_fail(b, CSUCCESS_ETYPE, items->items[i].at,
                                 "the items of a list have one type: this is %s, before it %s",
                                 csuccess__type_words(b, items->items[i].type),
                                 csuccess__type_words(b, type));
            return NULL;
        }
        type = both;
    }
    return type;
}

static bool constant_list(csuccess__builder *b, const csuccess__terms *items,
                          csuccess__value *out)
{
    csuccess__value *values =
        CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__value, items->count);
    if (!values) return csuccess__build_no_memory(b);
    for (uint32_t i = 0; i < items->count; i++) {
        values[i] = items->items[i].as.constant;
        if (values[i].kind != CSUCCESS__KIND_STRING) continue;
        values[i].code = csuccess__constants_add(b->with->constants, values[i].as.string);
        if (values[i].code == 0) return csuccess__build_no_memory(b);
    }
    *out = (csuccess__value){.kind = CSUCCESS__KIND_LIST};
    out->as.many.items = values;
    out->as.many.count = items->count;
    return true;
}

bool csuccess__build_list(csuccess__builder *b, const csuccess__terms *items, size_t at,
                          csuccess__term *out)
{
    const csuccess__type *item = item_type(b, items);
    const csuccess__type *type = item ? csuccess__list_type(b, item) : NULL;
    if (!type) return false;
    bool constant = true;
    for (uint32_t i = 0; i < items->count; i++) {
        constant = constant && items->items[i].kind == CSUCCESS__TERM_CONSTANT;
    }
    if (constant) {
        csuccess__value value;
        if (!constant_list(b, items, &value)) return false;
        /* The items count as literals of the expression although they make no nodes. */
        b->asked += items->count;
        *out = csuccess__term_constant(value, type, at);
        return true;
    }
    csuccess__node proto = {.op = CSUCCESS__OP_LIST, .type = type, .at = (uint32_t)at};
    if (!csuccess__build_node(b, proto, items->items, items->count, out)) return false;
    out->at = at;
    return true;
}
