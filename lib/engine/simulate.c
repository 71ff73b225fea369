/* SPDX-License-Identifier: Apache-2.0 */
/* The simulation: an engine over the memory store, a virtual clock that goes from one thing that is due to the next, channels that only say what they would have done. */
#include "base/error.h"
#include "base/heap.h"
#include "calendar/time.h"
#include "config/config.h"
#include "customer/input.h"
#include <csuccess/simulate.h>

#include <string.h>

struct csuccess_simulation {
    csuccess_allocator mem;
    csuccess_memory_store *store;
    csuccess_engine *engine;
    csuccess_events *instant; /* the inputs of one time */
    csuccess__buffer text;
    uint64_t seed, drawn;
    int64_t now; /* INT64_MIN: not begun */
    csuccess_simulated_send_fn send;
    void *send_ud;
};

/* SHA-256 of seed and count: the same secrets for the same seed. */
static csuccess_result draw(void *ud, uint8_t *bytes, size_t count)
{
    csuccess_simulation *simulation = ud;
    uint8_t digest[32];
    for (size_t at = 0; at < count; at += sizeof digest) {
        csuccess__sha256 h;
        size_t n = count - at < sizeof digest ? count - at : sizeof digest;
        csuccess__sha256_start(&h);
        csuccess__digest_u64(&h, simulation->seed);
        csuccess__digest_u64(&h, simulation->drawn++);
        csuccess__sha256_finish(&h, digest);
        memcpy(bytes + at, digest, n);
    }
    return CSUCCESS_OK;
}

static void send(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    csuccess_simulation *simulation = ud;
    uint32_t outcome = simulation->send ? simulation->send(simulation->send_ud, request)
                                        : CSUCCESS_SENT_DELIVERED;
    if (outcome == 0) {
        csuccess_reply_done(reply, CSUCCESS_ECANCELLED, CSUCCESS_STR("the host asked to stop"));
        return;
    }
    csuccess_reply_sent(reply, outcome, 0, CSUCCESS_STR("simulated"));
    csuccess_reply_done(reply, CSUCCESS_OK, CSUCCESS_STR(""));
}

static csuccess_result add_channels(csuccess_simulation *simulation,
                                    const csuccess_config *config, csuccess_error *err)
{
    static const csuccess_channel_ops ops = {.size = sizeof ops, .send = send};
    const csuccess__channels *channels = config->channels;
    csuccess_result status = CSUCCESS_OK;
    for (uint32_t i = 0; channels && status == CSUCCESS_OK && i < channels->count; i++) {
        status = csuccess_engine_add_channel(simulation->engine, channels->list[i].name, &ops,
                                             simulation, NULL, err);
    }
    return status;
}

static csuccess_result furnish(csuccess_simulation *simulation, csuccess_config *config,
                               const csuccess_simulation_options *options, csuccess_error *err)
{
    csuccess_memory_options memory = {.size = sizeof memory, .allocator = &simulation->mem};
    csuccess_engine_options engine = CSUCCESS_ENGINE_OPTIONS_INIT;
    engine.allocator = &simulation->mem;
    engine.limits = options->limits;
    engine.tenant = options->tenant;
    engine.random = draw;
    engine.random_ud = simulation;
    engine.zone = options->zone;
    engine.zone_ud = options->zone_ud;
    engine.variable = options->variable;
    engine.variable_ud = options->variable_ud;
    engine.sentiment = options->sentiment;
    engine.sentiment_ud = options->sentiment_ud;
    csuccess_result status = csuccess_memory_store_new(&simulation->store, &memory, err);
    if (status == CSUCCESS_OK) {
        status = csuccess_engine_new(&simulation->engine, config, &engine, err);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess_engine_set_store(simulation->engine, csuccess_memory_store_ops(),
                                           simulation->store, NULL, err);
    }
    if (status == CSUCCESS_OK) status = add_channels(simulation, config, err);
    if (status == CSUCCESS_OK && options->trace) {
        status =
            csuccess_engine_set_trace(simulation->engine, options->trace, options->trace_ud);
    }
    if (status == CSUCCESS_OK) {
        status =
            csuccess_events_new(&simulation->instant, &simulation->mem, options->limits, err);
    }
    return status;
}

