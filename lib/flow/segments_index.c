/* SPDX-License-Identifier: Apache-2.0 */
/* Which segments a changed input, or time, can move: through metrics, health, churn and other segments. */
#include "flow/segments_internal.h"

#include <string.h>

/* What one program comes to, as flags and as a bitmap over inputs. */
typedef struct reach {
    uint8_t
        asks; /* CSUCCESS__ASKS_TIME and what follows; ASKS_WHEN_TIMED: in a state, by time alone */
    uint64_t *inputs;
} reach;

typedef struct work {
    const csuccess__schema *schema;
    const csuccess__segment_past *past;
    csuccess__segments *segments;
    csuccess__segment_index *index;
    csuccess__arena temp;
    size_t words;      /* of a bitmap over inputs */
    uint32_t *metrics; /* by slot - inputs: its metric + 1; 0: it is none */
    bool *needed;      /* by metric */
    reach *of_metrics, *of_segments;
    uint32_t first_slot; /* slots of segments stand in a row from here */
    uint32_t *by_slot;   /* the segment of each of them */
} work;

static void set_bit(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* An input that no document declares: an aggregate, or an earlier score. */
static bool is_implicit(const csuccess__slot *slot)
{
    return slot->attribute && !slot->attribute->at;
}

const uint64_t *csuccess__segments_used(const csuccess__schema *schema, csuccess__arena *arena)
{
    uint64_t *used = CSUCCESS__NEW_ARRAY(arena, uint64_t, schema->inputs / 64 + 1);
    for (uint32_t i = 0; used && i < schema->inputs; i++) {
        if (schema->slots[i].used || is_implicit(&schema->slots[i])) set_bit(used, i);
    }
    return used;
}

/* ---- What a program comes to ---- */

static void add_reach(const work *w, reach *to, const reach *from)
{
    to->asks |= from->asks;
    for (size_t i = 0; i < w->words; i++) to->inputs[i] |= from->inputs[i];
}

static void add_stratum(const work *w, reach *to, csuccess__stratum stratum)
{
    bool churn = stratum == CSUCCESS__STRATUM_CHURN;
    to->asks |= CSUCCESS__ASKS_METRICS | CSUCCESS__ASKS_HEALTH;
    if (churn) to->asks |= CSUCCESS__ASKS_CHURN;
    /* What a model asks for, and when, is its own. */
    if (churn || w->past->reads_now) to->asks |= CSUCCESS__ASKS_TIME;
    to->asks |= CSUCCESS__ASKS_WHEN_TIMED;
    for (size_t i = 0; i < w->words; i++) {
        to->inputs[i] |= churn ? UINT64_MAX : w->past->used[i];
    }
}

static void add_input(const work *w, reach *to, uint32_t slot)
{
    const csuccess__slot *input = &w->schema->slots[slot];
    set_bit(to->inputs, slot);
    if (is_implicit(input)) to->asks |= CSUCCESS__ASKS_WHEN_TIMED;
    if (input->attribute && input->attribute->has_max_age) to->asks |= CSUCCESS__ASKS_TIME;
}

static void add_slot(const work *w, reach *to, uint32_t slot)
{
    const csuccess__slot *at = &w->schema->slots[slot];
    uint32_t segment = slot - w->first_slot;
    if (slot < w->schema->inputs) {
        add_input(w, to, slot);
    } else if (segment < w->segments->count) {
        uint8_t own = to->asks & CSUCCESS__ASKS_WHEN_TIMED; /* theirs they look at themselves */
        add_reach(w, to, &w->of_segments[w->by_slot[segment]]);
        to->asks =
            (uint8_t)((to->asks & ~CSUCCESS__ASKS_WHEN_TIMED) | own | CSUCCESS__ASKS_SEGMENTS);
    } else if (at->stratum >= CSUCCESS__STRATUM_HEALTH) {
        add_stratum(w, to, at->stratum);
    } else if (w->metrics[slot - w->schema->inputs]) {
        to->asks |= CSUCCESS__ASKS_METRICS;
        add_reach(w, to, &w->of_metrics[w->metrics[slot - w->schema->inputs] - 1]);
    }
}

static bool reach_of(work *w, const csuccess__program *program, reach *out)
{
    out->inputs = CSUCCESS__NEW_ARRAY(&w->temp, uint64_t, w->words);
    if (!out->inputs) return false;
    out->asks = 0;
    if (!program) return true;
    if (program->reads_now) out->asks = CSUCCESS__ASKS_TIME | CSUCCESS__ASKS_WHEN_TIMED;
    for (uint32_t i = 0; i < program->input_count; i++) add_slot(w, out, program->inputs[i]);
    return true;
}

/* ---- Metrics, as far as segments read them ---- */

static void need_inputs(work *w, const csuccess__program *program)
{
    for (uint32_t i = 0; program && i < program->input_count; i++) {
        uint32_t slot = program->inputs[i];
        uint32_t metric = slot < w->schema->inputs ? 0 : w->metrics[slot - w->schema->inputs];
        if (metric) w->needed[metric - 1] = true;
    }
}

static bool reach_metrics(work *w)
{
    const csuccess__schema *schema = w->schema;
    for (uint32_t i = 0; i < schema->metric_count; i++) {
        w->metrics[schema->metrics[i].slot - schema->inputs] = i + 1;
    }
    for (uint32_t i = 0; i < w->segments->count; i++) {
        need_inputs(w, w->segments->list[i].when);
        need_inputs(w, w->segments->list[i].leave);
    }
    for (uint32_t i = schema->metric_count; i-- > 0;) {
        if (w->needed[i]) need_inputs(w, schema->metrics[i].program);
    }
    for (uint32_t i = 0; i < schema->metric_count; i++) {
        if (w->needed[i] && !reach_of(w, schema->metrics[i].program, &w->of_metrics[i])) {
            return false;
        }
    }
    return true;
}

/* ---- The index ---- */

static bool reach_segment(work *w, uint32_t i, uint8_t *asks)
{
    const csuccess__segment *segment = &w->segments->list[i];
    reach leave;
    if (!reach_of(w, segment->when, &w->of_segments[i]) ||
        !reach_of(w, segment->leave, &leave)) {
        return false;
    }
    asks[i] = w->of_segments[i].asks;
    if (leave.asks & CSUCCESS__ASKS_WHEN_TIMED) asks[i] |= CSUCCESS__ASKS_LEAVE_TIMED;
    uint8_t timed = CSUCCESS__ASKS_WHEN_TIMED | CSUCCESS__ASKS_LEAVE_TIMED;
    w->index->timed = w->index->timed || asks[i] & timed;
    w->index->refers = w->index->refers || (asks[i] | leave.asks) & CSUCCESS__ASKS_SEGMENTS;
    return true;
}

/* What an input's change asks for: whatever the segments do that it reaches. */
static void spread(const work *w, uint8_t *needs)
{
    for (uint32_t s = 0; s < w->segments->count; s++) {
        const reach *of = &w->of_segments[s];
        if (of->asks & CSUCCESS__ASKS_TIME) w->index->always |= of->asks;
        for (uint32_t i = 0; i < w->schema->inputs; i++) {
            if (csuccess__segment_bit(of->inputs, i)) needs[i] |= of->asks;
        }
    }
}

/* Slots that conditions read and that change without being said to. */
static void list_slots(work *w, uint32_t *derived, uint32_t *aging, bool *seen)
{
    for (uint32_t i = 0; i < w->segments->count; i++) {
        const csuccess__program *when = w->segments->list[i].when;
        for (uint32_t k = 0; when && k < when->input_count; k++) {
            uint32_t slot = when->inputs[k];
            const csuccess__attribute *attribute = w->schema->slots[slot].attribute;
            bool computed = slot >= w->schema->inputs;
            bool ages = !computed && attribute && attribute->has_max_age;
            if (seen[slot] || slot - w->first_slot < w->segments->count) continue;
            seen[slot] = true;
            if (computed) derived[w->index->derived_count++] = slot;
            if (ages) aging[w->index->aging_count++] = slot;
        }
    }
    w->index->derived = derived;
    w->index->aging = aging;
}

static bool make_work(work *w)
{
    const csuccess__schema *schema = w->schema;
    w->words = schema->inputs / 64 + 1;
    w->metrics =
        CSUCCESS__NEW_ARRAY(&w->temp, uint32_t, (size_t)(schema->count - schema->inputs) + 1);
    w->needed = CSUCCESS__NEW_ARRAY(&w->temp, bool, (size_t)schema->metric_count + 1);
    w->of_metrics = CSUCCESS__NEW_ARRAY(&w->temp, reach, (size_t)schema->metric_count + 1);
    w->of_segments = CSUCCESS__NEW_ARRAY(&w->temp, reach, w->segments->count);
    return w->metrics && w->needed && w->of_metrics && w->of_segments;
}

static bool place_slots(work *w)
{
    const csuccess__segments *segments = w->segments;
    w->first_slot = UINT32_MAX;
    for (uint32_t i = 0; i < segments->count; i++) {
        if (segments->list[i].slot < w->first_slot) w->first_slot = segments->list[i].slot;
    }
    w->by_slot = CSUCCESS__NEW_ARRAY(&w->temp, uint32_t, segments->count);
    for (uint32_t i = 0; w->by_slot && i < segments->count; i++) {
        w->by_slot[segments->list[i].slot - w->first_slot] = i;
    }
    return w->by_slot != NULL;
}

static bool reach_all(work *w, uint8_t *asks)
{
    bool reached = place_slots(w) && make_work(w) && reach_metrics(w);
    for (uint32_t i = 0; reached && i < w->segments->count; i++) {
        reached = reach_segment(w, i, asks);
    }
    return reached;
}

static bool fill(work *w, csuccess__arena *arena)
{
    uint32_t n = w->segments->count, slots = w->schema->count;
    uint8_t *asks = CSUCCESS__NEW_ARRAY(arena, uint8_t, n);
    uint8_t *needs = CSUCCESS__NEW_ARRAY(arena, uint8_t, (size_t)w->schema->inputs + 1);
    uint32_t *derived = CSUCCESS__NEW_ARRAY(arena, uint32_t, slots);
    uint32_t *aging = CSUCCESS__NEW_ARRAY(arena, uint32_t, slots);
    bool *seen = CSUCCESS__NEW_ARRAY(&w->temp, bool, slots);
    if (!asks || !needs || !derived || !aging || !seen || !reach_all(w, asks)) return false;
    spread(w, needs);
    list_slots(w, derived, aging, seen);
    w->index->inputs = w->schema->inputs;
    w->index->words = (n + 63) / 64;
    w->index->asks = asks;
    w->index->needs = needs;
    return true;
}

bool csuccess__segments_index(csuccess__segments *segments, const csuccess__schema *schema,
                              csuccess__arena *arena, const csuccess__segment_past *past)
{
    work w = {.schema = schema, .past = past, .segments = segments};
    w.index = CSUCCESS__NEW(arena, csuccess__segment_index);
    if (!w.index) return false;
    csuccess__arena_init(&w.temp, arena->mem, 0);
    bool filled = fill(&w, arena);
    csuccess__arena_free(&w.temp);
    segments->index = w.index;
    return filled;
}
