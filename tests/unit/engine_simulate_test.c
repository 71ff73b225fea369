/* SPDX-License-Identifier: Apache-2.0 */
/* A simulation against a live engine that is handed the same inputs at the same times: the same trace, to the byte. */
#include "check.h"
#include <csuccess/csuccess.h>

#define MS(day) (INT64_C(1767225600000) + (int64_t)(day)*86400000) /* days after 2026-01-01 */
enum { CUSTOMERS = 7, DAYS = 40 };

static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"parent_id\":{\"type\":\"string\"},\"arr\":{\"type\":"
    "\"number\"}},"
    "\"aggregates\":{\"logins_30d\":{\"event\":\"login\",\"count\":true,\"window\":\"P30D\"},"
    "\"logins_7d\":{\"event\":\"login\",\"count\":true,\"window\":\"P7D\"}},"
    "\"health\":{\"profiles\":{\"default\":{\"score\":{\"combine\":\"sum\",\"of\":{"
    "\"use\":{\"value\":\"logins_30d\",\"points\":{\"linear\":[[0,0],[10,100]]}}}},"
    "\"bands\":{\"healthy\":{\"from\":50},\"critical\":{}},\"trend\":{\"over\":\"P7D\"},"
    "\"alerts\":{\"quiet\":{\"when\":\"logins_7d == "
    "0\",\"for\":\"P2D\",\"severity\":\"high\",\"notify\":{"
    "\"first\":{\"channel\":\"slack\"},\"lead\":{\"after\":\"P1D\",\"channel\":\"pager\"}}}}}},"
    "\"rollup\":{\"parent\":\"parent_id\",\"combine\":\"weighted_mean\",\"weight\":\"arr\"}},"
    "\"channels\":{\"slack\":{},\"pager\":{}}}";

typedef struct trace {
    char *text;
    size_t len, cap;
} trace;

static void keep(void *ud, csuccess_str line)
{
    trace *t = ud;
    if (t->len + line.len + 1 > t->cap) {
        t->cap = 2 * (t->len + line.len + 1);
        t->text = realloc(t->text, t->cap);
    }
    memcpy(t->text + t->len, line.ptr, line.len);
    t->len += line.len;
    t->text[t->len] = '\0';
}

static csuccess_config *compile(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    if (!CHECK_OK(csuccess_config_compile(&config, check_view(document), NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
    }
    return config;
}

/* Inputs of one day: logins that get rarer, and once whose child a customer is. */
static void add_day(csuccess_events *events, int day)
{
    for (int c = 0; c < CUSTOMERS; c++) {
        char id[32], customer[16];
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_event event = CSUCCESS_EVENT_INIT;
        if (day != 0 && (day * (c + 3)) % (day + 5) > 3) continue;
        snprintf(customer, sizeof customer, "c%d", c);
        snprintf(id, sizeof id, "d%d", day);
        event.type = day == 0 ? CSUCCESS_EVENT_GROUP : CSUCCESS_EVENT_TRACK;
        event.id = check_view(id);
        event.customer = check_view(customer);
        event.name = day == 0 ? check_view("") : check_view("login");
        event.at_ms = MS(day) + 1000 * (c % 2);
        CHECK_OK(csuccess_events_add(events, &event, &err));
        if (day == 0) {
            CHECK_OK(csuccess_events_number(events, CSUCCESS_STR("arr"), 1 + c));
            if (c)
                CHECK_OK(csuccess_events_string(events, CSUCCESS_STR("parent_id"),
                                                CSUCCESS_STR("c0")));
        }
    }
}

/* A history under the configuration that it came about with is that history, idle stretches and all. */
static void replay_all(csuccess_simulation *simulation, csuccess_config *config)
{
    for (int c = 0; c < CUSTOMERS; c++) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_text *told = NULL;
        char customer[16];
        snprintf(customer, sizeof customer, "c%d", c);
        CHECK_OK(csuccess_engine_replay(csuccess_simulation_engine(simulation),
                                        check_view(customer), config, NULL, MS(DAYS + 30),
                                        &told, &err));
        if (told) CHECK_HAS(csuccess_text_view(told).ptr, "\"different\":0}");
        csuccess_text_free(told);
    }
}

static void simulate(trace *out)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = compile();
    csuccess_simulation *simulation = NULL;
    csuccess_events *events = NULL;
    csuccess_simulation_options options = {
        .size = sizeof options, .trace = keep, .trace_ud = out};
    CHECK_OK(csuccess_simulation_new(&simulation, config, &options, &err));
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    for (int day = 0; day < DAYS; day++) add_day(events, day);
    if (!CHECK_OK(csuccess_simulation_feed(simulation, events, &err)))
        printf("# %s\n", err.message);
    for (size_t i = 0; i < csuccess_events_count(events); i++) {
        csuccess_result result = csuccess_events_result(events, i, NULL);
        CHECK(result == CSUCCESS_OK);
    }
    CHECK_OK(csuccess_simulation_run(simulation, MS(DAYS + 30), &err));
    CHECK_INT(csuccess_simulation_now(simulation), MS(DAYS + 30));
    csuccess_text *why = NULL;
    CHECK_OK(csuccess_engine_explain(csuccess_simulation_engine(simulation), CSUCCESS_STR("c0"),
                                     NULL, MS(DAYS + 30), &why, &err));
    if (why) CHECK_HAS(csuccess_text_view(why).ptr, "\"children\":6,\"counted\":6");
    csuccess_text_free(why);
    replay_all(simulation, config);
    csuccess_events_free(events);
    csuccess_simulation_free(simulation);
    csuccess_config_unref(config);
}

