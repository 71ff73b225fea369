/* SPDX-License-Identifier: Apache-2.0 */
/* What the nodes of a scorecard can give, worst to best; where that must be known; and which
   inputs with a default stand behind a value. */
#include "score/card_internal.h"

#include <string.h>

typedef struct span {
    double low, high;
} span;

static span span_of(const csuccess__card_node *node)
{
    return (span){node->low, node->low + node->size};
}

static void set_span(csuccess__card_node *node, span s)
{
    if (!csuccess__is_finite(s.low) || !csuccess__is_finite(s.high)) return;
    node->has_range = true;
    node->worst = s.low;
    node->best = s.high;
}

/* Lowest and highest that the points can give. */
static void range_of_points(csuccess__card_node *node)
{
    if (node->point_count == 0) return;
    span s = {node->gives[0], node->gives[0]};
    for (uint32_t i = 1; i < node->point_count; i++) {
        if (node->gives[i] < s.low) s.low = node->gives[i];
        if (node->gives[i] > s.high) s.high = node->gives[i];
    }
    if (node->has_otherwise && node->otherwise < s.low) s.low = node->otherwise;
    if (node->has_otherwise && node->otherwise > s.high) s.high = node->otherwise;
    set_span(node, s);
}

static void range_of_metric(csuccess__card_node *node)
{
    if (node->points != CSUCCESS__POINTS_NONE) {
        range_of_points(node);
    } else if (node->value && node->value->type->kind == CSUCCESS__KIND_BOOL) {
        set_span(node, (span){0, 1});
    }
}

/* The ends of a product of two spans. */
static span times(span a, span b)
{
    double ends[] = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
    span s = {ends[0], ends[0]};
    for (int i = 1; i < 4; i++) {
        if (ends[i] < s.low) s.low = ends[i];
        if (ends[i] > s.high) s.high = ends[i];
    }
    return s;
}

/* With a member missing, a mean can come to what any one member gives. */
static span mean_span(span so_far, span member, bool first)
{
    if (first) return member;
    if (member.low < so_far.low) so_far.low = member.low;
    if (member.high > so_far.high) so_far.high = member.high;
    return so_far;
}

static span add_span(csuccess__combine combine, span s, span m, double weight, bool first)
{
    switch (combine) {
    case CSUCCESS__COMBINE_SUM:
        return (span){s.low + m.low, s.high + m.high};
    case CSUCCESS__COMBINE_NOISY_OR:
        return (span){s.low * (1 - csuccess__noisy_term(weight, m.low)),
                      s.high * (1 - csuccess__noisy_term(weight, m.high))};
    case CSUCCESS__COMBINE_PRODUCT:
        return times(s, m);
    default: /* a mean, or one of the members */
        return mean_span(s, m, first);
    }
}

static span start_span(csuccess__combine combine)
{
    bool ones = combine == CSUCCESS__COMBINE_NOISY_OR || combine == CSUCCESS__COMBINE_PRODUCT;
    return ones ? (span){1, 1} : (span){0, 0};
}

static span finish_span(const csuccess__card_node *group, span s)
{
    /* A missing member is left out of noisy_or, down to none. */
    if (group->combine == CSUCCESS__COMBINE_NOISY_OR) s = (span){0, 1 - s.high};
    if (group->combine == CSUCCESS__COMBINE_SUM) {
        s = (span){csuccess__sum_clamped(group, s.low), csuccess__sum_clamped(group, s.high)};
    }
    return times(s, (span){group->scale, group->scale});
}

/* False when a member has no range. Missing members are left out, which only sums, by
   sharing, keep within. */
static bool group_span(const csuccess__card_node *nodes, const double *weights, uint32_t at,
                       span *out)
{
    const csuccess__card_node *group = &nodes[at];
    span s = start_span(group->combine);
    for (uint32_t c = at + 1; c < group->end; c = nodes[c].end) {
        if (!nodes[c].has_range) return false;
        double weight = csuccess__card_weight(nodes, weights, c);
        s = add_span(group->combine, s, span_of(&nodes[c]), isnan(weight) ? 1 : weight,
                     c == at + 1);
    }
    *out = finish_span(group, s);
    return at + 1 < group->end;
}

