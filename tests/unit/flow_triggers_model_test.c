/* SPDX-License-Identifier: Apache-2.0 */
/* Triggers against a slow plain model: random worlds of conditions, dates, schedules, events and configurations that come. The model keeps every look that there ever was and searches it for what docs/reference/flow.md says;
   the library keeps a few bytes. Who fires must be the same at every step, and the library must ask to be looked at no later than at the first hour at which the model fires by time alone. */
#include "flow_triggers.h"

enum { WORLDS = 400, LOOKS = 80, TRIGGERS = 6, HOURS_AHEAD = 60, NONE = -1000 };

typedef enum kind { WHEN, BEFORE, EVERY, EVENT } kind;
typedef struct def { /* a trigger, as the model knows it */
    kind kind;
    bool leave, if_, enroll;
    int for_hours, by_hours, misfire; /* misfire: 0 once, 1 all, 2 skip */
    bool where;
} def;

/* One look at one trigger. Values are whole numbers, NONE when missing; times are hours. */
typedef struct look {
    int at, x, y, d;
    bool seen, quiet,
        came; /* seen: nothing fires; came: its configuration came with this look */
    bool event, high;
    int fired; /* what the model said: how often */
} look;
typedef struct life {
    def def;
    look looks[LOOKS + 1];
    int count;
} life;

static uint64_t seed;
static unsigned draw(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % below;
}

/* ---- The model ---- */

typedef enum truth { FALSE_, TRUE_, OPEN_ } truth;
static truth holds(const look *l)
{
    return l->x == NONE ? OPEN_ : l->x < 50 ? TRUE_ : FALSE_;
}
static bool left(const look *l)
{
    return l->x != NONE && l->x >= 55;
}
static bool may(const def *d, const look *l)
{
    return !d->if_ || (l->y != NONE && l->y > 0);
}

/* The look at which the stretch of holding that look k is in began: the first TRUE after whatever was decided otherwise. */
static int begun(const life *f, int k)
{
    int first = k;
    for (int i = k; i >= 0; i--) {
        if (holds(&f->looks[i]) == FALSE_) break;
        if (holds(&f->looks[i]) == TRUE_) first = i;
    }
    return first;
}

/* Whether a look from `from` to `to` used an edge up: it fired, or held where nothing fires. */
static int used(const life *f, int from, int to)
{
    for (int i = to; i >= from; i--) {
        const look *l = &f->looks[i];
        if (l->fired) return i;
        if (!l->seen || holds(l) != TRUE_) continue;
        /* What is held back by `leave` has no edge to be used up. */
        int first = begun(f, i), before = used(f, 0, first - 1);
        bool locked = f->def.leave && before >= 0;
        for (int k = before + 1; locked && k <= first; k++) locked = !left(&f->looks[k]);
        if (!locked) return i;
    }
    return -1;
}

static int fires_when(const life *f, int k)
{
    const look *l = &f->looks[k];
    if (holds(l) != TRUE_ || l->seen || !may(&f->def, l)) return 0;
    int first = begun(f, k);
    if (used(f, first, k - 1) >= 0) return 0;
    int before = used(f, 0, first - 1);
    if (f->def.leave && before >= 0) {
        bool free_ = false;
        for (int i = before + 1; i <= first; i++) free_ = free_ || left(&f->looks[i]);
        if (!free_) return 0;
    }
    return l->at >= f->looks[first].at + f->def.for_hours;
}

static bool in_window(const def *d, const look *l)
{
    return l->d != NONE && l->at <= l->d && l->at >= l->d - d->by_hours;
}

static int fires_before(const life *f, int k)
{
    const look *l = &f->looks[k];
    if (!in_window(&f->def, l) || l->seen || !may(&f->def, l)) return 0;
    for (int i = 0; i < k; i++) {
        const look *other = &f->looks[i];
        bool done = other->fired || (other->seen && in_window(&f->def, other));
        if (done && other->d == l->d) return 0;
    }
    return 1;
}

/* Every day at nine, from the first advance (hour 0) on.
   reason: plain rather than short. */
static int fires_every(const life *f, int k)
{
    const look *l = &f->looks[k];
    int from = 0, count = 0, last = 0;
    for (int i = k - 1; i >= 0 && from == 0; i--) {
        if (!f->looks[i].came || f->looks[i].at >= 9) from = f->looks[i].at + 1;
    }
    if (l->came) return 0;
    for (int h = from; h <= l->at; h++) {
        if (h % 24 != 9) continue;
        count++;
        last = h;
    }
    if (count == 0 || l->seen || !may(&f->def, l)) return 0;
    if (f->def.misfire == 2) return l->at - last <= 1;
    return f->def.misfire == 1 ? count : 1;
}

