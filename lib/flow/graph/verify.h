/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier: journeys and playbooks as graphs. What is certainly wrong is a problem of the configuration, what is probably wrong is lint, and bounds are sound: a customer never takes longer, and never gets more messages. */
#ifndef CSUCCESS__FLOW_GRAPH_VERIFY_H
#define CSUCCESS__FLOW_GRAPH_VERIFY_H

#include "flow/graph/bounds.h"

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
      0) /* a limit that cannot hold, or that leaves nothing: of re-enrollment, of concurrency, of a channel's rate or budget (policies.caps come with the arbiter) */ \
    X(LATE, "past-limit", 0) /* a step that is not reached before the time limit */ \
    X(UNDECIDED, "undecided", \
      0) /* a condition on what may be missing, without an undecided way */
typedef enum csuccess__flow_rule {
#define CSUCCESS__FLOW_RULE(name, text, problem) CSUCCESS__FLOW_RULE_##name,
    CSUCCESS__FLOW_RULES(CSUCCESS__FLOW_RULE)
#undef CSUCCESS__FLOW_RULE
        CSUCCESS__FLOW_RULE_COUNT
} csuccess__flow_rule;

/* The rule's name and the code of its problem: 0 for lint. */
const char *csuccess__flow_rule_name(csuccess__flow_rule rule);
/* Looks at all journeys and playbooks that were compiled without a problem, and at them together. Notes problems (negative codes) and lint (code 0); messages begin with the rule. */
void csuccess__flow_verify(csuccess__flow_build *build);

#endif
