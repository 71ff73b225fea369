/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration with everything of flow, a host for it, and inputs drawn at random. */
#ifndef ENGINE_FLOW_WORLD_H
#define ENGINE_FLOW_WORLD_H

#include "engine_host.h"

#include "text/json.h"

/* clang-format off: one line of the document in each */
#define WORLD_HEAD \
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"},\"seats\":{\"type\":" \
    "\"number\"},\"arr\":{\"type\":\"number\"},\"csm\":{\"type\":\"string\"},\"zone\":{" \
    "\"type\":\"string\"},\"locale\":{\"type\":\"string\"},\"gone\":{\"type\":\"bool\"}}," \
    "\"records\":{\"contacts\":{\"max\":9,\"of\":{\"name\":{\"type\":\"string\"},\"role\":{" \
    "\"type\":\"string\"},\"locale\":{\"type\":\"string\"}}},\"deals\":{\"max\":4,\"of\":{" \
    "\"renews\":{\"type\":\"date\"},\"stage\":{\"type\":\"string\"}}}," \
    "\"goals\":{\"max\":3,\"of\":{\"measure\":{\"type\":\"string\"},\"target\":{\"type\":" \
    "\"number\"},\"due\":{\"type\":\"date\"},\"agreed\":{\"type\":\"bool\"},\"baseline\":{" \
    "\"type\":\"number\"},\"status\":{\"type\":\"string\"}}}}," \
    "\"channels\":{\"slack\":{},\"email\":{},\"in_app\":{}},\"policies\":{\"locale\":\"en\"," \
    "\"zone\":\"Europe/" \
    "Berlin\"}," \
    "\"calendars\":{\"zones\":{\"Europe/" \
    "Berlin\":{\"offset\":\"+01:00\",\"changes\":[[\"2026-03-29T01:00:00Z\",\"+02:00\"]]}}," \
    "\"work\":{\"hours\":{\"mon\":[\"09:00-17:00\"],\"tue\":[\"09:00-17:00\"],\"wed\":[\"09:" \
    "00-17:00\"],\"thu\":[\"09:00-12:00\"],\"fri\":[\"09:00-17:00\"]}}}," \
    "\"templates\":{\"hello\":{\"locales\":{\"en\":{\"subject\":\"Hello " \
    "{{contact.name}}\",\"body\":\"{{plan}}, " \
    "{{trigger.note}}\"},\"de\":{\"subject\":\"Hallo\",\"body\":\"{{plan}}\"}},\"defaults\":{" \
    "\"contact.name\":\"'there'\",\"plan\":\"'none'\",\"trigger.note\":\"'nothing'\"}}}," \
    "\"team\":{\"members\":{\"ann\":{\"roles\":[\"csm\",\"sales\"],\"lead\":\"eve\"},\"ben\":" \
    "{\"roles\":[\"csm\",\"renewals\",\"sales\"],\"away\":[[\"2026-01-10\",\"2026-01-20\"]]," \
    "\"substitute\":\"ann\"},\"cid\":{\"roles\":[\"csm\",\"renewals\"]},\"eve\":{\"roles\":[" \
    "\"manager\"]}}," \
    "\"owners\":{\"csm\":{\"attribute\":\"csm\",\"else\":\"least_loaded\"},\"manager\":{" \
    "\"lead_of\":\"csm\"},\"renewals\":{\"assign\":\"round_robin\"},\"sales\":{\"assign\":" \
    "\"least_loaded\",\"by\":\"revenue\",\"weight\":\"arr\"}},\"on_change\":\"transfer\"}," \
    "\"features\":{\"reports\":{\"event\":\"used\"}}," \
    "\"segments\":{\"small\":{\"when\":\"seats < 10\",\"leave\":\"seats >= " \
    "20\"},\"rich\":{\"when\":\"arr > 50\"},\"both\":{\"when\":\"segment('small') && " \
    "segment('rich')\"},\"beta\":{\"static\":true}}," \
    "\"milestones\":{\"set_up\":{\"achieved_when\":\"seats > " \
    "5\",\"target_days\":3,\"critical_path\":true},\"signed\":{\"achieved_when\":{\"event\":" \
    "\"signed\"},\"after\":[\"set_up\"],\"target_days\":9,\"value\":true,\"celebrate\":{" \
    "\"channel\":\"email\",\"template\":\"hello\",\"purpose\":\"service\"}}," \
    "\"often\":{\"achieved_when\":{\"event\":\"used\",\"properties\":{\"amount\":\"number\"}," \
    "\"where\":\"amount > " \
    "5\"},\"repeat\":\"each\",\"celebrate\":{\"channel\":\"slack\",\"template\":\"hello\"," \
    "\"purpose\":\"service\"}}},"
