/* SPDX-License-Identifier: Apache-2.0 */
/* A customer on the way through journeys, without an engine: one state, one configuration, steps of flow as an advance does them, and the state as bytes between any two of them. */
#ifndef FLOW_JOURNEYS_H
#define FLOW_JOURNEYS_H

#include "check.h"

#include "config/config.h"
#include "flow/flow.h"
#include "flow/journeys/enrollment.h"
#include "flow/pins.h"
#include "flow/zones.h"
#include <csuccess/csuccess.h>

#define TRIP_START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z, a Thursday */
#define TRIP_HOUR INT64_C(3600000)
#define TRIP_DAY INT64_C(86400000)
enum { TRIP_CONFIGS = 8 };

typedef struct trip {
    const csuccess_allocator *mem;
    csuccess_limits limits;
    csuccess_config *configs[TRIP_CONFIGS]; /* every one that was in force */
    uint32_t config_count, now_config;
    csuccess__machine *machine;
    csuccess__value *slots;
    csuccess__flow_desk desk;
    csuccess__state state;
    csuccess__buffer
        kept[2]; /* the state as bytes; it points into those that it was read from */
    unsigned restored;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch;
    csuccess__step step;
    bool desk_open, fresh, redefined;
    const csuccess_str *refused;
    uint32_t refused_count;
} trip;

/* A copy with double quotes for backticks. */
static inline char *trip_quoted(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = malloc(len);
    if (!copy) abort();
    memcpy(copy, text, len);
    for (char *p = copy; *p; p++) {
        if (*p == '`') *p = '"';
    }
    return copy;
}

static inline csuccess_result trip_compile(csuccess_config **out, const char *document,
                                           const csuccess_allocator *mem, csuccess_error *err)
{
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.allocator = mem;
    char *text = trip_quoted(document);
    csuccess_result result = csuccess_config_compile(out, check_view(text), &options, err);
    free(text);
    return result;
}

static inline void trip_desk_close(trip *t)
{
    if (t->desk_open) {
        const csuccess_config *config = t->configs[t->now_config];
        csuccess__release(t->mem, t->slots, config->schema->count, sizeof *t->slots);
        csuccess__flow_desk_free(&t->desk, config->flow);
        csuccess__machine_free(t->machine);
    }
    t->desk_open = false;
}

static inline void trip_hash(uint8_t out[32], const csuccess_config *config)
{
    (void)csuccess__hex_take(out, 32, (csuccess_str){config->hash.ptr + 7, 64});
}

/* Comes under a configuration: another desk, that knows the definitions of those before. */
static inline csuccess_result trip_under(trip *t, uint32_t index)
{
    trip_desk_close(t);
    t->now_config = index;
    const csuccess_config *config = t->configs[index];
    csuccess_result result = csuccess__machine_new(&t->machine, t->mem, &t->limits);
    if (result >= 0) {
        t->slots = csuccess__alloc(t->mem, config->schema->count, sizeof *t->slots);
        if (!t->slots) result = CSUCCESS_ENOMEM;
    }
    if (result >= 0) result = csuccess__flow_desk_new(&t->desk, config->flow, t->mem);
    t->desk_open = true;
    if (result >= 0) {
        result = csuccess__pins_new(&t->desk.pins, config->flow, config->constants, &t->limits,
                                    t->mem);
    }
    for (uint32_t i = 0; result >= 0 && i < t->config_count && t->desk.pins; i++) {
        uint8_t hash[32];
        if (i == index) continue;
        trip_hash(hash, t->configs[i]);
        result = csuccess__pins_add(t->desk.pins, hash, t->configs[i]->text);
    }
    t->redefined = true;
    return result;
}

/* Compiles and comes under it. */
static inline csuccess_result trip_config(trip *t, const char *document)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (t->config_count == TRIP_CONFIGS) return CSUCCESS_ELIMIT;
    csuccess_result result = trip_compile(&t->configs[t->config_count], document, t->mem, &err);
    if (result < 0) {
        if (result != CSUCCESS_ENOMEM) printf("# %s at %s\n", err.message, err.pointer);
        return result;
    }
    return trip_under(t, t->config_count++);
}

