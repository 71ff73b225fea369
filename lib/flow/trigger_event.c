/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of events: declared in the document, named in conditions, put in slots as events come. */
#include "flow/trigger_internal.h"

#include "customer/schema_internal.h"
#include "text/json_tree.h"
#include "text/reader.h"

#include <string.h>

enum { FIRST_PROPERTIES = 16 };

static const char *const handed_names[CSUCCESS__HANDED] = {"event", "segment", "milestone",
                                                           "record", "contact"};
static const char *const kind_words[] = {"number", "bool", "string", "time", NULL};
static const csuccess__kind kinds[] = {CSUCCESS__KIND_NUMBER, CSUCCESS__KIND_BOOL,
                                       CSUCCESS__KIND_STRING, CSUCCESS__KIND_TIME};

/* ---- Declaring ---- */

const csuccess__declared *csuccess__declared_find(const csuccess__event_names *names,
                                                  csuccess_str name)
{
    csuccess_str none = {NULL, 0};
    uint32_t at = names ? csuccess__pairs_find(&names->by_name, name, none) : UINT32_MAX;
    return at == UINT32_MAX ? NULL : &names->list[at];
}

/* The slot of prefix.name. UINT32_MAX: no memory, or, of a schema that is sealed, none of that name. */
static uint32_t slot_of(csuccess__flow_build *build, const char *prefix, csuccess_str name,
                        csuccess__kind kind)
{
    size_t head = strlen(prefix), len = head + 1 + name.len;
    char *path = csuccess__arena_take(build->with->arena, len + 1, 1);
    if (!path) {
        build->problems->lost = true;
        return UINT32_MAX;
    }
    memcpy(path, prefix, head);
    path[head] = '.';
    if (name.len) memcpy(path + head + 1, name.ptr, name.len);
    return csuccess__flow_slot(build, (csuccess_str){path, len}, (csuccess_str){NULL, 0},
                               csuccess__type_of(kind));
}

static bool is_handed(csuccess_str name)
{
    for (size_t i = 0; i < CSUCCESS__HANDED; i++) {
        if (csuccess__str_is(name, handed_names[i])) return true;
    }
    return false;
}

/* Gives a property its slots. False: it cannot have them (noted). */
static bool give_slots(csuccess__flow_build *build, csuccess__event_property *p,
                       const csuccess__json *at)
{
    const csuccess__schema *schema = build->schema;
    p->event_slot = slot_of(build, "event", p->name, p->kind);
    p->trigger_slot =
        is_handed(p->name) ? UINT32_MAX : slot_of(build, "trigger", p->name, p->kind);
    if (build->problems->lost) return false;
    if (p->event_slot != UINT32_MAX &&
        schema->slots[p->event_slot].type == csuccess__type_of(p->kind)) {
        return true;
    }
    csuccess__problem(build->problems, at, CSUCCESS_ETYPE,
                      "the configuration in force has no property %q of that type", p->name);
    return false;
}

static bool make_room(csuccess__event_names *names, csuccess__arena *arena)
{
    if (names->count < names->room) return true;
    uint32_t room = names->room ? 2 * names->room : FIRST_PROPERTIES;
    csuccess__declared *list = CSUCCESS__NEW_ARRAY(arena, csuccess__declared, room);
    if (!list) return false;
    if (names->list && names->count) memcpy(list, names->list, names->count * sizeof *list);
    names->list = list;
    names->room = room;
    return true;
}

static void note_other_type(csuccess__flow_build *build, const csuccess__json *at,
                            const csuccess__declared *first)
{
    csuccess__buffer place;
    csuccess__buffer_init(&place, build->with->mem, 0);
    csuccess__json_pointer(&place, first->at);
    if (place.status < 0) {
        build->problems->lost = true;
    } else {
        csuccess__problem(build->problems, at, CSUCCESS_ETYPE,
                          "the property %q is a %S at %S: one name has one type in the whole "
                          "document",
                          at->key, first->at->string, csuccess__buffer_view(&place));
    }
    csuccess__buffer_free(&place);
}

static void add_declared(csuccess__flow_build *build, const csuccess__declared *made)
{
    csuccess__event_names *names = build->flow->events;
    csuccess_str none = {NULL, 0}, name = made->property.name;
    if (csuccess__pairs_find(&names->by_name, name, none) != UINT32_MAX) return;
    if (!make_room(names, build->with->arena) ||
        !csuccess__pairs_add(&names->by_name, name, none, names->count)) {
        build->problems->lost = true;
        return;
    }
    names->list[names->count++] = *made;
}

