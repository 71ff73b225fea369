/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier: journeys and playbooks as graphs. What is certainly wrong is a problem of the configuration, what is probably wrong is lint, and bounds are sound: a customer never takes longer, and never gets more messages. */
#ifndef CSUCCESS__FLOW_GRAPH_VERIFY_H
#define CSUCCESS__FLOW_GRAPH_VERIFY_H

#include "flow/flow.h"

/* Each found thing says its rule. */
#define CSUCCESS__FLOW_RULES(X) \
    X(UNREACHABLE, "unreachable", 1)   /* a step that no way leads to */ \
    X(NO_END, "no-end", 1)             /* from which no end can be reached */ \
    X(NO_WAIT, "loop-without-wait", 1) /* a cycle in which nothing waits */ \
    X(NEVER, "never-taken", \
      0) /* a way whose condition cannot hold, by intervals over declared ranges */ \
    X(ALWAYS, "always-taken", 0) /* a condition that cannot fail */ \
    X(NO_TIMEOUT, "wait-without-timeout", 0) \
    X(NO_EXIT, "exit-never-comes", 0) \
    X(FIRES_INTO_EXIT, "fires-into-exit", \
      0) /* the trigger holds only where an exit or the goal does */ \
    X(SAME_TRIGGER, "same-trigger", 0) /* of two playbooks, without order */ \
    X(CAP, "cap", \
      0) /* policies.caps that a journey alone exceeds, or that no journey can reach */ \
    X(UNDECIDED, "undecided", \
      0) /* a condition on what may be missing, without an undecided way */
typedef enum csuccess__flow_rule {
#define CSUCCESS__FLOW_RULE(name, text, problem) CSUCCESS__FLOW_RULE_##name,
    CSUCCESS__FLOW_RULES(CSUCCESS__FLOW_RULE)
#undef CSUCCESS__FLOW_RULE
        CSUCCESS__FLOW_RULE_COUNT
} csuccess__flow_rule;

typedef struct csuccess__flow_bounds {
    int64_t longest_ms;      /* from enrollment to its end; INT64_MAX: unbounded */
    uint32_t messages;       /* in all; UINT32_MAX: unbounded */
    uint32_t messages_a_day; /* in any 24 hours; UINT32_MAX: unbounded */
    csuccess_str why;        /* of what is unbounded: the step; empty */
} csuccess__flow_bounds;

/* Both note problems (negative codes) and lint (code 0); messages begin with the rule. */
void csuccess__journey_verify(struct csuccess__flow_build *build,
                              const csuccess__journey *journey);
void csuccess__playbook_verify(struct csuccess__flow_build *build,
                               const csuccess__playbook *playbook);
void csuccess__flow_verify(struct csuccess__flow_build *build);
/* ENOMEM. */
csuccess_result csuccess__journey_bounds(csuccess__flow_bounds *out, const csuccess__flow *flow,
                                         const csuccess__journey *journey,
                                         const csuccess_allocator *mem);
csuccess_result csuccess__playbook_bounds(csuccess__flow_bounds *out,
                                          const csuccess__flow *flow,
                                          const csuccess__playbook *playbook,
                                          const csuccess_allocator *mem);

#endif
