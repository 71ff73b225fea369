/* SPDX-License-Identifier: Apache-2.0 */
/* Operators by precedence, literals and lists. Checks types as it goes, so that what comes
   out is sound. Chains of one precedence and of ?: are loops; only brackets nest. */
#include "expr/parser.h"

#include "base/str.h"

#include <string.h>

bool csuccess__parser_take(csuccess__parser *p)
{
    return csuccess__lex(p->b, csuccess__token_end(&p->token), &p->token);
}

const char *csuccess__parser_found(csuccess__parser *p)
{
    enum { MOST = 160 };
    if (p->token.kind == CSUCCESS__TOKEN_END) return "the end";
    char *words = csuccess__arena_take(&p->b->scratch, MOST, 1);
    if (!words) return "something else";
    csuccess__text text;
    csuccess__text_init(&text, words, MOST);
    csuccess__text_format(&text, "%q", p->token.text);
    return words;
}

bool csuccess__parser_expect(csuccess__parser *p, const char *sign, const char *why)
{
    if (csuccess__token_is(&p->token, sign)) return csuccess__parser_take(p);
    return csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, p->token.at,
                                "%s is missing before %s%s%s", sign, csuccess__parser_found(p),
                                why ? ": " : "", why ? why : "");
}

bool csuccess__parser_arguments(csuccess__parser *p, const char *close, csuccess__terms *out)
{
    while (!csuccess__token_is(&p->token, close)) {
        csuccess__term term;
        if (!csuccess__parser_value(p, &term) || !csuccess__terms_add(p->b, out, &term))
            return false;
        if (csuccess__token_is(&p->token, close)) break;
        if (!csuccess__parser_expect(p, ",", NULL)) return false;
        /* A comma may stand before the closing bracket of a list, as in CEL. */
        if (csuccess__token_is(&p->token, close) && close[0] == ')') {
            return csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, p->token.at,
                                        "a value is missing before )");
        }
    }
    return csuccess__parser_take(p);
}

static bool parse_number(csuccess__parser *p, csuccess__term *out)
{
    *out = csuccess__term_constant(csuccess__number(p->token.number),
                                   csuccess__type_of(CSUCCESS__KIND_NUMBER), p->token.at);
    return csuccess__parser_take(p);
}

static bool parse_string(csuccess__parser *p, csuccess__term *out)
{
    *out = csuccess__term_constant(csuccess__string(p->token.string),
                                   csuccess__type_of(CSUCCESS__KIND_STRING), p->token.at);
    return csuccess__parser_take(p);
}

static bool parse_brackets(csuccess__parser *p, csuccess__term *out)
{
    size_t at = p->token.at;
    return csuccess__parser_take(p) && csuccess__parser_value(p, out) &&
           csuccess__parser_expect(p, ")", NULL) && (out->at = at, true);
}

static bool parse_list(csuccess__parser *p, csuccess__term *out)
{
    size_t at = p->token.at;
    csuccess__terms items = {0};
    return csuccess__parser_take(p) && csuccess__parser_arguments(p, "]", &items) &&
           csuccess__build_list(p->b, &items, at, out);
}

static bool parse_operand(csuccess__parser *p, csuccess__term *out)
{
    bool done;
    if (p->token.kind == CSUCCESS__TOKEN_NUMBER) {
        done = parse_number(p, out);
    } else if (p->token.kind == CSUCCESS__TOKEN_STRING) {
        done = parse_string(p, out);
    } else if (p->token.kind == CSUCCESS__TOKEN_NAME) {
        done = csuccess__parser_name(p, out);
    } else if (csuccess__token_is(&p->token, "(")) {
        done = parse_brackets(p, out);
    } else if (csuccess__token_is(&p->token, "[")) {
        done = parse_list(p, out);
    } else {
        return csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, p->token.at,
                                    "a value is missing before %s", csuccess__parser_found(p));
    }
    return done && csuccess__parser_postfix(p, out);
}

