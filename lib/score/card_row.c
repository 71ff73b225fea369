/* SPDX-License-Identifier: Apache-2.0 */
/* A scorecard for one customer: members before their group, from the last node to the first. */
#include "expr/kernels.h"
#include "score/additive.h"

bool csuccess__card_defaulted(const csuccess__card_node *node, const csuccess__value *slots)
{
    for (uint32_t i = 0; i < node->default_count; i++) {
        if (slots[node->defaults[i]].defaulted) return true;
    }
    return false;
}

csuccess__value csuccess__card_evaluate(const csuccess__program *program,
                                        csuccess__card_run *run)
{
    csuccess__frame frame = {.slots = run->slots, .count = run->slot_count, .now = run->now};
    csuccess_result failed = CSUCCESS_OK;
    csuccess__value value = csuccess__program_run(program, run->machine, &frame, &failed);
    if (failed < 0 && run->failed >= 0) run->failed = failed;
    return value;
}

/* Whether a metric is there, and not by a default. */
static void complete_metric(csuccess__card_result *out, bool whole)
{
    out->whole = whole;
    out->completeness = whole ? 1 : 0;
}

/* A grid has a cell for everything; it is complete when both of its values are there. */
static void run_grid(const csuccess__card_node *node, csuccess__card_run *run,
                     csuccess__card_result *out)
{
    out->value = csuccess__card_evaluate(node->value, run);
    out->by = csuccess__card_evaluate(node->by, run);
    out->missing = false;
    out->why = (csuccess__absence)out->value.absence;
    out->score = out->points = csuccess__points_cell(node, &out->value, &out->by);
    out->defaulted = csuccess__card_defaulted(node, run->slots);
    bool there = !csuccess__is_missing(out->value) && !csuccess__is_missing(out->by);
    complete_metric(out, there && !out->defaulted);
}

/* The value where it stands when it is nothing but a slot; else evaluated into *room. */
static const csuccess__value *find_value(const csuccess__program *program,
                                         csuccess__card_run *run, csuccess__value *room)
{
    const csuccess__node *first = program->nodes;
    bool bare = program->count == 1 && first->op == CSUCCESS__OP_SLOT;
    if (bare && first->as.slot < run->slot_count) return &run->slots[first->as.slot];
    *room = csuccess__card_evaluate(program, run);
    return room;
}

/* Most tables are lines over a number. */
static inline bool find_points(const csuccess__card_node *node, const csuccess__value *value,
                               double *score)
{
    if (node->points != CSUCCESS__POINTS_LINEAR || value->kind != CSUCCESS__KIND_NUMBER) {
        return csuccess__points_apply(node, value, score);
    }
    *score = csuccess__k_linear(value->as.number, node->at, node->gives, node->point_count);
    return csuccess__is_finite(*score);
}

/* kept: more than the score is asked for. */
static void run_metric(const csuccess__card_node *node, csuccess__card_run *run,
                       csuccess__card_result *out, bool kept)
{
    if (node->by) {
        run_grid(node, run, out);
        return;
    }
    csuccess__value room;
    const csuccess__value *value = find_value(node->value, run, &room);
    double score = 0;
    if (kept) out->value = *value;
    out->why = (csuccess__absence)value->absence;
    out->missing = value->kind == CSUCCESS__KIND_ANY;
    if (!out->missing && !find_points(node, value, &score)) {
        out->missing = true;
        out->why = CSUCCESS__ABSENCE_NO_POINTS;
    }
    if (out->missing) score = 0;
    out->points = out->score = score;
    out->defaulted = node->default_count > 0 && csuccess__card_defaulted(node, run->slots);
    complete_metric(out, !out->missing && !out->defaulted);
}

/* The share of a group's members that is present. */
static double present_share(const csuccess__scorecard *card, const csuccess__card_run *run,
                            uint32_t at)
{
    const csuccess__card_node *group = &card->nodes[at];
    double parts = 0, present = 0;
    for (uint32_t c = at + 1; c < group->end; c = card->nodes[c].end) {
        double weight = csuccess__card_weight(card->nodes, run->weights, c);
        double part = csuccess__card_part(group, &card->nodes[c], weight);
        parts += part;
        present += part * run->results[c].completeness;
    }
    return csuccess__card_complete(present, parts);
}

/* What members come to, and which of them are there. */
typedef struct gathering {
    csuccess__gather g;
    bool any, all, whole;
} gathering;

/* Of members that are all there: as gather_members, which need not ask. The other combines are not worth a loop. */
static bool gather_whole(const csuccess__scorecard *card, const csuccess__card_run *run,
                         uint32_t at, csuccess__gather *g)
{
    const csuccess__card_node *group = &card->nodes[at];
    bool sum = group->combine == CSUCCESS__COMBINE_SUM;
    if (!sum && group->combine != CSUCCESS__COMBINE_WEIGHTED_MEAN) return false;
    for (uint32_t c = at + 1; sum && c < group->end; c = card->nodes[c].end) {
        g->a += run->results[c].score; /* nothing is shared out: sizes do not matter */
    }
    for (uint32_t c = at + 1; !sum && c < group->end; c = card->nodes[c].end) {
        double weight = csuccess__card_weight(card->nodes, run->weights, c);
        g->a += weight * run->results[c].score;
        g->b += weight;
    }
    return true;
}

