/* SPDX-License-Identifier: Apache-2.0 */
/* From compiled conditions to one shared graph of tests. */
#include "expr/ruleset_internal.h"

#include <float.h>
#include <string.h>

void *csuccess__rule_grow(csuccess__rule_builder *builder, void *items, size_t count,
                          size_t *room, size_t bytes)
{
    if (count < *room) return items;
    size_t wanted = *room ? *room * 2 : 16;
    void *grown = csuccess__arena_take(&builder->temp, wanted, bytes);
    if (!grown) {
        builder->lost = true;
        return NULL;
    }
    if (count > 0) memcpy(grown, items, count * bytes);
    *room = wanted;
    return grown;
}

uint32_t csuccess__rule_seek(const csuccess__rule_index *index, uint64_t hash, size_t *cursor)
{
    if (index->size == 0) return UINT32_MAX;
    size_t at = *cursor == SIZE_MAX ? hash : *cursor + 1;
    for (;; at++) {
        at &= index->size - 1;
        if (index->entries[at].value == 0) return UINT32_MAX;
        if (index->entries[at].hash == hash) {
            *cursor = at;
            return index->entries[at].value - 1;
        }
    }
}

static void put(csuccess__rule_index *index, uint64_t hash, uint32_t value)
{
    size_t at = hash & (index->size - 1);
    while (index->entries[at].value != 0) at = (at + 1) & (index->size - 1);
    index->entries[at].hash = hash;
    index->entries[at].value = value;
}

bool csuccess__rule_enter(csuccess__rule_builder *builder, csuccess__rule_index *index,
                          uint64_t hash, uint32_t value)
{
    if (index->count * 2 >= index->size) {
        csuccess__rule_index grown = {.size = index->size ? index->size * 2 : 64,
                                      .count = index->count};
        grown.entries = csuccess__arena_take(&builder->temp, grown.size, sizeof *grown.entries);
        if (!grown.entries) {
            builder->lost = true;
            return false;
        }
        for (size_t i = 0; i < index->size; i++) {
            struct csuccess__rule_entry old = index->entries[i];
            if (old.value != 0) put(&grown, old.hash, old.value);
        }
        *index = grown;
    }
    put(index, hash, value + 1);
    index->count++;
    return true;
}

/* ---- Nodes, each once ---- */

static uint64_t node_hash(const csuccess__rule_node *node)
{
    uint64_t bits;
    memcpy(&bits, &node->cut, sizeof bits);
    uint64_t h = csuccess__rule_mix(csuccess__rule_mix(bits, node->kind),
                                    (uint64_t)node->a << 32 | node->b);
    if (node->kind == CSUCCESS__RULE_TEXTS) {
        for (uint32_t i = 0; i < node->b; i++) h = csuccess__rule_mix(h, node->texts[i]);
    }
    return h;
}

static bool same_node(const csuccess__rule_node *x, const csuccess__rule_node *y)
{
    if (x->kind != y->kind || x->a != y->a || x->b != y->b) return false;
    if (memcmp(&x->cut, &y->cut, sizeof x->cut) != 0) return false;
    return x->kind != CSUCCESS__RULE_TEXTS ||
           memcmp(x->texts, y->texts, x->b * sizeof *x->texts) == 0;
}

/* The node, or the equal one that is there. */
static csuccess__edge make(csuccess__rule_builder *builder, const csuccess__rule_node *node)
{
    uint64_t hash = node_hash(node);
    size_t cursor = SIZE_MAX;
    for (;;) {
        uint32_t at = csuccess__rule_seek(&builder->node_index, hash, &cursor);
        if (at == UINT32_MAX) break;
        if (same_node(&builder->nodes[at], node)) return at << 1;
    }
    csuccess__rule_node *nodes = csuccess__rule_grow(
        builder, builder->nodes, builder->node_count, &builder->node_room, sizeof *nodes);
    if (!nodes) return CSUCCESS__EDGE_FALSE;
    builder->nodes = nodes;
    uint32_t index = (uint32_t)builder->node_count;
    if (!csuccess__rule_enter(builder, &builder->node_index, hash, index)) {
        return CSUCCESS__EDGE_FALSE;
    }
    nodes[index] = *node;
    builder->node_count++;
    return index << 1;
}

