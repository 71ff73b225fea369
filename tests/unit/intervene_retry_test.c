/* SPDX-License-Identifier: Apache-2.0 */
/* What reached nobody tries another channel in the same step in which the same was asked for once more: these are two, and neither is lost. */
#include "check.h"

#include <csuccess/csuccess.h>

#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define HOUR INT64_C(3600000)

/* Nothing leaves before eight, but an email in the first hour. */
static const char document[] =
    "{\"csuccess\":1,\"privacy\":{\"purposes\":{\"marketing\":{\"requires\":\"nothing\"}}},"
    "\"channels\":{\"email\":{},\"sms\":{}},"
    "\"templates\":{\"hi\":{\"locales\":{\"en\":{\"subject\":\"Hello\"}}}},"
    "\"policies\":{\"reach\":{%s\"quiet_hours\":{"
    "\"sms\":{\"from\":\"00:00\",\"until\":\"08:00\",\"channel\":\"sms\"},"
    "\"all\":{\"from\":\"01:00\",\"until\":\"08:00\"}}}},"
    "\"interventions\":{\"mail\":{\"type\":\"email\",\"template\":\"hi\",\"fallback\":[\"sms\"]"
    ","
    "\"follow_up\":false}}}";

typedef struct channels {
    unsigned sent, fails; /* the first so many reach nobody */
    char ids[8][65];
} channels;

static uint32_t sends(void *ud, const csuccess_send_request *request)
{
    channels *of = ud;
    const csuccess_message *m = request->message;
    if (!CHECK(of->sent < 8)) return CSUCCESS_SENT_NEVER;
    snprintf(of->ids[of->sent], 65, "%.*s", (int)m->id.len, m->id.ptr);
    for (unsigned i = 0; i < of->sent; i++) CHECK(strcmp(of->ids[i], of->ids[of->sent]) != 0);
    return of->sent++ < of->fails ? CSUCCESS_SENT_NEVER : CSUCCESS_SENT_DELIVERED;
}

/* Asked for at these minutes of the day, until so many days are over. */
static void live(channels *of, const char *caps, const int minutes[2], int days)
{
    char text[1024], json[300];
    csuccess_config *config = NULL;
    csuccess_simulation *simulation = NULL;
    csuccess_events *events = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    snprintf(text, sizeof text, document, caps);
    if (!CHECK_OK(csuccess_config_compile(&config, check_view(text), NULL, &err)))
        printf("# %s at %s\n", err.message, err.pointer);
    const csuccess_simulation_options options = {
        .size = sizeof options, .start_ms = START, .send = sends, .send_ud = of};
    CHECK_OK(csuccess_simulation_new(&simulation, config, &options, &err));
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    for (int i = 0; i < 2; i++) {
        snprintf(json, sizeof json,
                 "{\"type\":\"intervention\",\"event\":\"request\",\"messageId\":\"m%d\","
                 "\"timestamp\":\"2026-01-01T%02d:%02d:00Z\",\"groupId\":\"acme\","
                 "\"properties\":{\"intervention\":\"mail\"}}",
                 i, minutes[i] / 60, minutes[i] % 60);
        CHECK_OK(csuccess_events_add_json(events, check_view(json), &err));
    }
    CHECK_OK(csuccess_simulation_feed(simulation, events, &err));
    CHECK_OK(csuccess_simulation_run(simulation, START + days * 24 * HOUR, &err));
    csuccess_events_free(events);
    csuccess_simulation_free(simulation);
    csuccess_config_unref(config);
}

static void one_is_tried_again_while_it_is_asked_for(void)
{
    channels of = {.fails = 1};
    live(&of, "", (const int[]){30, 120}, 2);
    CHECK_UINT(of.sent, 3);
}

static void two_are_tried_again_at_once(void)
{
    channels of = {.fails = 2};
    live(&of, "", (const int[]){20, 40}, 2);
    CHECK_UINT(of.sent, 4);
}

/* The one that the cap holds is not dealt with by the other. */
static void each_is_tried_when_there_is_room(void)
{
    channels of = {.fails = 2};
    live(&of, "\"caps\":{\"sms\":{\"most\":1,\"per\":\"day\",\"channel\":\"sms\"}},",
         (const int[]){20, 40}, 4);
    CHECK_UINT(of.sent, 4);
}

CHECK_MAIN(CHECK_TEST(one_is_tried_again_while_it_is_asked_for),
           CHECK_TEST(two_are_tried_again_at_once),
           CHECK_TEST(each_is_tried_when_there_is_room))
