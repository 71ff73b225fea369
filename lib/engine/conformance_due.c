/* SPDX-License-Identifier: Apache-2.0 */
/* Conformance: customers that are due: their order and shards, leases and tokens, failures and parking. */
#include "engine/conformance_trial.h"

#include "base/str.h"

#define APPLIED CSUCCESS__VERDICT_APPLIED
#define CONFLICT CSUCCESS__VERDICT_CONFLICT

static bool put(csuccess__trial *t, const char *id, uint64_t expected, int64_t due)
{
    csuccess__pack p;
    csuccess__pack_customer(&p, id, expected, "state", due);
    return csuccess__trial_commit(t, &p, APPLIED);
}

/* Nobody is due now, and then at `next`. */
static bool nobody(csuccess__trial *t, int64_t now, int64_t next)
{
    t->now = now;
    return csuccess__trial_due(t, 10, now + 10) && csuccess__trial_rows(t, "what is due", 0) &&
           csuccess__trial_number(t, "the next due time", t->reply.next, next);
}

/* reason: questions in a row, each asked when the one before was answered as expected. */
static bool the_earliest_come_first(csuccess__trial *t)
{
    static const char *const order[] = {"z", "b", "c", "a"};
    if (!put(t, "a", 0, 30) || !put(t, "c", 0, 20) || !put(t, "b", 0, 20) ||
        !put(t, "z", 0, -5) || !put(t, "later", 0, 31)) {
        return false;
    }
    t->now = 30;
    if (!csuccess__trial_due(t, 10, 100) || !csuccess__trial_rows(t, "what is due", 4)) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) {
        if (!csuccess__trial_row_is(t, "those due, in order", i, csuccess__str(order[i]))) {
            return false;
        }
    }
    return csuccess__trial_number(t, "a due time", t->reply.rows[1].due, 20) &&
           csuccess__trial_number(t, "the next due time", t->reply.next, 31);
}

static bool nobody_is_due_before_the_time(csuccess__trial *t)
{
    csuccess_str token;
    return put(t, "ada", 0, 100) && put(t, "never", 0, CSUCCESS_TIME_NEVER) &&
           nobody(t, 99, 100) && (t->now = 100, csuccess__trial_lease(t, "ada", 200, &token)) &&
           nobody(t, 150, 200); /* when its lease ends */
}

static bool no_more_than_asked(csuccess__trial *t)
{
    for (int i = 0; i < 5; i++) {
        char id[2] = {(char)('a' + i), '\0'};
        if (!put(t, id, 0, i)) return false;
    }
    t->now = 10;
    return csuccess__trial_due(t, 2, 100) && csuccess__trial_rows(t, "at most 2", 2) &&
           csuccess__trial_due(t, 2, 100) && csuccess__trial_rows(t, "2 more", 2) &&
           csuccess__trial_row_is(t, "the third", 0, CSUCCESS_STR("c")) &&
           csuccess__trial_due(t, 2, 100) && csuccess__trial_rows(t, "the last", 1) &&
           csuccess__trial_row_is(t, "the last", 0, CSUCCESS_STR("e"));
}

static bool a_commit_changes_the_due_time(csuccess__trial *t)
{
    csuccess_str token;
    return put(t, "ada", 0, 10) && put(t, "ada", 1, 20) && nobody(t, 15, 20) &&
           put(t, "ada", 2, CSUCCESS_TIME_NEVER) && nobody(t, 25, CSUCCESS_TIME_NEVER) &&
           put(t, "ada", 3, 5) && csuccess__trial_lease(t, "ada", 50, &token);
}

static bool a_removed_customer_is_not_due(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_customer(&p, "ada", 1, NULL, 10);
    return put(t, "ada", 0, 10) && csuccess__trial_commit(t, &p, APPLIED) &&
           nobody(t, 20, CSUCCESS_TIME_NEVER);
}

static bool one_lease_at_a_time(csuccess__trial *t)
{
    csuccess_str token, second;
    t->now = 10;
    if (!put(t, "ada", 0, 10) || !csuccess__trial_lease(t, "ada", 100, &token) ||
        !nobody(t, 11, 100) || !nobody(t, 99, 100)) {
        return false;
    }
    t->now = 100; /* it is over */
    if (!csuccess__trial_lease(t, "ada", 200, &second)) return false;
    return !csuccess__str_eq(token, second) ||
           csuccess__trial_fail(t, "the token %q is given a second time", token);
}

