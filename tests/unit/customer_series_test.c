/* SPDX-License-Identifier: Apache-2.0 */
/* What aggregates promise beside counting: coverage, histories that begin late, migration, quarantine. */
#include "customer_series.h"

/* ---- What is known ---- */

static void a_later_series_is_complete_from_the_next_midnight(void)
{
    series_bench b;
    CHECK_OK(
        bench_start(&b, NULL,
                    "{\"aggregates\": {"
                    "\"week\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\"},"
                    "\"ever\": {\"event\": \"e\", \"count\": true, \"window\": \"lifetime\"},"
                    "\"kept\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\","
                    "           \"migrate\": {\"keep\": true}}}}"));
    bench_open(&b, false, "2026-01-01T08:00:00Z");
    CHECK_OK(bench_add(&b, "e", "1", "2026-01-01T09:00:00Z"));
    bench_absent(&b, "week", "2026-01-01T10:00:00Z", CSUCCESS__ABSENCE_NOT_COVERED);
    bench_number(&b, "kept", "2026-01-01T10:00:00Z", 1);
    bench_close(&b, "2026-01-01T10:00:00Z");
    bench_open(&b, false, "2026-01-07T10:00:00Z");
    bench_absent(&b, "week", "2026-01-07T10:00:00Z", CSUCCESS__ABSENCE_NOT_COVERED);
    bench_number(&b, "week", "2026-01-08T00:00:00Z", 0);
    bench_absent(&b, "ever", "2030-01-01", CSUCCESS__ABSENCE_NOT_COVERED);
    bench_finish(&b);
}

static void at_midnight_a_later_series_is_complete_at_once(void)
{
    series_bench b;
    CHECK_OK(bench_start(&b, NULL,
                         "{\"aggregates\": {\"day\": {\"event\": \"e\", \"count\": true, "
                         "\"window\": \"P1D\"}}}"));
    bench_open(&b, false, "2026-01-01");
    bench_number(&b, "day", "2026-01-01T10:00:00Z", 0);
    bench_finish(&b);
}

/* Takes the state of one bench to another, as a new configuration would find it. */
static void hand_over(series_bench *to, series_bench *from)
{
    uint32_t count;
    uint32_t first = csuccess__state_of_kind(&from->state, CSUCCESS__STATE_SERIES, &count);
    csuccess__state_clear(&to->state);
    for (uint32_t i = first; i < first + count; i++) {
        const csuccess__state_field *field = &from->state.fields[i];
        CHECK(csuccess__state_put(&to->state, CSUCCESS__STATE_SERIES, field->name,
                                  field->payload));
    }
}

static void a_longer_window_is_not_covered_until_it_has_filled(void)
{
    series_bench b, longer;
    CHECK_OK(bench_start(&b, NULL,
                         "{\"aggregates\": {\"a\": {\"event\": \"e\", \"count\": true, "
                         "\"window\": \"P30D\"}}}"));
    CHECK_OK(bench_start(&longer, NULL,
                         "{\"aggregates\": {"
                         "\"a\": {\"event\": \"e\", \"count\": true, \"window\": \"P90D\"},"
                         "\"b\": {\"event\": \"e\", \"count\": true, \"window\": \"P30D\"},"
                         "\"c\": {\"event\": \"e\", \"count\": true, \"window\": \"lifetime\"},"
                         "\"d\": {\"event\": \"e\", \"count\": true, \"window\": \"P90D\", "
                         "\"migrate\": {\"keep\": true}}}}"));
    fill_a_year(&b);
    hand_over(&longer, &b);
    bench_open(&longer, false, "2026-12-31T13:00:00Z");
    bench_absent(&longer, "a", "2026-12-31T13:00:00Z", CSUCCESS__ABSENCE_NOT_COVERED);
    bench_number(&longer, "b", "2026-12-31T13:00:00Z", 30);
    bench_number(&longer, "c", "2026-12-31T13:00:00Z", 365);
    csuccess__value v = bench_value(&longer, "d", "2026-12-31T13:00:00Z");
    CHECK(v.kind == CSUCCESS__KIND_NUMBER && v.as.number >= 31 && v.as.number < 40);
    bench_close(&longer, "2026-12-31T13:00:00Z");
    bench_open(&longer, false, "2027-03-15");
    bench_number(&longer, "a", "2027-03-15", 16); /* 16 to 31 December */
    bench_finish(&b);
    bench_finish(&longer);
}

