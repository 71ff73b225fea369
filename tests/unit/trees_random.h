/* SPDX-License-Identifier: Apache-2.0 */
/* Forests at random, as documents of XGBoost's and as plain trees that are walked by recursion, for the tests of imported trees. */
#ifndef TREES_RANDOM_H
#define TREES_RANDOM_H

#include "base/buffer.h"
#include "check.h"
#include "churn/trees/trees.h"
#include "text/numeral.h"

enum { MOST_NODES = 127, MOST_TREES = 40, MOST_FEATURES = 8, CATEGORIES = 40 };

typedef struct plain_node {
    int left, right, feature; /* left -1: a leaf */
    bool missing_left, category;
    float value, cover; /* threshold or leaf */
    uint64_t set;       /* categories that go right */
} plain_node;

typedef struct plain_tree {
    plain_node nodes[MOST_NODES];
    int count;
} plain_tree;

typedef struct plain_forest {
    plain_tree trees[MOST_TREES];
    int tree_count, features;
    bool categorical[MOST_FEATURES];
    float base;
} plain_forest;

static inline double uniform(uint64_t *seed)
{
    return (double)(check_random(seed) >> 11) / 9007199254740992.0;
}

static inline int below(uint64_t *seed, int n)
{
    return (int)(check_random(seed) % (uint64_t)n);
}

/* Thresholds come from few values, so that rows stand on them. */
static inline float some_value(uint64_t *seed)
{
    static const float often[] = {0.0F, -0.0F, 1.0F, -1.0F, 0.5F, 1e-40F, -3e38F, 3e38F};
    int pick = below(seed, 16);
    return pick < 8 ? often[pick] : (float)(uniform(seed) * 4 - 2);
}

static inline void plain_split(plain_forest *f, plain_tree *t, int at, uint64_t *seed)
{
    plain_node *n = &t->nodes[at];
    n->left = t->count++;
    n->right = t->count++;
    n->feature = below(seed, f->features);
    n->missing_left = below(seed, 2) == 0;
    n->category = f->categorical[n->feature];
    n->value = some_value(seed);
    if (n->category)
        n->set = check_random(seed) & check_random(seed) & ((UINT64_C(1) << CATEGORIES) - 1);
    double share = below(seed, 10) == 0 ? below(seed, 2) : uniform(seed);
    plain_node leaf = {.left = -1};
    t->nodes[n->left] = t->nodes[n->right] = leaf;
    t->nodes[n->left].cover = (float)share * n->cover;
    t->nodes[n->right].cover = n->cover - t->nodes[n->left].cover;
    for (int child = n->left; child <= n->right; child++) {
        t->nodes[child].value = (float)(uniform(seed) - 0.5);
    }
}

/* Splits leaves at random until there are `splits`, none deeper than `depth`. */
static inline void plain_grow(plain_forest *f, plain_tree *t, int splits, int depth,
                              uint64_t *seed)
{
    int levels[MOST_NODES] = {0};
    t->count = 1;
    t->nodes[0] = (plain_node){.left = -1, .cover = 100, .value = 0.25F};
    for (int tries = 0; tries < 20 * splits && t->count < 2 * splits + 1; tries++) {
        int at = below(seed, t->count);
        if (t->nodes[at].left >= 0 || levels[at] >= depth) continue;
        plain_split(f, t, at, seed);
        levels[t->nodes[at].left] = levels[t->nodes[at].right] = levels[at] + 1;
    }
}

static inline void plain_random(plain_forest *f, int trees, int splits, uint64_t *seed)
{
    memset(f, 0, sizeof *f);
    f->features = 1 + below(seed, MOST_FEATURES);
    f->tree_count = trees;
    for (int i = 0; i < f->features; i++) f->categorical[i] = below(seed, 3) == 0;
    for (int i = 0; i < trees; i++) {
        plain_grow(f, &f->trees[i], below(seed, splits + 1), 7, seed);
    }
}

static inline void random_row(const plain_forest *f, float *row, uint64_t *seed)
{
    for (int i = 0; i < f->features; i++) {
        row[i] = f->categorical[i] ? (float)below(seed, CATEGORIES + 4) : some_value(seed);
        int odd = below(seed, 24);
        if (odd < 4) row[i] = NAN;
        if (odd == 4) row[i] = -0.5F;
        if (odd == 5) row[i] = 17e6F;
        if (odd == 6) row[i] = 3.75F;
        if (odd == 7) row[i] = INFINITY;
    }
}

/* ---- Walking, as XGBoost documents it ---- */

static inline int plain_next(const plain_node *n, const float *row)
{
    float x = row[n->feature];
    if (isnan(x)) return n->missing_left ? n->left : n->right;
    if (!n->category) return x < n->value ? n->left : n->right;
    if (x < 0 || x >= 16777216.0F || x >= 64) return n->left;
    return n->set >> (int)x & 1 ? n->right : n->left;
}

static inline float plain_leaf(const plain_tree *t, const float *row)
{
    int at = 0;
    while (t->nodes[at].left >= 0) at = plain_next(&t->nodes[at], row);
    return t->nodes[at].value;
}

/* ---- As a document ---- */