/* One member of a `properties`. What cannot be one is kept as such, so that it is noted once. */
static void declare(csuccess__flow_build *build, const csuccess__json *at)
{
    const csuccess__declared *first = csuccess__declared_find(build->flow->events, at->key);
    bool named = csuccess__name_check(build->problems, at, "a property in conditions");
    int word = csuccess__read_word(build->problems, at->parent, at->key.ptr, kind_words, -1);
    if (first && first->property.kind != CSUCCESS__KIND_ANY) {
        bool other = word >= 0 && kinds[word] != first->property.kind;
        if (other) note_other_type(build, at, first);
        return;
    }
    csuccess__declared made = {.property = {.name = at->key,
                                            .kind = CSUCCESS__KIND_ANY,
                                            .event_slot = UINT32_MAX,
                                            .trigger_slot = UINT32_MAX},
                               .at = at};
    bool is_one = named && word >= 0;
    if (is_one) made.property.kind = kinds[word];
    if (is_one && !give_slots(build, &made.property, at)) {
        made.property.kind = CSUCCESS__KIND_ANY;
    }
    add_declared(build, &made);
}

/* The members of `properties` beside an `event`. */
static void declare_beside(csuccess__flow_build *build, const csuccess__json *object)
{
    const csuccess__json *event = csuccess__json_member(object, "event");
    const csuccess__json *properties = csuccess__json_member(object, "properties");
    if (!event || event->type != CSUCCESS__JSON_STRING || !properties ||
        properties->type != CSUCCESS__JSON_OBJECT) {
        return;
    }
    for (const csuccess__json *m = properties->first; m && !build->problems->lost; m = m->next)
        declare(build, m);
}

bool csuccess__events_declare(csuccess__flow_build *build)
{
    static const char *const sections[] = {"features", "milestones", "playbooks", "journeys"};
    csuccess__event_names *names = CSUCCESS__NEW(build->with->arena, csuccess__event_names);
    build->flow->events = names;
    if (!names) {
        build->problems->lost = true;
        return false;
    }
    names->by_name.arena = build->with->arena;
    for (size_t i = 0; i < CSUCCESS__HANDED; i++) {
        names->handed[i] =
            slot_of(build, "trigger", csuccess__str(handed_names[i]), CSUCCESS__KIND_STRING);
    }
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        const csuccess__json *root = csuccess__json_member(build->document, sections[i]);
        for (const csuccess__json *n = root; n; n = csuccess__json_after(n, root)) {
            if (n->type == CSUCCESS__JSON_OBJECT) declare_beside(build, n);
        }
    }
    return !build->problems->lost;
}

/* ---- Conditions on an event ---- */

typedef struct where_scope {
    const csuccess__scope *inner;
    const csuccess__event_match *match;
} where_scope;

static const csuccess__event_property *property_of(const csuccess__event_match *match,
                                                   csuccess_str path)
{
    csuccess_str prefix = CSUCCESS_STR("event.");
    if (csuccess__str_starts(path, prefix)) {
        path = (csuccess_str){path.ptr + prefix.len, path.len - prefix.len};
    }
    for (uint32_t i = 0; i < match->property_count; i++) {
        if (csuccess__str_eq(match->properties[i].name, path)) return &match->properties[i];
    }
    return NULL;
}

/* reason: the signature of csuccess__scope. */
static csuccess_result resolve_property(void *ud, csuccess_str path,
                                        const csuccess_str *argument, csuccess__symbol *out,
                                        csuccess__nearest *near, csuccess__text *say)
{
    const where_scope *where = ud;
    const csuccess__event_property *p = argument ? NULL : property_of(where->match, path);
    if (p) {
        *out = (csuccess__symbol){.type = csuccess__type_of(p->kind), .slot = p->event_slot};
        return CSUCCESS_OK;
    }
    for (uint32_t i = 0; !argument && i < where->match->property_count; i++) {
        csuccess__nearest_try(near, where->match->properties[i].name);
    }
    return where->inner->resolve(where->inner->ud, path, argument, out, near, say);
}

static const csuccess__benchmark *where_benchmark(void *ud, csuccess_str metric,
                                                  csuccess_str cohort)
{
    const csuccess__scope *inner = ((const where_scope *)ud)->inner;
    return inner->benchmark ? inner->benchmark(inner->ud, metric, cohort) : NULL;
}

/* Whether a member of `properties` is as the property was declared. */
static bool is_as_declared(const csuccess__declared *d, const csuccess__json *m)
{
    return d && d->property.kind != CSUCCESS__KIND_ANY && m->type == CSUCCESS__JSON_STRING &&
           csuccess__str_eq(m->string, d->at->string);
}

/* The properties of one match, as they were declared. False: one of them is none, which was noted. */
static bool gather(csuccess__event_match *out, csuccess__flow_build *build,
                   const csuccess__json *section)
{
    if (!section || section->count == 0) return true;
    csuccess__event_property *list =
        CSUCCESS__NEW_ARRAY(build->with->arena, csuccess__event_property, section->count);
    if (!list) {
        build->problems->lost = true;
        return false;
    }
    bool ok = true;
    for (const csuccess__json *m = section->first; m; m = m->next) {
        const csuccess__declared *d = csuccess__declared_find(build->flow->events, m->key);
        if (!d) declare(build, m); /* it stands where no event was looked for */
        if (!d) d = csuccess__declared_find(build->flow->events, m->key);
        bool fits = is_as_declared(d, m);
        ok = ok && fits;
        if (fits) list[out->property_count++] = d->property;
    }
    out->properties = list;
    return ok;
}

