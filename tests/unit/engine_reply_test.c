/* SPDX-License-Identifier: Apache-2.0 */
/* Replies: what is answered is kept, and every way to misuse them gives its documented error and fails the operation. */
#include "check.h"

#include "engine/batch.h"
#include "engine/reply.h"
#include "base/alloc.h"

static const csuccess_str none = {NULL, 0};

static void start(csuccess_reply *reply)
{
    csuccess__reply_init(reply, csuccess__malloc_allocator());
}

/* Ends a reply that was misused: the operation fails whatever done() said, and the reason has `why`. */
static void check_misused(csuccess_reply *reply, const char *why)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(csuccess_reply_done(reply, CSUCCESS_OK, none));
    CHECK_RESULT(csuccess__reply_end(reply, &err), CSUCCESS_ECALLBACK);
    CHECK_HAS(err.message, why);
}

static void answers_of_a_load_are_kept(void)
{
    csuccess_reply reply;
    char body[] = "state";
    start(&reply);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_LOAD, 3, 2, 0));
    CHECK_OK(csuccess_reply_record(&reply, 2, 7, (csuccess_str){body, 5}));
    CHECK_OK(csuccess_reply_ledger(&reply, 0, -3));
    CHECK_OK(csuccess_reply_known(&reply, 1));
    memset(body, 'x', 5); /* it was copied */
    CHECK_OK(csuccess_reply_done(&reply, CSUCCESS_OK, none));
    CHECK_OK(csuccess__reply_end(&reply, NULL));
    CHECK_STR(reply.answers[2].body, "state");
    CHECK_UINT(reply.answers[2].revision, 7);
    CHECK_INT(reply.answers[0].sum, -3);
    CHECK_INT(reply.answers[1].verdict, CSUCCESS__VERDICT_NONE);
    CHECK(!reply.known[0] && reply.known[1]);
    csuccess__reply_free(&reply);
}

static void an_empty_body_is_there(void)
{
    csuccess_reply reply;
    start(&reply);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_LOAD, 1, 0, 0));
    CHECK_OK(csuccess_reply_record(&reply, 0, 1, none));
    CHECK(reply.answers[0].body.ptr != NULL);
    CHECK_UINT(reply.answers[0].body.len, 0);
    csuccess__reply_free(&reply);
}

static void an_index_that_was_not_asked(void)
{
    csuccess_reply reply;
    start(&reply);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_LOAD, 1, 1, 0));
    CHECK_RESULT(csuccess_reply_record(&reply, 1, 1, none), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_reply_record(&reply, 0, 1, none));
    check_misused(&reply, "index 1");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_LOAD, 1, 1, 0));
    CHECK_RESULT(csuccess_reply_known(&reply, 1), CSUCCESS_EINVALID);
    check_misused(&reply, "index 1");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_COMMIT, 2, 0, 0));
    CHECK_RESULT(csuccess_reply_applied(&reply, SIZE_MAX), CSUCCESS_EINVALID);
    check_misused(&reply, "asked");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_DEFER, 0, 0, 0));
    CHECK_RESULT(csuccess_reply_conflict(&reply, 1), CSUCCESS_EINVALID);
    check_misused(&reply, "index 1");
    csuccess__reply_free(&reply);
}

static void a_second_answer_to_an_index(void)
{
    csuccess_reply reply;
    start(&reply);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_COMMIT, 2, 0, 0));
    CHECK_OK(csuccess_reply_applied(&reply, 0));
    CHECK_RESULT(csuccess_reply_conflict(&reply, 0), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_reply_refused(&reply, 1, 4));
    CHECK_INT(reply.answers[0].verdict, CSUCCESS__VERDICT_APPLIED);
    CHECK_UINT(reply.answers[1].revision, 4);
    check_misused(&reply, "twice");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_LOAD, 1, 1, 0));
    CHECK_OK(csuccess_reply_known(&reply, 0));
    CHECK_RESULT(csuccess_reply_known(&reply, 0), CSUCCESS_EINVALID);
    check_misused(&reply, "twice");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_DUE, 0, 0, 4));
    CHECK_OK(csuccess_reply_next(&reply, 5));
    CHECK_RESULT(csuccess_reply_next(&reply, 5), CSUCCESS_EINVALID);
    check_misused(&reply, "twice");
    csuccess__reply_free(&reply);
}

