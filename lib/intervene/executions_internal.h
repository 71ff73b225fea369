/* SPDX-License-Identifier: Apache-2.0 */
/* Executions in a state: their bytes, how they move, what their sources share. */
#ifndef CSUCCESS__INTERVENE_EXECUTIONS_INTERNAL_H
#define CSUCCESS__INTERVENE_EXECUTIONS_INTERNAL_H

#include "flow/playbooks/task_internal.h"
#include "intervene/interventions_internal.h"

enum { CSUCCESS__HAS_HEALTH = 1, CSUCCESS__HAS_RISK = 2, CSUCCESS__HAS_VALUE = 4 };

const char *csuccess__response_word(csuccess__response response);
const char *csuccess__judged_word(uint32_t judged);

bool csuccess__execution_parse(csuccess__execution *out, csuccess_str payload);
/* The name of its field: the first digits of its id. */
csuccess_str csuccess__execution_name(const csuccess__execution *e);
void csuccess__execution_put(csuccess__turn *t, const csuccess__execution *of);
/* Fields of the kind, and the index-th of them; false: it is no execution, or the step has failed. Texts are of the state: use csuccess__execution_take() for what is put again. */
uint32_t csuccess__executions_count(const csuccess__turn *t);
bool csuccess__execution_at(csuccess__turn *t, uint32_t index, csuccess__execution *out);
/* By its id, or the first 16 digits of it; with texts of the turn. */
bool csuccess__execution_take(csuccess__turn *t, csuccess_str id, csuccess__execution *out);
typedef bool csuccess__execution_fits(const csuccess__execution *e, csuccess_str what);
/* The last of those that fit. */
bool csuccess__execution_last_that(csuccess__turn *t, csuccess__execution_fits *fits,
                                   csuccess_str what, csuccess__execution *out);
/* All that is kept of it, as members of an object. */
void csuccess__execution_members(struct csuccess__json_writer *w, const csuccess__execution *e);

/* Its definition as it is now; NULL: the configuration has it no more. */
const csuccess__intervention *csuccess__execution_of(const csuccess__turn *t,
                                                     const csuccess__execution *e);

/* What people and the engine do with one. */
#define CSUCCESS__EXECUTION_EVENTS(X) \
    X(START, "start") X(COMPLETE, "complete") X(CANCEL, "cancel") X(ESCALATE, "escalate")
typedef enum csuccess__execution_event {
#define CSUCCESS__EXECUTION_EVENT(name, text) CSUCCESS__EXECUTION_EVENT_##name,
    CSUCCESS__EXECUTION_EVENTS(CSUCCESS__EXECUTION_EVENT)
#undef CSUCCESS__EXECUTION_EVENT
        CSUCCESS__EXECUTION_EVENT_COUNT
} csuccess__execution_event;
/* The state after it; false: it may not. */
bool csuccess__execution_may(csuccess__execution_state from, csuccess__execution_event event,
                             csuccess__execution_state *to);
/* Moves it as of now: times, state; what was still to be judged or followed up on goes when it is cancelled. */
void csuccess__execution_move(csuccess__turn *t, csuccess__execution *e,
                              csuccess__execution_event event);
/* Entry "intervention": what has changed; texts may be empty. */
typedef struct csuccess__execution_change {
    const char *what;
    csuccess_str reason, follow_up; /* the task that follows up */
} csuccess__execution_change;
void csuccess__execution_tell(csuccess__turn *t, const csuccess__execution *e,
                              const csuccess__execution_change *change);
/* The same with a reason alone. */
void csuccess__execution_say(csuccess__turn *t, const csuccess__execution *e,
                             const char *change, csuccess_str reason);

/* The health score now; false: there is none. */
bool csuccess__execution_health(const csuccess__turn *t, double *out);
/* What the intervention is called for this customer: its title, else its label. */
csuccess_str csuccess__intervention_title(csuccess__turn *t, const csuccess__intervention *of);
/* Makes the task of an execution, which is not put here; its id. */
csuccess_str csuccess__execution_task(csuccess__turn *t, const csuccess__task_make *make,
                                      csuccess__execution *e);
/* Beyond the most that are kept the oldest that has ended goes. */
void csuccess__executions_trim(csuccess__turn *t);
/* Lowers the step's due to when something comes of it. */
void csuccess__execution_due(csuccess__turn *t, const csuccess__execution *e);
/* The channel to be tried after the one that it went by, and those behind it; NULL: none. */
const csuccess__channel *csuccess__execution_other(const csuccess__intervention *of,
                                                   const csuccess__execution *e,
                                                   const csuccess__channel *const **rest,
                                                   uint32_t *rest_count);
/* Until when another channel is tried. */
int64_t csuccess__execution_until(csuccess__turn *t, const csuccess__intervention *of,
                                  const csuccess__execution *e);
/* What a person answered; a later answer that says nothing does not take away one that did. */
void csuccess__execution_respond(csuccess__execution *e, csuccess__response response);

#endif
