/* SPDX-License-Identifier: Apache-2.0 */
/* Names of texts that only the host knows: asked while a text is written, held where nobody knows them, and seen by no condition. */
#include "check.h"
#include <csuccess/csuccess.h>

#include <stdio.h>
#include <string.h>

static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"name\":{\"type\":\"string\"},\"booking_link\":{\"type\":"
    "\"string\"},\"hours_saved\":{\"type\":\"number\",\"min\":0}},"
    "\"channels\":{\"email\":{},\"slack\":{}},\"templates\":{\"value\":{\"locales\":{\"en\":{"
    "\"body\":\"{{name}}: {{hours_saved}} h, {{booking_link}}\"}}}},"
    "\"milestones\":{\"told\":{\"achieved_when\":\"has(booking_link)\"}},"
    "\"journeys\":{\"j\":{\"trigger\":{\"event\":\"go\"},\"steps\":{\"s\":{\"type\":\"email\","
    "\"template\":\"value\"}}}}}";

static csuccess_str text_of(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

typedef struct host {
    const char *link, *hours; /* NULL: does not know */
    uint32_t asked, milestones;
    char message[400], held[400];
} host;

static csuccess_result know(void *ud, csuccess_str customer, csuccess_str name,
                            csuccess_str *json)
{
    host *h = ud;
    bool link = name.len == 12 && memcmp(name.ptr, "booking_link", 12) == 0;
    bool known = name.len == 4 && memcmp(name.ptr, "name", 4) == 0;
    const char *is = link ? h->link : h->hours;
    h->asked++;
    CHECK(customer.len == 2 && memcmp(customer.ptr, "c1", 2) == 0);
    CHECK(!known);
    if (!is) return CSUCCESS_EMISSING;
    *json = text_of(is);
    return CSUCCESS_OK;
}

static void trace(void *ud, csuccess_str line)
{
    host *h = ud;
    char text[4000];
    snprintf(text, sizeof text, "%.*s", (int)line.len, line.ptr);
    if (strstr(text, "\"kind\":\"milestone\"")) h->milestones++;
    if (strstr(text, "\"kind\":\"held\"")) snprintf(h->held, sizeof h->held, "%.399s", text);
    const char *body = strstr(text, "\"body\":\"Ann: ");
    if (!body) body = strstr(text, "Ann: ");
    if (body) snprintf(h->message, sizeof h->message, "%.399s", body);
}

static void run(host *h, csuccess_variable_fn variable)
{
    csuccess_config *config = NULL;
    csuccess_simulation *simulation = NULL;
    csuccess_events *events = NULL;
    csuccess_simulation_options options = {.size = sizeof options,
                                           .trace = trace,
                                           .trace_ud = h,
                                           .variable = variable,
                                           .variable_ud = h};
    CHECK_OK(csuccess_config_compile(&config, text_of(document), NULL, NULL));
    CHECK_OK(csuccess_simulation_new(&simulation, config, &options, NULL));
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, NULL));
    static const char *const inputs[] = {
        "{\"type\":\"group\",\"messageId\":\"m1\",\"groupId\":\"c1\",\"timestamp\":"
        "\"2026-01-05T09:00:00Z\",\"traits\":{\"name\":\"Ann\"}}",
        "{\"type\":\"track\",\"event\":\"go\",\"messageId\":\"m2\",\"groupId\":\"c1\","
        "\"timestamp\":\"2026-01-05T10:00:00Z\"}"};
    for (size_t i = 0; i < 2; i++) {
        CHECK_OK(csuccess_events_add_json(events, text_of(inputs[i]), NULL));
    }
    CHECK_OK(csuccess_simulation_feed(simulation, events, NULL));
    csuccess_events_free(events);
    csuccess_simulation_free(simulation);
    csuccess_config_unref(config);
}

static void what_the_host_knows_is_written(void)
{
    host h = {.link = "\"https://cal.example/ann\"", .hours = "12.5"};
    run(&h, know);
    CHECK_HAS(h.message, "Ann: 12.5 h, https://cal.example/ann");
    CHECK_UINT(h.asked, 2);
    CHECK_UINT(h.milestones, 0); /* no condition sees it */
}

static void what_it_does_not_know_is_held(void)
{
    host h = {.link = NULL, .hours = "12.5"};
    run(&h, know);
    CHECK_CSTR(h.message, "");
    CHECK_HAS(h.held, "booking_link");
}

static void what_cannot_be_stays_missing(void)
{
    static const char *const wrong[] = {"\"many\"", "-1", "{", "[1]", "null", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        host h = {.link = "\"x\"", .hours = wrong[i]};
        run(&h, know);
        CHECK_CSTR(h.message, "");
        CHECK_HAS(h.held, "hours_saved");
    }
}

static void without_a_callback_nothing_is_asked(void)
{
    host h = {.link = "\"x\"", .hours = "1"};
    run(&h, NULL);
    CHECK_UINT(h.asked, 0);
    CHECK_CSTR(h.message, "");
}

CHECK_MAIN(CHECK_TEST(what_the_host_knows_is_written),
           CHECK_TEST(what_it_does_not_know_is_held), CHECK_TEST(what_cannot_be_stays_missing),
           CHECK_TEST(without_a_callback_nothing_is_asked))
