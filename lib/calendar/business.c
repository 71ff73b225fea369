/* SPDX-License-Identifier: Apache-2.0 */
/* Business calendars: what is open when.

   An opening lasts from the first moment at which the clock of the place shows its beginning until the first at which it shows its end. Moments of
   local times never go back (zone.h), so openings follow one another as they stand in the week, whatever the clock does. */
#include "calendar/business.h"

enum {
    WEEK = 7,
    DAYS_MOST = 10000,       /* of csuccess__business_add_days() */
    CLOSED_DAYS_MOST = 1827, /* five years */
    BEHIND_DAYS = 2          /* the clock can go back by less than two days */
};

typedef struct moments {
    int64_t from, until;
} moments;

/* A calculation: a calendar, and a zone that remembers. */
typedef struct walk {
    const csuccess__calendar *calendar;
    csuccess__zone zone;
    csuccess__zone_memory memory;
} walk;

static void walk_start(walk *w, const csuccess__business *b)
{
    w->calendar = b->calendar;
    w->zone = csuccess__zone_remember(&w->memory, &b->zone);
}

static int64_t day_of(int64_t wall)
{
    return csuccess__days_between(0, wall);
}

static bool day_exists(int64_t day)
{
    return csuccess__time_valid(day * CSUCCESS__DAY_MS);
}

/* Monday is 0; 1970-01-01 was a Thursday. */
static uint32_t weekday_of(int64_t day)
{
    int64_t rest = (day + 3) % WEEK;
    return (uint32_t)(rest < 0 ? rest + WEEK : rest);
}

