/* SPDX-License-Identifier: Apache-2.0 */
/* One tree of the document: arrays of equal length become nodes level by level, and only what the root reaches counts (XGBoost keeps
   pruned nodes in the arrays). */
#include "churn/trees/internal.h"

#include "base/error.h"

typedef enum tree_member {
    LEFT,
    RIGHT,
    SPLIT_INDICES,
    SPLIT_CONDITIONS,
    DEFAULT_LEFT,
    SUM_HESSIAN,
    SPLIT_TYPE,
    CATEGORIES,
    CATEGORIES_NODES,
    CATEGORIES_SEGMENTS,
    CATEGORIES_SIZES,
    TREE_PARAM,
    TREE_MEMBERS
} tree_member;

/* XGBoost before 1.3 has no categories. */
static const char *const tree_names[] = {"left_children",
                                         "right_children",
                                         "split_indices",
                                         "split_conditions",
                                         "default_left",
                                         "sum_hessian",
                                         "?split_type",
                                         "?categories",
                                         "?categories_nodes",
                                         "?categories_segments",
                                         "?categories_sizes",
                                         "?tree_param",
                                         NULL};

typedef struct tree_reading {
    csuccess__forest_text *text;
    csuccess__raw_forest *raw;
    uint32_t at;                              /* of the tree */
    uint32_t member[TREE_MEMBERS];            /* where they stand */
    csuccess__forest_list list[TREE_MEMBERS]; /* of those that are arrays */
    uint32_t count;                           /* nodes in the arrays */
    uint32_t *queue;                          /* nodes of the document in our order */
    uint32_t *
        segment; /* of each node of the document: which split by category it is, + 1; 0: none */
    bool *seen;
    float scale;
} tree_reading;

/* Whether the parameters agree with the arrays and give one number a leaf. */
static bool check_parameters(tree_reading *r)
{
    static const char *const names[] = {"num_nodes", "?size_leaf_vector", NULL};
    uint32_t at[2];
    int64_t nodes, leaf = 1;
    if (r->member[TREE_PARAM] == CSUCCESS__ABSENT) return true;
    if (!csuccess__forest_text_members(r->text, r->member[TREE_PARAM], names, at)) return false;
    if (!csuccess__forest_text_whole(r->text, at[0], 0, INT32_MAX, &nodes)) return false;
    if (nodes != r->count) {
        return csuccess__forest_text_wrong(
            r->text, at[0], CSUCCESS_EMODEL,
            "num_nodes is %l, but the arrays of the tree have %u items; the file is damaged",
            nodes, r->count);
    }
    if (at[1] != CSUCCESS__ABSENT &&
        !csuccess__forest_text_whole(r->text, at[1], 0, INT32_MAX, &leaf)) {
        return false;
    }
    if (leaf <= 1) return true;
    return csuccess__forest_text_wrong(r->text, at[1], CSUCCESS_EMODEL,
                                       "leaves of %l numbers; a churn model has one output",
                                       leaf);
}

static bool read_lists(tree_reading *r)
{
    for (int i = 0; i < TREE_PARAM; i++) {
        if (r->member[i] == CSUCCESS__ABSENT) continue;
        if (!csuccess__forest_text_list(r->text, r->member[i], &r->list[i])) return false;
        if (i > SPLIT_TYPE || r->list[i].count == r->count) continue;
        return csuccess__forest_text_wrong(
            r->text, r->member[i], CSUCCESS_EMODEL,
            "%u items, but left_children has %u; arrays of a tree are of one length",
            r->list[i].count, r->count);
    }
    return true;
}

/* Notes for each split by category which one it is. */
static bool read_segments(tree_reading *r)
{
    const csuccess__forest_list *nodes = &r->list[CATEGORIES_NODES];
    for (int i = CATEGORIES_SEGMENTS; i <= CATEGORIES_SIZES; i++) {
        if (r->list[i].count != nodes->count) {
            uint32_t at = r->member[i] == CSUCCESS__ABSENT ? r->at : r->member[i];
            return csuccess__forest_text_wrong(
                r->text, at, CSUCCESS_EMODEL,
                "%s has %u items, but categories_nodes %u; each split by category has one",
                tree_names[i] + 1, r->list[i].count, nodes->count);
        }
    }
    for (uint32_t i = 0; i < nodes->count; i++) {
        int64_t node;
        if (!csuccess__forest_text_whole(r->text, nodes->first + i, 0, (int64_t)r->count - 1,
                                         &node)) {
            return false;
        }
        if (r->segment[node]) {
            return csuccess__forest_text_wrong(r->text, nodes->first + i, CSUCCESS_EMODEL,
                                               "node %l stands twice", node);
        }
        r->segment[node] = i + 1;
    }
    return true;
}

