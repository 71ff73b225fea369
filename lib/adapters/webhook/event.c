/* SPDX-License-Identifier: Apache-2.0 */
/* The body of a request: a CloudEvent 1.0 in structured JSON mode, the same bytes at every attempt. */
#include "internal.h"

#include <string.h>

bool csuccess__webhook_is_text(csuccess_str s)
{
    for (size_t i = 0, n; i < s.len; i += n) {
        unsigned char c = (unsigned char)s.ptr[i];
        n = csuccess__envelope_character(s.ptr + i, s.len - i);
        bool c1 = c == 0xC2 && n == 2 && (unsigned char)s.ptr[i + 1] < 0xA0;
        if (n == 0 || c < 0x20 || c == 0x7F || c1) return false;
    }
    return s.len > 0;
}

/* A tenant's name as a part of a path. */
static void put_segment(csuccess__envelope *out, csuccess_str s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        char code[3] = {'%', digits[c >> 4], digits[c & 15]};
        if (csuccess__envelope_is_word(s.ptr[i], "-._~")) {
            csuccess__envelope_put(out, s.ptr + i, 1);
        } else {
            csuccess__envelope_put(out, code, 3);
        }
    }
}

static void put_source(csuccess_webhook *webhook, csuccess_str tenant)
{
    csuccess__envelope *body = &webhook->body;
    csuccess_str own = {webhook->source.bytes, webhook->source.len};
    if (own.len) {
        csuccess__envelope_member(body, "source", own);
        return;
    }
    csuccess__envelope_word(body, "\"source\":\"/csuccess/");
    put_segment(body, tenant);
    csuccess__envelope_word(body, "\",");
}

static void put_context(csuccess_webhook *webhook, const csuccess_send_request *request)
{
    csuccess__envelope *body = &webhook->body;
    const csuccess_message *message = request->message;
    char time[32];
    size_t n = csuccess__envelope_time(time, message->created_ms);
    csuccess__envelope_word(body, "{\"specversion\":\"1.0\",");
    csuccess__envelope_member(body, "id", message->id);
    put_source(webhook, request->tenant);
    csuccess__envelope_member(body, "type",
                              (csuccess_str){webhook->type.bytes, webhook->type.len});
    if (n) csuccess__envelope_member(body, "time", (csuccess_str){time, n});
    if (csuccess__webhook_is_text(message->customer)) {
        csuccess__envelope_member(body, "subject", message->customer);
    }
    csuccess__envelope_word(body, "\"datacontenttype\":\"application/json\",\"data\":{");
}

static bool put_json(csuccess__envelope *body, csuccess_str json, const char *nothing)
{
    if (json.len) return csuccess__envelope_json(body, json, CSUCCESS__ENVELOPE_DEPTH);
    csuccess__envelope_word(body, nothing);
    return true;
}

bool csuccess__webhook_event(csuccess_webhook *webhook, const csuccess_send_request *request)
{
    csuccess__envelope *body = &webhook->body;
    csuccess__envelope_reset(body);
    put_context(webhook, request);
    csuccess__envelope_about(body, request);
    csuccess__envelope_word(body, "\"recipient\":");
    if (!put_json(body, request->recipient, "{}")) return false;
    csuccess__envelope_word(body, ",\"body\":");
    if (!put_json(body, request->message->body, "null")) return false;
    csuccess__envelope_word(body, "}}");
    return true;
}
