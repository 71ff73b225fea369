/* SPDX-License-Identifier: Apache-2.0 */
/* A set of conditions over a block of rows: each test once into a bitmap, conditions as operations on
   bitmaps, and costly tests only for the rows in which they can still matter. */
#include "expr/column_internal.h"
#include "expr/ruleset_internal.h"

#include <string.h>

enum { WORDS = CSUCCESS__BLOCK_WORDS };

static const uint64_t none[WORDS];
#define ONES UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX
static const uint64_t every[WORDS] = {ONES, ONES, ONES, ONES};
_Static_assert(CSUCCESS__BLOCK_WORDS == 16, "as many ones as a block has words");

/* One block at work. */
typedef struct block {
    const csuccess__rule_group *group;
    csuccess__column_machine *machine;
    const csuccess__column_frame *frame;
    uint64_t *atoms; /* WORDS for each cut and text of each key */
    uint64_t *holds; /* WORDS for each node, where it needs memory of its own */
    uint64_t *possible;
    uint64_t *needs;     /* with costly keys: WORDS for each node: rows where it matters */
    uint64_t *key_needs; /* and for each key */
    csuccess__set_view *views;
    csuccess__key_view *keys;
    const csuccess__program *last; /* keys of one program stand side by side */
    const csuccess__vector *last_vector;
    csuccess_result failed;
} block;

static bool grow(csuccess__column_machine *machine, void **items, size_t *room, size_t n,
                 size_t bytes)
{
    if (n <= *room) return true;
    void *grown = csuccess__alloc(&machine->mem, n, bytes);
    if (!grown) return false;
    csuccess__release(&machine->mem, *items, *room, bytes);
    *items = grown;
    *room = n;
    return true;
}

static bool prepare(block *b)
{
    const csuccess__rule_group *group = b->group;
    csuccess__column_machine *machine = b->machine;
    size_t nodes = group->node_count, keys = group->key_count;
    size_t bitmaps = group->atom_count + 2 * nodes + (group->costly ? nodes + keys : 0);
    void *bits = machine->set_bits, *views = machine->set_views,
         *key_views = machine->key_views;
    bool made = grow(machine, &bits, &machine->set_bit_room, bitmaps * WORDS, sizeof(uint64_t));
    machine->set_bits = bits;
    made = made && grow(machine, &views, &machine->set_view_room, nodes, sizeof *b->views);
    machine->set_views = views;
    made = made && grow(machine, &key_views, &machine->key_view_room, keys, sizeof *b->keys);
    machine->key_views = key_views;
    if (!made) return false;
    b->atoms = bits;
    b->holds = b->atoms + (size_t)group->atom_count * WORDS;
    b->possible = b->holds + nodes * WORDS;
    b->needs = b->possible + nodes * WORDS;
    b->key_needs = b->needs + nodes * WORDS;
    b->views = views;
    b->keys = key_views;
    return true;
}

/* ---- Keys ---- */

static uint64_t *atom(const block *b, const csuccess__rule_key *key, uint32_t i)
{
    return b->atoms + ((size_t)key->first_atom + i) * WORDS;
}

static void cut_numbers(const block *b, const csuccess__rule_key *key, const double *x)
{
    for (uint32_t i = 0; i < key->count; i++) {
        if (key->strict) {
            csuccess__bits_gt_f64(atom(b, key, i), x, key->cuts[i], b->frame->rows);
        } else {
            csuccess__bits_ge_f64(atom(b, key, i), x, key->cuts[i], b->frame->rows);
        }
    }
}

static void cut_times(const block *b, const csuccess__rule_key *key, const int64_t *x)
{
    for (uint32_t i = 0; i < key->count; i++) {
        csuccess__bits_cut_i64(atom(b, key, i), x, key->cuts[i], key->strict, b->frame->rows);
    }
}

/* Whole numbers in the host's own width; false when the column is something else. */
static bool cut_whole(const block *b, const csuccess__rule_key *key,
                      const csuccess__column *column)
{
    size_t first = b->frame->first, rows = b->frame->rows;
    if (column->form == CSUCCESS__FORM_I32) {
        const int32_t *x = (const int32_t *)column->data + first;
        for (uint32_t i = 0; i < key->count; i++) {
            csuccess__bits_cut_i32(atom(b, key, i), x, key->cuts[i], key->strict, rows);
        }
        return true;
    }
    if (column->form == CSUCCESS__FORM_U8) {
        const uint8_t *x = (const uint8_t *)column->data + first;
        for (uint32_t i = 0; i < key->count; i++) {
            csuccess__bits_cut_u8(atom(b, key, i), x, key->cuts[i], key->strict, rows);
        }
        return true;
    }
    return false;
}

