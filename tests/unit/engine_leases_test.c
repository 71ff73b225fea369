/* SPDX-License-Identifier: Apache-2.0 */
/* Customers that fail, leases that are lost, conflicts and refusals, traces, inputs of sources, imports. */
#include "engine/batch.h"
#include "engine/reply.h"
#include "engine_host.h"

enum { MINUTE = 60000 };

static csuccess_result ones(void *ud, uint8_t *bytes, size_t count)
{
    (void)ud;
    memset(bytes, 1, count);
    return CSUCCESS_OK;
}

/* Writes a customer's record behind the engine's back. */
static void damage(host *h, const char *customer, uint64_t revision, int64_t due)
{
    csuccess_reply reply;
    check_memory memory;
    check_memory_start(&memory);
    csuccess_write write = {.size = sizeof write,
                            .key = {CSUCCESS_RECORD_CUSTOMER, 0, check_view(customer)},
                            .expected = revision,
                            .body = CSUCCESS_STR("no state"),
                            .due_ms = due};
    csuccess_batch batch = {.writes = &write, .write_count = 1};
    const csuccess_batch *batches[] = {&batch};
    csuccess_commit_request request = {.size = sizeof request,
                                       .now_ms = HOST_MS(3),
                                       .tenant = CSUCCESS_STR("default"),
                                       .batches = batches,
                                       .count = 1};
    csuccess__reply_init(&reply, &memory.allocator);
    csuccess__reply_open(&reply, CSUCCESS__OPERATION_COMMIT, 1, 0, 0);
    csuccess_memory_store_ops()->commit(h->store, &request, &reply);
    CHECK_INT(reply.answers[0].verdict, CSUCCESS__VERDICT_APPLIED);
    csuccess__reply_free(&reply);
}

static void parked_text(host *h, const char *resume, int64_t now, const char *expected)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_engine_parked(h->engine, check_view(resume), NULL, now, &text, NULL));
    CHECK_STR(csuccess_text_view(text), expected);
    csuccess_text_free(text);
}

/* Put off by 1 and 2 minutes, then parked (park_after 3); the other goes on every time. */
static void parking(void)
{
    host h;
    int64_t next = 0, now = HOST_MS(3);
    host_open(&h, NULL);
    host_login(h.events, "good", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, now));
    damage(&h, "bad", 0, now);
    CHECK_OK(host_run(&h, now, &next));
    CHECK_INT(next, now + MINUTE);
    CHECK_UINT(h.sends, 1);
    CHECK_OK(host_run(&h, next, &next));
    CHECK_INT(next, now + 3 * MINUTE);
    parked_text(&h, "", next, "{\"parked\":[]}");
    CHECK_OK(host_run(&h, next, &next));
    CHECK_INT(next, HOST_MS(4)); /* the other's */
    CHECK_UINT(host_figures(&h).parked, 1);
    parked_text(&h, "", next, "{\"parked\":[\"bad\"]}");
    CHECK_OK(host_run(&h, HOST_MS(6), &next));
    CHECK_UINT(host_figures(&h).parked, 1);
    parked_text(&h, "bad", HOST_MS(6), "{\"parked\":[]}");
    CHECK_RESULT(host_run(&h, HOST_MS(6), &next), CSUCCESS_OK);
    CHECK_INT(next, HOST_MS(6) + MINUTE);
    csuccess_text *text = NULL;
    CHECK_RESULT(
        csuccess_engine_parked(h.engine, CSUCCESS_STR("nobody"), NULL, HOST_MS(6), &text, NULL),
        CSUCCESS_EMISSING);
    host_close(&h);
}

static void answer(host *h, const csuccess_op *op)
{
    csuccess_op_call(op, csuccess_memory_store_ops(), h->store, &host_channel, h);
    CHECK_OK(csuccess_engine_answer(h->engine, op->id, NULL));
}

