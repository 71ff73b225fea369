/* SPDX-License-Identifier: Apache-2.0 */
/* Interventions that are candidates: by their own `when`, or because somebody asked for them. */
#include "intervene/executions_internal.h"

#include "customer/payload.h"
#include "expr/next.h"
#include "expr/ruleset.h"
#include "intervene/intervene.h"

#include <math.h>

enum { ASKED_DAYS = 7, LEAST_REST = CSUCCESS__HOUR_MS };

/* ---- Worth ---- */

csuccess__effect csuccess__intervention_effect(const csuccess__turn *t,
                                               const csuccess__intervention *of)
{
    double n = of->prior_a + of->prior_b;
    csuccess__effect unknown = {.source = CSUCCESS__EFFECT_UNKNOWN};
    if (of->effect.source != CSUCCESS__EFFECT_UNKNOWN) return of->effect;
    if (!(n > 0) || t->of->risk == UINT32_MAX) return unknown;
    csuccess__value risk = t->m->slots[t->of->risk];
    if (risk.kind != CSUCCESS__KIND_NUMBER) return unknown;
    return (csuccess__effect){.source = CSUCCESS__EFFECT_PRIOR,
                              .uplift = risk.as.number * (of->prior_a / n),
                              .low = risk.as.number * of->prior_low,
                              .high = risk.as.number * of->prior_high};
}

bool csuccess__intervention_value(csuccess__turn *t, const csuccess__intervention *of,
                                  double *out)
{
    csuccess__value v = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (of->value) {
        v = csuccess__moment_value(t->m, of->value);
    } else if (t->of->at_risk != UINT32_MAX) {
        v = t->m->slots[t->of->at_risk];
    }
    if (v.kind != CSUCCESS__KIND_NUMBER) return false;
    *out = v.as.number;
    return true;
}

/* uplift × value - cost, in major units; 0 where one of them is not known. */
static double expected_of(csuccess__turn *t, const csuccess__intervention *of,
                          const csuccess__effect *effect)
{
    double value;
    int64_t cost = of->cost + (of->channel ? of->channel->cost : 0);
    if (effect->source == CSUCCESS__EFFECT_UNKNOWN) return 0;
    if (!csuccess__intervention_value(t, of, &value)) return 0;
    double expected = effect->uplift * value - (double)cost / 100;
    return fabs(expected) <= 1e300 ? expected : 0;
}

void csuccess__intervention_candidate(csuccess__turn *t, const csuccess__intervention *of,
                                      csuccess__candidate *out)
{
    int64_t now = t->m->step->now;
    *out = (csuccess__candidate){.kind = CSUCCESS__CANDIDATE_INTERVENTION,
                                 .programme = of->programme,
                                 .step = {"", 0},
                                 .cause = t->m->step->cause,
                                 .id = {"", 0},
                                 .class_ = of->class_,
                                 .priority = of->priority,
                                 .effect = csuccess__intervention_effect(t, of),
                                 .type = of->type->name,
                                 .channel = of->channel,
                                 .fallback = of->fallback,
                                 .fallback_count = of->fallback_count,
                                 .contact = {"", 0},
                                 .purpose = of->sending.purpose,
                                 .to = of->sending.to,
                                 .cost = of->cost,
                                 .since = now,
                                 .internal = of->type->internal,
                                 .intervention = of};
    out->expected = expected_of(t, of, &out->effect);
    if (of->has_validity) out->valid_until = csuccess__turn_after(t, now, of->valid_for);
}

/* ---- What is kept of one that is no execution yet: since when it holds, or was asked for ---- */

/* "since/x", "asked/x": in the turn's texts. */
static csuccess_str name_of(csuccess__turn *t, const char *what, csuccess_str id)
{
    return csuccess__turn_format(t, "%s/%S", what, id);
}

/* 0: there is none. A damaged one fails the step. */
static int64_t kept_at(csuccess__turn *t, csuccess_str name)
{
    csuccess_str payload =
        csuccess__state_get(t->m->step->state, CSUCCESS__STATE_EXECUTION, name);
    int64_t at;
    if (!payload.ptr) return 0;
    if (csuccess__since_parse(&at, payload)) return at;
    csuccess__step_fail(t->m->step, CSUCCESS_ESTATE);
    return 0;
}

