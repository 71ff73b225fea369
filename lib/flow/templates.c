/* SPDX-License-Identifier: Apache-2.0 */
/* The section `templates`: texts per locale, compiled over what is known, the recipient's record and what the trigger handed on. */
#include "flow/templates_internal.h"

#include "text/reader.h"

#include <string.h>

enum { LOCALE_LEAST = 2, LOCALE_MOST = 35, PARTS_MOST = 32, VARIABLES_MOST = 256 };

/* ---- Names ---- */

static csuccess_str after_prefix(csuccess_str path, csuccess_str prefix)
{
    if (!csuccess__str_starts(path, prefix)) return (csuccess_str){NULL, 0};
    return (csuccess_str){path.ptr + prefix.len, path.len - prefix.len};
}

static uint32_t field_of(const csuccess__contact_scope *s, csuccess_str name)
{
    for (uint32_t i = 0; i < s->templates->contact_count; i++) {
        uint32_t slot = s->templates->contact_slots[i];
        if (!csuccess__str_eq(s->schema->slots[slot].argument, name)) continue;
        /* Its fields are what texts and conditions read of the collection. */
        s->schema->slots[s->templates->contact].used = true;
        return slot;
    }
    return UINT32_MAX;
}

static csuccess_result say_no_field(const csuccess__contact_scope *s, csuccess_str field,
                                    csuccess__text *say)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, field);
    for (uint32_t i = 0; i < s->templates->contact_count; i++) {
        csuccess__nearest_try(&near, s->schema->slots[s->templates->contact_slots[i]].argument);
    }
    if (s->templates->contact == UINT32_MAX) {
        csuccess__text_format(
            say, "contact.%S needs the collection \"contacts\" in \"records\"", field);
    } else {
        csuccess__text_format(say, "the records of \"contacts\" have no field %q", field);
    }
    if (near.best.ptr) csuccess__text_format(say, " (did you mean %q?)", near.best);
    return CSUCCESS_EEXPRESSION;
}

static uint32_t default_of(const csuccess__contact_scope *s, csuccess_str path)
{
    for (uint32_t i = 0; s->of && i < s->of->default_count; i++) {
        if (csuccess__str_eq(s->of->defaults[i].name, path)) return s->of->defaults[i].slot;
    }
    return UINT32_MAX;
}

/* reason: the signature of csuccess__scope. */
static csuccess_result resolve(void *ud, csuccess_str path, const csuccess_str *argument,
                               csuccess__symbol *out, csuccess__nearest *near,
                               csuccess__text *say)
{
    const csuccess__contact_scope *s = ud;
    if (argument) return s->inner->resolve(s->inner->ud, path, argument, out, near, say);
    csuccess_str field = after_prefix(path, CSUCCESS_STR("contact."));
    uint32_t slot = default_of(s, path);
    if (slot == UINT32_MAX) slot = field_of(s, s->plain && !field.ptr ? path : field);
    if (slot != UINT32_MAX) {
        *out = (csuccess__symbol){.type = s->schema->slots[slot].type, .slot = slot};
        return CSUCCESS_OK;
    }
    for (uint32_t i = 0; s->plain && i < s->templates->contact_count; i++) {
        csuccess__nearest_try(near, s->schema->slots[s->templates->contact_slots[i]].argument);
    }
    if (!field.ptr) return s->inner->resolve(s->inner->ud, path, NULL, out, near, say);
    /* A further dot may be a method's. */
    bool dotted = csuccess__str_find(field, CSUCCESS_STR(".")) != SIZE_MAX;
    return dotted ? CSUCCESS_ENAME : say_no_field(s, field, say);
}

static const csuccess__benchmark *benchmark(void *ud, csuccess_str metric, csuccess_str cohort)
{
    const csuccess__scope *inner = ((const csuccess__contact_scope *)ud)->inner;
    return inner->benchmark ? inner->benchmark(inner->ud, metric, cohort) : NULL;
}

void csuccess__contact_scope_open(csuccess__contact_scope *out,
                                  const csuccess__flow_build *build,
                                  const csuccess__templates *templates)
{
    *out = (csuccess__contact_scope){
        .scope = {.ud = out, .resolve = resolve, .benchmark = benchmark},
        .inner = build->with->scope,
        .schema = build->schema,
        .templates = templates};
}

static uint32_t find_collection(const csuccess__schema *schema, const char *name)
{
    uint32_t at = csuccess__schema_find(schema, csuccess__str(name), NULL);
    bool is = at < schema->inputs && schema->slots[at].attribute &&
              schema->slots[at].attribute->type == CSUCCESS__ATTRIBUTE_RECORDS;
    return is ? at : UINT32_MAX;
}

