/* SPDX-License-Identifier: Apache-2.0 */
/* The slots of a configuration: adding, finding, and answering for names in expressions. */
#include "customer/schema_internal.h"

#include "customer/benchmark.h"
#include "customer/nps.h"

#include <string.h>

enum { FIRST_SLOTS = 64, MOST_SLOTS = 1 << 24 };

static const char *const stratum_names[] = {
#define CSUCCESS__STRATUM(name, text) text,
    CSUCCESS__STRATA(CSUCCESS__STRATUM)
#undef CSUCCESS__STRATUM
};

csuccess__schema *csuccess__schema_new(csuccess__arena *arena)
{
    csuccess__schema *schema = CSUCCESS__NEW(arena, csuccess__schema);
    struct csuccess__slot_index *index = CSUCCESS__NEW(arena, struct csuccess__slot_index);
    if (!schema || !index) return NULL;
    index->pairs.arena = arena;
    schema->arena = arena;
    schema->index = index;
    schema->health_alias = schema->churn_alias = true;
    return schema;
}

static bool grow(csuccess__schema *schema)
{
    if (schema->capacity >= MOST_SLOTS) return false;
    uint32_t capacity = schema->capacity ? schema->capacity * 2 : FIRST_SLOTS;
    csuccess__slot *slots = CSUCCESS__NEW_ARRAY(schema->arena, csuccess__slot, capacity);
    if (!slots) return false;
    if (schema->count > 0) memcpy(slots, schema->slots, schema->count * sizeof *slots);
    schema->slots = slots;
    schema->capacity = capacity;
    return true;
}

uint32_t csuccess__schema_add(csuccess__schema *schema, const csuccess__slot *slot)
{
    uint32_t known = csuccess__pairs_find(&schema->index->pairs, slot->path, slot->argument);
    if (known != UINT32_MAX) return known;
    if (schema->count == schema->capacity && !grow(schema)) return UINT32_MAX;
    uint32_t at = schema->count;
    if (!csuccess__pairs_add(&schema->index->pairs, slot->path, slot->argument, at)) {
        return UINT32_MAX;
    }
    schema->slots[at] = *slot;
    schema->count++;
    if (slot->argument.ptr) return at;
    if (csuccess__str_is(slot->path, "health_score")) schema->health_alias = false;
    if (csuccess__str_is(slot->path, "churn_probability")) schema->churn_alias = false;
    return at;
}

/* The index tells no argument from an empty one by the pointer. */
static csuccess_str argument_of(const csuccess_str *argument)
{
    if (!argument) return (csuccess_str){NULL, 0};
    return argument->ptr ? *argument : CSUCCESS_STR("");
}

uint32_t csuccess__schema_find(const csuccess__schema *schema, csuccess_str path,
                               const csuccess_str *argument)
{
    return csuccess__pairs_find(&schema->index->pairs, path, argument_of(argument));
}

