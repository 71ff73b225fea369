/* SPDX-License-Identifier: Apache-2.0 */
/* What the row machine's files share: its scratch, how an operation is called, reaching operands.

   A run sweeps the nodes once, in order, and computes what is cheap; what is not (regular expressions, built
   strings and lists, macros) and whatever depends on it stays *pending*. Only when the result itself is
   pending are pending nodes forced, those that can still matter, with a stack of our own. So
   `cheap && costly` never runs what cannot matter, whatever the order of its operands, shared parts run
   once, and depth of nesting costs no C stack: only macros within macros recurse. */
#ifndef CSUCCESS__EXPR_MACHINE_H
#define CSUCCESS__EXPR_MACHINE_H

#include "expr/kernels.h"

/* A `kind` beside csuccess__kind: not computed yet; of a variable: not bound. */
enum { CSUCCESS__PENDING = 0xFF };
/* Computed; any other answer of an operation is the node that it needs first. */
#define CSUCCESS__DONE UINT32_MAX

struct csuccess__machine {
    csuccess_allocator mem;
    csuccess_limits limits;
    csuccess__arena arena; /* built strings and lists, until the reset */
    csuccess__regex_scratch *scratch;

    const csuccess__program *program; /* of the run at hand */
    const csuccess__frame *frame;
    uint32_t steps;  /* left */
    uint32_t nested; /* macros within macros */
    csuccess_result failed;

    csuccess__value *values; /* by node */
    uint32_t *stack;         /* nodes being forced */
    uint8_t *marks;          /* by node, and */
    bool *blamed;            /* by input: blame's */
    uint32_t node_room, top;
    csuccess__value *variables; /* by number */
    uint32_t *bound_to;         /* by number: the node of the list that a macro goes through */
    uint32_t variable_room;
};

typedef uint32_t csuccess__row_op(csuccess__machine *machine, const csuccess__node *node,
                                  csuccess__value *out);

/* Running a part of a program, for callers that have some of its nodes already (the column machine): begin, seed what
   is known, force what is asked for. ENOMEM from begin; failures of force are in machine->failed. */
csuccess_result csuccess__machine_begin(csuccess__machine *machine,
                                        const csuccess__program *program,
                                        const csuccess__frame *frame);
static inline void csuccess__machine_seed(csuccess__machine *machine, uint32_t node,
                                          csuccess__value value)
{
    machine->values[node] = value;
}
/* The value of a node, computed if it is pending; missing once the machine has failed. */
const csuccess__value *csuccess__machine_force(csuccess__machine *machine, uint32_t node);
/* Computes what is cheap of the nodes from..to. */
void csuccess__machine_sweep(csuccess__machine *machine, uint32_t from, uint32_t to);
/* As csuccess__program_run, which does without the nodes' values where it can; here they all stand in machine->values. */
csuccess_result csuccess__machine_run(const csuccess__program *program,
                                      csuccess__machine *machine, const csuccess__frame *frame,
                                      csuccess__value *out);
/* Makes room for a program. */
csuccess_result csuccess__machine_prepare(csuccess__machine *machine,
                                          const csuccess__program *program,
                                          const csuccess__frame *frame);

/* Takes n steps from the budget; false, with ELIMIT noted, when they are spent. */
static inline bool csuccess__charge(csuccess__machine *machine, size_t n)
{
    if (n <= machine->steps) {
        machine->steps -= (uint32_t)n;
        return true;
    }
    machine->steps = 0;
    if (machine->failed == CSUCCESS_OK) machine->failed = CSUCCESS_ELIMIT;
    return false;
}

static inline uint32_t csuccess__operand_node(const csuccess__machine *machine,
                                              const csuccess__node *node, uint32_t k)
{
    return machine->program->args[node->args + k];
}
static inline const csuccess__value *csuccess__operand(const csuccess__machine *machine,
                                                       const csuccess__node *node, uint32_t k)
{
    return &machine->values[csuccess__operand_node(machine, node, k)];
}
static inline bool csuccess__is_pending(const csuccess__value *v)
{
    return v->kind == CSUCCESS__PENDING;
}
static inline bool csuccess__is_there(const csuccess__value *v)
{
    return v->kind != CSUCCESS__KIND_ANY && v->kind != CSUCCESS__PENDING;
}

/* Results are written field by field or copied whole from constants: a struct that is made on the stack and then
   copied would stall the processor on its own stores, which costs more than the work itself. */