static int fires(const life *f, int k)
{
    const look *l = &f->looks[k];
    switch (f->def.kind) {
    case WHEN:
        return fires_when(f, k);
    case BEFORE:
        return fires_before(f, k);
    case EVERY:
        return fires_every(f, k);
    default:
        return l->event && (!f->def.where || l->high) && !l->quiet && may(&f->def, l);
    }
}

/* ---- Documents ---- */

static void put_def(char *out, size_t cap, const def *d)
{
    static const char *const misfires[] = {"once", "all", "skip"};
    char own[160];
    if (d->kind == WHEN) {
        char held[24] = "";
        if (d->for_hours) snprintf(held, sizeof held, ", `for`: `PT%dH`", d->for_hours);
        snprintf(own, sizeof own, "`when`: `x < 50`%s%s",
                 d->leave ? ", `leave`: `x >= 55`" : "", held);
    } else if (d->kind == BEFORE) {
        snprintf(own, sizeof own, "`before`: `d`, `by`: `PT%dH`", d->by_hours);
    } else if (d->kind == EVERY) {
        snprintf(own, sizeof own, "`every`: `FREQ=DAILY`, `at`: `09:00`, `misfire`: `%s`",
                 misfires[d->misfire]);
    } else {
        snprintf(own, sizeof own, "`event`: `ev`, `properties`: {`level`: `string`}%s",
                 d->where ? ", `where`: `level == 'high'`" : "");
    }
    snprintf(out, cap, "{%s%s%s}", own, d->if_ ? ", `if`: `y > 0`" : "",
             d->enroll ? ", `existing`: `enroll`" : "");
}

/* A document of the triggers whose bits are set. */
static void put_document(char *out, size_t cap, const life *lives, unsigned which,
                         unsigned salt)
{
    size_t len = (size_t)snprintf(
        out, cap,
        "{`csuccess`: 1, `name`: `world %u`, `attributes`: {`x`: {`type`: `number`}, `y`: "
        "{`type`: `number`}, `d`: {`type`: `time`}}, `channels`: {`email`: {}}, `journeys`: "
        "{`j9`: {`trigger`: {`manual`: true}, `steps`: {`done`: {`type`: `exit`}}}",
        salt);
    for (int i = 0; i < TRIGGERS; i++) {
        char text[256];
        if (!(which >> i & 1)) continue;
        put_def(text, sizeof text, &lives[i].def);
        len += (size_t)snprintf(out + len, cap - len,
                                ", `j%d`: {`reenroll`: {}, `trigger`: %s, `steps`: {`done`: "
                                "{`type`: `exit`}}}",
                                i, text);
    }
    snprintf(out + len, cap - len, "}}");
}

static def random_def(void)
{
    static const int hours[] = {0, 6, 30};
    return (def){.kind = (kind)draw(4),
                 .leave = draw(2),
                 .if_ = draw(3) == 0,
                 .enroll = draw(3) == 0,
                 .for_hours = hours[draw(3)],
                 .by_hours = 10 + 10 * (int)draw(5),
                 .misfire = (int)draw(3),
                 .where = draw(2)};
}

/* ---- A world ---- */

typedef struct world {
    trip t;
    life lives[TRIGGERS];
    unsigned present; /* bits of those that the document in force has */
    int now, x, y, d;
    bool quiet, event, high;
} world;

static csuccess__value number_of(int v)
{
    return v == NONE ? csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET) : csuccess__number(v);
}

static int64_t at_hour(int hour)
{
    return TRIP_START + hour * TRIP_HOUR;
}

static void set_facts(world *w)
{
    trip_set(&w->t, "x", number_of(w->x));
    trip_set(&w->t, "y", number_of(w->y));
    trip_set(&w->t, "d",
             w->d == NONE ? csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET)
                          : csuccess__time(at_hour(w->d)));
}

static bool come_under(world *w, unsigned which, unsigned salt)
{
    char document[8192];
    put_document(document, sizeof document, w->lives, which, salt);
    w->present = which;
    return CHECK_OK(w->t.config_count == 0 ? trip_open(&w->t, document, NULL)
                                           : trip_config(&w->t, document));
}

static look *add_look(const world *w, life *f, bool came)
{
    look *l = &f->looks[f->count++];
    *l = (look){.at = w->now,
                .x = w->x,
                .y = w->y,
                .d = w->d,
                .quiet = w->quiet,
                .event = w->event,
                .high = w->high};
    bool skips = came && (!f->def.enroll || f->def.kind == EVERY);
    l->seen = w->quiet || skips;
    l->came = came && f->def.kind == EVERY;
    return l;
}

