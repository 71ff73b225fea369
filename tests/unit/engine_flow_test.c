/* SPDX-License-Identifier: Apache-2.0 */
/* Flow under an engine: enrollments over new configurations and engines, a ledger that bounds them, assignments by load, zones of the host, and what publishing would come to. */
#include "engine_host.h"

#define HEAD \
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"},\"zone\":{\"type\":" \
    "\"string\"}},\"channels\":{\"slack\":{}},"
#define JOURNEY(more, steps) \
    HEAD "\"journeys\":{\"j\":{\"trigger\":{\"event\":\"start\"}," more "\"steps\":{" steps \
         "}}}}"
#define WAITS(days) \
    "\"wait\":{\"type\":\"wait\",\"for\":\"P" #days \
    "D\"},\"out\":{\"type\":\"exit\",\"outcome\":\"success\"}"

static void start(host *h, const char *customer, const char *id, int64_t at)
{
    csuccess_event event = CSUCCESS_EVENT_INIT;
    event.type = CSUCCESS_EVENT_TRACK;
    event.id = check_view(id);
    event.customer = check_view(customer);
    event.name = CSUCCESS_STR("start");
    event.at_ms = at;
    csuccess_events_clear(h->events);
    CHECK_OK(csuccess_events_add(h->events, &event, NULL));
    CHECK_OK(csuccess_engine_ingest(h->engine, h->events, NULL, at, NULL));
}

static void run(host *h, int64_t at)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess_engine_run(h->engine, NULL, at, NULL, NULL, &err);
    if (!CHECK(result >= 0)) printf("# %s\n", err.message);
}

/* Whether the explanation of the customer, its state and history, has the text. */
static bool explained(host *h, const char *customer, int64_t at, const char *part)
{
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    bool found = false;
    if (!CHECK_OK(
            csuccess_engine_explain(h->engine, check_view(customer), NULL, at, &text, &err)))
        printf("# %s\n", err.message);
    if (text) found = strstr(csuccess_text_view(text).ptr, part) != NULL;
    csuccess_text_free(text);
    return found;
}

static csuccess_config *compile(const char *document)
{
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_config_compile(&config, check_view(document), NULL, &err)))
        printf("# %s at %s\n", err.message, err.pointer);
    return config;
}

static void publish(host *h, const char *document)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = compile(document);
    CHECK_OK(csuccess_engine_set_config(h->engine, config, NULL, &err));
    csuccess_config_unref(config);
}

/* Another engine over the same store, as after a restart. */
static void restart(host *h, const char *document)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    options.allocator = &h->memory.allocator;
    options.random = host_random;
    options.random_ud = h;
    csuccess_engine_free(h->engine);
    csuccess_config_unref(h->config);
    h->config = compile(document);
    CHECK_OK(csuccess_engine_new(&h->engine, h->config, &options, &err));
    host_connect(h);
}

/* ---- Definitions that change under those on their way ---- */

static void pinned_enrollments_end_as_they_began(void)
{
    host h;
    host_open_as(&h, JOURNEY("", WAITS(5)), NULL);
    host_connect(&h);
    start(&h, "old", "s1", HOST_MS(0));
    /* A wait of nine days for those that begin from now on; another engine, which never saw the first definition. */
    restart(&h, JOURNEY("", WAITS(9)));
    start(&h, "new", "s2", HOST_MS(1));
    run(&h, HOST_MS(4));
    CHECK(explained(&h, "old", HOST_MS(4), "\"step\":\"wait\""));
    run(&h, HOST_MS(5));
    CHECK(explained(&h, "old", HOST_MS(5), "\"event\":\"completed\""));
    run(&h, HOST_MS(9));
    CHECK(!explained(&h, "new", HOST_MS(9), "\"event\":\"completed\""));
    run(&h, HOST_MS(10));
    CHECK(explained(&h, "new", HOST_MS(10), "\"event\":\"completed\""));
    host_close(&h);
}

static void a_map_moves_enrollments_to_the_new_steps(void)
{
    host h;
    host_open_as(&h, JOURNEY("", WAITS(5)), NULL);
    host_connect(&h);
    start(&h, "c", "s1", HOST_MS(0));
    publish(&h, JOURNEY("\"on_change\":{\"map\":{\"wait\":\"rest\"}},",
                        "\"rest\":{\"type\":\"wait\",\"for\":\"P5D\"},\"far\":{\"type\":"
                        "\"exit\",\"outcome\":\"success\"}"));
    run(&h, HOST_MS(5));
    CHECK(explained(&h, "c", HOST_MS(5), "\"event\":\"moved\""));
    CHECK(explained(&h, "c", HOST_MS(5), "\"step\":\"far\""));
    host_close(&h);
}

