/* SPDX-License-Identifier: Apache-2.0 */
/* Definitions of aggregates as read, before they are brought together by series and event. */
#ifndef CSUCCESS__CUSTOMER_AGGREGATES_COMPILE_H
#define CSUCCESS__CUSTOMER_AGGREGATES_COMPILE_H

#include "customer/aggregates_internal.h"
#include "customer/attribute.h"

typedef struct csuccess__draft {
    const csuccess__json *at;
    csuccess_str event, property; /* of the document; property ptr NULL: none */
    csuccess__where *where;       /* NULL: every event counts */
    csuccess__part part;
    csuccess__figure figure;
    csuccess__kind kind; /* of what FIRST and LAST keep; else ANY */
    csuccess__attribute_type type;
    csuccess__window window;
    uint32_t limit, source, slot;
    bool named, has_range, keep;
    double low, high;
    csuccess_str signature, from; /* in the arena */
} csuccess__draft;

typedef struct csuccess__aggregates_build {
    csuccess__schema *schema;
    csuccess__compiler *with;
    csuccess__problems *problems;
    const csuccess__sources *sources;
    csuccess__draft *drafts;
    uint32_t count;
} csuccess__aggregates_build;

/* `login|count`, `order|sum|cents`, `order|last|plan:string#<condition>`: event, part, property, type and condition, never name, window or
   source. ptr NULL: no memory. */
csuccess_str csuccess__draft_signature(const csuccess__draft *draft, csuccess__arena *arena);
/* Series and listeners of the drafts; NULL: no memory, noted. */
const csuccess__aggregates *csuccess__aggregates_build_all(const csuccess__aggregates_build *b);

#endif
