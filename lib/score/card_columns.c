/* SPDX-License-Identifier: Apache-2.0 */
/* A scorecard over a block of rows. Groups are gone through with a stack of calls no deeper
   than the card, which is at most CSUCCESS__CARD_DEPTH. */
#include "score/additive.h"
#include "score/block.h"
#include "score/card_block.h"

#include <string.h>

/* ---- Metrics ---- */

static csuccess__vector *new_numbers(csuccess__card_block *b)
{
    csuccess__vector *v = csuccess__column_machine_vector(
        b->run->machine, CSUCCESS__KIND_NUMBER, b->run->frame->rows);
    if (!v) b->run->failed = CSUCCESS_ENOMEM;
    return v;
}

static void set_valid(csuccess__vector *v, const uint64_t *valid, uint32_t rows)
{
    if (valid) {
        memcpy(v->valid, valid, sizeof v->valid);
        v->all_valid = csuccess__rows_all(valid, rows);
    } else {
        csuccess__rows_fill(v->valid, rows);
        v->all_valid = true;
    }
}

/* The host's own doubles, unread: whoever uses them finds NaN and infinities in what they
   make. */
static bool direct(csuccess__card_block *b, const csuccess__card_node *node,
                   csuccess__card_view *view)
{
    const csuccess__program *value = node->value;
    if (value->count != 1 || value->nodes[0].op != CSUCCESS__OP_SLOT) return false;
    const csuccess__column *column = &b->run->frame->slots[value->nodes[0].as.slot];
    bool plain = node->points == CSUCCESS__POINTS_NONE && column->form == CSUCCESS__FORM_F64 &&
                 column->kind == CSUCCESS__KIND_NUMBER && !column->validity;
    if (!plain) return false;
    view->numbers = (const double *)column->data + b->run->frame->first;
    view->column = column;
    return true;
}

/* The points of one row; false: none. */
static bool row_points(const csuccess__card_node *node, const csuccess__vector *v, uint32_t row,
                       double *score)
{
    csuccess__value value = {.kind = (uint8_t)v->kind};
    switch (v->kind) {
    case CSUCCESS__KIND_NUMBER:
        return csuccess__points_number(node, v->as.numbers[row], score);
    case CSUCCESS__KIND_BOOL:
        value.as.boolean = csuccess__row_bit(v->as.bits, row);
        return csuccess__points_apply(node, &value, score);
    default:
        return csuccess__points_apply(node, &v->as.values[row], score);
    }
}

static bool apply_points(csuccess__card_block *b, const csuccess__card_node *node,
                         const csuccess__vector *v, csuccess__card_view *view)
{
    csuccess__vector *out = new_numbers(b);
    if (!out) return false;
    uint64_t valid[CSUCCESS__BLOCK_WORDS] = {0};
    for (uint32_t i = 0; i < b->run->frame->rows; i++) {
        double score = 0;
        bool there =
            (v->all_valid || csuccess__row_bit(v->valid, i)) && row_points(node, v, i, &score);
        out->as.numbers[i] = there ? score : 0;
        valid[i / 64] |= (uint64_t)there << (i % 64);
    }
    set_valid(out, valid, b->run->frame->rows);
    view->numbers = out->as.numbers;
    view->vector = out;
    view->own = out;
    view->valid = out->all_valid ? NULL : out->valid;
    return true;
}

static bool column_may_default(const csuccess__column *column)
{
    if (csuccess__is_missing(column->fallback) && column->form != CSUCCESS__FORM_VALUES) {
        return false;
    }
    bool typed = column->form >= CSUCCESS__FORM_I64 && column->form < CSUCCESS__FORM_VALUES;
    return !typed || column->validity;
}

static bool may_read_default(const csuccess__column_frame *frame,
                             const csuccess__card_node *node)
{
    bool may = false;
    for (uint32_t d = 0; d < node->default_count; d++) {
        may = may || column_may_default(&frame->slots[node->defaults[d]]);
    }
    return may;
}

static bool reads_default(const csuccess__column_frame *frame, const csuccess__card_node *node,
                          uint32_t row)
{
    bool reads = false;
    for (uint32_t d = 0; !reads && d < node->default_count; d++) {
        const csuccess__column *column = &frame->slots[node->defaults[d]];
        reads = csuccess__column_value(column, frame->first + row, row).defaulted;
    }
    return reads;
}

