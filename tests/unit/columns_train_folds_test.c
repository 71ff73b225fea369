/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing leaks between what is learned from and what is measured: noise stays noise, whatever names customers have; given folds; who leaves
   after notice; recalibration for the parent's horizon; calibration in the window that a probability speaks of. */
#include "columns_people.h"

#define DAY INT64_C(86400000)
#define START INT64_C(1700000000000)

/* ---- Noise ---- */

typedef struct set {
    csuccess_config *config;
    csuccess_samples *samples;
    csuccess_facts *facts;
} set;

static set open_set(const char *horizon)
{
    set s = {compile(NULL, NULL), NULL, NULL};
    csuccess_samples_options options = CSUCCESS_SAMPLES_OPTIONS_INIT;
    options.observed_until = START + 1000 * DAY;
    options.horizon = check_view(horizon);
    CHECK_OK(csuccess_samples_new(&s.samples, s.config, &options, NULL));
    CHECK_OK(csuccess_facts_new(&s.facts, s.config, NULL, NULL));
    return s;
}

static void close_set(set *s)
{
    csuccess_facts_free(s->facts);
    csuccess_samples_free(s->samples);
    csuccess_config_unref(s->config);
}

/* A row of a customer with these words. reason: each parameter is a column of the row. */
static void add(set *s, int customer, double usage, const char *plan, const char *reason,
                const csuccess_sample *sample)
{
    char id[16];
    snprintf(id, sizeof id, "c%d", customer);
    csuccess_facts_clear(s->facts);
    CHECK_OK(csuccess_facts_set_customer(s->facts, check_view(id)));
    CHECK_OK(csuccess_facts_set_number(s->facts, CSUCCESS_STR("usage"), usage));
    CHECK_OK(csuccess_facts_set_string(s->facts, CSUCCESS_STR("plan"), check_view(plan)));
    CHECK_OK(csuccess_facts_set_string(s->facts, CSUCCESS_STR("reason"), check_view(reason)));
    CHECK_OK(csuccess_samples_add(s->samples, s->facts, sample, NULL));
}

/* `rows` rows of each customer; the outcome is the customer's and nobody can know it, but a number, a word of its own and a word of
   three customers name it. */
static void add_noise(set *s, int customers, int rows)
{
    uint64_t state = 11;
    for (int i = 0; i < customers; i++) {
        bool leaves = uniform(&state) < 0.3;
        double usage = uniform(&state);
        char own[16], shared[16];
        snprintf(own, sizeof own, "n%d", i);
        snprintf(shared, sizeof shared, "w%d", (int)(uniform(&state) * customers / 3));
        for (int k = 0; k < rows; k++) {
            csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
            sample.present = CSUCCESS_SAMPLE_AS_OF | (leaves ? CSUCCESS_SAMPLE_OUTCOME_AT : 0);
            sample.as_of = START + k * 10 * DAY;
            sample.outcome_at = sample.as_of + 5 * DAY;
            add(s, i, usage, own, shared, &sample);
        }
    }
}

static void noise_stays_noise(void)
{
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    options.evaluation = CSUCCESS_EVALUATE_FOLDS;
    options.parameters = CSUCCESS_STR("{\"rare_words\": 1}");
    set s = open_set("P30D");
    add_noise(&s, 300, 6);
    for (uint32_t trainer = 0; trainer < 3; trainer++) {
        csuccess_text *model = NULL, *report = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        options.trainer = trainer;
        if (!CHECK_OK(csuccess_train(&model, &report, s.samples, &options, &err))) {
            printf("# %s\n", err.message);
            continue;
        }
        /* 90 of 300 customers: 0.5 with a deviation of 0.037 */
        const char *auc =
            strstr(strstr(csuccess_text_view(report).ptr, "\"pooled\""), "\"auc\"");
        double value = check_number(auc + strcspn(auc, "0123456789"));
        CHECK_NUM(value, 0.5, 0.11);
        csuccess_text_free(model);
        csuccess_text_free(report);
    }
    close_set(&s);
}

/* ---- Given folds ---- */

static void given_folds_do_not_part_a_customer(void)
{
    csuccess_text *model, *report;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    set s = open_set("P30D");
    for (int i = 0; i < 600; i++) {
        csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
        sample.present = CSUCCESS_SAMPLE_AS_OF | CSUCCESS_SAMPLE_FOLD |
                         (i % 3 ? 0 : CSUCCESS_SAMPLE_OUTCOME_AT);
        sample.as_of = START + i % 7 * DAY;
        sample.outcome_at = sample.as_of + 5 * DAY;
        sample.fold = (uint32_t)(i % 2 + (i == 599)); /* once 2 instead of 1 */
        add(&s, i == 599 ? 1 : i, i % 11, "a", "b", &sample);
    }
    options.evaluation = CSUCCESS_EVALUATE_GIVEN;
    CHECK_RESULT(csuccess_train(&model, &report, s.samples, &options, &err), CSUCCESS_EDATA);
    CHECK_HAS(err.message, "\"c1\" are in the folds 1 and 2");
    CHECK(model == NULL && report == NULL);
    close_set(&s);
}

