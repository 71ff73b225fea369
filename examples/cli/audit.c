/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess audit: follows the chains of entries, and hands them out (docs/reference/audit.md). */
#include "commands.h"
#include "host.h"
#include "output.h"
#include "slice.h"

#include <stdio.h>
#include <string.h>

/* Cells of an entry, as database_entries() has them. */
enum { SEQ, AT, KIND, CAUSE, BY, CONFIG, SUBJECT, BODY, COMMITMENT, DIGEST };
enum { PSEUDONYM_DIGITS = 32, SEQ_MOST = 24, DIGEST_DIGITS = 64 };

static csuccess_str view(const char *text)
{
    return (csuccess_str){text ? text : "", text ? strlen(text) : 0};
}

/* ---- verify ---- */

static void tell_bad(const args *given, csuccess_str report)
{
    csuccess_str bad = slice_member(report, "bad");
    for (csuccess_str x = slice_first(bad); x.len > 0; x = slice_next(bad, x)) {
        csuccess_str who = slice_plain(slice_member(x, "customer"));
        csuccess_str seq = slice_member(x, "seq"), why = slice_plain(slice_member(x, "reason"));
        fprintf(stderr, "%s: %.*s: entry %.*s: %.*s\n", given->values[OPTION_DB], (int)who.len,
                who.ptr, (int)seq.len, seq.ptr, (int)why.len, why.ptr);
    }
}

static void print_report(output_format format, csuccess_str report)
{
    static const char *const names[] = {"customers", "entries", "bodies", "erased"};
    if (format != OUTPUT_TABLE) {
        output_plain(report);
        putchar('\n');
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        csuccess_str value = slice_member(report, names[i]);
        printf("%-10s %10.*s\n", names[i], (int)value.len, value.ptr);
    }
    printf("%s\n", slice_first(slice_member(report, "bad")).len ? "BAD" : "every link fits");
}

static int verify(cli_host *h, const args *given, output_format format)
{
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess_engine_verify(h->engine, view(given->words[1]),
                                                    h->principal, h->now, &text, &err);
    if (text) {
        print_report(format, csuccess_text_view(text));
        tell_bad(given, csuccess_text_view(text));
        csuccess_text_free(text);
    }
    return result < 0 ? host_tell(given, result, &err) : 0;
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
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result =
        csuccess_engine_state(e->h->engine, customer, e->h->principal, e->h->now, &text, &err);
    if (result == CSUCCESS_EMISSING) {
        e->found = false;
        e->code = database_entries(&e->h->db, customer, head_row, e);
        if (e->code == 0 && e->found) put_head(customer, view(e->seq), view(e->digest));
        if (e->code == 0 && !e->found) e->code = host_tell(e->given, result, &err);
    } else if (result < 0) {
        e->code = host_tell(e->given, result, &err);
    } else {
        csuccess_str state = csuccess_text_view(text);
        put_head(slice_plain(slice_member(state, "pseudonym")), slice_member(state, "seq"),
                 slice_plain(slice_member(state, "chain")));
    }
    csuccess_text_free(text);
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
