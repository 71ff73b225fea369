/* SPDX-License-Identifier: Apache-2.0 */
/* The section `journeys`, compiled: settings, goal, exits, limits; the steps are journey_steps.c's. */
#include "base/digest.h"
#include "base/heap.h"
#include "calendar/duration_read.h"
#include "flow/journeys/journey_internal.h"
#include "text/reader.h"

#include <math.h>
#include <string.h>

static const char *const keys[] = {
    "type",     "version",    "trigger", "reenroll",    "concurrent", "goal",
    "exit",     "time_limit", "purpose", "start",       "on_change",  "steps",
    "calendar", "label",      "order",   "description", NULL};
static const char *const types[] = {
#define CSUCCESS__JOURNEY_TYPE(name, text) text,
    CSUCCESS__JOURNEY_TYPES(CSUCCESS__JOURNEY_TYPE)
#undef CSUCCESS__JOURNEY_TYPE
        NULL};
enum { TYPE_CUSTOM = sizeof types / sizeof types[0] - 2 };

void *csuccess__journey_take(csuccess__flow_build *build, size_t n, size_t bytes)
{
    void *items = csuccess__arena_take(build->with->arena, n, bytes);
    if (!items) build->problems->lost = true;
    return items;
}

/* ---- Names ---- */

bool csuccess__journey_names(csuccess__flow_build *build, const csuccess__json *at,
                             csuccess_str name, const csuccess__json *names, const char *what)
{
    csuccess__nearest near;
    bool object = names && names->type == CSUCCESS__JSON_OBJECT;
    if (object && csuccess__json_get(names, name)) return true;
    csuccess__nearest_start(&near, name);
    bool may = csuccess__nearest_may(&build->problems->compared, object ? names->count : 0);
    for (const csuccess__json *m = object ? names->first : NULL; m && may; m = m->next) {
        csuccess__nearest_try(&near, m->key);
    }
    if (near.best.ptr) {
        csuccess__problem(build->problems, at, CSUCCESS_ENAME,
                          "there is no %s %q (did you mean %q?)", what, name, near.best);
    } else {
        csuccess__problem(build->problems, at, CSUCCESS_ENAME, "there is no %s %q", what, name);
    }
    return false;
}

uint32_t csuccess__journey_calendar(csuccess__flow_build *build, const csuccess__json *object,
                                    const char *key)
{
    const csuccess__json *at = csuccess__json_member(object, key);
    csuccess_str id =
        csuccess__read_string(build->problems, object, key, (csuccess_str){"", 0});
    if (!at || at->type != CSUCCESS__JSON_STRING) return UINT32_MAX;
    uint32_t found = UINT32_MAX;
    if (build->flow->calendars) found = csuccess__calendar_find(build->flow->calendars, id);
    if (found == UINT32_MAX) {
        csuccess__journey_names(
            build, at, id, csuccess__json_member(build->document, "calendars"), "calendar");
    }
    return found;
}

/* ---- What ends it ---- */

static const char *const ending_keys[] = {"when",  "event",       "properties", "where",
                                          "order", "description", "label",      NULL};

/* `when` or an event; false: noted, or neither. */
static bool read_ending(csuccess__flow_build *build, const csuccess__json *at,
                        const csuccess__program **when, csuccess__event_match *event)
{
    *when = NULL;
    if (!csuccess__read_object(build->problems, at, ending_keys)) return false;
    const csuccess__json *condition = csuccess__json_member(at, "when");
    const csuccess__json *named = csuccess__json_member(at, "event");
    if (!condition == !named) {
        csuccess__problem(build->problems, at, CSUCCESS_ECONFIG,
                          "%q needs either \"when\", a condition, or \"event\"", at->key);
        return false;
    }
    if (named) return csuccess__event_match_read(event, build, at);
    if (csuccess__json_member(at, "where")) {
        csuccess__problem(build->problems, csuccess__json_member(at, "where"), CSUCCESS_ECONFIG,
                          "\"where\" belongs to an \"event\"; a condition says it in \"when\"");
    }
    *when = csuccess__expr_read(build->with, build->problems, condition,
                                csuccess__type_of(CSUCCESS__KIND_BOOL));
    return *when != NULL;
}

