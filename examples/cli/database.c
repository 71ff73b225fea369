/* SPDX-License-Identifier: Apache-2.0 */
/* Opening of the SQLite file, and questions to it. */
#include "database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef CLI_SQLITE
#include <csuccess/sqlite.h>
#include <sqlite3.h>

bool database_open(database *db, const char *path, bool make)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_sqlite_options options = CSUCCESS_SQLITE_OPTIONS_INIT;
    options.flags = make ? 0 : CSUCCESS_SQLITE_EXISTING;
    db->path = path;
    db->slots = csuccess_sqlite_ops();
    if (csuccess_sqlite_open(&db->store, (csuccess_str){path, strlen(path)}, &options, &err) >=
        0) {
        return true;
    }
    fprintf(stderr, "csuccess: %s\n", err.message);
    return false;
}

void database_close(database *db)
{
    csuccess_sqlite_close(db->store);
    db->store = NULL;
}

/* ---- The slots: the adapter's, but for one answer ---- */

#define PASSED_ON(slot, request_type) \
    static void slot(void *ud, const request_type *request, csuccess_reply *reply) \
    { \
        const database *db = ud; \
        db->slots->slot(db->store, request, reply); \
    }
PASSED_ON(load, csuccess_load_request)
PASSED_ON(commit, csuccess_commit_request)
PASSED_ON(due, csuccess_due_request)
PASSED_ON(defer, csuccess_defer_request)
PASSED_ON(claim, csuccess_claim_request)
PASSED_ON(scan, csuccess_scan_request)
PASSED_ON(history, csuccess_history_request)
PASSED_ON(outbox, csuccess_outbox_request)
PASSED_ON(erase, csuccess_erase_request)

/* A message whose channel nobody registered is put off by minutes. Where time is the command's to make pass, it would be taken up again at each of them, months long: it waits for the end
   of this run instead. */
static void settle(void *ud, const csuccess_settle_request *request, csuccess_reply *reply)
{
    const database *db = ud;
    csuccess_settle_request put_off = *request;
    bool nobody = request->outcome == CSUCCESS_SETTLE_RETRY && request->reason.len == 10 &&
                  memcmp(request->reason.ptr, "no_channel", 10) == 0;
    if (nobody && put_off.retry_ms < db->patience) put_off.retry_ms = db->patience;
    db->slots->settle(db->store, &put_off, reply);
}

csuccess_result database_give(database *db, csuccess_engine *engine, csuccess_error *err)
{
    static const csuccess_store_ops slots = {sizeof slots, load, commit,  due,    defer, claim,
                                             settle,       scan, history, outbox, erase};
    return csuccess_engine_set_store(engine, &slots, db, NULL, err);
}

/* ---- Questions ---- */

static int failed(const database *db, sqlite3 *at)
{
    fprintf(stderr, "csuccess: %s: %s\n", db->path, at ? sqlite3_errmsg(at) : "out of memory");
    return 1;
}

enum { CELLS_MOST = 16 };

static bool tell_row(sqlite3_stmt *statement, database_row_fn row, void *ud)
{
    csuccess_str cells[CELLS_MOST];
    int count = sqlite3_column_count(statement);
    for (int i = 0; i < count && i < CELLS_MOST; i++) {
        cells[i].ptr = (const char *)sqlite3_column_text(statement, i);
        cells[i].len = (size_t)sqlite3_column_bytes(statement, i);
    }
    return row(ud, cells, count);
}