#define WORLD_PLAYBOOKS \
    "\"playbooks\":{\"rescue\":{\"category\":\"churn_risk\",\"priority\":\"high\"," \
    "\"trigger\":{\"segment\":\"small\"},\"for_each\":\"deals\",\"owner\":\"csm\"," \
    "\"calendar\":\"work\",\"success\":{\"within\":\"P20D\",\"when\":\"seats > " \
    "started('seats')\"},\"close_when\":\"seats > 40\"," \
    "\"steps\":{\"look\":{\"type\":\"internal_task\",\"title\":\"Look\",\"due_days\":1}," \
    "\"plan\":{\"type\":\"email\",\"title\":\"Plan\",\"due_days\":2,\"template\":\"hello\"}," \
    "\"call\":{\"type\":\"call\",\"role\":\"renewals\",\"title\":\"Call\",\"after\":\"look\"," \
    "\"due_days\":2,\"business_days\":true}," \
    "\"weekly\":{\"type\":\"call\",\"title\":\"Again\",\"role\":\"sales\",\"due_days\":3," \
    "\"every\":\"FREQ=DAILY;COUNT=3\",\"optional\":true}},\"reminders\":{\"before\":\"P1D\"," \
    "\"overdue\":\"P1D\",\"channel\":\"slack\"}}," \
    "\"renewal\":{\"category\":\"renewal\",\"priority\":\"low\",\"trigger\":{\"before\":" \
    "\"each.renews\",\"by\":\"P10D\"},\"for_each\":\"deals\",\"owner\":\"renewals\"," \
    "\"steps\":{\"ask\":{\"type\":\"call\",\"role\":\"renewals\",\"title\":\"Ask\",\"due_" \
    "days\":4}},\"reminders\":{\"overdue\":\"P2D\",\"channel\":\"slack\"}}," \
    "\"thanks\":{\"category\":\"custom\",\"priority\":\"low\",\"trigger\":{\"milestone\":" \
    "\"signed\"},\"steps\":{\"thank\":{\"type\":\"call\",\"role\":\"manager\",\"title\":" \
    "\"Thank\",\"due_days\":1}}}},"