/* False, noted: there are more than may be. */
static bool parts_allowed(csuccess__flow_build *build, const csuccess__json *object,
                          uint32_t most, const char *what)
{
    if (object->count <= most) return true;
    csuccess__problem(build->problems, object, CSUCCESS_ELIMIT,
                      "there are at most %u %s; this has %u", most, what, object->count);
    return false;
}

static void read_exits(csuccess__journey_draft *d, const csuccess__json *of)
{
    csuccess__flow_build *build = d->build;
    const csuccess__json *section =
        csuccess__read_section(build->problems, of, "exit", CSUCCESS__JSON_OBJECT);
    if (!section ||
        !parts_allowed(build, section, CSUCCESS__JOURNEY_PARTS_MOST, "exits of a journey")) {
        return;
    }
    uint32_t n = section->count;
    const csuccess__json **members = CSUCCESS__JOURNEY_TAKE(build, const csuccess__json *, n);
    csuccess__journey_exit *exits = CSUCCESS__JOURNEY_TAKE(build, csuccess__journey_exit, n);
    if (!members || !exits) return;
    csuccess__read_order(section, members);
    for (uint32_t i = 0; i < n; i++) {
        exits[i].id = members[i]->key;
        (void)read_ending(build, members[i], &exits[i].when, &exits[i].event);
    }
    d->journey->exits = exits;
    d->journey->exit_count = n;
}

static void read_goal(csuccess__journey_draft *d, const csuccess__json *of)
{
    csuccess__journey *out = d->journey;
    const csuccess__json *goal =
        csuccess__read_section(d->build->problems, of, "goal", CSUCCESS__JSON_OBJECT);
    if (!goal) return;
    out->goal_by_event =
        read_ending(d->build, goal, &out->goal, &out->goal_event) && out->goal == NULL;
}

/* ---- Who comes in, and how often ---- */

static bool is_nothing(csuccess__duration duration)
{
    return duration.months == 0 && duration.days == 0 && duration.ms == 0;
}

/* A whole number; 0: it is not said, or it is wrong. */
static double read_count(csuccess__problems *problems, const csuccess__json *of,
                         const char *key, double most)
{
    double count = csuccess__read_number(problems, of, key, 0, 1, most);
    if (count == floor(count)) return count;
    csuccess__problem(problems, csuccess__json_member(of, key), CSUCCESS_ECONFIG,
                      "%q is a whole number", csuccess__str(key));
    return 0;
}

static void read_counts(csuccess__journey_draft *d, const csuccess__json *of)
{
    static const char *const again_keys[] = {"after", "most", NULL};
    static const char *const at_once_keys[] = {"journey", "customer", NULL};
    csuccess__problems *problems = d->build->problems;
    csuccess__journey *out = d->journey;
    const csuccess__json *again =
        csuccess__read_section(problems, of, "reenroll", CSUCCESS__JSON_OBJECT);
    const csuccess__json *at_once =
        csuccess__read_section(problems, of, "concurrent", CSUCCESS__JSON_OBJECT);
    if (again && csuccess__read_object(problems, again, again_keys)) {
        out->reenroll = true;
        out->reenroll_after = csuccess__read_period(problems, again, "after", "P180D");
        out->reenroll_most = (uint32_t)read_count(problems, again, "most", 1e6);
    }
    if (at_once && csuccess__read_object(problems, at_once, at_once_keys)) {
        out->concurrent_journey = (int64_t)read_count(problems, at_once, "journey", 1e12);
        out->concurrent_customer = (uint32_t)read_count(problems, at_once, "customer", 1e6);
    }
}

