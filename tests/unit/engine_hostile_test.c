/* SPDX-License-Identifier: Apache-2.0 */
/* Engines under attack: erasures by an engine that knows nothing yet, transactions across a change of configuration, previews by those who may not read, stores that lease what nobody asked for. */
#include "engine_host.h"

/* host_document with a part replaced. */
static void with(char *out, size_t cap, const char *part, const char *instead)
{
    const char *at = strstr(host_document, part);
    if (!CHECK(at != NULL)) return;
    snprintf(out, cap, "%.*s%s%s", (int)(at - host_document), host_document, instead,
             at + strlen(part));
}

static csuccess_engine *second_engine(host *h)
{
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    csuccess_engine *engine = NULL;
    options.random = host_random;
    options.random_ud = h;
    CHECK_OK(csuccess_engine_new(&engine, h->config, &options, NULL));
    CHECK_OK(
        csuccess_engine_set_store(engine, csuccess_memory_store_ops(), h->store, NULL, NULL));
    return engine;
}

/* ---- Stores that lie ---- */

typedef struct liar {
    host *h;
    const csuccess_store_ops *honest;
    uint64_t round;
} liar;

#define PASS(slot) \
    static void pass_##slot(void *ud, const csuccess_##slot##_request *request, \
                            csuccess_reply *reply) \
    { \
        liar *l = ud; \
        l->honest->slot(l->h->store, request, reply); \
    }
PASS(load)
PASS(commit)
PASS(due)
PASS(defer)
PASS(claim)
PASS(settle)
PASS(scan)
PASS(history)
PASS(outbox)
PASS(erase)

static csuccess_store_ops liars_ops(void)
{
    csuccess_store_ops ops = {sizeof ops,   pass_load,   pass_commit, pass_due,
                              pass_defer,   pass_claim,  pass_settle, pass_scan,
                              pass_history, pass_outbox, pass_erase};
    return ops;
}

/* ---- Erasing ---- */

static void forget(csuccess_engine *engine, const char *customer, const char *contact)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    if (!CHECK_OK(csuccess_engine_erase(engine, check_view(customer), check_view(contact), NULL,
                                        HOST_MS(3), &text, &err))) {
        printf("# %s\n", err.message);
    }
    csuccess_text_free(text);
}

/* The series of a customer are its own after a contact was erased, whatever lay on the desk before. */
static void forgetting_keeps_what_was_counted(void)
{
    for (int before = 0; before < 2; before++) {
        host h;
        csuccess_text *was = NULL, *is = NULL;
        host_open(&h, NULL);
        for (int i = 0; i < 4; i++) {
            char id[8];
            snprintf(id, sizeof id, "a%d", i);
            host_login(h.events, "acme", id, HOST_MS(2));
        }
        CHECK_OK(host_ingest(&h, HOST_MS(3)));
        CHECK_OK(csuccess_engine_score(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &was,
                                       NULL));
        csuccess_engine *engine = second_engine(&h);
        if (before) { /* another customer lies there */
            CHECK_OK(csuccess_events_clear(h.events));
            for (int i = 0; i < 9; i++) {
                char id[8];
                snprintf(id, sizeof id, "b%d", i);
                host_login(h.events, "other", id, HOST_MS(2));
            }
            CHECK_OK(csuccess_engine_ingest(engine, h.events, NULL, HOST_MS(3), NULL));
        }
        forget(engine, "acme", "ann");
        CHECK_OK(
            csuccess_engine_score(engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &is, NULL));
        if (was && is) CHECK_STR(csuccess_text_view(is), csuccess_text_view(was).ptr);
        csuccess_text_free(was);
        csuccess_text_free(is);
        csuccess_engine_free(engine);
        host_close(&h);
    }
}

/* ---- A transaction is a call under way ---- */

