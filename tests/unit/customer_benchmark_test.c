/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmarks: tables read, percentiles found, cohorts made whatever the order and split of the customers. */
#include "customer_fixture.h"

static const char schema[] =
    "{\"attributes\": {\"arr\": {\"type\": \"number\"}, \"plan\": {\"type\": \"string\"},"
    "\"nps\": {\"type\": \"number\", \"default\": 5}},"
    "\"benchmarks\": {\"team\": {\"when\": \"plan == 'team'\", \"as_of\": "
    "\"2026-01-31T00:00:00Z\","
    "\"of\": {\"arr\": {\"n\": 4, \"mean\": 25, \"values\": [10, 20, 30, 40]}, \"big\": {},"
    "\"nps\": {}}}, \"all\": {\"of\": {\"arr\": {}}}},"
    "\"metrics\": {\"big\": \"arr * 2\", \"rank\": \"percentile(arr, 'team')\"}}";

enum { ARR, PLAN, NPS, BIG, RANK, SLOTS };

static void tables_are_found_by_metric_and_cohort(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL, schema));
    fixture_problems(&f, (const char *const[]){NULL});
    const csuccess__benchmarks *set = f.schema->benchmarks;
    const csuccess__benchmark *b =
        csuccess__benchmarks_find(set, CSUCCESS_STR("arr"), CSUCCESS_STR("team"));
    if (CHECK(b != NULL)) CHECK_UINT(b->count, 4);
    if (b) CHECK_NUM(b->values[3], 40, 0);
    b = csuccess__benchmarks_find(set, CSUCCESS_STR("arr"), CSUCCESS_STR("all"));
    if (CHECK(b != NULL)) CHECK_UINT(b->count, 0);
    CHECK(!csuccess__benchmarks_find(set, CSUCCESS_STR("nps"), CSUCCESS_STR("all")));
    CHECK(!csuccess__benchmarks_find(set, CSUCCESS_STR("team"), CSUCCESS_STR("arr")));
    fixture_finish(&f);
}

static void wrong_tables_are_told(void)
{
    static const struct {
        const char *section, *problem;
    } cases[] = {
        {"[]",
         "/benchmarks: \"benchmarks\" must be an object of cohorts by name, found an array"},
        {"{\"c\": {}}",
         "/benchmarks/c: the cohort \"c\" has no \"of\": name the inputs and metrics "
         "that it keeps, each with its table or {}"},
        {"{\"c\": {\"of\": {\"ar\": {}}}}",
         "/benchmarks/c/of/ar: unknown attribute or metric \"ar\""},
        {"{\"c\": {\"of\": {\"amounts\": {}}}}",
         "/benchmarks/c/of/amounts: unknown attribute or metric \"amounts\" (did you mean "
         "\"amount\"?)"},
        {"{\"c\": {\"of\": {\"plan\": {}}}}",
         "/benchmarks/c/of/plan: \"plan\" is not a number, so it has no percentiles"},
        {"{\"c\": {\"of\": {\"amount\": {\"values\": [1, 3, 2]}}}}",
         "/benchmarks/c/of/amount/values/2: \"values\" must be numbers in ascending order"},
        {"{\"c\": {\"of\": {\"amount\": {\"values\": [1, \"2\"]}}}}",
         "/benchmarks/c/of/amount/values/1: \"values\" must be numbers in ascending order"},
        {"{\"c\": {\"of\": {}, \"as_of\": \"today\"}}",
         "/benchmarks/c/as_of: \"as_of\" must be a time such as \"2026-01-31T00:00:00Z\" (RFC "
         "3339)"},
        {"{\"c\": {\"of\": {}, \"wen\": \"true\"}}",
         "/benchmarks/c/wen: unknown key \"wen\" (did you mean \"when\"?)"},
        {"{\"c\": {\"of\": {\"amount\": {\"n\": -1}}}}",
         "/benchmarks/c/of/amount/n: \"n\" must be a number from 0 to 9007199254740992, found "
         "-1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char document[400];
        snprintf(document, sizeof document,
                 "{\"attributes\": {\"amount\": {\"type\": \"number\"}, \"plan\": {\"type\": "
                 "\"string\"}}, \"benchmarks\": %s}",
                 cases[i].section);
        fixture f;
        CHECK_OK(fixture_start(&f, NULL, document));
        fixture_problems(&f, (const char *const[]){cases[i].problem, NULL});
        fixture_finish(&f);
    }
}

typedef struct run {
    fixture *f;
    csuccess__machine *machine;
    csuccess__value slots[SLOTS];
} run;

/* Customer i of a made-up hundred: every third on another plan, every tenth without a number. */
static csuccess_result add(run *r, csuccess__cohorts *cohorts, uint32_t i)
{
    r->slots[ARR] = i % 10 == 9 ? csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET)
                                : csuccess__number((double)(i * 37 % 101) + 0.1);
    r->slots[PLAN] = csuccess__string(i % 3 == 0 ? CSUCCESS_STR("free") : CSUCCESS_STR("team"));
    r->slots[PLAN].code =
        csuccess__constants_find(r->f->with.constants, r->slots[PLAN].as.string);
    r->slots[NPS] = csuccess__number(5);
    r->slots[NPS].defaulted = 1;
    csuccess__machine_reset(r->machine);
    csuccess_result result = csuccess__metrics_run(r->f->schema, r->machine, r->slots, 0);
    csuccess__frame frame = {.slots = r->slots, .count = SLOTS};
    return result < 0 ? result : csuccess__cohorts_add(cohorts, r->machine, &frame);
}

