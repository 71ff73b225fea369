/* SPDX-License-Identifier: Apache-2.0 */
/* The margin of rows: keys of what they hold, then all trees without a branch, eight trees or eight rows in step. */
#include "churn/trees/internal.h"

#include "base/number.h"

enum { LANES = CSUCCESS__FOREST_LANES, BLOCK = CSUCCESS__FOREST_BLOCK };

float csuccess__forest_value(double value)
{
    /* The conversion itself is only defined within the range of float. */
    if (value >= 0x1.ffffffp127) return INFINITY;
    if (value <= -0x1.ffffffp127) return -INFINITY;
    return (float)value;
}

double csuccess__forest_probability(float margin)
{
    return csuccess__sigmoid((double)margin);
}

csuccess__forest_work *csuccess__forest_work_new(csuccess__arena *arena,
                                                 const csuccess__forest *forest, bool explain)
{
    const csuccess__forest_parts *parts = forest->parts;
    csuccess__forest_work *work = CSUCCESS__NEW(arena, csuccess__forest_work);
    if (!work) return NULL;
    size_t keys = ((size_t)parts->slot_count + 1) * BLOCK;
    work->keys = CSUCCESS__NEW_ARRAY(arena, uint32_t, keys);
    if (!work->keys) return NULL;
    return !explain || csuccess__forest_explain_room(arena, parts, work) ? work : NULL;
}

/* ---- Keys ---- */

/* The index of a category among those of its slot. */
static uint32_t category_key(const csuccess__slot *slot, float x)
{
    if (x != x) return slot->count + 1;
    if (!(x >= 0 && x < 16777216.0F)) return slot->count;
    uint32_t category = (uint32_t)x;
    if (slot->dense) return category < slot->count ? category : slot->count;
    uint32_t low = 0, high = slot->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (slot->categories[middle] < category) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < slot->count && slot->categories[low] == category ? low : slot->count;
}

void csuccess__forest_keys(const csuccess__forest_parts *parts, const float *row,
                           uint32_t *keys)
{
    for (uint32_t s = 0; s < parts->category_slot; s++) {
        const csuccess__slot *slot = &parts->slots[s];
        keys[s] = csuccess__key_of(row[slot->feature], slot->kind == CSUCCESS__SLOT_LEFT
                                                           ? CSUCCESS__KEY_LEFT
                                                           : CSUCCESS__KEY_RIGHT);
    }
    for (uint32_t s = parts->category_slot; s < parts->slot_count; s++) {
        keys[s] = category_key(&parts->slots[s], row[parts->slots[s].feature]);
    }
}

/* Keys of one slot for `rows` rows. */
static void slot_keys(const csuccess__slot *slot, const float *values, size_t stride,
                      size_t rows, uint32_t *keys)
{
    if (slot->kind == CSUCCESS__SLOT_CATEGORY) {
        for (size_t r = 0; r < rows; r++) keys[r] = category_key(slot, values[r * stride]);
        return;
    }
    uint32_t missing =
        slot->kind == CSUCCESS__SLOT_LEFT ? CSUCCESS__KEY_LEFT : CSUCCESS__KEY_RIGHT;
    if (stride == 1) { /* lets compilers take several at once */
        for (size_t r = 0; r < rows; r++) keys[r] = csuccess__key_of(values[r], missing);
        return;
    }
    for (size_t r = 0; r < rows; r++) keys[r] = csuccess__key_of(values[r * stride], missing);
}

/* ---- Steps ---- */

/* One step from node `at`; a leaf stays. `keys` has slots at distance `stride`. */
static inline uint32_t step_number(const csuccess__packed_node *nodes, uint32_t at,
                                   const uint32_t *keys, size_t stride)
{
    const csuccess__packed_node *node = &nodes[at];
    return at + node->step + (keys[node->slot * stride] >= node->key);
}

/* The same where a split may be by category: both answers, and a mask that chooses. The leaf has slot 0, which is of categories where
   there are no others: then its key is no set, so its answer is taken as of a number, which no key reaches. */
static inline uint32_t step_mixed(const csuccess__forest_parts *parts, uint32_t at,
                                  const uint32_t *keys, size_t stride)
{
    const csuccess__packed_node *node = &parts->nodes[at];
    uint32_t key = keys[node->slot * stride];
    uint32_t number = key >= node->key;
    uint32_t mask = 0U - (uint32_t)((node->slot >= parts->category_slot) & (node->step != 0));
    uint32_t word = parts->sets[(node->key + (key >> 5)) & mask];
    uint32_t member = word >> (key & 31) & 1;
    return at + node->step + (number ^ ((number ^ member) & mask));
}

