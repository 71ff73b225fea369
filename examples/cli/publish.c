/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess publish: what another configuration would come to, customer by customer, without changing any. */
#include "commands.h"
#include "figures.h"
#include "host.h"
#include "output.h"
#include "slice.h"
#include "story.h"

#include <csuccess/txn.h>
#include <stdio.h>
#include <string.h>

typedef struct publishing {
    cli_host host;
    const args *given;
    output_format format;
    tally counts;
    story told;
    uint64_t refused; /* enrollments that could not go on */
    bool starved;
    int code;
} publishing;

/* Counts an entry by its kind and what happened, a message by its channel and definition. */
static bool count(publishing *p, csuccess_str line, bool message)
{
    char before[300];
    csuccess_str kind = slice_plain(slice_member(line, message ? "channel" : "kind"));
    csuccess_str body = slice_member(line, "body"), what = {"", 0}, of = {"", 0};
    if (message) {
        what = slice_plain(slice_member(line, "definition"));
    } else {
        static const char *const words[] = {"event", "change", "state"};
        static const char *const names[] = {"journey", "playbook", "segment", "milestone"};
        for (size_t i = 0; i < 3 && what.len == 0; i++) {
            what = slice_plain(slice_member(body, words[i]));
        }
        for (size_t i = 0; i < 4 && of.len == 0; i++) {
            of = slice_plain(slice_member(body, names[i]));
        }
    }
    snprintf(before, sizeof before, "%s: %.*s %.*s ", message ? "message" : "entry",
             (int)kind.len, kind.ptr ? kind.ptr : "", (int)of.len, of.ptr ? of.ptr : "");
    p->refused += slice_is(kind, "journey") && slice_is(what, "refused");
    return tally_add(&p->counts, before, what);
}

static void take_lines(publishing *p, csuccess_str list, bool message)
{
    for (csuccess_str line = slice_first(list); line.len; line = slice_next(list, line)) {
        bool good = count(p, line, message);
        if (p->given->values[OPTION_WHY]) good = story_add(&p->told, line) && good;
        if (!good) p->starved = true;
        if (p->format == OUTPUT_JSONL && !p->given->values[OPTION_WHY]) {
            output_plain(line);
            putchar('\n');
        }
    }
}

static csuccess_result tell(publishing *p, const csuccess_txn *txn, csuccess_error *err)
{
    csuccess_text *text = NULL;
    csuccess_result result = csuccess_txn_describe(txn, &text, err);
    if (result < 0) return result;
    csuccess_str batch = csuccess_text_view(text);
    take_lines(p, slice_member(batch, "entries"), false);
    take_lines(p, slice_member(batch, "messages"), true);
    csuccess_text_free(text);
    return CSUCCESS_OK;
}

/* A transaction that is thrown away. */
static csuccess_result try_one(publishing *p, csuccess_str customer, csuccess_error *err)
{
    cli_host *h = &p->host;
    csuccess_txn *txn = NULL;
    csuccess_txn_about about = {.size = sizeof about,
                                .customer = customer,
                                .principal = h->principal,
                                .now_ms = h->now,
                                .publish = 1};
    csuccess_result result = csuccess_txn_begin(&txn, h->engine, &about, err);
    while (result == CSUCCESS_OK) {
        h->db.slots->load(h->db.store, csuccess_txn_need(txn), csuccess_txn_reply(txn));
        result = csuccess_txn_apply(txn, err);
        if (result != CSUCCESS_AGAIN) break;
        result = CSUCCESS_OK;
    }
    if (result == CSUCCESS_OK) result = tell(p, txn, err);
    csuccess_txn_free(txn);
    return result < 0 ? result : CSUCCESS_OK;
}

static bool each(void *ud, const csuccess_str *cells, int columns)
{
    publishing *p = ud;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    (void)columns;
    csuccess_result result = try_one(p, cells[0], &err);
    if (result < 0) p->code = host_tell(p->given, result, &err);
    return result >= 0 && !p->starved && output_works();
}

int publish_run(const args *given)
{
    publishing p;
    memset(&p, 0, sizeof p);
    p.given = given;
    int code = output_choose(&p.format, given);
    if (code != 0) return code;
    if (!given->values[OPTION_CONFIG]) {
        return args_usage(given->command, "%s is required", "-c NEW");
    }
    code = host_open(&p.host, given, 0, (csuccess_str){"", 0});
    if (code == 0) code = database_customers(&p.host.db, each, &p);
    if (code == 0) code = p.code;
    if (p.starved) {
        fprintf(stderr, "csuccess: out of memory\n");
        code = 1;
    }
    if (given->values[OPTION_WHY]) {
        story_print(&p.told);
    } else if (code == 0 && p.format != OUTPUT_JSONL) {
        tally_print(p.format, &p.counts);
    }
    if (code == 0 && p.refused) {
        fprintf(stderr, "csuccess: %llu enrollments are at a step that the new journey lacks\n",
                (unsigned long long)p.refused);
        code = 1;
    }
    host_close(&p.host);
    tally_free(&p.counts);
    story_free(&p.told);
    return output_finish(code);
}
