/* SPDX-License-Identifier: Apache-2.0 */
/* A host for tests of the engine: a configuration, a store in memory, a channel that answers as it is told, and inputs by hand. */
#ifndef ENGINE_HOST_H
#define ENGINE_HOST_H

#include "check.h"
#include <csuccess/csuccess.h>
#include <csuccess/txn.h>

#define HOST_DAY INT64_C(86400000)
#define HOST_MS(day) \
    (INT64_C(1767225600000) + (int64_t)(day)*HOST_DAY) /* days after 2026-01-01 */

/* Customers are scored by logins; a quiet one is told of on two channels, the staff's and (with an address) its own. */
static const char host_document[] =
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"},\"seats\":{\"type\":"
    "\"number\",\"min\":0},"
    "\"csm\":{\"type\":\"string\"}},"
    "\"records\":{\"contacts\":{\"max\":9,\"of\":{\"email\":{\"type\":\"string\",\"pii\":true}}"
    "}},"
    "\"sources\":{\"product\":{}},"
    "\"aggregates\":{\"logins_30d\":{\"event\":\"login\",\"count\":true,\"window\":\"P30D\"},"
    "\"logins\":{\"event\":\"login\",\"count\":true,\"window\":\"lifetime\"}},"
    "\"health\":{\"profiles\":{\"default\":{\"score\":{\"combine\":\"sum\",\"of\":{"
    "\"use\":{\"value\":\"logins_30d\",\"points\":{\"linear\":[[0,0],[10,100]]}}}},"
    "\"bands\":{\"healthy\":{\"from\":50},\"critical\":{}},"
    "\"alerts\":{\"quiet\":{\"when\":\"health.raw < "
    "30\",\"severity\":\"high\",\"cooldown\":\"P1D\","
    "\"notify\":{\"first\":{\"channel\":\"slack\"}}}}}}},"
    "\"access\":{\"owner\":\"csm\"},"
    "\"policies\":{\"park_after\":3},"
    "\"channels\":{\"slack\":{\"retry\":{\"first\":\"PT1M\",\"factor\":2,\"most\":\"PT6H\","
    "\"attempts\":4,\"jitter\":0},"
    "\"breaker\":{\"failures\":3,\"rest\":\"PT5M\"}}}}";

typedef struct host {
    check_memory memory; /* of the engine */
    csuccess_config *config;
    csuccess_engine *engine;
    csuccess_memory_store *store;
    csuccess_events *events;
    uint64_t random;
    /* The channel. */
    uint32_t outcome, sends;
    int64_t retry_after;
    char last_id[80];
    bool silent; /* the channel returns without an answer */
} host;

static inline csuccess_result host_random(void *ud, uint8_t *bytes, size_t count)
{
    host *h = ud;
    for (size_t i = 0; i < count; i++) {
        h->random = h->random * UINT64_C(6364136223846793005) + 1;
        bytes[i] = (uint8_t)(h->random >> 56);
    }
    return CSUCCESS_OK;
}

static inline void host_send(void *ud, const csuccess_send_request *request,
                             csuccess_reply *reply)
{
    host *h = ud;
    h->sends++;
    snprintf(h->last_id, sizeof h->last_id, "%.*s", (int)request->message->id.len,
             request->message->id.ptr);
    if (h->silent) return;
    csuccess_reply_sent(reply, h->outcome ? h->outcome : CSUCCESS_SENT_DELIVERED,
                        h->retry_after, CSUCCESS_STR("told"));
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}

static const csuccess_channel_ops host_channel = {sizeof host_channel, host_send};

static inline void host_open_as(host *h, const char *document,
                                const csuccess_engine_options *like)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    if (like) options = *like;
    *h = (host){.random = 1};
    check_memory_start(&h->memory);
    options.allocator = &h->memory.allocator;
    options.random = host_random;
    options.random_ud = h;
    if (!CHECK_OK(csuccess_config_compile(&h->config, check_view(document), NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
    }
    if (!CHECK_OK(csuccess_engine_new(&h->engine, h->config, &options, &err))) {
        printf("# %s\n", err.message);
    }
    CHECK_OK(csuccess_memory_store_new(&h->store, NULL, &err));
    CHECK_OK(csuccess_events_new(&h->events, NULL, NULL, &err));
}

static inline void host_connect(host *h)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(csuccess_engine_set_store(h->engine, csuccess_memory_store_ops(), h->store, NULL,
                                       &err));
    CHECK_OK(csuccess_engine_add_channel(h->engine, CSUCCESS_STR("slack"), &host_channel, h,
                                         NULL, &err));
}

static inline void host_open(host *h, const csuccess_engine_options *like)
{
    host_open_as(h, host_document, like);
    host_connect(h);
}

static inline void host_close(host *h)
{
    csuccess_engine_free(h->engine);
    csuccess_memory_store_free(h->store);
    csuccess_events_free(h->events);
    csuccess_config_unref(h->config);
    CHECK_MEMORY_EMPTY(&h->memory);
}

static inline void host_login(csuccess_events *events, const char *customer, const char *id,
                              int64_t at)
{
    csuccess_event event = CSUCCESS_EVENT_INIT;
    event.type = CSUCCESS_EVENT_TRACK;
    event.id = check_view(id);
    event.customer = check_view(customer);
    event.name = CSUCCESS_STR("login");
    event.at_ms = at;
    CHECK_OK(csuccess_events_add(events, &event, NULL));
}

static inline void host_json(csuccess_events *events, const char *json)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_events_add_json(events, check_view(json), &err))) {
        printf("# %s\n", err.message);
    }
}

/* What the source covers, so that aggregates count. */
static inline csuccess_result host_ingest(host *h, int64_t now)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess_engine_ingest(h->engine, h->events, NULL, now, &err);
    if (result < 0) printf("# ingest: %s\n", err.message);
    return result;
}

static inline csuccess_result host_run(host *h, int64_t now, int64_t *next)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess_engine_run(h->engine, NULL, now, NULL, next, &err);
    if (result < 0) printf("# run: %s\n", err.message);
    return result;
}

static inline csuccess_engine_counts host_figures(const host *h)
{
    csuccess_engine_counts figures = {.size = sizeof figures};
    CHECK_OK(csuccess_engine_figures(h->engine, &figures));
    return figures;
}

/* Whether the state of a customer has a text. */
static inline void host_state_has(host *h, const char *customer, int64_t now, const char *part)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    if (!CHECK_OK(
            csuccess_engine_state(h->engine, check_view(customer), NULL, now, &text, &err))) {
        printf("# %s\n", err.message);
    }
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "", part);
    csuccess_text_free(text);
}

#endif
