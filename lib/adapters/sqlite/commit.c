/* SPDX-License-Identifier: Apache-2.0 */
/* `commit`: all batches of a request in one transaction and one sync of the disk, each atomic in a savepoint, answered once it is durable. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct work {
    csuccess_sqlite *store;
    const csuccess_batch *batch;
    int64_t now;
    csuccess__sqlite_answer *answer;
} work;

static bool good(const work *w)
{
    return w->store->result == CSUCCESS_OK && w->answer->verdict == CSUCCESS__SQLITE_APPLIED;
}

static void conflict(work *w)
{
    if (good(w)) w->answer->verdict = CSUCCESS__SQLITE_CONFLICT;
}

/* ---- The parts of a batch, in the order in which they decide ---- */

static void take_inputs(work *w)
{
    size_t count = csuccess_batch_inputs(w->batch), fresh = 0;
    for (size_t i = 0; i < count && good(w); i++) {
        const csuccess_input_key *input = csuccess_batch_input(w->batch, i);
        int64_t customer = csuccess__sqlite_customer(w->store, input->customer, true);
        sqlite3_stmt *stmt = csuccess__sqlite_use(w->store, CSUCCESS__SQLITE_INPUT_ADD);
        csuccess__sqlite_int(w->store, stmt, 1, customer);
        csuccess__sqlite_text(w->store, stmt, 2, input->id);
        fresh += csuccess__sqlite_run(w->store, stmt) == 1 ? 1 : 0;
    }
    if (!good(w) || fresh == count) return;
    w->answer->verdict = fresh ? CSUCCESS__SQLITE_CONFLICT : CSUCCESS__SQLITE_ALREADY;
}

static bool leased(work *w, int64_t customer, csuccess_str token)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(w->store, CSUCCESS__SQLITE_LEASE_HELD);
    csuccess__sqlite_int(w->store, stmt, 1, customer);
    csuccess__sqlite_text(w->store, stmt, 2, token);
    csuccess__sqlite_int(w->store, stmt, 3, w->now);
    bool held = csuccess__sqlite_row(w->store, stmt);
    csuccess__sqlite_end(stmt);
    return held;
}

/* A revision beyond what SQLite counts was never given, and never matches. */
static int write_state(work *w, int64_t customer, const csuccess_write *write)
{
    csuccess_sqlite *store = w->store;
    bool removes = !write->body.ptr;
    if (removes && write->expected == 0) {
        sqlite3_stmt *there = csuccess__sqlite_use(store, CSUCCESS__SQLITE_STATE);
        csuccess__sqlite_int(store, there, 1, customer);
        bool is = csuccess__sqlite_row(store, there);
        csuccess__sqlite_end(there);
        return is ? 0 : 1;
    }
    sqlite3_stmt *stmt =
        csuccess__sqlite_use(store, removes           ? CSUCCESS__SQLITE_STATE_DROP
                                    : write->expected ? CSUCCESS__SQLITE_STATE_SET
                                                      : CSUCCESS__SQLITE_STATE_ADD);
    csuccess__sqlite_int(store, stmt, 1, customer);
    if (write->expected) csuccess__sqlite_int(store, stmt, 2, (int64_t)write->expected);
    if (!removes) csuccess__sqlite_blob(store, stmt, write->expected ? 3 : 2, write->body);
    return csuccess__sqlite_run(store, stmt);
}

static void write_customer(work *w, const csuccess_write *write)
{
    csuccess_sqlite *store = w->store;
    int64_t customer = csuccess__sqlite_customer(store, write->key.id, true);
    if (write->token.len && !leased(w, customer, write->token)) conflict(w);
    if (good(w) && write_state(w, customer, write) == 0) conflict(w);
    if (!good(w)) return;
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_DUE_SET);
    csuccess__sqlite_int(store, stmt, 1, customer);
    csuccess__sqlite_int_or(store, stmt, 2,
                            write->body.ptr ? write->due_ms : CSUCCESS_TIME_NEVER,
                            CSUCCESS_TIME_NEVER);
    csuccess__sqlite_run(store, stmt);
}

static sqlite3_stmt *record(work *w, csuccess__sqlite_statement which, const csuccess_key *key)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(w->store, which);
    csuccess__sqlite_int(w->store, stmt, 1, w->store->tenant);
    csuccess__sqlite_int(w->store, stmt, 2, key->kind);
    csuccess__sqlite_text(w->store, stmt, 3, key->id);
    return stmt;
}

