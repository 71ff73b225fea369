/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing a file, what may be wrong with it, and making its projections anew. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- Saying what is wrong ---- */

static csuccess_result said(csuccess_error *err, csuccess_result code, const char *path,
                            const char *what)
{
    if (!err || err->size < sizeof *err) return code;
    memset((char *)err + sizeof err->size, 0, sizeof *err - sizeof err->size);
    err->code = code;
    sqlite3_snprintf((int)sizeof err->message, err->message, "%s%s%s", path,
                     path[0] ? ": " : "", what);
    return code;
}

static csuccess_result why(const csuccess_sqlite *store, csuccess_error *err, const char *path)
{
    return said(err, store->result, path, store->why);
}

/* ---- What a caller asks for ---- */

static csuccess_result check_bytes(const csuccess_sqlite_options *options, csuccess_error *err)
{
    const unsigned char *bytes = (const unsigned char *)options;
    if (options->size < sizeof options->size) {
        return said(err, CSUCCESS_EABI, "", "csuccess_sqlite_options.size is not set");
    }
    for (size_t i = sizeof *options; i < options->size; i++) {
        if (bytes[i] != 0) {
            return said(err, CSUCCESS_EABI, "",
                        "csuccess_sqlite_options is of a newer library");
        }
    }
    return CSUCCESS_OK;
}

/* A number, or its default. */
static csuccess_result number(uint32_t *field, uint32_t otherwise, uint32_t most,
                              csuccess_error *err)
{
    if (*field == 0) *field = otherwise;
    if (*field <= most) return CSUCCESS_OK;
    return said(err, CSUCCESS_ERANGE, "",
                "a number of csuccess_sqlite_options is beyond its limit");
}

static csuccess_result take_options(csuccess_sqlite_options *out,
                                    const csuccess_sqlite_options *options, csuccess_error *err)
{
    memset(out, 0, sizeof *out);
    if (options) {
        csuccess_result result = check_bytes(options, err);
        if (result < 0) return result;
        memcpy(out, options, options->size < sizeof *out ? options->size : sizeof *out);
    }
    if (out->flags & ~(CSUCCESS_SQLITE_EXISTING | CSUCCESS_SQLITE_BARE)) {
        return said(err, CSUCCESS_EINVALID, "",
                    "csuccess_sqlite_options.flags has an unknown flag");
    }
    csuccess_result result = number(&out->busy_ms, 5000, 3600000, err);
    if (result >= 0) result = number(&out->cache_kib, 16384, 1048576, err);
    return result < 0 ? result : number(&out->checkpoint, 4000, 1000000, err);
}

/* Terminated, the caller's to free. */
static char *path_of(csuccess_str path, csuccess_error *err)
{
    if (!path.ptr || path.len == 0 || memchr(path.ptr, '\0', path.len)) {
        said(err, CSUCCESS_EINVALID, "", "the path is empty or has a NUL in it");
        return NULL;
    }
    char *text = malloc(path.len + 1);
    if (!text) {
        said(err, CSUCCESS_ENOMEM, "", "no memory for the path");
        return NULL;
    }
    memcpy(text, path.ptr, path.len);
    text[path.len] = '\0';
    return text;
}

/* ---- Opening ---- */

static csuccess_sqlite *fresh(void)
{
    csuccess_sqlite *store = calloc(1, sizeof *store);
    if (!store) return NULL;
    store->projections =
        calloc((size_t)csuccess__sqlite_projections(), sizeof *store->projections);
    if (store->projections) return store;
    free(store);
    return NULL;
}

static void open_file(csuccess_sqlite *store, const char *path,
                      const csuccess_sqlite_options *options)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (!(options->flags & CSUCCESS_SQLITE_EXISTING)) flags |= SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(path, &store->db, flags, NULL);
    if (!store->db) {
        csuccess__sqlite_fail(store, CSUCCESS_ENOMEM, "no memory for the connection");
    } else if (rc != SQLITE_OK) {
        csuccess__sqlite_fail(
            store, csuccess__sqlite_result(rc),
            (rc & 0xff) == SQLITE_CANTOPEN
                ? "it cannot be opened; is the folder there, and may it be used?"
                : sqlite3_errmsg(store->db));
    } else {
        sqlite3_extended_result_codes(store->db, 1);
        store->busy_ms = (int)options->busy_ms;
        sqlite3_busy_timeout(store->db, store->busy_ms);
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    }
}

