/* SPDX-License-Identifier: Apache-2.0 */
/* The engine: options, store, channels, configuration; the clock that it is told. */
#include "engine/machine.h"

#include "base/str.h"
#include "text/utf8.h"

#include <string.h>

/* ---- Options ---- */

/* Field, default, greatest. */
#define OPTIONS(X) \
    X(batch, 256, 65536) \
    X(inputs, 1000, 1000000) \
    X(effects, 10000, 10000000) \
    X(state_bytes, 1048576, 1073741824) \
    X(tries, 16, 1000000) \
    X(in_flight, 256, 65535)

static csuccess_result fill_counts(csuccess_engine_options *options, csuccess_error *err)
{
    static const struct {
        const char *name;
        size_t at;
        uint32_t usual, most;
    } rows[] = {
#define ROW(field, usual, most) {#field, offsetof(csuccess_engine_options, field), usual, most},
        OPTIONS(ROW)
#undef ROW
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t *field = (uint32_t *)(void *)((char *)options + rows[i].at);
        if (*field == 0) *field = rows[i].usual;
        if (*field > rows[i].most) {
            return csuccess__fail(err, CSUCCESS_ERANGE, "%s is %u; at most %u is possible",
                                  rows[i].name, *field, rows[i].most);
        }
    }
    return CSUCCESS_OK;
}

static csuccess_result check_options(csuccess_engine_options *options, csuccess_error *err)
{
    if (!options->random) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "random is required: secrets of customers are made of it");
    }
    if (options->shards > 1 && options->shard >= options->shards) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "shard %u of %u does not exist",
                              options->shard, options->shards);
    }
    if (options->lease_ms == 0) options->lease_ms = CSUCCESS__MINUTE_MS;
    if (options->lease_ms < 0 || options->lease_ms > CSUCCESS__DAY_MS) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "lease_ms is from 1 to a day");
    }
    if (!csuccess__time_valid(options->clock_ms)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "clock_ms is outside the years 1 to 9999");
    }
    return fill_counts(options, err);
}

/* ---- Callbacks of the host, during which the engine may not be called ---- */

csuccess_result csuccess__engine_random(void *ud, uint8_t *bytes, size_t count)
{
    csuccess_engine *engine = ud;
    engine->inside = true;
    csuccess_result result = engine->options.random(engine->options.random_ud, bytes, count);
    engine->inside = false;
    return result;
}

static int32_t ask_leads(void *ud, csuccess_str manager, csuccess_str member)
{
    csuccess_engine *engine = ud;
    bool before = engine->inside;
    engine->inside = true;
    int32_t leads = engine->options.leads(engine->options.leads_ud, manager, member);
    engine->inside = before;
    return leads;
}

csuccess_result csuccess__engine_zone(void *ud, csuccess_str zone, int64_t at_ms,
                                      csuccess_zone_answer *out)
{
    csuccess_engine *engine = ud;
    bool before = engine->inside;
    engine->inside = true;
    csuccess_result result = engine->options.zone(engine->options.zone_ud, zone, at_ms, out);
    engine->inside = before;
    return result;
}

csuccess_result csuccess__engine_sentiment(void *ud, csuccess_str customer, csuccess_str text,
                                           csuccess_feeling *feeling)
{
    csuccess_engine *engine = ud;
    bool before = engine->inside;
    engine->inside = true;
    csuccess_result result =
        engine->options.sentiment(engine->options.sentiment_ud, customer, text, feeling);
    engine->inside = before;
    return result;
}

csuccess_result csuccess__engine_variable(void *ud, csuccess_str customer, csuccess_str name,
                                          csuccess_str *json)
{
    csuccess_engine *engine = ud;
    bool before = engine->inside;
    engine->inside = true;
    csuccess_result result =
        engine->options.variable(engine->options.variable_ud, customer, name, json);
    engine->inside = before;
    return result;
}

