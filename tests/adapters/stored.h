/* SPDX-License-Identifier: Apache-2.0 */
/* A SQLite store under test: asked slot by slot as an engine would, with batches put together by hand. */
#ifndef STORED_H
#define STORED_H

#include "check.h"

#include "base/alloc.h"
#include "engine/batch.h"
#include "engine/reply.h"

#include <csuccess/sqlite.h>
#include <sqlite3.h>
#include <unistd.h>

typedef struct stored {
    char path[256];
    csuccess_sqlite *store;
    csuccess_reply reply;
    csuccess_result result; /* of the last slot */
    csuccess_error err;
} stored;

static const csuccess_str stored_tenant = {"acme", 4};

static inline csuccess_str str(const char *text)
{
    csuccess_str s = {text, text ? strlen(text) : 0};
    return s;
}

static inline void stored_remove(const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        char name[320];
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
}

/* A file name of this test's own, in the folder that it runs in. */
static inline void stored_name(stored *s, const char *name)
{
    memset(s, 0, sizeof *s);
    snprintf(s->path, sizeof s->path, "%s-%ld.db", name, (long)getpid());
    csuccess__reply_init(&s->reply, csuccess__malloc_allocator());
}

static inline csuccess_result stored_open(stored *s, const csuccess_sqlite_options *options)
{
    s->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    return csuccess_sqlite_open(&s->store, str(s->path), options, &s->err);
}

static inline bool stored_start(stored *s, const char *name)
{
    stored_name(s, name);
    stored_remove(s->path);
    return CHECK_OK(stored_open(s, NULL)) != 0;
}

static inline void stored_close(stored *s)
{
    csuccess_sqlite_close(s->store);
    s->store = NULL;
}

static inline void stored_end(stored *s)
{
    stored_close(s);
    csuccess__reply_free(&s->reply);
    stored_remove(s->path);
}

/* ---- A batch with room for a few of each ---- */

typedef struct plan {
    csuccess_batch batch;
    csuccess_write writes[3];
    csuccess_entry entries[4];
    csuccess_message messages[2];
    csuccess_delta deltas[2];
    csuccess_input_key inputs[4];
    csuccess_str cancels[2];
} plan;

static inline void plan_start(plan *p)
{
    memset(p, 0, sizeof *p);
    p->batch = (csuccess_batch){.writes = p->writes,
                                .entries = p->entries,
                                .messages = p->messages,
                                .deltas = p->deltas,
                                .inputs = p->inputs,
                                .cancels = p->cancels};
}

static inline csuccess_write *plan_write(plan *p, uint32_t kind, const char *id,
                                         uint64_t expected, const char *body)
{
    csuccess_write *w = &p->writes[p->batch.write_count++];
    *w = (csuccess_write){.size = sizeof *w,
                          .key = {kind, 0, str(id)},
                          .expected = expected,
                          .body = str(body),
                          .due_ms = CSUCCESS_TIME_NEVER};
    return w;
}

static inline void plan_input(plan *p, const char *customer, const char *id)
{
    p->inputs[p->batch.input_count++] = (csuccess_input_key){str(customer), str(id)};
}

static const char stored_digest[] =
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

static inline csuccess_entry *plan_entry(plan *p, const char *customer, uint64_t seq,
                                         const char *kind, const char *body)
{
    csuccess_entry *e = &p->entries[p->batch.entry_count++];
    *e = (csuccess_entry){.size = sizeof *e,
                          .customer = str(customer),
                          .seq = seq,
                          .at_ms = (int64_t)seq * 1000,
                          .kind = str(kind),
                          .cause = str("cause"),
                          .by = str("service"),
                          .config = str(stored_digest),
                          .body = str(body),
                          .commitment = str(stored_digest),
                          .digest = str(stored_digest)};
    return e;
}

static inline csuccess_message *plan_message(plan *p, const char *customer, const char *id)
{
    csuccess_message *m = &p->messages[p->batch.message_count++];
    *m = (csuccess_message){.size = sizeof *m,
                            .id = str(id),
                            .customer = str(customer),
                            .channel = str("email"),
                            .contact = str("ann"),
                            .purpose = str("service"),
                            .definition = str("alert/low"),
                            .body = str("{\"text\":\"hello\"}"),
                            .created_ms = 10,
                            .not_before_ms = 20,
                            .expires_ms = CSUCCESS_TIME_NEVER};
    return m;
}

static inline void plan_delta(plan *p, const char *key, int64_t delta, int64_t max)
{
    p->deltas[p->batch.delta_count++] = (csuccess_delta){str(key), delta, max};
}

/* ---- The slots ---- */

/* Ends the question; its answers stay in s->reply. */
static inline csuccess_result stored_answered(stored *s)
{
    s->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    s->result = csuccess__reply_end(&s->reply, &s->err);
    return s->result;
}

static inline csuccess_result stored_commit_all(stored *s, const csuccess_batch *const *batches,
                                                size_t count, int64_t now)
{
    csuccess_commit_request request = {sizeof request, now, stored_tenant, batches, count};
    csuccess__reply_open(&s->reply, CSUCCESS__OPERATION_COMMIT, count, 0, 0);
    csuccess__reply_about(&s->reply, &request);
    csuccess_sqlite_ops()->commit(s->store, &request, &s->reply);
    return stored_answered(s);
}

/* What became of one batch; NONE when the operation failed. */
static inline csuccess__verdict stored_commit(stored *s, const plan *p, int64_t now)
{
    const csuccess_batch *batch = &p->batch;
    return stored_commit_all(s, &batch, 1, now) < 0 ? CSUCCESS__VERDICT_NONE
                                                    : s->reply.answers[0].verdict;
}

