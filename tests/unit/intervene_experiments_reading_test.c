/* SPDX-License-Identifier: Apache-2.0 */
/* Readings of experiments: against statsmodels and SciPy; how often an A/A test cries wolf, and how often an interval holds the truth; merged in any order to the same bytes. */
#include "check.h"

#include "base/error.h"
#include "base/number.h"
#include "intervene/experiments/experiments.h"
#include "intervene/experiments/comparison.h"
#include "stats/special.h"
#include "stats_oracle.h"

enum { CASES = 12, RUNS = 2000 };

static const csuccess_str arm_names[2] = {{"control", 7}, {"treated", 7}};

static void add(csuccess__comparison *trial, uint32_t arm, uint32_t unit,
                csuccess__comparison_what what)
{
    char name[24];
    int len = snprintf(name, sizeof name, "unit-%u", unit);
    CHECK_OK(csuccess__comparison_add(trial, arm_names[arm], (csuccess_str){name, (size_t)len},
                                      what));
}

/* The first arm against the second. */
static csuccess__comparison_difference difference_of(const csuccess__comparison *trial,
                                                     csuccess__comparison_group groups[2])
{
    uint32_t group_of[2] = {UINT32_MAX, UINT32_MAX};
    csuccess__comparison_difference d[2];
    for (uint32_t i = 0; i < trial->arm_count; i++) {
        group_of[i] = trial->arms[i].ptr[0] == 'c' ? 0 : 1;
    }
    csuccess__comparison_reading reading = {group_of, 2, groups, d};
    CHECK_OK(csuccess__comparison_read(&reading, trial));
    return d[1];
}

/* ---- The table ---- */

typedef struct table {
    csuccess__comparison trials[CASES];
    uint32_t units;
    int betas, students, reads;
} table;

static void near(double actual, double expected, double within)
{
    CHECK_NUM(actual, expected, within * fmax(1e-300, fabs(expected)) + 1e-300);
}

static void check_row(table *t, const double *f, const char *kind)
{
    if (strcmp(kind, "beta") == 0) {
        CHECK_NUM(csuccess__beta_lower(f[0], f[1], f[2]), f[3], 1e-10);
        CHECK_NUM(csuccess__beta_quantile(f[0], f[1], 0.025), f[4], 1e-9);
        t->betas++;
    } else if (strcmp(kind, "student") == 0) {
        CHECK_NUM(csuccess__student_two_sided(f[1], f[0]), f[2], 1e-10);
        near(csuccess__student_quantile(0.95, f[0]), f[3], 1e-9);
        t->students++;
    } else if (strcmp(kind, "unit") == 0) {
        csuccess__comparison *trial = &t->trials[(int)f[0]];
        for (int i = 0; i < (int)f[2]; i++)
            add(trial, (uint32_t)f[1], t->units, CSUCCESS__COMPARISON_YES);
        for (int i = 0; i < (int)f[3]; i++)
            add(trial, (uint32_t)f[1], t->units, CSUCCESS__COMPARISON_NO);
        t->units++;
    } else {
        csuccess__comparison_group groups[2];
        csuccess__comparison_difference d = difference_of(&t->trials[(int)f[0]], groups);
        CHECK(d.why_not == NULL);
        near(groups[0].share, f[1], 1e-12);
        near(groups[1].share, f[2], 1e-12);
        near(groups[0].variance, f[3], 1e-9);
        near(groups[1].variance, f[4], 1e-9);
        near(d.difference, f[5], 1e-9);
        near(d.error, f[6], 1e-9);
        near(d.df, f[7], 1e-9);
        near(d.low, f[8], 1e-8);
        near(d.high, f[9], 1e-8);
        CHECK_NUM(d.p, f[10], 1e-9);
        t->reads++;
    }
}

