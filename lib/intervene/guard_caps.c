/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `caps`: how many have reached the customer, or may yet, in the day, week, month or span of each cap that counts the candidate.

   What is under way counts at any time, so whatever is decided before it is told of leaves room for it. Without those, the room of a cap only grows as time goes on and nothing
   more happens: a cap of `most` lets go when at most `most` - 1 are left in its window. With u under way that is so from the end of the window of the (most - u)-th latest delivery on. */
#include "base/heap.h"
#include "intervene/arbiter.h"
#include "intervene/intervene.h"

/* A window of the calendar: from the first moment of its first date until before that of the first date after it. */
typedef struct window {
    int64_t from, until;
} window;

/* What a cap counts, whatever it counts separately by. */
typedef struct csuccess__cap_memo {
    uint32_t as_of;                /* touches->changes at that time, and 1; 0: not yet */
    uint32_t under_way, delivered; /* these within its window as of now, or after it */
    window now;                    /* of the calendar */
    bool is_ruled;
    csuccess_str programme, channel, contact; /* of whom it was asked last */
    csuccess__ruled ruled;                    /* then */
    uint32_t said;
    csuccess_str reason; /* with so many: equal reasons are one text */
} csuccess__cap_memo;

/* Of whom it is asked: what a cap that counts separately counts for. */
typedef struct asked {
    csuccess__class class_;
    csuccess_str programme, channel, type, contact;
    const csuccess__touch *but; /* not counted; may be NULL */
} asked;

/* ---- Windows ---- */

/* The first date of the window that the local date lies in, or of the one after it, as a wall time; days since 1970-01-01 of the place's calendar. */
static bool first_date(csuccess__cap_per per, int64_t day, int64_t *from, int64_t *next)
{
    enum { WEEK = 7, MONDAY = 4 /* 1970-01-05 */ };
    csuccess__civil civil;
    if (per == CSUCCESS__PER_DAY) {
        *from = day * CSUCCESS__DAY_MS;
        *next = *from + CSUCCESS__DAY_MS;
        return true;
    }
    if (per == CSUCCESS__PER_WEEK) {
        int64_t in = (day - MONDAY) % WEEK;
        *from = (day - (in < 0 ? in + WEEK : in)) * CSUCCESS__DAY_MS;
        *next = *from + WEEK * CSUCCESS__DAY_MS;
        return true;
    }
    if (!csuccess__civil_from(&civil, day * CSUCCESS__DAY_MS, 0)) return false;
    csuccess__civil a = {.year = civil.year, .month = civil.month, .day = 1};
    csuccess__civil b = {
        .year = civil.year + civil.month / 12, .month = civil.month % 12 + 1, .day = 1};
    return csuccess__civil_to(from, &a, 0) && csuccess__civil_to(next, &b, 0);
}

static int64_t day_of(int64_t wall)
{
    int64_t day = wall / CSUCCESS__DAY_MS;
    return day * CSUCCESS__DAY_MS > wall ? day - 1 : day;
}

/* The window that holds `at`. A clock that is put back over midnight shows the old date again: the window goes on from when it first showed the new one. */
static bool find_window(window *out, const csuccess__zone *zone, csuccess__cap_per per,
                        int64_t at)
{
    int64_t wall, from, next;
    if (!csuccess__zone_wall(&wall, zone, at)) return false;
    if (!first_date(per, day_of(wall), &from, &next) ||
        !csuccess__zone_from_wall(&out->from, zone, from, NULL)) {
        return false;
    }
    for (;;) {
        if (!csuccess__zone_from_wall(&out->until, zone, next, NULL)) return false;
        if (out->until > at) return true;
        out->from = out->until;
        if (!first_date(per, day_of(next), &from, &next)) return false;
    }
}

/* In the customer's zone; as in UTC where that is not known, and all of time at its ends. */
static window window_of(const csuccess__turn *t, csuccess__cap_per per, int64_t at)
{
    window out = {INT64_MIN, CSUCCESS__NEVER};
    csuccess__zone zone = csuccess__moment_zone(t->m);
    const csuccess__zone utc = {0};
    if (find_window(&out, &zone, per, at) || find_window(&out, &utc, per, at)) return out;
    return (window){INT64_MIN, CSUCCESS__NEVER};
}

/* ---- Counting ---- */

/* Whether the cap counts what is such; separate counts aside. */
static bool counts(const csuccess__cap *cap, const asked *who)
{
    if (cap->skip >> who->class_ & 1) return false;
    if (cap->by_class && cap->class_ != who->class_) return false;
    if (cap->channel.len && !csuccess__str_eq(cap->channel, who->channel)) return false;
    if (cap->type.len && !csuccess__str_eq(cap->type, who->type)) return false;
    return !cap->has_programme || csuccess__pattern_fits(&cap->programme, who->programme);
}