/* How many holidays are before a day. */
static uint32_t holidays_before(const csuccess__calendar *calendar, int64_t day)
{
    uint32_t low = 0, high = calendar->holiday_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (calendar->holidays[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The day's own openings, none on a holiday. */
static uint32_t openings_of(const csuccess__calendar *calendar, int64_t day,
                            const csuccess__opening **list)
{
    uint32_t weekday = weekday_of(day);
    uint32_t i = holidays_before(calendar, day);
    *list = calendar->openings[weekday];
    if (i < calendar->holiday_count && calendar->holidays[i] == day) return 0;
    return calendar->opening_counts[weekday];
}

static int64_t minutes_of_week(const csuccess__calendar *calendar)
{
    int64_t minutes = 0;
    for (uint32_t d = 0; d < WEEK; d++) {
        for (uint32_t i = 0; i < calendar->opening_counts[d]; i++) {
            minutes += calendar->openings[d][i].until - calendar->openings[d][i].from;
        }
    }
    return minutes;
}

static bool moments_of(walk *w, int64_t day, csuccess__opening opening, moments *out)
{
    int64_t midnight = day * CSUCCESS__DAY_MS;
    return csuccess__zone_from_wall(&out->from, &w->zone,
                                    midnight + opening.from * CSUCCESS__MINUTE_MS, NULL) &&
           csuccess__zone_from_wall(&out->until, &w->zone,
                                    midnight + opening.until * CSUCCESS__MINUTE_MS, NULL);
}

/* ---- Open, and the next opening ---- */

typedef enum found { FOUND, NONE, FAILED } found;

/* The first opening that is not over at ms, within so many days after that which it is there. Those of the days before are over, and one that the
   clock leaves out is none. */
static found look(walk *w, int64_t ms, int64_t days, moments *out)
{
    int64_t wall;
    const csuccess__opening *list;
    if (!csuccess__zone_wall(&wall, &w->zone, ms)) return FAILED;
    int64_t first = day_of(wall);
    for (int64_t day = first; day <= first + days && day_exists(day); day++) {
        uint32_t n = openings_of(w->calendar, day, &list);
        for (uint32_t i = 0; i < n; i++) {
            if (!moments_of(w, day, list[i], out)) return FAILED;
            if (out->until > ms && out->until > out->from) return FOUND;
        }
    }
    return NONE;
}

bool csuccess__business_open(bool *open, const csuccess__business *b, int64_t ms)
{
    walk w;
    moments at = {0, 0};
    found result = FOUND;
    if (b->calendar) {
        walk_start(&w, b);
        result = look(&w, ms, BEHIND_DAYS, &at);
    } else {
        at.from = ms;
    }
    if (result == FAILED) return false;
    *open = result == FOUND && at.from <= ms;
    return true;
}

bool csuccess__business_next(int64_t *out, const csuccess__business *b, int64_t ms)
{
    walk w;
    moments at;
    if (!b->calendar) {
        *out = ms;
        return true;
    }
    walk_start(&w, b);
    if (look(&w, ms, CLOSED_DAYS_MOST, &at) != FOUND) return false;
    *out = at.from > ms ? at.from : ms;
    return true;
}

/* ---- Business days ---- */

static bool is_business_day(const csuccess__calendar *calendar, int64_t day)
{
    const csuccess__opening *list;
    return !calendar || openings_of(calendar, day, &list) > 0;
}

/* At most one day in seven and no holiday counts, so this comes to an end. */
static int64_t move_days(const csuccess__calendar *calendar, int64_t day, int32_t days)
{
    int64_t step = days < 0 ? -1 : 1;
    int64_t left = days < 0 ? -(int64_t)days : days;
    while (left == 0 && day_exists(day) && !is_business_day(calendar, day)) day++;
    while (left > 0 && day_exists(day)) {
        day += step;
        left -= is_business_day(calendar, day);
    }
    return day;
}

bool csuccess__business_add_days(int64_t *out, const csuccess__business *b, int64_t ms,
                                 int32_t days)
{
    int64_t wall;
    if (days < -DAYS_MOST || days > DAYS_MOST || !csuccess__zone_wall(&wall, &b->zone, ms) ||
        (b->calendar && minutes_of_week(b->calendar) == 0)) {
        return false;
    }
    int64_t day = day_of(wall);
    int64_t to = move_days(b->calendar, day, days);
    return csuccess__zone_from_wall(out, &b->zone, wall + (to - day) * CSUCCESS__DAY_MS, NULL);
}

/* ---- Open time ---- */

typedef struct tally {
    walk w;
    int64_t from, until; /* counted is what lies between, */
    int64_t most;        /* until it is so much */
    int64_t week;        /* open time of one without holidays */
    int64_t sum;
    int64_t at; /* the moment at which the sum came to be `most` */
} tally;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How many whole weeks from the beginning of a day are like any other: without a holiday or a change of the clock, and do not bring the sum to its
   end. Before the change there is a moment left: what closes as the clock goes back closes later. */
static int64_t plain_weeks(tally *t, int64_t day, int64_t begins)
{
    const csuccess__calendar *calendar = t->w.calendar;
    csuccess__zone_span span;
    if (begins <= t->from || !csuccess__zone_offset(&t->w.zone, begins, &span)) return 0;
    if (begins + span.offset_minutes * CSUCCESS__MINUTE_MS != day * CSUCCESS__DAY_MS) return 0;
    int64_t weeks = (least(span.until, t->until) - begins - 1) / (WEEK * CSUCCESS__DAY_MS);
    uint32_t next = holidays_before(calendar, day);
    if (next < calendar->holiday_count) {
        weeks = least(weeks, (calendar->holidays[next] - day) / WEEK);
    }
    return least(weeks, (t->most - t->sum - 1) / t->week);
}

static bool count_day(tally *t, int64_t day)
{
    const csuccess__opening *list;
    moments at;
    uint32_t n = openings_of(t->w.calendar, day, &list);
    for (uint32_t i = 0; i < n && t->sum < t->most; i++) {
        if (!moments_of(&t->w, day, list[i], &at)) return false;
        int64_t from = at.from > t->from ? at.from : t->from;
        int64_t part = least(at.until, t->until) - from;
        if (part <= 0) continue;
        part = least(part, t->most - t->sum);
        t->sum += part;
        t->at = from + part;
    }
    return true;
}

/* Adds up a day, or as many weeks as are alike, and goes on behind them. False: the zone is not known. */
static bool count_on(tally *t, int64_t *day, int64_t begins)
{
    int64_t weeks = plain_weeks(t, *day, begins);
    t->sum += weeks * t->week;
    if (weeks == 0 && !count_day(t, *day)) return false;
    *day += weeks > 0 ? weeks * WEEK : 1;
    return true;
}

/* Adds up what is open; false: the zone is not known. */
static bool count(tally *t, const csuccess__business *b)
{
    int64_t wall, begins = t->from; /* of the first day, at the latest */
    walk_start(&t->w, b);
    if (!csuccess__zone_wall(&wall, &t->w.zone, t->from)) return false;
    t->week = minutes_of_week(b->calendar) * CSUCCESS__MINUTE_MS;
    int64_t day = day_of(wall);
    while (t->week > 0 && t->sum < t->most && begins < t->until) {
        if (!count_on(t, &day, begins)) return false;
        if (!day_exists(day)) break;
        int64_t midnight = day * CSUCCESS__DAY_MS;
        if (!csuccess__zone_from_wall(&begins, &t->w.zone, midnight, NULL)) return false;
    }
    return true;
}

bool csuccess__business_elapsed(int64_t *out, const csuccess__business *b, int64_t from,
                                int64_t until)
{
    bool back = until < from;
    tally t = {.from = back ? until : from, .until = back ? from : until, .most = INT64_MAX};
    if (!csuccess__time_valid(from) || !csuccess__time_valid(until)) return false;
    if (!b->calendar) {
        *out = until - from;
        return true;
    }
    if (!count(&t, b)) return false;
    *out = back ? -t.sum : t.sum;
    return true;
}

bool csuccess__business_after(int64_t *out, const csuccess__business *b, int64_t ms,
                              int64_t open_ms)
{
    tally t = {.from = ms, .until = CSUCCESS__TIME_MAX, .most = open_ms, .at = ms};
    if (!csuccess__time_valid(ms) || open_ms < 0 || open_ms > CSUCCESS__TIME_MAX - ms) {
        return false;
    }
    if (!b->calendar) {
        *out = ms + open_ms;
        return true;
    }
    if (!count(&t, b) || t.sum < open_ms) return false;
    *out = t.at;
    return true;
}

/* ---- The longest gap ---- */

enum { DAY_MINUTES = 1440 };

typedef struct gaps {
    const csuccess__calendar *calendar;
    int64_t closes; /* the last that did, in local minutes; INT64_MIN: none yet */
    int64_t longest;
} gaps;

/* Whether it opens on that day. */
static bool look_at_day(gaps *g, int64_t day)
{
    const csuccess__opening *list;
    uint32_t n = openings_of(g->calendar, day, &list);
    for (uint32_t i = 0; i < n; i++) {
        int64_t opens = day * DAY_MINUTES + list[i].from;
        bool longer = g->closes != INT64_MIN && opens - g->closes > g->longest;
        if (longer) g->longest = opens - g->closes;
        g->closes = day * DAY_MINUTES + list[i].until;
    }
    return n > 0;
}

/* Holidays with at most a week between them, from the week before the first until it has opened behind the last. Gives the next. */
static uint32_t look_at_holidays(gaps *g, uint32_t i)
{
    const csuccess__calendar *calendar = g->calendar;
    int64_t day = calendar->holidays[i] - WEEK;
    bool over = false;
    g->closes = INT64_MIN;
    for (; !over; day++) {
        bool opens = look_at_day(g, day);
        while (i < calendar->holiday_count && calendar->holidays[i] <= day) i++;
        over = opens && (i == calendar->holiday_count || calendar->holidays[i] - day > WEEK);
    }
    return i;
}

int64_t csuccess__business_longest_gap(const csuccess__calendar *calendar)
{
    int32_t minutes;
    if (!calendar) return 0;
    if (minutes_of_week(calendar) == 0) return INT64_MAX;
    csuccess__calendar bare = *calendar;
    bare.holiday_count = 0;
    gaps g = {&bare, INT64_MIN, 0};
    for (int64_t day = 0; day < 2 * WEEK; day++) (void)look_at_day(&g, day);
    g.calendar = calendar;
    for (uint32_t i = 0; i < calendar->holiday_count;) i = look_at_holidays(&g, i);
    bool still = calendar->zone.len > 0 && csuccess__zone_fixed(&minutes, calendar->zone);
    int64_t change = still || g.longest == 0 ? 0 : CSUCCESS__DAY_MS;
    return g.longest * CSUCCESS__MINUTE_MS + change;
}