static bool read_where(csuccess__event_match *out, csuccess__flow_build *build,
                       const csuccess__json *node)
{
    where_scope where = {.inner = build->with->scope, .match = out};
    csuccess__scope scope = {
        .ud = &where, .resolve = resolve_property, .benchmark = where_benchmark};
    csuccess__compiler with = *build->with;
    with.scope = &scope;
    out->where = csuccess__expr_read(&with, build->problems, node,
                                     csuccess__type_of(CSUCCESS__KIND_BOOL));
    build->with->cleanup = with.cleanup;
    return out->where != NULL;
}

bool csuccess__event_match_read(csuccess__event_match *out, csuccess__flow_build *build,
                                const csuccess__json *object)
{
    csuccess__problems *problems = build->problems;
    const csuccess__json *event = csuccess__json_member(object, "event");
    const csuccess__json *where = csuccess__json_member(object, "where");
    *out = (csuccess__event_match){.event = {"", 0}};
    if (!event || event->type != CSUCCESS__JSON_STRING || event->string.len == 0) {
        csuccess__problem(problems, event ? event : object, CSUCCESS_ECONFIG,
                          "\"event\" is the name of one, such as \"ticket_escalated\"");
        return false;
    }
    out->event = event->string;
    uint32_t errors = problems->errors;
    const csuccess__json *section =
        csuccess__read_section(problems, object, "properties", CSUCCESS__JSON_OBJECT);
    bool ok = gather(out, build, section);
    if (where && !problems->lost) ok = read_where(out, build, where) && ok;
    return ok && problems->errors == errors && !problems->lost;
}

/* ---- As events come ---- */

static void put_property(csuccess__moment *m, const csuccess__event_property *p,
                         const csuccess__input *input)
{
    csuccess__value v = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (input) v = csuccess__input_value(input, p->name.ptr, p->kind);
    if (v.kind == CSUCCESS__KIND_STRING) v = csuccess__moment_string(m, v.as.string);
    m->slots[p->event_slot] = v;
}

csuccess__truth csuccess__event_matches(csuccess__moment *m, const csuccess__event_match *match,
                                        const csuccess__happening *happening)
{
    if (happening->kind != CSUCCESS__HAPPENING_EVENT ||
        !csuccess__str_eq(happening->id, match->event)) {
        return CSUCCESS__FALSE;
    }
    for (uint32_t i = 0; i < match->property_count; i++) {
        put_property(m, &match->properties[i], happening->input);
    }
    return csuccess__moment_asks(m, match->where);
}

void csuccess__event_slots(csuccess__moment *m)
{
    const csuccess__event_names *names = m->flow->events;
    const csuccess__input *input = m->input;
    if (input && (uint32_t)input->type >= CSUCCESS__INPUT_SIGNALS) input = NULL;
    for (uint32_t i = 0; names && i < names->count; i++) {
        const csuccess__event_property *p = &names->list[i].property;
        if (p->kind != CSUCCESS__KIND_ANY) put_property(m, p, input);
    }
}

/* ---- each ---- */

/* reason: the signature of csuccess__scope. */
static csuccess_result resolve_each(void *ud, csuccess_str path, const csuccess_str *argument,
                                    csuccess__symbol *out, csuccess__nearest *near,
                                    csuccess__text *say)
{
    const csuccess__each_scope *each = ud;
    if (!argument && csuccess__str_is(path, "each")) {
        *out = (csuccess__symbol){.type = each->type, .slot = each->slot};
        return CSUCCESS_OK;
    }
    /* each.x is a field of it. */
    if (!argument && csuccess__str_starts(path, CSUCCESS_STR("each."))) return CSUCCESS_ENAME;
    return each->inner->resolve(each->inner->ud, path, argument, out, near, say);
}

static const csuccess__benchmark *each_benchmark(void *ud, csuccess_str metric,
                                                 csuccess_str cohort)
{
    const csuccess__scope *inner = ((const csuccess__each_scope *)ud)->inner;
    return inner->benchmark ? inner->benchmark(inner->ud, metric, cohort) : NULL;
}

bool csuccess__each_scope_open(csuccess__each_scope *out, csuccess__flow_build *build,
                               uint32_t collection)
{
    const csuccess__slot *of = &build->schema->slots[collection];
    uint32_t at = csuccess__flow_slot(build, CSUCCESS_STR("each"), of->path, of->type->item);
    if (at == UINT32_MAX && build->schema->sealed) {
        csuccess__problem(build->problems, NULL, CSUCCESS_ENAME,
                          "the configuration in force does nothing for each of %q", of->path);
    }
    *out = (csuccess__each_scope){
        .scope = {.ud = out, .resolve = resolve_each, .benchmark = each_benchmark},
        .inner = build->with->scope,
        .slot = at,
        .type = of->type->item};
    return at != UINT32_MAX;
}
