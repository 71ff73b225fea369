/* SPDX-License-Identifier: Apache-2.0 */
/* What inputs make known: attributes, records, outcomes, last events; what is refused; facts of it. */
#include "customer_known.h"

static const char document[] =
    "{\"attributes\": {"
    "\"plan\": {\"type\": \"string\", \"in\": [\"free\", \"team\"]},"
    "\"note\": {\"type\": \"string\"},"
    "\"nps\": {\"type\": \"number\", \"min\": 0, \"max\": 10, \"max_age\": \"P30D\", "
    "\"default\": 7},"
    "\"left\": {\"type\": \"bool\"}, \"seen\": {\"type\": \"time\"}, \"since\": {\"type\": "
    "\"date\"},"
    "\"sla\": {\"type\": \"duration\"}, \"arr\": {\"type\": \"money\", \"currency\": \"EUR\"},"
    "\"tags\": {\"type\": \"list\", \"of\": \"string\"}, \"nums\": {\"type\": \"list\", "
    "\"of\": \"number\"},"
    "\"used\": {\"type\": \"number\", \"at_most\": \"total\"}, \"total\": {\"type\": "
    "\"number\"},"
    "\"churned_at\": {\"type\": \"time\"}},"
    "\"records\": {\"contacts\": {\"max\": 3, \"of\": {\"role\": {\"type\": \"string\"},"
    "\"age\": {\"type\": \"number\", \"min\": 0}, \"active\": {\"type\": \"bool\", "
    "\"default\": true}}},"
    "\"goals\": {\"of\": {\"due\": {\"type\": \"date\"}}}}}";

static void start(customer *c)
{
    CHECK_OK(customer_start(c, NULL, document));
    fixture_problems(&c->f, (const char *const[]){NULL});
}

#define GROUP(id, at, traits) \
    "\"type\":\"group\",\"messageId\":\"" id "\",\"timestamp\":\"" at "\",\"traits\":{" traits \
    "}"

static void traits_become_attributes_of_every_type(void)
{
    customer c;
    start(&c);
    CHECK_RESULT(
        customer_take(&c, GROUP("g1", "2025-12-30T10:00:00Z",
                                "\"plan\":\"team\",\"note\":\"gr\xc3\xbc\xc3\x9f\",\"nps\":8.5,"
                                "\"left\":false,\"seen\":\"2025-12-29T08:00:00+01:00\","
                                "\"since\":\"2020-02-29\",\"sla\":\"P1M2DT3H\","
                                "\"arr\":{\"amount\":1200.5,\"currency\":\"EUR\"},"
                                "\"tags\":[\"a\",null,\"team\"],\"nums\":[],\"total\":-3,"
                                "\"size\":12,\"contacts\":{}")),
        CSUCCESS_OK);
    CHECK_UINT(c.unknown, 2);
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "plan"), "\"team\"");
    CHECK_CSTR(customer_fact(&c, "note"), "\"gr\xc3\xbc\xc3\x9f\"");
    CHECK_CSTR(customer_fact(&c, "nps"), "8.5");
    CHECK_CSTR(customer_fact(&c, "left"), "false");
    CHECK_CSTR(customer_fact(&c, "seen"), "\"2025-12-29T07:00:00Z\"");
    CHECK_CSTR(customer_fact(&c, "since"), "\"2020-02-29T00:00:00Z\"");
    CHECK_CSTR(customer_fact(&c, "sla"), "\"P1M2DT3H\"");
    CHECK_CSTR(customer_fact(&c, "arr"), "1200.5");
    CHECK_CSTR(customer_fact(&c, "tags"), "[\"a\",null,\"team\"]");
    CHECK_CSTR(customer_fact(&c, "nums"), "[]");
    CHECK_CSTR(customer_fact(&c, "total"), "-3");
    CHECK_CSTR(customer_fact(&c, "used"), "missing: never_set");
    CHECK_CSTR(customer_fact(&c, "contacts"), "missing: never_set");
    csuccess__value slots[64];
    csuccess__facts_fill(c.facts, NOW, slots);
    CHECK(slots[0].code != 0);
    CHECK_UINT(slots[8].as.many.items[2].code, slots[0].code);
    CHECK_HAS(
        customer_print(&c),
        "\"arr\":{\"value\":1200.5,\"currency\":\"EUR\",\"at\":\"2025-12-30T10:00:00Z\"}");
    CHECK_HAS(customer_print(&c), "\"last_events\":{\"group\":\"2025-12-30T10:00:00Z\"}");
    CHECK_INT(c.facts->set->observed[0], NOW - DAY - 14 * CSUCCESS__HOUR_MS);
    customer_finish(&c);
}