static void reads_as_statsmodels_and_scipy(void)
{
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/experiments.tsv", NULL);
    table *t = calloc(1, sizeof *t);
    if (!t || !CHECK(text != NULL)) return;
    for (size_t i = 0; i < CASES; i++) {
        csuccess__comparison_init(&t->trials[i], csuccess__malloc_allocator());
    }
    for (char *line = text; *line;) {
        char kind[16] = "";
        double f[16];
        size_t len = check_span(line, "\t");
        if (!CHECK(len < sizeof kind)) break;
        memcpy(kind, line, len);
        if (strcmp(kind, "arm") != 0) {
            (void)oracle_numbers(line + len - 1, f, 16);
            check_row(t, f, kind);
        }
        line += check_span(line, "\n");
        line += *line == '\n';
    }
    CHECK_INT(t->betas, 150);
    CHECK_INT(t->students, 150);
    CHECK_INT(t->reads, CASES);
    for (size_t i = 0; i < CASES; i++) csuccess__comparison_free(&t->trials[i]);
    free(t);
    free(text);
}

/* ---- How often ---- */

/* An experiment that is simulated: units by the library's own hash, customers of a unit more alike than others. */
typedef struct world {
    uint32_t units, customers; /* of a unit at most */
    double control, uplift;    /* P(yes), and what the treatment adds */
    double within;             /* how far a unit's probability may be from its arm's */
} world;

static double uniform(uint64_t *seed)
{
    return (double)(check_random(seed) >> 11) / 9007199254740992.0;
}

static void live(csuccess__comparison *trial, const world *of, uint32_t run, uint64_t *seed)
{
    char salt[16];
    csuccess__arm arms[2] = {{.id = arm_names[0], .share = 0.5, .until = UINT64_C(1) << 52},
                             {.id = arm_names[1], .share = 0.5, .until = UINT64_C(1) << 53}};
    snprintf(salt, sizeof salt, "%u", run);
    csuccess__experiment e = {
        .id = CSUCCESS_STR("e"), .salt = check_view(salt), .arms = arms, .arm_count = 2};
    csuccess__experiment_begin(&e);
    for (uint32_t i = 0; i < of->units; i++) {
        char name[24];
        int len = snprintf(name, sizeof name, "unit-%u", i);
        uint32_t arm = csuccess__experiment_arm(&e, (csuccess_str){name, (size_t)len});
        uint32_t n = 1 + (uint32_t)(check_random(seed) % of->customers);
        double p = of->control + (arm ? of->uplift : 0) + of->within * (2 * uniform(seed) - 1);
        for (uint32_t k = 0; k < n; k++) {
            add(trial, arm, i,
                uniform(seed) < p ? CSUCCESS__COMPARISON_YES : CSUCCESS__COMPARISON_NO);
        }
    }
}

/* How many of the runs have an interval that does not hold the truth. */
static int misses(const world *of, uint64_t seed)
{
    int missed = 0;
    for (uint32_t run = 0; run < RUNS; run++) {
        csuccess__comparison trial;
        csuccess__comparison_group groups[2];
        csuccess__comparison_init(&trial, csuccess__malloc_allocator());
        live(&trial, of, run, &seed);
        csuccess__comparison_difference d = difference_of(&trial, groups);
        CHECK(d.why_not == NULL);
        missed += !(d.low <= of->uplift && of->uplift <= d.high);
        if (of->uplift == 0) CHECK((d.p < 0.05) == !(d.low <= 0 && 0 <= d.high));
        csuccess__comparison_free(&trial);
    }
    return missed;
}

static void check_level(const world *of, uint64_t seed)
{
    int missed = misses(of, seed);
    printf("# %d of %d\n", missed, RUNS);
    CHECK_NUM(missed, RUNS * 0.05, 3 * sqrt(RUNS * 0.05 * 0.95));
}

static void nothing_is_found_where_nothing_is(void)
{
    check_level(&(world){.units = 200, .customers = 1, .control = 0.3}, 1);
}

static void nor_where_customers_of_a_unit_go_together(void)
{
    check_level(&(world){.units = 120, .customers = 6, .control = 0.4, .within = 0.4}, 2);
}

static void intervals_hold_the_uplift(void)
{
    check_level(&(world){.units = 200, .customers = 1, .control = 0.2, .uplift = 0.1}, 3);
    check_level(
        &(world){.units = 120, .customers = 5, .control = 0.4, .uplift = 0.15, .within = 0.4},
        4);
}

