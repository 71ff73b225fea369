/* SPDX-License-Identifier: Apache-2.0 */
/* The memory store by itself: nothing of a call that was refused memory, planted failures, the dump, its options. What it must do as a
   store is the matter of engine_conformance_test.c. */
#include "check.h"

#include "base/alloc.h"
#include "base/str.h"
#include "engine/conformance_trial.h"

/* A store, and questions to it that take their memory elsewhere. */
typedef struct bed {
    csuccess_memory_store *store;
    csuccess__trial trial;
    csuccess_str id, token; /* of what is leased */
} bed;

static csuccess_result start(bed *b, const csuccess_allocator *mem)
{
    csuccess_memory_options options = {.size = sizeof options, .allocator = mem};
    csuccess_result result = csuccess_memory_store_new(&b->store, &options, NULL);
    b->id = b->token = csuccess__str(NULL);
    csuccess__trial_init(&b->trial, csuccess_memory_store_ops(), b->store,
                         csuccess__malloc_allocator());
    b->trial.tenant = CSUCCESS_STR("t");
    return result;
}

static void stop(bed *b)
{
    csuccess__trial_free(&b->trial);
    csuccess_memory_store_free(b->store);
}

/* What the store holds; the caller's. */
static char *dump(const bed *b)
{
    csuccess_text *text = NULL;
    if (!CHECK_OK(csuccess_memory_store_dump(&text, b->store, NULL))) return calloc(1, 1);
    csuccess_str view = csuccess_text_view(text);
    char *copy = malloc(view.len + 1);
    if (!copy) abort();
    memcpy(copy, view.ptr, view.len + 1);
    csuccess_text_free(text);
    return copy;
}

/* ---- Refused memory ---- */

static bool step_commit(bed *b)
{
    csuccess__trial *t = &b->trial;
    csuccess__pack p;
    csuccess__pack_customer(&p, "ada", 0, "state", 5);
    csuccess__pack_write(&p, "ada", 0, "secret")->key.kind = CSUCCESS_RECORD_SECRET;
    csuccess__pack_entry(t, &p, "ada", 1, "{\"a\":1}")->subject = CSUCCESS_STR("mail@ada");
    csuccess__pack_entry(t, &p, "ada", 2, "{\"a\":2}");
    csuccess__pack_message(t, &p, "m1", "ada", "{}")->contact = CSUCCESS_STR("mail@ada");
    csuccess__pack_message(t, &p, "m2", "ada", "{}")->target = CSUCCESS_STR("bob");
    csuccess__pack_message(t, &p, "m3", "ada", "{}")->not_before_ms = 1000;
    csuccess__pack_delta(&p, "budget", 3, 10);
    csuccess__pack_delta(&p, "budget", 4, 10);
    csuccess__pack_delta(&p, "other", -1, 0);
    csuccess__pack_input(&p, "ada", "i1");
    csuccess__pack_input(&p, "ada", "i2");
    return csuccess__trial_commit(t, &p, CSUCCESS__VERDICT_APPLIED);
}

/* Many entries, inputs, messages and customers, so that tables and lists grow. */
static bool step_more(bed *b)
{
    csuccess__trial *t = &b->trial;
    csuccess__pack p;
    char name[16];
    for (unsigned i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "c%u", i);
        csuccess__pack_customer(&p, name, 0, "s", CSUCCESS_TIME_NEVER);
        csuccess__pack_entry(t, &p, "ada", 3 + i, "{}");
        csuccess__pack_message(t, &p, name, name, "{}")->not_before_ms = 2000;
        csuccess__pack_input(&p, "ada", name);
        csuccess__pack_delta(&p, name, 1, 1);
        const csuccess_batch *batch = &p.batch;
        if (!csuccess__trial_commits(t, &batch, 1)) return false;
        csuccess__verdict is =
            t->reply.answers[0].verdict; /* of a retry: those that were done */
        if (is != CSUCCESS__VERDICT_APPLIED && is != CSUCCESS__VERDICT_ALREADY) return false;
    }
    return true;
}

static bool step_change(bed *b)
{
    csuccess__pack p;
    csuccess__pack_customer(&p, "ada", 1, "another state", 7);
    csuccess__pack_cancel(&b->trial, &p, "c3");
    return csuccess__trial_commit(&b->trial, &p, CSUCCESS__VERDICT_APPLIED);
}

/* What was leased before memory was refused is held by those who try again. */
static bool hold(bed *b, bool message)
{
    csuccess__trial *t = &b->trial;
    if (b->token.len) return true;
    bool asked = message ? csuccess__trial_claim(t, 1, t->now + 50)
                         : csuccess__trial_due(t, 1, t->now + 50);
    if (!asked || !csuccess__trial_rows(t, "what is leased", 1)) return false;
    b->id = csuccess__trial_keep(t, t->reply.rows[0].id);
    b->token = csuccess__trial_keep(t, t->reply.rows[0].token);
    return true;
}

/* The lease is over when it passed. */
static bool let_go(bed *b, bool passed)
{
    if (passed) b->token.len = 0;
    return passed;
}

static bool step_defer(bed *b)
{
    if (!hold(b, false)) return false;
    csuccess_defer_request request = {.customer = b->id,
                                      .token = b->token,
                                      .until_ms = 20,
                                      .failed = 1,
                                      .park_after = 8,
                                      .reason = CSUCCESS_STR("it was busy")};
    return let_go(b, csuccess__trial_defer(&b->trial, request, true));
}

