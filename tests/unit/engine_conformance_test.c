/* SPDX-License-Identifier: Apache-2.0 */
/* The conformance tests on the memory store, and on stores that break one sentence of the contract each: the test that is named for it says so. */
#include "check.h"

#include "base/str.h"
#include "engine/conformance_trial.h"
#include "engine/memory_store.h"
#include <csuccess/conformance.h>

/* ---- A bad store over a good one ---- */

typedef struct bad_store bad_store;
typedef struct breach {
    const char *test;                                 /* which must report it */
    void (*batch)(bad_store *bad, csuccess__pack *p); /* changes a batch on its way */
    csuccess_store_ops ops; /* slots that are not the good store's; NULL: those are */
    csuccess_result (*reopen)(void *ud);
    bool random; /* the random part finds it too */
} breach;

struct bad_store {
    csuccess_memory_store *store;
    const breach *breach;
    csuccess_str tenant; /* of the commit at hand */
};

static csuccess__stored_tenant *tenant_of(bad_store *bad, csuccess_str tenant)
{
    csuccess__stored_tenant *found = csuccess__stored_tenant_get(bad->store, tenant);
    if (!found) abort();
    return found;
}

/* Asks the good store for an answer that is then looked at. */
static csuccess_reply *ask_inside(csuccess__operation operation, size_t asked, size_t most)
{
    csuccess_reply *inner = calloc(1, sizeof *inner);
    if (!inner) abort();
    csuccess__reply_init(inner, csuccess__malloc_allocator());
    CHECK_OK(csuccess__reply_open(inner, operation, asked, 0, most));
    return inner;
}

static void end_inside(csuccess_reply *inner)
{
    csuccess__reply_free(inner);
    free(inner);
}

static const csuccess_store_ops *good(void)
{
    return csuccess_memory_store_ops();
}

static void load(void *ud, const csuccess_load_request *request, csuccess_reply *reply)
{
    good()->load(((bad_store *)ud)->store, request, reply);
}

/* One batch of a commit, answered inside. */
static csuccess__answer commit_inside(bad_store *bad, const csuccess_commit_request *request,
                                      const csuccess_batch *batch)
{
    csuccess_commit_request one = *request;
    csuccess_reply *inner = ask_inside(CSUCCESS__OPERATION_COMMIT, 1, 0);
    one.batches = &batch;
    one.count = 1;
    good()->commit(bad->store, &one, inner);
    csuccess__answer answer = inner->answers[0];
    end_inside(inner);
    return answer;
}

static void answer(csuccess_reply *reply, size_t index, csuccess__answer is)
{
    switch (is.verdict) {
    case CSUCCESS__VERDICT_APPLIED:
        csuccess_reply_applied(reply, index);
        break;
    case CSUCCESS__VERDICT_ALREADY:
        csuccess_reply_already(reply, index);
        break;
    case CSUCCESS__VERDICT_REFUSED:
        csuccess_reply_refused(reply, index, (size_t)is.revision);
        break;
    default:
        csuccess_reply_conflict(reply, index);
        break;
    }
}

/* A copy of a batch that may be changed. */
static void copy_batch(csuccess__pack *p, const csuccess_batch *from)
{
    csuccess__pack_start(p);
    p->batch.write_count = from->write_count;
    p->batch.entry_count = from->entry_count;
    p->batch.message_count = from->message_count;
    p->batch.delta_count = from->delta_count;
    p->batch.input_count = from->input_count;
    p->batch.cancel_count = from->cancel_count;
    if (from->write_count)
        memcpy(p->writes, from->writes, from->write_count * sizeof *p->writes);
    if (from->entry_count) {
        memcpy(p->entries, from->entries, from->entry_count * sizeof *p->entries);
    }
    if (from->message_count) {
        memcpy(p->messages, from->messages, from->message_count * sizeof *p->messages);
    }
    if (from->delta_count)
        memcpy(p->deltas, from->deltas, from->delta_count * sizeof *p->deltas);
    if (from->input_count)
        memcpy(p->inputs, from->inputs, from->input_count * sizeof *p->inputs);
    if (from->cancel_count) {
        memcpy(p->cancels, from->cancels, from->cancel_count * sizeof *p->cancels);
    }
}

