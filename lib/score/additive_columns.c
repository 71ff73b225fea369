/* SPDX-License-Identifier: Apache-2.0 */
/* The additive plan over a block of rows: bins of every axis first, then the terms, a few at a
   time. */
#include "score/additive.h"

#include "expr/kernels.h"

#include <string.h>

enum { TOGETHER = 4, NARROW_CELLS = 65536 };

typedef struct work {
    csuccess__card_block *block;
    const csuccess__additive *plan;
    uint32_t rows;
    uint16_t *free;                                 /* rows of bins still to be handed out */
    uint32_t free_count;                            /* how many times CSUCCESS__BLOCK */
    const double *numbers[CSUCCESS__ADDITIVE_AXES]; /* of axes of numbers */
    const uint64_t *valid[CSUCCESS__ADDITIVE_AXES]; /* of numbers; NULL: every row */
    uint16_t *bins[CSUCCESS__ADDITIVE_VIEWS];
    double *sum, *variance; /* by row; variance NULL: nobody asks */
} work;

/* Memory is the machine's: a vector of numbers has room for four rows of bins. */
static uint16_t *new_bins(work *w)
{
    if (w->free_count == 0) {
        csuccess__vector *v = csuccess__column_machine_vector(w->block->run->machine,
                                                              CSUCCESS__KIND_NUMBER, w->rows);
        if (!v) {
            w->block->run->failed = CSUCCESS_ENOMEM;
            return NULL;
        }
        void *room = v->as.numbers;
        w->free = room;
        w->free_count = sizeof(double) / sizeof(uint16_t);
    }
    w->free_count--;
    uint16_t *bins = w->free;
    w->free += CSUCCESS__BLOCK;
    return bins;
}

static bool keep_missing(uint16_t *bins, const csuccess__vector *v, uint32_t bin)
{
    for (uint32_t i = 0; !v->all_valid && i < v->rows; i++) {
        if (!csuccess__row_bit(v->valid, i)) bins[i] = (uint16_t)bin;
    }
    return true;
}

/* ---- Axes ---- */

/* Where the search goes on: both places are at hand, so that a compiler can choose without a branch. */
static inline const double *beyond(const double *at, uint32_t step, double x)
{
    const double *further = at + step;
    return further[-1] < x ? further : at;
}

/* Four rows at a time: each search waits for its own loads, so they wait together. */
static void cut_block(const csuccess__additive_axis *axis, const double *x, uint16_t *bins,
                      uint32_t rows)
{
    const double *bounds = axis->cut.bounds;
    const uint32_t top = axis->top;
    uint32_t i = 0;
    for (; i + 4 <= rows; i += 4) {
        const double x0 = x[i], x1 = x[i + 1], x2 = x[i + 2], x3 = x[i + 3];
        const double *a0 = bounds, *a1 = bounds, *a2 = bounds, *a3 = bounds;
        for (uint32_t step = top; step > 0; step >>= 1) {
            a0 = beyond(a0, step, x0);
            a1 = beyond(a1, step, x1);
            a2 = beyond(a2, step, x2);
            a3 = beyond(a3, step, x3);
        }
        bins[i] = (uint16_t)(a0 - bounds);
        bins[i + 1] = (uint16_t)(a1 - bounds);
        bins[i + 2] = (uint16_t)(a2 - bounds);
        bins[i + 3] = (uint16_t)(a3 - bounds);
    }
    for (; i < rows; i++) bins[i] = (uint16_t)csuccess__additive_cut(bounds, top, x[i]);
}

static bool take_numbers(work *w, uint32_t at, const csuccess__vector *v)
{
    const csuccess__additive_axis *axis = &w->plan->axes[at];
    w->valid[at] = v->all_valid ? NULL : v->valid;
    w->numbers[at] = v->as.numbers;
    if (v->kind == CSUCCESS__KIND_BOOL) {
        csuccess__vector *numbers = csuccess__column_machine_vector(
            w->block->run->machine, CSUCCESS__KIND_NUMBER, w->rows);
        if (!numbers) return false;
        for (uint32_t i = 0; i < w->rows; i++) {
            numbers->as.numbers[i] = csuccess__row_bit(v->as.bits, i) ? 1.0 : 0.0;
        }
        w->numbers[at] = numbers->as.numbers;
    }
    if (!axis->binned) return true;
    cut_block(axis, w->numbers[at], w->bins[at], w->rows);
    return keep_missing(w->bins[at], v, axis->cut.count + 1);
}

