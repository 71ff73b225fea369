/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for memory inside SQLite (CSUCCESS_FAULTS set: each), and every read, write, sync and truncation of its files fail, once and from then on: what was acknowledged is
   there, nothing is half, and trying again comes to the same end. */
#include "stored.h"

static const char message_id[] =
    "abababababababababababababababababababababababababababababababab";
static const char pseudonym[] = "pseudonym";

/* ---- Planted failures ---- */

typedef struct faults {
    long calls, at; /* at 0: none */
    bool onward, fired;
} faults;

static faults memory, disk;

static bool fails(faults *f)
{
    f->calls++;
    bool now = f->at != 0 && (f->onward ? f->calls >= f->at : f->calls == f->at);
    f->fired = f->fired || now;
    return now;
}

static void plant(faults *f, long at, bool onward)
{
    *f = (faults){0, at, onward, false};
}

static sqlite3_mem_methods real_memory;

static void *faulty_malloc(int n)
{
    return fails(&memory) ? NULL : real_memory.xMalloc(n);
}

static void *faulty_realloc(void *block, int n)
{
    return fails(&memory) ? NULL : real_memory.xRealloc(block, n);
}

/* ---- A file system that fails ---- */

typedef struct faulty_file {
    sqlite3_file base;
    sqlite3_file *real; /* behind it */
} faulty_file;

static sqlite3_file *real(sqlite3_file *file)
{
    return ((faulty_file *)(void *)file)->real;
}

static int f_close(sqlite3_file *f)
{
    return real(f)->pMethods->xClose(real(f));
}
static int f_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return fails(&disk) ? SQLITE_IOERR_READ : real(f)->pMethods->xRead(real(f), to, n, at);
}
static int f_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    return fails(&disk) ? SQLITE_FULL : real(f)->pMethods->xWrite(real(f), from, n, at);
}
static int f_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    return fails(&disk) ? SQLITE_IOERR_TRUNCATE : real(f)->pMethods->xTruncate(real(f), n);
}
/* No power fails here: what is told to be on the disk need not be, which takes a tenth of the time. */
static int f_sync(sqlite3_file *f, int flags)
{
    (void)f;
    (void)flags;
    return fails(&disk) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}
static int f_size(sqlite3_file *f, sqlite3_int64 *n)
{
    return real(f)->pMethods->xFileSize(real(f), n);
}
static int f_lock(sqlite3_file *f, int how)
{
    return real(f)->pMethods->xLock(real(f), how);
}
static int f_unlock(sqlite3_file *f, int how)
{
    return real(f)->pMethods->xUnlock(real(f), how);
}
static int f_reserved(sqlite3_file *f, int *out)
{
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
}
static int f_control(sqlite3_file *f, int op, void *arg)
{
    return real(f)->pMethods->xFileControl(real(f), op, arg);
}
static int f_sector(sqlite3_file *f)
{
    return real(f)->pMethods->xSectorSize(real(f));
}
static int f_device(sqlite3_file *f)
{
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
}
static int f_shm_map(sqlite3_file *f, int page, int n, int more, void volatile **out)
{
    return real(f)->pMethods->xShmMap(real(f), page, n, more, out);
}
static int f_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return real(f)->pMethods->xShmLock(real(f), at, n, flags);
}
static void f_shm_barrier(sqlite3_file *f)
{
    real(f)->pMethods->xShmBarrier(real(f));
}
static int f_shm_unmap(sqlite3_file *f, int gone)
{
    return real(f)->pMethods->xShmUnmap(real(f), gone);
}

static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = f_close,
                                           .xRead = f_read,
                                           .xWrite = f_write,
                                           .xTruncate = f_truncate,
                                           .xSync = f_sync,
                                           .xFileSize = f_size,
                                           .xLock = f_lock,
                                           .xUnlock = f_unlock,
                                           .xCheckReservedLock = f_reserved,
                                           .xFileControl = f_control,
                                           .xSectorSize = f_sector,
                                           .xDeviceCharacteristics = f_device,
                                           .xShmMap = f_shm_map,
                                           .xShmLock = f_shm_lock,
                                           .xShmBarrier = f_shm_barrier,
                                           .xShmUnmap = f_shm_unmap};