csuccess_result csuccess__engine_enter(const csuccess_engine *engine, csuccess_error *err)
{
    if (!engine) return csuccess__fail(err, CSUCCESS_EINVALID, "engine is required");
    if (engine->inside) {
        return csuccess__fail(err, CSUCCESS_EBUSY,
                              "the engine is called from a callback of its own");
    }
    csuccess__error_clear(err);
    return CSUCCESS_OK;
}

/* ---- Making and freeing ---- */

static csuccess_result make_desk(csuccess__desk **out, csuccess_engine *engine,
                                 csuccess_config *config, csuccess_error *err)
{
    csuccess__desk_options options = {
        .mem = &engine->mem,
        .limits = engine->limits,
        .tenant = engine->options.tenant,
        .random = csuccess__engine_random,
        .random_ud = engine,
        .leads = engine->options.leads ? ask_leads : NULL,
        .leads_ud = engine,
        .zone = engine->options.zone ? csuccess__engine_zone : NULL,
        .zone_ud = engine,
        .variable = engine->options.variable ? csuccess__engine_variable : NULL,
        .variable_ud = engine,
        .sentiment = engine->options.sentiment ? csuccess__engine_sentiment : NULL,
        .sentiment_ud = engine,
        .effects = engine->options.effects,
        .state_bytes = engine->options.state_bytes,
    };
    return csuccess__desk_new(out, config, &options, err);
}

static csuccess_result take_options(csuccess_engine_options *to, csuccess_limits *limits,
                                    const csuccess_engine_options *in, csuccess_error *err)
{
    csuccess_result result = csuccess__struct_take(to, sizeof *to, sizeof(size_t), in,
                                                   "csuccess_engine_options", err);
    if (result >= 0) result = check_options(to, err);
    if (result >= 0) result = csuccess__limits_take(limits, to->limits, err);
    if (result < 0) return result;
    if (to->tenant.len == 0) to->tenant = CSUCCESS_STR("default");
    if (!to->tenant.ptr) return csuccess__fail(err, CSUCCESS_EINVALID, "tenant is NULL");
    if (!csuccess__utf8_check(to->tenant, NULL)) {
        return csuccess__fail(err, CSUCCESS_EENCODING, "tenant is not UTF-8");
    }
    return CSUCCESS_OK;
}

static csuccess_result fill(csuccess_engine *engine, csuccess_config *config,
                            csuccess_error *err)
{
    csuccess_engine_options *options = &engine->options;
    options->tenant = csuccess__arena_copy(&engine->texts, options->tenant);
    engine->slots = csuccess__alloc(&engine->mem, options->in_flight, sizeof *engine->slots);
    engine->lately = csuccess__alloc(&engine->mem, CSUCCESS__LATELY, sizeof *engine->lately);
    engine->often = csuccess__alloc(&engine->mem, CSUCCESS__LATELY, sizeof *engine->often);
    if (!options->tenant.ptr || !engine->slots || !engine->lately || !engine->often) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    csuccess_result result = make_desk(&engine->desk, engine, config, err);
    if (result < 0) return result;
    engine->config = csuccess_config_ref(config);
    return CSUCCESS_OK;
}

csuccess_result csuccess_engine_new(csuccess_engine **out, csuccess_config *config,
                                    const csuccess_engine_options *in, csuccess_error *err)
{
    csuccess_engine_options options;
    csuccess_limits limits;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    if (!config) return csuccess__fail(err, CSUCCESS_EINVALID, "config is required");
    csuccess_result result = take_options(&options, &limits, in, err);
    if (result >= 0) result = csuccess__config_memory(&mem, config, options.allocator, err);
    if (result < 0) return result;
    csuccess_engine *engine = csuccess__alloc(&mem, 1, sizeof *engine);
    if (!engine) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    engine->mem = mem;
    engine->limits = limits;
    engine->options = options;
    engine->options.allocator = NULL;
    engine->options.limits = NULL;
    engine->fast = csuccess__sha256_fast();
    engine->clock = options.clock_ms;
    engine->clock_known = options.clock_ms != 0;
    engine->why = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess__arena_init(&engine->texts, &engine->mem, 0);
    csuccess__buffer_init(&engine->line, &engine->mem, limits.output_bytes);
    csuccess__state_init(&engine->state, &engine->mem);
    result = fill(engine, config, err);
    if (result < 0) {
        csuccess_engine_free(engine);
        return result;
    }
    csuccess__error_clear(err);
    *out = engine;
    return CSUCCESS_OK;
}