static inline csuccess_result stored_load(stored *s, const csuccess_key *keys, size_t count,
                                          const csuccess_input_key *inputs, size_t input_count)
{
    csuccess_load_request request = {sizeof request, 1,      stored_tenant, keys,
                                     count,          inputs, input_count};
    csuccess__reply_open(&s->reply, CSUCCESS__OPERATION_LOAD, count, input_count, 0);
    csuccess__reply_about(&s->reply, &request);
    csuccess_sqlite_ops()->load(s->store, &request, &s->reply);
    return stored_answered(s);
}

/* One record; its answer, with verdict NONE when it is absent. */
static inline const csuccess__answer *stored_get(stored *s, uint32_t kind, const char *id)
{
    csuccess_key key = {kind, 0, str(id)};
    CHECK_OK(stored_load(s, &key, 1, NULL, 0));
    return &s->reply.answers[0];
}

static inline csuccess_result stored_due(stored *s, int64_t now, uint32_t most, int64_t until)
{
    csuccess_due_request request = {sizeof request, now, stored_tenant, most, 0, 0, until};
    csuccess__reply_open(&s->reply, CSUCCESS__OPERATION_DUE, 0, 0, most);
    csuccess__reply_about(&s->reply, &request);
    csuccess_sqlite_ops()->due(s->store, &request, &s->reply);
    return stored_answered(s);
}

static inline csuccess_result stored_claim(stored *s, int64_t now, uint32_t most, int64_t until)
{
    csuccess_claim_request request = {sizeof request, now, stored_tenant, most, 0, 0, until};
    csuccess__reply_open(&s->reply, CSUCCESS__OPERATION_CLAIM, 0, 0, most);
    csuccess__reply_about(&s->reply, &request);
    csuccess_sqlite_ops()->claim(s->store, &request, &s->reply);
    return stored_answered(s);
}

/* CSUCCESS_ECONFLICT when the token is no longer in force. */
static inline csuccess_result stored_settle(stored *s, const char *message, csuccess_str token,
                                            uint32_t outcome, int64_t now)
{
    csuccess_settle_request request = {.size = sizeof request,
                                       .now_ms = now,
                                       .tenant = stored_tenant,
                                       .message = str(message),
                                       .token = token,
                                       .outcome = outcome,
                                       .retry_ms = now + 5,
                                       .counts = 1,
                                       .reason = str("said so")};
    csuccess__reply_open(&s->reply, CSUCCESS__OPERATION_SETTLE, 0, 0, 0);
    csuccess__reply_about(&s->reply, &request);
    csuccess_sqlite_ops()->settle(s->store, &request, &s->reply);
    csuccess_result result = stored_answered(s);
    if (result < 0) return result;
    return s->reply.answers[0].verdict == CSUCCESS__VERDICT_CONFLICT ? CSUCCESS_ECONFLICT
                                                                     : CSUCCESS_OK;
}

static inline csuccess_result stored_history(stored *s, const char *customer, uint64_t after,
                                             uint32_t most)
{
    csuccess_history_request request = {.size = sizeof request,
                                        .now_ms = 1,
                                        .tenant = stored_tenant,
                                        .customer = str(customer),
                                        .after = after,
                                        .most = most};
    csuccess__reply_open(&s->reply, CSUCCESS__OPERATION_HISTORY, 0, 0, most);
    csuccess__reply_about(&s->reply, &request);
    csuccess_sqlite_ops()->history(s->store, &request, &s->reply);
    return stored_answered(s);
}

static inline csuccess_result stored_erase(stored *s, const char *customer, const char *contact,
                                           const char *pseudonym)
{
    csuccess_erase_request request = {.size = sizeof request,
                                      .now_ms = 1,
                                      .tenant = stored_tenant,
                                      .customer = str(customer),
                                      .contact = str(contact),
                                      .pseudonym = str(pseudonym)};
    csuccess__reply_open(&s->reply, CSUCCESS__OPERATION_ERASE, 0, 0, 8);
    csuccess__reply_about(&s->reply, &request);
    csuccess_sqlite_ops()->erase(s->store, &request, &s->reply);
    return stored_answered(s);
}

/* How many of a kind the last erasure says there were. */
static inline uint64_t stored_erased(const stored *s, const char *kind)
{
    for (size_t i = 0; i < s->reply.row_count; i++) {
        csuccess_str id = s->reply.rows[i].id;
        if (id.len == strlen(kind) && memcmp(id.ptr, kind, id.len) == 0)
            return s->reply.rows[i].number;
    }
    return 0;
}

/* ---- Looking from outside ---- */

/* The first number that SQL gives, asked over a connection of its own; -1 when it fails. */
static inline int64_t stored_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    int64_t number = -1;
    if (sqlite3_open(path, &db) == SQLITE_OK && sqlite3_busy_timeout(db, 5000) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW) {
        number = sqlite3_column_int64(stmt, 0);
    } else {
        printf("# %s: %s\n", sql, sqlite3_errmsg(db));
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return number;
}

/* Runs SQL over a connection of its own. */
static inline bool stored_exec(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *why = NULL;
    bool good = sqlite3_open(path, &db) == SQLITE_OK &&
                sqlite3_busy_timeout(db, 5000) == SQLITE_OK &&
                sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK;
    if (!good) printf("# %s: %s\n", sql, why ? why : "cannot be opened");
    sqlite3_free(why);
    sqlite3_close(db);
    return good;
}

#endif