static asked of_touch(const csuccess__touch *touch)
{
    return (asked){.class_ = touch->class_,
                   .programme = touch->programme,
                   .channel = touch->channel,
                   .type = touch->type,
                   .contact = touch->contact,
                   .but = touch};
}

/* Whether a touch is counted together with that of whom it is asked. */
static bool is_together(const csuccess__cap *cap, const csuccess__touch *touch,
                        const asked *who)
{
    if (touch == who->but) return false;
    if (cap->each_programme && !csuccess__str_eq(touch->programme, who->programme))
        return false;
    if (cap->each_channel && !csuccess__str_eq(touch->channel, who->channel)) return false;
    if (!cap->of_contact) return true;
    return !touch->forgotten && csuccess__str_eq(touch->contact, who->contact);
}

/* Whether a delivery of then still takes room now, or will. */
static bool is_within(const csuccess__cap *cap, const csuccess__cap_memo *memo, int64_t at,
                      int64_t now)
{
    if (cap->per == CSUCCESS__PER_ROLLING) return at > now - cap->rolling_ms;
    return at >= memo->now.from;
}

static void count_all(const csuccess__turn *t, const csuccess__cap *cap,
                      csuccess__cap_memo *memo)
{
    const csuccess__touches *all = t->desk->touches;
    int64_t now = t->m->step->now;
    if (cap->per != CSUCCESS__PER_ROLLING && memo->as_of == 0) {
        memo->now = window_of(t, cap->per, now);
    }
    memo->as_of = all->changes + 1;
    memo->is_ruled = false;
    memo->under_way = memo->delivered = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        const csuccess__touch *touch = &all->list[i];
        int64_t at = csuccess__touch_counts_at(touch);
        asked one = of_touch(touch);
        if (at != 0 && !is_within(cap, memo, at, now)) continue;
        if (!counts(cap, &one)) continue;
        if (at == 0) memo->under_way++;
        if (at != 0) memo->delivered++;
    }
}

/* NULL: no memory (failed). */
static csuccess__cap_memo *memo_of(const csuccess__turn *t, uint32_t cap)
{
    csuccess__touches *all = t->desk->touches;
    const csuccess__reach *reach = t->of->reach;
    if (!all->memo) {
        all->memo = CSUCCESS__NEW_ARRAY(&all->texts, csuccess__cap_memo, reach->cap_count);
        if (!all->memo) csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
    }
    if (!all->memo) return NULL;
    csuccess__cap_memo *memo = &all->memo[cap];
    if (memo->as_of != all->changes + 1) count_all(t, &reach->caps[cap], memo);
    return memo;
}

/* What a cap counts for somebody: those under way, and when the others were delivered. */
typedef struct counted {
    uint32_t under_way, delivered;
    int64_t at[CSUCCESS__TOUCHES_MOST];
} counted;

static bool is_later(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x > y;
}

static void count_for(counted *out, const csuccess__turn *t, const csuccess__cap *cap,
                      const csuccess__cap_memo *memo, const asked *who)
{
    const csuccess__touches *all = t->desk->touches;
    int64_t now = t->m->step->now;
    out->under_way = out->delivered = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        const csuccess__touch *touch = &all->list[i];
        int64_t at = csuccess__touch_counts_at(touch);
        asked one = of_touch(touch);
        if (!is_together(cap, touch, who)) continue;
        if (at != 0 && !is_within(cap, memo, at, now)) continue;
        if (!counts(cap, &one)) continue;
        if (at == 0) {
            out->under_way++;
        } else {
            out->at[out->delivered++] = at;
        }
    }
}

/* ---- Ruling ---- */

static const csuccess__ruled allowed = {.ruling = CSUCCESS__ALLOW};

/* "the day", "P2D": texts of CSUCCESS__DURATION_TEXT bytes. */
static const char *period_of(const csuccess__cap *cap, char *bytes)
{
    static const char *const periods[] = {"the day", "the week", "the month"};
    csuccess__duration d = csuccess__duration_from_ms(cap->rolling_ms);
    if (cap->per != CSUCCESS__PER_ROLLING) return periods[cap->per];
    if (d.ms % CSUCCESS__DAY_MS == 0) {
        d = (csuccess__duration){.days = (int32_t)(d.ms / CSUCCESS__DAY_MS)};
    }
    (void)csuccess__duration_format(bytes, d);
    return bytes;
}

static csuccess_str reason_of(csuccess__turn *t, const csuccess__cap *cap,
                              csuccess__cap_memo *memo, uint32_t count)
{
    char bytes[CSUCCESS__DURATION_TEXT];
    if (memo->reason.len && memo->said == count) return memo->reason;
    memo->said = count;
    memo->reason = csuccess__turn_format(t, "cap %S: %u of %u in %s", cap->id, count, cap->most,
                                         period_of(cap, bytes));
    return memo->reason;
}

