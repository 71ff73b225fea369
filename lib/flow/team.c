/* SPDX-License-Identifier: Apache-2.0 */
/* The section `team`: its members, and by which rule each role finds its owner. */
#include "flow/team_internal.h"

#include "flow/flow.h"
#include "text/reader.h"

#include <string.h>

static const char *const section_keys[] = {"members", "owners", "on_change", "description",
                                           NULL};
static const char *const member_keys[] = {"roles", "lead",        "away",  "substitute",
                                          "label", "description", "order", NULL};
static const char *const rule_keys[] = {"attribute",   "else",  "lead_of", "member",
                                        "assign",      "by",    "weight",  "label",
                                        "description", "order", NULL};
static const char *const change_words[] = {"transfer", "keep", "ask", NULL};
static const char *const assign_words[] = {"round_robin", "least_loaded", NULL};
static const char *const by_words[] = {"tasks", "revenue", NULL};
static const char *const known_roles[] = {"csm",      "manager", "executive",
                                          "renewals", "sales",   NULL};
static const csuccess_str nobody = {"", 0};

typedef struct build {
    csuccess__flow_build *with;
    csuccess__team *team;
    csuccess__member *members;
    csuccess__role *roles;
} build;

static bool lose(build *b)
{
    b->with->problems->lost = true;
    return false;
}

/* ---- Members ---- */

static bool read_roles(build *b, csuccess__member *member, const csuccess__json *list)
{
    if (!list) return true;
    if (list->type != CSUCCESS__JSON_ARRAY) {
        csuccess__problem(b->with->problems, list, CSUCCESS_ETYPE,
                          "\"roles\" is a list of names, such as [\"csm\"]; this is %s",
                          csuccess__json_type_name(list));
        return true;
    }
    csuccess_str *roles =
        CSUCCESS__NEW_ARRAY(b->with->with->arena, csuccess_str, list->count + 1);
    if (!roles) return lose(b);
    for (const csuccess__json *item = list->first; item; item = item->next) {
        if (item->type == CSUCCESS__JSON_STRING && item->string.len > 0) {
            roles[member->role_count++] = item->string;
            continue;
        }
        csuccess__problem(b->with->problems, item, CSUCCESS_ETYPE,
                          "a role is a name, such as \"csm\"; this is %s",
                          csuccess__json_type_name(item));
    }
    member->roles = roles;
    return true;
}

static bool read_dates(const csuccess__json *pair, csuccess__absence_dates *out)
{
    const csuccess__json *from = pair->type == CSUCCESS__JSON_ARRAY ? pair->first : NULL;
    const csuccess__json *until = from ? from->next : NULL;
    return pair->count == 2 && from && until && from->type == CSUCCESS__JSON_STRING &&
           until->type == CSUCCESS__JSON_STRING &&
           csuccess__date_parse(&out->from, from->string, NULL) &&
           csuccess__date_parse(&out->until, until->string, NULL) && out->from < out->until;
}

static bool read_away(build *b, csuccess__member *member, const csuccess__json *object)
{
    const csuccess__json *list =
        csuccess__read_section(b->with->problems, object, "away", CSUCCESS__JSON_ARRAY);
    if (!list) return true;
    csuccess__absence_dates *away =
        CSUCCESS__NEW_ARRAY(b->with->with->arena, csuccess__absence_dates, list->count + 1);
    if (!away) return lose(b);
    for (const csuccess__json *item = list->first; item; item = item->next) {
        if (read_dates(item, &away[member->away_count])) {
            member->away_count++;
            continue;
        }
        csuccess__problem(b->with->problems, item, CSUCCESS_ECONFIG,
                          "an absence is the first day and the day of return, in order: "
                          "[\"2026-07-01\", \"2026-07-15\"]");
    }
    member->away = away;
    return true;
}