static void commit(void *ud, const csuccess_commit_request *request, csuccess_reply *reply)
{
    bad_store *bad = ud;
    bad->tenant = request->tenant;
    for (size_t i = 0; i < request->count; i++) {
        csuccess__pack p;
        copy_batch(&p, request->batches[i]);
        if (bad->breach->batch) bad->breach->batch(bad, &p);
        answer(reply, i, commit_inside(bad, request, &p.batch));
    }
    csuccess_reply_done(reply, CSUCCESS_OK, csuccess__str(NULL));
}

#define AS_GOOD(slot) \
    static void slot(void *ud, const csuccess_##slot##_request *request, \
                     csuccess_reply *reply) \
    { \
        good()->slot(((bad_store *)ud)->store, request, reply); \
    }
AS_GOOD(due)
AS_GOOD(defer)
AS_GOOD(claim)
AS_GOOD(settle)
AS_GOOD(scan)
AS_GOOD(history)
AS_GOOD(outbox)
AS_GOOD(erase)

/* ---- Breaches of commits ---- */

/* All but the writes is applied first, whatever becomes of those. */
static void half_commit(void *ud, const csuccess_commit_request *request, csuccess_reply *reply)
{
    bad_store *bad = ud;
    for (size_t i = 0; i < request->count; i++) {
        csuccess_batch rest = *request->batches[i], writes = {.writes = rest.writes};
        writes.write_count = rest.write_count;
        rest.write_count = 0;
        csuccess__answer is = commit_inside(bad, request, &rest);
        if (is.verdict == CSUCCESS__VERDICT_APPLIED) is = commit_inside(bad, request, &writes);
        answer(reply, i, is);
    }
    csuccess_reply_done(reply, CSUCCESS_OK, csuccess__str(NULL));
}

static void compare_no_revision(bad_store *bad, csuccess__pack *p)
{
    for (size_t i = 0; i < p->batch.write_count; i++) {
        const csuccess__stored_record *record =
            csuccess__stored_record_find(tenant_of(bad, bad->tenant), &p->writes[i].key);
        p->writes[i].expected = record ? record->revision : 0;
    }
}

/* One known input is enough for "already". */
static void compare_one_input(bad_store *bad, csuccess__pack *p)
{
    csuccess__stored_tenant *tenant = tenant_of(bad, bad->tenant);
    for (size_t i = 0; i < p->batch.input_count; i++) {
        const csuccess__stored_customer *customer =
            csuccess__stored_customer_find(tenant, p->inputs[i].customer);
        csuccess_str id = p->inputs[i].id;
        uint64_t hash = csuccess__stored_input_hash(tenant, id);
        if (!csuccess__stored_input_there(customer, hash, id)) continue;
        p->inputs[0] = p->inputs[i];
        p->batch.input_count = 1;
    }
}

/* What is known is dropped, and the rest is done again. */
static void forget_inputs(bad_store *bad, csuccess__pack *p)
{
    (void)bad;
    p->batch.input_count = 0;
}

static void join_customers(bad_store *bad, csuccess__pack *p)
{
    (void)bad;
    for (size_t i = 0; i < p->batch.input_count; i++) {
        p->inputs[i].customer = CSUCCESS_STR("everybody");
    }
}

static void allow_one_more(bad_store *bad, csuccess__pack *p)
{
    (void)bad;
    for (size_t i = 0; i < p->batch.delta_count; i++) {
        p->deltas[i].max += p->deltas[i].max != CSUCCESS_TIME_NEVER;
    }
}

static void allow_one_less(bad_store *bad, csuccess__pack *p)
{
    (void)bad;
    for (size_t i = 0; i < p->batch.delta_count; i++) {
        p->deltas[i].max -= p->deltas[i].max != CSUCCESS_TIME_NEVER;
    }
}

static void compare_no_token(bad_store *bad, csuccess__pack *p)
{
    (void)bad;
    for (size_t i = 0; i < p->batch.write_count; i++) p->writes[i].token.len = 0;
}

static void schedule_again(bad_store *bad, csuccess__pack *p)
{
    csuccess__stored_tenant *tenant = tenant_of(bad, bad->tenant);
    for (size_t i = 0; i < p->batch.message_count; i++) {
        csuccess__stored_message *message =
            csuccess__stored_message_find(tenant, p->messages[i].id);
        if (!message) continue;
        message->outcome = 0;
        csuccess__timed_wait(&tenant->claims, &message->timed, p->messages[i].not_before_ms);
    }
}

static void cancel_nothing(bad_store *bad, csuccess__pack *p)
{
    (void)bad;
    p->batch.cancel_count = 0;
}

/* ---- Breaches of leases ---- */

