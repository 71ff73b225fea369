/* SPDX-License-Identifier: Apache-2.0 */
/* A customer over time, without an engine: one state, one configuration, steps of health and alerts as an advance does them. */
#ifndef FLOW_LIFE_H
#define FLOW_LIFE_H

#include "check.h"

#include "engine/scorer.h"
#include "flow/alerts.h"
#include "score/history.h"

#define LIFE_START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define LIFE_HOUR INT64_C(3600000)
#define LIFE_DAY INT64_C(86400000)

typedef struct life {
    csuccess_config *config;
    csuccess_scorer *scorer;
    csuccess_facts *facts;
    csuccess__state state;
    csuccess__arena arena, past_arena;
    csuccess__effects effects;
    csuccess__buffer scratch;
    csuccess_limits limits;
    csuccess__step step;
    csuccess__health_past past;
    bool band_changed;
} life;

/* Everything that is made is in `l`, also after a failure; life_close() frees it. */
static inline csuccess_result life_open(life *l, const char *document,
                                        const csuccess_allocator *mem)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    memset(l, 0, sizeof *l);
    if (!mem) mem = csuccess__malloc_allocator();
    options.allocator = mem;
    csuccess__limits_take(&l->limits, NULL, NULL);
    csuccess__state_init(&l->state, mem);
    csuccess__arena_init(&l->arena, mem, 0);
    csuccess__arena_init(&l->past_arena, mem, 0);
    csuccess__effects_init(&l->effects, mem, &l->arena, 100000);
    csuccess__buffer_init(&l->scratch, mem, 0);
    csuccess_result result =
        csuccess_config_compile(&l->config, check_view(document), &options, &err);
    if (result >= 0) result = csuccess_scorer_new(&l->scorer, l->config, NULL, &err);
    if (result >= 0) result = csuccess_facts_new(&l->facts, l->config, NULL, &err);
    if (result < 0 && result != CSUCCESS_ENOMEM)
        printf("# %s at %s\n", err.message, err.pointer);
    l->step = (csuccess__step){.state = &l->state,
                               .out = &l->effects,
                               .scratch = &l->scratch,
                               .mem = mem,
                               .limits = &l->limits,
                               .customer = CSUCCESS_STR("c1"),
                               .by = CSUCCESS_STR("anna"),
                               .due = CSUCCESS__NEVER};
    return result;
}

static inline void life_close(life *l)
{
    csuccess_facts_free(l->facts);
    csuccess_scorer_free(l->scorer);
    csuccess_config_unref(l->config);
    csuccess__buffer_free(&l->scratch);
    csuccess__effects_free(&l->effects);
    csuccess__arena_free(&l->past_arena);
    csuccess__arena_free(&l->arena);
    csuccess__state_free(&l->state);
}

static inline void life_at(life *l, int64_t now, const char *cause)
{
    l->step.now = now;
    l->step.cause = check_view(cause);
    l->step.due = CSUCCESS__NEVER;
}

/* Health as of the step's now, from a row of JSON, over what was before. */
static inline csuccess_result life_score(life *l, const char *row)
{
    csuccess_scorer *s = l->scorer;
    csuccess__override override_;
    int64_t now = l->step.now;
    csuccess_result result = csuccess_facts_read_json(l->facts, check_view(row), NULL);
    if (result >= 0) result = csuccess__scorer_inputs(s, l->facts, now, NULL);
    csuccess__arena_reset(&l->past_arena);
    if (result >= 0) result = csuccess__past_open(&l->past, &l->state, &l->past_arena);
    if (result < 0) return result;
    bool set = csuccess__override_open(&l->step, &override_);
    csuccess__health_run run = {.machine = s->machine,
                                .slots = s->slots,
                                .slot_count = l->config->schema->count,
                                .now = now,
                                .override = set ? &override_ : NULL,
                                .past = &l->past};
    csuccess__health_row(l->config->health, &run, &s->health);
    if (run.failed < 0) return run.failed;
    csuccess__past_note(&l->step, l->config->health, &l->past, &s->health, &l->band_changed);
    return l->step.failed;
}

static inline csuccess_result life_alerts(life *l)
{
    csuccess__alert_run run = {.alerts = l->config->alerts,
                               .health = &l->scorer->health,
                               .machine = l->scorer->machine,
                               .frame = {.slots = l->scorer->slots,
                                         .count = l->config->schema->count,
                                         .now = l->step.now}};
    csuccess__alerts_step(&l->step, &run);
    return l->step.failed;
}

static inline csuccess_result life_step(life *l, const char *row)
{
    csuccess_result result = life_score(l, row);
    return result < 0 ? result : life_alerts(l);
}

/* An input with properties given as a JSON object, in the arena of the batch. */
static inline csuccess_result life_input(life *l, csuccess__input *out, const char *text)
{
    csuccess__json *json = NULL;
    csuccess__json_options options = {.limits = &l->limits};
    csuccess_result result =
        csuccess__json_read(&json, &l->arena, check_view(text), &options, NULL);
    if (result < 0) return result;
    return csuccess__input_read(out, json, &l->arena, &l->limits, true, NULL);
}

static inline csuccess_str
life_print(csuccess__buffer *out, const life *l, csuccess__state_kind kind, const char *name,
           void (*print)(struct csuccess__json_writer *, const csuccess__state_field *))
{
    csuccess__json_writer w;
    csuccess__state_field field = {.kind = (uint8_t)kind, .name = check_view(name)};
    field.payload = csuccess__state_get(&l->state, kind, field.name);
    csuccess__buffer_clear(out);
    csuccess__json_writer_init(&w, out);
    if (field.payload.ptr) print(&w, &field);
    return csuccess__buffer_view(out);
}

#endif
