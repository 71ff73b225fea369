/* SPDX-License-Identifier: Apache-2.0 */
/* A slow plain model of milestones, written from docs/reference/flow.md: what is said, what stands, and when to look again. */
#ifndef FLOW_MILESTONES_MODEL_H
#define FLOW_MILESTONES_MODEL_H

#include "flow_progress.h"

#include <stdarg.h>
#include <time.h>

enum { MOST = 5, OCCURRENCES = 48, SAYINGS = 64, HORIZON = 24 * 40, STEPS = 40 };
typedef enum kind { WHEN, ONCE, EACH, COUNT, YEARLY, KINDS } kind;

typedef struct definition {
    kind kind;
    bool after[MOST], celebrates;
    int target; /* days; -1: none */
    int points;
} definition;
typedef struct world {
    int count;
    definition d[MOST];
    int64_t begun; /* of anniversaries */
} world;

typedef struct occurrence {
    int key;
    bool waits, stands, settled, held;
    int64_t happened, achieved;
} occurrence;
typedef struct life_of {
    occurrence o[OCCURRENCES]; /* ascending by key */
    int count;
    bool said_late;
    int64_t revoked; /* 0: never */
} life_of;
typedef struct model {
    life_of m[MOST];
    int x[MOST]; /* -1: missing */
    int64_t start;
} model;

/* What is said, in any order. */
typedef struct said {
    char line[SAYINGS][64];
    int count;
} said;

