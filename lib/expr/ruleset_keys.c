/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of a set look at: slots, and parts of programs, each once. */
#include "expr/build.h"
#include "expr/column_internal.h"
#include "expr/ruleset_internal.h"

#include <string.h>

/* ---- A part of a program, as a program ---- */

static bool is_macro(uint16_t op)
{
    return op == CSUCCESS__OP_ALL || op == CSUCCESS__OP_EXISTS ||
           op == CSUCCESS__OP_EXISTS_ONE || op == CSUCCESS__OP_FILTER || op == CSUCCESS__OP_MAP;
}

/* Marks `root` and everything that it needs; gives how many nodes and operands that is. */
static void mark_part(const csuccess__program *program, uint32_t root, bool *needed,
                      uint32_t counts[2])
{
    needed[root] = true;
    counts[0] = counts[1] = 0;
    for (uint32_t i = root + 1; i-- > 0;) {
        if (!needed[i]) continue;
        const csuccess__node *node = &program->nodes[i];
        counts[0]++;
        counts[1] += node->argc;
        for (uint32_t k = 0; k < node->argc; k++) needed[program->args[node->args + k]] = true;
        if (!is_macro(node->op)) continue;
        needed[node->as.each.body] = true; /* perhaps a node outside the body */
        for (uint32_t b = node->as.each.first; b < node->as.each.body; b++) needed[b] = true;
    }
}

static bool part_inputs(csuccess__rule_builder *builder, csuccess__program *part)
{
    const csuccess__program *whole = builder->program;
    uint32_t *inputs = CSUCCESS__NEW_ARRAY(builder->arena, uint32_t, whole->input_count);
    if (!inputs) return false;
    for (uint32_t i = 0; i < whole->input_count; i++) {
        bool used = false;
        for (uint32_t k = 0; k < part->count && !used; k++) {
            used = part->nodes[k].op == CSUCCESS__OP_SLOT &&
                   part->nodes[k].as.slot == whole->inputs[i];
        }
        if (used) inputs[part->input_count++] = whole->inputs[i];
    }
    part->inputs = inputs;
    return true;
}

static void copy_nodes(csuccess__rule_builder *builder, uint32_t root, csuccess__node *nodes,
                       uint32_t *args)
{
    const csuccess__program *whole = builder->program;
    uint32_t *place = builder->place;
    uint32_t n = 0, used = 0;
    for (uint32_t i = 0; i <= root; i++) {
        if (!builder->needed[i]) continue;
        csuccess__node *node = &nodes[n];
        *node = whole->nodes[i];
        node->args = used;
        for (uint32_t k = 0; k < node->argc; k++) {
            args[used++] = place[whole->args[whole->nodes[i].args + k]];
        }
        if (is_macro(node->op)) {
            bool empty = node->as.each.first > node->as.each.body;
            node->as.each.body = place[node->as.each.body];
            node->as.each.first =
                empty ? node->as.each.body + 1 : place[whole->nodes[i].as.each.first];
        }
        place[i] = n++;
    }
}

static bool part_room(csuccess__rule_builder *builder)
{
    size_t n = builder->program->count;
    if (n <= builder->part_room) return true;
    builder->needed = CSUCCESS__NEW_ARRAY(&builder->temp, bool, n);
    builder->place = CSUCCESS__NEW_ARRAY(&builder->temp, uint32_t, n);
    builder->part_room = n;
    return builder->needed && builder->place;
}

static const csuccess__program *part_of(csuccess__rule_builder *builder, uint32_t root)
{
    const csuccess__program *whole = builder->program;
    if (root + 1 == whole->count) return whole;
    csuccess__program *part = CSUCCESS__NEW(builder->arena, csuccess__program);
    if (!part || !part_room(builder)) return NULL;
    uint32_t counts[2];
    memset(builder->needed, 0, whole->count * sizeof *builder->needed);
    mark_part(whole, root, builder->needed, counts);
    builder->part_nodes += counts[0];
    csuccess__node *nodes = CSUCCESS__NEW_ARRAY(builder->arena, csuccess__node, counts[0]);
    uint32_t *args = CSUCCESS__NEW_ARRAY(builder->arena, uint32_t, counts[1]);
    if (!nodes || !args) return NULL;
    copy_nodes(builder, root, nodes, args);
    *part = *whole;
    part->nodes = nodes;
    part->count = counts[0];
    part->args = args;
    part->type = nodes[counts[0] - 1].type;
    part->input_count = 0;
    return part_inputs(builder, part) ? part : NULL;
}