/* Slots for the fields of a recipient's record; nothing but texts and conditions on contacts names them. */
static bool declare_contact(csuccess__templates *out, csuccess__flow_build *build)
{
    csuccess__schema *schema = build->schema;
    csuccess_str locale = CSUCCESS_STR("locale");
    out->contact_locale = UINT32_MAX;
    out->contact = find_collection(schema, "contacts");
    out->locale_slot = csuccess__schema_find(schema, locale, NULL);
    if (out->locale_slot >= schema->inputs) out->locale_slot = UINT32_MAX;
    if (out->contact == UINT32_MAX) return true;
    const csuccess__type *record = schema->slots[out->contact].type->item;
    uint32_t *slots = CSUCCESS__NEW_ARRAY(build->with->arena, uint32_t, record->field_count);
    if (!slots) return false;
    for (uint32_t i = 0; i < record->field_count; i++) {
        csuccess_str name = record->fields[i].name;
        slots[i] =
            csuccess__flow_slot(build, CSUCCESS_STR("contact"), name, record->fields[i].type);
        if (slots[i] == UINT32_MAX) return false;
        if (csuccess__str_eq(name, locale)) out->contact_locale = i;
    }
    out->contact_slots = slots;
    out->contact_count = record->field_count;
    return true;
}

/* ---- Compiling ---- */

typedef struct work {
    csuccess__flow_build *build;
    csuccess__compiler with; /* over the names of texts */
    csuccess__message_template *out;
} work;

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool csuccess__is_locale(csuccess_str text)
{
    if (text.len < LOCALE_LEAST || text.len > LOCALE_MOST || !is_letter(text.ptr[0])) {
        return false;
    }
    for (size_t i = 1; i < text.len; i++) {
        char c = text.ptr[i];
        bool digit = c >= '0' && c <= '9', dash = c == '-' && i + 1 < text.len;
        if (!is_letter(c) && !digit && !dash) return false;
    }
    return true;
}

static void read_parts(work *w, const csuccess__json *at, csuccess__template_locale *out)
{
    static const char *const taken[] = {"template", "locale", "instance", "owner", NULL};
    csuccess__problems *problems = w->build->problems;
    csuccess__template_part *parts =
        CSUCCESS__NEW_ARRAY(w->with.arena, csuccess__template_part, at->count);
    if (!parts) {
        problems->lost = true;
        return;
    }
    for (const csuccess__json *m = at->first; m; m = m->next) {
        if (csuccess__str_among(m->key, taken)) {
            csuccess__problem(problems, m, CSUCCESS_ECONFIG,
                              "a text cannot have the name %q: a message says that itself",
                              m->key);
            continue;
        }
        parts[out->part_count++] = (csuccess__template_part){
            m->key, csuccess__template_read(&w->with, problems, m, w->out->escape)};
    }
    out->parts = parts;
}

static void read_locale(work *w, const csuccess__json *at, csuccess__template_locale *out)
{
    csuccess__problems *problems = w->build->problems;
    *out = (csuccess__template_locale){.locale = at->key};
    if (!csuccess__is_locale(at->key)) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "%q is no locale; one is written such as \"en\" or \"de-AT\"",
                          at->key);
    }
    if (at->type != CSUCCESS__JSON_OBJECT || at->count == 0) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "the texts of a locale are an object such as {\"subject\": \"...\", "
                          "\"body\": \"...\"}");
        return;
    }
    if (at->count > PARTS_MOST) {
        csuccess__problem(problems, at, CSUCCESS_ELIMIT,
                          "a message has at most %u texts; this has %u", (uint32_t)PARTS_MOST,
                          at->count);
        return;
    }
    read_parts(w, at, out);
}

static bool has_part(const csuccess__template_locale *locale, csuccess_str name)
{
    for (uint32_t i = 0; i < locale->part_count; i++) {
        if (csuccess__str_eq(locale->parts[i].name, name)) return true;
    }
    return false;
}

