/* SPDX-License-Identifier: Apache-2.0 */
/* The store in a SQLite file, under test: its connections are abandoned as by a crash, and closed in the end. */
#include "stores.h"

#include <csuccess/sqlite.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct connection {
    csuccess_sqlite *store;
    struct connection *before; /* abandoned */
    const char *path;
} connection;

/* The slots' `ud` stays the same while the connection behind it changes. */
typedef struct host {
    connection *now;
} host;

#define PASS(slot) \
    static void slot(void *ud, const csuccess_##slot##_request *request, \
                     csuccess_reply *reply) \
    { \
        csuccess_sqlite_ops()->slot(((host *)ud)->now->store, request, reply); \
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

static csuccess_result open_one(host *h, const char *path)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str name = {path, strlen(path)};
    connection *c = calloc(1, sizeof *c);
    if (!c) return CSUCCESS_ENOMEM;
    csuccess_result result = csuccess_sqlite_open(&c->store, name, NULL, &err);
    if (result < 0) {
        fprintf(stderr, "csuccess-conformance: %s\n", err.message);
        free(c);
        return result;
    }
    c->before = h->now;
    c->path = path;
    h->now = c;
    return CSUCCESS_OK;
}

static csuccess_result reopen(void *ud)
{
    host *h = ud;
    return open_one(h, h->now->path);
}

static void close_all(void *ud)
{
    host *h = ud;
    while (h->now) {
        connection *c = h->now;
        h->now = c->before;
        csuccess_sqlite_close(c->store);
        free(c);
    }
    free(h);
}

bool open_sqlite(under_test *u, const char *argument)
{
    static const csuccess_store_ops ops = {sizeof ops, load, commit,  due,    defer, claim,
                                           settle,     scan, history, outbox, erase};
    if (!argument || !argument[0]) {
        fputs("csuccess-conformance: sqlite wants a file, which it makes\n", stderr);
        return false;
    }
    host *h = calloc(1, sizeof *h);
    if (!h || open_one(h, argument) < 0) {
        free(h);
        return false;
    }
    *u = (under_test){.ops = &ops, .ud = h, .reopen = reopen, .close = close_all};
    return true;
}
