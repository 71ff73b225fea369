/* SPDX-License-Identifier: Apache-2.0 */
/* TreeSHAP: what each feature adds to the margin of a row.

   A tree without knowing the features outside a set S gives v(S), the sum over leaves of the leaf times, for each feature on its path, o
   (1 when the row goes there by it, else 0) if the feature is in S, and z (the share of training rows that go there) if not. That is the game of
   Lundberg, Erion, Lee (2018). If each feature is in S with chance t, a leaf is worth the product of f = t o + (1 - t) z over its features, and the Shapley
   value of a feature is the integral over t from 0 to 1 of (o - z) times the product over the others (Owen, Multilinear extensions of games,
   1972). With m features on a path that is a polynomial of degree m - 1, which m / 2 points of Gauss and Legendre integrate exactly. All factors are in
   0 to 1, so nothing cancels as it can where polynomials are divided (EXTEND and UNWIND of the paper), and a tree takes
   nodes x points steps instead of leaves x depth^2.

   Down the levels, each node gets the product for every point; back up, what the leaves below it are worth in all. The edge into a node
   whose feature has o and z there, and o' and z' at the last split on the same feature above (1 and 1 where there is none), adds
   (o - z) / f - (o' - z') / f' times that: over the splits on one feature along a path this telescopes to the last. */
#include "churn/trees/internal.h"

#include "base/number.h"
#include "churn/trees/quadrature.h"

enum { MOST_POINTS = 32, RULES = sizeof quadrature_rules / sizeof quadrature_rules[0] };

/* Below this is nobody: products of what is left never become so small that dividing by a factor again fails. */
#define LEAST_SHARE 1e-200

/* ---- Once a forest ---- */

/* Share of the rows at the parent that come to node n (not the root). Siblings stand side by side, the left one an odd number of nodes
   behind the root. Without any rows, half. */
static double share_at_parent(const csuccess__raw_node *nodes, uint32_t n)
{
    uint32_t sibling = n % 2 ? n + 1 : n - 1;
    double both = (double)nodes[n].cover + (double)nodes[sibling].cover;
    return both > 0 ? (double)nodes[n].cover / both : 0.5;
}

/* Nodes from n back to the last one above (or n's parent's own edge, and so on) whose edge is of the same feature; 0: none. */
static uint16_t same_feature_above(const csuccess__shap_node *shap, uint32_t n)
{
    for (uint32_t up = n - shap[n].parent; up; up -= shap[up].parent) {
        if (shap[up].feature == shap[n].feature) return (uint16_t)(n - up);
    }
    return 0;
}

/* How many features decide on the way to node n. */
static uint32_t features_above(const csuccess__shap_node *shap, uint32_t n)
{
    uint32_t count = 0;
    for (; n; n -= shap[n].parent) count += shap[n].again == 0;
    return count;
}

static double chance_of(const csuccess__raw_node *nodes, const csuccess__shap_node *shap,
                        uint32_t n)
{
    double chance = 1;
    for (; n; n -= shap[n].parent) chance *= share_at_parent(nodes, n);
    return chance;
}

/* Shares of one tree's nodes; gives the expected value and how many features a path has at most. */
static double tree_shares(const csuccess__raw_node *nodes, uint32_t count,
                          csuccess__shap_node *shap, uint32_t *widest)
{
    double expected = 0;
    *widest = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i) {
            double share = share_at_parent(nodes, i);
            shap[i].again = same_feature_above(shap, i);
            if (shap[i].again) share *= shap[i - shap[i].again].share;
            shap[i].share = share < LEAST_SHARE ? 0 : share;
        }
        if (!nodes[i].left) {
            uint32_t features = features_above(shap, i);
            *widest = features > *widest ? features : *widest;
            expected += chance_of(nodes, shap, i) * (double)nodes[i].value;
            continue;
        }
        for (uint32_t child = nodes[i].left; child <= nodes[i].left + 1; child++) {
            shap[child].parent = (uint16_t)(child - i);
            shap[child].feature = nodes[i].feature;
        }
    }
    return expected;
}

static uint32_t rule_for(uint32_t features)
{
    uint32_t rule = 0;
    while (rule + 1 < RULES && 2 * quadrature_rules[rule].points < features) rule++;
    return rule;
}

