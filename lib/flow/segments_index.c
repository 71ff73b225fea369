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
    uint32_t segment = slot - w->index->first_slot;
    if (slot < w->schema->inputs) {
        add_input(w, to, slot);
    } else if (segment < w->segments->count) {
        uint8_t own = to->asks & CSUCCESS__ASKS_WHEN_TIMED; /* theirs they look at themselves */
        add_reach(w, to, &w->of_segments[w->index->by_slot[segment]]);
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

static void transpose(const work *w, uint64_t *readers, uint64_t *timely)
{
    for (uint32_t s = 0; s < w->segments->count; s++) {
        const reach *of = &w->of_segments[s];
        if (of->asks & CSUCCESS__ASKS_TIME) set_bit(timely, s);
        for (uint32_t i = 0; i < w->schema->inputs; i++) {
            if (csuccess__segment_bit(of->inputs, i)) {
                set_bit(readers + (size_t)i * w->index->words, s);
            }
        }
    }
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

static bool fill(work *w, csuccess__arena *arena)
{
    csuccess__segments *segments = w->segments;
    csuccess__segment_index *index = w->index;
    uint32_t n = segments->count, first = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++) {
        if (segments->list[i].slot < first) first = segments->list[i].slot;
    }
    index->inputs = w->schema->inputs;
    index->words = (n + 63) / 64;
    index->first_slot = first;
    uint32_t *by_slot = CSUCCESS__NEW_ARRAY(arena, uint32_t, n);
    uint8_t *asks = CSUCCESS__NEW_ARRAY(arena, uint8_t, n);
    uint64_t *timely = CSUCCESS__NEW_ARRAY(arena, uint64_t, index->words);
    uint64_t *readers =
        CSUCCESS__NEW_ARRAY(arena, uint64_t, (size_t)index->inputs * index->words);
    if (!by_slot || !asks || !timely || !readers || !make_work(w)) return false;
    for (uint32_t i = 0; i < n; i++) by_slot[segments->list[i].slot - first] = i;
    index->by_slot = by_slot;
    if (!reach_metrics(w)) return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!reach_segment(w, i, asks)) return false;
    }
    transpose(w, readers, timely);
    index->asks = asks;
    index->timely = timely;
    index->readers = readers;
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
