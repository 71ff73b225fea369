/* SPDX-License-Identifier: Apache-2.0 */
/* A memory store with a lock under several threads: every batch is applied once, no limit is passed, no customer is leased by two. */
#include "check.h"

#include "base/alloc.h"
#include "base/str.h"
#include "engine/conformance_trial.h"

#include <pthread.h>

enum { THREADS = 4, TURNS = 300, CUSTOMERS = 8, LIMIT = 500 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void lock(void *ud)
{
    pthread_mutex_lock(ud);
}

static void unlock(void *ud)
{
    pthread_mutex_unlock(ud);
}

typedef struct worker {
    csuccess_memory_store *store;
    unsigned number;
    uint64_t applied, leases, failures;
} worker;

/* Reads a customer and writes it at the next revision: a conflict when another was faster. */
static void turn(worker *w, csuccess__trial *t, const char *id)
{
    csuccess__pack p;
    csuccess_key key = {CSUCCESS_RECORD_CUSTOMER, 0, csuccess__str(id)};
    const csuccess_batch *list = &p.batch;
    if (!csuccess__trial_load(t, &key, 1, NULL, 0)) w->failures++;
    csuccess__pack_customer(&p, id, t->reply.answers[0].revision, "state", 0);
    csuccess__pack_delta(&p, "budget", 1, LIMIT);
    if (!csuccess__trial_commits(t, &list, 1)) w->failures++;
    w->applied += t->reply.answers[0].verdict == CSUCCESS__VERDICT_APPLIED;
    if (!csuccess__trial_due(t, 1, 1000000)) w->failures++;
    w->leases += t->reply.row_count;
}

static void *work(void *ud)
{
    static const char *const ids[CUSTOMERS] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    worker *w = ud;
    csuccess__trial t;
    csuccess__trial_init(&t, csuccess_memory_store_ops(), w->store,
                         csuccess__malloc_allocator());
    t.tenant = CSUCCESS_STR("t");
    t.now = 1;
    for (unsigned i = 0; i < TURNS; i++) turn(w, &t, ids[(i * 7 + w->number) % CUSTOMERS]);
    csuccess__trial_free(&t);
    return NULL;
}

static void threads_share_a_store(void)
{
    csuccess_memory_options options = {
        .size = sizeof options, .lock = lock, .unlock = unlock, .lock_ud = &mutex};
    csuccess_memory_store *store = NULL;
    pthread_t threads[THREADS];
    worker workers[THREADS];
    csuccess__trial t;
    uint64_t applied = 0, revisions = 0;
    CHECK_OK(csuccess_memory_store_new(&store, &options, NULL));
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (worker){.store = store, .number = i};
        CHECK_INT(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_UINT(workers[i].failures, 0);
        applied += workers[i].applied;
    }
    csuccess__trial_init(&t, csuccess_memory_store_ops(), store, csuccess__malloc_allocator());
    t.tenant = CSUCCESS_STR("t");
    csuccess_scan_request scan = {.kind = CSUCCESS_RECORD_CUSTOMER, .most = 100};
    CHECK(csuccess__trial_ask_scan(&t, scan));
    for (size_t i = 0; i < t.reply.row_count; i++) revisions += t.reply.rows[i].number;
    CHECK_UINT(revisions, applied);
    CHECK(applied <= LIMIT);
    CHECK(csuccess__trial_ledger(&t, "budget", (int64_t)applied));
    csuccess__trial_free(&t);
    csuccess_memory_store_free(store);
}

CHECK_MAIN(CHECK_TEST(threads_share_a_store))
