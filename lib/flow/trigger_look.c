/* SPDX-License-Identifier: Apache-2.0 */
/* One look at one trigger: edges of conditions, dates that come near, occurrences of a rule. */
#include "flow/trigger_internal.h"

#include "expr/next.h"

#include <string.h>

enum { OCCURRENCES_MOST = 1000, FIRES_MOST = 100 };

int64_t csuccess__trigger_grain(const csuccess__moment *m)
{
    int64_t every = m->flow->segments_every_ms;
    return every > 0 ? every : CSUCCESS__HOUR_MS;
}

/* Metrics, health and churn come of others; an input that no document declares is an aggregate, or an earlier score. */
bool csuccess__trigger_slot_moves(const csuccess__slot *slot)
{
    if (slot->stratum == CSUCCESS__STRATUM_INPUT) {
        return slot->attribute && !slot->attribute->at;
    }
    return slot->stratum < CSUCCESS__STRATUM_SEGMENT;
}

const csuccess__move *csuccess__trigger_moves_of(csuccess__moment *m,
                                                 csuccess__trigger_moves *moves)
{
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    if (moves->list) return moves->list;
    moves->list =
        csuccess__schema_moves(m->schema, m->machine, &frame, csuccess__trigger_grain(m));
    if (!moves->list) csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
    return moves->list;
}

void csuccess__trigger_due(const csuccess__trigger_look *look, const csuccess__program *program)
{
    csuccess__moment *m = look->m;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    bool moves = false;
    for (uint32_t i = 0; program && i < program->input_count && !moves; i++) {
        moves = csuccess__trigger_slot_moves(&m->schema->slots[program->inputs[i]]);
    }
    if (!program || (!moves && !program->reads_now)) return;
    const csuccess__move *list = moves ? csuccess__trigger_moves_of(m, look->moves) : NULL;
    if (moves && !list) return;
    csuccess__move move =
        csuccess__program_move(program, m->machine, &frame, csuccess__trigger_grain(m), list);
    csuccess__step_due(m->step, move.next);
}

/* Whether it begins something for each record, without having been asked of one. */
static bool is_for_all(const csuccess__trigger_look *look)
{
    return look->trigger->each != UINT32_MAX && look->record.len == 0;
}

/* `if`; where records are begun with, it is asked of each of them. */
static bool may_fire(const csuccess__trigger_look *look)
{
    return is_for_all(look) ||
           csuccess__moment_asks(look->m, look->trigger->if_) == CSUCCESS__TRUE;
}

static void fire(const csuccess__trigger_look *look)
{
    const csuccess__trigger *t = look->trigger;
    csuccess__handing of = {.input = NULL};
    for (size_t i = 0; i < CSUCCESS__HANDED; i++) of.texts[i] = (csuccess_str){"", 0};
    if (t->kind == CSUCCESS__TRIGGER_SEGMENT) of.texts[CSUCCESS__HANDED_SEGMENT] = t->id;
    of.texts[CSUCCESS__HANDED_RECORD] = look->record;
    if (is_for_all(look)) {
        csuccess__trigger_fire_each(look->m, t, of);
    } else {
        csuccess__trigger_fire(look->m, t, of);
    }
}

/* ---- Edges ---- */

/* The edge is over: it fired, or it is as if it had. */
static void use_up(csuccess__trigger_look *look)
{
    look->field.pending = false;
    look->field.since = 0;
    look->field.locked = look->trigger->leave != NULL;
}

static void begin(csuccess__trigger_look *look)
{
    csuccess__trigger_field *f = &look->field;
    f->was = true;
    if (f->locked) return;
    f->pending = true;
    f->since = look->m->step->now;
}

/* Fires once it has held for long enough and `if` holds too. */
static void ripen(csuccess__trigger_look *look)
{
    csuccess__moment *m = look->m;
    int64_t ready;
    if (look->seen) {
        use_up(look);
        return;
    }
    if (!csuccess__time_add(&ready, look->field.since, look->trigger->for_)) return;
    if (ready > m->step->now) {
        csuccess__step_due(m->step, ready);
    } else if (may_fire(look)) {
        fire(look);
        use_up(look);
    } else {
        csuccess__trigger_due(look, look->trigger->if_);
    }
}

void csuccess__trigger_look_edge(csuccess__trigger_look *look, csuccess__truth holds)
{
    csuccess__moment *m = look->m;
    csuccess__trigger_field *f = &look->field;
    const csuccess__trigger *t = look->trigger;
    f->form = CSUCCESS__TRIGGER_FORM_EDGE;
    if (f->locked && (!t->leave || csuccess__moment_asks(m, t->leave) == CSUCCESS__TRUE)) {
        f->locked = false;
    }
    if (holds == CSUCCESS__FALSE) {
        f->was = f->pending = false;
        f->since = 0;
    }
    if (holds == CSUCCESS__TRUE && !f->was) begin(look);
    if (holds == CSUCCESS__TRUE && f->pending) ripen(look);
    if (f->locked) csuccess__trigger_due(look, t->leave);
    csuccess__trigger_due(look, t->when);
}

/* ---- Dates ---- */

static void drop_past(csuccess__trigger_field *f, int64_t now)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < f->date_count; i++) {
        if (f->dates[i] >= now) f->dates[kept++] = f->dates[i];
    }
    f->date_count = kept;
}

