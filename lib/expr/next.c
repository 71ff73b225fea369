/* SPDX-License-Identifier: Apache-2.0 */
/* When a value may change because time goes on.

   Operands stand before what uses them, so one pass from the first node to the last knows of each node when it may change, and of
   those that move with the clock how: then a comparison with something that stays is solved for the time at which its answer turns.
   Everything else changes when one of its operands may. */
#include "expr/next.h"

#include "expr/machine.h"

#define NEVER INT64_MAX

typedef struct scan {
    csuccess__machine *machine;
    const csuccess__frame *frame;
    const csuccess__move *slots; /* NULL: all stay */
    int64_t now, vague;          /* vague: what is said of what cannot be told */
    csuccess__move *moves;       /* by node */
    uint8_t *inside;             /* by node: within how many macros' bodies */
} scan;

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}
static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static csuccess__move still(int64_t next)
{
    return (csuccess__move){.next = next, .limit = next};
}

static const csuccess__node *node_at(const scan *s, uint32_t i)
{
    return &s->machine->program->nodes[i];
}
static const csuccess__value *value_at(const scan *s, uint32_t i)
{
    return &s->machine->values[i];
}
static uint32_t operand(const scan *s, const csuccess__node *node, uint32_t k)
{
    return csuccess__operand_node(s->machine, node, k);
}
static const csuccess__move *move_of(const scan *s, const csuccess__node *node, uint32_t k)
{
    return &s->moves[operand(s, node, k)];
}

/* ---- Courses: when a value that moves reaches another ---- */

static bool rises(csuccess__course course)
{
    return course != CSUCCESS__COURSE_UNTIL && course != CSUCCESS__COURSE_REST;
}

/* A count as a whole number; beyond any number of hours that there are it does not matter how far. */
static int64_t whole(double x, bool up, bool beyond)
{
    const double most = 1e9;
    double below = csuccess__floor(x), above = -csuccess__floor(-x);
    if (!(x < most)) return (int64_t)most;
    if (!(x > -most)) return (int64_t)-most;
    if (beyond) return up ? (int64_t)below + 1 : (int64_t)above - 1;
    return up ? (int64_t)above : (int64_t)below;
}

/* A moment to be compared with: of a time, a number or a duration. False: the two are not compared by one number. */
static bool mark_of(const csuccess__value *v, double *number, int64_t *ms)
{
    *number = 0;
    *ms = 0;
    switch (v->kind) {
    case CSUCCESS__KIND_NUMBER:
        *number = v->as.number;
        return true;
    case CSUCCESS__KIND_TIME:
        *ms = v->as.time;
        return true;
    case CSUCCESS__KIND_DURATION:
        return csuccess__duration_exact(ms, v->as.duration);
    default:
        return false;
    }
}

/* The first time at which a rising value is v or more, a falling one v or less; `beyond`: more, less. May be past. */
static int64_t reach(const csuccess__move *m, const csuccess__value *v, bool beyond)
{
    double number;
    int64_t ms, step = beyond ? 1 : 0;
    (void)mark_of(v, &number, &ms);
    switch (m->course) {
    case CSUCCESS__COURSE_SINCE: {
        int64_t count = whole(number, true, beyond);
        return count <= 0 ? INT64_MIN : m->base + count * m->unit;
    }
    case CSUCCESS__COURSE_UNTIL:
        return m->base - (whole(number, false, beyond) + 1) * m->unit + 1;
    case CSUCCESS__COURSE_CLOCK:
        return ms - m->base + step;
    case CSUCCESS__COURSE_AGE:
        return m->base + ms + step;
    default:
        return m->base - ms + step;
    }
}

/* The most that a shift may move a time on. */
static int64_t most_of(csuccess__duration d)
{
    int64_t month = (d.months > 0 ? 31 : 28) * CSUCCESS__DAY_MS;
    return d.months * month + d.days * CSUCCESS__DAY_MS + d.ms;
}

/* The same of t + shift and the time x. Within a day of t it moves with t. From day to day it may fall back, from the evening of the
   30th of January to the morning of the 31st, but by less than a day. */
static int64_t turn_shifted(const scan *s, const csuccess__move *m, int64_t x)
{
    int64_t here;
    int64_t midnight =
        (csuccess__k_floor_divide(s->now, CSUCCESS__DAY_MS) + 1) * CSUCCESS__DAY_MS;
    if (!csuccess__time_add(&here, s->now, m->shift)) return s->vague;
    if (here - x >= CSUCCESS__DAY_MS) return NEVER;
    if (here == x) return s->now + 1;
    if (here > x) return midnight;
    return later(x - most_of(m->shift), sooner(s->now + (x - here), midnight));
}

