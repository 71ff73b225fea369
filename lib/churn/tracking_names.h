/* SPDX-License-Identifier: Apache-2.0 */
/* Names that accumulators count by (levels, actions, features, segments): each gets a number in the order of its first
   use, and is walked in the order of its bytes, so that neither the order of adding nor that of merging shows. */
#ifndef CSUCCESS__CHURN_TRACKING_NAMES_H
#define CSUCCESS__CHURN_TRACKING_NAMES_H

#include "base/alloc.h"

typedef struct csuccess__names {
    const csuccess_allocator *mem; /* borrowed */
    csuccess_str *items;           /* by number; texts are copies */
    uint32_t *order;               /* numbers, ascending by bytes */
    uint32_t count, cap, limit;
} csuccess__names;

/* Bytes of one name at most. */
enum { CSUCCESS__NAME_BYTES = 1024 };
#define CSUCCESS__NAME_NONE UINT32_MAX

void csuccess__names_init(csuccess__names *names, const csuccess_allocator *mem,
                          uint32_t limit);
void csuccess__names_free(csuccess__names *names);
/* CSUCCESS__NAME_NONE when it is not there. */
uint32_t csuccess__names_find(const csuccess__names *names, csuccess_str name);
/* Finds or adds. ELIMIT (too many, too long), EENCODING, ENOMEM; nothing is changed then. */
csuccess_result csuccess__names_add(csuccess__names *names, csuccess_str name,
                                    uint32_t *number);
/* Forgets the names from number `count` on: how a call that fails later takes its names back. */
void csuccess__names_cut(csuccess__names *names, uint32_t count);
/* Whether a name is UTF-8 and not too long: OK, EENCODING, ELIMIT. */
csuccess_result csuccess__names_check(csuccess_str name);
/* A copy in memory of its own; len 0 takes none. False: no memory. */
bool csuccess__name_copy(csuccess_str *out, const csuccess_allocator *mem, csuccess_str name);
void csuccess__name_free(const csuccess_allocator *mem, csuccess_str name);

#endif
