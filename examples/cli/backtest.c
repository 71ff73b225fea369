/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess backtest: whether the scores in force told who left. */
#include "commands.h"

#include "history.h"
#include "output.h"
#include "report.h"

#include <stdio.h>

typedef struct backtest {
    const args *given;
    history history;
    name_list horizons, gaps, bands;
    csuccess_backtest_options options;
    output_format format;
} backtest;

static int read_options(backtest *b)
{
    csuccess_backtest_options *o = &b->options;
    if (!list_split(&b->horizons, b->given->values[OPTION_HORIZON]) ||
        !list_split(&b->gaps, b->given->values[OPTION_GAP]) ||
        !list_split(&b->bands, b->given->values[OPTION_BANDS])) {
        return 1;
    }
    o->horizons = b->horizons.items;
    o->horizon_count = b->horizons.count;
    o->gaps = b->gaps.items;
    o->gap_count = b->gaps.count;
    o->bands = b->bands.items;
    o->band_count = b->bands.count;
    bool ok = number_option(b->given, OPTION_ACCURACY, 0, 1, &o->accuracy) &&
              number_option(b->given, OPTION_THRESHOLD, 0, 1, &o->threshold);
    return ok ? 0 : 2;
}

static int ask(const backtest *b)
{
    csuccess_text *report = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess_backtest(&report, b->history.samples, &b->options, &err);
    if (result < 0) {
        fprintf(stderr, "csuccess backtest: %s\n", err.message);
        return 1;
    }
    report_print(csuccess_text_view(report), b->format, report_backtest, "windows");
    csuccess_text_free(report);
    return 0;
}

int backtest_run(const args *given)
{
    static backtest b; /* with the buffer of its input */
    b = (backtest){.given = given, .options = CSUCCESS_BACKTEST_OPTIONS_INIT};
    int code = output_choose(&b.format, given);
    if (code == 0) code = read_options(&b);
    if (code == 0 && !given->values[OPTION_CONFIG]) {
        code = args_usage("backtest", "%s is required", "-c CONFIG");
    }
    if (code != 0) return code;
    stop_listen();
    code = history_read(&b.history, given);
    if (code == 0 || code == 3) {
        int asked = ask(&b);
        code = asked ? asked : code;
    }
    history_close(&b.history);
    return output_finish(code);
}
