/* SPDX-License-Identifier: Apache-2.0 */
/* Zones. */
#include "calendar/zone.h"

bool csuccess__zone_offset(const csuccess__zone *zone, int64_t ms, csuccess__zone_span *out)
{
    (void)zone;
    (void)ms;
    (void)out;
    return 0;
}
bool csuccess__zone_civil(csuccess__civil *out, const csuccess__zone *zone, int64_t ms)
{
    (void)out;
    (void)zone;
    (void)ms;
    return 0;
}
bool csuccess__zone_moment(int64_t *ms, const csuccess__zone *zone,
                           const csuccess__civil *local, bool *shifted)
{
    (void)ms;
    (void)zone;
    (void)local;
    (void)shifted;
    return 0;
}
bool csuccess__zone_add(int64_t *out, const csuccess__zone *zone, int64_t ms,
                        csuccess__duration d)
{
    (void)out;
    (void)zone;
    (void)ms;
    (void)d;
    return 0;
}
