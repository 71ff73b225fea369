/* SPDX-License-Identifier: Apache-2.0 */
/* From the trees as they were read to the packed forest: slots, sets of categories, nodes of eight bytes. */
#include "churn/trees/internal.h"

#include "base/error.h"

enum {
    MOST_SLOTS = 65535,
    MOST_SET_WORDS = 8388608, /* 32 MiB of sets */
    NO_SLOT = UINT16_MAX,
    SLOT_KINDS = CSUCCESS__SLOT_CATEGORY + 1
};

typedef struct packing {
    csuccess__arena *arena;
    csuccess__forest_text *text;
    const csuccess__raw_forest *raw;
    csuccess__forest_parts *parts;
    csuccess__forest *forest;
    uint16_t *slot_of; /* of each feature and kind of slot */
    uint64_t
        *named; /* feature << 32 | category of every split by category; sorted, each once */
    uint64_t *other; /* as much again, to sort */
    size_t named_room, named_count;
} packing;

static uint64_t name_of(uint32_t feature, uint32_t category)
{
    return (uint64_t)feature << 32 | category;
}

static csuccess__slot_kind kind_of(const csuccess__raw_node *node)
{
    if (node->category) return CSUCCESS__SLOT_CATEGORY;
    return node->missing_left ? CSUCCESS__SLOT_LEFT : CSUCCESS__SLOT_RIGHT;
}

static uint16_t *slot_of(const packing *p, const csuccess__raw_node *node)
{
    return &p->slot_of[(size_t)node->feature * SLOT_KINDS + kind_of(node)];
}

/* ---- Categories that splits name ---- */

/* Merges the sorted runs a[from, middle) and a[middle, to) into out. */
static void merge_runs(const uint64_t *a, size_t from, size_t middle, size_t to, uint64_t *out)
{
    size_t i = from, k = middle;
    for (size_t at = from; at < to; at++) {
        bool left = i < middle && (k >= to || a[i] <= a[k]);
        out[at] = left ? a[i++] : a[k++];
    }
}

/* Sorts and keeps one of each. */
static void sort_names(packing *p)
{
    size_t n = p->named_count;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t from = 0; from < n; from += 2 * width) {
            size_t middle = from + width < n ? from + width : n;
            size_t to = middle + width < n ? middle + width : n;
            merge_runs(p->named, from, middle, to, p->other);
        }
        uint64_t *sorted = p->other;
        p->other = p->named;
        p->named = sorted;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || p->named[i] != p->named[kept - 1]) p->named[kept++] = p->named[i];
    }
    p->named_count = kept;
}

static bool collect_names(packing *p)
{
    const csuccess_allocator *mem = p->arena->mem;
    for (uint32_t i = 0; i < p->raw->node_count; i++) {
        p->named_room += p->raw->nodes[i].size;
    }
    if (p->named_room == 0) return true;
    p->named = csuccess__alloc(mem, p->named_room, sizeof *p->named);
    p->other = csuccess__alloc(mem, p->named_room, sizeof *p->other);
    if (!p->named || !p->other) return csuccess__forest_text_no_memory(p->text);
    for (uint32_t i = 0; i < p->raw->node_count; i++) {
        const csuccess__raw_node *node = &p->raw->nodes[i];
        for (uint32_t k = 0; k < node->size; k++) {
            const csuccess__json_mark *mark = &p->text->scan.marks[node->first + k];
            p->named[p->named_count++] = name_of(node->feature, (uint32_t)mark->number);
        }
    }
    sort_names(p);
    return true;
}

/* The index of a name among the sorted, or of the first above it. */
static size_t find_name(const packing *p, uint64_t name)
{
    size_t low = 0, high = p->named_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->named[middle] < name) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool name_categories(packing *p, csuccess__slot *slot)
{
    size_t first = find_name(p, name_of(slot->feature, 0));
    size_t end = find_name(p, name_of(slot->feature + 1, 0));
    slot->count = (uint32_t)(end - first);
    uint32_t *categories = CSUCCESS__NEW_ARRAY(p->arena, uint32_t, slot->count);
    if (!categories) return csuccess__forest_text_no_memory(p->text);
    for (uint32_t i = 0; i < slot->count; i++) {
        categories[i] = (uint32_t)(p->named[first + i] & UINT32_MAX);
    }
    slot->categories = categories;
    slot->dense = slot->count == 0 || categories[slot->count - 1] == slot->count - 1;
    return true;
}