static void due_for_longer(void *ud, const csuccess_due_request *request, csuccess_reply *reply)
{
    csuccess_due_request longer = *request;
    longer.lease_until_ms++;
    good()->due(((bad_store *)ud)->store, &longer, reply);
}

static void due_of_all(void *ud, const csuccess_due_request *request, csuccess_reply *reply)
{
    csuccess_due_request all = *request;
    all.shards = 0;
    good()->due(((bad_store *)ud)->store, &all, reply);
}

static void defer_without_parking(void *ud, const csuccess_defer_request *request,
                                  csuccess_reply *reply)
{
    csuccess_defer_request mild = *request;
    mild.park_after = 0;
    good()->defer(((bad_store *)ud)->store, &mild, reply);
}

static void settle_whoever_asks(void *ud, const csuccess_settle_request *request,
                                csuccess_reply *reply)
{
    bad_store *bad = ud;
    csuccess_settle_request forged = *request;
    char digits[CSUCCESS__TOKEN];
    const csuccess__stored_message *message =
        csuccess__stored_message_find(tenant_of(bad, request->tenant), request->message);
    if (message) forged.token = csuccess__token_text(digits, message->timed.token);
    good()->settle(bad->store, &forged, reply);
}

static void settle_without_signal(void *ud, const csuccess_settle_request *request,
                                  csuccess_reply *reply)
{
    csuccess_settle_request alone = *request;
    alone.signal = NULL;
    good()->settle(((bad_store *)ud)->store, &alone, reply);
}

/* ---- Breaches of reading and erasing ---- */

static void scan_backwards(void *ud, const csuccess_scan_request *request,
                           csuccess_reply *reply)
{
    csuccess_reply *inner = ask_inside(CSUCCESS__OPERATION_SCAN, 0, request->most);
    good()->scan(((bad_store *)ud)->store, request, inner);
    for (size_t i = inner->row_count; i-- > 0;) {
        const csuccess__answer_row *row = &inner->rows[i];
        csuccess_reply_row(reply, row->id, row->number, row->body);
    }
    csuccess_reply_done(reply, CSUCCESS_OK, csuccess__str(NULL));
    end_inside(inner);
}

static void history_without_the_third(void *ud, const csuccess_history_request *request,
                                      csuccess_reply *reply)
{
    csuccess_reply *inner = ask_inside(CSUCCESS__OPERATION_HISTORY, 0, request->most);
    good()->history(((bad_store *)ud)->store, request, inner);
    for (size_t i = 0; i < inner->row_count; i++) {
        if (inner->rows[i].number != 3) csuccess_reply_entry(reply, &inner->rows[i].entry);
    }
    csuccess_reply_done(reply, CSUCCESS_OK, csuccess__str(NULL));
    end_inside(inner);
}

/* The bodies are put aside while the rest is erased. */
static void erase_but_bodies(void *ud, const csuccess_erase_request *request,
                             csuccess_reply *reply)
{
    enum { MOST = 4096 };
    static csuccess_entry *entries[MOST];
    static csuccess_str bodies[MOST];
    bad_store *bad = ud;
    const csuccess__stored_customer *customer =
        csuccess__stored_customer_find(tenant_of(bad, request->tenant), request->customer);
    size_t count = customer ? customer->entry_count : 0;
    for (size_t i = 0; i < count && i < MOST; i++) {
        entries[i] = customer->entries[i];
        bodies[i] = entries[i]->body;
        entries[i]->body.ptr = NULL;
        entries[i]->body.len = 0;
    }
    good()->erase(bad->store, request, reply);
    for (size_t i = 0; i < count && i < MOST; i++) entries[i]->body = bodies[i];
}

/* One tenant for all, of those slots that make it plain. */
static void load_of_anybody(void *ud, const csuccess_load_request *request,
                            csuccess_reply *reply)
{
    csuccess_load_request any = *request;
    any.tenant = CSUCCESS_STR("all");
    good()->load(((bad_store *)ud)->store, &any, reply);
}

static void commit_for_anybody(void *ud, const csuccess_commit_request *request,
                               csuccess_reply *reply)
{
    csuccess_commit_request any = *request;
    any.tenant = CSUCCESS_STR("all");
    good()->commit(((bad_store *)ud)->store, &any, reply);
}

/* A commit that is answered before it is durable. */
static csuccess_result reopen_empty(void *ud)
{
    bad_store *bad = ud;
    csuccess_memory_store_free(bad->store);
    return csuccess_memory_store_new(&bad->store, NULL, NULL);
}