static bool read_member(build *b, const csuccess__json *at, csuccess__member *member)
{
    member->id = at->key;
    member->at = at;
    if (!csuccess__read_object(b->with->problems, at, member_keys)) return true;
    if (at->key.len == 0) {
        csuccess__problem(b->with->problems, at, CSUCCESS_ECONFIG,
                          "a member of the team has a name");
    }
    member->lead = csuccess__read_string(b->with->problems, at, "lead", nobody);
    member->substitute = csuccess__read_string(b->with->problems, at, "substitute", nobody);
    return read_roles(b, member, csuccess__json_member(at, "roles")) &&
           read_away(b, member, at);
}

static bool read_members(build *b, const csuccess__json *section)
{
    const csuccess__json *members =
        csuccess__read_section(b->with->problems, section, "members", CSUCCESS__JSON_OBJECT);
    uint32_t n = members ? members->count : 0;
    if (n > CSUCCESS__MEMBERS_MOST) {
        csuccess__problem(b->with->problems, members, CSUCCESS_ELIMIT,
                          "a team has at most %u members; this has %u",
                          (uint32_t)CSUCCESS__MEMBERS_MOST, n);
        n = 0;
    }
    b->members = CSUCCESS__NEW_ARRAY(b->with->with->arena, csuccess__member, n + 1);
    const csuccess__json **order =
        CSUCCESS__NEW_ARRAY(b->with->with->arena, const csuccess__json *, n + 1);
    if (!b->members || !order) return lose(b);
    if (n) csuccess__read_order(members, order);
    for (uint32_t i = 0; i < n; i++) {
        if (!read_member(b, order[i], &b->members[i])) return false;
    }
    b->team->members = b->members;
    b->team->member_count = n;
    return true;
}

/* The name of a member that has to be there. */
static void check_member(build *b, const csuccess__json *at, csuccess_str name)
{
    csuccess__nearest near;
    if (!at || name.len == 0 || csuccess__member_find(b->team, name)) return;
    csuccess__nearest_start(&near, name);
    bool may = csuccess__nearest_may(&b->with->problems->compared, b->team->member_count);
    for (uint32_t i = 0; may && i < b->team->member_count; i++) {
        csuccess__nearest_try(&near, b->team->members[i].id);
    }
    csuccess__problem(b->with->problems, at, CSUCCESS_ENAME,
                      near.best.ptr ? "there is no member %q (did you mean %q?)"
                                    : "there is no member %q in \"members\"",
                      name, near.best);
}

static void check_members(build *b)
{
    for (uint32_t i = 0; i < b->team->member_count; i++) {
        const csuccess__member *member = &b->team->members[i];
        check_member(b, csuccess__json_member(member->at, "lead"), member->lead);
        check_member(b, csuccess__json_member(member->at, "substitute"), member->substitute);
        if (csuccess__str_eq(member->substitute, member->id)) {
            csuccess__problem(b->with->problems,
                              csuccess__json_member(member->at, "substitute"), CSUCCESS_ECONFIG,
                              "%q cannot stand in for themselves", member->id);
        }
    }
}

/* ---- Rules ---- */

/* Exactly one of the four keys says how. */
static csuccess__owner_rule rule_of(build *b, const csuccess__json *at)
{
    static const struct {
        const char *key;
        csuccess__owner_rule rule;
    } rules[] = {{"attribute", CSUCCESS__RULE_ATTRIBUTE},
                 {"lead_of", CSUCCESS__RULE_LEAD_OF},
                 {"member", CSUCCESS__RULE_MEMBER},
                 {"assign", CSUCCESS__RULE_ASSIGN}};
    csuccess__owner_rule found = CSUCCESS__RULE_NONE;
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (!csuccess__json_member(at, rules[i].key)) continue;
        found = rules[i].rule;
        count++;
    }
    if (count == 1) return found;
    csuccess__problem(b->with->problems, at, CSUCCESS_ECONFIG,
                      "a role has one rule: \"attribute\", \"lead_of\", \"member\" or "
                      "\"assign\"; this has %u",
                      count);
    return CSUCCESS__RULE_NONE;
}