/* What one locale has and another has not would be a message with a hole. */
static void compare_locales(const work *w, const csuccess__json *at)
{
    const csuccess__message_template *t = w->out;
    const csuccess__template_locale *first = &t->locales[0];
    for (uint32_t i = 1; i < t->locale_count; i++) {
        const csuccess__template_locale *other = &t->locales[i];
        for (uint32_t k = 0; k < first->part_count + other->part_count; k++) {
            bool own = k < first->part_count;
            csuccess_str name =
                own ? first->parts[k].name : other->parts[k - first->part_count].name;
            if (has_part(own ? other : first, name)) continue;
            csuccess__problem(w->build->problems, at, CSUCCESS_ECONFIG,
                              "%q has the text %q and %q has not: each locale has the same",
                              own ? first->locale : other->locale, name,
                              own ? other->locale : first->locale);
        }
    }
}

static void read_locales(work *w, const csuccess__json *at)
{
    csuccess__problems *problems = w->build->problems;
    const csuccess__json *section =
        csuccess__read_section(problems, at, "locales", CSUCCESS__JSON_OBJECT);
    if (!section || section->count == 0) {
        if (section || !csuccess__json_member(at, "locales")) {
            csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                              "a template needs \"locales\": {\"en\": {\"subject\": \"...\", "
                              "\"body\": \"...\"}}");
        }
        return;
    }
    csuccess__template_locale *list =
        CSUCCESS__NEW_ARRAY(w->with.arena, csuccess__template_locale, section->count);
    const csuccess__json **members =
        CSUCCESS__NEW_ARRAY(w->with.arena, const csuccess__json *, section->count);
    if (!list || !members) {
        problems->lost = true;
        return;
    }
    csuccess__read_order(section, members);
    for (uint32_t i = 0; i < section->count; i++) read_locale(w, members[i], &list[i]);
    w->out->locales = list;
    w->out->locale_count = section->count;
    compare_locales(w, section);
}

/* ---- Defaults ---- */

/* What a text reads in the place of a name that has a default; no expression can spell its path. */
static uint32_t default_slot(work *w, csuccess_str name, const csuccess__type *type)
{
    csuccess_str id = w->out->id;
    size_t len = id.len + 1 + name.len;
    char *path = csuccess__arena_take(w->with.arena, len + 1, 1);
    if (!path) return UINT32_MAX;
    memcpy(path, id.ptr, id.len);
    path[id.len] = '/';
    memcpy(path + id.len + 1, name.ptr, name.len);
    return csuccess__flow_slot(w->build, CSUCCESS_STR("default"), (csuccess_str){path, len},
                               type);
}

/* The name that a text is, and nothing else; NULL: a problem was noted. */
static const csuccess__program *read_name(work *w, const csuccess__json *at, csuccess_str name,
                                          const char *what)
{
    csuccess__problems *problems = w->build->problems;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const csuccess__program *of = NULL;
    csuccess_result status = csuccess__expr_compile(&of, &w->with, name, NULL, &err);
    if (status == CSUCCESS_ENOMEM) {
        problems->lost = true;
    } else if (status < 0) {
        csuccess__problem(problems, at, status, "%s", err.message);
    } else if (of->count != 1 || of->input_count != 1) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "%q is no name: %s names, such as contact.name", name, what);
        status = CSUCCESS_ECONFIG;
    }
    return status < 0 ? NULL : of;
}

static void read_default(work *w, const csuccess__json *at, csuccess__template_default *list)
{
    csuccess__problems *problems = w->build->problems;
    csuccess__template_default made = {
        .name = at->key, .of = read_name(w, at, at->key, "defaults are given for")};
    if (!made.of) return;
    made.otherwise = csuccess__expr_read(&w->with, problems, at, made.of->type);
    made.slot = default_slot(w, at->key, made.of->type);
    if (made.slot == UINT32_MAX) problems->lost = true;
    if (made.otherwise) list[w->out->default_count++] = made;
}

static void read_defaults(work *w, const csuccess__json *at)
{
    csuccess__problems *problems = w->build->problems;
    const csuccess__json *section =
        csuccess__read_section(problems, at, "defaults", CSUCCESS__JSON_OBJECT);
    if (!section) return;
    csuccess__template_default *list =
        CSUCCESS__NEW_ARRAY(w->with.arena, csuccess__template_default, section->count);
    if (!list) {
        problems->lost = true;
        return;
    }
    /* Defaults may not read one another, so none is known before all are read. */
    csuccess__contact_scope *scope = w->with.scope->ud;
    scope->of = NULL;
    for (const csuccess__json *m = section->first; m; m = m->next) read_default(w, m, list);
    w->out->defaults = list;
    scope->of = w->out;
}

/* ---- What the host writes ---- */

static bool is_variable(const work *w, csuccess_str name)
{
    bool is = false;
    for (uint32_t i = 0; i < w->out->variable_count; i++) {
        is = is || csuccess__str_eq(w->out->variables[i].name, name);
    }
    return is;
}

