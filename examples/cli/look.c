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

/* ---- State ---- */

typedef struct stating {
    cli_host *h;
    const args *given;
    int code;
} stating;

static bool state_of(stating *s, csuccess_str customer)
{
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result =
        csuccess_engine_state(s->h->engine, customer, s->h->principal, s->h->now, &text, &err);
    if (result < 0) {
        s->code = host_tell(s->given, result, &err);
        return false;
    }
    if (s->given->values[OPTION_ALL]) {
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

static bool state_row(void *ud, const csuccess_str *cells, int count)
{
    (void)count;
    return state_of(ud, cells[0]);
}

int state_run(const args *given)
{
    cli_host h;
    stating s = {&h, given, 0};
    bool all = given->values[OPTION_ALL] != NULL;
    if (all == (given->count > 0)) {
        return args_usage(given->command, "give %s", "a customer, or --all");
    }
    int code = host_open(&h, given, HOST_OWN, view(given->words[0]));
    if (code == 0 && all) {
        code = database_customers(&h.db, state_row, &s);
    } else if (code == 0) {
        state_of(&s, view(given->words[0]));
    }
    host_close(&h);
    return output_finish(code ? code : s.code);
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
