/* SPDX-License-Identifier: Apache-2.0 */
/* Making a desk: everything that advances over one configuration share. */
#include "engine/desk.h"

#include "base/error.h"

static uint8_t nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* "sha256:…" as bytes. */
static void read_hash(uint8_t out[32], csuccess_str hash)
{
    const char *hex = hash.ptr + (hash.len - 64);
    for (size_t i = 0; i < 32; i++) {
        out[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    }
}

/* The attribute that names a parent, where health rolls up. */
static uint32_t parent_slot(const csuccess_config *config)
{
    const csuccess__json *name =
        csuccess__json_at(config->document, CSUCCESS_STR("/health/rollup/parent"));
    if (!config->health || !name || name->type != CSUCCESS__JSON_STRING) return UINT32_MAX;
    return csuccess__schema_find(config->schema, name->string, NULL);
}

/* What has room for every source of the configuration. */
static bool lay_out(csuccess__desk *desk)
{
    const csuccess_config *config = desk->config;
    const csuccess_allocator *mem = &desk->mem;
    desk->source_count = config->sources ? config->sources->count : 0;
    size_t sources = (size_t)desk->source_count + 1;
    desk->tenant = csuccess__alloc(mem, sources, sizeof *desk->tenant);
    desk->known = csuccess__alloc(mem, sources, sizeof *desk->known);
    desk->options.tenant = csuccess__arena_copy(&desk->texts, desk->options.tenant);
    return desk->tenant && desk->known && desk->options.tenant.ptr;
}

static csuccess_result furnish(csuccess__desk *desk, csuccess_error *err)
{
    csuccess_config *config = desk->config;
    const csuccess_allocator *mem = &desk->mem;
    csuccess_result status = csuccess_scorer_new(&desk->scorer, config, mem, err);
    if (status == CSUCCESS_OK) status = csuccess_facts_new(&desk->facts, config, mem, err);
    if (status < 0) return status;
    if (config->aggregates) {
        status = csuccess__series_desk_new(&desk->series, config->aggregates, mem,
                                           &desk->options.limits);
    }
    if (status == CSUCCESS_OK && !lay_out(desk)) status = CSUCCESS_ENOMEM;
    if (status == CSUCCESS_OK) status = csuccess__desk_flow_new(desk);
    if (status == CSUCCESS_OK) status = csuccess__desk_intervene_new(desk);
    return status < 0 ? csuccess__fail(err, status, "out of memory") : CSUCCESS_OK;
}

csuccess_result csuccess__desk_new(csuccess__desk **out, csuccess_config *config,
                                   const csuccess__desk_options *options, csuccess_error *err)
{
    *out = NULL;
    csuccess__desk *desk = csuccess__alloc(options->mem, 1, sizeof *desk);
    if (!desk) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    desk->mem = *options->mem;
    desk->options = *options;
    desk->options.mem = &desk->mem;
    desk->config = csuccess_config_ref(config);
    csuccess__arena_init(&desk->texts, &desk->mem, 0);
    csuccess__arena_init(&desk->past, &desk->mem, 0);
    csuccess__state_init(&desk->state, &desk->mem);
    csuccess__effects_init(&desk->effects, &desk->mem, NULL, options->effects);
    csuccess__buffer_init(&desk->scratch, &desk->mem, options->state_bytes);
    csuccess__buffer_init(&desk->text, &desk->mem, options->limits.output_bytes);
    read_hash(desk->hash, config->hash);
    desk->fast_hash = csuccess__sha256_fast();
    desk->evaluates = config->health || config->churn;
    desk->parent = parent_slot(config);
    desk->knowing = (csuccess__knowing){.schema = config->schema,
                                        .constants = config->constants,
                                        .limits = &desk->options.limits,
                                        .sources = config->sources,
                                        .skew_ms = config->policies->clock_skew_ms};
    csuccess_result status = furnish(desk, err);
    if (status < 0) {
        csuccess__desk_free(desk);
        return status;
    }
    *out = desk;
    return CSUCCESS_OK;
}

static void free_spare(csuccess__desk *desk)
{
    for (csuccess__advance *at = desk->spare; at;) {
        csuccess__advance *next = at->next;
        csuccess__arena_free(&at->about);
        csuccess__arena_free(&at->made);
        csuccess__buffer_free(&at->body);
        csuccess__release(&desk->mem, at, 1, sizeof *at);
        at = next;
    }
}

void csuccess__desk_free(csuccess__desk *desk)
{
    if (!desk) return;
    csuccess_allocator mem = desk->mem;
    size_t sources = (size_t)desk->source_count + 1;
    free_spare(desk);
    csuccess_scorer_free(desk->scorer);
    csuccess_facts_free(desk->facts);
    csuccess__series_desk_free(desk->series);
    csuccess__state_free(&desk->state);
    csuccess__effects_free(&desk->effects);
    csuccess__buffer_free(&desk->scratch);
    csuccess__buffer_free(&desk->text);
    csuccess__arena_free(&desk->texts);
    csuccess__arena_free(&desk->past);
    csuccess__release(&mem, desk->tenant, sources, sizeof *desk->tenant);
    csuccess__release(&mem, desk->known, sources, sizeof *desk->known);
    csuccess__intervene_desk_free(&desk->intervene);
    csuccess__flow_desk_free(&desk->flow, desk->config->flow);
    csuccess_config_unref(desk->config);
    csuccess__release(&mem, desk, 1, sizeof *desk);
}

csuccess_config *csuccess__desk_config(const csuccess__desk *desk)
{
    return desk->config;
}
