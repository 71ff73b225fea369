/* SPDX-License-Identifier: Apache-2.0 */
/* What a journey or playbook can come to at most. Sound for one enrollment or run: whatever the customer does and whatever is known, it takes no longer and sends no more. Not in it: pauses (which move every timer),
   a host that looks late, further enrollments (`reenroll` says how many and how far apart), and what playbooks that it starts or journeys that it enrolls in do on their own. */
#ifndef CSUCCESS__FLOW_GRAPH_BOUNDS_H
#define CSUCCESS__FLOW_GRAPH_BOUNDS_H

#include "flow/graph/ways.h"

typedef struct csuccess__flow_bounds {
    int64_t longest_ms;      /* from enrollment to its end; INT64_MAX: unbounded */
    uint32_t messages;       /* to the customer, in all; UINT32_MAX: unbounded */
    uint32_t messages_a_day; /* in any 24 hours; UINT32_MAX: unbounded */
    uint32_t to_one,
        to_one_a_day; /* messages to one recipient: the customer, or one of its contacts */
    csuccess_str why; /* of a time that is unbounded: the step; empty */
    csuccess_str why_messages; /* of messages that are: the step; empty */
} csuccess__flow_bounds;

/* ENOMEM. */
csuccess_result csuccess__journey_bounds(csuccess__flow_bounds *out, const csuccess__flow *flow,
                                         const csuccess__journey *journey,
                                         const csuccess_allocator *mem);
csuccess_result csuccess__playbook_bounds(csuccess__flow_bounds *out,
                                          const csuccess__flow *flow,
                                          const csuccess__playbook *playbook,
                                          const csuccess_allocator *mem);
/* The same of `messages` alone where step i sends weights[i]: in all, or (day) in any 24 hours. *node: what makes it unbounded. False: no memory. */
bool csuccess__journey_messages(uint32_t *out, uint32_t *node, csuccess__arena *arena,
                                const csuccess__flow *flow, const csuccess__journey *journey,
                                const uint32_t *weights, bool day);

#endif
