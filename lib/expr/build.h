/* SPDX-License-Identifier: Apache-2.0 */
/* The making of a program: terms that the parser and the rule maps hand around, the checks
   of types, and the nodes that come of them. Text and rule maps make their programs through
   this one door. */
#ifndef CSUCCESS__EXPR_BUILD_H
#define CSUCCESS__EXPR_BUILD_H

#include "base/error.h"
#include "expr/program.h"

typedef enum csuccess__term_kind {
    CSUCCESS__TERM_NODE,
    CSUCCESS__TERM_CONSTANT, /* no node yet, so that it can be folded into something else */
    CSUCCESS__TERM_CHAIN /* operands of && or ||, no node yet: longer chains take them over */
} csuccess__term_kind;

struct csuccess__link;

/* A part of an expression that has been read and checked. */
typedef struct csuccess__term {
    uint8_t kind;
    uint16_t op; /* of a chain: AND or OR */
    uint32_t node;
    const csuccess__type *type;
    size_t at;         /* where it begins in the text */
    csuccess_str path; /* the name that it is; empty when it is something else */
    union {
        csuccess__value constant;
        struct {
            struct csuccess__link *first, *last;
        } chain;
    } as;
} csuccess__term;

typedef struct csuccess__link {
    csuccess__term term;
    struct csuccess__link *next;
} csuccess__link;

/* A list of terms that grows: arguments, items, operands. */
typedef struct csuccess__terms {
    csuccess__term *items;
    uint32_t count, cap;
} csuccess__terms;

/* A variable bound by a macro whose body is being read. */
typedef struct csuccess__bound {
    csuccess_str name;
    const csuccess_str *kept; /* the name in the program's arena */
    const csuccess__type *type;
    uint32_t number, first, first_arg;
    struct csuccess__bound *outer;
} csuccess__bound;

enum { CSUCCESS__BUCKETS = 1024 };

typedef struct csuccess__builder {
    csuccess__compiler *with;
    csuccess__arena scratch; /* lives until csuccess__build_end */
    csuccess_str text;
    csuccess_error
        error; /* the first one, when status says so; its offset is the place in text */
    csuccess_result status; /* once not OK, every call fails until it is cleared */
    struct csuccess__made *nodes;
    uint32_t count, cap;
    uint32_t *args;
    uint32_t arg_count, arg_cap;
    uint32_t buckets[CSUCCESS__BUCKETS]; /* newest node of each, plus 1 */
    uint32_t asked;                      /* nodes asked for, shared ones counted each time */
    uint32_t depth;
    csuccess__bound *bound;
    uint32_t bound_count, variables;
    struct csuccess__slot_name *names; /* how the slots were called, for printing a rule map */
} csuccess__builder;

typedef struct csuccess__made {
    csuccess__node node;
    uint32_t bucket;
    uint32_t next; /* the one before it in its bucket, plus 1 */
} csuccess__made;

typedef struct csuccess__slot_name {
    uint32_t slot;
    csuccess_str path;
    struct csuccess__slot_name *next;
} csuccess__slot_name;

bool csuccess__build_start(csuccess__builder *b, csuccess__compiler *with, csuccess_str text);
void csuccess__build_end(csuccess__builder *b);
/* Notes the first failure and is always false. Format as in base/error.h. */
bool csuccess__build_fail(csuccess__builder *b, csuccess_result code, size_t at,
                          const char *format, ...);
bool csuccess__build_no_memory(csuccess__builder *b);
/* One level of nesting more; false (ELIMIT) beyond the limit. Leaving is `b->depth--`. */
bool csuccess__build_enter(csuccess__builder *b, size_t at);

/* Appends; false without memory. */
bool csuccess__terms_add(csuccess__builder *b, csuccess__terms *list,
                         const csuccess__term *term);
csuccess__term csuccess__term_constant(csuccess__value value, const csuccess__type *type,
                                       size_t at);
/* What a list of these terms is: a constant list or a LIST node. */
bool csuccess__build_list(csuccess__builder *b, const csuccess__terms *items, size_t at,
                          csuccess__term *out);
/* Makes the term a node. */
bool csuccess__build_settle(csuccess__builder *b, csuccess__term *term);
/* A node of these operands, settled in order; `proto` gives op, type, as and at. */
bool csuccess__build_node(csuccess__builder *b, csuccess__node proto, csuccess__term *operands,
                          uint32_t count, csuccess__term *out);
/* What stands left of && or ||, before the right side is read: a chain of the other operator
   becomes a node now, so that nodes come in one order however a text is bracketed. */
bool csuccess__build_left(csuccess__builder *b, csuccess__op op, csuccess__term *left);
/* left && right or left || right, both bool; the result is a chain. */
bool csuccess__build_join(csuccess__builder *b, csuccess__op op, csuccess__term *left,
                          csuccess__term *right, csuccess__term *out);