static csuccess_result take_options(csuccess_simulation_options *out,
                                    const csuccess_simulation_options *in, csuccess_error *err)
{
    static const csuccess_simulation_options defaults = {.size = sizeof defaults};
    csuccess_result status =
        csuccess__struct_take(out, sizeof *out, sizeof(size_t), in ? in : &defaults,
                              "csuccess_simulation_options", err);
    if (status == CSUCCESS_OK && !csuccess__time_valid(out->start_ms)) {
        status =
            csuccess__fail(err, CSUCCESS_EINVALID, "start_ms is not in the years 1 to 9999");
    }
    return status;
}

csuccess_result csuccess_simulation_new(csuccess_simulation **out, csuccess_config *config,
                                        const csuccess_simulation_options *in,
                                        csuccess_error *err)
{
    csuccess_simulation_options options;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result status = take_options(&options, in, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__config_memory(&mem, config, options.allocator, err);
    }
    if (status < 0) return status;
    csuccess_simulation *simulation = csuccess__alloc(&mem, 1, sizeof *simulation);
    if (!simulation) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    simulation->mem = mem;
    simulation->seed = options.seed;
    simulation->now = options.start_ms ? options.start_ms : INT64_MIN;
    simulation->send = options.send;
    simulation->send_ud = options.send_ud;
    csuccess__buffer_init(&simulation->text, &simulation->mem, 0);
    status = furnish(simulation, config, &options, err);
    if (status < 0) {
        csuccess_simulation_free(simulation);
        return status;
    }
    *out = simulation;
    return CSUCCESS_OK;
}

void csuccess_simulation_free(csuccess_simulation *simulation)
{
    if (!simulation) return;
    csuccess_allocator mem = simulation->mem;
    csuccess_engine_free(simulation->engine);
    csuccess_memory_store_free(simulation->store);
    csuccess_events_free(simulation->instant);
    csuccess__buffer_free(&simulation->text);
    csuccess__release(&mem, simulation, 1, sizeof *simulation);
}

int64_t csuccess_simulation_now(const csuccess_simulation *simulation)
{
    return simulation && simulation->now != INT64_MIN ? simulation->now : 0;
}

csuccess_engine *csuccess_simulation_engine(csuccess_simulation *simulation)
{
    return simulation ? simulation->engine : NULL;
}

/* ---- Time ---- */

/* Sets the clock; time is the simulation's to leap. */
static csuccess_result set_clock(csuccess_simulation *simulation, int64_t now,
                                 csuccess_error *err)
{
    csuccess_result status = CSUCCESS_OK;
    if (now > simulation->now) {
        status = csuccess_engine_confirm_clock(simulation->engine, now, err);
        if (status >= 0) simulation->now = now;
    }
    return status < 0 ? status : CSUCCESS_OK;
}

/* Calls of one instant at most: signals between customers come to rest, or something is wrong. */
enum { ROUNDS_MOST = 100000 };

/* Everything that is due up to `until` and at it, each at its own time. */
static csuccess_result pass(csuccess_simulation *simulation, int64_t until, csuccess_error *err)
{
    for (uint32_t rounds = 0; rounds < ROUNDS_MOST; rounds++) {
        int64_t next = CSUCCESS_TIME_NEVER;
        csuccess_result status =
            csuccess_engine_run(simulation->engine, NULL, simulation->now, NULL, &next, err);
        if (status < 0) return status;
        if (next > until) return CSUCCESS_OK;
        if (next > simulation->now) {
            rounds = 0;
            status = set_clock(simulation, next, err);
            if (status < 0) return status;
        }
    }
    return csuccess__fail(err, CSUCCESS_ELIMIT,
                          "the engine does not come to rest at one instant");
}

csuccess_result csuccess_simulation_run(csuccess_simulation *simulation, int64_t until_ms,
                                        csuccess_error *err)
{
    if (!simulation || !csuccess__time_valid(until_ms)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              simulation ? "until_ms is not in the years 1 to 9999"
                                         : "simulation is required");
    }
    if (simulation->now == INT64_MIN) return set_clock(simulation, until_ms, err);
    if (until_ms < simulation->now) return CSUCCESS_UNCHANGED;
    csuccess_result status = pass(simulation, until_ms, err);
    return status < 0 ? status : set_clock(simulation, until_ms, err);
}

/* ---- Inputs ---- */

typedef struct fed {
    int64_t at;
    size_t index;
} fed;

static bool is_before(const void *a, const void *b)
{
    const fed *x = a, *y = b;
    return x->at != y->at ? x->at < y->at : x->index < y->index;
}

