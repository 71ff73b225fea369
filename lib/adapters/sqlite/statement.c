/* SPDX-License-Identifier: Apache-2.0 */
/* One prepared statement after another: values in, rows out, and the first failure, after which nothing happens any more. */
#include "internal.h"

#include <string.h>

static const char *const texts[CSUCCESS__SQLITE_STATEMENTS] = {
#define CSUCCESS__SQLITE_TEXT(name, sql) sql,
    CSUCCESS__SQLITE_TABLE(CSUCCESS__SQLITE_TEXT)
#undef CSUCCESS__SQLITE_TEXT
};

static const struct {
    int rc;
    csuccess_result result;
} results[] = {
    {SQLITE_OK, CSUCCESS_OK},
    {SQLITE_BUSY, CSUCCESS_EBUSY},
    {SQLITE_LOCKED, CSUCCESS_EBUSY},
    {SQLITE_PROTOCOL, CSUCCESS_EBUSY},
    {SQLITE_NOMEM, CSUCCESS_ENOMEM},
    {SQLITE_CORRUPT, CSUCCESS_ESTATE},
    {SQLITE_NOTADB, CSUCCESS_ESTATE},
    {SQLITE_SCHEMA, CSUCCESS_ESTATE},
    {SQLITE_ERROR, CSUCCESS_ESTATE}, /* a table is not there or not as it was made */
    {SQLITE_READONLY, CSUCCESS_EDENIED},
    {SQLITE_PERM, CSUCCESS_EDENIED},
    {SQLITE_AUTH, CSUCCESS_EDENIED},
    {SQLITE_CANTOPEN, CSUCCESS_EMISSING},
    {SQLITE_FULL, CSUCCESS_ELIMIT},
    {SQLITE_TOOBIG, CSUCCESS_ELIMIT},
    {SQLITE_INTERRUPT, CSUCCESS_ECANCELLED},
};

csuccess_result csuccess__sqlite_result(int rc)
{
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        if (results[i].rc == (rc & 0xff)) return results[i].result;
    }
    return CSUCCESS_EGENERIC;
}

void csuccess__sqlite_fail(csuccess_sqlite *store, csuccess_result result, const char *why)
{
    if (store->result != CSUCCESS_OK) return;
    store->result = result;
    size_t n = strlen(why);
    if (n >= sizeof store->why) n = sizeof store->why - 1;
    memcpy(store->why, why, n);
    store->why[n] = '\0';
}

/* SQLite's messages name tables and columns, never values. */
void csuccess__sqlite_failed(csuccess_sqlite *store, int rc)
{
    csuccess__sqlite_fail(store, csuccess__sqlite_result(rc), sqlite3_errmsg(store->db));
}

sqlite3_stmt *csuccess__sqlite_use(csuccess_sqlite *store, csuccess__sqlite_statement which)
{
    if (store->result != CSUCCESS_OK) return NULL;
    sqlite3_stmt **kept = &store->statements[which];
    if (*kept) {
        sqlite3_reset(*kept);
        return *kept;
    }
    int rc =
        sqlite3_prepare_v3(store->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT, kept, NULL);
    if (rc != SQLITE_OK) csuccess__sqlite_failed(store, rc);
    return *kept;
}

static void bound(csuccess_sqlite *store, int rc)
{
    if (rc != SQLITE_OK) csuccess__sqlite_failed(store, rc);
}

void csuccess__sqlite_int(csuccess_sqlite *store, sqlite3_stmt *stmt, int at, int64_t v)
{
    if (stmt) bound(store, sqlite3_bind_int64(stmt, at, v));
}

void csuccess__sqlite_int_or(csuccess_sqlite *store, sqlite3_stmt *stmt, int at, int64_t v,
                             int64_t none)
{
    if (!stmt) return;
    bound(store, v == none ? sqlite3_bind_null(stmt, at) : sqlite3_bind_int64(stmt, at, v));
}

void csuccess__sqlite_text(csuccess_sqlite *store, sqlite3_stmt *stmt, int at, csuccess_str s)
{
    if (!stmt) return;
    const char *text = s.len ? s.ptr : "";
    bound(store, sqlite3_bind_text64(stmt, at, text, s.len, SQLITE_STATIC, SQLITE_UTF8));
}

