/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: one table of options, of which each command takes some. */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stdbool.h>

/* X(id, long name, short letter or 0, whether it takes a value, what help says) */
#define OPTIONS(X) \
    X(CONFIG, "config", 'c', "FILE|preset:NAME", "the configuration") \
    X(NOW, "now", 0, "TIME", "score as of this time, RFC 3339 (default: the system clock)") \
    X(OUTPUT, "output", 'o', "FORMAT", \
      "jsonl, json, csv or table (default: table on a terminal, else jsonl)") \
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
    X(OUTCOME, "outcome", 0, "EXPR", \
      "with --summary: holds for those who left, such as \"churned == true\"") \
    X(HELP, "help", 'h', NULL, "this")

typedef enum option {
#define OPTION(id, name, letter, value, help) OPTION_##id,
    OPTIONS(OPTION)
#undef OPTION
        OPTION_COUNT
} option;

#define TAKES(id) (1u << OPTION_##id)

typedef struct args {
    const char *command;
    const char *values[OPTION_COUNT]; /* NULL: not given; "" for those without a value */
    const char *words[4];             /* what is no option */
    int count;
} args;

/* What a command takes. */
typedef struct command {
    const char *name;
    const char *usage;   /* behind the name */
    const char *does;    /* one line */
    const char *details; /* for its help: more, and an example */
    unsigned options;
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