/* Customers of three rows with a word of their own; those of fold 0 are late. */
static void add_triples(set *s)
{
    uint64_t state = 5;
    for (int i = 0; i < 900; i++) {
        bool leaves = uniform(&state) < 0.3;
        char word[16];
        csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
        sample.present = CSUCCESS_SAMPLE_AS_OF | CSUCCESS_SAMPLE_FOLD |
                         (leaves ? CSUCCESS_SAMPLE_OUTCOME_AT : 0);
        sample.fold = (uint32_t)i % 3;
        sample.as_of = START + (sample.fold ? i % 7 : 960) * DAY;
        sample.outcome_at = sample.as_of + 5 * DAY;
        snprintf(word, sizeof word, "w%d", i / 3);
        add(s, i, uniform(&state), leaves ? "yes" : "no", word, &sample);
        for (int k = 0; k < 2; k++) {
            add(s, i, uniform(&state), leaves ? "yes" : "no", word, &sample);
        }
    }
}

/* The rows of fold 0 are censored, but have periods that are not: they are learned from, and parts keep their numbers. Each customer has a word
   of its own in three rows, so a model that saw the others of a fold would know. */
static void folds_of_periods_are_those_of_rows(void)
{
    csuccess_text *model = NULL, *report = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    set s = open_set("P60D");
    add_triples(&s);
    options.trainer = CSUCCESS_TRAINER_HAZARD;
    options.evaluation = CSUCCESS_EVALUATE_GIVEN;
    if (CHECK_OK(csuccess_train(&model, &report, s.samples, &options, &err))) {
        const char *text = csuccess_text_view(report).ptr;
        /* fold 1 is learned from fold 2 and the one closed period of fold 0 */
        CHECK_HAS(text, "{\"fold\":1,\"learned_from\":");
        double first = number_after(csuccess_text_view(report), "{\"fold\":1", "learned_from");
        double second = number_after(csuccess_text_view(report), "{\"fold\":2", "learned_from");
        double all = number_after(csuccess_text_view(report), "\"learned_from\":{", "rows");
        CHECK(first > 900 && first < all && second > 900 && second < all);
        CHECK_NUM(first + second, all + 900, 1e-9);
        csuccess_text_free(model);
        csuccess_text_free(report);
    } else {
        printf("# %s\n", err.message);
    }
    close_set(&s);
}

/* ---- Notice ---- */

/* Everybody who leaves says so 35 days before, in the period before that in which the contract ends. */
static void who_leaves_by_notice_leaves(void)
{
    csuccess_text *model = NULL, *report = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    set s = open_set("P90D");
    uint64_t state = 3;
    for (int i = 0; i < 2000; i++) {
        double usage = uniform(&state);
        csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
        sample.present = CSUCCESS_SAMPLE_AS_OF;
        sample.as_of = START;
        if (uniform(&state) < 0.5 * usage) {
            sample.present |= CSUCCESS_SAMPLE_OUTCOME_AT | CSUCCESS_SAMPLE_NOTICE_AT;
            sample.outcome_at = START + (int64_t)(65 + 20 * uniform(&state)) * DAY;
            sample.notice_at = sample.outcome_at - 35 * DAY;
        }
        add(&s, i, usage, "a", "b", &sample);
    }
    options.trainer = CSUCCESS_TRAINER_HAZARD;
    options.evaluation = CSUCCESS_EVALUATE_FOLDS;
    if (CHECK_OK(csuccess_train(&model, &report, s.samples, &options, &err))) {
        csuccess_str text = csuccess_text_view(report);
        CHECK_NUM(number_after(text, "\"pooled\"", "mean_probability"),
                  number_after(text, "\"pooled\"", "base_rate"),
                  0.05); /* a hazard does not know in which period they leave */
        csuccess_text_free(model);
        csuccess_text_free(report);
    } else {
        printf("# %s\n", err.message);
    }
    close_set(&s);
}

/* ---- Recalibration ---- */

static void recalibration_is_for_the_horizon_of_the_parent(void)
{
    csuccess_text *model = NULL, *report = NULL;
    csuccess_model *parent = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    csuccess_samples_options other = CSUCCESS_SAMPLES_OPTIONS_INIT;
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 800), *longer;
    options.trainer = CSUCCESS_TRAINER_LOGISTIC;
    other.horizon = CSUCCESS_STR("P90D");
    CHECK_OK(csuccess_samples_new(&longer, config, &other, NULL));
    CHECK_OK(fill(longer, config, NULL, 800, NULL));
    CHECK_OK(csuccess_train(&model, &report, samples, &options, &err));
    CHECK_OK(csuccess_model_load(&parent, csuccess_text_view(model), NULL, &err));
    csuccess_text_free(model);
    csuccess_text_free(report);
    options.parent = parent;
    options.update = CSUCCESS_UPDATE_RECALIBRATE;
    CHECK_RESULT(csuccess_train(&model, &report, longer, &options, &err), CSUCCESS_EINVALID);
    CHECK_HAS(err.message, "another horizon");
    /* who can act on 80 of 800 acts on about as many */
    options.capacity = 80;
    if (CHECK_OK(csuccess_train(&model, &report, samples, &options, &err))) {
        const char *at = strstr(csuccess_text_view(report).ptr, "\"pooled\"");
        csuccess_str decision = check_view(strstr(at, "\"decision\""));
        double yes =
            number_after(decision, "", "true_yes") + number_after(decision, "", "false_yes");
        if (!CHECK(yes > 50 && yes < 110)) printf("# %g\n", yes);
        csuccess_text_free(model);
        csuccess_text_free(report);
    }
    csuccess_model_unref(parent);
    csuccess_samples_free(samples);
    csuccess_samples_free(longer);
    csuccess_config_unref(config);
}

