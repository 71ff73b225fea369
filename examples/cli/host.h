/* SPDX-License-Identifier: Apache-2.0 */
/* An engine over a SQLite file, as the commands that keep customers use it. */
#ifndef CLI_HOST_H
#define CLI_HOST_H

#include "args.h"
#include "database.h"
#include <csuccess/csuccess.h>
#include <csuccess/engine.h>

enum { ROLES_MOST = 64 };

typedef struct cli_host {
    csuccess_config *config;
    csuccess_engine *engine;
    database db;
    struct csuccess_file *outbox;
    const csuccess_principal *principal; /* NULL: the host */
    csuccess_principal who;
    csuccess_str roles[ROLES_MOST];
    char who_text[4096]; /* what they are cut out of */
    int64_t now, next;   /* next: when there is something to do again */
} cli_host;

/* What every command over a database takes. */
#define HOST_OPTIONS \
    (TAKES(DB) | TAKES(CONFIG) | TAKES(BINDINGS) | TAKES(MODEL) | TAKES(NOW) | TAKES(AS) | \
     TAKES(OUTPUT))

enum {
    HOST_MAKES = 1, /* the file may be made */
    HOST_OWN =
        2, /* without -c: the configuration that the file keeps, that of the customer named or the last */
    HOST_SUCCEEDS = 4, /* the configuration must be one that may take the place of the last */
};

/* Opens everything. 0, or the exit code after telling why; in any case host_close() is due. `customer` may be empty. */
int host_open(cli_host *h, const args *given, uint32_t flags, csuccess_str customer);
void host_close(cli_host *h);
/* --as: 0, or 2 after telling. */
int host_take_principal(cli_host *h, const args *given);
/* A file per channel of the configuration in the folder. 0, or 1 after telling. */
int host_send_into(cli_host *h, const char *folder);
/* Lets the clock go on to `now`. */
csuccess_result host_clock(cli_host *h, int64_t now, csuccess_error *err);
/* Does everything that is due up to `until`, each at its own time. CSUCCESS_ECANCELLED: Ctrl-C. */
csuccess_result host_pass(cli_host *h, int64_t until, csuccess_error *err);
/* Tells what an engine or store said. 1. */
int host_tell(const args *given, csuccess_result result, const csuccess_error *err);
/* A time option; without it `otherwise`. False after a usage error. */
bool host_time(const args *given, option which, int64_t otherwise, int64_t *out);

#endif