static uint32_t word_bin(const csuccess__additive_axis *axis, const csuccess__value *v)
{
    if (csuccess__is_missing(*v)) return axis->cut.count + 1;
    uint32_t code = v->code;
    if (code == 0) code = csuccess__constants_find(axis->cut.constants, v->as.string);
    return csuccess__additive_word(axis, code);
}

static bool take_words(work *w, uint32_t at, const csuccess__vector *v)
{
    const csuccess__additive_axis *axis = &w->plan->axes[at];
    uint16_t *bins = w->bins[at];
    if (v->kind == CSUCCESS__KIND_BOOL) {
        for (uint32_t i = 0; i < w->rows; i++) {
            bins[i] = (uint16_t)axis->cut.truth[csuccess__row_bit(v->as.bits, i)];
        }
        return keep_missing(bins, v, axis->cut.count + 1);
    }
    for (uint32_t i = 0; i < w->rows; i++) {
        bool there = v->all_valid || csuccess__row_bit(v->valid, i);
        bins[i] = (uint16_t)(there ? word_bin(axis, &v->as.values[i]) : axis->cut.count + 1);
    }
    return true;
}

/* ---- Axes of words that are a column with a dictionary ---- */

/* Bins by index; beyond the dictionary: missing. `known` is filled for small dictionaries,
   where that is less work than a look at every row's word. */
typedef struct dictionary {
    const csuccess__additive_axis *axis;
    const csuccess__column *column;
    const uint16_t *known;
} dictionary;

static uint16_t dictionary_bin(const dictionary *d, uint32_t index)
{
    if (index >= d->column->dictionary_count) return (uint16_t)(d->axis->cut.count + 1);
    if (d->known) return d->known[index];
    return (uint16_t)word_bin(d->axis, &d->column->dictionary[index]);
}

/* All 256 indices have a bin. */
static void dictionary_bytes(const uint16_t *restrict known, const uint8_t *restrict codes,
                             uint16_t *restrict bins, uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) bins[i] = known[codes[i]];
}

static bool small_dictionary(work *w, dictionary *d)
{
    uint32_t count = d->column->dictionary_count;
    bool bytes = d->column->form == CSUCCESS__FORM_DICT8;
    if (count > w->rows || (bytes && w->rows < 64)) return true;
    uint16_t *known = new_bins(w);
    if (!known) return false;
    for (uint32_t i = 0; i < count; i++) known[i] = dictionary_bin(d, i);
    const uint16_t missing = (uint16_t)(d->axis->cut.count + 1);
    for (uint32_t i = count; bytes && i < 256; i++) known[i] = missing;
    d->known = known;
    return true;
}

static void dictionary_rows(const dictionary *d, uint16_t *bins, size_t first, uint32_t rows)
{
    const void *data = d->column->data;
    csuccess__form form = d->column->form;
    if (form == CSUCCESS__FORM_DICT8 && d->known) {
        dictionary_bytes(d->known, (const uint8_t *)data + first, bins, rows);
        return;
    }
    for (uint32_t i = 0; i < rows; i++) {
        size_t at = first + i;
        uint32_t index = form == CSUCCESS__FORM_DICT8    ? ((const uint8_t *)data)[at]
                         : form == CSUCCESS__FORM_DICT16 ? ((const uint16_t *)data)[at]
                                                         : ((const uint32_t *)data)[at];
        bins[i] = dictionary_bin(d, index);
    }
}

