/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of an engine over the memory store. */
#include "engine_host.h"

static void ingests(void)
{
    host h;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    host_login(h.events, "beta", "b1", HOST_MS(1));
    host_login(h.events, "acme", "a2", HOST_MS(2));
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_OK);
    for (size_t i = 0; i < 3; i++) {
        CHECK_RESULT(csuccess_events_result(h.events, i, NULL), CSUCCESS_OK);
    }
    host_state_has(&h, "acme", HOST_MS(3), "\"2026-01-03\":1");
    CHECK_RESULT(host_ingest(&h, HOST_MS(3)), CSUCCESS_OK);
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_UNCHANGED);
    csuccess_engine_counts f = host_figures(&h);
    CHECK_UINT(f.inputs_applied, 3);
    CHECK_UINT(f.inputs_known, 3);
    CHECK_UINT(f.commits, 2);
    host_close(&h);
}

static void runs(void)
{
    host h;
    int64_t next = 0;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK_RESULT(host_run(&h, HOST_MS(3), &next), CSUCCESS_OK);
    CHECK_UINT(h.sends, 1);
    CHECK(next > HOST_MS(3) && next <= HOST_MS(4));
    CHECK_INT(host_figures(&h).next_due_ms, next);
    CHECK_RESULT(host_run(&h, HOST_MS(3), &next), CSUCCESS_UNCHANGED);
    CHECK_RESULT(host_run(&h, next, &next), CSUCCESS_OK);
    csuccess_engine_counts f = host_figures(&h);
    CHECK_UINT(f.delivered, 1);
    CHECK_UINT(f.sent, 1);
    host_close(&h);
}

static void text_of(csuccess_result result, csuccess_text *text, csuccess_error *err,
                    const char *part)
{
    CHECK_RESULT(result, CSUCCESS_OK);
    if (result < 0) printf("# %s\n", err->message);
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "", part);
    csuccess_text_free(text);
}

static void looks(void)
{
    host h;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str acme = CSUCCESS_STR("acme");
    int64_t now = HOST_MS(3);
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    host_login(h.events, "beta", "b1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, now));
    csuccess_result result = csuccess_engine_score(h.engine, acme, NULL, now, &text, &err);
    text_of(result, text, &err, "\"customer_id\":\"acme\"");
    result = csuccess_engine_explain(h.engine, acme, NULL, now, &text, &err);
    text_of(result, text, &err, "\"history\":{\"entries\":[{\"seq\":1");
    result = csuccess_engine_verify(h.engine, acme, NULL, now, &text, &err);
    text_of(result, text, &err, "{\"customers\":1,");
    result = csuccess_engine_verify(h.engine, CSUCCESS_STR(""), NULL, now, &text, &err);
    text_of(result, text, &err, "{\"customers\":2,");
    result = csuccess_engine_parked(h.engine, CSUCCESS_STR(""), NULL, now, &text, &err);
    text_of(result, text, &err, "{\"parked\":[]}");
    CHECK_RESULT(
        csuccess_engine_score(h.engine, CSUCCESS_STR("nobody"), NULL, now, &text, &err),
        CSUCCESS_EMISSING);
    CHECK(text == NULL);
    CHECK_RESULT(
        csuccess_engine_explain(h.engine, CSUCCESS_STR("nobody"), NULL, now, &text, &err),
        CSUCCESS_EMISSING);
    CHECK_RESULT(
        csuccess_engine_verify(h.engine, CSUCCESS_STR("nobody"), NULL, now, &text, &err),
        CSUCCESS_EMISSING);
    host_close(&h);
}

static void erases(void)
{
    host h;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str acme = CSUCCESS_STR("acme"), none = CSUCCESS_STR("");
    int64_t now = HOST_MS(3);
    char pseudonym[40] = "";
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, now));
    csuccess_result result =
        csuccess_engine_erase(h.engine, acme, none, NULL, now, &text, &err);
    CHECK_RESULT(result, CSUCCESS_OK);
    if (result < 0) printf("# %s\n", err.message);
    const char *proof = text ? csuccess_text_view(text).ptr : "";
    CHECK_HAS(proof, "\"record\":2,\"input\":1,");
    if (text) memcpy(pseudonym, proof + 14, 32);
    csuccess_text_free(text);
    CHECK_RESULT(csuccess_engine_state(h.engine, acme, NULL, now, &text, &err),
                 CSUCCESS_EMISSING);
    CHECK_RESULT(csuccess_engine_erase(h.engine, acme, none, NULL, now, &text, &err),
                 CSUCCESS_EMISSING);
    result = csuccess_engine_verify(h.engine, check_view(pseudonym), NULL, now, &text, &err);
    text_of(result, text, &err, "\"bad\":[]");
    CHECK_RESULT(host_run(&h, now, NULL), CSUCCESS_UNCHANGED);
    CHECK_UINT(h.sends, 0);
    host_close(&h);
}

