/* SPDX-License-Identifier: Apache-2.0 */
/* The operators of rule maps, and the values that they take as literals of the field's type. */
#include "expr/rule_values.h"

#include "base/str.h"

static bool refuse(csuccess__rule *r, const csuccess__json *node, csuccess_result code,
                   const char *expected)
{
    csuccess__problem(r->list, node, code, "%s", expected);
    return false;
}

/* "<40" and its like: what the text seems to mean as an operator, or NULL. */
static const char *seeming_operator(csuccess_str text, csuccess_str *rest)
{
    static const struct {
        const char *sign, *word;
    } signs[] = {{"<=", "lte"}, {">=", "gte"}, {"==", "eq"}, {"!=", "ne"},
                 {"<>", "ne"},  {"<", "lt"},   {">", "gt"},  {"=", "eq"}};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        csuccess_str sign = csuccess__str(signs[i].sign);
        if (!csuccess__str_starts(text, sign)) continue;
        *rest = (csuccess_str){text.ptr + sign.len, text.len - sign.len};
        while (rest->len && rest->ptr[0] == ' ') {
            rest->ptr++;
            rest->len--;
        }
        char c = rest->len ? rest->ptr[0] : '\0';
        return (c >= '0' && c <= '9') || c == '-' || c == '.' ? signs[i].word : NULL;
    }
    return NULL;
}

/* A text that is an operator and a number; noted with the remedy. */
static bool refuse_seeming(csuccess__rule *r, const csuccess__json *node)
{
    csuccess_str rest;
    const char *word =
        node->type == CSUCCESS__JSON_STRING ? seeming_operator(node->string, &rest) : NULL;
    if (!word) return false;
    csuccess__problem(r->list, node, CSUCCESS_ECONFIG, "%q is text: write {\"%s\": %S}",
                      node->string, word, rest);
    return true;
}

static bool wrong_type(csuccess__rule *r, const csuccess__json *node,
                       const csuccess__type *type)
{
    if (refuse_seeming(r, node)) return false;
    const char *form = type->kind == CSUCCESS__KIND_TIME       ? " as \"2026-01-31T08:00:00Z\""
                       : type->kind == CSUCCESS__KIND_DURATION ? " as \"P7D\""
                       : type->kind == CSUCCESS__KIND_LIST     ? " as an array"
                                                               : "";
    csuccess__problem(r->list, node, CSUCCESS_ETYPE, "expected a value of type %s%s, not %s",
                      csuccess__type_words(r->b, type), form, csuccess__json_type_name(node));
    return false;
}

static bool string_value(csuccess__rule *r, const csuccess__json *node, csuccess__value *out)
{
    csuccess_str text = csuccess__arena_copy(r->b->with->arena, node->string);
    if (!text.ptr) {
        csuccess__build_no_memory(r->b);
        return csuccess__rule_note(r, node);
    }
    *out = csuccess__string(text);
    return true;
}

static bool time_value(csuccess__rule *r, const csuccess__json *node, csuccess__value *out)
{
    csuccess__time_error wrong;
    int64_t ms;
    if (csuccess__date_parse(&ms, node->string, NULL) ||
        csuccess__time_parse(&ms, node->string, &wrong)) {
        *out = csuccess__time(ms);
        return true;
    }
    csuccess__problem_inside(r->list, node, wrong.offset, CSUCCESS_ETYPE,
                             "%q is no time such as \"2026-01-31T08:00:00Z\": expected %s",
                             node->string, wrong.expected);
    return false;
}

static bool duration_value(csuccess__rule *r, const csuccess__json *node, csuccess__value *out)
{
    csuccess__time_error wrong;
    csuccess__duration duration;
    if (csuccess__duration_parse_any(&duration, node->string, &wrong)) {
        *out = csuccess__duration_value(duration);
        return true;
    }
    csuccess__problem_inside(r->list, node, wrong.offset, CSUCCESS_ETYPE,
                             "%q is no duration such as \"P7D\": expected %s", node->string,
                             wrong.expected);
    return false;
}

static bool value_of(csuccess__rule *r, const csuccess__json *node, const csuccess__type *type,
                     csuccess__value *out)
{
    if (node->type == CSUCCESS__JSON_NUMBER && type->kind == CSUCCESS__KIND_NUMBER) {
        *out = csuccess__number(node->number);
        return true;
    }
    if (node->type == CSUCCESS__JSON_BOOL && type->kind == CSUCCESS__KIND_BOOL) {
        *out = csuccess__boolean(node->boolean);
        return true;
    }
    if (node->type != CSUCCESS__JSON_STRING) return wrong_type(r, node, type);
    switch (type->kind) {
    case CSUCCESS__KIND_STRING:
        return string_value(r, node, out);
    case CSUCCESS__KIND_TIME:
        return time_value(r, node, out);
    case CSUCCESS__KIND_DURATION:
        return duration_value(r, node, out);
    default:
        return wrong_type(r, node, type);
    }
}

