/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind a name or a value in the text: calls, look-ups, macros, fields and
   indices. */
#include "base/str.h"
#include "expr/names.h"

static bool parse_has(csuccess__parser *p, size_t at, csuccess__term *out)
{
    csuccess__term name;
    if (!csuccess__parser_value(p, &name) || !csuccess__build_has(p->b, &name, at, out))
        return false;
    out->at = at;
    return csuccess__parser_expect(p, ")", "has() takes one name");
}

static bool parse_call(csuccess__parser *p, csuccess_str name, size_t at, csuccess__term *out)
{
    csuccess__terms arguments = {0};
    return csuccess__parser_arguments(p, ")", &arguments) &&
           csuccess__build_call(p->b, name, CSUCCESS__STYLE_CALL, at, &arguments, out);
}

/* component('id').field: a call that is no function of the language belongs to the scope. */
static bool parse_look_up(csuccess__parser *p, csuccess__path *path, csuccess__term *out)
{
    uint32_t least = path->count;
    csuccess__token argument = p->token, close;
    if (argument.kind != CSUCCESS__TOKEN_STRING) {
        return csuccess__name_unknown_function(p, path, least, NULL);
    }
    if (!csuccess__lex(p->b, csuccess__token_end(&argument), &close)) return false;
    if (!csuccess__token_is(&close, ")")) {
        return csuccess__name_unknown_function(p, path, least, NULL);
    }
    path->argument = &argument.string;
    path->parts[path->count - 1].end = csuccess__token_end(&close);
    p->token = close;
    bool resolved = csuccess__parser_take(p) && csuccess__path_gather(p, path, true) &&
                    csuccess__path_resolve(p, path, least, out);
    path->argument = NULL; /* it stood on this stack */
    return resolved;
}

static bool is_method(csuccess_str name)
{
    return csuccess__function_known(name, CSUCCESS__STYLES_METHOD);
}

/* Whether a.b.f( calls f on a.b, and is neither a function with a point in its name nor a
   look-up. */
static bool calls_method(const csuccess__parser *p, const csuccess__path *path)
{
    csuccess_str last = path->parts[path->count - 1].text;
    if (path->count == 1) return false;
    return csuccess__name_bound(p, path->parts[0].text) || is_method(last) ||
           (csuccess__function_known(last, CSUCCESS__STYLES_CALL) &&
            p->token.kind != CSUCCESS__TOKEN_STRING);
}

/* Whether the whole name, points and all, is one of the language. A method is taken too, to
   be told how it is called. */
static bool calls_function(const csuccess__parser *p, const csuccess__path *path,
                           csuccess_str whole)
{
    if (path->count == 1)
        return csuccess__function_known(whole, CSUCCESS__STYLES_CALL) || is_method(whole);
    return !csuccess__name_bound(p, path->parts[0].text) &&
           csuccess__function_known(whole, CSUCCESS__STYLES_CALL);
}

static bool parse_called(csuccess__parser *p, csuccess__path *path, csuccess__term *out)
{
    size_t at = path->parts[0].at;
    csuccess_str whole = csuccess__path_join(p, path, path->count);
    if (!whole.ptr) return false;
    if (csuccess__str_is(whole, "has")) return parse_has(p, at, out);
    if (calls_function(p, path, whole)) return parse_call(p, whole, at, out);
    if (!calls_method(p, path)) return parse_look_up(p, path, out);
    const csuccess__part last = path->parts[--path->count];
    return csuccess__path_resolve(p, path, 1, out) &&
           csuccess__parser_method(p, last.text, last.at, out);
}

static bool parse_word(csuccess__parser *p, csuccess__term *out, bool *done)
{
    csuccess__token name = p->token;
    bool yes = csuccess__str_is(name.text, "true");
    *done = true;
    if (yes || csuccess__str_is(name.text, "false")) {
        *out = csuccess__term_constant(csuccess__boolean(yes),
                                       csuccess__type_of(CSUCCESS__KIND_BOOL), name.at);
        return csuccess__parser_take(p);
    }
    if (csuccess__str_is(name.text, "now")) {
        return csuccess__parser_take(p) && csuccess__build_now(p->b, name.at, out);
    }
    *done = false;
    return csuccess__name_refuse_reserved(p, &name);
}

bool csuccess__parser_name(csuccess__parser *p, csuccess__term *out)
{
    bool done;
    if (!parse_word(p, out, &done)) return false;
    if (done) return true;
    csuccess__path path;
    if (!csuccess__path_start(p, &path)) return false;
    return path.call ? parse_called(p, &path, out) : csuccess__path_resolve(p, &path, 1, out);
}

