/* SPDX-License-Identifier: Apache-2.0 */
/* The desk on which the series of one customer lie while it is open. */
#ifndef CSUCCESS__CUSTOMER_SERIES_DESK_H
#define CSUCCESS__CUSTOMER_SERIES_DESK_H

#include "customer/series_internal.h"

/* What a series takes of the event at hand. */
typedef struct csuccess__taken {
    csuccess__entry entry;
    bool any;
} csuccess__taken;

struct csuccess__series_desk {
    const csuccess__aggregates *set;
    const csuccess_allocator *mem;
    const csuccess_limits *limits;
    csuccess__arena arena;
    csuccess__series *series; /* by definition */
    csuccess__span *spans;    /* by window, on span_day */
    int32_t *horizons;        /* by series, on horizon_day: days before it go into the base */
    int32_t span_day, horizon_day;
    int32_t introduced;     /* of series that the state does not have, or that were away */
    bool strangers;         /* the state has series that are not defined */
    csuccess__value *asked; /* of the event at hand: by property of its listener */
    csuccess__value *slots; /* of the condition at hand */
    bool *holds;            /* by condition of the listener */
    csuccess__taken *taken; /* by series of the listener */
    uint64_t *approximate;  /* a bit by slot */
    csuccess__buffer buffer;
};

/* Decodes a series that is not yet. ESTATE, ENOMEM. */
csuccess_result csuccess__desk_load(csuccess__series_desk *desk, uint32_t at);
/* Which days the windows hold today. */
void csuccess__desk_spans(csuccess__series_desk *desk, int32_t today);

#endif
