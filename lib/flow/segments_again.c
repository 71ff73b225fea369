/* SPDX-License-Identifier: Apache-2.0 */
/* Segments after some inputs have changed: only what those inputs, and time, can move is looked at again. */
#include "flow/segments_internal.h"

#include <string.h>

/* A standing: that of each wave's set, then, where segments refer to one another, their answers in the order of the list. */
size_t csuccess__segments_standing(const csuccess__segments *segments)
{
    size_t words = 2 * (size_t)segments->index->words;
    for (uint32_t w = 0; w < segments->wave_count; w++) {
        words += csuccess__ruleset_standing(segments->waves[w].set);
    }
    return words;
}

/* The answers of the set are those of the list, and stand as they are; see csuccess__ruleset_answers(). */
static bool one_group(const csuccess__segments *segments)
{
    return segments->wave_count == 1 && segments->count <= CSUCCESS__RULESET_GROUP;
}

csuccess__segments_need csuccess__segments_needs(const csuccess__segments *segments,
                                                 const uint32_t *changed, size_t count)
{
    const csuccess__segment_index *index = segments->index;
    uint8_t all = index->always;
    for (size_t i = 0; i < count; i++) {
        all |= changed[i] < index->inputs ? index->needs[changed[i]] : UINT8_MAX;
    }
    csuccess__segments_need need = {.metrics = all & CSUCCESS__ASKS_METRICS,
                                    .health = all & CSUCCESS__ASKS_HEALTH,
                                    .churn = all & CSUCCESS__ASKS_CHURN};
    need.inputs_only = !need.metrics && !need.health && !need.churn && !index->refers;
    return need;
}

/* One call of csuccess__segments_again(). */
typedef struct again {
    const csuccess__segments *segments;
    csuccess__machine *machine;
    const csuccess__frame *frame;
    csuccess__value *slots;
    uint32_t *changed; /* with room for every segment */
    size_t count;
    uint64_t *holds, *undecided;
} again;

/* What else may have another value, besides what the caller says: what is computed, and what grows old. */
static bool add_derived(again *a, const uint32_t *changed, size_t count, bool computed)
{
    const csuccess__segment_index *index = a->segments->index;
    size_t derived = computed ? index->derived_count : 0;
    size_t room = count + index->aging_count + derived + a->segments->count;
    a->changed = CSUCCESS__NEW_ARRAY(&a->machine->arena, uint32_t, room);
    if (!a->changed) return false;
    if (count) memcpy(a->changed, changed, count * sizeof *changed);
    a->count = count;
    for (uint32_t i = 0; i < index->aging_count; i++) a->changed[a->count++] = index->aging[i];
    for (size_t i = 0; i < derived; i++) a->changed[a->count++] = index->derived[i];
    return true;
}

/* The answers of a wave, where all of them stand; segments that have another one have changed for those that refer to them. */
static void take_answers(again *a, const csuccess__segment_wave *wave, const uint64_t *standing)
{
    uint64_t holds[CSUCCESS__SEGMENT_WORDS_MOST], open[CSUCCESS__SEGMENT_WORDS_MOST];
    csuccess__ruleset_answers(wave->set, standing, holds, open);
    for (uint32_t k = 0; k < wave->count; k++) {
        uint32_t i = wave->first + k, slot = a->segments->list[i].slot;
        bool is = csuccess__segment_bit(holds, k), unsure = csuccess__segment_bit(open, k);
        bool same = is == csuccess__segment_bit(a->holds, i) &&
                    unsure == csuccess__segment_bit(a->undecided, i);
        a->slots[slot] = csuccess__segment_value(is, unsure);
        if (same) continue;
        csuccess__segment_mark(a->holds, i, is);
        csuccess__segment_mark(a->undecided, i, unsure);
        a->changed[a->count++] = slot;
    }
}

static csuccess_result by_waves(again *a, uint64_t *standing)
{
    const csuccess__segments *segments = a->segments;
    for (uint32_t w = 0; w < segments->wave_count; w++) {
        const csuccess__segment_wave *wave = &segments->waves[w];
        csuccess_result failed = csuccess__ruleset_again(wave->set, a->machine, a->frame,
                                                         a->changed, a->count, standing);
        if (failed < 0) return failed;
        take_answers(a, wave, standing);
        standing += csuccess__ruleset_standing(wave->set);
    }
    return CSUCCESS_OK;
}

/* reason: what csuccess__segments_row() is given, what has changed, and where the customer stood. */
csuccess_result csuccess__segments_again(const csuccess__segments *segments,
                                         csuccess__machine *machine,
                                         const csuccess__frame *frame, csuccess__value *slots,
                                         const csuccess__segments_change *change,
                                         uint64_t *standing)
{
    const csuccess__segment_index *index = segments->index;
    const uint32_t *changed = change->inputs;
    size_t count = change->count;
    bool plain = change->need.inputs_only && index->aging_count == 0;
    again a = {.segments = segments, .machine = machine, .frame = frame, .slots = slots};
    if (plain && one_group(segments)) {
        return csuccess__ruleset_again(segments->waves[0].set, machine, frame, changed, count,
                                       standing);
    }
    size_t all = csuccess__segments_standing(segments);
    a.holds = standing + all - 2 * (size_t)index->words;
    a.undecided = a.holds + index->words;
    csuccess_result failed = CSUCCESS_ENOMEM;
    if (add_derived(&a, changed, count, !change->need.inputs_only))
        failed = by_waves(&a, standing);
    if (failed < 0) memset(standing, 0, all * sizeof *standing);
    return failed;
}

const uint64_t *csuccess__segments_answers(const csuccess__segments *segments,
                                           const uint64_t *standing, const uint64_t **undecided)
{
    size_t words = segments->index->words;
    /* One set of one group has them in the order of the list. */
    const uint64_t *end = standing + csuccess__segments_standing(segments);
    if (one_group(segments)) end -= 2 * words;
    *undecided = end - words;
    return end - 2 * words;
}
