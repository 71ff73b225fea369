/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of the row machine: numbers, tables, and lists of numbers and times. */
#include "expr/machine.h"

#include <string.h>

typedef double unary(double x);
typedef double binary(double a, double b);

static unary *const unaries[CSUCCESS__OP_END] = {
    [CSUCCESS__OP_NEG_NUMBER] = csuccess__k_negate,
    [CSUCCESS__OP_ABS] = csuccess__k_abs,
    [CSUCCESS__OP_CEIL] = csuccess__k_ceil,
    [CSUCCESS__OP_FLOOR] = csuccess__k_floor,
    [CSUCCESS__OP_ROUND] = csuccess__round,
    [CSUCCESS__OP_TRUNC] = csuccess__k_trunc,
    [CSUCCESS__OP_SIGN] = csuccess__k_sign,
    [CSUCCESS__OP_SQRT] = csuccess__k_sqrt,
    [CSUCCESS__OP_EXP] = csuccess__exp,
    [CSUCCESS__OP_LN] = csuccess__ln,
    [CSUCCESS__OP_SIGMOID] = csuccess__sigmoid,
};

static binary *const binaries[CSUCCESS__OP_END] = {
    [CSUCCESS__OP_ADD_NUMBER] = csuccess__k_add,
    [CSUCCESS__OP_SUB_NUMBER] = csuccess__k_subtract,
    [CSUCCESS__OP_MUL_NUMBER] = csuccess__k_multiply,
    [CSUCCESS__OP_DIV_NUMBER] = csuccess__k_divide,
    [CSUCCESS__OP_MOD_NUMBER] = csuccess__k_modulo,
    [CSUCCESS__OP_POW] = csuccess__pow,
    [CSUCCESS__OP_CHANGE] = csuccess__k_change,
};

static uint32_t give(const csuccess__node *node, csuccess__value *out, double b, double result)
{
    if (csuccess__is_finite(result)) return csuccess__give_number(out, result);
    return csuccess__give_missing(out, csuccess__k_reason(node->op, b, result));
}

uint32_t csuccess__row_number1(csuccess__machine *machine, const csuccess__node *node,
                               csuccess__value *out)
{
    const csuccess__value *x = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(x)) return csuccess__not_all_there(machine, node, out);
    return give(node, out, 1.0, unaries[node->op](x->as.number));
}

uint32_t csuccess__row_number2(csuccess__machine *machine, const csuccess__node *node,
                               csuccess__value *out)
{
    const csuccess__value *a = csuccess__operand(machine, node, 0);
    const csuccess__value *b = csuccess__operand(machine, node, 1);
    if (!csuccess__is_there(a) || !csuccess__is_there(b)) {
        return csuccess__not_all_there(machine, node, out);
    }
    return give(node, out, b->as.number, binaries[node->op](a->as.number, b->as.number));
}

uint32_t csuccess__row_clamp(csuccess__machine *machine, const csuccess__node *node,
                             csuccess__value *out)
{
    double number[3] = {0};
    for (uint32_t k = 0; k < 3; k++) {
        const csuccess__value *v = csuccess__operand(machine, node, k);
        if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
        number[k] = v->as.number;
    }
    return give(node, out, 1.0, csuccess__k_clamp(number[0], number[1], number[2]));
}

uint32_t csuccess__row_bands(csuccess__machine *machine, const csuccess__node *node,
                             csuccess__value *out)
{
    const csuccess__value *x = csuccess__operand(machine, node, 0);
    if (csuccess__is_pending(x)) return csuccess__operand_node(machine, node, 0);
    if (!csuccess__is_there(x)) {
        return csuccess__give_missing(out, (csuccess__absence)x->absence);
    }
    const double *limits = node->as.table.x, *y = node->as.table.y;
    uint32_t count = node->as.table.count;
    if (count > 0 && x->as.number <= limits[count - 1]) {
        return give(node, out, 1.0, csuccess__k_bands(x->as.number, limits, y, count, 0));
    }
    const csuccess__value *otherwise = csuccess__operand(machine, node, 1);
    if (csuccess__is_pending(otherwise)) return csuccess__operand_node(machine, node, 1);
    *out = *otherwise;
    return CSUCCESS__DONE;
}

uint32_t csuccess__row_linear(csuccess__machine *machine, const csuccess__node *node,
                              csuccess__value *out)
{
    const csuccess__value *x = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(x)) return csuccess__not_all_there(machine, node, out);
    return give(node, out, 1.0,
                csuccess__k_linear(x->as.number, node->as.table.x, node->as.table.y,
                                   node->as.table.count));
}

uint32_t csuccess__row_percentile(csuccess__machine *machine, const csuccess__node *node,
                                  csuccess__value *out)
{
    const csuccess__value *x = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(x)) return csuccess__not_all_there(machine, node, out);
    const csuccess__benchmark *cohort = node->as.benchmark;
    if (!cohort || cohort->count == 0) {
        return csuccess__give_missing(out, CSUCCESS__ABSENCE_EMPTY);
    }
    return give(node, out, 1.0,
                csuccess__k_percentile(x->as.number, cohort->values, cohort->count));
}

