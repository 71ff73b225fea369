/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess tune: fits weights to outcomes and shows the gain. */
#include "commands.h"

#include "history.h"
#include "output.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

typedef struct tuning {
    const args *given;
    history history;
    csuccess_tune_options options;
    output_format format;
} tuning;

static int read_options(tuning *t)
{
    static const char *const trainers[] = {"additive", "logistic", "hazard", NULL};
    csuccess_tune_options *o = &t->options;
    const char *profile = t->given->values[OPTION_PROFILE],
               *grid = t->given->values[OPTION_GRID];
    uint64_t parts = 0;
    bool ok = whole_option(t->given, OPTION_FOLDS, 100, &parts) &&
              whole_option(t->given, OPTION_SEED, UINT64_C(1) << 53, &o->seed) &&
              number_option(t->given, OPTION_BY, 0.0001, 1, &o->most) &&
              word_option(t->given, OPTION_TRAINER, trainers, &o->trainer);
    if (!ok) return 2;
    if (t->given->values[OPTION_TRAINER] && !grid) {
        return args_usage("tune", "%s goes with --grid", "--trainer");
    }
    o->folds = (uint32_t)parts;
    o->what = grid ? CSUCCESS_TUNE_TRAINER : CSUCCESS_TUNE_WEIGHTS;
    if (profile) o->profile = (csuccess_str){profile, strlen(profile)};
    if (grid) o->grid = (csuccess_str){grid, strlen(grid)};
    o->progress = progress_show;
    return 0;
}

static int tune(const tuning *t)
{
    csuccess_text *patch = NULL, *report = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const char *path = t->given->values[OPTION_MODEL_OUT];
    csuccess_result result =
        csuccess_tune(&patch, &report, t->history.samples, &t->options, &err);
    int code = 0;
    progress_end();
    if (result < 0) {
        bool stopped = result == CSUCCESS_ECANCELLED;
        fprintf(stderr, "csuccess tune: %s\n",
                stopped ? "stopped; nothing was written" : err.message);
        return stopped ? 130 : 1;
    }
    if (path && !file_write(path, csuccess_text_view(patch))) code = 1;
    if (code == 0) {
        report_print(csuccess_text_view(report), t->format, report_tune,
                     t->options.what == CSUCCESS_TUNE_TRAINER ? "tried" : "weights");
    }
    csuccess_text_free(patch);
    csuccess_text_free(report);
    return code;
}

int tune_run(const args *given)
{
    static tuning t; /* with the buffer of its input */
    t = (tuning){.given = given, .options = CSUCCESS_TUNE_OPTIONS_INIT};
    int code = output_choose(&t.format, given);
    if (code == 0) code = read_options(&t);
    if (code == 0 && !given->values[OPTION_CONFIG]) {
        code = args_usage("tune", "%s is required", "-c CONFIG");
    }
    if (code != 0) return code;
    stop_listen();
    code = history_read(&t.history, given);
    if (code == 0 || code == 3) {
        int tuned = tune(&t);
        code = tuned ? tuned : code;
    }
    history_close(&t.history);
    return output_finish(code);
}
