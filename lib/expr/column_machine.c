/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a program over a block of rows: node by node over vectors, and through the row machine where that is
   the only way. */
#include "expr/column_internal.h"

#include <string.h>

csuccess__value csuccess__operand_value(const csuccess__column_call *call, uint32_t k,
                                        uint32_t row)
{
    const csuccess__vector *vector = csuccess__operand(call, k);
    if (!vector) return call->program->nodes[csuccess__operand_index(call, k)].as.constant;
    return csuccess__vector_value(vector, row);
}

/* ---- Through the row machine ---- */

static void store(csuccess__vector *out, uint64_t *valid, uint32_t row, csuccess__value v)
{
    if (csuccess__is_missing(v)) return;
    valid[row / 64] |= UINT64_C(1) << (row % 64);
    switch (out->kind) {
    case CSUCCESS__KIND_NUMBER:
        out->as.numbers[row] = v.as.number;
        break;
    case CSUCCESS__KIND_TIME:
        out->as.times[row] = v.as.time;
        break;
    case CSUCCESS__KIND_BOOL:
        out->as.bits[row / 64] |= (uint64_t)v.as.boolean << (row % 64);
        break;
    default:
        out->as.values[row] = v;
        break;
    }
}

/* Rows of `program`, whose slots `fill` sets in the machine's scratch. */
static void run_rows(csuccess__column_call *call, csuccess__vector *out,
                     const csuccess__program *program,
                     void (*fill)(const csuccess__column_call *, uint32_t row))
{
    csuccess__column_machine *machine = call->machine;
    csuccess__frame frame = {machine->values, machine->value_count, call->frame->now};
    uint64_t valid[CSUCCESS__BLOCK_WORDS] = {0};
    if (out->kind == CSUCCESS__KIND_BOOL) csuccess__bits_fill(out->as.bits, false, out->rows);
    for (uint32_t j = 0; j < out->rows; j++) {
        if (call->mask && !csuccess__bit(call->mask, j)) continue;
        fill(call, j);
        csuccess_result failed = CSUCCESS_OK;
        store(out, valid, j, csuccess__program_run(program, machine->row, &frame, &failed));
        if (failed < 0) call->failed = failed;
    }
    csuccess__vector_validity(out, valid);
}

static void fill_inputs(const csuccess__column_call *call, uint32_t row)
{
    for (uint32_t i = 0; i < call->program->input_count; i++) {
        uint32_t slot = call->program->inputs[i];
        call->machine->values[slot] =
            csuccess__column_value(&call->frame->slots[slot], call->frame->first + row, row);
    }
}

void csuccess__column_program_by_rows(csuccess__column_call *call, csuccess__vector *out)
{
    if (!csuccess__column_scratch(call->machine, call->frame->count)) {
        call->failed = CSUCCESS_ENOMEM;
        return;
    }
    run_rows(call, out, call->program, fill_inputs);
}

static void fill_operands(const csuccess__column_call *call, uint32_t row)
{
    for (uint32_t k = 0; k < call->node->argc; k++) {
        call->machine->values[k] = csuccess__operand_value(call, k, row);
    }
}

static bool mini_room(csuccess__column_machine *machine, size_t n)
{
    if (n <= machine->mini_count) return true;
    csuccess__node *nodes = csuccess__alloc(&machine->mem, n, sizeof *nodes);
    uint32_t *args = csuccess__alloc(&machine->mem, n, sizeof *args);
    if (!nodes || !args) {
        csuccess__release(&machine->mem, nodes, n, sizeof *nodes);
        csuccess__release(&machine->mem, args, n, sizeof *args);
        return false;
    }
    csuccess__release(&machine->mem, machine->mini, machine->mini_count, sizeof *nodes);
    csuccess__release(&machine->mem, machine->mini_args, machine->mini_count, sizeof *args);
    machine->mini = nodes;
    machine->mini_args = args;
    machine->mini_count = n;
    return true;
}

/* The node alone as a program whose slots are its operands. */
void csuccess__column_by_rows(csuccess__column_call *call, csuccess__vector *out)
{
    csuccess__column_machine *machine = call->machine;
    uint32_t n = call->node->argc;
    if (!mini_room(machine, (size_t)n + 1) || !csuccess__column_scratch(machine, n)) {
        call->failed = CSUCCESS_ENOMEM;
        return;
    }
    for (uint32_t k = 0; k < n; k++) {
        const csuccess__node *operand = &call->program->nodes[csuccess__operand_index(call, k)];
        machine->mini[k] = (csuccess__node){.op = CSUCCESS__OP_SLOT, .type = operand->type};
        machine->mini[k].as.slot = k;
        machine->mini_args[k] = k;
    }
    machine->mini[n] = *call->node;
    machine->mini[n].args = 0;
    csuccess__program mini = {.nodes = machine->mini,
                              .count = n + 1,
                              .args = machine->mini_args,
                              .type = call->node->type,
                              .inputs = machine->mini_args,
                              .input_count = n,
                              .reads_now = call->program->reads_now};
    run_rows(call, out, &mini, fill_operands);
}

/* ---- Node by node ---- */

