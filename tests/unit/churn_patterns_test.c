/* SPDX-License-Identifier: Apache-2.0 */
/* Success patterns: SciPy's p-values, who takes part, and that a landmark takes time on book out of the comparison. */
#include "stats_oracle.h"

#include <csuccess/patterns.h>

#define DAY INT64_C(86400000)
#define START INT64_C(1735689600000) /* 2025-01-01T00:00:00Z */

static csuccess_patterns_options options(void)
{
    csuccess_patterns_options o = CSUCCESS_PATTERNS_OPTIONS_INIT;
    o.landmark_ms = 90 * DAY;
    o.horizon_ms = 180 * DAY;
    return o;
}

static csuccess_patterns *start(const csuccess_patterns_options *o)
{
    csuccess_patterns *p = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (csuccess_patterns_new(&p, o, &err) < 0) printf("# %s\n", err.message);
    CHECK(p != NULL);
    return p;
}

static csuccess_patterns_totals totals(const csuccess_patterns *p)
{
    csuccess_patterns_totals t = CSUCCESS_PATTERNS_TOTALS_INIT;
    CHECK_OK(csuccess_patterns_total(p, &t));
    return t;
}

static csuccess_pattern get(const csuccess_patterns *p, size_t i)
{
    csuccess_pattern out = CSUCCESS_PATTERN_INIT;
    CHECK_OK(csuccess_patterns_get(p, i, &out));
    return out;
}

/* NULL when it was not compared. */
static const csuccess_pattern *find(const csuccess_patterns *p, const char *name)
{
    static csuccess_pattern found;
    for (size_t i = 0; i < csuccess_patterns_count(p); i++) {
        found = get(p, i);
        if (found.name.len == strlen(name) && memcmp(found.name.ptr, name, found.name.len) == 0)
            return &found;
    }
    return NULL;
}

/* A customer from day 0, seen to day 400, who left on `left` (0: not) and did things at some days. */
static csuccess_result add(csuccess_patterns *p, double left, const csuccess_str *items,
                           const double *days, size_t n)
{
    int64_t at[64];
    csuccess_history h = CSUCCESS_HISTORY_INIT;
    for (size_t i = 0; i < n; i++) at[i] = START + (int64_t)(days[i] * (double)DAY);
    h.start_ms = START;
    h.observed_until = START + 400 * DAY;
    h.present = left > 0 ? CSUCCESS_HISTORY_LEFT : 0;
    h.left_at = START + (int64_t)(left * (double)DAY);
    h.item = items;
    h.at = at;
    h.items = n;
    return csuccess_patterns_add(p, &h, NULL);
}

/* ---- Against SciPy and statsmodels: tests/oracles/patterns.py ---- */

enum { FIELDS = 8, MOST_ITEMS = 64 };

typedef struct table_case {
    double customers[2]; /* stayed, left */
    double items[MOST_ITEMS][FIELDS];
    char names[MOST_ITEMS][8];
    size_t count;
} table_case;

/* The first so many customers of either kind have an item. */
static void add_customers(csuccess_patterns *p, const table_case *c, int left)
{
    csuccess_str names[MOST_ITEMS];
    double days[MOST_ITEMS] = {0};
    for (size_t k = 0; k < (size_t)c->customers[left]; k++) {
        size_t n = 0;
        for (size_t i = 0; i < c->count; i++) {
            if ((double)k < c->items[i][2 + left]) names[n++] = check_view(c->names[i]);
        }
        if (!CHECK_OK(add(p, left ? 200 : 0, names, days, n))) return;
    }
}

