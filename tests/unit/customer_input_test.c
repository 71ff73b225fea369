/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs from JSON: the shapes of Segment, what is refused and where, canonical text, and reading that back. */
#include "check.h"
#include "customer/input_internal.h"
#include "text/utf8.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define TAIL "\"messageId\":\"m1\",\"timestamp\":\"2026-01-31T08:00:00Z\",\"groupId\":\"c1\"}"
#define TRACK(rest) "{\"type\":\"track\",\"event\":\"login\"," rest TAIL

typedef struct bench {
    csuccess_limits limits;
    csuccess__arena arena;
    csuccess__buffer out;
    csuccess__input input;
    csuccess_error err;
} bench;

static void set_up(bench *b, const csuccess_allocator *mem)
{
    memset(b, 0, sizeof *b);
    b->err.size = sizeof b->err;
    csuccess__limits_take(&b->limits, NULL, NULL);
    csuccess__arena_init(&b->arena, mem, 0);
    csuccess__buffer_init(&b->out, mem, 0);
}

static void tear_down(bench *b)
{
    csuccess__arena_free(&b->arena);
    csuccess__buffer_free(&b->out);
}

static csuccess_result read_text(bench *b, csuccess_str text, bool signals)
{
    csuccess__json *json;
    csuccess__json_options options = {.limits = &b->limits, .lines = true};
    csuccess_result result = csuccess__json_read(&json, &b->arena, text, &options, &b->err);
    if (result < 0) return result;
    return csuccess__input_read(&b->input, json, &b->arena, &b->limits, signals, &b->err);
}

static csuccess_result read(bench *b, const char *text)
{
    return read_text(b, (csuccess_str){text, strlen(text)}, false);
}

static csuccess_str written(bench *b)
{
    csuccess__buffer_clear(&b->out);
    csuccess__input_write(&b->out, &b->input);
    return csuccess__buffer_view(&b->out);
}

