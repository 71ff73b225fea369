/* SPDX-License-Identifier: Apache-2.0 */
/* Accumulators: SciPy's and exact figures, the laws of merging, limits and refused memory. */
#include "stats/quantiles.h"
#include "stats/sum.h"
#include "stats/tally.h"
#include "stats/trend.h"
#include "stats_oracle.h"

enum { MOST_NUMBERS = 72 };

static void sum_row(const double *f)
{
    csuccess__sum sum;
    double mean = 0;
    size_t n = (size_t)f[0];
    csuccess__sum_start(&sum);
    for (size_t i = 0; i < n; i++) CHECK(csuccess__sum_add(&sum, f[5 + i]));
    CHECK_NUM(csuccess__sum_total(&sum), f[1], 0);
    CHECK(csuccess__sum_mean(&mean, &sum));
    CHECK_NUM(mean, f[2], 0);
    CHECK_NUM(sum.min, f[3], 0);
    CHECK_NUM(sum.max, f[4], 0);
}

static void quantile_row(const double *f)
{
    csuccess__quantiles q;
    double at = 0, rank = 0;
    size_t n = (size_t)f[0];
    csuccess__quantiles_init(&q, csuccess__malloc_allocator(), MOST_NUMBERS);
    for (size_t i = 0; i < n; i++) CHECK_OK(csuccess__quantiles_add(&q, f[5 + i]));
    CHECK(csuccess__quantiles_at(&at, &q, f[1]));
    CHECK_NUM(at, f[2], fabs(f[2]) * 1e-14 + 1e-12);
    CHECK(csuccess__quantiles_rank(&rank, &q, f[3]));
    CHECK_NUM(rank, f[4], 1e-12);
    csuccess__quantiles_free(&q);
}

static void trend_row(const double *f)
{
    csuccess__trend_point points[MOST_NUMBERS];
    size_t n = (size_t)f[0];
    for (size_t i = 0; i < n; i++) {
        points[i] = (csuccess__trend_point){(int64_t)f[5 + 2 * i], f[6 + 2 * i]};
    }
    csuccess__trend_input in = {points, n, points[0].time, f[1]};
    csuccess__trend trend;
    CHECK_OK(csuccess__trend_forecast(&trend, csuccess__malloc_allocator(), &in));
    CHECK(trend.present);
    CHECK_NUM(trend.slope, f[2], 1e-12);
    CHECK_NUM(trend.slope_low, f[3], 1e-12);
    CHECK_NUM(trend.slope_high, f[4], 1e-12);
    CHECK(trend.low <= trend.value && trend.value <= trend.high);
}

static void figures_are_those_of_scipy_and_of_fractions(void)
{
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/stats.tsv", NULL);
    if (!CHECK(text != NULL)) return;
    unsigned rows = 0;
    for (char *line = text; *line; line = strchr(line, '\n') + 1, rows++) {
        double f[MOST_NUMBERS];
        unsigned before = check_failures;
        if (oracle_numbers(line, f, MOST_NUMBERS) < 6) break;
        if (line[0] == 's') sum_row(f);
        if (line[0] == 'q') quantile_row(f);
        if (line[0] == 't') trend_row(f);
        if (check_failures != before) printf("# in row %u\n", rows + 1);
    }
    free(text);
    CHECK(rows >= 350);
}

/* Numbers that tie often and cover many sizes; whole nanos, so that a plain sum in integers is
   exact. */
static double sample(uint64_t *state)
{
    static const double sizes[] = {1e-9, 1e-3, 1, 1, 1, 1000, 1e9};
    return (double)((int64_t)(check_random(state) % 41) - 20) * sizes[check_random(state) % 7];
}

static void split_sums(uint64_t seed, csuccess__sum parts[3], csuccess__sum *all)
{
    csuccess__sum_start(all);
    for (int p = 0; p < 3; p++) csuccess__sum_start(&parts[p]);
    for (unsigned i = (unsigned)(seed % 50); i > 0; i--) {
        double x = sample(&seed);
        CHECK(csuccess__sum_add(all, x));
        CHECK(csuccess__sum_add(&parts[check_random(&seed) % 3], x));
    }
}

static bool same_sum(const csuccess__sum *a, const csuccess__sum *b)
{
    return csuccess__fixed_cmp(a->total, b->total) == 0 && a->count == b->count &&
           memcmp(&a->min, &b->min, sizeof a->min) == 0 &&
           memcmp(&a->max, &b->max, sizeof a->max) == 0;
}