static bool a_token_is_in_force_until_its_lease_ends(csuccess__trial *t)
{
    csuccess_defer_request defer = {.customer = CSUCCESS_STR("ada"), .until_ms = 500};
    csuccess__pack p;
    t->now = 10;
    if (!put(t, "ada", 0, 10) || !csuccess__trial_lease(t, "ada", 100, &defer.token)) {
        return false;
    }
    csuccess__pack_customer(&p, "ada", 1, "late", 10);
    p.writes[0].token = defer.token;
    t->now = 100;
    if (!csuccess__trial_in(t, csuccess__trial_commit(t, &p, CONFLICT),
                            "a commit at its end") ||
        !csuccess__trial_in(t, csuccess__trial_defer(t, defer, false), "at its end")) {
        return false;
    }
    if (!csuccess__trial_lease(t, "ada", 200, &defer.token)) return false;
    p.writes[0].token = defer.token;
    t->now = 199;
    return csuccess__trial_commit(t, &p, APPLIED) &&
           csuccess__trial_customer(t, "ada", 2, "late");
}

/* reason: questions in a row, each asked when the one before was answered as expected. */
static bool a_stale_token_changes_nothing(csuccess__trial *t)
{
    csuccess_defer_request defer = {.customer = CSUCCESS_STR("ada"), .until_ms = 500};
    csuccess_str second, others;
    csuccess__pack p;
    t->now = 10;
    if (!put(t, "ada", 0, 10) || !csuccess__trial_lease(t, "ada", 20, &defer.token))
        return false;
    t->now = 20;
    if (!csuccess__trial_lease(t, "ada", 100, &second) || !put(t, "bob", 0, 5) ||
        !csuccess__trial_lease(t, "bob", 100, &others)) {
        return false;
    }
    csuccess__pack_customer(&p, "ada", 1, "by a worker that slept", 10);
    p.writes[0].token = defer.token;
    if (!csuccess__trial_commit(t, &p, CONFLICT) || !csuccess__trial_defer(t, defer, false)) {
        return false;
    }
    p.writes[0].token = defer.token = others;
    if (!csuccess__trial_in(t, csuccess__trial_commit(t, &p, CONFLICT), "another's token") ||
        !csuccess__trial_in(t, csuccess__trial_defer(t, defer, false), "another's token")) {
        return false;
    }
    p.writes[0].token = second;
    return nobody(t, 30, 100) && csuccess__trial_commit(t, &p, APPLIED);
}

static bool a_commit_ends_the_lease(csuccess__trial *t)
{
    csuccess_defer_request defer = {.customer = CSUCCESS_STR("ada"), .until_ms = 500};
    csuccess_str again;
    t->now = 10;
    return put(t, "ada", 0, 10) && csuccess__trial_lease(t, "ada", 1000, &defer.token) &&
           put(t, "ada", 1, 15) && csuccess__trial_defer(t, defer, false) &&
           nobody(t, 14, 15) && (t->now = 15, csuccess__trial_lease(t, "ada", 1000, &again));
}

static bool defer_gives_back(csuccess__trial *t)
{
    csuccess_defer_request defer = {
        .customer = CSUCCESS_STR("ada"), .until_ms = 50, .reason = CSUCCESS_STR("busy")};
    csuccess_str token;
    t->now = 10;
    if (!put(t, "ada", 0, 10) || !csuccess__trial_lease(t, "ada", 1000, &defer.token) ||
        !csuccess__trial_defer(t, defer, true) ||
        !csuccess__trial_in(t, csuccess__trial_defer(t, defer, false), "a second time")) {
        return false;
    }
    if (!nobody(t, 49, 50)) return false;
    t->now = 50;
    return csuccess__trial_lease(t, "ada", 1000, &token) &&
           csuccess__trial_number(t, "its due time", t->reply.rows[0].due, 50) &&
           csuccess__trial_number(t, "its failures", (int64_t)t->reply.rows[0].number, 0) &&
           csuccess__trial_customer(t, "ada", 1, "state");
}

/* Leases ada and fails, at `now`; how often it had failed before. */
static bool fail_once(csuccess__trial *t, int64_t now, uint32_t before, uint32_t park_after)
{
    csuccess_defer_request defer = {.customer = CSUCCESS_STR("ada"),
                                    .until_ms = now + 10,
                                    .failed = 1,
                                    .park_after = park_after,
                                    .reason = CSUCCESS_STR("it broke")};
    t->now = now;
    return csuccess__trial_lease(t, "ada", now + 5, &defer.token) &&
           csuccess__trial_number(t, "its failures", (int64_t)t->reply.rows[0].number,
                                  before) &&
           csuccess__trial_defer(t, defer, true);
}

