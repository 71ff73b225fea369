/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess results: what came of a journey or playbook, counted from the histories in a database. */
#include "commands.h"
#include "host.h"
#include "output.h"

#include <csuccess/flow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct counting {
    cli_host host;
    const args *given;
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

static bool each(void *ud, const csuccess_str *cells, int count)
{
    counting *c = ud;
    (void)count;
    c->customer = cells[0];
    int code = database_entries(&c->host.db, cells[0], add, c);
    return code == 0 && c->result >= 0;
}

static csuccess_result print(counting *c)
{
    csuccess_text *text = NULL;
    csuccess_result result = csuccess_accumulator_json(c->accumulator, &text, &c->err);
    if (result < 0) return result;
    output_plain(csuccess_text_view(text));
    putchar('\n');
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
    int code = host_open(&c.host, given, HOST_OWN, (csuccess_str){"", 0});
    if (code == 0) {
        c.result = csuccess_accumulator_new(&c.accumulator, c.host.config, name, NULL, &c.err);
        if (c.result >= 0) code = database_customers(&c.host.db, each, &c);
        if (c.result >= 0 && code == 0) c.result = print(&c);
        if (c.result < 0) code = host_tell(given, c.result, &c.err);
    }
    csuccess_accumulator_free(c.accumulator);
    host_close(&c.host);
    return output_finish(code);
}
