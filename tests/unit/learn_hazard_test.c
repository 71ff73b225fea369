/* SPDX-License-Identifier: Apache-2.0 */
/* The discrete-time hazard on a panel with a known one: 10,000 customers over 24 months, who leave by the decline of their usage two months
   before. */
#include "learn_rows.h"

#include "base/number.h"
#include "churn/learn/hazard.h"
#include "churn/learn/label.h"
#include "churn/learn/survey.h"

#define MONTH ((int64_t)30 * 86400000)

enum { CUSTOMERS = 10000, MONTHS = 24, BEYOND = 36, MOST_ROWS = CUSTOMERS * MONTHS };

/* The truth, in log-odds per month. */
static const double base_odds = -4.0, of_decline = 2.5, of_age = -0.04;
static const double of_plan[] = {0, -0.7, 0.5};
/* What a two-sided normal deviate exceeds once in a thousand. */
static const double sure = 3.3;

typedef struct customer {
    int32_t start; /* month of joining, 0 to 17 */
    uint32_t plan;
    int32_t left;                    /* month in which they leave, MONTHS + BEYOND: not yet */
    int32_t lost;                    /* in which they merge with another; the same */
    double decline[BEYOND + MONTHS]; /* of usage, by calendar month, 0 to 1 */
} customer;

static customer panel[CUSTOMERS];

static double uniform(uint64_t *state)
{
    return (double)(check_random(state) >> 11) / 9007199254740992.0;
}

/* The hazard in a month, from what was known two months earlier. */
static double hazard_in(const customer *c, int32_t month)
{
    double decline = month >= 2 ? c->decline[month - 2] : 0;
    return csuccess__sigmoid(base_odds + of_decline * decline + of_age * (month - c->start) +
                             of_plan[c->plan]);
}

static void simulate(uint64_t seed)
{
    for (uint32_t i = 0; i < CUSTOMERS; i++) {
        customer *c = &panel[i];
        c->start = (int32_t)(uniform(&seed) * 18);
        c->plan = (uint32_t)(uniform(&seed) * 3);
        c->left = c->lost = MONTHS + BEYOND;
        for (int32_t m = 0; m < MONTHS + BEYOND; m++)
            c->decline[m] = uniform(&seed) < 0.15 ? 0.2 + 0.8 * uniform(&seed) : 0;
        for (int32_t m = c->start; m < MONTHS + BEYOND && c->left > m; m++) {
            if (uniform(&seed) < hazard_in(c, m)) c->left = m;
            if (uniform(&seed) < 0.003 && c->lost > m) c->lost = m;
        }
    }
}

/* Observation ends with month MONTHS. Leaving and merging are in the middle of a month. */
static csuccess__fate fate_of(const customer *c)
{
    bool lost = c->lost < c->left, came = c->left < MONTHS + BEYOND;
    csuccess__fate fate = {.observed_until = MONTHS * MONTH};
    fate.kind = lost   ? CSUCCESS__OUTCOME_LOST
                : came ? CSUCCESS__OUTCOME_CAME
                       : CSUCCESS__OUTCOME_NONE;
    fate.at = (lost ? c->lost : c->left) * MONTH + MONTH / 2;
    return fate;
}

/* Person-periods of the panel. */
typedef struct periods {
    double now[MOST_ROWS], two_before[MOST_ROWS], age[MOST_ROWS], usage[MOST_ROWS];
    uint32_t plan[MOST_ROWS], group[MOST_ROWS];
    uint8_t came[MOST_ROWS];
    csuccess__feature features[5];
    csuccess__dataset data;
} periods;

static const csuccess_str plans[] = {{"free", 4}, {"pro", 3}, {"team", 4}};
enum { NOW, TWO_BEFORE, AGE, PLAN, USAGE };

static void add_customer(periods *p, uint32_t i)
{
    const customer *c = &panel[i];
    int64_t bounds[MONTHS + 1];
    csuccess__person_period rows[MONTHS];
    csuccess__fate fate = fate_of(c);
    uint32_t most = (uint32_t)(MONTHS - c->start);
    for (uint32_t k = 0; k <= most; k++) bounds[k] = (c->start + (int64_t)k) * MONTH;
    csuccess__person_periods all = csuccess__label_periods(rows, bounds, most, &fate);
    for (uint32_t k = 0; k < all.count; k++) {
        uint32_t row = p->data.rows++;
        int32_t month = c->start + (int32_t)k;
        p->now[row] = c->decline[month];
        p->two_before[row] = month >= 2 ? c->decline[month - 2] : 0;
        p->age[row] = k;
        p->plan[row] = c->plan;
        p->group[row] = i;
        p->came[row] = rows[k].came;
        /* What is measured at the end of the month is nothing in the month of leaving. */
        p->usage[row] = rows[k].came ? 0 : 1 - 0.9 * c->decline[month];
    }
}

