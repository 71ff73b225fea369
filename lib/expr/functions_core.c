/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of the row machine: leaves, three-valued logic, choice, records and lists by place. */
#include "expr/machine.h"

uint32_t csuccess__row_constant(csuccess__machine *machine, const csuccess__node *node,
                                csuccess__value *out)
{
    (void)machine;
    *out = node->as.constant;
    return CSUCCESS__DONE;
}

uint32_t csuccess__row_slot(csuccess__machine *machine, const csuccess__node *node,
                            csuccess__value *out)
{
    if (node->as.slot >= machine->frame->count) {
        return csuccess__give_missing(out, CSUCCESS__ABSENCE_NEVER_SET);
    }
    *out = machine->frame->slots[node->as.slot];
    return CSUCCESS__DONE;
}

/* Outside its macro's rounds it is pending, and so is all that depends on it. */
uint32_t csuccess__row_variable(csuccess__machine *machine, const csuccess__node *node,
                                csuccess__value *out)
{
    *out = machine->variables[node->as.each.variable];
    return CSUCCESS__DONE;
}

uint32_t csuccess__row_now(csuccess__machine *machine, const csuccess__node *node,
                           csuccess__value *out)
{
    (void)node;
    if (!csuccess__time_valid(machine->frame->now)) {
        return csuccess__give_missing(out, CSUCCESS__ABSENCE_OVERFLOWED);
    }
    *out = (csuccess__value){.kind = CSUCCESS__KIND_TIME};
    out->as.time = machine->frame->now;
    return CSUCCESS__DONE;
}

uint32_t csuccess__row_list(csuccess__machine *machine, const csuccess__node *node,
                            csuccess__value *out)
{
    for (uint32_t k = 0; k < node->argc; k++) {
        if (csuccess__is_pending(csuccess__operand(machine, node, k))) {
            return csuccess__operand_node(machine, node, k);
        }
    }
    csuccess__value *items = csuccess__machine_items(machine, node->argc);
    if (!items) return csuccess__give_up(machine, out, CSUCCESS_ENOMEM);
    for (uint32_t k = 0; k < node->argc; k++) items[k] = *csuccess__operand(machine, node, k);
    *out = (csuccess__value){.kind = CSUCCESS__KIND_LIST};
    out->as.many.items = items;
    out->as.many.count = node->argc;
    return CSUCCESS__DONE;
}

uint32_t csuccess__row_field(csuccess__machine *machine, const csuccess__node *node,
                             csuccess__value *out)
{
    const csuccess__value *record = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(record)) return csuccess__not_all_there(machine, node, out);
    if (node->as.field >= record->as.many.count) {
        return csuccess__give_missing(out, CSUCCESS__ABSENCE_NEVER_SET);
    }
    *out = record->as.many.items[node->as.field];
    return CSUCCESS__DONE;
}

uint32_t csuccess__row_index(csuccess__machine *machine, const csuccess__node *node,
                             csuccess__value *out)
{
    const csuccess__value *list = csuccess__operand(machine, node, 0);
    const csuccess__value *place = csuccess__operand(machine, node, 1);
    if (!csuccess__is_there(list) || !csuccess__is_there(place)) {
        return csuccess__not_all_there(machine, node, out);
    }
    double at = place->as.number;
    bool inside = at >= 0 && at < (double)list->as.many.count && csuccess__floor(at) == at;
    if (!inside) return csuccess__give_missing(out, CSUCCESS__ABSENCE_EMPTY);
    *out = list->as.many.items[(size_t)at];
    return CSUCCESS__DONE;
}

/* AND is decided by false, OR by true, wherever it stands; what is put off is asked for only when
   nothing decides without it. */
static uint32_t join(csuccess__machine *machine, const csuccess__node *node,
                     csuccess__value *out, bool deciding)
{
    uint32_t pending = CSUCCESS__DONE;
    bool open = false;
    for (uint32_t k = 0; k < node->argc; k++) {
        const csuccess__value *v = csuccess__operand(machine, node, k);
        if (v->kind == CSUCCESS__KIND_BOOL) {
            if (v->as.boolean == deciding) return csuccess__give_bool(out, deciding);
        } else if (!csuccess__is_pending(v)) {
            open = true;
        } else if (pending == CSUCCESS__DONE) {
            pending = csuccess__operand_node(machine, node, k);
        }
    }
    if (pending != CSUCCESS__DONE) return pending;
    if (open) return csuccess__give_missing(out, CSUCCESS__ABSENCE_UNDECIDED);
    return csuccess__give_bool(out, !deciding);
}

uint32_t csuccess__row_and(csuccess__machine *machine, const csuccess__node *node,
                           csuccess__value *out)
{
    return join(machine, node, out, false);
}

uint32_t csuccess__row_or(csuccess__machine *machine, const csuccess__node *node,
                          csuccess__value *out)
{
    return join(machine, node, out, true);
}

uint32_t csuccess__row_not(csuccess__machine *machine, const csuccess__node *node,
                           csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    return csuccess__give_bool(out, !v->as.boolean);
}

uint32_t csuccess__row_cond(csuccess__machine *machine, const csuccess__node *node,
                            csuccess__value *out)
{
    const csuccess__value *condition = csuccess__operand(machine, node, 0);
    if (csuccess__is_pending(condition)) return csuccess__operand_node(machine, node, 0);
    if (!csuccess__is_there(condition)) {
        return csuccess__give_missing(out, CSUCCESS__ABSENCE_UNDECIDED);
    }
    uint32_t chosen = condition->as.boolean ? 1 : 2;
    const csuccess__value *v = csuccess__operand(machine, node, chosen);
    if (csuccess__is_pending(v)) return csuccess__operand_node(machine, node, chosen);
    *out = *v;
    return CSUCCESS__DONE;
}

uint32_t csuccess__row_has(csuccess__machine *machine, const csuccess__node *node,
                           csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (csuccess__is_pending(v)) return csuccess__operand_node(machine, node, 0);
    return csuccess__give_bool(out, csuccess__is_there(v) && !v->defaulted);
}

uint32_t csuccess__row_coalesce(csuccess__machine *machine, const csuccess__node *node,
                                csuccess__value *out)
{
    for (uint32_t k = 0; k < node->argc; k++) {
        const csuccess__value *v = csuccess__operand(machine, node, k);
        if (csuccess__is_pending(v)) return csuccess__operand_node(machine, node, k);
        if (k == 0 || csuccess__is_there(v)) *out = *v;
        if (csuccess__is_there(v)) break;
    }
    return CSUCCESS__DONE;
}