static csuccess__edge both(csuccess__rule_builder *builder, csuccess__edge a, csuccess__edge b)
{
    if (a > b) {
        csuccess__edge swap = a;
        a = b;
        b = swap;
    }
    if (a == b || a == CSUCCESS__EDGE_TRUE) return b;
    if (a == CSUCCESS__EDGE_FALSE) return a;
    csuccess__rule_node node = {.kind = CSUCCESS__RULE_AND, .a = a, .b = b};
    return make(builder, &node);
}

static csuccess__edge either(csuccess__rule_builder *builder, csuccess__edge a,
                             csuccess__edge b)
{
    return both(builder, a ^ 1, b ^ 1) ^ 1;
}

/* ---- Tests ---- */

/* The next double above. */
static double next_above(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = x > 0 ? bits + 1 : bits - 1;
    memcpy(&x, &bits, sizeof bits);
    return x;
}

/* x >= cut, or x > cut, which is x >= the next double; but not near zero, where that is a subnormal and a host may
   have the processor take those for zero. */
static csuccess__edge cut_at(csuccess__rule_builder *builder, uint32_t x, double cut,
                             bool strict)
{
    if (strict && (cut > 2 * DBL_MIN || cut < -2 * DBL_MIN)) {
        cut = next_above(cut);
        strict = false;
    }
    uint32_t key = csuccess__rule_key_of(builder, x, strict);
    csuccess__rule_node leaf = {
        .kind = CSUCCESS__RULE_CUT, .a = key, .cut = cut == 0 ? 0 : cut};
    return make(builder, &leaf);
}

static csuccess__edge compare_cut(csuccess__rule_builder *builder, uint32_t x, double cut,
                                  unsigned relation)
{
    switch (relation) {
    case CSUCCESS__REL_LT:
        return cut_at(builder, x, cut, false) ^ 1;
    case CSUCCESS__REL_LE:
        return cut_at(builder, x, cut, true) ^ 1;
    case CSUCCESS__REL_GT:
        return cut_at(builder, x, cut, true);
    case CSUCCESS__REL_GE:
        return cut_at(builder, x, cut, false);
    default:
        break;
    }
    csuccess__edge equal =
        both(builder, cut_at(builder, x, cut, false), cut_at(builder, x, cut, true) ^ 1);
    return relation == CSUCCESS__REL_NE ? equal ^ 1 : equal;
}

static void sort_numbers(uint32_t *items, uint32_t *n)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < *n; i++) {
        uint32_t v = items[i], at = kept;
        while (at > 0 && items[at - 1] > v) at--;
        if (at > 0 && items[at - 1] == v) continue;
        memmove(items + at + 1, items + at, (kept - at) * sizeof *items);
        items[at] = v;
        kept++;
    }
    *n = kept;
}

static csuccess__edge one_of_texts(csuccess__rule_builder *builder, uint32_t x,
                                   const csuccess__value *items, size_t n)
{
    uint32_t key = csuccess__rule_key_of(builder, x, false);
    uint32_t *texts = CSUCCESS__NEW_ARRAY(builder->arena, uint32_t, n);
    if (!texts || builder->lost) {
        builder->lost = true;
        return CSUCCESS__EDGE_FALSE;
    }
    uint32_t count = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        texts[i] = csuccess__rule_text_of(builder, key, &items[i]);
        if (builder->lost) return CSUCCESS__EDGE_FALSE;
    }
    sort_numbers(texts, &count);
    csuccess__rule_node leaf = {
        .kind = CSUCCESS__RULE_TEXTS, .a = key, .b = count, .texts = texts};
    return make(builder, &leaf);
}

/* ---- Reading a program, from its result down to what is no logic ---- */

enum { SHAPE_OPAQUE, SHAPE_LOGIC, SHAPE_FLAG, SHAPE_CUT, SHAPE_TEXT, SHAPE_LIST };

/* What a node of a condition is. */
typedef struct shape {
    unsigned what;
    uint32_t x;                  /* the node that is tested */
    const csuccess__value *with; /* the constant */
    unsigned relation;           /* x relation constant */
} shape;

