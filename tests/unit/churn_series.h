/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of signals share: series by day, and reading signals. */
#ifndef CHURN_SERIES_H
#define CHURN_SERIES_H

#include "check.h"

#include <csuccess/signals.h>

#define DAY INT64_C(86400000)
#define NOW INT64_C(1769817600000) /* 2026-01-31T00:00:00Z */

enum { MOST_DAYS = 1100 };

/* Numbers of days up to now, the last of them at now. */
typedef struct days {
    int64_t times[MOST_DAYS];
    double values[MOST_DAYS];
    size_t count;
} days;

static inline void days_start(days *d, size_t count)
{
    d->count = count;
    for (size_t i = 0; i < count; i++) {
        d->times[i] = NOW - (int64_t)(count - 1 - i) * DAY;
        d->values[i] = 0;
    }
}

/* From `ago` days before now on. */
static inline void days_set(days *d, size_t ago, double value)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->count - 1 - i < ago) d->values[i] = value;
    }
}

static inline csuccess_series days_series(const days *d, const char *name, uint32_t kind)
{
    csuccess_series s = CSUCCESS_SERIES_INIT;
    s.name = check_view(name);
    s.kind = kind;
    s.times = d->times;
    s.values = d->values;
    s.count = d->count;
    return s;
}

static inline csuccess_signals_options signals_options(void)
{
    csuccess_signals_options o = CSUCCESS_SIGNALS_OPTIONS_INIT;
    o.now_ms = NOW;
    return o;
}

static inline csuccess_indicators *signals_start(const csuccess_signals_options *o)
{
    csuccess_indicators *i = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (csuccess_indicators_new(&i, o, &err) < 0) printf("# %s\n", err.message);
    CHECK(i != NULL);
    return i;
}

/* Finished, with one series looked at. */
static inline csuccess_indicators *signals_of(const csuccess_signals_options *o,
                                              const csuccess_series *series)
{
    csuccess_indicators *i = signals_start(o);
    CHECK_OK(csuccess_indicators_add(i, series, NULL));
    CHECK_OK(csuccess_indicators_finish(i, NULL));
    return i;
}

/* The first signal of a type; type 0 when there is none. */
static inline csuccess_signal signal_of_type(const csuccess_indicators *i, uint32_t type)
{
    csuccess_signal s = CSUCCESS_SIGNAL_INIT;
    for (size_t k = 0; k < csuccess_indicators_count(i); k++) {
        CHECK_OK(csuccess_indicators_get(i, k, &s));
        if (s.type == type) return s;
    }
    return (csuccess_signal)CSUCCESS_SIGNAL_INIT;
}

#endif
