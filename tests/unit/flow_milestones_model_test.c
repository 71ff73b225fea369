/* SPDX-License-Identifier: Apache-2.0 */
/* Milestones against a slow plain model over random lives: definitions, conditions, events late and out of order, people's words, anniversaries and time. What is said, what stands, and when to look again must be the same. */
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

/* ---- The life beside it ---- */

static world random_world(uint64_t *random)
{
    world w = {.count = 1 + (int)(check_random(random) % MOST)};
    for (int i = 0; i < w.count; i++) {
        definition *d = &w.d[i];
        d->kind = (kind)(check_random(random) % KINDS);
        d->celebrates = check_random(random) & 1;
        d->points = 1 + (int)(check_random(random) % 30);
        d->target = -1;
        if (d->kind != YEARLY && check_random(random) % 3) {
            d->target = (int)(check_random(random) % 20);
        }
        /* evens wait for lower ones, odds for higher ones of their own kind: no circles */
        for (int k = i & 1; k < w.count; k += 2) {
            bool first = i & 1 ? k > i : k < i;
            d->after[k] = first && check_random(random) % 3 == 0;
        }
        for (int k = 1; k < w.count && !(i & 1); k += 2) {
            d->after[k] = check_random(random) % 4 == 0;
        }
    }
    w.begun = LIFE_START + ((int64_t)(check_random(random) % 800) - 780) * LIFE_DAY;
    return w;
}

/* reason: one key a line. */
static void write_document(const world *w, char *out, size_t cap)
{
    size_t n = (size_t)snprintf(out, cap,
                                "{`csuccess`:1,`channels`:{`email`:{}},`attributes`:"
                                "{`begun`:{`type`:`time`}");
    for (int i = 0; i < w->count; i++) {
        n += (size_t)snprintf(out + n, cap - n, ",`x%d`:{`type`:`number`}", i);
    }
    n += (size_t)snprintf(out + n, cap - n, "},`milestones`:{");
    for (int i = 0; i < w->count; i++) {
        const definition *d = &w->d[i];
        n += (size_t)snprintf(out + n, cap - n, "%s`m%d`:{`points`:%d", i ? "," : "", i,
                              d->points);
        if (d->kind == WHEN)
            n += (size_t)snprintf(out + n, cap - n, ",`achieved_when`:`x%d > 2`", i);
        if (d->kind == ONCE || d->kind == EACH) {
            n += (size_t)snprintf(out + n, cap - n, ",`achieved_when`:{`event`:`e%d`}%s", i,
                                  d->kind == EACH ? ",`repeat`:`each`" : "");
        }
        if (d->kind == COUNT) {
            n += (size_t)snprintf(out + n, cap - n,
                                  ",`achieved_when`:{`count`:`x%d`},`repeat`:[2,5]", i);
        }
        if (d->kind == YEARLY) {
            n += (size_t)snprintf(out + n, cap - n,
                                  ",`achieved_when`:{`anniversary`:`begun`},`repeat`:`yearly`");
        }
        if (d->target >= 0)
            n += (size_t)snprintf(out + n, cap - n, ",`target_days`:%d", d->target);
        if (d->celebrates) n += (size_t)snprintf(out + n, cap - n, ",`celebrate`:{}");
        n += (size_t)snprintf(out + n, cap - n, ",`after`:[");
        for (int k = 0, some = 0; k < w->count; k++) {
            if (d->after[k])
                n += (size_t)snprintf(out + n, cap - n, "%s`m%d`", some++ ? "," : "", k);
        }
        n += (size_t)snprintf(out + n, cap - n, "]}");
    }
    snprintf(out + n, cap - n, "}}");
}

static void write_row(const world *w, const model *m, char *out, size_t cap)
{
    char time[CSUCCESS__TIME_TEXT];
    csuccess__time_format(time, w->begun);
    size_t n = (size_t)snprintf(out, cap, "{`begun`:`%s`", time);
    for (int i = 0; i < w->count; i++) {
        if (m->x[i] >= 0) n += (size_t)snprintf(out + n, cap - n, ",`x%d`:%d", i, m->x[i]);
    }
    snprintf(out + n, cap - n, "}");
}

