/* SPDX-License-Identifier: Apache-2.0 */
/* The section `aggregates`: each definition is read, becomes an input slot, and finds or makes its series. */
#include "customer/aggregates_compile.h"

#include "customer/schema_internal.h"
#include "text/reader.h"

#include <string.h>

/* What an aggregate may keep. `named`: the value is the name of a property; else it is true. */
enum { DISTINCT_AT = 8 };
static const struct function {
    const char *key;
    csuccess__part part;
    csuccess__figure figure;
    bool named, numbers, typed;
} functions[] = {
    {"count", CSUCCESS__PART_COUNT, CSUCCESS__FIGURE_COUNT, false, false, false},
    {"sum", CSUCCESS__PART_SUM, CSUCCESS__FIGURE_SUM, true, true, false},
    {"mean", CSUCCESS__PART_SUM, CSUCCESS__FIGURE_MEAN, true, true, false},
    {"min", CSUCCESS__PART_MIN, CSUCCESS__FIGURE_LEAST, true, true, false},
    {"max", CSUCCESS__PART_MAX, CSUCCESS__FIGURE_GREATEST, true, true, false},
    {"first", CSUCCESS__PART_FIRST, CSUCCESS__FIGURE_MARK, true, false, true},
    {"last", CSUCCESS__PART_LAST, CSUCCESS__FIGURE_MARK, true, false, true},
    {"last_time", CSUCCESS__PART_LAST_TIME, CSUCCESS__FIGURE_TIME, false, false, false},
    {"distinct", CSUCCESS__PART_DISTINCT, CSUCCESS__FIGURE_DISTINCT, true, false, false},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static const char *const keys[] = {
    "event",  "count",     "sum",      "mean",  "min",        "max",         "first",
    "last",   "last_time", "distinct", "where", "properties", "window",      "offset",
    "source", "type",      "limit",    "range", "migrate",    "description", NULL};

/* ---- What it keeps ---- */

/* The one function of a definition; NULL: noted. */
static const struct function *read_function(csuccess__problems *problems,
                                            const csuccess__json *at)
{
    const struct function *found = NULL;
    for (size_t i = 0; i < FUNCTIONS; i++) {
        const csuccess__json *node = csuccess__json_member(at, functions[i].key);
        if (node && found) {
            csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                              "an aggregate keeps one number, and %q has \"%s\" already: give "
                              "\"%s\" an aggregate of its own",
                              at->key, found->key, functions[i].key);
            return NULL;
        }
        if (node) found = &functions[i];
    }
    if (!found) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "%q does not say what it keeps: give one of count, sum, mean, min, "
                          "max, first, last, last_time, distinct",
                          at->key);
    }
    return found;
}

/* `distinct` "day": the buckets of a count, or over all time the days themselves. */
static void count_days(csuccess__draft *out)
{
    bool always = out->window.kind == CSUCCESS__WINDOW_LIFETIME;
    out->part = always ? CSUCCESS__PART_DAYS : CSUCCESS__PART_COUNT;
    out->figure = always ? CSUCCESS__FIGURE_DISTINCT : CSUCCESS__FIGURE_ACTIVE_DAYS;
    out->property = (csuccess_str){NULL, 0};
}

/* Reads what the function is of, and what that makes of the draft. */
static bool read_subject(csuccess__draft *out, const struct function *function,
                         csuccess__problems *problems, const csuccess__json *at)
{
    const csuccess__json *node = csuccess__json_member(at, function->key);
    bool is_true = node->type == CSUCCESS__JSON_BOOL && node->boolean;
    bool is_name = node->type == CSUCCESS__JSON_STRING && node->string.len > 0;
    if (function->named ? !is_name : !is_true) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          function->named
                              ? "\"%s\" is of a property of the event: give its name"
                              : "\"%s\" is of the event itself: give true",
                          function->key);
        return false;
    }
    out->part = function->part;
    out->figure = function->figure;
    out->property = function->named ? node->string : (csuccess_str){NULL, 0};
    if (function == &functions[DISTINCT_AT] && csuccess__str_is(node->string, "day")) {
        count_days(out);
    }
    return true;
}

static bool read_type(csuccess__draft *out, const struct function *function,
                      csuccess__problems *problems, const csuccess__json *at)
{
    static const char *const words[] = {"number", "bool", "string", "time", NULL};
    static const csuccess__attribute_type types[] = {
        CSUCCESS__ATTRIBUTE_NUMBER, CSUCCESS__ATTRIBUTE_BOOL, CSUCCESS__ATTRIBUTE_STRING,
        CSUCCESS__ATTRIBUTE_TIME};
    const csuccess__json *node = csuccess__json_member(at, "type");
    out->type = function->figure == CSUCCESS__FIGURE_TIME ? CSUCCESS__ATTRIBUTE_TIME
                                                          : CSUCCESS__ATTRIBUTE_NUMBER;
    out->kind = CSUCCESS__KIND_ANY;
    if (!function->typed) {
        if (!node) return true;
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "\"type\" means nothing for \"%s\": it belongs to first and last",
                          function->key);
        return false;
    }
    int word = csuccess__read_word(problems, at, "type", words, 0);
    out->type = types[word];
    out->kind = csuccess__attribute_kind(out->type)->kind;
    return true;
}