static void a_transaction_keeps_its_configuration(void)
{
    host h;
    csuccess_txn *txn = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    csuccess_txn_about about = {.size = sizeof about,
                                .customer = CSUCCESS_STR("acme"),
                                .events = h.events,
                                .now_ms = HOST_MS(3)};
    CHECK_OK(csuccess_txn_begin(&txn, h.engine, &about, &err));
    CHECK_RESULT(csuccess_engine_set_config(h.engine, h.config, NULL, &err), CSUCCESS_EBUSY);
    csuccess_memory_store_ops()->load(h.store, csuccess_txn_need(txn), csuccess_txn_reply(txn));
    CHECK_OK(csuccess_txn_apply(txn, &err));
    CHECK(csuccess_txn_batch(txn) != NULL);
    csuccess_txn_free(txn);
    CHECK_OK(csuccess_engine_set_config(h.engine, h.config, NULL, &err));
    host_close(&h);
}

/* ---- Who may not ---- */

static const char *const rules =
    "\"access\":{\"owner\":\"csm\",\"roles\":{"
    "\"writer\":{\"scope\":\"all\",\"may\":{\"event\":[\"write\"]}},"
    "\"runner\":{\"scope\":\"all\",\"may\":{\"engine\":[\"read\",\"run\"]}},"
    "\"owner\":{\"scope\":\"assigned\",\"may\":{\"override\":[\"write\"]}},"
    "\"nobody\":{\"scope\":\"all\",\"may\":{}}}}";

static csuccess_principal who(const csuccess_str *role)
{
    csuccess_principal p = CSUCCESS_PRINCIPAL_INIT;
    p.id = CSUCCESS_STR("mallory");
    p.roles = role;
    p.role_count = 1;
    return p;
}

static void open_ruled(host *h)
{
    char doc[3072];
    with(doc, sizeof doc, "\"access\":{\"owner\":\"csm\"}", rules);
    host_open_as(h, doc, NULL);
    host_connect(h);
    host_json(h->events, "{\"type\":\"group\",\"messageId\":\"g\",\"groupId\":\"acme\","
                         "\"timestamp\":\"2026-01-02T00:00:00Z\",\"traits\":{\"plan\":"
                         "\"secret plan\"}}");
    CHECK_OK(host_ingest(h, HOST_MS(3)));
    CHECK_OK(csuccess_events_clear(h->events));
}

/* A preview shows the customer: who may not read it sees nothing. */
static void previews_are_for_readers(void)
{
    static const char *const roles[] = {"writer", "nobody"};
    for (size_t i = 0; i < 2; i++) {
        host h;
        csuccess_text *text = NULL;
        csuccess_str role = check_view(roles[i]);
        csuccess_principal p = who(&role);
        open_ruled(&h);
        host_login(h.events, "acme", "x", HOST_MS(5));
        csuccess_engine_preview(h.engine, h.events, &p, HOST_MS(9), &text, NULL);
        if (text) CHECK(strstr(csuccess_text_view(text).ptr, "secret plan") == NULL);
        CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_EDENIED);
        csuccess_text_free(text);
        host_close(&h);
    }
}

/* What a principal may not do leaves nothing behind, not even what was due anyhow in their name. */
static void the_denied_change_nothing(void)
{
    host h;
    csuccess_text *was = NULL, *is = NULL;
    csuccess_str role = CSUCCESS_STR("nobody");
    csuccess_principal p = who(&role);
    open_ruled(&h);
    CHECK_OK(csuccess_memory_store_dump(&was, h.store, NULL));
    host_login(h.events, "acme", "x", HOST_MS(5));
    CHECK_RESULT(csuccess_engine_ingest(h.engine, h.events, &p, HOST_MS(9), NULL),
                 CSUCCESS_UNDECIDED);
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_EDENIED);
    CHECK_OK(csuccess_memory_store_dump(&is, h.store, NULL));
    if (was && is) CHECK_STR(csuccess_text_view(is), csuccess_text_view(was).ptr);
    csuccess_text_free(was);
    csuccess_text_free(is);
    host_close(&h);
}

