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
    uint64_t customers, refused; /* refused: enrollments that could not go on */
    bool starved;
    int code;
} publishing;

/* Kinds of entry that a publication is about, what of them is counted and the name behind it: health, inputs and the like are not news. */
static const struct {
    const char *kind, *what, *of, *more; /* more: of a journey's moves, the step */
} told[] = {
    {"segment", "change", "segment", NULL},
    {"milestone", "change", "milestone", NULL},
    {"feature", "stage", "feature", NULL},
    {"goal", "status", "goal", NULL},
    {"playbook", "state", "playbook", NULL},
    {"task", "event", "title", NULL},
    {"journey", "event", "journey", "step"},
    {"owner", "owner", "role", NULL},
    {"alert", "state", "alert", NULL},
    {"health", NULL, NULL, NULL},
    {"churn", NULL, NULL, NULL},
    {"held", "reason", "definition", NULL},
    {"intervention", "change", "intervention", NULL},
    {"campaign", "change", "campaign", "action"},
    {"offer", "change", "offer", NULL},
    {"approval", "change", "for", NULL},
    {"exposure", "arm", "experiment", NULL},
    {"opportunity", "change", "opportunity", NULL},
    {"automation", "change", NULL, NULL},
};
enum { TOLD = sizeof told / sizeof told[0], WORD = 100 };

static csuccess_str short_word(char *buf, csuccess_str object, const char *key)
{
    if (!key) return (csuccess_str){"", 0};
    return output_decode(buf, WORD, slice_member(object, key));
}

static bool count_message(publishing *p, csuccess_str line)
{
    char before[WORD + 20], channel[WORD];
    csuccess_str by = short_word(channel, line, "channel");
    csuccess_str of = slice_plain(slice_member(line, "definition"));
    snprintf(before, sizeof before, "message: %.*s ", (int)by.len, by.ptr);
    return tally_add(&p->counts, before, story_definition(of));
}

/* A running enrollment that has no place in the new definition; others are refused by limits, which is as it should be. */
static bool is_stranded(csuccess_str kind, csuccess_str body)
{
    return slice_is(kind, "journey") &&
           slice_is(slice_plain(slice_member(body, "event")), "refused") &&
           slice_is(slice_plain(slice_member(body, "how")), "definition");
}

/* What waits or was denied, by guard: "held: caps campaign/spring/mail". */
static bool count_selection(publishing *p, const char *what, csuccess_str groups)
{
    bool good = true;
    for (csuccess_str x = slice_first(groups); x.len; x = slice_next(groups, x)) {
        char before[WORD + 40], guard[WORD];
        csuccess_str by = short_word(guard, x, "guard"), list = slice_member(x, "of");
        snprintf(before, sizeof before, "%s: %.*s ", what, (int)by.len, by.ptr);
        for (csuccess_str of = slice_first(list); of.len; of = slice_next(list, of)) {
            good = tally_add(&p->counts, before, slice_plain(of)) && good;
        }
    }
    return good;
}

/* Counts an entry by its kind, what it is of and what happened. */
static bool count_entry(publishing *p, csuccess_str line)
{
    char before[2 * WORD + 40], a[WORD], b[WORD], c[WORD], all[2 * WORD + 8];
    csuccess_str kind = slice_plain(slice_member(line, "kind"));
    csuccess_str body = slice_member(line, "body");
    p->refused += is_stranded(kind, body);
    if (slice_is(kind, "selection")) {
        return count_selection(p, "held", slice_member(body, "held")) &&
               count_selection(p, "denied", slice_member(body, "denied"));
    }
    for (size_t i = 0; i < TOLD; i++) {
        if (!slice_is(kind, told[i].kind)) continue;
        csuccess_str of = short_word(a, body, told[i].of);
        csuccess_str what = short_word(b, body, told[i].what);
        csuccess_str more = short_word(c, body, told[i].more);
        snprintf(before, sizeof before, "%s%s%.*s%s", told[i].kind, of.len ? ": " : "",
                 (int)of.len, of.ptr, what.len ? " " : "");
        int n = snprintf(all, sizeof all, "%.*s%s%.*s", (int)what.len, what.ptr,
                         more.len ? " at " : "", (int)more.len, more.ptr);
        return tally_add(&p->counts, before, (csuccess_str){all, (size_t)n});
    }
    return true;
}

static void take_lines(publishing *p, csuccess_str list, bool message)
{
    for (csuccess_str line = slice_first(list); line.len; line = slice_next(list, line)) {
        bool good = message ? count_message(p, line) : count_entry(p, line);
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
    p->customers++;
    csuccess_result result = try_one(p, cells[0], &err);
    if (result < 0) p->code = host_tell(p->given, result, &err);
    return result >= 0 && !p->starved && output_works();
}

/* 0, or 1 when an enrollment has no place in the new configuration. */
static int print(publishing *p)
{
    bool why = p->given->values[OPTION_WHY] != NULL;
    if (why) {
        story_print(&p->told);
    } else if (p->format != OUTPUT_JSONL) {
        tally_print(p->format, &p->counts);
    }
    bool empty = why ? p->told.count == 0 : p->counts.count == 0;
    if (empty && (why || p->format == OUTPUT_TABLE)) {
        printf("nothing comes of it for the %llu customers there\n",
               (unsigned long long)p->customers);
    }
    if (p->refused == 0) return 0;
    fprintf(
        stderr,
        "csuccess: %llu enrollments are at a step that the new journey lacks: they stay with "
        "the old one; name the step in \"on_change\": {\"map\": …} (--why tells which)\n",
        (unsigned long long)p->refused);
    return 1;
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
    code = host_open(&p.host, given, HOST_SUCCEEDS, (csuccess_str){"", 0});
    if (code == 0) code = database_customers(&p.host.db, each, &p);
    if (code == 0) code = p.code;
    if (p.starved) {
        fprintf(stderr, "csuccess: out of memory\n");
        code = 1;
    }
    if (code == 0) code = print(&p);
    host_close(&p.host);
    tally_free(&p.counts);
    story_free(&p.told);
    return output_finish(code);
}
