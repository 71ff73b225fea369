/* SPDX-License-Identifier: Apache-2.0 */
/* Making the additive plan: axes that terms share, their merged cuts, and tables over those. A
   card that does not fit has none and is gone through node by node. */
#include "score/additive.h"

#include "customer/pairs.h"
#include "expr/kernels.h"

#include <string.h>

/* Entries of all tables, maps and lists of codes together: what a hostile card may cost. */
enum { MOST_ENTRIES = 1 << 21, MOST_BINS = 65535 };

typedef struct builder {
    const csuccess__scorecard *card;
    csuccess__compiler *with;
    csuccess__additive plan;
    csuccess__additive_axis *axes;
    csuccess__additive_view *views;
    csuccess__additive_term *terms;
    double **marks; /* by axis: bounds or codes of all its terms */
    uint32_t *mark_count;
    csuccess__pairs known; /* axes by their value */
    uint32_t axis_room, view_room;
    uint32_t left; /* entries */
    bool lost;
} builder;

static bool no_memory(builder *b)
{
    b->lost = true;
    return false;
}

/* Takes n entries from what is left. */
static bool spend(builder *b, size_t n)
{
    if (n > b->left) return false;
    b->left -= (uint32_t)n;
    return true;
}

/* ---- Which cards ---- */

static bool is_fixed(const csuccess__card_node *node)
{
    return node->missing == CSUCCESS__POLICY_VALUE || node->missing == CSUCCESS__POLICY_WORST ||
           node->missing == CSUCCESS__POLICY_BEST;
}

/* Whether a table has something for every value that is there. */
static bool is_total(const csuccess__card_node *node)
{
    const csuccess__card_axis *axis = &node->axes[0];
    if (node->has_otherwise) return true;
    return node->points == CSUCCESS__POINTS_MAP &&
           node->value->type->kind == CSUCCESS__KIND_BOOL && axis->truth[0] < axis->count &&
           axis->truth[1] < axis->count;
}

/* False: no term can stand for the node. */
static bool form_of(const csuccess__card_node *node, csuccess__additive_form *form)
{
    csuccess__kind kind = node->value->type->kind;
    bool number = kind == CSUCCESS__KIND_NUMBER || kind == CSUCCESS__KIND_BOOL;
    bool table = node->points == CSUCCESS__POINTS_UPTO || node->points == CSUCCESS__POINTS_MAP;
    if (kind == CSUCCESS__KIND_ANY) return false;
    if (node->points == CSUCCESS__POINTS_GRID) {
        *form = CSUCCESS__ADDITIVE_GRID;
        return node->by->type->kind != CSUCCESS__KIND_ANY;
    }
    *form = table && is_total(node) ? CSUCCESS__ADDITIVE_TABLE : CSUCCESS__ADDITIVE_NUMBER;
    return *form == CSUCCESS__ADDITIVE_TABLE ||
           (number && node->points != CSUCCESS__POINTS_MAP);
}

static bool fits(const csuccess__scorecard *card)
{
    const csuccess__card_node *root = &card->nodes[0];
    if (root->combine != CSUCCESS__COMBINE_SUM || card->requires || card->count < 2)
        return false;
    for (uint32_t i = 1; i < card->count; i++) {
        const csuccess__card_node *node = &card->nodes[i];
        csuccess__additive_form form;
        bool metric = node->combine == CSUCCESS__COMBINE_NONE && node->value;
        if (!metric || !is_fixed(node) || !form_of(node, &form)) return false;
    }
    return true;
}

/* ---- Axes ---- */

static uint32_t slot_of(const csuccess__program *value)
{
    bool bare = value->count == 1 && value->nodes[0].op == CSUCCESS__OP_SLOT;
    return bare ? value->nodes[0].as.slot : UINT32_MAX;
}

/* The axis of a value, numbers or words; values are the same when they are the same slot or
   have the same text. UINT32_MAX: too many, or no memory. */
static uint32_t find_axis(builder *b, const csuccess__program *value, bool number)
{
    uint32_t slot = slot_of(value);
    bool bare = slot != UINT32_MAX;
    csuccess_str kind = csuccess__str(bare ? number ? "N" : "W" : number ? "n" : "w");
    csuccess_str name = value->text;
    if (bare) name = (csuccess_str){(const char *)&value->nodes[0].as.slot, sizeof slot};
    uint32_t found = name.len > 0 ? csuccess__pairs_find(&b->known, name, kind) : UINT32_MAX;
    if (found != UINT32_MAX) return found;
    if (b->plan.axis_count == b->axis_room) return UINT32_MAX;
    uint32_t at = b->plan.axis_count;
    if (name.len > 0 && !csuccess__pairs_add(&b->known, name, kind, at)) {
        b->lost = true;
        return UINT32_MAX;
    }
    b->axes[at] = (csuccess__additive_axis){.value = value, .slot = slot};
    b->axes[at].cut.number = number;
    b->plan.axis_count++;
    return at;
}