static csuccess_result random_bytes(void *ud, uint8_t *bytes, size_t count)
{
    (void)ud;
    memset(bytes, 7, count); /* secrets are no part of a trace */
    return CSUCCESS_OK;
}

static void deliver(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    (void)request;
    ++*(unsigned *)ud;
    csuccess_reply_sent(reply, CSUCCESS_SENT_DELIVERED, 0, CSUCCESS_STR(""));
    csuccess_reply_done(reply, CSUCCESS_OK, CSUCCESS_STR(""));
}

static void pass(csuccess_engine *engine, int64_t *now, int64_t until)
{
    for (;;) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        int64_t next = 0;
        if (!CHECK_OK(csuccess_engine_run(engine, NULL, *now, NULL, &next, &err))) return;
        if (next > until) return;
        if (next > *now) *now = next;
        csuccess_engine_confirm_clock(engine, *now, &err);
    }
}

static void live(trace *out)
{
    static const csuccess_channel_ops channel = {.size = sizeof channel, .send = deliver};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = compile();
    csuccess_memory_store *store = NULL;
    csuccess_engine *engine = NULL;
    csuccess_events *events = NULL;
    unsigned sent = 0;
    int64_t now = 0;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    options.random = random_bytes;
    options.batch = 1; /* gathered or not makes no difference */
    CHECK_OK(csuccess_memory_store_new(&store, NULL, &err));
    CHECK_OK(csuccess_engine_new(&engine, config, &options, &err));
    CHECK_OK(csuccess_engine_set_store(engine, csuccess_memory_store_ops(), store, NULL, &err));
    CHECK_OK(csuccess_engine_add_channel(engine, CSUCCESS_STR("slack"), &channel, &sent, NULL,
                                         &err));
    CHECK_OK(csuccess_engine_add_channel(engine, CSUCCESS_STR("pager"), &channel, &sent, NULL,
                                         &err));
    CHECK_OK(csuccess_engine_set_trace(engine, keep, out));
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    for (int day = 0; day < DAYS; day++) {
        for (int half = 0; half < 2; half++) {
            csuccess_events *all = NULL;
            csuccess_error none = CSUCCESS_ERROR_INIT;
            int64_t at = MS(day) + 1000 * half;
            CHECK_OK(csuccess_events_new(&all, NULL, NULL, &none));
            add_day(all, day);
            csuccess_events_clear(events);
            for (size_t i = 0; i < csuccess_events_count(all); i++) {
                csuccess_event event = CSUCCESS_EVENT_INIT;
                csuccess_events_get(all, i, &event);
                if (event.at_ms != at) continue;
                CHECK_OK(csuccess_events_add(events, &event, &none));
                int c = event.customer.ptr[1] - '0';
                if (day == 0) csuccess_events_number(events, CSUCCESS_STR("arr"), 1 + c);
                if (day == 0 && c) {
                    csuccess_events_string(events, CSUCCESS_STR("parent_id"),
                                           CSUCCESS_STR("c0"));
                }
            }
            if (csuccess_events_count(events)) {
                if (now) pass(engine, &now, at);
                now = at;
                csuccess_engine_confirm_clock(engine, now, &err);
                CHECK_OK(csuccess_engine_ingest(engine, events, NULL, now, &err));
            }
            csuccess_events_free(all);
        }
    }
    pass(engine, &now, MS(DAYS + 30));
    CHECK(sent > 5);
    csuccess_engine_free(engine);
    csuccess_memory_store_free(store);
    csuccess_events_free(events);
    csuccess_config_unref(config);
}

static void as_live_is(void)
{
    trace simulated = {NULL, 0, 0}, lived = {NULL, 0, 0};
    simulate(&simulated);
    live(&lived);
    CHECK_UINT(simulated.len, lived.len);
    if (CHECK(simulated.len > 10000) && simulated.len == lived.len) {
        CHECK(memcmp(simulated.text, lived.text, lived.len) == 0);
    }
    CHECK_HAS(simulated.text, "\"kind\":\"alert\"");
    CHECK_HAS(simulated.text, "\"target\":\"c0\"");
    CHECK_HAS(simulated.text, "\"channel\":\"pager\"");
    free(simulated.text);
    free(lived.text);
}

static void again_is_the_same(void)
{
    trace one = {NULL, 0, 0}, two = {NULL, 0, 0};
    simulate(&one);
    simulate(&two);
    CHECK_UINT(one.len, two.len);
    CHECK(one.len == two.len && memcmp(one.text, two.text, one.len) == 0);
    free(one.text);
    free(two.text);
}

CHECK_MAIN(CHECK_TEST(as_live_is), CHECK_TEST(again_is_the_same))
