/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: one table of options, of which each command takes some. */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stdbool.h>
#include <stdint.h>

/* X(id, long name, short letter or 0, whether it takes a value, what help says) */
#define OPTIONS(X) \
    X(CONFIG, "config", 'c', "FILE|preset:NAME", "the configuration") \
    X(NOW, "now", 0, "TIME", "what time it is, RFC 3339 (default: the system clock)") \
    X(OUTPUT, "output", 'o', "FORMAT", \
      "jsonl, json, csv or table (default: table on a terminal, else jsonl)") \
    X(MODEL_OUT, "output-model", 0, "FILE", \
      "write the model document to FILE; -o FILE says the same, unless it is a format") \
    X(INPUT_FORMAT, "input-format", 0, "FORMAT", \
      "jsonl, csv or json (default: by the file's ending, else jsonl)") \
    X(ID, "id", 0, "COLUMN", \
      "the column of a CSV file that names the customer (default: customer_id)") \
    X(DELIMITER, "delimiter", 0, "CHAR", \
      "between the fields of a CSV file (default: a comma)") \
    X(IGNORE_UNKNOWN, "ignore-unknown", 0, NULL, \
      "pass over attributes that the configuration does not define") \
    X(KEEP_GOING, "keep-going", 0, NULL, "report bad rows and go on; then exit 3") \
    X(FACTS, "facts", 0, "JSON", "what is known of the customer, as a row of input") \
    X(BINDINGS, "bindings", 0, "FILE", "values of the document's bindings, a JSON object") \
    X(MEMBERS, "members", 0, NULL, "list the members of each segment too (with -o json)") \
    X(SUMMARY, "summary", 0, NULL, \
      "instead of rows: statuses, the ten most in need of attention, agreement") \
    X(OUTCOME, "outcome", 0, "EXPR", "holds for those who left, such as \"churned == true\"") \
    X(MODEL, "model", 0, "FILE", \
      "a model that the configuration names; may be given several times") \
    X(TOP, "top", 0, "N", "only the N most at risk, the likeliest to leave first") \
    X(WHY, "why", 0, NULL, "say in words why, customer by customer") \
    X(AS_OF, "as-of", 0, "COLUMN", "the time that a row is of: rows are dated") \
    X(OUTCOME_AT, "outcome-at", 0, "COLUMN", "when the customer left; empty: not yet") \
    X(NOTICE_AT, "notice-at", 0, "COLUMN", "when notice was given; empty: not yet") \
    X(OUTCOMES, "outcomes", 0, "FILE", \
      "outcomes of dated rows: CSV with customer_id, at, kind (churn, expansion, notice)") \
    X(HORIZON, "horizon", 0, "P30D", "how far ahead, ISO 8601 (backtest: several, by comma)") \
    X(GAP, "gap", 0, "P0D", "what lies between row and window (backtest: several, by comma)") \
    X(OBSERVED_UNTIL, "observed-until", 0, "TIME", \
      "when observation ended (default: the latest time in the rows)") \
    X(TRAINER, "trainer", 0, "NAME", "additive (default), logistic or hazard") \
    X(TARGET, "target", 0, "NAME", "churn (default) or expansion") \
    X(FOLDS, "folds", 0, "K|FILE", \
      "so many folds by customer, or those of a CSV file with row (from 0) and fold") \
    X(HOLDOUT, "holdout", 0, "SHARE", "measure on this share of the customers instead") \
    X(SEED, "seed", 0, "N", \
      "the same seed gives the same model (default: 0); of customers: their secrets, for " \
      "tests") \
    X(METRICS, "metrics", 0, "A,B", "learn from these attributes and metrics only") \
    X(EXCLUDE, "exclude", 0, "A,B", "do not learn from these") \
    X(MONOTONE, "monotone", 0, "A=+,B=-", "with A the odds may not fall, with B not rise") \
    X(NAME, "name", 0, "NAME", "of the model (default: churn, or expansion)") \
    X(PARENT, "parent", 0, "FILE", "the model that this one follows") \
    X(UPDATE, "update", 0, "HOW", "with --parent: refit (default) or recalibrate") \
    X(CALIBRATION, "calibration", 0, "HOW", "auto (default), none, platt or isotonic") \
    X(PERIOD, "period", 0, "P30D", "of a hazard") \
    X(PARAMETERS, "parameters", 0, "JSON", "of the trainer, other than its defaults") \
    X(FALSE_ALARM, "false-alarm", 0, "COST", "of acting on somebody who stays (default: 1)") \
    X(MISSED, "missed", 0, "COST", "of not acting on somebody who leaves (default: 5)") \
    X(CAPACITY, "capacity", 0, "N", "how many customers can be acted on") \
    X(MIN_ROWS, "min-rows", 0, "N", "refuse to learn from fewer (default: 200)") \
    X(MIN_EVENTS, "min-events", 0, "N", "the same of either outcome (default: 20)") \
    X(TREATED, "treated", 0, "EXPR", "holds for customers that an intervention reached") \
    X(UNTREATED, "global-holdout", 0, "EXPR", "holds for customers that are never treated") \
    X(WRITE_CONFIG, "write-config", 0, "FILE", \
      "write a configuration that scores with the model") \
    X(BANDS, "bands", 0, "A,B", "bands that foretell leaving (default: the last)") \
    X(THRESHOLD, "threshold", 0, "P", "churn score that foretells leaving (default: 0.5)") \
    X(ACCURACY, "accuracy", 0, "SHARE", \
      "what accuracy is asked for (default: 0.85, 30 days ahead 0.75)") \
    X(PROFILE, "profile", 0, "NAME", "the health profile whose weights are fitted") \
    X(BY, "by", 0, "X", "how far a weight may move from today's (default: 0.1)") \
    X(GRID, "grid", 0, "JSON", \
      "instead of weights: values of trainer parameters to try, {\"pairs\": [0, 25]}") \
    X(DB, "db", 0, "FILE", "the SQLite file that holds everything") \
    X(UNTIL, "until", 0, "TIME", "do what is due up to this time (default: now)") \
    X(OUTBOX, "outbox", 0, "DIR", \
      "send messages into DIR, a file of JSON Lines per channel (default: they wait)") \
    X(CLOCK, "clock", 0, "now|events", \
      "now (default), or events: time goes on with the events' own, for logs of the past") \
    X(LEASE, "lease", 0, "SECONDS", "of customers and messages at work (default: 60)") \
    X(SHARD, "shard", 0, "I/N", "of several processes, the I-th of N from 0 (default: 0/1)") \
    X(BATCH, "batch", 0, "N", "events that are handed in together (default: 1000)") \
    X(AS, "as", 0, "WHO[:ROLE,..]", "on whose behalf (default: the host, who may everything)") \
    X(DAYS, "days", 0, "N", "let so many days pass behind the last event") \
    X(START, "start", 0, "TIME", "when the clock begins (default: at the first event)") \
    X(ALL, "all", 0, NULL, "of every customer, a line each") \
    X(HELP, "help", 'h', NULL, "this")