/* When the answer of `moving relation v` turns. */
static int64_t turn(const scan *s, const csuccess__move *m, const csuccess__value *v,
                    unsigned relation)
{
    if (m->course == CSUCCESS__COURSE_SHIFT) return turn_shifted(s, m, v->as.time);
    const int64_t at[2] = {reach(m, v, false), reach(m, v, true)};
    const int before = rises(m->course) ? -1 : 1;
    const int signs[3] = {before, 0, -before};
    int phase = 0;
    while (phase < 2 && at[phase] <= s->now) phase++;
    bool holds = csuccess__k_holds(relation, signs[phase]);
    for (; phase < 2; phase++) {
        /* Both at once: what lies between them is never seen. */
        if (phase == 0 && at[0] == at[1]) continue;
        if (csuccess__k_holds(relation, signs[phase + 1]) != holds) return at[phase];
    }
    return NEVER;
}

static unsigned mirrored(unsigned relation)
{
    return (relation & CSUCCESS__SIGN_EQUAL) |
           (relation & CSUCCESS__SIGN_LESS ? CSUCCESS__SIGN_GREATER : 0u) |
           (relation & CSUCCESS__SIGN_GREATER ? CSUCCESS__SIGN_LESS : 0u);
}

/* A comparison; false: it is not one of something that moves with something that stays. */
static bool compare(const scan *s, const csuccess__node *node, csuccess__move *out)
{
    unsigned relation = csuccess__k_relation(node->op);
    if (relation == 0 || node->argc != 2) return false;
    bool right = move_of(s, node, 0)->course == CSUCCESS__COURSE_STILL;
    const csuccess__move *moving = move_of(s, node, right), *stays = move_of(s, node, !right);
    const csuccess__value *v = value_at(s, operand(s, node, !right));
    const csuccess__value *w = value_at(s, operand(s, node, right));
    double number;
    int64_t ms;
    if (moving->course == CSUCCESS__COURSE_STILL || stays->course != CSUCCESS__COURSE_STILL) {
        return false;
    }
    if (!csuccess__is_there(v) || !csuccess__is_there(w) || v->kind != w->kind ||
        !mark_of(v, &number, &ms)) {
        return false;
    }
    int64_t next = turn(s, moving, v, right ? mirrored(relation) : relation);
    *out = still(sooner(next, sooner(moving->limit, stays->next)));
    return true;
}

/* ---- What moves with the clock ---- */

/* Whole units since or until a time that stays. */
static csuccess__move count_units(const scan *s, const csuccess__node *node)
{
    const csuccess__value *v = value_at(s, operand(s, node, 0));
    const csuccess__move *of = move_of(s, node, 0);
    csuccess__move m = {.limit = of->next, .base = v->as.time};
    if (of->course != CSUCCESS__COURSE_STILL || v->kind != CSUCCESS__KIND_TIME) {
        return still(csuccess__is_missing(*v) ? of->next : s->vague);
    }
    m.unit = node->op == CSUCCESS__OP_HOURS_SINCE ? CSUCCESS__HOUR_MS : CSUCCESS__DAY_MS;
    if (node->op == CSUCCESS__OP_DAYS_UNTIL) {
        m.course = CSUCCESS__COURSE_UNTIL;
        m.next = m.base - csuccess__k_floor_divide(m.base - s->now, m.unit) * m.unit + 1;
    } else {
        int64_t units = s->now < m.base ? 0 : (s->now - m.base) / m.unit;
        m.course = CSUCCESS__COURSE_SINCE;
        m.next = m.base + (units + 1) * m.unit;
    }
    m.next = sooner(m.next, m.limit);
    return m;
}

/* The clock moved by a duration that stays. Where a result would lie beyond the years, the limit comes before. */
static csuccess__move shift_clock(const scan *s, const csuccess__move *clock,
                                  const csuccess__move *by, csuccess__duration d)
{
    csuccess__move m = {.next = s->vague, .limit = sooner(clock->limit, by->next)};
    int64_t ms;
    if (csuccess__duration_exact(&ms, d)) {
        m.course = CSUCCESS__COURSE_CLOCK;
        m.base = clock->base + ms;
        if (m.base > 0) m.limit = sooner(m.limit, CSUCCESS__TIME_MAX - m.base + 1);
    } else if (clock->base == 0) {
        int64_t most = most_of(d);
        m.course = CSUCCESS__COURSE_SHIFT;
        m.shift = d;
        if (most > 0) m.limit = sooner(m.limit, CSUCCESS__TIME_MAX - most - CSUCCESS__DAY_MS);
    } else {
        return still(s->vague);
    }
    if (m.limit <= s->now) return still(s->vague);
    return m;
}

