/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions on events: a scope of its own, in which the declared properties of an event are the names. */
#include "customer/aggregates_internal.h"

#include "base/digest.h"
#include "customer/schema_internal.h"
#include "text/reader.h"

/* reason: the signature of csuccess__scope. */
static csuccess_result resolve(void *ud, csuccess_str path, const csuccess_str *argument,
                               csuccess__symbol *out, csuccess__nearest *near,
                               csuccess__text *say)
{
    const csuccess__where *where = ud;
    if (argument) return CSUCCESS_ENAME;
    for (uint32_t i = 0; i < where->count; i++) {
        if (csuccess__str_eq(where->asked[i].name, path)) {
            *out =
                (csuccess__symbol){.type = csuccess__type_of(where->asked[i].kind), .slot = i};
            return CSUCCESS_OK;
        }
        csuccess__nearest_try(near, where->asked[i].name);
    }
    /* A dot may be a method's. */
    if (csuccess__str_find(path, CSUCCESS_STR(".")) != SIZE_MAX) return CSUCCESS_ENAME;
    csuccess__text_format(
        say, "%q is no declared property of the event: give its type under \"properties\"",
        path);
    if (near->best.ptr) csuccess__text_format(say, " (or did you mean %q?)", near->best);
    return CSUCCESS_EEXPRESSION;
}

static bool read_properties(csuccess__where *out, csuccess__compiler *with,
                            csuccess__problems *problems, const csuccess__json *section)
{
    static const char *const words[] = {"number", "bool", "string", "time", NULL};
    static const csuccess__kind kinds[] = {CSUCCESS__KIND_NUMBER, CSUCCESS__KIND_BOOL,
                                           CSUCCESS__KIND_STRING, CSUCCESS__KIND_TIME};
    out->asked =
        CSUCCESS__NEW_ARRAY(with->arena, csuccess__asked, section ? section->count : 0);
    if (!out->asked) {
        problems->lost = true;
        return false;
    }
    bool ok = true;
    for (const csuccess__json *m = section ? section->first : NULL; m; m = m->next) {
        ok = csuccess__name_check(problems, m, "a property in conditions") && ok;
        int word = csuccess__read_word(problems, section, m->key.ptr, words, -1);
        ok = ok && word >= 0;
        if (word < 0) continue;
        out->asked[out->count].name = csuccess__arena_copy(with->arena, m->key);
        if (!out->asked[out->count].name.ptr) problems->lost = true;
        out->asked[out->count++].kind = kinds[word];
    }
    return ok && !problems->lost;
}

/* Tells conditions apart by how they are written and the types of what they read, which later versions of the printer or the optimizer
   cannot change: states know series by it. */
static csuccess_str print_of(const csuccess__where *where, csuccess__compiler *with,
                             const csuccess__json *node)
{
    enum { SHOWN = 16 };
    csuccess__buffer text;
    csuccess__sha256 hash;
    uint8_t digest[32];
    char hex[65];
    csuccess__buffer_init(&text, with->mem, 0);
    csuccess__json_write(&text, node, true);
    csuccess__sha256_start(&hash);
    csuccess__digest_str(&hash, csuccess__buffer_view(&text));
    for (uint32_t i = 0; i < where->program->input_count; i++) {
        const csuccess__asked *asked = &where->asked[where->program->inputs[i]];
        csuccess__digest_str(&hash, asked->name);
        csuccess__digest_u64(&hash, (uint64_t)asked->kind);
    }
    csuccess__sha256_finish(&hash, digest);
    csuccess__hex(hex, digest);
    bool ok = text.status == CSUCCESS_OK;
    csuccess__buffer_free(&text);
    if (!ok) return (csuccess_str){NULL, 0};
    return csuccess__arena_copy(with->arena, (csuccess_str){hex, SHOWN});
}

static bool compile(csuccess__where *where, csuccess__compiler *with,
                    csuccess__problems *problems, const csuccess__json *node)
{
    csuccess__scope scope = {.ud = where, .resolve = resolve};
    csuccess__compiler inner = *with;
    inner.scope = &scope;
    where->program =
        csuccess__expr_read(&inner, problems, node, csuccess__type_of(CSUCCESS__KIND_BOOL));
    with->cleanup = inner.cleanup;
    if (!where->program) return false;
    where->print = print_of(where, with, node);
    if (!where->print.ptr) problems->lost = true;
    return where->print.ptr != NULL;
}

/* What always holds is no condition. */
static bool is_condition(const csuccess__json *node)
{
    return node && !(node->type == CSUCCESS__JSON_BOOL && node->boolean);
}

csuccess__where *csuccess__where_compile(csuccess__compiler *with, csuccess__problems *problems,
                                         const csuccess__json *at, bool *ok)
{
    const csuccess__json *node = csuccess__json_member(at, "where");
    const csuccess__json *section =
        csuccess__read_section(problems, at, "properties", CSUCCESS__JSON_OBJECT);
    if (!node && section) {
        csuccess__problem(problems, section, CSUCCESS_ECONFIG,
                          "\"properties\" declares what \"where\" reads, and there is no "
                          "\"where\"");
        *ok = false;
    }
    if (!is_condition(node)) return NULL;
    csuccess__where *where = CSUCCESS__NEW(with->arena, csuccess__where);
    bool read = where && read_properties(where, with, problems, section);
    if (!where) problems->lost = true;
    if (!problems->lost && compile(where, with, problems, node) && read) return where;
    *ok = false;
    return NULL;
}
