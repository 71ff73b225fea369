/* SPDX-License-Identifier: Apache-2.0 */
/* A host in plain C: a store in a file, a channel that prints, a loop that comes back when something is due. Build: cc host.c $(pkg-config --cflags --libs csuccess-sqlite) */
#define _POSIX_C_SOURCE 200809L
#include <csuccess/csuccess.h>
#include <csuccess/sqlite.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char document[] =
    "{\"csuccess\": 1, \"name\": \"host@1\","
    " \"aggregates\": {\"logins_30d\": {\"event\": \"login\", \"count\": true, \"window\": "
    "\"P30D\"}},"
    " \"health\": {\"profiles\": {\"default\": {"
    "   \"score\": {\"value\": \"logins_30d\", \"points\": {\"linear\": [[0, 0], [20, 100]]}},"
    "   \"bands\": {\"healthy\": {\"from\": 60}, \"critical\": {}},"
    "   \"alerts\": {\"quiet\": {\"when\": \"logins_30d < 3\", \"severity\": \"high\","
    "     \"message\": \"{{logins_30d}} logins in 30 days\", \"notify\": {\"first\": "
    "{\"channel\": \"console\"}}}}}}},"
    " \"channels\": {\"console\": {}}}";

/* Secrets of customers must be random: the library has no source of its own. */
static csuccess_result random_bytes(void *ud, uint8_t *bytes, size_t count)
{
    FILE *from = fopen("/dev/urandom", "rb");
    (void)ud;
    size_t got = from ? fread(bytes, 1, count, from) : 0;
    if (from) fclose(from);
    return got == count ? CSUCCESS_OK : CSUCCESS_EGENERIC;
}

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sends one message. Its id is the idempotency key: after a crash the same message may come again with the same id. */
static void print_message(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    const csuccess_message *message = request->message;
    (void)ud;
    printf("%.*s for %.*s: %.*s\n", (int)request->channel.len, request->channel.ptr,
           (int)message->customer.len, message->customer.ptr, (int)message->body.len,
           message->body.ptr);
    csuccess_reply_sent(reply, CSUCCESS_SENT_DELIVERED, 0, CSUCCESS_STR(""));
    csuccess_reply_done(reply, CSUCCESS_OK, CSUCCESS_STR(""));
}

static int tell(const csuccess_error *err)
{
    fprintf(stderr, "%s\n", err->message);
    return 1;
}

/* Hands in what happened; every event has its own result. */
static int ingest(csuccess_engine *engine, csuccess_error *err)
{
    csuccess_events *events = NULL;
    int64_t now = clock_ms();
    csuccess_result status = csuccess_events_new(&events, NULL, NULL, err);
    for (int i = 0; status == CSUCCESS_OK && i < 2; i++) {
        csuccess_event event = CSUCCESS_EVENT_INIT;
        event.type = CSUCCESS_EVENT_TRACK;
        event.id = i ? CSUCCESS_STR("login-2")
                     : CSUCCESS_STR("login-1"); /* the same id again is the same event */
        event.customer = CSUCCESS_STR("acme");
        event.name = CSUCCESS_STR("login");
        event.at_ms = now;
        status = csuccess_events_add(events, &event, err);
    }
    if (status == CSUCCESS_OK) status = csuccess_engine_ingest(engine, events, NULL, now, err);
    for (size_t i = 0; i < csuccess_events_count(events); i++) {
        csuccess_str reason;
        csuccess_result result = csuccess_events_result(events, i, &reason);
        printf("event %zu: %s %.*s\n", i, csuccess_result_name(result), (int)reason.len,
               reason.ptr);
    }
    csuccess_events_free(events);
    return status < 0 ? tell(err) : 0;
}

/* Everything that is due; a service would go on for ever and wait for events as well. */
static int work(csuccess_engine *engine, csuccess_error *err)
{
    int64_t next = 0;
    csuccess_text *why = NULL;
    if (csuccess_engine_run(engine, NULL, clock_ms(), NULL, &next, err) < 0) return tell(err);
    printf("next: in %lld minutes\n", (long long)(next - clock_ms()) / 60000);
    if (csuccess_engine_explain(engine, CSUCCESS_STR("acme"), NULL, clock_ms(), &why, err) < 0)
        return tell(err);
    printf("explained in %zu bytes of JSON\n", csuccess_text_view(why).len);
    csuccess_text_free(why);
    return 0;
}

static int serve(csuccess_config *config, csuccess_sqlite *store, csuccess_error *err)
{
    static const csuccess_channel_ops console = {.size = sizeof console, .send = print_message};
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    csuccess_engine *engine = NULL;
    options.random = random_bytes;
    int code = csuccess_engine_new(&engine, config, &options, err) < 0 ||
                       csuccess_engine_set_store(engine, csuccess_sqlite_ops(), store, NULL,
                                                 err) < 0 ||
                       csuccess_engine_add_channel(engine, CSUCCESS_STR("console"), &console,
                                                   NULL, NULL, err) < 0
                   ? tell(err)
                   : 0;
    if (code == 0) code = ingest(engine, err);
    if (code == 0) code = work(engine, err);
    csuccess_engine_free(engine);
    return code;
}

int main(int argc, char **argv)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    csuccess_sqlite *store = NULL;
    const char *path = argc > 1 ? argv[1] : "host.db";
    if (csuccess_config_compile(&config, CSUCCESS_STR(document), NULL, &err) < 0 ||
        csuccess_sqlite_open(&store, (csuccess_str){path, strlen(path)}, NULL, &err) < 0) {
        csuccess_config_unref(config);
        return tell(&err);
    }
    int code = serve(config, store, &err);
    csuccess_sqlite_close(store);
    csuccess_config_unref(config);
    return code;
}
