/* SPDX-License-Identifier: Apache-2.0 */
/* A contact that is erased while something is under way to it: what nobody will tell of any more holds nothing up. */
#include "engine_host.h"

/* One a day, and the month pays for one; the next goes to whoever is champion then. */
static const char one_a_day[] =
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"}},"
    "\"records\":{\"contacts\":{\"max\":9,\"of\":{\"role\":{\"type\":\"string\"}}}},"
    "\"privacy\":{\"purposes\":{\"marketing\":{\"requires\":\"nothing\"}}},"
    "\"channels\":{\"slack\":{\"cost\":5,\"budget\":{\"limit\":7,\"per\":\"month\"}}},"
    "\"templates\":{\"hi\":{\"locales\":{\"en\":{\"subject\":\"Hello\"}}}},"
    "\"policies\":{\"reach\":{\"caps\":{\"daily\":{\"most\":1,\"per\":\"day\"}}}},"
    "\"interventions\":{\"mail\":{\"type\":\"email\",\"channel\":\"slack\",\"template\":\"hi\","
    "\"to\":{\"role\":\"champion\"},\"when\":\"plan == 'pro'\",\"follow_up\":false,"
    "\"max_frequency_days\":1}}}";

static void tell(host *h, int day, const char *what)
{
    char text[400];
    static int number;
    snprintf(text, sizeof text,
             "{%s,\"messageId\":\"m%d\",\"timestamp\":\"2026-01-%02dT00:00:00Z\",\"groupId\":"
             "\"acme\"}",
             what, ++number, 1 + day);
    host_json(h->events, text);
    CHECK(host_ingest(h, HOST_MS(day)) >= 0);
    csuccess_events_clear(h->events);
}

static const char ann[] = "\"type\":\"record\",\"properties\":{\"collection\":\"contacts\","
                          "\"id\":\"ann\",\"role\":\"champion\"}";
static const char bob[] = "\"type\":\"record\",\"properties\":{\"collection\":\"contacts\","
                          "\"id\":\"bob\",\"role\":\"champion\"}";

static void what_was_under_way_to_who_is_forgotten_holds_nothing_up(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *proof = NULL;
    host_open_as(&h, one_a_day, NULL);
    host_connect(&h);
    tell(&h, 0, ann);
    tell(&h, 0, "\"type\":\"group\",\"traits\":{\"plan\":\"pro\"}");
    host_state_has(&h, "acme", HOST_MS(0), "\"scheduled\"");
    CHECK_OK(csuccess_engine_erase(h.engine, CSUCCESS_STR("acme"), CSUCCESS_STR("ann"), NULL,
                                   HOST_MS(0) + 1, &proof, &err));
    tell(&h, 1, bob);
    for (int day = 1; day < 5; day++) CHECK(host_run(&h, HOST_MS(day), NULL) >= 0);
    CHECK_UINT(h.sends, 1);
    csuccess_text_free(proof);
    host_close(&h);
}

/* A step of a journey says whom it tells: so does what is remembered of it. */
static const char told[] =
    "{\"csuccess\":1,\"records\":{\"contacts\":{\"max\":9,\"of\":{\"role\":{\"type\":"
    "\"string\"}}}"
    "},\"channels\":{\"slack\":{\"cost\":5,\"budget\":{\"limit\":7,\"per\":\"month\"}}},"
    "\"templates\":{\"hi\":{\"locales\":{\"en\":{\"subject\":\"Hello\"}}}},"
    "\"policies\":{\"reach\":{\"caps\":{\"daily\":{\"most\":9,\"per\":\"day\"}}}},"
    "\"journeys\":{\"j\":{\"trigger\":{\"event\":\"go\"},\"reenroll\":{},\"steps\":{\"mail\":{"
    "\"type\":\"email\",\"channel\":\"slack\",\"template\":\"hi\",\"to\":{\"role\":"
    "\"champion\"}}}}"
    "}}";

static void what_is_remembered_names_nobody(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *proof = NULL, *state = NULL;
    host_open_as(&h, told, NULL);
    host_connect(&h);
    tell(&h, 0, ann);
    tell(&h, 0, "\"type\":\"track\",\"event\":\"go\"");
    CHECK(host_run(&h, HOST_MS(0), NULL) >= 0);
    tell(&h, 1, "\"type\":\"track\",\"event\":\"go\""); /* a ledger refuses it */
    CHECK_UINT(h.sends, 1);
    host_state_has(&h, "acme", HOST_MS(1), "mail/ann");
    CHECK_OK(csuccess_engine_erase(h.engine, CSUCCESS_STR("acme"), CSUCCESS_STR("ann"), NULL,
                                   HOST_MS(1) + 1, &proof, &err));
    CHECK_OK(
        csuccess_engine_state(h.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(2), &state, &err));
    if (state) CHECK(strstr(csuccess_text_view(state).ptr, "/ann") == NULL);
    if (state) CHECK(strstr(csuccess_text_view(state).ptr, "\"ann\"") == NULL);
    if (state) CHECK_HAS(csuccess_text_view(state).ptr, "\"touches\":[{");
    csuccess_text_free(state);
    csuccess_text_free(proof);
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(what_was_under_way_to_who_is_forgotten_holds_nothing_up),
           CHECK_TEST(what_is_remembered_names_nobody))
