/* SPDX-License-Identifier: Apache-2.0 */
/* Text into tokens: numbers, names, signs, and remedies for signs of other languages. */
#include "expr/lexer.h"

#include "base/str.h"
#include "text/numeral.h"

#include <string.h>

static char char_at(const csuccess__builder *b, size_t at)
{
    return at < b->text.len ? b->text.ptr[at] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name_part(char c)
{
    return is_name_start(c) || is_digit(c);
}

bool csuccess__token_is(const csuccess__token *token, const char *sign)
{
    return token->kind == CSUCCESS__TOKEN_SIGN && csuccess__str_is(token->text, sign);
}

static csuccess_str slice(const csuccess__builder *b, size_t from, size_t to)
{
    return (csuccess_str){b->text.ptr + from, to - from};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* Behind blanks and comments. */
static size_t skip_blanks(const csuccess__builder *b, size_t at)
{
    for (;;) {
        if (is_blank(char_at(b, at))) {
            at++;
        } else if (char_at(b, at) == '/' && char_at(b, at + 1) == '/') {
            while (at < b->text.len && b->text.ptr[at] != '\n') at++;
        } else {
            return at;
        }
    }
}

static size_t skip_digits(const csuccess__builder *b, size_t at)
{
    while (is_digit(char_at(b, at))) at++;
    return at;
}

static int hex_digit(char c)
{
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* A number must not run into a name; CEL's unsigned suffix is told apart. */
static bool end_number(csuccess__builder *b, csuccess__token *token, size_t end)
{
    char c = char_at(b, end);
    token->kind = CSUCCESS__TOKEN_NUMBER;
    token->text = slice(b, token->at, end);
    if ((c == 'u' || c == 'U') && !is_name_part(char_at(b, end + 1))) {
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, end,
                                    "there is one type of number: write %S without the u",
                                    token->text);
    }
    if (is_name_part(c)) {
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, end,
                                    "the number %S runs into a name", token->text);
    }
    return true;
}

static bool lex_hex(csuccess__builder *b, csuccess__token *token)
{
    size_t first = token->at + 2, at = first;
    uint64_t value = 0;
    for (; hex_digit(char_at(b, at)) >= 0; at++) {
        if (value >> 60) {
            return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, token->at,
                                        "a hexadecimal number has 64 bits at most");
        }
        value = value << 4 | (uint64_t)hex_digit(char_at(b, at));
    }
    if (at == first) {
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, token->at,
                                    "0x needs hexadecimal digits behind it");
    }
    token->number = (double)value;
    return end_number(b, token, at);
}

/* The nearest double of digits, fraction and exponent; `.5` is read as `0.5`. */
static bool read_decimal(csuccess__builder *b, csuccess__token *token)
{
    csuccess_str text = token->text;
    if (text.ptr[0] == '.') {
        char *copy = csuccess__arena_take(&b->scratch, text.len + 1, 1);
        if (!copy) return csuccess__build_no_memory(b);
        copy[0] = '0';
        memcpy(copy + 1, text.ptr, text.len);
        text = (csuccess_str){copy, text.len + 1};
    }
    if (csuccess__numeral_parse(text, &token->number)) return true;
    return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, token->at,
                                "the number %S is beyond the doubles (1.8e308)", token->text);
}

/* Behind an exponent, or `at` when there is none; false when it lacks its digits. */
static bool skip_exponent(csuccess__builder *b, size_t *at)
{
    char c = char_at(b, *at);
    if (c != 'e' && c != 'E') return true;
    char sign = char_at(b, *at + 1);
    size_t digits = *at + (sign == '+' || sign == '-' ? 2 : 1);
    if (!is_digit(char_at(b, digits))) {
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, *at,
                                    "the exponent needs digits, as in 1e6");
    }
    *at = skip_digits(b, digits);
    return true;
}

static bool lex_number(csuccess__builder *b, csuccess__token *token)
{
    size_t at = token->at;
    char second = char_at(b, at + 1);
    if (char_at(b, at) == '0' && (second == 'x' || second == 'X')) return lex_hex(b, token);
    at = skip_digits(b, at);
    if (char_at(b, at) == '.' && is_digit(char_at(b, at + 1))) at = skip_digits(b, at + 1);
    return skip_exponent(b, &at) && end_number(b, token, at) && read_decimal(b, token);
}

/* Prefixes r and b of a string: its quote is behind them. */
static bool lex_prefixed(csuccess__builder *b, csuccess__token *token, size_t quote)
{
    csuccess_str prefix = slice(b, token->at, quote);
    for (size_t i = 0; i < prefix.len; i++) {
        if (prefix.ptr[i] == 'b' || prefix.ptr[i] == 'B') {
            return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, token->at,
                                        "there are no bytes in this language: leave the %S out",
                                        prefix);
        }
    }
    return csuccess__lex_string(b, token, quote, prefix.len > 0);
}