static periods *make_periods(void)
{
    periods *p = calloc(1, sizeof *p);
    if (!p) abort();
    for (uint32_t i = 0; i < CUSTOMERS; i++) add_customer(p, i);
    p->features[NOW] = (csuccess__feature){.name = CSUCCESS_STR("now"), .numbers = p->now};
    p->features[TWO_BEFORE] =
        (csuccess__feature){.name = CSUCCESS_STR("two_before"), .numbers = p->two_before};
    p->features[AGE] = (csuccess__feature){.name = CSUCCESS_STR("age"), .numbers = p->age};
    p->features[PLAN] =
        (csuccess__feature){CSUCCESS_STR("plan"), false, NULL, p->plan, plans, 3, 0};
    p->features[USAGE] =
        (csuccess__feature){.name = CSUCCESS_STR("usage"), .numbers = p->usage};
    p->data.features = p->features;
    p->data.feature_count = 4;
    p->data.labels = p->came;
    return p;
}

typedef struct trained {
    csuccess__arena arena;
    csuccess__learned model;
    csuccess__logistic_fit fit;
} trained;

static bool train(trained *t, const csuccess__dataset *data, double *held)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__logistic_options options = {
        .unpenalised = !held, .penalty = 1, .seed = 7, .folds = 5};
    csuccess__arena_init(&t->arena, mem, 0);
    csuccess_result result =
        csuccess__hazard_train(&t->model, &t->fit, &t->arena, mem, data, &options, held, &err);
    if (result < 0) printf("# %s\n", err.message);
    return CHECK_OK(result) == 1;
}

static const csuccess__coefficient *find(const trained *t, uint32_t feature, uint32_t word)
{
    for (uint32_t k = 0; k < t->fit.coefficient_count; k++) {
        const csuccess__coefficient *c = &t->fit.coefficients[k];
        if (c->feature == feature && (feature != PLAN || c->word == word)) return c;
    }
    return NULL;
}

/* Whether a coefficient is the true one within what its standard error allows, and that is not much. */
static void check_coefficient(const csuccess__coefficient *c, double truth, double error)
{
    if (!CHECK(c != NULL)) return;
    printf("# %.4f +- %.4f, true %.4f\n", c->value, c->error, truth);
    CHECK_NUM(c->value, truth, sure * c->error);
    CHECK(c->error > 0 && c->error < error);
}

static void the_hazard_that_was_simulated_is_found(void)
{
    simulate(20);
    periods *p = make_periods();
    trained t;
    printf("# %u person-months\n", p->data.rows);
    if (train(&t, &p->data, NULL)) {
        check_coefficient(find(&t, NOW, 0), 0, 0.1);
        check_coefficient(find(&t, TWO_BEFORE, 0), of_decline, 0.1);
        check_coefficient(find(&t, AGE, 0), of_age, 0.01);
        /* Words are against the most frequent, whichever that was. */
        double shift = 0;
        for (uint32_t w = 0; w < 3; w++)
            if (!find(&t, PLAN, w)) shift = of_plan[w];
        for (uint32_t w = 0; w < 3; w++)
            if (find(&t, PLAN, w))
                check_coefficient(find(&t, PLAN, w), of_plan[w] - shift, 0.1);
    }
    csuccess__arena_free(&t.arena);
    free(p);
}

static double auc_of(periods *p, uint32_t feature, double *held)
{
    trained t;
    csuccess__dataset one = p->data;
    one.features = &p->features[feature];
    one.feature_count = 1;
    double auc = 0;
    if (train(&t, &one, held)) auc = learn_auc(held, p->came, p->data.rows);
    csuccess__arena_free(&t.arena);
    return auc;
}

/* Held out, the decline two months before tells and that of the same month does not: two months of lead time. */
static void lead_time_is_found(void)
{
    simulate(21);
    periods *p = make_periods();
    double *held = malloc(p->data.rows * sizeof *held);
    double before = auc_of(p, TWO_BEFORE, held), now = auc_of(p, NOW, held);
    printf("# AUC by the decline two months before %.4f, of the same month %.4f\n", before,
           now);
    CHECK(before > 0.62);
    CHECK(now < 0.53);
    free(held);
    free(p);
}

