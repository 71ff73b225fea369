/* SPDX-License-Identifier: Apache-2.0 */
/* The state of Northwind, a typical customer, after a year: what docs/benchmark.md names, and what it may take. */
#include "engine_host.h"

enum { DAYS = 365, USED = 90, KINDS = 5, WINDOWS = 3, TYPICAL = 8192 };

static const char *const kinds[KINDS] = {"login", "export", "invite", "order", "report"};
static const int windows[WINDOWS] = {7, 30, 90};

/* The preset with three attributes more (25), contacts, subscriptions, three alerts, two purposes, and 30 aggregates. */
static const char beginning[] =
    "{\"csuccess\":1,\"extends\":\"enterprise\",\"attributes\":{\"plan\":{\"type\":\"string\"},"
    "\"seats\":{\"type\":\"number\"},\"csm\":{\"type\":\"string\"}},"
    "\"records\":{\"contacts\":{\"max\":20,\"of\":{\"email\":{\"type\":\"string\",\"pii\":true}"
    ","
    "\"name\":{\"type\":\"string\",\"pii\":true},\"title\":{\"type\":\"string\"},"
    "\"country\":{\"type\":\"string\"}}},"
    "\"subscriptions\":{\"max\":20,\"of\":{\"product\":{\"type\":\"string\"},\"renews\":{"
    "\"type\":\"date\"},\"starts\":{\"type\":\"date\"}}}},"
    "\"health\":{\"profiles\":{\"default\":{\"alerts\":{"
    "\"low_use\":{\"when\":\"login_count_30 < "
    "1000\",\"severity\":\"high\",\"notify\":{\"first\":{"
    "\"channel\":\"slack\"}}},"
    "\"few_orders\":{\"when\":\"order_sum_90 < "
    "1000000000\",\"severity\":\"medium\",\"cooldown\":"
    "\"P7D\"},"
    "\"not_healthy\":{\"when\":\"health.raw < 101\",\"severity\":\"low\"}}}}},"
    "\"privacy\":{\"purposes\":{\"service\":{\"requires\":\"nothing\"},\"marketing\":{"
    "\"requires\":"
    "\"opt_in\"}},\"jurisdiction\":\"country\"},\"channels\":{\"slack\":{}},\"aggregates\":{";

static const char *document(void)
{
    static char text[16384];
    size_t n = (size_t)snprintf(text, sizeof text, "%s", beginning);
    for (int k = 0; k < 2 * KINDS * WINDOWS; k++) {
        const char *name = kinds[k / 2 / WINDOWS], *what = k % 2 ? "sum" : "count";
        int days = windows[k / 2 % WINDOWS];
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "%s\"%s_%s_%d\":{\"event\":\"%s\",\"%s\":%s,\"window\":\"P%dD\"}",
                              k ? "," : "", name, what, days, name, what,
                              k % 2 ? "\"amount\"" : "true", days);
    }
    snprintf(text + n, sizeof text - n, "}}");
    return text;
}

/* ---- A store that tells how long a state was ---- */

static size_t written, entries;

static void weigh(void *ud, const csuccess_commit_request *request, csuccess_reply *reply)
{
    for (size_t i = 0; i < request->count; i++) {
        const csuccess_batch *batch = request->batches[i];
        entries += csuccess_batch_entries(batch);
        for (size_t k = 0; k < csuccess_batch_writes(batch); k++) {
            const csuccess_write *write = csuccess_batch_write(batch, k);
            if (write->key.kind == CSUCCESS_RECORD_CUSTOMER) written = write->body.len;
        }
    }
    csuccess_memory_store_ops()->commit(ud, request, reply);
}

/* ---- A year of Northwind ---- */

/* One in the morning of a day of 2026. */
static const char *time_of(int day)
{
    static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static char text[64];
    int month = 0;
    for (; day >= lengths[month]; month++) day -= lengths[month];
    snprintf(text, sizeof text, "2026-%02d-%02dT01:00:00Z", month + 1, day + 1);
    return text;
}

static void attributes(host *h, int day, uint64_t *random)
{
    char json[2048];
    int use = (int)(check_random(random) % 20);
    snprintf(
        json, sizeof json,
        "{\"type\":\"group\",\"messageId\":\"9f86d081-884c-4d65-8a2f-%012x\",\"timestamp\":"
        "\"%s\",\"groupId\":\"northwind\",\"traits\":{\"features_used\":%d,\"total_features\":"
        "40,"
        "\"logins_30d\":%d,\"active_users\":%d,\"licensed_users\":120,\"touchpoints_30d\":%d,"
        "\"email_open_rate\":0.%d,\"webinars_attended\":2,\"champion_active\":true,"
        "\"executive_access\":true,\"nps_score\":8,\"arr_growth\":0.12,\"payment_delays\":1,"
        "\"contract_value\":120000,\"mrr\":10000,\"tickets_30d\":%d,\"resolution_"
        "satisfaction\":"
        "4.5,\"ticket_sentiment\":0.3,\"days_to_renewal\":%d,\"open_escalations\":0,"
        "\"champion_left\":false,\"churned_at\":null,\"plan\":\"enterprise\",\"seats\":120,"
        "\"csm\":\"maria.garcia@example.com\"}}",
        (unsigned)day, time_of(day), 20 + use, 10 + use, 60 + use, use / 4, 10 + use, use / 3,
        400 - day);
    host_json(h->events, json);
}