bool csuccess__since_parse(int64_t *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    *out = csuccess__payload_time(&in);
    return csuccess__wire_done(&in);
}

static void keep_at(csuccess__turn *t, csuccess_str name, int64_t at)
{
    csuccess__buffer *out = t->m->step->scratch;
    if (t->looking || t->m->step->failed < 0) return;
    csuccess__buffer_clear(out);
    csuccess__wire_i64(out, at);
    if (out->status < 0) {
        csuccess__step_fail(t->m->step, out->status);
        return;
    }
    csuccess__step_put(t->m->step, CSUCCESS__STATE_EXECUTION, name, csuccess__buffer_view(out));
}

static void drop_at(csuccess__turn *t, csuccess_str name)
{
    if (t->looking || t->m->step->failed < 0) return;
    csuccess__state_drop(t->m->step->state, CSUCCESS__STATE_EXECUTION, name);
}

void csuccess__intervention_asked_for(csuccess__turn *t, csuccess_str id)
{
    keep_at(t, name_of(t, "asked", id), t->m->step->now);
}

/* Of what is tried again: others of the same may leave in the same step, one that was asked for, or another that reached nobody. */
static csuccess_str retry_id(csuccess__turn *t, const csuccess__execution *e)
{
    return csuccess__turn_id(t, "retry", e->id, e->step, e->tries);
}

/* The execution that reached nobody is dealt with. */
static void end_retry(csuccess__turn *t, const csuccess__candidate *c)
{
    for (uint32_t i = 0; i < csuccess__executions_count(t); i++) {
        csuccess__execution e;
        if (!csuccess__execution_at(t, i, &e) || !e.again) continue;
        if (!csuccess__str_eq(retry_id(t, &e), c->id)) continue;
        if (!csuccess__execution_take(t, e.id, &e)) return;
        e.again = false;
        csuccess__execution_put(t, &e);
    }
}

/* How long it is no candidate after it left: while its condition holds each look would begin it again, and what comes of it is a look. */
static int64_t rest_of(const csuccess__intervention *of)
{
    return of->frequency_ms > LEAST_REST ? of->frequency_ms : LEAST_REST;
}

void csuccess__intervention_begun(csuccess__turn *t, const csuccess__candidate *c)
{
    bool own = csuccess__str_eq(c->programme, c->intervention->programme);
    /* Nothing may be told of it before it may leave again. */
    if (c->intervention->when) {
        csuccess__step_due(t->m->step, t->m->step->now + rest_of(c->intervention));
    }
    if (c->tries > 0) {
        end_retry(t, c);
    } else if (c->asked && own) {
        drop_at(t, name_of(t, "asked", c->intervention->id));
    }
}

/* ---- Candidates by their conditions ---- */

/* What executions say of the programme of an intervention. */
typedef struct under_way {
    csuccess_str programme;
    int64_t last_at;
    bool busy; /* it has not reached anybody yet, or another channel or a person is to try */
} under_way;
typedef struct work {
    csuccess__turn *t;
    under_way *list; /* of interventions that have executions, or were asked for */
    uint32_t count;
    uint64_t *holds, *open; /* answers of `when`, by place among those that stand */
} work;

static under_way *find_under_way(const work *w, csuccess_str programme)
{
    for (uint32_t i = 0; i < w->count; i++) {
        if (csuccess__str_eq(w->list[i].programme, programme)) return &w->list[i];
    }
    return NULL;
}

static under_way *note_under_way(work *w, csuccess_str programme)
{
    under_way *at = find_under_way(w, programme);
    if (at) return at;
    w->list[w->count] = (under_way){.programme = programme};
    return &w->list[w->count++];
}

static void note_execution(work *w, const csuccess__execution *e)
{
    if (csuccess__str_starts(e->programme, CSUCCESS_STR("campaign/"))) return;
    under_way *at = note_under_way(w, csuccess__turn_copy(w->t, e->programme));
    if (e->created_at > at->last_at) at->last_at = e->created_at;
    at->busy = at->busy || e->again || e->state == CSUCCESS__EXECUTION_SCHEDULED ||
               e->state == CSUCCESS__EXECUTION_ESCALATED;
}