#define WORLD_JOURNEYS \
    "\"journeys\":{" \
    "\"first\":{\"trigger\":{\"event\":\"start\",\"properties\":{\"note\":\"string\"}}," \
    "\"reenroll\":{\"after\":\"PT0S\"},\"concurrent\":{\"journey\":3,\"customer\":2}," \
    "\"goal\":{\"when\":\"milestone('signed').achieved\"},\"exit\":{\"gone\":{\"when\":" \
    "\"gone\"},\"out\":{\"event\":\"stop\"}},\"time_limit\":\"P30D\"," \
    "\"steps\":{\"mail\":{\"type\":\"email\",\"template\":\"hello\",\"to\":{\"role\":" \
    "\"champion\"}},\"pause\":{\"type\":\"wait\",\"for\":\"P1D" \
    "\",\"hours\":\"work\"},\"kick\":{\"type\":\"human_touchpoint\",\"title\":\"Kick " \
    "off\",\"kind\":\"call\",\"due\":\"P2D\",\"unsuccessful\":\"again\",\"timeout\":{" \
    "\"after\":\"P4D\",\"next\":\"again\"}}," \
    "\"split\":{\"type\":\"split\",\"arms\":{\"a\":{\"share\":0.4,\"next\":\"add\"},\"b\":{" \
    "\"share\":0.4,\"next\":\"book\"}},\"holdout\":{\"share\":0.2,\"next\":\"answer\"}}," \
    "\"again\":{\"type\":\"task\",\"title\":\"Again {{trigger.note}}\",\"next\":\"answer\"}," \
    "\"add\":{\"type\":\"segment_update\",\"add\":[\"beta\"],\"next\":\"answer\"},\"book\":{" \
    "\"type\":\"start_playbook\",\"playbook\":\"thanks\",\"wait\":true,\"completed\":" \
    "\"answer\",\"timeout\":{\"after\":\"P5D\",\"next\":\"answer\"}}," \
    "\"answer\":{\"type\":\"wait\",\"for\":\"P3D\",\"until\":{\"used\":{\"event\":\"used\"," \
    "\"properties\":{\"amount\":\"number\"},\"where\":\"amount > " \
    "3\",\"next\":\"turn\"}},\"timeout\":\"turn\"},\"turn\":{\"type\":\"enroll\",\"journey\":" \
    "\"second\"},\"over\":{\"type\":\"exit\",\"outcome\":\"handed_over\"}}}," \
    "\"second\":{\"trigger\":{\"manual\":true},\"reenroll\":{\"after\":\"PT0S\",\"most\":4}," \
    "\"concurrent\":{\"journey\":2,\"customer\":2},\"steps\":{\"rest\":{\"type\":\"wait\"," \
    "\"for\":\"P1D\"},\"back\":{\"type\":\"enroll\",\"journey\":\"first\"},\"done\":{" \
    "\"type\":\"exit\",\"outcome\":\"success\"}}}," \
    "\"beta\":{\"trigger\":{\"segment\":\"beta\"},\"reenroll\":{\"after\":\"P1D\"},\"steps\":" \
    "{\"say\":{\"type\":\"in_app_message\",\"template\":\"hello\"},\"rest\":{\"type\":" \
    "\"wait\",\"for\":\"P2D\"},\"out\":{\"type\":\"segment_update\",\"remove\":[\"beta\"]}}}," \
    "\"daily\":{\"trigger\":{\"every\":\"FREQ=DAILY;INTERVAL=4\",\"at\":\"08:00\"}," \
    "\"reenroll\":{\"after\":\"PT0S\"},\"concurrent\":{\"journey\":4},\"steps\":{\"note\":{" \
    "\"type\":\"task\",\"title\":\"Note\",\"kind\":\"review\",\"owner\":\"renewals\"," \
    "\"wait\":true,\"timeout\":{\"after\":\"P2D\",\"next\":\"end\"}}}}," \
    "\"after\":{\"trigger\":{\"journey\":\"first\",\"ended\":\"any\"},\"reenroll\":{" \
    "\"after\":\"PT0S\"},\"steps\":{\"say\":{\"type\":\"in_app_message\",\"template\":" \
    "\"hello\"}}}," \
    "\"low\":{\"trigger\":{\"when\":\"seats < 3\",\"leave\":\"seats > " \
    "6\",\"for\":\"P1D\"},\"reenroll\":{\"after\":\"PT0S\"},\"concurrent\":{\"journey\":1}," \
    "\"steps\":{\"rest\":{\"type\":\"wait\",\"for\":\"P3D\"}}}}}"
/* clang-format on */

/* ---- A host ---- */

typedef struct world_zones {
    uint64_t asked, fail_at; /* the question of that number fails; 0: none */
    bool onward;
} world_zones;

static inline csuccess_result world_zone(void *ud, csuccess_str zone, int64_t at_ms,
                                         csuccess_zone_answer *out)
{
    world_zones *z = ud;
    (void)at_ms;
    if (zone.len != 6 || memcmp(zone.ptr, "Nowhen", 6) != 0) return CSUCCESS_ENAME;
    z->asked++;
    if (z->fail_at && (z->asked == z->fail_at || (z->onward && z->asked > z->fail_at)))
        return CSUCCESS_ECALLBACK;
    out->offset_minutes = 120;
    return CSUCCESS_OK;
}

