/* SPDX-License-Identifier: Apache-2.0 */
/* Priorities among customers at risk: what they rank by, ties, capacity, bounded memory, merging. */
#include "check.h"

#include <csuccess/priorities.h>

typedef struct customer {
    const char *id;
    double probability, value, uplift, cost; /* NAN: missing */
} customer;

static csuccess_at_risk as_input(const customer *c)
{
    csuccess_at_risk in = CSUCCESS_AT_RISK_INIT;
    in.customer = check_view(c->id);
    in.probability = c->probability;
    in.value = c->value;
    in.uplift = c->uplift;
    in.cost = c->cost;
    if (!isnan(c->value)) in.present |= CSUCCESS_AT_RISK_VALUE;
    if (!isnan(c->uplift)) in.present |= CSUCCESS_AT_RISK_UPLIFT;
    if (!isnan(c->cost)) in.present |= CSUCCESS_AT_RISK_COST;
    return in;
}

static csuccess_result add(csuccess_priorities *p, const customer *c)
{
    csuccess_at_risk in = as_input(c);
    return csuccess_priorities_add(p, &in, NULL);
}

static csuccess_priorities *start(uint64_t most, uint64_t capacity, double assumed)
{
    csuccess_priorities_options o = CSUCCESS_PRIORITIES_OPTIONS_INIT;
    csuccess_priorities *p = NULL;
    o.most = most;
    o.capacity = capacity;
    o.assumed_uplift = assumed;
    CHECK_OK(csuccess_priorities_new(&p, &o, NULL));
    return p;
}

static csuccess_priority at(const csuccess_priorities *p, size_t i)
{
    csuccess_priority out = CSUCCESS_PRIORITY_INIT;
    CHECK_OK(csuccess_priorities_get(p, i, &out));
    return out;
}

/* 0.2 * 10,000 - 500 = 1,500; 0.05 * 40,000 - 100 = 1,900; 0.01 * 5,000 - 200 = -150; 0.9 * 50,000 at stake. */
static const customer mixed[] = {
    {"unvalued", 0.95, NAN, NAN, NAN},    {"lost_cause", 0.99, 5000, 0.01, 200},
    {"at_stake", 0.9, 50000, NAN, 100},   {"some_gain", 0.5, 10000, 0.2, 500},
    {"more_gain", 0.3, 40000, 0.05, 100}, {"sleeping_dog", 0.4, 9000, -0.1, NAN},
    {"unvalued_too", 0.2, NAN, 0.5, NAN},
};
enum { MIXED = sizeof mixed / sizeof mixed[0] };

static void prioritize_interventions(void)
{
    static const struct {
        const char *id;
        uint32_t basis;
        double amount;
        int32_t within;
    } expected[MIXED] = {
        {"more_gain", CSUCCESS_BASIS_UPLIFT, 1900, 1},
        {"some_gain", CSUCCESS_BASIS_UPLIFT, 1500, 1},
        {"at_stake", CSUCCESS_BASIS_RISK, 45000, 1},
        {"unvalued", CSUCCESS_BASIS_UNVALUED, 0.95, 0},
        {"unvalued_too", CSUCCESS_BASIS_UNVALUED, 0.2, 0},
        {"lost_cause", CSUCCESS_BASIS_UPLIFT, -150, 0},
        {"sleeping_dog", CSUCCESS_BASIS_UPLIFT, -900, 0},
    };
    csuccess_priorities *p = start(0, 3, 0);
    for (size_t i = 0; i < MIXED; i++) CHECK_OK(add(p, &mixed[i]));
    CHECK_UINT(csuccess_priorities_count(p), 0);
    CHECK_OK(csuccess_priorities_finish(p, NULL));
    if (!CHECK_UINT(csuccess_priorities_count(p), MIXED)) return;
    for (size_t i = 0; i < MIXED; i++) {
        csuccess_priority got = at(p, i);
        CHECK_STR(got.customer, expected[i].id);
        CHECK_UINT(got.basis, expected[i].basis);
        CHECK_NUM(got.amount, expected[i].amount, 1e-9);
        CHECK_INT(got.within, expected[i].within);
        CHECK_UINT(got.rank, i + 1);
    }
    csuccess_priorities_totals totals = CSUCCESS_PRIORITIES_TOTALS_INIT;
    CHECK_OK(csuccess_priorities_total(p, &totals));
    CHECK_UINT(totals.customers, 7);
    CHECK_UINT(totals.by_uplift, 4);
    CHECK_UINT(totals.by_risk, 1);
    CHECK_UINT(totals.unvalued, 2);
    CHECK_UINT(totals.losing, 2);
    /* 4,950 + 45,000 + 5,000 + 12,000 + 3,600 */
    CHECK_NUM(totals.at_stake, 70550, 1e-6);
    CHECK_NUM(totals.gain, 3400, 1e-6);
    csuccess_priorities_free(p);
}

