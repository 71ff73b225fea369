/* SPDX-License-Identifier: Apache-2.0 */
/* The key "migrate" of an attribute: what an earlier definition called it and of which type it was, and the expression
   that makes a value of today of one of then. The expression has a scope of its own: `old`, and the earlier name. */
#include "customer/attribute.h"
#include "customer/schema_internal.h"
#include "text/reader.h"

typedef struct then {
    csuccess_str from;
    const csuccess__type *type;
} then;

/* reason: the signature of csuccess__scope. */
static csuccess_result resolve(void *ud, csuccess_str path, const csuccess_str *argument,
                               csuccess__symbol *out, csuccess__nearest *near,
                               csuccess__text *say)
{
    const then *old = ud;
    if (!argument && (csuccess__str_is(path, "old") || csuccess__str_eq(path, old->from))) {
        *out = (csuccess__symbol){.type = old->type, .slot = 0};
        return CSUCCESS_OK;
    }
    csuccess__nearest_try(near, CSUCCESS_STR("old"));
    csuccess__nearest_try(near, old->from);
    (void)say;
    return CSUCCESS_ENAME;
}

static const csuccess__type *type_of(csuccess__attribute_type type,
                                     csuccess__attribute_type item)
{
    if (type != CSUCCESS__ATTRIBUTE_LIST) return csuccess__attribute_kind(type);
    return csuccess__type_list_of(csuccess__attribute_kind(item)->kind);
}

/* The types then; what is not said is as today. False: noted. */
static bool read_types(csuccess__migration *out, const csuccess__attribute *attribute,
                       const csuccess__defining *defining, const csuccess__json *node)
{
    out->type = attribute->type;
    out->item = attribute->item;
    if (csuccess__json_member(node, "type") &&
        !csuccess__type_read(defining, node, "type", CSUCCESS__ATTRIBUTE_RECORDS, &out->type)) {
        return false;
    }
    const csuccess__json *of = csuccess__json_member(node, "of");
    if (out->type == CSUCCESS__ATTRIBUTE_LIST) {
        if (!of && attribute->type == CSUCCESS__ATTRIBUTE_LIST) return true;
        return csuccess__type_read(defining, node, "of", CSUCCESS__ATTRIBUTE_LIST, &out->item);
    }
    if (of) {
        csuccess__problem(defining->problems, of, CSUCCESS_ECONFIG,
                          "\"of\" means nothing for a %s: it gives the type of a list's items",
                          csuccess__attribute_type_name(out->type));
    }
    return !of;
}

static const csuccess__program *read_program(const csuccess__migration *migration,
                                             const csuccess__attribute *attribute,
                                             const csuccess__defining *defining,
                                             const csuccess__json *value)
{
    then old = {migration->from, type_of(migration->type, migration->item)};
    csuccess__scope scope = {.ud = &old, .resolve = resolve};
    csuccess__compiler with = *defining->with;
    with.scope = &scope;
    const csuccess__program *program =
        csuccess__expr_read(&with, defining->problems, value, attribute->value);
    defining->with->cleanup = with.cleanup;
    if (!program || !program->reads_now) return program;
    csuccess__problem(
        defining->problems, value, CSUCCESS_ECONFIG,
        "a migration cannot use `now`: the same value must come of it whenever it "
        "is made");
    return NULL;
}

/* Whether the value as it is can stand where the expression is left out. */
static bool is_same_type(const csuccess__migration *migration,
                         const csuccess__attribute *attribute)
{
    return migration->type == attribute->type &&
           (migration->type != CSUCCESS__ATTRIBUTE_LIST || migration->item == attribute->item);
}

static bool read_from(csuccess__migration *out, const csuccess__attribute *attribute,
                      const csuccess__defining *defining, const csuccess__json *node)
{
    csuccess_str from =
        csuccess__read_string(defining->problems, node, "from", attribute->name);
    out->from = csuccess__arena_copy(defining->with->arena, from);
    if (!out->from.ptr) defining->problems->lost = true;
    out->renames = !csuccess__str_eq(from, attribute->name);
    return out->from.ptr != NULL;
}

void csuccess__migration_read(csuccess__attribute *out, const csuccess__defining *defining,
                              const csuccess__json *at)
{
    static const char *const known[] = {"from", "type", "of", "value", "description", NULL};
    csuccess__problems *problems = defining->problems;
    const csuccess__json *node =
        csuccess__read_section(problems, at, "migrate", CSUCCESS__JSON_OBJECT);
    if (!node || !csuccess__read_object(problems, node, known)) return;
    csuccess__migration *migration = CSUCCESS__NEW(defining->with->arena, csuccess__migration);
    if (!migration) {
        problems->lost = true;
        return;
    }
    if (!read_from(migration, out, defining, node) ||
        !read_types(migration, out, defining, node)) {
        return;
    }
    const csuccess__json *value = csuccess__json_member(node, "value");
    if (value) {
        migration->program = read_program(migration, out, defining, value);
        if (!migration->program) return;
    } else if (!is_same_type(migration, out)) {
        csuccess__problem(
            problems, node, CSUCCESS_ECONFIG,
            "\"migrate\" of %q has no \"value\": give the expression that makes a "
            "%s of `old`",
            out->name, csuccess__attribute_type_name(out->type));
        return;
    } else if (!migration->renames) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "\"migrate\" of %q changes nothing: give \"from\", the name that it "
                          "had, or \"type\" and \"value\"",
                          out->name);
        return;
    }
    out->migrate = migration;
}
