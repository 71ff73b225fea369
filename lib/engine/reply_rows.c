/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that are lists: leases, messages, entries, records, what was erased; each row once, in order, and one of those that were asked for. */
#include "engine/reply_internal.h"

#include "base/str.h"

#include <string.h>

enum { FIRST_ROWS = 8 };

/* ---- Room, and what was there before ---- */

/* Where the row with this id is noted, or where it would be. */
static size_t seen_place(const csuccess_reply *reply, csuccess_str id)
{
    size_t at = (size_t)csuccess__str_hash(id) & (reply->seen_cap - 1);
    while (reply->seen[at] && !csuccess__str_eq(reply->rows[reply->seen[at] - 1].id, id)) {
        at = (at + 1) & (reply->seen_cap - 1);
    }
    return at;
}

/* Room for one more row, and for noting it; the rows move within the arena. */
static csuccess_result make_room(csuccess_reply *reply)
{
    if (reply->row_count < reply->row_cap) return CSUCCESS_OK;
    size_t cap = reply->row_cap ? reply->row_cap * 2 : FIRST_ROWS;
    csuccess__answer_row *rows = CSUCCESS__NEW_ARRAY(&reply->arena, csuccess__answer_row, cap);
    uint32_t *seen = CSUCCESS__NEW_ARRAY(&reply->arena, uint32_t, cap * 2);
    if (!rows || !seen || cap > UINT32_MAX / 2) return csuccess__reply_no_memory(reply);
    if (reply->row_count) memcpy(rows, reply->rows, reply->row_count * sizeof *rows);
    reply->rows = rows;
    reply->row_cap = cap;
    reply->seen = seen;
    reply->seen_cap = cap * 2;
    for (size_t i = 0; i < reply->row_count; i++) {
        if (rows[i].id.len) seen[seen_place(reply, rows[i].id)] = (uint32_t)i + 1;
    }
    return CSUCCESS_OK;
}

/* Room for a row, unless there are as many as were asked for. */
static csuccess_result begin(csuccess_reply *reply, uint32_t answer, const char *name)
{
    csuccess_result result = csuccess__reply_enter(reply, answer, name);
    if (result < 0) return result;
    if (reply->row_count >= reply->most) {
        return csuccess__reply_misuse(reply, "more than the %z rows that were asked for",
                                      reply->most);
    }
    return make_room(reply);
}

/* Keeps a row whose texts are kept already. */
static csuccess_result finish(csuccess_reply *reply, const csuccess__answer_row *row)
{
    reply->seen[seen_place(reply, row->id)] = (uint32_t)reply->row_count + 1;
    reply->rows[reply->row_count++] = *row;
    return CSUCCESS_OK;
}

/* An id that names something and stands in no row yet; it is then kept. */
static csuccess_result take_id(csuccess_reply *reply, csuccess_str *id)
{
    if (!id->ptr || id->len == 0) return csuccess__reply_misuse(reply, "a row without an id");
    if (reply->seen[seen_place(reply, *id)]) {
        return csuccess__reply_misuse(reply, "a row that came already: %q", *id);
    }
    return csuccess__reply_keep(reply, id, false);
}

static csuccess_result take_token(csuccess_reply *reply, csuccess_str *token)
{
    if (!token->ptr || token->len == 0) {
        return csuccess__reply_misuse(reply, "a row without its token");
    }
    return csuccess__reply_keep(reply, token, false);
}

/* Keeps those texts of a struct that stand at the given offsets. */
static csuccess_result keep_texts(csuccess_reply *reply, void *item, const size_t *at, size_t n)
{
    csuccess_result result = CSUCCESS_OK;
    for (size_t i = 0; i < n && result >= 0; i++) {
        csuccess_str text;
        memcpy(&text, (char *)item + at[i], sizeof text);
        result = csuccess__reply_keep(reply, &text, false);
        memcpy((char *)item + at[i], &text, sizeof text);
    }
    return result;
}

/* ---- Leases ---- */