/* reason: two tables of words, each looked through. */
static void read_said(way *w, said *s)
{
    static const struct {
        const char *word;
        char mark;
    } marks[] = {{"achieved", '+'}, {"revoked", '-'}, {"earlier", '<'}, {"overdue", '!'}};
    static const char *const keys[] = {"threshold", "year", "number"};
    for (uint32_t i = 0; i < w->l.effects.entry_count; i++) {
        const csuccess__json *json = way_json(w, w->l.effects.entries[i].body);
        const csuccess__json *at = csuccess__json_member(json, "achieved_at");
        char mark = '?', key[16] = "", when[16] = "";
        int64_t ms = 0;
        for (size_t k = 0; k < 4; k++) {
            bool is =
                csuccess__str_is(csuccess__json_member(json, "change")->string, marks[k].word);
            if (is) mark = marks[k].mark;
        }
        for (size_t k = 0; k < 3; k++) {
            const csuccess__json *of = csuccess__json_member(json, keys[k]);
            if (of) snprintf(key, sizeof key, ":%d", (int)of->number);
        }
        if (at && CHECK(csuccess__time_parse(&ms, at->string, NULL))) {
            snprintf(when, sizeof when, "@%d", hour_of(ms));
        }
        say(s, "%c%.*s%s%s", mark, (int)csuccess__json_member(json, "milestone")->string.len,
            csuccess__json_member(json, "milestone")->string.ptr, key, when);
    }
    for (uint32_t i = 0; i < w->l.effects.message_count; i++) {
        const csuccess__effect_message *m = &w->l.effects.messages[i];
        bool plain = csuccess__str_is(m->step, "celebrate");
        say(s, "*%.*s:%.*s", (int)m->definition.len - 10, m->definition.ptr + 10,
            plain ? 1 : (int)m->step.len, plain ? "0" : m->step.ptr);
    }
}

static bool same_said(said *is, said *should)
{
    bool same = is->count == should->count;
    qsort(is->line, (size_t)is->count, sizeof is->line[0], by_text);
    qsort(should->line, (size_t)should->count, sizeof should->line[0], by_text);
    for (int i = 0; i < is->count && same; i++)
        same = strcmp(is->line[i], should->line[i]) == 0;
    if (same) return CHECK(same);
    for (int i = 0; i < is->count; i++) printf("# says %s\n", is->line[i]);
    for (int i = 0; i < should->count; i++) printf("# should say %s\n", should->line[i]);
    return CHECK(same);
}

static csuccess__value slot(way *w, const char *path, int i)
{
    char id[8];
    snprintf(id, sizeof id, "m%d", i);
    csuccess_str of = check_view(id);
    return w->moment
        .slots[csuccess__schema_find(w->moment.schema, check_view(path), i < 0 ? NULL : &of)];
}

/* reason: one slot a line. */
static bool same_slots(way *w, const world *world_, const model *m, int64_t now)
{
    bool same = true;
    for (int i = 0; i < world_->count; i++) {
        const life_of *l = &m->m[i];
        bool done = times(l) > 0;
        same = CHECK(slot(w, "milestone.achieved", i).as.boolean == done) && same;
        same = CHECK_NUM(slot(w, "milestone.times", i).as.number, times(l), 0) && same;
        same =
            CHECK_STR(slot(w, "milestone.state", i).as.string, state_of(world_, m, i, now)) &&
            same;
        if (!done) continue;
        same =
            CHECK_INT(slot(w, "milestone.achieved_at", i).as.time, first_of(l, false)) && same;
        same = CHECK_INT(slot(w, "milestone.last_at", i).as.time, first_of(l, true)) && same;
    }
    double progress;
    const char *state = overall(world_, m, now, &progress);
    if (!state[0]) return CHECK(csuccess__is_missing(slot(w, "onboarding.state", -1))) && same;
    same = CHECK_STR(slot(w, "onboarding.state", -1).as.string, state) && same;
    return CHECK_NUM(slot(w, "onboarding.progress", -1).as.number, progress, 1e-12) && same;
}

/* One thing that happens, to both. reason: one branch for each thing that may happen. */
static bool happen(way *w, const world *world_, model *m, int64_t now, uint64_t *random)
{
    said is = {.count = 0}, should = {.count = 0};
    int what = (int)(check_random(random) % 10),
        i = (int)(check_random(random) % (unsigned)world_->count);
    kind k = world_->d[i].kind;
    char id[8];
    bool same_again = false;
    snprintf(id, sizeof id, "m%d", i);
    if (what < 3) m->x[i] = (int)(check_random(random) % 8) - 1;
    write_row(world_, m, w->row, sizeof w->row);
    csuccess__effects_clear(&w->l.effects);
    if (what < 6 && what > 2) {
        int64_t at = now + (3 - (int64_t)(check_random(random) % 80)) * LIFE_HOUR;
        char name[8];
        snprintf(name, sizeof name, "e%d", i);
        CHECK_OK(way_event(w, now, at, name, NULL));
        if (k == ONCE || k == EACH) event(world_, m, i, at < now ? at : now);
    } else if (what < 8 && what > 5 && (what == 6 || k != YEARLY)) {
        CHECK_OK(way_word(w, now, what == 6 ? "revoke" : "achieve", id, ""));
        same_again = word(world_, m, i, what == 6, now, &should);
    } else {
        CHECK_OK(way_step(w, now, NULL));
    }
    look(world_, m, now, &should);
    read_said(w, &is);
    bool same = same_said(&is, &should) && same_slots(w, world_, m, now);
    same = CHECK((w->word == CSUCCESS_UNCHANGED) == same_again) && same;
    int64_t next = next_hour(world_, m, now);
    return CHECK(w->l.step.due <= next && w->l.step.due > now) && same;
}

