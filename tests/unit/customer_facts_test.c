/* SPDX-License-Identifier: Apache-2.0 */
/* Facts: setters, rows, cells, quarantine, age, and memory. */
#include "customer_fixture.h"

static const char schema[] =
    "{\"attributes\": {"
    "\"logins\": {\"type\": \"number\", \"min\": 0, \"max\": 1000},"
    "\"nps\": {\"type\": \"number\", \"default\": 7, \"max_age\": \"P180D\"},"
    "\"left\": {\"type\": \"bool\"},"
    "\"plan\": {\"type\": \"string\", \"in\": [\"free\", \"team\"]},"
    "\"note\": {\"type\": \"string\"},"
    "\"seen\": {\"type\": \"time\"},"
    "\"since\": {\"type\": \"date\"},"
    "\"sla\": {\"type\": \"duration\"},"
    "\"arr\": {\"type\": \"money\", \"currency\": \"EUR\", \"min\": 0},"
    "\"mrr\": {\"type\": \"money\"},"
    "\"tags\": {\"type\": \"list\", \"of\": \"string\"},"
    "\"nums\": {\"type\": \"list\", \"of\": \"number\"}},"
    "\"records\": {\"subs\": {\"max\": 3, \"of\": {\"product\": {\"type\": \"string\"},"
    "\"amount\": {\"type\": \"money\", \"min\": 0}, \"renews\": {\"type\": \"date\"},"
    "\"auto\": {\"type\": \"bool\", \"default\": true}}}}}";

enum { LOGINS, NPS, LEFT, PLAN, NOTE, SEEN, SINCE, SLA, ARR, MRR, TAGS, NUMS, SUBS, INPUTS };

typedef struct bench {
    fixture f;
    csuccess_facts *facts;
    csuccess_error err;
    csuccess__value slots[INPUTS];
} bench;

static csuccess_result start(bench *b, check_memory *memory)
{
    b->facts = NULL;
    b->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess_result result = fixture_start(&b->f, memory, schema);
    if (result == CSUCCESS_OK) result = fixture_facts(&b->facts, &b->f, &b->err);
    if (!memory) {
        CHECK_OK(result);
        fixture_problems(&b->f, (const char *const[]){NULL});
    }
    return result;
}

static void finish(bench *b)
{
    csuccess_facts_free(b->facts);
    fixture_finish(&b->f);
}

static csuccess__value value(bench *b, int slot)
{
    csuccess__facts_fill(b->facts, 0, b->slots);
    return b->slots[slot];
}

/* Every input as JSON, the missing ones by their reason. */
static const char *dump(bench *b)
{
    static char text[4096];
    size_t len = 0;
    csuccess__facts_fill(b->facts, 0, b->slots);
    for (uint32_t i = 0; i < INPUTS; i++) {
        csuccess__value v = b->slots[i];
        csuccess__buffer out;
        csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
        csuccess__json_writer w;
        csuccess__json_writer_init(&w, &out);
        csuccess__value_write(&w, v, b->f.schema->slots[i].type);
        csuccess_str s = csuccess__buffer_view(&out);
        len += (size_t)snprintf(text + len, sizeof text - len, "%u %u %u %.*s\n", v.absence,
                                v.defaulted, v.code, (int)s.len, s.ptr);
        csuccess__buffer_free(&out);
    }
    return text;
}

static void what_was_never_set_is_missing(void)
{
    bench b;
    start(&b, NULL);
    CHECK_INT(value(&b, LOGINS).absence, CSUCCESS__ABSENCE_NEVER_SET);
    CHECK_INT(value(&b, LOGINS).kind, CSUCCESS__KIND_ANY);
    CHECK_NUM(value(&b, NPS).as.number, 7, 0);
    CHECK_INT(value(&b, NPS).defaulted, 1);
    CHECK_STR(csuccess_facts_customer(b.facts), "");
    CHECK_OK(csuccess_facts_set_number(b.facts, CSUCCESS_STR("nps"), 3));
    CHECK_NUM(value(&b, NPS).as.number, 3, 0);
    CHECK_INT(value(&b, NPS).defaulted, 0);
    CHECK_OK(csuccess_facts_unset(b.facts, CSUCCESS_STR("nps")));
    CHECK_NUM(value(&b, NPS).as.number, 7, 0);
    CHECK_RESULT(csuccess_facts_unset(b.facts, CSUCCESS_STR("npz")), CSUCCESS_ENAME);
    finish(&b);
}

