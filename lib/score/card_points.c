/* SPDX-License-Identifier: Apache-2.0 */
/* Points: the tables that turn a metric's value into its score. */
#include "score/card_internal.h"

#include "expr/kernels.h"

#include <string.h>

static const char *const points_keys[] = {"upto", "from", "linear",      "map",
                                          "grid", "else", "description", NULL};
/* In the order of csuccess__points, from UPTO. */
static const char *const form_words[] = {"upto", "from", "linear", "map", "grid", NULL};

static bool is_number(const csuccess__json *json)
{
    return json->type == CSUCCESS__JSON_NUMBER;
}

/* [[bound, points], ...] with ascending bounds. */
static bool read_pairs(csuccess__card_build *b, csuccess__card_node *node,
                       const csuccess__json *table)
{
    double *at = CSUCCESS__NEW_ARRAY(b->with->arena, double, table->count);
    double *gives = CSUCCESS__NEW_ARRAY(b->with->arena, double, table->count);
    if (!at || !gives) {
        b->problems->lost = b->no_memory = true;
        return false;
    }
    uint32_t n = 0;
    for (const csuccess__json *pair = table->first; pair; pair = pair->next, n++) {
        bool fits = pair->type == CSUCCESS__JSON_ARRAY && pair->count == 2 &&
                    is_number(pair->first) && is_number(pair->last);
        if (!fits) {
            csuccess__problem(b->problems, pair, CSUCCESS_ECONFIG,
                              "expected [bound, points], two numbers");
            return false;
        }
        at[n] = pair->first->number;
        gives[n] = pair->last->number;
        if (n > 0 && !(at[n] > at[n - 1])) {
            csuccess__problem(b->problems, pair, CSUCCESS_ECONFIG,
                              "bounds must ascend: each above the one before");
            return false;
        }
    }
    node->at = at;
    node->axes[0] = (csuccess__card_axis){.count = n, .number = true, .bounds = at};
    node->gives = gives;
    node->point_count = n;
    return true;
}

/* {"category": points, ...} */
static bool read_map(csuccess__card_build *b, csuccess__card_node *node,
                     const csuccess__json *table)
{
    csuccess_str *keys = CSUCCESS__NEW_ARRAY(b->with->arena, csuccess_str, table->count);
    double *gives = CSUCCESS__NEW_ARRAY(b->with->arena, double, table->count);
    if (!keys || !gives) {
        b->problems->lost = b->no_memory = true;
        return false;
    }
    uint32_t n = 0;
    for (const csuccess__json *m = table->first; m; m = m->next, n++) {
        if (!is_number(m)) {
            csuccess__problem(b->problems, m, CSUCCESS_ECONFIG,
                              "the points of a category are a number, found %s",
                              csuccess__json_type_name(m));
            return false;
        }
        keys[n] = m->key;
        gives[n] = m->number;
    }
    if (!csuccess__axis_words(&node->axes[0], b->with, keys, n)) {
        b->problems->lost = b->no_memory = true;
        return false;
    }
    node->gives = gives;
    node->point_count = n;
    return true;
}

static void check_bool_keys(csuccess__card_build *b, const csuccess__json *table)
{
    for (const csuccess__json *m = table->first; m; m = m->next) {
        if (csuccess__str_is(m->key, "true") || csuccess__str_is(m->key, "false")) continue;
        csuccess__problem(b->problems, m, CSUCCESS_ECONFIG,
                          "the value is a bool: its categories are \"true\" and \"false\"");
    }
}

/* Whether the value's type is one that this form of points takes. */
static void check_type(csuccess__card_build *b, const csuccess__card_node *node,
                       const csuccess__json *table)
{
    if (!node->value) return;
    csuccess__kind kind = node->value->type->kind;
    bool map = node->points == CSUCCESS__POINTS_MAP;
    if (kind == CSUCCESS__KIND_ANY) return;
    if (map && kind == CSUCCESS__KIND_BOOL) {
        check_bool_keys(b, table);
    } else if (map && kind != CSUCCESS__KIND_STRING) {
        csuccess__problem(
            b->problems, table, CSUCCESS_ETYPE,
            "\"map\" is for a string or a bool; for numbers use \"upto\", \"from\" or "
            "\"linear\"");
    } else if (!map && kind != CSUCCESS__KIND_NUMBER && kind != CSUCCESS__KIND_BOOL) {
        csuccess__problem(b->problems, table, CSUCCESS_ETYPE,
                          "%q is for a number; for categories use \"map\"", table->key);
    }
}

static const csuccess__json *the_form(csuccess__card_build *b, csuccess__card_node *node,
                                      const csuccess__json *points)
{
    const csuccess__json *found = NULL;
    for (int i = 0; form_words[i]; i++) {
        const csuccess__json *form = csuccess__json_member(points, form_words[i]);
        if (form && found) {
            csuccess__problem(b->problems, form, CSUCCESS_ECONFIG,
                              "points have one form, and %q stands there already", found->key);
            return NULL;
        }
        if (!form) continue;
        found = form;
        node->points = (csuccess__points)(CSUCCESS__POINTS_UPTO + i);
    }
    if (!found) {
        csuccess__problem(
            b->problems, points, CSUCCESS_ECONFIG,
            "points need one of \"upto\", \"from\", \"linear\", \"map\" or \"grid\"");
    }
    return found;
}

