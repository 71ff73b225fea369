/* SPDX-License-Identifier: Apache-2.0 */
/* Combining the members of a group over a block of rows, in the order of the document as the
   row side does. */
#include "score/card_block.h"

#include "score/block.h"

#include <string.h>

static uint32_t rows_of(const csuccess__card_gather *g)
{
    return g->block->run->frame->rows;
}

static csuccess__vector *new_numbers(csuccess__card_gather *g)
{
    csuccess__vector *v = csuccess__column_machine_vector(g->block->run->machine,
                                                          CSUCCESS__KIND_NUMBER, rows_of(g));
    if (!v) g->block->run->failed = CSUCCESS_ENOMEM;
    return v;
}

bool csuccess__card_gather_start(csuccess__card_gather *g, csuccess__card_block *block,
                                 uint32_t at)
{
    *g = (csuccess__card_gather){
        .block = block, .group = &block->card->nodes[at], .uniform = true, .finite = true};
    g->totals = csuccess__gather_start(g->group->combine);
    g->a = new_numbers(g);
    return g->a != NULL;
}

/* ---- Members with every row ---- */

static void flush(csuccess__card_gather *g)
{
    if (g->wait_count == 0) return;
    bool finite = csuccess__block_weigh(g->a->as.numbers, g->waiting, g->weights, g->wait_count,
                                        !g->started, rows_of(g));
    g->finite = finite; /* what is not finite stays so, so the last word holds */
    g->started = true;
    g->wait_count = 0;
}

static void begin(csuccess__card_gather *g)
{
    flush(g);
    if (!g->started) csuccess__block_fill(g->a->as.numbers, g->totals.a, rows_of(g));
    g->started = true;
}

/* reason: `a` alone, row by row: one body, called with a constant combine. */
static inline void add_all(const csuccess__combine combine, double *restrict a,
                           const double *restrict s, const csuccess__card_node *member,
                           double weight, uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) {
        csuccess__gather row = {a[i], 0, 0};
        csuccess__gather_add(&row, combine, member, weight, s[i]);
        a[i] = row.a;
    }
}

static void add_uniform(csuccess__card_gather *g, const csuccess__card_node *member,
                        double weight, const double *s)
{
    csuccess__combine combine = g->group->combine;
    double *a = g->a->as.numbers;
    uint32_t rows = rows_of(g);
    if (combine == CSUCCESS__COMBINE_WEIGHTED_MEAN) {
        g->waiting[g->wait_count] = s;
        g->weights[g->wait_count++] = weight;
        if (g->wait_count == CSUCCESS__WEIGH_MOST) flush(g);
        return;
    }
    begin(g);
    switch (combine) {
    case CSUCCESS__COMBINE_SUM:
        add_all(CSUCCESS__COMBINE_SUM, a, s, member, weight, rows);
        break;
    case CSUCCESS__COMBINE_MIN:
        add_all(CSUCCESS__COMBINE_MIN, a, s, member, weight, rows);
        break;
    case CSUCCESS__COMBINE_MAX:
        add_all(CSUCCESS__COMBINE_MAX, a, s, member, weight, rows);
        break;
    case CSUCCESS__COMBINE_NOISY_OR:
        add_all(CSUCCESS__COMBINE_NOISY_OR, a, s, member, weight, rows);
        break;
    default:
        add_all(CSUCCESS__COMBINE_PRODUCT, a, s, member, weight, rows);
        break;
    }
}

/* ---- Members that lack rows ---- */

/* Weights and sizes become columns. */
static bool spread(csuccess__card_gather *g)
{
    if (!g->uniform) return true;
    begin(g);
    g->b = new_numbers(g);
    g->c = new_numbers(g);
    if (!g->b || !g->c) return false;
    csuccess__block_fill(g->b->as.numbers, g->totals.b, rows_of(g));
    csuccess__block_fill(g->c->as.numbers, g->totals.c, rows_of(g));
    csuccess__rows_fill(g->all, rows_of(g));
    if (g->members > 0) memcpy(g->any, g->all, sizeof g->any);
    g->uniform = false;
    return true;
}

static void add_rows(csuccess__card_gather *g, const csuccess__card_node *member, double weight,
                     const csuccess__card_view *view)
{
    double *a = g->a->as.numbers, *b = g->b->as.numbers, *c = g->c->as.numbers;
    for (uint32_t i = 0; i < rows_of(g); i++) {
        if (view->valid && !csuccess__row_bit(view->valid, i)) continue;
        csuccess__gather row = {a[i], b[i], c[i]};
        csuccess__gather_add(&row, g->group->combine, member, weight, view->numbers[i]);
        a[i] = row.a;
        b[i] = row.b;
        c[i] = row.c;
    }
    uint64_t every[CSUCCESS__BLOCK_WORDS];
    csuccess__rows_fill(every, rows_of(g));
    for (uint32_t w = 0; w < CSUCCESS__BLOCK_WORDS; w++) {
        uint64_t valid = view->valid ? view->valid[w] & every[w] : every[w];
        g->any[w] |= valid;
        g->all[w] &= valid;
    }
}

