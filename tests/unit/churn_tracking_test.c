/* SPDX-License-Identifier: Apache-2.0 */
/* Predictions and what became of them: windows, figures of scikit-learn, intervals, policy, targets, merging. */
#include "churn/tracking.h"
#include "stats_oracle.h"

#define DAY INT64_C(86400000)
#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

static int64_t day(double d)
{
    return START + (int64_t)(d * (double)DAY);
}

typedef struct given {
    double probability, at, churn, observed, acted; /* days; churn NAN: none */
} given;

static csuccess_tracked prediction_of(const given *g)
{
    csuccess_tracked p = CSUCCESS_TRACKED_INIT;
    p.probability = g->probability;
    p.at_ms = day(g->at);
    p.horizon_ms = 30 * DAY;
    p.calibrated = 1;
    p.level = g->probability >= 0.8   ? CSUCCESS_STR("critical")
              : g->probability >= 0.5 ? CSUCCESS_STR("high")
                                      : CSUCCESS_STR("low");
    p.model = CSUCCESS_STR("sha256:aa");
    return p;
}

static csuccess_tracked_outcome outcome_of(const given *g)
{
    csuccess_tracked_outcome o = CSUCCESS_TRACKED_OUTCOME_INIT;
    o.observed_until = day(g->observed);
    o.acted = g->acted > 0;
    if (!isnan(g->churn)) {
        o.present = CSUCCESS_TRACKED_OUTCOME_CHURNED;
        o.churned_at = day(g->churn);
    }
    return o;
}

static csuccess_result add(csuccess_tracking *t, const given *g)
{
    static const csuccess_str actions[] = {{"call", 4}, {"offer", 5}, {"call", 4}};
    csuccess_tracked p = prediction_of(g);
    csuccess_tracked_outcome o = outcome_of(g);
    p.action = actions;
    p.actions = g->probability >= 0.8 ? 3 : g->probability >= 0.5 ? 1 : 0;
    return csuccess_tracking_add(t, &p, &o, NULL);
}

static csuccess_tracking *start(const csuccess_tracking_options *options)
{
    csuccess_tracking *t = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (csuccess_tracking_new(&t, options, &err) < 0) printf("# %s\n", err.message);
    CHECK(t != NULL);
    return t;
}

static csuccess_tracking_figures figures(const csuccess_tracking *t)
{
    csuccess_tracking_figures f = CSUCCESS_TRACKING_FIGURES_INIT;
    CHECK_OK(csuccess_tracking_total(t, &f));
    return f;
}

static csuccess_rate rate(const csuccess_tracking *t, uint32_t which)
{
    csuccess_rate r = CSUCCESS_RATE_INIT;
    CHECK_OK(csuccess_tracking_rate(t, which, &r));
    return r;
}

/* ---- Against other programs: tests/oracles/tracking.py ---- */

enum { FIELDS = 16 };

static void compare_figures(const csuccess_tracking *t, const double *f)
{
    csuccess_tracking_figures got = figures(t);
    CHECK_UINT(got.pending, (uint64_t)f[1]);
    CHECK_UINT(got.left_out, (uint64_t)f[2]);
    CHECK_UINT(got.matured, (uint64_t)f[3]);
    CHECK_NUM(rate(t, CSUCCESS_RATE_ACCURACY).value, f[4], 1e-12);
    CHECK_NUM(rate(t, CSUCCESS_RATE_PRECISION).value, f[5], 1e-12);
    CHECK_NUM(rate(t, CSUCCESS_RATE_RECALL).value, f[6], 1e-12);
    CHECK_NUM(rate(t, CSUCCESS_RATE_FALSE_POSITIVE_RATE).value, f[7], 1e-12);
    CHECK_NUM(got.f1, f[8], 1e-12);
    CHECK_UINT(got.calibration_basis, CSUCCESS_TRACKING_LEFT_ALONE);
    CHECK_NUM(got.brier, f[9], 1e-9);
    CHECK_NUM(got.log_loss, f[10], 1e-9);
    CHECK_NUM(got.ece, f[11], 1e-9);
    CHECK_NUM(got.lead_mean_days, f[12], 1e-9);
    CHECK_NUM(got.lead_median_days, f[13], 0);
}