static void compare_case(const table_case *c, uint32_t correction)
{
    csuccess_patterns_options o = options();
    o.correction = correction;
    csuccess_patterns *p = start(&o);
    for (int left = 0; left <= 1; left++) add_customers(p, c, left);
    CHECK_OK(csuccess_patterns_finish(p, NULL));
    size_t compared = 0;
    for (size_t i = 0; i < c->count; i++) {
        const csuccess_pattern *got = find(p, c->names[i]);
        const double *f = c->items[i];
        if (isnan(f[4])) {
            CHECK(got == NULL);
            continue;
        }
        compared++;
        if (!CHECK(got != NULL)) continue;
        CHECK_UINT(got->stayed_with, (uint64_t)f[2]);
        CHECK_UINT(got->left_with, (uint64_t)f[3]);
        CHECK_UINT(got->stayed_without, (uint64_t)(c->customers[0] - f[2]));
        CHECK_NUM(got->p, f[4], 1e-9 * f[4]);
        CHECK_NUM(got->corrected, f[correction == CSUCCESS_CORRECTION_HOLM ? 6 : 5], 1e-9);
        CHECK_INT(got->significant, got->corrected <= 0.05);
        double with = f[2] / (f[2] + f[3]);
        double all = c->customers[0] / (c->customers[0] + c->customers[1]);
        CHECK_NUM(got->lift, with / all, 1e-12);
        CHECK_NUM(got->difference,
                  with - (c->customers[0] - f[2]) /
                             (c->customers[0] + c->customers[1] - f[2] - f[3]),
                  1e-12);
    }
    CHECK_UINT(totals(p).compared, compared);
    CHECK_UINT(totals(p).compared + totals(p).too_rare, c->count);
    csuccess_patterns_free(p);
}

static void p_values_are_those_of_scipy(void)
{
    static table_case c;
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/patterns.tsv", NULL);
    if (!CHECK(text != NULL)) return;
    unsigned cases = 0;
    for (char *line = text; *line;) {
        double f[FIELDS];
        size_t n = oracle_numbers(line, f, FIELDS);
        if (*line == 'c' && n == 3) {
            memset(&c, 0, sizeof c);
            c.customers[0] = f[1];
            c.customers[1] = f[2];
        } else if (n == 7) {
            snprintf(c.names[c.count], sizeof c.names[0], "i%02zu", c.count);
            memcpy(c.items[c.count++], f, sizeof f);
        }
        line = strchr(line, '\n') + 1;
        if (*line == 'i') continue;
        compare_case(&c, CSUCCESS_CORRECTION_BENJAMINI_HOCHBERG);
        compare_case(&c, CSUCCESS_CORRECTION_HOLM);
        cases++;
    }
    CHECK_UINT(cases, 4);
    free(text);
}

/* ---- Who takes part ---- */

static void only_survivors_at_the_landmark_are_compared(void)
{
    static const struct {
        double left, until;
        uint64_t before, not_reached, censored, stayed, gone;
    } cases[] = {
        {90, 400, 1, 0, 0, 0, 0},  {91, 400, 0, 0, 0, 0, 1}, {270, 400, 0, 0, 0, 0, 1},
        {271, 400, 0, 0, 0, 1, 0}, {0, 89, 0, 1, 0, 0, 0},   {0, 269, 0, 0, 1, 0, 0},
        {0, 270, 0, 0, 0, 1, 0},
    };
    csuccess_patterns_options o = options();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csuccess_patterns *p = start(&o);
        csuccess_history h = CSUCCESS_HISTORY_INIT;
        h.start_ms = START;
        h.present = cases[i].left > 0 ? CSUCCESS_HISTORY_LEFT : 0;
        h.left_at = START + (int64_t)cases[i].left * DAY;
        h.observed_until = START + (int64_t)cases[i].until * DAY;
        CHECK_OK(csuccess_patterns_add(p, &h, NULL));
        csuccess_patterns_totals t = totals(p);
        CHECK_UINT(t.left_before, cases[i].before);
        CHECK_UINT(t.not_reached, cases[i].not_reached);
        CHECK_UINT(t.censored, cases[i].censored);
        CHECK_UINT(t.stayed, cases[i].stayed);
        CHECK_UINT(t.left, cases[i].gone);
        csuccess_patterns_free(p);
    }
}

static void what_came_after_the_landmark_does_not_count(void)
{
    static const csuccess_str items[] = {{"early", 5}, {"late", 4}, {"late", 4}};
    static const double days[] = {90, 91, 200};
    csuccess_patterns_options o = options();
    o.least = 1;
    csuccess_patterns *p = start(&o);
    for (int i = 0; i < 10; i++) CHECK_OK(add(p, i % 2 ? 150 : 0, items, days, i < 5 ? 3 : 0));
    CHECK_OK(csuccess_patterns_finish(p, NULL));
    CHECK_UINT(csuccess_patterns_count(p), 1);
    CHECK_STR(get(p, 0).name, "early");
    CHECK_UINT(get(p, 0).stayed_with + get(p, 0).left_with, 5);
    csuccess_patterns_free(p);
}

