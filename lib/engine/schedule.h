/* SPDX-License-Identifier: Apache-2.0 */
/* Things that wait for their time and are then leased: customers that are due, messages to be sent. */
#ifndef CSUCCESS__ENGINE_SCHEDULE_H
#define CSUCCESS__ENGINE_SCHEDULE_H

#include "engine/ordered.h"
#include <csuccess/store.h>

typedef enum csuccess__timed_where {
    CSUCCESS__TIMED_NOWHERE, /* no time, parked, settled */
    CSUCCESS__TIMED_WAITING,
    CSUCCESS__TIMED_LEASED
} csuccess__timed_where;

/* The head of such a thing. */
typedef struct csuccess__timed {
    csuccess__ordered_node
        node; /* among those that wait, by time, or those leased, by expiry */
    csuccess_str id;
    int64_t time;  /* from which it may be leased */
    int64_t until; /* expiry of the lease */
    uint64_t token;
    uint32_t shard; /* csuccess__shard_hash() of the customer */
    csuccess__timed_where where;
} csuccess__timed;

typedef struct csuccess__schedule {
    csuccess__ordered waiting, leased;
} csuccess__schedule;

/* What is asked for: those of a shard that may be leased now. */
typedef struct csuccess__schedule_ask {
    int64_t now;
    uint32_t most, shard, shards;
} csuccess__schedule_ask;

void csuccess__schedule_init(csuccess__schedule *schedule);
/* Out of the schedule; ends a lease. */
void csuccess__timed_stop(csuccess__schedule *schedule, csuccess__timed *timed);
/* Waits for a time (CSUCCESS_TIME_NEVER: as stopped); ends a lease. */
void csuccess__timed_wait(csuccess__schedule *schedule, csuccess__timed *timed, int64_t time);
void csuccess__timed_lease(csuccess__schedule *schedule, csuccess__timed *timed, uint64_t token,
                           int64_t until);

enum { CSUCCESS__TOKEN = 16 }; /* a token's hex digits */
csuccess_str csuccess__token_text(char digits[CSUCCESS__TOKEN], uint64_t token);
/* Whether a lease under this token is in force. */
bool csuccess__timed_holds(const csuccess__timed *timed, csuccess_str token, int64_t now);

/* Ends the leases that have expired, then gives up to `most` into out, those of the earliest time first. */
uint32_t csuccess__schedule_ready(csuccess__schedule *schedule,
                                  const csuccess__schedule_ask *ask, csuccess__timed **out);
/* The next time at which one of the shard can be leased that cannot be now. */
int64_t csuccess__schedule_next(const csuccess__schedule *schedule,
                                const csuccess__schedule_ask *ask);

#endif
