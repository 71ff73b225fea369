/* SPDX-License-Identifier: Apache-2.0 */
/* String literals: quotes of four kinds, raw or with the escapes of CEL. */
#include "base/str.h"
#include "expr/lexer.h"
#include "text/utf8.h"

#include <string.h>

typedef struct literal {
    csuccess__builder *b;
    size_t at;   /* of the next byte to read */
    size_t open; /* of the whole literal, for messages */
    char *out;
    size_t len;
} literal;

static size_t left(const literal *l)
{
    return l->b->text.len - l->at;
}

/* `count` digits of base 2 to the power of `bits`; false when there are not as many. */
static bool read_digits(literal *l, size_t count, uint32_t bits, uint32_t *out)
{
    uint32_t value = 0;
    if (left(l) < count) return false;
    for (size_t i = 0; i < count; i++) {
        char c = l->b->text.ptr[l->at + i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 99;
        if (digit >> bits) return false;
        value = value << bits | digit;
    }
    l->at += count;
    *out = value;
    return true;
}

/* The escapes that are one letter, and what they stand for. */
static bool simple_escape(char c, char *out)
{
    static const char from[] = "abfnrtv\"'\\?`";
    static const char to[] = "\a\b\f\n\r\t\v\"'\\?`";
    for (size_t i = 0; i < sizeof from - 1; i++) {
        if (from[i] == c) {
            *out = to[i];
            return true;
        }
    }
    return false;
}

/* The escapes that give a code point by its digits. */
static bool read_code_point(literal *l, char letter, uint32_t *out)
{
    static const struct {
        char letter;
        uint8_t count, bits;
    } forms[] = {{'x', 2, 4}, {'X', 2, 4}, {'u', 4, 4}, {'U', 8, 4}};
    if (letter >= '0' && letter <= '3') {
        l->at--;
        return read_digits(l, 3, 3, out);
    }
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (forms[i].letter == letter)
            return read_digits(l, forms[i].count, forms[i].bits, out);
    }
    return false;
}

static bool read_escape(literal *l)
{
    size_t start = l->at++;
    char letter = left(l) ? l->b->text.ptr[l->at] : '\0';
    if (left(l)) l->at++;
    if (simple_escape(letter, &l->out[l->len])) {
        l->len++;
        return true;
    }
    uint32_t code_point;
    if (!read_code_point(l, letter, &code_point)) {
        return csuccess__build_fail(
            l->b, CSUCCESS_EEXPRESSION, start,
            "no such escape: there are \\a \\b \\f \\n \\r \\t \\v \\\" \\' \\\\ \\? \\`, "
            "\\xHH, \\uHHHH, "
            "\\UHHHHHHHH and \\ooo up to \\377; r'...' takes \\ as it is");
    }
    size_t bytes = csuccess__utf8_encode(l->out + l->len, code_point);
    if (bytes == 0) {
        return csuccess__build_fail(
            l->b, CSUCCESS_EEXPRESSION, start,
            "this escape is no character: surrogates and code points above "
            "10FFFF are none");
    }
    l->len += bytes;
    return true;
}

/* Whether the closing quotes stand here. */
static bool closes(const literal *l, char quote, size_t quotes)
{
    if (left(l) < quotes) return false;
    for (size_t i = 0; i < quotes; i++) {
        if (l->b->text.ptr[l->at + i] != quote) return false;
    }
    return true;
}

static bool unclosed(const literal *l, char quote, size_t quotes)
{
    const char *words = quotes == 3    ? (quote == '"' ? "\"\"\"" : "'''")
                        : quote == '"' ? "\""
                                       : "'";
    return csuccess__build_fail(l->b, CSUCCESS_EEXPRESSION, l->open,
                                "the string that begins here is not closed by %s%s", words,
                                left(l) ? " on its line; \\n or triple quotes make a line break"
                                        : "");
}

static bool read_content(literal *l, char quote, size_t quotes, bool raw)
{
    while (!closes(l, quote, quotes)) {
        if (left(l) == 0) return unclosed(l, quote, quotes);
        char c = l->b->text.ptr[l->at];
        if (quotes == 1 && (c == '\n' || c == '\r')) return unclosed(l, quote, quotes);
        if (c == '\\' && !raw) {
            if (!read_escape(l)) return false;
        } else {
            l->out[l->len++] = c;
            l->at++;
        }
    }
    return true;
}

/* Bytes up to the closing quotes as they are written; no escape gives more than it is
   written with. */
static size_t written_length(literal l, char quote, size_t quotes, bool raw)
{
    size_t from = l.at;
    while (left(&l) && !closes(&l, quote, quotes)) {
        l.at += !raw && l.b->text.ptr[l.at] == '\\' && left(&l) > 1 ? 2 : 1;
    }
    return l.at - from;
}

bool csuccess__lex_string(csuccess__builder *b, csuccess__token *token, size_t quote, bool raw)
{
    char mark = b->text.ptr[quote];
    literal l = {.b = b, .at = quote, .open = token->at};
    size_t quotes = closes(&l, mark, 3) ? 3 : 1;
    l.at += quotes;
    l.out = csuccess__arena_take(b->with->arena, written_length(l, mark, quotes, raw) + 4, 1);
    if (!l.out) return csuccess__build_no_memory(b);
    if (!read_content(&l, mark, quotes, raw)) return false;
    token->kind = CSUCCESS__TOKEN_STRING;
    token->text = (csuccess_str){b->text.ptr + token->at, l.at + quotes - token->at};
    token->string = (csuccess_str){l.out, l.len};
    return true;
}
