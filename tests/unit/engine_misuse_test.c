/* SPDX-License-Identifier: Apache-2.0 */
/* Every way to misuse an engine, and stores that lie: the documented error, and never a state that nobody committed. */
#include "engine_host.h"

#define NONE ((csuccess_str){NULL, 0})

/* ---- A store that does as it is told ---- */

typedef enum trick {
    HONEST,
    SILENT,    /* returns without done */
    TWICE,     /* answers every record twice */
    HALF,      /* answers the first half of the batches */
    OLD,       /* gives the state as it was first */
    FOREIGN,   /* entries of another customer */
    CANCELLED, /* asks to stop */
    BUSY,      /* is busy three times, then honest */
    REENTRANT, /* calls the engine */
    AGAIN,     /* leases and claims the same again and again */
    NOBODYS    /* refuses a delta that is not there */
} trick;

typedef struct liar {
    host *h;
    trick trick;
    uint32_t calls;
    char old[8192];
    size_t old_len;
    csuccess_result inside[32];
} liar;

static const csuccess_store_ops *honest(void)
{
    return csuccess_memory_store_ops();
}

static void call_engine(liar *l)
{
    csuccess_engine *e = l->h->engine;
    csuccess_events *events = l->h->events;
    csuccess_text *text = NULL;
    csuccess_engine_counts counts = {.size = sizeof counts};
    csuccess_call call = {.size = sizeof call, .kind = CSUCCESS_CALL_RUN, .now_ms = HOST_MS(3)};
    csuccess_txn_about about = {.size = sizeof about, .customer = CSUCCESS_STR("acme")};
    csuccess_txn *txn = NULL;
    uint64_t ticket = 0;
    csuccess_str acme = CSUCCESS_STR("acme");
    csuccess_result *r = l->inside;
    *r++ = csuccess_engine_ingest(e, events, NULL, HOST_MS(3), NULL);
    *r++ = csuccess_engine_import(e, events, NULL, HOST_MS(3), NULL);
    *r++ = csuccess_engine_preview(e, events, NULL, HOST_MS(3), &text, NULL);
    *r++ = csuccess_engine_run(e, NULL, HOST_MS(3), NULL, NULL, NULL);
    *r++ = csuccess_engine_score(e, acme, NULL, HOST_MS(3), &text, NULL);
    *r++ = csuccess_engine_explain(e, acme, NULL, HOST_MS(3), &text, NULL);
    *r++ = csuccess_engine_state(e, acme, NULL, HOST_MS(3), &text, NULL);
    *r++ = csuccess_engine_verify(e, acme, NULL, HOST_MS(3), &text, NULL);
    *r++ = csuccess_engine_replay(e, acme, l->h->config, NULL, HOST_MS(3), &text, NULL);
    *r++ = csuccess_engine_erase(e, acme, acme, NULL, HOST_MS(3), &text, NULL);
    *r++ = csuccess_engine_parked(e, acme, NULL, HOST_MS(3), &text, NULL);
    *r++ = csuccess_engine_confirm_clock(e, HOST_MS(3), NULL);
    *r++ = csuccess_engine_set_store(e, honest(), l->h->store, NULL, NULL);
    *r++ = csuccess_engine_add_channel(e, acme, &host_channel, l->h, NULL, NULL);
    *r++ = csuccess_engine_set_config(e, l->h->config, NULL, NULL);
    *r++ = csuccess_engine_set_trace(e, NULL, NULL);
    *r++ = csuccess_engine_figures(e, &counts);
    *r++ = csuccess_engine_start(e, &call, &ticket, NULL);
    *r++ = csuccess_engine_finish(e, 1, NULL, NULL);
    *r++ = csuccess_engine_answer(e, 1, NULL);
    *r++ = csuccess_txn_begin(&txn, e, &about, NULL);
    *r++ = csuccess_events_clear(events);
    *r = CSUCCESS_OK;
    CHECK(csuccess_engine_next(e, HOST_MS(3)) == NULL);
    csuccess_engine_free(e); /* does nothing */
}