static void figures_are_those_of_other_programs(void)
{
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/tracking.tsv", NULL);
    if (!CHECK(text != NULL)) return;
    csuccess_tracking *t = start(NULL);
    unsigned intervals = 0, cases = 0;
    for (char *line = text; *line; line = strchr(line, '\n') + 1) {
        double f[FIELDS], low, high;
        if (oracle_numbers(line, f, FIELDS) < 5) break;
        if (*line == 'w') {
            csuccess__wilson((uint64_t)f[0], (uint64_t)f[1], f[2], &low, &high);
            CHECK_NUM(low, f[3], 1e-12);
            CHECK_NUM(high, f[4], 1e-12);
            intervals++;
        } else if (*line == 'p') {
            given g = {f[1], f[2], f[3], f[4], f[5]};
            CHECK_OK(add(t, &g));
        } else {
            compare_figures(t, f);
            csuccess_tracking_free(t);
            t = start(NULL);
            cases++;
        }
    }
    CHECK_UINT(intervals, 60);
    CHECK_UINT(cases, 8);
    csuccess_tracking_free(t);
    free(text);
}

/* ---- Windows ---- */

static void a_window_that_has_not_closed_is_pending(void)
{
    static const struct {
        given given;
        uint64_t pending, left_out, churned, stayed;
    } cases[] = {
        {{0.7, 0, NAN, 29, 0}, 1, 0, 0, 0}, /* the window ends on day 32 */
        {{0.7, 0, NAN, 32, 0}, 0, 0, 0, 1}, /* and has closed */
        {{0.7, 0, 32, 20, 0}, 0, 0, 1, 0},  /* its last moment is in it */
        {{0.7, 0, 33, 20, 0}, 0, 0, 0, 1},  /* too late for this prediction */
        {{0.7, 0, 2, 20, 0}, 0, 1, 0, 0},   /* within the gap */
        {{0.7, 0, -1, 20, 0}, 0, 1, 0, 0},  /* had left already */
        {{0.7, 0, 2.5, 20, 0}, 0, 0, 1, 0},
    };
    csuccess_tracking_options o = CSUCCESS_TRACKING_OPTIONS_INIT;
    o.gap_ms = 2 * DAY;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csuccess_tracking *t = start(&o);
        CHECK_OK(add(t, &cases[i].given));
        csuccess_tracking_figures f = figures(t);
        CHECK_UINT(f.pending, cases[i].pending);
        CHECK_UINT(f.left_out, cases[i].left_out);
        CHECK_UINT(f.churned, cases[i].churned);
        CHECK_UINT(f.matured - f.churned, cases[i].stayed);
        csuccess_tracking_free(t);
    }
}

static void without_an_outcome_it_is_pending(void)
{
    csuccess_tracking *t = start(NULL);
    given g = {0.9, 0, NAN, 0, 0};
    csuccess_tracked p = prediction_of(&g);
    csuccess_rate r = CSUCCESS_RATE_INIT;
    CHECK_OK(csuccess_tracking_add(t, &p, NULL, NULL));
    CHECK_UINT(figures(t).pending, 1);
    CHECK_UINT(figures(t).present, 0);
    CHECK_RESULT(csuccess_tracking_rate(t, CSUCCESS_RATE_PRECISION, &r), CSUCCESS_UNDECIDED);
    CHECK_NUM(r.high - r.low, 1, 0);
    csuccess_tracking_free(t);
}

/* ---- False positives, by level and by action, and what the policy makes of them ---- */

/* n predictions of one probability, of which `churned` come true after 10 days. */
static void add_many(csuccess_tracking *t, double p, int n, int churned, double acted)
{
    for (int i = 0; i < n; i++) {
        given g = {p, 0, i < churned ? 10 : NAN, 40, acted};
        CHECK_OK(add(t, &g));
    }
}

static csuccess_tracking_group group(const csuccess_tracking *t, uint32_t by, size_t i)
{
    csuccess_tracking_group g = CSUCCESS_TRACKING_GROUP_INIT;
    CHECK_OK(csuccess_tracking_group_at(t, by, i, &g));
    return g;
}