static void weights_are_numbers_that_add_up(void)
{
    static const struct {
        double weight;
        csuccess_result code;
    } cases[] = {{0, CSUCCESS_OK},          {1e-9, CSUCCESS_OK},
                 {1e9, CSUCCESS_OK},        {-1, CSUCCESS_EINVALID},
                 {1e10, CSUCCESS_EINVALID}, {1e-10, CSUCCESS_EINVALID},
                 {NAN, CSUCCESS_EINVALID},  {INFINITY, CSUCCESS_EINVALID}};
    set s = open_set("P30D");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
        sample.weight = cases[i].weight;
        CHECK_RESULT(csuccess_samples_add(s.samples, s.facts, &sample, NULL), cases[i].code);
    }
    close_set(&s);
}

/* ---- Backtest ---- */

static void a_probability_speaks_of_its_own_window(void)
{
    csuccess_config *config = NULL;
    csuccess_text *report = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const csuccess_str gaps[] = {{"PT0S", 4}, {"P30D", 4}},
                       horizons[] = {{"P30D", 4}, {"P60D", 4}};
    csuccess_backtest_options options = CSUCCESS_BACKTEST_OPTIONS_INIT;
    csuccess_samples_options kept = CSUCCESS_SAMPLES_OPTIONS_INIT;
    CHECK_OK(csuccess_config_compile(
        &config,
        CSUCCESS_STR("{\"csuccess\": 1, \"attributes\": {\"usage\": {\"type\": \"number\"}, "
                     "\"plan\": {\"type\": \"string\"}, \"reason\": {\"type\": \"string\"}}, "
                     "\"churn\": {\"horizon\": \"P30D\", \"model\": {\"scorecard\": "
                     "{\"combine\": \"sum\", \"link\": \"logistic\", \"calibration\": "
                     "{\"platt\": [1, 0]}, \"of\": {\"u\": {\"value\": \"usage\", \"points\": "
                     "{\"linear\": [[-2, -2], [2, 2]]}, \"missing\": {\"value\": 0}}}}}}}"),
        NULL, &err));
    if (!config) {
        printf("# %s at %s\n", err.message, err.pointer);
        return;
    }
    kept.observed_until = START + 500 * DAY;
    set s = {config, NULL, NULL};
    CHECK_OK(csuccess_samples_new(&s.samples, config, &kept, &err));
    CHECK_OK(csuccess_facts_new(&s.facts, config, NULL, &err));
    for (int i = 0; i < 60; i++) {
        csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
        sample.present = CSUCCESS_SAMPLE_AS_OF | (i % 3 ? 0 : CSUCCESS_SAMPLE_OUTCOME_AT);
        sample.as_of = START;
        sample.outcome_at = START + (i + 1) * DAY;
        add(&s, i, i % 5 - 2, "a", "b", &sample);
    }
    options.gaps = gaps;
    options.gap_count = 2;
    options.horizons = horizons;
    options.horizon_count = 2;
    if (CHECK_OK(csuccess_backtest(&report, s.samples, &options, &err))) {
        static const char *const says[] = {"\"calibrated\":true", "\"calibrated\":false",
                                           "\"calibrated\":false", "\"calibrated\":false"};
        const char *at = csuccess_text_view(report).ptr;
        for (size_t i = 0; i < 4; i++) {
            at = strstr(at, "\"calibrated\"");
            if (!CHECK(at != NULL)) break;
            CHECK(strncmp(at, says[i], strlen(says[i])) == 0);
            at++;
        }
        at = strstr(csuccess_text_view(report).ptr, "\"log_loss\"");
        CHECK(at && !strstr(at + 1, "\"log_loss\""));
        CHECK_HAS(csuccess_text_view(report).ptr, "but of another window");
    } else {
        printf("# %s\n", err.message);
    }
    csuccess_text_free(report);
    close_set(&s);
}

CHECK_MAIN(CHECK_TEST(noise_stays_noise), CHECK_TEST(given_folds_do_not_part_a_customer),
           CHECK_TEST(folds_of_periods_are_those_of_rows),
           CHECK_TEST(who_leaves_by_notice_leaves), CHECK_TEST(weights_are_numbers_that_add_up),
           CHECK_TEST(recalibration_is_for_the_horizon_of_the_parent),
           CHECK_TEST(a_probability_speaks_of_its_own_window))
