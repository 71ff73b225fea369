/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the parser share: the token at hand, operators and operands by recursive
   descent, names and calls. */
#ifndef CSUCCESS__EXPR_PARSER_H
#define CSUCCESS__EXPR_PARSER_H

#include "expr/lexer.h"

typedef struct csuccess__parser {
    csuccess__builder *b;
    csuccess__token token; /* the next one to take */
} csuccess__parser;

bool csuccess__parser_take(csuccess__parser *p); /* goes on to the next token */
/* Takes the sign or fails, saying what stands there instead and, when `why` is not NULL,
   why. */
bool csuccess__parser_expect(csuccess__parser *p, const char *sign, const char *why);
/* "the end", "\"x\"": the token for a message, in the scratch arena. */
const char *csuccess__parser_found(csuccess__parser *p);

bool csuccess__parser_value(csuccess__parser *p, csuccess__term *out); /* a whole expression */
/* What a name begins: a variable, a name in scope with its fields, a look-up, a call. */
bool csuccess__parser_name(csuccess__parser *p, csuccess__term *out);
/* .field, .method(...) and [index] behind a term, for as long as there are any. */
bool csuccess__parser_postfix(csuccess__parser *p, csuccess__term *out);
/* The arguments and the closing bracket; the opening one is taken. */
bool csuccess__parser_arguments(csuccess__parser *p, const char *close, csuccess__terms *out);
/* .name( behind a term: the token at hand is the one behind the bracket. */
bool csuccess__parser_method(csuccess__parser *p, csuccess_str name, size_t at,
                             csuccess__term *out);

#endif
