/* SPDX-License-Identifier: Apache-2.0 */
/* Subscriptions: against the oracle's terms and movements, in both orders; entries; what is refused; what comes next. */
#include "customer_known.h"

#include "customer/subscriptions.h"

static const char document[] =
    "{\"attributes\": {\"x\": {\"type\": \"number\"}},"
    "\"records\": {\"subscriptions\": {\"max\": 3, \"of\": {\"product\": {\"type\": "
    "\"string\"},"
    "\"amount\": {\"type\": \"money\"}, \"currency\": {\"type\": \"string\"}, \"starts\": "
    "{\"type\": \"date\"},"
    "\"term_start\": {\"type\": \"date\"}, \"renews\": {\"type\": \"date\"}, \"notice_by\": "
    "{\"type\": \"date\"},"
    "\"seats\": {\"type\": \"number\"}, \"ended\": {\"type\": \"date\"}}}}}";

enum { CHANGES = 16, COLUMNS = 9 };

typedef struct oracle_case {
    customer c;
    char inputs[CHANGES][512];
    int count;
    unsigned seen;
} oracle_case;

static size_t split(char *line, char **cells)
{
    size_t n = 0;
    for (char *at = line; n < COLUMNS;) {
        cells[n++] = at;
        at = strchr(at, '\t');
        if (!at) break;
        *at++ = '\0';
    }
    return n;
}

static void apply_all(oracle_case *o)
{
    csuccess__state_clear(&o->c.state);
    csuccess__effects_clear(&o->c.effects);
    bool backwards = o->seen % 2 == 1;
    for (int i = 0; i < o->count; i++) {
        CHECK_RESULT(customer_take(&o->c, o->inputs[backwards ? o->count - 1 - i : i]),
                     CSUCCESS_OK);
    }
}

static int64_t day_of(const char *text)
{
    int64_t ms = 0;
    CHECK(csuccess__date_parse(&ms, check_view(text), NULL));
    return ms;
}

/* What the record of the one subscription says; "-" where there is none. */
static void check_field(oracle_case *o, uint32_t field, const char *expected)
{
    csuccess__value slots[8];
    csuccess__facts_fill(o->c.facts, o->c.step.now, slots);
    const csuccess__value *list = &slots[1];
    csuccess__value v = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (list->kind == CSUCCESS__KIND_LIST && list->as.many.count == 1) {
        v = list->as.many.items[0].as.many.items[field];
    }
    if (strcmp(expected, "-") == 0) {
        CHECK(csuccess__is_missing(v));
    } else if (v.kind == CSUCCESS__KIND_NUMBER) {
        CHECK_NUM(v.as.number, check_number(expected), 0);
    } else {
        CHECK_INT(v.kind == CSUCCESS__KIND_TIME ? v.as.time : -1, day_of(expected));
    }
}

static void look_at(oracle_case *o, char **cells)
{
    o->c.step.now = day_of(cells[1]);
    customer_facts_now(&o->c);
    check_field(o, 2, cells[3]);
    check_field(o, 4, cells[4]);
    check_field(o, 5, cells[5]);
    check_field(o, 6, cells[7]);
    check_field(o, 7, cells[8]);
    int64_t start = 0, end = 0;
    bool runs = csuccess__known_term(&o->c.state, o->c.step.now, &start, &end);
    if (!CHECK(runs == (cells[2][0] == '1')) || !runs) return;
    CHECK_INT(start, day_of(cells[5]));
    CHECK_INT(end, cells[6][0] == '-' ? CSUCCESS__NEVER : day_of(cells[6]));
}

static void check_moved(oracle_case *o, char **cells)
{
    static const char *const names[] = {"new", "expansion", "contraction", "churn",
                                        "reactivation"};
    char part[80];
    const char *text = strstr(customer_print(&o->c), "\"movements\":");
    for (int i = 0; i < 5; i++) {
        snprintf(part, sizeof part, "\"%s\":%s", names[i], cells[i + 1]);
        if (strcmp(cells[i + 1], "0") != 0) {
            CHECK_HAS(text, part);
        } else {
            snprintf(part, sizeof part, "\"%s\":", names[i]);
            CHECK(text && !strstr(text, part));
        }
    }
}

