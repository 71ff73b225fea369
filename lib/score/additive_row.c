/* SPDX-License-Identifier: Apache-2.0 */
/* The additive plan for one customer. */
#include "score/additive.h"

#include "expr/kernels.h"

/* What the values of one customer come to. */
typedef struct work {
    const csuccess__scorecard *card;
    const csuccess__additive *plan;
    csuccess__card_run *run;
    double numbers[CSUCCESS__ADDITIVE_AXES]; /* of axes of numbers */
    uint16_t bins[CSUCCESS__ADDITIVE_VIEWS];
    bool there[CSUCCESS__ADDITIVE_AXES];
    double sum, present, variance;
} work;

static void take_number(const csuccess__additive_axis *axis, work *w, uint32_t at, double x)
{
    w->numbers[at] = x;
    w->bins[at] = (uint16_t)csuccess__additive_cut(axis->cut.bounds, axis->top, x);
}

static void take_value(const csuccess__additive_axis *axis, work *w, uint32_t at,
                       const csuccess__value *v)
{
    uint32_t code;
    w->there[at] = true;
    switch (v->kind) {
    case CSUCCESS__KIND_ANY:
        w->there[at] = false;
        w->bins[at] = (uint16_t)(axis->cut.count + 1);
        return;
    case CSUCCESS__KIND_NUMBER:
        take_number(axis, w, at, v->as.number);
        return;
    case CSUCCESS__KIND_BOOL:
        if (axis->cut.number) {
            take_number(axis, w, at, v->as.boolean ? 1.0 : 0.0);
        } else {
            w->bins[at] = (uint16_t)axis->cut.truth[v->as.boolean];
        }
        return;
    default:
        code = v->code;
        if (code == 0) code = csuccess__constants_find(axis->cut.constants, v->as.string);
        w->bins[at] = (uint16_t)csuccess__additive_word(axis, code);
        return;
    }
}

static void take_axes(work *w)
{
    csuccess__card_run *run = w->run;
    for (uint32_t i = 0; i < w->plan->axis_count; i++) {
        const csuccess__additive_axis *axis = &w->plan->axes[i];
        if (axis->slot != UINT32_MAX) {
            take_value(axis, w, i, &run->slots[axis->slot]);
            continue;
        }
        csuccess__value v = csuccess__card_evaluate(axis->value, run);
        take_value(axis, w, i, &v);
    }
    for (uint32_t i = w->plan->axis_count; i < w->plan->view_count; i++) {
        const csuccess__additive_view *view = &w->plan->views[i];
        w->bins[i] = view->map[w->bins[view->axis]];
    }
}

/* The points of a number; *bin is that of the table, where there is one. */
static double number_points(const work *w, const csuccess__additive_term *term,
                            const csuccess__card_node *node, bool *there)
{
    double score = 0;
    *there = w->there[term->a] && csuccess__points_number(node, w->numbers[term->a], &score);
    return *there ? score : node->instead;
}

/* The cell of a term of NUMBER among the bins of its own table, for the spread. */
static uint32_t number_bin(const work *w, const csuccess__additive_term *term,
                           const csuccess__card_node *node)
{
    const csuccess__card_axis *own = &node->axes[0];
    if (!w->there[term->a]) return own->count + 1;
    return (uint32_t)csuccess__k_count(own->bounds, own->count, w->numbers[term->a], false);
}

static bool both_there(const work *w, const csuccess__additive_term *term)
{
    const csuccess__additive_view *views = w->plan->views;
    if (term->form != CSUCCESS__ADDITIVE_GRID) return w->there[term->a];
    return w->there[views[term->a].axis] && w->there[views[term->b].axis];
}

/* reason: the row side of learned models: one look-up, one addition and what hangs on them. */
static void add_terms(work *w)
{
    const csuccess__additive *plan = w->plan;
    const csuccess__card_node *nodes = w->card->nodes + 1;
    const csuccess__card_spread *spread = w->run->spread;
    csuccess__value *slots = w->run->slots;
    for (uint32_t t = 0; t < plan->term_count; t++) {
        const csuccess__additive_term *term = &plan->terms[t];
        uint32_t cell = w->bins[term->a];
        double score;
        bool there;
        if (term->form == CSUCCESS__ADDITIVE_NUMBER) {
            score = number_points(w, term, &nodes[t], &there);
        } else {
            if (term->form == CSUCCESS__ADDITIVE_GRID) {
                cell = cell * term->stride + w->bins[term->b];
            }
            score = term->gives[cell];
            there = term->part > 0 && both_there(w, term);
        }
        w->sum += score;
        if (there && !(term->defaults && csuccess__card_defaulted(&nodes[t], slots))) {
            w->present += term->part;
        }
        if (term->slot != UINT32_MAX) {
            slots[term->slot].kind = CSUCCESS__KIND_NUMBER;
            slots[term->slot].absence = CSUCCESS__ABSENCE_PRESENT;
            slots[term->slot].defaulted = 0;
            slots[term->slot].code = 0;
            slots[term->slot].as.number = score;
        }
        if (!spread || !spread->planned[t]) continue;
        if (term->form == CSUCCESS__ADDITIVE_NUMBER) cell = number_bin(w, term, &nodes[t]);
        w->variance += spread->planned[t][cell];
    }
}

bool csuccess__additive_row(const csuccess__scorecard *card, csuccess__card_run *run)
{
    work w;
    w.card = card;
    w.plan = card->additive;
    w.run = run;
    w.sum = w.present = w.variance = 0;
    take_axes(&w);
    add_terms(&w);
    const csuccess__card_node *root = &card->nodes[0];
    csuccess__gather g = {w.sum, 0, 0};
    double score = csuccess__gather_score(root, g, true) * root->scale;
    if (!csuccess__is_finite(score)) return false;
    run->variance = w.variance;
    csuccess__card_result *out = &run->results[0];
    *out = (csuccess__card_result){.score = score};
    out->completeness = csuccess__card_complete(w.present, w.plan->parts);
    return true;
}