/* ---- Slots ---- */

/* Numbers the slots that splits ask for, those of categories last. */
static bool number_slots(packing *p)
{
    size_t places = (size_t)p->raw->feature_count * SLOT_KINDS;
    for (size_t i = 0; i < places; i++) p->slot_of[i] = NO_SLOT;
    for (uint32_t i = 0; i < p->raw->node_count; i++) {
        if (p->raw->nodes[i].left) *slot_of(p, &p->raw->nodes[i]) = 0;
    }
    uint32_t count = 0;
    for (size_t late = 0; late < 2; late++) {
        if (late) p->parts->category_slot = count;
        for (size_t i = 0; i < places; i++) {
            if ((i % SLOT_KINDS == CSUCCESS__SLOT_CATEGORY) != late ||
                p->slot_of[i] == NO_SLOT) {
                continue;
            }
            if (count == MOST_SLOTS) {
                return csuccess__forest_text_wrong(
                    p->text, 0, CSUCCESS_ELIMIT,
                    "splits use more than %u features (those whose missing values go both ways "
                    "count twice)",
                    (uint32_t)MOST_SLOTS);
            }
            p->slot_of[i] = (uint16_t)count++;
        }
    }
    p->parts->slot_count = count;
    return true;
}

static bool make_slots(packing *p)
{
    csuccess__forest_feature *features = (csuccess__forest_feature *)p->forest->features;
    size_t places = (size_t)p->raw->feature_count * SLOT_KINDS;
    p->parts->slots = CSUCCESS__NEW_ARRAY(p->arena, csuccess__slot, p->parts->slot_count);
    if (!p->parts->slots) return csuccess__forest_text_no_memory(p->text);
    for (size_t i = 0; i < places; i++) {
        if (p->slot_of[i] == NO_SLOT) continue;
        csuccess__slot *slot = &p->parts->slots[p->slot_of[i]];
        slot->feature = (uint32_t)(i / SLOT_KINDS);
        slot->kind = (csuccess__slot_kind)(i % SLOT_KINDS);
        features[slot->feature].used = true;
        if (slot->kind != CSUCCESS__SLOT_CATEGORY) continue;
        features[slot->feature].kind = CSUCCESS__FOREST_CATEGORY;
        if (!name_categories(p, slot)) return false;
    }
    return true;
}

/* ---- Sets ---- */

/* Words of a set over the categories of a slot, any other, and missing. */
static size_t set_words(const csuccess__slot *slot)
{
    return ((size_t)slot->count + 2 + 31) / 32;
}

static bool make_sets(packing *p)
{
    size_t words = 0;
    for (uint32_t i = 0; i < p->raw->node_count; i++) {
        const csuccess__raw_node *node = &p->raw->nodes[i];
        if (node->category) words += set_words(&p->parts->slots[*slot_of(p, node)]);
        if (words > MOST_SET_WORDS) {
            return csuccess__forest_text_wrong(
                p->text, 0, CSUCCESS_ELIMIT,
                "the splits by category take more than %u MiB; pool rare categories",
                (uint32_t)(MOST_SET_WORDS / 262144));
        }
    }
    p->parts->categories = words > 0;
    p->parts->sets = CSUCCESS__NEW_ARRAY(p->arena, uint32_t, words);
    return p->parts->sets || csuccess__forest_text_no_memory(p->text);
}

static void fill_set(const packing *p, const csuccess__raw_node *node, uint32_t *set)
{
    const csuccess__slot *slot = &p->parts->slots[*slot_of(p, node)];
    size_t base = find_name(p, name_of(node->feature, 0));
    for (uint32_t k = 0; k < node->size; k++) {
        uint32_t category = (uint32_t)p->text->scan.marks[node->first + k].number;
        size_t i = find_name(p, name_of(node->feature, category)) - base;
        set[i / 32] |= UINT32_C(1) << i % 32;
    }
    uint32_t missing = slot->count + 1;
    if (!node->missing_left) set[missing / 32] |= UINT32_C(1) << missing % 32;
}

/* ---- Nodes ---- */