/* Takes the node with this number in the document up, behind those that are there. */
static bool reach(tree_reading *r, uint32_t at, csuccess__raw_tree *tree)
{
    int64_t node;
    if (!csuccess__forest_text_whole(r->text, at, 0, (int64_t)r->count - 1, &node)) {
        return false;
    }
    if (r->seen[node]) {
        return csuccess__forest_text_wrong(
            r->text, at, CSUCCESS_EMODEL,
            "node %l is reached twice; in a tree every node has one parent and the root none",
            node);
    }
    r->seen[node] = true;
    r->queue[tree->count++] = (uint32_t)node;
    return true;
}

/* The categories of a split that go right, as a place in the text. */
static bool read_set(tree_reading *r, uint32_t node, csuccess__raw_node *out)
{
    uint32_t i = r->segment[node];
    const csuccess__forest_list *all = &r->list[CATEGORIES];
    int64_t first, size;
    if (!i) {
        return csuccess__forest_text_wrong(
            r->text, r->list[SPLIT_TYPE].first + node, CSUCCESS_EMODEL,
            "node %u splits by category but is not in categories_nodes", node);
    }
    uint32_t at = r->list[CATEGORIES_SEGMENTS].first + i - 1;
    if (!csuccess__forest_text_whole(r->text, at, 0, all->count, &first) ||
        !csuccess__forest_text_whole(r->text, r->list[CATEGORIES_SIZES].first + i - 1, 0,
                                     all->count - first, &size)) {
        return false;
    }
    out->first = all->first + (uint32_t)first;
    out->size = (uint32_t)size;
    for (uint32_t k = 0; k < out->size; k++) {
        int64_t category;
        if (!csuccess__forest_text_whole(r->text, out->first + k, 0, (1 << 24) - 1,
                                         &category)) {
            return false;
        }
    }
    return true;
}

/* A split: its feature, direction of missing, threshold or set. */
static bool read_split(tree_reading *r, uint32_t node, csuccess__raw_node *out)
{
    int64_t feature, direction, type = 0;
    if (!csuccess__forest_text_whole(r->text, r->list[SPLIT_INDICES].first + node, 0,
                                     (int64_t)r->raw->feature_count - 1, &feature) ||
        !csuccess__forest_text_whole(r->text, r->list[DEFAULT_LEFT].first + node, 0, 1,
                                     &direction)) {
        return false;
    }
    if (r->list[SPLIT_TYPE].count &&
        !csuccess__forest_text_whole(r->text, r->list[SPLIT_TYPE].first + node, 0, 1, &type)) {
        return false;
    }
    out->feature = (uint32_t)feature;
    out->missing_left = direction == 1;
    out->category = type == 1;
    if (out->category) return read_set(r, node, out);
    return csuccess__forest_text_float(r->text, r->list[SPLIT_CONDITIONS].first + node,
                                       &out->value);
}

static bool read_leaf(tree_reading *r, uint32_t node, csuccess__raw_node *out)
{
    uint32_t at = r->list[SPLIT_CONDITIONS].first + node;
    int64_t right;
    if (!csuccess__forest_text_whole(r->text, r->list[RIGHT].first + node, -1, -1, &right) ||
        !csuccess__forest_text_float(r->text, at, &out->value)) {
        return false;
    }
    out->value *= r->scale;
    if (out->value - out->value == 0) return true;
    return csuccess__forest_text_wrong(r->text, at, CSUCCESS_EMODEL,
                                       "the leaf times its weight is not finite in 32 bits");
}

