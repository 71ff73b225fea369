/* SPDX-License-Identifier: Apache-2.0 */
/* Texts with expressions in them: `{{name}}`, `{{percent(usage_decline)}} usage decline`. */
#ifndef CSUCCESS__EXPR_TEMPLATE_H
#define CSUCCESS__EXPR_TEMPLATE_H

#include "expr/program.h"

/* What is done to the value of a piece; the text around the pieces stays as it was written. */
typedef enum csuccess__escape {
    CSUCCESS__ESCAPE_TEXT, /* nothing */
    CSUCCESS__ESCAPE_HTML  /* & < > " ' become entities */
} csuccess__escape;

/* How a piece is printed. These are functions of templates, not of expressions: they stand outermost,
   directly inside the braces. */
typedef enum csuccess__piece_form {
    CSUCCESS__PIECE_LITERAL,
    /* {{x}}: a number shortest, true or false, a string itself, a time as RFC 3339, a duration as ISO 8601. */
    CSUCCESS__PIECE_PLAIN,
    CSUCCESS__PIECE_PERCENT, /* {{percent(x)}}: 0.34 is "34%"; {{percent(x, 1)}}: "34.0%" */
    CSUCCESS__PIECE_NUMBER,  /* {{number(x, 2)}}: "1234.50"; half away from zero, no grouping */
    CSUCCESS__PIECE_DATE     /* {{date(t)}}: the day in UTC, "2026-01-31" */
} csuccess__piece_form;

typedef struct csuccess__piece {
    csuccess__piece_form form;
    uint32_t decimals;                /* PERCENT and NUMBER: 0 to 9 */
    csuccess_str text;                /* LITERAL: itself; else the expression as written */
    const csuccess__program *program; /* NULL for LITERAL */
} csuccess__piece;

/* Immutable, in the compiler's arena. */
typedef struct csuccess__template {
    const csuccess__piece *pieces;
    uint32_t count;
    csuccess__escape escape;
} csuccess__template;

/* Two opening braces begin an expression, two closing ones outside its strings end it; a literal "{{" is
   written as the expression {{'{{'}}, other braces stand for themselves. Lists and records cannot be printed.
   Errors as of csuccess__expr_compile, their offset in text. */
csuccess_result csuccess__template_compile(const csuccess__template **out,
                                           csuccess__compiler *with, csuccess_str text,
                                           csuccess__escape escape, csuccess_error *err);
/* The same from a string of a document. Problems are noted with their place; NULL then. */
const csuccess__template *csuccess__template_read(csuccess__compiler *with,
                                                  csuccess__problems *list,
                                                  const csuccess__json *node,
                                                  csuccess__escape escape);

/* Why a text was held: the first piece without a value, and the inputs that it is missing. */
enum { CSUCCESS__HELD_SLOTS = 16 };
typedef struct csuccess__held {
    csuccess_str piece; /* its expression, as written */
    csuccess__absence why;
    uint32_t slots[CSUCCESS__HELD_SLOTS]; /* ascending */
    size_t
        count; /* of inputs, even when beyond the slots; 0 when no input is to blame (division by zero) */
} csuccess__held;

/* Appends the text to out. EMISSING when a piece has no value ({{coalesce(name, 'there')}} gives one a
   default), told in *held (may be NULL); ENOMEM; ELIMIT for out's ceiling or the step budget. On failure
   nothing is appended. */
csuccess_result csuccess__template_render(const csuccess__template *what,
                                          csuccess__machine *machine,
                                          const csuccess__frame *frame, csuccess__buffer *out,
                                          csuccess__held *held);

#endif
