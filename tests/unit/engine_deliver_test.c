/* SPDX-License-Identifier: Apache-2.0 */
/* Messages: what a channel answers in every mode, the timetable of retries, rest for a channel that fails, rate, and holds for a mass change. */
#include "engine_host.h"

enum { MINUTE = 60000 };

/* A quiet customer: one message to slack. */
static void open_quiet(host *h, const char *document)
{
    if (document) {
        host_open_as(h, document, NULL);
        host_connect(h);
    } else {
        host_open(h, NULL);
    }
    host_login(h->events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(h, HOST_MS(3)));
}

/* host_document with a part replaced. */
static void with(char *out, size_t cap, const char *part, const char *instead)
{
    const char *at = strstr(host_document, part);
    if (!CHECK(at != NULL)) return;
    snprintf(out, cap, "%.*s%s%s", (int)(at - host_document), host_document, instead,
             at + strlen(part));
}

static uint64_t waiting(host *h, int64_t now)
{
    csuccess_text *text = NULL;
    uint64_t n = 0;
    CHECK_OK(csuccess_engine_explain(h->engine, CSUCCESS_STR("acme"), NULL, now, &text, NULL));
    for (const char *at = text ? csuccess_text_view(text).ptr : ""; at; n++) {
        at = strstr(at, "\"outcome\":\"waiting\"");
        if (!at) break;
        at++;
    }
    csuccess_text_free(text);
    return n;
}

