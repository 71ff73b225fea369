/* SPDX-License-Identifier: Apache-2.0 */
/* Facts from text: JSON rows, single attributes, cells of CSV; what is said of wrong ones. */
#include "customer_facts.h"

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

static const struct {
    const char *row;
    csuccess_result code;
    const char *pointer, *message;
    uint32_t line, column;
} wrong_rows[] = {
    {"{\"lgins\": 1}", CSUCCESS_ENAME, "/lgins",
     "unknown attribute \"lgins\" (did you mean \"logins\"?)", 1, 11},
    {"{\"zzzzzz\": 1}", CSUCCESS_ENAME, "/zzzzzz",
     "unknown attribute \"zzzzzz\": the configuration's \"attributes\" do not have it", 1, 12},
    {"{\"logins\":\n \"12\"}", CSUCCESS_ETYPE, "/logins",
     "logins: expected a number such as 12.5, without quotes, found the string \"12\"", 2, 2},
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
     "arr: expected a number or {\"amount\": 12.5, \"currency\": \"EUR\"}, found an object", 1,
     9},
    {"{\"arr\": {\"amount\": 1, \"x\": 2}}", CSUCCESS_ETYPE, "/arr",
     "arr: expected a number or {\"amount\": 12.5, \"currency\": \"EUR\"}, found an object", 1,
     9},
    {"{\"tags\": \"a\"}", CSUCCESS_ETYPE, "/tags",
     "tags: expected a list such as [1, 2], found the string \"a\"", 1, 10},
    {"{\"tags\": [\"a\", 2]}", CSUCCESS_ETYPE, "/tags/1",
     "tags: expected a string in double quotes, found a number", 1, 16},
    {"{\"subs\": [{}]}", CSUCCESS_ETYPE, "/subs",
     "subs: expected an object of records by id, such as {\"id1\": {...}}, found an array", 1,
     10},
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
    {"[]", CSUCCESS_ETYPE, "", "a row is an object of attributes by name, found an array", 1,
     1},
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

static void wrong_rows_change_nothing_and_say_where(void)
{
    bench b;
    start(&b, NULL);
    CHECK_OK(csuccess_facts_read_json(
        b.facts,
        CSUCCESS_STR(
            "{\"customer_id\": \"old\", \"logins\": 2, \"tags\": [\"t\"], \"plan\": \"x\"}"),
        &b.err));
    char before[4096];
    snprintf(before, sizeof before, "%s", dump(&b));
    for (size_t i = 0; i < sizeof wrong_rows / sizeof wrong_rows[0]; i++) {
        csuccess_result result =
            csuccess_facts_read_json(b.facts, check_view(wrong_rows[i].row), &b.err);
        if (!CHECK_RESULT(result, wrong_rows[i].code)) printf("# %s\n", wrong_rows[i].row);
        if (wrong_rows[i].message) CHECK_CSTR(b.err.message, wrong_rows[i].message);
        if (wrong_rows[i].pointer) CHECK_CSTR(b.err.pointer, wrong_rows[i].pointer);
        CHECK_UINT(b.err.line, wrong_rows[i].line);
        if (wrong_rows[i].column) CHECK_UINT(b.err.column, wrong_rows[i].column);
        CHECK_CSTR(dump(&b), before);
        CHECK_STR(csuccess_facts_customer(b.facts), "old");
        CHECK_UINT(csuccess_facts_quarantined(b.facts), 1);
        CHECK_RESULT(csuccess_facts_read_json(b.facts, check_view(wrong_rows[i].row), NULL),
                     wrong_rows[i].code);
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
    snprintf(before, sizeof before, "%s", dump(&b));
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

static const struct {
    const char *name, *text;
    csuccess_result code;
    const char *json; /* of the value, or part of the message */
} cells[] = {
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

static void cells_are_read_by_type(void)
{
    bench b;
    start(&b, NULL);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        csuccess_facts_clear(b.facts);
        csuccess_result result = csuccess_facts_set_text(b.facts, check_view(cells[i].name),
                                                         check_view(cells[i].text), &b.err);
        if (!CHECK_RESULT(result, cells[i].code)) printf("# %s\n", cells[i].text);
        if (result < 0) {
            CHECK_HAS(b.err.message, cells[i].json);
            continue;
        }
        uint32_t slot = csuccess__schema_find(b.f.schema, check_view(cells[i].name), NULL);
        csuccess__buffer out;
        csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
        csuccess__json_writer w;
        csuccess__json_writer_init(&w, &out);
        csuccess__value_write(&w, value(&b, (int)slot), b.f.schema->slots[slot].type);
        CHECK_HAS(out.ptr, cells[i].json);
        csuccess__buffer_free(&out);
    }
    finish(&b);
}

static const char warm_row[] =
    "{\"customer_id\": \"x\", \"logins\": 5, \"plan\": \"no\", \"note\": \"text\","
    "\"subs\": {\"a\": {\"product\": \"p\", \"amount\": -1}}}";

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
        snprintf(before, sizeof before, "%s", dump(&b));
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

CHECK_MAIN(CHECK_TEST(rows_are_read_whole), CHECK_TEST(wrong_rows_change_nothing_and_say_where),
           CHECK_TEST(unknown_attributes_may_be_passed_over),
           CHECK_TEST(a_row_with_an_impossible_value_stands),
           CHECK_TEST(one_attribute_from_json), CHECK_TEST(cells_are_read_by_type),
           CHECK_TEST(memory_does_not_grow_with_rows), CHECK_TEST(refused_memory_is_survived))