/* An import sends nothing: who may only hand in events cannot keep alerts quiet by it. */
static void imports_take_a_right(void)
{
    static const char *const roles[] = {"writer", "runner"};
    for (size_t i = 0; i < 3; i++) {
        host h;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_txn *txn = NULL;
        csuccess_str held[] = {check_view(roles[i % 2]), CSUCCESS_STR("runner")};
        csuccess_principal p = who(held);
        p.role_count = i == 2 ? 2 : 1;
        open_ruled(&h);
        host_login(h.events, "acme", "x", HOST_MS(3));
        csuccess_result expected = i == 0   ? CSUCCESS_EDENIED
                                   : i == 1 ? CSUCCESS_UNDECIDED
                                            : CSUCCESS_OK;
        CHECK_RESULT(csuccess_engine_import(h.engine, h.events, &p, HOST_MS(3), &err),
                     expected);
        if (i == 0) CHECK_HAS(err.message, "engine run");
        csuccess_txn_about about = {.size = sizeof about,
                                    .customer = CSUCCESS_STR("acme"),
                                    .principal = &p,
                                    .import = 1,
                                    .now_ms = HOST_MS(3)};
        CHECK_RESULT(csuccess_txn_begin(&txn, h.engine, &about, &err),
                     i == 0 ? CSUCCESS_EDENIED : CSUCCESS_OK);
        csuccess_txn_free(txn);
        host_close(&h);
    }
}

/* Who may run the engine runs it: messages are the engine's to look at, not the runner's. */
static void a_runner_sends(void)
{
    host h;
    csuccess_str role = CSUCCESS_STR("runner");
    csuccess_principal p = who(&role);
    char doc[3072];
    with(doc, sizeof doc, "\"access\":{\"owner\":\"csm\"}", rules);
    host_open_as(&h, doc, NULL);
    host_connect(&h);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK_OK(csuccess_engine_run(h.engine, &p, HOST_MS(3), NULL, NULL, NULL));
    CHECK_UINT(h.sends, 1);
    CHECK_UINT(host_figures(&h).delivered, 1);
    host_close(&h);
}

static csuccess_result override_result(bool together)
{
    static const char *const group =
        "{\"type\":\"group\",\"messageId\":\"g\",\"groupId\":\"new\",\"timestamp\":"
        "\"2026-01-02T00:00:00Z\",\"traits\":{\"csm\":\"mallory\"}}";
    static const char *const over =
        "{\"type\":\"override\",\"messageId\":\"o\",\"groupId\":\"new\",\"timestamp\":"
        "\"2026-01-03T00:00:00Z\",\"properties\":{\"score\":90,\"reason\":\"call\",\"expires\":"
        "\"2026-01-20T00:00:00Z\"}}";
    host h;
    csuccess_str roles[] = {CSUCCESS_STR("writer"), CSUCCESS_STR("owner")};
    csuccess_principal p = who(roles);
    char doc[3072];
    p.role_count = 2;
    with(doc, sizeof doc, "\"access\":{\"owner\":\"csm\"}", rules);
    host_open_as(&h, doc, NULL);
    host_connect(&h);
    host_json(h.events, group);
    if (!together) {
        CHECK_OK(csuccess_engine_ingest(h.engine, h.events, &p, HOST_MS(3), NULL));
        CHECK_OK(csuccess_events_clear(h.events));
    }
    host_json(h.events, over);
    csuccess_engine_ingest(h.engine, h.events, &p, HOST_MS(3), NULL);
    csuccess_str reason;
    csuccess_result result =
        csuccess_events_result(h.events, csuccess_events_count(h.events) - 1, &reason);
    if (result < 0) printf("# %s\n", reason.ptr);
    host_close(&h);
    return result;
}

/* The owner is the one that the inputs before name, in this call or in an earlier one. */
static void batching_makes_no_owner(void)
{
    CHECK_RESULT(override_result(false), CSUCCESS_OK);
    CHECK_RESULT(override_result(true), CSUCCESS_OK);
}

/* ---- Inputs ---- */