/* ---- The simulated case ---- */

static double uniform(uint64_t *seed)
{
    return ((double)(check_random(seed) >> 11) + 0.5) / 9007199254740992.0;
}

/*
 * 4,000 customers, seen for 400 days. Everybody attends workshops at random, one in 120 days, which changes nothing; an
 * integration within the first 60 days halves the hazard of leaving from 1 in 300 days.
 */
static void simulate(csuccess_patterns *p)
{
    static const csuccess_str names[] = {{"event:workshop", 14}, {"milestone:integration", 21}};
    uint64_t seed = 42;
    for (int i = 0; i < 4000; i++) {
        csuccess_str items[8];
        double days[8];
        size_t n = 0;
        bool integrated = uniform(&seed) < 0.4;
        double left = -log(uniform(&seed)) * (integrated ? 600 : 300);
        if (integrated && left > 30) {
            items[n] = names[1];
            days[n++] = 30;
        }
        for (double at = 0; n < 8;) {
            at += -log(uniform(&seed)) * 120;
            if (at > left || at > 400) break;
            items[n] = names[0];
            days[n++] = at;
        }
        CHECK_OK(add(p, left <= 400 ? left : 0, items, days, n));
    }
}

static void analyze_success_patterns(void)
{
    csuccess_patterns_options o = options();
    csuccess_patterns *p = start(&o);
    simulate(p);
    CHECK_OK(csuccess_patterns_finish(p, NULL));
    const csuccess_pattern *found = find(p, "milestone:integration");
    if (CHECK(found != NULL)) {
        CHECK(found->significant && found->corrected < 1e-6);
        /* exp(-180/600) - exp(-180/300) = 0.74 - 0.55 */
        CHECK_NUM(found->difference, 0.192, 0.05);
        CHECK(found->lift > 1.1);
    }
    found = find(p, "event:workshop");
    if (CHECK(found != NULL)) {
        CHECK(!found->significant);
        CHECK_NUM(found->difference, 0, 0.05);
    }
    csuccess_patterns_free(p);
}

/* The same customers without a landmark: those who stayed had more time for workshops. */
static void without_a_landmark_time_on_book_looks_like_a_reason(void)
{
    csuccess_patterns_options o = CSUCCESS_PATTERNS_OPTIONS_INIT;
    csuccess_patterns *p = NULL;
    CHECK_RESULT(csuccess_patterns_new(&p, &o, NULL), CSUCCESS_ERANGE);
    o.naive = 1;
    p = start(&o);
    simulate(p);
    CHECK_OK(csuccess_patterns_finish(p, NULL));
    const csuccess_pattern *found = find(p, "event:workshop");
    if (CHECK(found != NULL)) {
        CHECK(found->significant && found->corrected < 1e-20);
        CHECK(found->difference > 0.3);
    }
    CHECK_INT(totals(p).naive, 1);
    csuccess_patterns_free(p);
}

/* ---- Laws and errors ---- */

static void add_random(csuccess_patterns *p, uint64_t r)
{
    static const csuccess_str names[] = {{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}, {"e", 1}};
    csuccess_str items[8];
    double days[8];
    size_t n = 0;
    for (size_t i = 0; i < 5; i++) {
        size_t k = (i + (size_t)(r >> 40)) % 5;
        if (r >> (8 + k) & 1) {
            items[n] = names[k];
            days[n++] = (double)(r >> (16 + 3 * k) & 7) * 20;
        }
    }
    CHECK_OK(add(p, r & 1 ? (double)(r >> 32 & 255) + 80 : 0, items, days, n));
}

