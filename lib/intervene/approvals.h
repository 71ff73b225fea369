/* SPDX-License-Identifier: Apache-2.0 */
/* The section `approvals`: what asks before it goes out, whom, and until when; requests and decisions. State kind APPROVAL: "request/ID16", and standing decisions "standing/PATTERN". */
#ifndef CSUCCESS__INTERVENE_APPROVALS_H
#define CSUCCESS__INTERVENE_APPROVALS_H

#include "flow/playbooks/task.h"
#include "intervene/reach.h"

#define CSUCCESS__APPROVAL_STATES(X) \
    X(PENDING, 0, "pending") \
    X(APPROVED, 1, "approved") \
    X(MODIFIED, 2, "modified") \
    X(REJECTED, 3, "rejected") \
    X(ESCALATED, 4, "escalated") X(MONITORED, 5, "monitored") X(EXPIRED, 6, "expired")
typedef enum csuccess__approval_state {
#define CSUCCESS__APPROVAL(name, number, text) CSUCCESS__APPROVAL_##name = number,
    CSUCCESS__APPROVAL_STATES(CSUCCESS__APPROVAL)
#undef CSUCCESS__APPROVAL
} csuccess__approval_state;
typedef enum csuccess__on_expiry {
    CSUCCESS__EXPIRY_REJECT,
    CSUCCESS__EXPIRY_APPROVE,
    CSUCCESS__EXPIRY_ESCALATE
} csuccess__on_expiry;

typedef struct csuccess__approval_rule {
    csuccess_str id, approver, escalate_to, channel;
    const csuccess__pattern *for_;
    uint32_t for_count;
    const csuccess__program *when;
    csuccess__duration expires;
    csuccess__on_expiry on_expiry;
    csuccess__priority priority;
} csuccess__approval_rule;
typedef struct csuccess__approvals {
    const csuccess__approval_rule *list;
    uint32_t count;
    bool
        any_principal; /* the document has no `access`: whoever may bring a decision may decide */
} csuccess__approvals;
/* What a decision changes of what it lets go. */
typedef struct csuccess__approved {
    bool cost, value, priority_given;
    bool
        value_caps; /* value_is is what was approved: no more than that; else it is the value */
    int64_t cost_is, value_is, not_before;
    double priority;
    csuccess_str channel, owner;
} csuccess__approved;

const csuccess__approvals *csuccess__approvals_compile(struct csuccess__intervene_build *build,
                                                       const csuccess__json *section);
csuccess_result csuccess__decision_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason);
void csuccess__approvals_step(csuccess__turn *t); /* expiry, escalation, monitoring */
/* What was decided for the candidate, to be heeded by whoever lets it go; false: nothing. */
bool csuccess__approval_changes(csuccess__turn *t, const csuccess__candidate *c,
                                csuccess__approved *out);
/* It has left by its c->by: its request is used up (of a campaign: it is the run's now), and what it costs counts in what a decision lets go at most. To be called for every candidate that leaves, with the candidate that was asked. */
void csuccess__approval_used(csuccess__turn *t, const csuccess__candidate *c);
/* What had left was taken back: what was approved for it is to be had again. */
void csuccess__approval_returned(csuccess__turn *t, csuccess_str id);
/* A contact that is forgotten: requests about what was for it. */
void csuccess__approvals_forget(csuccess__turn *t, csuccess_str contact);
void csuccess__approvals_report(csuccess__turn *t, struct csuccess__json_writer *out);
void csuccess__approval_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field);

#endif
