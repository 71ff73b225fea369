/* SPDX-License-Identifier: Apache-2.0 */
/* Does with a webhook what lines of text say, for webhook_test.py: webhook_script < LINES. Fields are parted by tabs, answers are lines:
   new URL FLAGS TIMEOUT_MS SECRETS(by blanks) SOURCE TYPE CA_FILE CLOCK_MS(0: the system's) -> result code and message;
   send NUMBER BODY RECIPIENT CUSTOMER -> slot's result, outcome, wait, reason; size NUMBER BYTES: the same with a body of so many bytes;
   secrets SECRETS; resolve NAME:PORT:ADDRESS (libcurl's own table of names, where DNS would answer so); reach HEX -> what kind of address; wait NOW_MS VALUE. */
#include "sent.h"

#include "../../lib/adapters/webhook/internal.h"

#include <inttypes.h>

enum { FIELDS = 10, SECRETS = 12 };

typedef struct script {
    csuccess_webhook *webhook;
    struct curl_slist *names;
    int64_t clock_ms;
} script;

static int64_t tell_time(void *ud)
{
    return ((const script *)ud)->clock_ms;
}

static size_t split(char *text, char by, char **f, size_t most)
{
    size_t count = 0;
    for (char *at = text; at && count < most; count++) {
        f[count] = at;
        at = strchr(at, by);
        if (at) *at++ = '\0';
    }
    return count;
}

static size_t read_secrets(char *text, csuccess_str out[SECRETS])
{
    char *words[SECRETS];
    size_t count = *text ? split(text, ' ', words, SECRETS) : 0;
    for (size_t i = 0; i < count; i++) out[i] = sent_str(words[i]);
    return count;
}

static void make(script *s, char **f)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_webhook_options options = CSUCCESS_WEBHOOK_OPTIONS_INIT;
    csuccess_str secrets[SECRETS];
    csuccess_webhook_free(s->webhook);
    options.flags = (uint32_t)strtoul(f[2], NULL, 10);
    options.timeout_ms = (uint32_t)strtoul(f[3], NULL, 10);
    options.secret_count = read_secrets(f[4], secrets);
    options.secrets = secrets;
    options.source = sent_str(f[5]);
    options.type = sent_str(f[6]);
    options.ca_file = sent_str(f[7]);
    s->clock_ms = strtoll(f[8], NULL, 10);
    if (s->clock_ms) options.clock_ms = tell_time;
    options.clock_ud = s;
    csuccess_result result = csuccess_webhook_new(&s->webhook, sent_str(f[1]), &options, &err);
    printf("%d\t%s\n", (int)result, result < 0 ? err.message : "");
}

static void answer(const script *s, csuccess_message *m, const char *recipient)
{
    csuccess_send_request request = sent_request(m);
    if (recipient) request.recipient = sent_str(recipient);
    request.tenant = sent_str("Caf\xc3\xa9/7");
    sent became = sent_by(csuccess_webhook_ops(), s->webhook, &request);
    printf("%d\t%u\t%" PRId64 "\t%s\n", (int)became.result, (unsigned)became.outcome,
           became.wait_ms, became.reason);
}

static void send_number(const script *s, char **f)
{
    char id[65];
    csuccess_message m;
    sent_message(&m, id, strtoul(f[1], NULL, 10));
    if (*f[1] == '!') m.id = sent_str("a\r\nX-Evil: 1");
    m.body = sent_str(f[2]);
    m.customer = sent_str(f[4]);
    answer(s, &m, f[3]);
}

static void send_size(const script *s, char **f)
{
    char id[65];
    csuccess_message m;
    size_t bytes = strtoul(f[2], NULL, 10);
    char *body = malloc(bytes);
    if (!body || bytes < 2) exit(1);
    memset(body, 'b', bytes);
    body[0] = body[bytes - 1] = '"';
    sent_message(&m, id, strtoul(f[1], NULL, 10));
    m.body = (csuccess_str){body, bytes};
    answer(s, &m, NULL);
    free(body);
}

static void resolve(script *s, char **f)
{
    curl_slist_free_all(s->names);
    s->names = curl_slist_append(NULL, f[1]);
    printf("%d\n", (int)curl_easy_setopt(s->webhook->curl, CURLOPT_RESOLVE, s->names));
}

static void change_secrets(const script *s, char **f)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str secrets[SECRETS];
    size_t count = read_secrets(f[1], secrets);
    csuccess_result result = csuccess_webhook_set_secrets(s->webhook, secrets, count, &err);
    printf("%d\t%s\n", (int)result, result < 0 ? err.message : "");
}

static void reach(const char *hex)
{
    unsigned char bytes[16];
    size_t n = 0;
    for (char pair[3] = {0}; *hex && n < 16; hex += 2) {
        memcpy(pair, hex, 2);
        bytes[n++] = (unsigned char)strtoul(pair, NULL, 16);
    }
    printf("%d\n", (int)csuccess__webhook_reach_of(bytes, n));
}

static void obey(script *s, char **f)
{
    if (strcmp(f[0], "new") == 0) make(s, f);
    if (strcmp(f[0], "send") == 0) send_number(s, f);
    if (strcmp(f[0], "size") == 0) send_size(s, f);
    if (strcmp(f[0], "secrets") == 0) change_secrets(s, f);
    if (strcmp(f[0], "resolve") == 0) resolve(s, f);
    if (strcmp(f[0], "reach") == 0) reach(f[1]);
    if (strcmp(f[0], "wait") == 0) {
        printf("%" PRId64 "\n", csuccess__webhook_wait(f[2], strtoll(f[1], NULL, 10)));
    }
    fflush(stdout);
}

int main(void)
{
    static char line[1 << 16], nothing[] = "";
    script s = {.webhook = NULL};
    while (fgets(line, sizeof line, stdin)) {
        char *f[FIELDS];
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = split(line, '\t', f, FIELDS); i < FIELDS; i++) f[i] = nothing;
        obey(&s, f);
    }
    csuccess_webhook_free(s.webhook);
    curl_slist_free_all(s.names);
    return 0;
}