/* Names that later rooms give a meaning, and the stratum in which that is known. */
typedef enum reserved_form {
    RESERVED_PLAIN,   /* health.score: that path */
    RESERVED_LOOK_UP, /* component('x') */
    RESERVED_UNDER,   /* milestone('x').achieved: a look-up, and what is under its name */
    RESERVED_ROOT     /* tasks.open: whatever is under it */
} reserved_form;
static const struct reserved {
    const char *path;
    csuccess__stratum stratum;
    reserved_form form;
    bool unsupported;
    const char *section;
    const char *hint; /* what would be right; NULL: the section */
} reserved_names[] = {
    {"health.score", CSUCCESS__STRATUM_HEALTH, RESERVED_PLAIN, false, "health", NULL},
    {"health.raw", CSUCCESS__STRATUM_HEALTH, RESERVED_PLAIN, false, "health", NULL},
    {"health.status", CSUCCESS__STRATUM_HEALTH, RESERVED_PLAIN, false, "health", NULL},
    {"health.trend", CSUCCESS__STRATUM_HEALTH, RESERVED_PLAIN, false, "health", NULL},
    {"health.completeness", CSUCCESS__STRATUM_HEALTH, RESERVED_PLAIN, false, "health", NULL},
    {"component", CSUCCESS__STRATUM_HEALTH, RESERVED_LOOK_UP, false, "health", NULL},
    {"churn.probability", CSUCCESS__STRATUM_CHURN, RESERVED_PLAIN, false, "churn", NULL},
    {"churn.level", CSUCCESS__STRATUM_CHURN, RESERVED_PLAIN, false, "churn", NULL},
    {"factor", CSUCCESS__STRATUM_CHURN, RESERVED_LOOK_UP, false, "churn", NULL},
    {"nps", CSUCCESS__STRATUM_METRIC, RESERVED_ROOT, false, "",
     "it has score, mean, n, promoters and detractors"},
    {"sentiment", CSUCCESS__STRATUM_METRIC, RESERVED_ROOT, false, "sentiment", NULL},
    {"segment", CSUCCESS__STRATUM_SEGMENT, RESERVED_LOOK_UP, false, "segments", NULL},
    {"health.change", CSUCCESS__STRATUM_INPUT, RESERVED_UNDER, true, "", NULL},
    {"milestone", CSUCCESS__STRATUM_FLOW, RESERVED_UNDER, false, "milestones", NULL},
    {"onboarding", CSUCCESS__STRATUM_FLOW, RESERVED_ROOT, false, "milestones", NULL},
    {"feature", CSUCCESS__STRATUM_FLOW, RESERVED_UNDER, false, "features", NULL},
    {"features", CSUCCESS__STRATUM_FLOW, RESERVED_ROOT, false, "features", NULL},
    {"mastery", CSUCCESS__STRATUM_FLOW, RESERVED_ROOT, false, "features", NULL},
    {"goals", CSUCCESS__STRATUM_FLOW, RESERVED_ROOT, false, "records", NULL},
    {"journey", CSUCCESS__STRATUM_FLOW, RESERVED_UNDER, false, "journeys", NULL},
    {"playbook", CSUCCESS__STRATUM_FLOW, RESERVED_UNDER, false, "playbooks", NULL},
    {"tasks", CSUCCESS__STRATUM_FLOW, RESERVED_ROOT, false, "playbooks", NULL},
    {"started", CSUCCESS__STRATUM_FLOW, RESERVED_LOOK_UP, false, "playbooks",
     "\"success\" and \"close_when\" of a playbook compare with how it was when that began"},
    {"event", CSUCCESS__STRATUM_FLOW, RESERVED_ROOT, false, "",
     "no event declares a property of that name: give its type under \"properties\""},
    {"trigger", CSUCCESS__STRATUM_FLOW, RESERVED_ROOT, false, "",
     "no event declares a property of that name: give its type under \"properties\""},
    {"each", CSUCCESS__STRATUM_FLOW, RESERVED_ROOT, false, "",
     "only what is asked for each record of a playbook's \"for_each\" knows one"},
    {"intervention", CSUCCESS__STRATUM_INTERVENE, RESERVED_UNDER, false, "interventions", NULL},
    {"campaign", CSUCCESS__STRATUM_INTERVENE, RESERVED_UNDER, false, "campaigns", NULL},
    {"opportunity", CSUCCESS__STRATUM_INTERVENE, RESERVED_UNDER, false, "expansion", NULL},
    {"offer", CSUCCESS__STRATUM_INTERVENE, RESERVED_ROOT, false, "offers", NULL},
};

/* "event.amount" is under "event"; milestone('x').achieved under "milestone". */
static bool is_under(csuccess_str path, csuccess_str first)
{
    return csuccess__str_starts(path, first) && path.len > first.len &&
           path.ptr[first.len] == '.';
}

/* Whatever stands under a name, unless an attribute or collection of that name is what it is. */
static bool is_rooted(const csuccess__schema *schema, csuccess_str path, csuccess_str first)
{
    bool named = csuccess__str_eq(path, first) || is_under(path, first);
    return named && csuccess__schema_find(schema, first, NULL) == UINT32_MAX;
}

static bool is_reserved_as(const csuccess__schema *schema, const struct reserved *r,
                           csuccess_str path, const csuccess_str *argument)
{
    csuccess_str first = csuccess__str(r->path);
    bool same = csuccess__str_eq(path, first);
    switch (r->form) {
    case RESERVED_PLAIN:
        return !argument && same;
    case RESERVED_LOOK_UP:
        return argument && same;
    case RESERVED_UNDER:
        return (argument || strchr(r->path, '.')) && (same || is_under(path, first));
    default:
        return !argument && is_rooted(schema, path, first);
    }
}

static const struct reserved *reserved_of(const csuccess__schema *schema, csuccess_str path,
                                          const csuccess_str *argument)
{
    for (size_t i = 0; i < sizeof reserved_names / sizeof reserved_names[0]; i++) {
        if (is_reserved_as(schema, &reserved_names[i], path, argument)) {
            return &reserved_names[i];
        }
    }
    return NULL;
}

static csuccess_result say_later(const csuccess__schema *schema, csuccess_str path,
                                 csuccess__stratum stratum, csuccess__text *say)
{
    csuccess__text_format(say,
                          "%S is computed after %s, so it cannot be used there (the order is",
                          path, stratum_names[schema->stratum]);
    for (size_t i = 0; i < sizeof stratum_names / sizeof stratum_names[0]; i++) {
        csuccess__text_format(say, "%s %s", i == 0 ? "" : ",", stratum_names[i]);
    }
    csuccess__text_format(say, "; %S belongs to %s)", path, stratum_names[stratum]);
    if (stratum >= CSUCCESS__STRATUM_SEGMENT) {
        csuccess__text_format(say, "; the trigger of a journey or playbook can ask for it");
    }
    return CSUCCESS_EEXPRESSION;
}