/* As if customers were alone: what goes wrong without clusters, so that the tests above say something. */
static void without_clusters_the_level_is_broken(void)
{
    const world of = {.units = 120, .customers = 6, .control = 0.4, .within = 0.4};
    uint64_t seed = 5;
    int missed = 0;
    for (uint32_t run = 0; run < RUNS / 4; run++) {
        csuccess__comparison trial;
        csuccess__comparison_group groups[2];
        csuccess__comparison_init(&trial, csuccess__malloc_allocator());
        live(&trial, &of, run, &seed);
        (void)difference_of(&trial, groups);
        double n[2], v = 0;
        for (int i = 0; i < 2; i++) {
            n[i] = (double)(groups[i].counts[CSUCCESS__COMPARISON_YES] +
                            groups[i].counts[CSUCCESS__COMPARISON_NO]);
            v += groups[i].share * (1 - groups[i].share) / n[i];
        }
        missed += fabs(groups[1].share - groups[0].share) > 1.96 * sqrt(v);
        csuccess__comparison_free(&trial);
    }
    CHECK(missed > RUNS / 4 * 0.05 + 3 * sqrt(RUNS / 4 * 0.05 * 0.95));
}

/* ---- What cannot be told ---- */

static void says_why_not(void)
{
    csuccess__comparison trial;
    csuccess__comparison_group groups[2];
    csuccess__comparison_init(&trial, csuccess__malloc_allocator());
    CHECK_CSTR(difference_of(&trial, groups).why_not, "an arm has no outcomes yet");
    for (uint32_t i = 0; i < 10; i++) {
        add(&trial, 0, i, CSUCCESS__COMPARISON_EXPOSED);
        add(&trial, 0, i, i % 2 ? CSUCCESS__COMPARISON_YES : CSUCCESS__COMPARISON_NO);
    }
    add(&trial, 1, 100, CSUCCESS__COMPARISON_EXPOSED);
    CHECK_CSTR(difference_of(&trial, groups).why_not, "an arm has no outcomes yet");
    CHECK_UINT(groups[1].units, 1);
    CHECK_UINT(groups[1].read_units, 0);
    add(&trial, 1, 100, CSUCCESS__COMPARISON_UNDECIDED);
    CHECK_CSTR(difference_of(&trial, groups).why_not, "an arm has no outcomes yet");
    add(&trial, 1, 101, CSUCCESS__COMPARISON_YES);
    CHECK_CSTR(difference_of(&trial, groups).why_not, "an arm has one unit only");
    add(&trial, 1, 102, CSUCCESS__COMPARISON_YES);
    CHECK(strstr(difference_of(&trial, groups).why_not, "do not differ") != NULL);
    add(&trial, 1, 103, CSUCCESS__COMPARISON_NO);
    CHECK(difference_of(&trial, groups).why_not == NULL);
    CHECK_NUM(groups[1].share, 2.0 / 3, 1e-12);
    csuccess__comparison_free(&trial);
}

/* Units in both arms: all of them the same there, so that the difference is certain to be nothing. */
static void units_in_both_arms_are_taken_together(void)
{
    csuccess__comparison trial;
    csuccess__comparison_group groups[2];
    csuccess__comparison_init(&trial, csuccess__malloc_allocator());
    for (uint32_t i = 0; i < 20; i++) {
        csuccess__comparison_what what =
            i % 3 ? CSUCCESS__COMPARISON_YES : CSUCCESS__COMPARISON_NO;
        add(&trial, 0, i, what);
        add(&trial, 1, i, what);
    }
    CHECK(strstr(difference_of(&trial, groups).why_not, "both arms") != NULL);
    add(&trial, 1, 50, CSUCCESS__COMPARISON_YES);
    add(&trial, 0, 51, CSUCCESS__COMPARISON_NO);
    csuccess__comparison_difference d = difference_of(&trial, groups);
    CHECK(d.why_not == NULL && d.error > 0);
    CHECK(d.error < sqrt(groups[0].variance + groups[1].variance) / 2);
    csuccess__comparison_free(&trial);
}

/* ---- Bytes ---- */

static csuccess__buffer saved(const csuccess__comparison *trial)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__comparison_save(&out, trial);
    CHECK_OK(out.status);
    return out;
}

