/* SPDX-License-Identifier: Apache-2.0 */
/* Engines in threads over one store in memory with a mutex as its lock, all handed the same inputs in orders of their own, and doing what is due: each input is applied once, each message sent once. Public headers only;
   meant for the thread sanitizer. */
#include <csuccess/csuccess.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 8, CUSTOMERS = 12, EACH = 24, INPUTS = CUSTOMERS * EACH, CALL = 10 };

static const int64_t now_ms = 1769817600000; /* 2026-01-31T00:00:00Z */
static const char document[] =
    "{\"csuccess\":1,\"aggregates\":{\"orders\":{\"event\":\"order\",\"count\":true,\"window\":"
    "\"P30D\"},\"spent\":{\"event\":\"order\",\"sum\":\"amount\",\"window\":\"lifetime\"}},"
    "\"health\":{\"profiles\":{\"default\":{\"score\":{\"combine\":\"sum\",\"of\":{"
    "\"orders\":{\"value\":\"orders\",\"points\":{\"linear\":[[0,0],[100,100]]}},"
    "\"spent\":{\"value\":\"spent\",\"points\":{\"linear\":[[0,0],[9999,100]]}}}},"
    "\"bands\":{\"good\":{\"from\":50},\"poor\":{}},"
    "\"alerts\":{\"some\":{\"when\":\"orders >= "
    "3\",\"notify\":{\"first\":{\"channel\":\"mail\"}}},"
    "\"many\":{\"when\":\"orders >= 24\",\"for\":\"PT1M\",\"notify\":{\"first\":{\"channel\":"
    "\"mail\"}}}}}}},\"channels\":{\"mail\":{\"cost\":5,\"budget\":{\"limit\":100000}}}}";

/* What the threads share. */
typedef struct field {
    csuccess_config *config;
    csuccess_memory_store *store;
    pthread_mutex_t store_lock, sink_lock;
    uint32_t sent;
    char ids[3 * CUSTOMERS][65]; /* in order of their coming */
} field;

typedef struct worker {
    field *field;
    unsigned number;
    uint64_t random, applied, known;
} worker;

static void die(const char *what, const csuccess_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err ? err->message : "");
    exit(1);
}

static void lock(void *ud)
{
    pthread_mutex_lock(ud);
}

static void unlock(void *ud)
{
    pthread_mutex_unlock(ud);
}

static csuccess_str str(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

static csuccess_result random_bytes(void *ud, uint8_t *bytes, size_t count)
{
    worker *w = ud;
    for (size_t i = 0; i < count; i++) {
        w->random = w->random * UINT64_C(6364136223846793005) + 1442695040888963407;
        bytes[i] = (uint8_t)(w->random >> 56);
    }
    return CSUCCESS_OK;
}

static void send_one(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    field *f = ((worker *)ud)->field;
    pthread_mutex_lock(&f->sink_lock);
    if (f->sent < sizeof f->ids / sizeof f->ids[0]) {
        snprintf(f->ids[f->sent++], sizeof f->ids[0], "%.*s", (int)request->message->id.len,
                 request->message->id.ptr);
    }
    pthread_mutex_unlock(&f->sink_lock);
    csuccess_reply_sent(reply, CSUCCESS_SENT_DELIVERED, 0, str(""));
    csuccess_reply_done(reply, CSUCCESS_OK, str(""));
}

static const csuccess_channel_ops channel = {sizeof channel, send_one};

static csuccess_engine *new_engine(worker *w)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    csuccess_engine *engine = NULL;
    field *f = w->field;
    options.random = random_bytes;
    options.random_ud = w;
    options.tries = 1000;
    options.lease_ms = 3600000; /* a thread may be late by all of the time that passes */
    if (csuccess_engine_new(&engine, f->config, &options, &err) < 0 ||
        csuccess_engine_set_store(engine, csuccess_memory_store_ops(), f->store, NULL, &err) <
            0 ||
        csuccess_engine_add_channel(engine, str("mail"), &channel, w, NULL, &err) < 0) {
        die("the engine", &err);
    }
    return engine;
}

static void add(csuccess_events *events, unsigned input)
{
    char customer[16], id[16];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_event event = CSUCCESS_EVENT_INIT;
    snprintf(customer, sizeof customer, "c%u", input % CUSTOMERS);
    snprintf(id, sizeof id, "o%u", input / CUSTOMERS);
    event.type = CSUCCESS_EVENT_TRACK;
    event.name = str("order");
    event.customer = str(customer);
    event.id = str(id);
    event.at_ms = now_ms - 3600000 * (int64_t)(input % 100);
    if (csuccess_events_add(events, &event, &err) < 0 ||
        csuccess_events_number(events, str("amount"), input / CUSTOMERS + 0.25) < 0) {
        die("an event", &err);
    }
}

