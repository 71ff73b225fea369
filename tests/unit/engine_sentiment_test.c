/* SPDX-License-Identifier: Apache-2.0 */
/* A host's own model of sentiment in an engine: what it says counts, what it leaves is the library's, and where it fails the input may come again. */
#include "check.h"
#include <csuccess/csuccess.h>

#include <stdio.h>
#include <string.h>

static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"name\":{\"type\":\"string\"}},"
    "\"aggregates\":{\"tickets\":{\"event\":\"ticket\",\"count\":true,\"window\":\"lifetime\"}}"
    ","
    "\"sentiment\":{\"of\":{\"ticket\":\"text\"}},"
    "\"metrics\":{\"m\":\"sentiment.overall\",\"n\":\"tickets\"},"
    "\"milestones\":{\"bad\":{\"achieved_when\":\"m < -0.8\"},\"one\":{\"achieved_when\":\"n "
    "== "
    "1\"},\"two\":{\"achieved_when\":\"n == 2\"}}}";

typedef struct host {
    csuccess_result answer;
    csuccess_feeling says;
    uint32_t asked;
    char entry[400];
    bool bad, one, two;
} host;

static csuccess_str text_of(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

static csuccess_result feel(void *ud, csuccess_str customer, csuccess_str text,
                            csuccess_feeling *feeling)
{
    host *h = ud;
    h->asked++;
    CHECK_STR(customer, "c1");
    CHECK_STR(text, "I love it, thank you!");
    CHECK(feeling->score > 0.5); /* as the library hears it */
    if (h->answer < 0) return h->answer;
    *feeling = h->says;
    feeling->size = sizeof *feeling;
    return h->answer;
}

static void trace(void *ud, csuccess_str line)
{
    host *h = ud;
    char text[4000];
    snprintf(text, sizeof text, "%.*s", (int)line.len, line.ptr);
    if (strstr(text, "\"kind\":\"sentiment\"") || strstr(text, "\"entry\":\"sentiment\"")) {
        snprintf(h->entry, sizeof h->entry, "%.399s", text);
    }
    h->bad = h->bad || strstr(text, "\"milestone\":\"bad\"");
    h->one = h->one || strstr(text, "\"milestone\":\"one\"");
    h->two = h->two || strstr(text, "\"milestone\":\"two\"");
}

/* One ticket, fed as often as `times`: what was applied does not come again. */
static csuccess_result run(host *h, int times)
{
    csuccess_config *config = NULL;
    csuccess_simulation *simulation = NULL;
    csuccess_events *events = NULL;
    csuccess_result result = CSUCCESS_OK;
    csuccess_simulation_options options = {.size = sizeof options,
                                           .trace = trace,
                                           .trace_ud = h,
                                           .sentiment = feel,
                                           .sentiment_ud = h};
    CHECK_OK(csuccess_config_compile(&config, text_of(document), NULL, NULL));
    CHECK_OK(csuccess_simulation_new(&simulation, config, &options, NULL));
    for (int i = 0; i < times; i++) {
        CHECK_OK(csuccess_events_new(&events, NULL, NULL, NULL));
        CHECK_OK(csuccess_events_add_json(
            events,
            text_of(
                "{\"type\":\"ticket\",\"messageId\":\"m1\",\"groupId\":\"c1\",\"timestamp\":"
                "\"2026-01-05T09:00:00Z\",\"properties\":{\"text\":\"I love it, thank "
                "you!\"}}"),
            NULL));
        (void)csuccess_simulation_feed(simulation, events, NULL);
        result = csuccess_events_result(events, 0, NULL);
        csuccess_events_free(events);
        h->answer = CSUCCESS_OK; /* it is well again */
    }
    csuccess_simulation_free(simulation);
    csuccess_config_unref(config);
    return result;
}

static void its_word_counts(void)
{
    host h = {.says = {.score = -0.9, .confidence = 1, .label = 2}};
    CHECK_OK(run(&h, 1));
    CHECK_UINT(h.asked, 1);
    CHECK_HAS(h.entry, "\"score\":-0.9");
    CHECK_HAS(h.entry, "\"label\":\"negative\"");
    CHECK(h.bad && h.one);
}

static void what_it_leaves_is_the_librarys(void)
{
    host h = {.answer = CSUCCESS_EMISSING};
    CHECK_OK(run(&h, 1));
    CHECK_HAS(h.entry, "\"label\":\"positive\"");
    CHECK(!h.bad);
}

static void one_that_fails_may_come_again(void)
{
    host h = {.answer = CSUCCESS_EGENERIC,
              .says = {.score = -0.9, .confidence = 1, .label = 2}};
    CHECK_RESULT(run(&h, 1), CSUCCESS_ECALLBACK);
    CHECK(!h.one); /* it was not counted */
    host again = {.answer = CSUCCESS_EGENERIC,
                  .says = {.score = -0.9, .confidence = 1, .label = 2}};
    CHECK_OK(run(&again, 2));
    CHECK(again.one && !again.two && again.bad);
}

static void what_cannot_be_is_refused(void)
{
    const csuccess_feeling wrong[] = {{.score = -1.5, .confidence = 1, .label = 2},
                                      {.score = 0, .confidence = 2, .label = 2},
                                      {.score = 0, .confidence = 0, .label = 7},
                                      {.score = 0, .label = 2, .emotions = 1u << 31}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        host h = {.says = wrong[i]};
        CHECK_RESULT(run(&h, 1), CSUCCESS_ECALLBACK);
        CHECK_CSTR(h.entry, "");
    }
}

CHECK_MAIN(CHECK_TEST(its_word_counts), CHECK_TEST(what_it_leaves_is_the_librarys),
           CHECK_TEST(one_that_fails_may_come_again), CHECK_TEST(what_cannot_be_is_refused))
