/* SPDX-License-Identifier: Apache-2.0 */
/* The results of the customers likeliest to leave. */
#ifndef CLI_TOP_H
#define CLI_TOP_H

#include <csuccess/base.h>
#include <stdbool.h>

enum { TOP_MOST = 100000 };

typedef struct top_entry {
    double probability;
    char *result; /* with `why` behind it, if there is one */
    size_t len;
} top_entry;

typedef struct top {
    top_entry *list; /* likeliest first; equal ones as they came */
    size_t count, most;
} top;

/* False: no memory. */
bool top_init(top *t, size_t most);
void top_free(top *t);
/* Whether a result of that probability would be kept. */
bool top_wants(const top *t, double probability);
/* Keeps a copy. False: no memory. */
bool top_add(top *t, double probability, csuccess_str result);

#endif