/* Everything that is made is in `t`, also after a failure; trip_close() frees it. */
static inline csuccess_result trip_open(trip *t, const char *document,
                                        const csuccess_allocator *mem)
{
    memset(t, 0, sizeof *t);
    t->mem = mem ? mem : csuccess__malloc_allocator();
    csuccess__limits_take(&t->limits, NULL, NULL);
    csuccess__state_init(&t->state, t->mem);
    csuccess__arena_init(&t->arena, t->mem, 0);
    csuccess__effects_init(&t->effects, t->mem, &t->arena, 100000);
    csuccess__buffer_init(&t->scratch, t->mem, 0);
    csuccess__buffer_init(&t->kept[0], t->mem, 0);
    csuccess__buffer_init(&t->kept[1], t->mem, 0);
    t->fresh = true;
    return trip_config(t, document);
}

static inline void trip_close(trip *t)
{
    trip_desk_close(t);
    for (uint32_t i = 0; i < t->config_count; i++) csuccess_config_unref(t->configs[i]);
    csuccess__buffer_free(&t->kept[0]);
    csuccess__buffer_free(&t->kept[1]);
    csuccess__buffer_free(&t->scratch);
    csuccess__effects_free(&t->effects);
    csuccess__arena_free(&t->arena);
    csuccess__state_free(&t->state);
}

static inline const csuccess_config *trip_now(const trip *t)
{
    return t->configs[t->now_config];
}

static inline void trip_set(trip *t, const char *name, csuccess__value value)
{
    uint32_t slot = csuccess__schema_find(trip_now(t)->schema, check_view(name), NULL);
    if (CHECK(slot != UINT32_MAX)) t->slots[slot] = value;
}

static inline csuccess__value trip_text(const trip *t, const char *text)
{
    csuccess__value v = csuccess__string(check_view(text));
    v.code = csuccess__constants_find(trip_now(t)->constants, v.as.string);
    return v;
}

/* The value of a slot such as journey('x').state. */
static inline csuccess__value trip_slot(const trip *t, const char *path, const char *argument)
{
    csuccess_str of = check_view(argument);
    uint32_t slot = csuccess__schema_find(trip_now(t)->schema, check_view(path), &of);
    return slot == UINT32_MAX ? csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET) : t->slots[slot];
}

static inline csuccess_result trip_input(trip *t, csuccess__input *out, const char *text)
{
    csuccess__json *json = NULL;
    csuccess__json_options options = {.limits = &t->limits};
    char *quoted = trip_quoted(text);
    csuccess_str kept = csuccess__arena_copy(&t->arena, check_view(quoted));
    free(quoted);
    if (!kept.ptr) return CSUCCESS_ENOMEM;
    csuccess_result result = csuccess__json_read(&json, &t->arena, kept, &options, NULL);
    if (result < 0) return result;
    return csuccess__input_read(out, json, &t->arena, &t->limits, true, NULL);
}

/* Begins a step at `now` and gives its moment; `asked` lives as long. */
static inline csuccess__moment trip_moment(trip *t, int64_t now, const char *cause,
                                           csuccess__zones_asked *asked)
{
    const csuccess_config *config = trip_now(t);
    t->step = (csuccess__step){.state = &t->state,
                               .out = &t->effects,
                               .scratch = &t->scratch,
                               .mem = t->mem,
                               .limits = &t->limits,
                               .tenant = CSUCCESS_STR("default"),
                               .customer = CSUCCESS_STR("c1"),
                               .by = CSUCCESS_STR("anna"),
                               .config = config->hash,
                               .cause = check_view(cause),
                               .now = now,
                               .quiet = t->step.quiet,
                               .due = CSUCCESS__NEVER};
    *asked = (csuccess__zones_asked){.moment = NULL};
    csuccess__machine_reset(t->machine);
    csuccess__flow_begin(&t->desk);
    return (csuccess__moment){.flow = config->flow,
                              .desk = &t->desk,
                              .step = &t->step,
                              .machine = t->machine,
                              .slots = t->slots,
                              .schema = config->schema,
                              .constants = config->constants,
                              .zones = csuccess__zones_source(asked),
                              .refused = t->refused,
                              .refused_count = t->refused_count,
                              .fresh = t->fresh,
                              .redefined = t->redefined && !t->fresh};
}

