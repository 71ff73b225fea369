/* SPDX-License-Identifier: Apache-2.0 */
/* `erase`: what is known of a customer or of one contact is removed and overwritten, in the file and in its WAL. */
#include "internal.h"

#include <string.h>

typedef struct erased {
    uint64_t records, inputs, entries, messages, settled;
} erased;

static sqlite3_stmt *of(csuccess_sqlite *store, csuccess__sqlite_statement which,
                        int64_t customer)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, which);
    csuccess__sqlite_int(store, stmt, 1, customer);
    return stmt;
}

static uint64_t change(csuccess_sqlite *store, sqlite3_stmt *stmt)
{
    return (uint64_t)csuccess__sqlite_run(store, stmt);
}

static uint64_t count(csuccess_sqlite *store, sqlite3_stmt *stmt)
{
    uint64_t n =
        csuccess__sqlite_row(store, stmt) ? (uint64_t)sqlite3_column_int64(stmt, 0) : 0;
    csuccess__sqlite_end(stmt);
    return n;
}

/* ---- One contact ---- */

static void erase_contact(csuccess_sqlite *store, int64_t customer, csuccess_str contact,
                          erased *out)
{
    static const csuccess__sqlite_statement steps[] = {
        CSUCCESS__SQLITE_CONTACT_BODIES, CSUCCESS__SQLITE_CONTACT_ENTRIES,
        CSUCCESS__SQLITE_CONTACT_MESSAGES, CSUCCESS__SQLITE_CONTACT_SETTLED};
    uint64_t counts[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        sqlite3_stmt *stmt = of(store, steps[i], customer);
        csuccess__sqlite_text(store, stmt, 2, contact);
        counts[i] = i == 0 ? count(store, stmt) : change(store, stmt);
    }
    out->entries = counts[0];
    out->messages = counts[2];
    out->settled = counts[3];
    if (counts[1] > 0 && store->projects) csuccess__sqlite_reproject(store, customer);
}

/* ---- All of a customer ---- */

/* Its number goes on under the pseudonym, and with it entries and settled messages. */
static void rename_customer(csuccess_sqlite *store, int64_t customer, csuccess_str pseudonym)
{
    int64_t other = csuccess__sqlite_customer(store, pseudonym, false);
    if (other == customer) return;
    if (other == 0) {
        sqlite3_stmt *stmt = of(store, CSUCCESS__SQLITE_RENAME, customer);
        csuccess__sqlite_text(store, stmt, 2, pseudonym);
        csuccess__sqlite_run(store, stmt);
        return;
    }
    static const csuccess__sqlite_statement moves[] = {CSUCCESS__SQLITE_MOVE_ENTRIES,
                                                       CSUCCESS__SQLITE_MOVE_MESSAGES,
                                                       CSUCCESS__SQLITE_MOVE_TARGETS};
    for (size_t i = 0; i < 3; i++) {
        sqlite3_stmt *stmt = of(store, moves[i], customer);
        csuccess__sqlite_int(store, stmt, 2, other);
        csuccess__sqlite_run(store, stmt);
    }
    sqlite3_stmt *left = of(store, CSUCCESS__SQLITE_MOVED, customer);
    if (csuccess__sqlite_row(store, left)) {
        csuccess__sqlite_fail(store, CSUCCESS_ECONFLICT,
                              "the pseudonym has entries of these numbers already");
    }
    csuccess__sqlite_end(left);
    csuccess__sqlite_run(store, of(store, CSUCCESS__SQLITE_FORGET, customer));
}

static void erase_customer(csuccess_sqlite *store, int64_t customer,
                           const csuccess_erase_request *request, erased *out)
{
    out->records = change(store, of(store, CSUCCESS__SQLITE_ERASE_STATE, customer));
    out->inputs = change(store, of(store, CSUCCESS__SQLITE_ERASE_INPUTS, customer));
    out->entries = count(store, of(store, CSUCCESS__SQLITE_ERASE_BODIES, customer));
    csuccess__sqlite_run(store, of(store, CSUCCESS__SQLITE_ERASE_ENTRIES, customer));
    out->messages = change(store, of(store, CSUCCESS__SQLITE_ERASE_MESSAGES, customer));
    out->settled = change(store, of(store, CSUCCESS__SQLITE_ERASE_SETTLED, customer));
    csuccess__sqlite_unproject(store, customer);
    rename_customer(store, customer, request->pseudonym);
}

/* The secret may be there before anything else of the customer is. */
static uint64_t erase_secret(csuccess_sqlite *store, csuccess_str customer)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_ERASE_RECORD);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_int(store, stmt, 2, CSUCCESS_RECORD_SECRET);
    csuccess__sqlite_text(store, stmt, 3, customer);
    return change(store, stmt);
}

static void erase(csuccess_sqlite *store, const csuccess_erase_request *request, erased *out)
{
    bool contact = request->contact.len > 0;
    if (store->tenant == 0) return;
    if (!contact && request->pseudonym.len == 0) {
        csuccess__sqlite_fail(store, CSUCCESS_EINVALID, "an erasure needs a pseudonym");
    }
    int64_t customer = csuccess__sqlite_customer(store, request->customer, false);
    if (customer != 0 && contact) erase_contact(store, customer, request->contact, out);
    if (customer != 0 && !contact) erase_customer(store, customer, request, out);
    if (!contact) out->records += erase_secret(store, request->customer);
}

static void answer(const erased *counts, csuccess_reply *reply)
{
    csuccess_reply_erased(reply, CSUCCESS_STR("record"), counts->records);
    csuccess_reply_erased(reply, CSUCCESS_STR("input"), counts->inputs);
    csuccess_reply_erased(reply, CSUCCESS_STR("entry"), counts->entries);
    csuccess_reply_erased(reply, CSUCCESS_STR("message"), counts->messages);
    csuccess_reply_erased(reply, CSUCCESS_STR("settled"), counts->settled);
}

/* Old pages in the WAL hold what was erased until it is cut. One that reads just now prevents that for as long as it reads; then each commit
   tries again, without waiting. The last connection that closes removes the WAL. */
void csuccess__sqlite_cut(csuccess_sqlite *store, int wait_ms)
{
    sqlite3_busy_timeout(store->db, wait_ms);
    int rc = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    store->uncut = rc != SQLITE_OK;
    sqlite3_busy_timeout(store->db, store->busy_ms);
}

void csuccess__sqlite_erase(void *ud, const csuccess_erase_request *request,
                            csuccess_reply *reply)
{
    enum { WAIT_MS = 250 }; /* writers wait as long */
    csuccess_sqlite *store = ud;
    erased counts = {0};
    csuccess__sqlite_write(store, request->tenant, false);
    erase(store, request, &counts);
    csuccess__sqlite_finish(store);
    store->customer_name.num = 0;
    if (store->result == CSUCCESS_OK) {
        csuccess__sqlite_cut(store, WAIT_MS);
        answer(&counts, reply);
    }
    csuccess_str why = {store->why, strlen(store->why)};
    csuccess_reply_done(reply, store->result, why);
}
