/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling the section `access`, and the standard roles. */
#include "text/reader.h"
#include "trust/access_internal.h"

#include <string.h>

#define NAME(name, text) text,
const char *const csuccess__resource_names[] = {CSUCCESS__RESOURCES(NAME) NULL};
const char *const csuccess__action_names[] = {CSUCCESS__ACTIONS(NAME) NULL};
static const char *const scope_names[] = {CSUCCESS__SCOPES(NAME) NULL};
#undef NAME

static const char *const section_keys[] = {"owner", "roles", "description", NULL};
static const char *const role_keys[] = {"scope", "may", "description", NULL};
enum { ROLES_MOST = 256, RULE_BYTES = 400, EVERYTHING = (1 << CSUCCESS__ACTION_COUNT) - 1 };

/* The actions of the standard roles, a letter each: Read, Write, rUn, Erase, Approve, eXport. The columns are the resources in their order. */
static const char letters[CSUCCESS__ACTION_COUNT + 1] = "RWUEAX";
static const struct {
    const char *name;
    csuccess__scope_of scope;
    const char *may[CSUCCESS__RESOURCE_COUNT];
} standard[] = {
    /*                                    customer  health prediction event alert override consent task  program approval audit engine configuration */
    {"csm",
     CSUCCESS__SCOPE_ASSIGNED,
     {"R", "R", "R", "RW", "RW", "R", "RW", "RW", "RW", "R", "", "", "R"}},
    {"manager",
     CSUCCESS__SCOPE_TEAM,
     {"RWX", "RU", "RU", "RW", "RW", "RW", "RW", "RW", "RW", "RA", "R", "", "R"}},
    {"admin",
     CSUCCESS__SCOPE_ALL,
     {letters, letters, letters, letters, letters, letters, letters, letters, letters, letters,
      letters, letters, letters}},
    {"approver",
     CSUCCESS__SCOPE_ALL,
     {"R", "R", "R", "R", "R", "RA", "R", "R", "R", "RA", "R", "", "R"}},
    {"service",
     CSUCCESS__SCOPE_ALL,
     {"RW", "RU", "RU", "RW", "RW", "R", "RW", "RW", "RW", "R", "", "RU", "R"}},
};
enum { STANDARD = sizeof standard / sizeof standard[0] };

typedef struct builder {
    csuccess__arena *arena;
    csuccess__problems *problems;
} builder;

/* ---- What a role may ---- */

static uint8_t bits_of(const char *actions)
{
    unsigned bits = 0;
    for (; *actions; actions++) {
        bits |= 1u << (strchr(letters, *actions) - letters);
    }
    return (uint8_t)bits;
}

static int index_in(const char *const *names, csuccess_str name)
{
    int i = 0;
    while (names[i] && !csuccess__str_is(name, names[i])) i++;
    return i;
}

static void note_unknown(const builder *b, const csuccess__json *at, csuccess_str word,
                         const char *what, const char *const *names)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, word);
    for (size_t i = 0; names[i]; i++) csuccess__nearest_try(&near, csuccess__str(names[i]));
    if (near.best.ptr) {
        csuccess__problem(b->problems, at, CSUCCESS_ECONFIG, "%q is no %s (did you mean %q?)",
                          word, what, near.best);
        return;
    }
    char bytes[RULE_BYTES];
    csuccess__text known;
    csuccess__text_init(&known, bytes, sizeof bytes);
    for (size_t i = 0; names[i]; i++) {
        csuccess__text_format(&known, "%s%s", i ? ", " : "", names[i]);
    }
    csuccess__problem(b->problems, at, CSUCCESS_ECONFIG, "%q is no %s (known: %s)", word, what,
                      bytes);
}

/* "*" or a list of actions. */
static uint8_t read_actions(const builder *b, const csuccess__json *node)
{
    unsigned bits = 0;
    if (node->type == CSUCCESS__JSON_STRING && csuccess__str_is(node->string, "*")) {
        return EVERYTHING;
    }
    if (node->type != CSUCCESS__JSON_ARRAY) {
        csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                          "what a role may do is \"*\" or a list such as [\"read\"], found %s",
                          csuccess__json_type_name(node));
        return 0;
    }
    for (const csuccess__json *item = node->first; item; item = item->next) {
        if (item->type != CSUCCESS__JSON_STRING) {
            csuccess__problem(b->problems, item, CSUCCESS_ECONFIG,
                              "an action is a word such as \"read\", found %s",
                              csuccess__json_type_name(item));
            continue;
        }
        int action = index_in(csuccess__action_names, item->string);
        if (action == CSUCCESS__ACTION_COUNT) {
            note_unknown(b, item, item->string, "action", csuccess__action_names);
        } else {
            bits |= 1u << action;
        }
    }
    return (uint8_t)bits;
}

static void read_may(const builder *b, csuccess__role *role, const csuccess__json *may)
{
    const csuccess__json *rest = csuccess__json_member(may, "*");
    if (rest) memset(role->may, read_actions(b, rest), sizeof role->may);
    for (const csuccess__json *m = may->first; m; m = m->next) {
        if (m == rest) continue;
        int resource = index_in(csuccess__resource_names, m->key);
        if (resource == CSUCCESS__RESOURCE_COUNT) {
            note_unknown(b, m, m->key, "resource", csuccess__resource_names);
        } else {
            role->may[resource] = read_actions(b, m);
        }
    }
}

static void read_role(const builder *b, csuccess__role *role, const csuccess__json *at)
{
    if (!csuccess__read_object(b->problems, at, role_keys)) return;
    role->scope =
        (csuccess__scope_of)csuccess__read_word(b->problems, at, "scope", scope_names, 0);
    const csuccess__json *may =
        csuccess__read_section(b->problems, at, "may", CSUCCESS__JSON_OBJECT);
    if (may) read_may(b, role, may);
}

