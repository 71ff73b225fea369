/* SPDX-License-Identifier: Apache-2.0 */
/* The stores that can be tested: those that are known by a name, and those of shared objects. */
#ifndef CONFORMANCE_STORES_H
#define CONFORMANCE_STORES_H

#include <csuccess/csuccess.h>
#include <stdbool.h>

/* A store that is tested, and what to do with it besides asking. */
typedef struct under_test {
    const csuccess_store_ops *ops;
    void *ud;
    csuccess_result (*reopen)(void *ud); /* NULL: it is not durable */
    void (*close)(void *ud);             /* NULL: nothing */
    void *object;                        /* the shared object; NULL: none */
} under_test;

typedef struct store_kind {
    const char *name, *what;
    bool (*open)(under_test *u, const char *argument); /* says itself what went wrong */
} store_kind;

extern const store_kind stores[]; /* ends with a name of NULL */

#ifdef WITH_SQLITE
bool open_sqlite(under_test *u, const char *argument);
#endif
bool open_store(under_test *u, const char *name, const char *argument);
void close_store(under_test *u);

#endif
