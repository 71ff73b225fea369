/* SPDX-License-Identifier: Apache-2.0 */
/* One alert in the state of one customer, and how it moves. */
#ifndef CSUCCESS__FLOW_ALERTS_INTERNAL_H
#define CSUCCESS__FLOW_ALERTS_INTERNAL_H

#include "flow/alerts.h"

/* Numbers are those of the state's format. */
#define CSUCCESS__ALERT_STATES(X) \
    X(QUIET, 0, "quiet") \
    X(WAITING, 1, "waiting") \
    X(OPEN, 2, "open") \
    X(ACKNOWLEDGED, 3, "acknowledged") \
    X(SNOOZED, 4, "snoozed") \
    X(RESOLVED, 5, "resolved")
typedef enum csuccess__alert_state {
#define CSUCCESS__ALERT_STATE(name, number, text) CSUCCESS__ALERT_##name = number,
    CSUCCESS__ALERT_STATES(CSUCCESS__ALERT_STATE)
#undef CSUCCESS__ALERT_STATE
        CSUCCESS__ALERT_STATE_COUNT
} csuccess__alert_state;

typedef enum csuccess__alert_event {
    CSUCCESS__ALERT_HOLDS, /* the condition */
    CSUCCESS__ALERT_READY, /* and it has held long enough, no cooldown, and the key is free */
    CSUCCESS__ALERT_GONE,  /* the condition, or its profile */
    CSUCCESS__ALERT_WAKES, /* a snooze is over */
    CSUCCESS__ALERT_ACKNOWLEDGES,
    CSUCCESS__ALERT_SNOOZES,
    CSUCCESS__ALERT_RESOLVES,
    CSUCCESS__ALERT_EVENTS
} csuccess__alert_event;

typedef struct csuccess__alert_field {
    csuccess__alert_state state;
    uint32_t told;   /* tiers, since it was raised */
    uint64_t raised; /* how often */
    int64_t
        since; /* WAITING: the condition began to hold; RESOLVED: when; OPEN: since when it held. 0: not */
    int64_t raised_at;      /* the last time; 0: never */
    int64_t until;          /* SNOOZED; else 0 */
    int64_t cooldown_until; /* 0: none */
    csuccess_str cause;     /* of the last raise */
} csuccess__alert_field;

/* What a move leaves to be said; NULL: nothing, and the field may be as it was. */
typedef struct csuccess__alert_move {
    bool changed;     /* the field */
    const char *says; /* the new state, for an entry */
    bool refused;     /* not in that state */
} csuccess__alert_move;

bool csuccess__alert_parse(csuccess__alert_field *field, csuccess_str payload);
void csuccess__alert_put(csuccess__step *step, const csuccess__alert *alert,
                         const csuccess__alert_field *field);
csuccess__alert_move csuccess__alert_moves(csuccess__alert_field *field,
                                           const csuccess__alert *alert,
                                           csuccess__alert_event event,
                                           const csuccess__step *step);
static inline bool csuccess__alert_is_open(const csuccess__alert_field *field)
{
    return field->state == CSUCCESS__ALERT_OPEN || field->state == CSUCCESS__ALERT_SNOOZED ||
           field->state == CSUCCESS__ALERT_ACKNOWLEDGED;
}
/* An entry "alert"; reason and `until` of a person's word may be empty and 0. */
typedef struct csuccess__alert_say {
    const char *state;
    csuccess_str reason;
    int64_t until;
} csuccess__alert_say;
void csuccess__alert_entry(csuccess__step *step, const csuccess__alert *alert,
                           const csuccess__alert_field *field, csuccess__alert_say say);

#endif