static bool has_date(const csuccess__trigger_field *f, int64_t at)
{
    for (uint32_t i = 0; i < f->date_count; i++) {
        if (f->dates[i] == at) return true;
    }
    return false;
}

/* In order; of too many the first goes. */
static void add_date(csuccess__trigger_field *f, int64_t at)
{
    if (f->date_count == CSUCCESS__TRIGGER_DATES) {
        memmove(f->dates, f->dates + 1, (f->date_count - 1) * sizeof *f->dates);
        f->date_count--;
    }
    uint32_t i = f->date_count++;
    for (; i > 0 && f->dates[i - 1] > at; i--) f->dates[i] = f->dates[i - 1];
    f->dates[i] = at;
}

void csuccess__trigger_look_dates(csuccess__trigger_look *look)
{
    csuccess__moment *m = look->m;
    csuccess__trigger_field *f = &look->field;
    const csuccess__trigger *t = look->trigger;
    int64_t now = m->step->now, from;
    f->form = CSUCCESS__TRIGGER_FORM_DATES;
    drop_past(f, now);
    csuccess__value date = csuccess__moment_value(m, t->before);
    csuccess__trigger_due(look, t->before);
    if (date.kind != CSUCCESS__KIND_TIME || date.as.time < now || has_date(f, date.as.time)) {
        return;
    }
    if (!csuccess__time_subtract(&from, date.as.time, t->by)) from = CSUCCESS__TIME_MIN;
    if (from > now) {
        csuccess__step_due(m->step, from);
    } else if (look->seen) {
        add_date(f, date.as.time);
    } else if (may_fire(look)) {
        fire(look);
        add_date(f, date.as.time);
    } else {
        csuccess__trigger_due(look, t->if_);
    }
}

/* ---- Schedules ---- */

/* Where the rule starts: the day of the customer's first advance, at its time of day. */
static bool start_of(const csuccess__trigger_look *look, const csuccess__zone *zone,
                     int64_t *first, int64_t *start)
{
    const csuccess__moment *m = look->m;
    csuccess__civil local;
    *first = m->fresh ? m->step->now : m->step->state->head.created_at;
    *start = *first;
    if (look->trigger->at_minute < 0) return true;
    if (!csuccess__zone_civil(&local, zone, *first)) return false;
    local.hour = look->trigger->at_minute / 60;
    local.minute = look->trigger->at_minute % 60;
    local.second = local.millisecond = 0;
    return csuccess__zone_moment(start, zone, &local, NULL);
}

/* When an occurrence is acted on: moved to when the calendar is open. */
static bool acted_on(csuccess__moment *m, const csuccess__trigger *t, int64_t at, int64_t *out)
{
    *out = at;
    if (t->calendar == UINT32_MAX) return true;
    csuccess__business business = csuccess__moment_business(m, t->calendar);
    return csuccess__business_next(out, &business, at);
}

/* What has come since the last look: how many, and how late the last of them is. */
typedef struct arrivals {
    uint32_t count;
    int64_t last, late;
} arrivals;

static arrivals arrive(csuccess__trigger_look *look)
{
    csuccess__moment *m = look->m;
    const csuccess__trigger *t = look->trigger;
    arrivals out = {0, 0, 0};
    csuccess__zone zone = csuccess__moment_zone(m);
    int64_t now = m->step->now, first, start, after, at, when;
    if (!start_of(look, &zone, &first, &start)) return out;
    bool begun = look->field.form == CSUCCESS__TRIGGER_FORM_RULE;
    after = begun ? look->field.last : first - 1;
    for (uint32_t i = 0; i < OCCURRENCES_MOST; i++) {
        if (!csuccess__recurrence_next(&at, &t->every, &zone, start, after, NULL) ||
            !acted_on(m, t, at, &when)) {
            return out;
        }
        if (when > now) {
            csuccess__step_due(m->step, when);
            return out;
        }
        out = (arrivals){out.count + 1, at, now - when};
        after = at;
    }
    csuccess__step_due(m->step, now + 1);
    return out;
}

static void fire_arrivals(csuccess__trigger_look *look, const arrivals *came)
{
    const csuccess__trigger *t = look->trigger;
    bool late = came->late > csuccess__trigger_grain(look->m);
    if ((t->misfire == CSUCCESS__MISFIRE_SKIP && late) || !may_fire(look)) return;
    uint32_t times = t->misfire == CSUCCESS__MISFIRE_ALL ? came->count : 1;
    for (uint32_t i = 0; i < times && i < FIRES_MOST; i++) fire(look);
}

void csuccess__trigger_look_rule(csuccess__trigger_look *look)
{
    csuccess__moment *m = look->m;
    csuccess__trigger_field *f = &look->field;
    arrivals came = arrive(look);
    bool begins = look->seen && f->form != CSUCCESS__TRIGGER_FORM_RULE;
    if (came.count == 0 && !begins) return;
    /* What came before the trigger did is not missed. */
    f->last = begins ? m->step->now : came.last;
    f->form = CSUCCESS__TRIGGER_FORM_RULE;
    if (came.count > 0 && !look->seen) fire_arrivals(look, &came);
}