/* True: the trick has answered. */
static bool tricked(liar *l, csuccess_reply *reply)
{
    l->calls++;
    if (l->trick == SILENT) return true;
    if (l->trick == CANCELLED) {
        csuccess_reply_done(reply, CSUCCESS_ECANCELLED, CSUCCESS_STR("shutting down"));
        return true;
    }
    if (l->trick == BUSY && l->calls <= 3) {
        csuccess_reply_done(reply, CSUCCESS_EBUSY, NONE);
        return true;
    }
    if (l->trick == REENTRANT && l->calls == 1) call_engine(l);
    return false;
}

static void load(void *ud, const csuccess_load_request *request, csuccess_reply *reply)
{
    liar *l = ud;
    if (tricked(l, reply)) return;
    if (l->trick == TWICE || (l->trick == OLD && l->old_len)) {
        for (size_t i = 0; i < request->key_count; i++) {
            if (request->keys[i].kind != CSUCCESS_RECORD_CUSTOMER) continue;
            csuccess_str body = {l->old, l->old_len};
            csuccess_reply_record(reply, i, 1, body);
            if (l->trick == TWICE) csuccess_reply_record(reply, i, 1, body);
        }
        csuccess_reply_done(reply, CSUCCESS_OK, NONE);
        return;
    }
    honest()->load(l->h->store, request, reply);
}

static void keep_old(liar *l, const csuccess_commit_request *request)
{
    for (size_t i = 0; i < request->count; i++) {
        const csuccess_write *write = csuccess_batch_write(request->batches[i], 0);
        if (l->old_len || write->key.kind != CSUCCESS_RECORD_CUSTOMER) continue;
        if (write->body.len > sizeof l->old) continue;
        memcpy(l->old, write->body.ptr, write->body.len);
        l->old_len = write->body.len;
    }
}

static void commit(void *ud, const csuccess_commit_request *request, csuccess_reply *reply)
{
    liar *l = ud;
    bool definition =
        csuccess_batch_write(request->batches[0], 0)->key.kind == CSUCCESS_RECORD_DEFINITION;
    if (tricked(l, reply)) return;
    if (l->trick == OLD && !definition) keep_old(l, request);
    if (l->trick == HALF && !definition) {
        csuccess_commit_request half = *request;
        half.count = (request->count + 1) / 2;
        honest()->commit(l->h->store, &half, reply);
        return;
    }
    if (l->trick == NOBODYS && !definition) {
        csuccess_reply_refused(reply, 0, 77);
        csuccess_reply_done(reply, CSUCCESS_OK, NONE);
        return;
    }
    honest()->commit(l->h->store, request, reply);
}

static void due(void *ud, const csuccess_due_request *request, csuccess_reply *reply)
{
    liar *l = ud;
    if (tricked(l, reply)) return;
    if (l->trick == AGAIN) {
        csuccess_reply_lease(reply, CSUCCESS_STR("acme"), CSUCCESS_STR("t"), HOST_MS(1), 0);
        csuccess_reply_done(reply, CSUCCESS_OK, NONE);
        return;
    }
    honest()->due(l->h->store, request, reply);
}

static void history(void *ud, const csuccess_history_request *request, csuccess_reply *reply)
{
    liar *l = ud;
    if (tricked(l, reply)) return;
    if (l->trick == FOREIGN) {
        csuccess_entry entry = {.size = sizeof entry,
                                .customer = CSUCCESS_STR("beta"),
                                .seq = 1,
                                .kind = CSUCCESS_STR("input")};
        csuccess_reply_entry(reply, &entry);
        csuccess_reply_done(reply, CSUCCESS_OK, NONE);
        return;
    }
    honest()->history(l->h->store, request, reply);
}

#define PASS(slot) \
    static void slot(void *ud, const csuccess_##slot##_request *request, \
                     csuccess_reply *reply) \
    { \
        liar *l = ud; \
        if (!tricked(l, reply)) honest()->slot(l->h->store, request, reply); \
    }
PASS(defer)
PASS(claim)
PASS(settle)
PASS(scan)
PASS(outbox)
PASS(erase)