/* now ± a duration. */
static csuccess__move move_clock(const scan *s, const csuccess__node *node)
{
    bool swapped = node->op == CSUCCESS__OP_ADD_DURATION_TIME;
    const csuccess__move *clock = move_of(s, node, swapped), *by = move_of(s, node, !swapped);
    const csuccess__value *d = value_at(s, operand(s, node, !swapped));
    csuccess__duration shift = d->as.duration;
    bool moves = clock->course == CSUCCESS__COURSE_CLOCK &&
                 d->kind == CSUCCESS__KIND_DURATION && by->course == CSUCCESS__COURSE_STILL;
    if (moves && node->op == CSUCCESS__OP_SUB_TIME_DURATION) {
        moves = csuccess__duration_negate(&shift, shift);
    }
    return moves ? shift_clock(s, clock, by, shift) : still(sooner(clock->next, by->next));
}

/* How long ago a time that stays was, or how long until it comes. */
static csuccess__move measure(const scan *s, const csuccess__node *node)
{
    const csuccess__move *a = move_of(s, node, 0), *b = move_of(s, node, 1);
    bool age = a->course == CSUCCESS__COURSE_CLOCK;
    const csuccess__move *clock = age ? a : b, *stays = age ? b : a;
    const csuccess__value *t = value_at(s, operand(s, node, age));
    bool moves = clock->course == CSUCCESS__COURSE_CLOCK &&
                 stays->course == CSUCCESS__COURSE_STILL && t->kind == CSUCCESS__KIND_TIME;
    if (!moves) return still(sooner(a->next, b->next));
    csuccess__move m = {.next = s->vague, .limit = sooner(clock->limit, stays->next)};
    m.course = age ? CSUCCESS__COURSE_AGE : CSUCCESS__COURSE_REST;
    m.base = t->as.time - clock->base;
    return m;
}

/* The next full unit of a clock or a length of time, at which a field of it may change. */
static int64_t next_unit(const scan *s, int64_t at, int64_t unit)
{
    int64_t past = at - csuccess__k_floor_divide(at, unit) * unit;
    return s->now + (unit - past);
}

static int64_t unit_of(unsigned op)
{
    switch (op) {
    case CSUCCESS__OP_GET_MILLISECONDS:
    case CSUCCESS__OP_DURATION_MILLISECONDS:
        return 1;
    case CSUCCESS__OP_GET_SECONDS:
    case CSUCCESS__OP_DURATION_SECONDS:
    case CSUCCESS__OP_INT_TIME:
        return CSUCCESS__SECOND_MS;
    case CSUCCESS__OP_GET_MINUTES:
    case CSUCCESS__OP_DURATION_MINUTES:
        return CSUCCESS__MINUTE_MS;
    case CSUCCESS__OP_GET_HOURS:
    case CSUCCESS__OP_DURATION_HOURS:
        return CSUCCESS__HOUR_MS;
    default:
        return CSUCCESS__DAY_MS;
    }
}

/* A field of the clock, or of an age in whole units towards zero: of one that is negative it changes just after the full unit. */
static csuccess__move field_of(const scan *s, const csuccess__node *node)
{
    const csuccess__move *of = move_of(s, node, 0);
    int64_t unit = unit_of(node->op), at, next = of->next;
    if (of->course == CSUCCESS__COURSE_CLOCK) {
        at = s->now + of->base + node->as.offset_minutes * CSUCCESS__MINUTE_MS;
        next = next_unit(s, at, unit);
    } else if (of->course == CSUCCESS__COURSE_AGE) {
        at = s->now - of->base;
        next = at < 0 && at % unit == 0 ? s->now + 1 : next_unit(s, at, unit);
    } else {
        return still(next);
    }
    return still(sooner(next, of->limit));
}

/* ---- Everything else ---- */

/* The first time at which one of the operands may change. */
static int64_t soonest(const scan *s, const csuccess__node *node)
{
    int64_t next = NEVER;
    for (uint32_t k = 0; k < node->argc; k++) next = sooner(next, move_of(s, node, k)->next);
    return next;
}