static void let_go(void (*ud_free)(void *ud), void *ud)
{
    if (ud_free) ud_free(ud);
}

void csuccess_engine_free(csuccess_engine *engine)
{
    if (!engine || engine->inside) return;
    csuccess_allocator mem = engine->mem;
    csuccess__operations_free(engine);
    while (engine->tickets) csuccess__ticket_free(engine, engine->tickets);
    csuccess__txn_spare_free(engine);
    csuccess__ladder_free(engine);
    csuccess__desk_free(engine->desk);
    csuccess_config_unref(engine->config);
    csuccess__state_free(&engine->state);
    csuccess__buffer_free(&engine->line);
    engine->inside = true;
    if (engine->has_store) let_go(engine->store_free, engine->store_ud);
    for (uint32_t i = 0; i < engine->channel_count; i++) {
        csuccess__engine_channel *channel = &engine->channels[i];
        if (channel->registered) let_go(channel->ud_free, channel->ud);
    }
    csuccess__release(&mem, engine->channels, engine->channel_count, sizeof *engine->channels);
    csuccess__release(&mem, engine->lately, CSUCCESS__LATELY, sizeof *engine->lately);
    csuccess__release(&mem, engine->often, CSUCCESS__LATELY, sizeof *engine->often);
    csuccess__arena_free(&engine->texts);
    csuccess__release(&mem, engine, 1, sizeof *engine);
}

/* ---- Store ---- */

static csuccess_result idle(const csuccess_engine *engine, csuccess_error *err)
{
    csuccess_result result = csuccess__engine_enter(engine, err);
    if (result >= 0 && engine->tickets) {
        return csuccess__fail(err, CSUCCESS_EBUSY, "calls are under way");
    }
    return result;
}

