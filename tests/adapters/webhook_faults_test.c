/* SPDX-License-Identifier: Apache-2.0 */
/* Every request for memory of the webhook channel, and of libcurl for it, fails, once and from then on: no attempt is called delivered that was not, nothing is left, and trying again
   succeeds. The linker puts this file's functions before those of the system (--wrap); libcurl is given them. */
#include "sent.h"

#include <csuccess/webhook.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct plan {
    bool armed, onward, fired;
    long calls, at;
} plan;

static plan faults;
static long live; /* blocks */

static bool fails(void)
{
    if (!faults.armed) return false;
    faults.calls++;
    bool now = faults.onward ? faults.calls >= faults.at : faults.calls == faults.at;
    faults.fired = faults.fired || now;
    return now;
}

static void *counted(void *block)
{
    live += block != NULL;
    return block;
}

void *__real_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : counted(__real_malloc(bytes));
}

void *__real_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : counted(__real_calloc(count, bytes));
}

void *__real_realloc(void *block, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes)
{
    if (fails()) return NULL;
    void *moved = __real_realloc(block, bytes);
    live += !block && moved;
    return moved;
}

void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block)
{
    live -= block != NULL;
    __real_free(block);
}

static char *copy_text(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = __wrap_malloc(n);
    return copy ? memcpy(copy, text, n) : NULL;
}

/* ---- A receiver that takes everything ---- */

/* Reads until the event's end, which is the first "}}" behind the headers; answers; tells the test that it did. */
static void take_one(int connection, int told)
{
    static const char answer[] = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    char text[4096];
    size_t len = 0;
    for (ssize_t n; len < sizeof text - 1; len += (size_t)n) {
        n = read(connection, text + len, sizeof text - 1 - len);
        if (n <= 0) return;
        text[len + (size_t)n] = '\0';
        const char *body = strstr(text, "\r\n\r\n");
        if (body && strstr(body, "}}")) break;
    }
    if (write(told, "1", 1) == 1 && write(connection, answer, sizeof answer - 1) > 0) {
        shutdown(connection, SHUT_WR);
    }
}

static pid_t receive(int listener, int told)
{
    fflush(stdout);
    pid_t child = fork();
    if (child != 0) return child;
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0) _exit(1);
        take_one(connection, told);
        close(connection);
    }
}

/* ---- The sweep ---- */

typedef struct subject {
    char url[64];
    int told;
} subject;

static csuccess_result make(const subject *s, csuccess_webhook **webhook, csuccess_error *err)
{
    csuccess_str secret = sent_str("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    csuccess_webhook_options options = CSUCCESS_WEBHOOK_OPTIONS_INIT;
    options.flags = CSUCCESS_WEBHOOK_LOOPBACK;
    options.secrets = &secret;
    options.secret_count = 1;
    options.timeout_ms = 5000;
    return csuccess_webhook_new(webhook, sent_str(s->url), &options, err);
}

static sent send_one(csuccess_webhook *webhook, const plan *planted)
{
    char id[65];
    csuccess_message m;
    csuccess_reply reply;
    sent s = {.outcome = 0};
    sent_message(&m, id, 1);
    csuccess_send_request request = sent_request(&m);
    csuccess__reply_init(&reply, csuccess__malloc_allocator());
    csuccess__reply_open(&reply, CSUCCESS__OPERATION_SEND, 1, 0, 0);
    if (planted) faults = *planted;
    csuccess_webhook_ops()->send(webhook, &request, &reply);
    faults.armed = false;
    s.outcome = (uint32_t)reply.answers[0].revision;
    s.result = csuccess__reply_end(&reply, NULL);
    csuccess__reply_free(&reply);
    return s;
}

static int arrived(const subject *s)
{
    char byte[16];
    ssize_t n = recv(s->told, byte, sizeof byte, MSG_DONTWAIT);
    return n > 0 ? (int)n : 0;
}

static bool making_fails_at(const subject *s, plan planted)
{
    csuccess_webhook *webhook = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    long before = live;
    faults = planted;
    csuccess_result result = make(s, &webhook, &err);
    faults.armed = false;
    if (result < 0) {
        CHECK_RESULT(result, CSUCCESS_ENOMEM);
        CHECK(err.message[0] != '\0' && webhook == NULL);
    }
    csuccess_webhook_free(webhook);
    CHECK_INT(live, before);
    return faults.fired;
}

static bool sending_fails_at(const subject *s, plan planted)
{
    csuccess_webhook *webhook = NULL;
    long before = live;
    if (!CHECK_OK(make(s, &webhook, NULL))) return false;
    sent became = send_one(webhook, &planted);
    bool fired = faults.fired;
    int count = arrived(s);
    if (became.result >= 0) {
        if (became.outcome == CSUCCESS_SENT_DELIVERED) CHECK_INT(count, 1);
        if (became.outcome == CSUCCESS_SENT_LATER) CHECK_INT(count, 0);
        CHECK(became.outcome != CSUCCESS_SENT_NEVER);
    }
    became = send_one(webhook, NULL);
    CHECK_UINT(became.outcome, CSUCCESS_SENT_DELIVERED);
    while (arrived(s)) continue;
    csuccess_webhook_free(webhook);
    CHECK_INT(live, before);
    return fired;
}

static void sweep(bool (*fails_at)(const subject *s, plan planted), bool onward)
{
    subject s;
    int sockets[2], listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    CHECK_INT(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    CHECK_INT(listen(listener, 16), 0);
    CHECK_INT(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    pid_t child = receive(listener, sockets[1]);
    close(listener);
    s.told = sockets[0];
    snprintf(s.url, sizeof s.url, "http://127.0.0.1:%u/", (unsigned)ntohs(at.sin_port));
    CHECK_INT(curl_global_init_mem(CURL_GLOBAL_DEFAULT, __wrap_malloc, __wrap_free,
                                   __wrap_realloc, copy_text, __wrap_calloc),
              0);
    /* What is made once and kept is made before blocks are counted. */
    fails_at(&s, (plan){.at = 0});
    long n = 1;
    while (n < 2000 && fails_at(&s, (plan){.at = n, .onward = onward, .armed = true})) n++;
    CHECK(n > 10 && n < 2000);
    printf("# %ld failures\n", n - 1);
    curl_global_cleanup();
    close(sockets[0]);
    close(sockets[1]);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void making_fails_once(void)
{
    sweep(making_fails_at, false);
}
static void making_fails_from_then_on(void)
{
    sweep(making_fails_at, true);
}
static void sending_fails_once(void)
{
    sweep(sending_fails_at, false);
}
static void sending_fails_from_then_on(void)
{
    sweep(sending_fails_at, true);
}

CHECK_MAIN(CHECK_TEST(making_fails_once), CHECK_TEST(making_fails_from_then_on),
           CHECK_TEST(sending_fails_once), CHECK_TEST(sending_fails_from_then_on))
