/* SPDX-License-Identifier: Apache-2.0 */
/* Samples and training over the public face: labels, what may be learned from, columns as rows, refusals, the bytes of a
   seed. */
#include "columns_people.h"

#define DAY INT64_C(86400000)
#define START INT64_C(1700000000000)

/* ---- What may be learned from ---- */

static void outcome_and_what_reads_it_are_left_out(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 400);
    csuccess_text *model, *report;
    if (!CHECK_OK(csuccess_train(&model, &report, samples, NULL, NULL))) return;
    const char *text = csuccess_text_view(report).ptr;
    CHECK_HAS(text, "\"metrics\":[\"usage\",\"plan\",\"champion\",\"mrr\",\"reason\",\"per_"
                    "seat\",\"why\"]");
    CHECK_HAS(text, "{\"metric\":\"email\",\"why\":\"it is personal (pii)\"}");
    CHECK_HAS(text, "{\"metric\":\"left\",\"why\":\"it is the outcome\"}");
    CHECK_HAS(text, "{\"metric\":\"gone\",\"why\":\"it reads the outcome\"}");
    CHECK_HAS(text, "{\"metric\":\"echo\",\"why\":\"it reads the outcome\"}");
    CHECK(strstr(csuccess_text_view(model).ptr, "\"email\"") == NULL);
    csuccess_text_free(model);
    csuccess_text_free(report);
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
}

static void what_the_condition_reads_is_the_outcome(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_samples *samples = NULL;
    const csuccess_str asked[] = {CSUCCESS_STR("usage"), CSUCCESS_STR("reason")};
    csuccess_samples_options options = CSUCCESS_SAMPLES_OPTIONS_INIT;
    options.outcome = CSUCCESS_STR("why"); /* a metric over reason */
    options.metrics = asked;
    options.metric_count = 2;
    CHECK_RESULT(csuccess_samples_new(&samples, config, &options, &err), CSUCCESS_EDATA);
    CHECK_HAS(err.message, "\"reason\" cannot be learned from: it is the outcome");
    CHECK(samples == NULL);
    options.metric_count = 1;
    CHECK_OK(csuccess_samples_new(&samples, config, &options, &err));
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
}

static void wrong_metrics_are_told(void)
{
    static const struct {
        const char *name;
        csuccess_result code;
        const char *says;
    } cases[] = {{"usgae", CSUCCESS_ENAME, "did you mean \"usage\"?"},
                 {"seen", CSUCCESS_ETYPE, "days_since(seen)"},
                 {"left", CSUCCESS_EDATA, "it is the outcome"},
                 {"echo", CSUCCESS_EDATA, "it reads the outcome"}};
    csuccess_config *config = compile(NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_samples *samples;
        csuccess_str name = check_view(cases[i].name);
        csuccess_samples_options options = CSUCCESS_SAMPLES_OPTIONS_INIT;
        options.metrics = &name;
        options.metric_count = 1;
        CHECK_RESULT(csuccess_samples_new(&samples, config, &options, &err), cases[i].code);
        CHECK_HAS(err.message, cases[i].says);
    }
    csuccess_config_unref(config);
}

/* ---- Labels ---- */

/* One dated row with an outcome so many days after it (0: none), counted. */
static csuccess_samples_totals label(int outcome_day, int notice_day, int until_day,
                                     const char *gap)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples;
    csuccess_facts *facts;
    csuccess_samples_totals totals = CSUCCESS_SAMPLES_TOTALS_INIT;
    csuccess_samples_options options = CSUCCESS_SAMPLES_OPTIONS_INIT;
    csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
    options.observed_until = START + until_day * DAY;
    options.gap = check_view(gap);
    CHECK_OK(csuccess_samples_new(&samples, config, &options, NULL));
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    sample.present = CSUCCESS_SAMPLE_AS_OF;
    sample.as_of = START;
    if (outcome_day) {
        sample.present |= CSUCCESS_SAMPLE_OUTCOME_AT;
        sample.outcome_at = START + outcome_day * DAY;
    }
    if (notice_day) {
        sample.present |= CSUCCESS_SAMPLE_NOTICE_AT;
        sample.notice_at = START + notice_day * DAY;
    }
    CHECK_OK(csuccess_samples_add(samples, facts, &sample, NULL));
    CHECK_OK(csuccess_samples_total(samples, &totals));
    csuccess_facts_free(facts);
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
    return totals;
}

