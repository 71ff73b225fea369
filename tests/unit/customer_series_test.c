/* SPDX-License-Identifier: Apache-2.0 */
/* What aggregates promise beside counting: coverage, histories that begin late, migration, quarantine, estimates, the bytes of a state,
   and that nothing breaks them. */
#include "customer_series.h"

#include "customer/series_internal.h"

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

static void fill_a_year(series_bench *b)
{
    bench_open(b, true, "2026-01-01");
    for (int i = 0; i < 365; i++) {
        csuccess__input input = event_of("e", "x", ms("2026-01-01") + i * DAY, NULL, 0);
        CHECK_OK(csuccess__series_add(b->desk, b->machine, &input, &b->reason));
        if (i % 30) continue;
        CHECK_OK(csuccess__series_close(b->desk, &b->state, ms("2026-01-01") + i * DAY));
        csuccess__series_open(b->desk, &b->state, false, ms("2026-01-01") + i * DAY);
    }
    bench_close(b, "2026-12-31T12:00:00Z");
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

/* ---- Different values ---- */

/* The vectors of the reference implementation (vectors_sip64, key 00 .. 0f, input 00 01 02 ...). */
static void siphash_is_that_of_the_paper(void)
{
    unsigned char bytes[15];
    for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)i;
    CHECK(csuccess__siphash(0, bytes, 0) == UINT64_C(0x726fdb47dd0e0e31));
    CHECK(csuccess__siphash(0, bytes, 1) == UINT64_C(0x74f839c593dc67fd));
    CHECK(csuccess__siphash(0, bytes, 8) == UINT64_C(0x93f5f5799a932462));
    CHECK(csuccess__siphash(0, bytes, 15) == UINT64_C(0xa129ca6149be45e5));
}

enum { PEOPLE = 6000, MEETINGS = 12000 };

/* The i-th meeting: who, on which of 60 days. Later days see more of the same people. */
static csuccess__input meeting(int i, char *user, size_t room)
{
    int day = i * 60 / MEETINGS, who = (i * 7919) % PEOPLE;
    snprintf(user, room, "p%d", who);
    csuccess__input input = event_of("e", user, ms("2026-01-01") + day * DAY, NULL, 0);
    input.user = check_view(user);
    return input;
}

static double met(int from, int to)
{
    static bool seen[PEOPLE];
    double n = 0;
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < MEETINGS; i++) {
        int day = i * 60 / MEETINGS, who = (i * 7919) % PEOPLE;
        if (day < from || day > to || seen[who]) continue;
        seen[who] = true;
        n++;
    }
    return n;
}

static void check_estimate(series_bench *b, const char *name, double exact)
{
    double v = bench_value(b, name, "2026-03-01T12:00:00Z").as.number;
    uint32_t slot = csuccess__schema_find(b->f.schema, check_view(name), NULL);
    bool approximate = csuccess__series_approximate(b->desk, slot);
    if (exact <= 1024) CHECK_NUM(v, exact, 0);
    CHECK(approximate == (exact > 1024));
    if (!CHECK(fabs(v - exact) <= 0.12 * exact)) printf("# %s: %g for %g\n", name, v, exact);
}

static void beyond_the_limit_values_are_estimated(void)
{
    series_bench b;
    csuccess__buffer states[3];
    size_t most = 0;
    CHECK_OK(bench_start(
        &b, NULL,
        "{\"aggregates\": {"
        "\"ever\": {\"event\": \"e\", \"distinct\": \"user_id\", \"window\": \"lifetime\"},"
        "\"all\": {\"event\": \"e\", \"distinct\": \"user_id\", \"window\": \"P60D\"},"
        "\"half\": {\"event\": \"e\", \"distinct\": \"user_id\", \"window\": \"P30D\", "
        "\"offset\": \"P10D\"},"
        "\"days5\": {\"event\": \"e\", \"distinct\": \"user_id\", \"window\": \"P5D\"}}}"));
    for (int turn = 0; turn < 3; turn++) {
        csuccess__buffer_init(&states[turn], &b.f.memory->allocator, 0);
        csuccess__state_clear(&b.state);
        bench_open(&b, true, "2026-01-01");
        for (int i = 0; i < MEETINGS; i++) {
            char user[12];
            /* In order; backwards; by a stride that goes around. */
            int at = turn == 0   ? i
                     : turn == 1 ? MEETINGS - 1 - i
                                 : (int)((int64_t)i * 7001 % MEETINGS);
            csuccess__input input = meeting(at, user, sizeof user);
            CHECK_OK(csuccess__series_add(b.desk, b.machine, &input, &b.reason));
            if (turn == 1 || i % 500) continue;
            const char *now =
                turn == 0 && i < MEETINGS / 2 ? "2026-01-20" : "2026-03-01T12:00:00Z";
            bench_close(&b, now);
            bench_open(&b, false, now);
        }
        bench_close(&b, "2026-03-01T12:00:00Z");
        csuccess__state_write(&states[turn], &b.state);
        CHECK(states[turn].len == states[0].len &&
              memcmp(states[turn].ptr, states[0].ptr, states[0].len) == 0);
        if (states[turn].len > most) most = states[turn].len;
        bench_open(&b, false, "2026-03-01T12:00:00Z");
        check_estimate(&b, "ever", met(0, 59));
        check_estimate(&b, "all", met(0, 59));
        check_estimate(&b, "half", met(20, 49));
        check_estimate(&b, "days5", met(55, 59));
    }
    CHECK(most < 60000);
    for (int i = 0; i < 3; i++) csuccess__buffer_free(&states[i]);
    bench_finish(&b);
}