static void pack_tree(packing *p, const csuccess__raw_tree *raw, csuccess__packed_tree *tree,
                      size_t *set)
{
    csuccess__forest_parts *parts = p->parts;
    *tree =
        (csuccess__packed_tree){.first = raw->first, .count = raw->count, .depth = raw->depth};
    for (uint32_t i = 0; i < raw->count; i++) {
        const csuccess__raw_node *node = &p->raw->nodes[raw->first + i];
        csuccess__packed_node *packed = &parts->nodes[raw->first + i];
        if (!node->left) {
            packed->key = CSUCCESS__KEY_LEAF;
            parts->values[raw->first + i] = node->value;
            continue;
        }
        packed->slot = *slot_of(p, node);
        packed->step = (uint16_t)(node->left - i);
        packed->key = csuccess__key_of(node->value, 0);
        if (!node->category) continue;
        tree->categories = true;
        packed->key = (uint32_t)*set;
        fill_set(p, node, &parts->sets[*set]);
        *set += set_words(&parts->slots[packed->slot]);
    }
}

/* The roots in groups of lanes; lanes that are left over walk an empty tree behind the others, which gives -0: adding that changes
   nothing. */
static void group_trees(csuccess__forest_parts *parts, uint32_t empty)
{
    parts->nodes[empty].key = CSUCCESS__KEY_LEAF;
    parts->values[empty] = -0.0F;
    for (uint32_t i = 0; i < parts->group_count * CSUCCESS__FOREST_LANES; i++) {
        bool real = i < parts->tree_count;
        uint8_t *steps = &parts->steps[i / CSUCCESS__FOREST_LANES];
        parts->roots[i] = real ? parts->trees[i].first : empty;
        if (real && parts->trees[i].depth > *steps) *steps = (uint8_t)parts->trees[i].depth;
    }
}

static bool make_nodes(packing *p)
{
    csuccess__forest_parts *parts = p->parts;
    uint32_t nodes = p->raw->node_count, trees = p->raw->tree_count;
    parts->tree_count = trees;
    parts->group_count = (trees + CSUCCESS__FOREST_LANES - 1) / CSUCCESS__FOREST_LANES;
    parts->nodes = CSUCCESS__NEW_ARRAY(p->arena, csuccess__packed_node, (size_t)nodes + 1);
    parts->values = CSUCCESS__NEW_ARRAY(p->arena, float, (size_t)nodes + 1);
    parts->shap = CSUCCESS__NEW_ARRAY(p->arena, csuccess__shap_node, (size_t)nodes + 1);
    parts->trees = CSUCCESS__NEW_ARRAY(p->arena, csuccess__packed_tree, trees);
    parts->roots = CSUCCESS__NEW_ARRAY(p->arena, uint32_t,
                                       (size_t)parts->group_count * CSUCCESS__FOREST_LANES);
    parts->steps = CSUCCESS__NEW_ARRAY(p->arena, uint8_t, parts->group_count);
    if (!parts->nodes || !parts->values || !parts->shap || !parts->trees || !parts->roots ||
        !parts->steps) {
        return csuccess__forest_text_no_memory(p->text);
    }
    size_t set = 0;
    for (uint32_t t = 0; t < trees; t++) {
        pack_tree(p, &p->raw->trees[t], &parts->trees[t], &set);
        if (parts->trees[t].depth > p->forest->depth) p->forest->depth = parts->trees[t].depth;
    }
    group_trees(parts, nodes);
    p->forest->tree_count = trees;
    p->forest->node_count = nodes;
    return true;
}

static bool start(packing *p)
{
    p->parts = CSUCCESS__NEW(p->arena, csuccess__forest_parts);
    p->slot_of = csuccess__alloc(p->arena->mem, (size_t)p->raw->feature_count + 1,
                                 SLOT_KINDS * sizeof *p->slot_of);
    if (!p->parts || !p->slot_of) return csuccess__forest_text_no_memory(p->text);
    p->forest->parts = p->parts;
    return true;
}

bool csuccess__forest_pack(csuccess__forest *forest, csuccess__arena *arena,
                           csuccess__forest_text *text, const csuccess__raw_forest *raw)
{
    packing p = {.arena = arena, .text = text, .raw = raw, .forest = forest};
    const csuccess_allocator *mem = arena->mem;
    bool good = start(&p) && collect_names(&p) && number_slots(&p) && make_slots(&p) &&
                make_sets(&p) && make_nodes(&p);
    if (good) csuccess__forest_shares(p.parts, forest->base, raw);
    csuccess__release(mem, p.slot_of, (size_t)raw->feature_count + 1,
                      SLOT_KINDS * sizeof *p.slot_of);
    csuccess__release(mem, p.named, p.named_room, sizeof *p.named);
    csuccess__release(mem, p.other, p.named_room, sizeof *p.other);
    return good;
}
