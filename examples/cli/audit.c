/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess audit: follows the chains of entries, and hands them out (docs/reference/audit.md). */
#include "commands.h"
#include "host.h"
#include "output.h"
#include "slice.h"
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cells of an entry, as database_entries() has them. */
enum { SEQ, AT, KIND, CAUSE, BY, CONFIG, SUBJECT, BODY, COMMITMENT, DIGEST };
enum { PSEUDONYM_DIGITS = 32, SEQ_MOST = 24, DIGEST_DIGITS = 64 };

static csuccess_str view(const char *word)
{
    return (csuccess_str){word ? word : "", word ? strlen(word) : 0};
}

/* ---- verify ---- */

static const char *const names[] = {"customers", "entries", "bodies", "erased"};
enum { NAMES = sizeof names / sizeof names[0] };

typedef struct verifying {
    cli_host *h;
    const args *given;
    uint64_t counts[NAMES];
    text bad; /* objects, parted by commas */
    csuccess_result worst;
    csuccess_error err;
} verifying;

static void tell_bad(const verifying *v, csuccess_str bad)
{
    csuccess_str who = slice_plain(slice_member(bad, "customer"));
    csuccess_str why = slice_plain(slice_member(bad, "reason"));
    fprintf(stderr, "%s: %.*s: %.*s\n", v->given->values[OPTION_DB], (int)who.len, who.ptr,
            (int)why.len, why.ptr);
}

static void add_report(verifying *v, csuccess_str report)
{
    csuccess_str list = slice_member(report, "bad");
    for (int i = 0; i < NAMES; i++) {
        csuccess_str value = slice_member(report, names[i]);
        if (value.len)
            v->counts[i] += strtoull(value.ptr, NULL, 10); /* a member's end follows */
    }
    for (csuccess_str x = slice_first(list); x.len > 0; x = slice_next(list, x)) {
        tell_bad(v, x);
        if (v->bad.len) text_put(&v->bad, ',');
        for (size_t i = 0; i < x.len; i++) text_put(&v->bad, x.ptr[i]);
    }
}

/* One chain, or all of customers that there are (empty). */
static bool verify_chain(void *ud, const csuccess_str *cells, int count)
{
    verifying *v = ud;
    cli_host *h = v->h;
    csuccess_text *report = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    (void)count;
    csuccess_result result =
        csuccess_engine_verify(h->engine, cells[0], h->principal, h->now, &report, &err);
    if (report) add_report(v, csuccess_text_view(report));
    csuccess_text_free(report);
    if (result < 0) {
        v->worst = result;
        v->err = err;
    }
    return result >= 0 || result == CSUCCESS_EDIGEST;
}

static void print_report(output_format format, const verifying *v)
{
    if (format != OUTPUT_TABLE) putchar('{');
    for (int i = 0; i < NAMES; i++) {
        unsigned long long value = v->counts[i];
        if (format == OUTPUT_TABLE) {
            printf("%-10s %10llu\n", names[i], value);
        } else {
            printf("\"%s\":%llu,", names[i], value);
        }
    }
    if (format == OUTPUT_TABLE) {
        printf("%s\n", v->bad.len ? "BAD" : "every link fits");
    } else {
        printf("\"bad\":[");
        output_plain((csuccess_str){v->bad.ptr, v->bad.len});
        printf("]}\n");
    }
}

/* An engine goes through the customers that there are; chains of erased ones are asked for one by one. */
static int verify(cli_host *h, const args *given, output_format format)
{
    verifying v = {.h = h, .given = given, .err = CSUCCESS_ERROR_INIT};
    csuccess_str customer = view(given->words[1]);
    int code = 0;
    bool on = verify_chain(&v, &customer, 1);
    if (on && customer.len == 0) code = database_erased(&h->db, verify_chain, &v);
    bool done = v.worst >= 0 || v.worst == CSUCCESS_EDIGEST;
    if (code == 0 && done) print_report(format, &v);
    if (code == 0 && v.worst < 0) code = host_tell(given, v.worst, &v.err);
    text_free(&v.bad);
    return code;
}

/* ---- export ---- */

typedef struct exporting {
    cli_host *h;
    const args *given;
    const char *pseudonym; /* of the customer at hand, PSEUDONYM_DIGITS */
    char seq[SEQ_MOST], digest[DIGEST_DIGITS + 1];
    bool found, ended; /* ended: by the entries, not by a state */
    int code;
} exporting;

