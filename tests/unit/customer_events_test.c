/* SPDX-License-Identifier: Apache-2.0 */
/* The list of events: what it holds, refusals that leave it as it was, and used again it allocates nothing. */
#include "check.h"
#include "customer/input.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static csuccess_str view(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

static csuccess_events *start(void)
{
    csuccess_events *events = NULL;
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, NULL));
    return events;
}

static csuccess_event login(void)
{
    csuccess_event event = CSUCCESS_EVENT_INIT;
    event.type = CSUCCESS_EVENT_TRACK;
    event.id = CSUCCESS_STR("m1");
    event.customer = CSUCCESS_STR("c1");
    event.name = CSUCCESS_STR("login");
    event.at_ms = 1769817600000;
    return event;
}

static void canonical(csuccess__buffer *out, csuccess_events *events, size_t index)
{
    csuccess__buffer_clear(out);
    csuccess__input_write(out, csuccess__events_at(events, index));
    CHECK_RESULT(out->status, CSUCCESS_OK);
}

static void check_canonical(csuccess_events *events, size_t index, const char *expected)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    canonical(&out, events, index);
    CHECK_STR(csuccess__buffer_view(&out), expected);
    csuccess__buffer_free(&out);
}

#define LOGIN \
    "{\"type\":\"track\",\"event\":\"login\",\"messageId\":\"m1\"," \
    "\"timestamp\":\"2026-01-31T00:00:00Z\",\"groupId\":\"c1\""

static void events_have_properties_in_order(void)
{
    csuccess_events *events = start();
    csuccess_event event = login();
    CHECK_OK(csuccess_events_add(events, &event, NULL));
    check_canonical(events, 0, LOGIN "}");
    CHECK_OK(csuccess_events_number(events, view("n"), -0.0));
    CHECK_OK(csuccess_events_string(events, view("b"), view("x\n")));
    CHECK_OK(csuccess_events_bool(events, view("z"), 7));
    CHECK_OK(csuccess_events_json(events, view("a"), view("{\"y\":[],\"x\":null}"), NULL));
    CHECK_OK(csuccess_events_string(events, view("aa"), (csuccess_str){NULL, 0}));
    CHECK_OK(csuccess_events_json(events, view("s"), view(" \"text\" "), NULL));
    check_canonical(events, 0,
                    LOGIN
                    ",\"properties\":{\"a\":{\"x\":null,\"y\":[]},\"aa\":\"\",\"b\":\"x\\n\","
                    "\"n\":0,\"s\":\"text\",\"z\":true}}");
    /* A name that is there is replaced, whatever it was. */
    CHECK_OK(csuccess_events_number(events, view("a"), 1.5));
    CHECK_OK(csuccess_events_bool(events, view("b"), 0));
    CHECK_OK(csuccess_events_json(events, view("z"), view("null"), NULL));
    check_canonical(events, 0,
                    LOGIN ",\"properties\":{\"a\":1.5,\"aa\":\"\",\"b\":false,\"n\":0,"
                          "\"s\":\"text\",\"z\":null}}");
    /* Properties follow JSON too. */
    CHECK_OK(csuccess_events_add_json(events, view(LOGIN ",\"traits\":{\"k\":1}}"), NULL));
    CHECK_OK(csuccess_events_number(events, view("j"), 2));
    check_canonical(events, 1, LOGIN ",\"properties\":{\"j\":2,\"k\":1}}");
    CHECK_UINT(csuccess_events_count(events), 2);
    csuccess_events_free(events);
}

static void what_is_handed_in_is_copied(void)
{
    char name[] = "login", id[] = "m1", customer[] = "c1", key[] = "k", value[] = "v";
    csuccess_events *events = start();
    csuccess_event event = login(), got = CSUCCESS_EVENT_INIT;
    event.name = view(name);
    event.id = view(id);
    event.customer = view(customer);
    event.user = view(value);
    event.source = view(key);
    event.priority = 3;
    event.expires_at_ms = 1769817600001;
    CHECK_OK(csuccess_events_add(events, &event, NULL));
    CHECK_OK(csuccess_events_string(events, view(key), view(value)));
    name[0] = id[0] = customer[0] = key[0] = value[0] = '-';
    check_canonical(
        events, 0,
        LOGIN ",\"userId\":\"v\",\"source\":\"k\",\"expires\":\"2026-01-31T00:00:00.001Z\","
              "\"priority\":3,\"properties\":{\"k\":\"v\"}}");
    CHECK_OK(csuccess_events_get(events, 0, &got));
    CHECK_UINT(got.type, CSUCCESS_EVENT_TRACK);
    CHECK_STR(got.id, "m1");
    CHECK_STR(got.customer, "c1");
    CHECK_STR(got.user, "v");
    CHECK_STR(got.name, "login");
    CHECK_STR(got.source, "k");
    CHECK_INT(got.at_ms, 1769817600000);
    CHECK_INT(got.expires_at_ms, 1769817600001);
    CHECK_UINT(got.priority, 3);
    csuccess_events_free(events);
}