static void hand_in(worker *w, csuccess_engine *engine, csuccess_events *events)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    int64_t next = 0;
    if (csuccess_engine_ingest(engine, events, NULL, now_ms, &err) < 0) die("ingest", &err);
    for (size_t i = 0; i < csuccess_events_count(events); i++) {
        csuccess_result one = csuccess_events_result(events, i, NULL);
        w->applied += one == CSUCCESS_OK;
        w->known += one == CSUCCESS_UNCHANGED;
    }
    csuccess_events_clear(events);
    if (csuccess_engine_run(engine, NULL, now_ms, NULL, &next, &err) < 0) die("run", &err);
}

/* Every input, in an order of the thread's own: 7, 11, 13 … have nothing in common with how many there are. */
static void *work(void *ud)
{
    static const unsigned strides[MOST] = {7, 11, 13, 17, 19, 23, 25, 29};
    worker *w = ud;
    csuccess_engine *engine = new_engine(w);
    csuccess_events *events = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (csuccess_events_new(&events, NULL, NULL, &err) < 0) die("events", &err);
    for (unsigned i = 0; i < INPUTS; i++) {
        add(events, (w->number * 41 + i * strides[w->number]) % INPUTS);
        if (csuccess_events_count(events) == CALL) hand_in(w, engine, events);
    }
    hand_in(w, engine, events);
    for (int64_t at = now_ms; at <= now_ms + 120000; at += 60000) {
        if (csuccess_engine_run(engine, NULL, at, NULL, NULL, &err) < 0) die("run", &err);
    }
    csuccess_events_free(events);
    csuccess_engine_free(engine);
    return NULL;
}

/* ---- What must hold in the end ---- */

static int by_id(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool sent_once(field *f)
{
    qsort(f->ids, f->sent, sizeof f->ids[0], by_id);
    for (uint32_t i = 1; i < f->sent; i++) {
        if (strcmp(f->ids[i - 1], f->ids[i]) == 0) return false;
    }
    return f->sent == 2 * CUSTOMERS; /* some, and many */
}

static bool counted(csuccess_engine *engine, unsigned customer)
{
    char id[16];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    snprintf(id, sizeof id, "c%u", customer);
    if (csuccess_engine_score(engine, str(id), NULL, now_ms + 120000, &text, &err) < 0)
        die(id, &err);
    bool good = strstr(csuccess_text_view(text).ptr, "\"value\":24,") &&
                strstr(csuccess_text_view(text).ptr, "\"value\":282,"); /* 0.25 … 23.25 */
    if (!good) fprintf(stderr, "%s\n", csuccess_text_view(text).ptr);
    csuccess_text_free(text);
    return good;
}

static int check(field *f, const worker *workers, unsigned threads)
{
    worker last = {.field = f, .number = 0};
    csuccess_engine *engine = new_engine(&last);
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    uint64_t applied = 0, known = 0;
    int bad = 0;
    for (unsigned i = 0; i < threads; i++) {
        applied += workers[i].applied;
        known += workers[i].known;
    }
    if (applied != INPUTS || known != (uint64_t)INPUTS * (threads - 1)) bad++;
    for (unsigned c = 0; c < CUSTOMERS; c++) bad += !counted(engine, c);
    if (csuccess_engine_verify(engine, str(""), NULL, now_ms + 120000, &text, &err) < 0) bad++;
    csuccess_text_free(text);
    bad += !sent_once(f);
    printf("%u engines: %llu inputs applied, %llu known, %u messages, %d complaints\n", threads,
           (unsigned long long)applied, (unsigned long long)known, f->sent, bad);
    csuccess_engine_free(engine);
    return bad;
}

static int race(csuccess_config *config, unsigned threads)
{
    static field f;
    pthread_t running[MOST];
    worker workers[MOST];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_memory_options options = {.size = sizeof options, .lock = lock, .unlock = unlock};
    f = (field){.config = config};
    pthread_mutex_init(&f.store_lock, NULL);
    pthread_mutex_init(&f.sink_lock, NULL);
    options.lock_ud = &f.store_lock;
    if (csuccess_memory_store_new(&f.store, &options, &err) < 0) die("the store", &err);
    for (unsigned i = 0; i < threads; i++) {
        workers[i] = (worker){.field = &f, .number = i, .random = i + 1};
        if (pthread_create(&running[i], NULL, work, &workers[i]) != 0) die("no thread", NULL);
    }
    for (unsigned i = 0; i < threads; i++) pthread_join(running[i], NULL);
    int bad = check(&f, workers, threads);
    csuccess_memory_store_free(f.store);
    pthread_mutex_destroy(&f.store_lock);
    pthread_mutex_destroy(&f.sink_lock);
    return bad;
}

int main(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    if (csuccess_config_compile(&config, str(document), NULL, &err) < 0) die(err.pointer, &err);
    int bad = race(config, 2) + race(config, 4) + race(config, 8);
    csuccess_config_unref(config);
    return bad ? 1 : 0;
}