static const csuccess_store_ops lies = {sizeof lies, load, commit,  due,    defer, claim,
                                        settle,      scan, history, outbox, erase};

static void open_liar(host *h, liar *l)
{
    *l = (liar){.h = h};
    host_open_as(h, host_document, NULL);
    CHECK_OK(csuccess_engine_set_store(h->engine, &lies, l, NULL, NULL));
    host_login(h->events, "acme", "a1", HOST_MS(1));
    host_login(h->events, "beta", "b1", HOST_MS(1));
}

static csuccess_result ingest_next(host *h, const char *customer, const char *id)
{
    CHECK_OK(csuccess_events_clear(h->events));
    host_login(h->events, customer, id, HOST_MS(2));
    return csuccess_engine_ingest(h->engine, h->events, NULL, HOST_MS(3), NULL);
}

static void stores_that_lie(void)
{
    static const struct {
        trick trick;
        csuccess_result result, item;
    } rows[] = {
        {SILENT, CSUCCESS_ECALLBACK, CSUCCESS_UNDECIDED},
        {TWICE, CSUCCESS_ECALLBACK, CSUCCESS_UNDECIDED},
        {CANCELLED, CSUCCESS_ECANCELLED, CSUCCESS_UNDECIDED},
        {NOBODYS, CSUCCESS_ECALLBACK, CSUCCESS_UNDECIDED},
        {BUSY, CSUCCESS_OK, CSUCCESS_OK},
        {HALF, CSUCCESS_OK, CSUCCESS_OK}, /* the other half comes by itself */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        host h;
        liar l;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        open_liar(&h, &l);
        l.trick = rows[i].trick;
        csuccess_result result =
            csuccess_engine_ingest(h.engine, h.events, NULL, HOST_MS(3), &err);
        if (!CHECK_RESULT(result, rows[i].result)) printf("# row %zu: %s\n", i, err.message);
        CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), rows[i].item);
        if (result < 0) CHECK_INT(err.code, rows[i].result);
        l.trick = HONEST;
        CHECK_RESULT(csuccess_engine_ingest(h.engine, h.events, NULL, HOST_MS(3), &err),
                     CSUCCESS_OK);
        CHECK_UINT(host_figures(&h).inputs_applied, 2);
        host_close(&h);
    }
}

static void revisions_backwards(void)
{
    host h;
    liar l;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    open_liar(&h, &l);
    l.trick = OLD;
    CHECK_OK(csuccess_events_clear(h.events));
    CHECK_RESULT(ingest_next(&h, "acme", "a1"), CSUCCESS_OK);
    l.trick = HONEST;
    CHECK_RESULT(ingest_next(&h, "acme", "a2"), CSUCCESS_OK);
    l.trick = OLD;
    CHECK_RESULT(ingest_next(&h, "acme", "a3"), CSUCCESS_ECALLBACK);
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_UNDECIDED);
    CHECK_RESULT(csuccess_engine_ingest(h.engine, h.events, NULL, HOST_MS(3), &err),
                 CSUCCESS_ECALLBACK);
    CHECK_HAS(err.message, "revision 1 of a customer whose revision 2 was committed");
    l.trick = HONEST;
    CHECK_RESULT(csuccess_engine_ingest(h.engine, h.events, NULL, HOST_MS(3), NULL),
                 CSUCCESS_OK);
    host_close(&h);
}

static void foreign_rows(void)
{
    host h;
    liar l;
    csuccess_text *text = NULL;
    open_liar(&h, &l);
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    l.trick = FOREIGN;
    CHECK_RESULT(
        csuccess_engine_verify(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &text, NULL),
        CSUCCESS_ECALLBACK);
    CHECK(text == NULL);
    l.trick = AGAIN;
    CHECK_RESULT(csuccess_engine_run(h.engine, NULL, HOST_MS(3), NULL, NULL, NULL),
                 CSUCCESS_ECALLBACK);
    host_close(&h);
}

