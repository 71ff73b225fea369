/* SPDX-License-Identifier: Apache-2.0 */
/* Who does the work of a role for a customer: what is kept, the rules, assignments by ledgers, substitutes, and what a change of owner does. */
#include "flow/team_internal.h"

#include "calendar/time_json.h"
#include "flow/flow.h"

#include <math.h>
#include <string.h>

enum { OWNER_BYTES = 256, KEY_BYTES = OWNER_BYTES + 16 };

static const csuccess_str nobody = {"", 0};

/* ---- Ledgers ---- */

static void change_ledger(csuccess__moment *m, const char *prefix, csuccess_str name,
                          int64_t delta)
{
    char bytes[KEY_BYTES];
    size_t head = strlen(prefix);
    bool quiet = m->step->quiet;
    if (delta == 0 || name.len == 0 || name.len > OWNER_BYTES) return;
    memcpy(bytes, prefix, head);
    memcpy(bytes + head, name.ptr, name.len);
    const csuccess__effect_delta change = {
        .key = {bytes, head + name.len}, .delta = delta, .message = UINT32_MAX};
    m->step->quiet = false; /* what is given back is, also while history is imported */
    csuccess__step_delta(m->step, &change);
    m->step->quiet = quiet;
}

static int64_t ledger_of(csuccess__moment *m, const char *prefix, csuccess_str name)
{
    char bytes[KEY_BYTES];
    size_t head = strlen(prefix);
    if (name.len > OWNER_BYTES) return 0;
    memcpy(bytes, prefix, head);
    if (name.len) memcpy(bytes + head, name.ptr, name.len);
    return csuccess__moment_ledger(m, (csuccess_str){bytes, head + name.len});
}

void csuccess__owner_load(csuccess__moment *m, csuccess_str member, int64_t tasks)
{
    change_ledger(m, "load/", member, tasks);
}

/* What the customer weighs for the owner of a role, whole units; 0 when it does not count or is not known. */
static int64_t weigh(csuccess__moment *m, const csuccess__role *role)
{
    const double most = 9007199254740992.0; /* 2^53 */
    if (!role || !role->by_revenue || !role->weight) return 0;
    csuccess__value v = csuccess__moment_value(m, role->weight);
    if (v.kind != CSUCCESS__KIND_NUMBER || !(fabs(v.as.number) < most)) return 0;
    return (int64_t)floor(v.as.number + 0.5);
}

static void set_weight(csuccess__moment *m, csuccess__interval *v, int64_t weight)
{
    if (m->step->quiet && weight != 0) return; /* nothing is counted by history */
    change_ledger(m, "revenue/", v->owner, weight - v->weight);
    v->weight = weight;
}

/* ---- Away ---- */

static bool is_away(const csuccess__member *member, int64_t now)
{
    for (uint32_t i = 0; member && i < member->away_count; i++) {
        if (member->away[i].from <= now && now < member->away[i].until) return true;
    }
    return false;
}

/* The substitute of who is away, and theirs; who it was when all of them are away. */
static csuccess_str present(const csuccess__moment *m, csuccess_str owner)
{
    const csuccess__team *team = m->flow->team;
    const csuccess__member *member = csuccess__member_find(team, owner);
    for (uint32_t hops = 0; hops <= team->member_count; hops++) {
        if (!is_away(member, m->step->now)) return member ? member->id : owner;
        if (member->substitute.len == 0) return owner;
        member = csuccess__member_find(team, member->substitute);
        if (!member) return owner;
    }
    return owner;
}

/* ---- Assignments ---- */

static csuccess_str take_turn(csuccess__moment *m, const csuccess__role *role)
{
    const csuccess__team *team = m->flow->team;
    int64_t n = role->candidate_count;
    int64_t turn = ledger_of(m, "turn/", role->id) % n, skipped = 0;
    if (turn < 0) turn += n;
    const csuccess__member *member = NULL;
    for (; skipped < n; skipped++) {
        member = &team->members[role->candidates[(turn + skipped) % n]];
        if (!is_away(member, m->step->now)) break;
    }
    if (skipped == n) {
        member = &team->members[role->candidates[turn]]; /* all are away */
        skipped = 0;
    }
    change_ledger(m, "turn/", role->id, skipped + 1);
    return member->id;
}

