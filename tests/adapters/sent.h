/* SPDX-License-Identifier: Apache-2.0 */
/* A channel under test: asked as an engine would, with a reply of the engine's own. */
#ifndef SENT_H
#define SENT_H

#include "check.h"

#include "base/alloc.h"
#include "engine/reply.h"

#include <csuccess/channel.h>

/* What became of an attempt. */
typedef struct sent {
    csuccess_result result; /* of the slot as a whole */
    uint32_t outcome;
    int64_t wait_ms;
    char reason[128];
} sent;

static inline csuccess_str sent_str(const char *text)
{
    csuccess_str s = {text, text ? strlen(text) : 0};
    return s;
}

/* A message with the id that a number stands for: 64 hex digits. */
static inline void sent_message(csuccess_message *m, char id[65], unsigned long number)
{
    snprintf(id, 65, "%032lx%032lx", number * 2654435761u, number);
    *m = (csuccess_message){.size = sizeof *m,
                            .id = sent_str(id),
                            .customer = sent_str("acme"),
                            .channel = sent_str("email"),
                            .contact = sent_str("ann"),
                            .purpose = sent_str("service"),
                            .definition = sent_str("alert/usage_low/tier1"),
                            .body = sent_str("{\"text\":\"hello\"}"),
                            .created_ms = INT64_C(1769846400250),
                            .not_before_ms = INT64_C(1769846400250),
                            .expires_ms = CSUCCESS_TIME_NEVER};
}

static inline csuccess_send_request sent_request(const csuccess_message *m)
{
    return (csuccess_send_request){.size = sizeof(csuccess_send_request),
                                   .now_ms = INT64_C(1769846460000),
                                   .tenant = sent_str("default"),
                                   .channel = m->channel,
                                   .message = m,
                                   .recipient = sent_str("{\"email\":\"ann@example.com\"}"),
                                   .attempt = 1};
}

static inline sent sent_by(const csuccess_channel_ops *ops, void *ud,
                           const csuccess_send_request *request)
{
    csuccess_reply reply;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    sent s = {.outcome = 0};
    csuccess__reply_init(&reply, csuccess__malloc_allocator());
    csuccess__reply_open(&reply, CSUCCESS__OPERATION_SEND, 1, 0, 0);
    csuccess__reply_about(&reply, request);
    ops->send(ud, request, &reply);
    s.result = csuccess__reply_end(&reply, &err);
    if (s.result >= 0) {
        const csuccess__answer *answer = &reply.answers[0];
        s.outcome = (uint32_t)answer->revision;
        s.wait_ms = answer->sum;
        snprintf(s.reason, sizeof s.reason, "%.*s", (int)answer->body.len,
                 answer->body.len ? answer->body.ptr : "");
    }
    csuccess__reply_free(&reply);
    return s;
}

#endif