static void history_moves_to_a_new_definition(void)
{
    series_bench b, renamed, both;
    CHECK_OK(bench_start(&b, NULL,
                         "{\"aggregates\": {\"a\": {\"event\": \"e\", \"count\": true, "
                         "\"window\": \"P30D\"}}}"));
    CHECK_OK(bench_start(
        &renamed, NULL,
        "{\"aggregates\": {\"n\": {\"event\": \"f\", \"count\": true, \"window\": \"P30D\","
        " \"migrate\": {\"from\": {\"event\": \"e\"}}}}}"));
    CHECK_OK(bench_start(
        &both, NULL,
        "{\"aggregates\": {\"n\": {\"event\": \"f\", \"count\": true, \"window\": \"P30D\","
        " \"migrate\": {\"from\": {\"event\": \"e\"}}},"
        " \"o\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\"}}}"));
    fill_a_year(&b);
    hand_over(&renamed, &b);
    hand_over(&both, &b);
    bench_open(&renamed, false, "2026-12-31");
    CHECK_OK(bench_add(&renamed, "f", "1", "2026-12-31T09:00:00Z"));
    bench_number(&renamed, "n", "2026-12-31", 31);
    bench_close(&renamed, "2026-12-31");
    CHECK_UINT(renamed.state.count, 1);
    CHECK_STR(renamed.state.fields[0].name, "f|count");
    bench_open(&renamed, false, "2026-12-31");
    bench_number(&renamed, "n", "2026-12-31", 31);
    bench_open(&both, false, "2026-12-31");
    CHECK_OK(bench_add(&both, "e", "2", "2026-12-31T09:00:00Z"));
    bench_close(&both, "2026-12-31");
    CHECK_UINT(both.state.count, 2);
    bench_number(&both, "n", "2026-12-31", 30);
    bench_number(&both, "o", "2026-12-31", 8);
    bench_finish(&b);
    bench_finish(&renamed);
    bench_finish(&both);
}

static void a_longer_offset_waits_for_days_that_were_passed_over(void)
{
    series_bench b, later;
    CHECK_OK(bench_start(&b, NULL,
                         "{\"aggregates\": {\"a\": {\"event\": \"e\", \"distinct\": "
                         "\"user_id\", \"window\": \"P90D\"}}}"));
    CHECK_OK(bench_start(&later, NULL,
                         "{\"aggregates\": {\"a\": {\"event\": \"e\", \"distinct\": "
                         "\"user_id\", \"window\": \"P90D\"},"
                         "\"then\": {\"event\": \"e\", \"distinct\": \"user_id\", \"window\": "
                         "\"P7D\", \"offset\": \"P30D\"}}}"));
    bench_open(&b, true, "2026-01-01");
    for (int i = 0; i < 60; i++) {
        csuccess__input input = event_of("e", "x", ms("2026-01-01") + i * DAY, NULL, 0);
        input.user = CSUCCESS_STR("u");
        CHECK_OK(csuccess__series_add(b.desk, b.machine, &input, &b.reason));
    }
    bench_close(&b, "2026-03-01");
    hand_over(&later, &b);
    bench_open(&later, false, "2026-03-01");
    bench_number(&later, "a", "2026-03-01", 1);
    bench_absent(&later, "then", "2026-03-01", CSUCCESS__ABSENCE_NOT_COVERED);
    CHECK_OK(bench_add(&later, "e", "1", "2026-03-01T10:00:00Z"));
    bench_close(&later, "2026-03-01");
    bench_open(&later, false, "2026-03-28");
    bench_absent(&later, "then", "2026-03-28", CSUCCESS__ABSENCE_NOT_COVERED);
    bench_number(&later, "then", "2026-04-02",
                 1); /* 25 February to 3 March: the last day of all is kept */
    bench_finish(&b);
    bench_finish(&later);
}