/* May it be one again: it rests some time after it last left, whether that arrived or not. */
static bool rested(const work *w, const csuccess__intervention *of, uint32_t *times)
{
    csuccess__turn *t = w->t;
    const under_way *at = w->count ? find_under_way(w, of->programme) : NULL;
    csuccess__reached reached = csuccess__reached_of(t, of->programme);
    int64_t last = reached.times > 0 ? reached.last_at : 0;
    if (at && at->last_at > last) last = at->last_at;
    *times = reached.times;
    if (at && at->busy) return false;
    if (last == 0 || t->m->step->now - last >= rest_of(of)) return true;
    csuccess__step_due(t->m->step, last + rest_of(of));
    return false;
}

static void put_valid(csuccess__turn *t, csuccess__candidate *c, int64_t from)
{
    const csuccess__intervention *of = c->intervention;
    if (of->has_validity) c->valid_until = csuccess__turn_after(t, from, of->valid_for);
}

/* It holds: since when is kept where it has to hold for a while. */
static void add_standing(csuccess__turn *t, const csuccess__intervention *of, uint32_t times)
{
    csuccess__candidate c;
    int64_t now = t->m->step->now;
    csuccess__intervention_candidate(t, of, &c);
    c.occurrence = times;
    if (of->delay_ms > 0) {
        csuccess_str name = name_of(t, "since", of->id);
        int64_t since = kept_at(t, name);
        if (since == 0) keep_at(t, name, now);
        c.since = since ? since : now;
        c.not_before = c.since + of->delay_ms;
        put_valid(t, &c, c.not_before);
        if (c.not_before > now) csuccess__step_due(t->m->step, c.not_before);
    }
    csuccess__candidate_add(t, &c);
}

/* Whether `when` and audience of the at-th of those that stand hold. */
static csuccess__truth asks(const work *w, uint32_t at)
{
    uint64_t bit = UINT64_C(1) << at % 64;
    const csuccess__interventions *all = w->t->of->interventions;
    if (w->open[at / 64] & bit) return CSUCCESS__OPEN;
    if (!(w->holds[at / 64] & bit)) return CSUCCESS__FALSE;
    return csuccess__moment_asks(w->t->m, all->list[all->standing[at]].audience);
}

static void look_at(const work *w, uint32_t at)
{
    uint32_t times;
    const csuccess__interventions *all = w->t->of->interventions;
    const csuccess__intervention *of = &all->list[all->standing[at]];
    if (asks(w, at) == CSUCCESS__TRUE && rested(w, of, &times)) add_standing(w->t, of, times);
}

/* All conditions of those that stand, as one set. */
static bool ask_all(work *w)
{
    csuccess__moment *m = w->t->m;
    const csuccess__interventions *all = w->t->of->interventions;
    uint32_t words = (all->standing_count + 63) / 64;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    w->holds = CSUCCESS__NEW_ARRAY(&w->t->desk->texts, uint64_t, words);
    w->open = CSUCCESS__NEW_ARRAY(&w->t->desk->texts, uint64_t, words);
    csuccess_result status = CSUCCESS_ENOMEM;
    if (w->holds && w->open) {
        status = csuccess__ruleset_row(all->set, m->machine, &frame, w->holds, w->open);
    }
    if (status < 0) csuccess__step_fail(m->step, status);
    return status >= 0;
}

static void look_at_standing(const work *w)
{
    uint32_t count = w->t->of->interventions->standing_count;
    for (uint32_t i = 0; i < count && w->t->m->step->failed >= 0; i++) {
        if (w->holds[i / 64] == 0) {
            i |= 63; /* none of these */
        } else if (w->holds[i / 64] >> i % 64 & 1) {
            look_at(w, i);
        }
    }
}

/* ---- When to look again ---- */

/* Metrics, health and churn come of others; an input that no document declares is an aggregate. */
static bool slot_moves(const csuccess__slot *slot)
{
    if (slot->stratum == CSUCCESS__STRATUM_INPUT) {
        return slot->attribute && !slot->attribute->at;
    }
    return slot->stratum < CSUCCESS__STRATUM_SEGMENT;
}

bool csuccess__program_is_timed(const csuccess__schema *schema,
                                const csuccess__program *program)
{
    bool moves = program && program->reads_now;
    for (uint32_t i = 0; program && i < program->input_count && !moves; i++) {
        moves = slot_moves(&schema->slots[program->inputs[i]]);
    }
    return moves;
}

