/* SPDX-License-Identifier: Apache-2.0 */
/* Conformance: scans, histories and outboxes in their order and by pages. */
#include "engine/conformance_trial.h"

#include "base/str.h"

#include <string.h>

#define APPLIED CSUCCESS__VERDICT_APPLIED

/* In ascending order of their bytes. */
static const char *const ids[] = {"",
                                  " ",
                                  "A",
                                  "B",
                                  "a",
                                  "a ",
                                  "a0",
                                  "aa",
                                  "b",
                                  "\xc3\xa1", /* a with an accent */
                                  "\xe2\x82\xac",
                                  "\xef\xbf\xbd",
                                  "\xf0\x9f\x98\x80"};
enum { IDS = sizeof ids / sizeof ids[0] };

static bool put_ids(csuccess__trial *t)
{
    csuccess__pack p;
    for (size_t i = 1; i < IDS; i++) { /* neither up nor down: 5 is prime to their number */
        csuccess__pack_customer(&p, ids[i * 5 % IDS], 0, ids[i * 5 % IDS], 0);
        csuccess__pack_write(&p, "other", i == 1 ? 0 : i - 1, "x")->key.kind =
            CSUCCESS_RECORD_SOURCE;
        if (!csuccess__trial_commit(t, &p, APPLIED)) return false;
    }
    return true;
}

static bool a_scan_ascends_by_bytes(csuccess__trial *t)
{
    csuccess_scan_request scan = {.kind = CSUCCESS_RECORD_CUSTOMER, .most = 100};
    if (!put_ids(t) || !csuccess__trial_ask_scan(t, scan)) return false;
    for (size_t i = 1; i < IDS; i++) {
        if (!csuccess__trial_row_is(t, "the scan", i - 1, csuccess__str(ids[i])) ||
            !csuccess__trial_text(t, "its body", t->reply.rows[i - 1].body,
                                  csuccess__str(ids[i])) ||
            !csuccess__trial_number(t, "its revision", (int64_t)t->reply.rows[i - 1].number,
                                    1)) {
            return false;
        }
    }
    scan.kind = CSUCCESS_RECORD_SOURCE;
    return csuccess__trial_rows(t, "the scan", IDS - 1) && csuccess__trial_ask_scan(t, scan) &&
           csuccess__trial_rows(t, "the scan of another kind", 1) &&
           csuccess__trial_number(t, "its revision", (int64_t)t->reply.rows[0].number, IDS - 1);
}

static bool a_scan_goes_on_behind_an_id(csuccess__trial *t)
{
    csuccess_scan_request scan = {.kind = CSUCCESS_RECORD_CUSTOMER, .most = 5};
    size_t seen = 1;
    if (!put_ids(t)) return false;
    do {
        if (!csuccess__trial_ask_scan(t, scan)) return false;
        for (size_t i = 0; i < t->reply.row_count; i++, seen++) {
            if (seen >= IDS ||
                !csuccess__trial_row_is(t, "a page of a scan", i, csuccess__str(ids[seen]))) {
                return csuccess__trial_fail(t, "a scan by pages gives too much");
            }
            scan.after = csuccess__trial_keep(t, t->reply.rows[i].id);
        }
    } while (t->reply.row_count);
    scan.after = CSUCCESS_STR("a00"); /* nobody's */
    return csuccess__trial_number(t, "rows of all pages", (int64_t)seen, IDS) &&
           csuccess__trial_ask_scan(t, scan) &&
           csuccess__trial_row_is(t, "behind an id that is not there", 0, CSUCCESS_STR("aa"));
}

static bool put_entries(csuccess__trial *t, const char *customer, uint64_t count)
{
    csuccess__pack p;
    for (uint64_t seq = 1; seq <= count; seq++) {
        csuccess__pack_start(&p);
        csuccess__pack_entry(t, &p, customer, seq, "{}")->at_ms = 1000 - (int64_t)seq;
        if (!csuccess__trial_commit(t, &p, APPLIED)) return false;
    }
    return true;
}

/* reason: questions in a row, each asked when the one before was answered as expected. */
static bool a_history_is_complete_and_in_order(csuccess__trial *t)
{
    uint64_t after = 0;
    if (!put_entries(t, "ada", 23) || !put_entries(t, "bob", 3)) return false;
    do {
        if (!csuccess__trial_history(t, CSUCCESS_STR("ada"), after, 5)) return false;
        for (size_t i = 0; i < t->reply.row_count; i++) {
            const csuccess_entry *entry = &t->reply.rows[i].entry;
            if (!csuccess__trial_number(t, "the number of the next entry", (int64_t)entry->seq,
                                        (int64_t)++after)) {
                return false;
            }
        }
    } while (t->reply.row_count);
    return csuccess__trial_number(t, "entries of all pages", (int64_t)after, 23) &&
           csuccess__trial_history(t, CSUCCESS_STR("ada"), UINT64_MAX >> 1, 5) &&
           csuccess__trial_rows(t, "behind the end", 0) &&
           csuccess__trial_history(t, CSUCCESS_STR("ada"), 0, 1000) &&
           csuccess__trial_rows(t, "all at once", 23);
}