bool csuccess__card_metric_complete(csuccess__card_block *b, uint32_t at,
                                    csuccess__card_view *view)
{
    const csuccess__card_node *node = &b->card->nodes[at];
    const csuccess__column_frame *frame = b->run->frame;
    if (!b->complete || !(view->valid || may_read_default(frame, node))) return true;
    csuccess__vector *out = new_numbers(b);
    if (!out) return false;
    for (uint32_t i = 0; i < frame->rows; i++) {
        bool there = !view->valid || csuccess__row_bit(view->valid, i);
        out->as.numbers[i] = there && !reads_default(frame, node, i) ? 1.0 : 0.0;
    }
    view->complete = out->as.numbers;
    return true;
}

static csuccess__value value_at(const csuccess__vector *v, uint32_t row)
{
    csuccess__value value = {.kind = (uint8_t)v->kind};
    if (!v->all_valid && !csuccess__row_bit(v->valid, row)) {
        return csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
    }
    switch (v->kind) {
    case CSUCCESS__KIND_NUMBER:
        value.as.number = v->as.numbers[row];
        return value;
    case CSUCCESS__KIND_BOOL:
        value.as.boolean = csuccess__row_bit(v->as.bits, row);
        return value;
    default:
        return v->as.values[row];
    }
}

/* The values of a metric, and by what a grid has its columns: NULL for others. False: memory,
   with run->failed. */
static bool load_values(csuccess__card_block *b, const csuccess__card_node *node,
                        const csuccess__vector *out[2])
{
    const csuccess__program *programs[2] = {node->value, node->by};
    out[1] = NULL;
    for (size_t k = 0; k < 2 && programs[k]; k++) {
        out[k] = csuccess__program_columns(programs[k], b->run->machine, b->run->frame,
                                           b->run->mask, &b->run->failed);
        if (!out[k]) return false;
    }
    return true;
}

/* A grid has a cell for every row; it is complete where both of its values are there. */
static bool run_grid(csuccess__card_block *b, uint32_t at, csuccess__card_view *view)
{
    const csuccess__card_node *node = &b->card->nodes[at];
    const csuccess__vector *values[2];
    if (!load_values(b, node, values)) return false;
    csuccess__vector *out = new_numbers(b);
    uint64_t valid[CSUCCESS__BLOCK_WORDS] = {0};
    if (!out) return false;
    for (uint32_t i = 0; i < b->run->frame->rows; i++) {
        csuccess__value row = value_at(values[0], i), column = value_at(values[1], i);
        bool there = !csuccess__is_missing(row) && !csuccess__is_missing(column);
        out->as.numbers[i] = csuccess__points_cell(node, &row, &column);
        if (there) csuccess__row_set(valid, i);
    }
    bool whole = csuccess__rows_all(valid, b->run->frame->rows);
    csuccess__card_view there = {.valid = whole ? NULL : valid};
    if (!csuccess__card_metric_complete(b, at, &there)) return false;
    set_valid(out, NULL, b->run->frame->rows);
    *view = (csuccess__card_view){
        .numbers = out->as.numbers, .complete = there.complete, .vector = out, .own = out};
    return true;
}

static bool run_metric(csuccess__card_block *b, uint32_t at, bool may_be_direct,
                       csuccess__card_view *view)
{
    const csuccess__card_node *node = &b->card->nodes[at];
    *view = (csuccess__card_view){0};
    if (node->by) return run_grid(b, at, view);
    if (may_be_direct && !b->checked && direct(b, node, view)) {
        return csuccess__card_metric_complete(b, at, view);
    }
    const csuccess__vector *v = csuccess__program_columns(
        node->value, b->run->machine, b->run->frame, b->run->mask, &b->run->failed);
    if (!v) return false;
    if (v->kind == CSUCCESS__KIND_NUMBER && node->points == CSUCCESS__POINTS_NONE) {
        view->numbers = v->as.numbers;
        view->vector = v;
        view->valid = v->all_valid ? NULL : v->valid;
    } else if (!apply_points(b, node, v, view)) {
        return false;
    }
    return csuccess__card_metric_complete(b, at, view);
}

