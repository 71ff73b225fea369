/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that look at what a database keeps: explain, state, replay, parked; and privacy erase. */
#include "commands.h"
#include "config_file.h"
#include "explain.h"
#include "host.h"
#include "output.h"

#include <stdio.h>
#include <string.h>

static csuccess_str view(const char *text)
{
    return (csuccess_str){text ? text : "", text ? strlen(text) : 0};
}

/* Prints a text of the library's as a line. */
static void print_text(csuccess_text *text)
{
    output_plain(csuccess_text_view(text));
    putchar('\n');
    csuccess_text_free(text);
}

int explain_run(const args *given)
{
    cli_host h;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    output_format format;
    csuccess_str customer = view(given->words[0]);
    int code = output_choose(&format, given);
    if (code != 0) return code;
    code = host_open(&h, given, HOST_OWN, customer);
    if (code == 0) {
        csuccess_result result =
            csuccess_engine_explain(h.engine, customer, h.principal, h.now, &text, &err);
        if (result < 0) code = host_tell(given, result, &err);
    }
    if (code == 0 && format == OUTPUT_TABLE) {
        code = explain_print(&h.db, customer, csuccess_text_view(text));
        csuccess_text_free(text);
    } else if (code == 0) {
        print_text(text);
    }
    host_close(&h);
    return output_finish(code);
}

/* ---- State and score ---- */

/* What is asked of one customer after the other. */
typedef csuccess_result (*look)(csuccess_engine *engine, csuccess_str customer,
                                const csuccess_principal *principal, int64_t now_ms,
                                csuccess_text **out, csuccess_error *err);

typedef struct looking {
    cli_host host;
    const args *given;
    look at;
    bool named; /* each is printed with its customer */
    int code;
} looking;

static bool look_at(looking *s, csuccess_str customer)
{
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result =
        s->at(s->host.engine, customer, s->host.principal, s->host.now, &text, &err);
    if (result < 0) {
        s->code = host_tell(s->given, result, &err);
        return false;
    }
    if (s->named) {
        printf("{\"customer\": ");
        output_quoted(customer);
        printf(", \"state\": ");
        output_plain(csuccess_text_view(text));
        printf("}\n");
        csuccess_text_free(text);
    } else {
        print_text(text);
    }
    return output_works();
}

static bool look_row(void *ud, const csuccess_str *cells, int count)
{
    (void)count;
    return look_at(ud, cells[0]);
}

/* At the customer named, or at all. */
static int look_around(const args *given, looking *s)
{
    cli_host *h = &s->host;
    s->given = given;
    int code = host_open(h, given, HOST_OWN, view(given->words[0]));
    if (code == 0 && given->count == 0) {
        code = database_customers(&h->db, look_row, s);
    } else if (code == 0) {
        look_at(s, view(given->words[0]));
    }
    host_close(h);
    return output_finish(code ? code : s->code);
}

int state_run(const args *given)
{
    bool all = given->values[OPTION_ALL] != NULL;
    if (all == (given->count > 0)) {
        return args_usage(given->command, "give %s", "a customer, or --all");
    }
    looking s = {.at = csuccess_engine_state, .named = all};
    return look_around(given, &s);
}

int score_kept_run(const args *given)
{
    looking s = {.at = csuccess_engine_score};
    return look_around(given, &s);
}

/* ---- The others print what the engine says ---- */

/* What one of them asks. */
typedef csuccess_result (*question)(cli_host *h, const args *given, csuccess_text **out,
                                    csuccess_error *err);

static int ask(const args *given, uint32_t flags, question put)
{
    cli_host h;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    int code = host_open(&h, given, flags, (csuccess_str){"", 0});
    if (code == 0) {
        csuccess_result result = put(&h, given, &text, &err);
        if (text) print_text(text);
        if (result < 0) code = host_tell(given, result, &err);
    }
    host_close(&h);
    return output_finish(code);
}

static csuccess_result replay(cli_host *h, const args *given, csuccess_text **out,
                              csuccess_error *err)
{
    return csuccess_engine_replay(h->engine, view(given->words[0]), h->config, h->principal,
                                  h->now, out, err);
}

int replay_run(const args *given)
{
    return ask(given, 0, replay);
}

static csuccess_result parked(cli_host *h, const args *given, csuccess_text **out,
                              csuccess_error *err)
{
    return csuccess_engine_parked(h->engine, view(given->words[0]), h->principal, h->now, out,
                                  err);
}

int parked_run(const args *given)
{
    return ask(given, HOST_OWN, parked);
}

static csuccess_result erase(cli_host *h, const args *given, csuccess_text **out,
                             csuccess_error *err)
{
    return csuccess_engine_erase(h->engine, view(given->words[1]), view(given->words[2]),
                                 h->principal, h->now, out, err);
}

int privacy_run(const args *given)
{
    if (strcmp(given->words[0], "erase") != 0) {
        return args_usage(given->command, "%s: there is only erase", given->words[0]);
    }
    return ask(given, HOST_OWN, erase);
}