static void handle_false_positives(void)
{
    csuccess_tracking *t = start(NULL);
    add_many(t, 0.9, 40, 30, 0); /* critical: call, offer */
    add_many(t, 0.6, 80, 10, 0); /* high: call; 70 of 80 stayed */
    add_many(t, 0.1, 300, 6, 0); /* low: nothing */
    CHECK_UINT(csuccess_tracking_groups(t, CSUCCESS_BY_LEVEL), 3);
    CHECK_UINT(csuccess_tracking_groups(t, CSUCCESS_BY_MODEL), 1);
    csuccess_tracking_group critical = group(t, CSUCCESS_BY_LEVEL, 0);
    CHECK_STR(critical.name, "critical");
    CHECK_NUM(critical.false_share, 0.25, 1e-12);
    CHECK_UINT(critical.advice, CSUCCESS_ADVICE_KEEP);
    csuccess_tracking_group high = group(t, CSUCCESS_BY_LEVEL, 1);
    CHECK_NUM(high.false_share, 0.875, 1e-12);
    CHECK_UINT(high.advice, CSUCCESS_ADVICE_LOWER_PRIORITY);
    csuccess_tracking_group call = group(t, CSUCCESS_BY_ACTION, 0);
    CHECK_STR(call.name, "call");
    CHECK_UINT(call.predictions, 120); /* each once, though it is named twice */
    CHECK_NUM(call.false_share, 80.0 / 120, 1e-12);
    CHECK_UINT(call.advice, CSUCCESS_ADVICE_LOWER_PRIORITY);
    CHECK_UINT(group(t, CSUCCESS_BY_ACTION, 1).advice, CSUCCESS_ADVICE_KEEP);
    /* False alarms: 80 of 374 who stayed. From 0.601 on only the 40 are alarms: 10 of 374. */
    csuccess_tracking_advice a = CSUCCESS_TRACKING_ADVICE_INIT;
    CHECK_OK(csuccess_tracking_advise(t, &a));
    CHECK_UINT(a.advice, CSUCCESS_ADVICE_RAISE_THRESHOLD);
    CHECK_NUM(a.false_positive_rate, 80.0 / 374, 1e-12);
    CHECK_NUM(a.suggested, 0.601, 1e-12);
    CHECK_NUM(a.suggested_false_positive_rate, 10.0 / 374, 1e-12);
    CHECK_NUM(a.precision, 40.0 / 120, 1e-12);
    CHECK_NUM(a.suggested_precision, 0.75, 1e-12);
    CHECK_NUM(a.recall, 40.0 / 46, 1e-12);
    CHECK_NUM(a.suggested_recall, 30.0 / 46, 1e-12);
    csuccess_tracking_free(t);
}

static void advice_waits_for_enough_and_says_when_nothing_helps(void)
{
    csuccess_tracking_advice a = CSUCCESS_TRACKING_ADVICE_INIT;
    csuccess_tracking *t = start(NULL);
    add_many(t, 0.9, 29, 0, 0);
    CHECK_OK(csuccess_tracking_advise(t, &a));
    CHECK_UINT(a.advice, CSUCCESS_ADVICE_TOO_FEW);
    CHECK_UINT(group(t, CSUCCESS_BY_LEVEL, 0).advice, CSUCCESS_ADVICE_TOO_FEW);
    add_many(t, 0.9, 31, 5, 0);
    CHECK_OK(csuccess_tracking_advise(t, &a));
    CHECK_UINT(a.advice, CSUCCESS_ADVICE_RETRAIN);
    CHECK_NUM(a.suggested, a.threshold, 0);
    csuccess_tracking_free(t);
    t = start(NULL);
    add_many(t, 0.9, 20, 18, 0);
    add_many(t, 0.2, 200, 4, 0);
    CHECK_OK(csuccess_tracking_advise(t, &a));
    CHECK_UINT(a.advice, CSUCCESS_ADVICE_KEEP);
    csuccess_tracking_free(t);
}

/* 100 calls that saved 90 must not count as 90 false alarms, when 50 left alone tell that 40 would have gone. */
static void those_who_were_saved_are_no_false_alarms(void)
{
    csuccess_tracking *t = start(NULL);
    add_many(t, 0.9, 100, 10, 1);
    add_many(t, 0.9, 50, 40, 0);
    csuccess_tracking_group g = group(t, CSUCCESS_BY_LEVEL, 0);
    CHECK_UINT(g.basis, CSUCCESS_TRACKING_LEFT_ALONE);
    CHECK_NUM(g.false_share, 0.2, 1e-12);
    CHECK_UINT(g.acted, 100);
    CHECK_UINT(g.acted_stayed, 90);
    csuccess_tracking_figures f = figures(t);
    CHECK_UINT(f.calibration_rows, 50);
    CHECK_NUM(f.observed, 0.8, 1e-12);
    CHECK_NUM(f.expected, 0.9, 1e-12);
    csuccess_tracking_free(t);
}