typedef struct world {
    csuccess_config *config;
    csuccess_memory_store *store;
    csuccess_engine *engine;
    csuccess_events *events;
    world_zones zones;
    const csuccess_allocator *mem;
    csuccess_trace_fn trace; /* of every engine; NULL: none */
    void *trace_ud;
    uint64_t random; /* 0: the same secret for all, whatever was tried before */
} world;

static inline csuccess_result world_random(void *ud, uint8_t *bytes, size_t count)
{
    world *w = ud;
    for (size_t i = 0; i < count; i++) {
        w->random *= UINT64_C(6364136223846793005);
        bytes[i] = (uint8_t)(w->random >> 56);
    }
    return CSUCCESS_OK;
}

static inline void world_send(void *ud, const csuccess_send_request *request,
                              csuccess_reply *reply)
{
    (void)ud;
    (void)request;
    csuccess_reply_sent(reply, CSUCCESS_SENT_DELIVERED, 0, CSUCCESS_STR("told"));
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}

static const csuccess_channel_ops world_channel = {sizeof world_channel, world_send};

static inline csuccess_result world_engine(world *w, csuccess_engine **out)
{
    static const char *const channels[] = {"slack", "email", "in_app"};
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    options.allocator = w->mem;
    options.random = world_random;
    options.random_ud = w;
    options.zone = world_zone;
    options.zone_ud = &w->zones;
    csuccess_result result = csuccess_engine_new(out, w->config, &options, NULL);
    for (size_t i = 0; i < 3 && result >= 0; i++) {
        result = csuccess_engine_add_channel(*out, check_view(channels[i]), &world_channel, w,
                                             NULL, NULL);
    }
    if (result >= 0 && w->trace) {
        result = csuccess_engine_set_trace(*out, w->trace, w->trace_ud);
    }
    if (result < 0) return result;
    return csuccess_engine_set_store(*out, csuccess_memory_store_ops(), w->store, NULL, NULL);
}

static inline csuccess_result world_open_as(world *w, const char *document,
                                            const csuccess_allocator *mem)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    *w = (world){.mem = mem};
    if (!CHECK_OK(csuccess_config_compile(&w->config, check_view(document), NULL, &err)))
        printf("# %s at %s\n", err.message, err.pointer);
    CHECK_OK(csuccess_memory_store_new(&w->store, NULL, NULL));
    CHECK_OK(csuccess_events_new(&w->events, NULL, NULL, NULL));
    return world_engine(w, &w->engine);
}

enum { WORLD_DOCUMENT = 16384 };

/* compilers need not take a literal of that length */
static inline void world_document(char out[WORLD_DOCUMENT])
{
    snprintf(out, WORLD_DOCUMENT, "%s%s%s", WORLD_HEAD, WORLD_PLAYBOOKS, WORLD_JOURNEYS);
}

static inline csuccess_result world_open(world *w, const csuccess_allocator *mem)
{
    char document[WORLD_DOCUMENT];
    world_document(document);
    return world_open_as(w, document, mem);
}

/* Goes on with other durations: what was of one day is of two, and back. */
static inline void world_publish(world *w, bool later)
{
    char document[WORLD_DOCUMENT];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    world_document(document);
    for (char *at = document; later && (at = strstr(at, "\"P1D\"")) != NULL; at++) at[2] = '2';
    if (!CHECK_OK(csuccess_config_compile(&config, check_view(document), NULL, &err)))
        printf("# %s at %s\n", err.message, err.pointer);
    CHECK_OK(csuccess_engine_set_config(w->engine, config, NULL, &err));
    csuccess_config_unref(w->config);
    w->config = config;
}

static inline void world_close(world *w)
{
    csuccess_engine_free(w->engine);
    csuccess_memory_store_free(w->store);
    csuccess_events_free(w->events);
    csuccess_config_unref(w->config);
}

static inline void world_restart(world *w)
{
    csuccess_engine_free(w->engine);
    w->engine = NULL;
    CHECK_OK(world_engine(w, &w->engine));
}

