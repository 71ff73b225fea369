/* SPDX-License-Identifier: Apache-2.0 */
/* History that is imported takes nothing of ledgers, and what it ends gives back what it held. */
#include "engine_host.h"

static const char counted[] =
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"}},"
    "\"policies\":{\"reach\":{\"budgets\":{\"total_monthly\":1000}}},"
    "\"interventions\":{\"call\":{\"type\":\"phone_call\",\"owner\":\"csm\",\"cost\":70}},"
    "\"campaigns\":{\"spring\":{\"status\":\"active\",\"participants\":5,"
    "\"when\":\"plan == 'pro'\",\"actions\":{\"call\":{\"intervention\":\"call\"},"
    "\"more\":{\"intervention\":\"call\",\"after\":\"P30D\"}}}}}";

static int64_t sum_of(host *h, const char *key)
{
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    char pattern[80];
    snprintf(pattern, sizeof pattern, "{\"key\":\"%s\",\"sum\":", key);
    CHECK_OK(csuccess_memory_store_dump(&text, h->store, &err));
    const char *at = strstr(csuccess_text_view(text).ptr, pattern);
    int64_t sum = at ? strtoll(at + strlen(pattern), NULL, 10) : -1;
    csuccess_text_free(text);
    return sum;
}

static void import(host *h, const char *json)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_events_clear(h->events);
    host_json(h->events, json);
    CHECK(csuccess_engine_import(h->engine, h->events, NULL, HOST_MS(2), &err) >= 0);
    CHECK_INT(csuccess_events_result(h->events, 0, NULL), CSUCCESS_OK);
}

static void what_history_ends_is_given_back(void)
{
    host h;
    host_open_as(&h, counted, NULL);
    host_connect(&h);
    host_json(h.events,
              "{\"type\":\"group\",\"messageId\":\"1\",\"groupId\":\"acme\","
              "\"timestamp\":\"2026-01-01T00:00:00Z\",\"traits\":{\"plan\":\"pro\"}}");
    CHECK_OK(host_ingest(&h, HOST_MS(0)));
    CHECK_INT(sum_of(&h, "budget/total/2026-01"), 70);
    CHECK_INT(sum_of(&h, "participants/spring"), 1);
    import(&h, "{\"type\":\"intervention\",\"event\":\"cancel\",\"messageId\":\"2\","
               "\"groupId\":\"acme\",\"timestamp\":\"2026-01-02T00:00:00Z\","
               "\"properties\":{\"intervention\":\"call\"}}");
    CHECK_INT(sum_of(&h, "budget/total/2026-01"), 0);
    import(&h, "{\"type\":\"campaign\",\"event\":\"cancel\",\"messageId\":\"3\","
               "\"groupId\":\"acme\",\"timestamp\":\"2026-01-02T00:00:00Z\","
               "\"properties\":{\"campaign\":\"spring\"}}");
    CHECK_INT(sum_of(&h, "participants/spring"), 0);
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(what_history_ends_is_given_back))