static void null_takes_a_value_back(void)
{
    customer c;
    start(&c);
    CHECK_OK(customer_take(&c, GROUP("g1", "2025-12-01T00:00:00Z", "\"nps\":3,\"left\":true")));
    CHECK_OK(
        customer_take(&c, GROUP("g2", "2025-12-03T00:00:00Z", "\"nps\":null,\"left\":null")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "nps"), "7 (default)");
    CHECK_CSTR(customer_fact(&c, "left"), "missing: never_set");
    CHECK_OK(customer_take(&c, GROUP("g3", "2025-12-02T00:00:00Z", "\"nps\":4")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "nps"), "7 (default)"); /* it was taken back later */
    CHECK_OK(customer_take(&c, GROUP("g4", "2025-12-04T00:00:00Z", "\"nps\":5")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "nps"), "5");
    customer_finish(&c);
}

static void values_grow_old(void)
{
    customer c;
    start(&c);
    CHECK_INT(csuccess__known_next(&c.with, &c.state, NOW), CSUCCESS__NEVER);
    CHECK_OK(customer_take(&c, GROUP("g1", "2025-12-20T00:00:00Z",
                                     "\"nps\":{\"value\":3,\"at\":\"2025-12-10\"}")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "nps"), "3");
    int64_t next = csuccess__known_next(&c.with, &c.state, NOW);
    CHECK_INT(next, NOW - 22 * DAY + 30 * DAY + 1);
    c.step.now = next - 1;
    CHECK_CSTR(customer_fact(&c, "nps"), "3");
    c.step.now = next;
    CHECK_CSTR(customer_fact(&c, "nps"), "missing: stale");
    CHECK_INT(csuccess__known_next(&c.with, &c.state, next), CSUCCESS__NEVER);
    customer_finish(&c);
}

static void impossible_values_are_quarantined_one_by_one(void)
{
    customer c;
    start(&c);
    CHECK_RESULT(
        customer_take(&c, GROUP("g1", "2025-12-30T00:00:00Z",
                                "\"nps\":11,\"plan\":\"tem\",\"left\":\"yes\",\"note\":\"x\","
                                "\"arr\":{\"amount\":1,\"currency\":\"USD\"},"
                                "\"seen\":{\"value\":\"2025-12-30\",\"at\":\"2026-02-01\"},"
                                "\"since\":{\"value\":\"2025-12-30\",\"at\":\"soon\"}")),
        CSUCCESS_OK);
    CHECK_CSTR(c.reason, "arr: an amount in \"USD\" where all are in EUR");
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "nps"), "missing: quarantined");
    CHECK_CSTR(customer_fact(&c, "plan"), "missing: quarantined");
    CHECK_CSTR(customer_fact(&c, "left"), "missing: quarantined");
    CHECK_CSTR(customer_fact(&c, "seen"), "missing: quarantined");
    CHECK_CSTR(customer_fact(&c, "note"), "\"x\"");
    CHECK_UINT(customer_entries(&c, "quarantine"), 6);
    CHECK_HAS(customer_print(&c), "{\"total\":6,\"last\":[{\"input\":\"g1\",\"at\":"
                                  "\"2026-01-01T00:00:00Z\",\"reason\":");
    CHECK_HAS(customer_print(&c), "nps: 11 is above the maximum of 10");
    CHECK_OK(customer_take(&c, GROUP("g2", "2025-12-01T00:00:00Z", "\"nps\":2")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "nps"), "missing: stale"); /* any value is more than none */
    CHECK_OK(customer_take(&c, GROUP("g3", "2025-12-31T00:00:00Z", "\"nps\":3")));
    CHECK_OK(customer_take(&c, GROUP("g4", "2025-12-31T12:00:00Z", "\"nps\":-3")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "nps"), "3"); /* never applied: what was known stands */
    customer_finish(&c);
}

