/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the machine of journeys share: the fields in the state, and one enrollment on its way. Only for this folder. */
#ifndef CSUCCESS__FLOW_JOURNEYS_ENROLLMENT_INTERNAL_H
#define CSUCCESS__FLOW_JOURNEYS_ENROLLMENT_INTERNAL_H

#include "flow/flow.h"
#include "flow/journeys/enrollment.h"

enum { CSUCCESS__JOURNEY_ID_BYTES = 64, CSUCCESS__JOURNEY_MOVES_MOST = 200 };

/* Field JOURNEY: how often a customer was in it, and how it went the last time. */
typedef struct csuccess__journey_past {
    uint64_t times;
    csuccess__enrollment_state state; /* ACTIVE: it is still in it */
    int64_t enrolled_at, ended_at;    /* 0: not yet */
    csuccess_str step;                /* at which it ended */
    csuccess_str by;                  /* what ended it: "goal", an exit … */
} csuccess__journey_past;
/* False: damaged. */
bool csuccess__journey_past_read(csuccess__journey_past *out, csuccess_str payload);
/* Puts it into the state. */
void csuccess__journey_past_put(csuccess__step *step, csuccess_str journey,
                                const csuccess__journey_past *past);
void csuccess__enrollment_put(csuccess__step *step, csuccess_str name,
                              const csuccess__enrollment *e);
const char *csuccess__enrollment_state_name(csuccess__enrollment_state state);
/* The hash (16 bytes) of the definition in the payload of a field, without reading the rest; empty: damaged. */
csuccess_str csuccess__enrollment_definition(csuccess_str payload);
/* The id of the journey in the name of a field, "onboarding" of "onboarding#2"; *number may be NULL. Empty: it is no such name. */
csuccess_str csuccess__enrollment_journey(csuccess_str name, uint64_t *number);

/* One enrollment while a step of the customer is taken. Texts of `e` are those of the field, of definitions, or the desk's. */
typedef struct csuccess__enrolled {
    csuccess__moment *m;
    const csuccess__journey
        *journey;      /* the definition that it is pinned to; NULL: not to be had */
    uint32_t today;    /* index in this configuration; UINT32_MAX: none */
    csuccess_str name; /* of the field */
    csuccess__enrollment e;
    uint32_t at;      /* index of e.step */
    uint32_t entered; /* steps, in this step of the customer */
    bool changed, over;
    bool read;  /* of those that the desk keeps: it is as the state has it */
    bool shown; /* trigger.x are in their slots */
    bool anew;  /* moved to a step that is to be entered */
} csuccess__enrolled;

/* Reads the one in that field. False: there is none, or it is damaged, which is noted. */
bool csuccess__enrolled_open(csuccess__enrolled *r, csuccess__moment *m, csuccess_str name);
/* Reads the live one of a journey. */
bool csuccess__enrolled_live(csuccess__enrolled *r, csuccess__moment *m, csuccess_str journey);
/* Puts what was changed back, or drops what is over. */
void csuccess__enrolled_close(csuccess__enrolled *r);
/* When to look at it again. Nothing is due while it is paused. What was not done because history is imported is due at once. */
void csuccess__enrolled_due(csuccess__enrolled *r);
/* The definition it is under now: today's, an earlier one, or it fails. It is moved (`may_move`) when the customer is looked at and when a pause ends: once a step, whatever else happens in it. */
void csuccess__enrolled_define(csuccess__enrolled *r, bool may_move);
/* Enters a step, and those after it until one waits or it is over. `from` and `way` are those left; NULL at the beginning. */
typedef struct csuccess__leaving {
    const csuccess__journey_step *from;
    csuccess_str way;
    uint32_t to;
} csuccess__leaving;
void csuccess__enrolled_go(csuccess__enrolled *r, csuccess__leaving leaving);
/* By a way of the step that it is at. */
void csuccess__enrolled_leave(csuccess__enrolled *r, uint32_t way);
/* What is known of its step's time: goes on when that is over, and `hours` allow it. */
void csuccess__enrolled_time(csuccess__enrolled *r);
/* An event, a task, a playbook: takes a way, at once, when the calendar opens, or when the pause ends. */
void csuccess__enrolled_take(csuccess__enrolled *r, uint32_t way);
/* Limit, goal and exits, in this order; whether it is over. */
bool csuccess__enrolled_ends(csuccess__enrolled *r);
/* Ends it: `how` is "goal", "end", "step", "limit", "condition", "event", "person" or "failed"; `by` which of them: an exit, the outcome of a step. */
typedef struct csuccess__finish {
    csuccess__enrollment_state state;
    const char *how;
    csuccess_str by, reason, way;
    bool success;
} csuccess__finish;
void csuccess__enrolled_finish(csuccess__enrolled *r, const csuccess__finish *finish);
void csuccess__enrolled_fail(csuccess__enrolled *r, csuccess_str why);
/* trigger.x, before an expression of it is asked. */
void csuccess__enrolled_show(csuccess__enrolled *r);

/* An entry "journey". */
typedef struct csuccess__journey_say {
    const char *event;
    csuccess_str from, way, step;
    const char *type;
    const char *how;
    csuccess_str by, reason;
    int64_t in_step_ms; /* negative: none */
    int64_t until;      /* 0: none */
    bool ends, success;
    const csuccess__value *score, *status; /* of a health_check; NULL: none */
} csuccess__journey_say;
void csuccess__journey_entry(csuccess__moment *m, const csuccess__enrollment *e,
                             const csuccess__journey_say *say);

/* When d will have passed since ms where the customer is; the end of time when that is beyond it. */
int64_t csuccess__journey_after(const csuccess__moment *m, int64_t ms, csuccess__duration d);
/* "journey/id" in the desk's texts. */
csuccess_str csuccess__journey_name(csuccess__moment *m, csuccess_str id);
/* Slots of one journey from the state, where they are read. */
void csuccess__journey_show(csuccess__moment *m, uint32_t index);

#endif