static const breach breaches[] = {
    {"a-conflict-leaves-nothing", NULL, {.commit = half_commit}, NULL, true},
    {"a-write-takes-place-at-its-revision-only", compare_no_revision, {0}, NULL, true},
    {"absent-is-revision-0", compare_no_revision, {0}, NULL, true},
    {"some-inputs-known-are-a-conflict", compare_one_input, {0}, NULL, true},
    {"a-batch-that-comes-again-is-known", forget_inputs, {0}, NULL, true},
    {"inputs-are-those-of-a-customer", join_customers, {0}, NULL, true},
    {"a-limit-is-not-passed", allow_one_more, {0}, NULL, true},
    {"a-limit-is-reached-exactly", allow_one_less, {0}, NULL, true},
    {"a-stale-token-changes-nothing", compare_no_token, {0}, NULL, true},
    {"a-message-is-added-once", schedule_again, {0}, NULL, true},
    {"what-is-settled-is-not-added-again", schedule_again, {0}, NULL, true},
    {"what-is-taken-back-is-not-claimed", cancel_nothing, {0}, NULL, true},
    {"a-token-is-in-force-until-its-lease-ends", NULL, {.due = due_for_longer}, NULL, true},
    {"shards-are-apart", NULL, {.due = due_of_all}, NULL, true},
    {"who-fails-too-often-is-parked", NULL, {.defer = defer_without_parking}, NULL, true},
    {"one-claim-at-a-time", NULL, {.settle = settle_whoever_asks}, NULL, true},
    {"a-signal-comes-with-the-settling", NULL, {.settle = settle_without_signal}, NULL, true},
    {"a-scan-ascends-by-bytes", NULL, {.scan = scan_backwards}, NULL, true},
    {"a-history-is-complete-and-in-order",
     NULL,
     {.history = history_without_the_third},
     NULL,
     true},
    {"its-entries-belong-to-the-pseudonym", NULL, {.erase = erase_but_bodies}, NULL, true},
    {"an-erased-contact-is-gone", NULL, {.erase = erase_but_bodies}, NULL, true},
    {"tenants-are-apart",
     NULL,
     {.commit = commit_for_anybody, .load = load_of_anybody},
     NULL,
     true},
    {"what-was-applied-is-durable", NULL, {0}, reopen_empty, false},
};

/* ---- Running ---- */

static csuccess_store_ops ops_of(const breach *b)
{
    csuccess_store_ops ops = {sizeof ops, load, commit,  due,    defer, claim,
                              settle,     scan, history, outbox, erase};
    if (b->ops.load) ops.load = b->ops.load;
    if (b->ops.commit) ops.commit = b->ops.commit;
    if (b->ops.due) ops.due = b->ops.due;
    if (b->ops.defer) ops.defer = b->ops.defer;
    if (b->ops.settle) ops.settle = b->ops.settle;
    if (b->ops.scan) ops.scan = b->ops.scan;
    if (b->ops.history) ops.history = b->ops.history;
    if (b->ops.erase) ops.erase = b->ops.erase;
    return ops;
}

/* The report on a store with this breach; the caller's. */
static csuccess_text *report_on(const breach *b, csuccess_result expected)
{
    bad_store bad = {.breach = b};
    csuccess_conformance_options options = {
        .size = sizeof options, .seed = 7, .reopen = b->reopen};
    csuccess_store_ops ops = ops_of(b);
    csuccess_text *report = NULL;
    CHECK_OK(csuccess_memory_store_new(&bad.store, NULL, NULL));
    CHECK_RESULT(csuccess_conformance_run(&report, &ops, &bad, &options, NULL), expected);
    csuccess_memory_store_free(bad.store);
    CHECK(report != NULL);
    return report;
}

static void each_breach_is_reported_by_the_test_that_names_it(void)
{
    char line[128];
    for (size_t i = 0; i < sizeof breaches / sizeof breaches[0]; i++) {
        csuccess_text *report = report_on(&breaches[i], CSUCCESS_EDATA);
        if (!report) continue;
        const char *text = csuccess_text_view(report).ptr;
        snprintf(line, sizeof line, "not ok %s: ", breaches[i].test);
        CHECK_HAS(text, line);
        if (breaches[i].random && !CHECK_HAS(text, "not ok random-questions")) {
            printf("# the random part does not find what %s does\n", breaches[i].test);
        }
        csuccess_text_free(report);
    }
}