/* ---- Lead time and targets ---- */

static void lead_time_is_that_of_first_alarms_where_they_are_known(void)
{
    static const double leads[] = {70, 65.5, 20};
    csuccess_tracking *t = start(NULL);
    for (size_t i = 0; i < 3; i++) {
        given g = {0.9, 0, leads[i], 0, 0};
        csuccess_tracked p = prediction_of(&g);
        csuccess_tracked_outcome o = outcome_of(&g);
        p.horizon_ms = 90 * DAY;
        CHECK_OK(csuccess_tracking_add(t, &p, &o, NULL));
    }
    csuccess_tracking_figures f = figures(t);
    CHECK_UINT(f.lead_basis, CSUCCESS_TRACKING_ALL);
    CHECK_NUM(f.lead_median_days, 65, 0);
    CHECK_NUM(f.lead_mean_days, 155.5 / 3, 1e-9);
    given g = {0.9, 0, 80, 0, 0};
    csuccess_tracked p = prediction_of(&g);
    csuccess_tracked_outcome o = outcome_of(&g);
    p.horizon_ms = 90 * DAY;
    p.present = CSUCCESS_TRACKED_FIRST;
    p.first = 1;
    CHECK_OK(csuccess_tracking_add(t, &p, &o, NULL));
    f = figures(t);
    CHECK_UINT(f.lead_basis, CSUCCESS_TRACKING_FIRST);
    CHECK_UINT(f.leads, 1);
    CHECK_NUM(f.lead_median_days, 80, 0);
    csuccess_tracking_free(t);
}

static csuccess_target target(const csuccess_tracking *t, const char *set, uint32_t i)
{
    csuccess_target out = CSUCCESS_TARGET_INIT;
    CHECK_OK(csuccess_tracking_target(t, check_view(set), i, NULL, &out));
    return out;
}

static const char automation[] = "retention-automation";

static void churn_prediction_accuracy(void)
{
    csuccess_tracking *t = start(NULL);
    CHECK_UINT(csuccess_tracking_targets(check_view(automation)), 3);
    CHECK_INT(target(t, automation, 0).met, -1);
    add_many(t, 0.9, 100, 95, 0);
    add_many(t, 0.1, 900, 15, 0);
    csuccess_target got = target(t, automation, 0);
    CHECK_STR(got.name, "churn_prediction_accuracy");
    CHECK_NUM(got.value, 0.98, 1e-12);
    CHECK_NUM(got.target, 0.92, 0);
    CHECK_NUM(got.baseline, 0.89, 1e-12); /* what saying "nobody leaves" gets right */
    CHECK_INT(got.met, 1);
    CHECK_INT(got.sure, 1);
    double harder = 0.978;
    CHECK_OK(csuccess_tracking_target(t, check_view(automation), 0, &harder, &got));
    CHECK_INT(got.met, 1);
    CHECK_INT(got.sure, 0);
    csuccess_tracking_free(t);
}

static void false_positive_rate(void)
{
    csuccess_tracking *t = start(NULL);
    add_many(t, 0.9, 100, 10, 0); /* 90 false alarms */
    add_many(t, 0.1, 300, 0, 0);
    csuccess_target got = target(t, automation, 1);
    CHECK_STR(got.name, "false_positive_rate");
    CHECK_NUM(got.value, 90.0 / 390, 1e-12);
    CHECK_INT(got.met, 0);
    CHECK_INT(got.sure, 1);
    csuccess_tracking_free(t);
}

static void early_warning_days(void)
{
    csuccess_tracking *t = start(NULL);
    given g = {0.9, 0, 75, 0, 0};
    csuccess_tracked p = prediction_of(&g);
    csuccess_tracked_outcome o = outcome_of(&g);
    CHECK_INT(target(t, automation, 2).met, -1);
    p.horizon_ms = 90 * DAY;
    CHECK_OK(csuccess_tracking_add(t, &p, &o, NULL));
    csuccess_target got = target(t, automation, 2);
    CHECK_STR(got.name, "early_warning_days");
    CHECK_NUM(got.value, 75, 0);
    CHECK_INT(got.met, 1);
    csuccess_tracking_free(t);
}

