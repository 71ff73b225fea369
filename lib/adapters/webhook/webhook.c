/* SPDX-License-Identifier: Apache-2.0 */
/* Making and freeing a webhook, what its caller asks for, and its slot. */
#include "internal.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const csuccess_str nowhere = {NULL, 0};

/* ---- The URL ---- */

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* What a host says of itself, before anybody is asked about it; the socket is judged again. */
static csuccess__webhook_reach reach_of_host(char *host)
{
    unsigned char bytes[16];
    size_t len = strlen(host);
    if (host[0] == '[' && len > 2) {
        host[len - 1] = '\0';
        return inet_pton(AF_INET6, host + 1, bytes) == 1 ? csuccess__webhook_reach_of(bytes, 16)
                                                         : CSUCCESS__WEBHOOK_REACH_NOWHERE;
    }
    if (inet_pton(AF_INET, host, bytes) == 1) return csuccess__webhook_reach_of(bytes, 4);
    bool local = strcmp(host, "localhost") == 0 || ends_with(host, ".localhost");
    return local ? CSUCCESS__WEBHOOK_REACH_LOOPBACK : CSUCCESS__WEBHOOK_REACH_OPEN;
}

static csuccess_result check_host(csuccess_webhook *webhook, char *host, csuccess_error *err)
{
    csuccess__webhook_reach reach = reach_of_host(host);
    if (csuccess__webhook_allows(webhook->options.flags, webhook->plain, reach)) {
        return CSUCCESS_OK;
    }
    if (webhook->plain && reach != CSUCCESS__WEBHOOK_REACH_LOOPBACK &&
        !(webhook->options.flags & CSUCCESS_WEBHOOK_PLAIN)) {
        return csuccess__envelope_fail(err, CSUCCESS_EDENIED, nowhere,
                                       "http is for loopback only; use https, or allow it with "
                                       "CSUCCESS_WEBHOOK_PLAIN");
    }
    return csuccess__envelope_fail(err, CSUCCESS_EDENIED, nowhere,
                                   "the URL's address is loopback, private, link-local or "
                                   "reserved; a flag of csuccess_webhook_options.flags may "
                                   "allow the first three");
}

static csuccess_result no_memory(csuccess_error *err)
{
    return csuccess__envelope_fail(err, CSUCCESS_ENOMEM, nowhere, "out of memory");
}

/* A part of the URL, which the caller frees; EINVAL when it is not there. */
static csuccess_result part_of(CURLU *url, CURLUPart part, char **out)
{
    CURLUcode code = curl_url_get(url, part, out, 0);
    if (code == CURLUE_OUT_OF_MEMORY) return CSUCCESS_ENOMEM;
    return code == CURLUE_OK ? CSUCCESS_OK : CSUCCESS_EINVALID;
}

static csuccess_result check_absent(CURLU *url, csuccess_error *err)
{
    static const CURLUPart parts[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_FRAGMENT};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char *text = NULL;
        csuccess_result result = part_of(url, parts[i], &text);
        curl_free(text);
        if (result == CSUCCESS_ENOMEM) return no_memory(err);
        if (result == CSUCCESS_EINVALID) continue;
        return csuccess__envelope_fail(err, CSUCCESS_EINVALID, nowhere,
                                       "the URL has a user, a password or a fragment, none of "
                                       "which is sent; remove it");
    }
    return CSUCCESS_OK;
}

static csuccess_result check_parts(csuccess_webhook *webhook, CURLU *url, csuccess_error *err)
{
    char *scheme = NULL, *host = NULL;
    csuccess_result result = part_of(url, CURLUPART_SCHEME, &scheme);
    if (result >= 0 && strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0) {
        result = CSUCCESS_EINVALID;
    }
    if (result >= 0) result = part_of(url, CURLUPART_HOST, &host);
    if (result == CSUCCESS_ENOMEM) {
        no_memory(err);
    } else if (result < 0) {
        csuccess__envelope_fail(err, result, nowhere,
                                "the URL begins with https:// (or http://) and a host");
    } else {
        result = check_absent(url, err);
        webhook->plain = strcmp(scheme, "http") == 0;
        if (result >= 0) result = check_host(webhook, host, err);
    }
    curl_free(scheme);
    curl_free(host);
    return result;
}

