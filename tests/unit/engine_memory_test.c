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

/* ---- Planted failures ---- */

static void plant(bed *b, uint64_t at, uint32_t onward, uint32_t kind)
{
    csuccess_memory_faults faults = {
        .size = sizeof faults, .at = at, .onward = onward, .kind = kind};
    CHECK_OK(csuccess_memory_store_faults(b->store, &faults));
}

/* Two batches: what becomes of the first, and of the second. */
static csuccess_result commit_two(bed *b, uint64_t revision, csuccess__verdict *is)
{
    csuccess__pack p[2];
    const csuccess_batch *list[2] = {&p[0].batch, &p[1].batch};
    csuccess_commit_request request = {
        .size = sizeof request, .tenant = b->trial.tenant, .batches = list, .count = 2};
    csuccess_reply *reply = &b->trial.reply;
    csuccess__pack_customer(&p[0], "ada", revision, "state", 5);
    csuccess__pack_customer(&p[1], "bob", revision, "state", 5);
    csuccess__pack_delta(&p[1], "l", 1, 100);
    CHECK_OK(csuccess__reply_open(reply, CSUCCESS__OPERATION_COMMIT, 2, 0, 0));
    csuccess_memory_store_ops()->commit(b->store, &request, reply);
    csuccess_result result = csuccess__reply_end(reply, NULL);
    is[0] = reply->answers[0].verdict;
    is[1] = reply->answers[1].verdict;
    return result;
}

/* What a commit of two batches, the second with a delta, comes to under each failure, and whether it was done. */
static const struct {
    uint32_t kind;
    csuccess_result result;
    csuccess__verdict first, second;
    bool first_done, second_done;
} failures[] = {
    {CSUCCESS_FAULT_FAIL, CSUCCESS_EGENERIC, CSUCCESS__VERDICT_NONE, CSUCCESS__VERDICT_NONE,
     false, false},
    {CSUCCESS_FAULT_LOST, CSUCCESS_EGENERIC, CSUCCESS__VERDICT_NONE, CSUCCESS__VERDICT_NONE,
     true, true},
    {CSUCCESS_FAULT_SILENT, CSUCCESS_ECALLBACK, CSUCCESS__VERDICT_APPLIED,
     CSUCCESS__VERDICT_APPLIED, true, true},
    {CSUCCESS_FAULT_CONFLICT, CSUCCESS_OK, CSUCCESS__VERDICT_CONFLICT,
     CSUCCESS__VERDICT_CONFLICT, false, false},
    {CSUCCESS_FAULT_REFUSED, CSUCCESS_OK, CSUCCESS__VERDICT_APPLIED, CSUCCESS__VERDICT_REFUSED,
     true, false},
    {CSUCCESS_FAULT_SHORT, CSUCCESS_OK, CSUCCESS__VERDICT_APPLIED, CSUCCESS__VERDICT_NONE, true,
     true},
    {CSUCCESS_FAULT_GARBAGE, CSUCCESS_OK, CSUCCESS__VERDICT_APPLIED, CSUCCESS__VERDICT_APPLIED,
     true, true},
    {CSUCCESS_FAULT_TWICE, CSUCCESS_ECALLBACK, CSUCCESS__VERDICT_APPLIED,
     CSUCCESS__VERDICT_APPLIED, true, true},
};

static void planted_failures_of_a_commit(void)
{
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        bed b;
        csuccess__verdict is[2];
        int32_t fired = 0;
        CHECK_OK(start(&b, NULL));
        plant(&b, 2, 0, failures[i].kind);
        CHECK_OK(commit_two(&b, 0, is)); /* the first call is as always */
        CHECK_UINT(csuccess_memory_store_calls(b.store, &fired), 1);
        CHECK_INT(fired, 0);
        CHECK_RESULT(commit_two(&b, 1, is), failures[i].result);
        CHECK_INT(is[0], failures[i].first);
        CHECK_INT(is[1], failures[i].second);
        CHECK_UINT(csuccess_memory_store_calls(b.store, &fired), 2);
        CHECK_INT(fired, 1);
        CHECK(
            csuccess__trial_customer(&b.trial, "ada", failures[i].first_done ? 2 : 1, "state"));
        CHECK(csuccess__trial_customer(&b.trial, "bob", failures[i].second_done ? 2 : 1,
                                       "state"));
        stop(&b);
    }
}

static void a_planted_failure_may_last(void)
{
    bed b;
    CHECK_OK(start(&b, NULL));
    plant(&b, 2, 1, CSUCCESS_FAULT_FAIL);
    CHECK(csuccess__trial_customer(&b.trial, "ada", 0, ""));
    CHECK(!csuccess__trial_customer(&b.trial, "ada", 0, ""));
    CHECK(!csuccess__trial_customer(&b.trial, "ada", 0, ""));
    CHECK_OK(csuccess_memory_store_faults(b.store, NULL));
    CHECK(csuccess__trial_customer(&b.trial, "ada", 0, ""));
    stop(&b);
}