static void order_and_parts_do_not_show(void)
{
    enum { MANY = 600 };
    csuccess_patterns_options o = options();
    csuccess_patterns *all = start(&o);
    uint64_t seed = 9, rows[MANY];
    for (size_t i = 0; i < MANY; i++) {
        rows[i] = check_random(&seed);
        add_random(all, rows[i]);
    }
    CHECK_OK(csuccess_patterns_finish(all, NULL));
    for (int run = 0; run < 4; run++) {
        csuccess_patterns *parts[3] = {start(&o), start(&o), start(&o)};
        for (size_t i = 0; i < MANY; i++) {
            add_random(parts[check_random(&seed) % 3], rows[run % 2 ? MANY - 1 - i : i]);
        }
        CHECK_OK(csuccess_patterns_merge(parts[2], parts[0], NULL));
        CHECK_OK(csuccess_patterns_merge(parts[1], parts[2], NULL));
        CHECK_OK(csuccess_patterns_finish(parts[1], NULL));
        CHECK_UINT(csuccess_patterns_count(parts[1]), csuccess_patterns_count(all));
        for (size_t i = 0; i < csuccess_patterns_count(all); i++) {
            csuccess_pattern x = get(all, i), y = get(parts[1], i);
            CHECK(x.name.len == y.name.len && x.name.ptr[0] == y.name.ptr[0]);
            x.name = y.name;
            CHECK(memcmp(&x, &y, sizeof x) == 0);
        }
        csuccess_patterns_totals x = totals(all), y = totals(parts[1]);
        CHECK(memcmp(&x, &y, sizeof x) == 0);
        for (int i = 0; i < 3; i++) csuccess_patterns_free(parts[i]);
    }
    csuccess_patterns_free(all);
}

static void what_cannot_be_is_refused(void)
{
    csuccess_patterns_options o = options();
    csuccess_patterns *p = start(&o), *q = NULL;
    csuccess_history h = CSUCCESS_HISTORY_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(csuccess_patterns_finish(p, &err), CSUCCESS_EDATA);
    CHECK_HAS(err.message, "both are needed");
    h.items = 1;
    CHECK_RESULT(csuccess_patterns_add(p, &h, NULL), CSUCCESS_EINVALID);
    h.items = 0;
    h.start_ms = INT64_MAX;
    CHECK_RESULT(csuccess_patterns_add(p, &h, NULL), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_patterns_merge(p, p, NULL), CSUCCESS_EINVALID);
    static const csuccess_str bad[] = {{"\xc0", 1}};
    static const double when[] = {1};
    CHECK_RESULT(add(p, 0, bad, when, 1), CSUCCESS_EENCODING);
    CHECK_UINT(totals(p).customers, 0);
    o.alpha = 2;
    CHECK_RESULT(csuccess_patterns_new(&q, &o, NULL), CSUCCESS_ERANGE);
    csuccess_patterns_free(p);
    csuccess_patterns_free(NULL);
}

/* reason: one story from creation to release. */
static csuccess_result scenario(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess_patterns_options o = options();
    csuccess_patterns *a = NULL, *b = NULL;
    o.allocator = &memory->allocator;
    o.least = 1;
    csuccess_result result = csuccess_patterns_new(&a, &o, NULL);
    if (result >= 0) result = csuccess_patterns_new(&b, &o, NULL);
    for (int i = 0; i < 40 && result >= 0; i++) {
        char names[3][8];
        csuccess_str items[3];
        static const double days[] = {1, 2, 3};
        for (int k = 0; k < 3; k++) {
            snprintf(names[k], sizeof names[k], "i%d", (i * 3 + k) % 45);
            items[k] = check_view(names[k]);
        }
        csuccess_patterns *to = i % 3 ? a : b;
        uint64_t before = totals(to).customers;
        result = add(to, i % 2 ? 150 : 0, items, days, 3);
        CHECK_UINT(totals(to).customers, before + (result >= 0));
    }
    if (result >= 0) {
        result = csuccess_patterns_merge(a, b, NULL);
        CHECK_UINT(totals(a).customers, result >= 0 ? 40 : 26);
    }
    if (result >= 0) {
        result = csuccess_patterns_finish(a, NULL);
        CHECK_UINT(csuccess_patterns_count(a), result >= 0 ? 45 : 0);
    }
    csuccess_patterns_free(a);
    csuccess_patterns_free(b);
    return result;
}

static void nothing_leaks_when_memory_fails(void)
{
    CHECK(check_faults(scenario, NULL) > 50);
}

CHECK_MAIN(CHECK_TEST(p_values_are_those_of_scipy),
           CHECK_TEST(only_survivors_at_the_landmark_are_compared),
           CHECK_TEST(what_came_after_the_landmark_does_not_count),
           CHECK_TEST(analyze_success_patterns),
           CHECK_TEST(without_a_landmark_time_on_book_looks_like_a_reason),
           CHECK_TEST(order_and_parts_do_not_show), CHECK_TEST(what_cannot_be_is_refused),
           CHECK_TEST(nothing_leaks_when_memory_fails))