static bool place_side(builder *b, const csuccess__program *value,
                       const csuccess__card_axis *cut, uint32_t *axis)
{
    *axis = find_axis(b, value, cut ? cut->number : true);
    if (*axis == UINT32_MAX) return false;
    if (!cut) return true;
    b->axes[*axis].binned = true;
    b->mark_count[*axis] += cut->count;
    return true;
}

/* Terms with their axes, not yet their views. */
static bool place_terms(builder *b)
{
    for (uint32_t t = 0; t < b->plan.term_count; t++) {
        const csuccess__card_node *node = &b->card->nodes[t + 1];
        csuccess__additive_term *term = &b->terms[t];
        (void)form_of(node, &term->form);
        term->slot = UINT32_MAX;
        term->defaults = node->default_count > 0;
        term->part = csuccess__card_part(&b->card->nodes[0], node, 1);
        b->plan.parts += term->part;
        bool table = term->form != CSUCCESS__ADDITIVE_NUMBER;
        if (!place_side(b, node->value, table ? &node->axes[0] : NULL, &term->a)) return false;
        if (term->form != CSUCCESS__ADDITIVE_GRID) continue;
        if (!place_side(b, node->by, &node->axes[1], &term->b)) return false;
    }
    return true;
}

/* ---- Cuts: the marks of all terms of an axis, merged ---- */

static void put_marks(builder *b, uint32_t axis, const csuccess__card_axis *cut)
{
    double *to = b->marks[axis] + b->mark_count[axis];
    for (uint32_t i = 0; i < cut->count; i++) {
        to[i] = cut->number ? cut->bounds[i] : cut->codes[i];
    }
    b->mark_count[axis] += cut->count;
}

static bool gather_marks(builder *b)
{
    for (uint32_t i = 0; i < b->plan.axis_count; i++) {
        if (!spend(b, b->mark_count[i])) return false;
        b->marks[i] = CSUCCESS__NEW_ARRAY(b->with->arena, double, b->mark_count[i]);
        if (!b->marks[i]) return no_memory(b);
        b->mark_count[i] = 0;
    }
    for (uint32_t t = 0; t < b->plan.term_count; t++) {
        const csuccess__card_node *node = &b->card->nodes[t + 1];
        const csuccess__additive_term *term = &b->terms[t];
        if (term->form == CSUCCESS__ADDITIVE_NUMBER) continue;
        put_marks(b, term->a, &node->axes[0]);
        if (term->form == CSUCCESS__ADDITIVE_GRID) put_marks(b, term->b, &node->axes[1]);
    }
    return true;
}

/* Shell's method with Knuth's gaps. */
static void sort_marks(double *list, uint32_t count)
{
    uint32_t gap = 1;
    while (gap < count / 3) gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3) {
        for (uint32_t i = gap; i < count; i++) {
            double moved = list[i];
            uint32_t at = i;
            for (; at >= gap && list[at - gap] > moved; at -= gap) list[at] = list[at - gap];
            list[at] = moved;
        }
    }
}

static uint32_t drop_repeated(double *list, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || list[i] != list[kept - 1]) list[kept++] = list[i];
    }
    return kept;
}

/* Bounds, and infinities up to a power of two less one. */
static bool cut_numbers(builder *b, csuccess__additive_axis *axis, const double *marks,
                        uint32_t count)
{
    axis->top = count > 0 ? 1 : 0;
    while (axis->top > 0 && axis->top * 2 <= count) axis->top *= 2;
    uint32_t all = axis->top > 0 ? axis->top * 2 - 1 : 0;
    double *bounds = CSUCCESS__NEW_ARRAY(b->with->arena, double, all);
    if (!bounds) return no_memory(b);
    for (uint32_t i = 0; i < all; i++) bounds[i] = i < count ? marks[i] : (double)INFINITY;
    axis->cut.bounds = bounds;
    axis->cut.count = count;
    return true;
}