static csuccess_result give_lease(csuccess_reply *reply)
{
    return csuccess_reply_lease(reply, CSUCCESS_STR("c"), CSUCCESS_STR("t"), 0, 0);
}

static csuccess_result give_message(csuccess_reply *reply)
{
    csuccess_message m = {
        .size = sizeof m, .id = CSUCCESS_STR("m"), .customer = CSUCCESS_STR("c")};
    return csuccess_reply_message(reply, &m, CSUCCESS_STR("t"));
}

static csuccess_result give_entry(csuccess_reply *reply)
{
    csuccess_entry e = {.size = sizeof e, .customer = CSUCCESS_STR("c"), .seq = 1};
    return csuccess_reply_entry(reply, &e);
}

static csuccess_result give_row(csuccess_reply *reply)
{
    return csuccess_reply_row(reply, CSUCCESS_STR("r"), 1, CSUCCESS_STR("b"));
}

static csuccess_result give_erased(csuccess_reply *reply)
{
    return csuccess_reply_erased(reply, CSUCCESS_STR("record"), 1);
}

static csuccess_result give_record(csuccess_reply *reply)
{
    return csuccess_reply_record(reply, 0, 1, CSUCCESS_STR("b"));
}

static csuccess_result give_ledger(csuccess_reply *reply)
{
    return csuccess_reply_ledger(reply, 0, 1);
}

static csuccess_result give_known(csuccess_reply *reply)
{
    return csuccess_reply_known(reply, 0);
}

static csuccess_result give_applied(csuccess_reply *reply)
{
    return csuccess_reply_applied(reply, 0);
}

static csuccess_result give_conflict(csuccess_reply *reply)
{
    return csuccess_reply_conflict(reply, 0);
}

static csuccess_result give_refused(csuccess_reply *reply)
{
    return csuccess_reply_refused(reply, 0, 0);
}

static csuccess_result give_already(csuccess_reply *reply)
{
    return csuccess_reply_already(reply, 0);
}

static csuccess_result give_next(csuccess_reply *reply)
{
    return csuccess_reply_next(reply, 1);
}

/* Which operation takes which answer: every other pair is refused, and every answer after done() is late. */
static const struct {
    csuccess_result (*give)(csuccess_reply *reply);
    uint32_t slots; /* 1 << operation */
} answers[] = {
#define TO(name) (1u << CSUCCESS__OPERATION_##name)
    {give_record, TO(LOAD)},
    {give_ledger, TO(LOAD)},
    {give_known, TO(LOAD)},
    {give_applied, TO(COMMIT)},
    {give_conflict, TO(COMMIT) | TO(DEFER) | TO(SETTLE)},
    {give_refused, TO(COMMIT)},
    {give_already, TO(COMMIT)},
    {give_lease, TO(DUE)},
    {give_message, TO(CLAIM) | TO(OUTBOX)},
    {give_entry, TO(HISTORY)},
    {give_row, TO(SCAN)},
    {give_next, TO(DUE) | TO(CLAIM)},
    {give_erased, TO(ERASE)},
};

static void an_answer_that_a_slot_does_not_give(void)
{
    csuccess_reply reply;
    start(&reply);
    for (size_t a = 0; a < sizeof answers / sizeof answers[0]; a++) {
        for (uint32_t o = CSUCCESS__OPERATION_LOAD; o <= CSUCCESS__OPERATION_SEND; o++) {
            bool fits = answers[a].slots >> o & 1;
            CHECK_OK(csuccess__reply_open(&reply, (csuccess__operation)o, 1, 1, 1));
            CHECK_RESULT(answers[a].give(&reply), fits ? CSUCCESS_OK : CSUCCESS_EINVALID);
            CHECK_OK(csuccess_reply_done(&reply, CSUCCESS_OK, none));
            CHECK_RESULT(csuccess__reply_end(&reply, NULL),
                         fits ? CSUCCESS_OK : CSUCCESS_ECALLBACK);
        }
    }
    csuccess__reply_free(&reply);
}