static void take_line(oracle_case *o, char **cells, size_t n)
{
    if (strcmp(cells[0], "in") == 0) {
        o->c.step.now = NOW + 3650 * DAY;
        snprintf(
            o->inputs[o->count], sizeof o->inputs[0],
            "\"type\":\"subscription_%s\",\"messageId\":\"m%d\",\"timestamp\":\"%sT00:00:00Z\","
            "\"properties\":%s",
            cells[1], o->count, cells[2], cells[3]);
        o->count++;
    } else if (strcmp(cells[0], "at") == 0) {
        if (o->c.state.count == 0) apply_all(o);
        if (CHECK(n == 9)) look_at(o, cells);
    } else if (strcmp(cells[0], "moved") == 0) {
        if (CHECK(n == 6)) check_moved(o, cells);
    } else if (strcmp(cells[0], "end") == 0) {
        o->count = 0;
        o->seen++;
        csuccess__state_clear(&o->c.state);
        csuccess__arena_reset(&o->c.arena);
    }
}

static void the_oracle_agrees(void)
{
    oracle_case o = {.count = 0};
    CHECK_OK(customer_start(&o.c, NULL, document));
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/subscriptions.tsv", NULL);
    if (!CHECK(text != NULL)) return;
    unsigned number = 0;
    for (char *line = text; *line && check_failures == 0;) {
        char *end = line + check_span(line, "\n");
        char *cells[COLUMNS];
        bool more = *end != '\0';
        *end = '\0';
        number++;
        if (*line && *line != '#') take_line(&o, cells, split(line, cells));
        if (check_failures != 0) printf("# line %u\n", number);
        line = end + more;
    }
    CHECK_UINT(o.seen, 400);
    free(text);
    customer_finish(&o.c);
}

#define SUBSCRIPTION(name, id, at, properties) \
    "\"type\":\"subscription_" name "\",\"messageId\":\"" id "\",\"timestamp\":\"" at \
    "T00:00:00Z\",\"properties\":{" properties "}"

static void start(customer *c)
{
    CHECK_OK(customer_start(c, NULL, document));
}

static void movements_are_entries(void)
{
    customer c;
    start(&c);
    CHECK_OK(customer_take(&c, SUBSCRIPTION("started", "s1", "2025-01-10",
                                            "\"product\":\"crm\",\"amount\":{\"amount\":100,"
                                            "\"currency\":\"EUR\"},\"starts\":\"2025-01-31\","
                                            "\"renews\":\"2026-01-31\"")));
    CHECK_STR(customer_entry(&c, "subscription"),
              "{\"subscription\":\"crm\",\"change\":\"started\",\"movement\":\"new\","
              "\"effective\":\"2025-01-31T00:00:00Z\",\"product\":\"crm\",\"currency\":\"EUR\","
              "\"before\":0,\"after\":10000,\"amount\":10000}");
    CHECK_OK(customer_take(
        &c, SUBSCRIPTION("amended", "s2", "2025-06-01", "\"id\":\"crm\",\"amount\":150.005")));
    CHECK_STR(customer_entry(&c, "subscription"),
              "{\"subscription\":\"crm\",\"change\":\"amended\",\"movement\":\"expansion\","
              "\"effective\":\"2025-06-01T00:00:00Z\",\"product\":\"crm\",\"currency\":\"EUR\","
              "\"before\":10000,\"after\":15000,\"amount\":5000}");
    /* One that comes late is in force from its day on, so the next moved by less. */
    CHECK_OK(
        customer_take(&c, SUBSCRIPTION("amended", "s3", "2025-03-01",
                                       "\"id\":\"crm\",\"amount\":120,\"currency\":\"EUR\"")));
    CHECK_UINT(customer_entries(&c, "subscription"), 4);
    CHECK_STR(customer_entry(&c, "subscription"),
              "{\"subscription\":\"crm\",\"change\":\"amended\",\"movement\":\"expansion\","
              "\"effective\":\"2025-06-01T00:00:00Z\",\"product\":\"crm\",\"currency\":\"EUR\","
              "\"before\":12000,\"after\":15000,\"amount\":3000,\"restated\":true}");
    CHECK_OK(
        customer_take(&c, SUBSCRIPTION("amended", "s4", "2025-07-01",
                                       "\"id\":\"crm\",\"amount\":7,\"currency\":\"USD\"")));
    CHECK_HAS(c.reason, "another currency");
    CHECK_OK(customer_take(&c, SUBSCRIPTION("ended", "s5", "2025-12-01",
                                            "\"id\":\"crm\",\"effective\":\"2026-01-31\","
                                            "\"reason\":\"price\"")));
    CHECK_STR(customer_entry(&c, "subscription"),
              "{\"subscription\":\"crm\",\"change\":\"ended\",\"movement\":\"churn\","
              "\"effective\":\"2026-01-31T00:00:00Z\",\"product\":\"crm\",\"currency\":\"EUR\","
              "\"before\":15000,\"after\":0,\"amount\":-15000,\"reason\":\"price\"}");
    customer_facts_now(&c);
    CHECK_HAS(customer_fact(&c, "subscriptions"),
              "\"amount\":150.005"); /* it runs until then */
    CHECK_INT(csuccess__known_next(&c.with, &c.state, NOW), NOW + 30 * DAY);
    c.step.now = NOW + 30 * DAY;
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "subscriptions"), "[]");
    CHECK_INT(csuccess__known_next(&c.with, &c.state, c.step.now), CSUCCESS__NEVER);
    int64_t begin, end;
    CHECK(!csuccess__known_term(&c.state, c.step.now, &begin, &end));
    customer_finish(&c);
}