static csuccess_str least_loaded(csuccess__moment *m, const csuccess__role *role)
{
    const csuccess__team *team = m->flow->team;
    const csuccess__member *best = NULL;
    int64_t least = 0;
    bool best_away = false;
    for (uint32_t i = 0; i < role->candidate_count; i++) {
        const csuccess__member *member = &team->members[role->candidates[i]];
        const char *prefix = role->by_revenue ? "revenue/" : "load/";
        int64_t load = ledger_of(m, prefix, member->id);
        bool away = is_away(member, m->step->now);
        bool better = !best || (best_away && !away) || (best_away == away && load < least);
        if (!better) continue;
        best = member;
        least = load;
        best_away = away;
    }
    return best ? best->id : nobody;
}

static bool is_candidate(const csuccess__moment *m, const csuccess__role *role,
                         csuccess_str name)
{
    for (uint32_t i = 0; i < role->candidate_count; i++) {
        if (csuccess__str_eq(m->flow->team->members[role->candidates[i]].id, name)) {
            return true;
        }
    }
    return false;
}

/* ---- Changes ---- */

typedef struct change {
    csuccess_str role, to;
    int64_t from;
    csuccess__owner_how how;
} change;

static void tell_change(csuccess__moment *m, const change *c, csuccess_str was)
{
    static const char *const words[] = {"input", "rule", "assigned"};
    csuccess__json_writer *w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "role", c->role);
    csuccess__json_put_or_null(w, "owner", c->to);
    csuccess__json_put_or_null(w, "was", was);
    csuccess__json_put_time(w, "from", c->from);
    csuccess__json_put_str(w, "by", csuccess__str(words[c->how]));
    csuccess_str body = csuccess__step_body_end(m->step);
    if (body.ptr) csuccess__step_entry(m->step, "owner", nobody, body);
}

/* Asks the new owner whether the open work of the one before comes over. */
static void ask(csuccess__moment *m, const change *c, csuccess_str was)
{
    char name[OWNER_BYTES + 8], title[2 * OWNER_BYTES];
    csuccess__text definition, text;
    static const csuccess__task_def def = {.kind = CSUCCESS__TASK_KIND_INTERNAL,
                                           .priority = CSUCCESS__PRIORITY_MEDIUM,
                                           .calendar = UINT32_MAX};
    csuccess__text_init(&definition, name, sizeof name);
    csuccess__text_init(&text, title, sizeof title);
    csuccess__text_format(&definition, "owner/%S", c->role);
    csuccess__text_format(&text, "Take over the open work of %S as %S?", was, c->role);
    csuccess__task_def own = def;
    own.role = c->role;
    const csuccess__task_make make = {.def = &own,
                                      .definition = {name, definition.len},
                                      .step = CSUCCESS_STR("ask"),
                                      .instance = was,
                                      .starts_at = m->step->now,
                                      .owner = present(m, c->to),
                                      .title = {title, text.len}};
    (void)csuccess__task_new(m, &make);
}

static void hand_over(csuccess__moment *m, const change *c, csuccess_str was)
{
    if (was.len == 0 || m->step->quiet || csuccess__str_eq(was, c->to)) return;
    switch (m->flow->team->on_change) {
    case CSUCCESS__CHANGE_TRANSFER:
        csuccess__tasks_transfer(m, c->role, was, present(m, c->to));
        csuccess__tasks_transfer(m, c->role, present(m, was), present(m, c->to));
        break;
    case CSUCCESS__CHANGE_ASK:
        ask(m, c, was);
        break;
    default:
        break;
    }
}

/* Ends what lies at or behind `from`. */
static void cut(csuccess__moment *m, csuccess__ownership *o, int64_t from)
{
    while (o->count > 0) {
        csuccess__interval *last = &o->list[o->count - 1];
        if (last->until != 0 && last->until <= from) return;
        set_weight(m, last, 0);
        if (last->from < from) {
            last->until = from;
            return;
        }
        o->count--;
    }
}

