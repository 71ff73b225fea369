/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess results: what came of a journey, a playbook, an experiment or the interventions, counted from the histories in a database; who is in which segment. */
#include "commands.h"
#include "evidence.h"
#include "host.h"
#include "memberships.h"
#include "output.h"
#include "slice.h"

#include <csuccess/flow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct counting {
    cli_host host;
    const args *given;
    output_format format;
    csuccess_accumulator *accumulator;
    csuccess_str customer;
    csuccess_error err;
    csuccess_result result;
} counting;

/* seq, at, kind, cause, principal, config, subject, body, commitment, digest. */
static bool add(void *ud, const csuccess_str *cells, int count)
{
    counting *c = ud;
    (void)count;
    if (!cells[7].ptr) return true; /* an erased body tells nothing */
    csuccess_entry entry = {.size = sizeof entry,
                            .customer = c->customer,
                            .seq = strtoull(cells[0].ptr, NULL, 10),
                            .at_ms = strtoll(cells[1].ptr, NULL, 10),
                            .kind = cells[2],
                            .cause = cells[3],
                            .by = cells[4],
                            .config = cells[5],
                            .subject = cells[6],
                            .body = cells[7]};
    c->result = csuccess_accumulator_add_entry(c->accumulator, &entry, &c->err);
    return c->result >= 0;
}

/* The file itself asks nobody who they are: who is named by --as counts what the engine would let them see. */
static csuccess_result ask(counting *c, csuccess_str customer)
{
    csuccess_text *state = NULL;
    if (!c->host.principal) return CSUCCESS_OK;
    csuccess_result result = csuccess_engine_state(c->host.engine, customer, c->host.principal,
                                                   c->host.now, &state, &c->err);
    csuccess_text_free(state);
    return result;
}

static bool each(void *ud, const csuccess_str *cells, int count)
{
    counting *c = ud;
    (void)count;
    c->customer = cells[0];
    c->result = ask(c, cells[0]);
    if (c->result < 0) return false;
    int code = database_entries(&c->host.db, cells[0], add, c);
    return code == 0 && c->result >= 0;
}

/* ---- Printing ---- */

typedef struct member {
    csuccess_str key, value;
} member;

static bool next_member(csuccess_str object, size_t *at, member *out)
{
    return slice_each(object, at, &out->key.ptr, &out->key.len, &out->value);
}

static bool is_object(csuccess_str value)
{
    return value.len > 0 && value.ptr[0] == '{';
}

/* "completed 65, no_response 20" */
static void print_shares(csuccess_str object)
{
    member m;
    const char *comma = "";
    for (size_t at = 0; next_member(object, &at, &m); comma = ", ") {
        printf("%s", comma);
        output_plain(m.key);
        putchar(' ');
        output_plain(m.value);
    }
}

static void print_total(member m)
{
    csuccess_str total = slice_member(m.value, "total"), by = slice_member(m.value, "by");
    output_column(m.key, 20, false);
    if (!is_object(m.value)) total = m.value;
    output_column(total, 10, true);
    if (is_object(by)) printf("  ");
    if (is_object(by)) print_shares(by);
    if (is_object(m.value) && total.len == 0) printf("  ");
    if (is_object(m.value) && total.len == 0) print_shares(m.value);
    putchar('\n');
}

static double number(csuccess_str text)
{
    char digits[40];
    size_t n = text.len < sizeof digits ? text.len : sizeof digits - 1;
    if (n) memcpy(digits, text.ptr, n);
    digits[n] = '\0';
    return strtod(digits, NULL);
}

/* A step: how many came, half of them for how long, how many of those that are over succeeded, and which ways they went. */
static void print_step(member m)
{
    static const char *const ways[] = {"left", "outcome", "ended_by"};
    csuccess_str came = slice_member(m.value, "entered");
    csuccess_str half = slice_member(slice_member(m.value, "time_ms"), "p50");
    csuccess_str success = slice_member(m.value, "success");
    if (came.len == 0) came = slice_member(m.value, "made");
    output_column(m.key, 24, false);
    output_column(came, 8, true);
    if (half.len) printf(" %9.1f", number(half) / 86400000.0);
    if (!half.len) printf(" %9s", "");
    if (success.len) printf(" %8.0f%%", 100 * number(success));
    if (!success.len) printf(" %9s", "");
    const char *before = "  ";
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        csuccess_str to = slice_member(m.value, ways[i]);
        if (!is_object(to)) continue;
        printf("%s%s", before, i == 2 ? "ended here by " : "");
        print_shares(to);
        before = "; ";
    }
    putchar('\n');
}