static void a_clock_that_lags_a_little_over_midnight_is_no_matter(void)
{
    series_bench b;
    CHECK_OK(bench_start(
        &b, NULL,
        "{\"aggregates\": {\"a\": {\"event\": \"e\", \"count\": true, \"window\": \"P30D\"},"
        "\"u\": {\"event\": \"e\", \"distinct\": \"user_id\", \"window\": \"P30D\"},"
        "\"l\": {\"event\": \"e\", \"last_time\": true, \"window\": \"lifetime\"}}}"));
    fill_a_year(&b);
    bench_open(&b, false, "2027-01-01T00:00:00Z");
    bench_close(&b, "2027-01-01T00:00:00Z");
    bench_open(&b, false, "2026-12-31T23:59:59Z");
    bench_number(&b, "a", "2026-12-31T23:59:59Z", 30);
    bench_number(&b, "u", "2026-12-31T23:59:59Z", 0);
    CHECK_INT(bench_value(&b, "l", "2026-12-31T23:59:59Z").as.time, ms("2026-12-31"));
    bench_finish(&b);
}

static void coverage_of_sources(void)
{
    static const struct {
        const char *now, *from, *to, *name;
        int absence;
    } cases[] = {
        {"2026-03-31T12:00:00Z", "2026-03-02T00:00:00Z", "2026-03-31T11:00:00Z", "fresh", 0},
        {"2026-03-31T12:00:00Z", "2026-03-02T00:00:01Z", "2026-03-31T11:00:00Z", "fresh",
         CSUCCESS__ABSENCE_NOT_COVERED},
        {"2026-03-31T12:00:00Z", "2026-01-01T00:00:00Z", "2026-03-29T12:00:00Z", "fresh", 0},
        {"2026-03-31T12:00:00Z", "2026-01-01T00:00:00Z", "2026-03-29T11:59:59Z", "fresh",
         CSUCCESS__ABSENCE_STALE},
        {"2026-03-31T12:00:00Z", "2026-03-30T00:00:00Z", "2026-03-31T00:00:00Z", "fresh_ever",
         0},
        {"2026-03-31T12:00:00Z", "2026-03-01T00:00:00Z", "2026-03-30T12:00:00Z", "plain", 0},
        {"2026-03-31T12:00:00Z", "2026-03-01T00:00:00Z", "2026-03-30T11:59:59Z", "plain",
         CSUCCESS__ABSENCE_NOT_COVERED},
        {"2026-03-31T12:00:00Z", "2026-01-31T00:00:00Z", "2026-03-01T00:00:00Z", "plain_before",
         0},
        {"2026-03-31T12:00:00Z", "2026-01-31T00:00:00Z", "2026-02-28T23:59:59Z", "plain_before",
         CSUCCESS__ABSENCE_NOT_COVERED},
        {"2026-03-31T12:00:00Z", "2026-02-01T00:00:00Z", "2026-03-31T00:00:00Z", "plain_before",
         CSUCCESS__ABSENCE_NOT_COVERED},
    };
    series_bench b;
    CHECK_OK(bench_start(
        &b, NULL,
        "{\"sources\": {\"s\": {\"stale_after\": \"P2D\"}, \"p\": {}}, \"aggregates\": {"
        "\"fresh\": {\"event\": \"e\", \"count\": true, \"window\": \"P30D\", \"source\": "
        "\"s\"},"
        "\"fresh_ever\": {\"event\": \"e\", \"count\": true, \"window\": \"lifetime\", "
        "\"source\": \"s\"},"
        "\"plain\": {\"event\": \"e\", \"count\": true, \"window\": \"P30D\", \"source\": "
        "\"p\"},"
        "\"plain_before\": {\"event\": \"e\", \"count\": true, \"window\": \"P30D\", "
        "\"offset\": \"P30D\", \"source\": \"p\"},"
        "\"none\": {\"event\": \"e\", \"count\": true, \"window\": \"P30D\"}}}"));
    bench_open(&b, true, "2026-03-31");
    csuccess__coverage list[2] = {{false, 0, 0}, {false, 0, 0}};
    csuccess__sources_known known = {list, 2};
    bench_absent(&b, "plain", "2026-03-31", CSUCCESS__ABSENCE_NOT_COVERED);
    b.context.sources = &known;
    bench_absent(&b, "fresh", "2026-03-31", CSUCCESS__ABSENCE_NOT_COVERED);
    bench_number(&b, "none", "2026-03-31", 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        list[0] = list[1] = (csuccess__coverage){true, ms(cases[i].from), ms(cases[i].to)};
        csuccess__value v = bench_value(&b, cases[i].name, cases[i].now);
        if (!CHECK_INT(v.absence, cases[i].absence)) printf("# case %zu\n", i);
    }
    bench_finish(&b);
}

