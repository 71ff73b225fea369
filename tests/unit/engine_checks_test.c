/* SPDX-License-Identifier: Apache-2.0 */
/* The engine watches itself: the section `checks`, what is measured within a span, the ladder of three tiers, and its messages. */
#include "engine_host.h"
#include "intervene/checks.h"

enum { MINUTE = 60000 };

/* host_document with checks, and a second channel for the higher tiers. */
static void with_checks(char *out, size_t cap, const char *checks)
{
    const char *part = "\"policies\":{";
    const char *at = strstr(host_document, part);
    snprintf(out, cap, "%.*s\"checks\":{%s},%s", (int)(at - host_document), host_document,
             checks, at);
    char *channels = strstr(out, "\"channels\":{");
    char rest[2048];
    snprintf(rest, sizeof rest, "%s", channels + strlen("\"channels\":{"));
    snprintf(channels, cap - (size_t)(channels - out), "\"channels\":{\"staff\":{},%s", rest);
}

typedef struct staff {
    uint32_t told, outcome;
    char ids[16][80], bodies[16][256];
} staff;

static void tell_staff(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    staff *s = ud;
    const csuccess_message *m = request->message;
    uint32_t n = s->told++ % 16;
    CHECK_UINT(m->flags, CSUCCESS_MESSAGE_INTERNAL);
    CHECK_STR(m->customer, "");
    snprintf(s->ids[n], sizeof s->ids[n], "%.*s", (int)m->id.len, m->id.ptr);
    snprintf(s->bodies[n], sizeof s->bodies[n], "%.*s", (int)m->body.len, m->body.ptr);
    csuccess_reply_sent(reply, s->outcome, 0, (csuccess_str){NULL, 0});
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}
static const csuccess_channel_ops staff_channel = {sizeof staff_channel, tell_staff};

static void open_watched(host *h, staff *s, const char *checks)
{
    char doc[4096];
    with_checks(doc, sizeof doc, checks);
    host_open_as(h, doc, NULL);
    host_connect(h);
    *s = (staff){.outcome = CSUCCESS_SENT_DELIVERED};
    CHECK_OK(csuccess_engine_add_channel(h->engine, CSUCCESS_STR("staff"), &staff_channel, s,
                                         NULL, NULL));
}

/* A breaker that is open: told at once, after 10 and after 30 minutes, each once; closed and open again: told again, as another message. */
static void ladder(void)
{
    host h;
    staff s;
    int64_t now = HOST_MS(3), next = 0;
    open_watched(&h, &s,
                 "\"breakers_open\":{\"above\":0,\"severity\":\"high\",\"notify\":{"
                 "\"one\":{\"channel\":\"staff\"},\"two\":{\"after\":\"PT10M\",\"channel\":"
                 "\"staff\"},\"three\":{\"after\":\"PT30M\",\"channel\":\"staff\"}}}");
    for (int i = 0; i < 5; i++) {
        char customer[16];
        snprintf(customer, sizeof customer, "c%d", i);
        host_login(h.events, customer, "i", HOST_MS(1));
    }
    CHECK_OK(host_ingest(&h, now));
    h.outcome = CSUCCESS_SENT_LATER;
    CHECK_OK(host_run(&h, now, &next));
    CHECK_UINT(s.told, 1);
    CHECK_HAS(s.bodies[0],
              "\"check\":\"breakers_open\",\"severity\":\"high\",\"tier\":\"one\"");
    CHECK(next <= now + MINUTE);
    for (int i = 1; i < 35; i++) {
        CHECK_OK(host_run(&h, now + i * MINUTE, NULL));
        CHECK_UINT(s.told, i < 10 ? 1 : i < 30 ? 2 : 3);
    }
    CHECK(strcmp(s.ids[0], s.ids[1]) != 0);
    host_close(&h);
}

/* What could not be told is told when the checks look again, as the same message. */
static void told_again(void)
{
    host h;
    staff s;
    open_watched(&h, &s,
                 "\"conflicts\":{\"above\":0,\"notify\":{\"one\":{\"channel\":\"staff\"}}}");
    host_login(h.events, "acme", "i", HOST_MS(1));
    csuccess_memory_faults plan = {
        .size = sizeof plan, .at = 3, .kind = CSUCCESS_FAULT_CONFLICT};
    CHECK_OK(csuccess_memory_store_faults(h.store, &plan));
    for (uint64_t at = 1; host_figures(&h).conflicts == 0 && at < 9; at++) {
        plan.at = at;
        CHECK_OK(csuccess_memory_store_faults(h.store, &plan));
        CHECK_OK(csuccess_events_clear(h.events));
        char id[16];
        snprintf(id, sizeof id, "i%d", (int)at);
        host_login(h.events, "acme", id, HOST_MS(1));
        host_ingest(&h, HOST_MS(3));
    }
    CHECK_UINT(host_figures(&h).conflicts, 1);
    s.outcome = CSUCCESS_SENT_LATER;
    CHECK_OK(host_run(&h, HOST_MS(3), NULL));
    CHECK_OK(host_run(&h, HOST_MS(3) + MINUTE, NULL));
    CHECK_UINT(s.told, 2);
    CHECK_CSTR(s.ids[0], s.ids[1]);
    s.outcome = CSUCCESS_SENT_DELIVERED;
    for (int i = 2; i < 100; i++) CHECK_OK(host_run(&h, HOST_MS(3) + i * MINUTE, NULL));
    CHECK_UINT(s.told, 3);
    host_close(&h);
}

