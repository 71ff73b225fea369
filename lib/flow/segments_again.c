/* SPDX-License-Identifier: Apache-2.0 */
/* Segments after some inputs have changed: only those that can have moved are asked again. */
#include "flow/segments_internal.h"

#include <string.h>

/* The segments to be asked; false: a slot is no input, so nothing is known of what it moves. */
static bool gather(const csuccess__segment_index *index, const uint32_t *changed, size_t count,
                   uint64_t *asked)
{
    memcpy(asked, index->timely, index->words * sizeof *asked);
    for (size_t i = 0; i < count; i++) {
        if (changed[i] >= index->inputs) return false;
        const uint64_t *readers = index->readers + (size_t)changed[i] * index->words;
        for (uint32_t w = 0; w < index->words; w++) asked[w] |= readers[w];
    }
    return true;
}

static uint32_t lowest(uint64_t bits)
{
    uint32_t at = 0;
    for (uint32_t half = 32; half > 0; half /= 2) {
        if ((bits & ((UINT64_C(1) << half) - 1)) == 0) {
            bits >>= half;
            at += half;
        }
    }
    return at;
}

csuccess__segments_need csuccess__segments_needs(const csuccess__segments *segments,
                                                 const uint32_t *changed, size_t count)
{
    uint64_t asked[CSUCCESS__SEGMENT_WORDS_MOST];
    const csuccess__segment_index *index = segments->index;
    uint8_t all = 0;
    if (!gather(index, changed, count, asked)) {
        return (csuccess__segments_need){true, true, true};
    }
    for (uint32_t w = 0; w < index->words; w++) {
        for (uint64_t left = asked[w]; left != 0; left &= left - 1) {
            all |= index->asks[64 * w + lowest(left)];
        }
    }
    return (csuccess__segments_need){.metrics = all & CSUCCESS__ASKS_METRICS,
                                     .health = all & CSUCCESS__ASKS_HEALTH,
                                     .churn = all & CSUCCESS__ASKS_CHURN};
}

/* One call of csuccess__segments_again(). */
typedef struct again {
    const csuccess__segments *segments;
    csuccess__machine *machine;
    const csuccess__frame *frame;
    csuccess__value *slots;
    uint64_t *holds, *undecided;
    csuccess__rule_memo memo;
} again;

/* The slots of the segments that this one asks for, which stand before it. */
static void show_references(again *a, const csuccess__program *when)
{
    const csuccess__segment_index *index = a->segments->index;
    for (uint32_t i = 0; i < when->input_count; i++) {
        uint32_t at = when->inputs[i] - index->first_slot;
        if (at >= a->segments->count) continue;
        uint32_t other = index->by_slot[at];
        a->slots[when->inputs[i]] = csuccess__segment_value(
            csuccess__segment_bit(a->holds, other), csuccess__segment_bit(a->undecided, other));
    }
}

static csuccess_result ask(again *a, const csuccess__segment_wave *wave, uint32_t i)
{
    csuccess__truth truth = CSUCCESS__FALSE;
    const csuccess__segment *segment = &a->segments->list[i];
    if (a->segments->index->asks[i] & CSUCCESS__ASKS_SEGMENTS) {
        show_references(a, segment->when);
        a->memo.program = NULL; /* what it remembers may read one of these */
    }
    csuccess_result failed = csuccess__ruleset_one(wave->set, a->machine, a->frame,
                                                   i - wave->first, &a->memo, &truth);
    if (failed < 0) return failed;
    csuccess__segment_mark(a->holds, i, truth == CSUCCESS__TRUE);
    if (a->undecided) csuccess__segment_mark(a->undecided, i, truth == CSUCCESS__OPEN);
    return CSUCCESS_OK;
}

/* reason: what csuccess__segments_row() is given, and what has changed. */
csuccess_result csuccess__segments_again(const csuccess__segments *segments,
                                         csuccess__machine *machine,
                                         const csuccess__frame *frame, csuccess__value *slots,
                                         const uint32_t *changed, size_t count, uint64_t *holds,
                                         uint64_t *undecided)
{
    uint64_t asked[CSUCCESS__SEGMENT_WORDS_MOST];
    const csuccess__segment_index *index = segments->index;
    again a = {segments, machine, frame, slots, holds, undecided, {0}};
    /* Without `undecided` nobody knows what a segment that is referred to was. */
    if ((index->refers && !undecided) || !gather(index, changed, count, asked)) {
        return csuccess__segments_row(segments, machine, frame, slots, holds, undecided);
    }
    const csuccess__segment_wave *wave = segments->waves;
    for (uint32_t w = 0; w < index->words; w++) {
        for (uint64_t left = asked[w]; left != 0; left &= left - 1) {
            uint32_t i = 64 * w + lowest(left);
            while (i >= wave->first + wave->count) wave++;
            csuccess_result failed = ask(&a, wave, i);
            if (failed < 0) return failed;
        }
    }
    return CSUCCESS_OK;
}
