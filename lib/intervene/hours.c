/* SPDX-License-Identifier: Apache-2.0 */
/* When something may be sent: quiet hours, send windows and calendars on the clock of a place.

   Quiet hours last from the first moment at which the clock shows their beginning until the last at which it shows their end, and where the clock leaves a time out it is the moment of the change: so nothing is
   sent at a time that could be taken for a quiet one. A window is open as a calendar is, from the first moment of its beginning until the first of its end. */
#include "intervene/reach_internal.h"

#define YEAR_MS (366 * CSUCCESS__DAY_MS)
#define FARTHEST_MS (1439 * CSUCCESS__MINUTE_MS) /* that a clock is from UTC */

enum {
    DAY_MINUTES = 1440,
    WEEK = 7,
    /* Hours last up to two days, by a clock that can be put on, or back, by less than two. */
    DAYS_BEHIND = 4,
    DAYS_AHEAD = 3,
    WINDOW_DAYS = 16, /* in two weeks each weekday comes without a change at least once */
    OPTIMAL_DAYS = 8
};
#define OPTIMAL_MS CSUCCESS__HOUR_MS /* that a look may come late */

/* What would leave, to a place whose changes are remembered. */
typedef struct place {
    csuccess__turn *t;
    const csuccess__reach *reach;
    const csuccess__channel *by;
    csuccess__class class_;
    csuccess__zone zone;
    csuccess__zone_memory memory;
    bool known;
} place;

static void open_place(place *p, csuccess__turn *t, const csuccess__going *what, int64_t at)
{
    csuccess__zone_span span;
    const csuccess__zone utc = {.source = NULL, .name = {"", 0}};
    p->t = t;
    p->reach = t->of->reach;
    p->by = what->by;
    p->class_ = what->class_;
    p->known = csuccess__zone_offset(&what->zone, at, &span);
    p->zone = csuccess__zone_remember(&p->memory, p->known ? &what->zone : &utc);
}

static bool is_for(const place *p, const csuccess__hours *h)
{
    return (h->channel.len == 0 || csuccess__str_eq(h->channel, p->by->name)) &&
           (!h->by_class || h->class_ == p->class_);
}

/* ---- Local times ---- */

/* Monday is 0; 1970-01-01 was a Thursday. */
static bool is_on(const csuccess__hours *h, int64_t day)
{
    int64_t rest = (day + 3) % WEEK;
    return h->days >> (rest < 0 ? rest + WEEK : rest) & 1;
}

static int64_t wall_of(int64_t day, int32_t minutes)
{
    return day * CSUCCESS__DAY_MS + minutes * CSUCCESS__MINUTE_MS;
}

static int32_t end_of(const csuccess__hours *h)
{
    return h->until <= h->from ? h->until + DAY_MINUTES : h->until;
}

/* The last moment at which the clock shows that time; one that it leaves out is the moment of the change. */
static bool last_moment(int64_t *out, const csuccess__zone *zone, int64_t wall)
{
    csuccess__zone_span span;
    int64_t ask = wall + FARTHEST_MS;
    while (ask >= wall - FARTHEST_MS) {
        if (!csuccess__zone_offset(zone, ask, &span)) return false;
        int64_t at = wall - span.offset_minutes * CSUCCESS__MINUTE_MS;
        if (at >= span.from && at < span.until) {
            *out = at;
            return true;
        }
        if (span.from <= CSUCCESS__TIME_MIN) break;
        ask = span.from - 1;
    }
    return csuccess__zone_from_wall(out, zone, wall, NULL);
}

/* The day there, and the first whose hours may last until then: the day before, unless the clock changes. */
static bool day_at(int64_t *day, int64_t *first, const place *p, int64_t at)
{
    csuccess__zone_span span;
    const int64_t apart = (DAYS_BEHIND + 1) * CSUCCESS__DAY_MS;
    if (!csuccess__zone_offset(&p->zone, at, &span)) return false;
    bool steady = span.from <= at - apart && span.until >= at + apart;
    *day = csuccess__days_between(0, at + span.offset_minutes * CSUCCESS__MINUTE_MS);
    *first = *day - (steady ? 1 : DAYS_BEHIND);
    return true;
}

