/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling the section `privacy`: what which purpose requires where. */
#include "trust/privacy.h"

#include "text/reader.h"

#define NAME(name, text) text,
static const char *const requirement_names[] = {CSUCCESS__REQUIREMENTS(NAME) NULL};
#undef NAME
static const char *const section_keys[] = {"purposes", "jurisdiction", "jurisdictions",
                                           "description", NULL};
static const char *const purpose_keys[] = {"requires", "valid_for", "description", NULL};
enum { PURPOSES_MOST = 256, RULINGS_MOST = 16384 };

typedef struct builder {
    csuccess__schema *schema;
    csuccess__arena *arena;
    csuccess__problems *problems;
    csuccess__privacy *privacy;
} builder;

/* ---- Purposes ---- */

static void read_valid_for(const builder *b, csuccess__purpose *purpose,
                           const csuccess__json *at)
{
    csuccess_str text =
        csuccess__read_string(b->problems, at, "valid_for", (csuccess_str){NULL, 0});
    csuccess__duration d = {0, 0, 0};
    if (!text.ptr) return;
    bool right =
        csuccess__duration_parse(&d, text, NULL) && d.months >= 0 && d.days >= 0 && d.ms >= 0;
    if (!right || (d.months == 0 && d.days == 0 && d.ms == 0)) {
        csuccess__problem(b->problems, csuccess__json_member(at, "valid_for"), CSUCCESS_ECONFIG,
                          "\"valid_for\" is an ISO 8601 duration above 0, such as \"P2Y\"");
        return;
    }
    purpose->expires = true;
    purpose->valid_for = d;
}

static void read_purpose(const builder *b, csuccess__purpose *purpose, const csuccess__json *at)
{
    purpose->name = at->key;
    purpose->requires = CSUCCESS__REQUIREMENT_OPT_IN;
    if (!csuccess__read_object(b->problems, at, purpose_keys)) return;
    purpose->requires = (csuccess__requirement)csuccess__read_word(
        b->problems, at, "requires", requirement_names, CSUCCESS__REQUIREMENT_OPT_IN);
    read_valid_for(b, purpose, at);
    if (purpose->expires && purpose->requires != CSUCCESS__REQUIREMENT_OPT_IN) {
        csuccess__problem(b->problems, csuccess__json_member(at, "valid_for"), 0,
                          "only an opt-in ends; %q requires none unless a jurisdiction does",
                          at->key);
    }
}

static void read_purposes(const builder *b, const csuccess__json *section)
{
    const csuccess__json *list =
        csuccess__read_section(b->problems, section, "purposes", CSUCCESS__JSON_OBJECT);
    if (!list) return;
    if (list->count > PURPOSES_MOST) {
        csuccess__problem(b->problems, list, CSUCCESS_ELIMIT,
                          "a configuration has at most %u purposes; this has %u",
                          (uint32_t)PURPOSES_MOST, list->count);
        return;
    }
    csuccess__purpose *purposes = CSUCCESS__NEW_ARRAY(b->arena, csuccess__purpose, list->count);
    if (!purposes) {
        b->problems->lost = true;
        return;
    }
    b->privacy->purposes = purposes;
    for (const csuccess__json *m = list->first; m; m = m->next) {
        if (m->key.len == 0) {
            csuccess__problem(b->problems, m, CSUCCESS_ECONFIG, "a purpose needs a name");
        } else {
            read_purpose(b, &purposes[b->privacy->purpose_count++], m);
        }
    }
}

const csuccess__purpose *csuccess__privacy_purpose(const csuccess__privacy *privacy,
                                                   csuccess_str name)
{
    for (uint32_t i = 0; i < privacy->purpose_count; i++) {
        if (csuccess__str_eq(privacy->purposes[i].name, name)) return &privacy->purposes[i];
    }
    return NULL;
}

/* ---- Jurisdictions ---- */

static bool read_requirement(const builder *b, csuccess__requirement *out,
                             const csuccess__json *at)
{
    for (int i = 0; at->type == CSUCCESS__JSON_STRING && requirement_names[i]; i++) {
        if (csuccess__str_is(at->string, requirement_names[i])) {
            *out = (csuccess__requirement)i;
            return true;
        }
    }
    csuccess__problem(b->problems, at, CSUCCESS_ECONFIG,
                      "what a jurisdiction requires is \"nothing\", \"opt_out\" or \"opt_in\"");
    return false;
}

static void read_ruling(const builder *b, csuccess__ruling *ruling, const csuccess__json *at)
{
    const csuccess__purpose *purpose = csuccess__privacy_purpose(b->privacy, at->key);
    *ruling = (csuccess__ruling){at->parent->key, at->key, CSUCCESS__REQUIREMENT_NOTHING};
    if (!read_requirement(b, &ruling->requires, at)) return;
    if (!purpose) {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "no purpose %q is declared; name it under \"purposes\"", at->key);
    } else if (ruling->requires <= purpose->requires) {
        csuccess__problem(b->problems, at, 0,
                          "the purpose requires \"%s\" everywhere already; the strictest holds",
                          requirement_names[purpose->requires]);
    }
}

