/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a store by its name, or out of a shared object. */
#include "stores.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* ---- Those known by name ---- */

static void close_memory(void *ud)
{
    csuccess_memory_store_free(ud);
}

static bool open_memory(under_test *u, const char *argument)
{
    csuccess_memory_store *store = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    (void)argument;
    if (csuccess_memory_store_new(&store, NULL, &err) < 0) {
        fprintf(stderr, "csuccess-conformance: %s\n", err.message);
        return false;
    }
    *u = (under_test){.ops = csuccess_memory_store_ops(), .ud = store, .close = close_memory};
    return true;
}

const store_kind stores[] = {{"memory", "the store in memory of the library", open_memory},
#ifdef WITH_SQLITE
                             {"sqlite", "the store in a SQLite file: ARGUMENT", open_sqlite},
#endif
                             {NULL, NULL, NULL}};

/* ---- Shared objects ---- */

typedef csuccess_result open_function(const csuccess_store_ops **ops, void **ud,
                                      const char *argument);
typedef csuccess_result reopen_function(void *ud);
typedef void close_function(void *ud);

/* A function by its name; POSIX lets dlsym()'s pointer be one, ISO C does not let it be cast. */
static void find(void *object, const char *name, void *function)
{
    void *address = dlsym(object, name);
    memcpy(function, &address, sizeof address);
}

static bool open_object(under_test *u, const char *path, const char *argument)
{
    open_function *opens = NULL;
    u->object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!u->object) {
        fprintf(stderr, "csuccess-conformance: %s\n", dlerror());
        return false;
    }
    find(u->object, "csuccess_host_store_open", &opens);
    find(u->object, "csuccess_host_store_reopen", &u->reopen);
    find(u->object, "csuccess_host_store_close", &u->close);
    if (!opens) {
        fprintf(stderr, "csuccess-conformance: %s has no csuccess_host_store_open()\n", path);
    } else {
        csuccess_result result = opens(&u->ops, &u->ud, argument);
        if (result >= 0 && u->ops) return true;
        fprintf(stderr, "csuccess-conformance: csuccess_host_store_open(): %s\n",
                csuccess_result_text(result));
    }
    dlclose(u->object);
    return false;
}

bool open_store(under_test *u, const char *name, const char *argument)
{
    for (size_t i = 0; stores[i].name; i++) {
        if (strcmp(stores[i].name, name) == 0) return stores[i].open(u, argument);
    }
    if (strchr(name, '/')) return open_object(u, name, argument);
    fprintf(stderr, "csuccess-conformance: no store is called %s; a file has a / in its name\n",
            name);
    return false;
}

void close_store(under_test *u)
{
    if (u->close) u->close(u->ud);
    if (u->object) dlclose(u->object);
}