static void setters_set_and_refuse_by_type(void)
{
    bench b;
    start(&b, NULL);
    csuccess_facts *f = b.facts;
    CHECK_OK(csuccess_facts_set_number(f, CSUCCESS_STR("logins"), 12));
    CHECK_OK(csuccess_facts_set_bool(f, CSUCCESS_STR("left"), -3));
    CHECK_OK(csuccess_facts_set_string(f, CSUCCESS_STR("plan"), CSUCCESS_STR("team")));
    CHECK_OK(csuccess_facts_set_string(f, CSUCCESS_STR("note"), CSUCCESS_STR("hi")));
    CHECK_OK(csuccess_facts_set_time(f, CSUCCESS_STR("seen"), 86400001));
    CHECK_OK(csuccess_facts_set_time(f, CSUCCESS_STR("since"), -1));
    CHECK_OK(csuccess_facts_set_money(f, CSUCCESS_STR("arr"), 9.5, CSUCCESS_STR("EUR")));
    CHECK_OK(csuccess_facts_put_number(f, MRR, 3));
    CHECK_NUM(value(&b, LOGINS).as.number, 12, 0);
    CHECK(value(&b, LEFT).as.boolean);
    CHECK_STR(value(&b, PLAN).as.string, "team");
    CHECK_UINT(value(&b, PLAN).code,
               csuccess__constants_find(b.f.with.constants, CSUCCESS_STR("team")));
    CHECK(value(&b, PLAN).code != 0);
    CHECK_UINT(value(&b, NOTE).code, 0);
    CHECK_INT(value(&b, SEEN).as.time, 86400001);
    CHECK_INT(value(&b, SINCE).as.time, -86400000); /* the midnight before */
    CHECK_NUM(value(&b, ARR).as.number, 9.5, 0);
    CHECK_NUM(value(&b, MRR).as.number, 3, 0);

    char before[4096];
    strcpy(before, dump(&b));
    csuccess_str x = CSUCCESS_STR("x");
    CHECK_RESULT(csuccess_facts_set_number(f, CSUCCESS_STR("lgins"), 1), CSUCCESS_ENAME);
    CHECK_RESULT(csuccess_facts_set_number(f, CSUCCESS_STR("plan"), 1), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_bool(f, CSUCCESS_STR("logins"), 1), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_string(f, CSUCCESS_STR("seen"), x), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_time(f, CSUCCESS_STR("logins"), 1), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_money(f, CSUCCESS_STR("logins"), 1, x), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_money(f, CSUCCESS_STR("arr"), 1, x), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_facts_set_string(f, CSUCCESS_STR("note"), CSUCCESS_STR("\xff")),
                 CSUCCESS_EENCODING);
    CHECK_RESULT(csuccess_facts_put_number(f, INPUTS, 1), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_facts_put_string(f, UINT32_MAX, x), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_facts_put_bool(f, LOGINS, 1), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_put_time(f, TAGS, 1), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_number(NULL, x, 1), CSUCCESS_EINVALID);
    char *huge = calloc(1, 65537);
    memset(huge, 'a', 65537);
    CHECK_RESULT(csuccess_facts_put_string(f, NOTE, (csuccess_str){huge, 65537}),
                 CSUCCESS_ELIMIT);
    CHECK_CSTR(dump(&b), before);
    CHECK_OK(csuccess_facts_put_string(f, NOTE, (csuccess_str){huge, 65536}));
    free(huge);
    CHECK_UINT(csuccess_facts_quarantined(f), 0);
    finish(&b);
}

/* The only quarantined value and its reason. */
static void quarantined(const bench *b, const char *name, const char *reason)
{
    csuccess_str attribute = {NULL, 0}, text = {NULL, 0};
    CHECK_UINT(csuccess_facts_quarantined(b->facts), 1);
    CHECK_RESULT(csuccess_facts_quarantine(b->facts, 1, &attribute, &text), CSUCCESS_EINVALID);
    if (!CHECK_OK(csuccess_facts_quarantine(b->facts, 0, &attribute, &text))) return;
    CHECK_STR(attribute, name);
    CHECK_STR(text, reason);
}