static void events_of_the_future_are_refused_whole(void)
{
    customer c;
    start(&c);
    CHECK_RESULT(customer_take(&c, GROUP("g1", "2026-01-01T00:10:00.001Z", "\"nps\":1")),
                 CSUCCESS_ERANGE);
    CHECK_CSTR(c.reason, "its time 2026-01-01T00:10:00.001Z lies more than PT10M after "
                         "2026-01-01T00:00:00Z");
    int64_t at;
    CHECK(!csuccess__known_last_event(&c.state, CSUCCESS_STR("group"), &at));
    CHECK_RESULT(customer_take(&c, GROUP("g2", "2026-01-01T00:10:00Z", "\"nps\":1")),
                 CSUCCESS_OK);
    CHECK(csuccess__known_last_event(&c.state, CSUCCESS_STR("group"), &at));
    CHECK_INT(at, NOW + 10 * CSUCCESS__MINUTE_MS);
    CHECK_RESULT(customer_take(&c, GROUP("g3", "2025-06-01T00:00:00Z", "\"size\":1")),
                 CSUCCESS_UNCHANGED);
    customer_finish(&c);
}

static void the_last_quarantined_are_kept(void)
{
    customer c;
    start(&c);
    char json[256];
    for (int i = 0; i < 30; i++) {
        snprintf(json, sizeof json,
                 "\"type\":\"identify\",\"messageId\":\"q%d\",\"userId\":\"%s\",\"timestamp\":"
                 "\"2025-12-30T00:00:00Z\",\"traits\":{\"age\":-%d}",
                 i, i == 27 ? "bob" : "ann", i + 1);
        CHECK_OK(customer_take(&c, json));
    }
    CHECK_HAS(customer_print(&c), "\"total\":30,\"last\":[{\"input\":\"q10\"");
    CHECK_HAS(customer_print(&c), "\"input\":\"q27\"");
    CHECK(csuccess__known_forget(&c.state, CSUCCESS_STR("bob")));
    CHECK(!strstr(customer_print(&c), "\"input\":\"q27\"") &&
          !strstr(customer_print(&c), "bob"));
    CHECK_HAS(customer_print(&c), "\"input\":\"q28\"");
    CHECK(!csuccess__known_forget(&c.state, CSUCCESS_STR("bob")));
    CHECK(csuccess__known_forget(&c.state, CSUCCESS_STR("ann")));
    CHECK_HAS(customer_print(&c), "\"quarantine\":{\"total\":30,\"last\":[]}");
    CHECK(!strstr(customer_print(&c), "ann"));
    customer_finish(&c);
}

