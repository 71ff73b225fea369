/* SPDX-License-Identifier: Apache-2.0 */
/* A thousand live campaigns over many customers: who is sent what, and why everything else is not; selection.py runs it. Prints a JSON line.
   bench_selection library|hand CUSTOMERS [CAMPAIGNS], or data CUSTOMERS CAMPAIGNS: the world as CSV and SQL for others. Processor time, peaks of the engine's allocations and of the process. What a store keeps is
   forgotten every thousand customers, so that what grows would be the engine's. */
#include "counting.h"
#include "engine/reply.h"
#include "selection_hand.h"

#include <csuccess/csuccess.h>

#define NOON INT64_C(1767607200000) /* 2026-01-05T10:00:00Z */
enum { DOCUMENT_BYTES = 1 << 20, NAME_BYTES = 32, STORED = 1000 };

typedef struct bench {
    csuccess_config *config;
    csuccess_engine *engine;
    csuccess_events *events;
    csuccess_memory_store *store;
    csuccess_reply reply;
    counted memory;
    uint64_t random;
    sums found;
    uint32_t customer;
    uint64_t bytes; /* of entries */
} bench;

/* ---- The configuration ---- */

static size_t add_campaigns(char *text, size_t n, const campaign *campaigns, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const campaign *c = &campaigns[i];
        n += (size_t)snprintf(
            text + n, DOCUMENT_BYTES - n,
            "%s\"c%04u\":{\"type\":\"proactive\",\"category\":\"engagement\",\"status\":"
            "\"active\",\"priority\":%u,\"follow_up\":null,\"when\":\"",
            i ? "," : "", (unsigned)i, (unsigned)c->priority);
        for (int k = 0; k < TERMS; k++) {
            const term *t = &c->terms[k];
            n += (size_t)snprintf(text + n, DOCUMENT_BYTES - n, "%sa%02u %s %u",
                                  k ? " && " : "", (unsigned)t->attribute,
                                  t->below ? "<" : ">=", (unsigned)t->bound);
        }
        n += (size_t)snprintf(text + n, DOCUMENT_BYTES - n,
                              "\",\"actions\":{\"mail\":{\"intervention\":\"m%04u\"}}}",
                              (unsigned)i);
    }
    return n;
}

/* Each campaign has a letter of its own: one that is under way is not sent a second time. */
static size_t add_interventions(char *text, size_t n, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        n += (size_t)snprintf(text + n, DOCUMENT_BYTES - n,
                              "%s\"m%04u\":{\"type\":\"email\",\"template\":\"t\","
                              "\"follow_up\":null}",
                              i ? "," : "", (unsigned)i);
    }
    return n;
}

static csuccess_config *compile(uint32_t count)
{
    static campaign campaigns[CAMPAIGNS_MOST];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config;
    char *text = malloc(DOCUMENT_BYTES);
    if (!text) abort();
    world_campaigns(campaigns, count);
    size_t n = (size_t)snprintf(text, DOCUMENT_BYTES, "{\"csuccess\":1,\"attributes\":{");
    for (int i = 0; i < ATTRIBUTES; i++) {
        n += (size_t)snprintf(text + n, DOCUMENT_BYTES - n, "%s\"a%02d\":{\"type\":\"number\"}",
                              i ? "," : "", i);
    }
    n += (size_t)snprintf(
        text + n, DOCUMENT_BYTES - n,
        "},\"channels\":{\"email\":{}},\"privacy\":{\"purposes\":{\"marketing\":{\"requires\":"
        "\"nothing\"}}},\"templates\":{\"t\":{\"locales\":{\"en\":{\"subject\":\"{{a00}}\"}}}},"
        "\"policies\":{\"reach\":{\"caps\":{\"daily\":{\"most\":%d,\"per\":\"day\"}}}},"
        "\"interventions\":{",
        DAILY);
    n = add_interventions(text, n, count);
    n += (size_t)snprintf(text + n, DOCUMENT_BYTES - n, "},\"campaigns\":{");
    n = add_campaigns(text, n, campaigns, count);
    snprintf(text + n, DOCUMENT_BYTES - n, "}}");
    must(csuccess_config_compile(&config, str(text), NULL, &err), &err);
    free(text);
    return config;
}

/* ---- Ours ---- */

static void open_bench(bench *b, uint32_t campaigns)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    const csuccess_allocator counting = counting_allocator(&b->memory);
    b->config = compile(campaigns);
    options.allocator = &counting;
    options.random = draw;
    options.random_ud = &b->random;
    must(csuccess_engine_new(&b->engine, b->config, &options, &err), &err);
    must(csuccess_events_new(&b->events, NULL, NULL, &err), &err);
}

/* Campaigns that an entry `selection` names: each stands as "campaign/c0123/mail". */
static uint64_t count_named(csuccess_str body)
{
    uint64_t n = 0;
    for (size_t i = 0; i + 9 < body.len; i++) {
        if (body.ptr[i] == 'c' && memcmp(body.ptr + i, "campaign/", 9) == 0) n++;
    }
    return n;
}

