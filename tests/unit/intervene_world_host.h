/* SPDX-License-Identifier: Apache-2.0 */
/* An engine with one customer, `acme`, for stories of the arbiter: what is told of it by hand, channels that answer as they are told, and what was sent and held. */
#ifndef INTERVENE_WORLD_HOST_H
#define INTERVENE_WORLD_HOST_H

#include "check.h"
#include <csuccess/csuccess.h>

#define NOON INT64_C(1772712000000) /* 2026-03-05T12:00Z */
#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)

enum { SENT = 64, DOCUMENT = 8192 };

typedef struct host {
    csuccess_config *config;
    csuccess_memory_store *store;
    csuccess_engine *engine;
    csuccess_events *events;
    unsigned inputs;
    char sent[SENT][64];
    int sent_count;
    uint32_t answer;  /* of the channels for now; 0: it is delivered */
    const char *deaf; /* a channel that never delivers; NULL: none */
    char held[8192], selected[8192];
} host;

static inline csuccess_result give_random(void *ud, uint8_t *bytes, size_t count)
{
    (void)ud;
    memset(bytes, 7, count);
    return CSUCCESS_OK;
}

static inline uint32_t answer_of(const host *h, csuccess_str channel)
{
    bool deaf = h->deaf && channel.len == strlen(h->deaf) &&
                memcmp(channel.ptr, h->deaf, channel.len) == 0;
    if (deaf) return CSUCCESS_SENT_NEVER;
    return h->answer ? h->answer : CSUCCESS_SENT_DELIVERED;
}

static inline void send(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    host *h = ud;
    csuccess_str what = request->message->definition;
    uint32_t answer = answer_of(h, request->channel);
    if (answer == CSUCCESS_SENT_DELIVERED && h->sent_count < SENT)
        snprintf(h->sent[h->sent_count++], sizeof h->sent[0], "%.*s", (int)what.len, what.ptr);
    csuccess_reply_sent(reply, answer, HOUR, CSUCCESS_STR("told"));
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}

static const csuccess_channel_ops channel = {sizeof channel, send};

static inline void add_line(char *list, size_t room, csuccess_str line)
{
    size_t n = strlen(list);
    snprintf(list + n, room - n, "%.*s\n", (int)line.len, line.ptr);
}

/* Entries of what is held. */
static inline void trace(void *ud, csuccess_str line)
{
    host *h = ud;
    char text[4096];
    snprintf(text, sizeof text, "%.*s", (int)line.len, line.ptr);
    if (strstr(text, "\"kind\":\"held\"")) add_line(h->held, sizeof h->held, line);
    if (strstr(text, "\"kind\":\"selection\"")) add_line(h->selected, sizeof h->selected, line);
}

static inline void quote(char *text)
{
    for (; *text; text++) {
        if (*text == '`') *text = '"';
    }
}

/* A document with ` for ". */
static inline void open_document(host *h, char *document)
{
    static const char *const names[] = {"email", "in_app"};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    memset(h, 0, sizeof *h);
    options.random = give_random;
    quote(document);
    if (!CHECK_OK(csuccess_config_compile(&h->config, check_view(document), NULL, &err)))
        printf("# %s at %s\n", err.message, err.pointer);
    CHECK_OK(csuccess_memory_store_new(&h->store, NULL, NULL));
    CHECK_OK(csuccess_events_new(&h->events, NULL, NULL, NULL));
    CHECK_OK(csuccess_engine_new(&h->engine, h->config, &options, &err));
    CHECK_OK(csuccess_engine_set_store(h->engine, csuccess_memory_store_ops(), h->store, NULL,
                                       NULL));
    for (size_t i = 0; i < 2; i++) {
        CHECK_OK(csuccess_engine_add_channel(h->engine, check_view(names[i]), &channel, h, NULL,
                                             NULL));
    }
    CHECK_OK(csuccess_engine_set_trace(h->engine, trace, h));
}

static inline void close_host(host *h)
{
    csuccess_engine_free(h->engine);
    csuccess_memory_store_free(h->store);
    csuccess_events_free(h->events);
    csuccess_config_unref(h->config);
}

static inline void tell(host *h, int64_t now, const char *input)
{
    char line[512];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    int64_t s = (now - NOON) / 1000 + 12 * 3600;
    snprintf(line, sizeof line,
             "{`messageId`:`i%03u`,`groupId`:`acme`,`timestamp`:`2026-03-%02dT%02d:%02d:%02dZ`,"
             "%s}",
             ++h->inputs, (int)(5 + s / 86400), (int)(s / 3600 % 24), (int)(s / 60 % 60),
             (int)(s % 60), input);
    quote(line);
    csuccess_events_clear(h->events);
    if (!CHECK_OK(csuccess_events_add_json(h->events, check_view(line), &err)))
        printf("# %s\n", err.message);
    CHECK_RESULT(csuccess_engine_ingest(h->engine, h->events, NULL, now, &err), CSUCCESS_OK);
}

static inline void run(host *h, int64_t now)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK(csuccess_engine_run(h->engine, NULL, now, NULL, NULL, &err) >= 0))
        printf("# %s\n", err.message);
}

#endif
