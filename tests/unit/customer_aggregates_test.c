/* SPDX-License-Identifier: Apache-2.0 */
/* The sections `sources` and `aggregates`: what stands after compiling, and what is said of wrong ones. Shapes that a schema can see are in
   tests/schema/corpus too. */
#include "customer_series.h"

#include "customer/aggregates_internal.h"

static void aggregates_are_inputs(void)
{
    fixture f;
    CHECK_OK(fixture_start(
        &f, NULL,
        "{\"attributes\": {\"arr\": {\"type\": \"money\"}}, \"sources\": {\"s\": {}}, "
        "\"aggregates\": {"
        "\"n\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\", \"source\": \"s\"},"
        "\"t\": {\"event\": \"e\", \"last_time\": true, \"window\": \"lifetime\"},"
        "\"w\": {\"event\": \"e\", \"first\": \"x\", \"type\": \"string\", \"window\": "
        "\"month\"},"
        "\"y\": {\"event\": \"e\", \"last\": \"x\", \"type\": \"bool\", \"window\": "
        "\"quarter\"}},"
        "\"metrics\": {\"m\": \"n > 3 && t < now && w == 'a' && y\"}}"));
    fixture_problems(&f, (const char *const[]){NULL});
    CHECK_UINT(f.schema->inputs, 5);
    static const csuccess__attribute_type types[] = {
        CSUCCESS__ATTRIBUTE_MONEY, CSUCCESS__ATTRIBUTE_NUMBER, CSUCCESS__ATTRIBUTE_TIME,
        CSUCCESS__ATTRIBUTE_STRING, CSUCCESS__ATTRIBUTE_BOOL};
    for (uint32_t i = 0; i < 5; i++) CHECK_INT(f.schema->slots[i].attribute->type, types[i]);
    CHECK(f.schema->slots[1].attribute->at == NULL); /* lint asks nobody to read it */
    CHECK_UINT(f.aggregates->list[0].source, 0);
    fixture_finish(&f);
}

/* The conditions' digits are those of SHA-256 over the fields that digest.h describes, worked out in Python with hashlib. States
   know series by these names: they stay as they are for ever. */
static void signatures_never_change(void)
{
    static const char *const names[] = {"e|count",
                                        "e|count#2b13097de9f2890f",
                                        "e|count#72f4836addcdc64a",
                                        "e|days",
                                        "e|distinct|a%20b%7c",
                                        "e|first|x",
                                        "e|last_time",
                                        "e|last|x:string",
                                        "e|last|x:time",
                                        "e|max|x",
                                        "e|min|x",
                                        "e|sum|x",
                                        "e%20f%23|count"};
    fixture f;
    CHECK_OK(fixture_start(
        &f, NULL,
        "{\"aggregates\": {"
        "\"a\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\"},"
        "\"b\": {\"event\": \"e\", \"distinct\": \"day\", \"window\": \"P7D\"},"
        "\"c\": {\"event\": \"e\", \"distinct\": \"day\", \"window\": \"lifetime\"},"
        "\"d\": {\"event\": \"e\", \"sum\": \"x\", \"window\": \"P7D\"},"
        "\"g\": {\"event\": \"e\", \"mean\": \"x\", \"window\": \"P9D\"},"
        "\"h\": {\"event\": \"e\", \"min\": \"x\", \"window\": \"P7D\"},"
        "\"i\": {\"event\": \"e\", \"max\": \"x\", \"window\": \"P7D\"},"
        "\"j\": {\"event\": \"e\", \"first\": \"x\", \"window\": \"P7D\"},"
        "\"k\": {\"event\": \"e\", \"last\": \"x\", \"type\": \"string\", \"window\": \"P7D\"},"
        "\"l\": {\"event\": \"e\", \"last\": \"x\", \"type\": \"time\", \"window\": \"P7D\"},"
        "\"m\": {\"event\": \"e\", \"last_time\": true, \"window\": \"P7D\"},"
        "\"n\": {\"event\": \"e\", \"distinct\": \"a b|\", \"window\": \"P7D\"},"
        "\"o\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\", \"where\": \"amount > "
        "10\","
        "        \"properties\": {\"unread\": \"bool\", \"amount\": \"number\"}},"
        "\"p\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\", \"where\": {\"plan\": "
        "\"pro\"},"
        "        \"properties\": {\"plan\": \"string\"}},"
        "\"q\": {\"event\": \"e\", \"count\": true, \"window\": \"P9D\", \"where\": \"amount > "
        "10\","
        "        \"properties\": {\"amount\": \"number\"}},"
        "\"r\": {\"event\": \"e\", \"count\": true, \"window\": \"P9D\", \"where\": true},"
        "\"s\": {\"event\": \"e f#\", \"count\": true, \"window\": \"P9D\"}}}"));
    fixture_problems(&f, (const char *const[]){NULL});
    CHECK_UINT(f.aggregates->series_count, sizeof names / sizeof *names);
    for (uint32_t i = 0; i < f.aggregates->series_count; i++) {
        bool found = false;
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            found = found || csuccess__str_is(f.aggregates->series[i].name, names[k]);
        }
        if (!CHECK(found)) printf("# %s\n", f.aggregates->series[i].name.ptr);
        if (i == 0) continue;
        CHECK(csuccess__str_cmp(f.aggregates->series[i - 1].name,
                                f.aggregates->series[i].name) < 0);
    }
    CHECK_UINT(f.aggregates->window_count, 3);
    CHECK_UINT(f.aggregates->listener_count, 2);
    CHECK_UINT(f.aggregates->listeners[0].where_count, 2);
    fixture_finish(&f);
}

