/* SPDX-License-Identifier: Apache-2.0 */
/* How many different values there were: exactly up to a limit, and beyond it by a sample that no order changes. */
#include "customer_series.h"

#include "customer/series_internal.h"

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

/* reason: three orders of one history, each compared in every window. */
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

/* ---- Any order, any grouping, with a small limit ---- */

enum { VISITS = 400, VISITORS = 220, SPAN = 80, LEAST_LIMIT = 16 };

typedef struct visit {
    int who, day;
} visit;

static double visitors(const visit *list, int from, int to)
{
    bool seen[VISITORS] = {false};
    double n = 0;
    for (int i = 0; i < VISITS; i++) {
        if (list[i].day < from || list[i].day > to || seen[list[i].who]) continue;
        seen[list[i].who] = true;
        n++;
    }
    return n;
}

/* Adds the visits in their order; closes and opens again at random, at a time that never goes back. */
static void visit_all(series_bench *b, const visit *list, uint64_t *random,
                      csuccess__buffer *out)
{
    int64_t now = ms("2026-01-01"), end = now + (SPAN + 1) * DAY;
    csuccess__state_clear(&b->state);
    csuccess__series_open(b->desk, &b->state, true, now);
    for (int i = 0; i < VISITS; i++) {
        char user[12];
        snprintf(user, sizeof user, "v%d", list[i].who);
        csuccess__input input =
            event_of("e", user, ms("2026-01-01") + list[i].day * DAY, NULL, 0);
        input.user = check_view(user);
        if (input.at > now) now = input.at;
        CHECK_OK(csuccess__series_add(b->desk, b->machine, &input, &b->reason));
        if (check_random(random) % 8) continue;
        CHECK_OK(csuccess__series_close(b->desk, &b->state, now));
        csuccess__series_open(b->desk, &b->state, false, now);
    }
    CHECK_OK(csuccess__series_close(b->desk, &b->state, end));
    csuccess__buffer_clear(out);
    csuccess__state_write(out, &b->state);
    csuccess__series_open(b->desk, &b->state, false, end);
}

static void shuffle_visits(visit *list, uint64_t *random)
{
    for (int i = VISITS; i > 1; i--) {
        int other = (int)(check_random(random) % (uint64_t)i);
        visit swap = list[i - 1];
        list[i - 1] = list[other];
        list[other] = swap;
    }
}

/* Exact unless it says otherwise; exact whenever no more than the limit came since the window's first day. */
static void check_window(series_bench *b, const visit *list, const char *name, int from, int to)
{
    csuccess__value v = bench_value(b, name, "2026-03-23");
    uint32_t slot = csuccess__schema_find(b->f.schema, check_view(name), NULL);
    bool approximate = csuccess__series_approximate(b->desk, slot);
    CHECK(v.kind == CSUCCESS__KIND_NUMBER);
    if (!approximate) CHECK_NUM(v.as.number, visitors(list, from, to), 0);
    if (visitors(list, from, SPAN) <= LEAST_LIMIT) CHECK(!approximate);
    if (visitors(list, from, SPAN) > LEAST_LIMIT) CHECK(approximate);
}

/* reason: the same history four times, each compared in every window. */
static void samples_do_not_know_the_order(void)
{
    static const char *const sections[] = {
        "\"a\": {\"event\": \"e\", \"distinct\": \"user_id\", \"window\": \"P7D\", \"limit\": "
        "16},"
        "\"b\": {\"event\": \"e\", \"distinct\": \"user_id\", \"window\": \"P30D\", \"limit\": "
        "16},"
        "\"c\": {\"event\": \"e\", \"distinct\": \"user_id\", \"window\": \"P20D\", "
        "\"offset\": \"P10D\", \"limit\": 16}",
        ", \"d\": {\"event\": \"e\", \"distinct\": \"user_id\", \"window\": \"lifetime\", "
        "\"limit\": 16}"};
    for (uint64_t seed = 1; seed <= 120; seed++) {
        series_bench b;
        visit list[VISITS];
        char text[1024];
        uint64_t random = seed;
        csuccess__buffer states[4];
        unsigned before = check_failures;
        snprintf(text, sizeof text, "{\"aggregates\": {%s%s}}", sections[0],
                 seed % 2 ? sections[1] : "");
        CHECK_OK(bench_start(&b, NULL, text));
        for (int i = 0; i < VISITS; i++) {
            int many = 1 + (int)(seed * 7 % VISITORS);
            list[i] = (visit){(int)(check_random(&random) % (uint64_t)many),
                              (int)(check_random(&random) % (SPAN + 1))};
        }
        for (int turn = 0; turn < 4; turn++) {
            csuccess__buffer_init(&states[turn], &b.f.memory->allocator, 0);
            visit_all(&b, list, &random, &states[turn]);
            CHECK(states[turn].len == states[0].len &&
                  memcmp(states[turn].ptr, states[0].ptr, states[0].len) == 0);
            check_window(&b, list, "a", SPAN - 5, SPAN + 1);
            check_window(&b, list, "b", SPAN - 28, SPAN + 1);
            check_window(&b, list, "c", SPAN - 28, SPAN - 9);
            if (seed % 2) check_window(&b, list, "d", 0, SPAN + 1);
            shuffle_visits(list, &random);
        }
        for (int turn = 0; turn < 4; turn++) csuccess__buffer_free(&states[turn]);
        bench_finish(&b);
        if (check_failures == before) continue;
        printf("# seed %d\n", (int)seed);
        return;
    }
}

CHECK_MAIN(CHECK_TEST(siphash_is_that_of_the_paper),
           CHECK_TEST(beyond_the_limit_values_are_estimated),
           CHECK_TEST(samples_do_not_know_the_order),
           CHECK_TEST(different_kinds_are_different_values),
           CHECK_TEST(the_days_of_all_time_are_bounded))
