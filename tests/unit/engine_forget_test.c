/* SPDX-License-Identifier: Apache-2.0 */
/* A contact that is erased: whatever way its data came in, nothing of it is left in the store, and what was held for it is not sent. */
#include "engine_host.h"

static const char forgetful[] =
    "{\"csuccess\":1,\"privacy\":{\"purposes\":{\"service\":{\"requires\":\"nothing\"}}},"
    "\"records\":{\"contacts\":{\"max\":9,\"of\":{\"email\":{\"type\":"
    "\"string\"},"
    "\"role\":{\"type\":\"string\",\"in\":[\"user\"]}}}},"
    "\"aggregates\":{\"logins_30d\":{\"event\":\"login\",\"count\":true,\"window\":\"P30D\"}},"
    "\"health\":{\"profiles\":{\"default\":{\"score\":{\"value\":\"logins_30d\",\"range\":[0,9]"
    "},"
    "\"alerts\":{"
    "\"one\":{\"when\":\"logins_30d > "
    "0\",\"notify\":{\"first\":{\"channel\":\"slack\",\"contact\":"
    "\"ada lovelace\"}}},"
    "\"two\":{\"when\":\"logins_30d > "
    "0\",\"notify\":{\"first\":{\"channel\":\"slack\",\"contact\":"
    "\"ada lovelace\"}}}}}}},"
    "\"channels\":{\"slack\":{\"cost\":2,\"budget\":{\"limit\":3,\"per\":\"month\"}}}}";

/* A record as the data of a contact, one that is passed over, one that is quarantined, one as a whole, and messages to it. */
static const char *const inputs[] = {
    "{\"type\":\"record\",\"messageId\":\"r1\",\"timestamp\":\"2026-01-01T00:00:00Z\","
    "\"groupId\":"
    "\"acme\",\"properties\":{\"collection\":\"contacts\",\"id\":\"ada "
    "lovelace\",\"email\":\"first@ada\"}}",
    "{\"type\":\"record\",\"messageId\":\"r2\",\"timestamp\":\"2025-12-31T00:00:00Z\","
    "\"groupId\":"
    "\"acme\",\"properties\":{\"collection\":\"contacts\",\"id\":\"ada "
    "lovelace\",\"email\":\"older@ada\"}}",
    "{\"type\":\"record\",\"messageId\":\"r3\",\"timestamp\":\"2026-01-01T00:00:00Z\","
    "\"groupId\":"
    "\"acme\",\"properties\":{\"collection\":\"contacts\",\"id\":\"ada "
    "lovelace\",\"role\":\"boss@ada\"}}",
    "{\"type\":\"record\",\"messageId\":\"r4\",\"timestamp\":\"2027-01-01T00:00:00Z\","
    "\"groupId\":"
    "\"acme\",\"properties\":{\"collection\":\"contacts\",\"id\":\"ada "
    "lovelace\",\"email\":\"later@ada\"}}",
    "{\"type\":\"track\",\"event\":\"login\",\"messageId\":\"l1\",\"timestamp\":\"2026-01-"
    "01T00:00:"
    "00Z\",\"groupId\":\"acme\",\"userId\":\"ada lovelace\"}"};

/* As text, or in a state as hex: "ada" of whatever stands above. */
static bool is_left(const char *dump)
{
    return strstr(dump, "@ada") || strstr(dump, "406164612") || strstr(dump, "\"ada ") ||
           strstr(dump, "616461206c6f76656c616365");
}

/* The configuration is no data of the contact's, though it names one here: its body is passed over. */
static bool anything_left(host *h)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_memory_store_dump(&text, h->store, &err));
    size_t len = csuccess_text_view(text).len;
    char *dump = malloc(len + 1);
    memcpy(dump, csuccess_text_view(text).ptr, len + 1);
    char *config = strstr(dump, "\"body\":\"{\\\"csuccess\\\":");
    if (CHECK(config)) *config = '\0'; /* the definitions come last */
    bool left = is_left(dump);
    free(dump);
    csuccess_text_free(text);
    return left;
}

static void a_contact_is_forgotten(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *proof = NULL, *chain = NULL;
    host_open_as(&h, forgetful, NULL);
    host_connect(&h);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) host_json(h.events, inputs[i]);
    CHECK_INT(host_ingest(&h, HOST_MS(0)), CSUCCESS_UNDECIDED);
    CHECK_OK(host_run(&h, HOST_MS(0), NULL));
    CHECK_UINT(h.sends, 1); /* the other is held */
    host_state_has(&h, "acme", HOST_MS(0), "\"messages\":{");
    CHECK(anything_left(&h));
    CHECK_OK(csuccess_engine_erase(h.engine, CSUCCESS_STR("acme"), CSUCCESS_STR("ada lovelace"),
                                   NULL, HOST_MS(1), &proof, &err));
    CHECK(!anything_left(&h));
    for (int day = 2; day < 40; day += 2) CHECK(host_run(&h, HOST_MS(day), NULL) >= 0);
    CHECK_UINT(h.sends, 1);
    CHECK_OK(csuccess_engine_verify(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(40), &chain,
                                    &err));
    csuccess_text_free(chain);
    csuccess_text_free(proof);
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(a_contact_is_forgotten))