static void conflicts_are_told(void)
{
    customer c;
    start(&c);
#define FROM(source, id, at, traits) GROUP(id, at, traits) ",\"source\":\"" source "\""
    CHECK_OK(
        customer_take(&c, FROM("billing", "g1", "2025-12-10T00:00:00Z", "\"note\":\"a\"")));
    CHECK_UINT(customer_entries(&c, "conflict"), 0);
    CHECK_OK(customer_take(&c, FROM("crm", "g2", "2025-12-10T00:00:00Z", "\"note\":\"b\"")));
    CHECK_STR(
        customer_entry(&c, "conflict"),
        "{\"attribute\":\"note\",\"kept\":{\"value\":\"b\",\"at\":\"2025-12-10T00:00:00Z\","
        "\"source\":\"crm\"},\"passed_over\":{\"value\":\"a\",\"at\":\"2025-12-10T00:00:00Z\","
        "\"source\":\"billing\"}}");
    CHECK_OK(
        customer_take(&c, FROM("product", "g3", "2025-12-10T00:00:00Z", "\"note\":\"c\"")));
    CHECK_OK(customer_take(&c, FROM("other", "g4", "2025-12-09T00:00:00Z", "\"note\":\"d\"")));
    CHECK_UINT(customer_entries(&c, "conflict"), 3);
    CHECK_OK(customer_take(&c, FROM("crm", "g5", "2025-12-09T00:00:00Z", "\"note\":\"b\"")));
    CHECK_OK(
        customer_take(&c, FROM("product", "g6", "2025-12-11T00:00:00Z", "\"note\":\"e\"")));
    CHECK_UINT(customer_entries(&c, "conflict"), 3);
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "note"), "\"e\"");
    customer_finish(&c);
}

static void compared_attributes_refuse_the_later(void)
{
    customer c;
    start(&c);
    CHECK_OK(customer_take(&c, GROUP("g1", "2025-12-01T00:00:00Z", "\"used\":5,\"total\":10")));
    CHECK_OK(customer_take(&c, GROUP("g2", "2025-12-02T00:00:00Z", "\"used\":12")));
    CHECK_CSTR(c.reason, "used: 12 is above total, which is 10");
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "used"), "5"); /* what was known stands */
    CHECK_CSTR(customer_fact(&c, "total"), "10");
    CHECK_OK(customer_take(&c, GROUP("g3", "2025-12-03T00:00:00Z", "\"total\":4")));
    CHECK_CSTR(c.reason, "total: 4 is below used, which is 5");
    /* More features since the day before: the 12 was right. */
    CHECK_OK(customer_take(&c, GROUP("g4", "2025-12-01T12:00:00Z", "\"total\":20")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "used"), "12");
    CHECK_CSTR(customer_fact(&c, "total"), "20");
    CHECK_OK(customer_take(&c, GROUP("g5", "2025-12-04T00:00:00Z", "\"total\":null")));
    CHECK_OK(customer_take(&c, GROUP("g6", "2025-12-05T00:00:00Z", "\"used\":99")));
    CHECK_CSTR(c.reason, "");
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "used"), "99");
    customer_finish(&c);
    start(&c);
    CHECK_OK(customer_take(&c, GROUP("g1", "2025-12-01T00:00:00Z", "\"total\":3")));
    CHECK_OK(customer_take(&c, GROUP("g2", "2025-12-02T00:00:00Z", "\"used\":5")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "used"), "missing: quarantined");
    csuccess_str name, why;
    CHECK_OK(csuccess_facts_quarantine(c.facts, 0, &name, &why));
    CHECK_STR(why, "used: 5 is above total, which is 3");
    customer_finish(&c);
}

#define IDENTIFY(id, user, at, traits) \
    "\"type\":\"identify\",\"messageId\":\"" id "\",\"userId\":\"" user \
    "\",\"timestamp\":\"" at "\",\"traits\":{" traits "}"
#define RECORD(id, at, properties) \
    "\"type\":\"record\",\"messageId\":\"" id "\",\"timestamp\":\"" at \
    "\",\"properties\":{" properties "}"

