/* SPDX-License-Identifier: Apache-2.0 */
/* Conformance: messages are added once, claimed by one, settled under their token, and stay to be seen. */
#include "engine/conformance_trial.h"

#include "base/str.h"

#define APPLIED CSUCCESS__VERDICT_APPLIED

/* One message about ada, for a time. */
static bool post(csuccess__trial *t, const char *name, int64_t time)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess__pack_message(t, &p, name, "ada", "{}")->not_before_ms = time;
    return csuccess__trial_commit(t, &p, APPLIED);
}

static bool nothing(csuccess__trial *t, int64_t now, int64_t next)
{
    t->now = now;
    return csuccess__trial_claim(t, 10, now + 10) &&
           csuccess__trial_rows(t, "what is claimed", 0) &&
           csuccess__trial_number(t, "the next time of a message", t->reply.next, next);
}

/* Claims the one message there is and settles it. */
static bool take_and_settle(csuccess__trial *t, const char *name,
                            csuccess_settle_request settle)
{
    settle.message = csuccess__trial_id(t, name);
    return csuccess__trial_take(t, name, t->now + 100, &settle.token) &&
           csuccess__trial_settle(t, settle, true);
}

static bool messages_are_claimed_in_order(csuccess__trial *t)
{
    csuccess_str same[2];
    if (!post(t, "late", 31) || !post(t, "c", 20) || !post(t, "b", 20) || !post(t, "a", 10)) {
        return false;
    }
    same[0] = csuccess__trial_id(t, "b");
    same[1] = csuccess__trial_id(t, "c");
    bool swapped = csuccess__str_cmp(same[0], same[1]) > 0;
    t->now = 30;
    return csuccess__trial_claim(t, 10, 100) && csuccess__trial_rows(t, "what is claimed", 3) &&
           csuccess__trial_row_is(t, "the first", 0, csuccess__trial_id(t, "a")) &&
           csuccess__trial_row_is(t, "the second, by id", 1, same[swapped]) &&
           csuccess__trial_row_is(t, "the third, by id", 2, same[!swapped]) &&
           csuccess__trial_number(t, "the next time of a message", t->reply.next, 31);
}

/* reason: questions in a row, each asked when the one before was answered as expected. */
static bool a_message_comes_back_as_it_was(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess_message *m =
        csuccess__pack_message(t, &p, "m", "ad\xc3\xa1", "{\"x\":\"\xe2\x82\xac\"}");
    m->contact = CSUCCESS_STR("ada@example.com");
    m->created_ms = 7;
    m->not_before_ms = 9;
    m->expires_ms = 1234567890123;
    m->flags = CSUCCESS_MESSAGE_INTERNAL;
    m->target = CSUCCESS_STR("bob");
    m->channel = CSUCCESS_STR("");
    t->now = 9;
    if (!csuccess__trial_commit(t, &p, APPLIED) || !csuccess__trial_claim(t, 1, 100) ||
        !csuccess__trial_rows(t, "what is claimed", 1)) {
        return false;
    }
    const csuccess_message *is = &t->reply.rows[0].message;
    return csuccess__trial_text(t, "id", is->id, m->id) &&
           csuccess__trial_text(t, "customer", is->customer, m->customer) &&
           csuccess__trial_text(t, "channel", is->channel, m->channel) &&
           csuccess__trial_text(t, "target", is->target, m->target) &&
           csuccess__trial_text(t, "contact", is->contact, m->contact) &&
           csuccess__trial_text(t, "purpose", is->purpose, m->purpose) &&
           csuccess__trial_text(t, "definition", is->definition, m->definition) &&
           csuccess__trial_text(t, "body", is->body, m->body) &&
           csuccess__trial_number(t, "created_ms", is->created_ms, 7) &&
           csuccess__trial_number(t, "not_before_ms", is->not_before_ms, 9) &&
           csuccess__trial_number(t, "expires_ms", is->expires_ms, m->expires_ms) &&
           csuccess__trial_number(t, "flags", is->flags, m->flags) &&
           csuccess__trial_number(t, "attempts", is->attempts, 0);
}

static bool a_message_is_added_once(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess__pack_message(t, &p, "m", "ada", "\"another\"")->not_before_ms = 5;
    if (!post(t, "m", 50) || !csuccess__trial_commit(t, &p, APPLIED) || !nothing(t, 10, 50)) {
        return false;
    }
    return csuccess__trial_in(t, csuccess__trial_messages(t, "ada", 1), "added twice") &&
           csuccess__trial_text(t, "its body", t->reply.rows[0].message.body,
                                CSUCCESS_STR("{}"));
}

