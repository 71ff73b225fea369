/* SPDX-License-Identifier: Apache-2.0 */
/* The slots that only read: load, scan, history, outbox. Each sees one moment of the file. */
#include "internal.h"

static int64_t most_of(uint32_t most)
{
    return (int64_t)most;
}

/* ---- load ---- */

static void load_state(csuccess_sqlite *store, csuccess_str id, size_t index,
                       csuccess_reply *reply)
{
    int64_t customer = csuccess__sqlite_customer(store, id, false);
    if (customer == 0) return;
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_STATE);
    csuccess__sqlite_int(store, stmt, 1, customer);
    if (!csuccess__sqlite_row(store, stmt)) return;
    csuccess_reply_record(reply, index, (uint64_t)sqlite3_column_int64(stmt, 0),
                          csuccess__sqlite_column(stmt, 1));
    csuccess__sqlite_end(stmt);
}

static void load_ledger(csuccess_sqlite *store, csuccess_str key, size_t index,
                        csuccess_reply *reply)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_LEDGER);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_text(store, stmt, 2, key);
    if (!csuccess__sqlite_row(store, stmt)) return;
    csuccess_reply_ledger(reply, index, sqlite3_column_int64(stmt, 0));
    csuccess__sqlite_end(stmt);
}

static void load_record(csuccess_sqlite *store, const csuccess_key *key, size_t index,
                        csuccess_reply *reply)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_RECORD);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_int(store, stmt, 2, key->kind);
    csuccess__sqlite_text(store, stmt, 3, key->id);
    if (!csuccess__sqlite_row(store, stmt)) return;
    csuccess_reply_record(reply, index, (uint64_t)sqlite3_column_int64(stmt, 0),
                          csuccess__sqlite_column(stmt, 1));
    csuccess__sqlite_end(stmt);
}

static void load_input(csuccess_sqlite *store, const csuccess_input_key *key, size_t index,
                       csuccess_reply *reply)
{
    int64_t customer = csuccess__sqlite_customer(store, key->customer, false);
    if (customer == 0) return;
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_INPUT);
    csuccess__sqlite_int(store, stmt, 1, customer);
    csuccess__sqlite_text(store, stmt, 2, key->id);
    if (csuccess__sqlite_row(store, stmt)) csuccess_reply_known(reply, index);
    csuccess__sqlite_end(stmt);
}

void csuccess__sqlite_load(void *ud, const csuccess_load_request *request,
                           csuccess_reply *reply)
{
    csuccess_sqlite *store = ud;
    csuccess__sqlite_read(store, request->tenant);
    for (size_t i = 0; i < request->key_count && store->tenant; i++) {
        const csuccess_key *key = &request->keys[i];
        if (key->kind == CSUCCESS_RECORD_CUSTOMER) load_state(store, key->id, i, reply);
        if (key->kind == CSUCCESS_RECORD_LEDGER) load_ledger(store, key->id, i, reply);
        if (key->kind > CSUCCESS_RECORD_CUSTOMER && key->kind < CSUCCESS_RECORD_LEDGER) {
            load_record(store, key, i, reply);
        }
    }
    for (size_t i = 0; i < request->input_count && store->tenant; i++) {
        load_input(store, &request->inputs[i], i, reply);
    }
    csuccess__sqlite_done(store, reply);
}

/* ---- scan ---- */

static csuccess__sqlite_statement scan_of(const csuccess_scan_request *request)
{
    if (request->kind == CSUCCESS_RECORD_LEDGER) return CSUCCESS__SQLITE_SCAN_LEDGERS;
    if (request->kind != CSUCCESS_RECORD_CUSTOMER) return CSUCCESS__SQLITE_SCAN_RECORDS;
    return request->parked ? CSUCCESS__SQLITE_SCAN_PARKED : CSUCCESS__SQLITE_SCAN_CUSTOMERS;
}

void csuccess__sqlite_scan(void *ud, const csuccess_scan_request *request,
                           csuccess_reply *reply)
{
    csuccess_sqlite *store = ud;
    csuccess__sqlite_read(store, request->tenant);
    csuccess__sqlite_statement which = scan_of(request);
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, which);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_text(store, stmt, 2, request->after);
    csuccess__sqlite_int(store, stmt, 3, most_of(request->most));
    if (which == CSUCCESS__SQLITE_SCAN_RECORDS) {
        csuccess__sqlite_int(store, stmt, 4, request->kind);
    }
    while (csuccess__sqlite_row(store, stmt)) {
        csuccess_reply_row(reply, csuccess__sqlite_column(stmt, 0),
                           (uint64_t)sqlite3_column_int64(stmt, 1),
                           csuccess__sqlite_column(stmt, 2));
    }
    csuccess__sqlite_done(store, reply);
}