static void a_good_store_passes(void)
{
    const breach none = {.test = NULL};
    csuccess_text *report = report_on(&none, CSUCCESS_OK);
    CHECK_HAS(csuccess_text_view(report).ptr, "75 passed, 0 failed\n");
    CHECK(strstr(csuccess_text_view(report).ptr, "not ok") == NULL);
    csuccess_text_free(report);
}

static void many_rounds_with_other_seeds(void)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        csuccess_memory_store *store = NULL;
        csuccess_text *report = NULL;
        csuccess_conformance_options options = {
            .size = sizeof options, .seed = seed * 1000, .rounds = 10000};
        CHECK_OK(csuccess_memory_store_new(&store, NULL, NULL));
        if (!CHECK_OK(csuccess_conformance_run(&report, good(), store, &options, NULL))) {
            printf("# %s\n", report ? csuccess_text_view(report).ptr : "no report");
        }
        csuccess_text_free(report);
        csuccess_memory_store_free(store);
    }
}

/* Every kind of failure that the memory store plants is no answer that the tests let pass. */
static void planted_failures_are_found(void)
{
    for (uint32_t kind = CSUCCESS_FAULT_FAIL; kind <= CSUCCESS_FAULT_TWICE; kind++) {
        csuccess_memory_store *store = NULL;
        csuccess_text *report = NULL;
        csuccess_memory_faults faults = {
            .size = sizeof faults, .at = 1, .onward = 1, .kind = kind};
        CHECK_OK(csuccess_memory_store_new(&store, NULL, NULL));
        CHECK_OK(csuccess_memory_store_faults(store, &faults));
        CHECK_RESULT(csuccess_conformance_run(&report, good(), store, NULL, NULL),
                     CSUCCESS_EDATA);
        csuccess_text_free(report);
        csuccess_memory_store_free(store);
    }
}

static csuccess_result run_with(check_memory *memory, void *ud)
{
    csuccess_memory_store *store = NULL;
    csuccess_text *report = NULL;
    csuccess_conformance_options options = {
        .size = sizeof options, .allocator = &memory->allocator, .rounds = 5};
    (void)ud;
    CHECK_OK(csuccess_memory_store_new(&store, NULL, NULL));
    csuccess_result result = csuccess_conformance_run(&report, good(), store, &options, NULL);
    CHECK((report != NULL) == (result >= 0));
    csuccess_text_free(report);
    csuccess_memory_store_free(store);
    return result;
}

static void memory_is_refused(void)
{
    CHECK(check_faults(run_with, NULL) > 5);
}

static csuccess_result cannot_open(void *ud)
{
    (void)ud;
    return CSUCCESS_EGENERIC;
}

static void misuse_is_refused(void)
{
    csuccess_memory_store *store = NULL;
    csuccess_text *report = NULL;
    csuccess_store_ops ops = *good();
    csuccess_conformance_options options = {.size = sizeof options};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(csuccess_memory_store_new(&store, NULL, NULL));
    CHECK_RESULT(csuccess_conformance_run(NULL, &ops, store, NULL, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_conformance_run(&report, NULL, store, NULL, &err), CSUCCESS_EINVALID);
    ops.outbox = NULL;
    CHECK_RESULT(csuccess_conformance_run(&report, &ops, store, NULL, &err), CSUCCESS_EINVALID);
    CHECK_HAS(err.message, "all slots");
    ops = *good();
    ops.size = 3;
    CHECK_RESULT(csuccess_conformance_run(&report, &ops, store, NULL, &err), CSUCCESS_EABI);
    options.size = 1;
    CHECK_RESULT(csuccess_conformance_run(&report, good(), store, &options, &err),
                 CSUCCESS_EABI);
    options.size = sizeof options;
    options.reopen = cannot_open;
    CHECK_RESULT(csuccess_conformance_run(&report, good(), store, &options, &err),
                 CSUCCESS_EGENERIC);
    CHECK(report == NULL);
    CHECK_HAS(err.message, "opened again");
    csuccess_memory_store_free(store);
}

CHECK_MAIN(CHECK_TEST(a_good_store_passes), CHECK_TEST(many_rounds_with_other_seeds),
           CHECK_TEST(each_breach_is_reported_by_the_test_that_names_it),
           CHECK_TEST(planted_failures_are_found), CHECK_TEST(memory_is_refused),
           CHECK_TEST(misuse_is_refused))