static size_t count_rulings(const builder *b, const csuccess__json *list)
{
    size_t count = 0;
    for (const csuccess__json *m = list->first; m; m = m->next) {
        if (m->type == CSUCCESS__JSON_OBJECT && m->key.len > 0) {
            count += m->count;
        } else {
            csuccess__problem(b->problems, m, CSUCCESS_ECONFIG,
                              "a jurisdiction has a name and is an object, such as "
                              "{\"marketing\": \"opt_in\"}");
        }
    }
    return count;
}

static void read_jurisdictions(const builder *b, const csuccess__json *section)
{
    const csuccess__json *list =
        csuccess__read_section(b->problems, section, "jurisdictions", CSUCCESS__JSON_OBJECT);
    size_t count = list ? count_rulings(b, list) : 0;
    if (count == 0) return;
    if (count > RULINGS_MOST) {
        csuccess__problem(b->problems, list, CSUCCESS_ELIMIT,
                          "at most %u requirements of jurisdictions; these are %z",
                          (uint32_t)RULINGS_MOST, count);
        return;
    }
    csuccess__ruling *rulings = CSUCCESS__NEW_ARRAY(b->arena, csuccess__ruling, count);
    if (!rulings) {
        b->problems->lost = true;
        return;
    }
    b->privacy->rulings = rulings;
    for (const csuccess__json *m = list->first; m; m = m->next) {
        if (m->type != CSUCCESS__JSON_OBJECT || m->key.len == 0) continue;
        for (const csuccess__json *rule = m->first; rule; rule = rule->next) {
            read_ruling(b, &rulings[b->privacy->ruling_count++], rule);
        }
    }
}

csuccess__requirement csuccess__privacy_requires(const csuccess__privacy *privacy,
                                                 csuccess_str purpose,
                                                 csuccess_str jurisdiction)
{
    if (purpose.len == 0) return CSUCCESS__REQUIREMENT_NOTHING;
    const csuccess__purpose *declared = csuccess__privacy_purpose(privacy, purpose);
    if (!declared) return CSUCCESS__REQUIREMENT_OPT_IN;
    csuccess__requirement strictest = declared->requires;
    for (uint32_t i = 0; i < privacy->ruling_count; i++) {
        const csuccess__ruling *ruling = &privacy->rulings[i];
        bool here =
            jurisdiction.len == 0 || csuccess__str_eq(ruling->jurisdiction, jurisdiction);
        if (here && csuccess__str_eq(ruling->purpose, purpose) &&
            ruling->requires > strictest) {
            strictest = ruling->requires;
        }
    }
    return strictest;
}

/* ---- Where the jurisdiction stands ---- */

static const csuccess__attribute *contact_field(const csuccess__schema *schema,
                                                csuccess_str name)
{
    uint32_t slot = csuccess__schema_find(schema, CSUCCESS_STR("contacts"), NULL);
    const csuccess__attribute *contacts =
        slot < schema->inputs ? schema->slots[slot].attribute : NULL;
    for (uint32_t i = 0; contacts && i < contacts->field_count; i++) {
        if (csuccess__str_eq(contacts->fields[i].name, name)) return &contacts->fields[i];
    }
    return NULL;
}

static void read_place(const builder *b, const csuccess__json *section)
{
    csuccess__privacy_place *place = &b->privacy->place;
    csuccess_str name =
        csuccess__read_string(b->problems, section, "jurisdiction", (csuccess_str){NULL, 0});
    if (!name.ptr) return;
    const csuccess__json *at = csuccess__json_member(section, "jurisdiction");
    const csuccess__attribute *field = contact_field(b->schema, name);
    uint32_t slot = csuccess__schema_find(b->schema, name, NULL);
    bool known = slot < b->schema->inputs;
    if (!field && !known) {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "%q is neither a field of \"contacts\" nor an attribute", name);
        return;
    }
    if ((field && field->type != CSUCCESS__ATTRIBUTE_STRING) ||
        (known && b->schema->slots[slot].type->kind != CSUCCESS__KIND_STRING)) {
        csuccess__problem(b->problems, at, CSUCCESS_ETYPE,
                          "a jurisdiction is a string, such as a country; %q is none", name);
        return;
    }
    if (field) place->field = name;
    if (known) {
        place->slot = slot;
        b->schema->slots[slot].used = true;
    }
}

const csuccess__privacy *csuccess__privacy_compile(csuccess__schema *schema,
                                                   csuccess__compiler *with,
                                                   csuccess__problems *problems,
                                                   const csuccess__json *section)
{
    csuccess__privacy *privacy = CSUCCESS__NEW(with->arena, csuccess__privacy);
    const builder b = {schema, with->arena, problems, privacy};
    if (!privacy) {
        problems->lost = true;
        return NULL;
    }
    privacy->place.slot = UINT32_MAX;
    if (section && csuccess__read_object(problems, section, section_keys)) {
        read_purposes(&b, section);
        read_place(&b, section);
        read_jurisdictions(&b, section);
    }
    return problems->lost ? NULL : privacy;
}

csuccess__privacy_place csuccess__privacy_jurisdiction(const csuccess__privacy *privacy)
{
    return privacy->place;
}
