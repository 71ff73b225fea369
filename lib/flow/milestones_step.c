/* SPDX-License-Identifier: Apache-2.0 */
/* A look at the milestones of a customer: what has happened, what is achieved by it, and when to look again. */
#include "flow/flow.h"
#include "flow/milestones_internal.h"

enum { EVENT_BYTES = 192, YEARS_MOST = 9999 };

typedef csuccess__milestone_work work;
typedef csuccess__milestone_item item;
typedef csuccess__milestone_mark mark;

/* Those that happen once; also under an earlier definition, whose occurrence has another key. */
static bool is_over(const item *at, const mark *of)
{
    return !of && at->times > 0;
}

/* It has happened at a time; achieved is it when nothing blocks it. */
static void happen(item *at, double key, int64_t when)
{
    mark *of = csuccess__milestone_mark_of(&at->field, key);
    if (!of) of = csuccess__milestone_mark_add(&at->field, key);
    of->bits |= CSUCCESS__MARK_WAITING;
    of->happened_at = when;
    at->changed = true;
}

/* ---- Conditions ---- */

static void look_at_condition(item *at, double key, csuccess__truth holds, int64_t now)
{
    mark *of = csuccess__milestone_mark_of(&at->field, key);
    uint32_t bits = of ? of->bits : 0;
    if (holds == CSUCCESS__FALSE && bits & CSUCCESS__MARK_HELD) {
        of->bits &= ~(uint32_t)CSUCCESS__MARK_HELD;
        at->changed = true;
    }
    uint32_t settled = CSUCCESS__MARK_WAITING | CSUCCESS__MARK_STANDS | CSUCCESS__MARK_HELD;
    if (holds == CSUCCESS__TRUE && !(bits & settled)) happen(at, key, now);
}

static void look_when(work *w, item *at)
{
    const mark *of = csuccess__milestone_mark_of(&at->field, 0);
    if (is_over(at, of) || (of && of->bits & CSUCCESS__MARK_STANDS)) return;
    look_at_condition(at, 0, csuccess__moment_asks(w->m, at->of->value), w->m->step->now);
}

static void look_count(work *w, item *at)
{
    csuccess__value v = csuccess__moment_value(w->m, at->of->value);
    if (v.kind != CSUCCESS__KIND_NUMBER) return;
    for (uint32_t i = 0; i < at->of->threshold_count; i++) {
        double threshold = at->of->thresholds[i];
        csuccess__truth reached = v.as.number >= threshold ? CSUCCESS__TRUE : CSUCCESS__FALSE;
        look_at_condition(at, threshold, reached, w->m->step->now);
    }
}

/* ---- Anniversaries ---- */

/* The n-th; false beyond year 9999. 29 February has its on 28 February in common years. */
static bool anniversary(int64_t *out, int64_t of, int32_t n)
{
    return csuccess__time_add(out, of, (csuccess__duration){12 * n, 0, 0});
}

/* How many have come by `now`. */
static int32_t anniversaries(int64_t of, int64_t now)
{
    csuccess__civil a, b;
    int64_t at;
    if (of > now || !csuccess__civil_from(&a, of, 0) || !csuccess__civil_from(&b, now, 0)) {
        return 0;
    }
    int32_t n = b.year - a.year;
    return n > 0 && anniversary(&at, of, n) && at > now ? n - 1 : n;
}

/* The last year that has been noted. */
static int32_t noted(const item *at)
{
    const csuccess__milestone_field *field = &at->field;
    double last = field->count ? field->marks[field->count - 1].key : 0;
    return last >= 1 && last < YEARS_MOST ? (int32_t)last : 0;
}

/* When the one after the n-th comes. */
static void wait_for_next(work *w, const item *at, int64_t of, int32_t n)
{
    int64_t when;
    if (!at->of->yearly && n >= 1) return;
    if (anniversary(&when, of, n + 1) && when > w->m->step->now) {
        csuccess__step_due(w->m->step, when);
    }
}

static void look_anniversary(work *w, item *at)
{
    csuccess__value v = csuccess__moment_value(w->m, at->of->value);
    int64_t when;
    if (v.kind != CSUCCESS__KIND_TIME) return;
    int32_t last = noted(at), n = anniversaries(v.as.time, w->m->step->now);
    if (!at->of->yearly && n > 1) n = 1;
    if (n > last && anniversary(&when, v.as.time, n)) happen(at, (double)n, when);
    wait_for_next(w, at, v.as.time, n > last ? n : last);
}

/* ---- Events ---- */

static double next_key(const item *at)
{
    const csuccess__milestone_field *field = &at->field;
    return field->count ? field->marks[field->count - 1].key + 1 : (double)field->older + 1;
}

