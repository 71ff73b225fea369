/* SPDX-License-Identifier: Apache-2.0 */
/* Kaplan-Meier, Nelson-Aalen, log-rank: published figures and lifelines, the laws of merging, what
   is not defined. */
#include "check.h"
#include "stats/survival.h"
#include "text/numeral.h"
#include "stats_oracle.h"

#define ROOT CHECK_SOURCE_ROOT
enum { MOST = 100000 };

static const csuccess_allocator *mem(void)
{
    return csuccess__malloc_allocator();
}

/* ---- Published figures ---- */

/* A column of a line of CSV without quotes. */
static csuccess_str column(const char *line, unsigned at)
{
    while (at-- > 0) line += check_span(line, ",\n") + 1;
    return (csuccess_str){line, check_span(line, ",\r\n")};
}

static bool is(csuccess_str text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

struct file {
    const char *path;
    unsigned time, event, group;
    const char *yes;      /* the event's word */
    const char *names[3]; /* of groups */
};

static void read_file(csuccess__survival groups[3], csuccess__survival *all,
                      const struct file *file)
{
    char *text = check_read(file->path, NULL);
    csuccess__survival_init(all, mem(), MOST);
    for (int i = 0; i < 3; i++) csuccess__survival_init(&groups[i], mem(), MOST);
    if (!CHECK(text != NULL)) return;
    for (const char *line = text + check_span(text, "\n") + 1; *line;
         line += check_span(line, "\n") + 1) {
        double time = 0;
        CHECK(csuccess__numeral_parse(column(line, file->time), &time));
        bool ended = is(column(line, file->event), file->yes);
        CHECK_OK(csuccess__survival_add(all, time, ended));
        for (int i = 0; i < 3 && file->names[i]; i++) {
            if (!is(column(line, file->group), file->names[i])) continue;
            CHECK_OK(csuccess__survival_add(&groups[i], time, ended));
        }
    }
    free(text);
}

static void free_groups(csuccess__survival groups[3], csuccess__survival *all)
{
    csuccess__survival_free(all);
    for (int i = 0; i < 3; i++) csuccess__survival_free(&groups[i]);
}

static void check_log_rank(csuccess__survival groups[3], uint32_t n, double chi_square,
                           double digits)
{
    csuccess__survival *parts[3] = {&groups[0], &groups[1], &groups[2]};
    csuccess__log_rank test;
    CHECK_OK(csuccess__log_rank_of(&test, parts, n, mem()));
    CHECK(test.present);
    CHECK_UINT(test.df, n - 1);
    CHECK_NUM(test.chi_square, chi_square, digits);
}

static void waltons_medians_and_log_rank_are_as_published(void)
{
    static const struct file file = {
        ROOT "/tests/data/survival/waltons_dataset.csv", 0, 1, 2, "1", {"control", "miR-137"}};
    csuccess__survival groups[3], all;
    read_file(groups, &all, &file);
    CHECK_UINT(all.ended.count + all.going.count, 163);
    CHECK_NUM(csuccess__survival_median_of(&all, 0.95).value.value, 56, 0);
    CHECK_NUM(csuccess__survival_median_of(&groups[0], 0.95).value.value, 58, 0);
    CHECK_NUM(csuccess__survival_median_of(&groups[1], 0.95).value.value, 26, 0);
    check_log_rank(groups, 2, 122.249125573, 5e-10);
    free_groups(groups, &all);
}

static void rossi_log_rank_is_as_published(void)
{
    static const struct file file = {
        ROOT "/tests/data/survival/rossi.csv", 0, 1, 2, "1", {"0", "1"}};
    csuccess__survival groups[3], all;
    read_file(groups, &all, &file);
    check_log_rank(groups, 2, 3.83756957655, 5e-12);
    free_groups(groups, &all);
}

static void telco_survival_and_log_rank_are_as_published(void)
{
    static const struct file file = {
        ROOT "/examples/telco/telco.csv",          5, 20, 15, "Yes",
        {"Month-to-month", "One year", "Two year"}};
    static const double published[][2] = {{1, .945961},  {6, .884826},  {12, .843200},
                                          {24, .788736}, {36, .748545}, {48, .708840},
                                          {60, .664404}, {72, .592790}};
    csuccess__survival groups[3], all;
    csuccess__survival_step step;
    read_file(groups, &all, &file);
    CHECK_UINT(all.ended.count + all.going.count, 7043);
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        CHECK(csuccess__survival_at(&step, &all, published[i][0], 0.95));
        CHECK_NUM(step.survival, published[i][1], 5e-7);
    }
    CHECK(!csuccess__survival_at(&step, &all, 72.5, 0.95)); /* nobody was seen so long */
    CHECK(!csuccess__survival_median_of(&all, 0.95).value.present);
    check_log_rank(groups, 3, 2352.87253826, 5e-8);
    free_groups(groups, &all);
}

/* ---- lifelines ---- */

