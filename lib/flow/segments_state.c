/* SPDX-License-Identifier: Apache-2.0 */
/* Memberships in a step: what conditions and the state say of each, what becomes of it, when to look again. */
#include "flow/segments_internal.h"

#include "calendar/time_json.h"
#include "flow/flow.h"
#include "text/json.h"

#include <string.h>

#define REFRESH_MS CSUCCESS__HOUR_MS /* where no schedule says otherwise */

/* Four bits of each segment, by the desk. */
typedef struct look {
    csuccess__moment *m;
    const csuccess__segments *segments;
    uint64_t *was;    /* members as the state has them */
    uint64_t *holds;  /* `when` */
    uint64_t *open;   /* `when` is undecided */
    uint64_t *member; /* from now on */
} look;

static look open_look(csuccess__moment *m)
{
    const csuccess__segments *segments = m->flow->segments;
    size_t words = segments->index->words;
    uint64_t *bits = m->desk->bits;
    return (look){m, segments, bits, bits + words, bits + 2 * words, bits + 3 * words};
}

/* ---- What the state has ---- */

static bool read_field(csuccess__moment *m, csuccess_str payload, csuccess__membership *out)
{
    if (csuccess__membership_parse(out, payload)) return true;
    csuccess__step_fail(m->step, CSUCCESS_ESTATE);
    return false;
}

static bool read_members(look *l)
{
    uint32_t count;
    const csuccess__state *state = l->m->step->state;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_SEGMENT, &count);
    memset(l->was, 0, l->segments->index->words * sizeof *l->was);
    for (uint32_t i = first; i < first + count; i++) {
        csuccess__membership of;
        uint32_t at = csuccess__segment_find(l->segments, state->fields[i].name);
        if (!read_field(l->m, state->fields[i].payload, &of)) return false;
        if (at != UINT32_MAX) csuccess__segment_mark(l->was, at, of.member);
    }
    return true;
}

/* ---- What conditions say ---- */

/* The answers of a wave's conditions, put where all of them stand. What spends its budget is undecided. */
static bool ask_wave(look *l, const csuccess__segment_wave *wave)
{
    csuccess__moment *m = l->m;
    uint64_t holds[CSUCCESS__SEGMENT_WORDS_MOST], open[CSUCCESS__SEGMENT_WORDS_MOST];
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    csuccess_result failed = csuccess__ruleset_row(wave->set, m->machine, &frame, holds, open);
    bool spent = failed == CSUCCESS_ELIMIT;
    if (failed < 0 && !spent) {
        csuccess__step_fail(m->step, failed);
        return false;
    }
    for (uint32_t i = 0; i < wave->count; i++) {
        bool dynamic = l->segments->list[wave->first + i].dynamic;
        bool undecided = spent ? dynamic : csuccess__segment_bit(open, i);
        csuccess__segment_mark(l->open, wave->first + i, undecided);
        csuccess__segment_mark(l->holds, wave->first + i,
                               !spent && csuccess__segment_bit(holds, i));
    }
    return true;
}

/* What becomes of a membership; see flow/segments.h. */
static bool remains(look *l, uint32_t i)
{
    const csuccess__segment *segment = &l->segments->list[i];
    bool was = csuccess__segment_bit(l->was, i), holds = csuccess__segment_bit(l->holds, i);
    if (!segment->dynamic || holds || !was) return segment->dynamic ? holds : was;
    if (segment->leave) {
        return csuccess__moment_asks(l->m, segment->leave) != CSUCCESS__TRUE;
    }
    return csuccess__segment_bit(l->open, i);
}

static void show(look *l, uint32_t i)
{
    bool member = csuccess__segment_bit(l->member, i);
    l->m->slots[l->segments->list[i].slot] =
        csuccess__segment_value(member, !member && csuccess__segment_bit(l->open, i));
}

/* Every segment's bits and slot, those that refer to others after them. False: the step has failed. */
static bool settle(look *l)
{
    if (!read_members(l)) return false;
    for (uint32_t w = 0; w < l->segments->wave_count; w++) {
        const csuccess__segment_wave *wave = &l->segments->waves[w];
        if (!ask_wave(l, wave)) return false;
        for (uint32_t i = wave->first; i < wave->first + wave->count; i++) {
            csuccess__segment_mark(l->member, i, remains(l, i));
            show(l, i);
        }
    }
    return l->m->step->failed >= 0;
}

/* ---- What is kept and told ---- */

static void say(csuccess__moment *m, csuccess_str id, const csuccess__membership *of,
                csuccess_str by)
{
    csuccess__json_writer *w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "segment", id);
    csuccess__json_put_str(w, "change",
                           of->member ? CSUCCESS_STR("entered") : CSUCCESS_STR("left"));
    csuccess__json_put_num(w, "times", (double)of->times);
    csuccess__json_put_str(w, "by", by);
    if (!of->member) csuccess__json_put_time(w, "entered_at", of->entered_at);
    csuccess_str body = csuccess__step_body_end(m->step);
    if (body.ptr) csuccess__step_entry(m->step, "segment", (csuccess_str){"", 0}, body);
}