static void contacts_and_records(void)
{
    customer c;
    start(&c);
    CHECK_OK(customer_take(&c, IDENTIFY("i1", "zoe", "2025-12-01T00:00:00Z",
                                        "\"role\":\"cto\",\"age\":40,\"shoe\":44")));
    CHECK_UINT(c.unknown, 1);
    CHECK_OK(
        customer_take(&c, IDENTIFY("i2", "bob", "2025-12-02T00:00:00Z", "\"active\":false")));
    CHECK_OK(customer_take(
        &c, IDENTIFY("i3", "zoe", "2025-12-03T00:00:00Z", "\"role\":\"ceo\",\"age\":-1")));
    CHECK_CSTR(c.reason, "age: -1 is below the minimum of 0");
    CHECK_OK(customer_take(
        &c, RECORD("r1", "2025-12-03T00:00:00Z",
                   "\"collection\":\"goals\",\"id\":\"g/1\",\"due\":\"2026-03-31\"")));
    CHECK_OK(customer_take(
        &c, RECORD("r2", "2025-12-03T00:00:00Z", "\"collection\":\"goals\",\"id\":\"g2\"")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "contacts"),
               "[{\"id\":\"bob\",\"role\":null,\"age\":null,\"active\":false},"
               "{\"id\":\"zoe\",\"role\":\"ceo\",\"age\":40,\"active\":true}]");
    CHECK_CSTR(customer_fact(&c, "goals"), "[{\"id\":\"g/1\",\"due\":\"2026-03-31T00:00:00Z\"},"
                                           "{\"id\":\"g2\",\"due\":null}]");
    CHECK_OK(customer_take(&c, IDENTIFY("i4", "ann", "2025-12-03T00:00:00Z", "")));
    CHECK_RESULT(customer_take(&c, IDENTIFY("i5", "eve", "2025-12-03T00:00:00Z", "")),
                 CSUCCESS_ERANGE);
    CHECK_CSTR(c.reason, "contacts: more than 3 records, its \"max\"");
    CHECK_OK(customer_take(
        &c, RECORD("r3", "2025-12-04T00:00:00Z",
                   "\"collection\":\"contacts\",\"id\":\"zoe\",\"removed\":true")));
    CHECK_OK(
        customer_take(&c, IDENTIFY("i6", "eve", "2025-12-03T00:00:00Z", "\"role\":\"cfo\"")));
    CHECK_OK(
        customer_take(&c, IDENTIFY("i7", "zoe", "2025-12-03T12:00:00Z", "\"role\":\"dev\"")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "contacts"),
               "[{\"id\":\"ann\",\"role\":null,\"age\":null,\"active\":true},"
               "{\"id\":\"bob\",\"role\":null,\"age\":null,\"active\":false},"
               "{\"id\":\"eve\",\"role\":\"cfo\",\"age\":null,\"active\":true}]");
    CHECK(csuccess__known_forget(&c.state, CSUCCESS_STR("eve")));
    CHECK(csuccess__known_forget(&c.state, CSUCCESS_STR("zoe")));
    CHECK(!strstr(customer_print(&c), "zoe") && !strstr(customer_print(&c), "/eve"));
    CHECK_OK(
        customer_take(&c, RECORD("r4", "2025-12-05T00:00:00Z",
                                 "\"collection\":\"goals\",\"id\":\"g/1\",\"removed\":true")));
    CHECK_OK(
        customer_take(&c, RECORD("r5", "2025-12-05T00:00:00Z",
                                 "\"collection\":\"goals\",\"id\":\"g2\",\"removed\":true")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "goals"), "[]"); /* none any more, and that is known */
    CHECK_RESULT(customer_take(&c, RECORD("r6", "2025-12-05T00:00:00Z",
                                          "\"collection\":\"goal\",\"id\":\"g2\"")),
                 CSUCCESS_UNCHANGED);
    CHECK_CSTR(c.reason,
               "the configuration has no collection \"goal\" (did you mean \"goals\"?)");
    CHECK_RESULT(customer_take(&c, RECORD("r7", "2025-12-05T00:00:00Z", "\"id\":\"g2\"")),
                 CSUCCESS_ERANGE);
    customer_finish(&c);
}

