/* SPDX-License-Identifier: Apache-2.0 */
/* An aggregate that is taken out of the configuration and put back: events have passed it by, so it is missing until its window has filled, and never too small. */
#include "engine_host.h"

static const char counts[] =
    "{\"csuccess\":1,\"aggregates\":{\"logins_3d\":{\"event\":\"login\",\"count\":true,"
    "\"window\":\"P3D\"}},\"health\":{\"profiles\":{\"default\":{\"score\":{\"value\":"
    "\"logins_3d\",\"range\":[0,9]}}}}}";
static const char counts_nothing[] =
    "{\"csuccess\":1,\"attributes\":{\"x\":{\"type\":\"number\",\"default\":1}},\"health\":{"
    "\"profiles\":{\"default\":{\"score\":{\"value\":\"x\",\"range\":[0,9]}}}}}";

static void configure(host *h, const char *document)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    CHECK_OK(csuccess_config_compile(&config, check_view(document), NULL, &err));
    CHECK_OK(csuccess_engine_set_config(h->engine, config, NULL, &err));
    csuccess_config_unref(config);
}

static void login(host *h, const char *id, int64_t at)
{
    CHECK_OK(csuccess_events_clear(h->events));
    host_login(h->events, "acme", id, at);
    CHECK_OK(host_ingest(h, at));
}

static void scores(host *h, int64_t now, const char *what)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_engine_score(h->engine, CSUCCESS_STR("acme"), NULL, now, &text, NULL));
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "", what);
    csuccess_text_free(text);
}

static void what_was_away_is_missing(void)
{
    host h;
    host_open_as(&h, counts, NULL);
    host_connect(&h);
    login(&h, "a", HOST_MS(0));
    scores(&h, HOST_MS(0), "\"score\":1,");
    configure(&h, counts_nothing);
    configure(&h, counts); /* nothing came meanwhile */
    login(&h, "b", HOST_MS(0) + 1);
    scores(&h, HOST_MS(0) + 1, "\"score\":2,");
    configure(&h, counts_nothing);
    login(&h, "c", HOST_MS(0) + 2); /* passes it by */
    configure(&h, counts);
    scores(&h, HOST_MS(0) + 3, "\"score\":null,");
    login(&h, "d", HOST_MS(1) - 1);
    scores(&h, HOST_MS(1) - 1, "\"score\":null,");
    login(&h, "e", HOST_MS(1));
    scores(&h, HOST_MS(2), "\"score\":null,");
    scores(&h, HOST_MS(3), "\"score\":1,"); /* days 1 to 3 */
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(what_was_away_is_missing))
