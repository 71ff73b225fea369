/* SPDX-License-Identifier: Apache-2.0 */
/* A connection inside: its prepared statements, the failure that sticks until a slot ends, and the numbers that stand for texts. */
#ifndef CSUCCESS__SQLITE_INTERNAL_H
#define CSUCCESS__SQLITE_INTERNAL_H

#include <csuccess/sqlite.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statements.h"

enum {
    CSUCCESS__SQLITE_APPLICATION = 0x43537563, /* "CSuc" */
    CSUCCESS__SQLITE_NAME_BYTES = 128,         /* a longer name is looked up each time */
    CSUCCESS__SQLITE_WORDS = 32,
    CSUCCESS__SQLITE_WORD_BYTES = 72
};

/* A text and the number that stands for it; 0: none. */
typedef struct csuccess__sqlite_name {
    int64_t num;
    size_t len;
    char text[CSUCCESS__SQLITE_NAME_BYTES];
} csuccess__sqlite_name;

typedef struct csuccess__sqlite_word {
    int64_t num;
    size_t len;
    char text[CSUCCESS__SQLITE_WORD_BYTES];
} csuccess__sqlite_word;

/* What became of a batch. */
typedef enum csuccess__sqlite_verdict {
    CSUCCESS__SQLITE_NONE,
    CSUCCESS__SQLITE_APPLIED,
    CSUCCESS__SQLITE_CONFLICT,
    CSUCCESS__SQLITE_REFUSED,
    CSUCCESS__SQLITE_ALREADY
} csuccess__sqlite_verdict;

typedef struct csuccess__sqlite_answer {
    csuccess__sqlite_verdict verdict;
    size_t delta; /* of REFUSED */
} csuccess__sqlite_answer;

struct csuccess_sqlite {
    sqlite3 *db;
    sqlite3_stmt *statements[CSUCCESS__SQLITE_STATEMENTS];
    sqlite3_stmt **projections; /* by row of the table in project.c */
    csuccess_result
        result; /* first failure since the slot began; what follows it does nothing */
    char why[256];
    bool projects;
    bool uncut; /* the WAL still holds what was erased, since others were reading */
    int busy_ms;
    int64_t tenant; /* of the request; 0: not there */
    /* Numbers are never given to another text, but what a transaction that is rolled back gave out is void, and a customer's goes
       with an erasure by another connection: tenants and words are forgotten at a rollback, the customer at every begin. */
    csuccess__sqlite_name tenant_name, customer_name;
    csuccess__sqlite_word words[CSUCCESS__SQLITE_WORDS];
    unsigned next_word;
    csuccess__sqlite_answer *answers;
    size_t answer_cap;
};

/* ---- statement.c: one statement after another, until one fails ---- */

/* Prepared, reset and without values; NULL after a failure. All that follow bear NULL. */
sqlite3_stmt *csuccess__sqlite_use(csuccess_sqlite *store, csuccess__sqlite_statement which);
void csuccess__sqlite_int(csuccess_sqlite *store, sqlite3_stmt *stmt, int at, int64_t v);
/* As NULL when it is `none`. */
void csuccess__sqlite_int_or(csuccess_sqlite *store, sqlite3_stmt *stmt, int at, int64_t v,
                             int64_t none);
void csuccess__sqlite_text(csuccess_sqlite *store, sqlite3_stmt *stmt, int at,
                           csuccess_str s); /* ptr NULL: an empty one */
void csuccess__sqlite_text_or_null(csuccess_sqlite *store, sqlite3_stmt *stmt, int at,
                                   csuccess_str s);
void csuccess__sqlite_blob(csuccess_sqlite *store, sqlite3_stmt *stmt, int at,
                           csuccess_str s); /* ptr NULL: an empty one */
/* 64 hex digits as their 32 bytes; anything else as text. */
void csuccess__sqlite_hex(csuccess_sqlite *store, sqlite3_stmt *stmt, int at, csuccess_str s);
/* Whether there is a row (which the caller reads before the statement is used again). */
bool csuccess__sqlite_row(csuccess_sqlite *store, sqlite3_stmt *stmt);
/* Runs to the end and tells how many rows were changed. */
int csuccess__sqlite_run(csuccess_sqlite *store, sqlite3_stmt *stmt);
/* Ends a statement of which not all rows were wanted. */
void csuccess__sqlite_end(sqlite3_stmt *stmt);
/* Columns of a row; texts and blobs are borrowed until the next step. NULL is a ptr of NULL; an empty text is not. */
csuccess_str csuccess__sqlite_column(sqlite3_stmt *stmt, int at);
csuccess_str csuccess__sqlite_column_hex(sqlite3_stmt *stmt, int at, char room[64]);
int64_t csuccess__sqlite_column_or(sqlite3_stmt *stmt, int at,
                                   int64_t none); /* `none` for NULL */