/* The sign of a prefix at hand, or NULL. */
static const char *prefix_here(const csuccess__parser *p)
{
    if (csuccess__token_is(&p->token, "!")) return "!";
    return csuccess__token_is(&p->token, "-") ? "-" : NULL;
}

/* One sign repeated: !!x, --x. Recursion only where the two mix, which counts as nesting. */
static bool parse_unary(csuccess__parser *p, csuccess__term *out)
{
    const char *sign = prefix_here(p);
    size_t at = p->token.at;
    uint32_t count = 0;
    while (sign && csuccess__token_is(&p->token, sign)) {
        count++;
        if (!csuccess__parser_take(p)) return false;
    }
    if (prefix_here(p)) {
        if (!csuccess__build_enter(p->b, p->token.at) || !parse_unary(p, out)) return false;
        p->b->depth--;
    } else if (!parse_operand(p, out)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!csuccess__build_prefix(p->b, sign, at, out, out)) return false;
    }
    return true;
}

/* Binary operators by level, loosest first. */
static const struct {
    const char *sign;
    uint8_t level;
} operators[] = {
    {"||", 1}, {"&&", 2}, {"==", 3}, {"!=", 3}, {"<", 3}, {"<=", 3}, {">", 3},
    {">=", 3}, {"in", 3}, {"+", 4},  {"-", 4},  {"*", 5}, {"/", 5},  {"%", 5},
};
enum { TIGHTEST = 5 };

/* The operator at hand, NULL when there is none of at least `level`. */
static const char *operator_here(const csuccess__parser *p, uint8_t level, uint8_t *found)
{
    if (p->token.kind != CSUCCESS__TOKEN_SIGN && p->token.kind != CSUCCESS__TOKEN_NAME)
        return NULL;
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (operators[i].level >= level && csuccess__str_is(p->token.text, operators[i].sign)) {
            *found = operators[i].level;
            return operators[i].sign;
        }
    }
    return NULL;
}

static bool parse_binary(csuccess__parser *p, uint8_t level, csuccess__term *out);

/* && and ||: chains of one of them become one node. */
static bool parse_logic(csuccess__parser *p, uint8_t level, csuccess__term *out)
{
    csuccess__op op = level == 1 ? CSUCCESS__OP_OR : CSUCCESS__OP_AND;
    csuccess__term right;
    return csuccess__parser_take(p) && csuccess__build_left(p->b, op, out) &&
           parse_binary(p, (uint8_t)(level + 1), &right) &&
           csuccess__build_join(p->b, op, out, &right, out);
}

static bool parse_infix(csuccess__parser *p, uint8_t level, const char *sign,
                        csuccess__term *out)
{
    size_t at = p->token.at;
    csuccess__term right;
    return csuccess__parser_take(p) &&
           (level == TIGHTEST ? parse_unary(p, &right)
                              : parse_binary(p, (uint8_t)(level + 1), &right)) &&
           csuccess__build_infix(p->b, sign, at, out, &right, out);
}

/* Precedence climbing; recursion is as deep as there are levels. */
static bool parse_binary(csuccess__parser *p, uint8_t level, csuccess__term *out)
{
    if (!parse_unary(p, out)) return false;
    uint8_t found;
    const char *sign;
    while ((sign = operator_here(p, level, &found)) != NULL) {
        bool made = found <= 2 ? parse_logic(p, found, out) : parse_infix(p, found, sign, out);
        if (!made) return false;
    }
    return true;
}

/* Words that other languages have for operators. */
static bool explain_word(csuccess__parser *p)
{
    static const struct {
        const char *word, *remedy;
    } words[] = {
        {"and", "use &&"},
        {"AND", "use &&"},
        {"or", "use ||"},
        {"OR", "use ||"},
        {"is", "use =="},
        {"not", "write !(x in [...]) or !(...)"},
        {"NOT", "write !(x in [...]) or !(...)"},
        {"IN", "use in"},
        {"contains", "write x.contains('...')"},
        {"matches", "write x.matches('...')"},
        {"startsWith", "write x.startsWith('...')"},
        {"endsWith", "write x.endsWith('...')"},
        {"between", "write x >= a && x <= b"},
        {"like", "write x.contains('...') or x.matches('...')"},
        {"if", "write condition ? this : that"},
        {"mod", "use %"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (csuccess__str_is(p->token.text, words[i].word)) {
            return csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, p->token.at,
                                        "%q is no operator: %s", p->token.text,
                                        words[i].remedy);
        }
    }
    return csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, p->token.at,
                                "an operator is missing before %s", csuccess__parser_found(p));
}