/* ---- Refusals ---- */

typedef struct refused {
    csuccess_event event;
    csuccess_result code;
    const char *message;
} refused;

static csuccess_event with(uint32_t type, const char *id, const char *customer,
                           const char *name)
{
    csuccess_event event = login();
    event.type = type;
    event.id = view(id);
    event.customer = view(customer);
    event.name = view(name);
    return event;
}

static csuccess_event at(int64_t at_ms, int64_t expires_at_ms)
{
    csuccess_event event = login();
    event.at_ms = at_ms;
    event.expires_at_ms = expires_at_ms;
    return event;
}

static void what_is_no_event_is_refused(void)
{
    csuccess_event no_ptr = login(), short_one = login(), bad_text = login();
    no_ptr.user = (csuccess_str){NULL, 3};
    short_one.size = 4;
    bad_text.user = (csuccess_str){"a\xff", 2};
    const refused rows[] = {
        {with(0, "m", "c", "n"), CSUCCESS_EINVALID, "type 0 is no CSUCCESS_EVENT_*"},
        {with(27, "m", "c", "n"), CSUCCESS_EINVALID, "type 27 is no CSUCCESS_EVENT_*"},
        {with(64, "m", "c", "n"), CSUCCESS_EINVALID, "type 64 is no CSUCCESS_EVENT_*"},
        {with(CSUCCESS_EVENT_TRACK, "", "c", "n"), CSUCCESS_EINVALID,
         "messageId is missing: by it an event that comes again is known and not applied "
         "twice; give the id that its source has for it"},
        {with(CSUCCESS_EVENT_TRACK, "m", "", "n"), CSUCCESS_EINVALID,
         "groupId is missing: the id of the customer"},
        {with(CSUCCESS_EVENT_TRACK, "m", "c", ""), CSUCCESS_EINVALID,
         "event is missing: the name of what happened, or of what the type speaks of"},
        {with(CSUCCESS_EVENT_SURVEY, "m", "c", ""), CSUCCESS_EINVALID,
         "userId is missing: the id of the contact"},
        {with(CSUCCESS_EVENT_OUTCOME, "m", "c", "gone"), CSUCCESS_ENAME,
         "event: no outcome is called \"gone\"; there are such as \"churned\""},
        {with(CSUCCESS_EVENT_SUBSCRIPTION, "m", "c", "renew"), CSUCCESS_ENAME,
         "event: no subscription is called \"renew\" (did you mean \"renewed\"?)"},
        {at(INT64_MIN, 0), CSUCCESS_ERANGE,
         "the time of an event, and when it expires, are in the years 1 to 9999"},
        {at(0, 253402300800000), CSUCCESS_ERANGE,
         "the time of an event, and when it expires, are in the years 1 to 9999"},
        {no_ptr, CSUCCESS_EINVALID, "userId: ptr is NULL and len is 3"},
        {bad_text, CSUCCESS_EENCODING, "userId is not UTF-8, or has a NUL: \"a\\xff\""},
        {short_one, CSUCCESS_EABI,
         "the size of csuccess_event is 4; set it to sizeof(csuccess_event), at least 8"},
    };
    csuccess_events *events = start();
    csuccess_event event = login();
    CHECK_OK(csuccess_events_add(events, &event, NULL));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        CHECK_RESULT(csuccess_events_add(events, &rows[i].event, &err), rows[i].code);
        CHECK_CSTR(err.message, rows[i].message);
    }
    CHECK_RESULT(csuccess_events_add(events, NULL, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_events_add(NULL, &event, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_events_add_json(events, view("{"), NULL), CSUCCESS_EJSON);
    CHECK_RESULT(csuccess_events_add_json(events, view("\"\xff\""), NULL), CSUCCESS_EENCODING);
    CHECK_UINT(csuccess_events_count(events), 1);
    check_canonical(events, 0, LOGIN "}");
    csuccess_events_free(events);
}

static void what_is_no_property_is_refused(void)
{
    csuccess_events *events = start();
    csuccess_event event = login();
    CHECK_RESULT(csuccess_events_number(events, view("a"), 1), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_events_add(events, &event, NULL));
    CHECK_OK(csuccess_events_number(events, view("a"), 1));
    CHECK_RESULT(csuccess_events_number(events, view(""), 1), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_events_number(events, (csuccess_str){NULL, 2}, 1), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_events_number(events, view("a"), NAN), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_events_number(events, view("a"), -INFINITY), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_events_number(events, view("\xc3"), 1), CSUCCESS_EENCODING);
    CHECK_RESULT(csuccess_events_bool(events, (csuccess_str){"a\0", 2}, 1), CSUCCESS_EENCODING);
    CHECK_RESULT(csuccess_events_string(events, view("b"), view("\xed\xa0\x80")),
                 CSUCCESS_EENCODING);
    CHECK_RESULT(csuccess_events_string(events, view("b"), (csuccess_str){NULL, 1}),
                 CSUCCESS_EINVALID);
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(csuccess_events_json(events, view("b"), view("[1,]"), &err), CSUCCESS_EJSON);
    CHECK_UINT(err.column, 4);
    CHECK_RESULT(csuccess_events_json(events, view(""), view("1"), &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_events_json(NULL, view("a"), view("1"), &err), CSUCCESS_EINVALID);
    check_canonical(events, 0, LOGIN ",\"properties\":{\"a\":1}}");
    csuccess_events_free(events);
}

static void limits_hold_for_one_event(void)
{
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    csuccess_events *events = NULL;
    csuccess_event event = login();
    limits.document_bytes = 200;
    limits.document_depth = 3;
    limits.document_nodes = 10; /* itself, five keys, the properties: three values */
    limits.string_bytes = 50;
    CHECK_OK(csuccess_events_new(&events, NULL, &limits, NULL));
    CHECK_OK(csuccess_events_add(events, &event, NULL));
    CHECK_RESULT(csuccess_events_json(events, view("a"), view("[[]]"), NULL), CSUCCESS_ELIMIT);
    CHECK_OK(csuccess_events_json(events, view("a"), view("[1]"), NULL));
    CHECK_OK(csuccess_events_number(events, view("b"), 1));
    CHECK_RESULT(csuccess_events_number(events, view("c"), 1), CSUCCESS_ELIMIT);
    CHECK_OK(csuccess_events_json(events, view("a"), view("[]"), NULL));
    char text[65];
    memset(text, 'x', sizeof text);
    CHECK_RESULT(csuccess_events_string(events, view("c"), (csuccess_str){text, 51}),
                 CSUCCESS_ELIMIT);
    CHECK_OK(csuccess_events_string(events, view("c"), (csuccess_str){text, 50}));
    CHECK_RESULT(csuccess_events_string(events, view("b"), (csuccess_str){text, 40}),
                 CSUCCESS_ELIMIT);
    check_canonical(events, 0,
                    LOGIN ",\"properties\":{\"a\":[],\"b\":1,\"c\":"
                          "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}}");
    event.user = (csuccess_str){text, 51};
    CHECK_RESULT(csuccess_events_add(events, &event, NULL), CSUCCESS_ELIMIT);
    CHECK_UINT(csuccess_events_count(events), 1);
    csuccess_events_free(events);
}

/* To the byte: as much as the limit allows, and then not one more. */
static void a_long_event_is_measured(void)
{
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    csuccess_events *events = NULL;
    csuccess_event event = login();
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    limits.document_bytes = 2000;
    CHECK_OK(csuccess_events_new(&events, NULL, &limits, NULL));
    CHECK_OK(csuccess_events_add(events, &event, NULL));
    char name[3] = {'a', 'a', 0};
    while (csuccess_events_string(events, view(name), view("0123456789")) == CSUCCESS_OK) {
        if (name[1]++ == 'z') {
            name[0]++;
            name[1] = 'a';
        }
    }
    canonical(&out, events, 0);
    CHECK(out.len <= 2000 && out.len + 18 > 2000);
    size_t room = 2000 - out.len;
    CHECK_OK(csuccess_events_string(events, view("aa"),
                                    (csuccess_str){"01234567890123456789ABCDEF", 10 + room}));
    canonical(&out, events, 0);
    CHECK_UINT(out.len, 2000);
    CHECK_RESULT(
        csuccess_events_string(events, view("aa"),
                               (csuccess_str){"01234567890123456789ABCDEFG", 11 + room}),
        CSUCCESS_ELIMIT);
    CHECK_OK(csuccess_events_add_json(events, csuccess__buffer_view(&out), NULL));
    csuccess__buffer_free(&out);
    csuccess_events_free(events);
}

static void there_are_so_many_properties(void)
{
    csuccess_events *events = start();
    csuccess_event event = login();
    csuccess_result result = csuccess_events_add(events, &event, NULL);
    uint32_t i = 0;
    for (; result == CSUCCESS_OK && i < 5000; i++) {
        uint32_t v = i * 2654435761u;
        char name[8];
        for (size_t k = 0; k < sizeof name; k++) name[k] = (char)('a' + (v >> 4 * k) % 16);
        result = csuccess_events_number(events, (csuccess_str){name, sizeof name}, i);
    }
    CHECK_RESULT(result, CSUCCESS_ELIMIT);
    CHECK_UINT(i, 4097);
    const csuccess__input *input = csuccess__events_at(events, 0);
    CHECK_UINT(input->count, 4096);
    for (i = 1; i < input->count; i++) {
        CHECK(csuccess__str_cmp(input->properties[i - 1].name, input->properties[i].name) < 0);
    }
    csuccess_events_free(events);
}

/* ---- Engines at work, results ---- */

static void nobody_changes_a_list_that_is_held(void)
{
    csuccess_events *events = start();
    csuccess_event event = login();
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(csuccess_events_add(events, &event, NULL));
    csuccess__events_hold(events);
    csuccess__events_hold(events);
    csuccess__events_release(events);
    CHECK_RESULT(csuccess_events_add(events, &event, &err), CSUCCESS_EBUSY);
    CHECK_CSTR(err.message, "an engine works on these events");
    CHECK_RESULT(csuccess_events_add_json(events, view(LOGIN "}"), NULL), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess_events_number(events, view("a"), 1), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess_events_string(events, view("a"), view("b")), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess_events_bool(events, view("a"), 1), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess_events_json(events, view("a"), view("1"), NULL), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess_events_clear(events), CSUCCESS_EBUSY);
    csuccess_events_free(events);
    CHECK_UINT(csuccess_events_count(events), 1);
    csuccess__events_release(events);
    CHECK_OK(csuccess_events_clear(events));
    CHECK_UINT(csuccess_events_count(events), 0);
    CHECK_RESULT(csuccess_events_number(events, view("a"), 1), CSUCCESS_EINVALID);
    csuccess_events_free(events);
}

static void each_has_its_result(void)
{
    csuccess_events *events = start();
    csuccess_event event = login();
    csuccess_str reason = CSUCCESS_STR("?");
    char why[] = "the login is in the future";
    for (int i = 0; i < 3; i++) CHECK_OK(csuccess_events_add(events, &event, NULL));
    CHECK_RESULT(csuccess_events_result(events, 0, &reason), CSUCCESS_UNDECIDED);
    CHECK_STR(reason, "");
    CHECK(csuccess__events_settle(events, 1, CSUCCESS_ERANGE, view(why)));
    CHECK(csuccess__events_settle(events, 2, CSUCCESS_OK, view("")));
    why[0] = '-';
    CHECK_RESULT(csuccess_events_result(events, 1, &reason), CSUCCESS_ERANGE);
    CHECK_STR(reason, "the login is in the future");
    CHECK_RESULT(csuccess_events_result(events, 2, &reason), CSUCCESS_OK);
    CHECK_STR(reason, "");
    CHECK_RESULT(csuccess_events_result(events, 1, NULL), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_events_result(events, 3, &reason), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_events_result(NULL, 0, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_events_get(events, 3, &event), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_events_get(events, 0, NULL), CSUCCESS_EINVALID);
    event.size = 4;
    CHECK_RESULT(csuccess_events_get(events, 0, &event), CSUCCESS_EABI);
    CHECK_UINT(csuccess_events_count(NULL), 0);
    CHECK_RESULT(csuccess_events_clear(NULL), CSUCCESS_EINVALID);
    csuccess_events_free(NULL);
    csuccess_events_free(events);
}

/* ---- Memory ---- */

static bool same(const csuccess__buffer *a, const csuccess__buffer *b)
{
    return a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0;
}

static csuccess_result fill(csuccess_events *events, int count)
{
    csuccess_result result = CSUCCESS_OK;
    csuccess_event event = login();
    for (int i = 0; i < count && result == CSUCCESS_OK; i++) {
        result = csuccess_events_add(events, &event, NULL);
        for (int k = 9; k > 0 && result == CSUCCESS_OK; k--) {
            char name[2] = {(char)('a' + k), 0};
            result = csuccess_events_string(events, view(name), view("some text"));
        }
        if (result == CSUCCESS_OK) result = csuccess_events_number(events, view("b"), i);
        if (result == CSUCCESS_OK) {
            result = csuccess_events_json(events, view("c"), view("[1,{\"x\":[]}]"), NULL);
        }
        if (result == CSUCCESS_OK) {
            result = csuccess_events_add_json(
                events, view(LOGIN ",\"properties\":{\"z\":1,\"a\":[\"x\"],\"b\":\"y\"}}"),
                NULL);
        }
    }
    return result;
}

static csuccess_result fills(check_memory *memory, void *ud)
{
    csuccess_events *events;
    (void)ud;
    csuccess_result result = csuccess_events_new(&events, &memory->allocator, NULL, NULL);
    CHECK((events != NULL) == (result == CSUCCESS_OK));
    if (!events) return result;
    csuccess__buffer before, after;
    csuccess__buffer_init(&before, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&after, csuccess__malloc_allocator(), 0);
    result = fill(events, 12);
    size_t count = csuccess_events_count(events);
    if (result == CSUCCESS_OK) {
        CHECK_UINT(count, 24);
        bool kept = csuccess__events_settle(events, 3, CSUCCESS_ERANGE, view("why"));
        CHECK_RESULT(csuccess_events_result(events, 3, NULL), CSUCCESS_ERANGE);
        if (!kept) result = CSUCCESS_ENOMEM;
    } else if (count > 0 && memory->fail_on) {
        canonical(&before, events, count - 1); /* whatever else fails, it is as before */
        CHECK(fill(events, 12) < 0);
        CHECK(csuccess_events_count(events) - count <= 1);
        canonical(&after, events, count - 1);
        CHECK(csuccess_events_count(events) > count || same(&before, &after));
    }
    csuccess__buffer_free(&before);
    csuccess__buffer_free(&after);
    csuccess_events_free(events);
    return result;
}

static void every_allocation_may_fail(void)
{
    CHECK(check_faults(fills, NULL) > 5);
}

static void used_again_it_allocates_nothing(void)
{
    check_memory memory;
    csuccess_events *events;
    check_memory_start(&memory);
    CHECK_OK(csuccess_events_new(&events, &memory.allocator, NULL, NULL));
    size_t total = 0;
    for (int i = 0; i < 4; i++) {
        CHECK_OK(fill(events, 200));
        if (i == 0) total = memory.total;
        CHECK_UINT(memory.total, total);
        CHECK_OK(csuccess_events_clear(events));
    }
    csuccess_events_free(events);
    CHECK_MEMORY_EMPTY(&memory);
}

static void what_a_list_needs_is_asked(void)
{
    csuccess_events *events = (csuccess_events *)(void *)&events;
    csuccess_allocator bad = {.size = sizeof bad};
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    limits.document_depth = 1000;
    CHECK_RESULT(csuccess_events_new(NULL, NULL, NULL, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_events_new(&events, &bad, NULL, NULL), CSUCCESS_EINVALID);
    CHECK(events == NULL);
    CHECK_RESULT(csuccess_events_new(&events, NULL, &limits, NULL), CSUCCESS_ERANGE);
    bad.size = 3;
    CHECK_RESULT(csuccess_events_new(&events, &bad, NULL, NULL), CSUCCESS_EABI);
}

CHECK_MAIN(CHECK_TEST(events_have_properties_in_order), CHECK_TEST(what_is_handed_in_is_copied),
           CHECK_TEST(what_is_no_event_is_refused), CHECK_TEST(what_is_no_property_is_refused),
           CHECK_TEST(limits_hold_for_one_event), CHECK_TEST(a_long_event_is_measured),
           CHECK_TEST(there_are_so_many_properties),
           CHECK_TEST(nobody_changes_a_list_that_is_held), CHECK_TEST(each_has_its_result),
           CHECK_TEST(every_allocation_may_fail), CHECK_TEST(used_again_it_allocates_nothing),
           CHECK_TEST(what_a_list_needs_is_asked))