static void impossible_values_are_kept_aside(void)
{
    bench b;
    start(&b, NULL);
    csuccess_facts *f = b.facts;
    CHECK_OK(csuccess_facts_put_number(f, LOGINS, 5));
    CHECK_RESULT(csuccess_facts_put_number(f, LOGINS, 1001), CSUCCESS_ERANGE);
    quarantined(&b, "logins", "logins: 1001 is above the maximum of 1000");
    CHECK_INT(value(&b, LOGINS).absence, CSUCCESS__ABSENCE_QUARANTINED);
    CHECK_RESULT(csuccess_facts_put_number(f, LOGINS, -0.5), CSUCCESS_ERANGE);
    quarantined(&b, "logins", "logins: -0.5 is below the minimum of 0");
    CHECK_RESULT(csuccess_facts_put_number(f, LOGINS, NAN), CSUCCESS_ERANGE);
    quarantined(&b, "logins", "logins: not a finite number");
    CHECK_OK(csuccess_facts_put_number(f, LOGINS, 6));
    CHECK_UINT(csuccess_facts_quarantined(f), 0);
    CHECK_NUM(value(&b, LOGINS).as.number, 6, 0);

    CHECK_RESULT(csuccess_facts_put_number(f, NPS, -INFINITY), CSUCCESS_ERANGE);
    CHECK(csuccess__is_missing(value(&b, NPS))); /* set, if badly: not the default */
    csuccess_facts_clear(f);
    CHECK_UINT(csuccess_facts_quarantined(f), 0);
    CHECK_NUM(value(&b, NPS).as.number, 7, 0);

    CHECK_RESULT(csuccess_facts_put_string(f, PLAN, CSUCCESS_STR("tem")), CSUCCESS_ERANGE);
    quarantined(&b, "plan",
                "plan: \"tem\" is not one of \"free\", \"team\" (did you mean \"team\"?)");
    CHECK_OK(csuccess_facts_unset(f, CSUCCESS_STR("plan")));
    CHECK_UINT(csuccess_facts_quarantined(f), 0);
    CHECK_RESULT(csuccess_facts_put_time(f, SEEN, INT64_MIN), CSUCCESS_ERANGE);
    quarantined(&b, "seen", "seen: a time outside the years 1 to 9999");
    csuccess_facts_clear(f);
    CHECK_RESULT(csuccess_facts_set_money(f, CSUCCESS_STR("arr"), 1, CSUCCESS_STR("USD")),
                 CSUCCESS_ERANGE);
    quarantined(&b, "arr", "arr: an amount in \"USD\" where all are in EUR");
    csuccess_facts_clear(f);
    CHECK_RESULT(csuccess_facts_set_money(f, CSUCCESS_STR("mrr"), 1, CSUCCESS_STR("USD")),
                 CSUCCESS_ERANGE);
    quarantined(&b, "mrr",
                "mrr: an amount in \"USD\", but the definition states no \"currency\"");
    CHECK_OK(csuccess_facts_set_money(f, CSUCCESS_STR("mrr"), 1, CSUCCESS_STR("")));
    finish(&b);
}

static void rows_are_read_whole(void)
{
    bench b;
    start(&b, NULL);
    CHECK_OK(csuccess_facts_read_json(
        b.facts,
        CSUCCESS_STR(
            "{\"customer_id\": \"c1\", \"logins\": 3, \"left\": false, \"plan\": \"free\","
            "\"note\": \"\", \"seen\": \"2026-01-31T00:00:00+01:00\", \"since\": "
            "\"2026-01-31\","
            "\"sla\": \"PT4H\", \"arr\": {\"amount\": 12.5, \"currency\": \"EUR\"}, \"mrr\": 1,"
            "\"tags\": [\"team\", null, \"z\"], \"nums\": [],"
            "\"subs\": {\"s1\": {\"product\": \"p\", \"amount\": 4, \"auto\": false},"
            "\"gone\": null, \"s2\": {\"renews\": \"2026-03-01\", \"amount\": null}}}"),
        &b.err));
    CHECK_STR(csuccess_facts_customer(b.facts), "c1");
    CHECK_NUM(value(&b, LOGINS).as.number, 3, 0);
    CHECK_NUM(value(&b, NPS).as.number, 7, 0);
    CHECK_INT(value(&b, NOTE).kind, CSUCCESS__KIND_STRING); /* empty is not missing */
    CHECK_INT(value(&b, SEEN).as.time, INT64_C(1769814000000));
    CHECK_INT(value(&b, SINCE).as.time, INT64_C(1769817600000));
    CHECK_INT(value(&b, SLA).as.duration.ms, 4 * 3600000);
    CHECK_NUM(value(&b, ARR).as.number, 12.5, 0);
    csuccess__value tags = value(&b, TAGS);
    CHECK_UINT(tags.as.many.count, 3);
    CHECK(tags.as.many.items[0].code != 0 && tags.as.many.items[2].code == 0);
    CHECK(csuccess__is_missing(tags.as.many.items[1]));
    CHECK_INT(value(&b, NUMS).kind, CSUCCESS__KIND_LIST);
    csuccess__value subs = value(&b, SUBS);
    CHECK_UINT(subs.as.many.count, 2);
    const csuccess__value *s1 = subs.as.many.items[0].as.many.items;
    const csuccess__value *s2 = subs.as.many.items[1].as.many.items;
    CHECK_INT(subs.as.many.items[0].kind, CSUCCESS__KIND_RECORD);
    CHECK_UINT(subs.as.many.items[0].as.many.count, 5);
    CHECK_STR(s1[0].as.string, "s1");
    CHECK_STR(s1[1].as.string, "p");
    CHECK_NUM(s1[2].as.number, 4, 0);
    CHECK(csuccess__is_missing(s1[3]));
    CHECK(!s1[4].as.boolean && !s1[4].defaulted);
    CHECK_STR(s2[0].as.string, "s2");
    CHECK(csuccess__is_missing(s2[1]) && csuccess__is_missing(s2[2]));
    CHECK_INT(s2[3].as.time, INT64_C(1772323200000));
    CHECK(s2[4].as.boolean && s2[4].defaulted);
    /* The next row starts from nothing. */
    CHECK_OK(csuccess_facts_read_json(b.facts, CSUCCESS_STR("{\"customer_id\": 17}"), &b.err));
    CHECK_STR(csuccess_facts_customer(b.facts), "17");
    CHECK_INT(value(&b, LOGINS).absence, CSUCCESS__ABSENCE_NEVER_SET);
    CHECK(csuccess__is_missing(value(&b, SUBS)));
    finish(&b);
}

