/* SPDX-License-Identifier: Apache-2.0 */
/* The SQLite store against the contract's own tests, abandoned and opened again as after a crash. */
#include "stored.h"

#include <csuccess/conformance.h>

enum { ABANDONED = 4096 };

/* `ud` of the slots stays the same, while the connection behind it changes. */
typedef struct host {
    stored s;
    csuccess_sqlite *abandoned[ABANDONED]; /* closed in the end only: a crash closes nothing */
    size_t count;
} host;

#define PASS(slot) \
    static void slot(void *ud, const csuccess_##slot##_request *request, \
                     csuccess_reply *reply) \
    { \
        csuccess_sqlite_ops()->slot(((host *)ud)->s.store, request, reply); \
    }
PASS(load)
PASS(commit)
PASS(due)
PASS(defer)
PASS(claim)
PASS(settle)
PASS(scan)
PASS(history)
PASS(outbox)
PASS(erase)

static const csuccess_store_ops ops = {sizeof ops, load, commit,  due,    defer, claim,
                                       settle,     scan, history, outbox, erase};

static csuccess_result reopen(void *ud)
{
    host *h = ud;
    if (h->count == ABANDONED) return CSUCCESS_ELIMIT;
    h->abandoned[h->count++] = h->s.store;
    return stored_open(&h->s, NULL);
}

/* As comments of the test; of a good one only the last line. */
static void show(csuccess_str text, bool good)
{
    size_t from = 0;
    for (size_t i = 0; good && i + 1 < text.len; i++) from = text.ptr[i] == '\n' ? i + 1 : from;
    for (size_t i = from; i < text.len; i++) {
        if (i == from || text.ptr[i - 1] == '\n') printf("# ");
        putchar(text.ptr[i]);
    }
}

static void run(host *h, uint32_t flags)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_sqlite_options how = CSUCCESS_SQLITE_OPTIONS_INIT;
    csuccess_conformance_options options = {
        .size = sizeof options, .seed = 20261120, .rounds = 1000, .reopen = reopen};
    csuccess_text *report = NULL;
    how.flags = flags;
    stored_name(&h->s, "conformance");
    stored_remove(h->s.path);
    if (!CHECK_OK(stored_open(&h->s, &how))) return;
    csuccess_result result = csuccess_conformance_run(&report, &ops, h, &options, &err);
    show(report ? csuccess_text_view(report) : str(err.message), CHECK_OK(result));
    csuccess_text_free(report);
    for (size_t i = 0; i < h->count; i++) csuccess_sqlite_close(h->abandoned[i]);
    stored_end(&h->s);
}

static void keeps_the_contract(void)
{
    static host h;
    run(&h, 0);
    CHECK(h.count > 0);
}

static void keeps_the_contract_without_projections(void)
{
    static host h;
    run(&h, CSUCCESS_SQLITE_BARE);
}

CHECK_MAIN(CHECK_TEST(keeps_the_contract), CHECK_TEST(keeps_the_contract_without_projections))