/* Of an audience that decides now, since `when` holds. */
static int64_t next_of_audience(const work *w, uint32_t at, const csuccess__frame *frame,
                                const csuccess__move *moves)
{
    const csuccess__interventions *all = w->t->of->interventions;
    if (!(w->holds[at / 64] >> at % 64 & 1)) return CSUCCESS__NEVER;
    return csuccess__program_move(all->list[all->standing[at]].audience, w->t->m->machine,
                                  frame, 1, moves)
        .next;
}

/* The first time at which time alone may change what holds; NEVER: it does not. */
static int64_t next_change(const work *w, const csuccess__frame *frame)
{
    csuccess__moment *m = w->t->m;
    const csuccess__interventions *all = w->t->of->interventions;
    int64_t next = CSUCCESS__NEVER;
    const csuccess__move *moves = csuccess__schema_moves(m->schema, m->machine, frame, 1);
    if (!moves) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return next;
    }
    if (all->timed) next = csuccess__ruleset_next(all->set, m->machine, frame, moves);
    for (uint32_t i = 0; i < all->timed_audience_count; i++) {
        int64_t at = next_of_audience(w, all->timed_audiences[i], frame, moves);
        if (at < next) next = at;
    }
    return next;
}

/* What time alone may change is looked at when it may, but not more often than schedule.segments says. */
static void look_again(const work *w)
{
    csuccess__moment *m = w->t->m;
    const csuccess__interventions *all = w->t->of->interventions;
    bool timed = all->timed || all->timed_audience_count > 0;
    if (!timed || w->t->looking || m->step->failed < 0) return;
    int64_t every = m->flow->segments_every_ms;
    int64_t soon = m->step->now + (every > 0 ? every : CSUCCESS__HOUR_MS);
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    int64_t next = next_change(w, &frame);
    if (next != CSUCCESS__NEVER) csuccess__step_due(m->step, next > soon ? next : soon);
}

/* ---- Candidates that somebody asked for, or that reached nobody by another channel ---- */

static int64_t asked_until(csuccess__turn *t, const csuccess__intervention *of, int64_t since)
{
    const csuccess__duration usual = {.days = ASKED_DAYS};
    return csuccess__turn_after(t, since, of->has_validity ? of->valid_for : usual);
}

int64_t csuccess__execution_until(csuccess__turn *t, const csuccess__intervention *of,
                                  const csuccess__execution *e)
{
    return asked_until(t, of, e->ended_at);
}

/* False: it was asked for too long ago; then it is weighed once more, so that it is told of. */
static bool add_asked(work *w, const csuccess__intervention *of, int64_t since)
{
    csuccess__candidate c;
    int64_t now = w->t->m->step->now;
    csuccess__intervention_candidate(w->t, of, &c);
    c.asked = true;
    c.since = since;
    c.occurrence = csuccess__reached_of(w->t, of->programme).times;
    c.valid_until = asked_until(w->t, of, since);
    csuccess__candidate_add(w->t, &c);
    if (c.valid_until <= now) return false;
    csuccess__step_due(w->t->m->step, c.valid_until);
    note_under_way(w, of->programme)->busy = true;
    return true;
}

static void add_retry(csuccess__turn *t, csuccess_str id)
{
    csuccess__candidate c;
    csuccess__execution e;
    if (!csuccess__execution_take(t, id, &e)) return;
    const csuccess__intervention *of = csuccess__execution_of(t, &e);
    if (!of) return;
    csuccess__intervention_candidate(t, of, &c);
    c.channel = csuccess__execution_other(of, &e, &c.fallback, &c.fallback_count);
    if (!c.channel) return;
    c.programme = e.programme;
    c.step = e.step;
    c.asked = e.asked;
    c.tries = e.tries + 1;
    c.occurrence = c.tries;
    c.since = e.created_at;
    c.valid_until = csuccess__execution_until(t, of, &e);
    c.id = retry_id(t, &e);
    csuccess__candidate_add(t, &c);
}

/* True: it was asked for too long ago, or is no more. */
static bool look_at_asked(work *w, csuccess_str name, csuccess_str id)
{
    int64_t since = kept_at(w->t, name);
    const csuccess__intervention *of = csuccess__intervention_find(w->t->of->interventions, id);
    return !of || !add_asked(w, of, since);
}