/* Whether all names may be compared. A sealed schema is asked by one expression, which ends with the first error. */
static bool may_suggest(csuccess__schema *schema)
{
    return schema->sealed || csuccess__nearest_may(&schema->compared, schema->count);
}

/* component('usge'): the look-up is known, its argument is not. */
static csuccess_result say_argument(csuccess__schema *schema, csuccess_str path,
                                    csuccess_str argument, csuccess__text *say)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, argument);
    bool may = may_suggest(schema);
    for (uint32_t i = 0; may && i < schema->count; i++) {
        const csuccess__slot *slot = &schema->slots[i];
        if (!slot->argument.ptr || !csuccess__str_eq(slot->path, path)) continue;
        csuccess__nearest_try(&near, slot->argument);
    }
    csuccess__text_format(say, "there is no %S %q here", path, argument);
    if (near.best.ptr) csuccess__text_format(say, " (did you mean %q?)", near.best);
    if (csuccess__str_is(path, "started")) {
        csuccess__text_format(say, "; kept are numbers: of attributes, aggregates, metrics, "
                                   "health and churn");
    }
    return CSUCCESS_EEXPRESSION;
}

/* Whether the look-up is there, so that only its argument is wrong. */
static bool has_arguments(const csuccess__schema *schema, csuccess_str path)
{
    for (uint32_t i = 0; i < schema->count; i++) {
        const csuccess__slot *slot = &schema->slots[i];
        if (slot->argument.ptr && csuccess__str_eq(slot->path, path)) return true;
    }
    return false;
}

static csuccess_result say_reserved(csuccess__schema *schema, const struct reserved *r,
                                    csuccess_str path, const csuccess_str *argument,
                                    csuccess__text *say)
{
    if (r->unsupported) {
        csuccess__text_format(say, "%s%s is not available in this version", r->path,
                              argument ? "('...')" : "");
        return CSUCCESS_EUNSUPPORTED;
    }
    if (schema->stratum < r->stratum) return say_later(schema, path, r->stratum, say);
    if (argument && has_arguments(schema, path))
        return say_argument(schema, path, *argument, say);
    if (r->hint) {
        csuccess__text_format(say, "%S is not known here: %s", path, r->hint);
        return CSUCCESS_EEXPRESSION;
    }
    if (argument) return say_argument(schema, path, *argument, say);
    csuccess__text_format(
        say,
        "%S is not known here: the document has no \"%s\" section, or that is still to come",
        path, r->section);
    return CSUCCESS_EEXPRESSION;
}

static void feed_names(csuccess__schema *schema, csuccess__nearest *near)
{
    bool may = may_suggest(schema);
    for (uint32_t i = 0; may && i < schema->count; i++) {
        const csuccess__slot *slot = &schema->slots[i];
        if (!slot->argument.ptr && slot->stratum <= schema->stratum) {
            csuccess__nearest_try(near, slot->path);
        }
    }
    csuccess__nearest_try(near, CSUCCESS_STR("now"));
    for (size_t i = 0; i < sizeof reserved_names / sizeof reserved_names[0]; i++) {
        const struct reserved *r = &reserved_names[i];
        if (r->form != RESERVED_PLAIN || schema->stratum < r->stratum) continue;
        csuccess__nearest_try(near, csuccess__str(r->path));
    }
}

static csuccess_str unalias(const csuccess__schema *schema, csuccess_str path)
{
    if (schema->health_alias && csuccess__str_is(path, "health_score")) {
        return CSUCCESS_STR("health.score");
    }
    if (schema->churn_alias && csuccess__str_is(path, "churn_probability")) {
        return CSUCCESS_STR("churn.probability");
    }
    return path;
}

/* factor('id') of a model that is not there: a slot that nothing fills. UINT32_MAX: it is no such thing, or no memory. */
static uint32_t add_factor(csuccess__schema *schema, csuccess_str path,
                           const csuccess_str *argument)
{
    if (!schema->any_factor || schema->sealed || schema->stratum < CSUCCESS__STRATUM_CHURN ||
        !argument || !csuccess__str_is(path, "factor")) {
        return UINT32_MAX;
    }
    csuccess__slot slot = {.path = CSUCCESS_STR("factor"),
                           .argument = csuccess__arena_copy(schema->arena, *argument),
                           .type = csuccess__type_of(CSUCCESS__KIND_NUMBER),
                           .stratum = CSUCCESS__STRATUM_CHURN};
    return slot.argument.ptr ? csuccess__schema_add(schema, &slot) : UINT32_MAX;
}

