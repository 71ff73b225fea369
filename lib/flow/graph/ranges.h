/* SPDX-License-Identifier: Apache-2.0 */
/* What conditions can come to, by reasoning over intervals: from the declared ranges of attributes through metrics and arithmetic, and from what the parts of a condition ask of one another.

   The answers are sound one way: CSUCCESS__CANNOT is certain (no customer with values within the declared ranges), CSUCCESS__MAY is not. */
#ifndef CSUCCESS__FLOW_GRAPH_RANGES_H
#define CSUCCESS__FLOW_GRAPH_RANGES_H

#include "flow/segments.h"

/* Numbers, and times in milliseconds. `above`, `below`: low, high themselves are excluded. */
typedef struct csuccess__interval {
    double low, high;
    bool above, below;
} csuccess__interval;

typedef struct csuccess__ranges {
    const csuccess__schema *schema;
    csuccess__arena *arena;    /* of the intervals */
    csuccess__arena scratch;   /* of one question */
    csuccess__interval *slots; /* of the schema, metrics computed */
    bool *missing;             /* whether a slot may be missing */
    bool lost;                 /* memory was refused; all answers are MAY then */
} csuccess__ranges;

/* False: no memory. `segments` may be NULL. */
bool csuccess__ranges_open(csuccess__ranges *ranges, const csuccess__schema *schema,
                           const csuccess__segments *segments, csuccess__arena *arena);
void csuccess__ranges_close(csuccess__ranges *ranges);

typedef enum csuccess__chance { CSUCCESS__CANNOT, CSUCCESS__MAY } csuccess__chance;
/* Whether a condition (NULL: true) can come to `wanted`. *slot (may be NULL): the one whose values do not fit, UINT32_MAX when it is not
   one alone. */
csuccess__chance csuccess__ranges_ask(csuccess__ranges *ranges,
                                      const csuccess__program *program, bool wanted,
                                      uint32_t *slot);
/* Whether it may be undecided: something that it reads may be missing, and it does not ask has() of it. */
bool csuccess__ranges_may_miss(csuccess__ranges *ranges, const csuccess__program *program);
/* Whether a can hold where b does, or (b_holds false) does not. MAY also when there is no telling. */
csuccess__chance csuccess__ranges_apart(csuccess__ranges *ranges, csuccess__compiler *with,
                                        const csuccess__program *a, const csuccess__program *b,
                                        bool b_holds);

#endif