/* When the cap lets go of a delivery of then. */
static int64_t end_of(const csuccess__turn *t, const csuccess__cap *cap,
                      const csuccess__cap_memo *memo, int64_t at)
{
    if (cap->per == CSUCCESS__PER_ROLLING) {
        return at < CSUCCESS__TIME_MAX - cap->rolling_ms ? at + cap->rolling_ms
                                                         : CSUCCESS__NEVER;
    }
    return at < memo->now.until ? memo->now.until : window_of(t, cap->per, at).until;
}

static csuccess__ruled rule(csuccess__turn *t, const csuccess__cap *cap,
                            csuccess__cap_memo *memo, const asked *who)
{
    counted is;
    count_for(&is, t, cap, memo, who);
    uint32_t count = is.under_way + is.delivered;
    if (count < cap->most) return allowed;
    csuccess__ruled out = {.ruling = cap->most == 0 ? CSUCCESS__DENY : CSUCCESS__DEFER,
                           .guard = CSUCCESS__GUARD_CAPS,
                           .until = CSUCCESS__NEVER,
                           .reason = reason_of(t, cap, memo, count)};
    if (cap->most == 0) return out;
    csuccess__sort(is.at, is.delivered, sizeof is.at[0], is_later);
    /* Those under way alone fill it: no time helps, what they are told of does. */
    int64_t at =
        is.under_way >= cap->most ? t->m->step->now : is.at[cap->most - is.under_way - 1];
    out.until = end_of(t, cap, memo, at);
    return out;
}

/* Most are asked one after the other for the same contact: what was ruled last holds for all that are counted together. */
static bool is_ruled(const csuccess__cap *cap, const csuccess__cap_memo *memo, const asked *who)
{
    return memo->is_ruled && !who->but &&
           (!cap->each_programme || csuccess__str_eq(memo->programme, who->programme)) &&
           (!cap->each_channel || csuccess__str_eq(memo->channel, who->channel)) &&
           (!cap->of_contact || csuccess__str_eq(memo->contact, who->contact));
}

static csuccess__ruled ask(csuccess__turn *t, uint32_t i, const asked *who)
{
    const csuccess__cap *cap = &t->of->reach->caps[i];
    csuccess__cap_memo *memo = memo_of(t, i);
    if (!memo || memo->under_way + memo->delivered < cap->most) return allowed;
    if (!counts(cap, who)) return allowed;
    if (is_ruled(cap, memo, who)) return memo->ruled;
    csuccess__ruled out = rule(t, cap, memo, who);
    memo->is_ruled = !who->but;
    memo->programme = who->programme;
    memo->channel = who->channel;
    memo->contact = who->contact;
    memo->ruled = out;
    return out;
}

/* There is no more room for touches, until the first of those that are settled is let go. */
static csuccess__ruled too_many(const csuccess__turn *t)
{
    const csuccess__touches *all = t->desk->touches;
    int64_t until = CSUCCESS__NEVER, kept = csuccess__touches_kept_ms(t->of->reach);
    for (uint32_t i = 0; i < all->count; i++) {
        const csuccess__touch *touch = &all->list[i];
        int64_t last = touch->at > touch->decided ? touch->at : touch->decided;
        if (touch->at != 0 && last + kept < until) until = last + kept;
    }
    return (csuccess__ruled){.ruling = CSUCCESS__DEFER,
                             .guard = CSUCCESS__GUARD_CAPS,
                             .until = until,
                             .reason = CSUCCESS_STR("too many messages are remembered")};
}

csuccess__ruled csuccess__ask_caps(csuccess__turn *t, csuccess__candidate *c,
                                   const csuccess__channel *by)
{
    const asked who = {.class_ = c->class_,
                       .programme = c->programme,
                       .channel = csuccess__candidate_channel(c, by),
                       .type = c->type,
                       .contact = c->contact};
    csuccess__ruled out = allowed;
    if (c->internal || t->m->step->failed < 0) return allowed;
    if (t->desk->touches->count >= CSUCCESS__TOUCHES_MOST) return too_many(t);
    for (uint32_t i = 0; i < t->of->reach->cap_count; i++) {
        csuccess__ruled one = ask(t, i, &who);
        if (one.ruling == CSUCCESS__DENY) return one;
        if (one.ruling == CSUCCESS__DEFER &&
            (out.ruling == CSUCCESS__ALLOW || one.until > out.until)) {
            out = one;
        }
    }
    return out;
}

csuccess__ruled csuccess__caps_at_claim(csuccess__turn *t, const csuccess_message *message)
{
    const csuccess__touch *touch = csuccess__touch_find(t, message->id);
    if (!touch || t->m->step->failed < 0) return allowed;
    const asked who = of_touch(touch);
    for (uint32_t i = 0; i < t->of->reach->cap_count; i++) {
        csuccess__ruled one = ask(t, i, &who);
        if (one.ruling == CSUCCESS__ALLOW) continue;
        one.ruling = CSUCCESS__DENY;
        one.until = CSUCCESS__NEVER;
        return one;
    }
    return allowed;
}