static bool read_limit(csuccess__draft *out, csuccess__problems *problems,
                       const csuccess__json *at)
{
    const csuccess__json *node = csuccess__json_member(at, "limit");
    out->limit = CSUCCESS__DISTINCT_EXACT;
    if (!node) return true;
    if (out->part != CSUCCESS__PART_DISTINCT) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "\"limit\" means nothing here: it belongs to \"distinct\" of a "
                          "property, which is exact up to it");
        return false;
    }
    double limit =
        csuccess__read_number(problems, at, "limit", 0, 16, CSUCCESS__DISTINCT_EXACT);
    out->limit = (uint32_t)limit;
    if (limit > (double)out->limit) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG, "\"limit\" must be a whole number");
        return false;
    }
    return out->limit > 0;
}

static bool is_pair_of_numbers(const csuccess__json *node)
{
    const csuccess__json *low = node->first;
    return node->type == CSUCCESS__JSON_ARRAY && node->count == 2 &&
           low->type == CSUCCESS__JSON_NUMBER && low->next->type == CSUCCESS__JSON_NUMBER;
}

static bool read_range(csuccess__draft *out, const struct function *function,
                       csuccess__problems *problems, const csuccess__json *at)
{
    const csuccess__json *node = csuccess__json_member(at, "range");
    if (!node) return true;
    if (!function->numbers && out->kind != CSUCCESS__KIND_NUMBER) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "\"range\" means nothing for \"%s\": it bounds a property that is a "
                          "number",
                          function->key);
        return false;
    }
    bool two = is_pair_of_numbers(node);
    if (!two || node->first->number > node->last->number) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          two ? "\"range\" must be in ascending order: the least number that "
                                "is possible, then the greatest"
                              : "\"range\" is the least and the greatest number that is "
                                "possible, such as [0, 100]");
        return false;
    }
    out->has_range = true;
    out->low = node->first->number;
    out->high = node->last->number;
    return true;
}

/* ---- Where it comes from ---- */

static bool read_event(csuccess_str *out, csuccess__problems *problems,
                       const csuccess__json *at)
{
    const csuccess__json *node = csuccess__json_member(at, "event");
    if (node && node->type == CSUCCESS__JSON_STRING && node->string.len > 0) {
        *out = node->string;
        return true;
    }
    csuccess__problem(problems, node ? node : at, CSUCCESS_ECONFIG,
                      node ? "\"event\" is the name of an event, such as \"login\""
                           : "%q has no \"event\": give the name of the event that it counts",
                      at->key);
    return false;
}

static bool read_source(csuccess__draft *out, const csuccess__sources *sources,
                        csuccess__problems *problems, const csuccess__json *at)
{
    const csuccess__json *node = csuccess__json_member(at, "source");
    csuccess_str name = csuccess__read_string(problems, at, "source", (csuccess_str){NULL, 0});
    out->source = UINT32_MAX;
    if (!node || !name.ptr) return !node;
    out->source = csuccess__sources_find(sources, name);
    if (out->source != UINT32_MAX) return true;
    csuccess__nearest near;
    csuccess__nearest_start(&near, name);
    uint32_t count = sources ? sources->count : 0;
    bool may = csuccess__nearest_may(&problems->compared, count);
    for (uint32_t i = 0; may && i < count; i++) {
        csuccess__nearest_try(&near, sources->list[i].name);
    }
    if (near.best.ptr) {
        csuccess__problem(problems, node, CSUCCESS_ENAME,
                          "no source is called %q (did you mean %q?)", name, near.best);
    } else {
        csuccess__problem(problems, node, CSUCCESS_ENAME,
                          "no source is called %q; declare it under \"sources\"", name);
    }
    return false;
}

/* The signature of what it was before. */
static bool read_former(csuccess__draft *out, csuccess__compiler *with,
                        csuccess__problems *problems, const csuccess__json *from)
{
    static const char *const known[] = {"event", "property", "where", "properties", NULL};
    if (!csuccess__read_object(problems, from, known)) return false;
    bool ok = true;
    csuccess__draft old = *out;
    old.event = csuccess__read_string(problems, from, "event", out->event);
    const csuccess__json *property = csuccess__json_member(from, "property");
    if (out->property.ptr) {
        old.property = csuccess__read_string(problems, from, "property", out->property);
    } else if (property) {
        csuccess__problem(problems, property, CSUCCESS_ECONFIG,
                          "\"property\" means nothing here: %q keeps none", out->at->key);
        ok = false;
    }
    if (csuccess__json_member(from, "where") || csuccess__json_member(from, "properties")) {
        old.where = csuccess__where_compile(with, problems, from, &ok);
    }
    out->from = csuccess__draft_signature(&old, with->arena);
    if (!out->from.ptr) problems->lost = true;
    return ok;
}

