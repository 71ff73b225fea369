/* SPDX-License-Identifier: Apache-2.0 */
/* The section `channels`: how a message goes out, how often it is tried, what it costs, and when the channel is given a rest. What is shown here is what deliveries need,
   and what the arbiter asks of a channel.

   "channels": {"slack": {"delivery": "at_least_once", "cost": 3, "budget": {"limit": 10000, "per": "month"},
       "retry": {"first": "PT1M", "factor": 2, "most": "PT6H", "attempts": 8, "jitter": 0.2},
       "breaker": {"failures": 5, "rest": "PT5M"}, "rate": {"limit": 100, "per": "PT1M"}, "timeout": "PT30S",
       "enabled": true, "available": "has(slack_id)", "needs": "slack_id", "calendar": "standard", "max_per_day": 3, "fallback": ["email"]}} */
#ifndef CSUCCESS__INTERVENE_CHANNELS_H
#define CSUCCESS__INTERVENE_CHANNELS_H

#include "customer/schema.h"

enum { CSUCCESS__CHANNELS_MOST = 64 };

typedef struct csuccess__channel {
    csuccess_str name;
    bool at_most_once; /* `delivery`; else at least once, with the id as idempotency key */
    int64_t cost;      /* minor units, a message; 0: nothing */
    bool has_budget, monthly;
    int64_t budget; /* of all customers together, a calendar month (UTC) or for ever */
    int64_t first_ms, most_ms; /* of the retries: PT1M, PT6H */
    double factor,
        jitter; /* 2; 0.2: a wait is stretched by up to that share, by a hash of the message's id and the attempt */
    uint32_t attempts; /* 8; then it is dead */
    uint32_t failures; /* in a row, that open the breaker: 5 */
    int64_t rest_ms;   /* PT5M, then one message tries */
    uint32_t rate;     /* messages; 0: any number */
    int64_t rate_ms;
    int64_t timeout_ms; /* of one attempt: PT30S */
    /* What the arbiter reads (docs/reference/intervene.md): */
    bool enabled;                       /* true */
    const csuccess__program *available; /* over the customer; NULL: always */
    csuccess_str needs;    /* field of the contact that must not be empty; or empty */
    csuccess_str calendar; /* its hours; empty: any time */
    uint32_t max_per_day;  /* 0: any number */
    const struct csuccess__channel *const *fallback; /* tried in this order when it denies */
    uint32_t fallback_count;
    const csuccess__json *at;
} csuccess__channel;
typedef struct csuccess__channels {
    const csuccess__channel *list; /* in the order of the document */
    uint32_t count;
} csuccess__channels;
/* NULL: no section, or problems were noted. */
const csuccess__channels *csuccess__channels_compile(const csuccess__schema *schema,
                                                     csuccess__compiler *with,
                                                     csuccess__problems *problems,
                                                     const csuccess__json *section);
/* NULL: none of that name, or no channels at all. */
const csuccess__channel *csuccess__channel_find(const csuccess__channels *channels,
                                                csuccess_str name);
/* Key of the ledger that a message of this channel is paid from at `now`: "budget/slack/2026-11" or "budget/slack". */
void csuccess__channel_ledger(const csuccess__channel *channel, int64_t now,
                              csuccess__text *out);
/* When the next period of the budget begins; NEVER for one without periods. */
int64_t csuccess__channel_next_budget(const csuccess__channel *channel, int64_t now);
/* Wait before the next attempt after `attempt` (from 1) failed. `attempts` is the channel's to compare. */
int64_t csuccess__channel_wait(const csuccess__channel *channel, csuccess_str message,
                               uint32_t attempt);

/* A breaker, a state machine without a clock: closed, open until a time, half open (one message tries, and another after a rest
   if nobody says what became of it). All zeros: closed. */
typedef struct csuccess__breaker {
    uint32_t failures;
    int64_t open_until; /* 0: closed */
    int64_t rest_ms;    /* of the channel, kept when it opens */
    bool trying;
} csuccess__breaker;
/* Whether a message may go now; else *until when to ask again, after now. */
bool csuccess__breaker_allows(csuccess__breaker *breaker, int64_t now, int64_t *until);
/* What became of a message. A delivery closes the breaker; failures of messages that went out before it opened change nothing. */
void csuccess__breaker_told(csuccess__breaker *breaker, const csuccess__channel *channel,
                            bool delivered, int64_t now);
/* A token bucket of `rate` messages a `rate_ms`, in whole numbers: a message costs rate_ms, and a millisecond brings `rate`. */
typedef struct csuccess__bucket {
    int64_t credit;
    int64_t at; /* 0: full */
} csuccess__bucket;
/* Whether a message may go now; else *until when one may, after now. */
bool csuccess__bucket_takes(csuccess__bucket *bucket, const csuccess__channel *channel,
                            int64_t now, int64_t *until);

#endif