/* Whether no lane can go on. Asked from the sixth step on, where trees that were grown leaf by leaf have long branches. */
static inline bool at_rest(const csuccess__packed_node *nodes, const uint32_t at[LANES])
{
    uint32_t left = 0;
    for (size_t l = 0; l < LANES; l++) left |= nodes[at[l]].step;
    return left == 0;
}

enum { FIRST_LOOK = 8, LOOK_EVERY = 4 };

static inline bool may_stop(const csuccess__packed_node *nodes, const uint32_t at[LANES],
                            uint32_t step)
{
    return step >= FIRST_LOOK && step % LOOK_EVERY == 0 && at_rest(nodes, at);
}

/* ---- One row: eight trees in step ---- */

float csuccess__forest_walk(const csuccess__forest *forest, const uint32_t *keys)
{
    const csuccess__forest_parts *parts = forest->parts;
    const csuccess__packed_node *nodes = parts->nodes;
    float margin = forest->base;
    for (uint32_t g = 0; g < parts->group_count; g++) {
        uint32_t at[LANES];
        memcpy(at, parts->roots + (size_t)g * LANES, sizeof at);
        for (uint32_t step = 0; step < parts->steps[g]; step++) {
            if (may_stop(nodes, at, step)) break;
            if (parts->categories) {
                for (size_t l = 0; l < LANES; l++) at[l] = step_mixed(parts, at[l], keys, 1);
            } else {
                for (size_t l = 0; l < LANES; l++) at[l] = step_number(nodes, at[l], keys, 1);
            }
        }
        for (size_t l = 0; l < LANES; l++) margin += parts->values[at[l]];
    }
    return margin;
}

float csuccess__forest_margin(const csuccess__forest *forest, csuccess__forest_work *work,
                              const float *row)
{
    csuccess__forest_keys(forest->parts, row, work->keys);
    return csuccess__forest_walk(forest, work->keys);
}

/* ---- A block: eight rows in step, tree after tree ---- */

static void walk_tree(const csuccess__forest_parts *parts, const csuccess__packed_tree *tree,
                      const uint32_t *keys, float *margins)
{
    const csuccess__packed_node *nodes = parts->nodes;
    for (size_t r = 0; r < BLOCK; r += LANES) {
        uint32_t at[LANES];
        for (size_t l = 0; l < LANES; l++) at[l] = tree->first;
        for (uint32_t step = 0; step < tree->depth; step++) {
            if (may_stop(nodes, at, step)) break;
            if (tree->categories) {
                for (size_t l = 0; l < LANES; l++) {
                    at[l] = step_mixed(parts, at[l], keys + r + l, BLOCK);
                }
            } else {
                for (size_t l = 0; l < LANES; l++) {
                    at[l] = step_number(nodes, at[l], keys + r + l, BLOCK);
                }
            }
        }
        for (size_t l = 0; l < LANES; l++) margins[r + l] += parts->values[at[l]];
    }
}

/* At most BLOCK rows; the others of a block are walked too, by key 0, and thrown away. */
static void walk_block(const csuccess__forest *forest, csuccess__forest_work *work,
                       const csuccess__forest_block *block, size_t from, float *margins)
{
    const csuccess__forest_parts *parts = forest->parts;
    size_t rows = block->rows - from < BLOCK ? block->rows - from : BLOCK;
    float sums[BLOCK];
    for (uint32_t s = 0; s < parts->slot_count; s++) {
        const csuccess__slot *slot = &parts->slots[s];
        const float *values =
            block->values + from * block->row_stride + slot->feature * block->feature_stride;
        uint32_t *keys = work->keys + (size_t)s * BLOCK;
        slot_keys(slot, values, block->row_stride, rows, keys);
        memset(keys + rows, 0, (BLOCK - rows) * sizeof *keys);
    }
    for (size_t r = 0; r < BLOCK; r++) sums[r] = forest->base;
    for (uint32_t t = 0; t < parts->tree_count; t++) {
        walk_tree(parts, &parts->trees[t], work->keys, sums);
    }
    memcpy(margins + from, sums, rows * sizeof *sums);
}

void csuccess__forest_margins(const csuccess__forest *forest, csuccess__forest_work *work,
                              const csuccess__forest_block *block, float *margins)
{
    for (size_t from = 0; from < block->rows; from += BLOCK) {
        walk_block(forest, work, block, from, margins);
    }
}
