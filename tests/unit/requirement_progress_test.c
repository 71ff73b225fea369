/* SPDX-License-Identifier: Apache-2.0 */
/* Milestones, features and stickiness as the requirement documents have them (000 §2, §3, §9, §11, 001 §4.1, 002 schema, 004 B), by the engine over the memory store. */
#include "engine_host.h"

static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"setup_done\":{\"type\":\"bool\"},\"seats\":{\"type\":"
    "\"number\"}},"
    "\"sources\":{\"product\":{}},"
    "\"aggregates\":{\"dau\":{\"event\":\"report_run\",\"distinct\":\"user_id\",\"window\":"
    "\"P1D\"},\"wau\":{\"event\":\"report_run\",\"distinct\":\"user_id\",\"window\":\"P7D\"},"
    "\"mau\":{\"event\":\"report_run\",\"distinct\":\"user_id\",\"window\":\"P30D\"},"
    "\"actions\":{\"event\":\"report_run\",\"count\":true,\"window\":\"lifetime\"}},"
    "\"metrics\":{\"stickiness\":\"dau / mau\",\"weekly_stickiness\":\"wau / mau\"},"
    "\"channels\":{\"email\":{\"retry\":{\"first\":\"PT1M\",\"jitter\":0}}},"
    "\"templates\":{\"hooray\":{\"locales\":{\"en\":{\"subject\":\"Well done: "
    "{{trigger.milestone}}\"}}}},"
    "\"features\":{\"reports\":{\"event\":\"report_run\"},\"export\":{\"event\":\"exported\"}},"
    "\"milestones\":{"
    "\"account_setup\":{\"achieved_when\":\"setup_done\",\"target_days\":3,\"critical_path\":"
    "true,\"points\":10},"
    "\"first_client\":{\"achieved_when\":{\"event\":\"client_created\"},\"after\":["
    "\"account_setup\"],\"target_days\":7,\"critical_path\":true,\"value\":true,\"celebrate\":{"
    "\"template\":\"hooray\"}},"
    "\"referral\":{\"achieved_when\":{\"event\":\"referral_signed\",\"properties\":{\"amount\":"
    "\"number\"},\"where\":\"amount > 0\"},\"repeat\":\"each\",\"celebrate\":{}},"
    "\"actions_done\":{\"achieved_when\":{\"count\":\"actions\"},\"repeat\":[3,1000]}}}";

static void start(host *h)
{
    host_open_as(h, document, NULL);
    CHECK_OK(csuccess_engine_set_store(h->engine, csuccess_memory_store_ops(), h->store, NULL,
                                       NULL));
    CHECK_OK(csuccess_engine_add_channel(h->engine, CSUCCESS_STR("email"), &host_channel, h,
                                         NULL, NULL));
}

static void take(host *h, const char *json, int64_t now)
{
    CHECK_OK(csuccess_events_clear(h->events));
    host_json(h->events, json);
    host_ingest(h, now);
    CHECK_OK(host_run(h, now, NULL));
}

/* An event of a user of c1, at midnight of a day. */
static void event(host *h, const char *name, const char *user, int day, const char *properties)
{
    static int number;
    char json[512];
    snprintf(
        json, sizeof json,
        "{\"type\":\"track\",\"event\":\"%s\",\"messageId\":\"e%d\",\"groupId\":\"c1\","
        "\"userId\":\"%s\",\"source\":\"product\",\"timestamp\":\"2026-01-%02dT00:00:00Z\","
        "\"properties\":%s}",
        name, ++number, user, day + 1, properties);
    take(h, json, HOST_MS(day));
}

/* The clock goes on day by day. */
static void pass(host *h, int from, int to)
{
    for (int day = from; day <= to; day++) CHECK_OK(host_run(h, HOST_MS(day), NULL));
}

static void set_up(host *h, int day)
{
    char json[256];
    snprintf(json, sizeof json,
             "{\"type\":\"group\",\"messageId\":\"g%d\",\"groupId\":\"c1\",\"timestamp\":"
             "\"2026-01-%02dT00:00:00Z\",\"traits\":{\"setup_done\":%s}}",
             day, day + 1, day ? "true" : "false");
    take(h, json, HOST_MS(day));
}

static void explained(host *h, int day, const char *part)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    if (!CHECK_OK(csuccess_engine_explain(h->engine, CSUCCESS_STR("c1"), NULL, HOST_MS(day),
                                          &text, &err))) {
        printf("# %s\n", err.message);
    }
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "", part);
    csuccess_text_free(text);
}

