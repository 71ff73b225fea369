/* SPDX-License-Identifier: Apache-2.0 */
/* Conformance: batches are all or nothing, answered one by one, recognised when they come again, and durable. */
#include "engine/conformance_trial.h"

#include "base/str.h"

#define APPLIED CSUCCESS__VERDICT_APPLIED
#define CONFLICT CSUCCESS__VERDICT_CONFLICT
#define REFUSED CSUCCESS__VERDICT_REFUSED
#define ALREADY CSUCCESS__VERDICT_ALREADY

/* A batch with something of every part, behind what start_whole() leaves: ada at revision 1 with an entry, a waiting message "old", ledger 5. */
static void pack_whole(csuccess__trial *t, csuccess__pack *p)
{
    csuccess__pack_customer(p, "ada", 1, "new state", 50);
    csuccess__pack_write(p, "bob", 0, "secret")->key.kind = CSUCCESS_RECORD_SECRET;
    csuccess__pack_entry(t, p, "ada", 2, "{\"n\":2}");
    csuccess__pack_entry(t, p, "bob", 1, "{\"n\":1}");
    csuccess__pack_message(t, p, "new", "ada", "{}");
    csuccess__pack_delta(p, "l", 3, 100);
    csuccess__pack_delta(p, "fresh", 3, 100);
    csuccess__pack_input(p, "ada", "i2");
    csuccess__pack_cancel(t, p, "old");
}

static bool start_whole(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_customer(&p, "ada", 0, "state", CSUCCESS_TIME_NEVER);
    csuccess__pack_entry(t, &p, "ada", 1, "{}");
    csuccess__pack_message(t, &p, "old", "ada", "{}")->not_before_ms = 1000;
    csuccess__pack_delta(&p, "l", 5, 10);
    csuccess__pack_input(&p, "ada", "i1");
    return csuccess__trial_commit(t, &p, APPLIED);
}

/* Whether all of pack_whole() is there, or nothing. reason: questions in a row, each asked when the one before was answered as expected. */
static bool whole_is(csuccess__trial *t, bool applied)
{
    csuccess_key secret = {CSUCCESS_RECORD_SECRET, 0, CSUCCESS_STR("bob")};
    t->now = 60;
    bool due = csuccess__trial_due(t, 10, 61) &&
               csuccess__trial_rows(t, "what is due", applied ? 1 : 0);
    t->now = 0;
    return due &&
           csuccess__trial_customer(t, "ada", applied ? 2 : 1,
                                    applied ? "new state" : "state") &&
           csuccess__trial_key(t, &secret, applied ? 1 : 0, CSUCCESS_STR("secret")) &&
           csuccess__trial_entries(t, "ada", applied ? 2 : 1) &&
           csuccess__trial_entries(t, "bob", applied ? 1 : 0) &&
           csuccess__trial_messages(t, "ada", applied ? 2 : 1) &&
           csuccess__trial_outcome(t, "ada", "old", applied ? "dropped" : "waiting") &&
           csuccess__trial_ledger(t, "l", applied ? 8 : 5) &&
           csuccess__trial_ledger(t, "fresh", applied ? 3 : 0) &&
           csuccess__trial_known(t, "ada", "i2", applied);
}

static bool a_batch_is_applied_whole(csuccess__trial *t)
{
    csuccess__pack p;
    pack_whole(t, &p);
    return start_whole(t) && csuccess__trial_commit(t, &p, APPLIED) && whole_is(t, true);
}

/* What fails stands last in its part, so that the parts before it were seen. */
static bool a_conflict_leaves_nothing(csuccess__trial *t)
{
    csuccess__pack p;
    if (!start_whole(t)) return false;
    pack_whole(t, &p);
    csuccess__pack_write(&p, "eva", 3, "state");
    bool passed = csuccess__trial_commit(t, &p, CONFLICT) && whole_is(t, false);
    if (!csuccess__trial_in(t, passed, "a revision that moved")) return false;
    pack_whole(t, &p);
    csuccess__pack_entry(t, &p, "ada", 1, "{}");
    passed = csuccess__trial_commit(t, &p, CONFLICT) && whole_is(t, false);
    if (!csuccess__trial_in(t, passed, "an entry's place that is taken")) return false;
    pack_whole(t, &p);
    p.writes[0].token = CSUCCESS_STR("no such lease");
    passed = csuccess__trial_commit(t, &p, CONFLICT) && whole_is(t, false);
    if (!csuccess__trial_in(t, passed, "a lease that is lost")) return false;
    pack_whole(t, &p);
    csuccess__pack_input(&p, "ada", "i1");
    passed = csuccess__trial_commit(t, &p, CONFLICT) && whole_is(t, false);
    return csuccess__trial_in(t, passed, "an input that is known");
}

