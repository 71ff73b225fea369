/* SPDX-License-Identifier: Apache-2.0 */
/* Names: variables of macros, paths and look-ups that the scope answers, fields, and what to
   say of a name that nobody knows. */
#include "expr/names.h"

#include "base/str.h"

#include <string.h>

static const struct {
    const char *word, *remedy;
} foreign[] = {
    {"null", "what is absent is missing; ask has(x)"},
    {"NULL", "what is absent is missing; ask has(x)"},
    {"None", "what is absent is missing; ask has(x)"},
    {"nil", "what is absent is missing; ask has(x)"},
    {"undefined", "what is absent is missing; ask has(x)"},
    {"missing", "what is absent is missing; ask has(x)"},
    {"True", "write true"},
    {"TRUE", "write true"},
    {"False", "write false"},
    {"FALSE", "write false"},
    {"not", "use !"},
    {"NOT", "use !"},
    {"if", "write condition ? this : that"},
    {"for", "lists have the macros all, exists, exists_one, filter and map"},
    {"while", "lists have the macros all, exists, exists_one, filter and map"},
};

static const char *const reserved[] = {
    "as",  "break",  "const", "continue", "else",    "for",       "function",
    "if",  "import", "let",   "loop",     "package", "namespace", "return",
    "var", "void",   "while", "null",     "in",      "true",      "false"};

bool csuccess__name_reserved(csuccess_str name)
{
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if (csuccess__str_is(name, reserved[i])) return true;
    }
    return false;
}

/* Words of other languages get their remedy; false when it is none. */
static bool explain_foreign(csuccess__parser *p, csuccess_str name, size_t at)
{
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        if (csuccess__str_is(name, foreign[i].word)) {
            csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, at, "%q cannot stand here: %s",
                                 name, foreign[i].remedy);
            return true;
        }
    }
    return false;
}

bool csuccess__name_refuse_reserved(csuccess__parser *p, const csuccess__token *name)
{
    if (!csuccess__name_reserved(name->text)) return true;
    if (explain_foreign(p, name->text, name->at)) return false;
    return csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, name->at,
                                "%q is a word of the language and no name", name->text);
}

const csuccess__bound *csuccess__name_bound(const csuccess__parser *p, csuccess_str name)
{
    const csuccess__bound *bound = p->b->bound;
    while (bound && !csuccess__str_eq(bound->name, name)) bound = bound->outer;
    return bound;
}

static bool part_add(csuccess__parser *p, csuccess__path *path, const csuccess__token *name)
{
    if (path->count == CSUCCESS__PATH_PARTS) {
        return csuccess__build_fail(p->b, CSUCCESS_ELIMIT, name->at,
                                    "a name has %u parts at most",
                                    (uint32_t)CSUCCESS__PATH_PARTS);
    }
    path->parts[path->count++] =
        (csuccess__part){name->text, name->at, csuccess__token_end(name)};
    return true;
}

bool csuccess__path_gather(csuccess__parser *p, csuccess__path *path, bool look_up)
{
    while (csuccess__token_is(&p->token, ".")) {
        csuccess__token name, after;
        if (!csuccess__lex(p->b, csuccess__token_end(&p->token), &name)) return false;
        if (name.kind != CSUCCESS__TOKEN_NAME) {
            return csuccess__build_fail(p->b, CSUCCESS_EEXPRESSION, name.at,
                                        "a name is missing behind the point");
        }
        if (!csuccess__lex(p->b, csuccess__token_end(&name), &after)) return false;
        path->call = csuccess__token_is(&after, "(");
        if (path->call && look_up) {
            path->call = false;
            return true;
        }
        if (!part_add(p, path, &name)) return false;
        p->token = after;
        if (path->call) return csuccess__parser_take(p);
    }
    return true;
}

bool csuccess__path_start(csuccess__parser *p, csuccess__path *path)
{
    memset(path, 0, sizeof *path);
    csuccess__token name = p->token;
    if (!part_add(p, path, &name) || !csuccess__parser_take(p)) return false;
    if (csuccess__token_is(&p->token, "(")) {
        path->call = true;
        return csuccess__parser_take(p);
    }
    return csuccess__path_gather(p, path, false);
}

csuccess_str csuccess__path_join(csuccess__parser *p, const csuccess__path *path,
                                 uint32_t count)
{
    size_t len = 0;
    for (uint32_t i = 0; i < count; i++) len += path->parts[i].text.len + 1;
    char *text = csuccess__arena_take(&p->b->scratch, len, 1);
    size_t used = 0;
    for (uint32_t i = 0; text && i < count; i++) {
        if (i > 0) text[used++] = '.';
        memcpy(text + used, path->parts[i].text.ptr, path->parts[i].text.len);
        used += path->parts[i].text.len;
    }
    if (!text) csuccess__build_no_memory(p->b);
    return (csuccess_str){text, used};
}

/* The parts from `from` on as fields of a record. */
static bool take_fields(csuccess__parser *p, const csuccess__path *path, uint32_t from,
                        csuccess__term *out)
{
    for (uint32_t i = from; i < path->count; i++) {
        if (!csuccess__build_field(p->b, out, path->parts[i].text, path->parts[i].at, out)) {
            return false;
        }
    }
    if (from < path->count) out->path.len = 0;
    return true;
}