void csuccess__sqlite_text_or_null(csuccess_sqlite *store, sqlite3_stmt *stmt, int at,
                                   csuccess_str s)
{
    if (!stmt) return;
    if (s.ptr) csuccess__sqlite_text(store, stmt, at, s);
    if (!s.ptr) bound(store, sqlite3_bind_null(stmt, at));
}

void csuccess__sqlite_blob(csuccess_sqlite *store, sqlite3_stmt *stmt, int at, csuccess_str s)
{
    if (!stmt) return;
    const char *bytes = s.len ? s.ptr : "";
    bound(store, sqlite3_bind_blob64(stmt, at, bytes, s.len, SQLITE_STATIC));
}

/* The value of a lower-case hex digit; 16 for anything else. */
static unsigned digit(char c)
{
    if (c >= '0' && c <= '9') return (unsigned)(c - '0');
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10u : 16u;
}

static bool unhex(csuccess_str s, unsigned char bytes[32])
{
    if (s.len != 64) return false;
    unsigned all = 0;
    for (size_t i = 0; i < 32; i++) {
        unsigned high = digit(s.ptr[2 * i]), low = digit(s.ptr[2 * i + 1]);
        bytes[i] = (unsigned char)(high << 4 | (low & 15u));
        all |= high | low;
    }
    return all < 16;
}

void csuccess__sqlite_hex(csuccess_sqlite *store, sqlite3_stmt *stmt, int at, csuccess_str s)
{
    unsigned char bytes[32];
    if (!unhex(s, bytes)) {
        csuccess__sqlite_text(store, stmt, at, s);
    } else if (stmt) {
        bound(store, sqlite3_bind_blob(stmt, at, bytes, sizeof bytes, SQLITE_TRANSIENT));
    }
}

bool csuccess__sqlite_row(csuccess_sqlite *store, sqlite3_stmt *stmt)
{
    if (!stmt || store->result != CSUCCESS_OK) return false;
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) return true;
    if (rc != SQLITE_DONE) csuccess__sqlite_failed(store, rc);
    sqlite3_reset(stmt);
    return false;
}

int csuccess__sqlite_run(csuccess_sqlite *store, sqlite3_stmt *stmt)
{
    if (!stmt || store->result != CSUCCESS_OK) return 0;
    int rc = sqlite3_step(stmt);
    if (rc != SQLITE_DONE && rc != SQLITE_ROW) csuccess__sqlite_failed(store, rc);
    int changes = rc == SQLITE_DONE ? sqlite3_changes(store->db) : 0;
    sqlite3_reset(stmt);
    return changes;
}

void csuccess__sqlite_end(sqlite3_stmt *stmt)
{
    if (stmt) sqlite3_reset(stmt);
}

csuccess_str csuccess__sqlite_column(sqlite3_stmt *stmt, int at)
{
    csuccess_str s = {NULL, 0};
    if (sqlite3_column_type(stmt, at) == SQLITE_NULL) return s;
    s.ptr = sqlite3_column_blob(stmt, at);
    s.len = (size_t)sqlite3_column_bytes(stmt, at);
    if (!s.ptr) s.ptr = ""; /* nothing, but there */
    return s;
}

csuccess_str csuccess__sqlite_column_hex(sqlite3_stmt *stmt, int at, char room[64])
{
    csuccess_str s = csuccess__sqlite_column(stmt, at);
    if (s.len != 32 || sqlite3_column_type(stmt, at) != SQLITE_BLOB) return s;
    for (size_t i = 0; i < 32; i++) {
        unsigned char byte = (unsigned char)s.ptr[i];
        room[2 * i] = "0123456789abcdef"[byte >> 4];
        room[2 * i + 1] = "0123456789abcdef"[byte & 15];
    }
    s.ptr = room;
    s.len = 64;
    return s;
}

int64_t csuccess__sqlite_column_or(sqlite3_stmt *stmt, int at, int64_t none)
{
    return sqlite3_column_type(stmt, at) == SQLITE_NULL ? none : sqlite3_column_int64(stmt, at);
}