static inline void world_run(world *w, int64_t now)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess_engine_run(w->engine, NULL, now, NULL, NULL, &err);
    if (!CHECK(result >= 0)) printf("# run: %s\n", err.message);
}

static inline void world_ingest(world *w, int64_t now)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess_engine_ingest(w->engine, w->events, NULL, now, &err);
    if (!CHECK(result >= 0)) printf("# ingest: %s\n", err.message);
}

static inline csuccess_text *world_dump(const world *w)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_memory_store_dump(&text, w->store, NULL));
    return text;
}

/* ---- Inputs ---- */

enum { WORLD_LINE = 640 };

static inline uint32_t world_draw(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

/* The time in RFC 3339; days are those of January to April 2026. */
static inline void world_time(char out[32], int64_t ms)
{
    static const int days[] = {31, 28, 31, 30, 31, 30};
    int64_t s = (ms - HOST_MS(0)) / 1000;
    int day = (int)(s / 86400), rest = (int)(s % 86400), month = 0;
    while (day >= days[month]) day -= days[month++];
    snprintf(out, 32, "2026-%02d-%02dT%02d:%02d:%02dZ", month + 1, day + 1, rest / 3600,
             rest / 60 % 60, rest % 60);
}

/* Inputs, each with two numbers to be drawn. */
static const char *const world_forms[] = {
    "\"type\":\"track\",\"event\":\"start\",\"userId\":\"u%u\",\"properties\":{\"note\":"
    "\"n%u\"}",
    "\"type\":\"track\",\"event\":\"used\",\"userId\":\"u%u\",\"properties\":{\"amount\":%"
    "u}",
    "\"type\":\"track\",\"event\":\"signed\",\"properties\":{\"by\":\"%u%u\"}",
    "\"type\":\"track\",\"event\":\"stop\",\"properties\":{\"by\":\"%u%u\"}",
    "\"type\":\"group\",\"traits\":{\"seats\":%u,\"arr\":%u0}",
    "\"type\":\"group\",\"traits\":{\"seats\":%u%u}",
    "\"type\":\"group\",\"traits\":{\"plan\":\"p%u%u\",\"csm\":\"ann\"}",
    "\"type\":\"group\",\"traits\":{\"arr\":%u%u,\"csm\":null,\"zone\":\"Nowhen\"}",
    "\"type\":\"group\",\"traits\":{\"gone\":true,\"seats\":%u%u}",
    "\"type\":\"group\",\"traits\":{\"gone\":false,\"csm\":\"ben\",\"arr\":%u%u}",
    "\"type\":\"record\",\"properties\":{\"collection\":\"deals\",\"id\":\"d%u\","
    "\"renews\":\"2026-02-0%u\"}",
    "\"type\":\"record\",\"properties\":{\"collection\":\"deals\",\"id\":\"d%u\",\"stage\":"
    "\"s%u\"}",
    "\"type\":\"record\",\"properties\":{\"collection\":\"deals\",\"id\":\"d%u\","
    "\"removed\":true,\"stage\":\"%u\"}",
    "\"type\":\"record\",\"properties\":{\"collection\":\"contacts\",\"id\":\"u%u\","
    "\"name\":\"N%u\",\"role\":\"champion\",\"locale\":\"de\"}",
    "\"type\":\"record\",\"properties\":{\"collection\":\"goals\",\"id\":\"g%u\","
    "\"measure\":\"seats\",\"target\":3%u,\"due\":\"2026-02-20\",\"agreed\":true}",
    "\"type\":\"task\",\"event\":\"complete\",\"properties\":{\"task\":{\"playbook\":"
    "\"rescue\"},\"outcome\":\"successful\",\"minutes\":%u%u}",
    "\"type\":\"task\",\"event\":\"complete\",\"properties\":{\"task\":{\"owner\":\"ann\"},"
    "\"outcome\":\"unsuccessful\",\"minutes\":%u%u}",
    "\"type\":\"task\",\"event\":\"complete\",\"properties\":{\"task\":{\"owner\":\"cid\"},"
    "\"outcome\":\"successful\",\"minutes\":%u%u}",
    "\"type\":\"task\",\"event\":\"cancel\",\"properties\":{\"task\":{\"playbook\":"
    "\"renewal\"},\"reason\":\"r%u%u\"}",
    "\"type\":\"task\",\"event\":\"reassign\",\"properties\":{\"task\":{\"owner\":\"ann\"},"
    "\"to\":\"cid\",\"reason\":\"r%u%u\"}",
    "\"type\":\"task\",\"event\":\"snooze\",\"properties\":{\"task\":{\"owner\":\"cid\"},"
    "\"until\":\"2026-01-%u%uT00:00:00Z\"}",
    "\"type\":\"task\",\"event\":\"create\",\"properties\":{\"title\":\"T%u%u\",\"kind\":"
    "\"call\",\"owner\":\"ben\"}",
    "\"type\":\"journey\",\"event\":\"enroll\",\"properties\":{\"journey\":\"first\","
    "\"note\":\"x%u%u\"}",
    "\"type\":\"journey\",\"event\":\"pause\",\"properties\":{\"journey\":\"first\","
    "\"reason\":\"%u%u\"}",
    "\"type\":\"journey\",\"event\":\"resume\",\"properties\":{\"journey\":\"first\","
    "\"reason\":\"%u%u\"}",
    "\"type\":\"journey\",\"event\":\"exit\",\"properties\":{\"journey\":\"second\","
    "\"reason\":\"%u%u\"}",
    "\"type\":\"playbook\",\"event\":\"start\",\"properties\":{\"playbook\":\"rescue\","
    "\"reason\":\"r%u\",\"note\":\"%u\"}",
    "\"type\":\"playbook\",\"event\":\"cancel\",\"properties\":{\"playbook\":\"rescue\","
    "\"note\":\"%u%u\"}",
    "\"type\":\"segment\",\"event\":\"add\",\"properties\":{\"segment\":\"beta\",\"note\":"
    "\"%u%u\"}",
    "\"type\":\"segment\",\"event\":\"remove\",\"properties\":{\"segment\":\"beta\","
    "\"note\":\"%u%u\"}",
    "\"type\":\"milestone\",\"event\":\"achieve\",\"properties\":{\"milestone\":\"signed\","
    "\"note\":\"%u%u\"}",
    "\"type\":\"milestone\",\"event\":\"revoke\",\"properties\":{\"milestone\":\"signed\","
    "\"note\":\"%u%u\"}",
    "\"type\":\"owner\",\"event\":\"assign\",\"properties\":{\"role\":\"sales\",\"to\":"
    "\"ben\",\"note\":\"%u%u\"}",
    "\"type\":\"owner\",\"event\":\"release\",\"properties\":{\"role\":\"sales\",\"note\":"
    "\"%u%u\"}",
    "\"type\":\"owner\",\"event\":\"assign\",\"properties\":{\"role\":\"renewals\",\"to\":"
    "\"ann\",\"note\":\"%u%u\"}",
    "\"type\":\"owner\",\"event\":\"release\",\"properties\":{\"role\":\"renewals\","
    "\"note\":\"%u%u\"}"};

/* What a customer's input of that number is about: type, event, and what it says. */
static inline void world_say(char *out, size_t cap, uint64_t *seed)
{
    uint32_t form = world_draw(seed, sizeof world_forms / sizeof world_forms[0]);
    uint32_t a = 1 + world_draw(seed, 3), b = 1 + world_draw(seed, 8);
    snprintf(out, cap, world_forms[form], a, b);
}

/* Adds an input of the customer; `number` makes its id. */
static inline void world_add(world *w, const char *customer, uint32_t number, uint64_t *seed,
                             int64_t at)
{
    char line[WORLD_LINE], said[WORLD_LINE / 2], time[32];
    world_say(said, sizeof said, seed);
    world_time(time, at);
    snprintf(line, sizeof line,
             "{%s,\"messageId\":\"m%u\",\"groupId\":\"%s\",\"timestamp\":\"%s\"}", said, number,
             customer, time);
    host_json(w->events, line);
}

#endif
