/* SPDX-License-Identifier: Apache-2.0 */
/* Engines in threads over one memory store with a lock: two, four and eight are handed the same inputs, and each is applied once; meant for the thread sanitizer. */
#include "engine_host.h"

#include <pthread.h>

enum { MOST = 8, CUSTOMERS = 40, INPUTS = 5 };

typedef struct shared {
    pthread_mutex_t mutex, send_mutex;
    csuccess_memory_store *store;
    csuccess_config *config;
    uint32_t sends;
} shared;

typedef struct worker {
    shared *all;
    uint32_t number;
    unsigned errors;
    csuccess_engine_counts counts;
} worker;

static void lock(void *ud)
{
    pthread_mutex_lock(ud);
}
static void unlock(void *ud)
{
    pthread_mutex_unlock(ud);
}

static csuccess_result bytes_of(void *ud, uint8_t *bytes, size_t count)
{
    memset(bytes, (int)((worker *)ud)->number + 1, count);
    return CSUCCESS_OK;
}

static void send_counted(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    shared *all = ud;
    (void)request;
    pthread_mutex_lock(&all->send_mutex);
    all->sends++;
    pthread_mutex_unlock(&all->send_mutex);
    csuccess_reply_sent(reply, CSUCCESS_SENT_DELIVERED, 0, (csuccess_str){NULL, 0});
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}
static const csuccess_channel_ops counted = {sizeof counted, send_counted};

static csuccess_engine *engine_of(worker *w)
{
    csuccess_engine *engine = NULL;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    options.random = bytes_of;
    options.random_ud = w;
    options.batch = 1 + w->number;
    options.tries = 1000;
    csuccess_config *config = csuccess_config_ref(w->all->config);
    w->errors += csuccess_engine_new(&engine, config, &options, NULL) < 0;
    csuccess_config_unref(config);
    w->errors += csuccess_engine_set_store(engine, csuccess_memory_store_ops(), w->all->store,
                                           NULL, NULL) < 0;
    w->errors += csuccess_engine_add_channel(engine, CSUCCESS_STR("slack"), &counted, w->all,
                                             NULL, NULL) < 0;
    return engine;
}

/* All of them have all inputs, each in another order of customers. */
static void fill(csuccess_events *events, const worker *w)
{
    for (uint32_t i = 0; i < INPUTS * CUSTOMERS; i++) {
        csuccess_event event = CSUCCESS_EVENT_INIT;
        char customer[16], id[16];
        snprintf(customer, sizeof customer, "c%u", (i + 7 * w->number) % CUSTOMERS);
        snprintf(id, sizeof id, "i%u", i / CUSTOMERS);
        event.type = CSUCCESS_EVENT_TRACK;
        event.id = check_view(id);
        event.customer = check_view(customer);
        event.name = CSUCCESS_STR("login");
        event.at_ms = HOST_MS(1);
        csuccess_events_add(events, &event, NULL);
    }
}

static void *work(void *ud)
{
    worker *w = ud;
    csuccess_events *events = NULL;
    csuccess_engine *engine = engine_of(w);
    w->errors += csuccess_events_new(&events, NULL, NULL, NULL) < 0;
    fill(events, w);
    w->errors += csuccess_engine_ingest(engine, events, NULL, HOST_MS(3), NULL) != CSUCCESS_OK;
    w->errors += csuccess_engine_run(engine, NULL, HOST_MS(3), NULL, NULL, NULL) < 0;
    w->counts.size = sizeof w->counts;
    csuccess_engine_figures(engine, &w->counts);
    csuccess_engine_free(engine);
    csuccess_events_free(events);
    return NULL;
}

static void check_counts(const worker *workers, uint32_t threads, const shared *all)
{
    uint64_t applied = 0, delivered = 0;
    for (uint32_t i = 0; i < threads; i++) {
        CHECK_UINT(workers[i].errors, 0);
        applied += workers[i].counts.inputs_applied;
        delivered += workers[i].counts.delivered;
    }
    CHECK_UINT(applied, INPUTS * CUSTOMERS);
    CHECK_UINT(delivered,
               CUSTOMERS); /* each is quiet at its first login, and is told of once */
    CHECK_UINT(all->sends, CUSTOMERS);
}

static void with(uint32_t threads)
{
    static worker workers[MOST];
    pthread_t ids[MOST];
    shared all = {.sends = 0};
    csuccess_text *text = NULL;
    pthread_mutex_init(&all.mutex, NULL);
    pthread_mutex_init(&all.send_mutex, NULL);
    csuccess_memory_options options = {
        .size = sizeof options, .lock = lock, .unlock = unlock, .lock_ud = &all.mutex};
    CHECK_OK(csuccess_memory_store_new(&all.store, &options, NULL));
    CHECK_OK(csuccess_config_compile(&all.config, check_view(host_document), NULL, NULL));
    for (uint32_t i = 0; i < threads; i++) {
        workers[i] = (worker){.all = &all, .number = i};
        CHECK_INT(pthread_create(&ids[i], NULL, work, &workers[i]), 0);
    }
    for (uint32_t i = 0; i < threads; i++) pthread_join(ids[i], NULL);
    check_counts(workers, threads, &all);
    worker one = {.all = &all};
    csuccess_engine *engine = engine_of(&one);
    CHECK_OK(csuccess_engine_verify(engine, CSUCCESS_STR(""), NULL, HOST_MS(3), &text, NULL));
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "", "{\"customers\":40,");
    csuccess_text_free(text);
    csuccess_engine_free(engine);
    csuccess_memory_store_free(all.store);
    csuccess_config_unref(all.config);
    pthread_mutex_destroy(&all.mutex);
    pthread_mutex_destroy(&all.send_mutex);
}

static void two(void)
{
    with(2);
}
static void four(void)
{
    with(4);
}
static void eight(void)
{
    with(8);
}

CHECK_MAIN(CHECK_TEST(two), CHECK_TEST(four), CHECK_TEST(eight))