/* Even within a capacity of all, acting where it costs more than it gains is not advised. */
static void what_does_not_pay_is_never_within(void)
{
    csuccess_priorities *p = start(0, 0, 0);
    for (size_t i = 0; i < MIXED; i++) CHECK_OK(add(p, &mixed[i]));
    CHECK_OK(csuccess_priorities_finish(p, NULL));
    for (size_t i = 0; i < MIXED; i++) CHECK_INT(at(p, i).within, i < 5);
    csuccess_priorities_free(p);
}

/* 0.1 * 0.9 * 50,000 - 100 = 4,400 by assumption. */
static void an_assumed_uplift_says_so(void)
{
    csuccess_priorities *p = start(0, 0, 0.1);
    for (size_t i = 0; i < MIXED; i++) CHECK_OK(add(p, &mixed[i]));
    CHECK_OK(csuccess_priorities_finish(p, NULL));
    csuccess_priority first = at(p, 0);
    CHECK_STR(first.customer, "at_stake");
    CHECK_UINT(first.basis, CSUCCESS_BASIS_ASSUMED);
    CHECK_NUM(first.amount, 4400, 1e-9);
    csuccess_priorities_free(p);
}

static void ties_are_broken_as_documented(void)
{
    static const customer tied[] = {
        {"a", 0.5, 100, NAN, NAN},  {"e", 0.25, 200, NAN, NAN}, {"b", 0.5, 100, NAN, 5},
        {"d", 0.25, 200, NAN, NAN}, {"c", 0.5, 100, NAN, 5},
    };
    static const char *const order[] = {"a", "b", "c", "d", "e"};
    csuccess_priorities *p = start(0, 0, 0);
    for (size_t i = 0; i < 5; i++) CHECK_OK(add(p, &tied[i]));
    CHECK_OK(csuccess_priorities_finish(p, NULL));
    for (size_t i = 0; i < 5; i++) CHECK_STR(at(p, i).customer, order[i]);
    csuccess_priorities_free(p);
}

enum { MANY = 500 };
typedef struct crowd {
    customer customers[MANY];
    char ids[MANY][8];
} crowd;

/* Few values, so that many are tied. */
static void fill(crowd *c, uint64_t seed)
{
    for (size_t i = 0; i < MANY; i++) {
        snprintf(c->ids[i], sizeof c->ids[i], "c%03zu", i);
        uint64_t r = check_random(&seed);
        c->customers[i] = (customer){.id = c->ids[i],
                                     .probability = (double)(r % 5) / 4,
                                     .value = r >> 8 & 7 ? (double)(r >> 12 & 3) * 100 : NAN,
                                     .uplift = r >> 16 & 1 ? (double)(r >> 20 & 7) / 10 : NAN,
                                     .cost = (double)(r >> 24 & 1) * 30};
    }
}

static void shuffle(size_t *order, size_t n, uint64_t *seed)
{
    for (size_t i = 0; i < n; i++) order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t j = check_random(seed) % i, swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
}

/* reason: orders, parts and bounds are crossed.
   The same customers in any order and in any parts, with and without a bound: the same first ones. */
static void order_and_parts_do_not_show(void)
{
    static crowd c;
    size_t order[MANY];
    uint64_t seed = 7;
    fill(&c, 3);
    csuccess_priorities *all = start(0, 40, 0);
    for (size_t i = 0; i < MANY; i++) CHECK_OK(add(all, &c.customers[i]));
    CHECK_OK(csuccess_priorities_finish(all, NULL));
    for (int run = 0; run < 12; run++) {
        uint64_t most = run % 3 == 0 ? 0 : run % 3 == 1 ? 25 : 1;
        csuccess_priorities *parts[3] = {start(most, 40, 0), start(most, 40, 0),
                                         start(most, 40, 0)};
        shuffle(order, MANY, &seed);
        for (size_t i = 0; i < MANY; i++) {
            CHECK_OK(add(parts[check_random(&seed) % 3], &c.customers[order[i]]));
        }
        CHECK_OK(csuccess_priorities_merge(parts[0], parts[1], NULL));
        CHECK_OK(csuccess_priorities_merge(parts[2], parts[0], NULL));
        CHECK_OK(csuccess_priorities_finish(parts[2], NULL));
        CHECK_UINT(csuccess_priorities_count(parts[2]), most ? most : MANY);
        for (size_t i = 0; i < csuccess_priorities_count(parts[2]); i++) {
            csuccess_priority a = at(all, i), b = at(parts[2], i);
            CHECK(a.customer.len == b.customer.len &&
                  memcmp(a.customer.ptr, b.customer.ptr, a.customer.len) == 0);
            CHECK(a.amount == b.amount && a.basis == b.basis && a.within == b.within);
        }
        csuccess_priorities_totals a = CSUCCESS_PRIORITIES_TOTALS_INIT, b = a;
        CHECK_OK(csuccess_priorities_total(all, &a));
        CHECK_OK(csuccess_priorities_total(parts[2], &b));
        CHECK(memcmp(&a, &b, sizeof a) == 0);
        for (int i = 0; i < 3; i++) csuccess_priorities_free(parts[i]);
    }
    csuccess_priorities_free(all);
}