/* P(leaving within 6 months) by the true hazards as a sequence, against who left. */
static void probabilities_at_a_horizon_are_those_of_the_panel(void)
{
    simulate(22);
    double expected = 0, variance = 0, seen = 0;
    for (uint32_t i = 0; i < CUSTOMERS; i++) {
        double hazards[6], survival[6];
        const customer *c = &panel[i];
        for (int32_t k = 0; k < 6; k++) hazards[k] = hazard_in(c, c->start + k);
        double p = csuccess__hazard_by(hazards, 6, 6);
        csuccess__hazard_survival(survival, hazards, 6);
        if (!CHECK_NUM(1 - survival[5], p, 1e-12)) return;
        expected += p;
        variance += p * (1 - p);
        seen += c->left < c->start + 6;
    }
    printf("# expected %.1f, left %.0f\n", expected, seen);
    CHECK_NUM(seen, expected, sure * sqrt(variance));
}

/* Six months ahead, from a start anywhere in the panel. What is known of open windows: leaving out the open ones tells the truth, to keep
   those who left overstates, to take censored rows for stayers understates; the hazard takes all months that closed. */
static void censored_rows_are_left_out_or_used_but_not_taken_for_stayers(void)
{
    simulate(23);
    double usable = 0, left = 0, with_open = 0, left_open = 0, all = 0, truth = 0, variance = 0;
    for (uint32_t i = 0; i < CUSTOMERS; i++) {
        customer *c = &panel[i];
        csuccess__fate fate;
        c->lost = MONTHS + BEYOND; /* here all that is missing is the end */
        c->start += 4;             /* 4 to 21: from 19 on windows are open */
        if (c->left < c->start) continue;
        fate = fate_of(c);
        csuccess__window window = {c->start * MONTH, c->start * MONTH, (c->start + 6) * MONTH};
        csuccess__label label = csuccess__label_of(&window, &fate);
        bool came = label.kind == CSUCCESS__LABEL_CAME;
        all++;
        truth += c->left < c->start + 6;
        usable += csuccess__label_usable(label);
        left += csuccess__label_usable(label) && came;
        with_open += csuccess__label_usable(label) || came;
        left_open += came;
        if (csuccess__label_usable(label)) CHECK_INT(came, c->left < c->start + 6);
    }
    truth /= all;
    variance = truth * (1 - truth);
    printf("# true %.4f; closed windows %.4f of %.0f rows; those who left of all %.4f; "
           "censored as "
           "stayers %.4f\n",
           truth, left / usable, usable, left_open / with_open, left_open / all);
    CHECK_NUM(left / usable, truth, sure * sqrt(variance / usable));
    CHECK(left_open / with_open > truth + sure * sqrt(variance / with_open));
    CHECK(left_open / all < truth - 0.004); /* the same rows: no chance in it */
    CHECK(usable < 0.9 * all);
}

/* The same with the hazard: customers that joined late have months but no closed window, and make the intervals narrower. */
static void months_of_open_windows_sharpen_the_hazard(void)
{
    simulate(24);
    periods *p = make_periods();
    trained all, closed;
    uint32_t n = 0;
    csuccess__dataset part = p->data;
    bool good = train(&all, &p->data, NULL);
    double wide = good ? find(&all, TWO_BEFORE, 0)->error : 0;
    csuccess__arena_free(&all.arena);
    for (uint32_t i = 0; i < p->data.rows; i++) { /* those whose year of observation closed */
        if (panel[p->group[i]].start + 12 > MONTHS) continue;
        p->now[n] = p->now[i];
        p->two_before[n] = p->two_before[i];
        p->age[n] = p->age[i];
        p->plan[n] = p->plan[i];
        p->came[n++] = p->came[i];
    }
    part.rows = n;
    if (train(&closed, &part, NULL) && good) {
        const csuccess__coefficient *c = find(&closed, TWO_BEFORE, 0);
        check_coefficient(c, of_decline, 0.2);
        printf("# standard error %.4f with all months, %.4f without\n", wide, c->error);
        CHECK(wide < 0.95 * c->error);
    }
    csuccess__arena_free(&closed.arena);
    free(p);
}

