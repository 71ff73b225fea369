/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess train: learns a churn model from history. */
#include "commands.h"

#include "config_file.h"
#include "history.h"
#include "infer.h"
#include "output.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

typedef struct training {
    const args *given;
    history history;
    csuccess_train_options options;
    name_list monotone, rising, falling;
    output_format format;
    csuccess_model *parent;
} training;

/* ---- Options ---- */

/* "a=+,b=-" */
static int split_monotone(training *t)
{
    if (!list_split(&t->monotone, t->given->values[OPTION_MONOTONE])) return 1;
    for (uint32_t i = 0; i < t->monotone.count; i++) {
        csuccess_str item = t->monotone.items[i];
        char sign = item.len > 2 ? item.ptr[item.len - 1] : '\0';
        bool ok = (sign == '+' || sign == '-') && item.ptr[item.len - 2] == '=';
        if (!ok) {
            return args_usage("train", "--monotone %s: it is like tenure=-,usage_decline=+",
                              t->given->values[OPTION_MONOTONE]);
        }
        name_list *list = sign == '+' ? &t->rising : &t->falling;
        list->items[list->count++] = (csuccess_str){item.ptr, item.len - 2};
    }
    t->options.rising = t->rising.items;
    t->options.rising_count = t->rising.count;
    t->options.falling = t->falling.items;
    t->options.falling_count = t->falling.count;
    return 0;
}

static bool read_words(training *t)
{
    static const char *const trainers[] = {"additive", "logistic", "hazard", NULL};
    static const char *const targets[] = {"churn", "expansion", NULL};
    static const char *const calibrations[] = {"auto", "none", "platt", "isotonic", NULL};
    static const char *const updates[] = {"refit", "recalibrate", NULL};
    csuccess_train_options *o = &t->options;
    return word_option(t->given, OPTION_TRAINER, trainers, &o->trainer) &&
           word_option(t->given, OPTION_TARGET, targets, &o->target) &&
           word_option(t->given, OPTION_CALIBRATION, calibrations, &o->calibration) &&
           word_option(t->given, OPTION_UPDATE, updates, &o->update);
}

/* reason: one line an option. */
static bool read_numbers(training *t)
{
    csuccess_train_options *o = &t->options;
    uint64_t parts = 0, rows = 0, events = 0;
    const char *given = t->given->values[OPTION_FOLDS];
    bool file = given && strspn(given, "0123456789") != strlen(given);
    bool ok = (file || whole_option(t->given, OPTION_FOLDS, 100, &parts)) &&
              whole_option(t->given, OPTION_SEED, UINT64_C(1) << 53, &o->seed) &&
              whole_option(t->given, OPTION_CAPACITY, UINT64_C(1) << 53, &o->capacity) &&
              whole_option(t->given, OPTION_MIN_ROWS, UINT32_MAX, &rows) &&
              whole_option(t->given, OPTION_MIN_EVENTS, UINT32_MAX, &events) &&
              number_option(t->given, OPTION_HOLDOUT, 0.001, 0.5, &o->holdout) &&
              number_option(t->given, OPTION_FALSE_ALARM, 0, 1e15, &o->cost_false_alarm) &&
              number_option(t->given, OPTION_MISSED, 0, 1e15, &o->cost_missed);
    if (ok && given && !file && parts < 2) {
        args_usage("train", "--folds %s: it is 2 to 100, or a file", given);
        ok = false;
    }
    o->folds = (uint32_t)parts;
    o->min_rows = (uint32_t)rows;
    o->min_events = (uint32_t)events;
    o->evaluation = file                               ? CSUCCESS_EVALUATE_GIVEN
                    : given                            ? CSUCCESS_EVALUATE_FOLDS
                    : t->given->values[OPTION_HOLDOUT] ? CSUCCESS_EVALUATE_HOLDOUT
                                                       : CSUCCESS_EVALUATE_AUTO;
    return ok;
}

static void read_texts(training *t)
{
    const struct {
        option which;
        csuccess_str *to;
    } texts[] = {{OPTION_NAME, &t->options.name},
                 {OPTION_PERIOD, &t->options.period},
                 {OPTION_PARAMETERS, &t->options.parameters}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *word = t->given->values[texts[i].which];
        if (word) *texts[i].to = (csuccess_str){word, strlen(word)};
    }
}

