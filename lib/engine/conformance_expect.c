/* SPDX-License-Identifier: Apache-2.0 */
/* Questions of the conformance tests together with the answers that they expect. */
#include "engine/conformance_trial.h"

#include "base/str.h"

static const char *verdict_name(csuccess__verdict verdict)
{
    static const char *const names[] = {
        [CSUCCESS__VERDICT_NONE] = "no answer",       [CSUCCESS__VERDICT_RECORD] = "a record",
        [CSUCCESS__VERDICT_LEDGER] = "a ledger",      [CSUCCESS__VERDICT_APPLIED] = "applied",
        [CSUCCESS__VERDICT_CONFLICT] = "a conflict",  [CSUCCESS__VERDICT_REFUSED] = "refused",
        [CSUCCESS__VERDICT_ALREADY] = "already there"};
    return names[verdict];
}

bool csuccess__trial_verdict(csuccess__trial *t, size_t index, csuccess__verdict expected)
{
    csuccess__verdict is = t->reply.answers[index].verdict;
    if (is == expected) return true;
    return csuccess__trial_fail(t, "the batch at index %z: expected %s, came %s", index,
                                verdict_name(expected), verdict_name(is));
}

bool csuccess__trial_commit(csuccess__trial *t, const csuccess__pack *p,
                            csuccess__verdict expected)
{
    const csuccess_batch *batch = &p->batch;
    return csuccess__trial_commits(t, &batch, 1) && csuccess__trial_verdict(t, 0, expected);
}

bool csuccess__trial_text(csuccess__trial *t, const char *what, csuccess_str is,
                          csuccess_str expected)
{
    if (csuccess__str_eq(is, expected)) return true;
    return csuccess__trial_fail(t, "%s: expected %z bytes %q, came %z bytes %q", what,
                                expected.len, expected, is.len, is);
}

bool csuccess__trial_number(csuccess__trial *t, const char *what, int64_t is, int64_t expected)
{
    if (is == expected) return true;
    return csuccess__trial_fail(t, "%s: expected %l, came %l", what, expected, is);
}

bool csuccess__trial_key(csuccess__trial *t, const csuccess_key *key, uint64_t revision,
                         csuccess_str body)
{
    if (!csuccess__trial_load(t, key, 1, NULL, 0)) return false;
    const csuccess__answer *answer = &t->reply.answers[0];
    uint64_t is = answer->verdict == CSUCCESS__VERDICT_RECORD ? answer->revision : 0;
    if (is != revision) {
        return csuccess__trial_fail(t, "record %u %q: expected revision %z, came %z", key->kind,
                                    key->id, (size_t)revision, (size_t)is);
    }
    return revision == 0 || csuccess__trial_text(t, "its body", answer->body, body);
}

bool csuccess__trial_customer(csuccess__trial *t, const char *id, uint64_t revision,
                              const char *body)
{
    csuccess_key key = {CSUCCESS_RECORD_CUSTOMER, 0, csuccess__str(id)};
    return csuccess__trial_key(t, &key, revision, csuccess__str(body));
}

bool csuccess__trial_ledger(csuccess__trial *t, const char *name, int64_t sum)
{
    csuccess_key key = {CSUCCESS_RECORD_LEDGER, 0, csuccess__str(name)};
    return csuccess__trial_load(t, &key, 1, NULL, 0) &&
           csuccess__trial_number(t, "the sum of a ledger", t->reply.answers[0].sum, sum);
}

bool csuccess__trial_known(csuccess__trial *t, const char *customer, const char *id, bool known)
{
    csuccess_input_key input = {csuccess__str(customer), csuccess__str(id)};
    if (!csuccess__trial_load(t, NULL, 0, &input, 1)) return false;
    if (t->reply.known[0] == known) return true;
    return csuccess__trial_fail(t, "input %q of %q: expected that it is %s", input.id,
                                input.customer, known ? "known" : "not known");
}

bool csuccess__trial_rows(csuccess__trial *t, const char *what, size_t expected)
{
    if (t->reply.row_count == expected) return true;
    return csuccess__trial_fail(t, "%s: expected %z rows, came %z", what, expected,
                                t->reply.row_count);
}

bool csuccess__trial_row_is(csuccess__trial *t, const char *what, size_t index,
                            csuccess_str expected)
{
    if (index >= t->reply.row_count) {
        return csuccess__trial_fail(t, "%s: expected %q in row %z, came %z rows", what,
                                    expected, index, t->reply.row_count);
    }
    return csuccess__trial_text(t, what, t->reply.rows[index].id, expected);
}

bool csuccess__trial_entries(csuccess__trial *t, const char *customer, size_t expected)
{
    return csuccess__trial_history(t, csuccess__str(customer), 0, 1000) &&
           csuccess__trial_rows(t, "the history", expected);
}

bool csuccess__trial_messages(csuccess__trial *t, const char *customer, size_t expected)
{
    csuccess_outbox_request request = {.customer = csuccess__str(customer), .most = 1000};
    return csuccess__trial_ask_outbox(t, request) &&
           csuccess__trial_rows(t, "the outbox", expected);
}

bool csuccess__trial_outcome(csuccess__trial *t, const char *customer, const char *name,
                             const char *expected)
{
    csuccess_outbox_request request = {.customer = csuccess__str(customer), .most = 1000};
    csuccess_str id = csuccess__trial_id(t, name), is = csuccess__str(NULL);
    if (!csuccess__trial_ask_outbox(t, request)) return false;
    for (size_t i = 0; i < t->reply.row_count; i++) {
        const csuccess__answer_row *row = &t->reply.rows[i];
        if (csuccess__str_eq(row->id, id)) is = row->token;
    }
    return csuccess__trial_text(t, "the outcome of a message", is, csuccess__str(expected));
}

bool csuccess__trial_lease(csuccess__trial *t, const char *customer, int64_t until,
                           csuccess_str *token)
{
    *token = csuccess__str(NULL);
    if (!csuccess__trial_due(t, 1, until) ||
        !csuccess__trial_row_is(t, "the customer that is due", 0, csuccess__str(customer))) {
        return false;
    }
    *token = csuccess__trial_keep(t, t->reply.rows[0].token);
    return true;
}

bool csuccess__trial_take(csuccess__trial *t, const char *name, int64_t until,
                          csuccess_str *token)
{
    *token = csuccess__str(NULL);
    if (!csuccess__trial_claim(t, 1, until) ||
        !csuccess__trial_row_is(t, "the claimed message", 0, csuccess__trial_id(t, name))) {
        return false;
    }
    *token = csuccess__trial_keep(t, t->reply.rows[0].token);
    return true;
}

/* Whether defer or settle answered as a token that is in force, or is not, asks. */
static bool was_in_force(csuccess__trial *t, const char *what, bool expected)
{
    bool is = t->reply.answers[0].verdict != CSUCCESS__VERDICT_CONFLICT;
    if (is == expected) return true;
    return csuccess__trial_fail(t, "%s under a token that is %s: expected %s, came %s", what,
                                expected ? "in force" : "not in force",
                                expected ? "no conflict" : "a conflict",
                                is ? "none" : "a conflict");
}

bool csuccess__trial_defer(csuccess__trial *t, csuccess_defer_request request, bool in_force)
{
    return csuccess__trial_ask_defer(t, request) && was_in_force(t, "defer", in_force);
}

bool csuccess__trial_settle(csuccess__trial *t, csuccess_settle_request request, bool in_force)
{
    return csuccess__trial_ask_settle(t, request) && was_in_force(t, "settle", in_force);
}