static bool same_bytes(const csuccess__comparison *a, const csuccess__comparison *b)
{
    csuccess__buffer x = saved(a), y = saved(b);
    bool same = x.len == y.len && memcmp(x.ptr, y.ptr, x.len) == 0;
    csuccess__buffer_free(&x);
    csuccess__buffer_free(&y);
    return same;
}

static void any_order_gives_the_same_bytes(void)
{
    enum { PARTS = 4, EVENTS = 5000 };
    for (uint64_t seed = 1; seed <= 5; seed++) {
        csuccess__comparison whole, parts[PARTS], merged;
        const csuccess_allocator *mem = csuccess__malloc_allocator();
        uint64_t r = seed;
        csuccess__comparison_init(&whole, mem);
        csuccess__comparison_init(&merged, mem);
        for (size_t i = 0; i < PARTS; i++) csuccess__comparison_init(&parts[i], mem);
        for (uint32_t i = 0; i < EVENTS; i++) {
            uint32_t arm = (uint32_t)(check_random(&r) % 2),
                     unit = (uint32_t)(check_random(&r) % 700);
            csuccess__comparison_what what =
                (csuccess__comparison_what)(check_random(&r) % CSUCCESS__COMPARISON_WHATS);
            add(&whole, arm, unit, what);
            add(&parts[check_random(&r) % PARTS], arm, unit, what);
        }
        for (size_t i = 0; i < PARTS; i++) {
            const csuccess__comparison *from = &parts[(i + seed) % PARTS];
            CHECK_OK(csuccess__comparison_prepare(&merged, from));
            csuccess__comparison_take(&merged, from);
        }
        CHECK(same_bytes(&whole, &merged));
        CHECK(whole.cap < 4 * 1400); /* rows of one unit and arm are one, sooner or later */
        csuccess__comparison_free(&whole);
        csuccess__comparison_free(&merged);
        for (size_t i = 0; i < PARTS; i++) csuccess__comparison_free(&parts[i]);
    }
}

static void bytes_come_back_or_are_refused(void)
{
    csuccess__comparison trial;
    csuccess__comparison_init(&trial, csuccess__malloc_allocator());
    for (uint32_t i = 0; i < 40; i++) {
        add(&trial, i % 2, i % 25, (csuccess__comparison_what)(i % CSUCCESS__COMPARISON_WHATS));
    }
    csuccess__buffer bytes = saved(&trial);
    for (size_t i = 0; i <= bytes.len; i++) { /* cut at i; and with a bit turned at i */
        csuccess__comparison read;
        csuccess__comparison_init(&read, csuccess__malloc_allocator());
        csuccess__wire in = csuccess__wire_open((csuccess_str){bytes.ptr, i});
        bool ok = csuccess__comparison_load(&read, &in) >= 0 && csuccess__wire_done(&in);
        CHECK(ok == (i == bytes.len));
        if (ok) CHECK(same_bytes(&read, &trial));
        csuccess__comparison_free(&read);
        if (i == bytes.len) break;
        bytes.ptr[i] = (char)(bytes.ptr[i] ^ 0x41);
        in = csuccess__wire_open(csuccess__buffer_view(&bytes));
        if (csuccess__comparison_load(&read, &in) >= 0 && csuccess__wire_done(&in)) {
            csuccess__buffer again = saved(&read);
            CHECK(again.len == bytes.len && memcmp(again.ptr, bytes.ptr, again.len) == 0);
            csuccess__buffer_free(&again);
        }
        csuccess__comparison_free(&read);
        bytes.ptr[i] = (char)(bytes.ptr[i] ^ 0x41);
    }
    csuccess__buffer_free(&bytes);
    csuccess__comparison_free(&trial);
}

CHECK_MAIN(CHECK_TEST(reads_as_statsmodels_and_scipy),
           CHECK_TEST(nothing_is_found_where_nothing_is),
           CHECK_TEST(nor_where_customers_of_a_unit_go_together),
           CHECK_TEST(intervals_hold_the_uplift),
           CHECK_TEST(without_clusters_the_level_is_broken), CHECK_TEST(says_why_not),
           CHECK_TEST(units_in_both_arms_are_taken_together),
           CHECK_TEST(any_order_gives_the_same_bytes),
           CHECK_TEST(bytes_come_back_or_are_refused))