/* `{"map": {"old": "new"}}`: what a step of an earlier definition is called now. */
static void read_map(csuccess__journey_draft *d, const csuccess__json *on_change)
{
    static const char *const map_keys[] = {"map", NULL};
    csuccess__flow_build *build = d->build;
    if (!csuccess__read_object(build->problems, on_change, map_keys)) return;
    const csuccess__json *map =
        csuccess__read_section(build->problems, on_change, "map", CSUCCESS__JSON_OBJECT);
    d->journey->maps = true;
    if (!map) return;
    csuccess__journey_map *list =
        CSUCCESS__JOURNEY_TAKE(build, csuccess__journey_map, map->count);
    for (const csuccess__json *m = list ? map->first : NULL; m; m = m->next) {
        if (m->type != CSUCCESS__JSON_STRING) {
            csuccess__problem(build->problems, m, CSUCCESS_ECONFIG,
                              "%q must be the name of a step, found %s", m->key,
                              csuccess__json_type_name(m));
        } else if (csuccess__journey_names(build, m, m->string, d->steps, "step")) {
            list[d->journey->map_count++] = (csuccess__journey_map){m->key, m->string};
        }
    }
    d->journey->map = list;
}

static void read_on_change(csuccess__journey_draft *d, const csuccess__json *of)
{
    const csuccess__json *at = csuccess__json_member(of, "on_change");
    if (!at) return;
    if (at->type == CSUCCESS__JSON_OBJECT) {
        read_map(d, at);
    } else if (at->type != CSUCCESS__JSON_STRING || !csuccess__str_is(at->string, "pin")) {
        csuccess__problem(
            d->build->problems, at, CSUCCESS_ECONFIG,
            "\"on_change\" is \"pin\" or {\"map\": {\"old_step\": \"new_step\"}}");
    }
}

static void read_start(csuccess__journey_draft *d, const csuccess__json *of)
{
    const csuccess__json *at = csuccess__json_member(of, "start");
    csuccess_str id =
        csuccess__read_string(d->build->problems, of, "start", (csuccess_str){"", 0});
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    uint32_t step = csuccess__journey_step_find(d->journey, id);
    if (step == UINT32_MAX) {
        csuccess__journey_names(d->build, at, id, d->steps, "step");
    } else {
        d->journey->start = step;
    }
}

/* ---- One journey ---- */

/* Hash of the definition: sorted JSON, and the orders that mean something: of steps, events of waits, arms, exits. */
static bool hash_order(csuccess__sha256 *h, csuccess__flow_build *build,
                       const csuccess__json *object)
{
    uint32_t n = object && object->type == CSUCCESS__JSON_OBJECT ? object->count : 0;
    const csuccess__json **members = CSUCCESS__JOURNEY_TAKE(build, const csuccess__json *, n);
    if (!members) return false;
    if (n) csuccess__read_order(object, members);
    csuccess__digest_u64(h, n);
    for (uint32_t i = 0; i < n; i++) csuccess__digest_str(h, members[i]->key);
    return true;
}

static void hash_definition(csuccess__journey_draft *d, const csuccess__json *of)
{
    csuccess__sha256 h;
    csuccess__buffer text;
    uint8_t digest[32];
    csuccess__buffer_init(&text, d->build->with->mem, 0);
    csuccess__json_write(&text, of, true);
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, csuccess__buffer_view(&text));
    bool kept = text.status == CSUCCESS_OK && hash_order(&h, d->build, d->steps) &&
                hash_order(&h, d->build, csuccess__json_member(of, "exit"));
    for (const csuccess__json *m = kept && d->steps ? d->steps->first : NULL; m && kept;
         m = m->next) {
        kept = hash_order(&h, d->build, csuccess__json_member(m, "until")) &&
               hash_order(&h, d->build, csuccess__json_member(m, "arms"));
    }
    csuccess__sha256_finish(&h, digest);
    memcpy(d->journey->hash, digest, sizeof d->journey->hash);
    csuccess__buffer_free(&text);
    if (!kept) d->build->problems->lost = true;
}