static void a_bound_bounds_memory(void)
{
    check_memory memory;
    check_memory_start(&memory);
    csuccess_priorities_options o = CSUCCESS_PRIORITIES_OPTIONS_INIT;
    csuccess_priorities *p = NULL;
    static crowd c;
    fill(&c, 11);
    o.allocator = &memory.allocator;
    o.most = 10;
    CHECK_OK(csuccess_priorities_new(&p, &o, NULL));
    for (size_t i = 0; i < MANY; i++) CHECK_OK(add(p, &c.customers[i]));
    CHECK(memory.live <= 12);
    csuccess_priorities_free(p);
    CHECK_MEMORY_EMPTY(&memory);
}

static void what_cannot_be_is_refused(void)
{
    static const struct {
        customer customer;
        csuccess_result result;
    } cases[] = {
        {{"", 0.5, 1, NAN, NAN}, CSUCCESS_EINVALID},
        {{"a", 1.5, 1, NAN, NAN}, CSUCCESS_ERANGE},
        {{"a", -0.1, 1, NAN, NAN}, CSUCCESS_ERANGE},
        {{"a", 0.5, -1, NAN, NAN}, CSUCCESS_ERANGE},
        {{"a", 0.5, INFINITY, NAN, NAN}, CSUCCESS_ERANGE},
        {{"a", 0.5, 1, 2, NAN}, CSUCCESS_ERANGE},
        {{"a", 0.5, 1, NAN, -1}, CSUCCESS_ERANGE},
        {{"\xff", 0.5, 1, NAN, NAN}, CSUCCESS_EENCODING},
        {{"a", NAN, 1, NAN, NAN}, CSUCCESS_ERANGE},
    };
    csuccess_priorities *p = start(0, 0, 0), *q = start(3, 0, 0);
    csuccess_priorities_totals totals = CSUCCESS_PRIORITIES_TOTALS_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_RESULT(add(p, &cases[i].customer), cases[i].result);
    }
    CHECK_OK(csuccess_priorities_total(p, &totals));
    CHECK_UINT(totals.customers, 0);
    CHECK_RESULT(csuccess_priorities_merge(p, q, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_priorities_merge(p, p, NULL), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_priorities_finish(p, NULL));
    CHECK_RESULT(add(p, &mixed[0]), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_priorities_get(p, 0, NULL), CSUCCESS_EINVALID);
    csuccess_priorities_free(p);
    csuccess_priorities_free(q);
    csuccess_priorities_free(NULL);
}

/* reason: one story from creation to release.
   Counts stay as they were after a failure, and the call can be tried again. */
static csuccess_result scenario(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess_priorities_options o = CSUCCESS_PRIORITIES_OPTIONS_INIT;
    csuccess_priorities *a = NULL, *b = NULL;
    csuccess_priorities_totals before = CSUCCESS_PRIORITIES_TOTALS_INIT, after = before;
    o.allocator = &memory->allocator;
    o.most = 18;
    csuccess_result result = csuccess_priorities_new(&a, &o, NULL);
    if (result >= 0) result = csuccess_priorities_new(&b, &o, NULL);
    char id[8];
    for (int i = 0; i < 40 && result >= 0; i++) {
        snprintf(id, sizeof id, "c%d", i);
        customer c = {id, (double)(i * 7 % 40) / 40, 100, NAN, NAN};
        csuccess_priorities_total(i % 2 ? a : b, &before);
        result = add(i % 2 ? a : b, &c);
        csuccess_priorities_total(i % 2 ? a : b, &after);
        CHECK_UINT(after.customers, before.customers + (result >= 0));
    }
    if (result >= 0) {
        result = csuccess_priorities_merge(a, b, NULL);
        CHECK_OK(csuccess_priorities_total(a, &after));
        CHECK_UINT(after.customers, result >= 0 ? 40 : 20);
    }
    if (result >= 0) result = csuccess_priorities_finish(a, NULL);
    if (result >= 0) CHECK_UINT(csuccess_priorities_count(a), 18);
    csuccess_priorities_free(a);
    csuccess_priorities_free(b);
    return result;
}

static void nothing_leaks_when_memory_fails(void)
{
    CHECK(check_faults(scenario, NULL) > 20);
}

CHECK_MAIN(CHECK_TEST(prioritize_interventions), CHECK_TEST(what_does_not_pay_is_never_within),
           CHECK_TEST(an_assumed_uplift_says_so), CHECK_TEST(ties_are_broken_as_documented),
           CHECK_TEST(order_and_parts_do_not_show), CHECK_TEST(a_bound_bounds_memory),
           CHECK_TEST(what_cannot_be_is_refused), CHECK_TEST(nothing_leaks_when_memory_fails))