/* The store fails between the mark and the erasure: nothing happens to the customer any more, and the next run ends it. */
static void erasure_cut_short(void)
{
    host h;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str acme = CSUCCESS_STR("acme"), none = CSUCCESS_STR("");
    int64_t now = HOST_MS(3);
    csuccess_memory_faults plan = {.size = sizeof plan, .at = 3, .kind = CSUCCESS_FAULT_FAIL};
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, now));
    CHECK_OK(csuccess_memory_store_faults(h.store, &plan));
    CHECK_RESULT(csuccess_engine_erase(h.engine, acme, none, NULL, now, &text, &err),
                 CSUCCESS_ECALLBACK);
    CHECK(text == NULL);
    CHECK_OK(csuccess_memory_store_faults(h.store, NULL));
    CHECK_OK(csuccess_events_clear(h.events));
    host_login(h.events, "acme", "a2", HOST_MS(2));
    CHECK_RESULT(host_ingest(&h, now), CSUCCESS_UNDECIDED);
    CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess_engine_score(h.engine, acme, NULL, now, &text, &err),
                 CSUCCESS_EMISSING);
    CHECK_RESULT(host_run(&h, now + 1, NULL), CSUCCESS_OK);
    CHECK_OK(csuccess_memory_store_dump(&text, h.store, NULL));
    CHECK(strstr(csuccess_text_view(text).ptr, "acme") == NULL);
    csuccess_text_free(text);
    CHECK_UINT(h.sends, 0);
    host_close(&h);
}

static void forgets_a_contact(void)
{
    host h;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    int64_t now = HOST_MS(3);
    host_open(&h, NULL);
    host_json(h.events, "{\"type\":\"identify\",\"messageId\":\"m1\",\"timestamp\":"
                        "\"2026-01-02T00:00:00Z\",\"groupId\":\"acme\",\"userId\":\"boss\","
                        "\"traits\":{\"email\":\"boss@example.org\"}}");
    CHECK_OK(host_ingest(&h, now));
    host_state_has(&h, "acme", now, "boss@example.org");
    csuccess_result result = csuccess_engine_erase(
        h.engine, CSUCCESS_STR("acme"), CSUCCESS_STR("boss"), NULL, now, &text, &err);
    text_of(result, text, &err, "\"of\":\"contact\"");
    CHECK_OK(csuccess_memory_store_dump(&text, h.store, NULL));
    CHECK(strstr(csuccess_text_view(text).ptr, "boss@example.org") == NULL);
    csuccess_text_free(text);
    result = csuccess_engine_verify(h.engine, CSUCCESS_STR("acme"), NULL, now, &text, &err);
    text_of(result, text, &err, "\"bad\":[]");
    host_close(&h);
}

static void previews(void)
{
    host h;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    host_open(&h, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    host_login(h.events, "beta", "b1", HOST_MS(1));
    csuccess_result result =
        csuccess_engine_preview(h.engine, h.events, NULL, HOST_MS(3), &text, &err);
    text_of(result, text, &err, "{\"customers\":{\"acme\":{");
    CHECK_RESULT(
        csuccess_engine_state(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &text, &err),
        CSUCCESS_EMISSING);
    host_close(&h);
}

static void replays(void)
{
    host h, other;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    char changed[sizeof host_document];
    int64_t next = HOST_MS(3);
    memcpy(changed, host_document, sizeof changed);
    memcpy(strstr(changed, "\"from\":50"), "\"from\":10", 9); /* a login in 30 days is enough */
    host_open(&h, NULL);
    host_open_as(&other, changed, NULL);
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    for (int i = 0; i < 40; i++) CHECK_OK(host_run(&h, next, &next));
    csuccess_result result = csuccess_engine_replay(h.engine, CSUCCESS_STR("acme"), h.config,
                                                    NULL, next, &text, &err);
    text_of(result, text, &err, "\"differences\":[],\"inputs\":1,\"erased\":0,");
    result = csuccess_engine_replay(h.engine, CSUCCESS_STR("acme"), other.config, NULL, next,
                                    &text, &err);
    text_of(result, text, &err, "\"kind\":\"health\"");
    CHECK_RESULT(csuccess_engine_replay(h.engine, CSUCCESS_STR("beta"), other.config, NULL,
                                        next, &text, &err),
                 CSUCCESS_EMISSING);
    host_close(&h);
    host_close(&other);
}

CHECK_MAIN(CHECK_TEST(ingests), CHECK_TEST(runs), CHECK_TEST(looks), CHECK_TEST(erases),
           CHECK_TEST(erasure_cut_short), CHECK_TEST(forgets_a_contact), CHECK_TEST(previews),
           CHECK_TEST(replays))