/* ---- Equal parts once ---- */

static bool same_program(const csuccess__program *x, const csuccess__program *y)
{
    if (x == y) return true;
    if (x->count != y->count) return false;
    for (uint32_t i = 0; i < x->count; i++) {
        const csuccess__node *a = &x->nodes[i], *b = &y->nodes[i];
        if (!csuccess__node_alike(a, b)) return false;
        for (uint32_t k = 0; k < a->argc; k++) {
            if (x->args[a->args + k] != y->args[b->args + k]) return false;
        }
    }
    return true;
}

static uint64_t program_hash(const csuccess__program *program)
{
    uint64_t h = program->count;
    for (uint32_t i = 0; i < program->count; i++) {
        const csuccess__node *node = &program->nodes[i];
        h = csuccess__rule_mix(h, (uint64_t)node->op << 32 | node->argc);
        if (node->op == CSUCCESS__OP_SLOT) h = csuccess__rule_mix(h, node->as.slot);
        if (node->op == CSUCCESS__OP_MATCHES) {
            h = csuccess__rule_mix(h, csuccess__str_hash(node->as.pattern));
        }
        if (node->type->kind == CSUCCESS__KIND_NUMBER && node->op == CSUCCESS__OP_CONSTANT) {
            uint64_t bits;
            memcpy(&bits, &node->as.constant.as.number, sizeof bits);
            h = csuccess__rule_mix(h, bits);
        }
    }
    return h;
}

static bool same_source(const csuccess__rule_key *x, const csuccess__rule_key *y)
{
    if (!x->program != !y->program) return false;
    return x->program ? same_program(x->program, y->program) : x->slot == y->slot;
}

/* The key, or the equal one that is there. One of the same source shares its program. */
static uint32_t add_key(csuccess__rule_builder *builder, csuccess__rule_key key)
{
    uint64_t hash = key.program ? program_hash(key.program) : csuccess__rule_mix(1, key.slot);
    uint32_t twin = UINT32_MAX, index = (uint32_t)builder->key_count;
    size_t cursor = SIZE_MAX;
    for (;;) {
        uint32_t at = csuccess__rule_seek(&builder->key_index, hash, &cursor);
        if (at == UINT32_MAX) break;
        const csuccess__rule_key *other = &builder->keys[at].key;
        if (!same_source(other, &key)) continue;
        if (other->strict == key.strict) return at;
        twin = at;
        key.program = other->program;
    }
    csuccess__rule_draft *keys = csuccess__rule_grow(builder, builder->keys, builder->key_count,
                                                     &builder->key_room, sizeof *keys);
    if (!keys || !csuccess__rule_enter(builder, &builder->key_index, hash, index)) return 0;
    builder->keys = keys;
    builder->key_count++;
    keys[index] = (csuccess__rule_draft){.key = key, .twin = twin};
    if (twin != UINT32_MAX) keys[twin].twin = index;
    return index;
}

uint32_t csuccess__rule_key_of(csuccess__rule_builder *builder, uint32_t at, bool strict)
{
    const csuccess__node *node = &builder->program->nodes[at];
    csuccess__rule_key key = {.slot = UINT32_MAX, .kind = node->type->kind, .strict = strict};
    if (node->op == CSUCCESS__OP_SLOT) {
        key.slot = node->as.slot;
    } else {
        key.program = part_of(builder, at);
        if (!key.program) {
            builder->lost = true;
            return 0;
        }
        key.costly = csuccess__column_costly(key.program);
    }
    return add_key(builder, key);
}

uint32_t csuccess__rule_text_of(csuccess__rule_builder *builder, uint32_t key_index,
                                const csuccess__value *text)
{
    csuccess__rule_draft *draft = &builder->keys[key_index];
    uint64_t hash = csuccess__rule_mix(key_index, csuccess__str_hash(text->as.string));
    size_t cursor = SIZE_MAX;
    for (;;) {
        uint32_t at = csuccess__rule_seek(&builder->text_index, hash, &cursor);
        if (at == UINT32_MAX) break;
        if (at < draft->key.count && csuccess__k_same_string(&draft->texts[at], text))
            return at;
    }
    csuccess__value *texts = csuccess__rule_grow(builder, draft->texts, draft->key.count,
                                                 &draft->text_room, sizeof *texts);
    if (!texts ||
        !csuccess__rule_enter(builder, &builder->text_index, hash, draft->key.count)) {
        return 0;
    }
    texts[draft->key.count] = *text;
    draft->texts = texts;
    return draft->key.count++;
}
