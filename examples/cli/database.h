/* SPDX-License-Identifier: Apache-2.0 */
/* The SQLite file: the store of the library's adapter, and what this command reads of it with SQL. */
#ifndef CLI_DATABASE_H
#define CLI_DATABASE_H

#include <csuccess/engine.h>
#include <stdbool.h>

typedef struct database {
    const char *path;
    struct csuccess_sqlite *store;
    const csuccess_store_ops *slots; /* of the adapter */
    int64_t
        patience; /* messages that nobody sends are not looked at again before this time; 0: as the engine says */
} database;

/* False after telling, also when this build has no SQLite. `make`: an absent file is made. */
bool database_open(database *db, const char *path, bool make);
void database_close(database *db);
/* Registers it as the engine's store. */
csuccess_result database_give(database *db, csuccess_engine *engine, csuccess_error *err);

/* The document of the configuration under which the customer was last advanced, or anybody (empty). NULL after telling; the caller frees. */
char *database_definition(const database *db, csuccess_str customer, size_t *len);
/* That of anybody, quietly: NULL also where there is none yet. */
char *database_last_definition(const database *db, size_t *len);

/* What is told of each row of a query; false stops. */
typedef bool (*database_row_fn)(void *ud, const csuccess_str *cells, int count);
/* Ids of all customers, a cell each, in order. 0, or 1 after telling. */
int database_customers(const database *db, database_row_fn row, void *ud);
/* Ids of all histories, those of erased customers (their pseudonyms) among them. */
int database_histories(const database *db, database_row_fn row, void *ud);
/* Only those of erased customers. */
int database_erased(const database *db, database_row_fn row, void *ud);
/* A customer's entries in order: seq, at, kind, cause, principal, config, subject, body, commitment, digest; a cell whose ptr is NULL is NULL. */
int database_entries(const database *db, csuccess_str customer, database_row_fn row, void *ud);
/* Messages about a customer, the last first: at, channel, contact, definition, state, attempts, guard, reason, until. */
int database_messages(const database *db, csuccess_str customer, database_row_fn row, void *ud);

#endif