static void people(host *h)
{
    for (int i = 0; i < 5; i++) {
        char json[1024];
        snprintf(json, sizeof json,
                 "{\"type\":\"identify\",\"messageId\":\"person-%d\",\"timestamp\":"
                 "\"2026-01-01T02:00:00Z\",\"groupId\":\"northwind\",\"userId\":\"contact-%d\","
                 "\"traits\":{\"email\":\"first.last%d@northwind.example\",\"name\":\"First "
                 "Lastname %d\",\"title\":\"Head of Operations\",\"country\":\"DE\"}}",
                 i, i, i, i);
        host_json(h->events, json);
    }
    for (int i = 0; i < 6; i++) {
        char json[1024];
        snprintf(json, sizeof json,
                 "{\"type\":\"consent\",\"messageId\":\"consent-%d\",\"timestamp\":"
                 "\"2026-01-01T03:00:00Z\",\"groupId\":\"northwind\",\"userId\":\"contact-%d\","
                 "\"properties\":{\"purpose\":\"%s\",\"granted\":true,\"channel\":\"email\","
                 "\"jurisdiction\":\"DE\",\"proof\":\"form 12, version 3\"}}",
                 i, i % 5, i == 5 ? "service" : "marketing");
        host_json(h->events, json);
    }
    for (int i = 0; i < 2; i++) {
        char json[1024];
        snprintf(
            json, sizeof json,
            "{\"type\":\"subscription_started\",\"messageId\":\"subscription-%d\","
            "\"timestamp\":\"2026-01-01T04:00:00Z\",\"groupId\":\"northwind\",\"properties\":"
            "{\"id\":\"s%d\",\"product\":\"product %d\",\"starts\":\"2026-01-01\",\"term\":"
            "\"P1Y\"}}",
            i, i, i);
        host_json(h->events, json);
    }
}

/* Ten to forty events of a day. */
static void use(host *h, int day, uint64_t *random)
{
    int count = 10 + (int)(check_random(random) % 31);
    for (int i = 0; i < count; i++) {
        char id[64];
        csuccess_event event = CSUCCESS_EVENT_INIT;
        snprintf(id, sizeof id, "2c26b46b-68ff-4c68-8f99-%06x%06x", (unsigned)day, (unsigned)i);
        event.type = CSUCCESS_EVENT_TRACK;
        event.id = check_view(id);
        event.customer = CSUCCESS_STR("northwind");
        event.name = check_view(kinds[check_random(random) % KINDS]);
        event.at_ms = HOST_MS(day) + 7200000 + i * 61000;
        CHECK_OK(csuccess_events_add(h->events, &event, NULL));
        CHECK_OK(csuccess_events_number(h->events, CSUCCESS_STR("amount"),
                                        (double)(check_random(random) % 100000) / 100));
    }
}

static void open_northwind(host *h)
{
    static csuccess_store_ops ops;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    host_open_as(h, document(), NULL);
    ops = *csuccess_memory_store_ops();
    ops.commit = weigh;
    CHECK_OK(csuccess_engine_set_store(h->engine, &ops, h->store, NULL, &err));
    CHECK_OK(csuccess_engine_add_channel(h->engine, CSUCCESS_STR("slack"), &host_channel, h,
                                         NULL, &err));
}

static size_t occurrences(const char *text, const char *part)
{
    size_t n = 0;
    while ((text = strstr(text, part)) != NULL) {
        n++;
        text += strlen(part);
    }
    return n;
}

static void the_state_of_northwind_is_small(void)
{
    host h;
    uint64_t random = 7;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *state = NULL;
    written = entries = 0;
    open_northwind(&h);
    for (int day = 0; day < DAYS; day++) {
        int64_t next;
        attributes(&h, day, &random);
        if (day == 0) people(&h);
        if (day >= DAYS - USED) use(&h, day, &random);
        CHECK_INT(host_ingest(&h, HOST_MS(day) + 43200000), CSUCCESS_OK);
        CHECK(host_run(&h, HOST_MS(day) + 80000000, &next) >= 0);
        csuccess_events_clear(h.events);
    }
    CHECK_OK(csuccess_engine_state(h.engine, CSUCCESS_STR("northwind"), NULL,
                                   HOST_MS(DAYS - 1) + 80000001, &state, &err));
    const char *text = state ? csuccess_text_view(state).ptr : "";
    printf("# the state of Northwind: %zu bytes; %zu entries in a year\n", written, entries);
    CHECK(occurrences(text, "@northwind.example") == 5);
    CHECK(occurrences(text, "form 12, version 3") == 6);
    CHECK(written > 2048); /* there is a year in it */
    CHECK(written <= TYPICAL);
    csuccess_text_free(state);
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(the_state_of_northwind_is_small))