static void wrong_rows_change_nothing_and_say_where(void)
{
    static const struct {
        const char *row;
        csuccess_result code;
        const char *pointer, *message;
        uint32_t line, column;
    } cases[] = {
        {"{\"lgins\": 1}", CSUCCESS_ENAME, "/lgins",
         "unknown attribute \"lgins\" (did you mean \"logins\"?)", 1, 11},
        {"{\"zzzzzz\": 1}", CSUCCESS_ENAME, "/zzzzzz",
         "unknown attribute \"zzzzzz\": the configuration's \"attributes\" do not have it", 1,
         12},
        {"{\"logins\":\n \"12\"}", CSUCCESS_ETYPE, "/logins",
         "logins: expected a number such as 12.5, without quotes, found the string \"12\"", 2,
         2},
        {"{\"left\": \"true\"}", CSUCCESS_ETYPE, "/left",
         "left: expected true or false, without quotes, found the string \"true\"", 1, 10},
        {"{\"left\": 1}", CSUCCESS_ETYPE, "/left",
         "left: expected true or false, without quotes, found a number", 1, 10},
        {"{\"note\": 5}", CSUCCESS_ETYPE, "/note",
         "note: expected a string in double quotes, found a number", 1, 10},
        {"{\"seen\": 1769814000000}", CSUCCESS_ETYPE, "/seen",
         "seen: expected a time such as \"2026-01-31T08:00:00Z\" (RFC 3339) or a date, found a "
         "number",
         1, 10},
        {"{\"since\": \"2026-01-31T00:00:00Z\"}", CSUCCESS_ETYPE, "/since",
         "since: expected a date such as \"2026-01-31\", found the string "
         "\"2026-01-31T00:00:00Z\"",
         1, 11},
        {"{\"sla\": \"4 hours\"}", CSUCCESS_ETYPE, "/sla",
         "sla: expected a duration such as \"P7D\" or \"PT24H\" (ISO 8601), found the string "
         "\"4 "
         "hours\"",
         1, 9},
        {"{\"arr\": {\"amount\": \"1\"}}", CSUCCESS_ETYPE, "/arr",
         "arr: expected a number or {\"amount\": 12.5, \"currency\": \"EUR\"}, found an object",
         1, 9},
        {"{\"arr\": {\"amount\": 1, \"x\": 2}}", CSUCCESS_ETYPE, "/arr",
         "arr: expected a number or {\"amount\": 12.5, \"currency\": \"EUR\"}, found an object",
         1, 9},
        {"{\"tags\": \"a\"}", CSUCCESS_ETYPE, "/tags",
         "tags: expected a list such as [1, 2], found the string \"a\"", 1, 10},
        {"{\"tags\": [\"a\", 2]}", CSUCCESS_ETYPE, "/tags/1",
         "tags: expected a string in double quotes, found a number", 1, 16},
        {"{\"subs\": [{}]}", CSUCCESS_ETYPE, "/subs",
         "subs: expected an object of records by id, such as {\"id1\": {...}}, found an array",
         1, 10},
        {"{\"subs\": {\"a\": 1}}", CSUCCESS_ETYPE, "/subs/a",
         "subs: expected a record, an object of fields, found a number", 1, 16},
        {"{\"subs\": {\"a\": {\"prodct\": 1}}}", CSUCCESS_ENAME, "/subs/a/prodct",
         "subs has no field \"prodct\" (did you mean \"product\"?)", 1, 27},
        {"{\"subs\": {\"a\": {\"product\": 1}}}", CSUCCESS_ETYPE, "/subs/a/product",
         "product: expected a string in double quotes, found a number", 1, 28},
        {"{\"subs\": {\"a\": {}, \"b\": {}, \"c\": {}, \"d\": {}}}", CSUCCESS_ELIMIT, "/subs",
         "subs: more than 3 (records, its \"max\")", 1, 10},
        {"{\"customer_id\": true}", CSUCCESS_ETYPE, "/customer_id",
         "customer_id: expected a string, found true or false", 1, 17},
        {"{\"nps\": {\"value\": 1, \"at\": \"yesterday\"}}", CSUCCESS_ETYPE, "/nps/at",
         "nps: \"at\" must be the time of observation such as \"2026-01-31T08:00:00Z\", found "
         "\"yesterday\"",
         1, 28},
        {"[]", CSUCCESS_ETYPE, "", "a row is an object of attributes by name, found an array",
         1, 1},
        {"{\"logins\": \"x\", \"left\": 0, \"q\": 1}", CSUCCESS_ETYPE, "/logins",
         "logins: expected a number such as 12.5, without quotes, found the string \"x\" (and "
         "2 "
         "more problems in this row)",
         1, 12},
        {"{\"logins\": 1, \"logins\": 2}", CSUCCESS_EJSON, NULL, NULL, 1, 0},
        {"{\"logins\": 1", CSUCCESS_EJSON, NULL, NULL, 1, 0},
        {"", CSUCCESS_EJSON, NULL, NULL, 1, 0},
        {"{\"note\": \"\xff\"}", CSUCCESS_EENCODING, NULL, NULL, 1, 0},
    };
    bench b;
    start(&b, NULL);
    CHECK_OK(csuccess_facts_read_json(
        b.facts,
        CSUCCESS_STR(
            "{\"customer_id\": \"old\", \"logins\": 2, \"tags\": [\"t\"], \"plan\": \"x\"}"),
        &b.err));
    char before[4096];
    strcpy(before, dump(&b));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csuccess_result result =
            csuccess_facts_read_json(b.facts, check_view(cases[i].row), &b.err);
        if (!CHECK_RESULT(result, cases[i].code)) printf("# %s\n", cases[i].row);
        if (cases[i].message) CHECK_CSTR(b.err.message, cases[i].message);
        if (cases[i].pointer) CHECK_CSTR(b.err.pointer, cases[i].pointer);
        CHECK_UINT(b.err.line, cases[i].line);
        if (cases[i].column) CHECK_UINT(b.err.column, cases[i].column);
        CHECK_CSTR(dump(&b), before);
        CHECK_STR(csuccess_facts_customer(b.facts), "old");
        CHECK_UINT(csuccess_facts_quarantined(b.facts), 1);
        CHECK_RESULT(csuccess_facts_read_json(b.facts, check_view(cases[i].row), NULL),
                     cases[i].code);
    }
    finish(&b);
}