static sqlite3_vfs *system_files, faulty_files;

static int f_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    faulty_file *f = (faulty_file *)(void *)file;
    f->real = (sqlite3_file *)(void *)(f + 1);
    f->base.pMethods = NULL;
    int rc = system_files->xOpen(system_files, name, f->real, flags, out);
    if (f->real->pMethods) f->base.pMethods = &methods;
    return rc;
}

/* Before anything else of SQLite is used. */
static bool make_faulty(void)
{
    sqlite3_mem_methods mine;
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); /* every request counts */
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    mine = real_memory;
    mine.xMalloc = faulty_malloc;
    mine.xRealloc = faulty_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) != SQLITE_OK) return false;
    system_files = sqlite3_vfs_find(NULL);
    if (!system_files) return false;
    faulty_files = *system_files;
    faulty_files.zName = "faulty";
    faulty_files.szOsFile = (int)sizeof(faulty_file) + system_files->szOsFile;
    faulty_files.xOpen = f_open;
    return sqlite3_vfs_register(&faulty_files, 1) == SQLITE_OK;
}

/* ---- The scenario ---- */

static void first(plan *p, const char *customer)
{
    plan_start(p);
    plan_write(p, CSUCCESS_RECORD_CUSTOMER, customer, 0, "state-1")->due_ms = 100;
    plan_write(p, CSUCCESS_RECORD_SECRET, customer, 0, "secret");
    plan_entry(p, customer, 1, "input", "{\"type\":\"track\"}");
    plan_entry(p, customer, 2, "health", "{\"after\":{\"score\":70}}")->subject = str("ann");
    plan_input(p, customer, "i1");
    plan_delta(p, "budget", 3, 9);
}

static csuccess_result begin(stored *s, int64_t now)
{
    plan p[2];
    const csuccess_batch *batches[] = {&p[0].batch, &p[1].batch};
    csuccess_result result = stored_history(s, pseudonym, 0, 10);
    if (result < 0) return result;
    bool erased = s->reply.row_count > 0;
    first(&p[0], "c1");
    plan_message(&p[0], "c1", message_id);
    first(&p[1], "c2");
    result = stored_commit_all(s, batches, erased ? 1 : 2, now);
    for (size_t i = 0; result >= 0 && i < (erased ? 1u : 2u); i++) {
        csuccess__verdict verdict = s->reply.answers[i].verdict;
        CHECK(verdict == CSUCCESS__VERDICT_APPLIED || verdict == CSUCCESS__VERDICT_ALREADY);
    }
    return result;
}

static csuccess_result advance(stored *s, int64_t now)
{
    plan p;
    char token[32] = "";
    csuccess_result result = stored_due(s, now, 10, now + 50);
    if (result < 0) return result;
    for (size_t i = 0; i < s->reply.row_count; i++) {
        if (s->reply.rows[i].id.ptr[1] != '1') continue;
        snprintf(token, sizeof token, "%.*s", (int)s->reply.rows[i].token.len,
                 s->reply.rows[i].token.ptr);
    }
    plan_start(&p);
    plan_write(&p, CSUCCESS_RECORD_CUSTOMER, "c1", 1, "state-2")->token = str(token);
    plan_entry(&p, "c1", 3, "selection", "{\"held\":[{\"guard\":\"caps\",\"of\":[\"a\"]}]}");
    plan_input(&p, "c1", "i2");
    plan_delta(&p, "budget", 3, 9);
    csuccess__verdict verdict = stored_commit(s, &p, now);
    if (s->result < 0) return s->result;
    CHECK(verdict == CSUCCESS__VERDICT_APPLIED || verdict == CSUCCESS__VERDICT_ALREADY);
    return CSUCCESS_OK;
}

