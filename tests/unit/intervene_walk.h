/* SPDX-License-Identifier: Apache-2.0 */
/* Zones whose clocks change, rules about hours as documents write them, and a walk through the minutes that says when something may be sent. */
#ifndef INTERVENE_WALK_H
#define INTERVENE_WALK_H

#include "check.h"

#include "calendar/business.h"

#define WALK_MINUTE INT64_C(60000)
enum {
    WALK_DAY = 1440,
    WALK_ZONES = 16,
    WALK_CHANGES = 8,
    WALK_RULES = 6,
    WALK_MINUTES = 30 * WALK_DAY, /* of a walk */
    WALK_BEFORE = 7 * WALK_DAY    /* a change, the walk begins */
};

typedef struct walk_zone {
    char name[32];
    int base, count;
    int64_t at[WALK_CHANGES]; /* minutes */
    int offset[WALK_CHANGES];
} walk_zone;
typedef struct walk_rule {
    bool window;
    int from, until;
    unsigned days;
} walk_rule;

/* ---- Documents ---- */

static inline void walk_put_offset(char *out, size_t cap, int offset)
{
    int minutes = offset < 0 ? -offset : offset;
    snprintf(out, cap, "%c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static inline size_t walk_put_zone(char *out, size_t cap, const walk_zone *z)
{
    char time[CSUCCESS__TIME_TEXT], offset[8];
    walk_put_offset(offset, sizeof offset, z->base);
    size_t n = (size_t)snprintf(out, cap, "`%s`:{`offset`:`%s`,`changes`:[", z->name, offset);
    for (int i = 0; i < z->count; i++) {
        csuccess__time_format(time, z->at[i] * WALK_MINUTE);
        walk_put_offset(offset, sizeof offset, z->offset[i]);
        n += (size_t)snprintf(out + n, cap - n, "%s[`%s`,`%s`]", i ? "," : "", time, offset);
    }
    return n + (size_t)snprintf(out + n, cap - n, "]}");
}

static inline size_t walk_put_rule(char *out, size_t cap, const walk_rule *r, int i)
{
    size_t n = (size_t)snprintf(out, cap, "`r%d`:{`from`:`%02d:%02d`,`until`:`%02d:%02d`", i,
                                r->from / 60, r->from % 60, r->until / 60, r->until % 60);
    const char *comma = "";
    n += (size_t)snprintf(out + n, cap - n, ",`days`:[");
    for (int d = 0; d < 7; d++) {
        if (!(r->days >> d & 1)) continue;
        n += (size_t)snprintf(out + n, cap - n, "%s`%s`", comma, csuccess__weekdays[d]);
        comma = ",";
    }
    return n + (size_t)snprintf(out + n, cap - n, "]}");
}

static inline size_t walk_put_rules(char *out, size_t cap, const walk_rule *rules, int count,
                                    bool windows)
{
    const char *comma = "";
    size_t n = (size_t)snprintf(out, cap, "`%s`:{", windows ? "send_windows" : "quiet_hours");
    for (int i = 0; i < count; i++) {
        if (rules[i].window != windows) continue;
        n += (size_t)snprintf(out + n, cap - n, "%s", comma);
        n += walk_put_rule(out + n, cap - n, &rules[i], i);
        comma = ",";
    }
    return n + (size_t)snprintf(out + n, cap - n, "}");
}

/* ---- tests/data/hours.tsv ---- */

static inline void walk_read_zone(char *line, walk_zone *z)
{
    char *at = line;
    memset(z, 0, sizeof *z);
    size_t len = check_span(at, "\t");
    snprintf(z->name, sizeof z->name, "%.*s", (int)len, at);
    at += len;
    z->base = (int)strtol(at, &at, 10);
    while (*at == '\t' && z->count < WALK_CHANGES) {
        z->at[z->count] = strtoll(at, &at, 10);
        z->offset[z->count++] = (int)strtol(at, &at, 10);
    }
}

static inline char *walk_table(walk_zone *zones, int *count)
{
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/hours.tsv", NULL);
    *count = 0;
    for (char *line = text; line && *line;) {
        size_t len = check_span(line, "\n");
        if (strncmp(line, "zone\t", 5) == 0 && *count < WALK_ZONES) {
            walk_read_zone(line + 5, &zones[(*count)++]);
        }
        line += len + (line[len] == '\n');
    }
    return text;
}

/* ---- A walk through the minutes ---- */

typedef struct walk {
    int64_t first;               /* minute */
    int64_t shows[WALK_MINUTES]; /* local minutes */
    bool open[WALK_MINUTES], quiet[WALK_MINUTES];
    bool any_window;
} walk;

static inline void walk_clock(walk *w, const walk_zone *z)
{
    for (int m = 0; m < WALK_MINUTES; m++) {
        int offset = z->base;
        for (int i = 0; i < z->count && z->at[i] <= w->first + m; i++) offset = z->offset[i];
        w->shows[m] = w->first + m + offset;
    }
}

/* The first minute that shows so much; those more than a day and a half before cannot. */
static inline int walk_first(const walk *w, int64_t local)
{
    int64_t from = local - 36 * 60 - w->first;
    int m = from > 0 ? (int)from : 0;
    while (m < WALK_MINUTES && w->shows[m] < local) m++;
    return m;
}

/* The last minute that shows just that. */
static inline int walk_last(const walk *w, int64_t local)
{
    int64_t until = local + 36 * 60 - w->first;
    for (int m = until < WALK_MINUTES ? (int)until : WALK_MINUTES - 1; m >= 0; m--) {
        if (w->shows[m] == local) return m;
        if (w->shows[m] < local - 72 * 60) break;
    }
    return walk_first(w, local);
}

static inline void walk_mark(walk *w, const walk_rule *r)
{
    int64_t first = w->first / WALK_DAY - 2, last = (w->first + WALK_MINUTES) / WALK_DAY + 2;
    for (int64_t day = first; day <= last; day++) {
        if (!(r->days >> (day + 3) % 7 & 1)) continue;
        int64_t end = r->until <= r->from ? r->until + WALK_DAY : r->until;
        int a = walk_first(w, day * WALK_DAY + r->from);
        int b = r->window ? walk_first(w, day * WALK_DAY + end)
                          : walk_last(w, day * WALK_DAY + end);
        for (int m = a; m < b && m < WALK_MINUTES; m++) {
            if (r->window) {
                w->open[m] = true;
            } else {
                w->quiet[m] = true;
            }
        }
    }
}

static inline void walk_plan(walk *w, const walk_rule *rules, int count)
{
    memset(w->open, 0, sizeof w->open);
    memset(w->quiet, 0, sizeof w->quiet);
    w->any_window = false;
    for (int i = 0; i < count; i++) {
        w->any_window = w->any_window || rules[i].window;
        walk_mark(w, &rules[i]);
    }
}

static inline bool walk_allows(const walk *w, int m)
{
    return !w->quiet[m] && (w->open[m] || !w->any_window);
}

/* The first millisecond at or after `at`; -1: none that the walk knows. */
static inline int64_t walk_on(const walk *w, int64_t at)
{
    int m = (int)(at / WALK_MINUTE - w->first);
    if (walk_allows(w, m)) return at;
    while (m < WALK_MINUTES - WALK_BEFORE && !walk_allows(w, m)) m++;
    return m < WALK_MINUTES - WALK_BEFORE ? (w->first + m) * WALK_MINUTE : -1;
}

static inline walk_rule walk_random(uint64_t *seed, int64_t near)
{
    walk_rule r = {.window = check_random(seed) % 2 == 0};
    int step = check_random(seed) % 4 == 0 ? 1 : 15;
    r.from = (int)(check_random(seed) % (unsigned)(WALK_DAY / step)) * step;
    r.until = (int)(check_random(seed) % (unsigned)(WALK_DAY / step)) * step;
    /* Every other one has a bound in the hours that come twice, or not at all. */
    if (check_random(seed) % 2)
        r.from = (int)(near + check_random(seed) % 180) % WALK_DAY / 5 * 5;
    if (check_random(seed) % 2)
        r.until = (int)(near + check_random(seed) % 180) % WALK_DAY / 5 * 5;
    if (r.from == r.until) {
        r.from = 0;
        r.until = WALK_DAY;
    }
    r.days = check_random(seed) % 3 ? 127 : 1 + (unsigned)(check_random(seed) % 127);
    return r;
}

#endif