static void different_kinds_are_different_values(void)
{
    series_bench b;
    CHECK_OK(bench_start(&b, NULL,
                         "{\"aggregates\": {\"a\": {\"event\": \"e\", \"distinct\": \"x\", "
                         "\"window\": \"P30D\"}}}"));
    const csuccess__value values[] = {csuccess__number(1),
                                      csuccess__number(1.0),
                                      csuccess__string(CSUCCESS_STR("1")),
                                      csuccess__boolean(true),
                                      csuccess__number(0.0),
                                      csuccess__number(-0.0),
                                      csuccess__string(CSUCCESS_STR("")),
                                      csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET)};
    bench_open(&b, true, "2026-01-02");
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        CHECK_OK(bench_add_with(&b, "2026-01-01", "x", values[i]));
    bench_number(&b, "a", "2026-01-02", 5);
    bench_finish(&b);
}

static void the_days_of_all_time_are_bounded(void)
{
    series_bench b;
    CHECK_OK(bench_start(&b, NULL,
                         "{\"aggregates\": {\"a\": {\"event\": \"e\", \"distinct\": \"day\", "
                         "\"window\": \"lifetime\"}}}"));
    bench_open(&b, true, "2026-01-02");
    for (int i = 0; i < 20000; i++) {
        csuccess__input input =
            event_of("e", "x", ms("1970-01-01") + (int64_t)(i * 7919 % 20000) * DAY, NULL, 0);
        CHECK_OK(csuccess__series_add(b.desk, b.machine, &input, &b.reason));
        if (i == 4094) bench_number(&b, "a", "2026-01-02", 4095);
    }
    csuccess__value v = bench_value(&b, "a", "2026-01-02");
    CHECK(fabs(v.as.number - 20000) < 1500 && csuccess__series_approximate(b.desk, 0));
    bench_close(&b, "2026-01-02");
    CHECK(b.state.fields[0].payload.len < 6000);
    bench_finish(&b);
}

/* ---- Bytes ---- */

static const char every_part[] =
    "{\"aggregates\": {"
    "\"a\": {\"event\": \"e\", \"count\": true, \"window\": \"P90D\"},"
    "\"b\": {\"event\": \"e\", \"sum\": \"x\", \"window\": \"P90D\"},"
    "\"c\": {\"event\": \"e\", \"min\": \"x\", \"window\": \"P90D\"},"
    "\"d\": {\"event\": \"e\", \"max\": \"x\", \"window\": \"P90D\"},"
    "\"f\": {\"event\": \"e\", \"first\": \"x\", \"window\": \"P90D\"},"
    "\"g\": {\"event\": \"e\", \"last\": \"w\", \"type\": \"string\", \"window\": \"P90D\"},"
    "\"h\": {\"event\": \"e\", \"last_time\": true, \"window\": \"lifetime\"},"
    "\"i\": {\"event\": \"e\", \"distinct\": \"w\", \"window\": \"P90D\", \"offset\": "
    "\"P30D\"},"
    "\"j\": {\"event\": \"e\", \"distinct\": \"day\", \"window\": \"lifetime\"},"
    "\"k\": {\"event\": \"e\", \"last\": \"x\", \"type\": \"number\", \"window\": \"P30D\", "
    "\"offset\": \"P30D\"}}}";

static csuccess_result add_both(series_bench *b, int i)
{
    char id[16], word[16];
    snprintf(id, sizeof id, "id%d", i);
    snprintf(word, sizeof word, "w%d", i % 7);
    const csuccess__property properties[] = {
        {CSUCCESS_STR("w"), csuccess__string(check_view(word)), NULL},
        {CSUCCESS_STR("x"), csuccess__number(i % 5 ? i : i / 8.0), NULL}};
    csuccess__input input =
        event_of("e", id, ms("2026-01-01") + i * (DAY / 2 + 7777777), properties, 2);
    return csuccess__series_add(b->desk, b->machine, &input, &b->reason);
}