enum { MOST_GROUPS = 8 };
static csuccess__survival kept[MOST_GROUPS];
static uint32_t kept_count;

static void check_figure(csuccess__figure figure, double expected)
{
    CHECK_INT(figure.present, !isnan(expected));
    CHECK_NUM(figure.value, isnan(expected) ? 0 : expected, 1e-10);
}

static void take_group(const oracle_row *row)
{
    csuccess__survival *s = &kept[kept_count++];
    csuccess__survival_init(s, mem(), MOST);
    for (size_t i = 0; i < row->n; i += 2) {
        CHECK_OK(csuccess__survival_add(s, row->f[i], row->f[i + 1] > 0.5));
    }
}

static void check_step(const double *f)
{
    csuccess__survival_step step;
    CHECK(csuccess__survival_at(&step, &kept[kept_count - 1], f[0], 0.95));
    CHECK_NUM(step.time, f[0], 0);
    CHECK_UINT(step.at_risk, (uint64_t)f[1]);
    CHECK_UINT(step.events, (uint64_t)f[2]);
    CHECK_NUM(step.survival, f[3], 1e-12);
    check_figure(step.low, f[4]);
    check_figure(step.high, f[5]);
    CHECK_NUM(step.hazard, f[6], 1e-12);
    CHECK_NUM(step.hazard_deviation, f[7], 1e-12);
}

static void check_median(const double *f)
{
    csuccess__survival_median median =
        csuccess__survival_median_of(&kept[kept_count - 1], 0.95);
    check_figure(median.value, f[0]);
    check_figure(median.low, f[1]);
    check_figure(median.high, f[2]);
}

static void check_comparison(const double *f)
{
    csuccess__survival *parts[MOST_GROUPS];
    csuccess__log_rank test;
    for (uint32_t i = 0; i < kept_count; i++) parts[i] = &kept[i];
    CHECK_OK(csuccess__log_rank_of(&test, parts, kept_count, mem()));
    if (test.present && test.df == (uint32_t)f[1]) {
        CHECK_NUM(test.chi_square, f[0], 1e-9 * (1 + f[0]));
        CHECK_NUM(test.p, f[2], 1e-10);
    } else {
        CHECK(test.df < f[1]); /* a group met no other at risk: it has no say */
    }
    while (kept_count > 0) csuccess__survival_free(&kept[--kept_count]);
}

static void check_row(const oracle_row *row)
{
    if (row->kind == 'g') take_group(row);
    if (row->kind == 's') check_step(row->f);
    if (row->kind == 'm') check_median(row->f);
    if (row->kind == 'l') check_comparison(row->f);
}

static void curves_and_tests_are_those_of_lifelines(void)
{
    CHECK(oracle_each(ROOT "/tests/data/survival.tsv", "gsml", check_row) > 700);
}

/* ---- Laws ---- */

static bool same_curve(csuccess__survival *a, csuccess__survival *b)
{
    csuccess__survival_walk u, v;
    csuccess__survival_start(&u, a, 0.9);
    csuccess__survival_start(&v, b, 0.9);
    while (csuccess__survival_next(&u)) {
        if (!csuccess__survival_next(&v)) return false;
        if (u.step.survival < v.step.survival || u.step.survival > v.step.survival)
            return false;
        if (u.step.at_risk != v.step.at_risk || u.step.events != v.step.events) return false;
        if (memcmp(&u.step.hazard, &v.step.hazard, sizeof u.step.hazard) != 0) return false;
        if (memcmp(&u.step.low.value, &v.step.low.value, sizeof(double)) != 0) return false;
    }
    return !csuccess__survival_next(&v);
}

static void survival_merges_in_any_order_and_split(void)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        csuccess__survival parts[3], all, back;
        csuccess__survival_step step;
        uint64_t state = seed;
        csuccess__survival_init(&all, mem(), MOST);
        csuccess__survival_init(&back, mem(), MOST);
        for (int i = 0; i < 3; i++) csuccess__survival_init(&parts[i], mem(), MOST);
        for (uint64_t i = seed % 80; i > 0; i--) {
            double t = (double)(check_random(&state) % 20) / 2;
            bool ended = check_random(&state) % 2;
            csuccess__survival *part = &parts[check_random(&state) % 3];
            CHECK_OK(csuccess__survival_add(&all, t, ended));
            CHECK_OK(csuccess__survival_add(part, t, ended));
            if (i % 9 == 0) csuccess__survival_at(&step, part, 3, 0.95); /* sorts */
        }
        for (int i = 3; i-- > 0;) CHECK_OK(csuccess__survival_merge(&back, &parts[i]));
        CHECK(same_curve(&all, &back));
        csuccess__survival_free(&all);
        csuccess__survival_free(&back);
        for (int i = 0; i < 3; i++) csuccess__survival_free(&parts[i]);
    }
}