static void read_attribute(build *b, csuccess__role *role)
{
    const csuccess__json *node = csuccess__json_member(role->at, "attribute");
    const csuccess__schema *schema = b->with->schema;
    csuccess_str name = csuccess__read_string(b->with->problems, role->at, "attribute", nobody);
    role->slot = csuccess__schema_find(schema, name, NULL);
    bool text = role->slot < schema->inputs &&
                schema->slots[role->slot].type->kind == CSUCCESS__KIND_STRING;
    if (node->type == CSUCCESS__JSON_STRING && !text) {
        csuccess__problem(b->with->problems, node, CSUCCESS_ENAME,
                          "%q is no attribute of the type string; it names the owner", name);
        role->rule = CSUCCESS__RULE_NONE;
    } else if (text) {
        b->with->schema->slots[role->slot].used = true;
    } else {
        role->rule = CSUCCESS__RULE_NONE;
    }
}

static void read_assignment(build *b, csuccess__role *role, const char *key)
{
    const csuccess__json *weight = csuccess__json_member(role->at, "weight");
    int word = csuccess__read_word(b->with->problems, role->at, key, assign_words, -1);
    role->assign = (csuccess__assignment)(word + 1);
    role->by_revenue = csuccess__read_word(b->with->problems, role->at, "by", by_words, 0) == 1;
    if (weight) {
        role->weight = csuccess__expr_read(b->with->with, b->with->problems, weight,
                                           csuccess__type_of(CSUCCESS__KIND_NUMBER));
    }
    if (role->by_revenue != (weight != NULL)) {
        csuccess__problem(b->with->problems, role->at, CSUCCESS_ECONFIG,
                          "\"by\": \"revenue\" and \"weight\", a number such as \"arr\", "
                          "belong together");
    }
}

/* Members that have the role, in their order. */
static bool list_candidates(build *b, csuccess__role *role)
{
    const csuccess__team *team = b->team;
    uint32_t *list =
        CSUCCESS__NEW_ARRAY(b->with->with->arena, uint32_t, team->member_count + 1);
    if (!list) return lose(b);
    for (uint32_t i = 0; i < team->member_count; i++) {
        const csuccess__member *member = &team->members[i];
        for (uint32_t k = 0; k < member->role_count; k++) {
            if (!csuccess__str_eq(member->roles[k], role->id)) continue;
            list[role->candidate_count++] = i;
            break;
        }
    }
    role->candidates = list;
    if (role->assign != CSUCCESS__ASSIGN_NOBODY && role->candidate_count == 0) {
        csuccess__problem(b->with->problems, role->at, CSUCCESS_ECONFIG,
                          "no member has the role %q, so nobody can be assigned", role->id);
    }
    return true;
}

static void read_rule(build *b, csuccess__role *role)
{
    if (!csuccess__read_object(b->with->problems, role->at, rule_keys)) return;
    role->rule = rule_of(b, role->at);
    bool otherwise = csuccess__json_member(role->at, "else") != NULL;
    switch (role->rule) {
    case CSUCCESS__RULE_ATTRIBUTE:
        read_attribute(b, role);
        if (otherwise) read_assignment(b, role, "else");
        break;
    case CSUCCESS__RULE_MEMBER:
        role->member = csuccess__read_string(b->with->problems, role->at, "member", nobody);
        check_member(b, csuccess__json_member(role->at, "member"), role->member);
        break;
    case CSUCCESS__RULE_ASSIGN:
        read_assignment(b, role, "assign");
        break;
    default:
        break; /* lead_of: once all roles are known */
    }
    if (otherwise && role->rule != CSUCCESS__RULE_ATTRIBUTE) {
        csuccess__problem(b->with->problems, csuccess__json_member(role->at, "else"),
                          CSUCCESS_ECONFIG, "\"else\" stands beside \"attribute\"");
    }
}

