/* SPDX-License-Identifier: Apache-2.0 */
/* Conformance: records, their revisions, what bytes they hold, and that tenants, kinds and ids are apart. */
#include "engine/conformance_trial.h"

#include "base/str.h"

#include <string.h>

#define APPLIED CSUCCESS__VERDICT_APPLIED
#define CONFLICT CSUCCESS__VERDICT_CONFLICT

/* Writes one customer that is never due. */
static bool put(csuccess__trial *t, const char *id, uint64_t expected, const char *body,
                csuccess__verdict verdict)
{
    csuccess__pack p;
    csuccess__pack_customer(&p, id, expected, body, CSUCCESS_TIME_NEVER);
    return csuccess__trial_commit(t, &p, verdict);
}

static bool absent_is_not_answered(csuccess__trial *t)
{
    static const csuccess_key keys[] = {{CSUCCESS_RECORD_CUSTOMER, 0, {"nobody", 6}},
                                        {CSUCCESS_RECORD_SECRET, 0, {"nobody", 6}},
                                        {CSUCCESS_RECORD_DEFINITION, 0, {"none", 4}},
                                        {CSUCCESS_RECORD_SOURCE, 0, {"none", 4}},
                                        {CSUCCESS_RECORD_LEDGER, 0, {"none", 4}}};
    static const csuccess_input_key input = {{"nobody", 6}, {"none", 4}};
    if (!csuccess__trial_load(t, keys, sizeof keys / sizeof keys[0], &input, 1)) return false;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const csuccess__answer *answer = &t->reply.answers[i];
        bool nothing = answer->verdict == CSUCCESS__VERDICT_NONE ||
                       (answer->verdict == CSUCCESS__VERDICT_LEDGER && answer->sum == 0);
        if (!nothing) {
            return csuccess__trial_fail(t, "a key of kind %u that nobody wrote is answered",
                                        keys[i].kind);
        }
    }
    return !t->reply.known[0] || csuccess__trial_fail(t, "an input is known that never was");
}

static bool absent_is_revision_0(csuccess__trial *t)
{
    return put(t, "ada", 1, "early", CONFLICT) && csuccess__trial_customer(t, "ada", 0, "") &&
           put(t, "ada", 0, "first", APPLIED) &&
           csuccess__trial_customer(t, "ada", 1, "first") &&
           put(t, "ada", 0, "again", CONFLICT) &&
           csuccess__trial_customer(t, "ada", 1, "first");
}

static bool a_write_takes_place_at_its_revision_only(csuccess__trial *t)
{
    return put(t, "ada", 0, "1", APPLIED) && put(t, "ada", 1, "2", APPLIED) &&
           put(t, "ada", 2, "3", APPLIED) && put(t, "ada", 1, "late", CONFLICT) &&
           put(t, "ada", 2, "late", CONFLICT) && put(t, "ada", 4, "early", CONFLICT) &&
           put(t, "ada", UINT64_MAX, "early", CONFLICT) &&
           csuccess__trial_customer(t, "ada", 3, "3");
}

static bool a_removed_record_is_absent(csuccess__trial *t)
{
    return put(t, "ada", 0, "1", APPLIED) && put(t, "ada", 0, NULL, CONFLICT) &&
           put(t, "ada", 1, NULL, APPLIED) && csuccess__trial_customer(t, "ada", 0, "") &&
           put(t, "ada", 1, "2", CONFLICT) && put(t, "ada", 0, "new", APPLIED) &&
           csuccess__trial_customer(t, "ada", 1, "new");
}

static bool an_empty_body_is_there(csuccess__trial *t)
{
    return put(t, "ada", 0, "", APPLIED) && csuccess__trial_customer(t, "ada", 1, "") &&
           put(t, "ada", 1, "more", APPLIED) && put(t, "ada", 2, "", APPLIED) &&
           csuccess__trial_customer(t, "ada", 3, "");
}