/* A text per row, whatever holds it. */
static void find_texts(block *b, const csuccess__rule_key *key, const csuccess__column *column)
{
    memset(atom(b, key, 0), 0, (size_t)key->count * WORDS * sizeof(uint64_t));
    for (uint32_t j = 0; j < b->frame->rows; j++) {
        csuccess__value v = csuccess__column_value(column, b->frame->first + j, j);
        if (csuccess__is_missing(v)) continue;
        uint32_t region = csuccess__region_of(key, &v);
        if (region > 0) atom(b, key, region - 1)[j / 64] |= UINT64_C(1) << (j % 64);
    }
}

enum { SMALL_DICTIONARY = 256 };

static void equal_codes(uint64_t *out, const csuccess__column *column, size_t first,
                        uint32_t code, uint32_t rows)
{
    switch (column->form) {
    case CSUCCESS__FORM_DICT8:
        csuccess__bits_eq_u8(out, (const uint8_t *)column->data + first, code, rows);
        break;
    case CSUCCESS__FORM_DICT16:
        csuccess__bits_eq_u16(out, (const uint16_t *)column->data + first, code, rows);
        break;
    default:
        csuccess__bits_eq_u32(out, (const uint32_t *)column->data + first, code, rows);
        break;
    }
}

/* Texts of a small dictionary: its entries are looked up, the rows compared as numbers. */
static void find_codes(block *b, const csuccess__rule_key *key, const csuccess__column *column)
{
    uint64_t bits[WORDS];
    size_t words = csuccess__bits_words(b->frame->rows);
    memset(atom(b, key, 0), 0, (size_t)key->count * WORDS * sizeof(uint64_t));
    for (uint32_t d = 0; d < column->dictionary_count; d++) {
        if (csuccess__is_missing(column->dictionary[d])) continue;
        uint32_t region = csuccess__region_of(key, &column->dictionary[d]);
        if (region == 0) continue;
        uint64_t *out = atom(b, key, region - 1);
        equal_codes(bits, column, b->frame->first, d, b->frame->rows);
        for (size_t w = 0; w < words; w++) out[w] |= bits[w];
    }
}

static void test_vector(block *b, const csuccess__rule_key *key, csuccess__key_view *view,
                        const csuccess__vector *vector)
{
    view->valid = vector->valid;
    view->all_valid = vector->all_valid;
    switch (key->kind) {
    case CSUCCESS__KIND_NUMBER:
        cut_numbers(b, key, vector->as.numbers);
        break;
    case CSUCCESS__KIND_TIME:
        cut_times(b, key, vector->as.times);
        break;
    case CSUCCESS__KIND_BOOL:
        view->flag = vector->as.bits;
        break;
    default:
        find_texts(b, key,
                   &(csuccess__column){
                       .form = CSUCCESS__FORM_VECTOR, .kind = vector->kind, .data = vector});
        break;
    }
}

static void test_texts(block *b, const csuccess__rule_key *key, const csuccess__column *column,
                       const csuccess__slot_state *state)
{
    bool dictionary =
        column->form >= CSUCCESS__FORM_DICT8 && column->form <= CSUCCESS__FORM_DICT32;
    bool own = memcmp(state->present, state->valid,
                      csuccess__bits_words(b->frame->rows) * sizeof(uint64_t)) == 0;
    if (dictionary && own && column->dictionary_count <= SMALL_DICTIONARY) {
        find_codes(b, key, column);
    } else {
        find_texts(b, key, column);
    }
}

static void test_slot(block *b, const csuccess__rule_key *key, csuccess__key_view *view)
{
    const csuccess__column *column = &b->frame->slots[key->slot];
    const csuccess__slot_state *state = csuccess__slot_look(b->machine, b->frame, key->slot);
    if (!state) {
        b->failed = CSUCCESS_ENOMEM;
        return;
    }
    view->valid = state->valid;
    view->all_valid = state->all_valid;
    if (key->kind == CSUCCESS__KIND_STRING && column->form != CSUCCESS__FORM_VECTOR) {
        test_texts(b, key, column, state);
        return;
    }
    bool whole = key->kind == CSUCCESS__KIND_NUMBER && state->all_present;
    if (whole && cut_whole(b, key, column)) return;
    const csuccess__vector *vector =
        csuccess__column_load(b->machine, b->frame, key->slot, &b->failed);
    if (vector) test_vector(b, key, view, vector);
}

static void test_program(block *b, uint32_t index, const uint64_t *mask)
{
    const csuccess__rule_key *key = &b->group->keys[index];
    if (key->program != b->last) {
        b->last_vector =
            csuccess__program_columns(key->program, b->machine, b->frame, mask, &b->failed);
        b->last = key->program;
    }
    if (b->last_vector) test_vector(b, key, &b->keys[index], b->last_vector);
}

