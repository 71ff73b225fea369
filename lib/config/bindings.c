/* SPDX-License-Identifier: Apache-2.0 */
/* Bindings: names that differ between environments, declared in the document, supplied by the host. */
#include "config/config.h"
#include "text/reader.h"

static const char *const declaration_keys[] = {"description", "default", NULL};

static void note_unknown(const csuccess__json *name, const csuccess__json *declared,
                         csuccess__problems *problems)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, name->string);
    for (const csuccess__json *m = declared ? declared->first : NULL; m; m = m->next) {
        csuccess__nearest_try(&near, m->key);
    }
    if (near.best.ptr) {
        csuccess__problem(problems, name, CSUCCESS_ENAME,
                          "no binding is called %q (did you mean %q?)", name->string,
                          near.best);
    } else {
        csuccess__problem(problems, name, CSUCCESS_ENAME,
                          "no binding is called %q; declare it under `bindings`", name->string);
    }
}

/* The value that the host or the declaration gives for a binding; NULL when there is none (noted). */
static const csuccess__json *value_of(const csuccess__json *use, const csuccess__json *declared,
                                      const csuccess__json *values,
                                      csuccess__problems *problems)
{
    const csuccess__json *name = use->first;
    const csuccess__json *declaration =
        declared ? csuccess__json_get(declared, name->string) : NULL;
    if (!declaration) {
        note_unknown(name, declared, problems);
        return NULL;
    }
    const csuccess__json *value = values ? csuccess__json_get(values, name->string) : NULL;
    if (!value) {
        value = csuccess__json_member(declaration, "default");
    }
    if (!value) {
        csuccess__problem(
            problems, name, CSUCCESS_EMISSING,
            "the host supplies no value for the binding %q, and it has no default",
            name->string);
    }
    return value;
}

static bool is_use(const csuccess__json *node)
{
    return node->type == CSUCCESS__JSON_OBJECT && node->count == 1 &&
           csuccess__str_is(node->first->key, "binding") &&
           node->first->type == CSUCCESS__JSON_STRING;
}

/* Takes over what a binding stands for; the node keeps its key and place. */
static void fill(csuccess__json *node, const csuccess__json *value, csuccess__arena *arena,
                 csuccess__problems *problems)
{
    csuccess__json *copy = csuccess__json_copy(arena, value);
    if (!copy) {
        problems->lost = true;
        return;
    }
    node->type = copy->type;
    node->boolean = copy->boolean;
    node->number = copy->number;
    node->string = copy->string;
    node->count = copy->count;
    node->first = copy->first;
    node->last = copy->last;
    for (csuccess__json *child = node->first; child; child = child->next) {
        child->parent = node;
    }
}

/* The node after `node` in document order, skipping its members when `over`; NULL at the end. */
static csuccess__json *following(csuccess__json *node, bool over)
{
    if (!over && node->first) {
        return node->first;
    }
    while (node && !node->next) {
        node = node->parent;
    }
    return node ? node->next : NULL;
}

static void check_declarations(const csuccess__json *declared, const csuccess__json *values,
                               csuccess__problems *problems)
{
    for (const csuccess__json *m = declared ? declared->first : NULL; m; m = m->next) {
        csuccess__read_object(problems, m, declaration_keys);
    }
    for (const csuccess__json *m = values ? values->first : NULL; m; m = m->next) {
        if (!declared || !csuccess__json_get(declared, m->key)) {
            csuccess__problem(problems, m, CSUCCESS_ENAME,
                              "the host supplies %q, which the document does not declare under "
                              "`bindings`",
                              m->key);
        }
    }
}

void csuccess__bindings_apply(csuccess__json *document, csuccess_str values_text,
                              const csuccess_limits *limits, csuccess__arena *arena,
                              csuccess__problems *problems)
{
    const csuccess__json *values = NULL;
    if (values_text.len > 0) {
        values = csuccess__document_parse(values_text, CSUCCESS_STR("bindings"), limits, arena,
                                          problems);
    }
    const csuccess__json *declared =
        csuccess__read_section(problems, document, "bindings", CSUCCESS__JSON_OBJECT);
    check_declarations(declared, values, problems);
    for (csuccess__json *node = document->first; node;) {
        bool skip = node == declared;
        if (!skip && is_use(node)) {
            const csuccess__json *value = value_of(node, declared, values, problems);
            if (value) {
                fill(node, value, arena, problems);
            }
            skip = true;
        }
        node = following(node, skip);
    }
}