static csuccess_result start_run(run *r, fixture *f, check_memory *memory)
{
    r->machine = NULL;
    r->f = f;
    csuccess_result result = fixture_start(f, memory, schema);
    if (result < 0) return result;
    return csuccess__machine_new(&r->machine, &f->memory->allocator, &f->limits);
}

static void neither_order_nor_split_shows(void)
{
    fixture f;
    run r;
    CHECK_OK(start_run(&r, &f, NULL));
    csuccess__cohorts *whole, *odd, *even, *empty;
    const csuccess_allocator *mem = &f.memory->allocator;
    CHECK_OK(csuccess__cohorts_new(&whole, f.schema, mem));
    CHECK_OK(csuccess__cohorts_new(&odd, f.schema, mem));
    CHECK_OK(csuccess__cohorts_new(&even, f.schema, mem));
    CHECK_OK(csuccess__cohorts_new(&empty, f.schema, mem));
    for (uint32_t i = 0; i < 100; i++) CHECK_OK(add(&r, whole, i));
    for (uint32_t i = 100; i-- > 0;) CHECK_OK(add(&r, i % 2 ? odd : even, i));
    CHECK_OK(csuccess__cohorts_merge(odd, empty));
    CHECK_OK(csuccess__cohorts_merge(empty, even));
    CHECK_OK(csuccess__cohorts_merge(empty, odd));
    csuccess__buffer a, b;
    csuccess__buffer_init(&a, mem, 0);
    csuccess__buffer_init(&b, mem, 0);
    CHECK_OK(csuccess__cohorts_write(whole, &a));
    CHECK_OK(csuccess__cohorts_write(empty, &b));
    CHECK_STR(csuccess__buffer_view(&b), a.ptr);
    /* 90 have a number; of the 66 on the plan, those with i % 10 == 9 have none: 60. */
    CHECK_HAS(a.ptr, "\"team\":{\"when\":\"plan == 'team'\",\"as_of\":\"2026-01-31T00:00:00Z\","
                     "\"of\":{\"arr\":{\"n\":60,\"mean\":");
    CHECK_HAS(a.ptr, "\"nps\":{\"n\":0,\"values\":[]}");
    CHECK_HAS(a.ptr, "\"all\":{\"of\":{\"arr\":{\"n\":90,\"mean\":");
    csuccess__buffer_free(&a);
    csuccess__buffer_free(&b);
    csuccess__cohorts_free(whole);
    csuccess__cohorts_free(odd);
    csuccess__cohorts_free(even);
    csuccess__cohorts_free(empty);
    csuccess__cohorts_free(NULL);
    csuccess__machine_free(r.machine);
    fixture_finish(&f);
}

