/* SPDX-License-Identifier: Apache-2.0 */
/* Lint: quiet hours, windows and calendars that together leave no minute of the week. What they hold waits for ever, which nobody wants. */
#include "intervene/reach_internal.h"

#include <string.h>

enum { DAY_MINUTES = 1440, WEEK_MINUTES = 7 * DAY_MINUTES };

/* The minutes of a week, Monday first, in which a message of a channel and class may go. */
typedef struct week {
    const csuccess__reach_build *b;
    const csuccess__channel *by; /* NULL: of any channel that no rule names */
    csuccess__class class_;
    bool closed[WEEK_MINUTES];
} week;

static bool is_for(const week *w, const csuccess__hours *h)
{
    bool any = h->channel.len == 0;
    return (any || (w->by && csuccess__str_eq(h->channel, w->by->name))) &&
           (!h->by_class || h->class_ == w->class_);
}

static void mark(bool *minutes, const csuccess__hours *h)
{
    int32_t until = h->until <= h->from ? h->until + DAY_MINUTES : h->until;
    for (int32_t day = 0; day < 7; day++) {
        if (!(h->days >> day & 1)) continue;
        for (int32_t m = h->from; m < until; m++) {
            minutes[(day * DAY_MINUTES + m) % WEEK_MINUTES] = true;
        }
    }
}

/* On another clock than the contact's nobody knows which minutes these are: then all of them. */
static void mark_calendar(bool *minutes, const csuccess__reach_build *b, uint32_t calendar)
{
    const csuccess__calendar *c = &b->build->flow->flow->calendars->list[calendar];
    if (c->zone.len > 0) memset(minutes, true, WEEK_MINUTES);
    for (int32_t day = 0; day < 7; day++) {
        for (uint32_t i = 0; i < c->opening_counts[day]; i++) {
            const csuccess__opening *o = &c->openings[day][i];
            for (int32_t m = o->from; m < o->until; m++) {
                minutes[day * DAY_MINUTES + m] = true;
            }
        }
    }
}

static void close_others(week *w, const bool *open)
{
    for (int32_t m = 0; m < WEEK_MINUTES; m++) w->closed[m] = w->closed[m] || !open[m];
}

/* Windows for the same channel and class as that of index `first`. */
static void close_by_windows(week *w, uint32_t first)
{
    bool open[WEEK_MINUTES] = {false};
    const csuccess__reach *reach = w->b->out;
    for (uint32_t i = 0; i < reach->window_count; i++) {
        const csuccess__hours *h = &reach->windows[i];
        if (!csuccess__hours_alike(h, &reach->windows[first])) continue;
        if (i < first) return; /* done with that one */
        if (h->calendar == UINT32_MAX) {
            mark(open, h);
        } else {
            mark_calendar(open, w->b, h->calendar);
        }
    }
    close_others(w, open);
}

static bool ever_opens(week *w)
{
    const csuccess__reach *reach = w->b->out;
    memset(w->closed, 0, sizeof w->closed);
    for (uint32_t i = 0; i < reach->quiet_count; i++) {
        if (is_for(w, &reach->quiet[i])) mark(w->closed, &reach->quiet[i]);
    }
    for (uint32_t i = 0; i < reach->window_count; i++) {
        if (is_for(w, &reach->windows[i])) close_by_windows(w, i);
    }
    uint32_t calendar =
        w->by ? reach->calendars[w->by - w->b->build->channels->list] : UINT32_MAX;
    if (calendar != UINT32_MAX) {
        bool open[WEEK_MINUTES] = {false};
        mark_calendar(open, w->b, calendar);
        close_others(w, open);
    }
    return memchr(w->closed, 0, sizeof w->closed) != NULL;
}

/* False: it is told. */
static bool check(week *w, const csuccess__channel *by, const csuccess__json *section)
{
    uint32_t never = 0;
    w->by = by;
    for (int c = 0; c < CSUCCESS__CLASS_COUNT; c++) {
        w->class_ = (csuccess__class)c;
        if (!ever_opens(w)) never |= UINT32_C(1) << c;
    }
    for (int c = 0; c < CSUCCESS__CLASS_COUNT; c++) {
        if (!(never >> c & 1)) continue;
        csuccess__problem(w->b->problems, section, 0,
                          "quiet hours, windows and calendars leave no minute of the week to "
                          "messages of the class %s%s%S; what they hold waits for ever",
                          csuccess__class_words[c], by ? " by the channel " : "",
                          by ? by->name : (csuccess_str){"", 0});
    }
    return never == 0;
}

/* Whether it is another question than that of any channel. */
static bool is_named(const csuccess__reach *reach, const csuccess__channel *by, uint32_t place)
{
    bool named = reach->calendars[place] != UINT32_MAX;
    for (uint32_t i = 0; i < reach->quiet_count; i++) {
        named = named || csuccess__str_eq(reach->quiet[i].channel, by->name);
    }
    for (uint32_t i = 0; i < reach->window_count; i++) {
        named = named || csuccess__str_eq(reach->windows[i].channel, by->name);
    }
    return named;
}

void csuccess__hours_lint(const csuccess__reach_build *b, const csuccess__json *section)
{
    week w = {.b = b};
    const csuccess__channels *channels = b->build->channels;
    if (!section || b->problems->errors > 0 || b->problems->lost) return;
    if (!check(&w, NULL, section)) return;
    for (uint32_t i = 0; channels && i < channels->count; i++) {
        const csuccess__channel *by = &channels->list[i];
        if (is_named(b->out, by, i)) (void)check(&w, by, section);
    }
}
