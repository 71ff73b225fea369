/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled churn section, for this room. */
#ifndef CSUCCESS__CHURN_INTERNAL_H
#define CSUCCESS__CHURN_INTERNAL_H

#include "churn/churn.h"

/* A step of a ladder (levels, urgency): taken by the first, in order, whose bound the probability reaches. */
typedef struct csuccess__rung {
    csuccess_str id;
    bool bounded, exclusive; /* {}: every probability */
    double bound;
    const csuccess__program *when; /* raises to this rung by itself; NULL: none */
    const csuccess__json *at;
} csuccess__rung;

typedef struct csuccess__ladder {
    const csuccess__rung *rungs;
    uint32_t count;
} csuccess__ladder;

typedef struct csuccess__risk {
    csuccess_str id, severity, text;
    double impact;
    const csuccess__program *when;
    const csuccess__template *say; /* NULL: nothing to say */
    uint32_t
        slot; /* factor('id'): impact while it holds; UINT32_MAX: the model has a node of that name */
} csuccess__risk;

typedef struct csuccess__action {
    csuccess_str id;
    const csuccess__program *when;
} csuccess__action;

struct csuccess__churn {
    const csuccess__scorecard *card;
    csuccess_str model_name;
    double horizon_days, min_confidence;
    csuccess__ladder levels, urgency, recommend; /* recommend: at most one rung */
    const csuccess__value *level_values; /* names of the levels as expressions see them */
    const csuccess__risk *risks;         /* by impact, highest first, document order on ties */
    uint32_t risk_count;
    const csuccess__action *actions;
    uint32_t action_count;
    const csuccess__program *lifetime, *prevention;
    uint32_t probability_slot, level_slot, lifetime_slot, at_risk_slot;
};

/* The index of the rung that a probability (rounded here) stands on; -1: none. */
int32_t csuccess__ladder_find(const csuccess__ladder *ladder, double probability);

#endif
