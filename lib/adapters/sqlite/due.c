/* SPDX-License-Identifier: Apache-2.0 */
/* Leases: due customers and waiting messages are found, given out and taken back the same way. What has nothing to give out only reads, so that
   idle engines do not wait for each other. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* What is leased, as statements of the same shape. */
typedef struct kind {
    csuccess__sqlite_statement over, end, list, next, leased, lease;
    int id;     /* the column of `list` by which the shard is chosen, */
    int target; /* or this one where it is not NULL; -1: none */
} kind;

static const kind customers = {CSUCCESS__SQLITE_LEASES_OVER,
                               CSUCCESS__SQLITE_LEASES_END,
                               CSUCCESS__SQLITE_DUE_LIST,
                               CSUCCESS__SQLITE_DUE_NEXT,
                               CSUCCESS__SQLITE_DUE_LEASED,
                               CSUCCESS__SQLITE_LEASE,
                               1,
                               -1};
static const kind messages = {CSUCCESS__SQLITE_CLAIMS_OVER,
                              CSUCCESS__SQLITE_CLAIMS_END,
                              CSUCCESS__SQLITE_CLAIM_LIST,
                              CSUCCESS__SQLITE_CLAIM_NEXT,
                              CSUCCESS__SQLITE_CLAIM_LEASED,
                              CSUCCESS__SQLITE_CLAIM,
                              2,
                              4};

/* Both requests, as one. */
typedef struct wanted {
    const kind *of;
    int64_t now, until;
    uint32_t most, shard, shards;
} wanted;

static bool of_shard(const wanted *w, csuccess_str id)
{
    return w->shards < 2 || csuccess_shard(id, w->shards) == w->shard;
}

static bool of_row(const wanted *w, sqlite3_stmt *row)
{
    bool target = w->of->target >= 0 && sqlite3_column_type(row, w->of->target) != SQLITE_NULL;
    return of_shard(w, csuccess__sqlite_column(row, target ? w->of->target : w->of->id));
}

static sqlite3_stmt *at_time(csuccess_sqlite *store, csuccess__sqlite_statement which,
                             int64_t now)
{
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, which);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_int(store, stmt, 2, now);
    return stmt;
}

/* Whether there may be anything to give out: something free, or a lease that is over. */
static bool anything(csuccess_sqlite *store, const wanted *w)
{
    if (store->tenant == 0 || w->most == 0) return false;
    sqlite3_stmt *stmt = at_time(store, w->of->over, w->now);
    bool found = csuccess__sqlite_row(store, stmt);
    csuccess__sqlite_end(stmt);
    if (found) return true;
    stmt = at_time(store, w->of->list, w->now);
    while (!found && csuccess__sqlite_row(store, stmt)) found = of_row(w, stmt);
    csuccess__sqlite_end(stmt);
    return found;
}

static void answer(const wanted *w, sqlite3_stmt *row, csuccess_str token,
                   csuccess_reply *reply)
{
    if (w->of == &messages) {
        csuccess__sqlite_message_answer(row, token, reply);
        return;
    }
    csuccess_reply_lease(reply, csuccess__sqlite_column(row, 1), token,
                         sqlite3_column_int64(row, 2), (uint32_t)sqlite3_column_int64(row, 3));
}

/* Grows by doubling, since `most` may be anything. */
static bool note(csuccess_sqlite *store, int64_t **nums, size_t count, int64_t num)
{
    bool full = count == 0 || (count >= 16 && (count & (count - 1)) == 0);
    if (full) {
        size_t cap = count ? count * 2 : 16;
        int64_t *more =
            cap > SIZE_MAX / sizeof *more ? NULL : realloc(*nums, cap * sizeof *more);
        if (!more) {
            csuccess__sqlite_fail(store, CSUCCESS_ENOMEM, "no memory for the leases");
            return false;
        }
        *nums = more;
    }
    (*nums)[count] = num;
    return true;
}

/* The rows are leased after they are read: leasing moves them in the index that they are read by. */
static void lease(csuccess_sqlite *store, const wanted *w, csuccess_reply *reply)
{
    int64_t *nums = NULL;
    size_t count = 0;
    char room[24];
    csuccess__sqlite_run(store, at_time(store, w->of->end, w->now));
    csuccess_str token = csuccess__sqlite_token_text(csuccess__sqlite_token(store), room);
    sqlite3_stmt *stmt = at_time(store, w->of->list, w->now);
    while (count < w->most && csuccess__sqlite_row(store, stmt)) {
        if (!of_row(w, stmt)) continue;
        if (!note(store, &nums, count, sqlite3_column_int64(stmt, 0))) break;
        answer(w, stmt, token, reply);
        count++;
    }
    csuccess__sqlite_end(stmt);
    for (size_t i = 0; i < count; i++) {
        stmt = csuccess__sqlite_use(store, w->of->lease);
        csuccess__sqlite_int(store, stmt, 1, nums[i]);
        csuccess__sqlite_int(store, stmt, 2, w->until);
        csuccess__sqlite_text(store, stmt, 3, token);
        csuccess__sqlite_run(store, stmt);
    }
    free(nums);
}

