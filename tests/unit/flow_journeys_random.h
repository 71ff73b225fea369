/* SPDX-License-Identifier: Apache-2.0 */
/* Random journeys, as a plain model knows them and as documents. */
#ifndef FLOW_JOURNEYS_RANDOM_H
#define FLOW_JOURNEYS_RANDOM_H

#include "flow_journeys.h"

enum {
    STEPS_MOST = 6,
    NAMES = 8,
    EVENTS = 4,
    DEFINITIONS = 3,
    OPS = 30,
    AT_ONCE = 200,
    END = -1
};
enum { A_WAIT, A_CONDITION, AN_EMAIL };

/* ---- A journey, as the model knows it ---- */

typedef struct step {
    int name; /* "a" .. "h" */
    int type;
    int hours;            /* of a wait; 0: none */
    int events[2], to[2]; /* of a wait: which, and the index of the step; END */
    int event_count;
    int next, timeout; /* index or END */
    int above;         /* of a condition: x > above */
    int yes, no, open;
} step;
typedef struct definition {
    step steps[STEPS_MOST];
    int count;
    int limit_hours;            /* 0: none */
    int goal_above, exit_below; /* 0: none */
    int goal_event, exit_event; /* -1: none */
    bool again, maps;
    int again_hours, again_most;
    int map[NAMES]; /* name now of the name then; -1: as it was */
} definition;

typedef struct dice {
    uint64_t state;
} dice;
static inline int pick(dice *r, int n)
{
    return (int)(check_random(&r->state) % (uint64_t)n);
}

/* Every step is reached from the one before; conditions lead on, so that a circle has a wait. */
static inline void make_wait(dice *r, step *s, int count)
{
    s->hours = pick(r, 4) ? 1 + pick(r, 60) : 0;
    s->event_count = s->hours ? pick(r, 3) : 1 + pick(r, 2);
    for (int i = 0; i < s->event_count; i++) {
        s->events[i] = pick(r, EVENTS);
        s->to[i] = i == 0 ? s->next : pick(r, 4) ? pick(r, count) : END;
    }
    s->timeout = pick(r, 2) ? s->next : pick(r, count);
    if (s->event_count == 0 || s->hours == 0) s->timeout = s->next;
}

static inline void make_step(dice *r, definition *d, int i)
{
    step *s = &d->steps[i];
    int later = i + 1 + pick(r, d->count - i);
    s->type = pick(r, 3) ? A_WAIT : pick(r, 2) ? A_CONDITION : AN_EMAIL;
    s->next = i + 1 < d->count ? i + 1 : END;
    s->above = 1 + pick(r, 8);
    s->yes = later < d->count ? later : END;
    s->no = s->next;
    s->open = pick(r, 2) ? s->no : s->yes;
    if (s->type == A_WAIT) make_wait(r, s, d->count);
}

/* reason: what may be random, in a row. */
static inline void make_definition(dice *r, definition *d)
{
    bool used[NAMES] = {false};
    memset(d, 0, sizeof *d);
    d->count = 2 + pick(r, STEPS_MOST - 1);
    for (int i = 0; i < d->count; i++) {
        int name = pick(r, NAMES);
        while (used[name]) name = (name + 1) % NAMES;
        used[name] = true;
        d->steps[i].name = name;
    }
    for (int i = 0; i < d->count; i++) make_step(r, d, i);
    d->limit_hours = pick(r, 3) ? 0 : 50 + pick(r, 300);
    d->goal_above = pick(r, 3) ? 0 : 8;
    d->exit_below = pick(r, 3) ? 0 : 2;
    d->goal_event = pick(r, 4) ? -1 : EVENTS;
    d->exit_event = pick(r, 4) ? -1 : EVENTS + 1;
    d->again = pick(r, 4) != 0;
    d->again_hours = pick(r, 2) ? 0 : 1 + pick(r, 100);
    d->again_most = pick(r, 2) ? 0 : 1 + pick(r, 5);
    d->maps = pick(r, 2);
    for (int i = 0; i < NAMES; i++) {
        d->map[i] = pick(r, 3) ? -1 : d->steps[pick(r, d->count)].name;
    }
}