static const struct {
    const char *json, *canonical;
} canonical_rows[] = {
    {TRACK(""), TRACK("")},
    /* Keys in any order; what is passed over; white space. */
    {" { \"version\": 1, \"groupId\" : \"c1\", \"channel\": \"server\", \"context\": "
     "{\"ip\": \"::1\"},\n"
     "\"integrations\": {\"All\": true}, \"sentAt\": \"x\", \"receivedAt\": 1, "
     "\"originalTimestamp\": null, "
     "\"anonymousId\": \"a\",\t\"timestamp\": \"2026-01-31T09:30:00+01:30\", "
     "\"messageId\": \"m1\", "
     "\"event\": \"lo\\u0067in\", \"type\": \"track\" } ",
     TRACK("")},
    /* Everything at once: times in UTC with milliseconds where there are any, properties in order, lists kept, objects in
           order, numbers in their shortest form, -0 as 0. */
    {"{\"type\":\"track\",\"event\":\"login\",\"messageId\":\"m1\",\"timestamp\":\"2026-01-"
     "31T08:00:00.250Z\","
     "\"customer_id\":\"c1\",\"userId\":\"u1\",\"source\":\"app\",\"expires\":\"2026-02-"
     "01T00:00:00Z\",\"priority\":7,"
     "\"properties\":{\"z\":null,\"b\":[3,{\"y\":1,\"x\":[]}],\"a\":true,\"aa\":1e2,\"n\":-"
     "0,\"s\":\"\\u0000\\n\\u00e9\","
     "\"f\":1.50}}",
     "{\"type\":\"track\",\"event\":\"login\",\"messageId\":\"m1\",\"timestamp\":\"2026-01-"
     "31T08:00:00.250Z\","
     "\"groupId\":\"c1\",\"userId\":\"u1\",\"source\":\"app\",\"expires\":\"2026-02-01T00:"
     "00:00Z\",\"priority\":7,"
     "\"properties\":{\"a\":true,\"aa\":100,\"b\":[3,{\"x\":[],\"y\":1}],\"f\":1.5,\"n\":0,"
     "\"s\":\"\\u0000\\n\xc3\xa9\","
     "\"z\":null}}"},
    {"{\"type\":\"identify\",\"traits\":{\"plan\":\"pro\"},\"event\":null,\"userId\":"
     "\"\"," TAIL,
     "{\"type\":\"identify\",\"messageId\":\"m1\",\"timestamp\":\"2026-01-31T08:00:00Z\","
     "\"groupId\":\"c1\","
     "\"properties\":{\"plan\":\"pro\"}}"},
    {"{\"type\":\"group\",\"traits\":{}," TAIL, "{\"type\":\"group\"," TAIL},
    /* Pages and screens. */
    {"{\"type\":\"page\",\"name\":\"Prices\",\"category\":\"Docs\",\"properties\":{"
     "\"name\":\"P\",\"url\":\"/\"}," TAIL,
     "{\"type\":\"track\",\"event\":\"page\",\"messageId\":\"m1\",\"timestamp\":\"2026-01-"
     "31T08:00:00Z\",\"groupId\":\"c1\","
     "\"properties\":{\"category\":\"Docs\",\"name\":\"P\",\"url\":\"/\"}}"},
    {"{\"type\":\"screen\"," TAIL, "{\"type\":\"track\",\"event\":\"screen\"," TAIL},
    /* One word or two. */
    {"{\"type\":\"subscription_renewed\"," TAIL,
     "{\"type\":\"subscription\",\"event\":\"renewed\"," TAIL},
    {"{\"type\":\"subscription\",\"event\":\"ended\"," TAIL,
     "{\"type\":\"subscription\",\"event\":\"ended\"," TAIL},
    {"{\"type\":\"outcome_churned\",\"event\":\"churned\"," TAIL,
     "{\"type\":\"outcome\",\"event\":\"churned\"," TAIL},
    /* Ids that are numbers; a source of all customers. */
    {"{\"type\":\"ticket\",\"messageId\":12,\"timestamp\":\"2026-01-31T08:00:00Z\","
     "\"groupId\":4,\"userId\":1e21}",
     "{\"type\":\"ticket\",\"messageId\":\"12\",\"timestamp\":\"2026-01-31T08:00:00Z\","
     "\"groupId\":\"4\",\"userId\":\"1e+21\"}"},
    {"{\"type\":\"source\",\"event\":\"app\",\"messageId\":\"m1\",\"timestamp\":\"2026-01-"
     "31T08:00:00Z\"}",
     "{\"type\":\"source\",\"event\":\"app\",\"messageId\":\"m1\",\"timestamp\":\"2026-01-"
     "31T08:00:00Z\"}"},
};

static void texts_become_canonical(void)
{
    bench b;
    set_up(&b, csuccess__malloc_allocator());
    for (size_t i = 0; i < LENGTH(canonical_rows); i++) {
        CHECK_OK(read(&b, canonical_rows[i].json));
        CHECK_STR(written(&b), canonical_rows[i].canonical);
        CHECK_OK(read(&b, canonical_rows[i].canonical));
        CHECK_STR(written(&b), canonical_rows[i].canonical);
    }
    tear_down(&b);
}