/* One that comes again happened at the earlier of its times. */
static void event_again(item *at, mark *of, int64_t when)
{
    if (when >= of->happened_at) return;
    of->happened_at = when;
    at->changed = true;
}

static void event_once(item *at, int64_t when)
{
    mark *of = csuccess__milestone_mark_of(&at->field, 0);
    uint32_t there = CSUCCESS__MARK_WAITING | CSUCCESS__MARK_STANDS;
    if (is_over(at, of)) return;
    if (of && of->bits & there) {
        event_again(at, of, when);
    } else if (at->field.revoked_at == 0 || when > at->field.revoked_at) {
        happen(at, 0, when);
    }
}

/* The step's input as a happening, of the name in `name`. False: it is none. */
static bool take_event(csuccess__happening *out, const csuccess__moment *m,
                       csuccess__text *name)
{
    *out = (csuccess__happening){.kind = CSUCCESS__HAPPENING_EVENT, .input = m->input};
    if (!m->input || (uint32_t)m->input->type >= CSUCCESS__INPUT_SIGNALS) return false;
    out->id = csuccess__input_event(m->input, name);
    return true;
}

static void look_event(work *w, item *at, const csuccess__happening *h)
{
    int64_t when = h->input->at < w->m->step->now ? h->input->at : w->m->step->now;
    if (!csuccess__str_eq(h->id, at->of->event.event)) return;
    if (csuccess__event_matches(w->m, &at->of->event, h) != CSUCCESS__TRUE) return;
    if (at->of->each) {
        happen(at, next_key(at), when);
    } else {
        event_once(at, when);
    }
}

/* ---- What is achieved by it ---- */

/* When all that come first had been achieved; INT64_MIN: nothing does. */
static int64_t freed_at(const work *w, const item *at)
{
    int64_t last = INT64_MIN;
    for (uint32_t i = 0; i < at->of->after_count; i++) {
        const item *other = &w->items[at->of->after[i]];
        if (other->times > 0 && other->first_at > last) last = other->first_at;
    }
    return last;
}

static void achieve(work *w, item *at, mark *of, int64_t when)
{
    csuccess_str none = {"", 0};
    of->bits = (of->bits & ~(uint32_t)CSUCCESS__MARK_WAITING) | CSUCCESS__MARK_STANDS;
    of->achieved_at = when;
    at->changed = true;
    at->field.overdue = false;
    csuccess__milestone_settle(w, at);
    csuccess__milestone_achieved(w, at, of, none);
}

/* Whether something was achieved. */
static bool settle(work *w, item *at)
{
    bool any = false;
    csuccess__milestone_settle(w, at);
    if (at->blocked) return false;
    int64_t freed = freed_at(w, at);
    for (uint32_t i = 0; i < at->field.count; i++) {
        mark *of = &at->field.marks[i];
        int64_t when = of->happened_at > freed ? of->happened_at : freed;
        if (of->bits & CSUCCESS__MARK_WAITING) {
            achieve(w, at, of, when);
            any = true;
        } else if (of->bits & CSUCCESS__MARK_STANDS && when < of->achieved_at) {
            of->achieved_at = when;
            at->changed = true;
            csuccess__milestone_settle(w, at);
            csuccess__milestone_say(w, at, of, "earlier", (csuccess_str){"", 0});
        }
    }
    return any;
}

/* ---- A person's word ---- */

static void revoke(work *w, item *at, const csuccess__milestone_word *word)
{
    mark *of = csuccess__milestone_mark_of(&at->field, word->key);
    csuccess__milestone_kind kind = at->of->kind;
    bool condition = kind == CSUCCESS__MILESTONE_WHEN || kind == CSUCCESS__MILESTONE_COUNT;
    of->bits &= CSUCCESS__MARK_SETTLED;
    if (condition) of->bits |= CSUCCESS__MARK_HELD;
    of->happened_at = of->achieved_at = 0;
    at->field.revoked_at = word->at;
    at->changed = true;
    csuccess__milestone_say(w, at, of, "revoked", word->reason);
    csuccess__milestone_tidy(&at->field);
    csuccess__milestone_settle(w, at);
}

static void achieve_by_hand(work *w, item *at, const csuccess__milestone_word *word)
{
    mark *of = csuccess__milestone_mark_of(&at->field, word->key);
    if (!of) of = csuccess__milestone_mark_add(&at->field, word->key);
    of->bits &= CSUCCESS__MARK_SETTLED;
    of->bits |= CSUCCESS__MARK_STANDS;
    of->happened_at = of->achieved_at = word->at;
    at->changed = true;
    at->field.overdue = false;
    csuccess__milestone_settle(w, at);
    csuccess__milestone_achieved(w, at, of, word->reason);
}