static bool step_claim(bed *b)
{
    return hold(b, true);
}

static bool step_settle(bed *b)
{
    csuccess__trial *t = &b->trial;
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess__pack_message(t, &p, "m4", "eva", "{}")->target = CSUCCESS_STR("carl");
    p.messages[0].not_before_ms = 5000;
    csuccess_settle_request request = {.message = b->id,
                                       .token = b->token,
                                       .outcome = CSUCCESS_SETTLE_DELIVERED,
                                       .reason = CSUCCESS_STR("200"),
                                       .signal = &p.messages[0]};
    return let_go(b, csuccess__trial_settle(t, request, true));
}

static bool step_read(bed *b)
{
    csuccess__trial *t = &b->trial;
    csuccess_scan_request scan = {.kind = CSUCCESS_RECORD_CUSTOMER, .most = 100};
    csuccess_scan_request ledgers = {.kind = CSUCCESS_RECORD_LEDGER, .most = 100};
    return csuccess__trial_ask_scan(t, scan) && csuccess__trial_ask_scan(t, ledgers) &&
           csuccess__trial_messages(t, "ada", 3) && csuccess__trial_messages(t, "", 16) &&
           csuccess__trial_entries(t, "ada", 14);
}

static bool step_dump(bed *b)
{
    csuccess_text *text;
    b->trial.result = csuccess_memory_store_dump(&text, b->store, NULL);
    csuccess_text_free(text);
    return b->trial.result >= 0;
}

static bool step_erase_contact(bed *b)
{
    return csuccess__trial_erase(&b->trial, "ada", "mail@ada", "") >= 0;
}

static bool step_erase(bed *b)
{
    return csuccess__trial_erase(&b->trial, "ada", "", "gone-1") >= 0;
}

static const struct {
    const char *name;
    bool (*run)(bed *b);
    bool whole; /* a failure leaves everything as it was */
} steps[] = {
    {"commit", step_commit, true},
    {"more", step_more, false},
    {"change", step_change, true},
    {"defer", step_defer, true},
    {"claim", step_claim, true},
    {"settle", step_settle, true},
    {"read", step_read, true},
    {"dump", step_dump, true},
    {"erase a contact", step_erase_contact, true},
    {"erase", step_erase, true},
};
enum { STEPS = sizeof steps / sizeof steps[0] };

/* What a store holds after each step, when nothing is refused. */
static char *expected[STEPS + 1];

static void expect_steps(void)
{
    bed b;
    CHECK_OK(start(&b, NULL));
    expected[0] = dump(&b);
    for (size_t i = 0; i < STEPS; i++) {
        b.trial.now = 10 * (int64_t)i;
        if (!CHECK(steps[i].run(&b))) printf("# %s: %s\n", steps[i].name, b.trial.why);
        expected[i + 1] = dump(&b);
    }
    stop(&b);
}

static void forget_steps(void)
{
    for (size_t i = 0; i <= STEPS; i++) free(expected[i]);
}

/* Two dumps, and where they begin to differ. */
static void check_dump(const char *step, const char *is, const char *must_be)
{
    size_t at = 0;
    while (is[at] && is[at] == must_be[at]) at++;
    if (CHECK(is[at] == must_be[at])) return;
    at = at > 60 ? at - 60 : 0;
    printf("# after %s\n# is       %.160s\n# expected %.160s\n", step, is + at, must_be + at);
}

/* One step: after a failure the store holds what it held, and then the step succeeds. */
static csuccess_result run_step(bed *b, check_memory *memory, size_t i)
{
    b->trial.now = 10 * (int64_t)i;
    b->trial.failed = false;
    if (steps[i].run(b)) return CSUCCESS_OK;
    csuccess_result result = b->trial.result < 0 ? b->trial.result : CSUCCESS_ENOMEM;
    if (!CHECK(memory->fired)) printf("# %s: %s\n", steps[i].name, b->trial.why);
    memory->fail_at = 0;
    char *now = dump(b);
    if (steps[i].whole) check_dump(steps[i].name, now, expected[i]);
    free(now);
    b->trial.result = CSUCCESS_OK;
    b->trial.failed = false;
    if (!CHECK(steps[i].run(b))) printf("# %s again: %s\n", steps[i].name, b->trial.why);
    return result;
}

static csuccess_result all_steps(check_memory *memory, void *ud)
{
    bed b;
    (void)ud;
    csuccess_result result = start(&b, &memory->allocator), one;
    for (size_t i = 0; i < STEPS && b.store; i++) {
        one = run_step(&b, memory, i);
        if (result >= 0) result = one;
        char *now = NULL;
        size_t at = memory->fail_at;
        memory->fail_at = 0;
        now = dump(&b);
        check_dump(steps[i].name, now, expected[i + 1]);
        free(now);
        memory->fail_at = at;
    }
    stop(&b);
    return result;
}

static void nothing_is_left_of_a_call_that_was_refused_memory(void)
{
    expect_steps();
    CHECK(check_faults(all_steps, NULL) > 50);
    forget_steps();
}

CHECK_MAIN(CHECK_TEST(nothing_is_left_of_a_call_that_was_refused_memory))