/* Bin i is the word with the i-th code. */
static bool cut_words(builder *b, csuccess__additive_axis *axis, const double *marks,
                      uint32_t count)
{
    const csuccess__constants *constants = b->with->constants;
    uint32_t first = count > 0 ? (uint32_t)marks[0] : 1;
    uint32_t span = count > 0 ? (uint32_t)marks[count - 1] - first + 1 : 0;
    if (!spend(b, span)) return false;
    uint32_t *codes = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, count);
    uint16_t *by_code = CSUCCESS__NEW_ARRAY(b->with->arena, uint16_t, span);
    if (!codes || !by_code) return no_memory(b);
    for (uint32_t i = 0; i < span; i++) by_code[i] = (uint16_t)count;
    for (uint32_t i = 0; i < count; i++) {
        codes[i] = (uint32_t)marks[i];
        by_code[codes[i] - first] = (uint16_t)i;
    }
    axis->cut.codes = codes;
    axis->cut.count = count;
    axis->cut.constants = constants;
    axis->by_code = by_code;
    axis->first_code = first;
    axis->code_count = span;
    axis->cut.truth[0] = csuccess__additive_word(
        axis, csuccess__constants_find(constants, CSUCCESS_STR("false")));
    axis->cut.truth[1] = csuccess__additive_word(
        axis, csuccess__constants_find(constants, CSUCCESS_STR("true")));
    return true;
}

static bool cut_axes(builder *b)
{
    if (!gather_marks(b)) return false;
    for (uint32_t i = 0; i < b->plan.axis_count; i++) {
        csuccess__additive_axis *axis = &b->axes[i];
        sort_marks(b->marks[i], b->mark_count[i]);
        uint32_t count = drop_repeated(b->marks[i], b->mark_count[i]);
        if (count + 2 > MOST_BINS) return false;
        bool good = axis->cut.number ? cut_numbers(b, axis, b->marks[i], count)
                                     : cut_words(b, axis, b->marks[i], count);
        if (!good) return false;
    }
    return true;
}

/* ---- Tables ---- */

/* The bin of a table's own cut that holds a bin of the axis. */
static uint32_t own_bin(const csuccess__additive_axis *axis, const csuccess__card_axis *own,
                        uint32_t bin)
{
    if (bin >= axis->cut.count) return own->count + (bin - axis->cut.count);
    if (own->number) {
        return (uint32_t)csuccess__k_count(own->bounds, own->count, axis->cut.bounds[bin],
                                           false);
    }
    csuccess__value word = {.kind = CSUCCESS__KIND_STRING, .code = axis->cut.codes[bin]};
    return csuccess__axis_bin(own, &word);
}

/* A table over the bins of the axis, from one over a term's own. NULL: no memory. */
static double *spread_out(builder *b, const csuccess__additive_axis *axis,
                          const csuccess__card_axis *own, const double *list)
{
    uint32_t bins = axis->cut.count + 2;
    double *out = CSUCCESS__NEW_ARRAY(b->with->arena, double, bins);
    if (!out) {
        b->lost = true;
        return NULL;
    }
    for (uint32_t i = 0; i < bins; i++) out[i] = list[own_bin(axis, own, i)];
    return out;
}

/* Points with those of every other value and of missing. */
static bool make_table(builder *b, uint32_t t)
{
    const csuccess__card_node *node = &b->card->nodes[t + 1];
    const csuccess__additive_axis *axis = &b->axes[b->terms[t].a];
    uint32_t n = node->axes[0].count;
    if (!spend(b, (size_t)n + axis->cut.count)) return false;
    double *list = CSUCCESS__NEW_ARRAY(b->with->arena, double, (size_t)n + 2);
    if (!list) return no_memory(b);
    memcpy(list, node->gives, n * sizeof *list);
    list[n] = node->has_otherwise ? node->otherwise : node->instead;
    list[n + 1] = node->instead;
    b->terms[t].gives = spread_out(b, axis, &node->axes[0], list);
    b->terms[t].cells = axis->cut.count + 2;
    return b->terms[t].gives != NULL;
}

static bool same_cut(const csuccess__additive_axis *axis, const uint16_t *map,
                     const uint16_t *other)
{
    return memcmp(map, other, (axis->cut.count + 2) * sizeof *map) == 0;
}

