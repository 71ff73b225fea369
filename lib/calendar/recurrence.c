/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrence. */
#include "calendar/recurrence.h"

bool csuccess__recurrence_parse(csuccess__recurrence *out, csuccess_str text,
                                csuccess__time_error *err)
{
    (void)out;
    (void)text;
    (void)err;
    return 0;
}
bool csuccess__recurrence_next(int64_t *out, const csuccess__recurrence *rule,
                               const csuccess__zone *zone, int64_t start, int64_t after,
                               uint32_t *index)
{
    (void)out;
    (void)rule;
    (void)zone;
    (void)start;
    (void)after;
    (void)index;
    return 0;
}
int32_t csuccess__recurrence_least_days(const csuccess__recurrence *rule)
{
    (void)rule;
    return 0;
}