/* reason: which options go together, each pair with its own message. */
static int read_options(training *t)
{
    if (t->given->values[OPTION_FOLDS] && t->given->values[OPTION_HOLDOUT]) {
        return args_usage("train", "%s: folds or a holdout, not both", "--holdout");
    }
    const char *trainer = t->given->values[OPTION_TRAINER];
    if (t->given->values[OPTION_PERIOD] && (!trainer || strcmp(trainer, "hazard") != 0)) {
        return args_usage("train", "%s goes with --trainer hazard", "--period");
    }
    if (t->given->values[OPTION_UPDATE] && !t->given->values[OPTION_PARENT]) {
        return args_usage("train", "%s goes with --parent FILE", "--update");
    }
    if (t->given->values[OPTION_WRITE_CONFIG] && t->given->values[OPTION_CONFIG]) {
        return args_usage("train", "%s is for rows without a configuration", "--write-config");
    }
    if (!read_words(t) || !read_numbers(t)) return 2;
    read_texts(t);
    t->options.progress = progress_show;
    int code = split_monotone(t);
    if (code == 0 && t->given->values[OPTION_PARENT]) {
        t->parent = model_load(t->given->values[OPTION_PARENT]);
        code = t->parent ? 0 : 1;
    }
    t->options.parent = t->parent;
    return code;
}

/* ---- What is written ---- */

/* A configuration with the attributes that were inferred and the model. */
static bool write_config(const training *t, const char *path)
{
    const char *name = t->given->values[OPTION_NAME];
    const char *horizon = t->given->values[OPTION_HORIZON];
    text out = {NULL, 0, 0};
    bool ok =
        text_add(&out, "{\n  \"csuccess\": 1,\n  \"attributes\": {") &&
        text_add(&out, t->history.attributes.ptr) &&
        text_add(&out, "\n  },\n  \"churn\": {\n    \"model\": {\"learned\": {\"name\": \"") &&
        text_add(&out, name ? name : "churn") && text_add(&out, "\"}},\n    \"horizon\": \"") &&
        text_add(&out, horizon ? horizon : "P30D") &&
        text_add(
            &out,
            "\",\n    \"levels\": {\"critical\": {\"from\": 0.8}, \"high\": {\"from\": 0.6}, "
            "\"medium\": {\"from\": 0.4}, \"low\": {}}\n  }\n}\n");
    if (ok) {
        ok = file_write(path, (csuccess_str){out.ptr, out.len});
    } else {
        fprintf(stderr, "csuccess: out of memory\n");
    }
    text_free(&out);
    return ok;
}

static int write_all(const training *t, const csuccess_text *model, const csuccess_text *report)
{
    const char *model_path = t->given->values[OPTION_MODEL_OUT];
    const char *config_path = t->given->values[OPTION_WRITE_CONFIG];
    if (model_path && !file_write(model_path, csuccess_text_view(model))) return 1;
    if (config_path && !write_config(t, config_path)) return 1;
    report_print(csuccess_text_view(report), t->format, report_train, "evaluation.folds");
    if (t->format == OUTPUT_TABLE && model_path) printf("\n%s was written.\n", model_path);
    return 0;
}

static int train(training *t)
{
    csuccess_text *model = NULL, *report = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result =
        csuccess_train(&model, &report, t->history.samples, &t->options, &err);
    int code;
    progress_end();
    if (result == CSUCCESS_ECANCELLED) {
        fprintf(stderr, "csuccess train: stopped; nothing was written\n");
        code = 130;
    } else if (result < 0) {
        fprintf(stderr, "csuccess train: %s%s%s%s\n", err.message, err.pointer[0] ? " (" : "",
                err.pointer, err.pointer[0] ? ")" : "");
        code = 1;
    } else {
        code = write_all(t, model, report);
    }
    csuccess_text_free(model);
    csuccess_text_free(report);
    return code;
}

int train_run(const args *given)
{
    static training t; /* with the buffer of its input */
    t = (training){.given = given, .options = CSUCCESS_TRAIN_OPTIONS_INIT};
    int code = output_choose(&t.format, given);
    if (code != 0) return code;
    stop_listen();
    code = read_options(&t);
    if (code == 0) {
        code = history_read(&t.history, given);
        if (code == 0 || code == 3) {
            int trained = train(&t);
            code = trained ? trained : code;
        }
        history_close(&t.history);
    }
    csuccess_model_unref(t.parent);
    return output_finish(code);
}