/* ---- The same as a document ---- */

static inline const char *name_of(const definition *d, int index)
{
    static const char *const names[NAMES] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    return index == END ? "end" : names[d->steps[index].name];
}

static inline void write_step(csuccess__text *out, const definition *d, int i)
{
    const step *s = &d->steps[i];
    csuccess__text_format(out, "%s`%s`: {", i ? ", " : "", name_of(d, i));
    if (s->type == AN_EMAIL) {
        csuccess__text_format(out, "`type`: `email`, `template`: `hello`}");
    } else if (s->type == A_CONDITION) {
        csuccess__text_format(
            out, "`type`: `condition`, `when`: `x > %d`, `true`: `%s`, `undecided`: `%s`}",
            s->above, name_of(d, s->yes), name_of(d, s->open));
    } else {
        csuccess__text_format(out, "`type`: `wait`");
        if (s->hours) csuccess__text_format(out, ", `for`: `PT%dH`", s->hours);
        for (int k = 0; k < s->event_count; k++) {
            csuccess__text_format(out, "%s`w%d`: {`event`: `e%d`, `next`: `%s`}",
                                  k ? ", " : ", `until`: {", k, s->events[k],
                                  name_of(d, s->to[k]));
        }
        if (s->event_count) csuccess__text_format(out, "}");
        if (s->hours && s->event_count)
            csuccess__text_format(out, ", `timeout`: `%s`", name_of(d, s->timeout));
        csuccess__text_format(out, "}");
    }
}

static inline void write_exits(csuccess__text *out, const definition *d)
{
    if (d->goal_event >= 0) {
        csuccess__text_format(out, ", `goal`: {`event`: `e%d`}", d->goal_event);
    } else if (d->goal_above) {
        csuccess__text_format(out, ", `goal`: {`when`: `x > %d`}", d->goal_above);
    }
    if (!d->exit_below && d->exit_event < 0) return;
    csuccess__text_format(out, ", `exit`: {");
    if (d->exit_below) csuccess__text_format(out, "`low`: {`when`: `x < %d`}", d->exit_below);
    if (d->exit_event >= 0) {
        csuccess__text_format(out, "%s`out`: {`event`: `e%d`}", d->exit_below ? ", " : "",
                              d->exit_event);
    }
    csuccess__text_format(out, "}");
}

static inline void write_again(csuccess__text *out, const definition *d)
{
    if (!d->again) return;
    csuccess__text_format(out, ", `reenroll`: {");
    if (d->again_hours) csuccess__text_format(out, "`after`: `PT%dH`", d->again_hours);
    if (d->again_most) {
        csuccess__text_format(out, "%s`most`: %d", d->again_hours ? ", " : "", d->again_most);
    }
    csuccess__text_format(out, "}");
}

static inline void write_map(csuccess__text *out, const definition *d)
{
    static const char *const names = "abcdefgh";
    if (!d->maps) return;
    csuccess__text_format(out, ", `on_change`: {`map`: {");
    for (int i = 0, n = 0; i < NAMES; i++) {
        if (d->map[i] < 0) continue;
        char from[2] = {names[i], 0}, to[2] = {names[d->map[i]], 0};
        csuccess__text_format(out, "%s`%s`: `%s`", n++ ? ", " : "", from, to);
    }
    csuccess__text_format(out, "}}");
}

static inline void write_document(csuccess__text *out, const definition *d, int version)
{
    csuccess__text_format(
        out,
        "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}}, `channels`: {`email`: {}}, "
        "`templates`: {`hello`: {`locales`: {`en`: {`subject`: `Hi`, `body`: `You`}}}}, "
        "`journeys`: {`j`: {`version`: %d",
        version);
    write_exits(out, d);
    write_again(out, d);
    write_map(out, d);
    if (d->limit_hours) csuccess__text_format(out, ", `time_limit`: `PT%dH`", d->limit_hours);
    csuccess__text_format(out, ", `steps`: {");
    for (int i = 0; i < d->count; i++) write_step(out, d, i);
    csuccess__text_format(out, "}}}}");
}

#endif
