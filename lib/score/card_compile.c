/* SPDX-License-Identifier: Apache-2.0 */
/* Scorecards from a document: the tree, its metrics and groups, and what may stand in each. */
#include "score/additive.h"

#include "customer/pairs.h"

#include <string.h>

static const char *const metric_keys[] = {"value",  "by",    "points", "missing",     "range",
                                          "weight", "label", "order",  "description", NULL};
static const char *const group_keys[] = {
    "combine", "of",    "missing", "range", "weight",      "label", "min",
    "max",     "scale", "require", "order", "description", NULL};
static const char *const root_metric_keys[] = {
    "value",     "by",          "points", "missing",     "range", "link",
    "intercept", "calibration", "label",  "description", NULL};
static const char *const root_group_keys[] = {
    "combine", "of",      "missing", "range",     "label",       "min",         "max",
    "scale",   "require", "link",    "intercept", "calibration", "description", NULL};
static const char *const combine_words[] = {"weighted_mean", "sum",     "min", "max",
                                            "noisy_or",      "product", NULL};
static const char *const missing_words[] = {"redistribute", "worst", "best", "fail", NULL};
static const char *const value_keys[] = {"value", NULL};
static const char *const link_words[] = {"identity", "logistic", NULL};

static bool grow(csuccess__card_build *b)
{
    uint32_t capacity = b->capacity ? b->capacity * 2 : 16;
    csuccess__card_node *nodes =
        CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__card_node, capacity);
    if (!nodes) {
        b->problems->lost = b->no_memory = true;
        return false;
    }
    if (b->count > 0) memcpy(nodes, b->nodes, b->count * sizeof *nodes);
    b->nodes = nodes;
    b->capacity = capacity;
    return true;
}

/* [worst, best] */
static void read_range(csuccess__card_build *b, csuccess__card_node *node,
                       const csuccess__json *json)
{
    const csuccess__json *range =
        csuccess__read_section(b->problems, json, "range", CSUCCESS__JSON_ARRAY);
    if (!range) return;
    const csuccess__json *worst = range->first, *best = range->last;
    if (range->count != 2 || worst->type != CSUCCESS__JSON_NUMBER ||
        best->type != CSUCCESS__JSON_NUMBER) {
        csuccess__problem(b->problems, range, CSUCCESS_ECONFIG,
                          "\"range\" is [worst, best], two numbers");
        return;
    }
    node->has_range = true;
    node->worst = worst->number;
    node->best = best->number;
}

static void read_missing(csuccess__card_build *b, csuccess__card_node *node,
                         const csuccess__json *json)
{
    const csuccess__json *missing = csuccess__json_member(json, "missing");
    if (!missing) return;
    if (missing->type != CSUCCESS__JSON_OBJECT) {
        node->missing = (csuccess__policy)csuccess__read_word(
            b->problems, json, "missing", missing_words, CSUCCESS__POLICY_REDISTRIBUTE);
        return;
    }
    if (!csuccess__read_object(b->problems, missing, value_keys)) return;
    if (!csuccess__json_member(missing, "value")) {
        csuccess__problem(
            b->problems, missing, CSUCCESS_ECONFIG,
            "\"missing\" is one of redistribute, worst, best, fail, or {\"value\": x}");
        return;
    }
    node->missing = CSUCCESS__POLICY_VALUE;
    node->instead = csuccess__read_number(b->problems, missing, "value", 0, -1e15, 1e15);
}

/* The second value, which only a grid has. */
static void read_by(csuccess__card_build *b, csuccess__card_node *node,
                    const csuccess__json *json, const csuccess__json *points)
{
    const csuccess__json *by = csuccess__json_member(json, "by");
    if (!by) return;
    node->by = csuccess__expr_read(b->with, b->problems, by, NULL);
    if (points && csuccess__json_member(points, "grid")) return;
    csuccess__problem(b->problems, by, CSUCCESS_ECONFIG,
                      "\"by\" is the second value of a grid: give \"points\" with \"grid\", or "
                      "remove it");
}

