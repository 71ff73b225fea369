/* SPDX-License-Identifier: Apache-2.0 */
/* Tables over the level of risk and the tier of a value: how severe a case is, and how soon it comes to its turn. */
#include "churn/internal.h"

#include "text/reader.h"

static const char *const grade_keys[] = {"value", "tiers",       "missing",
                                         "table", "description", NULL};
const char *const csuccess__severities[] = {"low", "medium", "high", "critical", NULL};
enum { FIRST_PRIORITY = 1, LAST_PRIORITY = 5, TIERS_MOST = 64 };

typedef csuccess__churn_builder builder;

/* The rung of that name; UINT32_MAX: none. */
static uint32_t rung_of(const csuccess__ladder *ladder, csuccess_str id)
{
    for (uint32_t i = 0; i < ladder->count; i++) {
        if (csuccess__str_eq(ladder->rungs[i].id, id)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static void note_rung(const builder *b, const csuccess__json *at, const char *what,
                      csuccess_str id, const csuccess__ladder *ladder)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, id);
    for (uint32_t i = 0; i < ladder->count; i++) {
        csuccess__nearest_try(&near, ladder->rungs[i].id);
    }
    csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                      near.best.ptr ? "there is no %s %q (did you mean %q?)"
                                    : "there is no %s %q",
                      what, id, near.best);
}

/* One cell: a severity by its word, a priority by its number. -1, noted, when it is neither. */
static int8_t read_cell(const builder *b, const csuccess__json *cell, bool words)
{
    if (words) {
        for (int8_t i = 0; cell->type == CSUCCESS__JSON_STRING && csuccess__severities[i];
             i++) {
            if (csuccess__str_is(cell->string, csuccess__severities[i])) {
                return i;
            }
        }
        csuccess__problem(b->problems, cell, CSUCCESS_ECONFIG,
                          "a severity is \"low\", \"medium\", \"high\" or \"critical\"");
        return -1;
    }
    for (int8_t i = FIRST_PRIORITY; cell->type == CSUCCESS__JSON_NUMBER && i <= LAST_PRIORITY;
         i++) {
        if (!(cell->number < i) && !(cell->number > i)) {
            return i;
        }
    }
    csuccess__problem(b->problems, cell, CSUCCESS_ECONFIG,
                      "a priority is a whole number from 1, the first, to 5");
    return -1;
}

static void read_row(const builder *b, const csuccess__json *row, bool words,
                     const csuccess__grade *grade, int8_t *cells)
{
    if (row->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(b->problems, row, CSUCCESS_ECONFIG,
                          "a row of the table is an object: a cell for each tier");
        return;
    }
    for (const csuccess__json *cell = row->first; cell; cell = cell->next) {
        uint32_t tier = rung_of(&grade->tiers, cell->key);
        if (tier == UINT32_MAX) {
            note_rung(b, cell, "tier", cell->key, &grade->tiers);
        } else {
            cells[tier] = read_cell(b, cell, words);
        }
    }
}

static void read_table(const builder *b, const csuccess__json *section, bool words,
                       csuccess__grade *grade)
{
    const csuccess__ladder *levels = &b->churn->levels;
    const csuccess__json *table =
        csuccess__read_section(b->problems, section, "table", CSUCCESS__JSON_OBJECT);
    if (!table) {
        csuccess__problem(b->problems, section, CSUCCESS_ECONFIG,
                          "a \"table\" is needed: a row for each level");
        return;
    }
    size_t count = (size_t)levels->count * grade->tiers.count;
    int8_t *cells = CSUCCESS__NEW_ARRAY(b->with->arena, int8_t, count);
    if (!cells) {
        b->problems->lost = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        cells[i] = -1;
    }
    for (const csuccess__json *row = table->first; row; row = row->next) {
        uint32_t level = rung_of(levels, row->key);
        if (level == UINT32_MAX) {
            note_rung(b, row, "level", row->key, levels);
        } else {
            read_row(b, row, words, grade, cells + (size_t)level * grade->tiers.count);
        }
    }
    grade->cells = cells;
}

static void read_grade(const builder *b, const csuccess__json *section, const char *key,
                       csuccess__grade *grade)
{
    const csuccess__json *node =
        csuccess__read_section(b->problems, section, key, CSUCCESS__JSON_OBJECT);
    grade->missing = UINT32_MAX;
    if (!node || !csuccess__read_object(b->problems, node, grade_keys)) {
        return;
    }
    grade->at = node;
    grade->value = csuccess__churn_program(b, node, "value", CSUCCESS__KIND_NUMBER, true);
    grade->tiers = csuccess__churn_ladder(b, node, "tiers", CSUCCESS__LADDER_AMOUNTS);
    if (grade->tiers.count == 0 || grade->tiers.count > TIERS_MOST) {
        csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                          "1 to %u \"tiers\" of the value are needed, the highest first: "
                          "{\"large\": {\"from\": 100000}, \"small\": {}}",
                          (uint32_t)TIERS_MOST);
        return;
    }
    csuccess_str missing =
        csuccess__read_string(b->problems, node, "missing", (csuccess_str){NULL, 0});
    if (missing.ptr) {
        grade->missing = rung_of(&grade->tiers, missing);
        if (grade->missing == UINT32_MAX) {
            note_rung(b, csuccess__json_member(node, "missing"), "tier", missing,
                      &grade->tiers);
        }
    }
    read_table(b, node, grade == &b->churn->severity, grade);
}

void csuccess__churn_grades(const builder *b, const csuccess__json *section)
{
    read_grade(b, section, "severity", &b->churn->severity);
    read_grade(b, section, "priority", &b->churn->priority);
}

int32_t csuccess__grade_find(const csuccess__grade *grade, int32_t level, bool there,
                             double value)
{
    int32_t tier = there ? csuccess__ladder_find(&grade->tiers, value) : -1;
    if (!there && grade->missing != UINT32_MAX) {
        tier = (int32_t)grade->missing;
    }
    if (level < 0 || tier < 0 || !grade->cells) {
        return -1;
    }
    return grade->cells[(size_t)level * grade->tiers.count + (size_t)tier];
}