/* ---- Policies and slots ---- */

static bool fill_missing(csuccess__card_block *b, const csuccess__card_node *node,
                         csuccess__card_view *view)
{
    uint32_t rows = b->run->frame->rows;
    csuccess__vector *out = view->own ? view->own : new_numbers(b);
    if (!out) return false;
    for (uint32_t i = 0; i < rows; i++) {
        bool there = csuccess__row_bit(view->valid, i);
        out->as.numbers[i] = there ? view->numbers[i] : node->instead;
    }
    set_valid(out, NULL, rows);
    view->numbers = out->as.numbers;
    view->vector = view->own = out;
    view->valid = NULL;
    return true;
}

static bool settle(csuccess__card_block *b, uint32_t at, csuccess__card_view *view)
{
    const csuccess__card_node *node = &b->card->nodes[at];
    if (view->valid && node->missing == CSUCCESS__POLICY_FAIL) {
        uint64_t all[CSUCCESS__BLOCK_WORDS];
        csuccess__rows_fill(all, b->run->frame->rows);
        for (uint32_t w = 0; w < CSUCCESS__BLOCK_WORDS; w++) {
            b->failed[w] |= all[w] & ~view->valid[w];
        }
    } else if (view->valid && node->missing != CSUCCESS__POLICY_REDISTRIBUTE &&
               !fill_missing(b, node, view)) {
        return false;
    }
    if (node->slot == UINT32_MAX || !b->card->schema->slots[node->slot].used) return true;
    b->run->slots[node->slot] = view->vector ? (csuccess__column){.form = CSUCCESS__FORM_VECTOR,
                                                                  .kind = CSUCCESS__KIND_NUMBER,
                                                                  .data = view->vector}
                                             : *view->column;
    return true;
}

/* ---- Groups ---- */

static bool run_node(csuccess__card_block *b, uint32_t at, bool may_be_direct,
                     csuccess__card_view *view);

/* Only a mean shows in its result that a number in it was not one. */
static bool gather_members(csuccess__card_block *b, uint32_t at, csuccess__card_gather *g)
{
    const csuccess__card_node *nodes = b->card->nodes;
    bool mean = nodes[at].combine == CSUCCESS__COMBINE_WEIGHTED_MEAN;
    for (uint32_t c = at + 1; c < nodes[at].end; c = nodes[c].end) {
        csuccess__card_view view;
        if (!run_node(b, c, mean, &view)) return false;
        g->unread = g->unread || view.column != NULL;
        double weight = csuccess__card_weight(nodes, b->run->weights, c);
        if (!csuccess__card_gather_add(g, &nodes[c], weight, &view)) return false;
    }
    return true;
}

static bool run_group(csuccess__card_block *b, uint32_t at, csuccess__card_view *view)
{
    csuccess__card_gather g;
    for (;;) {
        bool good = csuccess__card_gather_start(&g, b, at) && gather_members(b, at, &g) &&
                    csuccess__card_gather_finish(&g, view);
        if (!good) return false;
        if (g.finite || !g.unread || b->checked) return true;
        b->checked = true; /* once more, looking at every number first */
    }
}

static bool run_node(csuccess__card_block *b, uint32_t at, bool may_be_direct,
                     csuccess__card_view *view)
{
    bool metric = b->card->nodes[at].combine == CSUCCESS__COMBINE_NONE;
    bool good = metric ? run_metric(b, at, may_be_direct, view) : run_group(b, at, view);
    return good && settle(b, at, view);
}

/* ---- The card ---- */

/* Rows that a `fail` took, and zeros where nothing is. */
static void drop_rows(const csuccess__card_block *b, csuccess__vector *out)
{
    uint64_t failed = 0;
    for (uint32_t w = 0; w < CSUCCESS__BLOCK_WORDS; w++) {
        failed |= b->failed[w];
        out->valid[w] &= ~b->failed[w];
    }
    out->all_valid = out->all_valid && failed == 0;
    for (uint32_t i = 0; !out->all_valid && i < b->run->frame->rows; i++) {
        if (!csuccess__row_bit(out->valid, i)) out->as.numbers[i] = 0;
    }
}