static bool bound_variable(csuccess__parser *p, const csuccess__path *path,
                           const csuccess__bound *bound, csuccess__term *out)
{
    csuccess__node proto = {.op = CSUCCESS__OP_VARIABLE, .type = bound->type};
    proto.at = (uint32_t)path->parts[0].at;
    proto.as.each.variable = bound->number;
    proto.as.each.name = bound->kept;
    return csuccess__build_node(p->b, proto, NULL, 0, out) && take_fields(p, path, 1, out);
}

/* The path's first `count` parts as one name. OK with a slot; ENAME unknown; else failed. */
static csuccess_result ask_scope(csuccess__parser *p, const csuccess__path *path,
                                 uint32_t count, csuccess__nearest *near, csuccess__term *out)
{
    const csuccess__scope *scope = p->b->with->scope;
    csuccess_str name = csuccess__path_join(p, path, count);
    if (!name.ptr) return CSUCCESS_ENOMEM;
    char words[400];
    csuccess__text say;
    csuccess__text_init(&say, words, sizeof words);
    csuccess__nearest_start(near, name);
    csuccess__symbol symbol = {0};
    csuccess_result result =
        scope->resolve(scope->ud, name, path->argument, &symbol, near, &say);
    if (result == CSUCCESS_ENAME) return result;
    size_t at = path->parts[0].at;
    if (result < 0) {
        csuccess__build_fail(p->b, result, at, "%s",
                             say.len ? words : "this name cannot be used here");
        return result;
    }
    csuccess_str written = {p->b->text.ptr + at, path->parts[count - 1].end - at};
    if (!csuccess__build_slot(p->b, &symbol, written, at, out)) return CSUCCESS_EGENERIC;
    out->path = path->argument ? (csuccess_str){NULL, 0} : name;
    return CSUCCESS_OK;
}

static void suggest_bound(csuccess__parser *p, csuccess__nearest *near)
{
    for (const csuccess__bound *bound = p->b->bound; bound; bound = bound->outer) {
        csuccess__nearest_try(near, bound->name);
    }
    csuccess__nearest_try(near, CSUCCESS_STR("now"));
    csuccess__nearest_try(near, CSUCCESS_STR("true"));
    csuccess__nearest_try(near, CSUCCESS_STR("false"));
}

static bool unknown_name(csuccess__parser *p, const csuccess__path *path,
                         csuccess__nearest *near)
{
    if (explain_foreign(p, path->parts[0].text, path->parts[0].at)) return false;
    suggest_bound(p, near);
    if (near->best.ptr) {
        return csuccess__build_fail(p->b, CSUCCESS_ENAME, path->parts[0].at,
                                    "unknown name %q (did you mean %q?)", near->wanted,
                                    near->best);
    }
    bool function = csuccess__function_known(near->wanted, CSUCCESS__STYLES_CALL);
    return csuccess__build_fail(
        p->b, CSUCCESS_ENAME, path->parts[0].at, "unknown name %q%s", near->wanted,
        function ? "; the function of that name is called with ( )" : "");
}

bool csuccess__path_resolve(csuccess__parser *p, const csuccess__path *path, uint32_t least,
                            csuccess__term *out)
{
    const csuccess__bound *bound =
        path->argument ? NULL : csuccess__name_bound(p, path->parts[0].text);
    if (bound) return bound_variable(p, path, bound, out);
    csuccess__nearest nearest = {0}, other = {0};
    for (uint32_t count = path->count; count >= least; count--) {
        csuccess__nearest *near = count == path->count ? &nearest : &other;
        csuccess_result result = ask_scope(p, path, count, near, out);
        if (result == CSUCCESS_OK) return take_fields(p, path, count, out);
        if (result != CSUCCESS_ENAME || p->b->status != CSUCCESS_OK) {
            return csuccess__build_fail(p->b, result, path->parts[0].at,
                                        "this name cannot be used");
        }
    }
    return path->argument ? csuccess__name_unknown_function(p, path, least, &nearest)
                          : unknown_name(p, path, &nearest);
}

/* Whether the first `count` parts are a name in scope, behind which a method would stand. */
static bool is_name(csuccess__parser *p, const csuccess__path *path, uint32_t count)
{
    const csuccess__scope *scope = p->b->with->scope;
    csuccess__nearest near;
    csuccess__symbol symbol = {0};
    char words[16];
    csuccess__text say;
    csuccess_str name = csuccess__path_join(p, path, count);
    csuccess__nearest_start(&near, name);
    csuccess__text_init(&say, words, sizeof words);
    return name.ptr &&
           scope->resolve(scope->ud, name, NULL, &symbol, &near, &say) == CSUCCESS_OK;
}

bool csuccess__name_unknown_function(csuccess__parser *p, const csuccess__path *path,
                                     uint32_t parts, csuccess__nearest *near)
{
    bool method = parts > 1 && is_name(p, path, parts - 1);
    const csuccess__part *first = &path->parts[method ? parts - 1 : 0];
    csuccess_str name = method ? first->text : csuccess__path_join(p, path, parts);
    if (!name.ptr) return false;
    csuccess__nearest local;
    if (method || !near || near->best.ptr == NULL) {
        csuccess__nearest_start(&local, name);
        near = &local;
    }
    csuccess__functions_suggest(near);
    if (near->best.ptr) {
        return csuccess__build_fail(p->b, CSUCCESS_ENAME, first->at,
                                    "unknown function %q (did you mean %q?)", name, near->best);
    }
    return csuccess__build_fail(p->b, CSUCCESS_ENAME, first->at, "unknown function %q", name);
}