static void called_from_a_slot(void)
{
    host h;
    liar l;
    open_liar(&h, &l);
    l.trick = REENTRANT;
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    for (size_t i = 0; l.inside[i] != CSUCCESS_OK; i++) {
        if (!CHECK_RESULT(l.inside[i], CSUCCESS_EBUSY)) printf("# call %zu\n", i);
    }
    CHECK_RESULT(l.inside[21], CSUCCESS_EBUSY); /* the last of them */
    CHECK_UINT(host_figures(&h).inputs_applied, 2);
    host_close(&h);
}

/* ---- Options and registration ---- */

static unsigned freed;
static void count_free(void *ud)
{
    (void)ud;
    freed++;
}

static void registration(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_store_ops ops = *csuccess_memory_store_ops();
    csuccess_channel_ops silent = {.size = sizeof silent};
    host_open_as(&h, host_document, NULL);
    freed = 0;
    CHECK_RESULT(csuccess_engine_ingest(h.engine, h.events, NULL, HOST_MS(3), &err),
                 CSUCCESS_EINVALID);
    CHECK_HAS(err.message, "csuccess_engine_set_store()");
    ops.claim = NULL;
    CHECK_RESULT(csuccess_engine_set_store(h.engine, &ops, h.store, count_free, &err),
                 CSUCCESS_EINVALID);
    CHECK_HAS(err.message, "claim");
    CHECK_RESULT(csuccess_engine_set_store(h.engine, NULL, h.store, count_free, &err),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(
        csuccess_engine_add_channel(h.engine, CSUCCESS_STR("x"), &silent, &h, count_free, &err),
        CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_engine_add_channel(h.engine, CSUCCESS_STR(""), &host_channel, &h,
                                             count_free, &err),
                 CSUCCESS_EINVALID);
    CHECK_UINT(freed, 0);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(csuccess_engine_set_store(h.engine, csuccess_memory_store_ops(), h.store,
                                           count_free, &err));
        CHECK_OK(csuccess_engine_add_channel(h.engine, CSUCCESS_STR("x"), &host_channel, &h,
                                             count_free, &err));
    }
    CHECK_UINT(freed, 2);
    host_close(&h);
    CHECK_UINT(freed, 4);
}