/* Writes a body of so many bytes of every value and reads it. */
static bool bytes_come_back(csuccess__trial *t, const char *id, size_t count)
{
    csuccess__pack p;
    char *bytes = csuccess__trial_bytes(t, count);
    csuccess_str body = {bytes, count};
    if (!bytes) return false;
    for (size_t i = 0; i < count; i++) bytes[i] = (char)(i * 7 + i / 256);
    csuccess_key key = {CSUCCESS_RECORD_CUSTOMER, 0, csuccess__str(id)};
    csuccess__pack_start(&p);
    csuccess__pack_write(&p, id, 0, "")->body = body;
    return csuccess__trial_commit(t, &p, APPLIED) && csuccess__trial_key(t, &key, 1, body);
}

static bool bodies_are_bytes(csuccess__trial *t)
{
    return bytes_come_back(t, "short", 256) &&
           csuccess__trial_in(t, bytes_come_back(t, "long", 1 << 20), "of 1 MiB");
}

/* No two of these are the same id, whatever a collation says. */
static const char *const strange[] = {
    "ada",
    "Ada",
    "ADA",
    "ada ",
    " ada",
    "ad\xc3\xa1",      /* with an accent */
    "ada\xcc\x81",     /* with one that combines */
    "\357\273\277ada", /* behind a byte order mark */
    "ada\xe2\x80\x8b", /* with a space of no width */
    "%",
    "_",
    "ada%",
    "'; drop table records; --",
    "\"",
    "\\",
    "a\tb\nc",
    "\xf0\x9f\x98\x80",
    "\xf4\x8f\xbf\xbf", /* U+10FFFF */
    "\xc3\x9f",         /* sharp s */
    "ss",
    "\xc4\xb0", /* capital i with a dot */
    "i",
    "I",
    "1",
    "01",
    "1.0",
    "null",
    "NULL",
};

