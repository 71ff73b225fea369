/* SPDX-License-Identifier: Apache-2.0 */
/* A store of a host as csuccess-conformance wants it: a shared object with these functions. What is in it here is the store in memory.
   Build: cc -shared -fPIC host_store.c -o host_store.so $(pkg-config --cflags --libs csuccess) */
#include <csuccess/csuccess.h>

/* Required: gives the slots, and `ud` for them. `argument` is what stood behind the file's name, or "". */
CSUCCESS_API csuccess_result csuccess_host_store_open(const csuccess_store_ops **ops, void **ud,
                                                      const char *argument);
/* Optional: closes the store as a crash would and opens it again under the same `ud`. A store without it is not tested for being durable:
   CSUCCESS_API csuccess_result csuccess_host_store_reopen(void *ud); */
/* Optional: frees what was opened. */
CSUCCESS_API void csuccess_host_store_close(void *ud);

csuccess_result csuccess_host_store_open(const csuccess_store_ops **ops, void **ud,
                                         const char *argument)
{
    csuccess_memory_store *store = NULL;
    csuccess_result result = csuccess_memory_store_new(&store, NULL, NULL);
    (void)argument;
    *ops = csuccess_memory_store_ops();
    *ud = store;
    return result;
}

void csuccess_host_store_close(void *ud)
{
    csuccess_memory_store_free(ud);
}
