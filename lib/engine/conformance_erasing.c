/* SPDX-License-Identifier: Apache-2.0 */
/* Conformance: what an erasure takes, and what it leaves. */
#include "engine/conformance_trial.h"

#include "base/str.h"

#define APPLIED CSUCCESS__VERDICT_APPLIED

/* Ada with two contacts, a settled and a waiting message to each, signals both ways; bob with one of each. */
static bool people(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess_settle_request settle = {.outcome = CSUCCESS_SETTLE_DELIVERED,
                                      .reason = CSUCCESS_STR("to mail@ada")};
    csuccess__pack_customer(&p, "ada", 0, "state", 5);
    csuccess__pack_write(&p, "ada", 0, "secret")->key.kind = CSUCCESS_RECORD_SECRET;
    csuccess__pack_entry(t, &p, "ada", 1, "{\"n\":1}")->subject = CSUCCESS_STR("mail@ada");
    csuccess__pack_entry(t, &p, "ada", 2, "{\"n\":2}")->subject = CSUCCESS_STR("work@ada");
    csuccess__pack_entry(t, &p, "ada", 3, "{\"n\":3}");
    csuccess__pack_entry(t, &p, "bob", 1, "{\"n\":4}")->subject = CSUCCESS_STR("mail@ada");
    csuccess__pack_message(t, &p, "sent", "ada", "{}")->contact = CSUCCESS_STR("mail@ada");
    csuccess__pack_message(t, &p, "waits", "ada", "{}")->contact = CSUCCESS_STR("mail@ada");
    csuccess__pack_message(t, &p, "work", "ada", "{}")->contact = CSUCCESS_STR("work@ada");
    csuccess__pack_message(t, &p, "to bob", "ada", "{}")->target = CSUCCESS_STR("bob");
    csuccess__pack_message(t, &p, "to ada", "bob", "{}")->target = CSUCCESS_STR("ada");
    csuccess__pack_message(t, &p, "bob's", "bob", "{}")->contact = CSUCCESS_STR("mail@ada");
    for (size_t i = 1; i < p.batch.message_count; i++) p.messages[i].not_before_ms = 1000;
    csuccess__pack_input(&p, "ada", "i1");
    csuccess__pack_input(&p, "ada", "i2");
    csuccess__pack_input(&p, "bob", "i1");
    settle.message = p.messages[0].id;
    return csuccess__trial_commit(t, &p, APPLIED) &&
           csuccess__trial_take(t, "sent", 100, &settle.token) &&
           csuccess__trial_settle(t, settle, true);
}

static bool erase(csuccess__trial *t, const char *customer, const char *contact)
{
    csuccess_result result = csuccess__trial_erase(t, customer, contact, "pseudonym");
    if (result >= 0) return true;
    return csuccess__trial_fail(t, "erase failed: %s", csuccess_result_text(result));
}

/* How many were erased of a kind. */
static bool erased_were(csuccess__trial *t, const char *kind, uint64_t expected)
{
    uint64_t count = 0;
    for (size_t i = 0; i < t->reply.row_count; i++) {
        if (csuccess__str_is(t->reply.rows[i].id, kind)) count = t->reply.rows[i].number;
    }
    return csuccess__trial_number(t, kind, (int64_t)count, (int64_t)expected);
}

/* An entry of the history that was asked for: its body ("": gone) and subject; digests stay. */
static bool entry_is(csuccess__trial *t, size_t index, const char *body, const char *subject)
{
    const csuccess_entry *entry = &t->reply.rows[index].entry;
    if (!body[0] && entry->body.ptr) {
        return csuccess__trial_fail(t, "the body of entry %z is still there: %q", index + 1,
                                    entry->body);
    }
    return csuccess__trial_text(t, "the body of an entry", entry->body, csuccess__str(body)) &&
           csuccess__trial_text(t, "the subject of an entry", entry->subject,
                                csuccess__str(subject)) &&
           csuccess__trial_text(t, "the digest of an entry", entry->digest,
                                csuccess__trial_id(t, "digest")) &&
           csuccess__trial_text(t, "the commitment of an entry", entry->commitment,
                                csuccess__trial_id(t, "commitment"));
}