static void unknown_attributes_may_be_passed_over(void)
{
    bench b;
    start(&b, NULL);
    csuccess_str row = CSUCCESS_STR("{\"lgins\": {\"x\": [1]}, \"logins\": 4, \"now\": 1}");
    CHECK_OK(csuccess_facts_ignore_unknown(b.facts, 1));
    CHECK_OK(csuccess_facts_read_json(b.facts, row, &b.err));
    CHECK_NUM(value(&b, LOGINS).as.number, 4, 0);
    csuccess_str bad = CSUCCESS_STR("{\"zz\": 1, \"logins\": true}");
    CHECK_RESULT(csuccess_facts_read_json(b.facts, bad, &b.err), CSUCCESS_ETYPE);
    CHECK_OK(csuccess_facts_ignore_unknown(b.facts, 0));
    CHECK_RESULT(csuccess_facts_read_json(b.facts, row, &b.err), CSUCCESS_ENAME);
    CHECK_RESULT(csuccess_facts_ignore_unknown(NULL, 1), CSUCCESS_EINVALID);
    finish(&b);
}

static void a_row_with_an_impossible_value_stands(void)
{
    bench b;
    start(&b, NULL);
    CHECK_OK(csuccess_facts_read_json(
        b.facts,
        CSUCCESS_STR("{\"logins\": -1, \"nps\": 3, \"plan\": \"gold\", \"subs\": {"
                     "\"s1\": {\"amount\": -4, \"product\": \"p\"}, \"s2\": {\"amount\": 5}}}"),
        &b.err));
    static const char *const expected[][2] = {
        {"logins", "logins: -1 is below the minimum of 0"},
        {"plan", "plan: \"gold\" is not one of \"free\", \"team\""},
        {"subs", "subs.s1.amount: -4 is below the minimum of 0"},
    };
    CHECK_UINT(csuccess_facts_quarantined(b.facts), 3);
    for (size_t i = 0; i < 3; i++) {
        csuccess_str name, reason;
        CHECK_OK(csuccess_facts_quarantine(b.facts, i, &name, &reason));
        CHECK_STR(name, expected[i][0]);
        CHECK_STR(reason, expected[i][1]);
    }
    CHECK_INT(value(&b, LOGINS).absence, CSUCCESS__ABSENCE_QUARANTINED);
    CHECK_NUM(value(&b, NPS).as.number, 3, 0);
    const csuccess__value *records = value(&b, SUBS).as.many.items;
    CHECK_INT(records[0].as.many.items[2].absence, CSUCCESS__ABSENCE_QUARANTINED);
    CHECK_STR(records[0].as.many.items[1].as.string, "p");
    CHECK_NUM(records[1].as.many.items[2].as.number, 5, 0);
    CHECK_OK(csuccess_facts_read_json(b.facts, CSUCCESS_STR("{}"), &b.err));
    CHECK_UINT(csuccess_facts_quarantined(b.facts), 0);
    finish(&b);
}