static csuccess_result fill_every_part(series_bench *b, int n)
{
    csuccess_result result = CSUCCESS_OK;
    bench_open(b, true, "2026-07-01");
    for (int i = 0; i < n && result == CSUCCESS_OK; i++) result = add_both(b, i);
    if (result == CSUCCESS_OK)
        result = csuccess__series_close(b->desk, &b->state, ms("2026-07-01"));
    return result;
}

/* Damaged bytes are ESTATE, or read as what they say: then they are the only spelling of it. */
static void try_damaged(const csuccess_allocator *mem, csuccess_str payload)
{
    csuccess__series s;
    csuccess__buffer again;
    csuccess__part part = (csuccess__part)payload.ptr[0];
    if (part == 0 || part >= CSUCCESS__PART_END) return;
    /* Which values are worth keeping depends on more than the bytes. */
    bool exact = part != CSUCCESS__PART_DISTINCT && part != CSUCCESS__PART_DAYS;
    csuccess__buffer_init(&again, mem, 0);
    csuccess__series_init(&s, part);
    csuccess_result result = csuccess__series_decode(&s, mem, payload);
    CHECK(result == CSUCCESS_OK || result == CSUCCESS_ESTATE);
    if (result == CSUCCESS_OK && exact) {
        csuccess__series_encode(&again, &s);
        CHECK(again.len == payload.len && memcmp(again.ptr, payload.ptr, payload.len) == 0);
    }
    csuccess__state_field field = {
        .kind = CSUCCESS__STATE_SERIES, .name = CSUCCESS_STR("x"), .payload = payload};
    csuccess__json_writer writer;
    csuccess__buffer_clear(&again);
    csuccess__json_writer_init(&writer, &again);
    csuccess__series_print(&writer, &field);
    CHECK(again.status == CSUCCESS_OK && again.len > 0);
    csuccess__series_free(&s, mem);
    csuccess__buffer_free(&again);
}

static void damaged_bytes_are_refused(void)
{
    series_bench b;
    uint64_t random = 3;
    CHECK_OK(bench_start(&b, NULL, every_part));
    CHECK_OK(fill_every_part(&b, 200));
    const csuccess_allocator *mem = &b.f.memory->allocator;
    for (uint32_t i = 0; i < b.state.count; i++) {
        csuccess_str payload = b.state.fields[i].payload;
        char *bytes = malloc(payload.len);
        for (size_t cut = 0; cut < payload.len; cut++) {
            csuccess__series s;
            csuccess__series_init(&s, (csuccess__part)payload.ptr[0]);
            CHECK_RESULT(csuccess__series_decode(&s, mem, (csuccess_str){payload.ptr, cut}),
                         CSUCCESS_ESTATE);
            csuccess__series_free(&s, mem);
        }
        for (int turn = 0; bytes && turn < 1500; turn++) {
            memcpy(bytes, payload.ptr, payload.len);
            for (int k = 0; k <= turn % 3; k++) {
                bytes[1 + check_random(&random) % (payload.len - 1)] ^=
                    (char)(1u << check_random(&random) % 8);
            }
            try_damaged(mem, (csuccess_str){bytes, payload.len});
        }
        free(bytes);
    }
    CHECK(csuccess__state_put(&b.state, CSUCCESS__STATE_SERIES, CSUCCESS_STR("e|count"),
                              CSUCCESS_STR("\1\10")));
    bench_open(&b, false, "2026-07-01");
    CHECK_RESULT(add_both(&b, 1), CSUCCESS_ESTATE);
    CHECK_RESULT(csuccess__series_values(b.desk, ms("2026-07-01"), &b.context, b.slots),
                 CSUCCESS_ESTATE);
    bench_finish(&b);
}

static void a_daily_count_takes_about_a_byte_a_day(void)
{
    series_bench b;
    CHECK_OK(bench_start(
        &b, NULL,
        "{\"aggregates\": {\"a\": {\"event\": \"e\", \"count\": true, \"window\": \"P90D\"},"
        "\"b\": {\"event\": \"e\", \"last_time\": true, \"window\": \"lifetime\"}}}"));
    fill_a_year(&b);
    csuccess_str payload =
        csuccess__state_get(&b.state, CSUCCESS__STATE_SERIES, CSUCCESS_STR("e|count"));
    CHECK(payload.len >= 90 && payload.len <= 90 * 3 / 2);
    payload =
        csuccess__state_get(&b.state, CSUCCESS__STATE_SERIES, CSUCCESS_STR("e|last_time"));
    CHECK(payload.ptr && payload.len <= 60);
    bench_finish(&b);
}

