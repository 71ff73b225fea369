/* SPDX-License-Identifier: Apache-2.0 */
/* What nobody looks after: messages whose channel never comes, clocks that are not the same, customers without anything to come. */
#include "engine_host.h"

/* ---- Nobody there to send it ---- */

typedef struct store_of_one {
    uint32_t outcome; /* 0: it was not claimed yet */
} store_of_one;

/* A message to a channel that nobody registered, over since then. */
static void claim_expired(void *ud, const csuccess_claim_request *request,
                          csuccess_reply *reply)
{
    store_of_one *s = ud;
    csuccess_message message = {
        .size = sizeof message,
        .id = CSUCCESS_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        .customer = CSUCCESS_STR("acme"),
        .channel = CSUCCESS_STR("telex"),
        .definition = CSUCCESS_STR("d"),
        .body = CSUCCESS_STR("{}"),
        .created_ms = HOST_MS(1),
        .not_before_ms = HOST_MS(1),
        .expires_ms = HOST_MS(3)};
    (void)request;
    if (s->outcome == 0) csuccess_reply_message(reply, &message, CSUCCESS_STR("t"));
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}

static void settle_and_see(void *ud, const csuccess_settle_request *request,
                           csuccess_reply *reply)
{
    store_of_one *s = ud;
    s->outcome = request->outcome;
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}

static void nobody_due(void *ud, const csuccess_due_request *request, csuccess_reply *reply)
{
    (void)ud;
    (void)request;
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}

/* It waits for its channel until it is over, and no longer. */
static void an_end_without_a_channel(void)
{
    host h;
    host_open(&h, NULL);
    store_of_one s = {.outcome = 0};
    csuccess_store_ops one_message = *csuccess_memory_store_ops();
    one_message.due = nobody_due;
    one_message.claim = claim_expired;
    one_message.settle = settle_and_see;
    CHECK_OK(csuccess_engine_set_store(h.engine, &one_message, &s, NULL, NULL));
    CHECK(host_run(&h, HOST_MS(3) - 1, NULL) >= 0);
    CHECK_UINT(s.outcome, CSUCCESS_SETTLE_RETRY);
    s.outcome = 0;
    CHECK(host_run(&h, HOST_MS(3), NULL) >= 0);
    CHECK_UINT(s.outcome, CSUCCESS_SETTLE_DROPPED);
    CHECK_UINT(host_figures(&h).dropped, 1);
    host_close(&h);
}

/* ---- Another engine's clock ---- */

/* A state that was advanced later than this engine's now: its time holds, and that is counted. */
static void a_clock_behind_anothers(void)
{
    host h;
    host_open(&h, NULL);
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    csuccess_engine *ahead = NULL;
    options.random = host_random;
    options.random_ud = &h;
    CHECK_OK(csuccess_engine_new(&ahead, h.config, &options, NULL));
    CHECK_OK(
        csuccess_engine_set_store(ahead, csuccess_memory_store_ops(), h.store, NULL, NULL));
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(csuccess_engine_ingest(ahead, h.events, NULL, HOST_MS(5), NULL));
    CHECK_OK(csuccess_events_clear(h.events));
    host_login(h.events, "acme", "a2", HOST_MS(2));
    host_login(h.events, "beta", "b1", HOST_MS(2));
    CHECK_OK(host_ingest(&h, HOST_MS(4)));
    CHECK_UINT(host_figures(&h).clock_raised, 1); /* acme's, not beta's */
    CHECK_INT(host_figures(&h).clock_ms, HOST_MS(4));
    csuccess_engine_free(ahead);
    host_close(&h);
}

/* ---- Nothing to come by itself ---- */

/* Customers under a configuration that scores nothing come under a later one that does within a week, without an input. */
static void a_later_configuration_finds_all(void)
{
    host h;
    csuccess_config *scores = NULL;
    csuccess_text *text = NULL;
    int64_t next = 0;
    host_open_as(&h,
                 "{\"csuccess\":1,\"aggregates\":{\"logins\":{\"event\":\"login\",\"count\":"
                 "true,\"window\":\"lifetime\"}}}",
                 NULL);
    host_connect(&h);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(1)));
    CHECK_RESULT(host_run(&h, HOST_MS(1), &next), CSUCCESS_UNCHANGED);
    CHECK_OK(csuccess_config_compile(&scores, check_view(host_document), NULL, NULL));
    CHECK_OK(csuccess_engine_set_config(h.engine, scores, NULL, NULL));
    CHECK_RESULT(host_run(&h, HOST_MS(8) - 1, NULL), CSUCCESS_UNCHANGED);
    CHECK_RESULT(host_run(&h, HOST_MS(8), NULL), CSUCCESS_OK);
    CHECK_OK(
        csuccess_engine_explain(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(8), &text, NULL));
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "", "\"kind\":\"definition\"");
    csuccess_text_free(text);
    csuccess_config_unref(scores);
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(an_end_without_a_channel), CHECK_TEST(a_clock_behind_anothers),
           CHECK_TEST(a_later_configuration_finds_all))