/* What SQLite says when it first reads the file, in the words of this library. */
static void explain(csuccess_sqlite *store)
{
    static const struct {
        csuccess_result result;
        const char *why;
    } words[] = {
        {CSUCCESS_EBUSY, "another program has locked it; try again when that has ended"},
        {CSUCCESS_EDENIED, "it or its folder may not be written to"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (store->result != words[i].result) continue;
        store->result = CSUCCESS_OK;
        csuccess__sqlite_fail(store, words[i].result, words[i].why);
    }
}

/*
 * Whose file it is, before anything is written to it. Gives its version; 0: it is empty.
 * Asked within a transaction: what is read here must be of one moment, since another may be
 * making the tables just now.
 */
static int recognise(csuccess_sqlite *store)
{
    char text[160];
    int64_t application = csuccess__sqlite_number(store, "PRAGMA application_id", 0);
    int64_t version = csuccess__sqlite_number(store, "PRAGMA user_version", 0);
    int64_t tables = csuccess__sqlite_number(store, "SELECT count(*) FROM sqlite_schema", 0);
    if (store->result == CSUCCESS_ESTATE) {
        store->result = CSUCCESS_OK;
        csuccess__sqlite_fail(store, CSUCCESS_ESTATE,
                              "it is no SQLite database, or a damaged one; restore it from a "
                              "backup or name another file");
    } else if (application != CSUCCESS__SQLITE_APPLICATION &&
               (tables || application || version)) {
        csuccess__sqlite_fail(store, CSUCCESS_ESTATE,
                              "it is the database of another program; name another file");
    } else if (version > csuccess__sqlite_version()) {
        sqlite3_snprintf(
            (int)sizeof text, text,
            "its tables have version %lld and this library knows %d; use a newer csuccess",
            (long long)version, csuccess__sqlite_version());
        csuccess__sqlite_fail(store, CSUCCESS_EUNSUPPORTED, text);
    }
    if (store->result == CSUCCESS_OK && sqlite3_db_readonly(store->db, "main") == 1) {
        csuccess__sqlite_fail(store, CSUCCESS_EDENIED, "it may not be written to");
    }
    return (int)version;
}

/* Two that open a new file at once may both be told that it is busy, which SQLite does not wait for here. */
static void use_wal(csuccess_sqlite *store, uint32_t busy_ms)
{
    for (uint32_t waited = 0;; waited += 10) {
        sqlite3_stmt *stmt = NULL;
        int rc = sqlite3_prepare_v2(store->db, "PRAGMA journal_mode = WAL", -1, &stmt, NULL);
        if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
        const char *mode = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
        bool wal = mode && strcmp(mode, "wal") == 0;
        sqlite3_finalize(stmt);
        if (wal) return;
        if ((rc & 0xff) == SQLITE_BUSY && waited < busy_ms) {
            sqlite3_sleep(10);
            continue;
        }
        if (rc != SQLITE_ROW) csuccess__sqlite_failed(store, rc);
        csuccess__sqlite_fail(
            store, CSUCCESS_EUNSUPPORTED,
            "WAL mode is not to be had there; use a file on a disk of this machine");
        return;
    }
}

static void set_up(csuccess_sqlite *store, const csuccess_sqlite_options *options)
{
    char pragmas[320];
    sqlite3_snprintf((int)sizeof pragmas, pragmas,
                     "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store "
                     "= MEMORY; PRAGMA cell_size_check = ON; "
                     "PRAGMA cache_size = -%u; PRAGMA wal_autocheckpoint = %u; PRAGMA "
                     "journal_size_limit = 67108864;",
                     (unsigned)options->cache_kib, (unsigned)options->checkpoint);
    csuccess__sqlite_exec(store, pragmas);
}

static int look(csuccess_sqlite *store)
{
    csuccess__sqlite_exec(store, "BEGIN");
    int version = recognise(store);
    if (!sqlite3_get_autocommit(store->db)) {
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return version;
}

/* Somebody else may have done it between the first look and the lock. */
static void bring_up(csuccess_sqlite *store, const csuccess_sqlite_options *options)
{
    csuccess__sqlite_exec(store, "BEGIN IMMEDIATE");
    int version = recognise(store);
    if (store->result == CSUCCESS_OK && version < csuccess__sqlite_version()) {
        csuccess__sqlite_upgrade(store, version, (options->flags & CSUCCESS_SQLITE_BARE) != 0);
    }
    csuccess__sqlite_finish(store);
}

static void open_store(csuccess_sqlite *store, const char *path,
                       const csuccess_sqlite_options *options)
{
    open_file(store, path, options);
    int version = store->result == CSUCCESS_OK ? look(store) : 0;
    if (store->result == CSUCCESS_OK) use_wal(store, options->busy_ms);
    if (store->result == CSUCCESS_OK) set_up(store, options);
    if (store->result == CSUCCESS_OK && version < csuccess__sqlite_version()) {
        bring_up(store, options);
    }
    store->projects = csuccess__sqlite_number(
                          store, "SELECT value FROM store_meta WHERE key = 'projects'", 1) != 0;
    explain(store);
}

csuccess_result csuccess_sqlite_open(csuccess_sqlite **out, csuccess_str path,
                                     const csuccess_sqlite_options *options,
                                     csuccess_error *err)
{
    csuccess_sqlite_options used;
    if (!out) return said(err, CSUCCESS_EINVALID, "", "there is no place for the connection");
    *out = NULL;
    csuccess_result result = take_options(&used, options, err);
    if (result < 0) return result;
    char *text = path_of(path, err);
    if (!text)
        return path.ptr && path.len && !memchr(path.ptr, '\0', path.len) ? CSUCCESS_ENOMEM
                                                                         : CSUCCESS_EINVALID;
    csuccess_sqlite *store = fresh();
    if (!store) {
        free(text);
        return said(err, CSUCCESS_ENOMEM, "", "no memory for the connection");
    }
    open_store(store, text, &used);
    result = store->result;
    if (result < 0) {
        why(store, err, text);
        csuccess_sqlite_close(store);
        store = NULL;
    }
    *out = store;
    free(text);
    return result;
}

void csuccess_sqlite_close(csuccess_sqlite *store)
{
    if (!store) return;
    for (size_t i = 0; i < CSUCCESS__SQLITE_STATEMENTS; i++) {
        sqlite3_finalize(store->statements[i]);
    }
    for (int i = 0; i < csuccess__sqlite_projections(); i++) {
        sqlite3_finalize(store->projections[i]);
    }
    sqlite3_close(store->db);
    free(store->projections);
    free(store->answers);
    free(store);
}

const csuccess_store_ops *csuccess_sqlite_ops(void)
{
    static const csuccess_store_ops ops = {
        .size = sizeof ops,
        .load = csuccess__sqlite_load,
        .commit = csuccess__sqlite_commit,
        .due = csuccess__sqlite_due,
        .defer = csuccess__sqlite_defer,
        .claim = csuccess__sqlite_claim,
        .settle = csuccess__sqlite_settle,
        .scan = csuccess__sqlite_scan,
        .history = csuccess__sqlite_history,
        .outbox = csuccess__sqlite_outbox,
        .erase = csuccess__sqlite_erase,
    };
    return &ops;
}

csuccess_result csuccess_sqlite_rebuild(csuccess_sqlite *store, csuccess_error *err)
{
    if (!store) return said(err, CSUCCESS_EINVALID, "", "there is no connection");
    csuccess_str none = {NULL, 0};
    csuccess__sqlite_write(store, none, false);
    csuccess__sqlite_reproject(store, 0);
    csuccess__sqlite_finish(store);
    return store->result < 0 ? why(store, err, "") : CSUCCESS_OK;
}
