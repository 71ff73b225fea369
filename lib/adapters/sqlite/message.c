/* SPDX-License-Identifier: Apache-2.0 */
/* A message going in and coming out. */
#include "internal.h"

void csuccess__sqlite_message_add(csuccess_sqlite *store, const csuccess_message *message)
{
    int64_t target =
        message->target.len ? csuccess__sqlite_customer(store, message->target, true) : 0;
    int64_t customer = csuccess__sqlite_customer(store, message->customer, true);
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_MESSAGE_ADD);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_hex(store, stmt, 2, message->id);
    csuccess__sqlite_int(store, stmt, 3, customer);
    csuccess__sqlite_int_or(store, stmt, 4, target, 0);
    csuccess__sqlite_text(store, stmt, 5, message->channel);
    csuccess__sqlite_text(store, stmt, 6, message->contact);
    csuccess__sqlite_text(store, stmt, 7, message->purpose);
    csuccess__sqlite_text(store, stmt, 8, message->definition);
    csuccess__sqlite_text(store, stmt, 9, message->body);
    csuccess__sqlite_int(store, stmt, 10, message->created_ms);
    csuccess__sqlite_int(store, stmt, 11, message->not_before_ms);
    csuccess__sqlite_int_or(store, stmt, 12, message->expires_ms, CSUCCESS_TIME_NEVER);
    csuccess__sqlite_int(store, stmt, 13, message->flags);
    csuccess__sqlite_run(store, stmt);
}

void csuccess__sqlite_message_answer(sqlite3_stmt *row, csuccess_str token,
                                     csuccess_reply *reply)
{
    char id[64];
    csuccess_message message = {.size = sizeof message};
    message.id = csuccess__sqlite_column_hex(row, 1, id);
    message.customer = csuccess__sqlite_column(row, 2);
    message.channel = csuccess__sqlite_column(row, 3);
    message.target = csuccess__sqlite_column(row, 4);
    message.contact = csuccess__sqlite_column(row, 5);
    message.purpose = csuccess__sqlite_column(row, 6);
    message.definition = csuccess__sqlite_column(row, 7);
    message.body = csuccess__sqlite_column(row, 8);
    message.created_ms = sqlite3_column_int64(row, 9);
    message.not_before_ms = sqlite3_column_int64(row, 10);
    message.expires_ms = csuccess__sqlite_column_or(row, 11, CSUCCESS_TIME_NEVER);
    message.flags = (uint32_t)sqlite3_column_int64(row, 12);
    message.attempts = (uint32_t)sqlite3_column_int64(row, 13);
    csuccess_reply_message(reply, &message, token);
}