static void read_metric(csuccess__card_build *b, csuccess__card_node *node,
                        const csuccess__json *json)
{
    const csuccess__json *value = csuccess__json_member(json, "value");
    const csuccess__json *points = csuccess__json_member(json, "points");
    node->value = csuccess__expr_read(b->with, b->problems, value, NULL);
    read_by(b, node, json, points);
    if (points) csuccess__points_read(b, node, points);
    if (!node->value) return;
    csuccess__kind kind = node->value->type->kind;
    bool number = kind == CSUCCESS__KIND_NUMBER || kind == CSUCCESS__KIND_BOOL ||
                  kind == CSUCCESS__KIND_ANY;
    if (!number && node->points == CSUCCESS__POINTS_NONE && !points) {
        csuccess__problem(
            b->problems, value, CSUCCESS_ETYPE,
            "a metric's value is a number or a bool; a string needs \"points\" with "
            "\"map\"");
    }
    csuccess__card_defaults(b, node);
}

/* A number that may be left out: whether it is there, and it. */
static bool read_bound(csuccess__card_build *b, const csuccess__json *json, const char *key,
                       double *out)
{
    *out = csuccess__read_number(b->problems, json, key, 0, -1e15, 1e15);
    return csuccess__json_member(json, key) != NULL;
}

static void read_bounds(csuccess__card_build *b, csuccess__card_node *node,
                        const csuccess__json *json)
{
    node->has_min = read_bound(b, json, "min", &node->min);
    node->has_max = read_bound(b, json, "max", &node->max);
    if (!node->has_min && !node->has_max) return;
    if (node->combine != CSUCCESS__COMBINE_SUM) {
        csuccess__problem(b->problems,
                          csuccess__json_member(json, node->has_min ? "min" : "max"),
                          CSUCCESS_ECONFIG, "\"min\" and \"max\" belong to \"sum\"");
    } else if (node->has_min && node->has_max && node->min > node->max) {
        csuccess__problem(b->problems, csuccess__json_member(json, "min"), CSUCCESS_ECONFIG,
                          "\"min\" is above \"max\"");
    }
}

static void read_group(csuccess__card_build *b, csuccess__card_node *node,
                       const csuccess__json *json)
{
    const csuccess__json *combine = csuccess__json_member(json, "combine");
    if (!combine) {
        csuccess__problem(
            b->problems, json, CSUCCESS_ECONFIG,
            "a group needs \"combine\": weighted_mean, sum, min, max, noisy_or or "
            "product");
    }
    int word = csuccess__read_word(b->problems, json, "combine", combine_words, -1);
    node->broken = word < 0;
    node->combine = node->broken ? CSUCCESS__COMBINE_MAX
                                 : (csuccess__combine)(word + CSUCCESS__COMBINE_WEIGHTED_MEAN);
    node->scale = csuccess__read_number(b->problems, json, "scale", 1, -1e9, 1e9);
    node->require = csuccess__read_number(b->problems, json, "require", 0, 0, 1);
    read_bounds(b, node, json);
    const csuccess__json *of =
        csuccess__read_section(b->problems, json, "of", CSUCCESS__JSON_OBJECT);
    if (!csuccess__json_member(json, "of") || (of && of->count == 0)) {
        csuccess__problem(b->problems, of ? of : json, CSUCCESS_ECONFIG,
                          "a group needs \"of\" with at least one member");
    }
}

/* Weights mean something only under a weighted mean and noisy_or. */
static void read_weight(csuccess__card_build *b, csuccess__card_node *node,
                        const csuccess__json *json)
{
    const csuccess__card_node *group = &b->nodes[node->parent];
    const csuccess__json *weight = csuccess__json_member(json, "weight");
    bool mean = group->combine == CSUCCESS__COMBINE_WEIGHTED_MEAN;
    node->weighted = mean || group->combine == CSUCCESS__COMBINE_NOISY_OR;
    node->weight = mean && !weight ? (double)NAN : 1.0;
    if (weight && !node->weighted) {
        csuccess__problem(b->problems, weight, CSUCCESS_ECONFIG,
                          "\"weight\" means something only under \"weighted_mean\" and "
                          "\"noisy_or\"; remove it");
    } else if (weight) {
        node->weight = csuccess__read_number(b->problems, json, "weight", 1, 0, mean ? 1e9 : 1);
    } else if (mean && !b->lenient) {
        csuccess__problem(b->problems, json, CSUCCESS_ECONFIG,
                          "%q needs a \"weight\": it is a member of a weighted mean", node->id);
    }
}

