/* SPDX-License-Identifier: Apache-2.0 */
/* Customers of a simulated engine: documents with backticks, what a channel answers by its recipient, and what was sent and told, in short. */
#ifndef INTERVENE_SIMULATED_H
#define INTERVENE_SIMULATED_H

#include "check.h"
#include <csuccess/csuccess.h>

#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)

enum { SIMULATED_TEXT = 16384 };
typedef struct simulated_request { /* an approval that was asked for */
    char of[64], id[65];
} simulated_request;
typedef struct simulated {
    simulated_request requests[4];
    unsigned request_count;
    csuccess_config *config;
    csuccess_simulation *simulation;
    char sent[SIMULATED_TEXT]; /* `customer:channel` each */
    char last[2000];           /* body of the last */
    char told[SIMULATED_TEXT]; /* lines of the kinds that are watched */
    const char *watched;       /* a kind; NULL: none */
    uint32_t answer;           /* of channels; 0: delivered */
    const char *broken;        /* the channel that answers so; NULL: all */
    unsigned inputs;
    csuccess_result result; /* of the last input */
} simulated;

static inline void simulated_quote(char *text)
{
    for (; *text; text++) {
        if (*text == '`') *text = '"';
    }
}

/* The text of a member, wherever it stands in a line. */
static inline void simulated_word(csuccess_str text, const char *key, char *out, size_t cap)
{
    char pattern[64], line[8192];
    size_t n = 0, len = text.len < sizeof line - 1 ? text.len : sizeof line - 1;
    memcpy(line, text.ptr, len);
    line[len] = '\0';
    snprintf(pattern, sizeof pattern, "\"%s\":\"", key);
    const char *at = strstr(line, pattern);
    out[0] = '\0';
    if (!at) return;
    for (at += strlen(pattern); *at && *at != '"' && n + 1 < cap; at++) out[n++] = *at;
    out[n] = '\0';
}

static inline void simulated_add(char *list, size_t cap, csuccess_str text)
{
    size_t n = strlen(list);
    if (n < cap) {
        snprintf(list + n, cap - n, "%s%.*s", n ? " " : "", (int)text.len, text.ptr);
    }
}

static inline void simulated_trace(void *ud, csuccess_str line)
{
    simulated *w = ud;
    char kind[32];
    simulated_word(line, "kind", kind, sizeof kind);
    if (strcmp(kind, "approval") == 0) {
        simulated_request *r = &w->requests[w->request_count++ % 4];
        simulated_word(line, "for", r->of, sizeof r->of);
        simulated_word(line, "approval", r->id, sizeof r->id);
    }
    if (w->watched && strcmp(kind, w->watched) == 0) {
        simulated_add(w->told, sizeof w->told, line);
    }
}

static inline uint32_t simulated_send(void *ud, const csuccess_send_request *request)
{
    simulated *w = ud;
    char line[300];
    bool breaks =
        w->answer &&
        (!w->broken || (request->channel.len == strlen(w->broken) &&
                        memcmp(request->channel.ptr, w->broken, request->channel.len) == 0));
    int n = snprintf(line, sizeof line, "%.*s:%.*s", (int)request->message->customer.len,
                     request->message->customer.ptr, (int)request->channel.len,
                     request->channel.ptr);
    simulated_add(w->sent, sizeof w->sent, (csuccess_str){line, (size_t)n});
    snprintf(w->last, sizeof w->last, "%.*s", (int)request->message->body.len,
             request->message->body.ptr);
    return breaks ? w->answer : CSUCCESS_SENT_DELIVERED;
}

static inline bool simulated_open(simulated *w, const char *document)
{
    char text[8192];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    memset(w, 0, sizeof *w);
    snprintf(text, sizeof text, "%s", document);
    simulated_quote(text);
    if (!CHECK_OK(csuccess_config_compile(&w->config, check_view(text), NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
        return false;
    }
    csuccess_simulation_options options = {.size = sizeof options,
                                           .start_ms = START,
                                           .send = simulated_send,
                                           .send_ud = w,
                                           .trace = simulated_trace,
                                           .trace_ud = w};
    return CHECK_OK(csuccess_simulation_new(&w->simulation, w->config, &options, &err));
}

static inline void simulated_close(simulated *w)
{
    csuccess_simulation_free(w->simulation);
    csuccess_config_unref(w->config);
}

static inline void simulated_run(simulated *w, int64_t until)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_simulation_run(w->simulation, until, &err))) {
        printf("# %s\n", err.message);
    }
}

/* `more` are members behind the type. */
static inline void simulated_feed(simulated *w, const char *customer, const char *type,
                                  const char *more)
{
    char text[1000];
    csuccess_events *events = NULL;
    csuccess_str why = {NULL, 0};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    snprintf(text, sizeof text,
             "{`type`:`%s`,`messageId`:`m%u`,`groupId`:`%s`,`timestamp`:"
             "`2026-01-%02dT00:00:00Z`,%s}",
             type, ++w->inputs, customer,
             (int)((csuccess_simulation_now(w->simulation) - START) / DAY) + 1, more);
    simulated_quote(text);
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    if (!CHECK_OK(csuccess_events_add_json(events, check_view(text), &err))) {
        printf("# %s\n", err.message);
    }
    if (!CHECK_OK(csuccess_simulation_feed(w->simulation, events, &err))) {
        printf("# %s\n", err.message);
    }
    w->result = csuccess_events_result(events, 0, &why);
    csuccess_events_free(events);
}

/* How often a text stands in another. */
static inline unsigned simulated_count(const char *text, const char *what)
{
    unsigned n = 0;
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what)) n++;
    return n;
}

#endif