/* The part between ? and :, and the :. */
static bool parse_branch(csuccess__parser *p, csuccess__term *out)
{
    if (!csuccess__parser_take(p) || !parse_binary(p, 1, out)) return false;
    if (csuccess__token_is(&p->token, "?")) {
        return csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, p->token.at,
                                    "a ?: between ? and : stands in brackets");
    }
    return csuccess__parser_expect(p, ":", "condition ? this : that");
}

/* a ? b : c ? d : e: the parts are read in a loop and joined from the right. */
static bool parse_condition(csuccess__parser *p, csuccess__term *out)
{
    csuccess__terms parts = {0};
    csuccess__term term = *out;
    for (;;) {
        bool more = csuccess__token_is(&p->token, "?");
        if (!csuccess__terms_add(p->b, &parts, &term)) return false;
        if (!more) break;
        if (!parse_branch(p, &term) || !csuccess__terms_add(p->b, &parts, &term) ||
            !parse_binary(p, 1, &term)) {
            return false;
        }
    }
    *out = parts.items[parts.count - 1];
    for (uint32_t i = parts.count - 1; i > 0; i -= 2) {
        csuccess__term operands[] = {parts.items[i - 2], parts.items[i - 1], *out};
        if (!csuccess__build_condition(p->b, operands, operands[0].at, out)) return false;
        out->at = operands[0].at;
    }
    return true;
}

bool csuccess__parser_value(csuccess__parser *p, csuccess__term *out)
{
    if (!csuccess__build_enter(p->b, p->token.at) || !parse_binary(p, 1, out)) return false;
    if (csuccess__token_is(&p->token, "?") && !parse_condition(p, out)) return false;
    p->b->depth--;
    if (p->token.kind == CSUCCESS__TOKEN_NAME || p->token.kind == CSUCCESS__TOKEN_NUMBER ||
        p->token.kind == CSUCCESS__TOKEN_STRING) {
        return explain_word(p);
    }
    return true;
}

bool csuccess__parse_expression(csuccess__builder *b, csuccess__term *out)
{
    csuccess__parser p = {.b = b};
    if (!csuccess__lex(b, 0, &p.token)) return false;
    if (p.token.kind == CSUCCESS__TOKEN_END) {
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, 0, "the expression is empty");
    }
    if (!csuccess__parser_value(&p, out)) return false;
    if (p.token.kind == CSUCCESS__TOKEN_END) return true;
    return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, p.token.at, "%s is one too many: %s",
                                csuccess__parser_found(&p),
                                csuccess__token_is(&p.token, ":")
                                    ? "condition ? this : that has no ? before it"
                                    : "no bracket is open, and an expression is one value");
}

bool csuccess__parse_name(csuccess__builder *b, csuccess__term *out)
{
    csuccess__parser p = {.b = b};
    if (!csuccess__lex(b, 0, &p.token)) return false;
    bool name = p.token.kind == CSUCCESS__TOKEN_NAME;
    if (name && !csuccess__parser_name(&p, out)) return false;
    csuccess__op op = name && out->kind == CSUCCESS__TERM_NODE
                          ? (csuccess__op)b->nodes[out->node].node.op
                          : CSUCCESS__OP_END;
    if (p.token.kind != CSUCCESS__TOKEN_END ||
        (op != CSUCCESS__OP_SLOT && op != CSUCCESS__OP_FIELD)) {
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, 0,
                                    "%q is no name: a rule has names and look-ups for keys",
                                    b->text);
    }
    return true;
}