/* Whether two nodes do the same with the same operands; the operands are the caller's to
   compare. */
uint32_t csuccess__node_bucket(const csuccess__node *node, const uint32_t *args);
bool csuccess__node_alike(const csuccess__node *x, const csuccess__node *y);
/* An operator between two terms, chosen by their types. */
bool csuccess__build_infix(csuccess__builder *b, const char *name, size_t at,
                           csuccess__term *left, csuccess__term *right, csuccess__term *out);
bool csuccess__build_prefix(csuccess__builder *b, const char *name, size_t at,
                            csuccess__term *operand, csuccess__term *out);
bool csuccess__build_condition(csuccess__builder *b, csuccess__term *operands, size_t at,
                               csuccess__term *out);
bool csuccess__build_field(csuccess__builder *b, csuccess__term *record, csuccess_str name,
                           size_t at, csuccess__term *out);
bool csuccess__build_index(csuccess__builder *b, csuccess__term *operands, size_t at,
                           csuccess__term *out);
bool csuccess__build_now(csuccess__builder *b, size_t at, csuccess__term *out);
bool csuccess__build_has(csuccess__builder *b, csuccess__term *name, size_t at,
                         csuccess__term *out);
bool csuccess__build_slot(csuccess__builder *b, const csuccess__symbol *symbol,
                          csuccess_str path, size_t at, csuccess__term *out);

/* A function or method: `style` is CALL or METHOD as it was written. */
bool csuccess__build_call(csuccess__builder *b, csuccess_str name, csuccess__op_style style,
                          size_t at, csuccess__terms *arguments, csuccess__term *out);
/* Around the body of a macro over `list`. Leave gives the macro's result and settles the
   body. */
bool csuccess__build_macro_enter(csuccess__builder *b, csuccess__term *list,
                                 csuccess_str variable, size_t at, csuccess__bound *bound);
bool csuccess__build_macro_leave(csuccess__builder *b, csuccess__op op, csuccess__term *list,
                                 csuccess__term *body, csuccess__term *out);
/* matches(), with the pattern compiled or taken from an equal node. */
bool csuccess__build_matches(csuccess__builder *b, csuccess__term *subject,
                             const csuccess__term *pattern, size_t at, csuccess__term *out);

/* Which functions there are: whether `name` has a row of one of the styles (bits 1 <<
   style). */
bool csuccess__function_known(csuccess_str name, uint32_t styles);
enum {
    CSUCCESS__STYLES_CALL = 1u << CSUCCESS__STYLE_CALL | 1u << CSUCCESS__STYLE_BOTH,
    CSUCCESS__STYLES_METHOD =
        1u << CSUCCESS__STYLE_METHOD | 1u << CSUCCESS__STYLE_BOTH | 1u << CSUCCESS__STYLE_MACRO
};
/* Feeds the names of all functions. */
void csuccess__functions_suggest(csuccess__nearest *near);

/* The row that fits: the first of that name and style whose signature takes the terms. False
   (failed, with the reason) when there is none. */
typedef struct csuccess__overload {
    csuccess__op op;
    const csuccess__type *type;
} csuccess__overload;
typedef struct csuccess__overload_query {
    csuccess_str name;
    uint32_t styles;
    size_t at;
    const csuccess__term *terms;
    uint32_t count;
} csuccess__overload_query;
bool csuccess__overload_find(csuccess__builder *b, const csuccess__overload_query *query,
                             csuccess__overload *out);

/* The type that both are, the empty list fitting every list; NULL when they differ (or,
   noted, without memory). */
const csuccess__type *csuccess__types_unify(csuccess__builder *b, const csuccess__type *x,
                                            const csuccess__type *y);
/* NULL is noted: no memory, or nested too deep. */
const csuccess__type *csuccess__list_type(csuccess__builder *b, const csuccess__type *item);
/* "number", "list(string)": in the scratch arena, terminated. */
const char *csuccess__type_words(csuccess__builder *b, const csuccess__type *type);

/* Copies what was made into the arena. Fails on the wrong type. */
bool csuccess__build_finish(csuccess__builder *b, csuccess__term *result,
                            const csuccess__type *wanted, csuccess__program *out);

/* Reads the builder's text as one whole expression, or as one name (or look-up) such as a
   rule map has for a key. */
bool csuccess__parse_expression(csuccess__builder *b, csuccess__term *out);
bool csuccess__parse_name(csuccess__builder *b, csuccess__term *out);

/* A rule map as a program; problems are noted in list and give false. */
bool csuccess__rules_build(csuccess__builder *b, csuccess__problems *list,
                           const csuccess__json *node, csuccess__term *out);

#endif
