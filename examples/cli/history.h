/* SPDX-License-Identifier: Apache-2.0 */
/* History: rows with what became of the customer, from files into samples; shared by train, backtest and tune. */
#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

#include "commands.h"
#include "input.h"
#include "outcomes.h"
#include "stream.h"

enum { LIST_MOST = 1000 };

/* A list that was given by commas. */
typedef struct name_list {
    csuccess_str items[LIST_MOST];
    uint32_t count;
} name_list;

typedef struct history {
    cli_session session;
    input in;
    csuccess_samples *samples;
    outcome_list outcomes;
    fold_list folds;
    bool dated, has_folds;
    uint32_t target;
    uint64_t row;             /* of the rows of data, from 0 */
    text attributes, outcome; /* that were inferred; empty with -c */
} history;

/* What every command of these takes. */
#define HISTORY_OPTIONS \
    (TAKES(CONFIG) | TAKES(NOW) | TAKES(OUTPUT) | TAKES(INPUT_FORMAT) | TAKES(ID) | \
     TAKES(DELIMITER) | TAKES(IGNORE_UNKNOWN) | TAKES(KEEP_GOING) | TAKES(BINDINGS) | \
     TAKES(OUTCOME) | TAKES(AS_OF) | TAKES(OUTCOME_AT) | TAKES(NOTICE_AT) | TAKES(OUTCOMES) | \
     TAKES(HORIZON) | TAKES(GAP) | TAKES(OBSERVED_UNTIL) | TAKES(TARGET) | TAKES(MODEL) | \
     TAKES(SEED))

/* Opens everything and reads all rows. 0, or the exit code after telling why; 3: done but for bad rows. In any case
   history_close() is due. */
int history_read(history *h, const args *given);
void history_close(history *h);

/* "a,b" into a list; false after telling that there are too many. */
bool list_split(name_list *out, const char *names);
/* Numbers of options; 0 when not given. False after a usage error. */
bool number_option(const args *given, option which, double low, double high, double *out);
bool whole_option(const args *given, option which, uint64_t most, uint64_t *out);
/* One of a list of words that ends in NULL; its place. False after a usage error. */
bool word_option(const args *given, option which, const char *const *words, uint32_t *out);

/* Ctrl-C from now on only asks to stop; whether it did. */
void stop_listen(void);
bool stop_asked(void);
/* For csuccess_train_options.progress: shows how far it is, stops when asked to. ud: not used. */
int progress_show(void *ud, uint64_t done, uint64_t total);
/* Ends the line of progress. */
void progress_end(void);

/* Writes beside the file and puts it in its place when it is whole; a device or pipe is written to. False after telling. */
bool file_write(const char *path, csuccess_str content);

#endif
