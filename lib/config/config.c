/* SPDX-License-Identifier: Apache-2.0 */
/* The handle: compiling, reference counting, what a host asks of a configuration. */
#include "config/config.h"

#include "base/error.h"
#include "config/presets.h"
#include "customer/attribute.h"
#include <csuccess/engine.h>
#include <csuccess/scorer.h>

static void destroy(csuccess_config *config)
{
    csuccess_allocator mem = config->mem;
    csuccess__cleanup_run(config->cleanup);
    csuccess__churn_drop(config->churn);
    csuccess__arena_free(&config->arena);
    csuccess__release(&mem, config, 1, sizeof *config);
}

/* An empty configuration with its allocator, limits and tables. */
static csuccess_result allocate(csuccess_config **out, const csuccess_config_options *options,
                                csuccess_error *err)
{
    csuccess_allocator mem;
    csuccess_limits limits;
    csuccess_result status = csuccess__allocator_take(&mem, options->allocator, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__limits_take(&limits, options->limits, err);
    }
    if (status < 0) {
        return status;
    }
    csuccess_config *config = csuccess__alloc(&mem, 1, sizeof *config);
    if (!config) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    config->mem = mem;
    config->limits = limits;
    atomic_init(&config->references, 1u);
    csuccess__arena_init(&config->arena, &config->mem, 0);
    config->constants = csuccess__constants_new(&config->arena);
    config->schema = csuccess__schema_new(&config->arena);
    if (!config->constants || !config->schema) {
        destroy(config);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    *out = config;
    return CSUCCESS_OK;
}

/* The effective document as text, and its hash. */
static bool describe(csuccess_config *config)
{
    char hash[7 + 65];
    csuccess__buffer buffer;
    csuccess__buffer_init(&buffer, &config->mem, 0);
    csuccess__json_write(&buffer, config->document, false);
    config->text = csuccess__arena_copy(&config->arena, csuccess__buffer_view(&buffer));
    bool ok = buffer.status == CSUCCESS_OK && config->text.ptr &&
              csuccess__document_hash(hash, config->document, config->churn, &config->mem);
    csuccess__buffer_free(&buffer);
    if (ok) {
        config->hash = csuccess__arena_copy(&config->arena, csuccess__str(hash));
    }
    return ok && config->hash.ptr;
}

static csuccess_result take_options(csuccess_config_options *out,
                                    const csuccess_config_options *in, csuccess_error *err)
{
    static const csuccess_config_options defaults = CSUCCESS_CONFIG_OPTIONS_INIT;
    return csuccess__struct_take(out, sizeof *out, sizeof(size_t), in ? in : &defaults,
                                 "csuccess_config_options", err);
}

csuccess_result csuccess__config_make(csuccess_config **out, csuccess_str document,
                                      const csuccess_config_options *in,
                                      csuccess__problems *problems, csuccess_error *err)
{
    csuccess_config_options options;
    csuccess_config *config = NULL;
    *out = NULL;
    csuccess_result status = take_options(&options, in, err);
    if (status == CSUCCESS_OK && !document.ptr && document.len > 0) {
        status = csuccess__fail(err, CSUCCESS_EINVALID, "the document is NULL");
    }
    if (status == CSUCCESS_OK) {
        status = allocate(&config, &options, err);
    }
    if (status < 0) {
        return status;
    }
    csuccess__problems_init(problems, &config->arena, config->limits.problems);
    problems->own = csuccess__arena_copy(&config->arena, options.name);
    problems->lost = !problems->own.ptr;
    csuccess__json *root =
        csuccess__document_read(document, &options, &config->limits, &config->arena, problems);
    config->document = root;
    if (root && !problems->lost) {
        csuccess__sections_compile(config, &options, problems);
        problems->lost = problems->lost || !describe(config);
    }
    *out = config;
    return CSUCCESS_OK;
}

csuccess_result csuccess_config_compile(csuccess_config **out, csuccess_str document,
                                        const csuccess_config_options *options,
                                        csuccess_error *err)
{
    csuccess__problems problems;
    csuccess_config *config;
    if (!out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    }
    *out = NULL;
    csuccess_result status = csuccess__config_make(&config, document, options, &problems, err);
    if (status < 0) {
        return status;
    }
    status = csuccess__problems_result(&problems, err);
    if (status < 0) {
        destroy(config);
        return status;
    }
    *out = config;
    return CSUCCESS_OK;
}

csuccess_result csuccess__config_memory(csuccess_allocator *out, const csuccess_config *config,
                                        const csuccess_allocator *given, csuccess_error *err)
{
    if (!config) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "config is required");
    }
    *out = config->mem;
    return given ? csuccess__allocator_take(out, given, err) : CSUCCESS_OK;
}

