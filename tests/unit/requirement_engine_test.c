/* SPDX-License-Identifier: Apache-2.0 */
/* The engine as the requirement documents have it (000 §3.5, §3.6, §6, 001 §1.1 and §2.2, 003 §8.1 and §9.2, 004 D, E and its measured numbers), by hand over the memory store. */
#include "engine_host.h"

enum { MINUTE = 60000, HOUR = 3600000 };

/* Logins make the score; a quiet customer is told of to the staff, a contact only with its consent to marketing by email. */
static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"licences\":{\"type\":\"number\",\"min\":0},"
    "\"used\":{\"type\":\"number\",\"min\":0,\"at_most\":\"licences\"},\"note\":{\"type\":"
    "\"string\"}},"
    "\"records\":{\"contacts\":{\"max\":9,\"of\":{\"email\":{\"type\":\"string\",\"pii\":true}}"
    "}},"
    "\"sources\":{\"crm\":{},\"billing\":{}},"
    "\"aggregates\":{\"logins_30d\":{\"event\":\"login\",\"count\":true,\"window\":\"P30D\"}},"
    "\"health\":{\"profiles\":{\"default\":{\"score\":{\"combine\":\"sum\",\"of\":{"
    "\"use\":{\"value\":\"logins_30d\",\"points\":{\"linear\":[[0,0],[10,100]]}}}},"
    "\"bands\":{\"healthy\":{\"from\":50},\"critical\":{}},"
    "\"alerts\":{\"four\":{\"when\":\"used == 4\"},\"quiet\":{\"when\":\"health.raw < "
    "30\",\"notify\":{\"first\":{\"channel\":\"slack\"}}},"
    "\"offer\":{\"when\":\"health.raw < 30\",\"purpose\":\"marketing\","
    "\"notify\":{\"first\":{\"channel\":\"email\",\"contact\":\"ada\"}}}}}}},"
    "\"churn\":{\"model\":{\"scorecard\":{\"combine\":\"noisy_or\",\"of\":{"
    "\"quiet\":{\"weight\":0.6,\"value\":\"1 - min(logins_30d, 10) / 10\"}}}},"
    "\"levels\":{\"high\":{\"from\":0.5},\"low\":{}}},"
    "\"privacy\":{\"purposes\":{\"marketing\":{\"requires\":\"opt_in\"}}},"
    "\"channels\":{\"slack\":{\"rate\":{\"limit\":3,\"per\":\"PT1M\"},"
    "\"retry\":{\"first\":\"PT1M\",\"factor\":2,\"attempts\":8,\"jitter\":0}},\"email\":{}}}";

typedef struct told {
    char text[1 << 17];
    size_t len, lines;
} told;

static void tell(void *ud, csuccess_str line)
{
    told *t = ud;
    t->lines++;
    if (t->len + line.len + 2 > sizeof t->text) return;
    memcpy(t->text + t->len, line.ptr, line.len);
    t->len += line.len;
    t->text[t->len++] = '\n';
    t->text[t->len] = '\0';
}

static void start_as(host *h, told *t, const char *tenant)
{
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    options.tenant = check_view(tenant);
    host_open_as(h, document, &options);
    host_connect(h);
    CHECK_OK(csuccess_engine_add_channel(h->engine, CSUCCESS_STR("email"), &host_channel, h,
                                         NULL, NULL));
    *t = (told){.len = 0};
    CHECK_OK(csuccess_engine_set_trace(h->engine, tell, t));
}

static void start(host *h, told *t)
{
    start_as(h, t, "default");
}

static csuccess_result take(host *h, const char *json, int64_t now)
{
    CHECK_OK(csuccess_events_clear(h->events));
    host_json(h->events, json);
    host_ingest(h, now);
    return csuccess_events_result(h->events, 0, NULL);
}

static csuccess_text *dump(const host *h)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_memory_store_dump(&text, h->store, NULL));
    return text;
}

static int same_text(const csuccess_text *a, const csuccess_text *b)
{
    csuccess_str x = csuccess_text_view(a), y = csuccess_text_view(b);
    return x.len == y.len && memcmp(x.ptr, y.ptr, x.len) == 0;
}

#define EVENT(type, id, at, more) \
    "{\"type\":\"" type "\",\"messageId\":\"" id "\",\"timestamp\":\"" at \
    "\",\"groupId\":\"acme\"" more "}"

