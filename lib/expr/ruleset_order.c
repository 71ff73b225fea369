/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a set put in order: slots, cheap programs, costly ones; cuts sorted, texts by number. */
#include "expr/ruleset_internal.h"

#include "base/heap.h"

#include <string.h>

/* ---- Cuts ---- */

static bool is_below(const void *a, const void *b)
{
    return *(const double *)a < *(const double *)b;
}

static bool has_cuts(const csuccess__rule_key *key)
{
    return key->kind == CSUCCESS__KIND_NUMBER || key->kind == CSUCCESS__KIND_TIME;
}

static uint32_t cut_index(const csuccess__rule_key *key, double cut)
{
    uint32_t low = 0, high = key->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (key->cuts[middle] <= cut) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Counts each key's cuts, which stand once since equal nodes do, and makes room for them. */
static bool room_for_cuts(csuccess__rule_builder *builder, csuccess__rule_key *keys,
                          double **cuts)
{
    for (size_t i = 0; i < builder->node_count; i++) {
        const csuccess__rule_node *node = &builder->nodes[i];
        if (node->kind == CSUCCESS__RULE_CUT) keys[node->a].count++;
    }
    for (size_t k = 0; k < builder->key_count; k++) {
        if (!has_cuts(&keys[k])) continue;
        cuts[k] = CSUCCESS__NEW_ARRAY(builder->arena, double, keys[k].count);
        if (!cuts[k]) return false;
        keys[k].cuts = cuts[k];
        keys[k].count = 0;
    }
    return true;
}

static bool gather_cuts(csuccess__rule_builder *builder, csuccess__rule_key *keys)
{
    double **cuts = CSUCCESS__NEW_ARRAY(&builder->temp, double *, builder->key_count);
    if (!cuts || !room_for_cuts(builder, keys, cuts)) return false;
    for (size_t i = 0; i < builder->node_count; i++) {
        const csuccess__rule_node *node = &builder->nodes[i];
        if (node->kind == CSUCCESS__RULE_CUT) cuts[node->a][keys[node->a].count++] = node->cut;
    }
    for (size_t k = 0; k < builder->key_count; k++) {
        if (cuts[k]) csuccess__sort(cuts[k], keys[k].count, sizeof(double), is_below);
    }
    for (size_t i = 0; i < builder->node_count; i++) {
        csuccess__rule_node *node = &builder->nodes[i];
        if (node->kind == CSUCCESS__RULE_CUT) node->b = cut_index(&keys[node->a], node->cut);
    }
    return true;
}

/* ---- Texts ---- */

enum { SMALL_CODES = 1024 };

static void sort_codes(uint32_t *codes, uint32_t *regions, uint32_t n)
{
    for (uint32_t gap = n / 2; gap > 0; gap /= 2) { /* Shell's: short, and texts are few */
        for (uint32_t i = gap; i < n; i++) {
            uint32_t code = codes[i], region = regions[i], at = i;
            for (; at >= gap && codes[at - gap] > code; at -= gap) {
                codes[at] = codes[at - gap];
                regions[at] = regions[at - gap];
            }
            codes[at] = code;
            regions[at] = region;
        }
    }
}

static bool number_texts(csuccess__rule_builder *builder, csuccess__rule_key *key,
                         const csuccess__value *from)
{
    csuccess__value *texts = CSUCCESS__NEW_ARRAY(builder->arena, csuccess__value, key->count);
    uint32_t *codes = CSUCCESS__NEW_ARRAY(builder->arena, uint32_t, key->count);
    uint32_t *regions = CSUCCESS__NEW_ARRAY(builder->arena, uint32_t, key->count);
    uint32_t *by_code = CSUCCESS__NEW_ARRAY(builder->arena, uint32_t, SMALL_CODES);
    if (!texts || !codes || !regions || !by_code) return false;
    if (key->count > 0) memcpy(texts, from, key->count * sizeof *texts);
    key->texts = texts;
    key->codes = codes;
    key->regions = regions;
    key->by_code = by_code;
    for (uint32_t i = 0; i < key->count; i++) {
        if (texts[i].code == 0) continue; /* found by its bytes */
        codes[key->code_count] = texts[i].code;
        regions[key->code_count++] = i + 1;
        if (texts[i].code < SMALL_CODES)
            by_code[texts[i].code] = i + 1;
        else
            key->by_code = NULL;
    }
    sort_codes(codes, regions, key->code_count);
    return true;
}

/* ---- Order ---- */

static int class_of(const csuccess__rule_key *key)
{
    if (!key->program) return 0;
    return key->costly ? 2 : 1;
}

/* Keys by class, twins side by side; place[old] is the new index. */
static void order_keys(const csuccess__rule_builder *builder, csuccess__rule_key *keys,
                       uint32_t *place)
{
    uint32_t n = 0;
    for (int class = 0; class < 3; class ++) {
        for (uint32_t i = 0; i < builder->key_count; i++) {
            const csuccess__rule_draft *draft = &builder->keys[i];
            if (class_of(&draft->key) != class) continue;
            if (draft->twin != UINT32_MAX && draft->twin < i) continue; /* placed with it */
            place[i] = n;
            keys[n++] = draft->key;
            if (draft->twin == UINT32_MAX) continue;
            place[draft->twin] = n;
            keys[n++] = builder->keys[draft->twin].key;
        }
    }
}

static void point_nodes(csuccess__rule_builder *builder, const csuccess__rule_key *keys,
                        const uint32_t *place)
{
    for (size_t i = 0; i < builder->node_count; i++) {
        csuccess__rule_node *node = &builder->nodes[i];
        if (node->kind == CSUCCESS__RULE_TRUE) continue;
        if (node->kind == CSUCCESS__RULE_AND) {
            node->depends =
                builder->nodes[node->a >> 1].depends || builder->nodes[node->b >> 1].depends;
        } else {
            node->a = place[node->a];
            node->depends = keys[node->a].costly;
        }
    }
}

static void count_key(csuccess__rule_group *group, csuccess__rule_key *key)
{
    key->first_atom = group->atom_count;
    group->atom_count += key->kind == CSUCCESS__KIND_BOOL ? 0 : key->count;
    group->costly = group->costly || key->costly;
    if (!key->program) group->slot_keys++;
}

bool csuccess__rule_finish_keys(csuccess__rule_builder *builder, csuccess__rule_group *group)
{
    size_t n = builder->key_count;
    csuccess__rule_key *keys = CSUCCESS__NEW_ARRAY(builder->arena, csuccess__rule_key, n);
    uint32_t *place = CSUCCESS__NEW_ARRAY(&builder->temp, uint32_t, n);
    if (!keys || !place) return false;
    order_keys(builder, keys, place);
    point_nodes(builder, keys, place);
    if (!gather_cuts(builder, keys)) return false;
    for (size_t i = 0; i < n; i++) {
        csuccess__rule_key *key = &keys[place[i]];
        if (key->kind == CSUCCESS__KIND_STRING &&
            !number_texts(builder, key, builder->keys[i].texts)) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) count_key(group, &keys[i]);
    group->keys = keys;
    group->key_count = (uint32_t)n;
    return true;
}

/* ---- Regions ---- */

enum { MANY_CUTS = 48 };

/* How many cuts x passes; by halves where they are many. */
static uint32_t rank_by_halves(const csuccess__rule_key *key, double x)
{
    uint32_t low = 0, high = key->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        bool passed = key->strict ? x > key->cuts[middle] : x >= key->cuts[middle];
        if (passed)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static inline uint32_t rank(const csuccess__rule_key *key, double x)
{
    if (key->count > MANY_CUTS) return rank_by_halves(key, x);
    return csuccess__cuts_passed(key->cuts, key->count, x, key->strict);
}

static uint32_t region_by_number(const csuccess__rule_key *key, uint32_t code)
{
    if (key->by_code) return code < SMALL_CODES ? key->by_code[code] : 0;
    uint32_t low = 0, high = key->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (key->codes[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < key->count && key->codes[low] == code ? key->regions[low] : 0;
}

static uint32_t text_region(const csuccess__rule_key *key, const csuccess__value *value)
{
    if (value->code != 0 && key->code_count == key->count) {
        return region_by_number(key, value->code);
    }
    for (uint32_t i = 0; i < key->count; i++) {
        if (csuccess__k_same_string(&key->texts[i], value)) return i + 1;
    }
    return 0;
}

uint32_t csuccess__region_of(const csuccess__rule_key *key, const csuccess__value *value)
{
    switch (key->kind) {
    case CSUCCESS__KIND_NUMBER:
        return rank(key, value->as.number);
    case CSUCCESS__KIND_TIME:
        return rank(key, (double)value->as.time);
    case CSUCCESS__KIND_BOOL:
        return value->as.boolean ? 1 : 0;
    default:
        return text_region(key, value);
    }
}