static void range_of_group(csuccess__card_build *b, uint32_t at)
{
    span s;
    if (group_span(b->nodes, NULL, at, &s)) set_span(&b->nodes[at], s);
}

static bool only_pairs(const csuccess__card_build *b, uint32_t at)
{
    for (uint32_t c = at + 1; c < b->nodes[at].end; c = b->nodes[c].end) {
        if (!b->nodes[c].pair) return false;
    }
    return true;
}

static csuccess__share share_by(const csuccess__card_node *group, double weights, double sizes)
{
    bool weighed = group->combine == CSUCCESS__COMBINE_WEIGHTED_MEAN ||
                   (group->combine == CSUCCESS__COMBINE_NOISY_OR && weights > 0);
    bool sized = group->combine == CSUCCESS__COMBINE_SUM && sizes > 0;
    return weighed ? CSUCCESS__SHARE_WEIGHT
           : sized ? CSUCCESS__SHARE_SIZE
                   : CSUCCESS__SHARE_COUNT;
}

/* Sizes of members where all are known, for the sharing of points; what members are counted
   by. */
static void share_of_group(csuccess__card_build *b, uint32_t at)
{
    csuccess__card_node *group = &b->nodes[at];
    bool all = true;
    double weights = 0, sizes = 0;
    group->pair = only_pairs(b, at);
    for (uint32_t c = at + 1; c < group->end; c = b->nodes[c].end) {
        all = all && b->nodes[c].has_range;
        group->low_sum += b->nodes[c].low;
        group->size_sum += b->nodes[c].size;
        weights += b->nodes[c].weight;
        if (!b->nodes[c].pair || group->pair) sizes += b->nodes[c].size;
    }
    group->share = share_by(group, weights, all ? sizes : 0);
    group->countable =
        group->share != CSUCCESS__SHARE_SIZE || csuccess__is_finite(group->size_sum);
}

static void note_needed(csuccess__card_build *b, const csuccess__card_node *node,
                        const char *why)
{
    csuccess__problem(b->problems, node->json, CSUCCESS_ECONFIG,
                      "\"range\": [worst, best] is needed here: %s", why);
}

/* The points of a missing member of a sum can only be shared when all ranges are known. */
static void check_sharing(csuccess__card_build *b, uint32_t at)
{
    const csuccess__card_node *group = &b->nodes[at];
    bool shares = false;
    for (uint32_t c = at + 1; c < group->end; c = b->nodes[c].end) {
        shares = shares || b->nodes[c].missing == CSUCCESS__POLICY_REDISTRIBUTE;
    }
    for (uint32_t c = at + 1; shares && c < group->end; c = b->nodes[c].end) {
        if (b->nodes[c].has_range) continue;
        note_needed(
            b, &b->nodes[c],
            "when a member of this sum is missing its points are shared over the others "
            "by their ranges (or give every member another \"missing\" policy)");
    }
}

static void settle_policy(csuccess__card_build *b, csuccess__card_node *node)
{
    bool ends =
        node->missing == CSUCCESS__POLICY_WORST || node->missing == CSUCCESS__POLICY_BEST;
    if (!ends) return;
    node->instead = node->missing == CSUCCESS__POLICY_WORST ? node->worst : node->best;
    if (!node->has_range) note_needed(b, node, "\"missing\" asks for its worst or best");
}

void csuccess__card_ranges(csuccess__card_build *b)
{
    for (uint32_t i = b->count; i-- > 0;) {
        csuccess__card_node *node = &b->nodes[i];
        bool group = node->combine != CSUCCESS__COMBINE_NONE;
        if (group) share_of_group(b, i);
        if (!node->has_range && group) range_of_group(b, i);
        if (!node->has_range && !group) range_of_metric(node);
        if (node->has_range) {
            node->low = node->worst < node->best ? node->worst : node->best;
            node->size = fabs(node->best - node->worst);
        }
        settle_policy(b, node);
        if (node->combine == CSUCCESS__COMBINE_SUM) check_sharing(b, i);
    }
}