static void late_answers_change_nothing(void)
{
    csuccess_reply reply;
    start(&reply);
    for (size_t a = 0; a < sizeof answers / sizeof answers[0]; a++) {
        CHECK_RESULT(answers[a].give(&reply), CSUCCESS_EBUSY); /* before any question */
        for (uint32_t o = CSUCCESS__OPERATION_LOAD; o <= CSUCCESS__OPERATION_SEND; o++) {
            CHECK_OK(csuccess__reply_open(&reply, (csuccess__operation)o, 1, 1, 1));
            CHECK_OK(csuccess_reply_done(&reply, CSUCCESS_OK, none));
            CHECK_RESULT(answers[a].give(&reply), CSUCCESS_EBUSY);
            CHECK_UINT(reply.row_count, 0);
            CHECK_OK(csuccess__reply_end(&reply, NULL));
            CHECK_RESULT(answers[a].give(&reply), CSUCCESS_EBUSY);
        }
        CHECK_RESULT(answers[a].give(NULL), CSUCCESS_EINVALID);
    }
    CHECK_RESULT(csuccess_reply_done(&reply, CSUCCESS_OK, none), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess_reply_done(NULL, CSUCCESS_OK, none), CSUCCESS_EINVALID);
    csuccess__reply_free(&reply);
}

static void how_it_ends(void)
{
    csuccess_reply reply;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    start(&reply);
    CHECK_RESULT(csuccess__reply_end(&reply, &err), CSUCCESS_EINVALID);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_SCAN, 0, 0, 1));
    CHECK_RESULT(csuccess__reply_end(&reply, &err), CSUCCESS_ECALLBACK);
    CHECK_HAS(err.message, "scan returned without csuccess_reply_done()");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_SCAN, 0, 0, 1));
    CHECK_OK(csuccess_reply_done(&reply, CSUCCESS_EBUSY, CSUCCESS_STR("database is locked")));
    CHECK_RESULT(csuccess_reply_done(&reply, CSUCCESS_OK, none), CSUCCESS_EBUSY);
    CHECK_RESULT(csuccess__reply_end(&reply, &err), CSUCCESS_EBUSY);
    CHECK_HAS(err.message, "scan failed: database is locked");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_SCAN, 0, 0, 1));
    CHECK_OK(csuccess_reply_done(&reply, -9999, none));
    CHECK_RESULT(csuccess__reply_end(&reply, &err), -9999);
    csuccess__reply_free(&reply);
}

static void more_rows_than_asked(void)
{
    csuccess_reply reply;
    start(&reply);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_SCAN, 0, 0, 1));
    CHECK_OK(give_row(&reply));
    CHECK_RESULT(csuccess_reply_row(&reply, CSUCCESS_STR("s"), 1, none), CSUCCESS_EINVALID);
    CHECK_UINT(reply.row_count, 1);
    check_misused(&reply, "more than the 1 rows");
    csuccess__reply_free(&reply);
}

/* Many rows are kept over every growth, and one of them again is found. */
static void many_rows_and_one_again(void)
{
    csuccess_reply reply;
    char id[16];
    start(&reply);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_DUE, 0, 0, 1000));
    for (unsigned i = 0; i < 500; i++) {
        snprintf(id, sizeof id, "c%u", i);
        CHECK_OK(csuccess_reply_lease(&reply, check_view(id), CSUCCESS_STR("t"), i, i));
    }
    CHECK_UINT(reply.row_count, 500);
    CHECK_STR(reply.rows[123].id, "c123");
    CHECK_INT(reply.rows[123].due, 123);
    CHECK_RESULT(csuccess_reply_lease(&reply, CSUCCESS_STR("c77"), CSUCCESS_STR("t"), 0, 0),
                 CSUCCESS_EINVALID);
    check_misused(&reply, "c77");
    csuccess__reply_free(&reply);
}

