/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share: trees as they stand in the document, and the packed forest that is walked. */
#ifndef CSUCCESS__CHURN_TREES_INTERNAL_H
#define CSUCCESS__CHURN_TREES_INTERNAL_H

#include <string.h>

#include "churn/trees/text.h"
#include "churn/trees/trees.h"

/* ---- As read ---- */

/* A node that the root reaches. Nodes of a tree stand level by level, so parents before children and siblings side by side. */
typedef struct csuccess__raw_node {
    uint32_t left; /* within the tree; right is the next; 0: a leaf */
    uint32_t feature;
    bool missing_left, category;
    float value;          /* the threshold, or what a leaf gives */
    float cover;          /* sum_hessian */
    uint32_t first, size; /* of a split by category: where its categories stand in the text */
} csuccess__raw_node;

typedef struct csuccess__raw_tree {
    uint32_t first, count; /* nodes */
    uint32_t depth;
} csuccess__raw_tree;

typedef struct csuccess__raw_forest {
    csuccess__raw_node *nodes; /* room for node_room */
    csuccess__raw_tree *trees; /* room for tree_room */
    uint32_t node_count, node_room, tree_count, tree_room;
    uint32_t feature_count;
} csuccess__raw_forest;

/* Reads the tree at `at` behind those that are there. `scale`: of its leaves (dart). */
bool csuccess__raw_tree_read(csuccess__forest_text *text, uint32_t at, float scale,
                             csuccess__raw_forest *raw);
/* The names of a tree's members that are read, and how many nodes the tree at `at` says it has. */
bool csuccess__raw_tree_size(csuccess__forest_text *text, uint32_t at, uint32_t *nodes);

/* A document that is being read: what is made of it, and where its parts stand. */
typedef struct csuccess__forest_reading {
    csuccess__forest_text text;
    csuccess__arena *arena;
    const csuccess__forest_options *options; /* may be NULL */
    csuccess__forest *forest;
    csuccess__forest_feature *features; /* of the forest, while they are made */
    csuccess__raw_forest raw;
    uint32_t learner, names, types, attributes, objective, parameters;
    uint32_t model, trees, info, indptr, cats, weights;
    uint32_t trees_there, per_round;
} csuccess__forest_reading;

/* Each reads its part; false when something is wrong, which the text knows. */
bool csuccess__forest_read_features(csuccess__forest_reading *r);
bool csuccess__forest_read_trees(csuccess__forest_reading *r);

/* ---- As walked ----

   A value of a row is made a *key* once: an unsigned number in the order of the floats, so that x < t is key(x) < key(t) for all
   finite t, and -0 is 0. Missing is the least key where a split sends it left, and the greatest but one where it goes right; a
   feature that splits treat in both ways has two *slots*. A leaf is a node that leads to itself: no key reaches its own. So
   every step is the same five instructions without a branch, and several rows or trees walk in step. */

enum {
    CSUCCESS__KEY_LEFT = 0, /* missing, or in a slot of categories: the first one */
};
#define CSUCCESS__KEY_RIGHT (UINT32_MAX - 1)
#define CSUCCESS__KEY_LEAF UINT32_MAX

typedef struct csuccess__packed_node {
    uint32_t key;  /* of the threshold; of a split by category: the first word of its set */
    uint16_t slot; /* from category_slot on: of categories */
    uint16_t step; /* to the left child, right is one more; 0: a leaf */
} csuccess__packed_node;

typedef enum csuccess__slot_kind {
    CSUCCESS__SLOT_RIGHT, /* missing goes right */
    CSUCCESS__SLOT_LEFT,
    CSUCCESS__SLOT_CATEGORY
} csuccess__slot_kind;

typedef struct csuccess__slot {
    uint32_t feature;
    csuccess__slot_kind kind;
    /* Of categories: those that some split names, ascending. The key of one is its index, `count` stands for any other, count + 1 for
       missing. Sets have a bit for each: 1 goes right. */
    const uint32_t *categories;
    uint32_t count;
    bool dense; /* they are 0 ... count - 1 */
} csuccess__slot;

/* Nodes of one tree, level by level. */
typedef struct csuccess__packed_tree {
    uint32_t first, count;
    uint32_t depth;
    uint32_t rule;   /* of the quadrature, see explain.c */
    bool categories; /* some split is by category */
} csuccess__packed_tree;

/* What the explanation needs of an inner or leaf node, see explain.c. */
typedef struct csuccess__shap_node {
    double share;    /* of the rows that come here, as far as splits on this feature decide */
    uint16_t again;  /* nodes back to the last one below a split on the same feature; 0: none */
    uint16_t parent; /* nodes back to the parent */
    uint32_t feature; /* of the parent's split */
} csuccess__shap_node;

enum { CSUCCESS__FOREST_LANES = 8 };

typedef struct csuccess__forest_parts {
    csuccess__packed_node *nodes;
    float *values; /* beside nodes: what a leaf gives */
    csuccess__shap_node *shap;
    csuccess__packed_tree *trees;
    uint32_t *
        roots; /* of the trees, and behind them of an empty one, up to a multiple of the lanes */
    uint8_t *steps; /* of each group of lanes: the depth of its deepest tree */
    uint32_t tree_count, group_count;
    bool categories;
    uint32_t *sets; /* bits */
    csuccess__slot *slots;
    uint32_t slot_count, category_slot;
    double expected; /* margin of no row: what the trees give by their covers, and the base */
    size_t explain_room; /* doubles that the largest tree takes */
} csuccess__forest_parts;

struct csuccess__forest_work {
    uint32_t *keys; /* slot s of row r of a block: [s * CSUCCESS__FOREST_BLOCK + r] */
    double *worth;  /* these for explanations, see explain.c */
    uint8_t *went;
};

/* Packs what was read; forest->features are there and get their kind and use. */
bool csuccess__forest_pack(csuccess__forest *forest, csuccess__arena *arena,
                           csuccess__forest_text *text, const csuccess__raw_forest *raw);
/* Fills what explanations need of the forest. */
void csuccess__forest_shares(csuccess__forest_parts *parts, float base,
                             const csuccess__raw_forest *raw);

/* Keys of one row, slot by slot at the given stride. */
void csuccess__forest_keys(const csuccess__forest_parts *parts, const float *row,
                           uint32_t *keys);
float csuccess__forest_walk(const csuccess__forest *forest, const uint32_t *keys);

/* The key of a number, `missing` for NaN. */
static inline uint32_t csuccess__key_of(float x, uint32_t missing)
{
    uint32_t bits;
    float plain = x + 0.0F; /* -0 is 0 */
    memcpy(&bits, &plain, sizeof bits);
    uint32_t flip = (uint32_t) - (int32_t)(bits >> 31) | UINT32_C(0x80000000);
    return x != x ? missing : bits ^ flip;
}

/* Whether a row goes right at a split by category with this key. */
static inline uint32_t csuccess__in_set(const uint32_t *sets, uint32_t set, uint32_t key)
{
    return sets[set + (key >> 5)] >> (key & 31) & 1;
}

#endif