static void terms_and_given_values(void)
{
    series_bench b;
    CHECK_OK(bench_start(&b, NULL,
                         "{\"aggregates\": {\"a\": {\"event\": \"e\", \"count\": true, "
                         "\"window\": \"term\"}}}"));
    bench_open(&b, true, "2026-06-01");
    CHECK_OK(bench_add(&b, "e", "1", "2026-03-01T09:00:00Z"));
    bench_absent(&b, "a", "2026-06-01", CSUCCESS__ABSENCE_NEVER_SET);
    b.context =
        (csuccess__series_context){.has_term = true, .term_start = ms("2026-03-01T10:00:00Z")};
    bench_number(&b, "a", "2026-06-01", 1);
    b.context.term_start = ms("2026-03-02");
    bench_number(&b, "a", "2026-06-01", 0);
    b.context.term_start = ms("2022-03-02");
    bench_absent(&b, "a", "2026-06-01", CSUCCESS__ABSENCE_NOT_COVERED);
    const uint64_t given = 1;
    b.context.given = &given;
    b.slots[0] = csuccess__number(99);
    bench_number(&b, "a", "2026-06-01", 99);
    bench_finish(&b);
}

/* ---- Events ---- */

static void impossible_events_change_nothing(void)
{
    series_bench b;
    char text[300];
    memset(text, 'x', sizeof text);
    CHECK_OK(bench_start(&b, NULL,
                         "{\"aggregates\": {"
                         "\"n\": {\"event\": \"e\", \"count\": true, \"window\": \"P30D\"},"
                         "\"s\": {\"event\": \"e\", \"sum\": \"x\", \"window\": \"P30D\", "
                         "\"range\": [-5, 1e16]},"
                         "\"l\": {\"event\": \"e\", \"last\": \"w\", \"type\": \"string\", "
                         "\"window\": \"P30D\"}}}"));
    bench_open(&b, true, "2026-01-02");
    CHECK_RESULT(bench_add_with(&b, "2026-01-01", "x", csuccess__number(-5.5)),
                 CSUCCESS_ERANGE);
    CHECK_HAS(b.reason_bytes, "\"x\" is outside the range that the aggregate \"s\" allows");
    CHECK_RESULT(bench_add_with(&b, "2026-01-01", "x", csuccess__number(2e15)),
                 CSUCCESS_ERANGE);
    CHECK_RESULT(
        bench_add_with(&b, "2026-01-01", "w", csuccess__string((csuccess_str){text, 257})),
        CSUCCESS_ERANGE);
    bench_number(&b, "n", "2026-01-02", 0);
    CHECK_OK(bench_add_with(&b, "2026-01-01", "x", csuccess__number(1e15)));
    CHECK_OK(
        bench_add_with(&b, "2026-01-01", "w", csuccess__string((csuccess_str){text, 256})));
    bench_number(&b, "n", "2026-01-02", 2);
    bench_number(&b, "s", "2026-01-02", 1e15);
    CHECK_UINT(bench_value(&b, "l", "2026-01-02").as.string.len, 256);
    bench_finish(&b);
}

