/* SPDX-License-Identifier: Apache-2.0 */
/* Business calendars. */
#include "calendar/business.h"

const csuccess__calendars *csuccess__calendars_compile(csuccess__arena *arena,
                                                       csuccess__problems *problems,
                                                       const csuccess__json *section)
{
    (void)arena;
    (void)problems;
    (void)section;
    return NULL;
}
uint32_t csuccess__calendar_find(const csuccess__calendars *calendars, csuccess_str id)
{
    (void)calendars;
    (void)id;
    return 0;
}
bool csuccess__zone_table_ask(void *ud, csuccess_str zone, int64_t at, csuccess__zone_span *out)
{
    (void)ud;
    (void)zone;
    (void)at;
    (void)out;
    return 0;
}
bool csuccess__zone_table_has(const struct csuccess__zone_table *table, csuccess_str zone)
{
    (void)table;
    (void)zone;
    return 0;
}
bool csuccess__business_open(bool *open, const csuccess__business *b, int64_t ms)
{
    (void)open;
    (void)b;
    (void)ms;
    return 0;
}
bool csuccess__business_next(int64_t *out, const csuccess__business *b, int64_t ms)
{
    (void)out;
    (void)b;
    (void)ms;
    return 0;
}
bool csuccess__business_add_days(int64_t *out, const csuccess__business *b, int64_t ms,
                                 int32_t days)
{
    (void)out;
    (void)b;
    (void)ms;
    (void)days;
    return 0;
}
bool csuccess__business_elapsed(int64_t *out, const csuccess__business *b, int64_t from,
                                int64_t until)
{
    (void)out;
    (void)b;
    (void)from;
    (void)until;
    return 0;
}
bool csuccess__business_after(int64_t *out, const csuccess__business *b, int64_t ms,
                              int64_t open_ms)
{
    (void)out;
    (void)b;
    (void)ms;
    (void)open_ms;
    return 0;
}
int64_t csuccess__business_longest_gap(const csuccess__calendar *calendar)
{
    (void)calendar;
    return 0;
}