/* While a deciding operand stays, so does the answer. */
static int64_t decided(const scan *s, const csuccess__node *node)
{
    bool deciding = node->op == CSUCCESS__OP_OR;
    int64_t until = INT64_MIN;
    for (uint32_t k = 0; k < node->argc; k++) {
        const csuccess__value *v = value_at(s, operand(s, node, k));
        bool decides = v->kind == CSUCCESS__KIND_BOOL && v->as.boolean == deciding;
        if (decides) until = later(until, move_of(s, node, k)->next);
    }
    return until == INT64_MIN ? soonest(s, node) : until;
}

static int64_t chosen(const scan *s, const csuccess__node *node)
{
    const csuccess__value *v = value_at(s, operand(s, node, 0));
    int64_t next = move_of(s, node, 0)->next;
    if (v->kind != CSUCCESS__KIND_BOOL)
        return csuccess__is_missing(*v) ? next : soonest(s, node);
    return sooner(next, move_of(s, node, v->as.boolean ? 1 : 2)->next);
}

static int64_t first_there(const scan *s, const csuccess__node *node)
{
    int64_t next = NEVER;
    for (uint32_t k = 0; k < node->argc; k++) {
        next = sooner(next, move_of(s, node, k)->next);
        if (csuccess__is_there(value_at(s, operand(s, node, k)))) break;
    }
    return next;
}

/* What is missing for want of an operand stays so while that one does. */
static int64_t unmissed(const scan *s, const csuccess__node *node)
{
    int64_t until = INT64_MIN;
    for (uint32_t k = 0; k < node->argc; k++) {
        if (value_at(s, operand(s, node, k))->kind == CSUCCESS__KIND_ANY) {
            until = later(until, move_of(s, node, k)->next);
        }
    }
    return until;
}

/* ---- Macros: the soonest of their rounds ---- */

static void pass(scan *s, uint32_t from, uint32_t to, unsigned depth);

/* Whether anything in the body moves. */
static bool body_moves(const scan *s, const csuccess__node *macro)
{
    uint32_t first = macro->as.each.first, body = macro->as.each.body;
    if (first > body) return s->moves[body].next != NEVER;
    for (uint32_t i = first; i <= body; i++) {
        const csuccess__node *node = node_at(s, i);
        bool reads =
            node->op == CSUCCESS__OP_SLOT && s->slots && s->slots[node->as.slot].next != NEVER;
        if (reads || csuccess__op_info_of((csuccess__op)node->op)->traits) return true;
        for (uint32_t k = 0; k < node->argc; k++) {
            uint32_t at = operand(s, node, k);
            if (at < first && s->moves[at].next != NEVER) return true;
        }
    }
    return false;
}

static int64_t rounds(scan *s, const csuccess__node *macro, uint32_t index, unsigned depth)
{
    csuccess__machine *machine = s->machine;
    uint32_t list = operand(s, macro, 0), first = macro->as.each.first;
    int64_t next = s->moves[list].next;
    if (!body_moves(s, macro)) return next;
    if (csuccess__is_pending(value_at(s, index))) return s->vague;
    if (!csuccess__is_there(value_at(s, list))) return next;
    if (!csuccess__macro_enter(machine, macro)) return s->vague;
    const csuccess__value *items = value_at(s, list)->as.many.items;
    size_t count = value_at(s, list)->as.many.count;
    for (size_t i = 0; i < count; i++) {
        if (!csuccess__macro_round(machine, macro, &items[i])) break;
        if (first <= macro->as.each.body) pass(s, first, macro->as.each.body, depth + 1);
        next = sooner(next, s->moves[macro->as.each.body].next);
    }
    csuccess__macro_leave(machine, macro);
    return next;
}

/* ---- The pass ---- */

static csuccess__move leaf(const scan *s, const csuccess__node *node)
{
    if (node->op == CSUCCESS__OP_NOW) {
        return (csuccess__move){
            .next = s->vague, .limit = NEVER, .course = CSUCCESS__COURSE_CLOCK};
    }
    if (node->op == CSUCCESS__OP_SLOT && s->slots) return s->slots[node->as.slot];
    return still(NEVER);
}

/* Operations whose operands do not all have the same say. */
static int64_t special(scan *s, const csuccess__node *node, uint32_t index, unsigned depth)
{
    switch (node->op) {
    case CSUCCESS__OP_AND:
    case CSUCCESS__OP_OR:
        return decided(s, node);
    case CSUCCESS__OP_COND:
        return chosen(s, node);
    case CSUCCESS__OP_COALESCE:
        return first_there(s, node);
    case CSUCCESS__OP_ALL:
    case CSUCCESS__OP_EXISTS:
    case CSUCCESS__OP_EXISTS_ONE:
    case CSUCCESS__OP_FILTER:
    case CSUCCESS__OP_MAP:
        return rounds(s, node, index, depth);
    default:
        return soonest(s, node);
    }
}