static bool what_is_settled_is_not_added_again(csuccess__trial *t)
{
    t->now = 10;
    return post(t, "m", 5) &&
           take_and_settle(t, "m",
                           (csuccess_settle_request){.outcome = CSUCCESS_SETTLE_DELIVERED}) &&
           post(t, "m", 5) && nothing(t, 20, CSUCCESS_TIME_NEVER) &&
           csuccess__trial_outcome(t, "ada", "m", "delivered");
}

/* reason: questions in a row, each asked when the one before was answered as expected. */
static bool one_claim_at_a_time(csuccess__trial *t)
{
    csuccess_settle_request settle = {.message = csuccess__trial_id(t, "m"),
                                      .outcome = CSUCCESS_SETTLE_DELIVERED};
    csuccess_str second;
    t->now = 10;
    if (!post(t, "m", 10) || !csuccess__trial_take(t, "m", 100, &settle.token) ||
        !nothing(t, 11, 100) || !nothing(t, 99, 100)) {
        return false;
    }
    t->now = 100; /* its lease is over */
    if (!csuccess__trial_in(t, csuccess__trial_settle(t, settle, false), "at its end") ||
        !csuccess__trial_take(t, "m", 200, &second) ||
        !csuccess__trial_number(t, "claims before", t->reply.rows[0].message.attempts, 1)) {
        return false;
    }
    if (csuccess__str_eq(second, settle.token)) {
        return csuccess__trial_fail(t, "the token %q is given a second time", second);
    }
    if (!csuccess__trial_settle(t, settle, false) ||
        !csuccess__trial_outcome(t, "ada", "m", "waiting")) {
        return false;
    }
    settle.token = second;
    t->now = 199;
    return csuccess__trial_settle(t, settle, true) &&
           csuccess__trial_in(t, csuccess__trial_settle(t, settle, false), "a second time");
}

static bool what_is_settled_is_not_claimed(csuccess__trial *t)
{
    static const struct {
        uint32_t outcome;
        const char *word;
    } ends[] = {{CSUCCESS_SETTLE_DELIVERED, "delivered"},
                {CSUCCESS_SETTLE_DEAD, "dead"},
                {CSUCCESS_SETTLE_UNKNOWN, "unknown"},
                {CSUCCESS_SETTLE_DROPPED, "dropped"}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        csuccess_settle_request settle = {.outcome = ends[i].outcome,
                                          .reason = CSUCCESS_STR("why not")};
        t->now = 10;
        bool passed = post(t, ends[i].word, 10) && take_and_settle(t, ends[i].word, settle) &&
                      nothing(t, 5000, CSUCCESS_TIME_NEVER) &&
                      csuccess__trial_outcome(t, "ada", ends[i].word, ends[i].word);
        if (!csuccess__trial_in(t, passed, ends[i].word)) return false;
    }
    return true;
}

/* Those that count, and those that were only put off. */
static bool a_retry_comes_at_its_time(csuccess__trial *t)
{
    csuccess_settle_request settle = {
        .outcome = CSUCCESS_SETTLE_RETRY, .retry_ms = 50, .counts = 1};
    csuccess_str token;
    t->now = 10;
    if (!post(t, "m", 10) || !take_and_settle(t, "m", settle) || !nothing(t, 49, 50) ||
        !csuccess__trial_outcome(t, "ada", "m", "waiting")) {
        return false;
    }
    settle.counts = 0;
    settle.retry_ms = 80;
    t->now = 50;
    if (!take_and_settle(t, "m", settle) || !nothing(t, 79, 80)) return false;
    t->now = 80;
    return csuccess__trial_take(t, "m", 200, &token) &&
           csuccess__trial_number(t, "claims that counted", t->reply.rows[0].message.attempts,
                                  1);
}

static bool a_signal_comes_with_the_settling(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess_message *signal = csuccess__pack_message(t, &p, "signal", "ada", "{}");
    csuccess_settle_request settle = {.message = csuccess__trial_id(t, "m"),
                                      .token = CSUCCESS_STR("stale"),
                                      .outcome = CSUCCESS_SETTLE_DELIVERED,
                                      .signal = signal};
    signal->target = CSUCCESS_STR("bob");
    signal->not_before_ms = 20;
    t->now = 10;
    if (!post(t, "m", 10) || !csuccess__trial_settle(t, settle, false) ||
        !csuccess__trial_in(t, csuccess__trial_messages(t, "ada", 1), "under a stale token")) {
        return false;
    }
    return take_and_settle(t, "m", settle) && csuccess__trial_messages(t, "ada", 2) &&
           csuccess__trial_outcome(t, "ada", "m", "delivered") && nothing(t, 19, 20) &&
           (t->now = 20, csuccess__trial_claim(t, 9, 100)) &&
           csuccess__trial_row_is(t, "the signal", 0, signal->id) &&
           csuccess__trial_text(t, "its target", t->reply.rows[0].message.target,
                                CSUCCESS_STR("bob"));
}