/* `customer` is ?1 of the question. 0, or 1 after telling. */
static int ask(const database *db, const char *sql, csuccess_str customer, database_row_fn row,
               void *ud)
{
    sqlite3 *at = NULL;
    sqlite3_stmt *statement = NULL;
    int code = 0, rc = sqlite3_open_v2(db->path, &at, SQLITE_OPEN_READONLY, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_busy_timeout(at, 5000);
    if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(at, sql, -1, &statement, NULL);
    if (rc == SQLITE_OK && sqlite3_bind_parameter_count(statement) > 0) {
        rc = sqlite3_bind_text(statement, 1, customer.ptr ? customer.ptr : "",
                               (int)customer.len, SQLITE_STATIC);
    }
    while (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        rc = tell_row(statement, row, ud) ? SQLITE_OK : SQLITE_DONE;
    }
    if (rc != SQLITE_DONE) code = failed(db, at);
    sqlite3_finalize(statement);
    sqlite3_close(at);
    return code;
}

typedef struct kept {
    char *text;
    size_t len;
} kept;

static bool keep(void *ud, const csuccess_str *cells, int count)
{
    kept *out = ud;
    (void)count;
    out->text = malloc(cells[0].len + 1);
    if (!out->text) return false;
    memcpy(out->text, cells[0].ptr, cells[0].len);
    out->text[cells[0].len] = '\0';
    out->len = cells[0].len;
    return false;
}

/* 0, or 1 after telling. Nothing is found where there is none. */
static int find_definition(const database *db, csuccess_str customer, kept *out)
{
    /* Of the views only the audit says which configuration decided; the document itself is the store's record of it. */
    static const char of_customer[] =
        "SELECT r.body FROM store_records r WHERE r.kind = 3 AND r.id = (SELECT config FROM "
        "audit WHERE customer = ?1 ORDER BY seq DESC LIMIT 1)";
    static const char of_anybody[] =
        "SELECT r.body FROM store_records r WHERE r.kind = 3 AND r.id = (SELECT f.text FROM "
        "store_entries e JOIN store_words f ON f.num = e.config ORDER BY e.rowid DESC LIMIT 1)";
    return ask(db, customer.len ? of_customer : of_anybody, customer, keep, out);
}

char *database_last_definition(const database *db, size_t *len)
{
    kept out = {NULL, 0};
    if (find_definition(db, (csuccess_str){"", 0}, &out) != 0) return NULL;
    *len = out.len;
    return out.text;
}

char *database_definition(const database *db, csuccess_str customer, size_t *len)
{
    kept out = {NULL, 0};
    if (find_definition(db, customer, &out) != 0) return NULL;
    if (!out.text && customer.len) {
        fprintf(stderr, "csuccess: there is no customer \"%.*s\"\n", (int)customer.len,
                customer.ptr);
    } else if (!out.text) {
        fprintf(stderr, "csuccess: %s keeps no configuration yet: give -c\n", db->path);
    }
    *len = out.len;
    return out.text;
}

int database_customers(const database *db, database_row_fn row, void *ud)
{
    return ask(db, "SELECT customer FROM customers ORDER BY customer", (csuccess_str){"", 0},
               row, ud);
}

int database_histories(const database *db, database_row_fn row, void *ud)
{
    return ask(db,
               "SELECT id FROM store_customers c WHERE EXISTS (SELECT 1 FROM store_entries e "
               "WHERE e.customer = c.num) ORDER BY id",
               (csuccess_str){"", 0}, row, ud);
}

int database_erased(const database *db, database_row_fn row, void *ud)
{
    return ask(db,
               "SELECT id FROM store_customers c WHERE EXISTS (SELECT 1 FROM store_entries e "
               "WHERE e.customer = c.num) AND NOT EXISTS (SELECT 1 FROM store_states s WHERE "
               "s.num = c.num) ORDER BY id",
               (csuccess_str){"", 0}, row, ud);
}

int database_entries(const database *db, csuccess_str customer, database_row_fn row, void *ud)
{
    return ask(db,
               "SELECT seq, at, kind, cause, principal, config, subject, body, commitment, "
               "digest FROM audit WHERE customer = ?1 ORDER BY seq",
               customer, row, ud);
}

int database_messages(const database *db, csuccess_str customer, database_row_fn row, void *ud)
{
    return ask(
        db,
        "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000, 'unixepoch'), channel, contact, "
        "definition, state, attempts, guard, reason, "
        "strftime('%Y-%m-%dT%H:%M:%SZ', until / 1000, 'unixepoch') "
        "FROM messages WHERE customer = ?1 ORDER BY at DESC, message LIMIT 20",
        customer, row, ud);
}

#else

static int without(void)
{
    fprintf(stderr, "csuccess: this build has no SQLite: build with -Dsqlite=enabled (Debian: "
                    "libsqlite3-dev)\n");
    return 1;
}

bool database_open(database *db, const char *path, bool make)
{
    (void)make;
    db->path = path;
    return without() == 0;
}

void database_close(database *db)
{
    db->store = NULL;
}

csuccess_result database_give(database *db, csuccess_engine *engine, csuccess_error *err)
{
    (void)db;
    (void)engine;
    (void)err;
    return CSUCCESS_EUNSUPPORTED;
}

char *database_definition(const database *db, csuccess_str customer, size_t *len)
{
    (void)db;
    (void)customer;
    *len = 0;
    return without() ? NULL : NULL;
}

char *database_last_definition(const database *db, size_t *len)
{
    (void)db;
    *len = 0;
    return NULL;
}

int database_customers(const database *db, database_row_fn row, void *ud)
{
    (void)db;
    (void)row;
    (void)ud;
    return without();
}

int database_histories(const database *db, database_row_fn row, void *ud)
{
    return database_customers(db, row, ud);
}

int database_erased(const database *db, database_row_fn row, void *ud)
{
    return database_customers(db, row, ud);
}

int database_entries(const database *db, csuccess_str customer, database_row_fn row, void *ud)
{
    (void)customer;
    return database_customers(db, row, ud);
}

int database_messages(const database *db, csuccess_str customer, database_row_fn row, void *ud)
{
    return database_entries(db, customer, row, ud);
}
#endif
