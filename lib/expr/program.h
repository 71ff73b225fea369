/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled expression: typed nodes in post-order, so that operands stand before what uses them. The
   row machine, the column machine, rule sets and the printer all read this one form.

   Equal parts of an expression are one node with several users. Nodes may nest as deep as there are nodes
   (a long sum is a long chain), so walk them in order or with a stack of your own, not by recursion.
   The nodes first..body of a macro stand together before the macro, are evaluated once per item
   and used by nobody outside the body; they may use nodes before `first`, which do not vary with the item, and
   may hold macros with bodies of their own. A body that is one outer node has first > body: no
   nodes of its own. Every other node may be evaluated at any time and at most once. */
#ifndef CSUCCESS__EXPR_PROGRAM_H
#define CSUCCESS__EXPR_PROGRAM_H

#include "expr/scope.h"
#include "expr/ops.h" /* the X-macro table of operators and functions: op, name, arity, types, kernels */
#include "text/problems.h"
#include "text/regex.h"

/* One operation. Operands are program->args[args .. args+argc), indices of earlier nodes. */
typedef struct csuccess__node {
    uint16_t op; /* csuccess__op */
    uint16_t argc;
    uint32_t args;
    const csuccess__type *type;
    union {
        csuccess__value constant; /* OP_CONSTANT */
        uint32_t slot;            /* OP_SLOT */
        struct {
            uint32_t variable;    /* macros: number of the bound variable; OP_VARIABLE: it */
            uint32_t first, body; /* macros: nodes first..body are the body, body its result */
            const csuccess_str *name; /* of the variable, as it was written */
        } each;
        uint32_t field; /* OP_FIELD: index in the record's type */
        struct {
            const csuccess__regex *regex; /* OP_MATCHES */
            csuccess_str pattern;
        };
        struct {
            const double *x, *y; /* OP_BANDS, OP_LINEAR: ascending limits and values */
            uint32_t count;
        } table;
        struct {
            const csuccess__benchmark *benchmark; /* OP_PERCENTILE */
            csuccess_str cohort;
        };
        int32_t offset_minutes; /* getHours('+11:00') and kin */
    } as;
    uint32_t at; /* offset in the text, for messages */
} csuccess__node;

typedef struct csuccess__program {
    const csuccess__node *nodes; /* the last one is the result */
    uint32_t count;
    const uint32_t *args;
    const csuccess__type *type;
    uint32_t variables;     /* bound variables alive at once */
    const uint32_t *inputs; /* slots that it reads, ascending, each once */
    uint32_t input_count;
    bool reads_now;
    csuccess_str text; /* as it was written; for a rule map, printed */
} csuccess__program;

/* What compiling needs. Everything compiled lives in the arena; regexes are freed through `cleanup`. */
typedef struct csuccess__compiler {
    csuccess__arena *arena;
    const csuccess_allocator *mem;
    const csuccess_limits *limits;
    const csuccess__scope *scope;
    csuccess__constants *constants;
    struct csuccess__cleanup *cleanup; /* list of regexes made; see csuccess__cleanup_run */
    bool reads_now;                    /* something that was compiled so far reads the time */
} csuccess__compiler;
struct csuccess__cleanup {
    csuccess__regex *regex;
    struct csuccess__cleanup *next;
};
void csuccess__cleanup_run(struct csuccess__cleanup *list);

/* Compiles text. `wanted` is the type it must have (NULL: any). EEXPRESSION with err->offset in the text and a
   message such as `unknown name "logins" (did you mean "logins_30d"?)`; ENAME and ETYPE where they say
   more; ELIMIT; ENOMEM. */
csuccess_result csuccess__expr_compile(const csuccess__program **out, csuccess__compiler *with,
                                       csuccess_str text, const csuccess__type *wanted,
                                       csuccess_error *err);
/* The same from a value of a document: a string is an expression; an object, where a bool is wanted, a
   rule map; a number or true/false is itself. Problems are noted with their place; NULL then. */
const csuccess__program *csuccess__expr_read(csuccess__compiler *with, csuccess__problems *list,
                                             const csuccess__json *node,
                                             const csuccess__type *wanted);
/* Renders the two lines of a caret under `offset`: the text (one line, windowed to 72 columns) and the caret. */
void csuccess__expr_caret(csuccess__buffer *out, csuccess_str text, size_t offset);
struct csuccess__names;
/* Prints a program as text that compiles to the same program (print∘parse is the identity). */
void csuccess__program_print(csuccess__buffer *out, const csuccess__program *program,
                             const struct csuccess__names *names);
/* How the printer names slots. */
typedef struct csuccess__names {
    void *ud;
    void (*print)(void *ud, csuccess__buffer *out, uint32_t slot);
} csuccess__names;

/* The row machine's scratch: one per thread, reused; warm, it allocates nothing unless values are built. */
typedef struct csuccess__machine csuccess__machine;
csuccess_result csuccess__machine_new(csuccess__machine **out, const csuccess_allocator *mem,
                                      const csuccess_limits *limits);
void csuccess__machine_free(csuccess__machine *machine);
/* Forgets built strings and lists; call once per customer. */
void csuccess__machine_reset(csuccess__machine *machine);
/* The value for one customer; built strings and lists live until the next reset. ENOMEM, or ELIMIT when
   the step budget is spent, in *failed (then the value is missing). */
csuccess__value csuccess__program_run(const csuccess__program *program,
                                      csuccess__machine *machine, const csuccess__frame *frame,
                                      csuccess_result *failed);
/* The first time after frame->now at which the value may change because time goes on while the slots stay: never too late, often exact (days_since, hours_since, days_until, comparisons of times with now); what cannot be told
   is now + grain_ms. INT64_MAX: it does not read the time. */
int64_t csuccess__program_next(const csuccess__program *program, csuccess__machine *machine,
                               const csuccess__frame *frame, int64_t grain_ms);
/* The inputs that left a missing result open: slots of missing operands on the path that would decide.
   Writes up to most, returns how many there are. A cause that is no input (division by zero) gives none. */
size_t csuccess__program_blame(const csuccess__program *program, csuccess__machine *machine,
                               const csuccess__frame *frame, uint32_t *slots, size_t most);

#endif