/* An engine that stood still for longer than its lease loses the customer to another, and does nothing twice. */
static void lost_leases(void)
{
    for (int stop = 1; stop <= 3;
         stop++) { /* before LOAD, before COMMIT, with the commit asked */
        host h;
        csuccess_engine *slow;
        csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
        uint64_t ticket = 0;
        host_open(&h, NULL);
        options.random = host_random;
        options.random_ud = &h;
        host_login(h.events, "acme", "a1", HOST_MS(1));
        CHECK_OK(host_ingest(&h, HOST_MS(3)));
        CHECK_OK(host_run(&h, HOST_MS(3), NULL));
        CHECK_OK(csuccess_engine_new(&slow, h.config, &options, NULL));
        csuccess_engine *fast = h.engine;
        h.engine = slow;
        csuccess_call call = {
            .size = sizeof call, .kind = CSUCCESS_CALL_RUN, .now_ms = HOST_MS(5)};
        CHECK_OK(csuccess_engine_start(slow, &call, &ticket, NULL));
        const csuccess_op *op = csuccess_engine_next(slow, HOST_MS(5));
        for (int i = 0; i < stop && op; i++) {
            answer(&h, op);
            op = csuccess_engine_next(slow, HOST_MS(5));
        }
        h.engine = fast;
        CHECK_RESULT(host_run(&h, HOST_MS(5), NULL), CSUCCESS_UNCHANGED); /* it is leased */
        CHECK_RESULT(host_run(&h, HOST_MS(5) + 2 * MINUTE, NULL), CSUCCESS_OK);
        csuccess_engine_counts before = host_figures(&h);
        h.engine = slow;
        while (op) {
            answer(&h, op);
            op = csuccess_engine_next(slow, HOST_MS(5) + 3 * MINUTE);
        }
        CHECK(csuccess_engine_finish(slow, ticket, NULL, NULL) >= 0);
        csuccess_engine_counts counts = host_figures(&h);
        CHECK_UINT(counts.entries, 0); /* nothing of it was committed */
        h.engine = fast;
        CHECK(before.entries > 0);
        csuccess_engine_free(slow);
        host_close(&h);
    }
}

static void conflicts(void)
{
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    csuccess_str reason;
    host h;
    options.tries = 3;
    host_open(&h, &options);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK_OK(csuccess_events_clear(h.events));
    host_login(h.events, "acme", "a2", HOST_MS(2));
    csuccess_memory_faults plan = {
        .size = sizeof plan, .at = 1, .onward = 1, .kind = CSUCCESS_FAULT_CONFLICT};
    CHECK_OK(csuccess_memory_store_faults(h.store, &plan));
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_UNDECIDED);
    CHECK_RESULT(csuccess_events_result(h.events, 0, &reason), CSUCCESS_ECONFLICT);
    CHECK_HAS(reason.ptr, "3 times");
    CHECK_UINT(host_figures(&h).conflicts, 3);
    CHECK_OK(csuccess_memory_store_faults(h.store, NULL));
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_OK);
    host_close(&h);
}

