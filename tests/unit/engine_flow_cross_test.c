/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of flow that cross: messages of several instances in one step, ledgers and history, contacts that are forgotten, engines that come late. */
#include "engine_flow_world.h"

static void say(world *w, const char *id, int64_t at, const char *said)
{
    char line[WORLD_LINE], time[32];
    world_time(time, at);
    snprintf(line, sizeof line,
             "{%s,\"messageId\":\"%s\",\"groupId\":\"c\",\"timestamp\":\"%s\"}", said, id,
             time);
    host_json(w->events, line);
}

static void live(world *w, const char *id, int64_t at, const char *said)
{
    csuccess_str reason;
    CHECK_OK(csuccess_events_clear(w->events));
    say(w, id, at, said);
    world_ingest(w, at);
    csuccess_result result = csuccess_events_result(w->events, 0, &reason);
    if (!CHECK(result >= 0)) printf("# %s: %.*s\n", id, (int)reason.len, reason.ptr);
}

static void import(world *w, const char *id, int64_t at, int64_t now, const char *said)
{
    CHECK_OK(csuccess_events_clear(w->events));
    say(w, id, at, said);
    CHECK_OK(csuccess_engine_import(w->engine, w->events, NULL, now, NULL));
    CHECK_OK(csuccess_events_clear(w->events));
}

static int times_in(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part)) count++;
    return count;
}

/* How often the store has a text; its bytes are those of JSON in JSON. */
static int count_in(const world *w, const char *part)
{
    csuccess_text *t = world_dump(w);
    int count = t ? times_in(csuccess_text_view(t).ptr, part) : -1;
    csuccess_text_free(t);
    return count;
}

/* ---- Messages ---- */

#define GROUP "\"type\":\"group\",\"traits\":"
#define DEAL(id) \
    "\"type\":\"record\",\"properties\":{\"collection\":\"deals\",\"id\":\"" id \
    "\",\"stage\":\"x\"}"

static void tasks_of_two_records_send_an_email_each(void)
{
    world w;
    CHECK_OK(world_open(&w, NULL));
    live(&w, "a", HOST_MS(0), DEAL("d1"));
    live(&w, "b", HOST_MS(0), DEAL("d2"));
    live(&w, "c", HOST_MS(0), GROUP "{\"seats\":2,\"csm\":\"ann\"}");
    live(&w, "d", HOST_MS(0),
         "\"type\":\"task\",\"event\":\"complete\",\"properties\":{\"task\":{\"playbook\":"
         "\"rescue\"},\"outcome\":\"successful\"}");
    CHECK_INT(count_in(&w, "\"body\":\"{\\\"template\\\":\\\"hello\\\""), 2);
    world_close(&w);
}

#define PING \
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"}},\"channels\":{\"in_" \
    "app\":{}" \
    "},\"templates\":{\"t\":{\"locales\":{\"en\":{\"body\":\"x\"}}}},\"journeys\":{\"ping\":{" \
    "\"trigger\":{\"event\":\"go\"},\"reenroll\":{\"after\":\"PT0S\",\"most\":3},\"steps\":{" \
    "\"say\":{\"type\":\"in_app_message\",\"template\":\"t\"}}},\"again\":{\"trigger\":{" \
    "\"journey\":\"ping\"},\"reenroll\":{\"after\":\"PT0S\",\"most\":2},\"steps\":{\"say\":{" \
    "\"type\":\"in_app_message\",\"template\":\"t\"},\"back\":{\"type\":\"enroll\"," \
    "\"journey\":" \
    "\"ping\"}}}}}"

static void enrolled_again_at_once_it_sends_again(void)
{
    world w;
    CHECK_OK(world_open_as(&w, PING, NULL));
    live(&w, "a", HOST_MS(0), "\"type\":\"track\",\"event\":\"go\"");
    CHECK_INT(count_in(&w, "\"definition\":\"journey/ping/say"), 2);
    CHECK_INT(count_in(&w, "\"definition\":\"journey/again/say"), 1);
    world_close(&w);
}

/* ---- What is refused ---- */

#define COUNTED \
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"}},\"aggregates\":{" \
    "\"spent\":{\"event\":\"task\",\"sum\":\"minutes\",\"window\":\"P30D\"," \
    "\"range\":[0,60]}},\"milestones\":{\"m\":{\"achieved_when\":\"spent > 1\"}}}"