/* ---- Quiet hours ---- */

/* Where they hold at `at`, their end; else `at`. NEVER: nobody knows. */
static int64_t after_quiet(const place *p, const csuccess__hours *h, int64_t at)
{
    int64_t today, first, from, until, next = at;
    if (!day_at(&today, &first, p, at)) return CSUCCESS__NEVER;
    for (int64_t day = first; day <= today + DAYS_AHEAD; day++) {
        if (!is_on(h, day)) continue;
        if (!csuccess__zone_from_wall(&from, &p->zone, wall_of(day, h->from), NULL)) continue;
        if (from > at) break;
        if (!last_moment(&until, &p->zone, wall_of(day, end_of(h)))) return CSUCCESS__NEVER;
        if (until > next) next = until;
    }
    return next;
}

/* ---- Windows ---- */

static int64_t in_calendar(const place *p, uint32_t calendar, int64_t at)
{
    int64_t next;
    csuccess__zone_span span;
    csuccess__business b = {.calendar = &p->t->m->flow->calendars->list[calendar],
                            .zone = p->zone};
    if (b.calendar->zone.len) {
        b.zone = (csuccess__zone){.source = &p->t->m->zones, .name = b.calendar->zone};
    }
    if (!csuccess__zone_offset(&b.zone, at, &span)) b.zone.name.len = 0; /* UTC */
    return csuccess__business_next(&next, &b, at) ? next : CSUCCESS__NEVER;
}

static int64_t in_window(const place *p, const csuccess__hours *h, int64_t at)
{
    int64_t today, first, from, until;
    if (h->calendar != UINT32_MAX) return in_calendar(p, h->calendar, at);
    if (!day_at(&today, &first, p, at)) return CSUCCESS__NEVER;
    for (int64_t day = first; day <= today + WINDOW_DAYS; day++) {
        if (!is_on(h, day)) continue;
        bool good = csuccess__zone_from_wall(&from, &p->zone, wall_of(day, h->from), NULL) &&
                    csuccess__zone_from_wall(&until, &p->zone, wall_of(day, end_of(h)), NULL);
        if (good && until > at && until > from) return from > at ? from : at;
    }
    return CSUCCESS__NEVER;
}

bool csuccess__hours_alike(const csuccess__hours *a, const csuccess__hours *b)
{
    return csuccess__str_eq(a->channel, b->channel) && a->by_class == b->by_class &&
           (!a->by_class || a->class_ == b->class_);
}

/* Whether another one before it is of the same channel and class. */
static bool is_repeated(const csuccess__reach *reach, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++) {
        if (csuccess__hours_alike(&reach->windows[k], &reach->windows[i])) return true;
    }
    return false;
}

/* Windows for the same channel and class stand for one another: the first that opens. */
static int64_t in_windows(const place *p, uint32_t first, int64_t at)
{
    const csuccess__reach *reach = p->reach;
    int64_t best = CSUCCESS__NEVER;
    for (uint32_t i = first; i < reach->window_count && best > at; i++) {
        if (!csuccess__hours_alike(&reach->windows[first], &reach->windows[i])) continue;
        int64_t next = in_window(p, &reach->windows[i], at);
        if (next < best) best = next;
    }
    return best;
}

static uint32_t calendar_of(const place *p)
{
    const csuccess__channels *channels = p->t->of->channels;
    bool listed = channels && p->by >= channels->list &&
                  p->by < channels->list + channels->count && p->reach->calendars;
    return listed ? p->reach->calendars[p->by - channels->list] : UINT32_MAX;
}

/* ---- Together ---- */

