/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions as disjunctions of conjunctions, and the masks that say which of these a value leaves alive. */
#include "expr/ruleset_internal.h"

#include <string.h>

enum {
    TERM_EDGES = 256,    /* of one conjunction while it is taken apart */
    MASK_WORDS = 1 << 20 /* of all masks of a group: 8 MiB */
};

/* A conjunction: edges[0 .. leaves) are leaves, the rest is still to be taken apart. */
typedef struct partial {
    uint32_t leaves, count;
    csuccess__edge edges[TERM_EDGES];
} partial;

/* One finished term. */
typedef struct term {
    const csuccess__edge *edges;
    uint32_t count, condition;
} term;

typedef struct workshop {
    csuccess__rule_builder *builder;
    partial *work; /* CONDITION_TERMS + 1 */
    uint32_t count;
    term *first, *more; /* term i of condition i; the others */
    size_t more_count, more_room;
    uint32_t *whole;
    uint32_t whole_count;
} workshop;

typedef enum step { STEP_AGAIN, STEP_DONE, STEP_DEAD, STEP_TOO_MUCH } step;

/* Takes the last edge of a conjunction apart; may start another one. */
static step take_apart(workshop *shop, partial *p)
{
    if (p->leaves == p->count) return STEP_DONE;
    csuccess__edge edge = p->edges[--p->count];
    const csuccess__rule_node *node = &shop->builder->nodes[edge >> 1];
    bool negated = edge & 1;
    if (node->kind == CSUCCESS__RULE_TRUE) return negated ? STEP_DEAD : STEP_AGAIN;
    if (p->count + 2 > TERM_EDGES) return STEP_TOO_MUCH;
    if (node->kind != CSUCCESS__RULE_AND) {
        if (p->count > p->leaves) p->edges[p->count] = p->edges[p->leaves];
        p->edges[p->leaves++] = edge;
        p->count++;
        return STEP_AGAIN;
    }
    if (negated) {
        if (shop->count > CSUCCESS__CONDITION_TERMS) return STEP_TOO_MUCH;
        partial *other = &shop->work[shop->count++];
        memcpy(other, p, offsetof(partial, edges) + p->count * sizeof *p->edges);
        other->edges[other->count++] = node->b ^ 1;
        p->edges[p->count++] = node->a ^ 1;
        return STEP_AGAIN;
    }
    p->edges[p->count++] = node->b;
    p->edges[p->count++] = node->a;
    return STEP_AGAIN;
}

/* Fills work[0 .. count) with the terms of a condition; false when they are too many. */
static bool expand(workshop *shop, csuccess__edge root)
{
    shop->count = 1;
    shop->work[0].leaves = 0;
    shop->work[0].count = 1;
    shop->work[0].edges[0] = root;
    for (uint32_t i = 0; i < shop->count;) {
        switch (take_apart(shop, &shop->work[i])) {
        case STEP_AGAIN:
            break;
        case STEP_DONE:
            i++;
            break;
        case STEP_DEAD:
            shop->count--;
            if (i < shop->count)
                memcpy(&shop->work[i], &shop->work[shop->count], sizeof(partial));
            break;
        default:
            return false;
        }
    }
    return shop->count <= CSUCCESS__CONDITION_TERMS;
}

static bool keep_term(workshop *shop, const partial *p, uint32_t condition, bool first)
{
    csuccess__rule_builder *builder = shop->builder;
    csuccess__edge *edges = CSUCCESS__NEW_ARRAY(&builder->temp, csuccess__edge, p->count);
    if (!edges) return false;
    memcpy(edges, p->edges, p->count * sizeof *edges);
    term made = {edges, p->count, condition};
    if (first) {
        shop->first[condition] = made;
        return true;
    }
    term *more = csuccess__rule_grow(builder, shop->more, shop->more_count, &shop->more_room,
                                     sizeof *more);
    if (!more) return false;
    shop->more = more;
    more[shop->more_count++] = made;
    return true;
}

/* The terms of every condition; those that do not fit stay whole. */
static bool gather(workshop *shop, const csuccess__rule_group *group)
{
    for (uint32_t i = 0; i < group->n; i++) {
        bool fits = expand(shop, group->roots[i]);
        size_t total = group->n + shop->more_count + (shop->count ? shop->count - 1 : 0);
        if (!fits || total > (size_t)CSUCCESS__GROUP_WORDS * 64) {
            shop->whole[shop->whole_count++] = i;
            continue;
        }
        for (uint32_t t = 0; t < shop->count; t++) {
            if (!keep_term(shop, &shop->work[t], i, t == 0)) return false;
        }
    }
    return true;
}

/* ---- Masks ---- */

static bool leaf_holds(const csuccess__rule_node *leaf, uint32_t region)
{
    switch (leaf->kind) {
    case CSUCCESS__RULE_CUT:
        return region > leaf->b;
    case CSUCCESS__RULE_FLAG:
        return region == 1;
    default:
        break;
    }
    uint32_t low = 0, high = leaf->b; /* is region - 1 among the ascending texts? */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (leaf->texts[middle] + 1 < region)
            low = middle + 1;
        else
            high = middle;
    }
    return low < leaf->b && leaf->texts[low] + 1 == region;
}

