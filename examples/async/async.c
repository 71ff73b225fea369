/* SPDX-License-Identifier: Apache-2.0 */
/* An asynchronous host: it takes operations as long as there are any, a hundred in flight, and answers them when it can, in any order. Here "when it can" is a
   generator of random numbers over the memory store; in a service it is the completion of a query. */
#include <csuccess/csuccess.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMERS = 1000, EVENTS_EACH = 5, IN_FLIGHT = 100 };

static const char document[] = "{\"csuccess\": 1, \"aggregates\": {\"logins\": {\"event\": "
                               "\"login\", \"count\": true, \"window\": \"lifetime\"}}}";

static csuccess_result random_bytes(void *ud, uint8_t *bytes, size_t count)
{
    (void)ud;
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)rand(); /* an example's: secrets need /dev/urandom */
    return CSUCCESS_OK;
}

static csuccess_result fill(csuccess_events *events, int64_t now, csuccess_error *err)
{
    csuccess_result status = CSUCCESS_OK;
    for (int i = 0; status == CSUCCESS_OK && i < CUSTOMERS * EVENTS_EACH; i++) {
        char id[32], customer[32];
        csuccess_event event = CSUCCESS_EVENT_INIT;
        event.type = CSUCCESS_EVENT_TRACK;
        event.id = (csuccess_str){id, (size_t)snprintf(id, sizeof id, "e%d", i)};
        event.customer = (csuccess_str){
            customer, (size_t)snprintf(customer, sizeof customer, "c%d", i % CUSTOMERS)};
        event.name = CSUCCESS_STR("login");
        event.at_ms = now;
        status = csuccess_events_add(events, &event, err);
    }
    return status;
}

/* Operations that were begun and are not answered yet. */
typedef struct pending {
    csuccess_memory_store *store;
    const csuccess_op *ops[IN_FLIGHT];
    size_t count, most;
} pending;

/* One of them is ready: asks the store and answers the engine. */
static csuccess_result complete(csuccess_engine *engine, pending *list, csuccess_error *err)
{
    size_t which = (size_t)rand() % list->count;
    const csuccess_op *op = list->ops[which];
    uint64_t id = op->id;
    csuccess_op_call(op, csuccess_memory_store_ops(), list->store, NULL, NULL);
    list->ops[which] = list->ops[--list->count];
    return csuccess_engine_answer(engine, id, err);
}

static csuccess_result ingest(csuccess_engine *engine, csuccess_events *events, int64_t now,
                              pending *list, csuccess_error *err)
{
    csuccess_call call = {
        .size = sizeof call, .kind = CSUCCESS_CALL_INGEST, .now_ms = now, .events = events};
    uint64_t ticket;
    csuccess_result status = csuccess_engine_start(engine, &call, &ticket, err);
    while (status >= 0) {
        const csuccess_op *op =
            list->count < IN_FLIGHT ? csuccess_engine_next(engine, now) : NULL;
        if (op) {
            list->ops[list->count++] = op;
            if (list->count > list->most) list->most = list->count;
        } else if (list->count > 0) {
            status = complete(engine, list, err);
        } else {
            break; /* nothing to begin, nothing to wait for */
        }
    }
    return status < 0 ? status : csuccess_engine_finish(engine, ticket, NULL, err);
}

/* Whether everything was applied, with as much in flight as may be. */
static bool report(const csuccess_engine *engine, const pending *list)
{
    csuccess_engine_counts counts = {.size = sizeof counts};
    csuccess_engine_figures(engine, &counts);
    printf("%llu inputs applied in %llu operations, %zu in flight at most\n",
           (unsigned long long)counts.inputs_applied, (unsigned long long)counts.operations,
           list->most);
    return counts.inputs_applied == CUSTOMERS * EVENTS_EACH && list->most == IN_FLIGHT;
}

int main(void)
{
    const int64_t now = INT64_C(1767225600000);
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    csuccess_engine *engine = NULL;
    csuccess_events *events = NULL;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    pending list = {.count = 0};
    options.random = random_bytes;
    options.batch = 1; /* an operation a customer */
    options.in_flight = IN_FLIGHT;
    csuccess_result status =
        csuccess_config_compile(&config, CSUCCESS_STR(document), NULL, &err);
    if (status == CSUCCESS_OK) status = csuccess_memory_store_new(&list.store, NULL, &err);
    if (status == CSUCCESS_OK) status = csuccess_engine_new(&engine, config, &options, &err);
    if (status == CSUCCESS_OK) status = csuccess_events_new(&events, NULL, NULL, &err);
    if (status == CSUCCESS_OK) status = fill(events, now, &err);
    if (status == CSUCCESS_OK) status = ingest(engine, events, now, &list, &err);
    if (status < 0) fprintf(stderr, "%s\n", err.message);
    bool whole = engine && report(engine, &list);
    csuccess_engine_free(engine);
    csuccess_memory_store_free(list.store);
    csuccess_events_free(events);
    csuccess_config_unref(config);
    return status == CSUCCESS_OK && whole ? 0 : 1;
}