static void options(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine *engine = NULL;
    csuccess_engine_options good = CSUCCESS_ENGINE_OPTIONS_INIT, o;
    host_open(&h, NULL);
    good.random = host_random;
    good.random_ud = &h;
    o = good;
    o.random = NULL;
    CHECK_RESULT(csuccess_engine_new(&engine, h.config, &o, &err), CSUCCESS_EINVALID);
    o = good;
    o.shard = o.shards = 3;
    CHECK_RESULT(csuccess_engine_new(&engine, h.config, &o, &err), CSUCCESS_EINVALID);
    o = good;
    o.in_flight = 70000;
    CHECK_RESULT(csuccess_engine_new(&engine, h.config, &o, &err), CSUCCESS_ERANGE);
    CHECK_HAS(err.message, "in_flight");
    o = good;
    o.tenant = CSUCCESS_STR("\xff");
    CHECK_RESULT(csuccess_engine_new(&engine, h.config, &o, &err), CSUCCESS_EENCODING);
    o = good;
    o.size = 3;
    CHECK_RESULT(csuccess_engine_new(&engine, h.config, &o, &err), CSUCCESS_EABI);
    CHECK_RESULT(csuccess_engine_new(&engine, NULL, &good, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_engine_new(&engine, h.config, NULL, &err), CSUCCESS_EINVALID);
    CHECK(engine == NULL);
    host_close(&h);
}

/* ---- Answering when one can ---- */

static uint64_t start(host *h, csuccess_result expected)
{
    uint64_t ticket = 0;
    csuccess_call call = {.size = sizeof call,
                          .kind = CSUCCESS_CALL_INGEST,
                          .now_ms = HOST_MS(3),
                          .events = h->events};
    CHECK_RESULT(csuccess_engine_start(h->engine, &call, &ticket, NULL), expected);
    return ticket;
}

static void tickets(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    uint64_t ticket;
    const csuccess_op *op;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    csuccess_call call = {.size = sizeof call, .kind = 99, .now_ms = HOST_MS(3)};
    CHECK_RESULT(csuccess_engine_start(h.engine, &call, &ticket, &err), CSUCCESS_EINVALID);
    call.kind = CSUCCESS_CALL_SCORE;
    CHECK_RESULT(csuccess_engine_start(h.engine, &call, &ticket, &err), CSUCCESS_EINVALID);
    ticket = start(&h, CSUCCESS_OK);
    start(&h, CSUCCESS_EBUSY); /* the events are in use */
    CHECK_RESULT(csuccess_events_clear(h.events), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess_engine_set_config(h.engine, h.config, NULL, &err), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess_engine_finish(h.engine, 77, NULL, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_engine_finish(h.engine, ticket, NULL, &err), CSUCCESS_AGAIN);
    CHECK_RESULT(csuccess_engine_answer(h.engine, 1, &err), CSUCCESS_EINVALID);
    op = csuccess_engine_next(h.engine, HOST_MS(3));
    if (!CHECK(op != NULL)) return;
    csuccess_reply *reply = op->reply;
    uint64_t id = op->id;
    CHECK_RESULT(csuccess_engine_run(h.engine, NULL, HOST_MS(3), NULL, NULL, &err),
                 CSUCCESS_EBUSY);
    CHECK_OK(csuccess_op_call(op, csuccess_memory_store_ops(), h.store, NULL, NULL));
    CHECK_RESULT(csuccess_reply_done(reply, CSUCCESS_OK, NONE), CSUCCESS_EBUSY);
    CHECK_OK(csuccess_engine_answer(h.engine, id, &err));
    CHECK_RESULT(csuccess_engine_answer(h.engine, id, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_reply_known(reply, 0), CSUCCESS_EBUSY);
    CHECK_UINT(host_figures(&h).late_replies, 2);
    while ((op = csuccess_engine_next(h.engine, HOST_MS(3))) != NULL) {
        CHECK_OK(csuccess_op_call(op, csuccess_memory_store_ops(), h.store, NULL, NULL));
        CHECK_OK(csuccess_engine_answer(h.engine, op->id, &err));
    }
    CHECK_RESULT(csuccess_engine_finish(h.engine, ticket, NULL, &err), CSUCCESS_OK);
    CHECK_RESULT(csuccess_engine_finish(h.engine, ticket, NULL, &err), CSUCCESS_EINVALID);
    host_close(&h);
}

/* A handle rests for more than a thousand operations: what comes late changes nothing of another's answer. */
static void late_replies(void)
{
    host h;
    csuccess_text *text = NULL;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    uint64_t ticket = start(&h, CSUCCESS_OK);
    const csuccess_op *op = csuccess_engine_next(h.engine, HOST_MS(3));
    csuccess_reply *late = op->reply;
    while (op) {
        csuccess_op_call(op, csuccess_memory_store_ops(), h.store, NULL, NULL);
        CHECK_OK(csuccess_engine_answer(h.engine, op->id, NULL));
        op = csuccess_engine_next(h.engine, HOST_MS(3));
    }
    CHECK_OK(csuccess_engine_finish(h.engine, ticket, NULL, NULL));
    for (uint64_t i = 1; i <= 1000; i++) {
        CHECK_OK(csuccess_engine_state(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &text,
                                       NULL));
        csuccess_text_free(text);
        CHECK_RESULT(csuccess_reply_record(late, 0, 1, CSUCCESS_STR("x")), CSUCCESS_EBUSY);
        CHECK_UINT(host_figures(&h).late_replies, i);
    }
    for (int i = 0; i < 3000; i++) { /* and memory does not grow */
        csuccess_engine_state(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &text, NULL);
        csuccess_text_free(text);
    }
    size_t before = h.memory.live;
    for (int i = 0; i < 3000; i++) {
        csuccess_engine_state(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &text, NULL);
        csuccess_text_free(text);
    }
    CHECK_UINT(h.memory.live, before);
    host_close(&h);
}

/* An engine that is freed with operations handed out gives everything back. */
static void freed_under_way(void)
{
    for (int n = 0; n < 6; n++) {
        host h;
        const csuccess_op *op;
        host_open(&h, NULL);
        host_login(h.events, "acme", "a1", HOST_MS(1));
        host_login(h.events, "beta", "a1", HOST_MS(1));
        start(&h, CSUCCESS_OK);
        for (int i = 0; i < n && (op = csuccess_engine_next(h.engine, HOST_MS(3))); i++) {
            csuccess_op_call(op, csuccess_memory_store_ops(), h.store, NULL, NULL);
            if (i + 1 < n) csuccess_engine_answer(h.engine, op->id, NULL);
        }
        csuccess_engine_free(h.engine);
        h.engine = NULL;
        CHECK_OK(csuccess_events_clear(h.events)); /* let go */
        host_close(&h);
    }
}

/* ---- Rights and clock ---- */

static void rights(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str role = CSUCCESS_STR("csm");
    csuccess_principal csm = CSUCCESS_PRINCIPAL_INIT;
    csuccess_text *text = NULL;
    csm.id = CSUCCESS_STR("carla");
    csm.roles = &role;
    csm.role_count = 1;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK_RESULT(csuccess_engine_run(h.engine, &csm, HOST_MS(3), NULL, NULL, &err),
                 CSUCCESS_EDENIED);
    CHECK_RESULT(csuccess_engine_set_config(h.engine, h.config, &csm, &err), CSUCCESS_EDENIED);
    CHECK_RESULT(
        csuccess_engine_state(h.engine, CSUCCESS_STR("acme"), &csm, HOST_MS(3), &text, &err),
        CSUCCESS_EDENIED);
    CHECK_RESULT(csuccess_engine_erase(h.engine, CSUCCESS_STR("acme"), CSUCCESS_STR(""), &csm,
                                       HOST_MS(3), &text, &err),
                 CSUCCESS_EDENIED);
    CHECK_RESULT(
        csuccess_engine_parked(h.engine, CSUCCESS_STR(""), &csm, HOST_MS(3), &text, &err),
        CSUCCESS_EDENIED);
    CHECK(text == NULL);
    csm.id = CSUCCESS_STR("");
    CHECK_RESULT(csuccess_engine_run(h.engine, &csm, HOST_MS(3), NULL, NULL, &err),
                 CSUCCESS_EINVALID);
    host_close(&h);
}

static void clock_rules(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_RESULT(csuccess_engine_ingest(h.engine, h.events, NULL, INT64_MAX, &err),
                 CSUCCESS_EINVALID);
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK_RESULT(host_run(&h, HOST_MS(2), NULL), CSUCCESS_OK); /* raised */
    CHECK_UINT(host_figures(&h).clock_raised, 1);
    CHECK_INT(host_figures(&h).clock_ms, HOST_MS(3));
    CHECK_OK(host_run(&h, HOST_MS(10), NULL));
    CHECK_RESULT(csuccess_engine_run(h.engine, NULL, HOST_MS(17) + 1, NULL, NULL, &err),
                 CSUCCESS_ECLOCK);
    CHECK_HAS(err.message, "csuccess_engine_confirm_clock()");
    CHECK_UINT(host_figures(&h).clock_refused, 1);
    CHECK_INT(host_figures(&h).clock_ms, HOST_MS(10));
    CHECK_OK(csuccess_engine_confirm_clock(h.engine, HOST_MS(17) + 1, &err));
    CHECK_OK(host_run(&h, HOST_MS(17) + 1, NULL));
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(stores_that_lie), CHECK_TEST(revisions_backwards),
           CHECK_TEST(foreign_rows), CHECK_TEST(called_from_a_slot), CHECK_TEST(registration),
           CHECK_TEST(options), CHECK_TEST(tickets), CHECK_TEST(late_replies),
           CHECK_TEST(freed_under_way), CHECK_TEST(rights), CHECK_TEST(clock_rules))