static void count(bench *b, const csuccess_batch *batch)
{
    for (size_t i = 0; i < csuccess_batch_messages(batch); i++) {
        const csuccess_message *m = csuccess_batch_message(batch, i);
        b->found.sent++;
        b->found.eligible++;
        b->found.mixed +=
            world_mix(b->customer, (uint32_t)strtoul(m->definition.ptr + 10, NULL, 10));
    }
    for (size_t i = 0; i < csuccess_batch_entries(batch); i++) {
        const csuccess_entry *e = csuccess_batch_entry(batch, i);
        b->bytes += e->body.len;
        if (e->kind.len == 9 && memcmp(e->kind.ptr, "selection", 9) == 0)
            b->found.eligible += count_named(e->body);
    }
}

static csuccess_result commit(bench *b, const csuccess_batch *batch)
{
    csuccess_commit_request request = {.size = sizeof request, .now_ms = NOON};
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

static void add_event(bench *b, const char *customer)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    uint32_t values[ATTRIBUTES];
    char text[1024];
    world_customer(values, b->customer);
    size_t n = (size_t)snprintf(text, sizeof text,
                                "{\"type\":\"group\",\"messageId\":\"m%s\",\"groupId\":\"%s\","
                                "\"timestamp\":\"2026-01-05T10:00:00Z\",\"traits\":{",
                                customer, customer);
    for (int i = 0; i < ATTRIBUTES; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%s\"a%02d\":%u", i ? "," : "", i,
                              (unsigned)values[i]);
    }
    snprintf(text + n, sizeof text - n, "}}");
    must(csuccess_events_clear(b->events), &err);
    must(csuccess_events_add_json(b->events, str(text), &err), &err);
}

static void advance(bench *b)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_txn_about about = {.size = sizeof about, .events = b->events, .now_ms = NOON};
    csuccess_txn *txn;
    char customer[NAME_BYTES];
    snprintf(customer, sizeof customer, "c%07u", (unsigned)b->customer);
    add_event(b, customer);
    about.customer = str(customer);
    must(csuccess_txn_begin(&txn, b->engine, &about, &err), &err);
    csuccess_memory_store_ops()->load(b->store, csuccess_txn_need(txn),
                                      csuccess_txn_reply(txn));
    must(csuccess_txn_apply(txn, &err), &err);
    const csuccess_batch *batch = csuccess_txn_batch(txn);
    if (!batch) abort();
    count(b, batch);
    must(csuccess_txn_finish(txn, commit(b, batch), 0, &err), &err);
    csuccess_txn_free(txn);
}

static void say(const char *who, const sums *s, uint32_t customers, double spent)
{
    printf(
        "{\"who\": \"%s\", \"rows\": %u, \"eligible\": %llu, \"sent\": %llu, \"mixed\": %llu, "
        "\"seconds\": %.6f",
        who, (unsigned)customers, (unsigned long long)s->eligible, (unsigned long long)s->sent,
        (unsigned long long)s->mixed, spent);
}

static void run_library(uint32_t customers, uint32_t campaigns)
{
    static bench b;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    double spent = 0;
    open_bench(&b, campaigns);
    csuccess__reply_init(&b.reply, csuccess__malloc_allocator());
    for (uint32_t first = 0; first < customers; first += STORED) {
        must(csuccess_memory_store_new(&b.store, NULL, &err), &err);
        double start = seconds();
        for (b.customer = first; b.customer < customers && b.customer < first + STORED;
             b.customer++) {
            advance(&b);
        }
        spent += seconds() - start;
        csuccess_memory_store_free(b.store);
    }
    say("library", &b.found, customers, spent);
    printf(", \"peak\": %zu, \"resident_kib\": %ld, \"entry_bytes\": %llu}\n", b.memory.peak,
           resident_kib(), (unsigned long long)b.bytes);
    csuccess__reply_free(&b.reply);
    csuccess_events_free(b.events);
    csuccess_engine_free(b.engine);
    csuccess_config_unref(b.config);
}

static void run_hand(uint32_t customers, uint32_t campaigns)
{
    static campaign list[CAMPAIGNS_MOST];
    sums found;
    world_campaigns(list, campaigns);
    double start = seconds();
    hand_select(list, campaigns, customers, NOON, &found);
    say("hand", &found, customers, seconds() - start);
    printf("}\n");
}

/* ---- The world for others ---- */

static void print_data(uint32_t customers, uint32_t campaigns)
{
    static campaign list[CAMPAIGNS_MOST];
    world_campaigns(list, campaigns);
    for (uint32_t i = 0; i < campaigns; i++) {
        printf("%u\t%u\t", (unsigned)i, (unsigned)list[i].priority);
        for (int k = 0; k < TERMS; k++) {
            const term *t = &list[i].terms[k];
            printf("%sa%02u %s %u", k ? " AND " : "", (unsigned)t->attribute,
                   t->below ? "<" : ">=", (unsigned)t->bound);
        }
        printf("\n");
    }
    for (uint32_t c = 0; c < customers; c++) {
        uint32_t values[ATTRIBUTES];
        world_customer(values, c);
        for (int i = 0; i < ATTRIBUTES; i++) printf("%s%u", i ? "," : "", (unsigned)values[i]);
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    uint32_t customers = (uint32_t)strtoul(argv[2], NULL, 10);
    uint32_t campaigns = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : CAMPAIGNS_MOST;
    if (campaigns > CAMPAIGNS_MOST) return 2;
    if (strcmp(argv[1], "library") == 0)
        run_library(customers, campaigns);
    else if (strcmp(argv[1], "hand") == 0)
        run_hand(customers, campaigns);
    else
        print_data(customers, campaigns);
    return 0;
}