static bool is_quote(char c)
{
    return c == '\'' || c == '"';
}

static bool is_prefix(csuccess_str word)
{
    static const char *const prefixes[] = {"r",  "R",  "b",  "B",  "rb", "br",
                                           "Rb", "rB", "RB", "bR", "Br", "BR"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (csuccess__str_is(word, prefixes[i])) return true;
    }
    return false;
}

static bool lex_name(csuccess__builder *b, csuccess__token *token)
{
    size_t at = token->at;
    while (is_name_part(char_at(b, at))) at++;
    token->kind = CSUCCESS__TOKEN_NAME;
    token->text = slice(b, token->at, at);
    if (is_quote(char_at(b, at)) && is_prefix(token->text)) return lex_prefixed(b, token, at);
    return true;
}

/* Longest first. A remedy marks a sign that belongs to another language. */
static const struct {
    const char *text, *remedy;
} signs[] = {
    {"===", "use =="},
    {"!==", "use !="},
    {"&&", NULL},
    {"||", NULL},
    {"==", NULL},
    {"!=", NULL},
    {"<=", NULL},
    {">=", NULL},
    {"=>", "use >="},
    {"=<", "use <="},
    {"<>", "use !="},
    {"**", "use pow(x, y)"},
    {"<", NULL},
    {">", NULL},
    {"+", NULL},
    {"-", NULL},
    {"*", NULL},
    {"/", NULL},
    {"%", NULL},
    {"!", NULL},
    {"?", NULL},
    {":", NULL},
    {".", NULL},
    {",", NULL},
    {"(", NULL},
    {")", NULL},
    {"[", NULL},
    {"]", NULL},
    {"=", "use =="},
    {"&", "use &&"},
    {"|", "use ||"},
    {"^", "use pow(x, y)"},
    {"~", "use !"},
    {"{", "maps cannot be written here; lists are in [ ]"},
    {"}", "maps cannot be written here; lists are in [ ]"},
    {";", "an expression is one value, without ;"},
    {"#", "comments begin with //"},
    {"@", "names are letters, digits and _"},
    {"$", "names are letters, digits and _"},
    {"`", "names stand without quotes"},
    {"\\", "escapes stand within quotes"},
    {"\xe2\x80\x9c", "strings are in straight quotes, ' or \""},
    {"\xe2\x80\x9d", "strings are in straight quotes, ' or \""},
    {"\xe2\x80\x98", "strings are in straight quotes, ' or \""},
    {"\xe2\x80\x99", "strings are in straight quotes, ' or \""},
    {"\xe2\x89\xa4", "use <="},
    {"\xe2\x89\xa5", "use >="},
    {"\xe2\x89\xa0", "use !="},
    {"\xc3\x97", "use *"},
    {"\xe2\x88\x92", "use -"},
};

/* The bytes of the character at `at`, for a message. */
static csuccess_str character(const csuccess__builder *b, size_t at)
{
    size_t end = at + 1;
    while (end < b->text.len && ((unsigned char)b->text.ptr[end] & 0xC0u) == 0x80u) end++;
    return slice(b, at, end);
}

static bool lex_sign(csuccess__builder *b, csuccess__token *token)
{
    csuccess_str rest = slice(b, token->at, b->text.len);
    token->kind = CSUCCESS__TOKEN_SIGN;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        csuccess_str sign = csuccess__str(signs[i].text);
        if (!csuccess__str_starts(rest, sign)) continue;
        token->text = slice(b, token->at, token->at + sign.len);
        if (!signs[i].remedy) return true;
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, token->at,
                                    "%q cannot stand here: %s", token->text, signs[i].remedy);
    }
    csuccess_str found = character(b, token->at);
    if ((unsigned char)found.ptr[0] >= 0x80) {
        return csuccess__build_fail(
            b, CSUCCESS_EEXPRESSION, token->at,
            "%q cannot stand here: names are ASCII letters, digits and _; "
            "other text is in quotes",
            found);
    }
    return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, token->at, "%q cannot stand here",
                                found);
}

bool csuccess__lex(csuccess__builder *b, size_t from, csuccess__token *out)
{
    size_t at = skip_blanks(b, from);
    *out = (csuccess__token){.kind = CSUCCESS__TOKEN_END, .at = at, .text = slice(b, at, at)};
    if (b->status != CSUCCESS_OK) return false;
    if (at == b->text.len) return true;
    char c = b->text.ptr[at];
    if (is_quote(c)) return csuccess__lex_string(b, out, at, false);
    if (is_digit(c) || (c == '.' && is_digit(char_at(b, at + 1)))) return lex_number(b, out);
    if (is_name_start(c)) return lex_name(b, out);
    return lex_sign(b, out);
}
