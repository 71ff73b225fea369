/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of the row machine: equality, order and membership. */
#include "expr/machine.h"

/* Lists and records that nest deeper than this are not compared: the answer stays open. */
enum { DEEPEST = 64 };

static csuccess__truth same(const csuccess__value *a, const csuccess__value *b, uint32_t *steps,
                            unsigned depth);

static csuccess__truth same_parts(const csuccess__value *a, const csuccess__value *b,
                                  uint32_t *steps, unsigned depth)
{
    if (a->as.many.count != b->as.many.count) return CSUCCESS__FALSE;
    csuccess__truth answer = CSUCCESS__TRUE;
    for (size_t i = 0; i<a->as.many.count && * steps> 0; i++) {
        csuccess__truth part = same(&a->as.many.items[i], &b->as.many.items[i], steps, depth);
        if (part == CSUCCESS__FALSE) return part;
        if (part == CSUCCESS__OPEN) answer = CSUCCESS__OPEN;
    }
    return answer;
}

/* Scalars of the same kind. */
static csuccess__truth same_scalars(const csuccess__value *a, const csuccess__value *b)
{
    switch ((csuccess__kind)a->kind) {
    case CSUCCESS__KIND_NUMBER:
        return (csuccess__truth)(a->as.number == b->as.number);
    case CSUCCESS__KIND_BOOL:
        return (csuccess__truth)(a->as.boolean == b->as.boolean);
    case CSUCCESS__KIND_STRING:
        return (csuccess__truth)csuccess__k_same_string(a, b);
    case CSUCCESS__KIND_DURATION:
        return csuccess__k_duration(CSUCCESS__REL_EQ, a->as.duration, b->as.duration);
    default:
        return (csuccess__truth)(a->as.time == b->as.time);
    }
}

/* One step for each pair: values built by macros can be far larger than their text. */
static csuccess__truth same(const csuccess__value *a, const csuccess__value *b, uint32_t *steps,
                            unsigned depth)
{
    bool there = csuccess__is_there(a) && csuccess__is_there(b);
    if (!there || depth == 0 || *steps == 0) return CSUCCESS__OPEN;
    --*steps;
    if (a->kind != b->kind) return CSUCCESS__FALSE;
    bool many = a->kind == CSUCCESS__KIND_LIST || a->kind == CSUCCESS__KIND_RECORD;
    return many ? same_parts(a, b, steps, depth - 1) : same_scalars(a, b);
}

csuccess__truth csuccess__k_equal(const csuccess__value *a, const csuccess__value *b,
                                  uint32_t *steps)
{
    return same(a, b, steps, DEEPEST);
}

csuccess__truth csuccess__k_in_steps(const csuccess__value *needle, const csuccess__value *list,
                                     uint32_t *steps)
{
    if (!csuccess__is_there(list)) return CSUCCESS__OPEN;
    csuccess__truth answer = CSUCCESS__FALSE;
    for (size_t i = 0; i<list->as.many.count && * steps> 0; i++) {
        csuccess__truth here = csuccess__k_equal(needle, &list->as.many.items[i], steps);
        if (here == CSUCCESS__TRUE) return here;
        if (here == CSUCCESS__OPEN) answer = here;
    }
    return answer;
}

uint32_t csuccess__row_order(csuccess__machine *machine, const csuccess__node *node,
                             csuccess__value *out)
{
    const csuccess__value *a = csuccess__operand(machine, node, 0);
    const csuccess__value *b = csuccess__operand(machine, node, 1);
    if (!csuccess__is_there(a) || !csuccess__is_there(b)) {
        return csuccess__not_all_there(machine, node, out);
    }
    unsigned relation = csuccess__k_relation(node->op);
    int sign = 0;
    switch ((csuccess__kind)a->kind) {
    case CSUCCESS__KIND_NUMBER:
        sign = csuccess__k_order_number(a->as.number, b->as.number);
        break;
    case CSUCCESS__KIND_BOOL:
        sign = csuccess__k_order_bool(a->as.boolean, b->as.boolean);
        break;
    case CSUCCESS__KIND_STRING:
        if (relation == CSUCCESS__REL_EQ || relation == CSUCCESS__REL_NE) {
            sign = csuccess__k_same_string(a, b) ? 0 : 1;
        } else {
            sign = csuccess__k_order_string(a, b);
        }
        break;
    case CSUCCESS__KIND_DURATION:
        return csuccess__give_truth(
            out, csuccess__k_duration(relation, a->as.duration, b->as.duration));
    default:
        sign = csuccess__k_order_time(a->as.time, b->as.time);
    }
    return csuccess__give_bool(out, csuccess__k_holds(relation, sign));
}

uint32_t csuccess__row_same(csuccess__machine *machine, const csuccess__node *node,
                            csuccess__value *out)
{
    const csuccess__value *a = csuccess__operand(machine, node, 0);
    const csuccess__value *b = csuccess__operand(machine, node, 1);
    if (!csuccess__is_there(a) || !csuccess__is_there(b)) {
        return csuccess__not_all_there(machine, node, out);
    }
    csuccess__truth answer = csuccess__k_equal(a, b, &machine->steps);
    if (machine->steps == 0) return csuccess__give_up(machine, out, CSUCCESS_ELIMIT);
    if (node->op == CSUCCESS__OP_NE_ANY && answer != CSUCCESS__OPEN) {
        answer = answer == CSUCCESS__TRUE ? CSUCCESS__FALSE : CSUCCESS__TRUE;
    }
    return csuccess__give_truth(out, answer);
}

/* Items of one kind, none missing among them as a rule: a straight search. */
static csuccess__truth find(const csuccess__value *needle, const csuccess__value *list)
{
    const csuccess__value *item = list->as.many.items, *end = item + list->as.many.count;
    bool open = false;
    if (needle->kind == CSUCCESS__KIND_NUMBER) {
        for (; item < end; item++) {
            if (item->kind != CSUCCESS__KIND_NUMBER) {
                open = true;
            } else if (item->as.number == needle->as.number) {
                return CSUCCESS__TRUE;
            }
        }
    } else {
        for (; item < end; item++) {
            if (item->kind != CSUCCESS__KIND_STRING) {
                open = true;
            } else if (csuccess__k_same_string(item, needle)) {
                return CSUCCESS__TRUE;
            }
        }
    }
    return open ? CSUCCESS__OPEN : CSUCCESS__FALSE;
}

uint32_t csuccess__row_in(csuccess__machine *machine, const csuccess__node *node,
                          csuccess__value *out)
{
    const csuccess__value *needle = csuccess__operand(machine, node, 0);
    const csuccess__value *list = csuccess__operand(machine, node, 1);
    if (csuccess__is_pending(list)) return csuccess__operand_node(machine, node, 1);
    bool empty = csuccess__is_there(list) && list->as.many.count == 0;
    if (empty) return csuccess__give_bool(out, false);
    if (!csuccess__is_there(list) || !csuccess__is_there(needle)) {
        return csuccess__not_all_there(machine, node, out);
    }
    if (node->op == CSUCCESS__OP_IN_ANY) {
        csuccess__truth answer = csuccess__k_in_steps(needle, list, &machine->steps);
        if (machine->steps == 0) return csuccess__give_up(machine, out, CSUCCESS_ELIMIT);
        return csuccess__give_truth(out, answer);
    }
    csuccess__charge(machine, list->as.many.count / 16);
    return csuccess__give_truth(out, find(needle, list));
}