static const char *const *keys_of(bool metric, bool root)
{
    if (metric) return root ? root_metric_keys : metric_keys;
    return root ? root_group_keys : group_keys;
}

static bool is_node(csuccess__card_build *b, const csuccess__json *json, bool metric)
{
    bool group = csuccess__json_member(json, "of") || csuccess__json_member(json, "combine");
    if (metric || group || json->type != CSUCCESS__JSON_OBJECT) return true;
    csuccess__problem(b->problems, json, CSUCCESS_ECONFIG,
                      "a node is a metric, with \"value\", or a group, with \"combine\" and "
                      "\"of\"");
    return false;
}

static void read_node(csuccess__card_build *b, uint32_t at)
{
    csuccess__card_node *node = &b->nodes[at];
    const csuccess__json *json = node->json;
    bool metric = csuccess__json_member(json, "value") != NULL;
    bool root = node->parent == UINT32_MAX;
    node->scale = node->weight = 1;
    if (!is_node(b, json, metric)) return;
    if (!csuccess__read_object(b->problems, json, keys_of(metric, root))) return;
    node->label = csuccess__read_string(b->problems, json, "label", node->id);
    read_range(b, node, json);
    read_missing(b, node, json);
    if (metric) {
        read_metric(b, node, json);
    } else {
        read_group(b, node, json);
    }
    if (!root && !b->nodes[node->parent].broken) read_weight(b, node, json);
}

static bool add_node(csuccess__card_build *b, const csuccess__json *json, uint32_t parent)
{
    if (b->count == b->capacity && !grow(b)) return false;
    csuccess__card_node *node = &b->nodes[b->count];
    *node = (csuccess__card_node){
        .json = json, .parent = parent, .slot = UINT32_MAX, .end = b->count + 1};
    if (parent != UINT32_MAX) {
        node->id = node->label = json->key;
        node->depth = b->nodes[parent].depth + 1;
    }
    read_node(b, b->count);
    b->count++;
    return true;
}

/* Members of a group that still have to be read. */
typedef struct level {
    const csuccess__json **members;
    uint32_t count, next, node;
} level;

static bool open_level(csuccess__card_build *b, level *to, uint32_t at)
{
    const csuccess__json *of = csuccess__json_member(b->nodes[at].json, "of");
    bool group = b->nodes[at].combine != CSUCCESS__COMBINE_NONE && of &&
                 of->type == CSUCCESS__JSON_OBJECT && of->count > 0;
    *to = (level){NULL, 0, 0, at};
    if (!group) return true;
    if (b->nodes[at].depth + 1 >= CSUCCESS__CARD_DEPTH) {
        csuccess__problem(b->problems, of, CSUCCESS_ELIMIT, "groups nest deeper than %u levels",
                          (uint32_t)CSUCCESS__CARD_DEPTH);
        return true;
    }
    to->members = CSUCCESS__NEW_ARRAY(b->with->arena, const csuccess__json *, of->count);
    if (!to->members) {
        b->problems->lost = b->no_memory = true;
        return false;
    }
    csuccess__read_order(of, to->members);
    to->count = of->count;
    return true;
}

static bool read_tree(csuccess__card_build *b, const csuccess__json *root)
{
    level levels[CSUCCESS__CARD_DEPTH + 1];
    uint32_t depth = 0;
    if (!add_node(b, root, UINT32_MAX) || !open_level(b, &levels[0], 0)) return false;
    for (;;) {
        level *here = &levels[depth];
        if (here->next < here->count) {
            uint32_t at = b->count;
            if (!add_node(b, here->members[here->next++], here->node)) return false;
            if (!open_level(b, &levels[depth + 1], at)) return false;
            depth++;
            continue;
        }
        b->nodes[here->node].end = b->count;
        if (depth-- == 0) return true;
    }
}