/* A row that is not set has the default, as everywhere. */
static bool take_dictionary(work *w, uint32_t at, const csuccess__column *column)
{
    const csuccess__additive_axis *axis = &w->plan->axes[at];
    size_t first = w->block->run->frame->first;
    dictionary d = {axis, column, NULL};
    if (!small_dictionary(w, &d)) return false;
    dictionary_rows(&d, w->bins[at], first, w->rows);
    uint16_t otherwise = (uint16_t)word_bin(axis, &column->fallback);
    for (uint32_t i = 0; column->validity && i < w->rows; i++) {
        if (!csuccess__column_set(column, first + i)) w->bins[at][i] = otherwise;
    }
    return true;
}

static bool take_axis(work *w, uint32_t at)
{
    const csuccess__additive_axis *axis = &w->plan->axes[at];
    csuccess__card_columns *run = w->block->run;
    if (axis->binned) {
        w->bins[at] = new_bins(w);
        if (!w->bins[at]) return false;
    }
    if (axis->slot != UINT32_MAX && !axis->cut.number) {
        const csuccess__column *column = &run->frame->slots[axis->slot];
        bool coded = column->form >= CSUCCESS__FORM_DICT8 &&
                     column->form <= CSUCCESS__FORM_DICT32 &&
                     column->kind == CSUCCESS__KIND_STRING;
        if (coded) return take_dictionary(w, at, column);
    }
    const csuccess__vector *v = csuccess__program_columns(axis->value, run->machine, run->frame,
                                                          run->mask, &run->failed);
    if (!v) return false;
    return axis->cut.number ? take_numbers(w, at, v) : take_words(w, at, v);
}

static bool take_axes(work *w)
{
    for (uint32_t i = 0; i < w->plan->axis_count; i++) {
        if (!take_axis(w, i)) return false;
    }
    for (uint32_t v = w->plan->axis_count; v < w->plan->view_count; v++) {
        const csuccess__additive_view *view = &w->plan->views[v];
        const uint16_t *from = w->bins[view->axis];
        uint16_t *to = w->bins[v] = new_bins(w);
        if (!to) return false;
        for (uint32_t i = 0; i < w->rows; i++) to[i] = view->map[from[i]];
    }
    return true;
}

/* ---- Terms ---- */

/* Tables that are looked up in one pass over the rows. */
typedef struct pass {
    const uint16_t *at[TOGETHER];
    const double *gives[TOGETHER];
    const double *squares[TOGETHER]; /* of the spread; NULL: none */
    uint32_t count;
    uint16_t *cells[TOGETHER]; /* of grids */
} pass;

/* reason: one body for every number of tables, called with a constant one. */
static inline void add_tables(double *restrict sum, const pass *p, const uint32_t count,
                              uint32_t rows)
{
    const uint16_t *a0 = p->at[0], *a1 = p->at[count > 1 ? 1 : 0];
    const uint16_t *a2 = p->at[count > 2 ? 2 : 0], *a3 = p->at[count > 3 ? 3 : 0];
    const double *g0 = p->gives[0], *g1 = p->gives[count > 1 ? 1 : 0];
    const double *g2 = p->gives[count > 2 ? 2 : 0], *g3 = p->gives[count > 3 ? 3 : 0];
    for (uint32_t i = 0; i < rows; i++) {
        double s = sum[i] + g0[a0[i]];
        if (count > 1) s += g1[a1[i]];
        if (count > 2) s += g2[a2[i]];
        if (count > 3) s += g3[a3[i]];
        sum[i] = s;
    }
}

static void add_squares(const work *w, const pass *p)
{
    for (uint32_t k = 0; w->variance && k < p->count; k++) {
        pass one = {.at = {p->at[k]}, .gives = {p->squares[k]}};
        if (p->squares[k]) add_tables(w->variance, &one, 1, w->rows);
    }
}

static void flush(const work *w, pass *p)
{
    switch (p->count) {
    case 0:
        break;
    case 1:
        add_tables(w->sum, p, 1, w->rows);
        break;
    case 2:
        add_tables(w->sum, p, 2, w->rows);
        break;
    case 3:
        add_tables(w->sum, p, 3, w->rows);
        break;
    default:
        add_tables(w->sum, p, 4, w->rows);
        break;
    }
    add_squares(w, p);
    p->count = 0;
}

/* Eight rows at a time where the compiler knows such vectors. Cells of a narrow grid are below
   2^16, so nothing is cut off. */
