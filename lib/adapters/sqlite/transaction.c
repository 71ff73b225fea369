/* SPDX-License-Identifier: Apache-2.0 */
/* The transaction around each slot, and the fencing tokens that are given out in it. */
#include "internal.h"

#include <string.h>

void csuccess__sqlite_forget(csuccess_sqlite *store)
{
    store->tenant_name.num = 0;
    store->customer_name.num = 0;
    for (size_t i = 0; i < CSUCCESS__SQLITE_WORDS; i++) store->words[i].num = 0;
}

static int64_t find_tenant(csuccess_sqlite *store, csuccess_str id)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_TENANT);
    csuccess__sqlite_text(store, stmt, 1, id);
    if (!csuccess__sqlite_row(store, stmt)) return 0;
    int64_t num = sqlite3_column_int64(stmt, 0);
    csuccess__sqlite_end(stmt);
    return num;
}

static int64_t add_tenant(csuccess_sqlite *store, csuccess_str id)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_TENANT_ADD);
    csuccess__sqlite_text(store, stmt, 1, id);
    csuccess__sqlite_run(store, stmt);
    return store->result == CSUCCESS_OK ? sqlite3_last_insert_rowid(store->db) : 0;
}

static void know_tenant(csuccess_sqlite *store, csuccess_str id, bool make)
{
    csuccess__sqlite_name *name = &store->tenant_name;
    if (name->num == 0 || name->len != id.len ||
        (id.len && memcmp(name->text, id.ptr, id.len) != 0)) {
        name->num = find_tenant(store, id);
        if (name->num == 0 && make) name->num = add_tenant(store, id);
        name->len = id.len;
        if (id.len && id.len <= sizeof name->text) memcpy(name->text, id.ptr, id.len);
    }
    store->tenant = name->num;
    if (id.len > sizeof name->text) name->num = 0;
}

static void begin(csuccess_sqlite *store, csuccess__sqlite_statement how)
{
    store->result = CSUCCESS_OK;
    store->why[0] = '\0';
    store->customer_name.num = 0;
    csuccess__sqlite_run(store, csuccess__sqlite_use(store, how));
}

void csuccess__sqlite_read(csuccess_sqlite *store, csuccess_str tenant)
{
    begin(store, CSUCCESS__SQLITE_BEGIN);
    know_tenant(store, tenant, false);
}

void csuccess__sqlite_write(csuccess_sqlite *store, csuccess_str tenant, bool make)
{
    begin(store, CSUCCESS__SQLITE_BEGIN_WRITE);
    know_tenant(store, tenant, make);
}

/* A rollback must come about whatever failed, so it passes by the failure. */
static void roll_back(csuccess_sqlite *store)
{
    for (size_t i = 0; i < CSUCCESS__SQLITE_STATEMENTS; i++) {
        if (store->statements[i]) sqlite3_reset(store->statements[i]);
    }
    if (!sqlite3_get_autocommit(store->db)) {
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
    csuccess__sqlite_forget(store);
}

void csuccess__sqlite_finish(csuccess_sqlite *store)
{
    csuccess__sqlite_run(store, csuccess__sqlite_use(store, CSUCCESS__SQLITE_COMMIT));
    if (store->result != CSUCCESS_OK) roll_back(store);
}

void csuccess__sqlite_done(csuccess_sqlite *store, csuccess_reply *reply)
{
    csuccess__sqlite_finish(store);
    csuccess_str why = {store->why, strlen(store->why)};
    csuccess_reply_done(reply, store->result, why);
}

int64_t csuccess__sqlite_token(csuccess_sqlite *store)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_TOKEN);
    if (!csuccess__sqlite_row(store, stmt)) {
        csuccess__sqlite_fail(store, CSUCCESS_ESTATE, "the count of tokens is gone");
        return 0;
    }
    int64_t token = sqlite3_column_int64(stmt, 0);
    csuccess__sqlite_end(stmt);
    return token;
}

csuccess_str csuccess__sqlite_token_text(int64_t token, char room[24])
{
    sqlite3_snprintf(24, room, "%lld", (long long)token);
    csuccess_str text = {room, strlen(room)};
    return text;
}