static const struct {
    const char *json;
    csuccess_result code;
    const char *pointer, *message;
} wrong_rows[] = {
    {"[]", CSUCCESS_ETYPE, "", "an event is an object, found an array"},
    {"{\"event\":\"x\"," TAIL, CSUCCESS_EMISSING, "",
     "type is missing: what the event is, such as \"track\""},
    {"{\"type\":1," TAIL, CSUCCESS_ETYPE, "/type", "type: expected a string, found a number"},
    {"{\"type\":\"trak\"," TAIL, CSUCCESS_ENAME, "/type",
     "no event is of type \"trak\" (did you mean \"track\"?)"},
    {"{\"type\":\"child\"," TAIL, CSUCCESS_ENAME, "/type",
     "no event is of type \"child\"; there are such as \"track\""},
    {"{\"type\":\"subscription_lost\"," TAIL, CSUCCESS_ENAME, "/type",
     "no event is of type \"subscription_lost\" (did you mean \"subscription\"?)"},
    {"{\"type\":\"track\"," TAIL, CSUCCESS_EMISSING, "",
     "event is missing: the name of what happened, or of what the type speaks of"},
    {"{\"type\":\"outcome\",\"event\":\"churnd\"," TAIL, CSUCCESS_ENAME, "/event",
     "event: no outcome is called \"churnd\" (did you mean \"churned\"?)"},
    {"{\"type\":\"page\",\"event\":\"x\"," TAIL, CSUCCESS_ENAME, "/event",
     "event: its type says that it is \"page\"; leave this out"},
    {TRACK("\"name\":\"x\","), CSUCCESS_ENAME, "/name",
     "an event has no \"name\"; what else is known of it stands in \"properties\""},
    {TRACK("\"properties\":{},\"traits\":{},"), CSUCCESS_ENAME, "/traits",
     "traits stands for properties, which is there too; keep one"},
    {TRACK("\"customer_id\":\"c2\","), CSUCCESS_ENAME, "/customer_id",
     "customer_id stands for groupId, which is there too; keep one"},
    {TRACK("\"groupID\":\"c2\","), CSUCCESS_ENAME, "/groupID",
     "an event has no \"groupID\" (did you mean \"groupId\"?)"},
    {TRACK("\"amount\":5,"), CSUCCESS_ENAME, "/amount",
     "an event has no \"amount\"; what else is known of it stands in \"properties\""},
    {TRACK("\"properties\":5,"), CSUCCESS_ETYPE, "/properties",
     "properties: expected an object, found a number"},
    {TRACK("\"properties\":{\"\":5},"), CSUCCESS_ENAME, "/properties/",
     "a property has an empty name"},
    {TRACK("\"source\":5,"), CSUCCESS_ETYPE, "/source",
     "source: expected a string, found a number"},
    {TRACK("\"userId\":\"a\\u0000b\","), CSUCCESS_EENCODING, "/userId",
     "userId is not UTF-8, or has a NUL: \"a\\x00b\""},
    {TRACK("\"priority\":-1,"), CSUCCESS_ERANGE, "/priority",
     "priority: expected a whole number from 0 to 4294967295"},
    {TRACK("\"priority\":1.5,"), CSUCCESS_ERANGE, "/priority",
     "priority: expected a whole number from 0 to 4294967295"},
    {TRACK("\"priority\":\"1\","), CSUCCESS_ETYPE, "/priority",
     "priority: expected a number, found a string"},
    {TRACK("\"expires\":\"1970-01-01T00:00:00Z\","), CSUCCESS_ERANGE, "/expires",
     "expires: the first moment of 1970 stands for never; leave it out"},
    {TRACK("\"expires\":\"soon\","), CSUCCESS_ETYPE, "/expires",
     "expires: \"soon\" is no time (RFC 3339): expected a year from 0001 to 9999"},
    {"{\"type\":\"group\",\"timestamp\":\"2026-01-31T08:00:00Z\",\"groupId\":\"c\"}",
     CSUCCESS_EMISSING, "",
     "messageId is missing: by it an event that comes again is known and not applied "
     "twice; "
     "give the id that its source has for it"},
    {"{\"type\":\"group\",\"messageId\":\"m\",\"timestamp\":\"2026-01-31T08:00:00Z\","
     "\"groupId\":\"\"}",
     CSUCCESS_EMISSING, "/groupId", "groupId is missing: the id of the customer"},
    {"{\"type\":\"survey_response\"," TAIL, CSUCCESS_EMISSING, "",
     "userId is missing: the id of the contact"},
    {"{\"type\":\"group\",\"messageId\":\"m\",\"groupId\":\"c\"}", CSUCCESS_EMISSING, "",
     "timestamp is missing: when it happened, such as \"2026-01-31T08:00:00Z\""},
    {"{\"type\":\"group\",\"messageId\":\"m\",\"groupId\":\"c\",\"timestamp\":"
     "1769817600000}",
     CSUCCESS_ETYPE, "/timestamp",
     "timestamp: expected a time such as \"2026-01-31T08:00:00Z\", found a number"},
    {TRACK("\"event\":\"again\","), CSUCCESS_EJSON, "",
     "the key \"event\" stands twice in one object, first at line 1, column 17; keep one"},
};