#if defined(__GNUC__)
enum { LANES = 8 };
typedef uint16_t lanes __attribute__((vector_size(16)));
#else
enum { LANES = 1 };
typedef uint16_t lanes;
#endif

static void find_cells(uint16_t *cells, const uint16_t *a, const uint16_t *b, uint16_t stride,
                       uint32_t rows)
{
    uint32_t i = 0;
    for (; i + LANES <= rows; i += LANES) {
        lanes row, column;
        memcpy(&row, a + i, sizeof row);
        memcpy(&column, b + i, sizeof column);
        row = (lanes)(row * stride + column);
        memcpy(cells + i, &row, sizeof row);
    }
    for (; i < rows; i++) cells[i] = (uint16_t)((uint32_t)a[i] * stride + b[i]);
}

static void add_large_grid(const work *w, const csuccess__additive_term *term,
                           const double *squares)
{
    const uint16_t *a = w->bins[term->a], *b = w->bins[term->b];
    for (uint32_t i = 0; i < w->rows; i++) {
        uint32_t cell = a[i] * term->stride + b[i];
        w->sum[i] += term->gives[cell];
        if (squares) w->variance[i] += squares[cell];
    }
}

static void add_numbers(const work *w, const csuccess__additive_term *term,
                        const csuccess__card_node *node, const double *squares)
{
    const double *x = w->numbers[term->a];
    const uint64_t *valid = w->valid[term->a];
    const csuccess__card_axis *own = &node->axes[0];
    for (uint32_t i = 0; i < w->rows; i++) {
        double score = 0;
        bool set = !valid || csuccess__row_bit(valid, i);
        bool there = set && csuccess__points_number(node, x[i], &score);
        w->sum[i] += there ? score : node->instead;
        if (!squares) continue;
        size_t bin = set ? csuccess__k_count(own->bounds, own->count, x[i], false)
                         : own->count + (size_t)1;
        w->variance[i] += squares[bin];
    }
}

static void add_term(const work *w, pass *p, uint32_t t)
{
    const csuccess__additive_term *term = &w->plan->terms[t];
    const double *squares = w->variance ? w->block->run->spread->planned[t] : NULL;
    bool table = term->form == CSUCCESS__ADDITIVE_TABLE;
    bool grid = term->form == CSUCCESS__ADDITIVE_GRID && term->cells <= NARROW_CELLS;
    if (!table && !grid) {
        flush(w, p);
        if (term->form == CSUCCESS__ADDITIVE_GRID) {
            add_large_grid(w, term, squares);
        } else {
            add_numbers(w, term, &w->block->card->nodes[t + 1], squares);
        }
        return;
    }
    p->at[p->count] = table ? w->bins[term->a] : p->cells[p->count];
    p->gives[p->count] = term->gives;
    p->squares[p->count] = squares;
    if (grid) {
        find_cells(p->cells[p->count], w->bins[term->a], w->bins[term->b],
                   (uint16_t)term->stride, w->rows);
    }
    if (++p->count == TOGETHER) flush(w, p);
}

static double *new_sum(work *w)
{
    csuccess__vector *v =
        csuccess__column_machine_vector(w->block->run->machine, CSUCCESS__KIND_NUMBER, w->rows);
    if (!v) return NULL;
    csuccess__block_fill(v->as.numbers, 0, w->rows);
    return v->as.numbers;
}

static bool add_terms(work *w)
{
    pass p = {.count = 0};
    for (uint32_t k = 0; k < TOGETHER; k++) {
        p.cells[k] = new_bins(w);
        if (!p.cells[k]) return false;
    }
    w->variance = NULL;
    if (w->block->run->spread) {
        w->variance = new_sum(w);
        if (!w->variance) return false;
    }
    csuccess__block_fill(w->sum, 0, w->rows);
    for (uint32_t t = 0; t < w->plan->term_count; t++) add_term(w, &p, t);
    flush(w, &p);
    return true;
}

