/* SPDX-License-Identifier: Apache-2.0 */
/* Pinned definitions: stored documents by their hash, and what of them was asked for, compiled over the schema in force. */
#include "flow/pins.h"

#include "flow/journeys/enrollment.h"
#include "flow/playbooks/playbook_internal.h"
#include "flow/trigger_internal.h"

#include <string.h>

enum { HASH = 16, PROBLEMS_MOST = 4 };

/* A definition that was asked for; neither of them: it cannot be had, and why. */
typedef struct compiled {
    const csuccess__json *at;
    const csuccess__journey *journey;
    const csuccess__playbook *playbook;
    csuccess_str why;
    struct compiled *next;
} compiled;

typedef struct document {
    uint8_t hash[32];
    uint64_t used; /* the how many-th use of any was the last of this */
    csuccess__arena arena;
    const csuccess__json *root; /* NULL: `why` */
    csuccess_str why;
    compiled *list;
    csuccess__problems problems;
    struct csuccess__cleanup *cleanup;
    csuccess__constants *constants; /* those in force, and then its own */
    csuccess__flow flow;            /* the one in force but for what events have */
} document;

struct csuccess__pins {
    csuccess_allocator mem;
    const csuccess__flow *flow;
    const csuccess__constants *constants;
    csuccess_limits limits;
    uint8_t in_force[32];
    bool knows_force;
    document *list[CSUCCESS__PINS_MOST];
    uint32_t count;
    uint64_t uses;
};

/* ---- Making ---- */

csuccess_result csuccess__pins_new(csuccess__pins **out, const csuccess__flow *flow,
                                   const csuccess__constants *constants,
                                   const csuccess_limits *limits, const csuccess_allocator *mem)
{
    csuccess__pins *pins = csuccess__alloc(mem, 1, sizeof *pins);
    *out = pins;
    if (!pins) return CSUCCESS_ENOMEM;
    pins->mem = *mem;
    pins->flow = flow;
    pins->constants = constants;
    pins->limits = *limits;
    return CSUCCESS_OK;
}

static void free_document(csuccess__pins *pins, document *d)
{
    if (!d) return;
    csuccess__cleanup_run(d->cleanup);
    csuccess__arena_free(&d->arena);
    csuccess__release(&pins->mem, d, 1, sizeof *d);
}

void csuccess__pins_free(csuccess__pins *pins)
{
    if (!pins) return;
    csuccess_allocator mem = pins->mem;
    for (uint32_t i = 0; i < pins->count; i++) free_document(pins, pins->list[i]);
    csuccess__release(&mem, pins, 1, sizeof *pins);
}

void csuccess__pins_in_force(csuccess__pins *pins, const uint8_t config[32])
{
    memcpy(pins->in_force, config, sizeof pins->in_force);
    pins->knows_force = true;
}

static document *find_document(const csuccess__pins *pins, const uint8_t hash[32])
{
    for (uint32_t i = 0; i < pins->count; i++) {
        if (memcmp(pins->list[i]->hash, hash, 32) == 0) return pins->list[i];
    }
    return NULL;
}

/* ---- Documents ---- */

/* A set in which what the configuration in force names has the same numbers: data are compared by them. */
static csuccess__constants *copy_constants(const csuccess__constants *from,
                                           csuccess__arena *arena)
{
    csuccess__constants *set = csuccess__constants_new(arena);
    uint32_t count = csuccess__constants_count(from);
    for (uint32_t code = 1; set && code <= count; code++) {
        if (csuccess__constants_add(set, csuccess__constants_text(from, code)) != code) {
            return NULL;
        }
    }
    return set;
}

static csuccess__flow_build build_of(const csuccess__pins *pins, document *d,
                                     csuccess__compiler *with)
{
    return (csuccess__flow_build){
        .schema = (csuccess__schema *)(uintptr_t)pins->flow->schema, /* sealed: only read */
        .with = with,
        .problems = &d->problems,
        .document = d->root,
        .channels = csuccess__json_member(d->root, "channels"),
        .segments_every_ms = pins->flow->segments_every_ms,
        .reminders_every_ms = pins->flow->reminders_every_ms,
        .flow = &d->flow};
}

typedef struct compiling {
    csuccess__scope scope;
    csuccess__compiler with;
    csuccess__flow_build build;
} compiling;

static void open_compiling(compiling *c, const csuccess__pins *pins, document *d)
{
    c->scope = csuccess__schema_scope((csuccess__schema *)(uintptr_t)pins->flow->schema);
    c->with = (csuccess__compiler){.arena = &d->arena,
                                   .mem = &pins->mem,
                                   .limits = &pins->limits,
                                   .scope = &c->scope,
                                   .constants = d->constants,
                                   .cleanup = d->cleanup};
    c->build = build_of(pins, d, &c->with);
}