/* Link and intercept; a vector of the card's own, since slots may hold the root's. */
static csuccess__vector *finish(csuccess__card_block *b, const csuccess__card_view *view)
{
    const csuccess__scorecard *card = b->card;
    uint32_t rows = b->run->frame->rows;
    csuccess__vector *out = view->own ? view->own : new_numbers(b);
    if (!out) return NULL;
    if (out->as.numbers != view->numbers) {
        memcpy(out->as.numbers, view->numbers, rows * sizeof(double));
    }
    set_valid(out, view->valid, rows);
    bool links = card->logistic || card->calibrated || card->intercept != 0;
    for (uint32_t i = 0; links && i < rows; i++) {
        out->as.numbers[i] = csuccess__card_link(card, out->as.numbers[i]);
    }
    drop_rows(b, out);
    return out;
}

static bool give_completeness(csuccess__card_block *b, const csuccess__card_view *view)
{
    b->run->completeness = NULL;
    if (!b->run->want_completeness) return true;
    csuccess__vector *out = new_numbers(b);
    if (!out) return false;
    uint32_t rows = b->run->frame->rows;
    if (view->complete) {
        memcpy(out->as.numbers, view->complete, rows * sizeof(double));
    } else {
        csuccess__block_fill(out->as.numbers, 1.0, rows);
    }
    set_valid(out, NULL, rows);
    b->run->completeness = out;
    return true;
}

/* At once where that is possible, else node by node. */
static bool run_card(csuccess__card_block *b, csuccess__card_view *view)
{
    bool done = false;
    if (b->card->additive && !csuccess__additive_columns(b, view, &done)) return false;
    return done || run_node(b, 0, false, view);
}

/* The spread of the bins that rows are in, node by node. */
static bool sum_spread(csuccess__card_block *b)
{
    csuccess__vector *out = new_numbers(b);
    if (!out) return false;
    csuccess__block_fill(out->as.numbers, 0, b->run->frame->rows);
    for (uint32_t at = 0; at < b->card->count; at++) {
        const double *squares = b->run->spread->squares[at];
        const csuccess__vector *values[2];
        if (!squares) continue;
        if (!load_values(b, &b->card->nodes[at], values)) return false;
        for (uint32_t i = 0; i < b->run->frame->rows; i++) {
            csuccess__value row = value_at(values[0], i);
            csuccess__value column = values[1] ? value_at(values[1], i) : row;
            uint32_t bin = csuccess__card_bin(&b->card->nodes[at], &row, &column);
            out->as.numbers[i] += squares[bin];
        }
    }
    b->variance = out->as.numbers;
    return true;
}

static bool give_confidence(csuccess__card_block *b, const csuccess__card_view *view)
{
    const csuccess__card_spread *spread = b->run->spread;
    b->run->confidence = NULL;
    if (!spread) return true;
    if (!b->variance && !sum_spread(b)) return false;
    csuccess__vector *out = new_numbers(b);
    if (!out) return false;
    for (uint32_t i = 0; i < b->run->frame->rows; i++) {
        double linear = csuccess__card_linear(b->card, view->numbers[i]);
        out->as.numbers[i] = csuccess__card_spread_run(spread, linear, b->variance[i]);
    }
    set_valid(out, view->valid, b->run->frame->rows);
    b->run->confidence = out;
    return true;
}

csuccess__vector *csuccess__card_block_run(const csuccess__scorecard *card,
                                           csuccess__card_columns *run)
{
    csuccess__card_block b = {
        .card = card, .run = run, .complete = run->want_completeness || card->requires};
    csuccess__card_view view;
    run->failed = CSUCCESS_OK;
    bool good =
        run_card(&b, &view) && give_completeness(&b, &view) && give_confidence(&b, &view);
    if (!good) {
        if (run->failed >= 0) run->failed = CSUCCESS_ENOMEM;
        return NULL;
    }
    /* A metric that has spent its budget is as good as no card: nothing may be made of what
       is left. */
    return run->failed < 0 ? NULL : finish(&b, &view);
}

const csuccess__vector *csuccess__scorecard_columns(const csuccess__scorecard *card,
                                                    csuccess__card_columns *run)
{
    return csuccess__card_block_run(card, run);
}