/* last_event('name'): when an event of that name came last, which a state knows; a slot from the first time that it is asked for. UINT32_MAX: it is no such thing, or no memory. */
static uint32_t add_last_event(csuccess__schema *schema, csuccess_str path,
                               const csuccess_str *argument)
{
    if (schema->sealed || !argument || !csuccess__str_is(path, "last_event")) return UINT32_MAX;
    csuccess__slot slot = {.path = CSUCCESS_STR("last_event"),
                           .argument = csuccess__arena_copy(schema->arena, *argument),
                           .type = csuccess__type_of(CSUCCESS__KIND_TIME),
                           .stratum = CSUCCESS__STRATUM_METRIC};
    return slot.argument.ptr ? csuccess__schema_add(schema, &slot) : UINT32_MAX;
}

/* nps.score and its like, which a state knows; in the same manner. */
static uint32_t add_nps(csuccess__schema *schema, csuccess_str path,
                        const csuccess_str *argument)
{
    bool early = schema->stratum < CSUCCESS__STRATUM_METRIC;
    if (schema->sealed || early || argument ||
        csuccess__nps_slot(path) == CSUCCESS__NPS_SLOT_COUNT) {
        return UINT32_MAX;
    }
    csuccess__slot slot = {.path = csuccess__arena_copy(schema->arena, path),
                           .type = csuccess__type_of(CSUCCESS__KIND_NUMBER),
                           .stratum = CSUCCESS__STRATUM_METRIC};
    return slot.path.ptr ? csuccess__schema_add(schema, &slot) : UINT32_MAX;
}

/* reason: the signature of csuccess__scope. */
static csuccess_result resolve(void *ud, csuccess_str path, const csuccess_str *argument,
                               csuccess__symbol *out, csuccess__nearest *near,
                               csuccess__text *say)
{
    csuccess__schema *schema = ud;
    if (!argument) path = unalias(schema, path);
    uint32_t at = csuccess__schema_find(schema, path, argument);
    if (at == UINT32_MAX) at = add_factor(schema, path, argument);
    if (at == UINT32_MAX) at = add_last_event(schema, path, argument);
    if (at == UINT32_MAX) at = add_nps(schema, path, argument);
    if (at == UINT32_MAX) {
        const struct reserved *r = reserved_of(schema, path, argument);
        if (r) return say_reserved(schema, r, path, argument, say);
        feed_names(schema, near);
        return CSUCCESS_ENAME;
    }
    csuccess__stratum stratum = schema->slots[at].stratum;
    if (stratum > schema->stratum) return say_later(schema, path, stratum, say);
    if (!schema->slots[at].type) {
        csuccess_result result = csuccess__metric_demand(schema, at, say);
        if (result < 0) return result;
    }
    csuccess__slot *slot = &schema->slots[at]; /* compiling a metric may have moved the slots */
    if (!schema->sealed) slot->used = true;
    *out = (csuccess__symbol){.type = slot->type, .slot = at};
    return CSUCCESS_OK;
}

static const csuccess__benchmark *benchmark(void *ud, csuccess_str metric, csuccess_str cohort)
{
    const csuccess__schema *schema = ud;
    if (!schema->benchmarks) return NULL;
    return csuccess__benchmarks_find(schema->benchmarks, metric, cohort);
}

csuccess__scope csuccess__schema_scope(csuccess__schema *schema)
{
    return (csuccess__scope){.ud = schema, .resolve = resolve, .benchmark = benchmark};
}

static void print_quoted(csuccess__buffer *out, csuccess_str text)
{
    static const char digits[] = "0123456789abcdef";
    csuccess__buffer_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20) {
            csuccess__buffer_cstr(out, "\\u00");
            csuccess__buffer_char(out, digits[c >> 4]);
            csuccess__buffer_char(out, digits[c & 0xF]);
            continue;
        }
        if (c == '\'' || c == '\\') csuccess__buffer_char(out, '\\');
        csuccess__buffer_char(out, (char)c);
    }
    csuccess__buffer_char(out, '\'');
}

void csuccess__schema_print(void *ud, csuccess__buffer *out, uint32_t at)
{
    const csuccess__schema *schema = ud;
    if (at >= schema->count) return;
    const csuccess__slot *slot = &schema->slots[at];
    if (!slot->argument.ptr) {
        csuccess__buffer_str(out, slot->path);
        return;
    }
    size_t dot = csuccess__str_find(slot->path, CSUCCESS_STR("."));
    size_t head = dot == SIZE_MAX ? slot->path.len : dot;
    csuccess__buffer_put(out, slot->path.ptr, head);
    csuccess__buffer_char(out, '(');
    print_quoted(out, slot->argument);
    csuccess__buffer_char(out, ')');
    csuccess__buffer_put(out, slot->path.ptr + head, slot->path.len - head);
}