static void what_is_wrong_is_told_with_its_place(void)
{
    bench b;
    set_up(&b, csuccess__malloc_allocator());
    for (size_t i = 0; i < LENGTH(wrong_rows); i++) {
        CHECK_RESULT(read(&b, wrong_rows[i].json), wrong_rows[i].code);
        CHECK_CSTR(b.err.message, wrong_rows[i].message);
        CHECK_CSTR(b.err.pointer, wrong_rows[i].pointer);
        CHECK(b.err.line == 1 && b.err.code == wrong_rows[i].code);
    }
    tear_down(&b);
}

static void signals_come_from_engines_only(void)
{
    static const char *const texts[] = {"{\"type\":\"child\"," TAIL,
                                        "{\"type\":\"delivery\"," TAIL};
    bench b;
    set_up(&b, csuccess__malloc_allocator());
    for (size_t i = 0; i < LENGTH(texts); i++) {
        csuccess_str text = {texts[i], strlen(texts[i])};
        CHECK_RESULT(read_text(&b, text, false), CSUCCESS_ENAME);
        CHECK_OK(read_text(&b, text, true));
        CHECK_STR(written(&b), texts[i]);
    }
    tear_down(&b);
}

static void limits_hold_for_the_canonical_text(void)
{
    bench b;
    set_up(&b, csuccess__malloc_allocator());
    /* 21 characters each where there were 4. */
    const char *numbers = TRACK("\"properties\":{\"a\":[1e20,1e20,1e20,1e20,1e20,1e20]},");
    b.limits.document_bytes = 200;
    CHECK_RESULT(read(&b, numbers), CSUCCESS_ELIMIT);
    CHECK_HAS(b.err.message, "document_bytes (200)");
    b.limits.document_bytes = 1000;
    CHECK_OK(read(&b, numbers));
    csuccess_str text = written(&b);
    b.limits.document_bytes = (uint32_t)text.len;
    CHECK_OK(read(&b, numbers));
    CHECK_OK(read_text(&b, text, false));
    b.limits.document_bytes--;
    CHECK_RESULT(read(&b, numbers), CSUCCESS_ELIMIT);
    b.limits.document_bytes = 1000;
    const char *page = "{\"type\":\"page\",\"properties\":{\"a\":[0,0,0,0,0,0]}," TAIL;
    b.limits.document_nodes = 14;
    CHECK_OK(read(&b, numbers));
    CHECK_OK(read(&b, page));
    b.limits.document_nodes = 13; /* that many came; the name of the event is one more */
    CHECK_RESULT(read(&b, page), CSUCCESS_ELIMIT);
    CHECK_HAS(b.err.message, "document_nodes (13)");
    b.limits.document_nodes = 10;
    const char *often = "{\"type\":\"screen\",\"priority\":1,\"expires\":\"2026-02-01T00:00:"
                        "00Z\",\"name\":1," TAIL;
    CHECK_OK(read(&b, often));
    b.limits.document_nodes = 9;
    CHECK_RESULT(read(&b, often), CSUCCESS_ELIMIT);
    b.limits.document_nodes = 1000;
    b.limits.string_bytes = 5;
    CHECK_OK(read(&b, TRACK("\"properties\":{\"a\":\"12345\",\"b\":[\"12345\"]},")));
    CHECK_RESULT(read(&b, TRACK("\"properties\":{\"a\":\"123456\"},")), CSUCCESS_ELIMIT);
    CHECK_CSTR(b.err.pointer, "/properties/a");
    CHECK_RESULT(read(&b, TRACK("\"properties\":{\"a\":[\"123456\"]},")), CSUCCESS_ELIMIT);
    CHECK_RESULT(read(&b, TRACK("\"properties\":{\"a\":{\"123456\":1}},")), CSUCCESS_ELIMIT);
    CHECK_RESULT(read(&b, TRACK("\"properties\":{\"123456\":1},")), CSUCCESS_ELIMIT);
    CHECK_RESULT(read(&b, TRACK("\"userId\":\"123456\",")), CSUCCESS_ELIMIT);
    CHECK_CSTR(b.err.message, "userId has more than 5 bytes (limits.string_bytes)");
    tear_down(&b);
}