static bool live(uint64_t seed)
{
    char document[4096];
    uint64_t random = seed;
    world world_ = random_world(&random);
    model *m = calloc(1, sizeof *m);
    way w;
    if (!m) abort();
    write_document(&world_, document, sizeof document);
    bool same = CHECK_OK(way_open(&w, document, NULL));
    int64_t now = LIFE_START;
    m->start = now;
    for (int step = 0; step < STEPS && same; step++) {
        same = happen(&w, &world_, m, now, &random);
        bool at_due = check_random(&random) & 1 && w.l.step.due < now + 400 * LIFE_DAY;
        now = at_due ? w.l.step.due
                     : now + (int64_t)(check_random(&random) %
                                       (check_random(&random) % 9 ? 60 : 2000)) *
                                 LIFE_HOUR;
        csuccess__effects_clear(&w.l.effects);
    }
    if (!same) printf("# seed %llu: %s\n", (unsigned long long)seed, document);
    way_close(&w);
    free(m);
    return same;
}

static void random_lives(void)
{
    for (uint64_t seed = 1; seed <= 150; seed++) {
        if (!live(seed)) return;
    }
}

/* ---- The order of events ---- */

/* Events of any times, applied at one time in two orders, leave the same state. reason: two lives side by side. */
static void order_makes_no_difference(void)
{
    static const char document[] =
        "{`csuccess`:1,`milestones`:{`a`:{`achieved_when`:{`event`:`e0`}},`b`:{`achieved_when`:"
        "{`event`:`e1`},`after`:[`a`]},`c`:{`achieved_when`:{`event`:`e2`},`after`:[`b`,`a`]},"
        "`d`:{`achieved_when`:{`event`:`e3`},`repeat`:`each`}}}";
    uint64_t random = 5;
    for (int run = 0; run < 200; run++) {
        struct {
            int event, hour;
        } events[12];
        way w[2];
        int n = 1 + (int)(check_random(&random) % 12);
        for (int i = 0; i < n; i++) {
            events[i].event = (int)(check_random(&random) % 4);
            events[i].hour = (int)(check_random(&random) % 100);
        }
        for (int k = 0; k < 2; k++) {
            CHECK_OK(way_open(&w[k], document, NULL));
            for (int i = 0; i < n; i++) {
                char name[8];
                int at = k ? n - 1 - i : i;
                snprintf(name, sizeof name, "e%d", events[at].event);
                CHECK_OK(way_event(&w[k], LIFE_START + 100 * LIFE_HOUR,
                                   LIFE_START + events[at].hour * LIFE_HOUR, name, NULL));
            }
        }
        for (int i = 0; i < 3; i++) {
            static const char *const ids[] = {"a", "b", "c"};
            csuccess_str one = csuccess__state_get(&w[0].l.state, CSUCCESS__STATE_MILESTONE,
                                                   check_view(ids[i]));
            csuccess_str other = csuccess__state_get(&w[1].l.state, CSUCCESS__STATE_MILESTONE,
                                                     check_view(ids[i]));
            CHECK((one.ptr == NULL) == (other.ptr == NULL) && csuccess__str_eq(one, other));
        }
        csuccess__value d[2][3];
        for (int k = 0; k < 2; k++) {
            static const char *const paths[] = {"milestone.times", "milestone.achieved_at",
                                                "milestone.last_at"};
            csuccess_str id = CSUCCESS_STR("d");
            for (int i = 0; i < 3; i++) {
                d[k][i] = w[k].moment.slots[csuccess__schema_find(w[k].moment.schema,
                                                                  check_view(paths[i]), &id)];
            }
        }
        for (int i = 0; i < 3; i++) CHECK(csuccess__value_equal(d[0][i], d[1][i]));
        for (int k = 0; k < 2; k++) way_close(&w[k]);
    }
}

CHECK_MAIN(CHECK_TEST(random_lives), CHECK_TEST(order_makes_no_difference))