/* S0-033: two tenants over one store: the same ids, and neither sees the other's. */
static void tenants_are_apart(void)
{
    static told t, u;
    host one, two;
    csuccess_text *text = NULL;
    start_as(&one, &t, "one");
    start_as(&two, &u, "two");
    CHECK_OK(csuccess_engine_set_store(two.engine, csuccess_memory_store_ops(), one.store, NULL,
                                       NULL));
    CHECK_RESULT(
        take(&one,
             EVENT("group", "a", "2026-01-02T00:00:00Z", ",\"traits\":{\"note\":\"secret\"}"),
             HOST_MS(3)),
        CSUCCESS_OK);
    CHECK_RESULT(
        csuccess_engine_state(two.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &text, NULL),
        CSUCCESS_EMISSING);
    CHECK_RESULT(host_run(&two, HOST_MS(3), NULL), CSUCCESS_UNCHANGED);
    CHECK_OK(
        csuccess_engine_verify(two.engine, CSUCCESS_STR(""), NULL, HOST_MS(3), &text, NULL));
    CHECK_HAS(csuccess_text_view(text).ptr, "\"customers\":0");
    csuccess_text_free(text);
    CHECK_RESULT(take(&two, EVENT("track", "a", "2026-01-02T00:00:00Z", ",\"event\":\"login\""),
                      HOST_MS(3)),
                 CSUCCESS_OK);
    CHECK_OK(
        csuccess_engine_state(two.engine, CSUCCESS_STR("acme"), NULL, HOST_MS(3), &text, NULL));
    CHECK(strstr(csuccess_text_view(text).ptr, "secret") == NULL);
    csuccess_text_free(text);
    host_state_has(&one, "acme", HOST_MS(3), "secret");
    host_close(&two);
    host_close(&one);
}

/* S0-047: a permanent answer ends it; a retryable one is tried again after 1, 2, 4 minutes; three tokens a minute. */
static void rules_of_a_hub(void)
{
    static told t;
    host h;
    int64_t now = HOST_MS(3), next = 0;
    start(&h, &t);
    take(&h, EVENT("track", "a", "2026-01-02T00:00:00Z", ",\"event\":\"login\""), now);
    h.outcome = CSUCCESS_SENT_LATER;
    for (int i = 0; i < 3; i++) {
        CHECK_OK(host_run(&h, now, &next));
        CHECK_INT(next, now + ((int64_t)MINUTE << i));
        now = next;
    }
    h.outcome = CSUCCESS_SENT_NEVER;
    CHECK_OK(host_run(&h, now, &next));
    CHECK_UINT(host_figures(&h).dead, 1);
    CHECK_OK(host_run(&h, now + HOUR, &next));
    CHECK_UINT(h.sends, 4);
    CHECK_OK(csuccess_events_clear(h.events));
    for (int i = 0; i < 7; i++) {
        char customer[8];
        snprintf(customer, sizeof customer, "c%d", i);
        host_login(h.events, customer, "i", HOST_MS(2));
    }
    h.outcome = CSUCCESS_SENT_DELIVERED;
    CHECK_OK(host_ingest(&h, now + 2 * HOUR));
    CHECK_OK(host_run(&h, now + 2 * HOUR, NULL));
    CHECK_UINT(h.sends, 4 + 3);
    host_close(&h);
}

#define CONSENT(id, at, granted) \
    EVENT("consent", id, at, \
          ",\"userId\":\"ada\",\"properties\":{\"purpose\":\"marketing\",\"channel\":" \
          "\"email\",\"granted\":" granted "}")