static void standard_role(csuccess__role *role, size_t index)
{
    role->name = csuccess__str(standard[index].name);
    role->scope = standard[index].scope;
    for (size_t r = 0; r < CSUCCESS__RESOURCE_COUNT; r++) {
        role->may[r] = bits_of(standard[index].may[r]);
    }
}

/* ---- The names of rules ---- */

static bool keep(const builder *b, csuccess_str *out, const csuccess__text *text)
{
    *out = csuccess__arena_copy(b->arena, (csuccess_str){text->ptr, text->len});
    if (!out->ptr) b->problems->lost = true;
    return out->ptr != NULL;
}

static bool name_rules(const builder *b, csuccess__role *role)
{
    char bytes[RULE_BYTES];
    csuccess__text text;
    for (size_t r = 0; r < CSUCCESS__RESOURCE_COUNT; r++) {
        for (size_t a = 0; a < CSUCCESS__ACTION_COUNT; a++) {
            if (!(role->may[r] >> a & 1)) continue;
            csuccess__text_init(&text, bytes, sizeof bytes);
            csuccess__text_format(&text, "access.roles.%S: %s %s, %s", role->name,
                                  csuccess__resource_names[r], csuccess__action_names[a],
                                  scope_names[role->scope]);
            if (!keep(b, &role->rules[r][a], &text)) return false;
        }
    }
    return true;
}

static bool name_nobody(const builder *b, csuccess__access *access)
{
    char bytes[RULE_BYTES];
    csuccess__text text;
    for (size_t r = 0; r < CSUCCESS__RESOURCE_COUNT; r++) {
        for (size_t a = 0; a < CSUCCESS__ACTION_COUNT; a++) {
            csuccess__text_init(&text, bytes, sizeof bytes);
            csuccess__text_format(&text, "access.roles: %s %s", csuccess__resource_names[r],
                                  csuccess__action_names[a]);
            if (!keep(b, &access->nobody[r][a], &text)) return false;
        }
    }
    return true;
}

/* ---- The section ---- */

/* The attribute that names the success manager; UINT32_MAX: none. */
static uint32_t find_owner(const builder *b, csuccess__schema *schema,
                           const csuccess__json *section)
{
    csuccess_str name =
        csuccess__read_string(b->problems, section, "owner", csuccess__str(NULL));
    const csuccess__json *at = csuccess__json_member(section, "owner");
    if (!at || at->type != CSUCCESS__JSON_STRING) return UINT32_MAX;
    uint32_t slot = csuccess__schema_find(schema, name, NULL);
    if (slot >= schema->inputs) {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "the owner is an attribute; %q is none", name);
        return UINT32_MAX;
    }
    if (schema->slots[slot].type->kind != CSUCCESS__KIND_STRING) {
        csuccess__problem(b->problems, at, CSUCCESS_ETYPE,
                          "the owner is the id of a success manager, a string; %q is none",
                          name);
        return UINT32_MAX;
    }
    schema->slots[slot].used = true;
    return slot;
}

static bool check_role(const builder *b, const csuccess__json *at)
{
    if (at->key.len > 0 && at->key.len <= CSUCCESS__PRINCIPAL_BYTES) return true;
    csuccess__problem(b->problems, at, CSUCCESS_ECONFIG, "a role's name has 1 to %u bytes",
                      (uint32_t)CSUCCESS__PRINCIPAL_BYTES);
    return false;
}

/* The roles that are given, then the standard ones that are not. */
static bool build_roles(const builder *b, csuccess__access *access, const csuccess__json *given)
{
    size_t count = given ? given->count : 0;
    csuccess__role *roles = CSUCCESS__NEW_ARRAY(b->arena, csuccess__role, count + STANDARD);
    if (!roles) {
        b->problems->lost = true;
        return false;
    }
    access->roles = roles;
    for (const csuccess__json *m = given ? given->first : NULL; m; m = m->next) {
        if (!check_role(b, m)) continue;
        csuccess__role *role = &roles[access->count++];
        role->name = m->key;
        read_role(b, role, m);
        if (!name_rules(b, role)) return false;
    }
    for (size_t i = 0; i < STANDARD; i++) {
        if (csuccess__json_member(given, standard[i].name)) continue;
        csuccess__role *role = &roles[access->count++];
        standard_role(role, i);
        if (!name_rules(b, role)) return false;
    }
    return true;
}

const csuccess__access *csuccess__access_compile(csuccess__schema *schema,
                                                 csuccess__compiler *with,
                                                 csuccess__problems *problems,
                                                 const csuccess__json *section)
{
    const builder b = {with->arena, problems};
    const csuccess__json *given = NULL;
    csuccess__access *access = CSUCCESS__NEW(with->arena, csuccess__access);
    if (!access) {
        problems->lost = true;
        return NULL;
    }
    access->owner = UINT32_MAX;
    if (section && csuccess__read_object(problems, section, section_keys)) {
        access->owner = find_owner(&b, schema, section);
        given = csuccess__read_section(problems, section, "roles", CSUCCESS__JSON_OBJECT);
    }
    if (given && given->count > ROLES_MOST) {
        csuccess__problem(problems, given, CSUCCESS_ELIMIT,
                          "a configuration has at most %u roles; this has %u",
                          (uint32_t)ROLES_MOST, given->count);
        given = NULL;
    }
    return name_nobody(&b, access) && build_roles(&b, access, given) ? access : NULL;
}

uint32_t csuccess__access_owner(const csuccess__access *access)
{
    return access->owner;
}