/* Of a time or of a duration. */
static bool is_field(unsigned op)
{
    bool of_time = op >= CSUCCESS__OP_GET_FULL_YEAR && op <= CSUCCESS__OP_WEEKDAY;
    return of_time || op == CSUCCESS__OP_INT_TIME;
}

static csuccess__move strict(const scan *s, const csuccess__node *node)
{
    csuccess__move m;
    if (compare(s, node, &m)) return m;
    switch (node->op) {
    case CSUCCESS__OP_DAYS_SINCE:
    case CSUCCESS__OP_HOURS_SINCE:
    case CSUCCESS__OP_DAYS_UNTIL:
        return count_units(s, node);
    case CSUCCESS__OP_ADD_TIME_DURATION:
    case CSUCCESS__OP_ADD_DURATION_TIME:
    case CSUCCESS__OP_SUB_TIME_DURATION:
        return move_clock(s, node);
    case CSUCCESS__OP_SUB_TIME:
        return measure(s, node);
    default:
        break;
    }
    return is_field(node->op) ? field_of(s, node) : still(soonest(s, node));
}

static csuccess__move move_node(scan *s, uint32_t i, unsigned depth)
{
    const csuccess__node *node = node_at(s, i);
    switch (csuccess__op_info_of((csuccess__op)node->op)->missing) {
    case CSUCCESS__MISSING_LEAF:
        return leaf(s, node);
    case CSUCCESS__MISSING_STRICT: {
        int64_t until = unmissed(s, node);
        return until != INT64_MIN ? still(until) : strict(s, node);
    }
    default:
        return still(special(s, node, i, depth));
    }
}

/* Nodes from..to that are within `depth` bodies; deeper ones are their macros'. */
static void pass(scan *s, uint32_t from, uint32_t to, unsigned depth)
{
    for (uint32_t i = from; i <= to; i++) {
        if (s->inside[i] == depth) s->moves[i] = move_node(s, i, depth);
    }
}

/* Within how many bodies each node stands. False: deeper than can be counted. */
static bool mark_bodies(scan *s)
{
    const csuccess__program *program = s->machine->program;
    for (uint32_t i = 0; i < program->count; i++) {
        const csuccess__node *node = &program->nodes[i];
        if (csuccess__op_info_of((csuccess__op)node->op)->style != CSUCCESS__STYLE_MACRO) {
            continue;
        }
        for (uint32_t k = node->as.each.first; k <= node->as.each.body; k++) {
            if (s->inside[k] == UINT8_MAX) return false;
            s->inside[k]++;
        }
    }
    return true;
}

static bool some_move(const csuccess__program *program, const csuccess__move *slots)
{
    bool moves = false;
    for (uint32_t i = 0; slots && i < program->input_count && !moves; i++) {
        moves = slots[program->inputs[i]].next != NEVER;
    }
    return moves;
}

csuccess__move csuccess__program_move(const csuccess__program *program,
                                      csuccess__machine *machine, const csuccess__frame *frame,
                                      int64_t grain_ms, const csuccess__move *slots)
{
    csuccess__value result;
    int64_t room = INT64_MAX - 1 - grain_ms;
    scan s = {machine, frame, slots, frame->now, frame->now, NULL, NULL};
    s.vague = frame->now < room ? frame->now + grain_ms : INT64_MAX - 1;
    if (!program->reads_now && !some_move(program, slots)) return still(NEVER);
    csuccess_result failed = csuccess__machine_run(program, machine, frame, &result);
    s.moves = CSUCCESS__NEW_ARRAY(&machine->arena, csuccess__move, program->count);
    s.inside = CSUCCESS__NEW_ARRAY(&machine->arena, uint8_t, program->count);
    bool known = failed == CSUCCESS_OK && csuccess__time_valid(frame->now) && s.moves &&
                 s.inside && mark_bodies(&s);
    if (!known) return still(s.vague);
    pass(&s, 0, program->count - 1, 0);
    if (machine->failed != CSUCCESS_OK) return still(s.vague);
    csuccess__move last = s.moves[program->count - 1];
    last.next = later(last.next, frame->now + 1);
    return last;
}

int64_t csuccess__program_next(const csuccess__program *program, csuccess__machine *machine,
                               const csuccess__frame *frame, int64_t grain_ms)
{
    return csuccess__program_move(program, machine, frame, grain_ms, NULL).next;
}