/* A time that rules move on to where each lets it go, and the first of them that did. */
typedef struct moving {
    const place *p;
    int64_t at;
    csuccess__hold by;
} moving;

static void move_to(moving *m, int64_t next, const char *what, csuccess_str id)
{
    if (next > m->at && !m->by.what) m->by = (csuccess__hold){what, id};
    m->at = next;
}

static void move_by_quiet(moving *m)
{
    const csuccess__reach *reach = m->p->reach;
    for (uint32_t i = 0; i < reach->quiet_count && m->at != CSUCCESS__NEVER; i++) {
        const csuccess__hours *h = &reach->quiet[i];
        if (is_for(m->p, h)) move_to(m, after_quiet(m->p, h, m->at), "quiet hours", h->id);
    }
}

static void move_by_windows(moving *m)
{
    const csuccess__reach *reach = m->p->reach;
    for (uint32_t i = 0; i < reach->window_count && m->at != CSUCCESS__NEVER; i++) {
        const csuccess__hours *h = &reach->windows[i];
        if (!is_for(m->p, h) || is_repeated(reach, i)) continue;
        move_to(m, in_windows(m->p, i, m->at), "outside the send window", h->id);
    }
}

static void move_by_calendar(moving *m)
{
    uint32_t calendar = calendar_of(m->p);
    if (calendar == UINT32_MAX || m->at == CSUCCESS__NEVER) return;
    move_to(m, in_calendar(m->p, calendar, m->at), "outside the calendar",
            m->p->t->m->flow->calendars->list[calendar].id);
}

/* Each rule in its order; *hold (may be NULL) is the first that held. */
static int64_t move_on(const place *p, int64_t at, csuccess__hold *hold)
{
    moving m = {.p = p, .at = at};
    move_by_quiet(&m);
    move_by_windows(&m);
    move_by_calendar(&m);
    if (hold) *hold = m.by;
    return m.at;
}

/* The first moment that no rule moves on. Each step is to a time before which some rule lets nothing go, so none is left out. */
static int64_t next_of(const place *p, int64_t at)
{
    int64_t now = at, before;
    do {
        before = now;
        now = move_on(p, now, NULL);
    } while (now != before && now <= at + YEAR_MS);
    return now <= at + YEAR_MS ? now : CSUCCESS__NEVER;
}

bool csuccess__reach_next(int64_t *out, csuccess__turn *t, const csuccess__going *what,
                          int64_t at)
{
    place p;
    open_place(&p, t, what, at);
    *out = next_of(&p, at);
    return p.known;
}

bool csuccess__reach_holds(csuccess__turn *t, const csuccess__going *what, int64_t at,
                           csuccess__hold *out)
{
    place p;
    open_place(&p, t, what, at);
    (void)move_on(&p, at, out);
    return out->what != NULL;
}

/* The first of a day's times that is good; NEVER: none of them. */
static int64_t optimal_on(const place *p, int64_t day, int64_t at)
{
    const csuccess__reach *reach = p->reach;
    int64_t moment;
    for (uint32_t i = 0; i < reach->time_count; i++) {
        int64_t wall = wall_of(day, reach->times[i]);
        if (!csuccess__zone_from_wall(&moment, &p->zone, wall, NULL)) continue;
        if (moment <= at && at - moment < OPTIMAL_MS) return at;
        if (moment > at && next_of(p, moment) == moment) return moment;
    }
    return CSUCCESS__NEVER;
}

int64_t csuccess__reach_optimal(csuccess__turn *t, const csuccess__going *what, int64_t at)
{
    place p;
    int64_t today, first, best = CSUCCESS__NEVER;
    if (t->of->reach->time_count == 0) return at;
    open_place(&p, t, what, at);
    if (!day_at(&today, &first, &p, at)) return best;
    for (int64_t day = first; day <= today + OPTIMAL_DAYS; day++) {
        best = optimal_on(&p, day, at);
        if (best != CSUCCESS__NEVER) break;
    }
    return best;
}
