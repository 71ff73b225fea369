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

/* Where eight walks stand, and the keys that each reads: slot s of lane l at keys[s * slot_stride + l * lane_stride]. */
typedef struct lanes {
    uint32_t at[LANES];
} lanes;

/* Whether no lane can go on. Asked now and then, since trees that were grown leaf by leaf have few long branches. */
static inline bool at_rest(const csuccess__packed_node *nodes, const lanes *w)
{
    uint32_t left = 0;
    for (size_t l = 0; l < LANES; l++) left |= nodes[w->at[l]].step;
    return left == 0;
}

enum { ROUND = 6 }; /* steps between two looks */

/* One step of every lane; a leaf stays. */
static inline void step_numbers(lanes *w, const csuccess__packed_node *nodes,
                                const uint32_t *keys, size_t slot_stride, size_t lane_stride)
{
    for (size_t l = 0; l < LANES; l++) {
        const csuccess__packed_node *node = &nodes[w->at[l]];
        uint32_t key = keys[node->slot * slot_stride + l * lane_stride];
        w->at[l] += node->step + (key >= node->key);
    }
}

/* The same where a split may be by category: both answers, and a mask that chooses. A leaf has slot 0, which is of categories where
   there are no others: its key is no set, so its answer is taken as of a number, which no key reaches. */
static inline void step_mixed(lanes *w, const csuccess__forest_parts *parts,
                              const uint32_t *keys, size_t slot_stride, size_t lane_stride)
{
    for (size_t l = 0; l < LANES; l++) {
        const csuccess__packed_node *node = &parts->nodes[w->at[l]];
        uint32_t key = keys[node->slot * slot_stride + l * lane_stride];
        uint32_t number = key >= node->key;
        uint32_t mask =
            0U - (uint32_t)((node->slot >= parts->category_slot) & (node->step != 0));
        uint32_t word = parts->sets[(node->key + (key >> 5)) & mask];
        uint32_t member = word >> (key & 31) & 1;
        w->at[l] += node->step + (number ^ ((number ^ member) & mask));
    }
}

static inline void walk_numbers(lanes *w, const csuccess__packed_node *nodes,
                                const uint32_t *keys, size_t slot_stride, uint32_t steps)
{
    size_t lane_stride = slot_stride == 1 ? 0 : 1;
    for (uint32_t done = 0; done < steps;) {
        uint32_t end = steps - done > ROUND ? done + ROUND : steps;
        for (; done < end; done++) step_numbers(w, nodes, keys, slot_stride, lane_stride);
        if (done < steps && at_rest(nodes, w)) return;
    }
}

static inline void walk_mixed(lanes *w, const csuccess__forest_parts *parts,
                              const uint32_t *keys, size_t slot_stride, uint32_t steps)
{
    size_t lane_stride = slot_stride == 1 ? 0 : 1;
    for (uint32_t done = 0; done < steps;) {
        uint32_t end = steps - done > ROUND ? done + ROUND : steps;
        for (; done < end; done++) step_mixed(w, parts, keys, slot_stride, lane_stride);
        if (done < steps && at_rest(parts->nodes, w)) return;
    }
}

/* ---- One row: eight trees in step ---- */

float csuccess__forest_walk(const csuccess__forest *forest, const uint32_t *keys)
{
    const csuccess__forest_parts *parts = forest->parts;
    const float *values = parts->values;
    float margin = forest->base;
    lanes w;
    for (uint32_t g = 0; g < parts->group_count; g++) {
        memcpy(w.at, parts->roots + (size_t)g * LANES, sizeof w.at);
        if (parts->categories) {
            walk_mixed(&w, parts, keys, 1, parts->steps[g]);
        } else {
            walk_numbers(&w, parts->nodes, keys, 1, parts->steps[g]);
        }
        for (size_t l = 0; l < LANES; l++) margin += values[w.at[l]];
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

static void tree_of_numbers(const csuccess__forest_parts *parts,
                            const csuccess__packed_tree *tree, const uint32_t *keys,
                            float *margins)
{
    const float *values = parts->values;
    for (size_t r = 0; r < BLOCK; r += LANES) {
        lanes w;
        for (size_t l = 0; l < LANES; l++) w.at[l] = tree->first;
        walk_numbers(&w, parts->nodes, keys + r, BLOCK, tree->depth);
        for (size_t l = 0; l < LANES; l++) margins[r + l] += values[w.at[l]];
    }
}

static void tree_of_categories(const csuccess__forest_parts *parts,
                               const csuccess__packed_tree *tree, const uint32_t *keys,
                               float *margins)
{
    const float *values = parts->values;
    for (size_t r = 0; r < BLOCK; r += LANES) {
        lanes w;
        for (size_t l = 0; l < LANES; l++) w.at[l] = tree->first;
        walk_mixed(&w, parts, keys + r, BLOCK, tree->depth);
        for (size_t l = 0; l < LANES; l++) margins[r + l] += values[w.at[l]];
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
        const csuccess__packed_tree *tree = &parts->trees[t];
        if (tree->categories) {
            tree_of_categories(parts, tree, work->keys, sums);
        } else {
            tree_of_numbers(parts, tree, work->keys, sums);
        }
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