static void what_cannot_be_counted_changes_no_task(void)
{
    world w;
    csuccess_text *text = NULL;
    csuccess_str reason;
    CHECK_OK(world_open_as(&w, COUNTED, NULL));
    live(&w, "a", HOST_MS(0),
         "\"type\":\"task\",\"event\":\"create\",\"properties\":{\"title\":\"T\",\"owner\":"
         "\"o\"}");
    CHECK_OK(csuccess_events_clear(w.events));
    say(&w, "b", HOST_MS(0),
        "\"type\":\"task\",\"event\":\"complete\",\"properties\":{\"task\":{\"owner\":\"o\"},"
        "\"outcome\":\"successful\",\"minutes\":100}");
    world_ingest(&w, HOST_MS(0));
    CHECK_RESULT(csuccess_events_result(w.events, 0, &reason), CSUCCESS_ERANGE);
    CHECK_OK(csuccess_engine_state(w.engine, CSUCCESS_STR("c"), NULL, HOST_MS(0), &text, NULL));
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "", "\"state\":\"pending\"");
    csuccess_text_free(text);
    world_close(&w);
}

/* ---- History ---- */

static void history_gives_back_what_ledgers_hold(void)
{
    world w;
    CHECK_OK(world_open(&w, NULL));
    live(&w, "a", HOST_MS(0), GROUP "{\"csm\":\"ann\",\"arr\":80}");
    live(&w, "b", HOST_MS(0),
         "\"type\":\"task\",\"event\":\"create\",\"properties\":{\"title\":\"T\",\"owner\":"
         "\"ben\"}");
    live(&w, "c", HOST_MS(0),
         "\"type\":\"owner\",\"event\":\"assign\",\"properties\":{\"role\":\"sales\",\"to\":"
         "\"ann\"}");
    CHECK_INT(count_in(&w, "{\"key\":\"load/ben\",\"sum\":1}"), 1);
    CHECK_INT(count_in(&w, "{\"key\":\"revenue/ann\",\"sum\":80}"), 1);
    import(
        &w, "d", HOST_MS(1), HOST_MS(2),
        "\"type\":\"task\",\"event\":\"complete\",\"properties\":{\"task\":{\"owner\":\"ben\"},"
        "\"outcome\":\"successful\"}");
    CHECK_INT(count_in(&w, "{\"key\":\"load/ben\",\"sum\":0}"), 1);
    import(&w, "e", HOST_MS(1), HOST_MS(2),
           "\"type\":\"owner\",\"event\":\"release\",\"properties\":{\"role\":\"sales\"}");
    CHECK_INT(count_in(&w, "{\"key\":\"revenue/ann\",\"sum\":0}"), 1);
    world_restart(&w);
    world_run(&w, HOST_MS(40));
    csuccess_text *proof = NULL;
    CHECK_OK(csuccess_engine_erase(w.engine, CSUCCESS_STR("c"), CSUCCESS_STR(""), NULL,
                                   HOST_MS(40), &proof, NULL));
    csuccess_text_free(proof);
    CHECK_INT(count_in(&w, "{\"key\":\"load/ben\",\"sum\":0}"), 1);
    CHECK_INT(count_in(&w, "{\"key\":\"revenue/ann\",\"sum\":0}"), 1);
    world_close(&w);
}

static void what_was_so_in_history_begins_nothing(void)
{
    world w;
    CHECK_OK(world_open(&w, NULL));
    import(&w, "a", HOST_MS(0), HOST_MS(20), GROUP "{\"seats\":2,\"arr\":80}");
    import(&w, "b", HOST_MS(1), HOST_MS(20), DEAL("d1"));
    import(&w, "c", HOST_MS(2), HOST_MS(20), "\"type\":\"track\",\"event\":\"signed\"");
    import(&w, "d", HOST_MS(3), HOST_MS(20), "\"type\":\"track\",\"event\":\"start\"");
    import(&w, "e", HOST_MS(19), HOST_MS(20),
           "\"type\":\"segment\",\"event\":\"add\",\"properties\":{\"segment\":\"beta\"}");
    for (int day = 20; day < 22; day++) {
        CHECK_INT(count_in(&w, "\"kind\":\"journey\""), 0);
        CHECK_INT(count_in(&w, "\"kind\":\"playbook\""), 0);
        CHECK_INT(count_in(&w, "\"kind\":\"task\""), 0);
        CHECK_INT(count_in(&w, "\"created_ms\""), 0); /* messages */
        world_run(&w, HOST_MS(day));
    }
    world_close(&w);
}

/* ---- Contacts ---- */