static bool ids_are_compared_by_bytes(csuccess__trial *t)
{
    size_t count = sizeof strange / sizeof strange[0];
    for (size_t i = 0; i < count; i++) {
        if (!put(t, strange[i], 0, strange[i], APPLIED)) {
            return csuccess__trial_in(t, false, strange[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!csuccess__trial_customer(t, strange[i], 1, strange[i])) {
            return csuccess__trial_in(t, false, strange[i]);
        }
    }
    return true;
}

static bool long_ids_are_whole(csuccess__trial *t)
{
    char id[513];
    memset(id, 'x', sizeof id);
    id[512] = '\0';
    if (!put(t, id, 0, "one", APPLIED)) return false;
    id[511] = 'y';
    if (!put(t, id, 0, "two", APPLIED) || !csuccess__trial_customer(t, id, 1, "two")) {
        return false;
    }
    id[511] = 'x';
    return csuccess__trial_customer(t, id, 1, "one");
}

static bool kinds_are_apart(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess__pack_write(&p, "same", 0, "state");
    csuccess__pack_write(&p, "same", 0, "secret")->key.kind = CSUCCESS_RECORD_SECRET;
    csuccess__pack_write(&p, "same", 0, "definition")->key.kind = CSUCCESS_RECORD_DEFINITION;
    csuccess__pack_write(&p, "same", 0, "source")->key.kind = CSUCCESS_RECORD_SOURCE;
    if (!csuccess__trial_commit(t, &p, APPLIED)) return false;
    for (size_t i = 0; i < p.batch.write_count; i++) {
        if (!csuccess__trial_key(t, &p.writes[i].key, 1, p.writes[i].body)) return false;
    }
    return put(t, "same", 1, "changed", APPLIED) &&
           csuccess__trial_key(t, &p.writes[1].key, 1, p.writes[1].body);
}

static bool answers_go_by_index(csuccess__trial *t)
{
    static const csuccess_key keys[] = {{CSUCCESS_RECORD_CUSTOMER, 0, {"b", 1}},
                                        {CSUCCESS_RECORD_CUSTOMER, 0, {"nobody", 6}},
                                        {CSUCCESS_RECORD_CUSTOMER, 0, {"a", 1}},
                                        {CSUCCESS_RECORD_CUSTOMER, 0, {"b", 1}}};
    const char *const bodies[] = {"of b", NULL, "of a", "of b"};
    if (!put(t, "a", 0, "of a", APPLIED) || !put(t, "b", 0, "of b", APPLIED) ||
        !csuccess__trial_load(t, keys, 4, NULL, 0)) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) {
        const csuccess__answer *answer = &t->reply.answers[i];
        bool there = answer->verdict == CSUCCESS__VERDICT_RECORD;
        if (there != (bodies[i] != NULL)) {
            return csuccess__trial_fail(t, "load of 4 keys: index %z is %s", i,
                                        there ? "there" : "not answered");
        }
        if (there && !csuccess__trial_text(t, "a body by its index", answer->body,
                                           csuccess__str(bodies[i]))) {
            return false;
        }
    }
    return true;
}

/* Everything of one tenant, asked in another. reason: questions in a row, each asked when the one before was answered as expected. */
static bool nothing_is_there(csuccess__trial *t, csuccess_str message)
{
    csuccess_scan_request scan = {.kind = CSUCCESS_RECORD_CUSTOMER, .most = 10};
    csuccess_scan_request ledgers = {.kind = CSUCCESS_RECORD_LEDGER, .most = 10};
    csuccess_settle_request settle = {
        .message = message, .token = CSUCCESS_STR("0"), .outcome = CSUCCESS_SETTLE_DELIVERED};
    return csuccess__trial_customer(t, "ada", 0, "") && csuccess__trial_ledger(t, "l", 0) &&
           csuccess__trial_known(t, "ada", "i", false) &&
           csuccess__trial_entries(t, "ada", 0) && csuccess__trial_messages(t, "ada", 0) &&
           csuccess__trial_messages(t, "", 0) && csuccess__trial_due(t, 10, t->now + 1000) &&
           csuccess__trial_rows(t, "what is due", 0) &&
           csuccess__trial_claim(t, 10, t->now + 1000) &&
           csuccess__trial_rows(t, "what is claimed", 0) && csuccess__trial_ask_scan(t, scan) &&
           csuccess__trial_rows(t, "the scan", 0) && csuccess__trial_ask_scan(t, ledgers) &&
           csuccess__trial_rows(t, "the scan of ledgers", 0) &&
           csuccess__trial_settle(t, settle, false) &&
           csuccess__trial_erase(t, "ada", "", "p") >= 0;
}

static bool tenants_are_apart(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess_str mine = t->tenant;
    csuccess__pack_customer(&p, "ada", 0, "state", 1);
    csuccess__pack_entry(t, &p, "ada", 1, "{}");
    csuccess__pack_message(t, &p, "m", "ada", "{}");
    csuccess__pack_delta(&p, "l", 7, 10);
    csuccess__pack_input(&p, "ada", "i");
    t->now = 10;
    if (!csuccess__trial_commit(t, &p, APPLIED)) return false;
    t->tenant = csuccess__trial_keep(t, (csuccess_str){mine.ptr, mine.len - 1});
    bool apart = nothing_is_there(t, p.messages[0].id);
    bool same = apart && csuccess__trial_commit(t, &p, APPLIED); /* nothing of it is taken */
    t->tenant = mine;
    return csuccess__trial_in(t, same, "in another tenant") &&
           csuccess__trial_customer(t, "ada", 1, "state") &&
           csuccess__trial_ledger(t, "l", 7) && csuccess__trial_known(t, "ada", "i", true) &&
           csuccess__trial_entries(t, "ada", 1) && csuccess__trial_messages(t, "ada", 1) &&
           csuccess__trial_due(t, 10, 1000) && csuccess__trial_rows(t, "what is due", 1);
}

const csuccess__conformance_test csuccess__conformance_records[] = {
    {"absent-is-not-answered", absent_is_not_answered},
    {"absent-is-revision-0", absent_is_revision_0},
    {"a-write-takes-place-at-its-revision-only", a_write_takes_place_at_its_revision_only},
    {"a-removed-record-is-absent", a_removed_record_is_absent},
    {"an-empty-body-is-there", an_empty_body_is_there},
    {"bodies-are-bytes", bodies_are_bytes},
    {"ids-are-compared-by-bytes", ids_are_compared_by_bytes},
    {"long-ids-are-whole", long_ids_are_whole},
    {"kinds-are-apart", kinds_are_apart},
    {"answers-go-by-index", answers_go_by_index},
    {"tenants-are-apart", tenants_are_apart},
    {NULL, NULL}};
