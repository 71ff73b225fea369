/* SPDX-License-Identifier: Apache-2.0 */
/* One attempt: the request, what may happen to it, and what that means for the message. */
#include "internal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* ---- What libcurl calls ---- */

static size_t give_body(char *out, size_t size, size_t count, void *ud)
{
    csuccess_webhook *webhook = ud;
    size_t left = webhook->body.len - webhook->now.given, n = size * count;
    if (n > left) n = left;
    memcpy(out, webhook->body.bytes + webhook->now.given, n);
    webhook->now.given += n;
    return n;
}

static int rewind_body(void *ud, curl_off_t offset, int origin)
{
    csuccess_webhook *webhook = ud;
    if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > webhook->body.len) {
        return CURL_SEEKFUNC_CANTSEEK;
    }
    webhook->now.given = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* The body of a response is read, so that its server is not cut off, and forgotten. */
static size_t take_body(char *bytes, size_t size, size_t count, void *ud)
{
    csuccess_webhook *webhook = ud;
    (void)bytes;
    webhook->now.answer += size * count;
    return webhook->now.answer <= webhook->options.response_bytes ? size * count : 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool begins_with(const char *line, size_t len, const char *name)
{
    size_t n = 0;
    while (n < len && name[n] && lower(line[n]) == name[n]) n++;
    return name[n] == '\0';
}

/* The value of the header when it is that one and not too long; `name` in lower case, with its colon. */
static void note(char out[64], const char *name, const char *line, size_t len)
{
    size_t n = strlen(name);
    if (!begins_with(line, len, name)) return;
    while (n < len && is_blank(line[n])) n++;
    while (len > n && is_blank(line[len - 1])) len--;
    bool good = len - n < 64 && !memchr(line + n, '\0', len - n);
    snprintf(out, 64, "%.*s", good ? (int)(len - n) : 0, line + n);
}

/* "HTTP/1.1 503 …": what was noted of an interim response is void. */
static void begin_response(csuccess__webhook_progress *now, const char *line, size_t len)
{
    const char *blank = memchr(line, ' ', len);
    size_t at = blank ? (size_t)(blank - line) + 1 : len;
    long status = 0;
    for (size_t i = at; i < len && i < at + 3 && line[i] >= '0' && line[i] <= '9'; i++) {
        status = status * 10 + (line[i] - '0');
    }
    now->status = status >= 200 ? status : 0;
    now->retry_after[0] = now->date[0] = '\0';
}

static size_t take_header(char *line, size_t size, size_t count, void *ud)
{
    csuccess_webhook *webhook = ud;
    csuccess__webhook_progress *now = &webhook->now;
    size_t len = size * count;
    now->head_bytes += len;
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) begin_response(now, line, len);
    note(now->retry_after, "retry-after:", line, len);
    note(now->date, "date:", line, len);
    return now->head_bytes <= CSUCCESS__WEBHOOK_HEAD_BYTES ? len : 0;
}

/* ---- What it means ---- */

static csuccess__webhook_said say(uint32_t outcome, const char *reason)
{
    csuccess__webhook_said said = {.outcome = outcome};
    snprintf(said.reason, sizeof said.reason, "%s", reason);
    return said;
}

static int64_t clock_ms(const csuccess_webhook *webhook)
{
    struct timespec t = {0, 0};
    if (webhook->options.clock_ms) return webhook->options.clock_ms(webhook->options.clock_ud);
    timespec_get(&t, TIME_UTC);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static csuccess__webhook_said by_status(const csuccess_webhook *webhook)
{
    static const struct {
        long from, to;
        uint32_t outcome;
    } meanings[] = {
        {200, 299, CSUCCESS_SENT_DELIVERED}, {408, 408, CSUCCESS_SENT_LATER},
        {425, 425, CSUCCESS_SENT_LATER},     {429, 429, CSUCCESS_SENT_LATER},
        {500, 599, CSUCCESS_SENT_LATER},     {0, 999, CSUCCESS_SENT_NEVER},
    };
    const csuccess__webhook_progress *now = &webhook->now;
    csuccess__webhook_said said = {0};
    size_t i = 0;
    while (now->status < meanings[i].from || now->status > meanings[i].to) i++;
    said.outcome = meanings[i].outcome;
    snprintf(said.reason, sizeof said.reason, "HTTP %ld", now->status);
    if (said.outcome == CSUCCESS_SENT_LATER && now->retry_after[0]) {
        /* A date is one of the receiver's clock, which says in the same response what time it is. */
        time_t date = now->date[0] ? curl_getdate(now->date, NULL) : -1;
        int64_t its_ms =
            date > 0 && date < INT64_MAX / 2000 ? (int64_t)date * 1000 : clock_ms(webhook);
        said.wait_ms = csuccess__webhook_wait(now->retry_after, its_ms);
    }
    return said;
}

static const char *text_of(CURLcode code)
{
    static const struct {
        CURLcode code;
        const char *text;
    } texts[] = {
        {CURLE_COULDNT_RESOLVE_HOST, "the name was not resolved"},
        {CURLE_COULDNT_CONNECT, "there was no connection"},
        {CURLE_OPERATION_TIMEDOUT, "there was no answer in time"},
        {CURLE_SSL_CONNECT_ERROR, "TLS did not come about"},
        {CURLE_PEER_FAILED_VERIFICATION, "the certificate is not trusted"},
        {CURLE_SSL_CACERT_BADFILE, "the file of certificates cannot be read"},
        {CURLE_GOT_NOTHING, "the connection was closed without an answer"},
        {CURLE_SEND_ERROR, "the connection broke"},
        {CURLE_RECV_ERROR, "the connection broke"},
        {CURLE_UNSUPPORTED_PROTOCOL, "the answer was no HTTP"},
        {CURLE_WEIRD_SERVER_REPLY, "the answer was no HTTP"},
        {CURLE_WRITE_ERROR, "the answer was too long"},
        {CURLE_OUT_OF_MEMORY, "out of memory"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].code == code) return texts[i].text;
    }
    return "the request failed";
}