/* S1-008: what would be sent can be seen and changes nothing; what is sent passes the guards once more. */
static void dry_run_and_guards(void)
{
    static told t;
    host h;
    csuccess_text *text = NULL, *before, *after;
    start(&h, &t);
    CHECK_RESULT(take(&h, CONSENT("b", "2026-01-02T00:00:01Z", "true"), HOST_MS(3)),
                 CSUCCESS_OK);
    CHECK_RESULT(take(&h,
                      EVENT("identify", "a", "2026-01-02T00:00:00Z",
                            ",\"userId\":\"ada\",\"traits\":{\"email\":\"a@example.org\"}"),
                      HOST_MS(3)),
                 CSUCCESS_OK);
    CHECK_OK(csuccess_events_clear(h.events));
    host_login(h.events, "beta", "x", HOST_MS(2));
    before = dump(&h);
    CHECK_OK(csuccess_engine_preview(h.engine, h.events, NULL, HOST_MS(3), &text, NULL));
    CHECK_HAS(csuccess_text_view(text).ptr, "\"definition\":\"alert/default/quiet/first\"");
    csuccess_text_free(text);
    after = dump(&h);
    CHECK(same_text(before, after));
    csuccess_text_free(before);
    csuccess_text_free(after);
    CHECK_UINT(h.sends, 0);
    CHECK_RESULT(take(&h, CONSENT("c", "2026-01-02T00:00:02Z", "false"), HOST_MS(3)),
                 CSUCCESS_OK);
    CHECK_OK(host_run(&h, HOST_MS(3), NULL));
    CHECK_UINT(h.sends, 1); /* to the staff */
    CHECK_UINT(host_figures(&h).dropped, 1);
    host_close(&h);
}

/* The id of the first message of a definition in a trace. */
static void id_of(char id[65], const told *t, const char *customer, const char *definition)
{
    char begin[64];
    const char *at = t->text;
    id[0] = '\0';
    snprintf(begin, sizeof begin, "{\"customer\":\"%s\",\"message\":\"", customer);
    while ((at = strstr(at, begin)) != NULL) {
        const char *end = strchr(at, '\n');
        const char *found = strstr(at, definition);
        at += strlen(begin);
        if (!found || found > end) continue;
        memcpy(id, at, 64);
        id[64] = '\0';
        return;
    }
}

/* S1-043, S1-140: the id comes of the cause and what it is for; not of secrets, times of processing, or what else is going on. */
static void tracking_ids(void)
{
    static told t, u;
    host h, other;
    char id[65], again[65], another[65], staff[65];
    start(&h, &t);
    start(&other, &u);
    other.random = 77;
    host_login(h.events, "acme", "a", HOST_MS(1));
    host_login(h.events, "beta", "a", HOST_MS(1));
    CHECK_OK(host_ingest(&h, HOST_MS(3)));
    host_login(other.events, "acme", "a", HOST_MS(1));
    CHECK_OK(host_ingest(&other, HOST_MS(4)));
    id_of(id, &t, "acme", "alert/default/quiet");
    id_of(again, &u, "acme", "alert/default/quiet");
    id_of(another, &t, "beta", "alert/default/quiet");
    id_of(staff, &t, "acme", "alert/default/offer");
    CHECK_UINT(strlen(id), 64);
    CHECK_CSTR(again, id);
    CHECK(strcmp(id, another) != 0);
    CHECK(strcmp(id, staff) != 0);
    host_close(&h);
    host_close(&other);
}

/* S4-016: everything that is committed goes to a callback, an entry or message a line. */
static void events_go_out(void)
{
    static told t;
    host h;
    start(&h, &t);
    take(&h, EVENT("track", "a", "2026-01-02T00:00:00Z", ",\"event\":\"login\""), HOST_MS(3));
    csuccess_engine_counts counts = host_figures(&h);
    CHECK(counts.entries > 3 && counts.messages > 0);
    CHECK_UINT(t.lines, counts.entries + counts.messages);
    CHECK_HAS(t.text, "\"kind\":\"input\",\"cause\":\"a\"");
    CHECK_HAS(t.text, "\"channel\":\"slack\"");
    host_close(&h);
}

static void aggregates_of(char *out, size_t cap, host *h)
{
    csuccess_text *text = NULL;
    out[0] = '\0';
    if (!CHECK_OK(csuccess_engine_state(h->engine, CSUCCESS_STR("acme"), NULL, HOST_MS(30),
                                        &text, NULL)))
        return;
    const char *at = strstr(csuccess_text_view(text).ptr, "\"aggregates\":");
    const char *end = at ? strstr(at, "\"last_events\"") : NULL;
    if (CHECK(end != NULL)) snprintf(out, cap, "%.*s", (int)(end - at), at);
    csuccess_text_free(text);
}

