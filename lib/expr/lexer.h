/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of an expression. */
#ifndef CSUCCESS__EXPR_LEXER_H
#define CSUCCESS__EXPR_LEXER_H

#include "expr/build.h"

typedef enum csuccess__token_kind {
    CSUCCESS__TOKEN_END,
    CSUCCESS__TOKEN_NUMBER,
    CSUCCESS__TOKEN_STRING,
    CSUCCESS__TOKEN_NAME,
    CSUCCESS__TOKEN_SIGN /* operators and brackets */
} csuccess__token_kind;

typedef struct csuccess__token {
    csuccess__token_kind kind;
    size_t at;
    csuccess_str text;   /* as it is written */
    double number;       /* NUMBER */
    csuccess_str string; /* STRING: decoded, in the program's arena */
} csuccess__token;

/* The token at or behind `from`; false (failed, with place and remedy) when there is none
   such. */
bool csuccess__lex(csuccess__builder *b, size_t from, csuccess__token *out);
/* Decodes the string literal whose opening quote, behind an optional r, is at `quote`; fills
   text and string. */
bool csuccess__lex_string(csuccess__builder *b, csuccess__token *token, size_t quote, bool raw);

static inline size_t csuccess__token_end(const csuccess__token *token)
{
    return token->at + token->text.len;
}
bool csuccess__token_is(const csuccess__token *token, const char *sign);

#endif