void csuccess__forest_shares(csuccess__forest_parts *parts, float base,
                             const csuccess__raw_forest *raw)
{
    parts->expected = (double)base;
    for (uint32_t t = 0; t < parts->tree_count; t++) {
        csuccess__packed_tree *tree = &parts->trees[t];
        uint32_t widest;
        parts->expected += tree_shares(raw->nodes + tree->first, tree->count,
                                       parts->shap + tree->first, &widest);
        tree->rule = rule_for(widest);
        size_t room = (size_t)tree->count * quadrature_rules[tree->rule].points;
        if (room > parts->explain_room) parts->explain_room = room;
    }
}

static bool explain_room(csuccess__arena *arena, const csuccess__forest_parts *parts,
                         csuccess__forest_work *work)
{
    work->worth = CSUCCESS__NEW_ARRAY(arena, double, parts->explain_room);
    work->went = CSUCCESS__NEW_ARRAY(arena, uint8_t, parts->explain_room);
    return work->worth && work->went;
}

/* ---- Once a row ---- */

/* One tree and one row. */
typedef struct explaining {
    const csuccess__forest_parts *parts;
    const csuccess__packed_tree *tree;
    const csuccess__shap_node *shap;           /* of the tree */
    const double *t, *rest, *inverse, *weight; /* of the rule's points */
    uint32_t point_count;
    const uint32_t *keys;
    double *worth; /* of node n at point q: [n * point_count + q] */
    uint8_t
        *went; /* o of the last edge into node n, all splits on its feature taken together */
} explaining;

/* The child of node n that the row goes to. */
static uint32_t next_of(const explaining *e, uint32_t n)
{
    const csuccess__forest_parts *parts = e->parts;
    const csuccess__packed_node *node = &parts->nodes[e->tree->first + n];
    uint32_t key = e->keys[node->slot];
    bool right = node->slot >= parts->category_slot
                     ? csuccess__in_set(parts->sets, node->key, key) != 0
                     : key >= node->key;
    return n + node->step + right;
}

/* The products at node n, below another split on its feature, from those at its parent: the factor is exchanged. */
static inline void exchange(const explaining *e, uint32_t n, uint32_t q_count,
                            double *restrict to, const double *restrict from)
{
    uint32_t above = n - e->shap[n].again;
    double o = e->went[n], share = e->shap[n].share, before = e->shap[above].share;
    if (!e->went[above]) {
        double part = share / before; /* what f / f' is when both o are 0 */
        for (uint32_t q = 0; q < q_count; q++) to[q] = from[q] * part;
        return;
    }
    for (uint32_t q = 0; q < q_count; q++) {
        double f = o * e->t[q] + e->rest[q] * share;
        to[q] = from[q] * (f / (e->t[q] + e->rest[q] * before));
    }
}

/* The products at node n from those at its parent. `here`: the row goes on to n where it comes to the parent. */
static inline void go_down(const explaining *e, uint32_t n, bool here, uint32_t q_count)
{
    const csuccess__shap_node *node = &e->shap[n];
    double *restrict to = e->worth + (size_t)n * q_count;
    const double *restrict from = e->worth + (size_t)(n - node->parent) * q_count;
    e->went[n] = here && (!node->again || e->went[n - node->again]);
    double o = e->went[n], share = node->share;
    if (!e->went[n] && share <= 0) {
        for (uint32_t q = 0; q < q_count; q++) to[q] = 0; /* nobody ever comes here */
    } else if (node->again) {
        exchange(e, n, q_count, to, from);
    } else {
        for (uint32_t q = 0; q < q_count; q++) {
            to[q] = from[q] * (o * e->t[q] + e->rest[q] * share);
        }
    }
}

/* (o - z) / f at every point, written so that nothing is divided by a share. */
static inline void gains(const explaining *e, uint32_t n, uint32_t q_count,
                         double out[MOST_POINTS])
{
    double share = e->shap[n].share;
    if (e->went[n]) {
        for (uint32_t q = 0; q < q_count; q++) {
            out[q] = (1 - share) / (e->t[q] + e->rest[q] * share);
        }
    } else {
        for (uint32_t q = 0; q < q_count; q++) out[q] = -e->inverse[q];
    }
}

