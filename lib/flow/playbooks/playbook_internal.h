/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of playbooks in the state of a customer: their bytes, what they are evaluated with, when their steps begin. */
#ifndef CSUCCESS__FLOW_PLAYBOOKS_PLAYBOOK_INTERNAL_H
#define CSUCCESS__FLOW_PLAYBOOKS_PLAYBOOK_INTERNAL_H

#include "flow/playbooks/playbook.h"

/* The slot started('x'), and the one whose value it keeps. */
typedef struct csuccess__started {
    csuccess_str name;
    uint32_t slot, of;
} csuccess__started;

/* Numbers are those of the state's format. */
#define CSUCCESS__RUN_STATES(X) \
    X(OPEN, 0, "open") X(COMPLETED, 1, "completed") X(CANCELLED, 2, "cancelled")
typedef enum csuccess__run_state {
#define CSUCCESS__RUN_STATE(name, number, text) CSUCCESS__RUN_##name = number,
    CSUCCESS__RUN_STATES(CSUCCESS__RUN_STATE)
#undef CSUCCESS__RUN_STATE
} csuccess__run_state;
#define CSUCCESS__RUN_STEP_STATES(X) \
    X(WAITING, 0, "waiting") \
    X(BEGUN, 1, "begun") X(DONE, 2, "completed") X(SKIPPED, 3, "cancelled")
typedef enum csuccess__run_step_state {
#define CSUCCESS__RUN_STEP_STATE(name, number, text) CSUCCESS__RUN_STEP_##name = number,
    CSUCCESS__RUN_STEP_STATES(CSUCCESS__RUN_STEP_STATE)
#undef CSUCCESS__RUN_STEP_STATE
} csuccess__run_step_state;
/* What a look at the success criteria said; UNKNOWN: not yet looked at. */
#define CSUCCESS__SUCCESSES(X) \
    X(UNKNOWN, 0, "") X(MET, 1, "met") X(MISSED, 2, "missed") X(UNDECIDED, 3, "undecided")
typedef enum csuccess__run_success {
#define CSUCCESS__SUCCESS(name, number, text) CSUCCESS__SUCCESS_##name = number,
    CSUCCESS__SUCCESSES(CSUCCESS__SUCCESS)
#undef CSUCCESS__SUCCESS
} csuccess__run_success;

typedef struct csuccess__run_step {
    csuccess_str id;
    csuccess__run_step_state state;
    int64_t begun_at, ended_at; /* 0: not */
    uint64_t made;              /* tasks so far */
    int64_t next_at;            /* BEGUN: when the next is made; 0: there is none */
} csuccess__run_step;
typedef struct csuccess__run_value {
    csuccess_str name;
    double value;
} csuccess__run_value;
typedef struct csuccess__run {
    csuccess_str name; /* of the field: "playbook", "playbook/record", each with "#reason" */
    csuccess_str playbook, record, instance, reason, by, kept;
    csuccess__run_state state;
    bool cancel;    /* a person said so; done once everything is computed */
    bool stalled;   /* that its definition is gone was said */
    uint64_t times; /* this run is the how many-th */
    uint64_t again; /* how often it was wanted while open */
    int64_t began_at, started_at, ended_at; /* started_at may be moved; ended_at 0: open */
    int64_t within_at;                      /* when success is looked at; 0: not */
    int64_t next_at;                        /* when a step begins or repeats; 0: not by time */
    csuccess__run_success at_end, at_within;
    uint8_t definition[16], config[32];
    csuccess__run_step steps[CSUCCESS__PLAYBOOK_STEPS_MOST];
    uint32_t step_count; /* 0 once it has ended */
    csuccess__run_value values[CSUCCESS__STARTED_MOST];
    uint32_t value_count;
} csuccess__run;

bool csuccess__run_parse(csuccess__run *out, csuccess_str payload);
/* With texts that live as long as the step. False: there is none, or it is damaged, which fails the step. */
bool csuccess__run_take(csuccess__moment *m, csuccess_str name, csuccess__run *out);
void csuccess__run_put(csuccess__moment *m, const csuccess__run *run);
void csuccess__run_say(csuccess__moment *m, const csuccess__run *run,
                       const csuccess__playbook *def, const char *state);
/* When the instance ended; NEVER: it is open; 0: there is no such run. */
int64_t csuccess__run_ended_at(csuccess__moment *m, csuccess_str instance);
/* The definition that it is pinned to; NULL: gone. */
const csuccess__playbook *csuccess__run_definition(csuccess__moment *m,
                                                   const csuccess__run *run);

/* ---- What a run is evaluated with ---- */

/* Fills trigger.x, started('x') and each; and takes them out again. */
void csuccess__run_show(csuccess__moment *m, const csuccess__run *run,
                        const csuccess__playbook *def);
void csuccess__run_hide(csuccess__moment *m, const csuccess__playbook *def);
/* Keeps the values of the start that the definition reads. */
void csuccess__run_keep_values(csuccess__moment *m, csuccess__run *run,
                               const csuccess__playbook *def);
/* The record of that id in the collection of for_each; NULL: there is none. */
const csuccess__value *csuccess__record_find(const csuccess__moment *m, uint32_t collection,
                                             csuccess_str id);
/* Adds tasks.open, tasks.overdue and, where there are playbooks, the slots started('x') of every number that is known. */
bool csuccess__started_declare(struct csuccess__flow_build *build, csuccess__playbooks *out,
                               bool any);
void csuccess__playbook_publish(csuccess__moment *m, csuccess_str id);

/* ---- Dates ---- */

/* When a step begins; false: not yet known. */
bool csuccess__step_begins_at(int64_t *out, csuccess__moment *m, const csuccess__playbook *def,
                              const csuccess__run *run, uint32_t step);
/* When the task that is made at `at` is due; 0: never. */
int64_t csuccess__step_due_at(csuccess__moment *m, const csuccess__playbook *def,
                              const csuccess__run *run, uint32_t step, int64_t at);
/* The occurrence after `after`, of a step that began at `begun`; 0: none. */
int64_t csuccess__step_next_at(csuccess__moment *m, const csuccess__playbook *def,
                               uint32_t step, int64_t begun, int64_t after);
/* Another start: open dates move with it. */
void csuccess__run_move(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def,
                        int64_t start);

/* ---- Moving on ---- */

/* Steps that begin, tasks that are made, steps and the run that end; puts the run. */
void csuccess__run_advance(csuccess__moment *m, csuccess__run *run,
                           const csuccess__playbook *def);
void csuccess__run_end(csuccess__moment *m, csuccess__run *run, const csuccess__playbook *def,
                       csuccess__run_state state);
void csuccess__run_measure(csuccess__moment *m, csuccess__run *run,
                           const csuccess__playbook *def, bool within);

#endif
