/* SPDX-License-Identifier: Apache-2.0 */
/* The section `checks`: what an engine watches of itself, and whom it tells, in tiers, while it does not get better. A state machine without a clock; the engine measures and sends.

   "checks": {"queue_age":    {"above": "PT10M", "severity": "high", "notify": {"first": {"channel": "slack"}, "lead": {"after": "PT30M", "channel": "pager"}}},
              "failure_rate": {"above": 0.2, "within": "PT15M", "notify": {"first": {"channel": "slack"}}}} */
#ifndef CSUCCESS__INTERVENE_CHECKS_H
#define CSUCCESS__INTERVENE_CHECKS_H

#include "expr/program.h"
#include "flow/alerts.h"

/* Name, and what is measured: a time, a share of attempts within a span, a count within a span, or a number as it is now. */
#define CSUCCESS__CHECKS(X) \
    X(QUEUE_AGE, "queue_age", \
      TIME)             /* how long the oldest message that was claimed had waited */ \
    X(LAG, "lag", TIME) /* the greatest time that a message was sent too late */ \
    X(FAILURE_RATE, "failure_rate", SHARE)    /* attempts to send that did not deliver */ \
    X(BREAKERS_OPEN, "breakers_open", NUMBER) /* channels that rest */ \
    X(PARKED, "parked", COUNT)                /* customers that were parked */ \
    X(CONFLICTS, "conflicts", COUNT)          /* commits that somebody else was faster than */ \
    X(DEAD_LETTERS, "dead_letters", COUNT)    /* messages that were given up */ \
    X(OPERATION_FAILURES, "operation_failures", COUNT) /* slots that failed */
typedef enum csuccess__check_kind {
#define CSUCCESS__CHECK(name, text, unit) CSUCCESS__CHECK_##name,
    CSUCCESS__CHECKS(CSUCCESS__CHECK)
#undef CSUCCESS__CHECK
        CSUCCESS__CHECK_COUNT
} csuccess__check_kind;
const char *csuccess__check_name(csuccess__check_kind kind);

typedef struct csuccess__check {
    csuccess__check_kind kind;
    double above;      /* milliseconds, a share, a number */
    int64_t within_ms; /* of a share or count: PT1H */
    csuccess_str severity;
    csuccess__tiers tiers;
} csuccess__check;
typedef struct csuccess__checks {
    const csuccess__check *list; /* in the order of the document */
    uint32_t count;
} csuccess__checks;
/* NULL: no section, or problems were noted. */
const csuccess__checks *csuccess__checks_compile(csuccess__compiler *with,
                                                 csuccess__problems *problems,
                                                 const csuccess__json *section,
                                                 const csuccess__json *channels);

/* What is measured of a check now: `value` of a time or number; counts since the beginning of a count (`value`) and a share (`value` of `of`). */
typedef struct csuccess__measure {
    double value, of;
} csuccess__measure;
enum { CSUCCESS__CHECK_SAMPLES = 16 };
typedef struct csuccess__check_state {
    bool open;
    int64_t since; /* when it was first found so */
    uint32_t told; /* tiers */
    uint64_t occurrence;
    double value; /* as last found */
    struct {
        int64_t at;
        csuccess__measure measure;
    } samples[CSUCCESS__CHECK_SAMPLES]; /* ascending; at most one in a sixteenth of the span */
    uint32_t sample_count;
} csuccess__check_state;
/* Where counting begins: nothing before counts. */
void csuccess__check_begin(csuccess__check_state *state, csuccess__measure measure,
                           int64_t now);
/* Looks once. The tier that is to be told now, or NULL; csuccess__check_told() says that it was, else it is asked for again. */
const csuccess__alert_tier *csuccess__check_look(csuccess__check_state *state,
                                                 const csuccess__check *check,
                                                 csuccess__measure measure, int64_t now);
void csuccess__check_told(csuccess__check_state *state);

#endif
