/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of series in a state: short, of one spelling, never trusted; printing; and every refusal of memory. */
#include "customer_series.h"

#include "customer/series_internal.h"

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

CHECK_MAIN(CHECK_TEST(damaged_bytes_are_refused),
           CHECK_TEST(a_daily_count_takes_about_a_byte_a_day), CHECK_TEST(printed),
           CHECK_TEST(every_refusal_of_memory), CHECK_TEST(a_refused_event_is_added_later),
           CHECK_TEST(warm_it_allocates_nothing))
