/* SPDX-License-Identifier: Apache-2.0 */
/* Executions: interventions that left, with what became of them. State kind EXECUTION, by the first 16 digits of their id. */
#ifndef CSUCCESS__INTERVENE_EXECUTIONS_H
#define CSUCCESS__INTERVENE_EXECUTIONS_H

#include "intervene/interventions.h"
#include "intervene/touches.h"

#define CSUCCESS__EXECUTION_STATES(X) \
    X(SCHEDULED, 0, "scheduled") \
    X(IN_PROGRESS, 1, "in_progress") \
    X(COMPLETED, 2, "completed") X(CANCELLED, 3, "cancelled") X(ESCALATED, 4, "escalated")
typedef enum csuccess__execution_state {
#define CSUCCESS__EXECUTION(name, number, text) CSUCCESS__EXECUTION_##name = number,
    CSUCCESS__EXECUTION_STATES(CSUCCESS__EXECUTION)
#undef CSUCCESS__EXECUTION
} csuccess__execution_state;
#define CSUCCESS__EXECUTION_OUTCOMES(X) \
    X(NONE, 0, "") \
    X(SUCCESSFUL, 1, "successful") \
    X(PARTIALLY, 2, "partially_successful") \
    X(UNSUCCESSFUL, 3, "unsuccessful") \
    X(FOLLOW_UP, 4, "follow_up_required") X(CHURNED, 5, "churned") X(UPGRADED, 6, "upgraded")
typedef enum csuccess__execution_outcome {
#define CSUCCESS__EXECUTION_OUTCOME(name, number, text) \
    CSUCCESS__EXECUTION_OUTCOME_##name = number,
    CSUCCESS__EXECUTION_OUTCOMES(CSUCCESS__EXECUTION_OUTCOME)
#undef CSUCCESS__EXECUTION_OUTCOME
} csuccess__execution_outcome;

enum { CSUCCESS__EXECUTIONS_MOST = 50, CSUCCESS__EXECUTION_DAYS = 90 /* kept after its end */ };
typedef struct csuccess__execution {
    csuccess_str id, intervention, programme, step, channel, contact, assigned, task, cause;
    csuccess__execution_state state;
    csuccess__execution_outcome outcome;
    csuccess__response response;
    bool asked;     /* by a person */
    bool again;     /* it never arrived: another channel is to be tried, or its owner told */
    bool back;      /* it was taken back at its claim, so that its channel may be tried again */
    uint32_t tries; /* channels that did not reach anybody before this one */
    int64_t created_at, started_at, due_at, ended_at, judge_at,
        follow_up_at;           /* 0: none, or done */
    int64_t cost;               /* minor units */
    double health, risk, value; /* at its beginning; NaN never: `has` bits say what there was */
    uint32_t has;               /* bits: health 1, risk 2, value 4 */
    uint32_t satisfaction, minutes; /* 1 to 5; 0: none */
    uint32_t judged;                /* 0: not yet, 1: reached, 2: not, 3: undecided */
    csuccess_str started;           /* values of started('x'), canonical bytes */
    csuccess_str items;             /* action items, a line each */
} csuccess__execution;
const char *csuccess__execution_state_word(csuccess__execution_state state);
const char *csuccess__execution_outcome_word(csuccess__execution_outcome outcome);
/* Whether something is still to come of it. */
static inline bool csuccess__execution_is_open(const csuccess__execution *e)
{
    return e->state != CSUCCESS__EXECUTION_COMPLETED &&
           e->state != CSUCCESS__EXECUTION_CANCELLED;
}

/* Whether it could begin: its text, its offer, its place are there. Nothing is left or kept; *why as below. */
bool csuccess__execution_ready(csuccess__turn *t, csuccess__candidate *c, csuccess_str *why);
/* A candidate that the arbiter allowed: renders and leaves its message (with its touch and reservation), or makes its task; keeps the execution; entry "intervention" {"change": "scheduled", …}. False: its text lacks something; *why then says what (nothing was left). */
bool csuccess__execution_begin(csuccess__turn *t, csuccess__candidate *c, csuccess_str *why);
/* What became of the message of an execution: delivered, or never ("bounced", "never", "dropped"), or "taken_back" at its claim: then nothing has happened, and its intervention or action may be a candidate again. True: it is of an execution. */
bool csuccess__execution_told(csuccess__turn *t, csuccess_str id, bool arrived,
                              csuccess_str outcome);
/* A person has cancelled it while its message was under way: it is not to be delivered. */
bool csuccess__execution_is_cancelled(csuccess__turn *t, csuccess_str id);
/* An input of type intervention (all but `request`, which csuccess__interventions_candidates() reads). */
csuccess_result csuccess__execution_apply(csuccess__turn *t, const csuccess__input *input,
                                          csuccess__text *reason);
/* An input of type response: to whom it is, what it says; touches, executions, spirals, reached. */
csuccess_result csuccess__response_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason);
/* What time brings: success is judged, follow-ups are made, tasks that ended end theirs, old ones go. */
void csuccess__executions_step(csuccess__turn *t);
/* The last of that intervention (its id, such as "executive_call"); false: none is kept. Texts are of the state. */
bool csuccess__execution_last(csuccess__turn *t, csuccess_str intervention,
                              csuccess__execution *out);
/* As many are open as are kept: nothing more begins. */
bool csuccess__executions_full(csuccess__turn *t);
/* {"open": [...], "urgent": [{"type", "description", "priority", "due_at", "owner", "effort_minutes", "execution", "task"}], "ended": [...]}; and the list of urgent actions alone. */
void csuccess__urgent_report(csuccess__turn *t, struct csuccess__json_writer *out);
void csuccess__executions_report(csuccess__turn *t, struct csuccess__json_writer *out);
void csuccess__executions_forget(csuccess__turn *t, csuccess_str contact);
void csuccess__execution_print(struct csuccess__json_writer *out,
                               const csuccess__state_field *field);

#endif