static void conditions_see_declared_properties_and_the_events_time(void)
{
    series_bench b;
    CHECK_OK(bench_start(&b, NULL,
                         "{\"aggregates\": {"
                         "\"soon\": {\"event\": \"e\", \"count\": true, \"window\": \"P30D\", "
                         "\"where\": \"due < now + duration('P7D')\","
                         "           \"properties\": {\"due\": \"time\"}},"
                         "\"other\": {\"event\": \"e\", \"count\": true, \"window\": \"P30D\", "
                         "\"where\": \"!(due == 'x')\","
                         "           \"properties\": {\"due\": \"string\"}},"
                         "\"mine\": {\"event\": \"e\", \"count\": true, \"window\": \"P30D\", "
                         "\"where\": {\"user_id\": \"u1\"},"
                         "           \"properties\": {\"user_id\": \"string\"}}}}"));
    bench_open(&b, true, "2026-01-02");
    CHECK_OK(bench_add_with(&b, "2026-01-01", "due",
                            csuccess__string(CSUCCESS_STR("2026-01-05T00:00:00Z"))));
    CHECK_OK(
        bench_add_with(&b, "2026-01-01", "due", csuccess__string(CSUCCESS_STR("2026-01-15"))));
    CHECK_OK(bench_add_with(&b, "2026-01-01", "due", csuccess__string(CSUCCESS_STR("x"))));
    CHECK_OK(bench_add_with(&b, "2026-01-01", "else", csuccess__number(1)));
    bench_number(&b, "soon", "2026-01-02", 1);
    bench_number(&b, "other", "2026-01-02", 2); /* undecided does not count */
    csuccess__input input = event_of("e", "9", ms("2026-01-01"), NULL, 0);
    input.user = CSUCCESS_STR("u1");
    CHECK_OK(csuccess__series_add(b.desk, b.machine, &input, &b.reason));
    bench_number(&b, "mine", "2026-01-02", 1);
    bench_finish(&b);
}

static void events_of_other_types_have_names(void)
{
    series_bench b;
    CHECK_OK(bench_start(
        &b, NULL,
        "{\"aggregates\": {"
        "\"r\": {\"event\": \"subscription_renewed\", \"count\": true, \"window\": \"P30D\"},"
        "\"t\": {\"event\": \"ticket\", \"count\": true, \"window\": \"P30D\"}}}"));
    bench_open(&b, true, "2026-01-02");
    csuccess__input input = event_of("renewed", "1", ms("2026-01-01"), NULL, 0);
    input.type = CSUCCESS__INPUT_SUBSCRIPTION;
    CHECK_OK(csuccess__series_add(b.desk, b.machine, &input, &b.reason));
    input.type = CSUCCESS__INPUT_TICKET;
    CHECK_OK(csuccess__series_add(b.desk, b.machine, &input, &b.reason));
    bench_number(&b, "r", "2026-01-02", 1);
    bench_number(&b, "t", "2026-01-02", 1);
    CHECK(csuccess__aggregates_listen(b.f.aggregates, CSUCCESS_STR("ticket")));
    CHECK(!csuccess__aggregates_listen(b.f.aggregates, CSUCCESS_STR("renewed")));
    bench_finish(&b);
}

static void the_next_change_is_at_midnight_while_a_window_holds_something(void)
{
    series_bench b;
    CHECK_OK(bench_start(
        &b, NULL,
        "{\"aggregates\": {\"a\": {\"event\": \"e\", \"count\": true, \"window\": \"P7D\"},"
        "\"b\": {\"event\": \"e\", \"count\": true, \"window\": \"lifetime\"}}}"));
    bench_open(&b, true, "2026-01-01");
    CHECK_INT(csuccess__series_next(b.desk, ms("2026-01-01T12:00:00Z")), CSUCCESS__NEVER);
    CHECK_OK(bench_add(&b, "e", "1", "2026-01-01T09:00:00Z"));
    CHECK_INT(csuccess__series_next(b.desk, ms("2026-01-01T12:00:00Z")), ms("2026-01-02"));
    CHECK_INT(csuccess__series_next(b.desk, ms("2026-01-07T12:00:00Z")), ms("2026-01-08"));
    CHECK_INT(csuccess__series_next(b.desk, ms("2026-01-08T12:00:00Z")), CSUCCESS__NEVER);
    bench_finish(&b);
}

CHECK_MAIN(CHECK_TEST(a_later_series_is_complete_from_the_next_midnight),
           CHECK_TEST(at_midnight_a_later_series_is_complete_at_once),
           CHECK_TEST(a_longer_window_is_not_covered_until_it_has_filled),
           CHECK_TEST(history_moves_to_a_new_definition),
           CHECK_TEST(a_longer_offset_waits_for_days_that_were_passed_over),
           CHECK_TEST(a_clock_that_lags_a_little_over_midnight_is_no_matter),
           CHECK_TEST(coverage_of_sources), CHECK_TEST(terms_and_given_values),
           CHECK_TEST(impossible_events_change_nothing),
           CHECK_TEST(conditions_see_declared_properties_and_the_events_time),
           CHECK_TEST(events_of_other_types_have_names),
           CHECK_TEST(the_next_change_is_at_midnight_while_a_window_holds_something))