static void printed(void)
{
    series_bench b;
    CHECK_OK(bench_start(
        &b, NULL,
        "{\"aggregates\": {\"a\": {\"event\": \"e\", \"sum\": \"x\", \"window\": \"P7D\"}}}"));
    bench_open(&b, false, "2026-01-01T12:00:00Z");
    CHECK_OK(bench_add_with(&b, "2025-01-01", "x", csuccess__number(4)));
    CHECK_OK(bench_add_with(&b, "2026-01-01", "x", csuccess__number(0.25)));
    CHECK_OK(bench_add_with(&b, "2026-01-01T01:00:00Z", "x", csuccess__number(1)));
    bench_close(&b, "2026-01-02");
    csuccess__buffer out;
    csuccess__buffer_init(&out, &b.f.memory->allocator, 0);
    csuccess__json_writer writer;
    csuccess__json_writer_init(&writer, &out);
    csuccess__series_print(&writer, &b.state.fields[0]);
    CHECK_STR(
        csuccess__buffer_view(&out),
        "{\"complete_from\":\"2026-01-02\",\"before_through\":\"2025-01-01\",\"before\":[4,1],"
        "\"days\":{\"2026-01-01\":[1.25,2]}}");
    csuccess__buffer_free(&out);
    bench_finish(&b);
}

/* ---- Memory ---- */

static csuccess_result work(check_memory *memory, void *ud)
{
    series_bench b;
    (void)ud;
    csuccess_result result = bench_start(&b, memory, every_part);
    if (result == CSUCCESS_OK) result = fill_every_part(&b, 80);
    if (result == CSUCCESS_OK) {
        csuccess__series_open(b.desk, &b.state, false, ms("2026-07-01"));
        result = csuccess__series_values(b.desk, ms("2026-07-01"), &b.context, b.slots);
    }
    if (result == CSUCCESS_OK) CHECK_NUM(b.slots[0].as.number, 0, 0);
    bench_finish(&b);
    return result;
}

static void every_refusal_of_memory(void)
{
    CHECK(check_faults(work, NULL) > 40);
}

/* What a refused add left is as before: the same event is added when memory is there. */
static void a_refused_event_is_added_later(void)
{
    series_bench b;
    CHECK_OK(bench_start(&b, NULL, every_part));
    check_memory *memory = b.f.memory;
    bench_open(&b, true, "2026-03-01");
    for (int i = 0; i < 100; i++) {
        for (size_t k = 1;; k++) {
            memory->calls = 0;
            memory->fail_at = k;
            csuccess_result result = add_both(&b, i);
            if (result == CSUCCESS_OK) break;
            CHECK_RESULT(result, CSUCCESS_ENOMEM);
            memory->fail_at = 0;
            CHECK_OK(csuccess__series_values(b.desk, ms("2026-03-20"), &b.context, b.slots));
            if (!CHECK_NUM(b.slots[0].as.number, i, 0)) return;
        }
    }
    memory->fail_at = 0;
    bench_finish(&b);
}

static void warm_it_allocates_nothing(void)
{
    series_bench b;
    CHECK_OK(bench_start(&b, NULL, every_part));
    CHECK_OK(fill_every_part(&b, 200));
    size_t before = b.f.memory->calls;
    for (int i = 0; i < 20; i++) {
        csuccess__series_open(b.desk, &b.state, false, ms("2026-07-01"));
        CHECK_OK(csuccess__series_values(b.desk, ms("2026-07-01"), &b.context, b.slots));
        CHECK_OK(csuccess__series_close(b.desk, &b.state, ms("2026-07-01")));
    }
    CHECK_UINT(b.f.memory->calls, before);
    bench_finish(&b);
}

CHECK_MAIN(CHECK_TEST(a_later_series_is_complete_from_the_next_midnight),
           CHECK_TEST(at_midnight_a_later_series_is_complete_at_once),
           CHECK_TEST(a_longer_window_is_not_covered_until_it_has_filled),
           CHECK_TEST(history_moves_to_a_new_definition),
           CHECK_TEST(a_clock_that_lags_a_little_over_midnight_is_no_matter),
           CHECK_TEST(coverage_of_sources), CHECK_TEST(terms_and_given_values),
           CHECK_TEST(impossible_events_change_nothing),
           CHECK_TEST(conditions_see_declared_properties_and_the_events_time),
           CHECK_TEST(events_of_other_types_have_names),
           CHECK_TEST(the_next_change_is_at_midnight_while_a_window_holds_something),
           CHECK_TEST(siphash_is_that_of_the_paper),
           CHECK_TEST(beyond_the_limit_values_are_estimated),
           CHECK_TEST(different_kinds_are_different_values),
           CHECK_TEST(the_days_of_all_time_are_bounded), CHECK_TEST(damaged_bytes_are_refused),
           CHECK_TEST(a_daily_count_takes_about_a_byte_a_day), CHECK_TEST(printed),
           CHECK_TEST(every_refusal_of_memory), CHECK_TEST(a_refused_event_is_added_later),
           CHECK_TEST(warm_it_allocates_nothing))