/* ---- Nodes ---- */

static void view_leaf(block *b, uint32_t index, const csuccess__key_view *key,
                      const uint64_t *raw)
{
    csuccess__set_view *view = &b->views[index];
    if (key->all_valid) {
        view->holds = view->possible = raw;
        return;
    }
    uint64_t *holds = b->holds + (size_t)index * WORDS;
    uint64_t *possible = b->possible + (size_t)index * WORDS;
    for (size_t w = 0; w < WORDS; w++) {
        uint64_t bits = raw[w], valid = key->valid[w];
        holds[w] = bits & valid;
        possible[w] = bits | ~valid;
    }
    view->holds = holds;
    view->possible = possible;
}

static void view_texts(block *b, uint32_t index, const csuccess__rule_node *node)
{
    const csuccess__rule_key *key = &b->group->keys[node->a];
    uint64_t *any = b->holds + (size_t)index * WORDS;
    memcpy(any, atom(b, key, node->texts[0]), WORDS * sizeof *any);
    for (uint32_t i = 1; i < node->b; i++) {
        const uint64_t *one = atom(b, key, node->texts[i]);
        for (size_t w = 0; w < WORDS; w++) any[w] |= one[w];
    }
    view_leaf(b, index, &b->keys[node->a], any);
}

static void conjoin(uint64_t *restrict out, const uint64_t *x, uint64_t x_flip,
                    const uint64_t *y, uint64_t y_flip)
{
    for (size_t w = 0; w < WORDS; w++) out[w] = (x[w] ^ x_flip) & (y[w] ^ y_flip);
}

/* A negated edge holds where its node is not possible, and is possible where that does not hold. */
static const uint64_t *edge_holds(const block *b, csuccess__edge edge)
{
    return edge & 1 ? b->views[edge >> 1].possible : b->views[edge >> 1].holds;
}
static const uint64_t *edge_possible(const block *b, csuccess__edge edge)
{
    return edge & 1 ? b->views[edge >> 1].holds : b->views[edge >> 1].possible;
}
static uint64_t edge_flip(csuccess__edge edge)
{
    return edge & 1 ? UINT64_MAX : 0;
}

static void view_and(block *b, uint32_t index, const csuccess__rule_node *node)
{
    uint64_t *holds = b->holds + (size_t)index * WORDS;
    uint64_t *possible = b->possible + (size_t)index * WORDS;
    uint64_t x = edge_flip(node->a), y = edge_flip(node->b);
    conjoin(holds, edge_holds(b, node->a), x, edge_holds(b, node->b), y);
    b->views[index].holds = b->views[index].possible = holds;
    const csuccess__set_view *left = &b->views[node->a >> 1], *right = &b->views[node->b >> 1];
    if (left->holds == left->possible && right->holds == right->possible) return;
    conjoin(possible, edge_possible(b, node->a), x, edge_possible(b, node->b), y);
    b->views[index].possible = possible;
}

static void view_node(block *b, uint32_t index)
{
    const csuccess__rule_node *node = &b->group->nodes[index];
    switch (node->kind) {
    case CSUCCESS__RULE_TRUE:
        b->views[index] = (csuccess__set_view){every, every};
        break;
    case CSUCCESS__RULE_AND:
        view_and(b, index, node);
        break;
    case CSUCCESS__RULE_CUT:
        view_leaf(b, index, &b->keys[node->a], atom(b, &b->group->keys[node->a], node->b));
        break;
    case CSUCCESS__RULE_FLAG:
        view_leaf(b, index, &b->keys[node->a], b->keys[node->a].flag);
        break;
    default:
        view_texts(b, index, node);
        break;
    }
}

/* ---- Costly keys: first as if nothing were known of them, then where it matters ---- */

static void view_unknown(block *b, uint32_t index)
{
    b->views[index] = (csuccess__set_view){none, every};
}

static void add_need(block *b, csuccess__edge child, const uint64_t *need,
                     const uint64_t *sibling, uint64_t flip)
{
    uint32_t index = child >> 1;
    if (!b->group->nodes[index].depends) return;
    const csuccess__set_view *view = &b->views[index];
    uint64_t *out = b->needs + (size_t)index * WORDS;
    for (size_t w = 0; w < WORDS; w++) {
        out[w] |= need[w] & (sibling[w] ^ flip) & view->possible[w] & ~view->holds[w];
    }
}