/* What the edge into node n adds to its feature; hands its worth on to the parent. */
static inline double come_up(const explaining *e, uint32_t n, uint32_t q_count)
{
    const csuccess__shap_node *node = &e->shap[n];
    uint32_t above = n - node->again;
    const double *restrict from = e->worth + (size_t)n * q_count;
    double *restrict to = e->worth + (size_t)(n - node->parent) * q_count, sum = 0;
    double now[MOST_POINTS], before[MOST_POINTS];
    for (uint32_t q = 0; q < q_count; q++) to[q] += from[q];
    if (node->again && !e->went[above]) return 0; /* both gains are -1 / rest */
    gains(e, n, q_count, now);
    if (node->again) {
        gains(e, above, q_count, before);
        for (uint32_t q = 0; q < q_count; q++) now[q] -= before[q];
    }
    for (uint32_t q = 0; q < q_count; q++) sum += now[q] * from[q];
    return sum;
}

static inline void explain_with(const explaining *e, uint32_t q_count, double *contributions)
{
    const csuccess__packed_node *nodes = e->parts->nodes + e->tree->first;
    const float *values = e->parts->values + e->tree->first;
    uint32_t count = e->tree->count;
    for (uint32_t q = 0; q < q_count; q++) e->worth[q] = e->weight[q];
    for (uint32_t n = 0; n < count; n++) {
        double scale = (double)values[n];
        if (nodes[n].step) {
            uint32_t left = n + nodes[n].step, next = next_of(e, n);
            go_down(e, left, next == left, q_count);
            go_down(e, left + 1, next != left, q_count);
            scale = 0; /* from here on, what its leaves are worth */
        }
        for (uint32_t q = 0; q < q_count; q++) e->worth[(size_t)n * q_count + q] *= scale;
    }
    for (uint32_t n = count - 1; n > 0; n--) {
        contributions[e->shap[n].feature] += come_up(e, n, q_count);
    }
}

/* Compilers unroll what has a known number of points; trees of up to eight features on a path have two or four. */
static void explain_tree(const explaining *e, double *contributions)
{
    switch (e->point_count) {
    case 2:
        explain_with(e, 2, contributions);
        break;
    case 4:
        explain_with(e, 4, contributions);
        break;
    default:
        explain_with(e, e->point_count, contributions);
        break;
    }
}

/* What the margin in 32 bits has more than the sum goes to the greatest contribution; features and bias stay one explanation of that margin. */
static void settle(double *contributions, uint32_t features, double margin)
{
    double sum = 0;
    uint32_t greatest = features;
    for (uint32_t i = 0; i <= features; i++) {
        sum += contributions[i];
        double size = i < features ? fabs(contributions[i]) : 0;
        bool first = greatest == features;
        if (size > (first ? 0 : fabs(contributions[greatest]))) greatest = i;
    }
    contributions[greatest] += margin - sum;
}

float csuccess__forest_explain(const csuccess__forest *forest, csuccess__forest_work *work,
                               const float *row, double *contributions)
{
    const csuccess__forest_parts *parts = forest->parts;
    for (uint32_t i = 0; i < forest->feature_count; i++) contributions[i] = 0;
    contributions[forest->feature_count] = parts->expected;
    csuccess__forest_keys(parts, row, work->keys);
    for (uint32_t t = 0; t < parts->tree_count; t++) {
        const csuccess__packed_tree *tree = &parts->trees[t];
        uint32_t first = quadrature_rules[tree->rule].first;
        explaining e = {.parts = parts,
                        .tree = tree,
                        .shap = parts->shap + tree->first,
                        .t = quadrature_t + first,
                        .rest = quadrature_rest + first,
                        .inverse = quadrature_inverse + first,
                        .weight = quadrature_weight + first,
                        .point_count = quadrature_rules[tree->rule].points,
                        .keys = work->keys,
                        .worth = work->worth,
                        .went = work->went};
        explain_tree(&e, contributions);
    }
    float margin = csuccess__forest_walk(forest, work->keys);
    settle(contributions, forest->feature_count, (double)margin);
    return margin;
}

/* ---- Scratch ---- */

csuccess__forest_work *csuccess__forest_work_new(csuccess__arena *arena,
                                                 const csuccess__forest *forest, bool explain)
{
    const csuccess__forest_parts *parts = forest->parts;
    csuccess__forest_work *work = CSUCCESS__NEW(arena, csuccess__forest_work);
    if (!work) return NULL;
    size_t keys = ((size_t)parts->slot_count + 1) * CSUCCESS__FOREST_BLOCK;
    work->keys = CSUCCESS__NEW_ARRAY(arena, uint32_t, keys);
    if (!work->keys) return NULL;
    return !explain || explain_room(arena, parts, work) ? work : NULL;
}
