/* SPDX-License-Identifier: Apache-2.0 */
/* Zones: what offset a place has at a time, as somebody else answers it, and local times made of it.

   A zone is a name (IANA, "Europe/Berlin"); its answer is a span: an offset and the times between which it holds. Local time that a change of the
   clock leaves out (a gap) is the moment of the change; local time that comes twice (an overlap) is the first. */
#ifndef CSUCCESS__CALENDAR_ZONE_H
#define CSUCCESS__CALENDAR_ZONE_H

#include "calendar/time.h"

/* The offset holds from `from` (INT64_MIN: always before) until before `until` (INT64_MAX: for ever). */
typedef struct csuccess__zone_span {
    int64_t from, until;
    int32_t offset_minutes; /* east of UTC, -1439 to 1439 */
} csuccess__zone_span;

typedef struct csuccess__zone_source {
    void *ud;
    /* The span that `at` lies in; false: it knows no such zone. */
    bool (*ask)(void *ud, csuccess_str zone, int64_t at, csuccess__zone_span *out);
} csuccess__zone_source;

/* A zone on its way through calculations; "UTC", "Z" and the empty name need no source, nor do offsets such as "+05:30". */
typedef struct csuccess__zone {
    const csuccess__zone_source *source;
    csuccess_str name;
} csuccess__zone;

/* Whether the name needs no source; then its offset. */
bool csuccess__zone_fixed(int32_t *offset_minutes, csuccess_str name);

/* False: the zone is not known, its source contradicts itself, or the time lies outside the years 1 to 9999. */
bool csuccess__zone_offset(const csuccess__zone *zone, int64_t ms, csuccess__zone_span *out);
bool csuccess__zone_civil(csuccess__civil *out, const csuccess__zone *zone, int64_t ms);
/* The moment of a local time: the first at which the clock of the place shows at least that. So it never goes back as local times go on.
   `shifted` (may be NULL) says that there is no such time and it is the moment of the change. */
bool csuccess__zone_moment(int64_t *ms, const csuccess__zone *zone,
                           const csuccess__civil *local, bool *shifted);
/* The same with local times as milliseconds since 1970-01-01T00:00 of the place's own calendar ("wall"). */
bool csuccess__zone_wall(int64_t *wall, const csuccess__zone *zone, int64_t ms);
bool csuccess__zone_from_wall(int64_t *ms, const csuccess__zone *zone, int64_t wall,
                              bool *shifted);
/* Adds months and days on the local calendar (the hour stays, as far as there is one), then exact time. */
bool csuccess__zone_add(int64_t *out, const csuccess__zone *zone, int64_t ms,
                        csuccess__duration d);

/* A zone that remembers the last answer, for calculations that ask of many times near one another. Stays where it is while the zone that
   it gives is in use, and no longer than that of which it was made. */
typedef struct csuccess__zone_memory {
    csuccess__zone of;
    csuccess__zone_source source;
    csuccess__zone_span span;
    bool known;
} csuccess__zone_memory;
csuccess__zone csuccess__zone_remember(csuccess__zone_memory *memory,
                                       const csuccess__zone *zone);

#endif