/* The first hour at which something fires with nothing but time going on; INT32_MAX: none soon. */
static int first_by_time(world *w)
{
    world *after = malloc(sizeof *after);
    int first = INT32_MAX;
    if (!after) abort();
    for (int h = w->now + 1; h <= w->now + HOURS_AHEAD && first == INT32_MAX; h++) {
        *after = *w;
        after->now = h;
        after->event = false;
        for (int i = 0; i < TRIGGERS && first == INT32_MAX; i++) {
            life *f = &after->lives[i];
            if (!(w->present >> i & 1) || f->def.kind == EVENT) continue;
            (void)add_look(after, f, false);
            if (fires(f, f->count - 1)) first = h;
        }
    }
    free(after);
    return first;
}

/* reason: what the model says and what the library tells, in one order. */
static void step(world *w, unsigned had, bool redefined, bool fresh)
{
    char bytes[256], expected[256];
    csuccess__text told, should;
    csuccess__input input;
    csuccess__text_init(&told, bytes, sizeof bytes);
    csuccess__text_init(&should, expected, sizeof expected);
    for (int i = 0; i < TRIGGERS; i++) {
        life *f = &w->lives[i];
        if (!(w->present >> i & 1)) continue;
        look *l = add_look(w, f, redefined && !fresh && !(had >> i & 1));
        l->fired = fires(f, f->count - 1);
    }
    /* In each step conditions, dates and schedules come first, in order; then what the event brings. */
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < TRIGGERS; i++) {
            const life *f = &w->lives[i];
            bool now = (w->present >> i & 1) && (f->def.kind == EVENT) == (pass == 1);
            for (int n = 0; now && n < f->looks[f->count - 1].fired; n++) {
                csuccess__text_format(&should, "%sj%d", should.len ? " " : "", i);
            }
        }
    }
    if (w->event) {
        CHECK_OK(trig_event(&w->t, &input, "track", "ev",
                            w->high ? "`level`: `high`" : "`level`: `low`"));
    }
    w->t.step.quiet = w->quiet;
    set_facts(w);
    CHECK_OK(trig_step(&w->t, at_hour(w->now), w->event ? &input : NULL));
    trig_told(&w->t, &told);
    CHECK_STR(((csuccess_str){told.ptr, told.len}), expected);
    int first = first_by_time(w);
    if (first != INT32_MAX) CHECK(w->t.step.due <= at_hour(first));
    CHECK_OK(trip_restore(&w->t));
}

static void change_facts(world *w)
{
    static const int xs[] = {NONE, 10, 40, 49, 50, 52, 55, 70};
    if (draw(3)) w->x = xs[draw(8)];
    if (draw(3) == 0) w->y = (int)draw(3) - 1 == 0 ? NONE : (int)draw(2);
    if (draw(4) == 0) w->d = draw(4) ? w->now - 20 + 10 * (int)draw(12) : NONE;
    if (draw(12) == 0) w->quiet = !w->quiet;
    w->event = draw(4) == 0;
    w->high = draw(2);
}

/* reason: it ends at the first difference, with its place. */
static void random_worlds_fire_as_the_model_says(void)
{
    unsigned fired = 0;
    for (unsigned n = 0; n < WORLDS; n++) {
        world w = {.x = NONE, .y = NONE, .d = NONE};
        seed = n + 1;
        for (int i = 0; i < TRIGGERS; i++) w.lives[i].def = random_def();
        if (!come_under(&w, draw(1u << TRIGGERS), 0)) return;
        unsigned failures = check_failures;
        for (unsigned k = 0; k < LOOKS; k++) {
            unsigned had = w.present;
            bool comes = k > 0 && draw(20) == 0 && w.t.config_count < TRIP_CONFIGS;
            change_facts(&w);
            if (comes && !come_under(&w, draw(1u << TRIGGERS), k)) return;
            step(&w, had, comes, k == 0);
            w.now += 1 + (int)(draw(3) ? draw(5) : draw(40));
            if (check_failures == failures) continue;
            printf("# world %u, look %u\n", n, k);
            trip_close(&w.t);
            return;
        }
        for (int i = 0; i < TRIGGERS; i++) {
            for (int k = 0; k < w.lives[i].count; k++) fired += w.lives[i].looks[k].fired > 0;
        }
        trip_close(&w.t);
    }
    CHECK(fired > WORLDS * 10); /* it is about something */
    printf("# %u fired\n", fired);
}

CHECK_MAIN(CHECK_TEST(random_worlds_fire_as_the_model_says))