static void outcomes(void)
{
    customer c;
    start(&c);
#define OUTCOME(name, at, properties) \
    "\"type\":\"outcome\",\"event\":\"" name "\",\"messageId\":\"" name at \
    "\",\"timestamp\":\"" at "\",\"properties\":{" properties "}"
    CHECK_OK(customer_take(&c, OUTCOME("churned", "2025-11-01T00:00:00Z",
                                       "\"reason\":\"price\",\"effective\":\"2025-12-31\"")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "churned_at"), "\"2025-12-31T00:00:00Z\"");
    CHECK_STR(customer_entry(&c, "outcome"), "{\"outcome\":\"churned\",\"effective\":\"2025-12-"
                                             "31T00:00:00Z\",\"reason\":\"price\"}");
    CHECK_OK(
        customer_take(&c, OUTCOME("reactivated", "2025-11-03T00:00:00Z", "\"amount\":12.5")));
    CHECK_OK(customer_take(&c, OUTCOME("churned", "2025-11-02T00:00:00Z", "")));
    CHECK_OK(customer_take(&c, OUTCOME("renewed", "2025-11-04T00:00:00Z", "")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "churned_at"), "missing: never_set");
    CHECK_UINT(customer_entries(&c, "outcome"), 4);
    int64_t at;
    CHECK(csuccess__known_last_event(&c.state, CSUCCESS_STR("outcome_churned"), &at));
    CHECK_INT(at, NOW - 60 * DAY);
    CHECK_RESULT(
        customer_take(&c, OUTCOME("renewed", "2025-11-05T00:00:00Z", "\"effective\":7")),
        CSUCCESS_ERANGE);
    customer_finish(&c);
}

static void the_latest_names_of_events_are_remembered(void)
{
    customer c;
    start(&c);
    char json[256], name[16];
    for (int i = 0; i < 100; i++) {
        int k = i * 37 % 100;
        snprintf(json, sizeof json,
                 "\"type\":\"track\",\"event\":\"e%d\",\"messageId\":\"m%d\",\"timestamp\":"
                 "\"2025-10-%02dT00:%02d:00Z\"",
                 k, k, 1 + k / 60, k % 60);
        CHECK(customer_take(&c, json) >= 0);
    }
    int64_t at;
    for (int k = 0; k < 100; k++) {
        snprintf(name, sizeof name, "e%d", k);
        CHECK(csuccess__known_last_event(&c.state, check_view(name), &at) == (k >= 36));
    }
    customer_finish(&c);
}

/* Facts are made at every advance of every customer. */
static void warm_facts_take_no_memory(void)
{
    customer c;
    start(&c);
    CHECK_OK(customer_take(&c, GROUP("g1", "2025-12-30T10:00:00Z",
                                     "\"plan\":\"team\",\"note\":\"some text\",\"nps\":8.5,"
                                     "\"tags\":[\"a\",\"b\"],\"used\":7,\"total\":5")));
    CHECK_OK(customer_take(&c, GROUP("g2", "2025-12-31T10:00:00Z", "\"used\":9,\"nps\":99")));
    CHECK_OK(customer_take(&c, IDENTIFY("i1", "zoe", "2025-12-01T00:00:00Z", "\"age\":40")));
    CHECK_OK(
        customer_take(&c, IDENTIFY("i2", "bob", "2025-12-01T00:00:00Z", "\"role\":\"x\"")));
    customer_facts_now(&c);
    customer_facts_now(&c);
    size_t before = c.f.memory->total;
    for (int i = 0; i < 100; i++) customer_facts_now(&c);
    CHECK_UINT(c.f.memory->total, before);
    customer_finish(&c);
}

CHECK_MAIN(CHECK_TEST(traits_become_attributes_of_every_type),
           CHECK_TEST(null_takes_a_value_back), CHECK_TEST(values_grow_old),
           CHECK_TEST(impossible_values_are_quarantined_one_by_one),
           CHECK_TEST(events_of_the_future_are_refused_whole),
           CHECK_TEST(the_last_quarantined_are_kept), CHECK_TEST(conflicts_are_told),
           CHECK_TEST(compared_attributes_refuse_the_later), CHECK_TEST(contacts_and_records),
           CHECK_TEST(outcomes), CHECK_TEST(the_latest_names_of_events_are_remembered),
           CHECK_TEST(warm_facts_take_no_memory))
