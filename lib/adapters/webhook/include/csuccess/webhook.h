/* SPDX-License-Identifier: Apache-2.0 */
/* A channel that posts messages to a URL: a CloudEvent, signed as Standard Webhooks ask for. The library is libcsuccess-webhook (pkg-config:
   csuccess-webhook), over libcurl. */
#ifndef CSUCCESS_WEBHOOK_H
#define CSUCCESS_WEBHOOK_H

#include <csuccess/channel.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One URL that messages are posted to. A request has
 *
 *   - the body of a CloudEvent 1.0 in structured JSON mode (Content-Type: application/cloudevents+json; charset=utf-8), the same bytes at every attempt:
 *     {"specversion":"1.0","id":…,"source":…,"type":"csuccess.message","time":…,"subject":…,"datacontenttype":"application/json",
 *      "data":{"channel":…,"customer":…,"contact":…,"purpose":…,"definition":…,"recipient":{…},"body":{…}}}
 *     where id is the message's, time when it came about, and subject the customer (absent when that has control characters);
 *   - the headers of Standard Webhooks 1.0: webhook-id (the message's id, by which a receiver drops what comes twice), webhook-timestamp (the time of the attempt, by
 *     the system's clock, not by now_ms, since receivers refuse what is minutes old), and webhook-signature with one "v1," HMAC-SHA256 for each secret.
 *
 * The HMAC is OpenSSL's (libcrypto): libcurl has none for its users, an adapter sees nothing of the library's inside, and a library that is kept and certified beats own code where secrets are at stake.
 *
 * How an attempt ends:
 *
 *   2xx                                 CSUCCESS_SENT_DELIVERED
 *   408, 425, 429, 5xx                  CSUCCESS_SENT_LATER; Retry-After (seconds or a date) is the least wait, at most a day
 *   3xx, any other 4xx, 410 among them  CSUCCESS_SENT_NEVER; redirects are not followed
 *   no connection, no TLS, a refused address, the request not wholly sent    CSUCCESS_SENT_LATER
 *   wholly sent, and no status came (a timeout, a closed connection, no HTTP)    CSUCCESS_SENT_UNKNOWN
 *   a body or recipient that is no JSON, an id that fits in no header    CSUCCESS_SENT_NEVER
 *
 * The status counts as soon as it is there, whatever becomes of the rest of the response. Reasons are such as "HTTP 503" or "the connection was refused": never
 * an address, a URL or what the receiver said.
 *
 * Where requests go: certificates and names are checked; http is for loopback only. The address that a name resolves to is checked as the socket is opened, so what DNS says later or says twice
 * does not help to reach inside: loopback, private and link-local addresses are refused unless a flag allows them; unspecified, multicast, reserved and documentation addresses always are;
 * those in IPv6 that stand for IPv4 (mapped, 6to4, NAT64) count as that. No proxy, cookie or netrc file is used, whatever the environment says. Each attempt has a connection of its own, HTTP/1.1: a
 * library that sends again by itself when a kept connection breaks would deliver twice.
 *
 * An attempt blocks the caller for up to timeout_ms; keep that below the lease of messages (csuccess_engine_options.lease_ms) or answer by csuccess_engine_next() from threads with an object each.
 * A host ignores SIGPIPE, and, where libcurl is older than 7.84, calls curl_global_init() before it starts threads.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_webhook csuccess_webhook;

/* What is allowed beyond the open network: csuccess_webhook_options.flags. */
#define CSUCCESS_WEBHOOK_LOOPBACK 1u /**< 127.0.0.0/8 and ::1 */
#define CSUCCESS_WEBHOOK_PRIVATE 2u  /**< 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7 */
#define CSUCCESS_WEBHOOK_LINK_LOCAL \
    4u /**< 169.254/16, where clouds keep credentials, and fe80::/10 */
#define CSUCCESS_WEBHOOK_PLAIN 8u /**< http to any address that is allowed */

/** What a URL is used with; zero is the default of a field. Copied. @since 0.1 */
typedef struct csuccess_webhook_options {
    size_t size;
    uint32_t flags;          /**< CSUCCESS_WEBHOOK_* */
    uint32_t connect_ms;     /**< until connected, TLS included; 5,000; at most 600,000 */
    uint32_t timeout_ms;     /**< all of an attempt; 15,000; at most 600,000 */
    uint32_t response_bytes; /**< read of a response's body at most; 65,536; at most 16 MiB */
    const csuccess_str *
        secrets; /**< required: 1 to 8 of "whsec_" and base64 of 24 to 64 bytes; while one replaces another, both */
    size_t secret_count;
    csuccess_str source;  /**< a URI reference; empty: "/csuccess/" and the tenant */
    csuccess_str type;    /**< of the event; empty: "csuccess.message" */
    csuccess_str ca_file; /**< a PEM file of certificates to trust; empty: the system's */
    int64_t (*clock_ms)(
        void *ud); /**< milliseconds since the epoch; NULL: the system's clock */
    void *clock_ud;
} csuccess_webhook_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_WEBHOOK_OPTIONS_INIT \
    {sizeof(csuccess_webhook_options), 0, 0, 0, 0, NULL, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, NULL, NULL}
#else
#define CSUCCESS_WEBHOOK_OPTIONS_INIT {.size = sizeof(csuccess_webhook_options)}
#endif
/* clang-format on */

/**
 * Makes a channel to a URL; nothing is connected yet. *out is NULL on failure; the message in err says what would be right and repeats no secret and no URL.
 *
 * CSUCCESS_EINVALID: no http or https URL, one with a user, a password or a fragment; no secret or one that is none; a source or type that CloudEvents do not allow; unknown flags.
 * CSUCCESS_EDENIED: http beyond loopback, or an address in the URL, that no flag allows. CSUCCESS_EUNSUPPORTED: libcurl here has no TLS. CSUCCESS_ERANGE (a number beyond its limit), CSUCCESS_EABI,
 * CSUCCESS_ENOMEM, CSUCCESS_EGENERIC: what libcurl said.
 * @param options required, for the secrets
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_webhook_new(csuccess_webhook **out, csuccess_str url,
                                                  const csuccess_webhook_options *options,
                                                  csuccess_error *err);
/** Frees it, and wipes its secrets; NULL does nothing. Not while an engine uses it. @since 0.1 */
CSUCCESS_API void csuccess_webhook_free(csuccess_webhook *webhook);

/**
 * Signs with other secrets from the next attempt on. To replace one: {new, old} until every receiver knows the new one, then {new}. After an error those before stay.
 * CSUCCESS_EINVALID, CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_webhook_set_secrets(csuccess_webhook *webhook,
                                                          const csuccess_str *secrets,
                                                          size_t count, csuccess_error *err);

/** The slots; `ud` for them is the object, which may be registered for many channels. @since 0.1 */
CSUCCESS_API const csuccess_channel_ops *csuccess_webhook_ops(void);

#ifdef __cplusplus
}
#endif

#endif