static void rows_that_cannot_be(void)
{
    csuccess_reply reply;
    csuccess_message m = {.size = 4, .id = CSUCCESS_STR("m")};
    csuccess_entry e = {.size = sizeof e, .customer = CSUCCESS_STR("c"), .seq = 1};
    start(&reply);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_CLAIM, 0, 0, 9));
    CHECK_RESULT(csuccess_reply_message(&reply, &m, CSUCCESS_STR("t")), CSUCCESS_EINVALID);
    check_misused(&reply, "wrong size");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_CLAIM, 0, 0, 9));
    CHECK_RESULT(csuccess_reply_message(&reply, NULL, CSUCCESS_STR("t")), CSUCCESS_EINVALID);
    m.size = sizeof m;
    CHECK_RESULT(csuccess_reply_message(&reply, &m, none), CSUCCESS_EINVALID);
    m.body = (csuccess_str){"\xff", 1};
    CHECK_RESULT(csuccess_reply_message(&reply, &m, CSUCCESS_STR("t")), CSUCCESS_EINVALID);
    m.body = (csuccess_str){NULL, 3};
    CHECK_RESULT(csuccess_reply_message(&reply, &m, CSUCCESS_STR("t")), CSUCCESS_EINVALID);
    CHECK_UINT(reply.row_count, 0);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_HISTORY, 0, 0, 9));
    CHECK_OK(csuccess_reply_entry(&reply, &e));
    CHECK(reply.rows[0].entry.body.ptr == NULL); /* erased, not empty */
    CHECK_RESULT(csuccess_reply_entry(&reply, &e), CSUCCESS_EINVALID);
    e.seq = 2;
    e.customer = CSUCCESS_STR("d");
    CHECK_RESULT(csuccess_reply_entry(&reply, &e), CSUCCESS_EINVALID);
    check_misused(&reply, "ascending");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_SCAN, 0, 0, 9));
    CHECK_OK(give_row(&reply));
    CHECK_RESULT(csuccess_reply_row(&reply, CSUCCESS_STR("q"), 1, none), CSUCCESS_EINVALID);
    check_misused(&reply, "ascending");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_LOAD, 1, 0, 0));
    CHECK_RESULT(csuccess_reply_record(&reply, 0, 0, none), CSUCCESS_EINVALID);
    check_misused(&reply, "revision 0");
    csuccess__reply_free(&reply);
}

/* Against the request: what nobody asked for is found. */
static void a_store_that_answers_something_else(void)
{
    csuccess_reply reply;
    const csuccess_key keys[] = {{CSUCCESS_RECORD_CUSTOMER, 0, CSUCCESS_STR("c")},
                                 {CSUCCESS_RECORD_LEDGER, 0, CSUCCESS_STR("l")}};
    csuccess_load_request load = {.size = sizeof load, .keys = keys, .key_count = 2};
    csuccess_due_request due = {.size = sizeof due, .now_ms = 10, .most = 9, .shards = 2};
    csuccess_scan_request scan = {.size = sizeof scan, .after = CSUCCESS_STR("r"), .most = 9};
    csuccess_history_request history = {
        .size = sizeof history, .customer = CSUCCESS_STR("c"), .after = 1, .most = 9};
    start(&reply);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_LOAD, 2, 0, 0));
    csuccess__reply_about(&reply, &load);
    CHECK_RESULT(csuccess_reply_ledger(&reply, 0, 1), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_reply_record(&reply, 1, 1, none), CSUCCESS_EINVALID);
    check_misused(&reply, "where a record was asked");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_DUE, 0, 0, 9));
    due.shard = 1 - csuccess_shard(CSUCCESS_STR("c"), 2);
    csuccess__reply_about(&reply, &due);
    CHECK_RESULT(give_lease(&reply), CSUCCESS_EINVALID);
    check_misused(&reply, "another shard");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_DUE, 0, 0, 9));
    csuccess__reply_about(&reply, &due);
    CHECK_RESULT(csuccess_reply_lease(&reply, CSUCCESS_STR("c"), CSUCCESS_STR("t"), 11, 0),
                 CSUCCESS_EINVALID);
    check_misused(&reply, "not due");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_SCAN, 0, 0, 9));
    csuccess__reply_about(&reply, &scan);
    CHECK_RESULT(give_row(&reply), CSUCCESS_EINVALID); /* not behind `after` */
    check_misused(&reply, "ascending");
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_HISTORY, 0, 0, 9));
    csuccess__reply_about(&reply, &history);
    CHECK_RESULT(give_entry(&reply), CSUCCESS_EINVALID);
    check_misused(&reply, "ascending");
    csuccess__reply_free(&reply);
}

