/* SPDX-License-Identifier: Apache-2.0 */
/* Long texts: one that is taken back at its claim waits whole, and many that wait leave room for the customer. */
#include "check.h"

#include <csuccess/csuccess.h>

#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define DAY INT64_C(86400000)
enum { TEXT_MOST = 200000 };

/* Each "go" says as much to the customer. */
static const char head[] =
    "{\"csuccess\":1,\"channels\":{\"email\":{}},\"journeys\":{\"j\":{\"trigger\":{\"event\":"
    "\"go\"},\"reenroll\":{},\"steps\":{\"mail\":{\"type\":\"email\",\"template\":\"hi\"}}}},"
    "\"policies\":{\"reach\":{\"caps\":{\"day\":{\"most\":1000,\"per\":\"day\"}}}},"
    "\"templates\":{\"hi\":{\"locales\":{\"en\":{\"subject\":\"Hello\",\"text\":\"";
static const char tail[] = "\"}}}}}";

typedef struct life {
    csuccess_config *config;
    csuccess_simulation *simulation;
    csuccess_events *events;
    size_t shortest; /* of the bodies that were sent */
    unsigned sent, failed;
    int number;
} life;

static uint32_t sends(void *ud, const csuccess_send_request *request)
{
    life *l = ud;
    size_t len = request->message->body.len;
    if (l->sent++ == 0 || len < l->shortest) l->shortest = len;
    return CSUCCESS_SENT_DELIVERED;
}

static void open_life(life *l, size_t bytes)
{
    static char document[TEXT_MOST + 1024];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    size_t len = strlen(head);
    *l = (life){.config = NULL};
    memcpy(document, head, len);
    memset(document + len, 'x', bytes);
    memcpy(document + len + bytes, tail, sizeof tail);
    CHECK_OK(csuccess_config_compile(&l->config, check_view(document), NULL, &err));
    const csuccess_simulation_options options = {
        .size = sizeof options, .start_ms = START, .send = sends, .send_ud = l};
    CHECK_OK(csuccess_simulation_new(&l->simulation, l->config, &options, &err));
    CHECK_OK(csuccess_events_new(&l->events, NULL, NULL, &err));
}

static void say(life *l, int day, const char *what)
{
    char json[300];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    snprintf(json, sizeof json,
             "{%s,\"messageId\":\"m%d\",\"timestamp\":\"2026-01-%02dT00:00:00Z\",\"groupId\":"
             "\"acme\"}",
             what, l->number++, 1 + day);
    CHECK_OK(csuccess_events_add_json(l->events, check_view(json), &err));
}

static void live(life *l, int day)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    (void)csuccess_simulation_feed(l->simulation, l->events, &err);
    for (size_t i = 0; i < csuccess_events_count(l->events); i++) {
        l->failed += csuccess_events_result(l->events, i, NULL) < 0;
    }
    csuccess_events_clear(l->events);
    CHECK(csuccess_simulation_run(l->simulation, START + day * DAY, &err) >= 0);
}

static void close_life(life *l)
{
    csuccess_events_free(l->events);
    csuccess_simulation_free(l->simulation);
    csuccess_config_unref(l->config);
}

static const char go[] = "\"type\":\"track\",\"event\":\"go\"";
static const char hold[] = "\"type\":\"automation\",\"event\":\"hold\"";
static const char resume[] = "\"type\":\"automation\",\"event\":\"resume\"";

static void what_is_taken_back_waits_whole(void)
{
    static const size_t lengths[] = {100, 40000, 150000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        life l;
        csuccess_text *text = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        open_life(&l, lengths[i]);
        say(&l, 0, go);
        say(&l, 0, hold); /* before it is claimed */
        live(&l, 1);
        CHECK_UINT(l.sent, 0);
        say(&l, 2, resume);
        live(&l, 3);
        CHECK_UINT(l.sent, 1);
        CHECK(l.shortest > lengths[i]);
        CHECK_OK(csuccess_engine_replay(csuccess_simulation_engine(l.simulation),
                                        CSUCCESS_STR("acme"), l.config, NULL, START + 3 * DAY,
                                        &text, &err));
        CHECK_HAS(text ? csuccess_text_view(text).ptr : "", "\"different\":0");
        csuccess_text_free(text);
        close_life(&l);
    }
}

/* Half a state is for what waits: nothing that comes after it is refused. */
static void what_waits_leaves_room(void)
{
    for (int before = 0; before < 2; before++) {
        life l;
        open_life(&l, 20000);
        if (before) say(&l, 0, hold);
        for (int i = 0; i < 200; i++) say(&l, 0, go);
        if (!before) say(&l, 0, hold);
        live(&l, 1);
        CHECK_UINT(l.sent, 0);
        say(&l, 2, resume);
        live(&l, 3);
        CHECK_UINT(l.failed, 0);
        CHECK_UINT(l.sent, 26); /* of 20,137 bytes, in 524,288 */
        close_life(&l);
    }
}

CHECK_MAIN(CHECK_TEST(what_is_taken_back_waits_whole), CHECK_TEST(what_waits_leaves_room))