static void take_word(work *w)
{
    char bytes[1];
    csuccess__text nobody;
    csuccess__milestone_word word;
    const csuccess__input *input = w->m->input;
    if (!input || input->type != CSUCCESS__INPUT_MILESTONE) return;
    csuccess__text_init(&nobody, bytes, sizeof bytes);
    if (csuccess__milestone_word_take(&word, w->m, input, &nobody) != CSUCCESS_OK) return;
    item *at = &w->items[word.index];
    if (word.revoke) {
        revoke(w, at, &word);
    } else {
        achieve_by_hand(w, at, &word);
    }
}

/* ---- The look ---- */

/* What is asked once a step: the input, and the calendar. */
static void look_once(work *w)
{
    char bytes[EVENT_BYTES];
    csuccess__text name;
    csuccess__happening h;
    csuccess__text_init(&name, bytes, sizeof bytes);
    bool event = take_event(&h, w->m, &name);
    for (uint32_t i = 0; i < w->all->count; i++) {
        item *at = &w->items[i];
        if (at->of->kind == CSUCCESS__MILESTONE_EVENT && event) look_event(w, at, &h);
        if (at->of->kind == CSUCCESS__MILESTONE_ANNIVERSARY) look_anniversary(w, at);
    }
}

/* Conditions may read milestones, so they are asked in the order of `after`, and again while something is achieved. */
static bool look_all(work *w)
{
    bool any = false;
    for (uint32_t i = 0; i < w->all->count && w->m->step->failed >= 0; i++) {
        item *at = &w->items[w->all->sorted[i]];
        if (at->of->since) csuccess__milestone_date(w, at);
        csuccess__milestone_settle(w, at);
        if (at->of->kind == CSUCCESS__MILESTONE_WHEN) look_when(w, at);
        if (at->of->kind == CSUCCESS__MILESTONE_COUNT) look_count(w, at);
        if (settle(w, at)) any = true;
        csuccess__milestone_show(w->m, at);
    }
    if (w->all->circular) csuccess__milestones_show(w);
    return any;
}

static void look(work *w)
{
    take_word(w);
    look_once(w);
    for (uint32_t round = 0; round <= w->all->count; round++) {
        bool any = look_all(w);
        if (!any || !w->all->circular || w->m->step->failed < 0) break;
    }
}

/* ---- What comes next ---- */

static void say_overdue(work *w, item *at)
{
    bool late = at->times == 0 && at->target <= w->m->step->now;
    if (!late || at->field.overdue) return;
    at->field.overdue = true;
    at->changed = true;
    csuccess__milestone_say(w, at, NULL, "overdue", (csuccess_str){"", 0});
}

static bool is_open(const item *at)
{
    csuccess__milestone_kind kind = at->of->kind;
    if (kind == CSUCCESS__MILESTONE_COUNT) return at->times < at->of->threshold_count;
    return kind == CSUCCESS__MILESTONE_WHEN && at->times == 0;
}

/* A condition that time alone may decide. `moves` is made for the first of them. */
static void ask_again(work *w, const item *at, const csuccess__move **moves)
{
    csuccess__moment *m = w->m;
    csuccess__step *step = m->step;
    if (!is_open(at)) return;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = step->now};
    int64_t grain = m->flow->segments_every_ms;
    if (grain <= 0) grain = CSUCCESS__DAY_MS;
    if (!*moves) *moves = csuccess__schema_moves(m->schema, m->machine, &frame, grain);
    if (!*moves) {
        csuccess__step_fail(step, CSUCCESS_ENOMEM);
        return;
    }
    csuccess__move next =
        csuccess__program_move(at->of->value, m->machine, &frame, grain, *moves);
    if (next.next > step->now) csuccess__step_due(step, next.next);
}

static void finish(work *w)
{
    csuccess__onboarding o;
    const csuccess__move *moves = NULL;
    csuccess__step *step = w->m->step;
    for (uint32_t i = 0; i < w->all->count && step->failed >= 0; i++) {
        item *at = &w->items[i];
        say_overdue(w, at);
        if (at->times == 0 && at->target > step->now) csuccess__step_due(step, at->target);
        ask_again(w, at, &moves);
        if (!at->changed) continue;
        csuccess__milestone_tidy(&at->field);
        csuccess__milestone_put(step, at->of->id, &at->field);
    }
    csuccess__onboarding_take(&o, w);
    csuccess__step_due(step, o.next);
    csuccess__milestones_show(w);
}

void csuccess__milestones_step(csuccess__moment *m)
{
    work w;
    if (!m->flow->milestones || m->flow->milestones->count == 0) return;
    if (!csuccess__milestone_load(&w, m)) return;
    look(&w);
    finish(&w);
}
