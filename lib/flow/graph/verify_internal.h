/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the verifier share. Only for this folder. */
#ifndef CSUCCESS__FLOW_GRAPH_VERIFY_INTERNAL_H
#define CSUCCESS__FLOW_GRAPH_VERIFY_INTERNAL_H

#include "flow/graph/ranges.h"
#include "flow/graph/verify.h"

typedef struct csuccess__verifier {
    csuccess__flow_build *build;
    const csuccess__flow *flow;
    csuccess__problems *problems;
    csuccess__ranges ranges;
    csuccess__arena arena;      /* of one journey or playbook; reset after it */
    bool *journeys, *playbooks; /* which were compiled without a problem */
    bool lost;
} csuccess__verifier;

/* Structure: what is reached, what ends, what waits, what comes too late. */
void csuccess__verify_steps(csuccess__verifier *v, const csuccess__journey *journey);
/* Conditions of its steps, exits, goal and trigger. */
void csuccess__verify_conditions(csuccess__verifier *v, const csuccess__journey *journey);
/* Limits that cannot hold. */
void csuccess__verify_caps(csuccess__verifier *v, const csuccess__journey *journey);
void csuccess__verify_playbook(csuccess__verifier *v, const csuccess__playbook *playbook);
/* Journeys that begin one another in a circle. */
void csuccess__verify_circles(csuccess__verifier *v);
/* Playbooks that are begun by the same. */
void csuccess__verify_same_triggers(csuccess__verifier *v);

/* A condition that can never hold (`rule` then) or never fail. True: one of both was noted. `what` names it: "the goal of the journey \"x\"". */
typedef struct csuccess__verified {
    const csuccess__json *at;
    const csuccess__program *program;
    csuccess__flow_rule never; /* of one that cannot hold */
    bool may_be_always;        /* one that cannot fail is fine */
    const char *what;
    csuccess_str name;
} csuccess__verified;
bool csuccess__verify_condition(csuccess__verifier *v, const csuccess__verified *asked);
/* The trigger of a journey or playbook: what can never fire, or always holds. */
void csuccess__verify_trigger(csuccess__verifier *v, const csuccess__trigger *trigger);
/* Notes when the trigger fires only where `end` holds, which would end what it begins at once. */
void csuccess__verify_fires_into(csuccess__verifier *v, const csuccess__trigger *trigger,
                                 const csuccess__program *end, const char *what,
                                 csuccess_str name);

#endif