static uint32_t role_index(const csuccess__team *team, csuccess_str id)
{
    for (uint32_t i = 0; i < team->role_count; i++) {
        if (csuccess__str_eq(team->roles[i].id, id)) return i;
    }
    return UINT32_MAX;
}

static void link_lead(build *b, csuccess__role *role)
{
    const csuccess__json *node = csuccess__json_member(role->at, "lead_of");
    csuccess_str id = csuccess__read_string(b->with->problems, role->at, "lead_of", nobody);
    role->lead_of = role_index(b->team, id);
    if (role->lead_of != UINT32_MAX) return;
    role->rule = CSUCCESS__RULE_NONE;
    if (node->type != CSUCCESS__JSON_STRING) return;
    csuccess__problem(b->with->problems, node, CSUCCESS_ENAME,
                      "no member has the role %q, and \"owners\" has no rule for it", id);
}

/* A role that is the lead of another, and so on, must come to an end. */
static void check_leads(build *b)
{
    for (uint32_t i = 0; i < b->team->role_count; i++) {
        const csuccess__role *role = &b->roles[i];
        uint32_t steps = 0;
        while (role->rule == CSUCCESS__RULE_LEAD_OF && steps <= CSUCCESS__LEADS_MOST) {
            role = &b->roles[role->lead_of];
            steps++;
        }
        if (steps <= CSUCCESS__LEADS_MOST) continue;
        csuccess__problem(b->with->problems, b->roles[i].at, CSUCCESS_ECYCLE,
                          "the role %q is the lead of roles that go round in a circle, or of "
                          "more than %u in a row",
                          b->roles[i].id, (uint32_t)CSUCCESS__LEADS_MOST);
        b->roles[i].rule = CSUCCESS__RULE_NONE;
    }
}

/* Adds a role that only members have. */
static void add_role(build *b, csuccess_str id)
{
    if (role_index(b->team, id) != UINT32_MAX) return;
    if (b->team->role_count == CSUCCESS__ROLES_MOST) return;
    b->roles[b->team->role_count++].id = id;
}

/* The roles themselves: those with a rule, then what only members have; how many have a rule. */
static uint32_t list_roles(build *b, const csuccess__json *owners)
{
    for (const csuccess__json *at = owners ? owners->first : NULL; at; at = at->next) {
        csuccess__role *role = &b->roles[b->team->role_count++];
        role->id = at->key;
        role->at = at;
    }
    uint32_t ruled = b->team->role_count;
    for (uint32_t i = 0; i < b->team->member_count; i++) {
        const csuccess__member *member = &b->team->members[i];
        for (uint32_t k = 0; k < member->role_count; k++) add_role(b, member->roles[k]);
    }
    return ruled;
}

static bool read_owners(build *b, const csuccess__json *section)
{
    const csuccess__json *owners =
        csuccess__read_section(b->with->problems, section, "owners", CSUCCESS__JSON_OBJECT);
    b->roles =
        CSUCCESS__NEW_ARRAY(b->with->with->arena, csuccess__role, CSUCCESS__ROLES_MOST + 1);
    if (!b->roles) return lose(b);
    b->team->roles = b->roles;
    if (owners && owners->count > CSUCCESS__ROLES_MOST) {
        csuccess__problem(b->with->problems, owners, CSUCCESS_ELIMIT,
                          "there are rules for at most %u roles; this has %u",
                          (uint32_t)CSUCCESS__ROLES_MOST, owners->count);
        return true;
    }
    uint32_t ruled = list_roles(b, owners);
    for (uint32_t i = 0; i < ruled; i++) {
        read_rule(b, &b->roles[i]);
        if (!list_candidates(b, &b->roles[i])) return false;
    }
    for (uint32_t i = 0; i < ruled; i++) {
        if (b->roles[i].rule == CSUCCESS__RULE_LEAD_OF) link_lead(b, &b->roles[i]);
    }
    check_leads(b);
    return true;
}

