/* SPDX-License-Identifier: Apache-2.0 */
/* Zones: moments and local times. */
#include "calendar/zone.h"

enum {
    FARTHEST_MINUTES = 1439,
    /* Of changes within the two days that a local time can lie in. A table has them an hour apart (zone_table.c). */
    SPANS_MOST = 64
};

bool csuccess__zone_fixed(int32_t *offset_minutes, csuccess_str name)
{
    *offset_minutes = 0;
    return name.len == 0 || csuccess__offset_parse(offset_minutes, name, NULL);
}

bool csuccess__zone_offset(const csuccess__zone *zone, int64_t ms, csuccess__zone_span *out)
{
    csuccess__zone_span span = {INT64_MIN, INT64_MAX, 0};
    if (!csuccess__time_valid(ms)) return false;
    if (!csuccess__zone_fixed(&span.offset_minutes, zone->name)) {
        const csuccess__zone_source *source = zone->source;
        if (!source || !source->ask(source->ud, zone->name, ms, &span)) return false;
    }
    bool right = span.from <= ms && ms < span.until &&
                 span.offset_minutes >= -FARTHEST_MINUTES &&
                 span.offset_minutes <= FARTHEST_MINUTES;
    if (right) *out = span;
    return right;
}

bool csuccess__zone_civil(csuccess__civil *out, const csuccess__zone *zone, int64_t ms)
{
    csuccess__zone_span span;
    return csuccess__zone_offset(zone, ms, &span) &&
           csuccess__civil_from(out, ms, span.offset_minutes);
}

bool csuccess__zone_wall(int64_t *wall, const csuccess__zone *zone, int64_t ms)
{
    csuccess__zone_span span;
    if (!csuccess__zone_offset(zone, ms, &span)) return false;
    int64_t local = ms + span.offset_minutes * CSUCCESS__MINUTE_MS;
    if (!csuccess__time_valid(local)) return false;
    *wall = local;
    return true;
}

/* The spans are gone through from before the first moment that could show the local time. The first in which the clock comes to it
   has it; where it began later than that already, the change left it out. */
bool csuccess__zone_from_wall(int64_t *ms, const csuccess__zone *zone, int64_t wall,
                              bool *shifted)
{
    csuccess__zone_span span;
    if (!csuccess__time_valid(wall)) return false;
    int64_t ask = wall - FARTHEST_MINUTES * CSUCCESS__MINUTE_MS;
    ask = ask > CSUCCESS__TIME_MIN ? ask : CSUCCESS__TIME_MIN;
    for (int i = 0; i < SPANS_MOST; i++) {
        if (!csuccess__zone_offset(zone, ask, &span)) return false;
        int64_t at = wall - span.offset_minutes * CSUCCESS__MINUTE_MS;
        if (at < span.until) {
            int64_t found = at > span.from ? at : span.from;
            if (!csuccess__time_valid(found)) return false;
            *ms = found;
            if (shifted) *shifted = at < span.from;
            return true;
        }
        ask = span.until;
    }
    return false;
}

bool csuccess__zone_moment(int64_t *ms, const csuccess__zone *zone,
                           const csuccess__civil *local, bool *shifted)
{
    int64_t wall;
    return csuccess__civil_to(&wall, local, 0) &&
           csuccess__zone_from_wall(ms, zone, wall, shifted);
}

bool csuccess__zone_add(int64_t *out, const csuccess__zone *zone, int64_t ms,
                        csuccess__duration d)
{
    const csuccess__duration exact = {0, 0, d.ms}, dates = {d.months, d.days, 0};
    int64_t moment = ms;
    if (!csuccess__duration_valid(d)) return false;
    if (d.months != 0 || d.days != 0) {
        int64_t wall;
        if (!csuccess__zone_wall(&wall, zone, ms) || !csuccess__time_add(&wall, wall, dates) ||
            !csuccess__zone_from_wall(&moment, zone, wall, NULL)) {
            return false;
        }
    }
    return csuccess__time_add(out, moment, exact);
}

static bool recall(void *ud, csuccess_str zone, int64_t at, csuccess__zone_span *out)
{
    csuccess__zone_memory *memory = ud;
    (void)zone;
    if (!memory->known || at < memory->span.from || at >= memory->span.until) {
        memory->known = csuccess__zone_offset(&memory->of, at, &memory->span);
    }
    *out = memory->span;
    return memory->known;
}

csuccess__zone csuccess__zone_remember(csuccess__zone_memory *memory,
                                       const csuccess__zone *zone)
{
    *memory = (csuccess__zone_memory){.of = *zone};
    memory->source = (csuccess__zone_source){.ud = memory, .ask = recall};
    return (csuccess__zone){&memory->source, zone->name};
}
