/* SPDX-License-Identifier: Apache-2.0 */
/* How long customers stay, from durations that ended and durations that go on: Kaplan-Meier,
   Nelson-Aalen, log-rank, and the value of a contract that may end.

   An accumulator keeps every duration. Adding in any order and merging in any order and grouping
   gives the same bits; an empty one is the identity. */
#ifndef CSUCCESS__STATS_SURVIVAL_H
#define CSUCCESS__STATS_SURVIVAL_H

#include "stats/figures.h"
#include "stats/quantiles.h"

typedef struct csuccess__survival {
    csuccess__quantiles ended, going; /* durations by whether the event came */
} csuccess__survival;

void csuccess__survival_init(csuccess__survival *s, const csuccess_allocator *mem,
                             size_t limit);
void csuccess__survival_free(csuccess__survival *s);
/* A duration of 0 or more, and whether it ended with the event (else the customer was still there: censored). EINVALID,
   ELIMIT, ENOMEM; nothing is changed then. */
csuccess_result csuccess__survival_add(csuccess__survival *s, double duration, bool ended);
/* from is not changed and is not into. ELIMIT, ENOMEM; nothing is changed then. */
csuccess_result csuccess__survival_merge(csuccess__survival *into,
                                         const csuccess__survival *from);

/* What holds from `time` on, until the next step. */
typedef struct csuccess__survival_step {
    double time;
    uint64_t at_risk, events;   /* just before and at `time` */
    double survival;            /* Kaplan and Meier 1958: the product of 1 - events / at_risk */
    double deviation;           /* of it, Greenwood 1926 */
    csuccess__figure low, high; /* of it, on the scale of log(-log survival); at survival 0
                                   absent */
    double hazard; /* cumulative, Nelson 1969, Aalen 1978: the sum of events / at_risk */
    double
        hazard_deviation; /* of it: the root of the sum of events (at_risk - events) / at_risk^3, for times that tie (Klein 1991) */
} csuccess__survival_step;

/* What a contract is worth: margin x the sum over periods t = 0, 1, ... of S(t) / (1 + discount)^t,
   S(t) the probability that the customer is still there to pay for period t, in advance (Gupta,
   Lehmann, Stuart, Valuing customers, 2004; Fader, Hardie, Customer-base valuation in a contractual
   setting, 2010). `survival` has `periods` entries. */
double csuccess__lifetime_value(const double *survival, uint32_t periods, double margin,
                                double discount);

/* A walk over the steps, one for every time with an event. Sorts what was added since. */
typedef struct csuccess__survival_walk {
    const csuccess__survival *s;
    size_t ended, going; /* how many are behind */
    double z, greenwood, aalen;
    double base, base_n,
        base_left; /* survival and at_risk since when nobody was censored; who is left */
    csuccess__survival_step step; /* the last one; before the first: survival 1 */
} csuccess__survival_walk;
/* confidence of the interval, within 0 to 1. */
void csuccess__survival_start(csuccess__survival_walk *walk, csuccess__survival *s,
                              double confidence);
/* False when there are no more. */
bool csuccess__survival_next(csuccess__survival_walk *walk);

/* Goes on to the step in force at a time that is not before that of the last step; whether one can
   know: see csuccess__survival_at(). */
bool csuccess__survival_until(csuccess__survival_walk *walk, double time);

/* The step in force at a time. Present: there was at least one customer, and time is not beyond the longest duration
   unless survival is 0 from there on. */
bool csuccess__survival_at(csuccess__survival_step *out, csuccess__survival *s, double time,
                           double confidence);

typedef struct csuccess__survival_median {
    csuccess__figure value;     /* least time with survival <= 0.5; absent: never reached */
    csuccess__figure low, high; /* the same of the interval's ends (Brookmeyer, Crowley 1982) */
} csuccess__survival_median;
csuccess__survival_median csuccess__survival_median_of(csuccess__survival *s,
                                                       double confidence);

typedef struct csuccess__log_rank {
    bool present; /* false: fewer than two groups at risk together, or no event */
    double chi_square, p;
    uint32_t df;
} csuccess__log_rank;
/* Whether groups leave at the same rate (Mantel 1966; Peto, Peto 1972). At most
   CSUCCESS__LOG_RANK_GROUPS: ELIMIT; ENOMEM. */
#define CSUCCESS__LOG_RANK_GROUPS 64
csuccess_result csuccess__log_rank_of(csuccess__log_rank *out,
                                      csuccess__survival *const *groups, uint32_t n,
                                      const csuccess_allocator *mem);

#endif
