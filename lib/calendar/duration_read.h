/* SPDX-License-Identifier: Apache-2.0 */
/* Durations that stand in a document. */
#ifndef CSUCCESS__CALENDAR_DURATION_READ_H
#define CSUCCESS__CALENDAR_DURATION_READ_H

#include "calendar/time.h"
#include "text/problems.h"

/* What an exact duration may be, in milliseconds, both inclusive. */
typedef struct csuccess__span {
    const char *example; /* "PT30S", for the remedy */
    int64_t least, most;
} csuccess__span;

/* The member as milliseconds, or the fallback when it is absent; what is no duration, has months (whose length nobody knows
   without a date), or is not within the span is noted and gives the fallback. */
int64_t csuccess__read_ms(csuccess__problems *list, const csuccess__json *object,
                          const char *key, int64_t fallback, csuccess__span span);
/* A duration of any parts, none of them negative; nothing when absent, or, noted, something else. */
csuccess__duration csuccess__read_period(csuccess__problems *list, const csuccess__json *object,
                                         const char *key, const char *example);

#endif