/* ---- Completeness ---- */

static bool add_complete(csuccess__card_gather *g, double part, const double *complete)
{
    g->parts += part;
    if (!g->block->complete) return true;
    if (complete && !g->complete) {
        g->complete = new_numbers(g);
        if (!g->complete) return false;
        csuccess__block_fill(g->complete->as.numbers, g->present, rows_of(g));
    }
    if (!g->complete) {
        g->present += part;
        return true;
    }
    double *to = g->complete->as.numbers;
    for (uint32_t i = 0; i < rows_of(g); i++) to[i] += part * (complete ? complete[i] : 1.0);
    return true;
}

bool csuccess__card_gather_add(csuccess__card_gather *g, const csuccess__card_node *member,
                               double weight, const csuccess__card_view *view)
{
    double part = csuccess__card_part(g->group, member, weight);
    if (!add_complete(g, part, view->complete)) return false;
    if (view->valid && !spread(g)) return false;
    if (g->uniform) {
        csuccess__gather_add(&g->totals, g->group->combine, member, weight, 0);
        g->totals.a = csuccess__gather_start(g->group->combine).a;
        add_uniform(g, member, weight, view->numbers);
    } else {
        add_rows(g, member, weight, view);
    }
    g->members++;
    return true;
}

/* ---- The group ---- */

static void finish_rows(csuccess__card_gather *g)
{
    const csuccess__card_node *group = g->group;
    double *a = g->a->as.numbers;
    uint64_t valid[CSUCCESS__BLOCK_WORDS] = {0};
    for (uint32_t i = 0; i < rows_of(g); i++) {
        csuccess__gather row = {a[i], g->b->as.numbers[i], g->c->as.numbers[i]};
        bool any = csuccess__row_bit(g->any, i), all = csuccess__row_bit(g->all, i);
        double score = csuccess__gather_score(group, row, all) * group->scale;
        bool there = csuccess__gather_present(group->combine, row, any);
        bool finite = csuccess__is_finite(score);
        if (there && !finite) g->finite = false;
        a[i] = there && finite ? score : 0;
        valid[i / 64] |= (uint64_t)(there && finite) << (i % 64);
    }
    memcpy(g->a->valid, valid, sizeof valid);
}

/* Where nothing is missing; the mean is fused and mostly done. */
static void finish_uniform(csuccess__card_gather *g)
{
    const csuccess__card_node *group = g->group;
    double *a = g->a->as.numbers;
    uint32_t rows = rows_of(g);
    begin(g);
    csuccess__rows_fill(g->a->valid, rows);
    if (group->combine == CSUCCESS__COMBINE_WEIGHTED_MEAN) {
        double total = g->totals.b;
        csuccess__block_scale(a, total, group->scale, rows);
        if (total != 1 || group->scale != 1) g->finite = csuccess__block_finite(a, rows);
        return;
    }
    for (uint32_t i = 0; i < rows; i++) {
        csuccess__gather row = {a[i], g->totals.b, g->totals.c};
        a[i] = csuccess__gather_score(group, row, true) * group->scale;
    }
    g->finite = csuccess__block_finite(a, rows);
}

static void drop_overflow(csuccess__card_gather *g)
{
    double *a = g->a->as.numbers;
    for (uint32_t i = 0; i < rows_of(g); i++) {
        if (csuccess__is_finite(a[i])) continue;
        g->a->valid[i / 64] &= ~(UINT64_C(1) << (i % 64));
        a[i] = 0;
    }
}

static void drop_short(csuccess__card_gather *g)
{
    for (uint32_t i = 0; i < rows_of(g); i++) {
        if (!csuccess__card_short(g->group, g->complete->as.numbers[i])) continue;
        g->a->valid[i / 64] &= ~(UINT64_C(1) << (i % 64));
        g->a->as.numbers[i] = 0;
    }
}

bool csuccess__card_gather_finish(csuccess__card_gather *g, csuccess__card_view *view)
{
    uint32_t rows = rows_of(g);
    if (g->complete) {
        double *to = g->complete->as.numbers;
        for (uint32_t i = 0; i < rows; i++) {
            to[i] = csuccess__card_complete(to[i], g->parts);
        }
    }
    if (g->uniform) {
        finish_uniform(g);
        if (!g->finite) drop_overflow(g);
    } else {
        finish_rows(g);
    }
    if (g->complete && g->group->require > 0) drop_short(g);
    g->a->all_valid = csuccess__rows_all(g->a->valid, rows);
    *view = (csuccess__card_view){.numbers = g->a->as.numbers,
                                  .valid = g->a->all_valid ? NULL : g->a->valid,
                                  .complete = g->complete ? g->complete->as.numbers : NULL,
                                  .vector = g->a,
                                  .own = g->a};
    return true;
}