typedef double (*plain_field)(const plain_tree *tree, const int *place, int node);

static inline double field_left(const plain_tree *t, const int *place, int node)
{
    int left = t->nodes[node].left;
    return left < 0 ? -1 : place[left];
}
static inline double field_right(const plain_tree *t, const int *place, int node)
{
    return t->nodes[node].left < 0 ? -1 : place[t->nodes[node].right];
}
static inline double field_feature(const plain_tree *t, const int *place, int node)
{
    (void)place;
    return t->nodes[node].feature;
}
static inline double field_value(const plain_tree *t, const int *place, int node)
{
    (void)place;
    return (double)t->nodes[node].value;
}
static inline double field_missing(const plain_tree *t, const int *place, int node)
{
    (void)place;
    return t->nodes[node].missing_left;
}
static inline double field_cover(const plain_tree *t, const int *place, int node)
{
    (void)place;
    return (double)t->nodes[node].cover;
}
static inline double field_type(const plain_tree *t, const int *place, int node)
{
    (void)place;
    return t->nodes[node].left >= 0 && t->nodes[node].category;
}

static inline void write_field(csuccess__buffer *out, const plain_tree *t, const int *place,
                               const char *name, plain_field field)
{
    double values[MOST_NODES];
    for (int i = 0; i < t->count; i++) values[place[i]] = field(t, place, i);
    csuccess__buffer_cstr(out, ",\"");
    csuccess__buffer_cstr(out, name);
    csuccess__buffer_cstr(out, "\":[");
    for (int i = 0; i < t->count; i++) {
        if (i) csuccess__buffer_char(out, ',');
        csuccess__numeral_put(out, values[i]);
    }
    csuccess__buffer_char(out, ']');
}

static inline void write_item(csuccess__buffer *out, int *written, int item)
{
    if ((*written)++) csuccess__buffer_char(out, ',');
    csuccess__buffer_uint(out, (uint64_t)item);
}

/* List 0: the categories of all sets; 1 to 3: node, first category and number of categories of each set. */
static inline void write_set_list(csuccess__buffer *out, const plain_tree *t, const int *place,
                                  int list)
{
    int first = 0, written = 0;
    for (int i = 0; i < t->count; i++) {
        if (field_type(t, place, i) == 0) continue;
        int size = 0;
        for (int c = 0; c < CATEGORIES; c++) {
            if (!(t->nodes[i].set >> c & 1)) continue;
            size++;
            if (list == 0) write_item(out, &written, c);
        }
        const int items[] = {0, place[i], first, size};
        if (list) write_item(out, &written, items[list]);
        first += size;
    }
}

static inline void write_sets(csuccess__buffer *out, const plain_tree *t, const int *place)
{
    static const char *const names[] = {"categories", "categories_nodes", "categories_segments",
                                        "categories_sizes"};
    for (int list = 0; list < 4; list++) {
        csuccess__buffer_cstr(out, ",\"");
        csuccess__buffer_cstr(out, names[list]);
        csuccess__buffer_cstr(out, "\":[");
        write_set_list(out, t, place, list);
        csuccess__buffer_char(out, ']');
    }
}

/* Nodes stand in a random order in the arrays, the root first. */
static inline void write_tree(csuccess__buffer *out, const plain_tree *t, uint64_t *seed)
{
    static const struct {
        const char *name;
        plain_field field;
    } fields[] = {{"left_children", field_left},    {"right_children", field_right},
                  {"split_indices", field_feature}, {"split_conditions", field_value},
                  {"default_left", field_missing},  {"sum_hessian", field_cover},
                  {"split_type", field_type}};
    int place[MOST_NODES];
    for (int i = 0; i < t->count; i++) place[i] = i;
    for (int i = t->count - 1; i > 1; i--) {
        int other = 1 + below(seed, i), kept = place[i];
        place[i] = place[other];
        place[other] = kept;
    }
    csuccess__buffer_cstr(out, "{\"id\":0");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        write_field(out, t, place, fields[i].name, fields[i].field);
    }
    write_sets(out, t, place);
    csuccess__buffer_cstr(out, "}");
}

static inline void write_forest(csuccess__buffer *out, const plain_forest *f, uint64_t *seed)
{
    csuccess__buffer_cstr(out, "{\"version\":[2,1,4],\"learner\":{\"learner_model_param\":"
                               "{\"base_score\":\"5E-1\",\"num_feature\":\"");
    csuccess__buffer_uint(out, (uint64_t)f->features);
    csuccess__buffer_cstr(out, "\"},\"objective\":{\"name\":\"binary:logistic\"},"
                               "\"gradient_booster\":{\"name\":\"gbtree\",\"model\":"
                               "{\"gbtree_model_param\":{\"num_trees\":\"");
    csuccess__buffer_uint(out, (uint64_t)f->tree_count);
    csuccess__buffer_cstr(out, "\"},\"trees\":[");
    for (int i = 0; i < f->tree_count; i++) {
        if (i) csuccess__buffer_char(out, ',');
        write_tree(out, &f->trees[i], seed);
    }
    csuccess__buffer_cstr(out, "]}}}}");
}

#endif
