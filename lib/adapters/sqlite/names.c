/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers for texts: a customer's id stands in one row, and kinds, principals and configurations once in all. */
#include "internal.h"

#include <string.h>

static bool is(csuccess_str text, const char *kept, size_t len)
{
    return text.len == len && (len == 0 || memcmp(text.ptr, kept, len) == 0);
}

static int64_t find(csuccess_sqlite *store, sqlite3_stmt *stmt)
{
    if (!csuccess__sqlite_row(store, stmt)) return 0;
    int64_t num = sqlite3_column_int64(stmt, 0);
    csuccess__sqlite_end(stmt);
    return num;
}

static int64_t added(csuccess_sqlite *store, sqlite3_stmt *stmt)
{
    csuccess__sqlite_run(store, stmt);
    return store->result == CSUCCESS_OK ? sqlite3_last_insert_rowid(store->db) : 0;
}

static int64_t look_up(csuccess_sqlite *store, csuccess_str id, bool make)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_CUSTOMER);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_text(store, stmt, 2, id);
    int64_t num = find(store, stmt);
    if (num != 0 || !make || store->result != CSUCCESS_OK) return num;
    stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_CUSTOMER_ADD);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_text(store, stmt, 2, id);
    return added(store, stmt);
}

int64_t csuccess__sqlite_customer(csuccess_sqlite *store, csuccess_str id, bool make)
{
    csuccess__sqlite_name *last = &store->customer_name;
    if (store->tenant == 0) return 0;
    if (last->num != 0 && is(id, last->text, last->len)) return last->num;
    int64_t num = look_up(store, id, make);
    if (num != 0 && id.len > 0 && id.len <= sizeof last->text) {
        memcpy(last->text, id.ptr, id.len);
        last->len = id.len;
        last->num = num;
    }
    return num;
}

static int64_t word(csuccess_sqlite *store, csuccess_str text)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_WORD);
    csuccess__sqlite_text(store, stmt, 1, text);
    int64_t num = find(store, stmt);
    if (num != 0 || store->result != CSUCCESS_OK) return num;
    stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_WORD_ADD);
    csuccess__sqlite_text(store, stmt, 1, text);
    return added(store, stmt);
}

int64_t csuccess__sqlite_word_number(csuccess_sqlite *store, csuccess_str text)
{
    for (size_t i = 0; i < CSUCCESS__SQLITE_WORDS; i++) {
        const csuccess__sqlite_word *known = &store->words[i];
        if (known->num != 0 && is(text, known->text, known->len)) return known->num;
    }
    int64_t num = word(store, text);
    if (num != 0 && text.len <= CSUCCESS__SQLITE_WORD_BYTES) {
        csuccess__sqlite_word *kept = &store->words[store->next_word];
        store->next_word = (store->next_word + 1) % CSUCCESS__SQLITE_WORDS;
        if (text.len) memcpy(kept->text, text.ptr, text.len);
        kept->len = text.len;
        kept->num = num;
    }
    return num;
}