/* S0-008, S0-126, S0-150, S2-002, S1-160, S2-015, S0-050 */
static void should_track_success_milestones_properly(void)
{
    host h;
    start(&h);
    set_up(&h, 0);
    explained(&h, 0, "\"percent\":0,\"points\":0,\"points_of\":20,\"state\":\"on_track\"");
    explained(&h, 0, "\"next\":[\"account_setup\",\"referral\",\"actions_done\"]");
    explained(&h, 0, "\"blocked_by\":[\"account_setup\"]");
    /* its target passes: at that time, by itself */
    CHECK_OK(host_run(&h, HOST_MS(3), NULL));
    explained(&h, 4,
              "\"account_setup\":{\"state\":\"overdue\",\"label\":\"account_setup\","
              "\"critical\":true,\"points\":10,\"times\":0,\"celebrated\":false,"
              "\"target_at\":\"2026-01-04T00:00:00Z\",\"overdue_by_days\":1}");
    explained(&h, 4, "\"state\":\"behind\"");
    set_up(&h, 5);
    explained(&h, 5, "\"percent\":50,");
    explained(&h, 5,
              "\"expected_completion\":\"2026-01-11T00:00:00Z\",\"next\":["
              "\"first_client\"");
    event(&h, "client_created", "ann", 6, "{}");
    explained(&h, 6,
              "\"percent\":100,\"points\":20,\"points_of\":20,\"state\":\"done\","
              "\"time_to_value_days\":6,");
    explained(&h, 6,
              "\"achieved_at\":\"2026-01-07T00:00:00Z\",\"last_at\":"
              "\"2026-01-07T00:00:00Z\",\"days_to_achieve\":6,\"times\":1,"
              "\"celebrated\":true,");
    host_close(&h);
}

/* S0-009, S1-058, S4-014 */
static void each_celebration_is_sent_exactly_once(void)
{
    host h;
    start(&h);
    set_up(&h, 0);
    event(&h, "client_created", "ann", 0, "{}"); /* blocked: nothing yet */
    CHECK_UINT(h.sends, 0);
    set_up(&h, 1);
    CHECK_UINT(h.sends, 1);
    event(&h, "client_created", "ann", 2, "{}");
    CHECK_UINT(h.sends, 1);
    take(&h,
         "{\"type\":\"milestone\",\"event\":\"revoke\",\"messageId\":\"r\",\"groupId\":\"c1\","
         "\"timestamp\":\"2026-01-04T00:00:00Z\",\"properties\":{\"milestone\":"
         "\"first_client\",\"reason\":\"a test account\"}}",
         HOST_MS(3));
    explained(&h, 3, "\"percent\":50,");
    event(&h, "client_created", "ann", 4, "{}");
    explained(&h, 4, "\"percent\":100,");
    CHECK_UINT(h.sends, 1);
    event(&h, "referral_signed", "ann", 5, "{\"amount\":0}");
    CHECK_UINT(h.sends, 1);
    event(&h, "referral_signed", "ann", 5, "{\"amount\":10}");
    event(&h, "referral_signed", "ann", 6, "{\"amount\":20}");
    CHECK_UINT(h.sends, 3);
    host_close(&h);
}

/* S0-049, S2-006 */
static void mastery_and_adoption(void)
{
    host h;
    start(&h);
    set_up(&h, 0);
    for (int day = 0; day < 12; day++) {
        event(&h, "report_run", day % 2 ? "ann" : "ben", day, "{}");
        if (day == 0) explained(&h, day, "\"reports\":{\"stage\":\"trial\"");
        if (day == 2) explained(&h, day, "\"reports\":{\"stage\":\"adopting\"");
        if (day == 2) explained(&h, day, "\"score\":25,\"level\":\"intermediate\"");
    }
    explained(&h, 11,
              "\"reports\":{\"stage\":\"power_user\",\"label\":\"reports\",\"days\":12,"
              "\"frequency\":\"weekly\",\"risk\":0,\"value\":1,\"points\":1");
    explained(&h, 11, "\"export\":{\"stage\":\"never_used\"");
    explained(&h, 11,
              "\"breadth\":0.5,\"depth\":1,\"mastery\":{\"score\":50,\"level\":"
              "\"advanced\"}");
    explained(&h, 11, "\"next_threshold\":1000");
    pass(&h, 12, 42);
    explained(&h, 42, "\"reports\":{\"stage\":\"churned\"");
    host_close(&h);
}

/* Stickiness is two aggregates of distinct users and a metric: on its day one of three users of the month. */
static void stickiness_is_a_metric(void)
{
    static const char *const users[] = {"ann", "ben", "cid", "ann"};
    static const char with[] =
        "{\"csuccess\":1,\"metrics\":{\"dau_mau\":\"dau / mau\",\"wau_mau\":\"wau / mau\"},"
        "\"aggregates\":{\"dau\":{\"event\":\"used\",\"distinct\":\"user_id\",\"window\":"
        "\"P1D\"},\"wau\":{\"event\":\"used\",\"distinct\":\"user_id\",\"window\":\"P7D\"},"
        "\"mau\":{\"event\":\"used\",\"distinct\":\"user_id\",\"window\":\"P30D\"}},"
        "\"milestones\":{\"sticky\":{\"achieved_when\":\"dau / mau >= 0.3 && wau / mau < "
        "0.7\"}}}";
    host h;
    host_open_as(&h, with, NULL);
    CHECK_OK(
        csuccess_engine_set_store(h.engine, csuccess_memory_store_ops(), h.store, NULL, NULL));
    for (int i = 0; i < 4; i++) {
        int day = i == 3 ? 20 : i * 8;
        pass(&h, i ? (i - 1) * 8 : 0, day);
        event(&h, "used", users[i], day, "{}");
    }
    /* day 20: ann that day, ann and cid in the week, three in the month */
    explained(&h, 20, "\"sticky\":{\"state\":\"achieved\"");
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(should_track_success_milestones_properly),
           CHECK_TEST(each_celebration_is_sent_exactly_once), CHECK_TEST(mastery_and_adoption),
           CHECK_TEST(stickiness_is_a_metric))