static csuccess_result check_url(csuccess_webhook *webhook, const char *text,
                                 csuccess_error *err)
{
    CURLU *url = curl_url();
    CURLUcode code = url ? curl_url_set(url, CURLUPART_URL, text, 0) : CURLUE_OUT_OF_MEMORY;
    csuccess_result result = CSUCCESS_OK;
    if (code == CURLUE_OUT_OF_MEMORY) {
        result = no_memory(err);
    } else if (code != CURLUE_OK) {
        result = csuccess__envelope_fail(err, CSUCCESS_EINVALID, nowhere,
                                         "it is no URL that can be posted to, such as "
                                         "https://example.com/hooks");
    } else {
        result = check_parts(webhook, url, err);
    }
    curl_url_cleanup(url);
    return result;
}

/* ---- The options ---- */

/* RFC 3986, 2: what a URI is written with. */
static bool is_reference(csuccess_str s)
{
    static const char marks[] = "-._~:/?#[]@!$&'()*+,;=%";
    for (size_t i = 0; i < s.len; i++) {
        if (!csuccess__envelope_is_word(s.ptr[i], marks)) return false;
    }
    return true;
}

static csuccess_result take_texts(csuccess_webhook *webhook, csuccess_error *err)
{
    csuccess_str source = webhook->options.source, type = webhook->options.type;
    if (type.len == 0) type = CSUCCESS_STR("csuccess.message");
    if (!is_reference(source) || !csuccess__webhook_is_text(type)) {
        return csuccess__envelope_fail(
            err, CSUCCESS_EINVALID, nowhere,
            "the source is a URI reference such as \"/shop/eu\", and "
            "the type a text without control characters");
    }
    csuccess__envelope_put(&webhook->source, source.ptr, source.len);
    csuccess__envelope_put(&webhook->type, type.ptr, type.len);
    if (!webhook->source.failed && !webhook->type.failed) return CSUCCESS_OK;
    return no_memory(err);
}

static csuccess_result take_options(csuccess_webhook *webhook,
                                    const csuccess_webhook_options *given, csuccess_error *err)
{
    const uint32_t flags = CSUCCESS_WEBHOOK_LOOPBACK | CSUCCESS_WEBHOOK_PRIVATE |
                           CSUCCESS_WEBHOOK_LINK_LOCAL | CSUCCESS_WEBHOOK_PLAIN;
    csuccess_webhook_options *out = &webhook->options;
    csuccess_result result = csuccess__envelope_options(out, sizeof *out, given, err);
    if (result < 0) return result;
    if (out->flags & ~flags) {
        return csuccess__envelope_fail(err, CSUCCESS_EINVALID, nowhere,
                                       "csuccess_webhook_options.flags has an unknown flag");
    }
    result = csuccess__envelope_number(&out->connect_ms, 5000, 600000, err);
    if (result >= 0) result = csuccess__envelope_number(&out->timeout_ms, 15000, 600000, err);
    if (result >= 0) {
        result = csuccess__envelope_number(&out->response_bytes, 65536, 16 << 20, err);
    }
    if (result >= 0) result = take_texts(webhook, err);
    if (result >= 0) {
        result =
            csuccess__webhook_keys_read(&webhook->keys, out->secrets, out->secret_count, err);
    }
    return result;
}

/* ---- From the beginning to the end ---- */