/* Above 90 %, so 90 % itself does not do. */
static void churn_accuracy(void)
{
    csuccess_tracking *t = start(NULL);
    add_many(t, 0.9, 10, 10, 0);
    add_many(t, 0.1, 90, 10, 0);
    CHECK_INT(target(t, "customer-success", 0).met, 0);
    add_many(t, 0.1, 1, 0, 0);
    CHECK_INT(target(t, "customer-success", 0).met, 1);
    csuccess_target out = CSUCCESS_TARGET_INIT;
    CHECK_RESULT(csuccess_tracking_target(t, CSUCCESS_STR("none"), 0, NULL, &out),
                 CSUCCESS_ENAME);
    CHECK_RESULT(csuccess_tracking_target(t, CSUCCESS_STR("customer-success"), 1, NULL, &out),
                 CSUCCESS_EINVALID);
    csuccess_tracking_free(t);
}

/* ---- Laws ---- */

static given random_given(uint64_t *seed)
{
    uint64_t r = check_random(seed);
    given g = {(double)(r % 1001) / 1000, (double)(r >> 10 & 31), NAN,
               (double)(r >> 16 & 63) + 20, (double)(r >> 24 & 1)};
    if (r >> 32 & 1) g.churn = g.at + (double)(r >> 40 & 63) - 3;
    return g;
}

static void compare_tracking(const csuccess_tracking *a, const csuccess_tracking *b)
{
    csuccess_tracking_figures fa = figures(a), fb = figures(b);
    CHECK(memcmp(&fa, &fb, sizeof fa) == 0);
    for (uint32_t by = 1; by <= 3; by++) {
        CHECK_UINT(csuccess_tracking_groups(a, by), csuccess_tracking_groups(b, by));
        for (size_t i = 0; i < csuccess_tracking_groups(a, by); i++) {
            csuccess_tracking_group x = group(a, by, i), y = group(b, by, i);
            CHECK(x.name.len == y.name.len && memcmp(x.name.ptr, y.name.ptr, x.name.len) == 0);
            x.name = y.name;
            CHECK(memcmp(&x, &y, sizeof x) == 0);
        }
    }
    csuccess_tracking_advice x = CSUCCESS_TRACKING_ADVICE_INIT, y = x;
    CHECK_OK(csuccess_tracking_advise(a, &x));
    CHECK_OK(csuccess_tracking_advise(b, &y));
    CHECK(memcmp(&x, &y, sizeof x) == 0);
}

static void order_and_parts_do_not_show(void)
{
    enum { MANY = 400 };
    static given rows[MANY];
    uint64_t seed = 5;
    csuccess_tracking *all = start(NULL);
    for (size_t i = 0; i < MANY; i++) {
        rows[i] = random_given(&seed);
        CHECK_OK(add(all, &rows[i]));
    }
    for (int run = 0; run < 6; run++) {
        csuccess_tracking *parts[3] = {start(NULL), start(NULL), start(NULL)};
        for (size_t i = 0; i < MANY; i++) {
            size_t from = run % 2 ? MANY - 1 - i : i;
            CHECK_OK(add(parts[check_random(&seed) % 3], &rows[from]));
        }
        CHECK_OK(csuccess_tracking_merge(parts[1], parts[2], NULL));
        CHECK_OK(csuccess_tracking_merge(parts[0], parts[1], NULL));
        compare_tracking(all, parts[0]);
        for (int i = 0; i < 3; i++) csuccess_tracking_free(parts[i]);
    }
    csuccess_tracking_free(all);
}

static void what_cannot_be_is_refused(void)
{
    csuccess_tracking_options o = CSUCCESS_TRACKING_OPTIONS_INIT;
    csuccess_tracking *t = start(NULL), *other = NULL;
    given good = {0.5, 0, NAN, 40, 0};
    csuccess_tracked p = prediction_of(&good);
    p.probability = NAN;
    CHECK_RESULT(csuccess_tracking_add(t, &p, NULL, NULL), CSUCCESS_ERANGE);
    p = prediction_of(&good);
    p.horizon_ms = 0;
    CHECK_RESULT(csuccess_tracking_add(t, &p, NULL, NULL), CSUCCESS_ERANGE);
    p = prediction_of(&good);
    p.at_ms = INT64_MAX;
    CHECK_RESULT(csuccess_tracking_add(t, &p, NULL, NULL), CSUCCESS_ERANGE);
    p = prediction_of(&good);
    p.actions = 65;
    CHECK_RESULT(csuccess_tracking_add(t, &p, NULL, NULL), CSUCCESS_ELIMIT);
    p.actions = 1;
    CHECK_RESULT(csuccess_tracking_add(t, &p, NULL, NULL), CSUCCESS_EINVALID);
    o.threshold = 1;
    CHECK_RESULT(csuccess_tracking_new(&other, &o, NULL), CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_tracking_merge(t, t, NULL), CSUCCESS_EINVALID);
    CHECK_UINT(figures(t).predictions, 0);
    CHECK_UINT(csuccess_tracking_groups(t, CSUCCESS_BY_LEVEL), 0);
    csuccess_tracking_free(t);
    csuccess_tracking_free(NULL);
}