/* Who had it last, up to now. */
static csuccess_str owner_before(const csuccess__moment *m, const csuccess__ownership *o)
{
    if (o->count == 0) return nobody;
    const csuccess__interval *last = &o->list[o->count - 1];
    return last->until == 0 || last->until == m->step->now ? last->owner : nobody;
}

static void change_owner(csuccess__moment *m, csuccess__ownership *o, const change *c)
{
    csuccess_str was = owner_before(m, o);
    const csuccess__role *role = csuccess__role_find(m->flow->team, c->role);
    cut(m, o, c->from);
    if (o->count > CSUCCESS__INTERVALS_MOST - 1) {
        memmove(o->list, o->list + 1, (o->count - 1) * sizeof o->list[0]);
        o->count--;
    }
    csuccess__interval *v = &o->list[o->count++];
    *v = (csuccess__interval){.owner = c->to, .from = c->from, .how = c->how};
    set_weight(m, v, weigh(m, role));
    csuccess__ownership_put(m, c->role, o);
    tell_change(m, c, was);
    hand_over(m, c, was);
}

/* ---- The rules ---- */

/* By attribute, as it is now; empty: it does not say. */
static csuccess_str said(const csuccess__moment *m, const csuccess__role *role)
{
    const csuccess__value *v = &m->slots[role->slot];
    bool fits = v->kind == CSUCCESS__KIND_STRING && v->as.string.len <= OWNER_BYTES;
    return fits ? v->as.string : nobody;
}

/* What the rule says without assigning; empty: nothing. */
static csuccess_str ruled(const csuccess__moment *m, const csuccess__role *role, bool wanted)
{
    if (role->rule == CSUCCESS__RULE_ATTRIBUTE) return said(m, role);
    return role->rule == CSUCCESS__RULE_MEMBER && wanted ? role->member : nobody;
}

static csuccess_str assigned(csuccess__moment *m, const csuccess__role *role)
{
    bool can = role->candidate_count > 0 && !m->step->quiet;
    if (!can || role->assign == CSUCCESS__ASSIGN_NOBODY) return nobody;
    return role->assign == CSUCCESS__ASSIGN_ROUND_ROBIN ? take_turn(m, role)
                                                        : least_loaded(m, role);
}

/* Whether who has it keeps it while no rule says otherwise: a missing attribute is not "nobody". */
static bool keeps(const csuccess__moment *m, const csuccess__role *role,
                  const csuccess__interval *open)
{
    if (!open) return false;
    return open->how != CSUCCESS__OWNER_ASSIGNED || is_candidate(m, role, open->owner);
}

static bool needs_change(const csuccess__interval *open, csuccess_str owner)
{
    return owner.len > 0 && !(open && csuccess__str_eq(open->owner, owner));
}

/* A role that is no other's lead: kept, said, or assigned, which is then kept. `may_assign`: somebody asks for it. */
static csuccess_str settle(csuccess__moment *m, const csuccess__role *role, bool may_assign)
{
    csuccess__ownership o;
    change c = {.role = role->id, .from = m->step->now, .how = CSUCCESS__OWNER_BY_RULE};
    if (!csuccess__ownership_take(m, role->id, &o)) return nobody;
    const csuccess__interval *open = csuccess__ownership_open(&o);
    if (open && open->how == CSUCCESS__OWNER_BY_INPUT) return open->owner;
    c.to = ruled(m, role, may_assign || open);
    if (c.to.len == 0) {
        if (keeps(m, role, open)) return open->owner;
        c.how = CSUCCESS__OWNER_ASSIGNED;
        if (may_assign || open) c.to = assigned(m, role);
    }
    c.to = csuccess__moment_copy(m, c.to);
    if (needs_change(open, c.to)) change_owner(m, &o, &c);
    return c.to;
}

/* The owner that an input has named for a role; empty: none has. */
static csuccess_str named(csuccess__moment *m, csuccess_str role)
{
    csuccess__ownership o;
    if (!csuccess__ownership_take(m, role, &o)) return nobody;
    const csuccess__interval *open = csuccess__ownership_open(&o);
    return open && open->how == CSUCCESS__OWNER_BY_INPUT ? open->owner : nobody;
}

