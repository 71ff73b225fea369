/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of conditions: building them, and answering for one customer. */
#include "expr/ruleset_internal.h"

#include <string.h>

/* ---- Building ---- */

static bool start(csuccess__rule_builder *builder)
{
    csuccess__rule_node *nodes =
        csuccess__rule_grow(builder, NULL, 0, &builder->node_room, sizeof *nodes);
    if (!nodes) return false;
    nodes[0] = (csuccess__rule_node){.kind = CSUCCESS__RULE_TRUE};
    builder->nodes = nodes;
    builder->node_count = 1;
    return true;
}

static bool keep_nodes(const csuccess__rule_builder *builder, csuccess__rule_group *group)
{
    csuccess__rule_node *nodes =
        CSUCCESS__NEW_ARRAY(builder->arena, csuccess__rule_node, builder->node_count);
    if (!nodes) return false;
    memcpy(nodes, builder->nodes, builder->node_count * sizeof *nodes);
    group->nodes = nodes;
    group->node_count = (uint32_t)builder->node_count;
    return true;
}

static bool build(csuccess__rule_builder *builder, csuccess__rule_group *group)
{
    csuccess__edge *roots = CSUCCESS__NEW_ARRAY(builder->arena, csuccess__edge, group->n);
    if (!roots || !start(builder)) return false;
    for (uint32_t i = 0; i < group->n && !builder->lost; i++) {
        roots[i] = csuccess__rule_read(builder, group->programs[i]);
    }
    group->roots = roots;
    return !builder->lost && csuccess__rule_finish_keys(builder, group) &&
           keep_nodes(builder, group) && csuccess__rule_terms(builder, group);
}

const csuccess__ruleset *csuccess__ruleset_new(csuccess__arena *arena,
                                               const csuccess__program *const *programs,
                                               size_t n)
{
    csuccess__ruleset *set = CSUCCESS__NEW(arena, csuccess__ruleset);
    if (!set) return NULL;
    set->count = (n + CSUCCESS__GROUP_CONDITIONS - 1) / CSUCCESS__GROUP_CONDITIONS;
    csuccess__rule_group *groups = CSUCCESS__NEW_ARRAY(arena, csuccess__rule_group, set->count);
    if (!groups) return NULL;
    for (size_t g = 0; g < set->count; g++) {
        size_t first = g * CSUCCESS__GROUP_CONDITIONS;
        size_t left = n - first;
        groups[g].programs = programs + first;
        groups[g].n =
            (uint32_t)(left < CSUCCESS__GROUP_CONDITIONS ? left : CSUCCESS__GROUP_CONDITIONS);
        csuccess__rule_builder builder = {.arena = arena};
        csuccess__arena_init(&builder.temp, arena->mem, 0);
        bool built = build(&builder, &groups[g]);
        csuccess__arena_free(&builder.temp);
        if (!built) return NULL;
    }
    set->groups = groups;
    return set;
}

/* ---- One customer ---- */

/* Where one customer's evaluation stands. */
typedef struct row_state {
    uint64_t alive[CSUCCESS__GROUP_WORDS]; /* terms not known to be false */
    uint64_t
        open[CSUCCESS__GROUP_WORDS]; /* terms that something missing keeps from being true */
    uint64_t *holds, *undecided;     /* undecided may be NULL */
} row_state;

/* Masks are whole multiples of four words, so that the loop is short. */
static inline void apply(const csuccess__rule_group *group, const csuccess__rule_key *key,
                         const csuccess__value *value, row_state *state)
{
    uint32_t words = group->words;
    if (value->kind == CSUCCESS__KIND_ANY) {
        for (uint32_t w = 0; w < words; w++) state->open[w] |= key->readers[w];
        return;
    }
    const uint64_t *mask = key->masks + (size_t)csuccess__region_of(key, value) * words;
    for (uint32_t w = 0; w < words; w += 4) {
        state->alive[w] &= mask[w];
        state->alive[w + 1] &= mask[w + 1];
        state->alive[w + 2] &= mask[w + 2];
        state->alive[w + 3] &= mask[w + 3];
    }
}