static void batches_that_cannot_be_answered_so(void)
{
    csuccess_reply reply;
    csuccess_delta delta = {CSUCCESS_STR("l"), 1, 5};
    csuccess_batch batch = {.deltas = &delta, .delta_count = 1};
    const csuccess_batch *list[] = {&batch};
    csuccess_commit_request commit = {.size = sizeof commit, .batches = list, .count = 1};
    start(&reply);
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_COMMIT, 1, 0, 0));
    csuccess__reply_about(&reply, &commit);
    CHECK_RESULT(csuccess_reply_refused(&reply, 0, 1), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_reply_already(&reply, 0), CSUCCESS_EINVALID);
    check_misused(&reply, "delta 1 of 1");
    csuccess__reply_free(&reply);
}

static void batches_are_read_by_index(void)
{
    csuccess_str cancel = CSUCCESS_STR("m");
    csuccess_input_key input = {CSUCCESS_STR("c"), CSUCCESS_STR("i")};
    csuccess_batch batch = {
        .inputs = &input, .input_count = 1, .cancels = &cancel, .cancel_count = 1};
    CHECK(csuccess_batch_input(&batch, 0) == &input);
    CHECK(csuccess_batch_input(&batch, 1) == NULL);
    CHECK_STR(csuccess_batch_cancel(&batch, 0), "m");
    CHECK_STR(csuccess_batch_cancel(&batch, 1), "");
    CHECK(csuccess_batch_write(&batch, 0) == NULL);
    CHECK(csuccess_batch_entry(&batch, 0) == NULL);
    CHECK(csuccess_batch_message(&batch, 0) == NULL);
    CHECK(csuccess_batch_delta(&batch, 0) == NULL);
    CHECK_UINT(csuccess_batch_inputs(NULL), 0);
}

/* FNV-1a of 64 bits: the published values of "" and "a" (Fowler, Noll, Vo), halves xored. */
static void shards_are_those_of_the_contract(void)
{
    CHECK_UINT(csuccess_shard(CSUCCESS_STR("a"), UINT32_MAX),
               (0xaf63dc4cu ^ 0x8601ec8cu) % UINT32_MAX);
    CHECK_UINT(csuccess_shard(none, 1000), (0xcbf29ce4u ^ 0x84222325u) % 1000);
    CHECK_UINT(csuccess_shard(CSUCCESS_STR("a"), 0), 0);
    CHECK_UINT(csuccess_shard(CSUCCESS_STR("a"), 1), 0);
}

static csuccess_result answer_with(check_memory *memory, void *ud)
{
    csuccess_reply reply;
    char id[16];
    (void)ud;
    csuccess__reply_init(&reply, &memory->allocator);
    csuccess_result result = csuccess__reply_open(&reply, CSUCCESS__OPERATION_SCAN, 0, 0, 99);
    for (unsigned i = 0; i < 40 && result >= 0; i++) {
        snprintf(id, sizeof id, "r%02u", i);
        csuccess_reply_row(&reply, check_view(id), 1, CSUCCESS_STR("a body that is long"));
    }
    if (result >= 0) csuccess_reply_done(&reply, CSUCCESS_OK, none);
    if (result >= 0) result = csuccess__reply_end(&reply, NULL);
    csuccess__reply_free(&reply);
    return result;
}

/* An answer that could not be kept fails the operation, whatever the store says then. */
static void memory_is_refused(void)
{
    CHECK(check_faults(answer_with, NULL) > 2);
}

CHECK_MAIN(CHECK_TEST(answers_of_a_load_are_kept), CHECK_TEST(an_empty_body_is_there),
           CHECK_TEST(an_index_that_was_not_asked), CHECK_TEST(a_second_answer_to_an_index),
           CHECK_TEST(an_answer_that_a_slot_does_not_give),
           CHECK_TEST(late_answers_change_nothing), CHECK_TEST(how_it_ends),
           CHECK_TEST(more_rows_than_asked), CHECK_TEST(many_rows_and_one_again),
           CHECK_TEST(rows_that_cannot_be), CHECK_TEST(a_store_that_answers_something_else),
           CHECK_TEST(batches_that_cannot_be_answered_so),
           CHECK_TEST(batches_are_read_by_index), CHECK_TEST(shards_are_those_of_the_contract),
           CHECK_TEST(memory_is_refused))