/* ---- history ---- */

static void answer_entry(sqlite3_stmt *stmt, csuccess_str customer, csuccess_reply *reply)
{
    char commitment[64], digest[64];
    csuccess_entry entry = {.size = sizeof entry, .customer = customer};
    entry.seq = (uint64_t)sqlite3_column_int64(stmt, 0);
    entry.at_ms = sqlite3_column_int64(stmt, 1);
    entry.kind = csuccess__sqlite_column(stmt, 2);
    entry.cause = csuccess__sqlite_column(stmt, 3);
    entry.by = csuccess__sqlite_column(stmt, 4);
    entry.config = csuccess__sqlite_column(stmt, 5);
    entry.subject = csuccess__sqlite_column(stmt, 6);
    entry.body = csuccess__sqlite_column(stmt, 7);
    entry.commitment = csuccess__sqlite_column_hex(stmt, 8, commitment);
    entry.digest = csuccess__sqlite_column_hex(stmt, 9, digest);
    csuccess_reply_entry(reply, &entry);
}

void csuccess__sqlite_history(void *ud, const csuccess_history_request *request,
                              csuccess_reply *reply)
{
    csuccess_sqlite *store = ud;
    csuccess__sqlite_read(store, request->tenant);
    int64_t customer = csuccess__sqlite_customer(store, request->customer, false);
    if (customer != 0 && request->after < INT64_MAX) {
        sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_HISTORY);
        csuccess__sqlite_int(store, stmt, 1, customer);
        csuccess__sqlite_int(store, stmt, 2, (int64_t)request->after);
        csuccess__sqlite_int(store, stmt, 3, most_of(request->most));
        while (csuccess__sqlite_row(store, stmt)) {
            answer_entry(stmt, request->customer, reply);
        }
    }
    csuccess__sqlite_done(store, reply);
}

/* ---- outbox ---- */

static csuccess_str outcome_of(int64_t number)
{
    static const char *const words[] = {"waiting", "delivered", "",
                                        "dead",    "unknown",   "dropped"};
    static const size_t lengths[] = {7, 9, 0, 4, 7, 7};
    size_t at = number < 0 || number > 5 ? 2 : (size_t)number;
    csuccess_str word = {words[at], lengths[at]};
    return word;
}

/* Where to go on: false when the message behind which it should be is gone. */
static bool place(csuccess_sqlite *store, csuccess_str after, int64_t *created)
{
    *created = INT64_MIN;
    if (after.len == 0) return true;
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_CREATED);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_hex(store, stmt, 2, after);
    bool there = csuccess__sqlite_row(store, stmt);
    if (there) *created = sqlite3_column_int64(stmt, 0);
    csuccess__sqlite_end(stmt);
    return there;
}

static void list_outbox(csuccess_sqlite *store, const csuccess_outbox_request *request,
                        csuccess_reply *reply)
{
    int64_t created = 0, of = store->tenant;
    bool all = request->customer.len == 0;
    if (!all) of = csuccess__sqlite_customer(store, request->customer, false);
    if (of == 0 || !place(store, request->after, &created)) return;
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, all ? CSUCCESS__SQLITE_OUTBOX_ALL
                                                         : CSUCCESS__SQLITE_OUTBOX);
    csuccess__sqlite_int(store, stmt, 1, of);
    csuccess__sqlite_int(store, stmt, 2, created);
    csuccess__sqlite_hex(store, stmt, 3, request->after);
    csuccess__sqlite_int(store, stmt, 4, request->dead);
    csuccess__sqlite_int(store, stmt, 5, most_of(request->most));
    while (csuccess__sqlite_row(store, stmt)) {
        csuccess__sqlite_message_answer(stmt, outcome_of(sqlite3_column_int64(stmt, 14)),
                                        reply);
    }
}

void csuccess__sqlite_outbox(void *ud, const csuccess_outbox_request *request,
                             csuccess_reply *reply)
{
    csuccess_sqlite *store = ud;
    csuccess__sqlite_read(store, request->tenant);
    list_outbox(store, request, reply);
    csuccess__sqlite_done(store, reply);
}