typedef enum option {
#define OPTION(id, name, letter, value, help) OPTION_##id,
    OPTIONS(OPTION)
#undef OPTION
        OPTION_COUNT
} option;

_Static_assert(OPTION_COUNT <= 64, "a command's options are bits of 64");

#define TAKES(id) (UINT64_C(1) << OPTION_##id)

enum { MODELS_MOST = 16 };

typedef struct args {
    const char *command;
    const char *values[OPTION_COUNT]; /* NULL: not given; "" for those without a value */
    const char *models[MODELS_MOST];  /* of --model, in order */
    int model_count;
    const char *words[4]; /* what is no option */
    int count;
} args;

/* What a command takes. */
typedef struct command {
    const char *name;
    const char *usage;   /* behind the name */
    const char *does;    /* one line */
    const char *details; /* for its help: more, and an example */
    uint64_t options;
    int least, most; /* words */
    bool expression; /* a word may begin with a minus sign */
    int (*run)(const args *given);
} cli_command;

/* -1: go on; else the exit code (0 after --help, 2 after a usage error that was told). */
int args_read(args *out, const cli_command *command, int argc, char **argv);
void args_help(const cli_command *command);
/* Tells a usage error and gives 2. */
int args_usage(const char *command, const char *format, const char *what);

#endif
