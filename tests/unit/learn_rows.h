/* SPDX-License-Identifier: Apache-2.0 */
/* A CSV file (without quotes) as the rows of a trainer, and parts of it by fold. */
#ifndef LEARN_ROWS_H
#define LEARN_ROWS_H

#include "check.h"
#include "base/str.h"
#include "churn/learn/learned.h"
#include "text/numeral.h"

enum { LEARN_COLUMNS = 64 };

/* Everything but the text is in the arena. */
typedef struct learn_rows {
    csuccess__arena arena;
    char *text;
    csuccess__feature features[LEARN_COLUMNS];
    csuccess__dataset data;
    uint8_t *folds;
} learn_rows;

static inline csuccess_str learn_cell(const char *line, uint32_t column)
{
    while (column-- > 0) line += check_span(line, ",\r\n") + 1;
    csuccess_str cell = {line, check_span(line, ",\r\n")};
    return cell;
}

static inline const char *learn_line(const char *line)
{
    return line + check_span(line, "\n") + 1;
}

static inline bool learn_missing(csuccess_str cell)
{
    return cell.len == 0 || (cell.len == 1 && cell.ptr[0] == ' ');
}

/* The word of a cell among those that were met, or a new one. */
static inline uint32_t learn_word(csuccess__feature *feature, csuccess_str *words,
                                  csuccess_str cell)
{
    uint32_t w = 0;
    if (learn_missing(cell)) return CSUCCESS__WORD_MISSING;
    while (w < feature->word_count && !csuccess__str_eq(words[w], cell)) w++;
    if (w == feature->word_count) words[feature->word_count++] = cell;
    return w;
}

/* A column as a feature: of numbers when all that is there is a number. */
static inline void learn_column(learn_rows *rows, csuccess__feature *feature, uint32_t column)
{
    uint32_t n = rows->data.rows, i = 0;
    double *numbers = CSUCCESS__NEW_ARRAY(&rows->arena, double, n);
    uint32_t *codes = CSUCCESS__NEW_ARRAY(&rows->arena, uint32_t, n);
    csuccess_str *words = CSUCCESS__NEW_ARRAY(&rows->arena, csuccess_str, n);
    const char *line = learn_line(rows->text);
    bool all = true;
    feature->name = learn_cell(rows->text, column);
    for (; i < n; i++, line = learn_line(line)) {
        csuccess_str cell = learn_cell(line, column);
        numbers[i] = (double)NAN;
        all = all && (learn_missing(cell) || csuccess__numeral_parse(cell, &numbers[i]));
        codes[i] = learn_word(feature, words, cell);
    }
    feature->numbers = all ? numbers : NULL;
    feature->codes = all ? NULL : codes;
    feature->words = words;
}

/* Reads a file; `outcome` and `yes` are the column and word of the label, `skip` a column to leave out. */
static inline bool learn_read(learn_rows *rows, const char *path, const char *outcome,
                              const char *yes, const char *skip)
{
    memset(rows, 0, sizeof *rows);
    csuccess__arena_init(&rows->arena, csuccess__malloc_allocator(), 0);
    rows->text = check_read(path, NULL);
    if (!CHECK(rows->text != NULL)) return false;
    for (const char *p = learn_line(rows->text); *p; p = learn_line(p)) rows->data.rows++;
    uint8_t *labels = CSUCCESS__NEW_ARRAY(&rows->arena, uint8_t, rows->data.rows);
    const char *head_end = learn_line(rows->text) - 1;
    for (uint32_t c = 0;; c++) {
        csuccess_str name = learn_cell(rows->text, c);
        if (csuccess__str_is(name, outcome)) {
            const char *line = learn_line(rows->text);
            for (uint32_t i = 0; i < rows->data.rows; i++, line = learn_line(line))
                labels[i] = csuccess__str_is(learn_cell(line, c), yes);
        } else if (!csuccess__str_is(name, skip)) {
            learn_column(rows, &rows->features[rows->data.feature_count++], c);
        }
        if (name.ptr + name.len + 1 >= head_end) break;
    }
    rows->data.features = rows->features;
    rows->data.labels = labels;
    return true;
}