static csuccess_result add_levels(csuccess_tracking *t, int first, int n)
{
    char name[16];
    csuccess_result result = CSUCCESS_OK;
    given g = {0.5, 0, NAN, 40, 0};
    for (int i = first; i < first + n && result >= 0; i++) {
        csuccess_tracked p = prediction_of(&g);
        snprintf(name, sizeof name, "l%d", i);
        p.level = check_view(name);
        result = csuccess_tracking_add(t, &p, NULL, NULL);
    }
    return result;
}

static void too_many_names_leave_everything_as_it_was(void)
{
    csuccess_tracking *a = start(NULL), *b = start(NULL);
    CHECK_OK(add_levels(a, 0, 40));
    CHECK_OK(add_levels(b, 30, 40));
    CHECK_RESULT(csuccess_tracking_merge(a, b, NULL), CSUCCESS_ELIMIT);
    CHECK_UINT(csuccess_tracking_groups(a, CSUCCESS_BY_LEVEL), 40);
    CHECK_UINT(figures(a).predictions, 40);
    CHECK_RESULT(add_levels(a, 40, 25), CSUCCESS_ELIMIT);
    CHECK_UINT(figures(a).predictions, 64);
    csuccess_tracking_free(a);
    csuccess_tracking_free(b);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess_tracking_options o = CSUCCESS_TRACKING_OPTIONS_INIT;
    csuccess_tracking *a = NULL, *b = NULL;
    o.allocator = &memory->allocator;
    csuccess_result result = csuccess_tracking_new(&a, &o, NULL);
    if (result >= 0) result = csuccess_tracking_new(&b, &o, NULL);
    for (int i = 0; i < 10 && result >= 0; i++) {
        uint64_t before = figures(a).predictions;
        size_t groups = csuccess_tracking_groups(a, CSUCCESS_BY_ACTION);
        given g = {i % 2 ? 0.9 : 0.6, 0, 10, 40, 0};
        result = add(a, &g);
        if (result < 0) {
            CHECK_UINT(figures(a).predictions, before);
            CHECK_UINT(csuccess_tracking_groups(a, CSUCCESS_BY_ACTION), groups);
        }
    }
    if (result >= 0) {
        result = csuccess_tracking_add_json(
            b,
            CSUCCESS_STR("{\"at\":\"2026-01-01\",\"horizon\":\"P30D\",\"probability\":0.5,"
                         "\"level\":\"new\",\"actions\":[\"a\",\"b\"]}"),
            NULL);
    }
    if (result >= 0) {
        result = csuccess_tracking_merge(a, b, NULL);
        CHECK_UINT(figures(a).predictions, result >= 0 ? 11 : 10);
        CHECK_UINT(csuccess_tracking_groups(a, CSUCCESS_BY_LEVEL), result >= 0 ? 3 : 2);
    }
    csuccess_tracking_free(a);
    csuccess_tracking_free(b);
    return result;
}

static void nothing_leaks_when_memory_fails(void)
{
    CHECK(check_faults(scenario, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(figures_are_those_of_other_programs),
           CHECK_TEST(a_window_that_has_not_closed_is_pending),
           CHECK_TEST(without_an_outcome_it_is_pending), CHECK_TEST(handle_false_positives),
           CHECK_TEST(advice_waits_for_enough_and_says_when_nothing_helps),
           CHECK_TEST(those_who_were_saved_are_no_false_alarms),
           CHECK_TEST(lead_time_is_that_of_first_alarms_where_they_are_known),
           CHECK_TEST(churn_prediction_accuracy), CHECK_TEST(false_positive_rate),
           CHECK_TEST(early_warning_days), CHECK_TEST(churn_accuracy),
           CHECK_TEST(order_and_parts_do_not_show), CHECK_TEST(what_cannot_be_is_refused),
           CHECK_TEST(too_many_names_leave_everything_as_it_was),
           CHECK_TEST(nothing_leaks_when_memory_fails))
