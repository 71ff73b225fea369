/* SPDX-License-Identifier: Apache-2.0 */
/* A webhook inside: its handle of libcurl, its keys, and what is noted while an attempt is under way. */
#ifndef CSUCCESS__WEBHOOK_INTERNAL_H
#define CSUCCESS__WEBHOOK_INTERNAL_H

#include <csuccess/webhook.h>
#include <curl/curl.h>
#include <stdbool.h>

#include "../envelope/envelope.h"

enum {
    CSUCCESS__WEBHOOK_KEYS = 8,
    CSUCCESS__WEBHOOK_KEY_LEAST = 24, /* Standard Webhooks 1.0, "Signature scheme" */
    CSUCCESS__WEBHOOK_KEY_MOST = 64,
    CSUCCESS__WEBHOOK_HEAD_BYTES = 65536 /* of all headers of a response */
};

typedef struct csuccess__webhook_key {
    size_t len;
    unsigned char bytes[CSUCCESS__WEBHOOK_KEY_MOST];
} csuccess__webhook_key;

typedef struct csuccess__webhook_keys {
    size_t count;
    csuccess__webhook_key key[CSUCCESS__WEBHOOK_KEYS];
} csuccess__webhook_keys;

/* Where an address leads. */
typedef enum csuccess__webhook_reach {
    CSUCCESS__WEBHOOK_REACH_OPEN,
    CSUCCESS__WEBHOOK_REACH_LOOPBACK,
    CSUCCESS__WEBHOOK_REACH_PRIVATE,
    CSUCCESS__WEBHOOK_REACH_LINK_LOCAL,
    CSUCCESS__WEBHOOK_REACH_NOWHERE /* refused whatever the flags */
} csuccess__webhook_reach;

/* What happened so far in the attempt under way. */
typedef struct csuccess__webhook_progress {
    size_t given;              /* bytes of the body that libcurl took */
    size_t head_bytes, answer; /* bytes of the response's headers and body */
    long status;               /* of the final response; 0: none yet */
    bool refused;              /* an address was */
    char retry_after[64], date[64];
} csuccess__webhook_progress;

struct csuccess_webhook {
    CURL *curl;
    csuccess_webhook_options options; /* its texts stand below */
    csuccess__webhook_keys keys;
    bool plain; /* the URL is one of http */
    csuccess__envelope body, source, type;
    csuccess__webhook_progress now;
};

/* ---- address.c ---- */

/* Bytes of an address in network order: 4 or 16. */
csuccess__webhook_reach csuccess__webhook_reach_of(const unsigned char *bytes, size_t len);
/* Whether an address may be connected to; `plain`: without TLS. */
bool csuccess__webhook_allows(uint32_t flags, bool plain, csuccess__webhook_reach reach);
/* The callback of libcurl that opens sockets: here every address is judged that is really used. */
curl_socket_t csuccess__webhook_socket(void *ud, curlsocktype purpose,
                                       struct curl_sockaddr *address);

/* ---- sign.c ---- */

csuccess_result csuccess__webhook_keys_read(csuccess__webhook_keys *out,
                                            const csuccess_str *secrets, size_t count,
                                            csuccess_error *err);
void csuccess__webhook_keys_wipe(csuccess__webhook_keys *keys);
/* "v1,<base64> v1,<base64>" of `id.seconds.body`; false: OpenSSL refused. */
bool csuccess__webhook_sign(csuccess__envelope *out, const csuccess__webhook_keys *keys,
                            csuccess_str signed_head, csuccess_str body);

/* ---- event.c ---- */

/* CloudEvents 1.0, "Type System": a string that is not empty, UTF-8 without control characters. */
bool csuccess__webhook_is_text(csuccess_str s);
/* Writes webhook->body; false: body or recipient are no JSON. */
bool csuccess__webhook_event(csuccess_webhook *webhook, const csuccess_send_request *request);

/* ---- retry_after.c ---- */

/* Milliseconds from Retry-After's value, seconds or a date, at most a day; 0: it says nothing. */
int64_t csuccess__webhook_wait(const char *value, int64_t now_ms);

/* ---- post.c ---- */

/* What became of an attempt. */
typedef struct csuccess__webhook_said {
    uint32_t outcome;
    int64_t wait_ms;
    char reason[64];
} csuccess__webhook_said;

/* Sets what is the same for every attempt. */
CURLcode csuccess__webhook_prepare(csuccess_webhook *webhook, const char *url,
                                   const char *ca_file);
void csuccess__webhook_post(csuccess_webhook *webhook, const csuccess_send_request *request,
                            csuccess__webhook_said *said);

#endif
