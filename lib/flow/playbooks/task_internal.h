/* SPDX-License-Identifier: Apache-2.0 */
/* One task in the state of a customer: its bytes, its entries, its times. */
#ifndef CSUCCESS__FLOW_PLAYBOOKS_TASK_INTERNAL_H
#define CSUCCESS__FLOW_PLAYBOOKS_TASK_INTERNAL_H

#include "flow/playbooks/task.h"

static inline bool csuccess__task_is_open(const csuccess__task *task)
{
    return task->state != CSUCCESS__TASK_COMPLETED && task->state != CSUCCESS__TASK_CANCELLED;
}
bool csuccess__task_parse(csuccess__task *out, csuccess_str payload);
/* The same with texts that live as long as the step; damage fails it. False: there is none, or the step has failed. */
bool csuccess__task_take(csuccess__moment *m, csuccess_str id, csuccess__task *out);
/* Keeps it; the ledger of its owner's load follows. */
void csuccess__task_put(csuccess__moment *m, csuccess__task *task);
/* An entry "task": what has happened to it. `reason` may be empty. */
void csuccess__task_say(csuccess__moment *m, const csuccess__task *task, const char *event,
                        csuccess_str reason);
/* When its owner is reminded next, as of now. */
void csuccess__task_plan(csuccess__task *task, int64_t now);
/* A message to its owner, when a channel says so; counted, so that each has an id of its own: put the task after it. */
void csuccess__task_tell(csuccess__moment *m, csuccess__task *task, const char *what);
/* Ends it, and tells TASK. */
typedef struct csuccess__task_end {
    csuccess__task_state state;
    csuccess__task_outcome outcome;
    csuccess_str reason;
} csuccess__task_end;
void csuccess__task_ends(csuccess__moment *m, csuccess__task *task, csuccess__task_end end);
/* Whether a name is a line of a list; and the list with a name more, in the step's texts. */
bool csuccess__lines_have(csuccess_str lines, csuccess_str name);
csuccess_str csuccess__lines_with(csuccess__moment *m, csuccess_str lines, csuccess_str name);
/* The lines of a text, one after the other: false at the end. */
bool csuccess__line_next(csuccess_str *lines, csuccess_str *line);

const char *csuccess__task_state_word(csuccess__task_state state);
const char *csuccess__task_outcome_word(csuccess__task_outcome outcome);
extern const char *const csuccess__task_kind_words[];    /* ended by NULL */
extern const char *const csuccess__task_outcome_words[]; /* the same */
extern const char *const csuccess__priority_words[];     /* the same */

#endif