/* Ids name nodes in `weights` and component('id'), so they are unique in a card. */
static void check_ids(csuccess__card_build *b)
{
    csuccess__pairs ids = {.arena = b->with->arena};
    for (uint32_t i = 1; i < b->count; i++) {
        csuccess_str none = {NULL, 0};
        if (csuccess__pairs_find(&ids, b->nodes[i].id, none) != UINT32_MAX) {
            csuccess__problem(
                b->problems, b->nodes[i].json, CSUCCESS_ECONFIG,
                "%q is the id of another node of this scorecard too; ids are unique "
                "within one",
                b->nodes[i].id);
        } else if (!csuccess__pairs_add(&ids, b->nodes[i].id, none, i)) {
            b->problems->lost = b->no_memory = true;
            return;
        }
    }
}

/* The weights of every weighted mean must leave something to divide by. */
static void check_totals(const csuccess__scorecard *card, const double *weights,
                         csuccess__problems *problems, const csuccess__json *at)
{
    for (uint32_t i = 0; i < card->count; i++) {
        const csuccess__card_node *group = &card->nodes[i];
        if (group->combine != CSUCCESS__COMBINE_WEIGHTED_MEAN) continue;
        double total = 0;
        for (uint32_t c = i + 1; c < group->end; c = card->nodes[c].end) {
            total += csuccess__card_weight(card->nodes, weights, c);
        }
        if (total == 0 && i + 1 < group->end) {
            csuccess__problem(problems, at ? at : group->json, CSUCCESS_ECONFIG,
                              "the weights of a weighted mean add up to 0");
        }
    }
}

static void read_root(csuccess__card_build *b, csuccess__scorecard *card,
                      const csuccess__json *json)
{
    card->logistic = csuccess__read_word(b->problems, json, "link", link_words, 0) == 1;
    card->intercept = csuccess__read_number(b->problems, json, "intercept", 0, -1e9, 1e9);
    const csuccess__json *calibration = csuccess__json_member(json, "calibration");
    if (calibration) {
        card->calibrated = csuccess__calibration_read(&card->calibration, b->with->arena,
                                                      b->problems, calibration);
    }
    for (uint32_t i = 0; i < b->count; i++) {
        card->requires = card->requires || b->nodes[i].require > 0;
    }
}

const csuccess__scorecard *csuccess__card_compile(csuccess__schema *schema,
                                                  csuccess__compiler *with,
                                                  csuccess__problems *problems,
                                                  const csuccess__json *node, bool lenient)
{
    csuccess__card_build b = {
        .schema = schema, .with = with, .problems = problems, .lenient = lenient};
    uint32_t before = problems->errors;
    csuccess__scorecard *card = CSUCCESS__NEW(with->arena, csuccess__scorecard);
    if (!card) {
        problems->lost = true;
        return NULL;
    }
    if (node->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "a scorecard is an object: a metric or a group, found %s",
                          csuccess__json_type_name(node));
        return NULL;
    }
    if (!read_tree(&b, node)) return NULL;
    read_root(&b, card, node);
    check_ids(&b);
    csuccess__card_ranges(&b);
    card->nodes = b.nodes;
    card->count = b.count;
    card->schema = schema;
    check_totals(card, NULL, problems, NULL);
    if (problems->errors != before || problems->lost || b.no_memory) return NULL;
    if (csuccess__additive_plan(card, with)) return card;
    problems->lost = true;
    return NULL;
}

bool csuccess__card_slots(const csuccess__scorecard *card, csuccess__schema *schema,
                          const char *lookup, csuccess__stratum stratum)
{
    csuccess__card_node *nodes = (csuccess__card_node *)(uintptr_t)card->nodes;
    for (uint32_t i = 1; i < card->count; i++) {
        csuccess__slot slot = {.path = csuccess__str(lookup),
                               .argument = nodes[i].id,
                               .type = csuccess__type_of(CSUCCESS__KIND_NUMBER),
                               .stratum = stratum};
        nodes[i].slot = csuccess__schema_add(schema, &slot);
        if (nodes[i].slot == UINT32_MAX) return false;
    }
    csuccess__additive_slots(card);
    return true;
}