static void sums_merge_in_any_order_and_grouping(void)
{
    for (uint64_t seed = 0; seed < 2000; seed++) {
        csuccess__sum parts[3], all, left, right, none;
        split_sums(seed, parts, &all);
        csuccess__sum_start(&none);
        left = parts[0]; /* (a + b) + c */
        CHECK(csuccess__sum_merge(&left, &parts[1]) && csuccess__sum_merge(&left, &parts[2]));
        right = parts[2]; /* (c + b) + a, then nothing */
        CHECK(csuccess__sum_merge(&right, &parts[1]) && csuccess__sum_merge(&right, &parts[0]));
        CHECK(csuccess__sum_merge(&right, &none) && csuccess__sum_merge(&none, &all));
        if (!CHECK(same_sum(&left, &all) && same_sum(&right, &all) && same_sum(&none, &all)))
            return;
    }
}

static void a_sum_refuses_what_it_cannot_hold(void)
{
    csuccess__sum sum, before;
    double mean = 5;
    csuccess__sum_start(&sum);
    CHECK(!csuccess__sum_mean(&mean, &sum));
    CHECK_NUM(mean, 5, 0);
    CHECK(csuccess__sum_add(&sum, 1));
    before = sum;
    CHECK(!csuccess__sum_add(&sum, NAN));
    CHECK(!csuccess__sum_add(&sum, -INFINITY));
    CHECK(!csuccess__sum_add(&sum, 1e28));
    CHECK(same_sum(&sum, &before));
    while (csuccess__sum_add(&sum, 9e27)) before = sum;
    CHECK(same_sum(&sum, &before) && sum.count > 10);
    CHECK(!csuccess__sum_merge(&sum, &before) && same_sum(&sum, &before));
    csuccess__sum_start(&sum);
    CHECK(csuccess__sum_add(&sum, 0.0) && csuccess__sum_add(&sum, -0.0));
    CHECK(!signbit(sum.min) && !signbit(sum.max)); /* or the order of adding would show */
}

static void check_same_quantiles(csuccess__quantiles *a, csuccess__quantiles *b)
{
    for (double p = 0; p <= 1; p += 0.125) {
        double x = 1, y = 2;
        CHECK(csuccess__quantiles_at(&x, a, p) && csuccess__quantiles_at(&y, b, p));
        CHECK(memcmp(&x, &y, sizeof x) == 0);
        CHECK(csuccess__quantiles_rank(&x, a, p) && csuccess__quantiles_rank(&y, b, p));
        CHECK_NUM(x, y, 0);
    }
}

/* A third of the cases has values that are missing on one side, so that merges meet empty ones.
   */
static void quantiles_merge_in_any_order(void)
{
    for (uint64_t seed = 0; seed < 300; seed++) {
        csuccess__quantiles a, b, all;
        uint64_t state = seed;
        csuccess__quantiles_init(&a, csuccess__malloc_allocator(), 1000);
        csuccess__quantiles_init(&b, csuccess__malloc_allocator(), 1000);
        csuccess__quantiles_init(&all, csuccess__malloc_allocator(), 1000);
        for (uint64_t i = seed % 70; i > 0; i--) {
            double x = sample(&state), y;
            bool first = seed % 3 && check_random(&state) % 2;
            CHECK_OK(csuccess__quantiles_add(first ? &a : &b, x));
            CHECK_OK(csuccess__quantiles_add(&all, x));
            if (i % 10 == 0)
                CHECK(csuccess__quantiles_at(&y, first ? &a : &b, 0.5)); /* sorts */
        }
        CHECK_OK(csuccess__quantiles_merge(&a, &b));
        CHECK_UINT(a.count, all.count);
        if (all.count > 0) check_same_quantiles(&a, &all);
        csuccess__quantiles_free(&a);
        csuccess__quantiles_free(&b);
        csuccess__quantiles_free(&all);
    }
}

static void sorting_puts_every_order_in_order(void)
{
    double values[200];
    uint64_t state = 8;
    for (size_t n = 0; n <= 200; n += n < 20 ? 1 : 30) {
        for (int kind = 0; kind < 4; kind++) {
            double sum = 0, sorted_sum = 0;
            for (size_t i = 0; i < n; i++) {
                values[i] = kind == 0   ? (double)i
                            : kind == 1 ? (double)(n - i)
                            : kind == 2 ? (double)(check_random(&state) % 5)
                                        : (double)(check_random(&state) >> 40);
                sum += values[i];
            }
            csuccess__sort_doubles(values, n);
            for (size_t i = 0; i < n; i++) {
                CHECK(i == 0 || values[i - 1] <= values[i]);
                sorted_sum += values[i];
            }
            CHECK_NUM(sorted_sum, sum, 0);
        }
    }
}

