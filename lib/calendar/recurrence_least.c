/* SPDX-License-Identifier: Apache-2.0 */
/* How near to one another the occurrences of a rule can be. */
#include "calendar/recurrence.h"

enum { WEEK = 7, SHORTEST_MONTH = 28, SHORTEST_YEAR = 364 /* as 52 weeks */ };

static uint32_t bits_in(uint32_t word)
{
    uint32_t n = 0;
    for (; word; word &= word - 1) n++;
    return n;
}

static bool names(const csuccess__recurrence *rule, int32_t weekday)
{
    for (uint32_t i = 0; i < rule->by_day_count; i++) {
        if (rule->by_day[i].weekday == weekday) return true;
    }
    return false;
}

static int32_t least_of_week(const csuccess__recurrence *rule)
{
    int32_t weeks = rule->interval * WEEK, first = -1, last = -1, least = weeks;
    for (int32_t place = 0; place < WEEK; place++) {
        if (!names(rule, (rule->week_start - 1 + place) % WEEK + 1)) continue;
        if (last >= 0 && place - last < least) least = place - last;
        if (first < 0) first = place;
        last = place;
    }
    int32_t around = weeks - (last - first);
    return around < least ? around : least;
}

static uint32_t month_days(const csuccess__recurrence *rule)
{
    return bits_in(rule->month_days_front) + bits_in(rule->month_days_back);
}

/* Whether every month has one day of the rule at most, about as far from its beginning or its end as in the others. */
static bool is_one_of_month(const csuccess__recurrence *rule)
{
    if (month_days(rule) == 1) return true;
    if (rule->by_day_count == 0) return month_days(rule) == 0;
    bool by_month = rule->frequency == CSUCCESS__MONTHLY || rule->months != 0;
    return by_month && rule->by_day_count == 1 && rule->by_day[0].ordinal != 0;
}

/* Whether such a rule has one month of the year at most: that of the start, when it names nothing. */
static bool is_one_of_year(const csuccess__recurrence *rule)
{
    bool nothing = rule->by_day_count == 0 && month_days(rule) == 0 && rule->months == 0;
    return nothing || bits_in(rule->months) == 1;
}

static bool is_one_weekday(const csuccess__recurrence *rule)
{
    for (uint32_t i = 1; i < rule->by_day_count; i++) {
        if (rule->by_day[i].weekday != rule->by_day[0].weekday) return false;
    }
    return rule->by_day_count > 0;
}

static int32_t least_of_month(const csuccess__recurrence *rule)
{
    if (!is_one_of_month(rule)) return is_one_weekday(rule) ? WEEK : 1;
    if (rule->frequency == CSUCCESS__MONTHLY) return SHORTEST_MONTH * rule->interval;
    return is_one_of_year(rule) ? SHORTEST_YEAR * rule->interval : SHORTEST_MONTH;
}

int32_t csuccess__recurrence_least_days(const csuccess__recurrence *rule)
{
    switch (rule->frequency) {
    case CSUCCESS__DAILY:
        return rule->interval;
    case CSUCCESS__WEEKLY:
        return least_of_week(rule);
    default:
        return least_of_month(rule);
    }
}