/* Reads a stored document. OK, also where it cannot be used: `why` says so then. */
static csuccess_result read_document(const csuccess__pins *pins, document *d, csuccess_str text)
{
    csuccess__json *root = NULL;
    csuccess__json_options options = {.limits = &pins->limits};
    if (text.len == 0) {
        d->why = CSUCCESS_STR("the store does not have the configuration that it began under");
        return CSUCCESS_OK;
    }
    csuccess_result status = csuccess__json_read(&root, &d->arena, text, &options, NULL);
    if (status == CSUCCESS_ENOMEM) return status;
    if (status < 0) {
        d->why = CSUCCESS_STR("the configuration that it began under cannot be read");
        return CSUCCESS_OK;
    }
    d->constants = copy_constants(pins->constants, &d->arena);
    if (!d->constants) return CSUCCESS_ENOMEM;
    d->flow = *pins->flow;
    d->root = root;
    compiling c;
    open_compiling(&c, pins, d);
    return csuccess__events_declare(&c.build) ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

/* Where another one goes: the one that was used longest ago makes room. */
static uint32_t place_for(csuccess__pins *pins)
{
    uint32_t oldest = 0;
    if (pins->count < CSUCCESS__PINS_MOST) return pins->count++;
    for (uint32_t i = 1; i < pins->count; i++) {
        if (pins->list[i]->used < pins->list[oldest]->used) oldest = i;
    }
    free_document(pins, pins->list[oldest]);
    return oldest;
}

csuccess_result csuccess__pins_add(csuccess__pins *pins, const uint8_t hash[32],
                                   csuccess_str text)
{
    if (find_document(pins, hash)) return CSUCCESS_OK;
    document *d = csuccess__alloc(&pins->mem, 1, sizeof *d);
    if (!d) return CSUCCESS_ENOMEM;
    memcpy(d->hash, hash, sizeof d->hash);
    csuccess__arena_init(&d->arena, &pins->mem, 0);
    csuccess__problems_init(&d->problems, &d->arena, PROBLEMS_MOST);
    csuccess_result status = read_document(pins, d, text);
    if (status < 0) {
        free_document(pins, d);
        return status;
    }
    d->used = ++pins->uses;
    pins->list[place_for(pins)] = d;
    return CSUCCESS_OK;
}

/* ---- Definitions ---- */

static const csuccess__journey *journey_in_force(const csuccess__pins *pins, csuccess_str id,
                                                 const uint8_t definition[HASH])
{
    uint32_t at = csuccess__journey_find(pins->flow->journeys, id);
    if (at == UINT32_MAX) return NULL;
    const csuccess__journey *journey = &pins->flow->journeys->list[at];
    return memcmp(journey->hash, definition, HASH) == 0 ? journey : NULL;
}

static const csuccess__playbook *playbook_in_force(const csuccess__pins *pins, csuccess_str id,
                                                   const uint8_t definition[HASH])
{
    uint32_t at = csuccess__playbook_find(pins->flow->playbooks, id);
    if (at == UINT32_MAX) return NULL;
    const csuccess__playbook *playbook = &pins->flow->playbooks->list[at];
    return memcmp(playbook->hash, definition, HASH) == 0 ? playbook : NULL;
}

static csuccess_str reason_of(const document *d, const csuccess__noted *before)
{
    const csuccess__noted *noted = before ? before->next : d->problems.first;
    if (!noted) noted = d->problems.first;
    if (!noted || noted->message.len == 0) {
        return CSUCCESS_STR("its definition does not fit the configuration in force");
    }
    return noted->message;
}

static bool compile_one(const csuccess__pins *pins, document *d, compiled *c, bool is_journey)
{
    compiling work;
    const csuccess__noted *before = d->problems.last;
    csuccess__journey *journey = CSUCCESS__NEW(&d->arena, csuccess__journey);
    csuccess__playbook *playbook = CSUCCESS__NEW(&d->arena, csuccess__playbook);
    if (!journey || !playbook) return false;
    open_compiling(&work, pins, d);
    bool read = is_journey ? csuccess__journey_read(journey, &work.build, c->at)
                           : csuccess__playbook_read(playbook, &work.build, c->at);
    d->cleanup = work.with.cleanup;
    if (d->problems.lost) return false;
    if (read && is_journey) c->journey = journey;
    if (read && !is_journey) c->playbook = playbook;
    if (!read) c->why = reason_of(d, before);
    return true;
}

/* The definition of a document, compiled when it is asked for first; NULL and *why otherwise. */
static const compiled *definition_of(csuccess__pins *pins, const uint8_t config[32],
                                     const char *section, csuccess_str id, csuccess_str *why)
{
    document *d = find_document(pins, config);
    *why = CSUCCESS_STR("the configuration that it began under was not looked for");
    if (!d) return NULL;
    d->used = ++pins->uses;
    *why = d->why;
    if (!d->root) return NULL;
    *why = CSUCCESS_STR("the configuration that it began under has no such definition");
    const csuccess__json *at = csuccess__json_get(csuccess__json_member(d->root, section), id);
    if (!at) return NULL;
    for (const compiled *c = d->list; c; c = c->next) {
        if (c->at == at) return c;
    }
    *why = CSUCCESS_STR("no memory for its definition");
    compiled *c = CSUCCESS__NEW(&d->arena, compiled);
    bool is_journey = strcmp(section, "journeys") == 0;
    if (c) c->at = at;
    d->problems.lost = false; /* there may be memory by now */
    if (!c || !compile_one(pins, d, c, is_journey)) {
        d->problems.lost = true;
        return NULL;
    }
    c->next = d->list;
    d->list = c;
    return c;
}

static csuccess_str not_the_same(void)
{
    return CSUCCESS_STR(
        "the configuration that it began under has another definition of that name");
}

const csuccess__journey *csuccess__pins_journey(csuccess__pins *pins, csuccess_str id,
                                                const uint8_t definition[16],
                                                const uint8_t config[32], csuccess_str *why)
{
    const csuccess__journey *today = journey_in_force(pins, id, definition);
    if (today) return today;
    const compiled *c = definition_of(pins, config, "journeys", id, why);
    if (!c) return NULL;
    *why = c->journey ? not_the_same() : c->why;
    bool same = c->journey && memcmp(c->journey->hash, definition, HASH) == 0;
    return same ? c->journey : NULL;
}

const csuccess__playbook *csuccess__pins_playbook(csuccess__pins *pins, csuccess_str id,
                                                  const uint8_t definition[16],
                                                  const uint8_t config[32], csuccess_str *why)
{
    const csuccess__playbook *today = playbook_in_force(pins, id, definition);
    if (today) return today;
    const compiled *c = definition_of(pins, config, "playbooks", id, why);
    if (!c) return NULL;
    *why = c->playbook ? not_the_same() : c->why;
    bool same = c->playbook && memcmp(c->playbook->hash, definition, HASH) == 0;
    return same ? c->playbook : NULL;
}

bool csuccess__pins_had_trigger(const csuccess__pins *pins, const uint8_t config[32],
                                const csuccess__trigger *trigger)
{
    if (pins->knows_force && memcmp(config, pins->in_force, 32) == 0) return true;
    const document *d = find_document(pins, config);
    if (!d || !d->root || !trigger->at || !trigger->at->parent) return false;
    const csuccess__json *section =
        csuccess__json_member(d->root, trigger->journey ? "journeys" : "playbooks");
    const csuccess__json *then = csuccess__json_get(section, trigger->at->parent->key);
    const csuccess__json *had = csuccess__json_member(then, "trigger");
    return had && csuccess__json_equal(had, trigger->at);
}

/* ---- What a state wants ---- */

/* What it will ask for is compiled here, so that a step need not fail for want of memory. */

typedef struct wanted {
    csuccess__pins *pins;
    uint8_t all[CSUCCESS__PINS_MOST][32]; /* that it uses */
    uint32_t count;
} wanted;

static void want(wanted *w, const uint8_t config[32])
{
    if (w->pins->knows_force && memcmp(config, w->pins->in_force, 32) == 0) return;
    for (uint32_t i = 0; i < w->count; i++) {
        if (memcmp(w->all[i], config, 32) == 0) return;
    }
    if (w->count < CSUCCESS__PINS_MOST) memcpy(w->all[w->count++], config, 32);
}

static bool want_enrollments(wanted *w, const csuccess__state *state)
{
    csuccess__enrollment e;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_ENROLLMENT, &count);
    for (uint32_t i = first; i < first + count; i++) {
        const csuccess__state_field *field = &state->fields[i];
        if (!csuccess__enrollment_read(&e, field->name, field->payload)) return false;
        csuccess_str why;
        if (journey_in_force(w->pins, e.journey, e.definition)) continue;
        want(w, e.config);
        (void)definition_of(w->pins, e.config, "journeys", e.journey, &why);
    }
    return true;
}

