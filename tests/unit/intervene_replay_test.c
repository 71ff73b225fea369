/* SPDX-License-Identifier: Apache-2.0 */
/* A history whose steps begin with what is told of older messages is replayed as it was. */
#include "check.h"

#include <csuccess/csuccess.h>

#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define DAY INT64_C(86400000)

/* One a week: of three messages, and an intervention, each week one leaves, and the others are told of anew. */
static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"}},"
    "\"privacy\":{\"purposes\":{\"marketing\":{\"requires\":\"nothing\"}}},"
    "\"channels\":{\"email\":{}},\"journeys\":{\"j\":{\"trigger\":{\"event\":\"go\"},"
    "\"reenroll\":{},\"steps\":{\"mail\":{\"type\":\"email\",\"template\":\"hi\"}}}},"
    "\"interventions\":{\"mail\":{\"type\":\"email\",\"template\":\"hi\","
    "\"when\":\"plan == 'pro'\",\"follow_up\":false}},"
    "\"policies\":{\"reach\":{\"caps\":{\"week\":{\"most\":1,\"per\":\"week\"}}}},"
    "\"templates\":{\"hi\":{\"locales\":{\"en\":{\"subject\":\"Hello\"}}}}}";

static void steps_that_begin_with_older_messages(void)
{
    static const char *const inputs[] = {"\"type\":\"track\",\"event\":\"go\"",
                                         "\"type\":\"track\",\"event\":\"go\"",
                                         "\"type\":\"track\",\"event\":\"go\"",
                                         "\"type\":\"group\",\"traits\":{\"plan\":\"pro\"}"};
    csuccess_config *config = NULL;
    csuccess_simulation *simulation = NULL;
    csuccess_events *events = NULL;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const csuccess_simulation_options options = {.size = sizeof options, .start_ms = START};
    CHECK_OK(csuccess_config_compile(&config, check_view(document), NULL, &err));
    CHECK_OK(csuccess_simulation_new(&simulation, config, &options, &err));
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    for (int i = 0; i < 4; i++) {
        char json[300];
        snprintf(json, sizeof json,
                 "{%s,\"messageId\":\"m%d\",\"timestamp\":\"2026-01-01T0%d:00:00Z\","
                 "\"groupId\":\"acme\"}",
                 inputs[i], i, i);
        CHECK_OK(csuccess_events_add_json(events, check_view(json), &err));
    }
    CHECK_OK(csuccess_simulation_feed(simulation, events, &err));
    CHECK_OK(csuccess_simulation_run(simulation, START + 40 * DAY, &err));
    CHECK_OK(csuccess_engine_replay(csuccess_simulation_engine(simulation),
                                    CSUCCESS_STR("acme"), config, NULL, START + 40 * DAY, &text,
                                    &err));
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "", "\"differences\":[]");
    csuccess_text_free(text);
    csuccess_events_free(events);
    csuccess_simulation_free(simulation);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(steps_that_begin_with_older_messages))