static unsigned mirrored(unsigned relation)
{
    return (relation & CSUCCESS__SIGN_EQUAL) |
           (relation & CSUCCESS__SIGN_LESS ? CSUCCESS__SIGN_GREATER : 0u) |
           (relation & CSUCCESS__SIGN_GREATER ? CSUCCESS__SIGN_LESS : 0u);
}

static bool is_constant(const csuccess__program *program, uint32_t at)
{
    return program->nodes[at].op == CSUCCESS__OP_CONSTANT &&
           !csuccess__is_missing(program->nodes[at].as.constant);
}

/* What comparing with a constant of this kind is. */
static unsigned test_of(csuccess__kind kind, unsigned relation)
{
    bool equality = relation == CSUCCESS__REL_EQ || relation == CSUCCESS__REL_NE;
    if (kind == CSUCCESS__KIND_NUMBER || kind == CSUCCESS__KIND_TIME) return SHAPE_CUT;
    if (kind == CSUCCESS__KIND_BOOL && equality) return SHAPE_FLAG;
    return kind == CSUCCESS__KIND_STRING && equality ? SHAPE_TEXT : SHAPE_OPAQUE;
}

/* A comparison with a constant on either side. */
static shape comparison(const csuccess__program *program, const csuccess__node *node)
{
    shape s = {SHAPE_OPAQUE, 0, NULL, csuccess__k_relation(node->op)};
    const uint32_t *args = program->args + node->args;
    bool right = is_constant(program, args[1]), left = is_constant(program, args[0]);
    if (left == right) return s;
    s.x = right ? args[0] : args[1];
    s.with = &program->nodes[right ? args[1] : args[0]].as.constant;
    if (left) s.relation = mirrored(s.relation);
    /* A name whose own definition is wrong has no type; what is said of it is left whole. */
    if (program->nodes[s.x].type->kind != s.with->kind) return s;
    s.what = test_of(s.with->kind, s.relation);
    return s;
}

static bool plain_list(const csuccess__value *list, csuccess__kind of)
{
    if (list->kind != CSUCCESS__KIND_LIST || list->as.many.count == 0) return false;
    for (size_t i = 0; i < list->as.many.count; i++) {
        if (list->as.many.items[i].kind != of) return false;
    }
    return true;
}

/* Membership in a list of constants. */
static shape membership(const csuccess__program *program, const csuccess__node *node)
{
    shape s = {SHAPE_OPAQUE, 0, NULL, 0};
    const uint32_t *args = program->args + node->args;
    csuccess__kind kind =
        node->op == CSUCCESS__OP_IN_NUMBER ? CSUCCESS__KIND_NUMBER : CSUCCESS__KIND_STRING;
    if (!is_constant(program, args[1]) || is_constant(program, args[0])) return s;
    const csuccess__value *list = &program->nodes[args[1]].as.constant;
    if (!plain_list(list, kind) || program->nodes[args[0]].type->kind != kind) return s;
    s.what = SHAPE_LIST;
    s.x = args[0];
    s.with = list;
    return s;
}

static shape shape_of(const csuccess__program *program, uint32_t at)
{
    const csuccess__node *node = &program->nodes[at];
    switch (node->op) {
    case CSUCCESS__OP_AND:
    case CSUCCESS__OP_OR:
    case CSUCCESS__OP_NOT:
        return (shape){SHAPE_LOGIC, 0, NULL, 0};
    case CSUCCESS__OP_IN_NUMBER:
    case CSUCCESS__OP_IN_STRING:
        return membership(program, node);
    case CSUCCESS__OP_EQ_ANY:
    case CSUCCESS__OP_NE_ANY:
        break;
    default:
        if (csuccess__k_relation(node->op) != 0) return comparison(program, node);
        break;
    }
    return (shape){SHAPE_OPAQUE, 0, NULL, 0};
}

static csuccess__edge list_edge(csuccess__rule_builder *builder, const shape *s)
{
    const csuccess__value *items = s->with->as.many.items;
    size_t n = s->with->as.many.count;
    if (items[0].kind == CSUCCESS__KIND_STRING) return one_of_texts(builder, s->x, items, n);
    csuccess__edge found = CSUCCESS__EDGE_FALSE;
    for (size_t i = 0; i < n; i++) {
        csuccess__edge one = compare_cut(builder, s->x, items[i].as.number, CSUCCESS__REL_EQ);
        found = either(builder, found, one);
    }
    return found;
}