/* S4-020: a log of forty logins over twenty days, in order, and with every third weeks late. */
static void late_and_out_of_order(void)
{
    static told t;
    char sorted[2048], shuffled[2048];
    for (int order = 0; order < 2; order++) {
        host h;
        start(&h, &t);
        for (int i = 0; i < 40; i++) {
            char id[8];
            int k = order ? i * 27 % 40 : i; /* 27 and 40 have no common divisor: all of them */
            snprintf(id, sizeof id, "i%d", k);
            CHECK_OK(csuccess_events_clear(h.events));
            host_login(h.events, "acme", id, HOST_MS(k / 2));
            CHECK_RESULT(host_ingest(&h, HOST_MS(30)), CSUCCESS_OK);
            CHECK_RESULT(csuccess_events_result(h.events, 0, NULL), CSUCCESS_OK);
        }
        aggregates_of(order ? shuffled : sorted, sizeof sorted, &h);
        host_close(&h);
    }
    CHECK_CSTR(shuffled, sorted);
    CHECK_HAS(sorted, "\"2026-01-20\":2");
}

/* S4-022: what waited offline for too long is not applied, nor is its customer changed. */
static void offline_queue_expires(void)
{
    static told t;
    host h;
    start(&h, &t);
    CHECK_RESULT(take(&h,
                      EVENT("track", "a", "2026-01-02T00:00:00Z",
                            ",\"event\":\"login\",\"expires\":\"2026-01-05T00:00:00Z\""),
                      HOST_MS(3)),
                 CSUCCESS_OK);
    csuccess_text *before = dump(&h);
    CHECK_RESULT(take(&h,
                      EVENT("track", "b", "2026-01-02T00:00:00Z",
                            ",\"event\":\"login\",\"expires\":\"2026-01-03T00:00:00Z\""),
                      HOST_MS(3)),
                 CSUCCESS_EEXPIRED);
    csuccess_text *after = dump(&h);
    CHECK(same_text(before, after));
    csuccess_text_free(before);
    csuccess_text_free(after);
    CHECK_UINT(host_figures(&h).inputs_expired, 1);
    host_close(&h);
}

#define NOTE(id, value, from) \
    EVENT("group", id, "2026-01-02T00:00:00Z", \
          ",\"source\":\"" from "\",\"traits\":{\"note\":\"" value "\"}")

/* S4-023: of two values of one time that of the source that stands first holds, in either order, and both are reported. */
static void conflicts_are_merged(void)
{
    static told t;
    static const char *const orders[][2] = {{NOTE("a", "x", "crm"), NOTE("b", "y", "billing")},
                                            {NOTE("b", "y", "billing"), NOTE("a", "x", "crm")}};
    for (size_t i = 0; i < 2; i++) {
        host h;
        start(&h, &t);
        CHECK_RESULT(take(&h, orders[i][0], HOST_MS(3)), CSUCCESS_OK);
        CHECK(take(&h, orders[i][1], HOST_MS(3)) >= 0);
        host_state_has(&h, "acme", HOST_MS(3), "\"note\":{\"value\":\"x\"");
        CHECK_HAS(t.text, "\"kind\":\"conflict\"");
        CHECK_HAS(t.text, "\"kept\":{\"value\":\"x\",\"at\":\"2026-01-02T00:00:00Z\","
                          "\"source\":\"crm\"},\"passed_over\":{\"value\":\"y\"");
        host_close(&h);
    }
}

/* S4-068: state, entries, messages and input ids are committed together or not at all. */
static void all_or_nothing(void)
{
    static told t;
    for (uint64_t at = 1; at <= 3; at++) { /* load; commit of the definition; commit */
        host h;
        csuccess_memory_faults plan = {
            .size = sizeof plan, .at = at, .onward = 1, .kind = CSUCCESS_FAULT_FAIL};
        start(&h, &t);
        CHECK_OK(csuccess_memory_store_faults(h.store, &plan));
        CHECK(take(&h, EVENT("track", "a", "2026-01-02T00:00:00Z", ",\"event\":\"login\""),
                   HOST_MS(3)) != CSUCCESS_OK);
        CHECK_OK(csuccess_memory_store_faults(h.store, NULL));
        csuccess_text *text = dump(&h);
        CHECK(strstr(csuccess_text_view(text).ptr, "acme") == NULL);
        csuccess_text_free(text);
        CHECK_RESULT(take(&h,
                          EVENT("track", "a", "2026-01-02T00:00:00Z", ",\"event\":\"login\""),
                          HOST_MS(3)),
                     CSUCCESS_OK);
        host_state_has(&h, "acme", HOST_MS(3), "\"2026-01-02\":1");
        host_close(&h);
    }
}