static void read_else(csuccess__card_build *b, csuccess__card_node *node,
                      const csuccess__json *points)
{
    const csuccess__json *otherwise = csuccess__json_member(points, "else");
    if (!otherwise) return;
    node->otherwise = csuccess__read_number(b->problems, points, "else", 0, -1e15, 1e15);
    node->has_otherwise = true;
    if (node->points == CSUCCESS__POINTS_LINEAR) {
        csuccess__problem(
            b->problems, otherwise, CSUCCESS_ECONFIG,
            "\"linear\" has no \"else\": outside its points it gives the first and "
            "last");
    } else if (node->points == CSUCCESS__POINTS_GRID) {
        csuccess__problem(b->problems, otherwise, CSUCCESS_ECONFIG,
                          "a grid has cells of its own for every other value, the last but one "
                          "of every row and the last row but one; remove \"else\"");
    }
}

void csuccess__points_read(csuccess__card_build *b, csuccess__card_node *node,
                           const csuccess__json *points)
{
    if (!csuccess__read_object(b->problems, points, points_keys)) return;
    const csuccess__json *form = the_form(b, node, points);
    if (!form) return;
    if (node->points == CSUCCESS__POINTS_GRID) {
        csuccess__grid_read(b, node, form);
        read_else(b, node, points);
        return;
    }
    bool map = node->points == CSUCCESS__POINTS_MAP;
    uint8_t wanted = map ? CSUCCESS__JSON_OBJECT : CSUCCESS__JSON_ARRAY;
    if (form->type != wanted || form->count == 0) {
        csuccess__problem(b->problems, form, CSUCCESS_ECONFIG,
                          map ? "\"map\" is an object of points by category"
                              : "expected a list of [bound, points]");
        return;
    }
    check_type(b, node, form);
    if (map ? read_map(b, node, form) : read_pairs(b, node, form)) read_else(b, node, points);
}

static bool otherwise(const csuccess__card_node *node, double *score)
{
    *score = node->otherwise;
    return node->has_otherwise;
}

/* The last entry whose bound x reaches. */
static bool points_from(const csuccess__card_node *node, double x, double *score)
{
    size_t i = csuccess__k_count(node->at, node->point_count, x, true);
    if (i == 0) return otherwise(node, score);
    *score = node->gives[i - 1];
    return true;
}

/* What a bin of a value that is there gives. */
static bool points_bin(const csuccess__card_node *node, uint32_t bin, double *score)
{
    if (bin >= node->point_count) return otherwise(node, score);
    *score = node->gives[bin];
    return true;
}

bool csuccess__points_number(const csuccess__card_node *node, double x, double *score)
{
    switch (node->points) {
    case CSUCCESS__POINTS_UPTO:
        return points_bin(
            node, (uint32_t)csuccess__k_count(node->at, node->point_count, x, false), score);
    case CSUCCESS__POINTS_FROM:
        return points_from(node, x, score);
    case CSUCCESS__POINTS_LINEAR:
        *score = csuccess__k_linear(x, node->at, node->gives, node->point_count);
        return csuccess__is_finite(*score);
    default:
        *score = x;
        return csuccess__is_finite(x);
    }
}

bool csuccess__points_apply(const csuccess__card_node *node, const csuccess__value *value,
                            double *score)
{
    if (node->points == CSUCCESS__POINTS_MAP) {
        return points_bin(node, csuccess__axis_bin(&node->axes[0], value), score);
    }
    bool number = value->kind == CSUCCESS__KIND_NUMBER;
    double x = number ? value->as.number : value->as.boolean ? 1.0 : 0.0;
    return csuccess__points_number(node, x, score);
}

double csuccess__points_cell(const csuccess__card_node *node, const csuccess__value *value,
                             const csuccess__value *by)
{
    return node->gives[csuccess__card_bin(node, value, by)];
}

uint32_t csuccess__card_bins(const csuccess__card_node *node)
{
    switch (node->points) {
    case CSUCCESS__POINTS_UPTO:
    case CSUCCESS__POINTS_MAP:
        return node->axes[0].count + 2;
    case CSUCCESS__POINTS_GRID:
        return node->point_count;
    default:
        return 0;
    }
}

uint32_t csuccess__card_bin(const csuccess__card_node *node, const csuccess__value *value,
                            const csuccess__value *by)
{
    uint32_t row = csuccess__axis_bin(&node->axes[0], value);
    if (node->points != CSUCCESS__POINTS_GRID) return row;
    return row * (node->axes[1].count + 2) + csuccess__axis_bin(&node->axes[1], by);
}