static void put(const char *key, csuccess_str value)
{
    printf(",\"%s\":", key);
    output_quoted(value);
}

static bool entry_row(void *ud, const csuccess_str *cells, int count)
{
    (void)ud;
    (void)count;
    printf("{\"seq\":%.*s,\"at_ms\":%.*s", (int)cells[SEQ].len, cells[SEQ].ptr,
           (int)cells[AT].len, cells[AT].ptr);
    put("kind", cells[KIND]);
    put("cause", cells[CAUSE]);
    put("by", cells[BY]);
    put("config", cells[CONFIG]);
    if (cells[SUBJECT].len) put("subject", cells[SUBJECT]);
    if (cells[BODY].ptr) {
        put("body", cells[BODY]);
    } else {
        printf(",\"body\":null");
    }
    put("commitment", cells[COMMITMENT]);
    put("digest", cells[DIGEST]);
    printf("}\n");
    return output_works();
}

/* The last entry of somebody who has no state any more is the head of the chain. */
static bool head_row(void *ud, const csuccess_str *cells, int count)
{
    exporting *e = ud;
    (void)count;
    e->found = cells[SEQ].len < SEQ_MOST && cells[DIGEST].len == DIGEST_DIGITS;
    if (!e->found) return false;
    snprintf(e->seq, sizeof e->seq, "%.*s", (int)cells[SEQ].len, cells[SEQ].ptr);
    snprintf(e->digest, sizeof e->digest, "%.*s", (int)cells[DIGEST].len, cells[DIGEST].ptr);
    return true;
}

static void put_head(csuccess_str pseudonym, csuccess_str seq, csuccess_str digest)
{
    printf("{\"chain\":\"csuccess/entry/1\"");
    put("pseudonym", pseudonym);
    printf(",\"seq\":%.*s", (int)seq.len, seq.ptr);
    put("digest", digest);
    printf("}\n");
}

/* A chain of one customer, or of the pseudonym of one that was erased. */
static bool export_one(exporting *e, csuccess_str customer)
{
    csuccess_text *state = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result =
        csuccess_engine_state(e->h->engine, customer, e->h->principal, e->h->now, &state, &err);
    if (result == CSUCCESS_EMISSING) {
        e->found = false;
        e->code = database_entries(&e->h->db, customer, head_row, e);
        if (e->code == 0 && e->found) put_head(customer, view(e->seq), view(e->digest));
        if (e->code == 0 && !e->found) e->code = host_tell(e->given, result, &err);
    } else if (result < 0) {
        e->code = host_tell(e->given, result, &err);
    } else {
        csuccess_str body = csuccess_text_view(state);
        put_head(slice_plain(slice_member(body, "pseudonym")), slice_member(body, "seq"),
                 slice_plain(slice_member(body, "chain")));
    }
    csuccess_text_free(state);
    if (e->code == 0) e->code = database_entries(&e->h->db, customer, entry_row, NULL);
    return e->code == 0 && output_works();
}

static bool export_row(void *ud, const csuccess_str *cells, int count)
{
    (void)count;
    return export_one(ud, cells[0]);
}

/* Exports are asked of the access rules, since they do not go through the engine. */
static bool may_export(cli_host *h, const args *given)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_access_question question = {.size = sizeof question,
                                         .principal = h->principal,
                                         .resource = CSUCCESS_STR("audit"),
                                         .action = CSUCCESS_STR("export")};
    csuccess_result result = csuccess_access_check(h->config, &question, NULL, &err);
    if (result < 0) host_tell(given, result, &err);
    return result >= 0;
}

static int export_all(cli_host *h, const args *given)
{
    exporting e = {.h = h, .given = given};
    if (!may_export(h, given)) return 1;
    if (given->count > 1) {
        export_one(&e, view(given->words[1]));
        return e.code;
    }
    int code = database_histories(&h->db, export_row, &e);
    return code ? code : e.code;
}

int audit_run(const args *given)
{
    cli_host h;
    output_format format;
    bool verifies = strcmp(given->words[0], "verify") == 0;
    if (!verifies && strcmp(given->words[0], "export") != 0) {
        return args_usage(given->command, "%s: it is verify or export", given->words[0]);
    }
    int code = output_choose(&format, given);
    if (code != 0) return code;
    code = host_open(&h, given, HOST_OWN, (csuccess_str){"", 0});
    if (code == 0) code = verifies ? verify(&h, given, format) : export_all(&h, given);
    host_close(&h);
    return output_finish(code);
}