static void old_values_are_missing(void)
{
    bench b;
    start(&b, NULL);
    const int64_t day = 86400000;
    CHECK_OK(csuccess_facts_read_json(
        b.facts,
        CSUCCESS_STR("{\"nps\": {\"value\": 9, \"at\": \"1970-01-01T00:00:00Z\"},"
                     "\"logins\": {\"value\": 4, \"at\": \"1970-01-01\"}}"),
        &b.err));
    csuccess__facts_fill(b.facts, 180 * day, b.slots);
    CHECK_NUM(b.slots[NPS].as.number, 9, 0); /* exactly as old as allowed */
    csuccess__facts_fill(b.facts, 180 * day + 1, b.slots);
    CHECK_INT(b.slots[NPS].kind, CSUCCESS__KIND_ANY); /* and no default */
    CHECK_INT(b.slots[NPS].absence, CSUCCESS__ABSENCE_STALE);
    CHECK_NUM(b.slots[LOGINS].as.number, 4, 0); /* has no max_age */
    CHECK_OK(
        csuccess_facts_put_number(b.facts, NPS, 8)); /* without a time it counts as fresh */
    csuccess__facts_fill(b.facts, 9000 * day, b.slots);
    CHECK_NUM(b.slots[NPS].as.number, 8, 0);
    CHECK_OK(csuccess_facts_set_observed(b.facts, CSUCCESS_STR("nps"), 8000 * day));
    csuccess__facts_fill(b.facts, 9000 * day, b.slots);
    CHECK_INT(b.slots[NPS].absence, CSUCCESS__ABSENCE_STALE);
    csuccess__facts_fill(b.facts, -62135596800000, b.slots); /* the year 1 */
    CHECK_NUM(b.slots[NPS].as.number, 8, 0);
    CHECK_RESULT(csuccess_facts_set_observed(b.facts, CSUCCESS_STR("nps"), INT64_MAX),
                 CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_facts_set_observed(b.facts, CSUCCESS_STR("left"), 0),
                 CSUCCESS_EMISSING);
    CHECK_RESULT(csuccess_facts_set_observed(b.facts, CSUCCESS_STR("x"), 0), CSUCCESS_ENAME);
    csuccess_facts_clear(b.facts);
    CHECK_RESULT(csuccess_facts_set_observed(b.facts, CSUCCESS_STR("nps"), 0),
                 CSUCCESS_EMISSING);
    finish(&b);
}

static void one_attribute_from_json(void)
{
    bench b;
    start(&b, NULL);
    csuccess_facts *f = b.facts;
    CHECK_OK(csuccess_facts_set_json(f, CSUCCESS_STR("tags"), CSUCCESS_STR("[\"a\"]"), &b.err));
    CHECK_OK(csuccess_facts_set_json(f, CSUCCESS_STR("subs"),
                                     CSUCCESS_STR("{\"s\": {\"amount\": 1}}"), &b.err));
    CHECK_OK(
        csuccess_facts_set_json(f, CSUCCESS_STR("note"), CSUCCESS_STR("\"text\""), &b.err));
    char before[4096];
    strcpy(before, dump(&b));
    CHECK_RESULT(
        csuccess_facts_set_json(f, CSUCCESS_STR("tags"), CSUCCESS_STR("[\"b\", 1]"), &b.err),
        CSUCCESS_ETYPE);
    CHECK_CSTR(b.err.pointer, "/1");
    CHECK_RESULT(
        csuccess_facts_set_json(f, CSUCCESS_STR("tags"), CSUCCESS_STR("[\"b\""), &b.err),
        CSUCCESS_EJSON);
    CHECK_RESULT(csuccess_facts_set_json(f, CSUCCESS_STR("subs"),
                                         CSUCCESS_STR("{\"s\": {\"amount\": -1, \"q\": 1}}"),
                                         &b.err),
                 CSUCCESS_ENAME);
    CHECK_RESULT(csuccess_facts_set_json(f, CSUCCESS_STR("tag"), CSUCCESS_STR("[]"), &b.err),
                 CSUCCESS_ENAME);
    CHECK_HAS(b.err.message, "did you mean \"tags\"?");
    CHECK_UINT(csuccess_facts_quarantined(f), 0);
    CHECK_CSTR(dump(&b), before);
    CHECK_RESULT(csuccess_facts_set_json(f, CSUCCESS_STR("logins"), CSUCCESS_STR("-1"), &b.err),
                 CSUCCESS_ERANGE);
    CHECK_CSTR(b.err.message, "logins: -1 is below the minimum of 0");
    CHECK_OK(csuccess_facts_set_json(f, CSUCCESS_STR("subs"),
                                     CSUCCESS_STR("{\"s\": {\"amount\": -1}}"), &b.err));
    CHECK_UINT(csuccess_facts_quarantined(f), 2);
    CHECK_OK(csuccess_facts_set_json(f, CSUCCESS_STR("subs"), CSUCCESS_STR("null"), &b.err));
    CHECK_UINT(csuccess_facts_quarantined(f), 1);
    CHECK_INT(value(&b, SUBS).absence, CSUCCESS__ABSENCE_NEVER_SET);
    finish(&b);
}