static csuccess_result copy_property(csuccess_simulation *simulation,
                                     const csuccess__property *property, csuccess_error *err)
{
    csuccess_events *to = simulation->instant;
    const csuccess__value *value = &property->value;
    if (property->json || csuccess__is_missing(*value)) {
        csuccess_str text = CSUCCESS_STR("null");
        csuccess__buffer_clear(&simulation->text);
        if (property->json) {
            csuccess__json_write(&simulation->text, property->json, false);
            text = csuccess__buffer_view(&simulation->text);
        }
        if (simulation->text.status < 0) return simulation->text.status;
        return csuccess_events_json(to, property->name, text, err);
    }
    switch (value->kind) {
    case CSUCCESS__KIND_NUMBER:
        return csuccess_events_number(to, property->name, value->as.number);
    case CSUCCESS__KIND_BOOL:
        return csuccess_events_bool(to, property->name, value->as.boolean);
    default:
        return csuccess_events_string(to, property->name, value->as.string);
    }
}

static csuccess_result copy_input(csuccess_simulation *simulation, csuccess_events *from,
                                  size_t index, csuccess_error *err)
{
    csuccess_event event = CSUCCESS_EVENT_INIT;
    const csuccess__input *input = csuccess__events_at(from, index);
    csuccess_result status = csuccess_events_get(from, index, &event);
    if (status == CSUCCESS_OK) status = csuccess_events_add(simulation->instant, &event, err);
    for (uint32_t i = 0; status == CSUCCESS_OK && i < input->count; i++) {
        status = copy_property(simulation, &input->properties[i], err);
    }
    return status;
}

/* Hands in the inputs of one instant, and says in the host's list what became of them. */
static csuccess_result feed_instant(csuccess_simulation *simulation, csuccess_events *events,
                                    const fed *list, size_t count, csuccess_error *err)
{
    csuccess_result status = csuccess_events_clear(simulation->instant);
    for (size_t i = 0; status == CSUCCESS_OK && i < count; i++) {
        status = copy_input(simulation, events, list[i].index, err);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess_engine_ingest(simulation->engine, simulation->instant, NULL,
                                        simulation->now, err);
    }
    for (size_t i = 0; status >= 0 && i < count; i++) {
        csuccess_str reason;
        csuccess_result said = csuccess_events_result(simulation->instant, i, &reason);
        if (!csuccess__events_settle(events, list[i].index, said, reason)) {
            status = csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
        }
    }
    return status;
}

/* How many of a list are of the instant of its first; late ones are all of now. */
static size_t of_instant(const csuccess_simulation *simulation, const fed *list, size_t count)
{
    size_t end = 0;
    while (end < count && (list[end].at == list[0].at || list[end].at <= simulation->now)) {
        end++;
    }
    return end;
}

static csuccess_result feed_all(csuccess_simulation *simulation, csuccess_events *events,
                                const fed *list, size_t count, csuccess_error *err)
{
    csuccess_result status = CSUCCESS_OK, worst = CSUCCESS_OK;
    for (size_t i = 0; i < count;) {
        bool begun = simulation->now != INT64_MIN;
        if (begun && list[i].at > simulation->now) {
            status = pass(simulation, list[i].at, err);
        }
        if (status >= 0) status = set_clock(simulation, list[i].at, err);
        size_t n = of_instant(simulation, list + i, count - i);
        if (status >= 0) status = feed_instant(simulation, events, list + i, n, err);
        if (status < 0) return status;
        if (status == CSUCCESS_UNDECIDED) worst = status;
        i += n;
    }
    return worst;
}

csuccess_result csuccess_simulation_feed(csuccess_simulation *simulation,
                                         csuccess_events *events, csuccess_error *err)
{
    if (!simulation || !events) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "simulation and events are required");
    }
    size_t count = csuccess_events_count(events);
    if (count == 0) return CSUCCESS_UNCHANGED;
    fed *list = csuccess__alloc(&simulation->mem, count, sizeof *list);
    if (!list) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    for (size_t i = 0; i < count; i++) {
        list[i] = (fed){csuccess__events_at(events, i)->at, i};
        csuccess__events_settle(events, i, CSUCCESS_UNDECIDED, (csuccess_str){"", 0});
    }
    csuccess__sort(list, count, sizeof *list, is_before);
    csuccess__events_hold(events);
    csuccess_result status = feed_all(simulation, events, list, count, err);
    csuccess__events_release(events);
    csuccess__release(&simulation->mem, list, count, sizeof *list);
    return status;
}