/* reason: questions in a row, each asked when the one before was answered as expected. */
static bool an_entry_comes_back_as_it_was(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess_entry *e =
        csuccess__pack_entry(t, &p, "ad\xc3\xa1", 1, "{\"x\":\"\xe2\x82\xac \\u0000\"}");
    e->at_ms = -5;
    e->subject = CSUCCESS_STR("mail@ada");
    e->commitment = csuccess__trial_id(t, "this commitment");
    e->digest = csuccess__trial_id(t, "this digest");
    if (!csuccess__trial_commit(t, &p, APPLIED) ||
        !csuccess__trial_history(t, e->customer, 0, 10) ||
        !csuccess__trial_rows(t, "the history", 1)) {
        return false;
    }
    const csuccess_entry *is = &t->reply.rows[0].entry;
    return csuccess__trial_number(t, "at_ms", is->at_ms, -5) &&
           csuccess__trial_text(t, "kind", is->kind, e->kind) &&
           csuccess__trial_text(t, "cause", is->cause, e->cause) &&
           csuccess__trial_text(t, "by", is->by, e->by) &&
           csuccess__trial_text(t, "config", is->config, e->config) &&
           csuccess__trial_text(t, "subject", is->subject, e->subject) &&
           csuccess__trial_text(t, "body", is->body, e->body) &&
           csuccess__trial_text(t, "commitment", is->commitment, e->commitment) &&
           csuccess__trial_text(t, "digest", is->digest, e->digest);
}

static bool post(csuccess__trial *t, const char *name, const char *customer, int64_t created)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess__pack_message(t, &p, name, customer, "{}")->created_ms = created;
    return csuccess__trial_commit(t, &p, APPLIED);
}

/* Those of ada, by their creation. reason: questions in a row, each asked when the one before was answered as expected. */
static bool an_outbox_is_in_order_and_by_pages(csuccess__trial *t)
{
    static const char *const names[] = {"m1", "m2", "m3", "m4", "m5"};
    csuccess_outbox_request box = {.customer = CSUCCESS_STR("ada"), .most = 2};
    size_t seen = 0;
    for (size_t i = 0; i < 5; i++) {
        if (!post(t, names[i * 3 % 5], "ada", (int64_t)(i * 3 % 5)) || !post(t,
                                                                             i == 0   ? "b1"
                                                                             : i == 1 ? "b2"
                                                                                      : "b3",
                                                                             "bob", 3)) {
            return false;
        }
    }
    do {
        if (!csuccess__trial_ask_outbox(t, box)) return false;
        for (size_t i = 0; i < t->reply.row_count; i++, seen++) {
            if (seen >= 5 || !csuccess__trial_row_is(t, "a page of an outbox", i,
                                                     csuccess__trial_id(t, names[seen]))) {
                return csuccess__trial_fail(t, "an outbox by pages gives too much");
            }
        }
        if (t->reply.row_count) {
            box.after = csuccess__trial_keep(t, t->reply.rows[t->reply.row_count - 1].id);
        }
    } while (t->reply.row_count);
    return csuccess__trial_number(t, "messages of all pages", (int64_t)seen, 5) &&
           csuccess__trial_messages(t, "", 8);
}

/* reason: questions in a row, each asked when the one before was answered as expected. */
static bool an_outbox_shows_the_dead_alone(csuccess__trial *t)
{
    csuccess_outbox_request box = {.most = 10, .dead = 1};
    csuccess_settle_request settle = {.message = csuccess__trial_id(t, "m1"),
                                      .outcome = CSUCCESS_SETTLE_DEAD};
    t->now = 10;
    return post(t, "m1", "ada", 0) && csuccess__trial_take(t, "m1", 100, &settle.token) &&
           post(t, "m2", "ada", 0) && csuccess__trial_ask_outbox(t, box) &&
           csuccess__trial_rows(t, "the dead", 0) && csuccess__trial_settle(t, settle, true) &&
           csuccess__trial_ask_outbox(t, box) && csuccess__trial_rows(t, "the dead", 1) &&
           csuccess__trial_row_is(t, "the dead", 0, settle.message) &&
           csuccess__trial_text(t, "its outcome", t->reply.rows[0].token,
                                CSUCCESS_STR("dead")) &&
           csuccess__trial_number(t, "its attempts", t->reply.rows[0].message.attempts, 1);
}

const csuccess__conformance_test csuccess__conformance_reading[] = {
    {"a-scan-ascends-by-bytes", a_scan_ascends_by_bytes},
    {"a-scan-goes-on-behind-an-id", a_scan_goes_on_behind_an_id},
    {"a-history-is-complete-and-in-order", a_history_is_complete_and_in_order},
    {"an-entry-comes-back-as-it-was", an_entry_comes_back_as_it_was},
    {"an-outbox-is-in-order-and-by-pages", an_outbox_is_in_order_and_by_pages},
    {"an-outbox-shows-the-dead-alone", an_outbox_shows_the_dead_alone},
    {NULL, NULL}};