static csuccess_result check_lease(csuccess_reply *reply, csuccess_str customer, int64_t due_ms)
{
    const csuccess_due_request *request = reply->request;
    if (!request) return CSUCCESS_OK;
    if (due_ms > request->now_ms) {
        return csuccess__reply_misuse(reply, "a lease of a customer that is not due");
    }
    if (request->shards > 1 && csuccess_shard(customer, request->shards) != request->shard) {
        return csuccess__reply_misuse(reply, "a lease of a customer of another shard");
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess_reply_lease(csuccess_reply *reply, csuccess_str customer,
                                     csuccess_str token, int64_t due_ms, uint32_t failures)
{
    csuccess__answer_row row = {
        .id = customer, .token = token, .number = failures, .due = due_ms};
    csuccess_result result = begin(reply, CSUCCESS__GIVES_LEASE, "csuccess_reply_lease()");
    if (result >= 0) result = take_id(reply, &row.id);
    if (result >= 0) result = check_lease(reply, row.id, due_ms);
    if (result >= 0) result = take_token(reply, &row.token);
    return result < 0 ? result : finish(reply, &row);
}

/* ---- Messages ---- */

static csuccess_result check_claimed(csuccess_reply *reply, const csuccess_message *m)
{
    const csuccess_claim_request *request = reply->request;
    csuccess_str to = m->target.len ? m->target : m->customer;
    if (m->not_before_ms > request->now_ms) {
        return csuccess__reply_misuse(reply, "a message before its time");
    }
    if (request->shards > 1 && csuccess_shard(to, request->shards) != request->shard) {
        return csuccess__reply_misuse(reply, "a message of another shard");
    }
    return CSUCCESS_OK;
}

static csuccess_result check_message(csuccess_reply *reply, const csuccess_message *m)
{
    const csuccess_outbox_request *outbox = reply->request;
    if (!reply->request) return CSUCCESS_OK;
    if (reply->operation == CSUCCESS__OPERATION_CLAIM) return check_claimed(reply, m);
    if (outbox->customer.len && !csuccess__str_eq(outbox->customer, m->customer)) {
        return csuccess__reply_misuse(reply, "a message about another customer");
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess_reply_message(csuccess_reply *reply, const csuccess_message *message,
                                       csuccess_str token)
{
    static const size_t texts[] = {
        offsetof(csuccess_message, customer),   offsetof(csuccess_message, channel),
        offsetof(csuccess_message, target),     offsetof(csuccess_message, contact),
        offsetof(csuccess_message, purpose),    offsetof(csuccess_message, body),
        offsetof(csuccess_message, definition),
    };
    csuccess__answer_row row = {.token = token};
    csuccess_result result = begin(reply, CSUCCESS__GIVES_MESSAGE, "csuccess_reply_message()");
    if (result < 0) return result;
    result = csuccess__struct_take(&row.message, sizeof row.message, sizeof(size_t), message,
                                   "csuccess_message", NULL);
    if (result < 0) return csuccess__reply_misuse(reply, "csuccess_message has a wrong size");
    row.id = row.message.id;
    result = take_id(reply, &row.id);
    row.message.id = row.id;
    if (result >= 0) result = check_message(reply, &row.message);
    if (result >= 0) result = take_token(reply, &row.token);
    if (result >= 0) {
        result = keep_texts(reply, &row.message, texts, sizeof texts / sizeof texts[0]);
    }
    return result < 0 ? result : finish(reply, &row);
}

/* ---- Entries ---- */

/* Of the customer that was asked for, each behind the one before. */
static csuccess_result check_entry(csuccess_reply *reply, const csuccess_entry *entry)
{
    const csuccess_history_request *request = reply->request;
    const csuccess_entry *last =
        reply->row_count ? &reply->rows[reply->row_count - 1].entry : NULL;
    uint64_t after = last ? last->seq : request ? request->after : 0;
    csuccess_str owner = request ? request->customer : last ? last->customer : entry->customer;
    if (!csuccess__str_eq(entry->customer, owner)) {
        return csuccess__reply_misuse(reply, "an entry of another customer");
    }
    if (entry->seq <= after) {
        return csuccess__reply_misuse(reply, "entries are not in ascending order");
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess_reply_entry(csuccess_reply *reply, const csuccess_entry *entry)
{
    static const size_t texts[] = {
        offsetof(csuccess_entry, customer),   offsetof(csuccess_entry, kind),
        offsetof(csuccess_entry, cause),      offsetof(csuccess_entry, by),
        offsetof(csuccess_entry, config),     offsetof(csuccess_entry, subject),
        offsetof(csuccess_entry, commitment), offsetof(csuccess_entry, digest),
        offsetof(csuccess_entry, body),
    };
    csuccess__answer_row row = {.number = 0};
    csuccess_result result = begin(reply, CSUCCESS__GIVES_ENTRY, "csuccess_reply_entry()");
    if (result < 0) return result;
    result = csuccess__struct_take(&row.entry, sizeof row.entry, sizeof(size_t), entry,
                                   "csuccess_entry", NULL);
    if (result < 0) return csuccess__reply_misuse(reply, "csuccess_entry has a wrong size");
    result = check_entry(reply, &row.entry);
    if (result >= 0) {
        result = keep_texts(reply, &row.entry, texts, sizeof texts / sizeof texts[0]);
    }
    if (result < 0) return result;
    row.number = row.entry.seq;
    reply->rows[reply->row_count++] = row; /* their order says that each comes once */
    return CSUCCESS_OK;
}

/* ---- Rows of a scan, and the rest ---- */

/* What a row must come behind; empty: nothing. */
static csuccess_str row_before(const csuccess_reply *reply)
{
    const csuccess_scan_request *request = reply->request;
    if (reply->row_count) return reply->rows[reply->row_count - 1].id;
    return request ? request->after : csuccess__str(NULL);
}

csuccess_result csuccess_reply_row(csuccess_reply *reply, csuccess_str id, uint64_t revision,
                                   csuccess_str body)
{
    csuccess__answer_row row = {.id = id, .number = revision, .body = body};
    csuccess_result result = begin(reply, CSUCCESS__GIVES_ROW, "csuccess_reply_row()");
    if (result < 0) return result;
    csuccess_str after = row_before(reply);
    if (!row.body.ptr && row.body.len == 0) row.body.ptr = "";
    if (id.ptr && after.len && csuccess__str_cmp(id, after) <= 0) {
        return csuccess__reply_misuse(reply, "rows are not in ascending order");
    }
    result = take_id(reply, &row.id);
    if (result >= 0) result = csuccess__reply_keep(reply, &row.body, true);
    return result < 0 ? result : finish(reply, &row);
}

csuccess_result csuccess_reply_next(csuccess_reply *reply, int64_t next_ms)
{
    csuccess_result result =
        csuccess__reply_enter(reply, CSUCCESS__GIVES_NEXT, "csuccess_reply_next()");
    if (result < 0) return result;
    if (reply->next_said) return csuccess__reply_misuse(reply, "the next time is said twice");
    reply->next_said = true;
    reply->next = next_ms;
    return CSUCCESS_OK;
}

csuccess_result csuccess_reply_erased(csuccess_reply *reply, csuccess_str kind, uint64_t count)
{
    csuccess__answer_row row = {.id = kind, .number = count};
    csuccess_result result = begin(reply, CSUCCESS__GIVES_ERASED, "csuccess_reply_erased()");
    if (result >= 0) result = take_id(reply, &row.id);
    return result < 0 ? result : finish(reply, &row);
}
