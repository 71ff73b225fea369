/* SPDX-License-Identifier: Apache-2.0 */
/* Many journeys and many customers through the engine's transactions; journeys.py runs it. Prints a JSON line.
   bench_journeys_engine JOURNEYS CUSTOMERS: each customer begins one of the journeys by its event, goes a step by another, has two events that nobody or another journey waits for, and comes back when its
   last wait is long over. What a store keeps is forgotten every thousand customers, so that what grows would be the engine's. Processor time, peaks of the engine's allocations and of the process. */
#include "counting.h"
#include "engine/reply.h"

#define START INT64_C(1767225600000)
#define DAY INT64_C(86400000)
enum { DOCUMENT_BYTES = 1 << 20, NAME_BYTES = 32, STORED = 1000, EVENTS = 5 };

typedef struct bench {
    csuccess_config *config;
    csuccess_engine *engine;
    csuccess_events *events;
    csuccess_memory_store *store;
    csuccess_reply reply;
    counted memory;
    uint64_t random, applied;
} bench;

static csuccess_config *compile(uint32_t journeys)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config;
    char *text = malloc(DOCUMENT_BYTES);
    if (!text) abort();
    size_t n = (size_t)snprintf(text, DOCUMENT_BYTES, "{\"csuccess\":1,\"journeys\":{");
    for (uint32_t i = 0; i < journeys; i++) {
        n += (size_t)snprintf(
            text + n, DOCUMENT_BYTES - n,
            "%s\"j%u\":{\"trigger\":{\"event\":\"begin_%u\"},\"steps\":{\"a\":{\"type\":"
            "\"wait\",\"for\":\"P7D\",\"until\":{\"e\":{\"event\":\"go_%u\"}}},"
            "\"b\":{\"type\":\"wait\",\"for\":\"P7D\"}}}",
            i ? "," : "", i, i, i);
    }
    snprintf(text + n, DOCUMENT_BYTES - n, "}}");
    must(csuccess_config_compile(&config, str(text), NULL, &err), &err);
    free(text);
    return config;
}

static void open_bench(bench *b, uint32_t journeys)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    const csuccess_allocator counting = counting_allocator(&b->memory);
    b->config = compile(journeys);
    options.allocator = &counting;
    options.random = draw;
    options.random_ud = &b->random;
    must(csuccess_engine_new(&b->engine, b->config, &options, &err), &err);
    must(csuccess_events_new(&b->events, NULL, NULL, &err), &err);
}

static csuccess_result commit(bench *b, const csuccess_batch *batch, int64_t now)
{
    csuccess_commit_request request = {.size = sizeof request, .now_ms = now};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    request.tenant = CSUCCESS_STR("default");
    request.batches = &batch;
    request.count = 1;
    must(csuccess__reply_open(&b->reply, CSUCCESS__OPERATION_COMMIT, 1, 0, 0), &err);
    csuccess_memory_store_ops()->commit(b->store, &request, &b->reply);
    must(csuccess__reply_end(&b->reply, &err), &err);
    return b->reply.answers[0].verdict == CSUCCESS__VERDICT_APPLIED ? CSUCCESS_OK
                                                                    : CSUCCESS_ECONFLICT;
}

static void advance(bench *b, const char *customer, const char *id, const char *name,
                    int64_t at)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_event event = CSUCCESS_EVENT_INIT;
    csuccess_txn_about about = {.size = sizeof about, .events = b->events, .now_ms = at};
    csuccess_txn *txn;
    event.type = CSUCCESS_EVENT_TRACK;
    event.id = str(id);
    event.customer = about.customer = str(customer);
    event.name = str(name);
    event.at_ms = at;
    csuccess_events_clear(b->events);
    must(csuccess_events_add(b->events, &event, &err), &err);
    must(csuccess_txn_begin(&txn, b->engine, &about, &err), &err);
    csuccess_memory_store_ops()->load(b->store, csuccess_txn_need(txn),
                                      csuccess_txn_reply(txn));
    must(csuccess_txn_apply(txn, &err), &err);
    const csuccess_batch *batch = csuccess_txn_batch(txn);
    must(csuccess_txn_finish(txn, batch ? commit(b, batch, at) : CSUCCESS_OK, 0, &err), &err);
    b->applied += csuccess_events_result(b->events, 0, NULL) == CSUCCESS_OK;
    csuccess_txn_free(txn);
}

static void live(bench *b, uint32_t i, uint32_t journeys)
{
    static const int64_t at[EVENTS] = {0, 1000, DAY, 2 * DAY, 30 * DAY};
    static const char *const words[EVENTS] = {"begin", "browse", "go", "go", "browse"};
    char customer[NAME_BYTES], name[NAME_BYTES], id[NAME_BYTES];
    snprintf(customer, sizeof customer, "c%07u", (unsigned)i);
    for (unsigned k = 0; k < EVENTS; k++) {
        /* The first "go" is another journey's; of one journey alone, nobody's. */
        uint32_t which = k == 2 ? i + 1 : i;
        snprintf(name, sizeof name, "%s_%u", words[k],
                 (unsigned)(k == 2 && journeys == 1 ? 1 : which % journeys));
        snprintf(id, sizeof id, "%u-%07u", k, (unsigned)i);
        advance(b, customer, id, name, START + at[k]);
    }
}

static void run(bench *b, uint32_t journeys, uint32_t customers)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine_counts counts = {.size = sizeof counts};
    double spent = 0;
    for (uint32_t first = 0; first < customers; first += STORED) {
        must(csuccess_memory_store_new(&b->store, NULL, &err), &err);
        double start = seconds();
        for (uint32_t i = first; i < customers && i < first + STORED; i++) live(b, i, journeys);
        spent += seconds() - start;
        csuccess_memory_store_free(b->store);
    }
    must(csuccess_engine_figures(b->engine, &counts), &err);
    printf("{\"rows\": %llu, \"applied\": %llu, \"seconds\": %.6f, \"entries\": %llu, "
           "\"peak\": %zu, \"resident_kib\": %ld}\n",
           (unsigned long long)customers * EVENTS, (unsigned long long)b->applied, spent,
           (unsigned long long)counts.entries, b->memory.peak, resident_kib());
}

int main(int argc, char **argv)
{
    static bench b = {.random = 1};
    if (argc != 3) {
        fprintf(stderr, "usage: bench_journeys_engine JOURNEYS CUSTOMERS\n");
        return 2;
    }
    uint32_t journeys = (uint32_t)strtoul(argv[1], NULL, 10);
    if (journeys == 0) return 2;
    open_bench(&b, journeys);
    csuccess__reply_init(&b.reply, csuccess__malloc_allocator());
    run(&b, journeys, (uint32_t)strtoul(argv[2], NULL, 10));
    csuccess__reply_free(&b.reply);
    csuccess_engine_free(b.engine);
    csuccess_events_free(b.events);
    csuccess_config_unref(b.config);
    return 0;
}