static void say(said *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(said *s, const char *format, ...)
{
    va_list args;
    if (s->count == SAYINGS) return;
    va_start(args, format);
    vsnprintf(s->line[s->count++], sizeof s->line[0], format, args);
    va_end(args);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* ---- The model ---- */

static int hour_of(int64_t at)
{
    return (int)((at - LIFE_START) / LIFE_HOUR);
}

static int times(const life_of *l)
{
    int n = 0;
    for (int i = 0; i < l->count; i++) n += l->o[i].stands;
    return n;
}

static int64_t first_of(const life_of *l, bool last)
{
    int64_t at = 0;
    bool any = false;
    for (int i = 0; i < l->count; i++) {
        if (!l->o[i].stands) continue;
        bool better = last ? l->o[i].achieved > at : l->o[i].achieved < at;
        if (!any || better) at = l->o[i].achieved;
        any = true;
    }
    return at;
}

static occurrence *find(life_of *l, int key)
{
    for (int i = 0; i < l->count; i++) {
        if (l->o[i].key == key) return &l->o[i];
    }
    return NULL;
}

static occurrence *get(life_of *l, int key)
{
    occurrence *o = find(l, key);
    if (o) return o;
    int at = l->count++;
    for (; at > 0 && l->o[at - 1].key > key; at--) l->o[at] = l->o[at - 1];
    l->o[at] = (occurrence){.key = key};
    return &l->o[at];
}

/* What neither happened, nor was celebrated, nor is held never was. */
static void forget_blank(life_of *l)
{
    int n = 0;
    for (int i = 0; i < l->count; i++) {
        const occurrence *o = &l->o[i];
        if (o->waits || o->stands || o->settled || o->held) l->o[n++] = *o;
    }
    l->count = n;
}

static bool blocked(const world *w, const model *m, int i)
{
    for (int k = 0; k < w->count; k++) {
        if (w->d[i].after[k] && times(&m->m[k]) == 0) return true;
    }
    return false;
}

static int64_t freed(const world *w, const model *m, int i)
{
    int64_t at = INT64_MIN;
    for (int k = 0; k < w->count; k++) {
        if (!w->d[i].after[k]) continue;
        int64_t first = first_of(&m->m[k], false);
        if (times(&m->m[k]) && first > at) at = first;
    }
    return at;
}

static void say_of(said *s, char mark, int i, kind k, const occurrence *o)
{
    char key[16] = "", at[16] = "";
    if (k >= EACH && o->key > 0) snprintf(key, sizeof key, ":%d", o->key);
    if (o->stands) snprintf(at, sizeof at, "@%d", hour_of(o->achieved));
    say(s, "%cm%d%s%s", mark, i, key, at);
}

/* reason: the model hands its world along, so that it keeps nothing between steps. */
static void now_stands(const world *w, life_of *l, int i, occurrence *o, int64_t when,
                       int64_t now, said *s)
{
    bool stale = w->d[i].kind == YEARLY && now - o->happened > 30 * LIFE_DAY;
    o->waits = o->held = false;
    o->stands = true;
    o->achieved = when;
    l->said_late = false;
    say_of(s, '+', i, w->d[i].kind, o);
    if (!o->settled && !stale && w->d[i].celebrates) say(s, "*m%d:%d", i, o->key);
    o->settled = true;
}

/* reason: as above. */
static void condition(const world *w, model *m, int i, int key, int holds, int64_t now)
{
    (void)w;
    occurrence *o = find(&m->m[i], key);
    if (holds == 0 && o) o->held = false;
    if (holds != 1 || (o && (o->waits || o->stands || o->held))) return;
    o = get(&m->m[i], key);
    o->waits = true;
    o->happened = now;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Counted day by day. 29 February would be 1 March: it is the day before. */
static int64_t years_later(int64_t begun, int years)
{
    time_t seconds = (time_t)(begun / 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    int64_t days = 0;
    int from = tm.tm_year + 1900, month = tm.tm_mon, day = tm.tm_mday;
    bool shift = month == 1 && day == 29 && !is_leap(from + years);
    for (int i = 0; i < years; i++) {
        int year = from + i + (month > 1 ? 1 : 0); /* whose February lies between */
        days += is_leap(year) ? 366 : 365;
    }
    if (shift) days -= 1;
    return begun / 1000 * 1000 + days * INT64_C(86400000);
}

static void anniversary(const world *w, model *m, int i, int64_t now)
{
    life_of *l = &m->m[i];
    int n = 0, last = l->count ? l->o[l->count - 1].key : 0;
    while (years_later(w->begun, n + 1) <= now) n++;
    if (n <= last) return;
    occurrence *o = get(l, n);
    o->waits = true;
    o->happened = years_later(w->begun, n);
}

static void event(const world *w, model *m, int i, int64_t at)
{
    life_of *l = &m->m[i];
    if (w->d[i].kind == EACH) {
        occurrence *o = get(l, l->count ? l->o[l->count - 1].key + 1 : 1);
        o->waits = true;
        o->happened = at;
        return;
    }
    occurrence *o = find(l, 0);
    if (o && (o->waits || o->stands)) {
        if (at < o->happened) o->happened = at;
    } else if (l->revoked == 0 || at > l->revoked) {
        o = get(l, 0);
        o->waits = true;
        o->happened = at;
    }
}

static bool settle(const world *w, model *m, int i, int64_t now, said *s)
{
    life_of *l = &m->m[i];
    bool any = false;
    if (blocked(w, m, i)) return false;
    int64_t free_at = freed(w, m, i);
    for (int k = 0; k < l->count; k++) {
        occurrence *o = &l->o[k];
        int64_t when = o->happened > free_at ? o->happened : free_at;
        if (o->waits) {
            now_stands(w, l, i, o, when, now, s);
            any = true;
        } else if (o->stands && when < o->achieved) {
            o->achieved = when;
            say_of(s, '<', i, w->d[i].kind, o);
            any = true;
        }
    }
    return any;
}

/* reason: the whole look in one place, in the order of the rules. */
static void look(const world *w, model *m, int64_t now, said *s)
{
    for (int i = 0; i < w->count; i++) {
        int x = m->x[i];
        if (w->d[i].kind == WHEN) condition(w, m, i, 0, x < 0 ? -1 : x > 2, now);
        for (int t = 2; w->d[i].kind == COUNT && x >= 0 && t <= 5; t += 3) {
            condition(w, m, i, t, x >= t, now);
        }
        if (w->d[i].kind == YEARLY) anniversary(w, m, i, now);
    }
    for (bool any = true; any;) {
        any = false;
        for (int i = 0; i < w->count; i++) any = settle(w, m, i, now, s) || any;
    }
    for (int i = 0; i < w->count; i++) {
        life_of *l = &m->m[i];
        bool late = w->d[i].target >= 0 && m->start + w->d[i].target * LIFE_DAY <= now;
        if (late && times(l) == 0 && !l->said_late) {
            l->said_late = true;
            say(s, "!m%d", i);
        }
        forget_blank(l);
    }
}

/* Whether it says "same". reason: every rule of a word in one place. */
static bool word(const world *w, model *m, int i, bool revoke, int64_t now, said *s)
{
    life_of *l = &m->m[i];
    kind k = w->d[i].kind;
    occurrence *o = NULL;
    if (revoke) {
        for (int n = 0; n < l->count; n++) {
            if (l->o[n].stands || l->o[n].waits) o = &l->o[n];
        }
        if (!o) return true;
        o->stands = o->waits = false;
        o->held = k == WHEN || k == COUNT;
        o->happened = o->achieved = 0;
        l->revoked = now;
        say_of(s, '-', i, k, o);
        forget_blank(l);
        return false;
    }
    int key = 0;
    if (k == COUNT) {
        occurrence *two = find(l, 2), *five = find(l, 5);
        key = !two || !two->stands ? 2 : !five || !five->stands ? 5 : -1;
    } else if (k == EACH) {
        const occurrence *last = l->count ? &l->o[l->count - 1] : NULL;
        key = !last ? 1 : last->stands ? last->key + 1 : last->key;
    } else if (find(l, 0) && find(l, 0)->stands) {
        key = -1;
    }
    if (key < 0) return true;
    o = get(l, key);
    o->happened = now;
    now_stands(w, l, i, o, now, now, s);
    return false;
}

static const char *state_of(const world *w, const model *m, int i, int64_t now)
{
    if (times(&m->m[i])) return "achieved";
    if (blocked(w, m, i)) return "blocked";
    bool late = w->d[i].target >= 0 && m->start + w->d[i].target * LIFE_DAY <= now;
    return late ? "overdue" : "pending";
}

/* Over those of the stage onboarding: what does not repeat. reason: one rule a line. */
static const char *overall(const world *w, const model *m, int64_t now, double *progress)
{
    double all = 0, done = 0;
    int64_t moved = m->start;
    bool late = false, first = true;
    for (int i = 0; i < w->count; i++) {
        if (w->d[i].kind > ONCE) continue;
        int64_t at = first_of(&m->m[i], false);
        all += w->d[i].points;
        if (times(&m->m[i])) {
            done += w->d[i].points;
            if (first || at > moved) moved = at;
            first = false;
        } else if (w->d[i].target >= 0 && m->start + w->d[i].target * LIFE_DAY <= now) {
            late = true;
        }
    }
    *progress = all > 0 ? done / all : -1;
    if (all <= 0) return "";
    if (done >= all) return "done";
    return !late ? "on_track" : now - moved >= 14 * LIFE_DAY ? "stuck" : "behind";
}

/* The first hour to come at which something is said or the whole is another. */
static int64_t next_hour(const world *w, const model *m, int64_t now)
{
    double progress;
    const char *is = overall(w, m, now, &progress);
    for (int64_t at = now + LIFE_HOUR; at < now + HORIZON * LIFE_HOUR; at += LIFE_HOUR) {
        model copy = *m;
        said s = {.count = 0};
        look(w, &copy, at, &s);
        if (s.count || strcmp(overall(w, &copy, at, &progress), is) != 0) return at;
    }
    return INT64_MAX;
}

#endif