static bool what_is_taken_back_is_not_claimed(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess__pack_message(t, &p, "both", "ada", "{}");
    csuccess__pack_cancel(t, &p, "m");
    csuccess__pack_cancel(t, &p, "nobody's");
    csuccess__pack_cancel(t, &p, "both");
    return post(t, "m", 5) && csuccess__trial_commit(t, &p, APPLIED) &&
           nothing(t, 10, CSUCCESS_TIME_NEVER) &&
           csuccess__trial_outcome(t, "ada", "m", "dropped") &&
           csuccess__trial_outcome(t, "ada", "both", "dropped");
}

static bool what_is_settled_is_not_taken_back(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess__pack_cancel(t, &p, "m");
    t->now = 10;
    return post(t, "m", 5) &&
           take_and_settle(t, "m",
                           (csuccess_settle_request){.outcome = CSUCCESS_SETTLE_DELIVERED}) &&
           csuccess__trial_commit(t, &p, APPLIED) &&
           csuccess__trial_outcome(t, "ada", "m", "delivered");
}

static bool taking_back_ends_a_claim(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess_settle_request settle = {.message = csuccess__trial_id(t, "m"),
                                      .outcome = CSUCCESS_SETTLE_DELIVERED};
    csuccess__pack_start(&p);
    csuccess__pack_cancel(t, &p, "m");
    t->now = 10;
    return post(t, "m", 5) && csuccess__trial_take(t, "m", 100, &settle.token) &&
           csuccess__trial_commit(t, &p, APPLIED) && csuccess__trial_settle(t, settle, false) &&
           csuccess__trial_outcome(t, "ada", "m", "dropped");
}

enum { MANY = 24, SHARDS = 3 };

/* A signal is of its target's shard, any other of its customer's; the reply finds those of others. */
static bool messages_have_the_shard_of_whom_they_go_to(csuccess__trial *t)
{
    csuccess__pack p;
    char name[] = "message-a";
    size_t seen = 0;
    for (int i = 0; i < MANY; i++) {
        name[sizeof name - 2] = (char)('a' + i);
        csuccess__pack_start(&p);
        csuccess_message *m = csuccess__pack_message(t, &p, name, i % 2 ? "ada" : name, "{}");
        if (i % 2) m->target = csuccess__str(name);
        if (!csuccess__trial_commit(t, &p, APPLIED)) return false;
    }
    t->shards = SHARDS;
    for (t->shard = 0; t->shard < SHARDS; t->shard++) {
        if (!csuccess__trial_claim(t, MANY, 200)) return false;
        seen += t->reply.row_count;
    }
    return csuccess__trial_number(t, "messages in all shards", (int64_t)seen, MANY);
}

static bool no_more_messages_than_asked(csuccess__trial *t)
{
    return post(t, "1", 1) && post(t, "2", 2) && post(t, "3", 3) && (t->now = 10, true) &&
           csuccess__trial_claim(t, 2, 100) && csuccess__trial_rows(t, "at most 2", 2) &&
           csuccess__trial_claim(t, 2, 100) && csuccess__trial_rows(t, "the last", 1) &&
           csuccess__trial_row_is(t, "the last", 0, csuccess__trial_id(t, "3"));
}

const csuccess__conformance_test csuccess__conformance_messages[] = {
    {"messages-are-claimed-in-order", messages_are_claimed_in_order},
    {"a-message-comes-back-as-it-was", a_message_comes_back_as_it_was},
    {"a-message-is-added-once", a_message_is_added_once},
    {"what-is-settled-is-not-added-again", what_is_settled_is_not_added_again},
    {"one-claim-at-a-time", one_claim_at_a_time},
    {"what-is-settled-is-not-claimed", what_is_settled_is_not_claimed},
    {"a-retry-comes-at-its-time", a_retry_comes_at_its_time},
    {"a-signal-comes-with-the-settling", a_signal_comes_with_the_settling},
    {"what-is-taken-back-is-not-claimed", what_is_taken_back_is_not_claimed},
    {"what-is-settled-is-not-taken-back", what_is_settled_is_not_taken_back},
    {"taking-back-ends-a-claim", taking_back_ends_a_claim},
    {"messages-have-the-shard-of-whom-they-go-to", messages_have_the_shard_of_whom_they_go_to},
    {"no-more-messages-than-asked", no_more_messages_than_asked},
    {NULL, NULL}};