static bool bob_is_untouched(csuccess__trial *t)
{
    return csuccess__trial_entries(t, "bob", 1) && entry_is(t, 0, "{\"n\":4}", "mail@ada") &&
           csuccess__trial_known(t, "bob", "i1", true) &&
           csuccess__trial_outcome(t, "bob", "bob's", "waiting");
}

/* reason: questions in a row, each asked when the one before was answered as expected. */
static bool an_erased_customer_is_gone(csuccess__trial *t)
{
    csuccess_key secret = {CSUCCESS_RECORD_SECRET, 0, CSUCCESS_STR("ada")};
    if (!people(t) || !erase(t, "ada", "") || !erased_were(t, "record", 2) ||
        !erased_were(t, "input", 2) || !erased_were(t, "entry", 3) ||
        !erased_were(t, "message", 4) || !erased_were(t, "settled", 1)) {
        return false;
    }
    t->now = 2000;
    return csuccess__trial_customer(t, "ada", 0, "") &&
           csuccess__trial_key(t, &secret, 0, csuccess__str(NULL)) &&
           csuccess__trial_known(t, "ada", "i1", false) &&
           csuccess__trial_known(t, "ada", "i2", false) && csuccess__trial_due(t, 9, 3000) &&
           csuccess__trial_rows(t, "what is due", 0) && csuccess__trial_entries(t, "ada", 0) &&
           csuccess__trial_messages(t, "ada", 0) &&
           csuccess__trial_outcome(t, "bob", "to ada", "") && bob_is_untouched(t);
}

static bool its_entries_belong_to_the_pseudonym(csuccess__trial *t)
{
    return people(t) && erase(t, "ada", "") && csuccess__trial_entries(t, "pseudonym", 3) &&
           entry_is(t, 0, "", "") && entry_is(t, 1, "", "") && entry_is(t, 2, "", "");
}

static bool its_sent_messages_are_emptied(csuccess__trial *t)
{
    if (!people(t) || !erase(t, "ada", "") || !csuccess__trial_messages(t, "pseudonym", 1)) {
        return false;
    }
    const csuccess__answer_row *row = &t->reply.rows[0];
    return csuccess__trial_text(t, "its outcome", row->token, CSUCCESS_STR("delivered")) &&
           csuccess__trial_text(t, "its body", row->message.body, csuccess__str(NULL)) &&
           csuccess__trial_text(t, "its contact", row->message.contact, csuccess__str(NULL)) &&
           csuccess__trial_text(t, "its id", row->id, csuccess__trial_id(t, "sent"));
}

/* A message as the outbox of a customer has it: settled and emptied, of that customer, to that target. */
static bool is_emptied_signal(csuccess__trial *t, const char *customer, const char *target)
{
    if (!csuccess__trial_messages(t, customer, 1)) return false;
    const csuccess__answer_row *row = &t->reply.rows[0];
    return csuccess__trial_text(t, "its body", row->message.body, csuccess__str(NULL)) &&
           csuccess__trial_text(t, "the customer that it is about", row->message.customer,
                                csuccess__str(customer)) &&
           csuccess__trial_text(t, "its target", row->message.target, csuccess__str(target));
}

/* One that was sent and one that came, both settled: neither says anything of her any more, nor names her. */
static bool its_settled_signals_are_emptied(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess_settle_request settle = {.outcome = CSUCCESS_SETTLE_DELIVERED};
    csuccess__pack_customer(&p, "ada", 0, "state", 5);
    csuccess__pack_message(t, &p, "out", "ada", "{}")->target = CSUCCESS_STR("bob");
    csuccess__pack_message(t, &p, "in", "bob", "{}")->target = CSUCCESS_STR("ada");
    p.messages[0].channel = p.messages[1].channel = csuccess__str(NULL);
    p.messages[1].not_before_ms = 1000;
    if (!csuccess__trial_commit(t, &p, APPLIED)) return false;
    for (size_t i = 0; i < 2; i++) {
        settle.message = p.messages[i].id;
        if (!csuccess__trial_take(t, i ? "in" : "out", t->now + 100, &settle.token) ||
            !csuccess__trial_settle(t, settle, true)) {
            return false;
        }
        t->now = 1000;
    }
    return erase(t, "ada", "") && erased_were(t, "settled", 2) &&
           is_emptied_signal(t, "pseudonym", "bob") && is_emptied_signal(t, "bob", "pseudonym");
}

