/* SPDX-License-Identifier: Apache-2.0 */
/* The treap: rotations, and walking by parents. */
#include "engine/ordered.h"

/* Where the tree holds a node: its parent's link, or the root. */
static csuccess__ordered_node **link_of(csuccess__ordered *tree,
                                        const csuccess__ordered_node *node)
{
    if (!node->parent) return &tree->root;
    return node->parent->left == node ? &node->parent->left : &node->parent->right;
}

static void set_left(csuccess__ordered_node *node, csuccess__ordered_node *child)
{
    node->left = child;
    if (child) child->parent = node;
}

static void set_right(csuccess__ordered_node *node, csuccess__ordered_node *child)
{
    node->right = child;
    if (child) child->parent = node;
}

/* Puts a child in its parent's place, and the parent under it. */
static void rotate_up(csuccess__ordered *tree, csuccess__ordered_node *child)
{
    csuccess__ordered_node *parent = child->parent;
    *link_of(tree, parent) = child;
    child->parent = parent->parent;
    if (parent->left == child) {
        set_left(parent, child->right);
        set_right(child, parent);
    } else {
        set_right(parent, child->left);
        set_left(child, parent);
    }
}

/* Never 0, the same for the same n-th node (a round of splitmix64). */
static uint32_t priority_of(uint32_t n)
{
    uint64_t z = n * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    return (uint32_t)(z >> 32) | 1;
}

void csuccess__ordered_put(csuccess__ordered *tree, csuccess__ordered_node *node)
{
    csuccess__ordered_node **link = &tree->root, *parent = NULL;
    while (*link) {
        parent = *link;
        link = tree->order(node, parent) < 0 ? &parent->left : &parent->right;
    }
    *node = (csuccess__ordered_node){.parent = parent, .priority = priority_of(++tree->made)};
    *link = node;
    while (node->parent && node->parent->priority < node->priority) rotate_up(tree, node);
}

void csuccess__ordered_drop(csuccess__ordered *tree, csuccess__ordered_node *node)
{
    if (node->priority == 0) return;
    while (node->left && node->right) {
        bool left = node->left->priority > node->right->priority;
        rotate_up(tree, left ? node->left : node->right);
    }
    csuccess__ordered_node *child = node->left ? node->left : node->right;
    *link_of(tree, node) = child;
    if (child) child->parent = node->parent;
    *node = (csuccess__ordered_node){.priority = 0};
}

csuccess__ordered_node *csuccess__ordered_first(const csuccess__ordered *tree)
{
    csuccess__ordered_node *node = tree->root;
    while (node && node->left) node = node->left;
    return node;
}

csuccess__ordered_node *csuccess__ordered_next(const csuccess__ordered_node *node)
{
    if (node->right) {
        csuccess__ordered_node *next = node->right;
        while (next->left) next = next->left;
        return next;
    }
    while (node->parent && node->parent->right == node) node = node->parent;
    return node->parent;
}

csuccess__ordered_node *csuccess__ordered_after(const csuccess__ordered *tree,
                                                const csuccess__ordered_node *probe,
                                                bool or_equal)
{
    csuccess__ordered_node *node = tree->root, *found = NULL;
    while (node) {
        int order = tree->order(node, probe);
        if (order > 0 || (or_equal && order == 0)) {
            found = node;
            node = node->left;
        } else {
            node = node->right;
        }
    }
    return found;
}