/* S0-083: a login of the future, negative usage, more used than there is: kept with a reason, never applied. */
static void impossible_values(void)
{
    static told t;
    host h;
    start(&h, &t);
    CHECK_RESULT(take(&h,
                      EVENT("group", "a", "2026-01-02T00:00:00Z",
                            ",\"traits\":{\"licences\":10,\"used\":4}"),
                      HOST_MS(3)),
                 CSUCCESS_OK);
    CHECK_RESULT(take(&h, EVENT("track", "b", "2026-03-02T00:00:00Z", ",\"event\":\"login\""),
                      HOST_MS(3)),
                 CSUCCESS_ERANGE);
    CHECK_HAS(t.text, "in the future");
    CHECK(take(&h, EVENT("group", "c", "2026-01-02T01:00:00Z", ",\"traits\":{\"used\":-5}"),
               HOST_MS(3)) != CSUCCESS_EINVALID);
    CHECK_HAS(t.text, "used: -5 is below the minimum of 0");
    CHECK(take(&h, EVENT("group", "d", "2026-01-02T02:00:00Z", ",\"traits\":{\"used\":11}"),
               HOST_MS(3)) != CSUCCESS_EINVALID);
    CHECK_HAS(t.text, "\"cause\":\"d\",\"by\":\"host\",\"body\":{\"input\":\"d\"");
    CHECK_HAS(t.text, "\"alert\":\"default/four\",\"state\":\"open\"");
    CHECK(strstr(t.text, "\"state\":\"cleared\"") == NULL); /* it is four still */
    host_state_has(&h, "acme", HOST_MS(3), "\"quarantine\":{\"total\":3,");
    host_close(&h);
}

/* S3-002, S3-140: a change of the score leaves what it was, what it is, and the input that did it. */
static void health_changes_have_causes(void)
{
    static told t;
    host h;
    start(&h, &t);
    take(&h, EVENT("track", "a", "2026-01-02T00:00:00Z", ",\"event\":\"login\""), HOST_MS(3));
    take(&h, EVENT("track", "b", "2026-01-02T01:00:00Z", ",\"event\":\"login\""), HOST_MS(3));
    CHECK_HAS(t.text, "\"kind\":\"health\",\"cause\":\"b\",\"by\":\"host\",\"body\":{"
                      "\"before\":{\"score\":10,\"raw\":10,\"status\":\"critical\"");
    CHECK_HAS(t.text, "\"after\":{\"score\":20,\"raw\":20,\"status\":\"critical\"");
    CHECK_HAS(
        t.text,
        "\"causes\":[{\"what\":\"component\",\"id\":\"use\",\"before\":10,\"after\":20}]");
    host_close(&h);
}

/* S3-123, S3-124: `run` says when to come back, no later than daily, and refreshes what only time has changed. */
static void jobs_come_due(void)
{
    static told t;
    host h;
    int64_t now = HOST_MS(3), next = 0, most = 0;
    start(&h, &t);
    take(&h, EVENT("track", "a", "2026-01-02T00:00:00Z", ",\"event\":\"login\""), now);
    while (now < HOST_MS(40)) {
        CHECK_OK(host_run(&h, now, &next));
        if (next - now > most) most = next - now;
        if (!CHECK(next > now)) break;
        now = next;
    }
    CHECK(most <= HOST_DAY); /* no later than daily */
    host_state_has(&h, "acme", now, "\"health\":{\"score\":0,");
    CHECK_HAS(t.text,
              "\"cause\":\"due/"
              "2026-02-01T00:00:00Z\",\"by\":\"host\",\"body\":{\"before\":{\"score\":10,");
    CHECK_HAS(t.text, "\"kind\":\"churn\",\"cause\":\"due/");
    host_close(&h);
}