static bool read_migrate(csuccess__draft *out, csuccess__compiler *with,
                         csuccess__problems *problems, const csuccess__json *at)
{
    static const char *const known[] = {"from", "keep", NULL};
    const csuccess__json *node = csuccess__json_member(at, "migrate");
    if (!node) return true;
    if (!csuccess__read_object(problems, node, known)) return false;
    out->keep = csuccess__read_bool(problems, node, "keep", false);
    const csuccess__json *from =
        csuccess__read_section(problems, node, "from", CSUCCESS__JSON_OBJECT);
    if (!from) return !csuccess__json_member(node, "from");
    if (!read_former(out, with, problems, from)) return false;
    if (!csuccess__str_eq(out->from, out->signature)) return true;
    csuccess__problem(problems, from, CSUCCESS_ECONFIG,
                      "\"from\" says what %q is already; a new name, window or source needs no "
                      "migration, since its history is known by event, condition, property and "
                      "what is kept",
                      at->key);
    return false;
}

/* ---- One definition ---- */

static bool is_free(csuccess__schema *schema, csuccess__problems *problems,
                    const csuccess__json *at)
{
    if (csuccess__schema_find(schema, at->key, NULL) == UINT32_MAX) return true;
    csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                      "%q is the name of an attribute or collection already; an aggregate "
                      "needs a name of its own",
                      at->key);
    return false;
}

/* The event, and how far back; every problem is noted. */
static bool read_origin(csuccess__draft *out, const csuccess__aggregates_build *b,
                        const csuccess__json *at)
{
    bool event = read_event(&out->event, b->problems, at);
    bool window = csuccess__window_read(&out->window, b->problems, at);
    bool source = read_source(out, b->sources, b->problems, at);
    bool where = true;
    out->where = csuccess__where_compile(b->with, b->problems, at, &where);
    return event && window && source && where;
}

static bool read_function_of(csuccess__draft *out, csuccess__problems *problems,
                             const csuccess__json *at)
{
    const struct function *function = read_function(problems, at);
    if (!function || !read_subject(out, function, problems, at)) return false;
    bool type = read_type(out, function, problems, at);
    bool limit = read_limit(out, problems, at);
    bool range = read_range(out, function, problems, at);
    return type && limit && range;
}

/* True when the draft stands. */
static bool read_draft(csuccess__draft *out, const csuccess__aggregates_build *b,
                       const csuccess__json *at)
{
    csuccess__problems *problems = b->problems;
    *out = (csuccess__draft){.at = at};
    out->named =
        csuccess__name_check(problems, at, "an aggregate") && is_free(b->schema, problems, at);
    if (!csuccess__read_object(problems, at, keys)) return false;
    bool origin = read_origin(out, b, at);
    bool function = read_function_of(out, problems, at);
    if (!out->named || !origin || !function) return false;
    out->signature = csuccess__draft_signature(out, b->with->arena);
    if (!out->signature.ptr) problems->lost = true;
    return read_migrate(out, b->with, problems, at) && !problems->lost;
}

/* Its slot, which later sections find even when the definition has a problem of its own. */
static void add_slot(csuccess__draft *draft, const csuccess__aggregates_build *b)
{
    draft->slot = csuccess__schema_implicit(b->schema, draft->at->key, draft->type);
    if (draft->slot == UINT32_MAX) b->problems->lost = true;
}

/* reason: the four sections that it joins, and what compiling takes. */
const csuccess__aggregates *csuccess__aggregates_compile(csuccess__schema *schema,
                                                         csuccess__compiler *with,
                                                         csuccess__problems *problems,
                                                         const csuccess__sources *sources,
                                                         const csuccess__json *section)
{
    csuccess__aggregates_build b = {schema, with, problems, sources, NULL, 0};
    uint32_t most = section ? section->count : 0;
    b.drafts = CSUCCESS__NEW_ARRAY(with->arena, csuccess__draft, most);
    if (!b.drafts) problems->lost = true;
    for (const csuccess__json *at = section ? section->first : NULL; b.drafts && at;
         at = at->next) {
        csuccess__draft *draft = &b.drafts[b.count];
        bool ok = read_draft(draft, &b, at);
        if (draft->named) add_slot(draft, &b);
        if (ok) b.count++;
    }
    return problems->lost ? NULL : csuccess__aggregates_build_all(&b);
}