/* An id is used up by what was applied, not by what was refused: together as one by one. */
static void a_refused_input_is_not_known(void)
{
    for (int together = 0; together < 2; together++) {
        host h;
        host_open(&h, NULL);
        csuccess_event event = CSUCCESS_EVENT_INIT;
        event.type = CSUCCESS_EVENT_TRACK;
        event.id = CSUCCESS_STR("a1");
        event.customer = CSUCCESS_STR("acme");
        event.name = CSUCCESS_STR("login");
        event.at_ms = HOST_MS(1);
        event.expires_at_ms = HOST_MS(2);
        CHECK_OK(csuccess_events_add(h.events, &event, NULL));
        if (!together) {
            CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_UNDECIDED);
            CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_EEXPIRED);
            CHECK_OK(csuccess_events_clear(h.events));
        }
        host_login(h.events, "acme", "a1", HOST_MS(1));
        host_ingest(&h, HOST_MS(3));
        CHECK_RESULT(
            csuccess_events_result(h.events, csuccess_events_count(h.events) - 1, NULL),
            CSUCCESS_OK);
        host_close(&h);
    }
}

/* Hides from `load` that the inputs are known, so that only `commit` finds out. */
static void load_nothing_known(void *ud, const csuccess_load_request *request,
                               csuccess_reply *reply)
{
    liar *l = ud;
    csuccess_load_request less = *request;
    if (l->round++ == 0) less.input_count = 0;
    l->honest->load(l->h->store, &less, reply);
}

/* Somebody else was faster with what can be applied: that is known, what is refused is refused. */
static void the_slower_of_two(void)
{
    host h;
    csuccess_event late = CSUCCESS_EVENT_INIT;
    liar l = {.h = &h, .honest = csuccess_memory_store_ops()};
    csuccess_store_ops ops = liars_ops();
    ops.load = load_nothing_known;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    late.type = CSUCCESS_EVENT_TRACK;
    late.id = CSUCCESS_STR("a2");
    late.customer = CSUCCESS_STR("acme");
    late.name = CSUCCESS_STR("login");
    late.at_ms = HOST_MS(1);
    late.expires_at_ms = HOST_MS(2);
    CHECK_OK(csuccess_events_add(h.events, &late, NULL));
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_UNDECIDED);
    CHECK_OK(csuccess_engine_set_store(h.engine, &ops, &l, NULL, NULL));
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_UNDECIDED);
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_UNCHANGED);
    CHECK_RESULT(csuccess_events_result(h.events, 1, NULL), CSUCCESS_EEXPIRED);
    CHECK_UINT(host_figures(&h).replays, 1);
    CHECK_UINT(host_figures(&h).inputs_applied, 1);
    CHECK_UINT(host_figures(&h).inputs_known, 1);
    CHECK_UINT(host_figures(&h).inputs_expired, 2);
    host_close(&h);
}

/* What is quarantined is not counted. */
static void quarantine_counts_nothing(void)
{
    host h;
    char doc[3072];
    with(doc, sizeof doc, "\"logins\":{\"event\":\"login\"",
         "\"logins\":{\"event\":\"response\"");
    host_open_as(&h, doc, NULL);
    host_connect(&h);
    host_json(h.events, "{\"type\":\"response\",\"event\":\"bounced\",\"messageId\":\"r\","
                        "\"groupId\":\"acme\",\"userId\":\"ann\",\"timestamp\":"
                        "\"2026-01-02T00:00:00Z\"}");
    host_ingest(&h, HOST_MS(3));
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_ERANGE);
    csuccess_text *text = NULL;
    CHECK_OK(
        csuccess_engine_state(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &text, NULL));
    if (text) CHECK(strstr(csuccess_text_view(text).ptr, "\"before\":1") == NULL);
    csuccess_text_free(text);
    host_close(&h);
}

/* How far a source reaches is not known from the future, of one customer or of all. */
static void sources_of_the_future(void)
{
    static const char *const texts[] = {
        "{\"type\":\"source\",\"event\":\"product\",\"messageId\":\"s\",\"timestamp\":"
        "\"2030-01-02T00:00:00Z\",\"properties\":{\"covered_to\":\"2030-01-01T00:00:00Z\"}}",
        "{\"type\":\"source\",\"event\":\"product\",\"groupId\":\"acme\",\"messageId\":\"s\","
        "\"timestamp\":\"2030-01-02T00:00:00Z\",\"properties\":{\"covered_to\":"
        "\"2030-01-01T00:00:00Z\"}}"};
    host h;
    host_open(&h, NULL);
    for (size_t i = 0; i < 2; i++) host_json(h.events, texts[i]);
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_UNDECIDED);
    for (size_t i = 0; i < 2; i++) {
        CHECK_RESULT(csuccess_events_result(h.events, i, NULL), CSUCCESS_ERANGE);
    }
    host_close(&h);
}