/* The view of an axis as `own` cuts it; one for all that cut alike. */
static bool find_view(builder *b, uint32_t at, const csuccess__card_axis *own, uint32_t *view)
{
    const csuccess__additive_axis *axis = &b->axes[at];
    *view = at;
    if (!spend(b, axis->cut.count)) return false;
    uint16_t *map = CSUCCESS__NEW_ARRAY(b->with->arena, uint16_t, (size_t)axis->cut.count + 2);
    if (!map) return no_memory(b);
    bool same = true;
    for (uint32_t i = 0; i < axis->cut.count + 2; i++) {
        map[i] = (uint16_t)own_bin(axis, own, i);
        same = same && map[i] == i;
    }
    if (same) return true;
    for (*view = b->plan.axis_count; *view < b->plan.view_count; ++*view) {
        const csuccess__additive_view *made = &b->views[*view];
        if (made->axis == at && same_cut(axis, map, made->map)) return true;
    }
    if (b->plan.view_count == b->view_room) return false;
    b->views[b->plan.view_count++] = (csuccess__additive_view){at, map};
    return true;
}

static bool make_grid(builder *b, uint32_t t)
{
    const csuccess__card_node *node = &b->card->nodes[t + 1];
    csuccess__additive_term *term = &b->terms[t];
    term->gives = node->gives;
    term->stride = node->axes[1].count + 2;
    term->cells = node->point_count;
    return find_view(b, term->a, &node->axes[0], &term->a) &&
           find_view(b, term->b, &node->axes[1], &term->b);
}

static bool make_terms(builder *b)
{
    b->plan.view_count = b->plan.axis_count;
    for (uint32_t i = 0; i < b->plan.axis_count; i++) {
        b->views[i] = (csuccess__additive_view){i, NULL};
    }
    for (uint32_t t = 0; t < b->plan.term_count; t++) {
        csuccess__additive_form form = b->terms[t].form;
        if (form == CSUCCESS__ADDITIVE_TABLE && !make_table(b, t)) return false;
        if (form == CSUCCESS__ADDITIVE_GRID && !make_grid(b, t)) return false;
    }
    return true;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static bool start(builder *b)
{
    csuccess__arena *arena = b->with->arena;
    b->known.arena = arena;
    b->left = MOST_ENTRIES;
    b->plan.term_count = b->card->count - 1;
    b->axis_room = least(b->plan.term_count, CSUCCESS__ADDITIVE_AXES / 2) * 2;
    b->view_room = b->axis_room * 2; /* two sides of every term at most have one of their own */
    b->axes = CSUCCESS__NEW_ARRAY(arena, csuccess__additive_axis, b->axis_room);
    b->views = CSUCCESS__NEW_ARRAY(arena, csuccess__additive_view, b->view_room);
    b->terms = CSUCCESS__NEW_ARRAY(arena, csuccess__additive_term, b->plan.term_count);
    b->marks = CSUCCESS__NEW_ARRAY(arena, double *, b->axis_room);
    b->mark_count = CSUCCESS__NEW_ARRAY(arena, uint32_t, b->axis_room);
    if (!b->axes || !b->views || !b->terms || !b->marks || !b->mark_count) return no_memory(b);
    b->plan.axes = b->axes;
    b->plan.views = b->views;
    b->plan.terms = b->terms;
    return true;
}

bool csuccess__additive_plan(csuccess__scorecard *card, csuccess__compiler *with)
{
    if (!fits(card)) return true;
    builder b = {.card = card, .with = with};
    if (!start(&b)) return false;
    if (!place_terms(&b) || !cut_axes(&b) || !make_terms(&b)) return !b.lost;
    csuccess__additive *plan = CSUCCESS__NEW(with->arena, csuccess__additive);
    if (!plan) return false;
    *plan = b.plan;
    card->additive = plan;
    return true;
}

void csuccess__additive_slots(const csuccess__scorecard *card)
{
    if (!card->additive) return;
    csuccess__additive_term *terms =
        (csuccess__additive_term *)(uintptr_t)card->additive->terms;
    for (uint32_t t = 0; t < card->additive->term_count; t++) {
        terms[t].slot = card->nodes[t + 1].slot;
    }
}

/* ---- Beside the tables ---- */

const double *const *csuccess__additive_tables(const csuccess__scorecard *card,
                                               csuccess__compiler *with,
                                               const double *const *lists)
{
    const csuccess__additive *plan = card->additive;
    if (!plan) return NULL;
    const double **out = CSUCCESS__NEW_ARRAY(with->arena, const double *, plan->term_count);
    builder b = {.card = card, .with = with};
    if (!out) return NULL;
    for (uint32_t t = 0; t < plan->term_count; t++) {
        const csuccess__additive_term *term = &plan->terms[t];
        out[t] = lists[t + 1];
        if (!out[t] || term->form != CSUCCESS__ADDITIVE_TABLE) continue;
        out[t] = spread_out(&b, &plan->axes[term->a], &card->nodes[t + 1].axes[0], out[t]);
        if (!out[t]) return NULL;
    }
    return out;
}
