/* SPDX-License-Identifier: Apache-2.0 */
/* Which inputs left a result open: from the result down to the slots along the operands that are missing and
   would have mattered. Operands stand before what uses them, so one pass from the last node to the
   first, marking, sees every user before what it uses, and needs no stack. Where an item of a list or a field
   of a record is what is missing, the slot of the whole is named. */
#include "expr/machine.h"

#include <string.h>

/* marks: the node is missing and that matters; something inside its value is. */
enum { MISSING = 1, INSIDE = 2 };

static void mark(csuccess__machine *machine, uint32_t node, uint8_t how)
{
    machine->marks[node] |= how;
}

/* Slots stand ascending in the program's inputs. */
static void blame_slot(csuccess__machine *machine, uint32_t slot)
{
    const uint32_t *inputs = machine->program->inputs;
    uint32_t low = 0, high = machine->program->input_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (inputs[middle] < slot) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < machine->program->input_count) machine->blamed[low] = true;
}

/* Whether something is missing inside a value that is there. */
static bool has_gap(csuccess__machine *machine, const csuccess__value *v, unsigned depth)
{
    bool many = v->kind == CSUCCESS__KIND_LIST || v->kind == CSUCCESS__KIND_RECORD;
    for (size_t i = 0; many && depth > 0 && i < v->as.many.count; i++) {
        const csuccess__value *part = &v->as.many.items[i];
        if (!csuccess__charge(machine, 1)) return false;
        if (!csuccess__is_there(part) || has_gap(machine, part, depth - 1)) return true;
    }
    return false;
}

/* Marks an operand for what it is: missing, or there with something missing inside. Operands that were put
   off are asked for: a strict operation stops at the first, but each would have to come. */
static bool look_at(csuccess__machine *machine, uint32_t operand)
{
    enum { DEEPEST = 64 };
    const csuccess__value *v = csuccess__machine_force(machine, operand);
    bool there = csuccess__is_there(v);
    if (!there) {
        mark(machine, operand, MISSING);
    } else if (has_gap(machine, v, DEEPEST)) {
        mark(machine, operand, INSIDE);
    }
    return there;
}

static void pass(csuccess__machine *machine, uint32_t from, uint32_t to);

/* Every round whose body is missing. The marks of a round are its own. */
static void blame_rounds(csuccess__machine *machine, const csuccess__node *node)
{
    const csuccess__value *list = csuccess__operand(machine, node, 0);
    uint32_t first = node->as.each.first, body = node->as.each.body;
    if (!csuccess__macro_enter(machine, node)) return;
    for (size_t i = 0; i < list->as.many.count; i++) {
        const csuccess__value *v =
            csuccess__macro_round(machine, node, &list->as.many.items[i]);
        if (!v) break;
        if (csuccess__is_there(v)) continue;
        mark(machine, body, MISSING);
        if (first > body) break; /* the same in every round, and seen by the pass at hand */
        pass(machine, body, first);
        memset(machine->marks + first, 0, body - first + 1);
    }
    csuccess__macro_leave(machine, node);
}

static void blame_operands(csuccess__machine *machine, const csuccess__node *node)
{
    bool all_there = true;
    for (uint32_t k = 0; k < node->argc; k++) {
        uint32_t operand = csuccess__operand_node(machine, node, k);
        const csuccess__value *v = csuccess__machine_force(machine, operand);
        if (csuccess__is_there(v)) continue;
        mark(machine, operand, MISSING);
        all_there = false;
    }
    for (uint32_t k = 0; all_there && k < node->argc; k++) {
        look_at(machine, csuccess__operand_node(machine, node, k));
    }
}

/* Only the branch that was chosen, or the condition. */
static void blame_cond(csuccess__machine *machine, const csuccess__node *node)
{
    if (!look_at(machine, csuccess__operand_node(machine, node, 0))) return;
    uint32_t chosen = csuccess__operand(machine, node, 0)->as.boolean ? 1 : 2;
    look_at(machine, csuccess__operand_node(machine, node, chosen));
}

/* A list that is beyond its end is no input's fault. */
static void blame_index(csuccess__machine *machine, uint32_t index, const csuccess__node *node)
{
    bool beyond = machine->values[index].absence == CSUCCESS__ABSENCE_EMPTY;
    bool there = csuccess__is_there(csuccess__operand(machine, node, 0)) &&
                 csuccess__is_there(csuccess__operand(machine, node, 1));
    if (!there || !beyond) blame_operands(machine, node);
}