/* The first failure is kept. */
void csuccess__sqlite_fail(csuccess_sqlite *store, csuccess_result result, const char *why);
/* Of SQLite itself. */
void csuccess__sqlite_failed(csuccess_sqlite *store, int rc);
csuccess_result csuccess__sqlite_result(int rc);

/* ---- transaction.c ---- */

/* Begins a slot: forgets the last failure, finds the tenant; reading alone, or writing too (`make`: the tenant is made when it is not there). */
void csuccess__sqlite_read(csuccess_sqlite *store, csuccess_str tenant);
void csuccess__sqlite_write(csuccess_sqlite *store, csuccess_str tenant, bool make);
/* Ends it: commits, or takes everything back after a failure. */
void csuccess__sqlite_finish(csuccess_sqlite *store);
/* Forgets numbers that a rollback made void. */
void csuccess__sqlite_forget(csuccess_sqlite *store);
/* finish() and done(). A reply that could not be kept is a failure of its own; it needs nothing here. */
void csuccess__sqlite_done(csuccess_sqlite *store, csuccess_reply *reply);
/* A new fencing token, greater than all before. */
int64_t csuccess__sqlite_token(csuccess_sqlite *store);
csuccess_str csuccess__sqlite_token_text(int64_t token, char room[24]);

/* ---- names.c ---- */

/* The number of a customer (or pseudonym) of the tenant; 0: not there. */
int64_t csuccess__sqlite_customer(csuccess_sqlite *store, csuccess_str id, bool make);
/* The number of a word that comes again and again: a kind, a principal, a configuration's hash. Made when new. */
int64_t csuccess__sqlite_word_number(csuccess_sqlite *store, csuccess_str text);

/* ---- project.c ---- */

int csuccess__sqlite_projections(void); /* how many rows the table has */
/* Makes the rows of one entry; nothing for what no row of the table reads. */
void csuccess__sqlite_project(csuccess_sqlite *store, int64_t customer,
                              const csuccess_entry *entry);
/* Removes the rows of a customer (0: of all), and makes them anew from its entries. */
void csuccess__sqlite_unproject(csuccess_sqlite *store, int64_t customer);
void csuccess__sqlite_reproject(csuccess_sqlite *store, int64_t customer);

/* ---- schema.c ---- */

/* Brings the tables to this version, inside the caller's transaction. `version` is the file's. */
void csuccess__sqlite_upgrade(csuccess_sqlite *store, int version, bool bare);
int csuccess__sqlite_version(void);
/* Runs texts of SQL without values. */
void csuccess__sqlite_exec(csuccess_sqlite *store, const char *sql);
/* The first number that a statement without values gives; `none` when there is none. */
int64_t csuccess__sqlite_number(csuccess_sqlite *store, const char *sql, int64_t none);

/* ---- message.c ---- */

/* Adds a message unless its id is there. */
void csuccess__sqlite_message_add(csuccess_sqlite *store, const csuccess_message *message);
/* Answers the message that a row of SELECT_MESSAGE holds. */
void csuccess__sqlite_message_answer(sqlite3_stmt *row, csuccess_str token,
                                     csuccess_reply *reply);

/* ---- erase.c ---- */

/* Writes the WAL back and cuts it, waiting so long for those that read; what that comes to stands in `uncut`. */
void csuccess__sqlite_cut(csuccess_sqlite *store, int wait_ms);

/* ---- the slots ---- */

void csuccess__sqlite_load(void *ud, const csuccess_load_request *request,
                           csuccess_reply *reply);
void csuccess__sqlite_commit(void *ud, const csuccess_commit_request *request,
                             csuccess_reply *reply);
void csuccess__sqlite_due(void *ud, const csuccess_due_request *request, csuccess_reply *reply);
void csuccess__sqlite_defer(void *ud, const csuccess_defer_request *request,
                            csuccess_reply *reply);
void csuccess__sqlite_claim(void *ud, const csuccess_claim_request *request,
                            csuccess_reply *reply);
void csuccess__sqlite_settle(void *ud, const csuccess_settle_request *request,
                             csuccess_reply *reply);
void csuccess__sqlite_scan(void *ud, const csuccess_scan_request *request,
                           csuccess_reply *reply);
void csuccess__sqlite_history(void *ud, const csuccess_history_request *request,
                              csuccess_reply *reply);
void csuccess__sqlite_outbox(void *ud, const csuccess_outbox_request *request,
                             csuccess_reply *reply);
void csuccess__sqlite_erase(void *ud, const csuccess_erase_request *request,
                            csuccess_reply *reply);

#endif