/* Macros run their bodies per item, and has(record.field) looks at a node, not at its value. */
static bool by_nodes(const csuccess__program *program)
{
    for (uint32_t i = 0; i < program->count; i++) {
        const csuccess__node *node = &program->nodes[i];
        switch (node->op) {
        case CSUCCESS__OP_ALL:
        case CSUCCESS__OP_EXISTS:
        case CSUCCESS__OP_EXISTS_ONE:
        case CSUCCESS__OP_FILTER:
        case CSUCCESS__OP_MAP:
        case CSUCCESS__OP_VARIABLE:
            return false;
        case CSUCCESS__OP_HAS:
            if (program->nodes[program->args[node->args]].op != CSUCCESS__OP_SLOT) return false;
            break;
        default:
            break;
        }
    }
    return true;
}

static bool node_room(csuccess__column_machine *machine, size_t n)
{
    if (n <= machine->node_count) return true;
    const csuccess__vector **results = csuccess__alloc(&machine->mem, n, sizeof *results);
    uint32_t *last_use = csuccess__alloc(&machine->mem, n, sizeof *last_use);
    if (!results || !last_use) {
        csuccess__release(&machine->mem, results, n, sizeof *results);
        csuccess__release(&machine->mem, last_use, n, sizeof *last_use);
        return false;
    }
    csuccess__release(&machine->mem, machine->results, machine->node_count, sizeof *results);
    csuccess__release(&machine->mem, machine->last_use, machine->node_count, sizeof *last_use);
    machine->results = results;
    machine->last_use = last_use;
    machine->node_count = n;
    return true;
}

static void note_uses(const csuccess__program *program, uint32_t *last_use)
{
    for (uint32_t i = 0; i < program->count; i++) {
        const csuccess__node *node = &program->nodes[i];
        last_use[i] = UINT32_MAX;
        for (uint32_t k = 0; k < node->argc; k++) last_use[program->args[node->args + k]] = i;
    }
}

/* Texts and lists that are constant are not spread over rows, but for the result itself. */
static bool stays_constant(const csuccess__program *program, uint32_t i)
{
    const csuccess__node *node = &program->nodes[i];
    csuccess__kind kind = node->type->kind;
    return node->op == CSUCCESS__OP_CONSTANT && i + 1 < program->count &&
           kind != CSUCCESS__KIND_NUMBER && kind != CSUCCESS__KIND_BOOL &&
           kind != CSUCCESS__KIND_TIME;
}

static const csuccess__vector *run_node(csuccess__column_call *call, uint32_t i)
{
    call->node = &call->program->nodes[i];
    if (stays_constant(call->program, i)) return NULL;
    if (call->node->op == CSUCCESS__OP_SLOT) {
        return csuccess__column_load(call->machine, call->frame, call->node->as.slot,
                                     &call->failed);
    }
    csuccess__vector *out =
        csuccess__pool_take(call->machine, call->node->type->kind, call->frame->rows);
    if (!out) {
        call->failed = CSUCCESS_ENOMEM;
        return NULL;
    }
    csuccess__column_op_of(call->node)(call, out);
    return out;
}

static void give_operands(const csuccess__column_call *call, uint32_t i)
{
    for (uint32_t k = 0; k < call->node->argc; k++) {
        uint32_t operand = csuccess__operand_index(call, k);
        const csuccess__vector *vector = call->machine->results[operand];
        if (vector && call->machine->last_use[operand] == i &&
            call->program->nodes[operand].op != CSUCCESS__OP_SLOT) {
            csuccess__pool_give(call->machine, vector);
        }
    }
}

static const csuccess__vector *run_nodes(csuccess__column_call *call)
{
    const csuccess__program *program = call->program;
    if (!node_room(call->machine, program->count)) {
        call->failed = CSUCCESS_ENOMEM;
        return NULL;
    }
    note_uses(program, call->machine->last_use);
    for (uint32_t i = 0; i < program->count; i++) {
        call->machine->results[i] = run_node(call, i);
        if (call->failed == CSUCCESS_ENOMEM) return NULL;
        give_operands(call, i);
    }
    return call->machine->results[program->count - 1];
}

const csuccess__vector *csuccess__program_columns(const csuccess__program *program,
                                                  csuccess__column_machine *machine,
                                                  const csuccess__column_frame *frame,
                                                  const uint64_t *mask, csuccess_result *failed)
{
    csuccess__column_call call = {machine, frame, program, NULL, mask, CSUCCESS_OK};
    const csuccess__vector *result = NULL;
    if (by_nodes(program)) {
        result = run_nodes(&call);
    } else {
        csuccess__vector *out = csuccess__pool_take(machine, program->type->kind, frame->rows);
        if (out) csuccess__column_program_by_rows(&call, out);
        if (!out) call.failed = CSUCCESS_ENOMEM;
        result = out;
    }
    if (call.failed < 0) *failed = call.failed;
    if (call.failed == CSUCCESS_ENOMEM) return NULL;
    bool own = program->nodes[program->count - 1].op != CSUCCESS__OP_SLOT;
    if (own) csuccess__pool_keep(result);
    return result;
}

bool csuccess__column_costly(const csuccess__program *program)
{
    if (!by_nodes(program)) return true;
    for (uint32_t i = 0; i < program->count; i++) {
        const csuccess__node *node = &program->nodes[i];
        if (node->op == CSUCCESS__OP_SLOT) continue;
        if (node->op == CSUCCESS__OP_MATCHES ||
            csuccess__column_op_of(node) == csuccess__column_by_rows) {
            return true;
        }
    }
    return false;
}