static void a_step_without_a_place_is_refused_by_name(void)
{
    host h;
    host_open_as(&h, JOURNEY("", WAITS(5)), NULL);
    host_connect(&h);
    start(&h, "c", "s1", HOST_MS(0));
    publish(&h, JOURNEY("\"on_change\":{\"map\":{}},",
                        "\"rest\":{\"type\":\"wait\",\"for\":\"P5D\"},\"far\":{\"type\":"
                        "\"exit\",\"outcome\":\"success\"}"));
    run(&h, HOST_MS(5));
    CHECK(explained(&h, "c", HOST_MS(5), "\"event\":\"refused\""));
    CHECK(explained(&h, "c", HOST_MS(5), "\"step\":\"out\"")); /* it went on as it began */
    host_close(&h);
}

static void a_definition_that_is_gone_fails_the_enrollment(void)
{
    host h;
    host_open_as(&h, JOURNEY("", WAITS(5)), NULL);
    host_connect(&h);
    start(&h, "c", "s1", HOST_MS(0));
    /* The attribute that the old definition would read is no more: it reads none, so it compiles; one that reads a name that is gone does not. */
    restart(
        &h,
        JOURNEY("",
                "\"wait\":{\"type\":\"wait\",\"for\":\"P2D\"},\"if\":{\"type\":\"condition\","
                "\"when\":\"plan == 'a'\",\"true\":\"out\",\"false\":\"out\"},"
                "\"out\":{\"type\":\"exit\",\"outcome\":\"success\"}"));
    start(&h, "d", "s2", HOST_MS(1));
    restart(&h, "{\"csuccess\":1,\"attributes\":{\"tier\":{\"type\":\"string\"}},\"channels\":{"
                "\"slack\":{}},\"journeys\":{\"j\":{\"trigger\":{\"event\":\"start\"},"
                "\"steps\":{" WAITS(7) "}}}}");
    run(&h, HOST_MS(6));
    CHECK(explained(&h, "c", HOST_MS(6), "\"event\":\"completed\""));
    CHECK(explained(&h, "d", HOST_MS(6), "\"event\":\"failed\""));
    CHECK(explained(&h, "d", HOST_MS(6), "plan"));
    host_close(&h);
}

/* ---- What spans customers ---- */

static void a_journey_takes_no_more_customers_than_it_says(void)
{
    host h;
    char customer[16], id[16];
    int in = 0, out = 0;
    host_open_as(&h, JOURNEY("\"concurrent\":{\"journey\":3},", WAITS(5)), NULL);
    host_connect(&h);
    for (int i = 0; i < 8; i++) {
        snprintf(customer, sizeof customer, "c%d", i);
        snprintf(id, sizeof id, "s%d", i);
        start(&h, customer, id, HOST_MS(0));
        in += explained(&h, customer, HOST_MS(0), "\"event\":\"enrolled\"");
        out += explained(&h, customer, HOST_MS(0), "\"event\":\"refused\"");
    }
    CHECK_INT(in, 3);
    CHECK_INT(out, 5);
    run(&h, HOST_MS(5)); /* three places are free */
    for (int i = 8; i < 12; i++) {
        snprintf(customer, sizeof customer, "c%d", i);
        snprintf(id, sizeof id, "s%d", i);
        start(&h, customer, id, HOST_MS(5));
        in += explained(&h, customer, HOST_MS(5), "\"event\":\"enrolled\"");
    }
    CHECK_INT(in, 6);
    /* Who is erased gives its place back. */
    csuccess_text *proof = NULL;
    CHECK_OK(csuccess_engine_erase(h.engine, CSUCCESS_STR("c8"), CSUCCESS_STR(""), NULL,
                                   HOST_MS(5), &proof, NULL));
    csuccess_text_free(proof);
    start(&h, "c12", "s12", HOST_MS(5));
    CHECK(explained(&h, "c12", HOST_MS(5), "\"event\":\"enrolled\""));
    host_close(&h);
}

/* ---- Zones ---- */

static csuccess_result two_hours_east(void *ud, csuccess_str zone, int64_t at_ms,
                                      csuccess_zone_answer *out)
{
    int *asked = ud;
    (void)at_ms;
    if (zone.len != 6 || memcmp(zone.ptr, "Nowhen", 6) != 0) return CSUCCESS_ENAME;
    ++*asked;
    out->offset_minutes = 120;
    return CSUCCESS_OK;
}