static csuccess_str name_of(csuccess__flow_build *build, csuccess_str id)
{
    static const char prefix[] = "journey/";
    enum { PREFIX = sizeof prefix - 1 };
    char *text = csuccess__journey_take(build, PREFIX + id.len + 1, 1);
    if (!text) return (csuccess_str){"", 0};
    memcpy(text, prefix, PREFIX);
    memcpy(text + PREFIX, id.ptr, id.len);
    return (csuccess_str){text, PREFIX + id.len};
}

static void find_slots(csuccess__flow_build *build, csuccess__journey *out)
{
    const csuccess__schema *schema = build->schema;
    out->state_slot = csuccess__schema_find(schema, CSUCCESS_STR("journey.state"), &out->id);
    out->step_slot = csuccess__schema_find(schema, CSUCCESS_STR("journey.step"), &out->id);
    out->enrolled_at_slot =
        csuccess__schema_find(schema, CSUCCESS_STR("journey.enrolled_at"), &out->id);
    out->times_slot = csuccess__schema_find(schema, CSUCCESS_STR("journey.times"), &out->id);
}

static void read_settings(csuccess__journey_draft *d, const csuccess__json *of)
{
    csuccess__problems *problems = d->build->problems;
    csuccess__journey *out = d->journey;
    out->label = csuccess__read_string(problems, of, "label", of->key);
    out->type =
        csuccess__str(types[csuccess__read_word(problems, of, "type", types, TYPE_CUSTOM)]);
    out->version = csuccess__read_number(problems, of, "version", 0, 0, 1e9);
    out->purpose = csuccess__read_string(problems, of, "purpose", (csuccess_str){"", 0});
    out->calendar = csuccess__journey_calendar(d->build, of, "calendar");
    uint32_t before = problems->errors;
    out->limit = csuccess__read_period(problems, of, "time_limit", "P90D");
    out->has_limit = !is_nothing(out->limit);
    const csuccess__json *limit = csuccess__json_member(of, "time_limit");
    if (!out->has_limit && limit && problems->errors == before) {
        csuccess__problem(problems, limit, CSUCCESS_ECONFIG,
                          "\"time_limit\" is longer than nothing, such as \"P90D\"; leave it "
                          "out, or null in a patch, where there is none");
    }
    read_counts(d, of);
    read_goal(d, of);
    read_exits(d, of);
    read_on_change(d, of);
}

/* Everything but the trigger. */
static bool read_definition(csuccess__journey *out, csuccess__flow_build *build,
                            const csuccess__json *of)
{
    uint32_t before = build->problems->errors;
    *out = (csuccess__journey){.id = of->key, .at = of, .calendar = UINT32_MAX};
    csuccess__journey_draft d = {.build = build, .journey = out};
    out->name = name_of(build, of->key);
    find_slots(build, out);
    if (!csuccess__read_object(build->problems, of, keys)) return false;
    d.steps = csuccess__read_section(build->problems, of, "steps", CSUCCESS__JSON_OBJECT);
    read_settings(&d, of);
    hash_definition(&d, of);
    if (!d.steps || d.steps->count == 0) {
        csuccess__problem(build->problems, of, CSUCCESS_ECONFIG,
                          "the journey %q needs \"steps\", at least one", of->key);
    } else if (parts_allowed(build, d.steps, CSUCCESS__JOURNEY_STEPS_MOST,
                             "steps of a journey")) {
        csuccess__journey_steps_read(&d);
        read_start(&d, of);
    }
    return build->problems->errors == before && !build->problems->lost;
}

bool csuccess__journey_read(csuccess__journey *out, csuccess__flow_build *build,
                            const csuccess__json *definition)
{
    return read_definition(out, build, definition);
}

/* ---- All of them ---- */