static csuccess_result deliver(stored *s, int64_t now)
{
    char token[32];
    csuccess_result result = stored_claim(s, now, 10, now + 50);
    if (result < 0 || s->reply.row_count == 0) return result;
    snprintf(token, sizeof token, "%.*s", (int)s->reply.rows[0].token.len,
             s->reply.rows[0].token.ptr);
    return stored_settle(s, message_id, str(token), CSUCCESS_SETTLE_DELIVERED, now);
}

static csuccess_result scenario(stored *s, int64_t now)
{
    csuccess_result result = stored_open(s, NULL);
    if (result >= 0) result = begin(s, now);
    if (result >= 0) result = advance(s, now);
    if (result >= 0) result = deliver(s, now);
    if (result >= 0) result = stored_erase(s, "c2", "", pseudonym);
    stored_close(s);
    return result;
}

/* What must hold at any time, and what in the end. */
static void check_whole(const char *path, bool ended)
{
    if (stored_sql(path, "SELECT count(*) FROM sqlite_schema") == 0)
        return; /* it was not even made */
    CHECK_INT(
        stored_sql(path,
                   "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
        0);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM (SELECT count(*) n, max(seq) m FROM "
                               "store_entries GROUP BY customer) WHERE n <> m"),
              0);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM store_ledgers WHERE sum <> 3 * ((SELECT "
                               "count(*) FROM store_entries WHERE seq <> 1))"),
              0);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM health_scores WHERE score <> 70"), 0);
    if (!ended) return;
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM store_states WHERE revision = 2 AND "
                               "CAST(body AS TEXT) = 'state-2'"),
              1);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM store_states"), 1);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM store_entries"), 5);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM health_scores"), 1);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM selections WHERE ruling = 'sent' OR guard "
                               "= 'caps' AND candidates = '[\"a\"]'"),
              2);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM audit WHERE customer = 'pseudonym' AND "
                               "body IS NULL AND subject IS NULL"),
              2);
    CHECK_INT(stored_sql(path, "SELECT outcome FROM store_messages"),
              CSUCCESS_SETTLE_DELIVERED);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM store_inputs"), 2);
}

/* One run with the k-th call failing; whether it did. */
static bool one(faults *f, long k, bool onward)
{
    stored s;
    unsigned before = check_failures;
    stored_name(&s, f == &memory ? "memory" : "disk");
    stored_remove(s.path);
    plant(f, k, onward);
    csuccess_result result = scenario(&s, 150);
    bool fired = f->fired;
    plant(f, 0, false);
    if (!fired) CHECK_OK(result);
    if (result < 0 && f == &memory) CHECK_RESULT(result, CSUCCESS_ENOMEM);
    check_whole(s.path, false);
    CHECK_OK(scenario(&s, 1150)); /* leases are over by then */
    check_whole(s.path, true);
    if (check_failures != before)
        printf("# with call %ld failing%s\n", k, onward ? " and every later one" : "");
    stored_end(&s);
    return fired && check_failures == before;
}

static void sweep(faults *f, long stride)
{
    long last[2] = {0, 0};
    for (int onward = 0; onward <= 1; onward++) {
        long k = 1;
        while (one(f, k, onward == 1)) k += stride;
        last[onward] = k;
    }
    printf("# %ld calls, %ld with later ones failing too\n", last[0], last[1]);
    CHECK(last[0] > 20 && last[1] > 20);
}

static void memory_is_refused(void)
{
    const char *all = getenv("CSUCCESS_FAULTS");
    sweep(&memory, all ? 1 : 61);
}

static void the_disk_fails(void)
{
    sweep(&disk, 1);
}

int main(int argc, char **argv)
{
    static const check_test tests[] = {CHECK_TEST(memory_is_refused),
                                       CHECK_TEST(the_disk_fails)};
    if (!make_faulty()) return 1;
    return check_main(tests, sizeof tests / sizeof tests[0], argc, argv);
}