static csuccess_result connectable(csuccess_webhook *webhook, const char *url,
                                   csuccess_error *err)
{
    char *ca_file = NULL;
    csuccess_result result = check_url(webhook, url, err);
    if (result >= 0 && webhook->options.ca_file.len) {
        result = csuccess__envelope_terminated(&ca_file, webhook->options.ca_file,
                                               "the file of certificates", err);
    }
    if (result < 0) return result;
    webhook->curl = curl_easy_init();
    CURLcode code =
        webhook->curl ? csuccess__webhook_prepare(webhook, url, ca_file) : CURLE_OUT_OF_MEMORY;
    free(ca_file);
    if (code == CURLE_OK) return CSUCCESS_OK;
    return csuccess__envelope_fail(
        err, code == CURLE_OUT_OF_MEMORY ? CSUCCESS_ENOMEM : CSUCCESS_EGENERIC,
        CSUCCESS_STR("libcurl"), curl_easy_strerror(code));
}

static csuccess_result start(csuccess_webhook *webhook, csuccess_str url,
                             const csuccess_webhook_options *options, csuccess_error *err)
{
    char *text = NULL;
    csuccess_result result = take_options(webhook, options, err);
    if (result >= 0) result = csuccess__envelope_terminated(&text, url, "the URL", err);
    if (result >= 0) result = connectable(webhook, text, err);
    free(text);
    /* They were the caller's. */
    webhook->options.secrets = NULL;
    webhook->options.source = webhook->options.type = webhook->options.ca_file = nowhere;
    return result;
}

csuccess_result csuccess_webhook_new(csuccess_webhook **out, csuccess_str url,
                                     const csuccess_webhook_options *options,
                                     csuccess_error *err)
{
    if (!out) return csuccess__envelope_fail(err, CSUCCESS_EINVALID, nowhere, "out is NULL");
    *out = NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return csuccess__envelope_fail(err, CSUCCESS_EGENERIC, nowhere,
                                       "libcurl does not start");
    }
    csuccess_webhook *webhook = calloc(1, sizeof *webhook);
    if (!webhook) {
        curl_global_cleanup();
        return no_memory(err);
    }
    csuccess_result result = CSUCCESS_OK;
    if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_SSL)) {
        result = csuccess__envelope_fail(err, CSUCCESS_EUNSUPPORTED, nowhere,
                                         "libcurl is without TLS here");
    }
    if (result >= 0) result = start(webhook, url, options, err);
    if (result < 0) {
        csuccess_webhook_free(webhook);
        return result;
    }
    *out = webhook;
    return CSUCCESS_OK;
}

void csuccess_webhook_free(csuccess_webhook *webhook)
{
    if (!webhook) return;
    if (webhook->curl) curl_easy_cleanup(webhook->curl);
    csuccess__webhook_keys_wipe(&webhook->keys);
    csuccess__envelope_free(&webhook->body);
    csuccess__envelope_free(&webhook->source);
    csuccess__envelope_free(&webhook->type);
    free(webhook);
    curl_global_cleanup();
}

csuccess_result csuccess_webhook_set_secrets(csuccess_webhook *webhook,
                                             const csuccess_str *secrets, size_t count,
                                             csuccess_error *err)
{
    csuccess__webhook_keys keys;
    if (!webhook) {
        return csuccess__envelope_fail(err, CSUCCESS_EINVALID, nowhere, "webhook is NULL");
    }
    csuccess_result result = csuccess__webhook_keys_read(&keys, secrets, count, err);
    if (result >= 0) webhook->keys = keys;
    csuccess__webhook_keys_wipe(&keys);
    return result;
}

/* ---- The slot ---- */

static void send_message(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    csuccess__webhook_said said;
    csuccess__webhook_post(ud, request, &said);
    csuccess_str reason = {said.reason, strlen(said.reason)};
    if (said.outcome == CSUCCESS_SENT_DELIVERED) reason.len = 0;
    csuccess_reply_sent(reply, said.outcome, said.wait_ms, reason);
    csuccess_reply_done(reply, CSUCCESS_OK, nowhere);
}

const csuccess_channel_ops *csuccess_webhook_ops(void)
{
    static const csuccess_channel_ops ops = {sizeof ops, send_message};
    return &ops;
}
