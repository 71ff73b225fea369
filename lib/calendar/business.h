/* SPDX-License-Identifier: Apache-2.0 */
/* Business calendars: hours of the week, holidays, and what is open when; and the table of zones. */
#ifndef CSUCCESS__CALENDAR_BUSINESS_H
#define CSUCCESS__CALENDAR_BUSINESS_H

#include "calendar/zone.h"
#include "text/problems.h"

/* "mon" to "sun", ended by NULL: how documents write weekdays. */
extern const char *const csuccess__weekdays[];
/* A time of day, "HH:MM" up to "24:00", as minutes. */
bool csuccess__clock_parse(int32_t *minutes, csuccess_str text, csuccess__time_error *err);

typedef struct csuccess__opening {
    int32_t from, until; /* minutes of the local day; 0 <= from < until <= 1440 */
} csuccess__opening;

typedef struct csuccess__calendar {
    csuccess_str id;
    csuccess_str zone;                    /* empty: the customer's */
    const csuccess__opening *openings[7]; /* Monday first; ascending, apart */
    uint32_t opening_counts[7];
    const int64_t *holidays; /* local days since the epoch, ascending */
    uint32_t holiday_count;
    const csuccess__json *at;
} csuccess__calendar;

struct csuccess__zone_table;
typedef struct csuccess__calendars {
    const csuccess__calendar *list; /* in effective order, without `zones` */
    uint32_t count;
    const struct csuccess__zone_table *zones; /* NULL: no table */
} csuccess__calendars;

/* The section `calendars` (docs/reference/flow.md); NULL section: none, and no table. Everything in the arena. NULL: memory (noted); problems are noted. */
const csuccess__calendars *csuccess__calendars_compile(csuccess__arena *arena,
                                                       csuccess__problems *problems,
                                                       const csuccess__json *section);
/* UINT32_MAX: none of that name. */
uint32_t csuccess__calendar_find(const csuccess__calendars *calendars, csuccess_str id);
/* Answers from the table; false for a zone that it does not have. ud is the csuccess__zone_table. */
bool csuccess__zone_table_ask(void *ud, csuccess_str zone, int64_t at,
                              csuccess__zone_span *out);
bool csuccess__zone_table_has(const struct csuccess__zone_table *table, csuccess_str zone);

/* A calendar where somebody is: `zone` is the calendar's own or that of the customer. A calendar that is NULL is always open, each day a business day. */
typedef struct csuccess__business {
    const csuccess__calendar *calendar;
    csuccess__zone zone;
} csuccess__business;
/* Whether it is open at ms; false (and *open untouched) when the zone is not known. */
bool csuccess__business_open(bool *open, const csuccess__business *b, int64_t ms);
/* ms if it is open then, else the next opening. False: the zone is not known, or it does not open within 5 years. */
bool csuccess__business_next(int64_t *out, const csuccess__business *b, int64_t ms);
/* The local time of day of ms, `days` business days later: the first of them is the first business day after that of ms, so from a Saturday one is
   Monday (0: the same day, or the next business day if it is none; negative: earlier). At most 10,000 days either way. */
bool csuccess__business_add_days(int64_t *out, const csuccess__business *b, int64_t ms,
                                 int32_t days);
/* Time that is open between two moments (negative when `until` is the earlier one), and the moment at which `open_ms` (0 or more) of open time have
   passed since ms: a wait that counts business hours. False: the zone is not known, or it is not open for so long until the year 9999. */
bool csuccess__business_elapsed(int64_t *out, const csuccess__business *b, int64_t from,
                                int64_t until);
bool csuccess__business_after(int64_t *out, const csuccess__business *b, int64_t ms,
                              int64_t open_ms);
/* The longest that it is ever closed in a row, holidays of the calendar considered (a bound, for the verifier): a day more than by its clock, which may
   go back by as much, unless the calendar has an offset as its zone. INT64_MAX: it never opens. */
int64_t csuccess__business_longest_gap(const csuccess__calendar *calendar);

#endif
