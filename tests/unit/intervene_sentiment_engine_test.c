/* SPDX-License-Identifier: Apache-2.0 */
/* Sentiment and expansion through an engine: a text that comes is scored before metrics are, its alert is sent once, opportunities follow, and no text stays in the state. */
#include "engine_host.h"

static const char alone[] =
    "{\"csuccess\":1,\"channels\":{\"slack\":{}},\"sentiment\":{\"of\":{\"ticket\":\"text\"},"
    "\"alerts\":{\"channel\":\"slack\"}}}";
static const char document[] =
    "{\"csuccess\":1,\"channels\":{\"slack\":{}},\"sentiment\":{\"of\":{\"ticket\":\"text\"},"
    "\"alerts\":{\"channel\":\"slack\"}},\"metrics\":{\"mood\":\"sentiment.recent\"},"
    "\"expansion\":{\"hold_when\":\"sentiment.label == 'negative'\",\"rules\":{\"more\":{"
    "\"when\":\"sentiment.count >= 1\",\"probability\":0.5,\"value\":\"100 * mood\"}}}}";

static void ticket(host *h, const char *id, int hour, const char *text)
{
    char json[400];
    snprintf(json, sizeof json,
             "{\"type\":\"ticket\",\"messageId\":\"%s\",\"groupId\":\"acme\",\"timestamp\":"
             "\"2026-01-01T%02d:00:00Z\",\"properties\":{\"text\":\"%s\"}}",
             id, hour, text);
    host_json(h->events, json);
    CHECK_OK(host_ingest(h, HOST_MS(1)));
    csuccess_events_clear(h->events);
    CHECK_OK(host_run(h, HOST_MS(1), NULL));
}

static void lacks(host *h, const char *part)
{
    csuccess_text *text = NULL;
    CHECK_OK(
        csuccess_engine_state(h->engine, CSUCCESS_STR("acme"), NULL, HOST_MS(1), &text, NULL));
    if (text) CHECK(strstr(csuccess_text_view(text).ptr, part) == NULL);
    csuccess_text_free(text);
}

static void alerts_are_sent_once(void)
{
    const char *const documents[] = {alone, document};
    for (int i = 0; i < 2; i++) {
        host h;
        host_open_as(&h, documents[i], NULL);
        host_connect(&h);
        ticket(&h, "t1", 9, "The zebra export is slow and I am really frustrated!");
        CHECK_UINT(h.sends, 1);
        host_state_has(&h, "acme", HOST_MS(1), "\"frustration\"");
        host_state_has(&h, "acme", HOST_MS(1), "\"performance\"");
        lacks(&h, "zebra");
        ticket(&h, "t1", 9, "The zebra export is slow and I am really frustrated!");
        ticket(&h, "t2", 10, "Still frustrated");
        CHECK_UINT(h.sends, 1);
        ticket(&h, "t3", 8, "Late, and not angry"); /* before the others */
        ticket(&h, "t4", 11, "Thank you, great help");
        CHECK_UINT(h.sends, 1);
        ticket(&h, "t5", 12, "It crashed again, I am furious");
        CHECK_UINT(h.sends, 3); /* frustration once more, and three of five are negative */
        host_close(&h);
    }
}

/* What comes of a text is seen in the same step: by metrics, and by what holds an opportunity back. */
static void opportunities_follow(void)
{
    host h;
    host_open_as(&h, document, NULL);
    host_connect(&h);
    ticket(&h, "t1", 9, "awful");
    host_state_has(&h, "acme", HOST_MS(1), "\"more\":{\"state\":\"held\"");
    ticket(&h, "t2", 10, "great, excellent, wonderful");
    host_state_has(&h, "acme", HOST_MS(1), "\"more\":{\"state\":\"open\"");
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(alerts_are_sent_once), CHECK_TEST(opportunities_follow))
