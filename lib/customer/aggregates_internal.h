/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates as compiled: windows, conditions on events, series and who listens to which event. */
#ifndef CSUCCESS__CUSTOMER_AGGREGATES_INTERNAL_H
#define CSUCCESS__CUSTOMER_AGGREGATES_INTERNAL_H

#include "customer/pairs.h"
#include "customer/series.h"

/* What a series keeps: its number in the stored format (never used again for another thing), its word in the signature. */
#define CSUCCESS__PARTS(X) \
    X(COUNT, 1, "count") /* how many a day; the days themselves too */ \
    X(SUM, 2, "sum")     /* sum and how many numbers a day; the mean too */ \
    X(MIN, 3, "min") \
    X(MAX, 4, "max") \
    X(FIRST, 5, "first") \
    X(LAST, 6, "last") \
    X(LAST_TIME, 7, "last_time") \
    X(DISTINCT, 8, "distinct") /* different values of a property */ \
    X(DAYS, 9, "days")         /* the days of all time, for `distinct` "day" over lifetime */

typedef enum csuccess__part {
#define CSUCCESS__PART(name, number, text) CSUCCESS__PART_##name = number,
    CSUCCESS__PARTS(CSUCCESS__PART)
#undef CSUCCESS__PART
        CSUCCESS__PART_END
} csuccess__part;

/* Days are counted from 1970-01-01 (day 0), over the years 1 to 9999. */
#define CSUCCESS__DAY_FIRST INT32_C(-719162)
#define CSUCCESS__DAY_LAST INT32_C(2932896)
#define CSUCCESS__DAY_NONE INT32_MIN
int32_t csuccess__day_of(int64_t ms);

typedef enum csuccess__window_kind {
    CSUCCESS__WINDOW_DURATION,
    CSUCCESS__WINDOW_MONTH,
    CSUCCESS__WINDOW_QUARTER,
    CSUCCESS__WINDOW_TERM,
    CSUCCESS__WINDOW_LIFETIME
} csuccess__window_kind;

typedef struct csuccess__window {
    csuccess__window_kind kind;
    csuccess__duration length, offset; /* months and days only */
} csuccess__window;

/* Days start..end, both in it; start > end: no day. Of a lifetime the start is CSUCCESS__DAY_NONE; of a term it is as early as it can be. */
typedef struct csuccess__span {
    int32_t start, end;
} csuccess__span;
csuccess__span csuccess__window_span(const csuccess__window *window, int32_t today);
/* Most days that lie between today and the first day of the window. */
int32_t csuccess__window_reach(const csuccess__window *window);
/* Most days by which the offset moves the end back. */
int32_t csuccess__window_lag(const csuccess__window *window);

/* Reads "window" and "offset"; false: noted. */
bool csuccess__window_read(csuccess__window *out, csuccess__problems *problems,
                           const csuccess__json *at);

/* A property of events that some condition or series reads; number in its listener. */
typedef struct csuccess__asked {
    csuccess_str name;
    uint32_t property;
    csuccess__kind kind;
} csuccess__asked;

/* A condition on events: its slots are its declared properties, in their order. */
typedef struct csuccess__where {
    const csuccess__program *program;
    csuccess__asked *asked; /* by slot */
    uint32_t count;
    csuccess_str print; /* 16 hexadecimal digits that tell it from others */
} csuccess__where;
/* Compiles "where" over "properties" of a definition; NULL without one, or when it is wrong (noted; *ok false then). */
csuccess__where *csuccess__where_compile(csuccess__compiler *with, csuccess__problems *problems,
                                         const csuccess__json *at, bool *ok);

typedef struct csuccess__series_def {
    csuccess_str name; /* the signature, by which the state knows it */
    csuccess__part part;
    csuccess__kind kind;      /* of what FIRST and LAST keep */
    uint32_t property, where; /* numbers in its listener; UINT32_MAX: none */
    uint32_t limit;           /* of DISTINCT */
    bool lifetime;            /* DISTINCT: some window is over all time */
    uint32_t *windows;        /* of its aggregates */
    uint32_t window_count;
    int32_t reach, lag; /* the most of them */
    int32_t step;       /* 4 to 64, an eighth of the reach: old days go by so many at once */
    csuccess_str from;  /* signature of the series whose history it takes; empty: none */
    bool from_used;     /* by an aggregate of today: copied instead of moved */
} csuccess__series_def;

/* What an aggregate makes of its series. */
typedef enum csuccess__figure {
    CSUCCESS__FIGURE_COUNT,
    CSUCCESS__FIGURE_ACTIVE_DAYS,
    CSUCCESS__FIGURE_SUM,
    CSUCCESS__FIGURE_MEAN,
    CSUCCESS__FIGURE_LEAST,
    CSUCCESS__FIGURE_GREATEST,
    CSUCCESS__FIGURE_MARK,
    CSUCCESS__FIGURE_TIME,
    CSUCCESS__FIGURE_DISTINCT,
    CSUCCESS__FIGURE_COUNT_OF
} csuccess__figure;

typedef struct csuccess__aggregate {
    csuccess_str name;
    csuccess__figure figure;
    uint32_t slot, series, window, source; /* source UINT32_MAX: none */
    bool keep;                             /* "migrate": {"keep": true} */
} csuccess__aggregate;

typedef struct csuccess__range_check {
    const csuccess__aggregate *of;
    uint32_t property, where;
    double low, high;
} csuccess__range_check;

/* Everything that listens to one event. */
typedef struct csuccess__listener {
    csuccess_str event;
    csuccess_str *properties; /* different ones that anything here reads */
    csuccess__where **wheres;
    uint32_t *series;
    csuccess__range_check *checks;
    uint32_t property_count, where_count, series_count, check_count;
} csuccess__listener;

struct csuccess__aggregates {
    const csuccess__constants *constants;
    const csuccess__sources *sources; /* NULL: none */
    csuccess__aggregate *list;
    csuccess__window *windows;    /* different ones */
    csuccess__series_def *series; /* by name, ascending */
    csuccess__listener *listeners;
    csuccess__pairs by_event; /* to listeners */
    uint32_t count, window_count, series_count, listener_count;
    uint32_t most_properties, most_wheres, most_series,
        most_asked; /* of any listener; of any condition */
    uint32_t slots; /* of the schema, that `approximate` is asked by */
};

/* Sums are exact while their numbers lie within this. */
#define CSUCCESS__SUMMED_MOST 1e15

#endif