static void labels_are_of_the_window(void)
{
    CHECK_UINT(label(30, 0, 60, "").events, 1); /* the end belongs to it */
    CHECK_UINT(label(31, 0, 60, "").events, 0);
    CHECK_UINT(label(31, 0, 60, "").usable, 1);
    CHECK_UINT(label(7, 0, 60, "P7D").gone, 1); /* within the gap */
    CHECK_UINT(label(8, 0, 60, "P7D").events, 1);
    CHECK_UINT(label(37, 0, 60, "P7D").events, 1);
    CHECK_UINT(label(-3, 0, 60, "").gone, 1);
    CHECK_UINT(label(0, 0, 29, "").censored, 1); /* the window had not closed */
    CHECK_UINT(label(0, 0, 30, "").usable, 1);
    CHECK_UINT(label(10, 0, 20, "").censored, 1); /* not even where the outcome is seen */
    CHECK_UINT(label(10, -1, 60, "").notice, 1);
    CHECK_UINT(label(10, 1, 60, "").events, 1); /* notice after the row */
}

static void rows_of_one_sort_only(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 3);
    csuccess_facts *facts;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
    csuccess_samples_totals totals = CSUCCESS_SAMPLES_TOTALS_INIT;
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    sample.present = CSUCCESS_SAMPLE_AS_OF;
    CHECK_RESULT(csuccess_samples_add(samples, facts, &sample, &err), CSUCCESS_EINVALID);
    CHECK_HAS(err.message, "with and without as_of");
    sample.present = CSUCCESS_SAMPLE_FOLD;
    sample.fold = 1000;
    CHECK_RESULT(csuccess_samples_add(samples, facts, &sample, &err), CSUCCESS_ERANGE);
    sample.present = CSUCCESS_SAMPLE_OUTCOME_AT;
    CHECK_RESULT(csuccess_samples_add(samples, facts, &sample, &err), CSUCCESS_EINVALID);
    sample.present = 0;
    sample.weight = -1;
    CHECK_RESULT(csuccess_samples_add(samples, facts, &sample, &err), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_samples_total(samples, &totals));
    CHECK_UINT(totals.rows, 3);
    csuccess_facts_free(facts);
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
}

/* ---- Training ---- */

static void the_model_finds_what_is_there(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 4000);
    csuccess_text *model, *report;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_train(&model, &report, samples, NULL, &err))) {
        printf("# %s\n", err.message);
        return;
    }
    csuccess_str text = csuccess_text_view(report);
    /* The odds that rows are drawn with give 0.836 over two million rows (numpy); 5 % of them have no usage to learn from. */
    CHECK(number_after(text, "\"pooled\"", "value") > 0.80);
    CHECK(number_after(text, "\"pooled\"", "value") < 0.85);
    CHECK(number_after(text, "\"pooled\"", "ece") < 0.03);
    CHECK_HAS(text.ptr, "held out: 5 folds by hash of the customer id, each measured by a "
                        "model learned from the others");
    CHECK_HAS(text.ptr, "\"importance\":[{\"of\":[\"usage\"]");
    CHECK_HAS(text.ptr, "they say who had left, not how long before");
    csuccess_model *loaded;
    CHECK_OK(csuccess_model_load(&loaded, csuccess_text_view(model), NULL, &err));
    CHECK_STR(csuccess_model_name(loaded), "churn");
    CHECK_INT(csuccess_model_calibrated(loaded), 1);
    CHECK_INT(csuccess_model_dated(loaded), 0);
    char digest[80];
    snprintf(digest, sizeof digest, "\"digest\":\"%.*s\"",
             (int)csuccess_model_digest(loaded).len, csuccess_model_digest(loaded).ptr);
    CHECK_HAS(text.ptr, digest);
    csuccess_model_unref(loaded);
    csuccess_text_free(model);
    csuccess_text_free(report);
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
}

static void a_seed_gives_the_same_bytes(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 600);
    csuccess_text *model[3], *report[3];
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    for (int i = 0; i < 3; i++) {
        options.seed = i == 2 ? 5 : 4;
        if (!CHECK_OK(csuccess_train(&model[i], &report[i], samples, &options, NULL))) return;
    }
    CHECK(same(model[0], model[1]));
    CHECK(same(report[0], report[1]));
    CHECK(!same(report[0], report[2]));
    for (int i = 0; i < 3; i++) {
        csuccess_text_free(model[i]);
        csuccess_text_free(report[i]);
    }
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
}