static void quantiles_have_limits(void)
{
    csuccess__quantiles q, more;
    double out = 7;
    csuccess__quantiles_init(&q, csuccess__malloc_allocator(), 3);
    csuccess__quantiles_init(&more, csuccess__malloc_allocator(), 3);
    CHECK(!csuccess__quantiles_at(&out, &q, 0.5));
    CHECK(!csuccess__quantiles_rank(&out, &q, 1));
    CHECK_RESULT(csuccess__quantiles_add(&q, NAN), CSUCCESS_EINVALID);
    CHECK_OK(csuccess__quantiles_add(&q, 1.7e308));
    CHECK_OK(csuccess__quantiles_add(&q, -1.7e308));
    CHECK(csuccess__quantiles_at(&out, &q, 0.5));
    CHECK_NUM(out, 0, 0); /* although their distance is beyond the largest double */
    out = 7;
    CHECK(!csuccess__quantiles_at(&out, &q, 1.5));
    CHECK(!csuccess__quantiles_at(&out, &q, NAN));
    CHECK(!csuccess__quantiles_rank(&out, &q, NAN));
    CHECK_NUM(out, 7, 0);
    CHECK_OK(csuccess__quantiles_merge(&more, &q));
    CHECK_RESULT(csuccess__quantiles_merge(&more, &q), CSUCCESS_ELIMIT);
    CHECK_UINT(more.count, 2);
    CHECK_OK(csuccess__quantiles_add(&more, 1));
    CHECK_RESULT(csuccess__quantiles_add(&more, 1), CSUCCESS_ELIMIT);
    csuccess__quantiles_free(&q);
    csuccess__quantiles_free(&more);
}

static void tallies_count_and_merge(void)
{
    csuccess__tally a, b;
    csuccess__tally_init(&a, csuccess__malloc_allocator(), 100);
    csuccess__tally_init(&b, csuccess__malloc_allocator(), 100);
    CHECK_OK(csuccess__tally_add(&a, 3, 2));
    CHECK_OK(csuccess__tally_add(&a, 0, 1));
    CHECK_OK(csuccess__tally_add(&b, 99, 5));
    CHECK_RESULT(csuccess__tally_add(&a, 100, 1), CSUCCESS_ELIMIT);
    CHECK_RESULT(csuccess__tally_add(&a, UINT32_MAX, 1), CSUCCESS_ELIMIT);
    CHECK_RESULT(csuccess__tally_add(&a, 1, UINT64_MAX), CSUCCESS_ELIMIT);
    CHECK_UINT(a.total, 3);
    CHECK_OK(csuccess__tally_merge(&a, &b)); /* the shorter takes the longer */
    CHECK_OK(csuccess__tally_merge(&b, &a)); /* and the other way round */
    CHECK_OK(csuccess__tally_merge(&a, &a));
    CHECK_UINT(csuccess__tally_get(&a, 3), 4);
    CHECK_UINT(csuccess__tally_get(&a, 99), 10);
    CHECK_UINT(csuccess__tally_get(&a, 50), 0);
    CHECK_UINT(csuccess__tally_get(&a, 5000), 0);
    CHECK_UINT(a.total, 16);
    CHECK_UINT(csuccess__tally_get(&b, 99), 10);
    csuccess__tally_free(&a);
    csuccess__tally_free(&b);
}

static csuccess_result forecast(csuccess__trend *out, const csuccess__trend_point *points,
                                size_t n, int64_t days)
{
    csuccess__trend_input in = {points, n, days * 86400000, 0.9};
    return csuccess__trend_forecast(out, csuccess__malloc_allocator(), &in);
}

static csuccess__trend_point on_day(int64_t day, double value)
{
    return (csuccess__trend_point){day * 86400000, value};
}

static void a_forecast_follows_the_line_not_the_outlier(void)
{
    csuccess__trend_point points[10];
    csuccess__trend trend, turned;
    for (int i = 0; i < 10; i++) points[i] = on_day(i, 90 - 2 * i);
    CHECK_OK(forecast(&trend, points, 10, 30));
    CHECK(trend.present);
    CHECK_NUM(trend.slope, -2, 1e-12);
    CHECK_NUM(trend.value, 30, 1e-9);
    CHECK_NUM(trend.high - trend.low, 0, 1e-9); /* nothing is off the line */
    points[9].value = 500;
    CHECK_OK(forecast(&trend, points, 10, 30));
    CHECK_NUM(trend.slope, -2, 1e-12);
    CHECK_NUM(trend.value, 30, 1e-9);
    CHECK(trend.high > 30 && trend.low >= 29);
    for (int i = 0; i < 5; i++) { /* any order of points gives the same bits */
        csuccess__trend_point other = points[i];
        points[i] = points[9 - i];
        points[9 - i] = other;
    }
    CHECK_OK(forecast(&turned, points, 10, 30));
    CHECK(turned.value == trend.value && turned.low == trend.low && turned.high == trend.high);
}