static void write_record(work *w, const csuccess_write *write)
{
    csuccess_sqlite *store = w->store;
    bool removes = !write->body.ptr;
    if (removes && write->expected == 0) {
        sqlite3_stmt *there = record(w, CSUCCESS__SQLITE_RECORD, &write->key);
        if (csuccess__sqlite_row(store, there)) conflict(w);
        csuccess__sqlite_end(there);
        return;
    }
    sqlite3_stmt *stmt = record(w,
                                removes           ? CSUCCESS__SQLITE_RECORD_DROP
                                : write->expected ? CSUCCESS__SQLITE_RECORD_SET
                                                  : CSUCCESS__SQLITE_RECORD_ADD,
                                &write->key);
    if (!removes) csuccess__sqlite_blob(store, stmt, 4, write->body);
    if (write->expected) {
        csuccess__sqlite_int(store, stmt, removes ? 4 : 5, (int64_t)write->expected);
    }
    if (csuccess__sqlite_run(store, stmt) == 0) conflict(w);
}

static void write_all(work *w)
{
    size_t count = csuccess_batch_writes(w->batch);
    for (size_t i = 0; i < count && good(w); i++) {
        const csuccess_write *write = csuccess_batch_write(w->batch, i);
        if (write->key.kind == CSUCCESS_RECORD_CUSTOMER) {
            write_customer(w, write);
        } else if (write->key.kind >= CSUCCESS_RECORD_SECRET &&
                   write->key.kind <= CSUCCESS_RECORD_SOURCE) {
            write_record(w, write);
        } else {
            csuccess__sqlite_fail(w->store, CSUCCESS_EINVALID,
                                  "a record of this kind is not written");
        }
    }
}

static void add_entry(work *w, const csuccess_entry *entry)
{
    csuccess_sqlite *store = w->store;
    int64_t customer = csuccess__sqlite_customer(store, entry->customer, true);
    int64_t kind = csuccess__sqlite_word_number(store, entry->kind);
    int64_t by = csuccess__sqlite_word_number(store, entry->by);
    int64_t config = csuccess__sqlite_word_number(store, entry->config);
    if (entry->seq > INT64_MAX) {
        csuccess__sqlite_fail(store, CSUCCESS_ELIMIT, "an entry's number is beyond 2^63");
    }
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_ENTRY_ADD);
    csuccess__sqlite_int(store, stmt, 1, customer);
    csuccess__sqlite_int(store, stmt, 2, (int64_t)entry->seq);
    csuccess__sqlite_int(store, stmt, 3, entry->at_ms);
    csuccess__sqlite_int(store, stmt, 4, kind);
    csuccess__sqlite_text(store, stmt, 5, entry->cause);
    csuccess__sqlite_int(store, stmt, 6, by);
    csuccess__sqlite_int(store, stmt, 7, config);
    csuccess_str none = {NULL, 0};
    csuccess__sqlite_text_or_null(store, stmt, 8, entry->subject.len ? entry->subject : none);
    csuccess__sqlite_text_or_null(store, stmt, 9, entry->body);
    csuccess__sqlite_hex(store, stmt, 10, entry->commitment);
    csuccess__sqlite_hex(store, stmt, 11, entry->digest);
    if (csuccess__sqlite_run(store, stmt) == 0) conflict(w);
    if (good(w) && store->projects) csuccess__sqlite_project(store, customer, entry);
}

static void add_entries(work *w)
{
    size_t count = csuccess_batch_entries(w->batch);
    for (size_t i = 0; i < count && good(w); i++) {
        add_entry(w, csuccess_batch_entry(w->batch, i));
    }
}

static void add_messages(work *w)
{
    size_t count = csuccess_batch_messages(w->batch);
    for (size_t i = 0; i < count && good(w); i++) {
        csuccess__sqlite_message_add(w->store, csuccess_batch_message(w->batch, i));
    }
    count = csuccess_batch_cancels(w->batch);
    for (size_t i = 0; i < count && good(w); i++) {
        sqlite3_stmt *stmt = csuccess__sqlite_use(w->store, CSUCCESS__SQLITE_CANCEL);
        csuccess__sqlite_int(w->store, stmt, 1, w->store->tenant);
        csuccess__sqlite_hex(w->store, stmt, 2, csuccess_batch_cancel(w->batch, i));
        csuccess__sqlite_int(w->store, stmt, 3, w->now);
        csuccess__sqlite_run(w->store, stmt);
    }
}

/* Whether a sum may be changed so; the new one. */
static bool allowed(int64_t sum, const csuccess_delta *delta, int64_t *out)
{
    int64_t d = delta->delta;
    if (d > 0 ? sum > INT64_MAX - d : sum < INT64_MIN - d) return false;
    *out = sum + d;
    return d <= 0 || *out <= delta->max;
}