static csuccess_str lead_of(const csuccess__moment *m, csuccess_str owner)
{
    const csuccess__member *member = csuccess__member_find(m->flow->team, owner);
    return member ? member->lead : nobody;
}

/* Keeps that the lead is another one now. */
static void note_lead(csuccess__moment *m, const csuccess__role *role, csuccess_str owner)
{
    csuccess__ownership o;
    if (owner.len == 0 || m->step->quiet || !csuccess__ownership_take(m, role->id, &o)) return;
    const csuccess__interval *open = csuccess__ownership_open(&o);
    if (open && csuccess__str_eq(open->owner, owner)) return;
    const change c = {role->id, owner, m->step->now, CSUCCESS__OWNER_BY_RULE};
    change_owner(m, &o, &c);
}

/* Down the roles whose leads these are, to one that has an owner; then up again. */
static csuccess_str find_owner(csuccess__moment *m, const csuccess__role *role, bool may_assign)
{
    const csuccess__role *at = role;
    uint32_t hops = 0;
    csuccess_str owner = named(m, at->id);
    while (owner.len == 0 && at->rule == CSUCCESS__RULE_LEAD_OF) {
        at = &m->flow->team->roles[at->lead_of];
        owner = named(m, at->id);
        hops++;
    }
    if (owner.len == 0) owner = settle(m, at, may_assign);
    for (uint32_t i = 0; i < hops; i++) owner = lead_of(m, owner);
    if (hops > 0) note_lead(m, role, owner);
    return owner;
}

csuccess_str csuccess__owner_of(csuccess__moment *m, csuccess_str role)
{
    const csuccess__role *rule = csuccess__role_find(m->flow->team, role);
    csuccess_str owner = rule ? find_owner(m, rule, true) : named(m, role);
    if (owner.len == 0) return nobody;
    return csuccess__moment_copy(m, present(m, owner));
}

/* ---- A step ---- */

/* The ledgers of revenue follow what the customer weighs; what ended while history was imported is given back. */
static void look_at_weight(csuccess__moment *m, const csuccess__role *role)
{
    csuccess__ownership o;
    bool changed = false;
    if (m->step->quiet || !csuccess__ownership_take(m, role->id, &o)) return;
    for (uint32_t i = 0; i < o.count; i++) {
        int64_t weight = o.list[i].until == 0 ? weigh(m, role) : 0;
        changed = changed || weight != o.list[i].weight;
        set_weight(m, &o.list[i], weight);
    }
    if (changed) csuccess__ownership_put(m, role->id, &o);
}

static void look_at(csuccess__moment *m, const csuccess__role *role)
{
    csuccess__ownership o;
    if (role->rule == CSUCCESS__RULE_NONE || !csuccess__ownership_take(m, role->id, &o)) return;
    bool asked = csuccess__ownership_open(&o) != NULL;
    if (!asked && role->rule != CSUCCESS__RULE_ATTRIBUTE) return;
    (void)find_owner(m, role, false);
    if (role->by_revenue) look_at_weight(m, role);
}

void csuccess__owners_look(csuccess__moment *m)
{
    const csuccess__team *team = m->flow->team;
    for (uint32_t i = 0; i < team->role_count && m->step->failed >= 0; i++) {
        look_at(m, &team->roles[i]);
    }
}

void csuccess__owner_asked(csuccess__moment *m, csuccess_str id)
{
    csuccess__task task;
    if (!csuccess__task_get(m->step, id, &task)) return;
    bool yes =
        task.state == CSUCCESS__TASK_COMPLETED && task.outcome == CSUCCESS__TASK_SUCCESSFUL;
    if (!yes || !csuccess__str_starts(task.definition, CSUCCESS_STR("owner/"))) return;
    csuccess_str role = csuccess__moment_copy(m, task.role);
    csuccess_str from = csuccess__moment_copy(m, task.instance);
    csuccess_str to = csuccess__owner_of(m, role);
    if (to.len) csuccess__tasks_transfer(m, role, from, to);
}