/* The same rows as columns. */
/* reason: every column is made, bound and freed here. */
static void columns_are_as_rows(void)
{
    enum { ROWS = 700 };
    static double usage[ROWS], mrr[ROWS];
    static uint8_t has_usage[(ROWS + 7) / 8], champion[ROWS], left[ROWS], plan[ROWS];
    static uint32_t present[ROWS];
    static int32_t outcome[ROWS];
    static csuccess_str customers[ROWS];
    static person people[ROWS];
    const csuccess_str words[] = {CSUCCESS_STR("enterprise"), CSUCCESS_STR("free"),
                                  CSUCCESS_STR("team")};
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *rows = population(config, ROWS), *samples;
    csuccess_columns *columns;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    uint64_t state = 7;
    for (int i = 0; i < ROWS; i++) {
        person *p = &people[i];
        *p = draw(&state, i);
        usage[i] = p->usage;
        mrr[i] = p->mrr;
        if (p->has_usage) has_usage[i / 8] |= (uint8_t)(1 << i % 8);
        champion[i] = p->champion;
        left[i] = p->left;
        plan[i] = p->plan[0] == 'e' ? 0 : p->plan[0] == 'f' ? 1 : 2;
        present[i] = CSUCCESS_SAMPLE_OUTCOME;
        outcome[i] = p->left;
        customers[i] = check_view(p->id);
    }
    uint32_t slot[5];
    const char *const names[] = {"usage", "mrr", "champion", "left", "plan"};
    for (int i = 0; i < 5; i++)
        CHECK_OK(csuccess_config_slot(config, check_view(names[i]), &slot[i]));
    CHECK_OK(csuccess_columns_new(&columns, config, ROWS, NULL, &err));
    CHECK_OK(csuccess_columns_bind_f64(columns, slot[0], usage, has_usage));
    CHECK_OK(csuccess_columns_bind_f64(columns, slot[1], mrr, NULL));
    CHECK_OK(csuccess_columns_bind_u8(columns, slot[2], champion, NULL));
    CHECK_OK(csuccess_columns_bind_u8(columns, slot[3], left, NULL));
    CHECK_OK(csuccess_columns_bind_dictionary(columns, slot[4], plan, 1, words, 3, NULL));
    csuccess_sample_columns given = CSUCCESS_SAMPLE_COLUMNS_INIT;
    given.customer = customers;
    given.present = present;
    given.outcome = outcome;
    CHECK_OK(csuccess_samples_new(&samples, config, NULL, &err));
    CHECK_OK(csuccess_samples_add_columns(samples, columns, 0, 300, &given, &err));
    given.customer += 300;
    given.present += 300;
    given.outcome += 300;
    CHECK_OK(csuccess_samples_add_columns(samples, columns, 300, 400, &given, &err));
    CHECK_RESULT(csuccess_samples_add_columns(samples, columns, 1, ROWS, &given, &err),
                 CSUCCESS_ERANGE);
    csuccess_text *model[2], *report[2], *tested[2];
    CHECK_OK(csuccess_train(&model[0], &report[0], rows, NULL, &err));
    CHECK_OK(csuccess_train(&model[1], &report[1], samples, NULL, &err));
    CHECK_OK(csuccess_backtest(&tested[0], rows, NULL, &err));
    CHECK_OK(csuccess_backtest(&tested[1], samples, NULL, &err));
    CHECK(same(model[0], model[1]));
    CHECK(same(report[0], report[1]));
    CHECK(same(tested[0], tested[1]));
    for (int i = 0; i < 2; i++) {
        csuccess_text_free(model[i]);
        csuccess_text_free(report[i]);
        csuccess_text_free(tested[i]);
    }
    csuccess_columns_free(columns);
    csuccess_samples_free(samples);
    csuccess_samples_free(rows);
    csuccess_config_unref(config);
}

static void too_little_is_refused(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 100), *none = population(config, 0);
    csuccess_text *model, *report;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    CHECK_RESULT(csuccess_train(&model, &report, none, NULL, &err), CSUCCESS_EDATA);
    CHECK_HAS(err.message, "no rows");
    CHECK_RESULT(csuccess_train(&model, &report, samples, NULL, &err), CSUCCESS_EDATA);
    CHECK_HAS(err.message, "200");
    CHECK(model == NULL && report == NULL);
    options.min_rows = 50;
    options.min_events = 60;
    CHECK_RESULT(csuccess_train(&model, &report, samples, &options, &err), CSUCCESS_EDATA);
    CHECK_HAS(err.message, "60");
    options.min_events = 5;
    CHECK_OK(csuccess_train(&model, &report, samples, &options, &err));
    csuccess_text_free(model);
    csuccess_text_free(report);
    csuccess_samples_free(samples);
    csuccess_samples_free(none);
    csuccess_config_unref(config);
}