/* reason: schema, compiler and problems go together everywhere. */
const csuccess__scorecard *
csuccess__scorecard_compile(csuccess__schema *schema, csuccess__compiler *with,
                            csuccess__problems *problems, const csuccess__json *node,
                            const char *lookup, csuccess__stratum stratum)
{
    const csuccess__scorecard *card =
        csuccess__card_compile(schema, with, problems, node, false);
    if (!card || !lookup || !lookup[0]) return card;
    if (csuccess__card_slots(card, schema, lookup, stratum)) return card;
    problems->lost = true;
    return NULL;
}

uint32_t csuccess__scorecard_find(const csuccess__scorecard *card, csuccess_str id)
{
    for (uint32_t i = 1; i < card->count; i++) {
        if (csuccess__str_eq(card->nodes[i].id, id)) return i;
    }
    return UINT32_MAX;
}

static void note_unknown(const csuccess__scorecard *card, csuccess__problems *problems,
                         const csuccess__json *member)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, member->key);
    bool may = csuccess__nearest_may(&problems->compared, card->count);
    for (uint32_t i = 1; may && i < card->count; i++) {
        csuccess__nearest_try(&near, card->nodes[i].id);
    }
    if (near.best.ptr) {
        csuccess__problem(problems, member, CSUCCESS_ENAME,
                          "the scorecard has no node %q (did you mean %q?)", member->key,
                          near.best);
    } else {
        csuccess__problem(problems, member, CSUCCESS_ENAME, "the scorecard has no node %q",
                          member->key);
    }
}

static void read_override(const csuccess__scorecard *card, csuccess__problems *problems,
                          const csuccess__json *member, double *weights)
{
    uint32_t at = csuccess__scorecard_find(card, member->key);
    if (at == UINT32_MAX) {
        note_unknown(card, problems, member);
        return;
    }
    const csuccess__card_node *node = &card->nodes[at];
    double most = card->nodes[node->parent].combine == CSUCCESS__COMBINE_NOISY_OR ? 1 : 1e9;
    if (!node->weighted) {
        csuccess__problem(problems, member, CSUCCESS_ECONFIG,
                          "%q has no weight: it is not under a weighted mean or noisy_or",
                          member->key);
    } else if (member->type != CSUCCESS__JSON_NUMBER || member->number < 0 ||
               member->number > most) {
        csuccess__problem(problems, member, CSUCCESS_ECONFIG,
                          most == 1 ? "a weight under noisy_or is a number from 0 to 1"
                                    : "a weight is a number of at least 0");
    } else {
        weights[at] = member->number;
    }
}

bool csuccess__card_weighed(const csuccess__scorecard *card, const double *weights,
                            csuccess__problems *problems, const csuccess__json *at)
{
    bool all = true;
    for (uint32_t i = 1; i < card->count; i++) {
        if (!isnan(csuccess__card_weight(card->nodes, weights, i))) continue;
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "%q has no weight: give it one in the scorecard or in \"weights\"",
                          card->nodes[i].id);
        all = false;
    }
    return all;
}

const double *csuccess__scorecard_weights(const csuccess__scorecard *card,
                                          csuccess__compiler *with,
                                          csuccess__problems *problems,
                                          const csuccess__json *weights)
{
    uint32_t before = problems->errors;
    double *list = CSUCCESS__NEW_ARRAY(with->arena, double, card->count);
    if (!list) {
        problems->lost = true;
        return NULL;
    }
    for (uint32_t i = 0; i < card->count; i++) list[i] = card->nodes[i].weight;
    if (weights->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(problems, weights, CSUCCESS_ECONFIG,
                          "\"weights\" is an object: a number by node id");
        return NULL;
    }
    for (const csuccess__json *m = weights->first; m; m = m->next) {
        read_override(card, problems, m, list);
    }
    if (csuccess__card_weighed(card, list, problems, weights)) {
        check_totals(card, list, problems, weights);
    }
    return problems->errors == before ? list : NULL;
}