/* One step at `now`, of an input or (NULL) of time; its result, or the input's. */
static inline csuccess_result trip_step(trip *t, int64_t now, const char *cause,
                                        const csuccess__input *input)
{
    char bytes[256];
    csuccess__text reason;
    csuccess__zones_asked asked;
    csuccess_result applied = CSUCCESS_OK;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess__moment m = trip_moment(t, now, cause, &asked);
    m.input = input;
    asked.moment = &m;
    if (input) applied = csuccess__flow_apply(&m, input, &reason);
    csuccess__flow_look(&m);
    csuccess__flow_step(&m);
    t->fresh = t->redefined = false;
    return t->step.failed < 0 ? t->step.failed : applied;
}

/* What a crash leaves: the bytes of the state, read again. */
static inline csuccess_result trip_restore(trip *t)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__buffer *kept = &t->kept[t->restored++ % 2];
    csuccess__buffer_clear(kept);
    csuccess__state_write(kept, &t->state);
    if (kept->status < 0) return kept->status;
    csuccess__state_clear(&t->state);
    return csuccess__state_read(&t->state, csuccess__buffer_view(kept), (size_t)1 << 24, &err);
}

/* The live enrollment of a journey; false: none. */
static inline bool trip_live(const trip *t, const char *journey, csuccess__enrollment *out)
{
    uint32_t count,
        first = csuccess__state_of_kind(&t->state, CSUCCESS__STATE_ENROLLMENT, &count);
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__state_field *field = &t->state.fields[first + i];
        if (csuccess__enrollment_read(out, field->name, field->payload) &&
            csuccess__str_is(out->journey, journey)) {
            return true;
        }
    }
    return false;
}

/* A member of the body of an entry, in the arena of the batch. */
static inline const csuccess__json *trip_body(trip *t, const csuccess__effect_entry *entry)
{
    csuccess__json *json = NULL;
    csuccess__json_options options = {.limits = &t->limits};
    return csuccess__json_read(&json, &t->arena, entry->body, &options, NULL) < 0 ? NULL : json;
}

static inline csuccess_str trip_word(const csuccess__json *body, const char *key)
{
    const csuccess__json *node = csuccess__json_member(body, key);
    return node && node->type == CSUCCESS__JSON_STRING ? node->string : CSUCCESS_STR("");
}

/* Entries "journey" since `from`, each as `journey:event from>way>step how/by "reason"`, what is empty left out. reason: each part is left out when it is empty. */
static inline void trip_tell(trip *t, uint32_t from, csuccess__text *out)
{
    for (uint32_t i = from; i < t->effects.entry_count; i++) {
        if (!csuccess__str_is(t->effects.entries[i].kind, "journey")) continue;
        const csuccess__json *body = trip_body(t, &t->effects.entries[i]);
        csuccess__text_format(out, "%s%S:%S", out->len ? " | " : "", trip_word(body, "journey"),
                              trip_word(body, "event"));
        csuccess_str left = trip_word(body, "from"), way = trip_word(body, "way"),
                     step = trip_word(body, "step"), how = trip_word(body, "how"),
                     by = trip_word(body, "by");
        if (left.len || step.len) csuccess__text_format(out, " ");
        csuccess__text_format(out, "%S%s", left, left.len && (step.len || way.len) ? ">" : "");
        if (way.len) csuccess__text_format(out, "%S>", way);
        csuccess__text_format(out, "%S", step);
        if (how.len || by.len) {
            csuccess__text_format(out, " (%S%s%S)", how, by.len ? ": " : "", by);
        }
    }
}

#endif