/* A budget for one message, three customers that want one, in one commit: one is sent. */
static void budgets(void)
{
    char doc[2048];
    const char *part = "\"slack\":{\"retry\"";
    const char *at = strstr(host_document, part);
    snprintf(doc, sizeof doc,
             "%.*s\"slack\":{\"cost\":3,\"budget\":{\"limit\":5,\"per\":\"month\"},"
             "\"retry\"%s",
             (int)(at - host_document), host_document, at + strlen(part));
    host h;
    host_open_as(&h, doc, NULL);
    host_connect(&h);
    host_login(h.events, "a", "1", HOST_MS(1));
    host_login(h.events, "b", "1", HOST_MS(1));
    host_login(h.events, "c", "1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK_OK(host_run(&h, HOST_MS(3), NULL));
    CHECK_UINT(h.sends, 1);
    csuccess_engine_counts counts = host_figures(&h);
    CHECK_UINT(counts.refusals, 2);
    CHECK_UINT(counts.commits, 3);
    host_close(&h);
}

/* ---- Traces ---- */

typedef struct trace {
    char text[1 << 16];
    size_t len;
    host *h;
} trace;

static void tell(void *ud, csuccess_str line)
{
    trace *t = ud;
    csuccess_engine_counts counts = {.size = sizeof counts};
    if (t->len + line.len + 2 > sizeof t->text) return;
    memcpy(t->text + t->len, line.ptr, line.len);
    t->len += line.len;
    t->text[t->len++] = '\n';
    CHECK_RESULT(csuccess_engine_figures(t->h->engine, &counts), CSUCCESS_EBUSY);
}

static void trace_of(trace *t, uint32_t batch, uint32_t inputs)
{
    host h;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    t->len = 0;
    options.batch = batch;
    options.inputs = inputs;
    host_open(&h, &options);
    t->h = &h;
    CHECK_OK(csuccess_engine_set_trace(h.engine, tell, t));
    for (int i = 0; i < 12; i++) {
        char customer[16], id[16];
        snprintf(customer, sizeof customer, "c%d", i % 3);
        snprintf(id, sizeof id, "i%d", i);
        host_login(h.events, customer, id, HOST_MS(1) + i);
    }
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK_OK(host_run(&h, HOST_MS(3), NULL));
    CHECK_OK(host_run(&h, HOST_MS(5), NULL));
    host_close(&h);
}

/* The order of commits is that of the customers' first inputs, whatever goes into one operation. */
static void traces(void)
{
    static trace one, many;
    trace_of(&one, 1, 0);
    trace_of(&many, 256, 0);
    CHECK(one.len > 1000);
    CHECK(one.len == many.len && memcmp(one.text, many.text, one.len) == 0);
    trace_of(&many, 2, 1); /* split: the same lines of each customer */
    CHECK_UINT(one.len, many.len);
    one.text[one.len] = '\0';
    CHECK_HAS(one.text, "\"customer\":\"c0\",\"seq\":1,");
}

/* ---- Inputs ---- */

static void priorities_and_parts(void)
{
    host h;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    static trace t;
    options.inputs = 2;
    host_open(&h, &options);
    t.h = &h;
    t.len = 0;
    CHECK_OK(csuccess_engine_set_trace(h.engine, tell, &t));
    for (uint32_t i = 0; i < 5; i++) {
        csuccess_event event = CSUCCESS_EVENT_INIT;
        static const char *const ids[] = {"e0", "e1", "e2", "e3", "e4"};
        event.type = CSUCCESS_EVENT_TRACK;
        event.priority = i == 3 ? 9 : 0;
        event.id = check_view(ids[i]);
        event.customer = CSUCCESS_STR("acme");
        event.name = CSUCCESS_STR("login");
        event.at_ms = HOST_MS(1);
        CHECK_OK(csuccess_events_add(h.events, &event, NULL));
    }
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK_UINT(host_figures(&h).commits, 3);
    t.text[t.len] = '\0';
    const char *at = t.text;
    static const char *const order[] = {"e3", "e0", "e1", "e2", "e4"};
    for (size_t i = 0; i < 5; i++) {
        char part[64];
        snprintf(part, sizeof part, "\"kind\":\"input\",\"cause\":\"%s\"", order[i]);
        at = strstr(at, part);
        if (!CHECK(at != NULL)) break;
    }
    host_close(&h);
}

static void sources(void)
{
    host h;
    host_open(&h, NULL);
    host_json(h.events,
              "{\"type\":\"source\",\"event\":\"product\",\"messageId\":\"s1\","
              "\"timestamp\":\"2026-01-02T00:00:00Z\",\"properties\":{\"covered_from\":"
              "\"2025-01-01T00:00:00Z\",\"covered_to\":\"2026-01-02T00:00:00Z\"}}");
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_OK);
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_OK);
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_OK);
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_UNCHANGED);
    host_close(&h);
}

/* What three customers need together: a state and a secret each, and the one source once. */
static void sources_are_asked_once(void)
{
    host h;
    uint64_t ticket = 0;
    host_open(&h, NULL);
    host_login(h.events, "a", "1", HOST_MS(1));
    host_login(h.events, "b", "1", HOST_MS(1));
    host_login(h.events, "c", "1", HOST_MS(1));
    csuccess_call call = {.size = sizeof call,
                          .kind = CSUCCESS_CALL_INGEST,
                          .now_ms = HOST_MS(3),
                          .events = h.events};
    CHECK_OK(csuccess_engine_start(h.engine, &call, &ticket, NULL));
    const csuccess_op *op = csuccess_engine_next(h.engine, HOST_MS(3));
    if (!CHECK(op && op->kind == CSUCCESS_OP_LOAD)) return;
    const csuccess_load_request *request = op->request;
    CHECK_UINT(request->key_count, 7);
    CHECK_UINT(request->input_count, 3);
    host_close(&h);
}

