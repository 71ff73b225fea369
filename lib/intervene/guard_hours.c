/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `quiet_hours`. What it says depends on nothing but channel, class and contact, so that of a thousand candidates few are worked out. */
#include "intervene/arbiter.h"
#include "intervene/intervene.h"

enum { KEPT = 16 };

typedef struct answer {
    const csuccess__channel *by;
    csuccess__class class_;
    csuccess_str contact, reason, wait; /* wait: why it is put off to a better time */
    int64_t next, optimal;
} answer;

/* When the hours let go what something else holds until then. */
typedef struct after {
    const csuccess__channel *by;
    csuccess__class class_;
    csuccess_str contact;
    int64_t from, next;
} after;

struct csuccess__hours_memo {
    answer list[KEPT];
    after later[KEPT];
    uint32_t count, later_count;
};

static bool has_calendar(const csuccess__turn *t, const csuccess__channel *by)
{
    return t->of->channels && by->calendar.len > 0;
}

static bool waits_for_optimal(const csuccess__turn *t, const csuccess__candidate *c)
{
    return c->class_ == CSUCCESS__CLASS_NURTURE && t->of->reach->time_count > 0;
}

static bool says_anything(const csuccess__turn *t, const csuccess__candidate *c,
                          const csuccess__channel *by)
{
    const csuccess__reach *reach = t->of->reach;
    return reach->quiet_count > 0 || reach->window_count > 0 || has_calendar(t, by) ||
           waits_for_optimal(t, c);
}

/* ---- Reasons ---- */

/* "quiet hours night until 08:00 Europe/Berlin" */
static csuccess_str say(csuccess__turn *t, const csuccess__zone *zone,
                        const csuccess__hold *hold, int64_t until)
{
    csuccess__civil civil;
    char clock[6] = "00:00";
    bool named = hold->id.len > 0;
    const char *space = named ? " " : "";
    if (until == CSUCCESS__NEVER || !csuccess__zone_civil(&civil, zone, until)) {
        return csuccess__turn_format(t, "%s%s%S, and no time within a year", hold->what, space,
                                     hold->id);
    }
    const int32_t digits[] = {civil.hour / 10, civil.hour % 10, civil.minute / 10,
                              civil.minute % 10};
    for (int i = 0; i < 4; i++) clock[i + (i > 1)] = (char)('0' + digits[i]);
    return csuccess__turn_format(t, "%s%s%S until %s %S", hold->what, space, hold->id, clock,
                                 zone->name.len ? zone->name : CSUCCESS_STR("UTC"));
}

/* ---- Answers ---- */

static void work_out(csuccess__turn *t, answer *a)
{
    static const csuccess__hold optimal = {"an optimal send time is waited for,", {"", 0}};
    int64_t now = t->m->step->now;
    csuccess__hold hold;
    const csuccess__going going = {csuccess__contact_zone(t, a->contact), a->by, a->class_};
    (void)csuccess__reach_next(&a->next, t, &going, now);
    a->reason = a->wait = CSUCCESS_STR("");
    a->optimal = now;
    if (a->next > now) {
        (void)csuccess__reach_holds(t, &going, now, &hold);
        a->reason = say(t, &going.zone, &hold, a->next);
        return;
    }
    if (a->class_ == CSUCCESS__CLASS_NURTURE)
        a->optimal = csuccess__reach_optimal(t, &going, now);
    if (a->optimal == CSUCCESS__NEVER) a->optimal = now; /* none that the hours allow */
    if (a->optimal > now) a->wait = say(t, &going.zone, &optimal, a->optimal);
}

/* NULL: no memory (failed). */
static struct csuccess__hours_memo *memo_of(csuccess__turn *t)
{
    if (!t->hours) t->hours = CSUCCESS__NEW(&t->desk->texts, struct csuccess__hours_memo);
    if (!t->hours) csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
    return t->hours;
}

/* NULL: no memory (failed). */
static const answer *find_answer(csuccess__turn *t, const csuccess__candidate *c,
                                 const csuccess__channel *by)
{
    struct csuccess__hours_memo *memo = memo_of(t);
    if (!memo) return NULL;
    uint32_t kept = memo->count < KEPT ? memo->count : KEPT;
    for (uint32_t i = 0; i < kept; i++) {
        const answer *a = &memo->list[i];
        bool same = a->by == by && a->class_ == c->class_;
        if (same && csuccess__str_eq(a->contact, c->contact)) return a;
    }
    answer *a = &memo->list[memo->count++ % KEPT];
    *a = (answer){.by = by, .class_ = c->class_, .contact = c->contact};
    work_out(t, a);
    return a;
}

csuccess__ruled csuccess__ask_hours(csuccess__turn *t, csuccess__candidate *c,
                                    const csuccess__channel *by)
{
    csuccess__ruled allow = {.ruling = CSUCCESS__ALLOW}, defer = allow;
    defer.ruling = CSUCCESS__DEFER;
    defer.guard = CSUCCESS__GUARD_HOURS;
    if (c->internal || !says_anything(t, c, by)) return allow;
    const answer *a = find_answer(t, c, by);
    if (!a) return allow; /* the step has failed */
    int64_t now = t->m->step->now;
    if (a->next > now) {
        defer.until = a->next;
        defer.reason = a->reason;
        return defer;
    }
    bool better = waits_for_optimal(t, c) && a->optimal > now;
    bool lasts = c->valid_until == 0 || a->optimal < c->valid_until;
    if (!better || !lasts) return allow;
    defer.until = a->optimal;
    defer.reason = a->wait;
    return defer;
}

/* What was worked out for the same way, class, contact and time in this step; NULL: nothing yet. */
static const after *find_after(const struct csuccess__hours_memo *memo,
                               const csuccess__candidate *c, const csuccess__channel *by,
                               int64_t from)
{
    uint32_t kept = memo->later_count < KEPT ? memo->later_count : KEPT;
    for (uint32_t i = 0; i < kept; i++) {
        const after *a = &memo->later[i];
        bool same = a->by == by && a->class_ == c->class_ && a->from == from;
        if (same && csuccess__str_eq(a->contact, c->contact)) return a;
    }
    return NULL;
}

int64_t csuccess__hours_after(csuccess__turn *t, const csuccess__candidate *c,
                              const csuccess__channel *by, int64_t from)
{
    if (c->internal || from == CSUCCESS__NEVER || !says_anything(t, c, by)) return from;
    struct csuccess__hours_memo *memo = memo_of(t);
    if (!memo) return from;
    const after *known = find_after(memo, c, by, from);
    if (known) return known->next;
    after *a = &memo->later[memo->later_count++ % KEPT];
    const csuccess__going going = {csuccess__contact_zone(t, c->contact), by, c->class_};
    *a = (after){by, c->class_, c->contact, from, from};
    (void)csuccess__reach_next(&a->next, t, &going, from);
    return a->next;
}