static void tell(csuccess__moment *m, csuccess_str id, bool member, csuccess_str by)
{
    const csuccess__happening h = {.kind = member ? CSUCCESS__HAPPENING_ENTERED
                                                  : CSUCCESS__HAPPENING_LEFT,
                                   .id = id,
                                   .detail = by};
    if (!m->step->quiet) csuccess__moment_tell(m, &h);
}

static void put(csuccess__moment *m, csuccess_str id, const csuccess__membership *of)
{
    csuccess__buffer *out = m->step->scratch;
    csuccess__buffer_clear(out);
    csuccess__membership_write(out, of);
    if (out->status < 0) {
        csuccess__step_fail(m->step, out->status);
        return;
    }
    csuccess__step_put(m->step, CSUCCESS__STATE_SEGMENT, id, csuccess__buffer_view(out));
}

/* Enters or leaves, now. */
static void change(csuccess__moment *m, const csuccess__segment *segment, bool member,
                   csuccess_str by)
{
    csuccess__membership of = {.member = false};
    csuccess_str payload =
        csuccess__state_get(m->step->state, CSUCCESS__STATE_SEGMENT, segment->id);
    if (payload.ptr && !read_field(m, payload, &of)) return;
    of.member = member;
    if (member) {
        of.times++;
        of.entered_at = m->step->now;
    } else {
        of.left_at = m->step->now;
    }
    put(m, segment->id, &of);
    say(m, segment->id, &of, by);
    tell(m, segment->id, member, by);
}

static void keep(look *l)
{
    for (uint32_t i = 0; i < l->segments->count; i++) {
        bool member = csuccess__segment_bit(l->member, i);
        if (member == csuccess__segment_bit(l->was, i)) continue;
        change(l->m, &l->segments->list[i], member, CSUCCESS_STR("condition"));
    }
}

/* ---- When to look again ---- */

static int64_t next_of(look *l, uint32_t i, const csuccess__move *moves)
{
    csuccess__moment *m = l->m;
    const csuccess__segment *segment = &l->segments->list[i];
    uint8_t asks = l->segments->index->asks[i];
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    int64_t next = CSUCCESS__NEVER, other;
    if (asks & CSUCCESS__ASKS_WHEN_TIMED) {
        next = csuccess__program_move(segment->when, m->machine, &frame, 1, moves).next;
    }
    bool leaves = segment->leave && csuccess__segment_bit(l->member, i);
    if (leaves && asks & CSUCCESS__ASKS_LEAVE_TIMED) {
        other = csuccess__program_move(segment->leave, m->machine, &frame, 1, moves).next;
        next = other < next ? other : next;
    }
    return next;
}

/* What time alone may change is looked at when it may, but not more often than `refresh` says. */
static void look_again(look *l)
{
    csuccess__moment *m = l->m;
    const uint8_t timed = CSUCCESS__ASKS_WHEN_TIMED | CSUCCESS__ASKS_LEAVE_TIMED;
    if (!l->segments->index->timed || m->step->failed < 0) return;
    int64_t every = m->flow->segments_every_ms > 0 ? m->flow->segments_every_ms : REFRESH_MS;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    const csuccess__move *moves = csuccess__schema_moves(m->schema, m->machine, &frame, 1);
    if (!moves) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return;
    }
    for (uint32_t i = 0; i < l->segments->count; i++) {
        const csuccess__segment *segment = &l->segments->list[i];
        if (!(l->segments->index->asks[i] & timed)) continue;
        int64_t next = next_of(l, i, moves);
        int64_t soon = m->step->now + (segment->refresh_ms ? segment->refresh_ms : every);
        if (next != CSUCCESS__NEVER) csuccess__step_due(m->step, next > soon ? next : soon);
    }
}

void csuccess__segments_step(csuccess__moment *m)
{
    if (!m->flow->segments || m->step->failed < 0) return;
    look l = open_look(m);
    if (!settle(&l)) return;
    keep(&l);
    look_again(&l);
}

void csuccess__segments_look(csuccess__moment *m)
{
    if (!m->flow->segments || m->step->failed < 0) return;
    look l = open_look(m);
    (void)settle(&l);
}

/* ---- Static membership ---- */

csuccess_result csuccess__segment_put(csuccess__moment *m, uint32_t at, bool member,
                                      csuccess_str by)
{
    const csuccess__segments *segments = m->flow->segments;
    csuccess__membership of = {.member = false};
    if (!segments || at >= segments->count || segments->list[at].dynamic) {
        return CSUCCESS_ERANGE;
    }
    const csuccess__segment *segment = &segments->list[at];
    csuccess_str payload =
        csuccess__state_get(m->step->state, CSUCCESS__STATE_SEGMENT, segment->id);
    if (payload.ptr && !read_field(m, payload, &of)) return m->step->failed;
    if (of.member == member) return CSUCCESS_UNCHANGED;
    change(m, segment, member, by);
    return m->step->failed;
}

csuccess_result csuccess__segment_set(csuccess__moment *m, uint32_t segment, bool member,
                                      csuccess_str by)
{
    csuccess_result result = csuccess__segment_put(m, segment, member, by);
    if (result != CSUCCESS_OK) return result;
    m->slots[m->flow->segments->list[segment].slot] = csuccess__boolean(member);
    if (m->flow->segments->index->refers) csuccess__segments_step(m);
    return m->step->failed;
}