static void nothing_of_a_contact_that_is_forgotten_is_left(void)
{
    static const char start[] =
        "\"type\":\"track\",\"event\":\"start\",\"userId\":\"ada lovelace\",\"properties\":{"
        "\"note\":\"SECRETNOTE\"}";
    static const char *const texts[] = {"SECRET", "534543524554", "ada lovelace",
                                        "616461206c6f76656c616365"};
    static const char document[] =
        "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"}},\"records\":{"
        "\"contacts\":"
        "{\"max\":9,\"of\":{\"name\":{\"type\":\"string\"}}}},\"playbooks\":{\"p\":{"
        "\"category\":"
        "\"custom\",\"priority\":\"low\",\"trigger\":{\"event\":\"start\",\"properties\":{"
        "\"note\":"
        "\"string\"}},\"steps\":{\"say\":{\"type\":\"call\",\"title\":\"Call: "
        "{{trigger.note}}\","
        "\"due_days\":1}}}},\"journeys\":{\"j\":{\"trigger\":{\"event\":\"start\"},\"steps\":{"
        "\"ask\":{\"type\":\"task\",\"title\":\"Ask: {{trigger.note}}\"},\"rest\":{\"type\":"
        "\"wait\",\"for\":\"P9D\"},\"late\":{\"type\":\"task\",\"title\":\"{{trigger.note}} of "
        "{{trigger.contact}} by {{trigger.event}}\"}}}}}";
    world w;
    csuccess_text *proof = NULL;
    CHECK_OK(world_open_as(&w, document, NULL));
    live(&w, "a", HOST_MS(0),
         "\"type\":\"record\",\"properties\":{\"collection\":\"contacts\",\"id\":\"ada "
         "lovelace\",\"name\":\"SECRETADA\"}");
    live(&w, "b", HOST_MS(0), start);
    live(&w, "c", HOST_MS(0),
         "\"type\":\"task\",\"event\":\"create\",\"userId\":\"ada lovelace\",\"properties\":{"
         "\"title\":\"SECRETWISH\"}");
    live(&w, "d", HOST_MS(0),
         "\"type\":\"journey\",\"event\":\"pause\",\"userId\":\"ada lovelace\",\"properties\":{"
         "\"journey\":\"j\",\"reason\":\"SECRETREASON\"}");
    live(&w, "e", HOST_MS(1),
         "\"type\":\"journey\",\"event\":\"resume\",\"properties\":{\"journey\":\"j\"}");
    CHECK(count_in(&w, "SECRET") > 3);
    CHECK_OK(csuccess_engine_erase(w.engine, CSUCCESS_STR("c"), CSUCCESS_STR("ada lovelace"),
                                   NULL, HOST_MS(2), &proof, NULL));
    csuccess_text_free(proof);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!CHECK_INT(count_in(&w, texts[i]), 0)) printf("# %s is left\n", texts[i]);
    }
    world_restart(&w);
    world_run(&w, HOST_MS(12)); /* it goes on without what it kept: the title lacks an input */
    CHECK_INT(count_in(&w, "\\\"event\\\":\\\"completed\\\""), 1);
    world_close(&w);
}

/* ---- Engines that come late ---- */

static void a_late_engine_comes_to_an_end(void)
{
    for (uint64_t seed = 1; seed < 6; seed++) {
        world w;
        uint64_t draws = seed;
        CHECK_OK(world_open(&w, NULL));
        for (uint32_t i = 0; i < 40; i++) {
            CHECK_OK(csuccess_events_clear(w.events));
            world_add(&w, "c", i, &draws, HOST_MS(i / 8));
            world_ingest(&w, HOST_MS(i / 8));
        }
        for (int day = 15; day < 60; day += 15) {
            int64_t now = HOST_MS(day), next = 0;
            world_restart(&w); /* the clock of one that runs may not leap so far */
            for (int i = 0; i < 3; i++) {
                CHECK(csuccess_engine_run(w.engine, NULL, now, NULL, &next, NULL) >= 0);
                CHECK(next > now);
            }
            /* What comes next is not at once again and again. */
            int looks = 0;
            for (; looks < 100 && next < HOST_MS(day) + HOST_DAY; looks++) {
                now = next;
                CHECK(csuccess_engine_run(w.engine, NULL, now, NULL, &next, NULL) >= 0);
                CHECK(next > now);
            }
            if (!CHECK(looks < 100)) printf("# seed %d day %d\n", (int)seed, day);
        }
        world_close(&w);
    }
}

CHECK_MAIN(CHECK_TEST(tasks_of_two_records_send_an_email_each),
           CHECK_TEST(enrolled_again_at_once_it_sends_again),
           CHECK_TEST(what_cannot_be_counted_changes_no_task),
           CHECK_TEST(history_gives_back_what_ledgers_hold),
           CHECK_TEST(what_was_so_in_history_begins_nothing),
           CHECK_TEST(nothing_of_a_contact_that_is_forgotten_is_left),
           CHECK_TEST(a_late_engine_comes_to_an_end))