static const csuccess__op macros[] = {CSUCCESS__OP_ALL, CSUCCESS__OP_EXISTS,
                                      CSUCCESS__OP_EXISTS_ONE, CSUCCESS__OP_FILTER,
                                      CSUCCESS__OP_MAP};

static csuccess__op macro_of(csuccess_str name)
{
    for (size_t i = 0; i < sizeof macros / sizeof macros[0]; i++) {
        if (csuccess__str_eq(csuccess__op_name(macros[i]), name)) return macros[i];
    }
    return CSUCCESS__OP_END;
}

/* The variable and its comma. */
static bool parse_variable(csuccess__parser *p, csuccess__op op, csuccess__token *out)
{
    *out = p->token;
    if (out->kind != CSUCCESS__TOKEN_NAME) {
        return csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, out->at,
                                    "%S() names its item first, as in list.%S(x, ...)",
                                    csuccess__op_name(op), csuccess__op_name(op));
    }
    return csuccess__name_refuse_reserved(p, out) && csuccess__parser_take(p) &&
           csuccess__parser_expect(p, ",", "list.macro(x, what of x)");
}

/* list.op(x, body); *out is the list and becomes the result. */
static bool parse_body(csuccess__parser *p, csuccess__op op, const csuccess__token *variable,
                       csuccess__term *out)
{
    csuccess__bound bound;
    csuccess__term body;
    if (!csuccess__build_macro_enter(p->b, out, variable->text, variable->at, &bound) ||
        !csuccess__parser_value(p, &body)) {
        return false;
    }
    bool filtered = op == CSUCCESS__OP_MAP && csuccess__token_is(&p->token, ",");
    return csuccess__build_macro_leave(p->b, filtered ? CSUCCESS__OP_FILTER : op, out, &body,
                                       out);
}

static bool parse_macro(csuccess__parser *p, csuccess__op op, csuccess__term *out)
{
    csuccess__token variable;
    if (!parse_variable(p, op, &variable) || !parse_body(p, op, &variable, out)) return false;
    /* list.map(x, condition, what) filters first. */
    if (op == CSUCCESS__OP_MAP && csuccess__token_is(&p->token, ",")) {
        if (!csuccess__parser_take(p) || !parse_body(p, op, &variable, out)) return false;
    }
    return csuccess__parser_expect(p, ")", NULL);
}

bool csuccess__parser_method(csuccess__parser *p, csuccess_str name, size_t at,
                             csuccess__term *out)
{
    csuccess__op macro = macro_of(name);
    if (macro != CSUCCESS__OP_END) return parse_macro(p, macro, out);
    if (!is_method(name) && !csuccess__function_known(name, CSUCCESS__STYLES_CALL)) {
        csuccess__path path = {.count = 1};
        path.parts[0] = (csuccess__part){name, at, at};
        return csuccess__name_unknown_function(p, &path, 1, NULL);
    }
    csuccess__terms arguments = {0};
    return csuccess__terms_add(p->b, &arguments, out) &&
           csuccess__parser_arguments(p, ")", &arguments) &&
           csuccess__build_call(p->b, name, CSUCCESS__STYLE_METHOD, at, &arguments, out);
}

static bool parse_point(csuccess__parser *p, csuccess__term *out)
{
    if (!csuccess__parser_take(p)) return false;
    csuccess__token name = p->token;
    if (name.kind != CSUCCESS__TOKEN_NAME) {
        return csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, name.at,
                                    "a name is missing behind the point");
    }
    if (!csuccess__parser_take(p)) return false;
    if (!csuccess__token_is(&p->token, "(")) {
        return csuccess__build_field(p->b, out, name.text, name.at, out);
    }
    return csuccess__parser_take(p) && csuccess__parser_method(p, name.text, name.at, out);
}

static bool parse_index(csuccess__parser *p, csuccess__term *out)
{
    size_t at = p->token.at;
    csuccess__term operands[2] = {*out};
    return csuccess__parser_take(p) && csuccess__parser_value(p, &operands[1]) &&
           csuccess__parser_expect(p, "]", NULL) &&
           csuccess__build_index(p->b, operands, at, out);
}

bool csuccess__parser_postfix(csuccess__parser *p, csuccess__term *out)
{
    for (;;) {
        if (csuccess__token_is(&p->token, ".")) {
            if (!parse_point(p, out)) return false;
        } else if (csuccess__token_is(&p->token, "[")) {
            if (!parse_index(p, out)) return false;
        } else {
            return true;
        }
    }
}