/* Node i of the tree, and its children behind all that are there. */
static bool read_node(tree_reading *r, csuccess__raw_tree *tree, uint32_t i)
{
    uint32_t node = r->queue[i];
    csuccess__raw_node *out = &r->raw->nodes[tree->first + i];
    int64_t left;
    *out = (csuccess__raw_node){0};
    if (!csuccess__forest_text_whole(r->text, r->list[LEFT].first + node, -1,
                                     (int64_t)r->count - 1, &left) ||
        !csuccess__forest_text_float(r->text, r->list[SUM_HESSIAN].first + node, &out->cover)) {
        return false;
    }
    if (out->cover < 0) {
        return csuccess__forest_text_wrong(
            r->text, r->list[SUM_HESSIAN].first + node, CSUCCESS_EMODEL,
            "below 0; sum_hessian is the weight of the rows that came here");
    }
    if (left < 0) return read_leaf(r, node, out);
    out->left = tree->count;
    return read_split(r, node, out) && reach(r, r->list[LEFT].first + node, tree) &&
           reach(r, r->list[RIGHT].first + node, tree);
}

/* Level by level: a level ends where the children of its last node end. */
static bool read_nodes(tree_reading *r, csuccess__raw_tree *tree)
{
    r->queue[0] = 0;
    r->seen[0] = true;
    tree->count = 1;
    uint32_t level_end = 1;
    for (uint32_t i = 0; i < tree->count; i++) {
        if (i == level_end) {
            level_end = tree->count;
            tree->depth++;
        }
        if (tree->depth > CSUCCESS__FOREST_DEPTH) {
            return csuccess__forest_text_wrong(
                r->text, r->at, CSUCCESS_ELIMIT,
                "a leaf is more than %u splits deep; train with max_depth or max_leaves",
                (uint32_t)CSUCCESS__FOREST_DEPTH);
        }
        if (!read_node(r, tree, i)) return false;
    }
    return true;
}

bool csuccess__raw_tree_size(csuccess__forest_text *text, uint32_t at, uint32_t *nodes)
{
    static const char *const names[] = {"left_children", NULL};
    uint32_t left;
    csuccess__forest_list list;
    if (!csuccess__forest_text_members(text, at, names, &left) ||
        !csuccess__forest_text_list(text, left, &list)) {
        return false;
    }
    *nodes = list.count;
    if (list.count == 0) {
        return csuccess__forest_text_wrong(text, left, CSUCCESS_EMODEL,
                                           "no nodes; a tree has at least one leaf");
    }
    if (list.count <= CSUCCESS__FOREST_TREE_NODES) return true;
    return csuccess__forest_text_wrong(text, left, CSUCCESS_ELIMIT,
                                       "%u nodes in one tree; at most %u are read", list.count,
                                       (uint32_t)CSUCCESS__FOREST_TREE_NODES);
}

static bool take_scratch(tree_reading *r, const csuccess_allocator *mem)
{
    r->queue = csuccess__alloc(mem, r->count, sizeof *r->queue);
    r->segment = csuccess__alloc(mem, r->count, sizeof *r->segment);
    r->seen = csuccess__alloc(mem, r->count, sizeof *r->seen);
    return (r->queue && r->segment && r->seen) || csuccess__forest_text_no_memory(r->text);
}

bool csuccess__raw_tree_read(csuccess__forest_text *text, uint32_t at, float scale,
                             csuccess__raw_forest *raw)
{
    tree_reading r = {.text = text, .raw = raw, .at = at, .scale = scale};
    const csuccess_allocator *mem = text->mem;
    csuccess__raw_tree tree = {.first = raw->node_count};
    bool good = csuccess__raw_tree_size(text, at, &r.count) &&
                csuccess__forest_text_members(text, at, tree_names, r.member) &&
                take_scratch(&r, mem) && read_lists(&r) && check_parameters(&r) &&
                read_segments(&r) && read_nodes(&r, &tree);
    csuccess__release(mem, r.queue, r.count, sizeof *r.queue);
    csuccess__release(mem, r.segment, r.count, sizeof *r.segment);
    csuccess__release(mem, r.seen, r.count, sizeof *r.seen);
    if (!good) return false;
    raw->trees[raw->tree_count++] = tree;
    raw->node_count += tree.count;
    return true;
}