/* S3-141: who changes the programme leaves both documents in the store, the hashes of before and after with each customer, and what is different can be said. */
static void changes_of_the_programme(void)
{
    static told t;
    host h, other;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    char changed[sizeof document + 8], entry[256];
    const char *part = "\"from\":50";
    const char *at = strstr(document, part);
    snprintf(changed, sizeof changed, "%.*s\"from\":60%s", (int)(at - document), document,
             at + strlen(part));
    start(&h, &t);
    host_open_as(&other, changed, NULL);
    take(&h, EVENT("track", "a", "2026-01-02T00:00:00Z", ",\"event\":\"login\""), HOST_MS(3));
    CHECK_OK(csuccess_engine_set_config(h.engine, other.config, NULL, &err));
    CHECK_OK(host_run(&h, HOST_MS(5), NULL));
    csuccess_str before = csuccess_config_hash(h.config),
                 after = csuccess_config_hash(other.config);
    snprintf(entry, sizeof entry,
             "\"kind\":\"definition\",\"cause\":\"definition\",\"by\":\"host\",\"body\":{"
             "\"before\":\"%.*s\",\"after\":\"%.*s\"}",
             (int)before.len, before.ptr, (int)after.len, after.ptr);
    CHECK_HAS(t.text, entry);
    csuccess_text *stored = dump(&h);
    snprintf(entry, sizeof entry, "%.*s", (int)before.len, before.ptr);
    CHECK_HAS(csuccess_text_view(stored).ptr, entry);
    snprintf(entry, sizeof entry, "%.*s", (int)after.len, after.ptr);
    CHECK_HAS(csuccess_text_view(stored).ptr, entry);
    csuccess_text_free(stored);
    CHECK_OK(csuccess_config_diff(&text, h.config, other.config, &err));
    CHECK_STR(csuccess_text_view(text),
              "[{\"op\":\"replace\",\"path\":\"/health/profiles/default/bands/healthy/"
              "from\",\"before\":50,\"after\":60}]");
    csuccess_text_free(text);
    host_close(&h);
    host_close(&other);
}

/* A store that cannot load one customer. */
static void load_but_one(void *ud, const csuccess_load_request *request, csuccess_reply *reply)
{
    for (size_t i = 0; i < request->key_count; i++) {
        csuccess_str id = request->keys[i].id;
        if (id.len != 4 || memcmp(id.ptr, "c007", 4) != 0) continue;
        csuccess_reply_done(reply, CSUCCESS_EGENERIC, CSUCCESS_STR("its row is damaged"));
        return;
    }
    csuccess_memory_store_ops()->load(ud, request, reply);
}

/* S2-053: the daily refresh of 120 customers in batches of 50, each run saying when to come back; one that fails is put off, the rest are done. */
static void daily_update_in_batches(void)
{
    static told t;
    host h;
    csuccess_store_ops ops = *csuccess_memory_store_ops();
    csuccess_run_limits fifty = {.size = sizeof fifty, .customers = 50};
    int64_t now = HOST_MS(3), next = 0;
    start(&h, &t);
    for (int i = 0; i < 120; i++) {
        char customer[8];
        snprintf(customer, sizeof customer, "c%03d", i);
        host_login(h.events, customer, "i", HOST_MS(2));
    }
    CHECK_OK(host_ingest(&h, now));
    CHECK_OK(host_run(&h, now, NULL));
    ops.load = load_but_one;
    CHECK_OK(csuccess_engine_set_store(h.engine, &ops, h.store, NULL, NULL));
    uint64_t commits = host_figures(&h).commits;
    now = next = HOST_MS(4);
    int rounds = 0;
    for (; next == now && rounds < 10; rounds++) {
        uint64_t before = host_figures(&h).commits;
        csuccess_engine_run(h.engine, NULL, now, &fifty, &next, NULL);
        CHECK(host_figures(&h).commits - before <= 50);
    }
    CHECK_UINT(host_figures(&h).commits - commits, 119);
    CHECK(rounds >= 3 && rounds <= 4);
    CHECK(next <=
          now + MINUTE); /* when the one that failed comes again, if no message does before */
    CHECK_OK(
        csuccess_engine_set_store(h.engine, csuccess_memory_store_ops(), h.store, NULL, NULL));
    CHECK_OK(host_run(&h, now + MINUTE, &next));
    CHECK_UINT(host_figures(&h).commits - commits, 120);
    host_close(&h);
}

