/* SPDX-License-Identifier: Apache-2.0 */
/* The section `offers` from a document, and the slots offer.x. */
#include "intervene/offers.h"

#include "calendar/duration_read.h"
#include "intervene/intervene.h"
#include "text/reader.h"

#include <stddef.h>

#define WHOLE_MOST 9007199254740991.0 /* 2^53 - 1 */
enum { ROWS_MOST = 64, OFFERS_MOST = 1000 };

static const csuccess_str no_argument = {NULL, 0};

/* ---- Slots ---- */

static const struct {
    const char *path;
    csuccess__kind kind;
    size_t at;
} slots[] = {
    {"offer.name", CSUCCESS__KIND_STRING, offsetof(csuccess__offers, name_slot)},
    {"offer.type", CSUCCESS__KIND_STRING, offsetof(csuccess__offers, type_slot)},
    {"offer.value", CSUCCESS__KIND_NUMBER, offsetof(csuccess__offers, value_slot)},
    {"offer.months", CSUCCESS__KIND_NUMBER, offsetof(csuccess__offers, months_slot)},
    {"offer.expires", CSUCCESS__KIND_TIME, offsetof(csuccess__offers, expires_slot)},
    {"offer.conditions", CSUCCESS__KIND_STRING, offsetof(csuccess__offers, conditions_slot)},
};
enum { SLOTS = sizeof slots / sizeof slots[0] };

void csuccess__offers_declare(struct csuccess__flow_build *build)
{
    const csuccess__json *section = csuccess__json_member(build->document, "offers");
    if (!section || section->count == 0) return;
    for (size_t i = 0; i < SLOTS; i++) {
        (void)csuccess__flow_slot(build, csuccess__str(slots[i].path), no_argument,
                                  csuccess__type_of(slots[i].kind));
    }
}

static void find_slots(const csuccess__intervene_build *build, csuccess__offers *out)
{
    for (size_t i = 0; i < SLOTS; i++) {
        uint32_t *slot = (uint32_t *)(void *)((char *)out + slots[i].at);
        csuccess_str path = csuccess__str(slots[i].path);
        *slot = UINT32_MAX;
        if (out->count == 0) continue;
        *slot = csuccess__schema_find(build->flow->schema, path, NULL);
        if (*slot != UINT32_MAX) continue;
        *slot = csuccess__intervene_slot(build, path, no_argument,
                                         csuccess__type_of(slots[i].kind));
    }
}

void csuccess__offer_hide(csuccess__turn *t)
{
    const csuccess__offers *of = t->of->offers;
    for (size_t i = 0; i < SLOTS; i++) {
        uint32_t slot = *(const uint32_t *)(const void *)((const char *)of + slots[i].at);
        if (slot == UINT32_MAX) continue;
        t->m->slots[slot] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
}

/* ---- Reading ---- */

/* Whole minor units, or a count. False: it is not there, or, noted, something else. */
static bool read_whole(csuccess__problems *problems, const csuccess__json *object,
                       const char *key, int64_t *out)
{
    const csuccess__json *at = csuccess__json_member(object, key);
    *out = 0;
    if (!at) return false;
    double x = csuccess__read_number(problems, object, key, 0, 0, WHOLE_MOST);
    *out = (int64_t)x;
    if (!(x > (double)*out)) return at->type == CSUCCESS__JSON_NUMBER;
    csuccess__problem(problems, at, CSUCCESS_ECONFIG, "\"%s\" must be a whole number", key);
    return false;
}

static const csuccess__program *read_program(csuccess__intervene_build *build,
                                             const csuccess__json *object, const char *key,
                                             csuccess__kind kind)
{
    const csuccess__json *at = csuccess__json_member(object, key);
    if (!at) return NULL;
    return csuccess__expr_read(build->flow->with, build->flow->problems, at,
                               csuccess__type_of(kind));
}

static void read_duration(csuccess__problems *problems, const csuccess__json *at,
                          csuccess__offer_row *row)
{
    csuccess__duration d = {0, 0, 0};
    bool right =
        csuccess__duration_parse(&d, at->key, NULL) && d.months > 0 && d.days == 0 && d.ms == 0;
    if (right) {
        row->duration = d;
        return;
    }
    csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                      "%q is not a duration of whole months, such as \"P3M\" or \"P1Y\"",
                      at->key);
}

/* The tables of an offer; names of `durations` are these. */
typedef struct table {
    const char *key;
    bool spans;
} table;
static const table types = {"types", false}, durations = {"durations", true},
                   conditions = {"conditions", false};

static void read_row(csuccess__intervene_build *build, const csuccess__json *at,
                     const table *of, csuccess__offer_row *row)
{
    static const char *const keys[] = {"when", "say", "label", "order", "description", NULL};
    csuccess__problems *problems = build->flow->problems;
    *row = (csuccess__offer_row){.id = at->key, .say = at->key};
    if (of->spans) read_duration(problems, at, row);
    if (!csuccess__read_object(problems, at, keys)) return;
    row->when = read_program(build, at, "when", CSUCCESS__KIND_BOOL);
    csuccess_str label = csuccess__read_string(problems, at, "label", at->key);
    row->say = csuccess__read_string(problems, at, "say", label);
}