static void one_bad_input(void)
{
    host h;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    host_login(h.events, "acme", "a2", HOST_MS(30)); /* of the future */
    host_login(h.events, "beta", "b1", HOST_MS(1));
    damage(&h, "gamma", 0, CSUCCESS_TIME_NEVER);
    host_login(h.events, "gamma", "g1", HOST_MS(1));
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_UNDECIDED);
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_OK);
    CHECK_RESULT(csuccess_events_result(h.events, 1, NULL), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_events_result(h.events, 2, NULL), CSUCCESS_OK);
    CHECK_RESULT(csuccess_events_result(h.events, 3, NULL), CSUCCESS_ESTATE);
    CHECK_UINT(host_figures(&h).inputs_quarantined, 1);
    CHECK_UINT(host_figures(&h).inputs_failed, 1);
    host_close(&h);
}

/* More entries than one advance may leave: in smaller parts, until all is done. */
static void too_many_effects(void)
{
    host h;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    options.effects = 8;
    host_open(&h, &options);
    for (int i = 0; i < 30; i++) {
        char id[16];
        snprintf(id, sizeof id, "i%d", i);
        host_login(h.events, "acme", id, HOST_MS(1));
    }
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_OK);
    CHECK_UINT(host_figures(&h).inputs_applied, 30);
    CHECK(host_figures(&h).commits > 5);
    host_close(&h);
    options.effects = 1; /* not even one fits */
    host_open(&h, &options);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    host_login(h.events, "acme", "a2", HOST_MS(1));
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_UNDECIDED);
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_ELIMIT);
    CHECK_RESULT(csuccess_events_result(h.events, 1, NULL), CSUCCESS_ELIMIT);
    host_close(&h);
}

static void imports(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(-400));
    CHECK_OK(csuccess_engine_import(h.engine, h.events, NULL, HOST_MS(3), &err));
    CHECK_UINT(host_figures(&h).messages, 0);
    host_close(&h);
}

static void limits(void)
{
    host h;
    int64_t next = 0;
    csuccess_run_limits few = {.size = sizeof few, .customers = 2, .messages = 1};
    host_open(&h, NULL);
    for (int i = 0; i < 5; i++) {
        char customer[16];
        snprintf(customer, sizeof customer, "c%d", i);
        host_login(h.events, customer, "i", HOST_MS(1));
    }
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK_RESULT(csuccess_engine_run(h.engine, NULL, HOST_MS(4), &few, &next, NULL),
                 CSUCCESS_OK);
    CHECK_INT(next, HOST_MS(4));
    CHECK_UINT(h.sends, 1);
    int rounds = 1;
    while (next == HOST_MS(4) && rounds < 20) {
        csuccess_engine_run(h.engine, NULL, HOST_MS(4), &few, &next, NULL);
        rounds++;
    }
    CHECK_UINT(h.sends, 5);
    CHECK_INT(rounds, 6);
    host_close(&h);
}

/* Each engine looks after its own shard, and all of it is looked after. */
static void shards(void)
{
    host h;
    host_open(&h, NULL);
    uint32_t mine = 0;
    for (int i = 0; i < 20; i++) {
        char customer[16];
        snprintf(customer, sizeof customer, "c%d", i);
        host_login(h.events, customer, "i", HOST_MS(1));
        mine += csuccess_shard(check_view(customer), 2) == 1;
    }
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK(mine > 0 && mine < 20);
    for (uint32_t shard = 2; shard-- > 0;) {
        csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
        options.allocator = &h.memory.allocator;
        options.random = host_random;
        options.random_ud = &h;
        options.shard = shard;
        options.shards = 2;
        csuccess_engine_free(h.engine);
        CHECK_OK(csuccess_engine_new(&h.engine, h.config, &options, NULL));
        host_connect(&h);
        CHECK_RESULT(host_run(&h, HOST_MS(4), NULL), CSUCCESS_OK);
        CHECK_UINT(h.sends, shard == 1 ? mine : 20);
        CHECK_UINT(host_figures(&h).commits, shard == 1 ? mine : 20 - mine);
    }
    host_close(&h);
}