static void cells_are_read_by_type(void)
{
    static const struct {
        const char *name, *text;
        csuccess_result code;
        const char *json; /* of the value, or part of the message */
    } cases[] = {
        {"logins", "12.5", CSUCCESS_OK, "12.5"},
        {"logins", " 12 ", CSUCCESS_OK, "12"},
        {"logins", "1e2", CSUCCESS_OK, "100"},
        {"logins", "", CSUCCESS_OK, "null"},
        {"logins", "  ", CSUCCESS_OK, "null"},
        {"logins", "1,5", CSUCCESS_ETYPE,
         "logins: expected a number such as 1234.5, found \"1,5\""},
        {"logins", "12 logins", CSUCCESS_ETYPE, "found \"12 logins\""},
        {"logins", "NaN", CSUCCESS_ETYPE, "found \"NaN\""},
        {"logins", "0x10", CSUCCESS_ETYPE, "found \"0x10\""},
        {"logins", "1e999", CSUCCESS_ERANGE, "not a finite number"},
        {"logins", "-1", CSUCCESS_ERANGE, "-1 is below the minimum of 0"},
        {"left", "true", CSUCCESS_OK, "true"},
        {"left", "False", CSUCCESS_OK, "false"},
        {"left", "YES", CSUCCESS_OK, "true"},
        {"left", "No", CSUCCESS_OK, "false"},
        {"left", "1", CSUCCESS_OK, "true"},
        {"left", "0", CSUCCESS_OK, "false"},
        {"left", "2", CSUCCESS_ETYPE, "left: expected true or false (also yes, no, 1, 0)"},
        {"plan", "team", CSUCCESS_OK, "\"team\""},
        {"plan", "tea", CSUCCESS_ERANGE, "is not one of"},
        {"note", " kept ", CSUCCESS_OK, "\" kept \""},
        {"note", "", CSUCCESS_OK, "null"},
        {"note", "\xc3(", CSUCCESS_EENCODING, "not valid UTF-8"},
        {"seen", "2026-01-31T00:00:00Z", CSUCCESS_OK, "\"2026-01-31T00:00:00Z\""},
        {"seen", "2026-01-31", CSUCCESS_OK, "\"2026-01-31T00:00:00Z\""},
        {"seen", "31.01.2026", CSUCCESS_ETYPE, "2026-01-31T08:00:00Z (RFC 3339) or a date"},
        {"since", "2026-02-30", CSUCCESS_ETYPE, "expected a date such as 2026-01-31"},
        {"sla", "P7D", CSUCCESS_OK, "\"P7D\""},
        {"sla", "7d", CSUCCESS_ETYPE, "a duration such as P7D"},
        {"arr", "99.5", CSUCCESS_OK, "99.5"},
        {"arr", "EUR 1", CSUCCESS_ETYPE, "an amount such as 1234.5"},
        {"tags", "[\"a\"]", CSUCCESS_OK, "[\"a\"]"},
        {"tags", "a;b", CSUCCESS_EJSON, ""},
        {"subs", "{\"s\": {\"amount\": 1}}", CSUCCESS_OK, "\"amount\":1"},
        {"nope", "1", CSUCCESS_ENAME, "unknown attribute \"nope\" (did you mean \"note\"?)"},
    };
    bench b;
    start(&b, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csuccess_facts_clear(b.facts);
        csuccess_result result = csuccess_facts_set_text(b.facts, check_view(cases[i].name),
                                                         check_view(cases[i].text), &b.err);
        if (!CHECK_RESULT(result, cases[i].code)) printf("# %s\n", cases[i].text);
        if (result < 0) {
            CHECK_HAS(b.err.message, cases[i].json);
            continue;
        }
        uint32_t slot = csuccess__schema_find(b.f.schema, check_view(cases[i].name), NULL);
        csuccess__buffer out;
        csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
        csuccess__json_writer w;
        csuccess__json_writer_init(&w, &out);
        csuccess__value_write(&w, value(&b, (int)slot), b.f.schema->slots[slot].type);
        CHECK_HAS(out.ptr, cases[i].json);
        csuccess__buffer_free(&out);
    }
    finish(&b);
}

static void customer_ids_are_kept(void)
{
    bench b;
    start(&b, NULL);
    CHECK_OK(csuccess_facts_set_customer(b.facts, CSUCCESS_STR("acme")));
    CHECK_STR(csuccess_facts_customer(b.facts), "acme");
    CHECK_RESULT(csuccess_facts_set_customer(b.facts, CSUCCESS_STR("\xff")),
                 CSUCCESS_EENCODING);
    CHECK_STR(csuccess_facts_customer(b.facts), "acme");
    CHECK_OK(csuccess_facts_set_customer(b.facts, csuccess_facts_customer(b.facts)));
    CHECK_STR(csuccess_facts_customer(b.facts), "acme");
    csuccess_facts_clear(b.facts);
    CHECK_STR(csuccess_facts_customer(b.facts), "");
    CHECK_OK(
        csuccess_facts_read_json(b.facts, CSUCCESS_STR("{\"customer_id\": 1e21}"), &b.err));
    CHECK_STR(csuccess_facts_customer(b.facts), "1e+21");
    finish(&b);
}

static void set_everything(bench *b, int round)
{
    csuccess_facts_clear(b->facts);
    csuccess_facts_set_customer(b->facts, CSUCCESS_STR("customer"));
    csuccess_facts_put_number(b->facts, LOGINS, round);
    csuccess_facts_put_number(b->facts, NPS, -1);
    csuccess_facts_put_string(b->facts, NOTE, CSUCCESS_STR("a longer text than before"));
    csuccess_facts_put_string(b->facts, PLAN, CSUCCESS_STR("neither")); /* quarantined */
    csuccess_facts_put_time(b->facts, SEEN, round);
}

