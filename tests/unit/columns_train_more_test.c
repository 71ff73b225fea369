/* SPDX-License-Identifier: Apache-2.0 */
/* Recalibration, backtest and tuning over the public face; every allocation of them and of training failed. */
#include "columns_people.h"

/* ---- Recalibration ---- */

/* The same people, of whom more leave than before. */
static csuccess_result fill_worse(csuccess_samples *samples, csuccess_config *config, int rows)
{
    csuccess_facts *facts;
    csuccess_result r = csuccess_facts_new(&facts, config, NULL, NULL);
    uint64_t state = 99;
    for (int i = 0; i < rows && r >= 0; i++) {
        person p = draw(&state, i);
        csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
        sample.present = CSUCCESS_SAMPLE_OUTCOME;
        sample.outcome = p.left || uniform(&state) < 0.25;
        r = set_facts(facts, &p);
        if (r >= 0) r = csuccess_samples_add(samples, facts, &sample, NULL);
    }
    csuccess_facts_free(facts);
    return r;
}

static void recalibration_keeps_tables_and_names_the_parent(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 2000), *later;
    csuccess_text *model, *report, *new_model, *new_report;
    csuccess_model *parent, *child;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    CHECK_OK(csuccess_samples_new(&later, config, NULL, NULL));
    CHECK_OK(fill_worse(later, config, 2000));
    for (uint32_t trainer = 0; trainer < 2; trainer++) {
        options.trainer = trainer;
        options.parent = NULL;
        options.update = CSUCCESS_UPDATE_REFIT;
        CHECK_OK(csuccess_train(&model, &report, samples, &options, &err));
        CHECK_OK(csuccess_model_load(&parent, csuccess_text_view(model), NULL, &err));
        options.parent = parent;
        options.update = CSUCCESS_UPDATE_RECALIBRATE;
        if (!CHECK_OK(csuccess_train(&new_model, &new_report, later, &options, &err))) {
            printf("# %s %s\n", err.message, err.pointer);
            return;
        }
        csuccess_str text = csuccess_text_view(new_report);
        CHECK_OK(csuccess_model_load(&child, csuccess_text_view(new_model), NULL, &err));
        CHECK(csuccess_model_parent(child).len == csuccess_model_digest(parent).len &&
              memcmp(csuccess_model_parent(child).ptr, csuccess_model_digest(parent).ptr,
                     csuccess_model_parent(child).len) == 0);
        CHECK_HAS(text.ptr, "\"report\":\"recalibrate\"");
        double before = number_after(text, "\"before\"", "log_loss");
        double after = number_after(text, "\"pooled\"", "log_loss");
        CHECK(after < before);
        /* as many are expected as left */
        CHECK_NUM(number_after(text, "\"pooled\"", "mean_probability"),
                  number_after(text, "\"pooled\"", "base_rate"), 0.002);
        CHECK(fabs(number_after(text, "\"before\"", "mean_probability") -
                   number_after(text, "\"before\"", "base_rate")) > 0.05);
        csuccess_model_unref(child);
        csuccess_model_unref(parent);
        csuccess_text_free(model);
        csuccess_text_free(report);
        csuccess_text_free(new_model);
        csuccess_text_free(new_report);
    }
    csuccess_samples_free(samples);
    csuccess_samples_free(later);
    csuccess_config_unref(config);
}

/* ---- Backtest and tuning ---- */

static void backtest_does_not_call_a_ranking_a_probability(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 1500);
    csuccess_text *report;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(csuccess_backtest(&report, samples, NULL, &err));
    const char *text = csuccess_text_view(report).ptr;
    CHECK_HAS(text, "\"calibrated\":false");
    CHECK_HAS(text, "its numbers are not taken at their word");
    CHECK(strstr(text, "log_loss") == NULL);
    CHECK(strstr(text, "probability") == NULL);
    CHECK_HAS(text, "agreement is all that they show, not foresight");
    /* Usage, which tells most of what there is, has a fifth of the weight: 0.575 over two million rows (numpy). */
    CHECK_NUM(number_after(csuccess_text_view(report), "\"health\"", "value"), 0.575, 0.05);
    CHECK_NUM(number_after(csuccess_text_view(report), "\"accuracy\"", "asked"), 0.85, 0);
    csuccess_text_free(report);
    csuccess_backtest_options options = CSUCCESS_BACKTEST_OPTIONS_INIT;
    csuccess_str band = CSUCCESS_STR("terrible");
    options.bands = &band;
    options.band_count = 1;
    CHECK_RESULT(csuccess_backtest(&report, samples, &options, &err), CSUCCESS_ENAME);
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
}