static bool greatest(unsigned op)
{
    return op == CSUCCESS__OP_MAX_NUMBER || op == CSUCCESS__OP_MAX_TIME ||
           op == CSUCCESS__OP_MAX_NUMBERS || op == CSUCCESS__OP_MAX_TIMES;
}

/* Keeps the better of two numbers or times in *best. */
static void better(csuccess__value *best, const csuccess__value *v, bool great)
{
    if (v->kind == CSUCCESS__KIND_TIME) {
        bool other = great ? v->as.time > best->as.time : v->as.time < best->as.time;
        if (other) best->as.time = v->as.time;
        return;
    }
    best->as.number = great ? csuccess__k_max(best->as.number, v->as.number)
                            : csuccess__k_min(best->as.number, v->as.number);
}

/* The value without the mark of where it came from. */
static csuccess__value plain(const csuccess__value *v)
{
    csuccess__value copy = *v;
    copy.defaulted = 0;
    return copy;
}

uint32_t csuccess__row_least_or_greatest(csuccess__machine *machine, const csuccess__node *node,
                                         csuccess__value *out)
{
    bool great = greatest(node->op);
    for (uint32_t k = 0; k < node->argc; k++) {
        const csuccess__value *v = csuccess__operand(machine, node, k);
        if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
        if (k == 0) {
            *out = plain(v);
        } else {
            better(out, v, great);
        }
    }
    return CSUCCESS__DONE;
}

static uint32_t extreme(const csuccess__node *node, const csuccess__value *list,
                        csuccess__value *out)
{
    if (list->as.many.count == 0) return csuccess__give_missing(out, CSUCCESS__ABSENCE_EMPTY);
    bool great = greatest(node->op);
    *out = plain(&list->as.many.items[0]);
    for (size_t i = 1; i < list->as.many.count; i++)
        better(out, &list->as.many.items[i], great);
    return CSUCCESS__DONE;
}

/* In the order of the list, so that the bits do not depend on the machine. */
static uint32_t sum_or_mean(const csuccess__node *node, const csuccess__value *list,
                            csuccess__value *out)
{
    bool mean = node->op == CSUCCESS__OP_MEAN;
    size_t count = list->as.many.count;
    if (mean && count == 0) return csuccess__give_missing(out, CSUCCESS__ABSENCE_EMPTY);
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += list->as.many.items[i].as.number;
    return give(node, out, 1.0, mean ? sum / (double)count : sum);
}

uint32_t csuccess__row_of_list(csuccess__machine *machine, const csuccess__node *node,
                               csuccess__value *out)
{
    const csuccess__value *list = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(list)) return csuccess__not_all_there(machine, node, out);
    csuccess__charge(machine, list->as.many.count / 16);
    for (size_t i = 0; i < list->as.many.count; i++) {
        const csuccess__value *item = &list->as.many.items[i];
        if (!csuccess__is_there(item)) {
            return csuccess__give_missing(out, (csuccess__absence)item->absence);
        }
    }
    bool adds = node->op == CSUCCESS__OP_SUM || node->op == CSUCCESS__OP_MEAN;
    return adds ? sum_or_mean(node, list, out) : extreme(node, list, out);
}

uint32_t csuccess__row_count(csuccess__machine *machine, const csuccess__node *node,
                             csuccess__value *out)
{
    const csuccess__value *list = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(list)) return csuccess__not_all_there(machine, node, out);
    csuccess__charge(machine, list->as.many.count / 16);
    size_t count = 0;
    for (size_t i = 0; i < list->as.many.count; i++) {
        count += csuccess__is_there(&list->as.many.items[i]) ? 1 : 0;
    }
    return csuccess__give_number(out, (double)count);
}

uint32_t csuccess__row_size_list(csuccess__machine *machine, const csuccess__node *node,
                                 csuccess__value *out)
{
    const csuccess__value *list = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(list)) return csuccess__not_all_there(machine, node, out);
    return csuccess__give_number(out, (double)list->as.many.count);
}

uint32_t csuccess__row_concat_list(csuccess__machine *machine, const csuccess__node *node,
                                   csuccess__value *out)
{
    const csuccess__value *a = csuccess__operand(machine, node, 0);
    const csuccess__value *b = csuccess__operand(machine, node, 1);
    if (!csuccess__is_there(a) || !csuccess__is_there(b)) {
        return csuccess__not_all_there(machine, node, out);
    }
    size_t count = a->as.many.count + b->as.many.count;
    csuccess__value *items = csuccess__machine_items(machine, count);
    if (!items) return csuccess__give_up(machine, out, CSUCCESS_ENOMEM);
    if (a->as.many.count > 0) {
        memcpy(items, a->as.many.items, a->as.many.count * sizeof *items);
    }
    if (b->as.many.count > 0) {
        memcpy(items + a->as.many.count, b->as.many.items, b->as.many.count * sizeof *items);
    }
    *out = (csuccess__value){.kind = CSUCCESS__KIND_LIST};
    out->as.many.items = items;
    out->as.many.count = count;
    return CSUCCESS__DONE;
}