static csuccess__edge logic_edge(csuccess__rule_builder *builder, const csuccess__node *node,
                                 const csuccess__edge *edges)
{
    const uint32_t *args = builder->program->args + node->args;
    if (node->op == CSUCCESS__OP_NOT) return edges[args[0]] ^ 1;
    bool all = node->op == CSUCCESS__OP_AND;
    csuccess__edge joined = all ? CSUCCESS__EDGE_TRUE : CSUCCESS__EDGE_FALSE;
    for (uint32_t k = 0; k < node->argc; k++) {
        joined = all ? both(builder, joined, edges[args[k]])
                     : either(builder, joined, edges[args[k]]);
    }
    return joined;
}

static csuccess__edge flag_edge(csuccess__rule_builder *builder, uint32_t at)
{
    csuccess__rule_node leaf = {.kind = CSUCCESS__RULE_FLAG,
                                .a = csuccess__rule_key_of(builder, at, false)};
    return make(builder, &leaf);
}

static double cut_of(const csuccess__value *constant)
{
    return constant->kind == CSUCCESS__KIND_TIME ? (double)constant->as.time
                                                 : constant->as.number;
}

static csuccess__edge edge_of(csuccess__rule_builder *builder, uint32_t at,
                              const csuccess__edge *edges)
{
    const csuccess__node *node = &builder->program->nodes[at];
    shape s = shape_of(builder->program, at);
    csuccess__edge unlike = s.relation == CSUCCESS__REL_NE;
    if (is_constant(builder->program, at)) {
        return node->as.constant.as.boolean ? CSUCCESS__EDGE_TRUE : CSUCCESS__EDGE_FALSE;
    }
    switch (s.what) {
    case SHAPE_LOGIC:
        return logic_edge(builder, node, edges);
    case SHAPE_FLAG:
        return edges[s.x] ^ unlike ^ !s.with->as.boolean;
    case SHAPE_CUT:
        return compare_cut(builder, s.x, cut_of(s.with), s.relation);
    case SHAPE_TEXT:
        return one_of_texts(builder, s.x, s.with, 1) ^ unlike;
    case SHAPE_LIST:
        return list_edge(builder, &s);
    default:
        return flag_edge(builder, at);
    }
}

/* Marks the nodes of bool that the condition is made of, before the first that is no logic. */
static void mark_logic(const csuccess__program *program, bool *wanted)
{
    wanted[program->count - 1] = true;
    for (uint32_t i = program->count; i-- > 0;) {
        if (!wanted[i]) continue;
        const csuccess__node *node = &program->nodes[i];
        shape s = shape_of(program, i);
        if (s.what == SHAPE_FLAG) wanted[s.x] = true;
        if (s.what != SHAPE_LOGIC) continue;
        for (uint32_t k = 0; k < node->argc; k++) wanted[program->args[node->args + k]] = true;
    }
}

/* A condition whose parts overlap so much that copying them out is not worth it stays whole. */
static bool too_many_parts(const csuccess__rule_builder *builder)
{
    return builder->part_nodes > 8 * (size_t)builder->program->count + 64;
}

csuccess__edge csuccess__rule_read(csuccess__rule_builder *builder,
                                   const csuccess__program *program)
{
    bool *wanted = CSUCCESS__NEW_ARRAY(&builder->temp, bool, program->count);
    csuccess__edge *edges = CSUCCESS__NEW_ARRAY(&builder->temp, csuccess__edge, program->count);
    if (!wanted || !edges) {
        builder->lost = true;
        return CSUCCESS__EDGE_FALSE;
    }
    builder->program = program;
    builder->part_nodes = 0;
    mark_logic(program, wanted);
    for (uint32_t i = 0; i < program->count && !builder->lost; i++) {
        if (wanted[i]) edges[i] = edge_of(builder, i, edges);
        if (too_many_parts(builder)) {
            return flag_edge(builder, program->count - 1);
        }
    }
    return edges[program->count - 1];
}
