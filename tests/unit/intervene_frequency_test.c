/* SPDX-License-Identifier: Apache-2.0 */
/* What holds all the time and may leave at any time does not leave at every look, of which each delivery is one. */
#include "check.h"

#include <csuccess/csuccess.h>

#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define DAY INT64_C(86400000)

static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"}},"
    "\"privacy\":{\"purposes\":{\"marketing\":{\"requires\":\"nothing\"}}},"
    "\"channels\":{\"email\":{},\"internal\":{}},"
    "\"templates\":{\"hi\":{\"locales\":{\"en\":{\"subject\":\"Hello\"}}}},"
    "\"interventions\":{\"it\":{\"type\":\"%s\",\"template\":\"hi\",\"follow_up\":false,"
    "\"when\":\"plan == 'pro'\",\"max_frequency_days\":0}}}";

typedef struct channel {
    uint32_t says;
    unsigned sent;
    int64_t last;
} channel;

static uint32_t sends(void *ud, const csuccess_send_request *request)
{
    channel *of = ud;
    if (of->sent++ > 0) CHECK(request->now_ms - of->last >= DAY / 24);
    if (of->sent > 100) exit(1); /* it would go on for ever */
    of->last = request->now_ms;
    return of->says;
}

static unsigned sent_in_a_day(const char *type, uint32_t says)
{
    char text[1024];
    channel of = {.says = says};
    csuccess_config *config = NULL;
    csuccess_simulation *simulation = NULL;
    csuccess_events *events = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    snprintf(text, sizeof text, document, type);
    CHECK_OK(csuccess_config_compile(&config, check_view(text), NULL, &err));
    const csuccess_simulation_options options = {
        .size = sizeof options, .start_ms = START, .send = sends, .send_ud = &of};
    CHECK_OK(csuccess_simulation_new(&simulation, config, &options, &err));
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    CHECK_OK(csuccess_events_add_json(
        events,
        CSUCCESS_STR("{\"type\":\"group\",\"messageId\":\"1\",\"groupId\":\"acme\","
                     "\"timestamp\":\"2026-01-01T00:00:00Z\",\"traits\":{\"plan\":\"pro\"}}"),
        &err));
    CHECK_OK(csuccess_simulation_feed(simulation, events, &err));
    CHECK_OK(csuccess_simulation_run(simulation, START + DAY - 1, &err));
    csuccess_events_free(events);
    csuccess_simulation_free(simulation);
    csuccess_config_unref(config);
    return of.sent;
}

static void once_an_hour_at_most(void)
{
    CHECK_UINT(sent_in_a_day("email", CSUCCESS_SENT_DELIVERED), 24);
    CHECK_UINT(sent_in_a_day("alert", CSUCCESS_SENT_DELIVERED), 24);
    CHECK_UINT(sent_in_a_day("alert", CSUCCESS_SENT_NEVER), 24);
}

CHECK_MAIN(CHECK_TEST(once_an_hour_at_most))