static void blame_macro(csuccess__machine *machine, const csuccess__node *node, bool inside)
{
    uint32_t list = csuccess__operand_node(machine, node, 0);
    if (node->op == CSUCCESS__OP_FILTER && inside) {
        mark(machine, list, INSIDE);
    } else if (csuccess__is_there(csuccess__machine_force(machine, list))) {
        blame_rounds(machine, node);
    } else {
        mark(machine, list, MISSING);
    }
}

static bool is_macro(const csuccess__node *node)
{
    const csuccess__op_info *info = csuccess__op_info_of((csuccess__op)node->op);
    return info->style == CSUCCESS__STYLE_MACRO;
}

/* Why a node that is missing is. */
static void blame_missing(csuccess__machine *machine, uint32_t index,
                          const csuccess__node *node)
{
    switch (node->op) {
    case CSUCCESS__OP_SLOT:
        blame_slot(machine, node->as.slot);
        break;
    case CSUCCESS__OP_VARIABLE:
        mark(machine, machine->bound_to[node->as.each.variable], INSIDE);
        break;
    case CSUCCESS__OP_COND:
        blame_cond(machine, node);
        break;
    case CSUCCESS__OP_BANDS:
        if (look_at(machine, csuccess__operand_node(machine, node, 0))) {
            look_at(machine, csuccess__operand_node(machine, node, 1));
        }
        break;
    case CSUCCESS__OP_INDEX:
        blame_index(machine, index, node);
        break;
    default:
        if (is_macro(node)) {
            blame_macro(machine, node, false);
        } else {
            blame_operands(machine, node);
        }
    }
}

/* Why something inside a node that is there is missing. */
static void blame_inside(csuccess__machine *machine, const csuccess__node *node)
{
    switch (node->op) {
    case CSUCCESS__OP_SLOT:
        blame_slot(machine, node->as.slot);
        break;
    case CSUCCESS__OP_VARIABLE:
        mark(machine, machine->bound_to[node->as.each.variable], INSIDE);
        break;
    case CSUCCESS__OP_COND:
        blame_cond(machine, node);
        break;
    case CSUCCESS__OP_FILTER:
    case CSUCCESS__OP_MAP:
        blame_macro(machine, node, true);
        break;
    default:
        for (uint32_t k = 0; k < node->argc; k++) {
            look_at(machine, csuccess__operand_node(machine, node, k));
        }
    }
}

/* From the later node to the earlier; nodes before `to` that were marked are left to who called. */
static void pass(csuccess__machine *machine, uint32_t from, uint32_t to)
{
    for (uint32_t i = from + 1; i-- > to && machine->failed == CSUCCESS_OK;) {
        uint8_t how = machine->marks[i];
        if (how == 0 || !csuccess__charge(machine, 1)) continue;
        const csuccess__node *node = &machine->program->nodes[i];
        const csuccess__value *v = csuccess__machine_force(machine, i);
        if ((how & MISSING) != 0 && !csuccess__is_there(v)) blame_missing(machine, i, node);
        if ((how & INSIDE) != 0 && csuccess__is_there(v)) blame_inside(machine, node);
    }
}

size_t csuccess__program_blame(const csuccess__program *program, csuccess__machine *machine,
                               const csuccess__frame *frame, uint32_t *slots, size_t most)
{
    if (csuccess__machine_prepare(machine, program, frame) != CSUCCESS_OK) return 0;
    uint32_t last = program->count - 1;
    csuccess__machine_sweep(machine, 0, last);
    if (machine->failed != CSUCCESS_OK) return 0;
    if (csuccess__is_there(csuccess__machine_force(machine, last))) return 0;
    memset(machine->marks, 0, program->count);
    memset(machine->blamed, 0, program->input_count * sizeof *machine->blamed);
    mark(machine, last, MISSING);
    pass(machine, last, 0);
    size_t count = 0;
    for (uint32_t i = 0; i < program->input_count; i++) {
        if (!machine->blamed[i]) continue;
        if (count < most) slots[count] = program->inputs[i];
        count++;
    }
    return count;
}