static void the_interval_widens_with_the_distance(void)
{
    csuccess__trend_point points[12];
    csuccess__trend near, far;
    uint64_t state = 6;
    for (int i = 0; i < 12; i++) {
        points[i] = on_day(7 * i, 70 - i + (double)(check_random(&state) % 100) / 20);
    }
    CHECK_OK(forecast(&near, points, 12, 80));
    CHECK_OK(forecast(&far, points, 12, 400));
    CHECK(far.high - far.low > near.high - near.low);
    CHECK(near.slope_low <= near.slope && near.slope <= near.slope_high);
}

static void a_forecast_needs_three_points_and_two_times(void)
{
    csuccess__trend_point points[CSUCCESS__TREND_POINTS + 1] = {{0, 0}};
    csuccess__trend trend;
    points[1] = on_day(1, 1);
    CHECK_OK(forecast(&trend, points, 0, 5));
    CHECK(!trend.present);
    CHECK_OK(forecast(&trend, points, 2, 5));
    CHECK(!trend.present);
    CHECK_OK(forecast(&trend, points, 3, 5));
    CHECK(trend.present);
    points[1] = on_day(0, 1);
    CHECK_OK(forecast(&trend, points, 3, 5));
    CHECK(!trend.present);
    CHECK_OK(forecast(&trend, points, CSUCCESS__TREND_POINTS, 5));
    CHECK_RESULT(forecast(&trend, points, CSUCCESS__TREND_POINTS + 1, 5), CSUCCESS_ELIMIT);
    points[1] = on_day(1, 1.7e308);
    points[2] = on_day(2, -1.7e308);
    CHECK_OK(forecast(&trend, points, 3, 5));
    CHECK(!trend.present); /* the slope overflows */
    points[2] = on_day(2, NAN);
    CHECK_RESULT(forecast(&trend, points, 3, 5), CSUCCESS_EINVALID);
    csuccess__trend_input in = {points, 2, 0, 0.93};
    CHECK_RESULT(csuccess__trend_forecast(&trend, csuccess__malloc_allocator(), &in),
                 CSUCCESS_EINVALID);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    (void)ud;
    const csuccess_allocator *mem = &memory->allocator;
    csuccess__quantiles q;
    csuccess__tally tally;
    csuccess__trend trend;
    csuccess__trend_point points[3] = {on_day(0, 1), on_day(1, 2), on_day(2, 4)};
    csuccess__trend_input in = {points, 3, 0, 0.8};
    csuccess_result r = CSUCCESS_OK;
    csuccess__quantiles_init(&q, mem, 200);
    csuccess__tally_init(&tally, mem, 10);
    for (size_t i = 0; i < 150 && r >= 0; i++) {
        r = csuccess__quantiles_add(&q, (double)i);
        CHECK_UINT(q.count, r < 0 ? i : i + 1);
    }
    if (r >= 0) r = csuccess__tally_add(&tally, 2, 1);
    if (r >= 0) r = csuccess__tally_add(&tally, 7, 1);
    CHECK(r >= 0 || csuccess__tally_get(&tally, 7) == 0);
    if (r >= 0) r = csuccess__trend_forecast(&trend, mem, &in);
    csuccess__quantiles_free(&q);
    csuccess__tally_free(&tally);
    return r;
}

static void refused_memory_changes_nothing(void)
{
    CHECK(check_faults(scenario, NULL) >= 5);
}

CHECK_MAIN(CHECK_TEST(figures_are_those_of_scipy_and_of_fractions),
           CHECK_TEST(sums_merge_in_any_order_and_grouping),
           CHECK_TEST(a_sum_refuses_what_it_cannot_hold),
           CHECK_TEST(quantiles_merge_in_any_order),
           CHECK_TEST(sorting_puts_every_order_in_order), CHECK_TEST(quantiles_have_limits),
           CHECK_TEST(tallies_count_and_merge),
           CHECK_TEST(a_forecast_follows_the_line_not_the_outlier),
           CHECK_TEST(the_interval_widens_with_the_distance),
           CHECK_TEST(a_forecast_needs_three_points_and_two_times),
           CHECK_TEST(refused_memory_changes_nothing))