/* What is written can be read as the section, and many numbers become 1,001 quantiles. */
static void what_is_written_is_a_section(void)
{
    fixture f;
    run r;
    CHECK_OK(start_run(&r, &f, NULL));
    csuccess__cohorts *cohorts;
    CHECK_OK(csuccess__cohorts_new(&cohorts, f.schema, &f.memory->allocator));
    for (uint32_t i = 0; i < 3000; i++) CHECK_OK(add(&r, cohorts, i));
    csuccess__buffer text;
    csuccess__buffer_init(&text, &f.memory->allocator, 0);
    csuccess__buffer_cstr(&text, "{\"attributes\": {\"arr\": {\"type\": \"number\"}, \"nps\": "
                                 "{\"type\": \"number\"}, \"plan\": {\"type\": \"string\"}},"
                                 "\"metrics\": {\"big\": \"arr * 2\"}, \"benchmarks\": ");
    CHECK_OK(csuccess__cohorts_write(cohorts, &text));
    csuccess__buffer_cstr(&text, "}");
    fixture again;
    CHECK_OK(fixture_start(&again, NULL, text.ptr));
    fixture_problems(&again, (const char *const[]){NULL});
    const csuccess__benchmark *b = csuccess__benchmarks_find(
        again.schema->benchmarks, CSUCCESS_STR("arr"), CSUCCESS_STR("all"));
    if (CHECK(b != NULL)) {
        CHECK_UINT(b->count, 1001);
        CHECK_NUM(b->values[0], 0.1, 0);
        CHECK_NUM(b->values[1000], 100.1, 0);
    }
    fixture_finish(&again);
    csuccess__buffer_free(&text);
    csuccess__cohorts_free(cohorts);
    csuccess__machine_free(r.machine);
    fixture_finish(&f);
}

static csuccess_result fault(check_memory *memory, void *ud)
{
    (void)ud;
    fixture f;
    run r;
    csuccess__cohorts *cohorts = NULL, *other = NULL;
    csuccess__buffer text;
    csuccess__buffer_init(&text, &memory->allocator, 0);
    csuccess_result result = start_run(&r, &f, memory);
    if (result >= 0) result = csuccess__cohorts_new(&cohorts, f.schema, &memory->allocator);
    if (result >= 0) result = csuccess__cohorts_new(&other, f.schema, &memory->allocator);
    for (uint32_t i = 0; i < 5 && result >= 0; i++) result = add(&r, cohorts, i);
    if (result >= 0) result = add(&r, other, 1);
    if (result >= 0) result = csuccess__cohorts_merge(cohorts, other);
    if (result >= 0) result = csuccess__cohorts_write(cohorts, &text);
    if (result >= 0) CHECK_HAS(text.ptr, "\"all\":{\"of\":{\"arr\":{\"n\":6");
    csuccess__buffer_free(&text);
    csuccess__cohorts_free(cohorts);
    csuccess__cohorts_free(other);
    csuccess__machine_free(r.machine);
    fixture_finish(&f);
    return result;
}

static void refused_memory_is_survived(void)
{
    CHECK(check_faults(fault, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(tables_are_found_by_metric_and_cohort), CHECK_TEST(wrong_tables_are_told),
           CHECK_TEST(neither_order_nor_split_shows), CHECK_TEST(what_is_written_is_a_section),
           CHECK_TEST(refused_memory_is_survived))
