/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess: the library from the shell. Reads files, tells the time and prints; decides nothing itself. */
#include "clock.h"
#include "commands.h"
#include "config_file.h"
#include "history.h"
#include "host.h"

#include <stdio.h>
#include <string.h>

#define INPUT_OPTIONS \
    (TAKES(CONFIG) | TAKES(NOW) | TAKES(OUTPUT) | TAKES(INPUT_FORMAT) | TAKES(ID) | \
     TAKES(DELIMITER) | TAKES(IGNORE_UNKNOWN) | TAKES(KEEP_GOING) | TAKES(BINDINGS) | \
     TAKES(MODEL))

#define EVENT_OPTIONS (INPUT_OPTIONS | TAKES(AS_OF))

static const cli_command commands[] = {
    {"score", "-c CONFIG [OPTIONS] [INPUT]", "Health and churn of every row of input",
     "\n"
     "INPUT is a file of JSON Lines, CSV or a JSON array of rows, or - for standard input (the "
     "default).\n"
     "A row holds \"customer_id\" and attributes by name; what is absent is missing, not "
     "zero.\n"
     "\n"
     "  csuccess score -c preset:enterprise customers.csv\n"
     "  csuccess score -c success.json --now 2026-01-31T00:00:00Z -o jsonl customers.jsonl\n"
     "  csuccess score -c success.json --summary --outcome 'has(churned_at)' customers.csv\n"
     "  csuccess score -c success.json --model churn.json --top 10 --why customers.csv\n"
     "\n"
     "With --db FILE the customers that run keeps there, or the one that is named, as JSON "
     "Lines:\n"
     "\n"
     "  csuccess score --db customers.db acme\n",
     INPUT_OPTIONS | TAKES(DB) | TAKES(AS) | TAKES(SUMMARY) | TAKES(OUTCOME) | TAKES(TOP) |
         TAKES(WHY),
     0, 1, false, score_run},
    {"eval", "[-c CONFIG] [--facts JSON] EXPR",
     "Evaluates one expression and prints its value as JSON",
     "\n"
     "EXPR may be - for standard input. A value that is missing prints as: missing, and the "
     "inputs\n"
     "that left it open go to standard error.\n"
     "\n"
     "  csuccess eval '1 / 4 + 2'\n"
     "  csuccess eval -c success.json --facts '{\"arr\": 5000}' 'arr > 1000 && "
     "champion_left'\n",
     TAKES(CONFIG) | TAKES(NOW) | TAKES(FACTS) | TAKES(BINDINGS) | TAKES(MODEL), 1, 1, true,
     eval_run},
    {"check", "FILE", "All problems of a configuration, and what is probably wrong (lint)",
     "\n"
     "Each is FILE:LINE:COLUMN: message (JSON Pointer) on standard error; with -o jsonl or "
     "json an\n"
     "object on standard output. Exit 1 if there is a problem; lint alone is 0.\n"
     "\n"
     "  csuccess check success.json\n",
     TAKES(OUTPUT) | TAKES(BINDINGS) | TAKES(MODEL), 1, 1, false, check_run},
    {"preset", "list | show NAME", "The shipped configurations",
     "\n"
     "  csuccess preset list\n"
     "  csuccess preset show enterprise > success.json\n",
     TAKES(OUTPUT), 1, 2, false, preset_run},
    {"segment", "-c CONFIG [OPTIONS] [INPUT]",
     "Who is in which segment, their sizes and overlaps",
     "\n"
     "With -o jsonl a line per customer with its segments; json, csv and table give sizes, and "
     "json and\n"
     "table overlaps.\n"
     "\n"
     "  csuccess segment -c success.json -o json customers.csv\n",
     INPUT_OPTIONS | TAKES(MEMBERS), 0, 1, false, segment_run},
    {"train", "[-c CONFIG] --outcome EXPR [OPTIONS] HISTORY [-o MODEL]",
     "Learns a churn model from history and checks it on rows it has not seen",
     "\n"
     "HISTORY has a row per customer (--outcome says who left) or per customer and date "
     "(--as-of, "
     "with\n"
     "--outcome-at or --outcomes). Without -c every column is an attribute. -o is the model's "
     "file, or, given\n"
     "a format, that of the report; both may be given. Ctrl-C stops it; nothing is written "
     "then.\n"
     "\n"
     "  csuccess train -c success.json --outcome churned history.csv -o churn.json\n"
     "  csuccess train --id customerID --outcome \"Churn == 'Yes'\" telco.csv -o churn.json "
     "\\\n"
     "      --write-config success.json\n"
     "  csuccess train -c success.json --as-of date --outcomes left.csv --horizon P30D --gap "
     "P7D "
     "\\\n"
     "      panel.csv -o churn.json -o json\n",
     HISTORY_OPTIONS | TAKES(MODEL_OUT) | TAKES(TRAINER) | TAKES(FOLDS) | TAKES(HOLDOUT) |
         TAKES(METRICS) | TAKES(EXCLUDE) | TAKES(MONOTONE) | TAKES(NAME) | TAKES(PARENT) |
         TAKES(UPDATE) | TAKES(CALIBRATION) | TAKES(PERIOD) | TAKES(PARAMETERS) |
         TAKES(FALSE_ALARM) | TAKES(MISSED) | TAKES(CAPACITY) | TAKES(MIN_ROWS) |
         TAKES(MIN_EVENTS) | TAKES(TREATED) | TAKES(UNTREATED) | TAKES(WRITE_CONFIG),
     0, 1, false, train_run},
    {"backtest", "-c CONFIG --outcome EXPR [OPTIONS] HISTORY",
     "Whether the scores in force told who left",
     "\n"
     "HISTORY is as for train. Dated rows are looked at from several gaps: did the score in "
     "force "
     "so long before\n"
     "tell who left? --gap and --horizon take several, by comma.\n"
     "\n"
     "  csuccess backtest -c success.json --outcome churned history.csv\n"
     "  csuccess backtest -c success.json --as-of date --outcomes left.csv --gap "
     "P30D,P60D,P90D "
     "panel.csv\n",
     HISTORY_OPTIONS | TAKES(BANDS) | TAKES(THRESHOLD) | TAKES(ACCURACY), 0, 1, false,
     backtest_run},
    {"tune", "-c CONFIG --outcome EXPR [OPTIONS] HISTORY",
     "Fits health weights to outcomes and shows the gain; changes nothing",
     "\n"
     "-o FILE writes a patch (RFC 7396) of the configuration. --grid tries parameters of a "
     "trainer "
     "instead.\n"
     "\n"
     "  csuccess tune -c success.json --outcome churned history.csv -o patch.json\n"
     "  csuccess tune -c success.json --outcome churned --grid '{\"pairs\": [0, 25]}' "
     "history.csv\n",
     HISTORY_OPTIONS | TAKES(MODEL_OUT) | TAKES(PROFILE) | TAKES(BY) | TAKES(GRID) |
         TAKES(FOLDS) | TAKES(TRAINER) | TAKES(METRICS) | TAKES(EXCLUDE),
     0, 1, false, tune_run},
    {"model", "show | check | seal FILE", "What a model document says; seals it after an edit",
     "\n"
     "  csuccess model show churn.json\n"
     "  csuccess model check churn.json\n"
     "  csuccess model seal churn.json\n",
     TAKES(OUTPUT) | TAKES(MODEL_OUT), 2, 2, false, model_run},
    {"run", "-c CONFIG --db FILE [OPTIONS] [EVENTS]",
     "Takes events and facts into a database, and does what is due",
     "\n"
     "EVENTS are JSON Lines or a JSON array in the shape of Segment; a row without \"type\", "
     "and "
     "every row of\n"
     "CSV, holds facts of a customer. Without EVENTS only what is due is done. The same events "
     "again change\n"
     "nothing: after Ctrl-C or a crash the same call goes on. One bad row ends it (what came "
     "before is kept),\n"
     "unless --keep-going.\n"
     "\n"
     "  csuccess run -c success.json --db customers.db --outbox outbox/ events.jsonl\n"
     "  csuccess run -c success.json --db customers.db\n"
     "  csuccess run -c success.json --db past.db --clock events --until 2026-01-31 "
     "log.jsonl\n",
     EVENT_OPTIONS | TAKES(DB) | TAKES(UNTIL) | TAKES(OUTBOX) | TAKES(CLOCK) | TAKES(LEASE) |
         TAKES(SHARD) | TAKES(BATCH) | TAKES(AS) | TAKES(SEED),
     0, 1, false, run_run},
    {"import", "-c CONFIG --db FILE [OPTIONS] HISTORY",
     "Takes dated history into a database; nothing is sent for it",
     "\n"
     "HISTORY is as EVENTS of run; facts have their time in the column that --as-of names.\n"
     "\n"
     "  csuccess import -c success.json --db customers.db history.jsonl\n"
     "  csuccess import -c success.json --db customers.db --as-of date crm.csv\n",
     EVENT_OPTIONS | TAKES(DB) | TAKES(LEASE) | TAKES(BATCH) | TAKES(AS) | TAKES(SEED), 1, 1,
     false, import_run},
    {"simulate", "-c CONFIG [OPTIONS] [INPUT]",
     "Lets events and time pass on a virtual clock; nothing is kept or sent",
     "\n"
     "INPUT is as EVENTS of run. With -o jsonl a line for every entry and message that would "
     "be; "
     "else counts.\n"
     "Facts without a time are of --start, else of the first event, else of now. With --why "
     "the story of each customer in words: who got what, when and why, and who did not.\n"
     "\n"
     "  csuccess simulate -c success.json --days 90 -o table customers.csv\n"
     "  csuccess simulate -c success.json --days 90 --why customers.csv\n"
     "  csuccess simulate -c success.json --until 2026-12-31 -o jsonl events.jsonl\n",
     EVENT_OPTIONS | TAKES(DAYS) | TAKES(UNTIL) | TAKES(START) | TAKES(SEED) | TAKES(WHY), 0, 1,
     false, simulate_run},
    {"draw", "-c CONFIG [NAME]", "A journey or playbook as text, or for Graphviz with -o dot",
     "\n"
     "NAME is such as journey/onboarding or playbook/risk_response; without it all of them are "
     "named, with what they can come to at most.\n"
     "\n"
     "  csuccess draw -c preset:onboarding journey/onboarding\n"
     "  csuccess draw -c preset:onboarding -o dot journey/onboarding | dot -Tsvg > "
     "onboarding.svg\n",
     TAKES(CONFIG) | TAKES(BINDINGS) | TAKES(MODEL) | TAKES(OUTPUT), 0, 1, false, draw_run},
    {"results", "--db FILE [-c CONFIG] NAME",
     "What came of a journey, a playbook, an experiment or all interventions",
     "\n"
     "NAME is such as journey/onboarding, playbook/risk_response or experiment/save_works, or\n"
     "segments, interventions (what was done, and what it cost) or effects (what it changed, "
     "too). It\n"
     "is counted from the history of every customer. A table has a line per step, arm or "
     "intervention,\n"
     "csv a row per number.\n"
     "\n"
     "  csuccess results --db customers.db journey/onboarding\n"
     "  csuccess results --db customers.db -o table experiment/save_works\n",
     HOST_OPTIONS, 1, 1, false, results_run},
    {"publish", "--db FILE -c NEW",
     "What another configuration would come to for every customer; nothing is changed",
     "\n"
     "Who would enter or leave a segment, be enrolled, get a task or a message, what would be "
     "held by\n"
     "which guard, and whose journey would be moved or cannot be. Ends with 1 when a running "
     "journey is\n"
     "at a step that the new one lacks, or a campaign would become what it may not.\n"
     "It comes into force by running with it. -o jsonl has a line for every entry and message, "
     "table,\n"
     "csv and json count them.\n"
     "\n"
     "  csuccess publish --db customers.db -c new.json -o table\n"
     "  csuccess publish --db customers.db -c new.json --why\n",
     HOST_OPTIONS | TAKES(WHY), 0, 0, false, publish_run},
    {"explain", "--db FILE [-c CONFIG] CUSTOMER",
     "Why a customer stands as it does, what was done and what comes next",
     "\n"
     "What was sent, what is held by which guard until when, what it costs and is expected to "
     "bring,\n"
     "who has to decide. Without -c the configuration is the one that the database keeps for "
     "the\n"
     "customer.\n"
     "\n"
     "  csuccess explain --db customers.db acme -o table\n",
     HOST_OPTIONS, 1, 1, false, explain_run},
    {"state", "--db FILE [-c CONFIG] CUSTOMER | --all", "The state of a customer as JSON",
     "\n"
     "  csuccess state --db customers.db acme\n",
     HOST_OPTIONS | TAKES(ALL), 0, 1, false, state_run},
    {"replay", "--db FILE -c OTHER CUSTOMER",
     "A customer's history under another configuration, and the differences",
     "\n"
     "  csuccess replay --db customers.db -c stricter.json acme\n",
     HOST_OPTIONS, 1, 1, false, replay_run},
    {"parked", "--db FILE [-c CONFIG] [CUSTOMER]",
     "Customers that failed too often; one that is named goes on",
     "\n"
     "  csuccess parked --db customers.db\n"
     "  csuccess parked --db customers.db acme\n",
     HOST_OPTIONS, 0, 1, false, parked_run},
    {"audit", "verify | export --db FILE [-c CONFIG] [CUSTOMER]",
     "Follows the chains of entries, or hands them out",
     "\n"
     "verify ends with 1 when a link does not fit. export gives JSON Lines: the head of a "
     "chain, "
     "then its entries.\n"
     "\n"
     "  csuccess audit verify --db customers.db\n"
     "  csuccess audit export --db customers.db acme > acme.jsonl\n",
     HOST_OPTIONS, 1, 2, false, audit_run},
    {"privacy", "erase --db FILE [-c CONFIG] CUSTOMER [CONTACT]",
     "Erases a customer, or one contact of it, and prints the proof",
     "\n"
     "  csuccess privacy erase --db customers.db acme\n"
     "  csuccess privacy erase --db customers.db acme ada\n",
     HOST_OPTIONS, 2, 3, false, privacy_run},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void help(FILE *to)
{
    fprintf(to, "usage: csuccess COMMAND [ARGUMENTS]\n\n");
    for (int i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-8s  %s\n", commands[i].name, commands[i].does);
    fprintf(to,
            "\nSee csuccess COMMAND --help. csuccess --version tells the library's version.\n"
            "Exit codes: 0 done, 1 an error, 2 wrong usage, 3 done but for bad rows "
            "(--keep-going).\n");
}

int session_open(cli_session *s, const args *given)
{
    const char *now = given->values[OPTION_NOW];
    *s = (cli_session){.now = clock_now()};
    if (now && !clock_parse(now, &s->now)) {
        return args_usage(given->command, "--now %s: give a time such as 2026-01-31T00:00:00Z",
                          now);
    }
    bool needs_config = strcmp(given->command, "eval") != 0;
    if (needs_config && !given->values[OPTION_CONFIG]) {
        return args_usage(given->command, "%s is required", "-c CONFIG");
    }
    s->config = config_load(given->values[OPTION_CONFIG], given);
    if (!s->config) return 1;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (csuccess_facts_new(&s->facts, s->config, NULL, &err) < 0 ||
        csuccess_scorer_new(&s->scorer, s->config, NULL, &err) < 0) {
        fprintf(stderr, "csuccess: %s\n", err.message);
        session_close(s);
        return 1;
    }
    return 0;
}

void session_close(cli_session *s)
{
    csuccess_scorer_free(s->scorer);
    csuccess_facts_free(s->facts);
    csuccess_config_unref(s->config);
    *s = (cli_session){.now = 0};
}

static int run(const cli_command *command, int argc, char **argv)
{
    args given;
    int code = args_read(&given, command, argc, argv);
    return code >= 0 ? code : command->run(&given);
}

static int without_command(const char *name)
{
    bool asked =
        strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0;
    if (strcmp(name, "--version") == 0) {
        printf("csuccess %s\n", csuccess_version());
        return 0;
    }
    if (!asked && *name) fprintf(stderr, "csuccess: there is no command \"%s\"\n", name);
    help(asked ? stdout : stderr);
    return asked ? 0 : 2;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    if (csuccess_abi() != CSUCCESS_ABI) {
        fprintf(stderr, "csuccess: the library is of another ABI than this command\n");
        return 1;
    }
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(name, commands[i].name) == 0) return run(&commands[i], argc - 2, argv + 2);
    }
    return without_command(name);
}