/* ---- Configurations ---- */

static void configurations(void)
{
    host h, other;
    char doc[2048];
    csuccess_text *text = NULL;
    memcpy(doc, host_document, sizeof host_document);
    memcpy(strstr(doc, "\"from\":50"), "\"from\":10", 9);
    host_open(&h, NULL);
    host_open_as(&other, doc, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    host_state_has(&h, "acme", HOST_MS(3), "\"critical\"");
    CHECK_OK(csuccess_engine_set_config(h.engine, other.config, NULL, NULL));
    CHECK_OK(host_run(&h, HOST_MS(5), NULL));
    host_state_has(&h, "acme", HOST_MS(5), "\"healthy\"");
    CHECK_OK(csuccess_engine_set_config(h.engine, h.config, NULL, NULL)); /* back */
    CHECK_OK(host_run(&h, HOST_MS(7), NULL));
    host_state_has(&h, "acme", HOST_MS(7), "\"critical\"");
    CHECK_OK(csuccess_memory_store_dump(&text, h.store, NULL));
    const char *first = strstr(csuccess_text_view(text).ptr, "\"kind\":\"definition\"");
    CHECK(first != NULL);
    csuccess_text_free(text);
    host_close(&h);
    host_close(&other);
}

/* ---- Transactions ---- */

static csuccess_result commit_by_hand(host *h, const csuccess_batch *batch, size_t *delta)
{
    csuccess_reply reply;
    check_memory memory;
    check_memory_start(&memory);
    static const csuccess_result results[] = {
        CSUCCESS_ECALLBACK, CSUCCESS_ECALLBACK, CSUCCESS_ECALLBACK, CSUCCESS_OK,
        CSUCCESS_ECONFLICT, CSUCCESS_EREFUSED,  CSUCCESS_OK};
    csuccess_commit_request request = {.size = sizeof request,
                                       .now_ms = HOST_MS(3),
                                       .tenant = CSUCCESS_STR("default"),
                                       .batches = &batch,
                                       .count = 1};
    csuccess__reply_init(&reply, &memory.allocator);
    csuccess__reply_open(&reply, CSUCCESS__OPERATION_COMMIT, 1, 0, 0);
    csuccess_memory_store_ops()->commit(h->store, &request, &reply);
    csuccess_result result = results[reply.answers[0].verdict];
    *delta = (size_t)reply.answers[0].revision;
    csuccess__reply_free(&reply);
    return result;
}

static csuccess_result by_txn(host *h, int64_t now)
{
    csuccess_txn *txn = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_txn_about about = {.size = sizeof about,
                                .customer = CSUCCESS_STR("acme"),
                                .events = h->events,
                                .now_ms = now};
    csuccess_result result = csuccess_txn_begin(&txn, h->engine, &about, &err);
    if (!CHECK_OK(result)) return result;
    do {
        size_t delta = 0;
        CHECK(csuccess_txn_batch(txn) == NULL);
        csuccess_memory_store_ops()->load(h->store, csuccess_txn_need(txn),
                                          csuccess_txn_reply(txn));
        result = csuccess_txn_apply(txn, &err);
        if (result == CSUCCESS_OK) result = commit_by_hand(h, csuccess_txn_batch(txn), &delta);
        if (result == CSUCCESS_UNCHANGED) CHECK(csuccess_txn_batch(txn) == NULL);
        result = csuccess_txn_finish(txn, result, delta, &err);
    } while (result == CSUCCESS_AGAIN);
    csuccess_txn_free(txn);
    return result;
}

/* What a transaction commits is what the engine would. */
static void transactions(void)
{
    csuccess_text *a = NULL, *b = NULL;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    host h[2];
    for (int i = 0; i < 2; i++) {
        host_open_as(&h[i], host_document, NULL);
        csuccess_engine_free(h[i].engine);
        options.random = ones;
        CHECK_OK(csuccess_engine_new(&h[i].engine, h[i].config, &options, NULL));
        host_login(h[i].events, "acme", "a1", HOST_MS(1));
        host_login(h[i].events, "acme", "a2", HOST_MS(2));
    }
    host_connect(&h[1]);
    CHECK_OK(by_txn(&h[0], HOST_MS(3)));
    CHECK_RESULT(csuccess_events_result(h[0].events, 1, NULL), CSUCCESS_OK);
    CHECK_OK(by_txn(&h[0], HOST_MS(3)));
    CHECK_RESULT(csuccess_events_result(h[0].events, 1, NULL), CSUCCESS_UNCHANGED);
    CHECK_OK(host_ingest(&h[1], HOST_MS(3)));
    host_connect(&h[0]);
    CHECK_OK(
        csuccess_engine_state(h[0].engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &a, NULL));
    CHECK_OK(
        csuccess_engine_state(h[1].engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &b, NULL));
    CHECK_STR(csuccess_text_view(a), csuccess_text_view(b).ptr);
    csuccess_text_free(a);
    csuccess_text_free(b);
    host_close(&h[0]);
    host_close(&h[1]);
}

static void transactions_misused(void)
{
    host h;
    csuccess_txn *txn = NULL;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_txn_about about = {
        .size = sizeof about, .customer = CSUCCESS_STR("acme"), .now_ms = HOST_MS(3)};
    host_open(&h, NULL);
    host_login(h.events, "beta", "b1", HOST_MS(1));
    about.events = h.events;
    CHECK_RESULT(csuccess_txn_begin(&txn, h.engine, &about, &err), CSUCCESS_EINVALID);
    about.customer = CSUCCESS_STR("beta");
    CHECK_OK(csuccess_txn_begin(&txn, h.engine, &about, &err));
    csuccess_txn *second = NULL;
    CHECK_RESULT(csuccess_txn_begin(&second, h.engine, &about, &err), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess_txn_apply(txn, &err), CSUCCESS_EMISSING);
    CHECK_RESULT(csuccess_txn_finish(txn, CSUCCESS_OK, 0, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_txn_describe(txn, &text, &err), CSUCCESS_EINVALID);
    csuccess_reply_applied(csuccess_txn_reply(txn), 0);
    CHECK_RESULT(csuccess_txn_apply(txn, &err), CSUCCESS_ECALLBACK);
    csuccess_memory_store_ops()->load(h.store, csuccess_txn_need(txn), csuccess_txn_reply(txn));
    CHECK_OK(csuccess_txn_apply(txn, &err));
    CHECK(csuccess_txn_need(txn) == NULL);
    CHECK_RESULT(csuccess_txn_apply(txn, &err), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_txn_describe(txn, &text, &err));
    CHECK_HAS(csuccess_text_view(text).ptr, "\"state\":{");
    csuccess_text_free(text);
    CHECK_RESULT(csuccess_txn_finish(txn, CSUCCESS_EREFUSED, 9, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_txn_finish(txn, CSUCCESS_ECONFLICT, 0, &err), CSUCCESS_AGAIN);
    csuccess_memory_store_ops()->load(h.store, csuccess_txn_need(txn), csuccess_txn_reply(txn));
    CHECK_OK(csuccess_txn_apply(txn, &err));
    CHECK_RESULT(csuccess_txn_finish(txn, CSUCCESS_EGENERIC, 0, &err), CSUCCESS_EGENERIC);
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_EGENERIC);
    csuccess_txn_free(txn);
    csuccess_txn_free(NULL);
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(parking), CHECK_TEST(lost_leases), CHECK_TEST(conflicts),
           CHECK_TEST(budgets), CHECK_TEST(traces), CHECK_TEST(priorities_and_parts),
           CHECK_TEST(sources), CHECK_TEST(sources_are_asked_once), CHECK_TEST(one_bad_input),
           CHECK_TEST(imports), CHECK_TEST(too_many_effects), CHECK_TEST(limits),
           CHECK_TEST(shards), CHECK_TEST(configurations), CHECK_TEST(transactions),
           CHECK_TEST(transactions_misused))