static csuccess_result check_slots(const csuccess_store_ops *ops, csuccess_error *err)
{
    const struct {
        const char *name;
        bool there;
    } slots[] = {
        {"load", ops->load != NULL},     {"commit", ops->commit != NULL},
        {"due", ops->due != NULL},       {"defer", ops->defer != NULL},
        {"claim", ops->claim != NULL},   {"settle", ops->settle != NULL},
        {"scan", ops->scan != NULL},     {"history", ops->history != NULL},
        {"outbox", ops->outbox != NULL}, {"erase", ops->erase != NULL},
    };
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        if (!slots[i].there) {
            return csuccess__fail(err, CSUCCESS_EINVALID, "the slot %s of the store is NULL",
                                  slots[i].name);
        }
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess_engine_set_store(csuccess_engine *engine,
                                          const csuccess_store_ops *ops, void *ud,
                                          void (*ud_free)(void *ud), csuccess_error *err)
{
    csuccess_store_ops taken;
    csuccess_result result = idle(engine, err);
    if (result >= 0) {
        result = csuccess__struct_take(&taken, sizeof taken, sizeof(size_t), ops,
                                       "csuccess_store_ops", err);
    }
    if (result >= 0) result = check_slots(&taken, err);
    if (result < 0) return result;
    if (engine->has_store) {
        engine->inside = true;
        let_go(engine->store_free, engine->store_ud);
        engine->inside = false;
    }
    engine->store = taken;
    engine->store_ud = ud;
    engine->store_free = ud_free;
    engine->has_store = true;
    engine->definition = CSUCCESS__DEFINITION_UNKNOWN;
    memset(engine->lately, 0, CSUCCESS__LATELY * sizeof *engine->lately);
    return CSUCCESS_OK;
}

/* ---- Configuration ---- */

csuccess_result csuccess_engine_set_config(csuccess_engine *engine, csuccess_config *config,
                                           const csuccess_principal *principal,
                                           csuccess_error *err)
{
    csuccess_access_question question = {.size = sizeof question,
                                         .principal = principal,
                                         .resource = CSUCCESS_STR("configuration"),
                                         .action = CSUCCESS_STR("write")};
    csuccess__desk *desk = NULL;
    csuccess_result result = idle(engine, err);
    if (result < 0) return result;
    if (engine->txns) {
        return csuccess__fail(err, CSUCCESS_EBUSY, "%u transactions are under way",
                              engine->txns);
    }
    if (!config) return csuccess__fail(err, CSUCCESS_EINVALID, "config is required");
    question.leads = engine->options.leads;
    question.leads_ud = engine->options.leads_ud;
    engine->inside = true;
    result = csuccess_access_check(engine->config, &question, NULL, err);
    engine->inside = false;
    if (result >= 0) result = make_desk(&desk, engine, config, err);
    if (result < 0) return result;
    csuccess_config_ref(config);
    csuccess__txn_spare_free(engine);
    csuccess__ladder_free(engine);
    csuccess__desk_free(engine->desk);
    csuccess_config_unref(engine->config);
    engine->config = config;
    engine->desk = desk;
    csuccess__channels_rule(engine);
    engine->definition = CSUCCESS__DEFINITION_UNKNOWN;
    return CSUCCESS_OK;
}

/* ---- Clock ---- */

csuccess_result csuccess__engine_clock(csuccess_engine *engine, int64_t *now,
                                       csuccess_error *err)
{
    if (!csuccess__time_valid(*now)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "now_ms is outside the years 1 to 9999");
    }
    if (engine->clock_known && *now < engine->clock) {
        engine->figures.clock_raised++;
        *now = engine->clock;
    } else if (engine->clock_known &&
               *now - engine->clock > engine->config->policies->clock_leap_ms) {
        engine->figures.clock_refused++;
        return csuccess__fail(err, CSUCCESS_ECLOCK,
                              "the clock leapt by %l days; csuccess_engine_confirm_clock() "
                              "says that it is right",
                              (*now - engine->clock) / CSUCCESS__DAY_MS);
    }
    engine->clock = *now;
    engine->clock_known = true;
    return CSUCCESS_OK;
}

csuccess_result csuccess_engine_confirm_clock(csuccess_engine *engine, int64_t now_ms,
                                              csuccess_error *err)
{
    csuccess_result result = csuccess__engine_enter(engine, err);
    if (result < 0) return result;
    if (!csuccess__time_valid(now_ms)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "now_ms is outside the years 1 to 9999");
    }
    if (!engine->clock_known || now_ms > engine->clock) engine->clock = now_ms;
    engine->clock_known = true;
    return CSUCCESS_OK;
}

/* ---- Trace ---- */

csuccess_result csuccess_engine_set_trace(csuccess_engine *engine, csuccess_trace_fn trace,
                                          void *ud)
{
    csuccess_result result = csuccess__engine_enter(engine, NULL);
    if (result < 0) return result;
    engine->trace = trace;
    engine->trace_ud = ud;
    return CSUCCESS_OK;
}

void csuccess__engine_tell(csuccess_engine *engine, const csuccess_batch *batch)
{
    if (!engine->trace) return;
    csuccess__buffer_clear(&engine->line);
    csuccess__batch_trace(batch, &engine->line);
    csuccess_str all = csuccess__buffer_view(&engine->line);
    engine->inside = true;
    while (all.len) {
        const char *end = memchr(all.ptr, '\n', all.len);
        size_t len = end ? (size_t)(end - all.ptr) : all.len;
        engine->trace(engine->trace_ud, (csuccess_str){all.ptr, len});
        len += end != NULL;
        all = (csuccess_str){all.ptr + len, all.len - len};
    }
    engine->inside = false;
}