static void wrong_ones_are_told_all_at_once(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL,
                           "{\"attributes\": {\"arr\": {\"type\": \"money\"}}, \"sources\": "
                           "{\"product\": {}}, \"aggregates\": {"
                           "\"arr\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\"},"
                           "\"a\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\", "
                           "\"source\": \"prodct\"},"
                           "\"b\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\", "
                           "\"where\": \"amont > 1\","
                           "        \"properties\": {\"amount\": \"number\"}},"
                           "\"c\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\", "
                           "\"where\": \"amount > 'x'\","
                           "        \"properties\": {\"amount\": \"number\"}},"
                           "\"d\": {\"event\": \"e\", \"window\": \"P7D\"}},"
                           "\"metrics\": {\"m\": \"b + c > a\"}}"));
    fixture_problems(
        &f,
        (const char *const[]){
            "/aggregates/arr: \"arr\" is the name of an attribute or collection already; an "
            "aggregate needs a "
            "name of its own",
            "/aggregates/a/source: no source is called \"prodct\" (did you mean \"product\"?)",
            "/aggregates/b/where: \"amont\" is no declared property of the event: give its "
            "type under "
            "\"properties\" (or did you mean \"amount\"?)",
            "/aggregates/c/where: > does not apply to number and string",
            "/aggregates/d: \"d\" does not say what it keeps: give one of count, sum, mean, "
            "min, max, first, "
            "last, last_time, distinct",
            NULL});
    fixture_finish(&f);
}

static void windows_hold_whole_days(void)
{
    static const struct {
        csuccess__window window;
        const char *today, *start, *end;
    } cases[] = {
        {{CSUCCESS__WINDOW_DURATION, {0, 1, 0}, {0}}, "2024-03-01", "2024-03-01", "2024-03-01"},
        {{CSUCCESS__WINDOW_DURATION, {0, 30, 0}, {0, 30, 0}},
         "2024-03-31",
         "2024-02-01",
         "2024-03-01"},
        {{CSUCCESS__WINDOW_DURATION, {1, 0, 0}, {0}}, "2024-03-31", "2024-03-01", "2024-03-31"},
        {{CSUCCESS__WINDOW_DURATION, {1, 0, 0}, {0}}, "2023-03-31", "2023-03-01", "2023-03-31"},
        {{CSUCCESS__WINDOW_DURATION, {12, 0, 0}, {0}},
         "2024-02-29",
         "2023-03-01",
         "2024-02-29"},
        {{CSUCCESS__WINDOW_MONTH, {0}, {1, 0, 0}}, "2024-03-31", "2024-02-01", "2024-02-29"},
        {{CSUCCESS__WINDOW_QUARTER, {0}, {0}}, "2024-06-30", "2024-04-01", "2024-06-30"},
        {{CSUCCESS__WINDOW_QUARTER, {0}, {3, 0, 0}}, "2025-02-10", "2024-10-01", "2024-11-10"},
        {{CSUCCESS__WINDOW_DURATION, {0, 7, 0}, {0}}, "9999-12-31", "9999-12-25", "9999-12-31"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        csuccess__span span =
            csuccess__window_span(&cases[i].window, csuccess__day_of(ms(cases[i].today)));
        CHECK_INT(span.start, csuccess__day_of(ms(cases[i].start)));
        CHECK_INT(span.end, csuccess__day_of(ms(cases[i].end)));
        CHECK(csuccess__day_of(ms(cases[i].today)) - span.start <
              csuccess__window_reach(&cases[i].window));
    }
    csuccess__window longest = {CSUCCESS__WINDOW_DURATION, {36, 0, 0}, {0}};
    CHECK_INT(csuccess__window_reach(&longest), CSUCCESS__WINDOW_DAYS);
}

static csuccess_result compile(check_memory *memory, void *ud)
{
    fixture f;
    (void)ud;
    csuccess_result result = fixture_start(
        &f, memory,
        "{\"sources\": {\"s\": {\"stale_after\": \"P2D\"}, \"r\": {}}, \"aggregates\": {"
        "\"a\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\", \"source\": \"s\", "
        "\"where\": \"plan.startsWith('p')\","
        "        \"properties\": {\"plan\": \"string\"}},"
        "\"b\": {\"event\": \"f\", \"sum\": \"x\", \"window\": \"P7D\", \"range\": [0, 5], "
        "\"migrate\": {\"from\": {\"event\": \"g\"}}},"
        "\"c\": {\"event\": \"e\", \"first\": \"w\", \"type\": \"string\", \"window\": "
        "\"month\"}}}");
    if (result == CSUCCESS_OK) {
        CHECK_UINT(f.problems.count, 0);
        CHECK_UINT(f.aggregates->count, 3);
    }
    fixture_finish(&f);
    return result;
}

static void every_refusal_of_memory(void)
{
    CHECK(check_faults(compile, NULL) > 3);
}

CHECK_MAIN(CHECK_TEST(aggregates_are_inputs), CHECK_TEST(signatures_never_change),
           CHECK_TEST(wrong_ones_are_told_all_at_once), CHECK_TEST(windows_hold_whole_days),
           CHECK_TEST(every_refusal_of_memory))
