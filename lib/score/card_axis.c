/* SPDX-License-Identifier: Apache-2.0 */
/* Axes and grids of points: how a table cuts values into bins, and tables by two values. */
#include "score/card_internal.h"

#include "expr/kernels.h"

#include <string.h>

/* Cells of one grid. A document's own limits bound all of them together. */
enum { MOST_CELLS = 1 << 20 };

static const char *const grid_keys[] = {"rows", "columns", "gives", "description", NULL};

/* ---- Words by number ---- */

typedef struct word_place {
    uint32_t code, place;
} word_place;

/* Shell's method with Knuth's gaps: new words get ascending numbers, so most lists are
   sorted. */
static void sort_places(word_place *list, uint32_t count)
{
    uint32_t gap = 1;
    while (gap < count / 3) gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3) {
        for (uint32_t i = gap; i < count; i++) {
            word_place moved = list[i];
            uint32_t at = i;
            for (; at >= gap && list[at - gap].code > moved.code; at -= gap) {
                list[at] = list[at - gap];
            }
            list[at] = moved;
        }
    }
}

static uint32_t place_of(const csuccess__card_axis *axis, uint32_t code)
{
    uint32_t low = 0, high = axis->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (axis->codes[middle] < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < axis->count && axis->codes[low] == code ? axis->places[low] : axis->count;
}

static uint32_t place_of_text(const csuccess__card_axis *axis, csuccess_str text)
{
    uint32_t code = csuccess__constants_find(axis->constants, text);
    return code == 0 ? axis->count : place_of(axis, code);
}

bool csuccess__axis_words(csuccess__card_axis *axis, csuccess__compiler *with,
                          const csuccess_str *words, uint32_t count)
{
    word_place *list = CSUCCESS__NEW_ARRAY(with->arena, word_place, count);
    uint32_t *codes = CSUCCESS__NEW_ARRAY(with->arena, uint32_t, count);
    uint32_t *places = CSUCCESS__NEW_ARRAY(with->arena, uint32_t, count);
    if (!list || !codes || !places) return false;
    for (uint32_t i = 0; i < count; i++) {
        list[i] = (word_place){csuccess__constants_add(with->constants, words[i]), i};
        if (list[i].code == 0) return false;
    }
    sort_places(list, count);
    for (uint32_t i = 0; i < count; i++) {
        codes[i] = list[i].code;
        places[i] = list[i].place;
    }
    *axis = (csuccess__card_axis){.count = count,
                                  .words = words,
                                  .codes = codes,
                                  .places = places,
                                  .constants = with->constants};
    axis->truth[0] = place_of_text(axis, CSUCCESS_STR("false"));
    axis->truth[1] = place_of_text(axis, CSUCCESS_STR("true"));
    return true;
}

/* ---- Bins ---- */

uint32_t csuccess__axis_bin(const csuccess__card_axis *axis, const csuccess__value *value)
{
    switch (value->kind) {
    case CSUCCESS__KIND_ANY:
        return axis->count + 1;
    case CSUCCESS__KIND_NUMBER:
        return (uint32_t)csuccess__k_count(axis->bounds, axis->count, value->as.number, false);
    case CSUCCESS__KIND_BOOL:
        if (!axis->number) return axis->truth[value->as.boolean];
        return (uint32_t)csuccess__k_count(axis->bounds, axis->count,
                                           value->as.boolean ? 1.0 : 0.0, false);
    default: /* built strings have no number */
        return value->code != 0 ? place_of(axis, value->code)
                                : place_of_text(axis, value->as.string);
    }
}

/* ---- Reading a grid ---- */

static bool lost(csuccess__card_build *b)
{
    b->problems->lost = b->no_memory = true;
    return false;
}

static bool read_bounds(csuccess__card_build *b, csuccess__card_axis *axis,
                        const csuccess__json *list)
{
    double *bounds = CSUCCESS__NEW_ARRAY(b->with->arena, double, list->count);
    if (!bounds) return lost(b);
    uint32_t n = 0;
    for (const csuccess__json *item = list->first; item; item = item->next, n++) {
        if (item->type != CSUCCESS__JSON_NUMBER) {
            csuccess__problem(b->problems, item, CSUCCESS_ETYPE,
                              "%q lists bounds, since its value is a number; found %s",
                              list->key, csuccess__json_type_name(item));
            return false;
        }
        bounds[n] = item->number;
        if (n > 0 && !(bounds[n] > bounds[n - 1])) {
            csuccess__problem(b->problems, item, CSUCCESS_ECONFIG,
                              "bounds must ascend: each above the one before");
            return false;
        }
    }
    *axis = (csuccess__card_axis){.count = n, .number = true, .bounds = bounds};
    return true;
}

/* Words that stand twice have the same number. */
static bool check_distinct(csuccess__card_build *b, const csuccess__card_axis *axis,
                           const csuccess__json *list)
{
    for (uint32_t i = 1; i < axis->count; i++) {
        if (axis->codes[i] != axis->codes[i - 1]) continue;
        csuccess__problem(b->problems, list, CSUCCESS_ECONFIG, "%q stands in %q twice",
                          axis->words[axis->places[i]], list->key);
        return false;
    }
    return true;
}

static bool check_word(csuccess__card_build *b, const csuccess__json *list,
                       const csuccess__json *item, csuccess__kind kind)
{
    bool truth =
        csuccess__str_is(item->string, "true") || csuccess__str_is(item->string, "false");
    if (item->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(b->problems, item, CSUCCESS_ETYPE,
                          "%q lists words, since its value is a %s; found %s", list->key,
                          kind == CSUCCESS__KIND_BOOL ? "bool" : "string",
                          csuccess__json_type_name(item));
    } else if (kind == CSUCCESS__KIND_BOOL && !truth) {
        csuccess__problem(b->problems, item, CSUCCESS_ECONFIG,
                          "the value of %q is a bool: its words are \"false\" and \"true\"",
                          list->key);
    } else {
        return true;
    }
    return false;
}

static bool read_words(csuccess__card_build *b, csuccess__card_axis *axis,
                       const csuccess__json *list, csuccess__kind kind)
{
    csuccess_str *words = CSUCCESS__NEW_ARRAY(b->with->arena, csuccess_str, list->count);
    if (!words) return lost(b);
    uint32_t n = 0;
    for (const csuccess__json *item = list->first; item; item = item->next) {
        if (!check_word(b, list, item, kind)) return false;
        words[n++] = item->string;
    }
    if (!csuccess__axis_words(axis, b->with, words, n)) return lost(b);
    return check_distinct(b, axis, list);
}

/* The list that an axis is cut by; NULL, noted, when there is none. */
static const csuccess__json *read_cut(csuccess__card_build *b, const csuccess__json *grid,
                                      const char *key)
{
    const csuccess__json *list =
        csuccess__read_section(b->problems, grid, key, CSUCCESS__JSON_ARRAY);
    if (list && list->count > 0) return list;
    if (list || !csuccess__json_member(grid, key)) {
        csuccess__problem(b->problems, list ? list : grid, CSUCCESS_ECONFIG,
                          "a grid needs \"%s\": the bounds or words that it is cut by", key);
    }
    return NULL;
}

/* Bounds for a number, words for a string or a bool; of an open type, whichever stand. */
static bool read_axis(csuccess__card_build *b, csuccess__card_axis *axis,
                      const csuccess__json *list, csuccess__kind kind)
{
    if (!list) return false;
    if (kind == CSUCCESS__KIND_ANY) {
        bool number = list->first->type == CSUCCESS__JSON_NUMBER;
        kind = number ? CSUCCESS__KIND_NUMBER : CSUCCESS__KIND_STRING;
    }
    if (kind == CSUCCESS__KIND_NUMBER) return read_bounds(b, axis, list);
    if (kind == CSUCCESS__KIND_STRING || kind == CSUCCESS__KIND_BOOL) {
        return read_words(b, axis, list, kind);
    }
    csuccess__problem(
        b->problems, list, CSUCCESS_ETYPE,
        "a grid is cut by a number, a string or a bool; what %q stands for is none "
        "of them",
        list->key);
    return false;
}

static bool read_row(csuccess__card_build *b, const csuccess__json *row, uint32_t wide,
                     double *gives)
{
    if (row->type != CSUCCESS__JSON_ARRAY || row->count != wide) {
        csuccess__problem(b->problems, row, CSUCCESS_ECONFIG,
                          "a row of \"gives\" is a list of %u numbers: one for each of "
                          "\"columns\", one for every other value, one for missing",
                          wide);
        return false;
    }
    uint32_t n = 0;
    for (const csuccess__json *cell = row->first; cell; cell = cell->next) {
        if (cell->type != CSUCCESS__JSON_NUMBER) {
            csuccess__problem(b->problems, cell, CSUCCESS_ECONFIG,
                              "a cell of a grid is a number, found %s",
                              csuccess__json_type_name(cell));
            return false;
        }
        gives[n++] = cell->number;
    }
    return true;
}

static void read_cells(csuccess__card_build *b, csuccess__card_node *node,
                       const csuccess__json *grid)
{
    uint32_t high = node->axes[0].count + 2, wide = node->axes[1].count + 2;
    const csuccess__json *rows =
        csuccess__read_section(b->problems, grid, "gives", CSUCCESS__JSON_ARRAY);
    if ((uint64_t)high * wide > MOST_CELLS) {
        csuccess__problem(b->problems, grid, CSUCCESS_ELIMIT,
                          "a grid of %u by %u bins exceeds the limit of %u cells", high, wide,
                          (uint32_t)MOST_CELLS);
        return;
    }
    if (!rows || rows->count != high) {
        csuccess__problem(b->problems, rows ? rows : grid, CSUCCESS_ECONFIG,
                          "\"gives\" is a list of %u rows: one for each of \"rows\", one for "
                          "every other value, one for missing",
                          high);
        return;
    }
    double *gives = CSUCCESS__NEW_ARRAY(b->with->arena, double, (size_t)high *wide);
    if (!gives) {
        (void)lost(b);
        return;
    }
    uint32_t n = 0;
    for (const csuccess__json *row = rows->first; row; row = row->next, n++) {
        if (!read_row(b, row, wide, gives + (size_t)n * wide)) return;
    }
    node->gives = gives;
    node->point_count = high * wide;
}

void csuccess__grid_read(csuccess__card_build *b, csuccess__card_node *node,
                         const csuccess__json *grid)
{
    const csuccess__json *by = csuccess__json_member(node->json, "by");
    const csuccess__json *missing = csuccess__json_member(node->json, "missing");
    if (missing) {
        csuccess__problem(b->problems, missing, CSUCCESS_ECONFIG,
                          "a grid has cells of its own for what is missing, the last of every "
                          "row and the last row; remove \"missing\"");
    }
    if (!by) {
        csuccess__problem(b->problems, node->json, CSUCCESS_ECONFIG,
                          "points with \"grid\" need \"by\": the value that picks the column");
    }
    if (!csuccess__read_object(b->problems, grid, grid_keys)) return;
    node->missing = CSUCCESS__POLICY_VALUE; /* which never comes to be used */
    node->pair = true;
    if (!node->value || !node->by) return;
    bool rows =
        read_axis(b, &node->axes[0], read_cut(b, grid, "rows"), node->value->type->kind);
    bool columns =
        read_axis(b, &node->axes[1], read_cut(b, grid, "columns"), node->by->type->kind);
    if (rows && columns) read_cells(b, node, grid);
}