/* ---- Budgets ---- */

static void rise_and_fall(host *h, int64_t now, int round)
{
    char id[32];
    CHECK_OK(csuccess_events_clear(h->events));
    for (int k = 0; k < (round % 2 ? 12 : 1); k++) {
        snprintf(id, sizeof id, "i%d-%d", round, k);
        host_login(h->events, "acme", id, now);
    }
    CHECK_OK(csuccess_engine_confirm_clock(h->engine, now, NULL));
    CHECK_OK(host_ingest(h, now));
}

static size_t state_size(host *h, int64_t now)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_engine_state(h->engine, CSUCCESS_STR("acme"), NULL, now, &text, NULL));
    size_t size = text ? csuccess_text_view(text).len : 0;
    csuccess_text_free(text);
    return size;
}

/* A budget that is used up for ever holds nothing back for ever: the state stays as it is. */
static void a_budget_for_ever(void)
{
    host h;
    char doc[3072];
    int64_t now = HOST_MS(3);
    size_t first = 0;
    with(doc, sizeof doc, "\"slack\":{\"retry\"",
         "\"slack\":{\"cost\":3,\"budget\":{\"limit\":5},\"retry\"");
    host_open_as(&h, doc, NULL);
    host_connect(&h);
    for (int i = 0; i < 40; i++) {
        rise_and_fall(&h, now, i);
        now += i % 2 ? 32 * HOST_DAY : HOST_DAY;
        CHECK_OK(csuccess_engine_confirm_clock(h.engine, now, NULL));
        if (i == 7) first = state_size(&h, now);
    }
    CHECK(state_size(&h, now) < first + 100);
    CHECK_OK(host_run(&h, now, NULL));
    CHECK_UINT(h.sends, 1);
    host_close(&h);
}

/* ---- Imports ---- */

/* Customers that were imported are customers: they count against what is a mass change. */
static void imported_customers_count(void)
{
    host h;
    char doc[3072];
    csuccess_text *text = NULL;
    with(doc, sizeof doc, "\"policies\":{",
         "\"policies\":{\"mass_change\":{\"share\":0.2,\"within\":\"PT1H\",\"at_least\":3,"
         "\"hold\":\"PT4H\"},");
    host_open_as(&h, doc, NULL);
    host_connect(&h);
    for (int i = 0; i < 10; i++) {
        char customer[8];
        snprintf(customer, sizeof customer, "c%d", i);
        host_login(h.events, customer, "a", HOST_MS(1));
    }
    CHECK_OK(csuccess_engine_import(h.engine, h.events, NULL, HOST_MS(3), NULL));
    CHECK_OK(csuccess_memory_store_dump(&text, h.store, NULL));
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "",
              "\"ledgers\":[{\"key\":\"customers\",\"sum\":10}]");
    csuccess_text_free(text);
    forget(h.engine, "c3", ""); /* and those that are erased are none any more */
    CHECK_OK(csuccess_memory_store_dump(&text, h.store, NULL));
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "",
              "\"ledgers\":[{\"key\":\"customers\",\"sum\":9}]");
    csuccess_text_free(text);
    host_close(&h);
}

/* ---- Leases that are none ---- */

static void lease_a_source(void *ud, const csuccess_due_request *request, csuccess_reply *reply)
{
    liar *l = ud;
    if (l->round++ == 0) {
        csuccess_reply_lease(reply, (csuccess_str){"\0product", 8}, CSUCCESS_STR("t"),
                             request->now_ms, 0);
    }
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}

/* A customer's id has no byte 0: what a store leases by such a name is no source. */
static void leases_of_nobody(void)
{
    host h;
    liar l = {.h = &h, .honest = csuccess_memory_store_ops()};
    csuccess_store_ops ops = liars_ops();
    ops.due = lease_a_source;
    host_open(&h, NULL);
    CHECK_OK(csuccess_engine_set_store(h.engine, &ops, &l, NULL, NULL));
    CHECK_RESULT(host_run(&h, HOST_MS(3), NULL), CSUCCESS_OK); /* it is given back */
    CHECK_RESULT(host_run(&h, HOST_MS(3), NULL), CSUCCESS_UNCHANGED);
    host_close(&h);
}