static bool a_refusal_leaves_nothing(csuccess__trial *t)
{
    csuccess__pack p;
    pack_whole(t, &p);
    csuccess__pack_delta(&p, "l", 93, 100); /* 5 + 3 + 93 */
    if (!start_whole(t) || !csuccess__trial_commit(t, &p, REFUSED)) return false;
    return csuccess__trial_number(t, "the delta that is refused",
                                  (int64_t)t->reply.answers[0].revision, 2) &&
           whole_is(t, false);
}

/* Conflicts are looked for before ledgers, inputs before both. */
static bool inputs_come_first_and_ledgers_last(csuccess__trial *t)
{
    csuccess__pack p;
    if (!start_whole(t)) return false;
    csuccess__pack_customer(&p, "ada", 7, "state", CSUCCESS_TIME_NEVER);
    csuccess__pack_delta(&p, "l", 1000, 10);
    if (!csuccess__trial_in(t, csuccess__trial_commit(t, &p, CONFLICT),
                            "a revision that moved and a limit that is passed")) {
        return false;
    }
    csuccess__pack_input(&p, "ada", "i1");
    return csuccess__trial_in(t, csuccess__trial_commit(t, &p, ALREADY),
                              "and an input that is known");
}

static bool a_batch_that_comes_again_is_known(csuccess__trial *t)
{
    csuccess__pack p;
    pack_whole(t, &p);
    if (!start_whole(t) || !csuccess__trial_commit(t, &p, APPLIED)) return false;
    return csuccess__trial_commit(t, &p, ALREADY) && csuccess__trial_commit(t, &p, ALREADY) &&
           whole_is(t, true);
}

static bool some_inputs_known_are_a_conflict(csuccess__trial *t)
{
    csuccess__pack p;
    if (!start_whole(t)) return false;
    csuccess__pack_customer(&p, "ada", 1, "changed", CSUCCESS_TIME_NEVER);
    csuccess__pack_input(&p, "ada", "i1");
    csuccess__pack_input(&p, "ada", "i9");
    if (!csuccess__trial_commit(t, &p, CONFLICT)) return false;
    csuccess__pack_customer(&p, "ada", 1, "changed", CSUCCESS_TIME_NEVER);
    csuccess__pack_input(&p, "ada", "i9");
    csuccess__pack_input(&p, "ada", "i1");
    return csuccess__trial_commit(t, &p, CONFLICT) &&
           csuccess__trial_known(t, "ada", "i9", false) &&
           csuccess__trial_customer(t, "ada", 1, "state");
}

static bool inputs_are_those_of_a_customer(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_customer(&p, "ada", 0, "s", CSUCCESS_TIME_NEVER);
    csuccess__pack_input(&p, "ada", "same");
    if (!csuccess__trial_commit(t, &p, APPLIED)) return false;
    csuccess__pack_customer(&p, "bob", 0, "s", CSUCCESS_TIME_NEVER);
    csuccess__pack_input(&p, "bob", "same");
    return csuccess__trial_known(t, "bob", "same", false) &&
           csuccess__trial_commit(t, &p, APPLIED) &&
           csuccess__trial_known(t, "bob", "same", true) &&
           csuccess__trial_known(t, "ada", "same", true) &&
           csuccess__trial_known(t, "adas", "ame", false) &&
           csuccess__trial_known(t, "ada", "Same", false);
}

/* A batch without inputs is never "already there". */
static bool without_inputs_it_is_a_conflict(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_customer(&p, "ada", 0, "s", CSUCCESS_TIME_NEVER);
    return csuccess__trial_commit(t, &p, APPLIED) && csuccess__trial_commit(t, &p, CONFLICT);
}

static bool an_entry_has_its_place_alone(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess__pack_entry(t, &p, "ada", 1, "\"first\"");
    csuccess__pack_entry(t, &p, "ada", 2, "\"second\"");
    if (!csuccess__trial_commit(t, &p, APPLIED)) return false;
    csuccess__pack_start(&p);
    csuccess__pack_entry(t, &p, "ada", 3, "\"third\"");
    csuccess__pack_entry(t, &p, "ada", 2, "\"again\"");
    if (!csuccess__trial_commit(t, &p, CONFLICT)) return false;
    csuccess__pack_start(&p);
    csuccess__pack_entry(t, &p, "bob", 2, "\"another's\"");
    return csuccess__trial_commit(t, &p, APPLIED) && csuccess__trial_entries(t, "ada", 2) &&
           csuccess__trial_text(t, "an entry", t->reply.rows[1].entry.body,
                                CSUCCESS_STR("\"second\""));
}