/* Bounds and scale of the sum. */
static void finish_sum(const csuccess__card_node *root, double *sum, uint32_t rows)
{
    if (!root->has_min && !root->has_max && root->scale == 1) return;
    for (uint32_t i = 0; i < rows; i++) {
        csuccess__gather g = {sum[i], 0, 0};
        sum[i] = csuccess__gather_score(root, g, true) * root->scale;
    }
}

/* ---- Completeness ---- */

/* Rows of a term where its values are there. False: in all rows. */
static bool term_holes(const work *w, uint32_t t, uint64_t valid[CSUCCESS__BLOCK_WORDS])
{
    const csuccess__additive_term *term = &w->plan->terms[t];
    const csuccess__additive_view *views = w->plan->views;
    bool grid = term->form == CSUCCESS__ADDITIVE_GRID;
    uint32_t axes[2] = {views[term->a].axis, views[grid ? term->b : term->a].axis};
    memset(valid, 0, CSUCCESS__BLOCK_WORDS * sizeof *valid);
    for (uint32_t i = 0; i < w->rows; i++) {
        bool there = true;
        for (uint32_t k = 0; k < 2 && term->form != CSUCCESS__ADDITIVE_NUMBER; k++) {
            there = there && w->bins[axes[k]][i] != w->plan->axes[axes[k]].cut.count + 1;
        }
        if (term->form == CSUCCESS__ADDITIVE_NUMBER) {
            double score;
            const uint64_t *set = w->valid[term->a];
            there = (!set || csuccess__row_bit(set, i)) &&
                    csuccess__points_number(&w->block->card->nodes[t + 1],
                                            w->numbers[term->a][i], &score);
        }
        valid[i / 64] |= (uint64_t)there << (i % 64);
    }
    return !csuccess__rows_all(valid, w->rows);
}

static bool count_complete(work *w, csuccess__card_view *view)
{
    csuccess__vector *out =
        csuccess__column_machine_vector(w->block->run->machine, CSUCCESS__KIND_NUMBER, w->rows);
    if (!out) return false;
    double *present = out->as.numbers;
    csuccess__block_fill(present, 0, w->rows);
    for (uint32_t t = 0; t < w->plan->term_count; t++) {
        double part = w->plan->terms[t].part;
        uint64_t valid[CSUCCESS__BLOCK_WORDS];
        if (!(part > 0)) continue;
        csuccess__card_view of = {.valid = term_holes(w, t, valid) ? valid : NULL};
        if (!csuccess__card_metric_complete(w->block, t + 1, &of)) return false;
        for (uint32_t i = 0; i < w->rows; i++) {
            present[i] += part * (of.complete ? of.complete[i] : 1.0);
        }
    }
    for (uint32_t i = 0; i < w->rows; i++) {
        present[i] = csuccess__card_complete(present[i], w->plan->parts);
    }
    view->complete = present;
    return true;
}

/* ---- The card ---- */

static bool nodes_are_read(const csuccess__scorecard *card)
{
    for (uint32_t t = 0; t < card->additive->term_count; t++) {
        uint32_t slot = card->additive->terms[t].slot;
        if (slot != UINT32_MAX && card->schema->slots[slot].used) return true;
    }
    return false;
}

bool csuccess__additive_columns(csuccess__card_block *block, csuccess__card_view *view,
                                bool *done)
{
    const csuccess__card_node *root = &block->card->nodes[0];
    work w;
    w.block = block;
    w.plan = block->card->additive;
    w.rows = block->run->frame->rows;
    w.free_count = 0;
    *done = false;
    if (nodes_are_read(block->card)) return true;
    csuccess__vector *out =
        csuccess__column_machine_vector(block->run->machine, CSUCCESS__KIND_NUMBER, w.rows);
    if (!out) return false;
    w.sum = out->as.numbers;
    if (!take_axes(&w) || !add_terms(&w)) return false;
    finish_sum(root, w.sum, w.rows);
    if (!csuccess__block_finite(w.sum, w.rows)) return true;
    block->variance = w.variance;
    *view = (csuccess__card_view){.numbers = out->as.numbers, .vector = out, .own = out};
    if (block->complete && !count_complete(&w, view)) return false;
    *done = true;
    return true;
}