static void wrong_options_are_told(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 300);
    csuccess_text *model, *report;
    const csuccess_str plan = CSUCCESS_STR("plan"), usage = CSUCCESS_STR("usage");
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_train_options bad[8];
    const char *const says[] = {"2 to 100",
                                "no trainer 9",
                                "at most 0.5",
                                "cannot be monotone",
                                "both rising and falling",
                                "pairs 0 to 1000",
                                "dated rows",
                                "a parent model is needed"};
    const csuccess_result codes[] = {CSUCCESS_EINVALID, CSUCCESS_EINVALID, CSUCCESS_EINVALID,
                                     CSUCCESS_ENAME,    CSUCCESS_EINVALID, CSUCCESS_EINVALID,
                                     CSUCCESS_EDATA,    CSUCCESS_EINVALID};
    for (int i = 0; i < 8; i++) bad[i] = (csuccess_train_options)CSUCCESS_TRAIN_OPTIONS_INIT;
    bad[0].folds = 1;
    bad[1].trainer = 9;
    bad[2].holdout = 0.7;
    bad[3].rising = &plan;
    bad[3].rising_count = 1;
    bad[4].rising = bad[4].falling = &usage;
    bad[4].rising_count = bad[4].falling_count = 1;
    bad[5].parameters = CSUCCESS_STR("{\"pairs\": -1}");
    bad[6].trainer = CSUCCESS_TRAINER_HAZARD;
    bad[7].update = CSUCCESS_UPDATE_RECALIBRATE;
    for (int i = 0; i < 8; i++) {
        CHECK_RESULT(csuccess_train(&model, &report, samples, &bad[i], &err), codes[i]);
        CHECK_HAS(err.message, says[i]);
    }
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
}

static int stop_at(void *ud, uint64_t done, uint64_t total)
{
    uint64_t *left = ud;
    CHECK(done <= total);
    return *left == 0 || --*left == 0;
}

static void cancelling_changes_nothing(void)
{
    csuccess_config *config = compile(NULL, NULL);
    csuccess_samples *samples = population(config, 400);
    csuccess_text *model, *report, *again_model, *again_report;
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    CHECK_OK(csuccess_train(&model, &report, samples, &options, NULL));
    for (uint64_t calls = 1; calls < 400; calls = calls * 3 + 1) {
        uint64_t left = calls;
        options.progress = stop_at;
        options.progress_ud = &left;
        CHECK_RESULT(csuccess_train(&again_model, &again_report, samples, &options, NULL),
                     CSUCCESS_ECANCELLED);
        CHECK(again_model == NULL && again_report == NULL);
    }
    options.progress = NULL;
    CHECK_OK(csuccess_train(&again_model, &again_report, samples, &options, NULL));
    CHECK(same(model, again_model) && same(report, again_report));
    csuccess_text_free(again_model);
    csuccess_text_free(again_report);
    csuccess_text_free(model);
    csuccess_text_free(report);
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
}

/* ---- Treatment ---- */

static void the_holdout_is_learned_from_where_it_is_large_enough(void)
{
    csuccess_config *config = compile(NULL, NULL);
    for (int few = 0; few < 2; few++) {
        csuccess_samples *samples;
        csuccess_facts *facts;
        csuccess_text *model, *report;
        uint64_t state = 3;
        CHECK_OK(csuccess_samples_new(&samples, config, NULL, NULL));
        CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
        for (int i = 0; i < 1000; i++) {
            person p = draw(&state, i);
            csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
            bool held = few ? i % 20 == 0 : i % 2 == 0;
            sample.present = CSUCCESS_SAMPLE_OUTCOME |
                             (held ? CSUCCESS_SAMPLE_HOLDOUT : CSUCCESS_SAMPLE_TREATED);
            sample.outcome = p.left;
            CHECK_OK(set_facts(facts, &p));
            CHECK_OK(csuccess_samples_add(samples, facts, &sample, NULL));
        }
        CHECK_OK(csuccess_train(&model, &report, samples, NULL, NULL));
        csuccess_str text = csuccess_text_view(report);
        CHECK_NUM(number_after(text, "\"learned_from\"", "rows"), few ? 1000 : 500, 0);
        CHECK_HAS(text.ptr,
                  few ? "all rows, treated customers among them" : "the global holdout alone");
        if (few) CHECK_HAS(text.ptr, "the global holdout is too small");
        csuccess_text_free(model);
        csuccess_text_free(report);
        csuccess_facts_free(facts);
        csuccess_samples_free(samples);
    }
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(outcome_and_what_reads_it_are_left_out),
           CHECK_TEST(what_the_condition_reads_is_the_outcome),
           CHECK_TEST(wrong_metrics_are_told), CHECK_TEST(labels_are_of_the_window),
           CHECK_TEST(rows_of_one_sort_only), CHECK_TEST(the_model_finds_what_is_there),
           CHECK_TEST(a_seed_gives_the_same_bytes), CHECK_TEST(columns_are_as_rows),
           CHECK_TEST(too_little_is_refused), CHECK_TEST(wrong_options_are_told),
           CHECK_TEST(cancelling_changes_nothing),
           CHECK_TEST(the_holdout_is_learned_from_where_it_is_large_enough))