static void impossible_changes_are_refused_whole(void)
{
    static const struct {
        const char *properties, *reason;
    } cases[] = {
        {"\"amount\":-1", "\"amount\" must be from 0 to"},
        {"\"amount\":1e12", "\"amount\" must be from 0 to"},
        {"\"amount\":\"12\"", "\"amount\" must be a number or"},
        {"\"amount\":1,\"currency\":\"euro\"", "\"currency\" must be three capitals"},
        {"\"renews\":\"soon\"", "\"renews\" must be a date such as"},
        {"\"starts\":\"2025-02-01\",\"renews\":\"2025-02-01\"",
         "\"renews\" must lie after the start"},
        {"\"effective\":5", "\"effective\" must be a date"},
        {"\"term\":\"PT5H\"", "\"term\" must be whole days or months"},
        {"\"term\":\"-P1M\"", "\"term\" must be whole days or months"},
        {"\"product\":5", "\"product\" must be a text"},
    };
    char json[512];
    customer c;
    start(&c);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(json, sizeof json, SUBSCRIPTION("started", "s1", "2025-01-01", "%s"),
                 cases[i].properties);
        CHECK_RESULT(customer_take(&c, json), CSUCCESS_ERANGE);
        CHECK_HAS(c.reason, cases[i].reason);
    }
    uint32_t count;
    csuccess__state_of_kind(&c.state, CSUCCESS__STATE_SUBSCRIPTION, &count);
    CHECK_UINT(count, 0);
    customer_finish(&c);
}

static void those_that_ended_make_room(void)
{
    customer c;
    start(&c);
    char json[512];
    for (int i = 0; i < 3; i++) {
        snprintf(json, sizeof json,
                 SUBSCRIPTION("started", "s%d", "2025-01-01", "\"id\":\"p%d\""), i, i);
        CHECK_OK(customer_take(&c, json));
    }
    CHECK_RESULT(customer_take(&c, SUBSCRIPTION("started", "t", "2025-01-01", "\"id\":\"q\"")),
                 CSUCCESS_ERANGE);
    CHECK_OK(customer_take(&c, SUBSCRIPTION("ended", "u", "2025-02-01", "\"id\":\"p1\"")));
    CHECK_OK(customer_take(&c, SUBSCRIPTION("started", "v", "2025-01-01", "\"id\":\"q\"")));
    customer_facts_now(&c);
    CHECK_HAS(customer_fact(&c, "subscriptions"), "\"id\":\"q\"");
    CHECK(!strstr(customer_print(&c), "\"p1\""));
    customer_finish(&c);
}

/* More changes than are kept: what is folded counts on, what is older is refused. */
static void many_changes(void)
{
    customer c;
    start(&c);
    char json[512];
    for (int i = 0; i < 40; i++) {
        snprintf(json, sizeof json,
                 "\"type\":\"subscription_%s\",\"messageId\":\"m%d\",\"timestamp\":\"2025-%02d-"
                 "%02dT00:00:00Z\","
                 "\"properties\":{\"id\":\"a\",\"amount\":%d}",
                 i ? "amended" : "started", i, 1 + i / 28, 1 + i % 28, i % 2 ? 100 : 50);
        CHECK_OK(customer_take(&c, json));
    }
    CHECK_HAS(customer_print(&c), "\"movements\":{\"new\":5000,\"expansion\":100000,"
                                  "\"contraction\":-95000},\"changes\":16}");
    CHECK_RESULT(customer_take(&c, SUBSCRIPTION("amended", "x", "2025-01-02",
                                                "\"id\":\"a\",\"amount\":1")),
                 CSUCCESS_ERANGE);
    CHECK_OK(customer_take(&c, SUBSCRIPTION("ended", "y", "2025-02-12", "\"id\":\"a\"")));
    CHECK_HAS(customer_print(&c), "\"churn\":-10000");
    CHECK(csuccess__state_get(&c.state, CSUCCESS__STATE_SUBSCRIPTION, CSUCCESS_STR("a")).len <
          700);
    customer_finish(&c);
}