static void add_delta(work *w, size_t index)
{
    csuccess_sqlite *store = w->store;
    const csuccess_delta *delta = csuccess_batch_delta(w->batch, index);
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_LEDGER);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_text(store, stmt, 2, delta->key);
    int64_t sum = csuccess__sqlite_row(store, stmt) ? sqlite3_column_int64(stmt, 0) : 0;
    csuccess__sqlite_end(stmt);
    if (!allowed(sum, delta, &sum)) {
        w->answer->verdict = CSUCCESS__SQLITE_REFUSED;
        w->answer->delta = index;
        return;
    }
    stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_LEDGER_PUT);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_text(store, stmt, 2, delta->key);
    csuccess__sqlite_int(store, stmt, 3, sum);
    csuccess__sqlite_run(store, stmt);
}

static void add_deltas(work *w)
{
    size_t count = csuccess_batch_deltas(w->batch);
    for (size_t i = 0; i < count && good(w); i++) add_delta(w, i);
}

/* ---- A batch in its savepoint, the request in its transaction ---- */

static void plainly(csuccess_sqlite *store, csuccess__sqlite_statement which)
{
    csuccess__sqlite_run(store, csuccess__sqlite_use(store, which));
}

static void take_back(csuccess_sqlite *store)
{
    plainly(store, CSUCCESS__SQLITE_ROLLBACK_TO);
    plainly(store, CSUCCESS__SQLITE_RELEASE);
    csuccess__sqlite_forget(store);
    store->customer_name.num = 0;
}

/* A batch that fails for its own sake must not take those beside it down, again and again. */
static bool is_its_own(csuccess_result result)
{
    return result == CSUCCESS_EINVALID || result == CSUCCESS_ELIMIT;
}

static void apply(work *w)
{
    csuccess_sqlite *store = w->store;
    int64_t tenant = store->tenant;
    plainly(store, CSUCCESS__SQLITE_SAVEPOINT);
    w->answer->verdict = CSUCCESS__SQLITE_APPLIED;
    take_inputs(w);
    if (good(w)) write_all(w);
    if (good(w)) add_entries(w);
    if (good(w)) add_messages(w);
    if (good(w)) add_deltas(w);
    if (good(w)) {
        plainly(store, CSUCCESS__SQLITE_RELEASE);
        return;
    }
    bool alone = is_its_own(store->result) && !sqlite3_get_autocommit(store->db) &&
                 sqlite3_errcode(store->db) != SQLITE_FULL;
    if (alone) {
        store->result = CSUCCESS_OK;
        w->answer->verdict = CSUCCESS__SQLITE_NONE;
    }
    take_back(store);
    store->tenant = tenant; /* made before the savepoint */
}

static void answer(csuccess_sqlite *store, size_t count, csuccess_reply *reply)
{
    for (size_t i = 0; i < count; i++) {
        const csuccess__sqlite_answer *a = &store->answers[i];
        if (a->verdict == CSUCCESS__SQLITE_APPLIED) csuccess_reply_applied(reply, i);
        if (a->verdict == CSUCCESS__SQLITE_CONFLICT) csuccess_reply_conflict(reply, i);
        if (a->verdict == CSUCCESS__SQLITE_REFUSED) csuccess_reply_refused(reply, i, a->delta);
        if (a->verdict == CSUCCESS__SQLITE_ALREADY) csuccess_reply_already(reply, i);
    }
}

static bool room(csuccess_sqlite *store, size_t count)
{
    if (count <= store->answer_cap) return true;
    if (count > SIZE_MAX / sizeof *store->answers) return false;
    csuccess__sqlite_answer *more = realloc(store->answers, count * sizeof *more);
    if (!more) return false;
    store->answers = more;
    store->answer_cap = count;
    return true;
}

void csuccess__sqlite_commit(void *ud, const csuccess_commit_request *request,
                             csuccess_reply *reply)
{
    csuccess_sqlite *store = ud;
    if (!room(store, request->count)) {
        csuccess_reply_done(reply, CSUCCESS_ENOMEM, CSUCCESS_STR("no memory for the answers"));
        return;
    }
    csuccess__sqlite_write(store, request->tenant, true);
    for (size_t i = 0; i < request->count && store->result == CSUCCESS_OK; i++) {
        work w = {store, request->batches[i], request->now_ms, &store->answers[i]};
        apply(&w);
    }
    csuccess__sqlite_finish(store);
    if (store->uncut) csuccess__sqlite_cut(store, 0);
    if (store->result == CSUCCESS_OK) answer(store, request->count, reply);
    csuccess_str why = {store->why, strlen(store->why)};
    csuccess_reply_done(reply, store->result, why);
}
