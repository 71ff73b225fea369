/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrence: the subset of RFC 5545 RRULE that work is planned with.

   FREQ=DAILY, WEEKLY, MONTHLY, YEARLY; INTERVAL (1 to 1,000); COUNT (1 to 10,000) or UNTIL (a date, which is still part of it, or a UTC time); BYDAY (with ordinals for MONTHLY and YEARLY), BYMONTHDAY (-31 to 31; not
   with WEEKLY), BYMONTH, BYSETPOS, WKST. What the subset does not have (BYHOUR, BYWEEKNO, BYYEARDAY, SECONDLY …) is refused by name. Semantics are those of RFC 5545 3.3.10 with DTSTART as the start given: it is an
   occurrence only if it fits the rule (as python-dateutil does). Occurrences are local times: day by the rule, time of day of the start, in a zone; one that a change of the clock leaves out is the moment of the change
   (the RFC would drop it: work that is planned is not). */
#ifndef CSUCCESS__CALENDAR_RECURRENCE_H
#define CSUCCESS__CALENDAR_RECURRENCE_H

#include "calendar/zone.h"

typedef enum csuccess__frequency {
    CSUCCESS__DAILY,
    CSUCCESS__WEEKLY,
    CSUCCESS__MONTHLY,
    CSUCCESS__YEARLY
} csuccess__frequency;

enum { CSUCCESS__BYDAY_MOST = 64, CSUCCESS__BYSETPOS_MOST = 16 };
typedef struct csuccess__recurrence {
    csuccess__frequency frequency;
    int32_t interval;
    int32_t count; /* 0: no COUNT */
    bool has_until, until_is_date;
    int64_t until;      /* ms UTC; of a date its midnight, the day being a local one */
    int32_t week_start; /* 1 Monday to 7 Sunday */
    struct {
        int16_t weekday; /* 1 to 7 */
        int16_t ordinal; /* 0: each; -53 to 53 */
    } by_day[CSUCCESS__BYDAY_MOST];
    uint32_t by_day_count;
    uint32_t month_days_front,
        month_days_back; /* bit d-1: day d from the front, from the back */
    uint16_t months;     /* bit m-1 */
    int16_t set_positions[CSUCCESS__BYSETPOS_MOST];
    uint32_t set_position_count;
} csuccess__recurrence;

/* "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", with or without "RRULE:" before it. False: *err says where and what was expected. */
bool csuccess__recurrence_parse(csuccess__recurrence *out, csuccess_str text,
                                csuccess__time_error *err);
/* The first occurrence after `after` of the rule that starts at `start`; *index (may be NULL): the how many-th it is, from 0. False: there is none (COUNT or UNTIL is over, none up to the year 9999, or none ever), or
   the zone is not known. Work is bounded by the 400 years after which the calendar repeats, and does not grow with the time since the start unless occurrences are counted: for COUNT, or for an index (each day or week
   of a rule that is the same in all of them is not gone through even then). */
bool csuccess__recurrence_next(int64_t *out, const csuccess__recurrence *rule,
                               const csuccess__zone *zone, int64_t start, int64_t after,
                               uint32_t *index);
/* The least time between two occurrences that the rule allows, in local days: a lower bound for the verifier, at least 1. */
int32_t csuccess__recurrence_least_days(const csuccess__recurrence *rule);

#endif
