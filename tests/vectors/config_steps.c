/* SPDX-License-Identifier: Apache-2.0 */
/* Steps over configurations and models. */
#include "vectors.h"

#include <stddef.h>
#include <string.h>

typedef struct limit {
    const char *name;
    size_t offset;
} limit;

static const limit limits[] = {
    {"document_bytes", offsetof(csuccess_limits, document_bytes)},
    {"document_depth", offsetof(csuccess_limits, document_depth)},
    {"document_nodes", offsetof(csuccess_limits, document_nodes)},
    {"string_bytes", offsetof(csuccess_limits, string_bytes)},
    {"expression_bytes", offsetof(csuccess_limits, expression_bytes)},
    {"expression_depth", offsetof(csuccess_limits, expression_depth)},
    {"expression_nodes", offsetof(csuccess_limits, expression_nodes)},
    {"evaluation_steps", offsetof(csuccess_limits, evaluation_steps)},
    {"pattern_bytes", offsetof(csuccess_limits, pattern_bytes)},
    {"subject_bytes", offsetof(csuccess_limits, subject_bytes)},
    {"collection_records", offsetof(csuccess_limits, collection_records)},
    {"list_items", offsetof(csuccess_limits, list_items)},
    {"problems", offsetof(csuccess_limits, problems)},
    {"output_bytes", offsetof(csuccess_limits, output_bytes)},
    {"extends_depth", offsetof(csuccess_limits, extends_depth)},
};

/* What a case may say beside a document: {"bindings": …, "name": …, "documents": {…}, "limits": {…}, "model": true} */
typedef struct compiling {
    csuccess_limits limits;
    csuccess_config_options options;
    world *w;
    const cJSON *documents;
} compiling;

static csuccess_result resolve(void *ud, csuccess_str name, csuccess_str *document)
{
    compiling *c = ud;
    const cJSON *found;
    cJSON_ArrayForEach(found, c->documents)
    {
        if (strlen(found->string) == name.len &&
            memcmp(found->string, name.ptr, name.len) == 0) {
            *document = member_text(c->w, c->documents, found->string);
            return CSUCCESS_OK;
        }
    }
    return CSUCCESS_ENAME;
}

static csuccess_result give_model(void *ud, csuccess_str name, csuccess_model **out)
{
    compiling *c = ud;
    (void)name;
    if (!c->w->model) return CSUCCESS_ENAME;
    *out = csuccess_model_ref(c->w->model);
    return CSUCCESS_OK;
}

static const csuccess_config_options *compile_options(compiling *c, world *w,
                                                      const cJSON *given)
{
    *c = (compiling){.limits = {.size = sizeof c->limits},
                     .options = CSUCCESS_CONFIG_OPTIONS_INIT,
                     .w = w,
                     .documents = cJSON_GetObjectItem(given, "documents")};
    const cJSON *wanted = cJSON_GetObjectItem(given, "limits");
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        uint32_t value = (uint32_t)member_number(wanted, limits[i].name, 0);
        memcpy((char *)&c->limits + limits[i].offset, &value, sizeof value);
    }
    if (wanted) c->options.limits = &c->limits;
    if (c->documents) {
        c->options.resolve = resolve;
        c->options.resolve_ud = c;
    }
    if (cJSON_IsTrue(cJSON_GetObjectItem(given, "model"))) {
        c->options.model = give_model;
        c->options.model_ud = c;
    }
    c->options.bindings = member_text(w, given, "bindings");
    c->options.name = member_text(w, given, "name");
    return &c->options;
}

static csuccess_config *compiled(world *w, const cJSON *args)
{
    compiling c;
    csuccess_config *config = NULL;
    const csuccess_config_options *o = compile_options(&c, w, cJSON_GetArrayItem(args, 2));
    went(w, csuccess_config_compile(&config, arg_text(w, args, 1), o, &w->err));
    return config;
}

/* ["compile", document, {…}]: the hash */
static void compile(world *w, const cJSON *args)
{
    csuccess_config *config = compiled(w, args);
    if (!config) return;
    csuccess_scorer_free(w->scorer);
    csuccess_facts_free(w->facts);
    csuccess_config_unref(w->config);
    w->scorer = NULL;
    w->facts = NULL;
    w->config = config;
    say_text(w, csuccess_config_hash(config));
}

/* ["document"]: the effective one */
static void document(world *w, const cJSON *args)
{
    (void)args;
    say_json(w, csuccess_config_document(w->config));
}

/* ["check", document, {…}]: the error, then a line for every problem */
static void check(world *w, const cJSON *args)
{
    compiling c;
    csuccess_problems *list = NULL;
    const csuccess_config_options *o = compile_options(&c, w, cJSON_GetArrayItem(args, 2));
    csuccess_result result = csuccess_config_check(&list, arg_text(w, args, 1), o, &w->err);
    if (!list) went(w, result);
    for (size_t i = 0; i < csuccess_problems_count(list); i++) {
        csuccess_problem p = {.size = sizeof p};
        csuccess_problems_get(list, i, &p);
        cJSON *value = cJSON_CreateObject();
        cJSON_AddStringToObject(value, "problem", csuccess_result_name(p.code));
        cJSON_AddItemToObject(value, "message", json_text(p.message));
        cJSON_AddItemToObject(value, "document", json_text(p.document));
        cJSON_AddItemToObject(value, "pointer", json_text(p.pointer));
        cJSON_AddNumberToObject(value, "offset", (double)p.offset);
        cJSON_AddNumberToObject(value, "line", p.line);
        cJSON_AddNumberToObject(value, "column", p.column);
        say(w, value);
    }
    csuccess_problems_free(list);
}