static void earliest(csuccess_sqlite *store, const wanted *w, csuccess__sqlite_statement which,
                     int64_t *next)
{
    sqlite3_stmt *stmt = at_time(store, which, w->now);
    while (csuccess__sqlite_row(store, stmt)) {
        if (!of_shard(w, csuccess__sqlite_column(stmt, 1))) continue;
        int64_t at = sqlite3_column_int64(stmt, 0);
        if (at < *next) *next = at;
        break;
    }
    csuccess__sqlite_end(stmt);
}

static void give(csuccess_sqlite *store, csuccess_str tenant, const wanted *w,
                 csuccess_reply *reply)
{
    int64_t next = CSUCCESS_TIME_NEVER;
    csuccess__sqlite_read(store, tenant);
    if (anything(store, w)) {
        csuccess__sqlite_finish(store);
        if (store->result == CSUCCESS_OK) csuccess__sqlite_write(store, tenant, false);
        if (store->result == CSUCCESS_OK) lease(store, w, reply);
    }
    if (store->tenant) {
        earliest(store, w, w->of->next, &next);
        earliest(store, w, w->of->leased, &next);
    }
    if (store->result == CSUCCESS_OK) csuccess_reply_next(reply, next);
    csuccess__sqlite_done(store, reply);
}

void csuccess__sqlite_due(void *ud, const csuccess_due_request *request, csuccess_reply *reply)
{
    wanted w = {&customers,    request->now_ms, request->lease_until_ms,
                request->most, request->shard,  request->shards};
    give(ud, request->tenant, &w, reply);
}

void csuccess__sqlite_claim(void *ud, const csuccess_claim_request *request,
                            csuccess_reply *reply)
{
    wanted w = {&messages,     request->now_ms, request->lease_until_ms,
                request->most, request->shard,  request->shards};
    give(ud, request->tenant, &w, reply);
}

/* ---- Giving back ---- */

void csuccess__sqlite_defer(void *ud, const csuccess_defer_request *request,
                            csuccess_reply *reply)
{
    csuccess_sqlite *store = ud;
    csuccess__sqlite_write(store, request->tenant, false);
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_DEFER);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_text(store, stmt, 2, request->customer);
    csuccess__sqlite_text(store, stmt, 3, request->token);
    csuccess__sqlite_int(store, stmt, 4, request->now_ms);
    csuccess__sqlite_int_or(store, stmt, 5, request->until_ms, CSUCCESS_TIME_NEVER);
    csuccess__sqlite_int(store, stmt, 6, request->failed ? 1 : 0);
    csuccess__sqlite_text(store, stmt, 7, request->reason);
    csuccess__sqlite_int(store, stmt, 8, request->park_after);
    if (csuccess__sqlite_run(store, stmt) == 0 && store->result == CSUCCESS_OK) {
        csuccess_reply_conflict(reply, 0);
    }
    csuccess__sqlite_done(store, reply);
}

static int settle(csuccess_sqlite *store, const csuccess_settle_request *request)
{
    bool retry = request->outcome == CSUCCESS_SETTLE_RETRY;
    sqlite3_stmt *stmt =
        csuccess__sqlite_use(store, retry ? CSUCCESS__SQLITE_RETRY : CSUCCESS__SQLITE_SETTLE);
    csuccess__sqlite_int(store, stmt, 1, store->tenant);
    csuccess__sqlite_hex(store, stmt, 2, request->message);
    csuccess__sqlite_text(store, stmt, 3, request->token);
    csuccess__sqlite_int(store, stmt, 4, request->now_ms);
    csuccess__sqlite_int(store, stmt, 5, retry ? request->retry_ms : (int64_t)request->outcome);
    csuccess__sqlite_text(store, stmt, 6, request->reason);
    if (retry) csuccess__sqlite_int(store, stmt, 7, request->counts ? 0 : 1);
    return csuccess__sqlite_run(store, stmt);
}

void csuccess__sqlite_settle(void *ud, const csuccess_settle_request *request,
                             csuccess_reply *reply)
{
    csuccess_sqlite *store = ud;
    csuccess__sqlite_write(store, request->tenant, false);
    if (request->outcome < CSUCCESS_SETTLE_DELIVERED ||
        request->outcome > CSUCCESS_SETTLE_DROPPED) {
        csuccess__sqlite_fail(store, CSUCCESS_EINVALID, "no such outcome of a message");
    }
    bool settled = settle(store, request) > 0;
    if (settled && request->signal) csuccess__sqlite_message_add(store, request->signal);
    if (!settled && store->result == CSUCCESS_OK) csuccess_reply_conflict(reply, 0);
    csuccess__sqlite_done(store, reply);
}