static void what_the_host_says_of_a_zone_is_kept(void)
{
    static const char document[] =
        HEAD "\"calendars\":{\"work\":{\"hours\":{\"mon\":[\"09:00-17:00\"],\"tue\":[\"09:00-"
             "17:00\"],\"wed\":[\"09:00-17:00\"],\"thu\":[\"09:00-17:00\"],\"fri\":[\"09:00-17:"
             "00\"]}}},"
             "\"journeys\":{\"j\":{\"trigger\":{\"event\":\"start\"},\"steps\":{\"wait\":{"
             "\"type\":\"wait\",\"for\":\"PT1H\",\"hours\":\"work\"},\"out\":{\"type\":"
             "\"exit\",\"outcome\":\"success\"}}}}}";
    host h;
    int asked = 0;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    options.zone = two_hours_east;
    options.zone_ud = &asked;
    host_open_as(&h, document, &options);
    host_connect(&h);
    host_json(h.events,
              "{\"type\":\"group\",\"groupId\":\"c\",\"messageId\":\"g\",\"timestamp\":\"2026-"
              "01-05T00:00:00Z\",\"traits\":{\"zone\":\"Nowhen\"}}");
    CHECK_OK(csuccess_engine_ingest(h.engine, h.events, NULL, HOST_MS(4), NULL));
    start(&h, "c", "s",
          HOST_MS(4)); /* Monday, 2026-01-05, midnight UTC: it opens at 07:00 UTC */
    run(&h, HOST_MS(4) + 7 * INT64_C(3600000) - 1);
    CHECK(!explained(&h, "c", HOST_MS(4) + 7 * INT64_C(3600000), "\"event\":\"completed\""));
    run(&h, HOST_MS(4) + 7 * INT64_C(3600000));
    CHECK(explained(&h, "c", HOST_MS(4) + 7 * INT64_C(3600000), "\"event\":\"completed\""));
    CHECK(asked > 0);
    CHECK(explained(&h, "c", HOST_MS(5), "\"offset_minutes\":120"));
    host_close(&h);
}

/* ---- Publishing ---- */

static void publishing_can_be_looked_at_before(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_txn *txn = NULL;
    csuccess_engine *other = NULL;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    csuccess_text *text = NULL;
    host_open_as(&h, HEAD "\"segments\":{\"a\":{\"when\":\"plan == 'a'\"}}}", NULL);
    host_connect(&h);
    host_json(h.events, "{\"type\":\"group\",\"groupId\":\"c\",\"messageId\":\"g\","
                        "\"timestamp\":\"2026-01-01T00:00:00Z\",\"traits\":{\"plan\":\"b\"}}");
    CHECK_OK(csuccess_engine_ingest(h.engine, h.events, NULL, HOST_MS(0), NULL));
    csuccess_config *config = compile(
        HEAD "\"segments\":{\"a\":{\"when\":\"plan == 'a'\"},\"b\":{\"when\":\"plan == 'b'\"}},"
             "\"journeys\":{\"all\":{\"trigger\":{\"when\":\"plan == "
             "'b'\",\"existing\":\"enroll\"},\"steps\":{" WAITS(
                 5) "}},"
                    "\"coming\":{\"trigger\":{\"when\":\"plan == 'b'\"},\"steps\":{" WAITS(
                        5) "}}}}");
    options.random = host_random;
    options.random_ud = &h;
    CHECK_OK(csuccess_engine_new(&other, config, &options, &err));
    csuccess_txn_about about = {.size = sizeof about,
                                .customer = CSUCCESS_STR("c"),
                                .now_ms = HOST_MS(0) + 1,
                                .publish = 1};
    CHECK_OK(csuccess_txn_begin(&txn, other, &about, &err));
    csuccess_result applied = CSUCCESS_AGAIN;
    for (int loads = 0; applied == CSUCCESS_AGAIN && loads < 3; loads++) {
        csuccess_memory_store_ops()->load(h.store, csuccess_txn_need(txn),
                                          csuccess_txn_reply(txn));
        applied = csuccess_txn_apply(txn, &err);
    }
    CHECK_INT(applied, CSUCCESS_OK);
    CHECK_OK(csuccess_txn_describe(txn, &text, &err));
    const char *told = text ? csuccess_text_view(text).ptr : "";
    CHECK_HAS(told, "\"segment\":\"b\",\"change\":\"entered\"");
    CHECK_HAS(told, "\"journey\":\"all\"");
    CHECK(strstr(told, "\"journey\":\"coming\"") == NULL); /* who is there already is skipped */
    csuccess_text_free(text);
    csuccess_txn_free(txn);
    csuccess_engine_free(other);
    csuccess_config_unref(config);
    CHECK(!explained(&h, "c", HOST_MS(0) + 1, "\"segment\":\"b\"")); /* nothing was changed */
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(pinned_enrollments_end_as_they_began),
           CHECK_TEST(a_map_moves_enrollments_to_the_new_steps),
           CHECK_TEST(a_step_without_a_place_is_refused_by_name),
           CHECK_TEST(a_definition_that_is_gone_fails_the_enrollment),
           CHECK_TEST(a_journey_takes_no_more_customers_than_it_says),
           CHECK_TEST(what_the_host_says_of_a_zone_is_kept),
           CHECK_TEST(publishing_can_be_looked_at_before))