/* ["diff", document, {…}]: from the case's configuration to this one */
static void diff(world *w, const cJSON *args)
{
    csuccess_text *out = NULL;
    csuccess_config *after = compiled(w, args);
    if (!after) return;
    if (went(w, csuccess_config_diff(&out, w->config, after, &w->err))) say_taken(w, out);
    csuccess_config_unref(after);
}

/* ["succeed", document, {…}]: whether this one may take the place of the case's */
static void succeed(world *w, const cJSON *args)
{
    csuccess_config *after = compiled(w, args);
    if (!after) return;
    went(w, csuccess_config_succeed(w->config, after, &w->err));
    csuccess_config_unref(after);
}

/* ["draw", program, 0 or 1] */
static void draw(world *w, const cJSON *args)
{
    csuccess_text *out = NULL;
    uint32_t how = (uint32_t)arg_number(args, 2, 0);
    if (went(w, csuccess_config_draw(w->config, arg_text(w, args, 1), how, &out, &w->err))) {
        say_taken(w, out);
    }
}

/* ["bounds", program] */
static void bounds(world *w, const cJSON *args)
{
    csuccess_flow_bounds b = CSUCCESS_FLOW_BOUNDS_INIT;
    if (!went(w, csuccess_config_bounds(w->config, arg_text(w, args, 1), &b, &w->err))) return;
    cJSON *value = cJSON_CreateObject();
    cJSON_AddItemToObject(value, "longest",
                          b.longest_ms == CSUCCESS_TIME_NEVER ? cJSON_CreateNull()
                                                              : json_int(b.longest_ms));
    cJSON_AddItemToObject(value, "messages", json_int(b.messages));
    cJSON_AddItemToObject(value, "messages_a_day", json_int(b.messages_a_day));
    cJSON_AddItemToObject(value, "to_one", json_int(b.to_one));
    cJSON_AddItemToObject(value, "to_one_a_day", json_int(b.to_one_a_day));
    say(w, value);
}

/* ["names"]: inputs with types, segments, programs, channels */
static void names(world *w, const cJSON *args)
{
    (void)args;
    csuccess_str name, type;
    cJSON *value = cJSON_CreateObject();
    cJSON *inputs = cJSON_AddObjectToObject(value, "inputs");
    for (uint32_t i = 0; csuccess_config_input(w->config, i, &name, &type) >= 0; i++) {
        cJSON *word = json_text(name);
        cJSON_AddItemToObject(inputs, word->valuestring, json_text(type));
        cJSON_Delete(word);
    }
    cJSON *segments = cJSON_AddArrayToObject(value, "segments");
    for (uint32_t i = 0; csuccess_config_segment(w->config, i, &name) >= 0; i++) {
        cJSON_AddItemToArray(segments, json_text(name));
    }
    cJSON *programs = cJSON_AddArrayToObject(value, "programs");
    for (uint32_t i = 0; csuccess_config_program(w->config, i, &name) >= 0; i++) {
        cJSON_AddItemToArray(programs, json_text(name));
    }
    say(w, value);
}

/* ["presets"] */
static void presets(world *w, const cJSON *args)
{
    (void)args;
    cJSON *value = cJSON_CreateArray();
    csuccess_str name, text;
    for (size_t i = 0; csuccess_preset_get(i, &name, &text) >= 0; i++) {
        cJSON_AddItemToArray(value, json_text(name));
    }
    say(w, value);
}

/* ["model", bytes]: what it is */
static void model(world *w, const cJSON *args)
{
    csuccess_model *loaded = NULL;
    if (!went(w, csuccess_model_load(&loaded, arg_text(w, args, 1), NULL, &w->err))) return;
    csuccess_model_unref(w->model);
    w->model = loaded;
    cJSON *value = cJSON_CreateObject();
    cJSON_AddItemToObject(value, "name", json_text(csuccess_model_name(loaded)));
    cJSON_AddItemToObject(value, "kind", json_text(csuccess_model_kind(loaded)));
    cJSON_AddItemToObject(value, "target", json_text(csuccess_model_target(loaded)));
    cJSON_AddItemToObject(value, "digest", json_text(csuccess_model_digest(loaded)));
    cJSON_AddItemToObject(value, "horizon_days",
                          json_bits(csuccess_model_horizon_days(loaded)));
    cJSON *metrics = cJSON_AddArrayToObject(value, "metrics");
    csuccess_str name, type;
    for (uint32_t i = 0; csuccess_model_metric(loaded, i, &name, &type) >= 0; i++) {
        cJSON_AddItemToArray(metrics, json_text(name));
    }
    say(w, value);
}

/* ["seal", document] */
static void seal(world *w, const cJSON *args)
{
    csuccess_text *out = NULL;
    if (went(w, csuccess_model_seal(&out, arg_text(w, args, 1), NULL, &w->err))) {
        say_taken(w, out);
    }
}

const step config_steps[] = {
    {"compile", compile}, {"document", document}, {"check", check},   {"diff", diff},
    {"succeed", succeed}, {"draw", draw},         {"bounds", bounds}, {"names", names},
    {"presets", presets}, {"model", model},       {"seal", seal},     {NULL, NULL},
};