static void set_bit(uint64_t *mask, size_t bit)
{
    mask[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* Writes one term into the masks of the keys that it tests. */
static void mask_term(const csuccess__rule_builder *builder, const csuccess__rule_group *group,
                      const term *t, size_t bit, csuccess__rule_key *keys)
{
    for (uint32_t i = 0; i < t->count; i++) {
        const csuccess__rule_node *leaf = &builder->nodes[t->edges[i] >> 1];
        bool negated = t->edges[i] & 1;
        csuccess__rule_key *key = &keys[leaf->a];
        uint64_t *masks = (uint64_t *)(uintptr_t)key->masks;
        set_bit((uint64_t *)(uintptr_t)key->readers, bit);
        for (uint32_t r = 0; r < csuccess__regions(key); r++) {
            if (leaf_holds(leaf, r) != negated) continue;
            masks[(size_t)r * group->words + bit / 64] &= ~(UINT64_C(1) << (bit % 64));
        }
    }
}

static bool room_for_masks(csuccess__rule_builder *builder, const csuccess__rule_group *group,
                           csuccess__rule_key *keys)
{
    for (uint32_t k = 0; k < group->key_count; k++) {
        size_t words = (size_t)csuccess__regions(&keys[k]) * group->words;
        uint64_t *masks = CSUCCESS__NEW_ARRAY(builder->arena, uint64_t, words);
        uint64_t *readers = CSUCCESS__NEW_ARRAY(builder->arena, uint64_t, group->words);
        if (!masks || !readers) return false;
        memset(masks, 0xFF, words * sizeof *masks);
        keys[k].masks = masks;
        keys[k].readers = readers;
    }
    return true;
}

/* Lists the terms that ask for each program. */
static bool list_asking(csuccess__rule_builder *builder, const csuccess__rule_group *group,
                        csuccess__rule_key *keys)
{
    for (uint32_t k = group->slot_keys; k < group->key_count; k++) {
        size_t n = 0;
        for (size_t t = 0; t < (size_t)group->words * 64; t++) {
            n += keys[k].readers[t / 64] >> (t % 64) & 1;
        }
        uint32_t *asking = CSUCCESS__NEW_ARRAY(builder->arena, uint32_t, n);
        if (!asking) return false;
        for (size_t t = 0; t < (size_t)group->words * 64; t++) {
            if (keys[k].readers[t / 64] >> (t % 64) & 1) {
                asking[keys[k].asking_count++] = (uint32_t)t;
            }
        }
        keys[k].asking = asking;
    }
    return true;
}

static bool mask_all(workshop *shop, csuccess__rule_group *group, csuccess__rule_key *keys)
{
    csuccess__rule_builder *builder = shop->builder;
    uint64_t *initial = CSUCCESS__NEW_ARRAY(builder->arena, uint64_t, group->words);
    uint64_t *plain = CSUCCESS__NEW_ARRAY(builder->arena, uint64_t, group->words);
    uint16_t *condition =
        CSUCCESS__NEW_ARRAY(builder->arena, uint16_t, (size_t)group->words * 64);
    if (!initial || !plain || !condition || !room_for_masks(builder, group, keys)) return false;
    for (uint32_t i = 0; i < group->n; i++) {
        condition[i] = (uint16_t)i;
        if (!shop->first[i].edges) continue;
        set_bit(initial, i);
        mask_term(builder, group, &shop->first[i], i, keys);
    }
    for (size_t i = 0; i < shop->more_count; i++) {
        size_t bit = group->n + i;
        condition[bit] = (uint16_t)shop->more[i].condition;
        set_bit(initial, bit);
        mask_term(builder, group, &shop->more[i], bit, keys);
    }
    memcpy(plain, initial, group->words * sizeof *plain);
    for (uint32_t k = group->slot_keys; k < group->key_count; k++) {
        for (uint32_t w = 0; w < group->words; w++) plain[w] &= ~keys[k].readers[w];
    }
    group->initial = initial;
    group->plain = plain;
    group->condition = condition;
    return list_asking(builder, group, keys);
}

static bool masks_fit(const csuccess__rule_group *group)
{
    size_t regions = 0;
    for (uint32_t k = 0; k < group->key_count; k++) {
        regions += csuccess__regions(&group->keys[k]) + 1;
    }
    return regions <= (size_t)MASK_WORDS / group->words;
}

static void leave_all_whole(workshop *shop, csuccess__rule_group *group)
{
    for (uint32_t i = 0; i < group->n; i++) {
        shop->first[i].edges = NULL;
        shop->whole[i] = i;
    }
    shop->whole_count = group->n;
    shop->more_count = 0;
}

bool csuccess__rule_terms(csuccess__rule_builder *builder, csuccess__rule_group *group)
{
    workshop shop = {.builder = builder};
    shop.work = CSUCCESS__NEW_ARRAY(&builder->temp, partial, CSUCCESS__CONDITION_TERMS + 1);
    shop.first = CSUCCESS__NEW_ARRAY(&builder->temp, term, group->n);
    shop.whole = CSUCCESS__NEW_ARRAY(builder->arena, uint32_t, group->n);
    if (!shop.work || !shop.first || !shop.whole || !gather(&shop, group)) return false;
    group->words = (uint32_t)((group->n + shop.more_count + 255) / 256) * 4;
    if (!masks_fit(group)) {
        leave_all_whole(&shop, group);
        group->words = 0;
        group->slot_keys = group->key_count; /* rows look at no key */
    }
    group->whole = shop.whole;
    group->whole_count = shop.whole_count;
    if (group->words == 0) return true;
    return mask_all(&shop, group, (csuccess__rule_key *)(uintptr_t)group->keys) &&
           csuccess__rule_standing(builder->arena, group);
}
