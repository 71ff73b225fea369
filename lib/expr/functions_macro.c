/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of the row machine: macros, which run their body once per item of a list. */
#include "expr/machine.h"

/* What depends on the item is computed again. */
const csuccess__value *csuccess__macro_round(csuccess__machine *machine,
                                             const csuccess__node *node,
                                             const csuccess__value *item)
{
    machine->variables[node->as.each.variable] = *item;
    if (node->as.each.first <= node->as.each.body) {
        csuccess__machine_sweep(machine, node->as.each.first, node->as.each.body);
    } else {
        csuccess__charge(machine, 1);
    }
    if (machine->failed != CSUCCESS_OK) return NULL;
    const csuccess__value *v = csuccess__machine_force(machine, node->as.each.body);
    return machine->failed == CSUCCESS_OK ? v : NULL;
}

bool csuccess__macro_enter(csuccess__machine *machine, const csuccess__node *node)
{
    if (machine->nested >= machine->limits.expression_depth) {
        machine->failed = machine->failed ? machine->failed : CSUCCESS_ELIMIT;
        return false;
    }
    machine->nested++;
    machine->bound_to[node->as.each.variable] = csuccess__operand_node(machine, node, 0);
    return true;
}

void csuccess__macro_leave(csuccess__machine *machine, const csuccess__node *node)
{
    machine->nested--;
    machine->variables[node->as.each.variable].kind = CSUCCESS__PENDING;
}

uint32_t csuccess__row_quantifier(csuccess__machine *machine, const csuccess__node *node,
                                  csuccess__value *out)
{
    const csuccess__value *list = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(list)) return csuccess__not_all_there(machine, node, out);
    bool deciding = node->op == CSUCCESS__OP_EXISTS;
    csuccess__truth answer = deciding ? CSUCCESS__FALSE : CSUCCESS__TRUE;
    if (!csuccess__macro_enter(machine, node))
        return csuccess__give_up(machine, out, CSUCCESS_ELIMIT);
    for (size_t i = 0; i < list->as.many.count; i++) {
        const csuccess__value *v =
            csuccess__macro_round(machine, node, &list->as.many.items[i]);
        if (!v) break;
        if (!csuccess__is_there(v)) {
            answer = CSUCCESS__OPEN;
        } else if (v->as.boolean == deciding) {
            answer = deciding ? CSUCCESS__TRUE : CSUCCESS__FALSE;
            break;
        }
    }
    csuccess__macro_leave(machine, node);
    return csuccess__give_truth(out, answer);
}

/* Two that hold decide; otherwise one that is open leaves it open. */
uint32_t csuccess__row_exists_one(csuccess__machine *machine, const csuccess__node *node,
                                  csuccess__value *out)
{
    const csuccess__value *list = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(list)) return csuccess__not_all_there(machine, node, out);
    unsigned holding = 0;
    bool open = false;
    if (!csuccess__macro_enter(machine, node))
        return csuccess__give_up(machine, out, CSUCCESS_ELIMIT);
    for (size_t i = 0; i < list->as.many.count && holding < 2; i++) {
        const csuccess__value *v =
            csuccess__macro_round(machine, node, &list->as.many.items[i]);
        if (!v) break;
        if (!csuccess__is_there(v)) {
            open = true;
        } else if (v->as.boolean) {
            holding++;
        }
    }
    csuccess__macro_leave(machine, node);
    if (open && holding < 2) return csuccess__give_missing(out, CSUCCESS__ABSENCE_UNDECIDED);
    return csuccess__give_bool(out, holding == 1);
}

uint32_t csuccess__row_filter(csuccess__machine *machine, const csuccess__node *node,
                              csuccess__value *out)
{
    const csuccess__value *list = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(list)) return csuccess__not_all_there(machine, node, out);
    csuccess__value *items = csuccess__machine_items(machine, list->as.many.count);
    if (!items || !csuccess__macro_enter(machine, node))
        return csuccess__give_up(machine, out, CSUCCESS_ENOMEM);
    size_t kept = 0;
    bool open = false;
    for (size_t i = 0; i < list->as.many.count && !open; i++) {
        const csuccess__value *v =
            csuccess__macro_round(machine, node, &list->as.many.items[i]);
        if (!v) break;
        open = !csuccess__is_there(v);
        if (!open && v->as.boolean) items[kept++] = list->as.many.items[i];
    }
    csuccess__macro_leave(machine, node);
    if (open) return csuccess__give_missing(out, CSUCCESS__ABSENCE_UNDECIDED);
    *out = (csuccess__value){.kind = CSUCCESS__KIND_LIST};
    out->as.many.items = items;
    out->as.many.count = kept;
    return CSUCCESS__DONE;
}

uint32_t csuccess__row_map(csuccess__machine *machine, const csuccess__node *node,
                           csuccess__value *out)
{
    const csuccess__value *list = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(list)) return csuccess__not_all_there(machine, node, out);
    csuccess__value *items = csuccess__machine_items(machine, list->as.many.count);
    if (!items || !csuccess__macro_enter(machine, node))
        return csuccess__give_up(machine, out, CSUCCESS_ENOMEM);
    for (size_t i = 0; i < list->as.many.count; i++) {
        const csuccess__value *v =
            csuccess__macro_round(machine, node, &list->as.many.items[i]);
        if (!v) break;
        items[i] = *v;
    }
    csuccess__macro_leave(machine, node);
    *out = (csuccess__value){.kind = CSUCCESS__KIND_LIST};
    out->as.many.items = items;
    out->as.many.count = list->as.many.count;
    return CSUCCESS__DONE;
}