static const char warm_row[] =
    "{\"customer_id\": \"x\", \"logins\": 5, \"plan\": \"no\", \"note\": \"text\","
    "\"subs\": {\"a\": {\"product\": \"p\", \"amount\": -1}}}";

static void warm_facts_allocate_nothing(void)
{
    bench b;
    start(&b, NULL);
    for (int i = 0; i < 3; i++) set_everything(&b, i);
    size_t calls = b.f.own.calls;
    for (int i = 0; i < 100; i++) set_everything(&b, i);
    for (int i = 0; i < 100; i++) {
        CHECK_OK(csuccess_facts_put_string(b.facts, NOTE, CSUCCESS_STR("again and again")));
    }
    CHECK_UINT(b.f.own.calls, calls);
    finish(&b);
}

static void memory_does_not_grow_with_rows(void)
{
    bench b;
    start(&b, NULL);
    csuccess_str row = check_view(warm_row);
    for (int i = 0; i < 4; i++) CHECK_OK(csuccess_facts_read_json(b.facts, row, NULL));
    size_t bytes = b.f.own.live_bytes;
    for (int i = 0; i < 500; i++) {
        csuccess_facts_read_json(b.facts, row, NULL);
        csuccess_facts_set_json(b.facts, CSUCCESS_STR("nums"), CSUCCESS_STR("[1, 2, 3]"), NULL);
        csuccess_facts_put_number(b.facts, LOGINS, -1);
        if (i == 4) bytes = b.f.own.live_bytes;
    }
    CHECK_UINT(b.f.own.live_bytes, bytes);
    finish(&b);
}

/* One call per round, on facts that hold something; after a refusal they hold the same, and a retry works. */
static csuccess_result fault(check_memory *memory, void *ud)
{
    const char *call = ud;
    bench b;
    csuccess_result result = start(&b, memory);
    if (result == CSUCCESS_OK) {
        result = csuccess_facts_read_json(
            b.facts, CSUCCESS_STR("{\"customer_id\": \"k\", \"note\": \"n\", \"plan\": \"z\"}"),
            &b.err);
    }
    if (result == CSUCCESS_OK) {
        char before[4096];
        strcpy(before, dump(&b));
        size_t aside = csuccess_facts_quarantined(b.facts);
        result = call[0] == '{' ? csuccess_facts_read_json(b.facts, check_view(call), &b.err)
                                : csuccess_facts_set_text(b.facts, CSUCCESS_STR("subs"),
                                                          check_view(call + 1), &b.err);
        if (result == CSUCCESS_ENOMEM) {
            CHECK_CSTR(dump(&b), before);
            CHECK_UINT(csuccess_facts_quarantined(b.facts), aside);
            CHECK_STR(csuccess_facts_customer(b.facts), "k");
        }
    }
    if (result == CSUCCESS_OK) {
        char id[300];
        memset(id, 'i', sizeof id);
        csuccess_str text = {id, sizeof id};
        result = csuccess_facts_set_customer(b.facts, text);
        if (result == CSUCCESS_OK) result = csuccess_facts_put_string(b.facts, NOTE, text);
        if (result == CSUCCESS_OK) {
            result = csuccess_facts_put_number(b.facts, LOGINS, -1);
            if (result == CSUCCESS_ERANGE) result = CSUCCESS_OK;
        }
    }
    csuccess_facts_free(b.facts);
    fixture_finish(&b.f);
    return result;
}

static void refused_memory_is_survived(void)
{
    char row[] =
        "{\"customer_id\": \"new\", \"tags\": [\"a\", \"b\"], \"logins\": -1, \"note\": \"o\","
        "\"subs\": {\"a\": {\"amount\": -5, \"product\": \"p\"}}, \"plan\": \"bad\"}";
    char cell[] = " {\"a\": {\"amount\": -5, \"product\": \"p\"}, \"b\": {\"amount\": -5}}";
    CHECK(check_faults(fault, row) > 10);
    CHECK(check_faults(fault, cell) > 10);
}

CHECK_MAIN(CHECK_TEST(what_was_never_set_is_missing),
           CHECK_TEST(setters_set_and_refuse_by_type),
           CHECK_TEST(impossible_values_are_kept_aside), CHECK_TEST(rows_are_read_whole),
           CHECK_TEST(wrong_rows_change_nothing_and_say_where),
           CHECK_TEST(unknown_attributes_may_be_passed_over),
           CHECK_TEST(a_row_with_an_impossible_value_stands),
           CHECK_TEST(old_values_are_missing), CHECK_TEST(one_attribute_from_json),
           CHECK_TEST(cells_are_read_by_type), CHECK_TEST(customer_ids_are_kept),
           CHECK_TEST(warm_facts_allocate_nothing), CHECK_TEST(memory_does_not_grow_with_rows),
           CHECK_TEST(refused_memory_is_survived))