static void records_and_subscriptions_are_one_collection(void)
{
    customer c;
    start(&c);
    CHECK_OK(customer_take(
        &c, SUBSCRIPTION("started", "s1", "2025-01-31",
                         "\"id\":\"b\",\"product\":\"crm\",\"amount\":5,\"term\":\"P1M\"")));
#define RECORD(id, properties) \
    "\"type\":\"record\",\"messageId\":\"" id \
    "\",\"timestamp\":\"2025-12-01T00:00:00Z\",\"properties\":{" \
    "\"collection\":\"subscriptions\"," properties "}"
    CHECK_OK(customer_take(
        &c, RECORD("r1", "\"id\":\"a\",\"starts\":\"2025-12-01\",\"renews\":\"2026-01-03\"")));
    CHECK_OK(customer_take(&c, RECORD("r2", "\"id\":\"b\",\"seats\":12,\"amount\":9")));
    CHECK_OK(customer_take(&c, RECORD("r3", "\"id\":\"c\",\"starts\":\"2026-02-01\"")));
    customer_facts_now(&c);
    CHECK_CSTR(
        customer_fact(&c, "subscriptions"),
        "[{\"id\":\"a\",\"product\":null,\"amount\":null,\"currency\":null,"
        "\"starts\":\"2025-12-01T00:00:00Z\",\"term_start\":null,\"renews\":\"2026-01-03T00:00:"
        "00Z\","
        "\"notice_by\":null,\"seats\":null,\"ended\":null},"
        "{\"id\":\"b\",\"product\":\"crm\",\"amount\":5,\"currency\":null,"
        "\"starts\":\"2025-01-31T00:00:00Z\",\"term_start\":\"2025-12-31T00:00:00Z\","
        "\"renews\":\"2026-01-31T00:00:00Z\",\"notice_by\":null,\"seats\":12,\"ended\":null},"
        "{\"id\":\"c\",\"product\":null,\"amount\":null,\"currency\":null,"
        "\"starts\":\"2026-02-01T00:00:00Z\",\"term_start\":null,\"renews\":null,\"notice_by\":"
        "null,"
        "\"seats\":null,\"ended\":null}]");
    int64_t start = 0, end = 0;
    CHECK(csuccess__known_term(&c.state, NOW, &start, &end)); /* a renews first */
    CHECK_INT(start, NOW - 31 * DAY);
    CHECK_INT(end, NOW + 2 * DAY);
    CHECK_INT(csuccess__known_next(&c.with, &c.state, NOW), NOW + 2 * DAY);
    CHECK_INT(csuccess__known_next(&c.with, &c.state, NOW + 2 * DAY), NOW + 30 * DAY);
    CHECK_INT(csuccess__known_next(&c.with, &c.state, NOW + 30 * DAY), NOW + 31 * DAY);
    customer_finish(&c);
}

static void minor_units_are_half_to_even_of_the_decimal(void)
{
    static const struct {
        double amount;
        const char *currency;
        int64_t units;
    } cases[] = {{1.145, "EUR", 114},   {1.155, "EUR", 116},
                 {2.675, "", 268},      {0.125, "EUR", 12},
                 {0.1251, "EUR", 13},   {0.5, "JPY", 0},
                 {1.5, "JPY", 2},       {2.5, "JPY", 2},
                 {1.0005, "KWD", 1000}, {9e11, "CLF", 9000000000000000},
                 {1e-7, "EUR", 0},      {0.005, "EUR", 0},
                 {0.015, "EUR", 2},     {1200, "EUR", 120000},
                 {0, "EUR", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_INT(csuccess__minor_units(cases[i].amount, check_view(cases[i].currency)),
                  cases[i].units);
    }
}

CHECK_MAIN(CHECK_TEST(the_oracle_agrees), CHECK_TEST(movements_are_entries),
           CHECK_TEST(impossible_changes_are_refused_whole),
           CHECK_TEST(those_that_ended_make_room), CHECK_TEST(many_changes),
           CHECK_TEST(records_and_subscriptions_are_one_collection),
           CHECK_TEST(minor_units_are_half_to_even_of_the_decimal))