static void there_are_so_many_properties(void)
{
    bench b;
    csuccess__buffer text;
    for (int more = 0; more <= 1; more++) {
        set_up(&b, csuccess__malloc_allocator());
        csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
        csuccess__buffer_cstr(&text,
                              "{\"type\":\"track\",\"event\":\"login\",\"properties\":{");
        for (int i = 4096 + more; i > 0; i--) {
            csuccess__buffer_cstr(&text, "\"p");
            csuccess__buffer_uint(&text, (uint64_t)i);
            csuccess__buffer_cstr(&text, i > 1 ? "\":1," : "\":1}," TAIL);
        }
        csuccess_result result = read_text(&b, csuccess__buffer_view(&text), false);
        CHECK_RESULT(result, more ? CSUCCESS_ELIMIT : CSUCCESS_OK);
        for (uint32_t i = 1; !more && i < b.input.count; i++) {
            CHECK(csuccess__str_cmp(b.input.properties[i - 1].name,
                                    b.input.properties[i].name) < 0);
        }
        csuccess__buffer_free(&text);
        tear_down(&b);
    }
}

static void properties_are_looked_up(void)
{
    bench b;
    char name[32];
    csuccess__text scratch;
    csuccess__text_init(&scratch, name, sizeof name);
    set_up(&b, csuccess__malloc_allocator());
    CHECK_OK(
        read(&b, TRACK("\"properties\":{\"n\":4,\"s\":\"x\",\"t\":\"2026-01-31T00:00:01Z\","
                       "\"d\":\"2026-01-31\",\"m\":-0,\"b\":false,\"l\":[1],\"z\":null},")));
    const csuccess__input *i = &b.input;
    CHECK_NUM(csuccess__input_value(i, "n", CSUCCESS__KIND_NUMBER).as.number, 4, 0);
    CHECK(!signbit(csuccess__input_value(i, "m", CSUCCESS__KIND_NUMBER).as.number));
    CHECK_STR(csuccess__input_value(i, "s", CSUCCESS__KIND_STRING).as.string, "x");
    CHECK_INT(csuccess__input_value(i, "t", CSUCCESS__KIND_TIME).as.time, 1769817601000);
    CHECK_INT(csuccess__input_value(i, "d", CSUCCESS__KIND_TIME).as.time, 1769817600000);
    CHECK_INT(csuccess__input_value(i, "b", CSUCCESS__KIND_BOOL).kind, CSUCCESS__KIND_BOOL);
    static const char *const none[] = {"s", "l", "z", "x", "", "nn"};
    for (size_t k = 0; k < LENGTH(none); k++) {
        CHECK(csuccess__is_missing(csuccess__input_value(i, none[k], CSUCCESS__KIND_NUMBER)));
        CHECK(csuccess__is_missing(csuccess__input_value(i, none[k], CSUCCESS__KIND_TIME)));
    }
    CHECK(csuccess__input_property(i, CSUCCESS_STR("l"))->json->count == 1);
    CHECK(!csuccess__input_property(i, CSUCCESS_STR("z"))->json);
    CHECK(!csuccess__input_property(i, CSUCCESS_STR("zz")));
    CHECK_STR(csuccess__input_event(i, &scratch), "login");
    CHECK_OK(read(&b, "{\"type\":\"subscription_renewed\"," TAIL));
    CHECK_STR(csuccess__input_event(&b.input, &scratch), "subscription_renewed");
    CHECK_OK(read(&b, "{\"type\":\"outcome\",\"event\":\"churned\"," TAIL));
    CHECK_STR(csuccess__input_event(&b.input, &scratch), "outcome_churned");
    CHECK_OK(read(&b, "{\"type\":\"alert\",\"event\":\"usage_low\"," TAIL));
    CHECK_STR(csuccess__input_event(&b.input, &scratch), "alert");
    tear_down(&b);
}