/* ---- Measuring, by hand ---- */

static csuccess_config *compiled(const char *checks, csuccess_error *err)
{
    char doc[4096];
    csuccess_config *config = NULL;
    with_checks(doc, sizeof doc, checks);
    csuccess_config_compile(&config, check_view(doc), NULL, err);
    return config;
}

/* Counts within an hour: what lies further back no longer counts. */
static void spans(void)
{
    csuccess__check check = {
        .kind = CSUCCESS__CHECK_DEAD_LETTERS, .above = 2, .within_ms = 60 * MINUTE};
    csuccess__check_state state;
    csuccess__measure measure = {0, 0};
    csuccess__check_begin(&state, measure, 0);
    for (int64_t i = 0; i <= 300; i++) {
        if (i == 10 || i == 100 || i == 110 || i == 120) measure.value++;
        csuccess__check_look(&state, &check, measure, i * MINUTE);
        int reached = (int)(state.value + 0.5);
        /* Samples lie up to five minutes apart. */
        int least = 0, most = 0;
        static const int64_t ones[] = {10, 100, 110, 120};
        for (size_t k = 0; k < 4; k++) {
            least += ones[k] <= i && ones[k] > i - 60;
            most += ones[k] <= i && ones[k] > i - 66;
        }
        CHECK(reached >= least && reached <= most);
        CHECK(state.open == (reached > 2));
        CHECK(state.sample_count <= CSUCCESS__CHECK_SAMPLES);
    }
    CHECK_UINT(state.occurrence, 1);
}

static void shares(void)
{
    csuccess__check check = {
        .kind = CSUCCESS__CHECK_FAILURE_RATE, .above = 0.5, .within_ms = 60 * MINUTE};
    csuccess__check_state state;
    csuccess__check_begin(&state, (csuccess__measure){5, 5}, 0); /* long ago */
    csuccess__check_look(&state, &check, (csuccess__measure){5, 5}, MINUTE);
    CHECK_NUM(state.value, 0, 0);
    csuccess__check_look(&state, &check, (csuccess__measure){6, 9}, 2 * MINUTE);
    CHECK_NUM(state.value, 0.25, 0);
    csuccess__check_look(&state, &check, (csuccess__measure){8, 9}, 3 * MINUTE);
    CHECK(state.open);
    CHECK_NUM(state.value, 0.75, 0);
}

/* ---- The section ---- */

static void sections(void)
{
    static const struct {
        const char *checks, *says;
    } bad[] = {
        {"\"queue_ages\":{\"above\":\"PT1M\",\"notify\":{}}", "queue_age"},
        {"\"queue_age\":{\"notify\":{}}", "above"},
        {"\"queue_age\":{\"above\":5,\"notify\":{}}", "PT10M"},
        {"\"queue_age\":{\"above\":\"PT1M\",\"within\":\"PT1H\",\"notify\":{}}", "within"},
        {"\"failure_rate\":{\"above\":1.5,\"notify\":{}}", "1.5"},
        {"\"conflicts\":{\"above\":1}", "notify"},
        {"\"conflicts\":{\"above\":1,\"notify\":{\"a\":{\"channel\":\"stuff\"}}}", "staff"},
        {"\"conflicts\":{\"above\":1,\"notify\":{\"a\":{\"channel\":\"staff\",\"contact\":"
         "\"x\"}}}",
         "contact"},
        {"\"conflicts\":{\"above\":1,\"severity\":\"loud\",\"notify\":{}}", "loud"},
        {"\"conflicts\":{\"above\":1,\"belove\":1,\"notify\":{}}", "belove"},
    };
    csuccess_error err = CSUCCESS_ERROR_INIT;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        csuccess_config *config = compiled(bad[i].checks, &err);
        CHECK(config == NULL);
        CHECK_HAS(err.message, bad[i].says);
        CHECK_HAS(err.pointer, "/checks/");
    }
    csuccess_config *config = compiled(
        "\"lag\":{\"above\":\"PT1H\",\"notify\":{\"a\":{\"channel\":\"staff\"}}},"
        "\"parked\":{\"above\":0,\"within\":\"P1D\",\"severity\":\"critical\",\"notify\":{"
        "\"a\":{\"channel\":\"staff\"}}}",
        &err);
    if (!CHECK(config != NULL)) printf("# %s at %s\n", err.message, err.pointer);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(ladder), CHECK_TEST(told_again), CHECK_TEST(spans), CHECK_TEST(shares),
           CHECK_TEST(sections))
