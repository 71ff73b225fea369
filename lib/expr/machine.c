/* SPDX-License-Identifier: Apache-2.0 */
/* The row machine: one program for one customer. How it goes about it is told in expr/machine.h. */
#include "expr/machine.h"

/* How an operation is run. A costly one is put off until its result is asked for. */
typedef struct row {
    csuccess__row_op *run;
    bool costly;
    uint8_t relation; /* of a comparison of numbers, the commonest of all */
} row;

#define OP(id, name) [CSUCCESS__OP_##id] = {csuccess__row_##name, false, 0}
#define COSTLY(id, name) [CSUCCESS__OP_##id] = {csuccess__row_##name, true, 0}
#define ORDER(id) \
    [CSUCCESS__OP_##id##_NUMBER] = {csuccess__row_order, false, CSUCCESS__REL_##id}, \
    OP(id##_BOOL, order), OP(id##_STRING, order), OP(id##_TIME, order), \
    OP(id##_DURATION, order)

static const row rows[CSUCCESS__OP_END] = {
    OP(CONSTANT, constant),
    OP(SLOT, slot),
    OP(VARIABLE, variable),
    OP(NOW, now),
    COSTLY(LIST, list),
    OP(FIELD, field),
    OP(INDEX, index),
    OP(AND, and),
    OP(OR, or),
    OP(NOT, not ),
    OP(COND, cond),
    ORDER(EQ),
    COSTLY(EQ_ANY, same),
    ORDER(NE),
    COSTLY(NE_ANY, same),
    ORDER(LT),
    ORDER(LE),
    ORDER(GT),
    ORDER(GE),
    OP(IN_NUMBER, in),
    OP(IN_STRING, in),
    COSTLY(IN_ANY, in),
    OP(ADD_NUMBER, number2),
    COSTLY(CONCAT_STRING, concat_string),
    OP(ADD_TIME_DURATION, time_duration),
    OP(ADD_DURATION_TIME, time_duration),
    OP(ADD_DURATION, durations),
    COSTLY(CONCAT_LIST, concat_list),
    OP(SUB_NUMBER, number2),
    OP(SUB_TIME, subtract_time),
    OP(SUB_TIME_DURATION, time_duration),
    OP(SUB_DURATION, durations),
    OP(MUL_NUMBER, number2),
    OP(DIV_NUMBER, number2),
    OP(MOD_NUMBER, number2),
    OP(NEG_NUMBER, number1),
    OP(NEG_DURATION, negate_duration),
    OP(HAS, has),
    OP(COALESCE, coalesce),
    COSTLY(ALL, quantifier),
    COSTLY(EXISTS, quantifier),
    COSTLY(EXISTS_ONE, exists_one),
    COSTLY(FILTER, filter),
    COSTLY(MAP, map),
    COSTLY(SIZE_STRING, size_string),
    OP(SIZE_LIST, size_list),
    COSTLY(CONTAINS, search),
    OP(STARTS_WITH, search),
    OP(ENDS_WITH, search),
    COSTLY(MATCHES, matches),
    COSTLY(LOWER_ASCII, case),
    COSTLY(UPPER_ASCII, case),
    COSTLY(TRIM, trim),
    COSTLY(TIMESTAMP_STRING, from_string),
    OP(TIMESTAMP_NUMBER, time_number),
    COSTLY(DURATION_STRING, from_string),
    COSTLY(STRING_NUMBER, to_string),
    COSTLY(STRING_BOOL, to_string),
    COSTLY(STRING_TIME, to_string),
    COSTLY(STRING_DURATION, to_string),
    COSTLY(DOUBLE_STRING, from_string),
    OP(INT_TIME, time_number),
    OP(GET_FULL_YEAR, time_field),
    OP(GET_MONTH, time_field),
    OP(GET_DATE, time_field),
    OP(GET_DAY_OF_MONTH, time_field),
    OP(GET_DAY_OF_WEEK, time_field),
    OP(GET_DAY_OF_YEAR, time_field),
    OP(GET_HOURS, time_field),
    OP(GET_MINUTES, time_field),
    OP(GET_SECONDS, time_field),
    OP(GET_MILLISECONDS, time_field),
    OP(DURATION_HOURS, duration_field),
    OP(DURATION_MINUTES, duration_field),
    OP(DURATION_SECONDS, duration_field),
    OP(DURATION_MILLISECONDS, duration_field),
    OP(YEAR, time_field),
    OP(MONTH, time_field),
    OP(DAY, time_field),
    OP(WEEKDAY, time_field),
    OP(DAYS_SINCE, since),
    OP(HOURS_SINCE, since),
    OP(DAYS_UNTIL, since),
    OP(ABS, number1),
    OP(CEIL, number1),
    OP(FLOOR, number1),
    OP(ROUND, number1),
    OP(TRUNC, number1),
    OP(SIGN, number1),
    OP(SQRT, number1),
    OP(EXP, number1),
    OP(LN, number1),
    OP(POW, number2),
    OP(SIGMOID, number1),
    OP(CLAMP, clamp),
    OP(MIN_NUMBER, least_or_greatest),
    OP(MIN_TIME, least_or_greatest),
    COSTLY(MIN_NUMBERS, of_list),
    COSTLY(MIN_TIMES, of_list),
    OP(MAX_NUMBER, least_or_greatest),
    OP(MAX_TIME, least_or_greatest),
    COSTLY(MAX_NUMBERS, of_list),
    COSTLY(MAX_TIMES, of_list),
    COSTLY(SUM, of_list),
    COSTLY(MEAN, of_list),
    COSTLY(COUNT, count),
    OP(BANDS, bands),
    OP(LINEAR, linear),
    OP(CHANGE, number2),
    OP(PERCENTILE, percentile),
};

csuccess_result csuccess__machine_new(csuccess__machine **out, const csuccess_allocator *mem,
                                      const csuccess_limits *limits)
{
    *out = NULL;
    csuccess__machine *machine = csuccess__alloc(mem, 1, sizeof *machine);
    if (!machine) return CSUCCESS_ENOMEM;
    machine->mem = *mem;
    machine->limits = *limits;
    csuccess__arena_init(&machine->arena, &machine->mem, 0);
    *out = machine;
    return CSUCCESS_OK;
}

static void release_nodes(csuccess__machine *machine)
{
    csuccess__release(&machine->mem, machine->values, machine->node_room,
                      sizeof *machine->values);
    csuccess__release(&machine->mem, machine->stack, machine->node_room,
                      sizeof *machine->stack);
    csuccess__release(&machine->mem, machine->marks, machine->node_room,
                      sizeof *machine->marks);
    csuccess__release(&machine->mem, machine->blamed, machine->node_room,
                      sizeof *machine->blamed);
    machine->values = NULL;
    machine->stack = NULL;
    machine->marks = NULL;
    machine->blamed = NULL;
    machine->node_room = 0;
}

static void release_variables(csuccess__machine *machine)
{
    csuccess__release(&machine->mem, machine->variables, machine->variable_room,
                      sizeof *machine->variables);
    csuccess__release(&machine->mem, machine->bound_to, machine->variable_room,
                      sizeof *machine->bound_to);
    machine->variables = NULL;
    machine->bound_to = NULL;
    machine->variable_room = 0;
}

void csuccess__machine_free(csuccess__machine *machine)
{
    if (!machine) return;
    release_nodes(machine);
    release_variables(machine);
    csuccess__arena_free(&machine->arena);
    csuccess__regex_scratch_free(machine->scratch);
    csuccess_allocator mem = machine->mem;
    csuccess__release(&mem, machine, 1, sizeof *machine);
}

void csuccess__machine_reset(csuccess__machine *machine)
{
    csuccess__arena_reset(&machine->arena);
}

/* A little more than asked, so that programs of growing size do not each allocate. */
static uint32_t roomy(uint32_t n)
{
    return n < UINT32_MAX / 2 ? n + n / 2 + 8 : n;
}

static bool make_nodes(csuccess__machine *machine, uint32_t n)
{
    release_nodes(machine);
    uint32_t room = roomy(n);
    machine->values = csuccess__alloc(&machine->mem, room, sizeof *machine->values);
    machine->stack = csuccess__alloc(&machine->mem, room, sizeof *machine->stack);
    machine->marks = csuccess__alloc(&machine->mem, room, sizeof *machine->marks);
    machine->blamed = csuccess__alloc(&machine->mem, room, sizeof *machine->blamed);
    machine->node_room = room;
    if (machine->values && machine->stack && machine->marks && machine->blamed) return true;
    release_nodes(machine);
    return false;
}

static bool make_variables(csuccess__machine *machine, uint32_t n)
{
    release_variables(machine);
    uint32_t room = roomy(n);
    machine->variables = csuccess__alloc(&machine->mem, room, sizeof *machine->variables);
    machine->bound_to = csuccess__alloc(&machine->mem, room, sizeof *machine->bound_to);
    machine->variable_room = room;
    if (machine->variables && machine->bound_to) return true;
    release_variables(machine);
    return false;
}

csuccess_result csuccess__machine_prepare(csuccess__machine *machine,
                                          const csuccess__program *program,
                                          const csuccess__frame *frame)
{
    machine->program = program;
    machine->frame = frame;
    machine->steps = machine->limits.evaluation_steps;
    machine->failed = CSUCCESS_OK;
    machine->top = 0;
    machine->nested = 0;
    if (program->count > machine->node_room && !make_nodes(machine, program->count)) {
        return CSUCCESS_ENOMEM;
    }
    if (program->variables > machine->variable_room &&
        !make_variables(machine, program->variables)) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < program->variables; i++) {
        machine->variables[i].kind = CSUCCESS__PENDING;
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__machine_begin(csuccess__machine *machine,
                                        const csuccess__program *program,
                                        const csuccess__frame *frame)
{
    csuccess_result prepared = csuccess__machine_prepare(machine, program, frame);
    if (prepared != CSUCCESS_OK) return prepared;
    for (uint32_t i = 0; i < program->count; i++) machine->values[i].kind = CSUCCESS__PENDING;
    return CSUCCESS_OK;
}

/* A node that needs no work: where its value stands. NULL: any other. */
static inline const csuccess__value *find_leaf(const csuccess__node *node,
                                               const csuccess__frame *frame)
{
    if (node->op == CSUCCESS__OP_CONSTANT) return &node->as.constant;
    bool slot = node->op == CSUCCESS__OP_SLOT && node->as.slot < frame->count;
    return slot ? &frame->slots[node->as.slot] : NULL;
}

/* What is done of two numbers most often; false: another operation, or its result is missing. */
static inline bool run_numbers(const csuccess__node *node, double a, double b,
                               csuccess__value *out)
{
    double result;
    switch (node->op) {
    case CSUCCESS__OP_ADD_NUMBER:
        result = csuccess__k_add(a, b);
        break;
    case CSUCCESS__OP_SUB_NUMBER:
        result = csuccess__k_subtract(a, b);
        break;
    case CSUCCESS__OP_MUL_NUMBER:
        result = csuccess__k_multiply(a, b);
        break;
    case CSUCCESS__OP_DIV_NUMBER:
        result = csuccess__k_divide(a, b);
        break;
    default:
        if (rows[node->op].relation == 0) return false;
        csuccess__give_bool(
            out, csuccess__k_holds(rows[node->op].relation, csuccess__k_order_number(a, b)));
        return true;
    }
    if (!csuccess__is_finite(result)) return false;
    csuccess__give_number(out, result);
    return true;
}

/* What most conditions are made of, without a call; false for all else. */
static inline bool run_common(csuccess__machine *machine, const csuccess__node *node,
                              csuccess__value *out)
{
    if (node->op == CSUCCESS__OP_CONSTANT) {
        *out = node->as.constant;
        return true;
    }
    if (node->op == CSUCCESS__OP_SLOT && node->as.slot < machine->frame->count) {
        *out = machine->frame->slots[node->as.slot];
        return true;
    }
    if (node->argc != 2) return false;
    const csuccess__value *a = csuccess__operand(machine, node, 0);
    const csuccess__value *b = csuccess__operand(machine, node, 1);
    if (a->kind != CSUCCESS__KIND_NUMBER || b->kind != CSUCCESS__KIND_NUMBER) return false;
    return run_numbers(node, a->as.number, b->as.number, out);
}

void csuccess__machine_sweep(csuccess__machine *machine, uint32_t from, uint32_t to)
{
    if (!csuccess__charge(machine, (size_t)to - from + 1)) return;
    const csuccess__node *nodes = machine->program->nodes;
    for (uint32_t i = from; i <= to; i++) {
        csuccess__value *out = &machine->values[i];
        if (run_common(machine, &nodes[i], out)) continue;
        const row *how = &rows[nodes[i].op];
        if (how->costly || how->run(machine, &nodes[i], out) != CSUCCESS__DONE) {
            out->kind = CSUCCESS__PENDING;
        }
    }
}

/* Runs the node on top of the stack, or puts the one that it needs above it. A node is on the stack once at
   most, since nodes only need earlier ones: there is room. */
static void force_top(csuccess__machine *machine)
{
    uint32_t node = machine->stack[machine->top - 1];
    csuccess__value *out = &machine->values[node];
    uint32_t needs = CSUCCESS__DONE;
    if (csuccess__is_pending(out)) {
        const csuccess__node *what = &machine->program->nodes[node];
        csuccess__value made = {.kind = CSUCCESS__PENDING};
        needs = rows[what->op].run(machine, what, &made);
        /* Still pending: a variable outside its macro, in a program that no compiler makes. */
        if (needs == CSUCCESS__DONE && csuccess__is_pending(&made)) {
            csuccess__give_missing(&made, CSUCCESS__ABSENCE_UNDECIDED);
        }
        if (needs == CSUCCESS__DONE) *out = made;
    }
    if (needs == CSUCCESS__DONE) {
        machine->top--;
    } else {
        machine->stack[machine->top++] = needs;
    }
}

const csuccess__value *csuccess__machine_force(csuccess__machine *machine, uint32_t node)
{
    csuccess__value *result = &machine->values[node];
    uint32_t base = machine->top;
    if (csuccess__is_pending(result)) machine->stack[machine->top++] = node;
    while (machine->top > base && machine->failed == CSUCCESS_OK) {
        csuccess__charge(machine, 1);
        force_top(machine);
    }
    machine->top = base;
    if (machine->failed != CSUCCESS_OK) {
        csuccess__give_missing(result, CSUCCESS__ABSENCE_UNDECIDED);
    }
    return result;
}

/* What is done of one value most often. */
static inline bool run_one(const csuccess__node *node, const csuccess__frame *frame,
                           const csuccess__value *a, csuccess__value *out)
{
    bool timed = a->kind == CSUCCESS__KIND_TIME && csuccess__time_valid(frame->now);
    if (node->op == CSUCCESS__OP_HAS) {
        csuccess__give_bool(out, a->kind != CSUCCESS__KIND_ANY && !a->defaulted);
        return true;
    }
    if (node->op != CSUCCESS__OP_DAYS_SINCE || !timed) return false;
    csuccess__give_number(out, csuccess__k_days_since(frame->now, a->as.time));
    return true;
}

/* One operation of leaves. False: it is none that is done here, or not all is there. */
static inline bool run_operation(const csuccess__program *program, const csuccess__frame *frame,
                                 csuccess__value *out)
{
    const csuccess__node *node = &program->nodes[program->count - 1];
    const uint32_t *args = &program->args[node->args];
    const csuccess__value *a =
        node->argc > 0 ? find_leaf(&program->nodes[args[0]], frame) : NULL;
    if (!a) return false;
    if (node->argc == 1) return run_one(node, frame, a, out);
    if (node->argc != 2 || a->kind != CSUCCESS__KIND_NUMBER) return false;
    const csuccess__value *b = find_leaf(&program->nodes[args[1]], frame);
    if (!b || b->kind != CSUCCESS__KIND_NUMBER) return false;
    return run_numbers(node, a->as.number, b->as.number, out);
}

/* The shortest programs are the most, and take longer to set up than to run: a leaf, or one operation of leaves.
   False: it is none of them, or not all is there. */
static inline bool run_short(const csuccess__program *program, const csuccess__machine *machine,
                             const csuccess__frame *frame, csuccess__value *out)
{
    if (program->count > 3 || program->count > machine->limits.evaluation_steps) return false;
    if (program->count > 1) return run_operation(program, frame, out);
    const csuccess__value *leaf = find_leaf(program->nodes, frame);
    if (leaf) *out = *leaf;
    return leaf != NULL;
}

csuccess_result csuccess__machine_run(const csuccess__program *program,
                                      csuccess__machine *machine, const csuccess__frame *frame,
                                      csuccess__value *out)
{
    *out = csuccess__missing(CSUCCESS__ABSENCE_UNDECIDED);
    csuccess_result status = csuccess__machine_prepare(machine, program, frame);
    if (status != CSUCCESS_OK) return status;
    uint32_t last = program->count - 1;
    csuccess__machine_sweep(machine, 0, last);
    if (machine->failed != CSUCCESS_OK) return machine->failed;
    const csuccess__value *result = &machine->values[last];
    if (csuccess__is_pending(result)) result = csuccess__machine_force(machine, last);
    *out = *result;
    return machine->failed;
}

csuccess__value csuccess__program_run(const csuccess__program *program,
                                      csuccess__machine *machine, const csuccess__frame *frame,
                                      csuccess_result *failed)
{
    csuccess__value out;
    csuccess_result status = CSUCCESS_OK;
    if (!run_short(program, machine, frame, &out)) {
        status = csuccess__machine_run(program, machine, frame, &out);
    }
    if (failed) *failed = status;
    return out;
}

uint32_t csuccess__not_all_there(csuccess__machine *machine, const csuccess__node *node,
                                 csuccess__value *out)
{
    uint32_t pending = CSUCCESS__DONE;
    for (uint32_t k = 0; k < node->argc; k++) {
        const csuccess__value *v = csuccess__operand(machine, node, k);
        if (v->kind == CSUCCESS__KIND_ANY) {
            bool condition = node->type && node->type->kind == CSUCCESS__KIND_BOOL;
            unsigned why = condition ? CSUCCESS__ABSENCE_UNDECIDED : v->absence;
            return csuccess__give_missing(out, (csuccess__absence)why);
        }
        if (csuccess__is_pending(v) && pending == CSUCCESS__DONE) {
            pending = csuccess__operand_node(machine, node, k);
        }
    }
    return pending;
}

char *csuccess__machine_text(csuccess__machine *machine, size_t len)
{
    enum { BYTES_PER_STEP = 64 };
    if (len > machine->limits.string_bytes) {
        machine->failed = machine->failed ? machine->failed : CSUCCESS_ELIMIT;
        return NULL;
    }
    if (!csuccess__charge(machine, 1 + len / BYTES_PER_STEP)) return NULL;
    char *text = csuccess__arena_take(&machine->arena, len + 1, 1);
    if (!text) machine->failed = CSUCCESS_ENOMEM;
    return text;
}

csuccess__value *csuccess__machine_items(csuccess__machine *machine, size_t n)
{
    if (n > machine->limits.list_items) {
        machine->failed = machine->failed ? machine->failed : CSUCCESS_ELIMIT;
        return NULL;
    }
    if (!csuccess__charge(machine, n)) return NULL;
    csuccess__value *items = CSUCCESS__NEW_ARRAY(&machine->arena, csuccess__value, n);
    if (!items) machine->failed = CSUCCESS_ENOMEM;
    return items;
}