/* Whether ranges hold whatever is missing and whatever the weights: a factor that is left out
   widens a product, and the range of a noisy_or further down is that of the card's own
   weights. */
static bool holds_always(const csuccess__scorecard *card, const double *weights)
{
    for (uint32_t i = 0; i < card->count; i++) {
        const csuccess__card_node *node = &card->nodes[i];
        bool factor = node->parent != UINT32_MAX &&
                      card->nodes[node->parent].combine == CSUCCESS__COMBINE_PRODUCT;
        if (factor && node->missing == CSUCCESS__POLICY_REDISTRIBUTE) return false;
        if (weights && i > 0 && node->combine == CSUCCESS__COMBINE_NOISY_OR) return false;
    }
    return true;
}

bool csuccess__scorecard_range(const csuccess__scorecard *card, const double *weights,
                               double *low, double *high)
{
    const csuccess__card_node *root = &card->nodes[0];
    span s = span_of(root);
    bool known = root->has_range;
    if (weights && root->combine != CSUCCESS__COMBINE_NONE) {
        known = group_span(card->nodes, weights, 0, &s);
    }
    double a = csuccess__card_link(card, s.low), b = csuccess__card_link(card, s.high);
    *low = a < b ? a : b; /* the slope of a calibration may be below 0 */
    *high = a < b ? b : a;
    return known && holds_always(card, weights);
}

/* ---- Defaults ---- */

static bool prepare(csuccess__card_build *b)
{
    if (b->stamp) return true;
    uint32_t n = b->schema->count;
    b->stamp = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, n);
    b->stack = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, n);
    b->metric_of = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, n);
    if (!b->stamp || !b->stack || !b->metric_of) {
        b->problems->lost = b->no_memory = true;
        b->stamp = NULL;
        return false;
    }
    for (uint32_t i = 0; i < n; i++) b->metric_of[i] = UINT32_MAX;
    for (uint32_t i = 0; i < b->schema->metric_count; i++) {
        b->metric_of[b->schema->metrics[i].slot] = i;
    }
    return true;
}

/* Puts the inputs of a program that this node has not seen yet on the stack. */
static uint32_t push_inputs(csuccess__card_build *b, const csuccess__program *program,
                            uint32_t depth)
{
    for (uint32_t i = 0; program && i < program->input_count; i++) {
        uint32_t slot = program->inputs[i];
        if (b->stamp[slot] == b->count + 1) continue;
        b->stamp[slot] = b->count + 1;
        b->stack[depth++] = slot;
    }
    return depth;
}

static bool has_default(const csuccess__schema *schema, uint32_t slot)
{
    const csuccess__attribute *attribute = schema->slots[slot].attribute;
    return attribute && !csuccess__is_missing(attribute->fallback);
}

/* Every slot is pushed at most once, so what is found fits behind what is still to be
   followed. */
static uint32_t follow(csuccess__card_build *b, uint32_t depth)
{
    uint32_t end = b->schema->count;
    uint32_t found = 0;
    while (depth > 0) {
        uint32_t slot = b->stack[--depth];
        if (b->metric_of[slot] != UINT32_MAX) {
            const csuccess__metric *metric = &b->schema->metrics[b->metric_of[slot]];
            depth = push_inputs(b, metric->program, depth);
        } else if (has_default(b->schema, slot)) {
            b->stack[end - ++found] = slot;
        }
    }
    return found;
}

void csuccess__card_defaults(csuccess__card_build *b, csuccess__card_node *node)
{
    if (!node->value || !prepare(b)) return;
    uint32_t found = follow(b, push_inputs(b, node->by, push_inputs(b, node->value, 0)));
    uint32_t *defaults = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, found);
    if (!defaults) {
        b->problems->lost = b->no_memory = true;
        return;
    }
    for (uint32_t i = 0; i < found; i++) defaults[i] = b->stack[b->schema->count - 1 - i];
    node->defaults = defaults;
    node->default_count = found;
}