/* ---- Ledgers ---- */

static bool add_ledger(build *b, csuccess_str *list, const char *prefix, csuccess_str name)
{
    size_t head = strlen(prefix);
    char *text = csuccess__arena_take(b->with->with->arena, head + name.len + 1, 1);
    if (!text) return lose(b);
    memcpy(text, prefix, head);
    if (name.len) memcpy(text + head, name.ptr, name.len);
    csuccess_str key = {text, head + name.len};
    for (uint32_t i = 0; i < b->team->ledger_count; i++) {
        if (csuccess__str_eq(list[i], key)) return true;
    }
    list[b->team->ledger_count++] = key;
    return true;
}

static bool list_ledgers(build *b)
{
    size_t most = 2 * (size_t)b->team->member_count + b->team->role_count + 1;
    csuccess_str *list = CSUCCESS__NEW_ARRAY(b->with->with->arena, csuccess_str, most);
    if (!list) return lose(b);
    for (uint32_t i = 0; i < b->team->role_count; i++) {
        const csuccess__role *role = &b->roles[i];
        if (role->assign == CSUCCESS__ASSIGN_ROUND_ROBIN &&
            !add_ledger(b, list, "turn/", role->id)) {
            return false;
        }
        if (role->assign != CSUCCESS__ASSIGN_LEAST_LOADED) continue;
        for (uint32_t k = 0; k < role->candidate_count; k++) {
            csuccess_str member = b->team->members[role->candidates[k]].id;
            const char *prefix = role->by_revenue ? "revenue/" : "load/";
            if (!add_ledger(b, list, prefix, member)) return false;
        }
    }
    b->team->ledgers = list;
    return true;
}

/* ---- All of it ---- */

const csuccess__team *csuccess__team_compile(struct csuccess__flow_build *with,
                                             const csuccess__json *section)
{
    build b = {.with = with, .team = CSUCCESS__NEW(with->with->arena, csuccess__team)};
    if (!b.team) {
        lose(&b);
        return NULL;
    }
    if (!section) return b.team;
    csuccess__read_object(with->problems, section, section_keys);
    b.team->on_change = (csuccess__on_change)csuccess__read_word(
        with->problems, section, "on_change", change_words, CSUCCESS__CHANGE_TRANSFER);
    if (!read_members(&b, section)) return NULL;
    check_members(&b);
    if (!read_owners(&b, section) || !list_ledgers(&b)) return NULL;
    return b.team;
}

const csuccess__member *csuccess__member_find(const csuccess__team *team, csuccess_str id)
{
    for (uint32_t i = 0; i < team->member_count; i++) {
        if (csuccess__str_eq(team->members[i].id, id)) return &team->members[i];
    }
    return NULL;
}

const csuccess__role *csuccess__role_find(const csuccess__team *team, csuccess_str id)
{
    uint32_t at = role_index(team, id);
    return at == UINT32_MAX ? NULL : &team->roles[at];
}

bool csuccess__team_has_role(const csuccess__team *team, csuccess_str role)
{
    return csuccess__str_among(role, known_roles) || role_index(team, role) != UINT32_MAX;
}

const csuccess_str *csuccess__team_ledgers(const csuccess__team *team, uint32_t *count)
{
    *count = team->ledger_count;
    return team->ledgers;
}

bool csuccess__member_counts(const csuccess__team *team, csuccess_str member)
{
    for (uint32_t i = 0; i < team->role_count; i++) {
        const csuccess__role *role = &team->roles[i];
        if (role->assign != CSUCCESS__ASSIGN_LEAST_LOADED || role->by_revenue) continue;
        for (uint32_t k = 0; k < role->candidate_count; k++) {
            csuccess_str id = team->members[role->candidates[k]].id;
            if (csuccess__str_eq(id, member)) return true;
        }
    }
    return false;
}