void csuccess__owners_release(csuccess__moment *m)
{
    uint32_t count,
        first = csuccess__state_of_kind(m->step->state, CSUCCESS__STATE_OWNER, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__ownership o;
        const csuccess__state_field *field = &m->step->state->fields[first + i];
        if (!csuccess__ownership_parse(&o, field->payload)) continue; /* it goes anyway */
        csuccess__interval *open = csuccess__ownership_open(&o);
        if (open) change_ledger(m, "revenue/", open->owner, -open->weight);
    }
}

/* ---- Inputs ---- */

static csuccess_result read_assignment(csuccess__moment *m, const csuccess__input *input,
                                       change *c, csuccess__text *reason)
{
    csuccess__value from = csuccess__input_value(input, "from", CSUCCESS__KIND_TIME);
    c->to = csuccess__input_string(input, "to");
    if (from.kind == CSUCCESS__KIND_TIME) c->from = from.as.time;
    if (c->to.len == 0 || c->to.len > OWNER_BYTES) {
        csuccess__text_format(reason,
                              "\"assign\" needs \"to\": the name of a member, at most %u bytes",
                              (uint32_t)OWNER_BYTES);
        return CSUCCESS_ERANGE;
    }
    if (c->from <= m->step->now) return CSUCCESS_OK;
    csuccess__text_format(reason,
                          "\"from\" lies ahead; a change of owner is told when it is there");
    return CSUCCESS_ERANGE;
}

static csuccess_result assign(csuccess__moment *m, const csuccess__input *input, change *c,
                              csuccess__text *reason)
{
    csuccess__ownership o;
    csuccess_result result = read_assignment(m, input, c, reason);
    if (result < 0) return result;
    if (!csuccess__ownership_take(m, c->role, &o)) return m->step->failed;
    const csuccess__interval *open = csuccess__ownership_open(&o);
    bool kept =
        open && open->how == CSUCCESS__OWNER_BY_INPUT && csuccess__str_eq(open->owner, c->to);
    bool dated = csuccess__input_property(input, CSUCCESS_STR("from")) != NULL;
    if (kept && (!dated || open->from == c->from)) return CSUCCESS_UNCHANGED;
    change_owner(m, &o, c);
    return m->step->failed < 0 ? m->step->failed : CSUCCESS_OK;
}

static csuccess_result release(csuccess__moment *m, change *c)
{
    csuccess__ownership o;
    if (!csuccess__ownership_take(m, c->role, &o)) return m->step->failed;
    const csuccess__interval *open = csuccess__ownership_open(&o);
    if (!open || open->how != CSUCCESS__OWNER_BY_INPUT) return CSUCCESS_UNCHANGED;
    csuccess_str was = open->owner;
    cut(m, &o, m->step->now);
    if (o.count > 0) {
        csuccess__ownership_put(m, c->role, &o);
    } else {
        csuccess__state_drop(m->step->state, CSUCCESS__STATE_OWNER, c->role);
    }
    tell_change(m, c, was);
    const csuccess__role *role = csuccess__role_find(m->flow->team, c->role);
    if (role) (void)find_owner(m, role, true);
    return m->step->failed < 0 ? m->step->failed : CSUCCESS_OK;
}

csuccess_result csuccess__owner_apply(csuccess__moment *m, const csuccess__input *input,
                                      csuccess__text *reason)
{
    change c = {.role = csuccess__input_string(input, "role"),
                .from = m->step->now,
                .how = CSUCCESS__OWNER_BY_INPUT};
    if (!csuccess__team_has_role(m->flow->team, c.role)) {
        csuccess__text_format(reason,
                              "there is no role %q: \"role\" is csm, manager, executive, "
                              "renewals, sales or one of the section \"team\"",
                              c.role);
        return CSUCCESS_ERANGE;
    }
    if (csuccess__str_is(input->name, "assign")) return assign(m, input, &c, reason);
    if (csuccess__str_is(input->name, "release")) return release(m, &c);
    csuccess__text_format(reason, "%q is not one of assign, release", input->name);
    return CSUCCESS_ERANGE;
}