/* An array as a list of literals of one type. */
static bool list_of(csuccess__rule *r, const csuccess__json *node, const csuccess__type *item,
                    csuccess__term *out)
{
    csuccess__terms items = {0};
    bool good = true;
    for (const csuccess__json *one = node->first; one && !r->stop; one = one->next) {
        csuccess__value value;
        if (!value_of(r, one, item, &value)) {
            good = false;
            continue;
        }
        csuccess__term term = csuccess__term_constant(value, item, 0);
        if (!csuccess__terms_add(r->b, &items, &term)) return csuccess__rule_note(r, node);
    }
    if (!good || r->stop) return false;
    return csuccess__build_list(r->b, &items, 0, out) || csuccess__rule_note(r, node);
}

static bool literal(csuccess__rule *r, const csuccess__json *node, const csuccess__type *type,
                    csuccess__term *out)
{
    if (type->kind == CSUCCESS__KIND_LIST && node->type == CSUCCESS__JSON_ARRAY) {
        return list_of(r, node, type->item, out);
    }
    csuccess__value value;
    if (!value_of(r, node, type, &value)) return false;
    *out = csuccess__term_constant(value, type, 0);
    return true;
}

static bool infix(csuccess__rule *r, const csuccess__json *node, const char *sign,
                  csuccess__term *operands, csuccess__term *out)
{
    return csuccess__build_infix(r->b, sign, 0, &operands[0], &operands[1], out) ||
           csuccess__rule_note(r, node);
}

static bool both(csuccess__rule *r, const csuccess__json *node, csuccess__term *conditions,
                 csuccess__term *out)
{
    return csuccess__build_join(r->b, CSUCCESS__OP_AND, &conditions[0], &conditions[1], out) ||
           csuccess__rule_note(r, node);
}

static bool negated(csuccess__rule *r, const csuccess__json *node, csuccess__term *out)
{
    return csuccess__build_prefix(r->b, "!", 0, out, out) || csuccess__rule_note(r, node);
}

typedef bool make(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                  const char *detail, csuccess__term *out);

static bool compare(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                    const char *sign, csuccess__term *out)
{
    csuccess__term operands[] = {*name, {0}};
    return literal(r, node, name->type, &operands[1]) && infix(r, node, sign, operands, out);
}

static bool between(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                    const char *detail, csuccess__term *out)
{
    (void)detail;
    if (node->type != CSUCCESS__JSON_ARRAY || node->count != 2) {
        return refuse(r, node, CSUCCESS_ECONFIG,
                      "between takes [lowest, highest], both included");
    }
    csuccess__term low[] = {*name, {0}}, high[] = {*name, {0}}, conditions[2];
    bool good = literal(r, node->first, name->type, &low[1]);
    good = literal(r, node->last, name->type, &high[1]) && good;
    return good && infix(r, node, ">=", low, &conditions[0]) &&
           infix(r, node, "<=", high, &conditions[1]) && both(r, node, conditions, out);
}

static bool in_list(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                    const char *detail, csuccess__term *out)
{
    if (node->type != CSUCCESS__JSON_ARRAY) {
        return refuse(r, node, CSUCCESS_ECONFIG, "in and not_in take an array of values");
    }
    if (name->type->kind == CSUCCESS__KIND_LIST) {
        return refuse(r, node, CSUCCESS_ETYPE,
                      "in asks of one value; this is a list, ask {\"contains\": ...}");
    }
    csuccess__term operands[] = {*name, {0}};
    return list_of(r, node, name->type, &operands[1]) && infix(r, node, "in", operands, out) &&
           (!detail || negated(r, node, out));
}

static bool text_method(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                        const char *method, csuccess__term *out)
{
    csuccess__term text;
    csuccess__terms arguments = {0};
    if (name->type->kind != CSUCCESS__KIND_STRING) {
        csuccess__problem(r->list, node, CSUCCESS_ETYPE, "%s asks of a string; this is %s",
                          method, csuccess__type_words(r->b, name->type));
        return false;
    }
    if (!literal(r, node, name->type, &text)) return false;
    bool done = csuccess__terms_add(r->b, &arguments, name) &&
                csuccess__terms_add(r->b, &arguments, &text) &&
                csuccess__build_call(r->b, csuccess__str(method), CSUCCESS__STYLE_METHOD, 0,
                                     &arguments, out);
    return done || csuccess__rule_note(r, node);
}