/* What was read stands on its own: the text and its nodes may go. */
static void an_input_outlives_its_text(void)
{
    bench b, gone;
    csuccess__json *json;
    set_up(&b, csuccess__malloc_allocator());
    set_up(&gone, csuccess__malloc_allocator());
    csuccess__json_options options = {.limits = &b.limits, .lines = true};
    char text[] = TRACK("\"userId\":7,\"properties\":{\"a\":[{\"k\":\"v\"}],\"s\":\"t\"},");
    CHECK_OK(csuccess__json_read(&json, &gone.arena, (csuccess_str){text, strlen(text)},
                                 &options, NULL));
    CHECK_OK(csuccess__input_read(&b.input, json, &b.arena, &b.limits, false, NULL));
    tear_down(&gone);
    memset(text, 'x', sizeof text);
    const csuccess__json *list = csuccess__input_property(&b.input, CSUCCESS_STR("a"))->json;
    CHECK(!list->source && !list->first->source && !list->first->first->source);
    CHECK_STR(
        written(&b),
        "{\"type\":\"track\",\"event\":\"login\",\"messageId\":\"m1\",\"timestamp\":"
        "\"2026-01-31T08:00:00Z\",\"groupId\":\"c1\",\"userId\":\"7\",\"properties\":{\"a\":["
        "{\"k\":\"v\"}],\"s\":\"t\"}}");
    tear_down(&b);
}

/* Every length around the words that are looked at, and a byte that is odd at every place. */
static void odd_bytes_are_seen_wherever_they_are(void)
{
    static const char odd[] = {0, '\x7f', '\x80', '\x81', '\xff', '\x01', ' '};
    bench b;
    set_up(&b, csuccess__malloc_allocator());
    for (size_t n = 0; n < 40; n++) {
        for (size_t at = 0; at < n; at++) {
            for (size_t k = 0; k < LENGTH(odd); k++) {
                char bytes[40];
                memset(bytes, 'a' + (int)k, sizeof bytes);
                bytes[at] = odd[k];
                csuccess_str text = {bytes, n};
                bool good = csuccess__utf8_check(text, NULL);
                CHECK_RESULT(csuccess__input_text_check(text, false, &b.limits),
                             good ? CSUCCESS_OK : CSUCCESS_EENCODING);
                CHECK_RESULT(csuccess__input_text_check(text, true, &b.limits),
                             good && odd[k] ? CSUCCESS_OK : CSUCCESS_EENCODING);
            }
        }
    }
    CHECK_OK(csuccess__input_text_check((csuccess_str){"na\xc3\xafve text \xe2\x82\xac", 15},
                                        true, &b.limits));
    tear_down(&b);
}

/* ---- Memory ---- */

static csuccess_result reads(check_memory *memory, void *ud)
{
    bench b;
    (void)ud;
    set_up(&b, &memory->allocator);
    csuccess_result result =
        read(&b, TRACK("\"properties\":{\"b\":[{\"k\":\"v\"},2],\"a\":\"t\",\"c\":1e20},"));
    if (result == CSUCCESS_OK) {
        b.limits.document_bytes = 300; /* measured */
        result = read(&b, TRACK("\"properties\":{\"b\":[{\"k\":\"v\"},2],\"a\":\"t\"},"));
    }
    if (result == CSUCCESS_OK) {
        (void)written(&b);
        result = b.out.status;
    }
    CHECK(result == CSUCCESS_OK || result == CSUCCESS_ENOMEM);
    tear_down(&b);
    return result;
}

static void every_allocation_may_fail(void)
{
    CHECK(check_faults(reads, NULL) > 5);
}

CHECK_MAIN(CHECK_TEST(texts_become_canonical), CHECK_TEST(what_is_wrong_is_told_with_its_place),
           CHECK_TEST(signals_come_from_engines_only),
           CHECK_TEST(limits_hold_for_the_canonical_text),
           CHECK_TEST(there_are_so_many_properties), CHECK_TEST(properties_are_looked_up),
           CHECK_TEST(an_input_outlives_its_text),
           CHECK_TEST(odd_bytes_are_seen_wherever_they_are),
           CHECK_TEST(every_allocation_may_fail))