/* reason: questions in a row, each asked when the one before was answered as expected. */
static bool an_erased_contact_is_gone(csuccess__trial *t)
{
    if (!people(t) || !erase(t, "ada", "mail@ada") || !erased_were(t, "entry", 1) ||
        !erased_were(t, "message", 1) || !erased_were(t, "settled", 1) ||
        !erased_were(t, "record", 0) || !erased_were(t, "input", 0)) {
        return false;
    }
    if (!csuccess__trial_entries(t, "ada", 3) || !entry_is(t, 0, "", "") ||
        !entry_is(t, 1, "{\"n\":2}", "work@ada") || !entry_is(t, 2, "{\"n\":3}", "")) {
        return false;
    }
    return csuccess__trial_customer(t, "ada", 1, "state") &&
           csuccess__trial_known(t, "ada", "i1", true) &&
           csuccess__trial_outcome(t, "ada", "waits", "") &&
           csuccess__trial_outcome(t, "ada", "work", "waiting") &&
           csuccess__trial_outcome(t, "ada", "to bob", "waiting") &&
           csuccess__trial_outcome(t, "ada", "sent", "delivered") &&
           csuccess__trial_messages(t, "ada", 3) && bob_is_untouched(t);
}

static bool erasing_again_is_no_error(csuccess__trial *t)
{
    return people(t) && erase(t, "ada", "mail@ada") && erase(t, "ada", "mail@ada") &&
           erased_were(t, "entry", 0) && erase(t, "ada", "") && erase(t, "ada", "") &&
           erased_were(t, "record", 0) && erased_were(t, "entry", 0) &&
           erase(t, "nobody", "") && csuccess__trial_entries(t, "pseudonym", 3);
}

static bool who_comes_back_begins_anew(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_customer(&p, "ada", 0, "new", CSUCCESS_TIME_NEVER);
    csuccess__pack_entry(t, &p, "ada", 1, "{}");
    csuccess__pack_input(&p, "ada", "i1");
    if (!people(t) || !erase(t, "ada", "") || !csuccess__trial_commit(t, &p, APPLIED) ||
        !csuccess__trial_customer(t, "ada", 1, "new") ||
        !csuccess__trial_entries(t, "ada", 1)) {
        return false;
    }
    csuccess_result result = csuccess__trial_erase(t, "ada", "", "pseudonym");
    if (result >= 0) return csuccess__trial_fail(t, "a pseudonym took an entry's place twice");
    return csuccess__trial_in(t, csuccess__trial_customer(t, "ada", 1, "new"),
                              "after an erasure that failed") &&
           csuccess__trial_erase(t, "ada", "", "another pseudonym") >= 0 &&
           csuccess__trial_entries(t, "pseudonym", 3) &&
           csuccess__trial_entries(t, "another pseudonym", 1);
}

static bool an_erasure_ends_leases(csuccess__trial *t)
{
    csuccess_defer_request defer = {.customer = CSUCCESS_STR("ada"), .until_ms = 20};
    csuccess_settle_request settle = {.outcome = CSUCCESS_SETTLE_DELIVERED};
    csuccess__pack p;
    csuccess__pack_customer(&p, "ada", 0, "state", 5);
    csuccess__pack_message(t, &p, "m", "ada", "{}");
    settle.message = p.messages[0].id;
    t->now = 10;
    return csuccess__trial_commit(t, &p, APPLIED) &&
           csuccess__trial_lease(t, "ada", 100, &defer.token) &&
           csuccess__trial_take(t, "m", 100, &settle.token) && erase(t, "ada", "") &&
           csuccess__trial_defer(t, defer, false) && csuccess__trial_settle(t, settle, false);
}

const csuccess__conformance_test csuccess__conformance_erasing[] = {
    {"an-erased-customer-is-gone", an_erased_customer_is_gone},
    {"its-entries-belong-to-the-pseudonym", its_entries_belong_to_the_pseudonym},
    {"its-sent-messages-are-emptied", its_sent_messages_are_emptied},
    {"its-settled-signals-are-emptied", its_settled_signals_are_emptied},
    {"an-erased-contact-is-gone", an_erased_contact_is_gone},
    {"erasing-again-is-no-error", erasing_again_is_no_error},
    {"who-comes-back-begins-anew", who_comes_back_begins_anew},
    {"an-erasure-ends-leases", an_erasure_ends_leases},
    {NULL, NULL}};