static inline void csuccess__give_kind(csuccess__value *out, unsigned kind, unsigned absence)
{
    out->kind = (uint8_t)kind;
    out->absence = (uint8_t)absence;
    out->defaulted = 0;
    out->reserved = 0;
    out->code = 0;
}
static inline uint32_t csuccess__give_bool(csuccess__value *out, bool v)
{
    static const csuccess__value answers[2] = {
        {.kind = CSUCCESS__KIND_BOOL, .as.boolean = false},
        {.kind = CSUCCESS__KIND_BOOL, .as.boolean = true}};
    *out = answers[v];
    return CSUCCESS__DONE;
}
static inline uint32_t csuccess__give_number(csuccess__value *out, double v)
{
    csuccess__give_kind(out, CSUCCESS__KIND_NUMBER, CSUCCESS__ABSENCE_PRESENT);
    out->as.number = v;
    return CSUCCESS__DONE;
}
static inline uint32_t csuccess__give_missing(csuccess__value *out, csuccess__absence why)
{
    csuccess__give_kind(out, CSUCCESS__KIND_ANY, why);
    return CSUCCESS__DONE;
}
static inline uint32_t csuccess__give_truth(csuccess__value *out, csuccess__truth v)
{
    if (v == CSUCCESS__OPEN) return csuccess__give_missing(out, CSUCCESS__ABSENCE_UNDECIDED);
    return csuccess__give_bool(out, v == CSUCCESS__TRUE);
}
/* A failure of the machine: noted once, and the value is missing. */
static inline uint32_t csuccess__give_up(csuccess__machine *machine, csuccess__value *out,
                                         csuccess_result failed)
{
    if (machine->failed == CSUCCESS_OK) machine->failed = failed;
    return csuccess__give_missing(out, CSUCCESS__ABSENCE_UNDECIDED);
}

/* What a strict operation answers when not all of its operands are there: missing when one is missing
   (a condition: UNDECIDED; else the reason of the first), else the first that is pending. */
uint32_t csuccess__not_all_there(csuccess__machine *machine, const csuccess__node *node,
                                 csuccess__value *out);
/* Built text; missing with ELIMIT beyond limits->string_bytes. */
char *csuccess__machine_text(csuccess__machine *machine, size_t len);
/* Built list of n items, ELIMIT beyond limits->list_items; NULL when refused. */
csuccess__value *csuccess__machine_items(csuccess__machine *machine, size_t n);

/* Macros within macros are the only recursion; their depth is that of the expression's nesting. Enter is false when
   that is spent. A round binds the item and gives the body's value, NULL once the machine has failed. */
bool csuccess__macro_enter(csuccess__machine *machine, const csuccess__node *node);
void csuccess__macro_leave(csuccess__machine *machine, const csuccess__node *node);
const csuccess__value *csuccess__macro_round(csuccess__machine *machine,
                                             const csuccess__node *node,
                                             const csuccess__value *item);

/* The operations. */
csuccess__row_op csuccess__row_constant, csuccess__row_slot, csuccess__row_variable,
    csuccess__row_now, csuccess__row_list, csuccess__row_field, csuccess__row_index,
    csuccess__row_and, csuccess__row_or, csuccess__row_not, csuccess__row_cond,
    csuccess__row_has, csuccess__row_coalesce;
csuccess__row_op csuccess__row_order, csuccess__row_same, csuccess__row_in;
csuccess__row_op csuccess__row_number1, csuccess__row_number2, csuccess__row_clamp,
    csuccess__row_bands, csuccess__row_linear, csuccess__row_percentile,
    csuccess__row_least_or_greatest, csuccess__row_of_list, csuccess__row_count,
    csuccess__row_size_list, csuccess__row_concat_list;
csuccess__row_op csuccess__row_quantifier, csuccess__row_exists_one, csuccess__row_filter,
    csuccess__row_map;
csuccess__row_op csuccess__row_concat_string, csuccess__row_size_string, csuccess__row_search,
    csuccess__row_matches, csuccess__row_case, csuccess__row_trim, csuccess__row_to_string,
    csuccess__row_from_string;
csuccess__row_op csuccess__row_time_duration, csuccess__row_subtract_time,
    csuccess__row_durations, csuccess__row_negate_duration, csuccess__row_time_field,
    csuccess__row_duration_field, csuccess__row_since, csuccess__row_time_number;

#endif