static void weights_move_to_what_tells(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 1500);
    csuccess_text *patch, *report;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(csuccess_tune(&patch, &report, samples, NULL, &err), CSUCCESS_OK);
    /* of usage, which decides, and money, which says nothing: as far as it may */
    CHECK_STR(
        csuccess_text_view(patch),
        "{\"health\":{\"profiles\":{\"default\":{\"weights\":{\"use\":0.3,\"money\":0.7}}}}}");
    CHECK(number_after(csuccess_text_view(report), "{", "gain") > 0.02);
    csuccess_text_free(patch);
    csuccess_text_free(report);
    csuccess_tune_options options = CSUCCESS_TUNE_OPTIONS_INIT;
    options.most = 1;
    CHECK_RESULT(csuccess_tune(&patch, &report, samples, &options, &err), CSUCCESS_OK);
    CHECK(number_after(csuccess_text_view(patch), "{", "use") > 0.9);
    CHECK_NUM(number_after(csuccess_text_view(patch), "{", "use") +
                  number_after(csuccess_text_view(patch), "{", "money"),
              1, 1e-12);
    csuccess_text_free(patch);
    csuccess_text_free(report);
    options.profile = CSUCCESS_STR("other");
    CHECK_RESULT(csuccess_tune(&patch, &report, samples, &options, &err), CSUCCESS_ENAME);
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
}

static void a_grid_is_tried_by_folds(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 400);
    csuccess_text *patch, *report;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_tune_options options = CSUCCESS_TUNE_OPTIONS_INIT;
    options.what = CSUCCESS_TUNE_TRAINER;
    options.trainer = CSUCCESS_TRAINER_LOGISTIC;
    options.grid = CSUCCESS_STR("{\"penalty\": [0.5, 500], \"rare_words\": [2, 50]}");
    CHECK_OK(csuccess_tune(&patch, &report, samples, &options, &err));
    const char *text = csuccess_text_view(report).ptr;
    CHECK_HAS(text, "{\"parameters\":{\"penalty\":0.5,\"rare_words\":50}");
    CHECK_HAS(text, "{\"parameters\":{\"penalty\":500,\"rare_words\":2}");
    CHECK_HAS(text, "chosen on them, which flatters it");
    CHECK_STR(csuccess_text_view(patch), "{}");
    csuccess_text_free(patch);
    csuccess_text_free(report);
    options.grid = CSUCCESS_STR("{\"penalty\": [-1]}");
    CHECK_RESULT(csuccess_tune(&patch, &report, samples, &options, &err), CSUCCESS_EINVALID);
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
}

/* ---- Faults ---- */

typedef struct faulty {
    uint32_t trainer;
    int what; /* 0 train, 1 backtest, 2 tune */
    int rows;
} faulty;

/* reason: from creation to release, whatever fails. */
static csuccess_result scenario(check_memory *memory, void *ud)
{
    const faulty *f = ud;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_samples *samples = NULL;
    csuccess_text *a = NULL, *b = NULL;
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    csuccess_config *config = compile(&memory->allocator, &err);
    if (!config) return err.code;
    csuccess_result r = csuccess_samples_new(&samples, config, NULL, &err);
    if (r >= 0) r = fill(samples, config, &memory->allocator, f->rows, &err);
    options.trainer = f->trainer;
    options.folds = 2;
    options.min_rows = 20;
    options.min_events = 5;
    options.parameters = f->trainer
                             ? CSUCCESS_STR("{\"penalty\": 1}")
                             : CSUCCESS_STR("{\"rounds\": 2, \"bags\": 2, \"pairs\": 1}");
    if (r >= 0 && f->what == 0) r = csuccess_train(&a, &b, samples, &options, &err);
    if (r >= 0 && f->what == 1) r = csuccess_backtest(&a, samples, NULL, &err);
    if (r >= 0 && f->what == 2) r = csuccess_tune(&a, &b, samples, NULL, &err);
    CHECK(r >= 0 || (a == NULL && b == NULL));
    csuccess_text_free(a);
    csuccess_text_free(b);
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
    return r > 0 ? CSUCCESS_OK : r;
}

static void training_survives_every_fault(void)
{
    faulty additive = {CSUCCESS_TRAINER_ADDITIVE, 0, 60},
           logistic = {CSUCCESS_TRAINER_LOGISTIC, 0, 60};
    CHECK(check_faults(scenario, &additive) > 50);
    CHECK(check_faults(scenario, &logistic) > 50);
}

static void backtest_and_tuning_survive_every_fault(void)
{
    faulty backtest = {0, 1, 60}, tune = {0, 2, 150};
    CHECK(check_faults(scenario, &backtest) > 50);
    CHECK(check_faults(scenario, &tune) > 50);
}

CHECK_MAIN(CHECK_TEST(recalibration_keeps_tables_and_names_the_parent),
           CHECK_TEST(backtest_does_not_call_a_ranking_a_probability),
           CHECK_TEST(weights_move_to_what_tells), CHECK_TEST(a_grid_is_tried_by_folds),
           CHECK_TEST(training_survives_every_fault),
           CHECK_TEST(backtest_and_tuning_survive_every_fault))
