/* SPDX-License-Identifier: Apache-2.0 */
/* Signals in one series: what the files of indicators and warnings share. */
#ifndef CSUCCESS__CHURN_INDICATORS_H
#define CSUCCESS__CHURN_INDICATORS_H

#include "base/alloc.h"
#include "base/buffer.h"
#include <csuccess/signals.h>

/* Numbers that change points and trends are looked for in; the work grows with their square and more. A longer series is thinned: each
   of its numbers is then the mean of several in a row. */
enum { CSUCCESS__SIGNAL_POINTS = 128 };

typedef struct csuccess__point {
    int64_t time;
    double value;
} csuccess__point;

/* Finite numbers by time, oldest first; equal times by value. */
typedef struct csuccess__points {
    csuccess__point *items;
    size_t count, cap;
} csuccess__points;

/* The numbers of a series up to `until`, missing ones left out. OK, ENOMEM. */
csuccess_result csuccess__points_clean(csuccess__points *out, const csuccess_allocator *mem,
                                       const csuccess_series *series, int64_t until);
void csuccess__points_free(csuccess__points *points, const csuccess_allocator *mem);
/* Frees numbers of the season that they are in: what no season is known for is left out. */
void csuccess__points_unseason(csuccess__points *points, const csuccess_signals_options *o,
                               const csuccess_series *series);
/* The same by the customer's own year before. */
csuccess_result csuccess__points_unyear(csuccess__points *points, const csuccess_allocator *mem,
                                        const csuccess_series *series);

/* Numbers from `from` on up to `to`: how many, their mean and standard deviation. */
typedef struct csuccess__stretch {
    uint64_t count;
    double mean, deviation;
} csuccess__stretch;
csuccess__stretch csuccess__points_between(const csuccess__points *points, int64_t after,
                                           int64_t to);

/* The numbers after a time, thinned; each stands in the middle of those that it is the mean of. */
typedef struct csuccess__thinned {
    csuccess__point *items;
    size_t count, cap;
    const csuccess__point *whole; /* what it was made of; borrowed */
    size_t whole_count;
    size_t by; /* how many are one; the last may be fewer */
} csuccess__thinned;
/* OK, ENOMEM. */
csuccess_result csuccess__points_thin(csuccess__thinned *out, const csuccess_allocator *mem,
                                      const csuccess__points *points, int64_t after);
void csuccess__thinned_free(csuccess__thinned *thinned, const csuccess_allocator *mem);

/* A list of signals; the strings of each are its own. */
typedef struct csuccess__signals {
    const csuccess_allocator *mem; /* borrowed */
    csuccess_signal *items;
    size_t count, cap;
} csuccess__signals;
void csuccess__signals_cut(csuccess__signals *signals, size_t count);
void csuccess__signals_free(csuccess__signals *signals);
/* Copies. OK, ENOMEM. */
csuccess_result csuccess__signals_add(csuccess__signals *signals, const csuccess_signal *from);
/* Greatest magnitude first; see csuccess_indicators. */
void csuccess__signals_sort(csuccess__signals *signals);

/* What came of looking at a series besides signals. */
typedef struct csuccess__look {
    bool too_few, no_base, no_season;
} csuccess__look;
/* Looks at a checked series. OK, ENOMEM; signals may have been added then. */
csuccess_result csuccess__signals_look(csuccess__signals *out, csuccess__look *look,
                                       const csuccess_signals_options *o,
                                       const csuccess_series *series);
bool csuccess__series_rises(const csuccess_series *series); /* rising is bad */

/* Writes the sentence of a signal; `days` of window and of baseline. */
void csuccess__signal_say(csuccess__buffer *out, const csuccess_signal *signal,
                          const csuccess_signals_options *o);

struct csuccess_indicators {
    csuccess_allocator mem;
    csuccess_signals_options options; /* with defaults; the allocator is not kept */
    csuccess__signals signals;
    csuccess_indicators_totals totals;
    bool finished;
};

#endif