/* A signal that is new every time, and a message that is always the same, in that order. */
static void claim_again(void *ud, const csuccess_claim_request *request, csuccess_reply *reply)
{
    liar *l = ud;
    char id[65], body[256];
    snprintf(id, sizeof id, "%064llu", (unsigned long long)++l->round);
    snprintf(body, sizeof body,
             "{\"messageId\":\"%s\",\"type\":\"child\",\"timestamp\":\"2026-01-02T00:00:00Z\","
             "\"groupId\":\"acme\",\"properties\":{\"child\":\"x\",\"path\":["
             "\"000000000000000x\"],\"n\":1}}",
             id);
    csuccess_message signal = {.size = sizeof signal,
                               .id = check_view(id),
                               .customer = CSUCCESS_STR("x"),
                               .channel = {"", 0},
                               .target = CSUCCESS_STR("acme"),
                               .contact = {"", 0},
                               .purpose = {"", 0},
                               .definition = CSUCCESS_STR("d"),
                               .body = check_view(body),
                               .created_ms = request->now_ms,
                               .not_before_ms = request->now_ms,
                               .expires_ms = CSUCCESS_TIME_NEVER};
    csuccess_message message = signal;
    message.id =
        CSUCCESS_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    message.channel = CSUCCESS_STR("slack");
    message.customer = CSUCCESS_STR("acme");
    message.target = (csuccess_str){"", 0};
    message.body = CSUCCESS_STR("{}");
    csuccess_reply_message(reply, &signal, CSUCCESS_STR("t"));
    csuccess_reply_message(reply, &message, CSUCCESS_STR("u"));
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}

static void settle_all(void *ud, const csuccess_settle_request *request, csuccess_reply *reply)
{
    (void)ud;
    (void)request;
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}

/* A run that is stopped while its messages wait for the ledgers of a mass change ends once. */
static void the_same_message_for_ever(void)
{
    host h;
    char doc[3072];
    liar l = {.h = &h, .honest = csuccess_memory_store_ops()};
    csuccess_store_ops ops = liars_ops();
    ops.claim = claim_again;
    ops.settle = settle_all;
    with(doc, sizeof doc, "\"policies\":{",
         "\"policies\":{\"mass_change\":{\"share\":0.2,\"within\":\"PT1H\",\"at_least\":3,"
         "\"hold\":\"PT4H\"},");
    host_open_as(&h, doc, NULL);
    host_connect(&h);
    CHECK_OK(csuccess_engine_set_store(h.engine, &ops, &l, NULL, NULL));
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    uint64_t before = host_figures(&h).operations, first = 0;
    for (int i = 0; i < 3; i++) {
        CHECK_RESULT(csuccess_engine_run(h.engine, NULL, HOST_MS(3) + i, NULL, NULL, NULL),
                     CSUCCESS_ECALLBACK);
        uint64_t now = host_figures(&h).operations;
        if (i == 0) first = now - before;
        CHECK_UINT(now - before, first); /* none is done twice */
        before = now;
    }
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(forgetting_keeps_what_was_counted),
           CHECK_TEST(a_transaction_keeps_its_configuration),
           CHECK_TEST(previews_are_for_readers), CHECK_TEST(the_denied_change_nothing),
           CHECK_TEST(imports_take_a_right), CHECK_TEST(a_runner_sends),
           CHECK_TEST(the_slower_of_two), CHECK_TEST(batching_makes_no_owner),
           CHECK_TEST(a_refused_input_is_not_known), CHECK_TEST(quarantine_counts_nothing),
           CHECK_TEST(sources_of_the_future), CHECK_TEST(a_budget_for_ever),
           CHECK_TEST(imported_customers_count), CHECK_TEST(leases_of_nobody),
           CHECK_TEST(the_same_message_for_ever))