static void every_outcome(void)
{
    static const struct {
        uint32_t outcome;
        bool silent, retried, dead;
    } rows[] = {
        {CSUCCESS_SENT_DELIVERED, false, false, false},
        {CSUCCESS_SENT_LATER, false, true, false},
        {CSUCCESS_SENT_NEVER, false, false, true},
        {CSUCCESS_SENT_BOUNCED, false, false, true},
        {CSUCCESS_SENT_UNKNOWN, false, true, false},
        {0, true, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        host h;
        open_quiet(&h, NULL);
        h.outcome = rows[i].outcome;
        h.silent = rows[i].silent;
        CHECK_RESULT(host_run(&h, HOST_MS(3), NULL), CSUCCESS_OK);
        csuccess_engine_counts counts = host_figures(&h);
        CHECK_UINT(counts.sent, 1);
        CHECK_UINT(counts.delivered, rows[i].outcome == CSUCCESS_SENT_DELIVERED);
        CHECK_UINT(counts.put_off, rows[i].retried);
        CHECK_UINT(counts.dead, rows[i].dead);
        CHECK_UINT(waiting(&h, HOST_MS(3)), rows[i].retried);
        if (rows[i].outcome == CSUCCESS_SENT_BOUNCED) { /* the state heard of it */
            host_state_has(&h, "acme", HOST_MS(3), "\"suppressed\"");
        }
        host_close(&h);
    }
}

/* By hand: 1, 2 and 4 minutes after an attempt that failed (first PT1M, factor 2, no jitter), then it is dead; not before Retry-After. */
static void timetable(void)
{
    static const int64_t waits[] = {1, 2, 4};
    host h;
    int64_t now = HOST_MS(3), next = 0;
    char doc[2048], id[80] = "";
    with(doc, sizeof doc, "\"failures\":3", "\"failures\":100");
    open_quiet(&h, doc);
    h.outcome = CSUCCESS_SENT_LATER;
    for (size_t i = 0; i < 3; i++) {
        CHECK_OK(host_run(&h, now, &next));
        CHECK_UINT(h.sends, i + 1);
        if (i) CHECK_CSTR(h.last_id, id);
        memcpy(id, h.last_id, sizeof id);
        CHECK_INT(next, now + waits[i] * MINUTE);
        CHECK_OK(host_run(&h, next - 1, NULL));
        CHECK_UINT(h.sends, i + 1);
        now = next;
    }
    CHECK_OK(host_run(&h, now, &next));
    csuccess_engine_counts counts = host_figures(&h);
    CHECK_UINT(counts.sent, 4);
    CHECK_UINT(counts.dead, 1);
    host_close(&h);
    open_quiet(&h, doc);
    h.outcome = CSUCCESS_SENT_LATER;
    h.retry_after = 90 * MINUTE;
    CHECK_OK(host_run(&h, HOST_MS(3), &next));
    CHECK_INT(next, HOST_MS(3) + 90 * MINUTE);
    host_close(&h);
}

/* At most once: one attempt, whatever becomes of it; a lease that is lost before it sends nothing. */
static void at_most_once(void)
{
    static const uint32_t outcomes[] = {CSUCCESS_SENT_DELIVERED, CSUCCESS_SENT_LATER,
                                        CSUCCESS_SENT_UNKNOWN};
    char doc[2048];
    with(doc, sizeof doc, "\"slack\":{\"retry\"",
         "\"slack\":{\"delivery\":\"at_most_once\",\"retry\"");
    for (size_t i = 0; i < 3; i++) {
        host h;
        open_quiet(&h, doc);
        h.outcome = outcomes[i];
        for (int hour = 0; hour < 20; hour++) {
            CHECK_OK(host_run(&h, HOST_MS(3) + hour * 60 * MINUTE, NULL));
        }
        CHECK_UINT(h.sends, 1);
        CHECK_UINT(host_figures(&h).unknown, 1);
        CHECK_UINT(host_figures(&h).delivered, i == 0);
        CHECK_UINT(waiting(&h, HOST_MS(4)), 0);
        host_close(&h);
    }
}

/* The settlement before the attempt fails: nothing is sent. */
static void at_most_once_fails(void)
{
    char doc[2048];
    with(doc, sizeof doc, "\"slack\":{\"retry\"",
         "\"slack\":{\"delivery\":\"at_most_once\",\"retry\"");
    for (uint64_t at = 1; at < 8; at++) {
        host h;
        open_quiet(&h, doc);
        csuccess_memory_faults plan = {
            .size = sizeof plan, .at = at, .kind = CSUCCESS_FAULT_LOST};
        CHECK_OK(csuccess_memory_store_faults(h.store, &plan));
        csuccess_engine_run(h.engine, NULL, HOST_MS(3), NULL, NULL, NULL);
        CHECK_OK(csuccess_memory_store_faults(h.store, NULL));
        for (int i = 1; i < 30; i++) CHECK_OK(host_run(&h, HOST_MS(3) + i * 5 * MINUTE, NULL));
        CHECK(h.sends <= 1);
        host_close(&h);
    }
}

/* Three failures in a row open the breaker for five minutes, in which nothing is sent; then one tries. */
static void breaker(void)
{
    host h;
    int64_t now = HOST_MS(3);
    host_open(&h, NULL);
    for (int i = 0; i < 9; i++) {
        char customer[16];
        snprintf(customer, sizeof customer, "c%d", i);
        host_login(h.events, customer, "i", HOST_MS(1));
    }
    CHECK_OK(host_ingest(&h, now));
    h.outcome = CSUCCESS_SENT_LATER;
    CHECK_OK(host_run(&h, now, NULL));
    csuccess_engine_counts counts = host_figures(&h);
    CHECK(counts.sent >= 3);
    CHECK_UINT(counts.breakers_open, 1);
    uint64_t sent = counts.sent;
    CHECK_OK(host_run(&h, now + 4 * MINUTE, NULL));
    CHECK_UINT(host_figures(&h).sent, sent);
    h.outcome = CSUCCESS_SENT_DELIVERED;
    CHECK_OK(host_run(&h, now + 5 * MINUTE, NULL));
    for (int i = 6; i < 60; i++) CHECK_OK(host_run(&h, now + i * MINUTE, NULL));
    counts = host_figures(&h);
    CHECK_UINT(counts.delivered, 9);
    CHECK_UINT(counts.breakers_open, 0);
    host_close(&h);
}

static void rate(void)
{
    char doc[2048];
    host h;
    with(doc, sizeof doc, "\"slack\":{\"retry\"",
         "\"slack\":{\"rate\":{\"limit\":2,\"per\":\"PT1M\"},\"retry\"");
    host_open_as(&h, doc, NULL);
    host_connect(&h);
    for (int i = 0; i < 9; i++) {
        char customer[16];
        snprintf(customer, sizeof customer, "c%d", i);
        host_login(h.events, customer, "i", HOST_MS(1));
    }
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    CHECK_OK(host_run(&h, HOST_MS(3), NULL));
    CHECK_UINT(h.sends, 2);
    for (int i = 1; i <= 4; i++) {
        CHECK_OK(host_run(&h, HOST_MS(3) + i * MINUTE, NULL));
        CHECK(h.sends <= 2u + 2u * (unsigned)i);
    }
    for (int i = 5; i <= 30; i++) CHECK_OK(host_run(&h, HOST_MS(3) + i * MINUTE, NULL));
    CHECK_UINT(h.sends, 9);
    CHECK_UINT(host_figures(&h).dead, 0);
    CHECK(host_figures(&h).put_off <= 9); /* each waits for a place of its own */
    host_close(&h);
}

/* A message to a channel that nobody registered waits for one. */
static void unregistered(void)
{
    host h;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    host_open_as(&h, host_document, NULL);
    CHECK_OK(
        csuccess_engine_set_store(h.engine, csuccess_memory_store_ops(), h.store, NULL, &err));
    host_login(h.events, "acme", "a1", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    for (int i = 0; i < 30; i++) CHECK_OK(host_run(&h, HOST_MS(3) + i * 10 * MINUTE, NULL));
    CHECK_UINT(waiting(&h, HOST_MS(3) + 300 * MINUTE), 1);
    CHECK_OK(csuccess_engine_add_channel(h.engine, CSUCCESS_STR("slack"), &host_channel, &h,
                                         NULL, &err));
    CHECK_OK(host_run(&h, HOST_MS(3) + 310 * MINUTE, NULL));
    CHECK_UINT(h.sends, 1);
    host_close(&h);
}

/* Ten healthy customers become critical on one day: what goes out to them by itself waits four hours, a single one's does not. */
static void mass_change(void)
{
    char half[2048], doc[2304];
    for (int many = 0; many < 2; many++) {
        host h;
        int64_t next = 0, now = HOST_MS(3);
        int customers = 10, quiet = many ? 10 : 1;
        with(half, sizeof half, "{\"channel\":\"slack\"}",
             "{\"channel\":\"slack\",\"contact\":\"boss\"}");
        char *at = strstr(half, "\"policies\":{");
        snprintf(
            doc, sizeof doc,
            "%.*s\"privacy\":{\"purposes\":{\"service\":{\"requires\":\"nothing\"}}},"
            "\"policies\":{\"mass_change\":{\"share\":0.2,\"within\":\"PT1H\",\"at_least\":3,"
            "\"hold\":\"PT4H\"},%s",
            (int)(at - half), half, at + strlen("\"policies\":{"));
        host_open_as(&h, doc, NULL);
        host_connect(&h);
        for (int i = 0; i < customers * 12; i++) {
            char customer[16], id[16];
            snprintf(customer, sizeof customer, "c%d", i % customers);
            snprintf(id, sizeof id, "i%d", i);
            /* Those that stay have logins of tomorrow as well. */
            host_login(h.events, customer, id, now - (i % customers < quiet ? 0 : -5 * MINUTE));
        }
        CHECK_RESULT(host_ingest(&h, now), CSUCCESS_OK);
        while (now < HOST_MS(32)) {
            csuccess_events_clear(h.events);
            for (int i = quiet; i < customers; i++) {
                for (int k = 0; k < 2; k++) {
                    char customer[16], id[64];
                    snprintf(customer, sizeof customer, "c%d", i);
                    snprintf(id, sizeof id, "d%d-%lld", k, (long long)now);
                    host_login(h.events, customer, id, now);
                }
            }
            CHECK_OK(host_ingest(&h, now));
            CHECK_OK(host_run(&h, now, NULL));
            now += HOST_DAY;
        }
        CHECK_UINT(h.sends, customers); /* what the first login of each raised */
        h.sends = 0;
        CHECK_OK(host_run(&h, HOST_MS(33), NULL));
        CHECK_UINT(h.sends, many ? 0 : 1);
        CHECK_OK(host_run(&h, HOST_MS(33) + 239 * MINUTE, &next));
        CHECK_UINT(h.sends, many ? 0 : 1);
        CHECK_OK(host_run(&h, HOST_MS(33) + 240 * MINUTE, &next));
        CHECK_UINT(h.sends, quiet);
        host_close(&h);
    }
}

CHECK_MAIN(CHECK_TEST(every_outcome), CHECK_TEST(timetable), CHECK_TEST(at_most_once),
           CHECK_TEST(at_most_once_fails), CHECK_TEST(breaker), CHECK_TEST(rate),
           CHECK_TEST(unregistered), CHECK_TEST(mass_change))