void csuccess__journeys_declare(csuccess__flow_build *build, const csuccess__json *section)
{
    static const struct {
        const char *path;
        csuccess__kind kind;
    } slots[] = {{"journey.state", CSUCCESS__KIND_STRING},
                 {"journey.step", CSUCCESS__KIND_STRING},
                 {"journey.enrolled_at", CSUCCESS__KIND_TIME},
                 {"journey.times", CSUCCESS__KIND_NUMBER}};
    for (const csuccess__json *m = section ? section->first : NULL; m; m = m->next) {
        for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
            (void)csuccess__flow_slot(build, csuccess__str(slots[i].path), m->key,
                                      csuccess__type_of(slots[i].kind));
        }
    }
}

static bool comes_before(const void *one, const void *other)
{
    const csuccess__journey *a = *(const csuccess__journey *const *)one;
    const csuccess__journey *b = *(const csuccess__journey *const *)other;
    return csuccess__str_cmp(a->id, b->id) < 0;
}

static bool is_watched(const csuccess__schema *schema, const csuccess__journey *journey)
{
    const uint32_t slots[] = {journey->state_slot, journey->step_slot,
                              journey->enrolled_at_slot, journey->times_slot};
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        if (slots[i] < schema->count && schema->slots[slots[i]].used) return true;
    }
    return false;
}

/* By id, and those that some expression asks for. */
static bool index_journeys(csuccess__flow_build *build, csuccess__journeys *out,
                           csuccess__journey *list)
{
    uint32_t n = out->count;
    const csuccess__journey **by_id =
        CSUCCESS__JOURNEY_TAKE(build, const csuccess__journey *, n);
    uint32_t *sorted = CSUCCESS__JOURNEY_TAKE(build, uint32_t, n);
    uint32_t *watched = CSUCCESS__JOURNEY_TAKE(build, uint32_t, n);
    if (!by_id || !sorted || !watched) return false;
    for (uint32_t i = 0; i < n; i++) by_id[i] = &out->list[i];
    csuccess__sort(by_id, n, sizeof *by_id, comes_before);
    for (uint32_t i = 0; i < n; i++) {
        sorted[i] = (uint32_t)(by_id[i] - out->list);
        list[i].watched = is_watched(build->schema, &list[i]);
        if (list[i].watched) watched[out->watched_count++] = i;
    }
    out->sorted = sorted;
    out->watched = watched;
    return true;
}

static void read_whole(csuccess__journey *out, csuccess__flow_build *build,
                       const csuccess__json *of)
{
    if (!read_definition(out, build, of) || !csuccess__json_member(of, "trigger")) return;
    out->has_trigger = csuccess__trigger_read(&out->trigger, build, of, UINT32_MAX);
}

const csuccess__journeys *csuccess__journeys_compile(csuccess__flow_build *build,
                                                     const csuccess__json *section)
{
    csuccess__journeys *out = CSUCCESS__JOURNEY_TAKE(build, csuccess__journeys, 1);
    if (!out || !section || section->count == 0) return out;
    if (!parts_allowed(build, section, CSUCCESS__JOURNEYS_MOST, "journeys")) return out;
    uint32_t n = section->count;
    const csuccess__json **members = CSUCCESS__JOURNEY_TAKE(build, const csuccess__json *, n);
    csuccess__journey *list = CSUCCESS__JOURNEY_TAKE(build, csuccess__journey, n);
    if (!members || !list) return NULL;
    if (!build->schema->sealed) build->schema->stratum = CSUCCESS__STRATUM_FLOW;
    csuccess__read_order(section, members);
    for (uint32_t i = 0; i < n; i++) read_whole(&list[i], build, members[i]);
    out->list = list;
    out->count = n;
    return index_journeys(build, out, list) ? out : NULL;
}

uint32_t csuccess__journey_find(const csuccess__journeys *journeys, csuccess_str id)
{
    uint32_t low = 0, high = journeys ? journeys->count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t at = journeys->sorted[middle];
        int order = csuccess__str_cmp(journeys->list[at].id, id);
        if (order == 0) return at;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return UINT32_MAX;
}