/* From the conditions down: a row needs a part where the whole is open and the other side could hold. */
static void find_needs(block *b)
{
    const csuccess__rule_group *group = b->group;
    uint64_t rows[WORDS] = {0};
    csuccess__bits_fill(rows, true, b->frame->rows);
    memset(b->needs, 0, ((size_t)group->node_count + group->key_count) * WORDS * sizeof *rows);
    for (uint32_t i = 0; i < group->n; i++) add_need(b, group->roots[i], rows, every, 0);
    for (uint32_t i = group->node_count; i-- > 0;) {
        const csuccess__rule_node *node = &group->nodes[i];
        const uint64_t *need = b->needs + (size_t)i * WORDS;
        if (!node->depends) continue;
        if (node->kind == CSUCCESS__RULE_AND) {
            add_need(b, node->a, need, edge_possible(b, node->b), edge_flip(node->b));
            add_need(b, node->b, need, edge_possible(b, node->a), edge_flip(node->a));
        } else {
            uint64_t *out = b->key_needs + (size_t)node->a * WORDS;
            for (size_t w = 0; w < WORDS; w++) out[w] |= need[w];
        }
    }
}

static bool any(const uint64_t *bits)
{
    uint64_t all = 0;
    for (size_t w = 0; w < WORDS; w++) all |= bits[w];
    return all != 0;
}

/* Both keys of one program are asked for the same rows. */
static void share_needs(block *b)
{
    const csuccess__rule_key *keys = b->group->keys;
    for (uint32_t k = 1; k < b->group->key_count; k++) {
        if (!keys[k].costly || keys[k].program != keys[k - 1].program) continue;
        uint64_t *here = b->key_needs + (size_t)k * WORDS, *before = here - WORDS;
        for (size_t w = 0; w < WORDS; w++) here[w] = before[w] = here[w] | before[w];
    }
}

static void run_costly(block *b)
{
    const csuccess__rule_group *group = b->group;
    find_needs(b);
    share_needs(b);
    for (uint32_t k = 0; k < group->key_count && b->failed >= 0; k++) {
        const uint64_t *need = b->key_needs + (size_t)k * WORDS;
        if (!group->keys[k].costly) continue;
        b->keys[k] = (csuccess__key_view){none, none, false};
        if (any(need)) test_program(b, k, need);
    }
    for (uint32_t i = 0; i < group->node_count && b->failed >= 0; i++) {
        const csuccess__rule_node *node = &group->nodes[i];
        if (!node->depends) continue;
        bool asked =
            node->kind == CSUCCESS__RULE_AND || any(b->key_needs + (size_t)node->a * WORDS);
        if (asked)
            view_node(b, i);
        else
            view_unknown(b, i);
    }
}

static void write_answers(const block *b, uint64_t *holds, uint64_t *undecided)
{
    uint64_t rows[WORDS] = {0};
    csuccess__bits_fill(rows, true, b->frame->rows);
    for (uint32_t i = 0; i < b->group->n; i++) {
        csuccess__edge root = b->group->roots[i];
        uint64_t flip = edge_flip(root);
        uint64_t *out = holds + (size_t)i * WORDS;
        const uint64_t *true_in = edge_holds(b, root), *open_in = edge_possible(b, root);
        for (size_t w = 0; w < WORDS; w++) out[w] = (true_in[w] ^ flip) & rows[w];
        if (!undecided) continue;
        uint64_t *open = undecided + (size_t)i * WORDS;
        for (size_t w = 0; w < WORDS; w++) open[w] = (open_in[w] ^ flip) & ~out[w] & rows[w];
    }
}

static void run_cheap(block *b)
{
    const csuccess__rule_group *group = b->group;
    for (uint32_t k = 0; k < group->key_count && b->failed >= 0; k++) {
        if (group->keys[k].costly) continue;
        if (group->keys[k].program)
            test_program(b, k, NULL);
        else
            test_slot(b, &group->keys[k], &b->keys[k]);
    }
    for (uint32_t i = 0; i < group->node_count && b->failed >= 0; i++) {
        const csuccess__rule_node *node = &group->nodes[i];
        bool unknown = node->depends && node->kind != CSUCCESS__RULE_AND;
        if (unknown)
            view_unknown(b, i);
        else
            view_node(b, i);
    }
}

csuccess_result csuccess__group_columns(const csuccess__rule_group *group,
                                        csuccess__column_machine *machine,
                                        const csuccess__column_frame *frame, uint64_t *holds,
                                        uint64_t *undecided)
{
    block b = {.group = group, .machine = machine, .frame = frame};
    if (!prepare(&b)) return CSUCCESS_ENOMEM;
    run_cheap(&b);
    if (group->costly && b.failed >= 0) run_costly(&b);
    if (b.failed < 0) return b.failed;
    write_answers(&b, holds, undecided);
    return CSUCCESS_OK;
}
