/* SPDX-License-Identifier: Apache-2.0 */
/* Enrollments: customers on their way through journeys. */
#ifndef CSUCCESS__FLOW_JOURNEYS_ENROLLMENT_H
#define CSUCCESS__FLOW_JOURNEYS_ENROLLMENT_H

#include "flow/journeys/journey.h"

/* Numbers are those of the state's format. The last three end it. */
#define CSUCCESS__ENROLLMENT_STATES(X) \
    X(ACTIVE, 0, "active") \
    X(WAITING, 1, "waiting") \
    X(PAUSED, 2, "paused") \
    X(COMPLETED, 3, "completed") X(EXITED, 4, "exited") X(FAILED, 5, "failed")
typedef enum csuccess__enrollment_state {
#define CSUCCESS__ENROLLMENT_STATE(name, number, text) CSUCCESS__ENROLLMENT_##name = number,
    CSUCCESS__ENROLLMENT_STATES(CSUCCESS__ENROLLMENT_STATE)
#undef CSUCCESS__ENROLLMENT_STATE
} csuccess__enrollment_state;

/* What an event during a pause will end it by. Numbers are those of the state's format. */
typedef enum csuccess__ending {
    CSUCCESS__ENDING_NONE = 0,
    CSUCCESS__ENDING_GOAL = 1,
    CSUCCESS__ENDING_EXIT = 2
} csuccess__ending;

/* A live one: field ENROLLMENT, named "onboarding#2" (the second time). */
typedef struct csuccess__enrollment {
    csuccess_str journey;
    uint64_t number;
    csuccess_str id;        /* 64 hex digits */
    uint8_t definition[16]; /* hash of the journey that it is pinned to */
    uint8_t config[32];     /* hash of the configuration that has it */
    csuccess__enrollment_state state;
    csuccess_str step;               /* id of the step it is at */
    int64_t enrolled_at, entered_at; /* of the step */
    int64_t timer;                   /* when the step's time is over; 0: none */
    int64_t limit_at;                /* 0: none */
    int64_t paused_at;               /* 0: not */
    uint64_t moves;                  /* steps entered: the occurrence of what they make */
    csuccess_str waits_for;          /* id of a task or playbook's run; empty */
    csuccess_str
        pending; /* name of the way that an event took while it was paused, or while the calendar of `hours` was closed: the first one; empty: none */
    csuccess__ending ending; /* by an event during the pause */
    csuccess_str ending_by;  /* id of the exit of EXIT */
    bool counted;            /* in the ledger of concurrent.journey */
    csuccess_str
        refused; /* hash (16 bytes) of the definition that it could not be moved to, which was said; empty: none */
    csuccess_str kept; /* of the trigger */
} csuccess__enrollment;
/* From the name and the payload of a field ENROLLMENT; texts are borrowed. False: damaged. */
bool csuccess__enrollment_read(csuccess__enrollment *out, csuccess_str name,
                               csuccess_str payload);

void csuccess__journeys_publish(csuccess__moment *m);
/* ENROLL: by the rules of re-enrollment and concurrency; entry "journey" in any case, "enrolled" or "refused" with the reason. Then goes as far as it can. */
void csuccess__journey_enroll(csuccess__moment *m, const csuccess__happening *enroll);
/* Timers that are due, limits, goals and exits before every step, changed definitions; lowers due. */
void csuccess__journeys_step(csuccess__moment *m);
/* Events, tasks and playbooks that an enrollment waits for; exits and goals by event. */
void csuccess__journeys_happened(csuccess__moment *m, const csuccess__happening *happening);
/* Input of type journey: `enroll`, `exit`, `pause`, `resume`. */
csuccess_result csuccess__journey_apply(csuccess__moment *m, const csuccess__input *input,
                                        csuccess__text *reason);
/* The ledger deltas of live enrollments, taken back. */
void csuccess__journeys_release(csuccess__moment *m);
/* What they keep of events of a contact goes. */
void csuccess__journeys_forget(csuccess__moment *m, csuccess_str contact);
/* The way that a customer takes at a split: sticky, by SHA-256 of customer, journey, step and salt; an index of the ways. */
uint32_t csuccess__split_way(const csuccess__journey *journey,
                             const csuccess__journey_step *step, csuccess_str customer);
void csuccess__journey_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);
void csuccess__enrollment_print(struct csuccess__json_writer *out,
                                const csuccess__state_field *field);

/* Entries "journey": {"journey", "instance", "number", "event": "enrolled" | "step" | "paused" | "resumed" | "completed" | "exited" | "failed" | "refused" | "moved", "from", "way", "step", "type", "in_step_ms", "reason", …}; one for each step that is entered. */

#endif