static void read_variable(work *w, const csuccess__json *at, csuccess__template_variable *list)
{
    if (at->type != CSUCCESS__JSON_STRING || is_variable(w, at->string)) {
        csuccess__problem(w->build->problems, at, CSUCCESS_ECONFIG,
                          "\"variables\" are names, each once, such as \"contact.name\"");
        return;
    }
    const csuccess__program *of = read_name(w, at, at->string, "variables are");
    if (!of) return;
    list[w->out->variable_count++] = (csuccess__template_variable){at->string, of};
}

static void read_variables(work *w, const csuccess__json *at)
{
    csuccess__problems *problems = w->build->problems;
    const csuccess__json *locales = csuccess__json_member(at, "locales");
    const csuccess__json *section =
        csuccess__read_section(problems, at, "variables", CSUCCESS__JSON_ARRAY);
    if (locales) {
        csuccess__problem(problems, locales, CSUCCESS_ECONFIG,
                          "what the host writes has no texts here: remove \"locales\", or the "
                          "\"format\" \"host\"");
    }
    if (!section) return;
    if (section->count > VARIABLES_MOST) {
        csuccess__problem(problems, section, CSUCCESS_ELIMIT,
                          "a template has at most %u variables; this has %u",
                          (uint32_t)VARIABLES_MOST, section->count);
        return;
    }
    csuccess__template_variable *list =
        CSUCCESS__NEW_ARRAY(w->with.arena, csuccess__template_variable, section->count);
    if (!list) {
        problems->lost = true;
        return;
    }
    w->out->variables = list;
    for (const csuccess__json *m = section->first; m; m = m->next) read_variable(w, m, list);
}

static void read_texts(work *w, const csuccess__json *at)
{
    const csuccess__json *variables = csuccess__json_member(at, "variables");
    read_locales(w, at);
    if (!variables) return;
    csuccess__problem(w->build->problems, variables, CSUCCESS_ECONFIG,
                      "\"variables\" are of what the host writes: \"format\": \"host\"; texts "
                      "name theirs themselves");
}

static void read_template(work *w, const csuccess__json *at)
{
    enum { HTML = 1, HOST = 2 };
    static const char *const keys[] = {"format", "locales",     "variables", "defaults",
                                       "label",  "description", "order",     NULL};
    static const char *const formats[] = {"text", "html", "host", NULL};
    *w->out = (csuccess__message_template){.id = at->key, .at = at};
    if (!csuccess__read_object(w->build->problems, at, keys)) return;
    int format = csuccess__read_word(w->build->problems, at, "format", formats, 0);
    w->out->escape = format == HTML ? CSUCCESS__ESCAPE_HTML : CSUCCESS__ESCAPE_TEXT;
    w->out->host = format == HOST;
    csuccess__read_string(w->build->problems, at, "label", at->key);
    read_defaults(w, at);
    (w->out->host ? read_variables : read_texts)(w, at);
}

const csuccess__templates *csuccess__templates_compile(csuccess__flow_build *build,
                                                       const csuccess__json *section)
{
    uint32_t count = section ? section->count : 0;
    csuccess__arena *arena = build->with->arena;
    csuccess__templates *out = CSUCCESS__NEW(arena, csuccess__templates);
    csuccess__message_template *list =
        CSUCCESS__NEW_ARRAY(arena, csuccess__message_template, count);
    const csuccess__json **members = CSUCCESS__NEW_ARRAY(arena, const csuccess__json *, count);
    if (!out || !list || !members || !declare_contact(out, build)) {
        build->problems->lost = true;
        return NULL;
    }
    if (section) csuccess__read_order(section, members);
    csuccess__contact_scope scope;
    csuccess__contact_scope_open(&scope, build, out);
    work w = {.build = build, .with = *build->with};
    w.with.scope = &scope.scope;
    for (uint32_t i = 0; i < count; i++) {
        w.out = &list[i];
        scope.of = w.out;
        read_template(&w, members[i]);
    }
    build->with->cleanup = w.with.cleanup;
    out->list = list;
    out->count = count;
    return build->problems->lost ? NULL : out;
}

const csuccess__message_template *csuccess__templates_find(const csuccess__templates *templates,
                                                           csuccess_str id)
{
    for (uint32_t i = 0; templates && i < templates->count; i++) {
        if (csuccess__str_eq(templates->list[i].id, id)) return &templates->list[i];
    }
    return NULL;
}