static void print_table(csuccess_str json)
{
    member m;
    if (evidence_is(json)) {
        evidence_table(json);
        return;
    }
    csuccess_str steps = slice_member(json, "steps");
    for (size_t at = 0; next_member(json, &at, &m);) {
        if (!slice_is(m.key, "config") && !slice_is(m.key, "steps")) print_total(m);
    }
    printf("\n%-24s%8s %9s %9s  %s\n", "step", "came", "days, p50", "success", "went");
    for (size_t at = 0; output_works() && next_member(steps, &at, &m);) print_step(m);
}

static void print_row(csuccess_str step, csuccess_str what, csuccess_str by, csuccess_str value)
{
    output_cell(step);
    putchar(',');
    output_cell(what);
    putchar(',');
    output_cell(by);
    putchar(',');
    output_cell(slice_plain(value));
    printf("\r\n");
}

/* A row per number: those of an object below `what`, with its `by` as if they stood there themselves. */
static void print_rows(csuccess_str step, member what)
{
    member m;
    csuccess_str none = {"", 0};
    if (!is_object(what.value)) {
        print_row(step, what.key, none, what.value);
        return;
    }
    for (size_t at = 0; next_member(what.value, &at, &m);) {
        member by;
        if (!is_object(m.value)) print_row(step, what.key, m.key, m.value);
        if (!is_object(m.value)) continue;
        for (size_t in = 0; next_member(m.value, &in, &by);) {
            print_row(step, what.key, by.key, by.value);
        }
    }
}

static void print_csv(csuccess_str json)
{
    member m, of;
    if (evidence_is(json)) {
        evidence_csv(json);
        return;
    }
    csuccess_str steps = slice_member(json, "steps"), none = {"", 0};
    printf("step,what,by,value\r\n");
    for (size_t at = 0; next_member(json, &at, &m);) {
        if (!slice_is(m.key, "steps")) print_rows(none, m);
    }
    for (size_t at = 0; output_works() && next_member(steps, &at, &m);) {
        for (size_t in = 0; next_member(m.value, &in, &of);) print_rows(m.key, of);
    }
}

static csuccess_result print(counting *c)
{
    csuccess_text *text = NULL;
    csuccess_result result = csuccess_accumulator_json(c->accumulator, &text, &c->err);
    if (result < 0) return result;
    csuccess_str json = csuccess_text_view(text);
    if (c->format == OUTPUT_TABLE) {
        print_table(json);
    } else if (c->format == OUTPUT_CSV) {
        print_csv(json);
    } else {
        output_plain(json);
        putchar('\n');
    }
    csuccess_text_free(text);
    return CSUCCESS_OK;
}

int results_run(const args *given)
{
    counting c;
    memset(&c, 0, sizeof c);
    c.given = given;
    c.err = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess_str name = {given->words[0], strlen(given->words[0])};
    int code = output_choose(&c.format, given);
    bool segments = slice_is(name, "segments");
    if (code != 0) return code;
    code = host_open(&c.host, given, HOST_OWN, (csuccess_str){"", 0});
    if (code == 0 && segments) code = memberships_print(&c.host, given, c.format);
    if (code == 0 && !segments) {
        c.result = csuccess_accumulator_new(&c.accumulator, c.host.config, name, NULL, &c.err);
        if (c.result >= 0) code = database_customers(&c.host.db, each, &c);
        if (c.result >= 0 && code == 0) c.result = print(&c);
        if (c.result < 0) code = host_tell(given, c.result, &c.err);
    }
    csuccess_accumulator_free(c.accumulator);
    host_close(&c.host);
    return output_finish(code);
}