static void set_bit(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* The conditions of the terms in `terms`, added to `out`. */
static void conditions_of(const csuccess__rule_group *group, const uint64_t *terms,
                          uint64_t *out)
{
    uint32_t whole = group->n / 64, rest = group->n % 64;
    uint64_t head = rest ? (UINT64_C(1) << rest) - 1 : 0;
    for (uint32_t w = 0; w < whole; w++) out[w] |= terms[w];
    if (rest) out[whole] |= terms[whole] & head;
    for (uint32_t w = whole; w < group->words; w++) {
        uint64_t left = w == whole ? terms[w] & ~head : terms[w];
        for (; left != 0; left &= left - 1) {
            set_bit(out, group->condition[64 * w + csuccess__bits_lowest(left)]);
        }
    }
}

/* Whether some condition still turns on this key. */
static bool matters(const csuccess__rule_group *group, const csuccess__rule_key *key,
                    const row_state *state)
{
    for (uint32_t i = 0; i < key->asking_count; i++) {
        uint32_t t = key->asking[i], c = group->condition[t];
        bool alive = csuccess__bit(state->alive, t) &&
                     (state->undecided || !csuccess__bit(state->open, t));
        if (alive && !csuccess__bit(state->holds, c)) return true;
    }
    return false;
}

/* Adds the conditions that hold by their plain terms, or by the others. */
static void settle(const csuccess__rule_group *group, bool plain, row_state *state)
{
    uint64_t terms[CSUCCESS__GROUP_WORDS], others = plain ? 0 : UINT64_MAX;
    for (uint32_t w = 0; w < group->words; w++) {
        terms[w] = state->alive[w] & ~state->open[w] & (group->plain[w] ^ others);
    }
    conditions_of(group, terms, state->holds);
}

static csuccess_result run_programs(const csuccess__rule_group *group,
                                    csuccess__machine *machine, const csuccess__frame *frame,
                                    row_state *state)
{
    csuccess_result failed = CSUCCESS_OK;
    const csuccess__program *last = NULL;
    csuccess__value value = csuccess__missing(CSUCCESS__ABSENCE_UNDECIDED);
    for (uint32_t k = group->slot_keys; k < group->key_count; k++) {
        const csuccess__rule_key *key = &group->keys[k];
        if (!matters(group, key, state)) continue;
        if (key->program != last) {
            value = csuccess__program_run(key->program, machine, frame, &failed);
            if (failed < 0) return failed;
        }
        last = key->program;
        apply(group, key, &value, state);
    }
    return failed;
}

static csuccess_result run_whole(const csuccess__rule_group *group, csuccess__machine *machine,
                                 const csuccess__frame *frame, row_state *state)
{
    csuccess_result failed = CSUCCESS_OK;
    for (uint32_t i = 0; i < group->whole_count; i++) {
        uint32_t c = group->whole[i];
        csuccess__value v = csuccess__program_run(group->programs[c], machine, frame, &failed);
        if (failed < 0) return failed;
        if (csuccess__is_missing(v)) {
            if (state->undecided) set_bit(state->undecided, c);
        } else if (v.as.boolean) {
            set_bit(state->holds, c);
        }
    }
    return failed;
}

static bool some_open(const csuccess__rule_group *group, const row_state *state)
{
    uint64_t open = 0;
    for (uint32_t w = 0; w < group->words; w++) open |= state->open[w];
    return open != 0;
}

static csuccess_result by_terms(const csuccess__rule_group *group, csuccess__machine *machine,
                                const csuccess__frame *frame, row_state *state)
{
    memcpy(state->alive, group->initial, group->words * sizeof *state->alive);
    memset(state->open, 0, group->words * sizeof *state->open);
    for (uint32_t k = 0; k < group->slot_keys; k++) {
        const csuccess__rule_key *key = &group->keys[k];
        apply(group, key, &frame->slots[key->slot], state);
    }
    settle(group, true, state);
    if (group->slot_keys < group->key_count) {
        csuccess_result failed = run_programs(group, machine, frame, state);
        if (failed < 0) return failed;
        settle(group, false, state);
    }
    if (state->undecided && some_open(group, state)) {
        conditions_of(group, state->alive, state->undecided);
        for (uint32_t w = 0; w < (group->n + 63) / 64; w++) {
            state->undecided[w] &= ~state->holds[w];
        }
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__ruleset_row(const csuccess__ruleset *set, csuccess__machine *machine,
                                      const csuccess__frame *frame, uint64_t *holds,
                                      uint64_t *undecided)
{
    for (size_t g = 0; g < set->count; g++) {
        const csuccess__rule_group *group = &set->groups[g];
        size_t at = g * (CSUCCESS__GROUP_CONDITIONS / 64), words = (group->n + 63) / 64;
        row_state state;
        state.holds = holds + at;
        state.undecided = undecided ? undecided + at : NULL;
        memset(state.holds, 0, words * sizeof *holds);
        if (undecided) memset(state.undecided, 0, words * sizeof *undecided);
        csuccess_result failed = CSUCCESS_OK;
        if (group->words > 0) failed = by_terms(group, machine, frame, &state);
        if (failed == CSUCCESS_OK) failed = run_whole(group, machine, frame, &state);
        if (failed < 0) return failed;
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__ruleset_columns(const csuccess__ruleset *set,
                                          csuccess__column_machine *machine,
                                          const csuccess__column_frame *frame, uint64_t *holds,
                                          uint64_t *undecided)
{
    for (size_t g = 0; g < set->count; g++) {
        size_t at = g * CSUCCESS__GROUP_CONDITIONS * CSUCCESS__BLOCK_WORDS;
        csuccess_result failed = csuccess__group_columns(
            &set->groups[g], machine, frame, holds + at, undecided ? undecided + at : NULL);
        if (failed < 0) return failed;
    }
    return CSUCCESS_OK;
}
