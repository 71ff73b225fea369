/* SPDX-License-Identifier: Apache-2.0 */
/* The trees of the document: how many there are, which of them count, and all of their nodes. */
#include "churn/trees/internal.h"

#include <math.h>

#include "base/error.h"

/* All trees give the one output. */
static bool check_info(csuccess__forest_reading *r)
{
    csuccess__forest_list info;
    if (r->info == CSUCCESS__ABSENT) return true;
    if (!csuccess__forest_text_list(&r->text, r->info, &info)) return false;
    if (info.count != r->trees_there) {
        return csuccess__forest_text_wrong(&r->text, r->info, CSUCCESS_EMODEL,
                                           "%u items, but num_trees is %u; the file is damaged",
                                           info.count, r->trees_there);
    }
    for (uint32_t i = 0; i < info.count; i++) {
        int64_t output;
        if (!csuccess__forest_text_whole(&r->text, info.first + i, 0, 0, &output)) return false;
    }
    return true;
}

/* Trees in the first `rounds` rounds by iteration_indptr, which XGBoost has since 2.0; and how many rounds there are. */
static bool read_indptr(csuccess__forest_reading *r, uint32_t rounds, uint32_t *trees)
{
    csuccess__forest_list list;
    int64_t before = 0;
    if (!csuccess__forest_text_list(&r->text, r->indptr, &list)) return false;
    for (uint32_t i = 0; i < list.count; i++) {
        int64_t last = i + 1 == list.count ? r->trees_there : 0;
        if (!csuccess__forest_text_whole(&r->text, list.first + i, last ? last : before,
                                         r->trees_there, &before)) {
            return false;
        }
        if (i == rounds) *trees = (uint32_t)before;
    }
    r->forest->rounds = list.count ? list.count - 1 : 0;
    return true;
}

/* How many of the trees count. */
static bool count_trees(csuccess__forest_reading *r, uint32_t *trees)
{
    uint32_t wanted = r->options ? r->options->rounds : 0;
    *trees = r->trees_there;
    if (r->indptr != CSUCCESS__ABSENT) {
        if (!read_indptr(r, wanted ? wanted : UINT32_MAX, trees)) return false;
    } else {
        uint64_t some = (uint64_t)wanted * r->per_round;
        r->forest->rounds = r->trees_there / r->per_round + (r->trees_there % r->per_round > 0);
        if (wanted && some < *trees) *trees = (uint32_t)some;
    }
    if (wanted <= r->forest->rounds) return true;
    return csuccess__forest_text_wrong(&r->text, r->trees, CSUCCESS_EMODEL,
                                       "%u rounds are asked for, but the model has %u", wanted,
                                       r->forest->rounds);
}

/* Checks the number of trees and of nodes before anything is made of them. */
static bool measure(csuccess__forest_reading *r, uint32_t trees)
{
    uint32_t most =
        r->options && r->options->most_nodes ? r->options->most_nodes : CSUCCESS__FOREST_NODES;
    uint32_t end = csuccess__forest_text_behind(&r->text, r->trees), nodes, there = 0;
    for (uint32_t at = r->trees + 1; at < end; there++) {
        if (there >= CSUCCESS__FOREST_TREES) {
            return csuccess__forest_text_wrong(&r->text, at, CSUCCESS_ELIMIT,
                                               "more than %u trees",
                                               (uint32_t)CSUCCESS__FOREST_TREES);
        }
        if (!csuccess__raw_tree_size(&r->text, at, &nodes)) return false;
        if (there < trees) r->raw.node_room += nodes;
        if (r->raw.node_room > most) {
            return csuccess__forest_text_wrong(&r->text, at, CSUCCESS_ELIMIT,
                                               "more than %u nodes in all trees", most);
        }
        at = csuccess__forest_text_behind(&r->text, at);
    }
    if (there == r->trees_there) return true;
    return csuccess__forest_text_wrong(&r->text, r->trees, CSUCCESS_EMODEL,
                                       "%u trees, but num_trees is %u; the file is damaged",
                                       there, r->trees_there);
}

static bool read_weights(csuccess__forest_reading *r, csuccess__forest_list *out)
{
    *out = (csuccess__forest_list){0, 0};
    if (!r->forest->dart) return true;
    if (!csuccess__forest_text_list(&r->text, r->weights, out)) return false;
    if (out->count == r->trees_there) return true;
    return csuccess__forest_text_wrong(&r->text, r->weights, CSUCCESS_EMODEL,
                                       "%u items, but num_trees is %u; each tree has a weight",
                                       out->count, r->trees_there);
}

static bool take_room(csuccess__forest_reading *r, uint32_t trees)
{
    const csuccess_allocator *mem = r->arena->mem;
    r->raw.tree_room = trees;
    if (trees == 0) return true;
    r->raw.nodes = csuccess__alloc(mem, r->raw.node_room, sizeof *r->raw.nodes);
    r->raw.trees = csuccess__alloc(mem, trees, sizeof *r->raw.trees);
    return (r->raw.nodes && r->raw.trees) || csuccess__forest_text_no_memory(&r->text);
}

/* Margins never leave the finite: the greatest leaves together stay far below what 32 bits hold. */
static bool check_sum(csuccess__forest_reading *r)
{
    double sum = fabs((double)r->forest->base);
    for (uint32_t t = 0; t < r->raw.tree_count; t++) {
        const csuccess__raw_tree *tree = &r->raw.trees[t];
        double most = 0;
        for (uint32_t i = 0; i < tree->count; i++) {
            const csuccess__raw_node *node = &r->raw.nodes[tree->first + i];
            double value = fabs((double)node->value);
            if (!node->left && value > most) most = value;
        }
        sum += most;
    }
    if (sum < 0x1p100) return true;
    return csuccess__forest_text_wrong(
        &r->text, r->trees, CSUCCESS_EMODEL,
        "the leaves can add up to more than 1e30; log-odds are small numbers");
}

/* The first `trees` of them, each with its weight. */
static bool read_each(csuccess__forest_reading *r, uint32_t trees)
{
    csuccess__forest_list weights;
    if (!read_weights(r, &weights)) return false;
    uint32_t at = r->trees + 1;
    for (uint32_t t = 0; t < trees; t++) {
        float weight = 1;
        if (weights.count &&
            !csuccess__forest_text_float(&r->text, weights.first + t, &weight)) {
            return false;
        }
        if (!csuccess__raw_tree_read(&r->text, at, weight, &r->raw)) return false;
        at = csuccess__forest_text_behind(&r->text, at);
    }
    return true;
}

bool csuccess__forest_read_trees(csuccess__forest_reading *r)
{
    uint32_t trees;
    if (r->text.scan.marks[r->trees].type != CSUCCESS__JSON_ARRAY) {
        return csuccess__forest_text_wrong(&r->text, r->trees, CSUCCESS_EMODEL,
                                           "\"trees\" is an array of trees");
    }
    return check_info(r) && count_trees(r, &trees) && measure(r, trees) &&
           take_room(r, trees) && read_each(r, trees) && check_sum(r);
}