static bool failures_are_counted_until_a_commit(csuccess__trial *t)
{
    csuccess_str token;
    return put(t, "ada", 0, 0) && fail_once(t, 10, 0, 0) && fail_once(t, 20, 1, 8) &&
           fail_once(t, 30, 2, 8) && put(t, "ada", 1, 35) && fail_once(t, 40, 0, 8) &&
           (t->now = 50, csuccess__trial_lease(t, "ada", 100, &token)) &&
           csuccess__trial_number(t, "its failures", (int64_t)t->reply.rows[0].number, 1);
}

static bool parked_are(csuccess__trial *t, size_t count)
{
    csuccess_scan_request scan = {.kind = CSUCCESS_RECORD_CUSTOMER, .parked = 1, .most = 10};
    return csuccess__trial_ask_scan(t, scan) && csuccess__trial_rows(t, "those parked", count);
}

static bool who_fails_too_often_is_parked(csuccess__trial *t)
{
    return put(t, "ada", 0, 0) && put(t, "bob", 0, CSUCCESS_TIME_NEVER) &&
           fail_once(t, 10, 0, 3) && fail_once(t, 20, 1, 3) && parked_are(t, 0) &&
           fail_once(t, 30, 2, 3) && nobody(t, 100000, CSUCCESS_TIME_NEVER) &&
           parked_are(t, 1) &&
           csuccess__trial_row_is(t, "the one parked", 0, CSUCCESS_STR("ada")) &&
           csuccess__trial_text(t, "its body", t->reply.rows[0].body, CSUCCESS_STR("state"));
}

static bool a_commit_ends_parking(csuccess__trial *t)
{
    csuccess_str token;
    return put(t, "ada", 0, 0) && fail_once(t, 10, 0, 1) && parked_are(t, 1) &&
           put(t, "ada", 1, 50) && parked_are(t, 0) && nobody(t, 40, 50) &&
           (t->now = 50, csuccess__trial_lease(t, "ada", 100, &token)) &&
           csuccess__trial_number(t, "its failures", (int64_t)t->reply.rows[0].number, 0);
}

enum { MANY = 24, SHARDS = 3 };

/* Every customer comes in its own shard, once. */
static bool shards_are_apart(csuccess__trial *t)
{
    char id[] = "customer-a";
    size_t seen = 0;
    for (int i = 0; i < MANY; i++) {
        id[sizeof id - 2] = (char)('a' + i);
        if (!put(t, id, 0, 10 + i)) return false;
    }
    t->now = 100;
    t->shards = SHARDS;
    for (t->shard = 0; t->shard < SHARDS; t->shard++) {
        if (!csuccess__trial_due(t, MANY, 200))
            return false; /* of others: found by the reply */
        seen += t->reply.row_count;
    }
    return csuccess__trial_number(t, "customers in all shards", (int64_t)seen, MANY);
}

static bool the_next_time_is_that_of_the_shard(csuccess__trial *t)
{
    uint32_t shard = csuccess_shard(CSUCCESS_STR("ada"), 2);
    const char *other = "b";
    char id[] = "b";
    while (csuccess_shard(csuccess__str(id), 2) == shard) id[0]++;
    other = id;
    t->shards = 2;
    t->shard = shard;
    if (!put(t, "ada", 0, 90) || !put(t, other, 0, 50) || !nobody(t, 10, 90)) return false;
    t->shard = 1 - shard;
    return nobody(t, 10, 50);
}

const csuccess__conformance_test csuccess__conformance_due[] = {
    {"the-earliest-come-first", the_earliest_come_first},
    {"nobody-is-due-before-the-time", nobody_is_due_before_the_time},
    {"no-more-than-asked", no_more_than_asked},
    {"a-commit-changes-the-due-time", a_commit_changes_the_due_time},
    {"a-removed-customer-is-not-due", a_removed_customer_is_not_due},
    {"one-lease-at-a-time", one_lease_at_a_time},
    {"a-token-is-in-force-until-its-lease-ends", a_token_is_in_force_until_its_lease_ends},
    {"a-stale-token-changes-nothing", a_stale_token_changes_nothing},
    {"a-commit-ends-the-lease", a_commit_ends_the_lease},
    {"defer-gives-back", defer_gives_back},
    {"failures-are-counted-until-a-commit", failures_are_counted_until_a_commit},
    {"who-fails-too-often-is-parked", who_fails_too_often_is_parked},
    {"a-commit-ends-parking", a_commit_ends_parking},
    {"shards-are-apart", shards_are_apart},
    {"the-next-time-is-that-of-the-shard", the_next_time_is_that_of_the_shard},
    {NULL, NULL}};
