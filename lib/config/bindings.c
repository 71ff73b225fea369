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
    bool may = declared && csuccess__nearest_may(&problems->compared, declared->count);
    for (const csuccess__json *m = may ? declared->first : NULL; m; m = m->next) {
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

/* What one filling in goes by. */
typedef struct filling {
    const csuccess__json *declared, *values;
    const csuccess_limits *limits;
    csuccess__arena *arena;
    csuccess__problems *problems;
    uint64_t nodes; /* filled in so far */
} filling;

/* The value that the host or the declaration gives for a binding; NULL when there is none (noted). */
static const csuccess__json *value_of(const filling *f, const csuccess__json *use)
{
    const csuccess__json *name = use->first;
    const csuccess__json *declaration =
        f->declared ? csuccess__json_get(f->declared, name->string) : NULL;
    if (!declaration) {
        note_unknown(name, f->declared, f->problems);
        return NULL;
    }
    const csuccess__json *value =
        f->values ? csuccess__json_get(f->values, name->string) : NULL;
    if (!value) {
        value = csuccess__json_member(declaration, "default");
    }
    if (!value) {
        csuccess__problem(
            f->problems, name, CSUCCESS_EMISSING,
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

/* How many values a tree has, and whether it is nested no deeper than `depth`. */
static uint64_t measure(const csuccess__json *root, uint32_t depth, bool *fits)
{
    uint64_t nodes = 1;
    uint32_t level = 0;
    const csuccess__json *at = root;
    for (;;) {
        *fits = *fits && (level < depth || at->type < CSUCCESS__JSON_ARRAY);
        if (at->first) {
            at = at->first;
            level++;
        } else {
            while (at != root && !at->next) {
                at = at->parent;
                level--;
            }
            if (at == root) {
                return nodes;
            }
            at = at->next;
        }
        nodes++;
    }
}

/* A short document may use a long value many times: what is filled in has the limits of a document. */
static bool within_limits(filling *f, const csuccess__json *use, const csuccess__json *value)
{
    uint32_t above = 0;
    bool fits = true;
    for (const csuccess__json *at = use->parent; at; at = at->parent) {
        above++;
    }
    uint32_t depth = f->limits->document_depth;
    f->nodes += measure(value, depth > above ? depth - above : 0, &fits);
    if (!fits) {
        csuccess__problem(f->problems, use, CSUCCESS_ELIMIT,
                          "with the binding filled in, the document is deeper than %u (limit "
                          "document_depth)",
                          depth);
    } else if (f->nodes > f->limits->document_nodes) {
        csuccess__problem(f->problems, use, CSUCCESS_ELIMIT,
                          "bindings stand for more than %u values (limit document_nodes)",
                          f->limits->document_nodes);
        fits = false;
    }
    return fits;
}

/* Takes over what a binding stands for; the node keeps its key and place. */
static void fill(csuccess__json *node, const csuccess__json *value, filling *f)
{
    csuccess__json *copy = csuccess__json_copy(f->arena, value);
    if (!copy) {
        f->problems->lost = true;
        return;
    }
    node->type = copy->type;
    node->boolean = copy->boolean;
    node->number = copy->number;
    node->string = copy->string;
    node->count = copy->count;
    node->first = copy->first;
    node->last = copy->last;
    node->sorted = copy->sorted;
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

static void check_declarations(const filling *f)
{
    for (const csuccess__json *m = f->declared ? f->declared->first : NULL; m; m = m->next) {
        csuccess__read_object(f->problems, m, declaration_keys);
    }
    for (const csuccess__json *m = f->values ? f->values->first : NULL; m; m = m->next) {
        if (!f->declared || !csuccess__json_get(f->declared, m->key)) {
            csuccess__problem(f->problems, m, CSUCCESS_ENAME,
                              "the host supplies %q, which the document does not declare under "
                              "`bindings`",
                              m->key);
        }
    }
}

/* The host's values; NULL when a problem was noted. */
static const csuccess__json *read_values(const filling *f, csuccess_str text)
{
    const csuccess__json *values =
        csuccess__text_parse(text, CSUCCESS_STR("bindings"), f->limits, f->arena, f->problems);
    if (values && values->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(
            f->problems, values, CSUCCESS_ECONFIG,
            "the values of bindings are an object, {\"name\": value, …}; this is %s",
            csuccess__json_type_name(values));
        return NULL;
    }
    return values;
}

void csuccess__bindings_apply(csuccess__json *document, csuccess_str values,
                              const csuccess_limits *limits, csuccess__arena *arena,
                              csuccess__problems *problems)
{
    filling f = {.limits = limits, .arena = arena, .problems = problems};
    if (values.len > 0) {
        f.values = read_values(&f, values);
    }
    f.declared = csuccess__read_section(problems, document, "bindings", CSUCCESS__JSON_OBJECT);
    check_declarations(&f);
    for (csuccess__json *node = document->first; node;) {
        bool skip = node == f.declared;
        if (!skip && is_use(node)) {
            const csuccess__json *value = value_of(&f, node);
            if (value && within_limits(&f, node, value)) {
                fill(node, value, &f);
            }
            skip = true;
        }
        node = following(node, skip);
    }
}