/* Of a string a part, of a list an item. */
static bool contains(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                     const char *detail, csuccess__term *out)
{
    if (name->type->kind != CSUCCESS__KIND_LIST) return text_method(r, node, name, detail, out);
    csuccess__term operands[] = {{0}, *name};
    return literal(r, node, name->type->item, &operands[0]) &&
           infix(r, node, "in", operands, out);
}

static bool exists(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                   const char *detail, csuccess__term *out)
{
    (void)detail;
    if (node->type != CSUCCESS__JSON_BOOL) {
        return refuse(r, node, CSUCCESS_ETYPE, "exists is true or false");
    }
    if (!csuccess__build_has(r->b, name, 0, out)) return csuccess__rule_note(r, node);
    return node->boolean || negated(r, node, out);
}

/* now - duration, for a time. */
static bool ago(csuccess__rule *r, const csuccess__json *node, const csuccess__term *name,
                csuccess__term *out)
{
    csuccess__value value;
    csuccess__term operands[2];
    if (name->type->kind != CSUCCESS__KIND_TIME) {
        csuccess__problem(r->list, node, CSUCCESS_ETYPE,
                          "within_last and older_than ask of a time; this is %s",
                          csuccess__type_words(r->b, name->type));
        return false;
    }
    if (!value_of(r, node, csuccess__type_of(CSUCCESS__KIND_DURATION), &value)) return false;
    if (csuccess__duration_is_negative(value.as.duration)) {
        return refuse(r, node, CSUCCESS_ERANGE,
                      "a duration here reaches back: leave the minus out");
    }
    operands[1] = csuccess__term_constant(value, csuccess__type_of(CSUCCESS__KIND_DURATION), 0);
    if (!csuccess__build_now(r->b, 0, &operands[0])) return csuccess__rule_note(r, node);
    return infix(r, node, "-", operands, out);
}

static bool within_last(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                        const char *detail, csuccess__term *out)
{
    (void)detail;
    csuccess__term from[] = {*name, {0}}, to[] = {*name, {0}}, conditions[2];
    if (!ago(r, node, name, &from[1]) || !infix(r, node, ">=", from, &conditions[0]))
        return false;
    if (!csuccess__build_now(r->b, 0, &to[1])) return csuccess__rule_note(r, node);
    return infix(r, node, "<=", to, &conditions[1]) && both(r, node, conditions, out);
}

static bool older_than(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                       const char *detail, csuccess__term *out)
{
    (void)detail;
    csuccess__term operands[] = {*name, {0}};
    return ago(r, node, name, &operands[1]) && infix(r, node, "<", operands, out);
}

static const struct {
    const char *word;
    make *make;
    const char *detail;
} operators[] = {
    {"eq", compare, "=="},
    {"ne", compare, "!="},
    {"lt", compare, "<"},
    {"lte", compare, "<="},
    {"gt", compare, ">"},
    {"gte", compare, ">="},
    {"between", between, NULL},
    {"in", in_list, NULL},
    {"not_in", in_list, "!"},
    {"contains", contains, "contains"},
    {"starts_with", text_method, "startsWith"},
    {"ends_with", text_method, "endsWith"},
    {"matches", text_method, "matches"},
    {"exists", exists, NULL},
    {"within_last", within_last, NULL},
    {"older_than", older_than, NULL},
};

static bool bare(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                 csuccess__term *out)
{
    if (node->type == CSUCCESS__JSON_NULL) {
        return refuse(r, node, CSUCCESS_ECONFIG,
                      "what is absent is asked by {\"exists\": false}");
    }
    if (node->type == CSUCCESS__JSON_ARRAY && name->type->kind != CSUCCESS__KIND_LIST) {
        return refuse(r, node, CSUCCESS_ECONFIG, "one of several values is {\"in\": [...]}");
    }
    if (refuse_seeming(r, node)) return false;
    return compare(r, node, name, "==", out);
}

bool csuccess__rule_compare(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                            const csuccess_str *word, csuccess__term *out)
{
    if (!word) return bare(r, node, name, out);
    csuccess__nearest near;
    csuccess__nearest_start(&near, *word);
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (csuccess__str_is(*word, operators[i].word)) {
            return operators[i].make(r, node, name, operators[i].detail, out);
        }
        csuccess__nearest_try(&near, csuccess__str(operators[i].word));
    }
    if (near.best.ptr) {
        csuccess__problem(r->list, node, CSUCCESS_ECONFIG,
                          "unknown operator %q (did you mean %q?)", *word, near.best);
    } else {
        csuccess__problem(
            r->list, node, CSUCCESS_ECONFIG,
            "unknown operator %q: there are eq ne lt lte gt gte between in not_in "
            "contains starts_with ends_with matches exists within_last older_than",
            *word);
    }
    return false;
}