/* Garbage: bodies and revisions are others; twice: the reply finds it. */
static void planted_failures_of_a_load(void)
{
    bed b;
    csuccess__pack p;
    CHECK_OK(start(&b, NULL));
    csuccess__pack_customer(&p, "ada", 0, "state", 5);
    CHECK(csuccess__trial_commit(&b.trial, &p, CSUCCESS__VERDICT_APPLIED));
    plant(&b, 1, 0, CSUCCESS_FAULT_GARBAGE);
    CHECK(csuccess__trial_load(&b.trial, &p.writes[0].key, 1, NULL, 0));
    CHECK(b.trial.reply.answers[0].revision != 1);
    CHECK(!csuccess__str_is(b.trial.reply.answers[0].body, "state"));
    plant(&b, 1, 0, CSUCCESS_FAULT_TWICE);
    CHECK(!csuccess__trial_load(&b.trial, &p.writes[0].key, 1, NULL, 0));
    CHECK_HAS(b.trial.why, "twice");
    plant(&b, 1, 0, CSUCCESS_FAULT_CONFLICT); /* of commits only */
    CHECK(csuccess__trial_customer(&b.trial, "ada", 1, "state"));
    int32_t fired = 1;
    csuccess_memory_store_calls(b.store, &fired);
    CHECK_INT(fired, 0);
    stop(&b);
}

/* ---- The dump ---- */

static void the_dump_is_canonical(void)
{
    bed b;
    csuccess__pack p;
    CHECK_OK(start(&b, NULL));
    char *empty = dump(&b);
    CHECK_CSTR(empty, "[]");
    free(empty);
    csuccess__pack_customer(&p, "bo\"b", 0, "", 5);
    csuccess__pack_write(&p, "ada", 0, "\xff\x01")->key.kind = CSUCCESS_RECORD_SECRET;
    csuccess__pack_delta(&p, "l", -7, 0);
    csuccess__pack_input(&p, "bo\"b", "z");
    csuccess__pack_input(&p, "bo\"b", "a");
    CHECK(csuccess__trial_commit(&b.trial, &p, CSUCCESS__VERDICT_APPLIED));
    csuccess__pack_start(&p);
    csuccess__pack_message(&b.trial, &p, "m", "ada", "{}")->id = CSUCCESS_STR("m");
    CHECK(csuccess__trial_commit(&b.trial, &p, CSUCCESS__VERDICT_APPLIED));
    char *is = dump(&b);
    CHECK_CSTR(
        is,
        "[{\"due\":[{\"customer\":\"bo\\\"b\",\"due_ms\":5,\"failures\":0,\"parked\":false,"
        "\"reason\":\"\"}],\"entries\":[],\"inputs\":[{\"customer\":\"bo\\\"b\",\"id\":\"a\"},"
        "{\"customer\":\"bo\\\"b\",\"id\":\"z\"}],\"ledgers\":[{\"key\":\"l\",\"sum\":-7}],"
        "\"messages\":[{\"attempts\":0,\"body\":\"{}\",\"channel\":\"mail\",\"contact\":\"\","
        "\"created_ms\":0,\"customer\":\"ada\",\"definition\":\"alert/low\","
        "\"expires_ms\":9223372036854775807,\"flags\":0,\"id\":\"m\",\"not_before_ms\":0,"
        "\"outcome\":0,\"purpose\":\"service\",\"reason\":\"\",\"target\":\"\"}],"
        "\"records\":[{\"body\":\"\",\"id\":\"bo\\\"b\",\"kind\":1,\"revision\":1},"
        "{\"body\":{\"hex\":\"ff01\"},\"id\":\"ada\",\"kind\":2,\"revision\":1}],"
        "\"tenant\":\"t\"}]");
    free(is);
    stop(&b);
}

/* Leases leave no trace in it. */
static void the_dump_leaves_leases_out(void)
{
    bed b;
    csuccess__pack p;
    csuccess_str token;
    CHECK_OK(start(&b, NULL));
    csuccess__pack_customer(&p, "ada", 0, "s", 0);
    CHECK(csuccess__trial_commit(&b.trial, &p, CSUCCESS__VERDICT_APPLIED));
    char *before = dump(&b);
    CHECK(csuccess__trial_lease(&b.trial, "ada", 100, &token));
    char *after = dump(&b);
    CHECK_CSTR(after, before);
    free(before);
    free(after);
    stop(&b);
}

/* ---- Memory that comes back ---- */

/* A hundred customers come and are erased, again and again: the store does not grow. */
static void what_is_erased_is_given_back(void)
{
    check_memory memory;
    bed b;
    csuccess__pack p;
    char id[16];
    size_t after_first = 0;
    check_memory_start(&memory);
    CHECK_OK(start(&b, &memory.allocator));
    for (unsigned round = 0; round < 20; round++) {
        for (unsigned i = 0; i < 100; i++) {
            snprintf(id, sizeof id, "c%u", round * 1000 + i);
            csuccess__pack_customer(&p, id, 0, "a state", 5);
            csuccess__pack_input(&p, id, "i");
            csuccess__pack_message(&b.trial, &p, id, id, "{}");
            CHECK(csuccess__trial_commit(&b.trial, &p, CSUCCESS__VERDICT_APPLIED));
        }
        for (unsigned i = 0; i < 100; i++) {
            snprintf(id, sizeof id, "c%u", round * 1000 + i);
            CHECK_OK(csuccess__trial_erase(&b.trial, id, "", "nobody"));
        }
        if (round == 0) after_first = memory.live_bytes;
        CHECK_UINT(memory.live_bytes, after_first);
        csuccess__arena_reset(&b.trial.arena);
    }
    stop(&b);
    CHECK_MEMORY_EMPTY(&memory);
}