static void an_empty_one_knows_nothing(void)
{
    csuccess__survival none, *groups[2] = {&none, &none};
    csuccess__survival_step step;
    csuccess__log_rank test;
    csuccess__survival_init(&none, mem(), 2);
    CHECK(!csuccess__survival_at(&step, &none, 0, 0.95));
    CHECK(!csuccess__survival_median_of(&none, 0.95).value.present);
    CHECK_OK(csuccess__log_rank_of(&test, groups, 2, mem()));
    CHECK(!test.present);
    CHECK_OK(csuccess__log_rank_of(&test, groups, 0, mem()));
    CHECK(!test.present);
    CHECK_RESULT(csuccess__log_rank_of(&test, groups, 65, mem()), CSUCCESS_ELIMIT);
    csuccess__survival_free(&none);
}

static void hostile_durations_and_limits_are_refused(void)
{
    csuccess__survival a, b;
    csuccess__survival_init(&a, mem(), 3);
    csuccess__survival_init(&b, mem(), 3);
    CHECK_RESULT(csuccess__survival_add(&a, -1, true), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess__survival_add(&a, NAN, true), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess__survival_add(&a, INFINITY, true), CSUCCESS_EINVALID);
    CHECK_OK(csuccess__survival_add(&a, 1, true));
    CHECK_OK(csuccess__survival_add(&a, 1, false));
    CHECK_OK(csuccess__survival_merge(&b, &a));
    CHECK_RESULT(csuccess__survival_merge(&b, &a), CSUCCESS_ELIMIT);
    CHECK_OK(csuccess__survival_add(&b, 1, false));
    CHECK_RESULT(csuccess__survival_add(&b, 1, true), CSUCCESS_ELIMIT);
    CHECK_UINT(b.ended.count + b.going.count, 3);
    csuccess__survival_free(&a);
    csuccess__survival_free(&b);
}

static void everybody_left_means_survival_zero_for_good(void)
{
    csuccess__survival s;
    csuccess__survival_step step;
    csuccess__survival_init(&s, mem(), 10);
    CHECK_OK(csuccess__survival_add(&s, 2, true));
    CHECK_OK(csuccess__survival_add(&s, 4, true));
    CHECK(csuccess__survival_at(&step, &s, 1, 0.95));
    CHECK(step.survival == 1 && step.at_risk == 2 && step.hazard == 0 && !step.low.present);
    CHECK(csuccess__survival_at(&step, &s, 100, 0.95));
    CHECK(step.survival == 0 && !step.low.present && step.hazard == 1.5);
    CHECK(!csuccess__survival_at(&step, &s, NAN, 0.95));
    csuccess__survival_free(&s);
}

/* Fader and Hardie's example: a yearly margin, retention constant: the sum of a geometric
   series. */
static void lifetime_value_is_margin_times_discounted_survival(void)
{
    double survival[400];
    for (int t = 0; t < 400; t++) survival[t] = t ? survival[t - 1] * 0.8 : 1;
    CHECK_NUM(csuccess__lifetime_value(survival, 400, 100, 0.1), 100 * 1.1 / (1.1 - 0.8), 1e-9);
    CHECK_NUM(csuccess__lifetime_value(survival, 3, 10, 0), 10 * (1 + 0.8 + 0.64), 1e-12);
    CHECK_NUM(csuccess__lifetime_value(survival, 0, 10, 0), 0, 0);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess__survival a, b, *groups[2] = {&a, &b};
    csuccess__log_rank test;
    csuccess_result r = CSUCCESS_OK;
    csuccess__survival_init(&a, &memory->allocator, 500);
    csuccess__survival_init(&b, &memory->allocator, 500);
    for (int i = 0; i < 100 && r >= 0; i++) r = csuccess__survival_add(&a, i, i % 3 == 0);
    if (r >= 0) r = csuccess__survival_merge(&b, &a);
    if (r < 0) CHECK_UINT(b.ended.count + b.going.count, 0);
    if (r >= 0) r = csuccess__log_rank_of(&test, groups, 2, &memory->allocator);
    if (r >= 0) CHECK(test.present && test.p == 1);
    csuccess__survival_free(&a);
    csuccess__survival_free(&b);
    return r;
}

static void refused_memory_changes_nothing(void)
{
    CHECK(check_faults(scenario, NULL) >= 5);
}

CHECK_MAIN(CHECK_TEST(waltons_medians_and_log_rank_are_as_published),
           CHECK_TEST(rossi_log_rank_is_as_published),
           CHECK_TEST(telco_survival_and_log_rank_are_as_published),
           CHECK_TEST(curves_and_tests_are_those_of_lifelines),
           CHECK_TEST(survival_merges_in_any_order_and_split),
           CHECK_TEST(an_empty_one_knows_nothing),
           CHECK_TEST(hostile_durations_and_limits_are_refused),
           CHECK_TEST(everybody_left_means_survival_zero_for_good),
           CHECK_TEST(lifetime_value_is_margin_times_discounted_survival),
           CHECK_TEST(refused_memory_changes_nothing))
