/* SPDX-License-Identifier: Apache-2.0 */
/* The sections `policies` and `schedule`: when the engine is careful, and how often it looks by itself.

   "policies": {"clock_skew": "PT10M", "clock_leap": "P7D", "park_after": 8,
       "mass_change": {"share": 0.2, "within": "PT1H", "at_least": 20, "hold": "PT4H"}},
   `zone`, `locale` and `calendar`, the tenant's own, are flow's; `nps` is read by customer/nps.c.
   "schedule": {"health": "P1D", "churn": "P1D", "segments": "PT1H", "journeys": "PT5M", "reminders": "P1D", "alerts": "PT1H", "checks": "PT1M"} */
#ifndef CSUCCESS__INTERVENE_POLICIES_H
#define CSUCCESS__INTERVENE_POLICIES_H

#include "expr/program.h"

/* Jobs and their periods in milliseconds without a word of the configuration (spec/flow.md "Schedule"; spec/engine.md for the health checks). */
#define CSUCCESS__SCHEDULE(X) \
    X(HEALTH, health, INT64_C(86400000)) \
    X(CHURN, churn, INT64_C(86400000)) \
    X(SEGMENTS, segments, INT64_C(3600000)) \
    X(JOURNEYS, journeys, INT64_C(300000)) \
    X(REMINDERS, reminders, INT64_C(86400000)) \
    X(ALERTS, alerts, INT64_C(3600000)) \
    X(CHECKS, checks, INT64_C(60000))
typedef enum csuccess__job {
#define CSUCCESS__JOB(name, key, ms) CSUCCESS__JOB_##name,
    CSUCCESS__SCHEDULE(CSUCCESS__JOB)
#undef CSUCCESS__JOB
        CSUCCESS__JOB_COUNT
} csuccess__job;

typedef struct csuccess__policies {
    int64_t clock_skew_ms; /* how far ahead of `now` an input may say it is; PT10M */
    int64_t clock_leap_ms; /* a step of the clock beyond it is asked about; P7D */
    uint32_t park_after;   /* failures in a row, after which a customer waits for a person; 8 */
    bool mass_change;      /* the rest is there; without `mass_change` nothing is held */
    double mass_share;     /* of all customers that change band, above 0, at most 1 */
    int64_t mass_within_ms;
    uint32_t mass_at_least;                /* customers that change, whatever the share; 20 */
    int64_t mass_hold_ms;                  /* how long automation is held then; PT4H */
    int64_t every_ms[CSUCCESS__JOB_COUNT]; /* by csuccess__job */
    /* Whether the document says it. Alerts are looked at in every step, and as often as `alerts` says only where it does; `segments` is for what cannot tell when time will
       change it; `journeys` needs no look, since timers are absolute: it is how long a host may leave between two runs. */
    bool given[CSUCCESS__JOB_COUNT];
} csuccess__policies;

/* Sections may be NULL: the defaults. NULL when memory ran out (noted); problems are noted and leave the default. */
const csuccess__policies *csuccess__policies_compile(csuccess__compiler *with,
                                                     csuccess__problems *problems,
                                                     const csuccess__json *policies,
                                                     const csuccess__json *schedule);
/* "health", "churn", ... */
const char *csuccess__job_name(csuccess__job job);

#endif