static csuccess__webhook_said judge(const csuccess_webhook *webhook, CURLcode code)
{
    const csuccess__webhook_progress *now = &webhook->now;
    if (now->status) return by_status(webhook);
    if (webhook->body.len && now->given == webhook->body.len)
        return say(CSUCCESS_SENT_UNKNOWN, text_of(code));
    if (now->refused && code == CURLE_COULDNT_CONNECT) {
        return say(CSUCCESS_SENT_LATER, "the address is one that is not allowed");
    }
    return say(CSUCCESS_SENT_LATER, text_of(code));
}

/* ---- The request ---- */

CURLcode csuccess__webhook_prepare(csuccess_webhook *webhook, const char *url,
                                   const char *ca_file)
{
    CURL *curl = webhook->curl;
    CURLcode code = CURLE_OK;
#define SET(option, value) \
    if (code == CURLE_OK) code = curl_easy_setopt(curl, option, value)
    SET(CURLOPT_URL, url);
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_HTTP09_ALLOWED, 0L);
    SET(CURLOPT_FRESH_CONNECT, 1L);
    SET(CURLOPT_FORBID_REUSE, 1L);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (ca_file) SET(CURLOPT_CAINFO, ca_file);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)webhook->options.connect_ms);
    SET(CURLOPT_TIMEOUT_MS, (long)webhook->options.timeout_ms);
    SET(CURLOPT_OPENSOCKETFUNCTION, csuccess__webhook_socket);
    SET(CURLOPT_OPENSOCKETDATA, webhook);
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_READFUNCTION, give_body);
    SET(CURLOPT_READDATA, webhook);
    SET(CURLOPT_SEEKFUNCTION, rewind_body);
    SET(CURLOPT_SEEKDATA, webhook);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, webhook);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, webhook);
#undef SET
    return code;
}

static bool add(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer) *list = longer;
    return longer != NULL;
}

/* `name: value`, of the value's bytes. */
static bool add_value(struct curl_slist **list, const char *name, const char *value, size_t len)
{
    csuccess__envelope line = {0};
    csuccess__envelope_word(&line, name);
    csuccess__envelope_word(&line, ": ");
    csuccess__envelope_put(&line, value, len);
    csuccess__envelope_put(&line, "", 1);
    bool good = !line.failed && add(list, line.bytes);
    csuccess__envelope_free(&line);
    return good;
}

static bool add_headers(const csuccess_webhook *webhook, csuccess_str id,
                        struct curl_slist **list)
{
    char seconds[32], agent[64];
    csuccess__envelope head = {0}, signature = {0};
    int n = snprintf(seconds, sizeof seconds, "%lld", (long long)(clock_ms(webhook) / 1000));
    snprintf(agent, sizeof agent, "User-Agent: csuccess/%s", csuccess_version());
    csuccess__envelope_put(&head, id.ptr, id.len);
    csuccess__envelope_word(&head, ".");
    csuccess__envelope_word(&head, seconds);
    csuccess__envelope_word(&head, ".");
    bool good =
        !head.failed &&
        csuccess__webhook_sign(&signature, &webhook->keys, (csuccess_str){head.bytes, head.len},
                               (csuccess_str){webhook->body.bytes, webhook->body.len}) &&
        !signature.failed && add_value(list, "webhook-id", id.ptr, id.len) &&
        add_value(list, "webhook-timestamp", seconds, (size_t)n) &&
        add_value(list, "webhook-signature", signature.bytes, signature.len) &&
        add(list, "Content-Type: application/cloudevents+json; charset=utf-8") &&
        add(list, agent) && add(list, "Expect:");
    csuccess__envelope_free(&head);
    csuccess__envelope_free(&signature);
    return good;
}

/* What ids of this library are made of, and a little more; nothing that could begin another header. */
static bool fits_in_header(csuccess_str id)
{
    for (size_t i = 0; i < id.len; i++) {
        if (!csuccess__envelope_is_word(id.ptr[i], "-_")) return false;
    }
    return id.len > 0 && id.len <= 256;
}

static csuccess__webhook_said attempt(csuccess_webhook *webhook,
                                      const csuccess_send_request *request)
{
    struct curl_slist *headers = NULL;
    csuccess_str id = request->message->id;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (!fits_in_header(id)) return say(CSUCCESS_SENT_NEVER, "the id fits in no header");
    if (!csuccess__webhook_event(webhook, request)) {
        return say(CSUCCESS_SENT_NEVER, "body or recipient are no JSON");
    }
    webhook->now = (csuccess__webhook_progress){0};
    if (!webhook->body.failed && add_headers(webhook, id, &headers)) {
        code = curl_easy_setopt(webhook->curl, CURLOPT_HTTPHEADER, headers);
        if (code == CURLE_OK) {
            code = curl_easy_setopt(webhook->curl, CURLOPT_POSTFIELDSIZE_LARGE,
                                    (curl_off_t)webhook->body.len);
        }
        if (code == CURLE_OK) code = curl_easy_perform(webhook->curl);
        curl_easy_setopt(webhook->curl, CURLOPT_HTTPHEADER, NULL);
    }
    curl_slist_free_all(headers);
    return judge(webhook, code);
}

void csuccess__webhook_post(csuccess_webhook *webhook, const csuccess_send_request *request,
                            csuccess__webhook_said *said)
{
    *said = attempt(webhook, request);
}