/* The folds of a file of `row,fold,y`. */
static inline bool learn_folds(learn_rows *rows, const char *path)
{
    char *text = check_read(path, NULL);
    if (!CHECK(text != NULL)) return false;
    rows->folds = CSUCCESS__NEW_ARRAY(&rows->arena, uint8_t, rows->data.rows);
    uint32_t i = 0;
    for (const char *p = learn_line(text); *p && i < rows->data.rows; p = learn_line(p)) {
        rows->folds[i++] = (uint8_t)(learn_cell(p, 1).ptr[0] - '0');
    }
    free(text);
    return CHECK_UINT(i, rows->data.rows);
}

/* The rows of a fold, or all others; with words as they stand in all. In the arena of rows. */
static inline csuccess__dataset learn_part(learn_rows *rows, uint8_t fold, bool others)
{
    csuccess__dataset part = rows->data;
    csuccess__feature *features =
        CSUCCESS__NEW_ARRAY(&rows->arena, csuccess__feature, part.feature_count);
    uint8_t *labels = CSUCCESS__NEW_ARRAY(&rows->arena, uint8_t, part.rows);
    uint32_t n = 0;
    for (uint32_t i = 0; i < rows->data.rows; i++)
        if ((rows->folds[i] == fold) != others) labels[n++] = rows->data.labels[i];
    for (uint32_t f = 0; f < part.feature_count; f++) {
        const csuccess__feature *from = &rows->features[f];
        double *numbers = CSUCCESS__NEW_ARRAY(&rows->arena, double, n);
        uint32_t *codes = CSUCCESS__NEW_ARRAY(&rows->arena, uint32_t, n), k = 0;
        for (uint32_t i = 0; i < rows->data.rows; i++) {
            if ((rows->folds[i] == fold) == others) continue;
            if (from->numbers) numbers[k++] = from->numbers[i];
            if (from->codes) codes[k++] = from->codes[i];
        }
        features[f] = *from;
        features[f].numbers = from->numbers ? numbers : NULL;
        features[f].codes = from->codes ? codes : NULL;
    }
    part.features = features;
    part.labels = labels;
    part.rows = n;
    return part;
}

/* Keeps some features, by name. */
static inline void learn_keep(learn_rows *rows, const char *const *names)
{
    uint32_t n = 0;
    for (uint32_t f = 0; f < rows->data.feature_count; f++)
        if (csuccess__str_among(rows->features[f].name, names))
            rows->features[n++] = rows->features[f];
    rows->data.feature_count = n;
}

static inline void learn_close(learn_rows *rows)
{
    csuccess__arena_free(&rows->arena);
    free(rows->text);
}

typedef struct learn_ranked {
    double score;
    uint8_t label;
} learn_ranked;

static inline int learn_ascending(const void *a, const void *b)
{
    double x = ((const learn_ranked *)a)->score, y = ((const learn_ranked *)b)->score;
    return (x > y) - (x < y);
}

/* Area under the ROC curve, ties as halves. */
static inline double learn_auc(const double *scores, const uint8_t *labels, uint32_t n)
{
    learn_ranked *ranked = malloc(n * sizeof *ranked);
    double above = 0, yes = 0, no = 0;
    if (!ranked) abort();
    for (uint32_t i = 0; i < n; i++) ranked[i] = (learn_ranked){scores[i], labels[i]};
    qsort(ranked, n, sizeof *ranked, learn_ascending);
    for (uint32_t i = 0, j; i < n; i = j) {
        double here_yes = 0, here_no = 0;
        for (j = i; j < n && ranked[j].score == ranked[i].score; j++)
            *(ranked[j].label ? &here_yes : &here_no) += 1;
        above += here_yes * (no + here_no / 2);
        yes += here_yes;
        no += here_no;
    }
    free(ranked);
    return above / (yes * no);
}

#endif