/* reason: questions in a row, each asked when the one before was answered as expected. */
static bool batches_are_answered_one_by_one(csuccess__trial *t)
{
    static const csuccess__verdict each[] = {APPLIED, CONFLICT, REFUSED, ALREADY, APPLIED};
    csuccess__pack p[5];
    const csuccess_batch *list[5];
    if (!start_whole(t)) return false;
    csuccess__pack_customer(&p[0], "a", 0, "s", CSUCCESS_TIME_NEVER);
    csuccess__pack_customer(&p[1], "b", 4, "s", CSUCCESS_TIME_NEVER);
    csuccess__pack_customer(&p[2], "c", 0, "s", CSUCCESS_TIME_NEVER);
    csuccess__pack_delta(&p[2], "l", 6, 10);
    csuccess__pack_customer(&p[3], "d", 0, "s", CSUCCESS_TIME_NEVER);
    csuccess__pack_input(&p[3], "ada", "i1");
    csuccess__pack_customer(&p[4], "e", 0, "s", CSUCCESS_TIME_NEVER);
    for (size_t i = 0; i < 5; i++) list[i] = &p[i].batch;
    if (!csuccess__trial_commits(t, list, 5)) return false;
    for (size_t i = 0; i < 5; i++) {
        if (!csuccess__trial_verdict(t, i, each[i])) return false;
    }
    return csuccess__trial_customer(t, "a", 1, "s") &&
           csuccess__trial_customer(t, "b", 0, "") && csuccess__trial_customer(t, "c", 0, "") &&
           csuccess__trial_customer(t, "d", 0, "") &&
           csuccess__trial_customer(t, "e", 1, "s") && csuccess__trial_ledger(t, "l", 5);
}

static bool batches_see_those_before_them(csuccess__trial *t)
{
    static const csuccess__verdict expected[] = {APPLIED, APPLIED, CONFLICT, ALREADY, REFUSED};
    csuccess__pack p[5];
    const csuccess_batch *list[5];
    csuccess__pack_customer(&p[0], "ada", 0, "1", CSUCCESS_TIME_NEVER);
    csuccess__pack_input(&p[0], "ada", "i");
    csuccess__pack_delta(&p[0], "l", 6, 10);
    csuccess__pack_customer(&p[1], "ada", 1, "2", CSUCCESS_TIME_NEVER);
    csuccess__pack_customer(&p[2], "ada", 1, "3", CSUCCESS_TIME_NEVER);
    csuccess__pack_customer(&p[3], "ada", 2, "4", CSUCCESS_TIME_NEVER);
    csuccess__pack_input(&p[3], "ada", "i");
    csuccess__pack_customer(&p[4], "ada", 2, "5", CSUCCESS_TIME_NEVER);
    csuccess__pack_delta(&p[4], "l", 5, 10);
    for (size_t i = 0; i < 5; i++) list[i] = &p[i].batch;
    if (!csuccess__trial_commits(t, list, 5)) return false;
    for (size_t i = 0; i < 5; i++) {
        if (!csuccess__trial_verdict(t, i, expected[i])) return false;
    }
    return csuccess__trial_customer(t, "ada", 2, "2") && csuccess__trial_ledger(t, "l", 6);
}

static bool no_batches_are_no_error(csuccess__trial *t)
{
    return csuccess__trial_commits(t, NULL, 0) && csuccess__trial_load(t, NULL, 0, NULL, 0);
}

static bool what_was_applied_is_durable(csuccess__trial *t)
{
    csuccess__pack p;
    pack_whole(t, &p);
    if (!start_whole(t) || !csuccess__trial_commit(t, &p, APPLIED)) return false;
    if (!csuccess__trial_reopen(t)) return false;
    return csuccess__trial_commit(t, &p, ALREADY) && whole_is(t, true);
}

const csuccess__conformance_test csuccess__conformance_commit[] = {
    {"a-batch-is-applied-whole", a_batch_is_applied_whole},
    {"a-conflict-leaves-nothing", a_conflict_leaves_nothing},
    {"a-refusal-leaves-nothing", a_refusal_leaves_nothing},
    {"inputs-come-first-and-ledgers-last", inputs_come_first_and_ledgers_last},
    {"a-batch-that-comes-again-is-known", a_batch_that_comes_again_is_known},
    {"some-inputs-known-are-a-conflict", some_inputs_known_are_a_conflict},
    {"inputs-are-those-of-a-customer", inputs_are_those_of_a_customer},
    {"without-inputs-it-is-a-conflict", without_inputs_it_is_a_conflict},
    {"an-entry-has-its-place-alone", an_entry_has_its_place_alone},
    {"batches-are-answered-one-by-one", batches_are_answered_one_by_one},
    {"batches-see-those-before-them", batches_see_those_before_them},
    {"no-batches-are-no-error", no_batches_are_no_error},
    {"what-was-applied-is-durable", what_was_applied_is_durable},
    {NULL, NULL}};