csuccess_config *csuccess_config_ref(csuccess_config *config)
{
    if (config) {
        atomic_fetch_add_explicit(&config->references, 1u, memory_order_relaxed);
    }
    return config;
}

void csuccess_config_unref(csuccess_config *config)
{
    /* Release orders this thread's reads before the free; acquire makes the freeing thread see them. */
    if (config &&
        atomic_fetch_sub_explicit(&config->references, 1u, memory_order_acq_rel) == 1u) {
        destroy(config);
    }
}

csuccess_str csuccess_config_hash(const csuccess_config *config)
{
    return config ? config->hash : csuccess__str(NULL);
}

csuccess_str csuccess_config_name(const csuccess_config *config)
{
    return config ? config->name : csuccess__str(NULL);
}

csuccess_str csuccess_config_document(const csuccess_config *config)
{
    return config ? config->text : csuccess__str(NULL);
}

csuccess_result csuccess_config_retrain_due(const csuccess_config *config, int64_t now_ms,
                                            int64_t *due_ms)
{
    if (!config || !due_ms || !csuccess__time_valid(now_ms)) {
        return CSUCCESS_EINVALID;
    }
    *due_ms = 0;
    if (!csuccess__churn_retrain_at(config->churn, due_ms)) {
        return CSUCCESS_EMISSING;
    }
    return now_ms >= *due_ms ? CSUCCESS_OK : CSUCCESS_UNCHANGED;
}

csuccess_result csuccess_config_slot(const csuccess_config *config, csuccess_str name,
                                     uint32_t *slot)
{
    if (!config || !slot) {
        return CSUCCESS_EINVALID;
    }
    uint32_t found = csuccess__schema_find(config->schema, name, NULL);
    if (found >= config->schema->inputs) {
        return CSUCCESS_ENAME;
    }
    *slot = found;
    return CSUCCESS_OK;
}

uint32_t csuccess_config_inputs(const csuccess_config *config)
{
    return config ? config->schema->inputs : 0;
}

csuccess_result csuccess_config_input(const csuccess_config *config, uint32_t slot,
                                      csuccess_str *name, csuccess_str *type)
{
    if (!config || slot >= config->schema->inputs) {
        return CSUCCESS_EINVALID;
    }
    const csuccess__slot *input = &config->schema->slots[slot];
    if (name) {
        *name = input->path;
    }
    if (type) {
        *type = csuccess__str(csuccess__attribute_type_name(input->attribute->type));
    }
    return CSUCCESS_OK;
}

uint32_t csuccess_config_segments(const csuccess_config *config)
{
    return config && config->segments ? config->segments->count : 0;
}

csuccess_result csuccess_config_segment(const csuccess_config *config, uint32_t index,
                                        csuccess_str *id)
{
    if (!id || index >= csuccess_config_segments(config)) {
        return CSUCCESS_EINVALID;
    }
    *id = config->segments->list[index].id;
    return CSUCCESS_OK;
}

uint32_t csuccess_config_channels(const csuccess_config *config)
{
    return config && config->channels ? config->channels->count : 0;
}

csuccess_result csuccess_config_channel(const csuccess_config *config, uint32_t index,
                                        csuccess_str *name)
{
    if (!name || index >= csuccess_config_channels(config)) {
        return CSUCCESS_EINVALID;
    }
    *name = config->channels->list[index].name;
    return CSUCCESS_OK;
}

size_t csuccess_preset_count(void)
{
    return csuccess__preset_count;
}

csuccess_result csuccess_preset_get(size_t index, csuccess_str *name, csuccess_str *document)
{
    if (index >= csuccess__preset_count) {
        return CSUCCESS_EINVALID;
    }
    const csuccess__preset_data *preset = &csuccess__presets[index];
    if (name) {
        *name = csuccess__str(preset->name);
    }
    if (document) {
        *document = (csuccess_str){preset->text, preset->length};
    }
    return CSUCCESS_OK;
}