/* True: what has begun to hold holds no more. */
static bool look_at_since(const work *w, csuccess_str id)
{
    const csuccess__interventions *all = w->t->of->interventions;
    const csuccess__intervention *of = csuccess__intervention_find(all, id);
    for (uint32_t i = 0; of && i < all->standing_count; i++) {
        if (&all->list[all->standing[i]] == of) return asks(w, i) == CSUCCESS__FALSE;
    }
    return true;
}

/* True: the field is to go. */
static bool look_at_field(work *w, csuccess_str name)
{
    const csuccess_str asked = CSUCCESS_STR("asked/"); /* as long as "since/" */
    csuccess_str id = {name.ptr + asked.len, name.len - asked.len};
    bool is_asked = csuccess__str_starts(name, asked);
    return is_asked ? look_at_asked(w, name, id) : look_at_since(w, id);
}

/* What the state keeps of executions: one after the other, those that are over taken out. */
static void look_at_kept(work *w)
{
    csuccess__turn *t = w->t;
    csuccess__state *state = t->m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_EXECUTION, &count);
    for (uint32_t i = 0; i < count && t->m->step->failed >= 0; i++) {
        csuccess_str name = state->fields[first + i].name;
        csuccess__execution e;
        if (csuccess__is_execution(name)) {
            if (!csuccess__execution_at(t, i, &e)) return;
            note_execution(w, &e);
            if (e.again) add_retry(t, e.id);
        } else if (look_at_field(w, name) && !t->looking) {
            csuccess__state_drop(state, CSUCCESS__STATE_EXECUTION, name);
            count--;
            i--;
        }
    }
}

/* Room for all that may be noted. False: there is nothing to look at, or no memory. */
static bool open_work(work *w)
{
    uint32_t count = csuccess__executions_count(w->t);
    if (count == 0) return false;
    w->list = CSUCCESS__NEW_ARRAY(&w->t->desk->texts, under_way, count);
    if (!w->list) csuccess__step_fail(w->t->m->step, CSUCCESS_ENOMEM);
    return w->list != NULL;
}

void csuccess__interventions_candidates(csuccess__turn *t)
{
    work w = {.t = t};
    if (t->m->step->quiet || t->of->interventions->count == 0 || !ask_all(&w)) return;
    if (open_work(&w)) look_at_kept(&w);
    look_at_standing(&w);
    look_again(&w);
}

/* ---- Slots ---- */

static void show(csuccess__turn *t, uint32_t slot, csuccess__value value)
{
    if (slot != UINT32_MAX) t->m->slots[slot] = value;
}

static void show_words(csuccess__turn *t, const csuccess__intervention *of)
{
    const csuccess__value never = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    csuccess__execution last;
    bool any = csuccess__execution_last(t, of->id, &last);
    bool over = any && last.outcome != CSUCCESS__EXECUTION_OUTCOME_NONE;
    show(t, of->state_slot,
         any ? csuccess__moment_string(
                   t->m, csuccess__str(csuccess__execution_state_word(last.state)))
             : never);
    show(t, of->outcome_slot,
         over ? csuccess__moment_string(
                    t->m, csuccess__str(csuccess__execution_outcome_word(last.outcome)))
              : never);
}

static void show_one(csuccess__turn *t, const csuccess__intervention *of)
{
    csuccess__reached reached = csuccess__reached_of(t, of->programme);
    show(t, of->times_slot, csuccess__number((double)reached.times));
    show(t, of->last_at_slot,
         reached.last_at ? csuccess__time(reached.last_at)
                         : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET));
    show_words(t, of);
}

void csuccess__interventions_publish(csuccess__turn *t)
{
    const csuccess__interventions *all = t->of->interventions;
    for (uint32_t i = 0; i < all->shown_count && t->m->step->failed >= 0; i++) {
        show_one(t, &all->list[all->shown[i]]);
    }
}

void csuccess__intervention_changed(csuccess__turn *t, csuccess_str id)
{
    const csuccess__interventions *all = t->of->interventions;
    const csuccess__intervention *of =
        all->shown_count ? csuccess__intervention_find(all, id) : NULL;
    if (of && of->state_slot != UINT32_MAX) show_one(t, of);
}