static void gather_members(const csuccess__scorecard *card, const csuccess__card_run *run,
                           uint32_t at, gathering *out)
{
    const csuccess__card_node *group = &card->nodes[at];
    for (uint32_t c = at + 1; c < group->end; c = card->nodes[c].end) {
        const csuccess__card_result *member = &run->results[c];
        out->whole &= member->whole;
        out->all &= !member->missing;
        if (member->missing) continue;
        out->any = true;
        double weight = csuccess__card_weight(card->nodes, run->weights, c);
        csuccess__gather_add(&out->g, group->combine, &card->nodes[c], weight, member->score);
    }
}

/* intact: every node behind this one is whole and there. */
static void run_group(const csuccess__scorecard *card, csuccess__card_run *run, uint32_t at,
                      bool intact)
{
    const csuccess__card_node *group = &card->nodes[at];
    csuccess__card_result *out = &run->results[at];
    gathering got = {csuccess__gather_start(group->combine), intact, true, group->countable};
    if (!intact || !gather_whole(card, run, at, &got.g)) {
        gather_members(card, run, at, &got);
    }
    /* The share of all is 1 to the bit: both sums are of the same parts. */
    out->whole = got.whole;
    out->completeness = got.whole ? 1 : present_share(card, run, at);
    out->score = csuccess__gather_score(group, got.g, got.all) * group->scale;
    out->missing = true;
    if (!csuccess__gather_present(group->combine, got.g, got.any)) {
        out->why = CSUCCESS__ABSENCE_EMPTY;
    } else if (!csuccess__is_finite(out->score)) {
        out->why = CSUCCESS__ABSENCE_OVERFLOWED;
    } else if (csuccess__card_short(group, out->completeness)) {
        out->why = CSUCCESS__ABSENCE_OPERAND;
    } else {
        out->missing = false;
    }
}

/* What the missing policy makes of it. */
static void settle(const csuccess__card_node *node, csuccess__card_run *run, uint32_t at)
{
    csuccess__card_result *out = &run->results[at];
    out->score = 0;
    if (node->missing == CSUCCESS__POLICY_FAIL) run->failed_node = at;
    if (node->missing == CSUCCESS__POLICY_FAIL ||
        node->missing == CSUCCESS__POLICY_REDISTRIBUTE) {
        return;
    }
    out->missing = false;
    out->policy_used = true;
    out->score = node->instead;
}

static void keep_score(const csuccess__card_result *r, csuccess__value *slot)
{
    if (r->missing) {
        *slot = csuccess__missing(r->why);
    } else {
        *slot = csuccess__number(r->score);
    }
}

/* Member by member: of one literal compilers make a `rep stos`, which takes longer than all the rest of a node. */
static void begin(csuccess__card_result *results, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        csuccess__card_result *out = &results[i];
        out->value = out->by = (csuccess__value){0};
        out->points = out->score = out->completeness = 0;
        out->weight_used = out->contribution = out->slope = 0;
        out->defaulted = out->policy_used = out->whole = false;
        out->missing = true;
        out->why = (csuccess__absence)0;
    }
}

/* The squares of the spread of the bins that the customer is in. */
static double spread_squares(const csuccess__scorecard *card, const csuccess__card_run *run)
{
    double variance = 0;
    for (uint32_t i = 0; i < card->count; i++) {
        const double *squares = run->spread->squares[i];
        const csuccess__card_result *r = &run->results[i];
        if (!squares) continue;
        variance += squares[csuccess__card_bin(&card->nodes[i], &r->value, &r->by)];
    }
    return variance;
}

/* Node by node. Where no more than scores are asked for, what says how they came about is left as it was. */
static void run_nodes(const csuccess__scorecard *card, csuccess__card_run *run)
{
    bool kept = run->contributions || run->spread, intact = true;
    if (kept) begin(run->results, card->count);
    for (uint32_t i = card->count; i-- > 0;) {
        const csuccess__card_node *node = &card->nodes[i];
        csuccess__card_result *out = &run->results[i];
        if (node->combine == CSUCCESS__COMBINE_NONE) {
            run_metric(node, run, out, kept);
        } else {
            run_group(card, run, i, intact);
        }
        intact = intact && out->whole && !out->missing;
        if (out->missing) settle(node, run, i);
        if (node->slot != UINT32_MAX) keep_score(out, &run->slots[node->slot]);
    }
    if (run->spread) run->variance = spread_squares(card, run);
}

static csuccess__value missing_root(const csuccess__card_run *run)
{
    uint32_t at = run->failed_node != UINT32_MAX ? run->failed_node : 0;
    return csuccess__missing(run->results[at].why);
}

csuccess__value csuccess__scorecard_run(const csuccess__scorecard *card,
                                        csuccess__card_run *run)
{
    run->failed = CSUCCESS_OK;
    run->failed_node = UINT32_MAX;
    run->variance = run->linear = run->calibration = 0;
    bool summed = card->additive && !run->contributions && csuccess__additive_row(card, run);
    if (!summed) run_nodes(card, run);
    const csuccess__card_result *root = &run->results[0];
    run->completeness = run->confidence = root->completeness;
    if (run->contributions) csuccess__card_contributions(card, run);
    if (run->failed_node != UINT32_MAX || root->missing) return missing_root(run);
    run->linear = csuccess__card_linear(card, root->score);
    if (run->spread) {
        run->confidence = csuccess__card_spread_run(run->spread, run->linear, run->variance);
    }
    if (run->contributions && card->calibrated) {
        run->calibration = csuccess__card_calibrated_by(card, root->score);
    }
    return csuccess__number(csuccess__card_link(card, root->score));
}
