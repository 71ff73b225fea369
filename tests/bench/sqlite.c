/* SPDX-License-Identifier: Apache-2.0 */
/* Durable commits of the SQLite store against bare inserts of the same bytes, in the same batches, by plain SQLite in the same run: bench_sqlite FOLDER.
   The bare tables have the keys without which a row cannot be found again; beside them stand tables without any, to which rows are only appended. Prints a JSON
   line per figure. Wall clock, since what is waited for is the disk; the sides take turns, and medians count. */
#include "base/alloc.h"
#include "engine/batch.h"
#include "engine/reply.h"

#include <csuccess/sqlite.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CUSTOMERS = 8192, STATE = 2048, BODY = 200, ROUNDS = 7, MOST = 256 };

/* What one customer brings to one request; the texts of a batch in one place. */
typedef struct load {
    csuccess_batch batch;
    csuccess_write write;
    csuccess_entry entries[2];
    csuccess_input_key input;
    csuccess_message message;
    char customer[24], id[40], cause[40], message_id[65], digests[4][65], bodies[2][BODY + 1],
        state[STATE];
} load;

static const char config_hash[] =
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
static uint64_t random_state = 1;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t random_number(void)
{
    uint64_t z = (random_state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void stop(const char *what)
{
    fprintf(stderr, "sqlite: %s\n", what);
    exit(1);
}

static csuccess_str str(const char *text)
{
    csuccess_str s = {text, strlen(text)};
    return s;
}

static void hex(char out[65])
{
    for (int i = 0; i < 4; i++)
        snprintf(out + 16 * i, 17, "%016llx", (unsigned long long)random_number());
}

static void fill_entry(load *l, unsigned i, uint64_t turn, int64_t at)
{
    csuccess_entry *e = &l->entries[i];
    int n = snprintf(l->bodies[i], sizeof l->bodies[i],
                     i ? "{\"before\":{\"raw\":71.25,\"score\":71,\"status\":\"healthy\","
                         "\"profile\":\"standard\"},\"after\":{\"raw\":%d.5,\"score\":%d,"
                         "\"status\":\"warning\",\"profile\":\"standard\",\"completeness\":0.9,"
                         "\"trend\":\"declining\"}"
                       : "{\"type\":\"track\",\"event\":\"report_exported\",\"messageId\":\"%"
                         "d\",\"properties\":{\"seats\":%d}",
                     (int)(turn % 60) + 20, (int)(turn % 60) + 20);
    for (; n < BODY - 1; n++) l->bodies[i][n] = ' ';
    l->bodies[i][BODY - 1] = '}';
    hex(l->digests[2 * i]);
    hex(l->digests[2 * i + 1]);
    *e = (csuccess_entry){.size = sizeof *e,
                          .customer = str(l->customer),
                          .seq = 2 * turn + i + 1,
                          .at_ms = at,
                          .kind = str(i ? "health" : "input"),
                          .cause = str(l->id),
                          .by = str("service"),
                          .config = str(config_hash),
                          .body = {l->bodies[i], BODY},
                          .commitment = {l->digests[2 * i], 64},
                          .digest = {l->digests[2 * i + 1], 64}};
}

/* The turn-th commit of a customer. */
static void fill(load *l, unsigned customer, uint64_t turn)
{
    int64_t at = INT64_C(1769817600000) + (int64_t)turn * 3600000;
    snprintf(l->customer, sizeof l->customer, "customer-%06u", customer);
    snprintf(l->id, sizeof l->id, "%08x-%04x-4000-8000-%012x", (unsigned)random_number(),
             customer & 0xffffu, (unsigned)turn);
    for (size_t i = 0; i < STATE; i += 8) {
        uint64_t r = random_number();
        memcpy(l->state + i, &r, 8);
    }
    l->write = (csuccess_write){.size = sizeof l->write,
                                .key = {CSUCCESS_RECORD_CUSTOMER, 0, str(l->customer)},
                                .expected = turn,
                                .body = {l->state, STATE},
                                .due_ms = at + 86400000};
    fill_entry(l, 0, turn, at);
    fill_entry(l, 1, turn, at);
    l->input = (csuccess_input_key){str(l->customer), str(l->id)};
    hex(l->message_id);
    l->message = (csuccess_message){.size = sizeof l->message,
                                    .id = {l->message_id, 64},
                                    .customer = str(l->customer),
                                    .channel = str("email"),
                                    .contact = str("contact-1"),
                                    .purpose = str("service"),
                                    .definition = str("alert/usage_low/tier1"),
                                    .body = {l->bodies[0], BODY},
                                    .created_ms = at,
                                    .not_before_ms = at,
                                    .expires_ms = CSUCCESS_TIME_NEVER};
    l->batch = (csuccess_batch){.writes = &l->write,
                                .entries = l->entries,
                                .messages = &l->message,
                                .inputs = &l->input,
                                .write_count = 1,
                                .entry_count = 2,
                                .message_count = random_number() % 10 == 0,
                                .input_count = 1};
}

/* ---- Bare SQLite: the same values into plain tables ---- */

typedef struct bare {
    sqlite3 *db;
    sqlite3_stmt *begin, *commit, *state, *entry, *input, *message;
} bare;

static const char loose[] = "CREATE TABLE states(id, revision, due, body); CREATE TABLE "
                            "entries(customer, seq, at, kind, cause, principal, config, body, "
                            "commitment, digest); CREATE TABLE inputs(customer, id); CREATE "
                            "TABLE messages(id, customer, channel, contact, purpose, "
                            "definition, body, created, not_before);";
static const char keyed[] = "CREATE TABLE states(id PRIMARY KEY, revision, due, body); CREATE "
                            "TABLE entries(customer, seq, at, kind, cause, principal, "
                            "config, body, commitment, digest, PRIMARY KEY(customer, seq)); "
                            "CREATE TABLE inputs(customer, id, PRIMARY KEY(customer, id)); "
                            "CREATE TABLE messages(id PRIMARY KEY, customer, channel, contact, "
                            "purpose, definition, body, created, not_before);";

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
        stop(sqlite3_errmsg(db));
    return stmt;
}

static void bare_open(bare *b, const char *path, const char *tables)
{
    if (sqlite3_open(path, &b->db) != SQLITE_OK) stop("a file cannot be made");
    sqlite3_exec(b->db,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = "
                 "-16384; PRAGMA wal_autocheckpoint = 4000;",
                 NULL, NULL, NULL);
    if (sqlite3_exec(b->db, tables, NULL, NULL, NULL) != SQLITE_OK) stop(sqlite3_errmsg(b->db));
    b->begin = prepare(b->db, "BEGIN IMMEDIATE");
    b->commit = prepare(b->db, "COMMIT");
    b->state = prepare(b->db, "INSERT OR REPLACE INTO states VALUES(?, ?, ?, ?)");
    b->entry = prepare(b->db, "INSERT INTO entries VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    b->input = prepare(b->db, "INSERT INTO inputs VALUES(?, ?)");
    b->message = prepare(b->db, "INSERT INTO messages VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
}

static void texts(sqlite3_stmt *stmt, int at, const csuccess_str *s, int n)
{
    for (int i = 0; i < n; i++)
        sqlite3_bind_text(stmt, at + i, s[i].ptr, (int)s[i].len, SQLITE_STATIC);
}

static void step(bare *b, sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE) stop(sqlite3_errmsg(b->db));
    sqlite3_reset(stmt);
}

static void bare_put(bare *b, const load *l)
{
    sqlite3_bind_text(b->state, 1, l->customer, -1, SQLITE_STATIC);
    sqlite3_bind_int64(b->state, 2, (int64_t)l->write.expected + 1);
    sqlite3_bind_int64(b->state, 3, l->write.due_ms);
    sqlite3_bind_blob(b->state, 4, l->state, STATE, SQLITE_STATIC);
    step(b, b->state);
    for (int i = 0; i < 2; i++) {
        const csuccess_entry *e = &l->entries[i];
        csuccess_str rest[] = {e->kind, e->cause,      e->by,    e->config,
                               e->body, e->commitment, e->digest};
        texts(b->entry, 1, &e->customer, 1);
        sqlite3_bind_int64(b->entry, 2, (int64_t)e->seq);
        sqlite3_bind_int64(b->entry, 3, e->at_ms);
        texts(b->entry, 4, rest, 7);
        step(b, b->entry);
    }
    texts(b->input, 1, &l->input.customer, 2);
    step(b, b->input);
    if (!l->batch.message_count) return;
    const csuccess_message *m = &l->message;
    csuccess_str all[] = {m->id,      m->customer,   m->channel, m->contact,
                          m->purpose, m->definition, m->body};
    texts(b->message, 1, all, 7);
    sqlite3_bind_int64(b->message, 8, m->created_ms);
    sqlite3_bind_int64(b->message, 9, m->not_before_ms);
    step(b, b->message);
}

static void bare_commit(bare *b, load *loads, size_t count)
{
    step(b, b->begin);
    for (size_t i = 0; i < count; i++) bare_put(b, &loads[i]);
    step(b, b->commit);
}

static void bare_close(bare *b)
{
    sqlite3_stmt *all[] = {b->begin, b->commit, b->state, b->entry, b->input, b->message};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) sqlite3_finalize(all[i]);
    sqlite3_close(b->db);
}

/* ---- The store ---- */

static csuccess_sqlite *store_open(const char *path, uint32_t flags)
{
    csuccess_sqlite *store;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_sqlite_options options = CSUCCESS_SQLITE_OPTIONS_INIT;
    options.flags = flags;
    if (csuccess_sqlite_open(&store, str(path), &options, &err) < 0) stop(err.message);
    return store;
}

static void store_commit(csuccess_sqlite *store, csuccess_reply *reply, load *loads,
                         size_t count)
{
    const csuccess_batch *batches[MOST];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    for (size_t i = 0; i < count; i++) batches[i] = &loads[i].batch;
    csuccess_commit_request request = {sizeof request, 1, CSUCCESS_STR("tenant"), batches,
                                       count};
    csuccess__reply_open(reply, CSUCCESS__OPERATION_COMMIT, count, 0, 0);
    csuccess_sqlite_ops()->commit(store, &request, reply);
    if (csuccess__reply_end(reply, &err) < 0) stop(err.message);
    for (size_t i = 0; i < count; i++) {
        if (reply->answers[i].verdict != CSUCCESS__VERDICT_APPLIED)
            stop("a batch was not applied");
    }
}

/* ---- Turn by turn ---- */

enum { LOOSE, KEYED, PROJECTING, BARE, SIDES };
static const char *const sides[] = {"appending without keys", "bare inserts", "csuccess",
                                    "csuccess without projections"};

typedef struct rig {
    bare bares[2];
    csuccess_sqlite *stores[2];
    csuccess_reply reply;
    uint64_t turns[CUSTOMERS];
} rig;

static void commit(rig *r, int side, load *loads, size_t count)
{
    if (side < PROJECTING) {
        bare_commit(&r->bares[side], loads, count);
    } else {
        store_commit(r->stores[side - PROJECTING], &r->reply, loads, count);
    }
}

static void choose(rig *r, load *loads, size_t count)
{
    unsigned first = (unsigned)(random_number() % CUSTOMERS);
    for (size_t i = 0; i < count;
         i++) { /* a step without a common factor meets each customer once */
        unsigned customer = (first + (unsigned)i * 5003u) % CUSTOMERS;
        fill(&loads[i], customer, r->turns[customer]++);
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

typedef struct times {
    double seconds[SIDES][ROUNDS], ratios[SIDES][2][ROUNDS];
} times;

/* One round: the sides in turn, request by request, each beginning as often as the others. */
static void take_turns(rig *r, load *loads, size_t count, unsigned requests,
                       double seconds[SIDES])
{
    for (int side = 0; side < SIDES; side++) seconds[side] = 0;
    for (unsigned i = 0; i < requests; i++) {
        choose(r, loads, count);
        for (int k = 0; k < SIDES; k++) {
            int side = (k + (int)i) % SIDES;
            double start = now();
            commit(r, side, loads, count);
            seconds[side] += now() - start;
        }
    }
}

static void say(times *t, int side, size_t count, unsigned requests)
{
    qsort(t->seconds[side], ROUNDS, sizeof(double), by_value);
    for (int to = 0; to < 2; to++) qsort(t->ratios[side][to], ROUNDS, sizeof(double), by_value);
    printf("{\"work\": \"durable commits, %zu customer%s\", \"who\": \"%s\", \"rows\": %zu, "
           "\"seconds\": %.6f, "
           "\"of_appending\": %.3f, \"of_bare\": %.3f%s}\n",
           count, count == 1 ? "" : "s", sides[side], count * requests,
           t->seconds[side][ROUNDS / 2], t->ratios[side][LOOSE][ROUNDS / 2],
           t->ratios[side][KEYED][ROUNDS / 2], side == KEYED ? ", \"reference\": true" : "");
    fflush(stdout);
}

static void measure(rig *r, load *loads, size_t count, unsigned requests)
{
    times t;
    for (int round = 0; round < ROUNDS; round++) {
        double seconds[SIDES];
        take_turns(r, loads, count, requests, seconds);
        for (int side = 0; side < SIDES; side++) {
            t.seconds[side][round] = seconds[side];
            for (int to = 0; to < 2; to++)
                t.ratios[side][to][round] = seconds[to] / seconds[side];
        }
    }
    for (int side = 0; side < SIDES; side++) say(&t, side, count, requests);
}

static const char *file(char path[4096], const char *folder, int side)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (int i = 2; i >= 0; i--) {
        snprintf(path, 4096, "%s/commits-%d.db%s", folder, side, suffixes[i]);
        unlink(path);
    }
    return path;
}

int main(int argc, char **argv)
{
    static rig r;
    char path[4096];
    const char *folder = argc > 1 ? argv[1] : ".";
    load *loads = calloc(MOST, sizeof *loads);
    if (!loads) abort();
    bare_open(&r.bares[LOOSE], file(path, folder, LOOSE), loose);
    bare_open(&r.bares[KEYED], file(path, folder, KEYED), keyed);
    r.stores[0] = store_open(file(path, folder, PROJECTING), 0);
    r.stores[1] = store_open(file(path, folder, BARE), CSUCCESS_SQLITE_BARE);
    csuccess__reply_init(&r.reply, csuccess__malloc_allocator());
    for (unsigned i = 0; i < CUSTOMERS;
         i += MOST) { /* all customers are there before the clock runs */
        for (unsigned k = 0; k < MOST; k++) fill(&loads[k], i + k, r.turns[i + k]++);
        for (int side = 0; side < SIDES; side++) commit(&r, side, loads, MOST);
    }
    measure(&r, loads, 1, 60);
    measure(&r, loads, 16, 30);
    measure(&r, loads, 256, 8);
    csuccess__reply_free(&r.reply);
    for (int side = 0; side < 2; side++) {
        bare_close(&r.bares[side]);
        csuccess_sqlite_close(r.stores[side]);
    }
    for (int side = 0; side < SIDES; side++) file(path, folder, side);
    free(loads);
    return 0;
}