/* Many customers at random times come in order, each once, though most are not due when it is asked. */
static void a_hundred_thousand_customers(void)
{
    enum { MANY = 100000 };
    bed b;
    csuccess__pack p;
    char id[16];
    uint64_t random = 1;
    size_t seen = 0;
    int64_t last = -1;
    CHECK_OK(start(&b, NULL));
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(id, sizeof id, "c%u", i);
        csuccess__pack_customer(&p, id, 0, "s", (int64_t)(check_random(&random) % MANY));
        csuccess__trial_commit(&b.trial, &p, CSUCCESS__VERDICT_APPLIED);
    }
    for (b.trial.now = 0; b.trial.now < MANY; b.trial.now += 50) {
        do {
            if (!CHECK(csuccess__trial_due(&b.trial, 100, 2 * MANY))) break;
            for (size_t i = 0; i < b.trial.reply.row_count; i++) {
                int64_t due = b.trial.reply.rows[i].due;
                if (due < last || due > b.trial.now) CHECK(false);
                last = due;
                seen++;
            }
        } while (b.trial.reply.row_count == 100);
    }
    CHECK(MANY - seen < 100 && seen <= MANY);
    stop(&b);
}

/* ---- Options ---- */

static int locked;

static void lock(void *ud)
{
    CHECK(ud == &locked);
    CHECK_INT(locked % 2, 0);
    locked++;
}

static void unlock(void *ud)
{
    CHECK(ud == &locked);
    CHECK_INT(locked % 2, 1);
    locked++;
}

static void every_slot_is_locked(void)
{
    bed b;
    csuccess_memory_options options = {
        .size = sizeof options, .lock = lock, .unlock = unlock, .lock_ud = &locked};
    CHECK_OK(start(&b, NULL));
    csuccess_memory_store_free(b.store);
    CHECK_OK(csuccess_memory_store_new(&b.store, &options, NULL));
    b.trial.ud = b.store;
    b.trial.now = 30;
    CHECK(step_commit(&b) && step_more(&b) && step_change(&b));
    CHECK(step_defer(&b) && step_claim(&b) && step_settle(&b));
    CHECK(step_read(&b) && step_erase(&b));
    CHECK_UINT((uint64_t)locked, 2 * csuccess_memory_store_calls(b.store, NULL));
    stop(&b);
}

static void misuse_is_refused(void)
{
    csuccess_memory_store *store = NULL;
    csuccess_text *text = NULL;
    csuccess_memory_options options = {.size = sizeof options, .lock = lock};
    csuccess_memory_faults faults = {.size = sizeof faults, .at = 1};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(csuccess_memory_store_new(NULL, NULL, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_memory_store_new(&store, &options, &err), CSUCCESS_EINVALID);
    CHECK_HAS(err.message, "unlock");
    options.size = 2;
    CHECK_RESULT(csuccess_memory_store_new(&store, &options, &err), CSUCCESS_EABI);
    CHECK(store == NULL);
    CHECK_RESULT(csuccess_memory_store_faults(NULL, &faults), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_memory_store_new(&store, NULL, NULL));
    CHECK_RESULT(csuccess_memory_store_faults(store, &faults), CSUCCESS_EINVALID);
    faults.kind = CSUCCESS_FAULT_TWICE + 1;
    CHECK_RESULT(csuccess_memory_store_faults(store, &faults), CSUCCESS_EINVALID);
    faults.size = 5;
    CHECK_RESULT(csuccess_memory_store_faults(store, &faults), CSUCCESS_EABI);
    CHECK_RESULT(csuccess_memory_store_dump(NULL, store, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_memory_store_dump(&text, NULL, &err), CSUCCESS_EINVALID);
    CHECK_UINT(csuccess_memory_store_calls(NULL, NULL), 0);
    csuccess_memory_store_free(NULL);
    csuccess_memory_store_free(store);
}

CHECK_MAIN(CHECK_TEST(nothing_is_left_of_a_call_that_was_refused_memory),
           CHECK_TEST(planted_failures_of_a_commit), CHECK_TEST(a_planted_failure_may_last),
           CHECK_TEST(planted_failures_of_a_load), CHECK_TEST(the_dump_is_canonical),
           CHECK_TEST(the_dump_leaves_leases_out), CHECK_TEST(what_is_erased_is_given_back),
           CHECK_TEST(a_hundred_thousand_customers), CHECK_TEST(every_slot_is_locked),
           CHECK_TEST(misuse_is_refused))