/* The rows of a table in effective order. */
static const csuccess__offer_row *read_rows(csuccess__intervene_build *build,
                                            const csuccess__json *object, const table *of,
                                            uint32_t *count)
{
    csuccess__problems *problems = build->flow->problems;
    const csuccess__json *section =
        csuccess__read_section(problems, object, of->key, CSUCCESS__JSON_OBJECT);
    *count = 0;
    if (!section) return NULL;
    if (section->count > ROWS_MOST) {
        csuccess__problem(problems, section, CSUCCESS_ELIMIT, "\"%s\" has at most %u rows",
                          of->key, (uint32_t)ROWS_MOST);
        return NULL;
    }
    csuccess__arena *arena = build->flow->with->arena;
    csuccess__offer_row *rows = CSUCCESS__NEW_ARRAY(arena, csuccess__offer_row, section->count);
    const csuccess__json **members =
        CSUCCESS__NEW_ARRAY(arena, const csuccess__json *, section->count);
    if (!rows || !members) {
        problems->lost = true;
        return NULL;
    }
    csuccess__read_order(section, members);
    for (uint32_t i = 0; i < section->count; i++) read_row(build, members[i], of, &rows[i]);
    *count = section->count;
    return rows;
}

static void read_redemptions(csuccess__problems *problems, csuccess__offer *out)
{
    static const char *const keys[] = {"total", "customer", "description", NULL};
    const csuccess__json *at =
        csuccess__read_section(problems, out->at, "redemptions", CSUCCESS__JSON_OBJECT);
    if (!at || !csuccess__read_object(problems, at, keys)) return;
    static const char *const counts[] = {"total", "customer"};
    int64_t *to[] = {&out->total, &out->per_customer};
    for (size_t i = 0; i < 2; i++) {
        bool given = read_whole(problems, at, counts[i], to[i]);
        if (!given || *to[i] > 0) continue;
        csuccess__problem(problems, csuccess__json_member(at, counts[i]), CSUCCESS_ECONFIG,
                          "\"%s\" is at least 1; without it there is no such limit", counts[i]);
    }
}

static void read_times(csuccess__problems *problems, csuccess__offer *out)
{
    const csuccess__duration none = {0, 0, 0};
    const csuccess__json *at = csuccess__json_member(out->at, "valid_for");
    out->valid_for = (csuccess__duration){0, 14, 0};
    if (!at) return;
    out->valid_for = csuccess__read_period(problems, out->at, "valid_for", "P14D");
    if (csuccess__duration_compare(out->valid_for, none).most > 0) return;
    if (at->type != CSUCCESS__JSON_STRING) return;
    csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                      "an offer is open for longer than nothing: \"valid_for\" such as "
                      "\"P14D\"");
}

static void need(csuccess__problems *problems, const csuccess__json *object, const char *key,
                 const char *such)
{
    if (csuccess__json_member(object, key)) return;
    csuccess__problem(problems, object, CSUCCESS_ECONFIG, "an offer needs \"%s\", such as %s",
                      key, such);
}

static csuccess_str prefixed(csuccess__intervene_build *build, csuccess_str id)
{
    static const char prefix[] = "offer/";
    enum { HEAD = sizeof prefix - 1 };
    char *text = csuccess__arena_take(build->flow->with->arena, HEAD + id.len + 1, 1);
    if (!text) {
        build->flow->problems->lost = true;
        return id;
    }
    memcpy(text, prefix, HEAD);
    if (id.len) memcpy(text + HEAD, id.ptr, id.len);
    return (csuccess_str){text, HEAD + id.len};
}

static void read_offer(csuccess__intervene_build *build, const csuccess__json *at,
                       csuccess__offer *out)
{
    static const char *const keys[] = {
        "types",     "value",       "most",  "durations",      "conditions",
        "valid_for", "redemptions", "group", "approval_above", "label",
        "order",     "description", NULL};
    csuccess__problems *problems = build->flow->problems;
    *out = (csuccess__offer){.id = at->key, .at = at};
    out->programme = prefixed(build, at->key);
    if (!csuccess__read_object(problems, at, keys)) return;
    (void)csuccess__read_string(problems, at, "label", at->key);
    need(problems, at, "types", "{\"discount\": {}}");
    need(problems, at, "value", "\"arr * 0.1\"");
    out->types = read_rows(build, at, &types, &out->type_count);
    out->durations = read_rows(build, at, &durations, &out->duration_count);
    out->conditions = read_rows(build, at, &conditions, &out->condition_count);
    out->value = read_program(build, at, "value", CSUCCESS__KIND_NUMBER);
    out->has_most = read_whole(problems, at, "most", &out->most);
    out->has_approval = read_whole(problems, at, "approval_above", &out->approval_above);
    out->group = csuccess__read_string(problems, at, "group", CSUCCESS_STR("all"));
    read_times(problems, out);
    read_redemptions(problems, out);
}

const csuccess__offers *csuccess__offers_compile(struct csuccess__intervene_build *build,
                                                 const csuccess__json *section)
{
    csuccess__arena *arena = build->flow->with->arena;
    uint32_t count = section ? section->count : 0;
    if (count > OFFERS_MOST) {
        csuccess__problem(build->flow->problems, section, CSUCCESS_ELIMIT,
                          "a configuration has at most %u offers; this has %u",
                          (uint32_t)OFFERS_MOST, count);
        count = 0;
    }
    csuccess__offers *out = CSUCCESS__NEW(arena, csuccess__offers);
    csuccess__offer *list = CSUCCESS__NEW_ARRAY(arena, csuccess__offer, count);
    const csuccess__json **members =
        CSUCCESS__NEW_ARRAY(arena, const csuccess__json *, section ? section->count : 0);
    if (!out || !list || !members) return NULL;
    if (count) csuccess__read_order(section, members);
    for (uint32_t i = 0; i < count; i++) read_offer(build, members[i], &list[i]);
    out->list = list;
    out->count = count;
    find_slots(build, out); /* after their own conditions, which do not read them */
    return build->flow->problems->lost ? NULL : out;
}

const csuccess__offer *csuccess__offer_find(const csuccess__offers *of, csuccess_str id)
{
    for (uint32_t i = 0; i < of->count; i++) {
        if (csuccess__str_eq(of->list[i].id, id)) return &of->list[i];
    }
    return NULL;
}