static bool want_runs(wanted *w, const csuccess__state *state)
{
    csuccess__run run;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_PLAYBOOK, &count);
    for (uint32_t i = first; i < first + count; i++) {
        if (!csuccess__run_parse(&run, state->fields[i].payload)) return false;
        csuccess_str why;
        if (playbook_in_force(w->pins, run.playbook, run.definition)) continue;
        want(w, run.config);
        (void)definition_of(w->pins, run.config, "playbooks", run.playbook, &why);
    }
    return true;
}

/* Whether triggers ask if the configuration before this one had them. */
static bool asks_before(const csuccess__pins *pins, const csuccess__state *state)
{
    return pins->knows_force && pins->flow->triggers && pins->flow->triggers->count > 0 &&
           state->head.at != 0;
}

csuccess_result csuccess__pins_wanted(csuccess__pins *pins, const csuccess__state *state,
                                      uint8_t (*out)[32], uint32_t most, uint32_t *count)
{
    wanted w = {.pins = pins, .count = 0};
    *count = 0;
    if (asks_before(pins, state)) want(&w, state->head.config);
    if (!want_enrollments(&w, state) || !want_runs(&w, state)) return CSUCCESS_ESTATE;
    for (uint32_t i = 0; i < w.count; i++) {
        document *d = find_document(pins, w.all[i]);
        if (!d && *count < most) memcpy(out[(*count)++], w.all[i], 32);
        if (!d) continue;
        if (d->problems.lost) return CSUCCESS_ENOMEM;
        d->used = ++pins->uses; /* not to be pushed out by the others */
    }
    return CSUCCESS_OK;
}
