/* SPDX-License-Identifier: Apache-2.0 */
/* The NPS of an account under an engine: health and segments read it, whatever the batches; it is kept, told, expires and is forgotten with its contact. */
#include "engine_host.h"

static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"}},\"records\":{"
    "\"contacts\":{\"max\":9,\"of\":{\"role\":{\"type\":\"string\"}}}},\"channels\":{"
    "\"slack\":{}},\"metrics\":{\"mood\":\"(nps.score + 100) / 2\"},\"health\":{\"profiles\":{"
    "\"default\":{\"score\":{\"combine\":\"sum\",\"of\":{\"mood\":{\"value\":\"mood\","
    "\"points\":{\"linear\":[[0,0],[100,100]]}}}},\"bands\":{\"healthy\":{\"from\":50},"
    "\"critical\":{}}}}},\"segments\":{\"fans\":{\"when\":\"nps.score >= 50 && nps.n >= 2\"}},"
    "\"policies\":{\"nps\":{\"half_life\":\"P180D\",\"expires\":\"P365D\",\"weights\":{"
    "\"champion\":2,\"decision_maker\":3}}}}";

static const char *const inputs[] = {
    "{\"type\":\"identify\",\"messageId\":\"i1\",\"timestamp\":\"2026-01-01T00:00:00Z\","
    "\"groupId\":\"acme\",\"userId\":\"ada\",\"traits\":{\"role\":\"champion\"}}",
    "{\"type\":\"survey_response\",\"messageId\":\"s1\",\"timestamp\":\"2026-01-01T01:00:00Z\","
    "\"groupId\":\"acme\",\"userId\":\"ada\",\"properties\":{\"score\":10}}",
    "{\"type\":\"survey_response\",\"messageId\":\"s2\",\"timestamp\":\"2026-01-01T01:00:00Z\","
    "\"groupId\":\"acme\",\"userId\":\"bob\",\"properties\":{\"score\":8,\"survey\":\"nps\"}}",
    "{\"type\":\"survey_response\",\"messageId\":\"s3\",\"timestamp\":\"2026-01-01T01:00:00Z\","
    "\"groupId\":\"acme\",\"userId\":\"bob\",\"properties\":{\"score\":1,\"survey\":\"csat\"}}",
    "{\"type\":\"survey_response\",\"messageId\":\"s4\",\"timestamp\":\"2026-01-01T01:00:00Z\","
    "\"groupId\":\"acme\",\"userId\":\"cyd\",\"properties\":{\"score\":11}}"};

static void open_host(host *h)
{
    host_open_as(h, document, NULL);
    host_connect(h);
}

/* What the engine explains, and with it the state and the entries. */
static void explain_has(host *h, int64_t now, const char *part)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_engine_explain(h->engine, CSUCCESS_STR("acme"), NULL, now, &text, &err));
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "", part);
    csuccess_text_free(text);
}

static char *dump(host *h)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_memory_store_dump(&text, h->store, NULL));
    csuccess_str view = text ? csuccess_text_view(text) : CSUCCESS_STR("");
    char *copy = malloc(view.len + 1);
    if (!copy) abort();
    memcpy(copy, view.ptr, view.len);
    copy[view.len] = '\0';
    csuccess_text_free(text);
    return copy;
}

/* Two of two thirds: the champion weighs 2, the other 1. */
static void health_and_segments_read_it(void)
{
    host h;
    open_host(&h);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) host_json(h.events, inputs[i]);
    CHECK(host_ingest(&h, HOST_MS(1)) >= 0);
    CHECK(host_run(&h, HOST_MS(1), NULL) >= 0);
    host_state_has(&h, "acme", HOST_MS(1),
                   "\"nps\":{\"ada\":{\"score\":10,\"at\":\"2026-01-01T01:00:00Z\"},\"bob\":{"
                   "\"score\":8,\"at\":\"2026-01-01T01:00:00Z\"}}");
    host_state_has(&h, "acme", HOST_MS(1), "\"fans\"");
    explain_has(&h, HOST_MS(1), "83.33");
    char *kept = dump(&h);
    CHECK_HAS(kept, "\\\"contact\\\":\\\"ada\\\",\\\"score\\\":10,\\\"before\\\":null,"
                    "\\\"after\\\":100,\\\"n\\\":1");
    CHECK_HAS(kept, "from 0 to 10"); /* the eleven is quarantined */
    free(kept);
    host_close(&h);
}

static void it_expires_when_due(void)
{
    host h;
    open_host(&h);
    for (size_t i = 0; i < 3; i++) host_json(h.events, inputs[i]);
    CHECK(host_ingest(&h, HOST_MS(1)) >= 0);
    for (int day = 1; day < 365; day += 7) CHECK(host_run(&h, HOST_MS(day), NULL) >= 0);
    host_state_has(&h, "acme", HOST_MS(364), "\"ada\":{\"score\":10");
    CHECK(host_run(&h, HOST_MS(366), NULL) >= 0);
    csuccess_text *text = NULL;
    CHECK_OK(
        csuccess_engine_state(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(366), &text, NULL));
    if (text) CHECK(!strstr(csuccess_text_view(text).ptr, "\"nps\":"));
    if (text) CHECK_HAS(csuccess_text_view(text).ptr, "\"fans\":{\"member\":false");
    csuccess_text_free(text);
    host_close(&h);
}

static void it_goes_with_the_contact(void)
{
    host h;
    csuccess_text *proof = NULL;
    open_host(&h);
    for (size_t i = 0; i < 3; i++) host_json(h.events, inputs[i]);
    CHECK(host_ingest(&h, HOST_MS(1)) >= 0);
    CHECK(host_run(&h, HOST_MS(1), NULL) >= 0);
    CHECK_OK(csuccess_engine_erase(h.engine, CSUCCESS_STR("acme"), CSUCCESS_STR("ada"), NULL,
                                   HOST_MS(2), &proof, NULL));
    csuccess_text_free(proof);
    host_state_has(&h, "acme", HOST_MS(2), "\"nps\":{\"bob\":{\"score\":8");
    char *kept = dump(&h);
    CHECK(!strstr(kept, "\\\"contact\\\":\\\"ada\\\""));
    free(kept);
    CHECK(host_run(&h, HOST_MS(3), NULL) >= 0);
    explain_has(&h, HOST_MS(3), "50"); /* a passive alone: 0, half of the way */
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(health_and_segments_read_it), CHECK_TEST(it_expires_when_due),
           CHECK_TEST(it_goes_with_the_contact))