/* Usage at the end of the month is nothing when the customer has left within it. */
static void what_is_known_only_after_leaving_is_caught(void)
{
    simulate(25);
    periods *p = make_periods();
    csuccess__survey survey;
    csuccess__arena arena;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const csuccess__survey_options options = {0, 0};
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    p->data.feature_count = 5;
    CHECK_OK(csuccess__survey_take(&survey, &arena, csuccess__malloc_allocator(), &p->data,
                                   &options, &err));
    CHECK_UINT(survey.count, 1);
    if (survey.count) {
        CHECK_UINT(survey.findings[0].feature, USAGE);
        CHECK_INT(survey.findings[0].kind, CSUCCESS__FINDING_LEAK);
    }
    csuccess__arena_free(&arena);
    free(p);
}

static void one_period_and_a_horizon_are_inverse(void)
{
    static const double hazards[] = {0, 1e-12, 0.003, 0.2, 0.5, 0.999, 1};
    static const double periods_of[] = {0.25, 1, 3, 12};
    for (size_t i = 0; i < sizeof hazards / sizeof hazards[0]; i++) {
        for (size_t k = 0; k < 4; k++) {
            double p = csuccess__hazard_within(hazards[i], periods_of[k]);
            CHECK_NUM(p, 1 - pow(1 - hazards[i], periods_of[k]), 1e-13);
            if (p < 0.999999)
                CHECK_NUM(csuccess__hazard_from(p, periods_of[k]), hazards[i], 1e-9);
        }
    }
    CHECK_NUM(csuccess__hazard_within(1e-12, 12) / 1e-12, 12, 1e-9); /* no cancellation */
    CHECK_NUM(csuccess__hazard_within(0.3, 0), 0, 0);
    CHECK_NUM(csuccess__hazard_from(0, 3), 0, 0);
    CHECK_NUM(csuccess__hazard_from(1, 3), 1, 0);
    CHECK_NUM(csuccess__hazard_by(hazards + 2, 2, 1.5), 1 - 0.997 * pow(0.8, 0.5), 1e-13);
    CHECK_NUM(csuccess__hazard_by(hazards + 2, 2, 4), 1 - 0.997 * pow(0.8, 3), 1e-13);
}

/* At constant hazard: the median is ln 2 / rate and the mean 1 / rate with rate = -ln(1 - h), as in the specification. */
static void times_of_a_sequence(void)
{
    static const double constant[] = {0.1, 0.1, 0.1}, falling[] = {0.2, 0.5, 0.1};
    static const double ended[] = {0.3, 1, 0.5}, never[] = {0.1, 0};
    double rate = -log(0.9);
    csuccess__hazard_times times = csuccess__hazard_times_of(constant, 3);
    CHECK(times.has_median && times.has_mean);
    CHECK_NUM(times.median, log(2) / rate, 1e-12);
    CHECK_NUM(times.mean, 1 / rate, 1e-12);
    CHECK_NUM(times.restricted_mean, (1 - 0.9 * 0.9 * 0.9) / rate, 1e-12);
    times = csuccess__hazard_times_of(falling, 3);
    CHECK_NUM(times.median, 1 + log(0.5 / 0.8) / log(0.5), 1e-12);
    CHECK_NUM(times.mean, 0.2 / -log(0.8) + 0.8 * 0.5 / log(2) + 0.4 / rate, 1e-12);
    times = csuccess__hazard_times_of(ended, 3);
    CHECK_NUM(times.median, 1, 0); /* at once, when the second period begins */
    CHECK_NUM(times.mean, 0.3 / -log(0.7), 1e-12);
    times = csuccess__hazard_times_of(never, 2);
    CHECK(!times.has_median && !times.has_mean);
    CHECK_NUM(times.restricted_mean, 0.1 / rate + 0.9, 1e-12);
}

CHECK_MAIN(CHECK_TEST(the_hazard_that_was_simulated_is_found), CHECK_TEST(lead_time_is_found),
           CHECK_TEST(probabilities_at_a_horizon_are_those_of_the_panel),
           CHECK_TEST(censored_rows_are_left_out_or_used_but_not_taken_for_stayers),
           CHECK_TEST(months_of_open_windows_sharpen_the_hazard),
           CHECK_TEST(what_is_known_only_after_leaving_is_caught),
           CHECK_TEST(one_period_and_a_horizon_are_inverse), CHECK_TEST(times_of_a_sequence))