static const char triggers[] =
    "{\"csuccess\":1,\"aggregates\":{"
    "\"logins_7d\":{\"event\":\"login\",\"count\":true,\"window\":\"P7D\"},"
    "\"logins_before\":{\"event\":\"login\",\"count\":true,\"window\":\"P7D\",\"offset\":"
    "\"P7D\"},"
    "\"escalations_30d\":{\"event\":\"ticket\",\"where\":\"escalated\",\"properties\":{"
    "\"escalated\":\"bool\"},\"count\":true,\"window\":\"P30D\"}},"
    "\"health\":{\"profiles\":{\"default\":{\"score\":{\"value\":\"logins_7d\",\"points\":{"
    "\"linear\":[[0,0],[7,100]]}},"
    "\"bands\":{\"healthy\":{\"from\":50},\"critical\":{}},\"trend\":{\"over\":\"P7D\"},"
    "\"alerts\":{"
    "\"drop\":{\"when\":\"health.change('P7D') <= -20\",\"leave\":\"health.change('P7D') > "
    "-5\"},"
    "\"decline\":{\"when\":\"logins_before > 0 && logins_7d < 0.7 * "
    "logins_before\",\"leave\":\"logins_7d >= 0.9 * logins_before\"},"
    "\"escalations\":{\"when\":\"escalations_30d >= 3\",\"leave\":\"escalations_30d == "
    "0\"}}}}}}";

static unsigned count_of(const char *text, const char *part)
{
    unsigned n = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++) n++;
    return n;
}

/* A login a day but for the week from the 21st day, and four tickets, of which three are escalated. */
static void live_a_day(host *h, int day)
{
    char id[32], json[256];
    CHECK_OK(csuccess_events_clear(h->events));
    snprintf(id, sizeof id, "l%d", day);
    if (day < 20 || day >= 27) host_login(h->events, "acme", id, HOST_MS(day));
    if (day >= 14 && day < 18) {
        snprintf(json, sizeof json,
                 EVENT("ticket", "t%d", "2026-01-%dT00:00:00Z",
                       ",\"properties\":{\"escalated\":%s}"),
                 day, day + 1, day == 16 ? "false" : "true");
        host_json(h->events, json);
    }
    if (csuccess_events_count(h->events)) CHECK_OK(host_ingest(h, HOST_MS(day)));
    CHECK_OK(host_run(h, HOST_MS(day) + HOUR, NULL));
}

/* S0-149: a drop of the score, a decline of engagement, a number of escalations, each by its window; each raised once, and left by a condition of its own. */
static void intervention_triggers(void)
{
    static told t;
    static const char *const names[] = {"drop", "decline", "escalations"};
    host h;
    char part[96];
    host_open_as(&h, triggers, NULL);
    host_connect(&h);
    t = (told){.len = 0};
    CHECK_OK(csuccess_engine_set_trace(h.engine, tell, &t));
    for (int day = 0; day < 17; day++) live_a_day(&h, day);
    CHECK(strstr(t.text, "default/escalations") == NULL); /* two of them */
    live_a_day(&h, 17);
    CHECK_HAS(t.text, "\"alert\":\"default/escalations\",\"state\":\"open\"");
    for (int day = 18; day < 20; day++) live_a_day(&h, day);
    CHECK(strstr(t.text, "default/drop") == NULL && strstr(t.text, "default/decline") == NULL);
    for (int day = 20; day < 70; day++) live_a_day(&h, day);
    for (size_t i = 0; i < 3; i++) {
        snprintf(part, sizeof part, "\"alert\":\"default/%s\",\"state\":\"open\"", names[i]);
        CHECK_UINT(count_of(t.text, part), 1);
        snprintf(part, sizeof part, "\"alert\":\"default/%s\",\"state\":\"cleared\"", names[i]);
        CHECK_UINT(count_of(t.text, part), 1);
    }
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(tenants_are_apart), CHECK_TEST(rules_of_a_hub),
           CHECK_TEST(dry_run_and_guards), CHECK_TEST(tracking_ids), CHECK_TEST(events_go_out),
           CHECK_TEST(late_and_out_of_order), CHECK_TEST(offline_queue_expires),
           CHECK_TEST(conflicts_are_merged), CHECK_TEST(all_or_nothing),
           CHECK_TEST(impossible_values), CHECK_TEST(health_changes_have_causes),
           CHECK_TEST(jobs_come_due), CHECK_TEST(changes_of_the_programme),
           CHECK_TEST(daily_update_in_batches), CHECK_TEST(intervention_triggers))
